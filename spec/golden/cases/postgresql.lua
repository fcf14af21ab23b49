-- SPDX-License-Identifier: MIT
-- What PostgreSQL has: JSON, arrays, hstore, ranges, DISTINCT ON, locks; and JSON elsewhere.

local corm = require("corm")
local schema = require("spec.golden.schema")

local pg = corm.dialects.postgresql
local ARRAY, BigInteger, Integer = corm.ARRAY, corm.BigInteger, corm.Integer
local String, any_, bindparam = corm.String, corm.any_, corm.bindparam
local cast, extract, func = corm.cast, corm.extract, corm.func
local literal_column, select, tuple_ = corm.literal_column, corm.select, corm.tuple_
local o, pgt, stuff, t, users = schema.o, schema.pgt, schema.stuff, schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["pg json astext"] = function() return pgt.c.pj:getitem("a").astext end
case["pg json astext compared"] = function() return pgt.c.pj:getitem("a").astext:eq("x") end
case["pg json astext cast"] = function() return pgt.c.pj:getitem("a").astext:cast(Integer):gt(5) end
case["pg json path astext"] = function() return pgt.c.pj:getitem({ "a", "b" }).astext end
case["pg json arrow of arrow astext"] = function()
    return pgt.c.pj:getitem("a"):getitem("b").astext:eq("x")
end
case["jsonb key"] = function() return pgt.c.jb:getitem("a") end
case["jsonb contains"] = function() return pgt.c.jb:contains({ a = 1 }) end
case["jsonb contained by"] = function() return pgt.c.jb:contained_by({ a = 1 }) end
case["jsonb has key"] = function() return pgt.c.jb:has_key("a") end
case["jsonb has any"] = function() return pgt.c.jb:has_any({ "a", "b" }) end
case["jsonb has all"] = function() return pgt.c.jb:has_all({ "a", "b" }) end
case["jsonb has all of array"] = function() return pgt.c.jb:has_all(pg.array({ "a", "b" })) end
case["jsonb delete path"] = function() return pgt.c.jb:delete_path({ "a", "b" }) end
case["jsonb path exists"] = function() return pgt.c.jb:path_exists("$.a") end
case["jsonb path match"] = function() return pgt.c.jb:path_match("$.a == 1") end
case["jsonb key contains"] = function() return pgt.c.jb:getitem("a"):contains({ b = 1 }) end
case["jsonb astext in select"] = function()
    return select(pgt.c.jb:getitem("a").astext:label("x")):where(
        pgt.c.jb:getitem("b").astext:eq("y")
    )
end
case["jsonb concat"] = function() return pgt.c.jb + { a = 1 } end

-- ---- arrays

case["array index"] = function() return pgt.c.nums:getitem(1) end
case["array index compared"] = function() return pgt.c.nums:getitem(1):eq(5) end
case["array slice"] = function() return pgt.c.nums:getitem(corm.slice(1, 3)) end
case["array of arrays index"] = function() return pgt.c.matrix:getitem(1):getitem(2) end
case["array any"] = function() return pgt.c.nums:any(5) end
case["array all"] = function() return pgt.c.nums:all(5) end
case["array any_"] = function() return any_(pgt.c.nums):eq(5) end
case["array contains"] = function() return pgt.c.tags:contains({ "a", "b" }) end
case["array contained by"] = function() return pgt.c.tags:contained_by({ "a", "b" }) end
case["array overlap"] = function() return pgt.c.tags:overlap({ "a" }) end
case["array equal"] = function() return pgt.c.tags:eq({ "a", "b" }) end
case["array concat"] = function() return pgt.c.tags + { "a" } end
case["array construct"] = function() return pg.array({ 1, 2, 3 }) end
case["array construct of columns"] = function()
    return select(pg.array({ t.c.myid, t.c.myid + 1 }))
end
case["array construct compared"] = function() return pgt.c.nums:eq(pg.array({ 1, 2 })) end
case["array construct nested"] = function()
    return pg.array({ pg.array({ 1, 2 }), pg.array({ 3, 4 }) })
end
case["array construct empty"] = function() return cast(pg.array({}), pg.ARRAY(Integer)) end
case["array cast"] = function() return cast(pg.array({ 1, 2 }), pg.ARRAY(BigInteger)) end
case["array index in select"] = function()
    return select(pgt.c.nums:getitem(1):label("x"), pgt.c.tags:getitem(2))
end
case["array agg"] = function() return select(func.array_agg(pgt.c.id)) end
case["array agg index"] = function() return func.array_agg(pgt.c.id):getitem(1) end
case["array agg ordered"] = function()
    return select(func.array_agg(pg.aggregate_order_by(t.c.name, t.c.myid:desc())))
end
case["string agg ordered"] = function()
    return select(func.string_agg(
        t.c.name,
        pg.aggregate_order_by(literal_column("','"), t.c.name)
    ))
end
case["array unnest"] = function() return select(func.unnest(pgt.c.tags)) end
case["array literal"] = function() return pgt.c.nums:eq({ 1, 2 }), { literal_binds = true } end
case["array in any of bind"] = function()
    return t.c.myid:eq(any_(bindparam("ids", { 1, 2 }, { type_ = ARRAY(Integer) })))
end

-- ---- hstore and ranges

case["hstore key"] = function() return pgt.c.hs:getitem("a") end
case["hstore key compared"] = function() return pgt.c.hs:getitem("a"):eq("x") end
case["hstore has key"] = function() return pgt.c.hs:has_key("a") end
case["hstore has all"] = function() return pgt.c.hs:has_all(pg.array({ "a", "b" })) end
case["hstore has any"] = function() return pgt.c.hs:has_any(pg.array({ "a", "b" })) end
case["hstore contains"] = function() return pgt.c.hs:contains({ a = "1" }) end
case["hstore defined"] = function() return pgt.c.hs:defined("a") end
case["hstore delete"] = function() return pgt.c.hs:delete("a") end
case["hstore slice"] = function() return pgt.c.hs:slice(pg.array({ "a", "b" })) end
case["hstore keys"] = function() return pgt.c.hs:keys() end
case["hstore vals"] = function() return pgt.c.hs:vals() end
case["hstore array"] = function() return pgt.c.hs:array() end
case["hstore matrix"] = function() return pgt.c.hs:matrix() end
case["hstore concat"] = function() return pgt.c.hs + pgt.c.hs end
case["range contains column"] = function() return pgt.c.span:contains(pgt.c.span) end
case["range contained by"] = function() return pgt.c.span:contained_by(pgt.c.span) end
case["range overlaps"] = function() return pgt.c.span:overlaps(pgt.c.span) end
case["range left of"] = function() return pgt.c.span:strictly_left_of(pgt.c.span) end
case["range right of"] = function() return pgt.c.span:strictly_right_of(pgt.c.span) end
case["range does not extend right"] = function()
    return pgt.c.span:not_extend_right_of(pgt.c.span)
end
case["range does not extend left"] = function() return pgt.c.span:not_extend_left_of(pgt.c.span) end
case["range adjacent"] = function() return pgt.c.span:adjacent_to(pgt.c.span) end
case["range union"] = function() return pgt.c.span + pgt.c.span end
case["range intersection"] = function() return pgt.c.span * pgt.c.span end
case["range difference"] = function() return pgt.c.span - pgt.c.span end
case["range function"] = function() return func.lower(pgt.c.span) end
case["full text match"] = function() return pgt.c.doc:match("cats & dogs") end
case["full text functions"] = function()
    return func.to_tsvector("english", t.c.name):op("@@")(func.to_tsquery("a & b"))
end
case["full text match with regconfig"] = function()
    return t.c.name:match("x", { postgresql_regconfig = "english" })
end

-- ---- distinct on, locks

case["distinct on"] = function() return select(t.c.myid):distinct(t.c.name) end
case["distinct on several"] = function()
    return select(t.c.myid):distinct(t.c.name, t.c.description)
end
case["distinct on twice"] = function()
    return select(t.c.myid):distinct(t.c.name):distinct(t.c.description)
end
case["distinct on expression"] = function()
    return select(t.c.myid):distinct(func.lower(t.c.name))
        :order_by(func.lower(t.c.name), t.c.myid)
end
case["for update"] = function() return select(t.c.myid):where(t.c.myid:eq(5)):with_for_update() end
case["for update nowait"] = function()
    return select(t.c.myid):with_for_update({ nowait = true })
end
case["for update skip locked"] = function()
    return select(t.c.myid):with_for_update({ skip_locked = true })
end
case["for share"] = function() return select(t.c.myid):with_for_update({ read = true }) end
case["for share nowait"] = function()
    return select(t.c.myid):with_for_update({ read = true, nowait = true })
end
case["for no key update"] = function()
    return select(t.c.myid):with_for_update({ key_share = true })
end
case["for key share"] = function()
    return select(t.c.myid):with_for_update({ read = true, key_share = true })
end
case["for update of column"] = function()
    return select(t.c.myid):with_for_update({ of = t.c.myid })
end
case["for update of columns"] = function()
    return select(t.c.myid):with_for_update({ of = { t.c.myid, t.c.name } })
end
case["for update of table"] = function()
    return select(t.c.myid, o.c.otherid):with_for_update({ of = o })
end
case["for update of tables"] = function()
    return select(t.c.myid, o.c.otherid):with_for_update({ of = { t, o }, skip_locked = true })
end
case["for update of alias"] = function()
    return select(t:alias("x").c.myid):with_for_update({ of = t:alias("x") })
end
case["for update of schema"] = function()
    return select(stuff.c.id):with_for_update({ of = stuff })
end
case["for update with limit"] = function()
    return select(t.c.myid):order_by(t.c.name):limit(1):with_for_update({ skip_locked = true })
end
case["for update in subquery"] = function()
    return select(select(t.c.myid):with_for_update():subquery())
end

-- ---- spellings

case["cast types"] = function()
    return select(
        cast(t.c.name, pg.JSONB), cast(t.c.name, pg.UUID), cast(t.c.name, pg.INET),
        cast(t.c.name, pg.HSTORE), cast(t.c.name, pg.BYTEA), cast(t.c.name, pg.INTERVAL)
    )
end
case["cast more types"] = function()
    return select(
        cast(t.c.name, pg.TIMESTAMP({ timezone = true })), cast(t.c.name, pg.TSVECTOR),
        cast(t.c.name, pg.INT4RANGE),
        cast(t.c.name, pg.DOUBLE_PRECISION), cast(t.c.name, pg.CIDR),
        cast(t.c.name, pg.ARRAY(String))
    )
end
case["ilike any"] = function() return t.c.name:ilike(any_(pgt.c.tags)) end
case["regexp with flags in select"] = function()
    return select(
        t.c.name:regexp_match("^a", { flags = "i" }),
        t.c.name:regexp_replace("a", "b", { flags = "gi" })
    )
end
case["is distinct from"] = function()
    return select(t.c.myid):where(t.c.name:is_distinct_from("x"))
end
case["tuple comparison"] = function()
    return select(t.c.myid):where(tuple_(t.c.myid, t.c.name):gt(tuple_(1, "a")))
end
case["interval arithmetic"] = function() return select(func.now() - corm.interval({ days = 2 })) end
case["date_trunc"] = function()
    return select(func.date_trunc("day", users.c.created):label("d")):group_by("d")
end
case["extract"] = function() return select(extract("epoch", users.c.created - func.now())) end
case["concat operator in arrays"] = function()
    return func.array_cat(pgt.c.tags, pg.array({ "x" }))
end
case["filter and within"] = function()
    return select(func.percentile_cont(0.5):within_group(users.c.age):filter(users.c.active))
end
return case
