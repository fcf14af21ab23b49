# SPDX-License-Identifier: MIT
"""CREATE TABLE: options of tables."""
from sqlalchemy.schema import *  # noqa: F401, F403
from sqlalchemy.dialects.postgresql import ExcludeConstraint
m = MetaData()
a = Table("a", m, Column("id", Integer, primary_key=True), Column("x", String(20)),
          Column("y", Integer), Column("data", JSON))
b = Table("b", m, Column("id", Integer, primary_key=True), Column("x", String),
          Column("during", pg.TSRANGE), Column("room", Integer), schema="sch")

# -- tables
case["table without columns"] = lambda: CreateTable(Table("n", MetaData()))
case["table if not exists"] = lambda: CreateTable(a, if_not_exists=True)
case["table in schema"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), schema="sch"))
case["table in schema of metadata"] = lambda: CreateTable(Table(
    "n", MetaData(schema="Odd Schema"), Column("a", Integer)))
case["table prefixes"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), prefixes=["TEMPORARY"]))
case["table quoted"] = lambda: CreateTable(Table("select", MetaData(), Column("from", Integer)))
case["table mixed case"] = lambda: CreateTable(Table("TheTable", MetaData(), Column("TheColumn", Integer)))
case["table quote false"] = lambda: CreateTable(Table(
    "TheTable", MetaData(), Column("a", Integer), quote=False))
case["table drop"] = lambda: DropTable(a)
case["table drop if exists"] = lambda: DropTable(b, if_exists=True)
case["table foreign keys left out"] = lambda: CreateTable(
    Table("g", m, Column("x", ForeignKey("a.id")), extend_existing=True),
    include_foreign_key_constraints=[])
case["table identity"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, Identity(), primary_key=True))),
    {"dialects": ("default", "postgresql")})
case["table identity options"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, Identity(
        always=True, start=10, increment=5, minvalue=1, maxvalue=100, cycle=True, cache=3)))),
    {"dialects": ("default", "postgresql")})
case["table identity on_null"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, Identity(nomaxvalue=True, nominvalue=True)))),
    {"dialects": ("default", "postgresql")})
case["table identity on sqlite"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, Identity(start=5), primary_key=True))),
    {"dialects": ("sqlite",)})
case["table identity nullable"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, Identity(), nullable=True))),
    {"dialects": ("default", "postgresql")})
case["table identity big"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", BigInteger, Identity(always=False), primary_key=True))),
    {"dialects": ("postgresql",)})
case["table computed"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer, Computed("a * 2")))),
    {"dialects": ("default", "sqlite")})
case["table computed stored"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer, Computed("a * 2", persisted=True))))
case["table computed virtual"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer, Computed("a * 2", persisted=False)))),
    {"dialects": ("default", "sqlite")})
case["table computed text"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer, Computed(text("a + 1"))))),
    {"dialects": ("sqlite",)})
case["table computed and default"] = lambda: CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer, Computed("a"), server_default="5")))
case["table sqlite autoincrement"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True), sqlite_autoincrement=True)),
    {"dialects": ("sqlite",)})
case["table sqlite without rowid strict"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer, primary_key=True), sqlite_with_rowid=False,
    sqlite_strict=True)), {"dialects": ("sqlite",)})
case["table sqlite conflict clauses"] = lambda: (CreateTable(Table(
    "n", MetaData(),
    Column("a", Integer, primary_key=True, sqlite_on_conflict_primary_key="REPLACE"),
    Column("b", Integer, nullable=False, sqlite_on_conflict_not_null="FAIL"),
    Column("c", Integer, unique=True, sqlite_on_conflict_unique="IGNORE"))),
    {"dialects": ("sqlite",)})
case["table sqlite constraint conflict"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), Column("b", Integer),
    UniqueConstraint("a", "b", sqlite_on_conflict="IGNORE"),
    CheckConstraint("a > 1", sqlite_on_conflict="ROLLBACK"))), {"dialects": ("sqlite",)})
case["table pg inherits"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_inherits="parent")),
    {"dialects": ("postgresql",)})
case["table pg inherits two"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_inherits=("p1", "p2"))),
    {"dialects": ("postgresql",)})
case["table pg partition"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_partition_by="RANGE (a)")),
    {"dialects": ("postgresql",)})
case["table pg with oids"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_with_oids=True)),
    {"dialects": ("postgresql",)})
case["table pg on commit"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), prefixes=["TEMPORARY"],
    postgresql_on_commit="PRESERVE ROWS")), {"dialects": ("postgresql",)})
case["table pg tablespace"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_tablespace="Fast Disk")),
    {"dialects": ("postgresql",)})
case["table pg using"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_using="heap")),
    {"dialects": ("postgresql",)})
case["table pg several options"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", Integer), postgresql_on_commit="DROP",
    postgresql_tablespace="ts", postgresql_inherits="p")), {"dialects": ("postgresql",)})
case["table pg types"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", pg.JSONB), Column("b", pg.ARRAY(Integer)),
    Column("c", pg.ARRAY(String(5), dimensions=2)), Column("d", pg.HSTORE), Column("e", pg.INET),
    Column("f", pg.CIDR), Column("g", pg.MACADDR), Column("h", pg.MACADDR8), Column("i", pg.MONEY),
    Column("j", pg.BYTEA), Column("k", pg.BIT(5)), Column("l", pg.BIT(varying=True)),
    Column("m", pg.TSVECTOR), Column("n", pg.TSQUERY), Column("o", pg.OID), Column("p", pg.REGCLASS),
    Column("q", pg.INTERVAL), Column("r", pg.TIMESTAMP(precision=3)), Column("s", pg.UUID),
    Column("t", pg.INT4RANGE), Column("u", pg.INT8RANGE), Column("v", pg.NUMRANGE),
    Column("w", pg.DATERANGE), Column("x", pg.TSRANGE), Column("y", pg.TSTZRANGE),
    Column("z", pg.INT4MULTIRANGE), Column("aa", pg.CITEXT), Column("bb", pg.DOUBLE_PRECISION),
    Column("cc", pg.REAL), Column("dd", pg.TIME(timezone=True)), Column("ee", pg.REGCONFIG))),
    {"dialects": ("postgresql",)})
case["table sqlite types"] = lambda: (CreateTable(Table(
    "n", MetaData(), Column("a", sqlite.JSON), Column("b", sqlite.DATETIME),
    Column("c", sqlite.DATE), Column("d", sqlite.TIME), Column("e", sqlite.REAL))),
    {"dialects": ("sqlite",)})
case["naming convention"] = lambda: CreateTable(Table(
    "n", MetaData(naming_convention={
        "pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"}),
    Column("id", Integer, primary_key=True), Column("u", Integer, unique=True),
    Column("up", ForeignKey("n.id")), CheckConstraint("u > 5", name="positive")))
case["naming convention all columns"] = lambda: CreateTable(Table(
    "n", MetaData(naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s", "ix": "ix_%(column_0_label)s"}),
    Column("a", Integer), Column("b", Integer), UniqueConstraint("a", "b")))
