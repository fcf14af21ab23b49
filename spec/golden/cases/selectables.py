# SPDX-License-Identifier: MIT
"""Joins, aliases, subqueries, EXISTS, correlation, LATERAL."""

# ---- joins

case["join"] = lambda: select(users.c.id).join(addresses)
case["join with condition"] = lambda: select(users.c.id).join(addresses, users.c.id == addresses.c.user_id)
case["join with two conditions"] = lambda: select(users.c.id).join(addresses, and_(users.c.id == addresses.c.user_id, addresses.c.email == "x"))
case["join unrelated"] = lambda: select(t.c.myid).join(o, t.c.myid == o.c.otherid)
case["outer join"] = lambda: select(users.c.id).outerjoin(addresses)
case["outer join by option"] = lambda: select(users.c.id).join(addresses, isouter=True)
case["full join"] = lambda: select(users.c.id).join(addresses, full=True)
case["full outer join"] = lambda: select(users.c.id).outerjoin(addresses, full=True)
case["join from"] = lambda: select(users.c.id).join_from(users, addresses)
case["join from with condition"] = lambda: select(t.c.myid).join_from(t, o, t.c.myid == o.c.otherid)
case["outer join from"] = lambda: select(addresses.c.id).outerjoin_from(users, addresses)
case["join from other than columns"] = lambda: select(addresses.c.id, users.c.id).join_from(users, addresses)
case["join of three"] = lambda: select(users.c.id).join(addresses).join(items, items.c.address_id == addresses.c.id)
case["join of three with select from"] = lambda: select(items.c.id).select_from(users).join(addresses).join(items, items.c.user_id == users.c.id)
case["join both"] = lambda: select(users.c.id, addresses.c.email).join(addresses)
case["join to first column"] = lambda: select(addresses.c.id).join(users)
case["join with where"] = lambda: select(users.c.id).join(addresses).where(addresses.c.email == "x")
case["join with text"] = lambda: select(users.c.id).join(addresses, text("a = b"))
case["join on boolean column"] = lambda: select(users.c.id).join(addresses, users.c.active)
case["join on true"] = lambda: select(users.c.id).join(addresses, true())
case["join to alias"] = lambda: select(users.c.id).join(addresses.alias("a"))
@case("join to alias with condition")
def _():
    a = addresses.alias()
    return select(users.c.id).join(a, a.c.user_id == users.c.id).where(a.c.email == "x")

@case("join to subquery")
def _():
    s = select(addresses.c.user_id, func.count().label("n")).group_by(addresses.c.user_id).subquery()
    return select(users.c.name, s.c.n).join(s, s.c.user_id == users.c.id)

@case("outer join to named subquery")
def _():
    s = select(addresses.c.user_id, func.count().label("n")).group_by(addresses.c.user_id).subquery("counts")
    return select(users.c.name, s.c.n).outerjoin(s, s.c.user_id == users.c.id)

@case("self join")
def _():
    p = tree.alias("p")
    return select(tree.c.id, p.c.id).join(p, tree.c.parent_id == p.c.id)

@case("self join by foreign key")
def _():
    a, b = tree.alias("a"), tree.alias("b")
    return select(a.c.data, b.c.data).select_from(a.join(b, a.c.id == b.c.parent_id))

case["join construct"] = lambda: select(users.c.id).select_from(join(users, addresses))
case["join method"] = lambda: select(users.c.id).select_from(users.join(addresses))
case["join method with condition"] = lambda: select(t.c.myid).select_from(t.join(o, t.c.myid == o.c.otherid))
case["outer join method"] = lambda: select(users.c.id).select_from(users.outerjoin(addresses))
case["outer join construct"] = lambda: select(users.c.id).select_from(outerjoin(users, addresses))
case["full join construct"] = lambda: select(users.c.id).select_from(outerjoin(users, addresses, full=True))
case["join of joins"] = lambda: select(users.c.id).select_from(users.join(addresses).join(items, items.c.address_id == addresses.c.id))
case["nested join on the right"] = lambda: select(users.c.id).select_from(users.outerjoin(addresses.join(items, items.c.address_id == addresses.c.id), users.c.id == addresses.c.user_id))
case["nested join on both sides"] = lambda: select(users.c.id).select_from(users.join(addresses).outerjoin(items.join(stuff, items.c.id == stuff.c.id), items.c.user_id == users.c.id))
case["select of a join"] = lambda: select(users.join(addresses))
case["join selected"] = lambda: t.join(o, t.c.myid == o.c.otherid).select()
case["join with schema"] = lambda: select(stuff.c.id).join(users)
case["join method then join"] = lambda: select(users.c.id).select_from(users.join(addresses)).join(items, items.c.address_id == addresses.c.id)
case["join and other from"] = lambda: select(users.c.id, t.c.myid).join(addresses)
case["two joins"] = lambda: select(users.c.id, t.c.myid).select_from(users.join(addresses), t.join(o, t.c.myid == o.c.otherid))
case["join aliased left"] = lambda: select(users.alias("u").c.id).join(addresses)
case["join with in and subquery"] = lambda: select(users.c.id).join(addresses, addresses.c.id.in_(select(items.c.address_id)))
case["join lite"] = lambda: select(lite.c.a).join(lite2, lite.c.a == lite2.c.a)
case["join order of froms"] = lambda: select(items.c.id, addresses.c.id, users.c.id).select_from(addresses).join(users)
case["join without relation"] = lambda: select(t.c.myid).join(o)
case["join ambiguous"] = lambda: select(items.c.id).join_from(items, tree)
case["join condition from foreign key of alias"] = lambda: select(users.alias("u").join(addresses.alias("a")))
case["join on not"] = lambda: select(users.c.id).join(addresses, ~(users.c.id == addresses.c.user_id))
case["join on or"] = lambda: select(users.c.id).join(addresses, or_(users.c.id == addresses.c.user_id, users.c.name == addresses.c.email))

# ---- aliases

case["alias"] = lambda: select(t.alias("x"))
case["alias function"] = lambda: select(alias(t, "x").c.myid)
case["anonymous alias"] = lambda: select(t.alias().c.myid)
@case("two anonymous aliases")
def _():
    a, b = t.alias(), t.alias()
    return select(a.c.myid, b.c.myid).where(a.c.myid == b.c.myid)

@case("anonymous aliases of two tables")
def _():
    a, b = t.alias(), o.alias()
    return select(a.c.myid, b.c.otherid)

@case("alias and table")
def _():
    a = t.alias("x")
    return select(t.c.myid, a.c.myid).where(t.c.name == a.c.name)

@case("alias of alias")
def _():
    a = t.alias("x").alias("y")
    return select(a.c.name).where(a.c.myid == 5)

case["alias quoted"] = lambda: select(t.alias("My Alias").c.name)
case["alias reserved"] = lambda: select(t.alias("select").c.name)
case["alias with schema"] = lambda: select(stuff.alias("s").c.value)
case["anonymous alias with schema"] = lambda: select(stuff.alias())
case["alias of join"] = lambda: select(users.join(addresses).select().subquery("j"))
case["alias labels"] = lambda: select(t.alias("x").c.myid.label("y"))
@case("alias in order by and group by")
def _():
    a = t.alias("x")
    return select(a.c.name).group_by(a.c.name).order_by(a.c.name.desc())


# ---- subqueries

case["subquery"] = lambda: select(select(t.c.myid).subquery())
case["subquery named"] = lambda: select(select(t.c.myid).subquery("s").c.myid)
@case("subquery with where")
def _():
    s = select(t.c.myid, t.c.name).where(t.c.myid > 5).subquery()
    return select(s.c.name).where(s.c.myid < 10)

@case("subquery of subquery")
def _():
    a = select(t.c.myid.label("x")).subquery()
    b = select(a.c.x).subquery()
    return select(b)

@case("two subqueries")
def _():
    a, b = select(t.c.myid).subquery(), select(o.c.otherid).subquery()
    return select(a, b).where(a.c.myid == b.c.otherid)

case["subquery with expressions"] = lambda: select(select(t.c.myid + 1, func.max(t.c.name), literal(5)).subquery())
case["subquery with repeated names"] = lambda: select(select(users.c.id, addresses.c.id).subquery())
case["subquery with repeated column"] = lambda: select(select(t.c.myid, t.c.myid).subquery())
case["subquery with function column"] = lambda: select(select(func.lower(t.c.name)).subquery().c.lower)
case["subquery with cast"] = lambda: select(select(cast(t.c.myid, String)).subquery().c.myid)
case["subquery with order and limit"] = lambda: select(select(t.c.myid).order_by(t.c.name).limit(5).subquery())
case["subquery with distinct"] = lambda: select(select(t.c.name).distinct().subquery())
case["subquery of text"] = lambda: select(text("select 1 as a").columns(column("a", Integer)).subquery("x"))
case["subquery of union"] = lambda: select(union(select(t.c.myid), select(o.c.otherid)).subquery("u").c.myid)
case["subquery with literal column"] = lambda: select(select(literal_column("1").label("x")).subquery())
case["subquery with not"] = lambda: select(select(~users.c.active, -users.c.age).subquery())
case["subquery with column"] = lambda: select(select(column("a"), column("b")).subquery())
case["subquery with boolean"] = lambda: select(select(t.c.myid == 5).subquery())
case["subquery in from"] = lambda: select(func.count()).select_from(select(t.c.myid).where(t.c.name == "x").subquery())
case["subquery alias"] = lambda: select(select(t.c.myid).subquery().alias("z"))
case["subquery of alias"] = lambda: select(select(t.alias("q").c.myid).subquery())
case["subquery binds"] = lambda: select(select(t.c.myid + 1).where(t.c.name == "a").subquery()).where(literal(5) == 6)

# ---- scalar subqueries

case["scalar subquery"] = lambda: select(t.c.myid, select(func.max(o.c.otherid)).scalar_subquery())
case["scalar subquery labelled"] = lambda: select(select(func.max(o.c.otherid)).scalar_subquery().label("m"))
case["scalar subquery label"] = lambda: select(select(func.max(o.c.otherid)).label("m"))
case["scalar subquery correlated"] = lambda: select(users.c.name, select(func.count(addresses.c.id)).where(addresses.c.user_id == users.c.id).scalar_subquery())
case["scalar subquery in where"] = lambda: select(users.c.name).where(select(func.count(addresses.c.id)).where(addresses.c.user_id == users.c.id).scalar_subquery() > 5)
case["scalar subquery in order by"] = lambda: select(users.c.name).order_by(select(func.count(addresses.c.id)).where(addresses.c.user_id == users.c.id).scalar_subquery().desc())
case["scalar subquery in function"] = lambda: select(func.coalesce(select(func.max(t.c.myid)).scalar_subquery(), 0))
case["scalar subquery in case"] = lambda: select(sa.case((t.c.myid == 1, select(o.c.otherid).scalar_subquery()), else_=0))
case["scalar subquery alone"] = lambda: select(t.c.myid).where(t.c.name == "x").scalar_subquery()
case["scalar subquery of union"] = lambda: select(union(select(t.c.myid), select(o.c.otherid)).scalar_subquery())
case["scalar subquery in arithmetic on the right"] = lambda: select(5 + select(func.max(t.c.myid)).scalar_subquery())
case["scalar subquery in group by"] = lambda: select(users.c.name).group_by(select(func.max(o.c.otherid)).scalar_subquery())
case["scalar subquery cast"] = lambda: select(cast(select(t.c.myid).scalar_subquery(), String))

# ---- exists

case["exists"] = lambda: select(t.c.myid).where(exists(select(o.c.otherid).where(o.c.otherid == t.c.myid)))
case["exists method"] = lambda: select(t.c.myid).where(select(o.c.otherid).where(o.c.otherid == t.c.myid).exists())
case["exists where"] = lambda: select(t.c.myid).where(exists().where(o.c.otherid == t.c.myid))
case["exists column"] = lambda: select(t.c.myid).where(exists(o.c.otherid).where(o.c.otherid == t.c.myid))
case["exists of table"] = lambda: select(t.c.myid).where(exists(o))
case["exists selected"] = lambda: select(exists().where(o.c.otherid == 5))
case["exists select"] = lambda: exists().where(o.c.otherid == 5).select()
case["exists labelled"] = lambda: select(exists().where(o.c.otherid == 5).label("there"))
case["exists or"] = lambda: select(t.c.myid).where(or_(exists().where(o.c.otherid == t.c.myid), t.c.name == "x"))
case["exists select from"] = lambda: select(t.c.myid).where(exists().select_from(o).where(o.c.otherid == t.c.myid))
case["exists twice"] = lambda: select(t.c.myid).where(exists().where(o.c.otherid == t.c.myid), ~exists().where(users.c.id == t.c.myid))
case["exists correlate"] = lambda: select(t.c.myid, o.c.otherid).where(exists(select(t.c.myid).where(t.c.myid == o.c.otherid).correlate(o)))
case["exists correlate except"] = lambda: select(t.c.myid, o.c.otherid).where(exists().where(t.c.myid == o.c.otherid).correlate_except(t))
case["exists in case"] = lambda: select(sa.case((exists().where(o.c.otherid == 5), 1), else_=0))
case["exists of union"] = lambda: select(t.c.myid).where(exists(union(select(o.c.otherid), select(users.c.id))))
case["exists of literal"] = lambda: select(t.c.myid).where(exists(text("1")).where(o.c.otherid == t.c.myid))
case["exists alone"] = lambda: exists(select(t.c.myid))

# ---- correlation

case["auto correlation"] = lambda: select(t.c.myid).where(t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).scalar_subquery())
case["correlate"] = lambda: select(t.c.myid).where(t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).correlate(t).scalar_subquery())
case["correlate none"] = lambda: select(t.c.myid).where(t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).correlate(None).scalar_subquery())
case["correlate except"] = lambda: select(t.c.myid).where(t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).correlate_except(o).scalar_subquery())
case["correlate except none"] = lambda: select(t.c.myid, o.c.otherid).where(t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).correlate_except(None).scalar_subquery())
case["correlate of columns clause"] = lambda: select(t.c.myid, select(o.c.othername).where(o.c.otherid == t.c.myid).scalar_subquery())
case["correlate two levels"] = lambda: select(t.c.myid).where(t.c.myid == select(o.c.otherid).where(o.c.otherid == select(users.c.id).where(users.c.id == o.c.otherid).scalar_subquery()).scalar_subquery())
case["correlate two levels explicitly"] = lambda: select(t.c.myid).where(t.c.myid == select(o.c.otherid).where(o.c.otherid == select(users.c.id).where(users.c.id == t.c.myid).correlate(t, o).scalar_subquery()).correlate(t).scalar_subquery())
case["correlate nothing left"] = lambda: select(t.c.myid).where(t.c.myid == select(t.c.myid).scalar_subquery())
case["correlate all"] = lambda: select(t.c.myid).where(t.c.myid == select(t.c.myid).correlate(t).scalar_subquery())
case["correlate alias"] = lambda: select(t.alias("a").c.myid).where(exists().where(t.c.myid == 5))
@case("correlate of alias")
def _():
    a = t.alias("a")
    return select(t.c.myid).where(t.c.name == select(a.c.name).where(a.c.myid == t.c.myid).scalar_subquery())

case["no correlation in from"] = lambda: select(t.c.myid, select(t.c.myid, o.c.otherid).subquery())
case["correlate in having"] = lambda: select(t.c.name).group_by(t.c.name).having(select(func.max(o.c.otherid)).where(o.c.othername == t.c.name).scalar_subquery() > 5)
case["in correlated"] = lambda: select(t.c.myid).where(t.c.myid.in_(select(o.c.otherid).where(o.c.othername == t.c.name)))
case["correlate in union"] = lambda: select(t.c.myid).where(t.c.myid == union(select(o.c.otherid).where(o.c.othername == t.c.name), select(users.c.id)).scalar_subquery())

# ---- lateral

@case("lateral")
def _():
    s = select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral()
    return select(users.c.name, s.c.email)

@case("lateral named")
def _():
    s = select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral("a")
    return select(users.c.name, s.c.email)

@case("lateral join")
def _():
    s = select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral("a")
    return select(users.c.name, s.c.email).join(s, true())

@case("lateral outer join")
def _():
    s = select(addresses.c.email).where(addresses.c.user_id == users.c.id).limit(1).lateral("a")
    return select(users.c.name, s.c.email).select_from(users.outerjoin(s, true()))

@case("lateral function")
def _():
    s = lateral(select(func.foo(users.c.id).label("x")).correlate(users), name="f")
    return select(users.c.id, s.c.x)

@case("lateral of table valued")
def _():
    s = func.unnest(pgt.c.nums).table_valued("x").lateral("u")
    return select(pgt.c.id, s.c.x)

# ---- order of FROM

case["from order of three"] = lambda: select(o.c.otherid, t.c.myid, users.c.id)
case["from order with join"] = lambda: select(o.c.otherid, users.c.id, addresses.c.id).join(addresses, addresses.c.user_id == users.c.id)
case["from order with select from"] = lambda: select(o.c.otherid).select_from(users.join(addresses)).where(t.c.myid == o.c.otherid)
case["join hides its tables"] = lambda: select(users.c.id, addresses.c.id).select_from(users.join(addresses))
case["join in join"] = lambda: select(users.c.id).select_from(users.join(addresses), users)
case["where related table only"] = lambda: select(addresses.c.id).where(users.c.id == addresses.c.user_id, users.c.name == "x")
case["foreign key of table in where alone"] = lambda: select(t.c.myid).where(addresses.c.user_id == t.c.myid)
case["subquery and its table"] = lambda: select(t.c.myid, select(t.c.myid).subquery("s").c.myid)
