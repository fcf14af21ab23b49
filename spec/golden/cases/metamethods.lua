-- SPDX-License-Identifier: MIT
-- Lua's own spellings: operators, corm.NULL, options in tables, the second form of a call.

local corm = require("corm")
local schema = require("spec.golden.schema")

local String, and_, bindparam, cast = corm.String, corm.and_, corm.bindparam, corm.cast
local exists, func, insert, null = corm.exists, corm.func, corm.insert, corm.null
local pg, select, tuple_, update = corm.dialects.postgresql, corm.select, corm.tuple_, corm.update
local addresses, o, pgt, t, users = schema.addresses, schema.o, schema.pgt, schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["concat by two dots"] = function()
    return t.c.name .. "x"
end

case["concat by two dots reflected"] = function()
    return "x" .. t.c.name
end

case["concat by two dots chain"] = function()
    return "a" .. t.c.name .. "-" .. t.c.description
end

case["concat of columns by two dots"] = function()
    return t.c.name .. t.c.description
end

case["unary minus"] = function()
    return select(-t.c.myid)
end

case["tilde"] = function()
    return ~t.c.myid:eq(1)
end

case["tilde of column"] = function()
    return ~users.c.active
end

case["ampersand and bar"] = function()
    return t.c.myid:eq(1) & (t.c.name:eq("a") | t.c.name:eq("b"))
end

case["number minus column"] = function()
    return 5 - t.c.myid
end

case["number divided by column"] = function()
    return 5 / t.c.myid
end

case["number floor divided"] = function()
    return t.c.myid // 2
end

case["modulo reflected"] = function()
    return 7 % t.c.myid
end

case["comparison of sum"] = function()
    return (t.c.myid + 1):gt(5)
end

case["shift of range"] = function()
    return pgt.c.span << pgt.c.span
end

case["range plus and times"] = function()
    return pgt.c.span + (pgt.c.span * pgt.c.span)
end

case["and_ function of three"] = function()
    return and_(t.c.myid:eq(1), t.c.myid:eq(2), t.c.myid:eq(3))
end

case["and_ of unpacked"] = function()
    return and_(table.unpack({ t.c.myid:eq(1), t.c.myid:eq(2) }))
end

case["op with second operand"] = function()
    return t.c.myid:op("%")(5)
end

case["eq corm.NULL"] = function()
    return t.c.name:eq(corm.NULL)
end

case["ne corm.NULL"] = function()
    return t.c.name:ne(corm.NULL)
end

case["eq nil"] = function()
    return t.c.name:eq(nil)
end

case["is_ corm.NULL"] = function()
    return t.c.name:is_(corm.NULL)
end

case["is_ without argument of null"] = function()
    return t.c.name:is_(null())
end

case["is_distinct_from corm.NULL"] = function()
    return t.c.name:is_distinct_from(corm.NULL)
end

case["in with corm.NULL"] = function()
    return t.c.name:in_({ "a", corm.NULL })
end

case["values with corm.NULL"] = function()
    return insert(t):values({ myid = 1, name = corm.NULL })
end

case["values positional with corm.NULL"] = function()
    return insert(t):values({ 1, corm.NULL, "d" })
end

case["rows with corm.NULL"] = function()
    return insert(t):values({ { myid = 1, name = corm.NULL }, { myid = 2, name = "b" } })
end

case["function of nil in the middle"] = function()
    return func.foo(1, nil, 2)
end

case["function of trailing nil"] = function()
    return func.coalesce(t.c.name, nil)
end

case["literal corm.NULL"] = function()
    return select(corm.literal(corm.NULL))
end

case["case result corm.NULL"] = function()
    return corm.case({ t.c.myid:eq(1), corm.NULL }, { else_ = t.c.myid })
end

case["bindparam corm.NULL"] = function()
    return t.c.name:eq(corm.bindparam("x", corm.NULL))
end

case["set_ corm.NULL"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = corm.NULL } })
end

case["reserved function name by index"] = function()
    return func["end"](1)
end

case["reserved function name with underscore"] = function()
    return func.repeat_(t.c.name, 3)
end

case["function by index"] = function()
    return func["MyFunc"](1)
end

case["except_ function"] = function()
    return corm.except_(select(t.c.myid), select(o.c.otherid))
end

case["column by index"] = function()
    return select(t.c["myid"])
end

case["column by columns"] = function()
    return select(t.columns.myid)
end

case["sql module select"] = function()
    return corm.sql.select(t.c.myid)
end

case["types by module"] = function()
    return cast(t.c.name, corm.types.Integer())
end

case["types with call"] = function()
    return cast(t.c.name, String())
end

case["types without call"] = function()
    return cast(t.c.name, String)
end

case["dialect type by module"] = function()
    return cast(t.c.name, pg.JSONB)
end

case["true_ and false_"] = function()
    return select(corm.true_(), corm.false_())
end

case["schema module"] = function()
    return corm.schema.CreateTable(schema.o)
end

case["values pairs by column"] = function()
    return insert(t):values({ [t.c.myid] = 1, name = "x" })
end

case["values order of table"] = function()
    return update(t):values({ name = "n", description = "d", myid = 4 })
end

case["select where method"] = function()
    return t:select():where(t.c.myid:eq(1))
end

case["desc function of string"] = function()
    return select(t.c.name:label("n")):order_by(corm.desc("n"))
end

case["in_ of unpacked tuple rows"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ { 1, "a" } })
end

case["case with sequences"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { t.c.myid:eq(2), "b" }, { else_ = "c" })
end

case["case mapping of strings"] = function()
    return corm.case({ a = 1 }, { value = t.c.name, else_ = 0 })
end

case["case pairs by value"] = function()
    return corm.case({ 1, "a" }, { 2, "b" }, { value = t.c.myid })
end

case["over with tables"] = function()
    return func.rank():over({ partition_by = { t.c.name }, order_by = { t.c.myid } })
end

case["over frame of corm.NULL"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.myid, rows = { corm.NULL, 0 } })
end

case["over frame of integers"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.myid, rows = { -1, 1 } })
end

case["regexp_match positional flags"] = function()
    return t.c.name:regexp_match("a", "i")
end

case["with_for_update of sequence"] = function()
    return select(t.c.myid, o.c.otherid):with_for_update({ of = { t, o } })
end

case["distinct without arguments"] = function()
    return select(t.c.name):distinct()
end

case["having and group"] = function()
    return select(t.c.name):group_by(t.c.name):having(func.count():gt(1))
end

case["exists of select argument"] = function()
    return select(users.c.id)
        :where(exists(select(addresses.c.id):where(addresses.c.user_id:eq(users.c.id))))
end

case["any_ function of array"] = function()
    return corm.any_(schema.pgt.c.nums):eq(5)
end

case["any method with operator name"] = function()
    return schema.pgt.c.tags:any("x", { operator = corm.sql.operators.ne })
end

case["json path of sequence"] = function()
    return pgt.c.js:getitem({ "a", 1 })
end

case["json getitem twice"] = function()
    return pgt.c.js:getitem("a"):getitem("b")
end

case["array slice"] = function()
    return schema.pgt.c.nums:getitem(corm.slice(1, 2))
end

case["json contains table"] = function()
    return pgt.c.jb:contains({ k = 1 })
end

case["json contains list"] = function()
    return pgt.c.jb:contains({ 1, 2 })
end

case["json insert table"] = function()
    return insert(pgt):values({ jb = { a = { 1, 2 } } })
end

case["array insert list"] = function()
    return insert(pgt):values({ nums = { 1, 2 } })
end

case["returning star of table"] = function()
    return insert(o):values({ otherid = 1 }):returning(o)
end

case["params in table"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("x"))):params({ x = 4 })
end

case["between with option table"] = function()
    return t.c.myid:between(1, 2, { symmetric = true })
end

case["startswith with option table"] = function()
    return t.c.name:startswith("a%", { autoescape = true })
end

case["cte with option table"] = function()
    return select(select(t.c.myid):cte("c", { recursive = true }).c.myid)
end

case["values({}) of an insert"] = function()
    return corm.insert(o):values({})
end

case["in_({}) of nothing"] = function()
    return t.c.myid:in_({}), { render_postcompile = true }
end

case["tuple_ in nothing"] = function()
    return tuple_(t.c.myid, t.c.name):in_({}), { render_postcompile = true }
end

case["union of method and function"] = function()
    return corm.union_all(select(t.c.myid), select(o.c.otherid)):order_by("myid")
end

return case
