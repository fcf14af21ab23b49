-- SPDX-License-Identifier: MIT
-- Texts of DDL in which constructs of the user's own stand: defaults of the server, conditions,
-- expressions of indexes. They become SQL of the dialect while the text is made.

local core = require("corm.core")

local ddl_render = {}

local function is_custom(node)
    return core.kind(node) ~= nil and core.flag(node, "has_custom")
end

-- Put what stands for the field's node in its place, and say how that is undone.
local function swap(fields, name, dialect, undo)
    local node = fields[name]
    if not is_custom(node) then
        return false
    end
    fields[name] = core.render(node, dialect)
    undo[#undo + 1] = function()
        fields[name] = node
    end
    return true
end

-- Swap the named fields of an object, which the core then reads anew, also when that is undone.
local function swap_all(object, fields, names, update, dialect, undo)
    local is_changed = false
    for _, name in ipairs(names) do
        is_changed = swap(fields, name, dialect, undo) or is_changed
    end
    if is_changed then
        update(object)
        undo[#undo + 1] = function()
            update(object)
        end
    end
end

local function swap_column(column, dialect, undo)
    swap_all(column, core.pin(column), { "server_default_node", "computed_node" },
        core.column_update, dialect, undo)
end

local function swap_constraint(constraint, dialect, undo)
    swap_all(constraint, core.pin(constraint), { "check" }, core.constraint_update, dialect, undo)
end

local function swap_table(table_, dialect, undo)
    for _, column in ipairs(table_.c:values()) do
        swap_column(column, dialect, undo)
    end
    for constraint in core.pin(table_).constraints do
        swap_constraint(constraint, dialect, undo)
    end
end

local function swap_index(index, dialect, undo)
    local detail, places = core.pin(index), {}
    for i in ipairs(detail.expressions or {}) do -- none without a table
        places[i] = i
    end
    swap_all(index, detail.expressions, places, core.index_update, dialect, undo)
    for name in pairs(detail.wheres) do
        swap(detail.wheres, name, dialect, undo)
    end
end

local SWAPS = {
    add_constraint = swap_constraint, column = swap_column, create_index = swap_index,
    create_table = swap_table,
}

---The text that core.ddl_<what>() makes of an object.
---@param what string
---@param object any
---@param dialect? string|table
---@param options table
---@return string
function ddl_render.text(what, object, dialect, options)
    local undo = {}
    if SWAPS[what] then
        SWAPS[what](object, dialect or "default", undo)
    end
    local ok, text = pcall(core["ddl_" .. what], object, dialect, options)
    for i = 1, #undo do
        undo[i]() -- fields first, then what reads them
    end
    return ok and text or error(text, 0)
end

return ddl_render
