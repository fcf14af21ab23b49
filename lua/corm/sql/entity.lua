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

-- The attribute that filter_by() names: there being none is another error here.
local function filtered_attribute(node, name)
    local found, attribute = pcall(entity.attribute, node, name)
    if found then
        return attribute
    elseif exc.ArgumentError:is(attribute) then
        exc.InvalidRequestError:raise("filter_by: %s", attribute.message)
    end
    error(attribute, 0)
end

---The conditions name = value, in the order of the names.
---@param node any
---@param values table<string, any>
---@return any ...
function entity.conditions(node, values)
    if not args.is_options(values) then
        args.refuse("filter_by", "a table of values by name", values)
    end
    local names = {}
    for name in pairs(values) do
        names[#names + 1] = name
    end
    table.sort(names)
    local conditions = {}
    for i, name in ipairs(names) do
        conditions[i] = filtered_attribute(node, name):eq(values[name])
    end
    return table.unpack(conditions)
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

return entity
