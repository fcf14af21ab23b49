# SPDX-License-Identifier: MIT
"""DDL: tables, constraints, indexes, sequences, comments and views."""
from sqlalchemy.schema import *  # noqa: F401, F403
from sqlalchemy.sql.elements import conv, quoted_name

metadata = MetaData()
t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("name", String(30)),
          Column("x", Integer), Column("y", Integer), Column("flag", Boolean))
u = Table("u", metadata, Column("id", Integer, primary_key=True),
          Column("t_id", ForeignKey("t.id")), Column("v", String), Column("amount", Numeric(10, 2)))
w = Table("w", metadata, Column("id", Integer, primary_key=True), Column("v", String),
          schema="other")
df = Table("df", metadata, Column("id", Integer, primary_key=True), Column("a", Integer, default=5),
           Column("b", String, server_default="zz"), Column("c", Integer, onupdate=7),
           Column("d", Integer, default=func.foo(), onupdate=func.bar()))


def checked():
    return Table("ck", MetaData(), Column("x", Integer))



def indexed(table):
    return table.to_metadata(MetaData())


case["createtable t"] = lambda: CreateTable(t)
case["createtable df"] = lambda: CreateTable(df)
case["createtable t if not exists true"] = lambda: CreateTable(t, if_not_exists=True)
case["droptable w if exists true"] = lambda: DropTable(w, if_exists=True)
case["createtable table a id identity start 5 increment 2"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer, Identity(start=5, increment=2,
        minvalue=1, maxvalue=100, cycle=True, cache=3), primary_key=True)))
)
case["createtable table a id identity always true nominvalue true"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer, Identity(always=True,
        nominvalue=True, nomaxvalue=True, cycle=False), primary_key=True)))
)
case["createtable table a id identity always true nullable true"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer, Identity(always=True),
        nullable=True)))
)
case["createsequence sequence s start 1 increment 2 minvalue 3"] = lambda: (
    (CreateSequence(Sequence("s", start=1, increment=2, minvalue=3, maxvalue=4, cache=5,
        cycle=True)), {"dialects": ("postgresql", "default",)})
)
case["createsequence sequence s nominvalue true nomaxvalue true"] = lambda: (
    (CreateSequence(Sequence("s", nominvalue=True, nomaxvalue=True, cycle=False,
        data_type=BigInteger, schema="q")), {"dialects": ("postgresql", "default",)})
)
case["createsequence sequence s order true if not exists true"] = lambda: (
    (CreateSequence(Sequence("s", order=True), if_not_exists=True), {"dialects": ("postgresql",
        "default",)})
)
case["dropsequence sequence s if exists true"] = lambda: (
    (DropSequence(Sequence("s"), if_exists=True), {"dialects": ("postgresql", "default",)})
)
case["createtable table a x y computed x + 2 persisted true"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), Column("y", Integer,
        Computed("x + 2", persisted=True))))
)
case["createtable table a x y computed x + 2 persisted false"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), Column("y", Integer,
        Computed("x + 2", persisted=False))))
)
case["createtable table a x uniqueconstraint x name uq deferrable"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x", name="uq",
        deferrable=True, initially="DEFERRED")))
)
case["createtable table a x uniqueconstraint x name uq deferrable (2)"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x", name="uq",
        deferrable=False, initially="IMMEDIATE")))
)
case["createtable table a x uniqueconstraint x postgresql nulls"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x",
        postgresql_nulls_not_distinct=True)))
)
case["createtable table a x uniqueconstraint x postgresql include"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x",
        postgresql_include=["x"], sqlite_on_conflict="IGNORE")))
)
case["createtable table a x primarykeyconstraint x sqlite on"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), PrimaryKeyConstraint("x",
        sqlite_on_conflict="FAIL", name="pk")))
)
case["createtable table a x primary key true sqlite on conflict"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer, primary_key=True,
        sqlite_on_conflict_primary_key="FAIL")))
)
case["createtable table a x unique true nullable false sqlite on"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer, unique=True, nullable=False,
        sqlite_on_conflict_unique="IGNORE", sqlite_on_conflict_not_null="FAIL")))
)
case["createtable table a x checkconstraint x 5 name ck sqlite on"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), CheckConstraint("x > 5", name="ck",
        sqlite_on_conflict="ROLLBACK")))
)
case["createtable table a x y checkconstraint column x column y"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), Column("y", Integer),
        CheckConstraint(column("x") > column("y"))))
)
case["createtable table a table b mm id primary key true mm 1 x"] = lambda: (
    CreateTable(Table("a", (lambda mm: (Table("b", mm, Column("id", Integer, primary_key=True)),
        mm)[1])(MetaData()), Column("x", ForeignKey("b.id", ondelete="CASCADE",
        onupdate="SET NULL", deferrable=True, initially="DEFERRED", match="FULL", name="fk"))))
)
case["createtable table a table b mm id primary key true mm 1 x (2)"] = lambda: (
    CreateTable(Table("a", (lambda mm: (Table("b", mm, Column("id", Integer, primary_key=True)),
        mm)[1])(MetaData()), Column("x", ForeignKey("b.id", comment="hi", info={"a":1},
        postgresql_not_valid=True))))
)
case["createtable table a table b mm x primary key true y primary"] = lambda: (
    CreateTable(Table("a", (lambda mm: (Table("b", mm, Column("x", Integer, primary_key=True),
        Column("y", Integer, primary_key=True)), mm)[1])(MetaData()), Column("x", Integer),
        Column("y", Integer), ForeignKeyConstraint(["x","y"],["b.x","b.y"], match="SIMPLE",
        onupdate="CASCADE", name="fkk")))
)
case["createtable table a x prefixes temporary"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer), prefixes=["TEMPORARY"]))
)
case["createtable table a id primary key true sqlite"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer, primary_key=True),
        sqlite_autoincrement=True))
)
case["createtable table a id primary key true sqlite with rowid"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer, primary_key=True),
        sqlite_with_rowid=False, sqlite_strict=True))
)
case["createtable table a id postgresql partition by list id"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer),
        postgresql_partition_by="LIST (id)", postgresql_tablespace="ts", postgresql_using="heap",
        postgresql_on_commit="PRESERVE ROWS", postgresql_inherits=("p","q")))
)
case["createtable table a id postgresql on commit drop rows"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("id", Integer), postgresql_on_commit="drop_rows"))
)
case["createindex index ix name"] = lambda: (
    (lambda one: CreateIndex(Index("ix", one.c.name)))(indexed(t))
)
case["createindex index ix2 name unique true if not exists true"] = lambda: (
    (lambda one: CreateIndex(Index("ix2", one.c.name, unique=True),
        if_not_exists=True))(indexed(t))
)
case["createindex index ix3 lower name x desc"] = lambda: (
    (lambda one: CreateIndex(Index("ix3", func.lower(one.c.name), one.c.x.desc())))(indexed(t))
)
case["createindex index ix5 name postgresql nulls not distinct"] = lambda: (
    (lambda one: CreateIndex(Index("ix5", one.c.name, postgresql_nulls_not_distinct=False,
        sqlite_where=and_(one.c.x>5, one.c.name=="q"))))(indexed(t))
)
case["createindex index ix6 name desc x asc nulls last"] = lambda: (
    (lambda one: CreateIndex(Index("ix6", one.c.name.desc(), one.c.x.asc().nulls_last())))(
        indexed(t))
)
case["createindex index ix7 x+5 label foo name postgresql ops foo"] = lambda: (
    (lambda one: CreateIndex(Index("ix7", (one.c.x+5).label("foo"), one.c.name,
        postgresql_ops={"foo":"int4_ops","name":"text_pattern_ops"})))(indexed(t))
)
case["createindex index ix8 x+5 text lower name"] = lambda: (
    (lambda one: CreateIndex(Index("ix8", one.c.x+5, text("lower(name)"))))(indexed(t))
)
case["createindex index ix9 v"] = lambda: (
    (lambda one: CreateIndex(Index("ix9", one.c.v)))(indexed(w))
)
case["dropindex index ix10 v if exists true"] = lambda: (
    (lambda one: DropIndex(Index("ix10", one.c.v), if_exists=True))(indexed(w))
)
case["dropindex index ix11 x postgresql concurrently true"] = lambda: (
    (lambda one: DropIndex(Index("ix11", one.c.x, postgresql_concurrently=True)))(indexed(t))
)
case["createschema s"] = lambda: CreateSchema("s")
case["createschema s if not exists true"] = lambda: CreateSchema("s", if_not_exists=True)
case["dropschema s cascade true if exists true"] = lambda: (
    DropSchema("s", cascade=True, if_exists=True)
)
case["settablecomment table a x comment comment hi"] = lambda: (
    (SetTableComment(Table("a", MetaData(), Column("x", Integer, comment="c'c"), comment="hi")),
        {"dialects": ("postgresql",)})
)
case["droptablecomment table a x comment comment hi"] = lambda: (
    (DropTableComment(Table("a", MetaData(), Column("x", Integer, comment="c'c"), comment="hi")),
        {"dialects": ("postgresql",)})
)
case["setcolumncomment table a x comment comment hi c x"] = lambda: (
    (SetColumnComment(Table("a", MetaData(), Column("x", Integer, comment="c'c"),
        comment="hi").c.x), {"dialects": ("postgresql",)})
)
case["dropcolumncomment table a x comment comment hi c x"] = lambda: (
    (DropColumnComment(Table("a", MetaData(), Column("x", Integer, comment="c'c"),
        comment="hi").c.x), {"dialects": ("postgresql",)})
)
case["setconstraintcomment checkconstraint ckt c x 5 name cq"] = lambda: (
    (SetConstraintComment(CheckConstraint(checked().c.x > 5, name="cq", comment="hello")),
        {"dialects": ("postgresql",)})
)
case["dropconstraintcomment checkconstraint ckt c x 5 name cq2"] = lambda: (
    (DropConstraintComment(CheckConstraint(checked().c.x > 5, name="cq2", comment="hello")),
        {"dialects": ("postgresql",)})
)
case["addconstraint checkconstraint ckt c x 5 name cq3"] = lambda: (
    (AddConstraint(CheckConstraint(checked().c.x > 5, name="cq3")), {"dialects": ("postgresql",
        "default",)})
)
case["addconstraint checkconstraint ckt c x 5 name cq4 postgresql"] = lambda: (
    (AddConstraint(CheckConstraint(checked().c.x > 5, name="cq4", postgresql_not_valid=True)),
        {"dialects": ("postgresql", "default",)})
)
case["dropconstraint checkconstraint ckt c x 5 name cq5 cascade"] = lambda: (
    (DropConstraint(CheckConstraint(checked().c.x > 5, name="cq5"), cascade=True,
        if_exists=True), {"dialects": ("postgresql", "default",)})
)
case["createtable table a room during tsrange excludeconstraint"] = lambda: (
    (CreateTable(Table("a", MetaData(), Column("room", Integer), Column("during", pg.TSRANGE),
        pg.ExcludeConstraint(("room","="),("during","&&"), name="ex"))),
        {"dialects": ("postgresql",)})
)
case["createtable table a m naming convention ix ix % column 0"] = lambda: (
    CreateTable(Table("a", MetaData(naming_convention={"ix":"ix_%(column_0_label)s",
        "uq":"uq_%(table_name)s_%(column_0_name)s","ck":"ck_%(table_name)s_%(constraint_name)s",
        "fk":"fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s_%(referred_column_0_name)s",
        "pk":"pk_%(table_name)s"}), Column("id", Integer, primary_key=True), Column("p",
        ForeignKey("a.id")), Column("q", Integer, unique=True), CheckConstraint("q>5",
        name="qq"), UniqueConstraint("p","q")))
)
case["createtable table a m naming convention uq uq % column 0n"] = lambda: (
    CreateTable(Table("a",
        MetaData(naming_convention={"uq":"uq_%(column_0N_name)s_%(column_1_label)s_%(column_0N_key)s_%(column_0_N_label)s"}),
        Column("id", Integer, key="kk"), Column("p", Integer), UniqueConstraint("kk","p")))
)
case["createtable table a m naming convention ck ck % table name"] = lambda: (
    CreateTable(Table("a",
        MetaData(naming_convention={"ck":"ck_%(table_name)s_%(constraint_name)s"}), Column("p",
        Boolean(create_constraint=True, name="bb")), Column("e", Enum("a","b", name="ee",
        create_constraint=True, native_enum=False)), CheckConstraint("p>1", name=conv("zzz"))))
)
case["createtable table a x server default text 5 y server"] = lambda: (
    CreateTable(Table("a", MetaData(), Column("x", Integer, server_default=text("5")),
        Column("y", String, server_default="it's"), Column("z", DateTime,
        server_default=func.now()), Column("f", Boolean, server_default=true()), Column("g",
        Integer, server_default=literal(5)+3), Column("h", Integer, server_default="0")))
)
case["createtable table user table order mixedcase quoted name"] = lambda: (
    CreateTable(Table("User Table", MetaData(), Column("order", Integer), Column("MixedCase",
        Integer), Column(quoted_name("low", True), Integer), Column("qq", Integer, quote=True),
        Column("select", Integer, quote=False), schema="My Schema"))
)
case["createtable table tt m quote schema true x schema lower"] = lambda: (
    CreateTable(Table("tt", MetaData(quote_schema=True), Column("x", Integer), schema="lower",
        quote=True))
)
case["createtable table tt x schema lower quote schema true"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer), schema="lower", quote_schema=True))
)
case["createtable table tt x schema a b"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer), schema="a.b"))
)
case["createtable table tt x primary key true autoincrement false"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer, primary_key=True,
        autoincrement=False), Column("y", SmallInteger), Column("z", BigInteger)))
)
case["createtable table tt x small primary key true"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", SmallInteger, primary_key=True)))
)
case["createtable table tt x big sequence seq primary key true"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", BigInteger, Sequence("seq"),
        primary_key=True)))
)
case["createtable table tt x primary key true y primary key true"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer, primary_key=True), Column("y",
        Integer, primary_key=True)))
)
case["createtable table tt x primary key true autoincrement true"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer, primary_key=True,
        autoincrement=True), Column("y", Integer, primary_key=True)))
)
case["createtable table tt x primary key true sqlite"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer, primary_key=True),
        sqlite_autoincrement=True))
)
case["createtable table tt a 5 collation de de b text collation c"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("a", String(5, collation="de_DE")), Column("b",
        Text(collation="C"))))
)
case["createtable table tt x system true y"] = lambda: (
    CreateTable(Table("tt", MetaData(), Column("x", Integer, system=True), Column("y", Integer)))
)
case["createtable table tt"] = lambda: CreateTable(Table("tt", MetaData()))
case["createview select id name where x 5 vv"] = lambda: (
    CreateView(select(t.c.id, t.c.name).where(t.c.x > 5), "vv")
)
case["createview select id name where x 5 vv schema q or replace"] = lambda: (
    (CreateView(select(t.c.id, t.c.name).where(t.c.x > 5), "vv", schema="q", or_replace=True),
        {"dialects": ("default", "postgresql",)})
)
case["createview select id vv materialized true"] = lambda: (
    (CreateView(select(t.c.id), "vv", materialized=True), {"dialects": ("default", "postgresql",
        )})
)
case["createview select id vv temporary true"] = lambda: (
    (CreateView(select(t.c.id), "vv", temporary=True), {"dialects": ("default", "sqlite",)})
)
case["dropview createview select id vv schema zz table if exists"] = lambda: (
    DropView(CreateView(select(t.c.id), "vv", schema="zz").table, if_exists=True)
)
case["dropview createview select id vv materialized true table"] = lambda: (
    (DropView(CreateView(select(t.c.id), "vv", materialized=True).table),
        {"dialects": ("default", "postgresql",)})
)
case["createtableas select id name where x 5 cc"] = lambda: (
    CreateTableAs(select(t.c.id, t.c.name).where(t.c.x > 5), "cc")
)
case["createtableas select id cc schema q temporary true if not"] = lambda: (
    CreateTableAs(select(t.c.id), "cc", schema="q", temporary=True, if_not_exists=True)
)
case["select createview select id name label q vv table"] = lambda: (
    select(CreateView(select(t.c.id, t.c.name.label("q")), "vv").table)
)
case["createtable t to metadata name copy schema zz"] = lambda: (
    CreateTable(t.to_metadata(MetaData(), name="copy", schema="zz"))
)
case["createtable u to metadata"] = lambda: CreateTable(u.to_metadata(MetaData()))
