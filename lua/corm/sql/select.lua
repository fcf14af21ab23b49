-- SPDX-License-Identifier: MIT
-- select() and what can be done with one, as sqlalchemy.sql.Select. where(), join(), order_by()
-- and other methods that every query uses are the core's (csrc/lua/statement.c).

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local elements = require("corm.sql.elements")
local entity = require("corm.sql.entity")
local selectable = require("corm.sql.selectable")
local walk = require("corm.sql.walk")
local repr = require("corm.util.repr")
local symbol = require("corm.util.symbol")
local select = require("corm.util.select")

local select_module = {}

local family = core.families.Select
local methods, getters = family.methods, family.getters
local slots = core.slots.select
local compound_slots = core.slots.compound

select_module.select = core.select

local function require_select(self, method)
    if core.kind(self) ~= "select" then
        exc.ArgumentError:raise("%s: only a select has this, not a %s", method, core.kind(self))
    end
end

-- The slot of this name in a select or a compound.
local function slot_of(self, name)
    local of = core.kind(self) == "compound" and compound_slots or slots
    if not of[name] or core.kind(self) == "statement_text" then
        exc.ArgumentError:raise("a %s has no %s", core.kind(self), name)
    end
    return of[name]
end

-- ---- filter_by ----

local function last_kid(list)
    return list and core.kid(list, core.kid_count(list) - 1) or nil
end

-- What the names of filter_by() belong to: the last join, the FROM, the first column's table.
local function filter_target(self)
    local spec = last_kid(core.kid(self, slots.joins))
    if spec then
        return core.kid(spec, 0)
    end
    local from = core.kid(self, slots.from)
    if from then
        return core.kid(from, 0)
    end
    local columns = core.kid(self, slots.columns)
    local first = columns and core.kid_count(columns) > 0 and core.kid(columns, 0)
    local found = first and entity.of_expression(first)
    if not found then
        exc.InvalidRequestError:raise("filter_by: the select has nothing to filter by")
    end
    return found
end

-- That and whatever else the select is from.
local function filter_targets(self)
    local targets = { filter_target(self) }
    for _, list in ipairs({ "from", "joins", "columns", "where" }) do
        entity.add_mentioned(targets, core.kid(self, slots[list]))
    end
    return targets
end

---Conditions by the names of attributes: :filter_by{name = "ed"}.
---@param values table<string, any>
---@return corm.Statement
function methods:filter_by(values)
    require_select(self, "filter_by")
    return self:where(entity.conditions(filter_targets(self), values))
end

for _, name in ipairs({ "Update", "Delete" }) do
    core.families[name].methods.filter_by = function(self, values)
        local targets = { core.kid(self, 0) }
        entity.add_mentioned(targets, core.kid(self, core.slots[core.kind(self)].where))
        return self:where(entity.conditions(targets, values))
    end
end

-- ---- columns ----

-- Whether the left side of the first join is the one table that the columns are from, which
-- has to stay when the columns go.
local function starts_from_columns(self)
    local joins = core.kid(self, slots.joins)
    return joins and not core.kid(self, slots.from) and not core.kid(core.kid(joins, 0), 2)
        and #self.columns_clause_froms == 1
end

---Replace the columns.
---@param ... any
---@return corm.Select
function methods:with_only_columns(...)
    require_select(self, "with_only_columns")
    local list, options = args.split(0, { "maintain_column_froms" }, "with_only_columns", ...)
    local result = self
    if options.maintain_column_froms then
        result = result:select_from(table.unpack(self.columns_clause_froms))
    elseif starts_from_columns(self) then
        result = result:select_from(self.columns_clause_froms[1])
    end
    return core.with_kid(result, slots.columns,
        core.clause_list("columns", table.unpack(list, 1, list.n)))
end

methods.column = methods.add_columns

---DISTINCT, or DISTINCT ON (…) where the database has it.
---@param ... any
---@return corm.Select
function methods:distinct(...)
    require_select(self, "distinct")
    local result = core.respec(self, { variant = true })
    if select("#", ...) > 0 then
        local list = core.clause_list("group_by", ...)
        result = core.append(result, slots.distinct_on, table.unpack(walk.kids(list)))
    end
    return result
end

local LABEL_STYLES = {
    disambiguate = 0, disambiguate_only = 0, default = 0, tablename_plus_col = 1, none = 2,
}

local STYLE_NAMES = { [0] = "DISAMBIGUATE_ONLY", [1] = "TABLENAME_PLUS_COL", [2] = "NONE" }

-- corm.LABEL_STYLE_NONE and its like.
for _, name in ipairs({ "DEFAULT", "DISAMBIGUATE_ONLY", "NONE", "TABLENAME_PLUS_COL" }) do
    name = "LABEL_STYLE_" .. name
    select_module[name] = symbol(name)
end

---How columns are labelled: one of corm.LABEL_STYLE_DISAMBIGUATE_ONLY (the default),
---LABEL_STYLE_TABLENAME_PLUS_COL and LABEL_STYLE_NONE, or its name, as "none".
---@param style string|table
---@return corm.Select
function methods:set_label_style(style)
    local name = tostring(style):lower():gsub("^label_style_", "")
    if not LABEL_STYLES[name] then
        exc.ArgumentError:raise("unknown label style %s", repr.value(style))
    end
    if core.kind(self) == "compound" then -- the first one names the columns
        local first = core.kid(self, compound_slots.count)
        return core.with_kid(self, compound_slots.count, first:set_label_style(style))
    elseif core.kind(self) ~= "select" then
        return self
    end
    return core.respec(self, { value = LABEL_STYLES[name], pin = core.pin(self) })
end

---How columns are labelled, as a value of set_label_style().
---@return table
function methods:get_label_style()
    local first = core.kind(self) == "compound" and core.kid(self, compound_slots.count) or self
    local bits = core.kind(first) == "select" and core.value(first) or 0
    return select_module["LABEL_STYLE_" .. STYLE_NAMES[bits]]
end

-- ---- limits and locks ----

---Rows from start up to stop, counted from 0 and without stop, as a slice of Python's.
---@param start? integer
---@param stop? integer
---@return corm.Select
function methods:slice(start, stop)
    local result = self
    args.check(start, "integer", "slice", "start")
    args.check(stop, "integer", "slice", "stop")
    if stop ~= nil then
        result = result:limit(stop - (start or 0))
    end
    if start ~= nil and start ~= 0 then
        result = result:offset(start)
    end
    return result
end

---FETCH FIRST n ROWS instead of LIMIT.
---@param count any
---@param options? {with_ties?: boolean, percent?: boolean}
---@return corm.Select
function methods:fetch(count, options)
    options = check_options(options, { "percent", "with_ties" }, "fetch")
    local bits = (options.with_ties and 1 or 0) | (options.percent and 2 or 0)
    local fetch = count ~= nil and core.node("fetch", { value = bits, core.coerce(count) }) or nil
    return core.with_kid(self:limit(nil), slot_of(self, "fetch"), fetch)
end

local LOCK_BITS = { read = 1, nowait = 2, skip_locked = 4, key_share = 8 }

---FOR UPDATE, where the database has it.
---@param options? table nowait, read, skip_locked, key_share: boolean; of: tables or columns
---@return corm.Select
function methods:with_for_update(options)
    options = check_options(options, { "key_share", "nowait", "of", "read", "skip_locked" },
        "with_for_update")
    local bits = 0
    for name, bit in pairs(LOCK_BITS) do
        bits = bits | (options[name] and bit or 0)
    end
    local spec = { value = bits }
    if options.of ~= nil then
        local of = type(options.of) == "table" and getmetatable(options.of) == nil and options.of
            or { options.of }
        for i, item in ipairs(of) do
            spec[i] = core.resolve(item) or args.refuse("with_for_update", "columns or tables",
                item)
        end
    end
    return core.with_kid(self, slot_of(self, "for_update"), core.node("for_update", spec))
end

-- ---- correlation ----

local function from_list(caller, ...)
    local spec = { op = "comma" }
    local is_none = select("#", ...) > 0 and ((...) == nil or (...) == false)
    if is_none and select("#", ...) > 1 then
        exc.ArgumentError:raise("%s: nil stands alone, no more tables can follow it", caller)
    end
    for i = 1, select("#", ...) do
        local item = (select(i, ...))
        if not is_none then
            spec[#spec + 1] = selectable.check_from(item, caller)
        end
    end
    return core.node("list", spec)
end

---Leave these tables to the enclosing SELECT; correlate(nil) and correlate(false) leave none.
---@return corm.Select
function methods:correlate(...)
    require_select(self, "correlate")
    return core.with_kid(self, slots.correlate, from_list("correlate", ...))
end

---Leave all tables but these to the enclosing SELECT.
---@return corm.Select
function methods:correlate_except(...)
    require_select(self, "correlate_except")
    return core.with_kid(self, slots.correlate_except, from_list("correlate_except", ...))
end

-- ---- as part of other statements ----

---The statement in parentheses, as a member of a union.
---@return corm.Select
function methods:self_group()
    local is_group = core.kind(self) == "compound" and core.op(self) == "NONE"
    if is_group or core.kind(self) == "statement_text" then
        return self
    end
    return select_module.compound("none", self)
end

---Give values and types to the parameters of a text(…):columns(…).
---@param ... any
---@return corm.Select
function methods:bindparams(...)
    if core.kind(self) ~= "statement_text" then
        exc.ArgumentError:raise("bindparams: only text has this, not a %s", core.kind(self))
    end
    return core.with_kid(self, 0, core.kid(self, 0):bindparams(...))
end

---(SELECT …) as something to select from.
---@param ... any name
---@return corm.FromClause
function methods:subquery(...)
    return selectable.subquery(self, ...)
end

---The same; `flat` changes nothing.
---@param ... any name, flat
---@return corm.FromClause
function methods:alias(...)
    return selectable.subquery(self, args.named({ "name", "flat" }, "alias", ...).name)
end

function methods:cte(...)
    return selectable.cte(self, ...)
end

function methods:lateral(...)
    return selectable.lateral(self, ...)
end

---(SELECT …) as a value.
---@return corm.ScalarSelect
function methods:scalar_subquery()
    return core.coerce(self)
end

methods.as_scalar = methods.scalar_subquery

---(SELECT …) as a value with a label.
function methods:label(name)
    return self:scalar_subquery():label(name)
end

---EXISTS (SELECT …).
---@return corm.Exists
function methods:exists()
    return elements.exists(self)
end

-- ---- compounds ----

local COMPOUNDS = {
    union = "union", union_all = "union_all", intersect = "intersect",
    intersect_all = "intersect_all", except_ = "except", except_all = "except_all",
}

local function check_query(value, caller)
    local node = core.resolve(value)
    local kind = core.kind(node)
    if kind ~= "select" and kind ~= "compound" and kind ~= "statement_text" then
        args.refuse(caller, "a select", value)
    end
    return node
end

---Combine selects: compound("union", s1, s2).
---@param op string
---@param ... any
---@return corm.Select
function select_module.compound(op, ...)
    local spec = { op = op }
    for i = 1, compound_slots.count do
        spec[i] = false
    end
    if select("#", ...) == 0 then
        exc.ArgumentError:raise("%s: at least one select expected", op)
    end
    for i = 1, select("#", ...) do
        spec[compound_slots.count + i] = check_query((select(i, ...)), op)
    end
    return core.node("compound", spec)
end

for name, op in pairs(COMPOUNDS) do
    select_module[name] = function(...)
        return select_module.compound(op, ...)
    end
    methods[name] = function(self, ...)
        return select_module.compound(op, self, ...)
    end
end

local SOURCES = {
    select = true, compound = true, statement_text = true, text = true, insert = true,
    update = true, delete = true,
}

---The mapped classes of this select from the rows of another statement: a text(), a union, an
---INSERT with RETURNING. Their columns are found by name.
---@param source any
---@return corm.Select
function methods:from_statement(source)
    require_select(self, "from_statement")
    local node = core.resolve(source)
    if not SOURCES[core.kind(node) or ""] then
        args.refuse("from_statement", "a statement", source)
    end
    return core.append(self, slots.options, core.node("option",
        { name = "from_statement", has_entity = true, node }))
end

-- ---- attributes ----

---What the statement returns, one by one.
function getters:selected_columns()
    local own = require("corm.sql.collection").new("select")
    local append = require("corm.sql.collection").append
    local expressions = selectable.query_expressions(self)
    local named = core.name_columns(self, expressions)
    local at = 0
    for _, expression in ipairs(expressions) do
        if core.kind(selectable.unmarked(expression)) ~= "text" then
            at = at + 1
            append(own, named[at].key, expression)
        end
    end
    return own
end

---The column here that stands for another one, or nil.
---@param column any
---@param options? {require_embedded?: boolean}
---@return any?
function methods:corresponding_column(column, options)
    return self.selected_columns:corresponding_column(core.resolve(column), options)
end

getters.exported_columns = getters.selected_columns
getters.columns = getters.selected_columns
getters.c = getters.selected_columns

function getters:whereclause()
    return core.kid(self, slot_of(self, "where"))
end

---The tables of the columns clause.
function getters:columns_clause_froms()
    local found, seen = {}, {}
    for _, element in ipairs(walk.kids(core.kid(self, slots.columns))) do
        local from = entity.of_expression(element)
        if from and not seen[from] then
            seen[from] = true
            found[#found + 1] = from
        end
    end
    return found
end

---The tables that select_from() and the columns name.
function methods:get_final_froms()
    local found = walk.kids(core.kid(self, slots.from))
    local seen = {}
    for _, from in ipairs(found) do
        seen[from] = true
    end
    for _, from in ipairs(self.columns_clause_froms) do
        if not seen[from] then
            found[#found + 1] = from
        end
    end
    return found
end

function getters:froms()
    return self:get_final_froms()
end

---The selects of a compound.
function getters:selects()
    return walk.kids(self, compound_slots.count)
end

-- ---- EXISTS ----

local exists_methods = core.families.ScalarSelect.methods

local STAR

---EXISTS (SELECT …): exists(select), exists(column):where(…), exists():where(…).
---@param ... any
---@return corm.Exists
function elements.exists(...)
    local node = select("#", ...) == 1 and core.resolve((...)) or nil
    local kind = core.kind(node)
    if kind == "select" or kind == "compound" or kind == "statement_text" then
        return core.node("exists", { type = require("corm.types").Boolean, node })
    elseif kind == "scalar" then
        return core.node("exists", { type = require("corm.types").Boolean, core.kid(node, 0) })
    end
    STAR = STAR or core.node("star", {})
    local query = select("#", ...) == 0 and core.select(STAR) or core.select(...)
    return core.node("exists", { type = require("corm.types").Boolean, query })
end

-- Methods of a select that work on the one inside.
for _, name in ipairs({
    "correlate", "correlate_except", "filter_by", "select_from", "where", "with_hint",
    "with_statement_hint",
}) do
    exists_methods[name] = function(self, ...)
        local inner = core.kid(self, 0)
        return core.with_kid(self, 0, inner[name](inner, ...))
    end
end

exists_methods.filter = exists_methods.where

---SELECT EXISTS (…).
function exists_methods:select()
    return core.select(self)
end

---The statement inside.
function exists_methods:scalar_subquery()
    return self
end

return select_module
