# SPDX-License-Identifier: MIT
"""What stands beside operators: lists, arrays, NULL, expressions as keys."""
ON_PG = {"dialects": ("postgresql",)}

case["null equals any"] = lambda: any_(pgt.c.nums) == None  # noqa: E711
case["null differs from all"] = lambda: all_(pgt.c.nums) != None  # noqa: E711
case["null equals any negated"] = lambda: not_(any_(pgt.c.nums) == None)  # noqa: E711
case["any of values"] = lambda: t.c.myid == any_(values(column("a", Integer)).data([(1,)]))
case["in a column"] = lambda: t.c.myid.in_(t.c.myid)
case["array equals list"] = lambda: (pg.array([1, 2]) == [3, 4], ON_PG)
case["array contains list"] = lambda: (pg.array([1, 2]).contains([3]), ON_PG)
case["array contained by no list"] = lambda: (pg.array(["a"]).contained_by([]), ON_PG)
case["array overlaps list"] = lambda: (pg.array(["a"]).overlap(["a", "b"]), ON_PG)
case["match with concatenation"] = lambda: (t.c.name.match(t.c.name + "x"), ON_PG)
case["regexp with flags and concatenation"] = lambda: (
    t.c.name.regexp_match(t.c.name + "x", flags="ig"), ON_PG)
case["subscript of a cast"] = lambda: (cast(pgt.c.jb, pg.JSONB)["a"], ON_PG)
case["subscript of a function"] = lambda: (
    func.jsonb_strip_nulls(pgt.c.jb, type_=pg.JSONB)["a"], ON_PG)
case["json by a sum"] = lambda: column("x", JSON)[column("y", Integer) + 8]
case["aggregate order by nothing"] = lambda: pg.aggregate_order_by(t.c.name)
case["order outside of a statement"] = lambda: desc("somelabel")
case["not equal to any as a function"] = lambda: ~(t.c.myid == func.any(pgt.c.nums))
case["not equal to all as a function"] = lambda: ~(func.all(pgt.c.nums) == t.c.myid)
case["filter by nothing"] = lambda: func.count(t.c.myid).filter()
case["function as comparison"] = lambda: func.near(t.c.myid, t.c.name).as_comparison(1, 2)
case["collation of a schema"] = lambda: collate(t.c.name, "fr_FR", collation_schema="MySchema")
case["collation of a schema by method"] = lambda: t.c.name.collate("fr_FR", collation_schema="s")
case["function aliased"] = lambda: func.rows("foo").alias("bar")
case["column of a function in a subquery"] = lambda: select(
    select(func.gs(1, 2).column_valued("x")).subquery())
case["recursive values"] = lambda: select(
    values(column("x", Integer), name="v").data([(1,)]).cte("c", recursive=True))
case["values too wide"] = lambda: select(values(column("x", Integer)).data([(1, 2)]))
case["correlate false"] = lambda: select(t.c.myid).where(
    exists().where(o.c.otherid == t.c.myid).correlate(False))
