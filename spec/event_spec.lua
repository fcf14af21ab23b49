-- SPDX-License-Identifier: MIT
require("spec.helper")
local event = require("corm.event")
local exc = require("corm.exc")
local symbol = require("corm.util.symbol")

-- A target with a log that listeners write to.
local function target(parent, inherits)
    return {
        dispatch = event.dispatcher({ "session", "attribute", "mapper", "ddl" },
            parent and parent.dispatch, inherits),
    }
end

local function logger()
    local log = {}
    return log, function(name)
        return function(...)
            log[#log + 1] = name
            return ...
        end
    end
end

local function raised(f, ...)
    local ok, e = pcall(f, ...)
    assert.is_false(ok)
    return e
end

describe("listen", function()
    it("calls listeners in order with the event's arguments", function()
        local t, got = target(), {}
        event.listen(t, "after_flush", function(...)
            got[1] = { ... }
        end)
        event.listens_for(t, "after_flush")(function(...)
            got[2] = { ... }
        end)
        t.dispatch:fire("after_flush", "session", "context")
        assert.same({ { "session", "context" }, { "session", "context" } }, got)
    end)

    it("costs nothing while nobody listens", function()
        local t = target()
        assert.is_nil(t.dispatch.after_flush)
        assert.is_false(t.dispatch:has("after_flush"))
        t.dispatch:fire("after_flush")
        event.listen(t, "after_flush", print)
        assert.is_true(t.dispatch:has("after_flush"))
        event.remove(t, "after_flush", print)
        assert.is_nil(t.dispatch.after_flush)
    end)

    it("refuses a misspelt event and names the nearest", function()
        local e = raised(event.listen, target(), "after_flsh", print)
        assert.is_true(exc.InvalidRequestError:is(e))
        assert.matches("no event 'after_flsh' for .*, did you mean 'after_flush'%?", e.message)
    end)

    it("refuses options that have no effect on the event", function()
        local e = raised(event.listen, target(), "after_flush", print, { retval = true })
        assert.equal("event 'after_flush' has no use for the option 'retval'", e.message)
    end)

    it("refuses a target without events", function()
        local e = raised(event.listen, {}, "after_flush", print)
        assert.matches("accepts no events", e.message)
        assert.has_error(function()
            event.listen(nil, "after_flush", print)
        end)
    end)

    it("refuses unknown options and what is no function", function()
        local t = target()
        local e = raised(event.listen, t, "after_flush", print, { onse = true })
        assert.matches("unknown option 'onse'; did you mean 'once'?", e.message, 1, true)
        e = raised(event.listen, t, "after_flush", "print")
        assert.is_true(exc.ArgumentError:is(e))
    end)

    it("finds the dispatcher through a metatable", function()
        local t = target()
        local proxy = setmetatable({}, { __dispatch = t.dispatch })
        local asked
        local lazy = setmetatable({}, {
            __dispatch = function(_, name)
                asked = name
                return t.dispatch
            end,
        })
        event.listen(proxy, "after_flush", print)
        assert.is_true(event.contains(t, "after_flush", print))
        assert.is_true(event.contains(lazy, "after_flush", print))
        assert.equal("after_flush", asked)
    end)

    it("does not take a class's dispatcher for that of an object", function()
        local class = target()
        local object = setmetatable({}, { __index = class })
        assert.matches("accepts no events", raised(event.listen, object, "set", print).message)
    end)

    it("adds the same function only once", function()
        local t = target()
        local log, make = logger()
        local fn = make("a")
        event.listen(t, "after_flush", fn)
        event.listen(t, "after_flush", fn)
        t.dispatch:fire("after_flush")
        assert.same({ "a" }, log)
    end)
end)

describe("the option", function()
    it("once ends after the first call", function()
        local t = target()
        local log, make = logger()
        local fn = make("a")
        event.listen(t, "after_flush", fn, { once = true })
        t.dispatch:fire("after_flush")
        t.dispatch:fire("after_flush")
        assert.same({ "a" }, log)
        assert.is_false(event.contains(t, "after_flush", fn))
    end)

    it("insert puts a listener first", function()
        local t = target()
        local log, make = logger()
        event.listen(t, "after_flush", make("a"))
        event.listen(t, "after_flush", make("b"), { insert = true })
        t.dispatch:fire("after_flush")
        assert.same({ "b", "a" }, log)
    end)

    it("named passes one table", function()
        local t, got = target(), nil
        event.listen(t, "set", function(args)
            got = args
        end, { named = true })
        t.dispatch:fire("set", "u", 1, nil, "i")
        assert.same({ target = "u", value = 1, initiator = "i" }, got)
    end)

    it("named takes in the further values of DDL events", function()
        local t, got = target(), nil
        event.listen(t, "after_create", function(args)
            got = args
        end, { named = true })
        t.dispatch:fire("after_create", "t", "c", { checkfirst = true })
        assert.same({ target = "t", connection = "c", checkfirst = true }, got)
    end)

    it("raw passes the state instead of the instance", function()
        event.set_state_of(function(instance)
            return "state of " .. instance
        end)
        local t, got = target(), nil
        event.listen(t, "before_insert", function(...)
            got = { ... }
        end, { raw = true })
        t.dispatch:fire("before_insert", "mapper", "conn", "ed")
        assert.same({ "mapper", "conn", "state of ed" }, got)
    end)

    it("retval lets results replace arguments", function()
        local t = target()
        event.listen(t, "set", function(_, value)
            return value .. "a"
        end, { retval = true })
        event.listen(t, "set", function(_, value)
            return value .. " ignored"
        end)
        event.listen(t, "set", function(_, value)
            return value .. "b"
        end, { retval = true })
        assert.equal("xab", t.dispatch:fire_replacing("set", 2, 1, "u", "x", nil, "i"))
    end)

    it("retval lets EXT_STOP end the calls", function()
        local t = target()
        local log, make = logger()
        event.listen(t, "before_insert", function()
            return symbol("EXT_STOP")
        end, { retval = true })
        event.listen(t, "before_insert", make("late"))
        t.dispatch:fire("before_insert")
        assert.same({}, log)
    end)
end)

describe("dispatchers in levels", function()
    it("call the parent's listeners first, whenever they came", function()
        local class = target()
        local object = { dispatch = class.dispatch:derive() }
        local log, make = logger()
        event.listen(object, "after_flush", make("object"))
        event.listen(class, "after_flush", make("class"))
        object.dispatch:fire("after_flush")
        assert.same({ "class", "object" }, log)
        class.dispatch:fire("after_flush")
        assert.same({ "class", "object", "class" }, log)
    end)

    it("let later listeners of the grandparent through", function()
        local top = target()
        local middle = { dispatch = top.dispatch:derive() }
        local low = { dispatch = middle.dispatch:derive() }
        local log, make = logger()
        event.listen(low, "after_flush", make("low"))
        local fn = make("top")
        event.listen(top, "after_flush", fn)
        event.listen(middle, "after_flush", make("middle"))
        low.dispatch:fire("after_flush")
        assert.same({ "top", "middle", "low" }, log)
        event.remove(top, "after_flush", fn)
        low.dispatch:fire("after_flush")
        assert.same({ "top", "middle", "low", "middle", "low" }, log)
    end)

    it("do not keep children alive", function()
        local class = target()
        local weak = setmetatable({}, { __mode = "k" })
        do
            local object = { dispatch = class.dispatch:derive() }
            event.listen(object, "after_flush", function() end)
            weak[object.dispatch] = true
        end
        collectgarbage()
        collectgarbage()
        assert.is_nil(next(weak))
    end)

    it("inherit only what propagates", function()
        local all = target()
        local base = target(all)
        local log, make = logger()
        event.listen(base, "before_insert", make("early"), { propagate = true })
        local sub = target(all, { base.dispatch })
        local subsub = target(all, { sub.dispatch })
        event.listen(base, "before_insert", make("own"))
        event.listen(base, "before_insert", make("later"), { propagate = true })
        event.listen(all, "before_insert", make("all"))
        event.listen(subsub, "before_insert", make("subsub"))
        subsub.dispatch:fire("before_insert")
        assert.same({ "all", "early", "later", "subsub" }, log)
    end)

    it("inherit along two ways only once", function()
        local base = target()
        local left, right = target(nil, { base.dispatch }), target(nil, { base.dispatch })
        local sub = target(nil, { left.dispatch, right.dispatch })
        local log, make = logger()
        event.listen(base, "before_insert", make("base"), { propagate = true })
        sub.dispatch:fire("before_insert")
        assert.same({ "base" }, log)
    end)
end)

describe("a listener", function()
    it("may remove itself and add others while it is called", function()
        local t = target()
        local log, make = logger()
        local late = make("late")
        local function fn()
            log[#log + 1] = "fn"
            event.remove(t, "after_flush", fn)
            event.listen(t, "after_flush", late)
        end
        event.listen(t, "after_flush", fn)
        event.listen(t, "after_flush", make("second"))
        t.dispatch:fire("after_flush")
        assert.same({ "fn", "second" }, log)
        t.dispatch:fire("after_flush")
        assert.same({ "fn", "second", "second", "late" }, log)
    end)

    it("may yield and raise", function()
        local t = target()
        event.listen(t, "set", function(_, value)
            return coroutine.yield(value) .. "!"
        end, { retval = true })
        local fire = coroutine.wrap(function()
            return t.dispatch:fire_replacing("set", 2, 1, "u", "v")
        end)
        assert.equal("v", fire())
        assert.equal("w!", fire("w"))
        event.listen(t, "after_flush", function(e)
            error(e, 0)
        end)
        assert.equal("boom", raised(t.dispatch.fire, t.dispatch, "after_flush", "boom"))
    end)

    it("can be removed only where it is", function()
        local e = raised(event.remove, target(), "after_flush", print)
        assert.is_true(exc.InvalidRequestError:is(e))
    end)
end)
