-- SPDX-License-Identifier: MIT
-- Parts of statements that are compiled by themselves, and clauses only some databases have.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer, MetaData, String, Table = corm.Column, corm.Integer, corm.MetaData,
    corm.String, corm.Table
local cast, column, func, insert, select = corm.cast, corm.column, corm.func, corm.insert,
    corm.select
local CreateIndex, CreateTable = corm.schema.CreateIndex, corm.schema.CreateTable
local pg, sqlite = corm.dialects.postgresql, corm.dialects.sqlite
local addresses, t, users = schema.addresses, schema.t, schema.users

local case = require("spec.golden.harness").cases()
local flag = column("value", corm.Boolean)
local seq_t = Table("seq_t", MetaData(),
    Column("id", Integer, corm.Sequence("sq"), { primary_key = true }),
    Column("x", Integer))

local function inserted(dialect)
    return dialect.insert(t):values({ name = "x" })
end

case["subquery"] = function()
    return select(t.c.myid):subquery("s")
end

case["lateral"] = function()
    return select(t.c.myid):lateral("s")
end

case["sample"] = function()
    return t:tablesample(func.system(1), { name = "s" })
end

case["lateral of an alias"] = function()
    return select(select(t.c.myid):lateral():alias("a"))
end

case["lateral of a function"] = function()
    return select(column("x")):select_from(
        corm.lateral(func.generate_series(1, 2), { name = "g" }))
end

case["lateral of text"] = function()
    return select(corm.text("SELECT a FROM b"):columns(column("a")):lateral("l"))
end

case["labels none of casts"] = function()
    return select(cast(t.c.name, Integer), cast(t.c.name, String), t.c.name)
        :set_label_style(corm.LABEL_STYLE_NONE)
end

case["flag and its negation"] = function()
    return select(~flag, flag)
end

case["fetch none"] = function()
    return select(t.c.myid):fetch(nil):offset(3)
end

case["for update of join"] = function()
    local join = t:join(addresses, t.c.myid:eq(addresses.c.user_id))
    return select(t.c.myid):with_for_update({ of = join })
end

case["for update of text"] = function()
    return select(t.c.myid):with_for_update({ of = corm.text("t1") })
end

case["conflict do nothing"] = function()
    return inserted(pg):on_conflict_do_nothing()
end

case["conflict by name"] = function()
    return inserted(pg):on_conflict_do_nothing({ constraint = "uq" })
end

case["conflict update"] = function()
    return inserted(pg):on_conflict_do_update({
        index_elements = { "name" },
        set_ = { name = "y" },
    })
end

case["conflict update of sqlite"] = function()
    return inserted(sqlite):on_conflict_do_update({ set_ = { name = "y" } })
end

case["next number inserted"] = function()
    return insert(seq_t):values({ x = 1 })
end

case["next number inserted and returned"] = function()
    return insert(seq_t):values({ x = 1 }):returning(seq_t.c.x)
end

case["domain with the collation of a schema"] = function()
    return pg.CreateDomainType(pg.DOMAIN("d", corm.Text, {
        collation = "my-coll",
        collation_schema = "CollSchema",
    }))
end

case["domain with the schema of no collation"] = function()
    return pg.CreateDomainType(pg.DOMAIN("d", corm.Text, { collation_schema = "CollSchema" }))
end

case["quarter"] = function()
    return corm.extract("quarter", users.c.created)
end

case["inherits quoted names"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer), {
        postgresql_inherits = { "Quote Me", "plain", corm.quoted_name("s.parent", false) },
    }))
end

case["storage parameter without value"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer), {
        postgresql_with = { vacuum_truncate = corm.NULL },
    }))
end

case["index of keyed columns"] = function()
    local n = Table("n", MetaData(), Column("a", String), Column("b", Integer, { key = "kb" }))
    return CreateIndex(corm.Index("ix", n.c.a, n.c.kb, {
        postgresql_using = "GIST",
        postgresql_ops = { a = "text_ops", kb = "int4_ops" },
        postgresql_with = { autosummarize = corm.NULL },
    }))
end

case["primary key with the numbered column first"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer, { primary_key = true }),
        Column("b", Integer, { primary_key = true, autoincrement = true })))
end

case["foreign key within a schema"] = function()
    local m = MetaData()
    Table("p", m, Column("id", Integer, { primary_key = true }), { schema = "s" })
    return CreateTable(Table("q", m,
        Column("p_id", Integer, corm.ForeignKey("s.p.id", { initially = "immediate" })),
        { schema = "s" }))
end

return case
