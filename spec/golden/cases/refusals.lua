-- SPDX-License-Identifier: MIT
-- What is refused, and with which class of error.

local corm = require("corm")
local schema = require("spec.golden.schema")

local ARRAY, CheckConstraint, Column = corm.ARRAY, corm.CheckConstraint, corm.Column
local Computed, CreateIndex = corm.Computed, corm.schema.CreateIndex
local CreateTable, DropConstraint = corm.schema.CreateTable, corm.schema.DropConstraint
local ForeignKey, ForeignKeyConstraint = corm.ForeignKey, corm.ForeignKeyConstraint
local Identity, Index, Integer, MetaData = corm.Identity, corm.Index, corm.Integer, corm.MetaData
local PrimaryKeyConstraint, Table = corm.PrimaryKeyConstraint, corm.Table
local UniqueConstraint, alias, and_ = corm.UniqueConstraint, corm.alias, corm.and_
local bindparam, cast, delete, exists = corm.bindparam, corm.cast, corm.delete, corm.exists
local extract, func, insert, pg = corm.extract, corm.func, corm.insert, corm.dialects.postgresql
local select, text, tuple_, union = corm.select, corm.text, corm.tuple_, corm.union
local update, o, t, users = corm.update, schema.o, schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["select of string"] = function()
    return select("myid")
end

case["where of string"] = function()
    return select(t):where("myid = 1")
end

case["where of number"] = function()
    return select(t):where(5)
end

case["having of string"] = function()
    return select(t):having("x")
end

case["and_ of string"] = function()
    return and_("a", t.c.myid:eq(1))
end

case["order_by of unknown name"] = function()
    return select(t.c.myid):order_by("unknown")
end

case["group_by of unknown name"] = function()
    return select(t.c.myid):group_by("unknown")
end

case["join without condition"] = function()
    return select(t):join(o)
end

case["join of nothing to join"] = function()
    return select(t):join("othertable")
end

case["join ambiguous"] = function()
    return select(users.c.id)
        :join_from(
            users,
            Table(
                "two",
                schema.metadata,
                Column("a", ForeignKey("users.id")),
                Column("b", ForeignKey("users.id")),
                { extend_existing = true }
            )
        )
end

case["select_from of string"] = function()
    return select(t):select_from("mytable")
end

case["from_select of string"] = function()
    return insert(t):from_select({ "myid" }, "SELECT 1")
end

case["limit of text"] = function()
    return select(t):limit("five")
end

case["offset of text"] = function()
    return select(t):offset("five")
end

case["in of string"] = function()
    return t.c.name:in_("abc")
end

case["in of number"] = function()
    return t.c.myid:in_(5)
end

case["filter_by unknown"] = function()
    return select(users):filter_by({ nope = 5 })
end

case["update several rows"] = function()
    return update(t):values({ { name = "a" }, { name = "b" } })
end

case["insert of no table"] = function()
    return insert(select(t))
end

case["insert select and values"] = function()
    return insert(t):values({ myid = 1 }):from_select({ "myid" }, select(o.c.otherid))
end

case["insert rows then row"] = function()
    return insert(t):values({ { myid = 1 } }):values({ name = "x" })
end

case["insert row then rows"] = function()
    return insert(t):values({ myid = 1 }):values({ { name = "x" } })
end

case["bindparam named as column"] = function()
    return update(t):values({ name = "x" }):where(t.c.myid:eq(bindparam("name", 5)))
end

case["bindparam names conflict"] = function()
    return and_(
        t.c.myid:eq(bindparam("x", 1)),
        t.c.name:eq(bindparam("x", "a", { unique = true })),
        o.c.otherid:eq(bindparam("x_1", 5))
    )
end

case["union of different widths"] = function()
    return union(select(t.c.myid), select(o))
end

case["union of table"] = function()
    return union(select(t.c.myid), t)
end

case["over rows and range"] = function()
    return func.x():over({ rows = { 0, 1 }, range_ = { 0, 1 } })
end

case["over rows not integers"] = function()
    return func.x():over({ rows = { "a", 1 } })
end

case["case of plain"] = function()
    return corm.case({ t.c.myid:eq(1), 5 }, 7)
end

case["extract of odd field"] = function()
    return extract("no such field", users.c.created)
end

case["for update unknown"] = function()
    return select(t):with_for_update({ skip = true })
end

case["fetch on sqlite"] = function()
    return select(t.c.myid):fetch(5)
end

case["array on sqlite"] = function()
    return cast(t.c.name, ARRAY(Integer))
end

case["create table with array on sqlite"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", ARRAY(Integer))))
end

case["create table column without type"] = function()
    return CreateTable(Table("x", MetaData(), Column("a")))
end

case["create table unknown reference"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer, ForeignKey("missing.id"))))
end

case["create table unknown referred column"] = function()
    return CreateTable(
        Table(
            "x",
            MetaData(),
            Column("id", Integer),
            Column("a", Integer, ForeignKey("x.nope"))
        )
    )
end

case["column with a foreign key of no column"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer, ForeignKey(5))))
end

case["unique of unknown column"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer), UniqueConstraint("b")))
end

case["index of unknown column"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer), Index("ix", "b")))
end

case["index without columns"] = function()
    return CreateIndex(Index("ix"))
end

case["primary key of unknown column"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer), PrimaryKeyConstraint("b")))
end

case["foreign key columns differ"] = function()
    return CreateTable(
        Table(
            "x",
            MetaData(),
            Column("a", Integer),
            ForeignKeyConstraint({ "a" }, { "y.a", "y.b" })
        )
    )
end

case["table twice"] = function()
    return CreateTable(Table("mytable", schema.metadata, Column("a", Integer)))
end

case["table unknown option"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer), { nonsense = true }))
end

case["column unknown option"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer, { nonsense = true })))
end

case["identity with server_default"] = function()
    return CreateTable(
        Table("x", MetaData(), Column("a", Integer, Identity(), { server_default = "5" }))
    )
end

case["identity and computed"] = function()
    return CreateTable(Table("x", MetaData(), Column("a", Integer, Identity(), Computed("b"))))
end

case["drop of an unnamed constraint"] = function()
    return DropConstraint(CheckConstraint(t.c.myid:gt(5)))
end

case["index without a name"] = function()
    return CreateIndex(Index(nil, func.lower(t.c.name)))
end

case["autoincrement of a composite key on sqlite"] = function()
    return CreateTable(
        Table(
            "x",
            MetaData(),
            Column("a", Integer, { primary_key = true, autoincrement = true }),
            Column("b", Integer, { primary_key = true })
        )
    )
end

case["distinct on elsewhere"] = function()
    return select(t.c.name):distinct(t.c.name):limit(1)
end

case["regexp_replace on sqlite"] = function()
    return t.c.name:regexp_replace("a", "b")
end

case["delete from two on sqlite"] = function()
    return delete(t):where(t.c.myid:eq(o.c.otherid))
end

case["operator without types"] = function()
    return t.c.myid << 5
end

case["subscript of an integer"] = function()
    return t.c.myid:getitem(5)
end

case["text bindparams unknown"] = function()
    return text("a = :b"):bindparams({ c = 1 })
end

case["conflict without set"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_update({ index_elements = { "myid" } })
end

case["conflict with both targets"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_nothing({ constraint = "a", index_elements = { "myid" } })
end

case["conflict twice"] = function()
    return pg.insert(t):values({ myid = 1 }):on_conflict_do_nothing():on_conflict_do_nothing()
end

case["correlate all away"] = function()
    return select(t.c.myid):where(exists(select(t.c.myid):where(t.c.name:eq("x")):correlate(t)))
end

case["tuple of one compared"] = function()
    return tuple_(t.c.myid):eq({ 5 })
end

case["with_only_columns of string"] = function()
    return select(t.c.myid):with_only_columns("x")
end

case["add_columns of string"] = function()
    return select(t.c.myid):add_columns("x")
end

case["returning of string"] = function()
    return insert(t):returning("myid")
end

case["alias of a number"] = function()
    return alias(5)
end

case["exists of string"] = function()
    return select(t.c.myid):where(exists("x"))
end

case["insert with values as an argument"] = function()
    return insert(t, { myid = 1 })
end

case["update with a condition as an argument"] = function()
    return update(t, t.c.myid:eq(1))
end

case["insert method with values"] = function()
    return t:insert({ myid = 1 })
end

return case
