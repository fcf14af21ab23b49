# SPDX-License-Identifier: MIT
"""Expressions in seldom forms: values as conditions, signs before labels, elements that are set."""
ON_PG = {"dialects": ("postgresql",)}
op = sa.sql.operators
data = Table("data", MetaData(), Column("id", Integer), Column("h", pg.HSTORE), Column("a", pg.ARRAY(Integer)))

case["case of a text"] = lambda: sa.case(("x", "y"))
case["case of a number"] = lambda: sa.case((12, "z"), else_="q")
case["case of a value, selected"] = lambda: select(sa.case((t.c.myid == 1, "a"), ("b", "c")).label("v"))
case["case without else"] = lambda: sa.case((t.c.myid == 1, "a"), else_=None)
case["case with null else"] = lambda: sa.case((t.c.myid == 1, "a"), else_=null())
case["case without value"] = lambda: sa.case((t.c.myid == 1, "a"), value=None)
case["case of value without else"] = lambda: sa.case({"x": "y"}, value=t.c.name, else_=None)
case["minus label"] = lambda: select(-t.c.myid.label("z"))
case["minus label of a sum"] = lambda: select(-(t.c.myid + 1).label("z"))
case["minus label in a sum"] = lambda: select(-t.c.myid.label("z") + 1)
case["minus minus label"] = lambda: select(-(-t.c.myid.label("z")))
case["minus label of a value"] = lambda: select(-literal(3).label("z"))
case["distinct label"] = lambda: select(distinct(t.c.myid.label("z")))
case["bitwise_not label"] = lambda: select(t.c.myid.label("z").bitwise_not())
case["not label"] = lambda: select(~(t.c.myid == 1).label("z"))
case["not label in where"] = lambda: select(t.c.myid).where(~(t.c.myid == 1).label("z"))
case["not label twice"] = lambda: select(~~(t.c.myid == 1).label("z"))
case["not label in and"] = lambda: select(t.c.myid).where(and_(~(t.c.myid == 1).label("z"), t.c.name == "x"))
case["hstore element set"] = lambda: (update(data).values({data.c.h["k"]: "v"}), ON_PG)
case["hstore element set twice"] = lambda: (update(data).values({data.c.h["k"]: "v", data.c.h["l"]: "w"})
                                            .where(data.c.id == 1), ON_PG)
case["any with an operator by position"] = lambda: (data.c.a.any(5, op.lt), ON_PG)
case["all with an operator by position"] = lambda: (data.c.a.all(5, op.ge), ON_PG)
case["power"] = lambda: select(t.c.myid ** 2)
case["power of a value"] = lambda: select(2 ** t.c.myid)
case["power in a product"] = lambda: (t.c.myid ** 2) * 3
