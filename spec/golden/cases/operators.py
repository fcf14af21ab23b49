# SPDX-License-Identifier: MIT
"""Operators: precedence, parentheses, negation, NULL, and what types make of them."""

# ---- arithmetic

case["add"] = lambda: t.c.myid + 5
case["add reflected"] = lambda: 5 + t.c.myid
case["subtract reflected"] = lambda: 5 - t.c.myid
case["multiply"] = lambda: t.c.myid * 2
case["divide"] = lambda: t.c.myid / 2
case["divide columns"] = lambda: users.c.age / users.c.id
case["divide numeric"] = lambda: users.c.balance / 3
case["divide float"] = lambda: users.c.score / users.c.score
case["divide integer by numeric"] = lambda: users.c.age / users.c.balance
case["divide sum"] = lambda: (users.c.age + 1) / (users.c.id + 2)
case["divide reflected"] = lambda: 5 / users.c.age
case["floor divide"] = lambda: t.c.myid // 2
case["floor divide numeric"] = lambda: users.c.balance // 3
case["floor divide by numeric"] = lambda: users.c.age // users.c.balance
case["floor divide sum"] = lambda: (users.c.age + 1) // (users.c.id + 2)
case["floor divide twice"] = lambda: users.c.age // users.c.id // 3
case["modulo"] = lambda: t.c.myid % 5
case["modulo reflected"] = lambda: 5 % t.c.myid
case["modulo sum"] = lambda: (t.c.myid + 1) % (t.c.myid + 2)
case["negate"] = lambda: -t.c.myid
case["negate sum"] = lambda: -(t.c.myid + 1)
case["negate negated"] = lambda: -(-t.c.myid)
case["negate in sum"] = lambda: t.c.myid + -t.c.myid
case["negate in product"] = lambda: -t.c.myid * 5
case["negate product"] = lambda: -(t.c.myid * 5)
case["sum of three"] = lambda: t.c.myid + 1 + 2
case["sum grouped right"] = lambda: t.c.myid + (t.c.myid + 1)
case["difference of three"] = lambda: t.c.myid - 1 - 2
case["difference grouped right"] = lambda: t.c.myid - (t.c.myid - 1)
case["sum and difference"] = lambda: t.c.myid - (t.c.myid + 1)
case["difference and sum"] = lambda: (t.c.myid - 1) + (t.c.myid - 2)
case["product of sums"] = lambda: (t.c.myid + 1) * (t.c.myid + 2)
case["sum of products"] = lambda: t.c.myid * 2 + t.c.myid * 3
case["product of three"] = lambda: t.c.myid * 2 * 3
case["product grouped right"] = lambda: t.c.myid * (t.c.myid * 3)
case["quotient of product"] = lambda: t.c.myid * 2 / 3
case["product of quotient"] = lambda: t.c.myid * (t.c.myid / 3)
case["quotient of quotient"] = lambda: t.c.myid / (t.c.myid / 3)
case["modulo and product"] = lambda: t.c.myid % 3 * 2
case["arithmetic compared"] = lambda: t.c.myid + 1 == t.c.myid * 2
case["comparison in sum"] = lambda: (t.c.myid == 5) + 1
case["float plus"] = lambda: users.c.score + 1.5
case["numeric plus decimal"] = lambda: users.c.balance + decimal.Decimal("1.10")
case["date minus interval"] = lambda: users.c.created - datetime.timedelta(days=1)
case["date plus interval"] = lambda: users.c.created + users.c.idle
case["date minus date"] = lambda: users.c.created - users.c.created
case["date plus days"] = lambda: users.c.born + datetime.timedelta(days=2)

# ---- concatenation

case["concat"] = lambda: t.c.name + "x"
case["concat reflected"] = lambda: "x" + t.c.name
case["concat method"] = lambda: t.c.name.concat(t.c.description)
case["concat three"] = lambda: t.c.name + " " + t.c.description
case["concat grouped"] = lambda: t.c.name + (t.c.description + "x")
case["concat compared"] = lambda: t.c.name + "x" == "y"
case["concat like"] = lambda: (t.c.name + "x").like("y")
case["concat of sum"] = lambda: (t.c.name + "x").concat(t.c.myid + 1)
case["concat in lower"] = lambda: func.lower(t.c.name + "x")
case["concat integer method"] = lambda: t.c.myid.concat("x")

# ---- bitwise

case["bitwise and"] = lambda: t.c.myid.bitwise_and(5)
case["bitwise or"] = lambda: t.c.myid.bitwise_or(5)
case["bitwise xor"] = lambda: t.c.myid.bitwise_xor(5)
case["bitwise not"] = lambda: t.c.myid.bitwise_not()
case["bitwise not function"] = lambda: bitwise_not(t.c.myid)
case["bitwise left shift"] = lambda: t.c.myid.bitwise_lshift(5)
case["bitwise right shift"] = lambda: t.c.myid.bitwise_rshift(5)
case["bitwise or of and"] = lambda: t.c.myid.bitwise_and(5).bitwise_or(6)
case["bitwise and of or"] = lambda: t.c.myid.bitwise_or(5).bitwise_and(6)
case["bitwise and of sum"] = lambda: (t.c.myid + 1).bitwise_and(6)
case["bitwise compared"] = lambda: t.c.myid.bitwise_and(5) == 5
case["bitwise xor twice"] = lambda: t.c.myid.bitwise_xor(5).bitwise_xor(6)
case["bitwise not of sum"] = lambda: (t.c.myid + 1).bitwise_not()
case["bitwise and of bitwise not"] = lambda: t.c.myid.bitwise_and(t.c.myid.bitwise_not())
case["shift operators"] = lambda: t.c.myid.bitwise_lshift(1) + t.c.myid.bitwise_rshift(2)

# ---- comparison

case["equal"] = lambda: t.c.myid == 5
case["not equal"] = lambda: t.c.myid != 5
case["less"] = lambda: t.c.myid < 5
case["less or equal"] = lambda: t.c.myid <= 5
case["greater"] = lambda: t.c.myid > 5
case["greater or equal"] = lambda: t.c.myid >= 5
case["equal column"] = lambda: t.c.myid == o.c.otherid
case["equal null"] = lambda: t.c.name == None  # noqa: E711
case["not equal null"] = lambda: t.c.name != None  # noqa: E711
case["equal null construct"] = lambda: t.c.name == null()
case["not equal null construct"] = lambda: t.c.name != null()
case["equal true"] = lambda: users.c.active == True  # noqa: E712
case["equal false"] = lambda: users.c.active == False  # noqa: E712
case["not equal true"] = lambda: users.c.active != True  # noqa: E712
case["equal true construct"] = lambda: users.c.active == true()
case["not equal false construct"] = lambda: users.c.active != false()
case["integer equal true"] = lambda: users.c.age == True  # noqa: E712
case["is null"] = lambda: t.c.name.is_(None)
case["is not null"] = lambda: t.c.name.is_not(None)
case["isnot null"] = lambda: t.c.name.isnot(None)
case["is true"] = lambda: users.c.active.is_(True)
case["is false"] = lambda: users.c.active.is_(False)
case["is not true"] = lambda: users.c.active.is_not(True)
case["is null construct"] = lambda: t.c.name.is_(null())
case["is true construct"] = lambda: users.c.active.is_(true())
case["is column"] = lambda: t.c.name.is_(t.c.description)
case["is of sum"] = lambda: (t.c.myid + 1).is_(None)
case["is distinct from"] = lambda: t.c.myid.is_distinct_from(5)
case["is not distinct from"] = lambda: t.c.myid.is_not_distinct_from(5)
case["isnot distinct from"] = lambda: t.c.myid.isnot_distinct_from(t.c.myid)
case["is distinct from null"] = lambda: t.c.name.is_distinct_from(None)
case["not is distinct from"] = lambda: ~t.c.myid.is_distinct_from(5)
case["comparison of comparison"] = lambda: (t.c.myid == 5) == (t.c.name == "x")
case["comparison is null"] = lambda: (t.c.myid == 5).is_(None)
case["comparison equal true"] = lambda: (t.c.myid == 5) == True  # noqa: E712
case["comparison less"] = lambda: (t.c.myid < 5) < (t.c.myid < 6)
case["equal expression twice"] = lambda: and_(t.c.myid == 5, t.c.myid == 6, t.c.myid == 7)
case["null equal"] = lambda: null() == t.c.name
case["literal compared"] = lambda: literal(5) == literal(6)
case["string compared with integer"] = lambda: t.c.name == 5
case["enum compared"] = lambda: users.c.size == "small"
case["date compared"] = lambda: users.c.born > datetime.date(2020, 1, 31)
case["datetime compared"] = lambda: users.c.created > datetime.datetime(2020, 1, 31, 12, 30)
case["numeric compared"] = lambda: users.c.balance > decimal.Decimal("10.50")
case["binary compared"] = lambda: users.c.photo == b"\x00\xff"
case["subquery compared"] = lambda: t.c.myid == select(func.max(o.c.otherid)).scalar_subquery()
case["subquery on the left"] = lambda: select(func.max(o.c.otherid)).scalar_subquery() > 5
case["subquery in arithmetic"] = lambda: select(func.max(o.c.otherid)).scalar_subquery() + 5

# ---- and, or, not

case["and"] = lambda: and_(t.c.myid == 5, t.c.name == "x")
case["and operator"] = lambda: (t.c.myid == 5) & (t.c.name == "x")
case["or operator"] = lambda: (t.c.myid == 5) | (t.c.name == "x")
case["and of three operators"] = lambda: (t.c.myid == 5) & (t.c.name == "x") & (t.c.name == "y")
case["and of or"] = lambda: and_(or_(t.c.myid == 5, t.c.myid == 6), t.c.name == "x")
case["or of and"] = lambda: or_(and_(t.c.myid == 5, t.c.name == "y"), t.c.name == "x")
case["or of or"] = lambda: or_(or_(t.c.myid == 5, t.c.myid == 6), t.c.name == "x")
case["and of and"] = lambda: and_(and_(t.c.myid == 5, t.c.myid == 6), t.c.name == "x")
case["nested logic"] = lambda: or_(and_(t.c.myid == 1, or_(t.c.myid == 2, t.c.myid == 3)), and_(t.c.myid == 4, t.c.myid == 5))
case["and of one"] = lambda: and_(t.c.myid == 5)
case["or of one"] = lambda: or_(t.c.myid == 5)
case["and of one or in and"] = lambda: and_(or_(and_(t.c.myid == 5)), t.c.name == "x")
case["not equal negated"] = lambda: ~(t.c.myid == 5)
case["not less"] = lambda: not_(t.c.myid < 5)
case["not greater or equal"] = lambda: not_(t.c.myid >= 5)
case["not and"] = lambda: not_(and_(t.c.myid == 5, t.c.name == "x"))
case["not or"] = lambda: ~or_(t.c.myid == 5, t.c.name == "x")
case["not not"] = lambda: not_(not_(t.c.myid == 5))
case["not not and"] = lambda: not_(not_(and_(t.c.myid == 5, t.c.name == "x")))
case["not boolean"] = lambda: ~users.c.active
case["not not boolean"] = lambda: ~(~users.c.active)
case["not function"] = lambda: ~func.foo(t.c.myid)
case["not column"] = lambda: not_(t.c.myid)
case["not sum"] = lambda: not_(t.c.myid + 5)
case["not null"] = lambda: not_(null())
case["not true"] = lambda: not_(true())
case["not false"] = lambda: not_(false())
case["not is null"] = lambda: not_(t.c.name.is_(None))
case["not like"] = lambda: ~t.c.name.like("x")
case["not between"] = lambda: ~t.c.myid.between(1, 2)
case["not in"] = lambda: ~t.c.myid.in_([1, 2])
case["not exists"] = lambda: ~exists().where(t.c.myid == 5)
case["not of boolean function"] = lambda: not_(func.foo(t.c.myid, type_=Boolean))
case["not of literal column"] = lambda: not_(literal_column("a"))
case["not of boolean literal column"] = lambda: not_(literal_column("a", Boolean))
case["not of custom operator"] = lambda: ~(t.c.myid.op("@@")(5))
case["not of custom comparison"] = lambda: ~(t.c.myid.op("@@", is_comparison=True)(5))
case["not of label"] = lambda: ~(t.c.myid == 5).label("x")
case["not of cast"] = lambda: ~cast(t.c.myid, Boolean)
case["and with true"] = lambda: and_(true(), t.c.myid == 5)
case["and with false"] = lambda: and_(false(), t.c.myid == 5)
case["or with true"] = lambda: or_(true(), t.c.myid == 5)
case["or with false"] = lambda: or_(false(), t.c.myid == 5)
case["and of true and true"] = lambda: and_(true(), true())
case["and with python true"] = lambda: and_(True, t.c.myid == 5)
case["or with python false"] = lambda: or_(False, t.c.myid == 5)
case["and of or of nothing"] = lambda: and_(or_(false()), t.c.myid == 5)
case["or with and of true"] = lambda: or_(and_(true(), t.c.myid == 5), t.c.name == "x")
case["where or of false"] = lambda: select(t.c.myid).where(or_(false(), false()))
case["where and of true"] = lambda: select(t.c.myid).where(and_(true(), true()))
case["true or operator"] = lambda: true() | (t.c.myid == 5)
case["boolean columns"] = lambda: and_(users.c.active, users.c.age > 5)
case["boolean columns or"] = lambda: or_(users.c.active, ~users.c.active)
case["boolean column where"] = lambda: select(users.c.id).where(or_(users.c.active, users.c.age > 5))
case["boolean column equal comparison"] = lambda: users.c.active == (users.c.age > 5)
case["and with text"] = lambda: and_(t.c.myid == 5, text("a or b"))
case["or with text"] = lambda: or_(t.c.myid == 5, text("a and b"))
case["and with null"] = lambda: and_(null(), t.c.myid == 5)
case["and of function"] = lambda: and_(func.foo(t.c.myid), func.bar(t.c.name))
case["and of exists"] = lambda: and_(exists().where(t.c.myid == 5), t.c.name == "x")
case["and of subquery"] = lambda: and_(select(t.c.myid).scalar_subquery() == 5, t.c.name == "x")

case["and of one boolean"] = lambda: and_(users.c.active)
case["and of one boolean negated"] = lambda: ~and_(users.c.active)
case["and of one boolean nested"] = lambda: and_(and_(users.c.active), users.c.age > 5)
case["and of one boolean selected"] = lambda: select(and_(users.c.active))
case["and of true selected"] = lambda: select(and_(true(), true()))
case["not and of true"] = lambda: not_(and_(true(), true()))
case["not three times"] = lambda: ~(~(~users.c.active))
case["not not selected"] = lambda: select(~(~users.c.active))
case["and of one boolean in case"] = lambda: sa.case((and_(users.c.active), 1))
case["boolean in case"] = lambda: sa.case((users.c.active, 1))
case["and of one boolean in order by"] = lambda: select(users.c.id).order_by(and_(users.c.active))
case["boolean equal and of one"] = lambda: users.c.active == and_(users.c.active)
case["boolean equal and"] = lambda: users.c.active == and_(users.c.active, users.c.age > 5)
case["add null"] = lambda: t.c.myid + None
case["less than null"] = lambda: t.c.myid < None
case["less than true"] = lambda: users.c.active < True
case["like null"] = lambda: t.c.name.like(None)
case["between null"] = lambda: t.c.myid.between(None, 5)
case["in null and column"] = lambda: t.c.myid.in_([None, t.c.myid])
case["function of null"] = lambda: func.foo(None)
case["case null"] = lambda: sa.case((users.c.active, None), else_=5)
case["concat null"] = lambda: t.c.name.concat(None)

# ---- in

case["in"] = lambda: t.c.myid.in_([1, 2, 3])
case["in rendered"] = lambda: (t.c.myid.in_([1, 2, 3]), {"render_postcompile": True})
case["in literal"] = lambda: (t.c.myid.in_([1, 2, 3]), {"literal_binds": True})
case["in literal strings"] = lambda: (t.c.name.in_(["a", "it's"]), {"literal_binds": True})
case["in empty"] = lambda: t.c.myid.in_([])
case["in empty rendered"] = lambda: (t.c.myid.in_([]), {"render_postcompile": True})
case["in empty strings rendered"] = lambda: (t.c.name.in_([]), {"render_postcompile": True})
case["in empty literal"] = lambda: (t.c.myid.in_([]), {"literal_binds": True})
case["not in list"] = lambda: t.c.myid.not_in([1, 2])
case["not in list rendered"] = lambda: (t.c.myid.not_in([1, 2]), {"render_postcompile": True})
case["not in empty rendered"] = lambda: (t.c.myid.not_in([]), {"render_postcompile": True})
case["not in empty literal"] = lambda: (t.c.myid.not_in([]), {"literal_binds": True})
case["in one rendered"] = lambda: (t.c.name.in_(["a"]), {"render_postcompile": True})
case["in with null rendered"] = lambda: (t.c.name.in_(["a", None]), {"render_postcompile": True})
case["in expressions"] = lambda: t.c.myid.in_([t.c.myid + 1, literal(5), 6])
case["in columns"] = lambda: t.c.myid.in_([o.c.otherid, users.c.id])
case["in select"] = lambda: t.c.myid.in_(select(o.c.otherid))
case["not in select"] = lambda: t.c.myid.not_in(select(o.c.otherid).where(o.c.othername == "x"))
case["in scalar subquery"] = lambda: t.c.myid.in_(select(o.c.otherid).scalar_subquery())
case["in union"] = lambda: t.c.myid.in_(union(select(o.c.otherid), select(users.c.id)))
case["in cte"] = lambda: select(t.c.myid).where(t.c.myid.in_(select(select(o.c.otherid).cte("x").c.otherid)))
case["in text"] = lambda: t.c.myid.in_(text("select 1"))
case["in bindparam"] = lambda: t.c.myid.in_(bindparam("ids", expanding=True))
case["in bindparam with value"] = lambda: (t.c.myid.in_(bindparam("ids", [1, 2], expanding=True)), {"render_postcompile": True})
case["in of sum"] = lambda: (t.c.myid + 1).in_([1, 2])
case["in of comparison"] = lambda: (t.c.myid == 5).in_([True, False])
case["in and"] = lambda: and_(t.c.myid.in_([1, 2]), t.c.name.not_in(["a"]))
case["in dates rendered"] = lambda: (users.c.born.in_([datetime.date(2020, 1, 2), datetime.date(2021, 1, 2)]), {"render_postcompile": True})
case["in equal true"] = lambda: t.c.myid.in_([1, 2]) == True  # noqa: E712
case["literal in"] = lambda: literal(5).in_([1, 2])
case["two ins rendered"] = lambda: (and_(t.c.myid.in_([1, 2]), t.c.myid.in_([3]), t.c.name == "x"), {"render_postcompile": True})
case["in between others"] = lambda: and_(t.c.name == "a", t.c.myid.in_([1, 2]), t.c.name == "b")

# ---- tuples

case["tuple in"] = lambda: tuple_(t.c.myid, t.c.name).in_([(1, "a"), (2, "b")])
case["tuple in rendered"] = lambda: (tuple_(t.c.myid, t.c.name).in_([(1, "a"), (2, "b")]), {"render_postcompile": True})
case["tuple in literal"] = lambda: (tuple_(t.c.myid, t.c.name).in_([(1, "a"), (2, "b")]), {"literal_binds": True})
case["tuple not in rendered"] = lambda: (tuple_(t.c.myid, t.c.name).not_in([(1, "a")]), {"render_postcompile": True})
case["tuple in empty rendered"] = lambda: (tuple_(t.c.myid, t.c.name).in_([]), {"render_postcompile": True})
case["tuple in select"] = lambda: tuple_(t.c.myid, t.c.name).in_(select(o.c.otherid, o.c.othername))
case["tuple in columns"] = lambda: tuple_(t.c.myid, t.c.name).in_([tuple_(o.c.otherid, o.c.othername)])
case["tuple equal"] = lambda: tuple_(t.c.myid, t.c.name) == tuple_(1, "a")
case["tuple equal list"] = lambda: tuple_(t.c.myid, t.c.name) == (1, "a")
case["tuple less"] = lambda: tuple_(t.c.myid, t.c.name) < tuple_(o.c.otherid, o.c.othername)
case["tuple greater subquery"] = lambda: tuple_(t.c.myid, t.c.name) > select(o.c.otherid, o.c.othername).scalar_subquery()
case["tuple alone"] = lambda: tuple_(t.c.myid, 5)
case["tuple in order by"] = lambda: select(t.c.myid).order_by(tuple_(t.c.myid, t.c.name))

# ---- between

case["between"] = lambda: t.c.myid.between(1, 5)
case["between symmetric"] = lambda: t.c.myid.between(1, 5, symmetric=True)
case["between columns"] = lambda: t.c.myid.between(o.c.otherid, users.c.id)
case["between function"] = lambda: between(t.c.myid, 1, 5)
case["between of sum"] = lambda: (t.c.myid + 1).between(1, t.c.myid + 5)
case["between and"] = lambda: and_(t.c.myid.between(1, 5), t.c.name == "x")
case["between of comparison"] = lambda: t.c.myid.between(1, 5) == True  # noqa: E712
case["between dates"] = lambda: users.c.born.between(datetime.date(2020, 1, 1), datetime.date(2020, 2, 1))
case["between subqueries"] = lambda: t.c.myid.between(select(func.min(o.c.otherid)).scalar_subquery(), 9)
case["not between symmetric"] = lambda: ~t.c.myid.between(1, 5, symmetric=True)

# ---- like

case["like"] = lambda: t.c.name.like("x%")
case["like escape"] = lambda: t.c.name.like("x/%", escape="/")
case["like column"] = lambda: t.c.name.like(t.c.description)
case["ilike"] = lambda: t.c.name.ilike("x%")
case["ilike escape"] = lambda: t.c.name.ilike("x/%", escape="/")
case["not_like"] = lambda: t.c.name.not_like("x%")
case["not_like escape"] = lambda: t.c.name.not_like("x%", escape="/")
case["notlike"] = lambda: t.c.name.notlike("x%")
case["not_ilike"] = lambda: t.c.name.not_ilike("x%")
case["not_ilike escape"] = lambda: t.c.name.not_ilike("x%", escape="\\")
case["not ilike"] = lambda: ~t.c.name.ilike("x%")
case["startswith"] = lambda: t.c.name.startswith("x")
case["startswith escape"] = lambda: t.c.name.startswith("x", escape="/")
case["startswith autoescape"] = lambda: t.c.name.startswith("a%b_c/d", autoescape=True)
case["startswith autoescape with escape"] = lambda: t.c.name.startswith("a%b_c#d", autoescape=True, escape="#")
case["startswith column"] = lambda: t.c.name.startswith(t.c.description)
case["startswith literal column"] = lambda: t.c.name.startswith(literal_column("y"))
case["startswith text"] = lambda: t.c.name.startswith(text("y"))
case["not startswith"] = lambda: ~t.c.name.startswith("x")
case["endswith"] = lambda: t.c.name.endswith("x")
case["endswith autoescape"] = lambda: t.c.name.endswith("a%b", autoescape=True)
case["not endswith"] = lambda: ~t.c.name.endswith("x")
case["contains"] = lambda: t.c.name.contains("x")
case["contains autoescape"] = lambda: t.c.name.contains("a%b_", autoescape=True)
case["contains escape"] = lambda: t.c.name.contains("a%b_", escape="\\")
case["contains column"] = lambda: t.c.name.contains(t.c.description)
case["not contains"] = lambda: ~t.c.name.contains("x")
case["contains concat"] = lambda: t.c.name.contains(t.c.description + "x")
case["istartswith"] = lambda: t.c.name.istartswith("X")
case["istartswith autoescape"] = lambda: t.c.name.istartswith("X%", autoescape=True)
case["iendswith"] = lambda: t.c.name.iendswith("X")
case["icontains"] = lambda: t.c.name.icontains("X")
case["icontains escape"] = lambda: t.c.name.icontains("X", escape="/")
case["not icontains"] = lambda: ~t.c.name.icontains("X")
case["not istartswith"] = lambda: ~t.c.name.istartswith("X")
case["not iendswith"] = lambda: ~t.c.name.iendswith("X", autoescape=True)
case["icontains column"] = lambda: t.c.name.icontains(t.c.description)
case["like of concat"] = lambda: (t.c.name + t.c.description).like("x")
case["like of lower"] = lambda: func.lower(t.c.name).like("x")
case["like in and"] = lambda: and_(t.c.name.like("x"), t.c.name.contains("y"), t.c.name.ilike("z"))
case["like literal"] = lambda: (t.c.name.contains("x%y"), {"literal_binds": True})
case["startswith literal autoescape"] = lambda: (t.c.name.startswith("x%y", autoescape=True), {"literal_binds": True})
case["contains equal true"] = lambda: t.c.name.contains("x") == True  # noqa: E712
case["like of like"] = lambda: t.c.name.like("x").like("y")
case["match"] = lambda: t.c.name.match("x")
case["not match"] = lambda: ~t.c.name.match("x")
case["match expression"] = lambda: (t.c.name + "a").match(t.c.description)

# ---- regular expressions

case["regexp match"] = lambda: t.c.name.regexp_match("^x")
case["regexp match column"] = lambda: t.c.name.regexp_match(t.c.description)
case["regexp match flags"] = lambda: t.c.name.regexp_match("^x", flags="i")
case["regexp match other flags"] = lambda: t.c.name.regexp_match("^x", flags="ig")
case["regexp match not"] = lambda: ~t.c.name.regexp_match("^x")
case["regexp match not flags"] = lambda: ~t.c.name.regexp_match("^x", flags="i")
case["regexp match not other flags"] = lambda: ~t.c.name.regexp_match("^x", flags="x")
case["regexp match text"] = lambda: t.c.name.regexp_match(text("'x'"))
case["regexp match of concat"] = lambda: (t.c.name + "y").regexp_match("x" + t.c.name)
case["regexp match and"] = lambda: and_(t.c.name.regexp_match("x"), t.c.myid == 5)
case["regexp match literal"] = lambda: (t.c.name.regexp_match("^x"), {"literal_binds": True})
case["regexp replace"] = lambda: t.c.name.regexp_replace("a", "b")
case["regexp replace column"] = lambda: t.c.name.regexp_replace("a", t.c.description)
case["regexp replace flags"] = lambda: t.c.name.regexp_replace("a", "b", flags="g")
case["regexp replace compared"] = lambda: t.c.name.regexp_replace("a", "b") == "c"
case["regexp replace of concat"] = lambda: (t.c.name + "y").regexp_replace("a", "b")

# ---- custom operators

case["op"] = lambda: t.c.myid.op("@@")(5)
case["op of column"] = lambda: t.c.name.op("%%")(t.c.description)
case["op compared"] = lambda: t.c.myid.op("@@")(5) == 6
case["op of sum"] = lambda: (t.c.myid + 1).op("@@")(5)
case["op in sum"] = lambda: t.c.myid.op("@@")(5) + 6
case["op twice"] = lambda: t.c.myid.op("@@")(5).op("##")(6)
case["op precedence"] = lambda: (t.c.myid + 1).op("@@", precedence=5)(5)
case["op high precedence"] = lambda: t.c.myid.op("@@", precedence=50)(t.c.myid + 5)
case["op comparison"] = lambda: t.c.myid.op("@@", is_comparison=True)(5)
case["bool op"] = lambda: t.c.myid.bool_op("@@")(5)
case["bool op and"] = lambda: and_(t.c.myid.bool_op("@@")(5), t.c.name == "x")
case["op and"] = lambda: and_(t.c.myid.op("@@")(5), t.c.name == "x")
case["op return type"] = lambda: t.c.myid.op("->", return_type=String)(5) + "x"
case["op with null"] = lambda: t.c.myid.op("@@")(None)
case["op of literal"] = lambda: literal("a").op("->")("b")
case["op not bool"] = lambda: ~t.c.myid.bool_op("@@")(5)

# ---- collate, any, all

case["collate"] = lambda: t.c.name.collate("de_DE")
case["collate simple name"] = lambda: t.c.name.collate("nocase")
case["collate function"] = lambda: collate(t.c.name, "C")
case["collate compared"] = lambda: t.c.name.collate("de_DE") == "x"
case["collate like"] = lambda: t.c.name.collate("de_DE").like("x")
case["collate on the right"] = lambda: t.c.name == collate("x", "de_DE")
case["collate of concat"] = lambda: (t.c.name + "x").collate("de_DE")
case["collate in"] = lambda: t.c.name.collate("de_DE").in_(["a", "b"])
case["collate desc"] = lambda: t.c.name.collate("de_DE").desc()
case["collate of desc"] = lambda: t.c.name.desc().collate("de_DE")
case["any of subquery"] = lambda: t.c.myid == any_(select(o.c.otherid).scalar_subquery())
case["all of subquery"] = lambda: t.c.myid > all_(select(o.c.otherid).scalar_subquery())
case["any on the left"] = lambda: any_(select(o.c.otherid).scalar_subquery()) == t.c.myid
case["any on the left less"] = lambda: any_(select(o.c.otherid).scalar_subquery()) < t.c.myid
case["any method"] = lambda: select(o.c.otherid).scalar_subquery().any_() == 5
case["any of array"] = lambda: any_(pgt.c.nums) == 5
case["all of array"] = lambda: all_(pgt.c.nums) >= 5
case["any not equal"] = lambda: t.c.myid != any_(pgt.c.nums)
case["any of a function"] = lambda: t.c.myid == any_(func.foo())
case["not any"] = lambda: ~(t.c.myid == any_(pgt.c.nums))
case["any of tuple"] = lambda: literal(5) == any_(tuple_(1, 2))

# ---- order and distinct as operators

case["desc of sum"] = lambda: (t.c.myid + 1).desc()
case["asc of comparison"] = lambda: (t.c.myid == 1).asc()
case["nulls first of sum"] = lambda: (t.c.myid + 1).nulls_first()
case["nulls last of desc of sum"] = lambda: (t.c.myid + 1).desc().nulls_last()
case["distinct of sum"] = lambda: (t.c.myid + 1).distinct()
case["desc of label"] = lambda: t.c.myid.label("x").desc()
case["desc of function"] = lambda: func.lower(t.c.name).desc()
case["desc of subquery"] = lambda: select(o.c.otherid).scalar_subquery().desc()
