-- SPDX-License-Identifier: MIT
-- What kind of thing Session is: a class that can be called, extended and listened to, and
-- its instances. sessionmaker() makes such classes as well.

local exc = require("corm.exc")
local repr = require("corm.util.repr")
local missing = require("corm.util.missing")

local session_class = {}

---@class corm.orm.SessionClass
---@field name string
---@field parent? corm.orm.SessionClass
---@field methods table
---@field dispatch corm.event.Dispatcher listeners for all sessions of the class
local class_meta = { __name = "corm.orm.SessionClass" }

-- All sessions, for close_all_sessions().
local instances = setmetatable({}, { __mode = "k" })

---All sessions that are alive.
---@return corm.Session[]
function session_class.instances()
    local list = {}
    for session in pairs(instances) do
        list[#list + 1] = session
    end
    return list
end

-- ---- classes ----

-- Session.add is the method; other names are the class's own fields.
function class_meta:__index(key)
    local methods = rawget(self, "methods")
    return class_meta[key] or methods and methods[key] or nil
end

-- function MySession:greet() … end adds a method.
function class_meta:__newindex(key, value)
    if type(value) == "function" then
        self.methods[key] = value
    else
        rawset(self, key, value)
    end
end

function class_meta:__tostring()
    return "corm." .. self.name
end

function class_meta.__dispatch(class)
    return class.dispatch
end

function class_meta:__call(...)
    local self_ = setmetatable({}, self.instance_meta)
    instances[self_] = true
    self_:__init(...)
    return self_
end

---Make a class; define() gives it its methods.
---@param name string
---@param parent? corm.orm.SessionClass
---@return corm.orm.SessionClass
function session_class.new(name, parent)
    local class = { name = name, parent = parent, instance_meta = {} }
    class.methods = setmetatable({}, { __index = parent and parent.methods })
    class.dispatch = parent and parent.dispatch:derive()
    return setmetatable(class, class_meta)
end

-- ---- instances ----

-- A session has listeners of its own from the first one on; until then its class's.
local function own_dispatch(self, _)
    local dispatch = rawget(self, "dispatch")
    if not dispatch then
        dispatch = self.dispatch:derive()
        self.dispatch = dispatch
    end
    return dispatch
end

local function close(self)
    self:close()
end

-- What a session may be given; nil if it was not.
local OPTIONAL = {
    bind = true, close_resets_only = true, execution_options = true, query_cls = true,
}

local function is_name_of_nothing(key)
    return type(key) == "string" and key:sub(1, 1) ~= "_" and not OPTIONAL[key]
end

local function make_index(class, getters)
    local methods = class.methods
    return function(self, key)
        local method = methods[key]
        if method ~= nil then
            return method
        end
        local getter = getters[key]
        if getter then
            return getter(self)
        elseif key == "dispatch" then
            return class.dispatch
        end
        local field = class.fields[key]
        if field == nil and is_name_of_nothing(key) then
            missing(class.name, key, methods, getters, class.fields)
        end
        return field
    end
end

---Give a class its methods, its computed attributes and metamethods.
---@param class corm.orm.SessionClass
---@param methods table<string, function>
---@param getters table<string, fun(self: corm.Session): any>
---@param metamethods table
function session_class.define(class, methods, getters, metamethods)
    local meta = class.instance_meta
    rawset(class, "getters", getters)
    rawset(class, "metamethods", metamethods)
    rawset(class, "fields", {})
    for name, method in pairs(methods) do
        class.methods[name] = method
    end
    for name, method in pairs(metamethods) do
        meta[name] = method
    end
    meta.__index = make_index(class, getters)
    meta.__name = "corm." .. class.name
    meta.class = class
    meta.__close = close
    meta.__dispatch = own_dispatch
    meta.__tostring = function(self)
        return ("%s: %p"):format(class.name, self)
    end
end

---A subclass with methods (and plain fields) of its own.
---@param name string
---@param members? table
---@return corm.orm.SessionClass
function class_meta:extend(name, members)
    if type(name) ~= "string" then
        exc.ArgumentError:raise("extend: name of the class expected, got %s", repr.value(name))
    end
    local class = session_class.new(name, self)
    session_class.define(class, {}, self.getters, self.metamethods)
    setmetatable(class.fields, { __index = self.fields })
    for key, value in pairs(members or {}) do
        if type(value) == "function" then
            class.methods[key] = value
        else
            class.fields[key] = value
        end
    end
    return class
end

---Whether a value is a session of this class or of one below it.
---@param value any
---@return boolean
function class_meta:is(value)
    local meta = type(value) == "table" and getmetatable(value)
    local class = type(meta) == "table" and meta.class or nil
    while class and class ~= self do
        class = rawget(class, "parent")
    end
    return class ~= nil
end

return session_class
