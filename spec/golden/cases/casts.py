# SPDX-License-Identifier: MIT
"""CASE, casts and EXTRACT."""

# -- CASE
case["case searched"] = lambda: sa.case((t.c.myid == 1, "a"), (t.c.myid == 2, "b"), else_="c")
case["case without else"] = lambda: sa.case((t.c.myid == 1, 5))
case["case columns"] = lambda: sa.case((t.c.myid == 1, t.c.name), else_=t.c.description)
case["case simple"] = lambda: sa.case((1, "a"), (2, "b"), value=t.c.myid)
case["case mapping"] = lambda: sa.case({1: "a"}, value=t.c.myid, else_="z")
case["case strings mapping"] = lambda: sa.case({"jack": "Jack"}, value=t.c.name)
case["case null result"] = lambda: sa.case((t.c.myid == 1, null()), else_=5)
case["case none result"] = lambda: sa.case((t.c.myid == 1, None), else_=5)
case["case literal_column results"] = lambda: sa.case(
    (t.c.myid < 3, literal_column("'lessthan'")), else_=literal_column("'more'"))
case["case with and"] = lambda: sa.case((and_(t.c.myid == 1, t.c.name == "x"), 1), else_=0)
case["case with exists"] = lambda: select(sa.case(
    (exists().where(o.c.otherid == t.c.myid), 1), else_=0))
case["case nested"] = lambda: sa.case(
    (t.c.myid == 1, sa.case((t.c.name == "x", 1), else_=2)), else_=3)
case["case labelled"] = lambda: select(sa.case((t.c.myid == 1, "a"), else_="b").label("kind"))
case["case in sum"] = lambda: func.sum(sa.case((t.c.myid == 1, 1), else_=0))
case["case compared"] = lambda: sa.case((t.c.myid == 1, 1), else_=0) == 1
case["case plus"] = lambda: sa.case((t.c.myid == 1, 1), else_=0) + 1
case["case concatenated"] = lambda: sa.case((t.c.myid == 1, "a"), else_="b") + "c"
case["case in order"] = lambda: select(t.c.myid).order_by(
    sa.case((t.c.name == "x", 1), else_=2).desc())
case["case of text"] = lambda: sa.case((text("a = 1"), 5), else_=text("b"))
case["case cast"] = lambda: cast(sa.case((t.c.myid == 1, 1), else_=0), String)
case["case literal binds"] = lambda: (
    sa.case((t.c.myid == 1, "a"), else_="b"), {"literal_binds": True})
case["case boolean column"] = lambda: sa.case((users.c.active, 1), else_=0)
case["case true"] = lambda: sa.case((true(), 1), else_=0)
case["case is refused plain"] = lambda: sa.case("x")

# -- casts
case["cast to each type"] = lambda: select(*[
    cast(t.c.name, Integer), cast(t.c.name, BigInteger), cast(t.c.name, SmallInteger),
    cast(t.c.name, Numeric), cast(t.c.name, Float), cast(t.c.name, Double),
    cast(t.c.name, String), cast(t.c.name, Text), cast(t.c.name, Unicode),
    cast(t.c.name, UnicodeText), cast(t.c.name, Boolean), cast(t.c.name, Date),
    cast(t.c.name, Time), cast(t.c.name, DateTime), cast(t.c.name, LargeBinary)])
case["cast to upper case types"] = lambda: select(*[
    cast(t.c.name, VARCHAR(10)), cast(t.c.name, CHAR(3)), cast(t.c.name, NVARCHAR(5)),
    cast(t.c.name, TEXT), cast(t.c.name, CLOB), cast(t.c.name, BLOB),
    cast(t.c.name, NUMERIC(5, 2)), cast(t.c.name, DECIMAL(5)), cast(t.c.name, BOOLEAN),
    cast(t.c.name, DATE), cast(t.c.name, TIME), cast(t.c.name, DATETIME),
    cast(t.c.name, TIMESTAMP), cast(t.c.name, VARBINARY(5)), cast(t.c.name, BINARY(5)),
    cast(t.c.name, DOUBLE_PRECISION), cast(t.c.name, DOUBLE), cast(t.c.name, UUID)])
case["cast to JSON"] = lambda: cast(t.c.name, JSON)
case["cast to Enum"] = lambda: cast(t.c.name, Enum("a", "b", name="letters"))
case["cast to Interval"] = lambda: cast(t.c.name, Interval)
case["cast to Uuid"] = lambda: cast(t.c.name, Uuid)
case["cast a value"] = lambda: cast("5", Integer)
case["cast null"] = lambda: cast(None, Integer)
case["cast in expression"] = lambda: cast(t.c.name, Integer) + 5
case["cast of expression"] = lambda: cast(t.c.myid + 5, String)
case["cast labelled"] = lambda: select(cast(t.c.name, Integer).label("n"))
case["cast method"] = lambda: t.c.name.cast(Integer)
case["cast literal binds"] = lambda: (cast(5, String), {"literal_binds": True})
case["cast compared"] = lambda: cast(t.c.name, Integer) == "5"
case["cast desc"] = lambda: cast(t.c.name, Integer).desc()
case["cast of cast"] = lambda: cast(cast(t.c.name, Integer), String)
case["cast of subquery"] = lambda: cast(select(t.c.name).scalar_subquery(), Integer)
case["try_cast"] = lambda: try_cast(t.c.name, Integer)
case["type_coerce"] = lambda: type_coerce(t.c.name, Integer) + 5
case["type_coerce value"] = lambda: type_coerce("a", String)
case["type_coerce selected"] = lambda: select(type_coerce(t.c.name, Integer))
case["type_coerce labelled"] = lambda: select(type_coerce(t.c.name, Integer).label("x"))
case["cast with variant"] = lambda: cast(t.c.name, String(10).with_variant(Text(), "postgresql"))

# -- extract
case["extract"] = lambda: select(extract("year", users.c.created))
case["extract fields"] = lambda: and_(
    extract("month", users.c.born) == 1, extract("day", users.c.born) == 2,
    extract("hour", users.c.created) == 3, extract("minute", users.c.created) == 4,
    extract("second", users.c.created) == 5, extract("dow", users.c.created) == 6,
    extract("doy", users.c.created) == 7, extract("epoch", users.c.created) == 8,
    extract("week", users.c.created) == 9)
case["extract quarter"] = lambda: (
    extract("quarter", users.c.created), {"dialects": ("default", "postgresql")})
case["extract of difference"] = lambda: extract("day", users.c.created - users.c.created)
case["func extract"] = lambda: func.extract("year", users.c.created)
