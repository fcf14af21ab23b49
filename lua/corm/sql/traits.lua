-- SPDX-License-Identifier: MIT
-- What expressions, FROM clauses and statements say of themselves, by SQLAlchemy's names: what
-- every one has, and what only some kinds of node have, in one table for each family.

local core = require("corm.core")
local collection = require("corm.sql.collection")
local frame = require("corm.sql.frame")
local functions = require("corm.sql.functions")
local joins = require("corm.sql.join")
local late = require("corm.sql.late")
local lineage = require("corm.sql.lineage")
local merged = require("corm.util.merged")
local missing = require("corm.util.missing")
local selectable = require("corm.sql.selectable")
local set = require("corm.util.set")

local families, slots = core.families, core.slots

local function kid(i)
    return function(node)
        return core.kid(node, i)
    end
end

local function flag(name)
    return function(node)
        return core.flag(node, name)
    end
end

local function op_is(...)
    local names = set({ ... })
    return function(node)
        return names:contains(core.op(node):lower())
    end
end

-- ---- expressions ----

-- The conditions of a CASE with their results.
local function whens(node)
    local list = {}
    for i = 2, core.kid_count(node) - 1, 2 do
        list[#list + 1] = { core.kid(node, i), core.kid(node, i + 1) }
    end
    return list
end

-- The names before a function's own: {"pkg"} of pkg.f().
local function package_names(node)
    local names = {}
    for name in (core.value(node) or ""):gmatch("[^.]+") do
        names[#names + 1] = name
    end
    return names
end

local function frame_in(units)
    return function(node)
        return frame.of(node, units)
    end
end

-- A function gives the value, unless it is wanted with the execution all the same.
local function is_required(node)
    local pin = late.callable(node) and core.pin(node)
    if pin then
        return pin.is_required
    end
    return core.flag(node, "required")
end

local ELEMENT = {
    bind = {
        callable = late.callable,
        expanding = flag("expanding"),
        literal_execute = flag("literal_execute"),
        required = is_required,
        unique = flag("anonymous"),
    },
    binary = { left = kid(0), negate = core.not_, right = kid(1) },
    case = { else_ = kid(1), value = kid(0), whens = whens },
    cast = { clause = kid(0) },
    coerce = { clause = kid(0) },
    extract = { expr = kid(0), field = core.name },
    filter = { criterion = kid(1), func = kid(0) },
    ["function"] = { packagenames = package_names },
    over = {
        exclude = core.value,
        groups = frame_in("GROUPS"),
        order_by = kid(2),
        partition_by = kid(1),
        range_ = frame_in("RANGE"),
        rows = frame_in("ROWS"),
    },
    within = { order_by = kid(1) },
}

-- ---- what is selected from ----

local FROM = {
    alias = { sampling = kid(1), seed = kid(2) },
    cte = { nesting = flag("nested"), recursive = flag("variant") },
    join = {
        full = op_is("full_join"),
        isouter = op_is("left_join", "full_join"),
        left = kid(0),
        onclause = joins.onclause,
        right = kid(1),
    },
    table_function = {
        joins_implicitly = functions.joins_implicitly,
    },
}

local derives

local function any_derives(nodes, from)
    for _, node in ipairs(nodes) do
        if derives(node, from) then
            return true
        end
    end
    return false
end

-- Whether something to select from is another one, or made of it.
function derives(node, from)
    node = selectable.unmarked(node)
    local kind = core.kind(node)
    if node == from then
        return true
    elseif kind == "join" then
        return any_derives({ core.kid(node, 0), core.kid(node, 1) }, from)
    elseif kind == "select" then
        return any_derives(node:get_final_froms(), from)
    elseif kind == "compound" then
        return any_derives(node.selects, from)
    end
    local is_named = kind == "alias" or kind == "subquery" or kind == "cte" or kind == "lateral"
    return is_named and derives(core.kid(node, 0), from)
end

-- ---- statements ----

local function describe_all(expressions)
    local found = {}
    for i, expression in ipairs(expressions) do
        found[i] = { name = core.name(expression), type = expression.type, expr = expression }
    end
    return found
end

local function describe_columns(node)
    return describe_all(selectable.query_expressions(node))
end

local function describe_returning(node)
    return describe_all(node.returning_columns)
end

local function exported_columns(node)
    local columns = collection.new()
    for _, expression in ipairs(node.returning_columns) do
        collection.append(columns, core.name(expression), expression)
    end
    return columns
end

local function describe_table(node)
    return { name = core.name(node.table), table = node.table }
end

local DML = {
    entity_description = describe_table,
    exported_columns = exported_columns,
    returning_column_descriptions = describe_returning,
}

local STATEMENT = {
    compound = { column_descriptions = describe_columns, keyword = core.op },
    delete = DML,
    insert = merged(DML, { select = kid(slots.insert.select) }),
    select = {
        column_descriptions = describe_columns,
        inner_columns = selectable.query_expressions,
    },
    statement_text = {
        column_args = selectable.query_expressions,
        column_descriptions = describe_columns,
        element = kid(0),
        positional = flag("variant"),
    },
    update = DML,
}

-- ---- in their families ----

-- Readers by name and kind of readers by kind and name.
local function by_name(traits)
    local found = {}
    for kind, readers in pairs(traits) do
        for name, read in pairs(readers) do
            found[name] = found[name] or {}
            found[name][kind] = read
        end
    end
    return found
end

local function install(family, traits)
    for name, readers in pairs(by_name(traits)) do
        local otherwise = family.getters[name]
        family.getters[name] = function(node)
            local kind = core.kind(node)
            if readers[kind] then
                return readers[kind](node)
            elseif otherwise then
                return otherwise(node)
            end
            missing("a " .. kind, name)
        end
    end
end

install(families.ColumnElement, ELEMENT)
install(families.FromClause, FROM)
install(families.Statement, STATEMENT)

-- ---- what every one has ----

local function constant(value)
    return function()
        return value
    end
end

for name, is_selectable in pairs({
    ClauseElement = false, ColumnElement = false, FromClause = true, TextClause = false,
}) do
    local getters = families[name].getters
    getters.is_clause_element = constant(true)
    getters.is_dml = constant(false)
    getters.is_selectable = constant(is_selectable)
    getters.supports_execution = constant(false)
end

for _, name in ipairs({ "Function", "TextClause" }) do
    local getters = families[name].getters
    for _, kind in ipairs({ "delete", "insert", "select", "update" }) do
        getters["is_" .. kind] = constant(false)
    end
    getters.is_text = constant(name == "TextClause")
    getters.is_selectable = constant(name == "Function")
    getters.supports_execution = constant(true)
end

local statement = families.Statement.getters
statement.is_clause_element = constant(true)
statement.is_text = constant(false)
statement.supports_execution = constant(true)
function statement:is_selectable()
    return not self.is_dml
end

for _, name in ipairs({ "FromClause", "Select" }) do
    ---Whether this is another thing to select from, an alias of it, or a query of it.
    ---@param from any
    ---@return boolean
    families[name].methods.is_derived_from = function(self, from)
        local node = core.resolve(from)
        return node ~= nil and derives(self, selectable.unmarked(node))
    end
end

local element = families.ColumnElement

---The columns and expressions at the end of what this one stands for.
function element.getters:base_columns()
    return set(lineage.ends(self))
end

---Everything that this one stands for, itself included.
function element.getters:proxy_set()
    local found = set()
    for node in pairs(lineage.of(self)) do
        found:add(node)
    end
    return found
end

function element.getters:expression()
    return self
end

element.getters.description = element.getters.name

---The parameter, as text of the statement when it is executed.
---@return corm.ColumnElement
function element.methods:render_literal_execute()
    if core.kind(self) ~= "bind" then
        missing("a " .. core.kind(self), "render_literal_execute")
    end
    return core.respec(self, { literal_execute = true, pin = core.pin(self) })
end
