-- SPDX-License-Identifier: MIT
-- Trees as expressions of corm, and as text.

local generate = require("spec.property.generate")
local operators = require("spec.property.operators")

local function is_raw(node, is_first)
    return generate.IS_PLAIN[node.type]
        or node.op == "literal" and node.is_raw and node.type ~= "bool" and not is_first
end

---@param node table
---@param tables table tables of corm by name
---@return any expression
local function build(node, tables)
    local operator = operators.by_name[node.op]
    if operator.construct then
        return operator.construct(node, function(part)
            return build(part, tables)
        end, tables)
    end
    local args = {}
    for i, part in ipairs(node) do
        args[i] = is_raw(part, i == 1) and part.value or build(part, tables)
    end
    return operator.build(table.unpack(args))
end

---A tree as text, for messages.
---@param node table
---@return string
local function show(node)
    if node.op == "column" then
        return node.table .. "." .. node.column
    elseif node.op == "literal" then
        return (node.is_raw and "" or "literal ") .. ("%q"):format(node.value)
    elseif node.op == "null" then
        return "NULL " .. node.type
    end
    local parts = {}
    for i, part in ipairs(node) do
        parts[i] = show(part)
    end
    return ("%s(%s)"):format(node.op, table.concat(parts, ", "))
end

return { build = build, show = show }
