-- SPDX-License-Identifier: MIT
-- PostgreSQL's own types on a real PostgreSQL: their values there and back, their operators,
-- what they refuse, how they are created and dropped.

local helper = require("spec.helper")
local corm = require("corm")
local pg = corm.dialects.postgresql
local types, func = corm.types, corm.func
local Column, Integer, select, insert = corm.Column, corm.Integer, corm.select, corm.insert
local Range = pg.Range

-- {type, value, what comes back if it is not the same}
local VALUES = {
    { pg.INT4RANGE, Range(1, 5) },
    { pg.INT4RANGE, Range(1, 4, { bounds = "[]" }), Range(1, 5) },
    { pg.INT4RANGE, Range(nil, nil, { empty = true }) },
    { pg.INT8RANGE, Range(math.mininteger, nil) },
    { pg.NUMRANGE, Range(corm.decimal("0.1"), corm.decimal("0.2"), { bounds = "(]" }) },
    { pg.DATERANGE, Range(corm.date(1, 1, 1), corm.date(9999, 12, 31)) },
    { pg.TSRANGE, Range(corm.datetime(2024, 1, 1, 0, 0, 0, 1), nil) },
    { pg.TSTZRANGE, Range(corm.datetime.fromisoformat("2024-01-01 12:00:00+02:00"), nil),
        Range(corm.datetime.fromisoformat("2024-01-01 10:00:00+00:00"), nil) },
    { pg.INT4MULTIRANGE, { Range(1, 3), Range(5, 8) } },
    { pg.INT8MULTIRANGE, {} },
    { pg.NUMMULTIRANGE, { Range(corm.decimal("1.5"), nil) } },
    { pg.DATEMULTIRANGE, { Range(corm.date(2024, 1, 1), corm.date(2024, 2, 1)) } },
    { pg.TSMULTIRANGE, { Range(corm.datetime(2024, 1, 1), corm.datetime(2024, 1, 2)) } },
    { pg.INET, "192.168.1.0/24" },
    { pg.CIDR, "10.0.0.0/8" },
    { pg.MACADDR, "08:00:2b:01:02:03" },
    { pg.MACADDR8, "08:00:2b:01:02:03:04:05" },
    { pg.MONEY, "$12.34" },
    { pg.OID, 4294967295 },
    { pg.REGCLASS, "pg_class" },
    { pg.REGCONFIG, "english" },
    { pg.TSVECTOR, "'a' 'cat' 'fat'" },
    { pg.TSQUERY, "'fat' & 'rat'" },
    { pg.BIT(3), "101" },
    { pg.BIT(5, { varying = true }), "101" },
    { pg.JSONPATH, '$."a"[*]' },
    { pg.XML, "<a/>" },
    { pg.BYTEA, "a\0\255" },
    { pg.REAL, 0.1 },
    { pg.DOUBLE_PRECISION, 1e308 },
    { pg.INTERVAL({ fields = "DAY TO SECOND", precision = 3 }),
        corm.interval({ days = 1, milliseconds = 1500 }) },
    { pg.TIME({ precision = 3 }), corm.time(1, 2, 3, 456789), corm.time(1, 2, 3, 457000) },
    { pg.TIMESTAMP({ precision = 0 }), corm.datetime(2024, 1, 1, 1, 2, 3, 400000),
        corm.datetime(2024, 1, 1, 1, 2, 3) },
    { pg.JSON, { a = { 1, corm.NULL } } },
    { pg.JSONB, { a = { 1, corm.NULL } } },
    { types.ARRAY(pg.INT4RANGE), { Range(1, 2), Range(3, nil) } },
    { types.ARRAY(pg.JSONB), { { a = 1 }, { 1, 2 }, "x" } },
    { types.ARRAY(pg.INET), { "1.1.1.1", corm.NULL } },
    { types.ARRAY(types.Integer), { { 1, 2 }, { 3, corm.NULL } } },
    { types.ARRAY(types.Text, { dimensions = 2 }), { { "a", "" }, { "NULL", '"\\,{}' } } },
    { types.ARRAY(types.Enum("p", "q", { name = "pq" })), { "q", "p" } },
}

-- Range's own equality decides, where a deep comparison would look at how it is written.
local function same(expected, found)
    if type(expected) == "table" and getmetatable(expected) == nil
        and type(found) == "table" and #expected == #found then
        for i, item in ipairs(expected) do
            if not same(item, found[i]) then
                return false
            end
        end
        return #expected > 0 or pcall(assert.same, expected, found)
    end
    return expected == found
end

local function with_table(db, columns, fn)
    local engine = corm.create_engine(db.url)
    local metadata = corm.MetaData()
    local t = corm.Table("typed", metadata, Column("id", Integer, { primary_key = true }),
        table.unpack(columns))
    metadata:create_all(engine)
    engine:begin(function(conn)
        fn(conn, t, engine)
    end)
end

-- {type, value, words of the message}
local REFUSED = {
    { pg.INT4RANGE, 5, "value 5 does not fit type INT4RANGE" },
    { pg.INT4RANGE, Range("x", nil), "value 'x' (text) does not fit type Integer" },
    { pg.INT4RANGE, Range(1, 1 << 40), "out of range for type Integer" },
    { pg.INT4MULTIRANGE, { 5 }, "value 5 does not fit type INT4MULTIRANGE" },
    { pg.INET, 5, "value 5 (integer) does not fit type INET" },
    { pg.BIT(3), true, "value true (boolean) does not fit type BIT(3)" },
    { types.ARRAY(types.Integer), { 1, { 2, "x" } }, "item 2.2: value 'x' (text) does not fit" },
    { types.ARRAY(types.Integer), 5, "value 5 does not fit type ARRAY" },
    { types.ARRAY(types.Text), { "a\0b" }, "contains a NUL byte" },
    { types.ARRAY(types.Integer), { { { { { { { 1 } } } } } } }, "at most 6 dimensions" },
}

helper.each_database(function(db)
    if db.name ~= "postgresql" then
        return
    end

    describe("a value", function()
        for _, case in ipairs(VALUES) do
            local type_, value = case[1], case[2]
            local expected = case[3] == nil and value or case[3]
            local name = type_:compile({ dialect = "postgresql" })
            it(("of %s comes back: %s"):format(name, tostring(value):gsub("table: .*", "…")),
                function()
                    with_table(db, { Column("v", type_) }, function(conn, t)
                        local returned = conn:execute(insert(t):returning(t.c.v),
                            { id = 1, v = value }):scalar()
                        local is_plain = type(expected) == "table"
                            and getmetatable(expected) == nil and expected.a
                        local check = is_plain and function(a, b)
                            assert.same(a, b)
                            return true
                        end or same
                        assert.is_true(check(expected, returned), tostring(returned))
                        assert.is_true(check(expected, conn:scalar(select(t.c.v))))
                        local sql = tostring(insert(t):values({ id = 2, v = value }):compile({
                            dialect = "postgresql", compile_kwargs = { literal_binds = true },
                        }))
                        conn:exec_driver_sql(sql)
                        assert.is_true(check(expected,
                            conn:scalar(select(t.c.v):where(t.c.id:eq(2)))))
                        conn:execute(insert(t), { id = 3, v = corm.NULL })
                        assert.equal(type_.kind == "json" and 0 or 1, conn:scalar(
                            select(func.count()):select_from(t):where(t.c.v:is_(corm.NULL))))
                    end)
                end)
        end

        for _, case in ipairs(REFUSED) do
            it("is refused, by column, type and value: " .. case[3], function()
                with_table(db, { Column("v", case[1]) }, function(conn, t)
                    local ok, e = pcall(conn.execute, conn, insert(t), { id = 1, v = case[2] })
                    assert.is_false(ok)
                    assert.is_true(corm.exc.DataError:is(e), tostring(e))
                    assert.truthy(e.message:find("parameter 'v'", 1, true), e.message)
                    assert.truthy(e.message:find(case[3], 1, true), e.message)
                end)
            end)
        end
    end)

    describe("operators", function()
        local function check(columns, row, cases)
            with_table(db, columns, function(conn, t)
                row.id = 1
                conn:execute(insert(t), row)
                for i, case in ipairs(cases) do
                    local found = conn:scalar(select(case[1](t.c)))
                    if not same(case[2], found) then
                        assert.same(case[2], found, "case " .. i)
                    end
                end
            end)
        end

        it("of multiranges whose type nobody said", function()
            local three = pg.MultiRange({ Range(1, 3), Range(5, 8) })
            check({ Column("m", pg.INT4MULTIRANGE) }, { m = three }, {
                { function(c) return c.m end, { Range(1, 3), Range(5, 8) } },
                { function(c) return corm.literal(three):eq(c.m) end, true },
                { function() return corm.literal(three):contains(6) end, true },
            })
        end)

        it("of multiranges come as such", function()
            with_table(db, { Column("m", pg.INT4MULTIRANGE) }, function(conn, t)
                conn:execute(insert(t), { id = 1, m = { Range(1, 3), Range(5, 8) } })
                local found = conn:scalar(select(t.c.m))
                assert.is_true(pg.MultiRange:is(found))
                assert.equal("{[1,3),[5,8)}", tostring(found))
                assert.equal(pg.MultiRange({ Range(1, 3), Range(5, 8) }), found)
                assert.not_equal(pg.MultiRange({ Range(1, 3) }), found)
                assert.not_equal(found, pg.MultiRange({ Range(1, 3), Range(5, 9) }))
            end)
            assert.is_false(pg.MultiRange:is({ Range(1, 3) }))
            local wide = pg.MultiRange({ Range(1, 3), Range(), Range(5, 1 << 40) })
            assert.equal("INT8MULTIRANGE", tostring(corm.literal(wide).type))
            assert.error_matches(function()
                corm.literal(pg.MultiRange({}))
            end, "which type of ranges is {} of")
        end)

        it("of ranges", function()
            check({ Column("r", pg.INT4RANGE), Column("m", pg.INT4MULTIRANGE) },
                { r = Range(1, 5), m = { Range(1, 3), Range(5, 8) } }, {
                    { function(c) return c.r:contains(3) end, true },
                    { function(c) return c.r:contains(Range(2, 9)) end, false },
                    { function(c) return c.r:contained_by(Range(0, 9)) end, true },
                    { function(c) return c.r:overlaps(Range(4, 9)) end, true },
                    { function(c) return c.r:strictly_left_of(Range(5, 9)) end, true },
                    { function(c) return c.r << Range(5, 9) end, true },
                    { function(c) return c.r:strictly_right_of(Range(5, 9)) end, false },
                    { function(c) return c.r:not_extend_right_of(Range(1, 5)) end, true },
                    { function(c) return c.r:not_extend_left_of(Range(2, 5)) end, false },
                    { function(c) return c.r:adjacent_to(Range(5, 9)) end, true },
                    { function(c) return c.r + Range(5, 9) end, Range(1, 9) },
                    { function(c) return c.r:difference(Range(3, 9)) end, Range(1, 3) },
                    { function(c) return c.r:intersection(Range(3, 9)) end, Range(3, 5) },
                    { function(c) return c.r:eq(Range(1, 4, { bounds = "[]" })) end, true },
                    { function(c) return c.r:in_({ Range(7, 8), Range(1, 5) }) end, true },
                    { function(c) return c.m:contains(6) end, true },
                    { function(c) return c.m:contains(4) end, false },
                    { function(c) return c.m + { Range(10, 12) } end,
                        { Range(1, 3), Range(5, 8), Range(10, 12) } },
                    { function() return corm.literal(Range(1, 2)) end, Range(1, 2) },
                })
        end)

        local function from_zero(column)
            return corm.type_coerce(column, types.ARRAY(Integer, { zero_indexes = true }))
        end

        it("of arrays whose items read as nothing", function()
            local Odd = types.TypeDecorator:extend("Odd", {
                impl = Integer,
                process_result_value = function(_, value)
                    return value % 2 == 1 and value or nil
                end,
            })
            check({ Column("j", types.ARRAY(pg.JSONB)), Column("n", types.ARRAY(Odd)) },
                { j = { { a = 1 }, corm.NULL, "x", corm.NULL }, n = { 1, 2, 3 } }, {
                    { function(c) return c.j end, { { a = 1 }, corm.NULL, "x", corm.NULL } },
                    { function(c) return c.n end, { 1, corm.NULL, 3 } },
                })
        end)

        it("of moments and intervals, also with what has no type", function()
            local day, raw = corm.interval({ days = 1 }), corm.literal_column
            local noon = corm.datetime(2024, 1, 1, 12)
            check({ Column("ts", types.DateTime), Column("d", types.Date),
                Column("i", types.Interval), Column("f", types.Float) },
                { ts = noon, d = corm.date(2024, 1, 1), i = day, f = 1.5 }, {
                    { function(c) return c.ts - raw("timestamp '2023-12-31 12:00'") end, day },
                    { function(c) return raw("timestamp '2024-01-02 12:00'") - c.ts end, day },
                    { function(c) return raw("date '2024-01-05'") - c.d end, 4 },
                    { function(c) return c.d - raw("1") end, corm.date(2023, 12, 31) },
                    { function(c) return c.d + raw("interval '12 hours'") end, noon },
                    { function(c) return raw("interval '12 hours'") + c.d end, noon },
                    { function(c) return c.i + raw("date '2023-12-31'") end,
                        corm.datetime(2024, 1, 1) },
                    { function(c) return c.f * c.i end, corm.interval({ days = 1, hours = 12 }) },
                    { function(c) return c.i / c.f end, corm.interval({ hours = 16 }) },
                    { function() return corm.literal(day) / 2 end, corm.interval({ hours = 12 }) },
                    { function(c)
                        return func.percentile_cont(pg.array({ 0.25, 0.5 })):within_group(c.id)
                    end, { 1.0, 1.0 } },
                })
        end)

        it("of arrays", function()
            check({ Column("a", types.ARRAY(Integer)) }, { a = { 1, 2, 3 } }, {
                { function(c) return c.a:any(2) end, true },
                { function(c) return c.a:all(9, { operator = corm.sql.operators.gt }) end, true },
                { function(c) return c.a:contains({ 1, 2 }) end, true },
                { function(c) return c.a:contained_by({ 1, 2 }) end, false },
                { function(c) return c.a:overlap({ 3, 4 }) end, true },
                { function(c) return c.a:getitem(1) end, 1 },
                { function(c) return c.a:getitem(corm.slice(2, 3)) end, { 2, 3 } },
                { function(c) return from_zero(c.a):getitem(0) end, 1 },
                { function(c) return from_zero(c.a):getitem(corm.slice(1, 2)) end, { 2, 3 } },
                { function(c) return c.a:getitem(corm.slice(c.id + 1, c.id + 2)) end, { 2, 3 } },
                { function(c)
                    return from_zero(c.a):getitem(corm.slice(c.id, c.id + 1))
                end, { 2, 3 } },
                { function()
                    return corm.literal({ 7, 8 }, corm.ARRAY(Integer)):getitem(2)
                end, 8 },
                { function(c) return from_zero(c.a):getitem(corm.func.abs(-1)) end, 2 },
                { function(c) return c.a + { 4 } end, { 1, 2, 3, 4 } },
                { function(c) return c.a:eq({ 1, 2, 3 }) end, true },
                { function(c) return func.array_agg(c.id) end, { 1 } },
                { function(c) return pg.array({ c.id, 5 }) end, { 1, 5 } },
                { function() return pg.array({}, { type_ = Integer }) end, {} },
                { function() return func.array_length({ { 1, 2 }, { 3, 4 } }, 2) end, 2 },
                { function() return corm.literal({ 1, corm.NULL, 2.5 }) end,
                    { 1.0, corm.NULL, 2.5 } },
                { function(c) return c.a:getitem(1):eq(corm.any_({ 1, 5 })) end, true },
                { function(c) return func.coalesce(c.a, { 4 }) end, { 1, 2, 3 } },
                { function() return corm.bindparam("x", { "a", "b" }) end, { "a", "b" } },
                { function(c) return c.id:in_(corm.bindparam("x", { 1, 2 })) end, true },
                { function() return func.unnest({ 7 }) + 1 end, 8 },
                { function() return func.unnest(pg.array({ 7 })) + 1 end, 8 },
                { function() return pg.array({ { 1, 2 }, { 3, 4 } }) end, { { 1, 2 }, { 3, 4 } } },
                { function() return pg.array({ pg.array({ 1, 2 }), pg.array({ 3, 4 }) }) end,
                    { { 1, 2 }, { 3, 4 } } },
            })
        end)

        it("of JSONB", function()
            check({ Column("j", pg.JSONB) }, { j = { a = { b = { 1, 2, 3 } }, k = "v" } }, {
                { function(c) return c.j:contains({ k = "v" }) end, true },
                { function(c) return c.j:contained_by({ k = "v" }) end, false },
                { function(c) return c.j:has_key("a") end, true },
                { function(c) return c.j:has_all({ "a", "z" }) end, false },
                { function(c) return c.j:has_any({ "a", "z" }) end, true },
                { function(c) return c.j:path_exists("$.a.b[*] ? (@ > 2)") end, true },
                { function(c) return c.j:path_match("$.a.b[0] == 2") end, false },
                { function(c) return c.j:delete_path({ "a", "b" }):getitem({ "a", "b" }) end },
                { function(c) return c.j:getitem({ "a", "b", 1 }):as_integer() end, 2 },
                { function(c) return c.j:getitem("k").astext end, "v" },
                { function() return corm.literal({ a = 5 }, pg.JSONB):getitem("a") end, 5 },
            })
        end)

        it("of texts for searching, of addresses and of bits", function()
            check({ Column("t", pg.TSVECTOR), Column("i", pg.INET), Column("b", pg.BIT(4)) },
                { t = "fat cat", i = "10.0.0.1", b = "1010" }, {
                    { function(c) return c.t:match("cat") end, true },
                    { function(c) return c.t:bool_op("@@")(pg.to_tsquery("english", "dog")) end,
                        false },
                    { function() return func.to_tsvector("english", "the fat cats") end,
                        "'cat':3 'fat':2" },
                    { function()
                        return func.ts_headline("english", "a cat",
                            func.to_tsquery("english", "cat"))
                    end, "a <b>cat</b>" },
                    { function()
                        return func.ts_headline("a cat", func.to_tsquery("english", "cat"))
                    end, "a <b>cat</b>" },
                    { function()
                        return func.to_json(func.row(1, "foo")):cast(corm.String)
                    end, '{"f1":1,"f2":"foo"}' },
                    { function(c) return c.i:op("<<", { is_comparison = true })("10.0.0.0/8") end,
                        true },
                    { function(c) return c.b & "1100" end, "1000" },
                    { function(c) return ~c.b end, "0101" },
                    { function(c) return c.b << 1 end, "0100" },
                })
        end)

        local function create_hstore()
            corm.create_engine(db.url):begin(function(conn)
                conn:execute(corm.text("CREATE EXTENSION IF NOT EXISTS hstore"))
            end)
        end

        it("set elements of hstore", function()
            create_hstore()
            with_table(db, { Column("h", pg.HSTORE) }, function(conn, t)
                conn:execute(insert(t), { id = 1, h = { a = "1" } })
                conn:execute(corm.update(t):values({
                    [t.c.h:getitem("a")] = "2", [t.c.h:getitem("k")] = "v",
                }))
                assert.same({ a = "2", k = "v" }, conn:scalar(select(t.c.h)))
            end)
        end)

        it("of hstore", function()
            create_hstore()
            check({ Column("h", pg.HSTORE) }, { h = { a = "1", ['b"\\'] = corm.NULL } }, {
                { function(c) return c.h:has_key("a") end, true },
                { function(c) return c.h:has_all({ "a", "z" }) end, false },
                { function(c) return c.h:has_any({ "a", "z" }) end, true },
                { function(c) return c.h:contains({ a = "1" }) end, true },
                { function(c) return c.h:contained_by({ a = "1" }) end, false },
                { function(c) return c.h:getitem("a") end, "1" },
                { function(c) return c.h:defined('b"\\') end, false },
                { function(c) return c.h:keys() end, { "a", 'b"\\' } },
                { function(c) return c.h:vals() end, { "1", corm.NULL } },
                { function(c) return c.h:matrix():getitem(1):getitem(2) end, "1" },
                { function(c) return c.h:delete('b"\\') end, { a = "1" } },
                { function(c) return c.h:delete({ "a", 'b"\\' }) end, {} },
                { function(c) return c.h:delete({ a = "1" }):has_key("a") end, false },
                { function(c) return c.h:delete({ a = "2" }):has_key("a") end, true },
                { function(c) return c.h:delete({}):has_key("a") end, true },
            })
        end)

        it("make hstores, of which any text is a part", function()
            create_hstore()
            with_table(db, { Column("h", pg.HSTORE) }, function(conn, t)
                local value = { a = "1", ['b"\\'] = corm.NULL, [""] = "", ["NULL"] = "NULL" }
                conn:execute(insert(t), { id = 1, h = value })
                assert.same(value, conn:scalar(select(t.c.h)))
                assert.same({ a = "2", b = corm.NULL }, conn:scalar(select(
                    pg.hstore({ "a", "b" }, { "2", corm.NULL }))))
                assert.same({ a = "1", c = "3" }, conn:scalar(select(
                    t.c.h:slice({ "a" }) + { c = "3" })))
                local ok, e = pcall(conn.execute, conn, insert(t), { id = 2, h = { a = 5 } })
                assert.is_false(ok)
                assert.truthy(e.message:find("parameter 'h': HSTORE: the value of 'a'", 1, true))
            end)
        end)
    end)

    describe("types that are created", function()
        local function statements(engine)
            local list = {}
            corm.event.listen(engine, "before_cursor_execute", function(_, _, sql)
                list[#list + 1] = sql:match("^%s*(%u+ TYPE .*)$")
                    or sql:match("^%s*(%u+ DOMAIN .*)$")
            end)
            return list
        end

        it("are there before their tables and gone after them, once", function()
            local engine = corm.create_engine(db.url)
            local sql = statements(engine)
            local metadata = corm.MetaData()
            local mood = pg.ENUM("sad", "it's", { name = "Mood" })
            corm.Table("one", metadata, Column("m", mood), Column("list", types.ARRAY(mood)))
            corm.Table("two", metadata, Column("m", mood))
            metadata:create_all(engine)
            metadata:create_all(engine)
            metadata:drop_all(engine)
            metadata:drop_all(engine)
            assert.same({ [[CREATE TYPE "Mood" AS ENUM ('sad', 'it''s')]], [[DROP TYPE "Mood"]] },
                sql)
        end)

        it("are left alone with create_type = false, and made by hand", function()
            local engine = corm.create_engine(db.url)
            local sql = statements(engine)
            local metadata = corm.MetaData()
            local mood = pg.ENUM("a", { name = "mood", create_type = false })
            corm.Table("one", metadata, Column("m", mood))
            mood:create(engine)
            mood:create(engine)
            metadata:create_all(engine)
            metadata:drop_all(engine)
            mood:drop(engine)
            mood:drop(engine)
            assert.same({ "CREATE TYPE mood AS ENUM ('a')", "DROP TYPE mood" }, sql)
        end)

        it("come with a table that is created alone, and stay when it goes", function()
            local engine = corm.create_engine(db.url)
            local sql = statements(engine)
            local metadata = corm.MetaData()
            local t = corm.Table("one", metadata, Column("m", pg.ENUM("a", { name = "mood" })),
                Column("p", pg.DOMAIN("pos", Integer, { check = "VALUE > 0" })))
            for _ = 1, 2 do
                t:create(engine)
                t:drop(engine)
            end
            assert.same({ "CREATE TYPE mood AS ENUM ('a')",
                "CREATE DOMAIN pos AS INTEGER CHECK (VALUE > 0)" }, sql)
            local ok, e = pcall(t.create, t, engine, { checkfirst = false })
            assert.is_false(ok)
            assert.is_true(corm.exc.ProgrammingError:is(e))
        end)

        it("are made of an Enum by hand where a database has such types", function()
            local mood = corm.Enum("a", { name = "mood" })
            local engine = corm.create_engine(db.url)
            local sql = statements(engine)
            mood:create(engine)
            mood:create(engine)
            mood:drop(engine)
            assert.same({ "CREATE TYPE mood AS ENUM ('a')", "DROP TYPE mood" }, sql)
            mood:create(corm.create_engine("sqlite://"), { checkfirst = false })
            corm.Enum("a", { native_enum = false }):create(engine, { checkfirst = false })
            assert.equal(2, #sql)
        end)

        it("are where schema_translate_map says, in every statement", function()
            for _, of in ipairs({ corm.NULL, "tenant" }) do
                local said = of ~= corm.NULL and of or nil
                local mood = pg.ENUM("sad", "glad", { name = "mood", schema = said })
                local positive = pg.DOMAIN("pos", Integer, { check = "VALUE > 0", schema = said })
                local t = corm.Table("moods", corm.MetaData(), Column("m", mood),
                    Column("list", types.ARRAY(mood)), Column("p", positive), { schema = said })
                local conn <close> = corm.create_engine(db.url):connect()
                conn:exec_driver_sql("CREATE SCHEMA other")
                conn:execution_options({ schema_translate_map = { [of] = "other" } })
                t:create(conn)
                conn:execute(insert(t), { m = "sad", list = { "glad", "sad" }, p = 3 })
                local row = conn:execute(select(t.c.m, t.c.list, corm.cast("glad", mood),
                    corm.cast(4, positive))):one()
                assert.same({ "sad", { "glad", "sad" }, "glad", 4 }, { row:unpack() })
                local inspector = corm.inspect(conn)
                assert.equal("mood", inspector:get_enums({ schema = "other" })[1].name)
                assert.equal("pos", inspector:get_domains({ schema = "other" })[1].name)
                t:drop(conn)
                mood:drop(conn)
                positive:drop(conn)
                assert.same({}, inspector:get_enums({ schema = "*" }))
            end
        end)

        it("are refused if PostgreSQL's own would hide them", function()
            local engine = corm.create_engine(db.url)
            local named = { pg.ENUM("a", { name = "text" }), pg.DOMAIN("date", Integer) }
            for _, type_ in ipairs(named) do
                local metadata = corm.MetaData()
                corm.Table("one", metadata, Column("m", type_))
                local ok, e = pcall(metadata.create_all, metadata, engine)
                assert.is_false(ok)
                assert.is_true(corm.exc.CompileError:is(e))
                assert.truthy(e.message:find("called like a type of PostgreSQL's own", 1, true))
            end
            assert.is_true(pg.DOMAIN:is(pg.DOMAIN("p", Integer)))
            assert.is_false(pg.DOMAIN:is(Integer))
        end)

        it("belong to a MetaData, whoever has columns of them", function()
            local engine = corm.create_engine(db.url)
            local sql = statements(engine)
            local owner, user = corm.MetaData(), corm.MetaData()
            local mood = corm.Enum("a", { name = "mood", metadata = owner })
            corm.Table("one", user, Column("m", mood))
            owner:create_all(engine)
            user:create_all(engine)
            user:drop_all(engine)
            owner:drop_all(engine)
            assert.same({ "CREATE TYPE mood AS ENUM ('a')", "DROP TYPE mood" }, sql)
        end)

        it("are domains, with conditions of their own", function()
            local engine = corm.create_engine(db.url)
            local sql = statements(engine)
            local metadata = corm.MetaData()
            local positive = pg.DOMAIN("Pos", Integer, {
                check = "VALUE > 0", default = 5, not_null = true,
            })
            local t = corm.Table("one", metadata, Column("id", Integer, { primary_key = true }),
                Column("v", positive))
            metadata:create_all(engine)
            engine:begin(function(conn)
                conn:execute(insert(t), { id = 1 })
                assert.equal(5, conn:scalar(select(t.c.v)))
                local ok, e = pcall(conn.begin_nested, conn, function()
                    conn:execute(insert(t), { id = 2, v = -1 })
                end)
                assert.is_false(ok)
                assert.is_true(corm.exc.IntegrityError:is(e))
            end)
            metadata:drop_all(engine)
            assert.same({
                'CREATE DOMAIN "Pos" AS INTEGER DEFAULT 5 NOT NULL CHECK (VALUE > 0)',
                'DROP DOMAIN "Pos"',
            }, sql)
        end)
    end)

    describe("an UPDATE", function()
        it("sets elements of arrays and of JSON", function()
            local columns = { Column("a", types.ARRAY(Integer)), Column("j", pg.JSONB) }
            with_table(db, columns, function(conn, t)
                conn:execute(insert(t), { id = 1, a = { 4, 5, 6 }, j = { x = { y = 1 } } })
                conn:execute(t:update():values({
                    [t.c.a:getitem(2)] = 50, [t.c.j:getitem("z")] = "new",
                }))
                conn:execute(t:update():ordered_values(
                    { t.c.a:getitem(corm.slice(3, 4)), { 7, 8 } },
                    { t.c.j:getitem("x"):getitem("y"), { 2 } }))
                local row = conn:execute(select(t.c.a, t.c.j)):one()
                assert.same({ 4, 50, 7, 8 }, row.a)
                assert.same({ x = { y = { 2 } }, z = "new" }, row.j)
            end)
        end)

        it("sets nothing but columns and their elements", function()
            local t = corm.table("t", corm.column("a", Integer))
            assert.has_error(function()
                t:update():values({ [t.c.a + 1] = 5 }):compile({ dialect = "postgresql" })
            end)
            assert.has_error(function()
                t:insert():values({ [corm.column("b", types.ARRAY(Integer)):getitem(1)] = 5 })
                    :compile({ dialect = "postgresql" })
            end)
        end)
    end)

    it("a range that is a parameter is one beside a number too", function()
        local engine = corm.create_engine(db.url)
        engine:begin(function(conn)
            local range = corm.literal(Range(1, 5), pg.INT4RANGE)
            assert.is_true(conn:scalar(select(range:contains(3))))
            assert.is_false(conn:scalar(select(range:contains(5))))
        end)
    end)

    it("distinct_on extends a SELECT", function()
        local t = corm.table("t", corm.column("a"), corm.column("b"))
        assert.equal("SELECT DISTINCT ON (t.a) t.a, t.b \nFROM t",
            tostring(select(t):ext(pg.distinct_on(t.c.a)):compile({ dialect = "postgresql" })))
    end)
end)
