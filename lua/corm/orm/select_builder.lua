-- SPDX-License-Identifier: MIT
-- What a SELECT of mapped classes becomes: its columns, the joins of eager loading, and the
-- plan by which the rows become objects (see csrc/lua/load_plan.c).
--
-- Classes are added first, in the order of the columns clause; what is joined to them comes
-- behind all of their columns. If rows are limited and a collection is joined, the limit is
-- moved into a subquery, to which the collection is joined (see wrap()).

local core = require("corm.core")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local option_tree = require("corm.orm.option_tree")
local relationship_join = require("corm.orm.relationship_join")
local selectable = require("corm.sql.selectable")
local warnings = require("corm.warnings")

local select_builder = {}

---@class corm.orm.SelectBuilder
---@field columns any[] expressions to select
---@field position table<any, integer> expression → its place in columns
---@field entities table[] of the plan
---@field rows table[] of the plan: {values, names}; the first is what the caller sees
---@field is_scalar boolean
---@field joins table[] joins of eager loading that begin at a root
---@field order_by any[]
---@field mappers table<corm.orm.Mapper, true> whose objects are loaded
---@field posts table[] what is loaded after the rows: {entity = position, prop, strategy, …}
---@field repeats_rows boolean an object may come in several rows
local Builder = { __name = "corm.orm.SelectBuilder" }
Builder.__index = Builder

---@param rewriter corm.orm.Rewriter
---@return corm.orm.SelectBuilder
function select_builder.new(rewriter)
    return setmetatable({
        rewriter = rewriter,
        columns = {}, position = {},
        entities = {}, rows = { { values = {}, names = {} } },
        joins = {}, order_by = {}, posts = {},
        waiting = {}, mappers = {},
        repeats_rows = false,
    }, Builder)
end

---The place of an expression among the columns; it is added if it is new.
---@param expression any
---@return integer
function Builder:column(expression)
    local at = self.position[expression]
    if not at then
        at = #self.columns + 1
        self.columns[at] = expression
        self.position[expression] = at
    end
    return at
end

-- ---- classes ----

local function is_key(of_mapper, prop)
    for _, key in ipairs(of_mapper.key_props) do
        if key == prop then
            return true
        end
    end
    return false
end

-- The columns of a class in the plan's terms: {attribute, column, …}, and those of its key.
-- An object that is refreshed is known: it needs no key.
local function add_columns(self, spec, entity, tree)
    local is_known = spec.link == "refresh"
    for _, prop in ipairs(entity.mapper.column_props) do
        local needs = not is_known and is_key(entity.mapper, prop)
        if option_tree.has_column(tree, prop, needs) then
            local at = self:column(self.rewriter:node(entity:column(prop)))
            table.insert(spec.columns, prop.position)
            table.insert(spec.columns, at)
        end
    end
    for i, prop in ipairs(is_known and {} or entity.mapper.key_props) do
        spec.key[i] = self:column(self.rewriter:node(entity:column(prop)))
    end
end

-- Ways of loading that have no part in the statement itself.
local AFTERWARDS = { selectin = true, immediate = true }

-- Whether a way of loading has to be left out, with a warning if it was asked for.
local function is_left_out(self, prop, strategy, option)
    if not self.loads_afterwards or AFTERWARDS[strategy] then
        return false
    elseif option and option.strategy then
        warnings.warn(("%s loading of '%s' does not go together with RETURNING: it is left out")
            :format(strategy, prop.key))
    end
    return true
end

-- What the relationships of a class that was added ask for.
local function add_relationships(self, item)
    for _, prop in ipairs(item.entity.mapper.relationship_props) do
        local strategy, option = option_tree.strategy(item.tree, prop)
        local add = select_builder.strategies[strategy]
        if add and not is_left_out(self, prop, strategy, option) then
            add(self, item, prop, option)
        end
    end
end

---Add a class to the plan. path: the relationships that led here, {prop, of, up}.
---@param entity corm.orm.Entity
---@param spec table link, parent, relationship, parent_key of the plan's entity
---@param tree? corm.orm.OptionTree
---@param path? table
---@param join? table the join that brought it here
---@return integer # its position in the plan
function Builder:entity(entity, spec, tree, path, join)
    local at = #self.entities + 1
    spec.mapper, spec.entity = entity.mapper.core, entity.node
    spec.columns, spec.key = {}, {}
    spec.options = option_tree.is_needed_later(tree) and tree or nil
    self.entities[at] = spec
    self.mappers[entity.mapper] = true
    add_columns(self, spec, entity, tree)
    local item = { at = at, entity = entity, tree = tree, path = path, join = join }
    table.insert(self.waiting, item)
    return at
end

---Load what the classes added so far want loaded after the rows, for these are of a statement
---to which nothing can be joined.
function Builder:follow_afterwards()
    self.loads_afterwards = true
    self:follow()
end

---Join what the classes added so far want joined.
function Builder:follow()
    while self.waiting[1] do
        add_relationships(self, table.remove(self.waiting, 1))
    end
end

-- ---- cycles ----

-- Whether loading by default, without being told to, would go in circles.
local function is_circular(item, prop)
    local depth, up = 1, item.path
    local seen = item.entity.mapper:isa(prop.target) or prop.target:isa(item.entity.mapper)
    while up do
        depth = depth + 1
        seen = seen or up.of:isa(prop.target) or prop.target:isa(up.of)
        up = up.up
    end
    if prop.join_depth then
        return depth > prop.join_depth
    end
    return seen
end

local function path_of(item, prop)
    return { prop = prop, of = item.entity.mapper, up = item.path }
end

local function is_told(option)
    return option ~= nil and option.strategy ~= nil
end

-- ---- joined ----

-- The conditions of a class that is joined, and of and_(), behind the join's own.
local function joined_condition(self, target, on, option)
    local conditions = { on }
    self.rewriter:add_criteria(target, conditions, true)
    if option and option.condition then
        table.insert(conditions, self.rewriter:node(target:adapt(option.condition)))
    end
    return elements.and_(table.unpack(conditions))
end

local function is_inner(item, prop, option)
    local innerjoin = prop.innerjoin
    if option and option.strategy == "joined" and option.value ~= nil then
        innerjoin = option.value
    end
    local is_below_outer = item.join ~= nil and item.join.is_below_outer
    if innerjoin == "unnested" then
        return not is_below_outer
    end
    return innerjoin == true
end

-- Where a joined class hangs: at the join that its parent came by, or at the statement.
local function hang(self, item, join)
    join.children = {}
    join.left = item.join and item.join.alias or item.entity.selectable
    join.is_below_outer = not join.is_inner or item.join ~= nil and item.join.is_below_outer
    table.insert(item.join and item.join.children or self.joins, join)
end

local function add_order(self, prop, target, secondary)
    local map = secondary and {}
    for i, column in ipairs(secondary and selectable.columns(prop.secondary):values() or {}) do
        map[column] = selectable.columns(secondary)[i]
    end
    for _, node in ipairs(prop.order_by) do
        local adapted = target:adapt(node)
        table.insert(self.order_by, self.rewriter:node(map and entities.plain(adapted, map)
            or adapted))
    end
end

local function add_joined(self, item, prop, option)
    if not is_told(option) and is_circular(item, prop) then
        return
    end
    local of_mapper = option and option.target and option.target.mapper or prop.target
    local target = entities.alias(of_mapper)
    local from, on, secondary = relationship_join.aliased_join(prop, item.entity, target)
    on = joined_condition(self, target, on, option)
    if self.through and not item.join then
        on = self.through(on)
    end
    local join = { from = from, on = on, alias = target.selectable,
        is_inner = is_inner(item, prop, option) }
    hang(self, item, join)
    self.repeats_rows = self.repeats_rows or prop.uselist
    self:entity(target, { link = "joined", parent = item.at, relationship = prop.position },
        option and option.tree, path_of(item, prop), join)
    add_order(self, prop, target, secondary)
end

-- The statement has joined the class itself; only its columns are added.
local function add_contained(self, item, prop, option)
    local target = option.target or entities.describe(prop.target.entity)
    self.repeats_rows = self.repeats_rows or prop.uselist
    self:entity(target, { link = "joined", parent = item.at, relationship = prop.position },
        option.tree, path_of(item, prop), item.join)
end

-- ---- afterwards ----

local function add_post(self, item, prop, option, strategy)
    local recursion = option and option.strategy == strategy and option.value or nil
    if not is_told(option) and is_circular(item, prop) then
        return
    end
    self.entities[item.at].collect = true
    table.insert(self.posts, {
        entity = item.at, of = item.entity, prop = prop, strategy = strategy,
        recursion = recursion, option = option, tree = option and option.tree,
        path = path_of(item, prop),
    })
end

local function post(strategy)
    return function(self, item, prop, option)
        add_post(self, item, prop, option, strategy)
    end
end

select_builder.strategies = {
    joined = add_joined,
    contains_eager = add_contained,
    selectin = post("selectin"),
    subquery = post("subquery"),
    immediate = post("immediate"),
}

-- ---- joins as nodes ----

local fold

-- right JOIN child JOIN …: inner joins below an outer one stand inside of it.
local function fold_children(join, right, later)
    for _, child in ipairs(join.children) do
        if child.is_inner and join.is_below_outer then
            right = core.node("join", { op = "join", right, fold(child, later), child.on })
        else
            table.insert(later, child)
        end
    end
    return right
end

function fold(join, later)
    return fold_children(join, join.from, later)
end

---The joins of eager loading as JOIN_SPECs.
---@return any[]
function Builder:join_specs()
    local specs = {}
    local function add(join)
        local later = {}
        local right = fold(join, later)
        specs[#specs + 1] = core.node("join_spec", {
            op = join.is_inner and "join" or "left_join", right, join.on, join.left,
        })
        for _, child in ipairs(later) do
            add(child)
        end
    end
    for _, join in ipairs(self.joins) do
        add(join)
    end
    return specs
end

-- ---- limits around joined collections ----

local ORDERINGS = {
    ASC = true, DESC = true, NULLS_FIRST = true, NULLS_LAST = true,
}

-- What ORDER BY sorts by, without direction; nil for a name.
local function sorted_by(node)
    while core.kind(node) == "unary" and ORDERINGS[core.op(node)] do
        node = core.kid(node, 0)
    end
    if core.kind(node) == "label" then
        node = core.kid(node, 0)
    end
    return node
end

---The columns of the roots come from a subquery from now on. build makes it of all columns
---that it must have.
---@param order_by any[] of the statement, rewritten
---@param build fun(columns: any[]): any
---@return any subquery
---@return any[] order_by outside of it
function Builder:wrap(order_by, build)
    local nprimary = #self.columns
    for _, item in ipairs(self.waiting) do
        for _, prop in ipairs(item.entity.mapper.relationship_props) do
            if option_tree.strategy(item.tree, prop) == "joined" then
                for _, column in ipairs(prop.local_columns) do
                    self:column(item.entity:adapt(column))
                end
            end
        end
    end
    for _, node in ipairs(order_by) do
        local expression = sorted_by(node)
        if expression then
            self:column(expression)
        end
    end
    local inner = build(self.columns)
    local here, map = selectable.columns(inner), {}
    for i, expression in ipairs(self.columns) do
        map[expression] = here[i]
    end
    self.columns, self.position = {}, {}
    for i = 1, nprimary do
        self:column(here[i])
    end
    self.through = function(node)
        return core.replace(node, map)
    end
    for _, item in ipairs(self.waiting) do
        item.entity = setmetatable({ selectable = inner }, { __index = item.entity })
    end
    local outer = {}
    for i, node in ipairs(order_by) do
        outer[i] = self.through(node)
    end
    return inner, outer
end

return select_builder
