-- SPDX-License-Identifier: MIT
-- A session's transaction: one database transaction for each engine it uses, begun when the
-- engine is first needed, and what its end makes of the session's objects.
--
--                     prepare           commit
--     begin → ACTIVE ────────→ PREPARED ──────→ COMMITTED ──→ CLOSED
--              │  │                │                            ↑
--              │  └── rollback ────┴────────────────────────────┤
--              └─ failed flush, rollback inside ─→ DEACTIVE ────┘ rollback
--
-- A transaction has a parent if it is a savepoint (begin_nested) or the scope of a flush. Only
-- the outermost one and savepoints are a boundary: they have transactions of the database
-- behind them, and a rollback goes as far as the nearest one. What a move may not do in a
-- state is an error that names the state; what another task tries while a move is under way
-- is an IllegalStateChangeError.

local connections = require("corm.engine.connection")
local exc = require("corm.exc")
local wait = require("corm.engine.wait")
local warnings = require("corm.warnings")

local session_transaction = {}

---@class corm.SessionTransaction
---@field session? corm.Session nil once it is closed
---@field parent? corm.SessionTransaction
---@field nested boolean it is a savepoint
---@field is_active boolean
---@field origin "BEGIN"|"AUTOBEGIN"|"BEGIN_NESTED"|"SUBTRANSACTION"
local Transaction = {}

local meta = { __name = "corm.SessionTransaction" }

local getters = {
    is_active = function(self)
        return self.session ~= nil and (self._state == "ACTIVE" or self._state == "PREPARED")
    end,
}

function meta:__index(key)
    local getter = getters[key]
    if getter then
        return getter(self)
    end
    return Transaction[key]
end

function meta:__tostring()
    return ("SessionTransaction(%s, %s)"):format(self.origin, self._state)
end

-- ---- states ----

-- What may be done in which state.
local MOVES = {
    connection = { ACTIVE = true },
    begin = { ACTIVE = true },
    prepare = { ACTIVE = true },
    commit = { ACTIVE = true, PREPARED = true },
    rollback = { ACTIVE = true, DEACTIVE = true, PREPARED = true },
    close = { ACTIVE = true, PREPARED = true, COMMITTED = true, DEACTIVE = true },
}

local function fail_deactive(self)
    if self._rollback_error ~= nil then
        error(exc.PendingRollbackError("this session's transaction has been rolled back due to "
            .. "a previous error during flush; call session:rollback() before beginning "
            .. "another one. Original error was: " .. tostring(self._rollback_error),
            { code = "7s2a", cause = self._rollback_error }))
    end
    exc.InvalidRequestError:raise("this session's transaction has been rolled back by a nested "
        .. "rollback; call session:rollback() before beginning another one")
end

-- Raise unless the move is allowed now.
local function check(self, move)
    local state = self._state
    if MOVES[move][state] then
        return
    elseif state == "CLOSED" then
        exc.ResourceClosedError:raise("this transaction is closed")
    elseif state == "DEACTIVE" then
        fail_deactive(self)
    elseif state == "PREPARED" or state == "COMMITTED" then
        exc.InvalidRequestError:raise("this session is in '%s' state; no further SQL can be "
            .. "emitted within this transaction", state:lower())
    end
    exc.InvalidRequestError:raise("cannot %s a transaction in state '%s'", move, state)
end

-- ---- one at a time ----

-- The move that is under way in a session: { name, coroutine, the one it is part of }.
local function enter(session, name)
    local co = coroutine.running()
    local under_way = session._moving
    if under_way and under_way.co ~= co and coroutine.status(under_way.co) ~= "normal" then
        exc.IllegalStateChangeError:raise("%s() cannot be called here: %s() is under way in "
            .. "another task; a session serves one task at a time", name, under_way.name)
    end
    session._moving = { name = name, co = co, outer = under_way }
end

local function leave(session)
    session._moving = session._moving.outer
end

local function finish(session, ok, ...)
    leave(session)
    if not ok then
        error((...), 0)
    end
    return ...
end

---Run a move of the session that other tasks must not interrupt.
---@param session corm.Session
---@param name string for messages
---@param fn function
---@param ... any its arguments
---@return any ...
function session_transaction.exclusive(session, name, fn, ...)
    enter(session, name)
    return finish(session, pcall(fn, ...))
end

local exclusive = session_transaction.exclusive

---Raise if another task is in the middle of a move.
---@param session corm.Session
---@param name string
function session_transaction.check_exclusive(session, name)
    if session._moving then
        enter(session, name)
        leave(session)
    end
end

-- ---- beginning ----

local function fire(session, name, ...)
    local dispatch = session.dispatch
    if dispatch[name] then
        dispatch:fire(name, session, ...)
    end
end

---Begin a transaction of the session, inside the one that is there.
---@param session corm.Session
---@param origin "BEGIN"|"AUTOBEGIN"|"BEGIN_NESTED"|"SUBTRANSACTION"
---@return corm.SessionTransaction
function session_transaction.begin(session, origin)
    local parent = session._transaction or nil
    local nested = origin == "BEGIN_NESTED"
    if parent then
        check(parent, "begin")
    end
    if nested and not session._flushing then
        session:flush()
    end
    local self = setmetatable({
        session = session,
        parent = parent,
        nested = nested,
        origin = origin,
        _state = "ACTIVE",
        _is_boundary = nested or parent == nil,
        _links = {},
    }, meta)
    if self._is_boundary then
        self._number = session.core:begin()
    end
    if nested then
        self._previous_nested = session._nested
        session._nested = self
    end
    session._transaction = self
    fire(session, "after_transaction_create", self)
    return self
end

-- ---- connections ----

-- A transaction of the database and the connection it is on.
local function link(connection, transaction, is_ours, closes)
    return {
        connection = connection,
        transaction = transaction,
        is_ours = is_ours, -- commit and close it
        closes = closes, -- the connection too
    }
end

-- A connection that has a transaction already is joined as the session's mode says.
local function join(session, connection)
    local mode = session.join_transaction_mode
    local inner = connection:get_nested_transaction()
    if mode == "conditional_savepoint" then
        mode = inner and "create_savepoint" or "rollback_only"
    end
    if mode == "create_savepoint" then
        return connection:begin_nested(), true
    end
    return inner or connection:get_transaction(), mode == "control_fully"
end

local function open(self, bind)
    local session = self.session
    local is_engine = not connections.is(bind)
    local connection = is_engine and bind:connect() or bind
    local ok, transaction, is_ours = pcall(function()
        if session.twophase then
            return connection:begin_twophase(), true
        elseif connection:in_transaction() then
            return join(session, connection)
        end
        return connection:begin(), true
    end)
    if not ok then
        if is_engine then
            connection:close()
        end
        error(transaction, 0)
    end
    return link(connection, transaction, is_ours, is_engine)
end

-- The link for a bind in this transaction, made if it is not there.
local function provide(self, bind)
    local found = self._links[bind]
    if found then
        return found
    end
    if not self.parent then
        found = open(self, bind)
    else
        local outer = provide(self.parent, bind)
        if not self.nested then
            return outer
        end
        found = link(outer.connection, outer.connection:begin_nested(), true, false)
    end
    self._links[bind] = found
    self._links[found.connection] = found
    fire(self.session, "after_begin", self, found.connection)
    return found
end

---The connection for an engine (or a connection itself), in this transaction.
---@param bind corm.Engine|corm.Connection
---@param options? table execution options, for a connection that is made now
---@return corm.Connection
function Transaction:_connection_for(bind, options)
    check(self, "connection")
    local found = self._links[bind]
    if found then
        if options then
            warnings.warn("connection is already established for the given bind; execution "
                .. "options are ignored")
        end
        return found.connection
    end
    return exclusive(self.session, "connection", function()
        found = provide(self, bind)
        if options then
            found.connection:execution_options(options)
        end
        return found.connection
    end)
end

---The connection for a class or a bind, as session:connection().
---@param bind? any
---@param options? table
---@return corm.Connection
function Transaction:connection(bind, options)
    return self:_connection_for(self.session:get_bind(bind), options)
end

-- Each link once: it is found by its bind and by its connection.
local function links(self)
    local list, seen = {}, {}
    for _, each in pairs(self._links or {}) do
        if not seen[each] then
            seen[each] = true
            list[#list + 1] = each
        end
    end
    return list
end

-- ---- committing ----

local MAX_FLUSHES = 100

local function flush_all(session)
    for _ = 1, MAX_FLUSHES do
        if session:_is_clean() then
            return
        end
        session:flush()
    end
    exc.FlushError:raise("over %d flushes within commit(): does a listener of after_flush make "
        .. "new objects each time?", MAX_FLUSHES)
end

-- Transactions begun inside this one and not ended are committed with it.
local function commit_inner(self)
    while self.session._transaction ~= self do
        self.session._transaction:commit()
    end
end

local function prepare_twophase(self)
    local ok, e = pcall(function()
        for _, each in ipairs(links(self)) do
            each.transaction:prepare()
        end
    end)
    if not ok then
        self:rollback()
        error(e, 0)
    end
end

local function prepare(self)
    check(self, "prepare")
    local session = self.session
    if self._is_boundary then
        fire(session, "before_commit")
    end
    commit_inner(self)
    if not session._flushing then
        flush_all(session)
    end
    if not self.parent and session.twophase then
        prepare_twophase(self)
    end
    self._state = "PREPARED"
end

---Prepare all database transactions of a session with `twophase`.
function Transaction:prepare()
    if self.parent or not self.session.twophase then
        exc.InvalidRequestError:raise("only the outermost transaction of a session with twophase "
            .. "can be prepared")
    end
    exclusive(self.session, "prepare", prepare, self)
end

-- Instances whose state changes are only gathered if somebody listens.
local function fire_all(session, name, objects)
    for _, object in ipairs(objects) do
        session.dispatch:fire(name, session, object)
    end
end

local function settle_commit(self)
    local session = self.session
    if self.nested then
        return
    end
    local outcome = session.dispatch.deleted_to_detached and { detached = {} } or nil
    session.core:commit(session.expire_on_commit, nil, outcome)
    if outcome then
        fire_all(session, "deleted_to_detached", outcome.detached)
    end
end

local function commit(self)
    if self._state ~= "PREPARED" then
        prepare(self)
    end
    local session = self.session
    if self._is_boundary then
        for _, each in ipairs(links(self)) do
            if each.is_ours then
                each.transaction:commit()
            end
        end
        self._state = "COMMITTED"
        fire(session, "after_commit")
        settle_commit(self)
    end
    self:close()
end

-- A listener of before_commit, or of the flush, cannot commit what is being committed.
local function commit_once(self)
    if self._is_committing then
        exc.IllegalStateChangeError:raise("commit() cannot be called here: this transaction is "
            .. "being committed already")
    end
    self._is_committing = true
    local ok, e = pcall(commit, self)
    self._is_committing = false
    if not ok then
        error(e, 0)
    end
end

---Flush, and commit. A savepoint is released.
---@error IllegalStateChangeError in a listener, while it is being committed
function Transaction:commit()
    check(self, "commit")
    exclusive(self.session, "commit", commit_once, self)
end

-- ---- rolling back ----

-- Inner ones are over: their connections are this one's.
local function close_inner(self)
    while self.session._transaction ~= self do
        self.session._transaction:close()
    end
end

local STATE_EVENTS = {
    pending = "pending_to_transient",
    born = "persistent_to_transient",
    restored = "deleted_to_persistent",
}

local function outcome_of(session)
    local outcome
    for list, name in pairs(STATE_EVENTS) do
        if session.dispatch[name] then
            outcome = outcome or { pending = {}, born = {}, restored = {} }
            outcome[list] = {}
        end
    end
    return outcome
end

-- The session's objects are what they were when the transaction began.
local function restore(boundary)
    local session = boundary.session
    local outcome = outcome_of(session)
    session.core:rollback(boundary._number, boundary.nested, outcome)
    for list, name in pairs(outcome and STATE_EVENTS or {}) do
        if session.dispatch[name] then
            fire_all(session, name, outcome[list])
        end
    end
end

local function rollback_links(self)
    local first
    for _, each in ipairs(links(self)) do
        local ok, e = pcall(each.transaction.rollback, each.transaction)
        first = first or not ok and { e } or nil
    end
    if first then
        error(first[1], 0)
    end
end

local function rollback_boundary(boundary)
    local ok, e = pcall(function()
        rollback_links(boundary)
        boundary._state = "DEACTIVE"
        fire(boundary.session, "after_rollback")
    end)
    boundary._state = "DEACTIVE"
    restore(boundary)
    return ok, e
end

-- Roll back as far as the nearest boundary; what lies between can only be rolled back too.
local function rollback_to_boundary(self)
    local each = self
    while not each._is_boundary do
        each._state = "DEACTIVE"
        each = each.parent
    end
    return each, rollback_boundary(each)
end

local function rollback(self, reason)
    local session, parent = self.session, self.parent
    close_inner(self)
    local boundary, ok, e = self, true, nil
    if self._state ~= "DEACTIVE" then
        boundary, ok, e = rollback_to_boundary(self)
    end
    if ok and not session:_is_clean() then
        warnings.warn("the session's state has been changed on a transaction that is not "
            .. "active; this state will be discarded")
        while not boundary._is_boundary do
            boundary = boundary.parent
        end
        restore(boundary)
    end
    self:close()
    if parent and reason ~= nil then
        parent._rollback_error = reason
    end
    if not ok then
        error(e, 0)
    end
    fire(session, "after_soft_rollback", self)
end

---Roll back as far as the nearest savepoint, or entirely.
---@param reason? any the error because of which; of a flush
function Transaction:rollback(reason)
    check(self, "rollback")
    exclusive(self.session, "rollback", rollback, self, reason)
end

-- ---- closing ----

local function close_links(self)
    local first
    for _, each in ipairs(links(self)) do
        local ok, e = pcall(function()
            if each.is_ours and each.transaction.is_active then
                each.transaction:rollback()
            end
        end)
        if each.closes then
            each.connection:close()
        end
        first = first or not ok and { e } or nil
    end
    return first
end

---End the transaction without looking at the session's objects; what is open is rolled back.
function Transaction:close()
    if self._state == "CLOSED" then
        return
    end
    local session, failed = self.session, nil
    if self.nested then
        session._nested = self._previous_nested
    elseif not self.parent then
        session._nested = false
    end
    session._transaction = self.parent or false
    if not self.parent then
        failed = close_links(self)
    end
    self._state = "CLOSED"
    self.session, self._links = nil, nil
    fire(session, "after_transaction_end", self)
    if failed then
        error(failed[1], 0)
    end
end

-- ---- scopes ----

-- Roll back because of e; should that fail too, its error names e as the cause.
local function rollback_after(self, e)
    if self._state ~= "CLOSED" then
        local ok, failure = pcall(self.rollback, self)
        if not ok then
            error(exc.with_cause(failure, e), 0)
        end
    end
end

local function commit_or_rollback(self)
    local ok, e = pcall(self.commit, self)
    if not ok then
        rollback_after(self, e)
        error(e, 0)
    end
end

function meta:__close(e)
    if self._state == "CLOSED" then
        return
    elseif e == nil and self.is_active and not wait.is_cancelling() then
        commit_or_rollback(self)
    else
        rollback_after(self, e)
    end
end

local function scope_done(self, ok, ...)
    if not ok then
        rollback_after(self, (...))
        error((...), 0)
    elseif self._state ~= "CLOSED" then
        if self.is_active then
            commit_or_rollback(self)
        else
            self:rollback()
        end
    end
    return ...
end

---Call fn(thing), and commit after it; roll back if it raises.
---@param self corm.SessionTransaction
---@param fn function
---@param thing any
---@return any ... fn's results
function session_transaction.run(self, fn, thing)
    return scope_done(self, pcall(fn, thing))
end

return session_transaction
