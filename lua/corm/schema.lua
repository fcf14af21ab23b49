-- SPDX-License-Identifier: MIT
-- Tables, columns, constraints and DDL, as sqlalchemy.schema.

local attach_events = require("corm.sql.attach_events")
local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local defaults = require("corm.sql.defaults")
local metadata = require("corm.sql.metadata")
local server_defaults = require("corm.sql.server_defaults")
local table_sort = require("corm.sql.table_sort")
local tables = require("corm.sql.table")

local names = require("corm.sql.names")

local function constraint_is(_, value)
    return constraint.is(value)
end

local ITEMS = {
    "Column", "ColumnDefault", "Computed", "Constraint", "ForeignKey", "Identity", "Index",
    "MetaData", "Sequence", "Table",
}

local schema

local function item_is(_, value)
    for _, name in ipairs(ITEMS) do
        if schema[name]:is(value) then
            return true
        end
    end
    return false
end

schema = {
    BLANK_SCHEMA = names.BLANK_SCHEMA,
    CheckConstraint = constraint.CheckConstraint,
    Column = column.Column,
    ColumnDefault = defaults.ColumnDefault,
    Computed = server_defaults.Computed,
    DEFAULT_NAMING_CONVENTION = metadata.DEFAULT_NAMING_CONVENTION,
    DefaultClause = server_defaults.DefaultClause,
    FetchedValue = server_defaults.FetchedValue,
    ForeignKey = constraint.ForeignKey,
    ForeignKeyConstraint = constraint.ForeignKeyConstraint,
    Identity = server_defaults.Identity,
    Index = require("corm.sql.index").Index,
    MetaData = metadata.MetaData,
    -- What listeners hear of all items by, and of all constraints.
    Constraint = setmetatable({ dispatch = attach_events.constraints, is = constraint_is }, {
        __name = "corm.ConstraintClass",
    }),
    SchemaItem = setmetatable({ dispatch = attach_events.items, is = item_is }, {
        __name = "corm.SchemaItem",
    }),
    RETAIN_SCHEMA = names.RETAIN_SCHEMA,
    PrimaryKeyConstraint = constraint.PrimaryKeyConstraint,
    Sequence = defaults.Sequence,
    Table = tables.Table,
    UniqueConstraint = constraint.UniqueConstraint,
    conv = names.conv,
    insert_sentinel = require("corm.sql.sentinel").insert_sentinel,
    quoted_name = names.quoted_name,
    sort_tables = table_sort.sort_tables,
    sort_tables_and_constraints = table_sort.sort_tables_and_constraints,
}

local ddl = require("corm.sql.ddl")
for _, module in ipairs({ ddl, (require("corm.sql.ddl_view")) }) do
    for name, constructor in pairs(module) do
        if name:find("^%u") then
            schema[name] = constructor
        end
    end
end

return require("corm.util.public")("corm.schema", schema)
