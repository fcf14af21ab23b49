# SPDX-License-Identifier: MIT
"""ON CONFLICT on PostgreSQL and SQLite."""
defaults = Table(
    "defaults", MetaData(), Column("id", Integer, primary_key=True),
    Column("a", Integer, default=5), Column("b", String, default=func.foo()),
    Column("c", String, server_default="x"), Column("d", Integer, onupdate=7),
    Column("e", String, onupdate=func.bar(), key="ee"))

# -- conflicts
case["pg conflict nothing"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_nothing(),
    {"dialects": ("postgresql",)})
case["sqlite conflict nothing"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_nothing(),
    {"dialects": ("sqlite",)})
case["pg conflict nothing elements"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_nothing(index_elements=["myid"]),
    {"dialects": ("postgresql",)})
case["sqlite conflict nothing elements"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_nothing(index_elements=["myid"]),
    {"dialects": ("sqlite",)})
case["pg conflict nothing element columns"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_nothing(index_elements=[t.c.myid, t.c.name]),
    {"dialects": ("postgresql",)})
case["sqlite conflict nothing element columns"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_nothing(index_elements=[t.c.myid, t.c.name]),
    {"dialects": ("sqlite",)})
case["pg conflict nothing where"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_nothing(
        index_elements=["name"], index_where=t.c.myid > 5),
    {"dialects": ("postgresql",)})
case["sqlite conflict nothing where"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_nothing(
        index_elements=["name"], index_where=t.c.myid > 5),
    {"dialects": ("sqlite",)})
case["pg conflict update"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict update dict of columns"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[t.c.myid], set_={t.c.name: "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update dict of columns"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[t.c.myid], set_={t.c.name: "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict update excluded"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": pg.insert(t).excluded.name}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update excluded"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": sqlite.insert(t).excluded.name}),
    {"dialects": ("sqlite",)})
case["pg conflict update own columns"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": t.c.name + "!"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update own columns"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": t.c.name + "!"}),
    {"dialects": ("sqlite",)})
case["pg conflict update where"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}, where=t.c.name != "z"),
    {"dialects": ("postgresql",)})
case["sqlite conflict update where"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}, where=t.c.name != "z"),
    {"dialects": ("sqlite",)})
case["pg conflict update index where"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[t.c.name], index_where=t.c.name > "a", set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update index where"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[t.c.name], index_where=t.c.name > "a", set_={"name": "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict update function"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": func.lower("Y")}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update function"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": func.lower("Y")}),
    {"dialects": ("sqlite",)})
case["pg conflict update null"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": None}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update null"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": None}),
    {"dialects": ("sqlite",)})
case["pg conflict update two in table order"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"description": "d", "name": "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update two in table order"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"description": "d", "name": "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict update returning"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}).returning(t.c.myid),
    {"dialects": ("postgresql",)})
case["sqlite conflict update returning"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}).returning(t.c.myid),
    {"dialects": ("sqlite",)})
case["pg conflict update subquery"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": select(o.c.othername).where(
            o.c.otherid == 1).scalar_subquery()}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update subquery"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": select(o.c.othername).where(
            o.c.otherid == 1).scalar_subquery()}),
    {"dialects": ("sqlite",)})
case["pg conflict update without set"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(index_elements=["myid"]),
    {"dialects": ("postgresql",)})
case["sqlite conflict update without set"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(index_elements=["myid"]),
    {"dialects": ("sqlite",)})
case["sqlite conflict update without target"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(set_={"name": "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict update empty set"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(index_elements=["myid"], set_={}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update empty set"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(index_elements=["myid"], set_={}),
    {"dialects": ("sqlite",)})
case["pg conflict update index expression"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[func.lower(t.c.name)], set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update index expression"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[func.lower(t.c.name)], set_={"name": "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict update element text"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[text("lower(name)")], set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict update element text"] = lambda: (
    sqlite.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=[text("lower(name)")], set_={"name": "y"}),
    {"dialects": ("sqlite",)})
case["pg conflict constraint name"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_nothing(constraint="uq_name"),
    {"dialects": ("postgresql",)})
case["pg conflict constraint object"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_nothing(
        constraint=UniqueConstraint(t.c.name, name="uq_x")),
    {"dialects": ("postgresql",)})
case["pg conflict primary key object"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_update(
        constraint=t.primary_key, set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["pg conflict index object"] = lambda: (
    pg.insert(users).values(id=1).on_conflict_do_update(
        constraint=Index("ix_u", users.c.name, unique=True, postgresql_where=users.c.age > 5),
        set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["pg conflict constraint and elements"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_nothing(
        constraint="a", index_elements=["myid"]),
    {"dialects": ("postgresql",)})
case["pg conflict constraint quoted"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_nothing(constraint="Odd Name"),
    {"dialects": ("postgresql",)})
case["pg conflict rows"] = lambda: (
    pg.insert(t).values([{"myid": 1, "name": "a"}, {"myid": 2, "name": "b"}]).on_conflict_do_update(
        index_elements=["myid"], set_={"name": pg.insert(t).excluded.name}),
    {"dialects": ("postgresql",)})
case["pg conflict from select"] = lambda: (
    pg.insert(t).from_select(["myid"], select(o.c.otherid)).on_conflict_do_nothing(),
    {"dialects": ("postgresql",)})
case["sqlite conflict from select"] = lambda: (
    sqlite.insert(t).from_select(
        ["myid"], select(o.c.otherid)).on_conflict_do_nothing(),
    {"dialects": ("sqlite",)})
case["sqlite conflict from select where"] = lambda: (
    sqlite.insert(t).from_select(
        ["myid"], select(o.c.otherid).where(o.c.otherid > 5)).on_conflict_do_nothing(),
    {"dialects": ("sqlite",)})
case["pg conflict collate"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_nothing(
        index_elements=[t.c.name.collate("C")]),
    {"dialects": ("postgresql",)})
case["pg conflict table columns"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_update(
        index_elements=t.primary_key.columns, set_={"name": "y"}),
    {"dialects": ("postgresql",)})
case["pg conflict literal binds"] = lambda: (
    pg.insert(t).values(myid=1, name="x").on_conflict_do_update(
        index_elements=["myid"], set_={"name": "y"}, where=t.c.name == "z"),
    {"dialects": ("postgresql",)})
case["pg conflict onupdate is not used"] = lambda: (
    pg.insert(defaults).values(id=1).on_conflict_do_update(
        index_elements=["id"], set_={"a": 3}),
    {"dialects": ("postgresql",)})
case["pg conflict schema"] = lambda: (
    pg.insert(stuff).values(id=1).on_conflict_do_update(
        index_elements=["id"], set_={"value": stuff.c.value + "x"}),
    {"dialects": ("postgresql",)})
case["pg conflict cte"] = lambda: (
    select(pg.insert(t).values(myid=1).on_conflict_do_nothing().returning(
        t.c.myid).cte("c").c.myid),
    {"dialects": ("postgresql",)})
case["pg conflict update quoted"] = lambda: (
    pg.insert(odd).values(id=1).on_conflict_do_update(
        index_elements=["id"], set_={"MixedCase": "x", "select": "y"}),
    {"dialects": ("postgresql",)})
case["sqlite conflict twice"] = lambda: (
    sqlite.insert(t).values(myid=1).on_conflict_do_nothing(
        index_elements=["myid"]).on_conflict_do_nothing(index_elements=["name"]),
    {"dialects": ("sqlite",)})
case["pg conflict twice"] = lambda: (
    pg.insert(t).values(myid=1).on_conflict_do_nothing().on_conflict_do_nothing(),
    {"dialects": ("postgresql",)})
