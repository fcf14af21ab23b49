-- SPDX-License-Identifier: MIT
-- Range and multirange types: INT4RANGE … TSTZMULTIRANGE, and their operators.

local core = require("corm.core")
local exc = require("corm.exc")
local check = require("corm.util.check")
local constructor = require("corm.util.constructor")
local engine = require("corm.types.engine")
local Range = require("corm.dialects.postgresql.range")
local repr = require("corm.util.repr")
local types = require("corm.types")

local database_operator = require("corm.sql.own_operator").database_operator

local ranges = { Range = Range }

-- ---- operators ----

local function comparison(text, is_eager)
    return function(self, other)
        return database_operator(self.expr, text, { eager = is_eager })(other)
    end
end

-- Ranges are added as numbers are: * before +.
local function combination(op)
    return function(self, other)
        local left = core.coerce(self.expr)
        return core.node("binary", { op = op, type = left, left, core.coerce(other, left) })
    end
end

-- A member that is no range says its type, which PostgreSQL cannot tell from `@> $1`.
local function containment(text)
    return function(self, other)
        local is_range = type(other) == "string" or type(other) == "table"
        if core.resolve(other) == nil and not is_range then
            other = core.node("cast", {
                type = self.type.item, literal_execute = true, core.node("bind", {
                    name = core.name(self.expr), anonymous = true, value = other,
                    type = self.type.item,
                }),
            })
        end
        return database_operator(self.expr, text, { eager = true })(other)
    end
end

local operators = types.TypeEngine.Comparator:extend("RangeComparator", {
    contains = containment("@>"),
    contained_by = comparison("<@", true),
    overlaps = comparison("&&"),
    strictly_left_of = comparison("<<"),
    strictly_right_of = comparison(">>"),
    not_extend_right_of = comparison("&<"),
    not_extend_left_of = comparison("&>"),
    adjacent_to = comparison("-|-"),
    union = combination("add"),
    difference = combination("sub"),
    intersection = combination("mul"),
    __shl = comparison("<<"),
    __shr = comparison(">>"),
    __add = combination("add"),
    __sub = combination("sub"),
    __mul = combination("mul"),
})

-- ---- values ----

local function bound_text(type_, value, dialect)
    if value == nil then
        return ""
    end
    return core.item_encode(type_, value, dialect and dialect.name)
end

local function range_text(type_, range, dialect)
    if range.empty then
        return "empty"
    end
    return range.bounds:sub(1, 1) .. bound_text(type_, range.lower, dialect) .. ","
        .. bound_text(type_, range.upper, dialect) .. range.bounds:sub(2, 2)
end

local function refuse(type_, value)
    exc.DataError:raise("value %s does not fit type %s", repr.value(value), type_.name)
end

local function literal(type_, value, dialect)
    local text = type_:process_bind(value, dialect)
    return core.type_literal(types.NullType, text, dialect.name)
        .. (text and "::" .. type_.name or "")
end

-- Texts are ranges as PostgreSQL writes them.
local function is_missing_or_text(value)
    return value == nil or value == core.NULL or type(value) == "string"
end

local function nothing_of_null(value)
    if value == core.NULL then
        return nil
    end
    return value
end

local single = {
    process_bind = function(self, value, dialect)
        if is_missing_or_text(value) then
            return nothing_of_null(value)
        elseif not Range.is(value) then
            refuse(self, value)
        end
        return range_text(self, value, dialect)
    end,
    process_result = function(self, value, dialect)
        return value and Range.of_fields(core.range_decode(self, value, dialect and dialect.name))
    end,
    process_literal = literal,
}

-- What a sequence of ranges is that says so.
local multirange_meta = { __name = "corm.postgresql.MultiRange" }

function multirange_meta.__tostring(list)
    local parts = {}
    for i, range in ipairs(list) do
        parts[i] = tostring(range)
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

function multirange_meta.__eq(a, b)
    for i, range in ipairs(a) do
        if range ~= b[i] then
            return false
        end
    end
    return #a == #b
end

local multi = {
    process_bind = function(self, value, dialect)
        if is_missing_or_text(value) then
            return nothing_of_null(value)
        elseif Range.is(value) then
            value = { value }
        elseif type(value) ~= "table" then
            refuse(self, value)
        end
        local parts = {}
        for i, range in ipairs(value) do
            if not Range.is(range) then
                refuse(self, range)
            end
            parts[i] = range_text(self, range, dialect)
        end
        return "{" .. table.concat(parts, ",") .. "}"
    end,
    process_result = function(self, value, dialect)
        local list = value and core.multirange_decode(self, value, dialect and dialect.name)
        for i, fields in ipairs(list or {}) do
            list[i] = Range.of_fields(fields)
        end
        return list and setmetatable(list, multirange_meta)
    end,
    process_literal = literal,
}

-- ---- types ----

local function define(name, item, members)
    local class = {
        _new = function(class, ...)
            engine.check_none(class, ...)
            return engine.object({
                class = class, kind = "user", name = name, item = item, subtype = item,
                lua_bind = true, lua_result = true,
            })
        end,
        _lua_type = "corm.postgresql.Range",
        comparator_factory = operators,
    }
    for key, value in pairs(members) do
        class[key] = value
    end
    ranges[name] = types.define(name, types.TypeEngine, class)
end

for prefix, item in pairs({
    INT4 = types.Integer,
    INT8 = types.BigInteger,
    NUM = types.Numeric,
    DATE = types.Date,
    TS = types.DateTime,
    TSTZ = types.DateTime({ timezone = true }),
}) do
    define(prefix .. "RANGE", item, single)
    define(prefix .. "MULTIRANGE", item, multi)
end

local TYPE_OF = {
    ["corm.decimal"] = "NUMRANGE", ["corm.date"] = "DATERANGE",
}

local function is_int4(bound)
    return bound == nil or bound >= -1 << 31 and bound < 1 << 31
end

-- The name of the type of a range of which nobody said one, by its bounds; nil if unknown.
local function type_name_of(range)
    local bound = range.lower
    if bound == nil then
        bound = range.upper
    end
    local class = core.metafield(bound, "__name")
    if math.type(bound) == "integer" then
        return is_int4(range.lower) and is_int4(range.upper) and "INT4RANGE" or "INT8RANGE"
    elseif class == "corm.datetime" then
        return tostring(bound):find("[+-]%d%d:%d%d$") and "TSTZRANGE" or "TSRANGE"
    end
    return TYPE_OF[class]
end

Range.set_type_of(function(range)
    local name = type_name_of(range)
    if not name then
        exc.ArgumentError:raise("literal: which type of ranges is %s of?", tostring(range))
    end
    return ranges[name]
end)

-- The type of the ranges that have bounds; of integers, the wider one.
local function type_name_of_list(list)
    local name
    for _, range in ipairs(list) do
        local own = type_name_of(range)
        name = (own == "INT8RANGE" or not name) and own or name
    end
    return name
end

function multirange_meta.__type_of(list)
    local name = type_name_of_list(list)
    if not name then
        exc.ArgumentError:raise("literal: which type of ranges is %s of?", tostring(list))
    end
    return ranges[name:gsub("RANGE$", "MULTIRANGE")]
end

---A list of ranges, for multirange columns; a plain sequence will do as well.
---@param list corm.postgresql.Range[]
---@return corm.postgresql.Range[]
local function new_multirange(list)
    for i, range in ipairs(check(list, "table", "MultiRange", "a sequence of ranges")) do
        if not Range.is(range) then
            exc.ArgumentError:raise("MultiRange: item %d is no Range but %s", i,
                repr.value(range))
        end
    end
    return setmetatable({ table.unpack(list) }, multirange_meta)
end

ranges.MultiRange = constructor("MultiRange", new_multirange, function(value)
    return getmetatable(value) == multirange_meta
end)

return ranges
