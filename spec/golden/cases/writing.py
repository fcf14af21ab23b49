# SPDX-License-Identifier: MIT
"""INSERT, UPDATE and DELETE in their spellings."""
defaults = Table(
    "defaults", MetaData(), Column("id", Integer, primary_key=True),
    Column("a", Integer, default=5), Column("b", String, default=func.foo()),
    Column("c", String, server_default="x"), Column("d", Integer, onupdate=7),
    Column("e", String, onupdate=func.bar(), key="ee"))
keyed = Table(
    "keyed", MetaData(), Column("id", Integer, primary_key=True, key="kid"),
    Column("Some Name", String, key="name"))

# -- INSERT
case["insert bare"] = lambda: insert(t)
case["insert method"] = lambda: t.insert()
case["insert keywords"] = lambda: insert(t).values(myid=1, name="x")
case["insert table"] = lambda: insert(t).values({"myid": 1, "name": "x"})
case["insert columns as keys"] = lambda: insert(t).values({t.c.myid: 1, t.c.name: "x"})
case["insert positional"] = lambda: insert(t).values((1, "x", "y"))
case["insert positional list"] = lambda: insert(t).values([1, "x", "y"])
case["insert one row of many"] = lambda: insert(t).values([{"myid": 1, "name": "x"}])
case["insert rows"] = lambda: insert(t).values([{"myid": 1, "name": "x"}, {"myid": 2, "name": "y"}])
case["insert rows positional"] = lambda: insert(t).values([(1, "x", "d"), (2, "y", "e")])
case["insert rows with expression"] = lambda: insert(t).values(
    [{"myid": 1, "name": func.foo()}, {"myid": 2, "name": "y"}])
case["insert rows with columns as keys"] = lambda: insert(t).values(
    [{t.c.myid: 1}, {t.c.myid: 2}])
case["insert rows missing in second"] = lambda: insert(t).values(
    [{"myid": 1, "name": "x"}, {"myid": 2}])
case["insert rows with defaults"] = lambda: insert(defaults).values(
    [{"id": 1}, {"id": 2}])
case["insert column_keys"] = lambda: (insert(t), {"column_keys": ["myid", "name"]})
case["insert column_keys order of table"] = lambda: (
    insert(t), {"column_keys": ["name", "myid"]})
case["insert expression"] = lambda: insert(t).values(name=func.upper("x"))
case["insert column expression"] = lambda: insert(t).values(myid=select(
    func.max(o.c.otherid)).scalar_subquery() + 1)
case["insert scalar subquery"] = lambda: insert(t).values(
    name=select(o.c.othername).where(o.c.otherid == 5).scalar_subquery())
case["insert null"] = lambda: insert(t).values({"name": None})
case["insert null construct"] = lambda: insert(t).values(name=null())
case["insert text"] = lambda: insert(t).values(name=text("foo()"))
case["insert bindparam"] = lambda: insert(t).values(name=bindparam("n"))
case["insert bindparam named as column"] = lambda: insert(t).values(name=bindparam("name"))
case["insert literal"] = lambda: insert(t).values(name=literal("x"))
case["insert values twice"] = lambda: insert(t).values(myid=1).values(name="x")
case["insert values overridden"] = lambda: insert(t).values(myid=1, name="a").values(name="x")
case["insert values and column_keys"] = lambda: (
    insert(t).values(name="x"), {"column_keys": ["myid"]})
case["insert defaults of columns"] = lambda: insert(defaults).values(id=1)
case["insert default given"] = lambda: insert(defaults).values(id=1, a=9, b="z")
case["insert empty values"] = lambda: insert(t).values({})
case["insert keyed"] = lambda: insert(keyed).values(kid=1, name="x")
case["insert keyed returning"] = lambda: insert(keyed).values(kid=1).returning(keyed.c.name)
case["insert prefix"] = lambda: insert(t).prefix_with("IGNORE").values(myid=1)
case["insert prefix for sqlite"] = lambda: insert(t).prefix_with(
    "OR REPLACE", dialect="sqlite").values(myid=1)
case["insert inline"] = lambda: insert(defaults).inline().values(id=1)
case["insert from select"] = lambda: insert(t).from_select(
    ["myid", "name"], select(o.c.otherid, o.c.othername))
case["insert from select columns"] = lambda: insert(t).from_select(
    [t.c.myid, t.c.name], select(o.c.otherid, o.c.othername).where(o.c.otherid > 5))
case["insert from select without defaults"] = lambda: insert(defaults).from_select(
    ["id"], select(o.c.otherid), include_defaults=False)
case["insert from union"] = lambda: insert(t).from_select(
    ["myid"], union(select(o.c.otherid), select(users.c.id)))
case["insert from text"] = lambda: insert(t).from_select(
    ["myid"], text("SELECT 1").columns(column("a", Integer)))
case["insert from select returning"] = lambda: insert(t).from_select(
    ["myid"], select(o.c.otherid)).returning(t.c.myid)
case["insert from select and values"] = lambda: insert(t).from_select(
    ["myid"], select(o.c.otherid)).values(name="x")
case["insert returning"] = lambda: insert(t).values(name="x").returning(t.c.myid)
case["insert returning table"] = lambda: insert(t).values(name="x").returning(t)
case["insert returning expressions"] = lambda: insert(t).values(name="x").returning(
    t.c.myid + 1, func.lower(t.c.name), t.c.name.label("n"), cast(t.c.myid, String))
case["insert returning twice"] = lambda: insert(t).values(name="x").returning(
    t.c.myid).returning(t.c.name)
case["insert returning literal"] = lambda: insert(t).values(name="x").returning(
    literal("a").label("b"))
case["insert returning rows"] = lambda: insert(t).values(
    [{"name": "x"}, {"name": "y"}]).returning(t.c.myid)
case["insert literal binds"] = lambda: (
    insert(t).values(myid=1, name="it's"), {"literal_binds": True})
case["insert literal binds rows"] = lambda: (
    insert(t).values([{"myid": 1, "name": "a"}, {"myid": 2, "name": None}]),
    {"literal_binds": True})
case["insert into schema"] = lambda: insert(stuff).values(value="x").returning(stuff.c.id)
case["insert odd names"] = lambda: insert(odd).values({"Total Price": 5, "select": "x", "user": 1})
case["insert lightweight table"] = lambda: insert(lite).values(a=1, c="z")
case["insert lightweight column unknown to it"] = lambda: insert(
    table("free", column("a"))).values(a=1)
case["insert in table order"] = lambda: insert(t).values(description="d", name="n", myid=1)
case["insert dates"] = lambda: insert(users).values(
    created=datetime.datetime(2020, 1, 2, 3, 4, 5), born=datetime.date(2020, 1, 2))
case["insert rows then row"] = lambda: insert(t).values([{"myid": 1}]).values(name="x")

# -- UPDATE
case["update bare"] = lambda: update(t)
case["update method"] = lambda: t.update().where(t.c.myid == 1).values(name="x")
case["update values"] = lambda: update(t).where(t.c.myid == 1).values(name="x", description="d")
case["update values table"] = lambda: update(t).values({"name": "x"})
case["update columns as keys"] = lambda: update(t).values({t.c.name: "x"})
case["update expression"] = lambda: update(t).values({t.c.name: t.c.name + "x"})
case["update expression keyword"] = lambda: update(t).values(myid=t.c.myid + 1)
case["update function"] = lambda: update(t).values(name=func.upper(t.c.name))
case["update null"] = lambda: update(t).values({"name": None})
case["update text"] = lambda: update(t).values(name=text("foo()"))
case["update column_keys"] = lambda: (
    update(t).where(t.c.myid == bindparam("the_id")), {"column_keys": ["name"]})
case["update bindparam"] = lambda: update(t).where(t.c.myid == bindparam("b_id")).values(
    name=bindparam("b_name"))
case["update values twice"] = lambda: update(t).values(name="x").values(description="d")
case["update where twice"] = lambda: update(t).where(t.c.myid == 1).where(
    t.c.name == "x").values(description="d")
case["update where two"] = lambda: update(t).where(t.c.myid == 1, t.c.name == "x").values(name="y")
case["update filter_by"] = lambda: update(t).filter_by(name="x").values(name="y")
case["update onupdate"] = lambda: update(defaults).values(a=1)
case["update keyed"] = lambda: update(keyed).values(name="x").where(keyed.c.kid == 1)
case["update same name in where"] = lambda: update(t).values(name="x").where(t.c.name == "y")
case["update scalar subquery"] = lambda: update(t).values(
    name=select(o.c.othername).where(o.c.otherid == t.c.myid).scalar_subquery())
case["update plain select"] = lambda: update(t).values(
    name=select(o.c.othername).where(o.c.otherid == t.c.myid))
case["update where in select"] = lambda: update(t).values(name="x").where(
    t.c.myid.in_(select(o.c.otherid)))
case["update where exists"] = lambda: update(t).values(name="x").where(
    exists().where(o.c.otherid == t.c.myid))
case["update from"] = lambda: update(t).values(name=o.c.othername).where(
    t.c.myid == o.c.otherid)
case["update from two"] = lambda: update(users).values(name=addresses.c.email).where(
    users.c.id == addresses.c.user_id, addresses.c.id == items.c.address_id)
case["update from alias"] = lambda: update(t).values(name="x").where(
    t.c.myid == o.alias("oo").c.otherid)
case["update from subquery"] = lambda: update(t).values(name="x").where(
    t.c.myid == select(o.c.otherid).subquery("s").c.otherid)
case["update alias"] = lambda: update(t.alias("tt")).values(name="x")
case["update from self alias"] = lambda: update(tree).values(data="x").where(
    tree.c.parent_id == tree.alias("p").c.id)
case["update returning"] = lambda: update(t).values(name="x").returning(t.c.myid, t.c.name)
case["update returning table"] = lambda: update(t).values(name="x").returning(t)
case["update returning function"] = lambda: update(t).values(name="x").returning(
    func.length(t.c.name))
case["update prefix"] = lambda: update(t).prefix_with("A").values(name="x")
case["update literal binds"] = lambda: (
    update(t).values(name="x").where(t.c.myid == 5), {"literal_binds": True})
case["update case"] = lambda: update(t).values(
    name=sa.case((t.c.myid == 1, "a"), else_=t.c.name))
case["update schema"] = lambda: update(stuff).values(value="x").where(stuff.c.id == 1)
case["update odd names"] = lambda: update(odd).values({"MixedCase": "x"}).where(odd.c["9lives"] == 5)
case["update inline"] = lambda: update(defaults).inline().values(a=1)
case["update in values of several rows"] = lambda: update(t).values([{"name": "x"}, {"name": "y"}])
case["update lightweight"] = lambda: update(lite).values(b="x").where(lite.c.a == 1)
case["update true where"] = lambda: update(t).values(name="x").where(true())
case["update boolean where"] = lambda: update(users).values(active=False).where(users.c.active)

# -- DELETE
case["delete"] = lambda: delete(t)
case["delete method"] = lambda: t.delete().where(t.c.myid == 1)
case["delete where two"] = lambda: delete(t).where(t.c.myid == 1, t.c.name == "x")
case["delete where twice"] = lambda: delete(t).where(t.c.myid == 1).where(t.c.name == "x")
case["delete filter_by"] = lambda: delete(t).filter_by(myid=1)
case["delete where in select"] = lambda: delete(t).where(t.c.myid.in_(select(o.c.otherid)))
case["delete where exists"] = lambda: delete(t).where(exists().where(o.c.otherid == t.c.myid))
case["delete correlated"] = lambda: delete(t).where(
    t.c.name == select(o.c.othername).where(o.c.otherid == t.c.myid).scalar_subquery())
case["delete using"] = lambda: (
    delete(t).where(t.c.myid == o.c.otherid), {"dialects": ("default", "postgresql")})
case["delete using two"] = lambda: (
    delete(t).where(t.c.myid == o.c.otherid, o.c.othername == users.c.name),
    {"dialects": ("default", "postgresql")})
case["delete using alias"] = lambda: (
    delete(t).where(t.c.myid == o.alias("a1").c.otherid), {"dialects": ("postgresql",)})
case["delete returning"] = lambda: delete(t).where(t.c.myid == 1).returning(t.c.myid, t.c.name)
case["delete returning table"] = lambda: delete(t).returning(t)
case["delete prefix"] = lambda: delete(t).prefix_with("A").where(t.c.myid == 1)
case["delete alias"] = lambda: delete(t.alias("tt")).where(t.alias("tt").c.myid == 1)
case["delete schema"] = lambda: delete(stuff).where(stuff.c.id == 1)
case["delete literal binds"] = lambda: (
    delete(t).where(t.c.name == "x"), {"literal_binds": True})
case["delete text"] = lambda: delete(t).where(text("a = :a"))
case["delete of nothing"] = lambda: delete(5)
