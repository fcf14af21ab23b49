-- SPDX-License-Identifier: MIT
-- The join condition of a relationship, said for the entities at hand: with aliases on either
-- side, or with the columns of one side replaced by parameters.

local core = require("corm.core")
local entities = require("corm.orm.entities")
local selectable = require("corm.sql.selectable")

local relationship_join = {}

-- ---- which side a column is on ----

local function has_table(of_mapper, of_table)
    local each = of_mapper
    while each do
        for _, own in ipairs(each.tables) do
            if own == of_table then
                return true
            end
        end
        each = each.inherits
    end
    return false
end

-- "local", "remote", "secondary", or nil for a table that is neither.
local function find_side(prop, column)
    local of_table = column.table
    if prop.secondary and of_table == prop.secondary then
        return "secondary"
    elseif not prop.secondary and prop.remote_columns:contains(column) then
        return "remote"
    end
    local is_parents = has_table(prop.parent, of_table)
    local is_targets = has_table(prop.target, of_table)
    if is_targets and not is_parents then
        return "remote"
    end
    return is_parents and "local" or nil
end

---Which side of the relationship a column of its conditions belongs to. In the condition
---between secondary table and target of a class that refers to itself, columns of the class
---are the target's: is_target says so.
---@param prop corm.orm.RelationshipProperty
---@param column any
---@param is_target? boolean
---@return "local"|"remote"|"secondary"|nil
function relationship_join.side(prop, column, is_target)
    local side = find_side(prop, column)
    if is_target and side == "local" then
        return "remote"
    end
    return side
end

-- The condition with columns replaced: by[side] is a function of the column, or nil.
local function replaced(prop, condition, by, is_target)
    local function replace(node)
        local kind = core.kind(node)
        if kind == "attribute" then
            return core.replace(core.kid(node, 0), replace)
        elseif kind == "column" then
            local fn = by[relationship_join.side(prop, node, is_target) or ""]
            return fn and fn(node)
        end
        return nil
    end
    return core.replace(condition, replace)
end

local function adapter(entity)
    return entity and function(column)
        return entity:adapt(column)
    end
end

-- Columns of the secondary table → columns of its alias.
local function secondary_adapter(prop, alias)
    if not alias then
        return nil
    end
    local map = {}
    local own, here = selectable.columns(prop.secondary), selectable.columns(alias)
    for i = 1, #own do
        map[own[i]] = here[i]
    end
    return function(column)
        return map[column]
    end
end

---The conditions for these entities: from the parent (to the secondary table, if there is
---one), and from the secondary table to the target.
---@param prop corm.orm.RelationshipProperty
---@param parent corm.orm.Entity
---@param target corm.orm.Entity
---@param secondary? any alias of the secondary table
---@return any primary
---@return any? secondary
function relationship_join.conditions(prop, parent, target, secondary)
    local by = {
        ["local"] = adapter(parent),
        remote = adapter(target),
        secondary = secondary_adapter(prop, secondary),
    }
    local primary = replaced(prop, prop.primaryjoin, by, false)
    if not prop.secondary then
        return primary
    end
    return primary, replaced(prop, prop.secondaryjoin, by, true)
end

---What to join for the relationship: the target, or secondary table and target together.
---@param prop corm.orm.RelationshipProperty
---@param parent corm.orm.Entity
---@param target corm.orm.Entity
---@return any from
---@return any on condition between parent and `from`
---@return any? secondary the alias of the secondary table that is used
function relationship_join.aliased_join(prop, parent, target)
    if not prop.secondary then
        return target.selectable, (relationship_join.conditions(prop, parent, target))
    end
    local alias = selectable.alias(prop.secondary)
    local primary, secondary = relationship_join.conditions(prop, parent, target, alias)
    return core.node("join", { op = "join", alias, target.selectable, secondary }), primary, alias
end

-- ---- parameters instead of one side ----

---The condition with the columns of one side replaced by parameters.
---@param prop corm.orm.RelationshipProperty
---@param condition any
---@param side "local"|"remote"
---@param other? corm.orm.Entity what the columns of the other side are adapted to
---@param is_target? boolean
---@return any condition
---@return {name: string, column: any}[] parameters
function relationship_join.with_params(prop, condition, side, other, is_target)
    local params, of_column = {}, {}
    local function bind(column)
        if not of_column[column] then
            local name = "param_" .. #params + 1
            of_column[column] = core.node("bind", { name = name, required = true, type = column })
            params[#params + 1] = { name = name, column = column }
        end
        return of_column[column]
    end
    local by = { [side] = bind, [side == "local" and "remote" or "local"] = adapter(other) }
    return replaced(prop, condition, by, is_target), params
end

---The condition with the columns of one side replaced by values.
---@param prop corm.orm.RelationshipProperty
---@param condition any
---@param side "local"|"remote"
---@param value fun(column: any): any
---@param other? corm.orm.Entity
---@param is_target? boolean
---@param secondary? any alias of the secondary table
---@return any
function relationship_join.with_values(prop, condition, side, value, other, is_target, secondary)
    local binds = {}
    local function bind(column)
        if not binds[column] then
            local own = value(column)
            binds[column] = core.node("bind", { name = "param", anonymous = true, type = column,
                value = own == nil and core.NULL or own })
        end
        return binds[column]
    end
    local by = {
        [side] = bind,
        [side == "local" and "remote" or "local"] = adapter(other),
        secondary = secondary_adapter(prop, secondary),
    }
    return replaced(prop, condition, by, is_target)
end

-- ---- simple ones ----

local function is_equality(prop, node)
    if core.kind(node) == "list" then
        for i = 0, core.kid_count(node) - 1 do
            if not is_equality(prop, core.kid(node, i)) then
                return false
            end
        end
        return core.op(node) == "AND"
    end
    if core.kind(node) ~= "binary" or core.op(node) ~= "EQ" then
        return false
    end
    local left, right = entities.plain(core.kid(node, 0)), entities.plain(core.kid(node, 1))
    return core.kind(left) == "column" and core.kind(right) == "column"
        and relationship_join.side(prop, left) ~= relationship_join.side(prop, right)
end

---Whether the primary join does nothing but compare columns of the two sides.
---@param prop corm.orm.RelationshipProperty
---@return boolean
function relationship_join.is_simple(prop)
    if prop._is_simple == nil then
        prop._is_simple = is_equality(prop, prop.primaryjoin)
    end
    return prop._is_simple
end

---If the relationship refers to its target by the target's primary key and nothing else:
---the own columns, in the order of that key.
---@param prop corm.orm.RelationshipProperty
---@return any[]?
function relationship_join.foreign_key_to_target(prop)
    if prop._foreign_key == nil then
        prop._foreign_key = false
        local is_candidate = prop.direction == "many_to_one" and not prop.secondary
            and #prop.local_remote_pairs == #prop.target.key_props
            and relationship_join.is_simple(prop)
        local columns = {}
        for i, key in ipairs(is_candidate and prop.target.key_props or {}) do
            for _, pair in ipairs(prop.local_remote_pairs) do
                if pair[2] == key.column then
                    columns[i] = pair[1]
                end
            end
        end
        if is_candidate and #columns == #prop.target.key_props then
            prop._foreign_key = columns
        end
    end
    return prop._foreign_key or nil
end

return relationship_join
