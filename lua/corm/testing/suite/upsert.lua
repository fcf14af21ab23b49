-- SPDX-License-Identifier: MIT
-- INSERT … ON CONFLICT.

local assert = require("luassert")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String

local topic = require("corm.testing.topic").new("INSERT … ON CONFLICT")

-- The dialect's own insert() and a table with one row: 1, "a", 10.
local function start(t)
    local insert = corm.dialects[t.engine.name].insert
    local items = t:table("items",
        Column("id", Integer, { primary_key = true, autoincrement = false }),
        Column("name", String(20), { nullable = false }),
        Column("n", Integer),
        corm.UniqueConstraint("name", { name = "uq_items_name" }))
    t:insert(items, { { id = 1, name = "a", n = 10 } })
    return insert(items), items
end

topic:test("does nothing", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_nothing(), { id = 1, name = "b", n = 5 })
    t.connection:execute(insert:on_conflict_do_nothing(), { id = 2, name = "a", n = 5 })
    t:gives_rows({ { 1, "a", 10 } }, corm.select(items))
end)

topic:test("does nothing about some columns only", "upsert", function(t)
    local insert, items = start(t)
    local quiet = insert:on_conflict_do_nothing({ index_elements = { "id" } })
    t.connection:execute(quiet, { id = 1, name = "b", n = 5 })
    t:gives_rows({ { 1, "a", 10 } }, corm.select(items))
    t:raises(corm.exc.IntegrityError, t.connection.execute, t.connection, quiet,
        { id = 2, name = "a", n = 5 })
end)

topic:test("inserts where there is no conflict", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_nothing(), { id = 2, name = "b", n = 5 })
    t:gives({ 1, 2 }, corm.select(items.c.id):order_by(items.c.id))
end)

topic:test("updates the row that is there", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_update({
        index_elements = { "id" }, set_ = { n = insert.excluded.n },
    }), { id = 1, name = "x", n = 5 })
    t:gives_rows({ { 1, "a", 5 } }, corm.select(items))
end)

topic:test("updates with old values and new ones", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_update({
        index_elements = { items.c.name }, set_ = { n = items.c.n + insert.excluded.n },
    }), { id = 9, name = "a", n = 5 })
    t:gives_rows({ { 1, "a", 15 } }, corm.select(items))
end)

topic:test("updates with values that are given", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_update({
        index_elements = { "id" }, set_ = { name = "z", n = 1 },
    }), { id = 1, name = "x", n = 5 })
    t:gives_rows({ { 1, "z", 1 } }, corm.select(items))
end)

topic:test("updates where a condition holds", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_update({
        index_elements = { "id" }, set_ = { n = insert.excluded.n }, where = items.c.n:gt(50),
    }), { id = 1, name = "x", n = 5 })
    t:gives({ 10 }, corm.select(items.c.n))
end)

topic:test("takes many rows", "upsert", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_update({
        index_elements = { "id" }, set_ = { n = insert.excluded.n },
    }), { { id = 1, name = "a", n = 1 }, { id = 2, name = "b", n = 2 } })
    t:gives_rows({ { 1, "a", 1 }, { 2, "b", 2 } }, corm.select(items):order_by(items.c.id))
end)

topic:test("returns the row, inserted or updated", "upsert returning", function(t)
    local insert, items = start(t)
    local stmt = insert:on_conflict_do_update({
        index_elements = { "id" }, set_ = { n = insert.excluded.n },
    }):returning(items.c.id, items.c.n)
    t:gives_rows({ { 1, 5 } }, stmt, { id = 1, name = "x", n = 5 })
    t:gives_rows({ { 2, 6 } }, stmt, { id = 2, name = "y", n = 6 })
end)

topic:test("returns nothing where it does nothing", "upsert returning", function(t)
    local insert, items = start(t)
    local stmt = insert:on_conflict_do_nothing():returning(items.c.id)
    t:gives({}, stmt, { id = 1, name = "x", n = 5 })
end)

topic:test("names a constraint", "upsert conflict_constraint", function(t)
    local insert, items = start(t)
    t.connection:execute(insert:on_conflict_do_update({
        constraint = "uq_items_name", set_ = { n = 7 },
    }), { id = 9, name = "a", n = 5 })
    t:gives({ 7 }, corm.select(items.c.n))
    assert.equal(1, t:scalar(corm.select(corm.func.count()):select_from(items)))
end)

return topic
