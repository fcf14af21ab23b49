-- SPDX-License-Identifier: MIT
-- The flush: the core plans (csrc/orm/unitofwork.h), here is what its steps ask for. Lua walks
-- steps and batches, not rows.
--
--     before_flush → unit:next() … load | before | batch | after … → after_flush → finish
--                  → after_flush_postexec
--
-- A listener may run SQL, raise and yield at each step. What raises rolls the transaction
-- back; the objects are as before the flush then, and the session needs a rollback().

local core = require("corm.core")
local exc = require("corm.exc")
local dispatcher = require("corm.util.dispatcher")
local identity = require("corm.orm.identity")
local mapper = require("corm.orm.mapper")
local persistence = require("corm.orm.persistence")
local session_transaction = require("corm.orm.session_transaction")
local warnings = require("corm.warnings")

local flush = {}

---What listeners are told of a flush.
---@class corm.orm.FlushContext
---@field session corm.Session
---@field transaction? corm.SessionTransaction
local Context = { __name = "corm.orm.FlushContext" }
Context.__index = Context

---Whether the flush is going to delete (or has deleted) an object.
---@param object any
---@return boolean
function Context:is_deleted(object)
    return self.session.core:is_listed(object, "deleted")
end

-- ---- steps ----

-- Reading the attribute loads it.
local function load(_, object, name)
    local _ = object[name]
end

local EVENTS = {
    before = { insert = "before_insert", update = "before_update", delete = "before_delete" },
    after = { insert = "after_insert", update = "after_update", delete = "after_delete" },
}

local function fire_each(run, name, objects)
    for _, object in ipairs(objects) do
        local of_mapper = mapper.of_instance(object)
        if of_mapper.dispatch[name] then
            of_mapper.dispatch:fire(name, of_mapper, run:connection_for(of_mapper), object)
        end
    end
end

local function before(run, verb, objects)
    fire_each(run, EVENTS.before[verb], objects)
end

local function after(run, verb, objects)
    fire_each(run, EVENTS.after[verb], objects)
end

local STEPS = { load = load, before = before, after = after, batch = persistence.execute }

---One flush while it runs.
---@class corm.orm.FlushRun
---@field session corm.Session
---@field context corm.orm.FlushContext
---@field unit any the core's unit of work
local Run = {}
Run.__index = Run

---The connection that the rows of a class are written on.
---@param of_mapper corm.orm.Mapper
---@return corm.Connection
function Run:connection_for(of_mapper)
    return self.session:_connection_for(of_mapper)
end

local function step(run, kind, ...)
    if kind then
        STEPS[kind](run, ...)
        return true
    end
end

local function warn_strays(unit)
    local strays = unit:strays()
    for i = 1, #strays, 2 do
        warnings.warn(("object of class '%s' is not in the session; along '%s' it is left alone")
            :format(strays[i], strays[i + 1]))
    end
end

local function execute(run)
    local unit = run.unit
    while step(run, unit:next()) do -- luacheck: ignore 542
    end
    warn_strays(unit)
end

-- ---- the end ----

local function fire(session, name, ...)
    if session.dispatch[name] then
        session.dispatch:fire(name, session, ...)
    end
end

local function fire_all(session, name, objects)
    for _, object in ipairs(objects or {}) do
        session.dispatch:fire(name, session, object)
    end
end

-- What was saved becomes persistent; listeners hear of it if there are any.
local function finish(session, unit)
    local dispatch = session.dispatch
    local inserted = dispatch.pending_to_persistent and {} or nil
    local deleted = dispatch.persistent_to_deleted and {} or nil
    local dropped = dispatch.pending_to_transient and {} or nil
    unit:finish(inserted, deleted, dropped)
    fire_all(session, "persistent_to_deleted", deleted)
    fire_all(session, "pending_to_transient", dropped)
    fire_all(session, "pending_to_persistent", inserted)
end

-- ---- the flush ----

local heard = 0 -- dispatcher.changes when the mappers were told last
local PERSIST_EVENTS = {
    "before_insert", "before_update", "before_delete",
    "after_insert", "after_update", "after_delete",
}

-- Tell the core which classes have listeners: only for those it asks for events.
local function tell_listeners()
    if heard == dispatcher.changes then
        return
    end
    heard = dispatcher.changes
    for _, of_mapper in ipairs(mapper.all()) do
        local is_heard = false
        for _, name in ipairs(PERSIST_EVENTS) do
            is_heard = is_heard or of_mapper.dispatch[name] ~= nil
        end
        of_mapper.core:listen("persist", is_heard)
    end
end

local function check_objects(session, objects)
    for _, object in ipairs(objects) do
        if not core.mapper_of(object) then
            exc.UnmappedInstanceError:raise("flush: %s is not a mapped object",
                tostring(object))
        end
    end
    return session
end

local function carry_out(session, context, objects)
    tell_listeners()
    local unit <close> = core.unit(session.core, objects)
    if not unit:has_work() then
        return
    end
    session:_begin_if_needed()
    local transaction = session_transaction.begin(session, "SUBTRANSACTION")
    context.transaction = transaction
    local run = setmetatable({
        session = session,
        context = context,
        unit = unit,
    }, Run)
    local ok, e = pcall(function()
        execute(run)
        fire(session, "after_flush", context)
        finish(session, unit)
        fire(session, "after_flush_postexec", context)
        transaction:commit()
    end)
    if not ok then
        -- The unit takes back what it wrote before the rollback looks at the objects.
        unit:close()
        transaction:rollback(e)
        error(e, 0)
    end
end

local function guarded(session, objects)
    local context = setmetatable({ session = session }, Context)
    if session.dispatch.before_flush then
        session.dispatch:fire("before_flush", session, context, objects)
        if not session.core:has_changes() then
            return
        end
    end
    carry_out(session, context, objects)
end

---Write the changes of a session, or of some of its objects.
---@param session corm.Session
---@param objects? any[]
function flush.run(session, objects)
    if objects then
        objects = identity.sequence(objects)
        check_objects(session, objects)
    end
    session._flushing = true
    session.core:set_flushing(true)
    local ok, e = pcall(session_transaction.exclusive, session, "flush", guarded, session, objects)
    session._flushing = false
    session.core:set_flushing(false)
    if not ok then
        error(e, 0)
    end
end

return flush
