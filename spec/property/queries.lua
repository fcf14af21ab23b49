-- SPDX-License-Identifier: MIT
-- Random SELECTs over t and u. A query is
--
--     {from, columns = {trees}, where = tree?, distinct, limit?, offset?, wrap?}
--     {op = set operation, left query, right query}      their columns have the same types
--
-- from is "t", "join" or "outerjoin" (of t with u on a tree); wrap makes it the FROM of another
-- SELECT, as "subquery" or "cte", of which the rows whose first column is (not) NULL are taken.

local corm = require("corm")
local build = require("spec.property.build")
local data = require("spec.property.data")
local evaluate = require("spec.property.evaluate")
local generate = require("spec.property.generate")
local NULL = corm.NULL

local TYPES = { "int", "real", "text", "bool" }
local SETS = { "union", "union_all", "intersect", "except_" }
local SCOPES = { t = "row", join = "inner", outerjoin = "inner" }

-- ---- making one ----

local function generate_plain(generator, types)
    local random = generator.random
    local from = random:pick({ "t", "t", "join", "outerjoin" })
    local scope = SCOPES[from]
    local query = { from = from, columns = {} }
    for i, type_ in ipairs(types) do
        query.columns[i] = generator:tree(type_, scope, random:between(0, 2))
    end
    if from ~= "t" then
        query.on = generator:tree("bool", "inner", random:between(1, 2))
    end
    if random:chance(60) then
        query.where = generator:tree("bool", scope, random:between(1, 3))
    end
    query.distinct = random:chance(20)
    if not query.distinct and random:chance(40) then
        query.limit = random:between(0, 6)
        query.offset = random:chance(50) and random:between(0, 4) or nil
    end
    if random:chance(35) then
        query.wrap = random:pick({ "subquery", "cte" })
        query.takes_null = random:chance(30)
    end
    return query
end

---The query of a seed.
---@param seed integer
---@return table query
local function query_of(seed)
    local generator = generate.new(seed)
    local random = generator.random
    local types = {}
    for i = 1, random:between(1, 4) do
        types[i] = random:pick(TYPES)
    end
    local query = generate_plain(generator, types)
    if random:chance(25) then
        query = { op = random:pick(SETS), query, generate_plain(generator, types) }
    end
    query.types, query.seed = types, seed
    return query
end

-- ---- what it gives ----

-- NULLs of an outer join.
local NO_ROW = {}
for column in pairs(data.columns.u) do
    NO_ROW[column] = NULL
end

-- Rows that the FROM gives, as environments, in the order of their keys.
local function environments(query, database)
    local list = {}
    for _, t in ipairs(data.rows.t) do
        local is_joined = false
        for _, u in ipairs(query.on and data.rows.u or {}) do
            local env = { database = database, t = t, u = u }
            if evaluate(query.on, env) == true then
                list[#list + 1] = env
                is_joined = true
            end
        end
        if query.from == "t" or query.from == "outerjoin" and not is_joined then
            list[#list + 1] = { database = database, t = t, u = NO_ROW }
        end
    end
    return list
end

-- One string for equal rows: what DISTINCT and set operations compare.
local function key_of(row)
    local parts = {}
    for i, value in ipairs(row) do
        parts[i] = value == NULL and "NULL" or ("%s %s"):format(type(value),
            type(value) == "number" and ("%.17g"):format(value + 0.0 == 0 and 0 or value)
                or tostring(value))
    end
    return table.concat(parts, "\31")
end

local function distinct(rows)
    local seen, list = {}, {}
    for _, row in ipairs(rows) do
        local key = key_of(row)
        if not seen[key] then
            seen[key] = true
            list[#list + 1] = row
        end
    end
    return list
end

local function kept(rows, is_kept)
    local list = {}
    for i, row in ipairs(rows) do
        if is_kept(row, i) then
            list[#list + 1] = row
        end
    end
    return list
end

local function rows_of_plain(query, database)
    local rows = {}
    for _, env in ipairs(environments(query, database)) do
        if not query.where or evaluate(query.where, env) == true then
            local row = {}
            for i, tree in ipairs(query.columns) do
                row[i] = evaluate(tree, env)
            end
            rows[#rows + 1] = row
        end
    end
    if query.distinct then
        rows = distinct(rows)
    end
    if query.limit then
        local offset = query.offset or 0
        rows = kept(rows, function(_, i)
            return i > offset and i <= offset + query.limit
        end)
    end
    return query.wrap and kept(rows, function(row)
        return (row[1] == NULL) == query.takes_null
    end) or rows
end

local combine = {}

function combine.union_all(left, right)
    return table.move(right, 1, #right, #left + 1, left)
end

function combine.union(left, right)
    return distinct(combine.union_all(left, right))
end

local function having(left, right, is_wanted)
    local keys = {}
    for _, row in ipairs(right) do
        keys[key_of(row)] = true
    end
    return kept(distinct(left), function(row)
        return (keys[key_of(row)] or false) == is_wanted
    end)
end

function combine.intersect(left, right)
    return having(left, right, true)
end

function combine.except_(left, right)
    return having(left, right, false)
end

---The rows that a query should give, in no order.
---@param query table
---@param database string
---@return any[][] rows corm.NULL for NULL
local function rows_of(query, database)
    if query.op then
        return combine[query.op](rows_of_plain(query[1], database),
            rows_of_plain(query[2], database))
    end
    return rows_of_plain(query, database)
end

-- ---- as a statement ----

local function from_of(query, tables)
    local t, u = tables.t, tables.u
    if query.from == "t" then
        return t
    end
    return t:join(u, build.build(query.on, tables), { isouter = query.from == "outerjoin" })
end

local function wrapped(query, statement)
    local from = query.wrap == "cte" and statement:cte() or statement:subquery()
    local first = from.c.c1
    return corm.select(from):where(query.takes_null and first:is_(NULL) or first:is_not(NULL))
end

local function build_plain(query, types, tables)
    local columns = {}
    for i, tree in ipairs(query.columns) do
        local column = build.build(tree, tables)
        -- A value alone has to say of which type it is: the other query cannot tell.
        columns[i] = corm.cast(column, data.types[types[i]]):label("c" .. i)
    end
    local statement = corm.select(table.unpack(columns)):select_from(from_of(query, tables))
    if query.where then
        statement = statement:where(build.build(query.where, tables))
    end
    if query.distinct then
        statement = statement:distinct()
    elseif query.limit then
        statement = statement:order_by(tables.t.c.id):limit(query.limit):offset(query.offset)
        statement = query.on and statement:order_by(tables.u.c.id) or statement
    end
    return query.wrap and wrapped(query, statement) or statement
end

---The query as a statement.
---@param query table
---@param tables table of data.schema()
---@return corm.Select
local function statement_of(query, tables)
    if not query.op then
        return build_plain(query, query.types, tables)
    end
    return corm[query.op](build_plain(query[1], query.types, tables),
        build_plain(query[2], query.types, tables))
end

return { query_of = query_of, rows_of = rows_of, statement_of = statement_of, key_of = key_of }
