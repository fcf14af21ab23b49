-- SPDX-License-Identifier: MIT
-- CTEs and set operations.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, LABEL_STYLE_TABLENAME_PLUS_COL = corm.Integer, corm.LABEL_STYLE_TABLENAME_PLUS_COL
local column, delete, desc, except_ = corm.column, corm.delete, corm.desc, corm.except_
local exists, func, insert, intersect = corm.exists, corm.func, corm.insert, corm.intersect
local literal, null, select, text = corm.literal, corm.null, corm.select, corm.text
local union, union_all, update, items = corm.union, corm.union_all, corm.update, schema.items
local o, t, tree, users = schema.o, schema.t, schema.tree, schema.users

local case = require("spec.golden.harness").cases()

local regional = select(items.c.user_id, func.sum(items.c.price):label("total"))
    :group_by(items.c.user_id)
    :cte("regional")

case["cte"] = function()
    return select(regional.c.user_id, regional.c.total)
end

case["cte filtered"] = function()
    return select(regional):where(regional.c.total:gt(10))
end

case["cte joined"] = function()
    return select(users.c.name):join(regional, regional.c.user_id:eq(users.c.id))
end

case["cte in subquery"] = function()
    return select(users.c.id):where(users.c.id:in_(select(regional.c.user_id)))
end

case["cte twice"] = function()
    return select(regional:alias("a").c.total, regional:alias("b").c.total)
end

case["cte alias"] = function()
    return select(regional:alias("r").c.total)
end

case["cte anonymous"] = function()
    return select(select(t.c.myid):cte())
end

case["cte of cte"] = function()
    return select(select(regional.c.total):where(regional.c.total:gt(5)):cte("top").c.total)
end

case["cte union"] = function()
    return union(select(regional.c.total), select(regional.c.user_id))
end

case["cte recursive"] = function()
    local part = select(tree.c.id, tree.c.parent_id):where(tree.c.parent_id:is_(nil))
        :cte("part", { recursive = true })
    local child = tree:alias("child")
    part = part
        :union_all(select(child.c.id, child.c.parent_id):where(child.c.parent_id:eq(part.c.id)))
    return select(part.c.id):order_by(part.c.id)
end

case["cte recursive aliased inside"] = function()
    local part = select(tree.c.id):where(tree.c.id:eq(1)):cte("part", { recursive = true })
    local inner = part:alias("p")
    part = part:union(select(tree.c.id):join(inner, tree.c.parent_id:eq(inner.c.id)))
    return select(part)
end

case["cte recursive with literal"] = function()
    local n = select(literal(1):label("n")):cte("n", { recursive = true })
    n = n:union_all(select(n.c.n + 1):where(n.c.n:lt(10)))
    return select(func.sum(n.c.n))
end

case["cte two"] = function()
    local a = select(t.c.myid):cte("a")
    local b = select(o.c.otherid):cte("b")
    return select(a.c.myid, b.c.otherid):where(a.c.myid:eq(b.c.otherid))
end

case["cte two in order"] = function()
    local a = select(t.c.myid):cte("a")
    local b = select(a.c.myid):cte("b")
    return select(b.c.myid):where(b.c.myid:in_(select(a.c.myid)))
end

case["cte same name"] = function()
    return select(select(t.c.myid):cte("a").c.myid, select(o.c.otherid):cte("a").c.otherid)
end

case["cte insert"] = function()
    local new = insert(t):values({ myid = 1 }):returning(t.c.myid):cte("new")
    return select(new.c.myid)
end

case["cte update"] = function()
    local changed = update(t):values({ name = "x" }):where(t.c.myid:eq(5)):returning(t.c.myid)
        :cte("changed")
    return select(changed)
end

case["cte delete"] = function()
    local gone = delete(t):where(t.c.myid:eq(5)):returning(t.c.myid, t.c.name):cte("gone")
    return insert(t):from_select({ "myid", "name" }, select(gone.c.myid, gone.c.name))
end

case["cte in insert from_select"] = function()
    local source = select(o.c.otherid):cte("source")
    return insert(t):from_select({ "myid" }, select(source.c.otherid))
end

case["cte in update"] = function()
    local source = select(o.c.otherid):cte("source")
    return update(t):values({ name = "x" }):where(t.c.myid:eq(source.c.otherid))
end

case["cte in update subquery"] = function()
    local source = select(o.c.otherid):cte("source")
    return update(t):values({ name = select(source.c.otherid):scalar_subquery() })
end

case["cte in delete"] = function()
    local source = select(o.c.otherid):cte("source")
    return delete(t):where(t.c.myid:in_(select(source.c.otherid)))
end

case["cte add_cte"] = function()
    local extra = insert(o):values({ otherid = 1 }):cte("extra")
    return select(t.c.myid):add_cte(extra)
end

case["cte add_cte to insert"] = function()
    local extra = delete(o):where(o.c.otherid:eq(1)):cte("extra")
    return insert(t):values({ myid = 1 }):add_cte(extra)
end

case["cte add_cte nested here"] = function()
    local extra = select(o.c.otherid):cte("extra")
    return select(t.c.myid):add_cte(extra, { nest_here = true })
end

case["cte nesting"] = function()
    local inner = select(o.c.otherid):cte("inner_cte", { nesting = true })
    local outer_ = select(inner.c.otherid):cte("outer_cte")
    return select(outer_.c.otherid)
end

case["cte nesting in subquery"] = function()
    local inner = select(o.c.otherid):cte("inner_cte", { nesting = true })
    return select(select(inner.c.otherid):scalar_subquery():label("x"))
end

case["cte prefix"] = function()
    return select(select(t.c.myid):cte("m"):prefix_with("MATERIALIZED").c.myid)
end

case["cte prefix for dialect"] = function()
    return select(
        select(t.c.myid):cte("m")
            :prefix_with("NOT MATERIALIZED", { dialect = "postgresql" }).c.myid
    )
end

case["cte suffix"] = function()
    return select(select(t.c.myid):cte("m"):suffix_with("S").c.myid)
end

case["cte of text"] = function()
    return select(text("SELECT 1 AS a"):columns(column("a", Integer)):cte("x").c.a)
end

case["cte of union"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):cte("u").c.myid)
end

case["cte quoted name"] = function()
    return select(select(t.c.myid):cte("Odd Name").c.myid)
end

case["cte parameters first"] = function()
    return select(select(t.c.myid):where(t.c.name:eq("a")):cte("x").c.myid)
        :where(text("b = :b"))
        :params({ b = 1 })
end

case["cte exists"] = function()
    return select(users.c.id):where(exists():where(regional.c.user_id:eq(users.c.id)))
end

case["union"] = function()
    return union(select(t.c.myid), select(o.c.otherid))
end

case["union_all three"] = function()
    return union_all(select(t.c.myid), select(o.c.otherid), select(users.c.id))
end

case["union method"] = function()
    return select(t.c.myid):union(select(o.c.otherid))
end

case["union method several"] = function()
    return select(t.c.myid):union(select(o.c.otherid), select(users.c.id))
end

case["intersect"] = function()
    return intersect(select(t.c.myid), select(o.c.otherid))
end

case["intersect_all method"] = function()
    return select(t.c.myid):intersect_all(select(o.c.otherid))
end

case["except_"] = function()
    return except_(select(t.c.myid), select(o.c.otherid))
end

case["except_all method"] = function()
    return select(t.c.myid):except_all(select(o.c.otherid))
end

case["union order limit"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):order_by("myid"):limit(5):offset(2)
end

case["union order by column"] = function()
    return union(select(t.c.myid, t.c.name), select(o.c.otherid, o.c.othername))
        :order_by(t.c.name)
end

case["union order desc string"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):order_by(desc("myid"))
end

case["union group_by"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):group_by("myid")
end

case["union as subquery"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):subquery("u").c.myid)
end

case["union as anonymous alias"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):alias().c.myid)
end

case["union as scalar"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):scalar_subquery())
end

case["union exists"] = function()
    return select(t.c.myid):where(exists(union(select(o.c.otherid), select(users.c.id))))
end

case["union for update"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):with_for_update()
end

case["union of different names"] = function()
    return union(select(t.c.myid:label("a")), select(o.c.otherid:label("b")))
end

case["union with parameters"] = function()
    return union(
        select(t.c.myid):where(t.c.name:eq("a")),
        select(t.c.myid):where(t.c.name:eq("b"))
    )
end

case["union of unions on the left"] = function()
    return union(union_all(select(t.c.myid), select(o.c.otherid)), select(users.c.id))
end

case["union of unions on the right"] = function()
    return union_all(select(t.c.myid), union(select(o.c.otherid), select(users.c.id)))
end

case["except of intersect"] = function()
    return except_(select(t.c.myid), intersect(select(o.c.otherid), select(users.c.id)))
end

case["union of limited members"] = function()
    return union(select(t.c.myid):order_by(t.c.name):limit(1), select(o.c.otherid):limit(2))
end

case["union of subqueries"] = function()
    return union(
        select(union(select(t.c.myid), select(o.c.otherid)):subquery("x")),
        select(users.c.id)
    )
end

case["union with null column"] = function()
    return union(select(t.c.myid, null():label("b")), select(o.c.otherid, o.c.othername))
end

case["union with literal"] = function()
    return union(
        select(literal("a"):label("kind"), t.c.myid),
        select(literal("b"), o.c.otherid)
    )
end

case["union add where"] = function()
    return select(union(select(t.c.myid), select(o.c.otherid)):subquery("u"))
        :where(text("u.myid > 5"))
end

case["union columns differ"] = function()
    return union(select(t.c.myid), select(o))
end

case["union of text"] = function()
    return union(select(t.c.myid), text("SELECT 1"):columns(column("a", Integer)))
end

case["union of nothing"] = function()
    return union(text("x"))
end

case["union fetch"] = function()
    return union(select(t.c.myid), select(o.c.otherid)):fetch(3)
end

case["union label style"] = function()
    return union(select(t.c.myid), select(o.c.otherid))
        :set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

return case
