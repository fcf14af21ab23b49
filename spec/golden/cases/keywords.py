# SPDX-License-Identifier: MIT
"""Arguments by keyword where they are mostly given by position."""
from sqlalchemy.schema import *  # noqa: F401, F403

# -- names of selectables
case["alias name"] = lambda: select(t.alias(name="x").c.myid)
case["alias flat"] = lambda: select(t.alias(name="x", flat=True).c.myid)
case["subquery name"] = lambda: select(select(t.c.myid).subquery(name="s").c.myid)
case["cte name"] = lambda: select(select(t.c.myid).cte(name="s").c.myid)
case["cte name recursive"] = lambda: select(select(t.c.myid).cte(name="s", recursive=True).c.myid)
case["cte name nesting"] = lambda: select(select(t.c.myid).cte("s", nesting=True).c.myid)
case["lateral name"] = lambda: select(t.c.myid, select(o.c.otherid).lateral(name="l").c.otherid)
case["label name"] = lambda: select(t.c.myid.label("x"))
case["values name"] = lambda: select(values(
    column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")]))
case["table valued name"] = lambda: select(
    func.json_each("[1]").table_valued("key", "value", name="j"))

# -- expressions
case["literal type_"] = lambda: literal(5, type_=String)
case["literal_column type_"] = lambda: literal_column("x", type_=Integer) + 5
case["bindparam type_ and required"] = lambda: t.c.myid == bindparam(
    "p", type_=Integer, required=True)
case["bindparam unique"] = lambda: or_(
    t.c.name == bindparam("p", "a", unique=True), t.c.name == bindparam("p", "b", unique=True))
case["bindparam expanding"] = lambda: t.c.name.in_(
    bindparam("p", value=["a", "b"], expanding=True))
case["bindparam literal_execute"] = lambda: (
    t.c.name == bindparam("p", "x", literal_execute=True))
case["column type_"] = lambda: column("x", type_=Integer) / 3
case["column is_literal"] = lambda: select(column("a b", is_literal=True))
case["case value"] = lambda: sa.case((1, "one"), (2, "two"), value=t.c.myid, else_="many")
case["case dict value"] = lambda: sa.case({"a": "A"}, value=t.c.name, else_="x")
case["between symmetric"] = lambda: t.c.myid.between(1, 5, symmetric=True)
case["between function symmetric"] = lambda: between(t.c.myid, 1, 5, symmetric=True)
case["op is_comparison"] = lambda: ~(t.c.myid.op("#", is_comparison=True)(3))
case["op return_type"] = lambda: t.c.myid.op("#", return_type=String)(3) + "x"
case["regexp_replace flags"] = lambda: (
    t.c.name.regexp_replace("a", "b", flags="g"), {"dialects": ("default", "postgresql")})
case["true_ in and_"] = lambda: and_(True, t.c.myid == 1)
case["over keywords"] = lambda: func.row_number().over(
    partition_by=t.c.name, order_by=t.c.myid.desc())
case["over lists"] = lambda: func.row_number().over(
    partition_by=[t.c.name, t.c.description], order_by=[t.c.myid.desc(), t.c.name])
case["over strings"] = lambda: select(t.c.name, func.row_number().over(order_by="name"))
case["over function"] = lambda: over(func.rank(), order_by=t.c.myid)
case["over rows"] = lambda: func.sum(t.c.myid).over(order_by=t.c.myid, rows=(-1, 1))
case["over range_"] = lambda: func.sum(t.c.myid).over(order_by=t.c.myid, range_=(None, 0))
case["over groups"] = lambda: func.sum(t.c.myid).over(order_by=t.c.myid, groups=(-2, None))
case["filter function"] = lambda: funcfilter(func.count(t.c.myid), t.c.name == "x")
case["within_group function"] = lambda: within_group(
    func.percentile_cont(0.5), t.c.myid.desc())
case["func type_"] = lambda: func.foo(t.c.myid, type_=String) + "x"
case["tuple types"] = lambda: tuple_(t.c.myid, t.c.name, types=[Integer, String]).in_([(1, "a")])
case["text bindparams keywords"] = lambda: text("a = :x AND b = :y").bindparams(x=5, y="z")
case["text columns keywords"] = lambda: select(
    text("SELECT a, b FROM x").columns(a=Integer, b=String).subquery("s").c.a)
case["not_ of column"] = lambda: not_(t.c.myid.in_([1]))

# -- statements
case["params keyword"] = lambda: select(t.c.myid).where(t.c.myid == bindparam("p")).params(p=5)
case["params table"] = lambda: select(t.c.myid).where(t.c.myid == bindparam("p")).params({"p": 5})
case["insert values keywords"] = lambda: insert(t).values(myid=1, name="x")
case["insert from_select without defaults"] = lambda: insert(t).from_select(
    ["myid"], select(o.c.otherid), include_defaults=False)
case["returning sort_by"] = lambda: insert(t).values(name="x").returning(
    t.c.myid, sort_by_parameter_order=True)
case["scalar_subquery label"] = lambda: select(
    select(func.max(t.c.myid)).scalar_subquery().label("m"))
case["select label"] = lambda: select(select(func.max(t.c.myid)).label("m"))
case["correlate none"] = lambda: select(t.c.myid).where(
    t.c.myid == select(func.max(o.c.otherid)).where(o.c.otherid == t.c.myid).correlate(
        None).scalar_subquery())

# -- types
case["String length"] = lambda: cast(t.c.myid, String(length=20))
case["String collation"] = lambda: cast(t.c.myid, String(20, collation="C"))
case["Numeric precision scale"] = lambda: cast(t.c.myid, Numeric(precision=8, scale=3))
case["Numeric precision"] = lambda: cast(t.c.myid, Numeric(precision=8))
case["Numeric asdecimal"] = lambda: cast(t.c.myid, Numeric(8, 3, asdecimal=False))
case["Float precision"] = lambda: cast(t.c.myid, Float(precision=8))
case["Double precision"] = lambda: cast(t.c.myid, Double(precision=53))
case["DateTime timezone"] = lambda: cast(t.c.name, DateTime(timezone=True))
case["Time timezone"] = lambda: cast(t.c.name, Time(timezone=True))
case["LargeBinary length"] = lambda: cast(t.c.name, LargeBinary(length=10))
case["Enum of keywords"] = lambda: cast(t.c.name, Enum("a", "b", name="e", native_enum=False))
case["Enum length"] = lambda: cast(t.c.name, Enum("a", "b", native_enum=False, length=20))
case["Boolean name"] = lambda: cast(t.c.name, Boolean(name="b", create_constraint=True))
case["Interval native"] = lambda: cast(t.c.name, Interval(native=False))
case["Interval precision"] = lambda: cast(t.c.name, Interval(second_precision=3))
case["Uuid native"] = lambda: cast(t.c.name, Uuid(native_uuid=False))
case["JSON none_as_null"] = lambda: cast(t.c.name, JSON(none_as_null=True))
case["pg TIMESTAMP precision"] = lambda: (
    cast(t.c.name, pg.TIMESTAMP(timezone=True, precision=3)), {"dialects": ("postgresql",)})
case["pg TIME precision"] = lambda: (
    cast(t.c.name, pg.TIME(precision=3)), {"dialects": ("postgresql",)})
case["pg INTERVAL fields"] = lambda: (
    cast(t.c.name, pg.INTERVAL(fields="YEAR TO MONTH")), {"dialects": ("postgresql",)})
case["pg INTERVAL precision"] = lambda: (
    cast(t.c.name, pg.INTERVAL(precision=2)), {"dialects": ("postgresql",)})
case["pg BIT varying"] = lambda: (
    cast(t.c.name, pg.BIT(length=5, varying=True)), {"dialects": ("postgresql",)})

# -- schema
case["Column name type_"] = lambda: CreateTable(Table(
    "k", MetaData(), Column(name="a", type_=Integer, primary_key=True)))
case["Table name metadata"] = lambda: CreateTable(Table(
    "k", MetaData(schema="s"), Column("a", Integer)))
case["Table schema"] = lambda: CreateTable(Table("k", MetaData(), Column("a", Integer), schema="z"))
case["UniqueConstraint name"] = lambda: CreateTable(Table(
    "k", MetaData(), Column("a", Integer), UniqueConstraint("a", name="u")))
case["Index unique"] = lambda: CreateIndex(Index("i", t.c.name, unique=True))
case["Identity keywords"] = lambda: (CreateTable(Table(
    "k", MetaData(), Column("a", Integer, Identity(always=True, start=4, increment=2)))),
    {"dialects": ("default", "postgresql")})
case["CreateTable if_not_exists"] = lambda: CreateTable(t, if_not_exists=True)
case["DropTable if_exists"] = lambda: DropTable(t, if_exists=True)

# -- optional arguments by keyword, required ones by position
case["join onclause"] = lambda: select(t.c.myid).join(o, onclause=t.c.myid == o.c.otherid)
case["join onclause isouter"] = lambda: select(t.c.myid).join(
    o, onclause=t.c.myid == o.c.otherid, isouter=True)
case["outerjoin onclause"] = lambda: select(t.c.myid).outerjoin(
    o, onclause=t.c.myid == o.c.otherid)
case["join_from onclause full"] = lambda: select(t.c.myid).join_from(
    t, o, onclause=t.c.myid == o.c.otherid, full=True)
case["table join onclause"] = lambda: select(t.c.myid).select_from(
    t.join(o, onclause=t.c.myid == o.c.otherid, isouter=True))
case["table join positional flags"] = lambda: select(t.c.myid).select_from(
    t.join(o, t.c.myid == o.c.otherid, True))
case["outerjoin function onclause"] = lambda: select(t.c.myid).select_from(
    outerjoin(t, o, onclause=t.c.myid == o.c.otherid))
case["cte positional recursive"] = lambda: select(select(t.c.myid).cte("s", True).c.myid)
case["tablesample keywords"] = lambda: select(
    t.tablesample(5, name="s", seed=func.pi()).c.myid)
case["tablesample function keywords"] = lambda: select(
    tablesample(t, func.bernoulli(1), name="s").c.myid)
case["regexp_match flags"] = lambda: (
    t.c.name.regexp_match("^a", flags="i"), {"dialects": ("default", "postgresql")})
case["op precedence"] = lambda: t.c.myid.op("#", precedence=5)(3) + 4
case["bool_op"] = lambda: ~t.c.myid.bool_op("#")(3)
case["bool_op precedence"] = lambda: t.c.myid.bool_op("#", precedence=8)(3)
case["startswith autoescape escape"] = lambda: t.c.name.startswith(
    "a%", autoescape=True, escape="#")
case["like escape"] = lambda: t.c.name.like("a/%", escape="/")
case["label nil"] = lambda: select((t.c.myid + 1).label(None))
case["bindparam positional type"] = lambda: t.c.myid == bindparam("p", 7, String)
case["label in where"] = lambda: select(t.c.myid.label("x")).where(
    t.c.myid.label("x") == 5)
