-- SPDX-License-Identifier: MIT
-- A relationship as an attribute of a class: User.addresses in join(), in loader options and
-- in conditions. It is no column, so it compares in ways of its own.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local mapper = require("corm.orm.mapper")
local relationship_join = require("corm.orm.relationship_join")
local repr = require("corm.util.repr")
local selectable = require("corm.sql.selectable")
local select = require("corm.util.select")

local relationship_attribute = {}

---@class corm.orm.RelationshipAttribute
---@field prop corm.orm.RelationshipProperty
---@field parent any ENTITY that it is an attribute of
---@field target_entity? any ENTITY that of_type() chose
---@field criteria? any condition that and_() added
local methods = {}

local meta = { __name = "corm.RelationshipAttribute" }

local getters = {}

function getters:property()
    mapper.configure()
    return self.prop
end

function getters:key()
    return self.prop.key
end

function getters:class_()
    return self.prop.parent.class
end

---The class or alias on the other side.
function getters:entity()
    return relationship_attribute.target(self).mapper
end

getters.mapper = getters.entity

function meta:__index(key)
    local method = methods[key]
    if method ~= nil then
        return method
    end
    local getter = getters[key]
    if getter then
        return getter(self)
    end
    if key == "target_entity" or key == "criteria" or type(key) ~= "string"
        or key:sub(1, 2) == "__" then
        return nil
    end
    exc.ArgumentError:raise("relationship '%s.%s' has no attribute '%s'", self.prop.parent.name,
        self.prop.key, key)
end

function meta:__tostring()
    return ("%s.%s"):format(self.prop.parent.name, self.prop.key)
end

-- In a statement it is a RELATIONSHIP mark.
function meta:__clause_element()
    return core.relationship_mark(self.parent, self.prop.key, self.target_entity, self.criteria)
end

-- event.listen(User.addresses, "append", fn)
function meta:__dispatch(name)
    return require("corm.orm.attributes").dispatcher(self.prop, name)
end

---Make the attribute of a relationship.
---@param prop corm.orm.RelationshipProperty
---@param entity any ENTITY
---@return corm.orm.RelationshipAttribute
function relationship_attribute.new(prop, entity)
    return setmetatable({ prop = prop, parent = entity }, meta)
end

---Whether the value is such an attribute.
---@param value any
---@return boolean
function relationship_attribute.is(value)
    return type(value) == "table" and getmetatable(value) == meta
end

---The other side, of_type() considered.
---@param self corm.orm.RelationshipAttribute
---@return corm.orm.Entity
function relationship_attribute.target(self)
    mapper.configure()
    return entities.describe(self.target_entity or self.prop.target.entity)
end

local function copy(self)
    return setmetatable({ prop = self.prop, parent = self.parent,
        target_entity = self.target_entity, criteria = self.criteria }, meta)
end

---The same relationship to a subclass, or to an alias of the target.
---@param class any
---@return corm.orm.RelationshipAttribute
function methods:of_type(class)
    local result = copy(self)
    result.target_entity = entities.check(class, "of_type").node
    return result
end

---The same relationship with a further condition on what it leads to.
---@param ... any
---@return corm.orm.RelationshipAttribute
function methods:and_(...)
    local result = copy(self)
    result.criteria = self.criteria and elements.and_(self.criteria, ...) or elements.and_(...)
    return result
end

-- ---- EXISTS ----

-- (criterion, {name = value}) → one condition, or nil
local function criterion_of(target, ...)
    local n = select("#", ...)
    local given, by_name = ...
    if n > 0 and args.is_options(given) and core.resolve(given) == nil then
        given, by_name = nil, given
    end
    local conditions = {}
    if given ~= nil then
        conditions[1] = core.clause(given, "any")
    end
    if by_name ~= nil then
        local named = { require("corm.sql.entity").conditions({ target.node }, by_name) }
        table.move(named, 1, #named, #conditions + 1, conditions)
    end
    return #conditions > 0 and elements.and_(table.unpack(conditions)) or nil
end

-- The target to look for in EXISTS: an alias if the class refers to itself.
local function inner_target(self)
    local target = relationship_attribute.target(self)
    local parent = entities.describe(self.parent)
    if target.selectable == parent.selectable then
        return entities.alias(target.mapper), target
    end
    return target, target
end

local ONE

-- EXISTS (SELECT 1 FROM target WHERE join AND criterion)
local function exists(self, ...)
    local prop = getters.property(self)
    local target, named = inner_target(self)
    local parent = entities.describe(self.parent)
    local criterion = criterion_of(named, ...)
    if self.criteria then
        criterion = criterion and elements.and_(self.criteria, criterion) or self.criteria
    end
    if criterion and target ~= named then
        criterion = target:adapt(criterion)
    end
    ONE = ONE or elements.literal_column("1")
    local query = core.select(ONE)
    local primary, secondary = relationship_join.conditions(prop, parent, target)
    query = query:select_from(table.unpack(prop.secondary
        and { prop.secondary, target.selectable } or { target.selectable }))
    query = query:where(primary)
    if secondary then
        query = query:where(secondary):correlate_except(target.selectable, prop.secondary)
    else
        query = query:correlate_except(target.selectable)
    end
    return elements.exists(criterion and query:where(criterion) or query)
end

---Whether a member fulfils the condition: User.addresses:any(Address.email:like("%x")), or
---:any{email = "x"}.
---@param ... any condition, {name = value}
---@return corm.ColumnElement
function methods:any(...)
    if not getters.property(self).uselist then
        exc.InvalidRequestError:raise("'%s': any() is for collections; use has() for a scalar "
            .. "relationship", tostring(self))
    end
    return exists(self, ...)
end

---Whether the related object fulfils the condition.
---@param ... any condition, {name = value}
---@return corm.ColumnElement
function methods:has(...)
    if getters.property(self).uselist then
        exc.InvalidRequestError:raise("'%s': has() is for scalar relationships; use any() for a "
            .. "collection", tostring(self))
    end
    return exists(self, ...)
end

-- ---- comparison with objects ----

local function check_object(self, object, caller)
    local of_object = core.mapper_of(object)
    if not of_object or not of_object:isa(self.prop.target.core) then
        exc.ArgumentError:raise("'%s': %s expects a '%s' object, got %s", tostring(self), caller,
            self.prop.target.name, repr.value(object))
    end
    return mapper.of_instance(object)
end

-- The join condition with the other side's columns replaced by the object's values.
local function condition_for(self, object, caller)
    local prop = getters.property(self)
    local of_object = check_object(self, object, caller)
    return relationship_join.with_values(prop, prop.primaryjoin, "remote", function(column)
        return of_object:value_of_column(object, column)
    end, entities.describe(self.parent))
end

-- All referring columns are NULL.
local function refers_to_nothing(self)
    local parent = entities.describe(self.parent)
    local conditions = {}
    for i, column in ipairs(self.prop.local_columns) do
        conditions[i] = parent:adapt(column):is_(nil)
    end
    return elements.and_(table.unpack(conditions))
end

local function is_null(value)
    return value == nil or value == core.NULL
end

local function fail_collection(self)
    exc.InvalidRequestError:raise("'%s': cannot compare a collection with an object; use "
        .. "contains() to test for membership", tostring(self))
end

---The related object is this one; nil: there is none.
---@param object any
---@return corm.ColumnElement
function methods:eq(object)
    local prop = getters.property(self)
    if is_null(object) then
        if prop.direction == "many_to_one" then
            return refers_to_nothing(self)
        end
        return elements.not_(exists(self))
    elseif prop.uselist then
        fail_collection(self)
    end
    return condition_for(self, object, "eq")
end

methods.is_ = methods.eq

---The related object is another one, or there is none; nil: there is one.
---@param object any
---@return corm.ColumnElement
function methods:ne(object)
    local prop = getters.property(self)
    if is_null(object) then
        if prop.direction == "many_to_one" then
            return elements.not_(refers_to_nothing(self))
        end
        return exists(self)
    elseif prop.uselist then
        fail_collection(self)
    elseif prop.direction ~= "many_to_one" then
        return elements.not_(condition_for(self, object, "ne"))
    end
    return elements.or_(elements.not_(condition_for(self, object, "ne")), refers_to_nothing(self))
end

methods.is_not = methods.ne

-- The rows of the secondary table that link us to the object.
local function contains_by_secondary(self, object)
    local prop = self.prop
    local of_object = check_object(self, object, "contains")
    local alias = selectable.alias(prop.secondary)
    local parent = entities.describe(self.parent)
    local primary = relationship_join.conditions(prop, parent,
        relationship_attribute.target(self), alias)
    local secondary = relationship_join.with_values(prop, prop.secondaryjoin, "remote",
        function(column)
            return of_object:value_of_column(object, column)
        end, nil, true, alias)
    return elements.and_(primary, secondary)
end

---The object is a member of the collection.
---@param object any
---@return corm.ColumnElement
function methods:contains(object)
    local prop = getters.property(self)
    if not prop.uselist then
        exc.InvalidRequestError:raise("'%s': contains() is for collections; use eq()",
            tostring(self))
    elseif prop.secondary then
        return contains_by_secondary(self, object)
    end
    return condition_for(self, object, "contains")
end

function methods:in_()
    exc.ArgumentError:raise("'%s': in_() is not supported for relationships; use eq() or "
        .. "contains()", tostring(self))
end

return relationship_attribute
