-- SPDX-License-Identifier: MIT
-- A new table with the fields of one or two others.

---A copy of `under`, with the fields of `over` in place of its own. Either may be nil.
---@param under? table
---@param over? table
---@return table
local function merged(under, over)
    local result = {}
    for key, value in pairs(under or {}) do
        result[key] = value
    end
    for key, value in pairs(over or {}) do
        result[key] = value
    end
    return result
end

return merged
