-- SPDX-License-Identifier: MIT
-- Conditions of DDL: execute_if() and ddl_if() by dialect and by a function.

local check_options = require("corm.util.options")

local ddl_condition = {}

---@class corm.DDLCondition
---@field dialect? string|string[]
---@field callable_? fun(ddl: any, target: any, connection: any, details: table): boolean
---@field state? any handed to the function

---Check what execute_if() was given.
---@param condition corm.DDLCondition
---@param caller string
---@return corm.DDLCondition
function ddl_condition.check(condition, caller)
    return check_options(condition, { "callable_", "dialect", "state" }, caller)
end

local function has_dialect(condition, name)
    local dialects = condition.dialect
    if dialects == nil then
        return true
    elseif type(dialects) == "string" then
        return dialects == name
    end
    for _, one in ipairs(dialects) do
        if one == name then
            return true
        end
    end
    return false
end

---Whether the condition holds.
---@param condition? corm.DDLCondition nil holds always
---@param dialect table
---@param ddl any the statement, if there is one
---@param target any table, index, constraint or MetaData
---@param connection any
---@param details? table what DDL events tell
---@return boolean
function ddl_condition.holds(condition, dialect, ddl, target, connection, details)
    if not condition then
        return true
    elseif not has_dialect(condition, dialect.name) then
        return false
    elseif not condition.callable_ then
        return true
    end
    local told = { dialect = dialect, state = condition.state }
    for key, value in pairs(details or {}) do
        told[key] = value
    end
    return condition.callable_(ddl, target, connection, told) and true or false
end

return ddl_condition
