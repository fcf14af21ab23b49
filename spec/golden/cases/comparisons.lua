-- SPDX-License-Identifier: MIT
-- Comparisons, negation, conjunctions and IN.

local corm = require("corm")
local schema = require("spec.golden.schema")

local all_, and_, any_, bindparam = corm.all_, corm.and_, corm.any_, corm.bindparam
local column, false_, func, literal = corm.column, corm.false_, corm.func, corm.literal
local not_, null, or_, select, text = corm.not_, corm.null, corm.or_, corm.select, corm.text
local true_, tuple_, union, o, t = corm.true_, corm.tuple_, corm.union, schema.o, schema.t
local users = schema.users

local case = require("spec.golden.harness").cases()

case["comparisons"] = function()
    return and_(
        t.c.myid:eq(1),
        t.c.myid:ne(2),
        t.c.myid:lt(3),
        t.c.myid:le(4),
        t.c.myid:gt(5),
        t.c.myid:ge(6)
    )
end

case["compared with column"] = function()
    return t.c.myid:eq(o.c.otherid)
end

case["compared from the left"] = function()
    return literal(5):lt(t.c.myid)
end

case["literal equals literal"] = function()
    return literal("a"):eq(literal("b"))
end

case["compared with expression"] = function()
    return t.c.myid:gt(t.c.myid + 1)
end

case["compared with bool"] = function()
    return users.c.active:eq(true)
end

case["compared with false"] = function()
    return users.c.active:eq(false)
end

case["not compared with false"] = function()
    return users.c.active:ne(false)
end

case["compared with true construct"] = function()
    return users.c.active:eq(true_())
end

case["compared with null construct"] = function()
    return t.c.name:eq(null())
end

case["is_ true"] = function()
    return users.c.active:is_(true)
end

case["is_not false"] = function()
    return users.c.active:is_not(false)
end

case["is_ true construct"] = function()
    return users.c.active:is_(true_())
end

case["isnot old name"] = function()
    return t.c.name:isnot(nil)
end

case["is_distinct_from value"] = function()
    return t.c.name:is_distinct_from("x")
end

case["is_distinct_from null"] = function()
    return t.c.name:is_distinct_from(nil)
end

case["is_not_distinct_from column"] = function()
    return t.c.name:is_not_distinct_from(t.c.description)
end

case["isnot_distinct_from old name"] = function()
    return t.c.name:isnot_distinct_from("x")
end

case["not is_distinct_from"] = function()
    return ~t.c.name:is_distinct_from("x")
end

case["not of not is_distinct_from"] = function()
    return ~t.c.name:is_not_distinct_from("x")
end

case["comparison of comparison"] = function()
    return t.c.myid:eq(1):eq(t.c.name:eq("x"))
end

case["comparison as value"] = function()
    return t.c.myid:eq(1):eq(true)
end

case["le of subquery"] = function()
    return t.c.myid:le(select(func.max(o.c.otherid)):scalar_subquery())
end

case["eq of select"] = function()
    return t.c.myid:eq(select(o.c.otherid):scalar_subquery())
end

case["eq any"] = function()
    return t.c.myid:eq(any_(select(o.c.otherid):scalar_subquery()))
end

case["eq any of select"] = function()
    return t.c.myid:eq(any_(select(o.c.otherid)))
end

case["lt all"] = function()
    return t.c.myid:lt(all_(select(o.c.otherid):scalar_subquery()))
end

case["any method"] = function()
    return t.c.myid:eq(select(o.c.otherid):scalar_subquery():any_())
end

case["all on the left"] = function()
    return all_(select(o.c.otherid):scalar_subquery()):eq(5)
end

case["literal any"] = function()
    return literal(5):eq(any_(select(o.c.otherid):scalar_subquery()))
end

case["not eq"] = function()
    return ~t.c.myid:eq(1)
end

case["not lt"] = function()
    return ~t.c.myid:lt(1)
end

case["not ge"] = function()
    return not_(t.c.myid:ge(1))
end

case["not and"] = function()
    return ~and_(t.c.myid:eq(1), t.c.name:eq("x"))
end

case["not or"] = function()
    return not_(or_(t.c.myid:eq(1), t.c.name:eq("x")))
end

case["not not"] = function()
    return ~(~t.c.myid:eq(1))
end

case["not_ not_"] = function()
    return not_(not_(t.c.name:like("x")))
end

case["not in"] = function()
    return ~t.c.myid:in_({ 1, 2 })
end

case["not not_in"] = function()
    return ~t.c.myid:not_in({ 1, 2 })
end

case["not like"] = function()
    return ~t.c.name:like("x%")
end

case["not between"] = function()
    return ~t.c.myid:between(1, 2)
end

case["not is null"] = function()
    return ~t.c.name:is_(nil)
end

case["not is not null"] = function()
    return ~t.c.name:is_not(nil)
end

case["not contains"] = function()
    return ~t.c.name:contains("x")
end

case["not function"] = function()
    return ~func.foo(t.c.myid)
end

case["not literal bool"] = function()
    return not_(literal(true))
end

case["not true"] = function()
    return not_(true_())
end

case["not false"] = function()
    return not_(false_())
end

case["not bindparam"] = function()
    return not_(bindparam("x", true))
end

case["not column in and"] = function()
    return and_(~users.c.active, users.c.id:eq(5))
end

case["not expression label"] = function()
    return select((~t.c.myid:eq(1)):label("n"))
end

case["not integer column"] = function()
    return ~t.c.myid
end

case["negative"] = function()
    return -t.c.myid
end

case["negative negative"] = function()
    return -(-t.c.myid)
end

case["negative of sum"] = function()
    return -(t.c.myid + 5)
end

case["negative in product"] = function()
    return (-t.c.myid) * 5
end

case["negative of function"] = function()
    return -func.foo(1)
end

case["negative interval"] = function()
    return -users.c.idle
end

case["and_ of one"] = function()
    return and_(t.c.myid:eq(1))
end

case["or_ of one"] = function()
    return or_(t.c.myid:eq(1))
end

case["and_ empty with true"] = function()
    return select(t.c.myid):where(and_(true_()))
end

case["or_ empty with false"] = function()
    return select(t.c.myid):where(or_(false_()))
end

case["and nested flattened"] = function()
    return and_(t.c.myid:eq(1), and_(t.c.myid:eq(2), t.c.myid:eq(3)))
end

case["or nested flattened"] = function()
    return or_(t.c.myid:eq(1), or_(t.c.myid:eq(2), t.c.myid:eq(3)))
end

case["or in and"] = function()
    return and_(or_(t.c.myid:eq(1), t.c.myid:eq(2)), t.c.name:eq("x"))
end

case["and in or"] = function()
    return or_(and_(t.c.myid:eq(1), t.c.myid:eq(2)), t.c.name:eq("x"))
end

case["and operator"] = function()
    return t.c.myid:eq(1) & t.c.name:eq("x") & t.c.name:eq("y")
end

case["or operator"] = function()
    return t.c.myid:eq(1) | t.c.name:eq("x") | t.c.name:eq("y")
end

case["operators mixed"] = function()
    return t.c.myid:eq(1) | (t.c.name:eq("x") & t.c.name:ne("y"))
end

case["operators grouped"] = function()
    return (t.c.myid:eq(1) | t.c.name:eq("x")) & t.c.name:ne("y")
end

case["and with true vanishes"] = function()
    return and_(t.c.myid:eq(1), true_(), true_())
end

case["and with false"] = function()
    return and_(t.c.myid:eq(1), false_(), true_())
end

case["or with true"] = function()
    return or_(t.c.myid:eq(1), true_())
end

case["or with false vanishes"] = function()
    return or_(t.c.myid:eq(1), false_())
end

case["and of true false"] = function()
    return and_(true_(), false_())
end

case["or of true false"] = function()
    return or_(true_(), false_())
end

case["and with text"] = function()
    return and_(text("a = 1"), or_(text("b = 2"), text("c = 3")))
end

case["and with boolean columns"] = function()
    return and_(users.c.active, users.c.active)
end

case["and with null"] = function()
    return and_(t.c.myid:eq(1), null())
end

case["and python true"] = function()
    return and_(t.c.myid:eq(1), true)
end

case["or python false"] = function()
    return or_(t.c.myid:eq(1), false)
end

case["or of in lists"] = function()
    return or_(t.c.myid:in_({ 1 }), t.c.name:in_({ "a", "b" }))
end

case["and unpacked list"] = function()
    return and_(table.unpack({ t.c.myid:eq(1), t.c.name:eq("x") }))
end

case["or as operand"] = function()
    return or_(t.c.myid:eq(1), t.c.myid:eq(2)):eq(true)
end

case["in"] = function()
    return t.c.myid:in_({ 1, 2, 3 })
end

case["in strings"] = function()
    return t.c.name:in_({ "a", "b" })
end

case["in postcompiled"] = function()
    return t.c.name:in_({ "a", "b" }), { render_postcompile = true }
end

case["in literal"] = function()
    return t.c.name:in_({ "a", "b'c" }), { literal_binds = true }
end

case["in empty"] = function()
    return t.c.name:in_({})
end

case["in empty postcompiled"] = function()
    return t.c.name:in_({}), { render_postcompile = true }
end

case["in empty literal"] = function()
    return t.c.myid:in_({}), { literal_binds = true }
end

case["not in empty postcompiled"] = function()
    return t.c.name:not_in({}), { render_postcompile = true }
end

case["not in empty literal"] = function()
    return t.c.myid:not_in({}), { literal_binds = true }
end

case["notin_ old name"] = function()
    return t.c.myid:notin_({ 1 })
end

case["in select"] = function()
    return t.c.myid:in_(select(o.c.otherid))
end

case["in scalar subquery"] = function()
    return t.c.myid:in_(select(o.c.otherid):scalar_subquery())
end

case["not in select"] = function()
    return t.c.myid:not_in(select(o.c.otherid):where(o.c.otherid:gt(5)))
end

case["in union"] = function()
    return t.c.myid:in_(union(select(o.c.otherid), select(users.c.id)))
end

case["in expressions"] = function()
    return t.c.myid:in_({ 1, o.c.otherid, func.foo(2) })
end

case["in with null"] = function()
    return t.c.myid:in_({ 1, corm.NULL })
end

case["in with literal"] = function()
    return t.c.name:in_({ literal("a"), literal("b") })
end

case["in bindparam expanding"] = function()
    return t.c.myid:in_(bindparam("ids", { expanding = true }))
end

case["in bindparam plain"] = function()
    return t.c.myid:in_(bindparam("ids"))
end

case["in bindparam values"] = function()
    return t.c.myid
        :in_(bindparam("ids", { 1, 2 }, { expanding = true })), { render_postcompile = true }
end

case["in twice postcompiled"] = function()
    return and_(t.c.myid:in_({ 1, 2 }), t.c.myid:in_({ 3 })), { render_postcompile = true }
end

case["in text select"] = function()
    return t.c.myid:in_(text("SELECT 1"):columns(column("x")))
end

case["in string is refused"] = function()
    return t.c.name:in_("abc")
end

case["in table"] = function()
    return t.c.myid:in_(select(o))
end

case["in of expression"] = function()
    return (t.c.myid + 1):in_({ 1, 2 })
end

case["in of literal"] = function()
    return literal(5):in_({ 1, 2 })
end

case["in of function"] = function()
    return func.lower(t.c.name):in_({ "a" })
end

case["in of select"] = function()
    return select(o.c.otherid):scalar_subquery():in_({ 1, 2 })
end

case["tuple in"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } })
end

case["tuple in postcompiled"] = function()
    return tuple_(t.c.myid, t.c.name)
        :in_({ { 1, "a" }, { 2, "b" } }), { render_postcompile = true }
end

case["tuple in literal"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2, "b" } }), { literal_binds = true }
end

case["tuple in empty"] = function()
    return tuple_(t.c.myid, t.c.name):in_({}), { render_postcompile = true }
end

case["tuple not in empty"] = function()
    return tuple_(t.c.myid, t.c.name):not_in({}), { render_postcompile = true }
end

case["tuple in select"] = function()
    return tuple_(t.c.myid, t.c.name):in_(select(o.c.otherid, o.c.othername))
end

case["tuple in tuples"] = function()
    return tuple_(t.c.myid, t.c.name):in_({ tuple_(o.c.otherid, o.c.othername) })
end

case["tuple eq"] = function()
    return tuple_(t.c.myid, t.c.name):eq({ 1, "a" })
end

case["tuple lt tuple"] = function()
    return tuple_(t.c.myid, t.c.name):lt(tuple_(3, "b"))
end

case["tuple not in"] = function()
    return tuple_(t.c.myid, t.c.name):not_in({ { 1, "a" } })
end

return case
