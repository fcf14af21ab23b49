-- SPDX-License-Identifier: MIT
-- More ways of writing aliases, joins and columns.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Numeric, String, all_, and_ = corm.Numeric, corm.String, corm.all_, corm.and_
local any_, bindparam, cast, desc = corm.any_, corm.bindparam, corm.cast, corm.desc
local distinct, exists, extract, false_ = corm.distinct, corm.exists, corm.extract, corm.false_
local func, literal, literal_column = corm.func, corm.literal, corm.literal_column
local not_, or_, select, text, true_ = corm.not_, corm.or_, corm.select, corm.text, corm.true_
local union, update, addresses, items = corm.union, corm.update, schema.addresses, schema.items
local o, t, users = schema.o, schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["column collection keys"] = function()
    return select(table.unpack({ t.c.myid, t.c.name })):select_from(t)
end

case["alias of alias"] = function()
    return select(t:alias("a"):alias("b").c.myid)
end

case["alias of join selected"] = function()
    return select(users:join(addresses):select():subquery("j").c.id)
end

case["join select method"] = function()
    return users:join(addresses):select()
end

case["join of aliases"] = function()
    return select(users.c.id)
        :select_from(
            users:join(addresses:alias("x"), users.c.id:eq(literal_column("x.user_id")))
        )
end

case["join right nested"] = function()
    return select(users.c.id)
        :select_from(
            users:join(addresses:outerjoin(items, items.c.address_id:eq(addresses.c.id)))
        )
end

case["select_from and where of others"] = function()
    return select(users.c.id):select_from(users):where(addresses.c.user_id:eq(users.c.id))
end

case["distinct count of two"] = function()
    return select(func.count(distinct(t.c.myid)), func.count(t.c.name:distinct()))
end

case["group_by cube and having"] = function()
    return select(t.c.name):group_by(func.cube(t.c.name)):having(func.grouping(t.c.name):eq(0))
end

case["nested functions"] = function()
    return func.coalesce(func.nullif(func.trim(t.c.name), ""), "none")
end

case["function with label argument"] = function()
    return select(func.foo(t.c.myid:label("x")))
end

case["function over filter within"] = function()
    return func.sum(t.c.myid):filter(t.c.myid:gt(0)):over({ partition_by = t.c.name })
        :label("s")
end

case["order_by of union column"] = function()
    return union(select(t.c.myid:label("x")), select(o.c.otherid)):order_by(desc("x")):limit(3)
end

case["subquery columns by c"] = function()
    return select(select(t.c.myid:label("a"), func.max(t.c.name):label("b")):subquery("s").c.b)
end

case["text column of subquery"] = function()
    return select(select(text("a AS b")):select_from(t):subquery("s"))
end

case["literal true and false in where"] = function()
    return select(t.c.myid)
        :where(or_(t.c.myid:eq(1), false_()), and_(true_(), t.c.name:eq("a")))
end

case["not of or with one"] = function()
    return not_(or_(t.c.myid:eq(1)))
end

case["not exists in or"] = function()
    return or_(~exists():where(o.c.otherid:eq(t.c.myid)), t.c.myid:eq(5))
end

case["is null of sum"] = function()
    return (t.c.myid + 1):is_(nil)
end

case["is null of and"] = function()
    return and_(t.c.myid:eq(1), t.c.name:eq("a")):is_(nil)
end

case["between of function"] = function()
    return func.foo(t.c.myid):between(1, func.bar(2))
end

case["like of cast"] = function()
    return cast(t.c.myid, String):like("1%")
end

case["in of subquery column"] = function()
    return select(t.c.myid)
        :where(t.c.myid:in_(select(select(o.c.otherid):subquery("s").c.otherid)))
end

case["any of values"] = function()
    return t.c.myid:eq(any_(select(o.c.otherid):where(o.c.othername:eq("x"))))
end

case["ne all of select"] = function()
    return t.c.myid:ne(all_(select(o.c.otherid):scalar_subquery()))
end

case["desc of nulls first of label"] = function()
    return select(t.c.myid:label("x")):order_by(desc("x"):nulls_first())
end

case["collate in group_by"] = function()
    return select(t.c.name):group_by(t.c.name:collate("C"))
end

case["op in order_by"] = function()
    return select(t.c.myid):order_by(t.c.myid:op("<->")(5))
end

case["op with select"] = function()
    return t.c.myid:op("@@")(select(o.c.otherid):scalar_subquery())
end

case["op on function"] = function()
    return func.foo(t.c.myid):op("~")("x")
end

case["op on literal"] = function()
    return literal("a"):op("||")(literal("b"))
end

case["op negative operand"] = function()
    return (-t.c.myid):op("+")(-t.c.myid)
end

case["bool_op in not"] = function()
    return not_(t.c.myid:bool_op("@>")(5))
end

case["double bool_op"] = function()
    return t.c.myid:bool_op("@>")(5) & t.c.myid:bool_op("<@")(6)
end

case["concat of case"] = function()
    return "x" + corm.case({ t.c.myid:eq(1), "a" }, { else_ = "b" })
end

case["division in comparison"] = function()
    return (t.c.myid / 2):eq(t.c.myid / 3)
end

case["minus of negative"] = function()
    return t.c.myid - (-t.c.myid)
end

case["product of minus"] = function()
    return t.c.myid * (-1)
end

case["negative literal"] = function()
    return t.c.myid + (-5)
end

case["distinct of expression"] = function()
    return select((t.c.myid + 1):distinct())
end

case["tablesample joined"] = function()
    return select(t.c.myid)
        :join(o:tablesample(5, { name = "s" }), t.c.myid:eq(literal_column("s.otherid")))
end

case["for update of join"] = function()
    return select(users.c.id):join(addresses):with_for_update({ of = addresses })
end

case["prefixes of insert and update"] = function()
    return update(t):prefix_with("LOW", "HIGH"):values({ name = "x" })
end

case["params on union"] = function()
    return union(select(t.c.myid):where(t.c.name:eq(bindparam("n"))), select(o.c.otherid))
        :params({ n = "x" })
end

case["bindparam in function typed"] = function()
    return func.foo(bindparam("x", 5, Numeric))
end

case["select of alias of select"] = function()
    return select(select(t):alias("a")):where(text("a.myid > 5"))
end

case["select from cte alias and table"] = function()
    return select(select(t.c.myid):cte("c").c.myid, o.c.otherid)
end

case["extract in group_by"] = function()
    return select(func.count()):select_from(users):group_by(extract("year", users.c.created))
end

case["exists with limit"] = function()
    return select(exists(select(t.c.myid):limit(1)))
end

case["scalar subquery with label and order"] = function()
    return select(
        select(t.c.myid):order_by(t.c.name:desc()):limit(1):scalar_subquery():label("top")
    )
end

case["offset and fetch expressions"] = function()
    return select(t.c.myid):offset(literal(2) + 1):fetch(bindparam("n", 3))
end

case["limit of column"] = function()
    return select(t.c.myid):limit(func.foo(2)):offset(func.bar(3))
end

return case
