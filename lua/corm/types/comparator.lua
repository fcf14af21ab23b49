-- SPDX-License-Identifier: MIT
-- Operators that a type brings along: comparator_factory and coerce_compared_value of its
-- class. An expression of such a type looks here for a method before it takes the common one.
--
--     local Point = types.UserDefinedType:extend("POINT", {
--         comparator_factory = types.TypeEngine.Comparator:extend("PointComparator", {
--             distance = function(self, other) return self:op("<->")(other) end,
--         }),
--     })

local core = require("corm.core")
local args = require("corm.sql.args")
local engine = require("corm.types.engine")

local comparator = {}

local common = core.families.ColumnElement.methods

---What operators of a type are called on: the expression in `expr`, its type in `type`, and
---the common operators as methods.
---@class corm.types.Comparator
---@field expr corm.ColumnElement
---@field type corm.types.TypeEngine
local Comparator = { __name = "corm.types.Comparator", members = {} }
Comparator.__index = Comparator

-- A common operator, applied to the expression.
local function apply_common(name)
    local method = common[name]
    return method and function(self, ...)
        return method(self.expr, ...)
    end
end

-- Objects of a class of operators: own fields, the members, the common operators.
local function object_meta(members)
    return {
        __name = "corm.types.Comparator",
        __index = function(_, name)
            return members[name] or apply_common(name)
        end,
    }
end

---A class of operators below this one. Names are those of the methods of expressions (eq, op,
---contains …), of metamethods (__add …), or new ones.
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

-- The method of this name that the expression's type brings, or nil.
local function find_method(expression, name)
    local type_ = core.type_of(expression)
    local members, meta = members_of(type_)
    local method = members and members[name]
    return method and function(self, ...)
        return method(setmetatable({ expr = core.coerce(self), type = type_ }, meta), ...)
    end
end

-- The type as which the other operand is sent, if the type has a say.
local function operand_type(type_, operator, value)
    local hook = type_.coerce_compared_value
    if hook == engine.TypeEngine.coerce_compared_value then
        local impl = type_.impl_instance
        return impl and operand_type(impl, operator, value)
    end
    return hook(type_, require("corm.sql.operators").name_of(operator), value)
end

core.set_operators(find_method, operand_type)

comparator.Comparator = Comparator

return comparator
