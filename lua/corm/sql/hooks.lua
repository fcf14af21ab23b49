-- SPDX-License-Identifier: MIT
-- Who says the SQL of a class in place of the compiler: what corm.ext.compiler registers, and
-- whoever compiles looks up. A target is a class of corm.sql.expression, a class of the user's
-- own, a DDL statement of corm.schema, or a type.

local hooks = {}

-- Target -> {dialect name or "default" = function(element, compiler, kw) -> SQL}
local registered = {}

---Set the function of a target for a dialect, or for all others ("default").
---@param target any
---@param dialect string
---@param fn fun(element: any, compiler: corm.sql.Compiler, kw: table): string
function hooks.set(target, dialect, fn)
    registered[target] = registered[target] or {}
    registered[target][dialect] = fn
end

---Forget all functions of a target.
---@param target any
---@return boolean # there were some
function hooks.forget(target)
    local was_there = registered[target] ~= nil
    registered[target] = nil
    return was_there
end

---The function of a target for a dialect, or nil.
---@param target any
---@param dialect string
---@return fun(element: any, compiler: corm.sql.Compiler, kw: table): string
function hooks.find(target, dialect)
    local own = registered[target]
    return own and (own[dialect] or own.default)
end

---Whether anything at all is registered for a target.
---@param target any
---@return boolean
function hooks.has(target)
    return registered[target] ~= nil
end

---Whether anything is registered at all.
---@return boolean
function hooks.any()
    return next(registered) ~= nil
end

return hooks
