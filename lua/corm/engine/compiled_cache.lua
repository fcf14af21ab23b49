-- SPDX-License-Identifier: MIT
-- The execution option `compiled_cache`: statements of a connection or a call are compiled each
-- time (corm.NULL or false), or kept in a cache of the program's own, an empty table at first:
--
--     local cache = {}
--     conn:execution_options({ compiled_cache = cache })
--     conn:execute(stmt)
--     print(#cache)  --> 1

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local compiled_cache = {}

-- Nothing goes before somebody says so: it is the program's cache.
local CAPACITY = 1 << 30

-- cache of the program's own -> the core's
local natives = setmetatable({}, { __mode = "k" })

---A table that was given as compiled_cache.
---@class corm.CompiledCache
local CompiledCache = { __name = "corm.CompiledCache" }

---Forget the statements.
function CompiledCache:clear()
    natives[self] = core.compile_cache(CAPACITY)
end

CompiledCache.__index = { clear = CompiledCache.clear }

function CompiledCache:__len()
    return #natives[self]
end

function CompiledCache.__newindex(_, key)
    exc.ArgumentError:raise("compiled_cache: statements get there by being executed, %s cannot "
        .. "be put there", repr.value(key))
end

function CompiledCache:__tostring()
    return ("CompiledCache(%d)"):format(#self)
end

---What the core needs to know of the option.
---@param value any
---@return any # a cache of the core's; false: none; nil: that of the engine
---@error ArgumentError it is no cache
function compiled_cache.native(value)
    if value == nil then
        return nil
    elseif value == false or value == core.NULL then
        return false
    elseif type(value) == "table" and not natives[value] then
        if next(value) ~= nil or getmetatable(value) ~= nil then
            exc.ArgumentError:raise("compiled_cache: a table expected that is empty at first")
        end
        natives[value] = core.compile_cache(CAPACITY)
        setmetatable(value, CompiledCache)
    elseif not natives[value] then
        exc.ArgumentError:raise("compiled_cache: a table, or corm.NULL for no cache, expected, "
            .. "got %s", repr.value(value))
    end
    return natives[value]
end

return compiled_cache
