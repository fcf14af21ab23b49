-- SPDX-License-Identifier: MIT
-- SELECT and its joins, in the default dialect.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local u = tables.users
local a = tables.addresses
local orders = tables.orders
local String, select, func, text = corm.String, corm.select, corm.func, corm.text
local cast, literal, and_, or_ = corm.cast, corm.literal, corm.and_, corm.or_
local bindparam, literal_column = corm.bindparam, corm.literal_column

describe("select basics", function()
    it("table", function()
        assert_compile(select(t),
            "SELECT mytable.myid, mytable.name, mytable.description FROM mytable",
            {})
    end)

    it("columns", function()
        assert_compile(select(t.c.myid, t.c.name),
            "SELECT mytable.myid, mytable.name FROM mytable",
            {})
    end)

    it("where", function()
        assert_compile(select(t):where(t.c.myid:eq(5)),
            "SELECT mytable.myid, mytable.name, mytable.description FROM mytable WHERE "
            .. "mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("where twice", function()
        assert_compile(select(t.c.myid):where(t.c.myid:eq(5)):where(t.c.name:eq("x")),
            "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1 AND mytable.name = "
            .. ":name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("where or then and", function()
        assert_compile(select(t.c.myid):where(or_(t.c.myid:eq(5), t.c.myid:eq(6)))
            :where(t.c.name:eq("x")),
            "SELECT mytable.myid FROM mytable WHERE (mytable.myid = :myid_1 OR mytable.myid = "
            .. ":myid_2) AND mytable.name = :name_1",
            { myid_1 = 5, myid_2 = 6, name_1 = "x" })
    end)

    it("where several", function()
        assert_compile(select(t.c.myid):where(t.c.myid:eq(5), t.c.name:eq("x")),
            "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1 AND mytable.name = "
            .. ":name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("filter", function()
        assert_compile(select(t.c.myid):filter(t.c.myid:eq(5)),
            "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("filter_by has the order of the table", function()
        local people = corm.Table("people", corm.MetaData(), corm.Column("name", corm.String),
            corm.Column("town", corm.String), corm.Column("age", corm.Integer))
        for _, from in ipairs({ people, people:alias("people") }) do
            local query = select(from.c.age):filter_by{ age = 5, town = "b", name = "a" }
            assert_compile(query, "SELECT people.age FROM people"
                .. (from == people and "" or " AS people")
                .. " WHERE people.name = :name_1 AND people.town = :town_1 AND people.age = :age_1")
        end
    end)

    it("filter_by", function()
        assert_compile(select(t.c.myid):filter_by{ myid = 5, name = "x" },
            "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1 AND mytable.name = "
            .. ":name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("where boolean column", function()
        assert_compile(select(u.c.id):where(u.c.active),
            "SELECT users.id FROM users WHERE users.active",
            {})
    end)

    it("where not boolean column", function()
        assert_compile(select(u.c.id):where(~u.c.active),
            "SELECT users.id FROM users WHERE NOT users.active",
            {})
    end)

    it("where true", function()
        assert_compile(select(u.c.id):where(corm.true_()),
            "SELECT users.id FROM users WHERE true",
            {})
    end)

    it("where false", function()
        assert_compile(select(u.c.id):where(corm.false_()),
            "SELECT users.id FROM users WHERE false",
            {})
    end)

    it("label", function()
        assert_compile(select(t.c.myid:label("x"), (t.c.myid + 1):label("y")),
            "SELECT mytable.myid AS x, mytable.myid + :myid_1 AS y FROM mytable",
            { myid_1 = 1 })
    end)

    it("unlabelled expression", function()
        assert_compile(select(t.c.myid + 1, func.lower(t.c.name)),
            "SELECT mytable.myid + :myid_1 AS anon_1, lower(mytable.name) AS lower_1 FROM "
            .. "mytable",
            { myid_1 = 1 })
    end)

    it("two expressions", function()
        assert_compile(select(
            t.c.myid + 1,
            t.c.myid + 2,
            func.max(t.c.myid),
            func.max(t.c.name)
        ),
            "SELECT mytable.myid + :myid_1 AS anon_1, mytable.myid + :myid_2 AS anon_2, "
            .. "max(mytable.myid) AS max_1, max(mytable.name) AS max_2 FROM mytable",
            { myid_1 = 1, myid_2 = 2 })
    end)

    it("cast column", function()
        assert_compile(select(cast(t.c.myid, String)),
            "SELECT CAST(mytable.myid AS VARCHAR) AS myid FROM mytable",
            {})
    end)

    it("literal columns", function()
        assert_compile(select(literal(1), literal("x"):label("y")),
            "SELECT :param_1 AS anon_1, :param_2 AS y",
            { param_1 = 1, param_2 = "x" })
    end)

    it("literal_column", function()
        assert_compile(select(literal_column("1"), t.c.myid),
            "SELECT 1, mytable.myid FROM mytable",
            {})
    end)

    it("text column", function()
        assert_compile(select(text("a, b"), t.c.myid),
            "SELECT a, b, mytable.myid FROM mytable",
            {})
    end)

    it("no from", function()
        assert_compile(select(func.now()), "SELECT now() AS now_1", {})
    end)

    it("two tables", function()
        assert_compile(select(t.c.myid, o.c.otherid):where(t.c.myid:eq(o.c.otherid)),
            "SELECT mytable.myid, othertable.otherid FROM mytable, othertable WHERE "
            .. "mytable.myid = othertable.otherid",
            {})
    end)

    it("duplicate names", function()
        assert_compile(select(u.c.id, a.c.id),
            "SELECT users.id, addresses.id AS id_1 FROM users, addresses",
            {})
    end)

    it("duplicate names three", function()
        assert_compile(select(u, a),
            "SELECT users.id, users.name, users.age, users.active, users.created, users.score, "
            .. "users.data, addresses.id AS id_1, addresses.user_id, addresses.email FROM users, "
            .. "addresses",
            {})
    end)

    it("same column twice", function()
        assert_compile(select(u.c.id, u.c.id),
            "SELECT users.id, users.id AS id__1 FROM users",
            {})
    end)

    it("group by having", function()
        assert_compile(select(u.c.name, func.count(u.c.id)):group_by(u.c.name)
            :having(func.count(u.c.id):gt(5)),
            "SELECT users.name, count(users.id) AS count_1 FROM users GROUP BY users.name "
            .. "HAVING count(users.id) > :count_2",
            { count_2 = 5 })
    end)

    it("group by two", function()
        assert_compile(select(u.c.name):group_by(u.c.name, u.c.age),
            "SELECT users.name FROM users GROUP BY users.name, users.age",
            {})
    end)

    it("order by", function()
        assert_compile(select(t.c.myid):order_by(t.c.name, t.c.myid:desc()),
            "SELECT mytable.myid FROM mytable ORDER BY mytable.name, mytable.myid DESC",
            {})
    end)

    it("order by twice", function()
        assert_compile(select(t.c.myid):order_by(t.c.name):order_by(t.c.myid),
            "SELECT mytable.myid FROM mytable ORDER BY mytable.name, mytable.myid",
            {})
    end)

    it("order by none", function()
        assert_compile(select(t.c.myid):order_by(t.c.name):order_by(nil),
            "SELECT mytable.myid FROM mytable",
            {})
    end)

    it("order by label", function()
        assert_compile(select((t.c.myid + 1):label("x")):order_by("x"),
            "SELECT mytable.myid + :myid_1 AS x FROM mytable ORDER BY x",
            { myid_1 = 1 })
    end)

    it("order by label desc", function()
        assert_compile(select((t.c.myid + 1):label("x")):order_by(corm.desc("x")),
            "SELECT mytable.myid + :myid_1 AS x FROM mytable ORDER BY x DESC",
            { myid_1 = 1 })
    end)

    it("order by label object", function()
        local l = (t.c.myid + 1):label("x")
        assert_compile(select(l):order_by(l),
            "SELECT mytable.myid + :myid_1 AS x FROM mytable ORDER BY x",
            { myid_1 = 1 })
    end)

    it("order by column name", function()
        assert_compile(select(t.c.myid, t.c.name):order_by("name"),
            "SELECT mytable.myid, mytable.name FROM mytable ORDER BY mytable.name",
            {})
    end)

    it("order by the name of a column of no table", function()
        assert_compile(select(corm.column("x"), corm.column("y")):select_from(corm.text("t"))
            :order_by("y"), "SELECT x, y FROM t ORDER BY y", {})
    end)

    it("subquery of an unlabelled select tells its columns apart", function()
        local inner = select(t.c.myid, t.c.myid):set_label_style(corm.LABEL_STYLE_NONE)
        assert_compile(inner, "SELECT mytable.myid, mytable.myid FROM mytable", {})
        assert_compile(select(inner:subquery()),
            "SELECT anon_1.myid, anon_1.myid AS myid_1 FROM (SELECT mytable.myid AS myid, "
            .. "mytable.myid AS myid__1 FROM mytable) AS anon_1", {})
    end)

    it("exists takes the hints of its select", function()
        assert_compile(select(corm.exists(1):where(t.c.myid:eq(5)):with_hint(t, "ONLY",
            "postgresql"):with_statement_hint("-- fast")),
            "SELECT EXISTS (SELECT 1 FROM mytable WHERE mytable.myid = :myid_1 -- fast) "
            .. "AS anon_1", { myid_1 = 5 })
    end)

    it("group by label", function()
        assert_compile(select(func.lower(t.c.name):label("n"), func.count()):group_by("n"),
            "SELECT lower(mytable.name) AS n, count(*) AS count_1 FROM mytable GROUP BY n",
            {})
    end)

    it("limit", function()
        assert_compile(select(t.c.myid):limit(5),
            "SELECT mytable.myid FROM mytable LIMIT :param_1",
            { param_1 = 5 })
    end)

    it("offset", function()
        assert_compile(select(t.c.myid):offset(5),
            "SELECT mytable.myid FROM mytable LIMIT -1 OFFSET :param_1",
            { param_1 = 5 })
    end)

    it("limit offset", function()
        assert_compile(select(t.c.myid):limit(5):offset(10),
            "SELECT mytable.myid FROM mytable LIMIT :param_1 OFFSET :param_2",
            { param_1 = 5, param_2 = 10 })
    end)

    it("limit reset", function()
        assert_compile(select(t.c.myid):limit(5):limit(nil),
            "SELECT mytable.myid FROM mytable",
            {})
    end)

    it("limit expression", function()
        assert_compile(select(t.c.myid):limit(bindparam("n") + 1),
            "SELECT mytable.myid FROM mytable LIMIT :n + :param_1",
            { param_1 = 1 })
    end)

    it("slice", function()
        assert_compile(select(t.c.myid):slice(2, 7),
            "SELECT mytable.myid FROM mytable LIMIT :param_1 OFFSET :param_2",
            { param_1 = 5, param_2 = 2 })
    end)

    it("fetch", function()
        assert_compile(select(t.c.myid):order_by(t.c.myid):fetch(5),
            "SELECT mytable.myid FROM mytable ORDER BY mytable.myid FETCH FIRST :param_1 ROWS "
            .. "ONLY",
            { param_1 = 5 })
    end)

    it("fetch ties", function()
        assert_compile(select(t.c.myid):order_by(t.c.myid):fetch(5, { with_ties = true }),
            "SELECT mytable.myid FROM mytable ORDER BY mytable.myid FETCH FIRST :param_1 ROWS "
            .. "WITH TIES",
            { param_1 = 5 })
    end)

    it("fetch percent offset", function()
        assert_compile(select(t.c.myid):order_by(t.c.myid):offset(3)
            :fetch(5, { percent = true }),
            "SELECT mytable.myid FROM mytable ORDER BY mytable.myid OFFSET :param_1 ROWS FETCH "
            .. "FIRST :param_2 PERCENT ROWS ONLY",
            { param_1 = 3, param_2 = 5 })
    end)

    it("distinct", function()
        assert_compile(select(t.c.myid):distinct(),
            "SELECT DISTINCT mytable.myid FROM mytable",
            {})
    end)

    it("select_from", function()
        assert_compile(select(func.count()):select_from(t),
            "SELECT count(*) AS count_1 FROM mytable",
            {})
    end)

    it("select_from join", function()
        assert_compile(select(u.c.id):select_from(u:join(a)),
            "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id",
            {})
    end)

    it("for update", function()
        assert_compile(select(t.c.myid):with_for_update(),
            "SELECT mytable.myid FROM mytable FOR UPDATE",
            {})
    end)

    it("for update nowait", function()
        assert_compile(select(t.c.myid):with_for_update({ nowait = true }),
            "SELECT mytable.myid FROM mytable FOR UPDATE",
            {})
    end)

    it("add_columns", function()
        assert_compile(select(t.c.myid):add_columns(t.c.name),
            "SELECT mytable.myid, mytable.name FROM mytable",
            {})
    end)

    it("with_only_columns", function()
        assert_compile(select(t.c.myid):where(t.c.name:eq("x")):with_only_columns(t.c.name),
            "SELECT mytable.name FROM mytable WHERE mytable.name = :name_1",
            { name_1 = "x" })
    end)

    it("with_only_columns keep from", function()
        assert_compile(select(t.c.myid)
            :with_only_columns(
                func.count(),
                { maintain_column_froms = true }
            ),
            "SELECT count(*) AS count_1 FROM mytable",
            {})
    end)

    it("prefix", function()
        assert_compile(select(t.c.myid):prefix_with("SQL_CACHE", "STRAIGHT"),
            "SELECT SQL_CACHE STRAIGHT mytable.myid FROM mytable",
            {})
    end)

    it("tablename labels", function()
        assert_compile(select(t.c.myid, o.c.otherid):set_label_style("tablename_plus_col"),
            "SELECT mytable.myid AS mytable_myid, othertable.otherid AS othertable_otherid "
            .. "FROM mytable, othertable",
            {})
    end)

    it("label style none", function()
        assert_compile(select(u.c.id, a.c.id):set_label_style("none"),
            "SELECT users.id, addresses.id FROM users, addresses",
            {})
    end)

    it("reserved table name", function()
        assert_compile(select(orders),
            "SELECT \"order\".id, \"order\".\"user\", \"order\".\"Total Price\", "
            .. "\"order\".\"select\" FROM \"order\"",
            {})
    end)

    it("reserved where", function()
        assert_compile(select(orders.c.id):where(orders.c.select:eq("x")),
            "SELECT \"order\".id FROM \"order\" WHERE \"order\".\"select\" = :select_1",
            { select_1 = "x" })
    end)

    it("scalar subquery column", function()
        assert_compile(select(t.c.myid, select(func.max(o.c.otherid)):scalar_subquery()),
            "SELECT mytable.myid, (SELECT max(othertable.otherid) AS max_1 FROM othertable) AS "
            .. "anon_1 FROM mytable",
            {})
    end)

    it("scalar subquery label", function()
        assert_compile(select(t.c.myid, select(func.max(o.c.otherid)):label("m")),
            "SELECT mytable.myid, (SELECT max(othertable.otherid) AS max_1 FROM othertable) AS "
            .. "m FROM mytable",
            {})
    end)

    it("literal binds", function()
        assert_compile(select(t.c.myid)
            :where(t.c.name:eq("it's"), t.c.myid:in_({ 1, 2 })):limit(3),
            "SELECT mytable.myid FROM mytable WHERE mytable.name = 'it''s' AND mytable.myid IN "
            .. "(1, 2) LIMIT 3",
            {}, { literal_binds = true })
    end)

    it("literal binds null and bool", function()
        assert_compile(select(literal(5), literal("x"), corm.null(), corm.true_()),
            "SELECT 5 AS anon_1, 'x' AS anon_2, NULL AS anon_3, true AS anon_4",
            {}, { literal_binds = true })
    end)

    it("literal binds decimal", function()
        assert_compile(select(t.c.myid)
            :where(orders.c["Total Price"]:eq(corm.decimal("5.50"))),
            "SELECT mytable.myid FROM mytable, \"order\" WHERE \"order\".\"Total Price\" = 5.50",
            {}, { literal_binds = true })
    end)

    it("params", function()
        assert_compile(select(t.c.myid):where(t.c.myid:eq(bindparam("x"))):params{ x = 7 },
            "SELECT mytable.myid FROM mytable WHERE mytable.myid = :x",
            { x = 7 })
    end)

    it("table select method", function()
        assert_compile(t:select():where(t.c.myid:eq(5)),
            "SELECT mytable.myid, mytable.name, mytable.description FROM mytable WHERE "
            .. "mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("select star text", function()
        assert_compile(select(text("*")):select_from(t), "SELECT * FROM mytable", {})
    end)

    it("select_from text", function()
        assert_compile(select(literal_column("*")):select_from(text("foo")),
            "SELECT * FROM foo",
            {})
    end)
end)

describe("names as strings in ORDER BY", function()
    it("are columns without a table", function()
        assert_compile(select(corm.column("a b")):order_by("a b"):group_by("a b"),
            'SELECT "a b" GROUP BY "a b" ORDER BY "a b"', {})
    end)

    it("are the text of a literal_column", function()
        assert_compile(select(corm.literal_column("1 + 1")):order_by(corm.desc("1 + 1")),
            "SELECT 1 + 1 ORDER BY 1 + 1 DESC", {})
    end)

    it("are labels with the name of the table", function()
        local named = select(t.c.myid, t.c.name)
            :set_label_style(corm.LABEL_STYLE_TABLENAME_PLUS_COL)
        assert_compile(named:order_by("mytable_name", "myid"),
            "SELECT mytable.myid AS mytable_myid, mytable.name AS mytable_name FROM mytable "
            .. "ORDER BY mytable.name, mytable.myid", {})
    end)
end)

describe("joins", function()
    it("join by foreign key", function()
        assert_compile(select(u.c.id, a.c.email):join(a),
            "SELECT users.id, addresses.email FROM users JOIN addresses ON users.id = "
            .. "addresses.user_id",
            {})
    end)

    it("join_from", function()
        assert_compile(select(u.c.id, a.c.email):join_from(u, a),
            "SELECT users.id, addresses.email FROM users JOIN addresses ON users.id = "
            .. "addresses.user_id",
            {})
    end)

    it("join from columns of one", function()
        assert_compile(select(u.c.id):join(a),
            "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id",
            {})
    end)

    it("join on", function()
        assert_compile(select(t.c.myid):join(o, t.c.myid:eq(o.c.otherid)),
            "SELECT mytable.myid FROM mytable JOIN othertable ON mytable.myid = "
            .. "othertable.otherid",
            {})
    end)

    it("outer join", function()
        assert_compile(select(t.c.myid)
            :join(o, t.c.myid:eq(o.c.otherid), { isouter = true }),
            "SELECT mytable.myid FROM mytable LEFT OUTER JOIN othertable ON mytable.myid = "
            .. "othertable.otherid",
            {})
    end)

    it("outerjoin", function()
        assert_compile(select(u.c.id):outerjoin(a),
            "SELECT users.id FROM users LEFT OUTER JOIN addresses ON users.id = "
            .. "addresses.user_id",
            {})
    end)

    it("full join", function()
        assert_compile(select(u.c.id):join(a, { full = true }),
            "SELECT users.id FROM users FULL OUTER JOIN addresses ON users.id = "
            .. "addresses.user_id",
            {})
    end)

    it("two joins", function()
        assert_compile(select(u.c.id):join(a):join(t, t.c.myid:eq(a.c.id)),
            "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id JOIN "
            .. "mytable ON mytable.myid = addresses.id",
            {})
    end)

    it("select_from then join", function()
        assert_compile(select(a.c.email):select_from(u):join(a),
            "SELECT addresses.email FROM users JOIN addresses ON users.id = addresses.user_id",
            {})
    end)

    it("reverse direction", function()
        assert_compile(select(a.c.email):join(u),
            "SELECT addresses.email FROM addresses JOIN users ON users.id = addresses.user_id",
            {})
    end)

    it("join object", function()
        assert_compile(select(u:join(a)),
            "SELECT users.id, users.name, users.age, users.active, users.created, users.score, "
            .. "users.data, addresses.id AS id_1, addresses.user_id, addresses.email FROM users "
            .. "JOIN addresses ON users.id = addresses.user_id",
            {})
    end)

    it("join object on", function()
        assert_compile(select(t.c.myid):select_from(t:join(o, t.c.myid:eq(o.c.otherid))),
            "SELECT mytable.myid FROM mytable JOIN othertable ON mytable.myid = "
            .. "othertable.otherid",
            {})
    end)

    it("outer join object", function()
        assert_compile(select(u.c.id):select_from(u:outerjoin(a)),
            "SELECT users.id FROM users LEFT OUTER JOIN addresses ON users.id = "
            .. "addresses.user_id",
            {})
    end)

    it("nested join object", function()
        assert_compile(select(u.c.id):select_from(u:join(a):join(t, t.c.myid:eq(a.c.id))),
            "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id JOIN "
            .. "mytable ON mytable.myid = addresses.id",
            {})
    end)

    it("right nested join", function()
        assert_compile(select(t.c.myid)
            :select_from(t:outerjoin(u:join(a), u.c.id:eq(t.c.myid))),
            "SELECT mytable.myid FROM mytable LEFT OUTER JOIN (users JOIN addresses ON "
            .. "users.id = addresses.user_id) ON users.id = mytable.myid",
            {})
    end)

    it("select from a select", function()
        assert_compile(select(t.c.myid):select_from(select(o), t),
            "SELECT mytable.myid FROM (SELECT othertable.otherid AS otherid, "
            .. "othertable.othername AS othername FROM othertable) AS anon_1, mytable",
            {})
    end)

    it("join in parentheses", function()
        local group = u:join(a):self_group()
        assert.equal(group, group:self_group())
        assert.equal(t, t:self_group())
        local inner = "(users JOIN addresses ON users.id = addresses.user_id)"
        local on = u.c.id:eq(t.c.myid)
        assert_compile(select(t.c.myid):select_from(group:join(t, on)),
            "SELECT mytable.myid FROM " .. inner .. " JOIN mytable ON users.id = mytable.myid", {})
        assert_compile(select(t.c.myid):select_from(t:join(group, on)),
            "SELECT mytable.myid FROM mytable JOIN " .. inner .. " ON users.id = mytable.myid", {})
        assert_compile(select(corm.text("1")):select_from(group:alias("x")),
            "SELECT 1 FROM " .. inner .. " AS x", {})
    end)

    it("join function", function()
        assert_compile(select(u.c.id):select_from(corm.join(u, a)),
            "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id",
            {})
    end)

    it("join compound condition", function()
        assert_compile(select(u.c.id)
            :join(a, and_(a.c.user_id:eq(u.c.id), a.c.email:eq("x"))),
            "SELECT users.id FROM users JOIN addresses ON addresses.user_id = users.id AND "
            .. "addresses.email = :email_1",
            { email_1 = "x" })
    end)

    it("join or condition", function()
        assert_compile(select(u.c.id)
            :join(a, or_(a.c.user_id:eq(u.c.id), a.c.email:eq("x"))),
            "SELECT users.id FROM users JOIN addresses ON addresses.user_id = users.id OR "
            .. "addresses.email = :email_1",
            { email_1 = "x" })
    end)

    it("join true", function()
        assert_compile(select(t.c.myid):join(o, corm.true_()),
            "SELECT mytable.myid FROM mytable JOIN othertable ON true",
            {})
    end)

    it("join subquery", function()
        local s = select(a.c.user_id, func.max(a.c.id):label("m")):group_by(a.c.user_id)
            :subquery()
        assert_compile(select(u.c.id, s.c.m):join(s, s.c.user_id:eq(u.c.id)),
            "SELECT users.id, anon_1.m FROM users JOIN (SELECT addresses.user_id AS user_id, "
            .. "max(addresses.id) AS m FROM addresses GROUP BY addresses.user_id) AS anon_1 ON "
            .. "anon_1.user_id = users.id",
            {})
    end)
end)
