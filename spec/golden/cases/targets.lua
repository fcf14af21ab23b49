-- SPDX-License-Identifier: MIT
-- What can be LATERAL, what can be changed, and what joins say of themselves.

local corm = require("corm")
local schema = require("spec.golden.schema")

local column, delete, func, lateral, select, update = corm.column, corm.delete, corm.func,
    corm.lateral, corm.select, corm.update
local addresses, t, users = schema.addresses, schema.t, schema.users

local case = require("spec.golden.harness").cases()

local function rows()
    return corm.values(column("a", corm.Integer), { name = "v" }):data({ { 1 } })
end

local function known()
    return select(t.c.myid, t.c.name):cte("c")
end

case["lateral table"] = function()
    return select(lateral(t))
end

case["lateral table by name"] = function()
    return select(t:lateral("q").c.myid)
end

case["lateral alias"] = function()
    return select(t:alias("a"):lateral("q"))
end

case["alias of lateral table"] = function()
    return select(t:lateral("q"):alias("z").c.myid)
end

case["lateral cte"] = function()
    return select(lateral(known(), "q"))
end

case["lateral subquery"] = function()
    return select(lateral(select(t.c.myid):subquery("s"), "q"))
end

case["lateral values"] = function()
    return select(lateral(rows(), "q"))
end

case["lateral values without a name"] = function()
    return select(rows():lateral())
end

case["lateral table-valued"] = function()
    return select(lateral(func.generate_series(1, 2):table_valued("a"), "q"):alias("r").column)
end

case["lateral scalar"] = function()
    return lateral(select(t.c.myid):scalar_subquery(), "q")
end

case["lateral column"] = function()
    return lateral(t.c.myid, "q")
end

case["update cte"] = function()
    local c = known()
    return update(c):values({ name = "x" }):where(c.c.myid:eq(2))
end

case["update alias of cte"] = function()
    return update(known():alias("k")):values({ name = "x" })
end

case["update cte from table"] = function()
    local c = known()
    return update(c):values({ name = users.c.name }):where(users.c.id:eq(c.c.myid)),
        { dialects = { "postgresql" } }
end

case["update cte returning"] = function()
    local c = known()
    return update(c):values({ name = "x" }):returning(c.c.myid)
end

case["update alias of alias"] = function()
    return update(t:alias("a"):alias("b")):values({ name = "x" })
end

case["update subquery"] = function()
    return update(select(t):subquery("s")):values({ name = "x" })
end

case["update sample"] = function()
    return update(t:tablesample(5)):values({ name = "x" })
end

case["update lateral"] = function()
    return update(select(t):lateral("s")):values({ name = "x" })
end

case["update values"] = function()
    return update(rows()):values({ a = 1 })
end

case["update join"] = function()
    return update(users:join(addresses)):values({ [users.c.name] = "x" })
        :where(addresses.c.id:eq(3))
end

case["delete cte"] = function()
    local c = known()
    return delete(c):where(c.c.myid:eq(3))
end

case["delete subquery"] = function()
    return delete(select(t):subquery("s"))
end

case["delete lateral"] = function()
    return delete(select(t):lateral("s"))
end

case["onclause of foreign keys"] = function()
    return users:join(addresses).onclause
end

case["onclause of aliases"] = function()
    return users:alias("a"):outerjoin(addresses:alias("b")).onclause
end

case["onclause as written"] = function()
    return users:join(addresses, users.c.name:eq("x")).onclause
end

case["onclause without foreign keys"] = function()
    return t:join(addresses).onclause
end

case["onclause of a join's last member"] = function()
    return t:join(users, t.c.myid:eq(users.c.id)):join(addresses).onclause
end

case["alias of an aliased alias"] = function()
    return select(corm.alias(t:alias("x"), "a"))
end

local function texts()
    return corm.text("select 1 as a"):columns(column("a"))
end

case["text with a cte"] = function()
    return texts():add_cte(known())
end

case["text with a cte of its own"] = function()
    return texts():add_cte(known(), { nest_here = true })
end

case["subquery of text with a cte"] = function()
    return select(texts():add_cte(known()):subquery("s"))
end

case["subquery of text with a cte of its own"] = function()
    return select(texts():add_cte(known(), { nest_here = true }):subquery("s"))
end

case["cte of text added"] = function()
    return select(t.c.myid):add_cte(texts():cte("k"))
end

case["recursive cte of text"] = function()
    return select(texts():cte("k", { recursive = true }))
end

case["group"] = function()
    return select(t.c.myid):self_group()
end

case["group of a group"] = function()
    return select(t.c.myid):self_group():self_group()
end

case["group of a union"] = function()
    return corm.union(select(t.c.myid), select(t.c.name)):self_group()
end

case["group of text"] = function()
    return texts():self_group()
end

case["union of groups"] = function()
    return corm.union(select(t.c.myid):self_group(), select(t.c.name):limit(1):self_group())
end

case["subquery of a group"] = function()
    return select(select(t.c.myid):self_group():subquery("s"))
end

case["cte of a group"] = function()
    return select(select(t.c.myid):self_group():cte("s"))
end

case["value of a group"] = function()
    return select(select(t.c.myid):self_group():scalar_subquery())
end

return case
