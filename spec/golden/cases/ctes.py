# SPDX-License-Identifier: MIT
"""CTEs and set operations."""
regional = select(items.c.user_id, func.sum(items.c.price).label("total")).group_by(
    items.c.user_id).cte("regional")

# -- CTEs
case["cte"] = lambda: select(regional.c.user_id, regional.c.total)
case["cte filtered"] = lambda: select(regional).where(regional.c.total > 10)
case["cte joined"] = lambda: select(users.c.name).join(
    regional, regional.c.user_id == users.c.id)
case["cte in subquery"] = lambda: select(users.c.id).where(
    users.c.id.in_(select(regional.c.user_id)))
case["cte twice"] = lambda: select(regional.alias("a").c.total, regional.alias("b").c.total)
case["cte alias"] = lambda: select(regional.alias("r").c.total)
case["cte anonymous"] = lambda: select(select(t.c.myid).cte())
case["cte of cte"] = lambda: select(
    select(regional.c.total).where(regional.c.total > 5).cte("top").c.total)
case["cte union"] = lambda: union(select(regional.c.total), select(regional.c.user_id))


@case("cte recursive")
def _():
    part = select(tree.c.id, tree.c.parent_id).where(tree.c.parent_id.is_(None)).cte(
        "part", recursive=True)
    child = tree.alias("child")
    part = part.union_all(
        select(child.c.id, child.c.parent_id).where(child.c.parent_id == part.c.id))
    return select(part.c.id).order_by(part.c.id)


@case("cte recursive aliased inside")
def _():
    part = select(tree.c.id).where(tree.c.id == 1).cte("part", recursive=True)
    inner = part.alias("p")
    part = part.union(select(tree.c.id).join(inner, tree.c.parent_id == inner.c.id))
    return select(part)


@case("cte recursive with literal")
def _():
    n = select(literal(1).label("n")).cte("n", recursive=True)
    n = n.union_all(select(n.c.n + 1).where(n.c.n < 10))
    return select(func.sum(n.c.n))


@case("cte two")
def _():
    a = select(t.c.myid).cte("a")
    b = select(o.c.otherid).cte("b")
    return select(a.c.myid, b.c.otherid).where(a.c.myid == b.c.otherid)


@case("cte two in order")
def _():
    a = select(t.c.myid).cte("a")
    b = select(a.c.myid).cte("b")
    return select(b.c.myid).where(b.c.myid.in_(select(a.c.myid)))


@case("cte same name")
def _():
    return select(select(t.c.myid).cte("a").c.myid, select(o.c.otherid).cte("a").c.otherid)


@case("cte insert")
def _():
    new = insert(t).values(myid=1).returning(t.c.myid).cte("new")
    return select(new.c.myid)


@case("cte update")
def _():
    changed = update(t).values(name="x").where(t.c.myid == 5).returning(t.c.myid).cte("changed")
    return select(changed)


@case("cte delete")
def _():
    gone = delete(t).where(t.c.myid == 5).returning(t.c.myid, t.c.name).cte("gone")
    return insert(t).from_select(["myid", "name"], select(gone.c.myid, gone.c.name))


@case("cte in insert from_select")
def _():
    source = select(o.c.otherid).cte("source")
    return insert(t).from_select(["myid"], select(source.c.otherid))


@case("cte in update")
def _():
    source = select(o.c.otherid).cte("source")
    return update(t).values(name="x").where(t.c.myid == source.c.otherid)


@case("cte in update subquery")
def _():
    source = select(o.c.otherid).cte("source")
    return update(t).values(name=select(source.c.otherid).scalar_subquery())


@case("cte in delete")
def _():
    source = select(o.c.otherid).cte("source")
    return delete(t).where(t.c.myid.in_(select(source.c.otherid)))


@case("cte add_cte")
def _():
    extra = insert(o).values(otherid=1).cte("extra")
    return select(t.c.myid).add_cte(extra)


@case("cte add_cte to insert")
def _():
    extra = delete(o).where(o.c.otherid == 1).cte("extra")
    return insert(t).values(myid=1).add_cte(extra)


@case("cte add_cte nested here")
def _():
    extra = select(o.c.otherid).cte("extra")
    return select(t.c.myid).add_cte(extra, nest_here=True)


@case("cte nesting")
def _():
    inner = select(o.c.otherid).cte("inner_cte", nesting=True)
    outer_ = select(inner.c.otherid).cte("outer_cte")
    return select(outer_.c.otherid)


@case("cte nesting in subquery")
def _():
    inner = select(o.c.otherid).cte("inner_cte", nesting=True)
    return select(select(inner.c.otherid).scalar_subquery().label("x"))


case["cte prefix"] = lambda: (
    select(select(t.c.myid).cte("m").prefix_with("MATERIALIZED").c.myid),
    {"dialects": ("default", "postgresql")})
case["cte prefix for dialect"] = lambda: select(
    select(t.c.myid).cte("m").prefix_with("NOT MATERIALIZED", dialect="postgresql").c.myid)
case["cte suffix"] = lambda: select(
    select(t.c.myid).cte("m").suffix_with("S").c.myid)
case["cte of text"] = lambda: select(
    text("SELECT 1 AS a").columns(column("a", Integer)).cte("x").c.a)
case["cte of union"] = lambda: select(
    union(select(t.c.myid), select(o.c.otherid)).cte("u").c.myid)
case["cte quoted name"] = lambda: select(select(t.c.myid).cte("Odd Name").c.myid)
case["cte parameters first"] = lambda: select(
    select(t.c.myid).where(t.c.name == "a").cte("x").c.myid).where(text("b = :b")).params(b=1)
case["cte exists"] = lambda: select(users.c.id).where(
    exists().where(regional.c.user_id == users.c.id))

# -- set operations
case["union"] = lambda: union(select(t.c.myid), select(o.c.otherid))
case["union_all three"] = lambda: union_all(
    select(t.c.myid), select(o.c.otherid), select(users.c.id))
case["union method"] = lambda: select(t.c.myid).union(select(o.c.otherid))
case["union method several"] = lambda: select(t.c.myid).union(
    select(o.c.otherid), select(users.c.id))
case["intersect"] = lambda: intersect(select(t.c.myid), select(o.c.otherid))
case["intersect_all method"] = lambda: select(t.c.myid).intersect_all(select(o.c.otherid))
case["except_"] = lambda: except_(select(t.c.myid), select(o.c.otherid))
case["except_all method"] = lambda: select(t.c.myid).except_all(select(o.c.otherid))
case["union order limit"] = lambda: union(select(t.c.myid), select(o.c.otherid)).order_by(
    "myid").limit(5).offset(2)
case["union order by column"] = lambda: union(
    select(t.c.myid, t.c.name), select(o.c.otherid, o.c.othername)).order_by(t.c.name)
case["union order desc string"] = lambda: union(select(t.c.myid), select(o.c.otherid)).order_by(
    desc("myid"))
case["union group_by"] = lambda: union(select(t.c.myid), select(o.c.otherid)).group_by("myid")
case["union as subquery"] = lambda: select(
    union(select(t.c.myid), select(o.c.otherid)).subquery("u").c.myid)
case["union as anonymous alias"] = lambda: select(
    union(select(t.c.myid), select(o.c.otherid)).alias().c.myid)
case["union as scalar"] = lambda: select(
    union(select(t.c.myid), select(o.c.otherid)).scalar_subquery())
case["union exists"] = lambda: select(t.c.myid).where(
    exists(union(select(o.c.otherid), select(users.c.id))))
case["union for update"] = lambda: union(
    select(t.c.myid), select(o.c.otherid)).with_for_update()
case["union of different names"] = lambda: union(
    select(t.c.myid.label("a")), select(o.c.otherid.label("b")))
case["union with parameters"] = lambda: union(
    select(t.c.myid).where(t.c.name == "a"), select(t.c.myid).where(t.c.name == "b"))
case["union of unions on the left"] = lambda: (union(
    union_all(select(t.c.myid), select(o.c.otherid)), select(users.c.id)),
    {"dialects": ("default", "postgresql")})
case["union of unions on the right"] = lambda: (union_all(
    select(t.c.myid), union(select(o.c.otherid), select(users.c.id))),
    {"dialects": ("default", "postgresql")})
case["except of intersect"] = lambda: (except_(
    select(t.c.myid), intersect(select(o.c.otherid), select(users.c.id))),
    {"dialects": ("default", "postgresql")})
case["union of limited members"] = lambda: (union(
    select(t.c.myid).order_by(t.c.name).limit(1), select(o.c.otherid).limit(2)),
    {"dialects": ("default", "postgresql")})
case["union of subqueries"] = lambda: union(
    select(union(select(t.c.myid), select(o.c.otherid)).subquery("x")), select(users.c.id))
case["union with null column"] = lambda: union(
    select(t.c.myid, null().label("b")), select(o.c.otherid, o.c.othername))
case["union with literal"] = lambda: union(
    select(literal("a").label("kind"), t.c.myid), select(literal("b"), o.c.otherid))
case["union add where"] = lambda: select(
    union(select(t.c.myid), select(o.c.otherid)).subquery("u")).where(text("u.myid > 5"))
case["union columns differ"] = lambda: union(select(t.c.myid), select(o))
case["union of text"] = lambda: union(
    select(t.c.myid), text("SELECT 1").columns(column("a", Integer)))
case["union of nothing"] = lambda: union(text("x"))
case["union fetch"] = lambda: (
    union(select(t.c.myid), select(o.c.otherid)).fetch(3),
    {"dialects": ("default", "postgresql")})
case["union label style"] = lambda: union(
    select(t.c.myid), select(o.c.otherid)).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
