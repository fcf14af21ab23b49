# SPDX-License-Identifier: MIT
"""Functions, aggregates and windows."""

# -- functions
case["function without arguments"] = lambda: func.foo()
case["function in package"] = lambda: func.a.b.c(t.c.myid)
case["function of mixed case"] = lambda: func.MixedCase(1)
case["function of reserved name"] = lambda: func.order(1)
case["count star"] = lambda: select(func.count()).select_from(t)
case["count literal star"] = lambda: select(func.count(text("*")), func.count("*")).select_from(t)
case["count column"] = lambda: select(func.count(t.c.myid))
case["aggregates"] = lambda: select(
    func.sum(t.c.myid), func.avg(t.c.myid), func.min(t.c.myid), func.max(t.c.myid))
case["aggregate twice"] = lambda: select(func.max(t.c.myid), func.max(t.c.myid))
case["coalesce"] = lambda: func.coalesce(t.c.name, "none")
case["coalesce typed"] = lambda: func.coalesce(t.c.myid, 5) + 5
case["nullif"] = lambda: func.nullif(t.c.name, "")
case["current functions"] = lambda: select(
    func.current_date(), func.current_time(), func.current_timestamp(), func.now(),
    func.localtime(), func.localtimestamp(), func.current_user(), func.session_user())
case["user and sysdate"] = lambda: select(func.user(), func.sysdate())
case["random"] = lambda: select(func.random())
case["char_length"] = lambda: func.char_length(t.c.name) > 5
case["lower upper"] = lambda: func.lower(func.upper(t.c.name)) == "x"
case["function of function labelled"] = lambda: select(func.lower(t.c.name).label("low"))
case["function with null"] = lambda: func.foo(None, 1)
case["function with bool"] = lambda: func.foo(True)
case["function with text"] = lambda: func.foo(text("a b"))
case["function with literal_column"] = lambda: func.foo(literal_column("a"), "b")
case["function with bindparam"] = lambda: func.foo(bindparam("x", 5), bindparam("y", "z"))
case["function of select"] = lambda: func.foo(select(t.c.myid).scalar_subquery())
case["function of tuple"] = lambda: func.foo(tuple_(t.c.myid, t.c.name))
case["function typed"] = lambda: func.foo(t.c.name, type_=Integer) + 5
case["function untyped plus"] = lambda: func.foo(t.c.name) + 5
case["function untyped plus text"] = lambda: func.foo(t.c.name) + "x"
case["function compared"] = lambda: func.length(t.c.name) == 5
case["function select method"] = lambda: func.foo(5).select()
case["function in from"] = lambda: select(text("*")).select_from(func.foo(5))
case["function alias in from"] = lambda: select(text("*")).select_from(func.foo(5).alias("f"))
case["function column"] = lambda: select(func.foo(5).alias("f").column)
case["function of cast func"] = lambda: func.cast(t.c.name, Integer)
case["function within_group"] = lambda: func.percentile_cont(0.5).within_group(t.c.myid)
case["function within_group two"] = lambda: func.rank(1, 2).within_group(
    t.c.myid.desc(), t.c.name)
case["function mode labelled"] = lambda: select(
    func.mode().within_group(t.c.name.desc()).label("m"))
case["percentile_disc over"] = lambda: func.percentile_disc(0.25).within_group(
    t.c.myid).over(partition_by=t.c.name)
case["filter"] = lambda: func.count(t.c.myid).filter(t.c.myid > 5)
case["filter several"] = lambda: func.count(t.c.myid).filter(t.c.myid > 5, t.c.name == "x")
case["filter twice"] = lambda: func.count(t.c.myid).filter(t.c.myid > 5).filter(t.c.name == "x")
case["filter over"] = lambda: func.row_number().filter(t.c.myid > 5).over(order_by=t.c.myid)
case["filter within group"] = lambda: func.percentile_cont(0.5).within_group(
    t.c.myid).filter(t.c.name == "x")
case["filter in select"] = lambda: select(func.count().filter(t.c.myid > 5).label("n"))
case["filter selected"] = lambda: select(func.max(t.c.myid).filter(t.c.name == "x"), t.c.name)
case["aggregate_strings"] = lambda: func.aggregate_strings(t.c.name, ",")
case["aggregate_strings selected"] = lambda: select(func.aggregate_strings(t.c.name, "; "))
case["grouping sets"] = lambda: select(t.c.name).group_by(
    func.grouping_sets(t.c.name, t.c.description))
case["grouping sets of tuples"] = lambda: select(t.c.name).group_by(
    func.grouping_sets(tuple_(t.c.name, t.c.description), tuple_(t.c.name)))
case["rollup"] = lambda: select(t.c.name).group_by(func.rollup(t.c.name, t.c.description))
case["cube"] = lambda: select(t.c.name).group_by(func.cube(t.c.name, t.c.description))
case["array_agg"] = lambda: (
    select(func.array_agg(t.c.myid)), {"dialects": ("default", "postgresql")})
case["function of value labelled"] = lambda: select(func.lower("A").label("a"))

# -- windows
case["over empty"] = lambda: func.count().over()
case["over order"] = lambda: func.rank().over(order_by=t.c.name)
case["over partition"] = lambda: func.rank().over(partition_by=t.c.name)
case["over both"] = lambda: func.rank().over(partition_by=t.c.name, order_by=t.c.myid)
case["over desc nulls last"] = lambda: func.rank().over(order_by=t.c.name.desc().nulls_last())
case["over labelled"] = lambda: select(func.rank().over(order_by=t.c.name).label("r"))
case["over selected"] = lambda: select(t.c.myid, func.rank().over(order_by=t.c.name))
case["over rows unbounded"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, rows=(None, None))
case["over rows to current"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, rows=(None, 0))
case["over rows from current"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, rows=(0, None))
case["over rows preceding"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, rows=(-5, -2))
case["over rows following"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, rows=(1, 3))
case["over rows current"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, rows=(0, 0))
case["over range"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, range_=(-1, 1))
case["over range and rows"] = lambda: func.max(t.c.myid).over(rows=(1, 2), range_=(1, 2))
case["over groups frame"] = lambda: func.max(t.c.myid).over(order_by=t.c.myid, groups=(-1, 1))
case["over rows misuse"] = lambda: func.max(t.c.myid).over(rows=("x", 5))
case["over plus"] = lambda: func.sum(t.c.myid).over() + 5
case["over cast"] = lambda: cast(func.sum(t.c.myid).over(), String)
case["over in order_by"] = lambda: select(t.c.myid).order_by(func.rank().over(order_by=t.c.name))
case["over expressions"] = lambda: func.sum(t.c.myid).over(
    partition_by=[func.lower(t.c.name), t.c.myid % 5], order_by=t.c.myid + 1)
case["over label reference"] = lambda: select(
    t.c.name.label("n"), func.rank().over(order_by=t.c.name.label("n")))
case["lag"] = lambda: func.lag(t.c.myid, 1, 0).over(order_by=t.c.myid)
case["window of filter"] = lambda: func.sum(t.c.myid).filter(t.c.myid > 1).over(
    partition_by=t.c.name, rows=(None, 0))
