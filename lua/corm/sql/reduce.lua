-- SPDX-License-Identifier: MIT
-- Columns without those that must be equal to others among them, by a foreign key or by a
-- condition: select:reduce_columns(), the primary key of a join.

local core = require("corm.core")
local check_options = require("corm.util.options")
local selectable = require("corm.sql.selectable")
local walk = require("corm.sql.walk")

local reduce = {}

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

-- Whether one of the columns that stay is the given one or was derived from it.
local function is_there(side, columns, is_omitted)
    for _, column in ipairs(columns) do
        if not is_omitted[column] and column.proxy_set:contains(side) then
            return true
        end
    end
    return false
end

-- The last of the columns that an equation makes superfluous.
local function superfluous(equation, columns, is_omitted, is_synonym)
    local left, right = core.kid(equation, 0), core.kid(equation, 1)
    if is_there(left, columns, is_omitted) and is_there(right, columns, is_omitted) then
        for i = #columns, 1, -1 do
            if same(columns[i], right) and is_synonym(columns[i], left) then
                return columns[i]
            end
        end
    end
    return nil
end

local COLUMNS = { column = true, colref = true }

-- Add the conditions `a = b` of two columns in a part of a statement.
local function add_equations(list, part)
    for node in part and walk.nodes(part) or function() end do
        if core.kind(node) == "binary" and core.op(node) == "EQ"
            and COLUMNS[core.kind(core.kid(node, 0))]
            and COLUMNS[core.kind(core.kid(node, 1))] then
            list[#list + 1] = node
        end
    end
end

-- Those of the columns that others make superfluous: column -> true.
local function omitted(columns, equations, is_synonym)
    local is_omitted = {}
    for _, column in ipairs(columns) do
        is_omitted[column] = is_reference(column, columns, is_synonym) or nil
    end
    for _, equation in ipairs(equations) do
        local column = superfluous(equation, columns, is_omitted, is_synonym)
        if column then
            is_omitted[column] = true
        end
    end
    return is_omitted
end

---The columns without those that a foreign key or an equation of the condition makes equal to
---others among them.
---@param columns any[]
---@param condition any
---@return any[]
function reduce.columns(columns, condition)
    local equations, kept = {}, {}
    add_equations(equations, condition)
    local is_omitted = omitted(columns, equations, function()
        return true
    end)
    for _, column in ipairs(columns) do
        kept[#kept + 1] = not is_omitted[column] and column or nil
    end
    return kept
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
    local equations, kept = {}, {}
    for _, slot in ipairs({ slots.where, slots.from, slots.joins }) do
        add_equations(equations, core.kid(self, slot))
    end
    local is_omitted = omitted(self.selected_columns:values(), equations, is_synonym)
    for _, element in ipairs(selectable.query_expressions(self)) do -- texts among them
        kept[#kept + 1] = not is_omitted[element] and element or nil
    end
    return self:with_only_columns(table.unpack(kept))
end

return reduce
