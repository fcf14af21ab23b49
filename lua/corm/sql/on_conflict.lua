-- SPDX-License-Identifier: MIT
-- insert():on_conflict_do_update() and its like: what to do with rows that are there already.

local core = require("corm.core")
local exc = require("corm.exc")
local assignments = require("corm.sql.assignments")
local check_options = require("corm.util.options")
local collection = require("corm.sql.collection")
local entity = require("corm.sql.entity")
local selectable = require("corm.sql.selectable")

local family = core.families.Insert
local slots = core.slots

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
        spec[i] = assignments.plain_column(core.resolve(node))
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
        list[i] = assignments.assign(into, conflict_key(into, pair[1]), pair[2])
    end
    if #list > 0 or collection.is(set) then
        return assignments.row(list)
    end
    local values = {}
    for key, value in pairs(set) do
        values[conflict_key(into, key)] = value
    end
    return assignments.row(assignments.of_table(into, values))
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
function family.methods:on_conflict_do_update(options)
    return on_conflict(self, options, true)
end

---ON CONFLICT … DO NOTHING.
---@param options? {index_elements?: any[], constraint?: any, index_where?: any}
---@return corm.Insert
function family.methods:on_conflict_do_nothing(options)
    return on_conflict(self, options, false)
end

local excluded_of = setmetatable({}, { __mode = "k" })

---The row that was not inserted, in on_conflict_do_update().
function family.getters:excluded()
    local table_ = self.table
    if not excluded_of[table_] then
        excluded_of[table_] = core.node("alias", { name = "excluded", id = true, table_ })
    end
    return excluded_of[table_].c
end
