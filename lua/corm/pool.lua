-- SPDX-License-Identifier: MIT
-- Connection pools, as sqlalchemy.pool. The core (csrc/pool) decides who may use which
-- connection; here is the sequence around it: opening, pinging, resetting, events, waiting.
--
-- Differences from SQLAlchemy: there are no threads, so outside of tasks nobody could give a
-- connection back while somebody waits. There an exhausted pool collects garbage once, which
-- brings back what was forgotten, and raises TimeoutError at once; in tasks a checkout waits
-- up to pool_timeout, first come, first served.

local core = require("corm.core")
local echo = require("corm.engine.echo")
local event = require("corm.event")
local exc = require("corm.exc")
local missing = require("corm.util.missing")
local options_of = require("corm.util.options")
local pool_record = require("corm.pool_record")
local repr = require("corm.util.repr")
local wait = require("corm.engine.wait")

local pool = {}

---@class corm.pool.Pool
---@field dispatch corm.event.Dispatcher
---@field kind_name string "QueuePool"
---@field logging_name string|false
local Pool = { dispatch = event.dispatcher("pool"), _is_retired = false }

local meta = { __name = "corm.pool.Pool", __index = Pool }

function meta.__dispatch(target)
    return target.dispatch
end

-- The shared state of the class: events listened to on Pool go for every pool.
setmetatable(Pool, {
    __dispatch = Pool.dispatch,
    __index = function(_, key)
        missing("Pool", key, Pool)
    end,
})

---Whether a value is a pool, of any kind.
---@param value any
---@return boolean
function Pool:is(value)
    return getmetatable(value) == meta
end

-- name as in SQLAlchemy = kind of the core's pool
local KINDS = {
    QueuePool = "queue",
    AsyncAdaptedQueuePool = "queue",
    NullPool = "null",
    StaticPool = "static",
    SingletonThreadPool = "static",
    AssertionPool = "assertion",
}

---A kind of pool, for the option poolclass.
---@class corm.pool.Class
---@field name string
---@field kind string
---@field dispatch corm.event.Dispatcher of all pools of this kind
local Class = { __name = "corm.pool.Class" }
Class.__index = Class

function Class:__tostring()
    return "corm.pool." .. self.name
end

function Class.__dispatch(target)
    return target.dispatch
end

---Whether a value is a pool of this kind.
---@param value any
---@return boolean
function Class:is(value)
    return getmetatable(value) == meta and value._class.kind == self.kind
end

for name, kind in pairs(KINDS) do
    pool[name] = setmetatable({
        name = name,
        kind = kind,
        dispatch = Pool.dispatch:derive(),
    }, Class)
end

---Whether value is a kind of pool.
---@param value any
---@return boolean
function pool.is_class(value)
    return getmetatable(value) == Class
end

---Whether value is a pool.
---@param value any
---@return boolean
function pool.is(value)
    return getmetatable(value) == meta
end

local OPTIONS = {
    "echo", "logging_name", "max_overflow", "pre_ping", "recycle", "reset_on_return", "size",
    "timeout", "use_lifo",
}

local function check_reset(value)
    if value == nil or value == true or value == "rollback" then
        return "rollback"
    elseif value == false or value == core.NULL or value == "none" then
        return false
    elseif value == "commit" then
        return "commit"
    end
    exc.ArgumentError:raise("pool_reset_on_return: 'rollback', 'commit' or false expected, "
        .. "got %s", repr.value(value))
end

---Make a pool. open(record) opens a native connection.
---@param class corm.pool.Class
---@param open fun(record: corm.pool.ConnectionRecord): any
---@param options? table
---@return corm.pool.Pool
function pool.new(class, open, options)
    options = options_of(options, OPTIONS, class.name)
    local self = setmetatable({
        kind_name = class.name,
        dispatch = class.dispatch:derive(),
        echo = options.echo or false,
        logging_name = options.logging_name or false,
        _class = class,
        _creator = open,
        _options = options,
        _reset_on_return = check_reset(options.reset_on_return),
        _log = false,
        _records = {},
        _left_infos = {}, -- of connections that were given up, for those that replace them
        _abandoned = {},
        _closed_seen = 0,
        _has_connected = false,
        _judge_ping = false,
    }, meta)
    self._native = core.pool(class.kind, {
        size = options.size,
        max_overflow = options.max_overflow,
        timeout = options.timeout == core.NULL and -1 or options.timeout,
        recycle = options.recycle,
        pre_ping = options.pre_ping,
        use_lifo = options.use_lifo,
    })
    self._log = echo.logger(
        "corm.pool." .. class.name .. (self.logging_name and "." .. self.logging_name or ""),
        options.echo or false) or false
    return self
end

-- The names of options that SQLAlchemy's pools have and create_engine() prefixes otherwise.
local CONSTRUCTOR_OPTIONS = {
    "echo", "events", "logging_name", "max_overflow", "pool_size", "pre_ping", "recycle",
    "reset_on_return", "timeout", "use_lifo",
}

---A function that opens connections and may be wrong about what a connection is, checked.
---@param creator fun(record: corm.pool.ConnectionRecord): any
---@return fun(record: corm.pool.ConnectionRecord): any
function pool.checked_creator(creator)
    if type(creator) ~= "function" then
        exc.ArgumentError:raise("creator: a function that returns a native connection "
            .. "expected, got %s", repr.value(creator))
    end
    return function(record)
        local native = creator(record)
        if core.metafield(native, "__name") ~= "corm.NativeConnection" then
            exc.ArgumentError:raise("creator: a native connection expected, as "
                .. "dialect:connect() returns it, got %s", repr.value(native))
        end
        return native
    end
end

---Make a pool of one's own: corm.pool.QueuePool(creator, {pool_size = 3}).
---@param creator fun(record: corm.pool.ConnectionRecord): any opens a native connection
---@param options? table
---@return corm.pool.Pool
function Class:__call(creator, options)
    local own = {}
    for name, value in pairs(options_of(options, CONSTRUCTOR_OPTIONS, self.name)) do
        own[name] = value
    end
    local events = own.events or {}
    own.size, own.pool_size, own.events = own.pool_size, nil, nil
    local made = pool.new(self, pool.checked_creator(creator), own)
    for _, listener in ipairs(events) do
        event.listen(made, listener[2], listener[1])
    end
    return made
end

-- What happens all the time is for DEBUG, what is out of the ordinary for INFO.
function Pool:_note(level, format, ...)
    if self._log then
        self._log:write(format:format(...), level)
    end
end

-- Forget the records of connections that the core has closed.
function Pool:_prune()
    local closed = self._native:counts().closed
    if closed == self._closed_seen then
        return
    end
    self._closed_seen = closed
    for key, record in pairs(self._records) do
        if record.dbapi_connection:state() == "closed" then
            self._records[key] = nil
            self:_note("DEBUG", "Closing connection %s", record.dbapi_connection)
            if self.dispatch.close then
                self.dispatch:fire("close", record.dbapi_connection, record)
            end
        end
    end
end

-- ---- opening ----

-- The listeners of first_connect have had their connection when all of them took it.
local function tell_first(self, record)
    self._has_connected = true
    if self.dispatch.first_connect then
        local ok, e = pcall(self.dispatch.fire, self.dispatch, "first_connect",
            record.dbapi_connection, record)
        if not ok then
            self._has_connected = false
            error(e, 0)
        end
    end
end

function Pool:_connect_events(record)
    local dispatch = self.dispatch
    if not self._has_connected then
        tell_first(self, record)
    end
    if dispatch.connect then
        dispatch:fire("connect", record.dbapi_connection, record)
    end
end

-- Open the native connection of a lease that has none; the lease is gone if that fails.
function Pool:_open(lease, record_info, connection)
    local record = pool_record.new(self, record_info or table.remove(self._left_infos))
    local ok, native = pcall(self._creator, record, connection)
    if not ok then
        lease:open_failed()
        self:_note("DEBUG", "Error on connect(): %s", native)
        error(native, 0)
    end
    lease:opened(native)
    record.dbapi_connection = native
    self._records[lease:key()] = record
    self:_note("DEBUG", "Created new connection %s", native)
    local connected, e = pcall(self._connect_events, self, record)
    if not connected then
        lease:discard()
        self:_prune()
        error(e, 0)
    end
    return record
end

-- ---- waiting ----

---@class corm.pool.Waiter : corm.Waitable
local Waiter = {}
Waiter.__index = Waiter

function Waiter.pollfd()
    return -1
end

function Waiter.events()
    return ""
end

-- What wakes a waiter is no descriptor, so a loop that does not ask is_ready() looks again.
local LOOK_AGAIN_AFTER = 0.02

function Waiter:timeout()
    local left = self._native:deadline(self._ticket)
    return left and math.min(left, LOOK_AGAIN_AFTER) or LOOK_AGAIN_AFTER
end

function Waiter:is_ready()
    return self._native:ready_ticket() == self._ticket or #self._abandoned > 0
end

-- A task that is cancelled while it waits must not be granted anything.
function Waiter:__close(e)
    if e ~= nil or not self._is_done then
        self._native:forget(self._ticket)
    end
end

function Pool:_fail_exhausted()
    local options = self._options
    exc.TimeoutError:raise("%s limit of size %d overflow %d reached, and outside of a task "
        .. "nobody can give a connection back while this one waits", self.kind_name,
        options.size or 5, options.max_overflow or 10)
end

-- Wait for the ticket's turn; raises what the core says when the time is over.
function Pool:_wait(ticket)
    local native = self._native
    local waiter <close> = setmetatable({
        _native = native,
        _ticket = ticket,
        _abandoned = self._abandoned,
    }, Waiter)
    if wait.in_task() then
        wait.wait(waiter)
    else
        collectgarbage()
    end
    self:_reset_abandoned()
    if native:ready_ticket() ~= ticket and not wait.in_task() then
        self:_fail_exhausted()
    end
    waiter._is_done = true
end

-- ---- checking out ----

-- Close the connection of the lease and open another one.
function Pool:_replace(lease, record, connection)
    lease:reopen()
    self:_prune()
    return self:_open(lease, record.record_info, connection)
end

-- Have a failed ping judged by listeners; raises if it is not that the connection is lost.
function Pool:_judge(lease, e)
    local is_disconnect = true
    if self._judge_ping then
        e, is_disconnect = self._judge_ping(e)
    end
    if not is_disconnect then
        lease:discard()
        self:_prune()
        error(e, 0)
    end
end

-- Ping the connection; a dead one is replaced.
function Pool:_check(lease)
    local record = self._records[lease:key()]
    local ok, e = pcall(record.dbapi_connection.ping, record.dbapi_connection)
    if ok then
        return record
    end
    self:_note("INFO", "Pool pre-ping on connection %s failed: %s", record.dbapi_connection, e)
    self:_judge(lease, e)
    self:fire_invalidate("invalidate", record, e)
    self._native:invalidate_all()
    return self:_replace(lease, record)
end

-- Tell the listeners of checkout; one may refuse the connection by a DisconnectionError.
function Pool:_announce(lease, record)
    local dispatch = self.dispatch
    local attempts = 2
    while dispatch.checkout do
        local native = record.dbapi_connection
        local ok, e = pcall(dispatch.fire, dispatch, "checkout", native, record,
            require("corm.engine.raw").of_lease(self, lease, record))
        -- One that gives it up may have set it to nil, as it should for SQLAlchemy.
        record.dbapi_connection = native
        if ok then
            return record
        end
        attempts = attempts - 1
        if not exc.DisconnectionError:is(e) or attempts == 0 then
            lease:discard()
            self:_prune()
            error(e, 0)
        end
        self:fire_invalidate("invalidate", record, e)
        if exc.InvalidatePoolError:is(e) then
            self._native:invalidate_all()
        end
        record = self:_replace(lease, record)
    end
    return record
end

-- Make the lease that the core has answered fit for use.
function Pool:_prepare(step, lease, connection)
    if step == "open" then
        return self:_open(lease, nil, connection)
    end
    local record = self._records[lease:key()]
    if record.is_outdated and lease:sharers() == 1 then
        return self:_replace(lease, record, connection)
    end
    return step == "check" and self:_check(lease) or record
end

---Have failed pings judged: judge(e) returns the error to raise, and whether it means that
---the connection was lost and is to be replaced instead.
---@param judge fun(e: any): any, boolean
function Pool:judge_pings_by(judge)
    self._judge_ping = self._judge_ping or judge
end

---Check a native connection out, as engine:raw_connection() does.
---@return corm.RawConnection
function Pool:connect()
    return require("corm.engine.raw").open(self)
end

---Check a connection out, waiting if need be (see above).
---@param connection? corm.Connection that has lost its own, for listeners of handle_error
---@return any lease
---@return corm.pool.ConnectionRecord record
---@error TimeoutError nobody gave one back in time
function Pool:checkout(connection)
    local ticket = 0
    self:_reset_abandoned()
    while true do
        local step, lease = self._native:checkout(ticket)
        self:_prune()
        if step ~= "wait" then
            local record = self:_announce(lease, self:_prepare(step, lease, connection))
            record:_lend(lease)
            self:_note("DEBUG", "Connection %s checked out from pool", record.dbapi_connection)
            return lease, record
        end
        ticket = lease
        self:_wait(ticket)
    end
end

-- ---- giving back ----

-- Tell the listeners of reset what they are to know of it.
function Pool:_tell_reset(native, record, was_rolled_back, is_closing)
    if self.dispatch.reset then
        self.dispatch:fire("reset", native, record, {
            transaction_was_reset = was_rolled_back or false,
            terminate_only = is_closing,
            asyncio_safe = true,
        })
    end
end

-- Bring the connection back to how a new one is; raises if that fails.
function Pool:_reset(native, record, was_rolled_back)
    self:_tell_reset(native, record, was_rolled_back, false)
    native:cancel()
    native:drop_results()
    native:set_begun(false)
    local verb = self._reset_on_return
    if verb and was_rolled_back then
        self:_note("DEBUG", "Connection %s reset, transaction already reset", native)
    elseif verb then
        self:_note("DEBUG", "Connection %s %s-on-return", native, verb)
    end
    if verb and native:in_transaction() then
        native:control(verb:upper())
    end
end

---Give a connection back; one that cannot be reset is closed.
---@param lease any
---@param record corm.pool.ConnectionRecord
---@param was_rolled_back? boolean its transaction is over already
function Pool:checkin(lease, record, was_rolled_back)
    local native = record.dbapi_connection
    local is_shared = lease:sharers() > 1
    local state = native:state()
    local is_usable = is_shared or state == "idle" or state == "busy"
    local e
    self:_note("DEBUG", "Connection %s being returned to pool", native)
    if is_usable and not is_shared then
        is_usable, e = pcall(self._reset, self, native, record, was_rolled_back)
    end
    if not is_usable then
        self:_note("INFO", "Connection %s was not reset: %s", native, e or state)
        self:discard(lease, record, e)
        return
    end
    if self.dispatch.checkin then
        self.dispatch:fire("checkin", native, record)
    end
    lease:checkin()
    if self._is_retired then
        self._native:dispose()
    end
    self:_prune()
end

---Tell that a connection is given up.
---@param name "invalidate"|"soft_invalidate"
---@param record corm.pool.ConnectionRecord
---@param e? any
function Pool:fire_invalidate(name, record, e)
    self:_note("INFO", "%s connection %s%s",
        name == "invalidate" and "Invalidate" or "Soft invalidate",
        record.dbapi_connection, e and (" (reason: %s)"):format(tostring(e)) or "")
    if self.dispatch[name] then
        self.dispatch:fire(name, record.dbapi_connection, record, e)
    end
end

---Give a connection back and close it.
---@param lease any
---@param record corm.pool.ConnectionRecord
---@param e? any the error that made it unusable
function Pool:discard(lease, record, e)
    self:fire_invalidate("invalidate", record, e)
    self:_keep_info(record)
    lease:discard()
    self:_prune()
    record.dbapi_connection = false
    if self.dispatch.checkin then
        self.dispatch:fire("checkin", nil, record)
    end
end

-- The next connection takes the place of this one.
function Pool:_keep_info(record)
    if next(record.record_info) ~= nil then
        table.insert(self._left_infos, record.record_info)
    end
end

---Take the connection out of the pool; the caller closes it.
---@param lease any
---@param record corm.pool.ConnectionRecord
function Pool:detach(lease, record)
    self._records[lease:key()] = nil
    self:_keep_info(record)
    lease:detach()
    if self.dispatch.detach then
        self.dispatch:fire("detach", record.dbapi_connection, record)
    end
end

---Close a connection that was detached.
---@param record corm.pool.ConnectionRecord
---@param was_rolled_back? boolean its transaction is over already
function Pool:close_detached(record, was_rolled_back)
    local native = record.dbapi_connection
    if native:state() == "closed" then
        return
    end
    self:_tell_reset(native, record, was_rolled_back, true)
    if self.dispatch.close_detached then
        self.dispatch:fire("close_detached", native)
    end
    native:close()
end

---For finalisers, which cannot wait: somebody forgot this lease; it is reset and given back
---when the pool is used next.
---@param lease any
---@param record corm.pool.ConnectionRecord
function Pool:abandon(lease, record)
    lease:keep()
    table.insert(self._abandoned, { lease, record })
end

function Pool:_reset_abandoned()
    while #self._abandoned > 0 do
        local lease, record = table.unpack(table.remove(self._abandoned))
        self:checkin(lease, record)
    end
end

function meta:__gc()
    for _, forgotten in ipairs(self._abandoned) do
        forgotten[1]:discard()
    end
end

-- ---- the pool as a whole ----

---Replace every connection opened until now: those lying idle at their next checkout, those
---in use when they come back.
function Pool:invalidate_all()
    self._native:invalidate_all()
end

---Close what is idle; what is in use is closed when it comes back.
function Pool:dispose()
    self:_reset_abandoned()
    self._native:dispose()
    self:_prune()
    self:_note("INFO", "Pool disposed. %s", self:status())
end

---Dispose of it for good: who waits is served still, and what comes back is closed.
function Pool:retire()
    self._is_retired = true
    self:dispose()
end

---A new pool of the same kind, with the same listeners.
---@return corm.pool.Pool
function Pool:recreate()
    self:_note("INFO", "Pool recreating")
    local other = pool.new(self._class, self._creator, self._options)
    other.dispatch = self.dispatch
    other._judge_ping = self._judge_ping
    return other
end

---@return integer connections that the pool keeps
function Pool:size()
    return self._native:counts().size
end

---@return integer
function Pool:checkedin()
    return self._native:counts().idle
end

---@return integer
function Pool:checkedout()
    return self._native:counts().leased
end

---@return integer # connections beyond size; negative while there are fewer
function Pool:overflow()
    local counts = self._native:counts()
    return counts.size > 0 and counts.overflow or 0
end

---@return number? seconds that a checkout may wait; nil without end
function Pool:timeout()
    local timeout = self._options.timeout or 30
    return timeout ~= core.NULL and timeout or nil
end

---One line about the pool.
---@return string
function Pool:status()
    if self._class.kind ~= "queue" then
        return self.kind_name
    end
    local counts = self._native:counts()
    return ("Pool size: %d  Connections in pool: %d Current Overflow: %d "
        .. "Current Checked out connections: %d"):format(counts.size, counts.idle,
        counts.overflow, counts.leased)
end

function meta:__tostring()
    local about = self._class.kind == "queue" and "(" .. self:status() .. ")" or ""
    return "corm.pool." .. self.kind_name .. about
end

pool.Pool = Pool

return require("corm.util.public")("corm.pool", pool)
