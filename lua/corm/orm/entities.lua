-- SPDX-License-Identifier: MIT
-- What an ENTITY mark stands for: a mapped class, or an alias of one; and how expressions in
-- terms of the class's tables are said in terms of what is selected from instead.

local core = require("corm.core")
local exc = require("corm.exc")
local hint = require("corm.util.hint")
local mapper = require("corm.orm.mapper")
local selectable = require("corm.sql.selectable")
local sql_entity = require("corm.sql.entity")

local entities = {}

---@class corm.orm.Entity
---@field node any the ENTITY
---@field mapper corm.orm.Mapper
---@field selectable any what is selected from
---@field map? table<any, any> column of the mapper → column here; nil if they are the same
local Entity = { __name = "corm.orm.Entity" }
Entity.__index = Entity

-- ENTITY → description, as long as somebody holds the node.
local described = setmetatable({}, { __mode = "k" })

-- Columns of `own` → columns of `from`, which was made of it.
local function column_map(own, from)
    local map = {}
    local columns, here = selectable.columns(own), selectable.columns(from)
    local is_plain_alias = core.kind(from) == "alias" and core.kid(from, 0) == own
    for i = 1, #columns do
        map[columns[i]] = is_plain_alias and here[i] or here:corresponding_column(columns[i])
    end
    return map
end

---Describe an ENTITY.
---@param node any
---@return corm.orm.Entity
function entities.describe(node)
    local found = described[node]
    if not found then
        local of_mapper = mapper.by_id(core.id(node))
        local from = core.kid(node, 0)
        found = setmetatable({ node = node, mapper = of_mapper, selectable = from }, Entity)
        if from ~= of_mapper.selectable then
            found.map = column_map(of_mapper.selectable, from)
        end
        described[node] = found
    end
    return found
end

---An anonymous alias of a mapper's selectable, as an entity.
---@param of_mapper corm.orm.Mapper
---@param name? string
---@return corm.orm.Entity
function entities.alias(of_mapper, name)
    return entities.describe(core.entity(of_mapper.id,
        selectable.alias(of_mapper.selectable, name)))
end

---The expression without marks of the mapper, attributes being what they stand for.
---@param node any
---@param map? table<any, any> column → what to put instead
---@return any
function entities.plain(node, map)
    local function replace(part)
        local kind = core.kind(part)
        if kind == "attribute" then
            return entities.plain(core.kid(part, 0), map)
        elseif kind == "entity" then
            return core.kid(part, 0)
        end
        return map and map[part]
    end
    return core.replace(node, replace)
end

---An expression in terms of the mapper's tables, in terms of what is selected from.
---@param expression any
---@return any
function Entity:adapt(expression)
    if not self.map then
        return core.has_entity(expression) and entities.plain(expression) or expression
    end
    local column = self.map[expression]
    return column or entities.plain(expression, self.map)
end

---What a column property is here.
---@param prop corm.orm.ColumnProperty
---@return any
function Entity:column(prop)
    return self:adapt(prop.column)
end

---How rows call it: the name that an alias was given, else the class's.
---@return string
function Entity:label()
    local from = self.selectable
    if self.map and core.name(from) and not core.flag(from, "anonymous") then
        return core.name(from)
    end
    return self.mapper.name
end

---Whether the other is the same class, selected from the same place.
---@param other corm.orm.Entity
---@return boolean
function Entity:is_same(other)
    return self == other
        or self.selectable == other.selectable
        and (self.mapper:isa(other.mapper) or other.mapper:isa(self.mapper))
end

-- ---- attributes ----

local function fail_unknown(self, key)
    exc.ArgumentError:raise("class '%s' has no attribute '%s'%s", self.mapper.name,
        tostring(key), hint(key, self.mapper:keys()))
end

---An attribute of the class, as it is when selected from here; raises if there is none.
---@param key string
---@return any
function Entity:attribute(key)
    local prop = self.mapper.props[key]
    if not self.map then
        local own = self.mapper.attributes[key]
        if own == nil then
            fail_unknown(self, key)
        end
        return own
    elseif not prop then
        fail_unknown(self, key)
    elseif prop.kind == "relationship" then
        return require("corm.orm.relationship_attribute").new(prop, self.node)
    end
    return core.attribute(self.node, key, self:column(prop))
end

-- filter_by(), values() and others ask by name.
sql_entity.set_attribute_lookup(function(node, name)
    if core.kind(node) == "relationship" then
        local of_type = core.kid(node, 1)
        if not of_type then
            mapper.configure()
            local owner = entities.describe(core.kid(node, 0))
            of_type = owner.mapper.props[core.name(node)].target.entity
        end
        node = of_type
    end
    return entities.describe(node):attribute(name)
end)

---The entity that the value stands for: a mapped class, an alias of one; or nil.
---@param value any
---@return corm.orm.Entity?
function entities.find(value)
    local node = core.resolve(value)
    if core.kind(node) == "entity" then
        return entities.describe(node)
    end
    return nil
end

---As find(); raises an ArgumentError for anything else.
---@param value any
---@param caller string
---@return corm.orm.Entity
function entities.check(value, caller)
    local found = entities.find(value)
    if not found then
        exc.ArgumentError:raise("%s: a mapped class or an alias of one expected, got %s", caller,
            tostring(value))
    end
    return found
end

return entities
