-- SPDX-License-Identifier: MIT
-- INSERT, UPDATE and DELETE of mapped classes by statement: in many rows by mappings, and by
-- condition, with the objects in the session kept in step.

local bulk_update = require("corm.orm.bulk_update")
local core = require("corm.core")
local context = require("corm.orm.context")
local dml_parameters = require("corm.orm.dml_parameters")
local dml_sync = require("corm.orm.dml_sync")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local late = require("corm.sql.late")
local mapper = require("corm.orm.mapper")
local merged = require("corm.util.merged")
local option_tree = require("corm.orm.option_tree")
local repr = require("corm.util.repr")
local rewrite = require("corm.orm.rewrite")
local sql_statement = require("corm.sql.statement")

local dml = {}

local slots = core.slots
local is_many = dml_parameters.is_many

---One execution of a statement about a class.
---@class corm.orm.DmlRun
---@field session corm.Session
---@field connection corm.Connection
---@field statement any
---@field parameters? table
---@field options? table
---@field entity corm.orm.Entity
---@field strategy string "bulk": each mapping is a row; "orm": one statement for all

-- ---- many rows by mappings ----

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

-- Rows of a class with versions begin with the first one.
local function with_version(of_mapper, mappings)
    local prop, generator = of_mapper.version_prop, of_mapper.args.version_id_generator
    if not prop or generator == false then
        return mappings
    end
    local result = {}
    for i, mapping in ipairs(mappings) do
        result[i] = merged(mapping, { [prop.key] = generator and generator(nil) or 1 })
    end
    return result
end

local function split(mappings, renders_nulls)
    local runs, first = {}, 1
    while first <= #mappings do
        local count, has_nulls = core.mapping_run(mappings, first)
        if has_nulls and not renders_nulls then
            return split(without_nulls(mappings), true)
        end
        local is_all = count == #mappings
        runs[#runs + 1] = is_all and mappings
            or table.move(mappings, first, first + count - 1, 1, {})
        first = first + count
    end
    return runs
end

---Mappings to insert in runs that name the same attributes, each of which is one statement.
---@param of_mapper corm.orm.Mapper
---@param mappings table[]
---@param renders_nulls? boolean NULL is sent rather than left to the column's default
---@return table[][]
function dml.runs_of(of_mapper, mappings, renders_nulls)
    return split(with_version(of_mapper, mappings), renders_nulls)
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
        :execute(statement, dml_parameters.renamed(of_mapper, mappings, statement)):all()
end

---Insert rows for a class.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param mappings table[]
---@return corm.Result
function dml.insert_mappings(session, of_mapper, mappings)
    local statement = require("corm.sql.dml").insert(of_mapper.local_table)
    return session:_connection_for(of_mapper)
        :execute(statement, dml_parameters.renamed(of_mapper, mappings, statement))
end

---Update rows by their primary keys, each with values of its own.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param mappings table[]
function dml.update_mappings(session, of_mapper, mappings)
    bulk_update.run(session:_connection_for(of_mapper), of_mapper, mappings)
end

-- ---- executing ----

local function execute(run, statement, parameters)
    local result, built = context.execute(run.connection, statement,
        dml_parameters.renamed(run.entity.mapper, parameters, statement), run.options)
    return context.load(run.session, built, result, run.options)
end

-- SELECT of the primary keys of the rows that the condition chooses.
local function fetch_objects(run)
    local of_mapper, columns = run.entity.mapper, {}
    for i, prop in ipairs(of_mapper.key_props) do
        columns[i] = run.entity:column(prop)
    end
    local query, condition = core.select(table.unpack(columns)), dml_sync.condition(run.statement)
    if condition then
        query = query:where(condition)
    else
        query = query:select_from(run.entity.selectable)
    end
    local found = {}
    for row in run.connection:execute(query, run.parameters) do
        found[#found + 1] = run.session.core:get(of_mapper.core, row:unpack())
    end
    return found
end

-- Whether the statement itself can say which rows it has changed.
local function can_return_keys(run)
    local kind = core.kind(run.statement)
    return not core.kid(run.statement, slots[kind].returning)
        and core.kind(run.entity.selectable) == "table"
        and run.connection.dialect[kind .. "_returning"]
end

-- Run it with RETURNING of the keys; the loaded objects that have them come second.
local function execute_returning(run)
    local of_mapper, columns, objects = run.entity.mapper, {}, {}
    for i, prop in ipairs(of_mapper.key_props) do
        columns[i] = prop.column
    end
    local result = execute(run, run.statement:return_defaults(table.unpack(columns)),
        run.parameters)
    for _, row in ipairs(result.returned_defaults_rows or {}) do
        objects[#objects + 1] = run.session.core:get(of_mapper.core, row:unpack())
    end
    return result, objects
end

-- What the statement does to loaded objects; nil if only the database knows.
local function evaluate(run, way)
    local changes = way ~= "fetch" and dml_sync.evaluate(run.session, run.entity.mapper,
        run.statement, run.parameters) or nil
    if not changes and way == "evaluate" then
        exc.InvalidRequestError:raise("could not evaluate the criteria in memory; use "
            .. "synchronize_session = \"fetch\" or false")
    end
    return changes
end

-- The functions that give parameters their values are called once, for objects and database.
local function with_values(statement)
    if not core.flag(statement, "has_custom") then
        return statement
    end
    return core.replace(statement, function(node)
        return late.callable(node) and late.evaluated(node) or nil
    end)
end

-- Run it; what it has done to loaded objects comes second.
local function execute_synchronized(run)
    local way = dml_sync.way(run.options)
    run.statement = with_values(run.statement)
    if not way or run.strategy == "core_only" then
        return execute(run, run.statement, run.parameters), {}
    elseif way == "fetch" and is_many(run.parameters) then
        exc.InvalidRequestError:raise("synchronize_session = \"fetch\" is not available for "
            .. "several parameter sets: no database returns the rows of all of them")
    end
    local changes = evaluate(run, way)
    if changes then
        return execute(run, run.statement, run.parameters), changes
    end
    local result, objects
    if can_return_keys(run) then
        result, objects = execute_returning(run)
    else
        objects = fetch_objects(run)
        result = execute(run, run.statement, run.parameters)
    end
    return result, { {
        statement = run.statement, parameters = run.parameters or {}, objects = objects,
    } }
end

-- ---- INSERT, UPDATE, DELETE ----

local function update_by_key(run)
    local way, of_mapper = dml_sync.way(run.options), run.entity.mapper
    if way == "fetch" then
        exc.InvalidRequestError:raise("synchronize_session = \"fetch\" is not available for an "
            .. "update by primary key")
    elseif way and core.kid(run.statement, slots.update.where) then
        exc.InvalidRequestError:raise("objects cannot be synchronized with an update by primary "
            .. "key that has a WHERE clause: use synchronize_session = false")
    end
    local result = bulk_update.run(run.connection, of_mapper, run.parameters, run.statement)
    if way then
        dml_sync.updated_by_key(run.session, of_mapper, run.parameters, run.statement)
    end
    return result
end

local function execute_update(run)
    if run.strategy == "bulk" then
        return update_by_key(run)
    end
    local result, changes = execute_synchronized(run)
    for _, change in ipairs(changes) do
        dml_sync.updated(run.entity.mapper, change)
    end
    return result
end

local function execute_delete(run)
    if run.strategy == "bulk" then
        exc.InvalidRequestError:raise("a DELETE of a class takes one parameter set: execute it "
            .. "on session:connection() for many")
    end
    local result, changes = execute_synchronized(run)
    for _, change in ipairs(changes) do
        dml_sync.deleted(run.session, change)
    end
    return result
end

-- Rows that name different attributes are different statements, whose rows are one result.
local function execute_insert(run)
    if not is_many(run.parameters) then
        return execute(run, run.statement, run.parameters)
    end
    local result
    local renders_nulls = run.options and run.options.render_nulls
    for _, each in ipairs(dml.runs_of(run.entity.mapper, run.parameters, renders_nulls)) do
        local more = execute(run, run.statement, each)
        result = result and result.returns_rows and result:splice_vertically(more) or more
    end
    return result
end

local EXECUTE = { update = execute_update, delete = execute_delete, insert = execute_insert }

-- An UPDATE or DELETE with the conditions of with_loader_criteria() among its own.
local function with_criteria(entity, statement)
    local criteria = option_tree.criteria(sql_statement.options(statement))
    if #criteria == 0 or core.kind(statement) == "insert" then
        return statement
    end
    local conditions = {}
    rewrite.new(criteria):add_criteria(entity, conditions)
    return #conditions > 0 and statement:where(table.unpack(conditions)) or statement
end

-- ---- strategies ----

local STRATEGIES = {
    insert = { auto = true, bulk = true, orm = true, raw = true },
    update = { auto = true, bulk = true, orm = true, core_only = true },
    delete = { auto = true, orm = true, core_only = true },
}

-- The execution option dml_strategy; many parameter sets are "bulk" unless it says otherwise.
local function strategy_of(kind, parameters, options)
    local strategy = options and options.dml_strategy or "auto"
    if not STRATEGIES[kind][strategy] then
        exc.ArgumentError:raise("dml_strategy: no way to execute an %s is called %s",
            kind:upper(), repr.value(strategy))
    elseif strategy == "bulk" and not is_many(parameters) then
        exc.InvalidRequestError:raise("dml_strategy \"bulk\" needs a sequence of parameter sets")
    elseif strategy == "auto" then
        return is_many(parameters) and "bulk" or "orm"
    end
    return strategy
end

---Execute an INSERT, UPDATE or DELETE of a mapped class, or one that mentions a class.
---@param session corm.Session
---@param connection corm.Connection
---@param statement any
---@param parameters? table
---@param options? table execution options, dml_strategy and synchronize_session among them
---@return corm.Result
function dml.execute(session, connection, statement, parameters, options)
    mapper.configure()
    local target, kind = core.kid(statement, 0), core.kind(statement)
    if core.kind(target) ~= "entity" then
        local result, built = context.execute(connection, statement, parameters, options)
        return context.load(session, built, result, options)
    end
    local entity = entities.describe(target)
    return EXECUTE[kind]({
        session = session,
        connection = connection,
        statement = with_criteria(entity, statement),
        parameters = parameters,
        options = options,
        entity = entity,
        strategy = strategy_of(kind, parameters, options),
    })
end

return dml
