-- SPDX-License-Identifier: MIT
require("spec.helper")
local core = require("corm.core")
local exc = require("corm.exc")

local date, time, datetime = core.date, core.time, core.datetime
local interval, decimal = core.interval, core.decimal

-- The message of the ArgumentError that f raises.
local function refused(f, ...)
    local ok, e = pcall(f, ...)
    assert.is_false(ok)
    assert.is_true(exc.ArgumentError:is(e), tostring(e))
    return e.message
end

describe("NULL", function()
    it("is one value", function()
        assert.equal("NULL", tostring(core.NULL))
        assert.equal("corm.NULL", getmetatable(core.NULL))
        assert.is_true(rawequal(core.NULL, core.NULL))
    end)
end)

describe("a datetime", function()
    local d = datetime(2024, 1, 31, 12, 30, 15, 250)

    it("has fields", function()
        assert.same({ 2024, 1, 31, 12, 30, 15, 250 },
            { d.year, d.month, d.day, d.hour, d.minute, d.second, d.microsecond })
        assert.is_nil(d.tzoffset)
        assert.equal("corm.datetime has no attribute 'yaer'", refused(function()
            return d.yaer
        end))
    end)

    it("is printed with a blank, and in ISO form with a T", function()
        assert.equal("2009-10-15 12:00:00", tostring(datetime(2009, 10, 15, 12, 0, 0)))
        assert.equal("2024-01-31 12:30:15.000250", tostring(d))
        assert.equal("2024-01-31T12:30:15.000250", d:isoformat())
        assert.equal("2024-01-31 12:30:15.000250", d:isoformat(" "))
        assert.equal("2024-01-31 00:00:00+02:00", tostring(datetime(2024, 1, 31, { tz = 120 })))
    end)

    it("takes fields by name", function()
        assert.is_true(datetime({ year = 2024, month = 1, day = 31, hour = 12, minute = 30,
            second = 15, microsecond = 250 }) == d)
        assert.is_true(datetime(2024, 1, 31, { hour = 12 }) == datetime(2024, 1, 31, 12))
    end)

    it("refuses what is no date", function()
        assert.matches("month", refused(datetime, 2024, 13, 1))
        assert.matches("day", refused(datetime, 2023, 2, 29))
        assert.equal("day is missing", refused(datetime, 2024, 1))
        assert.equal("month: integer expected, got string", refused(datetime, 2024, "1", 1))
        assert.matches("year 99999999999 is out of range", refused(datetime, 99999999999, 1, 1))
        assert.equal("at most 7 arguments expected, got 8",
            refused(datetime, 2024, 1, 1, 1, 1, 1, 1, 1))
        assert.equal("unknown option 'hor'; did you mean 'hour'?",
            refused(datetime, 2024, 1, 1, { hor = 1 }))
    end)

    it("takes zones as text, minutes and intervals", function()
        for _, tz in ipairs({ "+02:00", "+0200", "+02", 120, interval({ hours = 2 }) }) do
            assert.equal(120, datetime(2024, 1, 31, { tz = tz }).tzoffset)
        end
        assert.equal(0, datetime(2024, 1, 31, { tz = "UTC" }).tzoffset)
        assert.equal(120, datetime(2024, 1, 31, { tzinfo = 120 }).tzinfo)
        assert.is_nil(datetime(2024, 1, 31).tzinfo)
        assert.equal(300, datetime.now({ tzinfo = "+05:00" }).tzinfo)
        assert.equal(0, datetime(2024, 1, 31, { tz = "Z" }).tzoffset)
        assert.is_nil(datetime(2024, 1, 31, { tz = false }).tzoffset)
        assert.matches("^tz: ", refused(datetime, 2024, 1, 31, { tz = "Berlin" }))
        assert.matches("^tz: ", refused(datetime, 2024, 1, 31, { tz = 1440 }))
    end)

    it("compares moments, with or without zone but not mixed", function()
        local utc = datetime(2024, 1, 31, 12, { tz = "UTC" })
        local east = datetime(2024, 1, 31, 14, { tz = "+02:00" })
        assert.is_true(utc == east)
        assert.is_false(utc == datetime(2024, 1, 31, 12))
        assert.is_true(utc < datetime(2024, 1, 31, 12, { tz = "-01:00" }))
        assert.is_true(d <= d)
        assert.is_false(d < d)
        assert.is_string(refused(function()
            return utc < d
        end))
        assert.equal("corm.datetime and string cannot be compared", refused(function()
            return d < "2024"
        end))
    end)

    it("is moved by intervals and subtracted", function()
        local later = d + interval({ days = 1, seconds = 1 })
        assert.equal("2024-02-01 12:30:16.000250", tostring(later))
        assert.is_true(interval({ days = 1, seconds = 1 }) + d == later)
        assert.is_true(later - d == interval({ days = 1, seconds = 1 }))
        assert.is_true(later - interval({ days = 1, seconds = 1 }) == d)
        assert.equal("add of corm.datetime and integer is not defined", refused(function()
            return d + 1
        end))
    end)

    it("lends its operators to what can take it", function()
        local column = setmetatable({}, {
            __add = function(a, b)
                return { a, b }
            end,
            __sub = function(a, b)
                return { a, b }
            end,
        })
        assert.same({ d, column }, d + column)
        assert.same({ decimal("1"), column }, decimal("1") - column)
    end)

    it("gives its parts", function()
        local zoned = datetime(2024, 1, 31, 12, 30, { tz = "+02:00" })
        assert.equal("2024-01-31", tostring(zoned:date()))
        assert.equal("12:30:00", tostring(zoned:time()))
        assert.equal("12:30:00+02:00", tostring(zoned:timetz()))
        assert.is_true(datetime.combine(zoned:date(), zoned:timetz()) == zoned)
        assert.equal(2, zoned:weekday())
        assert.equal(3, zoned:isoweekday())
    end)

    it("makes changed copies", function()
        assert.equal("2025-01-31 00:30:15.000250", tostring(d:replace({ year = 2025, hour = 0 })))
        assert.equal("2024-01-31 12:30:15.000250+00:00", tostring(d:replace({ tz = "UTC" })))
        assert.equal(d:isoformat(), d:replace({ tz = "UTC" }):replace({ tz = false }):isoformat())
        assert.matches("day", refused(d.replace, d, { month = 2 }))
    end)

    it("moves between zones", function()
        local utc = datetime(2024, 1, 31, 23, { tz = "UTC" })
        local east = utc:astimezone("+02:00")
        assert.equal("2024-02-01 01:00:00+02:00", tostring(east))
        assert.is_true(utc == east)
        assert.is_string(refused(d.astimezone, d, "UTC"))
    end)

    it("is a number of seconds", function()
        assert.equal(86400.5, datetime(1970, 1, 2, 0, 0, 0, 500000, { tz = "UTC" }):timestamp())
        local now = os.time({ year = 2024, month = 7, day = 1, hour = 12 })
        assert.equal(now, datetime(2024, 7, 1, 12):timestamp())
    end)

    it("knows now", function()
        assert.is_true(math.abs(datetime.now():timestamp() - os.time()) < 2)
        assert.is_true(math.abs(datetime.now("+05:00"):timestamp() - os.time()) < 2)
        assert.equal(300, datetime.now({ tz = "+05:00" }).tzoffset)
        assert.is_nil(datetime.utcnow().tzoffset)
        assert.is_true(datetime.utcnow():replace({ tz = "UTC" }) - datetime.now("UTC")
            < interval({ seconds = 2 }))
    end)

    it("is parsed", function()
        assert.is_true(datetime.fromisoformat("2024-01-31T12:30:15.00025") == d)
        assert.matches("2024%-01%-32", refused(datetime.fromisoformat, "2024-01-32"))
    end)

    it("is immutable", function()
        assert.has_error(function()
            d.year = 2025
        end)
    end)

    it("is told from other values", function()
        assert.is_true(datetime:is(d))
        assert.is_false(date:is(d))
        assert.is_false(datetime:is("2024-01-31"))
        assert.equal("corm.datetime", tostring(datetime))
        assert.equal("2024-01-31T12:30:15.000250", datetime.isoformat(d))
    end)
end)

describe("a date", function()
    local d = date(2024, 2, 28)

    it("has fields and ISO text", function()
        assert.same({ 2024, 2, 28 }, { d.year, d.month, d.day })
        assert.equal("2024-02-28", tostring(d))
        assert.equal("2024-02-28", d:isoformat())
        assert.is_true(date.fromisoformat("2024-02-28") == d)
        assert.equal("corm.date has no attribute 'hour'", refused(function()
            return d.hour
        end))
    end)

    it("has no zone", function()
        assert.matches("unknown option 'tz'", refused(date, 2024, 1, 1, { tz = "UTC" }))
    end)

    it("counts in days", function()
        assert.equal("2024-03-01", tostring(d + interval({ days = 2 })))
        assert.equal(2, (date(2024, 3, 1) - d).days)
        assert.is_true(d < date(2024, 2, 29))
        assert.equal("corm.date and corm.datetime cannot be compared", refused(function()
            return d < datetime(2024, 1, 1)
        end))
        assert.is_false(d == datetime(2024, 2, 28))
    end)

    it("knows today", function()
        assert.equal(os.date("%Y-%m-%d"), tostring(date.today()))
    end)

    it("makes changed copies", function()
        assert.equal("2023-02-28", tostring(d:replace({ year = 2023 })))
    end)
end)

describe("a time", function()
    it("has fields and ISO text", function()
        local t = time(12, 30, 15, 5)
        assert.same({ 12, 30, 15, 5 }, { t.hour, t.minute, t.second, t.microsecond })
        assert.equal("12:30:15.000005", tostring(t))
        assert.equal("00:00:00", tostring(time()))
        assert.equal("12:00:00+01:00", tostring(time(12, { tz = "+01:00" })))
        assert.is_true(time.fromisoformat("12:30:15.000005") == t)
        assert.matches("hour", refused(time, 24))
    end)

    it("is compared, and copied with changes", function()
        assert.is_true(time(1) < time(2))
        assert.is_true(time(1):replace({ minute = 5 }) == time(1, 5))
    end)
end)

describe("an interval", function()
    it("is made of its parts", function()
        local i = interval({ weeks = 1, days = 1, hours = 1, minutes = 1, seconds = 1.5,
            milliseconds = 1, microseconds = 1 })
        assert.equal(8, i.days)
        assert.equal(3661, i.seconds)
        assert.equal(501001, i.microseconds)
        assert.equal(8 * 86400 + 3661.501001, i:total_seconds())
        assert.is_true(interval(1, 2) == interval({ days = 1, seconds = 2 }))
        assert.equal(-1, interval({ seconds = -1 }).days)
        assert.equal(86399, interval({ seconds = -1 }).seconds)
    end)

    it("refuses other parts", function()
        assert.equal("unknown option 'day'; did you mean 'days'?", refused(interval, { day = 1 }))
        assert.equal("days: number expected, got string", refused(interval, { days = "1" }))
        assert.equal("the interval is out of range", refused(interval, { days = 1 << 50 }))
        assert.equal("the interval is out of range", refused(interval, { days = 1e30 }))
    end)

    it("prints ISO 8601 and parses it", function()
        local i = interval({ days = 1, hours = 2, seconds = 4.5 })
        assert.equal("P1DT2H4.5S", tostring(i))
        assert.equal("PT0S", tostring(interval()))
        assert.is_true(interval.fromisoformat("P1DT2H4.5S") == i)
    end)

    it("has arithmetic", function()
        local hour = interval({ hours = 1 })
        assert.is_true(hour + hour == interval({ hours = 2 }))
        assert.is_true(hour - hour == interval())
        assert.is_true(hour * 24 == interval(1))
        assert.is_true(0.5 * hour == interval({ minutes = 30 }))
        assert.is_true(hour / 4 == interval({ minutes = 15 }))
        assert.equal(24.0, interval(1) / hour)
        assert.equal(24, interval(1, 5) // hour)
        assert.is_true(hour // 7 == interval({ microseconds = 514285714 }))
        assert.is_true(interval(1, 5) % hour == interval({ seconds = 5 }))
        assert.is_true(-hour < hour)
        assert.is_true((-hour):abs() == hour)
        assert.equal("division by zero", refused(function()
            return hour // 0
        end))
        assert.matches("out of range", refused(function()
            return interval({ days = 1e8 }) + interval({ days = 1e8 })
        end))
        assert.matches("not defined", refused(function()
            return hour * hour
        end))
    end)
end)

describe("a decimal", function()
    it("keeps its scale and is exact", function()
        assert.equal("1.10", tostring(decimal("1.10")))
        assert.equal("0.30", tostring(decimal("0.10") + decimal("0.20")))
        assert.equal("123456789012345678901234567890.5",
            tostring(decimal("123456789012345678901234567890") + decimal("0.5")))
    end)

    it("is made of numbers too", function()
        assert.equal("5", tostring(decimal(5)))
        assert.equal("-9223372036854775808", tostring(decimal(math.mininteger)))
        assert.equal("0.1", tostring(decimal(0.1)))
        assert.is_true(decimal(decimal("1.5")) == decimal("1.50"))
        assert.is_string(refused(decimal, "1,5"))
        assert.is_string(refused(decimal, {}))
        assert.is_string(refused(decimal))
    end)

    it("has arithmetic with integers and decimals", function()
        local d = decimal("7.50")
        assert.equal("8.50", tostring(d + 1))
        assert.equal("-6.50", tostring(1 - d))
        assert.equal("15.00", tostring(d * 2))
        assert.equal("3.75", tostring((d / 2):round(2)))
        assert.equal("-7.50", tostring(-d))
        assert.equal("7.50", tostring((-d):abs()))
        assert.equal("7.5", tostring(d:round(1)))
        assert.matches("zero", refused(function()
            return d / 0
        end))
    end)

    it("divides downwards as Lua does", function()
        for _, pair in ipairs({ { 7, 2 }, { -7, 2 }, { 7, -2 }, { -7, -2 }, { 6, 3 }, { 1, 3 },
            { -1, 3 }, { 0, 5 } }) do
            local a, b = table.unpack(pair)
            assert.is_true(decimal(a) // b == decimal(a // b), a .. " // " .. b)
            assert.is_true(decimal(a) % b == decimal(a % b), a .. " % " .. b)
        end
        assert.equal("0.5", tostring(decimal("7.5") % 1))
        local big = decimal("1000000000000000000000000000000000000007")
        assert.is_true(big % 10 == decimal(7))
    end)

    it("refuses floats in arithmetic", function()
        assert.equal("add of corm.decimal and float is not defined", refused(function()
            return decimal("1") + 0.1
        end))
    end)

    it("is compared by value", function()
        assert.is_true(decimal("1.5") == decimal("1.50"))
        assert.is_true(decimal("1.5") < 2)
        assert.is_true(1 <= decimal("1.0"))
        assert.is_true(decimal("0.1") <= 0.1)
        assert.is_true(decimal("-2") < decimal("-1.5"))
        assert.is_string(refused(function()
            return decimal("1") < "2"
        end))
    end)

    it("becomes a float when asked", function()
        assert.equal(1.1, decimal("1.10"):tonumber())
        assert.is_false(decimal("NaN"):is_finite())
        assert.is_true(decimal("1"):is_finite())
    end)
end)

describe("a value's methods", function()
    -- Give value a metatable for the time of a call; light userdata share one.
    local function refused_with_meta(value, meta, f, ...)
        local original = debug.getmetatable(value)
        debug.setmetatable(value, meta)
        local ok = pcall(f, value, ...)
        debug.setmetatable(value, original)
        assert.is_false(ok)
    end

    it("are not fooled by what is no value", function()
        local upvalue = 1
        local light = debug.upvalueid(function()
            return upvalue
        end, 1)
        local meta = debug.getmetatable(date(2024, 1, 1))
        refused_with_meta(light, meta, date.isoformat)
        refused_with_meta(light, meta, tostring)
        for _, other in ipairs({ 1, "2024-01-01", {}, io.stdout, core.NULL }) do
            assert.has_error(function()
                date.isoformat(other)
            end)
        end
    end)
end)

describe("the description for language servers", function()
    it("names every function of each class, and no other", function()
        local described = dofile("lua/corm/_meta/values.lua")
        for class, names in pairs(described) do
            local real = {}
            for _, functions in ipairs({ core[class], debug.getmetatable(core[class]).__index }) do
                for name in pairs(functions) do
                    real[name] = name ~= "is" or nil
                end
            end
            for name in pairs(names) do
                assert.is_true(real[name], class .. "." .. name)
                real[name] = nil
            end
            assert.is_nil(next(real), class .. "." .. tostring(next(real)))
        end
    end)
end)

describe("a value's key", function()
    it("is shared by equal values only", function()
        local key = core.value_key
        assert.equal(key(decimal("1.5")), key(decimal("1.500")))
        assert.equal(key(decimal("100")), key(decimal("100.0")))
        assert.not_equal(key(decimal("100")), key(decimal("1")))
        assert.equal(key(datetime(2024, 1, 1, 1, { tz = "+01:00" })),
            key(datetime(2024, 1, 1, { tz = "UTC" })))
        assert.not_equal(key(datetime(2024, 1, 1)), key(datetime(2024, 1, 1, { tz = "UTC" })))
        assert.not_equal(key(date(1970, 1, 2)), key(interval({ microseconds = 1 })))
        assert.equal(core.NULL, key(core.NULL))
    end)

    it("lets a set know them", function()
        local set = require("corm.util.set")
        local s = set({ date(2024, 1, 1), date(2024, 1, 1) })
        assert.equal(1, #s)
        assert.is_true(s:contains(date(2024, 1, 1)))
        assert.equal("{2024-01-01}", tostring(s))
    end)
end)
