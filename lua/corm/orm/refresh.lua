-- SPDX-License-Identifier: MIT
-- Columns that are not there: expired ones are loaded all at once, deferred ones when they are
-- read. And session:refresh().

local core = require("corm.core")
local check_options = require("corm.util.options")
local class_select = require("corm.orm.class_select")
local exc = require("corm.exc")
local mapper = require("corm.orm.mapper")
local option_tree = require("corm.orm.option_tree")
local select = require("corm.util.select")

local refresh = {}

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
    local cache = class_select.cache(of_mapper).columns
    if not cache[name] then
        local tree = option_tree.new()
        tree.only, tree.others = {}, "defer"
        tree.wildcard = "nothing"
        for _, position in ipairs(positions) do
            tree.only[of_mapper.by_position[position].key] = true
        end
        cache[name] = class_select.context(of_mapper,
            { where = class_select.key_condition(of_mapper), tree = tree,
                spec = { link = "refresh" } })
    end
    return cache[name]
end

local function load_columns(session, object, of_mapper, positions)
    local found = class_select.one(session, columns_context(of_mapper, positions),
        class_select.key_parameters(core.identity(object)), of_mapper, nil, { object })
    if not found then
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
function refresh.expired(object)
    local session = core.session_of(object)
    local of_mapper = mapper.of_instance(object)
    load_columns(session, object, of_mapper, expired_columns(object, of_mapper))
end

-- Load an object with all that its mapping loads along.
local function refresh_whole(session, object, of_mapper, for_update)
    local cache = class_select.cache(of_mapper)
    local built = not for_update and cache.refresh
    if not built then
        built = class_select.context(of_mapper, {
            where = class_select.key_condition(of_mapper), spec = { link = "refresh" },
            for_update = for_update,
        })
        cache.refresh = not for_update and built or cache.refresh
    end
    local found = class_select.one(session, built,
        class_select.key_parameters(core.identity(object)), of_mapper, nil, { object })
    if not found then
        exc.InvalidRequestError:raise("could not refresh instance %s", describe(object))
    end
end

---Load attributes of an object that was expired: all of them, or some.
---@param session corm.Session
---@param object any
---@param names? string[]
---@param options? {with_for_update?: any}
---@error InvalidRequestError its row is gone
function refresh.object(session, object, names, options)
    local of_mapper = mapper.of_instance(object)
    options = check_options(options, { "attribute_names", "with_for_update" }, "refresh")
    local for_update = class_select.for_update(of_mapper, options.with_for_update)
    if not names or for_update then
        refresh_whole(session, object, of_mapper, for_update)
        return
    end
    local positions = {}
    for _, name in ipairs(names) do
        local prop = of_mapper.props[name]
        if prop.kind == "column" then
            positions[#positions + 1] = prop.position
        end
    end
    if #positions > 0 then
        load_columns(session, object, of_mapper, positions)
    end
    for _, name in ipairs(names) do
        local prop = of_mapper.props[name]
        if prop.kind == "relationship" then
            require("corm.orm.lazy").load(session, object, prop)
        end
    end
end

local function column_option(object, prop)
    local tree = core.later_options(object)
    return tree and select(2, option_tree.has_column(tree, prop, false))
end

---Load a column that is not there, and those that come with it.
---@param session? corm.Session
---@param object any
---@param of_mapper corm.orm.Mapper
---@param prop corm.orm.ColumnProperty
function refresh.column(session, object, of_mapper, prop)
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
return refresh
