-- SPDX-License-Identifier: MIT
-- What a tree is worth, in plain Lua.

local corm = require("corm")
local operators = require("spec.property.operators")
local NULL = corm.NULL

---@param node table
---@param env table database = its name; t, u = row; in groups rows, over
---@return any value corm.NULL for NULL
local function evaluate(node, env)
    local operator = operators.by_name[node.op]
    if operator.evaluate then
        return operator.evaluate(node, env, evaluate)
    end
    local values = {}
    local has_null = false
    for i, part in ipairs(node) do
        values[i] = evaluate(part, env)
        has_null = has_null or values[i] == NULL
    end
    if has_null and not operator.lax then
        return NULL
    elseif operator.is_by_database then
        return operators.checked(operator.eval(env.database, table.unpack(values)), node.type)
    end
    return operators.checked(operator.eval(table.unpack(values)), node.type)
end

return evaluate
