-- SPDX-License-Identifier: MIT
-- INSERT, UPDATE, DELETE, upserts and RETURNING.

local corm = require("corm")

local Boolean, Column = corm.Boolean, corm.Column
local ForeignKey, Integer = corm.ForeignKey, corm.Integer
local MetaData, NULL = corm.MetaData, corm.NULL
local Numeric, String = corm.Numeric, corm.String
local Table, bindparam = corm.Table, corm.bindparam
local delete, exists = corm.delete, corm.exists
local func, insert = corm.func, corm.insert
local literal_column, null = corm.literal_column, corm.null
local or_, select = corm.or_, corm.select
local text, true_ = corm.text, corm.true_
local union, update = corm.union, corm.update
local pg = corm.dialects.postgresql
local sqlite = corm.dialects.sqlite

local metadata = MetaData()
local t = Table("t", metadata, Column("id", Integer, { primary_key = true }),
    Column("name", String(30)), Column("x", Integer), Column("y", Integer),
    Column("flag", Boolean))
local u = Table("u", metadata, Column("id", Integer, { primary_key = true }),
    Column("t_id", ForeignKey("t.id")), Column("v", String), Column("amount", Numeric(10, 2)))
local w = Table("w", metadata, Column("id", Integer, { primary_key = true }), Column("v", String),
    { schema = "other" })

local case = require("spec.golden.harness").cases()

case["insert t"] = function()
    return insert(t)
end

case["insert t values name a x 5"] = function()
    return insert(t):values{name="a", x=5}
end

case["insert t values name a x 1 name b x 2"] = function()
    return insert(t):values{{name="a",x=1},{name="b",x=2}}
end

case["insert t values name q"] = function()
    return insert(t):values{[t.c.name]="q"}
end

case["insert t values name lower a"] = function()
    return insert(t):values{name=func.lower("A")}
end

case["insert t values x select max id scalar subquery"] = function()
    return insert(t):values{x=select(func.max(u.c.id)):scalar_subquery()}
end

case["insert t from select name x select v id"] = function()
    return insert(t):from_select({"name","x"}, select(u.c.v, u.c.id))
end

case["insert t from select name x select v id returning id"] = function()
    return insert(t):from_select({"name","x"}, select(u.c.v, u.c.id)):returning(t.c.id)
end

case["update t values x x+1 where id 5"] = function()
    return update(t):values{x=t.c.x+1}:where(t.c.id:eq(5))
end

case["update t ordered values y 1 x y+2"] = function()
    return update(t):ordered_values({t.c.y, 1}, {t.c.x, t.c.y+2})
end

case["update t values x id where id t id"] = function()
    return update(t):values{x=u.c.id}:where(t.c.id:eq(u.c.t_id))
end

case["update t values x 5 where id t id where v v"] = function()
    return update(t):values{x=5}:where(t.c.id:eq(u.c.t_id)):where(u.c.v:eq(w.c.v))
end

case["update t values x select id where t id id scalar subquery"] = function()
    return update(t):values{x=select(u.c.id):where(u.c.t_id:eq(t.c.id)):scalar_subquery()}
end

case["update t values x 5 returning id name"] = function()
    return update(t):values{x=5}:returning(t.c.id, t.c.name)
end

case["update t values x 5 returning t"] = function()
    return update(t):values{x=5}:returning(t)
end

case["update t alias q values x 5"] = function()
    return update(t:alias("q")):values{x=5}
end

case["delete t"] = function()
    return delete(t)
end

case["delete t where id 5"] = function()
    return delete(t):where(t.c.id:eq(5))
end

case["delete t where id t id"] = function()
    return delete(t):where(t.c.id:eq(u.c.t_id))
end

case["delete t where id t id returning id"] = function()
    return delete(t):where(t.c.id:eq(u.c.t_id)):returning(t.c.id)
end

case["delete t where id in select t id"] = function()
    return delete(t):where(t.c.id:in_(select(u.c.t_id)))
end

case["insert t values name a returning id name"] = function()
    return insert(t):values{name="a"}:returning(t.c.id, t.c.name)
end

case["insert t values name a returning id label q lower name"] = function()
    return insert(t):values{name="a"}:returning(t.c.id:label("q"), func.lower(t.c.name))
end

case["insert w values v a returning id"] = function()
    return insert(w):values{v="a"}:returning(w.c.id)
end

case["insert t values name a prefix with or replace"] = function()
    return insert(t):values{name="a"}:prefix_with("OR REPLACE")
end

case["insert t values name a prefix with or replace dialect"] = function()
    return insert(t):values{name="a"}:prefix_with("OR REPLACE", {dialect="sqlite"})
end

case["update t values x 1 prefix with a b"] = function()
    return update(t):values{x=1}:prefix_with("A","B")
end

case["delete t prefix with a dialect postgresql"] = function()
    return delete(t):prefix_with("A", {dialect="postgresql"})
end

case["insert t values id bindparam q name bindparam nn z"] = function()
    return insert(t):values{id=bindparam("q"), name=bindparam("nn", "z")}
end

case["update t values x bindparam xx where id bindparam ii"] = function()
    return update(t):values{x=bindparam("xx")}:where(t.c.id:eq(bindparam("ii")))
end

case["insert t values name none"] = function()
    return insert(t):values{name=NULL}
end

case["insert t values name null"] = function()
    return insert(t):values{name=null()}
end

case["update t values name none"] = function()
    return update(t):values{name=NULL}
end

case["insert t values name a on conflict do nothing"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_nothing()
end

case["insert t values name a on conflict do nothing index"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_nothing{index_elements={"id"}}
end

case["insert t values name a on conflict do nothing constraint uq"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_nothing{constraint="uq"}
end

case["insert t values name a on conflict do update constraint t"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{constraint=t.primary_key,
        set_={name="b"}}
end

case["s on conflict do update index elements id set name s"] = function()
    local s = pg.insert(t):values{name="a"}
    return s:on_conflict_do_update{index_elements={"id"}, set_={name=s.excluded.name, x=5}}
end

case["s on conflict do update index elements id set name s (2)"] = function()
    local s = sqlite.insert(t):values{name="a"}
    return s:on_conflict_do_update{index_elements={"id"}, set_={name=s.excluded.name, x=5},
        where=t.c.y:gt(s.excluded.y)}
end

case["s on conflict do update index elements id set dict name s"] = function()
    local s = pg.insert(t):values{name="a"}
    return s:on_conflict_do_update{index_elements={"id"}, set_={name=s.excluded.name.."x"}}
end

case["s on conflict do update index elements id set s excluded"] = function()
    local s = pg.insert(t):values{name="a"}
    return s:on_conflict_do_update{index_elements={"id"}, set_=s.excluded}
end

case["insert t values name a on conflict do update index elements"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={[t.c.name]="q"}}
end

case["insert t values name a on conflict do nothing index (2)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_nothing{
        index_elements={func.lower(t.c.name)}}
end

case["insert t from select id name select id v where true on"] = function()
    return sqlite.insert(t):from_select({"id","name"}, select(u.c.id,
        u.c.v):where(true_())):on_conflict_do_nothing()
end

case["select id delete t returning id cte d"] = function()
    local c = delete(t):returning(t.c.id):cte("d")
    return select(c.c.id)
end

case["insert u from select v select name delete t returning name"] = function()
    local c = delete(t):returning(t.c.name):cte("d")
    return insert(u):from_select({"v"}, select(c.c.name))
end

case["update t values x id where id id select id cte q"] = function()
    local c = select(u.c.id):cte("q")
    return update(t):values{x=c.c.id}:where(t.c.id:eq(c.c.id))
end

case["delete t where id id select id cte q"] = function()
    local c = select(u.c.id):cte("q")
    return delete(t):where(t.c.id:eq(c.c.id))
end

case["select id add cte c insert u values v q cte ins"] = function()
    local c = insert(u):values{v="q"}:cte("ins")
    return select(t.c.id):add_cte(c)
end

case["update t values x 1 add cte c select id cte q"] = function()
    local c = select(u.c.id):cte("q")
    return update(t):values{x=1}:add_cte(c)
end

case["select id x update t values x 5 where y 3 returning id x"] = function()
    local c = update(t):values{x=5}:where(t.c.y:eq(3)):returning(t.c.id, t.c.x):cte("up")
    return select(c.c.id, c.c.x)
end

case["delete t add cte c insert u values v x returning id cte i"] = function()
    local c = insert(u):values{v="x"}:returning(u.c.id):cte("i")
    return delete(t):add_cte(c)
end

case["update t values x 1 with hint hh dialect name sqlite"] = function()
    return update(t):values{x=1}:with_hint("HH", {dialect_name="sqlite"})
end

case["update t values flag true"] = function()
    return update(t):values{flag=true}
end

case["update t where flag values x 1"] = function()
    return update(t):where(t.c.flag):values{x=1}
end

case["insert t values name a name b on conflict do update index"] = function()
    return pg.insert(t):values{{name="a"},{name="b"}}:on_conflict_do_update{
        index_elements={"id"}, set_={x=1}}
end

case["insert t values name a on conflict do update index elements (2)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name=bindparam("nn")}}
end

case["insert t values name a on conflict do update index elements (3)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name=select(u.c.v):limit(1):scalar_subquery()}}
end

case["insert t values name a on conflict do nothing index (3)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_nothing{index_elements={"name"}}
end

case["insert t values name a on conflict do nothing index (4)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_nothing{index_elements={t.c.x, "y"}}
end

case["insert t values name a on conflict do update index elements (4)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name="b", x=5, y=NULL}}
end

case["insert t values name a on conflict do update index elements (5)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={x=t.c.x + 1}}
end

case["insert t values name a on conflict do update index elements (6)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={x=func.coalesce(t.c.x, 5)}}
end

case["insert t values name a on conflict do update index elements (7)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={x=literal_column("7")}, where=t.c.x:is_(NULL)}
end

case["insert t values name a on conflict do update index elements (8)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name="b"}}:returning(t)
end

case["insert t values name a on conflict do update index elements (9)"] = function()
    return sqlite.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name="b"}}:returning(t.c.id, func.upper(t.c.name):label("up"))
end

case["insert t from select id name select id v where id 5 on"] = function()
    return sqlite.insert(t):from_select({"id", "name"}, select(u.c.id,
        u.c.v):where(u.c.id:gt(5))):on_conflict_do_nothing()
end

case["insert w values v q on conflict do nothing"] = function()
    return sqlite.insert(w):values{v="q"}:on_conflict_do_nothing()
end

case["insert t values name a on conflict do nothing index (5)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_nothing{index_elements={"name"}}
end

case["insert t values name a on conflict do nothing index (6)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_nothing{index_elements={t.c.x, "y"}}
end

case["insert t values name a on conflict do update index elements (10)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name="b", x=5, y=NULL}}
end

case["insert t values name a on conflict do update index elements (11)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={x=t.c.x + 1}}
end

case["insert t values name a on conflict do update index elements (12)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={x=func.coalesce(t.c.x, 5)}}
end

case["insert t values name a on conflict do update index elements (13)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={x=literal_column("7")}, where=t.c.x:is_(NULL)}
end

case["insert t values name a on conflict do update index elements (14)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name="b"}}:returning(t)
end

case["insert t values name a on conflict do update index elements (15)"] = function()
    return pg.insert(t):values{name="a"}:on_conflict_do_update{index_elements={"id"},
        set_={name="b"}}:returning(t.c.id, func.upper(t.c.name):label("up"))
end

case["insert t from select id name select id v where id 5 on (2)"] = function()
    return pg.insert(t):from_select({"id", "name"}, select(u.c.id,
        u.c.v):where(u.c.id:gt(5))):on_conflict_do_nothing()
end

case["insert w values v q on conflict do nothing (2)"] = function()
    return pg.insert(w):values{v="q"}:on_conflict_do_nothing()
end

case["update u values amount amount * 2"] = function()
    return update(u):values{amount=u.c.amount * 2}
end

case["update u values v v + x where id in 1 2"] = function()
    return update(u):values{v=u.c.v .. "x"}:where(u.c.id:in_{1, 2})
end

case["update u values v case id 5 a else b"] = function()
    return update(u):values{[u.c.v]=corm.case({u.c.id:gt(5), "a"}, {else_="b"})}
end

case["update t where id select max t id scalar subquery values x"] = function()
    return update(t):where(t.c.id:eq(select(func.max(u.c.t_id)):scalar_subquery())):values{x=1}
end

case["update t values x 1 where id t id returning id v"] = function()
    return update(t):values{x=1}:where(t.c.id:eq(u.c.t_id)):returning(t.c.id, u.c.v)
end

case["update t values x select count select from u scalar"] = function()
    return update(t):values{x=select(func.count()):select_from(u):scalar_subquery()}
end

case["update w values v z where id 3 returning w"] = function()
    return update(w):values{v="z"}:where(w.c.id:eq(3)):returning(w)
end

case["update t values name upper name y y - 1"] = function()
    return update(t):values{name=func.upper(t.c.name), y=t.c.y - 1}
end

case["update t values flag x 5"] = function()
    return update(t):values{flag=t.c.x:gt(5)}
end

case["update t where flag values flag true"] = function()
    return update(t):where(~t.c.flag):values{flag=true_()}
end

case["update t values x 1 where x between 1 5 name like a%"] = function()
    return update(t):values{x=1}:where(t.c.x:between(1, 5), t.c.name:like("a%"))
end

case["update t values x 1 where or x 1 x 2 y 3"] = function()
    return update(t):values{x=1}:where(or_(t.c.x:eq(1), t.c.x:eq(2)), t.c.y:eq(3))
end

case["delete t where x none"] = function()
    return delete(t):where(t.c.x:eq(nil))
end

case["delete t where x 1 where y 2"] = function()
    return delete(t):where(t.c.x:eq(1)):where(t.c.y:eq(2))
end

case["delete t where exists where t id id"] = function()
    return delete(t):where(exists():where(u.c.t_id:eq(t.c.id)))
end

case["delete w where v q returning id v"] = function()
    return delete(w):where(w.c.v:eq("q")):returning(w.c.id, w.c.v)
end

case["delete t where id t id where v v"] = function()
    return delete(t):where(t.c.id:eq(u.c.t_id)):where(u.c.v:eq(w.c.v))
end

case["delete t returning id label gone"] = function()
    return delete(t):returning(t.c.id:label("gone"))
end

case["delete t alias a"] = function()
    return delete(t:alias("a"))
end

case["insert u values v bindparam v2 amount 5"] = function()
    return insert(u):values{v=bindparam("v2"), amount=5}
end

case["insert u values t id select id where name x scalar subquery"] = function()
    return insert(u):values{t_id=select(t.c.id):where(t.c.name:eq("x")):scalar_subquery()}
end

case["insert u values v a t id 1 v b t id 2 v c t id 3"] = function()
    return insert(u):values{{v="a", t_id=1}, {v="b", t_id=2}, {v="c", t_id=3}}
end

case["insert u values v lower a v b"] = function()
    return insert(u):values{{v=func.lower("A")}, {v="b"}}
end

case["insert u values v a v b returning id"] = function()
    return insert(u):values{{v="a"}, {v="b"}}:returning(u.c.id)
end

case["insert u from select v t id select name id order by id"] = function()
    return insert(u):from_select({u.c.v, u.c.t_id}, select(t.c.name,
        t.c.id):order_by(t.c.id):limit(3))
end

case["insert u from select v union select name select v"] = function()
    return insert(u):from_select({"v"}, union(select(t.c.name), select(w.c.v)))
end

case["insert u from select v select name distinct where x 5 group"] = function()
    return insert(u):from_select({"v"}, select(t.c.name):distinct():where(
        t.c.x:gt(5)):group_by(t.c.name))
end

case["insert w values id 5 v none"] = function()
    return insert(w):values{id=5, v=NULL}
end

case["insert w values id 5 values v x"] = function()
    return insert(w):values{id=5}:values{v="x"}
end

case["insert w values id nextid"] = function()
    return insert(w):values{id=func.nextid()}
end

case["insert w values id text select 5 v literal column q"] = function()
    return insert(w):values{id=text("(select 5)"), v=literal_column("'q'")}
end

case["insert t values id 1 name x x 2 y 3 flag true"] = function()
    return insert(t):values{id=1, name="x", x=2, y=3, flag=true}
end

return case
