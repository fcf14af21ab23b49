-- SPDX-License-Identifier: MIT
-- SELECTs of one class that the ORM makes for itself: of an object by its key, of what refers
-- to an object. Each is made once and then only executed.

local core = require("corm.core")
local context = require("corm.orm.context")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local option_tree = require("corm.orm.option_tree")
local postload = require("corm.orm.postload")
local rewrite = require("corm.orm.rewrite")
local select_builder = require("corm.orm.select_builder")

local class_select = {}

local slots = core.slots.select

-- enum corm_label_style: columns as they are
local LABEL_NONE = 2

---What was made for a class, by name; it begins anew when some class has changed.
---@param of_mapper corm.orm.Mapper
---@return table
function class_select.cache(of_mapper)
    local cache = of_mapper.selects
    if not cache or cache.generation ~= context.generation then
        cache = { generation = context.generation, columns = {}, lazy = {} }
        of_mapper.selects = cache
    end
    return cache
end

---A context of one class under a condition.
---@param of_mapper corm.orm.Mapper
---@param given table where, spec, tree, path, order_by, for_update
---@return corm.orm.Context
function class_select.context(of_mapper, given)
    local tree = given.tree
    local rewriter = rewrite.new(tree and tree.criteria)
    local builder = select_builder.new(rewriter)
    local target = entities.describe(of_mapper.entity)
    builder:entity(target, given.spec or { link = "root" }, tree, given.path)
    builder:follow()
    builder.rows = { { values = { 1 }, names = { of_mapper.name } } }
    builder.is_scalar = true
    local conditions = { given.where }
    rewriter:add_criteria(target, conditions)
    local built = context.finish(builder, postload.select(builder, {
        where = rewrite.all_of(conditions),
        order_by = given.order_by,
        for_update = given.for_update,
        label_style = LABEL_NONE,
    }), tree and tree.criteria)
    if built.has_subquery then
        built.source = core.select(of_mapper.entity):where(given.where)
    end
    return built
end

---The condition pk = :pk_1 AND ….
---@param of_mapper corm.orm.Mapper
---@return any
function class_select.key_condition(of_mapper)
    local conditions = {}
    local target = entities.describe(of_mapper.entity)
    for i, prop in ipairs(of_mapper.key_props) do
        local column = target:column(prop)
        conditions[i] = column:eq(core.node("bind", {
            name = "pk_" .. i, required = true, type = column,
        }))
    end
    return elements.and_(table.unpack(conditions))
end

---Parameters for key_condition().
---@param values any[]
---@return table<string, any>
function class_select.key_parameters(values)
    local parameters = {}
    for i = 1, values.n or #values do
        parameters["pk_" .. i] = values[i] == nil and core.NULL or values[i]
    end
    return parameters
end

---Execute a context and return the one object that comes of it, or nil.
---@param session corm.Session
---@param built corm.orm.Context
---@param parameters table
---@param of_mapper corm.orm.Mapper
---@param options? {populate_existing?: boolean}
---@param parents? any[]
---@return any?
function class_select.one(session, built, parameters, of_mapper, options, parents)
    local connection = session:_connection_for(of_mapper)
    local result = context.execute_built(connection, built, parameters)
    result = context.load(session, built, result, options, parents)
    if built.must_be_unique then
        result = result:unique()
    end
    return result:scalars():first()
end

---The tree of loader options for objects of one class, or nil.
---@param of_mapper corm.orm.Mapper
---@param given? any[]
---@return corm.orm.OptionTree?
function class_select.tree(of_mapper, given)
    if not given then
        return nil
    end
    local nodes = {}
    for i, option in ipairs(given) do
        nodes[i] = core.resolve(option)
    end
    local root = entities.describe(of_mapper.entity)
    return option_tree.read(nodes, { root })[root]
end

---The option with_for_update as a node: true, or {nowait = true, …}.
---@param of_mapper corm.orm.Mapper
---@param given? boolean|table
---@return any?
function class_select.for_update(of_mapper, given)
    if not given then
        return nil
    end
    local locked = core.select(of_mapper.entity):with_for_update(given ~= true and given or nil)
    return core.kid(locked, slots.for_update)
end

return class_select
