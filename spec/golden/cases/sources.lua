-- SPDX-License-Identifier: MIT
-- Subqueries, correlation, LATERAL, VALUES, samples and functions to select from.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, LABEL_STYLE_TABLENAME_PLUS_COL = corm.Integer, corm.LABEL_STYLE_TABLENAME_PLUS_COL
local String, column, exists, func = corm.String, corm.column, corm.exists, corm.func
local lateral, literal_column, pg = corm.lateral, corm.literal_column, corm.dialects.postgresql
local select, tablesample, text, true_ = corm.select, corm.tablesample, corm.text, corm.true_
local values, addresses, items, o = corm.values, schema.addresses, schema.items, schema.o
local t, users = schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["subquery"] = function()
    return select(select(t.c.myid, t.c.name):subquery())
end

case["subquery named"] = function()
    return select(select(t):subquery("s").c.name)
end

case["subquery alias"] = function()
    return select(select(t.c.myid):alias("s").c.myid)
end

case["subquery of subquery"] = function()
    return select(select(select(t.c.myid):subquery("a").c.myid):subquery("b").c.myid)
end

case["subquery of join columns"] = function()
    return select(select(users.c.id, addresses.c.id:label("aid")):join(addresses):subquery("j"))
end

case["subquery two tables same column"] = function()
    return select(
        select(users, addresses):join(addresses):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
            :subquery("j")
    )
end

case["subquery with expression"] = function()
    return select(select(t.c.myid + 1, func.max(t.c.name)):subquery("s"))
end

case["subquery with labelled expression"] = function()
    return select(select((t.c.myid + 1):label("x")):subquery("s").c.x * 2)
end

case["subquery aliased twice"] = function()
    return select(select(t.c.myid):subquery("s"):alias("r").c.myid)
end

case["subquery order by"] = function()
    return select(select(t.c.myid):order_by(t.c.myid):subquery("s")):order_by(text("s.myid"))
end

case["scalar subquery in columns"] = function()
    return select(
        users.c.id,
        select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
    )
end

case["scalar subquery labelled"] = function()
    return select(
        users.c.id,
        select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
            :scalar_subquery()
            :label("n")
    )
end

case["scalar subquery label method"] = function()
    return select(
        select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(5)):label("n")
    )
end

case["scalar subquery compared"] = function()
    return select(users.c.id)
        :where(
            select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
                :scalar_subquery()
                :gt(5)
        )
end

case["scalar subquery plus"] = function()
    return select(select(func.max(t.c.myid)):scalar_subquery() + 1)
end

case["scalar subquery order"] = function()
    return select(t.c.myid):order_by(select(func.max(o.c.otherid)):scalar_subquery():desc())
end

case["scalar subquery alone"] = function()
    return select(t.c.myid):scalar_subquery()
end

case["scalar subquery in group_by"] = function()
    return select(func.count())
        :group_by(select(o.c.otherid):where(o.c.otherid:eq(t.c.myid)):scalar_subquery())
        :select_from(t)
end

case["scalar subquery where"] = function()
    return select(select(func.max(t.c.myid)):scalar_subquery():where(t.c.name:eq("x")))
end

case["correlate automatically"] = function()
    return select(t.c.myid)
        :where(
            t.c.name
                :eq(select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):scalar_subquery())
        )
end

case["correlate not in from"] = function()
    return select(t.c.myid)
        :select_from(select(o.c.otherid):where(o.c.otherid:eq(t.c.myid)):subquery("x"))
end

case["correlate explicit"] = function()
    return select(t.c.myid, o.c.otherid)
        :where(exists():where(users.c.id:eq(t.c.myid), users.c.id:eq(o.c.otherid)):correlate(t))
end

case["correlate select"] = function()
    return select(t.c.myid, o.c.otherid)
        :where(
            t.c.myid
                :eq(
                    select(users.c.id)
                        :where(users.c.id:eq(t.c.myid), users.c.id:eq(o.c.otherid))
                        :correlate(o)
                        :scalar_subquery()
                )
        )
end

case["correlate_except"] = function()
    return select(t.c.myid)
        :where(
            t.c.myid
                :eq(
                    select(users.c.id):where(users.c.id:eq(t.c.myid)):correlate_except(users)
                        :scalar_subquery()
                )
        )
end

case["correlate_except none"] = function()
    return select(t.c.myid)
        :where(
            t.c.myid
                :eq(
                    select(users.c.id):where(users.c.id:eq(t.c.myid)):correlate_except(nil)
                        :scalar_subquery()
                )
        )
end

case["correlate nothing left"] = function()
    return select(t.c.myid)
        :where(
            t.c.myid
                :eq(select(t.c.myid):where(t.c.name:eq("x")):correlate(t):scalar_subquery())
        )
end

case["correlate two levels"] = function()
    return select(users.c.id)
        :where(
            exists()
                :where(
                    addresses.c.user_id:eq(users.c.id),
                    exists()
                        :where(
                            items.c.address_id:eq(addresses.c.id),
                            items.c.user_id:eq(users.c.id)
                        )
                )
        )
end

case["correlate alias"] = function()
    return select(t:alias("a").c.myid):where(exists(select(t.c.myid):where(t.c.name:eq("x"))))
end

case["same table in subquery"] = function()
    return select(t.c.myid):where(t.c.myid:in_(select(t:alias("x").c.myid)))
end

case["exists of union of columns"] = function()
    return select(exists(select(t.c.myid):where(t.c.myid:eq(5))))
end

case["lateral"] = function()
    return select(users.c.id, text("x.email"))
        :select_from(
            users,
            select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):lateral("x")
        )
end

case["lateral joined true"] = function()
    return select(users.c.id)
        :join(
            select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):lateral("x"),
            true_()
        )
end

case["lateral outer joined"] = function()
    return select(users.c.id)
        :select_from(
            users
                :outerjoin(
                    select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id))
                        :lateral("x"),
                    true_()
                )
        )
end

case["lateral function"] = function()
    return select(users.c.id):select_from(users)
        :join(
            lateral(
                select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)),
                { name = "x" }
            ),
            literal_column("1"):eq(1)
        )
end

case["lateral anonymous"] = function()
    return select(users.c.id)
        :join(
            select(addresses.c.email):where(addresses.c.user_id:eq(users.c.id)):lateral(),
            true_()
        )
end

case["lateral of subquery method"] = function()
    return select(users.c.id)
        :join(
            select(addresses.c.email):correlate(users):where(addresses.c.user_id:eq(users.c.id))
                :lateral("x"),
            true_()
        )
end

case["tablesample"] = function()
    return select(t:tablesample(1).c.myid)
end

case["tablesample bernoulli"] = function()
    return select(tablesample(t, func.bernoulli(1), { name = "s" }).c.myid)
end

case["values rows"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v" })
            :data({ { 1, "x" }, { 2, "y" } })
    )
end

case["values joined"] = function()
    return select(t.c.name)
        :join(
            values(column("a", Integer), { name = "v" }):data({ { 1 }, { 2 } }),
            text("v.a = mytable.myid")
        )
end

case["values alias"] = function()
    return select(values(column("a", Integer), { name = "v" }):data({ { 1 } }):alias("w"))
end

case["values literal_binds"] = function()
    return select(
        values(column("a", Integer), column("b", String), { name = "v", literal_binds = true })
            :data({ { 1, "x" } })
    )
end

case["values data twice"] = function()
    return select(
        values(column("a", Integer), { name = "v" }):data({ { 1 } }):data({ { 2 }, { 3 } })
    )
end

case["table valued"] = function()
    return select(func.generate_series(1, 5):table_valued("value").c.value)
end

case["table valued alias"] = function()
    return select(func.generate_series(1, 5):table_valued("value"):alias("s").c.value)
end

case["table valued two columns"] = function()
    return select(
        func.json_each("{\"a\": 1}"):table_valued("key", column("value", Integer)):alias("j")
    )
end

case["table valued in where"] = function()
    return select(t.c.myid)
        :where(t.c.name:in_(select(func.json_each("[]"):table_valued("value").c.value)))
end

case["column_valued"] = function()
    return select(func.unnest(t.c.name):column_valued("x"))
end

case["column_valued anonymous"] = function()
    return select(func.generate_series(1, 3):column_valued())
end

case["table valued ordinality"] = function()
    return select(
        func.unnest(pg.array({ 1, 2 })):table_valued("v", { with_ordinality = "n" })
            :render_derived()
    )
end

case["table valued derived with types"] = function()
    return select(
        func.json_to_recordset("[]"):table_valued(column("a", Integer), column("b", String))
            :render_derived({ name = "x", with_types = true })
    )
end

return case
