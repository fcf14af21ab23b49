-- SPDX-License-Identifier: MIT
-- Sequences as values, operators as functions.

local corm = require("corm")
local schema = require("spec.golden.schema")

local ARRAY, Integer, all_, any_ = corm.ARRAY, corm.Integer, corm.all_, corm.any_
local bindparam, column, func, insert = corm.bindparam, corm.column, corm.func, corm.insert
local literal, select, update = corm.literal, corm.select, corm.update
local array, operators = corm.dialects.postgresql.array, corm.sql.operators
local UnaryExpression, custom_op = corm.sql.UnaryExpression, operators.custom_op
local pgt, t = schema.pgt, schema.t

local case = require("spec.golden.harness").cases()

case["literal"] = function()
    return select(literal({ 1, 2 }))
end
case["literal of texts"] = function()
    return select(literal({ "a", "b" }))
end
case["literal nested"] = function()
    return select(literal({ { 1, 2 }, { 3, 4 } }))
end
case["literal labelled"] = function()
    return select(literal({ 1, 2 }):label("q"))
end
case["literal of an array type"] = function()
    return select(literal({ 1, 2 }, ARRAY(Integer)))
end
case["bindparam"] = function()
    return select(bindparam("x", { 1, 2 }))
end
case["bindparam of an array type"] = function()
    return select(bindparam("x", { 1, 2 }, { type_ = ARRAY(Integer) }))
end
case["unnest"] = function()
    return select(func.unnest({ 1, 2 }))
end
case["unnest column_valued"] = function()
    return select(func.unnest({ 1, 2 }):column_valued("x"))
end
case["unnest in"] = function()
    return select(t.c.myid):where(t.c.myid:in_(select(func.unnest({ 1, 2 }))))
end
case["function of a sequence and more"] = function()
    return select(func.array_position({ 1, 2 }, t.c.myid, 1))
end
case["function with a type"] = function()
    return func.f({ 1, 2 }, { type_ = Integer })
end
case["coalesce"] = function()
    return func.coalesce(pgt.c.tags, { "a" })
end
case["any of a sequence"] = function()
    return t.c.myid:eq(any_({ 1, 2 }))
end
case["all of a sequence"] = function()
    return t.c.myid:gt(all_({ 1, 2 }))
end
case["any of a bindparam"] = function()
    return t.c.myid:eq(any_(bindparam("ids", { 1, 2 })))
end
case["beside a column without type"] = function()
    return column("u"):eq({ 1, 2 })
end
case["case"] = function()
    return corm.case({ t.c.myid:eq(1), { 1, 2 } }, { else_ = { 3 } })
end
case["case on"] = function()
    return select(func.f(corm.case({ t.c.myid:eq(1), { 1.5, 2.5 } })))
end
case["array of sequences"] = function()
    return select(array({ { 1, 2 }, { 3, 4 } }))
end
case["array of arrays"] = function()
    return select(array({ array({ 1, 2 }), array({ 3, 4 }) }))
end
case["array beside a sequence"] = function()
    return array({ 1, 2 }):eq({ 3, 4 })
end
case["in of a bindparam with a sequence"] = function()
    return t.c.myid:in_(bindparam("q", { 1, 2 }))
end
case["in of an expanding bindparam"] = function()
    return t.c.myid:in_(bindparam("q", { 1, 2 }, { expanding = true }))
end
case["cast of a sequence"] = function()
    return corm.cast({ 1, 2 }, ARRAY(Integer))
end
case["type_coerce of a sequence"] = function()
    return corm.type_coerce({ 1, 2 }, ARRAY(Integer))
end
case["array column in sequences"] = function()
    return pgt.c.tags:in_({ { "a" }, { "b", "c" } })
end
case["insert of a sequence"] = function()
    return insert(pgt):values({ tags = { "a", "b" } })
end
case["update to a sequence"] = function()
    return update(pgt):values({ tags = { "a" } })
end

-- ---- operators as functions ----

-- One case for each operator, applied to the same operands.
local function each(names, ...)
    local operands = table.pack(...)
    for name in names:gmatch("%S+") do
        case[name .. " function"] = function()
            return operators[name](table.unpack(operands, 1, operands.n))
        end
    end
end

each("add sub mul truediv mod eq ne lt le gt ge", t.c.myid, 5)
each([[like_op not_like_op ilike_op not_ilike_op startswith_op not_startswith_op endswith_op
    not_endswith_op contains_op not_contains_op istartswith_op not_istartswith_op iendswith_op
    not_iendswith_op icontains_op not_icontains_op concat_op is_distinct_from
    is_not_distinct_from regexp_match_op not_regexp_match_op match_op not_match_op notlike_op]],
    t.c.name, "x")
each("in_op not_in_op", t.c.myid, { 1, 2 })
each("between_op not_between_op", t.c.myid, 1, 2)
each([[neg desc_op asc_op nulls_first_op nulls_last_op any_op all_op distinct_op
    bitwise_not_op]], t.c.myid)
each("bitwise_and_op bitwise_or_op bitwise_lshift_op bitwise_rshift_op",
    t.c.myid, 3)
each("is_ is_not", t.c.myid, nil)
each("and_ or_", t.c.myid:eq(1), t.c.name:eq("x"))
each("inv", t.c.myid:eq(1))
each("collate", t.c.name, "C")
each("op", t.c.name, "#", "x")
each("regexp_replace_op", t.c.name, "x", "y")

case["eq of a value and a column"] = function()
    return operators.eq(5, t.c.myid)
end
case["lt of a value and a column"] = function()
    return operators.lt(5, t.c.myid)
end
case["custom_op"] = function()
    return custom_op("~>")(t.c.myid, 5)
end
case["custom_op in itself"] = function()
    return custom_op("~>")(custom_op("~>")(t.c.myid, 5), 6)
end
case["custom_op that is a comparison"] = function()
    return custom_op("~>", { is_comparison = true, precedence = 5 })(t.c.myid, 5)
        & t.c.name:eq("x")
end
case["custom_op in arithmetic"] = function()
    return custom_op("~>", { precedence = 7 })(t.c.myid + 1, 5) * 2
end
case["custom_op eager in a function"] = function()
    return func.f(custom_op("~>", { eager_grouping = true })(t.c.myid, 5)) + 1
end
case["custom_op eager"] = function()
    return custom_op("~>", { eager_grouping = true, precedence = 15 })(t.c.myid, 5) + 1
end
case["unary operator"] = function()
    return UnaryExpression(t.c.myid, { operator = custom_op("@") })
end
case["unary operator of a sum"] = function()
    return UnaryExpression(t.c.myid + 1, { operator = custom_op("@") })
end
case["unary modifier"] = function()
    return UnaryExpression(t.c.myid, { modifier = custom_op("!") })
end
case["unary operator in a sum"] = function()
    return UnaryExpression(t.c.myid, {
        operator = custom_op("@", { precedence = 15 }), type_ = Integer,
    }) + 5
end
case["reverse_operate"] = function()
    return t.c.myid:reverse_operate(operators.sub, 5)
end
case["operate with a function"] = function()
    return t.c.name:operate(function(a, b)
        return func.lower(a):eq(b)
    end, "x")
end

return case
