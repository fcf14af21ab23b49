# SPDX-License-Identifier: MIT
# What methods take: rows that join others, defaults among rows, names of parameters, tables
# beside the one that changes, collections of columns, subqueries as values, no condition.

made = Table(
    "made", MetaData(),
    Column("id", Integer, primary_key=True),
    Column("data", String(20)),
    Column("foo", Integer, default=func.foobar()))
keyed = Table(
    "keyed", MetaData(),
    Column("x", Integer, primary_key=True), Column("y", Integer, primary_key=True))
single = Table(
    "single", MetaData(),
    Column("x", Integer, primary_key=True, autoincrement=False), Column("q", Integer))
served = Table(
    "served", MetaData(),
    Column("x", Integer, primary_key=True, autoincrement=False, server_default=text("5")),
    Column("q", Integer))

case["several rows join others"] = lambda: (
    t.insert().values([{"myid": 1, "name": "a"}])
    .values([{"myid": 2, "name": "b"}, {"myid": 3, "name": "c"}]))

case["one row after several"] = lambda: (
    t.insert().values([{"myid": 1}, {"myid": 2}]).values(myid=3))

case["several rows after one"] = lambda: (
    t.insert().values(myid=3).values([{"myid": 1}, {"myid": 2}]))

case["rows as several arguments"] = lambda: t.insert().values({"myid": 1}, {"myid": 2})

case["positional rows as several arguments"] = lambda: t.insert().values((1, "a"), (2, "b"))

case["value in place of a default in one row"] = lambda: made.insert().values([
    {"id": 1, "data": "a"}, {"id": 2, "data": "b", "foo": 7}, {"id": 3, "data": "c"}])

case["default in the rows after a value"] = lambda: made.insert().values([
    {"id": 1, "data": "a", "foo": 7}, {"id": 2, "data": "b"}])

case["list of one row"] = lambda: made.insert().values([{"data": "a"}])

case["one row"] = lambda: made.insert().values({"data": "a"})

case["keys that nobody makes"] = lambda: keyed.insert().values(x=5)

case["key that is not counted"] = lambda: single.insert().values(q=5)

case["key with a server default"] = lambda: served.insert().values(q=5)

case["from a table"] = lambda: o.insert().from_select(["otherid", "othername"], t)

case["from a subquery"] = lambda: (
    o.insert().from_select(["otherid", "othername"], select(t.c.myid, t.c.name).subquery("q")))

case["keys for parameters of the condition"] = lambda: (
    t.update().where(t.c.myid == bindparam("which")),
    {"column_keys": ["name", "which"]})

case["keys for parameters among values"] = lambda: (
    t.insert().values(name=bindparam("called")), {"column_keys": ["myid", "called"]})

case["delete using"] = lambda: t.delete().using(o).where(t.c.myid == 7)

case["delete using what the condition names"] = lambda: (
    t.delete().using(o).where(t.c.myid == o.c.otherid))

case["delete using a join"] = lambda: (
    t.delete().using(o.outerjoin(t, t.c.myid == o.c.otherid))
    .where(o.c.othername == None))  # noqa: E711

case["delete using several"] = lambda: (
    t.delete().using(o, users.alias("u")).where(t.c.myid == o.c.otherid))

case["filter_by of another table of an update"] = lambda: (
    users.update().values(name="x").where(users.c.id == addresses.c.user_id)
    .filter_by(email="e"))

case["filter_by of another table of a delete"] = lambda: (
    users.delete().where(users.c.id == addresses.c.user_id).filter_by(email="e"))

case["filter_by of a table named by using"] = lambda: (
    users.delete().using(addresses).filter_by(email="e"))

case["filter_by of an unknown name"] = lambda: (
    users.delete().where(users.c.id == addresses.c.user_id).filter_by(unknown="e"))

case["filter_by of a table joined before"] = lambda: (
    select(users.c.id).join(addresses, users.c.id == addresses.c.user_id)
    .join(items, items.c.address_id == addresses.c.id).filter_by(email="e"))

case["join from a table of the condition"] = lambda: (
    select(literal_column("1")).where(users.c.id == 5).join(addresses))

case["join from columns or condition"] = lambda: (
    select(users.c.id).where(items.c.id == 5).join(addresses))

case["columns replaced after a join"] = lambda: (
    select(users).join(addresses).with_only_columns(addresses.c.id))

case["columns replaced between joins"] = lambda: (
    select(users.c.id).join(addresses).with_only_columns(addresses.c.id)
    .join(items, items.c.address_id == addresses.c.id).with_only_columns(items.c.id))

case["correlate of nothing and more"] = lambda: select(t.c.myid).correlate(None, o)

case["correlate_except of nothing and more"] = lambda: (
    select(t.c.myid).correlate_except(False, o))

case["a collection of columns"] = lambda: select(t.c)

case["columns chosen by name"] = lambda: select(t.c["myid", "description"])

case["columns chosen by number"] = lambda: select(t.c[2, 0], o.c.otherid)

case["a subquery's columns chosen by name"] = lambda: (
    select(select(t).subquery("q").c["name", "myid"]))

case["subquery as a value"] = lambda: (
    select(t.c.myid).where(t.c.myid == select(o.c.otherid).subquery()))

case["subquery as an argument"] = lambda: func.coalesce(select(o.c.otherid).subquery("q"))

case["no condition in a select"] = lambda: select(t.c.myid).where(and_())

case["no condition in a delete"] = lambda: t.delete().where(or_())

case["no condition in an update"] = lambda: t.update().values(name="x").where(and_(), or_())

case["no condition among others"] = lambda: (
    select(t.c.myid).where(and_(t.c.myid == 1, or_())).where(and_()))

case["no condition in having"] = lambda: (
    select(t.c.name).group_by(t.c.name).having(and_()))

case["insert without values in a CTE"] = lambda: (
    select(o.insert().returning(o.c.otherid, o.c.otherid * -1).cte("added").c.otherid))

case["update without values in a CTE"] = lambda: (
    select(o.update().where(o.c.otherid == 5).returning(o.c.otherid).cte("changed").c.otherid))

case["reduced columns with a text"] = lambda: (
    select(addresses.c.id, text("some_text"), users.c.id, func.now())
    .join(users).reduce_columns(only_synonyms=False))

case["star of a subquery"] = lambda: (
    select(select(literal_column("*")).select_from(t).subquery("q")))
