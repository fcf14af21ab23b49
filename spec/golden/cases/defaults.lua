-- SPDX-License-Identifier: MIT
-- Defaults and sequences in INSERT and UPDATE, CTEs of statements that write, generated columns.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Boolean, Column, Computed = corm.Boolean, corm.Column, corm.Computed
local DateTime, FetchedValue, Identity = corm.DateTime, corm.FetchedValue, corm.Identity
local Integer, MetaData, Sequence = corm.Integer, corm.MetaData, corm.Sequence
local String, Table, cast, delete = corm.String, corm.Table, corm.cast, corm.delete
local func, insert, literal_column = corm.func, corm.insert, corm.literal_column
local select, sqlite, text, true_ = corm.select, corm.dialects.sqlite, corm.text, corm.true_
local tuple_, union, update, o = corm.tuple_, corm.union, corm.update, schema.o
local stuff, t, users = schema.stuff, schema.t, schema.users

local case = require("spec.golden.harness").cases()

local m = MetaData()

local seq = Sequence("ids")

local numbered = Table(
    "numbered",
    m,
    Column("id", Integer, seq, { primary_key = true }),
    Column("v", String)
)

local made = Table(
    "made",
    m,
    Column("id", Integer, Identity({ always = true }), { primary_key = true }),
    Column("a", Integer),
    Column("b", Integer, Computed("a + 1", { persisted = true }))
)

local stamped = Table(
    "stamped",
    m,
    Column("id", Integer, { primary_key = true }),
    Column("at", DateTime, { default = func.now(), onupdate = func.now() }),
    Column("n", Integer, { server_default = "5", server_onupdate = FetchedValue() }),
    Column("who", String, { default = select(func.max(users.c.name)):scalar_subquery() }),
    Column("flag", Boolean, { default = true })
)

case["sequence in insert"] = function()
    return insert(numbered):values({ v = "x" })
end

case["sequence given"] = function()
    return insert(numbered):values({ id = 5, v = "x" })
end

case["sequence in rows"] = function()
    return insert(numbered):values({ { v = "x" }, { v = "y" } })
end

case["identity in insert"] = function()
    return insert(made):values({ a = 1 })
end

case["computed in returning"] = function()
    return insert(made):values({ a = 1 }):returning(made.c.id, made.c.b)
end

case["computed in update returning"] = function()
    return update(made):values({ a = 2 }):returning(made.c.b)
end

case["SQL defaults in insert"] = function()
    return insert(stamped):values({ id = 1, flag = false })
end

case["SQL default given"] = function()
    return insert(stamped):values({ id = 1, at = corm.NULL, flag = false, who = "x" })
end

case["SQL onupdate"] = function()
    return update(stamped):values({ who = "x" }):where(stamped.c.id:eq(1))
end

case["SQL onupdate given"] = function()
    return update(stamped):values({ at = func.foo() }):where(stamped.c.id:eq(1))
end

case["onupdate in rows of conflict"] = function()
    return sqlite.insert(stamped):values({ id = 1, flag = true, who = "x" })
        :on_conflict_do_update({ index_elements = { "id" }, set_ = { who = "y" } })
end

case["update add_cte"] = function()
    return update(t):values({ name = "x" }):where(t.c.myid:eq(1))
        :add_cte(insert(o):values({ otherid = 5 }):cte("new"))
end

case["delete add_cte"] = function()
    return delete(t):where(t.c.myid:eq(1)):add_cte(insert(o):values({ otherid = 5 }):cte("new"))
end

case["insert add_cte from_select"] = function()
    return insert(t):from_select({ "myid" }, select(users.c.id):where(users.c.name:eq("u")))
        :add_cte(delete(o):where(o.c.otherid:eq(5)):cte("gone"))
end

case["select add_cte of update"] = function()
    return select(t.c.myid):where(t.c.name:eq("a"))
        :add_cte(update(o):values({ othername = "x" }):where(o.c.otherid:eq(1)):cte("changed"))
end

case["cte of update joined"] = function()
    return select(t.c.name)
        :join(
            update(o):values({ othername = "x" }):returning(o.c.otherid):cte("u"),
            literal_column("u.otherid"):eq(literal_column("mytable.myid"))
        )
end

case["cte of insert rows"] = function()
    return select(
        insert(o):values({ { otherid = 1 }, { otherid = 2 } }):returning(o.c.otherid)
            :cte("i").c.otherid
    )
end

case["add_cte of two"] = function()
    return select(t.c.myid):add_cte(select(o.c.otherid):cte("a"), select(users.c.id):cte("b"))
end

case["union add_cte"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):add_cte(select(users.c.id):cte("c"))
end

case["cte alias joined to itself"] = function()
    return select(select(t.c.myid):cte("c"):alias("d").c.myid):where(text("d.myid > 1"))
end

case["insert literal_column"] = function()
    return insert(t):values({ name = literal_column("DEFAULT") })
end

case["update literal_column"] = function()
    return update(t):values({ name = literal_column("DEFAULT") })
end

case["insert case"] = function()
    return insert(t):values({ name = corm.case({ true_(), "a" }, { else_ = "b" }) })
end

case["insert cast"] = function()
    return insert(t):values({ myid = cast("5", Integer) })
end

case["insert tuple of functions"] = function()
    return insert(t):values({ func.foo(), func.bar(1), corm.NULL })
end

case["update from returning both"] = function()
    return update(t):values({ name = o.c.othername }):where(o.c.otherid:eq(t.c.myid))
        :returning(t.c.myid, o.c.othername)
end

case["update from schema"] = function()
    return update(users):values({ name = stuff.c.value }):where(stuff.c.user_id:eq(users.c.id))
end

case["delete where tuple in select"] = function()
    return delete(t):where(tuple_(t.c.myid, t.c.name):in_(select(o.c.otherid, o.c.othername)))
end

case["insert returning aggregate"] = function()
    return insert(t):values({ name = "x" })
        :returning((t.c.myid * 2):label("twice"), literal_column("xmax"))
end

case["insert returning subquery"] = function()
    return insert(t):values({ name = "x" })
        :returning(t.c.myid, select(func.count(o.c.otherid)):scalar_subquery():label("n"))
end

return case
