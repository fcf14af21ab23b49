-- SPDX-License-Identifier: MIT
-- Values on their way to the database and back: texts, bytes, booleans, enumerations, UUIDs,
-- arrays, types of one's own.

local assert = require("luassert")
local corm = require("corm")

local select = corm.select

local topic = require("corm.testing.topic").new("Types")

local TEXTS = {
    "", " ", "word", "two words", "it's", '"quoted"', "back\\slash", "back\\\\slashes", "%",
    "%s", ":name", "$1", "?", "line\nline", "\t", "Grüße", "日本語", "🐢", ("x"):rep(5000),
}

topic:test("texts", function(t)
    t:round_trip(corm.Text, TEXTS)
end)

topic:test("texts without a length", function(t)
    t:round_trip(corm.String, TEXTS)
end)

topic:test("texts with a length", function(t)
    t:round_trip(corm.String(6000), TEXTS)
end)

topic:test("texts in Unicode's own types", function(t)
    t:round_trip(corm.UnicodeText, { "Grüße", "日本語" })
end)

topic:test("texts in Unicode's own types, with a length", function(t)
    t:round_trip(corm.Unicode(40), { "Grüße", "日本語" })
end)

topic:test("texts in the SQL", function(t)
    t:round_trip_literal(corm.Text, TEXTS)
end)

topic:test("texts of many parameter sets", function(t)
    local made = t:holder(corm.Text)
    local sets = {}
    for i, text in ipairs(TEXTS) do
        sets[i] = { id = i, data = text }
    end
    t.connection:execute(corm.insert(made), sets)
    t:gives(TEXTS, select(made.c.data):order_by(made.c.id))
end)

topic:test("texts that are too long", "string_lengths", function(t)
    local made = t:holder(corm.String(3))
    t:raises(corm.exc.DataError, t.connection.execute, t.connection, corm.insert(made),
        { id = 1, data = "four" })
end)

topic:test("texts with a NUL or bad UTF-8 are refused", function(t)
    local made = t:holder(corm.Text)
    for _, text in ipairs({ "a\0b", "\0", "\xFF", "\xC3", "\xED\xA0\x80" }) do
        local e = t:raises(corm.exc.DataError, t.connection.execute, t.connection,
            corm.insert(made), { id = 1, data = text })
        assert.matches("data", e.message)
    end
    t:gives({}, select(made.c.id))
end)

topic:test("values of another type are refused", function(t)
    for _, case in ipairs({
        { corm.Integer, "five" }, { corm.Integer, 1.5 },
        { corm.String, 5 }, { corm.Boolean, 5 }, { corm.Date, "tomorrow" },
        { corm.Numeric, "x" }, { corm.Float, "x" }, { corm.Integer, {} },
    }) do
        local made = t:holder(case[1])
        local e = t:raises(corm.exc.StatementError, t.connection.execute, t.connection,
            corm.insert(made), { id = 1, data = case[2] })
        assert.matches("data", e.message)
        t.metadata:drop_all(t.engine)
        t.metadata:clear()
    end
end)

topic:test("bytes", function(t)
    local all = {}
    for i = 0, 255 do
        all[i + 1] = string.char(i)
    end
    t:round_trip(corm.LargeBinary, { "", "\0", "\0\1\255", "text", table.concat(all),
        table.concat(all):rep(40) })
end)

topic:test("booleans", function(t)
    t:round_trip(corm.Boolean, { true, false })
end)

topic:test("booleans in the SQL", function(t)
    t:round_trip_literal(corm.Boolean, { true, false })
end)

topic:test("names of an Enum", function(t)
    local colours = corm.Enum("red", "light green", "it's", { name = "colour" })
    t:round_trip(colours, { "red", "light green", "it's" })
end)

topic:test("names that are not in an Enum are refused", function(t)
    local made = t:holder(corm.Enum("red", "green", { name = "colour" }))
    local e = t:raises(corm.exc.StatementError, t.connection.execute, t.connection,
        corm.insert(made), { id = 1, data = "blue" })
    assert.matches("blue", e.message)
end)

topic:test("names of an Enum in many parameter sets", function(t)
    local made = t:holder(corm.Enum("red", "green", { name = "colour" }))
    t.connection:execute(corm.insert(made), { { id = 1, data = "red" },
        { id = 2, data = "green" }, { id = 3, data = corm.NULL } })
    t:gives({ "red", "green", corm.NULL }, select(made.c.data):order_by(made.c.id))
end)

topic:test("names of an Enum that is a type of the database", "native_enum", function(t)
    local made = t:holder(corm.Enum("red", "green", { name = "colour" }))
    t.connection:exec_driver_sql("INSERT INTO holder VALUES (1, 'green'::colour)")
    t:gives({ "green" }, select(made.c.data))
end)

topic:test("names of an Enum that the table checks", function(t)
    t:holder(corm.Enum("red", "green", { name = "colour", native_enum = false,
        create_constraint = true }))
    t:raises(corm.exc.IntegrityError, t.connection.exec_driver_sql, t.connection,
        "INSERT INTO holder VALUES (1, 'blue')")
end)

topic:test("UUIDs", function(t)
    t:round_trip(corm.Uuid, { "0b5e7f0e-3b1c-4d8f-9a6b-2f8b5f7c9d10" })
end)

topic:test("arrays", "arrays", function(t)
    local made = t:holder(corm.ARRAY(corm.Integer))
    for i, list in ipairs({ { 1, 2, 3 }, {}, { corm.NULL, 5 } }) do
        t.connection:execute(corm.insert(made), { id = i, data = list })
        assert.same(list, t:scalar(select(made.c.data):where(made.c.id:eq(i))))
    end
end)

topic:test("arrays of texts", "arrays", function(t)
    local made = t:holder(corm.ARRAY(corm.Text))
    for i, list in ipairs({ { "a", "b" }, { "", "NULL", "it's", '"', "\\", "{}", "a,b", "ü" } }) do
        t.connection:execute(corm.insert(made), { id = i, data = list })
        assert.same(list, t:scalar(select(made.c.data):where(made.c.id:eq(i))))
    end
end)

topic:test("values of a decorated type", function(t)
    local Reversed = corm.TypeDecorator:extend("Reversed", {
        impl = corm.String(20), cache_ok = true,
        process_bind_param = function(_, value)
            return value and value:reverse()
        end,
        process_result_value = function(_, value)
            return value and value:reverse() .. "!"
        end,
    })
    local made = t:holder(Reversed)
    t.connection:execute(corm.insert(made), { id = 1, data = "abc" })
    assert.equal("cba", t:scalar(corm.text("SELECT data FROM holder")))
    t:gives({ "abc!" }, select(made.c.data):where(made.c.data:eq("abc")))
end)

topic:test("values of a type that is cast to", function(t)
    local made = t:holder(corm.String(20))
    t:insert(made, { { id = 1, data = "12" } })
    t:gives({ 13 }, select(corm.cast(made.c.data, corm.Integer) + 1))
end)

topic:test("values whose column has another type in the database", "strict_types", function(t)
    local made = t:holder(corm.Integer)
    t:raises(corm.exc.DBAPIError, t.connection.exec_driver_sql, t.connection,
        "INSERT INTO " .. made.name .. " VALUES (1, 'x')")
end)

return topic
