-- SPDX-License-Identifier: MIT
-- DDL: tables, constraints, indexes, sequences, comments and views.

local corm = require("corm")

local BigInteger, Boolean = corm.BigInteger, corm.Boolean
local CheckConstraint, Column = corm.CheckConstraint, corm.Column
local Computed, DateTime = corm.Computed, corm.DateTime
local Enum, ForeignKey = corm.Enum, corm.ForeignKey
local ForeignKeyConstraint, Identity = corm.ForeignKeyConstraint, corm.Identity
local Index, Integer = corm.Index, corm.Integer
local MetaData, Numeric = corm.MetaData, corm.Numeric
local PrimaryKeyConstraint, Sequence = corm.PrimaryKeyConstraint, corm.Sequence
local SmallInteger, String = corm.SmallInteger, corm.String
local Table, Text = corm.Table, corm.Text
local UniqueConstraint, and_ = corm.UniqueConstraint, corm.and_
local column, conv = corm.column, corm.conv
local func, literal = corm.func, corm.literal
local quoted_name, select = corm.quoted_name, corm.select
local text, true_ = corm.text, corm.true_
local schema = corm.schema
local AddConstraint, CreateIndex = schema.AddConstraint, schema.CreateIndex
local CreateSchema, CreateSequence = schema.CreateSchema, schema.CreateSequence
local CreateTable, CreateTableAs = schema.CreateTable, schema.CreateTableAs
local CreateView, DropColumnComment = schema.CreateView, schema.DropColumnComment
local DropConstraint, DropConstraintComment = schema.DropConstraint, schema.DropConstraintComment
local DropIndex, DropSchema = schema.DropIndex, schema.DropSchema
local DropSequence, DropTable = schema.DropSequence, schema.DropTable
local DropTableComment, DropView = schema.DropTableComment, schema.DropView
local SetColumnComment, SetConstraintComment = schema.SetColumnComment, schema.SetConstraintComment
local SetTableComment = schema.SetTableComment
local pg = corm.dialects.postgresql

local metadata = MetaData()
local t = Table("t", metadata, Column("id", Integer, { primary_key = true }),
    Column("name", String(30)), Column("x", Integer), Column("y", Integer),
    Column("flag", Boolean))
local u = Table("u", metadata, Column("id", Integer, { primary_key = true }),
    Column("t_id", ForeignKey("t.id")), Column("v", String), Column("amount", Numeric(10, 2)))
local w = Table("w", metadata, Column("id", Integer, { primary_key = true }), Column("v", String),
    { schema = "other" })
local df = Table("df", metadata, Column("id", Integer, { primary_key = true }),
    Column("a", Integer, { default = 5 }), Column("b", String, { server_default = "zz" }),
    Column("c", Integer, { onupdate = 7 }),
    Column("d", Integer, { default = func.foo(), onupdate = func.bar() }))

-- A table to say a constraint of.
local function checked()
    return Table("ck", MetaData(), Column("x", Integer))
end

-- A table to index: an index belongs to its table for ever.
local function indexed(table_)
    return table_:to_metadata(MetaData())
end

local case = require("spec.golden.harness").cases()

case["createtable t"] = function()
    return CreateTable(t)
end

case["createtable df"] = function()
    return CreateTable(df)
end

case["createtable t if not exists true"] = function()
    return CreateTable(t, {if_not_exists=true})
end

case["droptable w if exists true"] = function()
    return DropTable(w, {if_exists=true})
end

case["createtable table a id identity start 5 increment 2"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer, Identity({start=5,
        increment=2, minvalue=1, maxvalue=100, cycle=true, cache=3}), {primary_key=true})))
end

case["createtable table a id identity always true nominvalue true"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer, Identity({always=true,
        nominvalue=true, nomaxvalue=true, cycle=false}), {primary_key=true})))
end

case["createtable table a id identity always true nullable true"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer, Identity({always=true}),
        {nullable=true})))
end

case["createsequence sequence s start 1 increment 2 minvalue 3"] = function()
    return CreateSequence(Sequence("s", {start=1, increment=2, minvalue=3, maxvalue=4, cache=5,
        cycle=true}))
end

case["createsequence sequence s nominvalue true nomaxvalue true"] = function()
    return CreateSequence(Sequence("s", {nominvalue=true, nomaxvalue=true, cycle=false,
        data_type=BigInteger, schema="q"}))
end

case["createsequence sequence s order true if not exists true"] = function()
    return CreateSequence(Sequence("s", {order=true}), {if_not_exists=true})
end

case["dropsequence sequence s if exists true"] = function()
    return DropSequence(Sequence("s"), {if_exists=true})
end

case["createtable table a x y computed x + 2 persisted true"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), Column("y", Integer,
        Computed("x + 2", {persisted=true}))))
end

case["createtable table a x y computed x + 2 persisted false"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), Column("y", Integer,
        Computed("x + 2", {persisted=false}))))
end

case["createtable table a x uniqueconstraint x name uq deferrable"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x",
        {name="uq", deferrable=true, initially="DEFERRED"})))
end

case["createtable table a x uniqueconstraint x name uq deferrable (2)"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x",
        {name="uq", deferrable=false, initially="IMMEDIATE"})))
end

case["createtable table a x uniqueconstraint x postgresql nulls"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x",
        {postgresql_nulls_not_distinct=true})))
end

case["createtable table a x uniqueconstraint x postgresql include"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), UniqueConstraint("x",
        {postgresql_include={"x"}, sqlite_on_conflict="IGNORE"})))
end

case["createtable table a x primarykeyconstraint x sqlite on"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), PrimaryKeyConstraint("x",
        {sqlite_on_conflict="FAIL", name="pk"})))
end

case["createtable table a x primary key true sqlite on conflict"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer, {primary_key=true,
        sqlite_on_conflict_primary_key="FAIL"})))
end

case["createtable table a x unique true nullable false sqlite on"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer, {unique=true, nullable=false,
        sqlite_on_conflict_unique="IGNORE", sqlite_on_conflict_not_null="FAIL"})))
end

case["createtable table a x checkconstraint x 5 name ck sqlite on"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), CheckConstraint("x > 5",
        {name="ck", sqlite_on_conflict="ROLLBACK"})))
end

case["createtable table a x y checkconstraint column x column y"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), Column("y", Integer),
        CheckConstraint(column("x"):gt(column("y")))))
end

case["createtable table a table b mm id primary key true mm 1 x"] = function()
    local mm=MetaData()
    Table("b", mm, Column("id", Integer, {primary_key=true}))
    return CreateTable(Table("a", mm, Column("x", ForeignKey("b.id", {ondelete="CASCADE",
        onupdate="SET NULL", deferrable=true, initially="DEFERRED", match="FULL", name="fk"}))))
end

case["createtable table a table b mm id primary key true mm 1 x (2)"] = function()
    local mm=MetaData()
    Table("b", mm, Column("id", Integer, {primary_key=true}))
    return CreateTable(Table("a", mm, Column("x", ForeignKey("b.id", {comment="hi", info={a=1},
        postgresql_not_valid=true}))))
end

case["createtable table a table b mm x primary key true y primary"] = function()
    local mm=MetaData()
    Table("b", mm, Column("x", Integer, {primary_key=true}), Column("y", Integer,
        {primary_key=true}))
    return CreateTable(Table("a", mm, Column("x", Integer), Column("y", Integer),
        ForeignKeyConstraint({"x","y"},{"b.x","b.y"}, {match="SIMPLE", onupdate="CASCADE",
        name="fkk"})))
end

case["createtable table a x prefixes temporary"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer), {prefixes={"TEMPORARY"}}))
end

case["createtable table a id primary key true sqlite"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer, {primary_key=true}),
        {sqlite_autoincrement=true}))
end

case["createtable table a id primary key true sqlite with rowid"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer, {primary_key=true}),
        {sqlite_with_rowid=false, sqlite_strict=true}))
end

case["createtable table a id postgresql partition by list id"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer),
        {postgresql_partition_by="LIST (id)", postgresql_tablespace="ts",
        postgresql_using="heap", postgresql_on_commit="PRESERVE ROWS", postgresql_inherits={"p",
        "q"}}))
end

case["createtable table a id postgresql on commit drop rows"] = function()
    return CreateTable(Table("a", MetaData(), Column("id", Integer),
        {postgresql_on_commit="drop_rows"}))
end

case["createindex index ix name"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix", one.c.name))
end

case["createindex index ix2 name unique true if not exists true"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix2", one.c.name, {unique=true}), {if_not_exists=true})
end

case["createindex index ix3 lower name x desc"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix3", func.lower(one.c.name), one.c.x:desc()))
end

case["createindex index ix5 name postgresql nulls not distinct"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix5", one.c.name, {postgresql_nulls_not_distinct=false,
        sqlite_where=and_(one.c.x:gt(5), one.c.name:eq("q"))}))
end

case["createindex index ix6 name desc x asc nulls last"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix6", one.c.name:desc(), one.c.x:asc():nulls_last()))
end

case["createindex index ix7 x+5 label foo name postgresql ops foo"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix7", (one.c.x+5):label("foo"), one.c.name,
        {postgresql_ops={foo="int4_ops",name="text_pattern_ops"}}))
end

case["createindex index ix8 x+5 text lower name"] = function()
    local one = indexed(t)
    return CreateIndex(Index("ix8", one.c.x+5, text("lower(name)")))
end

case["createindex index ix9 v"] = function()
    local one = indexed(w)
    return CreateIndex(Index("ix9", one.c.v))
end

case["dropindex index ix10 v if exists true"] = function()
    local one = indexed(w)
    return DropIndex(Index("ix10", one.c.v), {if_exists=true})
end

case["dropindex index ix11 x postgresql concurrently true"] = function()
    local one = indexed(t)
    return DropIndex(Index("ix11", one.c.x, {postgresql_concurrently=true}))
end

case["createschema s"] = function()
    return CreateSchema("s")
end

case["createschema s if not exists true"] = function()
    return CreateSchema("s", {if_not_exists=true})
end

case["dropschema s cascade true if exists true"] = function()
    return DropSchema("s", {cascade=true, if_exists=true})
end

case["settablecomment table a x comment comment hi"] = function()
    return SetTableComment(Table("a", MetaData(), Column("x", Integer, {comment="c'c"}),
        {comment="hi"}))
end

case["droptablecomment table a x comment comment hi"] = function()
    return DropTableComment(Table("a", MetaData(), Column("x", Integer, {comment="c'c"}),
        {comment="hi"}))
end

case["setcolumncomment table a x comment comment hi c x"] = function()
    return SetColumnComment(Table("a", MetaData(), Column("x", Integer, {comment="c'c"}),
        {comment="hi"}).c.x)
end

case["dropcolumncomment table a x comment comment hi c x"] = function()
    return DropColumnComment(Table("a", MetaData(), Column("x", Integer, {comment="c'c"}),
        {comment="hi"}).c.x)
end

case["setconstraintcomment checkconstraint ckt c x 5 name cq"] = function()
    return SetConstraintComment(CheckConstraint(checked().c.x:gt(5), {name="cq",
        comment="hello"}))
end

case["dropconstraintcomment checkconstraint ckt c x 5 name cq2"] = function()
    return DropConstraintComment(CheckConstraint(checked().c.x:gt(5), {name="cq2",
        comment="hello"}))
end

case["addconstraint checkconstraint ckt c x 5 name cq3"] = function()
    return AddConstraint(CheckConstraint(checked().c.x:gt(5), {name="cq3"}))
end

case["addconstraint checkconstraint ckt c x 5 name cq4 postgresql"] = function()
    return AddConstraint(CheckConstraint(checked().c.x:gt(5), {name="cq4",
        postgresql_not_valid=true}))
end

case["dropconstraint checkconstraint ckt c x 5 name cq5 cascade"] = function()
    return DropConstraint(CheckConstraint(checked().c.x:gt(5), {name="cq5"}), {cascade=true,
        if_exists=true})
end

case["createtable table a room during tsrange excludeconstraint"] = function()
    return CreateTable(Table("a", MetaData(), Column("room", Integer), Column("during",
        pg.TSRANGE), pg.ExcludeConstraint({"room","="},{"during","&&"}, {name="ex"})))
end

case["createtable table a m naming convention ix ix % column 0"] = function()
    return CreateTable(Table("a", MetaData{naming_convention={ix="ix_%(column_0_label)s",
        uq="uq_%(table_name)s_%(column_0_name)s",ck="ck_%(table_name)s_%(constraint_name)s",
        fk="fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s_"
            .. "%(referred_column_0_name)s",
        pk="pk_%(table_name)s"}}, Column("id", Integer, {primary_key=true}), Column("p",
        ForeignKey("a.id")), Column("q", Integer, {unique=true}), CheckConstraint("q>5",
        {name="qq"}), UniqueConstraint("p","q")))
end

case["createtable table a m naming convention uq uq % column 0n"] = function()
    return CreateTable(Table("a",
        MetaData{naming_convention={uq="uq_%(column_0N_name)s_%(column_1_label)s_"
            .. "%(column_0N_key)s_%(column_0_N_label)s"}},
        Column("id", Integer, {key="kk"}), Column("p", Integer), UniqueConstraint("kk","p")))
end

case["createtable table a m naming convention ck ck % table name"] = function()
    return CreateTable(Table("a",
        MetaData{naming_convention={ck="ck_%(table_name)s_%(constraint_name)s"}}, Column("p",
        Boolean({create_constraint=true, name="bb"})), Column("e", Enum("a","b", {name="ee",
        create_constraint=true, native_enum=false})), CheckConstraint("p>1",
        {name=conv("zzz")})))
end

case["createtable table a x server default text 5 y server"] = function()
    return CreateTable(Table("a", MetaData(), Column("x", Integer, {server_default=text("5")}),
        Column("y", String, {server_default="it's"}), Column("z", DateTime,
        {server_default=func.now()}), Column("f", Boolean, {server_default=true_()}), Column("g",
        Integer, {server_default=literal(5)+3}), Column("h", Integer, {server_default="0"})))
end

case["createtable table user table order mixedcase quoted name"] = function()
    return CreateTable(Table("User Table", MetaData(), Column("order", Integer),
        Column("MixedCase", Integer), Column(quoted_name("low", true), Integer), Column("qq",
        Integer, {quote=true}), Column("select", Integer, {quote=false}), {schema="My Schema"}))
end

case["createtable table tt m quote schema true x schema lower"] = function()
    return CreateTable(Table("tt", MetaData{quote_schema=true}, Column("x", Integer),
        {schema="lower", quote=true}))
end

case["createtable table tt x schema lower quote schema true"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer), {schema="lower",
        quote_schema=true}))
end

case["createtable table tt x schema a b"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer), {schema="a.b"}))
end

case["createtable table tt x primary key true autoincrement false"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer, {primary_key=true,
        autoincrement=false}), Column("y", SmallInteger), Column("z", BigInteger)))
end

case["createtable table tt x small primary key true"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", SmallInteger, {primary_key=true})))
end

case["createtable table tt x big sequence seq primary key true"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", BigInteger, Sequence("seq"),
        {primary_key=true})))
end

case["createtable table tt x primary key true y primary key true"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer, {primary_key=true}),
        Column("y", Integer, {primary_key=true})))
end

case["createtable table tt x primary key true autoincrement true"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer, {primary_key=true,
        autoincrement=true}), Column("y", Integer, {primary_key=true})))
end

case["createtable table tt x primary key true sqlite"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer, {primary_key=true}),
        {sqlite_autoincrement=true}))
end

case["createtable table tt a 5 collation de de b text collation c"] = function()
    return CreateTable(Table("tt", MetaData(), Column("a", String(5, {collation="de_DE"})),
        Column("b", Text({collation="C"}))))
end

case["createtable table tt x system true y"] = function()
    return CreateTable(Table("tt", MetaData(), Column("x", Integer, {system=true}), Column("y",
        Integer)))
end

case["createtable table tt"] = function()
    return CreateTable(Table("tt", MetaData()))
end

case["createview select id name where x 5 vv"] = function()
    return CreateView(select(t.c.id, t.c.name):where(t.c.x:gt(5)), "vv")
end

case["createview select id name where x 5 vv schema q or replace"] = function()
    return CreateView(select(t.c.id, t.c.name):where(t.c.x:gt(5)), "vv", {schema="q",
        or_replace=true})
end

case["createview select id vv materialized true"] = function()
    return CreateView(select(t.c.id), "vv", {materialized=true})
end

case["createview select id vv temporary true"] = function()
    return CreateView(select(t.c.id), "vv", {temporary=true})
end

case["dropview createview select id vv schema zz table if exists"] = function()
    return DropView(CreateView(select(t.c.id), "vv", {schema="zz"}).table, {if_exists=true})
end

case["dropview createview select id vv materialized true table"] = function()
    return DropView(CreateView(select(t.c.id), "vv", {materialized=true}).table)
end

case["createtableas select id name where x 5 cc"] = function()
    return CreateTableAs(select(t.c.id, t.c.name):where(t.c.x:gt(5)), "cc")
end

case["createtableas select id cc schema q temporary true if not"] = function()
    return CreateTableAs(select(t.c.id), "cc", {schema="q", temporary=true, if_not_exists=true})
end

case["select createview select id name label q vv table"] = function()
    return select(CreateView(select(t.c.id, t.c.name:label("q")), "vv").table)
end

case["createtable t to metadata name copy schema zz"] = function()
    return CreateTable(t:to_metadata(MetaData(), {name="copy", schema="zz"}))
end

case["createtable u to metadata"] = function()
    return CreateTable(u:to_metadata(MetaData()))
end

return case
