-- SPDX-License-Identifier: MIT
-- Expressions that are known only when their statement is compiled: the value that a function
-- gives, bindparam("x", {callable_ = fn}), and what another column of the same UPDATE or
-- INSERT is set to, from_dml_column(t.c.x).

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local walk = require("corm.sql.walk")

local late = {}

-- Holds the column of from_dml_column().
local DML_COLUMN = "dml_column"

-- An expression that is looked at before its statement is compiled.
local function late_node(kind, spec)
    require("corm.sql.render") -- which does that
    spec.has_custom = true
    return core.node(kind, spec)
end

---A parameter whose value the function gives each time.
---@param spec table of the parameter
---@param callable fun(): any
---@param is_required? boolean what it says of itself
---@return corm.ColumnElement
function late.parameter(spec, callable, is_required)
    spec.required = true
    spec.uncacheable = true
    spec.pin = { callable = callable, is_required = is_required or false }
    return late_node("bind", spec)
end

---The function of such a parameter, or nil.
---@param node any
---@return (fun(): any)?
function late.callable(node)
    local pin = core.kind(node) == "bind" and core.flag(node, "has_custom") and core.pin(node)
    return pin and pin.callable or nil
end

---The parameter with the value that its function gives now.
---@param bind any
---@return corm.ColumnElement
function late.evaluated(bind)
    local value = late.callable(bind)()
    local spec = {
        name = core.name(bind), anonymous = core.flag(bind, "anonymous"),
        literal_execute = core.flag(bind, "literal_execute"), type = core.type_of(bind),
    }
    if core.flag(bind, "expanding") then
        spec.expanding, spec.values = true, value
        return core.node("bind", spec)
    end
    spec.value = value == nil and core.NULL or value
    if spec.type:is(require("corm.types").NullType) and value ~= nil then
        spec.type = core.type_of(core.coerce(value))
    end
    return core.node("bind", spec)
end

---What a column is set to in the same UPDATE or INSERT; in an UPDATE that does not set it, the
---column itself: update(t):values{a = 5, b = from_dml_column(t.c.a) + 1}.
---@param column any
---@return corm.ColumnElement
function late.from_dml_column(column)
    local node = core.resolve(column)
    while core.kind(node) == "attribute" do
        node = core.kid(node, 0)
    end
    if core.kind(node) ~= "column" then
        args.refuse("from_dml_column", "a column of a table", column)
    end
    return late_node("label", { name = DML_COLUMN, type = node, node })
end

---Whether a node is what from_dml_column() made.
---@param node any
---@return boolean
function late.is_dml_column(node)
    return core.kind(node) == "label" and core.flag(node, "has_custom")
        and core.name(node) == DML_COLUMN and core.kind(core.kid(node, 0)) == "column"
end

local WHERE_ROWS = { insert = core.slots.insert.rows, update = core.slots.update.set }

-- What the columns of a row are set to.
local function values_of(row)
    local values = {}
    for i = 0, core.kid_count(row) - 1 do
        local assignment = core.kid(row, i)
        values[core.kid(assignment, 0)] = core.kid(assignment, 1)
    end
    return values
end

-- A value that stands in several places is one parameter, which keeps its column's name.
-- PostgreSQL would take it for one type here and for another there: two parameters.
local function shared(value, column, dialect)
    if core.kind(value) == "bind" and core.flag(value, "anonymous") then
        if dialect == "postgresql" then
            return core.respec(value, {})
        end
        return core.respec(value, { name = core.pin(column).key, anonymous = false })
    end
    return value
end

-- The columns that from_dml_column() names in a row.
local function referenced(row)
    local columns = {}
    for node in walk.nodes(row) do
        if late.is_dml_column(node) then
            columns[core.kid(node, 0)] = true
        end
    end
    return columns
end

-- The values that stand for from_dml_column() as they are; inside of others they are operands.
local function whole_values(row)
    local whole = {}
    for i = 0, core.kid_count(row) - 1 do
        whole[core.kid(core.kid(row, i), 1)] = true
    end
    return whole
end

local function operand(value)
    return core.kind(value) == "binary" and core.node("grouping", { value }) or value
end

local function settled_row(row, dialect, is_insert)
    local values, values_in_place, whole = values_of(row), {}, whole_values(row)
    for column in pairs(referenced(row)) do
        local value = values[column]
        values[column] = value or core.pin(column)[is_insert and "default_node" or "onupdate_node"]
        if value then
            values[column] = shared(value, column, dialect)
            values_in_place[value] = dialect ~= "postgresql" and values[column] or nil
        end
    end
    return core.replace(row, function(node)
        if not late.is_dml_column(node) then
            return values_in_place[node]
        end
        local column = core.kid(node, 0)
        if values[column] then
            return whole[node] and values[column] or operand(values[column])
        elseif is_insert then
            exc.CompileError:raise("can't resolve referenced column name in INSERT statement: %s",
                core.name(column))
        end
        return column
    end)
end

---The statement with what from_dml_column() stands for; itself if it has nothing of that.
---@param statement any
---@param dialect string
---@return any
function late.settled(statement, dialect)
    local kind = core.kind(statement)
    local slot = WHERE_ROWS[kind]
    local rows = slot and core.kid(statement, slot)
    if not rows or not core.flag(rows, "has_custom") or next(referenced(rows)) == nil then
        return statement
    elseif kind == "update" then
        return core.with_kid(statement, slot, settled_row(rows, dialect, false))
    end
    local spec = { op = "comma" }
    for i = 0, core.kid_count(rows) - 1 do
        spec[i + 1] = settled_row(core.kid(rows, i), dialect, true)
    end
    return core.with_kid(statement, slot, core.node("list", spec))
end

return late
