-- SPDX-License-Identifier: MIT
-- Constructs that few queries need: CTEs of every kind, VALUES, functions as tables, hints.

local corm = require("corm")

local Boolean, Column = corm.Boolean, corm.Column
local ForeignKey, FrameClause = corm.ForeignKey, corm.FrameClause
local FrameClauseType, Integer = corm.FrameClauseType, corm.Integer
local LABEL_STYLE_TABLENAME_PLUS_COL, MetaData = corm.LABEL_STYLE_TABLENAME_PLUS_COL, corm.MetaData
local Numeric, String = corm.Numeric, corm.String
local Table, all_ = corm.Table, corm.all_
local any_, bindparam = corm.any_, corm.bindparam
local column, distinct = corm.column, corm.distinct
local exists, extract = corm.exists, corm.extract
local false_, func = corm.false_, corm.func
local literal, null = corm.literal, corm.null
local nulls_last, select = corm.nulls_last, corm.select
local tablesample, text = corm.tablesample, corm.text
local true_, tuple_ = corm.true_, corm.tuple_
local type_coerce, union = corm.type_coerce, corm.union
local values = corm.values
local pg = corm.dialects.postgresql

local metadata = MetaData()
local t = Table("t", metadata, Column("id", Integer, { primary_key = true }),
    Column("name", String(30)), Column("x", Integer), Column("y", Integer),
    Column("flag", Boolean))
local u = Table("u", metadata, Column("id", Integer, { primary_key = true }),
    Column("t_id", ForeignKey("t.id")), Column("v", String), Column("amount", Numeric(10, 2)))

local case = require("spec.golden.harness").cases()

case["select id select from tablesample t bernoulli 1 name alias"] = function()
    return select(t.c.id):select_from(tablesample(t, func.bernoulli(1), {name="alias",
        seed=func.random()}))
end

case["select id t tablesample text 5 percent name al"] = function()
    local s = t:tablesample(text("5 percent"), {name="al"})
    return select(s.c.id)
end

case["select id t tablesample 5"] = function()
    local s = t:tablesample(5)
    return select(s.c.id)
end

case["select c select id cte c1 nesting true"] = function()
    local c = select(t.c.id):cte("c1", {nesting=true})
    return select(c)
end

case["select outer select inner c id cte outer select id cte"] = function()
    local inner = select(t.c.id):cte("inner", {nesting=true})
    local outer = select(inner.c.id):cte("outer_")
    return select(outer)
end

case["select id add cte c nest here true subquery sq select id"] = function()
    local c = select(u.c.id):cte("q")
    return select(t.c.id):add_cte(c, {nest_here=true}):subquery("sq"):select()
end

case["select a c id where a c id in select b c id select id cte a"] = function()
    local a, b = select(t.c.id):cte("a"), select(u.c.id):cte("b", {nesting=true})
    return select(a.c.id):where(a.c.id:in_(select(b.c.id)))
end

case["select json each data table valued key value name je"] = function()
    return select(func.json_each(t.c.name):table_valued("key", "value", {name="je"}))
end

case["select generate series 1 3 table valued value with"] = function()
    return select(func.generate_series(1,3):table_valued("value",
        {with_ordinality="ordinality"}):render_derived{name="gs"})
end

case["select unnest data table valued column a column b render"] = function()
    return select(func.unnest(t.c.name):table_valued(column("a", Integer), column("b",
        String)):render_derived{with_types=true})
end

case["select generate series 1 3 column valued x"] = function()
    return select(func.generate_series(1,3):column_valued("x"))
end

case["select generate series 1 3 column valued"] = function()
    return select(func.generate_series(1,3):column_valued())
end

case["select id x where x 1 unnest data column valued x"] = function()
    local x = func.unnest(t.c.name):column_valued("x")
    return select(t.c.id, x):where(x:gt(1))
end

case["select json array elements data table valued el joins"] = function()
    return select(func.json_array_elements(t.c.name):table_valued("el",
        {joins_implicitly=true}).c.el)
end

case["select foo t table valued"] = function()
    return select(func.foo(t:table_valued()))
end

case["select pg sleep 1 alias zz column"] = function()
    return select(func.pg_sleep(1):alias("zz").column)
end

case["select id with hint t index % name s foo sqlite"] = function()
    return select(t.c.id):with_hint(t, "INDEX(%(name)s foo)", "sqlite")
end

case["select id with hint t index % name s foo"] = function()
    return select(t.c.id):with_hint(t, "INDEX(%(name)s foo)")
end

case["select id with statement hint *+ x * postgresql"] = function()
    return select(t.c.id):with_statement_hint("/*+ x */", "postgresql")
end

case["select id with statement hint *+ x *"] = function()
    return select(t.c.id):with_statement_hint("/*+ x */")
end

case["select id prefix with a dialect sqlite prefix with b"] = function()
    return select(t.c.id):prefix_with("A", {dialect="sqlite"}):prefix_with("B",
        {dialect="postgresql"})
end

case["select id suffix with a dialect sqlite suffix with b"] = function()
    return select(t.c.id):suffix_with("A", {dialect="sqlite"}):suffix_with("B",
        {dialect="postgresql"})
end

case["select id cte c suffix with search x dialect postgresql"] = function()
    return select(t.c.id):cte("c"):suffix_with("SEARCH x", {dialect="postgresql"}):prefix_with(
        "MATERIALIZED", {dialect="postgresql"}):select()
end

case["select id where x in bindparam q expanding true"] = function()
    return select(t.c.id):where(t.c.x:in_(bindparam("q", {expanding=true})))
end

case["select id with only columns x distinct x"] = function()
    return select(t.c.id):with_only_columns(t.c.x):distinct(t.c.x)
end

case["select values column a column b name v data 1 x 2 y"] = function()
    return select(values(column("a", Integer), column("b", String), {name="v"}):data{{1,"x"},{2,
        "y"}})
end

case["select values column a name v literal binds true data 1 2"] = function()
    return select(values(column("a", Integer), {name="v", literal_binds=true}):data{{1},{2}})
end

case["select values column a data 1 alias zz"] = function()
    return select(values(column("a", Integer)):data{{1}}:alias("zz"))
end

case["select values column a name v data 1 lateral"] = function()
    return select(values(column("a", Integer), {name="v"}):data{{1}}:lateral())
end

case["select percentile cont 0 5 within group x desc y filter x 5"] = function()
    return select(func.percentile_cont(0.5):within_group(t.c.x:desc(),
        t.c.y):filter(t.c.x:gt(5)):over{partition_by=t.c.y})
end

case["select sum x over order by y rows -5 10 exclude current row"] = function()
    return select(func.sum(t.c.x):over{order_by=t.c.y, rows={-5, 10}, exclude="CURRENT ROW"})
end

case["select sum x over order by y x desc groups none 0"] = function()
    return select(func.sum(t.c.x):over{order_by={t.c.y, t.c.x:desc()}, groups={nil, 0}})
end

case["select sum x over order by y range none none"] = function()
    return select(func.sum(t.c.x):over{order_by=t.c.y, range_={n=2}})
end

case["select sum x over order by y rows frameclause 1 5"] = function()
    return select(func.sum(t.c.x):over{order_by=t.c.y, rows=FrameClause(1, 5,
        FrameClauseType.PRECEDING, FrameClauseType.FOLLOWING)})
end

case["select aggregate order by array agg x y desc if false else"] = function()
    return select(func.array_agg(pg.aggregate_order_by(t.c.x, t.c.y:desc())))
end

case["select grouping sets x tuple x y cube x rollup x y"] = function()
    return select(func.grouping_sets(t.c.x, tuple_(t.c.x, t.c.y)), func.cube(t.c.x),
        func.rollup(t.c.x, t.c.y))
end

case["select x where x any select id scalar subquery"] = function()
    return select(t.c.x):where(t.c.x:eq(any_(select(u.c.id):scalar_subquery())))
end

case["select x op foo precedence 5 is comparison true 5"] = function()
    return select(t.c.x:op("FOO", {precedence=5, is_comparison=true})(5))
end

case["select now current timestamp current user localtime user"] = function()
    return select(func.now(), func.current_timestamp(), func.current_user(), func.localtime(),
        func.user())
end

case["text select a b bindparams bindparam a 5 b x columns column"] = function()
    return text("select :a, :b"):bindparams(bindparam("a", 5, Integer),
        {b="x"}):columns(column("q", Integer)):subquery("z"):select()
end

case["text select id from t columns id cte w select"] = function()
    return text("select id from t"):columns(t.c.id):cte("w"):select()
end

case["union select id select id order by id limit 5 subquery uu"] = function()
    return union(select(t.c.id), select(u.c.id)):order_by("id"):limit(5):subquery("uu"):select()
end

case["select id with for update of x u nowait true key share true"] = function()
    return select(t.c.id):with_for_update{of={t.c.x, u}, nowait=true, key_share=true, read=true}
end

case["select foo x type cast x cast numeric 10 2 extract year x"] = function()
    return select(func.foo(t.c.x, {type_=Integer}):cast(String), t.c.x:cast(Numeric(10,2)),
        extract("year", t.c.x))
end

case["select x is distinct from none x is not distinct from 5"] = function()
    return select(t.c.x:is_distinct_from(nil), t.c.x:is_not_distinct_from(5),
        t.c.name:regexp_match("^a", {flags="i"}), t.c.name:regexp_replace("a","b", {flags="g"}))
end

case["select select x where id id correlate u scalar subquery"] = function()
    return select(select(t.c.x):where(t.c.id:eq(u.c.id)):correlate(u):scalar_subquery(
        ):label("s"), u.c.v)
end

case["select id select from t join select u lateral l true"] = function()
    return select(t.c.id):select_from(t:join(select(u):lateral("l"), true_()))
end

case["select t set label style label style tablename plus col"] = function()
    return select(t):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["select x collate c nulls last x desc distinct x x distinct"] = function()
    return select(t.c.x:collate("C"), nulls_last(t.c.x:desc()), distinct(t.c.x),
        t.c.x:distinct())
end

case["select outparam x if false else select type coerce x + q"] = function()
    return select(type_coerce(t.c.x, String) .. "q", null(), true_(), false_())
end

case["select q c id where q c id 5 select id where x 3 cte q"] = function()
    local q = select(t.c.id):where(t.c.x:eq(3)):cte("q")
    return select(q.c.id):where(q.c.id:lt(5))
end

case["select q c id join t id q c id select id cte"] = function()
    local q = select(u.c.id):cte()
    return select(q.c.id):join(t, t.c.id:eq(q.c.id))
end

case["select q alias r c id select id cte q"] = function()
    local q = select(u.c.id):cte("q")
    return select(q:alias("r").c.id)
end

case["select q union select q where q c id 5 select id cte q"] = function()
    local q = select(u.c.id):cte("q")
    return select(q):union(select(q):where(q.c.id:gt(5)))
end

case["select id where exists where q c id id select id cte q"] = function()
    local q = select(u.c.id):cte("q")
    return select(t.c.id):where(exists():where(q.c.id:eq(t.c.id)))
end

case["select a c id b c id select a c id where a c id 1 cte b"] = function()
    local a = select(u.c.id):cte("a")
    local b = select(a.c.id):where(a.c.id:gt(1)):cte("b")
    return select(a.c.id, b.c.id)
end

case["select q c n s union all select n + 1 where n 10 select"] = function()
    local s = select(literal(1):label("n")):cte("nums", {recursive=true})
    local q = s:union_all(select(s.c.n + 1):where(s.c.n:lt(10)))
    return select(q.c.n)
end

case["select values column a column b name v data 1 x data 2 y c"] = function()
    return select(values(column("a", Integer), column("b", String), {name="v"}):data{{1,
        "x"}}:data{{2, "y"}}.c.b)
end

case["select id l c v select v where t id id lateral l"] = function()
    local l = select(u.c.v):where(u.c.t_id:eq(t.c.id)):lateral("l")
    return select(t.c.id, l.c.v)
end

case["select f c a f c b where f c a 1 pairs 5 table valued a b"] = function()
    local f = func.pairs(5):table_valued("a", "b")
    return select(f.c.a, f.c.b):where(f.c.a:gt(1))
end

case["select rows 5 table valued a name r render derived name s"] = function()
    return select(func.rows(5):table_valued("a", {name="r"}):render_derived{name="s"})
end

case["select rank over order by x row number over partition by x"] = function()
    return select(func.rank():over{order_by=t.c.x}, func.row_number():over{partition_by={t.c.x,
        t.c.y}, order_by=t.c.id:desc()})
end

case["select sum x filter y 1 y 9 count id distinct"] = function()
    return select(func.sum(t.c.x):filter(t.c.y:gt(1), t.c.y:lt(9)),
        func.count(t.c.id:distinct()))
end

case["select mode within group x"] = function()
    return select(func.mode():within_group(t.c.x))
end

case["select t tablesample 10 name id t tablesample system 10 c x"] = function()
    return select(t:tablesample(10, {name="s"}).c.id, t:tablesample(func.system(10)).c.x)
end

case["text select a bindparams a 5"] = function()
    return text("select :a"):bindparams{a=5}
end

case["text select id name from t where x x columns id name alias"] = function()
    return text("select id, name from t where x = :x"):columns(t.c.id,
        t.c.name):alias("q"):select()
end

case["select id intersect select id order by id"] = function()
    return select(t.c.id):intersect(select(u.c.id)):order_by("id")
end

case["select tuple x y in 1 2 3 4"] = function()
    return select(tuple_(t.c.x, t.c.y):in_{{1, 2}, {3, 4}})
end

case["select id where tuple x y in select id t id"] = function()
    return select(t.c.id):where(tuple_(t.c.x, t.c.y):in_(select(u.c.id, u.c.t_id)))
end

case["select id where x all select id scalar subquery"] = function()
    return select(t.c.id):where(t.c.x:eq(all_(select(u.c.id):scalar_subquery())))
end

case["select id with for update"] = function()
    return select(t.c.id):with_for_update()
end

case["select id with for update read true"] = function()
    return select(t.c.id):with_for_update{read=true}
end

return case
