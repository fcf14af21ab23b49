-- SPDX-License-Identifier: MIT
-- DATE, TIME and DATETIME of SQLite, which has no types for them: the text that they are kept
-- as may be of another form.
--
--     sqlite.DATETIME({ storage_format = "%(year)04d%(month)02d%(day)02d%(hour)02d%(minute)02d" })
--     sqlite.DATETIME({ truncate_microseconds = true })
--
-- What is read is the format turned around, or `regexp`, a pattern of Lua that captures the
-- numbers in the format's order.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local types = require("corm.types")

local dates = {}

local PLACE = "%%%((%l+)%)0?(%d*)d"

-- Each kind: how a value is made of numbers, and which numbers there are.
local KINDS = {
    DATE = { make = core.date, parse = core.date.fromisoformat,
        parts = { "year", "month", "day" } },
    TIME = { make = core.time, parse = core.time.fromisoformat,
        parts = { "hour", "minute", "second", "microsecond" },
        truncated = "%(hour)02d:%(minute)02d:%(second)02d" },
    DATETIME = { make = core.datetime, parse = core.datetime.fromisoformat,
        parts = { "year", "month", "day", "hour", "minute", "second", "microsecond" },
        truncated = "%(year)04d-%(month)02d-%(day)02d %(hour)02d:%(minute)02d:%(second)02d" },
}

-- The pattern that reads what a format writes, and the names of its captures in order.
local function reversed(format)
    local names = {}
    local escaped = format:gsub("[%^%$%.%[%]%*%+%-%?]", "%%%0")
    local pattern = escaped:gsub(PLACE, function(name, width)
        names[#names + 1] = name
        return width == "" and "(%d+)" or "(" .. ("%d"):rep(math.tointeger(width)) .. ")"
    end)
    return "^" .. pattern .. "$", names
end

local function check_format(class, kind, format)
    local is_part = {}
    for _, name in ipairs(kind.parts) do
        is_part[name] = true
    end
    for name in format:gmatch(PLACE) do
        if not is_part[name] then
            exc.ArgumentError:raise("%s: a storage_format has no %s, but %s", class._name,
                repr.value(name), table.concat(kind.parts, ", "))
        end
    end
end

local function settle(detail, class)
    local kind = KINDS[class._name]
    local format = detail.storage_format
    if detail.truncate_microseconds then
        if format or detail.regexp then
            exc.ArgumentError:raise("%s: truncate_microseconds excludes storage_format and regexp",
                class._name)
        end
        format = kind.truncated
    end
    if not format then
        return
    end
    check_format(class, kind, format)
    detail.storage_format = format
    detail.kind, detail.lua_bind, detail.lua_result = "user", true, true
    -- A text of digits alone would become a number in a column of any other name.
    local is_number = not format:gsub(PLACE, "0"):find("%D")
    detail.name = is_number and class._name .. "_CHAR" or class._name
end

local function number_of(value, name)
    local ok, number = pcall(function()
        return value[name]
    end)
    return ok and number or 0
end

local function process_bind(self, value, dialect)
    if not self.storage_format then
        return types.TypeEngine.process_bind(self, value, dialect)
    elseif value == nil or value == core.NULL then
        return nil
    end
    local kind = KINDS[self.class._name]
    local moment = type(value) == "string" and kind.parse(value) or value
    if type(moment) ~= "userdata" then
        exc.DataError:raise("value %s does not fit type %s", repr.value(value), self.class._name)
    end
    return (self.storage_format:gsub(PLACE, function(name, width)
        return ("%0" .. width .. "d"):format(number_of(moment, name))
    end))
end

local function process_result(self, value, dialect)
    if not self.storage_format then
        return types.TypeEngine.process_result(self, value, dialect)
    elseif type(value) ~= "string" then
        return value
    end
    local kind = KINDS[self.class._name]
    local pattern, names = reversed(self.storage_format)
    local captures = table.pack(value:match(self.regexp or pattern))
    if captures.n < #names or captures[1] == nil then
        return kind.parse(value)
    end
    local numbers = {}
    for i, name in ipairs(names) do
        numbers[name] = math.tointeger(captures[i])
    end
    local list = {}
    for i, name in ipairs(kind.parts) do
        list[i] = numbers[name] or 0
    end
    return kind.make(table.unpack(list))
end

local function define(name, parent, own_options)
    local class = parent.class
    local options = { "regexp", "storage_format" }
    for _, list in ipairs({ class._options, own_options }) do
        table.move(list, 1, #list, #options + 1, options)
    end
    dates[name] = types.define(name, parent, {
        _options = options,
        _fixed = { exact = true, name = name },
        _settle = settle,
        process_bind = process_bind,
        process_result = process_result,
    })
end

define("DATE", types.Date, {})
define("TIME", types.Time, { "truncate_microseconds" })
define("DATETIME", types.DateTime, { "truncate_microseconds" })

return dates
