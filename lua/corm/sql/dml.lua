-- SPDX-License-Identifier: MIT
-- insert(), update(), delete().
--
-- Values are checked and typed by their columns when they are given: values() of a column
-- that the table does not have is an error at once. They are kept in table order of the
-- columns, since Lua tables have no order; ordered_values() keeps the order written.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local collection = require("corm.sql.collection")
local elements = require("corm.sql.elements")
local entity = require("corm.sql.entity")
local selectable = require("corm.sql.selectable")
local statement = require("corm.sql.statement")

local dml = {}

local insert_family = core.families.Insert
local update_family = core.families.Update
local slots = core.slots

-- ---- the table ----

local function check_table(value, caller, allows_alias)
    local node = core.resolve(value)
    local plain = node and selectable.unmarked(node)
    local kind = core.kind(plain)
    if kind ~= "table" and not (allows_alias and kind == "alias") then
        args.refuse(caller, "a table or a mapped class", value)
    end
    return node
end

local function empty_statement(kind, node)
    local spec = { node }
    for i = 2, slots[kind].count do
        spec[i] = false
    end
    return core.node(kind, spec)
end

-- Values and conditions are said by methods.
local function refuse_more(caller, ...)
    if select("#", ...) > 0 then
        exc.ArgumentError:raise("%s takes a table alone; say the rest by :values() and :where()",
            caller)
    end
end

---INSERT INTO a table.
---@param into any
---@return corm.Insert
function dml.insert(into, ...)
    refuse_more("insert", ...)
    return empty_statement("insert", check_table(into, "insert", false))
end

---UPDATE a table.
---@param what any
---@return corm.Update
function dml.update(what, ...)
    refuse_more("update", ...)
    return empty_statement("update", check_table(what, "update", true))
end

---DELETE FROM a table.
---@param from any
---@return corm.Delete
function dml.delete(from, ...)
    refuse_more("delete", ...)
    return empty_statement("delete", check_table(from, "delete", true))
end

---Tables to look at beside the one whose rows are deleted: DELETE FROM t USING a, b.
---@param ... any tables, joins, aliases
---@return corm.Delete
function core.families.Delete.methods:using(...)
    local added = {}
    for i = 1, select("#", ...) do
        added[i] = selectable.check_from((select(i, ...)), "using")
    end
    return core.append(self, slots.delete.using, table.unpack(added))
end

local from_methods = core.families.FromClause.methods

function from_methods:insert(...)
    return dml.insert(self, ...)
end

function from_methods:update(...)
    return dml.update(self, ...)
end

function from_methods:delete(...)
    return dml.delete(self, ...)
end

-- ---- assignments ----

-- An attribute of a mapped class; keys of its table's columns are taken too.
local function attribute_of(into, key)
    local is_found, found = pcall(entity.attribute, into, key)
    if is_found then
        return found
    end
    return collection.get(selectable.unmarked(into).c, key) or error(found, 0)
end

-- The column (or attribute) that a key of values() means, and its place in table order.
local function column_of(into, key)
    if type(key) == "string" then
        local plain = core.kind(into) == "table"
        if plain and not collection.get(into.c, key) then
            local nearest = core.nearest(key, collection.keys(into.c))
            exc.CompileError:raise("unconsumed column names: table '%s' has no column '%s'%s",
                core.name(into), key, nearest and ("; did you mean '%s'?"):format(nearest) or "")
        end
        return attribute_of(into, key)
    end
    local node = core.resolve(key)
    if not node then
        args.refuse("values", "column names or columns as keys", key)
    end
    return node
end

local function plain_column(node)
    node = selectable.unmarked(node)
    if core.kind(node) == "colref" then
        return core.kid(node, 1)
    end
    return node
end

-- The column that an element is of: UPDATE may set t.c.list:getitem(1).
local function owner_of(node)
    node = plain_column(node)
    while core.kind(node) == "binary" and core.kid(node, 0) do
        node = plain_column(core.kid(node, 0))
    end
    return node
end

local function check_owner(into, node, key)
    local column = owner_of(node)
    local table_ = selectable.unmarked(into)
    while core.kind(table_) == "alias" do
        table_ = core.kid(table_, 0)
    end
    if core.kind(into) ~= "entity" and (core.kind(column) ~= "column" or column.table ~= table_)
    then
        exc.CompileError:raise("values: %s is no column of table '%s'",
            type(key) == "string" and key or tostring(node), core.name(table_))
    end
end

-- column = value, the value bound with the column's type
local function assign(into, key, value)
    local target = core.resolve(column_of(into, key))
    check_owner(into, target, key)
    local node = core.resolve(value)
    if not node then
        node = core.assigned(value, target)
    elseif core.kind(node) == "bind" then
        node = core.coerce(node, target) -- a bindparam is of the column's type
    end
    return core.node("assign", { target, node })
end

local function position(assignment)
    local column = plain_column(core.kid(assignment, 0))
    return core.kind(column) == "column" and core.column_position(column) or 0
end

-- What assignments to one column are ordered by: elements by their keys.
local function target_name(assignment)
    local target = core.kid(assignment, 0)
    if core.kind(target) ~= "binary" then
        return core.name(target) or tostring(target)
    end
    return tostring(target) .. tostring(core.value(core.kid(target, 1)))
end

-- Assignments of {name = value, …}, in table order of the columns.
local function assignments(into, values)
    local list = {}
    for key, value in pairs(values) do
        list[#list + 1] = assign(into, key, value)
    end
    table.sort(list, function(a, b)
        local left, right = position(a), position(b)
        if left == right then
            return target_name(a) < target_name(b)
        end
        return left < right
    end)
    return list
end

local function is_plain_table(value)
    return type(value) == "table" and getmetatable(value) == nil
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

local function one_row(into, values)
    if #values > 0 then
        return positional(into, values)
    end
    return assignments(into, values)
end

local function row(list, spec)
    spec = spec or {}
    table.move(list, 1, #list, 1, spec)
    return core.node("row", spec)
end

-- {{…}, {…}}: several rows.
local function is_rows(values)
    return is_plain_table(values[1])
end

-- The assignments of a row, later ones replacing those of the same column.
local function merge(old, added)
    local list, at = {}, {}
    local function put(assignment)
        local column = plain_column(core.kid(assignment, 0))
        if not at[column] then
            at[column] = #list + 1
        end
        list[at[column]] = assignment
    end
    for i = 0, old and core.kid_count(old) - 1 or -1 do
        put(core.kid(old, i))
    end
    for _, assignment in ipairs(added) do
        put(assignment)
    end
    return list
end

local function sort_assignments(list)
    table.sort(list, function(a, b)
        return position(a) < position(b)
    end)
    return list
end

local function check_values(values, caller)
    if not is_plain_table(values) then
        args.refuse(caller, "a table of values", values)
    end
end

-- Several rows are one list, not several arguments.
-- Without any there is nothing to add.
local function only_values(caller, ...)
    local values = ...
    if select("#", ...) == 0 then
        return {}
    end
    check_values(values, caller)
    if select("#", ...) > 1 then
        exc.ArgumentError:raise("%s: one table of values or one list of them expected, got %d "
            .. "arguments", caller, select("#", ...))
    end
    return values
end

-- The rows of an INSERT; several are a form of their own, even if it is but one.
local function row_list(rows, are_several)
    local spec = { op = "comma", variant = are_several }
    table.move(rows, 1, #rows, 1, spec)
    return core.node("list", spec)
end

---The values to insert: {name = "x"}, {5, "x"} by position, or a sequence of such rows.
---Rows of a second call join those of the first.
---@param ... table
---@return corm.Insert
function insert_family.methods:values(...)
    local values = only_values("values", ...)
    local into = core.kid(self, 0)
    local old = core.kid(self, slots.insert.rows)
    if core.kid(self, slots.insert.select) then
        exc.InvalidRequestError:raise("values: this insert takes its rows from a select")
    end
    local are_several = is_rows(values)
    if old and core.flag(old, "variant") ~= are_several then
        exc.InvalidRequestError:raise("values: one row and a list of rows cannot be mixed in "
            .. "one INSERT")
    end
    local rows = {}
    if are_several then
        for i = 0, old and core.kid_count(old) - 1 or -1 do
            rows[i + 1] = core.kid(old, i)
        end
        for _, one in ipairs(values) do
            check_values(one, "values")
            rows[#rows + 1] = row(one_row(into, one))
        end
    else
        local list = merge(old and core.kid(old, 0), one_row(into, values))
        rows[1] = row(sort_assignments(list))
    end
    return core.with_kid(self, slots.insert.rows, row_list(rows, are_several))
end

-- What stands for a column's default in a SELECT. A function is called once for all rows.
local function default_expression(column)
    local default = core.pin(column).default
    if not default then
        return nil
    elseif default.is_clause_element then
        return default.arg
    elseif default.is_sequence then
        return default:next_value()
    end
    local value = default.arg
    if default.is_callable then
        value = value()
    end
    return elements.bindparam(column.key, value, { type_ = column.type })
end

-- The select with the defaults of the columns that it does not fill, which join the list.
local function add_defaults(into, spec, query)
    local is_filled, extra = {}, {}
    for _, column in ipairs(spec) do
        is_filled[core.name(column)] = true
    end
    for _, column in ipairs(core.pin(selectable.unmarked(into)).c:values()) do
        local expression = not is_filled[core.name(column)] and default_expression(column) or nil
        if expression ~= nil then
            spec[#spec + 1] = plain_column(column)
            extra[#extra + 1] = expression
        end
    end
    if #extra == 0 then
        return query
    elseif core.kind(query) ~= "select" then
        exc.CompileError:raise("from_select: the default of column '%s' can only be added to a "
            .. "select; make the query a subquery() or say {include_defaults = false}",
            spec[#spec].key)
    end
    return query:add_columns(table.unpack(extra))
end

---INSERT INTO … SELECT: from_select({"a", "b"}, select). Columns that are not named get their
---defaults.
---@param names any[]
---@param query any
---@param options? {include_defaults?: boolean}
---@return corm.Insert
function insert_family.methods:from_select(names, query, options)
    if core.kid(self, slots.insert.rows) then
        exc.InvalidRequestError:raise("from_select: this insert has values already")
    end
    local into = core.kid(self, 0)
    local spec = { op = "comma" }
    for i, name in ipairs(check(names, "table", "from_select", "a sequence of names")) do
        spec[i] = plain_column(core.resolve(column_of(into, name)))
    end
    local node = core.resolve(query)
    if node and selectable.is_from(node) then
        node = core.select(node)
    end
    local kind = core.kind(node)
    if kind ~= "select" and kind ~= "compound" and kind ~= "statement_text" and kind ~= "text" then
        args.refuse("from_select", "a select", query)
    end
    options = check_options(options, { "include_defaults" }, "from_select")
    if options.include_defaults ~= false then
        node = add_defaults(into, spec, node)
    end
    local result = core.with_kid(self, slots.insert.columns, core.node("list", spec))
    return core.with_kid(result, slots.insert.select, node)
end

---The values to set: {name = "x"}; columns may be keys.
---@param ... table
---@return corm.Update
function update_family.methods:values(...)
    local values = only_values("values", ...)
    local into = core.kid(self, 0)
    if is_rows(values) then
        exc.InvalidRequestError:raise(
            "update takes one table of values; pass several to execute()")
    end
    local old = core.kid(self, slots.update.set)
    if old and core.flag(old, "variant") then
        exc.ArgumentError:raise("values and ordered_values exclude each other")
    end
    local list = merge(old, one_row(into, values))
    return core.with_kid(self, slots.update.set, row(sort_assignments(list)))
end

---The values to set, in the order written: ordered_values({t.c.a, 1}, {t.c.b, t.c.a}).
---@param ... any[]
---@return corm.Update
function update_family.methods:ordered_values(...)
    if core.kid(self, slots.update.set) then
        exc.ArgumentError:raise("this update has values already")
    end
    local into = core.kid(self, 0)
    local list = {}
    for i = 1, select("#", ...) do
        local pair = (select(i, ...))
        check_values(pair, "ordered_values")
        list[i] = assign(into, pair[1], pair[2])
    end
    return core.with_kid(self, slots.update.set, row(list, { variant = true }))
end

---Defaults stay in the statement and keys that the database makes are not fetched; corm
---computes SQL defaults nowhere else, so that there is nothing to change.
---@return corm.Insert
function insert_family.methods:inline()
    return self
end

update_family.methods.inline = insert_family.methods.inline

-- ---- RETURNING ----

local append_returning = core.families.Statement.methods.returning

-- {sort_by_parameter_order = true} is kept with the statement.
local function keep_order(self, options, caller)
    if not options.sort_by_parameter_order then
        return self
    elseif core.kind(self) ~= "insert" then
        exc.ArgumentError:raise("%s: sort_by_parameter_order is for INSERT alone", caller)
    end
    return statement.with_extra(self, "sort_by_parameter_order", true)
end

local function returning(self, ...)
    local list, options = args.split(1, { "sort_by_parameter_order" }, "returning", ...)
    if statement.extra(self, "return_defaults") then
        exc.InvalidRequestError:raise("returning: return_defaults() says already what is returned")
    end
    return keep_order(append_returning(self, table.unpack(list, 1, list.n)), options, "returning")
end

---What return_defaults() asked for, in all its calls.
---@class corm.ReturnDefaults
---@field takes_all boolean no columns were named: all to which the database may give a value
---@field named any[] columns by name or as they are
---@field supplemental any[] what is asked for besides; the rows are the result's own then too

local function append(list, more)
    return table.move(more or {}, 1, #(more or {}), #list + 1, list)
end

---@return corm.ReturnDefaults
local function add_wanted(before, named, supplemental)
    before = before or { named = {}, supplemental = {} }
    return {
        takes_all = before.takes_all or #named == 0,
        named = append(append({}, before.named), named),
        supplemental = append(append({}, before.supplemental), supplemental),
    }
end

-- When a column is returned: letters of enum corm_returning_letter, csrc/sql/compiler.h.
local ALWAYS, UNLESS_VALUE, IF_SQL = "a", "u", "s"

-- {[column] = true} of those that are named, and what is named besides.
local function columns_among(into, given)
    local is_named, others = {}, {}
    for _, each in ipairs(given) do
        local node = plain_column(core.resolve(column_of(into, each)))
        if core.kind(node) == "column" then
            is_named[node] = true
        else
            others[#others + 1] = each
        end
    end
    return is_named, others
end

-- The letter of a column of which nothing was said but that its default is wanted.
local function default_letter(kind, column)
    if kind == "insert" then
        return UNLESS_VALUE
    elseif kind == "update" then
        return (column.server_onupdate or column.computed) and UNLESS_VALUE or IF_SQL
    end
end

-- Columns of the table in its order, the keys of a new row among them; then expressions. What
-- has a value that is sent is known without being returned.
local function columns_wanted(self, wanted)
    local into, kind = core.kid(self, 0), core.kind(self)
    local is_named = columns_among(into, wanted.named)
    local is_supplemental, others = columns_among(into, wanted.supplemental)
    local list, letters = {}, {}
    for _, column in ipairs(selectable.unmarked(into).c:values()) do
        local letter = nil
        if is_supplemental[column] or kind == "insert" and column.primary_key then
            letter = ALWAYS
        elseif is_named[column] then
            letter = kind == "delete" and ALWAYS or UNLESS_VALUE
        elseif wanted.takes_all then
            letter = default_letter(kind, column)
        end
        if letter then
            list[#list + 1], letters[#letters + 1] = column, letter
        end
    end
    return append(list, others), table.concat(letters)
end

-- return_defaults(…, {supplemental_cols = {…}, sort_by_parameter_order = true}): RETURNING
-- whose rows are the result's returned_defaults_rows. Called again it asks for more.
local function return_defaults(self, ...)
    local named, options = args.split(0, { "supplemental_cols", "sort_by_parameter_order" },
        "return_defaults", ...)
    local slot = slots[core.kind(self)].returning
    local before = statement.extra(self, "return_defaults")
    if core.kid(self, slot) and not before then
        exc.InvalidRequestError:raise("return_defaults: this statement returns something already")
    end
    local wanted = add_wanted(before, named, options.supplemental_cols)
    local list, letters = columns_wanted(self, wanted)
    local result = core.with_kid(self, slot, false)
    if #list > 0 then
        result = append_returning(result, table.unpack(list))
        result = core.with_kid(result, slot,
            core.respec(core.kid(result, slot), { variant = true, value = letters }))
    end
    result = keep_order(result, options, "return_defaults")
    return statement.with_extra(result, "return_defaults", wanted)
end

for _, name in ipairs({ "Insert", "Update", "Delete" }) do
    core.families[name].methods.return_defaults = return_defaults
    core.families[name].methods.returning = returning
    core.families[name].getters.table = function(self)
        return selectable.unmarked(core.kid(self, 0))
    end
    core.families[name].getters.returning_columns = function(self)
        return selectable.query_expressions(self)
    end
end

-- ---- ON CONFLICT ----

local CONFLICT_OPTIONS = { "constraint", "index_elements", "index_where", "set_", "where" }

-- An index, and a constraint without a name, stand for what they are of.
local function inferred_target(options)
    local constraint = options.constraint
    if constraint == nil or type(constraint) == "string" then
        return options
    end
    local is_index = core.metafield(constraint, "__name") == "corm.Index"
    if constraint.name and not is_index then
        return options
    end
    local elements_of = is_index and constraint.expressions or constraint.columns:values()
    if #elements_of == 0 then
        exc.ArgumentError:raise("on_conflict: the constraint has neither name nor columns")
    end
    local own = core.pin(constraint)
    return {
        index_elements = elements_of,
        index_where = is_index and own.wheres.postgresql or own.where or options.index_where,
        set_ = options.set_,
        where = options.where,
    }
end

-- Names are those of columns here, though attributes may be meant.
local function conflict_key(into, key)
    local columns = selectable.unmarked(into).c
    return type(key) == "string" and collection.get(columns, key) or key
end

local function conflict_target(into, targets)
    if not targets then
        return false
    end
    local spec = { op = "comma" }
    for i, item in ipairs(targets) do
        item = conflict_key(into, item)
        local node = type(item) == "string" and entity.attribute(into, item) or item
        spec[i] = plain_column(core.resolve(node))
    end
    return core.node("list", spec)
end

local function constraint_name(constraint)
    if constraint == nil or type(constraint) == "string" then
        return constraint
    end
    return constraint.name
end

local function conflict_set(into, set)
    local pairs_of = collection.is(set) and collection.items(set) or set
    local list = {}
    for i, pair in ipairs(pairs_of) do
        list[i] = assign(into, conflict_key(into, pair[1]), pair[2])
    end
    if #list > 0 or collection.is(set) then
        return row(list)
    end
    local values = {}
    for key, value in pairs(set) do
        values[conflict_key(into, key)] = value
    end
    return row(assignments(into, values))
end

local function check_conflict(options, is_update, caller)
    if options.constraint and options.index_elements then
        exc.ArgumentError:raise("%s: constraint and index_elements exclude each other", caller)
    end
    local is_collection = collection.is(options.set_)
    if is_update and not is_collection and (options.set_ == nil or next(options.set_) == nil) then
        exc.ArgumentError:raise("%s needs set_, the values to set", caller)
    end
end

-- A clause without target is for whatever conflicts, so that none can come after it.
local function refuse_after_last(self, caller)
    local clauses = core.kid(self, slots.insert.on_conflict)
    local last = clauses and core.kid(clauses, core.kid_count(clauses) - 1)
    if last and not core.name(last) and not core.kid(last, slots.on_conflict.target) then
        exc.InvalidRequestError:raise("%s: this insert has an ON CONFLICT clause already that "
            .. "omits a conflict target; such a clause must be the last", caller)
    end
end

local function optional_clause(value, caller)
    return value ~= nil and core.clause(value, caller) or false
end

local function on_conflict(self, options, is_update)
    local caller = is_update and "on_conflict_do_update" or "on_conflict_do_nothing"
    options = check_options(options, CONFLICT_OPTIONS, caller)
    check_conflict(options, is_update, caller)
    refuse_after_last(self, caller)
    local into = core.kid(self, 0)
    options = inferred_target(options)
    return core.append(self, slots.insert.on_conflict, core.node("on_conflict", {
        variant = is_update, name = constraint_name(options.constraint),
        conflict_target(into, options.index_elements),
        optional_clause(options.index_where, caller),
        is_update and conflict_set(into, options.set_) or false,
        optional_clause(options.where, caller),
    }))
end

---ON CONFLICT … DO UPDATE SET …, on SQLite and PostgreSQL. On SQLite several clauses may
---follow each other; the first whose target conflicts counts.
---@param options table index_elements or constraint, index_where, set_, where
---@return corm.Insert
function insert_family.methods:on_conflict_do_update(options)
    return on_conflict(self, options, true)
end

---ON CONFLICT … DO NOTHING.
---@param options? {index_elements?: any[], constraint?: any, index_where?: any}
---@return corm.Insert
function insert_family.methods:on_conflict_do_nothing(options)
    return on_conflict(self, options, false)
end

local excluded_of = setmetatable({}, { __mode = "k" })

---The row that was not inserted, in on_conflict_do_update().
function insert_family.getters:excluded()
    local table_ = self.table
    if not excluded_of[table_] then
        excluded_of[table_] = core.node("alias", { name = "excluded", id = true, table_ })
    end
    return excluded_of[table_].c
end

return dml
