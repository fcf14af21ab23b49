-- SPDX-License-Identifier: MIT
-- Values at the edges of their types, there and back by every way that a value can take: what
-- comes back is what went in.

local helper = require("spec.helper")
local corm = require("corm")
local pg = require("corm.dialects.postgresql")
local types = corm.types
local Column, Integer, select, insert = corm.Column, corm.Integer, corm.select, corm.insert

local BYTES = {}
for i = 0, 255 do
    BYTES[#BYTES + 1] = string.char(i)
end
BYTES = table.concat(BYTES)

local TAIL = 4096

---@class spec.TypeEdges
---@field [1] string what the test is called
---@field [2] corm.types.TypeEngine
---@field [3] any[] values
---@field extension? string of PostgreSQL, that has the type
---@field only? string the database that has the type
---@field no_array? boolean|string no array on PostgreSQL, and why
local EDGES = {
    { "SmallInteger", types.SmallInteger, { 0, 1, -1, 32767, -32768 } },
    { "Integer", types.Integer, { 0, 1, -1, 2147483647, -2147483648 } },
    { "BigInteger", types.BigInteger, { 0, math.maxinteger, math.mininteger, 1 << 53 } },
    { "Float", types.Float, {
        0.0, 0.1, -0.1, 1e308, -1e308, 5e-324, 1 / 3, 2.0 ^ 53, math.huge, -math.huge,
    } },
    { "Double", types.Double, { 0.1, 1.7976931348623157e308, 2.2250738585072014e-308 } },
    { "Numeric", types.Numeric(20, 6), {
        corm.decimal("0.000000"), corm.decimal("0.100000"), corm.decimal("-12345678.123456"),
    } },
    { "Numeric of 60 digits", types.Numeric(60, 20), {
        corm.decimal("1234567890123456789012345678901234567890.12345678901234567890"),
        corm.decimal("-0.00000000000000000001"),
    }, only = "postgresql" },
    { "String", types.String(200), {
        "", " ", "'", "''", '"', "\\", "%_", "a\nb\tc\r", "NULL", "{}", ":x ? $1 -- /*",
        "é", "日本語", "😀𐍈", ("x"):rep(200),
    } },
    { "Text", types.Text, { "", ("ä"):rep(TAIL), "x'); DROP TABLE t; --" } },
    { "LargeBinary", types.LargeBinary, { "", "\0", "a\0b", BYTES, ("\0"):rep(TAIL), "\\x00" } },
    { "Boolean", types.Boolean, { true, false } },
    { "Date", types.Date, {
        corm.date(1, 1, 1), corm.date(9999, 12, 31), corm.date(1970, 1, 1),
        corm.date(2000, 2, 29), corm.date(1582, 10, 10), "infinity", "-infinity",
    } },
    { "Time", types.Time, {
        corm.time(0, 0, 0), corm.time(23, 59, 59, 999999), corm.time(12, 0, 0, 1),
    } },
    { "DateTime", types.DateTime, {
        corm.datetime(1, 1, 1), corm.datetime(9999, 12, 31, 23, 59, 59, 999999),
        corm.datetime(1969, 12, 31, 23, 59, 59, 999999), corm.datetime(2024, 2, 29, 12, 0, 0, 1),
        "infinity", "-infinity",
    } },
    { "DateTime with time zone", types.DateTime({ timezone = true }), {
        corm.datetime.fromisoformat("0001-01-01 00:00:00+00:00"),
        corm.datetime.fromisoformat("9999-12-31 23:59:59.999999+00:00"),
        corm.datetime.fromisoformat("2024-06-01 12:30:00.000001+00:00"), "infinity", "-infinity",
    } },
    { "Interval", types.Interval, {
        corm.interval({ days = 0 }), corm.interval({ days = -1, microseconds = 1 }),
        corm.interval({ days = 36500, hours = 23 }), corm.interval({ microseconds = -1 }),
    } },
    { "Interval kept as a moment", types.Interval({ native = false }), {
        corm.interval({ days = 400, microseconds = 7 }), corm.interval({ hours = -25 }),
    }, no_array = true },
    { "Uuid", types.Uuid, {
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    } },
    { "Uuid that is not native", types.Uuid({ native_uuid = false }), {
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    } },
    { "Enum", types.Enum("", "a", "O'Hara", "😀", { name = "edge_enum" }), {
        "", "a", "O'Hara", "😀",
    } },
    { "Enum that is not native", types.Enum("x", "yy", { native_enum = false }), { "x", "yy" } },
    { "JSON", types.JSON, {
        0, -1, 0.1, 1e308, math.maxinteger, "", "😀\\\"'", true, false, {}, { 1, { 2 } },
        { a = { b = { "c", corm.NULL } } },
    }, no_array = "json has no equality" },
    { "HSTORE", pg.HSTORE, {
        {}, { a = "" }, { a = corm.NULL, b = "NULL" }, { [""] = "", [" => "] = ", " },
        { ['"'] = "\\", ["\\\""] = "'", ["😀"] = "a\nb" },
    }, only = "postgresql", extension = "hstore", no_array = "tables would be arrays" },
    { "ARRAY", pg.ARRAY(types.Integer), {
        {}, { 1 }, { corm.NULL }, { 1, corm.NULL, -2147483648 },
        { { 1, corm.NULL }, { corm.NULL, 2 } }, { { { 1 }, { 2 } } },
    }, only = "postgresql", no_array = "of arrays there are none" },
    { "ARRAY of texts", pg.ARRAY(types.Text), {
        { "", "NULL", "null", corm.NULL }, { '"', "\\", "{}", "a,b", " ", "'" }, { "😀", "a\nb" },
    }, only = "postgresql", no_array = "of arrays there are none" },
    { "ARRAY of bytes", pg.ARRAY(types.LargeBinary), { { "", "\0", BYTES, corm.NULL } },
        only = "postgresql", no_array = "of arrays there are none" },
    { "INT4RANGE", pg.INT4RANGE, {
        pg.Range(), pg.Range(nil, 5), pg.Range(5, nil), pg.Range(-2147483648, 2147483647),
        pg.Range(nil, nil, { empty = true }),
    }, only = "postgresql" },
    { "NUMRANGE", pg.NUMRANGE, {
        pg.Range(corm.decimal("0.1"), corm.decimal("1.10"), { bounds = "()" }),
        pg.Range(corm.decimal("1"), corm.decimal("1"), { bounds = "[]" }),
    }, only = "postgresql" },
    { "DATERANGE", pg.DATERANGE, {
        pg.Range(corm.date(1, 1, 1), corm.date(9999, 12, 31)),
        pg.Range(nil, corm.date(2024, 2, 29)),
        pg.Range(nil, nil, { empty = true }),
    }, only = "postgresql" },
    { "INT4MULTIRANGE", pg.INT4MULTIRANGE, {
        {}, { pg.Range(1, 3), pg.Range(5, nil) }, { pg.Range() },
    }, only = "postgresql", no_array = "tables would be arrays" },
}

-- A list whose members are other objects than those that come back, but equal ones.
local function check_members(expected, found, what)
    assert.equal(#expected, #found, what)
    for i, member in ipairs(expected) do
        assert.equal(member, found[i], what)
    end
end

-- Equal, tables by their contents, ranges by what is in them and floats by their bits.
local function check(expected, found, way)
    local what = ("%s: %s"):format(way, tostring(expected))
    local is_plain = type(expected) == "table" and getmetatable(expected) == nil
    if is_plain and type(expected[1]) == "table" and getmetatable(expected[1]) ~= nil then
        check_members(expected, found, what)
    elseif is_plain then
        assert.same(expected, found, what)
    else
        assert.equal(expected, found, what)
        assert.equal(math.type(expected), math.type(found), what)
    end
end

-- JSON has no equality on PostgreSQL; what is kept as REAL has one of its own.
local NO_EQUALITY = { JSON = true, Numeric = true }

-- Types that are others to the database.
local ONLY_DECLARED = {
    ["Interval kept as a moment"] = true, ["Uuid that is not native"] = true,
}

---@alias spec.Way fun(conn: corm.Connection, t: corm.Table, values: any[], case: table): any[]

-- The values of the table in order.
local function stored(conn, t)
    local list = {}
    for row in conn:execute(select(t.c.v):order_by(t.c.id)) do
        list[#list + 1] = row.v
    end
    return list
end

local function literal_sql(conn, statement)
    return tostring(statement:compile({
        dialect = conn.dialect, compile_kwargs = { literal_binds = true },
    }))
end

-- Parameter sets with the values, and again and again: rows of some number go as arrays.
local function many_sets(values)
    local sets = {}
    for i = 1, #values + 16 do
        sets[i] = { id = i, v = values[(i - 1) % #values + 1] }
    end
    return sets
end

-- Each way leads a list of values through the database.
---@type table<string, spec.Way>
local WAYS = {
    ["INSERT of one row"] = function(conn, t, values)
        for i, value in ipairs(values) do
            conn:execute(insert(t), { id = i, v = value })
        end
        return stored(conn, t)
    end,
    ["INSERT of many parameter sets"] = function(conn, t, values)
        conn:execute(insert(t), many_sets(values))
        return table.move(stored(conn, t), 1, #values, 1, {})
    end,
    ["INSERT of many rows in one statement"] = function(conn, t, values)
        local rows = {}
        for i, value in ipairs(values) do
            rows[i] = { id = i, v = value }
        end
        conn:execute(insert(t):values(rows))
        return stored(conn, t)
    end,
    ["RETURNING"] = function(conn, t, values)
        local list = {}
        for i, value in ipairs(values) do
            list[i] = conn:execute(insert(t):returning(t.c.v), { id = i, v = value }):scalar()
        end
        return list
    end,
    ["RETURNING of many parameter sets"] = function(conn, t, values)
        local result = conn:execute(insert(t):returning(t.c.v), many_sets(values))
        return table.move(result:scalars():all(), 1, #values, 1, {})
    end,
    ["literal_binds"] = function(conn, t, values)
        for i, value in ipairs(values) do
            conn:exec_driver_sql(literal_sql(conn, insert(t):values({ id = i, v = value })))
        end
        return stored(conn, t)
    end,
    ["a parameter that is selected"] = function(conn, _, values, case)
        local list = {}
        for i, value in ipairs(values) do
            list[i] = conn:scalar(select(corm.cast(corm.literal(value, case[2]), case[2])))
        end
        return list
    end,
    ["UPDATE of many parameter sets"] = function(conn, t, values)
        local sets = {}
        for i, value in ipairs(values) do
            conn:execute(insert(t), { id = i })
            sets[i] = { key = i, value = value }
        end
        conn:execute(corm.update(t):where(t.c.id:eq(corm.bindparam("key")))
            :values({ v = corm.bindparam("value") }), sets)
        return stored(conn, t)
    end,
    ["COPY"] = function(conn, t, values)
        local sets = {}
        for i = 1, 1100 do
            sets[i] = { id = i, v = values[(i - 1) % #values + 1] }
        end
        conn:execute(insert(t), sets)
        return table.move(stored(conn, t), 1, #values, 1, {})
    end,
    ["a comparison"] = function(conn, t, values, case)
        if NO_EQUALITY[case[1]] then
            return values
        end
        conn:execute(insert(t), many_sets(values))
        local list = {}
        for i, value in ipairs(values) do
            local by_value = select(t.c.v):where(t.c.v:eq(value)):order_by(t.c.id)
            local by_parameter = select(t.c.v):where(t.c.v:in_(corm.bindparam("p")), t.c.id:eq(i))
            list[i] = conn:scalar(by_value)
            check(list[i], conn:scalar(by_parameter, { p = { value } }), "IN")
        end
        return list
    end,
    ["a subquery and a CTE"] = function(conn, t, values)
        conn:execute(insert(t), many_sets(values))
        local inner = select(t.c.id, t.c.v):cte("inside")
        local outer = select(inner.c.id, inner.c.v):subquery("outside")
        local result = conn:scalars(select(outer.c.v):order_by(outer.c.id):limit(#values))
        return result:all()
    end,
    ["text with types"] = function(conn, _, values, case)
        local put = corm.text("INSERT INTO edges (id, v) VALUES (:id, :v)")
            :bindparams(corm.bindparam("v", { type_ = case[2] }))
        for i, value in ipairs(values) do
            conn:execute(put, { id = i, v = value })
        end
        local get = corm.text("SELECT v FROM edges ORDER BY id"):columns({ v = case[2] })
        return conn:scalars(get):all()
    end,
    ["a table that was read from the database"] = function(conn, t, values, case)
        conn:execute(insert(t), many_sets(values))
        if conn.dialect.name == "sqlite" or ONLY_DECLARED[case[1]] then
            return values -- the names of its types say less than corm's
        end
        local found = corm.Table("edges", corm.MetaData(), { autoload_with = conn })
        return table.move(stored(conn, found), 1, #values, 1, {})
    end,
    ["a stream"] = function(conn, t, values)
        conn:execute(insert(t), many_sets(values))
        local result = conn:execution_options({ stream_results = true, yield_per = 2 })
            :scalars(select(t.c.v):order_by(t.c.id))
        return table.move(result:all(), 1, #values, 1, {})
    end,
    ["UPDATE"] = function(conn, t, values)
        for i, value in ipairs(values) do
            conn:execute(insert(t), { id = i })
            conn:execute(corm.update(t):where(t.c.id:eq(i)):values({ v = value }))
        end
        return stored(conn, t)
    end,
}

-- On SQLite a CAST to the name of a type means one of its own five, which spoils these.
local NO_CAST = {
    Boolean = true, Date = true, Time = true, DateTime = true, JSON = true, Interval = true,
    Uuid = true, ["DateTime with time zone"] = true, ["Interval kept as a moment"] = true,
    Numeric = true,
}

local function new_table(case, metadata)
    return corm.Table("edges", metadata, Column("id", Integer, { primary_key = true }),
        Column("v", case[2]))
end

local function with_table(db, case, fn)
    local engine = corm.create_engine(db.url)
    local metadata = corm.MetaData()
    local t = new_table(case, metadata)
    metadata:create_all(engine)
    engine:begin(function(conn)
        fn(conn, t)
    end)
end

helper.each_database(function(db)
    for _, case in ipairs(EDGES) do
        local values = case[3]
        if case.only == nil or case.only == db.name then
            describe(case[1], function()
                if case.extension then
                    before_each(function()
                        corm.create_engine(db.url):begin(function(conn)
                            conn:exec_driver_sql("CREATE EXTENSION IF NOT EXISTS "
                                .. case.extension)
                        end)
                    end)
                end

                for name, way in pairs(WAYS) do
                    local is_skipped = db.name == "sqlite" and NO_CAST[case[1]]
                        and name == "a parameter that is selected"
                    if not is_skipped then
                        it("survives " .. name, function()
                            with_table(db, case, function(conn, t)
                                local found = way(conn, t, values, case)
                                assert.equal(#values, #found)
                                for i, value in ipairs(values) do
                                    check(value, found[i], name)
                                end
                            end)
                        end)
                    end
                end

                it("survives a server default", function()
                    local engine = corm.create_engine(db.url)
                    local metadata = corm.MetaData()
                    local dialect = engine.dialect
                    local columns = { Column("id", Integer, { primary_key = true }) }
                    for i, value in ipairs(values) do
                        local text = case[2]:dialect_impl(dialect):literal_processor(dialect)(value)
                        columns[#columns + 1] = Column("v" .. i, case[2],
                            { server_default = corm.text((text:gsub(":", "\\:"))) })
                    end
                    local t = corm.Table("edges", metadata, table.unpack(columns))
                    metadata:create_all(engine)
                    engine:begin(function(conn)
                        conn:execute(insert(t), { id = 1 })
                        local row = conn:execute(select(t)):one()
                        for i, value in ipairs(values) do
                            check(value, row["v" .. i], "server default")
                        end
                    end)
                end)

                it("survives as an attribute of an object", function()
                    local engine = corm.create_engine(db.url)
                    local Base = corm.declarative_base()
                    local Edge = Base:extend("Edge", {
                        __tablename = "edges",
                        id = Column(Integer, { primary_key = true }),
                        v = Column(case[2]),
                    })
                    Base.metadata:create_all(engine)
                    local session <close> = corm.Session(engine)
                    for i, value in ipairs(values) do
                        session:add(Edge({ id = i, v = value }))
                    end
                    session:commit()
                    session:expunge_all()
                    for i, value in ipairs(values) do
                        check(value, session:get(Edge, i).v, "attribute")
                    end
                end)

                it("survives a TypeDecorator", function()
                    local Wrapped = types.TypeDecorator:extend("Wrapped", {
                        impl = case[2],
                        process_bind_param = function(_, value)
                            return value and value[1]
                        end,
                        process_result_value = function(_, value)
                            return { value }
                        end,
                    })
                    with_table(db, { "wrapped", Wrapped }, function(conn, t)
                        local sets = {}
                        for i, value in ipairs(values) do
                            sets[i] = { id = i, v = { value } }
                        end
                        local result = conn:execute(insert(t):returning(t.c.v), sets)
                        local returned = result:scalars():all()
                        local found = stored(conn, t)
                        for i, value in ipairs(values) do
                            check(value, found[i][1], "decorator")
                            check(value, returned[i][1], "RETURNING of a decorator")
                        end
                    end)
                end)

                if db.name == "postgresql" and not case.no_array then
                    it("survives as items of an array", function()
                        with_table(db, { "array", types.ARRAY(case[2]) }, function(conn, t)
                            local list = { corm.NULL, table.unpack(values) }
                            conn:execute(insert(t), { { id = 1, v = list }, { id = 2, v = {} } })
                            local found = conn:scalar(select(t.c.v):where(t.c.id:eq(1)))
                            assert.equal(#list, #found)
                            for i, value in ipairs(list) do
                                check(value, found[i], "item")
                            end
                            assert.same({}, conn:scalar(select(t.c.v):where(t.c.id:eq(2))))
                        end)
                    end)
                end
            end)
        end
    end

    it("keeps values that JSON has as members of JSON", function()
        with_table(db, { "JSON", types.JSON }, function(conn, t)
            local document = {
                int = math.maxinteger, least = math.mininteger, float = 0.1, large = 1e308,
                empty = "", text = "😀\n\\\"'", yes = true, no = false, null = corm.NULL,
                list = { 1, "2", { 3 } },
            }
            conn:execute(insert(t), { id = 1, v = document })
            assert.same(document, conn:scalar(select(t.c.v)))
            for name, value in pairs({ int = math.maxinteger, least = math.mininteger }) do
                assert.equal(value, conn:scalar(select(
                    corm.cast(t.c.v:getitem(name):as_string(), corm.BigInteger))))
            end
            assert.equal("", conn:scalar(select(t.c.v:getitem("empty"):as_string())))
            assert.equal(0.1, conn:scalar(select(t.c.v:getitem("float"):as_float())))
            assert.is_true(conn:scalar(select(t.c.v:getitem("yes"):as_boolean())))
        end)
    end)
end)

-- ---- what is refused ----

-- {type, value, words of the message}
local REFUSED = {
    { types.SmallInteger, 32768, "value 32768 %(integer%) is out of range" },
    { types.Integer, 1 << 31, "value 2147483648 %(integer%) is out of range" },
    { types.Integer, "x", "value 'x' %(text%) does not fit type Integer" },
    { types.Integer, 1.5, "value 1.5 %(float%) does not fit type Integer" },
    { types.BigInteger, 2.0 ^ 63, "does not fit type BigInteger" },
    { types.Float, 0 / 0, "cannot be stored as type Float" },
    { types.Numeric, math.huge, "cannot be stored as type Numeric" },
    { types.String, 5, "value 5 %(integer%) does not fit type String" },
    { types.String, "a\0b", "contains a NUL byte, which type String cannot hold" },
    { types.String, "\255", "is not valid UTF%-8" },
    { types.Boolean, 2, "value 2 %(integer%) does not fit type Boolean" },
    { types.Date, "2024-02-30", "value '2024%-02%-30' %(text%) does not fit type Date" },
    { types.DateTime, true, "value true %(boolean%) does not fit type DateTime" },
    { types.Interval, 5, "value 5 %(integer%) does not fit type Interval" },
    { types.Uuid, "xyz", "value 'xyz' %(text%) does not fit type Uuid" },
    { types.Enum("a", { name = "refusing_enum" }), "b", "value 'b' %(text%) is not among" },
    { types.JSON, { print }, "JSON" },
}

helper.each_database(function(db)
    for _, case in ipairs(REFUSED) do
        it("names column, type and value: " .. case[3], function()
            with_table(db, { "refused", case[1] }, function(conn, t)
                local ok, e = pcall(conn.execute, conn, insert(t), { id = 1, v = case[2] })
                assert.is_false(ok)
                assert.is_true(corm.exc.DataError:is(e), tostring(e))
                assert.truthy(e.message:find("parameter 'v'", 1, true), e.message)
                assert.truthy(e.message:find(case[3]), e.message)
            end)
        end)
    end

    it("leaves texts to the database where an Enum is told not to check them", function()
        with_table(db, { "text", types.String }, function(conn, t)
            local unchecked = types.Enum("a", "b", {
                native_enum = false, validate_strings = false,
            })
            conn:execute(insert(t):values({
                id = 1, v = corm.literal("other", unchecked),
            }))
            assert.equal("other", conn:scalar(select(t.c.v)))
            local ok = pcall(function()
                return conn:scalar(select(corm.literal("other", types.Enum("a", "b", {
                    native_enum = false,
                }))))
            end)
            assert.is_false(ok)
        end)
    end)

    it("orders what has no end before and after all others", function()
        with_table(db, { "date", types.Date }, function(conn, t)
            conn:execute(insert(t), {
                { id = 1, v = "infinity" }, { id = 2, v = corm.date(2024, 1, 31) },
                { id = 3, v = "-infinity" },
            })
            assert.same({ 3, 2, 1 }, conn:scalars(select(t.c.id):order_by(t.c.v)):all())
            assert.same({ 3, 2 }, conn:scalars(
                select(t.c.id):where(t.c.v:lt("infinity")):order_by(t.c.v)):all())
        end)
    end)

    it("refuses a stored text that an Enum has not", function()
        with_table(db, { "text", types.String }, function(conn, t)
            conn:execute(insert(t), { id = 1, v = "unknown" })
            local column = corm.type_coerce(t.c.v, types.Enum("a", "b"))
            local row = conn:execute(select(column:label("v"))):one()
            local ok, e = pcall(function()
                return row.v
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.DataError:is(e))
            assert.truthy(e.message:find("'unknown'", 1, true))
        end)
    end)
end)
