-- SPDX-License-Identifier: MIT
-- Functions, aggregates and windows.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, String, bindparam, cast = corm.Integer, corm.String, corm.bindparam, corm.cast
local func, literal_column, select, text = corm.func, corm.literal_column, corm.select, corm.text
local tuple_, t = corm.tuple_, schema.t

local case = require("spec.golden.harness").cases()

case["function without arguments"] = function()
    return func.foo()
end

case["function in package"] = function()
    return func.a.b.c(t.c.myid)
end

case["function of mixed case"] = function()
    return func.MixedCase(1)
end

case["function of reserved name"] = function()
    return func.order(1)
end

case["count star"] = function()
    return select(func.count()):select_from(t)
end

case["count literal star"] = function()
    return select(func.count(text("*")), func.count("*")):select_from(t)
end

case["count column"] = function()
    return select(func.count(t.c.myid))
end

case["aggregates"] = function()
    return select(
        func.sum(t.c.myid),
        func.avg(t.c.myid),
        func.min(t.c.myid),
        func.max(t.c.myid)
    )
end

case["aggregate twice"] = function()
    return select(func.max(t.c.myid), func.max(t.c.myid))
end

case["coalesce"] = function()
    return func.coalesce(t.c.name, "none")
end

case["coalesce typed"] = function()
    return func.coalesce(t.c.myid, 5) + 5
end

case["nullif"] = function()
    return func.nullif(t.c.name, "")
end

case["current functions"] = function()
    return select(
        func.current_date(),
        func.current_time(),
        func.current_timestamp(),
        func.now(),
        func.localtime(),
        func.localtimestamp(),
        func.current_user(),
        func.session_user()
    )
end

case["user and sysdate"] = function()
    return select(func.user(), func.sysdate())
end

case["random"] = function()
    return select(func.random())
end

case["char_length"] = function()
    return func.char_length(t.c.name):gt(5)
end

case["lower upper"] = function()
    return func.lower(func.upper(t.c.name)):eq("x")
end

case["function of function labelled"] = function()
    return select(func.lower(t.c.name):label("low"))
end

case["function with null"] = function()
    return func.foo(nil, 1)
end

case["function with bool"] = function()
    return func.foo(true)
end

case["function with text"] = function()
    return func.foo(text("a b"))
end

case["function with literal_column"] = function()
    return func.foo(literal_column("a"), "b")
end

case["function with bindparam"] = function()
    return func.foo(bindparam("x", 5), bindparam("y", "z"))
end

case["function of select"] = function()
    return func.foo(select(t.c.myid):scalar_subquery())
end

case["function of tuple"] = function()
    return func.foo(tuple_(t.c.myid, t.c.name))
end

case["function typed"] = function()
    return func.foo(t.c.name, { type_ = Integer }) + 5
end

case["function untyped plus"] = function()
    return func.foo(t.c.name) + 5
end

case["function untyped plus text"] = function()
    return func.foo(t.c.name) + "x"
end

case["function compared"] = function()
    return func.length(t.c.name):eq(5)
end

case["function select method"] = function()
    return func.foo(5):select()
end

case["function in from"] = function()
    return select(text("*")):select_from(func.foo(5))
end

case["function alias in from"] = function()
    return select(text("*")):select_from(func.foo(5):alias("f"))
end

case["function column"] = function()
    return select(func.foo(5):alias("f").column)
end

case["function of cast func"] = function()
    return func.cast(t.c.name, Integer)
end

case["function within_group"] = function()
    return func.percentile_cont(0.5):within_group(t.c.myid)
end

case["function within_group two"] = function()
    return func.rank(1, 2):within_group(t.c.myid:desc(), t.c.name)
end

case["function mode labelled"] = function()
    return select(func.mode():within_group(t.c.name:desc()):label("m"))
end

case["percentile_disc over"] = function()
    return func.percentile_disc(0.25):within_group(t.c.myid):over({ partition_by = t.c.name })
end

case["filter"] = function()
    return func.count(t.c.myid):filter(t.c.myid:gt(5))
end

case["filter several"] = function()
    return func.count(t.c.myid):filter(t.c.myid:gt(5), t.c.name:eq("x"))
end

case["filter twice"] = function()
    return func.count(t.c.myid):filter(t.c.myid:gt(5)):filter(t.c.name:eq("x"))
end

case["filter over"] = function()
    return func.row_number():filter(t.c.myid:gt(5)):over({ order_by = t.c.myid })
end

case["filter within group"] = function()
    return func.percentile_cont(0.5):within_group(t.c.myid):filter(t.c.name:eq("x"))
end

case["filter in select"] = function()
    return select(func.count():filter(t.c.myid:gt(5)):label("n"))
end

case["filter selected"] = function()
    return select(func.max(t.c.myid):filter(t.c.name:eq("x")), t.c.name)
end

case["aggregate_strings"] = function()
    return func.aggregate_strings(t.c.name, ",")
end

case["aggregate_strings selected"] = function()
    return select(func.aggregate_strings(t.c.name, "; "))
end

case["grouping sets"] = function()
    return select(t.c.name):group_by(func.grouping_sets(t.c.name, t.c.description))
end

case["grouping sets of tuples"] = function()
    return select(t.c.name)
        :group_by(func.grouping_sets(tuple_(t.c.name, t.c.description), tuple_(t.c.name)))
end

case["rollup"] = function()
    return select(t.c.name):group_by(func.rollup(t.c.name, t.c.description))
end

case["cube"] = function()
    return select(t.c.name):group_by(func.cube(t.c.name, t.c.description))
end

case["array_agg"] = function()
    return select(func.array_agg(t.c.myid))
end

case["function of value labelled"] = function()
    return select(func.lower("A"):label("a"))
end

case["over empty"] = function()
    return func.count():over()
end

case["over order"] = function()
    return func.rank():over({ order_by = t.c.name })
end

case["over partition"] = function()
    return func.rank():over({ partition_by = t.c.name })
end

case["over both"] = function()
    return func.rank():over({ partition_by = t.c.name, order_by = t.c.myid })
end

case["over desc nulls last"] = function()
    return func.rank():over({ order_by = t.c.name:desc():nulls_last() })
end

case["over labelled"] = function()
    return select(func.rank():over({ order_by = t.c.name }):label("r"))
end

case["over selected"] = function()
    return select(t.c.myid, func.rank():over({ order_by = t.c.name }))
end

case["over rows unbounded"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, rows = { corm.NULL, corm.NULL } })
end

case["over rows to current"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, rows = { corm.NULL, 0 } })
end

case["over rows from current"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, rows = { 0, corm.NULL } })
end

case["over rows preceding"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, rows = { -5, -2 } })
end

case["over rows following"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, rows = { 1, 3 } })
end

case["over rows current"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, rows = { 0, 0 } })
end

case["over range"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, range_ = { -1, 1 } })
end

case["over range and rows"] = function()
    return func.max(t.c.myid):over({ rows = { 1, 2 }, range_ = { 1, 2 } })
end

case["over groups frame"] = function()
    return func.max(t.c.myid):over({ order_by = t.c.myid, groups = { -1, 1 } })
end

case["over rows misuse"] = function()
    return func.max(t.c.myid):over({ rows = { "x", 5 } })
end

case["over plus"] = function()
    return func.sum(t.c.myid):over() + 5
end

case["over cast"] = function()
    return cast(func.sum(t.c.myid):over(), String)
end

case["over in order_by"] = function()
    return select(t.c.myid):order_by(func.rank():over({ order_by = t.c.name }))
end

case["over expressions"] = function()
    return func.sum(t.c.myid)
        :over({
            partition_by = { func.lower(t.c.name), t.c.myid % 5 },
            order_by = t.c.myid + 1,
        })
end

case["over label reference"] = function()
    return select(t.c.name:label("n"), func.rank():over({ order_by = t.c.name:label("n") }))
end

case["lag"] = function()
    return func.lag(t.c.myid, 1, 0):over({ order_by = t.c.myid })
end

case["window of filter"] = function()
    return func.sum(t.c.myid):filter(t.c.myid:gt(1))
        :over({ partition_by = t.c.name, rows = { corm.NULL, 0 } })
end

return case
