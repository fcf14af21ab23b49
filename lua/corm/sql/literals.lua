-- SPDX-License-Identifier: MIT
-- Values as text in SQL (literal_binds) of types in which Lua has a part: the core writes
-- what it knows itself, so these binds are made texts before it gets the statement.

local core = require("corm.core")

local literals = {}

-- The value as text, inside what bind_expression() puts around it. A splice, as a literal
-- column would be its own name where it is selected.
local function literal(type_, value, dialect)
    local text = core.node("splice", {
        type = type_, core.node("literal", { name = type_:process_literal(value, dialect) }),
    })
    local mark = type_.bind_expression_mark
    if not mark then
        return text
    end
    return core.replace(type_.bind_expression_template, function(node)
        return node == mark and text or nil
    end)
end

-- A list for IN: a literal for each value.
local function literal_list(type_, values, dialect)
    local spec = {}
    for i, value in ipairs(values) do
        spec[i] = literal(type_, value, dialect)
    end
    return core.node("tuple", spec)
end

-- JSON's null is a value, SQL's NULL is none.
local function value_of(bind, type_)
    local value = core.value(bind)
    if value == nil and type_.kind == "json" then
        return core.pin(bind)
    end
    return value
end

---The statement with the values of such binds as text.
---@param node any
---@param dialect_name string
---@return any
function literals.render(node, dialect_name)
    local dialect = { name = dialect_name }
    return core.replace(node, function(bind)
        if core.kind(bind) ~= "bind" then
            return nil
        end
        local type_ = core.type_of(bind):dialect_impl(dialect)
        if not type_.lua_literal then
            return nil
        end
        local value = value_of(bind, type_)
        if value == nil then
            return nil
        elseif core.flag(bind, "expanding") then
            return #value > 0 and literal_list(type_, value, dialect) or nil
        end
        return literal(type_, value, dialect)
    end)
end

return literals
