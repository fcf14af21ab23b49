-- SPDX-License-Identifier: MIT
-- Looking names up in what a statement selects from: a table's columns, or a mapped class's
-- attributes. The mapper says how its ENTITY and RELATIONSHIP marks are looked into.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local selectable = require("corm.sql.selectable")

local entity = {}

local lookup

---Say how attributes of the mapper's marks are found.
---@param fn fun(node: any, name: string): any raises if there is no such attribute
function entity.set_attribute_lookup(fn)
    lookup = fn
end

---The attribute or column of this name; raises if there is none.
---@param node any a table, alias …, an ENTITY or a RELATIONSHIP
---@param name string
---@return any
function entity.attribute(node, name)
    local kind = core.kind(node)
    if lookup and (kind == "entity" or kind == "relationship") then
        return lookup(node, name)
    end
    return selectable.columns(node)[name]
end

local function titles(nodes)
    local names = {}
    for i, node in ipairs(nodes) do
        names[i] = core.name(selectable.unmarked(node)) or tostring(node)
    end
    return table.concat(names, ", ")
end

-- The attribute that filter_by() names: of the first of the nodes or, if that has none, of the
-- only other one that has it. There being none is another error than elsewhere.
local function filtered_attribute(nodes, name)
    local owners, attribute, failure = {}, nil, nil
    for i, node in ipairs(nodes) do
        local is_found, found = pcall(entity.attribute, node, name)
        if is_found and i == 1 then
            return found
        elseif is_found then
            owners[#owners + 1], attribute = node, found
        elseif not exc.ArgumentError:is(found) then
            error(found, 0)
        end
        failure = failure or found
    end
    if #owners > 1 then
        exc.AmbiguousColumnError:raise("filter_by: the name '%s' is ambiguous, it belongs to "
            .. "several of what the statement selects from (%s)", name, titles(owners))
    end
    return attribute or exc.InvalidRequestError:raise("filter_by: %s", failure.message)
end

-- Which column of its table an attribute is; behind all of them if it is none.
local function position(attribute)
    local column = core.kind(attribute) == "attribute" and core.kid(attribute, 0) or attribute
    local kind = core.kind(column)
    local owner = kind == "column" and column.table or kind == "colref" and core.kid(column, 0)
    for i, one in ipairs(owner and selectable.columns(owner):values() or {}) do
        if one == column then
            return i
        end
    end
    return math.huge
end

---The conditions name = value, in the order of the table's columns; then by their names.
---@param nodes any[] where the names are looked up: the first goes before the others
---@param values table<string, any>
---@return any ...
function entity.conditions(nodes, values)
    if not args.is_options(values) then
        args.refuse("filter_by", "a table of values by name", values)
    end
    local names = {}
    for name in pairs(values) do
        names[#names + 1] = name
    end
    table.sort(names)
    local attributes, place_of, by_name = {}, {}, {}
    for i, name in ipairs(names) do
        attributes[name], by_name[name] = filtered_attribute(nodes, name), i
        place_of[name] = #names > 1 and position(attributes[name]) or 0
    end
    table.sort(names, function(a, b)
        if place_of[a] == place_of[b] then
            return by_name[a] < by_name[b]
        end
        return place_of[a] < place_of[b]
    end)
    for i, name in ipairs(names) do
        names[i] = attributes[name]:eq(values[name])
    end
    return table.unpack(names)
end

---The table or entity that an expression of a columns clause comes from, or nil.
---@param node any
---@return any
function entity.of_expression(node)
    local kind = core.kind(node)
    if kind == "entity" or selectable.is_from(node) then
        return node
    elseif kind == "attribute" then
        return core.kid(node, 1)
    elseif kind == "column" then
        return node.table
    elseif kind == "colref" then
        return core.kid(node, 0)
    end
    for i = 0, core.kid_count(node) - 1 do
        local kid = core.kid(node, i)
        local found = kid and entity.of_expression(kid)
        if found then
            return found
        end
    end
    return nil
end

-- Tables of a join one by one, everything once.
local function add_source(into, from)
    if core.kind(from) == "join" then
        add_source(into, core.kid(from, 0))
        add_source(into, core.kid(from, 1))
        return
    end
    for _, known in ipairs(into) do
        if known == from or selectable.unmarked(known) == from then
            return
        end
    end
    into[#into + 1] = from
end

---Add what an expression or a list of them selects from, as far as it is not there yet.
---@param into any[]
---@param node any? of a statement's slot
function entity.add_mentioned(into, node)
    local kind = core.kind(node)
    if not kind or kind == "select" or kind == "compound" or kind == "scalar" then
        return
    elseif kind == "entity" or selectable.is_from(node) then
        add_source(into, node)
    elseif kind == "attribute" or kind == "column" or kind == "colref" then
        add_source(into, entity.of_expression(node))
    else
        for i = 0, core.kid_count(node) - 1 do
            entity.add_mentioned(into, core.kid(node, i))
        end
    end
end

return entity
