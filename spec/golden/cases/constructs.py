# SPDX-License-Identifier: MIT
"""Constructs that few queries need: CTEs of every kind, VALUES, functions as tables, hints."""

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

case["select id select from tablesample t bernoulli 1 name alias"] = lambda: (
    select(t.c.id).select_from(tablesample(t, func.bernoulli(1), name="alias",
        seed=func.random()))
)
case["select id t tablesample text 5 percent name al"] = lambda: (
    (lambda s: select(s.c.id))(t.tablesample(text("5 percent"), name="al"))
)
case["select id t tablesample 5"] = lambda: (lambda s: select(s.c.id))(t.tablesample(5))
case["select c select id cte c1 nesting true"] = lambda: (
    (lambda c: select(c))(select(t.c.id).cte("c1", nesting=True))
)
case["select outer select inner c id cte outer select id cte"] = lambda: (
    ((lambda inner: (lambda outer: select(outer))(select(inner.c.id).cte(
        "outer_")))(select(t.c.id).cte("inner", nesting=True)), {"dialects": ("default",)})
)
case["select id add cte c nest here true subquery sq select id"] = lambda: (
    (lambda c: select(t.c.id).add_cte(c, nest_here=True).subquery("sq"))(
        select(u.c.id).cte("q")).select()
)
case["select a c id where a c id in select b c id select id cte a"] = lambda: (
    (lambda a,b: select(a.c.id).where(a.c.id.in_(select(b.c.id))))(select(t.c.id).cte("a"),
        select(u.c.id).cte("b", nesting=True))
)
case["select json each data table valued key value name je"] = lambda: (
    select(func.json_each(t.c.name).table_valued("key", "value", name="je"))
)
case["select generate series 1 3 table valued value with"] = lambda: (
    select(func.generate_series(1,3).table_valued("value",
        with_ordinality="ordinality").render_derived(name="gs"))
)
case["select unnest data table valued column a column b render"] = lambda: (
    select(func.unnest(t.c.name).table_valued(column("a", Integer), column("b",
        String)).render_derived(with_types=True))
)
case["select generate series 1 3 column valued x"] = lambda: (
    select(func.generate_series(1,3).column_valued("x"))
)
case["select generate series 1 3 column valued"] = lambda: (
    select(func.generate_series(1,3).column_valued())
)
case["select id x where x 1 unnest data column valued x"] = lambda: (
    (lambda x: select(t.c.id, x).where(x > 1))(func.unnest(t.c.name).column_valued("x"))
)
case["select json array elements data table valued el joins"] = lambda: (
    select(func.json_array_elements(t.c.name).table_valued("el", joins_implicitly=True).c.el)
)
case["select foo t table valued"] = lambda: select(func.foo(t.table_valued()))
case["select pg sleep 1 alias zz column"] = lambda: select(func.pg_sleep(1).alias("zz").column)
case["select id with hint t index % name s foo sqlite"] = lambda: (
    select(t.c.id).with_hint(t, "INDEX(%(name)s foo)", "sqlite")
)
case["select id with hint t index % name s foo"] = lambda: (
    select(t.c.id).with_hint(t, "INDEX(%(name)s foo)")
)
case["select id with statement hint *+ x * postgresql"] = lambda: (
    select(t.c.id).with_statement_hint("/*+ x */", "postgresql")
)
case["select id with statement hint *+ x *"] = lambda: (
    select(t.c.id).with_statement_hint("/*+ x */")
)
case["select id prefix with a dialect sqlite prefix with b"] = lambda: (
    select(t.c.id).prefix_with("A", dialect="sqlite").prefix_with("B", dialect="postgresql")
)
case["select id suffix with a dialect sqlite suffix with b"] = lambda: (
    select(t.c.id).suffix_with("A", dialect="sqlite").suffix_with("B", dialect="postgresql")
)
case["select id cte c suffix with search x dialect postgresql"] = lambda: (
    select(t.c.id).cte("c").suffix_with("SEARCH x", dialect="postgresql").prefix_with(
        "MATERIALIZED", dialect="postgresql").select()
)
case["select id where x in bindparam q expanding true"] = lambda: (
    select(t.c.id).where(t.c.x.in_(bindparam("q", expanding=True)))
)
case["select id with only columns x distinct x"] = lambda: (
    select(t.c.id).with_only_columns(t.c.x).distinct(t.c.x)
)
case["select values column a column b name v data 1 x 2 y"] = lambda: (
    select(values(column("a", Integer), column("b", String), name="v").data([(1,"x"),(2,"y")]))
)
case["select values column a name v literal binds true data 1 2"] = lambda: (
    select(values(column("a", Integer), name="v", literal_binds=True).data([(1,),(2,)]))
)
case["select values column a data 1 alias zz"] = lambda: (
    select(values(column("a", Integer)).data([(1,)]).alias("zz"))
)
case["select values column a name v data 1 lateral"] = lambda: (
    select(values(column("a", Integer), name="v").data([(1,)]).lateral())
)
case["select percentile cont 0 5 within group x desc y filter x 5"] = lambda: (
    select(func.percentile_cont(0.5).within_group(t.c.x.desc(),
        t.c.y).filter(t.c.x>5).over(partition_by=t.c.y))
)
case["select sum x over order by y rows -5 10 exclude current row"] = lambda: (
    select(func.sum(t.c.x).over(order_by=t.c.y, rows=(-5, 10), exclude="CURRENT ROW"))
)
case["select sum x over order by y x desc groups none 0"] = lambda: (
    select(func.sum(t.c.x).over(order_by=[t.c.y, t.c.x.desc()], groups=(None, 0)))
)
case["select sum x over order by y range none none"] = lambda: (
    select(func.sum(t.c.x).over(order_by=t.c.y, range_=(None, None)))
)
case["select sum x over order by y rows frameclause 1 5"] = lambda: (
    select(func.sum(t.c.x).over(order_by=t.c.y, rows=FrameClause(1, 5, FrameClauseType.PRECEDING,
        FrameClauseType.FOLLOWING)))
)
case["select aggregate order by array agg x y desc if false else"] = lambda: (
    (select(aggregate_order_by(func.array_agg(t.c.x), t.c.y.desc())) if False else select(
        func.array_agg(pg.aggregate_order_by(t.c.x, t.c.y.desc()))), {"dialects": ("postgresql",
        )})
)
case["select grouping sets x tuple x y cube x rollup x y"] = lambda: (
    select(func.grouping_sets(t.c.x, tuple_(t.c.x, t.c.y)), func.cube(t.c.x), func.rollup(t.c.x,
        t.c.y))
)
case["select x where x any select id scalar subquery"] = lambda: (
    select(t.c.x).where(t.c.x == any_(select(u.c.id).scalar_subquery()))
)
case["select x op foo precedence 5 is comparison true 5"] = lambda: (
    select(t.c.x.op("FOO", precedence=5, is_comparison=True)(5))
)
case["select now current timestamp current user localtime user"] = lambda: (
    select(func.now(), func.current_timestamp(), func.current_user(), func.localtime(),
        func.user())
)
case["text select a b bindparams bindparam a 5 b x columns column"] = lambda: (
    text("select :a, :b").bindparams(bindparam("a", 5, Integer), b="x").columns(column("q",
        Integer)).subquery("z").select()
)
case["text select id from t columns id cte w select"] = lambda: (
    text("select id from t").columns(t.c.id).cte("w").select()
)
case["union select id select id order by id limit 5 subquery uu"] = lambda: (
    union(select(t.c.id), select(u.c.id)).order_by("id").limit(5).subquery("uu").select()
)
case["select id with for update of x u nowait true key share true"] = lambda: (
    select(t.c.id).with_for_update(of=[t.c.x, u], nowait=True, key_share=True, read=True)
)
case["select foo x type cast x cast numeric 10 2 extract year x"] = lambda: (
    select(func.foo(t.c.x, type_=Integer).cast(String), t.c.x.cast(Numeric(10,2)),
        extract("year", t.c.x))
)
case["select x is distinct from none x is not distinct from 5"] = lambda: (
    (select(t.c.x.is_distinct_from(None), t.c.x.is_not_distinct_from(5),
        t.c.name.regexp_match("^a", flags="i"), t.c.name.regexp_replace("a","b", flags="g")),
        {"dialects": ("postgresql",)})
)
case["select select x where id id correlate u scalar subquery"] = lambda: (
    select(select(t.c.x).where(t.c.id == u.c.id).correlate(u).scalar_subquery().label("s"),
        u.c.v)
)
case["select id select from t join select u lateral l true"] = lambda: (
    select(t.c.id).select_from(t.join(select(u).lateral("l"), true()))
)
case["select t set label style label style tablename plus col"] = lambda: (
    select(t).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
)
case["select x collate c nulls last x desc distinct x x distinct"] = lambda: (
    select(t.c.x.collate("C"), nulls_last(t.c.x.desc()), distinct(t.c.x), t.c.x.distinct())
)
case["select outparam x if false else select type coerce x + q"] = lambda: (
    select(outparam("x")) if False else select(type_coerce(t.c.x, String) + "q", null(), true(),
        false())
)
case["select q c id where q c id 5 select id where x 3 cte q"] = lambda: (
    (lambda q: select(q.c.id).where(q.c.id < 5))(select(t.c.id).where(t.c.x == 3).cte("q"))
)
case["select q c id join t id q c id select id cte"] = lambda: (
    (lambda q: select(q.c.id).join(t, t.c.id == q.c.id))(select(u.c.id).cte())
)
case["select q alias r c id select id cte q"] = lambda: (
    (lambda q: select(q.alias("r").c.id))(select(u.c.id).cte("q"))
)
case["select q union select q where q c id 5 select id cte q"] = lambda: (
    (lambda q: select(q).union(select(q).where(q.c.id > 5)))(select(u.c.id).cte("q"))
)
case["select id where exists where q c id id select id cte q"] = lambda: (
    (lambda q: select(t.c.id).where(exists().where(q.c.id == t.c.id)))(select(u.c.id).cte("q"))
)
case["select a c id b c id select a c id where a c id 1 cte b"] = lambda: (
    (lambda a: (lambda b: select(a.c.id, b.c.id))(select(a.c.id).where(
        a.c.id > 1).cte("b")))(select(u.c.id).cte("a"))
)
case["select q c n s union all select n + 1 where n 10 select"] = lambda: (
    (lambda q: select(q.c.n))((lambda s: s.union_all(select(s.c.n + 1).where(s.c.n < 10)))(
        select(literal(1).label("n")).cte("nums", recursive=True)))
)
case["select values column a column b name v data 1 x data 2 y c"] = lambda: (
    select(values(column("a", Integer), column("b", String), name="v").data([(1, "x")]).data([(2,
        "y")]).c.b)
)
case["select id l c v select v where t id id lateral l"] = lambda: (
    (lambda l: select(t.c.id, l.c.v))(select(u.c.v).where(u.c.t_id == t.c.id).lateral("l"))
)
case["select f c a f c b where f c a 1 pairs 5 table valued a b"] = lambda: (
    (lambda f: select(f.c.a, f.c.b).where(f.c.a > 1))(func.pairs(5).table_valued("a", "b"))
)
case["select rows 5 table valued a name r render derived name s"] = lambda: (
    select(func.rows(5).table_valued("a", name="r").render_derived(name="s"))
)
case["select rank over order by x row number over partition by x"] = lambda: (
    select(func.rank().over(order_by=t.c.x), func.row_number().over(partition_by=[t.c.x, t.c.y],
        order_by=t.c.id.desc()))
)
case["select sum x filter y 1 y 9 count id distinct"] = lambda: (
    select(func.sum(t.c.x).filter(t.c.y > 1, t.c.y < 9), func.count(t.c.id.distinct()))
)
case["select mode within group x"] = lambda: select(func.mode().within_group(t.c.x))
case["select t tablesample 10 name id t tablesample system 10 c x"] = lambda: (
    select(t.tablesample(10, name="s").c.id, t.tablesample(func.system(10)).c.x)
)
case["text select a bindparams a 5"] = lambda: text("select :a").bindparams(a=5)
case["text select id name from t where x x columns id name alias"] = lambda: (
    text("select id, name from t where x = :x").columns(t.c.id, t.c.name).alias("q").select()
)
case["select id intersect select id order by id"] = lambda: (
    select(t.c.id).intersect(select(u.c.id)).order_by("id")
)
case["select tuple x y in 1 2 3 4"] = lambda: select(tuple_(t.c.x, t.c.y).in_([(1, 2), (3, 4)]))
case["select id where tuple x y in select id t id"] = lambda: (
    select(t.c.id).where(tuple_(t.c.x, t.c.y).in_(select(u.c.id, u.c.t_id)))
)
case["select id where x all select id scalar subquery"] = lambda: (
    select(t.c.id).where(t.c.x == all_(select(u.c.id).scalar_subquery()))
)
case["select id with for update"] = lambda: select(t.c.id).with_for_update()
case["select id with for update read true"] = lambda: select(t.c.id).with_for_update(read=True)
