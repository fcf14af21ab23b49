-- SPDX-License-Identifier: MIT
-- Constraints and indexes of columns that have no table yet: they join the table that the last
-- of their columns joins.
--
--     local a, b = Column("a", Integer), Column("b", Integer)
--     UniqueConstraint(a, b)
--     Table("t", metadata, a, b)        -- has the constraint

local core = require("corm.core")
local exc = require("corm.exc")
local collection = require("corm.sql.collection")

local attaching = {}

---@class corm.sql.Waiting
---@field item any the constraint or index
---@field columns any[] columns, and names of columns
---@field is_strict boolean columns of two tables are an error
---@field attach fun(item: any, table_: corm.Table)

---Refuse a column that is not one of the table's.
---@param column corm.Column
---@param table_ corm.Table
function attaching.refuse(column, table_)
    exc.ArgumentError:raise("column '%s' is not part of table '%s'", tostring(column),
        table_.name)
end

-- The table that the columns have: nil if one of them has none yet, or if they have several.
local function common_table(waiting)
    local found
    for _, column in ipairs(waiting.columns) do
        if type(column) ~= "string" then
            local own = column.table
            if not own then
                return nil
            elseif found and own ~= found then
                return waiting.is_strict and attaching.refuse(column, found) or nil
            end
            found = own
        end
    end
    return found
end

local function has_names(table_, columns)
    for _, column in ipairs(columns) do
        if type(column) == "string" and not collection.get(table_.c, column) then
            return false
        end
    end
    return true
end

local function try(waiting)
    local table_ = common_table(waiting)
    if table_ and has_names(table_, waiting.columns) then
        waiting.attach(waiting.item, table_)
        return true
    end
    return false
end

---Attach an item now, or when its columns have joined their table. Names of columns wait for
---nothing.
---@param waiting corm.sql.Waiting
function attaching.attach(waiting)
    if try(waiting) then
        return
    end
    local loose = {}
    for _, column in ipairs(waiting.columns) do
        if type(column) == "string" then
            return
        end
        loose[#loose + 1] = not column.table and column or nil
    end
    for _, column in ipairs(loose) do
        local detail = core.pin(column)
        detail.waiting = detail.waiting or {}
        table.insert(detail.waiting, waiting)
    end
end

---A column has joined its table: so do the items that waited for it alone.
---@param column corm.Column
function attaching.joined(column)
    for _, waiting in ipairs(core.pin(column).waiting or {}) do
        if not waiting.item.table then
            try(waiting)
        end
    end
end

return attaching
