-- SPDX-License-Identifier: MIT
-- Many rows of one INSERT go to PostgreSQL as arrays; what can be seen is an INSERT of VALUES.
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String

local function insert_of(t)
    return corm.insert(t):returning(t.c.name)
end

describe("An INSERT of many rows", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        local function make(...)
            local metadata = corm.MetaData()
            local t = corm.Table("t", metadata, Column("id", Integer, { primary_key = true }), ...)
            metadata:create_all(it_has.engine)
            return t
        end

        local function named(n)
            local sets = {}
            for i = 1, n do
                sets[i] = { name = "n" .. i }
            end
            return sets
        end

        it("returns its rows in order, however many they are", function()
            local t = make(Column("name", String))
            it_has.engine:begin(function(conn)
                local at = 0
                for _, n in ipairs({ 7, 8, 9, 100, 1000, 2500 }) do
                    local names = conn:execute(insert_of(t), named(n)):scalars():all()
                    assert.equal(n, #names)
                    for i, name in ipairs(names) do
                        assert.equal("n" .. i, name)
                    end
                    at = at + n
                end
                assert.equal(at, conn:scalar(corm.select(corm.func.count()):select_from(t)))
            end)
        end)

        it("computes expressions among its values for each row", function()
            local t = make(Column("name", String),
                Column("upper", String, { default = corm.func.upper("it's a \"default\"") }))
            it_has.engine:begin(function(conn)
                conn:execute(insert_of(t), named(20)):all()
                local stored = conn:execute(corm.select(t.c.upper):distinct()):scalars():all()
                assert.same({ "IT'S A \"DEFAULT\"" }, stored)
            end)
        end)

        it("is shown as VALUES", function()
            local sql = helper.capture_sql(it_has.engine)
            local t = make(Column("name", String))
            it_has.engine:begin(function(conn)
                conn:execute(insert_of(t), named(9)):all()
            end)
            local shown = table.concat(sql, "\n")
            assert.truthy(shown:find("INSERT INTO t (name) VALUES", 1, true), shown)
            assert.falsy(shown:find("unnest", 1, true), shown)
        end)

        it("has the errors of single rows", function()
            local t = make(Column("name", String(5), { nullable = false, unique = true }))
            local sets = named(20)
            sets[15].name = "n3"
            it_has.engine:begin(function(conn)
                local savepoint = conn:begin_nested()
                local ok, e = pcall(conn.execute, conn, insert_of(t), sets)
                assert.is_false(ok)
                assert.is_true(corm.exc.IntegrityError:is(e), tostring(e))
                savepoint:rollback()
                assert.equal(20, #conn:execute(insert_of(t), named(20)):all())
            end)
        end)

        it("goes on after a value that no array can hold", function()
            local t = make(Column("kind", corm.Enum("a", "b", { name = "row_kind" })),
                Column("name", String))
            local sets = named(20)
            for i, set in ipairs(sets) do
                set.kind = i % 2 == 0 and "a" or "b"
            end
            it_has.engine:begin(function(conn)
                for _ = 1, 2 do
                    local kinds = conn:execute(
                        corm.insert(t):returning(t.c.kind), sets):scalars():all()
                    assert.equal("b,a", table.concat(kinds, ",", 1, 2))
                    assert.equal(20, #kinds)
                end
            end)
            t.metadata:drop_all(it_has.engine)
        end)

        if db.name == "postgresql" then
            it("is one prepared statement for any number of rows", function()
                local t = make(Column("name", String))
                it_has.engine:begin(function(conn)
                    for n = 8, 40 do
                        conn:execute(insert_of(t), named(n)):all()
                    end
                    assert.equal(1, conn:scalar(corm.text(
                        "SELECT count(*) FROM pg_prepared_statements"
                        .. " WHERE statement LIKE 'INSERT%unnest(%'")))
                end)
            end)
        end
    end)
end)
