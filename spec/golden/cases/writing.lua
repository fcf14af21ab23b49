-- SPDX-License-Identifier: MIT
-- INSERT, UPDATE and DELETE in their spellings.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer, MetaData, String = corm.Column, corm.Integer, corm.MetaData, corm.String
local Table, bindparam, cast, column = corm.Table, corm.bindparam, corm.cast, corm.column
local delete, exists, func, insert = corm.delete, corm.exists, corm.func, corm.insert
local literal, null, select, text = corm.literal, corm.null, corm.select, corm.text
local true_, union, update, addresses = corm.true_, corm.union, corm.update, schema.addresses
local items, lite, o, odd, stuff = schema.items, schema.lite, schema.o, schema.odd, schema.stuff
local t, tree, users = schema.t, schema.tree, schema.users

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

local keyed = Table(
    "keyed",
    MetaData(),
    Column("id", Integer, { primary_key = true, key = "kid" }),
    Column("Some Name", String, { key = "name" })
)

case["insert bare"] = function()
    return insert(t)
end

case["insert method"] = function()
    return t:insert()
end

case["insert keywords"] = function()
    return insert(t):values({ myid = 1, name = "x" })
end

case["insert table"] = function()
    return insert(t):values({ myid = 1, name = "x" })
end

case["insert columns as keys"] = function()
    return insert(t):values({ [t.c.myid] = 1, [t.c.name] = "x" })
end

case["insert positional"] = function()
    return insert(t):values({ 1, "x", "y" })
end

case["insert positional list"] = function()
    return insert(t):values({ 1, "x", "y" })
end

case["insert one row of many"] = function()
    return insert(t):values({ { myid = 1, name = "x" } })
end

case["insert rows"] = function()
    return insert(t):values({ { myid = 1, name = "x" }, { myid = 2, name = "y" } })
end

case["insert rows positional"] = function()
    return insert(t):values({ { 1, "x", "d" }, { 2, "y", "e" } })
end

case["insert rows with expression"] = function()
    return insert(t):values({ { myid = 1, name = func.foo() }, { myid = 2, name = "y" } })
end

case["insert rows with columns as keys"] = function()
    return insert(t):values({ { [t.c.myid] = 1 }, { [t.c.myid] = 2 } })
end

case["insert rows missing in second"] = function()
    return insert(t):values({ { myid = 1, name = "x" }, { myid = 2 } })
end

case["insert rows with defaults"] = function()
    return insert(defaults):values({ { id = 1 }, { id = 2 } })
end

case["insert column_keys"] = function()
    return insert(t), { column_keys = { "myid", "name" } }
end

case["insert column_keys order of table"] = function()
    return insert(t), { column_keys = { "name", "myid" } }
end

case["insert expression"] = function()
    return insert(t):values({ name = func.upper("x") })
end

case["insert column expression"] = function()
    return insert(t):values({ myid = select(func.max(o.c.otherid)):scalar_subquery() + 1 })
end

case["insert scalar subquery"] = function()
    return insert(t)
        :values({ name = select(o.c.othername):where(o.c.otherid:eq(5)):scalar_subquery() })
end

case["insert null"] = function()
    return insert(t):values({ name = corm.NULL })
end

case["insert null construct"] = function()
    return insert(t):values({ name = null() })
end

case["insert text"] = function()
    return insert(t):values({ name = text("foo()") })
end

case["insert bindparam"] = function()
    return insert(t):values({ name = bindparam("n") })
end

case["insert bindparam named as column"] = function()
    return insert(t):values({ name = bindparam("name") })
end

case["insert literal"] = function()
    return insert(t):values({ name = literal("x") })
end

case["insert values twice"] = function()
    return insert(t):values({ myid = 1 }):values({ name = "x" })
end

case["insert values overridden"] = function()
    return insert(t):values({ myid = 1, name = "a" }):values({ name = "x" })
end

case["insert values and column_keys"] = function()
    return insert(t):values({ name = "x" }), { column_keys = { "myid" } }
end

case["insert defaults of columns"] = function()
    return insert(defaults):values({ id = 1 })
end

case["insert default given"] = function()
    return insert(defaults):values({ id = 1, a = 9, b = "z" })
end

case["insert empty values"] = function()
    return insert(t):values({})
end

case["insert keyed"] = function()
    return insert(keyed):values({ kid = 1, name = "x" })
end

case["insert keyed returning"] = function()
    return insert(keyed):values({ kid = 1 }):returning(keyed.c.name)
end

case["insert prefix"] = function()
    return insert(t):prefix_with("IGNORE"):values({ myid = 1 })
end

case["insert prefix for sqlite"] = function()
    return insert(t):prefix_with("OR REPLACE", { dialect = "sqlite" }):values({ myid = 1 })
end

case["insert inline"] = function()
    return insert(defaults):inline():values({ id = 1 })
end

case["insert from select"] = function()
    return insert(t):from_select({ "myid", "name" }, select(o.c.otherid, o.c.othername))
end

case["insert from select columns"] = function()
    return insert(t)
        :from_select(
            { t.c.myid, t.c.name },
            select(o.c.otherid, o.c.othername):where(o.c.otherid:gt(5))
        )
end

case["insert from select without defaults"] = function()
    return insert(defaults)
        :from_select({ "id" }, select(o.c.otherid), { include_defaults = false })
end

case["insert from union"] = function()
    return insert(t):from_select({ "myid" }, union(select(o.c.otherid), select(users.c.id)))
end

case["insert from text"] = function()
    return insert(t):from_select({ "myid" }, text("SELECT 1"):columns(column("a", Integer)))
end

case["insert from select returning"] = function()
    return insert(t):from_select({ "myid" }, select(o.c.otherid)):returning(t.c.myid)
end

case["insert from select and values"] = function()
    return insert(t):from_select({ "myid" }, select(o.c.otherid)):values({ name = "x" })
end

case["insert returning"] = function()
    return insert(t):values({ name = "x" }):returning(t.c.myid)
end

case["insert returning table"] = function()
    return insert(t):values({ name = "x" }):returning(t)
end

case["insert returning expressions"] = function()
    return insert(t):values({ name = "x" })
        :returning(
            t.c.myid + 1,
            func.lower(t.c.name),
            t.c.name:label("n"),
            cast(t.c.myid, String)
        )
end

case["insert returning twice"] = function()
    return insert(t):values({ name = "x" }):returning(t.c.myid):returning(t.c.name)
end

case["insert returning literal"] = function()
    return insert(t):values({ name = "x" }):returning(literal("a"):label("b"))
end

case["insert returning rows"] = function()
    return insert(t):values({ { name = "x" }, { name = "y" } }):returning(t.c.myid)
end

case["insert literal binds"] = function()
    return insert(t):values({ myid = 1, name = "it's" }), { literal_binds = true }
end

case["insert literal binds rows"] = function()
    return insert(t)
        :values({
            { myid = 1, name = "a" },
            { myid = 2, name = corm.NULL },
        }), { literal_binds = true }
end

case["insert into schema"] = function()
    return insert(stuff):values({ value = "x" }):returning(stuff.c.id)
end

case["insert odd names"] = function()
    return insert(odd):values({ ["Total Price"] = 5, select = "x", user = 1 })
end

case["insert lightweight table"] = function()
    return insert(lite):values({ a = 1, c = "z" })
end

case["insert lightweight column unknown to it"] = function()
    return insert(corm.table("free", column("a"))):values({ a = 1 })
end

case["insert in table order"] = function()
    return insert(t):values({ description = "d", name = "n", myid = 1 })
end

case["insert dates"] = function()
    return insert(users)
        :values({ created = corm.datetime(2020, 1, 2, 3, 4, 5), born = corm.date(2020, 1, 2) })
end

case["insert rows then row"] = function()
    return insert(t):values({ { myid = 1 } }):values({ name = "x" })
end

case["update bare"] = function()
    return update(t)
end

case["update method"] = function()
    return t:update():where(t.c.myid:eq(1)):values({ name = "x" })
end

case["update values"] = function()
    return update(t):where(t.c.myid:eq(1)):values({ name = "x", description = "d" })
end

case["update values table"] = function()
    return update(t):values({ name = "x" })
end

case["update columns as keys"] = function()
    return update(t):values({ [t.c.name] = "x" })
end

case["update expression"] = function()
    return update(t):values({ [t.c.name] = t.c.name + "x" })
end

case["update expression keyword"] = function()
    return update(t):values({ myid = t.c.myid + 1 })
end

case["update function"] = function()
    return update(t):values({ name = func.upper(t.c.name) })
end

case["update null"] = function()
    return update(t):values({ name = corm.NULL })
end

case["update text"] = function()
    return update(t):values({ name = text("foo()") })
end

case["update column_keys"] = function()
    return update(t):where(t.c.myid:eq(bindparam("the_id"))), { column_keys = { "name" } }
end

case["update bindparam"] = function()
    return update(t):where(t.c.myid:eq(bindparam("b_id")))
        :values({ name = bindparam("b_name") })
end

case["update values twice"] = function()
    return update(t):values({ name = "x" }):values({ description = "d" })
end

case["update where twice"] = function()
    return update(t):where(t.c.myid:eq(1)):where(t.c.name:eq("x")):values({ description = "d" })
end

case["update where two"] = function()
    return update(t):where(t.c.myid:eq(1), t.c.name:eq("x")):values({ name = "y" })
end

case["update filter_by"] = function()
    return update(t):filter_by({ name = "x" }):values({ name = "y" })
end

case["update onupdate"] = function()
    return update(defaults):values({ a = 1 })
end

case["update keyed"] = function()
    return update(keyed):values({ name = "x" }):where(keyed.c.kid:eq(1))
end

case["update same name in where"] = function()
    return update(t):values({ name = "x" }):where(t.c.name:eq("y"))
end

case["update scalar subquery"] = function()
    return update(t)
        :values({
            name = select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):scalar_subquery(),
        })
end

case["update plain select"] = function()
    return update(t):values({ name = select(o.c.othername):where(o.c.otherid:eq(t.c.myid)) })
end

case["update where in select"] = function()
    return update(t):values({ name = "x" }):where(t.c.myid:in_(select(o.c.otherid)))
end

case["update where exists"] = function()
    return update(t):values({ name = "x" }):where(exists():where(o.c.otherid:eq(t.c.myid)))
end

case["update from"] = function()
    return update(t):values({ name = o.c.othername }):where(t.c.myid:eq(o.c.otherid))
end

case["update from two"] = function()
    return update(users):values({ name = addresses.c.email })
        :where(users.c.id:eq(addresses.c.user_id), addresses.c.id:eq(items.c.address_id))
end

case["update from alias"] = function()
    return update(t):values({ name = "x" }):where(t.c.myid:eq(o:alias("oo").c.otherid))
end

case["update from subquery"] = function()
    return update(t):values({ name = "x" })
        :where(t.c.myid:eq(select(o.c.otherid):subquery("s").c.otherid))
end

case["update alias"] = function()
    return update(t:alias("tt")):values({ name = "x" })
end

case["update from self alias"] = function()
    return update(tree):values({ data = "x" }):where(tree.c.parent_id:eq(tree:alias("p").c.id))
end

case["update returning"] = function()
    return update(t):values({ name = "x" }):returning(t.c.myid, t.c.name)
end

case["update returning table"] = function()
    return update(t):values({ name = "x" }):returning(t)
end

case["update returning function"] = function()
    return update(t):values({ name = "x" }):returning(func.length(t.c.name))
end

case["update prefix"] = function()
    return update(t):prefix_with("A"):values({ name = "x" })
end

case["update literal binds"] = function()
    return update(t):values({ name = "x" }):where(t.c.myid:eq(5)), { literal_binds = true }
end

case["update case"] = function()
    return update(t):values({ name = corm.case({ t.c.myid:eq(1), "a" }, { else_ = t.c.name }) })
end

case["update schema"] = function()
    return update(stuff):values({ value = "x" }):where(stuff.c.id:eq(1))
end

case["update odd names"] = function()
    return update(odd):values({ MixedCase = "x" }):where(odd.c["9lives"]:eq(5))
end

case["update inline"] = function()
    return update(defaults):inline():values({ a = 1 })
end

case["update in values of several rows"] = function()
    return update(t):values({ { name = "x" }, { name = "y" } })
end

case["update lightweight"] = function()
    return update(lite):values({ b = "x" }):where(lite.c.a:eq(1))
end

case["update true where"] = function()
    return update(t):values({ name = "x" }):where(true_())
end

case["update boolean where"] = function()
    return update(users):values({ active = false }):where(users.c.active)
end

case["delete"] = function()
    return delete(t)
end

case["delete method"] = function()
    return t:delete():where(t.c.myid:eq(1))
end

case["delete where two"] = function()
    return delete(t):where(t.c.myid:eq(1), t.c.name:eq("x"))
end

case["delete where twice"] = function()
    return delete(t):where(t.c.myid:eq(1)):where(t.c.name:eq("x"))
end

case["delete filter_by"] = function()
    return delete(t):filter_by({ myid = 1 })
end

case["delete where in select"] = function()
    return delete(t):where(t.c.myid:in_(select(o.c.otherid)))
end

case["delete where exists"] = function()
    return delete(t):where(exists():where(o.c.otherid:eq(t.c.myid)))
end

case["delete correlated"] = function()
    return delete(t)
        :where(
            t.c.name
                :eq(select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):scalar_subquery())
        )
end

case["delete using"] = function()
    return delete(t):where(t.c.myid:eq(o.c.otherid))
end

case["delete using two"] = function()
    return delete(t):where(t.c.myid:eq(o.c.otherid), o.c.othername:eq(users.c.name))
end

case["delete using alias"] = function()
    return delete(t):where(t.c.myid:eq(o:alias("a1").c.otherid))
end

case["delete returning"] = function()
    return delete(t):where(t.c.myid:eq(1)):returning(t.c.myid, t.c.name)
end

case["delete returning table"] = function()
    return delete(t):returning(t)
end

case["delete prefix"] = function()
    return delete(t):prefix_with("A"):where(t.c.myid:eq(1))
end

case["delete alias"] = function()
    return delete(t:alias("tt")):where(t:alias("tt").c.myid:eq(1))
end

case["delete schema"] = function()
    return delete(stuff):where(stuff.c.id:eq(1))
end

case["delete literal binds"] = function()
    return delete(t):where(t.c.name:eq("x")), { literal_binds = true }
end

case["delete text"] = function()
    return delete(t):where(text("a = :a"))
end

case["delete of nothing"] = function()
    return delete(5)
end

return case
