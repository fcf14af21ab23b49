-- SPDX-License-Identifier: MIT
-- Checking an argument that has to be there and of one kind of Lua's.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local function is_callable(value)
    return type(value) == "function" or core.metafield(value, "__call") ~= nil
end

-- A table of options or of values, not an object.
local function is_plain(value)
    return type(value) == "table" and getmetatable(value) == nil
end

local IS = {
    ["function"] = is_callable,
    integer = function(value) return math.type(value) == "integer" end,
    table = is_plain,
}

---Return the value if it is what is expected; raise ArgumentError "caller: a function expected,
---got 5" if not. An object that can be called is a function, one that has a metatable is no
---table.
---@generic T
---@param value T
---@param expected "function"|"integer"|"string"|"table"
---@param caller string for the message
---@param what? string what it is, for the message: "a table of options"
---@return T
local function check(value, expected, caller, what)
    local is = IS[expected]
    if is and is(value) or not is and type(value) == expected then
        return value
    end
    local article = expected == "integer" and "an " or "a "
    exc.ArgumentError:raise("%s: %s expected, got %s", caller, what or article .. expected,
        repr.value(value))
end

return check
