-- SPDX-License-Identifier: MIT
-- What corm.inspect(Class) says by SQLAlchemy's names: attributes, columns, keys and the tree
-- of classes. Made when somebody asks; the ORM itself reads a mapper's own fields.
--
--     local mapper = corm.inspect(User)
--     mapper.attrs.name.columns[1], mapper.relationships:keys()
--     mapper:identity_key_from_instance(user)

local core = require("corm.core")
local exc = require("corm.exc")
local ColumnCollection = require("corm.sql.collection")
local Properties = require("corm.orm.properties")
local Set = require("corm.util.set")
local hint = require("corm.util.hint")
local mapper = require("corm.orm.mapper")

local Mapper = mapper.Mapper
local getters = {}

-- ---- attributes ----

-- The properties of which a test holds, by key.
local function chosen(self, test)
    mapper.configure()
    local list = {}
    for _, prop in ipairs(self.by_position) do
        if test(prop) then
            list[#list + 1] = { prop.key, prop }
        end
    end
    return Properties.new(("the mapper of '%s'"):format(self.name), list)
end

local function is_kind(kind)
    return function(prop)
        return prop.kind == kind
    end
end

local function is_any()
    return true
end

function getters.attrs(self)
    return chosen(self, is_any)
end

function getters.column_attrs(self)
    return chosen(self, is_kind("column"))
end

function getters.relationships(self)
    return chosen(self, is_kind("relationship"))
end

function getters.composites(self)
    return chosen(self, is_kind("composite"))
end

function getters.synonyms(self)
    return chosen(self, is_kind("synonym"))
end

-- What the class has under these names: User.name.
function getters.all_orm_descriptors(self)
    local list = {}
    for _, key in ipairs(self:keys()) do
        list[#list + 1] = { key, self.attributes[key] }
    end
    return Properties.new(("the mapper of '%s'"):format(self.name), list)
end

function getters.iterate_properties(self)
    local list, i = getters.attrs(self):values(), 0
    return function()
        i = i + 1
        return list[i]
    end
end

---@param key string
---@return boolean
function Mapper:has_property(key)
    return self.props[key] ~= nil
end

---The property of a name.
---@param key string
---@return any
---@error InvalidRequestError there is none
function Mapper:get_property(key)
    mapper.configure()
    local prop = self.props[key]
    if not prop then
        exc.InvalidRequestError:raise("mapper of '%s' has no property '%s'%s", self.name,
            tostring(key), hint(key, self:keys()))
    end
    return prop
end

---The property that a column of the table belongs to.
---@param column corm.Column
---@return corm.orm.ColumnProperty
---@error UnmappedColumnError it belongs to none
function Mapper:get_property_by_column(column)
    local prop = self.prop_of_column[column]
    if not prop then
        exc.UnmappedColumnError:raise("class '%s' does not map column %s", self.name,
            tostring(column))
    end
    return prop
end

-- ---- columns ----

function getters.columns(self)
    local columns = ColumnCollection.new(("mapper of '%s'"):format(self.name))
    for _, prop in ipairs(self.column_props) do
        ColumnCollection.append(columns, prop.key, prop.column)
    end
    return columns
end

getters.c = getters.columns

function getters.primary_key(self)
    return self:key_columns()
end

function getters.persist_selectable(self)
    return self.local_table
end

getters.mapped_table = getters.persist_selectable

-- ---- keys ----

---The values of an object's primary key; corm.NULL for what has none yet.
---@param object any
---@return any[]
function Mapper:primary_key_from_instance(object)
    local values = {}
    for i, prop in ipairs(self.key_props) do
        local value = object[prop.key]
        values[i] = value == nil and core.NULL or value
    end
    return values
end

---The key under which a session knows the object that has this primary key.
---@param primary_key any[]
---@param identity_token any
---@return corm.orm.IdentityKey
function Mapper:identity_key_from_primary_key(primary_key, identity_token)
    return { self.base.class, primary_key, identity_token }
end

---The key under which a session knows, or will know, an object.
---@param object any
---@return corm.orm.IdentityKey
function Mapper:identity_key_from_instance(object)
    return self:identity_key_from_primary_key(self:primary_key_from_instance(object))
end

---The key of the object that a row has the columns of.
---@param row corm.Row
---@param identity_token any
---@return corm.orm.IdentityKey
function Mapper:identity_key_from_row(row, identity_token)
    local values = {}
    for i, prop in ipairs(self.key_props) do
        local value = core.row_value(row, prop.column)
        values[i] = value == nil and core.NULL or value
    end
    return self:identity_key_from_primary_key(values, identity_token)
end

-- ---- the tree of classes ----

function getters.mapper(self)
    return self
end

function getters.version_id_col(self)
    return self.version_prop and self.version_prop.column
end

function getters.is_mapper()
    return true
end

function getters.base_mapper(self)
    return self.base
end

---From this mapper to the one that inherits from none.
---@return fun(): corm.orm.Mapper?
function Mapper:iterate_to_root()
    local at = self
    return function()
        local found = at
        at = at and rawget(at, "inherits")
        return found
    end
end

function getters.self_and_descendants(self)
    local found = Set()
    local all = mapper.all()
    table.sort(all, function(a, b)
        return a.id < b.id
    end)
    for _, each in ipairs(all) do
        if each:isa(self) then
            found:add(each)
        end
    end
    return found
end

---This mapper and those that inherit from it.
---@return fun(): corm.orm.Mapper?
function Mapper:polymorphic_iterator()
    local list, i = {}, 0
    for each in getters.self_and_descendants(self) do
        list[#list + 1] = each
    end
    return function()
        i = i + 1
        return list[i]
    end
end

---Whether both belong to one tree.
---@param other corm.orm.Mapper
---@return boolean
function Mapper:common_parent(other)
    return self.base == other.base
end

-- ---- properties and attributes ----

local column_getters = {}

function column_getters.columns(self)
    return { self.column }
end

function column_getters.expression(self)
    return self.column
end

function column_getters.class_attribute(self)
    return self.mapper.attributes[self.key]
end

local attribute_getters = core.families.InstrumentedAttribute.getters

local function mapper_of_attribute(attribute)
    return mapper.by_id(core.id(core.kid(attribute, 1)))
end

function attribute_getters.parent(self)
    return mapper_of_attribute(self)
end

function attribute_getters.class_(self)
    return mapper_of_attribute(self).class
end

function attribute_getters.property(self)
    mapper.configure()
    return mapper_of_attribute(self).props[core.name(self)]
end

attribute_getters.prop = attribute_getters.property

function attribute_getters.is_attribute()
    return true
end

return { of_mapper = getters, of_column_property = column_getters }
