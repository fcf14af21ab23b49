-- SPDX-License-Identifier: MIT
-- ON CONFLICT on PostgreSQL and SQLite.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Index, Integer, MetaData = corm.Column, corm.Index, corm.Integer, corm.MetaData
local String, Table, UniqueConstraint = corm.String, corm.Table, corm.UniqueConstraint
local func, pg, select = corm.func, corm.dialects.postgresql, corm.select
local sqlite, text, o, odd = corm.dialects.sqlite, corm.text, schema.o, schema.odd
local stuff, t, users = schema.stuff, schema.t, schema.users

local case = require("spec.golden.harness").cases()

local defaults = Table(
    "defaults",
    MetaData(),
    Column("id", Integer, { primary_key = true }),
    Column("a", Integer, { default = 5 }),
    Column("b", String, { default = func.foo() }),
    Column("c", String, { server_default = "x" }),
    Column("d", Integer, { onupdate = 7 }),
    Column("e", String, { onupdate = func.bar(), key = "ee" })
)

case["pg conflict nothing"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" }):on_conflict_do_nothing()
end

case["sqlite conflict nothing"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" }):on_conflict_do_nothing()
end

case["pg conflict nothing elements"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_nothing({ index_elements = { "myid" } })
end

case["sqlite conflict nothing elements"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_nothing({ index_elements = { "myid" } })
end

case["pg conflict nothing element columns"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_nothing({ index_elements = { t.c.myid, t.c.name } })
end

case["sqlite conflict nothing element columns"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_nothing({ index_elements = { t.c.myid, t.c.name } })
end

case["pg conflict nothing where"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_nothing({ index_elements = { "name" }, index_where = t.c.myid:gt(5) })
end

case["sqlite conflict nothing where"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_nothing({ index_elements = { "name" }, index_where = t.c.myid:gt(5) })
end

case["pg conflict update"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = "y" } })
end

case["sqlite conflict update"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = "y" } })
end

case["pg conflict update dict of columns"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { t.c.myid }, set_ = { [t.c.name] = "y" } })
end

case["sqlite conflict update dict of columns"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { t.c.myid }, set_ = { [t.c.name] = "y" } })
end

case["pg conflict update excluded"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = pg.insert(t).excluded.name },
        })
end

case["sqlite conflict update excluded"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = sqlite.insert(t).excluded.name },
        })
end

case["pg conflict update own columns"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = t.c.name + "!" },
        })
end

case["sqlite conflict update own columns"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = t.c.name + "!" },
        })
end

case["pg conflict update where"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = "y" },
            where = t.c.name:ne("z"),
        })
end

case["sqlite conflict update where"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = "y" },
            where = t.c.name:ne("z"),
        })
end

case["pg conflict update index where"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { t.c.name },
            index_where = t.c.name:gt("a"),
            set_ = { name = "y" },
        })
end

case["sqlite conflict update index where"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { t.c.name },
            index_where = t.c.name:gt("a"),
            set_ = { name = "y" },
        })
end

case["pg conflict update function"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = func.lower("Y") },
        })
end

case["sqlite conflict update function"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = func.lower("Y") },
        })
end

case["pg conflict update null"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = corm.NULL } })
end

case["sqlite conflict update null"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = corm.NULL } })
end

case["pg conflict update two in table order"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { description = "d", name = "y" },
        })
end

case["sqlite conflict update two in table order"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { description = "d", name = "y" },
        })
end

case["pg conflict update returning"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = "y" } })
        :returning(t.c.myid)
end

case["sqlite conflict update returning"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = { name = "y" } })
        :returning(t.c.myid)
end

case["pg conflict update subquery"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = select(o.c.othername):where(o.c.otherid:eq(1)):scalar_subquery() },
        })
end

case["sqlite conflict update subquery"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = select(o.c.othername):where(o.c.otherid:eq(1)):scalar_subquery() },
        })
end

case["pg conflict update without set"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" } })
end

case["sqlite conflict update without set"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" } })
end

case["sqlite conflict update without target"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ set_ = { name = "y" } })
end

case["pg conflict update empty set"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = {} })
end

case["sqlite conflict update empty set"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({ index_elements = { "myid" }, set_ = {} })
end

case["pg conflict update index expression"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { func.lower(t.c.name) },
            set_ = { name = "y" },
        })
end

case["sqlite conflict update index expression"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { func.lower(t.c.name) },
            set_ = { name = "y" },
        })
end

case["pg conflict update element text"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { text("lower(name)") },
            set_ = { name = "y" },
        })
end

case["sqlite conflict update element text"] = function()
    return sqlite.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { text("lower(name)") },
            set_ = { name = "y" },
        })
end

case["pg conflict constraint name"] = function()
    return pg.insert(t):values({ myid = 1 }):on_conflict_do_nothing({ constraint = "uq_name" })
end

case["pg conflict constraint object"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_nothing({ constraint = UniqueConstraint(t.c.name, { name = "uq_x" }) })
end

case["pg conflict primary key object"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_update({ constraint = t.primary_key, set_ = { name = "y" } })
end

case["pg conflict index object"] = function()
    return pg.insert(users):values({ id = 1 })
        :on_conflict_do_update({
            constraint = Index(
                "ix_u",
                users.c.name,
                { unique = true, postgresql_where = users.c.age:gt(5) }
            ),
            set_ = { name = "y" },
        })
end

case["pg conflict constraint and elements"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_nothing({ constraint = "a", index_elements = { "myid" } })
end

case["pg conflict constraint quoted"] = function()
    return pg.insert(t):values({ myid = 1 }):on_conflict_do_nothing({ constraint = "Odd Name" })
end

case["pg conflict rows"] = function()
    return pg.insert(t):values({ { myid = 1, name = "a" }, { myid = 2, name = "b" } })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = pg.insert(t).excluded.name },
        })
end

case["pg conflict from select"] = function()
    return pg.insert(t):from_select({ "myid" }, select(o.c.otherid)):on_conflict_do_nothing()
end

case["sqlite conflict from select"] = function()
    return sqlite.insert(t):from_select({ "myid" }, select(o.c.otherid))
        :on_conflict_do_nothing()
end

case["sqlite conflict from select where"] = function()
    return sqlite.insert(t)
        :from_select({ "myid" }, select(o.c.otherid):where(o.c.otherid:gt(5)))
        :on_conflict_do_nothing()
end

case["pg conflict collate"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_nothing({ index_elements = { t.c.name:collate("C") } })
end

case["pg conflict table columns"] = function()
    return pg.insert(t):values({ myid = 1 })
        :on_conflict_do_update({
            index_elements = t.primary_key.columns,
            set_ = { name = "y" },
        })
end

case["pg conflict literal binds"] = function()
    return pg.insert(t):values({ myid = 1, name = "x" })
        :on_conflict_do_update({
            index_elements = { "myid" },
            set_ = { name = "y" },
            where = t.c.name:eq("z"),
        })
end

case["pg conflict onupdate is not used"] = function()
    return pg.insert(defaults):values({ id = 1 })
        :on_conflict_do_update({ index_elements = { "id" }, set_ = { a = 3 } })
end

case["pg conflict schema"] = function()
    return pg.insert(stuff):values({ id = 1 })
        :on_conflict_do_update({
            index_elements = { "id" },
            set_ = { value = stuff.c.value + "x" },
        })
end

case["pg conflict cte"] = function()
    return select(
        pg.insert(t):values({ myid = 1 }):on_conflict_do_nothing():returning(t.c.myid)
            :cte("c").c.myid
    )
end

case["pg conflict update quoted"] = function()
    return pg.insert(odd):values({ id = 1 })
        :on_conflict_do_update({
            index_elements = { "id" },
            set_ = { MixedCase = "x", select = "y" },
        })
end

case["sqlite conflict twice"] = function()
    return sqlite.insert(t):values({ myid = 1 })
        :on_conflict_do_nothing({ index_elements = { "myid" } })
        :on_conflict_do_nothing({ index_elements = { "name" } })
end

case["pg conflict twice"] = function()
    return pg.insert(t):values({ myid = 1 }):on_conflict_do_nothing():on_conflict_do_nothing()
end

return case
