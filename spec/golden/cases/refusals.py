# SPDX-License-Identifier: MIT
"""What is refused, and with which class of error."""
from sqlalchemy.schema import *  # noqa: F401, F403

case["select of string"] = lambda: select("myid")
case["where of string"] = lambda: select(t).where("myid = 1")
case["where of number"] = lambda: select(t).where(5)
case["having of string"] = lambda: select(t).having("x")
case["and_ of string"] = lambda: and_("a", t.c.myid == 1)
case["order_by of unknown name"] = lambda: select(t.c.myid).order_by("unknown")
case["group_by of unknown name"] = lambda: select(t.c.myid).group_by("unknown")
case["join without condition"] = lambda: select(t).join(o)
case["join of nothing to join"] = lambda: select(t).join("othertable")
case["join ambiguous"] = lambda: select(users.c.id).join_from(users, Table(
    "two", metadata, Column("a", ForeignKey("users.id")), Column("b", ForeignKey("users.id")),
    extend_existing=True))
case["select_from of string"] = lambda: select(t).select_from("mytable")
case["from_select of string"] = lambda: insert(t).from_select(["myid"], "SELECT 1")
case["limit of text"] = lambda: select(t).limit("five")
case["offset of text"] = lambda: select(t).offset("five")
case["in of string"] = lambda: t.c.name.in_("abc")
case["in of number"] = lambda: t.c.myid.in_(5)
case["filter_by unknown"] = lambda: select(users).filter_by(nope=5)
case["update several rows"] = lambda: update(t).values([{"name": "a"}, {"name": "b"}])
case["insert of no table"] = lambda: insert(select(t))
case["insert select and values"] = lambda: insert(t).values(myid=1).from_select(
    ["myid"], select(o.c.otherid))
case["insert rows then row"] = lambda: insert(t).values([{"myid": 1}]).values(name="x")
case["insert row then rows"] = lambda: insert(t).values(myid=1).values([{"name": "x"}])
case["bindparam named as column"] = lambda: update(t).values(name="x").where(
    t.c.myid == bindparam("name", 5))
case["bindparam names conflict"] = lambda: and_(
    t.c.myid == bindparam("x", 1), t.c.name == bindparam("x", "a", unique=True),
    o.c.otherid == bindparam("x_1", 5))
case["union of different widths"] = lambda: union(select(t.c.myid), select(o))
case["union of table"] = lambda: union(select(t.c.myid), t)
case["over rows and range"] = lambda: func.x().over(rows=(0, 1), range_=(0, 1))
case["over rows not integers"] = lambda: func.x().over(rows=("a", 1))
case["case of plain"] = lambda: sa.case((t.c.myid == 1, 5), 7)
case["extract of odd field"] = lambda: (
    extract("no such field", users.c.created), {"dialects": ("sqlite",)})
case["for update unknown"] = lambda: select(t).with_for_update(skip=True)
case["fetch on sqlite"] = lambda: (select(t.c.myid).fetch(5), {"dialects": ("sqlite",)})
case["array on sqlite"] = lambda: (cast(t.c.name, ARRAY(Integer)), {"dialects": ("sqlite",)})
case["create table with array on sqlite"] = lambda: (
    CreateTable(Table("x", MetaData(), Column("a", ARRAY(Integer)))), {"dialects": ("sqlite",)})
case["create table column without type"] = lambda: (
    CreateTable(Table("x", MetaData(), Column("a"))), {"dialects": ("sqlite", "postgresql")})
case["create table unknown reference"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer, ForeignKey("missing.id"))))
case["create table unknown referred column"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("id", Integer), Column("a", Integer, ForeignKey("x.nope"))))
case["column with a foreign key of no column"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer, ForeignKey(5))))
case["unique of unknown column"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer), UniqueConstraint("b")))
case["index of unknown column"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer), Index("ix", "b")))
case["index without columns"] = lambda: CreateIndex(Index("ix"))
case["primary key of unknown column"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer), PrimaryKeyConstraint("b")))
case["foreign key columns differ"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer), ForeignKeyConstraint(["a"], ["y.a", "y.b"])))
case["table twice"] = lambda: CreateTable(Table("mytable", metadata, Column("a", Integer)))
case["table unknown option"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer), nonsense=True))
case["column unknown option"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer, nonsense=True)))
case["identity with server_default"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer, Identity(), server_default="5")))
case["identity and computed"] = lambda: CreateTable(Table(
    "x", MetaData(), Column("a", Integer, Identity(), Computed("b"))))
case["drop of an unnamed constraint"] = lambda: (
    DropConstraint(CheckConstraint(t.c.myid > 5)), {"dialects": ("default", "postgresql")})
case["index without a name"] = lambda: CreateIndex(Index(None, func.lower(t.c.name)))
case["autoincrement of a composite key on sqlite"] = lambda: (CreateTable(Table(
    "x", MetaData(), Column("a", Integer, primary_key=True, autoincrement=True),
    Column("b", Integer, primary_key=True))), {"dialects": ("sqlite",)})
case["distinct on elsewhere"] = lambda: (
    select(t.c.name).distinct(t.c.name).limit(1), {"dialects": ("postgresql",)})
case["regexp_replace on sqlite"] = lambda: (
    t.c.name.regexp_replace("a", "b"), {"dialects": ("sqlite",)})
case["delete from two on sqlite"] = lambda: (
    delete(t).where(t.c.myid == o.c.otherid), {"dialects": ("sqlite",)})
case["operator without types"] = lambda: t.c.myid << 5
case["subscript of an integer"] = lambda: t.c.myid[5]
case["text bindparams unknown"] = lambda: text("a = :b").bindparams(c=1)
case["conflict without set"] = lambda: pg.insert(t).values(myid=1).on_conflict_do_update(
    index_elements=["myid"])
case["conflict with both targets"] = lambda: pg.insert(t).values(
    myid=1).on_conflict_do_nothing(constraint="a", index_elements=["myid"])
case["conflict twice"] = lambda: pg.insert(
    t).values(myid=1).on_conflict_do_nothing().on_conflict_do_nothing()
case["correlate all away"] = lambda: select(t.c.myid).where(
    exists(select(t.c.myid).where(t.c.name == "x").correlate(t)))
case["tuple of one compared"] = lambda: tuple_(t.c.myid) == (5,)
case["with_only_columns of string"] = lambda: select(t.c.myid).with_only_columns("x")
case["add_columns of string"] = lambda: select(t.c.myid).add_columns("x")
case["returning of string"] = lambda: insert(t).returning("myid")
case["alias of a number"] = lambda: alias(5)
case["exists of string"] = lambda: select(t.c.myid).where(exists("x"))
case["insert with values as an argument"] = lambda: insert(t, {"myid": 1})
case["update with a condition as an argument"] = lambda: update(t, t.c.myid == 1)
case["insert method with values"] = lambda: t.insert({"myid": 1})
