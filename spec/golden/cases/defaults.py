# SPDX-License-Identifier: MIT
"""Defaults and sequences in INSERT and UPDATE, CTEs of statements that write, generated columns."""
m = MetaData()
seq = Sequence("ids")
numbered = Table("numbered", m, Column("id", Integer, seq, primary_key=True), Column("v", String))
made = Table("made", m, Column("id", Integer, Identity(always=True), primary_key=True),
             Column("a", Integer), Column("b", Integer, Computed("a + 1", persisted=True)))
stamped = Table("stamped", m, Column("id", Integer, primary_key=True),
                Column("at", DateTime, default=func.now(), onupdate=func.now()),
                Column("n", Integer, server_default="5", server_onupdate=FetchedValue()),
                Column("who", String, default=select(func.max(users.c.name)).scalar_subquery()),
                Column("flag", Boolean, default=True))

case["sequence in insert"] = lambda: (
    insert(numbered).values(v="x"), {"dialects": ("sqlite", "postgresql")})
case["sequence given"] = lambda: insert(numbered).values(id=5, v="x")
case["sequence in rows"] = lambda: (
    insert(numbered).values([{"v": "x"}, {"v": "y"}]), {"dialects": ("sqlite", "postgresql")})
case["identity in insert"] = lambda: insert(made).values(a=1)
case["computed in returning"] = lambda: insert(made).values(a=1).returning(made.c.id, made.c.b)
case["computed in update returning"] = lambda: update(made).values(a=2).returning(made.c.b)
case["SQL defaults in insert"] = lambda: insert(stamped).values(id=1, flag=False)
case["SQL default given"] = lambda: insert(stamped).values(
    {"id": 1, "at": None, "flag": False, "who": "x"})
case["SQL onupdate"] = lambda: update(stamped).values(who="x").where(stamped.c.id == 1)
case["SQL onupdate given"] = lambda: update(stamped).values(at=func.foo()).where(stamped.c.id == 1)
case["onupdate in rows of conflict"] = lambda: (
    sqlite.insert(stamped).values(id=1, flag=True, who="x").on_conflict_do_update(
        index_elements=["id"], set_={"who": "y"}), {"dialects": ("sqlite",)})
case["update add_cte"] = lambda: update(t).values(name="x").where(t.c.myid == 1).add_cte(
    insert(o).values(otherid=5).cte("new"))
case["delete add_cte"] = lambda: delete(t).where(t.c.myid == 1).add_cte(
    insert(o).values(otherid=5).cte("new"))
case["insert add_cte from_select"] = lambda: insert(t).from_select(
    ["myid"], select(users.c.id).where(users.c.name == "u")).add_cte(
        delete(o).where(o.c.otherid == 5).cte("gone"))
case["select add_cte of update"] = lambda: select(t.c.myid).where(t.c.name == "a").add_cte(
    update(o).values(othername="x").where(o.c.otherid == 1).cte("changed"))
case["cte of update joined"] = lambda: select(t.c.name).join(
    update(o).values(othername="x").returning(o.c.otherid).cte("u"),
    literal_column("u.otherid") == literal_column("mytable.myid"))
case["cte of insert rows"] = lambda: select(
    insert(o).values([{"otherid": 1}, {"otherid": 2}]).returning(o.c.otherid).cte("i").c.otherid)
case["add_cte of two"] = lambda: select(t.c.myid).add_cte(
    select(o.c.otherid).cte("a"), select(users.c.id).cte("b"))
case["union add_cte"] = lambda: union(select(t.c.myid), select(o.c.otherid)).add_cte(
    select(users.c.id).cte("c"))
case["cte alias joined to itself"] = lambda: select(
    select(t.c.myid).cte("c").alias("d").c.myid).where(text("d.myid > 1"))
case["insert literal_column"] = lambda: insert(t).values(name=literal_column("DEFAULT"))
case["update literal_column"] = lambda: update(t).values(name=literal_column("DEFAULT"))
case["insert case"] = lambda: insert(t).values(name=sa.case((true(), "a"), else_="b"))
case["insert cast"] = lambda: insert(t).values(myid=cast("5", Integer))
case["insert tuple of functions"] = lambda: insert(t).values((func.foo(), func.bar(1), None))
case["update from returning both"] = lambda: update(t).values(name=o.c.othername).where(
    o.c.otherid == t.c.myid).returning(t.c.myid, o.c.othername)
case["update from schema"] = lambda: update(users).values(name=stuff.c.value).where(
    stuff.c.user_id == users.c.id)
case["delete where tuple in select"] = lambda: delete(t).where(
    tuple_(t.c.myid, t.c.name).in_(select(o.c.otherid, o.c.othername)))
case["insert returning aggregate"] = lambda: insert(t).values(name="x").returning(
    (t.c.myid * 2).label("twice"), literal_column("xmax"))
case["insert returning subquery"] = lambda: insert(t).values(name="x").returning(
    t.c.myid, select(func.count(o.c.otherid)).scalar_subquery().label("n"))
