-- SPDX-License-Identifier: MIT
-- INSERT, UPDATE and DELETE of mapped classes by statement: in many rows by mappings, and by
-- condition, with the objects in the session kept in step (synchronize_session).
--
--     "evaluate"  compute the condition on the objects that are loaded
--     "fetch"     ask the database which rows it will be
--     "auto"      evaluate if that is possible, else fetch (the default)
--     false       leave the objects alone

local core = require("corm.core")
local context = require("corm.orm.context")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local mapper = require("corm.orm.mapper")
local repr = require("corm.util.repr")
local rewrite = require("corm.orm.rewrite")
local walk = require("corm.sql.walk")

local dml = {}

local slots = core.slots

---The class that a statement is about, or nil.
---@param statement any
---@return corm.orm.Entity?
function dml.entity_of(statement)
    local target = core.kid(statement, 0)
    return core.kind(target) == "entity" and entities.describe(target) or nil
end

-- ---- parameters by attribute ----

-- {attribute = value} as {column key = value}; names of columns are taken too.
local function by_column(of_mapper, given, caller)
    local values = {}
    for key, value in pairs(given) do
        local prop = of_mapper.props[key]
        if prop and prop.kind == "column" and core.kind(prop.column) == "column" then
            values[prop.column.key] = value
        elseif of_mapper.local_table.c:contains(key) then
            values[key] = value
        else
            local nearest = type(key) == "string" and core.nearest(key, of_mapper:keys())
            exc.ArgumentError:raise("%s: class '%s' has no column '%s'%s", caller, of_mapper.name,
                tostring(key), nearest and ("; did you mean '%s'?"):format(nearest) or "")
        end
    end
    return values
end

local function is_many(parameters)
    return type(parameters) == "table" and type(parameters[1]) == "table"
end

-- Whether attributes are called as their columns are, so that nothing need be renamed.
local function has_plain_names(of_mapper)
    if of_mapper._has_plain_names == nil then
        of_mapper._has_plain_names = true
        for _, prop in ipairs(of_mapper.column_props) do
            if core.kind(prop.column) == "column" and prop.column.key ~= prop.key then
                of_mapper._has_plain_names = false
            end
        end
    end
    return of_mapper._has_plain_names
end

local function insert_parameters(of_mapper, parameters)
    if parameters == nil or has_plain_names(of_mapper) then
        return parameters
    elseif not is_many(parameters) then
        return by_column(of_mapper, parameters, "insert")
    end
    local renamed = {}
    for i, each in ipairs(parameters) do
        renamed[i] = by_column(of_mapper, each, "insert")
    end
    return renamed
end

-- ---- runs of rows ----

-- NULL is left to the column's default unless it is asked for.
local function without_nulls(mappings)
    local result = {}
    for i, mapping in ipairs(mappings) do
        result[i] = {}
        for name, value in pairs(mapping) do
            if value ~= core.NULL then
                result[i][name] = value
            end
        end
    end
    return result
end

---Mappings in runs that name the same attributes, each of which is one statement.
---@param mappings table[]
---@param renders_nulls? boolean NULL is sent rather than left to the column's default
---@return table[][]
function dml.runs_of(mappings, renders_nulls)
    local runs, first = {}, 1
    while first <= #mappings do
        local count, has_nulls = core.mapping_run(mappings, first)
        if has_nulls and not renders_nulls then
            return dml.runs_of(without_nulls(mappings), true)
        end
        local is_all = count == #mappings
        runs[#runs + 1] = is_all and mappings
            or table.move(mappings, first, first + count - 1, 1, {})
        first = first + count
    end
    return runs
end

-- ---- UPDATE by primary key ----

-- The names of the values to set, sorted, so that rows of one shape are told.
local function shape_of(values, is_key)
    local names = {}
    for name in pairs(values) do
        if not is_key[name] then
            names[#names + 1] = name
        end
    end
    table.sort(names)
    return names
end

local KEY_PREFIX = "corm_key_"

local function update_by_key(of_mapper, names)
    local columns = of_mapper.local_table.c
    local conditions, assignments = {}, {}
    for i, prop in ipairs(of_mapper.key_props) do
        conditions[i] = prop.column:eq(core.node("bind", {
            name = KEY_PREFIX .. prop.column.key, required = true, type = prop.column }))
    end
    for i, name in ipairs(names) do
        assignments[i] = { columns[name],
            core.node("bind", { name = name, required = true, type = columns[name] }) }
    end
    return require("corm.sql.dml").update(of_mapper.local_table)
        :where(elements.and_(table.unpack(conditions)))
        :ordered_values(table.unpack(assignments))
end

-- {column key = value} → parameters of update_by_key()
local function key_parameters(of_mapper, values, is_key)
    local parameters = {}
    for name, value in pairs(values) do
        parameters[is_key[name] and KEY_PREFIX .. name or name] = value
    end
    for _, prop in ipairs(of_mapper.key_props) do
        if values[prop.column.key] == nil then
            exc.InvalidRequestError:raise("update by primary key: no value for '%s' of class '%s'",
                prop.key, of_mapper.name)
        end
    end
    return parameters
end

local function check_matched(of_mapper, result, count)
    if result.rowcount >= 0 and result.rowcount ~= count then
        exc.StaleDataError:raise("UPDATE statement on table '%s' expected to update %d row(s); "
            .. "%d were matched", of_mapper.local_table.name, count, result.rowcount)
    end
end

---Update rows by their primary keys, each with values of its own.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param mappings table[]
---@return corm.Result? # of the last batch
function dml.update_mappings(session, of_mapper, mappings)
    local is_key = {}
    for _, prop in ipairs(of_mapper.key_props) do
        is_key[prop.column.key] = true
    end
    local connection = session:_connection_for(of_mapper)
    local batch, batch_shape, statement
    local result
    local function send()
        if batch then
            result = connection:execute(statement, batch)
            check_matched(of_mapper, result, #batch)
        end
    end
    for _, mapping in ipairs(mappings) do
        local values = by_column(of_mapper, mapping, "update")
        local names = shape_of(values, is_key)
        local shape = table.concat(names, ",")
        if #names > 0 then
            if shape ~= batch_shape then
                send()
                batch, batch_shape, statement = {}, shape, update_by_key(of_mapper, names)
            end
            batch[#batch + 1] = key_parameters(of_mapper, values, is_key)
        end
    end
    send()
    return result
end

-- The object of the session that a mapping is about, or nil.
local function object_of(session, of_mapper, mapping)
    local key = {}
    for i, prop in ipairs(of_mapper.key_props) do
        key[i] = mapping[prop.key] or mapping[prop.column.key]
    end
    return session.core:get(of_mapper.core, table.unpack(key, 1, #of_mapper.key_props))
end

-- Loaded objects get the values that their rows have got by update_mappings().
local function synchronize_mappings(session, of_mapper, mappings)
    if #session.core:instances() == 0 then
        return
    end
    for _, mapping in ipairs(mappings) do
        local object = object_of(session, of_mapper, mapping)
        for key, value in pairs(object and mapping or {}) do
            local prop = of_mapper.props[key]
            if prop and prop.kind == "column" and not prop.column.primary_key then
                core.set_loaded({ object }, prop.position, value ~= core.NULL and value or nil)
            end
        end
    end
end

-- What has no place in an UPDATE whose rows are chosen by their keys.
local function check_bulk_update(statement)
    if core.kid(statement, slots.update.returning) then
        exc.InvalidRequestError:raise("an update by primary key returns no rows: leave "
            .. "returning() out")
    elseif core.kid(statement, slots.update.set) then
        exc.InvalidRequestError:raise("an update by primary key takes its values from the "
            .. "parameters: leave values() out")
    end
end

---Insert rows for a class, and return the keys that they got.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param mappings table[] that name the same attributes
---@return corm.Row[] # in their order
function dml.insert_returning_keys(session, of_mapper, mappings)
    local columns = {}
    for i, prop in ipairs(of_mapper.key_props) do
        columns[i] = prop.column
    end
    columns[#columns + 1] = { sort_by_parameter_order = true }
    local statement = require("corm.sql.dml").insert(of_mapper.local_table)
        :returning(table.unpack(columns))
    return session:_connection_for(of_mapper)
        :execute(statement, insert_parameters(of_mapper, mappings)):all()
end

---Insert rows for a class.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param mappings table[]
---@return corm.Result
function dml.insert_mappings(session, of_mapper, mappings)
    local connection = session:_connection_for(of_mapper)
    return connection:execute(require("corm.sql.dml").insert(of_mapper.local_table),
        insert_parameters(of_mapper, mappings))
end

-- ---- objects that an UPDATE or DELETE by condition is about ----

local SYNC = { auto = true, evaluate = true, fetch = true }

local function sync_of(options)
    local sync = options and options.synchronize_session
    if sync == nil then
        return "auto"
    elseif sync ~= false and not SYNC[sync] then
        exc.ArgumentError:raise("synchronize_session: \"auto\", \"evaluate\", \"fetch\" or false "
            .. "expected, got %s", repr.value(sync))
    end
    return sync
end

-- SELECT of the primary keys of the rows that the condition chooses.
local function fetch_objects(session, entity, condition, parameters)
    local columns = {}
    for i, prop in ipairs(entity.mapper.key_props) do
        columns[i] = entity:column(prop)
    end
    local query = core.select(table.unpack(columns))
    if condition then
        query = query:where(condition)
    else
        query = query:select_from(entity.selectable)
    end
    local found = {}
    for row in session:_connection_for(entity.mapper):execute(query, parameters) do
        found[#found + 1] = session.core:get(entity.mapper.core, row:unpack())
    end
    return found
end

local function has_required_binds(condition, parameters)
    return condition ~= nil and parameters ~= nil and next(parameters) ~= nil
end

local function condition_of(statement)
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

-- The loaded objects that the condition chooses; nil if the database has to be asked.
local function evaluate_objects(session, entity, statement, parameters, sync)
    local condition = condition_of(statement)
    if sync ~= "fetch" and not has_required_binds(condition, parameters) then
        local found = core.evaluate(session.core, entity.mapper.core, condition,
            condition and functions_of(condition) or {})
        if found then
            return found
        end
    end
    if sync == "evaluate" then
        exc.InvalidRequestError:raise("could not evaluate the criteria in memory; use "
            .. "synchronize_session = \"fetch\" or false")
    end
    return nil
end

-- ---- afterwards ----

-- What the SET clause does to attributes: {position, value} where the value is known.
local function set_of(entity, statement)
    local known, expired = {}, {}
    local row = core.kid(statement, slots.update.set)
    for i = 0, row and core.kid_count(row) - 1 or -1 do
        local assignment = core.kid(row, i)
        local at = core.attribute_of(entity.mapper.core, core.kid(assignment, 0))
        local value = core.kid(assignment, 1)
        if at and core.kind(value) == "bind" and not core.flag(value, "required") then
            known[#known + 1] = { at, core.value(value) }
        elseif at and core.kind(value) == "null" then
            known[#known + 1] = { at, nil }
        elseif at then
            expired[#expired + 1] = at
        end
    end
    return known, expired
end

-- Values that came as parameters of the execution.
local function add_parameters(entity, parameters, known)
    for name, value in pairs(parameters or {}) do
        local prop = type(name) == "string" and entity.mapper.props[name]
        if prop and prop.kind == "column" then
            known[#known + 1] = { prop.position, value }
        end
    end
end

local function update_objects(entity, statement, parameters, objects)
    local known, expired = set_of(entity, statement)
    add_parameters(entity, parameters, known)
    for _, prop in ipairs(entity.mapper.column_props) do
        local has_onupdate = core.kind(prop.column) == "column"
            and (prop.column.onupdate ~= nil or prop.column.server_onupdate ~= nil)
        if has_onupdate then
            expired[#expired + 1] = prop.position
        end
    end
    for _, each in ipairs(known) do
        core.set_loaded(objects, each[1], each[2])
    end
    core.expire_columns(objects, expired)
end

-- ---- executing ----

local function run(session, entity, statement, parameters, options)
    local connection = session:_connection_for(entity.mapper)
    local result, built = context.execute(connection, statement, parameters, options)
    return context.load(session, built, result, options)
end

-- Whether the statement itself can say which rows it has changed.
local function can_return_keys(session, entity, statement)
    local kind = core.kind(statement)
    return not core.kid(statement, slots[kind].returning)
        and core.kind(entity.selectable) == "table"
        and session:_connection_for(entity.mapper).dialect[kind .. "_returning"]
end

-- Run it with RETURNING of the keys; the loaded objects that have them come second.
local function run_returning(session, entity, statement, parameters, options)
    local columns, objects = {}, {}
    for i, prop in ipairs(entity.mapper.key_props) do
        columns[i] = prop.column
    end
    local result = run(session, entity, statement:return_defaults(table.unpack(columns)),
        parameters, options)
    for _, row in ipairs(result.returned_defaults_rows) do
        objects[#objects + 1] = session.core:get(entity.mapper.core, row:unpack())
    end
    return result, objects
end

-- Run it; the loaded objects that it has changed come second, nil if they are left alone.
local function run_synchronized(session, entity, statement, parameters, options)
    local sync = sync_of(options)
    local objects = sync
        and evaluate_objects(session, entity, statement, parameters, sync) or nil
    if sync and not objects then
        if can_return_keys(session, entity, statement) then
            return run_returning(session, entity, statement, parameters, options)
        end
        objects = fetch_objects(session, entity, condition_of(statement), parameters)
    end
    return run(session, entity, statement, parameters, options), objects
end

local function execute_update(session, entity, statement, parameters, options)
    if is_many(parameters) and not core.kid(statement, slots.update.where) then
        check_bulk_update(statement)
        local result = dml.update_mappings(session, entity.mapper, parameters)
        if sync_of(options) then
            synchronize_mappings(session, entity.mapper, parameters)
        end
        return result
    end
    local result, objects = run_synchronized(session, entity, statement, parameters, options)
    if objects then
        update_objects(entity, statement, parameters, objects)
    end
    return result
end

local function execute_delete(session, entity, statement, parameters, options)
    local result, objects = run_synchronized(session, entity, statement, parameters, options)
    if objects then
        core.rows_deleted(session.core, objects)
        if session.dispatch.persistent_to_deleted then
            for _, object in ipairs(objects) do
                session.dispatch:fire("persistent_to_deleted", session, object)
            end
        end
    end
    return result
end

-- Rows that name different attributes are different statements, whose rows are one result.
local function execute_insert(session, entity, statement, parameters, options)
    if not is_many(parameters) then
        return run(session, entity, statement, insert_parameters(entity.mapper, parameters),
            options)
    end
    local result
    for _, each in ipairs(dml.runs_of(parameters, options and options.render_nulls)) do
        local more = run(session, entity, statement, insert_parameters(entity.mapper, each),
            options)
        result = result and result.returns_rows and result:splice_vertically(more) or more
    end
    return result
end

local EXECUTE = { update = execute_update, delete = execute_delete, insert = execute_insert }

---Execute an INSERT, UPDATE or DELETE of a mapped class in a session.
---@param session corm.Session
---@param statement any
---@param parameters? table
---@param options? table execution options, synchronize_session among them
---@return corm.Result
function dml.execute(session, statement, parameters, options)
    mapper.configure()
    local entity = dml.entity_of(statement)
    session:_autoflush()
    return EXECUTE[core.kind(statement)](session, entity, statement, parameters, options)
end

return dml
