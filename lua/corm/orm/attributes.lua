-- SPDX-License-Identifier: MIT
-- Changing attributes that somebody listens to. The core changes what nobody listens to by
-- itself; here the same primitives run with events between them, in SQLAlchemy's order:
--
--     set      listener may replace the value, then the cell, then the other side
--     append   listener may replace the object, then the member, then the other side
--     remove   listener, then the member goes, then the other side
--     replace  bulk_replace, then append for those who join, then remove for those who leave
--
-- The other side of a relationship hears of it as well, with the initiator's event.

local core = require("corm.core")
local event = require("corm.event")
local exc = require("corm.exc")
local hint = require("corm.util.hint")
local hooks = require("corm.orm.hooks")
local mapper = require("corm.orm.mapper")
local repr = require("corm.util.repr")
local symbol = require("corm.util.symbol")

local attributes = {
    NO_VALUE = symbol("NO_VALUE"),
    NEVER_SET = symbol("NEVER_SET"),
    OP_APPEND = symbol("OP_APPEND"),
    OP_REMOVE = symbol("OP_REMOVE"),
    OP_REPLACE = symbol("OP_REPLACE"),
    OP_BULK_REPLACE = symbol("OP_BULK_REPLACE"),
    OP_MODIFIED = symbol("OP_MODIFIED"),
    -- What get_history() may do about an attribute that is not loaded: load it, only look
    -- whether the session has what it refers to, nothing.
    PASSIVE_OFF = symbol("PASSIVE_OFF"),
    PASSIVE_NO_FETCH = symbol("PASSIVE_NO_FETCH"),
    PASSIVE_NO_INITIALIZE = symbol("PASSIVE_NO_INITIALIZE"),
}

-- ---- who listens ----

-- These are about looking; the others are about changing.
local IS_INIT = { init_scalar = true, init_collection = true }

---The dispatcher of an attribute; asking for it to listen makes the core ask Lua from now on.
---@param prop table
---@param name? string the event somebody is about to listen to
---@return corm.event.Dispatcher
function attributes.dispatcher(prop, name)
    local of_class = prop.parent
    if not prop.dispatch then
        prop.dispatch = event.dispatcher({ "attribute" })
    end
    if name then
        local flag = IS_INIT[name] and "listened_init" or "listened"
        of_class.core:set_flag(prop.position, flag, true)
    end
    return prop.dispatch
end

local function fire(prop, name, ...)
    local dispatch = prop.dispatch
    if dispatch and dispatch[name] then
        dispatch:fire(name, ...)
    end
end

-- Call the listeners of an event that may replace the value.
local function fire_retval(prop, name, object, value, ...)
    local dispatch = prop.dispatch
    if dispatch and dispatch[name] then
        return (dispatch:fire_replacing(name, 2, 1, object, value, ...))
    end
    return value
end

local function validated(prop, object, value, is_remove)
    local validators = prop.parent.validators
    local check = validators and validators[prop.key]
    if check and not (is_remove and not check.include_removes) then
        return check.fn(object, prop.key, value, is_remove)
    end
    return value
end

local function property(object, key)
    return mapper.of_instance(object).props[key]
end

-- What listeners are told of why something changes.
local function initiator_of(prop, op)
    return { key = prop.key, op = attributes[op], prop = prop }
end

-- ---- the other side ----

-- Put object into (or take it out of) what `far` has for the reverse relationship.
local function reverse_joined(reverse, far, object, initiator)
    if reverse.uselist then
        local displaced = core.attribute_join(far, reverse.position, object)
        if displaced ~= nil then
            attributes.fire_remove(reverse, far, displaced, initiator)
        end
        attributes.fire_append(reverse, far, object, initiator)
    else
        local before = core.attribute_peek(far, reverse.position)
        core.attribute_put(far, reverse.position, object)
        fire_retval(reverse, "set", far, object, before or attributes.NO_VALUE, initiator)
    end
end

local function reverse_left(reverse, far, object, initiator)
    if reverse.uselist then
        attributes.fire_remove(reverse, far, object, initiator)
        core.attribute_leave(far, reverse.position, object)
    elseif core.attribute_peek(far, reverse.position) == object then
        fire_retval(reverse, "set", far, nil, object, initiator)
        core.attribute_put(far, reverse.position, nil)
    end
end

-- A scalar reverse that held somebody else lets go of him first.
local function release_before(reverse, far, object, initiator)
    if reverse.uselist then
        return
    end
    local before = core.attribute_peek(far, reverse.position)
    if before == nil or before == object then
        return
    end
    for _, own in ipairs(reverse.reverse) do
        reverse_left(own, before, far, initiator)
    end
end

local function joined(prop, object, far, initiator)
    for _, reverse in ipairs(prop.reverse or {}) do
        release_before(reverse, far, object, initiator)
        reverse_joined(reverse, far, object, initiator)
    end
    core.attribute_related(object, prop.position, far, true)
end

local function left(prop, object, far, initiator)
    for _, reverse in ipairs(prop.reverse or {}) do
        reverse_left(reverse, far, object, initiator)
    end
    core.attribute_related(object, prop.position, far, false)
end

-- ---- events of collections ----

---Tell the listeners that an object joins; what they return joins instead. The objects of a
---whole collection that is assigned were validated all at once.
function attributes.fire_append(prop, owner, object, initiator)
    local is_validated = initiator.op == attributes.OP_BULK_REPLACE and initiator.prop == prop
    local value = is_validated and object or validated(prop, owner, object, false)
    return fire_retval(prop, "append", owner, value, initiator)
end

---Tell the listeners that an object leaves.
function attributes.fire_remove(prop, owner, object, initiator)
    validated(prop, owner, object, true)
    fire(prop, "remove", owner, object, initiator)
end

-- ---- the hooks ----

local function set_scalar(prop, object, value)
    local before = core.attribute_peek(object, prop.position)
    local initiator = initiator_of(prop, "OP_REPLACE")
    value = validated(prop, object, value, false)
    value = fire_retval(prop, "set", object, value,
        before == nil and attributes.NO_VALUE or before, initiator)
    core.attribute_put(object, prop.position, value)
    if prop.kind == "relationship" and before ~= value then
        if before ~= nil then
            left(prop, object, before, initiator)
        end
        if value ~= nil and value ~= core.NULL then
            joined(prop, object, value, initiator)
        end
    end
end

-- obj.key = value, listened to (or with active history: the old value is loaded first)
local function set(object, key, value)
    local prop = property(object, key)
    local is_one_to_one = prop.kind == "relationship" and prop.direction ~= "many_to_one"
    if prop.active_history or is_one_to_one or (prop.dispatch and prop.dispatch.active_history) then
        local _ = object[key]
    end
    set_scalar(prop, object, value)
end

-- Put in an object that was not there, or that the list gets once more; returns who joined.
local function put(prop, owner, collection, object, position, initiator)
    object = attributes.fire_append(prop, owner, object, initiator)
    local displaced = core.collection_put(collection, object, position)
    if displaced ~= nil then
        attributes.fire_remove(prop, owner, displaced, initiator)
        left(prop, owner, displaced, initiator)
    end
    joined(prop, owner, object, initiator)
    return object
end

local function append(collection, object, position)
    local owner, key = collection:owner()
    local prop = property(owner, key)
    local initiator = initiator_of(prop, "OP_APPEND")
    if prop.collection.kind == "set" and collection:contains(object) then
        fire(prop, "append_wo_mutation", owner, object, initiator)
    else
        put(prop, owner, collection, object, position, initiator)
    end
end

local function remove(collection, object)
    local owner, key = collection:owner()
    local prop = property(owner, key)
    local initiator = initiator_of(prop, "OP_REMOVE")
    attributes.fire_remove(prop, owner, object, initiator)
    core.collection_take(collection, object)
    left(prop, owner, object, initiator)
end

-- ---- assigning a whole collection ----

-- The new objects in order. Returns, as keys, who is in the collection then.
local function put_all(prop, owner, collection, objects, was_there, initiator)
    local is_there = {}
    for _, object in ipairs(objects) do
        if was_there[object] then
            core.collection_put(collection, object, -1)
            fire(prop, "append_wo_mutation", owner, object, initiator)
        else
            object = put(prop, owner, collection, object, -1, initiator)
        end
        is_there[object] = true
    end
    return is_there
end

local function replace_listened(prop, object, old, objects)
    local initiator = initiator_of(prop, "OP_BULK_REPLACE")
    local before, was_there = old:members(), {}
    for i, member in ipairs(objects) do
        objects[i] = validated(prop, object, member, false)
    end
    fire(prop, "bulk_replace", object, objects, initiator)
    for _, member in ipairs(before) do
        was_there[member] = true
    end
    core.collection_renew(object, prop.position)
    local collection = object[prop.key]
    local is_there = put_all(prop, object, collection, objects, was_there, initiator)
    for _, member in ipairs(before) do
        if not is_there[member] then
            attributes.fire_remove(prop, object, member, initiator)
            left(prop, object, member, initiator)
        end
    end
    fire(prop, "dispose_collection", object, old, old)
end

-- obj.key = collection: who is not in the new one leaves, who was not in the old one joins
local function replace(object, key, value)
    local prop = property(object, key)
    local old = object[key]
    if value == old then
        return
    end
    if value == nil then
        exc.ArgumentError:raise("collection '%s' of class '%s' cannot be nil; assign {} instead",
            key, prop.parent.name)
    end
    local objects = require("corm.orm.collections").members(value)
    if prop.parent.core:is_listened(prop.position) then
        replace_listened(prop, object, old, objects)
    else
        core.collection_replace(object, prop.position, objects)
    end
end

-- ---- the first look ----

-- object.__dict__: what is put there is no change that anybody hears of.
local function cells_of(object)
    return setmetatable({}, {
        __name = "corm.orm.Cells",
        __index = function(_, key)
            return core.attribute_peek(object, property(object, key).position)
        end,
        __newindex = function(_, key, value)
            core.attribute_put(object, property(object, key).position, value)
        end,
    })
end

-- Somebody reads what was never set, or a collection that nobody has seen yet.
local function init(object, key, collection)
    local prop = property(object, key)
    if collection then
        fire(prop, "init_collection", object, collection, collection)
        return collection
    end
    return fire_retval(prop, "init_scalar", object, nil, cells_of(object))
end

-- ---- constructing ----

-- Keyword arguments that are no plain columns: in the order of declaration.
local function construct(object, args)
    local of_class = mapper.of_instance(object)
    for _, prop in ipairs(of_class.by_position) do
        local value = args[prop.key]
        if value ~= nil and (prop.kind ~= "column" or prop.dispatch or of_class.validators) then
            object[prop.key] = value
        end
    end
    for key, value in pairs(args) do
        if not of_class.props[key] then
            if not of_class:has_setter(key) then
                exc.ArgumentError:raise("'%s' is an invalid keyword argument for class '%s'%s",
                    tostring(key), of_class.name, hint(key, of_class:keys()))
            end
            object[key] = value
        end
    end
end

local function key_of(specification, object)
    return specification.keyfunc(object)
end

-- event.listen(User.name, "set", fn): the attribute's node leads to its dispatcher.
core.families.InstrumentedAttribute.meta.__dispatch = function(node, name)
    local of_class = mapper.by_id(core.id(core.kid(node, 1)))
    return attributes.dispatcher(of_class.props[core.name(node)], name)
end

hooks.add({
    set = set,
    append = append,
    remove = remove,
    replace = replace,
    init = init,
    construct = construct,
    key = key_of,
})

-- ---- for programs ----

-- The property of a name that the program gave.
local function named_property(object, key)
    local prop = property(object, key)
    if not prop then
        local of_class = mapper.of_instance(object)
        exc.ArgumentError:raise("class '%s' has no attribute '%s'%s", of_class.name,
            tostring(key), hint(key, of_class:keys()))
    end
    return prop
end

---The value of an attribute, loaded if need be.
---@param object any
---@param key string
---@return any
function attributes.get_attribute(object, key)
    named_property(object, key)
    return object[key]
end

---Set an attribute with its events, as `object[key] = value`.
---@param object any
---@param key string
---@param value any
function attributes.set_attribute(object, key, value)
    named_property(object, key)
    object[key] = value
end

---Set an attribute as if the database had said so: no history, no events. Of a collection, a
---sequence of its members.
---@param object any
---@param key string
---@param value any
function attributes.set_committed_value(object, key, value)
    local prop = named_property(object, key)
    if prop.uselist then
        core.load_members(object, prop.position, require("corm.orm.collections").members(value))
    else
        core.set_committed(object, prop.position, value)
    end
end

---Say that the value of an attribute was changed in place, so that the next flush writes it.
---@param object any
---@param key string
---@error InvalidRequestError the attribute is not loaded
function attributes.flag_modified(object, key)
    local prop = named_property(object, key)
    fire(prop, "modified", object, initiator_of(prop, "OP_MODIFIED"))
    core.flag_modified(object, prop.position)
end

---Have the session call an object dirty, and the next flush show it to listeners; nothing is
---written for it unless an attribute has changed.
---@param object any
function attributes.flag_dirty(object)
    mapper.of_instance(object)
    core.flag_modified(object)
end

---What a session knows of an object: `corm.inspect(object)`.
---@param object any
---@return corm.InstanceState
function attributes.instance_state(object)
    mapper.of_instance(object)
    return require("corm.orm.state").of(object)
end

---Forget an attribute's value: a column becomes NULL, a relationship is cleared.
---@param object any
---@param key string
function attributes.del_attribute(object, key)
    local prop = named_property(object, key)
    if prop.uselist then
        object[key]:clear()
    else
        object[key] = nil
    end
end

---What became of an attribute since it was loaded or flushed.
---@param object any
---@param key string
---@param passive? any PASSIVE_OFF unless given
---@return corm.History
function attributes.get_history(object, key, passive)
    local state = require("corm.orm.state")
    if passive == nil or passive == attributes.PASSIVE_OFF then
        local _ = object[key]
    elseif passive == attributes.PASSIVE_NO_FETCH then
        core.attribute_peek(object, property(object, key).position)
    elseif passive ~= attributes.PASSIVE_NO_INITIALIZE then
        exc.ArgumentError:raise("get_history: PASSIVE_OFF, PASSIVE_NO_FETCH or "
            .. "PASSIVE_NO_INITIALIZE expected, got %s", repr.value(passive))
    end
    return state.history(object, key)
end

return require("corm.util.public")("corm.attributes", attributes)
