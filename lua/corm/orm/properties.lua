-- SPDX-License-Identifier: MIT
-- Things by key, in order, that cannot be changed: mapper.attrs, mapper.relationships. A key
-- wins over a method of the same name; every method is also a function of the class.

local exc = require("corm.exc")
local missing = require("corm.util.missing")

---@class corm.orm.Properties
---@operator len: integer
local Properties = {}

-- Collection -> {owner = name for messages, keys = list, by_key = table, places = by value}
local inner_of = setmetatable({}, { __mode = "k" })

local meta = { __name = "corm.orm.Properties" }

---@param owner string for messages: "mapper of 'User'"
---@param list {[1]: string, [2]: any}[] key and value, in order
---@return corm.orm.Properties
function Properties.new(owner, list)
    local inner = { owner = owner, keys = {}, by_key = {}, places = {} }
    for i, pair in ipairs(list) do
        inner.keys[i] = pair[1]
        inner.by_key[pair[1]] = pair[2]
        inner.places[pair[2]] = i
    end
    local self = setmetatable({}, meta)
    inner_of[self] = inner
    return self
end

---@return string[]
function Properties:keys()
    return table.move(inner_of[self].keys, 1, #inner_of[self].keys, 1, {})
end

---@return any[]
function Properties:values()
    local inner, values = inner_of[self], {}
    for i, key in ipairs(inner.keys) do
        values[i] = inner.by_key[key]
    end
    return values
end

---Iterate over keys and values.
---@return fun(): string?, any
function Properties:items()
    local inner, i = inner_of[self], 0
    return function()
        i = i + 1
        return inner.keys[i], inner.by_key[inner.keys[i]]
    end
end

---@param key any
---@return boolean
function Properties:contains(key)
    return inner_of[self].by_key[key] ~= nil
end

---@param key string
---@param fallback any
---@return any
function Properties:get(key, fallback)
    local value = inner_of[self].by_key[key]
    return value == nil and fallback or value
end

function meta:__index(key)
    local inner = inner_of[self]
    local value = inner.by_key[key]
    if value == nil then
        value = Properties[key]
    end
    if value == nil and type(key) ~= "number" then
        missing(inner.owner, key, inner.by_key)
    end
    return value
end

function meta:__len()
    return #inner_of[self].keys
end

-- for property in mapper.attrs do. No value has two keys, so the one before tells the place.
function meta:__call(_, previous)
    local inner = inner_of[self]
    local place = previous == nil and 0 or inner.places[previous]
    if not place then
        exc.ArgumentError:raise("%s: call it in a for loop only", inner.owner)
    end
    return inner.by_key[inner.keys[place + 1]]
end

function meta:__pairs()
    return Properties.items(self)
end

function meta:__tostring()
    return ("{%s}"):format(table.concat(inner_of[self].keys, ", "))
end

return Properties
