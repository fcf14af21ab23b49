-- SPDX-License-Identifier: MIT
-- Expressions: CASE, CAST, functions, literals, parameters.

local assert = require("luassert")
local corm = require("corm")

local select, func, literal = corm.select, corm.func, corm.literal

local topic = require("corm.testing.topic").new("Expressions")

-- Check that the expression has this value, from the database as well as its type in Lua.
local function is(t, expected, expression)
    local got = t:scalar(select(expression))
    assert.equal(expected, got)
    assert.equal(math.type(expected), math.type(got))
end

topic:test("are literals", function(t)
    is(t, 5, literal(5))
    is(t, -5, literal(-5))
    is(t, 2.5, literal(2.5))
    is(t, "it's", literal("it's"))
    is(t, true, literal(true))
    is(t, false, literal(false))
end)

topic:test("are NULL, true and false", function(t)
    assert.is_nil(t:scalar(select(corm.null())))
    local users = t:users()
    t:gives({ 5 }, select(func.count(users.c.id)):where(corm.true_()))
    t:gives({ 0 }, select(func.count(users.c.id)):where(corm.false_()))
end)

topic:test("choose by conditions", function(t)
    local users = t:users()
    local size = corm.case({ users.c.age:lt(25), "young" }, { users.c.age:lt(40), "grown" },
        { else_ = "?" })
    t:gives({ "young", "grown", "grown", "?", "?" }, select(size):order_by(users.c.id))
end)

topic:test("choose by a value", function(t)
    local users = t:users()
    local word = corm.case({ [20] = "twenty", [30] = "thirty" }, { value = users.c.age,
        else_ = "other" })
    t:gives({ "twenty", "thirty", "thirty", "other", "other" },
        select(word):order_by(users.c.id))
end)

topic:test("choose NULL where nothing else is said", function(t)
    is(t, nil, corm.case({ literal(1):eq(2), "x" }))
end)

topic:test("are cast to integers", function(t)
    is(t, 12, corm.cast("12", corm.Integer))
    is(t, 3, corm.cast(literal(1) + 2, corm.Integer))
end)

topic:test("are cast to texts", function(t)
    is(t, "12", corm.cast(literal(12), corm.String(10)))
    is(t, "12", corm.cast(literal(12), corm.Text))
end)

topic:test("are cast to decimals", function(t)
    assert.equal(corm.decimal("1.5"), t:scalar(select(corm.cast("1.50", corm.Numeric(10, 2)))))
end)

topic:test("are cast to dates", "date_casts", function(t)
    assert.equal(corm.date(2024, 2, 29), t:scalar(select(corm.cast(
        corm.date(2024, 2, 29), corm.Date))))
end)

topic:test("take another type in Lua alone", function(t)
    is(t, "x", corm.type_coerce("x", corm.String))
end)

topic:test("call functions", function(t)
    is(t, "ABC", func.upper("abc"))
    is(t, "abc", func.lower("ABC"))
    is(t, 3, func.length("abc"))
    is(t, 3, func.char_length("abc"))
    is(t, 5, func.abs(-5))
    is(t, "x", func.coalesce(corm.null(), "x", "y"))
    is(t, nil, func.nullif(1, 1))
    is(t, "bcd", func.substr("abcdef", 2, 3))
    is(t, "b", func.replace("a", "a", "b"))
    is(t, "a", func.trim("  a "))
end)

topic:test("call functions of the date", function(t)
    local now = t:scalar(select(func.now()))
    assert.is_true(now.year >= 2024)
    local today = t:scalar(select(func.current_date()))
    assert.is_true(today > corm.date(2020, 1, 1))
    local stamp = t:scalar(select(func.current_timestamp()))
    assert.is_true(stamp.year >= 2024)
end)

topic:test("call aggregates", function(t)
    local users = t:users()
    t:gives_rows({ { 32.5, 4 } }, select(corm.cast(func.avg(users.c.age), corm.Float),
        func.count(users.c.age)))
    assert.is_nil(t:scalar(select(func.sum(users.c.age)):where(users.c.id:gt(99))))
end)

topic:test("gather values in an order", "aggregate_order_by arrays", function(t)
    local users = t:users()
    local names = t:scalar(select(func.array_agg(
        corm.aggregate_order_by(users.c.name, users.c.name:desc()))))
    assert.same({ "eve", "dan", "cyd", "bob", "ann" }, names)
end)

topic:test("take parameters by name", function(t)
    t:gives({ 7 }, select(corm.bindparam("a", { type_ = corm.Integer })
        + corm.bindparam("b", { type_ = corm.Integer })), { a = 3, b = 4 })
end)

topic:test("take one parameter in several places", function(t)
    local users = t:users()
    local stmt = select(users.c.id):where(corm.or_(
        users.c.id:eq(corm.bindparam("x")), users.c.age:eq(corm.bindparam("x"))))
        :order_by(users.c.id)
    t:gives({ 1 }, stmt, { x = 1 })
    t:gives({ 2, 3 }, stmt, { x = 30 })
end)

topic:test("take parameters whose values are known", function(t)
    local users = t:users()
    local stmt = select(users.c.id):where(users.c.name:eq(corm.bindparam("n", { value = "ann" })))
    t:gives({ 1 }, stmt)
    t:gives({ 2 }, stmt, { n = "bob" })
end)

topic:test("take parameters with difficult names", function(t)
    for _, name in ipairs({
        "boring", "par(ens)", "percent%(ens)yah", "col:ons", "_starts_with", "dot.s",
        "more :: %colons%", "_name", "name_", "[brackets]", "slashes/", "more/slashes",
        "q?marks", "1param", "1col:on", "spa ces", "'quotes'", '"double"',
    }) do
        t:gives({ "x" }, select(corm.bindparam(name, { type_ = corm.String })), { [name] = "x" })
    end
end)

topic:test("take columns with difficult names", function(t)
    for i, name in ipairs({
        "par(ens)", "percent%(ens)yah", "col:ons", "dot.s", "more :: %colons%", "[brackets]",
        "slashes/", "q?marks", "spa ces", "'quotes'", '"double"', "per%", "%s", "$1", "@x",
    }) do
        local made = t:table("difficult" .. i, corm.Column("id", corm.Integer,
            { primary_key = true, autoincrement = false }), corm.Column(name, corm.String(20)))
        t.connection:execute(corm.insert(made), { { id = 1, [name] = "x" },
            { id = 2, [name] = "y" } })
        t.connection:execute(corm.update(made):where(made.c[name]:eq("y"))
            :values({ [name] = "z" }))
        local row = t.connection:execute(select(made):where(made.c[name]:in_({ "z", "q" }))):one()
        assert.equal("z", row[name])
        t.connection:commit()
    end
end)

topic:test("keep percent signs and backslashes", function(t)
    for _, text in ipairs({ "%", "%%", "%s", "100%(x)s", "\\", "\\\\", "\\'", "a\\nb", "$1", "?",
        ":x", "--", "/* */", ";" }) do
        is(t, text, literal(text))
        is(t, text, corm.literal_column("'" .. text:gsub("'", "''") .. "'"))
        assert.equal(text, t:scalar(corm.text("SELECT '" .. text:gsub("'", "''")
            :gsub(":x", "\\:x") .. "'")))
    end
end)

topic:test("extract parts of dates", function(t)
    local when = literal(corm.datetime(2024, 2, 29, 13, 14, 15))
    for part, expected in pairs({ year = 2024, month = 2, day = 29, hour = 13, minute = 14 }) do
        local got = t:scalar(select(corm.extract(part, when)))
        assert.is_true(got == expected or got == corm.decimal(expected), part)
    end
end)

topic:test("are collated", function(t)
    local users = t:users()
    local collation = t.engine.dialect.family == "sqlite" and "NOCASE" or "C"
    t:gives({ 1, 2, 3, 4, 5 }, select(users.c.id):order_by(
        users.c.name:collate(collation):asc()))
end)

topic:test("are parts of arrays", "arrays", function(t)
    local made = t:table("made", corm.Column("list", corm.ARRAY(corm.Integer)))
    t:insert(made, { { list = { 1, 2, 3 } } })
    t:gives({ 2 }, select(made.c.list:getitem(2)))
    t:gives({ { 1, 2 } }, select(made.c.list:getitem(corm.slice(1, 2))))
    t:gives({ 1 }, select(func.count()):select_from(made):where(made.c.list:any(3)))
    t:gives({ 0 }, select(func.count()):select_from(made):where(made.c.list:any(4)))
end)

return topic
