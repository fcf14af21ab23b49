-- SPDX-License-Identifier: MIT
-- From a tree that fails to the smallest one found that fails.

local PLAIN = { int = 1, real = 0.5, text = "abc", bool = true }

local function size(node)
    local total = 1
    for _, part in ipairs(node) do
        total = total + size(part)
    end
    return total
end

-- node and all below it, into list.
local function gather(node, list)
    list[#list + 1] = node
    for _, part in ipairs(node) do
        gather(part, list)
    end
    return list
end

-- Smaller nodes that may stand where `node` does: those below it of its type, and a value.
local function replacements(node, is_root)
    local list = {}
    for _, below in ipairs(gather(node, {})) do
        if below ~= node and below.scope == node.scope
            and (below.type == node.type or is_root and PLAIN[below.type] ~= nil) then
            list[#list + 1] = below
        end
    end
    if #node > 0 and PLAIN[node.type] ~= nil and node.scope ~= "subquery aggregate" then
        list[#list + 1] = {
            op = "literal", type = node.type, scope = node.scope, value = PLAIN[node.type],
        }
    end
    table.sort(list, function(a, b)
        return size(a) < size(b)
    end)
    return list
end

local function copy(node)
    local made = {}
    for key, value in pairs(node) do
        made[key] = value
    end
    return made
end

-- Try each way to make a part of `node` smaller; rebuild(part) gives the whole tree.
local function smaller(node, rebuild, fails, is_root)
    for _, replacement in ipairs(replacements(node, is_root)) do
        local whole = rebuild(replacement)
        if fails(whole) then
            return whole
        end
    end
    for i, part in ipairs(node) do
        local found = smaller(part, function(replacement)
            local made = copy(node)
            made[i] = replacement
            return rebuild(made)
        end, fails, false)
        if found then
            return found
        end
    end
end

---@param tree table a tree that fails
---@param fails fun(tree: table): any
---@return table tree
local function shrink(tree, fails)
    local best = tree
    repeat
        tree = best
        best = smaller(tree, function(whole) return whole end, fails, true)
    until not best
    return tree
end

return shrink
