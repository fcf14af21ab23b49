-- SPDX-License-Identifier: MIT
-- INSERT: values, keys, defaults, many rows, RETURNING.

local assert = require("luassert")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String
local select, insert = corm.select, corm.insert

local topic = require("corm.testing.topic").new("INSERT")

-- A table whose key the database makes.
local function items(t, ...)
    return t:table("items", Column("id", Integer, { primary_key = true }),
        Column("name", String(20)), ...)
end

topic:test("inserts values that are given with the statement", function(t)
    local made = items(t)
    t.connection:execute(insert(made):values({ id = 3, name = "a" }))
    t:gives_rows({ { 3, "a" } }, select(made))
end)

topic:test("inserts parameters", function(t)
    local made = items(t)
    t.connection:execute(insert(made), { id = 3, name = "a" })
    t:gives_rows({ { 3, "a" } }, select(made))
end)

topic:test("inserts values and parameters together", function(t)
    local made = items(t)
    t.connection:execute(insert(made):values({ name = "a" }), { id = 3 })
    t:gives_rows({ { 3, "a" } }, select(made))
end)

topic:test("inserts expressions", function(t)
    local made = items(t)
    t.connection:execute(insert(made):values({ id = corm.literal(3) + 4,
        name = corm.func.lower("ABC") }))
    t:gives_rows({ { 7, "abc" } }, select(made))
end)

topic:test("inserts what a query finds", function(t)
    local made = items(t)
    local users = t:users()
    t.connection:execute(insert(made):values({ id = 1,
        name = select(users.c.name):where(users.c.id:eq(2)):scalar_subquery() }))
    t:gives({ "bob" }, select(made.c.name))
end)

topic:test("inserts a row for each set of parameters", function(t)
    local made = items(t)
    t.connection:execute(insert(made), { { id = 1, name = "a" }, { id = 2, name = "b" } })
    t:gives_rows({ { 1, "a" }, { 2, "b" } }, select(made):order_by(made.c.id))
end)

topic:test("inserts thousands of rows", function(t)
    local made = items(t)
    local sets = {}
    for i = 1, 3000 do
        sets[i] = { id = i, name = "name " .. i }
    end
    local result = t.connection:execute(insert(made), sets)
    assert.equal(3000, result.rowcount)
    t:gives_rows({ { 3000, 1, 3000 } }, select(corm.func.count(made.c.id),
        corm.func.min(made.c.id), corm.func.max(made.c.id)))
end)

topic:test("inserts several rows of one statement", "multi_values", function(t)
    local made = items(t)
    t.connection:execute(insert(made):values({ { id = 1, name = "a" }, { id = 2, name = "b" } }))
    t:gives_rows({ { 1, "a" }, { 2, "b" } }, select(made):order_by(made.c.id))
end)

topic:test("makes a key", "autoincrement", function(t)
    local made = items(t)
    t.connection:execute(insert(made), { name = "a" })
    t:gives({ "a" }, select(made.c.name):where(made.c.id:is_not(corm.NULL)))
end)

topic:test("tells the key that was made", "autoincrement", function(t)
    local made = items(t)
    local result = t.connection:execute(insert(made), { name = "a" })
    local key = result.inserted_primary_key[1]
    assert.equal("integer", math.type(key))
    t:gives({ key }, select(made.c.id))
end)

topic:test("makes another key for each row", "autoincrement", function(t)
    local made = items(t)
    t.connection:execute(insert(made), { { name = "a" }, { name = "b" }, { name = "c" } })
    t:gives({ 3 }, select(corm.func.count(made.c.id:distinct())))
end)

topic:test("tells the key that was given", function(t)
    local made = items(t)
    local result = t.connection:execute(insert(made), { id = 12, name = "a" })
    assert.equal(12, result.inserted_primary_key.id)
end)

topic:test("tells keys of several columns", function(t)
    local made = t:table("pairs_",
        Column("a", Integer, { primary_key = true, autoincrement = false }),
        Column("b", String(5), { primary_key = true }))
    local result = t.connection:execute(insert(made), { a = 1, b = "x" })
    assert.same({ 1, "x" }, { result.inserted_primary_key:unpack() })
end)

topic:test("goes on with keys after one that was given", "autoincrement", function(t)
    local made = items(t)
    t.connection:execute(insert(made), { name = "a" })
    local key = t.connection:execute(insert(made), { name = "b" }).inserted_primary_key[1]
    assert.is_true(key > 1)
end)

topic:test("inserts nothing but defaults", "empty_insert autoincrement", function(t)
    local made = items(t)
    t.connection:execute(insert(made))
    t:gives({ corm.NULL }, select(made.c.name))
end)

topic:test("inserts nothing but defaults several times", "empty_insert autoincrement", function(t)
    local made = items(t)
    t.connection:execute(insert(made), { {}, {}, {} })
    t:gives({ 3 }, select(corm.func.count(made.c.id)))
end)

topic:test("has no rows without RETURNING", function(t)
    local made = items(t)
    local result = t.connection:execute(insert(made), { id = 1, name = "a" })
    assert.is_false(result.returns_rows)
    assert.is_true(result.is_insert)
    assert.is_false(pcall(result.all, result))
end)

topic:test("uses defaults of columns", function(t)
    local made = items(t, Column("n", Integer, { default = 7 }))
    t.connection:execute(insert(made), { { id = 1 }, { id = 2, n = 8 } })
    t:gives({ 7, 8 }, select(made.c.n):order_by(made.c.id))
end)

topic:test("calls functions for defaults, once a row", function(t)
    local count = 0
    local made = items(t, Column("n", Integer, { default = function()
        count = count + 1
        return count * 10
    end }))
    t.connection:execute(insert(made), { { id = 1 }, { id = 2 } })
    t:gives({ 10, 20 }, select(made.c.n):order_by(made.c.id))
end)

topic:test("uses SQL expressions for defaults", function(t)
    local made = items(t, Column("n", Integer, { default = corm.func.length("four") }))
    t.connection:execute(insert(made), { id = 1 })
    t:gives({ 4 }, select(made.c.n))
end)

topic:test("leaves defaults of the server to the server", function(t)
    local made = items(t, Column("n", Integer, { server_default = "7" }))
    t.connection:execute(insert(made), { id = 1 })
    t.connection:execute(insert(made), { id = 2, n = corm.NULL })
    t:gives({ 7, corm.NULL }, select(made.c.n):order_by(made.c.id))
end)

topic:test("inserts from a SELECT", "insert_from_select", function(t)
    local users = t:users()
    local made = items(t)
    t.connection:execute(insert(made):from_select({ "id", "name" },
        select(users.c.id, users.c.name):where(users.c.age:eq(30))))
    t:gives_rows({ { 2, "bob" }, { 3, "cyd" } }, select(made):order_by(made.c.id))
end)

topic:test("inserts from a SELECT that finds nothing", "insert_from_select", function(t)
    local users = t:users()
    local made = items(t)
    t.connection:execute(insert(made):from_select({ "id", "name" },
        select(users.c.id, users.c.name):where(users.c.id:gt(99))))
    t:gives({}, select(made))
end)

topic:test("makes keys for rows from a SELECT", "insert_from_select autoincrement", function(t)
    local users = t:users()
    local made = items(t)
    t.connection:execute(insert(made):from_select({ "name" },
        select(users.c.name):where(users.c.id:lt(3))))
    t:gives({ "ann", "bob" }, select(made.c.name):order_by(made.c.name))
    t:gives({ 2 }, select(corm.func.count(made.c.id:distinct())))
end)

topic:test("adds defaults to rows from a SELECT", "insert_from_select", function(t)
    local users = t:users()
    local made = items(t, Column("n", Integer, { default = 7 }))
    t.connection:execute(insert(made):from_select({ "id", "name" },
        select(users.c.id, users.c.name):where(users.c.id:eq(1))))
    t:gives_rows({ { 1, "ann", 7 } }, select(made))
end)

topic:test("returns what it inserted", "returning", function(t)
    local made = items(t)
    local result = t.connection:execute(insert(made):returning(made.c.id, made.c.name),
        { id = 3, name = "a" })
    assert.is_true(result.returns_rows)
    assert.same({ { 3, "a" } }, { { result:one():unpack() } })
end)

topic:test("returns keys that were made", "returning autoincrement", function(t)
    local made = items(t)
    local key = t.connection:scalar(insert(made):returning(made.c.id), { name = "a" })
    t:gives({ key }, select(made.c.id))
end)

topic:test("returns defaults of the server", "returning", function(t)
    local made = items(t, Column("n", Integer, { server_default = "7" }))
    assert.equal(7, t.connection:scalar(insert(made):returning(made.c.n), { id = 1 }))
end)

topic:test("returns expressions and labels", "returning", function(t)
    local made = items(t)
    local row = t.connection:execute(insert(made):returning(
        corm.func.upper(made.c.name):label("loud"), (made.c.id + 1):label("next_one")),
        { id = 3, name = "a" }):one()
    assert.equal("A", row.loud)
    assert.equal(4, row.next_one)
end)

topic:test("returns a row for each set, in their order", "returning", function(t)
    local made = items(t)
    local sets, expected = {}, {}
    for i = 1, 500 do
        sets[i] = { id = 1000 - i, name = "n" .. i }
        expected[i] = 1000 - i
    end
    local result = t.connection:scalars(insert(made):returning(made.c.id,
        { sort_by_parameter_order = true }), sets)
    assert.same(expected, result:all())
end)

topic:test("returns values as their types say", "returning", function(t)
    local made = items(t, Column("day", corm.Date), Column("price", corm.Numeric(10, 2)),
        Column("flag", corm.Boolean))
    local row = t.connection:execute(insert(made):returning(made.c.day, made.c.price,
        made.c.flag), { id = 1, day = corm.date(2024, 2, 29), price = corm.decimal("1.50"),
        flag = true }):one()
    assert.equal(corm.date(2024, 2, 29), row.day)
    assert.equal("1.50", tostring(row.price))
    assert.is_true(row.flag)
end)

topic:test("returns rows of several VALUES", "returning multi_values", function(t)
    local made = items(t)
    t:gives({ 1, 2 }, insert(made):values({ { id = 1 }, { id = 2 } }):returning(made.c.id))
end)

topic:test("returns rows from a SELECT", "returning insert_from_select", function(t)
    local users = t:users()
    local made = items(t)
    local names = t:scalars(insert(made):from_select({ "id", "name" },
        select(users.c.id, users.c.name)):returning(made.c.name))
    table.sort(names)
    assert.same({ "ann", "bob", "cyd", "dan", "eve" }, names)
end)

topic:test("keeps what was inserted before a set that fails to itself", function(t)
    local made = items(t)
    t:raises(corm.exc.IntegrityError, t.connection.execute, t.connection, insert(made),
        { { id = 1 }, { id = 2 }, { id = 1 } })
    t:gives({}, select(made))
end)

topic:test("names the column that it does not know", function(t)
    local made = items(t)
    local e = t:raises(corm.exc.CompileError, t.connection.execute, t.connection,
        insert(made), { nmae = "a" })
    assert.matches("nmae", e.message)
end)

return topic
