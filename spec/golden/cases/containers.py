# SPDX-License-Identifier: MIT
"""PostgreSQL's arrays, ranges, JSON, HSTORE, full text; SQLite's JSON; in their spellings."""
ON_PG = {"dialects": ("postgresql",)}
doc = Table("doc", MetaData(), Column("id", Integer, primary_key=True), Column("data", JSON),
            Column("jb", pg.JSONB), Column("tags", pg.ARRAY(String)), Column("nums", pg.ARRAY(Integer)),
            Column("hs", pg.HSTORE), Column("r", pg.INT4RANGE), Column("mr", pg.INT4MULTIRANGE),
            Column("ts", pg.TSRANGE), Column("vec", pg.TSVECTOR), Column("txt", String),
            Column("ip", pg.INET), Column("bits", pg.BIT(5)))

# -- JSON on every database
case["json key"] = lambda: select(doc.c.data["a"])
case["json index"] = lambda: select(doc.c.data[1])
case["json path"] = lambda: select(doc.c.data[("a", "b", 1)])
case["json key twice"] = lambda: select(doc.c.data["a"]["b"])
case["json as_string"] = lambda: doc.c.data["a"].as_string() == "x"
case["json as_integer"] = lambda: doc.c.data["a"].as_integer() > 5
case["json as_float"] = lambda: doc.c.data["a"].as_float() > 5.5
case["json as_boolean"] = lambda: doc.c.data["a"].as_boolean() == True
case["json as_numeric"] = lambda: doc.c.data["a"].as_numeric(10, 2) > 5
case["json as_json"] = lambda: doc.c.data["a"].as_json() == {"b": 1}
case["json path as_string"] = lambda: doc.c.data[("a", 1)].as_string() == "x"
case["json path as_integer selected"] = lambda: select(doc.c.data[("a", 1)].as_integer())
case["json key labelled"] = lambda: select(doc.c.data["a"].label("x"))
case["json key selected as_string"] = lambda: select(doc.c.data["a"].as_string())
case["json key is null"] = lambda: doc.c.data["a"].is_(None)
case["json key cast"] = lambda: cast(doc.c.data["a"], Integer)
case["json key in list"] = lambda: doc.c.data["a"].as_string().in_(["x", "y"])
case["json key like"] = lambda: doc.c.data["a"].as_string().like("x%")
case["json key order"] = lambda: select(doc.c.id).order_by(doc.c.data["a"].as_integer().desc())
case["json of expression"] = lambda: type_coerce(doc.c.txt, JSON)["a"].as_string() == "b"
case["json function"] = lambda: func.json_extract(doc.c.data, "$.a")
case["json null compared"] = lambda: doc.c.data == null()
case["json insert null"] = lambda: insert(doc).values(data=null())
case["json as_string concatenated"] = lambda: doc.c.data["a"].as_string() + "z"
case["json as_string on nested"] = lambda: doc.c.data["a"]["b"].as_string() == "x"

# -- JSONB
case["jsonb has_key"] = lambda: (doc.c.jb.has_key("a"), ON_PG)
case["jsonb contains json"] = lambda: (doc.c.jb.contains({"a": 1}), {"dialects": ("default",)})
case["jsonb astext"] = lambda: (doc.c.jb[("a", "b")].astext == "x", ON_PG)
case["jsonb path astext cast"] = lambda: (
    cast(doc.c.jb[("a", "b")].astext, Integer) == 5, ON_PG)
case["jsonb concat column"] = lambda: (doc.c.jb + doc.c.jb, ON_PG)
case["jsonb path query"] = lambda: (select(func.jsonb_path_query(doc.c.jb, "$.a")), ON_PG)
case["jsonb build object"] = lambda: (select(func.jsonb_build_object("a", doc.c.id)), ON_PG)
case["jsonb agg"] = lambda: (select(func.jsonb_agg(doc.c.txt)), ON_PG)

# -- arrays
case["array literal"] = lambda: (select(pg.array([1, 2, 3])), ON_PG)
case["array of columns"] = lambda: (pg.array([doc.c.id, doc.c.id + 1]), ON_PG)
case["array typed empty"] = lambda: (pg.array([], type_=Integer), ON_PG)
case["array of arrays"] = lambda: (pg.array([pg.array([1, 2]), pg.array([3, 4])]), ON_PG)
case["array concat arrays"] = lambda: (pg.array([1, 2]) + pg.array([3, 4]), ON_PG)
case["array element of literal"] = lambda: (pg.array([1, 2])[1], ON_PG)
case["array element"] = lambda: (doc.c.nums[1] == 5, ON_PG)
case["array element sum"] = lambda: (doc.c.nums[1] + 5, ON_PG)
case["array slice"] = lambda: (select(doc.c.nums[1:3]), ON_PG)
case["array contains list"] = lambda: (doc.c.tags.contains(["a", "b"]), ON_PG)
case["array contained_by"] = lambda: (doc.c.tags.contained_by(["a"]), ON_PG)
case["array overlap"] = lambda: (doc.c.tags.overlap(["a"]), ON_PG)
case["array contains array construct"] = lambda: (doc.c.nums.contains(pg.array([1])), ON_PG)
case["array overlap array construct"] = lambda: (
    doc.c.nums.overlap(pg.array([doc.c.id, 3])), ON_PG)
case["array any method"] = lambda: (doc.c.nums.any(5), ON_PG)
case["array all method"] = lambda: (doc.c.nums.all(5, operator=sa.sql.operators.lt), ON_PG)
case["array any operator"] = lambda: (doc.c.nums.any(5, operator=sa.sql.operators.gt), ON_PG)
case["array eq any_"] = lambda: (doc.c.id == any_(doc.c.nums), ON_PG)
case["array literal eq any_"] = lambda: (5 == any_(doc.c.nums), ON_PG)
case["array ne all_"] = lambda: (doc.c.id != all_(doc.c.nums), ON_PG)
case["array any of literal array"] = lambda: (doc.c.id == any_(pg.array([1, 2])), ON_PG)
case["array concat"] = lambda: (doc.c.nums + [4, 5], ON_PG)
case["array concat method"] = lambda: (doc.c.nums.concat(doc.c.nums), ON_PG)
case["array not contains"] = lambda: (~doc.c.tags.contains(["a"]), ON_PG)
case["array eq list"] = lambda: (doc.c.nums == [1, 2], ON_PG)
case["array in cast"] = lambda: (cast(doc.c.txt, pg.ARRAY(Integer)), ON_PG)
case["array of literal cast"] = lambda: (cast([1, 2], pg.ARRAY(Integer)), ON_PG)
case["array_agg selected"] = lambda: (select(func.array_agg(doc.c.txt)[1:2]), ON_PG)
case["array_agg ordered"] = lambda: (
    func.array_agg(pg.aggregate_order_by(doc.c.txt, doc.c.id.desc())), ON_PG)
case["array_agg ordered by two"] = lambda: (
    func.array_agg(pg.aggregate_order_by(doc.c.txt, doc.c.id.desc(), doc.c.txt)), ON_PG)
case["array_agg distinct"] = lambda: (func.array_agg(distinct(doc.c.txt)), ON_PG)
case["array_agg filter"] = lambda: (func.array_agg(doc.c.txt).filter(doc.c.id > 5), ON_PG)
case["string_agg ordered"] = lambda: (
    func.string_agg(doc.c.txt, pg.aggregate_order_by(literal_column("','"), doc.c.id)), ON_PG)
case["pg array_agg function"] = lambda: (pg.array_agg(doc.c.txt), ON_PG)
case["unnest"] = lambda: (select(func.unnest(doc.c.nums)), ON_PG)
case["unnest column_valued"] = lambda: (select(func.unnest(doc.c.nums).column_valued("x")), ON_PG)
case["array values inserted"] = lambda: (insert(doc).values(nums=[1, 2]), ON_PG)
case["array length"] = lambda: (func.array_length(doc.c.nums, 1) == 2, ON_PG)
case["array index updated value"] = lambda: (update(doc).values({doc.c.tags: ["x"]}), ON_PG)
case["array any string"] = lambda: (doc.c.tags.any("x"), ON_PG)
case["array pg Any"] = lambda: (pg.Any(5, doc.c.nums), ON_PG)
case["array pg All"] = lambda: (pg.All(5, doc.c.nums), ON_PG)

# -- ranges
case["range contains value"] = lambda: (doc.c.r.contains(5), ON_PG)
case["range contains column"] = lambda: (doc.c.r.contains(doc.c.id), ON_PG)
case["range contains range"] = lambda: (doc.c.r.contains(doc.c.r), ON_PG)
case["range contained_by"] = lambda: (doc.c.r.contained_by(doc.c.r), ON_PG)
case["range overlaps"] = lambda: (doc.c.r.overlaps(doc.c.r), ON_PG)
case["range left of"] = lambda: (doc.c.r << doc.c.r, ON_PG)
case["range strictly_left_of"] = lambda: (doc.c.r.strictly_left_of(doc.c.r), ON_PG)
case["range right of"] = lambda: (doc.c.r >> doc.c.r, ON_PG)
case["range not_extend_right_of"] = lambda: (doc.c.r.not_extend_right_of(doc.c.r), ON_PG)
case["range not_extend_left_of"] = lambda: (doc.c.r.not_extend_left_of(doc.c.r), ON_PG)
case["range adjacent_to"] = lambda: (doc.c.r.adjacent_to(doc.c.r), ON_PG)
case["range union"] = lambda: (doc.c.r + doc.c.r, ON_PG)
case["range difference"] = lambda: (doc.c.r - doc.c.r, ON_PG)
case["range intersection"] = lambda: (doc.c.r * doc.c.r, ON_PG)
case["range union method"] = lambda: (doc.c.r.union(doc.c.r), ON_PG)
case["range difference method"] = lambda: (doc.c.r.difference(doc.c.r), ON_PG)
case["range intersection method"] = lambda: (doc.c.r.intersection(doc.c.r), ON_PG)
case["range comparisons"] = lambda: (
    and_(doc.c.r == doc.c.r, doc.c.r != doc.c.r, doc.c.r < doc.c.r, doc.c.r >= doc.c.r), ON_PG)
case["range functions"] = lambda: (
    select(func.lower(doc.c.r), func.upper(doc.c.r), func.isempty(doc.c.r)), ON_PG)
case["range is null"] = lambda: (doc.c.r == None, ON_PG)
case["range cast"] = lambda: (cast(doc.c.txt, pg.INT4RANGE), ON_PG)
case["multirange contains"] = lambda: (doc.c.mr.contains(doc.c.r), ON_PG)
case["multirange overlaps"] = lambda: (doc.c.mr.overlaps(doc.c.mr), ON_PG)

# -- HSTORE
case["hstore key"] = lambda: (select(doc.c.hs["a"]), ON_PG)
case["hstore has_key"] = lambda: (doc.c.hs.has_key("a"), ON_PG)
case["hstore has_all"] = lambda: (doc.c.hs.has_all(pg.array(["a", "b"])), ON_PG)
case["hstore has_any"] = lambda: (doc.c.hs.has_any(pg.array(["a", "b"])), ON_PG)
case["hstore defined"] = lambda: (doc.c.hs.defined("a"), ON_PG)
case["hstore contains column"] = lambda: (doc.c.hs.contains(doc.c.hs), ON_PG)
case["hstore contained_by column"] = lambda: (doc.c.hs.contained_by(doc.c.hs), ON_PG)
case["hstore delete"] = lambda: (doc.c.hs.delete("a"), ON_PG)
case["hstore delete array"] = lambda: (doc.c.hs.delete(pg.array(["a", "b"])), ON_PG)
case["hstore slice"] = lambda: (doc.c.hs.slice(pg.array(["a", "b"])), ON_PG)
case["hstore keys"] = lambda: (select(doc.c.hs.keys(), doc.c.hs.vals()), ON_PG)
case["hstore array and matrix"] = lambda: (select(doc.c.hs.array(), doc.c.hs.matrix()), ON_PG)
case["hstore concat"] = lambda: (doc.c.hs + doc.c.hs, ON_PG)
case["hstore construct"] = lambda: (select(pg.hstore("a", "b")), ON_PG)
case["hstore construct arrays"] = lambda: (
    select(pg.hstore(pg.array(["a", "b"]), pg.array(["c", "d"]))), ON_PG)

# -- full text, networks, bits and others
case["tsvector match"] = lambda: (doc.c.vec.match("x"), ON_PG)
case["tsvector op"] = lambda: (doc.c.vec.op("@@")(func.plainto_tsquery("x")), ON_PG)
case["tsvector bool_op"] = lambda: (doc.c.vec.bool_op("@@")(func.plainto_tsquery("x")), ON_PG)
case["text match"] = lambda: (doc.c.txt.match("a & b"), ON_PG)
case["pg match config"] = lambda: (
    doc.c.txt.match("a & b", postgresql_regconfig="simple"), ON_PG)
case["inet contained"] = lambda: (doc.c.ip.op("<<")("10.0.0.0/8"), ON_PG)
case["ilike any array"] = lambda: (doc.c.txt.op("ILIKE")(any_(pg.array(["a%", "b%"]))), ON_PG)
case["at time zone"] = lambda: (
    func.timezone("utc", users.c.created), ON_PG)
case["generate_series"] = lambda: (
    select(func.generate_series(1, 5).alias("n").column), ON_PG)
case["generate_series dates"] = lambda: (
    select(func.generate_series(
        datetime.date(2020, 1, 1), datetime.date(2020, 1, 5), text("interval '1 day'"))), ON_PG)
case["row to json"] = lambda: (select(func.row_to_json(literal_column("x"))), ON_PG)
case["date_trunc"] = lambda: (select(func.date_trunc("day", users.c.created)), ON_PG)
case["similar to"] = lambda: (doc.c.txt.op("SIMILAR TO")("%a%"), ON_PG)
case["interval literal"] = lambda: (
    select(literal_column("INTERVAL '1 day'") + users.c.created), ON_PG)
case["distinct from array"] = lambda: (doc.c.nums.is_distinct_from(doc.c.nums), ON_PG)
case["only hint"] = lambda: (select(t.c.myid).with_hint(t, "ONLY", "postgresql"), ON_PG)
case["returning in cte"] = lambda: (
    select(delete(t).returning(t.c.myid).cte("gone")), ON_PG)
case["pg enum cast"] = lambda: (cast("a", pg.ENUM("a", "b", name="letters")), ON_PG)
case["pg interval cast"] = lambda: (cast("1 day", pg.INTERVAL), ON_PG)
case["pg json cast"] = lambda: (cast(doc.c.txt, pg.JSONB), ON_PG)
case["pg substring function"] = lambda: (func.substring(doc.c.txt, 1, 3), ON_PG)
case["pg to_tsvector"] = lambda: (
    select(pg.to_tsvector(doc.c.txt)), ON_PG)
case["pg ts functions"] = lambda: (
    pg.to_tsvector(doc.c.txt).bool_op("@@")(pg.to_tsquery("x")), ON_PG)
