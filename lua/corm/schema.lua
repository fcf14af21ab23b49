-- SPDX-License-Identifier: MIT
-- Tables, columns, constraints and DDL, as sqlalchemy.schema.

local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local defaults = require("corm.sql.defaults")
local metadata = require("corm.sql.metadata")
local tables = require("corm.sql.table")

local schema = {
    CheckConstraint = constraint.CheckConstraint,
    Column = column.Column,
    ColumnDefault = defaults.ColumnDefault,
    Computed = defaults.Computed,
    FetchedValue = defaults.FetchedValue,
    ForeignKey = constraint.ForeignKey,
    ForeignKeyConstraint = constraint.ForeignKeyConstraint,
    Identity = defaults.Identity,
    Index = constraint.Index,
    MetaData = metadata.MetaData,
    PrimaryKeyConstraint = constraint.PrimaryKeyConstraint,
    Sequence = defaults.Sequence,
    Table = tables.Table,
    UniqueConstraint = constraint.UniqueConstraint,
}

local ddl = require("corm.sql.ddl")
for name, constructor in pairs(ddl) do
    schema[name] = constructor
end

return schema
