-- SPDX-License-Identifier: MIT
-- WITH.

local corm = require("corm")

local select, func = corm.select, corm.func

local topic = require("corm.testing.topic").new("WITH")

local function old_users(users)
    return select(users.c.id, users.c.name):where(users.c.age:ge(30)):cte("old")
end

topic:test("names a query", "ctes", function(t)
    local users = t:users()
    local old = old_users(users)
    t:gives({ "bob", "cyd", "eve" }, select(old.c.name):order_by(old.c.id))
end)

topic:test("names a query that is used twice", "ctes", function(t)
    local users = t:users()
    local old = old_users(users)
    local other = old:alias("other")
    t:gives_rows({ { 2, 3 }, { 2, 5 }, { 3, 5 } }, select(old.c.id, other.c.id)
        :where(old.c.id:lt(other.c.id)):order_by(old.c.id, other.c.id))
end)

topic:test("names queries that use each other", "ctes", function(t)
    local users = t:users()
    local old = old_users(users)
    local first = select(func.min(old.c.id):label("id")):cte("first_of_them")
    t:gives({ "bob" }, select(users.c.name):join_from(users, first,
        first.c.id:eq(users.c.id)))
end)

topic:test("counts", "recursive_ctes", function(t)
    local numbers = select(corm.literal(1):label("n")):cte("numbers", { recursive = true })
    numbers = numbers:union_all(select(numbers.c.n + 1):where(numbers.c.n:lt(5)))
    t:gives({ 1, 2, 3, 4, 5 }, select(numbers.c.n):order_by(numbers.c.n))
end)

topic:test("walks down a tree", "recursive_ctes", function(t)
    local tree = t:table("tree",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("parent_id", corm.Integer))
    t:insert(tree, { { id = 1, parent_id = corm.NULL }, { id = 2, parent_id = 1 },
        { id = 3, parent_id = 2 }, { id = 4, parent_id = 2 }, { id = 5, parent_id = corm.NULL } })
    local below = select(tree.c.id, corm.literal(0):label("depth")):where(tree.c.id:eq(1))
        :cte("below", { recursive = true })
    below = below:union_all(select(tree.c.id, below.c.depth + 1)
        :where(tree.c.parent_id:eq(below.c.id)))
    t:gives_rows({ { 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 2 } },
        select(below.c.id, below.c.depth):order_by(below.c.id))
end)

topic:test("stands in a subquery", "ctes", function(t)
    local users = t:users()
    local old = old_users(users)
    t:gives({ 2, 3, 5 }, select(users.c.id):where(users.c.id:in_(select(old.c.id)))
        :order_by(users.c.id))
end)

topic:test("stands before an INSERT", "ctes insert_from_select", function(t)
    local users = t:users()
    local names = t:table("names", corm.Column("name", corm.String(20)))
    local old = old_users(users)
    t.connection:execute(corm.insert(names):from_select({ "name" }, select(old.c.name)))
    t:gives({ "bob", "cyd", "eve" }, select(names.c.name):order_by(names.c.name))
end)

topic:test("stands before an UPDATE", "ctes update_from", function(t)
    local users = t:users()
    local old = old_users(users)
    t.connection:execute(corm.update(users):values({ age = 99 })
        :where(users.c.id:in_(select(old.c.id))))
    t:gives({ 2, 3, 5 }, select(users.c.id):where(users.c.age:eq(99)):order_by(users.c.id))
end)

topic:test("stands before a DELETE", "ctes", function(t)
    local users = t:users()
    local old = old_users(users)
    t.connection:execute(corm.delete(users):where(users.c.id:in_(select(old.c.id))))
    t:gives({ 1, 4 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("gives a DELETE a value to compare with", "ctes", function(t)
    local users = t:users()
    local old = old_users(users)
    local last = select(func.max(old.c.id)):scalar_subquery()
    t.connection:execute(corm.delete(users):where(users.c.id:eq(last)))
    t:gives({ 1, 2, 3, 4 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("reads what a DELETE returns", "ctes_on_dml", function(t)
    local users = t:users()
    local gone = corm.delete(users):where(users.c.age:eq(30)):returning(users.c.name)
        :cte("gone")
    t:gives({ "bob", "cyd" }, select(gone.c.name):order_by(gone.c.name))
    t:gives({ 1, 4, 5 }, select(users.c.id):order_by(users.c.id))
end)

topic:test("reads what an INSERT returns", "ctes_on_dml", function(t)
    local users = t:users()
    local new = corm.insert(users):values({ id = 6, name = "flo" }):returning(users.c.id)
        :cte("new_ones")
    t:gives({ 6 }, select(new.c.id))
end)

return topic
