-- SPDX-License-Identifier: MIT
-- Who listens to a class: to itself, to its bases, to its mixins. A class has a dispatcher from
-- its declaration on; what its bases' and mixins' listeners propagate comes to it.

local event = require("corm.event")
local exc = require("corm.exc")
local mapper = require("corm.orm.mapper")

local class_events = {}

-- Of mixins, which are plain tables.
local of_mixin = setmetatable({}, { __mode = "k" })

local function mixin_dispatcher(mixin)
    local found = of_mixin[mixin]
    if not found then
        found = mapper.dispatch:derive()
        of_mixin[mixin] = found
    end
    return found
end

---Refuse a listener that would never be called: what is not mapped itself is listened to for the
---sake of the classes that are made of it.
---@param name string of the event
---@param options? corm.event.Options
---@param shown string what is listened to
function class_events.check_propagates(name, options, shown)
    local info = options and mapper.dispatch:info(name)
    if info and not options.propagate and not info.inherited then
        exc.ArgumentError:raise("%s is not mapped: listen with { propagate = true } to hear "
            .. "'%s' of the classes that are made of it", shown, name)
    end
end

event.set_dispatcher_of_mixin(function(target, name, options)
    if mapper.dispatch:info(name) then
        class_events.check_propagates(name, options, "a mixin")
        return mixin_dispatcher(target)
    end
end)

---The dispatcher of a new class.
---@param of_base? corm.event.Dispatcher
---@param mixins table[]
---@return corm.event.Dispatcher
function class_events.dispatcher(of_base, mixins)
    local inherits = { of_base }
    for _, mixin in ipairs(mixins) do
        inherits[#inherits + 1] = mixin_dispatcher(mixin)
    end
    return mapper.dispatch:derive(inherits)
end

return class_events
