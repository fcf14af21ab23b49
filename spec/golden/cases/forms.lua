-- SPDX-License-Identifier: MIT
-- Expressions in seldom forms: values as conditions, signs before labels, elements that are set.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer, and_, distinct = corm.Column, corm.Integer, corm.and_, corm.distinct
local literal, select, update = corm.literal, corm.select, corm.update
local pg, operators, t = corm.dialects.postgresql, corm.sql.operators, schema.t

local case = require("spec.golden.harness").cases()

local data = corm.Table("data", corm.MetaData(), Column("id", Integer),
    Column("h", pg.HSTORE), Column("a", pg.ARRAY(Integer)))

case["case of a text"] = function()
    return corm.case({ "x", "y" })
end
case["case of a number"] = function()
    return corm.case({ 12, "z" }, { else_ = "q" })
end
case["case of a value, selected"] = function()
    return select(corm.case({ t.c.myid:eq(1), "a" }, { "b", "c" }):label("v"))
end
case["case without else"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { else_ = corm.NULL })
end
case["case with null else"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { else_ = corm.null() })
end
case["case without value"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { value = corm.NULL })
end
case["case of value without else"] = function()
    return corm.case({ x = "y" }, { value = t.c.name, else_ = corm.NULL })
end
case["minus label"] = function()
    return select(-t.c.myid:label("z"))
end
case["minus label of a sum"] = function()
    return select(-(t.c.myid + 1):label("z"))
end
case["minus label in a sum"] = function()
    return select(-t.c.myid:label("z") + 1)
end
case["minus minus label"] = function()
    return select(-(-t.c.myid:label("z")))
end
case["minus label of a value"] = function()
    return select(-literal(3):label("z"))
end
case["distinct label"] = function()
    return select(distinct(t.c.myid:label("z")))
end
case["bitwise_not label"] = function()
    return select(t.c.myid:label("z"):bitwise_not())
end
case["not label"] = function()
    return select(~t.c.myid:eq(1):label("z"))
end
case["not label in where"] = function()
    return select(t.c.myid):where(~t.c.myid:eq(1):label("z"))
end
case["not label twice"] = function()
    return select(~~t.c.myid:eq(1):label("z"))
end
case["not label in and"] = function()
    return select(t.c.myid):where(and_(~t.c.myid:eq(1):label("z"), t.c.name:eq("x")))
end
case["hstore element set"] = function()
    return update(data):values({ [data.c.h:getitem("k")] = "v" })
end
case["hstore element set twice"] = function()
    return update(data)
        :values({ [data.c.h:getitem("k")] = "v", [data.c.h:getitem("l")] = "w" })
        :where(data.c.id:eq(1))
end
case["any with an operator by position"] = function()
    return data.c.a:any(5, operators.lt)
end
case["all with an operator by position"] = function()
    return data.c.a:all(5, operators.ge)
end
case["power"] = function()
    return select(t.c.myid ^ 2)
end
case["power of a value"] = function()
    return select(2 ^ t.c.myid)
end
case["power in a product"] = function()
    return t.c.myid ^ 2 * 3
end
return case
