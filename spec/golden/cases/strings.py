# SPDX-License-Identifier: MIT
"""LIKE and its like, arithmetic, own operators."""

# -- LIKE and friends
case["like"] = lambda: t.c.name.like("a%")
case["not_like"] = lambda: t.c.name.not_like("a%")
case["notlike old name"] = lambda: t.c.name.notlike("a%", escape="!")
case["ilike"] = lambda: t.c.name.ilike("a%")
case["not_ilike"] = lambda: t.c.name.not_ilike("a%")
case["notilike old name"] = lambda: t.c.name.notilike("a%")
case["ilike escape"] = lambda: t.c.name.ilike("a%", escape="#")
case["like column"] = lambda: t.c.name.like(t.c.description)
case["like concatenated"] = lambda: t.c.name.like("%" + t.c.description + "%")
case["like of expression"] = lambda: (t.c.name + "x").like("a%")
case["like in and"] = lambda: and_(t.c.name.like("a"), ~t.c.name.like("b"))
case["startswith"] = lambda: t.c.name.startswith("a")
case["startswith autoescape"] = lambda: t.c.name.startswith("a%_/", autoescape=True)
case["startswith column"] = lambda: t.c.name.startswith(t.c.description)
case["startswith column escape"] = lambda: t.c.name.startswith(t.c.description, escape="x")
case["not startswith"] = lambda: ~t.c.name.startswith("a")
case["endswith"] = lambda: t.c.name.endswith("a")
case["endswith literal_column"] = lambda: t.c.name.endswith(literal_column("y"))
case["endswith autoescape escape"] = lambda: t.c.name.endswith("a#b", autoescape=True, escape="#")
case["contains"] = lambda: t.c.name.contains("a")
case["contains text"] = lambda: t.c.name.contains(text("b"))
case["contains autoescape"] = lambda: t.c.name.contains("10%", autoescape=True)
case["icontains"] = lambda: t.c.name.icontains("A")
case["istartswith"] = lambda: t.c.name.istartswith("A", autoescape=True)
case["iendswith"] = lambda: t.c.name.iendswith("A", escape="/")
case["not icontains"] = lambda: ~t.c.name.icontains("A")
case["icontains column"] = lambda: t.c.name.icontains(t.c.description)
case["match"] = lambda: (t.c.name.match("x"), {"dialects": ("default", "postgresql")})
case["not match"] = lambda: (~t.c.name.match("x"), {"dialects": ("default", "postgresql")})
case["match regconfig"] = lambda: (
    t.c.name.match("x", postgresql_regconfig="english"), {"dialects": ("postgresql",)})
case["regexp_match"] = lambda: t.c.name.regexp_match("^a")
case["not regexp_match"] = lambda: ~t.c.name.regexp_match("^a")
case["regexp_match column"] = lambda: t.c.name.regexp_match(t.c.description)
case["regexp_match in and"] = lambda: and_(t.c.name.regexp_match("a"), t.c.myid == 1)
case["regexp_match ignoring case"] = lambda: (
    t.c.name.regexp_match("a", flags="i"), {"dialects": ("postgresql",)})
case["not regexp_match ignoring case"] = lambda: (
    ~t.c.name.regexp_match("a", flags="i"), {"dialects": ("postgresql",)})
case["regexp_match other flags"] = lambda: (
    t.c.name.regexp_match("a", flags="ix"), {"dialects": ("postgresql",)})
case["not regexp_match other flags"] = lambda: (
    ~t.c.name.regexp_match("a", flags="x"), {"dialects": ("postgresql",)})
case["regexp_replace"] = lambda: (
    t.c.name.regexp_replace("a", "b"), {"dialects": ("default", "postgresql")})
case["regexp_replace column"] = lambda: (
    t.c.name.regexp_replace("a", t.c.description), {"dialects": ("postgresql",)})
case["regexp_replace with flags"] = lambda: (
    t.c.name.regexp_replace("a", "b", flags="ig"), {"dialects": ("postgresql",)})
case["regexp_match sqlite flags"] = lambda: (
    t.c.name.regexp_match("a", flags="i"), {"dialects": ("sqlite",)})
case["between"] = lambda: t.c.myid.between(1, 5)
case["between columns"] = lambda: t.c.myid.between(o.c.otherid, o.c.otherid + 5)
case["between function"] = lambda: between(t.c.myid, 1, 5)
case["between in and"] = lambda: and_(t.c.myid.between(1, 2), t.c.name == "x")
case["between of sum"] = lambda: (t.c.myid + 1).between(1, 5)
case["not between symmetric"] = lambda: ~t.c.myid.between(1, 5, symmetric=True)
case["between of dates"] = lambda: users.c.born.between(
    datetime.date(2020, 1, 1), datetime.date(2020, 12, 31))

# -- arithmetic
case["sum of products"] = lambda: t.c.myid * 2 + t.c.myid * 3
case["product of sums"] = lambda: (t.c.myid + 2) * (t.c.myid + 3)
case["left association"] = lambda: t.c.myid - 2 - 3
case["right association"] = lambda: t.c.myid - (t.c.myid - 3)
case["division of integers"] = lambda: t.c.myid / 3
case["division of numerics"] = lambda: users.c.balance / 3
case["division of floats"] = lambda: users.c.score / users.c.age
case["floor division of integers"] = lambda: t.c.myid // 3
case["floor division of numerics"] = lambda: users.c.balance // 3
case["modulo"] = lambda: t.c.myid % 3
case["modulo of modulo"] = lambda: t.c.myid % (t.c.myid % 3)
case["reflected"] = lambda: and_(
    5 + t.c.myid == 1, 5 - t.c.myid == 1, 5 * t.c.myid == 1, 5 / t.c.myid == 1, 5 % t.c.myid == 1)
case["reflected floor division"] = lambda: 5 // t.c.myid
case["division chain"] = lambda: t.c.myid / 2 / 3
case["division by division"] = lambda: t.c.myid / (t.c.myid / 3)
case["concat operator"] = lambda: t.c.name + "x" + t.c.description
case["concat method"] = lambda: t.c.name.concat("x")
case["concat reflected"] = lambda: "x" + t.c.name
case["concat with cast"] = lambda: t.c.name + cast(t.c.myid, String)
case["concat of literal and integer"] = lambda: t.c.name + literal(5, String)
case["concat function"] = lambda: func.concat(t.c.name, "x", t.c.description)
case["date minus date"] = lambda: users.c.created - users.c.created
case["date plus interval"] = lambda: users.c.created + datetime.timedelta(days=1)
case["date minus interval compared"] = lambda: (
    users.c.created - datetime.timedelta(hours=1) > datetime.datetime(2020, 1, 1, 0, 0, 0))
case["interval times"] = lambda: users.c.idle * 2
case["numeric times integer"] = lambda: users.c.balance * users.c.age
case["bitwise and"] = lambda: t.c.myid.bitwise_and(5)
case["bitwise or"] = lambda: t.c.myid.bitwise_or(5)
case["bitwise not"] = lambda: t.c.myid.bitwise_not()
case["bitwise shifts"] = lambda: t.c.myid.bitwise_lshift(1) + t.c.myid.bitwise_rshift(2)
case["bitwise nested"] = lambda: t.c.myid.bitwise_and(5).bitwise_or(t.c.myid.bitwise_and(6))
case["bitwise compared"] = lambda: t.c.myid.bitwise_and(5) == 1
case["bitwise_not function"] = lambda: bitwise_not(t.c.myid)
case["shift operators"] = lambda: (t.c.myid << 2) == (t.c.myid >> 1)
case["op"] = lambda: t.c.myid.op("&&")(5)
case["op in and"] = lambda: and_(t.c.myid.op("&&")(5), t.c.name == "x")
case["op compared"] = lambda: t.c.myid.op("&")(5) == 1
case["op chained"] = lambda: t.c.name.op("->")("a").op("->>")("b")
case["op chained on the right"] = lambda: t.c.myid.op("-")(t.c.myid.op("+")(1))
case["op with sum"] = lambda: t.c.myid.op("^")(2) + 1
case["op inside sum"] = lambda: (t.c.myid + 1).op("^")(2)
case["op precedence high"] = lambda: t.c.myid.op("^", precedence=10)(2) * 3
case["op keyword"] = lambda: t.c.name.op("SOUNDS LIKE")("x")
case["op is_comparison negated"] = lambda: not_(t.c.myid.op("~~", is_comparison=True)("x"))
case["op with percent"] = lambda: t.c.name.op("%")("x")
case["op with null"] = lambda: t.c.name.op("<=>")(None)
case["custom_op type"] = lambda: (t.c.myid.op("#", return_type=Boolean)(3)) & (t.c.myid == 1)
case["collate"] = lambda: t.c.name.collate("nocase") == "x"
case["collate function"] = lambda: collate(t.c.name, "de_DE") > "x"
case["collate like"] = lambda: t.c.name.collate("de_DE").like("x%")
case["collate of concatenation"] = lambda: (t.c.name + "x").collate("C")
case["collate labelled"] = lambda: select(t.c.name.collate("C").label("n")).order_by("n")
case["desc collate"] = lambda: t.c.name.collate("C").desc()
