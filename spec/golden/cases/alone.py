# SPDX-License-Identifier: MIT
"""Parts of statements that are compiled by themselves, and clauses only some databases have."""
from sqlalchemy.schema import CreateIndex, CreateTable

ON_PG = {"dialects": ("postgresql",)}
flag = column("value", Boolean)
seq_t = Table("seq_t", MetaData(), Column("id", Integer, Sequence("sq"), primary_key=True),
              Column("x", Integer))


def inserted(dialect):
    return dialect.insert(t).values(name="x")


case["subquery"] = lambda: select(t.c.myid).subquery("s")
case["lateral"] = lambda: select(t.c.myid).lateral("s")
case["sample"] = lambda: t.tablesample(func.system(1), name="s")
case["lateral of an alias"] = lambda: select(select(t.c.myid).lateral().alias("a"))
case["lateral of a function"] = lambda: select(
    column("x")).select_from(lateral(func.generate_series(1, 2), name="g"))
case["lateral of text"] = lambda: select(
    text("SELECT a FROM b").columns(column("a")).lateral("l"))
case["labels none of casts"] = lambda: select(
    cast(t.c.name, Integer), cast(t.c.name, String), t.c.name).set_label_style(LABEL_STYLE_NONE)
case["flag and its negation"] = lambda: select(~flag, flag)
case["fetch none"] = lambda: select(t.c.myid).fetch(None).offset(3)
case["for update of join"] = lambda: (select(t.c.myid).with_for_update(
    of=t.join(addresses, t.c.myid == addresses.c.user_id)), ON_PG)
case["for update of text"] = lambda: (select(t.c.myid).with_for_update(of=text("t1")), ON_PG)
case["conflict do nothing"] = lambda: inserted(pg).on_conflict_do_nothing()
case["conflict by name"] = lambda: (inserted(pg).on_conflict_do_nothing(constraint="uq"), {
    "dialects": ("default", "postgresql")})
case["conflict update"] = lambda: inserted(pg).on_conflict_do_update(
    index_elements=["name"], set_={"name": "y"})
case["conflict update of sqlite"] = lambda: (inserted(sqlite).on_conflict_do_update(
    set_={"name": "y"}), {"dialects": ("default", "sqlite")})
case["next number inserted"] = lambda: insert(seq_t).values(x=1)
case["next number inserted and returned"] = lambda: insert(seq_t).values(x=1).returning(seq_t.c.x)
case["domain with the collation of a schema"] = lambda: (pg.CreateDomainType(pg.DOMAIN(
    "d", Text, collation="my-coll", collation_schema="CollSchema")), ON_PG)
case["domain with the schema of no collation"] = lambda: (pg.CreateDomainType(pg.DOMAIN(
    "d", Text, collation_schema="CollSchema")), ON_PG)
case["quarter"] = lambda: extract("quarter", users.c.created)


@case("inherits quoted names")
def _():
    table_ = Table("n", MetaData(), Column("a", Integer), postgresql_inherits=(
        "Quote Me", "plain", quoted_name("s.parent", quote=False)))
    return CreateTable(table_), ON_PG


@case("storage parameter without value")
def _():
    table_ = Table("n", MetaData(), Column("a", Integer), postgresql_with={"vacuum_truncate": None})
    return CreateTable(table_), ON_PG


@case("index of keyed columns")
def _():
    table_ = Table("n", MetaData(), Column("a", String), Column("b", Integer, key="kb"))
    return CreateIndex(Index("ix", table_.c.a, table_.c.kb, postgresql_using="GIST",
                             postgresql_ops={"a": "text_ops", "kb": "int4_ops"},
                             postgresql_with={"autosummarize": None})), ON_PG


@case("primary key with the numbered column first")
def _():
    return CreateTable(Table("n", MetaData(), Column("a", Integer, primary_key=True),
                             Column("b", Integer, primary_key=True, autoincrement=True)))


@case("foreign key within a schema")
def _():
    m = MetaData()
    Table("p", m, Column("id", Integer, primary_key=True), schema="s")
    return CreateTable(Table("q", m, Column("p_id", Integer, ForeignKey(
        "s.p.id", initially="immediate")), schema="s"))
