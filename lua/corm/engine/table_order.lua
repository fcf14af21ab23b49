-- SPDX-License-Identifier: MIT
-- Tables of a database in an order in which each stands after those it refers to, for
-- Inspector:get_sorted_table_and_fkc_names() and sort_tables_on_foreign_key_dependency().
-- Foreign keys that close a cycle are left out of the order and named at its end.

local core = require("corm.core")
local toposort = require("corm.util.toposort")

local table_order = {}

---A table and what it refers to.
---@class corm.engine.OrderNode
---@field schema? string
---@field name string
---@field key string
---@field keys string[] names of its foreign keys
---@field targets table<string, boolean> keys of other tables

local function key_of(schema, name)
    return (schema or "") .. "\0" .. name
end

local function make_node(schema, name, foreign_keys)
    local node = { schema = schema, name = name, key = key_of(schema, name), keys = {},
        targets = {} }
    for _, foreign_key in ipairs(foreign_keys) do
        node.keys[#node.keys + 1] = foreign_key.name
        local target = key_of(foreign_key.referred_schema, foreign_key.referred_table)
        if target ~= node.key then
            node.targets[target] = true
        end
    end
    table.sort(node.keys)
    return node
end

-- The tables of the schemas in the order of their names; false is the default schema.
local function read_nodes(inspector, schemas)
    local nodes = {}
    for _, schema in ipairs(schemas) do
        local own = schema or nil
        local found = inspector:get_multi_foreign_keys({ schema = own })
        for _, name in ipairs(inspector:get_table_names({ schema = own })) do
            nodes[#nodes + 1] = make_node(own, name, found[{ own, name }] or {})
        end
    end
    return nodes
end

-- Node -> set of the nodes it refers to.
local function needs_of(nodes)
    local by_key, needs = {}, {}
    for _, node in ipairs(nodes) do
        by_key[node.key] = node
    end
    for _, node in ipairs(nodes) do
        needs[node] = {}
        for target in pairs(node.targets) do
            if by_key[target] then
                needs[node][by_key[target]] = true
            end
        end
    end
    return needs
end

-- Drop the references that are part of circles; the names of the tables' keys come back.
local function break_circles(rest, needs)
    local left_out, dropped = {}, {}
    for _, node in ipairs(rest) do
        for target in pairs(needs[node]) do
            if toposort.reaches(needs, target, node) then
                dropped[#dropped + 1] = { node, target }
            end
        end
    end
    for _, pair in ipairs(dropped) do
        local node, target = pair[1], pair[2]
        needs[node][target] = nil
        for _, name in ipairs(node.keys) do
            left_out[#left_out + 1] = { node, name }
        end
        node.keys = {}
    end
    return left_out
end

-- The sorted nodes, and the {node, name} of keys that are left out.
local function sort(nodes)
    local needs = needs_of(nodes)
    local sorted, rest = toposort.sort(nodes, needs)
    if #rest == 0 then
        return sorted, {}
    end
    local left_out = break_circles(rest, needs)
    return table.move(toposort.sort(rest, needs), 1, #rest, #sorted + 1, sorted), left_out
end

---Inspector:sort_tables_on_foreign_key_dependency().
---@param inspector corm.Inspector
---@param options? {consider_schemas?: any[]}
---@return any[][] # {{{schema, name}, {key names}}, …, {corm.NULL, {{{schema, name}, key}, …}}}
function table_order.over_schemas(inspector, options)
    options = require("corm.util.options")(options, { "consider_schemas" },
        "sort_tables_on_foreign_key_dependency")
    local schemas = {}
    for i, schema in ipairs(options.consider_schemas or { core.NULL }) do
        schemas[i] = schema ~= core.NULL and schema
    end
    local sorted, left_out = sort(read_nodes(inspector, schemas))
    local list, names = {}, {}
    for i, node in ipairs(sorted) do
        list[i] = { { node.schema or core.NULL, node.name }, node.keys }
    end
    for i, pair in ipairs(left_out) do
        names[i] = { { pair[1].schema or core.NULL, pair[1].name }, pair[2] }
    end
    list[#list + 1] = { core.NULL, names }
    return list
end

---Inspector:get_sorted_table_and_fkc_names().
---@param inspector corm.Inspector
---@param options? {schema?: string}
---@return any[][] # {{name, {key names}}, …, {corm.NULL, {{name, key}, …}}}
function table_order.with_keys(inspector, options)
    local schema = type(options) == "string" and options
    if not schema then
        schema = require("corm.util.options")(options, { "schema" },
            "get_sorted_table_and_fkc_names").schema or core.NULL
    end
    local list = table_order.over_schemas(inspector, { consider_schemas = { schema } })
    for _, entry in ipairs(list) do
        if entry[1] == core.NULL then
            for i, pair in ipairs(entry[2]) do
                entry[2][i] = { pair[1][2], pair[2] }
            end
        else
            entry[1] = entry[1][2]
        end
    end
    return list
end

return table_order
