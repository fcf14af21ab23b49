-- SPDX-License-Identifier: MIT
-- Changing attributes that somebody listens to. The core changes what nobody listens to by
-- itself; here the same primitives run with events between them, in SQLAlchemy's order:
--
--     set      listener may replace the value, then the cell, then the other side
--     append   listener may replace the object, then the member, then the other side
--     remove   listener, then the member goes, then the other side
--
-- The other side of a relationship hears of it as well, with the initiator's event.

local core = require("corm.core")
local event = require("corm.event")
local exc = require("corm.exc")
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
    -- What get_history() may do about an attribute that is not loaded: load it, only look
    -- whether the session has what it refers to, nothing.
    PASSIVE_OFF = symbol("PASSIVE_OFF"),
    PASSIVE_NO_FETCH = symbol("PASSIVE_NO_FETCH"),
    PASSIVE_NO_INITIALIZE = symbol("PASSIVE_NO_INITIALIZE"),
}

-- ---- who listens ----

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
        of_class.core:set_flag(prop.position, "listened", true)
    end
    return prop.dispatch
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

---Tell the listeners that an object joins; what they return joins instead.
function attributes.fire_append(prop, owner, object, initiator)
    local value = validated(prop, owner, object, false)
    return fire_retval(prop, "append", owner, value, initiator)
end

---Tell the listeners that an object leaves.
function attributes.fire_remove(prop, owner, object, initiator)
    validated(prop, owner, object, true)
    local dispatch = prop.dispatch
    if dispatch and dispatch.remove then
        dispatch:fire("remove", owner, object, initiator)
    end
end

-- ---- the hooks ----

local function set_scalar(prop, object, value)
    local before = core.attribute_peek(object, prop.position)
    local initiator = { key = prop.key, op = attributes.OP_REPLACE, prop = prop }
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

local function append(collection, object, position)
    local owner, key = collection:owner()
    local prop = property(owner, key)
    local initiator = { key = key, op = attributes.OP_APPEND, prop = prop }
    object = attributes.fire_append(prop, owner, object, initiator)
    local displaced = core.collection_put(collection, object, position)
    if displaced ~= nil then
        attributes.fire_remove(prop, owner, displaced, initiator)
        left(prop, owner, displaced, initiator)
    end
    joined(prop, owner, object, initiator)
end

local function remove(collection, object)
    local owner, key = collection:owner()
    local prop = property(owner, key)
    local initiator = { key = key, op = attributes.OP_REMOVE, prop = prop }
    attributes.fire_remove(prop, owner, object, initiator)
    core.collection_take(collection, object)
    left(prop, owner, object, initiator)
end

-- obj.key = collection: who is not in the new one leaves, who was not in the old one joins
local function replace(object, key, value)
    local members = require("corm.orm.collections").members
    local prop = property(object, key)
    local collection = object[key]
    if value == collection then
        return
    end
    if value == nil then
        exc.ArgumentError:raise("collection '%s' of class '%s' cannot be nil; assign {} instead",
            key, prop.parent.name)
    end
    local wanted, is_wanted = members(value), {}
    for _, member in ipairs(wanted) do
        is_wanted[member] = true
    end
    for _, member in ipairs(collection:members()) do
        if not is_wanted[member] then
            collection:remove(member)
        end
    end
    for _, member in ipairs(wanted) do
        if not collection:contains(member) then
            collection:append(member)
        end
    end
end

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
                local nearest = type(key) == "string" and core.nearest(key, of_class:keys())
                exc.ArgumentError:raise("'%s' is an invalid keyword argument for class '%s'%s",
                    tostring(key), of_class.name,
                    nearest and ("; did you mean '%s'?"):format(nearest) or "")
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
    construct = construct,
    key = key_of,
})

---Forget an attribute's value: a column becomes NULL, a relationship is cleared.
---@param object any
---@param key string
function attributes.del_attribute(object, key)
    local prop = property(object, key)
    if not prop then
        exc.ArgumentError:raise("class '%s' has no attribute '%s'",
            mapper.of_instance(object).name, tostring(key))
    end
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
