-- SPDX-License-Identifier: MIT
-- Joins.

local corm = require("corm")

local select = corm.select

local topic = require("corm.testing.topic").new("Joins")

-- users and their pets: ann has two, bob has one, a stray has nobody.
local function users_and_pets(t)
    local users = t:users()
    local pets = t:table("pets",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("user_id", corm.Integer, corm.ForeignKey("users.id")),
        corm.Column("name", corm.String(20)))
    t:insert(pets, {
        { id = 1, user_id = 1, name = "rex" },
        { id = 2, user_id = 1, name = "tom" },
        { id = 3, user_id = 2, name = "kit" },
        { id = 4, user_id = corm.NULL, name = "stray" },
    })
    return users, pets
end

local PAIRS = { { "ann", "rex" }, { "ann", "tom" }, { "bob", "kit" } }

topic:test("follow a foreign key", function(t)
    local users, pets = users_and_pets(t)
    t:gives_rows(PAIRS, select(users.c.name, pets.c.name)
        :join_from(users, pets):order_by(pets.c.id))
end)

topic:test("follow a condition", function(t)
    local users, pets = users_and_pets(t)
    t:gives_rows(PAIRS, select(users.c.name, pets.c.name):select_from(users)
        :join(pets, pets.c.user_id:eq(users.c.id)):order_by(pets.c.id))
end)

topic:test("are things to select from", function(t)
    local users, pets = users_and_pets(t)
    t:gives_rows(PAIRS, select(users.c.name, pets.c.name)
        :select_from(users:join(pets, pets.c.user_id:eq(users.c.id))):order_by(pets.c.id))
end)

topic:test("keep rows without a partner on the left", function(t)
    local users, pets = users_and_pets(t)
    t:gives_rows({ { 3, corm.NULL }, { 4, corm.NULL }, { 5, corm.NULL } },
        select(users.c.id, pets.c.id):join_from(users, pets, { isouter = true })
            :where(pets.c.id:is_(corm.NULL)):order_by(users.c.id))
    t:gives_rows({ { 3 }, { 4 }, { 5 } }, select(users.c.id)
        :outerjoin_from(users, pets):where(pets.c.id:is_(corm.NULL)):order_by(users.c.id))
end)

topic:test("keep rows without a partner on both sides", "full_join", function(t)
    local users, pets = users_and_pets(t)
    t:gives_rows({ { corm.NULL, "stray" } }, select(users.c.id, pets.c.name)
        :join_from(users, pets, { full = true }):where(users.c.id:is_(corm.NULL)))
end)

topic:test("combine every row with every other", function(t)
    local users, pets = users_and_pets(t)
    t:gives({ 20 }, select(corm.func.count()):select_from(users):join(pets, corm.true_()))
    t:gives({ 0 }, select(corm.func.count()):select_from(users):join(pets, corm.false_()))
end)

topic:test("keep everything on the left of a join with nothing", function(t)
    local users, pets = users_and_pets(t)
    t:gives({ 5 }, select(corm.func.count()):select_from(users)
        :join(pets, corm.false_(), { isouter = true }))
end)

topic:test("join a table with itself", function(t)
    local users = t:users()
    local older = users:alias("older")
    t:gives_rows({ { "ann", "bob" }, { "ann", "cyd" }, { "ann", "eve" } },
        select(users.c.name, older.c.name):select_from(users)
            :join(older, older.c.age:gt(users.c.age)):where(users.c.id:eq(1))
            :order_by(older.c.id))
end)

topic:test("join a subquery", function(t)
    local users, pets = users_and_pets(t)
    local counts = select(pets.c.user_id, corm.func.count(pets.c.id):label("npets"))
        :group_by(pets.c.user_id):subquery("counts")
    t:gives_rows({ { "ann", 2 }, { "bob", 1 } }, select(users.c.name, counts.c.npets)
        :select_from(users):join(counts, counts.c.user_id:eq(users.c.id)):order_by(users.c.id))
end)

topic:test("join several tables", function(t)
    local users, pets = users_and_pets(t)
    local toys = t:table("toys", corm.Column("pet_id", corm.ForeignKey("pets.id")),
        corm.Column("name", corm.String(20)))
    t:insert(toys, { { pet_id = 1, name = "ball" }, { pet_id = 3, name = "mouse" } })
    t:gives_rows({ { "ann", "ball" }, { "bob", "mouse" } },
        select(users.c.name, toys.c.name):join_from(users, pets):join(toys)
            :order_by(users.c.id))
end)

topic:test("tell columns of the same name apart", function(t)
    local users, pets = users_and_pets(t)
    local row = t.connection:execute(select(users, pets):join_from(users, pets)
        :where(pets.c.id:eq(3)):set_label_style("tablename_plus_col")):one()
    require("luassert").same({ "bob", "kit" }, { row.users_name, row.pets_name })
end)

return topic
