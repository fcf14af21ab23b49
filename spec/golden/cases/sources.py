# SPDX-License-Identifier: MIT
"""Subqueries, correlation, LATERAL, VALUES, samples and functions to select from."""

# -- subqueries and correlation
case["subquery"] = lambda: select(select(t.c.myid, t.c.name).subquery())
case["subquery named"] = lambda: select(select(t).subquery("s").c.name)
case["subquery alias"] = lambda: select(select(t.c.myid).alias("s").c.myid)
case["subquery of subquery"] = lambda: select(
    select(select(t.c.myid).subquery("a").c.myid).subquery("b").c.myid)
case["subquery of join columns"] = lambda: select(
    select(users.c.id, addresses.c.id.label("aid")).join(addresses).subquery("j"))
case["subquery two tables same column"] = lambda: select(
    select(users, addresses).join(addresses).set_label_style(
        LABEL_STYLE_TABLENAME_PLUS_COL).subquery("j"))
case["subquery with expression"] = lambda: select(
    select(t.c.myid + 1, func.max(t.c.name)).subquery("s"))
case["subquery with labelled expression"] = lambda: select(
    select((t.c.myid + 1).label("x")).subquery("s").c.x * 2)
case["subquery aliased twice"] = lambda: select(
    select(t.c.myid).subquery("s").alias("r").c.myid)
case["subquery order by"] = lambda: select(
    select(t.c.myid).order_by(t.c.myid).subquery("s")).order_by(text("s.myid"))
case["scalar subquery in columns"] = lambda: select(
    users.c.id, select(func.count(addresses.c.id)).where(
        addresses.c.user_id == users.c.id).scalar_subquery())
case["scalar subquery labelled"] = lambda: select(
    users.c.id, select(func.count(addresses.c.id)).where(
        addresses.c.user_id == users.c.id).scalar_subquery().label("n"))
case["scalar subquery label method"] = lambda: select(
    select(func.count(addresses.c.id)).where(addresses.c.user_id == 5).label("n"))
case["scalar subquery compared"] = lambda: select(users.c.id).where(
    select(func.count(addresses.c.id)).where(
        addresses.c.user_id == users.c.id).scalar_subquery() > 5)
case["scalar subquery plus"] = lambda: select(
    select(func.max(t.c.myid)).scalar_subquery() + 1)
case["scalar subquery order"] = lambda: select(t.c.myid).order_by(
    select(func.max(o.c.otherid)).scalar_subquery().desc())
case["scalar subquery alone"] = lambda: select(t.c.myid).scalar_subquery()
case["scalar subquery in group_by"] = lambda: select(func.count()).group_by(
    select(o.c.otherid).where(o.c.otherid == t.c.myid).scalar_subquery()).select_from(t)
case["scalar subquery where"] = lambda: select(
    select(func.max(t.c.myid)).scalar_subquery().where(t.c.name == "x"))
case["correlate automatically"] = lambda: select(t.c.myid).where(
    t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).scalar_subquery())
case["correlate not in from"] = lambda: select(t.c.myid).select_from(
    select(o.c.otherid).where(o.c.otherid == t.c.myid).subquery("x"))
case["correlate explicit"] = lambda: select(t.c.myid, o.c.otherid).where(
    exists().where(users.c.id == t.c.myid, users.c.id == o.c.otherid).correlate(t))
case["correlate select"] = lambda: select(t.c.myid, o.c.otherid).where(
    t.c.myid == select(users.c.id).where(
        users.c.id == t.c.myid, users.c.id == o.c.otherid).correlate(o).scalar_subquery())
case["correlate_except"] = lambda: select(t.c.myid).where(
    t.c.myid == select(users.c.id).where(users.c.id == t.c.myid).correlate_except(
        users).scalar_subquery())
case["correlate_except none"] = lambda: select(t.c.myid).where(
    t.c.myid == select(users.c.id).where(users.c.id == t.c.myid).correlate_except(
        None).scalar_subquery())
case["correlate nothing left"] = lambda: select(t.c.myid).where(
    t.c.myid == select(t.c.myid).where(t.c.name == "x").correlate(t).scalar_subquery())
case["correlate two levels"] = lambda: select(users.c.id).where(
    exists().where(addresses.c.user_id == users.c.id, exists().where(
        items.c.address_id == addresses.c.id, items.c.user_id == users.c.id)))
case["correlate alias"] = lambda: select(t.alias("a").c.myid).where(
    exists(select(t.c.myid).where(t.c.name == "x")))
case["same table in subquery"] = lambda: select(t.c.myid).where(
    t.c.myid.in_(select(t.alias("x").c.myid)))
case["exists of union of columns"] = lambda: select(exists(select(t.c.myid).where(t.c.myid == 5)))

# -- LATERAL, VALUES, TABLESAMPLE, functions as rows
case["lateral"] = lambda: select(users.c.id, text("x.email")).select_from(
    users, select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral("x"))
case["lateral joined true"] = lambda: select(users.c.id).join(
    select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral("x"), true())
case["lateral outer joined"] = lambda: select(users.c.id).select_from(users.outerjoin(
    select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral("x"), true()))
case["lateral function"] = lambda: select(users.c.id).select_from(users).join(
    lateral(select(addresses.c.email).where(addresses.c.user_id == users.c.id), name="x"),
    literal_column("1") == 1)
case["lateral anonymous"] = lambda: select(users.c.id).join(
    select(addresses.c.email).where(addresses.c.user_id == users.c.id).lateral(), true())
case["lateral of subquery method"] = lambda: select(users.c.id).join(
    select(addresses.c.email).correlate(users).where(
        addresses.c.user_id == users.c.id).lateral("x"), true())
case["tablesample"] = lambda: select(t.tablesample(1).c.myid)
case["tablesample bernoulli"] = lambda: select(
    tablesample(t, func.bernoulli(1), name="s").c.myid)
case["values rows"] = lambda: select(values(
    column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")]))
case["values joined"] = lambda: select(t.c.name).join(
    values(column("a", Integer), name="v").data([(1,), (2,)]),
    text("v.a = mytable.myid"))
case["values alias"] = lambda: select(values(
    column("a", Integer), name="v").data([(1,)]).alias("w"))
case["values literal_binds"] = lambda: select(values(
    column("a", Integer), column("b", String), name="v", literal_binds=True).data([(1, "x")]))
case["values data twice"] = lambda: select(values(
    column("a", Integer), name="v").data([(1,)]).data([(2,), (3,)]))
case["table valued"] = lambda: select(
    func.generate_series(1, 5).table_valued("value").c.value)
case["table valued alias"] = lambda: select(
    func.generate_series(1, 5).table_valued("value").alias("s").c.value)
case["table valued two columns"] = lambda: select(
    func.json_each('{"a": 1}').table_valued("key", column("value", Integer)).alias("j"))
case["table valued in where"] = lambda: select(t.c.myid).where(
    t.c.name.in_(select(func.json_each("[]").table_valued("value").c.value)))
case["column_valued"] = lambda: select(func.unnest(t.c.name).column_valued("x"))
case["column_valued anonymous"] = lambda: select(func.generate_series(1, 3).column_valued())
case["table valued ordinality"] = lambda: (
    select(func.unnest(pg.array([1, 2])).table_valued("v", with_ordinality="n").render_derived()),
    {"dialects": ("postgresql",)})
case["table valued derived with types"] = lambda: (
    select(func.json_to_recordset("[]").table_valued(
        column("a", Integer), column("b", String)).render_derived(name="x", with_types=True)),
    {"dialects": ("postgresql",)})
