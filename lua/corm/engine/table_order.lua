-- SPDX-License-Identifier: MIT
-- Tables of a database in an order in which each stands after those it refers to, for
-- Inspector:get_sorted_table_and_fkc_names() and sort_tables_on_foreign_key_dependency().
-- Foreign keys that close a cycle are left out of the order and named at its end.

local core = require("corm.core")

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

-- Take nodes out whose targets are all out, again and again; what stays is in cycles or
-- refers to some.
local function take_sorted(nodes, sorted)
    local is_waiting = {}
    for _, node in ipairs(nodes) do
        is_waiting[node.key] = true
    end
    local rest = nodes
    repeat
        local before, kept = #rest, {}
        for _, node in ipairs(rest) do
            local is_free = true
            for target in pairs(node.targets) do
                is_free = is_free and not is_waiting[target]
            end
            if is_free then
                is_waiting[node.key] = nil
                sorted[#sorted + 1] = node
            else
                kept[#kept + 1] = node
            end
        end
        rest = kept
    until #rest == before or #rest == 0
    return rest
end

-- Whether one table is reached from another along foreign keys.
local function reaches(by_key, from, to)
    local seen, stack = { [from] = true }, { from }
    while #stack > 0 do
        local node = by_key[table.remove(stack)]
        for target in pairs(node and node.targets or {}) do
            if target == to then
                return true
            elseif not seen[target] then
                seen[target] = true
                stack[#stack + 1] = target
            end
        end
    end
    return false
end

-- Drop the references that are part of cycles; the names of the tables' keys come back.
local function break_cycles(rest)
    local by_key, left_out, dropped = {}, {}, {}
    for _, node in ipairs(rest) do
        by_key[node.key] = node
    end
    for _, node in ipairs(rest) do
        for target in pairs(node.targets) do
            if by_key[target] and reaches(by_key, target, node.key) then
                dropped[#dropped + 1] = { node, target }
            end
        end
    end
    for _, pair in ipairs(dropped) do
        local node, target = pair[1], pair[2]
        node.targets[target] = nil
        for _, name in ipairs(node.keys) do
            left_out[#left_out + 1] = { node, name }
        end
        node.keys = {}
    end
    return left_out
end

-- The sorted nodes, and the {node, name} of keys that are left out.
local function sort(nodes)
    local sorted = {}
    local rest = take_sorted(nodes, sorted)
    local left_out = {}
    if #rest > 0 then
        left_out = break_cycles(rest)
        take_sorted(rest, sorted)
    end
    return sorted, left_out
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
