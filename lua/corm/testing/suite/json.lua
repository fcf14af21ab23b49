-- SPDX-License-Identifier: MIT
-- JSON.

local assert = require("luassert")
local corm = require("corm")

local select = corm.select

local topic = require("corm.testing.topic").new("JSON")

local DOCUMENTS = {
    { a = 1 },
    { a = { b = { c = { 1, 2, { d = "x" } } } } },
    { 1, 2, 3 },
    "text", 5, 2.5, true, false,
    { text = "Grüße, it's \"quoted\" \\ \n" },
    { [""] = 1, ["with space"] = 2, ["per%cent"] = 3, ["日本"] = 4 },
    { big = 9007199254740993 },
}

topic:test("documents come back as they went", "json", function(t)
    local made = t:holder(corm.JSON)
    for i, document in ipairs(DOCUMENTS) do
        t.connection:execute(corm.insert(made), { id = i, data = document })
        assert.same(document, t:scalar(select(made.c.data):where(made.c.id:eq(i))))
    end
end)

topic:test("documents of many parameter sets", "json", function(t)
    local made = t:holder(corm.JSON)
    local sets = {}
    for i, document in ipairs(DOCUMENTS) do
        sets[i] = { id = i, data = document }
    end
    t.connection:execute(corm.insert(made), sets)
    assert.same(DOCUMENTS, t:scalars(select(made.c.data):order_by(made.c.id)))
end)

topic:test("documents that are large", "json", function(t)
    local made = t:holder(corm.JSON)
    local document = {}
    for i = 1, 500 do
        document["key" .. i] = { name = ("x"):rep(20), number = i }
    end
    t.connection:execute(corm.insert(made), { id = 1, data = document })
    assert.same(document, t:scalar(select(made.c.data)))
end)

topic:test("NULL of SQL is no document", "json", function(t)
    local made = t:holder(corm.JSON)
    t.connection:execute(corm.insert(made), { { id = 1, data = corm.null() } })
    t:gives({ 1 }, select(made.c.id):where(made.c.data:is_(corm.null())))
end)

topic:test("integers stay integers", "json", function(t)
    local made = t:holder(corm.JSON)
    t.connection:execute(corm.insert(made), { id = 1, data = { i = 5, f = 5.0 } })
    local got = t:scalar(select(made.c.data))
    assert.equal("integer", math.type(got.i))
end)

local function with_document(t)
    local made = t:holder(corm.JSON)
    t:insert(made, { { id = 1, data = {
        word = "value", number = 5, real = 2.5, yes = true, no = false,
        list = { 10, 20, { deep = "bottom" } }, inner = { key = "x" },
    } } })
    return made
end

topic:test("elements are read by key", "json", function(t)
    local data = with_document(t).c.data
    t:gives({ "value" }, select(data:getitem("word")))
    t:gives({ 5 }, select(data:getitem("number")))
    assert.same({ key = "x" }, t:scalar(select(data:getitem("inner"))))
    assert.is_nil(t:scalar(select(data:getitem("nosuch"))))
end)

topic:test("elements are read by index", "json", function(t)
    local data = with_document(t).c.data
    t:gives({ 10 }, select(data:getitem("list"):getitem(0)))
    t:gives({ 20 }, select(data:getitem("list"):getitem(1)))
end)

topic:test("elements are read by path", "json", function(t)
    local data = with_document(t).c.data
    t:gives({ "bottom" }, select(data:getitem({ "list", 2, "deep" })))
    t:gives({ "x" }, select(data:getitem({ "inner", "key" })))
end)

topic:test("elements are compared as what they are", "json", function(t)
    local made = with_document(t)
    local data = made.c.data
    local function finds(condition)
        t:gives({ 1 }, select(made.c.id):where(condition))
        t:gives({}, select(made.c.id):where(corm.not_(condition)))
    end
    finds(data:getitem("word"):as_string():eq("value"))
    finds(data:getitem("number"):as_integer():eq(5))
    finds(data:getitem("real"):as_float():eq(2.5))
    finds(data:getitem("yes"):as_boolean():eq(true))
    finds(data:getitem({ "list", 2, "deep" }):as_string():eq("bottom"))
end)

topic:test("elements with difficult keys are read", "json", function(t)
    local made = t:holder(corm.JSON)
    for i, key in ipairs({
        "a", "a b", "a.b", "a%b", "it's", "$", "1", "日本", 'a "b"', "a\\b", "a\tb\1\127", "a[0]",
    }) do
        t.connection:execute(corm.insert(made), { id = i, data = { [key] = "found" } })
        t:gives({ "found" }, select(made.c.data:getitem(key):as_string()):where(made.c.id:eq(i)))
    end
end)

topic:test("documents are changed as a whole", "json", function(t)
    local made = with_document(t)
    t.connection:execute(corm.update(made):values({ data = { new = true } }))
    assert.same({ new = true }, t:scalar(select(made.c.data)))
end)

return topic
