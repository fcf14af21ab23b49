# SPDX-License-Identifier: MIT
"""Indexes, ALTER TABLE, sequences, types and comments."""
from sqlalchemy.schema import *  # noqa: F401, F403
from sqlalchemy.dialects.postgresql import ExcludeConstraint
m = MetaData()
a = Table("a", m, Column("id", Integer, primary_key=True), Column("x", String(20)),
          Column("y", Integer), Column("data", JSON))
b = Table("b", m, Column("id", Integer, primary_key=True), Column("x", String),
          Column("during", pg.TSRANGE), Column("room", Integer), schema="sch")

# -- indexes
case["index"] = lambda: CreateIndex(Index("ix", a.c.x))
case["index two columns unique"] = lambda: CreateIndex(Index("ix", a.c.x, a.c.y, unique=True))
case["index desc"] = lambda: CreateIndex(Index("ix", a.c.x.desc(), a.c.y.asc()))
case["index desc nulls last"] = lambda: CreateIndex(Index("ix", a.c.x.desc().nulls_last()))
case["index function"] = lambda: CreateIndex(Index("ix", func.lower(a.c.x)))
case["index expression"] = lambda: CreateIndex(Index("ix", a.c.y + 5))
case["index function of value"] = lambda: CreateIndex(Index("ix", func.coalesce(a.c.x, "none")))
case["index if_not_exists"] = lambda: CreateIndex(Index("ix", a.c.x), if_not_exists=True)
case["index schema"] = lambda: CreateIndex(Index("ix", b.c.x))
case["index quoted"] = lambda: CreateIndex(Index("Odd Index", a.c.x))
case["index drop"] = lambda: DropIndex(Index("ix", a.c.x))
case["index drop schema if_exists"] = lambda: DropIndex(Index("ix", b.c.x), if_exists=True)
case["index unnamed"] = lambda: CreateIndex(Index(None, a.c.x))
case["index sqlite where"] = lambda: (
    CreateIndex(Index("ix", a.c.x, sqlite_where=a.c.y > 5)), {"dialects": ("sqlite",)})
case["index pg where"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_where=and_(a.c.y > 5, a.c.x == "it's"))),
    {"dialects": ("postgresql",)})
case["index pg where text"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_where=text("y > 5"))), {"dialects": ("postgresql",)})
case["index pg using"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_using="gin")), {"dialects": ("postgresql",)})
case["index pg ops"] = lambda: (
    CreateIndex(Index("ix", a.c.x, a.c.y, postgresql_ops={"x": "text_pattern_ops"})),
    {"dialects": ("postgresql",)})
case["index pg ops of label"] = lambda: (
    CreateIndex(Index("ix", func.lower(a.c.x).label("low"),
                      postgresql_ops={"low": "text_pattern_ops"})), {"dialects": ("postgresql",)})
case["index pg include"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_include=["y", a.c.id])),
    {"dialects": ("postgresql",)})
case["index pg concurrently"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_concurrently=True)), {"dialects": ("postgresql",)})
case["index pg drop concurrently"] = lambda: (
    DropIndex(Index("ix", a.c.x, postgresql_concurrently=True)), {"dialects": ("postgresql",)})
case["index pg with"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_with={"fillfactor": 50})),
    {"dialects": ("postgresql",)})
case["index pg tablespace"] = lambda: (
    CreateIndex(Index("ix", a.c.x, postgresql_tablespace="Ts")), {"dialects": ("postgresql",)})
case["index pg nulls not distinct"] = lambda: (
    CreateIndex(Index("ix", a.c.x, unique=True, postgresql_nulls_not_distinct=True)),
    {"dialects": ("postgresql",)})
case["index pg everything"] = lambda: (
    CreateIndex(Index("ix", a.c.x, unique=True, postgresql_using="btree",
                      postgresql_concurrently=True, postgresql_include=["y"],
                      postgresql_where=a.c.y == 1, postgresql_with={"fillfactor": 50}),
                if_not_exists=True), {"dialects": ("postgresql",)})
case["index pg json"] = lambda: (
    CreateIndex(Index("ix", a.c.data["k"].as_string())), {"dialects": ("postgresql",)})
case["index pg expression with cast"] = lambda: (
    CreateIndex(Index("ix", cast(a.c.x, Integer))), {"dialects": ("postgresql",)})
case["index pg collate"] = lambda: (
    CreateIndex(Index("ix", a.c.x.collate("C"))), {"dialects": ("postgresql",)})

# -- constraints by ALTER
case["add check"] = lambda: (AddConstraint(CheckConstraint(a.c.y > 5, name="ck")),
                             {"dialects": ("default", "postgresql")})
case["add unique"] = lambda: (AddConstraint(UniqueConstraint(a.c.x, name="uq")),
                              {"dialects": ("default", "postgresql")})
case["add foreign key"] = lambda: (AddConstraint(ForeignKeyConstraint(
    [b.c.room], [a.c.id], name="fk_room", ondelete="CASCADE")),
    {"dialects": ("default", "postgresql")})
case["add primary key"] = lambda: (AddConstraint(PrimaryKeyConstraint(
    Table("z", MetaData(), Column("q", Integer)).c.q, name="pkz")),
    {"dialects": ("default", "postgresql")})
case["add exclude"] = lambda: (AddConstraint(ExcludeConstraint(
    (b.c.during, "&&"), name="ex", using="gist")), {"dialects": ("postgresql",)})
case["add not valid"] = lambda: (AddConstraint(ForeignKeyConstraint(
    [b.c.room], [a.c.id], name="fk_nv", postgresql_not_valid=True)),
    {"dialects": ("postgresql",)})
case["drop constraint"] = lambda: (DropConstraint(UniqueConstraint(a.c.x, name="uq")),
                                   {"dialects": ("default", "postgresql")})
case["drop constraint cascade"] = lambda: (
    DropConstraint(UniqueConstraint(a.c.x, name="uq"), cascade=True),
    {"dialects": ("default", "postgresql")})
case["drop constraint if_exists"] = lambda: (
    DropConstraint(UniqueConstraint(a.c.x, name="uq"), if_exists=True),
    {"dialects": ("default", "postgresql")})
case["drop constraint unnamed"] = lambda: (
    DropConstraint(UniqueConstraint(a.c.x)), {"dialects": ("default", "postgresql")})

# -- others
case["schema create"] = lambda: CreateSchema("sch")
case["schema create if_not_exists"] = lambda: CreateSchema("Odd Sch", if_not_exists=True)
case["schema drop cascade"] = lambda: DropSchema("sch", cascade=True, if_exists=True)
case["sequence create"] = lambda: CreateSequence(Sequence("s"))
case["sequence options"] = lambda: CreateSequence(Sequence(
    "s", start=5, increment=-1, minvalue=-10, maxvalue=10, cycle=True, cache=5))
case["sequence no bounds"] = lambda: CreateSequence(Sequence("s", nominvalue=True, nomaxvalue=True))
case["sequence schema"] = lambda: CreateSequence(Sequence("s", schema="sch"), if_not_exists=True)
case["sequence data type"] = lambda: CreateSequence(Sequence("s", data_type=BigInteger))
case["sequence drop"] = lambda: DropSequence(Sequence("s"), if_exists=True)
case["sequence quoted"] = lambda: CreateSequence(Sequence("Odd Seq", start=1))
case["sequence owned"] = lambda: CreateSequence(Sequence("s", order=True, metadata=MetaData()))
case["enum create"] = lambda: (
    pg.CreateEnumType(pg.ENUM("a", "it's", name="e")), {"dialects": ("postgresql",)})
case["enum create schema"] = lambda: (
    pg.CreateEnumType(pg.ENUM("a", name="Odd", schema="sch")), {"dialects": ("postgresql",)})
case["enum drop"] = lambda: (
    pg.DropEnumType(pg.ENUM("a", name="e")), {"dialects": ("postgresql",)})
case["domain create"] = lambda: (
    pg.CreateDomainType(pg.DOMAIN(
        "d", Integer, default="5", not_null=True, check=text("VALUE > 1"),
        constraint_name="ck", collation="C")), {"dialects": ("postgresql",)})
case["domain drop"] = lambda: (
    pg.DropDomainType(pg.DOMAIN("d", Integer)), {"dialects": ("postgresql",)})
case["comment on table"] = lambda: (SetTableComment(Table(
    "n", MetaData(), Column("a", Integer), comment="it's")), {"dialects": ("postgresql",)})
case["comment on table dropped"] = lambda: (
    DropTableComment(a), {"dialects": ("postgresql",)})
case["comment on column"] = lambda: (SetColumnComment(Table(
    "n", MetaData(), Column("a", Integer, comment="x")).c.a), {"dialects": ("postgresql",)})
case["comment on column dropped"] = lambda: (
    DropColumnComment(a.c.x), {"dialects": ("postgresql",)})
case["ddl text"] = lambda: DDL("CREATE THING x")
