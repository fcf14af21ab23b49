-- SPDX-License-Identifier: MIT
-- Subqueries over the rows of u for which a condition holds, within a row of t.

local corm = require("corm")
local data = require("spec.property.data")
local logic = require("spec.property.operators.logic")

local SCOPES = { row = true }

-- Environments for the rows of u that the condition selects.
local function selected(condition, env, evaluate)
    local list = {}
    for _, row in ipairs(data.rows.u) do
        local inner = { database = env.database, t = env.t, u = row }
        if evaluate(condition, inner) == true then
            list[#list + 1] = inner
        end
    end
    return list
end

local function select_where(tables, column, condition)
    return corm.select(column):select_from(tables.u):where(condition)
end

-- (SELECT aggregate FROM u WHERE condition)
local function scalar(type_)
    return {
        name = "scalar:" .. type_, result = type_, scopes = SCOPES,
        generate = function(generator, _, depth)
            return { generator:aggregate(type_, "subquery aggregate", depth),
                generator:tree("bool", "inner", depth) }
        end,
        construct = function(node, build, tables)
            return select_where(tables, build(node[1]), build(node[2])):scalar_subquery()
        end,
        evaluate = function(node, env, evaluate)
            local rows = {}
            for _, inner in ipairs(selected(node[2], env, evaluate)) do
                rows[#rows + 1] = inner.u
            end
            return evaluate(node[1], { database = env.database, rows = rows, over = "u" })
        end,
    }
end

local exists = {
    name = "exists", result = "bool", scopes = SCOPES,
    generate = function(generator, _, depth)
        return { generator:tree("bool", "inner", depth) }
    end,
    construct = function(node, build, tables)
        return select_where(tables, tables.u.c.id, build(node[1])):exists()
    end,
    evaluate = function(node, env, evaluate)
        return #selected(node[1], env, evaluate) > 0
    end,
}

-- x [NOT] IN (SELECT y FROM u WHERE condition)
local function in_select(name, method, finish)
    return {
        name = name, result = "bool", scopes = SCOPES,
        generate = function(generator, scope, depth)
            local type_ = generator.random:pick({ "int", "real", "text" })
            return { generator:tree(type_, scope, depth), generator:tree(type_, "inner", depth),
                generator:tree("bool", "inner", depth) }
        end,
        construct = function(node, build, tables)
            local x = build(node[1])
            return x[method](x, select_where(tables, build(node[2]), build(node[3])))
        end,
        evaluate = function(node, env, evaluate)
            local list = {}
            for i, inner in ipairs(selected(node[3], env, evaluate)) do
                list[i] = evaluate(node[2], inner)
            end
            return finish(logic.in_(evaluate(node[1], env), list))
        end,
    }
end

return function(operators)
    for _, type_ in ipairs({ "int", "real", "text" }) do
        operators.add(scalar(type_))
    end
    operators.add(exists)
    operators.add(in_select("in_select", "in_", function(x) return x end))
    operators.add(in_select("not_in_select", "not_in", logic.not_))
end
