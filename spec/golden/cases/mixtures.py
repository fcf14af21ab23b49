# SPDX-License-Identifier: MIT
"""More ways of writing aliases, joins and columns."""
case["column collection keys"] = lambda: select(*[t.c.myid, t.c.name]).select_from(t)
case["alias of alias"] = lambda: select(t.alias("a").alias("b").c.myid)
case["alias of join selected"] = lambda: select(users.join(addresses).select().subquery("j").c.id)
case["join select method"] = lambda: users.join(addresses).select()
case["join of aliases"] = lambda: select(users.c.id).select_from(
    users.join(addresses.alias("x"), users.c.id == literal_column("x.user_id")))
case["join right nested"] = lambda: select(users.c.id).select_from(
    users.join(addresses.outerjoin(items, items.c.address_id == addresses.c.id)))
case["select_from and where of others"] = lambda: select(users.c.id).select_from(users).where(
    addresses.c.user_id == users.c.id)
case["distinct count of two"] = lambda: select(
    func.count(distinct(t.c.myid)), func.count(t.c.name.distinct()))
case["group_by cube and having"] = lambda: select(t.c.name).group_by(func.cube(t.c.name)).having(
    func.grouping(t.c.name) == 0)
case["nested functions"] = lambda: func.coalesce(func.nullif(func.trim(t.c.name), ""), "none")
case["function with label argument"] = lambda: select(func.foo(t.c.myid.label("x")))
case["function over filter within"] = lambda: func.sum(t.c.myid).filter(t.c.myid > 0).over(
    partition_by=t.c.name).label("s")
case["order_by of union column"] = lambda: union(
    select(t.c.myid.label("x")), select(o.c.otherid)).order_by(desc("x")).limit(3)
case["subquery columns by c"] = lambda: select(
    select(t.c.myid.label("a"), func.max(t.c.name).label("b")).subquery("s").c.b)
case["text column of subquery"] = lambda: select(
    select(text("a AS b")).select_from(t).subquery("s"))
case["literal true and false in where"] = lambda: select(t.c.myid).where(
    or_(t.c.myid == 1, false()), and_(true(), t.c.name == "a"))
case["not of or with one"] = lambda: not_(or_(t.c.myid == 1))
case["not exists in or"] = lambda: or_(~exists().where(o.c.otherid == t.c.myid), t.c.myid == 5)
case["is null of sum"] = lambda: (t.c.myid + 1).is_(None)
case["is null of and"] = lambda: and_(t.c.myid == 1, t.c.name == "a").is_(None)
case["between of function"] = lambda: func.foo(t.c.myid).between(1, func.bar(2))
case["like of cast"] = lambda: cast(t.c.myid, String).like("1%")
case["in of subquery column"] = lambda: select(t.c.myid).where(
    t.c.myid.in_(select(select(o.c.otherid).subquery("s").c.otherid)))
case["any of values"] = lambda: t.c.myid == any_(select(o.c.otherid).where(o.c.othername == "x"))
case["ne all of select"] = lambda: t.c.myid != all_(select(o.c.otherid).scalar_subquery())
case["desc of nulls first of label"] = lambda: select(t.c.myid.label("x")).order_by(
    desc("x").nulls_first())
case["collate in group_by"] = lambda: select(t.c.name).group_by(t.c.name.collate("C"))
case["op in order_by"] = lambda: select(t.c.myid).order_by(t.c.myid.op("<->")(5))
case["op with select"] = lambda: t.c.myid.op("@@")(select(o.c.otherid).scalar_subquery())
case["op on function"] = lambda: func.foo(t.c.myid).op("~")("x")
case["op on literal"] = lambda: literal("a").op("||")(literal("b"))
case["op negative operand"] = lambda: (-t.c.myid).op("+")(-t.c.myid)
case["bool_op in not"] = lambda: not_(t.c.myid.bool_op("@>")(5))
case["double bool_op"] = lambda: t.c.myid.bool_op("@>")(5) & t.c.myid.bool_op("<@")(6)
case["concat of case"] = lambda: "x" + sa.case((t.c.myid == 1, "a"), else_="b")
case["division in comparison"] = lambda: t.c.myid / 2 == t.c.myid / 3
case["minus of negative"] = lambda: t.c.myid - -t.c.myid
case["product of minus"] = lambda: t.c.myid * -1
case["negative literal"] = lambda: t.c.myid + -5
case["distinct of expression"] = lambda: select((t.c.myid + 1).distinct())
case["tablesample joined"] = lambda: (select(t.c.myid).join(
    o.tablesample(5, name="s"), t.c.myid == literal_column("s.otherid")), {"dialects": ("postgresql",)})
case["for update of join"] = lambda: select(users.c.id).join(addresses).with_for_update(of=addresses)
case["prefixes of insert and update"] = lambda: update(t).prefix_with("LOW", "HIGH").values(name="x")
case["params on union"] = lambda: union(
    select(t.c.myid).where(t.c.name == bindparam("n")), select(o.c.otherid)).params(n="x")
case["bindparam in function typed"] = lambda: func.foo(bindparam("x", 5, Numeric))
case["select of alias of select"] = lambda: select(select(t).alias("a")).where(text("a.myid > 5"))
case["select from cte alias and table"] = lambda: select(
    select(t.c.myid).cte("c").c.myid, o.c.otherid)
case["extract in group_by"] = lambda: select(func.count()).select_from(users).group_by(
    extract("year", users.c.created))
case["exists with limit"] = lambda: select(exists(select(t.c.myid).limit(1)))
case["scalar subquery with label and order"] = lambda: select(
    select(t.c.myid).order_by(t.c.name.desc()).limit(1).scalar_subquery().label("top"))
case["offset and fetch expressions"] = lambda: (select(t.c.myid).offset(literal(2) + 1).fetch(
    bindparam("n", 3)), {"dialects": ("default", "postgresql")})
case["limit of column"] = lambda: select(t.c.myid).limit(func.foo(2)).offset(func.bar(3))
