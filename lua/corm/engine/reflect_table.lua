-- SPDX-License-Identifier: MIT
-- Building one table of the records that an Inspector has of it: columns with the event
-- `column_reflect`, then keys, indexes and constraints. Columns are known by their names in
-- the database, whatever keys a listener gives them.

local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local core = require("corm.core")
local merged = require("corm.util.merged")
local server_defaults = require("corm.sql.server_defaults")
local index = require("corm.sql.index")
local tables = require("corm.sql.table")
local warnings = require("corm.warnings")

---One table under construction.
---@class corm.engine.TableBuilder
---@field inspector corm.Inspector
---@field table corm.Table
---@field records table what the Inspector found, by aspect and table name
---@field by_name table<string, corm.Column> columns by their names in the database
---@field included? table<string, boolean>
---@field excluded table<string, boolean>
---@field known table<string, boolean> constraints and indexes that the table has already
local Builder = {}
Builder.__index = Builder

local function to_set(names)
    local set = {}
    for _, name in ipairs(names or {}) do
        set[name] = true
    end
    return set
end

function Builder:record(aspect)
    return self.records[aspect][self.table.name] or {}
end

-- SQL of the database's as a node: a colon in it is no parameter.
local function sql_text(text)
    return core.node("text", { name = (text:gsub("\\?:", "\\:")) })
end

-- ---- columns ----

local function fire_column_reflect(self, record)
    for _, target in ipairs({ self.table.metadata, self.table }) do
        local dispatch = target.dispatch
        if dispatch.column_reflect then
            dispatch:fire("column_reflect", self.inspector, self.table, record)
        end
    end
end

local function is_left_out(self, name)
    return self.included and not self.included[name] or self.excluded[name]
end

local COLUMN_OPTIONS = { "nullable", "quote", "info", "key", "comment" }

local function column_options(record)
    local options = {}
    for _, name in ipairs(COLUMN_OPTIONS) do
        options[name] = record[name]
    end
    local kind = record.type.kind
    if record.autoincrement == false
        or record.autoincrement and (kind == "integer" or kind == "bigint" or kind == "smallint")
    then
        options.autoincrement = record.autoincrement
    end
    if record.default ~= nil then
        options.server_default = type(record.default) == "string" and sql_text(record.default)
            or record.default
    end
    return options
end

local function column_arguments(record)
    local list = {}
    if record.computed then
        list[1] = server_defaults.Computed(sql_text(record.computed.sqltext),
            { persisted = record.computed.persisted })
    end
    if record.identity then
        list[#list + 1] = server_defaults.Identity(record.identity)
    end
    list[#list + 1] = column_options(record)
    return list
end

function Builder:add_column(known)
    local record = merged(known)
    fire_column_reflect(self, record)
    if is_left_out(self, record.name) then
        return
    end
    local added = column.Column(record.name, record.type,
        table.unpack(column_arguments(record)))
    local own = core.pin(added)
    if self.table.primary_key.columns:contains(own.key) then
        column.set(added, { primary_key = true })
    end
    self.by_name[known.name] = added
    self.table:append_column(added, { replace_existing = true })
end

-- Columns of the table for names in the database; nil and the name if one is not there.
function Builder:columns_of(names)
    local found = {}
    for i, name in ipairs(names) do
        found[i] = self.by_name[name] or rawget(self.table.c, name)
        if found[i] == nil then
            return nil, name
        end
    end
    return found
end

local function are_included(self, names)
    for _, name in ipairs(names) do
        if self.included and name ~= core.NULL and not self.included[name] then
            return false
        end
    end
    return true
end

-- A constraint of columns joins their table by itself.
function Builder:attach(made)
    if core.pin(made).table == nil then
        self.table:append_constraint(made)
    end
end

-- Options of a key: its own, and those of dialects that say something.
local function key_options(record)
    local options = merged({ name = record.name, comment = record.comment }, record.options)
    for name, value in pairs(record.dialect_options or {}) do
        local is_empty = value == false or type(value) == "table" and next(value) == nil
        options[name] = not is_empty and value or nil
    end
    return options
end

-- Rows that were there before have not been looked at.
local function is_not_valid(record)
    return record.dialect_options and record.dialect_options.not_valid or nil
end

-- ---- the primary key ----

-- The database numbers at most one column of the key; its default is then not said in DDL,
-- where SERIAL and the like make a generator of its own.
local function settle_numbered(columns)
    local numbered
    for _, own in ipairs(columns) do
        local detail = core.pin(own)
        if detail.autoincrement and numbered then
            column.set(own, { autoincrement = false })
        elseif detail.autoincrement then
            numbered = own
            detail.server_default_node = nil
            core.column_update(own)
        end
    end
end

-- What was the key before stays part of it.
function Builder:add_primary_key()
    local record = self:record("pk_constraint")
    local known = self.table.primary_key
    local columns, is_there = known.columns:values(), false
    for _, name in ipairs(record.constrained_columns or {}) do
        local own = not self.excluded[name] and self.by_name[name] or nil
        is_there = is_there or own ~= nil
        if own ~= nil and not known:contains_column(own) then
            columns[#columns + 1] = own
            column.set(own, { primary_key = true })
        end
    end
    if not is_there then
        return
    end
    settle_numbered(columns)
    local list = { table.unpack(columns) }
    list[#list + 1] = key_options(record)
    self:attach(constraint.PrimaryKeyConstraint(table.unpack(list)))
end

-- ---- foreign keys ----

local function keys_of(self, names)
    local keys = {}
    for i, name in ipairs(names) do
        local own = self.by_name[name]
        keys[i] = own and core.pin(own).key or name
    end
    return keys
end

local function has_duplicates(names)
    local seen = {}
    for _, name in ipairs(names) do
        if seen[name] then
            return true
        end
        seen[name] = true
    end
    return false
end

-- Why a foreign key cannot be one of this table; nil if it can.
local function refuse_key(self, record)
    if has_duplicates(record.constrained_columns) then
        return "duplicate source columns are not supported"
    end
    local _, missing = self:columns_of(record.constrained_columns)
    return missing and ("column '%s' is not present in the table"):format(missing)
end

local function is_wanted_key(self, record)
    for _, name in ipairs(record.constrained_columns) do
        if self.excluded[name] then
            return false
        end
    end
    return are_included(self, record.constrained_columns)
end

function Builder:add_foreign_key(record)
    if not is_wanted_key(self, record) then
        return
    end
    local refusal = refuse_key(self, record)
    if refusal then
        warnings.warn(("on reflected table %s, skipping foreign key constraint %s over (%s); %s")
            :format(self.table.name, tostring(record.name or "without a name"),
                table.concat(record.constrained_columns, ", "), refusal))
        return
    end
    local schema, target = record.referred_schema, record.referred_table
    local references = {}
    for i, name in ipairs(record.referred_columns) do
        references[i] = constraint.reference(schema, target, name)
    end
    if #references ~= #record.constrained_columns then
        return -- a key without columns, into a table that is not there
    end
    local options = key_options({
        name = record.name, comment = record.comment, options = record.options,
    })
    options.link_to_name = true
    options.postgresql_not_valid = is_not_valid(record)
    self:attach(constraint.ForeignKeyConstraint(
        keys_of(self, record.constrained_columns), references, options))
end

-- ---- indexes ----

-- sorting: "asc", "desc", "nulls_first", "nulls_last", which are methods of expressions.
local function sorted_element(element, sorting)
    for _, name in ipairs(sorting or {}) do
        element = element[name](element)
    end
    return element
end

-- What is indexed; nil and the name of a column that is not there.
function Builder:index_elements(record)
    local elements, sorting = {}, record.column_sorting or {}
    for i, name in ipairs(record.column_names) do
        local key = name
        local element
        if name == core.NULL then
            key = record.expressions[i]
            element = sql_text(key)
        else
            local found, missing = self:columns_of({ name })
            if not found then
                return nil, missing
            end
            element = found[1]
        end
        elements[i] = sorted_element(element, sorting[key])
    end
    return elements
end

-- Partial indexes and operator classes of databases are options of Index under their names.
local function index_options(record)
    local options = { unique = record.unique }
    for name, value in pairs(record.dialect_options or {}) do
        local is_empty = type(value) == "table" and next(value) == nil
        if name:find("_where$") then
            value = sql_text(value)
        end
        options[name] = not is_empty and value or nil
    end
    return options
end

function Builder:add_index(record)
    local covered = record.dialect_options and record.dialect_options.postgresql_include or {}
    if record.duplicates_constraint or not are_included(self, record.column_names)
        or not are_included(self, covered) then
        return
    end
    local elements, missing = self:index_elements(record)
    if not elements then
        warnings.warn(("index key '%s' was not located in columns for table '%s'"):format(missing,
            self.table.name))
        return
    end
    elements[#elements + 1] = index_options(record)
    local made = index.Index(record.name, table.unpack(elements))
    if core.pin(made).table == nil then
        index.attach(made, self.table)
    end
end

-- ---- the rest ----

function Builder:add_unique(record)
    if record.duplicates_index or not are_included(self, record.column_names) then
        return
    end
    local columns, missing = self:columns_of(record.column_names)
    if not columns then
        warnings.warn(("unique constraint key '%s' was not located in columns for table '%s'")
            :format(missing, self.table.name))
        return
    end
    columns[#columns + 1] = key_options(record)
    self:attach(constraint.UniqueConstraint(table.unpack(columns)))
end

function Builder:add_check(record)
    self:attach(constraint.CheckConstraint(sql_text(record.sqltext), {
        name = record.name, comment = record.comment, postgresql_not_valid = is_not_valid(record),
    }))
end

-- What tells a constraint or index of a table that is read again: its name, else its kind
-- and columns.
local function signature(name, kind, names)
    return name or kind .. "\0" .. table.concat(names or {}, "\0")
end

local KINDS = { foreign_keys = "foreign_key", unique_constraints = "unique",
    check_constraints = "check", indexes = "index" }

-- The signatures of what the table had before it was read, and what columns that were read
-- have not taken with them.
local function known_signatures(self)
    local known, detail = {}, core.pin(self.table)
    for own in detail.constraints do
        local kind = constraint.kind(own)
        local names = kind == "check" and { tostring(own.sqltext) } or own.column_keys
        known[signature(own.name, kind, names)] = true
    end
    for own in detail.indexes do
        known[signature(own.name, "index")] = true
    end
    return known
end

local function for_all(self, aspect, method)
    for _, record in ipairs(self:record(aspect)) do
        local names = record.constrained_columns or record.column_names or { record.sqltext }
        if not self.known[signature(record.name, KINDS[aspect], names)] then
            self[method](self, record)
        end
    end
end

---Fill a table.
---@param inspector corm.Inspector
---@param table_ corm.Table
---@param records table by aspect and table name
---@param options {include_columns?: string[], exclude_columns?: string[]}
local function build(inspector, table_, records, options)
    local self = setmetatable({
        inspector = inspector,
        table = table_,
        records = records,
        by_name = {},
        included = options.include_columns and to_set(options.include_columns),
        excluded = to_set(options.exclude_columns),
    }, Builder)
    tables.set_options(table_, self:record("table_options"))
    for _, record in ipairs(self:record("columns")) do
        self:add_column(record)
    end
    self:add_primary_key()
    self.known = known_signatures(self)
    for_all(self, "foreign_keys", "add_foreign_key")
    for_all(self, "indexes", "add_index")
    for_all(self, "unique_constraints", "add_unique")
    for_all(self, "check_constraints", "add_check")
    local comment = self:record("table_comment").text
    if comment then
        table_.comment = comment
    end
end

return build
