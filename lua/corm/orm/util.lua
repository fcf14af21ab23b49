-- SPDX-License-Identifier: MIT
-- Aliases of mapped classes, joins along relationships as something to select from, the
-- condition of being related to an object.

local core = require("corm.core")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local elements = require("corm.sql.elements")
local joins = require("corm.sql.join")
local mapper = require("corm.orm.mapper")
local relationship_attribute = require("corm.orm.relationship_attribute")
local relationship_join = require("corm.orm.relationship_join")
local repr = require("corm.util.repr")
local selectable = require("corm.sql.selectable")

local util = { Bundle = require("corm.orm.bundle").Bundle }

-- ---- aliased classes ----

-- AliasedClass → its entity
local entity_of = setmetatable({}, { __mode = "k" })

local alias_meta = { __name = "corm.AliasedClass", __metatable = "corm.AliasedClass" }

-- Attributes are made once, so that they are the same object each time.
function alias_meta:__index(key)
    if type(key) ~= "string" or key:sub(1, 2) == "__" then
        return nil
    end
    local entity = entity_of[self]
    local found = entity:attribute(key)
    rawset(self, key, found)
    return found
end

function alias_meta:__newindex(key)
    exc.ArgumentError:raise("%s: attribute '%s' cannot be set", tostring(self), tostring(key))
end

function alias_meta:__clause_element()
    return entity_of[self].node
end

---@class corm.AliasedInsp what is known of an alias of a class
---@field entity any the alias
---@field mapper corm.orm.Mapper
---@field class_ table
---@field name? string
---@field selectable any
---@field is_aliased_class boolean

-- corm.inspect(alias)
function alias_meta:__inspect()
    local entity = entity_of[self]
    return {
        entity = self,
        mapper = entity.mapper,
        class_ = entity.mapper.class,
        name = core.name(entity.selectable),
        selectable = entity.selectable,
        is_aliased_class = true,
    }
end

function alias_meta:__tostring()
    local entity = entity_of[self]
    local name = core.flag(entity.selectable, "anonymous") and "anonymous"
        or core.name(entity.selectable)
    return ("aliased(%s, %s)"):format(entity.mapper.name, name or "?")
end

local ALIASED_OPTIONS = { "adapt_on_names", "flat", "name" }

-- What to select from instead of the class's own table.
local function alias_selectable(of_mapper, given, name)
    if given == nil then
        return selectable.alias(of_mapper.selectable, name)
    end
    local node = core.resolve(given)
    local kind = core.kind(node)
    if kind == "select" or kind == "compound" then
        return selectable.subquery(node, name)
    elseif not selectable.is_from(node) then
        args.refuse("aliased", "something to select from", given)
    end
    return node
end

---Another name for a mapped class, so that a statement can select it twice:
---aliased(Node), aliased(Node, {name = "n"}), aliased(User, subquery).
---@param class any a mapped class, or a table
---@param ... any what to select it from, options
---@return any
function util.aliased(class, ...)
    local list, options = args.split(0, ALIASED_OPTIONS, "aliased", ...)
    local entity = entities.find(class)
    if not entity then
        return selectable.alias(class, options.name)
    end
    mapper.configure()
    local from = alias_selectable(entity.mapper, list[1], options.name)
    local alias = setmetatable({}, alias_meta)
    entity_of[alias] = entities.describe(core.entity(entity.mapper.id, from))
    return alias
end

---Whether the value is an alias of a mapped class.
---@param value any
---@return boolean
function util.is_aliased(value)
    return entity_of[value] ~= nil
end

-- ---- joins ----

local JOIN_OPTIONS = { "full", "isouter" }

-- left JOIN right along a relationship.
local function relationship_node(left, right, attribute, op)
    local prop = relationship_attribute.target(attribute) and attribute.prop
    local parent = entities.describe(attribute.parent)
    local target = entities.find(right) or relationship_attribute.target(attribute)
    local from = core.resolve(left)
    if not prop.secondary then
        local on = relationship_join.conditions(prop, parent, target)
        return core.node("join", { op = op, from, target.node, on })
    end
    local joined, on = relationship_join.aliased_join(prop, parent, target)
    return core.node("join", { op = op, from, joined, on })
end

-- The left side's relationship of this name.
local function named_relationship(left, name)
    local attribute = entities.check(left, "join"):attribute(name)
    if not relationship_attribute.is(attribute) then
        exc.ArgumentError:raise("join: '%s' is no relationship", name)
    end
    return attribute
end

---left JOIN right, as something to select from; the condition may be a relationship:
---orm.join(User, Address, User.addresses).
---@param left any
---@param right any
---@param ... any condition or relationship, options
---@return corm.FromClause
function util.join(left, right, ...)
    local list, options = args.split(0, JOIN_OPTIONS, "join", ...)
    local on = list[1]
    local op = joins.join_op(options)
    if type(on) == "string" then
        on = named_relationship(left, on)
    end
    if relationship_attribute.is(on) then
        return relationship_node(left, right, on, op)
    elseif on == nil and relationship_attribute.is(right) then
        return relationship_node(left, nil, right, op)
    end
    return joins.join(left, right, on, options)
end

---left LEFT OUTER JOIN right.
---@param left any
---@param right any
---@param ... any condition or relationship, options
---@return corm.FromClause
function util.outerjoin(left, right, ...)
    local list, options = args.split(0, { "full" }, "outerjoin", ...)
    return util.join(left, right, list[1], { isouter = true, full = options.full })
end

-- ---- being related to an object ----

local function check_parent(object, attribute)
    if not relationship_attribute.is(attribute) then
        args.refuse("with_parent", "a relationship", attribute)
    end
    local of_object = core.mapper_of(object)
    if not of_object or not of_object:isa(attribute.prop.parent.core) then
        exc.ArgumentError:raise("with_parent: a '%s' object expected, got %s",
            attribute.prop.parent.name, repr.value(object))
    end
    return mapper.of_instance(object)
end

---The condition of being in a relationship of an object: the criterion by which it is loaded.
---@param object any
---@param attribute corm.orm.RelationshipAttribute
---@param from_entity? any the alias of the target that is selected
---@return corm.ColumnElement
function util.with_parent(object, attribute, from_entity)
    mapper.configure()
    local of_object = check_parent(object, attribute)
    local prop = attribute.prop
    local target = from_entity and entities.check(from_entity, "with_parent")
        or relationship_attribute.target(attribute)
    local function value(column)
        return of_object:value_of_column(object, column)
    end
    local primary = relationship_join.with_values(prop, prop.primaryjoin, "local", value,
        target)
    if not prop.secondary then
        return primary
    end
    local _, secondary = relationship_join.conditions(prop,
        entities.describe(prop.parent.entity), target)
    return elements.and_(primary, secondary)
end

return util
