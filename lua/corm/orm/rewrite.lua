-- SPDX-License-Identifier: MIT
-- Statements with mapped classes, said in plain tables: entities become what they are
-- selected from, attributes their columns, joins along relationships joins with a condition.
-- What is loaded for the classes at the top is the business of corm.orm.select_builder.

local core = require("corm.core")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local mapper = require("corm.orm.mapper")
local relationship_join = require("corm.orm.relationship_join")
local selectable = require("corm.sql.selectable")
local walk = require("corm.sql.walk")

local slots = core.slots.select

---One rewriting: what was replaced, so that an alias stays one alias.
---@class corm.orm.Rewriter
---@field done table<any, any>
---@field criteria any[] of with_loader_criteria, see option_tree
local Rewriter = { __name = "corm.orm.Rewriter" }
Rewriter.__index = Rewriter

local rewrite = { Rewriter = Rewriter }

---@param criteria? any[]
---@return corm.orm.Rewriter
function rewrite.new(criteria)
    return setmetatable({ done = {}, criteria = criteria or {} }, Rewriter)
end

-- ---- lists ----

---The children of a list (or of nothing), in order.
---@param list? any
---@return any[]
function rewrite.items(list)
    return walk.kids(list)
end

---A list node of these, or false for none.
---@param items any[]
---@return any
function rewrite.list(items)
    if #items == 0 then
        return false
    end
    local spec = { op = "comma" }
    table.move(items, 1, #items, 1, spec)
    return core.node("list", spec)
end

---@param conditions any[]
---@return any # one condition, or false
function rewrite.all_of(conditions)
    return #conditions > 0 and elements.and_(table.unpack(conditions)) or false
end

-- ---- conditions that go with a class ----

---Append the conditions under which rows of an entity count: its own (a class that shares a
---table with others) and those of with_loader_criteria.
---@param entity corm.orm.Entity
---@param conditions any[]
---@param is_hidden? boolean an alias that loading made, not the user
function Rewriter:add_criteria(entity, conditions, is_hidden)
    local own = entity.mapper.single_criterion
    if own then
        conditions[#conditions + 1] = entity:adapt(own)
    end
    for _, each in ipairs(self.criteria) do
        local is_alias = entity.map ~= nil and not is_hidden
        if entity.mapper:isa(each.entity.mapper) and (each.include_aliases or not is_alias) then
            conditions[#conditions + 1] = self:node(entity:adapt(each.condition))
        end
    end
end

-- ---- joins ----

-- Unlike those of tables, joins of classes begin at what the columns are of, whatever WHERE names.
local function join_spec(op, target, on, left)
    return core.node("join_spec", {
        op = op:lower(), variant = true, target, on or false, left or false,
    })
end

-- The joins that follow a relationship; a secondary table makes it two.
local function relationship_specs(self, mark, target, op)
    local parent = entities.describe(core.kid(mark, 0))
    local prop = parent.mapper.props[core.name(mark)]
    if not target then
        target = entities.describe(core.kid(mark, 1) or prop.target.entity)
    end
    local extra = { core.kid(mark, 2) and self:node(core.kid(mark, 2)) }
    self:add_criteria(target, extra)
    if not prop.secondary then
        local on = relationship_join.conditions(prop, parent, target)
        return { join_spec(op, self:node(target.selectable),
            elements.and_(on, table.unpack(extra)), self:node(parent.selectable)) }
    end
    local alias = selectable.alias(prop.secondary)
    local primary, secondary = relationship_join.conditions(prop, parent, target, alias)
    secondary = elements.and_(secondary, table.unpack(extra))
    if op:lower() ~= "join" then
        local both = core.node("join", { op = "join", alias, self:node(target.selectable),
            secondary })
        return { join_spec(op, both, primary, self:node(parent.selectable)) }
    end
    return {
        join_spec(op, alias, primary, self:node(parent.selectable)),
        join_spec(op, self:node(target.selectable), secondary, alias),
    }
end

-- A join to a class without relationship, or to a table.
local function plain_spec(self, spec, target, on)
    local conditions = {}
    if core.kind(target) == "entity" then
        self:add_criteria(entities.describe(target), conditions)
    end
    local left = core.kid(spec, 2)
    if #conditions > 0 and not on then
        exc.InvalidRequestError:raise("join(): say the ON clause, as conditions for class '%s' "
            .. "are to be added to it", entities.describe(target).mapper.name)
    end
    table.insert(conditions, 1, on and self:node(on) or nil)
    return join_spec(core.op(spec), self:node(target), rewrite.all_of(conditions),
        left and self:node(left))
end

---The joins of a select.
---@param list? any list of JOIN_SPEC
---@return any[]
function Rewriter:joins(list)
    local specs = {}
    for _, spec in ipairs(rewrite.items(list)) do
        local target, on = core.kid(spec, 0), core.kid(spec, 1)
        if core.kind(target) == "relationship" then
            table.move(relationship_specs(self, target, nil, core.op(spec)), 1, 2, #specs + 1,
                specs)
        elseif core.kind(on) == "relationship" then
            local entity = core.kind(target) == "entity" and entities.describe(target)
            if not entity then
                exc.ArgumentError:raise("join(): a mapped class expected as target of %s",
                    core.name(on))
            end
            table.move(relationship_specs(self, on, entity, core.op(spec)), 1, 2, #specs + 1,
                specs)
        else
            specs[#specs + 1] = plain_spec(self, spec, target, on)
        end
    end
    return specs
end

-- ---- columns ----

---What an entity's columns are where nothing is loaded for it: in a subquery, in RETURNING.
---@param entity corm.orm.Entity
---@return any[]
function Rewriter:entity_columns(entity)
    local columns = {}
    for _, prop in ipairs(entity.mapper.column_props) do
        if not prop.deferred then
            columns[#columns + 1] = self:node(entity:column(prop))
        end
    end
    return columns
end

---The elements of a columns clause.
---@param list? any
---@return any[]
function Rewriter:columns(list)
    local columns = {}
    for _, element in ipairs(rewrite.items(list)) do
        if core.kind(element) == "entity" then
            local own = self:entity_columns(entities.describe(element))
            table.move(own, 1, #own, #columns + 1, columns)
        else
            columns[#columns + 1] = self:node(element)
        end
    end
    return columns
end

-- ---- selects ----

-- Conditions for the classes that a select is from.
local function root_criteria(self, select, conditions)
    local seen = {}
    local function add(node)
        if core.kind(node) == "attribute" then
            node = core.kid(node, 1)
        end
        if core.kind(node) == "entity" then
            local entity = entities.describe(node)
            if not seen[entity.selectable] then
                seen[entity.selectable] = true
                self:add_criteria(entity, conditions)
            end
        end
    end
    for _, spec in ipairs(rewrite.items(core.kid(select, slots.joins))) do
        local target = core.kid(spec, 0)
        if core.kind(target) == "relationship" then
            local owner = entities.describe(core.kid(target, 0))
            target = core.kid(target, 1) or owner.mapper.props[core.name(target)].target.entity
        end
        seen[selectable.unmarked(target)] = true
    end
    for _, slot in ipairs({ slots.columns, slots.from }) do
        for _, element in ipairs(rewrite.items(core.kid(select, slot))) do
            add(element)
        end
    end
end

---WHERE of a select, with the conditions of its classes.
---@param select any
---@return any # condition, or false
function Rewriter:where(select)
    local conditions = {}
    local own = core.kid(select, slots.where)
    if own then
        conditions[1] = self:node(own)
    end
    root_criteria(self, select, conditions)
    return rewrite.all_of(conditions)
end

-- Options that the SQL shows: hints, and what ext() adds.
local SHOWN = {
    hint = true, statement_hint = true, post_body = true, post_criteria = true,
    post_select = true, pre_columns = true,
}

---The options of a statement that are no loader options.
---@param statement any
---@return any # list, or false
function Rewriter:shown_options(statement)
    local shown = {}
    local slot = core.slots[core.kind(statement)].options
    for _, option in ipairs(rewrite.items(core.kid(statement, slot))) do
        shown[#shown + 1] = SHOWN[core.name(option)] and self:node(option) or nil
    end
    return #shown > 0 and rewrite.list(shown) or false
end

---A select with some slots given, the others rewritten; loader options are left out.
---@param select any
---@param given table<integer, any> slot → node or false
---@return any
function Rewriter:select(select, given)
    local kids = { n = slots.count }
    for slot = 0, slots.count - 1 do
        local own = given[slot]
        if slot == slots.options then
            own = self:shown_options(select)
        elseif own == nil then
            local kid = core.kid(select, slot)
            own = kid and self:node(kid) or false
        end
        kids[slot + 1] = own
    end
    return core.with_kids(select, kids)
end

local function nested_select(self, select)
    return self:select(select, {
        [slots.columns] = rewrite.list(self:columns(core.kid(select, slots.columns))),
        [slots.joins] = rewrite.list(self:joins(core.kid(select, slots.joins))),
        [slots.where] = self:where(select),
    })
end

-- Every child rewritten.
local function with_new_kids(self, node)
    local kids = { n = core.kid_count(node) }
    for i = 0, kids.n - 1 do
        local kid = core.kid(node, i)
        kids[i + 1] = kid and self:node(kid) or false
    end
    return core.with_kids(node, kids)
end

local function fail_relationship(_, node)
    local parent = entities.describe(core.kid(node, 0))
    exc.ArgumentError:raise("relationship '%s.%s' cannot stand here as an expression",
        parent.mapper.name, core.name(node))
end

local function first_kid(self, node)
    return self:node(core.kid(node, 0))
end

-- RETURNING of a class is its columns.
local function returning(self, node)
    local slot = core.slots[core.kind(node)].returning
    local list = core.kid(node, slot)
    local result = with_new_kids(self, list and core.with_kid(node, slot, nil) or node)
    return list and core.with_kid(result, slot, rewrite.list(self:columns(list))) or result
end

local BY_KIND = {
    attribute = first_kid,
    entity = first_kid,
    relationship = fail_relationship,
    select = nested_select,
    insert = returning, update = returning, delete = returning,
    subquery = with_new_kids, cte = with_new_kids, lateral = with_new_kids,
    alias = with_new_kids, values = with_new_kids, table_function = with_new_kids,
}

---Any node without marks of the mapper. What has an identity (aliases, subqueries) is
---rewritten once, wherever it stands.
---@param node any
---@return any
function Rewriter:node(node)
    if not core.has_entity(node) then
        return node
    end
    local found = self.done[node]
    if not found then
        found = core.replace(node, function(part)
            if not core.has_entity(part) then
                return part
            end
            local made = self.done[part]
            local rewriter = not made and BY_KIND[core.kind(part)]
            if rewriter then
                made = rewriter(self, part)
                self.done[part] = made
            end
            return made
        end)
        self.done[node] = found
    end
    return found
end

---A statement or expression without marks, nothing being loaded for its classes.
---@param node any
---@return any
function rewrite.plain(node)
    mapper.configure()
    return rewrite.new():node(node)
end

return rewrite
