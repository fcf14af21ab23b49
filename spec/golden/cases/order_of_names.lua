-- SPDX-License-Identifier: MIT
-- In what order parameters and labels get their names, where text() order would be another;
-- and conditions that stand as values.

local corm = require("corm")
local schema = require("spec.golden.schema")

local and_, cast, func, insert = corm.and_, corm.cast, corm.func, corm.insert
local literal, not_, or_, select = corm.literal, corm.not_, corm.or_, corm.select
local Integer, Numeric, String = corm.Integer, corm.Numeric, corm.String
local addresses, o, t, users = schema.addresses, schema.o, schema.t, schema.users

local case = require("spec.golden.harness").cases()

local function has_x()
    return t.c.name:contains("x")
end

case["frame before what it orders by"] = function()
    local order_by = func.nullif(t.c.myid, 0)
    return select(func.sum(t.c.myid):over({ order_by = order_by, rows = { -1, 0 } }))
end

case["frame before partition and order"] = function()
    return select(func.max(users.c.age):over({
        partition_by = func.coalesce(users.c.age, 3),
        order_by = func.length(literal("b")),
        range_ = { -5, 10 },
    }))
end

case["returning before the select of an insert"] = function()
    return insert(o):from_select({ "otherid" }, select(t.c.myid + 5))
        :returning(o.c.otherid + 7)
end

case["returning before on conflict"] = function()
    return corm.dialects.postgresql.insert(o):values({ otherid = 1 })
        :on_conflict_do_update({ index_elements = { "otherid" }, set_ = { othername = "a" } })
        :returning(o.c.othername .. "b"), { dialects = { "postgresql" } }
end

case["name of a subquery before those inside"] = function()
    local inner = select(func.count(o.c.otherid):label("c"))
        :having(o.c.othername:eq(select(literal(10)):scalar_subquery())):subquery()
    return select(t.c.myid):join(inner, t.c.myid:eq(inner.c.c))
end

for name, condition in pairs({
    contains = has_x,
    icontains = function() return t.c.name:icontains("x") end,
    startswith = function() return t.c.name:startswith("x") end,
    iendswith = function() return t.c.name:iendswith("x") end,
    like = function() return t.c.name:like("x") end,
    ["custom operator"] = function()
        return t.c.name:op("->", { precedence = -5 })("x")
    end,
}) do
    case["label of " .. name] = function()
        return select(condition():label("a"))
    end
    case["no label of " .. name] = function()
        return select(condition())
    end
    case["order by label of " .. name] = function()
        return select(t.c.myid):order_by(condition():label("a"))
    end
    case["group by label of " .. name] = function()
        return select(t.c.myid):group_by(condition():label("a"))
    end
    case["function of label of " .. name] = function()
        return select(func.foo(condition():label("a")))
    end
end

for name, condition in pairs({
    ["and_ of one"] = function() return and_(has_x()) end,
    ["or_ of one"] = function() return or_(has_x()) end,
    ["and_ with true"] = function() return and_(corm.true_(), has_x()) end,
    ["or_ with false"] = function() return or_(corm.false_(), has_x()) end,
    ["not of and_ of one"] = function() return not_(and_(has_x())) end,
    ["not"] = function() return not_(has_x()) end,
    ["and_ of comparison"] = function() return and_(t.c.myid:eq(5)) end,
    ["not of and_ of comparison"] = function() return not_(and_(t.c.myid:eq(5))) end,
}) do
    case["value " .. name] = function()
        return select(condition())
    end
    case["condition " .. name] = function()
        return select(t.c.myid):where(condition())
    end
end

case["cast of cast repeated"] = function()
    local twice = cast(cast(users.c.id, String), Integer)
    return select(users.c.id, twice, cast(cast(users.c.id, String), Numeric))
end

case["cast of type_coerce repeated"] = function()
    return select(users.c.id, cast(corm.type_coerce(users.c.id, String), Integer))
end

case["integer in fractions"] = function()
    return t.c.myid:in_({ 1.5 }), { literal_binds = true }
end

case["text in integers"] = function()
    return t.c.name:in_({ 1, 2 }), { literal_binds = true }
end

case["integer in texts"] = function()
    return t.c.myid:in_({ "1" }), { literal_binds = true }
end

case["floor division of what has no type"] = function()
    return func.length(addresses.c.email) // addresses.c.id
end

case["floor division of integers"] = function()
    return addresses.c.id // func.min(addresses.c.id)
end

case["left side by a subquery in the condition"] = function()
    local other = users:alias()
    return select(o.c.othername)
        :join(other, other.c.balance:not_in(select(o.c.otherid):where(o.c.otherid:in_({ 42 }))))
        :where(other.c.age:le(t.c.myid))
end

return case
