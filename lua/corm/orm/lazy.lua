-- SPDX-License-Identifier: MIT
-- Relationships that are loaded when they are read: by the identity map if that will do, by a
-- SELECT otherwise; or not at all, if the strategy says so.

local core = require("corm.core")
local class_select = require("corm.orm.class_select")
local context = require("corm.orm.context")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local get = require("corm.orm.get")
local option_tree = require("corm.orm.option_tree")
local postload = require("corm.orm.postload")
local relationship_join = require("corm.orm.relationship_join")

local lazy = {}

-- What loads the members that refer to one object: its context and the parameters' columns.
local function lazy_of(prop, option, tree)
    local cache = class_select.cache(prop.target).lazy
    local found = not option and not tree and cache[prop]
    if found then
        return found
    end
    local target = entities.describe(prop.target.entity)
    local condition, params
    if prop.secondary then
        condition, params = relationship_join.with_params(prop, prop.primaryjoin, "local")
        local _, secondary = relationship_join.conditions(prop,
            entities.describe(prop.parent.entity), target)
        condition = elements.and_(condition, secondary)
    else
        condition, params = relationship_join.with_params(prop, prop.primaryjoin, "local", target)
    end
    if option and option.condition then
        condition = elements.and_(condition, entities.plain(option.condition))
    end
    local order_by = {}
    for i, node in ipairs(prop.order_by) do
        order_by[i] = target:adapt(node)
    end
    found = {
        params = params,
        context = class_select.context(prop.target, {
            where = entities.plain(condition),
            spec = { link = "single", relationship = prop.position },
            tree = tree,
            path = { prop = prop, of = prop.parent },
            order_by = order_by,
        }),
    }
    if not option and not tree then
        cache[prop] = found
    end
    return found
end

-- Values of the object's columns that the condition needs; false if one of them is NULL.
local function lazy_parameters(object, prop, params)
    local parameters = {}
    for _, param in ipairs(params) do
        local value = prop.parent:value_of_column(object, param.column)
        if value == nil then
            return false
        end
        parameters[param.name] = value
    end
    return parameters
end

-- Send the SELECT of a relationship and fill it.
local function load_by_condition(session, object, prop, option, tree)
    local how = lazy_of(prop, option, tree)
    local parameters = lazy_parameters(object, prop, how.params)
    local parents = { object }
    if not parameters then
        if prop.uselist then
            core.load_members(object, prop.position, {})
        else
            core.end_load(parents, prop.position)
        end
        return
    end
    local built = how.context
    local connection = session:_connection_for(prop.target)
    local result = context.execute_built(connection, built, parameters)
    local loader = context.loader(session, built, false, parents)
    core.load_into(result, loader)
    core.drain(result)
    context.fire_loaded(session, loader)
    postload.run(session, built, loader, false, built.has_subquery and result._detail.source)
    core.end_load(parents, prop.position)
end

-- The object that a foreign key refers to: perhaps it is there already.
local function find_referred(session, object, prop, foreign_key)
    local values, has_null = {}, false
    for i, column in ipairs(foreign_key) do
        values[i] = prop.parent:value_of_column(object, column)
        has_null = has_null or values[i] == nil
    end
    if has_null then
        return nil, nil
    end
    return session.core:get(prop.target.core, table.unpack(values)), values
end

local function fail_raise(prop, what)
    exc.InvalidRequestError:raise("'%s.%s' is not available due to lazy='%s'", prop.parent.name,
        prop.key, what)
end

local function load_referred(session, object, prop, foreign_key, strategy, tree)
    local found, values = find_referred(session, object, prop, foreign_key)
    if found and core.is_expired(found) then
        found = get.checked(found)
    elseif not found and values then
        if strategy == "raise_on_sql" then
            fail_raise(prop, strategy)
        end
        session:_autoflush()
        found = class_select.one(session, get.context(prop.target, tree),
            class_select.key_parameters(values), prop.target)
    end
    core.load_object(object, prop.position, found)
end

---Load a relationship of an object now.
---@param session corm.Session
---@param object any
---@param prop corm.orm.RelationshipProperty
---@param tree? corm.orm.OptionTree options for what it leads to
---@param option? corm.orm.RelationshipOption
---@param strategy? string
function lazy.load(session, object, prop, tree, option, strategy)
    local foreign_key = not (option and option.condition)
        and relationship_join.foreign_key_to_target(prop)
    if foreign_key then
        load_referred(session, object, prop, foreign_key, strategy, tree)
        return
    elseif strategy == "raise_on_sql" then
        fail_raise(prop, strategy)
    end
    session:_autoflush()
    load_by_condition(session, object, prop, option, tree)
end

local function is_empty(tree)
    return not tree or next(tree.relationships) == nil and next(tree.columns) == nil
        and not tree.only and not tree.wildcard and next(tree.criteria) == nil
        and next(tree.groups) == nil
end

---Let a relationship be empty, as loaded.
---@param object any
---@param prop corm.orm.RelationshipProperty
function lazy.set_nothing(object, prop)
    if prop.uselist then
        core.load_members(object, prop.position, {})
    else
        core.load_object(object, prop.position, nil)
    end
end

---What reading a relationship that is not loaded does.
---@param session? corm.Session
---@param object any
---@param prop corm.orm.RelationshipProperty
function lazy.read(session, object, prop)
    local later = core.later_options(object)
    local strategy, option = option_tree.strategy(later, prop)
    if strategy == "noload" then
        lazy.set_nothing(object, prop)
        return
    elseif strategy == "raise" then
        fail_raise(prop, strategy)
    elseif not session then
        exc.DetachedInstanceError:raise("parent instance %s is not bound to a session; lazy load "
            .. "operation of attribute '%s' cannot proceed", tostring(object), prop.key)
    end
    local tree = option and option.tree
    if later and next(later.criteria) ~= nil then
        tree = tree or option_tree.new()
        tree.criteria = later.criteria
    end
    lazy.load(session, object, prop, not is_empty(tree) and tree or nil, option,
        strategy)
end

return lazy
