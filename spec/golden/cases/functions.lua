-- SPDX-License-Identifier: MIT
-- func, aggregates, windows, CASE, CAST and its relatives, EXTRACT.

local corm = require("corm")
local schema = require("spec.golden.schema")

local ARRAY, BIGINT, BLOB = corm.ARRAY, corm.BIGINT, corm.BLOB
local BOOLEAN, BigInteger, Boolean = corm.BOOLEAN, corm.BigInteger, corm.Boolean
local CHAR, CLOB, DATE = corm.CHAR, corm.CLOB, corm.DATE
local DECIMAL, DOUBLE_PRECISION, Date = corm.DECIMAL, corm.DOUBLE_PRECISION, corm.Date
local DateTime, Double, Enum = corm.DateTime, corm.Double, corm.Enum
local FLOAT, Float, INTEGER = corm.FLOAT, corm.Float, corm.INTEGER
local Integer, Interval, JSON = corm.Integer, corm.Interval, corm.JSON
local LargeBinary, Numeric, REAL = corm.LargeBinary, corm.Numeric, corm.REAL
local SMALLINT, Sequence, SmallInteger = corm.SMALLINT, corm.Sequence, corm.SmallInteger
local String, TEXT, TIME = corm.String, corm.TEXT, corm.TIME
local TIMESTAMP, Text, Time = corm.TIMESTAMP, corm.Text, corm.Time
local Unicode, UnicodeText, Uuid = corm.Unicode, corm.UnicodeText, corm.Uuid
local VARCHAR, and_, cast = corm.VARCHAR, corm.and_, corm.cast
local distinct, extract, false_ = corm.distinct, corm.extract, corm.false_
local func, funcfilter, literal_column = corm.func, corm.funcfilter, corm.literal_column
local null, or_, over = corm.null, corm.or_, corm.over
local select, text, true_ = corm.select, corm.text, corm.true_
local try_cast, tuple_, type_coerce = corm.try_cast, corm.tuple_, corm.type_coerce
local within_group = corm.within_group
local o, t, users = schema.o, schema.t, schema.users

local case = require("spec.golden.harness").cases()

-- ---- functions

case["function"] = function() return func.foo(1, "x", t.c.name) end
case["function without arguments"] = function() return func.foo() end
case["function in package"] = function() return func.pkg.sub.foo(t.c.myid) end
case["function keeps case"] = function() return func.FooBar(t.c.myid) end
case["function quoted"] = function() return select(func.foo(t.c.myid):label("a b")) end
case["function with type"] = function()
    return select(func.foo(t.c.myid, { type_ = String }) .. "x")
end
case["function of function"] = function() return func.lower(func.trim(t.c.name)) end
case["function compared"] = function() return func.lower(t.c.name):eq("x") end
case["function in arithmetic"] = function()
    return func.length(t.c.name) + 5 * func.abs(t.c.myid)
end
case["function of expression"] = function()
    return func.foo(t.c.myid + 1, t.c.myid:eq(5), ~users.c.active)
end
case["function of and"] = function() return func.foo(and_(t.c.myid:eq(5), t.c.name:eq("x"))) end
case["function of select"] = function() return func.foo(select(t.c.myid):scalar_subquery()) end
case["function of null and booleans"] = function() return func.foo(nil, true, null(), true_()) end
case["function of tuple"] = function() return func.foo(tuple_(1, 2)) end
case["function reserved name"] = function() return func.select(t.c.myid) end
case["function underscore"] = function() return func.not_(t.c.myid) end
case["now"] = function() return select(func.now()) end
case["current_timestamp"] = function() return select(func.current_timestamp()) end
case["current_date and time"] = function()
    return select(func.current_date(), func.current_time())
end
case["localtime"] = function() return select(func.localtime(), func.localtimestamp()) end
case["sysdate"] = function() return select(func.sysdate()) end
case["user functions"] = function()
    return select(func.current_user(), func.session_user(), func.user())
end
case["random"] = function() return select(func.random()) end
case["coalesce"] = function() return func.coalesce(t.c.name, "x") end
case["coalesce of three"] = function()
    return select(func.coalesce(t.c.name, t.c.description, "x"))
end
case["coalesce integer"] = function() return func.coalesce(t.c.myid, 0) + 1 end
case["max and min"] = function() return select(func.max(t.c.myid), func.min(t.c.name)) end
case["sum compared"] = function() return func.sum(t.c.myid):gt(5) end
case["char_length"] = function() return func.char_length(t.c.name) end
case["concat function"] = function() return func.concat(t.c.name, "x", t.c.description) end
case["aggregate_strings"] = function() return func.aggregate_strings(t.c.name, ", ") end
case["next_value"] = function() return func.next_value(Sequence("my_seq")) end
case["next_value select"] = function() return select(Sequence("my_seq"):next_value()) end
case["next_value of schema"] = function()
    return select(func.next_value(Sequence("my_seq", { schema = "remote" })))
end
case["cube"] = function() return select(func.count()):group_by(func.cube(t.c.name, t.c.myid)) end
case["rollup"] = function()
    return select(func.count()):group_by(func.rollup(t.c.name, t.c.myid))
end
case["grouping sets"] = function()
    return select(func.count()):group_by(func.grouping_sets(
        tuple_(t.c.name), tuple_(t.c.myid, t.c.name)
    ))
end
case["array_agg"] = function() return func.array_agg(t.c.myid) end
case["count of star"] = function() return func.count(text("*")) end
case["count of literal"] = function() return func.count(literal_column("*")) end
case["count distinct of two"] = function()
    return func.count(distinct(tuple_(t.c.myid, t.c.name)))
end
case["sum distinct"] = function() return func.sum(t.c.myid:distinct()) end
case["pow"] = function() return func.pow(t.c.myid, 2) end
case["mod"] = function() return func.mod(t.c.myid, 2) end
case["nullif"] = function() return func.nullif(t.c.myid, 0) + 1 end
case["substring"] = function() return func.substring(t.c.name, 1, 2) end
case["substr"] = function() return func.substr(t.c.name, 1, 2) end
case["functions in select"] = function()
    return select(func.foo(1), func.foo(2), func.bar(t.c.myid):label("b"))
end
case["function name with dots"] = function() return select(func.a.b.c(1)) end
case["same function three times"] = function()
    return select(func.foo(t.c.myid), func.foo(t.c.myid), func.foo(t.c.name))
end

-- ---- aggregates

case["filter"] = function() return func.count(t.c.myid):filter(t.c.name:eq("x")) end
case["filter of several"] = function()
    return func.count():filter(t.c.name:eq("x"), t.c.myid:gt(5))
end
case["filter of or"] = function()
    return func.count():filter(or_(t.c.name:eq("x"), t.c.myid:gt(5)))
end
case["filter of boolean"] = function() return func.count():filter(users.c.active) end
case["filter labelled"] = function()
    return select(func.count(t.c.myid):filter(t.c.name:eq("x")):label("n"))
end
case["filter without label"] = function()
    return select(func.count(t.c.myid):filter(t.c.name:eq("x")))
end
case["filter over"] = function()
    return func.rank():filter(t.c.name:gt("a")):over({ order_by = t.c.name })
end
case["filter compared"] = function() return func.count():filter(t.c.name:eq("x")):gt(5) end
case["filter in sum"] = function()
    return func.count():filter(t.c.name:eq("x")) + func.count():filter(t.c.name:eq("y"))
end
case["filter twice"] = function()
    return func.count():filter(t.c.name:eq("x")):filter(t.c.myid:gt(1))
end
case["funcfilter"] = function() return funcfilter(func.count(), t.c.name:eq("x")) end
case["within group"] = function() return func.percentile_cont(0.5):within_group(t.c.myid) end
case["within group of several"] = function()
    return func.percentile_cont(0.5):within_group(t.c.myid, t.c.name)
end
case["within group desc"] = function()
    return func.percentile_cont(0.5):within_group(t.c.myid:desc())
end
case["within group over"] = function()
    return func.percentile_cont(0.5):within_group(t.c.myid):over({ partition_by = t.c.name })
end
case["within group filter"] = function()
    return select(func.percentile_disc(0.5):within_group(t.c.myid):filter(t.c.name:eq("x")))
end
case["within group in select"] = function()
    return select(func.mode():within_group(t.c.myid), t.c.name):group_by(t.c.name)
end
case["within group function"] = function()
    return within_group(func.percentile_cont(0.5), t.c.myid)
end
case["rank within group"] = function() return select(func.rank(5):within_group(t.c.myid:desc())) end

-- ---- windows

case["over"] = function() return func.row_number():over() end
case["over order by"] = function() return func.row_number():over({ order_by = t.c.name }) end
case["over order by several"] = function()
    return func.row_number():over({ order_by = { t.c.name, t.c.myid:desc() } })
end
case["over partition by"] = function()
    return func.sum(t.c.myid):over({ partition_by = t.c.name })
end
case["over partition by several"] = function()
    return func.sum(t.c.myid):over({
        partition_by = { t.c.name, t.c.description }, order_by = t.c.myid
    })
end
case["over in select"] = function()
    return select(t.c.myid, func.row_number():over({ order_by = t.c.name }))
end
case["over labelled"] = function()
    return select(func.row_number():over({ order_by = t.c.name }):label("n"))
end
case["over two"] = function()
    return select(
        func.sum(t.c.myid):over({ partition_by = t.c.name }),
        func.sum(t.c.myid):over({ order_by = t.c.name })
    )
end
case["over rows"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { corm.NULL, 0 } })
end
case["over rows between"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { -5, 10 } })
end
case["over rows following"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { 1, 10 } })
end
case["over rows preceding"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { -10, -1 } })
end
case["over rows unbounded"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { corm.NULL, corm.NULL } })
end
case["over range"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, range_ = { corm.NULL, 0 } })
end
case["over range between"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, range_ = { 0, 10 } })
end
case["over groups"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, groups = { -1, 1 } })
end
case["over rows and range"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { 0, 1 }, range_ = { 0, 1 } })
end
case["over without partition frame"] = function()
    return func.sum(t.c.myid):over({ rows = { corm.NULL, 0 } })
end
case["over in arithmetic"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name }) + 5
end
case["over compared"] = function() return func.row_number():over({ order_by = t.c.name }):eq(1) end
case["over function"] = function() return over(func.row_number(), { order_by = t.c.name }) end
case["over nulls last"] = function()
    return func.rank():over({ order_by = t.c.name:desc():nulls_last() })
end
case["over expression"] = function()
    return func.lag(t.c.myid, 1):over({
        partition_by = func.lower(t.c.name), order_by = t.c.myid + 1
    })
end
case["over in order by"] = function()
    return select(t.c.myid):order_by(func.row_number():over({ order_by = t.c.name }))
end
case["over label in order by"] = function()
    return select(func.row_number():over({ order_by = t.c.name }):label("n")):order_by("n")
end
case["over of text order"] = function()
    return func.row_number():over({ order_by = text("foo") })
end
case["over literal"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, rows = { -5, 10 } }),
        { literal_binds = true }
end
case["over cast"] = function()
    return cast(func.row_number():over({ order_by = t.c.name }), String)
end

-- ---- case

case["case"] = function() return corm.case({ t.c.myid:eq(1), "one" }, { t.c.myid:eq(2), "two" }) end
case["case else"] = function() return corm.case({ t.c.myid:eq(1), "one" }, { else_ = "other" }) end
case["case value"] = function() return corm.case({ a = 1, b = 2 }, { value = t.c.name }) end
case["case value else"] = function()
    return corm.case({ a = 1, b = 2 }, { value = t.c.name, else_ = 0 })
end
case["case value integers"] = function()
    return corm.case({ 1, "one" }, { 2, "two" }, { value = t.c.myid })
end
case["case value pairs"] = function()
    return corm.case({ 1, "one" }, { 2, "two" }, { value = t.c.myid })
end
case["case of columns"] = function()
    return corm.case({ t.c.myid:eq(1), t.c.name }, { else_ = t.c.description })
end
case["case labelled"] = function()
    return select(corm.case({ t.c.myid:eq(1), "one" }, { else_ = "other" }):label("x"))
end
case["case without label"] = function()
    return select(corm.case({ t.c.myid:eq(1), "one" }, { else_ = "other" }))
end
case["case compared"] = function() return corm.case({ t.c.myid:eq(1), 5 }, { else_ = 6 }):eq(5) end
case["case in where"] = function()
    return select(t.c.myid):where(corm.case({ t.c.myid:eq(1), true_() }, { else_ = false_() }))
end
case["case of and"] = function()
    return corm.case({ and_(t.c.myid:eq(1), t.c.name:eq("x")), 1 }, { else_ = 0 })
end
case["case of or"] = function()
    return corm.case({ or_(t.c.myid:eq(1), t.c.name:eq("x")), 1 }, { else_ = 0 })
end
case["case nested"] = function()
    return corm.case(
        { t.c.myid:eq(1), corm.case({ t.c.name:eq("x"), 1 }, { else_ = 2 }) }, { else_ = 3 }
    )
end
case["case of null"] = function() return corm.case({ t.c.name:eq(nil), 0 }, { else_ = null() }) end
case["case in sum"] = function()
    return func.sum(corm.case({ t.c.myid:eq(1), 1 }, { else_ = 0 }))
end
case["case sum"] = function()
    return corm.case({ t.c.myid:eq(1), t.c.myid + 1 }, { else_ = t.c.myid - 1 }) + 5
end
case["case literal"] = function()
    return corm.case({ t.c.myid:eq(1), "it's" }, { else_ = "other" }), { literal_binds = true }
end
case["case literal columns"] = function()
    return corm.case({ t.c.myid:eq(1), literal_column("'x'") }, { else_ = literal_column("'y'") })
end
case["case of text"] = function() return corm.case({ text("a = 5"), 1 }, { else_ = 0 }) end
case["case in group by"] = function()
    return select(func.count()):group_by(corm.case(
        { t.c.myid:gt(5), "big" }, { else_ = "small" }
    ))
end
case["case concat"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { else_ = "b" }) .. "c"
end
case["case value expression"] = function()
    return corm.case({ t.c.myid + 1, "one" }, { value = o.c.otherid })
end
case["case of in"] = function() return corm.case({ t.c.myid:in_({ 1, 2 }), 1 }, { else_ = 0 }) end

-- ---- cast and its relatives

case["cast"] = function() return cast(t.c.myid, String) end
case["cast method"] = function() return t.c.myid:cast(String(20)) end
case["cast value"] = function() return cast("5", Integer) end
case["cast null"] = function() return cast(nil, Integer) end
case["cast expression"] = function() return cast(t.c.myid + 1, String) end
case["cast in arithmetic"] = function() return cast(t.c.name, Integer) + 5 end
case["cast concat"] = function() return cast(t.c.myid, String) .. "x" end
case["cast compared"] = function() return cast(t.c.myid, String):eq("5") end
case["cast and"] = function() return cast(and_(t.c.myid:eq(5), t.c.name:eq("x")), Boolean) end
case["cast of cast"] = function() return select(cast(cast(t.c.myid, String), Integer)) end
case["cast types"] = function()
    return select(
        cast(t.c.name, SmallInteger), cast(t.c.name, BigInteger), cast(t.c.name, Float),
        cast(t.c.name, Numeric),
        cast(t.c.name, Numeric(10, 2)), cast(t.c.name, Double)
    )
end
case["cast text types"] = function()
    return select(
        cast(t.c.name, Text), cast(t.c.name, Unicode(10)), cast(t.c.name, VARCHAR(5)),
        cast(t.c.name, CHAR(3)), cast(t.c.name, UnicodeText)
    )
end
case["cast time types"] = function()
    return select(
        cast(t.c.name, Date), cast(t.c.name, Time), cast(t.c.name, DateTime),
        cast(t.c.name, DateTime({ timezone = true })), cast(t.c.name, Interval),
        cast(t.c.name, TIMESTAMP)
    )
end
case["cast other types"] = function()
    return select(
        cast(t.c.name, Boolean), cast(t.c.name, LargeBinary), cast(t.c.name, JSON),
        cast(t.c.name, Uuid),
        cast(t.c.name, Enum("a", "b", { name = "ab" }))
    )
end
case["cast upper case types"] = function()
    return select(
        cast(t.c.name, INTEGER), cast(t.c.name, BIGINT), cast(t.c.name, SMALLINT),
        cast(t.c.name, REAL), cast(t.c.name, DECIMAL(5, 2)), cast(t.c.name, FLOAT(10))
    )
end
case["cast more upper case types"] = function()
    return select(
        cast(t.c.name, TEXT), cast(t.c.name, CLOB), cast(t.c.name, BLOB), cast(t.c.name, DATE),
        cast(t.c.name, TIME), cast(t.c.name, BOOLEAN),
        cast(t.c.name, DOUBLE_PRECISION)
    )
end
case["cast array"] = function() return cast(t.c.name, ARRAY(Integer)) end
case["cast literal"] = function() return cast("it's", String), { literal_binds = true } end
case["cast subquery"] = function() return cast(select(t.c.myid):scalar_subquery(), String) end
case["cast in order by"] = function()
    return select(t.c.myid):order_by(cast(t.c.name, Integer):desc())
end
case["cast label"] = function() return select(cast(t.c.myid:label("x"), String)) end
case["cast function"] = function() return select(cast(func.foo(t.c.myid), String)) end
case["try cast"] = function() return select(try_cast(t.c.name, Integer)) end
case["type coerce"] = function() return type_coerce(t.c.name, Integer) + 5 end
case["type coerce value"] = function() return type_coerce("x", String):eq(t.c.name) end
case["type coerce in select"] = function()
    return select(type_coerce(t.c.name, Integer), type_coerce(func.foo(), String))
end
case["type coerce labelled"] = function()
    return select(type_coerce(t.c.name, Integer):label("x")):where(
        type_coerce(t.c.name, Integer):eq(5)
    )
end
case["type coerce concat"] = function() return type_coerce(t.c.myid, String) .. "x" end

-- ---- extract

case["extract"] = function() return extract("year", users.c.created) end
case["extract parts"] = function()
    return select(
        extract("month", users.c.created),
        extract("day", users.c.created),
        extract("hour", users.c.created),
        extract("minute", users.c.created),
        extract("second", users.c.created)
    )
end
case["extract compared"] = function() return extract("year", users.c.born):eq(2020) end
case["extract epoch"] = function() return extract("epoch", users.c.created) end
case["extract dow and doy"] = function()
    return select(extract("dow", users.c.born), extract("doy", users.c.born))
end
case["extract week"] = function() return extract("week", users.c.born) end
case["extract of expression"] = function() return extract("day", users.c.created - users.c.idle) end
case["extract of function"] = function() return extract("year", func.now()) end
case["extract of value"] = function() return extract("year", corm.date(2020, 1, 2)) end
case["extract unknown"] = function() return extract("century", users.c.born) end
return case
