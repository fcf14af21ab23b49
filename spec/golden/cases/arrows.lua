-- SPDX-License-Identifier: MIT
-- PostgreSQL's operators of JSON, HSTORE, arrays and ranges inside of other expressions.

local corm = require("corm")
local schema = require("spec.golden.schema")

local pg = corm.dialects.postgresql
local all_, and_, any_, cast, Date = corm.all_, corm.and_, corm.any_, corm.cast, corm.Date
local exists, func, Integer, not_ = corm.exists, corm.func, corm.Integer, corm.not_
local null, Numeric, or_, select = corm.null, corm.Numeric, corm.or_, corm.select
local String, update, o, pgt, t = corm.String, corm.update, schema.o, schema.pgt, schema.t

local case = require("spec.golden.harness").cases()

local jb = pgt.c.jb
local pj = pgt.c.pj
local hs = pgt.c.hs
local tags = pgt.c.tags
local span = pgt.c.span

case["contains in and_"] = function()
    return select(pgt.c.id):where(and_(jb:contains({ a = 1 }), pgt.c.id:eq(5)))
end
case["contains in where"] = function()
    return select(pgt.c.id):where(jb:contains({ a = 1 }), pgt.c.id:eq(5))
end
case["contains in or_"] = function()
    return select(pgt.c.id):where(
        or_(jb:contains({ a = 1 }), jb:has_key("x"), tags:contains({ "y" }))
    )
end
case["contains in where or"] = function()
    return select(pgt.c.id):where(
        or_(jb:contains({ a = 1 }), jb:getitem("a").astext:eq("x")),
        hs:has_key("q") | hs:getitem("a"):eq("b")
    )
end
case["contains negated"] = function()
    return select(pgt.c.id):where(
        ~jb:contains({ a = 1 }), not_(tags:overlap({ "a" })), ~hs:has_any(pg.array({ "a" }))
    )
end
case["contains compared"] = function()
    return select(
        jb:contains({ a = 1 }):eq(true),
        jb:contains({ a = 1 }):is_(true),
        tags:overlap({ "a" }):is_not(nil)
    )
end
case["contains in case"] = function()
    return select(
        corm.case({ jb:contains({ a = 1 }), "y" }, { else_ = "n" }),
        corm.case({ jb:getitem("a").astext:eq("q"), jb:getitem("b").astext }, {
            else_ = jb:getitem("c").astext
        })
    )
end
case["contains in function"] = function()
    return select(
        func.coalesce(jb:getitem("a").astext, "x"),
        func.coalesce(jb:getitem("a").astext, "x"):eq("y"),
        func.lower(jb:getitem("a").astext):like("a%")
    )
end
case["contains in filter"] = function()
    return select(
        func.count():filter(jb:contains({ a = 1 })),
        func.count():filter(jb:getitem("a").astext:eq("1"))
    )
end
case["arrow in boolean lists"] = function()
    return select(pgt.c.id):where(
        or_(jb:getitem("f"):as_boolean(), jb:getitem("g"):as_boolean()),
        and_(jb:getitem("h"):as_boolean(), jb:getitem("i"):as_integer():gt(3))
    )
end
case["arrow in boolean where"] = function()
    return select(pgt.c.id):where(jb:getitem("f"):as_boolean(), ~jb:getitem("g"):as_boolean())
end
case["arrow text in like"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:like("x%"),
        pj:getitem("a").astext:ilike("y"),
        jb:getitem("a").astext:contains("z"),
        jb:getitem("a").astext:regexp_match("q"),
        pj:getitem("a").astext:startswith("w")
    )
end
case["arrow string in like"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a"):as_string():like("x%"),
        pj:getitem("a"):as_string():eq("y"),
        jb:getitem("a"):as_string():in_({ "z" })
    )
end
case["arrow in in_"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:in_({ "x", "y" }),
        pj:getitem("a").astext:not_in({ "z" }),
        jb:getitem({ "a", "b" }).astext:in_({ "q" })
    )
end
case["arrow in is null"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:is_(nil),
        jb:getitem("a"):is_not(nil),
        pj:getitem("a").astext:eq(nil),
        jb:getitem({ "a", "b" }):eq(nil)
    )
end
case["arrow in between"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:between("x", "y"),
        jb:getitem("a"):as_integer():between(1, 5),
        ~jb:getitem("a"):as_float():between(1.5, 2)
    )
end
case["arrow concatenated"] = function()
    return select(
        jb:getitem("a").astext + "x",
        (jb:getitem("a").astext + jb:getitem("b").astext) + "y",
        "z" + pj:getitem("a").astext,
        func.concat(jb:getitem("a").astext, "q")
    )
end
case["arrow arithmetic"] = function()
    return select(
        jb:getitem("a"):as_integer() + (jb:getitem("b"):as_integer() * 2),
        -jb:getitem("a"):as_integer(),
        jb:getitem("a").astext:cast(Integer) / 2,
        jb:getitem("a"):as_float() % 2
    )
end
case["arrow cast"] = function()
    return select(
        cast(jb:getitem("a").astext, Integer),
        cast(jb:getitem("a"), String),
        jb:getitem("a").astext:cast(Date),
        cast(jb:getitem("a"):getitem("b").astext, Integer) + 1,
        cast(pj:getitem("a"):getitem("b").astext, Integer)
    )
end
case["arrow cast compared"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:cast(Integer):eq(5),
        cast(jb:getitem("a").astext, Numeric):gt(cast(pj:getitem("b").astext, Numeric))
    )
end
case["arrow of arrows"] = function()
    return select(
        jb:getitem("a"):getitem("b"):getitem("c"),
        pj:getitem("a"):getitem("b"):getitem("c"),
        pj:getitem("a"):getitem("b"):getitem("c").astext,
        jb:getitem("a"):getitem("b"):getitem("c").astext,
        pj:getitem({ "a", "b" }):getitem("c"),
        jb:getitem("a"):getitem({ "b", "c" }).astext
    )
end
case["arrow of arrows compared"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a"):getitem("b"):getitem("c").astext:eq("x"),
        pj:getitem("a"):getitem("b").astext:eq("y"),
        pj:getitem("a"):getitem("b"):as_integer():gt(4)
    )
end
case["arrow in order by"] = function()
    return select(pgt.c.id):order_by(
        jb:getitem("a").astext,
        jb:getitem("b"):as_integer():desc(),
        pj:getitem("c").astext:desc():nulls_last(),
        hs:getitem("q"):asc()
    )
end
case["arrow in group by"] = function()
    return select(jb:getitem("a").astext, func.count())
        :group_by(jb:getitem("a").astext)
        :having(func.max(jb:getitem("b"):as_integer()):gt(5))
end
case["arrow label"] = function()
    local l = jb:getitem("a").astext:label("l")
    return select(l):where(l:eq("x")):order_by(l)
end
case["arrow in scalar subquery compared"] = function()
    return select(pgt.c.id):where(
        pgt.c.id:eq(select(jb:getitem("a"):as_integer()):scalar_subquery()),
        pgt.c.id:in_(select(jb:getitem("a").astext:cast(Integer)))
    )
end
case["arrow in exists"] = function()
    return select(pgt.c.id):where(
        exists():where(t.c.name:eq(jb:getitem("a").astext)):where(jb:getitem("f"):as_boolean())
    )
end
case["arrow in over"] = function()
    return select(
        func.row_number():over(
            { partition_by = jb:getitem("a").astext, order_by = jb:getitem("b").astext:desc() }
        ),
        func.sum(jb:getitem("a"):as_integer()):over()
    )
end
case["arrow in distinct on"] = function()
    return select(jb:getitem("a").astext)
        :distinct(jb:getitem("a").astext)
        :order_by(jb:getitem("a").astext)
end
case["arrow in join"] = function()
    return select(pgt.c.id)
        :join(t, t.c.name:eq(jb:getitem("a").astext))
        :join(o, o.c.otherid:eq(jb:getitem("b"):as_integer()))
end
case["arrow in update"] = function()
    return update(t)
        :values({ name = jb:getitem("a").astext })
        :where(t.c.myid:eq(jb:getitem("i"):as_integer()))
end
case["arrow of function"] = function()
    return select(
        func.to_jsonb(t.c.name, { type_ = pg.JSONB }):getitem("a"),
        func.to_jsonb(t.c.name, { type_ = pg.JSONB }):getitem("a").astext,
        func.f({ type_ = corm.JSON }):getitem("a"):as_string(),
        cast(t.c.name, pg.JSONB):getitem("a").astext
    )
end
case["arrow of subquery"] = function()
    return select(select(jb:label("q")):subquery("s").c.q:getitem("a").astext)
end
case["arrow of case"] = function()
    return select(func.coalesce(jb, cast("{}", pg.JSONB)):getitem("a").astext)
end
case["arrow is distinct"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:is_distinct_from("x"),
        jb:getitem("a"):is_distinct_from(jb:getitem("b"))
    )
end
case["arrow any"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a").astext:eq(any_(tags)), any_(tags):eq("x"), pgt.c.id:eq(all_(pgt.c.nums))
    )
end
case["hstore everywhere"] = function()
    return select(
        hs:getitem("a") + "x",
        func.lower(hs:getitem("a")),
        cast(hs:getitem("n"), Integer) + 1,
        corm.case({ hs:getitem("a"):eq("b"), hs:getitem("c") }),
        hs:getitem("a"):like("x%"),
        hs:getitem("a"):in_({ "y" }),
        hs:getitem("a"):is_(nil),
        hs:getitem("a"):eq(hs:getitem("b")):label("z")
    )
end
case["hstore operators"] = function()
    return select(pgt.c.id):where(
        hs:contains({ a = "1" }) & hs:has_key("b"),
        or_(hs:contained_by({ a = "1" }), hs:has_all(pg.array({ "a" })))
    )
end
case["hstore concat"] = function()
    return select(
        hs + { a = "1" }, hs:concat({ b = "2" }), hs + hs, hs:delete(pg.array({ "a" }))
    )
end
case["array elements compared"] = function()
    return select(pgt.c.id):where(
        tags:getitem(1):eq("a"),
        (pgt.c.nums:getitem(1) + 5):gt(3),
        pgt.c.matrix:getitem(1):getitem(2):eq(7),
        tags:getitem(corm.slice(1, 2)):eq({ "x" }),
        func.lower(tags:getitem(1)):eq("y")
    )
end
case["array operators mixed"] = function()
    return select(pgt.c.id):where(
        or_(tags:contains({ "a" }), tags:overlap(pg.array({ "b" }))),
        and_((tags + { "c" }):eq({ "d" }), tags:contained_by(tags)),
        tags:any("e") | tags:all("f")
    )
end
case["array in function"] = function()
    return select(
        func.array_length(tags, 1):gt(3),
        func.array_to_string(tags + { "x" }, ","),
        func.cardinality(pgt.c.nums)
    )
end
case["array concat chain"] = function()
    return select(
        (tags + { "a" }) + { "b" }, pg.array({ "x" }) + tags, pgt.c.nums + pg.array({ 1, 2 })
    )
end
case["range mixed"] = function()
    return select(pgt.c.id):where(
        or_(span:contains(5), span:overlaps(span) & span:adjacent_to(span)),
        ~span:contained_by(span),
        span:contains(span + span),
        span << span
    )
end
case["range compared"] = function()
    return select(pgt.c.id):where(
        func.lower(span):gt(3),
        (func.upper(span) - func.lower(span)):eq(5),
        span:eq(span),
        (span * span):ne(span)
    )
end
case["range values"] = function()
    return select(pgt.c.id):where(
        span:contains(func.int4range(1, 3)),
        func.int4range(1, 5):op("@>")(pgt.c.id),
        func.isempty(span * span)
    )
end
case["jsonb functions"] = function()
    return select(
        func.jsonb_array_length(jb:getitem("a")):gt(3),
        func.jsonb_typeof(jb:getitem("a")):eq("x"),
        func.jsonb_set(jb, "{a}", cast("1", pg.JSONB)),
        func.jsonb_build_object("a", jb:getitem("b"))
    )
end
case["jsonb minus"] = function()
    return select(
        jb - "a",
        jb - pg.array({ "a", "b" }),
        jb - 1,
        jb + jb,
        (jb - "a"):getitem("b"),
        jb:concat(jb)
    )
end
case["jsonb delete path"] = function()
    return select(
        jb:delete_path(pg.array({ "a", "b" })), jb:delete_path({ "c" }):contains({ x = 1 })
    )
end
case["jsonb path booleans"] = function()
    return select(pgt.c.id):where(
        or_(jb:path_exists("$.a"), jb:path_match("$.b")),
        jb:path_exists("$.c"),
        ~jb:path_match("$.d")
    )
end
case["jsonb comparisons"] = function()
    return select(pgt.c.id):where(
        jb:eq({ a = 1 }),
        jb:getitem("a"):eq(5),
        jb:getitem("a"):ne("x"),
        jb:getitem("a"):eq(nil),
        jb:ne(null())
    )
end
case["jsonb compared by type"] = function()
    return select(pgt.c.id):where(
        jb:getitem("a"):as_string():eq("x"),
        jb:getitem("a"):as_integer():eq(5),
        jb:getitem("a"):as_float():gt(1.5),
        jb:getitem("a"):as_boolean():eq(true),
        jb:getitem("a"):as_numeric(10, 2):lt(5)
    )
end
case["jsonb has"] = function()
    return select(
        jb:has_key("a") & jb:has_key("b"),
        jb:getitem("a"):has_key("c"),
        jb:getitem("a"):contains({ b = 1 }),
        jb:getitem("a"):getitem("b"):contained_by({ c = 2 })
    )
end
case["json literals"] = function()
    return select(jb:getitem("a"), jb:getitem("a").astext:eq("x")), { literal_binds = true }
end
case["hstore literals"] = function()
    return select(
        hs:getitem("a"), hs:has_key("b"), hs:getitem("c"):eq("d")
    ), { literal_binds = true }
end
case["array literals"] = function()
    return select(
        tags:getitem(1), tags:any("a"), pg.array({ 1, 2 }), pg.array({ "x", "y" })
    ), { literal_binds = true }
end
case["match mixed"] = function()
    return select(pgt.c.id):where(
        pgt.c.doc:match("a") & pgt.c.id:gt(3),
        or_(pgt.c.doc:bool_op("@@")(func.to_tsquery("x")), t.c.name:match("y")),
        ~pgt.c.doc:match("z")
    )
end
case["custom operator with arrow"] = function()
    return select(
        jb:getitem("a").astext:op("~>")("x"),
        jb:op("->")("a"),
        jb:op("->")("a"):op("->>")("b"):eq("x"),
        tags:op("&&")({ "a" }),
        pgt.c.id:op("+")(5) * 2
    )
end
case["generic json"] = function()
    return select(
        pgt.c.js:getitem("a"),
        pgt.c.js:getitem("a"):as_string():eq("x"),
        pgt.c.js:getitem({ "a", "b" }):as_integer() + 1,
        pgt.c.js:getitem("a"):getitem("b")
    )
end
case["generic json mixed"] = function()
    return select(pgt.c.id)
        :where(
            or_(pgt.c.js:getitem("a"):as_string():eq("x"), pgt.c.js:getitem("b"):as_boolean()),
            pgt.c.js:getitem("c"):as_string():like("z%"),
            pgt.c.js:getitem("d"):as_integer():in_({ 1, 2 })
        )
        :order_by(pgt.c.js:getitem("e"):as_float():desc())
end
case["generic array"] = function()
    return select(pgt.c.nums:getitem(1), pgt.c.nums:getitem(1):eq(5))
end

return case
