-- SPDX-License-Identifier: MIT
-- Listening to events, as sqlalchemy.event.
--
--     corm.event.listen(Session, "before_flush", function(session) … end)
--     corm.event.listens_for(User.name, "set", { retval = true })(function(user, value) … end)
--
-- A target is anything with a dispatcher (corm.util.dispatcher): in its own field `dispatch`,
-- or given by its metatable's `__dispatch`, a dispatcher or a function of (target, event name,
-- options).
-- Listeners may run SQL, raise, yield, and add or remove listeners.
-- A listener added with `named` gets one table of all arguments by name.

local core = require("corm.core")
local exc = require("corm.exc")
local dispatcher = require("corm.util.dispatcher")
local options_of = require("corm.util.options")
local repr = require("corm.util.repr")
local symbol = require("corm.util.symbol")
local select = require("corm.util.select")

local event = {
    EXT_CONTINUE = symbol("EXT_CONTINUE"),
    EXT_SKIP = symbol("EXT_SKIP"),
    EXT_STOP = symbol("EXT_STOP"),
    dispatcher = dispatcher.new,
}

---@class corm.event.Options
---@field once? boolean call it the first time only
---@field propagate? boolean listen to subclasses too
---@field retval? boolean what it returns counts
---@field insert? boolean call it before those already there
---@field named? boolean pass one table of arguments by name
---@field raw? boolean pass the InstanceState instead of the instance
---@field active_history? boolean load an attribute's old value before it is set
---@field restore_load_context? boolean accepted: loading from a listener needs no preparation

local OPTIONS = {
    "active_history", "insert", "named", "once", "propagate", "raw", "restore_load_context",
    "retval",
}

-- Gives the InstanceState of an instance; the ORM puts its own here.
local state_of

---Say how `raw` listeners get the state of an instance.
---@param fn fun(instance: any): any
function event.set_state_of(fn)
    state_of = fn
end

-- Of constructors that are plain functions, such as corm.Table.
local dispatcher_of_function = setmetatable({}, { __mode = "k" })

---Whoever listens to a constructor listens to all that it makes.
---@param constructor function
---@param found corm.event.Dispatcher
function event.set_dispatcher(constructor, found)
    dispatcher_of_function[constructor] = found
end

-- Gives the dispatcher of a plain table, for events that a mixin may be listened to; the ORM's.
local dispatcher_of_mixin

---Say how a plain table is listened to.
---@param fn fun(target: table, name: string, options?: corm.event.Options): corm.event.Dispatcher?
function event.set_dispatcher_of_mixin(fn)
    dispatcher_of_mixin = fn
end

local function dispatcher_of_table(target, name, options)
    local own = rawget(target, "dispatch")
    if own == nil and dispatcher_of_mixin and getmetatable(target) == nil then
        return dispatcher_of_mixin(target, name, options)
    end
    return own
end

local function dispatcher_of(target, name, options)
    local found = core.metafield(target, "__dispatch")
    if type(found) == "function" then
        return found(target, name, options)
    end
    return found or dispatcher_of_function[target]
        or type(target) == "table" and dispatcher_of_table(target, name, options) or nil
end

-- The target's dispatcher and what is known of the event.
local function resolve(target, name, options)
    local found = dispatcher_of(target, name, options)
    if not found then
        exc.InvalidRequestError:raise("%s accepts no events", repr.value(target))
    end
    local info = found:info(name)
    if not info then
        local nearest = core.nearest(tostring(name), found:event_names())
        exc.InvalidRequestError:raise("no event %s for %s%s", repr.value(name),
            repr.value(target), nearest and (", did you mean '%s'?"):format(nearest) or "")
    end
    return found, info
end

-- An option that would have no effect is a mistake.
local function check_effect(name, info, options)
    for _, option in ipairs({ "propagate", "raw", "retval" }) do
        if options[option] and not info[option] then
            exc.ArgumentError:raise("event '%s' has no use for the option '%s'", name, option)
        end
    end
end

local function is_callable(value)
    return type(value) == "function" or core.metafield(value, "__call") ~= nil
end

-- fn with the instance among its arguments replaced by its state.
local function with_state(fn, args)
    local place = 0
    for word in args:gmatch("%S+") do
        place = place + 1
        if word == "target" or word == "instance" then
            return function(...)
                local values = table.pack(...)
                values[place] = state_of(values[place])
                return fn(table.unpack(values, 1, values.n))
            end
        end
    end
    return fn
end

-- fn with all its arguments in one table.
local function with_names(fn, args)
    local names = {}
    for word in args:gmatch("%S+") do
        names[#names + 1] = word
    end
    return function(...)
        local by_name = {}
        for i, name in ipairs(names) do
            local value = (select(i, ...))
            if name == "**" then
                for key, further in pairs(value or {}) do
                    by_name[key] = further
                end
            else
                by_name[name] = value
            end
        end
        return fn(by_name)
    end
end

local function only_once(fn, remove)
    local is_done = false
    return function(...)
        if is_done then
            return
        end
        is_done = true
        remove()
        return fn(...)
    end
end

---Call fn whenever the event happens. The same fn is added to a target only once.
---@param target any class or object
---@param name string
---@param fn function
---@param options? corm.event.Options
---@error InvalidRequestError the target has no such event
function event.listen(target, name, fn, options)
    options = options_of(options, OPTIONS, "event.listen")
    local found, info = resolve(target, name, options)
    check_effect(name, info, options)
    if not is_callable(fn) then
        exc.ArgumentError:raise("event.listen: a listener is a function, got %s",
            repr.value(fn))
    end
    if found:find(name, fn) then
        return
    end
    local call = options.raw and with_state(fn, info.args) or fn
    call = options.named and with_names(call, info.args) or call
    if options.once then
        call = only_once(call, function()
            local place = found:find(name, fn)
            if place then
                found:remove_at(name, place)
            end
        end)
    end
    found:add(name, {
        fn = fn,
        call = call,
        retval = options.retval or false,
        propagate = options.propagate or options.propagate == nil and info.inherited,
        active_history = options.active_history or false,
    }, options.insert)
end

---The decorator form: `listens_for(target, name)(fn)` listens and returns fn.
---@param target any
---@param name string
---@param options? corm.event.Options
---@return fun(fn: function): function
function event.listens_for(target, name, options)
    return function(fn)
        event.listen(target, name, fn, options)
        return fn
    end
end

---Stop calling fn.
---@param target any as given to listen
---@param name string
---@param fn function
---@error InvalidRequestError fn does not listen there
function event.remove(target, name, fn)
    local found = resolve(target, name)
    local place = found:find(name, fn)
    if not place then
        exc.InvalidRequestError:raise("no such listener of event %s on %s", repr.value(name),
            repr.value(target))
    end
    found:remove_at(name, place)
end

---Whether fn listens there.
---@param target any
---@param name string
---@param fn function
---@return boolean
function event.contains(target, name, fn)
    return resolve(target, name):find(name, fn) ~= nil
end

return require("corm.util.public")("corm.event", event)
