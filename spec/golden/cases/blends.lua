-- SPDX-License-Identifier: MIT
-- Queries as programs write them: reports, trees, rankings, upserts, moves between tables.

local corm = require("corm")
local schema = require("spec.golden.schema")

local pg = corm.dialects.postgresql
local and_, any_, cast, column, delete = corm.and_, corm.any_, corm.cast, corm.column, corm.delete
local desc, exists, extract, func = corm.desc, corm.exists, corm.extract, corm.func
local insert, Integer, intersect = corm.insert, corm.Integer, corm.intersect
local literal, literal_column, or_ = corm.literal, corm.literal_column, corm.or_
local select, String, Text, text = corm.select, corm.String, corm.Text, corm.text
local true_, tuple_, union_all, update = corm.true_, corm.tuple_, corm.union_all, corm.update
local values, addresses, items, o = corm.values, schema.addresses, schema.items, schema.o
local pgt, stuff, t, tree, users = schema.pgt, schema.stuff, schema.t, schema.tree, schema.users

local case = require("spec.golden.harness").cases()

local function walk(b)
    return b:union_all(
        select(tree.c.id, b.c.depth + 1, (b.c.path + "/") + tree.c.data)
            :where(tree.c.parent_id:eq(b.c.id))
    )
end
local function means(a)
    return select(users.c.name, a.c.total, a.c.n)
        :join(a, a.c.user_id:eq(users.c.id))
        :subquery("b")
end

case["latest of each"] = function()
    local r = select(
        addresses.c.user_id,
        addresses.c.email,
        func.row_number()
            :over({ partition_by = addresses.c.user_id, order_by = addresses.c.id:desc() })
            :label("n")
    )
        :subquery("ranked")
    return select(users.c.name, r.c.email)
        :join(r, r.c.user_id:eq(users.c.id))
        :where(r.c.n:eq(1))
end
case["running total"] = function()
    return select(
        items.c.id,
        func.sum(items.c.price)
            :over({
                partition_by = items.c.user_id, order_by = items.c.id, rows = { corm.NULL, 0 }
            })
            :label("total"),
        (items.c.price / func.sum(items.c.price):over({ partition_by = items.c.user_id }))
            :label("share")
    )
        :order_by("total", desc("share"))
end
case["share of all"] = function()
    return select(
        users.c.size,
        func.count():label("n"),
        ((func.count() * 100.0) / select(func.count()):select_from(users):scalar_subquery())
            :label("percent")
    )
        :group_by(users.c.size)
        :having(func.count():gt(3))
        :order_by(desc("n"))
end
case["pivot by case"] = function()
    return select(
        users.c.age,
        func.sum(corm.case({ users.c.size:eq("small"), 1 }, { else_ = 0 })):label("small"),
        func.sum(corm.case({ users.c.size:eq("large"), 1 }, { else_ = 0 })):label("large")
    )
        :group_by(users.c.age)
end
case["pivot by filter"] = function()
    return select(
        users.c.age,
        func.count():filter(users.c.size:eq("small")):label("small"),
        func.count(users.c.id):filter(users.c.active:is_(true)):label("active")
    )
        :group_by(users.c.age)
end
case["paths of a tree"] = function()
    local p = walk(
        select(tree.c.id, literal(1):label("depth"), cast(tree.c.data, Text):label("path"))
            :where(tree.c.parent_id:eq(nil))
            :cte("paths", { recursive = true })
    )
    return select(p.c.path):where(p.c.depth:le(3)):order_by(p.c.path)
end
case["tree joined to itself"] = function()
    local b = select(tree.c.id, tree.c.parent_id)
        :where(tree.c.id:eq(1))
        :cte("sub", { recursive = true })
    local child = tree:alias("child")
    return select(
        b:union(select(child.c.id, child.c.parent_id):join(b, child.c.parent_id:eq(b.c.id)))
    )
end
case["move rows"] = function()
    local gone = delete(o)
        :where(o.c.otherid:lt(10))
        :returning(o.c.otherid, o.c.othername)
        :cte("gone")
    return insert(t):from_select({ "myid", "name" }, select(gone.c.otherid, gone.c.othername))
end
case["upsert from select"] = function()
    local i = pg.insert(t):from_select(
        { "myid", "name", "description" }, select(users.c.id, users.c.name, literal("d"))
    )
    return i:on_conflict_do_update({
        index_elements = { t.c.myid },
        set_ = {
            name = i.excluded.name,
            description = func.coalesce(t.c.description, i.excluded.description),
        },
        where = i.excluded.name:ne(t.c.name),
    })
end
case["upsert many returning"] = function()
    local i = pg.insert(t):values({ { myid = 1, name = "a" }, { myid = 2, name = "b" } })
    return i
        :on_conflict_do_nothing({ index_elements = { "myid" } })
        :returning(t.c.myid, t.c.name:label("n"))
end
case["upsert constraint where"] = function()
    local i = pg.insert(t):values({ myid = 1, name = "a" })
    return i:on_conflict_do_update({
        constraint = "mytable_pkey", set_ = { name = "x", description = i.excluded.name + "!" }
    })
end
case["update by values"] = function()
    local v = values(column("i", Integer), column("n", String), { name = "v" })
        :data({ { 1, "a" }, { 2, "b" } })
    return update(t):values({ name = v.c.n }):where(t.c.myid:eq(v.c.i))
end
case["update case of ids"] = function()
    return update(t)
        :values({
            name = corm.case(
                { t.c.myid:eq(1), "one" }, { t.c.myid:eq(2), "two" }, { else_ = t.c.name }
            ),
        })
        :where(t.c.myid:in_({ 1, 2 }))
end
case["update incremented"] = function()
    return update(users)
        :values({
            age = users.c.age + 1,
            name = users.c.name + "!",
            score = func.coalesce(users.c.score, 0) * 2,
        })
        :where(users.c.active)
        :returning(users.c.age, (users.c.score * 2):label("twice"))
end
case["update with cte exists"] = function()
    local c = select(addresses.c.user_id):distinct():cte("seen")
    return update(users)
        :values({ active = false })
        :where(~exists():where(c.c.user_id:eq(users.c.id)))
end
case["delete duplicates"] = function()
    local d = select(
        addresses.c.id,
        func.row_number()
            :over({ partition_by = addresses.c.email, order_by = addresses.c.id })
            :label("n")
    )
        :subquery("d")
    return delete(addresses):where(addresses.c.id:in_(select(d.c.id):where(d.c.n:gt(1))))
end
case["delete oldest"] = function()
    return delete(users):where(
        users.c.id:in_(select(users.c.id):order_by(users.c.created):limit(10):scalar_subquery())
    )
end
case["anti join"] = function()
    return select(users.c.id):outerjoin(addresses):where(addresses.c.id:is_(nil))
end
case["semi join by any"] = function()
    return select(users.c.id):where(
        users.c.id:eq(
            any_(
                select(addresses.c.user_id)
                    :where(addresses.c.email:endswith(".org"))
                    :scalar_subquery()
            )
        )
    )
end
case["intersect of filters"] = function()
    local a = intersect(
        select(users.c.id):where(users.c.age:gt(5)),
        select(addresses.c.user_id):where(addresses.c.email:ne("x"))
    )
        :subquery("both")
    return select(users):where(users.c.id:in_(select(a.c.id)))
end
case["union of tables with kind"] = function()
    local u = union_all(
        select(users.c.id, literal("user"):label("kind")),
        select(addresses.c.id, literal("address")),
        select(items.c.id, literal_column("'item'"))
    )
        :subquery("u")
    return select(u.c.kind, func.count(u.c.id)):group_by(u.c.kind):order_by(u.c.kind:desc())
end
case["paging by key"] = function()
    return select(users.c.id, users.c.name)
        :where(or_(users.c.name:gt("m"), and_(users.c.name:eq("m"), users.c.id:gt(10))))
        :order_by(users.c.name, users.c.id)
        :limit(20)
end
case["paging by tuple"] = function()
    return select(users.c.id)
        :where(tuple_(users.c.name, users.c.id):gt(tuple_("m", 10)))
        :order_by(users.c.name, users.c.id)
        :limit(20)
        :offset(0)
end
case["counts of subqueries"] = function()
    return select(
        users.c.name,
        select(func.count())
            :where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
            :label("mails"),
        select(func.max(items.c.price))
            :where(items.c.user_id:eq(users.c.id))
            :correlate(users)
            :scalar_subquery()
            :label("top")
    )
        :order_by(desc("mails"))
        :limit(3)
end
case["exists in columns"] = function()
    return select(
        users.c.id,
        exists():where(addresses.c.user_id:eq(users.c.id)):label("has"),
        (~exists(select(items.c.id):where(items.c.user_id:eq(users.c.id)))):label("none")
    )
end
case["dates by month"] = function()
    return select(func.date_trunc("month", users.c.created):label("m"), func.count())
        :group_by(func.date_trunc("month", users.c.created))
        :order_by("m")
end
case["extract grouped"] = function()
    return select(
        extract("year", users.c.created):label("y"),
        extract("month", users.c.created):label("m"),
        func.count()
    )
        :group_by("y", "m")
        :order_by(desc("y"), "m")
end
case["coalesce and nullif"] = function()
    return select(
        func.coalesce(func.nullif(users.c.name, ""), "nobody"):label("n"),
        func.greatest(users.c.age, 18),
        func.least(users.c.score, 1.5)
    )
        :where(func.length(func.trim(users.c.name)):gt(3))
end
case["strings"] = function()
    return select(
        func.upper(func.substr(users.c.name, 1, 1)) + func.lower(func.substr(users.c.name, 2)),
        func.replace(users.c.name, "a", "b"),
        func.char_length(users.c.name) % 2
    )
end
case["string search"] = function()
    return select(users.c.id):where(
        or_(
            users.c.name:ilike("%a%"),
            users.c.name:startswith("b"),
            users.c.name:contains("50%", { autoescape = true })
        ),
        ~users.c.name:endswith("z")
    )
end
case["random order"] = function() return select(users.c.id):order_by(func.random()):limit(1) end
case["labels in group and having"] = function()
    local n = func.count(addresses.c.id):label("n")
    return select(users.c.name, n)
        :outerjoin(addresses)
        :group_by(users.c.name)
        :having(n:gt(2))
        :order_by(n:desc(), users.c.name)
end
case["nested subqueries with labels"] = function()
    local b = means(
        select(items.c.user_id, func.sum(items.c.price):label("total"), func.count():label("n"))
            :group_by(items.c.user_id)
            :subquery("a")
    )
    return select(b.c.name, (b.c.total / b.c.n):label("mean"))
        :where(b.c.total:gt(10))
        :order_by("mean")
end
case["lateral top of each"] = function()
    local l = select(items.c.price)
        :where(items.c.user_id:eq(users.c.id))
        :order_by(items.c.price:desc())
        :limit(3)
        :lateral("top3")
    return select(users.c.name, l.c.price):select_from(users):join(l, true_())
end
case["array aggregate"] = function()
    return select(
        users.c.name,
        func.array_agg(addresses.c.email:distinct()):label("mails"),
        func.array_agg(pg.aggregate_order_by(addresses.c.id, addresses.c.email:desc()))
            :filter(addresses.c.id:gt(3))
    )
        :join(addresses)
        :group_by(users.c.name)
end
case["json built"] = function()
    return select(
        func.json_build_object("id", users.c.id, "name", users.c.name),
        func.jsonb_agg(func.jsonb_build_array(addresses.c.id, addresses.c.email)),
        func.row_to_json(users:table_valued())
    )
        :join(addresses)
        :group_by(users.c.id)
end
case["unnest joined"] = function()
    local u = func.unnest(pgt.c.tags):column_valued("tag")
    return select(pgt.c.id, u):select_from(pgt):join(u, true_()):where(u:eq("x"))
end
case["jsonb search"] = function()
    return select(pgt.c.id)
        :where(
            pgt.c.jb:getitem("tags"):contains({ "a" }),
            pgt.c.jb:getitem("name").astext:ilike("%x%"),
            pgt.c.jb:getitem({ "a", "b" }).astext:cast(Integer):gt(5)
        )
        :order_by(pgt.c.jb:getitem("n").astext:cast(Integer):desc():nulls_last())
end
case["jsonb updated"] = function()
    return update(pgt)
        :values({ jb = pgt.c.jb + cast({ x = 1 }, pg.JSONB) })
        :where(pgt.c.jb:has_key("a"))
        :returning(pgt.c.jb:getitem("a").astext)
end
case["array updated"] = function()
    return update(pgt)
        :values({ tags = func.array_append(pgt.c.tags, "x"), nums = pgt.c.nums + { 5 } })
        :where(~pgt.c.tags:contains({ "x" }))
end
case["range query"] = function()
    return select(pgt.c.id):where(
        pgt.c.span:overlaps(func.int4range(1, 10)),
        func.upper(pgt.c.span):gt(5),
        ~pgt.c.during:contains(corm.datetime(2020, 1, 1))
    )
end
case["full text"] = function()
    return select(
        pgt.c.id, func.ts_rank(pgt.c.doc, func.plainto_tsquery("english", "cats")):label("rank")
    )
        :where(pgt.c.doc:op("@@")(func.plainto_tsquery("english", "cats")))
        :order_by(desc("rank"))
end
case["schema joined"] = function()
    return select(users.c.name, stuff.c.value)
        :join(stuff, and_(stuff.c.user_id:eq(users.c.id), stuff.c.value:like("a%")))
        :where(stuff.c.id:between(1, 5))
end
case["schema subquery"] = function()
    local s = select(stuff):where(stuff.c.user_id:in_(select(users.c.id))):subquery()
    return select(s.c.value, func.count()):group_by(s.c.value)
end
case["text fragments"] = function()
    return select(text("count(*) AS n"), users.c.name)
        :where(text("age > :age"):bindparams({ age = 5 }), users.c.active)
        :group_by(text("2"))
        :having(text("count(*) > 1"))
        :order_by(text("n DESC"))
end
case["insert defaults"] = function() return insert(t):values({}) end
case["insert with cte select union"] = function()
    return insert(t):from_select(
        { "myid", "name" },
        union_all(
            select(users.c.id, users.c.name):where(users.c.age:gt(5)),
            select(o.c.otherid, o.c.othername)
        )
            :order_by("id")
            :limit(5)
    )
end
case["three way union ordered"] = function()
    return union_all(
        select(users.c.id:label("i"), users.c.name:label("n")),
        select(addresses.c.id, addresses.c.email),
        select(t.c.myid, t.c.name)
    )
        :order_by(text("i"), "n", desc("i"))
        :limit(10)
        :offset(5)
end
case["literal report"] = function()
    return select(
        users.c.name,
        func.sum(corm.case({ users.c.age:ge(18), 1 }, { else_ = 0 })):label("adults")
    )
        :where(
            users.c.created:ge(corm.datetime(2024, 1, 1, 12, 30)),
            users.c.size:in_({ "small" }),
            users.c.active:eq(true),
            users.c.balance:gt(corm.decimal("10.50"))
        )
        :group_by(users.c.name)
        :having(func.count():gt(1))
        :limit(5), { literal_binds = true }
end
case["literal dml"] = function()
    return update(users)
        :values({ born = corm.date(2000, 2, 29), rises = corm.time(6, 30), name = "O'Hara" })
        :where(users.c.name:eq("it's"), users.c.score:ne(0.5)), { literal_binds = true }
end
case["between columns and dates"] = function()
    return select(users.c.id):where(
        func.now():between(users.c.created, users.c.created + corm.interval({ days = 30 })),
        literal(5):between(users.c.age, users.c.id),
        ~users.c.born:between(corm.date(2000, 1, 1), corm.date(2001, 1, 1))
    )
end
case["boolean columns everywhere"] = function()
    return select(
        corm.case({ users.c.active, "y" }, { else_ = "n" }),
        func.count():filter(users.c.active),
        func.max(corm.case({ ~users.c.active, users.c.id }))
    )
        :where(or_(users.c.active, ~users.c.active, users.c.active:is_(nil)))
        :group_by(users.c.active)
        :having(users.c.active)
end

return case
