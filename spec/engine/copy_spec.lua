-- SPDX-License-Identifier: MIT
-- Many mappings for one INSERT: a COPY on PostgreSQL, and nobody but the log can tell.
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String

local MANY = 1500 -- more than one INSERT takes
local raises = helper.raises

describe("An INSERT of many mappings", function()
    helper.each_database(function(db)
        local it_has

        local function make(...)
            local metadata = corm.MetaData()
            local t = corm.Table("t", metadata, Column("id", Integer, { primary_key = true }), ...)
            metadata:create_all(it_has.engine)
            return t
        end

        local function mappings(make_one)
            local list = {}
            for i = 1, MANY do
                list[i] = make_one(i)
            end
            return list
        end

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
            it_has.sql = helper.capture_sql(it_has.engine)
            it_has.connection = it_has.engine:connect()
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        local function was_copied()
            return it_has.sql[#it_has.sql]:find("^COPY ") ~= nil
        end

        it("is one COPY where the database has it", function()
            local t = make(Column("name", String), Column("n", Integer))
            local result = it_has.connection:execute(corm.insert(t), mappings(function(i)
                return { name = "n" .. i, n = i }
            end))
            assert.equal(MANY, result.rowcount)
            assert.equal(db.name == "postgresql", was_copied())
            assert.equal(MANY, #it_has.sql.parameters[#it_has.sql.parameters])
            local sum = it_has.connection:scalar(corm.select(corm.func.sum(t.c.n)))
            assert.equal(MANY * (MANY + 1) // 2, sum)
        end)

        it("stores every type as an INSERT of one does", function()
            local t = make(Column("s", String), Column("f", corm.Float), Column("b", corm.Boolean),
                Column("d", corm.Date), Column("at", corm.DateTime),
                Column("n", corm.Numeric(9, 2)),
                Column("v", corm.Interval), Column("j", corm.JSON), Column("u", corm.Uuid))
            local function one()
                return {
                    s = "tab\tline\nreturn\rback\\slash \\N \u{e9}", f = 1 / 3, b = true,
                    d = corm.date(2024, 2, 29), at = corm.datetime(2024, 2, 29, 1, 2, 3, 45),
                    n = corm.decimal("12.34"), v = corm.interval({ days = 3, seconds = 5 }),
                    j = { a = { 1, "\\\"" } }, u = "0123456789abcdef0123456789abcdef",
                }
            end
            local connection = it_has.connection
            connection:execute(corm.insert(t), one())
            connection:execute(corm.insert(t), mappings(function(i)
                return i == 2 and { s = corm.NULL, f = corm.NULL, b = corm.NULL, d = corm.NULL,
                    at = corm.NULL, n = corm.NULL, v = corm.NULL, j = corm.NULL, u = corm.NULL }
                    or one()
            end))
            local columns = { t.c.s, t.c.f, t.c.b, t.c.d, t.c.at, t.c.n, t.c.v, t.c.u }
            local rows = connection:execute(corm.select(table.unpack(columns))
                :order_by(t.c.id):limit(3)):all()
            assert.equal(rows[1], rows[2])
            assert.is_nil(rows[3].s)
            assert.is_nil(rows[3].f)
            local j = connection:scalar(corm.select(t.c.j):where(t.c.id:eq(2)))
            assert.same({ a = { 1, "\\\"" } }, j)
        end)

        it("has defaults computed", function()
            local calls = 0
            local t = make(Column("name", String), Column("n", Integer, { default = function()
                calls = calls + 1
                return calls
            end }))
            it_has.connection:execute(corm.insert(t), mappings(function(i)
                return { name = "n" .. i }
            end))
            assert.equal(MANY, calls)
            assert.equal(MANY, it_has.connection:scalar(corm.select(corm.func.max(t.c.n))))
        end)

        it("fails as an INSERT would, with what was sent", function()
            local t = make(Column("n", Integer, { unique = true }))
            local e = raises(corm.exc.IntegrityError, function()
                it_has.connection:execute(corm.insert(t), mappings(function(i)
                    return { n = i == 1400 and 7 or i }
                end))
            end)
            assert.equal(MANY, #e.params)
            assert.equal(it_has.sql[#it_has.sql], e.statement)
            it_has.connection:rollback()
            assert.equal(0, it_has.connection:scalar(
                corm.select(corm.func.count()):select_from(t)))
        end)

        it("is no COPY with bytes, with an expression, or when that is not wanted", function()
            local t = make(Column("n", Integer), Column("bytes", corm.LargeBinary),
                Column("at", corm.DateTime, { default = corm.func.now() }))
            local connection = it_has.connection
            connection:execute(corm.insert(t), mappings(function()
                return { n = 1, at = corm.NULL, bytes = "\0\255" }
            end))
            assert.is_false(was_copied())
            connection:execute(corm.insert(t), mappings(function()
                return { n = 1 }
            end))
            assert.is_false(was_copied())
            local options = { execution_options = { use_copy = false } }
            connection:execute(corm.insert(t), mappings(function()
                return { n = 1, at = corm.NULL }
            end), options)
            assert.is_false(was_copied())
            assert.equal(3 * MANY, connection:scalar(
                corm.select(corm.func.count()):select_from(t)))
        end)

        it("may get a comment from a listener", function()
            local t = make(Column("n", Integer))
            local function comment(_, _, sql, params)
                return sql .. " /* from here */", params
            end
            corm.event.listen(it_has.connection, "before_cursor_execute", comment,
                { retval = true })
            it_has.connection:execute(corm.insert(t), mappings(function(i)
                return { n = i }
            end))
            assert.equal(MANY, it_has.connection:scalar(
                corm.select(corm.func.count()):select_from(t)))
        end)
    end)
end)
