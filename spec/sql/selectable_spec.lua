-- SPDX-License-Identifier: MIT
-- What can be selected from: aliases, subqueries, compounds, CTEs, text.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local u = tables.users
local a = tables.addresses
local Integer, String, select, func = corm.Integer, corm.String, corm.select, corm.func
local text, literal, and_, column = corm.text, corm.literal, corm.and_, corm.column
local exists, bindparam, union = corm.exists, corm.bindparam, corm.union
local union_all, except_ = corm.union_all, corm.except_

describe("aliases and subqueries", function()
    it("alias", function()
        local x = t:alias("x")
        assert_compile(select(x.c.myid):where(x.c.name:eq("x")),
            "SELECT x.myid FROM mytable AS x WHERE x.name = :name_1",
            { name_1 = "x" })
    end)

    it("anonymous alias", function()
        local x = t:alias()
        assert_compile(select(x),
            "SELECT mytable_1.myid, mytable_1.name, mytable_1.description FROM mytable AS "
            .. "mytable_1",
            {})
    end)

    it("two anonymous aliases", function()
        local x, y = t:alias(), t:alias()
        assert_compile(select(x.c.myid, y.c.myid),
            "SELECT mytable_1.myid, mytable_2.myid AS myid_1 FROM mytable AS mytable_1, "
            .. "mytable AS mytable_2",
            {})
    end)

    it("table and alias", function()
        local x = t:alias()
        assert_compile(select(t.c.myid, x.c.myid):where(t.c.myid:eq(x.c.myid)),
            "SELECT mytable.myid, mytable_1.myid AS myid_1 FROM mytable, mytable AS mytable_1 "
            .. "WHERE mytable.myid = mytable_1.myid",
            {})
    end)

    it("alias function", function()
        local x = corm.alias(t, "foo")
        assert_compile(select(x.c.myid), "SELECT foo.myid FROM mytable AS foo", {})
    end)

    it("self join", function()
        local x, y = t:alias("x"), t:alias("y")
        assert_compile(select(x.c.myid):join(y, x.c.myid:eq(y.c.myid)),
            "SELECT x.myid FROM mytable AS x JOIN mytable AS y ON x.myid = y.myid",
            {})
    end)

    it("alias join by foreign key", function()
        local x = a:alias("x")
        assert_compile(select(u.c.id):join(x),
            "SELECT users.id FROM users JOIN addresses AS x ON users.id = x.user_id",
            {})
    end)

    it("subquery", function()
        local s = select(t.c.myid, t.c.name):where(t.c.name:eq("x")):subquery()
        assert_compile(select(s.c.myid),
            "SELECT anon_1.myid FROM (SELECT mytable.myid AS myid, mytable.name AS name FROM "
            .. "mytable WHERE mytable.name = :name_1) AS anon_1",
            { name_1 = "x" })
    end)

    it("named subquery", function()
        local s = select(t.c.myid):subquery("foo")
        assert_compile(select(s),
            "SELECT foo.myid FROM (SELECT mytable.myid AS myid FROM mytable) AS foo",
            {})
    end)

    it("subquery of expression", function()
        local s = select((t.c.myid + 1):label("x")):subquery("foo")
        assert_compile(select(s.c.x),
            "SELECT foo.x FROM (SELECT mytable.myid + :myid_1 AS x FROM mytable) AS foo",
            { myid_1 = 1 })
    end)

    it("subquery of unlabelled function", function()
        local s = select(func.max(t.c.myid)):subquery("foo")
        assert_compile(select(s),
            "SELECT foo.max_1 FROM (SELECT max(mytable.myid) AS max_1 FROM mytable) AS foo",
            {})
    end)

    it("subquery duplicate names", function()
        local s = select(u.c.id, a.c.id):subquery("foo")
        assert_compile(select(s),
            "SELECT foo.id, foo.id_1 FROM (SELECT users.id AS id, addresses.id AS id_1 FROM "
            .. "users, addresses) AS foo",
            {})
    end)

    it("subquery duplicate name second", function()
        local s = select(u.c.id, a.c.id):subquery("foo")
        assert_compile(select(s.c.id_1),
            "SELECT foo.id_1 FROM (SELECT users.id AS id, addresses.id AS id_1 FROM users, "
            .. "addresses) AS foo",
            {})
    end)

    it("nested subqueries", function()
        local s = select(select(t.c.myid):subquery())
        assert_compile(select(s:subquery()),
            "SELECT anon_1.myid FROM (SELECT anon_2.myid AS myid FROM (SELECT mytable.myid AS "
            .. "myid FROM mytable) AS anon_2) AS anon_1",
            {})
    end)

    it("count of subquery", function()
        assert_compile(select(func.count())
            :select_from(select(t.c.myid):where(t.c.myid:gt(5)):subquery()),
            "SELECT count(*) AS count_1 FROM (SELECT mytable.myid AS myid FROM mytable WHERE "
            .. "mytable.myid > :myid_1) AS anon_1",
            { myid_1 = 5 })
    end)

    it("alias of subquery", function()
        local s = select(t.c.myid):subquery("a"):alias("b")
        assert_compile(select(s.c.myid),
            "SELECT b.myid FROM (SELECT mytable.myid AS myid FROM mytable) AS b",
            {})
    end)

    it("correlated", function()
        assert_compile(select(
            t.c.myid,
            select(o.c.othername):where(o.c.otherid:eq(t.c.myid))
                :scalar_subquery()
        ),
            "SELECT mytable.myid, (SELECT othertable.othername FROM othertable WHERE "
            .. "othertable.otherid = mytable.myid) AS anon_1 FROM mytable",
            {})
    end)

    it("correlated in where", function()
        assert_compile(select(t.c.name)
            :where(
                t.c.myid
                    :eq(
                        select(func.max(o.c.otherid))
                            :where(o.c.othername:eq(t.c.name))
                            :scalar_subquery()
                    )
            ),
            "SELECT mytable.name FROM mytable WHERE mytable.myid = (SELECT "
            .. "max(othertable.otherid) AS max_1 FROM othertable WHERE othertable.othername = "
            .. "mytable.name)",
            {})
    end)

    it("correlate none", function()
        assert_compile(select(t.c.name)
            :where(
                t.c.myid
                    :eq(
                        select(o.c.otherid)
                            :where(o.c.othername:eq(t.c.name)):correlate(nil)
                            :scalar_subquery()
                    )
            ),
            "SELECT mytable.name FROM mytable WHERE mytable.myid = (SELECT othertable.otherid "
            .. "FROM othertable, mytable WHERE othertable.othername = mytable.name)",
            {})
    end)

    it("correlate explicit", function()
        assert_compile(select(t.c.name, o.c.otherid)
            :where(
                select(u.c.id)
                    :where(u.c.id:eq(t.c.myid), u.c.name:eq(o.c.othername))
                    :correlate(t):exists()
            ),
            "SELECT mytable.name, othertable.otherid FROM mytable, othertable WHERE EXISTS "
            .. "(SELECT users.id FROM users, othertable WHERE users.id = mytable.myid AND "
            .. "users.name = othertable.othername)",
            {})
    end)

    it("correlate_except", function()
        assert_compile(select(t.c.name)
            :where(
                select(u.c.id):where(u.c.id:eq(t.c.myid))
                    :correlate_except(u):exists()
            ),
            "SELECT mytable.name FROM mytable WHERE EXISTS (SELECT users.id FROM users WHERE "
            .. "users.id = mytable.myid)",
            {})
    end)

    it("exists in where", function()
        assert_compile(select(t.c.name):where(exists():where(o.c.otherid:eq(t.c.myid))),
            "SELECT mytable.name FROM mytable WHERE EXISTS (SELECT * FROM othertable WHERE "
            .. "othertable.otherid = mytable.myid)",
            {})
    end)

    it("exists method", function()
        assert_compile(select(t.c.name)
            :where(
                select(o.c.otherid):where(o.c.otherid:eq(t.c.myid)):exists()
            ),
            "SELECT mytable.name FROM mytable WHERE EXISTS (SELECT othertable.otherid FROM "
            .. "othertable WHERE othertable.otherid = mytable.myid)",
            {})
    end)

    it("select exists", function()
        assert_compile(select(exists():where(o.c.otherid:eq(5))),
            "SELECT EXISTS (SELECT * FROM othertable WHERE othertable.otherid = :otherid_1) AS "
            .. "anon_1",
            { otherid_1 = 5 })
    end)

    it("exists select method", function()
        assert_compile(exists(select(o.c.otherid)):select(),
            "SELECT EXISTS (SELECT othertable.otherid FROM othertable) AS anon_1",
            {})
    end)

    it("lateral", function()
        local l = select(a.c.email):where(a.c.user_id:eq(u.c.id)):lateral("l")
        assert_compile(select(u.c.id, l.c.email):select_from(u:join(l, corm.true_())),
            "SELECT users.id, l.email FROM users JOIN LATERAL (SELECT addresses.email AS email "
            .. "FROM addresses WHERE addresses.user_id = users.id) AS l ON true",
            {})
    end)

    it("values", function()
        local v = corm.values(column("a", Integer), column("b", String), { name = "v" })
            :data({ { 1, "x" }, { 2, "y" } })
        assert_compile(select(v),
            "SELECT v.a, v.b FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS v (a, "
            .. "b)",
            { param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y" })
    end)

    it("table function", function()
        local f = func.json_each("{}"):table_valued("key", "value")
        assert_compile(select(f.c.key, f.c.value),
            "SELECT anon_1.key, anon_1.value FROM json_each(:json_each_1) AS anon_1",
            { json_each_1 = "{}" })
    end)

    it("table function named", function()
        local f = func.json_each(u.c.name):table_valued("value", { name = "j" })
        assert_compile(select(f.c.value), "SELECT j.value FROM json_each(users.name) AS j", {})
    end)
end)

describe("IN", function()
    it("takes a subquery or a table for the select of all its columns", function()
        local subquery = select(o.c.otherid):subquery("s")
        assert_compile(select(t.c.name):where(t.c.myid:in_(subquery)),
            "SELECT mytable.name FROM mytable WHERE mytable.myid IN (SELECT s.otherid FROM "
            .. "(SELECT othertable.otherid AS otherid FROM othertable) AS s)", {})
    end)
end)

describe("compounds", function()
    it("union", function()
        assert_compile(union(select(t.c.myid), select(o.c.otherid)),
            "SELECT mytable.myid FROM mytable UNION SELECT othertable.otherid FROM othertable",
            {})
    end)

    it("union_all order limit", function()
        assert_compile(union_all(select(t.c.myid), select(o.c.otherid)):order_by("myid")
            :limit(5),
            "SELECT mytable.myid FROM mytable UNION ALL SELECT othertable.otherid FROM "
            .. "othertable ORDER BY myid LIMIT :param_1",
            { param_1 = 5 })
    end)

    it("except", function()
        assert_compile(except_(select(t.c.myid), select(o.c.otherid)),
            "SELECT mytable.myid FROM mytable EXCEPT SELECT othertable.otherid FROM othertable",
            {})
    end)

    it("intersect method", function()
        assert_compile(select(t.c.myid):intersect(select(o.c.otherid)),
            "SELECT mytable.myid FROM mytable INTERSECT SELECT othertable.otherid FROM "
            .. "othertable",
            {})
    end)

    it("union of three", function()
        assert_compile(union(select(t.c.myid), select(o.c.otherid), select(u.c.id)),
            "SELECT mytable.myid FROM mytable UNION SELECT othertable.otherid FROM othertable "
            .. "UNION SELECT users.id FROM users",
            {})
    end)

    it("nested union", function()
        assert_compile(union(union(select(t.c.myid), select(o.c.otherid)), select(u.c.id)),
            "(SELECT mytable.myid FROM mytable UNION SELECT othertable.otherid FROM "
            .. "othertable) UNION SELECT users.id FROM users",
            {})
    end)

    it("mixed nested", function()
        assert_compile(union(select(t.c.myid), except_(select(o.c.otherid), select(u.c.id))),
            "SELECT mytable.myid FROM mytable UNION (SELECT othertable.otherid FROM othertable "
            .. "EXCEPT SELECT users.id FROM users)",
            {})
    end)

    it("union with limited select", function()
        assert_compile(union(
            select(t.c.myid):limit(1),
            select(o.c.otherid):order_by(o.c.otherid)
        ),
            "(SELECT mytable.myid FROM mytable LIMIT :param_1) UNION (SELECT "
            .. "othertable.otherid FROM othertable ORDER BY othertable.otherid)",
            { param_1 = 1 })
    end)

    it("union subquery", function()
        local s = union(select(t.c.myid), select(o.c.otherid)):subquery("u")
        assert_compile(select(s.c.myid),
            "SELECT u.myid FROM (SELECT mytable.myid AS myid FROM mytable UNION SELECT "
            .. "othertable.otherid AS otherid FROM othertable) AS u",
            {})
    end)

    it("union in", function()
        assert_compile(select(t.c.name)
            :where(
                t.c.myid:in_(union(select(t.c.myid), select(o.c.otherid)))
            ),
            "SELECT mytable.name FROM mytable WHERE mytable.myid IN (SELECT mytable.myid FROM "
            .. "mytable UNION SELECT othertable.otherid FROM othertable)",
            {})
    end)
end)

describe("ctes", function()
    it("cte", function()
        local c = select(t.c.myid):where(t.c.name:eq("x")):cte("c")
        assert_compile(select(c.c.myid),
            "WITH c AS (SELECT mytable.myid AS myid FROM mytable WHERE mytable.name = :name_1) "
            .. "SELECT c.myid FROM c",
            { name_1 = "x" })
    end)

    it("anonymous cte", function()
        local c = select(t.c.myid):cte()
        assert_compile(select(c),
            "WITH anon_1 AS (SELECT mytable.myid AS myid FROM mytable) SELECT anon_1.myid FROM "
            .. "anon_1",
            {})
    end)

    it("cte joined", function()
        local c = select(t.c.myid):cte("c")
        assert_compile(select(u.c.id):join(c, c.c.myid:eq(u.c.id)),
            "WITH c AS (SELECT mytable.myid AS myid FROM mytable) SELECT users.id FROM users "
            .. "JOIN c ON c.myid = users.id",
            {})
    end)

    it("cte of cte", function()
        local c = select(t.c.myid):cte("c")
        local d = select(c.c.myid):cte("d")
        assert_compile(select(d),
            "WITH c AS (SELECT mytable.myid AS myid FROM mytable), d AS (SELECT c.myid AS myid "
            .. "FROM c) SELECT d.myid FROM d",
            {})
    end)

    it("recursive cte", function()
        local c = select(literal(1):label("n")):cte("c", { recursive = true })
        assert_compile(select(c:union_all(select(c.c.n + 1):where(c.c.n:lt(5)))),
            "WITH RECURSIVE c(n) AS (SELECT :param_1 AS n UNION ALL SELECT c.n + :n_1 AS "
            .. "anon_1 FROM c WHERE c.n < :n_2) SELECT c.n FROM c",
            { param_1 = 1, n_1 = 1, n_2 = 5 })
    end)

    it("recursive tree", function()
        local c = select(a.c.id):where(a.c.id:eq(1)):cte("tree", { recursive = true })
        local d = c:union_all(select(a.c.id):join(c, a.c.user_id:eq(c.c.id)))
        assert_compile(select(d.c.id),
            "WITH RECURSIVE tree(id) AS (SELECT addresses.id AS id FROM addresses WHERE "
            .. "addresses.id = :id_1 UNION ALL SELECT addresses.id AS id FROM addresses JOIN tree "
            .. "ON addresses.user_id = tree.id) SELECT tree.id FROM tree",
            { id_1 = 1 })
    end)

    it("cte alias", function()
        local c = select(t.c.myid):cte("c")
        local x = c:alias("x")
        assert_compile(select(c.c.myid, x.c.myid),
            "WITH c AS (SELECT mytable.myid AS myid FROM mytable) SELECT c.myid, x.myid AS "
            .. "myid_1 FROM c, c AS x",
            {})
    end)

    it("cte in subquery", function()
        local c = select(o.c.otherid):cte("c")
        assert_compile(select(t.c.name):where(t.c.myid:in_(select(c.c.otherid))),
            "WITH c AS (SELECT othertable.otherid AS otherid FROM othertable) SELECT "
            .. "mytable.name FROM mytable WHERE mytable.myid IN (SELECT c.otherid FROM c)",
            {})
    end)

    it("add_cte", function()
        assert_compile(select(t.c.myid):add_cte(select(o.c.otherid):cte("c")),
            "WITH c AS (SELECT othertable.otherid AS otherid FROM othertable) SELECT "
            .. "mytable.myid FROM mytable",
            {})
    end)

    it("insert with cte", function()
        local c = select(o.c.otherid):cte("c")
        assert_compile(t:insert():from_select({ "myid" }, select(c.c.otherid)),
            "WITH c AS (SELECT othertable.otherid AS otherid FROM othertable) INSERT INTO "
            .. "mytable (myid) SELECT c.otherid FROM c",
            {})
    end)
end)

describe("tables of one name", function()
    local metadata = corm.MetaData()
    local near = corm.Table("shop", metadata, corm.Column("id", Integer))
    local far = corm.Table("shop", metadata, corm.Column("id", Integer), { schema = "foo" })
    local on = near.c.id:eq(far.c.id)

    it("have an alias beside one that has a schema", function()
        assert_compile(select(near, far),
            "SELECT shop_1.id, foo.shop.id AS id_1 FROM shop AS shop_1, foo.shop", {})
        assert_compile(select(near.c.id):join(far, on),
            "SELECT shop_1.id FROM shop AS shop_1 JOIN foo.shop ON shop_1.id = foo.shop.id", {})
        assert_compile(select(near, near:alias("x").c.id, far.c.id):where(on),
            "SELECT shop_1.id, x.id AS id_1, foo.shop.id AS id_2 FROM shop AS shop_1, shop AS x, "
            .. "foo.shop WHERE shop_1.id = foo.shop.id", {})
    end)

    it("are locked by their alias", function()
        assert_compile(select(near.c.id):join(far, on):with_for_update({ of = near }),
            "SELECT shop_1.id FROM shop AS shop_1 JOIN foo.shop ON shop_1.id = foo.shop.id "
            .. "FOR UPDATE OF shop_1", {}, "postgresql")
        assert_compile(select(near.c.id):join(far, on):with_for_update({ of = far }),
            "SELECT shop_1.id FROM shop AS shop_1 JOIN foo.shop ON shop_1.id = foo.shop.id "
            .. "FOR UPDATE OF shop", {}, "postgresql")
    end)

    it("have it in the query that needs it", function()
        local inner = select(near):where(on):subquery()
        assert_compile(select(near.c.id):join(inner, inner.c.id:eq(near.c.id)),
            "SELECT shop.id FROM shop JOIN (SELECT shop_1.id AS id FROM shop AS shop_1, foo.shop "
            .. "WHERE shop_1.id = foo.shop.id) AS anon_1 ON anon_1.id = shop.id", {})
        assert_compile(select(near, far):where(exists(select(t):where(t.c.myid:eq(near.c.id)))),
            "SELECT shop_1.id, foo.shop.id AS id_1 FROM shop AS shop_1, foo.shop WHERE EXISTS "
            .. "(SELECT mytable.myid, mytable.name, mytable.description FROM mytable WHERE "
            .. "mytable.myid = shop_1.id)", {})
    end)

    it("are told apart by the schemas that they really have", function()
        assert_compile(select(near.c.id, far.c.id),
            "SELECT bar.shop.id, foo.shop.id AS id_1 FROM bar.shop, foo.shop", {},
            { schema_translate_map = { [corm.NULL] = "bar" } })
    end)
end)

describe("text statements", function()
    it("text", function()
        assert_compile(text("SELECT * FROM t WHERE a = :x"), "SELECT * FROM t WHERE a = :x", {})
    end)

    it("text columns", function()
        assert_compile(text("SELECT a, b FROM t"):columns{ a = Integer, b = String },
            "SELECT a, b FROM t",
            {})
    end)

    it("text columns positional", function()
        assert_compile(text("SELECT a, b FROM t"):columns(t.c.myid, t.c.name),
            "SELECT a, b FROM t",
            {})
    end)

    it("text columns subquery", function()
        local paired = text("SELECT b, a FROM t"):columns({ { "b", String }, { "a", Integer } })
        assert.same({ "b", "a" }, paired.selected_columns:keys())
        assert.equal("INTEGER", tostring(paired.selected_columns.a.type))
        assert.error_matches(function()
            return text("SELECT b FROM t"):columns({ { String, "b" } })
        end, "columns: columns, a table of types by name or pairs of these expected")
        local s = text("SELECT a FROM t"):columns{ a = Integer }:subquery("s")
        assert_compile(select(s.c.a), "SELECT s.a FROM (SELECT a FROM t) AS s", {})
    end)

    it("text columns by position and by name", function()
        local s = text("SELECT a, b, c FROM t WHERE a = :x")
            :columns(column("a"), column("b"), { b = Integer, c = String })
        assert.same({ "a", "b", "c" }, s.selected_columns:keys())
        assert.equal("INTEGER", tostring(s.selected_columns.b.type))
        assert_compile(s:bindparams{ x = 5 }, "SELECT a, b, c FROM t WHERE a = :x", { x = 5 })
    end)

    it("text in where", function()
        assert_compile(select(t.c.myid):where(text("x = :x")):order_by(text("y")),
            "SELECT mytable.myid FROM mytable WHERE x = :x ORDER BY y",
            {})
    end)

    it("text and expression", function()
        assert_compile(select(t.c.myid):where(and_(text("x = 1"), t.c.name:eq("y"))),
            "SELECT mytable.myid FROM mytable WHERE x = 1 AND mytable.name = :name_1",
            { name_1 = "y" })
    end)

    it("bindparam typed in text", function()
        assert_compile(text("a = :x"):bindparams(bindparam("x", { type_ = Integer })),
            "a = :x",
            {})
    end)
end)

describe("what cannot be built", function()
    local function refuses(pattern, fn)
        local ok, err = pcall(fn)
        assert.is_false(ok)
        assert.matches(pattern, err.message)
    end

    it("a set of a CTE of text", function()
        local cte = text("SELECT 1 AS a"):columns(column("a")):cte("k", { recursive = true })
        refuses("^union_all: a CTE of a select .* not a CTE of a statement_text$", function()
            cte:union_all(select(t.c.myid))
        end)
    end)

    it("UPDATE of what has no such column", function()
        refuses("^values: the name 'id' is ambiguous", function()
            corm.update(u:join(a)):values({ id = 1 })
        end)
        refuses("^unconsumed column names: the join has no column 'nmae'", function()
            corm.update(u:join(a)):values({ nmae = "x" })
        end)
        refuses("^values: mytable.name is no column of table 'c'", function()
            corm.update(select(t):cte("c")):values({ [t.c.name] = "x" })
        end)
        refuses("^values: 'q' is no table's column", function()
            corm.update(select(literal(1):label("q")):cte("c")):values({ q = 1 }):compile()
        end)
        refuses("^UPDATE of what is no table sets no column", function()
            corm.update(u:join(a)):compile()
        end)
    end)

    it("changes of samples, LATERAL and aliases of joins", function()
        for _, target in ipairs({ t:tablesample(5), t:lateral(), u:join(a):alias("j") }) do
            refuses("^update: a table or a mapped class expected", function()
                corm.update(target)
            end)
        end
        refuses("^delete: a table or a mapped class expected, got a join", function()
            corm.delete(u:join(a))
        end)
    end)

    it("CTEs of LATERAL VALUES", function()
        local ok, e = pcall(function()
            return corm.values(column("a")):data{ { 1 } }:lateral():cte()
        end)
        assert.is_false(ok)
        assert.is_true(corm.exc.CompileError:is(e))
    end)

    it("parameters of what is no text", function()
        refuses("^bindparams: only text has this, not a select", function()
            select(t):bindparams({ x = 1 })
        end)
    end)

    it("LATERAL of what is no FROM clause", function()
        refuses("^lateral: something to select from expected, got a text", function()
            corm.lateral(text("SELECT 1"))
        end)
    end)
end)
