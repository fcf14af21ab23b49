-- SPDX-License-Identifier: MIT
-- Identifiers and texts: NUL, bytes that are not UTF-8 and names that a database would cut
-- short are refused alike for every database, before anything is sent.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local raises = helper.raises

local BAD_TEXTS = {
    "a\0b", "\0", "\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf5\x80\x80\x80",
    ("x"):rep(100000) .. "\0",
}

helper.each_database(function(db)
    describe("Text", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
            it_has.connection = it_has.engine:connect()
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        it("with a NUL or not in UTF-8 is no parameter", function()
            local placeholder = db.name == "sqlite" and "?" or "$1::text"
            for _, text in ipairs(BAD_TEXTS) do
                raises(exc.DataError, it_has.connection.exec_driver_sql, it_has.connection,
                    "SELECT " .. placeholder, { text })
                raises(exc.DataError, it_has.connection.execute, it_has.connection,
                    corm.select(corm.literal(text)))
                it_has.connection:rollback()
            end
        end)

        it("is a parameter whatever else it says", function()
            for _, text in ipairs({ "'; DROP TABLE x; --", "\\'", "\27[31m", "\r\n", "%s %% $1 ?",
                ":name", "\u{202e}", "\u{10ffff}", "" }) do
                assert.equal(text, it_has.connection:scalar(corm.select(corm.literal(text))))
            end
        end)

        it("with a NUL is no statement", function()
            raises(exc.ProgrammingError, it_has.connection.exec_driver_sql, it_has.connection,
                "SELECT 1\0; DROP TABLE x")
        end)

        it("is one statement, not two", function()
            raises(exc.DBAPIError, it_has.connection.exec_driver_sql, it_has.connection,
                "SELECT 1; SELECT 2")
            it_has.connection:rollback()
            raises(exc.DBAPIError, it_has.connection.execute, it_has.connection,
                corm.text("SELECT 1; SELECT 2"))
        end)

        it("of a savepoint or two-phase id stays text", function()
            if db.name == "postgresql" then
                local xid = "a'; DROP TABLE x; --"
                local tx = it_has.connection:begin_twophase(xid)
                it_has.connection:exec_driver_sql("SELECT 1"):close()
                tx:prepare()
                assert.same({ xid }, it_has.connection:recover_twophase())
                tx:rollback()
            end
            raises(exc.ArgumentError, it_has.connection.execution_options, it_has.connection,
                { isolation_level = "SERIALIZABLE; DROP TABLE x" })
        end)
    end)

    describe("A name", function()
        local function create(name, column)
            local engine = corm.create_engine(db.url)
            local metadata = corm.MetaData()
            local ok, e = pcall(function()
                corm.Table(name, metadata, corm.Column(column, corm.Integer))
                metadata:create_all(engine)
            end)
            local names
            if ok then
                names = engine:connect(function(connection)
                    local from = db.name == "sqlite"
                        and "SELECT name FROM sqlite_master WHERE type = 'table'"
                        or "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                    return connection:exec_driver_sql(from):scalars():all()
                end)
            end
            engine:dispose()
            return names, e
        end

        it("with a NUL, not in UTF-8 or empty is refused", function()
            for _, name in ipairs({ "a\0b", "a\xff", "" }) do
                local _, e = create(name, "x")
                assert.is_true(exc.CormError:is(e), tostring(e))
                _, e = create("t", name)
                assert.is_true(exc.CormError:is(e), tostring(e))
            end
        end)

        it("with quotes and semicolons is a name", function()
            for _, name in ipairs({ 'a"b', "a'b", "a; DROP TABLE x", "a--b", "a.b", "select",
                "Ünï", "a\nb" }) do
                local names, e = create(name, name)
                assert.same({ name }, names, tostring(e))
                local engine = corm.create_engine(db.url)
                local t = corm.Table(name, corm.MetaData(), corm.Column(name, corm.Integer))
                t.metadata:drop_all(engine)
                engine:dispose()
            end
        end)
    end)
end)

describe("A name that PostgreSQL would cut", function()
    it("is refused when its SQL is made", function()
        local long = ("n"):rep(64)
        local t = corm.Table(long, corm.MetaData(), corm.Column("x", corm.Integer))
        raises(exc.IdentifierError, function()
            return tostring(corm.schema.CreateTable(t):compile({ dialect = "postgresql" }))
        end)
    end)
end)
