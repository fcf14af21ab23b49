# SPDX-License-Identifier: MIT
"""func, aggregates, windows, CASE, CAST and its relatives, EXTRACT."""

# ---- functions

case["function"] = lambda: func.foo(1, "x", t.c.name)
case["function without arguments"] = lambda: func.foo()
case["function in package"] = lambda: func.pkg.sub.foo(t.c.myid)
case["function keeps case"] = lambda: func.FooBar(t.c.myid)
case["function quoted"] = lambda: select(func.foo(t.c.myid).label("a b"))
case["function with type"] = lambda: select(func.foo(t.c.myid, type_=String) + "x")
case["function of function"] = lambda: func.lower(func.trim(t.c.name))
case["function compared"] = lambda: func.lower(t.c.name) == "x"
case["function in arithmetic"] = lambda: func.length(t.c.name) + 5 * func.abs(t.c.myid)
case["function of expression"] = lambda: func.foo(t.c.myid + 1, t.c.myid == 5, ~users.c.active)
case["function of and"] = lambda: func.foo(and_(t.c.myid == 5, t.c.name == "x"))
case["function of select"] = lambda: func.foo(select(t.c.myid).scalar_subquery())
case["function of null and booleans"] = lambda: func.foo(None, True, null(), true())
case["function of tuple"] = lambda: func.foo(tuple_(1, 2))
case["function reserved name"] = lambda: func.select(t.c.myid)
case["function underscore"] = lambda: func.not_(t.c.myid)
case["now"] = lambda: select(func.now())
case["current_timestamp"] = lambda: select(func.current_timestamp())
case["current_date and time"] = lambda: select(func.current_date(), func.current_time())
case["localtime"] = lambda: select(func.localtime(), func.localtimestamp())
case["sysdate"] = lambda: select(func.sysdate())
case["user functions"] = lambda: select(func.current_user(), func.session_user(), func.user())
case["random"] = lambda: select(func.random())
case["coalesce"] = lambda: func.coalesce(t.c.name, "x")
case["coalesce of three"] = lambda: select(func.coalesce(t.c.name, t.c.description, "x"))
case["coalesce integer"] = lambda: func.coalesce(t.c.myid, 0) + 1
case["max and min"] = lambda: select(func.max(t.c.myid), func.min(t.c.name))
case["sum compared"] = lambda: func.sum(t.c.myid) > 5
case["char_length"] = lambda: func.char_length(t.c.name)
case["concat function"] = lambda: func.concat(t.c.name, "x", t.c.description)
case["aggregate_strings"] = lambda: func.aggregate_strings(t.c.name, ", ")
case["next_value"] = lambda: func.next_value(Sequence("my_seq"))
case["next_value select"] = lambda: select(Sequence("my_seq").next_value())
case["next_value of schema"] = lambda: select(func.next_value(Sequence("my_seq", schema="remote")))
case["cube"] = lambda: select(func.count()).group_by(func.cube(t.c.name, t.c.myid))
case["rollup"] = lambda: select(func.count()).group_by(func.rollup(t.c.name, t.c.myid))
case["grouping sets"] = lambda: select(func.count()).group_by(func.grouping_sets(tuple_(t.c.name), tuple_(t.c.myid, t.c.name)))
case["array_agg"] = lambda: func.array_agg(t.c.myid)
case["count of star"] = lambda: func.count(text("*"))
case["count of literal"] = lambda: func.count(literal_column("*"))
case["count distinct of two"] = lambda: func.count(distinct(tuple_(t.c.myid, t.c.name)))
case["sum distinct"] = lambda: func.sum(t.c.myid.distinct())
case["pow"] = lambda: func.pow(t.c.myid, 2)
case["mod"] = lambda: func.mod(t.c.myid, 2)
case["nullif"] = lambda: func.nullif(t.c.myid, 0) + 1
case["substring"] = lambda: func.substring(t.c.name, 1, 2)
case["substr"] = lambda: func.substr(t.c.name, 1, 2)
case["functions in select"] = lambda: select(func.foo(1), func.foo(2), func.bar(t.c.myid).label("b"))
case["function name with dots"] = lambda: select(func.a.b.c(1))
case["same function three times"] = lambda: select(func.foo(t.c.myid), func.foo(t.c.myid), func.foo(t.c.name))

# ---- aggregates

case["filter"] = lambda: func.count(t.c.myid).filter(t.c.name == "x")
case["filter of several"] = lambda: func.count().filter(t.c.name == "x", t.c.myid > 5)
case["filter of or"] = lambda: func.count().filter(or_(t.c.name == "x", t.c.myid > 5))
case["filter of boolean"] = lambda: func.count().filter(users.c.active)
case["filter labelled"] = lambda: select(func.count(t.c.myid).filter(t.c.name == "x").label("n"))
case["filter without label"] = lambda: select(func.count(t.c.myid).filter(t.c.name == "x"))
case["filter over"] = lambda: func.rank().filter(t.c.name > "a").over(order_by=t.c.name)
case["filter compared"] = lambda: func.count().filter(t.c.name == "x") > 5
case["filter in sum"] = lambda: func.count().filter(t.c.name == "x") + func.count().filter(t.c.name == "y")
case["filter twice"] = lambda: func.count().filter(t.c.name == "x").filter(t.c.myid > 1)
case["funcfilter"] = lambda: funcfilter(func.count(), t.c.name == "x")
case["within group"] = lambda: func.percentile_cont(0.5).within_group(t.c.myid)
case["within group of several"] = lambda: func.percentile_cont(0.5).within_group(t.c.myid, t.c.name)
case["within group desc"] = lambda: func.percentile_cont(0.5).within_group(t.c.myid.desc())
case["within group over"] = lambda: func.percentile_cont(0.5).within_group(t.c.myid).over(partition_by=t.c.name)
case["within group filter"] = lambda: select(func.percentile_disc(0.5).within_group(t.c.myid).filter(t.c.name == "x"))
case["within group in select"] = lambda: select(func.mode().within_group(t.c.myid), t.c.name).group_by(t.c.name)
case["within group function"] = lambda: within_group(func.percentile_cont(0.5), t.c.myid)
case["rank within group"] = lambda: select(func.rank(5).within_group(t.c.myid.desc()))

# ---- windows

case["over"] = lambda: func.row_number().over()
case["over order by"] = lambda: func.row_number().over(order_by=t.c.name)
case["over order by several"] = lambda: func.row_number().over(order_by=[t.c.name, t.c.myid.desc()])
case["over partition by"] = lambda: func.sum(t.c.myid).over(partition_by=t.c.name)
case["over partition by several"] = lambda: func.sum(t.c.myid).over(partition_by=[t.c.name, t.c.description], order_by=t.c.myid)
case["over in select"] = lambda: select(t.c.myid, func.row_number().over(order_by=t.c.name))
case["over labelled"] = lambda: select(func.row_number().over(order_by=t.c.name).label("n"))
case["over two"] = lambda: select(func.sum(t.c.myid).over(partition_by=t.c.name), func.sum(t.c.myid).over(order_by=t.c.name))
case["over rows"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, rows=(None, 0))
case["over rows between"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, rows=(-5, 10))
case["over rows following"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, rows=(1, 10))
case["over rows preceding"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, rows=(-10, -1))
case["over rows unbounded"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, rows=(None, None))
case["over range"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, range_=(None, 0))
case["over range between"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, range_=(0, 10))
case["over groups"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, groups=(-1, 1))
case["over rows and range"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name, rows=(0, 1), range_=(0, 1))
case["over without partition frame"] = lambda: func.sum(t.c.myid).over(rows=(None, 0))
case["over in arithmetic"] = lambda: func.sum(t.c.myid).over(order_by=t.c.name) + 5
case["over compared"] = lambda: func.row_number().over(order_by=t.c.name) == 1
case["over function"] = lambda: over(func.row_number(), order_by=t.c.name)
case["over nulls last"] = lambda: func.rank().over(order_by=t.c.name.desc().nulls_last())
case["over expression"] = lambda: func.lag(t.c.myid, 1).over(partition_by=func.lower(t.c.name), order_by=t.c.myid + 1)
case["over in order by"] = lambda: select(t.c.myid).order_by(func.row_number().over(order_by=t.c.name))
case["over label in order by"] = lambda: select(func.row_number().over(order_by=t.c.name).label("n")).order_by("n")
case["over of text order"] = lambda: func.row_number().over(order_by=text("foo"))
case["over literal"] = lambda: (func.sum(t.c.myid).over(order_by=t.c.name, rows=(-5, 10)), {"literal_binds": True})
case["over cast"] = lambda: cast(func.row_number().over(order_by=t.c.name), String)

# ---- case

case["case"] = lambda: sa.case((t.c.myid == 1, "one"), (t.c.myid == 2, "two"))
case["case else"] = lambda: sa.case((t.c.myid == 1, "one"), else_="other")
case["case value"] = lambda: sa.case({"a": 1, "b": 2}, value=t.c.name)
case["case value else"] = lambda: sa.case({"a": 1, "b": 2}, value=t.c.name, else_=0)
case["case value integers"] = lambda: sa.case({1: "one", 2: "two"}, value=t.c.myid)
case["case value pairs"] = lambda: sa.case((1, "one"), (2, "two"), value=t.c.myid)
case["case of columns"] = lambda: sa.case((t.c.myid == 1, t.c.name), else_=t.c.description)
case["case labelled"] = lambda: select(sa.case((t.c.myid == 1, "one"), else_="other").label("x"))
case["case without label"] = lambda: select(sa.case((t.c.myid == 1, "one"), else_="other"))
case["case compared"] = lambda: sa.case((t.c.myid == 1, 5), else_=6) == 5
case["case in where"] = lambda: select(t.c.myid).where(sa.case((t.c.myid == 1, true()), else_=false()))
case["case of and"] = lambda: sa.case((and_(t.c.myid == 1, t.c.name == "x"), 1), else_=0)
case["case of or"] = lambda: sa.case((or_(t.c.myid == 1, t.c.name == "x"), 1), else_=0)
case["case nested"] = lambda: sa.case((t.c.myid == 1, sa.case((t.c.name == "x", 1), else_=2)), else_=3)
case["case of null"] = lambda: sa.case((t.c.name == None, 0), else_=null())  # noqa: E711
case["case in sum"] = lambda: func.sum(sa.case((t.c.myid == 1, 1), else_=0))
case["case sum"] = lambda: sa.case((t.c.myid == 1, t.c.myid + 1), else_=t.c.myid - 1) + 5
case["case literal"] = lambda: (sa.case((t.c.myid == 1, "it's"), else_="other"), {"literal_binds": True})
case["case literal columns"] = lambda: sa.case((t.c.myid == 1, literal_column("'x'")), else_=literal_column("'y'"))
case["case of text"] = lambda: sa.case((text("a = 5"), 1), else_=0)
case["case in group by"] = lambda: select(func.count()).group_by(sa.case((t.c.myid > 5, "big"), else_="small"))
case["case concat"] = lambda: sa.case((t.c.myid == 1, "a"), else_="b") + "c"
case["case value expression"] = lambda: sa.case((t.c.myid + 1, "one"), value=o.c.otherid)
case["case of in"] = lambda: sa.case((t.c.myid.in_([1, 2]), 1), else_=0)

# ---- cast and its relatives

case["cast"] = lambda: cast(t.c.myid, String)
case["cast method"] = lambda: t.c.myid.cast(String(20))
case["cast value"] = lambda: cast("5", Integer)
case["cast null"] = lambda: cast(None, Integer)
case["cast expression"] = lambda: cast(t.c.myid + 1, String)
case["cast in arithmetic"] = lambda: cast(t.c.name, Integer) + 5
case["cast concat"] = lambda: cast(t.c.myid, String) + "x"
case["cast compared"] = lambda: cast(t.c.myid, String) == "5"
case["cast and"] = lambda: cast(and_(t.c.myid == 5, t.c.name == "x"), Boolean)
case["cast of cast"] = lambda: select(cast(cast(t.c.myid, String), Integer))
case["cast types"] = lambda: select(cast(t.c.name, SmallInteger), cast(t.c.name, BigInteger), cast(t.c.name, Float), cast(t.c.name, Numeric), cast(t.c.name, Numeric(10, 2)), cast(t.c.name, Double))
case["cast text types"] = lambda: select(cast(t.c.name, Text), cast(t.c.name, Unicode(10)), cast(t.c.name, VARCHAR(5)), cast(t.c.name, CHAR(3)), cast(t.c.name, UnicodeText))
case["cast time types"] = lambda: select(cast(t.c.name, Date), cast(t.c.name, Time), cast(t.c.name, DateTime), cast(t.c.name, DateTime(timezone=True)), cast(t.c.name, Interval), cast(t.c.name, TIMESTAMP))
case["cast other types"] = lambda: select(cast(t.c.name, Boolean), cast(t.c.name, LargeBinary), cast(t.c.name, JSON), cast(t.c.name, Uuid), cast(t.c.name, Enum("a", "b", name="ab")))
case["cast upper case types"] = lambda: select(cast(t.c.name, INTEGER), cast(t.c.name, BIGINT), cast(t.c.name, SMALLINT), cast(t.c.name, REAL), cast(t.c.name, DECIMAL(5, 2)), cast(t.c.name, FLOAT(10)))
case["cast more upper case types"] = lambda: select(cast(t.c.name, TEXT), cast(t.c.name, CLOB), cast(t.c.name, BLOB), cast(t.c.name, DATE), cast(t.c.name, TIME), cast(t.c.name, BOOLEAN), cast(t.c.name, DOUBLE_PRECISION))
case["cast array"] = lambda: cast(t.c.name, ARRAY(Integer))
case["cast literal"] = lambda: (cast("it's", String), {"literal_binds": True})
case["cast subquery"] = lambda: cast(select(t.c.myid).scalar_subquery(), String)
case["cast in order by"] = lambda: select(t.c.myid).order_by(cast(t.c.name, Integer).desc())
case["cast label"] = lambda: select(cast(t.c.myid.label("x"), String))
case["cast function"] = lambda: select(cast(func.foo(t.c.myid), String))
case["try cast"] = lambda: select(try_cast(t.c.name, Integer))
case["type coerce"] = lambda: type_coerce(t.c.name, Integer) + 5
case["type coerce value"] = lambda: type_coerce("x", String) == t.c.name
case["type coerce in select"] = lambda: select(type_coerce(t.c.name, Integer), type_coerce(func.foo(), String))
case["type coerce labelled"] = lambda: select(type_coerce(t.c.name, Integer).label("x")).where(type_coerce(t.c.name, Integer) == 5)
case["type coerce concat"] = lambda: type_coerce(t.c.myid, String) + "x"

# ---- extract

case["extract"] = lambda: extract("year", users.c.created)
case["extract parts"] = lambda: select(extract("month", users.c.created), extract("day", users.c.created), extract("hour", users.c.created), extract("minute", users.c.created), extract("second", users.c.created))
case["extract compared"] = lambda: extract("year", users.c.born) == 2020
case["extract epoch"] = lambda: extract("epoch", users.c.created)
case["extract dow and doy"] = lambda: select(extract("dow", users.c.born), extract("doy", users.c.born))
case["extract week"] = lambda: extract("week", users.c.born)
case["extract of expression"] = lambda: extract("day", users.c.created - users.c.idle)
case["extract of function"] = lambda: extract("year", func.now())
case["extract of value"] = lambda: extract("year", datetime.date(2020, 1, 2))
case["extract unknown"] = lambda: extract("century", users.c.born)
