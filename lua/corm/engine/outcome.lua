-- SPDX-License-Identifier: MIT
-- What a Result says of the INSERT or UPDATE that it comes from: keys that were made, values
-- that were sent, columns that only the database knows.

local core = require("corm.core")
local exc = require("corm.exc")
local execution_context = require("corm.engine.execution_context")
local selectable = require("corm.sql.selectable")
local statements = require("corm.sql.statement")

local step = core.execution
local slots = core.slots

local outcome = { methods = {}, getters = {} }

local methods, getters = outcome.methods, outcome.getters
local getters_of_core = core.families.Result.getters

local DML = { delete = true, insert = true, update = true }

-- ---- the statement ----

local NAMES = { insert = "an insert()", update = "an update()" }

-- The statement, which must be of this kind or, with `other`, of that.
local function check_statement(self, kind, other)
    local own = step.kind(self)
    local statement = step.statement(self)
    if not statement or own ~= kind and own ~= other then
        exc.InvalidRequestError:raise("statement is not %s%s expression construct", NAMES[kind],
            other and " or " .. NAMES[other] or "")
    end
    return statement
end

local function is_many(self)
    return step.set_count(self) > 1
end

local function refuse_many(self, name)
    if is_many(self) then
        exc.InvalidRequestError:raise("%s is of a single row, and this statement was executed "
            .. "with many parameter sets: use %s_rows", name, name)
    end
end

local function table_of(statement)
    return selectable.unmarked(core.kid(statement, 0))
end

-- ---- keys ----

-- One row that is known value by value: neither several rows of VALUES nor a SELECT.
local function is_single_row(statement)
    local rows = core.kid(statement, slots.insert.rows)
    return not core.kid(statement, slots.insert.select) and not (rows and core.kid_count(rows) > 1)
end

local function value_in(row, column)
    local ok, made = pcall(core.row_value, row, column)
    return ok and made or nil
end

-- The key that the database has counted up, as the column's type shows it.
local function counted_key(self, column, set)
    local rowid = step.rowid(self, set)
    return rowid and column.type:process_result(rowid, self.connection.dialect)
end

-- The value of a primary key's column: what was sent, what the database said it made.
local function key_value(self, table_, column, returned, set)
    local value = step.column_value(self, core.id(column), set)
    if value ~= nil or statements.extra(step.statement(self), "inline") then
        return value
    elseif returned then
        return value_in(returned, column)
    elseif table_.autoincrement_column == column or #table_.primary_key.columns:values() == 1 then
        return counted_key(self, column, set)
    end
end

-- The Row with what the database returned for a parameter set, nil if it was not asked, false
-- if it has not made a row: ON CONFLICT DO NOTHING.
local function returned_row(self, set)
    local rows = self._detail.returned_defaults_rows
    if rows then
        return rows[set] or false
    end
    return step.key_row(self)
end

local function inserted_key(self, statement, set)
    local table_ = table_of(statement)
    local is_known = is_single_row(statement)
    local returned = returned_row(self, set)
    if returned == false then
        return nil
    end
    local names, values = {}, {}
    for i, column in ipairs(table_.primary_key.columns:values()) do
        names[i] = column.key
        values[i] = is_known and key_value(self, table_, column, returned, set) or nil
    end
    return core.row(core.row_shape(names), values)
end

local function check_keys(self)
    local statement = check_statement(self, "insert")
    if core.kid(statement, slots.insert.returning)
        and not statements.extra(statement, "return_defaults") then
        exc.InvalidRequestError:raise("there is no inserted_primary_key where returning() is "
            .. "used: the keys are in the rows, if they were asked for")
    end
    return statement
end

---The primary key of the row that a single INSERT made; NULL where it is not known, nil if
---the database said that it made none.
function getters.inserted_primary_key(self)
    local statement = check_keys(self)
    refuse_many(self, "inserted_primary_key")
    return inserted_key(self, statement, 1)
end

---The same for each parameter set; a key that only the database knows is NULL there.
function getters.inserted_primary_key_rows(self)
    local statement = check_keys(self)
    local rows = {}
    for set = 1, math.max(step.set_count(self), 1) do
        rows[set] = inserted_key(self, statement, set)
    end
    return rows
end

---The number that the database gave the row inserted last.
function getters.lastrowid(self)
    return step.rowid(self, 1)
end

-- ---- what return_defaults() asked for ----

---Keep the rows of a statement with return_defaults(): they are not the result's own, unless
---columns were asked for that have nothing to do with defaults.
---@param result corm.Result that has run
---@param statement any
function outcome.keep_returned(result, statement)
    local wanted = statements.extra(statement, "return_defaults")
    if wanted and result.returns_rows then
        local rows = result:all()
        result._detail.returned_defaults_rows = rows
        if #wanted.supplemental > 0 then
            core.replay_result(result, rows)
        end
    end
end

---The row that return_defaults() asked for, or the keys that corm asked for.
function getters.returned_defaults(self)
    refuse_many(self, "returned_defaults")
    return returned_row(self, 1) or nil
end

---The same for each parameter set; nil if nothing was asked for.
function getters.returned_defaults_rows(self)
    local key_row = step.key_row(self)
    return self._detail.returned_defaults_rows or key_row and { key_row } or nil
end

-- ---- what was sent ----

local function sent_values(self)
    if not is_many(self) then
        return step.named_values(self, 1)
    end
    local sets = {}
    for set = 1, step.set_count(self) do
        sets[set] = step.named_values(self, set)
    end
    return sets
end

---The values that an INSERT has sent, by name; a sequence of such tables for many sets.
---@return table
function methods:last_inserted_params()
    check_statement(self, "insert")
    return sent_values(self)
end

---The values that an UPDATE has sent, by name; a sequence of such tables for many sets.
---@return table
function methods:last_updated_params()
    check_statement(self, "update")
    return sent_values(self)
end

-- {[column name] = true} of those that SQL gives a value in the statement itself
local function computed_names(statement, is_update)
    local row = core.kid(statement, slots[is_update and "update" or "insert"][
        is_update and "set" or "rows"])
    row = row and not is_update and core.kid(row, 0) or row
    local names = {}
    for i = 0, row and core.kid_count(row) - 1 or -1 do
        local assignment = core.kid(row, i)
        if core.kind(core.kid(assignment, 1)) ~= "bind" then
            names[core.name(core.kid(assignment, 0))] = true
        end
    end
    return names
end

-- Whether the database gives the column a value when none is sent.
local function has_server_value(column, is_update)
    local default = column.default
    if is_update then
        default = column.onupdate
    end
    return default and (default.is_clause_element or default.is_sequence)
        or (is_update and column.server_onupdate or not is_update and column.server_default)
        or column.computed
end

local function columns_where(self, test)
    local statement = check_statement(self, "insert", "update")
    local is_update = step.kind(self) == "update"
    local sent, computed = step.sent_columns(self), computed_names(statement, is_update)
    local list = {}
    for _, column in ipairs(table_of(statement).c:values()) do
        if test(column, sent[core.id(column)], computed[core.name(column)], is_update) then
            list[#list + 1] = column
        end
    end
    return list
end

---The columns whose values only the database knows now.
---@return corm.Column[]
function methods:postfetch_cols()
    return columns_where(self, function(column, sent, is_computed, is_update)
        return not sent and (is_computed or not column.primary_key
            and has_server_value(column, is_update))
    end)
end

---The columns whose values were computed by their defaults before the statement was sent.
---@return corm.Column[]
function methods:prefetch_cols()
    return columns_where(self, function(_, sent)
        return sent == "default"
    end)
end

---Whether there are values that only the database knows now.
---@return boolean
function methods:lastrow_has_defaults()
    local kind = step.statement(self) and step.kind(self)
    return (kind == "insert" or kind == "update") and #self:postfetch_cols() > 0
end

function getters.is_insert(self)
    return step.kind(self) == "insert"
end

-- One that took the short cut is told only when somebody asks.
function getters.context(self)
    local detail = self._detail
    if not detail.context and self.connection then
        detail.context = execution_context.new(self.connection, self.connection._options,
            step.statement(self), self)
    end
    return detail.context
end

-- What cursors have, a result has.
function getters.cursor(self)
    return self
end

-- "update" or the like; views of a result do not know it.
local function kind_of(result)
    local is_whole, kind = pcall(step.kind, result)
    return is_whole and kind or "view"
end

local rowcount_so_far = getters_of_core.rowcount

---The rows that are known to be matched by now; -1 unknown.
outcome.rowcount_so_far = rowcount_so_far

-- The rows that an INSERT, UPDATE or DELETE returns are read ahead in order to be counted.
function getters.rowcount(self)
    local is_read = not DML[kind_of(self)] or not self.returns_rows or self.closed
    if not is_read and step.has_more(self) then
        core.replay_result(self, self:all())
    elseif not is_read and rowcount_so_far(self) < 0 then
        step.read_ahead(self)
    end
    return rowcount_so_far(self)
end

---Whether rowcount says how many rows an UPDATE or DELETE has matched.
---@return boolean
function methods.supports_sane_rowcount()
    return true
end

---Whether it also says so for many parameter sets.
---@return boolean
function methods.supports_sane_multi_rowcount()
    return true
end

return outcome
