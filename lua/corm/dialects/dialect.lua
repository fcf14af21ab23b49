-- SPDX-License-Identifier: MIT
-- Dialect objects: what stmt:compile({dialect = …}) takes besides a name.

local missing = require("corm.util.missing")
local preparer = require("corm.sql.preparer")

---@class corm.Dialect
---@field name string
---@field family string the dialect of corm's own that it derives from, or is
---@field paramstyle string
---@field positional boolean parameters have places, not names
---@field max_identifier_length integer
---@field identifier_preparer corm.sql.IdentifierPreparer
---@field insert_returning boolean
---@field update_returning boolean
---@field delete_returning boolean
---@field supports_alter boolean constraints can be added to a table
---@field supports_comments boolean
---@field supports_default_values boolean INSERT … DEFAULT VALUES
---@field supports_multivalues_insert boolean
---@field supports_native_boolean boolean
---@field supports_native_enum boolean
---@field supports_sane_rowcount boolean an UPDATE says how many rows it has matched
---@field supports_sequences boolean

local meta = { __name = "corm.Dialect" }

function meta.__index(self, key)
    if key == "identifier_preparer" then
        return preparer.new(self.name)
    end
    missing("Dialect", key, self)
end

function meta:__tostring()
    return ("<dialect %s>"):format(self.name)
end

-- What is so unless a dialect says otherwise.
local COMMON = {
    delete_returning = true,
    insert_returning = true,
    positional = true,
    supports_default_values = true,
    supports_multivalues_insert = true,
    supports_sane_rowcount = true,
    update_returning = true,
}

---Make what a dialect's module calls dialect().
---@param fields table
---@return fun(): corm.Dialect
local function constructor(fields)
    return function()
        local dialect = {}
        for name, value in pairs(COMMON) do
            dialect[name] = value
        end
        for name, value in pairs(fields) do
            dialect[name] = value
        end
        dialect.family = dialect.family or dialect.name
        return setmetatable(dialect, meta)
    end
end

return constructor
