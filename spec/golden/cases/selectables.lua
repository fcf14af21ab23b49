-- SPDX-License-Identifier: MIT
-- Joins, aliases, subqueries, EXISTS, correlation, LATERAL.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, String, alias = corm.Integer, corm.String, corm.alias
local and_, cast, column = corm.and_, corm.cast, corm.column
local exists, func, join = corm.exists, corm.func, corm.join
local lateral, literal, literal_column = corm.lateral, corm.literal, corm.literal_column
local or_, outerjoin, select = corm.or_, corm.outerjoin, corm.select
local text, true_, union = corm.text, corm.true_, corm.union
local addresses, items, lite = schema.addresses, schema.items, schema.lite
local lite2, o, pgt = schema.lite2, schema.o, schema.pgt
local stuff, t, tree, users = schema.stuff, schema.t, schema.tree, schema.users

local case = require("spec.golden.harness").cases()

-- ---- joins

case["join"] = function() return select(users.c.id):join(addresses) end
case["join with condition"] = function()
    return select(users.c.id):join(addresses, users.c.id:eq(addresses.c.user_id))
end
case["join with two conditions"] = function()
    return select(users.c.id):join(
        addresses,
        and_(users.c.id:eq(addresses.c.user_id), addresses.c.email:eq("x"))
    )
end
case["join unrelated"] = function() return select(t.c.myid):join(o, t.c.myid:eq(o.c.otherid)) end
case["outer join"] = function() return select(users.c.id):outerjoin(addresses) end
case["outer join by option"] = function()
    return select(users.c.id):join(addresses, { isouter = true })
end
case["full join"] = function() return select(users.c.id):join(addresses, { full = true }) end
case["full outer join"] = function()
    return select(users.c.id):outerjoin(addresses, { full = true })
end
case["join from"] = function() return select(users.c.id):join_from(users, addresses) end
case["join from with condition"] = function()
    return select(t.c.myid):join_from(t, o, t.c.myid:eq(o.c.otherid))
end
case["outer join from"] = function()
    return select(addresses.c.id):outerjoin_from(users, addresses)
end
case["join from other than columns"] = function()
    return select(addresses.c.id, users.c.id):join_from(users, addresses)
end
case["join of three"] = function()
    return select(users.c.id):join(addresses):join(items, items.c.address_id:eq(addresses.c.id))
end
case["join of three with select from"] = function()
    return select(items.c.id):select_from(users):join(addresses)
        :join(items, items.c.user_id:eq(users.c.id))
end
case["join both"] = function() return select(users.c.id, addresses.c.email):join(addresses) end
case["join to first column"] = function() return select(addresses.c.id):join(users) end
case["join with where"] = function()
    return select(users.c.id):join(addresses):where(addresses.c.email:eq("x"))
end
case["join with text"] = function() return select(users.c.id):join(addresses, text("a = b")) end
case["join on boolean column"] = function()
    return select(users.c.id):join(addresses, users.c.active)
end
case["join on true"] = function() return select(users.c.id):join(addresses, true_()) end
case["join to alias"] = function() return select(users.c.id):join(addresses:alias("a")) end
case["join to alias with condition"] = function()
    local a = addresses:alias()
    return select(users.c.id):join(a, a.c.user_id:eq(users.c.id)):where(a.c.email:eq("x"))
end
case["join to subquery"] = function()
    local s = select(addresses.c.user_id, func.count():label("n")):group_by(addresses.c.user_id)
        :subquery()
    return select(users.c.name, s.c.n):join(s, s.c.user_id:eq(users.c.id))
end
case["outer join to named subquery"] = function()
    local s = select(addresses.c.user_id, func.count():label("n")):group_by(addresses.c.user_id)
        :subquery("counts")
    return select(users.c.name, s.c.n):outerjoin(s, s.c.user_id:eq(users.c.id))
end
case["self join"] = function()
    local p = tree:alias("p")
    return select(tree.c.id, p.c.id):join(p, tree.c.parent_id:eq(p.c.id))
end
case["self join by foreign key"] = function()
    local a, b = tree:alias("a"), tree:alias("b")
    return select(a.c.data, b.c.data):select_from(a:join(b, a.c.id:eq(b.c.parent_id)))
end
case["join construct"] = function()
    return select(users.c.id):select_from(join(users, addresses))
end
case["join method"] = function() return select(users.c.id):select_from(users:join(addresses)) end
case["join method with condition"] = function()
    return select(t.c.myid):select_from(t:join(o, t.c.myid:eq(o.c.otherid)))
end
case["outer join method"] = function()
    return select(users.c.id):select_from(users:outerjoin(addresses))
end
case["outer join construct"] = function()
    return select(users.c.id):select_from(outerjoin(users, addresses))
end
case["full join construct"] = function()
    return select(users.c.id):select_from(outerjoin(users, addresses, { full = true }))
end
case["join of joins"] = function()
    return select(users.c.id):select_from(
        users:join(addresses):join(items, items.c.address_id:eq(addresses.c.id))
    )
end
case["nested join on the right"] = function()
    return select(users.c.id):select_from(
        users:outerjoin(
            addresses:join(items, items.c.address_id:eq(addresses.c.id)),
            users.c.id:eq(addresses.c.user_id)
        )
    )
end
case["nested join on both sides"] = function()
    return select(users.c.id):select_from(
        users:join(addresses)
            :outerjoin(
                items:join(stuff, items.c.id:eq(stuff.c.id)),
                items.c.user_id:eq(users.c.id)
            )
    )
end
case["select of a join"] = function() return select(users:join(addresses)) end
case["join selected"] = function() return t:join(o, t.c.myid:eq(o.c.otherid)):select() end
case["join with schema"] = function() return select(stuff.c.id):join(users) end
case["join method then join"] = function()
    return select(users.c.id):select_from(users:join(addresses))
        :join(items, items.c.address_id:eq(addresses.c.id))
end
case["join and other from"] = function() return select(users.c.id, t.c.myid):join(addresses) end
case["two joins"] = function()
    return select(users.c.id, t.c.myid):select_from(
        users:join(addresses),
        t:join(o, t.c.myid:eq(o.c.otherid))
    )
end
case["join aliased left"] = function() return select(users:alias("u").c.id):join(addresses) end
case["join with in and subquery"] = function()
    return select(users.c.id):join(addresses, addresses.c.id:in_(select(items.c.address_id)))
end
case["join lite"] = function() return select(lite.c.a):join(lite2, lite.c.a:eq(lite2.c.a)) end
case["join order of froms"] = function()
    return select(items.c.id, addresses.c.id, users.c.id):select_from(addresses):join(users)
end
case["join without relation"] = function() return select(t.c.myid):join(o) end
case["join ambiguous"] = function() return select(items.c.id):join_from(items, tree) end
case["join condition from foreign key of alias"] = function()
    return select(users:alias("u"):join(addresses:alias("a")))
end
case["join on not"] = function()
    return select(users.c.id):join(addresses, ~users.c.id:eq(addresses.c.user_id))
end
case["join on or"] = function()
    return select(users.c.id):join(
        addresses,
        or_(users.c.id:eq(addresses.c.user_id), users.c.name:eq(addresses.c.email))
    )
end

-- ---- aliases

case["alias"] = function() return select(t:alias("x")) end
case["alias function"] = function() return select(alias(t, "x").c.myid) end
case["anonymous alias"] = function() return select(t:alias().c.myid) end
case["two anonymous aliases"] = function()
    local a, b = t:alias(), t:alias()
    return select(a.c.myid, b.c.myid):where(a.c.myid:eq(b.c.myid))
end
case["anonymous aliases of two tables"] = function()
    local a, b = t:alias(), o:alias()
    return select(a.c.myid, b.c.otherid)
end
case["alias and table"] = function()
    local a = t:alias("x")
    return select(t.c.myid, a.c.myid):where(t.c.name:eq(a.c.name))
end
case["alias of alias"] = function()
    local a = t:alias("x"):alias("y")
    return select(a.c.name):where(a.c.myid:eq(5))
end
case["alias quoted"] = function() return select(t:alias("My Alias").c.name) end
case["alias reserved"] = function() return select(t:alias("select").c.name) end
case["alias with schema"] = function() return select(stuff:alias("s").c.value) end
case["anonymous alias with schema"] = function() return select(stuff:alias()) end
case["alias of join"] = function() return select(users:join(addresses):select():subquery("j")) end
case["alias labels"] = function() return select(t:alias("x").c.myid:label("y")) end
case["alias in order by and group by"] = function()
    local a = t:alias("x")
    return select(a.c.name):group_by(a.c.name):order_by(a.c.name:desc())
end

-- ---- subqueries

case["subquery"] = function() return select(select(t.c.myid):subquery()) end
case["subquery named"] = function() return select(select(t.c.myid):subquery("s").c.myid) end
case["subquery with where"] = function()
    local s = select(t.c.myid, t.c.name):where(t.c.myid:gt(5)):subquery()
    return select(s.c.name):where(s.c.myid:lt(10))
end
case["subquery of subquery"] = function()
    local a = select(t.c.myid:label("x")):subquery()
    local b = select(a.c.x):subquery()
    return select(b)
end
case["two subqueries"] = function()
    local a, b = select(t.c.myid):subquery(), select(o.c.otherid):subquery()
    return select(a, b):where(a.c.myid:eq(b.c.otherid))
end
case["subquery with expressions"] = function()
    return select(select(t.c.myid + 1, func.max(t.c.name), literal(5)):subquery())
end
case["subquery with repeated names"] = function()
    return select(select(users.c.id, addresses.c.id):subquery())
end
case["subquery with repeated column"] = function()
    return select(select(t.c.myid, t.c.myid):subquery())
end
case["subquery with function column"] = function()
    return select(select(func.lower(t.c.name)):subquery().c.lower)
end
case["subquery with cast"] = function()
    return select(select(cast(t.c.myid, String)):subquery().c.myid)
end
case["subquery with order and limit"] = function()
    return select(select(t.c.myid):order_by(t.c.name):limit(5):subquery())
end
case["subquery with distinct"] = function()
    return select(select(t.c.name):distinct():subquery())
end
case["subquery of text"] = function()
    return select(text("select 1 as a"):columns(column("a", Integer)):subquery("x"))
end
case["subquery of union"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):subquery("u").c.myid)
end
case["subquery with literal column"] = function()
    return select(select(literal_column("1"):label("x")):subquery())
end
case["subquery with not"] = function()
    return select(select(~users.c.active, -users.c.age):subquery())
end
case["subquery with column"] = function()
    return select(select(column("a"), column("b")):subquery())
end
case["subquery with boolean"] = function() return select(select(t.c.myid:eq(5)):subquery()) end
case["subquery in from"] = function()
    return select(func.count()):select_from(select(t.c.myid):where(t.c.name:eq("x")):subquery())
end
case["subquery alias"] = function() return select(select(t.c.myid):subquery():alias("z")) end
case["subquery of alias"] = function() return select(select(t:alias("q").c.myid):subquery()) end
case["subquery binds"] = function()
    return select(select(t.c.myid + 1):where(t.c.name:eq("a")):subquery()):where(literal(5):eq(6))
end

-- ---- scalar subqueries

case["scalar subquery"] = function()
    return select(t.c.myid, select(func.max(o.c.otherid)):scalar_subquery())
end
case["scalar subquery labelled"] = function()
    return select(select(func.max(o.c.otherid)):scalar_subquery():label("m"))
end
case["scalar subquery label"] = function()
    return select(select(func.max(o.c.otherid)):label("m"))
end
case["scalar subquery correlated"] = function()
    return select(
        users.c.name,
        select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
    )
end
case["scalar subquery in where"] = function()
    return select(users.c.name):where(
        select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
            :gt(5)
    )
end
case["scalar subquery in order by"] = function()
    return select(users.c.name):order_by(
        select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
            :desc()
    )
end
case["scalar subquery in function"] = function()
    return select(func.coalesce(select(func.max(t.c.myid)):scalar_subquery(), 0))
end
case["scalar subquery in case"] = function()
    return select(corm.case(
        { t.c.myid:eq(1), select(o.c.otherid):scalar_subquery() }, { else_ = 0 }
    ))
end
case["scalar subquery alone"] = function()
    return select(t.c.myid):where(t.c.name:eq("x")):scalar_subquery()
end
case["scalar subquery of union"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):scalar_subquery())
end
case["scalar subquery in arithmetic on the right"] = function()
    return select(5 + select(func.max(t.c.myid)):scalar_subquery())
end
case["scalar subquery in group by"] = function()
    return select(users.c.name):group_by(select(func.max(o.c.otherid)):scalar_subquery())
end
case["scalar subquery cast"] = function()
    return select(cast(select(t.c.myid):scalar_subquery(), String))
end

-- ---- exists

case["exists"] = function()
    return select(t.c.myid):where(exists(select(o.c.otherid):where(o.c.otherid:eq(t.c.myid))))
end
case["exists method"] = function()
    return select(t.c.myid):where(select(o.c.otherid):where(o.c.otherid:eq(t.c.myid)):exists())
end
case["exists where"] = function()
    return select(t.c.myid):where(exists():where(o.c.otherid:eq(t.c.myid)))
end
case["exists column"] = function()
    return select(t.c.myid):where(exists(o.c.otherid):where(o.c.otherid:eq(t.c.myid)))
end
case["exists of table"] = function() return select(t.c.myid):where(exists(o)) end
case["exists selected"] = function() return select(exists():where(o.c.otherid:eq(5))) end
case["exists select"] = function() return exists():where(o.c.otherid:eq(5)):select() end
case["exists labelled"] = function()
    return select(exists():where(o.c.otherid:eq(5)):label("there"))
end
case["exists or"] = function()
    return select(t.c.myid):where(or_(exists():where(o.c.otherid:eq(t.c.myid)), t.c.name:eq("x")))
end
case["exists select from"] = function()
    return select(t.c.myid):where(exists():select_from(o):where(o.c.otherid:eq(t.c.myid)))
end
case["exists twice"] = function()
    return select(t.c.myid):where(
        exists():where(o.c.otherid:eq(t.c.myid)),
        ~exists():where(users.c.id:eq(t.c.myid))
    )
end
case["exists correlate"] = function()
    return select(t.c.myid, o.c.otherid):where(exists(
        select(t.c.myid):where(t.c.myid:eq(o.c.otherid)):correlate(o)
    ))
end
case["exists correlate except"] = function()
    return select(t.c.myid, o.c.otherid):where(
        exists():where(t.c.myid:eq(o.c.otherid)):correlate_except(t)
    )
end
case["exists in case"] = function()
    return select(corm.case({ exists():where(o.c.otherid:eq(5)), 1 }, { else_ = 0 }))
end
case["exists of union"] = function()
    return select(t.c.myid):where(exists(union(select(o.c.otherid), select(users.c.id))))
end
case["exists of literal"] = function()
    return select(t.c.myid):where(exists(text("1")):where(o.c.otherid:eq(t.c.myid)))
end
case["exists alone"] = function() return exists(select(t.c.myid)) end

-- ---- correlation

case["auto correlation"] = function()
    return select(t.c.myid):where(
        t.c.name:eq(select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):scalar_subquery())
    )
end
case["correlate"] = function()
    return select(t.c.myid):where(
        t.c.name:eq(
            select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):correlate(t):scalar_subquery()
        )
    )
end
case["correlate none"] = function()
    return select(t.c.myid):where(
        t.c.name:eq(
            select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):correlate(nil):scalar_subquery()
        )
    )
end
case["correlate except"] = function()
    return select(t.c.myid):where(
        t.c.name:eq(
            select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):correlate_except(o)
                :scalar_subquery()
        )
    )
end
case["correlate except none"] = function()
    return select(t.c.myid, o.c.otherid):where(
        t.c.name:eq(
            select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):correlate_except(nil)
                :scalar_subquery()
        )
    )
end
case["correlate of columns clause"] = function()
    return select(
        t.c.myid,
        select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):scalar_subquery()
    )
end
case["correlate two levels"] = function()
    return select(t.c.myid):where(
        t.c.myid:eq(
            select(o.c.otherid)
                :where(
                    o.c.otherid:eq(
                        select(users.c.id):where(users.c.id:eq(o.c.otherid)):scalar_subquery()
                    )
                )
                :scalar_subquery()
        )
    )
end
case["correlate two levels explicitly"] = function()
    return select(t.c.myid):where(
        t.c.myid:eq(
            select(o.c.otherid)
                :where(
                    o.c.otherid:eq(
                        select(users.c.id):where(users.c.id:eq(t.c.myid)):correlate(t, o)
                            :scalar_subquery()
                    )
                )
                :correlate(t)
                :scalar_subquery()
        )
    )
end
case["correlate nothing left"] = function()
    return select(t.c.myid):where(t.c.myid:eq(select(t.c.myid):scalar_subquery()))
end
case["correlate all"] = function()
    return select(t.c.myid):where(t.c.myid:eq(select(t.c.myid):correlate(t):scalar_subquery()))
end
case["correlate alias"] = function()
    return select(t:alias("a").c.myid):where(exists():where(t.c.myid:eq(5)))
end
case["correlate of alias"] = function()
    local a = t:alias("a")
    return select(t.c.myid):where(
        t.c.name:eq(select(a.c.name):where(a.c.myid:eq(t.c.myid)):scalar_subquery())
    )
end
case["no correlation in from"] = function()
    return select(t.c.myid, select(t.c.myid, o.c.otherid):subquery())
end
case["correlate in having"] = function()
    return select(t.c.name):group_by(t.c.name)
        :having(
            select(func.max(o.c.otherid)):where(o.c.othername:eq(t.c.name)):scalar_subquery()
                :gt(5)
        )
end
case["in correlated"] = function()
    return select(t.c.myid):where(
        t.c.myid:in_(select(o.c.otherid):where(o.c.othername:eq(t.c.name)))
    )
end
case["correlate in union"] = function()
    return select(t.c.myid):where(
        t.c.myid:eq(
            union(
                select(o.c.otherid):where(o.c.othername:eq(t.c.name)), select(users.c.id)
            )
                :scalar_subquery()
        )
    )
end

-- ---- lateral

case["lateral"] = function()
    local s = select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):lateral()
    return select(users.c.name, s.c.email)
end
case["lateral named"] = function()
    local s = select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):lateral("a")
    return select(users.c.name, s.c.email)
end
case["lateral join"] = function()
    local s = select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):lateral("a")
    return select(users.c.name, s.c.email):join(s, true_())
end
case["lateral outer join"] = function()
    local s = select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):limit(1)
        :lateral("a")
    return select(users.c.name, s.c.email):select_from(users:outerjoin(s, true_()))
end
case["lateral function"] = function()
    local s = lateral(select(func.foo(users.c.id):label("x")):correlate(users), { name = "f" })
    return select(users.c.id, s.c.x)
end
case["lateral of table valued"] = function()
    local s = func.unnest(pgt.c.nums):table_valued("x"):lateral("u")
    return select(pgt.c.id, s.c.x)
end

-- ---- order of FROM

case["from order of three"] = function() return select(o.c.otherid, t.c.myid, users.c.id) end
case["from order with join"] = function()
    return select(o.c.otherid, users.c.id, addresses.c.id):join(
        addresses,
        addresses.c.user_id:eq(users.c.id)
    )
end
case["from order with select from"] = function()
    return select(o.c.otherid):select_from(users:join(addresses)):where(t.c.myid:eq(o.c.otherid))
end
case["join hides its tables"] = function()
    return select(users.c.id, addresses.c.id):select_from(users:join(addresses))
end
case["join in join"] = function()
    return select(users.c.id):select_from(users:join(addresses), users)
end
case["where related table only"] = function()
    return select(addresses.c.id):where(users.c.id:eq(addresses.c.user_id), users.c.name:eq("x"))
end
case["foreign key of table in where alone"] = function()
    return select(t.c.myid):where(addresses.c.user_id:eq(t.c.myid))
end
case["subquery and its table"] = function()
    return select(t.c.myid, select(t.c.myid):subquery("s").c.myid)
end
return case
