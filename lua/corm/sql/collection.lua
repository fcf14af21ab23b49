-- SPDX-License-Identifier: MIT
-- Columns by key and by position: table.c, subquery.c, constraint.columns.
--
-- A collection is a table that holds each column twice, under its key and under its number,
-- so that `users.c.name` is one look-up. A column's name wins over a method of that name;
-- every method is also a function: ColumnCollection.keys(users.c).

local core = require("corm.core")
local exc = require("corm.exc")
local check_options = require("corm.util.options")
local hint = require("corm.util.hint")
local repr = require("corm.util.repr")

---@class corm.ColumnCollection
---@operator len: integer
local ColumnCollection = {}

-- Collection -> {owner = name for messages, keys = list, positions = column -> number}.
local inner_of = setmetatable({}, { __mode = "k" })

local meta = { __name = "corm.ColumnCollection", __metatable = "corm.ColumnCollection" }

---@param owner string what has these columns: "table 'user'"
---@return corm.ColumnCollection
function ColumnCollection.new(owner)
    local self = setmetatable({}, meta)
    inner_of[self] = { owner = owner, keys = {}, positions = {} }
    return self
end

---Whether the value is a collection.
---@param value any
---@return boolean
function ColumnCollection.is(value)
    return inner_of[value] ~= nil
end

---Append a column. For the owner of the collection.
---@param key string
---@param column any
function ColumnCollection.append(self, key, column)
    local inner = inner_of[self]
    local n = #inner.keys + 1
    inner.keys[n] = key
    inner.positions[column] = inner.positions[column] or n
    rawset(self, n, column)
    if rawget(self, key) == nil then
        rawset(self, key, column)
    end
end

---Put a column in the place of another one. For the owner of the collection.
---@param old any
---@param key string
---@param column any
function ColumnCollection.replace(self, old, key, column)
    local inner = inner_of[self]
    local n = inner.positions[old]
    if rawget(self, inner.keys[n]) == old then
        rawset(self, inner.keys[n], nil)
    end
    inner.keys[n] = key
    inner.positions[old] = nil
    inner.positions[column] = n
    rawset(self, n, column)
    rawset(self, key, column)
end

---Move a column to another position; those in between make room. For the owner.
---@param column any
---@param index integer
function ColumnCollection.move(self, column, index)
    local inner = inner_of[self]
    local from = inner.positions[column]
    local key = table.remove(inner.keys, from)
    table.insert(inner.keys, index, key)
    local step = index < from and -1 or 1
    for at = from, index - step, step do
        rawset(self, at, rawget(self, at + step))
        inner.positions[rawget(self, at)] = at
    end
    rawset(self, index, column)
    inner.positions[column] = index
end

---Where a column of the collection stands, from 1. For the owner.
---@param column any
---@return integer
function ColumnCollection.position(self, column)
    return inner_of[self].positions[column]
end

---Change what messages call the owner.
---@param owner string
function ColumnCollection.set_owner(self, owner)
    inner_of[self].owner = owner
end

---The keys in order.
---@return string[]
function ColumnCollection.keys(self)
    return { table.unpack(inner_of[self].keys) }
end

---The columns in order.
---@return any[]
function ColumnCollection.values(self)
    return { table.unpack(self, 1, #inner_of[self].keys) }
end

---Pairs {key, column} in order.
---@return any[][]
function ColumnCollection.items(self)
    local list = {}
    for i, key in ipairs(inner_of[self].keys) do
        list[i] = { key, rawget(self, i) }
    end
    return list
end

---The column of this key, or the default.
---@param key string
---@param default any
---@return any
function ColumnCollection.get(self, key, default)
    local found = rawget(self, key)
    if found == nil then
        return default
    end
    return found
end

---Whether there is a column of this key.
---@param key string
---@return boolean
function ColumnCollection.contains(self, key)
    if core.kind(key) then
        exc.ArgumentError:raise("contains takes a key; for a column use contains_column")
    end
    return rawget(self, key) ~= nil
end

---Whether this very column is in the collection.
---@param column any
---@return boolean
function ColumnCollection.contains_column(self, column)
    return inner_of[self].positions[column] ~= nil
end

---The key of this very column; nil if it is not in the collection.
---@param column any
---@return string?
function ColumnCollection.key_of(self, column)
    local inner = inner_of[self]
    return inner.keys[inner.positions[column]]
end

-- The column here that was derived from the given one in the fewest steps.
local function derived(self, column)
    local best, fewest
    for i = 1, #inner_of[self].keys do
        local candidate = rawget(self, i)
        local behind, steps = candidate, 0
        while core.kind(behind) == "colref" do
            behind, steps = core.kid(behind, 1), steps + 1
            if behind == column and not (fewest and fewest <= steps) then
                best, fewest = candidate, steps
            end
        end
    end
    return best
end

---The column here that stands for the given one: itself, what was derived from it, what it was
---derived from, or what stands for the same column. With require_embedded it is itself or
---derived from it.
---@param column any
---@param options? {require_embedded?: boolean}
---@return any? # nil if there is none
function ColumnCollection.corresponding_column(self, column, options)
    options = check_options(options, { "require_embedded" }, "corresponding_column")
    if not core.resolve(column) then
        exc.ArgumentError:raise("corresponding_column: a column expected, got %s",
            repr.value(column))
    end
    local found = inner_of[self].positions[column] and column or derived(self, column)
    if found or options.require_embedded then
        return found
    end
    return require("corm.sql.lineage").nearest(ColumnCollection.values(self), column)
end

-- t.c[{"a", "b"}] and t.c[{1, 3}]: a collection of these columns.
local function chosen(self, keys)
    local part = ColumnCollection.new(inner_of[self].owner)
    for _, key in ipairs(keys) do
        local column = self[key]
        if column == nil then
            exc.ArgumentError:raise("%s has no column number %s", inner_of[self].owner,
                repr.value(key))
        end
        local name = math.type(key) == "integer" and inner_of[self].keys[key] or key
        ColumnCollection.append(part, name, column)
    end
    return part
end

function meta:__index(key)
    local method = ColumnCollection[key]
    if method then
        return method
    end
    local inner = inner_of[self]
    if math.type(key) == "integer" then
        return nil
    elseif type(key) == "table" and getmetatable(key) == nil then
        return chosen(self, key)
    end
    exc.ArgumentError:raise("%s has no column %s%s", inner.owner, repr.value(key),
        hint(key, inner.keys))
end

function meta.__newindex(_, key)
    exc.ArgumentError:raise("a column collection cannot be assigned to (%s)", repr.value(key))
end

function meta:__len()
    return #inner_of[self].keys
end

-- for column in table.c do
function meta:__call(_, previous)
    local inner = inner_of[self]
    local at = previous == nil and 0 or inner.positions[previous]
    if not at then
        exc.ArgumentError:raise("%s has no column %s; call it in a for loop only", inner.owner,
            repr.value(previous))
    end
    return rawget(self, at + 1)
end

-- for key, column in pairs(table.c) do
function meta:__pairs()
    local i = 0
    local keys = inner_of[self].keys
    return function()
        i = i + 1
        return keys[i], rawget(self, i)
    end
end

function meta:__tostring()
    local texts = {}
    for i, key in ipairs(inner_of[self].keys) do
        local column = rawget(self, i)
        texts[i] = core.kind(column) and tostring(column) or key
    end
    return "[" .. table.concat(texts, ", ") .. "]"
end

return ColumnCollection
