-- SPDX-License-Identifier: MIT
-- Values are data. Whatever a text is, it goes as a parameter or as a literal and comes back
-- unchanged; what is no text is refused, and the statement never changes.

local helper = require("spec.helper")
local corm = require("corm")
local strings = require("spec.attack.strings")
local select, literal = corm.select, corm.literal

helper.each_database(function(db)
    describe("a text", function()
        local fixture = helper.fixture()

        before_each(function()
            fixture.engine = corm.create_engine(db.url)
            fixture.conn = fixture.engine:connect()
            fixture.conn:execute(corm.text("CREATE TABLE canary (id INTEGER)"))
        end)

        after_each(function()
            -- The canary lives: no text became a statement.
            assert.equal(0, fixture.conn:scalar(corm.text("SELECT count(*) FROM canary")))
            fixture.conn:close()
            fixture.engine:dispose()
        end)

        it("comes back as a parameter", function()
            for _, text in ipairs(strings.TEXTS) do
                assert.equal(text, fixture.conn:scalar(select(literal(text))))
                assert.is_true(fixture.conn:scalar(select(literal(text):in_({ "other", text }))))
            end
        end)

        it("comes back as a literal", function()
            for _, text in ipairs(strings.TEXTS) do
                local compiled = select(literal(text)):compile({
                    dialect = db.name, compile_kwargs = { literal_binds = true },
                })
                assert.same({}, compiled.params)
                assert.equal(text, fixture.conn:exec_driver_sql(tostring(compiled)):scalar())
            end
        end)

        it("comes back as a literal written when the statement is executed", function()
            for _, text in ipairs(strings.TEXTS) do
                local bind = corm.bindparam("x", text, { literal_execute = true })
                assert.equal(text, fixture.conn:scalar(select(corm.cast(bind, corm.Text))))
            end
        end)

        it("comes back as a parameter of text(), whose name may stand in another one", function()
            local statement = corm.text("SELECT CAST(:x AS TEXT), CAST(:y AS TEXT), 'a\\:x'")
                :bindparams({ y = ":x" })
            for _, text in ipairs(strings.TEXTS) do
                local row = fixture.conn:execute(statement, { x = text }):one()
                assert.same({ text, ":x", "a:x" }, { row:unpack() })
            end
        end)

        it("is refused when it is none", function()
            for _, text in ipairs(strings.BROKEN) do
                for _, statement in ipairs({
                    select(literal(text)),
                    select(literal("x"):in_({ "a", text })),
                    select(corm.func.lower(corm.bindparam("x", text, { literal_execute = true }))),
                }) do
                    local ok, e = pcall(fixture.conn.execute, fixture.conn, statement)
                    assert.is_false(ok, ("%q"):format(text))
                    assert.is_true(corm.exc.DataError:is(e), tostring(e))
                end
                local ok, e = pcall(function()
                    return tostring(select(literal(text)):compile({
                        dialect = db.name, compile_kwargs = { literal_binds = true },
                    }))
                end)
                assert.is_false(ok)
                assert.is_true(corm.exc.CormError:is(e), tostring(e))
            end
        end)

        it("stays itself in LIKE with autoescape", function()
            for _, text in ipairs(strings.TEXTS) do
                local whole = literal("<" .. text .. ">")
                assert.is_true(fixture.conn:scalar(select(whole:contains(text, {
                    autoescape = true,
                }))), ("%q"):format(text))
                assert.is_false(fixture.conn:scalar(select(literal("<>"):contains(text, {
                    autoescape = true,
                }))), ("%q"):format(text))
            end
        end)
    end)

    describe("a number", function()
        local function round_trip(value, literal_binds)
            local engine = corm.create_engine(db.url)
            local found = engine:connect(function(conn)
                local statement = select(literal(value))
                if literal_binds then
                    local sql = tostring(statement:compile({
                        dialect = db.name, compile_kwargs = { literal_binds = true },
                    }))
                    return conn:exec_driver_sql(sql):scalar()
                end
                return conn:scalar(statement)
            end)
            engine:dispose()
            return found
        end

        it("comes back from the ends of its range", function()
            for _, value in ipairs({
                0, -1, 2147483647, -2147483648, 0.5, -0.25, 1e15, 1e300, -1e300, 5e-324,
                2.0 ^ 53, 1 / 0, -1 / 0,
            }) do
                for _, literal_binds in ipairs({ false, true }) do
                    local found = round_trip(value, literal_binds)
                    if type(found) ~= "number" then
                        found = tonumber(tostring(found)) -- PostgreSQL's literals are decimals
                    end
                    assert.equal(value, found, tostring(value))
                end
            end
        end)

        it("that is none is refused", function()
            for _, literal_binds in ipairs({ false, true }) do
                local ok, e = pcall(round_trip, 0 / 0, literal_binds)
                assert.is_false(ok)
                assert.is_true(corm.exc.CormError:is(e))
            end
        end)

        it("with a sign never begins a comment", function()
            local engine = corm.create_engine(db.url)
            engine:connect(function(conn)
                assert.equal(5, conn:scalar(select(-corm.bindparam("x", -5, {
                    literal_execute = true,
                }))))
                for _, case in ipairs({
                    { literal(5) - literal(-5), 10 }, { -literal(-5), 5 }, { -(-literal(5)), 5 },
                    { literal(1) - (-literal(-2)), -1 }, { -literal(-2.5), 2.5 },
                }) do
                    local sql = tostring(select(case[1]):compile({
                        dialect = db.name, compile_kwargs = { literal_binds = true },
                    }))
                    assert.is_nil(sql:find("--", 1, true), sql)
                    local found = tonumber(tostring(conn:exec_driver_sql(sql):scalar()))
                    assert.equal(case[2], found, sql)
                end
            end)
            engine:dispose()
        end)
    end)
end)
