-- SPDX-License-Identifier: MIT
-- Operators as objects, as sqlalchemy.sql.operators: what `expression.operator` is, what the
-- operate() of a comparator receives, and functions of their operands.
--
--     if binary.operator == operators.in_op then … end
--     operators.add(t.c.x, 5), operators.like_op(t.c.name, "a%"), operators.eq(1, 1)

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local own_operator = require("corm.sql.own_operator")
local repr = require("corm.util.repr")

local operators = {}

---@class corm.Operator
---@field name string as in this module
---@field precedence? integer how tight it binds
---@field is_associative boolean
---@field is_boolean boolean it says true or false
---@field is_commutative boolean
---@field is_comparison boolean
---@field is_natural_self_precedent boolean it needs no parentheses within itself
---@field is_ordering_modifier boolean it stands in ORDER BY
---@overload fun(left: any, ...: any): any
local Operator = { __name = "corm.Operator" }
Operator.__index = {}

function Operator:__tostring()
    return self.name
end

---Apply it: `left` is an expression, or a value on which Lua has that operator.
function Operator:__call(left, ...)
    return self.apply(left, ...)
end

---Apply it to an expression as if its type had no operators of its own.
---@param expression corm.ColumnElement
---@param ... any
function Operator.__index:apply_common(expression, ...)
    return self.common(expression, ...)
end

local common_methods = core.families.ColumnElement.methods

local function is_expression(value)
    return core.resolve(value) ~= nil
end

-- ---- how operators are applied ----

-- Name of a method or metamethod of expressions -> the operator that it applies.
local by_method = {}

-- Core's name -> operator.
local by_core_name = {}

local core_operators = core.operators()

-- What the core does not know as operators, or not by these names.
local OTHERS = {
    as_ = { precedence = -1 },
    filter_op = { precedence = 6 },
    from_ = { precedence = 15 },
    function_as_comparison_op = { precedence = 15, is_comparison = true, is_boolean = true },
    is_false = { precedence = 5, is_boolean = true },
    is_true = { precedence = 5, is_boolean = true },
    lshift = {},
    pow_ = { precedence = 15 },
    rshift = {},
}

local function define(name, info, apply, common)
    local operator = {
        name = name, apply = apply, common = common, precedence = info.precedence,
    }
    for _, flag in ipairs({
        "is_associative", "is_boolean", "is_commutative", "is_comparison",
        "is_natural_self_precedent", "is_ordering_modifier",
    }) do
        operator[flag] = info[flag] or false
    end
    operators[name] = setmetatable(operator, Operator)
    return operator
end

local function define_core(core_name, name, apply, common)
    local operator = define(name, core_operators[core_name], apply, common)
    operator.core_name = core_name
    by_core_name[core_name] = operator
    return operator
end

-- One of Lua's operators as it is called from outside: what Lua itself says of operands that it
-- does not take becomes an error of corm's.
local function guarded(name, apply)
    return function(a, b)
        local ok, result = pcall(apply, a, b)
        if ok then
            return result
        elseif type(result) ~= "string" then
            error(result, 0)
        end
        exc.ArgumentError:raise("operators.%s cannot be applied to %s and %s", name,
            repr.value(a), repr.value(b))
    end
end

-- Operators that Lua has signs for, on values too: core's name, name, metamethod, function.
for _, sign in ipairs({
    { "ADD", "add", "__add", function(a, b) return a + b end },
    { "SUB", "sub", "__sub", function(a, b) return a - b end },
    { "MUL", "mul", "__mul", function(a, b) return a * b end },
    { "TRUEDIV", "truediv", "__div", function(a, b) return a / b end },
    { "FLOORDIV", "floordiv", "__idiv", function(a, b) return a // b end },
    { "MOD", "mod", "__mod", function(a, b) return a % b end },
    { "AND", "and_", "__band", function(a, b) return a & b end },
    { "OR", "or_", "__bor", function(a, b) return a | b end },
    { "NOT", "inv", "__bnot", function(a) return ~a end },
    { "NEG", "neg", "__unm", function(a) return -a end },
    { "CONCAT", "concat_op", "__concat", function(a, b) return a .. b end },
}) do
    local core_name, name, metamethod, apply = table.unpack(sign)
    local code = core_operators[core_name].code
    local operator = define_core(core_name, name, guarded(name, apply), function(...)
        return core.operate(code, ...)
    end)
    by_method[metamethod] = operator
end
by_method.concat = operators.concat_op

for name, shift in pairs({
    lshift = { "LSHIFT", "__shl", function(a, b) return a << b end },
    rshift = { "RSHIFT", "__shr", function(a, b) return a >> b end },
}) do
    local code = core_operators[shift[1]].code
    by_method[shift[2]] = define(name, OTHERS[name], guarded(name, shift[3]), function(...)
        return core.operate(code, ...)
    end)
end

by_method.__pow = define("pow_", OTHERS.pow_, guarded("pow_", function(a, b) return a ^ b end),
    function(a, b)
        return core.function_("pow", nil, nil, a, b)
    end)

-- Comparisons, on values too: core's name, method, function, what the mirror image says.
for _, comparison in ipairs({
    { "EQ", "eq", function(a, b) return a == b end, "eq" },
    { "NE", "ne", function(a, b) return a ~= b end, "ne" },
    { "LT", "lt", function(a, b) return a < b end, "gt" },
    { "LE", "le", function(a, b) return a <= b end, "ge" },
    { "GT", "gt", function(a, b) return a > b end, "lt" },
    { "GE", "ge", function(a, b) return a >= b end, "le" },
}) do
    local core_name, method, plain, mirrored = table.unpack(comparison)
    plain = guarded(method, plain)
    by_method[method] = define_core(core_name, method, function(a, b)
        if is_expression(a) then
            return a[method](a, b)
        elseif is_expression(b) then
            return b[mirrored](b, a)
        end
        return plain(a, b)
    end, common_methods[method])
end

-- Operators of expressions alone: core's name -> name of the method, if it is another one than
-- the operator's without _op.
local METHODS = {
    ALL = "all_", ANY = "any_", ASC = "asc", BETWEEN = "between", BITWISE_AND = "bitwise_and",
    BITWISE_NOT = "bitwise_not", BITWISE_OR = "bitwise_or", BITWISE_XOR = "bitwise_xor",
    COLLATE = "collate", CONTAINS = "contains", DESC = "desc", DISTINCT = "distinct",
    ENDSWITH = "endswith", GETITEM = "getitem", ICONTAINS = "icontains",
    IENDSWITH = "iendswith", ILIKE = "ilike", IN = "in_", IS = "is_",
    IS_DISTINCT_FROM = "is_distinct_from", IS_NOT = "is_not",
    IS_NOT_DISTINCT_FROM = "is_not_distinct_from", ISTARTSWITH = "istartswith",
    LIKE = "like", LSHIFT = "bitwise_lshift", MATCH = "match", NOT_BETWEEN = "not_between",
    NOT_ILIKE = "not_ilike", NOT_IN = "not_in", NOT_LIKE = "not_like",
    NULLS_FIRST = "nulls_first", NULLS_LAST = "nulls_last", REGEXP_MATCH = "regexp_match",
    REGEXP_REPLACE = "regexp_replace", RSHIFT = "bitwise_rshift", STARTSWITH = "startswith",
}

-- The names that have no _op at their end.
local PLAIN_NAMES = {
    COLLATE = "collate", GETITEM = "getitem", IS = "is_", IS_DISTINCT_FROM = "is_distinct_from",
    IS_NOT = "is_not", IS_NOT_DISTINCT_FROM = "is_not_distinct_from",
    LSHIFT = "bitwise_lshift_op", RSHIFT = "bitwise_rshift_op",
}

local function public_name(core_name)
    return PLAIN_NAMES[core_name] or core_name:lower() .. "_op"
end

local function require_expression(name, value)
    if not is_expression(value) then
        args.refuse("operators." .. name, "an SQL expression", value)
    end
    return value
end

for core_name, method in pairs(METHODS) do
    local name = public_name(core_name)
    by_method[method] = define_core(core_name, name, function(left, ...)
        return require_expression(name, left)[method](left, ...)
    end, function(...)
        return common_methods[method](...)
    end)
end

-- Opposites that have no method of their own.
for _, core_name in ipairs({
    "CONTAINS", "ENDSWITH", "ICONTAINS", "IENDSWITH", "ISTARTSWITH", "MATCH", "REGEXP_MATCH",
    "STARTSWITH",
}) do
    local positive = by_core_name[core_name]
    define_core("NOT_" .. core_name, public_name("NOT_" .. core_name), function(...)
        return core.not_(positive.apply(...))
    end, function(...)
        return core.not_(positive.common(...))
    end)
end

-- Operators that expressions have and that are not applied by anybody.
local function define_inapplicable(name, info)
    local function refuse()
        exc.ArgumentError:raise("operators.%s cannot be called", name)
    end
    return define(name, info, refuse, refuse)
end

for _, name in ipairs({
    "as_", "filter_op", "from_", "function_as_comparison_op", "is_false", "is_true",
}) do
    define_inapplicable(name, OTHERS[name])
end

for core_name, name in pairs({
    COMMA = "comma_op", EXISTS = "exists", JSON_GETITEM = "json_getitem_op",
    JSON_PATH = "json_path_getitem_op",
}) do
    by_core_name[core_name] = define_inapplicable(name, core_operators[core_name])
    by_core_name[core_name].core_name = core_name
end
by_core_name.AS_BOOLEAN = operators.is_true

-- Names from before SQLAlchemy 1.4.
for name, present in pairs({
    isfalse = "is_false", isnot = "is_not", isnot_distinct_from = "is_not_distinct_from",
    istrue = "is_true", notbetween_op = "not_between_op", notcontains_op = "not_contains_op",
    notendswith_op = "not_endswith_op", notilike_op = "not_ilike_op", notin_op = "not_in_op",
    notlike_op = "not_like_op", notmatch_op = "not_match_op",
    notstartswith_op = "not_startswith_op", nullsfirst_op = "nulls_first_op",
    nullslast_op = "nulls_last_op",
}) do
    operators[name] = operators[present]
end
for name, present in pairs({
    isnot = "is_not", isnot_distinct_from = "is_not_distinct_from", notilike = "not_ilike",
    notin_ = "not_in", notlike = "not_like", nullsfirst = "nulls_first",
    nullslast = "nulls_last",
}) do
    by_method[name] = by_method[present]
end

-- ---- operators of the user's own ----

operators.custom_op = own_operator.custom_op

---left op right by the operator's text, as left:op(text)(right).
---@param left corm.ColumnElement
---@param text string
---@param right any
function operators.op(left, text, right)
    return require_expression("op", left):op(text)(right)
end

-- ---- from expressions and methods to operators ----

-- Operators that some databases alone have, by the core's names.
local function database_operator(core_name)
    local info = core_operators[core_name]
    local made = own_operator.custom_op((info.text:gsub("^ *(.-) *$", "%1")), {
        eager_grouping = true, is_comparison = info.is_comparison,
        natural_self_precedent = true, precedence = info.precedence,
    })
    by_core_name[core_name] = made
    return made
end

local DATABASE_OPERATORS = {
    ARRAY_CONTAINED_BY = true, ARRAY_CONTAINS = true, ARRAY_OVERLAP = true, HAS_ALL = true,
    HAS_ANY = true, HAS_KEY = true,
}

---The operator of an expression; nil if it has none.
---@param node any
---@return corm.Operator|corm.sql.custom_op|nil
function operators.of(node)
    local core_name = core.op(require_expression("of", node))
    if core_name == "CUSTOM" then
        return own_operator.of(node)
    end
    return by_core_name[core_name]
        or DATABASE_OPERATORS[core_name] and database_operator(core_name) or nil
end

---The operator that the core calls so.
---@param core_name string
function operators.by_core_name(core_name)
    return by_core_name[core_name]
end

---The operator that a method or metamethod of expressions applies; nil if it is none.
---@param method string
---@return corm.Operator?
function operators.by_method(method)
    return by_method[method]
end

-- ---- what is asked about operators ----

---Whether a value is an operator.
---@param value any
---@return boolean
function operators.is(value)
    return getmetatable(value) == Operator or own_operator.custom_op:is(value)
end

local function require_operator(caller, value)
    if not operators.is(value) then
        args.refuse("operators." .. caller, "an operator", value)
    end
    return value
end

for _, flag in ipairs({
    "is_associative", "is_boolean", "is_commutative", "is_comparison",
    "is_natural_self_precedent", "is_ordering_modifier",
}) do
    operators[flag] = function(operator)
        return require_operator(flag, operator)[flag] or false
    end
end
operators.is_order_by_modifier = operators.is_ordering_modifier

local LOOSEST, TIGHTEST = -100, 100

---Whether an operand with this operator stands in parentheses beside the other one.
---@param operator corm.Operator|corm.sql.custom_op
---@param against corm.Operator|corm.sql.custom_op
---@return boolean
function operators.is_precedent(operator, against)
    require_operator("is_precedent", operator)
    require_operator("is_precedent", against)
    if operator == against and operators.is_natural_self_precedent(operator) then
        return false
    end
    return (operator.precedence or LOOSEST) <= (against.precedence or TIGHTEST)
end

local MIRROR = {
    [operators.lt] = operators.gt, [operators.le] = operators.ge,
    [operators.gt] = operators.lt, [operators.ge] = operators.le,
}

---What a op b is when it is written from right to left: `<` of `>`.
---@param operator corm.Operator
---@return corm.Operator
function operators.mirror(operator)
    return MIRROR[operator] or require_operator("mirror", operator)
end

return setmetatable(operators, {
    __name = "corm.sql.operators",
    __index = function(_, name)
        exc.ArgumentError:raise("there is no operator '%s'", tostring(name))
    end,
})
