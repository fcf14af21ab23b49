-- SPDX-License-Identifier: MIT
-- SQL's three values of truth in Lua: true, false and corm.NULL.

local NULL = require("corm").NULL

local logic = {}

function logic.not_(a)
    if a == NULL then
        return NULL
    end
    return not a
end

function logic.and_(...)
    local result = true
    for _, value in ipairs({ ... }) do
        if value == false then
            return false
        elseif value == NULL then
            result = NULL
        end
    end
    return result
end

function logic.or_(...)
    local result = false
    for _, value in ipairs({ ... }) do
        if value == true then
            return true
        elseif value == NULL then
            result = NULL
        end
    end
    return result
end

---Lift a comparison: NULL when an operand is.
---@param compare fun(a: any, b: any): boolean
function logic.comparison(compare)
    return function(a, b)
        if a == NULL or b == NULL then
            return NULL
        end
        return compare(a, b)
    end
end

logic.eq = logic.comparison(function(a, b) return a == b end)
logic.ge = logic.comparison(function(a, b) return a >= b end)
logic.le = logic.comparison(function(a, b) return a <= b end)

---x IN (list)
---@param x any
---@param list any[]
function logic.in_(x, list)
    local found = false
    for _, item in ipairs(list) do
        found = logic.or_(found, logic.eq(x, item))
    end
    return found
end

return logic
