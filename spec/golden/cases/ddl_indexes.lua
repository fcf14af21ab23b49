-- SPDX-License-Identifier: MIT
-- Indexes, ALTER TABLE, sequences, types and comments.

local corm = require("corm")

local AddConstraint, BigInteger = corm.schema.AddConstraint, corm.BigInteger
local CheckConstraint, Column = corm.CheckConstraint, corm.Column
local CreateIndex, CreateSchema = corm.schema.CreateIndex, corm.schema.CreateSchema
local CreateSequence, DDL = corm.schema.CreateSequence, corm.DDL
local DropColumnComment = corm.schema.DropColumnComment
local DropConstraint, DropIndex = corm.schema.DropConstraint, corm.schema.DropIndex
local DropSchema, DropSequence = corm.schema.DropSchema, corm.schema.DropSequence
local DropTableComment = corm.schema.DropTableComment
local ExcludeConstraint = corm.dialects.postgresql.ExcludeConstraint
local ForeignKeyConstraint, Index, Integer = corm.ForeignKeyConstraint, corm.Index, corm.Integer
local JSON, MetaData, PrimaryKeyConstraint = corm.JSON, corm.MetaData, corm.PrimaryKeyConstraint
local Sequence, SetColumnComment = corm.Sequence, corm.schema.SetColumnComment
local SetTableComment, String, Table = corm.schema.SetTableComment, corm.String, corm.Table
local UniqueConstraint, and_, cast, func = corm.UniqueConstraint, corm.and_, corm.cast, corm.func
local pg, text = corm.dialects.postgresql, corm.text

local case = require("spec.golden.harness").cases()

local m = MetaData()

local a = Table(
    "a",
    m,
    Column("id", Integer, { primary_key = true }),
    Column("x", String(20)),
    Column("y", Integer),
    Column("data", JSON)
)

local b = Table(
    "b",
    m,
    Column("id", Integer, { primary_key = true }),
    Column("x", String),
    Column("during", pg.TSRANGE),
    Column("room", Integer),
    { schema = "sch" }
)

case["index"] = function()
    return CreateIndex(Index("ix", a.c.x))
end

case["index two columns unique"] = function()
    return CreateIndex(Index("ix", a.c.x, a.c.y, { unique = true }))
end

case["index desc"] = function()
    return CreateIndex(Index("ix", a.c.x:desc(), a.c.y:asc()))
end

case["index desc nulls last"] = function()
    return CreateIndex(Index("ix", a.c.x:desc():nulls_last()))
end

case["index function"] = function()
    return CreateIndex(Index("ix", func.lower(a.c.x)))
end

case["index expression"] = function()
    return CreateIndex(Index("ix", a.c.y + 5))
end

case["index function of value"] = function()
    return CreateIndex(Index("ix", func.coalesce(a.c.x, "none")))
end

case["index if_not_exists"] = function()
    return CreateIndex(Index("ix", a.c.x), { if_not_exists = true })
end

case["index schema"] = function()
    return CreateIndex(Index("ix", b.c.x))
end

case["index quoted"] = function()
    return CreateIndex(Index("Odd Index", a.c.x))
end

case["index drop"] = function()
    return DropIndex(Index("ix", a.c.x))
end

case["index drop schema if_exists"] = function()
    return DropIndex(Index("ix", b.c.x), { if_exists = true })
end

case["index unnamed"] = function()
    return CreateIndex(Index(nil, a.c.x))
end

case["index sqlite where"] = function()
    return CreateIndex(Index("ix", a.c.x, { sqlite_where = a.c.y:gt(5) }))
end

case["index pg where"] = function()
    return CreateIndex(
        Index("ix", a.c.x, { postgresql_where = and_(a.c.y:gt(5), a.c.x:eq("it's")) })
    )
end

case["index pg where text"] = function()
    return CreateIndex(Index("ix", a.c.x, { postgresql_where = text("y > 5") }))
end

case["index pg using"] = function()
    return CreateIndex(Index("ix", a.c.x, { postgresql_using = "gin" }))
end

case["index pg ops"] = function()
    return CreateIndex(
        Index("ix", a.c.x, a.c.y, { postgresql_ops = { x = "text_pattern_ops" } })
    )
end

case["index pg ops of label"] = function()
    return CreateIndex(
        Index(
            "ix",
            func.lower(a.c.x):label("low"),
            { postgresql_ops = { low = "text_pattern_ops" } }
        )
    )
end

case["index pg include"] = function()
    return CreateIndex(Index("ix", a.c.x, { postgresql_include = { "y", a.c.id } }))
end

case["index pg concurrently"] = function()
    return CreateIndex(Index("ix", a.c.x, { postgresql_concurrently = true }))
end

case["index pg drop concurrently"] = function()
    return DropIndex(Index("ix", a.c.x, { postgresql_concurrently = true }))
end

case["index pg with"] = function()
    return CreateIndex(Index("ix", a.c.x, { postgresql_with = { fillfactor = 50 } }))
end

case["index pg tablespace"] = function()
    return CreateIndex(Index("ix", a.c.x, { postgresql_tablespace = "Ts" }))
end

case["index pg nulls not distinct"] = function()
    return CreateIndex(
        Index("ix", a.c.x, { unique = true, postgresql_nulls_not_distinct = true })
    )
end

case["index pg everything"] = function()
    return CreateIndex(
        Index(
            "ix",
            a.c.x,
            {
                unique = true,
                postgresql_using = "btree",
                postgresql_concurrently = true,
                postgresql_include = { "y" },
                postgresql_where = a.c.y:eq(1),
                postgresql_with = { fillfactor = 50 },
            }
        ),
        { if_not_exists = true }
    )
end

case["index pg json"] = function()
    return CreateIndex(Index("ix", a.c.data:getitem("k"):as_string()))
end

case["index pg expression with cast"] = function()
    return CreateIndex(Index("ix", cast(a.c.x, Integer)))
end

case["index pg collate"] = function()
    return CreateIndex(Index("ix", a.c.x:collate("C")))
end

case["add check"] = function()
    return AddConstraint(CheckConstraint(a.c.y:gt(5), { name = "ck" }))
end

case["add unique"] = function()
    return AddConstraint(UniqueConstraint(a.c.x, { name = "uq" }))
end

case["add foreign key"] = function()
    return AddConstraint(
        ForeignKeyConstraint(
            { b.c.room },
            { a.c.id },
            { name = "fk_room", ondelete = "CASCADE" }
        )
    )
end

case["add primary key"] = function()
    return AddConstraint(
        PrimaryKeyConstraint(
            Table("z", MetaData(), Column("q", Integer)).c.q,
            { name = "pkz" }
        )
    )
end

case["add exclude"] = function()
    return AddConstraint(
        ExcludeConstraint({ b.c.during, "&&" }, { name = "ex", using = "gist" })
    )
end

case["add not valid"] = function()
    return AddConstraint(
        ForeignKeyConstraint(
            { b.c.room },
            { a.c.id },
            { name = "fk_nv", postgresql_not_valid = true }
        )
    )
end

case["drop constraint"] = function()
    return DropConstraint(UniqueConstraint(a.c.x, { name = "uq" }))
end

case["drop constraint cascade"] = function()
    return DropConstraint(UniqueConstraint(a.c.x, { name = "uq" }), { cascade = true })
end

case["drop constraint if_exists"] = function()
    return DropConstraint(UniqueConstraint(a.c.x, { name = "uq" }), { if_exists = true })
end

case["drop constraint unnamed"] = function()
    return DropConstraint(UniqueConstraint(a.c.x))
end

case["schema create"] = function()
    return CreateSchema("sch")
end

case["schema create if_not_exists"] = function()
    return CreateSchema("Odd Sch", { if_not_exists = true })
end

case["schema drop cascade"] = function()
    return DropSchema("sch", { cascade = true, if_exists = true })
end

case["sequence create"] = function()
    return CreateSequence(Sequence("s"))
end

case["sequence options"] = function()
    return CreateSequence(
        Sequence(
            "s",
            {
                start = 5,
                increment = -1,
                minvalue = -10,
                maxvalue = 10,
                cycle = true,
                cache = 5,
            }
        )
    )
end

case["sequence no bounds"] = function()
    return CreateSequence(Sequence("s", { nominvalue = true, nomaxvalue = true }))
end

case["sequence schema"] = function()
    return CreateSequence(Sequence("s", { schema = "sch" }), { if_not_exists = true })
end

case["sequence data type"] = function()
    return CreateSequence(Sequence("s", { data_type = BigInteger }))
end

case["sequence drop"] = function()
    return DropSequence(Sequence("s"), { if_exists = true })
end

case["sequence quoted"] = function()
    return CreateSequence(Sequence("Odd Seq", { start = 1 }))
end

case["sequence owned"] = function()
    return CreateSequence(Sequence("s", { order = true, metadata = MetaData() }))
end

case["enum create"] = function()
    return pg.CreateEnumType(pg.ENUM("a", "it's", { name = "e" }))
end

case["enum create schema"] = function()
    return pg.CreateEnumType(pg.ENUM("a", { name = "Odd", schema = "sch" }))
end

case["enum drop"] = function()
    return pg.DropEnumType(pg.ENUM("a", { name = "e" }))
end

case["domain create"] = function()
    return pg.CreateDomainType(
        pg.DOMAIN(
            "d",
            Integer,
            {
                default = "5",
                not_null = true,
                check = text("VALUE > 1"),
                constraint_name = "ck",
                collation = "C",
            }
        )
    )
end

case["domain drop"] = function()
    return pg.DropDomainType(pg.DOMAIN("d", Integer))
end

case["comment on table"] = function()
    return SetTableComment(Table("n", MetaData(), Column("a", Integer), { comment = "it's" }))
end

case["comment on table dropped"] = function()
    return DropTableComment(a)
end

case["comment on column"] = function()
    return SetColumnComment(Table("n", MetaData(), Column("a", Integer, { comment = "x" })).c.a)
end

case["comment on column dropped"] = function()
    return DropColumnComment(a.c.x)
end

case["ddl text"] = function()
    return DDL("CREATE THING x")
end

return case
