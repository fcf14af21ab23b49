-- SPDX-License-Identifier: MIT
-- Operators of columns and other expressions, in the default dialect.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local u = tables.users
local select, func, literal, and_ = corm.select, corm.func, corm.literal, corm.and_
local or_, not_, exists, bindparam = corm.or_, corm.not_, corm.exists, corm.bindparam
local tuple_ = corm.tuple_

describe("comparison", function()
    it("eq value", function()
        assert_compile(t.c.myid:eq(5), "mytable.myid = :myid_1", { myid_1 = 5 })
    end)

    it("ne string", function()
        assert_compile(t.c.name:ne("x"), "mytable.name != :name_1", { name_1 = "x" })
    end)

    it("lt", function()
        assert_compile(t.c.myid:lt(5), "mytable.myid < :myid_1", { myid_1 = 5 })
    end)

    it("le", function()
        assert_compile(t.c.myid:le(5), "mytable.myid <= :myid_1", { myid_1 = 5 })
    end)

    it("gt", function()
        assert_compile(t.c.myid:gt(5), "mytable.myid > :myid_1", { myid_1 = 5 })
    end)

    it("ge", function()
        assert_compile(t.c.myid:ge(5), "mytable.myid >= :myid_1", { myid_1 = 5 })
    end)

    it("eq column", function()
        assert_compile(t.c.myid:eq(o.c.otherid), "mytable.myid = othertable.otherid", {})
    end)

    it("eq None", function()
        assert_compile(t.c.name:eq(nil), "mytable.name IS NULL", {})
    end)

    it("eq NULL", function()
        assert_compile(t.c.name:eq(corm.NULL), "mytable.name IS NULL", {})
    end)

    it("ne None", function()
        assert_compile(t.c.name:ne(nil), "mytable.name IS NOT NULL", {})
    end)

    it("is None", function()
        assert_compile(t.c.name:is_(nil), "mytable.name IS NULL", {})
    end)

    it("is_not None", function()
        assert_compile(t.c.name:is_not(corm.NULL), "mytable.name IS NOT NULL", {})
    end)

    it("is true", function()
        assert_compile(u.c.active:is_(true), "users.active IS true", {})
    end)

    it("eq true", function()
        assert_compile(u.c.active:eq(true), "users.active = true", {})
    end)

    it("eq false", function()
        assert_compile(u.c.active:eq(false), "users.active = false", {})
    end)

    it("ne true", function()
        assert_compile(u.c.active:ne(true), "users.active != true", {})
    end)

    it("is_distinct_from", function()
        assert_compile(t.c.myid:is_distinct_from(5),
            "mytable.myid IS DISTINCT FROM :myid_1",
            { myid_1 = 5 })
    end)

    it("is_not_distinct_from", function()
        assert_compile(t.c.myid:is_not_distinct_from(nil),
            "mytable.myid IS NOT DISTINCT FROM NULL",
            {})
    end)

    it("literal on the left", function()
        assert_compile(literal(5):eq(t.c.myid), ":param_1 = mytable.myid", { param_1 = 5 })
    end)

    it("between", function()
        assert_compile(t.c.myid:between(1, 5),
            "mytable.myid BETWEEN :myid_1 AND :myid_2",
            { myid_1 = 1, myid_2 = 5 })
    end)

    it("between symmetric", function()
        assert_compile(t.c.myid:between(1, 5, { symmetric = true }),
            "mytable.myid BETWEEN SYMMETRIC :myid_1 AND :myid_2",
            { myid_1 = 1, myid_2 = 5 })
    end)

    it("not between", function()
        assert_compile(~t.c.myid:between(1, 5),
            "mytable.myid NOT BETWEEN :myid_1 AND :myid_2",
            { myid_1 = 1, myid_2 = 5 })
    end)

    it("in list", function()
        assert_compile(t.c.myid:in_({ 1, 2, 3 }),
            "mytable.myid IN (__[POSTCOMPILE_myid_1])",
            { myid_1 = { 1, 2, 3 } })
    end)

    it("in empty list", function()
        assert_compile(t.c.myid:in_({}),
            "mytable.myid IN (__[POSTCOMPILE_myid_1])",
            { myid_1 = {} })
    end)

    it("not in", function()
        assert_compile(t.c.myid:not_in({ 1, 2 }),
            "(mytable.myid NOT IN (__[POSTCOMPILE_myid_1]))",
            { myid_1 = { 1, 2 } })
    end)

    it("not of in", function()
        assert_compile(~t.c.myid:in_({ 1, 2 }),
            "(mytable.myid NOT IN (__[POSTCOMPILE_myid_1]))",
            { myid_1 = { 1, 2 } })
    end)

    it("in select", function()
        assert_compile(t.c.myid:in_(select(o.c.otherid)),
            "mytable.myid IN (SELECT othertable.otherid FROM othertable)",
            {})
    end)

    it("not in select", function()
        assert_compile(t.c.myid:not_in(select(o.c.otherid)),
            "(mytable.myid NOT IN (SELECT othertable.otherid FROM othertable))",
            {})
    end)

    it("in expressions", function()
        assert_compile(t.c.myid:in_({ o.c.otherid, 5, t.c.myid + 1 }),
            "mytable.myid IN (othertable.otherid, :myid_1, mytable.myid + :myid_2)",
            { myid_1 = 5, myid_2 = 1 })
    end)

    it("in bindparam", function()
        assert_compile(t.c.myid:in_(bindparam("ids")),
            "mytable.myid IN (__[POSTCOMPILE_ids])",
            {})
    end)

    it("in bindparam expanding", function()
        assert_compile(t.c.myid:in_(bindparam("ids", { expanding = true })),
            "mytable.myid IN (__[POSTCOMPILE_ids])",
            {})
    end)

    it("in bindparam with value", function()
        assert_compile(t.c.myid:in_(bindparam("ids", { 1, 2 }, nil)),
            "mytable.myid IN (__[POSTCOMPILE_ids])",
            { ids = { 1, 2 } })
    end)

    it("in strings", function()
        assert_compile(t.c.name:in_({ "a", "b" }),
            "mytable.name IN (__[POSTCOMPILE_name_1])",
            { name_1 = { "a", "b" } })
    end)

    it("in rendered", function()
        assert_compile(t.c.myid:in_({ 1, 2, 3 }),
            "mytable.myid IN (:myid_1_1, :myid_1_2, :myid_1_3)",
            { myid_1_1 = 1, myid_1_2 = 2, myid_1_3 = 3 }, { render_postcompile = true })
    end)

    it("in empty rendered", function()
        assert_compile(t.c.myid:in_({}),
            "mytable.myid IN (NULL) AND (1 != 1)",
            {}, { render_postcompile = true })
    end)

    it("not in empty rendered", function()
        assert_compile(t.c.myid:not_in({}),
            "(mytable.myid NOT IN (NULL) OR (1 = 1))",
            {}, { render_postcompile = true })
    end)

    it("in literal", function()
        assert_compile(t.c.myid:in_({ 1, 2, 3 }),
            "mytable.myid IN (1, 2, 3)",
            {}, { literal_binds = true })
    end)

    it("tuple in", function()
        assert_compile(tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }),
            "(mytable.myid, mytable.name) IN (__[POSTCOMPILE_param_1])",
            { param_1 = { { 1, "a" }, { 2, "b" } } })
    end)

    it("tuple in rendered", function()
        assert_compile(tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }),
            "(mytable.myid, mytable.name) IN ((:param_1_1_1, :param_1_1_2), (:param_1_2_1, "
            .. ":param_1_2_2))",
            { param_1_1_1 = 1, param_1_1_2 = "a", param_1_2_1 = 2, param_1_2_2 = "b" },
            { render_postcompile = true })
    end)

    it("tuple eq", function()
        assert_compile(tuple_(t.c.myid, t.c.name):eq(tuple_(5, "x")),
            "(mytable.myid, mytable.name) = (:param_1, :param_2)",
            { param_1 = 5, param_2 = "x" })
    end)
end)

describe("arithmetic", function()
    it("add", function()
        assert_compile(t.c.myid + 5, "mytable.myid + :myid_1", { myid_1 = 5 })
    end)

    it("reflected add", function()
        assert_compile(5 + t.c.myid, ":myid_1 + mytable.myid", { myid_1 = 5 })
    end)

    it("sub", function()
        assert_compile(t.c.myid - 5, "mytable.myid - :myid_1", { myid_1 = 5 })
    end)

    it("reflected sub", function()
        assert_compile(5 - t.c.myid, ":myid_1 - mytable.myid", { myid_1 = 5 })
    end)

    it("mul", function()
        assert_compile(t.c.myid * 5, "mytable.myid * :myid_1", { myid_1 = 5 })
    end)

    it("div", function()
        assert_compile(t.c.myid / 5, "mytable.myid / CAST(:myid_1 AS NUMERIC)", { myid_1 = 5 })
    end)

    it("floor div", function()
        assert_compile(t.c.myid // 5, "mytable.myid / :myid_1", { myid_1 = 5 })
    end)

    it("mod", function()
        assert_compile(t.c.myid % 5, "mytable.myid % :myid_1", { myid_1 = 5 })
    end)

    it("neg", function()
        assert_compile(-t.c.myid, "-mytable.myid", {})
    end)

    it("neg of sum", function()
        assert_compile(-(t.c.myid + 5), "-(mytable.myid + :myid_1)", { myid_1 = 5 })
    end)

    it("float add", function()
        assert_compile(u.c.score + 1.5, "users.score + :score_1", { score_1 = 1.5 })
    end)

    it("nested precedence", function()
        assert_compile((t.c.myid + 5) * 2,
            "(mytable.myid + :myid_1) * :param_1",
            { myid_1 = 5, param_1 = 2 })
    end)

    it("nested precedence 2", function()
        assert_compile(t.c.myid + 5 * u.c.age,
            "mytable.myid + :age_1 * users.age",
            { age_1 = 5 })
    end)

    it("sub right assoc", function()
        assert_compile(t.c.myid - (u.c.age - 3),
            "mytable.myid - (users.age - :age_1)",
            { age_1 = 3 })
    end)

    it("sum compared", function()
        assert_compile((t.c.myid + 1):eq(u.c.age * 2),
            "mytable.myid + :myid_1 = users.age * :age_1",
            { myid_1 = 1, age_1 = 2 })
    end)

    it("string concat plus", function()
        assert_compile(t.c.name + "x", "mytable.name || :name_1", { name_1 = "x" })
    end)

    it("string concat", function()
        assert_compile(t.c.name .. "x", "mytable.name || :name_1", { name_1 = "x" })
    end)

    it("reflected concat", function()
        assert_compile("x" .. t.c.name, ":name_1 || mytable.name", { name_1 = "x" })
    end)

    it("concat method", function()
        assert_compile(t.c.name:concat("x"), "mytable.name || :name_1", { name_1 = "x" })
    end)

    it("concat three", function()
        assert_compile(t.c.name + "x" + t.c.description,
            "mytable.name || :name_1 || mytable.description",
            { name_1 = "x" })
    end)

    it("bitwise", function()
        assert_compile(t.c.myid:bitwise_and(5), "mytable.myid & :myid_1", { myid_1 = 5 })
    end)

    it("bitwise or", function()
        assert_compile(t.c.myid:bitwise_or(5), "mytable.myid | :myid_1", { myid_1 = 5 })
    end)

    it("bitwise xor", function()
        assert_compile(t.c.myid:bitwise_xor(5), "mytable.myid ^ :myid_1", { myid_1 = 5 })
    end)

    it("bitwise not", function()
        assert_compile(t.c.myid:bitwise_not(), "~mytable.myid", {})
    end)
end)

describe("logic", function()
    it("and", function()
        assert_compile(and_(t.c.myid:eq(5), t.c.name:eq("x")),
            "mytable.myid = :myid_1 AND mytable.name = :name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("and op", function()
        assert_compile(t.c.myid:eq(5) & t.c.name:eq("x"),
            "mytable.myid = :myid_1 AND mytable.name = :name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("or op", function()
        assert_compile(t.c.myid:eq(5) | t.c.name:eq("x"),
            "mytable.myid = :myid_1 OR mytable.name = :name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("nested and or", function()
        assert_compile(and_(t.c.myid:eq(5), or_(t.c.name:eq("x"), t.c.name:eq("y"))),
            "mytable.myid = :myid_1 AND (mytable.name = :name_1 OR mytable.name = :name_2)",
            { myid_1 = 5, name_1 = "x", name_2 = "y" })
    end)

    it("nested or and", function()
        assert_compile(or_(t.c.myid:eq(5), and_(t.c.name:eq("x"), t.c.name:eq("y"))),
            "mytable.myid = :myid_1 OR mytable.name = :name_1 AND mytable.name = :name_2",
            { myid_1 = 5, name_1 = "x", name_2 = "y" })
    end)

    it("flatten and", function()
        assert_compile(and_(t.c.myid:eq(5), and_(t.c.name:eq("x"), t.c.name:eq("y"))),
            "mytable.myid = :myid_1 AND mytable.name = :name_1 AND mytable.name = :name_2",
            { myid_1 = 5, name_1 = "x", name_2 = "y" })
    end)

    it("single and", function()
        assert_compile(and_(t.c.myid:eq(5)), "mytable.myid = :myid_1", { myid_1 = 5 })
    end)

    it("not eq", function()
        assert_compile(not_(t.c.myid:eq(5)), "mytable.myid != :myid_1", { myid_1 = 5 })
    end)

    it("invert lt", function()
        assert_compile(~(t.c.myid:lt(5)), "mytable.myid >= :myid_1", { myid_1 = 5 })
    end)

    it("not and", function()
        assert_compile(not_(and_(t.c.myid:eq(5), t.c.name:eq("x"))),
            "NOT (mytable.myid = :myid_1 AND mytable.name = :name_1)",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("not boolean column", function()
        assert_compile(not_(u.c.active), "NOT users.active", {})
    end)

    it("invert boolean column", function()
        assert_compile(~u.c.active, "NOT users.active", {})
    end)

    it("double not", function()
        assert_compile(not_(not_(t.c.myid:eq(5))), "mytable.myid = :myid_1", { myid_1 = 5 })
    end)

    it("not like", function()
        assert_compile(~t.c.name:like("x%"), "mytable.name NOT LIKE :name_1", { name_1 = "x%" })
    end)

    it("and with true", function()
        assert_compile(and_(corm.true_(), t.c.myid:eq(5)),
            "mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("and with false", function()
        assert_compile(and_(t.c.myid:eq(5), corm.false_()), "false", {})
    end)

    it("or with true", function()
        assert_compile(or_(t.c.myid:eq(5), corm.true_()), "true", {})
    end)

    it("or with false", function()
        assert_compile(or_(corm.false_(), t.c.myid:eq(5)),
            "mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("and with python bool", function()
        assert_compile(and_(true, t.c.myid:eq(5)), "mytable.myid = :myid_1", { myid_1 = 5 })
    end)

    it("not true", function()
        assert_compile(not_(corm.true_()), "false", {})
    end)

    it("null", function()
        assert_compile(corm.null(), "NULL", {})
    end)

    it("boolean column in and", function()
        assert_compile(and_(u.c.active, t.c.myid:eq(5)),
            "users.active AND mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("not exists", function()
        assert_compile(~exists(select(o.c.otherid)),
            "NOT (EXISTS (SELECT othertable.otherid FROM othertable))",
            {})
    end)
end)

describe("patterns", function()
    it("like", function()
        assert_compile(t.c.name:like("x%"), "mytable.name LIKE :name_1", { name_1 = "x%" })
    end)

    it("like escape", function()
        assert_compile(t.c.name:like("x/%", { escape = "/" }),
            "mytable.name LIKE :name_1 ESCAPE '/'",
            { name_1 = "x/%" })
    end)

    it("not_like", function()
        assert_compile(t.c.name:not_like("x%"),
            "mytable.name NOT LIKE :name_1",
            { name_1 = "x%" })
    end)

    it("ilike", function()
        assert_compile(t.c.name:ilike("x%"),
            "lower(mytable.name) LIKE lower(:name_1)",
            { name_1 = "x%" })
    end)

    it("not_ilike", function()
        assert_compile(t.c.name:not_ilike("x%"),
            "lower(mytable.name) NOT LIKE lower(:name_1)",
            { name_1 = "x%" })
    end)

    it("startswith", function()
        assert_compile(t.c.name:startswith("x"),
            "mytable.name LIKE :name_1 || '%'",
            { name_1 = "x" })
    end)

    it("endswith", function()
        assert_compile(t.c.name:endswith("x"),
            "mytable.name LIKE '%' || :name_1",
            { name_1 = "x" })
    end)

    it("contains", function()
        assert_compile(t.c.name:contains("x"),
            "mytable.name LIKE '%' || :name_1 || '%'",
            { name_1 = "x" })
    end)

    it("contains autoescape", function()
        assert_compile(t.c.name:contains("50%_/x", { autoescape = true }),
            "mytable.name LIKE '%' || :name_1 || '%' ESCAPE '/'",
            { name_1 = "50/%/_//x" })
    end)

    it("startswith autoescape escape", function()
        assert_compile(t.c.name:startswith("a%b", { autoescape = true, escape = "#" }),
            "mytable.name LIKE :name_1 || '%' ESCAPE '#'",
            { name_1 = "a#%b" })
    end)

    it("contains column", function()
        assert_compile(t.c.name:contains(t.c.description),
            "mytable.name LIKE '%' || mytable.description || '%'",
            {})
    end)

    it("icontains", function()
        assert_compile(t.c.name:icontains("x"),
            "lower(mytable.name) LIKE '%' || lower(:name_1) || '%'",
            { name_1 = "x" })
    end)

    it("istartswith", function()
        assert_compile(t.c.name:istartswith("x"),
            "lower(mytable.name) LIKE lower(:name_1) || '%'",
            { name_1 = "x" })
    end)

    it("iendswith", function()
        assert_compile(t.c.name:iendswith("x"),
            "lower(mytable.name) LIKE '%' || lower(:name_1)",
            { name_1 = "x" })
    end)

    it("not contains", function()
        assert_compile(~t.c.name:contains("x"),
            "mytable.name NOT LIKE '%' || :name_1 || '%'",
            { name_1 = "x" })
    end)

    it("match", function()
        assert_compile(t.c.name:match("x"), "mytable.name MATCH :name_1", { name_1 = "x" })
    end)

    it("regexp_match", function()
        assert_compile(t.c.name:regexp_match("^x"),
            "mytable.name <regexp> :name_1",
            { name_1 = "^x" })
    end)

    it("regexp_replace", function()
        assert_compile(t.c.name:regexp_replace("x", "y"),
            "<regexp replace>(mytable.name, :name_1, :name_2)",
            { name_1 = "x", name_2 = "y" })
    end)

    it("like with expression", function()
        assert_compile(t.c.name:like(t.c.description .. "%"),
            "mytable.name LIKE (mytable.description || :description_1)",
            { description_1 = "%" })
    end)
end)

describe("ordering and postfix", function()
    it("desc", function()
        assert_compile(t.c.name:desc(), "mytable.name DESC", {})
    end)

    it("asc", function()
        assert_compile(t.c.name:asc(), "mytable.name ASC", {})
    end)

    it("desc nulls last", function()
        assert_compile(t.c.name:desc():nulls_last(), "mytable.name DESC NULLS LAST", {})
    end)

    it("nulls first", function()
        assert_compile(t.c.name:nulls_first(), "mytable.name NULLS FIRST", {})
    end)

    it("desc function", function()
        assert_compile(corm.desc(t.c.name), "mytable.name DESC", {})
    end)

    it("distinct", function()
        assert_compile(t.c.name:distinct(), "DISTINCT mytable.name", {})
    end)

    it("count distinct", function()
        assert_compile(func.count(t.c.name:distinct()), "count(DISTINCT mytable.name)", {})
    end)

    it("collate eq", function()
        assert_compile(t.c.name:collate("utf8"):eq("x"),
            "(mytable.name COLLATE utf8) = :param_1",
            { param_1 = "x" })
    end)

    it("any", function()
        assert_compile(t.c.myid:eq(corm.any_(select(o.c.otherid):scalar_subquery())),
            "mytable.myid = ANY (SELECT othertable.otherid FROM othertable)",
            {})
    end)

    it("all", function()
        assert_compile(t.c.myid:gt(corm.all_(select(o.c.otherid):scalar_subquery())),
            "mytable.myid > ALL (SELECT othertable.otherid FROM othertable)",
            {})
    end)
end)

describe("custom operators", function()
    it("op", function()
        assert_compile(t.c.name:op("->")("x"), "mytable.name -> :name_1", { name_1 = "x" })
    end)

    it("op precedence", function()
        assert_compile(t.c.myid:op("&", { precedence = 5 })(5):eq(3),
            "(mytable.myid & :myid_1) = :param_1",
            { myid_1 = 5, param_1 = 3 })
    end)

    it("bool_op", function()
        assert_compile(t.c.name:bool_op("~~")("x"), "mytable.name ~~ :name_1", { name_1 = "x" })
    end)

    it("op chain", function()
        assert_compile(t.c.myid:op("#")(1):op("@")(2),
            "(mytable.myid # :myid_1) @ :param_1",
            { myid_1 = 1, param_1 = 2 })
    end)

    it("op in and", function()
        assert_compile(and_(t.c.myid:op("~", { is_comparison = true })(1), t.c.name:eq("x")),
            "(mytable.myid ~ :myid_1) AND mytable.name = :name_1",
            { myid_1 = 1, name_1 = "x" })
    end)
end)
