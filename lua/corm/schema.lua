-- SPDX-License-Identifier: MIT
-- Tables, columns, constraints and DDL, as sqlalchemy.schema.

local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local defaults = require("corm.sql.defaults")
local metadata = require("corm.sql.metadata")
local tables = require("corm.sql.table")

local names = require("corm.sql.names")

local schema = {
    BLANK_SCHEMA = names.BLANK_SCHEMA,
    CheckConstraint = constraint.CheckConstraint,
    Column = column.Column,
    ColumnDefault = defaults.ColumnDefault,
    Computed = defaults.Computed,
    DefaultClause = defaults.DefaultClause,
    FetchedValue = defaults.FetchedValue,
    ForeignKey = constraint.ForeignKey,
    ForeignKeyConstraint = constraint.ForeignKeyConstraint,
    Identity = defaults.Identity,
    Index = require("corm.sql.index").Index,
    MetaData = metadata.MetaData,
    PrimaryKeyConstraint = constraint.PrimaryKeyConstraint,
    Sequence = defaults.Sequence,
    Table = tables.Table,
    UniqueConstraint = constraint.UniqueConstraint,
    conv = names.conv,
    quoted_name = names.quoted_name,
}

local ddl = require("corm.sql.ddl")
for _, module in ipairs({ ddl, (require("corm.sql.ddl_view")) }) do
    for name, constructor in pairs(module) do
        if name:find("^%u") then
            schema[name] = constructor
        end
    end
end

return schema
