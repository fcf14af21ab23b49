-- SPDX-License-Identifier: MIT
-- Operators that a type brings along: comparator_factory and coerce_compared_value of its
-- class. An expression of such a type looks here for a method before it takes the common one.
--
--     local Point = types.UserDefinedType:extend("POINT", {
--         comparator_factory = types.TypeEngine.Comparator:extend("PointComparator", {
--             distance = function(self, other) return self:op("<->")(other) end,
--             operate = function(self, op, other) … end, -- all that have no member here
--         }),
--     })

local core = require("corm.core")
local args = require("corm.sql.args")
local engine = require("corm.types.engine")

local comparator = {}

local common = core.families.ColumnElement.methods

---What operators of a type are called on: the expression in `expr`, its type in `type`, and
---the common operators as methods and signs.
---@class corm.types.Comparator
---@field expr corm.ColumnElement
---@field type corm.types.TypeEngine
---@field operate fun(self, op: corm.Operator, ...: any): any all operators that are not members
---@field reverse_operate fun(self, op: corm.Operator, other: any): any value op expression
local Comparator = { __name = "corm.types.Comparator", members = {} }

local function operators()
    return require("corm.sql.operators") -- which are made with types
end

-- What every class of operators can call: the common operators, whatever the type has.
local base = {}

function base:operate(operator, ...)
    return operator:apply_common(self.expr, ...)
end

function base:reverse_operate(operator, other)
    return operator:apply_common(core.coerce(other, self.expr), self.expr)
end

-- A class's own members, and the two above: Comparator.operate(self, op, other).
function Comparator:__index(name)
    return Comparator[name] or self.members[name] or base[name]
end

setmetatable(Comparator, { __index = base })

-- A common operator, applied to the expression.
local function apply_common(name)
    local method = common[name]
    return method and function(self, ...)
        return method(self.expr, ...)
    end
end

-- The signs that Lua has for operators: `self + 5` in an operator of the type.
local SIGNS = {
    "__add", "__band", "__bnot", "__bor", "__concat", "__div", "__idiv", "__mod", "__mul",
    "__pow", "__shl", "__shr", "__sub", "__unm",
}

local function plain_operand(value)
    local is_object = core.metafield(value, "__name") == "corm.types.Comparator"
    return is_object and value.expr or value
end

local function sign(members, name)
    return function(left, right)
        if members[name] and core.metafield(left, "__name") == "corm.types.Comparator" then
            return members[name](left, right)
        end
        return operators().by_method(name):apply_common(plain_operand(left),
            plain_operand(right))
    end
end

-- Objects of a class of operators: own fields, the members, the common operators.
local function object_meta(members)
    local meta = {
        __name = "corm.types.Comparator",
        __index = function(_, name)
            return members[name] or base[name] or apply_common(name)
        end,
        __clause_element = function(self)
            return self.expr
        end,
    }
    for _, name in ipairs(SIGNS) do
        meta[name] = sign(members, name)
    end
    return meta
end

---A class of operators below this one. Names are those of the methods of expressions (eq, op,
---contains …), of metamethods (__add …), or new ones; operate() and reverse_operate() get the
---operators that have no member of their own.
---@param name string
---@param members table<string, function>
---@return corm.types.Comparator
function Comparator:extend(name, members)
    args.check(name, "string", "extend", "name")
    args.check(members, "table", "extend", "members")
    local own = setmetatable({}, { __index = self.members })
    for key, value in pairs(members) do
        own[key] = value
    end
    return setmetatable({ members = own, meta = object_meta(own), __name = name }, Comparator)
end

engine.TypeEngine.Comparator = Comparator

-- The operators that a class of types has; a plain table of functions will do.
local function members_of(type_)
    local factory = type_.comparator_factory
    if factory == nil then
        local impl = type_.impl_instance
        if impl then
            return members_of(impl)
        end
        return nil
    elseif getmetatable(factory) ~= Comparator then
        factory = Comparator:extend(type_.class._name, factory)
        type_.class.comparator_factory = factory
    end
    return factory.members, factory.meta
end

-- What stands for an operator of a type that has operate(); nil if the name is none.
local function operated(members, name)
    local operate = members.operate
    local operator = operate and operators().by_method(name)
    if operator then
        return function(self, ...)
            return operate(self, operator, ...)
        end
    elseif operate and (name == "op" or name == "bool_op") then
        return function(self, text, options)
            local own = require("corm.sql.own_operator").read(text, options, name == "bool_op")
            return function(other)
                return operate(self, own, other)
            end
        end
    end
    return nil
end

-- The method of this name that the expression's type brings, or nil. Of a metamethod whose
-- right operand the expression is: what takes it and the left one.
local function find_method(expression, name, is_reversed)
    local type_ = core.type_of(expression)
    local members, meta = members_of(type_)
    local method
    if members and is_reversed then
        local reverse = members.reverse_operate
        method = reverse and function(self, other)
            return reverse(self, operators().by_method(name), other)
        end
    elseif members then
        method = members[name] or operated(members, name)
    end
    return method and function(self, ...)
        return method(setmetatable({ expr = core.coerce(self), type = type_ }, meta), ...)
    end
end

---The type as which the other operand is sent, if the type has a say.
---@param type_ corm.types.TypeEngine
---@param operator corm.Operator|corm.sql.custom_op
---@param value any
---@return corm.types.TypeEngine?
function comparator.operand_type(type_, operator, value)
    local hook = type_.coerce_compared_value
    if hook == engine.TypeEngine.coerce_compared_value then
        local impl = type_.impl_instance
        return impl and comparator.operand_type(impl, operator, value)
    end
    return hook(type_, operator, value)
end

core.set_operators(find_method, function(type_, core_name, value)
    return comparator.operand_type(type_, operators().by_core_name(core_name), value)
end)

comparator.Comparator = Comparator

return comparator
