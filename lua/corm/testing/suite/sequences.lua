-- SPDX-License-Identifier: MIT
-- Sequences and identity columns.

local assert = require("luassert")
local corm = require("corm")

local select = corm.select

local topic = require("corm.testing.topic").new("Sequences")

local function with_sequence(t, options)
    local sequence = corm.Sequence("numbers_seq", options)
    local made = corm.Table("made", t.metadata,
        corm.Column("id", corm.Integer, sequence, { primary_key = true }),
        corm.Column("data", corm.String(20)))
    t.metadata:drop_all(t.engine)
    t:create_all()
    return made, sequence
end

topic:test("give keys", "sequences", function(t)
    local made = with_sequence(t)
    local result = t.connection:execute(corm.insert(made), { data = "a" })
    assert.equal(1, result.inserted_primary_key[1])
    t:gives_rows({ { 1, "a" } }, select(made))
end)

topic:test("start and step where they are told", "sequences", function(t)
    local made = with_sequence(t, { start = 10, increment = 5 })
    t.connection:execute(corm.insert(made), { { data = "a" }, { data = "b" } })
    t:gives({ 10, 15 }, select(made.c.id):order_by(made.c.id))
end)

topic:test("are asked for their next value", "sequences", function(t)
    local _, sequence = with_sequence(t)
    assert.equal(1, t:scalar(select(sequence:next_value())))
    assert.equal(2, t:scalar(select(sequence:next_value())))
end)

topic:test("stand in an INSERT", "sequences", function(t)
    local made, sequence = with_sequence(t)
    t.connection:execute(corm.insert(made):values({ id = sequence:next_value(), data = "a" }))
    t:gives({ 1 }, select(made.c.id))
end)

topic:test("give values beside keys", "sequences", function(t)
    local made = corm.Table("made", t.metadata,
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("n", corm.Integer, corm.Sequence("other_seq")))
    t.metadata:drop_all(t.engine)
    t:create_all()
    t.connection:execute(corm.insert(made), { { id = 5 }, { id = 6 } })
    t:gives({ 1, 2 }, select(made.c.n):order_by(made.c.id))
end)

topic:test("are created and dropped alone", "sequences", function(t)
    local sequence = corm.Sequence("alone_seq")
    t.connection:execute(corm.schema.CreateSequence(sequence))
    assert.equal(1, t:scalar(select(sequence:next_value())))
    t.connection:execute(corm.schema.DropSequence(sequence))
    t:raises(corm.exc.DBAPIError, t.connection.execute, t.connection,
        select(sequence:next_value()))
end)

topic:test("are columns' identities", "identity_columns", function(t)
    local made = t:table("made",
        corm.Column("id", corm.Integer, corm.Identity({ start = 5, increment = 2 }),
            { primary_key = true }),
        corm.Column("data", corm.String(20)))
    t.connection:execute(corm.insert(made), { { data = "a" }, { data = "b" } })
    t:gives({ 5, 7 }, select(made.c.id):order_by(made.c.id))
    t.connection:execute(corm.insert(made), { id = 100, data = "c" })
    t:gives({ 100 }, select(made.c.id):where(made.c.data:eq("c")))
end)

topic:test("are columns' identities and nothing else", "identity_columns", function(t)
    local made = t:table("made",
        corm.Column("id", corm.Integer, corm.Identity({ always = true }),
            { primary_key = true }),
        corm.Column("data", corm.String(20)))
    local result = t.connection:execute(corm.insert(made), { data = "a" })
    assert.equal(1, result.inserted_primary_key[1])
    t:raises(corm.exc.DBAPIError, t.connection.execute, t.connection, corm.insert(made),
        { id = 9, data = "b" })
end)

topic:test("go on after a row is deleted", "autoincrement", function(t)
    local made = t:table("made", corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("data", corm.String(20)))
    t.connection:execute(corm.insert(made), { { data = "a" }, { data = "b" } })
    t.connection:execute(corm.delete(made):where(made.c.data:eq("a")))
    t.connection:execute(corm.insert(made), { data = "c" })
    t:gives({ "b", "c" }, select(made.c.data):order_by(made.c.id))
end)

return topic
