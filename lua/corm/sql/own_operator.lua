-- SPDX-License-Identifier: MIT
-- Operators by their text: those of the user's own, column:op("~>")(5), and those that only
-- some databases have. Each is an object, which its expression keeps.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local comparator = require("corm.types.comparator")
local types = require("corm.types")

local own_operator = {}

local methods = core.families.ColumnElement.methods

-- ---- operators as objects ----

---@class corm.sql.custom_op
---@field opstring string
---@field precedence integer
---@field is_comparison boolean
---@field is_natural_self_precedent boolean
---@field eager_grouping boolean in parentheses as an operand, whatever is around it
---@field return_type? corm.types.TypeEngine
---@field python_impl? fun(left: any, right: any): any what it says of values in Lua
---@overload fun(left: any, right: any): any
local CustomOperator = { __name = "corm.sql.custom_op" }
CustomOperator.__index = { name = "custom_op", is_associative = false,
    is_commutative = false, is_ordering_modifier = false }

function CustomOperator:__tostring()
    return ("custom_op(%q)"):format(self.opstring)
end

function CustomOperator.__eq(a, b)
    for _, field in ipairs({
        "opstring", "precedence", "is_comparison", "is_natural_self_precedent",
        "eager_grouping", "return_type",
    }) do
        if a[field] ~= b[field] then
            return false
        end
    end
    return true
end

---Apply it to an expression, or to values if it has a python_impl.
function CustomOperator:__call(left, right, ...)
    if core.resolve(left) ~= nil then
        return left:operate(self, right, ...)
    elseif self.python_impl then
        return self.python_impl(left, right, ...)
    end
    exc.InvalidRequestError:raise("custom operator '%s' can't be used with plain values unless "
        .. "it has the option 'python_impl'", self.opstring)
end

---Apply it to an expression as if its type had no operators of its own.
function CustomOperator.__index:apply_common(expression, right)
    return own_operator.apply(self, expression, right)
end

local OPTIONS = {
    "eager_grouping", "is_comparison", "natural_self_precedent", "precedence", "python_impl",
    "return_type",
}

local function new_operator(text, options, is_comparison)
    is_comparison = is_comparison or options.is_comparison or false
    return setmetatable({
        opstring = text, is_comparison = is_comparison, is_boolean = is_comparison,
        precedence = options.precedence or 0,
        is_natural_self_precedent = options.natural_self_precedent or false,
        eager_grouping = options.eager_grouping or false,
        python_impl = options.python_impl,
        return_type = options.return_type and types.to_instance(options.return_type, "op"),
    }, CustomOperator)
end

---The class of operators by their text: custom_op("->", {precedence = 15}), custom_op:is(x).
own_operator.custom_op = setmetatable({
    is = function(_, value)
        return getmetatable(value) == CustomOperator
    end,
}, {
    __name = "corm.sql.custom_op",
    __call = function(_, text, options)
        args.check(text, "string", "custom_op", "opstring")
        return new_operator(text, check_options(options, OPTIONS, "custom_op"))
    end,
})

-- ---- expressions with them ----

local EAGER, NATURAL = 1 << 32, 1 << 33
local PRECEDENCE = (1 << 32) - 1

-- How the operator's expression stands beside others, as the core has it.
local function grouping(operator)
    return operator.precedence & PRECEDENCE
        | (operator.eager_grouping and EAGER or 0)
        | (operator.is_natural_self_precedent and NATURAL or 0)
end

-- Whether a text says a moment, a date or a time.
local function reads_as(kind, text)
    return text:find("^[+-]?infinity$") ~= nil or pcall(core[kind].fromisoformat, text)
end

-- Whether a value is one that SQL has a type for: a number, a date, a decimal.
local function is_plain(value)
    return type(value) == "number" or type(value) == "userdata" and value ~= core.NULL
end

-- Whether a value can be of the left operand's type. What is no array or JSON by itself is none
-- beside these either, "UTC" is no moment, and a number beside a range is not one.
local function fits(value, type_)
    local kind = type_.kind
    if kind == "user" and not type_.get_col_spec then
        return not is_plain(value)
    end
    if kind == "json" or kind == "array" then
        return type(value) == "table"
    elseif type(value) == "string" and (kind == "datetime" or kind == "date" or kind == "time") then
        return reads_as(kind, value)
    end
    return true
end

-- The other operand: a value is of the type that the left one's type says, if it can be.
local function custom_operand(operator, other, left)
    local node = core.coerce(other, left)
    if core.kind(node) ~= "bind" or core.resolve(other) ~= nil then
        return node
    end
    local left_type, own_type = core.type_of(left), nil
    if left_type.lua_operators then
        own_type = comparator.operand_type(left_type, operator, other)
    end
    if not own_type and not fits(other, left_type) then
        own_type = core.type_of(core.coerce(other))
    end
    return own_type and core.respec(node, { type = own_type, variant = false }) or node
end

---left operator right.
---@param operator corm.sql.custom_op
---@param left any
---@param right any
---@return corm.ColumnElement
function own_operator.apply(operator, left, right)
    left = core.coerce(left)
    local type_ = operator.return_type or operator.is_comparison and types.Boolean or left
    return core.node("binary", {
        op = "custom", name = operator.opstring, value = grouping(operator),
        variant = operator.is_comparison, type = type_, pin = operator,
        left, custom_operand(operator, right, left),
    })
end

---The expression with the operator before or behind it.
---@param operator corm.sql.custom_op
---@param operand any
---@param options {is_modifier?: boolean, type_?: corm.types.TypeEngine}
---@return corm.ColumnElement
function own_operator.apply_unary(operator, operand, options)
    operand = core.coerce(operand)
    return core.node("unary", {
        op = "custom", name = operator.opstring, value = grouping(operator), pin = operator,
        variant = options.is_modifier, type = options.type_ or operand, operand,
    })
end

---The operator of an expression that has one of its own.
---@param node corm.ColumnElement
---@return corm.sql.custom_op
function own_operator.of(node)
    return core.pin(node)
end

local COMPARING, ELEMENT = 5, 15 -- precedences

---An operator of a database: binds as comparisons do, or as elements (`->`) if it returns a
---type; what is eager stands in parentheses as an operand.
---@param self corm.ColumnElement
---@param text string
---@param options? {eager?: boolean, return_type?: any}
---@return fun(other: any): corm.ColumnElement
function own_operator.database_operator(self, text, options)
    local return_type = options and options.return_type
    local operator = new_operator(text, {
        eager_grouping = options and options.eager, is_comparison = return_type == nil,
        precedence = return_type and ELEMENT or COMPARING, return_type = return_type,
    })
    return function(other)
        return own_operator.apply(operator, self, other)
    end
end

local OP_OPTIONS = { "is_comparison", "precedence", "python_impl", "return_type" }

---The operator that op() and bool_op() are called for.
---@param text string
---@param options? table
---@param is_comparison boolean
---@return corm.sql.custom_op
function own_operator.read(text, options, is_comparison)
    if type(text) ~= "string" or not text:find("%S") then
        args.refuse("op", "an operator as a string", text)
    end
    options = check_options(options, OP_OPTIONS, "op")
    args.check(options.python_impl, "function", "op", "python_impl")
    return new_operator(text, options, is_comparison)
end

-- A method that makes an operator and returns what applies it to the other operand.
local function user_operator(is_comparison)
    return function(self, text, options)
        local operator = own_operator.read(text, options, is_comparison)
        return function(other)
            return own_operator.apply(operator, self, other)
        end
    end
end

---An operator of the user's own: column:op("->")(5). Its python_impl says what it is of values,
---for conditions that are computed on objects in a session.
methods.op = user_operator(false)

---A comparison of the user's own.
methods.bool_op = user_operator(true)

---The operator applied to the expression: col:operate(operators.eq, 5).
---@param operator corm.Operator|corm.sql.custom_op|fun(left: any, ...: any): any
---@param ... any
function methods:operate(operator, ...)
    if own_operator.custom_op:is(operator) then
        return own_operator.apply(operator, self, ...)
    elseif type(operator) ~= "function" and not core.metafield(operator, "__call") then
        args.refuse("operate", "one of corm.sql.operators", operator)
    end
    return operator(self, ...)
end

---The operator applied to the other operand, with the expression on its right.
---@param operator corm.Operator|corm.sql.custom_op|fun(left: any, ...: any): any
---@param other any
function methods:reverse_operate(operator, other)
    return core.coerce(other, core.coerce(self)):operate(operator, self)
end

return own_operator
