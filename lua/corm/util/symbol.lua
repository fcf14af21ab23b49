-- SPDX-License-Identifier: MIT
-- Unique values that are printed by their name: NO_VALUE, PASSIVE_NO_INITIALIZE and their
-- like. The same name gives the same value everywhere.

local symbols = {}

---The value of this name.
---@param name string
---@return table # without fields, immutable
local function symbol(name)
    local found = symbols[name]
    if not found then
        found = setmetatable({}, {
            __name = "corm.symbol",
            __metatable = "corm.symbol",
            __tostring = function()
                return name
            end,
            __newindex = function()
                error("the value " .. name .. " cannot be changed", 2)
            end,
        })
        symbols[name] = found
    end
    return found
end

return symbol
