# SPDX-License-Identifier: MIT
"""The tables of the golden cases; schema.lua has the same ones."""
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, Table, column, table
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData()

t = Table(
    "mytable", metadata,
    Column("myid", Integer, primary_key=True),
    Column("name", String(40)),
    Column("description", String(50)))

o = Table(
    "othertable", metadata,
    Column("otherid", Integer, primary_key=True),
    Column("othername", String(40)))

users = Table(
    "users", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(30), nullable=False),
    Column("age", Integer),
    Column("active", sa.Boolean),
    Column("score", sa.Float),
    Column("balance", sa.Numeric(10, 2)),
    Column("created", sa.DateTime),
    Column("born", sa.Date),
    Column("rises", sa.Time),
    Column("idle", sa.Interval),
    Column("photo", sa.LargeBinary),
    Column("token", sa.Uuid),
    Column("size", sa.Enum("small", "large", name="size")),
    Column("data", sa.JSON))

addresses = Table(
    "addresses", metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
    Column("email", String(50)))

items = Table(
    "items", metadata,
    Column("id", Integer, primary_key=True),
    Column("address_id", ForeignKey("addresses.id")),
    Column("user_id", ForeignKey("users.id")),
    Column("price", sa.Numeric(8, 2)))

tree = Table(
    "tree", metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", ForeignKey("tree.id")),
    Column("data", String(30)))

odd = Table(
    "order", metadata,
    Column("id", Integer, primary_key=True),
    Column("user", Integer),
    Column("select", String),
    Column("Total Price", sa.Numeric(10, 2)),
    Column("MixedCase", String),
    Column("per%cent", Integer),
    Column("co:lon", Integer),
    Column("_under", Integer),
    Column("9lives", Integer),
    Column("$dollar", Integer),
    Column('quo"te', Integer))

stuff = Table(
    "stuff", metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
    Column("value", String(20)),
    schema="remote")

pgt = Table(
    "pgt", metadata,
    Column("id", Integer, primary_key=True),
    Column("js", sa.JSON),
    Column("pj", pg.JSON),
    Column("jb", pg.JSONB),
    Column("tags", pg.ARRAY(String)),
    Column("nums", sa.ARRAY(Integer)),
    Column("matrix", pg.ARRAY(Integer, dimensions=2)),
    Column("hs", pg.HSTORE),
    Column("span", pg.INT4RANGE),
    Column("during", pg.TSRANGE),
    Column("doc", pg.TSVECTOR))

lite = table("lite", column("a", Integer), column("b", String), column("c"))
lite2 = table("lite2", column("a", Integer), column("d", String))
