-- SPDX-License-Identifier: MIT
-- What is seldom needed: numbers as columns, VALUES as a value, LATERAL functions, samples.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, bindparam, column, exists = corm.Integer, corm.bindparam, corm.column, corm.exists
local from_dml_column, func, insert = corm.from_dml_column, corm.func, corm.insert
local literal, select, true_, update = corm.literal, corm.select, corm.true_, corm.update
local o, t = schema.o, schema.t

local case = require("spec.golden.harness").cases()

local two = corm.values(column("a", Integer), { name = "v" }):data({ { 1 }, { 2 } })

local function five()
    return 5
end

-- ---- columns

case["number as column"] = function() return select(1) end
case["float as column"] = function() return select(1.5, t.c.myid) end
case["number in exists"] = function()
    return select(t.c.name):where(exists(1):where(o.c.otherid:eq(t.c.myid)))
end
case["number in where"] = function() return select(t.c.name):where(1) end
case["text as column"] = function() return select("x") end
case["reduce columns"] = function()
    return select(t, o):where(t.c.myid:eq(o.c.otherid)):reduce_columns()
end
case["reduce columns of other names"] = function()
    return select(t, o):where(t.c.myid:eq(o.c.otherid)):reduce_columns({ only_synonyms = false })
end
case["corresponding column"] = function()
    return select(select(t):corresponding_column(t.c.name))
end
case["bindparam callable"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("x", { callable_ = five })))
end
case["bindparam callable as text"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("x", { callable_ = five }))),
        { literal_binds = true }
end

-- ---- VALUES

case["values as value"] = function() return select(two:scalar_values()) end
case["values as labelled value"] = function() return select(two:scalar_values():label("q")) end
case["values as value in in"] = function()
    return select(t.c.myid):where(t.c.myid:in_(two:scalar_values()))
end
case["values in in"] = function() return select(t.c.myid):where(t.c.myid:not_in(two)) end
case["values as cte"] = function() return select(two:cte("c")) end
case["values as unnamed cte"] = function() return select(two:cte().c.a) end
case["values as joined cte"] = function()
    local c = two:cte("c")
    return select(t.c.name):join(c, t.c.myid:eq(c.c.a))
end
case["values lateral"] = function() return select(two:lateral()) end

-- ---- functions

local function series()
    return func.generate_series(1, t.c.myid):table_valued("x")
end

case["lateral function"] = function()
    return select(t.c.myid):join(series():lateral("q"), true_())
end
case["lateral function unnamed"] = function()
    return select(t.c.myid, series():lateral().c.x)
end
case["lateral function derived"] = function()
    return select(t.c.myid, series():render_derived():lateral("q").c.x)
end
case["lateral function with ordinality"] = function()
    return select(func.unnest(t.c.name):table_valued("x", { with_ordinality = "n" }):lateral("q"),
        t.c.myid)
end
case["scalar table valued typed"] = function()
    return select(func.f(1):scalar_table_valued("part", Integer) + 5)
end
case["tablesample"] = function()
    return select(t:tablesample(func.bernoulli(1), { name = "s", seed = func.random() }).c.myid)
end
case["tablesample of a percentage"] = function()
    return select(corm.tablesample(t, 5, { name = "s" }).c.myid)
end

-- ---- values of other columns

case["update from dml column"] = function()
    return update(t):values({ name = from_dml_column(t.c.description), description = "x" })
end
case["update from dml column in expression"] = function()
    return update(t):values({ name = from_dml_column(t.c.description) .. "!", description = "x" })
end
case["update from dml column that is not set"] = function()
    return update(t):values({ name = from_dml_column(t.c.description) .. "!" })
end
case["insert from dml column"] = function()
    return insert(t):values({
        name = from_dml_column(t.c.description), description = literal("a") .. "b",
    })
end
case["insert from dml column that is not set"] = function()
    return insert(t):values({ name = from_dml_column(t.c.description) })
end
case["select from dml column"] = function() return select(from_dml_column(t.c.name)) end
case["insert of no column"] = function() return insert(t):values({ nosuch = 5 }) end
case["update of another table"] = function()
    return update(t):values({ [t.c.name] = "x", [o.c.othername] = "y" })
        :where(t.c.myid:eq(o.c.otherid))
end

case["conflict of an exclude constraint without name"] = function()
    local pg = corm.dialects.postgresql
    local apart = pg.ExcludeConstraint({ "a", "=" }, { "b", "&&" },
        { where = corm.text("a > 5") })
    local of = corm.Table("apart", corm.MetaData(), corm.Column("a", Integer),
        corm.Column("b", Integer), apart)
    return pg.insert(of):values({ a = 1 }):on_conflict_do_nothing({ constraint = apart })
end

return case
