-- SPDX-License-Identifier: MIT
-- Names that say themselves how they are quoted: quoted_name("low", true), and conv("name"),
-- a constraint's name that no naming convention changes any more.

local exc = require("corm.exc")
local repr = require("corm.util.repr")
local symbol = require("corm.util.symbol")

local names = {}

---@class corm.quoted_name
---@field value string
---@field quote? boolean nil: quoted where it has to be
local QuotedName = { __name = "corm.quoted_name" }
QuotedName.__index = QuotedName

function QuotedName:__tostring()
    return self.value
end

function QuotedName.__eq(a, b)
    return a.value == b.value
end

function QuotedName.__concat(a, b)
    return tostring(a) .. tostring(b)
end

local function new(value, quote, is_final)
    if getmetatable(value) == QuotedName then
        is_final = is_final or value.is_final
        value = value.value
    end
    if type(value) ~= "string" then
        exc.ArgumentError:raise("quoted_name: a name as string expected, got %s",
            repr.value(value))
    end
    return setmetatable({ value = value, quote = quote, is_final = is_final }, QuotedName)
end

---A name that is always quoted (true) or never (false).
---@param value string
---@param quote? boolean
---@return corm.quoted_name
function names.quoted_name(value, quote)
    return new(value, quote, false)
end

---The name of a constraint as it is, whatever the naming convention says.
---@param value string
---@param quote? boolean
---@return corm.quoted_name
function names.conv(value, quote)
    return new(value, quote, true)
end

---Whether the value is a name: a string or a quoted_name().
---@param value any
---@return boolean
function names.is(value)
    return type(value) == "string" or getmetatable(value) == QuotedName
end

---Take a name apart.
---@param value? string|corm.quoted_name
---@param caller string
---@param what string for the message
---@return string? name, boolean? quote, boolean? is_final
function names.read(value, caller, what)
    if getmetatable(value) == QuotedName then
        return value.value, value.quote, value.is_final
    elseif value ~= nil and type(value) ~= "string" then
        exc.ArgumentError:raise("%s: %s must be a string, got %s", caller, what,
            repr.value(value))
    end
    return value, nil, false
end

---Say in the spec of something to select from what it is called; without a name the compiler
---makes one.
---@param spec table
---@param value? string|corm.quoted_name
---@param caller string
---@return table # the spec
function names.title(spec, value, caller)
    local name, quote = names.read(value, caller, "name")
    spec.name, spec.anonymous, spec.id = name, name == nil, true
    spec.quoted, spec.unquoted = quote == true, quote == false
    return spec
end

---A schema that a table or sequence has not got, although its MetaData has one.
names.BLANK_SCHEMA = symbol("BLANK_SCHEMA")

---What to_metadata() and its referred_schema_fn do with a schema if nothing is said: keep it.
names.RETAIN_SCHEMA = symbol("RETAIN_SCHEMA")

return names
