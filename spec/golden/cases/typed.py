# SPDX-License-Identifier: MIT
"""What types do to expressions: results of operators, coerced values, variants."""
from sqlalchemy.schema import *  # noqa: F401, F403

wide = Table("wide", MetaData(), Column("i", Integer), Column("b", BigInteger),
             Column("n", Numeric(10, 2)), Column("f", Float), Column("s", String(5)),
             Column("txt", Text), Column("d", Date), Column("dt", DateTime),
             Column("tm", Time), Column("iv", Interval), Column("flag", Boolean),
             Column("e", Enum("a", "b", name="e")), Column("j", JSON), Column("u", Uuid),
             Column("bin", LargeBinary))
json_or_b = JSON().with_variant(pg.JSONB(), "postgresql")

case["integer plus numeric"] = lambda: (wide.c.i + wide.c.n) / 2
case["integer times float"] = lambda: wide.c.i * wide.c.f / wide.c.i
case["integer divided by numeric"] = lambda: wide.c.i / wide.c.n
case["numeric divided by integer"] = lambda: wide.c.n / wide.c.i
case["integer divided by integer"] = lambda: wide.c.i / wide.c.b
case["integer divided by expression"] = lambda: wide.c.i / (wide.c.b + 1)
case["integer divided by value"] = lambda: wide.c.i / 2
case["integer divided by float value"] = lambda: wide.c.i / 2.5
case["value divided by integer"] = lambda: 10 / wide.c.i
case["float divided by value"] = lambda: wide.c.f / 2
case["floor of integers"] = lambda: wide.c.i // wide.c.b
case["floor of floats"] = lambda: wide.c.f // 2
case["text plus integer column"] = lambda: wide.c.s + cast(wide.c.i, String)
case["text and string"] = lambda: wide.c.s + wide.c.txt
case["string concat of literal_column"] = lambda: wide.c.s + literal_column("'x'")
case["date minus date"] = lambda: wide.c.d - wide.c.d
case["date plus value"] = lambda: wide.c.d + 5
case["datetime minus datetime"] = lambda: wide.c.dt - wide.c.dt
case["datetime plus interval"] = lambda: wide.c.dt + wide.c.iv
case["interval plus datetime"] = lambda: wide.c.iv + wide.c.dt
case["interval divided"] = lambda: wide.c.iv / 2
case["time plus interval"] = lambda: wide.c.tm + wide.c.iv
case["date compared with string"] = lambda: wide.c.d == literal("2020-01-01", String)
case["date compared with date"] = lambda: wide.c.d == datetime.date(2020, 1, 1)
case["time compared"] = lambda: wide.c.tm > datetime.time(10, 30, 0)
case["enum compared"] = lambda: wide.c.e == "a"
case["enum in"] = lambda: wide.c.e.in_(["a", "b"])
case["enum like"] = lambda: wide.c.e.like("a%")
case["flag and flag"] = lambda: wide.c.flag & wide.c.flag
case["flag or comparison"] = lambda: wide.c.flag | (wide.c.i == 1)
case["flag compared with flag"] = lambda: wide.c.flag == wide.c.flag
case["flag in case"] = lambda: sa.case((wide.c.flag, "y"), else_="n")
case["flag in where and not"] = lambda: select(wide.c.i).where(wide.c.flag, ~wide.c.flag)
case["flag is true"] = lambda: wide.c.flag.is_(True)
case["flag ne true"] = lambda: wide.c.flag != True
case["flag of coerced"] = lambda: select(wide.c.i).where(type_coerce(wide.c.i, Boolean))
case["flag of function"] = lambda: select(wide.c.i).where(func.is_ok(wide.c.i, type_=Boolean))
case["flag of literal"] = lambda: select(wide.c.i).where(literal(True))
case["flag in having"] = lambda: select(wide.c.i).group_by(wide.c.i).having(func.bool_or(wide.c.flag))
case["flag in join"] = lambda: select(wide.c.i).join(users, users.c.active)
case["flag in exists"] = lambda: select(wide.c.i).where(exists().where(users.c.active))
case["flag in filter"] = lambda: func.count().filter(wide.c.flag)
case["binary value"] = lambda: wide.c.bin == b"ab"
case["binary concat"] = lambda: wide.c.bin + wide.c.bin
case["uuid in cast"] = lambda: cast(wide.c.u, String)
case["json typed compared with null"] = lambda: wide.c.j.is_(None)
case["json variant key"] = lambda: type_coerce(wide.c.j, json_or_b)["a"].as_string()
case["json variant in table"] = lambda: CreateTable(
    Table("x", MetaData(), Column("j", json_or_b)))
case["string variant cast"] = lambda: cast(
    wide.c.i, String(10).with_variant(Text(), "sqlite").with_variant(CHAR(3), "postgresql"))
case["big integer variant in table"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)))
case["literal typed date"] = lambda: select(literal(datetime.date(2020, 1, 1), Date))
case["literal typed string of integer"] = lambda: literal(5, String) + "x"
case["literal_column typed"] = lambda: literal_column("x", Integer) / 2
case["column typed"] = lambda: column("x", Integer) / column("y", Integer)
case["column untyped divided"] = lambda: column("x") / column("y")
case["column untyped plus string"] = lambda: column("x") + "y"
case["column untyped plus number"] = lambda: column("x") + 5
case["bindparam typed plus"] = lambda: bindparam("a", 5, Integer) + bindparam("b", 6, Integer)
case["bindparam typed concat"] = lambda: bindparam("a", "x", String) + bindparam("b", "y", String)
case["bindparam divided"] = lambda: bindparam("a", 5) / bindparam("b", 2)
case["function typed divided"] = lambda: func.foo(type_=Integer) / 2
case["function sum divided"] = lambda: func.sum(wide.c.i) / func.count(wide.c.i)
case["function max concatenated"] = lambda: func.max(wide.c.s) + "!"
case["function coalesce concatenated"] = lambda: func.coalesce(wide.c.s, "") + "!"
case["function length plus"] = lambda: func.char_length(wide.c.s) + 1
case["function now minus"] = lambda: func.now() - wide.c.dt
case["function now plus interval"] = lambda: func.now() + datetime.timedelta(days=1)
case["function current_date minus"] = lambda: func.current_date() - wide.c.d
case["case typed plus"] = lambda: sa.case((wide.c.i == 1, "a"), else_="b") + wide.c.s
case["scalar subquery typed plus"] = lambda: select(wide.c.s).scalar_subquery() + "x"
case["label typed concatenation"] = lambda: wide.c.s.label("x") + "y"
case["cast divided"] = lambda: cast(wide.c.s, Integer) / cast(wide.c.txt, Integer)
case["coerced divided"] = lambda: type_coerce(wide.c.s, Integer) / 2
case["modulo of expression"] = lambda: (wide.c.i + 1) % 2 == 0
case["string times"] = lambda: wide.c.s * 2
case["collated concat"] = lambda: wide.c.s.collate("C") + "x"
case["tuple typed"] = lambda: (tuple_(wide.c.i, wide.c.d).in_([(1, datetime.date(2020, 1, 1))]), {
    "render_postcompile": True})
case["between of times"] = lambda: wide.c.tm.between(
    datetime.time(1, 0, 0), datetime.time(2, 0, 0))
case["in of decimals"] = lambda: (wide.c.n.in_([decimal.Decimal("1.5"), decimal.Decimal("2")]), {
    "render_postcompile": True})
case["numeric in literals"] = lambda: (
    wide.c.n.in_([decimal.Decimal("1.5")]), {"literal_binds": True})
case["float literal"] = lambda: (wide.c.f == 1.5, {"literal_binds": True})
case["bound float integer"] = lambda: wide.c.f == 2
