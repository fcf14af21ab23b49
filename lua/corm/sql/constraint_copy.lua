-- SPDX-License-Identifier: MIT
-- constraint:copy(): a constraint for another table, of the columns that are called alike there.

local core = require("corm.core")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local collection = require("corm.sql.collection")
local constraint = require("corm.sql.constraint")
local names = require("corm.sql.names")

-- Names in place of columns, so that the copy finds those of its own table.
local function by_name(written)
    local keys = {}
    for i, item in ipairs(written or {}) do
        keys[i] = type(item) == "string" and item or core.pin(item).key
    end
    return keys
end

-- Schema, table and column that a foreign key names.
local function named_target(own, from)
    local reference, referred = own.reference, own.target_column
    if reference then
        return reference.schema, reference.table_name, reference.column
    elseif referred then
        return referred.table.schema, referred.table.name, referred.key
    end
    local path, column_key = own.target:match("^(.*)%.([^.]*)$")
    if path then
        local schema, name = path:match("^(.*)%.([^.]*)$")
        return schema or from.metadata.schema or nil, name or path, column_key
    end
end

-- What a referred_schema_fn has chosen: a schema, none, or that which was there.
local function chosen_schema(chosen, schema)
    if chosen == nil or chosen == names.RETAIN_SCHEMA then
        return schema
    elseif chosen == names.BLANK_SCHEMA then
        return nil
    end
    return args.check(chosen, "string", "referred_schema_fn", "its result")
end

-- What a foreign key refers to when its table is copied: a table that refers to itself still
-- does, and what is in the schema that it leaves goes along, unless the function knows better.
local function copied_target(element, owner, to, referred_schema_fn)
    local own, from = core.pin(element), core.pin(owner).table
    local written = own.reference or own.target or own.target_column
    if not (from and to) then
        return written
    end
    local schema, name, column_key = named_target(own, from)
    if not name then
        return written
    end
    local is_own = name == from.name and schema == from.schema
    local moved = schema == from.schema and to.schema or schema
    if referred_schema_fn then
        moved = chosen_schema(referred_schema_fn(from, to.schema, owner, schema), schema)
    end
    return constraint.reference(moved, is_own and to.name or name, column_key)
end

-- A copier of constraints that are a list of columns.
local function of_columns(make)
    return function(detail)
        local list = by_name(detail.written)
        list[#list + 1] = detail.options
        return make(table.unpack(list))
    end
end

local COPIERS = {
    primary_key = of_columns(constraint.PrimaryKeyConstraint),
    unique = of_columns(constraint.UniqueConstraint),
    check = function(detail, target)
        local own = constraint.detail("check", detail.options, "CheckConstraint")
        own.check = core.replace(detail.check, function(node)
            local is_own = target and core.kind(node) == "column" and node.table == detail.table
            return is_own and collection.get(target.c, node.key) or nil
        end)
        own.sqltext = own.check
        return core.constraint(own)
    end,
    exclude = function(detail)
        return constraint.copy_exclude(detail)
    end,
    foreign_key = function(detail, target, owner, referred_schema_fn)
        local targets = {}
        for i, element in ipairs(detail.elements) do
            targets[i] = copied_target(element, owner, target, referred_schema_fn)
        end
        return constraint.ForeignKeyConstraint(by_name(detail.written), targets, detail.options)
    end,
}

local function copy(self, options)
    local detail = core.pin(self)
    options = check_options(options, { "referred_schema_fn", "target_table" }, "copy")
    return COPIERS[detail.kind](detail, options.target_table, self, options.referred_schema_fn)
end

return copy
