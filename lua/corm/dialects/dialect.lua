-- SPDX-License-Identifier: MIT
-- Dialect objects: what stmt:compile({dialect = …}) takes besides a name.

---@class corm.Dialect
---@field name string
---@field paramstyle string
---@field supports_native_boolean boolean
---@field max_identifier_length integer
local Dialect = { __name = "corm.Dialect" }
Dialect.__index = Dialect

function Dialect:__tostring()
    return ("<dialect %s>"):format(self.name)
end

---Make what a dialect's module calls dialect().
---@param fields table
---@return fun(): corm.Dialect
local function constructor(fields)
    return function()
        local dialect = {}
        for name, value in pairs(fields) do
            dialect[name] = value
        end
        return setmetatable(dialect, Dialect)
    end
end

return constructor
