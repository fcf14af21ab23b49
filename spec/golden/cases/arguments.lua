-- SPDX-License-Identifier: MIT
-- What methods take: rows that join others, defaults among rows, names of parameters, tables
-- beside the one that changes, collections of columns, subqueries as values, no condition.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer, MetaData, String = corm.Column, corm.Integer, corm.MetaData, corm.String
local Table, bindparam, func, literal_column = corm.Table, corm.bindparam, corm.func,
    corm.literal_column
local and_, or_, select, text = corm.and_, corm.or_, corm.select, corm.text
local addresses, items, o, t, users = schema.addresses, schema.items, schema.o, schema.t,
    schema.users

local case = require("spec.golden.harness").cases()

local made = Table("made", MetaData(),
    Column("id", Integer, { primary_key = true }),
    Column("data", String(20)),
    Column("foo", Integer, { default = func.foobar() }))
local keyed = Table("keyed", MetaData(),
    Column("x", Integer, { primary_key = true }), Column("y", Integer, { primary_key = true }))
local single = Table("single", MetaData(),
    Column("x", Integer, { primary_key = true, autoincrement = false }), Column("q", Integer))
local served = Table("served", MetaData(),
    Column("x", Integer, {
        primary_key = true, autoincrement = false, server_default = text("5"),
    }),
    Column("q", Integer))

case["several rows join others"] = function()
    return t:insert():values({ { myid = 1, name = "a" } })
        :values({ { myid = 2, name = "b" }, { myid = 3, name = "c" } })
end

case["one row after several"] = function()
    return t:insert():values({ { myid = 1 }, { myid = 2 } }):values({ myid = 3 })
end

case["several rows after one"] = function()
    return t:insert():values({ myid = 3 }):values({ { myid = 1 }, { myid = 2 } })
end

case["rows as several arguments"] = function()
    return t:insert():values({ myid = 1 }, { myid = 2 })
end

case["positional rows as several arguments"] = function()
    return t:insert():values({ 1, "a" }, { 2, "b" })
end

case["value in place of a default in one row"] = function()
    return made:insert():values({
        { id = 1, data = "a" }, { id = 2, data = "b", foo = 7 }, { id = 3, data = "c" },
    })
end

case["default in the rows after a value"] = function()
    return made:insert():values({ { id = 1, data = "a", foo = 7 }, { id = 2, data = "b" } })
end

case["list of one row"] = function()
    return made:insert():values({ { data = "a" } })
end

case["one row"] = function()
    return made:insert():values({ data = "a" })
end

case["keys that nobody makes"] = function()
    return keyed:insert():values({ x = 5 })
end

case["key that is not counted"] = function()
    return single:insert():values({ q = 5 })
end

case["key with a server default"] = function()
    return served:insert():values({ q = 5 })
end

case["from a table"] = function()
    return o:insert():from_select({ "otherid", "othername" }, t)
end

case["from a subquery"] = function()
    return o:insert():from_select({ "otherid", "othername" },
        select(t.c.myid, t.c.name):subquery("q"))
end

case["keys for parameters of the condition"] = function()
    return t:update():where(t.c.myid:eq(bindparam("which"))),
        { column_keys = { "name", "which" } }
end

case["keys for parameters among values"] = function()
    return t:insert():values({ name = bindparam("called") }),
        { column_keys = { "myid", "called" } }
end

case["delete using"] = function()
    return t:delete():using(o):where(t.c.myid:eq(7))
end

case["delete using what the condition names"] = function()
    return t:delete():using(o):where(t.c.myid:eq(o.c.otherid))
end

case["delete using a join"] = function()
    return t:delete():using(o:outerjoin(t, t.c.myid:eq(o.c.otherid)))
        :where(o.c.othername:eq(nil))
end

case["delete using several"] = function()
    return t:delete():using(o, users:alias("u")):where(t.c.myid:eq(o.c.otherid))
end

case["filter_by of another table of an update"] = function()
    return users:update():values({ name = "x" }):where(users.c.id:eq(addresses.c.user_id))
        :filter_by({ email = "e" })
end

case["filter_by of another table of a delete"] = function()
    return users:delete():where(users.c.id:eq(addresses.c.user_id)):filter_by({ email = "e" })
end

case["filter_by of a table named by using"] = function()
    return users:delete():using(addresses):filter_by({ email = "e" })
end

case["filter_by of an unknown name"] = function()
    return users:delete():where(users.c.id:eq(addresses.c.user_id))
        :filter_by({ unknown = "e" })
end

case["filter_by of a table joined before"] = function()
    return select(users.c.id):join(addresses, users.c.id:eq(addresses.c.user_id))
        :join(items, items.c.address_id:eq(addresses.c.id)):filter_by({ email = "e" })
end

case["join from a table of the condition"] = function()
    return select(literal_column("1")):where(users.c.id:eq(5)):join(addresses)
end

case["join from columns or condition"] = function()
    return select(users.c.id):where(items.c.id:eq(5)):join(addresses)
end

case["columns replaced after a join"] = function()
    return select(users):join(addresses):with_only_columns(addresses.c.id)
end

case["columns replaced between joins"] = function()
    return select(users.c.id):join(addresses):with_only_columns(addresses.c.id)
        :join(items, items.c.address_id:eq(addresses.c.id)):with_only_columns(items.c.id)
end

case["correlate of nothing and more"] = function()
    return select(t.c.myid):correlate(nil, o)
end

case["correlate_except of nothing and more"] = function()
    return select(t.c.myid):correlate_except(false, o)
end

case["a collection of columns"] = function()
    return select(t.c)
end

case["columns chosen by name"] = function()
    return select(t.c[{ "myid", "description" }])
end

case["columns chosen by number"] = function()
    return select(t.c[{ 3, 1 }], o.c.otherid)
end

case["a subquery's columns chosen by name"] = function()
    return select(select(t):subquery("q").c[{ "name", "myid" }])
end

case["subquery as a value"] = function()
    return select(t.c.myid):where(t.c.myid:eq(select(o.c.otherid):subquery()))
end

case["subquery as an argument"] = function()
    return func.coalesce(select(o.c.otherid):subquery("q"))
end

case["no condition in a select"] = function()
    return select(t.c.myid):where(and_())
end

case["no condition in a delete"] = function()
    return t:delete():where(or_())
end

case["no condition in an update"] = function()
    return t:update():values({ name = "x" }):where(and_(), or_())
end

case["no condition among others"] = function()
    return select(t.c.myid):where(and_(t.c.myid:eq(1), or_())):where(and_())
end

case["no condition in having"] = function()
    return select(t.c.name):group_by(t.c.name):having(and_())
end

case["insert without values in a CTE"] = function()
    return select(o:insert():returning(o.c.otherid, o.c.otherid * -1):cte("added").c.otherid)
end

case["update without values in a CTE"] = function()
    return select(o:update():where(o.c.otherid:eq(5)):returning(o.c.otherid)
        :cte("changed").c.otherid)
end

case["reduced columns with a text"] = function()
    return select(addresses.c.id, text("some_text"), users.c.id, func.now())
        :join(users):reduce_columns({ only_synonyms = false })
end

case["star of a subquery"] = function()
    return select(select(literal_column("*")):select_from(t):subquery("q"))
end

return case
