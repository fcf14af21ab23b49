-- SPDX-License-Identifier: MIT
-- Results of rows that are there already: frozen ones, several joined to one, rows of one's
-- own. They read from a list, wherever that came from.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local select = require("corm.util.select")

local kept_result = { methods = {} }

local methods = kept_result.methods

-- "ScalarResult", "MappingResult", … of a view
local function view_of(result)
    return core.metafield(result, "__name"):match("%w+$")
end

-- What the rows of a result look like, where it has any, or else their names: it finds columns
-- by what was selected, too.
local function columns_of(result)
    return core.shape_of(result) or result:keys()
end

-- The rows of a list that mixes Rows with sequences of values.
local function as_rows(columns, list)
    local shape = type(columns) == "table" and core.row_shape(columns) or columns
    local rows = {}
    for i, row in ipairs(list) do
        rows[i] = core.is_row(row) and row or core.row(shape, row)
    end
    return rows
end

---A result with rows of one's own: sequences of values.
---@param columns string[]|any their names, or the shape of another result
---@param rows any[][]
---@return corm.Result
function kept_result.of_rows(columns, rows)
    return core.list_result(columns, as_rows(columns, rows), false)
end

-- ---- freezing ----

---A result that was kept: it can be replayed any number of times.
---@class corm.FrozenResult
---@field data any[]
local FrozenResult = { __name = "corm.FrozenResult" }
FrozenResult.__index = FrozenResult
kept_result.FrozenResult = FrozenResult

---Fetch what is left and keep it.
---@return corm.FrozenResult
function methods:freeze()
    local names, columns, view = self:keys(), columns_of(self), view_of(self)
    local data = self:all()
    if view == "MappingResult" then
        for i, mapping in ipairs(data) do
            data[i] = core.row(columns, { mapping:unpack() })
        end
    end
    return setmetatable({
        data = data,
        _names = names,
        _columns = columns,
        _is_scalar = view == "ScalarResult",
        _is_mapping = view == "MappingResult",
    }, FrozenResult)
end

---A new result with the kept rows.
---@return corm.Result
function FrozenResult:__call()
    if self._is_scalar then
        return core.list_result({ self._names[1] }, self.data, true):scalars()
    end
    local result = kept_result.of_rows(self._columns, self.data)
    return self._is_mapping and result:mappings() or result
end

---A frozen result with other rows of the same columns: Rows or sequences of values.
---@param rows any[]
---@return corm.FrozenResult
function FrozenResult:with_new_rows(rows)
    return setmetatable({
        data = rows,
        _names = self._names,
        _columns = self._columns,
        _is_scalar = self._is_scalar,
        _is_mapping = self._is_mapping,
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

-- ---- several results as one ----

local function check_results(caller, ...)
    local others = { ... }
    for i = 1, select("#", ...) do
        if not core.is_result(others[i]) then
            exc.ArgumentError:raise("%s: a result expected, got %s", caller,
                repr.value(others[i]))
        end
    end
    return others
end

local function append(list, more)
    return table.move(more, 1, #more, #list + 1, list)
end

-- The sum of what is known; -1 if nothing is.
local function add_counts(results)
    local sum = -1
    for _, result in ipairs(results) do
        if result.rowcount >= 0 then
            sum = math.max(sum, 0) + result.rowcount
        end
    end
    return sum
end

-- All that the results have left, in turn. They are closed: the rows belong to another now.
local function take_rows(results)
    local rows = {}
    for _, result in ipairs(results) do
        if result.returns_rows then
            append(rows, result:all())
        end
        result:close()
    end
    return rows
end

---This result's rows followed by those of others with the same columns. It is unique, and
---comes in partitions, as this result does; its rowcount is the sum of theirs.
---@param ... corm.Result
---@return corm.Result
function methods:merge(...)
    local results = append({ self }, check_results("merge", ...))
    local columns = self.returns_rows and columns_of(self) or false
    local is_scalar = view_of(self) == "ScalarResult"
    local rows = take_rows(results)
    local merged = core.list_result(columns, rows, is_scalar, add_counts(results))
    core.inherit_view(merged, self)
    return is_scalar and merged:scalars() or merged
end

-- Rows of the left list continued by those of the right one.
local function splice(left, right, shape)
    local rows = {}
    for i, row in ipairs(left) do
        local values = table.pack(row:unpack())
        for _, value in pairs(right[i]) do
            values.n = values.n + 1
            values[values.n] = value
        end
        rows[i] = core.row(shape, values)
    end
    return rows
end

local function names_of(result, rows)
    return rows and rows[1] and rows[1]:keys() or result.returns_rows and result:keys() or {}
end

-- What the rows that are spliced look like: those of a result, or those that it has beside it.
local function spliced_shape(result, own, other, others)
    local names = append(names_of(result, own), names_of(other, others))
    local sources = {}
    for _, source in ipairs({
        own and own[1] or result.returns_rows and core.shape_of(result) or false,
        others and others[1] or other.returns_rows and core.shape_of(other) or false,
    }) do
        sources[#sources + 1] = source or nil
    end
    return core.row_shape(names, table.unpack(sources))
end

-- What an INSERT or UPDATE returned beside its rows; views of a result do not know it.
local function defaults_of(result)
    local is_whole, statement = pcall(core.execution.statement, result)
    return is_whole and statement and result.returned_defaults_rows or nil
end

local function with_defaults(result, defaults)
    result._detail.returned_defaults_rows = defaults
    return result
end

---A result whose rows are this one's, each continued by the row of the other at its place:
---two INSERTs of the same objects into two tables, say.
---@param other corm.Result
---@return corm.Result
---@error ArgumentError they have different numbers of rows
function methods:splice_horizontally(other)
    check_results("splice_horizontally", other)
    local own, others = defaults_of(self), defaults_of(other)
    local shape = spliced_shape(self, own, other, others)
    local left, right = own or self:all(), others or other:all()
    if #left ~= #right then
        exc.ArgumentError:raise("splice_horizontally: %d rows and %d rows", #left, #right)
    end
    local rows = splice(left, right, shape)
    local has_defaults = own and others
    local spliced = core.list_result(shape, has_defaults and {} or rows, false)
    return has_defaults and with_defaults(spliced, rows) or spliced
end

---A result with this one's rows and then the other's.
---@param other corm.Result
---@return corm.Result
function methods:splice_vertically(other)
    check_results("splice_vertically", other)
    local own, others = defaults_of(self), defaults_of(other)
    local merged = self:merge(other)
    return own and others and with_defaults(merged, append(append({}, own), others)) or merged
end

return kept_result
