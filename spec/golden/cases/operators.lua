-- SPDX-License-Identifier: MIT
-- Operators: precedence, parentheses, negation, NULL, and what types make of them.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Boolean, String, all_ = corm.Boolean, corm.String, corm.all_
local and_, any_, between = corm.and_, corm.any_, corm.between
local bindparam, bitwise_not, cast = corm.bindparam, corm.bitwise_not, corm.cast
local collate, exists, false_ = corm.collate, corm.exists, corm.false_
local func, literal, literal_column = corm.func, corm.literal, corm.literal_column
local not_, null, or_ = corm.not_, corm.null, corm.or_
local select, text, true_ = corm.select, corm.text, corm.true_
local tuple_, union = corm.tuple_, corm.union
local o, pgt, t, users = schema.o, schema.pgt, schema.t, schema.users

local case = require("spec.golden.harness").cases()

-- ---- arithmetic

case["add"] = function() return t.c.myid + 5 end
case["add reflected"] = function() return 5 + t.c.myid end
case["subtract reflected"] = function() return 5 - t.c.myid end
case["multiply"] = function() return t.c.myid * 2 end
case["divide"] = function() return t.c.myid / 2 end
case["divide columns"] = function() return users.c.age / users.c.id end
case["divide numeric"] = function() return users.c.balance / 3 end
case["divide float"] = function() return users.c.score / users.c.score end
case["divide integer by numeric"] = function() return users.c.age / users.c.balance end
case["divide sum"] = function() return (users.c.age + 1) / (users.c.id + 2) end
case["divide reflected"] = function() return 5 / users.c.age end
case["floor divide"] = function() return t.c.myid // 2 end
case["floor divide numeric"] = function() return users.c.balance // 3 end
case["floor divide by numeric"] = function() return users.c.age // users.c.balance end
case["floor divide sum"] = function() return (users.c.age + 1) // (users.c.id + 2) end
case["floor divide twice"] = function() return users.c.age // users.c.id // 3 end
case["modulo"] = function() return t.c.myid % 5 end
case["modulo reflected"] = function() return 5 % t.c.myid end
case["modulo sum"] = function() return (t.c.myid + 1) % (t.c.myid + 2) end
case["negate"] = function() return -t.c.myid end
case["negate sum"] = function() return -(t.c.myid + 1) end
case["negate negated"] = function() return -(-t.c.myid) end
case["negate in sum"] = function() return t.c.myid + -t.c.myid end
case["negate in product"] = function() return -t.c.myid * 5 end
case["negate product"] = function() return -(t.c.myid * 5) end
case["sum of three"] = function() return t.c.myid + 1 + 2 end
case["sum grouped right"] = function() return t.c.myid + (t.c.myid + 1) end
case["difference of three"] = function() return t.c.myid - 1 - 2 end
case["difference grouped right"] = function() return t.c.myid - (t.c.myid - 1) end
case["sum and difference"] = function() return t.c.myid - (t.c.myid + 1) end
case["difference and sum"] = function() return t.c.myid - 1 + (t.c.myid - 2) end
case["product of sums"] = function() return (t.c.myid + 1) * (t.c.myid + 2) end
case["sum of products"] = function() return t.c.myid * 2 + t.c.myid * 3 end
case["product of three"] = function() return t.c.myid * 2 * 3 end
case["product grouped right"] = function() return t.c.myid * (t.c.myid * 3) end
case["quotient of product"] = function() return t.c.myid * 2 / 3 end
case["product of quotient"] = function() return t.c.myid * (t.c.myid / 3) end
case["quotient of quotient"] = function() return t.c.myid / (t.c.myid / 3) end
case["modulo and product"] = function() return t.c.myid % 3 * 2 end
case["arithmetic compared"] = function() return (t.c.myid + 1):eq(t.c.myid * 2) end
case["comparison in sum"] = function() return t.c.myid:eq(5) + 1 end
case["float plus"] = function() return users.c.score + 1.5 end
case["numeric plus decimal"] = function() return users.c.balance + corm.decimal("1.10") end
case["date minus interval"] = function() return users.c.created - corm.interval({ days = 1 }) end
case["date plus interval"] = function() return users.c.created + users.c.idle end
case["date minus date"] = function() return users.c.created - users.c.created end
case["date plus days"] = function() return users.c.born + corm.interval({ days = 2 }) end

-- ---- concatenation

case["concat"] = function() return t.c.name .. "x" end
case["concat reflected"] = function() return "x" .. t.c.name end
case["concat method"] = function() return t.c.name:concat(t.c.description) end
case["concat three"] = function() return (t.c.name .. " ") .. t.c.description end
case["concat grouped"] = function() return t.c.name .. t.c.description .. "x" end
case["concat compared"] = function() return (t.c.name .. "x"):eq("y") end
case["concat like"] = function() return (t.c.name .. "x"):like("y") end
case["concat of sum"] = function() return (t.c.name .. "x"):concat(t.c.myid + 1) end
case["concat in lower"] = function() return func.lower(t.c.name .. "x") end
case["concat integer method"] = function() return t.c.myid:concat("x") end

-- ---- bitwise

case["bitwise and"] = function() return t.c.myid:bitwise_and(5) end
case["bitwise or"] = function() return t.c.myid:bitwise_or(5) end
case["bitwise xor"] = function() return t.c.myid:bitwise_xor(5) end
case["bitwise not"] = function() return t.c.myid:bitwise_not() end
case["bitwise not function"] = function() return bitwise_not(t.c.myid) end
case["bitwise left shift"] = function() return t.c.myid:bitwise_lshift(5) end
case["bitwise right shift"] = function() return t.c.myid:bitwise_rshift(5) end
case["bitwise or of and"] = function() return t.c.myid:bitwise_and(5):bitwise_or(6) end
case["bitwise and of or"] = function() return t.c.myid:bitwise_or(5):bitwise_and(6) end
case["bitwise and of sum"] = function() return (t.c.myid + 1):bitwise_and(6) end
case["bitwise compared"] = function() return t.c.myid:bitwise_and(5):eq(5) end
case["bitwise xor twice"] = function() return t.c.myid:bitwise_xor(5):bitwise_xor(6) end
case["bitwise not of sum"] = function() return (t.c.myid + 1):bitwise_not() end
case["bitwise and of bitwise not"] = function()
    return t.c.myid:bitwise_and(t.c.myid:bitwise_not())
end
case["shift operators"] = function()
    return t.c.myid:bitwise_lshift(1) + t.c.myid:bitwise_rshift(2)
end

-- ---- comparison

case["equal"] = function() return t.c.myid:eq(5) end
case["not equal"] = function() return t.c.myid:ne(5) end
case["less"] = function() return t.c.myid:lt(5) end
case["less or equal"] = function() return t.c.myid:le(5) end
case["greater"] = function() return t.c.myid:gt(5) end
case["greater or equal"] = function() return t.c.myid:ge(5) end
case["equal column"] = function() return t.c.myid:eq(o.c.otherid) end
case["equal null"] = function() return t.c.name:eq(nil) end
case["not equal null"] = function() return t.c.name:ne(nil) end
case["equal null construct"] = function() return t.c.name:eq(null()) end
case["not equal null construct"] = function() return t.c.name:ne(null()) end
case["equal true"] = function() return users.c.active:eq(true) end
case["equal false"] = function() return users.c.active:eq(false) end
case["not equal true"] = function() return users.c.active:ne(true) end
case["equal true construct"] = function() return users.c.active:eq(true_()) end
case["not equal false construct"] = function() return users.c.active:ne(false_()) end
case["integer equal true"] = function() return users.c.age:eq(true) end
case["is null"] = function() return t.c.name:is_(nil) end
case["is not null"] = function() return t.c.name:is_not(nil) end
case["isnot null"] = function() return t.c.name:isnot(nil) end
case["is true"] = function() return users.c.active:is_(true) end
case["is false"] = function() return users.c.active:is_(false) end
case["is not true"] = function() return users.c.active:is_not(true) end
case["is null construct"] = function() return t.c.name:is_(null()) end
case["is true construct"] = function() return users.c.active:is_(true_()) end
case["is column"] = function() return t.c.name:is_(t.c.description) end
case["is of sum"] = function() return (t.c.myid + 1):is_(nil) end
case["is distinct from"] = function() return t.c.myid:is_distinct_from(5) end
case["is not distinct from"] = function() return t.c.myid:is_not_distinct_from(5) end
case["isnot distinct from"] = function() return t.c.myid:isnot_distinct_from(t.c.myid) end
case["is distinct from null"] = function() return t.c.name:is_distinct_from(nil) end
case["not is distinct from"] = function() return ~t.c.myid:is_distinct_from(5) end
case["comparison of comparison"] = function() return t.c.myid:eq(5):eq(t.c.name:eq("x")) end
case["comparison is null"] = function() return t.c.myid:eq(5):is_(nil) end
case["comparison equal true"] = function() return t.c.myid:eq(5):eq(true) end
case["comparison less"] = function() return t.c.myid:lt(5):lt(t.c.myid:lt(6)) end
case["equal expression twice"] = function()
    return and_(t.c.myid:eq(5), t.c.myid:eq(6), t.c.myid:eq(7))
end
case["null equal"] = function() return null():eq(t.c.name) end
case["literal compared"] = function() return literal(5):eq(literal(6)) end
case["string compared with integer"] = function() return t.c.name:eq(5) end
case["enum compared"] = function() return users.c.size:eq("small") end
case["date compared"] = function() return users.c.born:gt(corm.date(2020, 1, 31)) end
case["datetime compared"] = function()
    return users.c.created:gt(corm.datetime(2020, 1, 31, 12, 30))
end
case["numeric compared"] = function() return users.c.balance:gt(corm.decimal("10.50")) end
case["binary compared"] = function() return users.c.photo:eq("\x00\xff") end
case["subquery compared"] = function()
    return t.c.myid:eq(select(func.max(o.c.otherid)):scalar_subquery())
end
case["subquery on the left"] = function()
    return select(func.max(o.c.otherid)):scalar_subquery():gt(5)
end
case["subquery in arithmetic"] = function()
    return select(func.max(o.c.otherid)):scalar_subquery() + 5
end

-- ---- and, or, not

case["and"] = function() return and_(t.c.myid:eq(5), t.c.name:eq("x")) end
case["and operator"] = function() return t.c.myid:eq(5) & t.c.name:eq("x") end
case["or operator"] = function() return t.c.myid:eq(5) | t.c.name:eq("x") end
case["and of three operators"] = function()
    return t.c.myid:eq(5) & t.c.name:eq("x") & t.c.name:eq("y")
end
case["and of or"] = function()
    return and_(or_(t.c.myid:eq(5), t.c.myid:eq(6)), t.c.name:eq("x"))
end
case["or of and"] = function()
    return or_(and_(t.c.myid:eq(5), t.c.name:eq("y")), t.c.name:eq("x"))
end
case["or of or"] = function() return or_(or_(t.c.myid:eq(5), t.c.myid:eq(6)), t.c.name:eq("x")) end
case["and of and"] = function()
    return and_(and_(t.c.myid:eq(5), t.c.myid:eq(6)), t.c.name:eq("x"))
end
case["nested logic"] = function()
    return or_(
        and_(t.c.myid:eq(1), or_(t.c.myid:eq(2), t.c.myid:eq(3))),
        and_(t.c.myid:eq(4), t.c.myid:eq(5))
    )
end
case["and of one"] = function() return and_(t.c.myid:eq(5)) end
case["or of one"] = function() return or_(t.c.myid:eq(5)) end
case["and of one or in and"] = function()
    return and_(or_(and_(t.c.myid:eq(5))), t.c.name:eq("x"))
end
case["not equal negated"] = function() return ~t.c.myid:eq(5) end
case["not less"] = function() return not_(t.c.myid:lt(5)) end
case["not greater or equal"] = function() return not_(t.c.myid:ge(5)) end
case["not and"] = function() return not_(and_(t.c.myid:eq(5), t.c.name:eq("x"))) end
case["not or"] = function() return ~or_(t.c.myid:eq(5), t.c.name:eq("x")) end
case["not not"] = function() return not_(not_(t.c.myid:eq(5))) end
case["not not and"] = function() return not_(not_(and_(t.c.myid:eq(5), t.c.name:eq("x")))) end
case["not boolean"] = function() return ~users.c.active end
case["not not boolean"] = function() return ~(~users.c.active) end
case["not function"] = function() return ~func.foo(t.c.myid) end
case["not column"] = function() return not_(t.c.myid) end
case["not sum"] = function() return not_(t.c.myid + 5) end
case["not null"] = function() return not_(null()) end
case["not true"] = function() return not_(true_()) end
case["not false"] = function() return not_(false_()) end
case["not is null"] = function() return not_(t.c.name:is_(nil)) end
case["not like"] = function() return ~t.c.name:like("x") end
case["not between"] = function() return ~t.c.myid:between(1, 2) end
case["not in"] = function() return ~t.c.myid:in_({ 1, 2 }) end
case["not exists"] = function() return ~exists():where(t.c.myid:eq(5)) end
case["not of boolean function"] = function()
    return not_(func.foo(t.c.myid, { type_ = Boolean }))
end
case["not of literal column"] = function() return not_(literal_column("a")) end
case["not of boolean literal column"] = function() return not_(literal_column("a", Boolean)) end
case["not of custom operator"] = function() return ~t.c.myid:op("@@")(5) end
case["not of custom comparison"] = function()
    return ~t.c.myid:op("@@", { is_comparison = true })(5)
end
case["not of label"] = function() return ~t.c.myid:eq(5):label("x") end
case["not of cast"] = function() return ~cast(t.c.myid, Boolean) end
case["and with true"] = function() return and_(true_(), t.c.myid:eq(5)) end
case["and with false"] = function() return and_(false_(), t.c.myid:eq(5)) end
case["or with true"] = function() return or_(true_(), t.c.myid:eq(5)) end
case["or with false"] = function() return or_(false_(), t.c.myid:eq(5)) end
case["and of true and true"] = function() return and_(true_(), true_()) end
case["and with python true"] = function() return and_(true, t.c.myid:eq(5)) end
case["or with python false"] = function() return or_(false, t.c.myid:eq(5)) end
case["and of or of nothing"] = function() return and_(or_(false_()), t.c.myid:eq(5)) end
case["or with and of true"] = function()
    return or_(and_(true_(), t.c.myid:eq(5)), t.c.name:eq("x"))
end
case["where or of false"] = function() return select(t.c.myid):where(or_(false_(), false_())) end
case["where and of true"] = function() return select(t.c.myid):where(and_(true_(), true_())) end
case["true or operator"] = function() return true_() | t.c.myid:eq(5) end
case["boolean columns"] = function() return and_(users.c.active, users.c.age:gt(5)) end
case["boolean columns or"] = function() return or_(users.c.active, ~users.c.active) end
case["boolean column where"] = function()
    return select(users.c.id):where(or_(users.c.active, users.c.age:gt(5)))
end
case["boolean column equal comparison"] = function() return users.c.active:eq(users.c.age:gt(5)) end
case["and with text"] = function() return and_(t.c.myid:eq(5), text("a or b")) end
case["or with text"] = function() return or_(t.c.myid:eq(5), text("a and b")) end
case["and with null"] = function() return and_(null(), t.c.myid:eq(5)) end
case["and of function"] = function() return and_(func.foo(t.c.myid), func.bar(t.c.name)) end
case["and of exists"] = function() return and_(exists():where(t.c.myid:eq(5)), t.c.name:eq("x")) end
case["and of subquery"] = function()
    return and_(select(t.c.myid):scalar_subquery():eq(5), t.c.name:eq("x"))
end
case["and of one boolean"] = function() return and_(users.c.active) end
case["and of one boolean negated"] = function() return ~and_(users.c.active) end
case["and of one boolean nested"] = function()
    return and_(and_(users.c.active), users.c.age:gt(5))
end
case["and of one boolean selected"] = function() return select(and_(users.c.active)) end
case["and of true selected"] = function() return select(and_(true_(), true_())) end
case["not and of true"] = function() return not_(and_(true_(), true_())) end
case["not three times"] = function() return ~(~(~users.c.active)) end
case["not not selected"] = function() return select(~(~users.c.active)) end
case["and of one boolean in case"] = function() return corm.case({ and_(users.c.active), 1 }) end
case["boolean in case"] = function() return corm.case({ users.c.active, 1 }) end
case["and of one boolean in order by"] = function()
    return select(users.c.id):order_by(and_(users.c.active))
end
case["boolean equal and of one"] = function() return users.c.active:eq(and_(users.c.active)) end
case["boolean equal and"] = function()
    return users.c.active:eq(and_(users.c.active, users.c.age:gt(5)))
end
case["add null"] = function() return t.c.myid + nil end
case["less than null"] = function() return t.c.myid:lt(nil) end
case["less than true"] = function() return users.c.active:lt(true) end
case["like null"] = function() return t.c.name:like(nil) end
case["between null"] = function() return t.c.myid:between(nil, 5) end
case["in null and column"] = function() return t.c.myid:in_({ corm.NULL, t.c.myid }) end
case["function of null"] = function() return func.foo(nil) end
case["case null"] = function() return corm.case({ users.c.active, corm.NULL }, { else_ = 5 }) end
case["concat null"] = function() return t.c.name:concat(nil) end

-- ---- in

case["in"] = function() return t.c.myid:in_({ 1, 2, 3 }) end
case["in rendered"] = function() return t.c.myid:in_({ 1, 2, 3 }), { render_postcompile = true } end
case["in literal"] = function() return t.c.myid:in_({ 1, 2, 3 }), { literal_binds = true } end
case["in literal strings"] = function()
    return t.c.name:in_({ "a", "it's" }), { literal_binds = true }
end
case["in empty"] = function() return t.c.myid:in_({}) end
case["in empty rendered"] = function() return t.c.myid:in_({}), { render_postcompile = true } end
case["in empty strings rendered"] = function()
    return t.c.name:in_({}), { render_postcompile = true }
end
case["in empty literal"] = function() return t.c.myid:in_({}), { literal_binds = true } end
case["not in list"] = function() return t.c.myid:not_in({ 1, 2 }) end
case["not in list rendered"] = function()
    return t.c.myid:not_in({ 1, 2 }), { render_postcompile = true }
end
case["not in empty rendered"] = function()
    return t.c.myid:not_in({}), { render_postcompile = true }
end
case["not in empty literal"] = function() return t.c.myid:not_in({}), { literal_binds = true } end
case["in one rendered"] = function() return t.c.name:in_({ "a" }), { render_postcompile = true } end
case["in with null rendered"] = function()
    return t.c.name:in_({ "a", corm.NULL }), { render_postcompile = true }
end
case["in expressions"] = function() return t.c.myid:in_({ t.c.myid + 1, literal(5), 6 }) end
case["in columns"] = function() return t.c.myid:in_({ o.c.otherid, users.c.id }) end
case["in select"] = function() return t.c.myid:in_(select(o.c.otherid)) end
case["not in select"] = function()
    return t.c.myid:not_in(select(o.c.otherid):where(o.c.othername:eq("x")))
end
case["in scalar subquery"] = function()
    return t.c.myid:in_(select(o.c.otherid):scalar_subquery())
end
case["in union"] = function()
    return t.c.myid:in_(union(select(o.c.otherid), select(users.c.id)))
end
case["in cte"] = function()
    return select(t.c.myid):where(t.c.myid:in_(select(select(o.c.otherid):cte("x").c.otherid)))
end
case["in text"] = function() return t.c.myid:in_(text("select 1")) end
case["in bindparam"] = function() return t.c.myid:in_(bindparam("ids", { expanding = true })) end
case["in bindparam with value"] = function()
    return t.c.myid:in_(bindparam("ids", { 1, 2 }, { expanding = true })),
        { render_postcompile = true }
end
case["in of sum"] = function() return (t.c.myid + 1):in_({ 1, 2 }) end
case["in of comparison"] = function() return t.c.myid:eq(5):in_({ true, false }) end
case["in and"] = function() return and_(t.c.myid:in_({ 1, 2 }), t.c.name:not_in({ "a" })) end
case["in dates rendered"] = function()
    return users.c.born:in_({ corm.date(2020, 1, 2), corm.date(2021, 1, 2) }),
        { render_postcompile = true }
end
case["in equal true"] = function() return t.c.myid:in_({ 1, 2 }):eq(true) end
case["literal in"] = function() return literal(5):in_({ 1, 2 }) end
case["two ins rendered"] = function()
    return and_(
        t.c.myid:in_({ 1, 2 }), t.c.myid:in_({ 3 }), t.c.name:eq("x")
    ), { render_postcompile = true }
end
case["in between others"] = function()
    return and_(t.c.name:eq("a"), t.c.myid:in_({ 1, 2 }), t.c.name:eq("b"))
end

-- ---- tuples

case["tuple in"] = function() return tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }) end
case["tuple in rendered"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }), { render_postcompile = true }
end
case["tuple in literal"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }), { literal_binds = true }
end
case["tuple not in rendered"] = function()
    return tuple_(t.c.myid, t.c.name):not_in({ { 1, "a" } }), { render_postcompile = true }
end
case["tuple in empty rendered"] = function()
    return tuple_(t.c.myid, t.c.name):in_({}), { render_postcompile = true }
end
case["tuple in select"] = function()
    return tuple_(t.c.myid, t.c.name):in_(select(o.c.otherid, o.c.othername))
end
case["tuple in columns"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ tuple_(o.c.otherid, o.c.othername) })
end
case["tuple equal"] = function() return tuple_(t.c.myid, t.c.name):eq(tuple_(1, "a")) end
case["tuple equal list"] = function() return tuple_(t.c.myid, t.c.name):eq({ 1, "a" }) end
case["tuple less"] = function()
    return tuple_(t.c.myid, t.c.name):lt(tuple_(o.c.otherid, o.c.othername))
end
case["tuple greater subquery"] = function()
    return tuple_(t.c.myid, t.c.name):gt(select(o.c.otherid, o.c.othername):scalar_subquery())
end
case["tuple alone"] = function() return tuple_(t.c.myid, 5) end
case["tuple in order by"] = function()
    return select(t.c.myid):order_by(tuple_(t.c.myid, t.c.name))
end

-- ---- between

case["between"] = function() return t.c.myid:between(1, 5) end
case["between symmetric"] = function() return t.c.myid:between(1, 5, { symmetric = true }) end
case["between columns"] = function() return t.c.myid:between(o.c.otherid, users.c.id) end
case["between function"] = function() return between(t.c.myid, 1, 5) end
case["between of sum"] = function() return (t.c.myid + 1):between(1, t.c.myid + 5) end
case["between and"] = function() return and_(t.c.myid:between(1, 5), t.c.name:eq("x")) end
case["between of comparison"] = function() return t.c.myid:between(1, 5):eq(true) end
case["between dates"] = function()
    return users.c.born:between(corm.date(2020, 1, 1), corm.date(2020, 2, 1))
end
case["between subqueries"] = function()
    return t.c.myid:between(select(func.min(o.c.otherid)):scalar_subquery(), 9)
end
case["not between symmetric"] = function() return ~t.c.myid:between(1, 5, { symmetric = true }) end

-- ---- like

case["like"] = function() return t.c.name:like("x%") end
case["like escape"] = function() return t.c.name:like("x/%", { escape = "/" }) end
case["like column"] = function() return t.c.name:like(t.c.description) end
case["ilike"] = function() return t.c.name:ilike("x%") end
case["ilike escape"] = function() return t.c.name:ilike("x/%", { escape = "/" }) end
case["not_like"] = function() return t.c.name:not_like("x%") end
case["not_like escape"] = function() return t.c.name:not_like("x%", { escape = "/" }) end
case["notlike"] = function() return t.c.name:notlike("x%") end
case["not_ilike"] = function() return t.c.name:not_ilike("x%") end
case["not_ilike escape"] = function() return t.c.name:not_ilike("x%", { escape = "\\" }) end
case["not ilike"] = function() return ~t.c.name:ilike("x%") end
case["startswith"] = function() return t.c.name:startswith("x") end
case["startswith escape"] = function() return t.c.name:startswith("x", { escape = "/" }) end
case["startswith autoescape"] = function()
    return t.c.name:startswith("a%b_c/d", { autoescape = true })
end
case["startswith autoescape with escape"] = function()
    return t.c.name:startswith("a%b_c#d", { autoescape = true, escape = "#" })
end
case["startswith column"] = function() return t.c.name:startswith(t.c.description) end
case["startswith literal column"] = function() return t.c.name:startswith(literal_column("y")) end
case["startswith text"] = function() return t.c.name:startswith(text("y")) end
case["not startswith"] = function() return ~t.c.name:startswith("x") end
case["endswith"] = function() return t.c.name:endswith("x") end
case["endswith autoescape"] = function() return t.c.name:endswith("a%b", { autoescape = true }) end
case["not endswith"] = function() return ~t.c.name:endswith("x") end
case["contains"] = function() return t.c.name:contains("x") end
case["contains autoescape"] = function() return t.c.name:contains("a%b_", { autoescape = true }) end
case["contains escape"] = function() return t.c.name:contains("a%b_", { escape = "\\" }) end
case["contains column"] = function() return t.c.name:contains(t.c.description) end
case["not contains"] = function() return ~t.c.name:contains("x") end
case["contains concat"] = function() return t.c.name:contains(t.c.description .. "x") end
case["istartswith"] = function() return t.c.name:istartswith("X") end
case["istartswith autoescape"] = function()
    return t.c.name:istartswith("X%", { autoescape = true })
end
case["iendswith"] = function() return t.c.name:iendswith("X") end
case["icontains"] = function() return t.c.name:icontains("X") end
case["icontains escape"] = function() return t.c.name:icontains("X", { escape = "/" }) end
case["not icontains"] = function() return ~t.c.name:icontains("X") end
case["not istartswith"] = function() return ~t.c.name:istartswith("X") end
case["not iendswith"] = function() return ~t.c.name:iendswith("X", { autoescape = true }) end
case["icontains column"] = function() return t.c.name:icontains(t.c.description) end
case["like of concat"] = function() return (t.c.name + t.c.description):like("x") end
case["like of lower"] = function() return func.lower(t.c.name):like("x") end
case["like in and"] = function()
    return and_(t.c.name:like("x"), t.c.name:contains("y"), t.c.name:ilike("z"))
end
case["like literal"] = function() return t.c.name:contains("x%y"), { literal_binds = true } end
case["startswith literal autoescape"] = function()
    return t.c.name:startswith("x%y", { autoescape = true }), { literal_binds = true }
end
case["contains equal true"] = function() return t.c.name:contains("x"):eq(true) end
case["like of like"] = function() return t.c.name:like("x"):like("y") end
case["match"] = function() return t.c.name:match("x") end
case["not match"] = function() return ~t.c.name:match("x") end
case["match expression"] = function() return (t.c.name .. "a"):match(t.c.description) end

-- ---- regular expressions

case["regexp match"] = function() return t.c.name:regexp_match("^x") end
case["regexp match column"] = function() return t.c.name:regexp_match(t.c.description) end
case["regexp match flags"] = function() return t.c.name:regexp_match("^x", { flags = "i" }) end
case["regexp match other flags"] = function()
    return t.c.name:regexp_match("^x", { flags = "ig" })
end
case["regexp match not"] = function() return ~t.c.name:regexp_match("^x") end
case["regexp match not flags"] = function() return ~t.c.name:regexp_match("^x", { flags = "i" }) end
case["regexp match not other flags"] = function()
    return ~t.c.name:regexp_match("^x", { flags = "x" })
end
case["regexp match text"] = function() return t.c.name:regexp_match(text("'x'")) end
case["regexp match of concat"] = function()
    return (t.c.name .. "y"):regexp_match("x" .. t.c.name)
end
case["regexp match and"] = function() return and_(t.c.name:regexp_match("x"), t.c.myid:eq(5)) end
case["regexp match literal"] = function()
    return t.c.name:regexp_match("^x"), { literal_binds = true }
end
case["regexp replace"] = function() return t.c.name:regexp_replace("a", "b") end
case["regexp replace column"] = function() return t.c.name:regexp_replace("a", t.c.description) end
case["regexp replace flags"] = function()
    return t.c.name:regexp_replace("a", "b", { flags = "g" })
end
case["regexp replace compared"] = function() return t.c.name:regexp_replace("a", "b"):eq("c") end
case["regexp replace of concat"] = function() return (t.c.name .. "y"):regexp_replace("a", "b") end

-- ---- custom operators

case["op"] = function() return t.c.myid:op("@@")(5) end
case["op of column"] = function() return t.c.name:op("%%")(t.c.description) end
case["op compared"] = function() return t.c.myid:op("@@")(5):eq(6) end
case["op of sum"] = function() return (t.c.myid + 1):op("@@")(5) end
case["op in sum"] = function() return t.c.myid:op("@@")(5) + 6 end
case["op twice"] = function() return t.c.myid:op("@@")(5):op("##")(6) end
case["op precedence"] = function() return (t.c.myid + 1):op("@@", { precedence = 5 })(5) end
case["op high precedence"] = function()
    return t.c.myid:op("@@", { precedence = 50 })(t.c.myid + 5)
end
case["op comparison"] = function() return t.c.myid:op("@@", { is_comparison = true })(5) end
case["bool op"] = function() return t.c.myid:bool_op("@@")(5) end
case["bool op and"] = function() return and_(t.c.myid:bool_op("@@")(5), t.c.name:eq("x")) end
case["op and"] = function() return and_(t.c.myid:op("@@")(5), t.c.name:eq("x")) end
case["op return type"] = function() return t.c.myid:op("->", { return_type = String })(5) .. "x" end
case["op with null"] = function() return t.c.myid:op("@@")(nil) end
case["op of literal"] = function() return literal("a"):op("->")("b") end
case["op not bool"] = function() return ~t.c.myid:bool_op("@@")(5) end

-- ---- collate, any, all

case["collate"] = function() return t.c.name:collate("de_DE") end
case["collate simple name"] = function() return t.c.name:collate("nocase") end
case["collate function"] = function() return collate(t.c.name, "C") end
case["collate compared"] = function() return t.c.name:collate("de_DE"):eq("x") end
case["collate like"] = function() return t.c.name:collate("de_DE"):like("x") end
case["collate on the right"] = function() return t.c.name:eq(collate("x", "de_DE")) end
case["collate of concat"] = function() return (t.c.name .. "x"):collate("de_DE") end
case["collate in"] = function() return t.c.name:collate("de_DE"):in_({ "a", "b" }) end
case["collate desc"] = function() return t.c.name:collate("de_DE"):desc() end
case["collate of desc"] = function() return t.c.name:desc():collate("de_DE") end
case["any of subquery"] = function()
    return t.c.myid:eq(any_(select(o.c.otherid):scalar_subquery()))
end
case["all of subquery"] = function()
    return t.c.myid:gt(all_(select(o.c.otherid):scalar_subquery()))
end
case["any on the left"] = function()
    return any_(select(o.c.otherid):scalar_subquery()):eq(t.c.myid)
end
case["any on the left less"] = function()
    return any_(select(o.c.otherid):scalar_subquery()):lt(t.c.myid)
end
case["any method"] = function() return select(o.c.otherid):scalar_subquery():any_():eq(5) end
case["any of array"] = function() return any_(pgt.c.nums):eq(5) end
case["all of array"] = function() return all_(pgt.c.nums):ge(5) end
case["any not equal"] = function() return t.c.myid:ne(any_(pgt.c.nums)) end
case["any of a function"] = function() return t.c.myid:eq(any_(func.foo())) end
case["not any"] = function() return ~t.c.myid:eq(any_(pgt.c.nums)) end
case["any of tuple"] = function() return literal(5):eq(any_(tuple_(1, 2))) end

-- ---- order and distinct as operators

case["desc of sum"] = function() return (t.c.myid + 1):desc() end
case["asc of comparison"] = function() return t.c.myid:eq(1):asc() end
case["nulls first of sum"] = function() return (t.c.myid + 1):nulls_first() end
case["nulls last of desc of sum"] = function() return (t.c.myid + 1):desc():nulls_last() end
case["distinct of sum"] = function() return (t.c.myid + 1):distinct() end
case["desc of label"] = function() return t.c.myid:label("x"):desc() end
case["desc of function"] = function() return func.lower(t.c.name):desc() end
case["desc of subquery"] = function() return select(o.c.otherid):scalar_subquery():desc() end
return case
