# SPDX-License-Identifier: MIT
"""What PostgreSQL has: JSON, arrays, hstore, ranges, DISTINCT ON, locks; and JSON elsewhere."""

case["pg json astext"] = lambda: pgt.c.pj["a"].astext
case["pg json astext compared"] = lambda: pgt.c.pj["a"].astext == "x"
case["pg json astext cast"] = lambda: pgt.c.pj["a"].astext.cast(Integer) > 5
case["pg json path astext"] = lambda: pgt.c.pj[("a", "b")].astext
case["pg json arrow of arrow astext"] = lambda: pgt.c.pj["a"]["b"].astext == "x"
case["jsonb key"] = lambda: pgt.c.jb["a"]
case["jsonb contains"] = lambda: pgt.c.jb.contains({"a": 1})
case["jsonb contained by"] = lambda: pgt.c.jb.contained_by({"a": 1})
case["jsonb has key"] = lambda: pgt.c.jb.has_key("a")
case["jsonb has any"] = lambda: pgt.c.jb.has_any(["a", "b"])
case["jsonb has all"] = lambda: pgt.c.jb.has_all(["a", "b"])
case["jsonb has all of array"] = lambda: pgt.c.jb.has_all(pg.array(["a", "b"]))
case["jsonb delete path"] = lambda: pgt.c.jb.delete_path(["a", "b"])
case["jsonb path exists"] = lambda: pgt.c.jb.path_exists("$.a")
case["jsonb path match"] = lambda: pgt.c.jb.path_match("$.a == 1")
case["jsonb key contains"] = lambda: pgt.c.jb["a"].contains({"b": 1})
case["jsonb astext in select"] = lambda: select(pgt.c.jb["a"].astext.label("x")).where(pgt.c.jb["b"].astext == "y")
case["jsonb concat"] = lambda: pgt.c.jb + {"a": 1}

# ---- arrays

case["array index"] = lambda: pgt.c.nums[1]
case["array index compared"] = lambda: pgt.c.nums[1] == 5
case["array slice"] = lambda: pgt.c.nums[1:3]
case["array of arrays index"] = lambda: pgt.c.matrix[1][2]
case["array any"] = lambda: pgt.c.nums.any(5)
case["array all"] = lambda: pgt.c.nums.all(5)
case["array any_"] = lambda: any_(pgt.c.nums) == 5
case["array contains"] = lambda: pgt.c.tags.contains(["a", "b"])
case["array contained by"] = lambda: pgt.c.tags.contained_by(["a", "b"])
case["array overlap"] = lambda: pgt.c.tags.overlap(["a"])
case["array equal"] = lambda: pgt.c.tags == ["a", "b"]
case["array concat"] = lambda: pgt.c.tags + ["a"]
case["array construct"] = lambda: pg.array([1, 2, 3])
case["array construct of columns"] = lambda: select(pg.array([t.c.myid, t.c.myid + 1]))
case["array construct compared"] = lambda: pgt.c.nums == pg.array([1, 2])
case["array construct nested"] = lambda: pg.array([pg.array([1, 2]), pg.array([3, 4])])
case["array construct empty"] = lambda: cast(pg.array([]), pg.ARRAY(Integer))
case["array cast"] = lambda: cast(pg.array([1, 2]), pg.ARRAY(BigInteger))
case["array index in select"] = lambda: select(pgt.c.nums[1].label("x"), pgt.c.tags[2])
case["array agg"] = lambda: select(func.array_agg(pgt.c.id))
case["array agg index"] = lambda: func.array_agg(pgt.c.id)[1]
case["array agg ordered"] = lambda: select(func.array_agg(pg.aggregate_order_by(t.c.name, t.c.myid.desc())))
case["string agg ordered"] = lambda: select(func.string_agg(t.c.name, pg.aggregate_order_by(literal_column("','"), t.c.name)))
case["array unnest"] = lambda: select(func.unnest(pgt.c.tags))
case["array literal"] = lambda: (pgt.c.nums == [1, 2], {"literal_binds": True})
case["array in any of bind"] = lambda: t.c.myid == any_(bindparam("ids", [1, 2], type_=ARRAY(Integer)))

# ---- hstore and ranges

case["hstore key"] = lambda: pgt.c.hs["a"]
case["hstore key compared"] = lambda: pgt.c.hs["a"] == "x"
case["hstore has key"] = lambda: pgt.c.hs.has_key("a")
case["hstore has all"] = lambda: pgt.c.hs.has_all(pg.array(["a", "b"]))
case["hstore has any"] = lambda: pgt.c.hs.has_any(pg.array(["a", "b"]))
case["hstore contains"] = lambda: pgt.c.hs.contains({"a": "1"})
case["hstore defined"] = lambda: pgt.c.hs.defined("a")
case["hstore delete"] = lambda: pgt.c.hs.delete("a")
case["hstore slice"] = lambda: pgt.c.hs.slice(pg.array(["a", "b"]))
case["hstore keys"] = lambda: pgt.c.hs.keys()
case["hstore vals"] = lambda: pgt.c.hs.vals()
case["hstore array"] = lambda: pgt.c.hs.array()
case["hstore matrix"] = lambda: pgt.c.hs.matrix()
case["hstore concat"] = lambda: pgt.c.hs + pgt.c.hs
case["range contains column"] = lambda: pgt.c.span.contains(pgt.c.span)
case["range contained by"] = lambda: pgt.c.span.contained_by(pgt.c.span)
case["range overlaps"] = lambda: pgt.c.span.overlaps(pgt.c.span)
case["range left of"] = lambda: pgt.c.span.strictly_left_of(pgt.c.span)
case["range right of"] = lambda: pgt.c.span.strictly_right_of(pgt.c.span)
case["range does not extend right"] = lambda: pgt.c.span.not_extend_right_of(pgt.c.span)
case["range does not extend left"] = lambda: pgt.c.span.not_extend_left_of(pgt.c.span)
case["range adjacent"] = lambda: pgt.c.span.adjacent_to(pgt.c.span)
case["range union"] = lambda: pgt.c.span + pgt.c.span
case["range intersection"] = lambda: pgt.c.span * pgt.c.span
case["range difference"] = lambda: pgt.c.span - pgt.c.span
case["range function"] = lambda: func.lower(pgt.c.span)
case["full text match"] = lambda: pgt.c.doc.match("cats & dogs")
case["full text functions"] = lambda: func.to_tsvector("english", t.c.name).op("@@")(func.to_tsquery("a & b"))
case["full text match with regconfig"] = lambda: t.c.name.match("x", postgresql_regconfig="english")

# ---- distinct on, locks

case["distinct on"] = lambda: select(t.c.myid).distinct(t.c.name)
case["distinct on several"] = lambda: select(t.c.myid).distinct(t.c.name, t.c.description)
case["distinct on twice"] = lambda: select(t.c.myid).distinct(t.c.name).distinct(t.c.description)
case["distinct on expression"] = lambda: select(t.c.myid).distinct(func.lower(t.c.name)).order_by(func.lower(t.c.name), t.c.myid)
case["for update"] = lambda: select(t.c.myid).where(t.c.myid == 5).with_for_update()
case["for update nowait"] = lambda: select(t.c.myid).with_for_update(nowait=True)
case["for update skip locked"] = lambda: select(t.c.myid).with_for_update(skip_locked=True)
case["for share"] = lambda: select(t.c.myid).with_for_update(read=True)
case["for share nowait"] = lambda: select(t.c.myid).with_for_update(read=True, nowait=True)
case["for no key update"] = lambda: select(t.c.myid).with_for_update(key_share=True)
case["for key share"] = lambda: select(t.c.myid).with_for_update(read=True, key_share=True)
case["for update of column"] = lambda: select(t.c.myid).with_for_update(of=t.c.myid)
case["for update of columns"] = lambda: select(t.c.myid).with_for_update(of=[t.c.myid, t.c.name])
case["for update of table"] = lambda: select(t.c.myid, o.c.otherid).with_for_update(of=o)
case["for update of tables"] = lambda: select(t.c.myid, o.c.otherid).with_for_update(of=[t, o], skip_locked=True)
case["for update of alias"] = lambda: select(t.alias("x").c.myid).with_for_update(of=t.alias("x"))
case["for update of schema"] = lambda: select(stuff.c.id).with_for_update(of=stuff)
case["for update with limit"] = lambda: select(t.c.myid).order_by(t.c.name).limit(1).with_for_update(skip_locked=True)
case["for update in subquery"] = lambda: select(select(t.c.myid).with_for_update().subquery())

# ---- spellings

case["cast types"] = lambda: select(cast(t.c.name, pg.JSONB), cast(t.c.name, pg.UUID), cast(t.c.name, pg.INET), cast(t.c.name, pg.HSTORE), cast(t.c.name, pg.BYTEA), cast(t.c.name, pg.INTERVAL))
case["cast more types"] = lambda: select(cast(t.c.name, pg.TIMESTAMP(timezone=True)), cast(t.c.name, pg.TSVECTOR), cast(t.c.name, pg.INT4RANGE), cast(t.c.name, pg.DOUBLE_PRECISION), cast(t.c.name, pg.CIDR), cast(t.c.name, pg.ARRAY(String)))
case["ilike any"] = lambda: t.c.name.ilike(any_(pgt.c.tags))
case["regexp with flags in select"] = lambda: select(t.c.name.regexp_match("^a", flags="i"), t.c.name.regexp_replace("a", "b", flags="gi"))
case["is distinct from"] = lambda: select(t.c.myid).where(t.c.name.is_distinct_from("x"))
case["tuple comparison"] = lambda: select(t.c.myid).where(tuple_(t.c.myid, t.c.name) > tuple_(1, "a"))
case["interval arithmetic"] = lambda: select(func.now() - datetime.timedelta(days=2))
case["date_trunc"] = lambda: select(func.date_trunc("day", users.c.created).label("d")).group_by("d")
case["extract"] = lambda: select(extract("epoch", users.c.created - func.now()))
case["concat operator in arrays"] = lambda: func.array_cat(pgt.c.tags, pg.array(["x"]))
case["filter and within"] = lambda: select(func.percentile_cont(0.5).within_group(users.c.age).filter(users.c.active))
