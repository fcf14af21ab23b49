-- SPDX-License-Identifier: MIT
-- Loader options: how the relationships and columns of a statement's classes are loaded.
--
--     select(User):options(selectinload(User.orders):joinedload(Order.items))
--
-- An option is a path of steps. In the statement it is an OPTION node, so that it is part of
-- the cache key; corm.orm.option_tree reads it when the statement is compiled.
--
-- Attributes may be said by name too: selectinload("orders"), selectinload("orders.items").

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local entities = require("corm.orm.entities")
local mapper = require("corm.orm.mapper")
local relationship_attribute = require("corm.orm.relationship_attribute")
local repr = require("corm.util.repr")
local select = require("corm.util.select")

local strategy_options = {}

---@class corm.orm.Load
---@field steps any[] OPTION nodes
---@field root? any ENTITY of Load(Class)
local methods = {}

local meta = { __name = "corm.Load", __index = methods }

function meta:__clause_element()
    local spec = { name = "load" }
    spec[1] = self.root or false
    table.move(self.steps, 1, #self.steps, 2, spec)
    spec.n = #self.steps + 1
    return core.node("option", spec)
end

function meta:__tostring()
    local names = {}
    for i, step in ipairs(self.steps) do
        names[i] = core.name(step)
    end
    return ("Load(%s)"):format(table.concat(names, ", "))
end

local function new(root, steps)
    return setmetatable({ root = root, steps = steps }, meta)
end

local function with_step(self, step)
    local steps = table.move(self.steps, 1, #self.steps, 1, {})
    steps[#steps + 1] = step
    return new(self.root, steps)
end

---Options for a class, or for one alias of it among several: Load(User):joinedload(…).
---@param class any
---@return corm.orm.Load
function strategy_options.Load(class)
    return new(entities.check(class, "Load").node, {})
end

-- ---- steps ----

-- A name stands in the tree as an OPTION of that name.
local function name_node(name)
    return core.node("option", { name = name })
end

local function target_node(attribute, caller, wants_column)
    if type(attribute) == "string" then
        return name_node(attribute)
    end
    local node = core.resolve(attribute)
    local kind = core.kind(node)
    local wanted = wants_column and "attribute" or "relationship"
    if kind ~= wanted and not (wants_column and kind == "relationship") then
        exc.ArgumentError:raise("%s: %s expected, got %s", caller,
            wants_column and "a column attribute" or "a relationship", repr.value(attribute))
    end
    return node
end

local function step(strategy, spec)
    spec.name = strategy
    return core.node("option", spec)
end

-- Attributes of a path: a.b.c in one string, or several arguments.
local function split_path(caller, ...)
    local path = {}
    for i = 1, select("#", ...) do
        local each = (select(i, ...))
        if type(each) == "string" and each ~= "*" then
            for name in each:gmatch("[^%.]+") do
                path[#path + 1] = name
            end
        elseif each ~= nil then
            path[#path + 1] = each
        end
    end
    if #path == 0 then
        exc.ArgumentError:raise("%s: a relationship or its name expected", caller)
    end
    return path
end

-- Add the steps of a relationship strategy: the last one gets it, those before are led to.
local function add_strategy(self, strategy, caller, value, path)
    local result = self
    for i, each in ipairs(path) do
        local is_last = i == #path
        local spec = { target_node(each, caller, false), n = 1 }
        spec.value = is_last and value or nil
        result = with_step(result, step(is_last and strategy or "default", spec))
    end
    return result
end

local RELATIONSHIP_STRATEGIES = {
    defaultload = { strategy = "default" },
    immediateload = { strategy = "immediate", options = { "recursion_depth" } },
    joinedload = { strategy = "joined", options = { "innerjoin" } },
    lazyload = { strategy = "select" },
    noload = { strategy = "noload" },
    selectinload = { strategy = "selectin", options = { "recursion_depth" } },
    subqueryload = { strategy = "subquery" },
}

-- The one option of the strategy, as the value of its node.
local function option_value(options, caller)
    local depth = options.recursion_depth
    if depth ~= nil then
        if math.type(depth) ~= "integer" or depth < 1 and depth ~= -1 then
            exc.ArgumentError:raise("%s: recursion_depth is a positive integer or -1", caller)
        end
        return depth
    end
    local innerjoin = options.innerjoin
    if innerjoin ~= nil and type(innerjoin) ~= "boolean" and innerjoin ~= "unnested" then
        exc.ArgumentError:raise("%s: innerjoin is true, false or \"unnested\"", caller)
    end
    return innerjoin
end

for name, known in pairs(RELATIONSHIP_STRATEGIES) do
    methods[name] = function(self, ...)
        local list, options = args.split(0, known.options or {}, name, ...)
        local value = option_value(options, name)
        return add_strategy(self, known.strategy, name, value, split_path(name,
            table.unpack(list, 1, list.n)))
    end
end

---Raise an error instead of loading, or with {sql_only = true} only instead of sending SQL.
---@param ... any
---@return corm.orm.Load
function methods:raiseload(...)
    local list, options = args.split(0, { "sql_only" }, "raiseload", ...)
    local strategy = options.sql_only and "raise_on_sql" or "raise"
    return add_strategy(self, strategy, "raiseload", nil,
        split_path("raiseload", table.unpack(list, 1, list.n)))
end

-- The relationship to the alias (its name counts too) that a statement has joined.
local function aliased_target(attribute, alias)
    if alias == nil then
        return attribute
    elseif not relationship_attribute.is(attribute) then
        exc.ArgumentError:raise("contains_eager: alias needs the relationship as an attribute")
    end
    local target = entities.find(alias)
    if target then
        return attribute:of_type(alias)
    end
    return attribute:of_type(require("corm.orm.util").aliased(attribute.prop.target.class, alias))
end

---Take the related objects from the columns that the statement has joined itself.
---@param ... any relationships, then perhaps {alias = …}
---@return corm.orm.Load
function methods:contains_eager(...)
    local list, options = args.split(0, { "alias" }, "contains_eager", ...)
    local path = split_path("contains_eager", table.unpack(list, 1, list.n))
    local result = self
    for i, each in ipairs(path) do
        local attribute = i == #path and aliased_target(each, options.alias) or each
        result = with_step(result, step("contains_eager",
            { target_node(attribute, "contains_eager", false) }))
    end
    return result
end

-- ---- columns ----

local function column_steps(self, strategy, caller, value, ...)
    local result = self
    for i = 1, select("#", ...) do
        local spec = { target_node((select(i, ...)), caller, true) }
        spec.value = value
        result = with_step(result, step(strategy, spec))
    end
    return result
end

---Load a column when it is read, or with {raiseload = true} never.
---@param ... any
---@return corm.orm.Load
function methods:defer(...)
    local list, options = args.split(0, { "raiseload" }, "defer", ...)
    return column_steps(self, options.raiseload and "raise_column" or "defer", "defer", nil,
        table.unpack(list, 1, list.n))
end

---Load a deferred column at once.
---@param ... any
---@return corm.orm.Load
function methods:undefer(...)
    return column_steps(self, "undefer", "undefer", nil, ...)
end

---Load the deferred columns of a group at once.
---@param name string
---@return corm.orm.Load
function methods:undefer_group(name)
    args.check(name, "string", "undefer_group", "name")
    return with_step(self, step("undefer_group", { name_node(name) }))
end

---Load these columns and the primary key; others when they are read.
---@param ... any
---@return corm.orm.Load
function methods:load_only(...)
    local list, options = args.split(0, { "raiseload" }, "load_only", ...)
    local spec = {}
    for i = 1, list.n do
        spec[i] = target_node(list[i], "load_only", true)
    end
    return with_step(self, step(options.raiseload and "raise_others" or "load_only", spec))
end

---Options for what this path leads to: selectinload(A.bs):options(joinedload(B.c), …).
---@param ... any
---@return corm.orm.Load
function methods:options(...)
    local spec = {}
    for i = 1, select("#", ...) do
        local given = (select(i, ...))
        if type(given) ~= "table" or getmetatable(given) ~= meta then
            exc.ArgumentError:raise("options: loader options expected, got %s",
                repr.value(given))
        end
        spec[i] = core.resolve(given)
    end
    return with_step(self, step("options", spec))
end

-- ---- functions of the same names ----

-- The class of the first attribute is the root: load_only(User.name).
for name, method in pairs(methods) do
    if name ~= "options" then
        strategy_options[name] = function(...)
            return method(new(nil, {}), ...)
        end
    end
end

strategy_options.eagerload = strategy_options.joinedload

-- ---- criteria ----

local CRITERIA_OPTIONS = { "include_aliases", "propagate_to_loaders", "track_closure_variables" }

---A condition for a class wherever the statement, and what it loads, selects it.
---@param class any a mapped class, or a base or mixin of several
---@param criteria any a condition, or a function of the class that returns one
---@param options? {include_aliases?: boolean, propagate_to_loaders?: boolean}
---@return any
function strategy_options.with_loader_criteria(class, criteria, options)
    options = check_options(options, CRITERIA_OPTIONS, "with_loader_criteria")
    local spec = { name = "criteria" }
    spec.value = (options.include_aliases and 1 or 0)
        | (options.propagate_to_loaders ~= false and 2 or 0)
    for i, each in ipairs(strategy_options.mapped_under(class)) do
        local condition = criteria
        if type(condition) == "function" then
            condition = condition(each)
        end
        spec[2 * i - 1] = core.resolve(each)
        spec[2 * i] = core.clause(condition, "with_loader_criteria")
    end
    return core.node("option", spec)
end

---The mapped classes that a class, a base or a mixin stands for.
---@param class any
---@return any[]
function strategy_options.mapped_under(class)
    if mapper.find(class) or core.kind(class) == "entity" then
        return { class }
    elseif type(class) ~= "table" then
        args.refuse("with_loader_criteria", "a mapped class, a base or a mixin", class)
    end
    return require("corm.orm.declarative").classes_of(class)
end

return strategy_options
