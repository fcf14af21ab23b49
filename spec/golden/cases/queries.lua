-- SPDX-License-Identifier: MIT
-- Set operations, CTEs, VALUES, functions as tables, text() as a statement.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, String, bindparam = corm.Integer, corm.String, corm.bindparam
local column, desc, except_ = corm.column, corm.desc, corm.except_
local except_all, exists, func = corm.except_all, corm.exists, corm.func
local intersect, intersect_all, literal = corm.intersect, corm.intersect_all, corm.literal
local literal_column, select, text = corm.literal_column, corm.select, corm.text
local true_, union, union_all = corm.true_, corm.union, corm.union_all
local values = corm.values
local addresses, items, o = schema.addresses, schema.items, schema.o
local pgt, t, tree = schema.pgt, schema.t, schema.tree
local users = schema.users

local case = require("spec.golden.harness").cases()

-- ---- set operations

case["union"] = function() return union(select(t.c.myid), select(o.c.otherid)) end
case["union all"] = function() return union_all(select(t.c.myid), select(o.c.otherid)) end
case["intersect"] = function() return intersect(select(t.c.myid), select(o.c.otherid)) end
case["intersect all"] = function() return intersect_all(select(t.c.myid), select(o.c.otherid)) end
case["except"] = function() return except_(select(t.c.myid), select(o.c.otherid)) end
case["except all"] = function() return except_all(select(t.c.myid), select(o.c.otherid)) end
case["union method"] = function() return select(t.c.myid):union(select(o.c.otherid)) end
case["union method of three"] = function()
    return select(t.c.myid):union(select(o.c.otherid), select(users.c.id))
end
case["union of three"] = function()
    return union(select(t.c.myid), select(o.c.otherid), select(users.c.id))
end
case["union of one"] = function() return union(select(t.c.myid)) end
case["union of union"] = function()
    return union(union(select(t.c.myid), select(o.c.otherid)), select(users.c.id))
end
case["union of union all on the right"] = function()
    return union(select(t.c.myid), union_all(select(o.c.otherid), select(users.c.id)))
end
case["except of union"] = function()
    return except_(union(select(t.c.myid), select(o.c.otherid)), select(users.c.id))
end
case["union of except and intersect"] = function()
    return union(
        except_(select(t.c.myid), select(o.c.otherid)),
        intersect(select(users.c.id), select(items.c.id))
    )
end
case["union ordered"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):order_by("myid")
end
case["union ordered by column"] = function()
    return union(
        select(t.c.myid, t.c.name),
        select(o.c.otherid, o.c.othername)
    )
        :order_by(t.c.name:desc())
end
case["union ordered by label"] = function()
    return union(select(t.c.myid:label("x")), select(o.c.otherid:label("x"))):order_by(desc("x"))
end
case["union ordered by text"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):order_by(text("1"))
end
case["union limited"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):limit(5):offset(2)
end
case["union fetched"] = function() return union(select(t.c.myid), select(o.c.otherid)):fetch(5) end
case["union grouped"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):group_by("myid")
end
case["union of ordered"] = function()
    return union(select(t.c.myid):order_by(t.c.name), select(o.c.otherid))
end
case["union of limited"] = function()
    return union(select(t.c.myid):limit(1), select(o.c.otherid):order_by(o.c.otherid):limit(2))
end
case["union with where"] = function()
    return union(
        select(t.c.myid):where(t.c.name:eq("a")),
        select(t.c.myid):where(t.c.name:eq("b"))
    )
end
case["union with binds"] = function()
    return union(select(literal(1), literal("a")), select(literal(2), literal("b")))
end
case["union of labels"] = function()
    return union(
        select(t.c.myid:label("a"), t.c.name:label("b")),
        select(o.c.otherid, o.c.othername)
    )
end
case["union subquery ordered"] = function()
    return select(
        union(select(t.c.myid), select(o.c.otherid)):order_by("myid"):limit(5):subquery()
    )
end
case["union in exists"] = function()
    return select(exists(union(select(t.c.myid), select(o.c.otherid))))
end
case["union as scalar"] = function()
    return select(users.c.id):where(
        users.c.id:eq(union(select(t.c.myid), select(o.c.otherid)):scalar_subquery())
    )
end
case["union for update"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):with_for_update()
end
case["union of alias"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):alias("u"):select()
end
case["union of different widths"] = function()
    return union(select(t.c.myid), select(o.c.otherid, o.c.othername))
end
case["union of text"] = function()
    return union(select(t.c.myid), text("select 5"):columns(column("a", Integer)))
end
case["union of distinct"] = function()
    return union_all(select(t.c.name):distinct(), select(o.c.othername):distinct())
end
case["union of subqueries"] = function()
    return union(
        select(select(t.c.myid):subquery("a")),
        select(select(o.c.otherid):subquery("b"))
    )
end
case["select from union with where"] = function()
    return select(func.count()):select_from(
        union_all(select(t.c.myid), select(o.c.otherid)):subquery()
    )
end

-- ---- CTEs

case["cte"] = function()
    local c = select(t.c.myid, t.c.name):cte()
    return select(c.c.name):where(c.c.myid:eq(5))
end
case["cte named"] = function()
    local c = select(t.c.myid):where(t.c.name:eq("x")):cte("c")
    return select(c):where(c.c.myid:gt(5))
end
case["cte twice"] = function()
    local c = select(t.c.myid):cte("c")
    return select(c, c:alias("d")):where(c.c.myid:eq(5))
end
case["cte and table"] = function()
    local c = select(t.c.myid):where(t.c.name:eq("a")):cte("c")
    return select(o):join(c, c.c.myid:eq(o.c.otherid)):where(o.c.othername:eq("b"))
end
case["two ctes"] = function()
    local a, b = select(t.c.myid):cte("a"), select(o.c.otherid):cte("b")
    return select(a, b):where(a.c.myid:eq(b.c.otherid))
end
case["cte of cte"] = function()
    local a = select(t.c.myid):where(t.c.name:eq("a")):cte("a")
    local b = select(a.c.myid):where(a.c.myid:gt(5)):cte("b")
    return select(b):where(b.c.myid:lt(9))
end
case["cte of cte both used"] = function()
    local a = select(t.c.myid):cte("a")
    local b = select(a.c.myid):cte("b")
    return select(a, b)
end
case["cte anonymous twice"] = function()
    local a, b = select(t.c.myid):cte(), select(o.c.otherid):cte()
    return select(a, b)
end
case["cte in subquery"] = function()
    local c = select(t.c.myid):cte("c")
    return select(select(c.c.myid):subquery())
end
case["cte in scalar subquery"] = function()
    local c = select(func.max(t.c.myid):label("m")):cte("c")
    return select(o.c.otherid):where(o.c.otherid:eq(select(c.c.m):scalar_subquery()))
end
case["cte in exists"] = function()
    local c = select(t.c.myid):cte("c")
    return select(o.c.otherid):where(exists():where(c.c.myid:eq(o.c.otherid)))
end
case["cte in union"] = function()
    local c = select(t.c.myid):cte("c")
    return union(select(c.c.myid), select(o.c.otherid))
end
case["cte of union"] = function()
    local c = union(select(t.c.myid), select(o.c.otherid)):cte("c")
    return select(c.c.myid)
end
case["cte recursive"] = function()
    local c = select(literal(1):label("n")):cte("c", { recursive = true })
    c = c:union_all(select(c.c.n + 1):where(c.c.n:lt(10)))
    return select(c)
end
case["cte recursive tree"] = function()
    local c = select(tree.c.id, tree.c.data):where(tree.c.parent_id:eq(nil))
        :cte("c", { recursive = true })
    local k = tree:alias("k")
    c = c:union_all(select(k.c.id, k.c.data):where(k.c.parent_id:eq(c.c.id)))
    return select(c.c.id, c.c.data):order_by(c.c.id)
end
case["cte recursive tree joined"] = function()
    local c = select(tree.c.id):where(tree.c.id:eq(1)):cte("c", { recursive = true })
    local a = c:alias("a")
    c = c:union(select(tree.c.id):join(a, tree.c.parent_id:eq(a.c.id)))
    return select(c)
end
case["cte recursive anonymous"] = function()
    local c = select(literal(1):label("n")):cte({ recursive = true })
    c = c:union_all(select(c.c.n + 1):where(c.c.n:lt(10)))
    return select(func.sum(c.c.n))
end
case["cte recursive and plain"] = function()
    local p = select(t.c.myid):cte("p")
    local c = select(p.c.myid:label("n")):cte("c", { recursive = true })
    c = c:union_all(select(c.c.n + 1):where(c.c.n:lt(10)))
    return select(c, p)
end
case["cte alias"] = function()
    local c = select(t.c.myid):cte("c"):alias("d")
    return select(c.c.myid)
end
case["cte and its alias"] = function()
    local c = select(t.c.myid, t.c.name):cte("c")
    local d = c:alias("d")
    return select(c.c.myid, d.c.myid):where(c.c.name:eq(d.c.name))
end
case["cte with labels"] = function()
    local c = select(t.c.myid:label("a"), func.lower(t.c.name):label("b")):cte("c")
    return select(c.c.a, c.c.b)
end
case["cte with repeated names"] = function()
    local c = select(users.c.id, addresses.c.id):cte("c")
    return select(c)
end
case["cte quoted"] = function()
    local c = select(t.c.myid:label("My Id")):cte("My Cte")
    return select(c.c["My Id"])
end
case["cte prefix and suffix"] = function()
    local c = select(t.c.myid):cte("c"):prefix_with("MATERIALIZED"):suffix_with("SEARCH x")
    return select(c)
end
case["cte prefix of a dialect"] = function()
    local c = select(t.c.myid):cte("c"):prefix_with("MATERIALIZED", { dialect = "postgresql" })
    return select(c)
end
case["cte nested"] = function()
    local n = select(t.c.myid):cte("n", { nesting = true })
    local c = select(n.c.myid):cte("c")
    return select(c)
end
case["cte nested of the same name"] = function()
    local n = select(literal(1):label("x")):cte("n", { nesting = true })
    local m = select(literal(2):label("y")):cte("n")
    local c = select(n.c.x):cte("c")
    return select(c, m)
end
case["add cte"] = function()
    local c = select(t.c.myid):cte("c")
    return select(o.c.otherid):add_cte(c)
end
case["add cte used"] = function()
    local c = select(t.c.myid):cte("c")
    return select(c.c.myid):add_cte(c)
end
case["add cte nested here"] = function()
    local c = select(t.c.myid):cte("c")
    return select(select(o.c.otherid):add_cte(c, { nest_here = true }):subquery())
end
case["cte with limit"] = function()
    local c = select(t.c.myid):order_by(t.c.name):limit(5):cte("c")
    return select(c):limit(2)
end
case["cte of text"] = function()
    local c = text("select 1 as x"):columns(column("x", Integer)):cte("c")
    return select(c.c.x):where(c.c.x:eq(5))
end
case["cte of values"] = function()
    local c = values(column("a", Integer), column("b", String), { name = "v" })
        :data({ { 1, "x" }, { 2, "y" } })
        :cte("c")
    return select(c)
end
case["cte in insert from select"] = function()
    local c = select(t.c.myid, t.c.name):where(t.c.myid:eq(5)):cte("c")
    return o:insert():from_select({ "otherid", "othername" }, select(c))
end
case["cte in update"] = function()
    local c = select(o.c.otherid):where(o.c.othername:eq("x")):cte("c")
    return t:update():values({ name = "y" })
        :where(t.c.myid:eq(select(c.c.otherid):scalar_subquery()))
end
case["cte in delete"] = function()
    local c = select(o.c.otherid):cte("c")
    return t:delete():where(t.c.myid:in_(select(c.c.otherid)))
end
case["insert as cte"] = function()
    local c = t:insert():values({ myid = 1, name = "x" }):returning(t.c.myid):cte("c")
    return select(c.c.myid)
end
case["update as cte"] = function()
    local c = t:update():values({ name = "x" }):where(t.c.myid:eq(5))
        :returning(t.c.myid, t.c.name)
        :cte("c")
    return select(c):where(c.c.name:eq("y"))
end
case["delete as cte"] = function()
    local c = t:delete():where(t.c.name:eq("x")):returning(t.c.myid):cte("c")
    return select(func.count()):select_from(c)
end
case["delete as cte into insert"] = function()
    local c = t:delete():where(t.c.name:eq("x")):returning(t.c.myid, t.c.name):cte("gone")
    return o:insert():from_select({ "otherid", "othername" }, select(c))
end
case["update as cte added"] = function()
    local c = t:update():values({ name = "x" }):cte("c")
    return select(o.c.otherid):add_cte(c)
end
case["two dml ctes"] = function()
    local a = t:update():values({ name = "x" }):where(t.c.myid:eq(1)):returning(t.c.myid):cte("a")
    local b = t:insert():values({ myid = 2, name = "y" }):returning(t.c.myid):cte("b")
    return select(a.c.myid, b.c.myid)
end
case["cte literal binds"] = function()
    local c = select(t.c.myid):where(t.c.name:eq("x")):cte("c")
    return select(c):where(c.c.myid:eq(5)), { literal_binds = true }
end

-- ---- VALUES

case["values"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v" }):data({
            { 1, "x" }, { 2, "y" }
        })
    )
end
case["values anonymous"] = function()
    return select(values(column("a", Integer), column("b", String)):data({ { 1, "x" } }))
end
case["values literal"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v",
            literal_binds = true }):data(
            { { 1, "x" }, { 2, "y" } }
        )
    )
end
case["values twice"] = function()
    return select(values(column("a", Integer), { name = "v" }):data({ { 1 } }):data({ { 2 } }))
end
case["values joined"] = function()
    local v = values(column("a", Integer), column("b", String), { name = "v" }):data({
        { 1, "x" }, { 2, "y" }
    })
    return select(t.c.myid, v.c.b):join(v, t.c.myid:eq(v.c.a))
end
case["values alias"] = function()
    local v = values(
        column("a", Integer), column("b", String), { name = "v" }
    )
        :data({ { 1, "x" } })
        :alias("w")
    return select(v.c.b):where(v.c.a:eq(5))
end
case["values with expressions"] = function()
    return select(
        values(column("a", Integer), { name = "v" }):data({ { literal(1) + 2 }, { func.foo() } })
    )
end
case["values with null"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v" }):data({
            { 1, corm.NULL }, { 2, "y" }
        })
    )
end
case["values lateral"] = function()
    return select(values(column("a", Integer), { name = "v" }):data({ { 1 } }):lateral())
end
case["values scalar"] = function()
    return select(values(column("a", Integer)):data({ { 1 } }):scalar_values())
end
case["values in"] = function()
    return t.c.myid:in_(values(column("a", Integer)):data({ { 1 }, { 2 } }):scalar_values())
end
case["values quoted"] = function()
    return select(values(column("A b", Integer), { name = "My V" }):data({ { 1 } }))
end

-- ---- functions as tables

case["table valued"] = function() return select(func.json_each("[1, 2]"):table_valued("value")) end
case["table valued columns"] = function()
    return select(func.json_each("[1]"):table_valued("key", "value").c.value)
end
case["table valued types"] = function()
    return select(func.f(1):table_valued(column("a", Integer), column("b", String)))
end
case["table valued named"] = function()
    return select(func.json_each("[1]"):table_valued("value", { name = "j" }).c.value)
end
case["table valued with ordinality"] = function()
    return select(
        func.unnest(pgt.c.tags):table_valued("elem", { with_ordinality = "ord", name = "u" })
    )
end
case["table valued derived"] = function()
    return select(func.f(1):table_valued("a", "b", { name = "x" }):render_derived())
end
case["table valued derived with types"] = function()
    return select(
        func.json_to_recordset("[]"):table_valued(column("a", Integer), column("b", String))
            :render_derived({ with_types = true })
    )
end
case["table valued derived name"] = function()
    return select(func.f(1):table_valued("a"):render_derived({ name = "z" }))
end
case["table valued joined"] = function()
    return select(t.c.myid, func.f(t.c.myid):table_valued("x", { name = "g" }).c.x)
end
case["table valued alias"] = function()
    return select(func.f(1):table_valued("a"):alias("q").c.a)
end
case["table valued joined by true"] = function()
    local f = func.unnest(pgt.c.tags):table_valued("tag", { name = "u" })
    return select(pgt.c.id, f.c.tag):join(f, true_())
end
case["table valued with two arguments"] = function()
    return select(func.generate_series(1, 5):table_valued("value"))
end
case["column valued"] = function() return select(func.generate_series(1, 5):column_valued("x")) end
case["column valued without name"] = function()
    return select(func.generate_series(1, 5):column_valued())
end
case["column valued in expression"] = function()
    return select(func.unnest(pgt.c.nums):column_valued("x") + 5)
end
case["function alias"] = function() return select(column("x")):select_from(func.f(1):alias("y")) end
case["function alias column"] = function()
    return select(func.f(1, { type_ = Integer }):alias("y").column)
end
case["function in from"] = function() return select(text("*")):select_from(func.f(1)) end
case["function scalar table valued"] = function()
    return select(func.f(t.c.myid):scalar_table_valued("x", Integer))
end
case["function select"] = function() return func.f(1):select() end

-- ---- text

case["text"] = function() return text("select * from t") end
case["text binds"] = function()
    return text("select * from t where a = :a and b = :b"):bindparams({ a = 5, b = "x" })
end
case["text binds without values"] = function() return text("select :a, :b") end
case["text bind repeated"] = function() return text("select :a, :a"):bindparams({ a = 5 }) end
case["text bind typed"] = function()
    return text("select :a"):bindparams(bindparam("a", 5, { type_ = Integer }))
end
case["text bind in list"] = function()
    return text("a in :x"):bindparams(bindparam("x", { 1, 2 }, { expanding = true })),
        { render_postcompile = true }
end
case["text bind literal"] = function()
    return text("a = :x and b = :y"):bindparams({ x = 5, y = "it's" }), { literal_binds = true }
end
case["text escapes"] = function()
    return text("select '\\:a', b::int, c\\:\\:int, :d"):bindparams({ d = 5 })
end
case["text percent"] = function() return text("select a % 5 from t where b like 'x%'") end
case["text in time"] = function() return text("select '12:30:45', :a"):bindparams({ a = 1 }) end
case["text columns"] = function()
    return text("select a, b from t"):columns(column("a", Integer), column("b"))
end
case["text columns subquery"] = function()
    return select(
        text("select a, b from t"):columns(column("a", Integer), column("b", String))
            :subquery("s")
            .c
            .b
    )
end
case["text columns join"] = function()
    return select(t.c.myid):join(
        text("select a from q"):columns(column("a", Integer)):subquery("s"),
        t.c.myid:eq(literal_column("s.a"))
    )
end
case["text in where with binds"] = function()
    return select(t.c.myid):where(text("name = :n"):bindparams({ n = "x" }), t.c.myid:eq(5))
end
case["text in columns"] = function() return select(text("count(*)"), t.c.name) end
case["text in select from"] = function()
    return select(text("a, b")):select_from(text("x")):where(text("a = b")):order_by(text("a"))
end
case["text in group by and having"] = function()
    return select(t.c.name):group_by(text("name")):having(text("count(*) > 5"))
end
case["text with semicolon and colon"] = function()
    return text("select ':notabind' ; select :a"):bindparams({ a = 1 })
end
return case
