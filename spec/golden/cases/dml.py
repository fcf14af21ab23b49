# SPDX-License-Identifier: MIT
"""INSERT, UPDATE, DELETE, upserts and RETURNING."""

metadata = MetaData()
t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("name", String(30)),
          Column("x", Integer), Column("y", Integer), Column("flag", Boolean))
u = Table("u", metadata, Column("id", Integer, primary_key=True),
          Column("t_id", ForeignKey("t.id")), Column("v", String), Column("amount", Numeric(10, 2)))
w = Table("w", metadata, Column("id", Integer, primary_key=True), Column("v", String),
          schema="other")
df = Table("df", metadata, Column("id", Integer, primary_key=True), Column("a", Integer, default=5),
           Column("b", String, server_default="zz"), Column("c", Integer, onupdate=7),
           Column("d", Integer, default=func.foo(), onupdate=func.bar()))

case["insert t"] = lambda: insert(t)
case["insert t values name a x 5"] = lambda: insert(t).values(name="a", x=5)
case["insert t values name a x 1 name b x 2"] = lambda: (
    insert(t).values([{"name":"a","x":1},{"name":"b","x":2}])
)
case["insert t values name q"] = lambda: insert(t).values({t.c.name: "q"})
case["insert t values name lower a"] = lambda: insert(t).values(name=func.lower("A"))
case["insert t values x select max id scalar subquery"] = lambda: (
    insert(t).values(x=select(func.max(u.c.id)).scalar_subquery())
)
case["insert t from select name x select v id"] = lambda: (
    insert(t).from_select(["name","x"], select(u.c.v, u.c.id))
)
case["insert t from select name x select v id returning id"] = lambda: (
    insert(t).from_select(["name","x"], select(u.c.v, u.c.id)).returning(t.c.id)
)
case["update t values x x+1 where id 5"] = lambda: update(t).values(x=t.c.x+1).where(t.c.id==5)
case["update t ordered values y 1 x y+2"] = lambda: (
    update(t).ordered_values((t.c.y, 1), (t.c.x, t.c.y+2))
)
case["update t values x id where id t id"] = lambda: (
    update(t).values(x=u.c.id).where(t.c.id==u.c.t_id)
)
case["update t values x 5 where id t id where v v"] = lambda: (
    update(t).values(x=5).where(t.c.id==u.c.t_id).where(u.c.v==w.c.v)
)
case["update t values x select id where t id id scalar subquery"] = lambda: (
    update(t).values(x=select(u.c.id).where(u.c.t_id==t.c.id).scalar_subquery())
)
case["update t values x 5 returning id name"] = lambda: (
    update(t).values(x=5).returning(t.c.id, t.c.name)
)
case["update t values x 5 returning t"] = lambda: update(t).values(x=5).returning(t)
case["update t alias q values x 5"] = lambda: update(t.alias("q")).values(x=5)
case["delete t"] = lambda: delete(t)
case["delete t where id 5"] = lambda: delete(t).where(t.c.id==5)
case["delete t where id t id"] = lambda: (
    (delete(t).where(t.c.id==u.c.t_id), {"dialects": ("default", "postgresql",)})
)
case["delete t where id t id returning id"] = lambda: (
    (delete(t).where(t.c.id==u.c.t_id).returning(t.c.id), {"dialects": ("default", "postgresql",
        )})
)
case["delete t where id in select t id"] = lambda: delete(t).where(t.c.id.in_(select(u.c.t_id)))
case["insert t values name a returning id name"] = lambda: (
    insert(t).values(name="a").returning(t.c.id, t.c.name)
)
case["insert t values name a returning id label q lower name"] = lambda: (
    insert(t).values(name="a").returning(t.c.id.label("q"), func.lower(t.c.name))
)
case["insert w values v a returning id"] = lambda: insert(w).values(v="a").returning(w.c.id)
case["insert t values name a prefix with or replace"] = lambda: (
    insert(t).values(name="a").prefix_with("OR REPLACE")
)
case["insert t values name a prefix with or replace dialect"] = lambda: (
    insert(t).values(name="a").prefix_with("OR REPLACE", dialect="sqlite")
)
case["update t values x 1 prefix with a b"] = lambda: update(t).values(x=1).prefix_with("A","B")
case["delete t prefix with a dialect postgresql"] = lambda: (
    delete(t).prefix_with("A", dialect="postgresql")
)
case["insert t values id bindparam q name bindparam nn z"] = lambda: (
    insert(t).values(id=bindparam("q"), name=bindparam("nn", "z"))
)
case["update t values x bindparam xx where id bindparam ii"] = lambda: (
    update(t).values(x=bindparam("xx")).where(t.c.id==bindparam("ii"))
)
case["insert t values name none"] = lambda: insert(t).values(name=None)
case["insert t values name null"] = lambda: insert(t).values(name=null())
case["update t values name none"] = lambda: update(t).values(name=None)
case["insert t values name a on conflict do nothing"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_nothing(), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do nothing index"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_nothing(index_elements=["id"]),
        {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do nothing constraint uq"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_nothing(constraint="uq"),
        {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update constraint t"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(constraint=t.primary_key,
        set_={"name":"b"}), {"dialects": ("postgresql",)})
)
case["s on conflict do update index elements id set name s"] = lambda: (
    ((lambda s: s.on_conflict_do_update(index_elements=["id"], set_={"name": s.excluded.name,
        "x": 5}))(pg.insert(t).values(name="a")), {"dialects": ("postgresql",)})
)
case["s on conflict do update index elements id set name s (2)"] = lambda: (
    ((lambda s: s.on_conflict_do_update(index_elements=["id"], set_={"name": s.excluded.name,
        "x": 5}, where=t.c.y > s.excluded.y))(sqlite.insert(t).values(name="a")),
        {"dialects": ("sqlite",)})
)
case["s on conflict do update index elements id set dict name s"] = lambda: (
    ((lambda s: s.on_conflict_do_update(index_elements=["id"],
        set_=dict(name=s.excluded.name+"x")))(pg.insert(t).values(name="a")),
        {"dialects": ("postgresql",)})
)
case["s on conflict do update index elements id set s excluded"] = lambda: (
    ((lambda s: s.on_conflict_do_update(index_elements=["id"],
        set_=s.excluded))(pg.insert(t).values(name="a")), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={t.c.name:"q"}), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do nothing index (2)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_nothing(index_elements=[func.lower(t.c.name)]),
        {"dialects": ("postgresql",)})
)
case["insert t from select id name select id v where true on"] = lambda: (
    (sqlite.insert(t).from_select(["id","name"], select(u.c.id,
        u.c.v).where(true())).on_conflict_do_nothing(), {"dialects": ("sqlite",)})
)
case["select id delete t returning id cte d"] = lambda: (
    (lambda c: select(c.c.id))(delete(t).returning(t.c.id).cte("d"))
)
case["insert u from select v select name delete t returning name"] = lambda: (
    (lambda c: insert(u).from_select(["v"], select(c.c.name)))(delete(t).returning(
        t.c.name).cte("d"))
)
case["update t values x id where id id select id cte q"] = lambda: (
    (lambda c: update(t).values(x=c.c.id).where(t.c.id==c.c.id))(select(u.c.id).cte("q"))
)
case["delete t where id id select id cte q"] = lambda: (
    ((lambda c: delete(t).where(t.c.id==c.c.id))(select(u.c.id).cte("q")),
        {"dialects": ("default", "postgresql",)})
)
case["select id add cte c insert u values v q cte ins"] = lambda: (
    (lambda c: select(t.c.id).add_cte(c))(insert(u).values(v="q").cte("ins"))
)
case["update t values x 1 add cte c select id cte q"] = lambda: (
    (lambda c: update(t).values(x=1).add_cte(c))(select(u.c.id).cte("q"))
)
case["select id x update t values x 5 where y 3 returning id x"] = lambda: (
    (lambda c: select(c.c.id, c.c.x))(update(t).values(x=5).where(t.c.y==3).returning(t.c.id,
        t.c.x).cte("up"))
)
case["delete t add cte c insert u values v x returning id cte i"] = lambda: (
    (lambda c: delete(t).add_cte(c))(insert(u).values(v="x").returning(u.c.id).cte("i"))
)
case["update t values x 1 with hint hh dialect name sqlite"] = lambda: (
    update(t).values(x=1).with_hint("HH", dialect_name="sqlite")
)
case["update t values flag true"] = lambda: update(t).values(flag=True)
case["update t where flag values x 1"] = lambda: update(t).where(t.c.flag).values(x=1)
case["insert t values name a name b on conflict do update index"] = lambda: (
    (pg.insert(t).values([{"name":"a"},{"name":"b"}]).on_conflict_do_update(
        index_elements=["id"], set_={"x":1}), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (2)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_=dict(name=bindparam("nn"))), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (3)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_=dict(name=select(u.c.v).limit(1).scalar_subquery())), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do nothing index (3)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_nothing(index_elements=["name"]),
        {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do nothing index (4)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_nothing(index_elements=[t.c.x, "y"]),
        {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do update index elements (4)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"name": "b", "x": 5, "y": None}), {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do update index elements (5)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"x": t.c.x + 1}), {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do update index elements (6)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"x": func.coalesce(t.c.x, 5)}), {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do update index elements (7)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"x": literal_column("7")}, where=t.c.x.is_(None)), {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do update index elements (8)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"name": "b"}).returning(t), {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do update index elements (9)"] = lambda: (
    (sqlite.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"name": "b"}).returning(t.c.id, func.upper(t.c.name).label("up")),
        {"dialects": ("sqlite",)})
)
case["insert t from select id name select id v where id 5 on"] = lambda: (
    (sqlite.insert(t).from_select(["id", "name"], select(u.c.id,
        u.c.v).where(u.c.id > 5)).on_conflict_do_nothing(), {"dialects": ("sqlite",)})
)
case["insert w values v q on conflict do nothing"] = lambda: (
    (sqlite.insert(w).values(v="q").on_conflict_do_nothing(), {"dialects": ("sqlite",)})
)
case["insert t values name a on conflict do nothing index (5)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_nothing(index_elements=["name"]),
        {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do nothing index (6)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_nothing(index_elements=[t.c.x, "y"]),
        {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (10)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"name": "b", "x": 5, "y": None}), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (11)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"x": t.c.x + 1}), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (12)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"x": func.coalesce(t.c.x, 5)}), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (13)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"x": literal_column("7")}, where=t.c.x.is_(None)), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (14)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"name": "b"}).returning(t), {"dialects": ("postgresql",)})
)
case["insert t values name a on conflict do update index elements (15)"] = lambda: (
    (pg.insert(t).values(name="a").on_conflict_do_update(index_elements=["id"],
        set_={"name": "b"}).returning(t.c.id, func.upper(t.c.name).label("up")),
        {"dialects": ("postgresql",)})
)
case["insert t from select id name select id v where id 5 on (2)"] = lambda: (
    (pg.insert(t).from_select(["id", "name"], select(u.c.id,
        u.c.v).where(u.c.id > 5)).on_conflict_do_nothing(), {"dialects": ("postgresql",)})
)
case["insert w values v q on conflict do nothing (2)"] = lambda: (
    (pg.insert(w).values(v="q").on_conflict_do_nothing(), {"dialects": ("postgresql",)})
)
case["update u values amount amount * 2"] = lambda: update(u).values(amount=u.c.amount * 2)
case["update u values v v + x where id in 1 2"] = lambda: (
    update(u).values(v=u.c.v + "x").where(u.c.id.in_([1, 2]))
)
case["update u values v case id 5 a else b"] = lambda: (
    update(u).values({u.c.v: sa.case((u.c.id > 5, "a"), else_="b")})
)
case["update t where id select max t id scalar subquery values x"] = lambda: (
    update(t).where(t.c.id == select(func.max(u.c.t_id)).scalar_subquery()).values(x=1)
)
case["update t values x 1 where id t id returning id v"] = lambda: (
    update(t).values(x=1).where(t.c.id == u.c.t_id).returning(t.c.id, u.c.v)
)
case["update t values x select count select from u scalar"] = lambda: (
    update(t).values(x=select(func.count()).select_from(u).scalar_subquery())
)
case["update w values v z where id 3 returning w"] = lambda: (
    update(w).values(v="z").where(w.c.id == 3).returning(w)
)
case["update t values name upper name y y - 1"] = lambda: (
    update(t).values(name=func.upper(t.c.name), y=t.c.y - 1)
)
case["update t values flag x 5"] = lambda: update(t).values(flag=t.c.x > 5)
case["update t where flag values flag true"] = lambda: (
    update(t).where(~t.c.flag).values(flag=true())
)
case["update t values x 1 where x between 1 5 name like a%"] = lambda: (
    update(t).values(x=1).where(t.c.x.between(1, 5), t.c.name.like("a%"))
)
case["update t values x 1 where or x 1 x 2 y 3"] = lambda: (
    update(t).values(x=1).where(or_(t.c.x == 1, t.c.x == 2), t.c.y == 3)
)
case["delete t where x none"] = lambda: delete(t).where(t.c.x == None)
case["delete t where x 1 where y 2"] = lambda: delete(t).where(t.c.x == 1).where(t.c.y == 2)
case["delete t where exists where t id id"] = lambda: (
    delete(t).where(exists().where(u.c.t_id == t.c.id))
)
case["delete w where v q returning id v"] = lambda: (
    delete(w).where(w.c.v == "q").returning(w.c.id, w.c.v)
)
case["delete t where id t id where v v"] = lambda: (
    (delete(t).where(t.c.id == u.c.t_id).where(u.c.v == w.c.v), {"dialects": ("default",
        "postgresql",)})
)
case["delete t returning id label gone"] = lambda: delete(t).returning(t.c.id.label("gone"))
case["delete t alias a"] = lambda: delete(t.alias("a"))
case["insert u values v bindparam v2 amount 5"] = lambda: (
    insert(u).values(v=bindparam("v2"), amount=5)
)
case["insert u values t id select id where name x scalar subquery"] = lambda: (
    insert(u).values(t_id=select(t.c.id).where(t.c.name == "x").scalar_subquery())
)
case["insert u values v a t id 1 v b t id 2 v c t id 3"] = lambda: (
    insert(u).values([{"v": "a", "t_id": 1}, {"v": "b", "t_id": 2}, {"v": "c", "t_id": 3}])
)
case["insert u values v lower a v b"] = lambda: (
    insert(u).values([{"v": func.lower("A")}, {"v": "b"}])
)
case["insert u values v a v b returning id"] = lambda: (
    insert(u).values([{"v": "a"}, {"v": "b"}]).returning(u.c.id)
)
case["insert u from select v t id select name id order by id"] = lambda: (
    insert(u).from_select([u.c.v, u.c.t_id], select(t.c.name, t.c.id).order_by(t.c.id).limit(3))
)
case["insert u from select v union select name select v"] = lambda: (
    insert(u).from_select(["v"], union(select(t.c.name), select(w.c.v)))
)
case["insert u from select v select name distinct where x 5 group"] = lambda: (
    insert(u).from_select(["v"], select(t.c.name).distinct().where(t.c.x > 5).group_by(t.c.name))
)
case["insert w values id 5 v none"] = lambda: insert(w).values(id=5, v=None)
case["insert w values id 5 values v x"] = lambda: insert(w).values(id=5).values(v="x")
case["insert w values id nextid"] = lambda: insert(w).values(id=func.nextid())
case["insert w values id text select 5 v literal column q"] = lambda: (
    insert(w).values(id=text("(select 5)"), v=literal_column("'q'"))
)
case["insert t values id 1 name x x 2 y 3 flag true"] = lambda: (
    insert(t).values(id=1, name="x", x=2, y=3, flag=True)
)
