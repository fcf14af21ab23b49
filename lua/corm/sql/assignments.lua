-- SPDX-License-Identifier: MIT
-- What values(), ordered_values() and set_ say: column = value, typed by the column. They are
-- kept in table order of the columns, since Lua tables have no order.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local collection = require("corm.sql.collection")
local entity = require("corm.sql.entity")
local hint = require("corm.util.hint")
local selectable = require("corm.sql.selectable")
local walk = require("corm.sql.walk")

local assignments = {}

-- ---- columns ----

-- The only column of what a join joins that has this name.
local function joined_column(join, key)
    local found
    for _, column in ipairs(selectable.columns(join):values()) do
        if column.key == key and found then
            exc.CompileError:raise("values: the name '%s' is ambiguous, several tables of the "
                .. "join have such a column", key)
        elseif column.key == key then
            found = column
        end
    end
    return found or exc.CompileError:raise("unconsumed column names: the join has no column '%s'",
        key)
end

-- An attribute of a mapped class; keys of its table's columns are taken too.
local function attribute_of(into, key)
    local is_found, found = pcall(entity.attribute, into, key)
    if is_found then
        return found
    end
    return collection.get(selectable.unmarked(into).c, key) or error(found, 0)
end

---The column (or attribute) that a key of values() means.
---@param into any what is inserted into or updated
---@param key any a name or a column
---@return any
function assignments.column_of(into, key)
    if type(key) == "string" then
        local kind = core.kind(into)
        if kind == "join" then
            return joined_column(into, key)
        elseif kind == "table" and not collection.get(into.c, key) then
            exc.CompileError:raise("unconsumed column names: table '%s' has no column '%s'%s",
                core.name(into), key, hint(key, collection.keys(into.c)))
        end
        return attribute_of(into, key)
    end
    local node = core.resolve(key)
    if not node then
        args.refuse("values", "column names or columns as keys", key)
    end
    return node
end

-- What is behind nodes of a kind, each time in the same place.
local function behind(node, kind, place)
    node = selectable.unmarked(node)
    while core.kind(node) == kind and core.kid(node, place) do
        node = selectable.unmarked(core.kid(node, place))
    end
    return node
end

---The table's column that an attribute or an alias' column stands for.
---@param node any
---@return any
function assignments.plain_column(node)
    return behind(node, "colref", 1)
end

local plain_column = assignments.plain_column

-- What an element is of: UPDATE may set t.c.list:getitem(1).
local function owner_of(node)
    return behind(node, "binary", 0)
end

local function is_column_of(into, node)
    local from = selectable.unmarked(into)
    while core.kind(from) == "alias" do
        from = core.kid(from, 0)
    end
    local column = plain_column(node)
    if core.kind(from) == "table" then
        return core.kind(column) == "column" and column.table == from
    end
    return collection.contains_column(selectable.columns(into), node)
        or collection.contains_column(selectable.columns(from), node)
end

local function check_owner(into, node, key)
    if core.kind(node) == "tuple" then
        for _, column in ipairs(walk.kids(node)) do
            check_owner(into, column, key)
        end
    elseif core.kind(into) ~= "entity" and not is_column_of(into, owner_of(node)) then
        local from = selectable.unmarked(into)
        exc.CompileError:raise("values: %s is no column of %s",
            type(key) == "string" and key or tostring(node),
            core.kind(from) == "join" and "the join" or ("table '%s'"):format(core.name(from)))
    end
end

-- ---- one by one ----

local function is_plain_table(value)
    return type(value) == "table" and getmetatable(value) == nil
end

-- What is assigned, as a node.
local value_of

-- {1, "x"} for a tuple of columns: as many values, each of its column's type.
local function tuple_of(value, target)
    local columns = walk.kids(target)
    if not is_plain_table(value) or #value ~= #columns then
        args.refuse("values", ("a tuple, a select or a sequence of %d values for the columns %s")
            :format(#columns, tostring(target)), value)
    end
    local spec = { type = core.type_of(target) }
    for i, column in ipairs(columns) do
        spec[i] = value_of(value[i], column)
    end
    return core.node("tuple", spec)
end

function value_of(value, target)
    local node = core.resolve(value)
    if not node and core.kind(target) == "tuple" then
        return tuple_of(value, target)
    elseif not node then
        return core.assigned(value, target)
    elseif core.kind(node) == "bind" then
        return core.coerce(node, target) -- a bindparam is of the column's type
    end
    return node
end

---column = value, the value bound with the column's type.
---@param into any
---@param key any
---@param value any
---@return any # an ASSIGN
function assignments.assign(into, key, value)
    local target = core.resolve(assignments.column_of(into, key))
    check_owner(into, target, key)
    return core.node("assign", { target, value_of(value, target) })
end

local assign = assignments.assign

local function position(assignment)
    local column = plain_column(core.kid(assignment, 0))
    return core.kind(column) == "column" and core.column_position(column) or 0
end

-- What assignments to one column are ordered by, elements by their keys, and tuples.
local function target_name(assignment)
    local target = core.kid(assignment, 0)
    if core.kind(target) ~= "binary" then
        return core.name(target) or tostring(target)
    end
    return tostring(target) .. tostring(core.value(core.kid(target, 1)))
end

---Put assignments in table order of their columns, in place.
---@param list any[]
---@return any[]
function assignments.sort(list)
    table.sort(list, function(a, b)
        local left, right = position(a), position(b)
        if left == right then
            return target_name(a) < target_name(b)
        end
        return left < right
    end)
    return list
end

---Assignments of {name = value, …}, in table order of the columns.
---@param into any
---@param values table
---@return any[]
function assignments.of_table(into, values)
    local list = {}
    for key, value in pairs(values) do
        list[#list + 1] = assign(into, key, value)
    end
    return assignments.sort(list)
end

-- {5, "x"}: one row by position.
local function positional(into, values)
    local columns = selectable.columns(into)
    local list = {}
    for i = 1, values.n or #values do
        if not columns[i] then
            exc.ArgumentError:raise("values: %d values for the %d columns of table '%s'",
                values.n or #values, #columns, core.name(selectable.unmarked(into)))
        end
        list[i] = assign(into, columns[i], values[i])
    end
    return list
end

---Assignments of one row: values by name, or by position.
---@param into any
---@param values table
---@return any[]
function assignments.one_row(into, values)
    if #values > 0 then
        return positional(into, values)
    end
    return assignments.of_table(into, values)
end

---@param list any[]
---@param spec? table
---@return any # a ROW
function assignments.row(list, spec)
    spec = spec or {}
    table.move(list, 1, #list, 1, spec)
    return core.node("row", spec)
end

---The assignments of a row, later ones replacing those of the same column.
---@param old any? a ROW
---@param added any[]
---@return any[]
function assignments.merge(old, added)
    local list, at = {}, {}
    local function put(assignment)
        local column = plain_column(core.kid(assignment, 0))
        if not at[column] then
            at[column] = #list + 1
        end
        list[at[column]] = assignment
    end
    for _, assignment in ipairs(walk.kids(old)) do
        put(assignment)
    end
    for _, assignment in ipairs(added) do
        put(assignment)
    end
    return list
end

-- ---- what values() may be given ----

---Whether the values are those of several rows: {{…}, {…}}.
---@param values table
---@return boolean
function assignments.is_rows(values)
    return is_plain_table(values[1])
end

---@param values any
---@param caller string
function assignments.check_values(values, caller)
    if not is_plain_table(values) then
        args.refuse(caller, "a table of values", values)
    end
end

return assignments
