-- SPDX-License-Identifier: MIT
-- PostgreSQL's arrays, ranges, JSON, HSTORE, full text; SQLite's JSON; in their spellings.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer, JSON, MetaData = corm.Column, corm.Integer, corm.JSON, corm.MetaData
local String, Table, all_, and_, any_ = corm.String, corm.Table, corm.all_, corm.and_, corm.any_
local cast, delete, distinct, func = corm.cast, corm.delete, corm.distinct, corm.func
local insert, literal_column, null = corm.insert, corm.literal_column, corm.null
local pg, select, text = corm.dialects.postgresql, corm.select, corm.text
local type_coerce, update, t, users = corm.type_coerce, corm.update, schema.t, schema.users

local case = require("spec.golden.harness").cases()

local doc = Table(
    "doc",
    MetaData(),
    Column("id", Integer, { primary_key = true }),
    Column("data", JSON),
    Column("jb", pg.JSONB),
    Column("tags", pg.ARRAY(String)),
    Column("nums", pg.ARRAY(Integer)),
    Column("hs", pg.HSTORE),
    Column("r", pg.INT4RANGE),
    Column("mr", pg.INT4MULTIRANGE),
    Column("ts", pg.TSRANGE),
    Column("vec", pg.TSVECTOR),
    Column("txt", String),
    Column("ip", pg.INET),
    Column("bits", pg.BIT(5))
)

case["json key"] = function()
    return select(doc.c.data:getitem("a"))
end

case["json index"] = function()
    return select(doc.c.data:getitem(1))
end

case["json path"] = function()
    return select(doc.c.data:getitem({ "a", "b", 1 }))
end

case["json key twice"] = function()
    return select(doc.c.data:getitem("a"):getitem("b"))
end

case["json as_string"] = function()
    return doc.c.data:getitem("a"):as_string():eq("x")
end

case["json as_integer"] = function()
    return doc.c.data:getitem("a"):as_integer():gt(5)
end

case["json as_float"] = function()
    return doc.c.data:getitem("a"):as_float():gt(5.5)
end

case["json as_boolean"] = function()
    return doc.c.data:getitem("a"):as_boolean():eq(true)
end

case["json as_numeric"] = function()
    return doc.c.data:getitem("a"):as_numeric(10, 2):gt(5)
end

case["json as_json"] = function()
    return doc.c.data:getitem("a"):as_json():eq({ b = 1 })
end

case["json path as_string"] = function()
    return doc.c.data:getitem({ "a", 1 }):as_string():eq("x")
end

case["json path as_integer selected"] = function()
    return select(doc.c.data:getitem({ "a", 1 }):as_integer())
end

case["json key labelled"] = function()
    return select(doc.c.data:getitem("a"):label("x"))
end

case["json key selected as_string"] = function()
    return select(doc.c.data:getitem("a"):as_string())
end

case["json key is null"] = function()
    return doc.c.data:getitem("a"):is_(nil)
end

case["json key cast"] = function()
    return cast(doc.c.data:getitem("a"), Integer)
end

case["json key in list"] = function()
    return doc.c.data:getitem("a"):as_string():in_({ "x", "y" })
end

case["json key like"] = function()
    return doc.c.data:getitem("a"):as_string():like("x%")
end

case["json key order"] = function()
    return select(doc.c.id):order_by(doc.c.data:getitem("a"):as_integer():desc())
end

case["json of expression"] = function()
    return type_coerce(doc.c.txt, JSON):getitem("a"):as_string():eq("b")
end

case["json function"] = function()
    return func.json_extract(doc.c.data, "$.a")
end

case["json null compared"] = function()
    return doc.c.data:eq(null())
end

case["json insert null"] = function()
    return insert(doc):values({ data = null() })
end

case["json as_string concatenated"] = function()
    return doc.c.data:getitem("a"):as_string() + "z"
end

case["json as_string on nested"] = function()
    return doc.c.data:getitem("a"):getitem("b"):as_string():eq("x")
end

case["jsonb has_key"] = function()
    return doc.c.jb:has_key("a")
end

case["jsonb contains json"] = function()
    return doc.c.jb:contains({ a = 1 })
end

case["jsonb astext"] = function()
    return doc.c.jb:getitem({ "a", "b" }).astext:eq("x")
end

case["jsonb path astext cast"] = function()
    return cast(doc.c.jb:getitem({ "a", "b" }).astext, Integer):eq(5)
end

case["jsonb concat column"] = function()
    return doc.c.jb + doc.c.jb
end

case["jsonb path query"] = function()
    return select(func.jsonb_path_query(doc.c.jb, "$.a"))
end

case["jsonb build object"] = function()
    return select(func.jsonb_build_object("a", doc.c.id))
end

case["jsonb agg"] = function()
    return select(func.jsonb_agg(doc.c.txt))
end

case["array literal"] = function()
    return select(pg.array({ 1, 2, 3 }))
end

case["array of columns"] = function()
    return pg.array({ doc.c.id, doc.c.id + 1 })
end

case["array typed empty"] = function()
    return pg.array({}, { type_ = Integer })
end

case["array of arrays"] = function()
    return pg.array({ pg.array({ 1, 2 }), pg.array({ 3, 4 }) })
end

case["array concat arrays"] = function()
    return pg.array({ 1, 2 }) + pg.array({ 3, 4 })
end

case["array element of literal"] = function()
    return pg.array({ 1, 2 }):getitem(1)
end

case["array element"] = function()
    return doc.c.nums:getitem(1):eq(5)
end

case["array element sum"] = function()
    return doc.c.nums:getitem(1) + 5
end

case["array slice"] = function()
    return select(doc.c.nums:getitem(corm.slice(1, 3)))
end

case["array contains list"] = function()
    return doc.c.tags:contains({ "a", "b" })
end

case["array contained_by"] = function()
    return doc.c.tags:contained_by({ "a" })
end

case["array overlap"] = function()
    return doc.c.tags:overlap({ "a" })
end

case["array contains array construct"] = function()
    return doc.c.nums:contains(pg.array({ 1 }))
end

case["array overlap array construct"] = function()
    return doc.c.nums:overlap(pg.array({ doc.c.id, 3 }))
end

case["array any method"] = function()
    return doc.c.nums:any(5)
end

case["array all method"] = function()
    return doc.c.nums:all(5, { operator = corm.sql.operators.lt })
end

case["array any operator"] = function()
    return doc.c.nums:any(5, { operator = corm.sql.operators.gt })
end

case["array eq any_"] = function()
    return doc.c.id:eq(any_(doc.c.nums))
end

case["array literal eq any_"] = function()
    return any_(doc.c.nums):eq(5)
end

case["array ne all_"] = function()
    return doc.c.id:ne(all_(doc.c.nums))
end

case["array any of literal array"] = function()
    return doc.c.id:eq(any_(pg.array({ 1, 2 })))
end

case["array concat"] = function()
    return doc.c.nums + { 4, 5 }
end

case["array concat method"] = function()
    return doc.c.nums:concat(doc.c.nums)
end

case["array not contains"] = function()
    return ~doc.c.tags:contains({ "a" })
end

case["array eq list"] = function()
    return doc.c.nums:eq({ 1, 2 })
end

case["array in cast"] = function()
    return cast(doc.c.txt, pg.ARRAY(Integer))
end

case["array of literal cast"] = function()
    return cast({ 1, 2 }, pg.ARRAY(Integer))
end

case["array_agg selected"] = function()
    return select(func.array_agg(doc.c.txt):getitem(corm.slice(1, 2)))
end

case["array_agg ordered"] = function()
    return func.array_agg(pg.aggregate_order_by(doc.c.txt, doc.c.id:desc()))
end

case["array_agg ordered by two"] = function()
    return func.array_agg(pg.aggregate_order_by(doc.c.txt, doc.c.id:desc(), doc.c.txt))
end

case["array_agg distinct"] = function()
    return func.array_agg(distinct(doc.c.txt))
end

case["array_agg filter"] = function()
    return func.array_agg(doc.c.txt):filter(doc.c.id:gt(5))
end

case["string_agg ordered"] = function()
    return func.string_agg(doc.c.txt, pg.aggregate_order_by(literal_column("','"), doc.c.id))
end

case["pg array_agg function"] = function()
    return pg.array_agg(doc.c.txt)
end

case["unnest"] = function()
    return select(func.unnest(doc.c.nums))
end

case["unnest column_valued"] = function()
    return select(func.unnest(doc.c.nums):column_valued("x"))
end

case["array values inserted"] = function()
    return insert(doc):values({ nums = { 1, 2 } })
end

case["array length"] = function()
    return func.array_length(doc.c.nums, 1):eq(2)
end

case["array index updated value"] = function()
    return update(doc):values({ [doc.c.tags] = { "x" } })
end

case["array any string"] = function()
    return doc.c.tags:any("x")
end

case["array pg Any"] = function()
    return pg.Any(5, doc.c.nums)
end

case["array pg All"] = function()
    return pg.All(5, doc.c.nums)
end

case["range contains value"] = function()
    return doc.c.r:contains(5)
end

case["range contains column"] = function()
    return doc.c.r:contains(doc.c.id)
end

case["range contains range"] = function()
    return doc.c.r:contains(doc.c.r)
end

case["range contained_by"] = function()
    return doc.c.r:contained_by(doc.c.r)
end

case["range overlaps"] = function()
    return doc.c.r:overlaps(doc.c.r)
end

case["range left of"] = function()
    return doc.c.r << doc.c.r
end

case["range strictly_left_of"] = function()
    return doc.c.r:strictly_left_of(doc.c.r)
end

case["range right of"] = function()
    return doc.c.r >> doc.c.r
end

case["range not_extend_right_of"] = function()
    return doc.c.r:not_extend_right_of(doc.c.r)
end

case["range not_extend_left_of"] = function()
    return doc.c.r:not_extend_left_of(doc.c.r)
end

case["range adjacent_to"] = function()
    return doc.c.r:adjacent_to(doc.c.r)
end

case["range union"] = function()
    return doc.c.r + doc.c.r
end

case["range difference"] = function()
    return doc.c.r - doc.c.r
end

case["range intersection"] = function()
    return doc.c.r * doc.c.r
end

case["range union method"] = function()
    return doc.c.r:union(doc.c.r)
end

case["range difference method"] = function()
    return doc.c.r:difference(doc.c.r)
end

case["range intersection method"] = function()
    return doc.c.r:intersection(doc.c.r)
end

case["range comparisons"] = function()
    return and_(
        doc.c.r:eq(doc.c.r),
        doc.c.r:ne(doc.c.r),
        doc.c.r:lt(doc.c.r),
        doc.c.r:ge(doc.c.r)
    )
end

case["range functions"] = function()
    return select(func.lower(doc.c.r), func.upper(doc.c.r), func.isempty(doc.c.r))
end

case["range is null"] = function()
    return doc.c.r:eq(nil)
end

case["range cast"] = function()
    return cast(doc.c.txt, pg.INT4RANGE)
end

case["multirange contains"] = function()
    return doc.c.mr:contains(doc.c.r)
end

case["multirange overlaps"] = function()
    return doc.c.mr:overlaps(doc.c.mr)
end

case["hstore key"] = function()
    return select(doc.c.hs:getitem("a"))
end

case["hstore has_key"] = function()
    return doc.c.hs:has_key("a")
end

case["hstore has_all"] = function()
    return doc.c.hs:has_all(pg.array({ "a", "b" }))
end

case["hstore has_any"] = function()
    return doc.c.hs:has_any(pg.array({ "a", "b" }))
end

case["hstore defined"] = function()
    return doc.c.hs:defined("a")
end

case["hstore contains column"] = function()
    return doc.c.hs:contains(doc.c.hs)
end

case["hstore contained_by column"] = function()
    return doc.c.hs:contained_by(doc.c.hs)
end

case["hstore delete"] = function()
    return doc.c.hs:delete("a")
end

case["hstore delete array"] = function()
    return doc.c.hs:delete(pg.array({ "a", "b" }))
end

case["hstore slice"] = function()
    return doc.c.hs:slice(pg.array({ "a", "b" }))
end

case["hstore keys"] = function()
    return select(doc.c.hs:keys(), doc.c.hs:vals())
end

case["hstore array and matrix"] = function()
    return select(doc.c.hs:array(), doc.c.hs:matrix())
end

case["hstore concat"] = function()
    return doc.c.hs + doc.c.hs
end

case["hstore construct"] = function()
    return select(pg.hstore("a", "b"))
end

case["hstore construct arrays"] = function()
    return select(pg.hstore(pg.array({ "a", "b" }), pg.array({ "c", "d" })))
end

case["tsvector match"] = function()
    return doc.c.vec:match("x")
end

case["tsvector op"] = function()
    return doc.c.vec:op("@@")(func.plainto_tsquery("x"))
end

case["tsvector bool_op"] = function()
    return doc.c.vec:bool_op("@@")(func.plainto_tsquery("x"))
end

case["text match"] = function()
    return doc.c.txt:match("a & b")
end

case["pg match config"] = function()
    return doc.c.txt:match("a & b", { postgresql_regconfig = "simple" })
end

case["inet contained"] = function()
    return doc.c.ip:op("<<")("10.0.0.0/8")
end

case["ilike any array"] = function()
    return doc.c.txt:op("ILIKE")(any_(pg.array({ "a%", "b%" })))
end

case["at time zone"] = function()
    return func.timezone("utc", users.c.created)
end

case["generate_series"] = function()
    return select(func.generate_series(1, 5):alias("n").column)
end

case["generate_series dates"] = function()
    return select(
        func.generate_series(
            corm.date(2020, 1, 1),
            corm.date(2020, 1, 5),
            text("interval '1 day'")
        )
    )
end

case["row to json"] = function()
    return select(func.row_to_json(literal_column("x")))
end

case["date_trunc"] = function()
    return select(func.date_trunc("day", users.c.created))
end

case["similar to"] = function()
    return doc.c.txt:op("SIMILAR TO")("%a%")
end

case["interval literal"] = function()
    return select(literal_column("INTERVAL '1 day'") + users.c.created)
end

case["distinct from array"] = function()
    return doc.c.nums:is_distinct_from(doc.c.nums)
end

case["only hint"] = function()
    return select(t.c.myid):with_hint(t, "ONLY", "postgresql")
end

case["returning in cte"] = function()
    return select(delete(t):returning(t.c.myid):cte("gone"))
end

case["pg enum cast"] = function()
    return cast("a", pg.ENUM("a", "b", { name = "letters" }))
end

case["pg interval cast"] = function()
    return cast("1 day", pg.INTERVAL)
end

case["pg json cast"] = function()
    return cast(doc.c.txt, pg.JSONB)
end

case["pg substring function"] = function()
    return func.substring(doc.c.txt, 1, 3)
end

case["pg to_tsvector"] = function()
    return select(pg.to_tsvector(doc.c.txt))
end

case["pg ts functions"] = function()
    return pg.to_tsvector(doc.c.txt):bool_op("@@")(pg.to_tsquery("x"))
end

return case
