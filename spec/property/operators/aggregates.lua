-- SPDX-License-Identifier: MIT
-- Aggregates over the rows of a group, env.rows; env.over names their table.

local corm = require("corm")
local func = corm.func
local NULL = corm.NULL

local function sum(values, type_)
    local total = type_ == "real" and 0.0 or 0
    for _, value in ipairs(values) do
        total = total + value
    end
    if #values == 0 then
        return NULL
    end
    return total
end

local function extreme(is_better)
    return function(values)
        local best = NULL
        for _, value in ipairs(values) do
            if best == NULL or is_better(value, best) then
                best = value
            end
        end
        return best
    end
end

local min = extreme(function(a, b) return a < b end)
local max = extreme(function(a, b) return a > b end)

local function count(values)
    return #values
end

local function count_distinct(values)
    local seen, total = {}, 0
    for _, value in ipairs(values) do
        if not seen[value] then
            seen[value] = true
            total = total + 1
        end
    end
    return total
end

-- The values of the operand in the rows of the group, without NULLs.
local function values_of(node, env, evaluate)
    local values = {}
    for _, row in ipairs(env.rows) do
        local value = evaluate(node[1], { database = env.database, [env.over] = row })
        if value ~= NULL then
            values[#values + 1] = value
        end
    end
    return values
end

local function aggregate(operators, name, result, arg, build, gather)
    operators.add({
        name = name, result = result, args = { arg }, build = build, is_aggregate = true,
        scopes = { group = "rows of t", ["subquery aggregate"] = "rows of u" },
        evaluate = function(node, env, evaluate)
            return operators.checked(gather(values_of(node, env, evaluate), result), result)
        end,
    })
end

return function(operators)
    for _, type_ in ipairs({ "int", "real", "text" }) do
        aggregate(operators, "min:" .. type_, type_, type_, func.min, min)
        aggregate(operators, "max:" .. type_, type_, type_, func.max, max)
        aggregate(operators, "count:" .. type_, "int", type_, func.count, count)
        aggregate(operators, "count_distinct:" .. type_, "int", type_, function(a)
            return func.count(a:distinct())
        end, count_distinct)
    end
    aggregate(operators, "sum:int", "int", "int", func.sum, sum)
    aggregate(operators, "sum:real", "real", "real", func.sum, sum)
end
