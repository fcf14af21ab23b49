-- SPDX-License-Identifier: MIT
-- inspect(object): what a session knows of a mapped object, without loading anything.
--
--     local state = corm.inspect(user)
--     state.persistent, state.identity                    true, {5}
--     state.attrs.name.history.added                      {"edward"}

local core = require("corm.core")
local exc = require("corm.exc")
local event = require("corm.event")
local hint = require("corm.util.hint")
local identity = require("corm.orm.identity")
local mapper = require("corm.orm.mapper")
local Set = require("corm.util.set")
local missing = require("corm.util.missing")

local state = {}

-- ---- history ----

---@class corm.History what became of an attribute since load or flush
---@field added any[]
---@field unchanged any[]
---@field deleted any[]
local History = {}

local PLACES = { "added", "unchanged", "deleted" }

local history_meta = { __name = "corm.History" }

function history_meta:__index(key)
    return History[key] or rawget(self, PLACES[key])
end

function history_meta:__tostring()
    return ("History(added=%d, unchanged=%d, deleted=%d)"):format(#self.added, #self.unchanged,
        #self.deleted)
end

local function joined(...)
    local result = {}
    for _, list in ipairs({ ... }) do
        table.move(list, 1, #list, #result + 1, result)
    end
    return result
end

---@return boolean
function History:has_changes()
    return #self.added > 0 or #self.deleted > 0
end

---@return boolean
function History:empty()
    return not self:has_changes() and #self.unchanged == 0
end

---@return any[] # added, unchanged and deleted
function History:sum()
    return joined(self.added, self.unchanged, self.deleted)
end

---@return any[] # added and unchanged
function History:non_deleted()
    return joined(self.added, self.unchanged)
end

---@return any[] # unchanged and deleted
function History:non_added()
    return joined(self.unchanged, self.deleted)
end

local function property(object, key)
    local of_mapper = mapper.of_instance(object)
    local prop = of_mapper.props[key]
    if not prop then
        exc.InvalidRequestError:raise("class '%s' has no attribute '%s'%s", of_mapper.name,
            tostring(key), hint(key, of_mapper:keys()))
    end
    return prop
end

---The history of an object's attribute; what is not loaded stays so.
---@param object any
---@param key string
---@return corm.History
function state.history(object, key)
    local added, unchanged, deleted = core.history(object, property(object, key).position)
    return setmetatable({ added = added, unchanged = unchanged, deleted = deleted },
        history_meta)
end

-- ---- attributes ----

---@class corm.orm.AttributeState
---@field key string
---@field value any the value; reading it loads it
---@field loaded_value any the value if it is loaded, else corm.NO_VALUE
---@field history corm.History
local Attribute = {}

local attribute_meta = { __name = "corm.orm.AttributeState" }

local attribute_getters = {
    value = function(self)
        return self._object[self.key]
    end,
    loaded_value = function(self)
        if not core.is_loaded(self._object, self._position) then
            return require("corm.orm.attributes").NO_VALUE
        end
        return core.attribute_peek(self._object, self._position)
    end,
    history = function(self)
        return state.history(self._object, self.key)
    end,
}

function attribute_meta:__index(key)
    local getter = attribute_getters[key]
    if getter then
        return getter(self)
    end
    return Attribute[key]
end

function attribute_meta:__tostring()
    return ("AttributeState(%s)"):format(self.key)
end

---The history of the attribute, which is loaded for it.
---@return corm.History
function Attribute:load_history()
    local _ = self.value
    return self.history
end

local attributes_meta = { __name = "corm.orm.AttributeStates" }

local attributes = {}

---@return string[]
function attributes:keys()
    return mapper.of_instance(self._object):keys()
end

---@return corm.orm.AttributeState[]
function attributes:values()
    local values = {}
    for i, key in ipairs(self:keys()) do
        values[i] = self[key]
    end
    return values
end

---@param key any
---@return boolean
function attributes:contains(key)
    return mapper.of_instance(self._object).props[key] ~= nil
end

-- An attribute's name wins over a method's.
function attributes_meta:__index(key)
    local method = attributes[key]
    if method and not mapper.of_instance(self._object).props[key] then
        return method
    end
    local prop = property(self._object, key)
    return setmetatable({ key = key, _object = self._object, _position = prop.position },
        attribute_meta)
end

function attributes_meta:__pairs()
    local i, props = 0, mapper.of_instance(self._object).by_position
    return function()
        i = i + 1
        if props[i] then
            return props[i].key, self[props[i].key]
        end
    end
end

-- ---- the state ----

---@class corm.InstanceState
---@field object any
---@field mapper corm.orm.Mapper
---@field class_ table
---@field session? corm.Session
---@field transient boolean
---@field pending boolean
---@field persistent boolean
---@field deleted boolean
---@field detached boolean
---@field was_deleted boolean
---@field identity? any[] values of the primary key
---@field identity_key? corm.orm.IdentityKey
---@field has_identity boolean
---@field attrs table<string, corm.orm.AttributeState>
---@field unloaded corm.set names of the attributes that are not loaded
---@field unmodified corm.set names of the attributes that have no changes
---@field modified boolean
---@field expired boolean
---@field dict table<string, any> what is loaded, by name
local meta = { __name = "corm.InstanceState" }

local function is_state(name)
    return function(self)
        return core.state_of(self.object) == name
    end
end

-- Names of the attributes for which a test of (object, position) says so.
local function names_where(self, test)
    local names = Set()
    for _, prop in ipairs(self.mapper.by_position) do
        if test(self.object, prop) then
            names:add(prop.key)
        end
    end
    return names
end

local function is_unloaded(object, prop)
    return not core.is_loaded(object, prop.position)
end

local function is_unmodified(object, prop)
    local added, _, deleted = core.history(object, prop.position)
    return #added == 0 and #deleted == 0
end

local getters = {
    transient = is_state("transient"),
    pending = is_state("pending"),
    persistent = is_state("persistent"),
    deleted = is_state("deleted"),
    detached = is_state("detached"),
    was_deleted = function(self)
        return core.was_deleted(self.object)
    end,
    mapper = function(self)
        return mapper.of_instance(self.object)
    end,
    class_ = function(self)
        return self.mapper.class
    end,
    session = function(self)
        return core.session_of(self.object)
    end,
    identity = function(self)
        return core.identity(self.object)
    end,
    identity_key = function(self)
        return identity.key(self.object)
    end,
    key = function(self)
        return identity.key(self.object)
    end,
    has_identity = function(self)
        return core.identity(self.object) ~= nil
    end,
    attrs = function(self)
        return setmetatable({ _object = self.object }, attributes_meta)
    end,
    unloaded = function(self)
        return names_where(self, is_unloaded)
    end,
    unmodified = function(self)
        return names_where(self, is_unmodified)
    end,
    modified = function(self)
        return core.is_marked(self.object)
    end,
    expired = function(self)
        return core.is_expired(self.object)
    end,
    dict = function(self)
        local dict = {}
        for key, value in pairs(self.object) do
            dict[key] = value
        end
        return dict
    end,
}
getters.key = getters.identity_key

function meta:__index(key)
    local getter = getters[key]
    if not getter then
        missing("InstanceState", key, getters)
    end
    return getter(self)
end

function meta:__tostring()
    return ("InstanceState(%s, %s)"):format(self.mapper.name, core.state_of(self.object))
end

---The state of a mapped object.
---@param object any
---@return corm.InstanceState
function state.of(object)
    return setmetatable({ object = object, is_instance = true }, meta)
end

event.set_state_of(state.of)

return state
