# SPDX-License-Identifier: MIT
"""Set operations, CTEs, VALUES, functions as tables, text() as a statement."""

# ---- set operations

case["union"] = lambda: union(select(t.c.myid), select(o.c.otherid))
case["union all"] = lambda: union_all(select(t.c.myid), select(o.c.otherid))
case["intersect"] = lambda: intersect(select(t.c.myid), select(o.c.otherid))
case["intersect all"] = lambda: intersect_all(select(t.c.myid), select(o.c.otherid))
case["except"] = lambda: except_(select(t.c.myid), select(o.c.otherid))
case["except all"] = lambda: except_all(select(t.c.myid), select(o.c.otherid))
case["union method"] = lambda: select(t.c.myid).union(select(o.c.otherid))
case["union method of three"] = lambda: select(t.c.myid).union(select(o.c.otherid), select(users.c.id))
case["union of three"] = lambda: union(select(t.c.myid), select(o.c.otherid), select(users.c.id))
case["union of one"] = lambda: union(select(t.c.myid))
case["union of union"] = lambda: union(union(select(t.c.myid), select(o.c.otherid)), select(users.c.id))
case["union of union all on the right"] = lambda: union(select(t.c.myid), union_all(select(o.c.otherid), select(users.c.id)))
case["except of union"] = lambda: except_(union(select(t.c.myid), select(o.c.otherid)), select(users.c.id))
case["union of except and intersect"] = lambda: union(except_(select(t.c.myid), select(o.c.otherid)), intersect(select(users.c.id), select(items.c.id)))
case["union ordered"] = lambda: union(select(t.c.myid), select(o.c.otherid)).order_by("myid")
case["union ordered by column"] = lambda: union(select(t.c.myid, t.c.name), select(o.c.otherid, o.c.othername)).order_by(t.c.name.desc())
case["union ordered by label"] = lambda: union(select(t.c.myid.label("x")), select(o.c.otherid.label("x"))).order_by(desc("x"))
case["union ordered by text"] = lambda: union(select(t.c.myid), select(o.c.otherid)).order_by(text("1"))
case["union limited"] = lambda: union(select(t.c.myid), select(o.c.otherid)).limit(5).offset(2)
case["union fetched"] = lambda: union(select(t.c.myid), select(o.c.otherid)).fetch(5)
case["union grouped"] = lambda: union(select(t.c.myid), select(o.c.otherid)).group_by("myid")
case["union of ordered"] = lambda: union(select(t.c.myid).order_by(t.c.name), select(o.c.otherid))
case["union of limited"] = lambda: union(select(t.c.myid).limit(1), select(o.c.otherid).order_by(o.c.otherid).limit(2))
case["union with where"] = lambda: union(select(t.c.myid).where(t.c.name == "a"), select(t.c.myid).where(t.c.name == "b"))
case["union with binds"] = lambda: union(select(literal(1), literal("a")), select(literal(2), literal("b")))
case["union of labels"] = lambda: union(select(t.c.myid.label("a"), t.c.name.label("b")), select(o.c.otherid, o.c.othername))
case["union subquery ordered"] = lambda: select(union(select(t.c.myid), select(o.c.otherid)).order_by("myid").limit(5).subquery())
case["union in exists"] = lambda: select(exists(union(select(t.c.myid), select(o.c.otherid))))
case["union as scalar"] = lambda: select(users.c.id).where(users.c.id == union(select(t.c.myid), select(o.c.otherid)).scalar_subquery())
case["union for update"] = lambda: union(select(t.c.myid), select(o.c.otherid)).with_for_update()
case["union of alias"] = lambda: union(select(t.c.myid), select(o.c.otherid)).alias("u").select()
case["union of different widths"] = lambda: union(select(t.c.myid), select(o.c.otherid, o.c.othername))
case["union of text"] = lambda: union(select(t.c.myid), text("select 5").columns(column("a", Integer)))
case["union of distinct"] = lambda: union_all(select(t.c.name).distinct(), select(o.c.othername).distinct())
case["union of subqueries"] = lambda: union(select(select(t.c.myid).subquery("a")), select(select(o.c.otherid).subquery("b")))
case["select from union with where"] = lambda: select(func.count()).select_from(union_all(select(t.c.myid), select(o.c.otherid)).subquery())

# ---- CTEs

@case("cte")
def _():
    c = select(t.c.myid, t.c.name).cte()
    return select(c.c.name).where(c.c.myid == 5)

@case("cte named")
def _():
    c = select(t.c.myid).where(t.c.name == "x").cte("c")
    return select(c).where(c.c.myid > 5)

@case("cte twice")
def _():
    c = select(t.c.myid).cte("c")
    return select(c, c.alias("d")).where(c.c.myid == 5)

@case("cte and table")
def _():
    c = select(t.c.myid).where(t.c.name == "a").cte("c")
    return select(o).join(c, c.c.myid == o.c.otherid).where(o.c.othername == "b")

@case("two ctes")
def _():
    a, b = select(t.c.myid).cte("a"), select(o.c.otherid).cte("b")
    return select(a, b).where(a.c.myid == b.c.otherid)

@case("cte of cte")
def _():
    a = select(t.c.myid).where(t.c.name == "a").cte("a")
    b = select(a.c.myid).where(a.c.myid > 5).cte("b")
    return select(b).where(b.c.myid < 9)

@case("cte of cte both used")
def _():
    a = select(t.c.myid).cte("a")
    b = select(a.c.myid).cte("b")
    return select(a, b)

@case("cte anonymous twice")
def _():
    a, b = select(t.c.myid).cte(), select(o.c.otherid).cte()
    return select(a, b)

@case("cte in subquery")
def _():
    c = select(t.c.myid).cte("c")
    return select(select(c.c.myid).subquery())

@case("cte in scalar subquery")
def _():
    c = select(func.max(t.c.myid).label("m")).cte("c")
    return select(o.c.otherid).where(o.c.otherid == select(c.c.m).scalar_subquery())

@case("cte in exists")
def _():
    c = select(t.c.myid).cte("c")
    return select(o.c.otherid).where(exists().where(c.c.myid == o.c.otherid))

@case("cte in union")
def _():
    c = select(t.c.myid).cte("c")
    return union(select(c.c.myid), select(o.c.otherid))

@case("cte of union")
def _():
    c = union(select(t.c.myid), select(o.c.otherid)).cte("c")
    return select(c.c.myid)

@case("cte recursive")
def _():
    c = select(literal(1).label("n")).cte("c", recursive=True)
    c = c.union_all(select(c.c.n + 1).where(c.c.n < 10))
    return select(c)

@case("cte recursive tree")
def _():
    c = select(tree.c.id, tree.c.data).where(tree.c.parent_id == None).cte("c", recursive=True)  # noqa: E711
    k = tree.alias("k")
    c = c.union_all(select(k.c.id, k.c.data).where(k.c.parent_id == c.c.id))
    return select(c.c.id, c.c.data).order_by(c.c.id)

@case("cte recursive tree joined")
def _():
    c = select(tree.c.id).where(tree.c.id == 1).cte("c", recursive=True)
    a = c.alias("a")
    c = c.union(select(tree.c.id).join(a, tree.c.parent_id == a.c.id))
    return select(c)

@case("cte recursive anonymous")
def _():
    c = select(literal(1).label("n")).cte(recursive=True)
    c = c.union_all(select(c.c.n + 1).where(c.c.n < 10))
    return select(func.sum(c.c.n))

@case("cte recursive and plain")
def _():
    p = select(t.c.myid).cte("p")
    c = select(p.c.myid.label("n")).cte("c", recursive=True)
    c = c.union_all(select(c.c.n + 1).where(c.c.n < 10))
    return select(c, p)

@case("cte alias")
def _():
    c = select(t.c.myid).cte("c").alias("d")
    return select(c.c.myid)

@case("cte and its alias")
def _():
    c = select(t.c.myid, t.c.name).cte("c")
    d = c.alias("d")
    return select(c.c.myid, d.c.myid).where(c.c.name == d.c.name)

@case("cte with labels")
def _():
    c = select(t.c.myid.label("a"), func.lower(t.c.name).label("b")).cte("c")
    return select(c.c.a, c.c.b)

@case("cte with repeated names")
def _():
    c = select(users.c.id, addresses.c.id).cte("c")
    return select(c)

@case("cte quoted")
def _():
    c = select(t.c.myid.label("My Id")).cte("My Cte")
    return select(c.c["My Id"])

@case("cte prefix and suffix")
def _():
    c = select(t.c.myid).cte("c").prefix_with("MATERIALIZED").suffix_with("SEARCH x")
    return select(c)

@case("cte prefix of a dialect")
def _():
    c = select(t.c.myid).cte("c").prefix_with("MATERIALIZED", dialect="postgresql")
    return select(c)

@case("cte nested")
def _():
    n = select(t.c.myid).cte("n", nesting=True)
    c = select(n.c.myid).cte("c")
    return select(c)

@case("cte nested of the same name")
def _():
    n = select(literal(1).label("x")).cte("n", nesting=True)
    m = select(literal(2).label("y")).cte("n")
    c = select(n.c.x).cte("c")
    return select(c, m)

@case("add cte")
def _():
    c = select(t.c.myid).cte("c")
    return select(o.c.otherid).add_cte(c)

@case("add cte used")
def _():
    c = select(t.c.myid).cte("c")
    return select(c.c.myid).add_cte(c)

@case("add cte nested here")
def _():
    c = select(t.c.myid).cte("c")
    return select(select(o.c.otherid).add_cte(c, nest_here=True).subquery())

@case("cte with limit")
def _():
    c = select(t.c.myid).order_by(t.c.name).limit(5).cte("c")
    return select(c).limit(2)

@case("cte of text")
def _():
    c = text("select 1 as x").columns(column("x", Integer)).cte("c")
    return select(c.c.x).where(c.c.x == 5)

@case("cte of values")
def _():
    c = values(column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")]).cte("c")
    return select(c)

@case("cte in insert from select")
def _():
    c = select(t.c.myid, t.c.name).where(t.c.myid == 5).cte("c")
    return o.insert().from_select(["otherid", "othername"], select(c))

@case("cte in update")
def _():
    c = select(o.c.otherid).where(o.c.othername == "x").cte("c")
    return t.update().values(name="y").where(t.c.myid == select(c.c.otherid).scalar_subquery())

@case("cte in delete")
def _():
    c = select(o.c.otherid).cte("c")
    return t.delete().where(t.c.myid.in_(select(c.c.otherid)))

@case("insert as cte")
def _():
    c = t.insert().values(myid=1, name="x").returning(t.c.myid).cte("c")
    return select(c.c.myid)

@case("update as cte")
def _():
    c = t.update().values(name="x").where(t.c.myid == 5).returning(t.c.myid, t.c.name).cte("c")
    return select(c).where(c.c.name == "y")

@case("delete as cte")
def _():
    c = t.delete().where(t.c.name == "x").returning(t.c.myid).cte("c")
    return select(func.count()).select_from(c)

@case("delete as cte into insert")
def _():
    c = t.delete().where(t.c.name == "x").returning(t.c.myid, t.c.name).cte("gone")
    return o.insert().from_select(["otherid", "othername"], select(c))

@case("update as cte added")
def _():
    c = t.update().values(name="x").cte("c")
    return select(o.c.otherid).add_cte(c)

@case("two dml ctes")
def _():
    a = t.update().values(name="x").where(t.c.myid == 1).returning(t.c.myid).cte("a")
    b = t.insert().values(myid=2, name="y").returning(t.c.myid).cte("b")
    return select(a.c.myid, b.c.myid)

@case("cte literal binds")
def _():
    c = select(t.c.myid).where(t.c.name == "x").cte("c")
    return select(c).where(c.c.myid == 5), {"literal_binds": True}

# ---- VALUES

case["values"] = lambda: select(values(column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")]))
case["values anonymous"] = lambda: select(values(column("a", Integer), column("b", String)).data([(1, "x")]))
case["values literal"] = lambda: select(values(column("a", Integer), column("b", String), name="v", literal_binds=True).data([(1, "x"), (2, "y")]))
case["values twice"] = lambda: select(values(column("a", Integer), name="v").data([(1,)]).data([(2,)]))
@case("values joined")
def _():
    v = values(column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")])
    return select(t.c.myid, v.c.b).join(v, t.c.myid == v.c.a)

@case("values alias")
def _():
    v = values(column("a", Integer), column("b", String), name="v").data([(1, "x")]).alias("w")
    return select(v.c.b).where(v.c.a == 5)

case["values with expressions"] = lambda: select(values(column("a", Integer), name="v").data([(literal(1) + 2,), (func.foo(),)]))
case["values with null"] = lambda: select(values(column("a", Integer), column("b", String), name="v").data([(1, None), (2, "y")]))
case["values lateral"] = lambda: select(values(column("a", Integer), name="v").data([(1,)]).lateral())
case["values scalar"] = lambda: select(values(column("a", Integer)).data([(1,)]).scalar_values())
case["values in"] = lambda: t.c.myid.in_(values(column("a", Integer)).data([(1,), (2,)]).scalar_values())
case["values quoted"] = lambda: select(values(column("A b", Integer), name="My V").data([(1,)]))

# ---- functions as tables

case["table valued"] = lambda: select(func.json_each("[1, 2]").table_valued("value"))
case["table valued columns"] = lambda: select(func.json_each("[1]").table_valued("key", "value").c.value)
case["table valued types"] = lambda: select(func.f(1).table_valued(column("a", Integer), column("b", String)))
case["table valued named"] = lambda: select(func.json_each("[1]").table_valued("value", name="j").c.value)
case["table valued with ordinality"] = lambda: select(func.unnest(pgt.c.tags).table_valued("elem", with_ordinality="ord", name="u"))
case["table valued derived"] = lambda: select(func.f(1).table_valued("a", "b", name="x").render_derived())
case["table valued derived with types"] = lambda: select(func.json_to_recordset("[]").table_valued(column("a", Integer), column("b", String)).render_derived(with_types=True))
case["table valued derived name"] = lambda: select(func.f(1).table_valued("a").render_derived(name="z"))
case["table valued joined"] = lambda: select(t.c.myid, func.f(t.c.myid).table_valued("x", name="g").c.x)
case["table valued alias"] = lambda: select(func.f(1).table_valued("a").alias("q").c.a)
@case("table valued joined by true")
def _():
    f = func.unnest(pgt.c.tags).table_valued("tag", name="u")
    return select(pgt.c.id, f.c.tag).join(f, true())

case["table valued with two arguments"] = lambda: select(func.generate_series(1, 5).table_valued("value"))
case["column valued"] = lambda: select(func.generate_series(1, 5).column_valued("x"))
case["column valued without name"] = lambda: select(func.generate_series(1, 5).column_valued())
case["column valued in expression"] = lambda: select(func.unnest(pgt.c.nums).column_valued("x") + 5)
case["function alias"] = lambda: select(column("x")).select_from(func.f(1).alias("y"))
case["function alias column"] = lambda: select(func.f(1, type_=Integer).alias("y").column)
case["function in from"] = lambda: select(text("*")).select_from(func.f(1))
case["function scalar table valued"] = lambda: select(func.f(t.c.myid).scalar_table_valued("x", Integer))
case["function select"] = lambda: func.f(1).select()

# ---- text

case["text"] = lambda: text("select * from t")
case["text binds"] = lambda: text("select * from t where a = :a and b = :b").bindparams(a=5, b="x")
case["text binds without values"] = lambda: text("select :a, :b")
case["text bind repeated"] = lambda: text("select :a, :a").bindparams(a=5)
case["text bind typed"] = lambda: text("select :a").bindparams(bindparam("a", 5, type_=Integer))
case["text bind in list"] = lambda: (text("a in :x").bindparams(bindparam("x", [1, 2], expanding=True)), {"render_postcompile": True})
case["text bind literal"] = lambda: (text("a = :x and b = :y").bindparams(x=5, y="it's"), {"literal_binds": True})
case["text escapes"] = lambda: text("select '\\:a', b::int, c\\:\\:int, :d").bindparams(d=5)
case["text percent"] = lambda: text("select a % 5 from t where b like 'x%'")
case["text in time"] = lambda: text("select '12:30:45', :a").bindparams(a=1)
case["text columns"] = lambda: text("select a, b from t").columns(column("a", Integer), column("b"))
case["text columns subquery"] = lambda: select(text("select a, b from t").columns(column("a", Integer), column("b", String)).subquery("s").c.b)
case["text columns join"] = lambda: select(t.c.myid).join(text("select a from q").columns(column("a", Integer)).subquery("s"), t.c.myid == literal_column("s.a"))
case["text in where with binds"] = lambda: select(t.c.myid).where(text("name = :n").bindparams(n="x"), t.c.myid == 5)
case["text in columns"] = lambda: select(text("count(*)"), t.c.name)
case["text in select from"] = lambda: select(text("a, b")).select_from(text("x")).where(text("a = b")).order_by(text("a"))
case["text in group by and having"] = lambda: select(t.c.name).group_by(text("name")).having(text("count(*) > 5"))
case["text with semicolon and colon"] = lambda: text("select ':notabind' ; select :a").bindparams(a=1)
