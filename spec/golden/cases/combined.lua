-- SPDX-License-Identifier: MIT
-- Constructs inside of each other: sets, CTEs, windows, subqueries and writing statements.

local corm = require("corm")
local schema = require("spec.golden.schema")

local asc, cast, collate, delete, desc = corm.asc, corm.cast, corm.collate, corm.delete, corm.desc
local except_all, exists, func, insert = corm.except_all, corm.exists, corm.func, corm.insert
local Integer, intersect, JSON, literal = corm.Integer, corm.intersect, corm.JSON, corm.literal
local literal_column, null, Numeric = corm.literal_column, corm.null, corm.Numeric
local select, String, text, true_ = corm.select, corm.String, corm.text, corm.true_
local tuple_, type_coerce, union = corm.tuple_, corm.type_coerce, corm.union
local union_all, update, addresses = corm.union_all, corm.update, schema.addresses
local items, o, t, tree, users = schema.items, schema.o, schema.t, schema.tree, schema.users

local case = require("spec.golden.harness").cases()

local function walk(b)
    return b:union_all(
        select(tree.c.id, (b.c.depth + 1):label("depth"))
            :where(tree.c.parent_id:eq(b.c.id))
            :where(b.c.depth:lt(5))
    )
end
local function parents(b)
    return b:union(select(tree.c.id):where(tree.c.parent_id:eq(b.c.id)))
end

case["cte of union ordered by label desc"] = function()
    local c = union(select(t.c.myid:label("x")), select(o.c.otherid))
        :order_by(desc("x"))
        :cte("c")
    return select(c):order_by(c.c.x:desc())
end
case["labels of set in subquery"] = function()
    local u = intersect(select(t.c.myid:label("x")), select(o.c.otherid:label("z")))
        :subquery("u")
    return select(u, func.count():over({ partition_by = u.c.x }):label("n"))
end
case["except_all in exists"] = function()
    return select(t.c.myid):where(except_all(select(t.c.myid), select(o.c.otherid)):exists())
end
case["set of sets"] = function()
    return union(
        union_all(select(t.c.myid), select(o.c.otherid)):subquery("a"):select(),
        select(intersect(select(users.c.id), select(items.c.id)):subquery("b"))
    )
end
case["set with group by"] = function()
    return union(
        select(t.c.myid, func.count(t.c.name)):group_by(t.c.myid),
        select(o.c.otherid, literal(0))
    )
        :order_by(t.c.myid)
end
case["set offset and fetch"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):offset(2):fetch(3)
end
case["set order by position text"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):order_by(
        text("1"), literal_column("1"):desc()
    )
end
case["set scalar in where"] = function()
    return select(t.c.myid):where(
        t.c.myid:eq(union(select(o.c.otherid), select(users.c.id)):limit(1):scalar_subquery())
    )
end
case["set with for update"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):with_for_update()
end
case["set in in"] = function()
    return select(t):where(t.c.myid:in_(union(select(o.c.otherid), select(users.c.id))))
end
case["set not in with limit"] = function()
    return select(t):where(
        t.c.myid:not_in(union(select(o.c.otherid), select(users.c.id)):limit(4))
    )
end
case["set lateral"] = function()
    local l = union(
        select(o.c.otherid:label("x")):where(o.c.otherid:eq(t.c.myid)):correlate(t),
        select(users.c.id):where(users.c.id:eq(t.c.myid)):correlate(t)
    )
        :lateral("l")
    return select(t.c.myid, l.c.x):select_from(t:join(l, true_()))
end
case["recursive cte with limit and depth"] = function()
    local c = walk(
        select(tree.c.id, literal(0):label("depth"))
            :where(tree.c.parent_id:is_(nil))
            :cte("walk", { recursive = true })
    )
    return select(c)
end
case["recursive cte counted"] = function()
    local c = parents(select(tree.c.id):where(tree.c.id:eq(1)):cte("w", { recursive = true }))
    return select(c.c.id, func.count(tree.c.id))
        :join(tree, tree.c.parent_id:eq(c.c.id), { isouter = true })
        :group_by(c.c.id)
        :having(func.count(tree.c.id):gt(2))
end
case["recursive cte with two members"] = function()
    local b = select(tree.c.id):cte("w", { recursive = true })
    return select(
        b:union_all(select(tree.c.id):where(tree.c.parent_id:eq(b.c.id)), select(literal(9)))
    )
end
case["update from cte with exists"] = function()
    local c = select(addresses.c.user_id:label("i"), func.max(addresses.c.email):label("n"))
        :group_by(addresses.c.user_id)
        :cte("c")
    return update(users)
        :values({ name = c.c.n })
        :where(users.c.id:eq(c.c.i))
        :where(exists():where(addresses.c.user_id:eq(users.c.id)))
end
case["update from with correlated scalar"] = function()
    return update(users)
        :values({
            age = select(func.count(addresses.c.id))
                :where(addresses.c.user_id:eq(users.c.id))
                :scalar_subquery(),
        })
        :where(users.c.id:eq(items.c.user_id), items.c.price:gt(5))
end
case["update add_cte"] = function()
    return update(users)
        :values({ name = "x" })
        :where(users.c.id:in_(select(select(t.c.myid):where(t.c.name:eq("q")):cte("c").c.myid)))
        :returning(users.c.id)
end
case["update cte insert"] = function()
    local c = update(users)
        :values({ name = "y" })
        :where(users.c.id:gt(4))
        :returning(users.c.id)
        :cte("u")
    return insert(t):from_select({ "myid" }, select(c.c.id))
end
case["delete using cte"] = function()
    local c = select(addresses.c.user_id):where(addresses.c.email:like("%x")):cte("dead")
    return delete(users):where(users.c.id:eq(c.c.user_id)):returning(users.c.name)
end
case["delete with exists in exists"] = function()
    return delete(users):where(
        exists(
            select(addresses.c.id):where(
                addresses.c.user_id:eq(users.c.id),
                exists():where(items.c.address_id:eq(addresses.c.id))
            )
        )
    )
end
case["delete not exists returning star"] = function()
    return delete(addresses)
        :where(~exists():where(users.c.id:eq(addresses.c.user_id)))
        :returning(addresses)
end
case["insert from cte union"] = function()
    local c = union(
        select(users.c.id:label("i"), users.c.name:label("n")),
        select(o.c.otherid, o.c.othername)
    )
        :cte("c")
    return insert(t):from_select({ "myid", "name" }, select(c.c.i, c.c.n):where(c.c.i:ne(3)))
end
case["insert values with subquery"] = function()
    return insert(t):values(
        { myid = select(func.max(users.c.id) + 1):scalar_subquery(), name = func.upper("x") }
    )
end
case["insert many with expressions"] = function()
    return insert(t):values({ { myid = 1, name = func.lower("A") }, { myid = 2, name = "b" } })
end
case["insert from select with literal"] = function()
    return insert(t):from_select(
        { "myid", "name" }, select(users.c.id, literal("x"):label("q")):where(users.c.active)
    )
end
case["delete cte selected"] = function()
    local d = delete(users)
        :where(users.c.age:lt(3))
        :returning(users.c.id, users.c.name)
        :cte("d")
    return select(func.count(d.c.id), func.min(d.c.name))
end
case["insert cte joined"] = function()
    local d = insert(t):values({ myid = 1, name = "a" }):returning(t.c.myid):cte("ins")
    return select(d.c.myid, o.c.othername):join(o, o.c.otherid:eq(d.c.myid))
end
case["two writing ctes"] = function()
    return select(literal(1)):add_cte(
        delete(users):where(users.c.id:eq(1)):cte("d"), insert(t):values({ myid = 2 }):cte("i")
    )
end
case["window over aggregate"] = function()
    return select(
        users.c.age,
        func.sum(func.count(users.c.id)):over(
            { order_by = users.c.age, rows = { corm.NULL, 0 } }
        )
    )
        :group_by(users.c.age)
end
case["window filter and frame"] = function()
    return select(
        func.sum(items.c.price)
            :filter(items.c.price:gt(0))
            :over({
                partition_by = { items.c.user_id, items.c.address_id },
                order_by = { items.c.id:desc(), items.c.price:nulls_last() },
                range_ = { -5, 10 },
            })
    )
end
case["window groups"] = function()
    return select(
        func.avg(items.c.price):over(
            { order_by = items.c.id, groups = { corm.NULL, corm.NULL } }
        )
    )
end
case["window in order by"] = function()
    return select(items.c.id):order_by(
        func.row_number()
            :over({ partition_by = items.c.user_id, order_by = items.c.price:desc() })
            :desc(),
        items.c.id
    )
end
case["window label in order by"] = function()
    local w = func.rank():over({ order_by = items.c.price }):label("r")
    return select(items.c.id, w):order_by(w, w:desc())
end
case["window in subquery filtered"] = function()
    local s = select(
        items.c.id,
        func.row_number()
            :over({ partition_by = items.c.user_id, order_by = desc(items.c.price) })
            :label("r")
    )
        :subquery()
    return select(s.c.id):where(s.c.r:le(3))
end
case["window arithmetic"] = function()
    return select(
        ((items.c.price - func.lag(items.c.price, 1, 0):over({ order_by = items.c.id })) * 100)
            / func.first_value(items.c.price):over({ order_by = items.c.id })
    )
end
case["window case cast"] = function()
    return select(
        cast(
            func.sum(corm.case({ items.c.price:gt(3), 1 }, { else_ = 0 })):over(), Numeric(5, 2)
        )
    )
end
case["window rows negative"] = function()
    return select(
        func.sum(items.c.id):over({ order_by = items.c.id, rows = { -3, -1 } }),
        func.sum(items.c.id):over({ order_by = items.c.id, rows = { 1, 3 } }),
        func.sum(items.c.id):over({ order_by = items.c.id, rows = { 0, corm.NULL } })
    )
end
case["within group filter over"] = function()
    return select(
        func.percentile_cont(0.5):within_group(items.c.price:desc()):filter(items.c.id:gt(3))
    )
end
case["within group over"] = function()
    return select(
        func.percentile_disc(0.25)
            :within_group(items.c.price, items.c.id)
            :over({ partition_by = items.c.user_id })
    )
end
case["aggregate order by inside"] = function() return select(func.count(users.c.name)) end
case["aggregate strings"] = function()
    return select(func.aggregate_strings(users.c.name, ", "):filter(users.c.id:gt(1)))
end
case["distinct aggregate filter"] = function()
    return select(
        func.count(users.c.name:distinct()):filter(users.c.active, users.c.age:gt(4)):label("n")
    )
end
case["case in order by nulls"] = function()
    return select(users.c.id):order_by(
        corm.case({ users.c.name:eq("a"), 1 }, { users.c.name:is_(nil), 2 }, { else_ = 3 })
            :desc()
            :nulls_last()
    )
end
case["case in group by"] = function()
    local c = corm.case({ users.c.age:lt(18), "young" }, { else_ = "old" }):label("kind")
    return select(c, func.count()):group_by(c):order_by(c)
end
case["case value dict"] = function()
    return select(corm.case({ a = 1 }, { value = users.c.name, else_ = users.c.age }))
end
case["case of exists"] = function()
    return select(
        corm.case(
            { exists():where(addresses.c.user_id:eq(users.c.id)), "y" }, { else_ = null() }
        )
    )
end
case["case of case"] = function()
    return corm.case({ corm.case({ t.c.myid:eq(1), true }, { else_ = false }), t.c.name }, {
        else_ = corm.case({ t.c.myid:gt(2), "b" })
    })
end
case["case compared"] = function()
    return corm.case({ t.c.myid:eq(1), 2 }, { else_ = 3 }):eq(
        corm.case({ t.c.myid:eq(2), 4 }, { else_ = 5 })
    )
end
case["case cast collate"] = function()
    return cast(corm.case({ t.c.myid:eq(1), "x" }, { else_ = "y" }), String(5))
        :collate("C")
        :lt("z")
end
case["collate desc nulls first"] = function()
    return select(t.c.name):order_by(
        t.c.name:collate("C"):desc():nulls_first(), collate(t.c.description, "C"):asc()
    )
end
case["cast collate label order"] = function()
    local l = cast(t.c.myid, String):label("s")
    return select(l):order_by(l:collate("C"))
end
case["type coerce compared"] = function() return (type_coerce(t.c.name, Integer) + 5):eq(7) end
case["type coerce of bind"] = function() return select(type_coerce("5", Integer) + t.c.myid) end
case["type coerce json"] = function()
    return select(type_coerce(t.c.name, JSON):getitem("a"):as_string())
end
case["cast of json path"] = function()
    return select(cast(users.c.data:getitem("a"):getitem("b"):as_integer(), String))
        :where(users.c.data:getitem({ "x", 1 }):as_boolean():is_(true))
end
case["json compared"] = function() return users.c.data:getitem("a"):eq({ x = 1 }) end
case["json as float and numeric"] = function()
    return select(
        users.c.data:getitem("a"):as_float(),
        users.c.data:getitem("b"):as_numeric(10, 2),
        users.c.data:getitem("c"):as_json()
    )
end
case["json in order by group by"] = function()
    return select(func.count())
        :group_by(users.c.data:getitem("k"):as_string())
        :order_by(users.c.data:getitem("k"):as_string():desc())
end
case["json is null"] = function()
    return select(users.c.id):where(
        users.c.data:getitem("x"):is_(nil),
        users.c.data:is_not(nil),
        users.c.data:getitem("y"):as_string():eq(nil)
    )
end
case["tuple in subquery"] = function()
    return select(t):where(
        tuple_(t.c.myid, t.c.name):in_(
            select(o.c.otherid, o.c.othername):where(o.c.otherid:gt(3))
        )
    )
end
case["tuple in set"] = function()
    return select(t):where(
        tuple_(t.c.myid, t.c.name):in_(
            union(select(o.c.otherid, o.c.othername), select(users.c.id, users.c.name))
        )
    )
end
case["tuple in values"] = function()
    return select(t):where(tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }))
end
case["tuple not in values post"] = function()
    return select(t):where(
        tuple_(t.c.myid, t.c.name):not_in({ { 1, "a" }, { 2, "b" } })
    ), { render_postcompile = true }
end
case["tuple not in empty post"] = function()
    return select(t):where(tuple_(t.c.myid, t.c.name):not_in({})), { render_postcompile = true }
end
case["tuple in literal"] = function()
    return select(t):where(
        tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b'c" } })
    ), { literal_binds = true }
end
case["tuple comparison"] = function()
    return select(t):where(
        tuple_(t.c.myid, t.c.name):gt(tuple_(3, "x")), tuple_(t.c.myid, 5):eq({ 1, 2 })
    )
end
case["tuple of functions in"] = function()
    return tuple_(func.lower(t.c.name), t.c.myid + 1):in_({ { "a", 1 } })
end
case["row value compare literal"] = function()
    return tuple_(t.c.myid, t.c.name):le(tuple_(1, "b")), { literal_binds = true }
end
case["order by label and column"] = function()
    return select((t.c.myid + 1):label("x"), t.c.name):order_by(
        "x", "name", desc("name"), asc("x"):nulls_last()
    )
end
case["group by label string"] = function()
    return select(func.lower(t.c.name):label("n"), func.count())
        :group_by("n")
        :order_by(func.count():desc())
end
case["group by label object"] = function()
    local l = func.date(users.c.created):label("d")
    return select(l, func.count():label("c"))
        :group_by(l)
        :having(func.count():gt(1))
        :order_by(desc("c"), l)
end
case["order by label in expression"] = function()
    local l = (t.c.myid * 2):label("dbl")
    return select(l):order_by(l + 1, func.abs(l), -l)
end
case["order by unselected label"] = function()
    return select(t.c.myid):order_by((t.c.myid * 2):label("dbl"))
end
case["order by unknown string"] = function() return select(t.c.myid):order_by("nope") end
case["group by unknown string"] = function() return select(t.c.myid):group_by("nope") end
case["distinct on label"] = function()
    return select((t.c.myid + 1):label("x")):distinct():order_by("x")
end

return case
