-- SPDX-License-Identifier: MIT
-- Values: as parameters of every kind, and as text in SQL.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, String, and_ = corm.Integer, corm.String, corm.and_
local bindparam, cast, func = corm.bindparam, corm.cast, corm.func
local literal, null, or_, select, text = corm.literal, corm.null, corm.or_, corm.select, corm.text
local t, users = schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["literal integer"] = function() return select(literal(5)), { literal_binds = true } end
case["literal negative"] = function() return select(literal(-5)), { literal_binds = true } end
case["literal float"] = function()
    return select(literal(1.5), literal(2.0), literal(1e+30)), { literal_binds = true }
end
case["literal string"] = function()
    return select(
        literal("x"), literal("it's"), literal("\""), literal("")
    ), { literal_binds = true }
end
case["literal percent and colon"] = function()
    return select(literal("5%"), literal("a:b"), literal("a\nb")), { literal_binds = true }
end
case["literal booleans"] = function()
    return select(literal(true), literal(false)), { literal_binds = true }
end
case["literal null"] = function() return select(literal(nil), null()), { literal_binds = true } end
case["literal decimal"] = function()
    return select(literal(corm.decimal("1.10"))), { literal_binds = true }
end
case["literal date"] = function()
    return select(literal(corm.date(2020, 1, 2))), { literal_binds = true }
end
case["literal datetime"] = function()
    return select(literal(corm.datetime(2020, 1, 2, 3, 4, 5))), { literal_binds = true }
end
case["literal datetime with fraction"] = function()
    return select(literal(corm.datetime(2020, 1, 2, 3, 4, 5, 678))), { literal_binds = true }
end
case["literal time"] = function()
    return select(literal(corm.time(3, 4, 5))), { literal_binds = true }
end
case["literal uuid"] = function()
    return users.c.token:eq("12345678-1234-5678-1234-567812345678"), { literal_binds = true }
end
case["literal binary"] = function() return users.c.photo:eq("ab\xff"), { literal_binds = true } end
case["literal enum"] = function() return users.c.size:eq("small"), { literal_binds = true } end
case["literal interval"] = function()
    return users.c.idle:eq(corm.interval({ days = 1, seconds = 5 })), { literal_binds = true }
end
case["literal json"] = function() return users.c.data:eq({ a = 1 }), { literal_binds = true } end
case["literal of numeric column"] = function()
    return users.c.balance:eq(corm.decimal("10.50")), { literal_binds = true }
end
case["literal of float column"] = function()
    return users.c.score:gt(1.5), { literal_binds = true }
end
case["literal of date column"] = function()
    return users.c.born:eq(corm.date(2020, 1, 2)), { literal_binds = true }
end
case["literal of datetime column"] = function()
    return users.c.created:gt(corm.datetime(2020, 1, 2, 3, 4, 5)), { literal_binds = true }
end
case["literal of boolean column"] = function()
    return users.c.active:eq(true), { literal_binds = true }
end
case["literal where"] = function()
    return select(t.c.myid):where(t.c.myid:eq(5), t.c.name:eq("x")):limit(5),
        { literal_binds = true }
end
case["literal bindparam"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("n", "x"))), { literal_binds = true }
end
case["literal bindparam without value"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("n"))), { literal_binds = true }
end
case["literal insert"] = function()
    return t:insert():values({ myid = 5, name = "it's" }), { literal_binds = true }
end
case["literal update"] = function()
    return t:update():values({ name = "x" }):where(t.c.myid:eq(5)), { literal_binds = true }
end
case["literal delete"] = function()
    return t:delete():where(t.c.name:in_({ "a", "b" })), { literal_binds = true }
end
case["literal function"] = function()
    return func.foo(1, "x", nil, 1.5), { literal_binds = true }
end
case["literal like"] = function() return t.c.name:like("x%"), { literal_binds = true } end
case["literal between"] = function() return t.c.myid:between(1, 5), { literal_binds = true } end
case["literal cast"] = function() return cast(5, String), { literal_binds = true } end
case["literal typed"] = function()
    return select(literal("5", Integer), literal(5, String)), { literal_binds = true }
end

-- ---- parameters

case["bindparam"] = function() return t.c.name:eq(bindparam("n")) end
case["bindparam with value"] = function() return t.c.name:eq(bindparam("n", "x")) end
case["bindparam with null"] = function() return t.c.name:eq(bindparam("n", nil)) end
case["bindparam with type"] = function()
    return select(bindparam("n", 5, { type_ = String }) .. "x")
end
case["bindparam unique"] = function()
    return and_(
        t.c.name:eq(bindparam("n", "x", { unique = true })),
        t.c.name:eq(bindparam("n", "y", { unique = true }))
    )
end
case["bindparam twice"] = function()
    local b = bindparam("n", "x")
    return and_(t.c.name:eq(b), t.c.description:eq(b))
end
case["bindparam two of a name"] = function()
    return and_(t.c.name:eq(bindparam("n", "x")), t.c.description:eq(bindparam("n", "x")))
end
case["bindparam unique and not"] = function()
    return and_(
        t.c.name:eq(bindparam("n", "x", { unique = true })),
        t.c.name:eq(bindparam("n", "y"))
    )
end
case["bindparam literal execute"] = function()
    return t.c.myid:eq(bindparam("n", 5, { literal_execute = true }))
end
case["bindparam literal execute rendered"] = function()
    return t.c.myid:eq(bindparam("n", 5, { literal_execute = true })), { render_postcompile = true }
end
case["bindparam expanding"] = function()
    return t.c.myid:in_(bindparam("n", { 1, 2 }, { expanding = true }))
end
case["bindparam expanding without value"] = function()
    return t.c.name:in_(bindparam("n", { expanding = true }))
end
case["bindparam without name"] = function()
    return select(bindparam(nil, 5), bindparam(nil, "x"))
end
case["bindparam in function"] = function()
    return func.foo(bindparam("a", 5), bindparam("b", "x"))
end
case["bindparam in values"] = function()
    return t:insert():values({ myid = bindparam("x"), name = bindparam("y", "z") })
end
case["bindparam in update"] = function()
    return t:update():values({ name = bindparam("new") }):where(t.c.name:eq(bindparam("old")))
end
case["same column many times"] = function()
    return or_(t.c.myid:eq(0), t.c.myid:eq(1), t.c.myid:eq(2), t.c.myid:eq(3))
end
case["bind names of expressions"] = function()
    return and_(
        (t.c.myid + 1):eq(2), func.lower(t.c.name):eq("x"),
        cast(t.c.myid, String):eq("5"), t.c.name:label("z"):eq("q")
    )
end
case["bind names of aliases"] = function()
    return and_(t:alias("a").c.name:eq("x"), t:alias("b").c.name:eq("y"))
end
case["bind of same literal"] = function() return select(literal("x"), literal("x")) end
case["params"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("n", "x"))):params({ n = "y" })
end
case["params of text"] = function()
    return text("select :a"):bindparams({ a = 1 }):params({ a = 2 })
end
case["bindparam label"] = function() return select(bindparam("n", 5):label("x")) end
case["bindparam collides with column"] = function()
    return t:update():values({ name = "x" }):where(t.c.name:eq(bindparam("name", "y")))
end
case["literal with name"] = function() return select(literal("x")) end
case["literal null compared"] = function() return literal(nil):eq(t.c.name) end
case["literal arithmetic"] = function()
    return select(literal(5) + 6, literal(5) * 2.5, literal("a") .. "b")
end
case["literal in"] = function() return literal("x"):in_({ "a", "x" }) end
case["dates as parameters"] = function()
    return select(
        literal(corm.date(2020, 1, 2)),
        literal(corm.datetime(2020, 1, 2, 3, 4)), literal(corm.time(3, 4)),
        literal(corm.interval({ days = 1 }))
    )
end
case["binary as parameter"] = function() return select(literal("\x00\xff")) end
case["decimal as parameter"] = function() return select(literal(corm.decimal("1.10"))) end
case["uuid as parameter"] = function()
    return users.c.token:eq("12345678-1234-5678-1234-567812345678")
end
case["json as parameter"] = function() return users.c.data:eq({ a = { 1, 2, corm.NULL } }) end
case["enum as parameter"] = function() return users.c.size:in_({ "small", "large" }) end
case["boolean as parameter"] = function() return select(literal(true), literal(false)) end
case["boolean compared with parameter"] = function()
    return users.c.active:eq(bindparam("b", true))
end
return case
