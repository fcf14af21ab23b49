-- SPDX-License-Identifier: MIT
-- The loader options of a statement, read from its OPTION nodes into a tree that follows the
-- relationships:
--
--     { relationships = { orders = { strategy = "selectin", tree = { … } } },
--       columns = { bio = "defer" }, only = { name = true }, wildcard = "raise" }
--
-- A tree is made once per statement shape, and shared by what the statement loads later.

local core = require("corm.core")
local exc = require("corm.exc")
local entities = require("corm.orm.entities")

local option_tree = {}

---@class corm.orm.OptionTree
---@field relationships table<string, corm.orm.RelationshipOption>
---@field columns table<string, string> key → "defer", "undefer" or "raise"
---@field groups table<string, boolean> groups to undefer
---@field only? table<string, boolean>
---@field others? "defer"|"raise" what columns that `only` does not name become
---@field wildcard? string strategy of relationships that are not named
---@field criteria any[] {entity, condition, propagates} of with_loader_criteria

---@class corm.orm.RelationshipOption
---@field strategy? string
---@field value? any recursion_depth, innerjoin
---@field target? corm.orm.Entity of of_type() or an alias
---@field condition? any of and_()
---@field tree corm.orm.OptionTree

---@return corm.orm.OptionTree
function option_tree.new()
    return { relationships = {}, columns = {}, groups = {}, criteria = {} }
end

-- ---- steps ----

-- The key that a step's target names, and the ENTITY it belongs to (nil for a plain name).
local function key_of(target)
    local kind = core.kind(target)
    if kind == "relationship" then
        return core.name(target), core.kid(target, 0)
    elseif kind == "attribute" then
        return core.name(target), core.kid(target, 1)
    end
    return core.name(target), nil
end

local function relationship_option(tree, key)
    local option = tree.relationships[key]
    if not option then
        option = { tree = option_tree.new() }
        tree.relationships[key] = option
    end
    return option
end

local function check_key(entity, key, kind, strategy)
    local prop = entity.mapper.props[key]
    if not prop then
        entity:attribute(key)
    end
    if prop.kind ~= kind then
        exc.ArgumentError:raise("%s: '%s.%s' is no %s", strategy, entity.mapper.name, key, kind)
    end
    return prop
end

-- Follow a relationship step: note the strategy, return where the path leads.
local function follow(tree, entity, node)
    local strategy, target = core.name(node), core.kid(node, 0)
    local key = key_of(target)
    if key == "*" then
        tree.wildcard = strategy
        return tree, entity
    end
    local prop = check_key(entity, key, "relationship", strategy)
    local option = relationship_option(tree, key)
    if strategy ~= "default" then
        option.strategy, option.value = strategy, core.value(node)
    end
    local next_entity = prop.target.entity
    if core.kind(target) == "relationship" then
        local of_type, condition = core.kid(target, 1), core.kid(target, 2)
        option.target = of_type and entities.describe(of_type) or option.target
        option.condition = condition or option.condition
        next_entity = of_type or next_entity
    end
    return option.tree, entities.describe(next_entity)
end

local function set_column(tree, entity, node, how)
    local key = key_of(core.kid(node, 0))
    if key ~= "*" then
        check_key(entity, key, "column", core.name(node))
    end
    tree.columns[key] = how
end

local apply

local COLUMN_STEPS = {
    defer = function(tree, entity, node)
        set_column(tree, entity, node, "defer")
    end,
    raise_column = function(tree, entity, node)
        set_column(tree, entity, node, "raise")
    end,
    undefer = function(tree, entity, node)
        set_column(tree, entity, node, "undefer")
    end,
    undefer_group = function(tree, _, node)
        tree.groups[core.name(core.kid(node, 0))] = true
    end,
    load_only = function(tree, entity, node)
        tree.only, tree.others = tree.only or {}, "defer"
        for i = 0, core.kid_count(node) - 1 do
            local key = key_of(core.kid(node, i))
            check_key(entity, key, "column", "load_only")
            tree.only[key] = true
        end
    end,
    options = function(tree, entity, node)
        for i = 0, core.kid_count(node) - 1 do
            apply(tree, entity, core.kid(node, i))
        end
    end,
}

function COLUMN_STEPS.raise_others(tree, entity, node)
    COLUMN_STEPS.load_only(tree, entity, node)
    tree.others = "raise"
end

-- Walk the steps of one "load" option from an entity that it belongs to.
function apply(tree, entity, load)
    for i = 1, core.kid_count(load) - 1 do
        local node = core.kid(load, i)
        local column_step = COLUMN_STEPS[core.name(node)]
        if column_step then
            column_step(tree, entity, node)
        else
            tree, entity = follow(tree, entity, node)
        end
    end
end

-- ---- the roots ----

-- The ENTITY that an option begins at, or nil if it goes by name.
local function root_of(load)
    local root = core.kid(load, 0)
    if root then
        return root
    end
    local first = core.kid(load, 1)
    local target = first and core.kid(first, 0)
    if not target then
        return nil
    end
    local _, entity = key_of(target)
    return entity
end

local function add_load(trees, roots, load)
    local node = root_of(load)
    local is_applied = false
    local wanted = node and entities.describe(node)
    for _, entity in ipairs(roots) do
        if not wanted or entity:is_same(wanted) then
            apply(trees[entity], entity, load)
            is_applied = true
            if not wanted then
                break
            end
        end
    end
    if not is_applied then
        exc.ArgumentError:raise("a loader option for class '%s' does not belong to this "
            .. "statement, which selects %s", wanted and wanted.mapper.name or "?",
            #roots > 0 and "other classes" or "no class")
    end
end

local function add_criteria(list, option)
    local bits = core.value(option) or 0
    for i = 0, core.kid_count(option) - 2, 2 do
        list[#list + 1] = {
            entity = entities.describe(core.kid(option, i)),
            condition = core.kid(option, i + 1),
            include_aliases = bits & 1 ~= 0,
            propagates = bits & 2 ~= 0,
        }
    end
end

---What with_loader_criteria() says among a statement's options.
---@param options any[] OPTION nodes
---@return any[] # {entity, condition, …}
function option_tree.criteria(options)
    local criteria = {}
    for _, option in ipairs(options) do
        if core.name(option) == "criteria" then
            add_criteria(criteria, option)
        end
    end
    return criteria
end

---Read a statement's options.
---@param options any[] OPTION nodes
---@param roots corm.orm.Entity[] what the statement selects, in order
---@return table<corm.orm.Entity, corm.orm.OptionTree> trees
---@return any[] criteria of with_loader_criteria
function option_tree.read(options, roots)
    local trees = {}
    for _, entity in ipairs(roots) do
        trees[entity] = option_tree.new()
    end
    for _, option in ipairs(options) do
        if core.name(option) == "load" then
            add_load(trees, roots, option)
        end
    end
    return trees, option_tree.criteria(options)
end

-- ---- asking ----

---How a relationship is to be loaded.
---@param tree? corm.orm.OptionTree
---@param prop corm.orm.RelationshipProperty
---@return string strategy
---@return corm.orm.RelationshipOption? option
function option_tree.strategy(tree, prop)
    local option = tree and tree.relationships[prop.key]
    if option and option.strategy then
        return option.strategy, option
    elseif tree and tree.wildcard then
        return tree.wildcard, option
    end
    return prop.lazy, option
end

---Whether a column is in the SELECT; if not, what reading it does: "defer" or "raise".
---@param tree? corm.orm.OptionTree
---@param prop corm.orm.ColumnProperty
---@param is_key boolean part of the primary key
---@return boolean
---@return string? how
function option_tree.has_column(tree, prop, is_key)
    local how = prop.deferred and "defer" or nil
    if tree then
        if tree.only then
            how = not tree.only[prop.key] and tree.others or nil
        elseif prop.group and tree.groups[prop.group] then
            how = nil
        end
        local own = tree.columns[prop.key] or tree.columns["*"]
        if own then
            how = own ~= "undefer" and own or nil
        end
    end
    return is_key or how == nil, how
end

-- Strategies that an object has to remember, since they count when the attribute is read.
local LATER = { select = true, raise = true, raise_on_sql = true, noload = true }

---Whether objects loaded with this tree need it for what they load later.
---@param tree? corm.orm.OptionTree
---@return boolean
function option_tree.is_needed_later(tree)
    if not tree then
        return false
    elseif LATER[tree.wildcard] or next(tree.criteria) ~= nil then
        return true
    end
    for _, how in pairs(tree.columns) do
        if how == "raise" then
            return true
        end
    end
    for _, option in pairs(tree.relationships) do
        if not option.strategy or LATER[option.strategy] or option.condition then
            return true
        end
    end
    return tree.others == "raise"
end

return option_tree
