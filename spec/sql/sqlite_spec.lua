-- SPDX-License-Identifier: MIT
-- What SQLite says differently.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local u = tables.users
local orders = tables.orders
local String, select, insert, update = corm.String, corm.select, corm.insert, corm.update
local delete, func, cast, literal = corm.delete, corm.func, corm.cast, corm.literal
local tuple_, union = corm.tuple_, corm.union

describe("sqlite", function()
    it("limit", function()
        assert_compile(select(t.c.myid):limit(5):offset(2),
            "SELECT mytable.myid FROM mytable LIMIT ? OFFSET ?",
            { param_1 = 5, param_2 = 2 }, "sqlite")
    end)

    it("offset alone", function()
        assert_compile(select(t.c.myid):offset(2),
            "SELECT mytable.myid FROM mytable LIMIT ? OFFSET ?",
            { param_1 = -1, param_2 = 2 }, "sqlite")
    end)

    it("booleans", function()
        assert_compile(select(u.c.id):where(u.c.active, u.c.active:eq(true), ~u.c.active),
            "SELECT users.id FROM users WHERE users.active = 1 AND users.active = 1 AND "
            .. "users.active = 0",
            {}, "sqlite")
    end)

    it("true and false", function()
        assert_compile(select(corm.true_(), corm.false_()),
            "SELECT 1 AS anon_1, 0 AS anon_2",
            {}, "sqlite")
    end)

    it("where true", function()
        assert_compile(select(t.c.myid):where(corm.true_()),
            "SELECT mytable.myid FROM mytable WHERE 1 = 1",
            {}, "sqlite")
    end)

    it("now", function()
        assert_compile(select(func.now(), func.current_timestamp()),
            "SELECT CURRENT_TIMESTAMP AS now_1, CURRENT_TIMESTAMP AS current_timestamp_1",
            {}, "sqlite")
    end)

    it("ilike", function()
        assert_compile(t.c.name:ilike("x%"),
            "lower(mytable.name) LIKE lower(?)",
            { name_1 = "x%" }, "sqlite")
    end)

    it("extract", function()
        assert_compile(corm.extract("year", u.c.created),
            "CAST(STRFTIME('%Y', users.created) AS INTEGER)",
            {}, "sqlite")
    end)

    it("extract epoch", function()
        assert_compile(corm.extract("epoch", u.c.created),
            "CAST(STRFTIME('%s', users.created) AS INTEGER)",
            {}, "sqlite")
    end)

    it("is distinct", function()
        assert_compile(t.c.myid:is_distinct_from(5),
            "mytable.myid IS NOT ?",
            { myid_1 = 5 }, "sqlite")
    end)

    it("is not distinct", function()
        assert_compile(t.c.myid:is_not_distinct_from(o.c.otherid),
            "mytable.myid IS othertable.otherid",
            {}, "sqlite")
    end)

    it("char_length", function()
        assert_compile(func.char_length(t.c.name), "length(mytable.name)", {}, "sqlite")
    end)

    it("in rendered", function()
        assert_compile(t.c.myid:in_({ 1, 2 }),
            "mytable.myid IN (?, ?)",
            { myid_1_1 = 1, myid_1_2 = 2 }, { dialect = "sqlite", render_postcompile = true })
    end)

    it("in empty rendered", function()
        assert_compile(t.c.myid:in_({}),
            "mytable.myid IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1)",
            {}, { dialect = "sqlite", render_postcompile = true })
    end)

    it("not in empty rendered", function()
        assert_compile(t.c.myid:not_in({}),
            "(mytable.myid NOT IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1))",
            {}, { dialect = "sqlite", render_postcompile = true })
    end)

    it("tuples rendered", function()
        assert_compile(tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }),
            "(mytable.myid, mytable.name) IN (VALUES (?, ?), (?, ?))",
            { param_1_1_1 = 1, param_1_1_2 = "a", param_1_2_1 = 2, param_1_2_2 = "b" },
            { dialect = "sqlite", render_postcompile = true })
    end)

    it("for update", function()
        assert_compile(select(t.c.myid):with_for_update(),
            "SELECT mytable.myid FROM mytable",
            {}, "sqlite")
    end)

    it("cast", function()
        assert_compile(cast(t.c.myid, String(10)),
            "CAST(mytable.myid AS VARCHAR(10))",
            {}, "sqlite")
    end)

    it("division", function()
        assert_compile(t.c.myid / 5, "mytable.myid / (? + 0.0)", { myid_1 = 5 }, "sqlite")
    end)

    it("floor division", function()
        assert_compile(t.c.myid // 5, "mytable.myid / ?", { myid_1 = 5 }, "sqlite")
    end)

    it("concat", function()
        assert_compile(t.c.name .. "x", "mytable.name || ?", { name_1 = "x" }, "sqlite")
    end)

    it("regexp", function()
        assert_compile(t.c.name:regexp_match("^x"),
            "mytable.name REGEXP ?",
            { name_1 = "^x" }, "sqlite")
    end)

    it("match", function()
        assert_compile(t.c.name:match("x"), "mytable.name MATCH ?", { name_1 = "x" }, "sqlite")
    end)

    it("insert", function()
        assert_compile(insert(t):values{ name = "x" },
            "INSERT INTO mytable (name) VALUES (?)",
            { name = "x" }, "sqlite")
    end)

    it("insert empty", function()
        assert_compile(insert(t):values{}, "INSERT INTO mytable DEFAULT VALUES", {}, "sqlite")
    end)

    it("insert returning", function()
        assert_compile(insert(t):values{ name = "x" }:returning(t.c.myid),
            "INSERT INTO mytable (name) VALUES (?) RETURNING myid",
            { name = "x" }, "sqlite")
    end)

    it("insert several", function()
        assert_compile(insert(t):values{ { myid = 1 }, { myid = 2 } },
            "INSERT INTO mytable (myid) VALUES (?), (?)",
            { myid_m0 = 1, myid_m1 = 2 }, "sqlite")
    end)

    it("upsert", function()
        local s = corm.dialects.sqlite.insert(t):values{ myid = 1, name = "x" }
        assert_compile(s
            :on_conflict_do_update(
                { index_elements = { t.c.myid }, set_ = { name = s.excluded.name } }
            ),
            "INSERT INTO mytable (myid, name) VALUES (?, ?) ON CONFLICT (myid) DO UPDATE SET "
            .. "name = excluded.name",
            { myid = 1, name = "x" }, "sqlite")
    end)

    it("do nothing", function()
        assert_compile(corm.dialects.sqlite.insert(t):values{ myid = 1 }
            :on_conflict_do_nothing(),
            "INSERT INTO mytable (myid) VALUES (?) ON CONFLICT DO NOTHING",
            { myid = 1 }, "sqlite")
    end)

    it("do nothing target", function()
        assert_compile(corm.dialects.sqlite.insert(t):values{ myid = 1 }
            :on_conflict_do_nothing(
                { index_elements = { "myid" }, index_where = t.c.myid:gt(5) }
            ),
            "INSERT INTO mytable (myid) VALUES (?) ON CONFLICT (myid) WHERE myid > "
            .. "__[POSTCOMPILE_myid_1] DO NOTHING",
            { myid = 1, myid_1 = 5 }, "sqlite")
    end)

    it("update from", function()
        assert_compile(update(t):where(t.c.myid:eq(o.c.otherid))
            :values{ name = o.c.othername },
            "UPDATE mytable SET name=othertable.othername FROM othertable WHERE mytable.myid = "
            .. "othertable.otherid",
            {}, "sqlite")
    end)

    it("delete returning", function()
        assert_compile(delete(t):where(t.c.myid:eq(5)):returning(t.c.myid),
            "DELETE FROM mytable WHERE mytable.myid = ? RETURNING myid",
            { myid_1 = 5 }, "sqlite")
    end)

    it("compound", function()
        assert_compile(union(select(t.c.myid), select(o.c.otherid)):limit(3),
            "SELECT mytable.myid FROM mytable UNION SELECT othertable.otherid FROM othertable "
            .. "LIMIT ? OFFSET ?",
            { param_1 = 3, param_2 = 0 }, "sqlite")
    end)

    it("json element", function()
        assert_compile(u.c.data:getitem("name"),
            "JSON_QUOTE(JSON_EXTRACT(users.data, ?))",
            { data_1 = "name" }, "sqlite")
    end)

    it("literal boolean", function()
        assert_compile(u.c.active:in_({ true, false }),
            "users.active IN (1, 0)",
            {}, { dialect = "sqlite", literal_binds = true })
    end)

    it("reserved", function()
        assert_compile(select(orders.c.user, orders.c.select),
            "SELECT \"order\".user, \"order\".\"select\" FROM \"order\"",
            {}, "sqlite")
    end)

    it("group_concat", function()
        assert_compile(func.group_concat(t.c.name, ","),
            "group_concat(mytable.name, ?)",
            { group_concat_1 = "," }, "sqlite")
    end)

    it("bitwise xor", function()
        assert_compile(t.c.myid:bitwise_xor(5),
            "((mytable.myid | ?) - (mytable.myid & ?))",
            { myid_1 = 5 }, "sqlite")
    end)

    it("recursive cte", function()
        local c = select(literal(1):label("n")):cte("c", { recursive = true })
        assert_compile(select(c:union_all(select(c.c.n + 1):where(c.c.n:lt(5)))),
            "WITH RECURSIVE c(n) AS (SELECT ? AS n UNION ALL SELECT c.n + ? AS anon_1 FROM c "
            .. "WHERE c.n < ?) SELECT c.n FROM c",
            { param_1 = 1, n_1 = 1, n_2 = 5 }, "sqlite")
    end)
end)
