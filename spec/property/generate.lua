-- SPDX-License-Identifier: MIT
-- Random trees. A node is {op = name, type = type, scope = scope, operands…}; literals have
-- a value, columns a table and a column. Its scope says what it may be made of:
--
--     row                  columns of t, subqueries
--     inner                columns of t and u: inside a subquery
--     group                the key that rows of t are grouped by, aggregates
--     subquery aggregate   one aggregate
--     rows of t, rows of u the operand of an aggregate

local data = require("spec.property.data")
local operators = require("spec.property.operators")
local random = require("spec.property.random")

---@class spec.Generator
---@field random spec.Random
local Generator = {}
Generator.__index = Generator

local COLUMNS = {
    row = { "t" }, inner = { "t", "u" }, ["rows of t"] = { "t" }, ["rows of u"] = { "u" },
}

local TEXTS = {
    "", "abc", "ABC", "a%c", "it's", "\\", "\"", "語", "a b", ":x", "?", "$1", "--", "/*", "%s",
}

local LITERALS = {
    int = { 0, 1, 2, 3, 5, -1, -7, 12, 1000 },
    real = { 0.0, 0.5, 1.5, -2.25, 3.0, 100.25 },
    text = TEXTS,
    bool = { true, false },
    -- operands that are always written as plain Lua values
    power = { 1, 2, 4, -2, -1 },
    count = { 1, 2, 3, 5 },
    pattern = { "%", "_%", "a%", "%C", "a_c", "", "abc", "%\\%%", "it''s", "%'%", "100%" },
    escaped = { "%/%", "a/_c", "//", "%/%%", "A%", "_" },
    piece = { "%", "_", "", "b", "\\", "/", "'", "BC", "語" },
}

local IS_PLAIN = { power = true, count = true, pattern = true, escaped = true, piece = true }

---@param seed integer
---@return spec.Generator
local function new(seed)
    return setmetatable({ random = random.new(seed) }, Generator)
end

function Generator:literal(type_, scope)
    local node = { op = "literal", type = type_, scope = scope }
    node.value = self.random:pick(LITERALS[type_])
    node.is_raw = self.random:chance(60)
    return node
end

-- The columns of a type that a scope sees, as {table, column}.
local function visible(type_, scope)
    if scope == "group" then
        return type_ == "int" and { { "t", "b" } } or {}
    end
    local list = {}
    for _, name in ipairs(COLUMNS[scope]) do
        for column, column_type in pairs(data.columns[name]) do
            if column_type == type_ then
                list[#list + 1] = { name, column }
            end
        end
    end
    table.sort(list, function(a, b)
        return a[1] .. a[2] < b[1] .. b[2]
    end)
    return list
end

function Generator:leaf(type_, scope)
    local columns = visible(type_, scope)
    if #columns > 0 and self.random:chance(70) then
        local pair = self.random:pick(columns)
        return { op = "column", type = type_, scope = scope, table = pair[1], column = pair[2] }
    elseif self.random:chance(15) then
        return { op = "null", type = type_, scope = scope }
    end
    return self:literal(type_, scope)
end

-- The operators of a type that may stand in a scope.
local function allowed(type_, scope, is_aggregate)
    local list = {}
    for _, operator in ipairs(operators.by_type[type_]) do
        if (not operator.scopes or operator.scopes[scope])
            and (not is_aggregate or operator.is_aggregate) then
            list[#list + 1] = operator
        end
    end
    return list
end

function Generator:node(operator, scope, depth)
    local node
    if operator.generate then
        node = operator.generate(self, scope, depth - 1)
    else
        node = {}
        local inner = operator.is_aggregate and operator.scopes[scope] or scope
        for i, arg in ipairs(operator.args) do
            node[i] = self:tree(arg, inner, depth - 1)
        end
    end
    node.op, node.type, node.scope = operator.name, operator.result, scope
    return node
end

---An aggregate.
---@param type_ string
---@param scope string
---@param depth integer
---@return table node
function Generator:aggregate(type_, scope, depth)
    return self:node(self.random:pick(allowed(type_, scope, true)), scope, depth)
end

---A tree of a type.
---@param type_ string
---@param scope string
---@param depth integer levels below it at most
---@return table node
function Generator:tree(type_, scope, depth)
    if IS_PLAIN[type_] then
        return self:literal(type_, scope)
    elseif scope == "group" and type_ ~= "bool" and self.random:chance(30) then
        return self:aggregate(type_, scope, math.max(depth, 1))
    elseif depth <= 0 or self.random:chance(10) then
        return self:leaf(type_, scope)
    end
    return self:node(self.random:pick(allowed(type_, scope)), scope, depth)
end

local TYPES = { "int", "real", "text", "bool", "bool" }

---The tree of a seed: of any type, in scope "row" or "group".
---@param seed integer
---@return table node
local function tree(seed)
    local generator = new(seed)
    local scope = generator.random:chance(80) and "row" or "group"
    return generator:tree(generator.random:pick(TYPES), scope, generator.random:between(1, 5))
end

return { new = new, tree = tree, IS_PLAIN = IS_PLAIN }
