-- SPDX-License-Identifier: MIT
-- The sequence of executing a statement, in full: options, listeners, defaults that Lua
-- computes, the log, many statements for many parameter sets. Connection:execute() takes a
-- short cut past it when there is nothing of that to do.

local compiled_cache = require("corm.engine.compiled_cache")
local core = require("corm.core")
local exc = require("corm.exc")
local execution_context = require("corm.engine.execution_context")
local option = require("corm.util.option_value")
local outcome = require("corm.engine.outcome")
local repr = require("corm.util.repr")
local warnings = require("corm.warnings")
local statement_run = require("corm.engine.statement_run")
local custom = require("corm.sql.custom")
local statements = require("corm.sql.statement")
local merged = require("corm.util.merged")
local walk = require("corm.sql.walk")

local step = core.execution

local execution = {}

-- ---- options ----

-- Options that the short cut knows nothing of.
local SLOW_OPTIONS = {
    "insertmanyvalues_page_size", "logging_token", "no_parameters", "stream_results", "timeout",
    "use_copy", "yield_per",
}

---Whether statements with these options must take the long way.
---@param options? table
---@return boolean
function execution.has_slow_options(options)
    for _, name in ipairs(SLOW_OPTIONS) do
        if options and options[name] ~= nil then
            return true
        end
    end
    return false
end

---What the core needs of the options in order to compile: a table, or false.
---@param options? table|false
---@return table|false
function execution.schema_options(options)
    local map = option(options, "schema_translate_map")
    local cache
    if options then
        cache = compiled_cache.native(options.compiled_cache)
    end
    return (map or cache ~= nil) and { schema_translate_map = map, compiled_cache = cache }
        or false
end

---Have the connection's options take effect.
---@param connection corm.Connection
function execution.settle_options(connection)
    if connection._log then
        connection._log.token = option(connection._options, "logging_token")
    end
    connection._schema_options = execution.schema_options(connection._options)
    connection._is_slow = connection.engine:_is_slow()
        or execution.has_slow_options(connection._options)
end

-- ---- beginning ----

---Begin a transaction if none is under way.
---@param connection corm.Connection
function execution.autobegin(connection)
    connection:_check_scope()
    if not connection._transaction then
        -- A listener of `begin` may begin in words of its own, such as BEGIN IMMEDIATE.
        if not connection._is_beginning then
            require("corm.engine.transaction").begin(connection)
        end
    elseif connection._transaction._is_lost or not connection._transaction.is_active then
        connection:_refuse_inactive()
    else
        connection:_rejoin()
    end
end

-- ---- defaults ----

-- Table node -> {column id = column}
local columns_by_id = setmetatable({}, { __mode = "k" })

local WRITES = { insert = true, update = true }

-- The column of what an INSERT or UPDATE writes into, or nil.
local function target_column(statement, id)
    local target = core.kid(statement, 0)
    while core.kind(target) ~= "table" do
        target = core.kid(target, 0)
    end
    local known = columns_by_id[target]
    if not (known and known[id]) then
        known = {}
        for _, column in ipairs(target.c:values()) do
            known[core.id(column)] = column
        end
        columns_by_id[target] = known
    end
    return known[id]
end

-- The same for a statement in whose CTEs others may stand.
local function column_of(statement, id)
    local found = WRITES[core.kind(statement)] and target_column(statement, id)
    if found then
        return found
    end
    for node in walk.nodes(statement) do
        found = WRITES[core.kind(node)] and target_column(node, id)
        if found then
            return found
        end
    end
end

local function default_value(connection, default, context)
    if default.is_callable then
        return default.call(context)
    elseif default.is_scalar then
        return default.arg
    end
    return connection:scalar(default.is_sequence and default
        or require("corm.sql.select").select(default.arg))
end

-- Which row of values({…}, {…}) the next missing value of a column is for; nil where the
-- statement has one row, as each set is one then.
local function row_counter(statement)
    local rows = core.kind(statement) == "insert"
        and core.kid(statement, core.slots.insert.rows)
    if not rows or core.kid_count(rows) < 2 then
        return function() end
    end
    local seen = {}
    return function(set, id)
        local key = ("%d %d"):format(set, id)
        seen[key] = (seen[key] or 0) + 1
        return seen[key]
    end
end

-- Compute the missing values; at.default is the one whose function runs.
local function compute_defaults(connection, result, statement, context, missing, at)
    local next_row = row_counter(statement)
    for i = 1, #missing, 4 do
        local set, slot, name = missing[i], missing[i + 1], missing[i + 3]
        local column = column_of(statement, missing[i + 2])
        context.current_column = column
        context.current_row = next_row(set, missing[i + 2])
        context.current_parameters = step.named_values(result, set)
        at.default = column[name]
        local value = default_value(connection, column[name], context)
        at.default = nil
        step.set_value(result, set, slot, value)
    end
end

-- Compute what the columns' `default` and `onupdate` have to give.
local function fill_defaults(connection, result, statement, context)
    local missing = step.missing(result)
    if #missing == 0 then
        return
    end
    local at = {}
    local ok, e = pcall(compute_defaults, connection, result, statement, context, missing, at)
    if ok then
        return
    elseif at.default and at.default.is_callable then
        step.fail(result, at.default:failed(e, context.current_column))
    end
    error(e, 0)
end

-- ---- running ----

-- For the log: "generated in 0.00012s" when a statement was compiled just now, then "cached since
-- 1.5s ago", unless it cannot be kept.
local function cache_note(connection, result, options)
    local from, seconds = step.provenance(result)
    if from == "cached" then
        return ("cached since %.4gs ago"):format(seconds)
    elseif from == "no key" then
        return ("no key %.5fs"):format(seconds)
    elseif not connection.engine._has_cache
        or options and compiled_cache.native(options.compiled_cache) == false then
        return ("caching disabled %.5fs"):format(seconds)
    end
    return ("generated in %.5fs"):format(seconds)
end

---Run a result that is prepared and filled.
---@param connection corm.Connection
---@param result corm.Result
---@param statement? any
---@param note? string for the log: where its SQL comes from, if it was not compiled
---@param options? table execution options
---@param is_ddl? boolean
---@return corm.Result
function execution.run_prepared(connection, result, statement, note, options, is_ddl)
    options = options or connection._options
    local context = execution_context.new(connection, options, statement, result)
    context.isddl = is_ddl
    connection._context = context
    result._detail.context = context
    if statement then
        fill_defaults(connection, result, statement, context)
    end
    if options and options.use_copy == false then
        step.refuse_copy(result)
    end
    step.bind(result)
    if connection._log or connection:_hears_cursors() then
        context.compiled = step.compiled(result)
        statement_run.run_all(result, context, note or cache_note(connection, result, options))
    else
        step.run(result)
    end
    connection._context = false
    return result
end

---Have options take effect on a result that has not run: stream_results, yield_per, timeout.
---@param result corm.Result
---@param options table
function execution.apply_options(result, options)
    local yield_per = option(options, "yield_per")
    if yield_per or option(options, "stream_results") then
        step.stream(result, option(options, "max_row_buffer") or yield_per)
    end
    if yield_per then
        result:yield_per(yield_per)
    end
    local timeout = option(options, "timeout")
    if timeout then
        step.set_timeout(result, timeout)
    end
    local page_size = option(options, "insertmanyvalues_page_size")
    if page_size then
        step.set_page_size(result, page_size)
    end
end

-- ---- statements ----

local STATEMENTS = {
    select = true, compound = true, insert = true, update = true, delete = true,
    statement_text = true, text = true, custom_statement = true, splice = true,
}

-- Expressions that may stand alone: they are selected.
local FUNCTIONS = { custom = true, ["function"] = true }

-- The statement without mapped classes; a function is selected, of a sequence its next number.
local function plain_statement(statement)
    local name = core.metafield(statement, "__name")
    if name == "corm.Sequence" then
        statement = statement:next_value()
    elseif name == "corm.Compiled" then
        statement = statement.statement
    end
    local kind = core.kind(statement)
    if FUNCTIONS[kind] then
        statement = require("corm.sql.select").select(statement)
    elseif not STATEMENTS[kind] then
        exc.ObjectNotExecutableError:raise("not an executable object: %s",
            repr.value(statement))
    end
    return core.rewrite(statement)
end

-- A Result that is neither bound nor run. Constructs of the user's own say their SQL first, if
-- the statement is not found compiled.
local function prepare(connection, statement, parameters, options)
    local schema_options = execution.schema_options(options)
    local native = connection._native
    local result = core.prepare(connection, native, statement, parameters, schema_options)
    if result then
        return result
    end
    local rendered = core.render(statement, connection.dialect)
    local class = custom.undecided(statement)
    if class then
        warnings.warn(("class %s is compiled anew for each execution: say inherit_cache = true "
            .. "if constructs of equal fields have the same SQL, or false"):format(tostring(class)))
    end
    return core.prepare(connection, native,
        core.flag(statement, "uncacheable") and rendered or statement, parameters,
        schema_options, rendered)
end

-- before_execute may replace statement and parameters.
local function before_execute(connection, statement, parameters, options)
    if not connection.dispatch.before_execute then
        return statement, parameters
    end
    local is_many = type(parameters) == "table" and type(parameters[1]) == "table"
    local multi, single = is_many and parameters or {}, not is_many and parameters or {}
    local new_statement, new_multi, new_single = connection.dispatch:fire_replacing(
        "before_execute", 2, 3, connection, statement, multi, single, options)
    local has_many = new_multi and next(new_multi) ~= nil
    local has_one = new_single and next(new_single) ~= nil
    if has_many and has_one then
        exc.InvalidRequestError:raise("before_execute: a listener may return multiparams or "
            .. "params, not both")
    end
    return new_statement, has_many and new_multi or has_one and new_single or nil
end

local function after_execute(connection, statement, parameters, options, result)
    if connection.dispatch.after_execute then
        local is_many = type(parameters) == "table" and type(parameters[1]) == "table"
        connection.dispatch:fire("after_execute", connection, statement,
            is_many and parameters or {}, not is_many and parameters or {}, options, result)
    end
end

local function statement_options(statement)
    return STATEMENTS[core.kind(statement)] and statements.extra(statement, "execution_options")
        or nil
end

---Connection:execute(), the long way.
---@param connection corm.Connection
---@param statement any
---@param parameters? table
---@param own_options? table
---@return corm.Result
function execution.execute(connection, statement, parameters, own_options)
    connection:_check_open()
    local options = merged(statement_options(statement), connection._options)
    options = merged(options, own_options)
    local own = core.metafield(statement, "__execute_on_connection")
    if own then
        return own(statement, connection, parameters, options)
    end
    statement, parameters = before_execute(connection, statement, parameters, options)
    local plain = plain_statement(statement)
    execution.autobegin(connection)
    local result = prepare(connection, plain, parameters, options)
    execution.apply_options(result, options)
    execution.run_prepared(connection, result, plain, nil, options)
    outcome.keep_returned(result, plain)
    after_execute(connection, statement, parameters, options, result)
    return result
end

---Connection:exec_driver_sql().
---@param connection corm.Connection
---@param sql string
---@param parameters? table
---@param own_options? table
---@param note? string for the log; "raw sql" unless given
---@param is_ddl? boolean
---@return corm.Result
function execution.execute_text(connection, sql, parameters, own_options, note, is_ddl)
    connection:_check_open()
    execution.autobegin(connection)
    connection._has_written = true
    local options = merged(connection._options, own_options)
    local result = core.prepare_text(connection, connection._native, sql, parameters)
    execution.apply_options(result, options)
    return execution.run_prepared(connection, result, nil, note or "raw sql", options, is_ddl)
end

---Whether somebody listens to statements of data definition as objects.
---@param connection corm.Connection
---@return boolean
function execution.hears_elements(connection)
    local dispatch = connection.dispatch
    return (dispatch.before_execute or dispatch.after_execute) ~= nil
end

---Execute a statement of data definition, whose text was made at begun_at (core.now()).
---@param connection corm.Connection
---@param sql string
---@param begun_at number
---@param element? any the statement as an object, for listeners
---@param options? table execution options
---@return corm.Result
function execution.execute_ddl(connection, sql, begun_at, element, options)
    options = options or connection._options or {}
    local statement, parameters = element, nil
    if element then
        statement, parameters = before_execute(connection, element, nil, options)
    end
    if statement ~= element then
        return execution.execute(connection, statement, parameters, options)
    end
    local result = execution.execute_text(connection, sql, nil, options,
        ("no key %.5fs"):format(core.now() - begun_at), true)
    if element then
        after_execute(connection, element, nil, options, result)
    end
    return result
end

---Execute the statement of a savepoint.
---@param connection corm.Connection
---@param element corm.SavepointElement
---@param options? table execution options
---@return corm.Result
function execution.execute_savepoint(connection, element, options)
    options = options or {}
    local statement, parameters = before_execute(connection, element, nil, options)
    if statement ~= element then
        return execution.execute(connection, statement, parameters, options)
    end
    local result = statement_run.savepoint(connection, element:_text(connection.dialect.name),
        options)
    after_execute(connection, element, nil, options, result)
    return result
end

---Connection:_execute_compiled().
---@param connection corm.Connection
---@param compiled corm.Compiled
---@param parameters? table
---@param own_options? table
---@return corm.Result
function execution.execute_compiled(connection, compiled, parameters, own_options)
    connection:_check_open()
    execution.autobegin(connection)
    local options = merged(connection._options, own_options)
    local statement = compiled.statement
    local result = core.prepare_compiled(connection, connection._native, statement, parameters,
        compiled)
    execution.apply_options(result, options)
    return execution.run_prepared(connection, result, statement, nil, options)
end

return execution
