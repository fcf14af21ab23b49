-- SPDX-License-Identifier: MIT
-- Loading on demand: what reading an attribute that is not there does, and objects by their
-- primary key. Statements are made once per class or relationship and then only executed.

local core = require("corm.core")
local context = require("corm.orm.context")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local hooks = require("corm.orm.hooks")
local mapper = require("corm.orm.mapper")
local option_tree = require("corm.orm.option_tree")
local postload = require("corm.orm.postload")
local relationship_join = require("corm.orm.relationship_join")
local rewrite = require("corm.orm.rewrite")
local select_builder = require("corm.orm.select_builder")

local find_loaded = core.find_loaded

local loading = {}

-- enum corm_label_style: columns as they are
local LABEL_NONE = 2

-- ---- contexts ----

---A context of one class under a condition.
---@param of_mapper corm.orm.Mapper
---@param given table where, spec, tree, path, order_by
---@return corm.orm.Context
local function class_context(of_mapper, given)
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
    return context.finish(builder, postload.select(builder, {
        where = rewrite.all_of(conditions),
        order_by = given.order_by,
        label_style = LABEL_NONE,
    }), tree and tree.criteria)
end

-- pk = :pk_1 AND …
local function key_condition(of_mapper)
    local conditions = {}
    local target = entities.describe(of_mapper.entity)
    for i, prop in ipairs(of_mapper.primary_key) do
        local column = target:column(prop)
        conditions[i] = column:eq(core.node("bind", {
            name = "pk_" .. i, required = true, type = column,
        }))
    end
    return elements.and_(table.unpack(conditions))
end

local function key_parameters(values)
    local parameters = {}
    for i = 1, values.n or #values do
        parameters["pk_" .. i] = values[i] == nil and core.NULL or values[i]
    end
    return parameters
end

-- ---- by primary key ----

local function get_context(of_mapper, tree)
    if tree then
        return class_context(of_mapper, { where = key_condition(of_mapper), tree = tree })
    elseif not of_mapper._get then
        of_mapper._get = class_context(of_mapper, { where = key_condition(of_mapper) })
    end
    return of_mapper._get
end

-- Execute a context and return the one object that comes of it, or nil.
local function load_one(session, built, parameters, of_mapper, populate)
    local connection = session:_connection_for(of_mapper)
    local result = context.execute_built(connection, built, parameters)
    result = context.load(session, built, result, populate and { populate_existing = true })
    if built.must_be_unique then
        result = result:unique()
    end
    return result:scalars():first()
end

---The values of a primary key: a scalar, a sequence, or a table by attribute name.
---@param of_mapper corm.orm.Mapper
---@param key any
---@return any[]
function loading.key_values(of_mapper, key)
    local n = #of_mapper.primary_key
    if type(key) ~= "table" or getmetatable(key) ~= nil then
        key = { key }
    elseif n > 0 and key[of_mapper.primary_key[1].key] ~= nil then
        local by_name = key
        key = { n = n }
        for i, prop in ipairs(of_mapper.primary_key) do
            key[i] = by_name[prop.key]
        end
    end
    if (key.n or #key) ~= n then
        exc.InvalidRequestError:raise("get: the primary key of class '%s' has %d column%s, "
            .. "%d value%s given", of_mapper.name, n, n == 1 and "" or "s", key.n or #key,
            (key.n or #key) == 1 and " was" or "s were")
    end
    return key
end

-- An object of the identity map that may be stale: nil if its row is gone.
local function checked(object)
    if core.is_expired(object) then
        local ok, e = pcall(loading.refresh_expired, object)
        if not ok then
            if exc.ObjectDeletedError:is(e) then
                return nil
            end
            error(e, 0)
        end
    end
    return object
end

-- The getter of a class in a session; false if getting it takes more than one plain SELECT.
local function new_getter(session, of_mapper, engine)
    local built = get_context(of_mapper)
    if built.is_buffered then
        return false
    end
    built.compiled_for = built.compiled_for or setmetatable({}, { __mode = "k" })
    local compiled = built.compiled_for[engine]
    if not compiled then
        compiled = core.compile(built.statement, engine.dialect)
        built.compiled_for[engine] = compiled
    end
    return core.getter(core.loader(built.plan, session.core, false), compiled) or false
end

local function getter_of(session, of_mapper, engine)
    local getters = session._getters
    if not getters or getters.engine ~= engine then
        getters = { engine = engine }
        session._getters = getters
    end
    local getter = getters[of_mapper]
    if getter == nil then
        getter = new_getter(session, of_mapper, engine)
        getters[of_mapper] = getter
    end
    return getter
end

-- By a scalar key, in one call of the core; false if somebody has to see the statement.
local function get_at_once(session, of_mapper, key)
    local connection = session:_connection_for(of_mapper)
    local dispatch = connection.dispatch
    if not connection._transaction or connection._is_slow or connection._schema_options
        or dispatch.before_execute or dispatch.after_execute
        or dispatch.before_cursor_execute or dispatch.after_cursor_execute then
        return false
    end
    local getter = getter_of(session, of_mapper, connection.engine)
    return getter and getter:get(connection, connection._native, key)
end

-- From the database, by whatever way.
local function get_from_database(session, of_mapper, values, options)
    local tree
    if options and options.options then
        local nodes = {}
        for i, option in ipairs(options.options) do
            nodes[i] = core.resolve(option)
        end
        local root = entities.describe(of_mapper.entity)
        tree = option_tree.read(nodes, { root })[root]
    end
    return load_one(session, get_context(of_mapper, tree), key_parameters(values), of_mapper,
        options and options.populate_existing)
end

-- What the identity map does not have, by a scalar key without options.
local function get_plain(session, of_mapper, key)
    session:_autoflush()
    local found = get_at_once(session, of_mapper, key)
    if found == false then
        return get_from_database(session, of_mapper, { key })
    end
    return found
end

---An object by its primary key: from the identity map, or from the database.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param key any
---@param options? {options?: any[], populate_existing?: boolean}
---@return any? # nil if there is no such row
function loading.get(session, of_mapper, key, options)
    if not options and type(key) ~= "table" then
        local found, is_expired = find_loaded(session.core, of_mapper.core, key)
        if found and not is_expired then
            return found
        elseif found then
            return checked(found)
        end
    end
    if not of_mapper.is_configured then
        mapper.configure()
    end
    if not options and type(key) ~= "table" and #of_mapper.primary_key == 1 then
        return get_plain(session, of_mapper, key)
    end
    local values = loading.key_values(of_mapper, key)
    if not (options and options.populate_existing) then
        local found = session.core:get(of_mapper.core, table.unpack(values, 1, values.n))
        if found then
            return core.mapper_of(found):isa(of_mapper.core) and checked(found) or nil
        end
    end
    session:_autoflush()
    return get_from_database(session, of_mapper, values, options)
end

-- ---- columns that are not there ----

local function describe(object)
    return tostring(object)
end

local function fail_detached(object, key, what)
    exc.DetachedInstanceError:raise("instance %s is not bound to a session; %s of attribute '%s' "
        .. "cannot proceed", describe(object), what, key)
end

-- The context that loads the columns at these positions (and the key).
local function columns_context(of_mapper, positions)
    local name = table.concat(positions, ",")
    of_mapper._columns = of_mapper._columns or {}
    if not of_mapper._columns[name] then
        local tree = option_tree.new()
        tree.only, tree.others = {}, "defer"
        tree.wildcard = "nothing"
        for _, position in ipairs(positions) do
            tree.only[of_mapper.by_position[position].key] = true
        end
        of_mapper._columns[name] = class_context(of_mapper,
            { where = key_condition(of_mapper), tree = tree, spec = { link = "refresh" } })
    end
    return of_mapper._columns[name]
end

local function load_columns(session, object, of_mapper, positions)
    local built = columns_context(of_mapper, positions)
    local connection = session:_connection_for(of_mapper)
    local result = context.execute_built(connection, built, key_parameters(core.identity(object)))
    core.load_into(result, core.loader(built.plan, session.core, false, { object }))
    if not result:scalars():first() then
        exc.ObjectDeletedError:raise("instance %s has been deleted, or its row is otherwise not "
            .. "present", describe(object))
    end
end

-- Positions of columns that an expired object loads at once: not those that are deferred.
local function expired_columns(object, of_mapper, wanted)
    local positions = {}
    for _, position in ipairs(core.missing_columns(object)) do
        local prop = of_mapper.by_position[position]
        if not prop.deferred or position == wanted then
            positions[#positions + 1] = position
        end
    end
    return positions
end

-- Positions of the deferred columns that come with this one.
local function group_columns(object, of_mapper, prop)
    local positions = {}
    for _, position in ipairs(core.missing_columns(object)) do
        local each = of_mapper.by_position[position]
        if each == prop or prop.group and each.group == prop.group then
            positions[#positions + 1] = position
        end
    end
    return positions
end

---Load what an expired object lacks.
---@param object any
---@error ObjectDeletedError its row is gone
function loading.refresh_expired(object)
    local session = core.session_of(object)
    local of_mapper = mapper.of_instance(object)
    load_columns(session, object, of_mapper, expired_columns(object, of_mapper))
end

local function column_option(object, prop)
    local tree = core.later_options(object)
    return tree and select(2, option_tree.has_column(tree, prop, false))
end

local function load_column(session, object, of_mapper, prop)
    if not session then
        fail_detached(object, prop.key, "attribute refresh operation")
    end
    if column_option(object, prop) == "raise" then
        exc.InvalidRequestError:raise("'%s.%s' is not available due to raiseload=true",
            of_mapper.name, prop.key)
    end
    local positions = core.is_expired(object)
        and expired_columns(object, of_mapper, prop.position)
        or group_columns(object, of_mapper, prop)
    load_columns(session, object, of_mapper, positions)
end

-- ---- relationships ----

-- What loads the members that refer to one object: its context and the parameters' columns.
local function lazy_of(prop, option, tree)
    local lazy = not option and not tree and prop._lazy
    if lazy then
        return lazy
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
    lazy = {
        params = params,
        context = class_context(prop.target, {
            where = entities.plain(condition),
            spec = { link = "single", relationship = prop.position },
            tree = tree,
            path = { prop = prop, of = prop.parent },
            order_by = table.move(prop.order_by, 1, #prop.order_by, 1, {}),
        }),
    }
    if not option and not tree then
        prop._lazy = lazy
    end
    return lazy
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
    local lazy = lazy_of(prop, option, tree)
    local parameters = lazy_parameters(object, prop, lazy.params)
    local parents = { object }
    if not parameters then
        if prop.uselist then
            core.load_members(object, prop.position, {})
        else
            core.end_load(parents, prop.position)
        end
        return
    end
    local built = lazy.context
    local connection = session:_connection_for(prop.target)
    local result = context.execute_built(connection, built, parameters)
    local loader = core.loader(built.plan, session.core, false, parents)
    core.load_into(result, loader)
    core.drain(result)
    postload.run(session, built, loader, false)
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
        found = checked(found)
    elseif not found and values then
        if strategy == "raise_on_sql" then
            fail_raise(prop, strategy)
        end
        session:_autoflush()
        found = load_one(session, get_context(prop.target, tree), key_parameters(values),
            prop.target)
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
function loading.load_relationship(session, object, prop, tree, option, strategy)
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

local function set_nothing(object, prop)
    if prop.uselist then
        core.load_members(object, prop.position, {})
    else
        core.load_object(object, prop.position, nil)
    end
end

local function load_relationship(session, object, prop)
    local later = core.later_options(object)
    local strategy, option = option_tree.strategy(later, prop)
    if strategy == "noload" then
        set_nothing(object, prop)
        return
    elseif strategy == "raise" then
        fail_raise(prop, strategy)
    elseif not session then
        exc.DetachedInstanceError:raise("parent instance %s is not bound to a session; lazy load "
            .. "operation of attribute '%s' cannot proceed", describe(object), prop.key)
    end
    local tree = option and option.tree
    if later and next(later.criteria) ~= nil then
        tree = tree or option_tree.new()
        tree.criteria = later.criteria
    end
    loading.load_relationship(session, object, prop, not is_empty(tree) and tree or nil, option,
        strategy)
end

-- ---- the hook ----

---What reading an attribute that is not there does.
---@param object any
---@param key string
local function load(object, key)
    local of_mapper = mapper.of_instance(object)
    local prop = of_mapper.props[key]
    local session = core.session_of(object)
    local state = core.state_of(object)
    if prop.kind == "column" then
        if state ~= "pending" then
            load_column(session, object, of_mapper, prop)
        end
    elseif state == "pending" or state == "deleted" and not session then
        set_nothing(object, prop)
    else
        load_relationship(session, object, prop)
    end
end

hooks.add({ load = load })

return loading
