-- SPDX-License-Identifier: MIT
-- Walks over statements and expressions, as sqlalchemy.sql.visitors.
--
--     visitors.traverse(stmt.whereclause, {}, { bindparam = function(bind) … end })
--
-- Visitors go by SQLAlchemy's names of constructs. Parents come before what they are made
-- of, as there; {children_first = true} turns that round. An attribute of a mapped class is
-- a "column" and is not looked into.

local check = require("corm.util.check")
local core = require("corm.core")
local check_options = require("corm.util.options")

local visitors = {}

local NAMES = {
    attribute = "column", bind = "bindparam", colref = "column", compound = "compound_select",
    list = "clauselist", scalar = "scalar_select", statement_text = "textual_select",
    table_function = "table_valued_alias", text = "textclause",
}

local LEAVES = { attribute = true, column = true, colref = true, table = true }

---What SQLAlchemy calls the kind of a node: "binary", "bindparam", "column" …
---@param node any
---@return string
function visitors.visit_name(node)
    local kind = core.kind(node)
    return NAMES[kind] or kind
end

-- The nodes still to visit lie on a stack of its own: trees may be deeper than Lua's. A node
-- lies there twice where its children come first; the second time it is done.
local function collect(root, list, children_first)
    local seen, opened, stack = {}, {}, { root }
    while #stack > 0 do
        local node = table.remove(stack)
        if opened[node] then
            opened[node] = nil
            list[#list + 1] = node
        elseif not seen[node] then
            seen[node] = true
            if children_first then
                opened[node] = true
                stack[#stack + 1] = node
            else
                list[#list + 1] = node
            end
            for i = LEAVES[core.kind(node)] and -1 or core.kid_count(node) - 1, 0, -1 do
                stack[#stack + 1] = core.kid(node, i)
            end
        end
    end
end

local function nodes_of(root, options)
    options = check_options(options, { "children_first" }, "visitors")
    local list = {}
    collect(core.resolve(root), list, options.children_first)
    return list
end

---Iterate over a construct and all that it is made of, each once.
---@param root any
---@param options? {children_first?: boolean}
---@return fun(): any
function visitors.iterate(root, options)
    local i, list = 0, nodes_of(root, options)
    return function()
        i = i + 1
        return list[i]
    end
end

---Call the visitor of each construct's name with it. Returns root.
---@param root any
---@param options? {children_first?: boolean}
---@param by_name table<string, fun(node: any)>
---@return any
function visitors.traverse(root, options, by_name)
    check(by_name, "table", "traverse", "a table of functions by name")
    for _, node in ipairs(nodes_of(root, options)) do
        local visit = by_name[visitors.visit_name(node)]
        if visit then
            visit(node)
        end
    end
    return root
end

---A copy of a construct in which replace(node) says what stands for a node; nil: itself.
---@param root any
---@param options? table
---@param replace fun(node: any): any
---@return any
function visitors.replacement_traverse(root, options, replace)
    check_options(options, {}, "replacement_traverse")
    check(replace, "function", "replacement_traverse")
    return core.replace(core.resolve(root), function(node)
        local found = replace(node)
        return found ~= nil and core.resolve(found) or nil
    end)
end

---As replacement_traverse(), with a function for each name of construct.
---@param root any
---@param options? table
---@param by_name table<string, fun(node: any): any>
---@return any
function visitors.cloned_traverse(root, options, by_name)
    check(by_name, "table", "cloned_traverse", "a table of functions by name")
    return visitors.replacement_traverse(root, options, function(node)
        local visit = by_name[visitors.visit_name(node)]
        return visit and visit(node) or nil
    end)
end

return require("corm.util.public")("corm.sql.visitors", visitors)
