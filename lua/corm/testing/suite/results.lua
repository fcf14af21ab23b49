-- SPDX-License-Identifier: MIT
-- Results and rows.

local assert = require("luassert")
local corm = require("corm")

local select = corm.select

local topic = require("corm.testing.topic").new("Results")

local function two_columns(t)
    local users = t:users()
    return t.connection:execute(select(users.c.id, users.c.name):order_by(users.c.id)), users
end

topic:test("iterate", function(t)
    local names = {}
    for row in two_columns(t) do
        names[row.id] = row.name
    end
    assert.same({ "ann", "bob", "cyd", "dan", "eve" }, names)
end)

topic:test("give all rows", function(t)
    local result = two_columns(t)
    assert.equal(5, #result:all())
    assert.same({}, result:all())
end)

topic:test("give rows in parts", function(t)
    local result = two_columns(t)
    assert.equal(2, #result:fetchmany(2))
    assert.equal(3, result:fetchone().id)
    assert.equal(2, #result:fetchall())
    assert.is_nil(result:fetchone())
end)

topic:test("give the first row", function(t)
    assert.equal("ann", two_columns(t):first().name)
end)

topic:test("give one row and insist on it", function(t)
    local result, users = two_columns(t)
    assert.is_false(pcall(result.one, result))
    local nobody = select(users.c.id):where(users.c.id:eq(99))
    assert.is_nil(t.connection:execute(nobody):one_or_none())
    assert.is_nil(t.connection:execute(nobody):first())
    local ok, e = pcall(function()
        return t.connection:execute(nobody):one()
    end)
    assert.is_false(ok)
    assert.is_true(corm.exc.NoResultFound:is(e))
end)

topic:test("give scalars", function(t)
    local result, users = two_columns(t)
    assert.same({ 1, 2, 3, 4, 5 }, result:scalars():all())
    assert.same({ "ann", "bob" }, t.connection:execute(select(users.c.id, users.c.name)
        :where(users.c.id:le(2)):order_by(users.c.id)):scalars("name"):all())
end)

topic:test("give mappings", function(t)
    local row = two_columns(t):mappings():first()
    assert.equal("ann", row.name)
    assert.equal(1, row["id"])
end)

topic:test("give partitions", function(t)
    local sizes = {}
    for part in two_columns(t):partitions(2) do
        sizes[#sizes + 1] = #part
    end
    assert.same({ 2, 2, 1 }, sizes)
end)

topic:test("give rows that are unique", function(t)
    local users = t:users()
    assert.equal(4, #t.connection:execute(select(users.c.age)):unique():all())
end)

topic:test("name their columns", function(t)
    local result = two_columns(t)
    assert.same({ "id", "name" }, result:keys())
    result:close()
end)

topic:test("have rows that are read by name, position and column", function(t)
    local result, users = two_columns(t)
    local row = result:first()
    assert.equal("ann", row.name)
    assert.equal("ann", row[2])
    assert.equal("ann", row[users.c.name])
    assert.equal(2, #row)
end)

topic:test("have rows with NULL", function(t)
    local users = t:users()
    local row = t.connection:execute(select(users.c.age, users.c.id)
        :where(users.c.id:eq(4))):one()
    assert.is_nil(row.age)
    assert.equal(2, #row)
end)

topic:test("have rows with the same name twice", function(t)
    local users = t:users()
    local row = t.connection:execute(select(users.c.id, users.c.id:label("id2"), users.c.age)
        :where(users.c.id:eq(1))):one()
    assert.same({ 1, 1, 20 }, { row:unpack() })
end)

topic:test("have rows whose columns come from a subquery", function(t)
    local users = t:users()
    local row = t.connection:execute(select(
        select(corm.func.max(users.c.id)):scalar_subquery():label("biggest"))):one()
    assert.equal(5, row.biggest)
end)

topic:test("close themselves at their end", function(t)
    local result = two_columns(t)
    result:all()
    assert.equal(1, t:scalar(corm.text("SELECT 1")))
end)

topic:test("can be left unread", function(t)
    local result, users = two_columns(t)
    result:fetchone()
    result:close()
    t.connection:execute(corm.delete(users))
    t:gives({}, select(users.c.id))
end)

topic:test("are read side by side", function(t)
    local first, users = two_columns(t)
    local second = t.connection:execute(select(users.c.id):order_by(users.c.id:desc()))
    for i = 1, 5 do
        assert.equal(i, first:fetchone().id)
        assert.equal(6 - i, second:fetchone().id)
    end
    first:close()
    second:close()
end)

topic:test("stream rows", "streaming", function(t)
    local numbers = t:table("numbers", corm.Column("n", corm.Integer))
    local rows = {}
    for i = 1, 2000 do
        rows[i] = { n = i }
    end
    t:insert(numbers, rows)
    local sum = 0
    local streaming = t.connection:execution_options({ yield_per = 100 })
    for row in streaming:execute(select(numbers.c.n)) do
        sum = sum + row.n
    end
    assert.equal(2001000, sum)
end)

topic:test("stop streaming at any row", "streaming", function(t)
    local users = t:users()
    local result = t.connection:execute(select(users.c.id):order_by(users.c.id), nil,
        { execution_options = { stream_results = true } })
    assert.equal(1, result:fetchone().id)
    result:close()
    t:gives({ 5 }, select(corm.func.count(users.c.id)))
end)

topic:test("are frozen and thawed", function(t)
    local frozen = two_columns(t):freeze()
    assert.equal(5, #frozen():all())
    assert.equal(5, #frozen():all())
end)

topic:test("outlive their connection as rows", function(t)
    local rows = two_columns(t):all()
    t.connection:close()
    assert.equal("eve", rows[5].name)
end)

return topic
