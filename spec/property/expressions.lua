-- SPDX-License-Identifier: MIT
-- Trees on a database: many of them as columns of one SELECT, and each condition also as
-- WHERE or HAVING of one of its own; what comes back must be what Lua calculates.

local corm = require("corm")
local build = require("spec.property.build")
local data = require("spec.property.data")
local evaluate = require("spec.property.evaluate")
local operators = require("spec.property.operators")
local NULL = corm.NULL

---@class spec.Expressions
---@field connection corm.Connection
---@field database string
---@field tables table
local Expressions = {}
Expressions.__index = Expressions

---@param connection corm.Connection
---@param database string its name
---@param tables table of data.schema()
---@return spec.Expressions
local function new(connection, database, tables)
    return setmetatable({ connection = connection, database = database, tables = tables },
        Expressions)
end

-- Environments in which a tree of the scope is evaluated, by the key of their row.
local function environments(scope, database)
    local by_key = {}
    for _, row in ipairs(data.rows.t) do
        if scope == "row" then
            by_key[row.id] = { database = database, t = row }
        else
            local env = by_key[row.b] or { database = database, t = { b = row.b }, over = "t",
                rows = {} }
            table.insert(env.rows, row)
            by_key[row.b] = env
        end
    end
    return by_key
end

---The values that a tree should have, by key of the row; nil if some database would leave the
---range of exact calculation.
---@param tree table
---@return table<any, any>?
function Expressions:expected(tree)
    local values = {}
    for key, env in pairs(environments(tree.scope, self.database)) do
        local ok, value = pcall(evaluate, tree, env)
        if not ok and value ~= operators.OUT_OF_RANGE then
            error(value, 0)
        elseif not ok then
            return nil
        end
        values[key] = value
    end
    return values
end

function Expressions:select(scope, ...)
    local t = self.tables.t
    if scope == "row" then
        return corm.select(t.c.id, ...):order_by(t.c.id)
    end
    return corm.select(t.c.b, ...):select_from(t):group_by(t.c.b)
end

local function is_same(found, expected, type_)
    if found == nil or expected == NULL then
        return found == nil and expected == NULL
    elseif type_ == "real" then
        return tonumber(tostring(found)) == expected
    end
    return found == expected and math.type(found) == math.type(expected)
end

local function describe(value)
    return value == nil and "NULL" or value == NULL and "NULL"
        or ("%s %s"):format(type(value) == "number" and math.type(value) or type(value),
            tostring(value))
end

-- The condition as WHERE or HAVING: it must select the rows where it is true.
function Expressions:check_condition(tree, expected)
    local condition = build.build(tree, self.tables)
    local statement = self:select(tree.scope)
    statement = tree.scope == "row" and statement:where(condition) or statement:having(condition)
    local wanted, found = 0, 0
    for _, value in pairs(expected) do
        wanted = wanted + (value == true and 1 or 0)
    end
    for row in self.connection:execute(statement) do
        local key = row[1] == nil and NULL or row[1]
        found = found + 1
        if expected[key] ~= true then
            return ("as a condition it selects row %s"):format(tostring(key))
        end
    end
    return found ~= wanted and ("as a condition it selects %d rows, not %d"):format(found, wanted)
        or nil
end

function Expressions:check_values(trees, expected)
    local columns = {}
    for i, tree in ipairs(trees) do
        columns[i] = build.build(tree, self.tables):label("c" .. i)
    end
    local problems = {}
    local statement = self:select(trees[1].scope, table.unpack(columns))
    for row in self.connection:execute(statement) do
        local key = row[1] == nil and NULL or row[1]
        for i, tree in ipairs(trees) do
            local found, wanted = row[i + 1], expected[i][key]
            if not is_same(found, wanted, tree.type) then
                problems[i] = problems[i] or ("row %s: %s, expected %s"):format(tostring(key),
                    describe(found), describe(wanted))
            end
        end
    end
    return problems
end

---Check trees of one scope.
---@param trees table[]
---@param expected table[] their values
---@return table<integer, string> problems by index of the tree
function Expressions:check(trees, expected)
    local ok, problems = pcall(self.check_values, self, trees, expected)
    if not ok then
        return self:check_apart(trees, expected, problems)
    end
    for i, tree in ipairs(trees) do
        if tree.type == "bool" and not problems[i] then
            local fine, problem = pcall(self.check_condition, self, tree, expected[i])
            problems[i] = fine and problem or not fine and tostring(problem) or nil
            if not fine then
                self.connection:rollback()
            end
        end
    end
    return problems
end

-- One of the trees is an error; which?
function Expressions:check_apart(trees, expected, message)
    self.connection:rollback()
    if #trees == 1 then
        return { tostring(message) }
    end
    local problems, half = {}, #trees // 2
    for offset = 0, half, half do
        local last = offset == 0 and half or #trees
        local found = self:check({ table.unpack(trees, offset + 1, last) },
            { table.unpack(expected, offset + 1, last) })
        for i, problem in pairs(found) do
            problems[offset + i] = problem
        end
    end
    return problems
end

---What is wrong with one tree, or nil.
---@param tree table
---@return string?
function Expressions:problem(tree)
    local expected = self:expected(tree)
    return expected and self:check({ tree }, { expected })[1]
end

---The SQL of a tree, with its values in it.
---@param tree table
---@return string
function Expressions:sql(tree)
    local ok, sql = pcall(function()
        return tostring(self:select(tree.scope, build.build(tree, self.tables)):compile({
            dialect = self.database, compile_kwargs = { literal_binds = true },
        }))
    end)
    return ok and sql or ("(does not compile: %s)"):format(tostring(sql))
end

return { new = new }
