-- SPDX-License-Identifier: MIT
-- corm.set{…}: a set that keeps the order in which its members came.
--
--     local tags = corm.set{"a", "b"}
--     tags:add("c")
--     if tags:contains("a") then … end
--     for tag in tags do print(tag) end
--
-- Members are compared as table keys are; dates, decimals and the like by their value.
-- Methods are Python's; `|`, `&`, `-` and `~` are union, intersection, difference and
-- symmetric difference, `<=` and `<` subset tests.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local select = require("corm.util.select")

---@class corm.set
---@operator len: integer
---@operator bor(corm.set): corm.set
---@operator band(corm.set): corm.set
---@operator sub(corm.set): corm.set
---@operator bxor(corm.set): corm.set
local Set = {}

-- A set is { _items = members by position, _places = position by key, _count, _last }.
-- A removed member leaves a hole in _items and its place, negated, in _places, so that a
-- loop may remove the member it is at.
local HOLE = {}

local meta = { __name = "corm.set" }

local function key_of(member)
    if type(member) == "userdata" then
        return core.value_key(member)
    end
    if member == nil or member ~= member then
        exc.ArgumentError:raise("%s cannot be a member of a set", repr.value(member))
    end
    return member
end

local function is_set(value)
    return getmetatable(value) == meta
end

---Iterate over a set, another collection, or the array part of a table.
local function members_of(collection)
    local mt = getmetatable(collection)
    if type(collection) == "table" and not (type(mt) == "table" and mt.__call) then
        local i = 0
        return function()
            i = i + 1
            return collection[i]
        end
    end
    if type(collection) ~= "function" and not core.metafield(collection, "__call") then
        exc.ArgumentError:raise("a set or a sequence expected, got %s", repr.value(collection))
    end
    return collection
end

-- Close the holes.
local function compact(self)
    local items, places, last = {}, {}, 0
    for i = 1, self._last do
        local member = self._items[i]
        if member ~= HOLE then
            last = last + 1
            items[last] = member
            places[key_of(member)] = last
        end
    end
    self._items, self._places, self._last = items, places, last
end

local function new(collection)
    local self = setmetatable({ _items = {}, _places = {}, _count = 0, _last = 0 }, meta)
    if collection ~= nil then
        Set.update(self, collection)
    end
    return self
end

local function to_set(collection)
    return is_set(collection) and collection or new(collection)
end

---Whether the value is a corm.set.
---@param value any
---@return boolean
function Set.is(_, value)
    return is_set(value)
end

---@param member any
---@return boolean
function Set:contains(member)
    local place = member ~= nil and self._places[key_of(member)]
    return place and place > 0 or false
end

---Add a member; nothing happens if it is there.
---@param member any not nil, not NaN
function Set:add(member)
    if self:contains(member) then
        return
    end
    if self._last > 2 * self._count + 16 then
        compact(self)
    end
    local place = self._last + 1
    self._places[key_of(member)] = place
    self._items[place] = member
    self._last = place
    self._count = self._count + 1
end

---Remove a member if it is there.
---@param member any
function Set:discard(member)
    if self:contains(member) then
        local key = key_of(member)
        local place = self._places[key]
        self._items[place] = HOLE
        self._places[key] = -place
        self._count = self._count - 1
    end
end

---Remove a member.
---@param member any
---@error ArgumentError it is not there
function Set:remove(member)
    if not self:contains(member) then
        exc.ArgumentError:raise("%s is not in the set", repr.value(member))
    end
    self:discard(member)
end

---Remove the first member and return it.
---@return any
---@error ArgumentError the set is empty
function Set:pop()
    local member = self(nil, nil)
    if member == nil then
        exc.ArgumentError:raise("pop from an empty set")
    end
    self:discard(member)
    return member
end

---Remove all members.
function Set:clear()
    self._items, self._places, self._count, self._last = {}, {}, 0, 0
end

---@return corm.set
function Set:copy()
    return new(self)
end

---Add the members of other collections: sets, sequences, anything to loop over.
---@param ... any
function Set:update(...)
    for i = 1, select("#", ...) do
        for member in members_of((select(i, ...))) do
            self:add(member)
        end
    end
end

---Keep only the members that the other collection has too.
---@param other any
function Set:intersection_update(other)
    other = to_set(other)
    for member in self do
        if not other:contains(member) then
            self:discard(member)
        end
    end
end

---Remove the members of the other collection.
---@param other any
function Set:difference_update(other)
    for member in to_set(other):copy() do
        self:discard(member)
    end
end

---Keep what is in one of both only.
---@param other any
function Set:symmetric_difference_update(other)
    for member in to_set(other):copy() do
        if self:contains(member) then
            self:discard(member)
        else
            self:add(member)
        end
    end
end

-- union from update, and so on: the same on a copy.
local function on_copy(update)
    return function(self, ...)
        local result = to_set(self):copy()
        update(result, ...)
        return result
    end
end

---@type fun(self: corm.set, ...: any): corm.set
Set.union = on_copy(Set.update)
---@type fun(self: corm.set, other: any): corm.set
Set.intersection = on_copy(Set.intersection_update)
---@type fun(self: corm.set, other: any): corm.set
Set.difference = on_copy(Set.difference_update)
---@type fun(self: corm.set, other: any): corm.set
Set.symmetric_difference = on_copy(Set.symmetric_difference_update)

---Whether the other collection has all members of this set.
---@param other any
---@return boolean
function Set:issubset(other)
    other = to_set(other)
    for member in self do
        if not other:contains(member) then
            return false
        end
    end
    return true
end

---Whether this set has all members of the other collection.
---@param other any
---@return boolean
function Set:issuperset(other)
    return to_set(other):issubset(self)
end

---Whether no member is in both.
---@param other any
---@return boolean
function Set:isdisjoint(other)
    return #self:intersection(other) == 0
end

-- s[i] is the i-th member, so that ipairs and table.unpack work.
function meta:__index(key)
    if math.type(key) ~= "integer" then
        return Set[key]
    end
    if self._last ~= self._count then
        compact(self)
    end
    return self._items[key]
end

function meta.__newindex(_, key)
    exc.ArgumentError:raise("a set has no field %s; use add and remove", repr.value(key))
end

-- The step of `for member in set do`.
function meta:__call(_, previous)
    local place = previous == nil and 0 or self._places[key_of(previous)]
    if not place then
        exc.InvalidRequestError:raise("the set was changed while it was iterated over")
    end
    place = math.abs(place)
    repeat
        place = place + 1
    until self._items[place] ~= HOLE
    return self._items[place]
end

local function next_pair(self, place)
    place = place + 1
    if place <= #self then
        return place, self[place]
    end
end

function meta:__pairs()
    return next_pair, self, 0
end

function meta:__len()
    return self._count
end

function meta:__eq(other)
    return is_set(self) and is_set(other) and #self == #other and self:issubset(other)
end

function meta:__le(other)
    return self:issubset(other)
end

function meta:__lt(other)
    return #self < #other and self:issubset(other)
end

meta.__bor = Set.union
meta.__band = Set.intersection
meta.__sub = Set.difference
meta.__bxor = Set.symmetric_difference

function meta:__tostring()
    local parts = {}
    for member in self do
        parts[#parts + 1] = repr.value(member)
    end
    return "{" .. table.concat(parts, ", ") .. "}"
end

return setmetatable(Set, {
    __name = "corm.set",
    __call = function(_, collection)
        return new(collection)
    end,
})
