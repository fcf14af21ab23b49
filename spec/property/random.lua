-- SPDX-License-Identifier: MIT
-- Random numbers from a seed (splitmix64), the same whatever else asks math.random.

---@class spec.Random
---@field state integer
local Random = {}
Random.__index = Random

---@param seed integer
---@return spec.Random
local function new(seed)
    return setmetatable({ state = seed * 0x2545F4914F6CDD1D }, Random)
end

local function mixed(z)
    z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ~ (z >> 27)) * 0x94D049BB133111EB
    return z ~ (z >> 31)
end

---@param low integer
---@param high integer
---@return integer # from low to high
function Random:between(low, high)
    self.state = self.state + 0x9E3779B97F4A7C15
    return low + (mixed(self.state) >> 1) % (high - low + 1)
end

---@param percent integer
---@return boolean
function Random:chance(percent)
    return self:between(1, 100) <= percent
end

---@param list any[]
---@return any # one of its elements
function Random:pick(list)
    return list[self:between(1, #list)]
end

return { new = new }
