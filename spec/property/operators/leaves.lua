-- SPDX-License-Identifier: MIT
-- What a tree ends in: columns, values, NULL. They are not picked by type but made when a
-- tree has become deep.

local corm = require("corm")
local data = require("spec.property.data")

local function construct_literal(node)
    if node.type == "bool" and node.is_raw then
        return node.value and corm.true_() or corm.false_()
    end
    return corm.literal(node.value, data.types[node.type])
end

return function(operators)
    operators.by_name.column = {
        construct = function(node, _, tables) return tables[node.table].c[node.column] end,
        evaluate = function(node, env) return env[node.table][node.column] end,
    }
    operators.by_name.literal = {
        construct = construct_literal,
        evaluate = function(node) return node.value end,
    }
    operators.by_name.null = {
        construct = function(node) return corm.cast(corm.null(), data.types[node.type]) end,
        evaluate = function() return corm.NULL end,
    }
end
