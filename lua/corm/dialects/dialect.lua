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
---@field insert_executemany_returning boolean also with many parameter sets
---@field insert_executemany_returning_sort_by_parameter_order boolean
---@field update_executemany_returning boolean
---@field delete_executemany_returning boolean
---@field update_returning_multifrom boolean columns of the other tables of an UPDATE … FROM
---@field delete_returning_multifrom boolean
---@field insertmanyvalues_page_size integer parameter sets that one INSERT takes as rows
---@field use_insertmanyvalues boolean it takes more than one
---@field skip_autocommit_rollback boolean where nothing was begun, nothing is rolled back
---@field supports_alter boolean constraints can be added to a table
---@field supports_comments boolean
---@field supports_constraint_comments boolean
---@field supports_default_metavalue boolean DEFAULT as a value
---@field supports_default_values boolean INSERT … DEFAULT VALUES
---@field supports_identity_columns boolean
---@field supports_is_distinct_from boolean
---@field supports_multivalues_insert boolean
---@field supports_native_boolean boolean
---@field supports_native_enum boolean
---@field supports_native_uuid boolean
---@field supports_sane_rowcount boolean an UPDATE says how many rows it has matched
---@field supports_sane_multi_rowcount boolean also with many parameter sets
---@field supports_sane_rowcount_returning boolean also with RETURNING
---@field supports_schemas boolean
---@field supports_sequences boolean
---@field supports_simple_order_by_label boolean ORDER BY the label of a column
---@field supports_statement_cache boolean compiled statements are kept
---@field supports_views boolean

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
    delete_executemany_returning = true,
    delete_returning = true,
    insert_executemany_returning = true,
    insert_executemany_returning_sort_by_parameter_order = true,
    insert_returning = true,
    insertmanyvalues_page_size = 1000,
    positional = true,
    skip_autocommit_rollback = true,
    supports_default_values = true,
    supports_is_distinct_from = true,
    supports_multivalues_insert = true,
    supports_sane_multi_rowcount = true,
    supports_sane_rowcount = true,
    supports_sane_rowcount_returning = true,
    supports_schemas = true,
    supports_simple_order_by_label = true,
    supports_statement_cache = true,
    supports_views = true,
    update_executemany_returning = true,
    update_returning = true,
    update_returning_multifrom = true,
    use_insertmanyvalues = true,
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
