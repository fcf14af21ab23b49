-- SPDX-License-Identifier: MIT
-- Where listeners are kept and called. Whatever accepts events has a dispatcher:
--
--     Session.dispatch = dispatcher.new({ "session" })        -- a class: for all sessions
--     self.dispatch = Session.dispatch:derive()               -- one session: its own as well
--     if dispatch.before_flush then dispatch:fire("before_flush", session, ctx, nil) end
--
-- dispatcher[event] is the list of everybody who listens, or nil: nobody listening costs one
-- table look-up. Lists are never changed, only replaced, so a listener may add and remove
-- listeners, itself included, while they are being called. A dispatcher without listeners of
-- its own reads its parent's lists, so making one costs one small table.

local core = require("corm.core")
local symbol = require("corm.util.symbol")

---What is known of an event; from csrc/event/names.h.
---@class corm.event.Info
---@field args string names of the listeners' arguments; "**" is a table of further ones
---@field retval boolean a listener's results may count
---@field propagate boolean may go for subclasses as well
---@field raw boolean may get the state instead of the instance
---@field inherited boolean goes for subclasses unless that is refused

---@type table<string, table<string, corm.event.Info>> by family and name
local EVENTS = core.events

---@class corm.event.Listener
---@field fn function as the user gave it
---@field call function what is called: fn with its arguments adapted
---@field retval boolean results count
---@field propagate boolean goes for subclasses as well

---@class corm.event.Dispatcher
---@field [string] corm.event.Listener[] by event: all who listen
---@field _families string[]
---@field _parent? corm.event.Dispatcher
---@field _inherits? corm.event.Dispatcher[]
---@field _own? table<string, corm.event.Listener[]>
---@field _children? table<corm.event.Dispatcher, true>
---@field _is_ahead? boolean the own listeners come before the parent's
local Dispatcher = {}

local ROOT_META = { __index = Dispatcher, __name = "corm.event.Dispatcher" }

local EXT_STOP = symbol("EXT_STOP")

-- changes: a number that grows whenever somebody begins or ends to listen to anything.
local dispatcher = { changes = 0 }
local change_hooks = {}

---Call a function, with nothing, whenever `changes` grows.
---@param hook fun()
function dispatcher.on_change(hook)
    change_hooks[#change_hooks + 1] = hook
end

local function note_change()
    dispatcher.changes = dispatcher.changes + 1
    for _, hook in ipairs(change_hooks) do
        hook()
    end
end

---Whether a family has an event of this name.
---@param family string
---@param name string
---@return boolean
function dispatcher.is_event(family, name)
    return EVENTS[family][name] ~= nil
end

-- The metatable of those that read on in parent; one for all its children.
local function meta_below(parent)
    local meta = rawget(parent, "_child_meta")
    if not meta then
        meta = { __index = parent, __name = ROOT_META.__name }
        parent._child_meta = meta
    end
    return meta
end

local function weak_children(of)
    local children = rawget(of, "_children")
    if not children then
        children = setmetatable({}, { __mode = "k" })
        of._children = children
    end
    return children
end

-- Append to list the listeners that classes below `of` inherit, each once.
local function add_propagating(list, seen, of, name)
    for _, base in ipairs(rawget(of, "_inherits") or {}) do
        add_propagating(list, seen, base, name)
    end
    local own = rawget(of, "_own")
    for _, listener in ipairs(own and own[name] or {}) do
        if listener.propagate and not seen[listener] then
            seen[listener] = true
            list[#list + 1] = listener
        end
    end
end

local function copy_into(list, seen, from)
    for _, listener in ipairs(from or {}) do
        if not seen[listener] then
            seen[listener] = true
            list[#list + 1] = listener
        end
    end
end

-- Make the list anew, here and below: the parent's, then what is inherited, then the own; those
-- of a dispatcher that is ahead come before the parent's.
local function refresh(self, name)
    note_change()
    local list, seen = {}, {}
    local parent = rawget(self, "_parent")
    local own = rawget(self, "_own")
    local passed_on = parent and parent[name] or {}
    copy_into(list, seen, rawget(self, "_is_ahead") and own and own[name])
    copy_into(list, seen, passed_on)
    for _, base in ipairs(rawget(self, "_inherits") or {}) do
        add_propagating(list, seen, base, name)
    end
    copy_into(list, seen, own and own[name])
    rawset(self, name, #list > #passed_on and list or nil)
    for child in pairs(rawget(self, "_children") or {}) do
        refresh(child, name)
    end
end

-- Have every dispatcher above refresh this one when its lists change.
local function join_parents(self)
    local parent = rawget(self, "_parent")
    while parent and not weak_children(parent)[self] do
        weak_children(parent)[self] = true
        self, parent = parent, rawget(parent, "_parent")
    end
end

-- Each event for which a base has a propagating listener.
local function refresh_inherited(self)
    for _, family in ipairs(self._families) do
        for name in pairs(EVENTS[family]) do
            refresh(self, name)
        end
    end
end

---Make a dispatcher.
---@param families string|string[] names of the families of events
---@param parent? corm.event.Dispatcher all of its listeners are called first
---@param inherits? corm.event.Dispatcher[] their listeners with `propagate` are called too
---@return corm.event.Dispatcher
function dispatcher.new(families, parent, inherits)
    local self = setmetatable({}, parent and meta_below(parent) or ROOT_META)
    self._families = type(families) == "string" and { families } or families
    self._parent = parent
    if inherits and #inherits > 0 then
        self._inherits = inherits
        join_parents(self)
        for _, base in ipairs(inherits) do
            join_parents(base)
            weak_children(base)[self] = true
        end
        refresh_inherited(self)
    end
    return self
end

---Make a dispatcher below this one, for the same events.
---@param inherits? corm.event.Dispatcher[]
---@return corm.event.Dispatcher
function Dispatcher:derive(inherits)
    if inherits then
        return dispatcher.new(self._families, self, inherits)
    end
    return setmetatable({ _parent = self }, meta_below(self))
end

---Make a dispatcher below this one whose own listeners are called before those of this one.
---@return corm.event.Dispatcher
function Dispatcher:derive_ahead()
    local derived = self:derive()
    derived._is_ahead = true
    return derived
end

---Whether anybody listens. The same as `dispatcher[name] ~= nil`.
---@param name string
---@return boolean
function Dispatcher:has(name)
    return self[name] ~= nil
end

---What is known of an event, or nil if there is no such event here.
---@param name string
---@return corm.event.Info?
function Dispatcher:info(name)
    for _, family in ipairs(self._families) do
        local info = EVENTS[family][name]
        if info then
            return info
        end
    end
end

---The names of all events here, sorted.
---@return string[]
function Dispatcher:event_names()
    local names = {}
    for _, family in ipairs(self._families) do
        for name in pairs(EVENTS[family]) do
            names[#names + 1] = name
        end
    end
    table.sort(names)
    return names
end

---The place of fn among the own listeners, or nil.
---@param name string
---@param fn function
---@return integer?
function Dispatcher:find(name, fn)
    local own = rawget(self, "_own")
    for i, listener in ipairs(own and own[name] or {}) do
        if listener.fn == fn then
            return i
        end
    end
end

---Add a listener behind the others, or in front of them.
---@param name string
---@param listener corm.event.Listener
---@param is_first? boolean
function Dispatcher:add(name, listener, is_first)
    local own = rawget(self, "_own")
    if not own then
        own = {}
        self._own = own
        join_parents(self)
    end
    own[name] = own[name] or {}
    table.insert(own[name], is_first and 1 or #own[name] + 1, listener)
    refresh(self, name)
end

---Remove the listener at a place that find() gave.
---@param name string
---@param place integer
function Dispatcher:remove_at(name, place)
    table.remove(self._own[name], place)
    refresh(self, name)
end

---Call all listeners; what they return does not count, save that one listening with
---`retval` may return EXT_STOP so that no further one is called.
---@param name string
---@param ... any the event's arguments
function Dispatcher:fire(name, ...)
    local list = self[name]
    for i = 1, list and #list or 0 do
        local listener = list[i]
        if listener.call(...) == EXT_STOP and listener.retval then
            return
        end
    end
end

---Call all listeners; the results of those with `retval` take the place of the arguments
---first … first + count - 1 for the next ones. Returns these arguments as they are at the end.
---@param name string
---@param first integer
---@param count integer
---@param ... any
---@return any ...
function Dispatcher:fire_replacing(name, first, count, ...)
    local list = self[name]
    local args = table.pack(...)
    for i = 1, list and #list or 0 do
        local results = table.pack(list[i].call(table.unpack(args, 1, args.n)))
        for j = 1, list[i].retval and count or 0 do
            args[first + j - 1] = results[j]
        end
    end
    return table.unpack(args, first, first + count - 1)
end

return dispatcher
