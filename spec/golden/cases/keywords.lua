-- SPDX-License-Identifier: MIT
-- Arguments by keyword where they are mostly given by position.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Boolean, Column, CreateIndex = corm.Boolean, corm.Column, corm.schema.CreateIndex
local CreateTable, DateTime, Double = corm.schema.CreateTable, corm.DateTime, corm.Double
local DropTable, Enum, Float = corm.schema.DropTable, corm.Enum, corm.Float
local Identity, Index, Integer, Interval = corm.Identity, corm.Index, corm.Integer, corm.Interval
local JSON, LargeBinary, MetaData = corm.JSON, corm.LargeBinary, corm.MetaData
local Numeric, String, Table, Time = corm.Numeric, corm.String, corm.Table, corm.Time
local UniqueConstraint, Uuid, and_ = corm.UniqueConstraint, corm.Uuid, corm.and_
local between, bindparam, cast, column = corm.between, corm.bindparam, corm.cast, corm.column
local func, funcfilter, insert, literal = corm.func, corm.funcfilter, corm.insert, corm.literal
local literal_column, not_, or_ = corm.literal_column, corm.not_, corm.or_
local outerjoin, over, pg = corm.outerjoin, corm.over, corm.dialects.postgresql
local select, tablesample, text, tuple_ = corm.select, corm.tablesample, corm.text, corm.tuple_
local values, within_group, o, t = corm.values, corm.within_group, schema.o, schema.t

local case = require("spec.golden.harness").cases()

case["alias name"] = function()
    return select(t:alias({ name = "x" }).c.myid)
end

case["alias flat"] = function()
    return select(t:alias({ name = "x", flat = true }).c.myid)
end

case["subquery name"] = function()
    return select(select(t.c.myid):subquery({ name = "s" }).c.myid)
end

case["cte name"] = function()
    return select(select(t.c.myid):cte({ name = "s" }).c.myid)
end

case["cte name recursive"] = function()
    return select(select(t.c.myid):cte({ name = "s", recursive = true }).c.myid)
end

case["cte name nesting"] = function()
    return select(select(t.c.myid):cte("s", { nesting = true }).c.myid)
end

case["lateral name"] = function()
    return select(t.c.myid, select(o.c.otherid):lateral({ name = "l" }).c.otherid)
end

case["label name"] = function()
    return select(t.c.myid:label("x"))
end

case["values name"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v" })
            :data({ { 1, "x" }, { 2, "y" } })
    )
end

case["table valued name"] = function()
    return select(func.json_each("[1]"):table_valued("key", "value", { name = "j" }))
end

case["literal type_"] = function()
    return literal(5, { type_ = String })
end

case["literal_column type_"] = function()
    return literal_column("x", { type_ = Integer }) + 5
end

case["bindparam type_ and required"] = function()
    return t.c.myid:eq(bindparam("p", { type_ = Integer, required = true }))
end

case["bindparam unique"] = function()
    return or_(
        t.c.name:eq(bindparam("p", "a", { unique = true })),
        t.c.name:eq(bindparam("p", "b", { unique = true }))
    )
end

case["bindparam expanding"] = function()
    return t.c.name:in_(bindparam("p", { value = { "a", "b" }, expanding = true }))
end

case["bindparam literal_execute"] = function()
    return t.c.name:eq(bindparam("p", "x", { literal_execute = true }))
end

case["column type_"] = function()
    return column("x", { type_ = Integer }) / 3
end

case["column is_literal"] = function()
    return select(column("a b", { is_literal = true }))
end

case["case value"] = function()
    return corm.case({ 1, "one" }, { 2, "two" }, { value = t.c.myid, else_ = "many" })
end

case["case dict value"] = function()
    return corm.case({ a = "A" }, { value = t.c.name, else_ = "x" })
end

case["between symmetric"] = function()
    return t.c.myid:between(1, 5, { symmetric = true })
end

case["between function symmetric"] = function()
    return between(t.c.myid, 1, 5, { symmetric = true })
end

case["op is_comparison"] = function()
    return ~t.c.myid:op("#", { is_comparison = true })(3)
end

case["op return_type"] = function()
    return t.c.myid:op("#", { return_type = String })(3) + "x"
end

case["regexp_replace flags"] = function()
    return t.c.name:regexp_replace("a", "b", { flags = "g" })
end

case["true_ in and_"] = function()
    return and_(true, t.c.myid:eq(1))
end

case["over keywords"] = function()
    return func.row_number():over({ partition_by = t.c.name, order_by = t.c.myid:desc() })
end

case["over lists"] = function()
    return func.row_number()
        :over({
            partition_by = { t.c.name, t.c.description },
            order_by = { t.c.myid:desc(), t.c.name },
        })
end

case["over strings"] = function()
    return select(t.c.name, func.row_number():over({ order_by = "name" }))
end

case["over function"] = function()
    return over(func.rank(), { order_by = t.c.myid })
end

case["over rows"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.myid, rows = { -1, 1 } })
end

case["over range_"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.myid, range_ = { corm.NULL, 0 } })
end

case["over groups"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.myid, groups = { -2, corm.NULL } })
end

case["filter function"] = function()
    return funcfilter(func.count(t.c.myid), t.c.name:eq("x"))
end

case["within_group function"] = function()
    return within_group(func.percentile_cont(0.5), t.c.myid:desc())
end

case["func type_"] = function()
    return func.foo(t.c.myid, { type_ = String }) + "x"
end

case["tuple types"] = function()
    return tuple_(t.c.myid, t.c.name, { types = { Integer, String } }):in_({ { 1, "a" } })
end

case["text bindparams keywords"] = function()
    return text("a = :x AND b = :y"):bindparams({ x = 5, y = "z" })
end

case["text columns keywords"] = function()
    return select(
        text("SELECT a, b FROM x"):columns({ a = Integer, b = String }):subquery("s").c.a
    )
end

case["not_ of column"] = function()
    return not_(t.c.myid:in_({ 1 }))
end

case["params keyword"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("p"))):params({ p = 5 })
end

case["params table"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("p"))):params({ p = 5 })
end

case["insert values keywords"] = function()
    return insert(t):values({ myid = 1, name = "x" })
end

case["insert from_select without defaults"] = function()
    return insert(t):from_select({ "myid" }, select(o.c.otherid), { include_defaults = false })
end

case["returning sort_by"] = function()
    return insert(t):values({ name = "x" })
        :returning(t.c.myid, { sort_by_parameter_order = true })
end

case["scalar_subquery label"] = function()
    return select(select(func.max(t.c.myid)):scalar_subquery():label("m"))
end

case["select label"] = function()
    return select(select(func.max(t.c.myid)):label("m"))
end

case["correlate none"] = function()
    return select(t.c.myid)
        :where(
            t.c.myid
                :eq(
                    select(func.max(o.c.otherid)):where(o.c.otherid:eq(t.c.myid)):correlate(nil)
                        :scalar_subquery()
                )
        )
end

case["String length"] = function()
    return cast(t.c.myid, String({ length = 20 }))
end

case["String collation"] = function()
    return cast(t.c.myid, String(20, { collation = "C" }))
end

case["Numeric precision scale"] = function()
    return cast(t.c.myid, Numeric({ precision = 8, scale = 3 }))
end

case["Numeric precision"] = function()
    return cast(t.c.myid, Numeric({ precision = 8 }))
end

case["Numeric asdecimal"] = function()
    return cast(t.c.myid, Numeric(8, 3, { asdecimal = false }))
end

case["Float precision"] = function()
    return cast(t.c.myid, Float({ precision = 8 }))
end

case["Double precision"] = function()
    return cast(t.c.myid, Double({ precision = 53 }))
end

case["DateTime timezone"] = function()
    return cast(t.c.name, DateTime({ timezone = true }))
end

case["Time timezone"] = function()
    return cast(t.c.name, Time({ timezone = true }))
end

case["LargeBinary length"] = function()
    return cast(t.c.name, LargeBinary({ length = 10 }))
end

case["Enum of keywords"] = function()
    return cast(t.c.name, Enum("a", "b", { name = "e", native_enum = false }))
end

case["Enum length"] = function()
    return cast(t.c.name, Enum("a", "b", { native_enum = false, length = 20 }))
end

case["Boolean name"] = function()
    return cast(t.c.name, Boolean({ name = "b", create_constraint = true }))
end

case["Interval native"] = function()
    return cast(t.c.name, Interval({ native = false }))
end

case["Interval precision"] = function()
    return cast(t.c.name, Interval({ second_precision = 3 }))
end

case["Uuid native"] = function()
    return cast(t.c.name, Uuid({ native_uuid = false }))
end

case["JSON none_as_null"] = function()
    return cast(t.c.name, JSON({ none_as_null = true }))
end

case["pg TIMESTAMP precision"] = function()
    return cast(t.c.name, pg.TIMESTAMP({ timezone = true, precision = 3 }))
end

case["pg TIME precision"] = function()
    return cast(t.c.name, pg.TIME({ precision = 3 }))
end

case["pg INTERVAL fields"] = function()
    return cast(t.c.name, pg.INTERVAL({ fields = "YEAR TO MONTH" }))
end

case["pg INTERVAL precision"] = function()
    return cast(t.c.name, pg.INTERVAL({ precision = 2 }))
end

case["pg BIT varying"] = function()
    return cast(t.c.name, pg.BIT({ length = 5, varying = true }))
end

case["Column name type_"] = function()
    return CreateTable(
        Table("k", MetaData(), Column({ name = "a", type_ = Integer, primary_key = true }))
    )
end

case["Table name metadata"] = function()
    return CreateTable(Table("k", MetaData({ schema = "s" }), Column("a", Integer)))
end

case["Table schema"] = function()
    return CreateTable(Table("k", MetaData(), Column("a", Integer), { schema = "z" }))
end

case["UniqueConstraint name"] = function()
    return CreateTable(
        Table("k", MetaData(), Column("a", Integer), UniqueConstraint("a", { name = "u" }))
    )
end

case["Index unique"] = function()
    return CreateIndex(Index("i", t.c.name, { unique = true }))
end

case["Identity keywords"] = function()
    return CreateTable(
        Table(
            "k",
            MetaData(),
            Column("a", Integer, Identity({ always = true, start = 4, increment = 2 }))
        )
    )
end

case["CreateTable if_not_exists"] = function()
    return CreateTable(t, { if_not_exists = true })
end

case["DropTable if_exists"] = function()
    return DropTable(t, { if_exists = true })
end

case["join onclause"] = function()
    return select(t.c.myid):join(o, { onclause = t.c.myid:eq(o.c.otherid) })
end

case["join onclause isouter"] = function()
    return select(t.c.myid):join(o, { onclause = t.c.myid:eq(o.c.otherid), isouter = true })
end

case["outerjoin onclause"] = function()
    return select(t.c.myid):outerjoin(o, { onclause = t.c.myid:eq(o.c.otherid) })
end

case["join_from onclause full"] = function()
    return select(t.c.myid)
        :join_from(t, o, { onclause = t.c.myid:eq(o.c.otherid), full = true })
end

case["table join onclause"] = function()
    return select(t.c.myid)
        :select_from(t:join(o, { onclause = t.c.myid:eq(o.c.otherid), isouter = true }))
end

case["table join positional flags"] = function()
    return select(t.c.myid):select_from(t:join(o, t.c.myid:eq(o.c.otherid), true))
end

case["outerjoin function onclause"] = function()
    return select(t.c.myid)
        :select_from(outerjoin(t, o, { onclause = t.c.myid:eq(o.c.otherid) }))
end

case["cte positional recursive"] = function()
    return select(select(t.c.myid):cte("s", true).c.myid)
end

case["tablesample keywords"] = function()
    return select(t:tablesample(5, { name = "s", seed = func.pi() }).c.myid)
end

case["tablesample function keywords"] = function()
    return select(tablesample(t, func.bernoulli(1), { name = "s" }).c.myid)
end

case["regexp_match flags"] = function()
    return t.c.name:regexp_match("^a", { flags = "i" })
end

case["op precedence"] = function()
    return t.c.myid:op("#", { precedence = 5 })(3) + 4
end

case["bool_op"] = function()
    return ~t.c.myid:bool_op("#")(3)
end

case["bool_op precedence"] = function()
    return t.c.myid:bool_op("#", { precedence = 8 })(3)
end

case["startswith autoescape escape"] = function()
    return t.c.name:startswith("a%", { autoescape = true, escape = "#" })
end

case["like escape"] = function()
    return t.c.name:like("a/%", { escape = "/" })
end

case["label nil"] = function()
    return select((t.c.myid + 1):label(nil))
end

case["bindparam positional type"] = function()
    return t.c.myid:eq(bindparam("p", 7, String))
end

case["label in where"] = function()
    return select(t.c.myid:label("x")):where(t.c.myid:label("x"):eq(5))
end

return case
