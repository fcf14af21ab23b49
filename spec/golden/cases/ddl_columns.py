# SPDX-License-Identifier: MIT
"""CREATE TABLE: columns and keys, option by option."""
from sqlalchemy.schema import *  # noqa: F401, F403
from sqlalchemy.dialects.postgresql import ExcludeConstraint
m = MetaData()
a = Table("a", m, Column("id", Integer, primary_key=True), Column("x", String(20)),
          Column("y", Integer), Column("data", JSON))

# -- columns
case["columns of all types"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", BigInteger), Column("c", SmallInteger),
    Column("d", String), Column("e", String(5)), Column("f", Text), Column("g", Unicode(5)),
    Column("h", UnicodeText), Column("i", Boolean), Column("j", Date), Column("k", Time),
    Column("l", DateTime), Column("m", Interval), Column("n", LargeBinary), Column("o", Float),
    Column("p", Double), Column("q", Numeric), Column("r", Numeric(5)), Column("s", Numeric(5, 2)),
    Column("t", Uuid), Column("u", DateTime(timezone=True)), Column("v", Time(timezone=True)),
    Column("w", Enum("a", "b", name="w_enum")), Column("x", Float(53)), Column("y", Text(50))))
case["columns of upper case types"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", INTEGER), Column("b", BIGINT), Column("c", SMALLINT),
    Column("d", VARCHAR(5)), Column("e", CHAR(5)), Column("f", TEXT), Column("g", NVARCHAR(5)),
    Column("h", NCHAR(5)), Column("i", BOOLEAN), Column("j", DATE), Column("k", TIME),
    Column("l", DATETIME), Column("m", TIMESTAMP), Column("n", BLOB), Column("o", FLOAT),
    Column("p", REAL), Column("q", DECIMAL(5, 2)), Column("r", NUMERIC), Column("s", CLOB),
    Column("t", VARBINARY(5)), Column("u", BINARY(5)), Column("v", DOUBLE_PRECISION),
    Column("w", CHAR), Column("x", VARCHAR(5, collation="C"))))
case["column nullable false"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, nullable=False), Column("b", String, nullable=True)))
case["column unique"] = lambda: CreateTable(Table("n", MetaData(), Column("a", Integer, unique=True)))
case["column server_default string"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String, server_default="it's")))
case["column server_default text"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, server_default=text("5"))))
case["column server_default function"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", DateTime, server_default=func.now(), nullable=False)))
case["column server_default function of value"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", DateTime, server_default=func.foo("x", 5))))
case["column server_default literal_column"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, server_default=literal_column("5"))))
case["column server_default cast"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, server_default=cast("5", Integer))))
case["column server_default true"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Boolean, server_default=true())))
case["column server_default false"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Boolean, server_default=sa.false())))
case["column server_default null"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, server_default=null())))
case["column server_default arithmetic"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, server_default=func.foo() + literal(5))))
case["column DefaultClause"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String, DefaultClause("x"))))
case["column FetchedValue"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String, FetchedValue())))
case["column default is not DDL"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, default=5, onupdate=6)))
case["column server_onupdate"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, server_onupdate=FetchedValue())))
case["column comment"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, comment="it's"), comment="the table"))
case["column check"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, CheckConstraint("a > 5", name="ck"))))
case["column collation"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String(20, collation="de_DE"))))
case["column key"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, key="b", primary_key=True)))
case["column quote true"] = lambda: CreateTable(Table("n", MetaData(), Column("a", Integer, quote=True)))
case["column quote false"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("Odd", Integer, quote=False)))
case["column system"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("xmin", Integer, system=True)))
case["column without type"] = lambda: CreateTable(Table("n", MetaData(), Column("a")))
case["column variant"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", JSON().with_variant(pg.JSONB(), "postgresql"))))
case["column variants two"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String(5).with_variant(Text(), "sqlite", "postgresql"))))
case["column enum not native"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Enum("x", "yy", native_enum=False))))
case["column enum check"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Enum("x", "yy", name="e", native_enum=False, create_constraint=True))))
case["column enum check unnamed"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Enum("x", "it's", native_enum=False, create_constraint=True))))
case["column boolean check"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Boolean(create_constraint=True, name="ck_a"))))
case["column boolean check unnamed"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Boolean(create_constraint=True))))

# -- keys
case["primary key autoincrement"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True)))
case["primary key big"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", BigInteger, primary_key=True)))
case["primary key small"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", SmallInteger, primary_key=True)))
case["primary key not autoincrement"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True, autoincrement=False)))
case["primary key composite"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True), Column("b", Integer, primary_key=True)))
case["primary key composite autoincrement"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True, autoincrement=True),
    Column("b", Integer, primary_key=True))), {"dialects": ("default", "postgresql")})
case["primary key string"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String(10), primary_key=True)))
case["primary key constraint"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer),
    PrimaryKeyConstraint("b", "a", name="pk_n")))
case["primary key constraint of columns"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), PrimaryKeyConstraint("a")))
case["primary key with foreign key"] = lambda: CreateTable(Table(
    "n", m, Column("a", ForeignKey("a.id"), primary_key=True), extend_existing=True))
case["primary key with sequence"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, Sequence("s"), primary_key=True)))
case["primary key with server_default"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True, server_default=text("5"))))
case["primary key with default"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True, default=5)))
case["foreign key"] = lambda: CreateTable(Table(
    "f", m, Column("a_id", Integer, ForeignKey("a.id")), extend_existing=True))
case["foreign key of column object"] = lambda: CreateTable(Table(
    "f2", m, Column("a_id", ForeignKey(a.c.id)), extend_existing=True))
case["foreign key schema"] = lambda: CreateTable(Table(
    "f3", m, Column("b_id", Integer, ForeignKey("sch.b.id")), extend_existing=True))
case["foreign key actions"] = lambda: CreateTable(Table(
    "f4", m, Column("a_id", Integer, ForeignKey(
        "a.id", ondelete="SET NULL", onupdate="CASCADE")), extend_existing=True))
case["foreign key deferrable"] = lambda: CreateTable(Table(
    "f5", m, Column("a_id", Integer, ForeignKey(
        "a.id", deferrable=True, initially="DEFERRED")), extend_existing=True))
case["foreign key not deferrable"] = lambda: CreateTable(Table(
    "f6", m, Column("a_id", Integer, ForeignKey("a.id", deferrable=False)), extend_existing=True))
case["foreign key match"] = lambda: CreateTable(Table(
    "f7", m, Column("a_id", Integer, ForeignKey("a.id", match="FULL")), extend_existing=True))
case["foreign key named"] = lambda: CreateTable(Table(
    "f8", m, Column("a_id", Integer, ForeignKey("a.id", name="fk_a")), extend_existing=True))
case["foreign key use_alter"] = lambda: CreateTable(Table(
    "f9", m, Column("a_id", Integer, ForeignKey("a.id", name="fk9", use_alter=True)),
    extend_existing=True))
case["foreign key constraint"] = lambda: CreateTable(Table(
    "f10", m, Column("p", Integer), Column("q", String),
    ForeignKeyConstraint(["p", "q"], ["a.id", "a.x"], name="fk_two", ondelete="CASCADE"),
    extend_existing=True))
case["foreign key to itself"] = lambda: CreateTable(Table(
    "f11", m, Column("id", Integer, primary_key=True), Column("up", ForeignKey("f11.id")),
    extend_existing=True))
case["foreign key unknown table"] = lambda: CreateTable(Table(
    "f12", MetaData(), Column("x", Integer, ForeignKey("missing.id"))))
case["foreign key bad action"] = lambda: CreateTable(Table(
    "f13", MetaData(), Column("id", Integer, primary_key=True),
    Column("x", Integer, ForeignKey("f13.id", ondelete="FOO; DROP"))))
case["unique constraint"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer), UniqueConstraint("a", "b")))
case["unique constraint named deferrable"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer),
    UniqueConstraint("a", name="u", deferrable=True, initially="IMMEDIATE")))
case["unique nulls not distinct"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer),
    UniqueConstraint("a", name="u", postgresql_nulls_not_distinct=True))),
    {"dialects": ("postgresql",)})
case["unique include"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer),
    UniqueConstraint("a", name="u", postgresql_include=["b"]))), {"dialects": ("postgresql",)})
case["primary key include"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer),
    PrimaryKeyConstraint("a", name="pk", postgresql_include=["b"]))), {"dialects": ("postgresql",)})
case["unique constraint unknown column"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), UniqueConstraint("nope")))
case["check constraint text"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), CheckConstraint("a > 5")))
case["check constraint expression"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), CheckConstraint(column("a") > 5, name="ck")))
case["check constraint of text construct"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), CheckConstraint(text("a > 5 AND a < 'x'"), name="ck")))
case["check constraint percent and quote"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String), CheckConstraint("a LIKE '%x' AND a != 'it''s'", name="ck")))
case["check constraint deferrable"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), CheckConstraint(
        "a > 5", name="ck", deferrable=True, initially="DEFERRED")))
case["check constraint in function"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", String), CheckConstraint(
        func.length(column("a")) > 5, name="ck")))
case["constraints in order"] = lambda: CreateTable(Table(
    "n", m, Column("b", Integer, ForeignKey("a.id"), unique=True), Column("c", Integer),
    CheckConstraint("b > 1", name="c1"), UniqueConstraint("c", name="u1"),
    Column("a", Integer, primary_key=True), extend_existing=True))
case["exclude constraint"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("room", Integer), Column("during", pg.TSRANGE),
    ExcludeConstraint(("room", "="), ("during", "&&"), name="ex"))),
    {"dialects": ("postgresql",)})
case["exclude constraint options"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("room", Integer), Column("during", pg.TSRANGE),
    ExcludeConstraint(
        (column("room"), "="), name="ex", using="btree", where="room > 5", deferrable=True,
        initially="IMMEDIATE", ops={"room": "my_ops"}))), {"dialects": ("postgresql",)})
