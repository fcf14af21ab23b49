-- SPDX-License-Identifier: MIT
-- What a session has, seen from outside: the identity map as a read-only collection, and
-- sequences of whatever the caller calls several objects.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local identity = {}

---@class corm.orm.IdentityMap the persistent objects of a session that somebody holds
---@operator len: integer
local Map = {}

local meta = { __name = "corm.orm.IdentityMap", __index = Map }

---The identity map of a session.
---@param session corm.Session
---@return corm.orm.IdentityMap
function identity.map(session)
    return setmetatable({ _session = session }, meta)
end

---The objects, in no order.
---@return any[]
function Map:values()
    return self._session.core:instances()
end

---@class corm.orm.IdentityKey
---@field [1] table the class at the top of the inheritance tree
---@field [2] any[] values of the primary key
---@field [3] any identity token, or nil

---The identity key of an object, {class, {values of the primary key}}; nil if it has none.
---@param object any
---@return corm.orm.IdentityKey?
function identity.key(object)
    local values = core.identity(object)
    if not values then
        return nil
    end
    return { require("corm.orm.mapper").of_instance(object).base.class, values }
end

---The identity keys of all objects.
---@return corm.orm.IdentityKey[]
function Map:keys()
    local keys = {}
    for i, object in ipairs(self:values()) do
        keys[i] = identity.key(object)
    end
    return keys
end

local function is_key(value)
    return type(value) == "table" and getmetatable(value) == nil and type(value[2]) == "table"
end

---The object with an identity key, or nil.
---@param key corm.orm.IdentityKey
---@return any?
function Map:get(key)
    if not is_key(key) then
        exc.ArgumentError:raise("an identity key {class, {values}} expected, got %s",
            repr.value(key))
    end
    local of_mapper = require("corm.orm.mapper").of_class(key[1])
    return self._session.core:get(of_mapper.core, table.unpack(key[2]))
end

---Whether an object, or one with this identity key, is there.
---@param value any
---@return boolean
function Map:contains(value)
    if is_key(value) then
        return self:get(value) ~= nil
    end
    return core.mapper_of(value) ~= nil and core.session_of(value) == self._session
        and core.state_of(value) == "persistent"
end

function meta:__len()
    return #self:values()
end

-- The step of `for object in session.identity_map do`, by way of a snapshot.
function meta:__call(_, previous)
    if previous == nil then
        self._places, self._snapshot = {}, self:values()
        for i, object in ipairs(self._snapshot) do
            self._places[object] = i
        end
    end
    local at = previous == nil and 0 or self._places and self._places[previous]
    if not at then
        exc.ArgumentError:raise("identity_map: call it in a for loop only")
    end
    return self._snapshot[at + 1]
end

function meta:__pairs()
    local i, objects = 0, self:values()
    return function()
        i = i + 1
        if objects[i] then
            return identity.key(objects[i]), objects[i]
        end
    end
end

function meta:__tostring()
    return ("IdentityMap(%d objects)"):format(#self)
end

-- ---- several objects ----

---A sequence of the members of a sequence, a set, a collection or an iterator.
---@param objects any
---@return any[]
function identity.sequence(objects)
    if type(objects) == "table" and getmetatable(objects) == nil then
        return objects
    elseif type(objects) ~= "function" and core.metafield(objects, "__call") == nil then
        exc.ArgumentError:raise("a sequence of objects expected, got %s", repr.value(objects))
    end
    local list = {}
    for object in objects do
        list[#list + 1] = object
    end
    return list
end

return identity
