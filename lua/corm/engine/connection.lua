-- SPDX-License-Identifier: MIT
-- Connection: a native connection lent from the pool, the transaction on it, and statements.
-- The sequence of executing one is in corm.engine.execution; a statement that nobody listens
-- to takes the short cut in Connection:execute(), one call of the core.
--
--     local connection <close> = engine:connect()
--     local row = connection:execute(corm.select(users):where(users.c.id:eq(5))):first()
--
-- The first statement begins a transaction; commit() or rollback() ends it, close() rolls
-- back and gives the native connection back to the pool. A Connection that is forgotten is
-- given back when the pool is used next.

local check = require("corm.util.check")
local check_execution_options = require("corm.util.execution_options")
local colon = require("corm.util.colon")
local core = require("corm.core")
local dispatcher = require("corm.util.dispatcher")
local exc = require("corm.exc")
local execution = require("corm.engine.execution")
local isolation = require("corm.engine.isolation")
local options_of = require("corm.util.options")
local raw = require("corm.engine.raw")
local wait = require("corm.engine.wait")
local missing = require("corm.util.missing")
local merged = require("corm.util.merged")

local core_execute = core.execute

---@class corm.Connection
---@field engine corm.Engine
---@field dialect table
---@field closed boolean
---@field invalidated boolean the native connection was lost
---@field info table of the native connection; free for anybody
---@field connection corm.RawConnection what the pool has lent
---@field dispatch corm.event.Dispatcher
local Connection = { is_mock = false }

setmetatable(Connection, {
    __index = function(_, key)
        missing("Connection", key, Connection)
    end,
})

local meta = { __name = "corm.Connection", __index = Connection }

-- A connection has its engine's listeners until somebody listens to it alone.
function meta.__dispatch(target, name)
    if dispatcher.is_event("dialect", name) then
        exc.InvalidRequestError:raise("%s is an event of the dialect: listen to the engine, not "
            .. "to one of its connections", name)
    elseif target.dispatch == target.engine.dispatch then
        target.dispatch = target.engine.dispatch:derive_ahead()
    end
    return target.dispatch
end

-- corm.inspect(connection)
function meta:__inspect()
    return require("corm.engine.inspector").new(self)
end

function meta:__tostring()
    local state = self.closed and "closed" or self.invalidated and "invalidated" or "open"
    return ("Connection(%s, %s)"):format(tostring(self.engine.url), state)
end

-- What engine:begin() lent commits when its block ends by itself.
function meta:__close(e)
    local root = self._transaction
    if self._commits_on_close and root and root.is_active and e == nil
        and not wait.is_cancelling() then
        local ok, failure = pcall(root.commit, root)
        self:close()
        if not ok then
            error(failure, 0)
        end
    end
    self:close()
end

function meta:__gc()
    local lease = self._lease
    if lease and lease:is_open() then
        self.closed = true
        self._record.ntransactions = self._record.ntransactions - (self._transaction and 1 or 0)
        self._pool:abandon(lease, self._record)
    end
end

local connection = {}

-- ---- opening and closing ----

-- Take what the pool lent.
local function attach(self, lease, record)
    self._lease = lease
    self._record = record
    self._native = record.dbapi_connection
    self.connection = raw.of_lease(self._pool, lease, record, self)
    self.info = record.info
end

---Check a native connection out of the engine's pool.
---@param engine corm.Engine
---@return corm.Connection
function connection.open(engine)
    local pool = engine.pool
    local lease, record = pool:checkout()
    local self = {
        engine = engine,
        dialect = engine.dialect,
        dispatch = engine.dispatch,
        closed = false,
        invalidated = false,
        _context = false, -- of the execution that takes the long way now
        _pool = pool,
        _options = engine._execution_options,
        _schema_options = engine._schema_options,
        _is_slow = engine:_is_slow(),
        _log = engine:_logger(),
        _transaction = false,
        _nested = false,
        _scope = false, -- the transaction whose block is running
        _nsavepoints = 0,
        _has_written = false,
        _isolation = engine._isolation,
        _commits_on_close = false,
        _is_detached = false,
        _is_beginning = false,
        _is_hearing = false,
        _is_hearing_cursors = false,
        _listened_at = -1,
    }
    attach(self, lease, record)
    -- From here on the finaliser looks after the lease.
    setmetatable(self, meta)
    lease:keep()
    if self._log then
        execution.settle_options(self)
    end
    engine:_note_connected(record)
    if self.dispatch.engine_connect then
        self.dispatch:fire("engine_connect", self)
    end
    return self
end

-- Raise unless statements can be run.
function Connection:_check_open()
    if self.closed then
        exc.ResourceClosedError:raise("this Connection is closed")
    end
    if self.invalidated then
        self:_reconnect()
    end
end

-- Raise, for the transaction under way can only be rolled back.
function Connection:_refuse_inactive()
    if self.invalidated then
        exc.PendingRollbackError:raise("cannot reconnect until the invalid transaction is "
            .. "rolled back")
    end
    exc.PendingRollbackError:raise("the database has ended the transaction of this Connection: "
        .. "call rollback() before anything else")
end

-- Get another native connection for one that was lost.
function Connection:_reconnect()
    if self._transaction then
        self:_refuse_inactive()
    end
    local lease, record = self._pool:checkout(self)
    attach(self, lease, record)
    lease:keep()
    self.invalidated = false
end

---Roll back and give the native connection back to the pool. Closing twice is fine.
function Connection:close()
    if self.closed then
        return
    end
    self.closed = true
    self.connection = raw.lost(self)
    local root = self._transaction
    local ok, e = true, nil
    if root then
        ok, e = pcall(root.rollback, root)
    end
    if self._lease and self._lease:is_open() then
        self._pool:checkin(self._lease, self._record, root and true)
    elseif self._is_detached then
        self._pool:close_detached(self._record, root and true)
    end
    self.invalidated = false
    if not ok and not exc.DBAPIError:is(e) then
        error(e, 0)
    end
end

---Give the native connection up: it is closed, the next statement gets another one. A
---transaction that was open can only be rolled back.
---@param e? any the error that made it unusable
function Connection:invalidate(e)
    if self.closed then
        exc.ResourceClosedError:raise("this Connection is closed")
    elseif self.invalidated then
        return
    end
    self:_lose(e)
end

-- The native connection is lost or not wanted any more.
function Connection:_lose(e)
    self.invalidated = true
    self.connection = raw.lost(self)
    local nested = self._nested
    while nested do
        nested:_forsake()
        nested = nested._previous
    end
    if self._transaction then
        self._transaction:_forsake()
    end
    if self._lease and self._lease:is_open() then
        self._pool:discard(self._lease, self._record, e)
    else
        self._native:close()
    end
end

---Take the native connection out of the pool: close() then closes it for good.
---@error InvalidRequestError it has been given up already
function Connection:detach()
    if self.invalidated then
        exc.InvalidRequestError:raise("cannot detach an invalidated Connection: it has no native "
            .. "connection")
    end
    self:_check_open()
    self._pool:detach(self._lease, self._record)
    self._is_detached = true
end

-- ---- what loops ask ----

---Have the statement under way given up, from another task or a signal's handler: whoever
---executes it, or reads its rows, gets an OperationalError. Nothing happens on an idle one.
function Connection:cancel()
    if not self.closed and not self.invalidated then
        self._native:interrupt()
    end
end

---@return integer descriptor to wait for while a statement is under way; -1 none
function Connection:pollfd()
    return self._native:pollfd()
end

---@return string "r", "w", "rw"
function Connection:events()
    return self._native:events()
end

---@return number? seconds after which to go on in any case
function Connection:timeout()
    return self._native:timeout()
end

-- ---- transactions ----

for _, part in ipairs({ "corm.engine.connection_transaction", "corm.engine.twophase" }) do
    for name, method in pairs(require(part).methods) do
        Connection[name] = method
    end
end

-- ---- options ----

---Set options for what this connection executes; isolation_level, schema_translate_map,
---stream_results, yield_per, use_copy, logging_token and whatever listeners look for.
---@param options table<string, any>
---@return corm.Connection self
function Connection:execution_options(options)
    self:_check_open()
    check_execution_options(options, "execution_options")
    options = merged(options, nil)
    if self.dispatch.set_connection_execution_options then
        self.dispatch:fire("set_connection_execution_options", self, options)
    end
    if options.isolation_level ~= nil then
        isolation.set(self, options.isolation_level)
    end
    self._options = merged(self._options, options)
    execution.settle_options(self)
    return self
end

---@return table<string, any>
function Connection:get_execution_options()
    return merged(self._options, nil)
end

---@return string "READ COMMITTED", "SERIALIZABLE", "AUTOCOMMIT" …
function Connection:get_isolation_level()
    self:_check_open()
    return isolation.get(self)
end

---@return string the level that the database has when nobody says another
function Connection:get_default_isolation_level()
    self:_check_open()
    return isolation.default(self)
end

-- ---- who listens ----

local CURSOR_EVENTS = {
    "after_cursor_execute", "before_cursor_execute", "do_execute", "do_execute_no_params",
    "do_executemany",
}

local function has_any(dispatch, names)
    for _, name in ipairs(names) do
        if dispatch[name] then
            return true
        end
    end
    return false
end

-- Look once after each change of any listeners, not at each statement.
local function find_listeners(self)
    local dispatch = self.dispatch
    self._listened_at = dispatcher.changes
    self._is_hearing_cursors = has_any(dispatch, CURSOR_EVENTS)
    self._is_hearing = self._is_hearing_cursors
        or has_any(dispatch, { "after_execute", "before_execute" })
end

---Whether somebody listens to what goes to the database.
---@return boolean
function Connection:_hears_cursors()
    if self._listened_at ~= dispatcher.changes then
        find_listeners(self)
    end
    return self._is_hearing_cursors
end

---Whether somebody listens to statements, or to what goes to the database.
---@return boolean
function Connection:_hears()
    if self._listened_at ~= dispatcher.changes then
        find_listeners(self)
    end
    return self._is_hearing
end

-- ---- statements ----

-- The execution options among the options of a call.
local function execution_options(options, caller)
    local given = options and options_of(options, { "execution_options" }, caller).execution_options
    return given and check_execution_options(given, caller, "calls")
end

---Execute a statement. parameters: one table by name, or a sequence of such tables: one
---execution for all of them.
---@param statement any
---@param parameters? table
---@param options? {execution_options?: table}
---@return corm.Result
function Connection:execute(statement, parameters, options)
    if self._transaction and not self._is_slow and options == nil and not self.invalidated then
        if self._listened_at ~= dispatcher.changes then
            find_listeners(self)
        end
        if not self._is_hearing then
            local result, has_missing = core_execute(self, self._native, statement, parameters,
                self._schema_options)
            if result and not has_missing then
                return result
            elseif result then
                return execution.run_prepared(self, result, statement)
            end
        end
    end
    return execution.execute(self, statement, parameters,
        execution_options(options, "execute"))
end

---Execute, and return the first column of the first row; nil without rows.
---@param statement any
---@param parameters? table
---@param options? {execution_options?: table}
---@return any
function Connection:scalar(statement, parameters, options)
    return self:execute(statement, parameters, options):scalar()
end

---Execute, and return the first column of the rows.
---@param statement any
---@param parameters? table
---@param options? {execution_options?: table}
---@return corm.Result
function Connection:scalars(statement, parameters, options)
    return self:execute(statement, parameters, options):scalars()
end

---Execute SQL in the driver's own words, its parameters by position: a sequence of values, or
---a sequence of such sequences.
---@param sql string
---@param parameters? any[]|any[][]
---@param options? {execution_options?: table}
---@return corm.Result
function Connection:exec_driver_sql(sql, parameters, options)
    return execution.execute_text(self, sql, parameters,
        execution_options(options, "exec_driver_sql"))
end

---Call fn(connection, …): what ran elsewhere in a thread of its own is a plain call here.
---@param fn fun(connection: corm.Connection, ...): any
---@param ... any
---@return any ...
function Connection:run_sync(fn, ...)
    check(fn, "function", "run_sync")
    return fn(self, ...)
end

---Execute, with the rows coming as they are fetched instead of being gathered first.
---@param statement any
---@param parameters? table
---@param options? {execution_options?: table}
---@return corm.Result
function Connection:stream(statement, parameters, options)
    local own = execution_options(options, "stream")
    return execution.execute(self, statement, parameters,
        merged(own, { stream_results = true }))
end

---As stream(), the first column of the rows.
---@param statement any
---@param parameters? table
---@param options? {execution_options?: table}
---@return corm.Result
function Connection:stream_scalars(statement, parameters, options)
    return self:stream(statement, parameters, options):scalars()
end

---Run a Result that C code has prepared and filled (csrc/lua/execution.h), with everything
---that belongs to executing: defaults, listeners, log, errors.
---@param result corm.Result
---@param statement? any the node it was made of
---@return corm.Result the same, run
function Connection:_run_result(result, statement)
    return execution.run_prepared(self, result, statement)
end

---Run a Compiled again, whose statement was compiled before by core.compile().
---@param compiled corm.Compiled
---@param parameters? table as of execute()
---@param options? table
---@return corm.Result
function Connection:_execute_compiled(compiled, parameters, options)
    return execution.execute_compiled(self, compiled, parameters, options)
end

---The native connection, in a transaction, for C code that prepares executions on it.
---@return any
function Connection:_begun_native()
    self:_check_open()
    execution.autobegin(self)
    return self._native
end

-- Not execute() and scalar(), which are called most: a statement as self says so by itself.
colon("Connection", Connection, {
    "begin", "begin_nested", "begin_twophase", "cancel", "close", "commit", "commit_prepared",
    "detach", "exec_driver_sql", "execution_options", "get_default_isolation_level",
    "get_execution_options", "get_isolation_level", "get_nested_transaction", "get_transaction",
    "in_nested_transaction", "in_transaction", "invalidate", "recover_twophase", "rollback",
    "rollback_prepared", "scalars", "stream", "stream_scalars",
}, meta)
connection.Connection = Connection

---Whether value is a Connection.
---@param value any
---@return boolean
function connection.is(value)
    return getmetatable(value) == meta
end

return connection
