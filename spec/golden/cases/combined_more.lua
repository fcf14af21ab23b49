-- SPDX-License-Identifier: MIT
-- More constructs inside of each other: expressions, joins, literals, conflicts.

local corm = require("corm")
local schema = require("spec.golden.schema")

local pg = corm.dialects.postgresql
local sqlite = corm.dialects.sqlite
local and_, cast, column, Date, exists = corm.and_, corm.cast, corm.column, corm.Date, corm.exists
local extract, false_, func, insert = corm.extract, corm.false_, corm.func, corm.insert
local Integer, literal, literal_column = corm.Integer, corm.literal, corm.literal_column
local not_, null, or_, select, String = corm.not_, corm.null, corm.or_, corm.select, corm.String
local text, true_, try_cast, tuple_ = corm.text, corm.true_, corm.try_cast, corm.tuple_
local update, values, addresses, items = corm.update, corm.values, schema.addresses, schema.items
local o, pgt, stuff, t, tree = schema.o, schema.pgt, schema.stuff, schema.t, schema.tree
local users = schema.users

local case = require("spec.golden.harness").cases()

local LABELS = corm.LABEL_STYLE_TABLENAME_PLUS_COL

case["label in where and having"] = function()
    local l = (t.c.myid + 1):label("x")
    return select(l):where(l:gt(3)):group_by(l):having(l:lt(9))
end
case["order by label of subquery col"] = function()
    local s = select(t.c.myid:label("x")):subquery("s")
    return select(s.c.x:label("y")):order_by("y", s.c.x)
end
case["label of scalar subquery order"] = function()
    local s = select(func.count(o.c.otherid)):where(o.c.otherid:eq(t.c.myid)):label("n")
    return select(t.c.myid, s):order_by(s:desc()):group_by(s)
end
case["literal int float text"] = function()
    return select(
        literal(1), literal(1.5), literal("a'b"), literal(true), literal(nil)
    ), { literal_binds = true }
end
case["literal dates"] = function()
    return select(
        literal(corm.date(2020, 1, 2)),
        literal(corm.datetime(2020, 1, 2, 3, 4, 5, 6)),
        literal(corm.time(3, 4, 5)),
        literal(corm.decimal("1.50"))
    ), { literal_binds = true }
end
case["literal in between like"] = function()
    return select(users.c.id):where(
        users.c.created:between(corm.datetime(2020, 1, 1), corm.datetime(2021, 1, 1)),
        users.c.name:like("a%"),
        users.c.balance:in_({ corm.decimal("1.1"), 2 })
    ), { literal_binds = true }
end
case["literal limit offset"] = function()
    return select(t.c.myid):limit(5):offset(10), { literal_binds = true }
end
case["literal insert"] = function()
    return insert(users):values({
        id = 1,
        name = "x",
        active = false,
        score = 1.5,
        balance = corm.decimal("2.30"),
        born = corm.date(2000, 1, 1),
        size = "small",
    }), { literal_binds = true }
end
case["literal update"] = function()
    return update(users)
        :values({ name = corm.NULL, age = users.c.age + 1, active = true_() })
        :where(users.c.size:in_({ "small", "large" })), { literal_binds = true }
end
case["literal empty in"] = function()
    return select(t.c.myid):where(
        t.c.myid:in_({}), t.c.name:not_in({})
    ), { literal_binds = true }
end
case["literal in with null"] = function()
    return select(t.c.myid):where(t.c.name:in_({ "a", corm.NULL })), { literal_binds = true }
end
case["literal window frame"] = function()
    return select(func.sum(t.c.myid):over({ rows = { -2, 2 } })), { literal_binds = true }
end
case["literal case"] = function()
    return select(
        corm.case({ t.c.name:eq("it's"), 1 }, { else_ = corm.decimal("2.5") })
    ), { literal_binds = true }
end
case["correlated in columns"] = function()
    return select(
        users.c.id,
        select(func.count(addresses.c.id))
            :where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
            :label("n")
    )
        :order_by("n")
end
case["correlate explicit"] = function()
    return select(users.c.id):where(
        users.c.id:eq(
            select(addresses.c.user_id)
                :where(addresses.c.user_id:eq(users.c.id))
                :correlate(users)
                :scalar_subquery()
        )
    )
end
case["correlate none"] = function()
    return select(users.c.id):where(
        users.c.id:eq(
            select(addresses.c.user_id)
                :where(addresses.c.user_id:eq(users.c.id))
                :correlate(nil)
                :scalar_subquery()
        )
    )
end
case["correlate except"] = function()
    return select(users.c.id):where(
        exists(
            select(addresses.c.id)
                :where(addresses.c.user_id:eq(users.c.id), items.c.user_id:eq(users.c.id))
                :correlate_except(addresses)
        )
    )
end
case["correlated two levels"] = function()
    return select(users.c.id):where(
        exists()
            :where(addresses.c.user_id:eq(users.c.id))
            :where(
                exists()
                    :where(items.c.address_id:eq(addresses.c.id))
                    :where(items.c.user_id:eq(users.c.id))
            )
    )
end
case["lateral join of limited"] = function()
    local l = select(items.c.price)
        :where(items.c.user_id:eq(users.c.id))
        :order_by(items.c.price:desc())
        :limit(1)
        :lateral("best")
    return select(users.c.name, l.c.price):join(l, true_(), { isouter = true })
end
case["subquery of subquery limit"] = function()
    return select(select(select(t):limit(3):subquery("a").c.myid):offset(1):subquery("b"))
        :limit(1)
end
case["join subquery twice"] = function()
    local s = select(o.c.otherid:label("i"), o.c.othername:label("n")):subquery("s")
    return select(s.c.n, s:alias("z").c.n):join_from(t, s, s.c.i:eq(t.c.myid))
end
case["joins of three"] = function()
    return select(users.c.name, func.sum(items.c.price))
        :join_from(users, addresses)
        :outerjoin(items, items.c.address_id:eq(addresses.c.id))
        :group_by(users.c.name)
        :having(func.sum(items.c.price):gt(10))
        :order_by(func.sum(items.c.price):desc())
        :limit(5)
end
case["full join"] = function()
    return select(t, o):join(o, t.c.myid:eq(o.c.otherid), { full = true })
end
case["self join aliases"] = function()
    local p = tree:alias("parent")
    return select(tree.c.data, p.c.data):join(p, tree.c.parent_id:eq(p.c.id))
end
case["self join anonymous"] = function()
    local p = tree:alias()
    local q = tree:alias()
    return select(tree.c.data)
        :outerjoin(p, tree.c.parent_id:eq(p.c.id))
        :outerjoin(q, p.c.parent_id:eq(q.c.id))
        :where(q.c.data:eq(nil))
end
case["for update of"] = function()
    return select(users.c.id, addresses.c.id)
        :join(addresses)
        :with_for_update({ of = { users, addresses.c.id }, nowait = true })
end
case["between symmetric"] = function()
    return users.c.age:between(users.c.id, 5, { symmetric = true })
end
case["any of array literal"] = function()
    return select(pgt.c.id):where(
        pgt.c.nums:any(5), pgt.c.tags:all("x", { operator = corm.sql.operators.ne })
    )
end
case["array ops"] = function()
    return select(
        pgt.c.tags:contains({ "a" }),
        pgt.c.tags:contained_by({ "b", "c" }),
        pgt.c.tags:overlap({ "d" }),
        pgt.c.tags + { "e" },
        pgt.c.tags:getitem(1),
        pgt.c.tags:getitem(corm.slice(2, 3))
    )
end
case["array construct"] = function()
    return select(
        pg.array({ 1, 2 }) + pg.array({ 3 }),
        pg.array({ t.c.myid, 5 }):getitem(1),
        pg.array({ "a" }):contains({ "a" })
    )
end
case["array of select"] = function()
    return select(func.array(select(t.c.myid):scalar_subquery()), func.unnest(pgt.c.nums))
end
case["array agg order"] = function()
    return select(
        func.array_agg(pg.aggregate_order_by(t.c.name, t.c.myid:desc())),
        func.array_agg(t.c.myid):getitem(1)
    )
end
case["jsonb ops"] = function()
    return select(
        pgt.c.jb:contains({ a = 1 }),
        pgt.c.jb:contained_by({ a = 1 }),
        pgt.c.jb:has_key("a"),
        pgt.c.jb - "a",
        pgt.c.jb:delete_path({ "a", "b" }),
        pgt.c.jb:path_exists("$.a"),
        pgt.c.jb:path_match("$.a == 1")
    )
end
case["jsonb paths"] = function()
    return select(
        pgt.c.jb:getitem({ "a", "b" }),
        pgt.c.jb:getitem("a").astext,
        pgt.c.jb:getitem({ "a", 1 }).astext,
        pgt.c.jb:getitem("a"):getitem("b").astext:cast(Integer),
        pgt.c.jb:getitem("n"):as_integer() + 1
    )
end
case["jsonb in where order"] = function()
    return select(pgt.c.id)
        :where(pgt.c.jb:getitem("a").astext:eq("x"), pgt.c.pj:getitem("b").astext:like("y%"))
        :order_by(pgt.c.jb:getitem("a").astext:desc():nulls_last())
end
case["hstore ops"] = function()
    return select(
        pgt.c.hs:getitem("a"),
        pgt.c.hs:has_key("b"),
        pgt.c.hs:contains({ c = "1" }),
        pgt.c.hs:keys(),
        pgt.c.hs:vals(),
        pgt.c.hs:delete("d"),
        pgt.c.hs:slice(pg.array({ "e" })),
        pgt.c.hs:has_all(pg.array({ "f", "g" })),
        pgt.c.hs:defined("h"),
        pgt.c.hs:array(),
        pgt.c.hs:matrix()
    )
end
case["hstore where"] = function()
    return select(pgt.c.id):where(
        pgt.c.hs:getitem("a"):eq("x"),
        pgt.c.hs:getitem("n"):cast(Integer):gt(3),
        ~pgt.c.hs:has_key("z")
    )
end
case["range ops"] = function()
    return select(
        pgt.c.span:contains(5),
        pgt.c.span:overlaps(pgt.c.span),
        pgt.c.span:strictly_left_of(pgt.c.span),
        pgt.c.span:not_extend_right_of(pgt.c.span),
        pgt.c.span:adjacent_to(pgt.c.span),
        pgt.c.span + pgt.c.span,
        pgt.c.span * pgt.c.span,
        pgt.c.span - pgt.c.span
    )
end
case["range functions"] = function()
    return select(
        func.lower(pgt.c.span),
        func.upper(pgt.c.during),
        func.isempty(pgt.c.span),
        func.int4range(1, 5),
        func.range_merge(pgt.c.span, pgt.c.span)
    )
end
case["tsvector"] = function()
    return select(
        pgt.c.doc:match("a & b"),
        pgt.c.doc:bool_op("@@")(pg.to_tsquery("x")),
        pg.ts_headline("english", pgt.c.doc, pg.to_tsquery("y"))
    )
end
case["regexp"] = function()
    return select(
        t.c.name:regexp_match("^a"),
        ~t.c.name:regexp_match("b"),
        t.c.name:regexp_replace("a", "b")
    )
end
case["regexp flags"] = function()
    return select(
        t.c.name:regexp_match("^a", { flags = "i" }),
        t.c.name:regexp_replace("a", "b", { flags = "g" })
    )
end
case["ilike and escapes"] = function()
    return select(
        t.c.name:ilike("A%"),
        t.c.name:icontains("x"),
        t.c.name:istartswith("y", { autoescape = true }),
        t.c.name:iendswith("z/", { autoescape = true, escape = "!" })
    )
end
case["concat ops"] = function()
    return select(
        (t.c.name + "x") + t.c.description,
        "a" + t.c.name,
        func.concat(t.c.name, 1),
        t.c.name:concat(t.c.description)
    )
end
case["bitwise"] = function()
    return select(
        t.c.myid:bitwise_and(5):bitwise_or(3),
        t.c.myid:bitwise_lshift(2),
        ~t.c.myid:bitwise_not()
    )
end
case["arithmetic nested"] = function()
    return select(
        ((t.c.myid + 1) * (t.c.myid - 2)) / (t.c.myid % 3),
        t.c.myid // 2,
        -(t.c.myid + 1),
        (5 - t.c.myid) - (t.c.myid - 1)
    )
end
case["boolean nested"] = function()
    return select(t.c.myid):where(
        or_(
            and_(t.c.myid:eq(1), or_(t.c.name:eq("a"), t.c.name:eq("b"))),
            not_(and_(t.c.myid:eq(2), t.c.name:ne("c"))),
            ~or_(t.c.myid:lt(3), t.c.myid:gt(5))
        )
    )
end
case["is distinct from"] = function()
    return select(
        t.c.myid:is_distinct_from(o.c.otherid),
        t.c.name:is_not_distinct_from(nil),
        t.c.myid:is_distinct_from(5)
    )
end
case["values joined"] = function()
    local v = values(column("k", Integer), column("x", String), { name = "v" })
        :data({ { 1, "a" }, { 2, "b" } })
    return select(t.c.name, v.c.x):join(v, t.c.myid:eq(v.c.k))
end
case["values cte"] = function()
    local v = values(column("k", Integer), column("x", String), { name = "v" })
        :data({ { 1, "a" }, { 2, "b" } })
        :cte("vc")
    return select(v.c.k):where(v.c.k:in_(select(t.c.myid)))
end
case["values literal binds"] = function()
    return select(
        values(column("k", Integer), column("x", String), { name = "v", literal_binds = true })
            :data({ { 1, "a" }, { 2, "b'" } })
    )
end
case["values lateral"] = function()
    local v = values(column("x", Integer), { name = "v" }):data({ { 1 }, { 2 } }):lateral()
    return select(t.c.myid, v.c.x):select_from(t:join(v, true_()))
end
case["column valued"] = function()
    local c = func.unnest(t.c.name):column_valued("u")
    return select(c, t.c.myid):where(c:gt(2))
end
case["json each"] = function()
    local j = func.json_each(users.c.data):table_valued(
        "key", "value", { joins_implicitly = true }
    )
    return select(users.c.id, j.c.key, j.c.value):select_from(users:join(j, true_()))
end
case["table valued lateral alias"] = function()
    local f = func.f(t.c.name):table_valued(column("x", Integer)):lateral("q")
    return select(t.c.myid, f.c.x):select_from(t):join(f, true_())
end
case["schema table joined"] = function()
    return select(users.c.name, stuff.c.value)
        :join(stuff)
        :where(stuff.c.value:in_({ "a", "b" }))
        :order_by(stuff.c.id)
end
case["schema table labels"] = function()
    return select(stuff, users.c.id):join(users):set_label_style(LABELS)
end
case["schema alias update"] = function()
    return update(stuff)
        :values({
            value = select(users.c.name):where(users.c.id:eq(stuff.c.user_id)):scalar_subquery()
        })
        :where(stuff.c.user_id:in_({ 1, 2 }))
end
case["exists in case in order"] = function()
    return select(users.c.id):order_by(
        corm.case({ users.c.id:in_(select(addresses.c.user_id)), 0 }, { else_ = 1 }),
        users.c.name:collate("C")
    )
end
case["aliased subquery of insert"] = function()
    return insert(t):from_select(
        { "myid", "name" },
        select(users.c.id, users.c.name)
            :where(users.c.id:not_in(select(t.c.myid)))
            :order_by(users.c.id)
            :limit(10)
    )
end
case["on conflict with excluded case"] = function()
    local i = pg.insert(t):values({ myid = 1, name = "x" })
    return i
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = {
                name = corm.case(
                    { i.excluded.name:is_(nil), t.c.name }, { else_ = i.excluded.name }
                ),
            },
            where = t.c.myid:lt(5),
        })
        :returning(t.c.myid)
end
case["sqlite on conflict"] = function()
    local i = sqlite.insert(t):values({ myid = 1, name = "x", description = "d" })
    return i:on_conflict_do_update({
        index_elements = { t.c.myid },
        set_ = {
            name = i.excluded.name + "x", description = func.lower(i.excluded.description)
        },
    })
end
case["grouping sets"] = function()
    return select(t.c.name, func.count()):group_by(
        func.grouping_sets(tuple_(t.c.name), tuple_(t.c.description, t.c.name))
    )
end
case["rollup cube"] = function()
    return select(t.c.name, func.sum(t.c.myid)):group_by(func.rollup(t.c.name, t.c.description))
end
case["prefix suffix hints"] = function()
    return select(t.c.myid)
        :prefix_with("/*p*/", { dialect = "postgresql" })
        :suffix_with("/*s*/")
        :with_hint(t, "H")
        :with_statement_hint("ST", "postgresql")
        :where(t.c.myid:eq(1))
end
case["filter_by select"] = function() return select(users):filter_by({ name = "x" }) end
case["reduce and with_only"] = function()
    return select(users.c.id, addresses)
        :where(users.c.id:eq(addresses.c.user_id))
        :with_only_columns(func.count(), { maintain_column_froms = true })
end
case["select from select joins"] = function()
    local a = select(users):where(users.c.active:is_(true)):subquery("act")
    return select(a.c.id, items.c.price)
        :select_from(a:outerjoin(items, items.c.user_id:eq(a.c.id)))
        :where(or_(items.c.price:eq(nil), items.c.price:between(1, 2)))
end
case["add columns and replace"] = function()
    return select(t.c.myid)
        :add_columns(t.c.name:label("n"), literal_column("1"):label("one"))
        :where(text("x = :y"):bindparams({ y = 5 }))
end
case["text columns joined"] = function()
    local s = text("SELECT a, b FROM q WHERE c = :c")
        :bindparams({ c = 3 })
        :columns(column("a", Integer), column("b", String))
        :subquery("tx")
    return select(s.c.a, t.c.name):join(t, t.c.myid:eq(s.c.a)):where(s.c.b:eq("z"))
end
case["text cte"] = function()
    local s = text("SELECT a, b FROM q"):columns({ a = Integer, b = Integer }):cte("tc")
    return select(s.c.a):where(s.c.b:gt(4))
end
case["interval arithmetic"] = function()
    return select(
        users.c.created + corm.interval({ days = 1 }),
        users.c.created - users.c.born,
        users.c.born - corm.date(2020, 1, 1),
        func.now() - users.c.created
    )
end
case["extract and cast"] = function()
    return select(
        extract("year", users.c.created) + 1,
        extract("epoch", users.c.created),
        cast(users.c.created, Date):eq(corm.date(2020, 1, 1))
    )
end
case["try cast"] = function() return select(try_cast(t.c.name, Integer)) end
case["null handling"] = function()
    return select(t.c.myid):where(
        t.c.name:eq(null()),
        t.c.name:ne(nil),
        t.c.name:is_(null()),
        func.coalesce(t.c.name, null()):eq(nil)
    )
end
case["true false logic"] = function()
    return select(t.c.myid):where(
        and_(true_(), t.c.myid:eq(1)),
        or_(false_(), t.c.name:eq("x")),
        users.c.active:eq(true),
        users.c.active:is_(false),
        ~users.c.active
    )
end
case["custom operators"] = function()
    return select(
        t.c.name:op("~>")(5),
        t.c.name:op("@@", { precedence = 8 })(t.c.myid) + 1,
        t.c.name:bool_op("&&")("x"),
        ~t.c.name:bool_op("&&")("x"),
        t.c.myid:op("->", { return_type = String })("a") + "b",
        t.c.name:op("==", { is_comparison = true })(5)
    )
end

return case
