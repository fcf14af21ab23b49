-- SPDX-License-Identifier: MIT
-- relationship(…): what was declared, and how it is settled once both classes are known:
-- the join condition, which side refers to which, the columns whose values move, and the
-- other side that is kept in step.

local core = require("corm.core")
local exc = require("corm.exc")
local cascades = require("corm.orm.cascades")
local collections = require("corm.orm.collections")
local hint = require("corm.util.hint")
local join_condition = require("corm.orm.join_condition")
local mapper = require("corm.orm.mapper")
local next_creation = require("corm.sql.column").next_creation
local check_options = require("corm.util.options")
local repr = require("corm.util.repr")

local relationships = {}

local OPTIONS = {
    "active_history", "argument", "back_populates", "backref", "cascade", "collection_class",
    "comparator_factory", "distinct_target_key", "doc", "enable_typechecks", "foreign_keys",
    "info", "innerjoin", "join_depth", "lazy", "load_on_pending", "order_by", "overlaps",
    "passive_deletes", "passive_updates", "post_update", "primaryjoin", "remote_side",
    "secondary", "secondaryjoin", "single_parent", "sync_backref", "uselist", "viewonly",
}

local LAZY = {
    ["select"] = "select", joined = "joined", selectin = "selectin", subquery = "subquery",
    immediate = "immediate", raise = "raise", raise_on_sql = "raise_on_sql",
    noload = "noload", dynamic = "dynamic", write_only = "write_only",
}

---@class corm.orm.RelationshipProperty
---@field kind "relationship"
---@field key string
---@field position integer
---@field parent corm.orm.Mapper
---@field target corm.orm.Mapper
---@field direction "one_to_many"|"many_to_one"|"many_to_many"
---@field uselist boolean
---@field lazy string
---@field primaryjoin any
---@field secondaryjoin? any
---@field secondary? corm.Table
---@field local_remote_pairs any[][] {local column, remote column}
---@field reverse corm.orm.RelationshipProperty[]
local Relationship = { __name = "corm.Relationship" }

-- What SQLAlchemy's names say, of a relationship that is configured.
local getters = {}

function getters.mapper(self)
    return self.target
end

getters.entity = getters.mapper

function getters.class_attribute(self)
    return self.parent.attributes[self.key]
end

function getters.back_populates(self)
    return self.reverse[1] and self.reverse[1].key
end

function getters.remote_side(self)
    return self.remote_columns
end

function Relationship:__index(key)
    local getter = getters[key]
    return getter and getter(self)
end

function Relationship:__tostring()
    return self.key and ("%s.%s"):format(self.parent.name, self.key) or "relationship(…)"
end

---Whether the value was made by relationship().
---@param value any
---@return boolean
function relationships.is(value)
    return type(value) == "table" and getmetatable(value) == Relationship
end

local function read_lazy(value)
    if value == nil or value == true then
        return "select"
    elseif value == false then
        return "joined"
    end
    local lazy = LAZY[value]
    if not lazy then
        local known = {}
        for name in pairs(LAZY) do
            known[#known + 1] = name
        end
        exc.ArgumentError:raise("relationship: unknown lazy strategy %s%s", repr.value(value),
            hint(value, known))
    end
    return lazy
end

---Declare a relationship to another mapped class.
---@param argument any class, its name, or a function that returns it; the first may be missing
---@param options? table
---@return corm.orm.RelationshipProperty
function relationships.relationship(argument, options)
    if type(argument) == "table" and getmetatable(argument) == nil and options == nil then
        argument, options = argument.argument, argument
    end
    options = check_options(options, OPTIONS, "relationship")
    local self = setmetatable({
        kind = "relationship",
        argument = argument,
        options = options,
        lazy = read_lazy(options.lazy),
        viewonly = options.viewonly or false,
        innerjoin = options.innerjoin or false,
        join_depth = options.join_depth,
        info = options.info or {},
        reverse = {},
        _creation_order = next_creation(),
    }, Relationship)
    if options.backref ~= nil and options.back_populates ~= nil then
        exc.ArgumentError:raise("relationship: backref and back_populates exclude each other")
    end
    return self
end

---backref("name", {options}): a backref with options of its own.
---@param name string
---@param options? table
---@return table
function relationships.backref(name, options)
    return { name = name, options = check_options(options, OPTIONS, "backref") }
end

-- ---- names ----

---The value itself, or what the function returns, or what the name stands for.
local function resolved(self, value)
    if type(value) == "function" then
        value = value()
    end
    if type(value) == "string" then
        return self.parent.class.registry:resolve(value, tostring(self))
    end
    return value
end

local function resolved_table(self, value)
    value = type(value) == "function" and value() or value
    if type(value) == "string" then
        local found = self.parent.class.metadata.tables[value]
        if not found then
            exc.InvalidRequestError:raise("%s: no table '%s' for secondary", tostring(self), value)
        end
        return found
    end
    return value
end

local function target_mapper(self)
    local class = resolved(self, self.argument)
    local found = class and mapper.find(class)
    if not found then
        exc.ArgumentError:raise("%s: a mapped class, its name or a function that returns it "
            .. "expected, got %s", tostring(self), repr.value(self.argument))
    end
    return found
end

-- A column, an attribute, a name of an attribute here or "Class.attribute"; or a list.
local function resolved_columns(self, value)
    if value == nil then
        return nil
    end
    value = type(value) == "function" and value() or value
    if type(value) == "string" or core.kind(value) then
        value = { value }
    end
    local columns = {}
    for i, each in ipairs(value) do
        if type(each) == "string" then
            local own = not each:find(".", 1, true) and self.parent.props[each]
            each = own and own.column or resolved(self, each)
        end
        local node = core.resolve(each)
        if core.kind(node) == "attribute" then
            node = core.kid(node, 0)
        end
        columns[i] = node
    end
    return columns
end

local function resolved_condition(self, value)
    value = type(value) == "function" and value() or value
    if type(value) == "string" then
        exc.ArgumentError:raise("%s: a join condition is an expression or a function that "
            .. "returns one; strings are not evaluated", tostring(self))
    end
    return value and core.resolve(value)
end

-- ---- the two sides ----

local function decide_uselist(self)
    local uselist = self.options.uselist
    if uselist == nil then
        uselist = self.direction ~= "many_to_one"
    end
    self.uselist = uselist
    if uselist then
        self.collection = collections.read(self.options.collection_class)
        self.parent.core:set_kind(self.position, "collection")
    end
end

local function check_orphans(self)
    if self.cascade["delete-orphan"] and self.direction ~= "one_to_many"
        and not self.options.single_parent then
        exc.ArgumentError:raise("%s: delete-orphan cascade on the '%s' side needs "
            .. "single_parent = true", tostring(self), self.direction:gsub("_", "-"))
    end
end

local function position_of(of_mapper, column, self)
    local prop = of_mapper:property_of_column(column)
    if not prop then
        exc.ArgumentError:raise("%s: class '%s' does not map column '%s' of the join condition",
            tostring(self), of_mapper.name, tostring(column))
    end
    return prop.position
end

-- Attributes between which keys move, as the core wants them.
local function sync_pairs(self)
    local pairs_, target_pairs = {}, {}
    for _, pair in ipairs(self.synchronize_pairs) do
        local source, dest = pair[1], pair[2]
        if self.direction == "one_to_many" then
            pairs_[#pairs_ + 1] = { position_of(self.parent, source, self),
                position_of(self.target, dest, self) }
        elseif self.direction == "many_to_one" then
            pairs_[#pairs_ + 1] = { position_of(self.target, source, self),
                position_of(self.parent, dest, self) }
        else
            pairs_[#pairs_ + 1] = { position_of(self.parent, source, self), 0, dest }
        end
    end
    for _, pair in ipairs(self.secondary_synchronize_pairs) do
        target_pairs[#target_pairs + 1] = { position_of(self.target, pair[1], self), 0, pair[2] }
    end
    return pairs_, target_pairs
end

local function tell_core(self)
    local own, target = {}, {}
    if not self.viewonly then
        own, target = sync_pairs(self)
    end
    self.parent.core:add_relationship(self.position, self.target.core, {
        direction = self.direction,
        cascade = self.cascade,
        uselist = self.uselist,
        viewonly = self.viewonly,
        passive_deletes = self.options.passive_deletes and true or false,
        passive_deletes_all = self.options.passive_deletes == "all",
        active_updates = self.options.passive_updates == false,
        post_update = self.options.post_update,
        single_parent = self.options.single_parent,
        pairs = own,
        target_pairs = target,
        secondary = self.secondary,
        collection = self.collection,
    })
end

local function add_reverse(self, other)
    for _, known in ipairs(self.reverse) do
        if known == other then
            return
        end
    end
    if self.direction == other.direction and self.direction ~= "many_to_many" then
        exc.ArgumentError:raise("%s and back-reference %s are both of the same direction %s; "
            .. "did you mean to set remote_side on the many-to-one side?",
            tostring(self), tostring(other), self.direction:gsub("_", "-"))
    end
    table.insert(self.reverse, other)
    table.insert(other.reverse, self)
    if not self.viewonly and not other.viewonly then
        self.parent.core:add_reverse(self.position, other.parent.core, other.position)
    end
end

-- The other side was declared there; it may be waiting to be configured itself.
local function connect_back_populates(self)
    local name = self.options.back_populates
    local other = self.target.props[name]
    if not relationships.is(other) then
        exc.InvalidRequestError:raise("%s: class '%s' has no relationship '%s' to back-populate",
            tostring(self), self.target.name, tostring(name))
    end
    relationships.configure(other)
    if not other.target:isa(self.parent) and not self.parent:isa(other.target) then
        exc.ArgumentError:raise("%s: back_populates leads to %s, which refers to class '%s'",
            tostring(self), tostring(other), other.target.name)
    end
    add_reverse(self, other)
end

-- A backref declares the other side on the target's class.
local function connect_backref(self)
    local given = self.options.backref
    local name = type(given) == "table" and given.name or given
    local options = {}
    for key, value in pairs(type(given) == "table" and given.options or {}) do
        options[key] = value
    end
    if self.target.props[name] then
        exc.ArgumentError:raise("%s: backref '%s' is already an attribute of class '%s'",
            tostring(self), name, self.target.name)
    end
    if self.secondary then
        options.secondary = self.secondary
        options.primaryjoin = options.primaryjoin or self.secondaryjoin
        options.secondaryjoin = options.secondaryjoin or self.primaryjoin
    else
        options.primaryjoin = options.primaryjoin or self.primaryjoin
        options.foreign_keys = options.foreign_keys or self.foreign_key_columns
        options.remote_side = options.remote_side or self.local_columns
    end
    options.viewonly = options.viewonly or self.viewonly
    local other = relationships.relationship(self.parent.class, options)
    self.target:add_relationship(name, other)
    relationships.configure(other)
    add_reverse(self, other)
end

local function read_order_by(self)
    local given = self.options.order_by
    given = type(given) == "function" and given() or given
    if given == nil or given == false then
        return {}
    end
    if type(given) == "string" or core.kind(given) or getmetatable(given) ~= nil then
        given = { given }
    end
    local nodes = {}
    for i, each in ipairs(given) do
        if type(each) == "string" then
            local own = self.target.props[each]
            each = own and own.column or resolved(self, each)
        end
        nodes[i] = core.resolve(each)
    end
    return nodes
end

---Settle a relationship: after that statements and the unit of work can use it.
---@param self corm.orm.RelationshipProperty
function relationships.configure(self)
    if self.is_configured then
        return
    end
    self.is_configured = true
    local options = self.options
    self.target = target_mapper(self)
    self.secondary = resolved_table(self, options.secondary)
    join_condition.settle(self, {
        primaryjoin = resolved_condition(self, options.primaryjoin),
        secondaryjoin = resolved_condition(self, options.secondaryjoin),
        foreign_keys = resolved_columns(self, options.foreign_keys),
        remote_side = resolved_columns(self, options.remote_side),
    })
    self.order_by = read_order_by(self)
    self.cascade = self.viewonly and {} or cascades.read(options.cascade, tostring(self))
    decide_uselist(self)
    check_orphans(self)
    tell_core(self)
    if options.back_populates then
        connect_back_populates(self)
    elseif options.backref then
        connect_backref(self)
    end
end

return relationships
