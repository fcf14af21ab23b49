-- SPDX-License-Identifier: MIT
-- What happens between a failure of the database and the error that the caller gets: it is
-- told its statement, listeners of handle_error may replace it, and a connection that was
-- lost is given up, with all others that the pool opened before.

local core = require("corm.core")
local exc = require("corm.exc")
local execution_context = require("corm.engine.execution_context")
local missing = require("corm.util.missing")
local option = require("corm.util.option_value")

local errors = {}

---What listeners of handle_error get.
---@class corm.ExceptionContext
---@field connection? corm.Connection
---@field engine? corm.Engine
---@field dialect? table
---@field execution_context? corm.ExecutionContext
---@field statement? string
---@field parameters? table
---@field original_exception any
---@field sqlalchemy_exception? any the error that would be raised
---@field chained_exception? any what the listener before has made of it
---@field is_disconnect boolean may be changed
---@field invalidate_pool_on_disconnect boolean may be changed
---@field is_pre_ping boolean it was the pool's question whether the connection lives
---@field cursor? corm.Result
local ExceptionContext = { __name = "corm.ExceptionContext" }

-- What not every failure has.
local OPTIONAL = {
    chained_exception = true, connection = true, cursor = true, execution_context = true,
    parameters = true, sqlalchemy_exception = true, statement = true,
}

function ExceptionContext.__index(_, key)
    if not OPTIONAL[key] then
        missing("ExceptionContext", key, OPTIONAL)
    end
end

-- Each listener sees what the one before has made of the error; one that raises ends it. What
-- takes the place of an error has that for its cause.
local function call_listeners(context, list, e)
    local raised = e
    for i = 1, #list do
        local ok, result = pcall(list[i].call, context)
        if result ~= nil and result ~= raised then
            raised = exc.with_cause(result, raised)
        end
        if not ok then
            return raised
        end
        context.chained_exception = raised ~= e and raised or nil
    end
    return raised
end

-- Let the listeners of handle_error judge e. Returns the error to raise and the context.
local function tell_listeners(engine, e, fields)
    local context = setmetatable({
        engine = engine,
        dialect = engine.dialect,
        original_exception = fields.original_exception or e,
        sqlalchemy_exception = exc.CormError:is(e) and e or nil,
        is_disconnect = false,
        invalidate_pool_on_disconnect = true,
        is_pre_ping = false,
    }, ExceptionContext)
    for key, value in pairs(fields) do
        context[key] = value
    end
    local was_disconnect = context.is_disconnect
    local list = engine.dispatch.handle_error
    local raised = e
    if list then
        raised = call_listeners(context, list, e)
    end
    if context.is_disconnect ~= was_disconnect and exc.DBAPIError:is(e) then
        e.connection_invalidated = context.is_disconnect
    end
    return raised, context
end

-- The connection was lost: so are, in all likelihood, those that lie in the pool.
local function give_up(connection, e, is_pool_invalid)
    if is_pool_invalid then
        connection._pool:invalidate_all()
    end
    if not connection.closed and not connection.invalidated then
        connection:_lose(e)
    end
end

-- Errors that are not about the statement that met them.
local function is_about_statement(e)
    return not (exc.ResourceClosedError:is(e) or exc.IllegalStateChangeError:is(e)
        or exc.MemoryError:is(e))
end

-- What was being executed; a statement that took the short cut has left nothing but its text.
local function context_of(connection, statement, parameters)
    local context = connection._context
    connection._context = false
    if statement then
        context = context or execution_context.new(connection, connection._options)
        context.statement, context.parameters = statement, parameters
    end
    return context or nil
end

-- Whether an execution option keeps errors from the listeners.
local function skips_listeners(connection)
    local context = connection._context
    return option(context and context.execution_options or connection._options,
        "skip_user_error_events") ~= nil
end

---The error to raise for one that a connection's statement met.
---@param connection? corm.Connection
---@param e any
---@param statement? string
---@param parameters? table
---@param is_many? boolean
---@return any e
function errors.translate(connection, e, statement, parameters, is_many)
    local engine = connection and connection.engine
    local original = e
    if statement and is_about_statement(e) then
        e = exc.with_statement(e, statement, parameters, {
            ismulti = is_many,
            hide_parameters = engine and engine.hide_parameters,
        })
    end
    if not engine then
        return e
    end
    local is_disconnect = e.connection_invalidated or false
    local is_pool_invalid = true
    if engine.dispatch.handle_error and not skips_listeners(connection) then
        local context
        e, context = tell_listeners(engine, e, {
            connection = connection,
            execution_context = context_of(connection, statement, parameters),
            statement = statement,
            parameters = parameters,
            original_exception = e.orig or original,
            is_disconnect = is_disconnect,
        })
        is_disconnect = context.is_disconnect
        is_pool_invalid = context.invalidate_pool_on_disconnect
    end
    if is_disconnect then
        give_up(connection, e, is_pool_invalid)
    else
        connection:_note_lost_transaction()
    end
    return e
end

---The error to raise for one that a listener has raised who was told of a statement. What is
---no error of a database stays as it is, unless somebody makes another one of it.
---@param connection corm.Connection
---@param e any
---@param statement string
---@param parameters table
---@param is_many? boolean
---@return any e
function errors.of_listener(connection, e, statement, parameters, is_many)
    local engine = connection.engine
    if exc.StatementError:is(e) and e.statement then
        return e -- of a statement of the listener's own
    elseif exc.DBAPIError:is(e) then
        return errors.translate(connection, e, statement, parameters, is_many)
    elseif not engine.dispatch.handle_error or skips_listeners(connection) then
        return e
    end
    return (tell_listeners(engine, e, {
        connection = connection,
        execution_context = context_of(connection, statement, parameters),
        statement = statement,
        parameters = parameters,
    }))
end

---What a failure of transaction control means. Whether a COMMIT took effect whose connection
---was lost, only the database knows.
---@param e any
---@param sql string
---@return any e
function errors.of_control(e, sql)
    if not e.connection_invalidated or not sql:find("^COMMIT") then
        return e
    end
    return exc.CommitUnknown("the connection was lost while COMMIT was under way, and whether it "
        .. "took effect is not known: " .. e.message, {
        cause = e,
        connection_invalidated = true,
        orig = e.orig,
        where = e.where,
    })
end

---The error to raise for one that opening a native connection met.
---@param engine corm.Engine
---@param e any
---@param connection? corm.Connection that has lost the one it had
---@return any e
function errors.of_connecting(engine, e, connection)
    return (tell_listeners(engine, e, {
        connection = connection,
        original_exception = exc.DBAPIError:is(e) and e.orig or e,
    }))
end

---What to make of a failed ping: unless a listener denies that the connection was lost, it
---is replaced.
---@param engine corm.Engine
---@param e any
---@return any e
---@return boolean is_disconnect
function errors.of_ping(engine, e)
    local raised, context = tell_listeners(engine, e, {
        original_exception = exc.DBAPIError:is(e) and e.orig or e,
        is_disconnect = true,
        is_pre_ping = true,
    })
    return raised, context.is_disconnect
end

core.set_on_error(errors.translate)

errors.ExceptionContext = ExceptionContext

return errors
