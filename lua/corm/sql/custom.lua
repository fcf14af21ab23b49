-- SPDX-License-Identifier: MIT
-- Constructs of the user's own, whose SQL a function of corm.ext.compiler says:
--
--     local coalesce = FunctionElement:extend("coalesce", {
--         name = "coalesce", inherit_cache = true, type = Integer,
--     })
--
-- A construct is a node. What its __init puts into fields is kept with it: expressions become
-- its children, so that their tables are found, their parameters are bound and mapped classes
-- in them are rewritten; all else becomes part of the key by which it is found compiled. That
-- happens only to classes that say `inherit_cache = true`; others are compiled each time.

local core = require("corm.core")
local exc = require("corm.exc")
local classes = require("corm.sql.classes")
local names = require("corm.sql.names")
local types = require("corm.types")
local walk = require("corm.sql.walk")
local select = require("corm.util.select")

local custom = {}

---@class corm.sql.CustomClass: corm.sql.Class
---@field inherit_cache? boolean constructs of equal fields have the same SQL
---@field type? corm.types.TypeEngine of an expression
---@field name? string of a FunctionElement: its SQL name, and what its label begins with
---@field __init? fun(self: table, ...: any) puts the arguments into fields
local CustomClass = {}

-- Class -> {name, members, parent, mixins, node_kind, number}
local details = setmetatable({}, { __mode = "k" })

-- ---- classes ----

---The member of this name that a class has or inherits.
---@param class corm.sql.CustomClass
---@param name string
---@return any
local function member(class, name)
    local detail = details[class]
    while detail do
        local value = detail.members[name]
        for i = 1, value == nil and #detail.mixins or 0 do
            value = value == nil and member(detail.mixins[i], name) or value
        end
        if value ~= nil then
            return value
        end
        detail = details[detail.parent]
    end
    return nil
end

---The class itself and those that it descends from, nearest first.
---@param class corm.sql.CustomClass
---@return fun(): corm.sql.CustomClass?
function custom.ancestors(class)
    local list = {}
    local function add(one)
        while one do
            list[#list + 1] = one
            for _, mixin in ipairs(details[one].mixins) do
                add(mixin)
            end
            one = details[one].parent
        end
    end
    add(class)
    local i = 0
    return function()
        i = i + 1
        return list[i]
    end
end

-- Whether a class is another one or below it.
local function descends(class, from)
    for ancestor in custom.ancestors(class) do
        if ancestor == from then
            return true
        end
    end
    return false
end

local function new_class(name, parent, members)
    local detail = { name = name, parent = parent, members = {}, mixins = {} }
    for key, value in pairs(members) do
        if type(key) == "number" then
            if not details[value] then
                exc.ArgumentError:raise("%s: classes to inherit from expected, got %s", name,
                    tostring(value))
            end
            detail.mixins[key] = value
        else
            detail.members[key] = value
        end
    end
    detail.node_kind = parent and details[parent].node_kind or "custom"
    for _, mixin in ipairs(detail.mixins) do
        if details[mixin].node_kind == "custom_statement" then
            detail.node_kind = "custom_statement"
        end
    end
    local class = setmetatable({ __name = name }, CustomClass)
    details[class] = detail
    custom.renumber(class)
    return class
end

local last_number = 0

---Give constructs that are made from now on another key: their SQL has changed.
---@param class corm.sql.CustomClass
function custom.renumber(class)
    last_number = last_number + 1
    details[class].number = last_number
end

---Whether a value is such a class.
---@param value any
---@return boolean
function custom.is_class(value)
    return details[value] ~= nil
end

---Whether the classes of all constructs in a statement say if they can be found compiled.
---@param statement any
---@return corm.sql.CustomClass? # one that does not
function custom.undecided(statement)
    for node in walk.nodes(statement) do
        local kind = core.kind(node)
        if kind == "custom" or kind == "custom_statement" then
            local class = custom.class_of(node)
            if details[class].members.inherit_cache == nil then
                return class
            end
        end
    end
    return nil
end

---A class below this one. Classes in its array part are inherited from as well:
---ClauseElement:extend("Explain", { Executable, … }).
---@param name string
---@param members? table
---@return corm.sql.CustomClass
function custom.extend(class, name, members)
    if type(name) ~= "string" then
        exc.ArgumentError:raise("extend: the name of the class expected first")
    end
    require("corm.sql.render") -- which makes SQL of what the class makes
    members = members or {}
    local own = { name = members.name or name, identifier = members.identifier,
        package = members.package }
    local made = new_class(name, class, members)
    if descends(made, custom.GenericFunction) then
        made.name = own.name
        local known_as = own.identifier or names.read(own.name, "extend", "name")
        require("corm.sql.functions").register_class(made,
            own.package and own.package .. "." .. known_as or known_as)
    end
    return made
end

---The class of a construct of the user's own.
---@param node any
---@return corm.sql.CustomClass
function custom.class_of(node)
    return core.pin(node).class
end

-- ---- fields ----

local encode

-- A table's values by their keys, in a fixed order.
local function encode_table(value, state)
    local keys, made = {}, {}
    for key in pairs(value) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        return tostring(a) < tostring(b)
    end)
    state.text[#state.text + 1] = "{"
    for _, key in ipairs(keys) do
        state.text[#state.text + 1] = ("[%q]="):format(
            type(key) == "number" and key or tostring(key))
        made[key] = encode(value[key], state)
    end
    state.text[#state.text + 1] = "}"
    return { members = made }
end

-- What is kept of a field's value: {kid = n}, {members = {…}} or {value = v}.
function encode(value, state)
    local node = core.resolve(value)
    if node then
        state.kids[#state.kids + 1] = node
        state.text[#state.text + 1] = "@;"
        return { kid = #state.kids }
    elseif type(value) == "table" and getmetatable(value) == nil then
        return encode_table(value, state)
    elseif type(value) == "string" or type(value) == "number" or type(value) == "boolean" then
        state.text[#state.text + 1] = ("%q;"):format(value)
    elseif core.is_type(value) then
        state.text[#state.text + 1] = ("%q;"):format(tostring(value))
    else
        state.is_opaque = true -- nothing tells whether two of them are the same
    end
    return { value = value }
end

-- The same again, of the children that the node has now.
local function decode(node, kept)
    if kept.kid then
        return core.kid(node, kept.kid - 1)
    elseif kept.members then
        local list = {}
        for key, inner in pairs(kept.members) do
            list[key] = decode(node, inner)
        end
        return list
    end
    return kept.value
end

-- ---- constructs ----

local function own_type(draft)
    return draft.type ~= nil and types.to_instance(draft.type, "type") or nil
end

-- The name of the node, and whether its label is made of it.
local function label_of(class, draft)
    if descends(class, custom.FunctionElement) and draft.name then
        return (names.read(draft.name, "function", "name")), true
    elseif descends(class, custom.ColumnClause) then
        return draft.name, nil
    end
    return nil
end

local function make_node(class, draft)
    local detail = details[class]
    local state = { kids = {}, text = { detail.number, ":" } }
    local kept = encode_table(draft, state).members
    local name, is_label = label_of(class, draft)
    local is_cached = detail.members.inherit_cache and not state.is_opaque
    local key = is_cached and table.concat(state.text) or nil
    local spec = state.kids
    spec.n = #spec
    spec.name, spec.anonymous, spec.type = name, is_label, own_type(draft)
    spec.value, spec.pin = key, { class = class, fields = kept, key = key }
    return core.node(detail.node_kind, spec)
end

local function construct(class, ...)
    local draft = setmetatable({}, {
        __index = function(_, name)
            return member(class, name)
        end,
    })
    local init = member(class, "__init")
    if init then
        init(draft, ...)
    elseif select("#", ...) > 0 then
        exc.ArgumentError:raise("%s has no __init that would take arguments",
            details[class].name)
    end
    return make_node(class, draft)
end

-- Attributes of a class: extend, is, and its members.
function CustomClass:__index(name)
    return custom[name] == custom.extend and custom.extend
        or name == "is" and custom.is or member(self, name)
end

function CustomClass:__newindex(name, value)
    details[self].members[name] = value
end

CustomClass.__call = construct

function CustomClass:__tostring()
    return self.__name
end

---Whether a value is of the class, or of one that descends from it.
---@param class corm.sql.CustomClass
---@param value any
---@return boolean
function custom.is(class, value)
    local node = core.resolve(value)
    local kind = core.kind(node)
    if kind == "custom" or kind == "custom_statement" then
        return descends(custom.class_of(node), class)
    end
    local built_in = details[class].built_in
    return built_in ~= nil and node ~= nil and built_in(kind, node)
end

-- ---- the classes to begin with ----

local EXPRESSIONS = [[null true false default star bind text literal column colref unary binary
    between list grouping tuple function case cast coerce extract label over filter within scalar
    exists slice array attribute]]
local STATEMENTS = "select compound insert update delete statement_text text"

---The plain columns among corm's own nodes: column("x"), literal_column("x").
custom.plain_column = classes.new("ColumnClause", "column literal", function(node)
    return core.kind(node) == "literal" or node.table == nil
end)

-- A root class, and which nodes of corm's own belong to it.
local function root(name, parent, built_in)
    custom[name] = new_class(name, parent, {})
    if type(built_in) == "string" then
        local class = classes.new(name, built_in)
        built_in = function(_, node)
            return class:is(node)
        end
    end
    details[custom[name]].built_in = built_in
end

root("ClauseElement", nil, function()
    return true
end)
root("ColumnElement", custom.ClauseElement, EXPRESSIONS)
root("ColumnClause", custom.ColumnElement, "column literal")
root("FunctionElement", custom.ColumnElement, "function")
root("GenericFunction", custom.FunctionElement, function()
    return false
end)
root("Executable", nil, STATEMENTS)
details[custom.Executable].node_kind = "custom_statement"
custom.UpdateBase = new_class("UpdateBase", custom.ClauseElement, { custom.Executable })
details[custom.UpdateBase].built_in = function(kind)
    return kind == "insert" or kind == "update" or kind == "delete"
end

---FunctionElement(a, b): the arguments are its `clauses`; their parameters are named after it.
details[custom.FunctionElement].members.__init = function(self, ...)
    local name = names.read(self.name, "function", "name") or "param"
    local call = core.function_(name, nil, types.NullType, ...)
    self.clauses = {}
    for i = 1, core.kid_count(call) do
        self.clauses[i] = core.kid(call, i - 1)
    end
end

---ColumnClause("x", Integer).
details[custom.ColumnClause].members.__init = function(self, name, type_)
    self.name = name
    self.type = type_
end

-- ---- attributes ----

for _, family in ipairs({ "CustomElement", "CustomStatement" }) do
    local meta = core.families[family].meta
    local inherited = meta.__index
    -- Its fields, what its class says, then what every expression or statement has.
    function meta:__index(name)
        local detail = core.pin(self)
        local kept = detail.fields[name]
        if kept then
            return decode(self, kept)
        end
        local value = member(detail.class, name)
        if value ~= nil then
            return value
        end
        return inherited(self, name)
    end
    function meta:__newindex(name)
        exc.ArgumentError:raise("%s: fields are set in __init; '%s' cannot be set later",
            tostring(details[core.pin(self).class].name), tostring(name))
    end
end

return custom
