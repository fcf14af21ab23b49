-- SPDX-License-Identifier: MIT
-- Objects by their primary keys: from the identity map, or from the database.

local core = require("corm.core")
local check_options = require("corm.util.options")
local class_select = require("corm.orm.class_select")
local context = require("corm.orm.context")
local dispatcher = require("corm.util.dispatcher")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local mapper = require("corm.orm.mapper")
local postload = require("corm.orm.postload")
local refresh = require("corm.orm.refresh")

local get = {}

-- Class → function that looks into identity maps for a scalar key.
local finders = setmetatable({}, {
    __mode = "k",
    __index = function(self, class)
        local finder = core.finder(mapper.of_class(class).core)
        self[class] = finder
        return finder
    end,
})

local GET_OPTIONS = {
    "bind_arguments", "execution_options", "identity_token", "options", "populate_existing",
    "with_for_update",
}

---The SELECT by key, made once unless it is special.
---@param of_mapper corm.orm.Mapper
---@param tree? corm.orm.OptionTree
---@param for_update? any
---@return corm.orm.Context
function get.context(of_mapper, tree, for_update)
    if tree or for_update then
        return class_select.context(of_mapper, {
            where = class_select.key_condition(of_mapper), tree = tree, for_update = for_update,
        })
    end
    local cache = class_select.cache(of_mapper)
    if not cache.get then
        cache.get = class_select.context(of_mapper,
            { where = class_select.key_condition(of_mapper) })
    end
    return cache.get
end

-- { a = 1, b = 2 } for a key of exactly these attributes.
local function key_by_name(of_mapper, by_name)
    local key, names, given = {}, {}, 0
    for i, prop in ipairs(of_mapper.key_props) do
        key[i], names[i] = by_name[prop.key], prop.key
    end
    for _ in pairs(by_name) do
        given = given + 1
    end
    if #key ~= #names or given ~= #names then
        exc.InvalidRequestError:raise("get: the primary key of class '%s' consists of %s",
            of_mapper.name, table.concat(names, ", "))
    end
    return key
end

---The values of a primary key: a scalar, a sequence, or a table by attribute name.
---@param of_mapper corm.orm.Mapper
---@param key any
---@return any[]
function get.key_values(of_mapper, key)
    local n = #of_mapper.key_props
    if type(key) ~= "table" or getmetatable(key) ~= nil then
        key = { key }
    elseif type(next(key)) == "string" then
        key = key_by_name(of_mapper, key)
    end
    if (key.n or #key) ~= n then
        exc.InvalidRequestError:raise("get: the primary key of class '%s' has %d column%s, "
            .. "%d value%s given", of_mapper.name, n, n == 1 and "" or "s", key.n or #key,
            (key.n or #key) == 1 and " was" or "s were")
    end
    return key
end

---An object of the identity map that may be stale: nil if its row is gone.
---@param object any
---@return any?
function get.checked(object)
    if core.is_expired(object) then
        local ok, e = pcall(refresh.expired, object)
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
    local built = get.context(of_mapper)
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

-- Whether somebody has to see the statement, or the object that comes of it.
local function is_listened(session, of_mapper, connection)
    return connection:_hears() or context.is_listened(session, { [of_mapper] = true })
end

-- The getter for a connection, as long as nothing changes that it depends on: listeners, the
-- connection, the classes.
local function settle_getter(session, of_mapper, connection)
    local entry = {
        connection = connection,
        changes = dispatcher.changes,
        generation = context.generation,
        getter = not is_listened(session, of_mapper, connection)
            and new_getter(session, of_mapper, connection.engine),
    }
    session._getters[of_mapper] = entry
    return entry
end

-- By a scalar key, in one call of the core; false if that will not do.
local function get_at_once(session, of_mapper, key)
    local connection = session:_connection_for(of_mapper)
    local getters = session._getters
    if not getters then
        getters = {}
        session._getters = getters
    end
    local entry = getters[of_mapper]
    if not entry or entry.connection ~= connection or entry.changes ~= dispatcher.changes
        or entry.generation ~= context.generation then
        entry = settle_getter(session, of_mapper, connection)
    end
    local getter = entry.getter
    if not getter or not connection._transaction or connection._is_slow
        or connection._schema_options then
        return false
    end
    return getter:get(connection, connection._native, key)
end

-- From the database, by whatever way.
local function get_from_database(session, of_mapper, values, options)
    local tree = options and class_select.tree(of_mapper, options.options)
    local for_update = options and class_select.for_update(of_mapper, options.with_for_update)
    return class_select.one(session, get.context(of_mapper, tree, for_update),
        class_select.key_parameters(values), of_mapper, options)
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
---@param class any
---@param key any
---@param options? {options?: any[], populate_existing?: boolean, with_for_update?: any}
---@return any? # nil if there is no such row
function get.one(session, class, key, options)
    if not options then
        local found, is_expired = finders[class](session.core, key)
        if found and not is_expired then
            return found
        elseif found then
            return get.checked(found)
        end
    end
    local of_mapper = mapper.of_class(class)
    if not of_mapper.is_configured then
        mapper.configure()
    end
    if not options and type(key) ~= "table" and #of_mapper.key_props == 1 then
        return get_plain(session, of_mapper, key)
    end
    options = check_options(options, GET_OPTIONS, "get")
    local values = get.key_values(of_mapper, key)
    if not options.populate_existing and not options.with_for_update then
        local found = session.core:get(of_mapper.core, table.unpack(values, 1, values.n))
        if found then
            return core.mapper_of(found):isa(of_mapper.core) and get.checked(found) or nil
        end
    end
    session:_autoflush()
    return get_from_database(session, of_mapper, values, options)
end

-- Keys of many() in one IN (…).
local CHUNK = 500

-- SELECT … WHERE key IN (…), once per class.
local function many_context(of_mapper, options)
    local is_plain = not options.options and not options.with_for_update
    local cache = class_select.cache(of_mapper)
    if is_plain and cache.get_many then
        return cache.get_many
    end
    local target = entities.describe(of_mapper.entity)
    local columns = {}
    for i, prop in ipairs(of_mapper.key_props) do
        columns[i] = target:column(prop)
    end
    local built = class_select.context(of_mapper, {
        where = postload.is_one_of_keys(columns),
        tree = class_select.tree(of_mapper, options.options),
        for_update = class_select.for_update(of_mapper, options.with_for_update),
    })
    if is_plain then
        cache.get_many = built
    end
    return built
end

local function load_many(session, of_mapper, keys, options)
    local built = many_context(of_mapper, options)
    local loaded = {}
    for first = 1, #keys, CHUNK do
        local chunk = table.move(keys, first, math.min(first + CHUNK - 1, #keys), 1, {})
        local result = context.execute_built(session:_connection_for(of_mapper), built,
            { keys = chunk })
        result = context.load(session, built, result, options)
        if built.must_be_unique then
            result = result:unique()
        end
        loaded[#loaded + 1] = result:scalars():all()
    end
    return loaded
end

-- The objects of these keys. `_loaded` holds what has just been loaded, as the identity map
-- does not.
local function from_identity_map(session, of_mapper, values, _loaded)
    local objects = {}
    for i, each in ipairs(values) do
        local found = session.core:get(of_mapper.core, table.unpack(each))
        objects[i] = found and core.mapper_of(found):isa(of_mapper.core) and found or core.NULL
    end
    return objects
end

---Objects by their primary keys, in the order of the keys; corm.NULL where there is no row.
---Those that are not in the session come by few statements.
---@param session corm.Session
---@param of_mapper corm.orm.Mapper
---@param keys any[]
---@param options? table as of get()
---@return any[]
function get.many(session, of_mapper, keys, options)
    mapper.configure()
    options = check_options(options, GET_OPTIONS, "get_many")
    local values, missing = {}, {}
    local is_single = #of_mapper.key_props == 1
    for i, key in ipairs(keys) do
        values[i] = get.key_values(of_mapper, key)
        local found = not options.populate_existing and not options.with_for_update
            and session.core:get(of_mapper.core, table.unpack(values[i]))
        if not found or core.is_expired(found) then
            missing[#missing + 1] = is_single and values[i][1] or values[i]
        end
    end
    local loaded
    if #missing > 0 then
        session:_autoflush()
        loaded = load_many(session, of_mapper, missing, options)
    end
    return from_identity_map(session, of_mapper, values, loaded)
end

return get
