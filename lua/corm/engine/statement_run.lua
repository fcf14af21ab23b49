-- SPDX-License-Identifier: MIT
-- One statement on its way to the database and its rows on their way back, where somebody
-- looks on: the log, and the listeners of before_cursor_execute, do_execute and their like.

local core = require("corm.core")
local errors = require("corm.engine.errors")
local exc = require("corm.exc")
local execution_context = require("corm.engine.execution_context")
local option = require("corm.util.option_value")
local outcome = require("corm.engine.outcome")

local step = core.execution

local statement_run = {}

-- Call fn(dispatch, …), which tells listeners; what they raise is an error of the statement.
local function tell(context, sql, params, is_many, fn, ...)
    local connection = context.connection
    local ok, first, second = pcall(fn, connection.dispatch, ...)
    if not ok then
        error(errors.of_listener(connection, first, sql, params, is_many), 0)
    end
    return first, second
end

-- Let listeners look at the request, and replace it.
local function before_cursor(result, context, sql, params, is_many)
    local connection = context.connection
    local new_sql, new_params = tell(context, sql, params, is_many,
        connection.dispatch.fire_replacing, "before_cursor_execute", 3, 2, connection, result,
        sql, params, context, is_many or context.executemany)
    if new_sql == nil then
        exc.InvalidRequestError:raise("before_cursor_execute: a listener with retval must return "
            .. "statement and parameters")
    end
    if new_sql ~= sql or new_params ~= params then
        step.replace_request(result, new_sql, new_params, is_many)
    end
    return new_sql, new_params
end

local function after_cursor(result, context, sql, params, is_many)
    local connection = context.connection
    if connection.dispatch.after_cursor_execute then
        tell(context, sql, params, is_many, connection.dispatch.fire, "after_cursor_execute",
            connection, result, sql, params, context, is_many or context.executemany)
    end
end

-- Ask listeners one by one; true if one says that it has executed the statement.
local function ask(list, ...)
    for i = 1, #list do
        if list[i].call(...) == true then
            return true
        end
    end
    return false
end

-- Whether a listener has executed the statement itself.
local function is_done(dispatch, result, context, sql, params, is_many)
    local name = is_many and "do_executemany" or "do_execute"
    if not is_many and option(context.execution_options, "no_parameters")
        and next(params) == nil then
        local list = dispatch.do_execute_no_params
        return list ~= nil and ask(list, result, sql, context)
    end
    local list = dispatch[name]
    return list ~= nil and ask(list, result, sql, params, context)
end

-- result = what the listeners of do_execute are being asked to do
local asked = setmetatable({}, { __mode = "k" })

-- Run it by send(result, sql), unless a listener has done so, by the result's execute() or not
-- at all.
local function run(send, result, context, sql, params, is_many)
    local dispatch = context.connection.dispatch
    if not (dispatch.do_execute or dispatch.do_executemany or dispatch.do_execute_no_params) then
        send(result, sql)
        return
    end
    local request = { sql = sql, params = params, has_run = false, send = send }
    asked[result] = request
    local is_over = is_done(dispatch, result, context, sql, params, is_many)
    asked[result] = nil
    if is_over and not request.has_run then
        step.skip(result)
    elseif not request.has_run then
        send(result, sql)
    end
end

-- The note for statement i of an INSERT whose rows are sent in several, the first of them with
-- so many sets: "generated in 0.00012s (insertmanyvalues) 1/3 (ordered)".
local function batch_note(result, note, i, size)
    local count = step.set_count(result)
    if count <= 1 or size == 0 then
        return note
    end
    local place = ("%d/%d (ordered)"):format(i, math.ceil(count / size))
    return i == 1 and ("%s (insertmanyvalues) %s"):format(note, place)
        or "insertmanyvalues " .. place
end

-- Rows that the statement has matched, -1 if that is not known yet; before: all that were
-- matched until then.
local function matched(result, before)
    local count = outcome.rowcount_so_far(result)
    return count == before and -1 or count - math.max(before, 0)
end

-- i: which of the statements that the parameter sets need; size: sets that the first one took.
-- Returns size.
local function run_statement(result, context, note, i, size)
    local connection = context.connection
    local sql, params, is_many = step.request(result)
    local dispatch, log = connection.dispatch, connection._log
    context.statement, context.parameters = sql, params
    if dispatch.before_cursor_execute then
        sql, params = before_cursor(result, context, sql, params, is_many)
    end
    size = size or step.sets_begun(result)
    if log then
        log:statement(sql, is_many and note or batch_note(result, note, i, size), params, is_many)
    end
    local begun_at, before = log and core.now(), log and outcome.rowcount_so_far(result)
    run(step.run, result, context, sql, params, is_many)
    if log then
        log:outcome(core.now() - begun_at, matched(result, before))
        log:notices(connection.dialect.family, connection._native:take_notices())
    end
    after_cursor(result, context, sql, params, is_many)
    if log and log:has_rows() and result.returns_rows then
        log:rows(step.read_ahead(result))
    end
    return size
end

local function append(list, more)
    return table.move(more, 1, #more, #list + 1, list)
end

-- What a statement or a call says that the log's lines begin with, until it has run.
local Token = {
    __close = function(token)
        token.log.token = token.earlier
    end,
}

local function set_token(log, context)
    local token = setmetatable({ log = log, earlier = log.token }, Token)
    log.token = option(context.execution_options, "logging_token")
    return token
end

---Run every statement that the parameter sets of a result need; the rows of all are its rows.
---@param result corm.Result
---@param context corm.ExecutionContext
---@param note string for the log: where the SQL comes from
---@return corm.Result
function statement_run.run_all(result, context, note)
    local log = context.connection._log
    local _ <close> = log and set_token(log, context) or nil
    local i = 1
    local size = run_statement(result, context, note, i)
    local rows
    while step.has_more(result) do
        i = i + 1
        rows = append(rows or {}, result.returns_rows and result:fetchall() or {})
        run_statement(result, context, note, i, size)
    end
    if rows and result.returns_rows then
        core.replay_result(result, append(rows, result:fetchall()))
    end
    return result
end

---Send a savepoint's statement, under the eyes of the log and the listeners of cursors.
---@param connection corm.Connection
---@param sql string
---@param options? table execution options
---@return corm.Result without rows
function statement_run.savepoint(connection, sql, options)
    local result = core.prepare_text(connection, connection._native, sql)
    local context = execution_context.new(connection, options, nil, result)
    local params, dispatch, log = {}, connection.dispatch, connection._log
    local begun_at = core.now()
    context.statement, context.parameters = sql, params
    step.bind(result)
    if dispatch.before_cursor_execute then
        sql, params = before_cursor(result, context, sql, params, false)
    end
    if log then
        log:statement(sql, ("no key %.5fs"):format(core.now() - begun_at), params, false)
    end
    run(function(_, text)
        connection:_control(text, true)
        step.skip(result)
    end, result, context, sql, params, false)
    after_cursor(result, context, sql, params, false)
    result:close()
    return result
end

local methods = core.families.Result.methods

-- For listeners of do_execute: the statement is sent now, perhaps as another one.
local function execute(self, sql, parameters, is_many)
    local request = asked[self]
    if not request or request.has_run then
        exc.InvalidRequestError:raise("a statement is executed here only by listeners of "
            .. "do_execute, do_executemany and do_execute_no_params")
    end
    if sql ~= request.sql or parameters ~= request.params then
        step.replace_request(self, sql, parameters or {}, is_many)
    end
    request.has_run = true
    request.send(self, sql)
end

---@param sql string
---@param parameters? any[]
function methods:execute(sql, parameters)
    execute(self, sql, parameters, false)
end

---@param sql string
---@param parameters any[][]
function methods:executemany(sql, parameters)
    execute(self, sql, parameters, true)
end

return statement_run
