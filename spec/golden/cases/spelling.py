# SPDX-License-Identifier: MIT
"""Quoting, labels, parameters, text and literals."""
kw = Table("user", MetaData(), Column("order", Integer), Column("Group", String),
           Column("with space", Integer), Column("ok", Integer), schema="Select")
lower = Table("lower_case", MetaData(), Column("lower", Integer), Column("_x", Integer),
              Column("1st", Integer), Column("a.b", Integer))

# -- quoting
case["quoted table and columns"] = lambda: select(kw)
case["quoted column alone"] = lambda: select(kw.c.Group).where(kw.c.order == 1)
case["quoted alias"] = lambda: select(kw.alias("Alias").c.ok)
case["quoted alias reserved"] = lambda: select(kw.alias("select").c.ok)
case["quoted label"] = lambda: select(kw.c.ok.label("Some Label"))
case["quoted label reserved"] = lambda: select(kw.c.ok.label("from")).order_by("from")
case["quoted label with quote"] = lambda: select(kw.c.ok.label('a"b'))
case["quoted names of odd characters"] = lambda: select(lower)
case["quoted bind name of column"] = lambda: select(kw.c.ok).where(kw.c["with space"] == 5)
case["quoted bind of dotted column"] = lambda: select(lower.c.lower).where(lower.c["a.b"] == 1)
case["quoted insert"] = lambda: insert(kw).values({"order": 1, "with space": 2})
case["quoted update"] = lambda: update(kw).values({"Group": "x"}).where(kw.c["with space"] == 1)
case["quoted column function"] = lambda: select(column("Odd Name"), column("ok"))
case["quoted table function"] = lambda: select(table("Odd", column("a")).c.a)
case["quoted schema of table function"] = lambda: select(table("t", column("a"), schema="Odd").c.a)
case["quoted name forced"] = lambda: select(column(quoted_name("plain", True)))
case["quoted name forbidden"] = lambda: select(column(quoted_name("NotPlain", False)))
case["quoted collation"] = lambda: column("x").collate("de-DE")
case["quoted function name"] = lambda: func.MyFunc(1)
case["quoted subquery name"] = lambda: select(select(t.c.myid).subquery("Sub Query").c.myid)
case["quoted schema"] = lambda: select(Table(
    "t", MetaData(), Column("a", Integer), schema="dotted.name").c.a)
case["quoted percent"] = lambda: select(odd.c["per%cent"]).where(odd.c["per%cent"] == 1)
case["quoted in literal_column"] = lambda: select(literal_column('"Odd"'))
case["quoted join"] = lambda: select(kw.c.ok).join(lower, lower.c._x == kw.c.order)
case["quoted upper case words"] = lambda: select(column("ORDER"), column("Order"), column("order"))
case["quoted dollar"] = lambda: select(column("a$b"), column("$b"))
case["quoted non-ASCII"] = lambda: select(column("m\u00e9il"))

# -- labels
case["labels of equal columns of three tables"] = lambda: select(
    users.c.id, addresses.c.id, items.c.id)
case["labels tablename of alias"] = lambda: select(t.alias("a")).set_label_style(
    LABEL_STYLE_TABLENAME_PLUS_COL)
case["labels tablename of expression"] = lambda: select(
    t.c.myid + 1, func.max(t.c.name)).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
case["labels tablename of label"] = lambda: select(t.c.myid.label("x")).set_label_style(
    LABEL_STYLE_TABLENAME_PLUS_COL)
case["labels tablename of schema"] = lambda: select(stuff.c.id).set_label_style(
    LABEL_STYLE_TABLENAME_PLUS_COL)
case["labels tablename in subquery"] = lambda: select(
    select(users.c.id, addresses.c.id).set_label_style(
        LABEL_STYLE_TABLENAME_PLUS_COL).subquery("s"))
case["labels tablename twice"] = lambda: select(t.c.myid, t.c.myid).set_label_style(
    LABEL_STYLE_TABLENAME_PLUS_COL)
case["label of label"] = lambda: select(t.c.myid.label("a").label("b"))
case["label compared"] = lambda: select(t.c.myid).where(t.c.myid.label("x") > 5)
case["label in arithmetic"] = lambda: select(t.c.myid.label("x") + 5)
case["label in group_by"] = lambda: select(func.lower(t.c.name).label("x"), func.count()).group_by(
    func.lower(t.c.name).label("x"))
case["label function"] = lambda: select(label("x", t.c.myid + 1))
case["label desc"] = lambda: select(t.c.myid.label("x")).order_by(t.c.myid.label("x").desc())
case["label of the same name as column"] = lambda: select(t.c.name.label("myid"), t.c.myid)
case["label of function of column"] = lambda: select(func.sum(t.c.myid).label("myid"))
case["label none for literal"] = lambda: select(literal("x"), literal("y"))
case["label of null"] = lambda: select(null().label("n"), true().label("t"))
case["label of subquery column"] = lambda: select(
    select(t.c.myid.label("a")).subquery("s").c.a.label("b"))
case["label with cast"] = lambda: select(cast(t.c.myid.label("x"), String))
case["labels of not"] = lambda: select(~t.c.name.like("x"), t.c.myid.is_(None))
case["labels of case"] = lambda: select(sa.case((t.c.myid == 1, 2)), sa.case((t.c.myid == 3, 4)))
case["labels of unary minus"] = lambda: select(-t.c.myid, -t.c.myid)
case["labels of collate"] = lambda: select(t.c.name.collate("C"))
case["labels of type_coerce twice"] = lambda: select(
    type_coerce(t.c.name, Integer), type_coerce(t.c.name, Integer))
case["labels of extract"] = lambda: select(extract("year", users.c.created))
case["labels of bindparam"] = lambda: select(bindparam("x", 5))
case["labels of distinct"] = lambda: select(t.c.name.distinct(), func.count(t.c.name.distinct()))

# -- parameters
case["bindparam twice"] = lambda: and_(
    t.c.myid == bindparam("x"), o.c.otherid == bindparam("x"))
case["bindparam unique twice"] = lambda: and_(
    t.c.myid == bindparam("x", 1, unique=True), o.c.otherid == bindparam("x", 2, unique=True))
case["bindparam name conflicts"] = lambda: and_(
    t.c.myid == bindparam("myid_1", 1), t.c.myid == 5)
case["bindparam anonymous"] = lambda: t.c.myid == bindparam(None, 5)
case["bindparam null value"] = lambda: t.c.name == bindparam("x", None)
case["bindparam of odd name"] = lambda: t.c.myid == bindparam("odd name", 5)
case["bindparam of dotted name"] = lambda: (
    t.c.myid == bindparam("a.b", 5), {"dialects": ("default",)})
case["bindparam literal binds"] = lambda: (
    t.c.name == bindparam("x", "y"), {"literal_binds": True})
case["bindparam literal_execute postcompiled"] = lambda: (
    t.c.name == bindparam("x", "y", literal_execute=True), {"render_postcompile": True})
case["bindparam in limit literal_execute"] = lambda: select(t.c.myid).limit(
    bindparam("x", 5, literal_execute=True))
case["params replaces"] = lambda: select(t.c.myid).where(
    t.c.myid == bindparam("x", 1)).params(x=9)
case["params of two"] = lambda: select(t.c.myid).where(
    t.c.myid == bindparam("x"), t.c.name == bindparam("y")).params(x=1, y="z")
case["params of subquery"] = lambda: select(
    select(t.c.myid).where(t.c.myid == bindparam("x")).subquery()).params(x=3)
case["parameters numbered"] = lambda: or_(*[t.c.myid == 1, t.c.myid == 2, t.c.myid == 3])
case["parameters of aliases"] = lambda: and_(
    t.alias("a").c.myid == 1, t.alias("b").c.myid == 2)
case["parameters of functions"] = lambda: select(func.foo(1, 2), func.bar("x"), func.foo(3))
case["parameters of literals"] = lambda: select(literal(1), literal("b"), literal(1) + literal(2))
case["parameters of labels"] = lambda: select(t.c.myid.label("z")).where(t.c.myid.label("z") == 4)
case["parameters of expressions"] = lambda: (t.c.myid + 5) * 7 == 9
case["parameters in order of clauses"] = lambda: select(literal("c")).where(
    t.c.myid == 1).group_by(func.foo("g")).having(func.max(t.c.myid) == 2).order_by(
        func.bar("o")).limit(3).offset(4)
case["parameters of join"] = lambda: select(t.c.myid + 1).join(
    o, and_(o.c.otherid == t.c.myid, o.c.othername == "j")).where(t.c.name == "w")
case["parameters of subqueries"] = lambda: select(
    select(o.c.otherid).where(o.c.othername == "a").scalar_subquery(),
    select(o.c.otherid).where(o.c.othername == "b").scalar_subquery()).where(t.c.name == "c")
case["parameters of cte and main"] = lambda: select(
    select(o.c.otherid).where(o.c.othername == "a").cte("x").c.otherid, literal("l")).where(
        t.c.name == "c")
case["parameter of a bool"] = lambda: select(literal(True), literal(False))
case["parameter of a date"] = lambda: select(literal(datetime.date(2020, 1, 2)))
case["parameter of a decimal"] = lambda: users.c.balance > decimal.Decimal("1.50")
case["parameter of a float"] = lambda: users.c.score > 1.5

# -- text
case["text"] = lambda: text("SELECT 1")
case["text with parameters"] = lambda: text("SELECT :a, :b").bindparams(a=1, b="x")
case["text with bindparam objects"] = lambda: text("SELECT :a").bindparams(bindparam("a", 5, Integer))
case["text with colons"] = lambda: text("SELECT a::int, '\\:b', x\\:\\:y")
case["text with in"] = lambda: (text("a IN :ids").bindparams(
    bindparam("ids", [1, 2], expanding=True)), {"render_postcompile": True})
case["text with unknown parameter"] = lambda: text("SELECT :a").bindparams(b=1)
case["text literal binds"] = lambda: (
    text("SELECT :a, :b").bindparams(a=1, b="it's"), {"literal_binds": True})
case["text in select"] = lambda: select(text("a"), text("b AS c")).select_from(text("x")).where(
    text("d = :e")).order_by(text("f")).params(e=1)
case["text columns as subquery"] = lambda: select(
    text("SELECT a, b FROM x").columns(column("a", Integer), column("b")).subquery("s"))
case["text columns joined"] = lambda: select(t.c.name).join(
    text("SELECT a FROM x").columns(column("a", Integer)).subquery("s"),
    literal_column("s.a") == literal_column("mytable.myid"))
case["text columns cte"] = lambda: select(
    text("SELECT a FROM x").columns(a=Integer).cte("c").c.a)
case["text columns of table columns"] = lambda: select(
    text("SELECT myid FROM mytable").columns(t.c.myid).subquery("s").c.myid)
case["text columns exists"] = lambda: select(t.c.myid).where(
    exists(text("SELECT 1").columns(column("a"))))
case["text and"] = lambda: and_(text("a = 1"), t.c.myid == 1, text("b OR c"))
case["text self grouped in in"] = lambda: t.c.myid.in_(text("(1, 2)"))
case["text in order by desc"] = lambda: select(t.c.myid).order_by(desc(text("x")))
case["text comparison"] = lambda: literal_column("a") == text("b")
case["literal_column arithmetic"] = lambda: literal_column("a", Integer) + literal_column("b") * 2
case["literal_column with percent"] = lambda: select(literal_column("a % b"), literal_column("'%'"))
case["literal_column label"] = lambda: select(literal_column("1").label("one"))
case["literal_column repeated"] = lambda: select(literal_column("1"), literal_column("1"))

# -- literals
case["literal values"] = lambda: (select(
    literal(1), literal("it's"), literal(1.5), literal(True), null()), {"literal_binds": True})
case["literal dates"] = lambda: (select(
    literal(datetime.date(2020, 1, 2)), literal(datetime.datetime(2020, 1, 2, 3, 4, 5))),
    {"literal_binds": True})
case["literal time and microseconds"] = lambda: (select(
    literal(datetime.time(1, 2, 3)), literal(datetime.datetime(2020, 1, 2, 3, 4, 5, 678))),
    {"literal_binds": True})
case["literal decimal"] = lambda: (
    users.c.balance == decimal.Decimal("12.50"), {"literal_binds": True})
case["literal enum"] = lambda: (users.c.size == "small", {"literal_binds": True})
case["literal uuid"] = lambda: (
    users.c.token == uuid.UUID("12345678-1234-5678-1234-567812345678"), {"literal_binds": True})
case["literal where of date column"] = lambda: (
    users.c.born > datetime.date(2020, 1, 2), {"literal_binds": True})
case["literal where of datetime column"] = lambda: (
    users.c.created <= datetime.datetime(2020, 1, 2, 3, 4, 5), {"literal_binds": True})
case["literal like with percent"] = lambda: (
    t.c.name.like("50%"), {"literal_binds": True})
case["literal backslash"] = lambda: (t.c.name == "a\\b", {"dialects": ("default", "sqlite"), "literal_binds": True})
case["literal in"] = lambda: (users.c.born.in_([datetime.date(2020, 1, 2)]), {"literal_binds": True})
case["literal in limit"] = lambda: (
    select(t.c.myid).where(t.c.name == "x").limit(5), {"literal_binds": True})
case["literal insert"] = lambda: (
    insert(users).values(id=1, name="x", active=True, score=1.5), {"literal_binds": True})
case["literal function"] = lambda: (func.foo("a", 1, None), {"literal_binds": True})
case["literal case"] = lambda: (sa.case((t.c.myid == 1, "x"), else_=None), {"literal_binds": True})
case["literal cast"] = lambda: (cast("5", Integer), {"literal_binds": True})
case["literal bool compared"] = lambda: (users.c.active == True, {"literal_binds": True})
case["literal big integer"] = lambda: (
    literal(9007199254740993), {"literal_binds": True})
case["literal negative"] = lambda: (t.c.myid == -5, {"literal_binds": True})
case["literal between"] = lambda: (t.c.myid.between(1, 5), {"literal_binds": True})
case["literal null compared"] = lambda: (t.c.name == None, {"literal_binds": True})
case["literal interval arithmetic"] = lambda: (
    users.c.created - users.c.created, {"literal_binds": True})
case["literal empty string"] = lambda: (t.c.name == "", {"literal_binds": True})
case["literal newline"] = lambda: (t.c.name == "a\nb", {"literal_binds": True})
