-- SPDX-License-Identifier: MIT
-- Parameters by odd names, joins and tables where others are expected, all kinds of CTEs.

local corm = require("corm")
local schema = require("spec.golden.schema")

local all_, and_, any_, asc, bindparam = corm.all_, corm.and_, corm.any_, corm.asc, corm.bindparam
local cast, column, delete, desc = corm.cast, corm.column, corm.delete, corm.desc
local exists, false_, Float, func = corm.exists, corm.false_, corm.Float, corm.func
local insert, Integer, literal = corm.insert, corm.Integer, corm.literal
local literal_column, not_, or_, select = corm.literal_column, corm.not_, corm.or_, corm.select
local String, tablesample, text, true_ = corm.String, corm.tablesample, corm.text, corm.true_
local union, update, values, addresses = corm.union, corm.update, corm.values, schema.addresses
local items, o, odd, t, users = schema.items, schema.o, schema.odd, schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["in and its negation"] = function()
    local e = t.c.myid:in_({ 1, 2 })
    return select(t):where(or_(e, ~e))
end
case["in twice the same"] = function()
    local e = t.c.myid:in_({ 1, 2 })
    return select(e, e):where(e)
end
case["in and its negation post"] = function()
    local e = t.c.myid:in_({ 1, 2 })
    return select(t):where(or_(e, ~e)), { render_postcompile = true }
end
case["comparison and its negation"] = function()
    local e = t.c.myid:eq(5)
    return select(t):where(or_(e, ~e))
end
case["between and its negation"] = function()
    local e = t.c.myid:between(1, 5)
    return select(t):where(or_(e, ~e))
end
case["like and its negation"] = function()
    local e = t.c.name:like("x")
    return select(t):where(or_(e, ~e))
end
case["expanding and plain of one name"] = function()
    return select(t):where(
        t.c.myid:eq(bindparam("x")), t.c.myid:in_(bindparam("x", { expanding = true }))
    )
end
case["expanding and plain of one name other order"] = function()
    return select(t):where(
        t.c.myid:in_(bindparam("x", { expanding = true })), t.c.myid:eq(bindparam("x"))
    )
end
case["expanding twice of one name"] = function()
    return select(t):where(
        t.c.myid:in_(bindparam("x", { expanding = true })),
        t.c.name:in_(bindparam("x", { expanding = true }))
    )
end
case["expanding with values twice"] = function()
    return select(t):where(
        t.c.myid:in_(bindparam("x", { 1, 2 }, { expanding = true })),
        t.c.myid:not_in(bindparam("x", { 1, 2 }, { expanding = true }))
    ), { render_postcompile = true }
end
case["in bindparam without expanding"] = function()
    return select(t):where(t.c.myid:in_(bindparam("x")))
end
case["bind with colon"] = function()
    return select(t):where(
        t.c.myid:in_(bindparam("c:d", { 1, 2 }, { expanding = true }))
    ), { render_postcompile = true }
end
case["bind with percent"] = function()
    return select(t):where(
        t.c.myid:in_(bindparam("c%d", { 1, 2 }, { expanding = true }))
    ), { render_postcompile = true }
end
case["bind with blank and dot"] = function()
    return select(t):where(
        t.c.myid:in_(bindparam("c.d", { 1, 2 }, { expanding = true }))
    ), { render_postcompile = true }
end
case["odd columns in in_"] = function()
    return select(odd.c.id):where(
        odd.c["Total Price"]:in_({ 1 }),
        odd.c["per%cent"]:in_({ 2, 3 }),
        odd.c["co:lon"]:in_({ 4 })
    ), { render_postcompile = true }
end
case["odd columns in in_ unrendered"] = function()
    return select(odd.c.id):where(
        odd.c["Total Price"]:in_({ 1 }),
        odd.c["per%cent"]:in_({ 2, 3 }),
        odd.c["co:lon"]:in_({ 4 })
    )
end
case["odd columns updated"] = function()
    return update(odd)
        :values({ ["Total Price"] = 5, ["co:lon"] = 6, ["per%cent"] = 7 })
        :where(odd.c["co:lon"]:eq(8))
end
case["unique binds of one name"] = function()
    return select(t):where(
        t.c.myid:eq(bindparam("x", 1, { unique = true })),
        t.c.name:eq(bindparam("x", "a", { unique = true }))
    )
end
case["plain binds of one name"] = function()
    return select(t):where(t.c.myid:eq(bindparam("x", 1)), t.c.myid:gt(bindparam("x", 1)))
end
case["plain and unique of one name"] = function()
    return select(t):where(t.c.myid:eq(bindparam("myid_1", 1)), t.c.myid:eq(5))
end
case["tablesample of alias"] = function()
    return select(tablesample(users:alias("u"), func.bernoulli(5)))
end
case["tablesample named"] = function()
    return select(
        tablesample(users, func.bernoulli(5), { name = "s", seed = func.random() }).c.id
    )
end
case["tablesample joined"] = function()
    local s = tablesample(users, 10, { name = "s" })
    return select(s.c.id, addresses.c.id):join(addresses, addresses.c.user_id:eq(s.c.id))
end
case["join subquery of select"] = function()
    return select(users:join(addresses):select():subquery("j"))
end
case["select of join"] = function() return select(users:join(addresses)) end
case["select of join columns"] = function()
    local j = users:join(addresses)
    return select(j.c.users_id, j.c.addresses_id):select_from(j)
end
case["join onclause of three"] = function()
    return users:join(addresses):join(items, items.c.address_id:eq(addresses.c.id)).onclause
end
case["update alias"] = function() return update(users:alias("u")):values({ name = "x" }) end
case["update alias where"] = function()
    local u = users:alias("u")
    return update(u):values({ name = "x" }):where(u.c.id:eq(5)):returning(u.c.id)
end
case["delete alias"] = function()
    local u = users:alias("u")
    return delete(u):where(u.c.id:eq(5))
end
case["insert alias"] = function() return insert(users:alias("u")):values({ name = "x" }) end
case["update subquery"] = function()
    local c = select(users.c.id):subquery("c")
    return update(c):values({ id = 5 })
end
case["add_cte values"] = function()
    return select(t.c.myid):add_cte(
        values(column("a", Integer), { name = "v" }):data({ { 1 }, { 2 } }):cte("vc")
    )
end
case["add_cte textual"] = function()
    return select(t.c.myid):add_cte(
        text("SELECT 1 AS x"):columns(column("x", Integer)):cte("tc")
    )
end
case["textual cte joined"] = function()
    local c = text("SELECT 1 AS x"):columns(column("x", Integer)):cte("tc")
    return select(t.c.name, c.c.x):join(c, t.c.myid:eq(c.c.x))
end
case["values cte recursive"] = function()
    local c = values(column("a", Integer), { name = "v" })
        :data({ { 1 } })
        :cte("vc", { recursive = true })
    return select(c:union_all(select(c.c.a + 1):where(c.c.a:lt(5))))
end
case["textual bindparams cte"] = function()
    local c = text("SELECT :p AS x")
        :bindparams({ p = 7 })
        :columns(column("x", Integer))
        :cte("tc")
    return select(c.c.x):where(c.c.x:eq(9))
end
case["values of values"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v" })
            :data({ { 1, "x" } })
            :data({ { 2, "y" } })
    )
end
case["insert add_cte"] = function()
    return insert(t)
        :from_select({ "myid" }, select(users.c.id))
        :add_cte(select(o.c.otherid):cte("q"))
end
case["update add_cte plain"] = function()
    return update(t):values({ name = "x" }):add_cte(select(o.c.otherid):cte("q"))
end
case["delete add_cte nested"] = function()
    return delete(t):where(
        t.c.myid:in_(
            select(o.c.otherid):add_cte(select(users.c.id):cte("n"), { nest_here = true })
        )
    )
end
case["union add_cte"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):add_cte(select(users.c.id):cte("q"))
end
case["cte materialized"] = function()
    return select(
        select(t.c.myid):cte("c"):prefix_with("MATERIALIZED", { dialect = "postgresql" })
    )
end
case["cte of cte of cte"] = function()
    local a = select(t.c.myid):cte("c1")
    local b = select(a.c.myid):cte("c2")
    return select(select(b.c.myid):cte("c3"))
end
case["cte used twice with aliases"] = function()
    local c = select(t.c.myid):cte("c")
    local x = c:alias("x")
    local y = c:alias()
    return select(x.c.myid, y.c.myid):where(x.c.myid:lt(y.c.myid))
end
case["cte in scalar subquery and outside"] = function()
    local c = select(t.c.myid):cte("c")
    return select(c.c.myid, select(func.max(c.c.myid)):scalar_subquery())
end
case["self_group of or"] = function()
    return or_(t.c.myid:eq(1), t.c.name:eq("x")):self_group()
end
case["self_group of expression"] = function() return (t.c.myid + 1):self_group() end
case["self_group of column"] = function() return t.c.myid:self_group() end
case["self_group against"] = function()
    return (t.c.myid + 1):self_group({ against = corm.sql.operators.mul }) * 5
end
case["filter then within_group"] = function()
    return select(func.percentile_cont(0.5):filter(t.c.myid:gt(1)):within_group(t.c.myid))
end
case["within_group then filter"] = function()
    return select(func.percentile_cont(0.5):within_group(t.c.myid):filter(t.c.myid:gt(1)))
end
case["filter then over"] = function()
    return select(func.sum(t.c.myid):filter(t.c.myid:gt(1)):over({ order_by = t.c.myid }))
end
case["over then filter"] = function()
    return select(func.sum(t.c.myid):over({ order_by = t.c.myid }):filter(t.c.myid:gt(1)))
end
case["filter twice"] = function()
    return select(func.sum(t.c.myid):filter(t.c.myid:gt(1)):filter(t.c.name:eq("x")))
end
case["within_group then over"] = function()
    return select(func.rank(1):within_group(t.c.myid:desc()):over({ partition_by = t.c.name }))
end
case["filter of two"] = function()
    return select(
        func.count(t.c.myid):filter(t.c.myid:gt(1), or_(t.c.name:eq("x"), t.c.name:eq("y")))
    )
end
case["distinct then over"] = function()
    return select(func.count(t.c.name:distinct()):over())
end
case["label then over"] = function() return select(func.count(t.c.name):label("n"):over()) end
case["cast of over"] = function()
    return select(
        cast(func.count():over(), String), func.count():over() + 1, -func.count():over()
    )
end
case["filter in arithmetic"] = function()
    return select(
        (func.count():filter(t.c.myid:gt(1)) * 100) / func.count(),
        func.coalesce(func.sum(t.c.myid):filter(t.c.myid:gt(1)), 0)
    )
end
case["op precedence"] = function()
    return select(
        t.c.myid:op("|>", { precedence = 20 })(5) + 1,
        (t.c.myid + 1):op("|>")(5),
        t.c.myid:op("|>")(t.c.myid + 5),
        t.c.myid:op("|>")(5):op("|>")(6)
    )
end
case["op return type"] = function()
    return select(
        t.c.myid:op("||", { return_type = String })("x") + "y",
        t.c.name:op("<->", { return_type = Float })("q"):lt(0.5)
    )
end
case["op comparison"] = function()
    return select(t.c.myid):where(
        t.c.name:op("~~", { is_comparison = true })("x"),
        ~t.c.name:op("~~", { is_comparison = true })("x"),
        ~t.c.name:bool_op("~~")("y")
    )
end
case["op in order"] = function()
    return select(t.c.myid):order_by(t.c.name:op("<->")("x"), t.c.name:op("<->")("y"):desc())
end
case["op with and"] = function()
    return select(t.c.myid):where(and_(t.c.name:op("@@")("x"), t.c.myid:op("&")(4):eq(4)))
end
case["operate method"] = function()
    return select(
        t.c.myid:operate(corm.sql.operators.add, 5), t.c.myid:operate(corm.sql.operators.lt, 6)
    )
end
case["compound as scalar compared"] = function()
    return select(t.c.myid):where(
        t.c.myid:gt(union(select(func.max(o.c.otherid)), select(literal(1))):scalar_subquery())
    )
end
case["exists of union"] = function()
    return select(exists(union(select(t.c.myid), select(o.c.otherid)):subquery():select()))
end
case["not exists with or"] = function()
    return select(t.c.myid):where(~(exists():where(o.c.otherid:eq(t.c.myid)) | t.c.myid:eq(5)))
end
case["is of select"] = function()
    return select(t.c.myid):where(
        select(o.c.otherid):where(o.c.otherid:eq(t.c.myid)):scalar_subquery():is_(nil)
    )
end
case["any all of select"] = function()
    return select(t.c.myid):where(
        t.c.myid:gt(any_(select(o.c.otherid):scalar_subquery())),
        t.c.myid:le(all_(select(users.c.id):scalar_subquery()))
    )
end
case["scalar subquery arithmetic"] = function()
    return select(
        (select(func.max(o.c.otherid)):scalar_subquery() + 1) * 2,
        -select(func.min(o.c.otherid)):scalar_subquery()
    )
end
case["scalar subquery in values"] = function()
    return insert(t):values({
        { myid = select(func.max(o.c.otherid)):scalar_subquery(), name = "x" },
        { myid = 5, name = "y" },
    })
end
case["correlated update of alias"] = function()
    local a = addresses:alias("a")
    return update(users)
        :values({
            name = select(a.c.email)
                :where(a.c.user_id:eq(users.c.id))
                :limit(1)
                :scalar_subquery(),
        })
        :where(exists():where(a.c.user_id:eq(users.c.id)))
end
case["update from subquery"] = function()
    local s = select(addresses.c.user_id, func.count():label("n"))
        :group_by(addresses.c.user_id)
        :subquery("s")
    return update(users):values({ age = s.c.n }):where(users.c.id:eq(s.c.user_id))
end
case["update from two aliases"] = function()
    local a = addresses:alias("a")
    local b = addresses:alias("b")
    return update(users)
        :values({ name = a.c.email })
        :where(users.c.id:eq(a.c.user_id), a.c.id:gt(b.c.id))
end
case["delete using two"] = function()
    return delete(users):where(
        users.c.id:eq(addresses.c.user_id),
        addresses.c.id:eq(items.c.address_id),
        items.c.price:gt(5)
    )
end
case["delete using alias of itself"] = function()
    local u = users:alias("u")
    return delete(users):where(users.c.id:gt(u.c.id), users.c.name:eq(u.c.name))
end
case["select for update key share"] = function()
    return select(t.c.myid):with_for_update(
        { key_share = true, read = true, skip_locked = true }
    )
end
case["select for update of alias"] = function()
    local a = users:alias("a")
    return select(a.c.id):with_for_update({ of = a })
end
case["order by nulls of union"] = function()
    return union(select(t.c.myid:label("x")), select(o.c.otherid))
        :order_by(desc("x"):nulls_last(), asc("x"))
end
case["fetch with ties"] = function()
    return select(t.c.myid):order_by(t.c.name):fetch(5, { with_ties = true }):offset(3)
end
case["fetch percent"] = function() return select(t.c.myid):fetch(5, { percent = true }) end
case["limit expressions"] = function()
    return select(t.c.myid):limit(func.foo(5)):offset(bindparam("off", 3) + 1)
end
case["group by all kinds"] = function()
    return select(func.count())
        :select_from(users)
        :group_by(
            users.c.age,
            text("x"),
            literal_column("y"),
            func.date(users.c.created),
            users.c.age / 10
        )
end
case["having without group"] = function()
    return select(func.count(t.c.myid)):having(func.count(t.c.myid):gt(5))
end
case["where of true only"] = function() return select(t.c.myid):where(true_()) end
case["where of false and more"] = function()
    return select(t.c.myid):where(false_(), t.c.myid:eq(1))
end
case["not of comparisons"] = function()
    return select(
        ~t.c.myid:eq(1),
        ~t.c.myid:is_(nil),
        ~t.c.name:like("x"),
        ~t.c.myid:lt(4),
        ~t.c.myid:between(1, 2),
        ~t.c.name:contains("q")
    )
end
case["not of not"] = function()
    return select(t.c.myid):where(
        ~(~t.c.myid:eq(1)), not_(not_(or_(t.c.myid:eq(1), t.c.myid:eq(2))))
    )
end
case["neg of neg"] = function()
    return select(-(-t.c.myid), -(t.c.myid * 2), -func.abs(t.c.myid), -(t.c.myid - 1))
end
case["comparison of booleans"] = function()
    return select(
        users.c.active:eq(true),
        users.c.active:ne(false),
        users.c.active:is_(nil),
        users.c.active:eq(users.c.active),
        true_():eq(users.c.active)
    )
end
case["strings concatenated to numbers"] = function()
    return select(
        (t.c.name + cast(t.c.myid, String)) + "!",
        func.lower(t.c.name) + "x",
        ("x" + func.lower(t.c.name)) + t.c.description
    )
end
case["dates compared"] = function()
    return select(users.c.id):where(
        users.c.created:gt(corm.datetime(2020, 1, 1)),
        users.c.born:eq(corm.date(2020, 1, 2)),
        (users.c.created - corm.interval({ hours = 1 })):lt(func.now())
    )
end
case["decimal arithmetic"] = function()
    return select(
        users.c.balance * 2,
        users.c.balance + corm.decimal("1.5"),
        users.c.balance / 3,
        users.c.score * users.c.balance
    )
end

return case
