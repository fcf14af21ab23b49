-- SPDX-License-Identifier: MIT
-- The operators that random trees are made of. Each is one table that says all about it:
--
--     result    type of its value: "int", "real", "text" or "bool"
--     args      types of its operands
--     build     operands as SQL expressions → SQL expression
--     eval      operands as Lua values → Lua value; NULL is corm.NULL
--     lax       eval wants NULLs; otherwise an operand that is NULL makes the value NULL
--
-- Those that are more than a function of their operands have instead of build and eval
--
--     construct(node, build, tables)     → SQL expression; build(node) for parts
--     evaluate(node, env, evaluate)      → Lua value; evaluate(node, env) for parts
--     generate(generator, scope, depth)  → node
--     scopes                             set of scopes where it may stand, see generate.lua

local corm = require("corm")
local NULL = corm.NULL

local operators = {
    by_name = {},
    by_type = { int = {}, real = {}, text = {}, bool = {} },
    -- Raised when a value leaves the range that every database calculates exactly.
    OUT_OF_RANGE = {},
}

local INT_MAX = 2 ^ 31 - 1
local REAL_MAX, REAL_STEP = 2 ^ 20, 1 / 16
local TEXT_MAX = 500

local function is_in_range(value, type_)
    if type_ == "int" then
        return math.type(value) == "integer" and math.abs(value) <= INT_MAX
    elseif type_ == "real" then
        return math.abs(value) <= REAL_MAX and value % REAL_STEP == 0
    end
    return type_ ~= "text" or #value <= TEXT_MAX
end

---Raise OUT_OF_RANGE unless every database can have the value.
---@param value any
---@param type_ string
---@return any value
function operators.checked(value, type_)
    if value ~= NULL and not is_in_range(value, type_) then
        error(operators.OUT_OF_RANGE)
    end
    return value
end

---@param operator table
function operators.add(operator)
    assert(not operators.by_name[operator.name], operator.name)
    operators.by_name[operator.name] = operator
    table.insert(operators.by_type[operator.result], operator)
end

---Add an operator that is a function of its operands.
---@param name string
---@param result string
---@param args string[]
---@param build function
---@param eval function
---@param is_lax? boolean
function operators.define(name, result, args, build, eval, is_lax)
    operators.add({
        name = name, result = result, args = args, build = build, eval = eval, lax = is_lax,
    })
end

require("spec.property.operators.numbers")(operators)
require("spec.property.operators.texts")(operators)
require("spec.property.operators.choices")(operators)
require("spec.property.operators.conditions")(operators)
require("spec.property.operators.leaves")(operators)
require("spec.property.operators.aggregates")(operators)
require("spec.property.operators.subqueries")(operators)

return operators
