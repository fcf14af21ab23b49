-- SPDX-License-Identifier: MIT
-- Random SELECTs: they give the rows that Lua finds, and whatever copies or rebuilds them makes
-- the same statement. A failure prints its seed; CORM_PROPERTY_SEED=that and
-- CORM_PROPERTY_QUERIES=1 make the same query again.

local helper = require("spec.helper")
local corm = require("corm")
local data = require("spec.property.data")
local operators = require("spec.property.operators")
local queries = require("spec.property.queries")
local visitors = corm.sql.visitors

local SEED = math.tointeger(tonumber(os.getenv("CORM_PROPERTY_SEED"))) or 1
local QUERIES = math.tointeger(tonumber(os.getenv("CORM_PROPERTY_QUERIES"))) or 1500

-- How often each row is there.
local function counted(rows)
    local counts = {}
    for _, row in ipairs(rows) do
        local key = queries.key_of(row)
        counts[key] = (counts[key] or 0) + 1
    end
    return counts
end

local function fetched(connection, statement, types)
    local rows = {}
    for row in connection:execute(statement) do
        local values = {}
        for i, type_ in ipairs(types) do
            local value = row[i]
            values[i] = value == nil and corm.NULL or type_ == "real" and value + 0.0 or value
        end
        rows[#rows + 1] = values
    end
    return rows
end

-- Rows that Lua finds; nil if a value leaves the range of exact calculation.
local function expected_of(query, database)
    local ok, rows = pcall(queries.rows_of, query, database)
    if not ok and rows ~= operators.OUT_OF_RANGE then
        error(rows, 0)
    end
    return ok and rows or nil
end

local function each_query(body)
    for seed = SEED, SEED + QUERIES - 1 do
        local query = queries.query_of(seed)
        local ok, problem = pcall(body, query)
        if not ok then
            error(("seed %d: %s"):format(seed, tostring(problem)), 0)
        end
    end
end

helper.each_database(function(db)
    it("random queries give the rows that Lua finds", function()
        local tables, metadata = data.schema()
        local engine = corm.create_engine(db.url)
        data.create(engine, tables, metadata)
        local checked = 0
        engine:connect(function(connection)
            each_query(function(query)
                local expected = expected_of(query, db.name)
                if expected then
                    local statement = queries.statement_of(query, tables)
                    local found = fetched(connection, statement, query.types)
                    assert.same(counted(expected), counted(found), tostring(statement))
                    checked = checked + 1
                end
            end)
        end)
        engine:dispose()
        assert.is_true(checked > QUERIES / 2 or QUERIES < 10, "most queries should be in range")
    end)
end)

describe("A random query", function()
    local tables = data.schema()

    local function said(value)
        if type(value) ~= "table" or getmetatable(value) then
            return tostring(value)
        end
        local parts = {}
        for i, item in ipairs(value) do
            parts[i] = tostring(item)
        end
        return "{" .. table.concat(parts, ", ") .. "}"
    end

    -- Text and parameters, with the names that are given while compiling.
    local function compiled(statement)
        local made = statement:compile()
        local parts = { tostring(made) }
        for name, value in pairs(made.params) do
            parts[#parts + 1] = ("%s=%s"):format(name, said(value))
        end
        table.sort(parts)
        return table.concat(parts, "\n")
    end

    it("is the same when it is built again", function()
        each_query(function(query)
            local one = queries.statement_of(query, tables)
            local other = queries.statement_of(query, tables)
            assert.is_true(one:compare(other))
            assert.equal(compiled(one), compiled(other))
        end)
    end)

    it("is the same after every way to copy it", function()
        local function none()
            return nil
        end
        each_query(function(query)
            local statement = queries.statement_of(query, tables)
            for _, copy in ipairs({
                visitors.replacement_traverse(statement, {}, none),
                visitors.cloned_traverse(statement, {}, {}),
            }) do
                assert.is_true(statement:compare(copy))
                assert.equal(compiled(statement), compiled(copy))
            end
        end)
    end)

    it("is told from another by compare() as by its text", function()
        local last
        each_query(function(query)
            local statement = queries.statement_of(query, tables)
            if last then
                local is_same = compiled(last) == compiled(statement)
                assert.equal(is_same, last:compare(statement), tostring(statement))
            end
            last = statement
        end)
    end)
end)
