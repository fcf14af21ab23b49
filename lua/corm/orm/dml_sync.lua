-- SPDX-License-Identifier: MIT
-- Objects of a session kept in step with an UPDATE or DELETE by statement
-- (synchronize_session).
--
--     "evaluate"  compute the condition on the objects that are loaded
--     "fetch"     ask the database which rows it is
--     "auto"      evaluate if that is possible, else fetch (the default)
--     false       leave the objects alone

local core = require("corm.core")
local dml_parameters = require("corm.orm.dml_parameters")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local rewrite = require("corm.orm.rewrite")
local walk = require("corm.sql.walk")

local dml_sync = {}

local slots = core.slots

local WAYS = { auto = true, evaluate = true, fetch = true }

---The way that the options ask for.
---@param options? table
---@return string|false
function dml_sync.way(options)
    local way = options and options.synchronize_session
    if way == nil then
        return "auto"
    elseif way ~= false and not WAYS[way] then
        exc.ArgumentError:raise("synchronize_session: \"auto\", \"evaluate\", \"fetch\" or false "
            .. "expected, got %s", repr.value(way))
    end
    return way
end

-- ---- which objects ----

---The statement's condition in plain nodes, or nil.
---@param statement any
---@return any?
function dml_sync.condition(statement)
    local where = core.kid(statement, slots[core.kind(statement)].where)
    return where and rewrite.new():node(where) or nil
end

-- What operators of the user's own say of values: {node, function, …}, inner ones first.
local function functions_of(condition)
    local found = {}
    for node in walk.nodes(condition) do
        if core.kind(node) == "binary" and core.op(node) == "CUSTOM" then
            local implementation = node.operator.python_impl
            if implementation then
                table.insert(found, 1, implementation)
                table.insert(found, 1, node)
            end
        end
    end
    return found
end

-- The statement with the values that a parameter set has for its own parameters.
local function filled(statement, set)
    local own, values = dml_parameters.own_names(statement), {}
    for name, value in pairs(set) do
        if own[name] then
            values[name] = value
        end
    end
    return next(values) ~= nil and statement:params(values) or statement
end

---What an UPDATE or DELETE does to loaded objects, for one parameter set.
---@class corm.orm.DmlChange
---@field statement any with the values of its parameters
---@field parameters table those that are new values of attributes among them
---@field objects any[] that the condition chooses
---@field unsure? any[] that it may choose: they lack attributes

---The loaded objects that the condition chooses, computed in memory: a change for each
---parameter set; nil if the database has to be asked.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param statement any
---@param parameters? table one set or several
---@return corm.orm.DmlChange[]?
function dml_sync.evaluate(session, of_mapper, statement, parameters)
    local sets = dml_parameters.is_many(parameters) and parameters or { parameters or {} }
    local changes = {}
    for i, set in ipairs(sets) do
        local own = filled(statement, set)
        local condition = dml_sync.condition(own)
        local objects, unsure = core.evaluate(session.core, of_mapper.core, condition,
            condition and functions_of(condition) or {})
        if not objects then
            return nil
        end
        changes[i] = { statement = own, parameters = set, objects = objects, unsure = unsure }
    end
    return changes
end

-- ---- what becomes of them ----

-- What the SET clause does to attributes: {position, value} where the value is known.
local function set_of(of_mapper, statement)
    local known, expired = {}, {}
    local row = core.kid(statement, slots.update.set)
    for i = 0, row and core.kid_count(row) - 1 or -1 do
        local assignment = core.kid(row, i)
        local target = core.kid(assignment, 0)
        local at = core.attribute_of(of_mapper.core, target)
        local value = core.kid(assignment, 1)
        if at and core.kind(value) == "bind" and not core.flag(value, "required") then
            known[#known + 1] = { at, core.value(value) }
        elseif at and core.kind(value) == "null" then
            known[#known + 1] = { at, nil }
        elseif at then
            expired[#expired + 1] = at
        elseif core.kind(target) == "tuple" then
            for _, column in ipairs(walk.kids(target)) do
                expired[#expired + 1] = core.attribute_of(of_mapper.core, column)
            end
        end
    end
    return known, expired
end

-- Values that came as parameters of the execution replace those of the statement.
local function add_parameters(of_mapper, parameters, known, expired)
    local is_given = {}
    for name, value in pairs(parameters) do
        local prop = type(name) == "string" and of_mapper.props[name]
        if prop and prop.kind == "column" then
            known[#known + 1] = { prop.position, value ~= core.NULL and value or nil }
            is_given[prop.position] = true
        end
    end
    for i = #expired, 1, -1 do
        if is_given[expired[i]] then
            table.remove(expired, i)
        end
    end
end

-- Columns that Lua or the database gives a value when a row is updated.
local function add_onupdates(of_mapper, expired)
    for _, prop in ipairs(of_mapper.column_props) do
        local has_onupdate = core.kind(prop.column) == "column"
            and (prop.column.onupdate ~= nil or prop.column.server_onupdate ~= nil)
        if has_onupdate then
            expired[#expired + 1] = prop.position
        end
    end
end

local function apply(objects, known, expired)
    for _, each in ipairs(known) do
        core.set_loaded(objects, each[1], each[2])
    end
    core.expire_columns(objects, expired)
end

---Give objects the values of their rows, as an UPDATE has set them.
---@param of_mapper corm.orm.Mapper
---@param change corm.orm.DmlChange
function dml_sync.updated(of_mapper, change)
    local known, expired = set_of(of_mapper, change.statement)
    add_parameters(of_mapper, change.parameters, known, expired)
    add_onupdates(of_mapper, expired)
    apply(change.objects, known, expired)
    for _, each in ipairs(known) do
        expired[#expired + 1] = each[1]
    end
    core.expire_columns(change.unsure or {}, expired)
end

---Take objects out of the session, for a DELETE has taken their rows.
---@param session corm.Session
---@param change corm.orm.DmlChange
function dml_sync.deleted(session, change)
    local objects = change.objects
    for _, object in ipairs(change.unsure or {}) do
        session:expire(object)
    end
    core.rows_deleted(session.core, objects)
    if session.dispatch.persistent_to_deleted then
        for _, object in ipairs(objects) do
            session.dispatch:fire("persistent_to_deleted", session, object)
        end
    end
end

-- ---- UPDATE by primary key ----

-- The object of the session that a mapping is about, or nil.
local function object_of(session, of_mapper, mapping)
    local key = {}
    for i, prop in ipairs(of_mapper.key_props) do
        local value = mapping[prop.key]
        key[i] = value == nil and mapping[prop.column.key] or value
    end
    return session.core:get(of_mapper.core, table.unpack(key, 1, #of_mapper.key_props))
end

-- The attributes that a mapping has values for; the key says only which row it is.
local function values_of(of_mapper, mapping)
    local values = {}
    for name, value in pairs(mapping) do
        local prop = of_mapper.props[name]
        if prop and prop.kind == "column" and not prop.column.primary_key then
            values[name] = value
        end
    end
    return values
end

---Give loaded objects the values that their rows have got by an UPDATE by primary key.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param mappings table[]
---@param statement any with what all rows have in common
function dml_sync.updated_by_key(session, of_mapper, mappings, statement)
    if #session.core:instances() == 0 then
        return
    end
    for _, mapping in ipairs(mappings) do
        local object = object_of(session, of_mapper, mapping)
        if object then
            local known, expired = set_of(of_mapper, filled(statement, mapping))
            add_parameters(of_mapper, values_of(of_mapper, mapping), known, expired)
            apply({ object }, known, expired)
        end
    end
end

return dml_sync
