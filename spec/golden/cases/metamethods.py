# SPDX-License-Identifier: MIT
"""Lua's own spellings: operators, corm.NULL, options in tables, the second form of a call."""

# -- operators
case["concat by two dots"] = lambda: t.c.name + "x"
case["concat by two dots reflected"] = lambda: "x" + t.c.name
case["concat by two dots chain"] = lambda: "a" + (t.c.name + ("-" + t.c.description))
case["concat of columns by two dots"] = lambda: t.c.name + t.c.description
case["unary minus"] = lambda: select(-t.c.myid)
case["tilde"] = lambda: ~(t.c.myid == 1)
case["tilde of column"] = lambda: ~users.c.active
case["ampersand and bar"] = lambda: (t.c.myid == 1) & ((t.c.name == "a") | (t.c.name == "b"))
case["number minus column"] = lambda: 5 - t.c.myid
case["number divided by column"] = lambda: 5 / t.c.myid
case["number floor divided"] = lambda: t.c.myid // 2
case["modulo reflected"] = lambda: 7 % t.c.myid
case["comparison of sum"] = lambda: t.c.myid + 1 > 5
case["shift of range"] = lambda: (pgt.c.span << pgt.c.span, {"dialects": ("postgresql",)})
case["range plus and times"] = lambda: (pgt.c.span + pgt.c.span * pgt.c.span, {"dialects": ("postgresql",)})
case["and_ function of three"] = lambda: and_(t.c.myid == 1, t.c.myid == 2, t.c.myid == 3)
case["and_ of unpacked"] = lambda: and_(*[t.c.myid == 1, t.c.myid == 2])
case["op with second operand"] = lambda: t.c.myid.op("%")(5)

# -- NULL
case["eq corm.NULL"] = lambda: t.c.name == None
case["ne corm.NULL"] = lambda: t.c.name != None
case["eq nil"] = lambda: t.c.name == None
case["is_ corm.NULL"] = lambda: t.c.name.is_(None)
case["is_ without argument of null"] = lambda: t.c.name.is_(null())
case["is_distinct_from corm.NULL"] = lambda: t.c.name.is_distinct_from(None)
case["in with corm.NULL"] = lambda: t.c.name.in_(["a", None])
case["values with corm.NULL"] = lambda: insert(t).values(myid=1, name=None)
case["values positional with corm.NULL"] = lambda: insert(t).values((1, None, "d"))
case["rows with corm.NULL"] = lambda: insert(t).values([{"myid": 1, "name": None}, {"myid": 2, "name": "b"}])
case["function of nil in the middle"] = lambda: func.foo(1, None, 2)
case["function of trailing nil"] = lambda: func.coalesce(t.c.name, None)
case["literal corm.NULL"] = lambda: select(literal(None))
case["case result corm.NULL"] = lambda: sa.case((t.c.myid == 1, None), else_=t.c.myid)
case["bindparam corm.NULL"] = lambda: t.c.name == bindparam("x", None)
case["set_ corm.NULL"] = lambda: (pg.insert(t).values(myid=1).on_conflict_do_update(
    index_elements=["myid"], set_={"name": None}), {"dialects": ("postgresql",)})

# -- names
case["reserved function name by index"] = lambda: func.end(1)
case["reserved function name with underscore"] = lambda: func.repeat(t.c.name, 3)
case["function by index"] = lambda: func.MyFunc(1)
case["except_ function"] = lambda: except_(select(t.c.myid), select(o.c.otherid))
case["column by index"] = lambda: select(t.c["myid"])
case["column by columns"] = lambda: select(t.columns.myid)
case["sql module select"] = lambda: select(t.c.myid)
case["types by module"] = lambda: cast(t.c.name, Integer())
case["types with call"] = lambda: cast(t.c.name, String())
case["types without call"] = lambda: cast(t.c.name, String)
case["dialect type by module"] = lambda: (cast(t.c.name, pg.JSONB), {"dialects": ("postgresql",)})
case["true_ and false_"] = lambda: select(true(), false())
case["schema module"] = lambda: sa.schema.CreateTable(o)

# -- forms of calls
case["values pairs by column"] = lambda: insert(t).values({t.c.myid: 1, "name": "x"})
case["values order of table"] = lambda: update(t).values(name="n", description="d", myid=4)
case["select where method"] = lambda: t.select().where(t.c.myid == 1)
case["desc function of string"] = lambda: select(t.c.name.label("n")).order_by(desc("n"))
case["in_ of unpacked tuple rows"] = lambda: tuple_(t.c.myid, t.c.name).in_([(1, "a")])
case["case with sequences"] = lambda: sa.case((t.c.myid == 1, "a"), (t.c.myid == 2, "b"), else_="c")
case["case mapping of strings"] = lambda: sa.case({"a": 1}, value=t.c.name, else_=0)
case["case pairs by value"] = lambda: sa.case((1, "a"), (2, "b"), value=t.c.myid)
case["over with tables"] = lambda: func.rank().over(partition_by=[t.c.name], order_by=[t.c.myid])
case["over frame of corm.NULL"] = lambda: func.sum(t.c.myid).over(order_by=t.c.myid, rows=(None, 0))
case["over frame of integers"] = lambda: func.sum(t.c.myid).over(order_by=t.c.myid, rows=(-1, 1))
case["regexp_match positional flags"] = lambda: (
    t.c.name.regexp_match("a", "i"), {"dialects": ("postgresql",)})
case["with_for_update of sequence"] = lambda: select(t.c.myid, o.c.otherid).with_for_update(of=(t, o))
case["distinct without arguments"] = lambda: select(t.c.name).distinct()
case["having and group"] = lambda: select(t.c.name).group_by(t.c.name).having(func.count() > 1)
case["exists of select argument"] = lambda: select(users.c.id).where(
    exists(select(addresses.c.id).where(addresses.c.user_id == users.c.id)))
case["any_ function of array"] = lambda: (5 == any_(pgt.c.nums), {"dialects": ("postgresql",)})
case["any method with operator name"] = lambda: (
    pgt.c.tags.any("x", operator=sa.sql.operators.ne), {"dialects": ("postgresql",)})
case["json path of sequence"] = lambda: pgt.c.js[("a", 1)]
case["json getitem twice"] = lambda: pgt.c.js["a"]["b"]
case["array slice"] = lambda: (pgt.c.nums[1:2], {"dialects": ("postgresql",)})
case["json contains table"] = lambda: (pgt.c.jb.contains({"k": 1}), {"dialects": ("postgresql",)})
case["json contains list"] = lambda: (pgt.c.jb.contains([1, 2]), {"dialects": ("postgresql",)})
case["json insert table"] = lambda: (
    insert(pgt).values(jb={"a": [1, 2]}), {"dialects": ("postgresql",)})
case["array insert list"] = lambda: (
    insert(pgt).values(nums=[1, 2]), {"dialects": ("postgresql",)})
case["returning star of table"] = lambda: insert(o).values(otherid=1).returning(o)
case["params in table"] = lambda: select(t.c.myid).where(t.c.myid == bindparam("x")).params(x=4)
case["between with option table"] = lambda: t.c.myid.between(1, 2, symmetric=True)
case["startswith with option table"] = lambda: t.c.name.startswith("a%", autoescape=True)
case["cte with option table"] = lambda: select(select(t.c.myid).cte("c", recursive=True).c.myid)
case["values({}) of an insert"] = lambda: (insert(o).values({}), {"dialects": ("sqlite", "postgresql")})
case["in_({}) of nothing"] = lambda: (t.c.myid.in_([]), {"render_postcompile": True})
case["tuple_ in nothing"] = lambda: (
    tuple_(t.c.myid, t.c.name).in_([]), {"render_postcompile": True})
case["union of method and function"] = lambda: select(t.c.myid).union_all(select(o.c.otherid)).order_by(
    "myid")
