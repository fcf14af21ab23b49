-- SPDX-License-Identifier: MIT
-- Things in an order in which each stands after those it needs, in rounds: a round takes all
-- that need nothing but what earlier rounds took, as they were given. The core sorts what it
-- owns by the same rule (csrc/base/toposort.h).

local toposort = {}

-- Whether a thing needs one that is waiting.
local function must_wait(needed, is_waiting)
    for other in pairs(needed or {}) do
        if is_waiting[other] then
            return true
        end
    end
    return false
end

---Sort things; needs that are not among them do not count.
---@param things any[]
---@param needs table<any, table<any, any>> keys of each set: what comes before the thing
---@return any[] sorted
---@return any[] rest those on circles, and those that need some on circles
function toposort.sort(things, needs)
    local is_waiting, sorted, rest = {}, {}, things
    for _, thing in ipairs(things) do
        is_waiting[thing] = true
    end
    repeat
        local kept, first = {}, #sorted + 1
        for _, thing in ipairs(rest) do
            local list = must_wait(needs[thing], is_waiting) and kept or sorted
            list[#list + 1] = thing
        end
        for i = first, #sorted do
            is_waiting[sorted[i]] = nil
        end
        rest = kept
    until first > #sorted
    return sorted, rest
end

---Whether one thing needs another, by way of others or not: itself if it is on a circle.
---@param needs table<any, table<any, any>>
---@param from any
---@param to any
---@return boolean
function toposort.reaches(needs, from, to)
    local seen, stack = { [from] = true }, { from }
    while #stack > 0 do
        for other in pairs(needs[table.remove(stack)] or {}) do
            if other == to then
                return true
            elseif not seen[other] then
                seen[other] = true
                stack[#stack + 1] = other
            end
        end
    end
    return false
end

return toposort
