-- SPDX-License-Identifier: MIT
-- Session: a conversation with the database. It keeps one object for each row (the identity
-- map, weak), the objects that are new, changed or to be deleted, and a transaction.
--
--     local session <close> = corm.Session(engine)
--     session:add(User{ name = "ed" })
--     session:commit()
--
-- Which objects are new, changed and to be deleted is kept in C (csrc/lua/session*.c), where
-- attributes change; here is the sequence of what happens to them: flush.lua, the transaction
-- in session_transaction.lua, statements in session_execute.lua.
--
-- Own kinds: local MySession = corm.Session:extend("MySession", { greet = function(self) … end }).

local core = require("corm.core")
local event = require("corm.event")
local exc = require("corm.exc")
local flush = require("corm.orm.flush")
local identity = require("corm.orm.identity")
local session_class = require("corm.orm.session_class")
local session_execute = require("corm.orm.session_execute")
local session_transaction = require("corm.orm.session_transaction")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local dispatcher = require("corm.util.dispatcher")
local repr = require("corm.util.repr")
local Set = require("corm.util.set")

---@class corm.Session
---@field bind? corm.Engine|corm.Connection
---@field autoflush boolean
---@field expire_on_commit boolean
---@field info table for the program's own use
---@field new corm.set objects that the next flush inserts
---@field dirty corm.set objects that have changes
---@field deleted corm.set objects that the next flush deletes
---@field identity_map corm.orm.IdentityMap
---@field is_active boolean the session can be used without a rollback before
---@field no_autoflush fun(self: corm.Session, fn: function, ...): any
---@field core any
local Session = session_class.new("Session", nil)
Session.dispatch = event.dispatcher({ "session" })

local methods = {}

local exclusive = session_transaction.exclusive

-- ---- making one ----

local OPTIONS = {
    "autobegin", "autoflush", "bind", "binds", "close_resets_only", "enable_baked_queries",
    "execution_options", "expire_on_commit", "future", "info", "join_transaction_mode",
    "query_cls", "twophase",
}

local JOIN_MODES = {
    conditional_savepoint = true, control_fully = true, create_savepoint = true,
    rollback_only = true,
}

local function is_options(value)
    return type(value) == "table" and getmetatable(value) == nil
end

local function set_options(self, options)
    self.autoflush = options.autoflush ~= false
    self.autobegin = options.autobegin ~= false
    self.expire_on_commit = options.expire_on_commit ~= false
    self.twophase = options.twophase or false
    self.info = options.info or {}
    self.query_cls = options.query_cls
    self.execution_options = options.execution_options
    self.join_transaction_mode = options.join_transaction_mode or "conditional_savepoint"
    if not JOIN_MODES[self.join_transaction_mode] then
        exc.ArgumentError:raise("Session: unknown join_transaction_mode %s",
            repr.value(options.join_transaction_mode))
    end
    self._resets_only = options.close_resets_only ~= false
end

-- Called with the new object; a class of its own may replace it and call this one.
function methods:__init(bind, options)
    if options == nil and is_options(bind) then
        bind, options = nil, bind
    end
    if options == nil then
        options = {}
    else
        check_options(options, OPTIONS, "Session")
    end
    bind = bind or options.bind
    if bind ~= nil and not session_execute.is_bind(bind) then
        exc.ArgumentError:raise("Session: an Engine or a Connection expected as bind, got %s",
            repr.value(bind))
    end
    self.bind = bind
    self.core = core.session(self)
    self._transaction = false
    self._nested = false
    -- What is looked at often is there from the start: it is no method.
    self._binds = false
    self._flushing = false
    self._getters = false
    self._moving = false
    set_options(self, options)
    if options.binds then
        session_execute.set_binds(self, options.binds)
    end
end

-- ---- listeners of coming and going ----

-- Whether somebody hears of objects that are attached is looked up when that may have
-- changed, not for each object.
local ATTACH_EVENTS = {
    "before_attach", "after_attach", "transient_to_pending", "detached_to_persistent",
    "deleted_to_persistent",
}

local function settle_listeners(self)
    self._generation = dispatcher.changes
    self._hears_attach = false
    for _, name in ipairs(ATTACH_EVENTS) do
        self._hears_attach = self._hears_attach or self.dispatch[name] ~= nil
    end
end

local function fire(self, name, object)
    if self.dispatch[name] then
        self.dispatch:fire(name, self, object)
    end
end

-- ---- add ----

local core_add = core.session(nil).add

local function fail_unmapped(object)
    exc.UnmappedInstanceError:raise("%s is not a mapped object", repr.value(object))
end

local JOINED = { transient = "transient_to_pending", detached = "detached_to_persistent" }

-- One object at a time, so that listeners see each.
local function attach(self, object)
    local state = core.state_of(object)
    if core.session_of(object) == self then
        core.attach(self.core, object)
        return
    end
    fire(self, "before_attach", object)
    core.attach(self.core, object)
    fire(self, "after_attach", object)
    if JOINED[state] then
        fire(self, JOINED[state], object)
    end
end

local function add_listened(self, object)
    local walk <close> = core.cascade(object, "save-update")
    attach(self, object)
    for _, related in ipairs((walk:next())) do
        attach(self, related)
    end
end

---Have an object saved by the next flush, and what its save-update cascades reach. A
---detached object becomes persistent again.
---@param object any
---@error InvalidRequestError it is in another session
function methods:add(object)
    if not self._transaction then
        self:_autobegin()
    end
    if self._generation ~= dispatcher.changes then
        settle_listeners(self)
    end
    if self._hears_attach then
        if not core.mapper_of(object) then
            fail_unmapped(object)
        end
        add_listened(self, object)
    elseif not core_add(self.core, object) then
        fail_unmapped(object)
    end
end

---Add several objects.
---@param objects any[] a sequence, or anything that can be iterated over
function methods:add_all(objects)
    for _, object in ipairs(identity.sequence(objects)) do
        self:add(object)
    end
end

-- ---- delete ----

local function check_deletable(self, object)
    if not core.mapper_of(object) then
        fail_unmapped(object)
    end
    local state = core.state_of(object)
    if state == "transient" or state == "pending" then
        exc.InvalidRequestError:raise("instance %s is not persisted", tostring(object))
    elseif state == "detached" then
        self:add(object)
    elseif core.session_of(object) ~= self then
        core_add(self.core, object) -- says which session has it
    end
end

-- What the delete cascades of an object reach; it is loaded.
local function delete_cascade(object)
    local walk <close> = core.cascade(object, "delete")
    while true do
        local found, missing = walk:next()
        if not missing then
            return found
        end
        local _ = found[missing]
    end
end

---Have an object deleted by the next flush, and what its delete cascades reach.
---@param object any
---@error InvalidRequestError it was never saved
function methods:delete(object)
    self:_begin_if_needed()
    check_deletable(self, object)
    if self.core:is_listed(object, "deleted") or core.state_of(object) == "deleted" then
        return
    end
    local related = delete_cascade(object)
    self.core:mark_delete(object)
    for _, each in ipairs(related) do
        self.core:mark_delete(each)
    end
end

---Delete several objects.
---@param objects any[]
function methods:delete_all(objects)
    for _, object in ipairs(identity.sequence(objects)) do
        self:delete(object)
    end
end

-- ---- letting go ----

local LEFT = { pending = "pending_to_transient", persistent = "persistent_to_detached",
    deleted = "deleted_to_detached" }

local function let_go(self, object)
    local event_name = LEFT[core.state_of(object)]
    self.core:expunge(object)
    if event_name then
        fire(self, event_name, object)
    end
end

local function cascade(object, name)
    local walk <close> = core.cascade(object, name)
    return (walk:next())
end

---Take an object out of the session, and what its expunge cascades reach.
---@param object any
function methods:expunge(object)
    if not core.mapper_of(object) then
        fail_unmapped(object)
    end
    if core.session_of(object) ~= self then
        exc.InvalidRequestError:raise("instance %s is not present in this session",
            tostring(object))
    end
    local related = cascade(object, "expunge")
    let_go(self, object)
    for _, each in ipairs(related) do
        if core.session_of(each) == self then
            let_go(self, each)
        end
    end
end

---Take all objects out of the session.
function methods:expunge_all()
    if self.dispatch.pending_to_transient or self.dispatch.persistent_to_detached then
        for _, object in ipairs(self:_all_objects()) do
            let_go(self, object)
        end
    end
    self.core:clear()
    self._getters = false -- they look into the identity map that was
end

-- ---- what is there ----

-- New objects, then those of the identity map.
function methods:_all_objects()
    local objects = self.core:listed("new")
    local known = self.core:instances()
    return table.move(known, 1, #known, #objects + 1, objects)
end

---Whether an object is in the session, new or persistent.
---@param object any
---@return boolean
function methods:contains(object)
    if not core.mapper_of(object) then
        fail_unmapped(object)
    end
    return self.core:contains(object)
end

function methods:_is_clean()
    return not self.core:has_changes()
end

---Whether an object has changes that a flush would save.
---@param object any
---@param options? {include_collections?: boolean} true unless given
---@return boolean
function methods:is_modified(object, options)
    options = check_options(options, { "include_collections" }, "is_modified")
    return core.is_modified(object, options.include_collections ~= false)
end

-- ---- expire and refresh ----

local function positions_of(of_mapper, names)
    local positions = {}
    for i, name in ipairs(names) do
        local prop = of_mapper.props[name]
        if not prop then
            exc.ArgumentError:raise("class '%s' has no attribute %s", of_mapper.name,
                repr.value(name))
        end
        positions[i] = prop.position
    end
    return positions
end

local function check_persistent(self, object)
    if not core.mapper_of(object) then
        fail_unmapped(object)
    end
    if core.session_of(object) ~= self or core.state_of(object) ~= "persistent" then
        exc.InvalidRequestError:raise("instance %s is not persistent within this session",
            tostring(object))
    end
end

local function fire_expire(object, names)
    local dispatch = require("corm.orm.mapper").of_instance(object).dispatch
    if dispatch.expire then
        dispatch:fire("expire", object, names)
    end
end

---Forget the values of an object's attributes (or of some), changes included: they are loaded
---when they are read.
---@param object any
---@param names? string[]
function methods:expire(object, names)
    check_persistent(self, object)
    if names then
        local of_mapper = require("corm.orm.mapper").of_instance(object)
        self.core:expire(object, positions_of(of_mapper, names))
        fire_expire(object, names)
        return
    end
    local related = cascade(object, "refresh-expire")
    self.core:expire(object)
    fire_expire(object, nil)
    for _, each in ipairs(related) do
        if core.session_of(each) == self then
            if core.state_of(each) == "persistent" then
                self.core:expire(each)
                fire_expire(each, nil)
            elseif core.state_of(each) == "pending" then
                let_go(self, each)
            end
        end
    end
end

---Expire all persistent objects.
function methods:expire_all()
    self.core:expire_all()
end

---Load the attributes of an object (or some of them) anew, now.
---@param object any
---@param names? string[]
---@param options? {with_for_update?: any}
function methods:refresh(object, names, options)
    check_persistent(self, object)
    options = check_options(options, { "with_for_update" }, "refresh")
    self:_autoflush()
    self:expire(object, names)
    if options.with_for_update then
        session_execute.lock(self, object, options.with_for_update)
    else
        session_execute.load(object, names)
    end
end

-- ---- flush ----

---Write all changes (or those of some objects) to the database.
---@param objects? any[]
---@error StaleDataError IntegrityError FlushError
function methods:flush(objects)
    session_transaction.check_exclusive(self, "flush")
    if self._flushing then
        exc.InvalidRequestError:raise("the session is already flushing")
    end
    if self.core:has_changes() then
        flush.run(self, objects)
    end
end

-- Before a query: what was changed must be found.
function methods:_autoflush()
    if not self.autoflush or self._flushing or not self.core:has_changes() then
        return
    end
    local ok, e = pcall(self.flush, self)
    if not ok then
        if type(e) == "table" and exc.CormError:is(e) then
            e.message = e.message .. " (raised by an autoflush before a query; use "
                .. "session:no_autoflush(fn) if the flush comes too early)"
        end
        error(e, 0)
    end
end

local function restore_autoflush(self, before, ok, ...)
    self.autoflush = before
    if not ok then
        error((...), 0)
    end
    return ...
end

---Call fn(session, …) with autoflush switched off.
---@param fn function
---@param ... any
---@return any ... what fn returns
function methods:no_autoflush(fn, ...)
    check(fn, "function", "no_autoflush")
    local before = self.autoflush
    self.autoflush = false
    return restore_autoflush(self, before, pcall(fn, self, ...))
end

-- ---- transactions ----

function methods:_autobegin()
    if self._closed then
        exc.InvalidRequestError:raise("this session has been permanently closed and is unable to "
            .. "handle any more transaction requests")
    elseif not self.autobegin then
        exc.InvalidRequestError:raise("autobegin is disabled on this session; call "
            .. "session:begin() to start a new transaction")
    end
    return session_transaction.begin(self, "AUTOBEGIN")
end

-- The transaction that work is done in.
function methods:_begin_if_needed()
    return self._transaction or self:_autobegin()
end

-- A change of an object begins the transaction, too: it is noted when somebody asks.
local function current(self)
    if not self._transaction and self.core:has_changes() then
        self:_autobegin()
    end
    return self._transaction
end

---Begin a transaction. With a function: call it with the session, commit after it, roll back
---if it raises.
---@param fn? fun(session: corm.Session): any
---@return corm.SessionTransaction|any
---@error InvalidRequestError one has begun already
function methods:begin(fn)
    if fn ~= nil then
        check(fn, "function", "Session:begin")
    end
    session_transaction.check_exclusive(self, "begin")
    if current(self) then
        exc.InvalidRequestError:raise("a transaction is already begun on this session")
    elseif self._closed then
        self:_autobegin()
    end
    local transaction = session_transaction.begin(self, "BEGIN")
    if fn then
        return session_transaction.run(transaction, fn, self)
    end
    return transaction
end

---Begin a savepoint. With a function: call it with the savepoint's transaction, release it
---after it, roll back to it if it raises.
---@param fn? fun(transaction: corm.SessionTransaction): any
---@return corm.SessionTransaction|any
function methods:begin_nested(fn)
    if fn ~= nil then
        check(fn, "function", "begin_nested")
    end
    session_transaction.check_exclusive(self, "begin_nested")
    self:_begin_if_needed()
    local transaction = session_transaction.begin(self, "BEGIN_NESTED")
    if fn then
        return session_transaction.run(transaction, fn, transaction)
    end
    return transaction
end

local function to_root(self, move)
    local transaction = self._transaction
    repeat
        local parent = transaction.parent
        transaction[move](transaction)
        transaction = parent
    until not transaction
end

---Flush and commit; after it, all objects are loaded anew when they are read
---(expire_on_commit).
function methods:commit()
    session_transaction.check_exclusive(self, "commit")
    self:_begin_if_needed()
    to_root(self, "commit")
end

---Roll the transaction back, savepoints included: objects that were added become transient,
---deleted ones persistent, and all are loaded anew when they are read.
function methods:rollback()
    session_transaction.check_exclusive(self, "rollback")
    if current(self) then
        to_root(self, "rollback")
    end
end

---Prepare a transaction in two phases.
function methods:prepare()
    self:_begin_if_needed():prepare()
end

local function close(self, invalidate)
    local transaction = self._transaction
    self:expunge_all()
    while transaction do
        local parent = transaction.parent
        if invalidate and not parent then
            transaction:_invalidate_connections()
        end
        transaction:close()
        transaction = parent
    end
end

---Let go of all objects and roll back what is open. The session can be used again, unless it
---was made with close_resets_only = false.
function methods:close()
    exclusive(self, "close", close, self)
    self._closed = not self._resets_only
end

---Let go of all objects and roll back what is open; the session can be used again.
function methods:reset()
    exclusive(self, "reset", close, self)
end

---As close(), giving the connections up instead of returning them to the pool.
function methods:invalidate()
    exclusive(self, "invalidate", close, self, true)
end

---@return boolean
function methods:in_transaction()
    return current(self) ~= false
end

---@return boolean
function methods:in_nested_transaction()
    return self._nested ~= false
end

---@return corm.SessionTransaction? # the outermost one
function methods:get_transaction()
    local transaction = current(self)
    while transaction and transaction.parent do
        transaction = transaction.parent
    end
    return transaction or nil
end

---@return corm.SessionTransaction? # the innermost savepoint
function methods:get_nested_transaction()
    return self._nested or nil
end

-- ---- computed attributes ----

local getters = {
    new = function(self)
        return Set(self.core:listed("new"))
    end,
    dirty = function(self)
        return Set(self.core:listed("dirty"))
    end,
    deleted = function(self)
        return Set(self.core:listed("deleted"))
    end,
    identity_map = function(self)
        return identity.map(self)
    end,
    is_active = function(self)
        return not self._transaction or self._transaction.is_active
    end,
}

-- The step of `for object in session do`: a snapshot, looked at by what came before.
local function iterate(self, _, previous)
    if previous == nil then
        self._snapshot = Set(self:_all_objects())
    end
    return self._snapshot(nil, previous)
end

for _, module in ipairs({ "session_execute", "session_merge", "session_bulk" }) do
    for name, method in pairs(require("corm.orm." .. module).methods) do
        methods[name] = method
    end
end

session_class.define(Session, methods, getters, { __call = iterate })

local session = { Session = Session }

-- ---- functions about any object ----

---The session that an object is in, or nil.
---@param object any
---@return corm.Session?
function session.object_session(object)
    if not core.mapper_of(object) then
        fail_unmapped(object)
    end
    return core.session_of(object)
end

---Have an object forget that it was ever saved: it is transient, with its attributes as
---they are.
---@param object any
function session.make_transient(object)
    local owner = session.object_session(object)
    if owner then
        let_go(owner, object)
    end
    core.make_transient(object)
end

---Have a transient object that has its primary key stand for the row, detached.
---@param object any
function session.make_transient_to_detached(object)
    if session.object_session(object) or core.state_of(object) ~= "transient" then
        exc.InvalidRequestError:raise("given object must be transient")
    end
    core.make_detached(object)
end

---Whether the object was deleted by a flush of a session, now or before.
---@param object any
---@return boolean
function session.was_deleted(object)
    if not core.mapper_of(object) then
        fail_unmapped(object)
    end
    return core.was_deleted(object)
end

---Close all sessions that there are.
function session.close_all_sessions()
    for _, each in ipairs(session_class.instances()) do
        each:close()
    end
end

return session
