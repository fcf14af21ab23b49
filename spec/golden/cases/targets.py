# SPDX-License-Identifier: MIT
"""What can be LATERAL, what can be changed, and what joins say of themselves."""


def rows():
    return values(column("a", Integer), name="v").data([(1,)])


def known():
    return select(t.c.myid, t.c.name).cte("c")


def texts():
    return text("select 1 as a").columns(column("a"))


def of_known(build):
    return lambda: build(known())


case["lateral table"] = lambda: select(lateral(t))
case["lateral table by name"] = lambda: select(t.lateral("q").c.myid)
case["lateral alias"] = lambda: select(t.alias("a").lateral("q"))
case["alias of lateral table"] = lambda: select(t.lateral("q").alias("z").c.myid)
case["lateral cte"] = lambda: select(lateral(known(), "q"))
case["lateral subquery"] = lambda: select(lateral(select(t.c.myid).subquery("s"), "q"))
case["lateral values"] = lambda: select(lateral(rows(), "q"))
case["lateral values without a name"] = lambda: select(rows().lateral())
case["lateral table-valued"] = lambda: select(
    lateral(func.generate_series(1, 2).table_valued("a"), "q").alias("r").column)
case["lateral scalar"] = lambda: sa.lateral(select(t.c.myid).scalar_subquery(), "q")
case["lateral column"] = lambda: sa.lateral(t.c.myid, "q")

case["update cte"] = of_known(lambda c: update(c).values(name="x").where(c.c.myid == 2))
case["update alias of cte"] = lambda: update(known().alias("k")).values(name="x")
case["update cte from table"] = of_known(lambda c: (
    update(c).values(name=users.c.name).where(users.c.id == c.c.myid),
    {"dialects": ("postgresql",)}))
case["update cte returning"] = of_known(
    lambda c: update(c).values(name="x").returning(c.c.myid))
case["update alias of alias"] = lambda: update(t.alias("a").alias("b")).values(name="x")
case["update subquery"] = lambda: update(select(t).subquery("s")).values(name="x")
case["update sample"] = lambda: update(t.tablesample(5)).values(name="x")
case["update lateral"] = lambda: update(select(t).lateral("s")).values(name="x")
case["update values"] = lambda: update(rows()).values(a=1)
case["update join"] = lambda: update(users.join(addresses)).values(
    {users.c.name: "x"}).where(addresses.c.id == 3)
case["delete cte"] = of_known(lambda c: delete(c).where(c.c.myid == 3))
case["delete subquery"] = lambda: delete(select(t).subquery("s"))
case["delete lateral"] = lambda: delete(select(t).lateral("s"))

case["onclause of foreign keys"] = lambda: users.join(addresses).onclause
case["onclause of aliases"] = lambda: users.alias("a").outerjoin(addresses.alias("b")).onclause
case["onclause as written"] = lambda: users.join(addresses, users.c.name == "x").onclause
case["onclause without foreign keys"] = lambda: t.join(addresses).onclause
case["onclause of a join's last member"] = lambda: t.join(
    users, t.c.myid == users.c.id).join(addresses).onclause
case["alias of an aliased alias"] = lambda: select(sa.alias(t.alias("x"), "a"))

case["text with a cte"] = lambda: texts().add_cte(known())
case["text with a cte of its own"] = lambda: texts().add_cte(known(), nest_here=True)
case["subquery of text with a cte"] = lambda: select(texts().add_cte(known()).subquery("s"))
case["subquery of text with a cte of its own"] = lambda: select(
    texts().add_cte(known(), nest_here=True).subquery("s"))
case["cte of text added"] = lambda: select(t.c.myid).add_cte(texts().cte("k"))
case["recursive cte of text"] = lambda: select(texts().cte("k", recursive=True))

case["group"] = lambda: select(t.c.myid).self_group()
case["group of a group"] = lambda: select(t.c.myid).self_group().self_group()
case["group of a union"] = lambda: union(select(t.c.myid), select(t.c.name)).self_group()
case["group of text"] = lambda: texts().self_group()
case["union of groups"] = lambda: union(
    select(t.c.myid).self_group(), select(t.c.name).limit(1).self_group())
case["subquery of a group"] = lambda: select(select(t.c.myid).self_group().subquery("s"))
case["cte of a group"] = lambda: select(select(t.c.myid).self_group().cte("s"))
case["value of a group"] = lambda: select(select(t.c.myid).self_group().scalar_subquery())
