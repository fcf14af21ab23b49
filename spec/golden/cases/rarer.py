# SPDX-License-Identifier: MIT
"""What is seldom needed: numbers as columns, VALUES as a value, LATERAL functions, samples."""

from sqlalchemy.sql import from_dml_column

two = values(column("a", Integer), name="v").data([(1,), (2,)])

# ---- columns

case["number as column"] = lambda: select(1)
case["float as column"] = lambda: select(1.5, t.c.myid)
case["number in exists"] = lambda: select(t.c.name).where(exists(1).where(o.c.otherid == t.c.myid))
case["number in where"] = lambda: select(t.c.name).where(1)
case["text as column"] = lambda: select("x")
case["reduce columns"] = lambda: select(t, o).where(t.c.myid == o.c.otherid).reduce_columns()
case["reduce columns of other names"] = lambda: select(t, o).where(t.c.myid == o.c.otherid).reduce_columns(only_synonyms=False)
case["corresponding column"] = lambda: select(select(t).corresponding_column(t.c.name))
case["bindparam callable"] = lambda: select(t.c.myid).where(t.c.myid == bindparam("x", callable_=lambda: 5))
case["bindparam callable as text"] = lambda: (select(t.c.myid).where(t.c.myid == bindparam("x", callable_=lambda: 5)), {"literal_binds": True})

# ---- VALUES

case["values as value"] = lambda: select(two.scalar_values())
case["values as labelled value"] = lambda: select(two.scalar_values().label("q"))
case["values as value in in"] = lambda: select(t.c.myid).where(t.c.myid.in_(two.scalar_values()))
case["values in in"] = lambda: select(t.c.myid).where(t.c.myid.not_in(two))
case["values as cte"] = lambda: select(two.cte("c"))
case["values as unnamed cte"] = lambda: select(two.cte().c.a)
case["values as joined cte"] = lambda: (lambda c: select(t.c.name).join(c, t.c.myid == c.c.a))(two.cte("c"))
case["values lateral"] = lambda: select(two.lateral())

# ---- functions

case["lateral function"] = lambda: select(t.c.myid).join(func.generate_series(1, t.c.myid).table_valued("x").lateral("q"), true())
case["lateral function unnamed"] = lambda: select(t.c.myid, func.generate_series(1, t.c.myid).table_valued("x").lateral().c.x)
case["lateral function derived"] = lambda: select(t.c.myid, func.generate_series(1, t.c.myid).table_valued("x").render_derived().lateral("q").c.x)
case["lateral function with ordinality"] = lambda: select(func.unnest(t.c.name).table_valued("x", with_ordinality="n").lateral("q"), t.c.myid)
case["scalar table valued typed"] = lambda: select(func.f(1).scalar_table_valued("part", Integer) + 5)
case["tablesample"] = lambda: (lambda s: select(s.c.myid))(t.tablesample(func.bernoulli(1), name="s", seed=func.random()))
case["tablesample of a percentage"] = lambda: (lambda s: select(s.c.myid))(tablesample(t, 5, name="s"))

# ---- values of other columns

case["update from dml column"] = lambda: update(t).values(name=from_dml_column(t.c.description), description="x")
case["update from dml column in expression"] = lambda: (update(t).values(name=from_dml_column(t.c.description) + "!", description="x"), {"dialects": ("default", "sqlite")})
case["update from dml column that is not set"] = lambda: update(t).values(name=from_dml_column(t.c.description) + "!")
case["insert from dml column"] = lambda: insert(t).values(name=from_dml_column(t.c.description), description=literal("a") + "b")
case["insert from dml column that is not set"] = lambda: insert(t).values(name=from_dml_column(t.c.description))
case["select from dml column"] = lambda: select(from_dml_column(t.c.name))
case["insert of no column"] = lambda: insert(t).values(nosuch=5)
case["update of another table"] = lambda: update(t).values({t.c.name: "x", o.c.othername: "y"}).where(t.c.myid == o.c.otherid)


@case("conflict of an exclude constraint without name")
def _():
    apart = pg.ExcludeConstraint(("a", "="), ("b", "&&"), where=text("a > 5"))
    of = Table("apart", MetaData(), Column("a", Integer), Column("b", Integer), apart)
    return (
        pg.insert(of).values(a=1).on_conflict_do_nothing(constraint=apart),
        {"dialects": ("postgresql",)})
