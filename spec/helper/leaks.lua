-- SPDX-License-Identifier: MIT
-- The core counts its live objects by kind; a test must leave the counts as they were.
-- Specs that never load the core pay nothing.

local leaks = {}

---The counts of now, by kind.
---@return table<string, integer>? # nil while the core is not loaded
function leaks.count()
    local core = package.loaded["corm.core"]
    return core and core.counters()
end

local function grown(before)
    local lines = {}
    for kind, count in pairs(leaks.count()) do
        local was = before[kind] or 0
        if count > was then
            lines[#lines + 1] = ("%s: %d, was %d"):format(kind, count, was)
        end
    end
    table.sort(lines)
    return #lines > 0 and table.concat(lines, "; ") or nil
end

---Which kinds have grown, after the collector had its chance.
---@param before table<string, integer> from leaks.count()
---@return string? message nil when nothing leaked
function leaks.since(before)
    if grown(before) then
        -- Twice: an object with a finaliser goes in the second cycle.
        collectgarbage()
        collectgarbage()
        return grown(before)
    end
end

return leaks
