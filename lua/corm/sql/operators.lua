-- SPDX-License-Identifier: MIT
-- Names of operators, as sqlalchemy.sql.operators: what `expression.operator` is compared to.
--
--     if binary.operator == operators.in_op then … end

local exc = require("corm.exc")

-- The core's names that SQLAlchemy has otherwise.
local RENAMED = {
    AND = "and_", OR = "or_", NOT = "inv", IS = "is_", IN = "in_op", NOT_IN = "not_in_op",
    ADD = "add", SUB = "sub", MUL = "mul", MOD = "mod", NEG = "neg", COMMA = "comma_op",
    TRUEDIV = "truediv", FLOORDIV = "floordiv", GETITEM = "getitem", CUSTOM = "custom_op",
    EQ = "eq", NE = "ne", LT = "lt", LE = "le", GT = "gt", GE = "ge", IS_NOT = "is_not",
    IS_DISTINCT_FROM = "is_distinct_from", IS_NOT_DISTINCT_FROM = "is_not_distinct_from",
    COLLATE = "collate", LSHIFT = "bitwise_lshift_op", RSHIFT = "bitwise_rshift_op",
    JSON_GETITEM = "json_getitem_op", JSON_PATH = "json_path_getitem_op",
    EXISTS = "exists",
}

local operators = {}

---The public name of one of the core's operators.
---@param name string as core.op() gives it
---@return string
function operators.name_of(name)
    return RENAMED[name] or name:lower() .. "_op"
end

for name, public in pairs(RENAMED) do
    operators[public] = operators.name_of(name)
end

for _, name in ipairs({
    "ALL", "ANY", "ASC", "BETWEEN", "BITWISE_AND", "BITWISE_NOT", "BITWISE_OR", "BITWISE_XOR",
    "CONCAT", "CONTAINS", "DESC", "DISTINCT", "ENDSWITH", "ICONTAINS", "IENDSWITH", "ILIKE",
    "ISTARTSWITH", "LIKE", "MATCH", "NOT_BETWEEN", "NOT_CONTAINS", "NOT_ENDSWITH", "NOT_ILIKE",
    "NOT_LIKE", "NOT_MATCH", "NOT_REGEXP_MATCH", "NOT_STARTSWITH", "NULLS_FIRST", "NULLS_LAST",
    "REGEXP_MATCH", "REGEXP_REPLACE", "STARTSWITH",
}) do
    local public = operators.name_of(name)
    operators[public] = public
end

return setmetatable(operators, {
    __name = "corm.sql.operators",
    __index = function(_, name)
        exc.ArgumentError:raise("there is no operator '%s'", tostring(name))
    end,
})
