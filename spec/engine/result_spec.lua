-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local core = require("corm.core")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local raises = helper.raises

-- A connection to a table with rows (1, 'a', 10), (2, 'b', 20), (3, NULL, 20).
local function filled(fixture)
    local t = corm.Table("t", corm.MetaData(),
        Column("id", Integer, { primary_key = true }),
        Column("name", String(30)),
        Column("n", Integer))
    fixture.connection = corm.create_engine("sqlite://"):connect()
    t.metadata:create_all(fixture.connection)
    fixture.connection:execute(corm.insert(t), {
        { name = "a", n = 10 }, { name = "b", n = 20 }, { name = corm.NULL, n = 20 },
    })
    fixture.t = t
    return fixture
end

local function unpack_all(rows)
    local list = {}
    for i, row in ipairs(rows) do
        list[i] = { row:unpack() }
    end
    return list
end

describe("Result", function()
    local it_has

    before_each(function()
        it_has = filled(helper.fixture())
    end)

    after_each(function()
        it_has.connection:close()
    end)

    local function all()
        return it_has.connection:execute(corm.select(it_has.t):order_by(it_has.t.c.id))
    end

    it("tells rows apart by a function of the row, whatever it gives", function()
        local function by_n(row)
            return row[3]
        end
        assert.equal(2, #all():unique(by_n):mappings():all())
        assert.equal("b", all():mappings():unique(by_n):all()[2].name)
    end)

    it("has keys to iterate over, twice if they come twice", function()
        local t, names = it_has.t, {}
        local result = it_has.connection:execute(
            corm.select(t.c.id, t.c.n, t.c.id):set_label_style(corm.LABEL_STYLE_NONE))
        for name in result:keys() do
            names[#names + 1] = name
        end
        assert.same({ "id", "n", "id" }, names)
    end)

    it("iterates", function()
        local ids = {}
        for row in all() do
            ids[#ids + 1] = row.id
        end
        assert.same({ 1, 2, 3 }, ids)
    end)

    it("gives all rows, and what is left", function()
        local result = all()
        assert.equal(1, result:fetchone().id)
        assert.equal(2, #result:all())
        assert.same({}, result:all())
        assert.same({}, result:fetchall())
        assert.is_nil(result:fetchone())
    end)

    it("gives some rows", function()
        local result = all()
        assert.equal(2, #result:fetchmany(2))
        assert.equal(1, #result:fetchmany(2))
        assert.equal(0, #result:fetchmany(2))
    end)

    it("gives the first row and drops the rest", function()
        local result = all()
        assert.equal(1, result:first().id)
        assert.is_true(result.closed)
        raises(exc.ResourceClosedError, result.fetchone, result)
        assert.is_nil(it_has.connection:execute(
            corm.select(it_has.t):where(it_has.t.c.id:eq(9))):first())
    end)

    it("insists on one row", function()
        local t, connection = it_has.t, it_has.connection
        local function where(n)
            return connection:execute(corm.select(t.c.name):where(t.c.n:eq(n)))
        end
        assert.equal("a", where(10):one().name)
        raises(exc.NoResultFound, function()
            where(5):one()
        end)
        raises(exc.MultipleResultsFound, function()
            where(20):one()
        end)
        assert.is_nil(where(5):one_or_none())
        assert.equal("a", where(10):one_or_none().name)
        raises(exc.MultipleResultsFound, function()
            where(20):one_or_none()
        end)
    end)

    it("gives scalars of single rows", function()
        local t, connection = it_has.t, it_has.connection
        local function where(n)
            return connection:execute(corm.select(t.c.name):where(t.c.n:eq(n)))
        end
        assert.equal("a", where(10):scalar())
        assert.is_nil(where(5):scalar())
        assert.equal("a", where(10):scalar_one())
        assert.equal("a", where(10):scalar_one_or_none())
        assert.is_nil(where(5):scalar_one_or_none())
        raises(exc.NoResultFound, function()
            where(5):scalar_one()
        end)
        raises(exc.MultipleResultsFound, function()
            where(20):scalar_one()
        end)
    end)

    it("views rows as scalars, of the first column or another", function()
        assert.same({ 1, 2, 3 }, all():scalars():all())
        assert.same({ "a", "b", corm.NULL }, all():scalars("name"):all())
        assert.same({ 10, 20, 20 }, all():scalars(3):all())
        assert.same({ 10, 20, 20 }, all():scalars(it_has.t.c.n):all())
        assert.equal("a", all():scalars("name"):first())
        raises(exc.NoSuchColumnError, function()
            all():scalars("nmae")
        end)
        local list = {}
        for name in all():scalars("name") do
            list[#list + 1] = name
        end
        assert.same({ "a", "b", corm.NULL }, list)
    end)

    it("finds nothing of a mapping by position", function()
        local mapping = all():mappings():first()
        for _, position in ipairs({ 1, -1, #mapping + 1 }) do
            local ok, e = pcall(function() return mapping[position] end)
            assert.is_false(ok)
            assert.equal("NoSuchColumnError", e.kind)
        end
    end)

    it("views rows as mappings", function()
        local mapping = all():mappings():first()
        assert.equal("a", mapping.name)
        assert.equal("a", mapping["name"])
        local names = {}
        for name, value in pairs(mapping) do
            names[#names + 1] = name .. "=" .. tostring(value)
        end
        assert.same({ "id=1", "name=a", "n=10" }, names)
        assert.equal("{id = 1, name = 'a', n = 10}", tostring(mapping))
        assert.equal("x", mapping:get("no such", "x"))
        assert.equal("a", mapping:get("name"))
    end)

    it("views some of the columns, in any order", function()
        local result = all():columns("n", 1)
        assert.same({ "n", "id" }, result:keys())
        assert.same({ { 10, 1 }, { 20, 2 }, { 20, 3 } }, unpack_all(result:all()))
        assert.same({ 10, 20, 20 }, all():columns("n", 1):scalars():all())
        assert.same({ "a", "b", corm.NULL }, all():columns("n", "name"):scalars("name"):all())
        assert.equal("{n = 10}", tostring(all():columns("n"):mappings():first()))
        assert.same({ { "a" } }, unpack_all({ all():columns("n", "name"):columns("name"):first() }))
    end)

    it("leaves repeated values out", function()
        assert.same({ 10, 20 }, all():scalars("n"):unique():all())
        assert.same({ 10, 20 }, all():unique():scalars("n"):all())
        assert.same({ { 10 }, { 20 } }, unpack_all(all():columns("n"):unique():all()))
        assert.same({ { 1, "a", 10 }, { 2, "b", 20 } }, unpack_all(all():unique(function(row)
            return row.n
        end):all()))
    end)

    it("tells NULL from values when it looks for repeated ones", function()
        local rows = it_has.connection:exec_driver_sql(
            "SELECT NULL AS x UNION ALL SELECT NULL UNION ALL SELECT '' UNION ALL SELECT 0 "
            .. "UNION ALL SELECT 0.5"):unique():all()
        assert.equal(4, #rows)
    end)

    it("tells rows apart by all of their columns, also where one is wanted", function()
        local pairs_of = "SELECT 1 AS a, 1 AS b UNION ALL SELECT 1, 2 UNION ALL SELECT 1, 1"
        local function run()
            return it_has.connection:exec_driver_sql(pairs_of)
        end
        assert.equal(2, #run():mappings():unique():all())
        raises(exc.MultipleResultsFound, function()
            run():unique():scalar_one()
        end)
        assert.equal(1, run():scalars():unique():one())
        assert.equal(1, run():mappings():unique():first().a)
    end)

    it("is closed when there was more than one row", function()
        for _, method in ipairs({ "one", "one_or_none", "scalar_one", "scalar_one_or_none" }) do
            local result = all()
            raises(exc.MultipleResultsFound, result[method], result)
            assert.is_true(result.closed)
            raises(exc.ResourceClosedError, result[method], result)
        end
    end)

    it("refuses to give less than no rows", function()
        assert.same({}, all():fetchmany(0))
        raises(exc.ArgumentError, function()
            all():fetchmany(-1)
        end)
    end)

    it("comes in partitions", function()
        local sizes = {}
        for list in all():partitions(2) do
            sizes[#sizes + 1] = #list
        end
        assert.same({ 2, 1 }, sizes)
        sizes = {}
        for list in all():yield_per(1):partitions() do
            sizes[#sizes + 1] = #list
        end
        assert.same({ 1, 1, 1 }, sizes)
    end)

    it("names its columns", function()
        assert.same({ "id", "name", "n" }, all():keys())
        assert.equal("Keys(id, name, n)", tostring(all():keys()))
    end)

    it("takes its arguments by name as well", function()
        assert.equal(2, #all():fetchmany({ size = 2 }))
        assert.equal(2, #all():partitions({ size = 2 })())
        assert.equal(2, #all():yield_per({ num = 2 }):fetchmany())
        assert.same({ "a", "b", corm.NULL }, all():scalars({ index = "name" }):all())
        assert.equal(1, #all():unique({ strategy = function()
            return 1
        end }):all())
        for _, name in ipairs({ "fetchmany", "yield_per", "scalars", "unique" }) do
            local e = raises(exc.ArgumentError, all()[name], all(), { nosuch = 1 })
            assert.truthy(e.message:find(name .. ": unknown option 'nosuch'", 1, true), e.message)
        end
    end)

    it("is frozen and replayed", function()
        local frozen = all():freeze()
        assert.equal(3, #frozen():all())
        assert.equal("b", frozen():all()[2].name)
        assert.same({ 1, 2, 3 }, frozen():scalars():all())
        assert.same({ "a", "b", corm.NULL }, all():scalars("name"):freeze()():all())
        assert.equal("{id = 1, name = 'a', n = 10}", tostring(frozen():mappings():first()))
        local mappings = all():mappings():freeze()
        for _ = 1, 2 do
            assert.equal("{id = 1, name = 'a', n = 10}", tostring(mappings():first()))
            assert.equal(3, #mappings():all())
        end
    end)

    it("is merged with others", function()
        local merged = all():merge(all(), all())
        assert.same({ 1, 2, 3, 1, 2, 3, 1, 2, 3 }, merged:scalars():all())
        raises(exc.ArgumentError, function()
            all():merge({})
        end)
    end)

    it("cannot be read after close", function()
        local result = all()
        result:close()
        result:close()
        assert.is_true(result.closed)
        raises(exc.ResourceClosedError, result.all, result)
        raises(exc.ResourceClosedError, function()
            for _ in result do
                error("not reached")
            end
        end)
    end)

    it("cannot be read after its connection was closed", function()
        local result = all()
        assert.equal(1, result:fetchone().id)
        it_has.connection:close()
        raises(exc.ResourceClosedError, result.fetchone, result)
    end)

    it("closes in a to-be-closed variable", function()
        local kept
        do
            local result <close> = all()
            kept = result
        end
        assert.is_true(kept.closed)
    end)

    it("refuses to give rows where there are none", function()
        local result = it_has.connection:execute(corm.delete(it_has.t))
        assert.is_false(result.returns_rows)
        assert.equal(3, result.rowcount)
        for _, name in ipairs({ "all", "first", "one", "scalar", "fetchone", "keys", "scalars" }) do
            raises(exc.ResourceClosedError, result[name], result)
        end
    end)

    it("tells what it is", function()
        local result = all()
        assert.is_true(corm.Result:is(result))
        assert.is_true(corm.ScalarResult:is(result:scalars()))
        assert.is_true(corm.MappingResult:is(result:mappings()))
        assert.is_false(corm.ScalarResult:is(result))
        assert.equal("corm.Result(open)", tostring(result))
        assert.equal(it_has.connection, result.connection)
        raises(exc.ArgumentError, function()
            return result.nonsense
        end)
        raises(exc.InvalidRequestError, function()
            return result.inserted_primary_key
        end)
    end)

    it("has its methods as functions too", function()
        assert.equal(3, #corm.Result.all(all()))
        raises(exc.ArgumentError, corm.Result.all, 5)
        raises(exc.ArgumentError, corm.Result.all, io.stdout)
    end)

    it("is made of one's own rows", function()
        local result = corm.engine.IteratorResult({ "a", "b" }, { { 1, "x" }, { 2, corm.NULL } })
        assert.is_true(corm.engine.IteratorResult:is(result))
        assert.is_false(corm.engine.IteratorResult:is({}))
        local rows = result:all()
        assert.equal("x", rows[1].b)
        assert.is_nil(rows[2].b)
        assert.equal("(2, NULL)", tostring(rows[2]))
    end)

    it("frees the statement when it is forgotten", function()
        do
            all():fetchone()
        end
        collectgarbage()
        collectgarbage()
        it_has.connection:exec_driver_sql("DROP TABLE t")
    end)

    it("does not stop the collector for good when a long list fails", function()
        local numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            .. "WHERE i < 2000) SELECT %s FROM n"
        local connection = it_has.connection
        assert.equal(2000, #connection:exec_driver_sql(numbers:format("i")):all())
        assert.is_true(collectgarbage("isrunning"))
        raises(exc.OperationalError, function()
            connection:exec_driver_sql(numbers:format(
                "CASE WHEN i < 1500 THEN 1 ELSE abs(-9223372036854775807 - 1) END")):all()
        end)
        assert.is_true(collectgarbage("isrunning"))
        collectgarbage("stop")
        connection:exec_driver_sql(numbers:format("i")):all()
        assert.is_false(collectgarbage("isrunning"))
        collectgarbage("restart")
    end)
end)

describe("Row", function()
    local it_has

    before_each(function()
        it_has = filled(helper.fixture())
    end)

    after_each(function()
        it_has.connection:close()
    end)

    local function row()
        return it_has.connection:execute(corm.select(it_has.t):order_by(it_has.t.c.id)):first()
    end

    it("is read by position, by name and by column", function()
        local t, it_ = it_has.t, row()
        assert.equal("a", it_[2])
        assert.equal("a", it_.name)
        assert.equal("a", it_[t.c.name])
        assert.equal(3, #it_)
        assert.same({ 1, "a", 10 }, { it_:unpack() })
        assert.same({ id = 1, name = "a", n = 10 }, it_:asdict())
        assert.same({ id = 1, name = "a", n = 10 }, it_:_asdict())
        assert.same({ "id", "name", "n" }, it_._fields)
        assert.equal("a", it_._mapping.name)
    end)

    it("is walked by ipairs and pairs", function()
        local t, seen = it_has.t, {}
        for i, value in ipairs(row()) do
            seen[i] = value
        end
        assert.same({ 1, "a", 10 }, seen)
        local last = it_has.connection:execute(corm.select(t):where(t.c.id:eq(3))):one()
        local positions = 0
        for _ in pairs(last) do
            positions = positions + 1
        end
        assert.equal(3, positions)
        assert.is_nil(last.name)
    end)

    it("prints like a tuple", function()
        assert.equal("(1, 'a', 10)", tostring(row()))
        assert.equal("(5,)", tostring(it_has.connection:exec_driver_sql("SELECT 5"):one()))
        assert.equal("(NULL,)", tostring(it_has.connection:exec_driver_sql("SELECT NULL"):one()))
    end)

    it("equals a row with equal values", function()
        assert.is_true(row() == row())
        local rows = it_has.connection:execute(corm.select(it_has.t)):all()
        assert.is_false(rows[1] == rows[2])
        assert.is_true(rows[1] < rows[2])
        table.sort(rows, function(a, b)
            return b < a
        end)
        assert.equal(3, rows[1].id)
    end)

    it("is ordered by the first columns that differ", function()
        local one = core.row(core.row_shape({ "a", "b" }), { 1, "x" })
        local other = core.row(core.row_shape({ "a", "b" }), { 1, "y" })
        assert.is_true(one < other and one <= other and one <= one and other >= one)
        assert.is_false(other <= one)
    end)

    it("says what it contains", function()
        local own = core.row(core.row_shape({ "a", "b" }), { 1, "x" })
        assert.is_true(own:contains("x"))
        assert.is_false(own:contains("b"))
        assert.is_true(own._mapping:contains("b"))
        assert.is_false(own._mapping:contains("x"))
    end)

    it("is as a mapping equal to one with the same names and values", function()
        local own = core.row(core.row_shape({ "a", "b" }), { 1, "x" })
        local same = core.row(core.row_shape({ "b", "a" }), { "x", 1 })
        local other = core.row(core.row_shape({ "a", "c" }), { 1, "x" })
        assert.is_true(own._mapping == same._mapping)
        assert.is_false(own._mapping == other._mapping)
    end)

    it("counts and finds values", function()
        local it_ = it_has.connection:exec_driver_sql("SELECT 5, 7, 5"):one()
        assert.equal(2, it_:count(5))
        assert.equal(2, it_:index(7))
        raises(exc.ArgumentError, it_.index, it_, 8)
    end)

    it("lets a column's name win over a method's", function()
        local it_ = it_has.connection:exec_driver_sql(
            'SELECT 1 AS "unpack", 2 AS "count"'):one()
        assert.equal(1, it_.unpack)
        assert.equal(2, it_.count)
        assert.same({ 1, 2 }, { corm.Row.unpack(it_) })
    end)

    it("says which column there is not", function()
        local it_ = row()
        local e = raises(exc.NoSuchColumnError, function()
            return it_.nmae
        end)
        assert.truthy(e.message:find("nmae", 1, true))
        raises(exc.NoSuchColumnError, function()
            return it_[7]
        end)
        raises(exc.NoSuchColumnError, function()
            return it_[0]
        end)
    end)

    it("refuses a name that several columns have", function()
        local it_ = it_has.connection:exec_driver_sql("SELECT 1 AS x, 2 AS x"):one()
        assert.equal(2, it_[2])
        raises(exc.InvalidRequestError, function()
            return it_.x
        end)
    end)

    it("finds each of many columns, whatever their names are like", function()
        local long = ("x"):rep(60)
        local columns, names = {}, {}
        for i = 1, 70 do
            names[i] = i % 2 == 0 and "column_" .. i or long .. i
            columns[i] = ('%d AS "%s"'):format(i, names[i])
        end
        local it_ = it_has.connection:exec_driver_sql("SELECT " .. table.concat(columns, ", "))
            :one()
        for i, name in ipairs(names) do
            assert.equal(i, it_[name])
            assert.equal(i, it_._mapping[name])
            assert.equal(i, it_[i])
        end
        raises(exc.NoSuchColumnError, function()
            return it_[long]
        end)
    end)

    it("does not read what is no row of its kind", function()
        local index = debug.getmetatable(row()).__index
        local other = it_has.connection:exec_driver_sql("SELECT 5 AS id"):one()
        local long, list = ("x"):rep(100), { 1, 2, 3, 4, 5, 6, 7, 8, 9 }
        for _, value in ipairs({ io.stdout, list, long, 5, it_has.connection, other }) do
            raises(exc.ArgumentError, index, value, "id")
        end
        assert.equal(1, index(row(), "id"))
    end)

    it("cannot be changed", function()
        local it_ = row()
        raises(exc.InvalidRequestError, function()
            it_.name = "x"
        end)
    end)

    it("outlives its result, connection and engine", function()
        local it_ = row()
        it_has.connection:close()
        it_has.connection = { close = function() end }
        it_has.t = nil
        collectgarbage()
        collectgarbage()
        assert.equal("a", it_.name)
    end)

    it("decodes values by their types when they are read", function()
        local connection = it_has.connection
        local d = corm.Table("d", corm.MetaData(),
            Column("id", Integer, { primary_key = true }),
            Column("at", corm.DateTime), Column("day", corm.Date),
            Column("ok", corm.Boolean), Column("price", corm.Numeric(10, 2)),
            Column("raw", corm.LargeBinary))
        d.metadata:create_all(connection)
        connection:execute(corm.insert(d), {
            at = corm.datetime(2024, 1, 31, 12, 0, 0), day = corm.date(2024, 2, 29),
            ok = true, price = corm.decimal("1.10"), raw = "a\0b",
        })
        local it_ = connection:execute(corm.select(d)):one()
        assert.equal("2024-01-31 12:00:00", tostring(it_.at))
        assert.equal(2024, it_.day.year)
        assert.is_true(it_.ok)
        assert.equal("1.10", tostring(it_.price))
        assert.equal("a\0b", it_.raw)
    end)

    it("is told from other values", function()
        assert.is_true(corm.Row:is(row()))
        assert.is_false(corm.Row:is({}))
        assert.is_false(corm.Row:is(io.stdout))
        assert.is_true(corm.RowMapping:is(row()._mapping))
        raises(exc.ArgumentError, corm.Row.unpack, {})
    end)
end)
