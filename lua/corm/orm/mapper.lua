-- SPDX-License-Identifier: MIT
-- The mapper: how a class and a table belong together. It keeps what statements and options
-- ask for in Lua, and builds the core's mapper (csrc/orm/mapper.h), by which rows become
-- objects and objects rows.
--
-- Mapping has two steps. When the class is made, its columns are attributes at once. What
-- needs other classes (relationships, backrefs) is settled by configure(), which the first
-- use of any mapped class calls.

local core = require("corm.core")
local event = require("corm.event")
local exc = require("corm.exc")
local missing = require("corm.util.missing")
local repr = require("corm.util.repr")

---@class corm.orm.ColumnProperty
---@field kind "column"
---@field key string
---@field position integer cell of an instance, from 1
---@field column any the Column, or the SQL expression of a column_property
---@field mapper corm.orm.Mapper
---@field parent corm.orm.Mapper the same
---@field deferred? boolean
---@field group? string

---@class corm.orm.Mapper
---@field class table
---@field class_ table the same, by its name in SQLAlchemy
---@field core any the core's mapper
---@field id integer number that ENTITY nodes carry
---@field entity any ENTITY node
---@field local_table corm.Table
---@field tables corm.Table[] base table first
---@field selectable any
---@field column_props corm.orm.ColumnProperty[] in order
---@field key_props corm.orm.ColumnProperty[]
---@field props table<string, any> by key
---@field by_position any[]
---@field relationship_props any[] in order
---@field base corm.orm.Mapper
---@field inherits? corm.orm.Mapper
---@field dispatch corm.event.Dispatcher
local Mapper = {}

local mapper = { Mapper = Mapper }

-- Names that SQLAlchemy has for what a mapper or a property knows; loaded when first asked for.
local function facts(of)
    return require("corm.orm.mapper_facts")[of]
end

local mapper_meta = { __name = "corm.Mapper" }

-- What a mapper may not have, and what is made when it is first needed.
local OPTIONAL = {
    _batch_statements = true, _has_plain_names = true, inherits = true, selects = true,
    setters = true, single_criterion = true, validators = true, version_prop = true,
}

function mapper_meta:__index(key)
    local method = Mapper[key]
    if method ~= nil or OPTIONAL[key] then
        return method
    end
    local getters = facts("of_mapper")
    if not getters[key] then
        missing("Mapper", key, Mapper, getters, self)
    end
    return getters[key](self)
end

local column_property_meta = { __name = "corm.ColumnProperty" }

function column_property_meta:__index(key)
    local getter = facts("of_column_property")[key]
    return getter and getter(self)
end

function column_property_meta:__tostring()
    return ("%s.%s"):format(self.mapper.name, self.key)
end

-- Class → mapper; number → mapper. A mapper lives as long as its class.
local of_class = setmetatable({}, { __mode = "k" })
local by_id = setmetatable({}, { __mode = "v" })

-- Mappers whose relationships wait for configure(); it does not keep their classes alive.
local unconfigured = setmetatable({}, { __mode = "k" })
local is_configuring = false

---The mapper of a class, or nil.
---@param class any
---@return corm.orm.Mapper?
function mapper.find(class)
    return of_class[class]
end

---The mapper of a class; an UnmappedClassError if it has none.
---@param class any
---@return corm.orm.Mapper
function mapper.of_class(class)
    local found = of_class[class]
    if not found then
        exc.UnmappedClassError:raise("%s is not mapped", repr.value(class))
    end
    return found
end

---Whether a value is a mapper.
---@param value any
---@return boolean
function Mapper.is(_, value)
    return getmetatable(value) == mapper_meta
end

---The mapper whose number an ENTITY node carries, or nil.
---@param id integer
---@return corm.orm.Mapper?
function mapper.by_id(id)
    return by_id[id]
end

---All mappers whose classes are alive, in no order.
---@return corm.orm.Mapper[]
function mapper.all()
    local list = {}
    for _, each in pairs(by_id) do
        list[#list + 1] = each
    end
    return list
end

---The mapper of a mapped object; an UnmappedInstanceError for anything else.
---@param object any
---@return corm.orm.Mapper
function mapper.of_instance(object)
    local found = core.mapper_of(object)
    if not found then
        exc.UnmappedInstanceError:raise("%s is not a mapped object", repr.value(object))
    end
    return mapper.of_class(found:class())
end

---All events of mappers: listeners here are told about every mapped class.
mapper.dispatch = event.dispatcher({ "mapper", "instance", "instrumentation" })

-- ---- columns ----

-- What the core must know of a column.
local function column_flags(prop)
    local column = prop.column
    local flags = { kind = "column", column = column, deferred = prop.deferred }
    if core.kind(column) ~= "column" then
        flags.read_only = true
        return flags
    end
    local detail = core.pin(column)
    flags.primary_key = detail.primary_key
    flags.default = detail.has_default and not detail.default_node
    flags.evaluates_null = column.type.should_evaluate_none
    flags.onupdate = detail.has_onupdate and not detail.onupdate_node
    flags.server_default = detail.server_default ~= nil or detail.default_node ~= nil
    flags.server_onupdate = detail.server_onupdate ~= nil or detail.onupdate_node ~= nil
    flags.active_history = prop.active_history
    return flags
end

-- Whoever keeps statements of classes hears that one in use got another attribute.
local function note_late(self, key)
    if not by_id[self.id] then
        return
    end
    if mapper.on_change then
        mapper.on_change()
    end
    self.dispatch:fire("attribute_instrument", self.class, key, self.attributes[key])
end

---Add an attribute for a column or an SQL expression.
---@param key string
---@param column any
---@param options? {deferred?: boolean, group?: string, active_history?: boolean}
---@return corm.orm.ColumnProperty
function Mapper:add_column(key, column, options)
    local prop = setmetatable({
        kind = "column", key = key, column = column, mapper = self, parent = self,
    }, column_property_meta)
    for name, value in pairs(options or {}) do
        prop[name] = value
    end
    prop.position = self.core:add_attribute(key, column_flags(prop))
    self.props[key] = prop
    self.by_position[prop.position] = prop
    table.insert(self.column_props, prop)
    if core.kind(column) == "column" then
        self.prop_of_column[column] = prop
        if column.primary_key then
            table.insert(self.key_props, prop)
        end
    end
    self.attributes[key] = core.attribute(self.entity, key, column)
    note_late(self, key)
    return prop
end

---Reserve an attribute for a relationship; configure() settles the rest.
---@param key string
---@param prop table
function Mapper:add_relationship(key, prop)
    prop.kind, prop.key, prop.parent = "relationship", key, self
    prop.position = self.core:add_attribute(key, { kind = "object" })
    self.props[key] = prop
    self.by_position[prop.position] = prop
    table.insert(self.relationship_props, prop)
    self.attributes[key] =
        require("corm.orm.relationship_attribute").new(prop, self.entity)
    self.core:seal()
    if self.is_configured then
        self.is_configured = false
        unconfigured[self] = true
    end
    note_late(self, key)
end

---The property that a column of the mapper's table belongs to, or nil.
---@param column corm.Column
---@return corm.orm.ColumnProperty?
function Mapper:property_of_column(column)
    return self.prop_of_column[column]
end

---The value that an object has for a column.
---@param object any
---@param column corm.Column
---@return any
function Mapper:value_of_column(object, column)
    local prop = self.prop_of_column[column]
    if not prop then
        exc.UnmappedColumnError:raise("class '%s' does not map column %s",
            self.name, tostring(column))
    end
    return object[prop.key]
end

---The columns of the primary key.
---@return corm.Column[]
function Mapper:key_columns()
    local columns = {}
    for i, prop in ipairs(self.key_props) do
        columns[i] = prop.column
    end
    return columns
end

---Whether an attribute that Lua computes may be set.
---@param key any
---@return boolean
function Mapper:has_setter(key)
    return self.setters ~= nil and self.setters[key] ~= nil
end

---The keys of all attributes in order.
---@return string[]
function Mapper:keys()
    local keys = {}
    for i, prop in ipairs(self.by_position) do
        keys[i] = prop.key
    end
    return keys
end

---Whether this mapper is the other or inherits from it.
---@param other corm.orm.Mapper
---@return boolean
function Mapper:isa(other)
    return self.core:isa(other.core)
end

function mapper_meta:__tostring()
    return ("Mapper[%s(%s)]"):format(self.name, self.local_table.name)
end

-- ---- making one ----

local function map_table(self, of_table)
    local positions = {}
    for i = 1, #of_table.c do
        local prop = self.prop_of_column[of_table.c[i]]
        positions[i] = prop and prop.position or false
    end
    self.core:add_table(of_table, positions)
end

local function require_primary_key(self)
    if #self.key_props == 0 then
        exc.ArgumentError:raise("class '%s' cannot be mapped: table '%s' has no primary key",
            self.name, self.local_table.name)
    end
end

---Map a column of a class that is mapped already; its table has it.
---@param key string
---@param column any
---@param options? table
function Mapper:add_late_column(key, column, options)
    self:add_column(key, column, options)
    map_table(self, self.local_table)
    self.core:seal()
end

---Map a class to a table.
---@param class table
---@param of_table corm.Table
---@param config {name: string, attributes: table, members: table, getters: table,
---  setters: table, properties: {key: string, value: any, options?: table}[],
---  dispatch: corm.event.Dispatcher, registry: corm.orm.registry}
---@return corm.orm.Mapper
function mapper.new(class, of_table, config)
    local self = setmetatable({
        class = class,
        class_ = class,
        name = config.name,
        local_table = of_table,
        selectable = of_table,
        tables = {},
        column_props = {},
        key_props = {},
        props = {},
        by_position = {},
        relationship_props = {},
        prop_of_column = {},
        attributes = config.attributes,
        dispatch = config.dispatch,
        registry = config.registry,
        is_configured = false,
    }, mapper_meta)
    self.base = self
    self.core = core.mapper({ name = config.name, class = class, members = config.members,
        getters = config.getters, setters = config.setters })
    self.id = self.core:id()
    self.entity = core.entity(self.id, of_table)
    self.dispatch:fire("class_instrument", class)
    self.dispatch:fire("instrument_class", self, class)
    for _, property in ipairs(config.properties) do
        if property.is_relationship then
            self:add_relationship(property.key, property.value)
        else
            self:add_column(property.key, property.value, property.options)
        end
    end
    require_primary_key(self)
    map_table(self, of_table)
    table.insert(self.tables, of_table)
    self.core:seal()
    of_class[class], by_id[self.id] = self, self
    unconfigured[self] = true
    return self
end

---Tell the listeners of a class that is mapped now.
function Mapper:announce()
    if self.dispatch.attribute_instrument then
        for _, prop in ipairs(self.by_position) do
            self.dispatch:fire("attribute_instrument", self.class, prop.key,
                self.attributes[prop.key])
        end
    end
    self.dispatch:fire("after_mapper_constructed", self, self.class)
end

-- ---- configuring ----

-- A listener of before_mapper_configured may have it wait for the next time.
local function is_put_off(self)
    for _, listener in ipairs(self.dispatch.before_mapper_configured or {}) do
        if listener.call(self, self.class) == event.EXT_SKIP and listener.retval then
            return true
        end
    end
    return false
end

local function configure_one(self)
    local relationships = require("corm.orm.relationships")
    for _, prop in ipairs(self.relationship_props) do
        if not prop.is_configured then
            relationships.configure(prop)
        end
    end
    self.is_configured = true
    self.dispatch:fire("mapper_configured", self, self.class)
end

-- Mappers that wait, in the order in which their classes were declared.
local function waiting(is_skipped)
    local list = {}
    for each in pairs(unconfigured) do
        if not is_skipped[each] then
            list[#list + 1] = each
        end
    end
    table.sort(list, function(a, b)
        return a.id < b.id
    end)
    return list
end

-- The registries that have mappers among these.
local function registries_of(mappers)
    local list, is_there = {}, {}
    for _, each in ipairs(mappers) do
        if not is_there[each.registry] then
            is_there[each.registry] = true
            list[#list + 1] = each.registry
        end
    end
    return list
end

-- Backrefs add relationships to classes that were done: there may be more at the end.
local function configure_waiting()
    local is_skipped = {}
    local list = waiting(is_skipped)
    while #list > 0 do
        for _, each in ipairs(list) do
            if is_put_off(each) then
                is_skipped[each] = true
            else
                configure_one(each)
                unconfigured[each] = nil
            end
        end
        list = waiting(is_skipped)
    end
end

local function configure_all()
    local registries = registries_of(waiting({}))
    mapper.dispatch:fire("before_configured")
    for _, each in ipairs(registries) do
        each.dispatch:fire("before_configured", each)
    end
    configure_waiting()
    return registries
end

---Settle the relationships of all classes mapped so far. Called by the first use of any.
function mapper.configure()
    if next(unconfigured) == nil or is_configuring then
        return
    end
    is_configuring = true
    local ok, registries = pcall(configure_all)
    is_configuring = false
    if not ok then
        error(registries, 0)
    end
    mapper.dispatch:fire("after_configured")
    for _, each in ipairs(registries) do
        each.dispatch:fire("after_configured", each)
    end
end

mapper.configure_mappers = mapper.configure
mapper.class_mapper = mapper.of_class
mapper.object_mapper = mapper.of_instance

---Whoever has to forget a mapper as well: called with each that is disposed of.
---@type fun(self: corm.orm.Mapper)[]
mapper.on_dispose = {}

---Unmap the class: it is a table of methods from now on, and its objects are of no use.
function Mapper:dispose()
    self.dispatch:fire("class_uninstrument", self.class)
    for _, forget in ipairs(mapper.on_dispose) do
        forget(self)
    end
    of_class[self.class], by_id[self.id], unconfigured[self] = nil, nil, nil
    if mapper.on_change then
        mapper.on_change()
    end
end

---Unmap all classes of all registries; for tests.
function mapper.clear_mappers()
    for _, each in ipairs(mapper.all()) do
        each:dispose()
    end
end

return mapper
