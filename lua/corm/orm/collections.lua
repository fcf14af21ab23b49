-- SPDX-License-Identifier: MIT
-- Collections of related objects: what `collection_class` of a relationship may be, and the
-- classes InstrumentedList, InstrumentedSet and KeyFuncDict that own ones extend.
--
-- The work is done in C (csrc/lua/collection*.c); a class here is a table of methods, a
-- kind, and for dicts how the key of a member is found.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local Set = require("corm.util.set")

local collections = {}

---@class corm.collections.Specification what a relationship's collections are made of
---@field kind "list"|"set"|"dict"
---@field metatable table
---@field attribute? string the member's attribute that is its key
---@field keyfunc? fun(member: any): any computes the key

local methods = core.collection_methods

-- ---- methods that are written in terms of the core's ----

---Append every object of a sequence or of another collection.
---@param objects any
function methods:extend(objects)
    for _, object in ipairs(collections.members(objects)) do
        self:append(object)
    end
end

methods.update = methods.extend

---Remove every member.
function methods:clear()
    for _, object in ipairs(self:members()) do
        self:remove(object)
    end
end

---The member of a key, or the default. Of a dict.
---@param key any
---@param default any
---@return any
function methods:get(key, default)
    if self:contains(key) then
        return self[key]
    end
    return default
end

---The members in order, as a sequence.
---@return any[]
function methods:values()
    return self:members()
end

---Pairs {key, member} in order. Of a dict.
---@return any[][]
function methods:items()
    local members, list = self:members(), {}
    for i, key in ipairs(self:keys()) do
        list[i] = { key, members[i] }
    end
    return list
end

---Position (from 1) of an object, or nil.
---@param object any
---@return integer?
function methods:index(object)
    for i, member in ipairs(self:members()) do
        if member == object then
            return i
        end
    end
    return nil
end

-- ---- classes ----

local class_meta = { __name = "corm.collections.Class" }
class_meta.__index = class_meta

local function new_class(name, kind, parent)
    return setmetatable({
        __name = name,
        kind = kind,
        parent = parent,
        methods = setmetatable({}, { __index = parent and parent.methods or methods }),
    }, class_meta)
end

-- Own methods are written as fields of the class: function MyList:total() … end
function class_meta:__newindex(key, value)
    if key == "__missing" or key == "__tostring" then
        rawset(self, key, value)
    else
        self.methods[key] = value
    end
end

-- KeyFuncDict.remove(dict, x): a method as a function, where data has its name.
function class_meta:__index(key)
    return class_meta[key] or rawget(self, "methods")[key]
end

---A subclass with methods of its own.
---@param name string
---@param members? table
---@return table class
function class_meta:extend(name, members)
    local class = new_class(name, self.kind, self)
    for key, value in pairs(members or {}) do
        class[key] = value
    end
    return class
end

---KeyFuncDict(keyfunc): a dict whose keys the function computes.
function class_meta:__call(keyfunc)
    local specification = collections.specification(self)
    if self.kind == "dict" and type(keyfunc) == "function" then
        specification.keyfunc = keyfunc
    elseif self.kind == "dict" and type(keyfunc) == "string" then
        specification.attribute = keyfunc
    end
    return specification
end

function class_meta:__tostring()
    return self.__name
end

collections.InstrumentedList = new_class("InstrumentedList", "list")
collections.InstrumentedSet = new_class("InstrumentedSet", "set")
collections.KeyFuncDict = new_class("KeyFuncDict", "dict")
collections.MappedCollection = collections.KeyFuncDict

local function shown(collection, kind)
    local texts = {}
    for i, member in ipairs(methods.members(collection)) do
        texts[i] = tostring(member)
    end
    if kind == "dict" then
        for i, key in ipairs(methods.keys(collection)) do
            texts[i] = ("%s = %s"):format(repr.value(key), texts[i])
        end
    end
    local open, close = kind == "list" and "[" or "{", kind == "list" and "]" or "}"
    return open .. table.concat(texts, ", ") .. close
end

local function inherited(class, name)
    while class do
        local found = rawget(class, name)
        if found ~= nil then
            return found
        end
        class = rawget(class, "parent")
    end
    return nil
end

-- The metatable of a class's collections, made when the first one is needed.
local function metatable_of(class)
    local metatable = rawget(class, "metatable")
    if not metatable then
        metatable = core.collection_metatable(class.methods, inherited(class, "__missing"))
        metatable.__tostring = inherited(class, "__tostring") or function(self)
            return shown(self, class.kind)
        end
        rawset(class, "metatable", metatable)
    end
    return metatable
end

---What a relationship with collections of this class needs to know.
---@param class table
---@return corm.collections.Specification
function collections.specification(class)
    return { kind = class.kind, metatable = metatable_of(class), class = class }
end

local function is_specification(value)
    return type(value) == "table" and value.kind ~= nil and rawget(value, "metatable") ~= nil
        and getmetatable(value) == nil
end

---Read the option `collection_class` of a relationship.
---@param value any nil, a class, corm.set, attribute_keyed_dict(…) or a function that returns one
---@return corm.collections.Specification
function collections.read(value)
    if type(value) == "function" then
        value = value()
    end
    if value == nil then
        value = collections.InstrumentedList
    elseif value == Set then
        value = collections.InstrumentedSet
    end
    if is_specification(value) then
        return value
    end
    if getmetatable(value) == class_meta then
        return collections.specification(value)
    end
    exc.ArgumentError:raise("collection_class: corm.set, a class of corm.collections or "
        .. "attribute_keyed_dict(…) expected, got %s", repr.value(value))
end

-- ---- keyed dicts ----

---A dict keyed by an attribute of its members.
---@param name string
---@return corm.collections.Specification
function collections.attribute_keyed_dict(name)
    if type(name) ~= "string" then
        exc.ArgumentError:raise("attribute_keyed_dict: name of an attribute expected, got %s",
            repr.value(name))
    end
    return collections.KeyFuncDict(name)
end

---A dict keyed by a function of its members.
---@param fn fun(member: any): any
---@return corm.collections.Specification
function collections.keyfunc_mapping(fn)
    if type(fn) ~= "function" then
        exc.ArgumentError:raise("keyfunc_mapping: function expected, got %s", repr.value(fn))
    end
    return collections.KeyFuncDict(fn)
end

---A dict keyed by a column of its members.
---@param column corm.Column
---@return corm.collections.Specification
function collections.column_keyed_dict(column)
    return collections.KeyFuncDict(function(member)
        return require("corm.orm.mapper").of_instance(member):value_of_column(member, column)
    end)
end

collections.attribute_mapped_collection = collections.attribute_keyed_dict
collections.column_mapped_collection = collections.column_keyed_dict
collections.mapped_collection = collections.keyfunc_mapping

-- ---- anything that holds objects ----

---The objects in a collection, a set, a sequence or a table by key, as a sequence.
---@param value any
---@return any[]
function collections.members(value)
    if type(value) == "userdata" and not core.mapper_of(value) then
        return value:members()
    end
    if type(value) ~= "table" then
        exc.ArgumentError:raise("a collection or a sequence of objects expected, got %s",
            repr.value(value))
    end
    local list = {}
    if getmetatable(value) ~= nil then
        for object in value do
            list[#list + 1] = object
        end
    elseif #value > 0 or next(value) == nil then
        table.move(value, 1, #value, 1, list)
    else
        for _, object in pairs(value) do
            list[#list + 1] = object
        end
    end
    return list
end

return require("corm.util.public")("corm.collections", collections)
