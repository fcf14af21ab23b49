-- SPDX-License-Identifier: MIT
-- Expressions that are no operators: CASE, CAST, parameters, text, EXISTS.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local u = tables.users
local orders = tables.orders
local Integer, String, select, func = corm.Integer, corm.String, corm.select, corm.func
local text, case, cast, literal, and_ = corm.text, corm.case, corm.cast, corm.literal, corm.and_
local column, exists, bindparam = corm.column, corm.exists, corm.bindparam
local literal_column, tuple_ = corm.literal_column, corm.tuple_

describe("constructs", function()
    it("case searched", function()
        assert_compile(case(
            { t.c.myid:eq(5), "five" },
            { t.c.myid:eq(6), "six" },
            { else_ = "other" }
        ),
            "CASE WHEN (mytable.myid = :myid_1) THEN :param_1 WHEN (mytable.myid = :myid_2) "
            .. "THEN :param_2 ELSE :param_3 END",
            { myid_1 = 5, param_1 = "five", myid_2 = 6, param_2 = "six", param_3 = "other" })
    end)

    it("case simple", function()
        assert_compile(case({ a = 1 }, { value = t.c.name }),
            "CASE mytable.name WHEN :param_1 THEN :param_2 END",
            { param_1 = "a", param_2 = 1 })
    end)

    it("case without else", function()
        assert_compile(case({ t.c.myid:eq(5), t.c.name }),
            "CASE WHEN (mytable.myid = :myid_1) THEN mytable.name END",
            { myid_1 = 5 })
    end)

    it("case else null", function()
        assert_compile(case({ t.c.myid:eq(5), 1 }, { else_ = corm.null() }),
            "CASE WHEN (mytable.myid = :myid_1) THEN :param_1 ELSE NULL END",
            { myid_1 = 5, param_1 = 1 })
    end)

    it("case compared", function()
        assert_compile(case({ t.c.myid:eq(5), 1 }, { else_ = 0 }):eq(1),
            "CASE WHEN (mytable.myid = :myid_1) THEN :param_1 ELSE :param_2 END = :param_3",
            { myid_1 = 5, param_1 = 1, param_2 = 0, param_3 = 1 })
    end)

    it("cast", function()
        assert_compile(cast(t.c.myid, String), "CAST(mytable.myid AS VARCHAR)", {})
    end)

    it("cast numeric", function()
        assert_compile(cast(t.c.myid, corm.Numeric(10, 2)),
            "CAST(mytable.myid AS NUMERIC(10, 2))",
            {})
    end)

    it("cast value", function()
        assert_compile(cast("5", Integer), "CAST(:param_1 AS INTEGER)", { param_1 = "5" })
    end)

    it("cast null", function()
        assert_compile(cast(nil, Integer), "CAST(NULL AS INTEGER)", {})
    end)

    it("cast method", function()
        assert_compile(t.c.myid:cast(String(10)):eq("x"),
            "CAST(mytable.myid AS VARCHAR(10)) = :param_1",
            { param_1 = "x" })
    end)

    it("type_coerce", function()
        assert_compile(corm.type_coerce(t.c.myid, String) + "x",
            "mytable.myid || :param_1",
            { param_1 = "x" })
    end)

    it("literal", function()
        assert_compile(literal("x"), ":param_1", { param_1 = "x" })
    end)

    it("literal typed", function()
        assert_compile(literal(5, String), ":param_1", { param_1 = 5 })
    end)

    it("literal_column", function()
        assert_compile(literal_column("a.b"), "a.b", {})
    end)

    it("literal_column typed", function()
        assert_compile(literal_column("a", Integer) + 5, "a + :a_1", { a_1 = 5 })
    end)

    it("bindparam", function()
        assert_compile(bindparam("x"), ":x", {})
    end)

    it("bindparam value", function()
        assert_compile(t.c.myid:eq(bindparam("x", 5)), "mytable.myid = :x", { x = 5 })
    end)

    it("bindparam unique", function()
        assert_compile(t.c.myid:eq(bindparam("x", 5, { unique = true })),
            "mytable.myid = :x_1",
            { x_1 = 5 })
    end)

    it("text", function()
        assert_compile(text("a = :x AND b = :y"), "a = :x AND b = :y", {})
    end)

    it("text bindparams", function()
        assert_compile(text("a = :x"):bindparams{ x = 5 }, "a = :x", { x = 5 })
    end)

    it("text colon escape", function()
        assert_compile(text("a\\:\\:int = 5"), "a::int = 5", {})
    end)

    it("text with a colon behind a name's sign is no parameter", function()
        assert_compile(text("(:that$:other)"), "(:that$:other)", {})
    end)

    it("text cast colons", function()
        assert_compile(text("a::int = :x"), "a::int = :x", {})
    end)

    it("label alone", function()
        assert_compile(t.c.name:label("foo"), "mytable.name", {})
    end)

    it("tuple", function()
        assert_compile(tuple_(t.c.myid, 5), "(mytable.myid, :param_1)", { param_1 = 5 })
    end)

    it("column without table", function()
        assert_compile(column("x"):eq(5), "x = :x_1", { x_1 = 5 })
    end)

    it("column reserved", function()
        assert_compile(column("select"), "\"select\"", {})
    end)

    it("column mixed case", function()
        assert_compile(column("MixedCase"), "\"MixedCase\"", {})
    end)

    it("reserved table and column", function()
        assert_compile(orders.c.select:eq("x"),
            "\"order\".\"select\" = :select_1",
            { select_1 = "x" })
    end)

    it("datetime value", function()
        assert_compile(u.c.created:eq(corm.datetime(2024, 1, 31, 12, 0)),
            "users.created = :created_1",
            { created_1 = corm.datetime(2024, 1, 31, 12, 0) })
    end)

    it("same column twice", function()
        assert_compile(and_(t.c.myid:gt(5), t.c.myid:lt(10)),
            "mytable.myid > :myid_1 AND mytable.myid < :myid_2",
            { myid_1 = 5, myid_2 = 10 })
    end)

    it("exists", function()
        assert_compile(exists(select(o.c.otherid):where(o.c.otherid:eq(t.c.myid))),
            "EXISTS (SELECT othertable.otherid FROM othertable, mytable WHERE "
            .. "othertable.otherid = mytable.myid)",
            {})
    end)

    it("exists where", function()
        assert_compile(exists():where(o.c.otherid:eq(5)),
            "EXISTS (SELECT * FROM othertable WHERE othertable.otherid = :otherid_1)",
            { otherid_1 = 5 })
    end)

    it("exists columns", function()
        assert_compile(exists(o.c.otherid):where(o.c.otherid:eq(t.c.myid)),
            "EXISTS (SELECT othertable.otherid FROM othertable, mytable WHERE "
            .. "othertable.otherid = mytable.myid)",
            {})
    end)

    it("scalar subquery compare", function()
        assert_compile(t.c.myid:eq(select(func.max(o.c.otherid)):scalar_subquery()),
            "mytable.myid = (SELECT max(othertable.otherid) AS max_1 FROM othertable)",
            {})
    end)

    it("scalar subquery plus", function()
        assert_compile(select(func.max(o.c.otherid)):scalar_subquery() + 5,
            "(SELECT max(othertable.otherid) AS max_1 FROM othertable) + :param_1",
            { param_1 = 5 })
    end)
end)
