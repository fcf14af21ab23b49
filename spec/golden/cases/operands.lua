-- SPDX-License-Identifier: MIT
-- What stands beside operators: lists, arrays, NULL, expressions as keys.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, JSON, column, func, pg = corm.Integer, corm.JSON, corm.column, corm.func,
    corm.dialects.postgresql
local all_, any_, cast, values = corm.all_, corm.any_, corm.cast, corm.values
local exists, select = corm.exists, corm.select
local o, pgt, t = schema.o, schema.pgt, schema.t

local case = require("spec.golden.harness").cases()

case["null equals any"] = function()
    return any_(pgt.c.nums):eq(nil)
end

case["null differs from all"] = function()
    return all_(pgt.c.nums):ne(nil)
end

case["null equals any negated"] = function()
    return corm.not_(any_(pgt.c.nums):eq(nil))
end

case["any of values"] = function()
    return t.c.myid:eq(any_(values(column("a", Integer)):data({ { 1 } })))
end

case["in a column"] = function()
    return t.c.myid:in_(t.c.myid)
end

case["array equals list"] = function()
    return pg.array({ 1, 2 }):eq({ 3, 4 })
end

case["array contains list"] = function()
    return pg.array({ 1, 2 }):contains({ 3 })
end

case["array contained by no list"] = function()
    return pg.array({ "a" }):contained_by({})
end

case["array overlaps list"] = function()
    return pg.array({ "a" }):overlap({ "a", "b" })
end

case["match with concatenation"] = function()
    return t.c.name:match(t.c.name + "x")
end

case["regexp with flags and concatenation"] = function()
    return t.c.name:regexp_match(t.c.name + "x", { flags = "ig" })
end

case["subscript of a cast"] = function()
    return cast(pgt.c.jb, pg.JSONB):getitem("a")
end

case["subscript of a function"] = function()
    return func.jsonb_strip_nulls(pgt.c.jb, { type_ = pg.JSONB }):getitem("a")
end

case["json by a sum"] = function()
    return column("x", JSON):getitem(column("y", Integer) + 8)
end

case["aggregate order by nothing"] = function()
    return pg.aggregate_order_by(t.c.name)
end

case["order outside of a statement"] = function()
    return corm.desc("somelabel")
end

case["not equal to any as a function"] = function()
    return ~t.c.myid:eq(func.any(pgt.c.nums))
end

case["not equal to all as a function"] = function()
    return ~func.all(pgt.c.nums):eq(t.c.myid)
end

case["filter by nothing"] = function()
    return func.count(t.c.myid):filter()
end

case["function as comparison"] = function()
    return func.near(t.c.myid, t.c.name):as_comparison(1, 2)
end

case["collation of a schema"] = function()
    return corm.collate(t.c.name, "fr_FR", { collation_schema = "MySchema" })
end

case["collation of a schema by method"] = function()
    return t.c.name:collate("fr_FR", "s")
end

case["function aliased"] = function()
    return func.rows("foo"):alias("bar")
end

case["column of a function in a subquery"] = function()
    return select(select(func.gs(1, 2):column_valued("x")):subquery())
end

case["recursive values"] = function()
    return select(values(column("x", Integer), { name = "v" }):data({ { 1 } })
        :cte("c", { recursive = true }))
end

case["values too wide"] = function()
    return select(values(column("x", Integer)):data({ { 1, 2 } }))
end

case["correlate false"] = function()
    return select(t.c.myid):where(exists():where(o.c.otherid:eq(t.c.myid)):correlate(false))
end

return case
