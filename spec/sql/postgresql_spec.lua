-- SPDX-License-Identifier: MIT
-- What PostgreSQL says differently.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local u = tables.users
local a = tables.addresses
local orders = tables.orders
local arr = tables.arrays
local String, select, insert, update = corm.String, corm.select, corm.insert, corm.update
local delete, func, cast, or_ = corm.delete, corm.func, corm.cast, corm.or_
local bindparam, tuple_ = corm.bindparam, corm.tuple_

describe("postgresql", function()
    it("limit", function()
        assert_compile(select(t.c.myid):limit(5):offset(2),
            "SELECT mytable.myid FROM mytable  LIMIT $1 OFFSET $2",
            { param_1 = 5, param_2 = 2 }, "postgresql")
    end)

    it("booleans", function()
        assert_compile(select(u.c.id):where(u.c.active, u.c.active:eq(true), ~u.c.active),
            "SELECT users.id FROM users WHERE users.active AND users.active = true AND NOT "
            .. "users.active",
            {}, "postgresql")
    end)

    it("true", function()
        assert_compile(select(corm.true_(), corm.false_()),
            "SELECT true AS anon_1, false AS anon_2",
            {}, "postgresql")
    end)

    it("now", function()
        assert_compile(select(func.now(), func.current_timestamp()),
            "SELECT now() AS now_1, CURRENT_TIMESTAMP AS current_timestamp_1",
            {}, "postgresql")
    end)

    it("ilike", function()
        assert_compile(t.c.name:ilike("x%"),
            "mytable.name ILIKE $1",
            { name_1 = "x%" }, "postgresql")
    end)

    it("not ilike escape", function()
        assert_compile(t.c.name:not_ilike("x/%", { escape = "/" }),
            "mytable.name NOT ILIKE $1 ESCAPE '/'",
            { name_1 = "x/%" }, "postgresql")
    end)

    it("icontains", function()
        assert_compile(t.c.name:icontains("x"),
            "mytable.name ILIKE '%' || $1 || '%'",
            { name_1 = "x" }, "postgresql")
    end)

    it("regexp", function()
        assert_compile(t.c.name:regexp_match("^x"),
            "mytable.name ~ $1",
            { name_1 = "^x" }, "postgresql")
    end)

    it("regexp flags", function()
        assert_compile(t.c.name:regexp_match("^x", "i"),
            "mytable.name ~* $1",
            { name_1 = "^x" }, "postgresql")
    end)

    it("regexp not", function()
        assert_compile(~t.c.name:regexp_match("^x"),
            "mytable.name !~ $1",
            { name_1 = "^x" }, "postgresql")
    end)

    it("regexp replace", function()
        assert_compile(t.c.name:regexp_replace("a", "b", "g"),
            "REGEXP_REPLACE(mytable.name, $1, $2, 'g')",
            { name_1 = "a", name_2 = "b" }, "postgresql")
    end)

    it("match", function()
        assert_compile(t.c.name:match("x"),
            "mytable.name @@ plainto_tsquery($1)",
            { name_1 = "x" }, "postgresql")
    end)

    it("bitwise xor", function()
        assert_compile(t.c.myid:bitwise_xor(5),
            "mytable.myid # $1",
            { myid_1 = 5 }, "postgresql")
    end)

    it("extract", function()
        assert_compile(corm.extract("year", u.c.created),
            "EXTRACT(year FROM users.created)",
            {}, "postgresql")
    end)

    it("distinct on", function()
        assert_compile(select(t.c.myid):distinct(t.c.name),
            "SELECT DISTINCT ON (mytable.name) mytable.myid FROM mytable",
            {}, "postgresql")
    end)

    it("for update", function()
        assert_compile(select(t.c.myid):with_for_update(),
            "SELECT mytable.myid FROM mytable FOR UPDATE",
            {}, "postgresql")
    end)

    it("for update options", function()
        assert_compile(select(t.c.myid):with_for_update({ nowait = true, read = true }),
            "SELECT mytable.myid FROM mytable FOR SHARE NOWAIT",
            {}, "postgresql")
    end)

    it("for update skip locked of", function()
        assert_compile(select(t.c.myid):with_for_update({ skip_locked = true, of = t }),
            "SELECT mytable.myid FROM mytable FOR UPDATE OF mytable SKIP LOCKED",
            {}, "postgresql")
    end)

    it("for no key update", function()
        assert_compile(select(t.c.myid):with_for_update({ key_share = true }),
            "SELECT mytable.myid FROM mytable FOR NO KEY UPDATE",
            {}, "postgresql")
    end)

    it("for key share", function()
        assert_compile(select(t.c.myid)
            :with_for_update(
                { key_share = true, read = true, of = t.c.myid }
            ),
            "SELECT mytable.myid FROM mytable FOR KEY SHARE OF mytable",
            {}, "postgresql")
    end)

    it("in rendered", function()
        assert_compile(t.c.myid:in_({ 1, 2 }),
            "mytable.myid IN ($1, $2)",
            { myid_1_1 = 1, myid_1_2 = 2 },
            { dialect = "postgresql", render_postcompile = true })
    end)

    it("in empty rendered", function()
        assert_compile(t.c.myid:in_({}),
            "mytable.myid IN (NULL) AND (1 != 1)",
            {}, { dialect = "postgresql", render_postcompile = true })
    end)

    it("tuples rendered", function()
        assert_compile(tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }),
            "(mytable.myid, mytable.name) IN (($1, $2), ($3, $4))",
            { param_1_1_1 = 1, param_1_1_2 = "a", param_1_2_1 = 2, param_1_2_2 = "b" },
            { dialect = "postgresql", render_postcompile = true })
    end)

    it("division", function()
        assert_compile(t.c.myid / 5,
            "mytable.myid / CAST($1 AS NUMERIC)",
            { myid_1 = 5 }, "postgresql")
    end)

    it("floor division", function()
        assert_compile(t.c.myid // 5, "mytable.myid / $1", { myid_1 = 5 }, "postgresql")
    end)

    it("cast", function()
        assert_compile(cast(t.c.myid, String(10)),
            "CAST(mytable.myid AS VARCHAR(10))",
            {}, "postgresql")
    end)

    it("insert", function()
        assert_compile(insert(t):values{ myid = 1, name = "x" },
            "INSERT INTO mytable (myid, name) VALUES ($1, $2)",
            { myid = 1, name = "x" }, "postgresql")
    end)

    it("insert returning", function()
        assert_compile(insert(t):values{ myid = 1, name = "x" }
            :returning(t.c.myid, t.c.name:label("n")),
            "INSERT INTO mytable (myid, name) VALUES ($1, $2) RETURNING mytable.myid, "
            .. "mytable.name AS n",
            { myid = 1, name = "x" }, "postgresql")
    end)

    it("insert several", function()
        assert_compile(insert(t):values{ { myid = 1 }, { myid = 2 } },
            "INSERT INTO mytable (myid) VALUES ($1), ($2)",
            { myid_m0 = 1, myid_m1 = 2 }, "postgresql")
    end)

    it("upsert", function()
        local s = corm.dialects.postgresql.insert(t):values{ myid = 1, name = "x" }
        assert_compile(s
            :on_conflict_do_update(
                { index_elements = { t.c.myid }, set_ = { name = s.excluded.name } }
            ),
            "INSERT INTO mytable (myid, name) VALUES ($1, $2) ON CONFLICT (myid) DO UPDATE SET "
            .. "name = excluded.name",
            { myid = 1, name = "x" }, "postgresql")
    end)

    it("do nothing", function()
        assert_compile(corm.dialects.postgresql.insert(t):values{ myid = 1 }
            :on_conflict_do_nothing(),
            "INSERT INTO mytable (myid) VALUES ($1) ON CONFLICT DO NOTHING",
            { myid = 1 }, "postgresql")
    end)

    it("do nothing constraint", function()
        assert_compile(corm.dialects.postgresql.insert(t):values{ myid = 1 }
            :on_conflict_do_nothing({ constraint = "uq" }),
            "INSERT INTO mytable (myid) VALUES ($1) ON CONFLICT ON CONSTRAINT uq DO NOTHING",
            { myid = 1 }, "postgresql")
    end)

    it("update from", function()
        assert_compile(update(t):where(t.c.myid:eq(o.c.otherid))
            :values{ name = o.c.othername },
            "UPDATE mytable SET name=othertable.othername FROM othertable WHERE mytable.myid = "
            .. "othertable.otherid",
            {}, "postgresql")
    end)

    it("update returning", function()
        assert_compile(update(t):where(t.c.myid:eq(5)):values{ name = "x" }
            :returning(t.c.myid),
            "UPDATE mytable SET name=$1 WHERE mytable.myid = $2 RETURNING mytable.myid",
            { name = "x", myid_1 = 5 }, "postgresql")
    end)

    it("delete using", function()
        assert_compile(delete(t):where(t.c.myid:eq(o.c.otherid)),
            "DELETE FROM mytable USING othertable WHERE mytable.myid = othertable.otherid",
            {}, "postgresql")
    end)

    it("json element", function()
        assert_compile(u.c.data:getitem("name"),
            "users.data -> $1",
            { data_1 = "name" }, "postgresql")
    end)

    it("json string", function()
        assert_compile(u.c.data:getitem("name"):as_string():eq("ed"),
            "CAST((users.data ->> $1) AS VARCHAR) = $2",
            { data_1 = "name", param_1 = "ed" }, "postgresql")
    end)

    it("json integer", function()
        assert_compile(u.c.data:getitem("n"):as_integer():eq(5),
            "CAST((users.data ->> $1) AS INTEGER) = $2",
            { data_1 = "n", param_1 = 5 }, "postgresql")
    end)

    it("array element", function()
        assert_compile(arr.c.tags:getitem(1):eq(5),
            "arr.tags[$1] = $2",
            { tags_1 = 1, param_1 = 5 }, "postgresql")
    end)

    it("array any", function()
        assert_compile(arr.c.tags:any(5), "$1 = ANY (arr.tags)", { tags_1 = 5 }, "postgresql")
    end)

    it("literal datetime", function()
        assert_compile(u.c.created:eq(corm.datetime(2024, 1, 31, 12, 0)),
            "users.created = '2024-01-31 12:00:00'",
            {}, { dialect = "postgresql", literal_binds = true })
    end)

    it("literal boolean", function()
        assert_compile(u.c.active:in_({ true, false }),
            "users.active IN (true, false)",
            {}, { dialect = "postgresql", literal_binds = true })
    end)

    it("reserved", function()
        assert_compile(select(orders.c.user, orders.c.select),
            "SELECT \"order\".\"user\", \"order\".\"select\" FROM \"order\"",
            {}, "postgresql")
    end)

    it("lateral", function()
        local l = select(a.c.email):where(a.c.user_id:eq(u.c.id)):lateral("l")
        assert_compile(select(u.c.id, l.c.email):select_from(u:join(l, corm.true_())),
            "SELECT users.id, l.email FROM users JOIN LATERAL (SELECT addresses.email AS email "
            .. "FROM addresses WHERE addresses.user_id = users.id) AS l ON true",
            {}, "postgresql")
    end)

    it("aggregate order by", function()
        assert_compile(func.array_agg(corm.aggregate_order_by(u.c.name, u.c.age:desc())),
            "array_agg(users.name ORDER BY users.age DESC)",
            {}, "postgresql")
    end)

    it("filter", function()
        assert_compile(func.count(u.c.id):filter(u.c.age:gt(5)),
            "count(users.id) FILTER (WHERE users.age > $1)",
            { age_1 = 5 }, "postgresql")
    end)

    it("array literal", function()
        assert_compile(select(corm.dialects.postgresql.array({ 1, 2 })),
            "SELECT ARRAY[$1, $2] AS anon_1",
            { param_1 = 1, param_2 = 2 }, "postgresql")
    end)

    it("has_key", function()
        assert_compile(arr.c.doc:has_key("a"), "arr.doc ? $1", { doc_1 = "a" }, "postgresql")
    end)

    it("operators of JSONB alone", function()
        local pg = corm.dialects.postgresql
        local docs = corm.table("docs", corm.column("plain", corm.JSON),
            corm.column("varied", corm.JSON():with_variant(pg.JSONB(), "postgresql")),
            corm.column("jb", pg.JSONB))
        for name, argument in pairs({
            contains = { a = 1 }, contained_by = { a = 1 }, has_key = "a", has_all = { "a" },
            has_any = { "a" }, delete_path = { "a" }, path_exists = "$.a", path_match = "$.a > 1",
        }) do
            assert.error_matches(function()
                return docs.c.plain[name](docs.c.plain, argument)
            end, name .. ": JSON has no such operator; PostgreSQL's JSONB has", 1, true)
            for _, key in ipairs({ "varied", "jb" }) do
                assert.is_true(corm.ColumnElement:is(docs.c[key][name](docs.c[key], argument)))
            end
        end
        assert_compile(docs.c.jb:getitem("a"):as_json():has_key("b"), "docs.jb[$1] ? $2",
            { jb_1 = "a", param_1 = "b" }, "postgresql")
    end)

    it("labels of values that are written as text", function()
        local list = corm.literal({ 1, 2 }, corm.ARRAY(corm.Integer))
        assert_compile(select(list), "SELECT '{1,2}'::INTEGER[] AS anon_1", {},
            { dialect = "postgresql", literal_binds = true })
    end)

    it("Any and All with other operators", function()
        local pg = corm.dialects.postgresql
        local lists = corm.table("lists", corm.column("xs", corm.ARRAY(corm.Integer)))
        assert_compile(pg.Any(5, lists.c.xs), "$1 = ANY (lists.xs)", { xs_1 = 5 }, "postgresql")
        assert_compile(pg.All(5, lists.c.xs, { operator = corm.sql.operators.gt }),
            "$1 > ALL (lists.xs)", { xs_1 = 5 }, "postgresql")
    end)

    it("full join", function()
        assert_compile(select(u.c.id):join(a, { full = true }),
            "SELECT users.id FROM users FULL OUTER JOIN addresses ON users.id = "
            .. "addresses.user_id",
            {}, "postgresql")
    end)

    it("is distinct", function()
        assert_compile(t.c.myid:is_distinct_from(nil),
            "mytable.myid IS DISTINCT FROM NULL",
            {}, "postgresql")
    end)

    it("bind used twice", function()
        local b = bindparam("x", "v")
        assert_compile(select(t.c.myid):where(or_(t.c.name:eq(b), t.c.description:eq(b))),
            "SELECT mytable.myid FROM mytable WHERE mytable.name = $1 OR mytable.description = "
            .. "$1",
            { x = "v" }, "postgresql")
    end)
end)
