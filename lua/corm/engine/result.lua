-- SPDX-License-Identifier: MIT
-- What results and rows can do that is neither per row nor per statement; the rest is in
-- csrc/lua/result.c, result_fetch.c and row.c, what an INSERT or UPDATE says of itself in
-- outcome.lua, freezing and joining of results in kept_result.lua. Every method is also a
-- function of its class: corm.Result.all(result), corm.Row.unpack(row).

local core = require("corm.core")
local exc = require("corm.exc")
local constructor = require("corm.util.constructor")
local kept_result = require("corm.engine.kept_result")
local outcome = require("corm.engine.outcome")
local repr = require("corm.util.repr")

local families = core.families
local RESULTS = { "Result", "ScalarResult", "MappingResult", "ColumnsResult" }

-- Add a method to results and all views of them.
local function add(name, fn)
    for _, class in ipairs(RESULTS) do
        families[class].methods[name] = fn
    end
end

for _, methods in ipairs({ kept_result.methods, outcome.methods }) do
    for name, fn in pairs(methods) do
        add(name, fn)
    end
end

for name, fn in pairs(outcome.getters) do
    families.Result.getters[name] = fn
end

-- ---- results ----

---Iterate over lists of n rows.
---@param n? integer what yield_per() said unless given
---@return fun(): any[]?
add("partitions", function(self, n)
    return function()
        local list = self:fetchmany(n)
        return #list > 0 and list or nil
    end
end)

add("tuples", function(self)
    return self
end)

-- Names of columns, as a sequence that can be asked.
local Keys = { __name = "corm.Keys" }
Keys.__index = Keys

-- Keys = what the rows look like that have them
local shape_of = setmetatable({}, { __mode = "k" })

-- Whether a row or the shape of one has a column, also one of whose name there are several.
local function has_column(of, key)
    if math.type(key) ~= nil then
        return false
    end
    local is_clear, is_there = pcall(core.has_column, of, key)
    return not is_clear or is_there
end

---Whether there is a column of this name, or this column.
---@param key any
---@return boolean
function Keys:contains(key)
    for _, name in ipairs(self) do
        if name == key then
            return true
        end
    end
    return shape_of[self] ~= nil and has_column(shape_of[self], key)
end

-- How far loops over keys are: names may come twice, so the one before does not tell.
local position_of = setmetatable({}, { __mode = "k" })

-- for name in keys do
function Keys:__call(_, previous)
    local position = (previous == nil and 0 or position_of[self]) + 1
    position_of[self] = position
    return self[position]
end

function Keys:__tostring()
    return "Keys(" .. table.concat(self, ", ") .. ")"
end

local function with_contains(keys)
    return function(self)
        local own = setmetatable(keys(self), Keys)
        shape_of[own] = core.is_row(self) and self or core.shape_of(self)
        return own
    end
end

for _, class in ipairs(RESULTS) do
    local methods = families[class].methods
    methods.keys = methods.keys and with_contains(methods.keys)
end

for _, class in ipairs(RESULTS) do
    families[class].meta.__tostring = function(self)
        local name = core.metafield(self, "__name")
        return ("%s(%s)"):format(name, self.closed and "closed" or "open")
    end
end

-- ---- rows ----

local row_methods = families.Row.methods

local function check_row(self, method)
    if not core.is_row(self) then
        exc.ArgumentError:raise("%s: a row expected, got %s", method, repr.value(self))
    end
end

---How often a value occurs in the row.
---@param value any
---@return integer
function row_methods:count(value)
    check_row(self, "count")
    local n = 0
    for _, own in pairs(self) do
        n = n + (own == value and 1 or 0)
    end
    return n
end

---The position of a value's first occurrence.
---@param value any
---@return integer
---@error ArgumentError it does not occur
function row_methods:index(value)
    check_row(self, "index")
    for i, own in pairs(self) do
        if own == value then
            return i
        end
    end
    exc.ArgumentError:raise("%s is not in the row", repr.value(value))
end

---Whether a value occurs in the row.
---@param value any
---@return boolean
function row_methods:contains(value)
    return self:count(value) > 0
end

---The row itself: rows are tuples.
function row_methods:tuple()
    check_row(self, "tuple")
    return self
end

row_methods._tuple = row_methods.tuple

function families.Row.meta.__tostring(row)
    local parts = {}
    for i = 1, #row do
        parts[i] = repr.value(row[i])
    end
    return "(" .. table.concat(parts, ", ") .. (#parts == 1 and ",)" or ")")
end

local mapping_methods = families.RowMapping.methods

---The value of a column, or the fallback where there is no such column.
---@param key any
---@param fallback any
---@return any
function mapping_methods:get(key, fallback)
    check_row(self, "get")
    if self:contains(key) then
        return core.row_value(self, key)
    end
    return fallback
end

mapping_methods.keys = with_contains(mapping_methods.keys)

---@return any[] values, nil for NULL
function mapping_methods:values()
    return { self:unpack() }
end

---@return fun(): string?, any
function mapping_methods:items()
    check_row(self, "items")
    return pairs(self)
end

---Whether there is a column of this name, or this column.
---@param key any
---@return boolean
function mapping_methods:contains(key)
    check_row(self, "contains")
    return has_column(self, key)
end

-- Mappings are equal that have the same names with equal values, in any order.
function families.RowMapping.meta.__eq(left, right)
    if not (core.is_row(left) and core.is_row(right)) or #left ~= #right then
        return false
    end
    local values = {}
    for name, value in pairs(left) do
        values[name] = { value }
    end
    for name, value in pairs(right) do
        if not values[name] or values[name][1] ~= value then
            return false
        end
    end
    return true
end

function families.RowMapping.meta.__tostring(mapping)
    local parts = {}
    for name, value in pairs(mapping) do
        parts[#parts + 1] = ("%s = %s"):format(name, repr.value(value))
    end
    return "{" .. table.concat(parts, ", ") .. "}"
end

-- ---- the classes ----

-- A class as users see it: its methods as functions, and is().
local function class(name, test)
    local self = setmetatable({}, {
        __name = "corm.Class",
        __index = families[name].methods,
        __tostring = function()
            return "corm." .. name
        end,
    })
    function self.is(_, value)
        return test(value)
    end
    return self
end

local function named(name)
    return function(value)
        return type(value) == "userdata" and core.metafield(value, "__name") == "corm." .. name
    end
end

return {
    IteratorResult = constructor("IteratorResult", kept_result.of_rows, core.is_result),
    Result = class("Result", core.is_result),
    ScalarResult = class("ScalarResult", named("ScalarResult")),
    MappingResult = class("MappingResult", named("MappingResult")),
    Row = class("Row", named("Row")),
    RowMapping = class("RowMapping", named("RowMapping")),
    FrozenResult = kept_result.FrozenResult,
}
