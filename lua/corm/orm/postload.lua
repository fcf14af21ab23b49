-- SPDX-License-Identifier: MIT
-- What is loaded once the rows of a statement are there: selectin, subquery and immediate
-- loading of relationships, for all objects together.

local core = require("corm.core")
local context = require("corm.orm.context")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local relationship_join = require("corm.orm.relationship_join")
local rewrite = require("corm.orm.rewrite")
local select_builder = require("corm.orm.select_builder")
local select = require("corm.util.select")

local postload = {}

local slots = core.slots.select

-- Keys in one IN (…).
local CHUNK = 500

-- ---- statements ----

---A select of what a builder has collected.
---@param builder corm.orm.SelectBuilder
---@param parts table joins, where, order_by, for_update, label_style
---@return any
function postload.select(builder, parts)
    local joins = parts.joins or {}
    local specs = builder:join_specs()
    table.move(specs, 1, #specs, #joins + 1, joins)
    local order_by = parts.order_by or {}
    table.move(builder.order_by, 1, #builder.order_by, #order_by + 1, order_by)
    local kids = { n = slots.count, value = parts.label_style }
    for slot = 1, slots.count do
        kids[slot] = false
    end
    kids[slots.columns + 1] = rewrite.list(builder.columns)
    kids[slots.joins + 1] = rewrite.list(joins)
    kids[slots.where + 1] = parts.where or false
    kids[slots.order_by + 1] = rewrite.list(order_by)
    kids[slots.for_update + 1] = parts.for_update or false
    return core.node("select", kids)
end

local function attribute_positions(of_mapper, columns, prop)
    local positions = {}
    for i, column in ipairs(columns) do
        local own = of_mapper:property_of_column(column)
        if not own then
            exc.UnmappedColumnError:raise("relationship '%s': class '%s' does not map column %s",
                tostring(prop), of_mapper.name, tostring(column))
        end
        positions[i] = own.position
    end
    return positions
end

---column IN (:keys), or (a, b) IN (:keys).
---@param columns any[]
---@return any
function postload.is_one_of_keys(columns)
    local single = #columns == 1
    local keys = core.node("bind", { name = "keys", expanding = true, required = true,
        type = single and columns[1] or elements.TUPLE })
    local left = single and columns[1] or elements.tuple_(table.unpack(columns))
    return left:in_(keys)
end

local is_one_of_keys = postload.is_one_of_keys

local function adapted_order(prop, target, rewriter)
    local order_by = {}
    for i, node in ipairs(prop.order_by) do
        order_by[i] = rewriter:node(target:adapt(node))
    end
    return order_by
end

-- Conditions of the target's class (unless its join has them) and of and_() behind the given
-- one.
local function condition(post, target, rewriter, given, is_joined)
    local conditions = { given }
    if not is_joined then
        rewriter:add_criteria(target, conditions)
    end
    local extra = post.option and post.option.condition
    if extra then
        conditions[#conditions + 1] = rewriter:node(target:adapt(extra))
    end
    return elements.and_(table.unpack(conditions))
end

local function target_of(post)
    local chosen = post.option and post.option.target
    return entities.describe(chosen and chosen.mapper.entity or post.prop.target.entity)
end

-- Conditions of with_loader_criteria that hold for what is loaded later, too.
local function propagated(post)
    local criteria = {}
    for _, each in ipairs(post.criteria or {}) do
        if each.propagates then
            criteria[#criteria + 1] = each
        end
    end
    return criteria
end

local function new_builder(post)
    local criteria = propagated(post)
    return select_builder.new(rewrite.new(criteria)), criteria
end

local function finish(builder, statement, criteria)
    builder.rows = { { values = { 1 }, names = { "entity" } } }
    builder.is_scalar = true
    return context.finish(builder, statement, criteria)
end

-- ---- selectin ----

-- The targets by their own key, which the parents have as a foreign key.
local function selectin_by_foreign_key(post, foreign_key)
    local builder, criteria = new_builder(post)
    local target = target_of(post)
    local keys = {}
    for i, prop in ipairs(target.mapper.key_props) do
        keys[i] = target:column(prop)
        builder:column(keys[i])
    end
    builder:entity(target, { link = "root" }, post.tree, post.path)
    builder:follow()
    return {
        context = finish(builder, postload.select(builder, {
            where = condition(post, target, builder.rewriter, is_one_of_keys(keys)),
        }), criteria),
        parent_key = attribute_positions(post.prop.parent, foreign_key, post.prop),
        is_by_foreign_key = true,
    }
end

local function keyed_entity(builder, post, target, keys)
    local places = {}
    for i, column in ipairs(keys) do
        places[i] = builder:column(column)
    end
    builder:entity(target, { link = "keyed", relationship = post.prop.position,
        parent_key = places, collect = post.recursion ~= nil }, post.tree, post.path)
    builder:follow()
end

-- The targets by the columns that refer to the parents.
local function selectin_by_reference(post)
    local builder, criteria = new_builder(post)
    local prop, target = post.prop, target_of(post)
    local keys, own = {}, {}
    for i, pair in ipairs(prop.local_remote_pairs) do
        own[i], keys[i] = pair[1], target:adapt(pair[2])
    end
    keyed_entity(builder, post, target, keys)
    return {
        context = finish(builder, postload.select(builder, {
            where = condition(post, target, builder.rewriter, is_one_of_keys(keys)),
            order_by = adapted_order(prop, target, builder.rewriter),
        }), criteria),
        parent_key = attribute_positions(prop.parent, own, prop),
    }
end

-- The targets joined to the parents, by the parents' primary key.
local function selectin_by_join(post)
    local builder, criteria = new_builder(post)
    local prop, target = post.prop, target_of(post)
    if target.selectable == post.of.mapper.selectable then
        target = entities.alias(target.mapper)
    end
    local parent = entities.alias(prop.parent)
    local keys = {}
    for i, key in ipairs(prop.parent.key_props) do
        keys[i] = parent:column(key)
    end
    keyed_entity(builder, post, target, keys)
    local mark = core.relationship_mark(parent.node, prop.key, target.node)
    local joins = builder.rewriter:joins(core.node("list",
        { op = "comma", core.node("join_spec", { op = "join", mark, false, false }) }))
    return {
        context = finish(builder, postload.select(builder, {
            joins = joins,
            where = condition(post, target, builder.rewriter, is_one_of_keys(keys), true),
            order_by = adapted_order(prop, target, builder.rewriter),
        }), criteria),
        parent_key = attribute_positions(prop.parent, prop.parent:key_columns(), prop),
    }
end

local function selectin_of(post)
    if not post.selectin then
        local foreign_key = relationship_join.foreign_key_to_target(post.prop)
        if foreign_key then
            post.selectin = selectin_by_foreign_key(post, foreign_key)
        elseif not post.prop.secondary and relationship_join.is_simple(post.prop)
            and post.prop.direction == "one_to_many" then
            post.selectin = selectin_by_reference(post)
        else
            post.selectin = selectin_by_join(post)
        end
    end
    return post.selectin
end

local function run_posts(session, built, loader, populate, source)
    for _, post in ipairs(built.posts) do
        postload.run_one(session, post, loader:collected(post.entity), populate, source)
    end
end

-- Execute for some of the keys, and load what comes.
local function load_chunk(session, post, selectin, keys, parents, populate)
    local built = selectin.context
    local connection = session:_connection_for(post.prop.target)
    local result = context.execute_built(connection, built, { keys = keys })
    local loader = context.loader(session, built, populate, parents,
        parents and selectin.parent_key)
    core.load_into(result, loader)
    if selectin.is_by_foreign_key then
        core.gather(result)
    else
        core.drain(result)
    end
    context.fire_loaded(session, loader)
    run_posts(session, built, loader, populate)
    return loader, selectin.is_by_foreign_key and result:scalars():all() or nil
end

-- The objects that refer by foreign key: load what they refer to, then hand it out. What
-- was loaded is held until then, as the identity map does not.
local function load_referred(session, post, selectin, parents, populate)
    local prop, held = post.prop, {}
    local keys = core.key_values(parents, selectin.parent_key)
    for first = 1, #keys, CHUNK do
        local chunk = table.move(keys, first, math.min(first + CHUNK - 1, #keys), 1, {})
        held[#held + 1] = select(2, load_chunk(session, post, selectin, chunk, nil, populate))
    end
    core.link_many_to_one(parents, prop.position, session.core, prop.target.core,
        selectin.parent_key)
    return held
end

-- Parents that have a key, in chunks; the loader fills their relationship.
local function load_referring(session, post, selectin, parents, populate)
    local found = {}
    for first = 1, #parents, CHUNK do
        local chunk = table.move(parents, first, math.min(first + CHUNK - 1, #parents), 1, {})
        local keys = core.key_values(chunk, selectin.parent_key)
        if #keys > 0 then
            local loader = load_chunk(session, post, selectin, keys, chunk, populate)
            if post.recursion then
                local children = loader:collected(1)
                table.move(children, 1, #children, #found + 1, found)
            end
        end
    end
    core.end_load(parents, post.prop.position)
    return found
end

-- The members of the members …, while recursion_depth lasts. depth -1: without end.
local function selectin_load(session, post, parents, populate)
    local selectin = selectin_of(post)
    if selectin.is_by_foreign_key then
        load_referred(session, post, selectin, parents, populate)
        return
    end
    local depth = post.recursion
    repeat
        local children = load_referring(session, post, selectin, parents, populate)
        parents = core.not_loaded(children, post.prop.position)
        depth = depth and depth - 1
    until not depth or depth < 0 and post.recursion ~= -1 or #parents == 0
end

-- ---- the other strategies ----

local function immediate_load(session, post, parents)
    local loading = require("corm.orm.loading")
    for _, parent in ipairs(parents) do
        loading.load_relationship(session, parent, post.prop, post.tree)
    end
end

-- The source of what a subquery loads: one relationship further.
local function further(source, post)
    local chain = table.move(source.chain or {}, 1, #(source.chain or {}), 1, {})
    chain[#chain + 1] = post.prop
    return { statement = source.statement, parameters = source.parameters,
        entity = source.entity or post.of, chain = chain }
end

-- Without the statement that found the parents (they came by selectin), by their keys.
local function subquery_load(session, post, parents, populate, source)
    if not source or core.kind(source.statement) ~= "select" then
        selectin_load(session, post, parents, populate)
        return
    end
    source = further(source, post)
    local built, positions = require("corm.orm.subqueryload").build(post, source,
        propagated(post))
    local connection = session:_connection_for(post.prop.target)
    local result = context.execute_built(connection, built, source.parameters)
    local loader = context.loader(session, built, populate, parents, positions)
    core.load_into(result, loader)
    core.drain(result)
    context.fire_loaded(session, loader)
    run_posts(session, built, loader, populate, source)
    core.end_load(parents, post.prop.position)
end

local STRATEGIES = {
    selectin = selectin_load,
    subquery = subquery_load,
    immediate = immediate_load,
}

---Load a relationship of objects that were loaded together.
---@param session corm.Session
---@param post table see select_builder
---@param objects any[]
---@param populate boolean load it anew where it is loaded
---@param source? corm.orm.LoadSource where the objects come from
function postload.run_one(session, post, objects, populate, source)
    local parents = populate and objects or core.not_loaded(objects, post.prop.position)
    if #parents > 0 then
        STRATEGIES[post.strategy](session, post, parents, populate, source)
    end
end

---Load what a context wants loaded after its rows.
---@param session corm.Session
---@param built corm.orm.Context
---@param loader any
---@param populate boolean
---@param source? corm.orm.LoadSource
function postload.run(session, built, loader, populate, source)
    run_posts(session, built, loader, populate, source)
end

return postload
