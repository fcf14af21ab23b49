-- SPDX-License-Identifier: MIT
-- Walks over the nodes of a statement or an expression, for declarations and rewriting.
-- What runs for every statement is the core's business; see csrc/sql/visit.h.

local core = require("corm.core")

local walk = {}

---The children of a node, in order; none of nil.
---@param node any?
---@param first? integer the child to begin with, from 0
---@return any[]
function walk.kids(node, first)
    local found = {}
    for i = first or 0, node and core.kid_count(node) - 1 or -1 do
        found[#found + 1] = core.kid(node, i)
    end
    return found
end

---Iterate over a node and all below it, parents first, each once.
---@param root any
---@return fun(): any
function walk.nodes(root)
    local stack, seen = { root }, {}
    return function()
        local node
        repeat
            node = table.remove(stack)
        until node == nil or not seen[node]
        if node ~= nil then
            seen[node] = true
            for i = core.kid_count(node) - 1, 0, -1 do
                stack[#stack + 1] = core.kid(node, i)
            end
        end
        return node
    end
end

---Iterate over the columns in an expression, each once, in order.
---@param root any
---@return fun(): any
function walk.columns(root)
    local next_node = walk.nodes(root)
    return function()
        local node = next_node()
        while node ~= nil and core.kind(node) ~= "column" do
            node = next_node()
        end
        return node
    end
end

return walk
