-- SPDX-License-Identifier: MIT
-- What results and rows can do that is neither per row nor per statement; the rest is in
-- csrc/lua/result.c, result_fetch.c and row.c. Every method is also a function of its class:
-- corm.Result.all(result), corm.Row.unpack(row).

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local step = core.execution

local families = core.families
local RESULTS = { "Result", "ScalarResult", "MappingResult", "ColumnsResult" }

-- Add a method to results and all views of them.
local function add(name, fn)
    for _, class in ipairs(RESULTS) do
        families[class].methods[name] = fn
    end
end

local getters = families.Result.getters

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

---A result that was kept: it can be replayed any number of times.
---@class corm.FrozenResult
---@field data any[]
local FrozenResult = { __name = "corm.FrozenResult" }
FrozenResult.__index = FrozenResult

---Fetch what is left and keep it.
---@return corm.FrozenResult
add("freeze", function(self)
    local is_scalar = core.metafield(self, "__name") == "corm.ScalarResult"
    return setmetatable({
        data = self:all(),
        _names = self:keys(),
        _is_scalar = is_scalar,
    }, FrozenResult)
end)

---A new result with the kept rows.
---@return corm.Result
function FrozenResult:__call()
    local result = core.list_result(self._is_scalar and { self._names[1] } or self._names,
        self.data, self._is_scalar)
    return self._is_scalar and result:scalars() or result
end

---A frozen result with other rows of the same columns.
---@param rows any[]
---@return corm.FrozenResult
function FrozenResult:with_new_rows(rows)
    return setmetatable({
        data = rows,
        _names = self._names,
        _is_scalar = self._is_scalar,
    }, FrozenResult)
end

---The kept rows as sequences of values.
---@return any[][]
function FrozenResult:rewrite_rows()
    local list = {}
    for i, row in ipairs(self.data) do
        list[i] = self._is_scalar and { row } or table.pack(row:unpack())
    end
    return list
end

---This result's rows followed by those of others with the same columns.
---@param ... corm.Result
---@return corm.Result
add("merge", function(self, ...)
    local rows, names = self:all(), self:keys()
    for _, other in ipairs({ ... }) do
        if not core.is_result(other) then
            exc.ArgumentError:raise("merge: a result expected, got %s", repr.value(other))
        end
        for _, row in ipairs(other:all()) do
            rows[#rows + 1] = row
        end
    end
    return core.list_result(names, rows, false)
end)

-- ---- what an INSERT or UPDATE brought about ----

local function check_insert(self)
    local statement = step.statement(self)
    if not statement or step.kind(self) ~= "insert" then
        exc.InvalidRequestError:raise("the statement is no INSERT")
    end
    return statement
end

-- The value of a primary key's column: what was sent, what the database said it made.
local function key_value(self, table_, column, key_row, set)
    local value = step.column_value(self, core.id(column), set)
    if value ~= nil then
        return value
    elseif key_row then
        local ok, made = pcall(function()
            return key_row[column]
        end)
        return ok and made or nil
    elseif table_.autoincrement_column == column or #table_.primary_key.columns:values() == 1 then
        return step.rowid(self, set)
    end
end

local function inserted_key(self, set)
    local table_ = core.kid(check_insert(self), 0)
    local names, values = {}, {}
    local key_row = step.key_row(self)
    for i, column in ipairs(table_.primary_key.columns:values()) do
        names[i] = column.key
        values[i] = key_value(self, table_, column, key_row, set)
    end
    return core.row(core.row_shape(names), values)
end

---The primary key of the row that a single INSERT made.
function getters.inserted_primary_key(self)
    return inserted_key(self, 1)
end

---The same for each parameter set; a key that only the database knows is nil there.
function getters.inserted_primary_key_rows(self)
    local rows = {}
    for set = 1, math.max(step.set_count(self), 1) do
        rows[set] = inserted_key(self, set)
    end
    return rows
end

---The number that the database gave the row inserted last.
function getters.lastrowid(self)
    return step.rowid(self, 1)
end

---The row with what the database made for an INSERT: the keys that corm asked for.
function getters.returned_defaults(self)
    return step.key_row(self)
end

function getters.returned_defaults_rows(self)
    return { step.key_row(self) }
end

function getters.is_insert(self)
    return step.kind(self) == "insert"
end

function getters.context(self)
    return self._detail.context
end

---The values that were sent, by name.
function getters.last_inserted_params(self)
    return step.named_values(self, 1)
end

---Whether rowcount says how many rows an UPDATE or DELETE has matched.
---@return boolean
add("supports_sane_rowcount", function()
    return true
end)

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
    for name, value in pairs(self) do
        if name == key then
            return value
        end
    end
    return fallback
end

---@return any[] values, nil for NULL
function mapping_methods:values()
    return { self:unpack() }
end

---@return fun(): string?, any
function mapping_methods:items()
    check_row(self, "items")
    return pairs(self)
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

---A result with rows of one's own: sequences of values.
---@param names string[]
---@param rows any[][]
---@return corm.Result
local function iterator_result(names, rows)
    local shape = core.row_shape(names)
    local list = {}
    for i, row in ipairs(rows) do
        list[i] = core.is_row(row) and row or core.row(shape, row)
    end
    return core.list_result(names, list, false)
end

return {
    IteratorResult = iterator_result,
    Result = class("Result", core.is_result),
    ScalarResult = class("ScalarResult", named("ScalarResult")),
    MappingResult = class("MappingResult", named("MappingResult")),
    Row = class("Row", named("Row")),
    RowMapping = class("RowMapping", named("RowMapping")),
    FrozenResult = FrozenResult,
}
