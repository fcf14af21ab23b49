-- SPDX-License-Identifier: MIT
-- UPDATE and DELETE.

local assert = require("luassert")
local corm = require("corm")

local select, update, delete = corm.select, corm.update, corm.delete

local topic = require("corm.testing.topic").new("UPDATE and DELETE")

topic:test("update all rows", function(t)
    local users = t:users()
    t.connection:execute(update(users):values({ age = 1 }))
    t:gives({ 1, 1, 1, 1, 1 }, select(users.c.age))
end)

topic:test("update rows that a condition chooses", function(t)
    local users = t:users()
    t.connection:execute(update(users):where(users.c.age:eq(30)):values({ name = "x" }))
    t:gives({ "ann", "x", "x", "dan", "eve" }, select(users.c.name):order_by(users.c.id))
end)

topic:test("update to expressions of the row", function(t)
    local users = t:users()
    t.connection:execute(update(users):values({ age = users.c.age + users.c.id }))
    t:gives({ 21, 32, 33, corm.NULL, 55 }, select(users.c.age):order_by(users.c.id))
end)

topic:test("swap two columns", function(t)
    local users = t:users()
    t.connection:execute(update(users):where(users.c.id:eq(1))
        :values({ id = users.c.age, age = users.c.id }))
    t:gives_rows({ { 20, 1 } }, select(users.c.id, users.c.age):where(users.c.name:eq("ann")))
end)

topic:test("update to NULL", function(t)
    local users = t:users()
    t.connection:execute(update(users):where(users.c.id:eq(1)):values({ age = corm.NULL }))
    t:gives({ corm.NULL }, select(users.c.age):where(users.c.id:eq(1)))
end)

topic:test("update with parameters", function(t)
    local users = t:users()
    t.connection:execute(update(users):where(users.c.id:eq(corm.bindparam("which"))),
        { which = 2, name = "x" })
    t:gives({ "x" }, select(users.c.name):where(users.c.id:eq(2)))
end)

topic:test("update once for each set of parameters", function(t)
    local users = t:users()
    t.connection:execute(update(users):where(users.c.id:eq(corm.bindparam("which")))
        :values({ name = corm.bindparam("new_name") }),
        { { which = 1, new_name = "x" }, { which = 2, new_name = "y" } })
    t:gives({ "x", "y", "cyd" },
        select(users.c.name):where(users.c.id:lt(4)):order_by(users.c.id))
end)

topic:test("update to what a query finds", function(t)
    local users = t:users()
    local other = users:alias("other")
    t.connection:execute(update(users):where(users.c.id:eq(1)):values({
        age = select(corm.func.max(other.c.age)):scalar_subquery(),
    }))
    t:gives({ 50 }, select(users.c.age):where(users.c.id:eq(1)))
end)

topic:test("update rows that a query names", function(t)
    local users = t:users()
    local other = users:alias("other")
    t.connection:execute(update(users)
        :where(users.c.id:in_(select(other.c.id):where(other.c.age:eq(30))))
        :values({ age = 31 }))
    t:gives({ 2, 3 }, select(users.c.id):where(users.c.age:eq(31)):order_by(users.c.id))
end)

topic:test("update rows by another table", "update_from", function(t)
    local users = t:users()
    local bonus = t:table("bonus", corm.Column("user_id", corm.Integer),
        corm.Column("years", corm.Integer))
    t:insert(bonus, { { user_id = 1, years = 5 }, { user_id = 2, years = 6 } })
    t.connection:execute(update(users):where(users.c.id:eq(bonus.c.user_id))
        :values({ age = users.c.age + bonus.c.years }))
    t:gives({ 25, 36, 30 }, select(users.c.age):where(users.c.id:lt(4)):order_by(users.c.id))
end)

topic:test("call onupdate functions", function(t)
    local made = t:table("made",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("n", corm.Integer), corm.Column("touched", corm.Integer, { onupdate = 7 }))
    t:insert(made, { { id = 1, n = 1 } })
    t.connection:execute(update(made):values({ n = 2 }))
    t:gives_rows({ { 1, 2, 7 } }, select(made))
end)

topic:test("set columns in the order that is asked for", function(t)
    local users = t:users()
    t.connection:execute(update(users):where(users.c.id:eq(1)):ordered_values(
        { users.c.name, "x" }, { users.c.age, 9 }))
    t:gives_rows({ { "x", 9 } }, select(users.c.name, users.c.age):where(users.c.id:eq(1)))
end)

topic:test("return rows as they are after an update", "returning", function(t)
    local users = t:users()
    t:gives_rows({ { 1, 40 } }, update(users):where(users.c.id:eq(1))
        :values({ age = users.c.age * 2 }):returning(users.c.id, users.c.age))
end)

topic:test("return nothing where no row was updated", "returning", function(t)
    local users = t:users()
    t:gives({}, update(users):where(users.c.id:eq(99)):values({ age = 2 })
        :returning(users.c.id))
end)

topic:test("delete all rows", function(t)
    local users = t:users()
    t.connection:execute(delete(users))
    t:gives({}, select(users.c.id))
end)

topic:test("delete rows that a condition chooses", function(t)
    local users = t:users()
    t.connection:execute(delete(users):where(users.c.age:eq(30)))
    t:gives({ 1, 4, 5 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("delete once for each set of parameters", function(t)
    local users = t:users()
    t.connection:execute(delete(users):where(users.c.id:eq(corm.bindparam("which"))),
        { { which = 1 }, { which = 5 } })
    t:gives({ 2, 3, 4 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("delete rows that a query names", function(t)
    local users = t:users()
    local other = users:alias("other")
    local oldest = select(corm.func.max(other.c.age)):scalar_subquery()
    t.connection:execute(delete(users):where(users.c.age:eq(oldest)))
    t:gives({ 1, 2, 3, 4 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("delete rows by another table", "delete_using", function(t)
    local users = t:users()
    local gone = t:table("gone", corm.Column("user_id", corm.Integer))
    t:insert(gone, { { user_id = 1 }, { user_id = 2 } })
    t.connection:execute(delete(users):where(users.c.id:eq(gone.c.user_id)))
    t:gives({ 3, 4, 5 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("return rows that were deleted", "returning", function(t)
    local users = t:users()
    t:gives_rows({ { 5, "eve" } }, delete(users):where(users.c.id:eq(5))
        :returning(users.c.id, users.c.name))
    t:gives({}, select(users.c.id):where(users.c.id:eq(5)))
end)

topic:test("say what they are", function(t)
    local users = t:users()
    local updated = t.connection:execute(update(users):values({ age = 1 }))
    local deleted = t.connection:execute(delete(users))
    assert.is_false(updated.is_insert)
    assert.is_false(updated.returns_rows)
    assert.is_false(deleted.returns_rows)
end)

return topic
