-- SPDX-License-Identifier: MIT
-- Operators: comparison, logic, arithmetic, bits, texts.

local assert = require("luassert")
local corm = require("corm")

local select, literal = corm.select, corm.literal

local topic = require("corm.testing.topic").new("Operators")

-- Check which rows of users a condition finds.
local function finds(t, users, expected, condition)
    t:gives(expected, select(users.c.id):where(condition):order_by(users.c.id))
    t.connection:rollback()
end

local function is(t, expected, expression)
    local got = t:scalar(select(expression))
    assert.equal(expected, got)
    assert.equal(math.type(expected), math.type(got))
end

topic:test("compare", function(t)
    local users = t:users()
    local age = users.c.age
    finds(t, users, { 2, 3 }, age:eq(30))
    finds(t, users, { 1, 5 }, age:ne(30))
    finds(t, users, { 1 }, age:lt(30))
    finds(t, users, { 1, 2, 3 }, age:le(30))
    finds(t, users, { 5 }, age:gt(30))
    finds(t, users, { 2, 3, 5 }, age:ge(30))
end)

topic:test("compare columns", function(t)
    local users = t:users()
    finds(t, users, { 1, 2, 3, 5 }, users.c.age:gt(users.c.id))
end)

topic:test("look for NULL", function(t)
    local users = t:users()
    finds(t, users, { 4 }, users.c.age:is_(corm.NULL))
    finds(t, users, { 4 }, users.c.age:eq(corm.NULL))
    finds(t, users, { 1, 2, 3, 5 }, users.c.age:is_not(corm.NULL))
    finds(t, users, { 1, 2, 3, 5 }, users.c.age:ne(corm.NULL))
end)

topic:test("take NULL for a value", "is_distinct", function(t)
    local users = t:users()
    finds(t, users, { 1, 4, 5 }, users.c.age:is_distinct_from(30))
    finds(t, users, { 2, 3 }, users.c.age:is_not_distinct_from(30))
    finds(t, users, { 4 }, users.c.age:is_not_distinct_from(corm.NULL))
    finds(t, users, { 1, 2, 3, 5 }, users.c.age:is_distinct_from(corm.NULL))
end)

topic:test("look between", function(t)
    local users = t:users()
    finds(t, users, { 1, 2, 3 }, users.c.age:between(20, 30))
    finds(t, users, { 5 }, corm.not_(users.c.age:between(20, 30)))
    finds(t, users, { 2, 3 }, corm.between(users.c.age, 25, 35))
end)

topic:test("combine", function(t)
    local users = t:users()
    local young, named = users.c.age:lt(30), users.c.name:eq("eve")
    finds(t, users, { 1, 5 }, young | named)
    finds(t, users, {}, young & named)
    finds(t, users, { 2, 3, 5 }, ~young)
    finds(t, users, { 2, 3 }, corm.and_(~young, ~named))
    finds(t, users, { 1, 5 }, corm.or_(young, named))
end)

topic:test("combine in the order of the parentheses", function(t)
    local users = t:users()
    local a, b, c = users.c.id:eq(1), users.c.id:eq(2), users.c.age:eq(30)
    finds(t, users, { 2 }, (a | b) & c)
    finds(t, users, { 1, 2 }, a | (b & c))
    finds(t, users, { 1, 5 }, ~(c | b))
end)

topic:test("combine nothing", function(t)
    local users = t:users()
    finds(t, users, { 1, 2, 3, 4, 5 }, corm.and_(corm.true_()))
    finds(t, users, {}, corm.or_(corm.false_()))
end)

topic:test("compare booleans", function(t)
    local flags = t:table("flags", corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("flag", corm.Boolean))
    t:insert(flags, { { id = 1, flag = true }, { id = 2, flag = false },
        { id = 3, flag = corm.NULL } })
    local function ids(condition)
        return select(flags.c.id):where(condition)
    end
    t:gives({ 1 }, ids(flags.c.flag))
    t:gives({ 2 }, ids(~flags.c.flag))
    t:gives({ 1 }, ids(flags.c.flag:is_(true)))
    t:gives({ 2 }, ids(flags.c.flag:is_(false)))
    t:gives({ 1 }, ids(flags.c.flag:eq(true)))
    t:gives({ 3 }, ids(flags.c.flag:is_(corm.NULL)))
end)

topic:test("select conditions as booleans", function(t)
    local users = t:users()
    t:gives({ true, false, false, corm.NULL, false },
        select(users.c.age:lt(30)):order_by(users.c.id))
    t:gives({ false }, select(corm.not_(users.c.age:lt(30))):where(users.c.id:eq(1)))
end)

topic:test("add, subtract and multiply", function(t)
    is(t, 7, literal(3) + 4)
    is(t, -1, literal(3) - 4)
    is(t, 12, literal(3) * 4)
    is(t, 2.5, literal(2.0) + 0.5)
    is(t, -3, -literal(3))
    is(t, 2, 5 - literal(3))
    is(t, 8, literal(3) - -5)
end)

topic:test("divide", function(t)
    is(t, 2.5, corm.cast(literal(5) / 2, corm.Float))
    is(t, 2, literal(5) // 2)
    is(t, 1, literal(5) % 2)
    is(t, 2.5, corm.cast(literal(5.0) / 2, corm.Float))
end)

topic:test("divide columns", function(t)
    local users = t:users()
    t:gives({ 10.0 }, select(corm.cast(users.c.age / 3, corm.Float))
        :where(users.c.id:eq(2)))
    t:gives({ 6 }, select(users.c.age // 3):where(users.c.id:eq(1)))
end)

topic:test("compute in the order of the parentheses", function(t)
    is(t, 14, (literal(3) + 4) * 2)
    is(t, 11, literal(3) + literal(4) * 2)
    is(t, 3, literal(10) - (literal(5) + 2))
    is(t, 7, literal(10) - literal(5) + 2)
    is(t, 6, literal(10) - (literal(5) - 1))
end)

topic:test("compute with bits", function(t)
    is(t, 4, literal(6):bitwise_and(12))
    is(t, 14, literal(6):bitwise_or(12))
    is(t, 10, literal(6):bitwise_xor(12))
    is(t, 24, literal(6):bitwise_lshift(2))
    is(t, 1, literal(6):bitwise_rshift(2))
    is(t, -7, literal(6):bitwise_not())
end)

topic:test("join texts", function(t)
    is(t, "ab", literal("a") .. "b")
    is(t, "xab", "x" .. (literal("a") .. literal("b")))
    local users = t:users()
    t:gives({ "ann!" }, select(users.c.name .. "!"):where(users.c.id:eq(1)))
end)

-- ---- patterns ----

local WORDS = { "abc", "a%c", "a_c", "xabc", "ABC", "a/c", "a#c", "" }

local function words(t)
    local made = t:table("words",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("word", corm.String(20)))
    local rows = {}
    for i, word in ipairs(WORDS) do
        rows[i] = { id = i, word = word }
    end
    t:insert(made, rows)
    return made
end

-- SQLite's LIKE does not tell small letters from capitals, so some words are left out.
local function matches(t, made, expected, condition, skipped)
    local found = t:scalars(select(made.c.word):where(condition,
        made.c.word:ne(skipped or "ABC")):order_by(made.c.id))
    assert.same(expected, found)
end

topic:test("match patterns", function(t)
    local made = words(t)
    matches(t, made, { "abc", "a%c", "a_c", "a/c", "a#c" }, made.c.word:like("a_c"))
    matches(t, made, { "xabc", "" }, made.c.word:not_like("a_c"))
    matches(t, made, { "abc", "xabc" }, made.c.word:like("%bc"))
end)

topic:test("match patterns with an escape", function(t)
    local made = words(t)
    matches(t, made, { "a%c" }, made.c.word:like("a#%c", { escape = "#" }))
    matches(t, made, { "a_c" }, made.c.word:like("a/_c", { escape = "/" }))
end)

topic:test("match patterns whatever the case", function(t)
    local made = words(t)
    t:gives({ 1, 5 }, select(made.c.id):where(made.c.word:ilike("aBC")):order_by(made.c.id))
    t:gives({ 1, 4, 5 }, select(made.c.id):where(made.c.word:ilike("%bC")):order_by(made.c.id))
    t:gives({ 2, 3, 4, 6, 7, 8 }, select(made.c.id):where(made.c.word:not_ilike("aBC"))
        :order_by(made.c.id))
end)

topic:test("match patterns in columns whatever the case", function(t)
    local users = t:users()
    t.connection:execute(corm.update(users):where(users.c.id:eq(1)):values({ name = "ANN" }))
    finds(t, users, {}, users.c.name:ilike("nosuch%"))
end)

topic:test("look at the beginning", function(t)
    local made = words(t)
    matches(t, made, { "abc", "a%c", "a_c", "a/c", "a#c" }, made.c.word:startswith("a"))
    matches(t, made, { "abc", "a%c", "a_c", "a/c", "a#c" }, made.c.word:startswith("a%"))
    matches(t, made, { "a%c" }, made.c.word:startswith("a%", { autoescape = true }))
    matches(t, made, { "a_c" }, made.c.word:startswith("a_", { autoescape = true }))
    matches(t, made, { "a/c" }, made.c.word:startswith("a/", { autoescape = true }))
    matches(t, made, { "a#c" },
        made.c.word:startswith("a#", { autoescape = true, escape = "#" }))
end)

topic:test("look at the end", function(t)
    local made = words(t)
    matches(t, made, { "abc", "xabc" }, made.c.word:endswith("bc"))
    matches(t, made, { "a%c" }, made.c.word:endswith("%c", { autoescape = true }))
    matches(t, made, { "a_c" }, made.c.word:endswith("_c", { autoescape = true }))
    matches(t, made, { "a#c" }, made.c.word:endswith("#c", { autoescape = true, escape = "#" }))
end)

topic:test("look inside", function(t)
    local made = words(t)
    matches(t, made, { "abc", "xabc" }, made.c.word:contains("b"))
    matches(t, made, { "a%c" }, made.c.word:contains("%", { autoescape = true }))
    matches(t, made, { "a_c" }, made.c.word:contains("_", { autoescape = true }))
    matches(t, made, { "a/c" }, made.c.word:contains("/", { autoescape = true }))
    matches(t, made, { "abc", "a%c", "a_c", "xabc", "a/c", "a#c", "" },
        made.c.word:contains(""))
end)

topic:test("look inside for what a column says", function(t)
    local made = words(t)
    matches(t, made, { "abc", "xabc" }, made.c.word:contains(corm.func.lower("BC")))
end)

topic:test("look inside whatever the case", function(t)
    local made = words(t)
    t:gives({ 1, 4, 5 }, select(made.c.id):where(made.c.word:icontains("AbC"))
        :order_by(made.c.id))
    t:gives({ 1, 5 }, select(made.c.id):where(made.c.word:istartswith("AB")):order_by(made.c.id))
    t:gives({ 1, 4, 5 }, select(made.c.id):where(made.c.word:iendswith("bC"))
        :order_by(made.c.id))
end)

topic:test("match regular expressions", "regexp", function(t)
    local made = words(t)
    matches(t, made, { "abc", "xabc" }, made.c.word:regexp_match("b+c$"))
    matches(t, made, { "a%c", "a_c", "a/c", "a#c", "" },
        corm.not_(made.c.word:regexp_match("b")))
    t:gives({ 1, 5 }, select(made.c.id):where(made.c.word:regexp_match("^aBC$", "i"))
        :order_by(made.c.id))
    t:gives({ "a-c" }, select(made.c.word:regexp_replace("b", "-")):where(made.c.id:eq(1)))
end)

topic:test("are written by hand", function(t)
    is(t, 7, literal(3):op("+", { return_type = corm.Integer })(4))
    local users = t:users()
    finds(t, users, { 2, 3 }, users.c.age:bool_op("=")(30))
end)

return topic
