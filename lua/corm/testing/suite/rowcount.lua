-- SPDX-License-Identifier: MIT
-- How many rows a statement has touched.

local assert = require("luassert")
local corm = require("corm")

local topic = require("corm.testing.topic").new("Row counts")

local function count(t, stmt, parameters)
    return t.connection:execute(stmt, parameters).rowcount
end

topic:test("of an INSERT", function(t)
    local users = t:users()
    assert.equal(1, count(t, corm.insert(users), { id = 6, name = "flo" }))
    assert.equal(2, count(t, corm.insert(users),
        { { id = 7, name = "gus" }, { id = 8, name = "hal" } }))
end)

topic:test("of an UPDATE are those that match", function(t)
    local users = t:users()
    assert.equal(2, count(t, corm.update(users):where(users.c.age:eq(30)):values({ age = 31 })))
    assert.equal(0, count(t, corm.update(users):where(users.c.age:eq(30)):values({ age = 31 })))
end)

topic:test("of an UPDATE that changes nothing", function(t)
    local users = t:users()
    assert.equal(2, count(t, corm.update(users):where(users.c.age:eq(30)):values({ age = 30 })))
end)

topic:test("of many UPDATEs are their sum", function(t)
    local users = t:users()
    assert.equal(3, count(t, corm.update(users):where(users.c.age:eq(corm.bindparam("old")))
        :values({ name = "x" }), { { old = 20 }, { old = 30 }, { old = 99 } }))
end)

topic:test("of a DELETE", function(t)
    local users = t:users()
    assert.equal(2, count(t, corm.delete(users):where(users.c.age:eq(30))))
    assert.equal(3, count(t, corm.delete(users)))
    assert.equal(0, count(t, corm.delete(users)))
end)

topic:test("of many DELETEs are their sum", function(t)
    local users = t:users()
    assert.equal(3, count(t, corm.delete(users):where(users.c.age:eq(corm.bindparam("old"))),
        { { old = 20 }, { old = 30 }, { old = 99 } }))
end)

topic:test("of SQL that is written by hand", function(t)
    t:users()
    assert.equal(2, count(t, corm.text("UPDATE users SET name = 'x' WHERE age = :age"),
        { age = 30 }))
    assert.equal(5, t.connection:exec_driver_sql("DELETE FROM users").rowcount)
end)

topic:test("with RETURNING, once the rows are read", "returning", function(t)
    local users = t:users()
    local result = t.connection:execute(corm.delete(users):where(users.c.age:eq(30))
        :returning(users.c.id))
    assert.equal(2, #result:all())
    assert.equal(2, result.rowcount)
end)

topic:test("do not count rows that a foreign key takes along", "foreign_keys", function(t)
    local users = t:users()
    local pets = t:table("pets", corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("user_id", corm.ForeignKey("users.id", { ondelete = "CASCADE" })))
    t:insert(pets, { { user_id = 1 }, { user_id = 1 } })
    assert.equal(1, count(t, corm.delete(users):where(users.c.id:eq(1))))
    t:gives({ 0 }, corm.select(corm.func.count(pets.c.id)))
end)

return topic
