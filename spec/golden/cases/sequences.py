# SPDX-License-Identifier: MIT
"""Sequences as values, operators as functions."""
op = sa.sql.operators
ON_PG = {"dialects": ("postgresql",)}
array = pg.array

case["literal"] = lambda: select(literal([1, 2]))
case["literal of texts"] = lambda: select(literal(["a", "b"]))
case["literal nested"] = lambda: select(literal([[1, 2], [3, 4]]))
case["literal labelled"] = lambda: select(literal([1, 2]).label("q"))
case["literal of an array type"] = lambda: select(literal([1, 2], ARRAY(Integer)))
case["bindparam"] = lambda: select(bindparam("x", [1, 2]))
case["bindparam of an array type"] = lambda: select(bindparam("x", [1, 2], type_=ARRAY(Integer)))
case["unnest"] = lambda: select(func.unnest([1, 2]))
case["unnest column_valued"] = lambda: select(func.unnest([1, 2]).column_valued("x"))
case["unnest in"] = lambda: select(t.c.myid).where(t.c.myid.in_(select(func.unnest([1, 2]))))
case["function of a sequence and more"] = lambda: select(func.array_position([1, 2], t.c.myid, 1))
case["function with a type"] = lambda: func.f([1, 2], type_=Integer)
case["coalesce"] = lambda: func.coalesce(pgt.c.tags, ["a"])
case["any of a sequence"] = lambda: t.c.myid == any_([1, 2])
case["all of a sequence"] = lambda: t.c.myid > all_([1, 2])
case["any of a bindparam"] = lambda: t.c.myid == any_(bindparam("ids", [1, 2]))
case["beside a column without type"] = lambda: column("u") == [1, 2]
case["case"] = lambda: sa.case((t.c.myid == 1, [1, 2]), else_=[3])
case["case on"] = lambda: select(func.f(sa.case((t.c.myid == 1, [1.5, 2.5]))))
case["array of sequences"] = lambda: (select(array([[1, 2], [3, 4]])), ON_PG)
case["array of arrays"] = lambda: (select(array([array([1, 2]), array([3, 4])])), ON_PG)
case["array beside a sequence"] = lambda: (array([1, 2]) == [3, 4], ON_PG)
case["in of a bindparam with a sequence"] = lambda: t.c.myid.in_(bindparam("q", [1, 2]))
case["in of an expanding bindparam"] = lambda: t.c.myid.in_(bindparam("q", [1, 2], expanding=True))
case["cast of a sequence"] = lambda: (sa.cast([1, 2], ARRAY(Integer)), ON_PG)
case["type_coerce of a sequence"] = lambda: sa.type_coerce([1, 2], ARRAY(Integer))
case["array column in sequences"] = lambda: (pgt.c.tags.in_([["a"], ["b", "c"]]), ON_PG)
case["insert of a sequence"] = lambda: (insert(pgt).values(tags=["a", "b"]), ON_PG)
case["update to a sequence"] = lambda: (update(pgt).values(tags=["a"]), ON_PG)

# -- operators as functions
for name in ("add", "sub", "mul", "truediv", "mod", "eq", "ne", "lt", "le", "gt", "ge"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid, 5)
for name in ("like_op", "not_like_op", "ilike_op", "not_ilike_op", "startswith_op", "not_startswith_op",
             "endswith_op", "not_endswith_op", "contains_op", "not_contains_op", "istartswith_op",
             "not_istartswith_op", "iendswith_op", "not_iendswith_op", "icontains_op", "not_icontains_op",
             "concat_op", "is_distinct_from", "is_not_distinct_from", "regexp_match_op",
             "not_regexp_match_op", "match_op", "not_match_op", "notlike_op"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.name, "x")
for name in ("in_op", "not_in_op"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid, [1, 2])
for name in ("between_op", "not_between_op"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid, 1, 2)
for name in ("neg", "desc_op", "asc_op", "nulls_first_op", "nulls_last_op", "any_op", "all_op", "distinct_op",
             "bitwise_not_op"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid)
for name in ("bitwise_and_op", "bitwise_or_op", "bitwise_lshift_op", "bitwise_rshift_op"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid, 3)
for name in ("is_", "is_not"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid, None)
for name in ("and_", "or_"):
    case[f"{name} function"] = lambda name=name: getattr(op, name)(t.c.myid == 1, t.c.name == "x")
case["inv function"] = lambda: op.inv(t.c.myid == 1)
case["collate function"] = lambda: op.collate(t.c.name, "C")
case["op function"] = lambda: op.op(t.c.name, "#", "x")
case["regexp_replace_op function"] = lambda: op.regexp_replace_op(t.c.name, "x", "y")
case["eq of a value and a column"] = lambda: op.eq(5, t.c.myid)
case["lt of a value and a column"] = lambda: op.lt(5, t.c.myid)
case["custom_op"] = lambda: op.custom_op("~>")(t.c.myid, 5)
case["custom_op in itself"] = lambda: op.custom_op("~>")(op.custom_op("~>")(t.c.myid, 5), 6)
case["custom_op that is a comparison"] = lambda: (op.custom_op("~>", is_comparison=True, precedence=5)(t.c.myid, 5)
                                                  & (t.c.name == "x"))
case["custom_op in arithmetic"] = lambda: op.custom_op("~>", precedence=7)(t.c.myid + 1, 5) * 2
case["custom_op eager in a function"] = lambda: func.f(op.custom_op("~>", eager_grouping=True)(t.c.myid, 5)) + 1
case["custom_op eager"] = lambda: op.custom_op("~>", eager_grouping=True, precedence=15)(t.c.myid, 5) + 1
case["unary operator"] = lambda: sa.sql.expression.UnaryExpression(t.c.myid, operator=op.custom_op("@"))
case["unary operator of a sum"] = lambda: sa.sql.expression.UnaryExpression(t.c.myid + 1, operator=op.custom_op("@"))
case["unary modifier"] = lambda: sa.sql.expression.UnaryExpression(t.c.myid, modifier=op.custom_op("!"))
case["unary operator in a sum"] = lambda: sa.sql.expression.UnaryExpression(
    t.c.myid, operator=op.custom_op("@", precedence=15), type_=Integer) + 5
case["reverse_operate"] = lambda: t.c.myid.reverse_operate(op.sub, 5)
case["operate with a function"] = lambda: t.c.name.operate(lambda a, b: func.lower(a) == b, "x")
