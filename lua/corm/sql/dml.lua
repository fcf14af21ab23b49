-- SPDX-License-Identifier: MIT
-- insert(), update(), delete().
--
-- Values are checked and typed by their columns when they are given: values() of a column
-- that the table does not have is an error at once.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local assignments = require("corm.sql.assignments")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local collection = require("corm.sql.collection")
local elements = require("corm.sql.elements")
local selectable = require("corm.sql.selectable")
local statement = require("corm.sql.statement")
local walk = require("corm.sql.walk")
local select = require("corm.util.select")

local dml = {}

local insert_family = core.families.Insert
local update_family = core.families.Update
local slots = core.slots

-- ---- the table ----

-- An alias of what can be changed; samples and LATERAL are aliases too.
local function is_mere_alias(node)
    return core.kind(node) == "alias" and core.kid_count(node) == 1
        and not core.flag(node, "variant") and core.kind(core.kid(node, 0)) ~= "join"
end

local TARGETS = {
    insert = { table = true },
    update = { table = true, cte = true, join = true },
    delete = { table = true, cte = true },
}

local function check_target(value, caller)
    local node = core.resolve(value)
    local plain = node and selectable.unmarked(node)
    while caller ~= "insert" and is_mere_alias(plain) do
        plain = selectable.unmarked(core.kid(plain, 0))
    end
    if not TARGETS[caller][core.kind(plain)] then
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
    return empty_statement("insert", check_target(into, "insert"))
end

---UPDATE a table; where the database has it, a CTE or a join.
---@param what any
---@return corm.Update
function dml.update(what, ...)
    refuse_more("update", ...)
    return empty_statement("update", check_target(what, "update"))
end

---DELETE FROM a table; where the database has it, a CTE.
---@param from any
---@return corm.Delete
function dml.delete(from, ...)
    refuse_more("delete", ...)
    return empty_statement("delete", check_target(from, "delete"))
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

-- ---- values ----

-- Several rows are one list, not several arguments.
-- Without any there is nothing to add.
local function only_values(caller, ...)
    local values = ...
    if select("#", ...) == 0 then
        return {}
    end
    assignments.check_values(values, caller)
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

-- The rows of one VALUES come back in whatever order the database has them.
local function refuse_order(caller)
    exc.CompileError:raise("%s: RETURNING cannot be sorted by parameter order if the INSERT has "
        .. "several rows in values(): pass them to execute()", caller)
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
    local are_several = assignments.is_rows(values)
    if are_several and statement.extra(self, "sort_by_parameter_order") then
        refuse_order("values")
    end
    if old and core.flag(old, "variant") ~= are_several then
        exc.InvalidRequestError:raise("values: one row and a list of rows cannot be mixed in "
            .. "one INSERT")
    end
    local rows = {}
    if are_several then
        rows = walk.kids(old)
        for _, one in ipairs(values) do
            assignments.check_values(one, "values")
            rows[#rows + 1] = assignments.row(assignments.one_row(into, one))
        end
    else
        local list = assignments.merge(old and core.kid(old, 0), assignments.one_row(into, values))
        rows[1] = assignments.row(assignments.sort(list))
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
            spec[#spec + 1] = assignments.plain_column(column)
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
---@param names any[]|corm.ColumnCollection
---@param query any
---@param options? {include_defaults?: boolean}
---@return corm.Insert
function insert_family.methods:from_select(names, query, options)
    if core.kid(self, slots.insert.rows) then
        exc.InvalidRequestError:raise("from_select: this insert has values already")
    end
    local into = core.kid(self, 0)
    local spec = { op = "comma" }
    names = collection.is(names) and collection.values(names) or names
    for i, name in ipairs(check(names, "table", "from_select", "a sequence of names")) do
        spec[i] = assignments.plain_column(core.resolve(assignments.column_of(into, name)))
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
    if assignments.is_rows(values) then
        exc.InvalidRequestError:raise(
            "update takes one table of values; pass several to execute()")
    end
    local old = core.kid(self, slots.update.set)
    if old and core.flag(old, "variant") then
        exc.InvalidRequestError:raise("values and ordered_values exclude each other")
    end
    local list = assignments.merge(old, assignments.one_row(into, values))
    return core.with_kid(self, slots.update.set, assignments.row(assignments.sort(list)))
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
        assignments.check_values(pair, "ordered_values")
        list[i] = assignments.assign(into, pair[1], pair[2])
    end
    return core.with_kid(self, slots.update.set, assignments.row(list, { variant = true }))
end

---Keys that the database makes are not fetched. Defaults that are SQL stay in the statement in
---any case.
---@return corm.Insert
function insert_family.methods:inline()
    return statement.with_extra(self, "inline", true)
end

---Defaults that are SQL stay in the statement, as they do without it.
---@return corm.Update
function update_family.methods:inline()
    return self
end

-- ---- RETURNING ----

local append_returning = core.families.Statement.methods.returning

-- {sort_by_parameter_order = true} is kept with the statement.
local function keep_order(self, options, caller)
    if not options.sort_by_parameter_order then
        return self
    elseif core.kind(self) ~= "insert" then
        exc.ArgumentError:raise("%s: sort_by_parameter_order is for INSERT alone", caller)
    end
    local rows = core.kid(self, slots.insert.rows)
    if rows and core.flag(rows, "variant") then
        refuse_order(caller)
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
        local node = assignments.plain_column(core.resolve(assignments.column_of(into, each)))
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

return dml
