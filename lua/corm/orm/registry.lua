-- SPDX-License-Identifier: MIT
-- The registry: mapped classes by name, so that a relationship can name a class that is
-- declared later. Names are looked up, never evaluated.

local event = require("corm.event")
local exc = require("corm.exc")
local MetaData = require("corm.sql.metadata").MetaData
local Set = require("corm.util.set")
local hint = require("corm.util.hint")
local mapper = require("corm.orm.mapper")
local check = require("corm.util.check")
local check_options = require("corm.util.options")

---@class corm.orm.registry
---@field metadata corm.MetaData
---@field type_annotation_map? table
---@field mappers corm.set of the classes that it maps
local Registry = { __name = "corm.registry" }

function Registry:__index(key)
    return key == "mappers" and Registry._mappers(self) or Registry[key]
end

local registry = {}

---Make a registry.
---@param options? {metadata?: corm.MetaData}
---@return corm.orm.registry
function registry.registry(options)
    options = check_options(options, { "metadata" }, "registry")
    return setmetatable({
        metadata = options.metadata or MetaData(),
        classes = {},
        names = {},
        dispatch = event.dispatcher({ "registry" }),
    }, Registry)
end

---Note a mapped class under its name.
---@param name string
---@param class table
function Registry:add(name, class)
    check(name, "string", "registry:add", "the name of a class")
    if not self.classes[name] then
        table.insert(self.names, name)
    end
    self.classes[name] = class
end

---The class of a name, or the attribute of "Class.attribute".
---@param text string
---@param where string for messages
---@return any
function Registry:resolve(text, where)
    local name, attribute = text:match("^([^.]+)%.([^.]+)$")
    name = name or text
    local class = self.classes[name]
    if class and attribute then
        return class[attribute]
    elseif class then
        return class
    end
    local of_table = rawget(self.metadata.tables, name)
    if of_table and attribute then
        return of_table.c[attribute]
    end
    exc.InvalidRequestError:raise("%s: no mapped class '%s'%s", where, name, hint(name, self.names))
end

-- The mappers of its classes, in the order of their declaration.
function Registry:_mappers()
    local mappers = Set()
    for _, name in ipairs(self.names) do
        mappers:add(mapper.of_class(self.classes[name]))
    end
    return mappers
end

---Unmap the classes of this registry.
function Registry:dispose()
    for _, name in ipairs(self.names) do
        local found = mapper.find(self.classes[name])
        if found then
            found:dispose()
        end
    end
    self.classes, self.names = {}, {}
end

---Settle what waits for other classes; the first use of a class does this too.
function Registry.configure(_)
    mapper.configure()
end

---A base class whose subclasses are mapped by this registry.
---@param options? table
---@return table
function Registry:generate_base(options)
    return require("corm.orm.declarative").base(self, options)
end

---Map a class of one's own to a table.
---@param class table
---@param of_table corm.Table
---@param options? {properties?: table<string, any>}
---@return corm.orm.Mapper
function Registry:map_imperatively(class, of_table, options)
    return require("corm.orm.declarative").map_imperatively(self, class, of_table, options)
end

function Registry:__tostring()
    return ("registry(%s)"):format(table.concat(self.names, ", "))
end

return registry
