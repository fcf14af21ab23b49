-- SPDX-License-Identifier: MIT
-- Subquery loading: the members of all parents by one SELECT, joined to the statement that
-- found the parents, as a subquery.
--
-- The statement is made anew for each execution, since the values of the first one's
-- parameters stand in it; the engine's cache knows its shape.

local core = require("corm.core")
local context = require("corm.orm.context")
local entities = require("corm.orm.entities")
local relationship_join = require("corm.orm.relationship_join")
local rewrite = require("corm.orm.rewrite")
local select_builder = require("corm.orm.select_builder")
local selectable = require("corm.sql.selectable")

local subqueryload = {}

local slots = core.slots.select

-- enum corm_label_style: table_column
local LABEL_TABLENAME = 1

---Where parents come from.
---@class corm.orm.LoadSource
---@field statement any SELECT that found the first ones
---@field parameters? table
---@field entity corm.orm.Entity what it selects
---@field chain corm.orm.RelationshipProperty[] relationships that led on from there

-- ---- the parents as a subquery ----

local function covers_key(of_mapper, columns)
    local is_there = {}
    for _, column in ipairs(columns) do
        is_there[column] = true
    end
    for _, prop in ipairs(of_mapper.key_props) do
        if not is_there[prop.column] then
            return false
        end
    end
    return true
end

local function limits_rows(select)
    return core.kid(select, slots.limit) or core.kid(select, slots.offset)
        or core.kid(select, slots.fetch)
end

-- Everything that the columns of a select come from, if FROM does not say so itself.
local function from_of(rewriter, select)
    local own = core.kid(select, slots.from)
    if own or core.kid(select, slots.joins) then
        return own and rewriter:node(own) or nil
    end
    local found = {}
    for _, element in ipairs(rewrite.items(core.kid(select, slots.columns))) do
        if core.kind(element) == "entity" then
            found[#found + 1] = entities.describe(element).selectable
        end
    end
    return rewrite.list(found)
end

-- (SELECT the columns that the first relationship starts from …) AS anon_1
local function parents_subquery(rewriter, source)
    local select, columns = source.statement, {}
    local first = source.chain[1]
    for i, column in ipairs(first.local_columns) do
        columns[i] = source.entity:adapt(column)
    end
    local kids = {
        [slots.columns] = rewrite.list(columns),
        [slots.from] = from_of(rewriter, select),
        [slots.joins] = rewrite.list(rewriter:joins(core.kid(select, slots.joins))),
        [slots.where] = rewriter:where(select),
        [slots.for_update] = false,
    }
    if not limits_rows(select) then
        kids[slots.order_by] = false
    end
    local inner = rewriter:select(select, kids)
    local is_distinct = core.flag(inner, "variant")
        or not covers_key(first.parent, first.local_columns)
    inner = core.respec(inner, { value = LABEL_TABLENAME, variant = is_distinct })
    return core.node("subquery", { anonymous = true, id = true, inner })
end

-- The first relationship's parent, as an entity that has just those columns.
local function subquery_entity(prop, subquery)
    local map, here = {}, selectable.columns(subquery)
    for i, column in ipairs(prop.local_columns) do
        map[column] = here[i]
    end
    return setmetatable({ node = prop.parent.entity, mapper = prop.parent,
        selectable = subquery, map = map }, getmetatable(entities.describe(prop.parent.entity)))
end

-- ---- the joins to the members ----

-- Joins along one relationship, from a parent to a target.
local function join_specs(prop, parent, target)
    if not prop.secondary then
        local on = relationship_join.conditions(prop, parent, target)
        return { core.node("join_spec", { op = "join", target.selectable, on,
            parent.selectable }) }
    end
    local alias = selectable.alias(prop.secondary)
    local primary, secondary = relationship_join.conditions(prop, parent, target, alias)
    return {
        core.node("join_spec", { op = "join", alias, primary, parent.selectable }),
        core.node("join_spec", { op = "join", target.selectable, secondary, alias }),
    }
end

-- All joins from the subquery to the target, and what the target's parents are there.
local function chain_joins(source, parent, target)
    local joins = {}
    for i, prop in ipairs(source.chain) do
        local is_last = i == #source.chain
        local to = is_last and target or entities.alias(prop.target)
        local specs = join_specs(prop, parent, to)
        table.move(specs, 1, #specs, #joins + 1, joins)
        if not is_last then
            parent = to
        end
    end
    return joins, parent
end

-- ---- the statement ----

---Make the context that loads a relationship's members for a source, and the positions of the
---parents' attributes by which rows name them.
---@param post table see select_builder
---@param source corm.orm.LoadSource its chain ends with the relationship
---@param criteria any[]
---@return corm.orm.Context
---@return integer[]
function subqueryload.build(post, source, criteria)
    local prop = post.prop
    local rewriter = rewrite.new(criteria)
    local builder = select_builder.new(rewriter)
    local chosen = post.option and post.option.target
    local target = entities.describe(chosen and chosen.mapper.entity or prop.target.entity)
    local first = subquery_entity(source.chain[1], parents_subquery(rewriter, source))
    local joins, parent = chain_joins(source, first, target)
    local spec = { link = "keyed", relationship = prop.position, parent_key = {} }
    builder:entity(target, spec, post.tree, post.path)
    local positions = {}
    for i, column in ipairs(prop.local_columns) do
        spec.parent_key[i] = builder:column(parent:adapt(column))
        positions[i] = prop.parent:property_of_column(column).position
    end
    builder:follow()
    local conditions, order_by = {}, {}
    rewriter:add_criteria(target, conditions)
    if post.option and post.option.condition then
        conditions[#conditions + 1] = rewriter:node(target:adapt(post.option.condition))
    end
    for i, node in ipairs(prop.order_by) do
        order_by[i] = rewriter:node(target:adapt(node))
    end
    builder.rows, builder.is_scalar = { { values = { 1 }, names = { "entity" } } }, true
    local statement = require("corm.orm.postload").select(builder, {
        joins = joins, where = rewrite.all_of(conditions), order_by = order_by,
        label_style = LABEL_TABLENAME,
    })
    return context.finish(builder, statement, criteria), positions
end

return subqueryload
