-- SPDX-License-Identifier: MIT
-- before_parent_attach and after_parent_attach: what is declared becomes part of something.
--
--     column -> its table            sequence, default, foreign key, type -> their column
--     constraint, index -> table     check of a column -> the column
--
-- Whoever listens to a constructor hears of all that it makes, whoever listens to
-- corm.schema.SchemaItem of everything but types.

local core = require("corm.core")
local event = require("corm.event")

local attach_events = {}

---Who hears of all items of schemas.
---@type corm.event.Dispatcher
attach_events.items = event.dispatcher({ "ddl" })

---Who hears of all constraints.
---@type corm.event.Dispatcher
attach_events.constraints = attach_events.items:derive()

local constraints = attach_events.constraints

---By kind of item, who hears of all of the kind.
local kinds = {
    column = attach_events.items:derive(),
    index = attach_events.items:derive(),
    key = attach_events.items:derive(), -- a ForeignKey
    sequence = attach_events.items:derive(),
    default = attach_events.items:derive(),
    constraint = constraints,
    check = constraints:derive(),
    exclude = constraints:derive(),
    foreign_key = constraints:derive(),
    primary_key = constraints:derive(),
    unique = constraints:derive(),
}

-- item -> who hears of this one alone
local own = setmetatable({}, { __mode = "k" })

-- ---- types ----

-- class -> who hears of its types; below that of the class above
local classes = setmetatable({}, { __mode = "k" })
local all_types = event.dispatcher({ "ddl" })

local function of_class(class)
    if not classes[class] then
        local up = getmetatable(class)
        local parent = up and type(up.__index) == "table" and up.__index
        classes[class] = (parent and of_class(parent) or all_types):derive()
    end
    return classes[class]
end

-- A type without arguments stands for its class.
local function of_type(type_)
    local class = type_.class
    if rawget(class, "_plain") == type_ then
        return of_class(class)
    end
    own[type_] = own[type_] or of_class(class):derive()
    return own[type_]
end

-- ---- listening ----

-- Have objects of a family of the core take listeners of their own.
local function accept(family, kind_of)
    core.families[family].meta.__dispatch = function(item)
        own[item] = own[item] or kinds[kind_of(item)]:derive()
        return own[item]
    end
end

accept("Column", function()
    return "column"
end)
accept("Index", function()
    return "index"
end)
accept("ForeignKey", function()
    return "key"
end)
accept("Sequence", function()
    return "sequence"
end)
accept("Constraint", function(item)
    return core.pin(item).kind
end)
core.families.Type.meta.__dispatch = of_type

---Whoever listens to the constructor hears of all items of the kind.
---@param constructor function
---@param kind string
function attach_events.of_constructor(constructor, kind)
    event.set_dispatcher(constructor, kinds[kind])
end

---Who hears of an item: those who listen to it, else those who listen to its kind.
---@param kind string "index", "sequence", "type" …
---@param item any
---@return corm.event.Dispatcher
function attach_events.hearers(kind, item)
    return own[item] or (kind == "type" and of_class(item.class) or kinds[kind])
end

---A copy is heard of by those who hear of the item.
---@param item any
---@param copy any
function attach_events.copy(item, copy)
    own[copy] = own[item] and own[item]:derive()
end

-- ---- telling ----

local function tell(heard, name, item, parent)
    if heard[name] then
        heard:fire(name, item, parent)
    end
end

---@param kind string
---@param item any
---@param parent any
function attach_events.before(kind, item, parent)
    tell(own[item] or kinds[kind], "before_parent_attach", item, parent)
end

---@param kind string
---@param item any
---@param parent any
function attach_events.after(kind, item, parent)
    tell(own[item] or kinds[kind], "after_parent_attach", item, parent)
end

---Both at once, for what is attached without further ado.
---@param kind string
---@param item any
---@param parent any
function attach_events.both(kind, item, parent)
    attach_events.before(kind, item, parent)
    attach_events.after(kind, item, parent)
end

---A column has a type.
---@param type_ corm.types.TypeEngine
---@param column corm.Column
function attach_events.type(type_, column)
    local heard = own[type_] or of_class(type_.class)
    tell(heard, "before_parent_attach", type_, column)
    tell(heard, "after_parent_attach", type_, column)
end

return attach_events
