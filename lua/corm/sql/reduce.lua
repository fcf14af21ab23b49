-- SPDX-License-Identifier: MIT
-- select:reduce_columns(): columns without those that must be equal to others among them, by a
-- foreign key or by a condition of the statement.

local core = require("corm.core")
local check_options = require("corm.util.options")
local selectable = require("corm.sql.selectable")
local walk = require("corm.sql.walk")

local slots = core.slots.select
local methods = core.families.Select.methods

local function same(left, right)
    return left:shares_lineage(right)
end

-- Whether a column refers to another one of the list by a foreign key.
local function is_reference(column, columns, is_synonym)
    for foreign_key in column.foreign_keys do
        for _, other in ipairs(columns) do
            if other ~= column and same(foreign_key.column, other)
                and is_synonym(column, other) then
                return true
            end
        end
    end
    return false
end

-- The first of the columns, from the last, that an equation makes superfluous.
local function superfluous(equation, columns, is_omitted, is_synonym)
    local function has(side)
        for _, column in ipairs(columns) do
            if not is_omitted[column] and same(column, side) then
                return column
            end
        end
        return nil
    end
    local left, right = core.kid(equation, 0), core.kid(equation, 1)
    local first, second = has(left), has(right)
    if not first or not second or first == second then
        return nil
    end
    for i = #columns, 1, -1 do
        local column = columns[i]
        if not is_omitted[column] and (column == first or column == second)
            and is_synonym(first, second) then
            return column
        end
    end
    return nil
end

local COLUMNS = { column = true, colref = true }

-- The conditions `a = b` of two columns in WHERE and in joins.
local function equations(statement)
    local list = {}
    for _, slot in ipairs({ slots.where, slots.from, slots.joins }) do
        local part = core.kid(statement, slot)
        for node in part and walk.nodes(part) or function() end do
            if core.kind(node) == "binary" and core.op(node) == "EQ"
                and COLUMNS[core.kind(core.kid(node, 0))]
                and COLUMNS[core.kind(core.kid(node, 1))] then
                list[#list + 1] = node
            end
        end
    end
    return list
end

---The SELECT without columns that repeat others: those with a foreign key to, or a condition
---that makes them equal to, another one. Columns of different names stay, unless
---{only_synonyms = false} says otherwise.
---@param options? {only_synonyms?: boolean}
---@return corm.Select
function methods:reduce_columns(options)
    options = check_options(options, { "only_synonyms" }, "reduce_columns")
    local function is_synonym(a, b)
        return options.only_synonyms == false or a.name == b.name
    end
    local columns = self.selected_columns:values()
    local is_omitted, kept = {}, {}
    for _, column in ipairs(columns) do
        is_omitted[column] = is_reference(column, columns, is_synonym)
    end
    for _, equation in ipairs(equations(self)) do
        local column = superfluous(equation, columns, is_omitted, is_synonym)
        if column then
            is_omitted[column] = true
        end
    end
    for _, element in ipairs(selectable.query_expressions(self)) do -- texts among them
        kept[#kept + 1] = not is_omitted[element] and element or nil
    end
    return self:with_only_columns(table.unpack(kept))
end

return methods
