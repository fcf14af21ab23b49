# SPDX-License-Identifier: MIT
"""Comparisons, negation, conjunctions and IN."""

# -- comparisons
case["comparisons"] = lambda: and_(
    t.c.myid == 1, t.c.myid != 2, t.c.myid < 3, t.c.myid <= 4, t.c.myid > 5, t.c.myid >= 6)
case["compared with column"] = lambda: t.c.myid == o.c.otherid
case["compared from the left"] = lambda: literal(5) < t.c.myid
case["literal equals literal"] = lambda: literal("a") == literal("b")
case["compared with expression"] = lambda: t.c.myid > t.c.myid + 1
case["compared with bool"] = lambda: users.c.active == True
case["compared with false"] = lambda: users.c.active == False
case["not compared with false"] = lambda: users.c.active != False
case["compared with true construct"] = lambda: users.c.active == true()
case["compared with null construct"] = lambda: t.c.name == null()
case["is_ true"] = lambda: users.c.active.is_(True)
case["is_not false"] = lambda: users.c.active.is_not(False)
case["is_ true construct"] = lambda: users.c.active.is_(true())
case["isnot old name"] = lambda: t.c.name.isnot(None)
case["is_distinct_from value"] = lambda: t.c.name.is_distinct_from("x")
case["is_distinct_from null"] = lambda: t.c.name.is_distinct_from(None)
case["is_not_distinct_from column"] = lambda: t.c.name.is_not_distinct_from(t.c.description)
case["isnot_distinct_from old name"] = lambda: t.c.name.isnot_distinct_from("x")
case["not is_distinct_from"] = lambda: ~t.c.name.is_distinct_from("x")
case["not of not is_distinct_from"] = lambda: ~t.c.name.is_not_distinct_from("x")
case["comparison of comparison"] = lambda: (t.c.myid == 1) == (t.c.name == "x")
case["comparison as value"] = lambda: (t.c.myid == 1) == True
case["le of subquery"] = lambda: t.c.myid <= select(func.max(o.c.otherid)).scalar_subquery()
case["eq of select"] = lambda: t.c.myid == select(o.c.otherid).scalar_subquery()
case["eq any"] = lambda: t.c.myid == any_(select(o.c.otherid).scalar_subquery())
case["eq any of select"] = lambda: t.c.myid == any_(select(o.c.otherid))
case["lt all"] = lambda: t.c.myid < all_(select(o.c.otherid).scalar_subquery())
case["any method"] = lambda: t.c.myid == select(o.c.otherid).scalar_subquery().any_()
case["all on the left"] = lambda: 5 == all_(select(o.c.otherid).scalar_subquery())
case["literal any"] = lambda: literal(5) == any_(select(o.c.otherid).scalar_subquery())

# -- negation
case["not eq"] = lambda: ~(t.c.myid == 1)
case["not lt"] = lambda: ~(t.c.myid < 1)
case["not ge"] = lambda: not_(t.c.myid >= 1)
case["not and"] = lambda: ~and_(t.c.myid == 1, t.c.name == "x")
case["not or"] = lambda: not_(or_(t.c.myid == 1, t.c.name == "x"))
case["not not"] = lambda: ~~(t.c.myid == 1)
case["not_ not_"] = lambda: not_(not_(t.c.name.like("x")))
case["not in"] = lambda: ~t.c.myid.in_([1, 2])
case["not not_in"] = lambda: ~t.c.myid.not_in([1, 2])
case["not like"] = lambda: ~t.c.name.like("x%")
case["not between"] = lambda: ~t.c.myid.between(1, 2)
case["not is null"] = lambda: ~t.c.name.is_(None)
case["not is not null"] = lambda: ~t.c.name.is_not(None)
case["not contains"] = lambda: ~t.c.name.contains("x")
case["not function"] = lambda: ~func.foo(t.c.myid)
case["not literal bool"] = lambda: not_(literal(True))
case["not true"] = lambda: not_(true())
case["not false"] = lambda: not_(false())
case["not bindparam"] = lambda: not_(bindparam("x", True))
case["not column in and"] = lambda: and_(~users.c.active, users.c.id == 5)
case["not expression label"] = lambda: select((~(t.c.myid == 1)).label("n"))
case["not integer column"] = lambda: ~t.c.myid
case["negative"] = lambda: -t.c.myid
case["negative negative"] = lambda: -(-t.c.myid)
case["negative of sum"] = lambda: -(t.c.myid + 5)
case["negative in product"] = lambda: -t.c.myid * 5
case["negative of function"] = lambda: -func.foo(1)
case["negative interval"] = lambda: -users.c.idle

# -- conjunctions
case["and_ of one"] = lambda: and_(t.c.myid == 1)
case["or_ of one"] = lambda: or_(t.c.myid == 1)
case["and_ empty with true"] = lambda: select(t.c.myid).where(and_(true()))
case["or_ empty with false"] = lambda: select(t.c.myid).where(or_(false()))
case["and nested flattened"] = lambda: and_(t.c.myid == 1, and_(t.c.myid == 2, t.c.myid == 3))
case["or nested flattened"] = lambda: or_(t.c.myid == 1, or_(t.c.myid == 2, t.c.myid == 3))
case["or in and"] = lambda: and_(or_(t.c.myid == 1, t.c.myid == 2), t.c.name == "x")
case["and in or"] = lambda: or_(and_(t.c.myid == 1, t.c.myid == 2), t.c.name == "x")
case["and operator"] = lambda: (t.c.myid == 1) & (t.c.name == "x") & (t.c.name == "y")
case["or operator"] = lambda: (t.c.myid == 1) | (t.c.name == "x") | (t.c.name == "y")
case["operators mixed"] = lambda: (t.c.myid == 1) | (t.c.name == "x") & (t.c.name != "y")
case["operators grouped"] = lambda: ((t.c.myid == 1) | (t.c.name == "x")) & (t.c.name != "y")
case["and with true vanishes"] = lambda: and_(t.c.myid == 1, true(), true())
case["and with false"] = lambda: and_(t.c.myid == 1, false(), true())
case["or with true"] = lambda: or_(t.c.myid == 1, true())
case["or with false vanishes"] = lambda: or_(t.c.myid == 1, false())
case["and of true false"] = lambda: and_(true(), false())
case["or of true false"] = lambda: or_(true(), false())
case["and with text"] = lambda: and_(text("a = 1"), or_(text("b = 2"), text("c = 3")))
case["and with boolean columns"] = lambda: and_(users.c.active, users.c.active)
case["and with null"] = lambda: and_(t.c.myid == 1, null())
case["and python true"] = lambda: and_(t.c.myid == 1, True)
case["or python false"] = lambda: or_(t.c.myid == 1, False)
case["or of in lists"] = lambda: or_(t.c.myid.in_([1]), t.c.name.in_(["a", "b"]))
case["and unpacked list"] = lambda: and_(*[t.c.myid == 1, t.c.name == "x"])
case["or as operand"] = lambda: or_(t.c.myid == 1, t.c.myid == 2) == True

# -- IN
case["in"] = lambda: t.c.myid.in_([1, 2, 3])
case["in strings"] = lambda: t.c.name.in_(["a", "b"])
case["in postcompiled"] = lambda: (t.c.name.in_(["a", "b"]), {"render_postcompile": True})
case["in literal"] = lambda: (t.c.name.in_(["a", "b'c"]), {"literal_binds": True})
case["in empty"] = lambda: t.c.name.in_([])
case["in empty postcompiled"] = lambda: (t.c.name.in_([]), {"render_postcompile": True})
case["in empty literal"] = lambda: (t.c.myid.in_([]), {"literal_binds": True})
case["not in empty postcompiled"] = lambda: (
    t.c.name.not_in([]), {"render_postcompile": True})
case["not in empty literal"] = lambda: (t.c.myid.not_in([]), {"literal_binds": True})
case["notin_ old name"] = lambda: t.c.myid.notin_([1])
case["in select"] = lambda: t.c.myid.in_(select(o.c.otherid))
case["in scalar subquery"] = lambda: t.c.myid.in_(select(o.c.otherid).scalar_subquery())
case["not in select"] = lambda: t.c.myid.not_in(select(o.c.otherid).where(o.c.otherid > 5))
case["in union"] = lambda: t.c.myid.in_(union(select(o.c.otherid), select(users.c.id)))
case["in expressions"] = lambda: t.c.myid.in_([1, o.c.otherid, func.foo(2)])
case["in with null"] = lambda: t.c.myid.in_([1, None])
case["in with literal"] = lambda: t.c.name.in_([literal("a"), literal("b")])
case["in bindparam expanding"] = lambda: t.c.myid.in_(bindparam("ids", expanding=True))
case["in bindparam plain"] = lambda: t.c.myid.in_(bindparam("ids"))
case["in bindparam values"] = lambda: (
    t.c.myid.in_(bindparam("ids", [1, 2], expanding=True)), {"render_postcompile": True})
case["in twice postcompiled"] = lambda: (
    and_(t.c.myid.in_([1, 2]), t.c.myid.in_([3])), {"render_postcompile": True})
case["in text select"] = lambda: t.c.myid.in_(text("SELECT 1").columns(column("x")))
case["in string is refused"] = lambda: t.c.name.in_("abc")
case["in table"] = lambda: t.c.myid.in_(select(o))
case["in of expression"] = lambda: (t.c.myid + 1).in_([1, 2])
case["in of literal"] = lambda: literal(5).in_([1, 2])
case["in of function"] = lambda: func.lower(t.c.name).in_(["a"])
case["in of select"] = lambda: select(o.c.otherid).scalar_subquery().in_([1, 2])
case["tuple in"] = lambda: tuple_(t.c.myid, t.c.name).in_([(1, "a"), (2, "b")])
case["tuple in postcompiled"] = lambda: (
    tuple_(t.c.myid, t.c.name).in_([(1, "a"), (2, "b")]), {"render_postcompile": True})
case["tuple in literal"] = lambda: (
    tuple_(t.c.myid, t.c.name).in_([(1, "a"), (2, "b")]), {"literal_binds": True})
case["tuple in empty"] = lambda: (
    tuple_(t.c.myid, t.c.name).in_([]), {"render_postcompile": True})
case["tuple not in empty"] = lambda: (
    tuple_(t.c.myid, t.c.name).not_in([]), {"render_postcompile": True})
case["tuple in select"] = lambda: tuple_(t.c.myid, t.c.name).in_(
    select(o.c.otherid, o.c.othername))
case["tuple in tuples"] = lambda: tuple_(t.c.myid, t.c.name).in_(
    [tuple_(o.c.otherid, o.c.othername)])
case["tuple eq"] = lambda: tuple_(t.c.myid, t.c.name) == (1, "a")
case["tuple lt tuple"] = lambda: tuple_(t.c.myid, t.c.name) < tuple_(3, "b")
case["tuple not in"] = lambda: tuple_(t.c.myid, t.c.name).not_in([(1, "a")])
