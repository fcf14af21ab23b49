-- SPDX-License-Identifier: MIT
-- table:to_metadata(): a copy of a table, its columns and constraints in another MetaData.

local core = require("corm.core")
local args = require("corm.sql.args")
local check_known = require("corm.util.options")
local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local index = require("corm.sql.index")
local merged = require("corm.util.merged")
local names = require("corm.sql.names")
local schema_objects = require("corm.sql.schema_objects")
local Set = require("corm.util.set")
local tables = require("corm.sql.table")
local warnings = require("corm.warnings")

local function copy_info(own, copied)
    core.pin(copied).info = merged(core.pin(own).info)
    for i, element in ipairs(core.pin(own).elements or {}) do
        copy_info(element, core.pin(copied).elements[i])
    end
end

-- Constraints that columns do not bring along by themselves.
local function copy_constraints(self, copy, referred_schema_fn)
    local detail = core.pin(self)
    copy_info(detail.primary_key, copy.primary_key)
    for own in detail.constraints do
        local is_implied = constraint.kind(own) == "primary_key" and not core.pin(own).is_written
            or core.pin(own).check_type ~= nil
        if not is_implied then
            local copied = own:copy({
                target_table = copy, referred_schema_fn = referred_schema_fn,
            })
            copy_info(own, copied)
            local column_ = core.pin(own).own_column
            core.pin(copied).own_column = column_ and copy.c[column_.key]
            copy:append_constraint(copied)
        end
    end
    for own in detail.indexes do
        local copied = own:copy({ target_table = copy })
        copy_info(own, copied)
        index.attach(copied, copy)
    end
end

-- A column for another table, without the constraints that the table copies.
local function copy_column(own, schema)
    local old = core.pin(own)
    local copy = own:copy({ unique = false, index = false })
    core.pin(copy).pending_foreign_keys = {}
    core.pin(copy).foreign_keys = Set()
    core.pin(copy).pending_constraints = {}
    if old.type_is_inferred then
        column.set(copy, { type = old.type })
    elseif old.type then
        column.set(copy, { type = schema_objects.copy_type(old.type, schema) })
    end
    return copy
end

-- Options of Table that were for that one call.
local ONE_TIME = {
    "autoload_replace", "autoload_with", "extend_existing", "include_columns", "keep_existing",
    "listeners", "must_exist", "resolve_fks",
}

-- The schema of a copy: what is said (corm.NULL: that of its MetaData), or that of the table,
-- unless this comes from the table's MetaData and the copy's has its own.
local function target_schema(self, of, said)
    if said == core.NULL then
        return of.schema or nil
    elseif said ~= nil and said ~= names.RETAIN_SCHEMA then
        return said
    elseif self.schema == (self.metadata.schema or nil) then
        return of.schema or self.schema
    end
    return self.schema
end

local COPY_OPTIONS = { "name", "referred_schema_fn", "schema" }

---A copy of the table in another MetaData.
---@param of corm.MetaData
---@param options? {name?: string, schema?: string, referred_schema_fn?: function}
---@return corm.Table
local function to_metadata(self, of, options)
    if type(of) ~= "table" or type(rawget(of, "tables")) ~= "table" then
        args.refuse("to_metadata", "a MetaData", of)
    end
    options = check_known(options, COPY_OPTIONS, "to_metadata")
    local detail = core.pin(self)
    local schema = target_schema(self, of, options.schema)
    local parts = {}
    for i = 1, #detail.c do
        parts[i] = copy_column(detail.c[i], schema)
    end
    local own = merged(detail.options)
    for _, name in ipairs(ONE_TIME) do
        own[name] = nil
    end
    own.schema = schema
    parts[#parts + 1] = own
    local name = options.name or detail.name
    local key = tables.key(name, schema)
    if rawget(of.tables, key) then
        warnings.warn(("table '%s' is in this MetaData already"):format(name))
        return of.tables[key]
    end
    local copy = tables.Table(name, of, table.unpack(parts))
    core.pin(copy).info = merged(detail.info)
    for _, which in ipairs({ "creator", "dropper" }) do
        core.pin(copy)[which] = detail[which] and detail[which]:_about(copy)
    end
    copy_constraints(self, copy, options.referred_schema_fn)
    return copy
end

return to_metadata
