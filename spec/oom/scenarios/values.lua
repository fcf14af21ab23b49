-- SPDX-License-Identifier: MIT
-- Values, sets, errors and listeners: what needs no database.
local core = require("corm.core")
local event = require("corm.event")
local exc = require("corm.exc")
local set = require("corm.util.set")

local target = { dispatch = event.dispatcher("session") }

local function run()
    local day = core.datetime(2024, 1, 31, { tz = "+02:00" }) + core.interval({ days = 1 })
    local price = (core.decimal("19.99") * 3 / 7):round(2) % 5
    local s = set({ day:date(), price, "text" })
    s:remove("text")
    tostring(s)
    local ok, e = pcall(core.date, 2024, 13, 1)
    if not ok and exc.ArgumentError:is(e) then
        tostring(exc.with_statement(e, "SELECT ?", { day, price }))
    end
    local function listener() end
    event.listen(target, "before_commit", listener, { once = true })
    target.dispatch:fire("before_commit", target)
end

-- A listener that was cut off must not stay behind half added.
local function check()
    local own = target.dispatch._own
    for _, listener in ipairs(own and own.before_commit or {}) do
        event.remove(target, "before_commit", listener.fn)
    end
    assert(not target.dispatch:has("before_commit"))
end

return run, check
