# SPDX-License-Identifier: MIT
"""Whole queries as applications write them: several features at once."""
ON_PG = {"dialects": ("postgresql",)}


@case("totals by user")
def _():
    total = func.sum(items.c.price).label("total")
    return select(users.c.name, total).join(
        addresses, addresses.c.user_id == users.c.id).join(
            items, items.c.address_id == addresses.c.id).group_by(users.c.name).having(
                total > 100).order_by(total.desc(), users.c.name).limit(10)


@case("latest per group by window")
def _():
    ranked = select(addresses.c.id, addresses.c.email, func.row_number().over(
        partition_by=addresses.c.user_id, order_by=addresses.c.id.desc()).label("rn")).subquery("r")
    return select(ranked.c.id, ranked.c.email).where(ranked.c.rn == 1)


@case("users without addresses")
def _():
    return select(users.c.id).outerjoin(
        addresses, addresses.c.user_id == users.c.id).where(addresses.c.id.is_(None))


@case("users with no rows by not in")
def _():
    return select(users.c.id).where(users.c.id.not_in(
        select(addresses.c.user_id).where(addresses.c.user_id.is_not(None))))


@case("count subquery joined")
def _():
    counts = select(addresses.c.user_id, func.count().label("n")).group_by(
        addresses.c.user_id).subquery()
    return select(users.c.name, func.coalesce(counts.c.n, 0)).outerjoin(
        counts, counts.c.user_id == users.c.id).order_by(users.c.id)


@case("pivot by case")
def _():
    small = func.sum(sa.case((users.c.size == "small", 1), else_=0))
    large = func.sum(sa.case((users.c.size == "large", 1), else_=0))
    return select(small.label("small"), large.label("large"))


@case("pivot by filter")
def _():
    return select(
        func.count().filter(users.c.size == "small").label("small"),
        func.count().filter(users.c.size == "large").label("large")).select_from(users)


@case("self join of a tree")
def _():
    parent = tree.alias("parent")
    child = tree.alias("child")
    return select(parent.c.data, func.count(child.c.id)).join(
        child, child.c.parent_id == parent.c.id).group_by(parent.c.data)


@case("path of a tree")
def _():
    path = select(tree.c.id, tree.c.data.label("path")).where(
        tree.c.parent_id == None).cte("path", recursive=True)
    path = path.union_all(select(tree.c.id, path.c.path + "/" + tree.c.data).join(
        path, tree.c.parent_id == path.c.id))
    return select(path.c.path).order_by(path.c.path)


@case("depth of a tree")
def _():
    nodes = select(tree.c.id, literal(0).label("depth")).where(tree.c.id == 5).cte(
        "nodes", recursive=True)
    nodes = nodes.union_all(select(tree.c.id, nodes.c.depth + 1).where(
        tree.c.parent_id == nodes.c.id).where(nodes.c.depth < 10))
    return select(nodes.c.id, func.max(nodes.c.depth)).group_by(nodes.c.id)


@case("paging with total")
def _():
    return select(users.c.id, func.count().over().label("total")).where(
        users.c.name.ilike("%a%")).order_by(users.c.id).limit(20).offset(40)


@case("keyset paging")
def _():
    return select(users.c.id, users.c.name).where(or_(
        users.c.name > "m", and_(users.c.name == "m", users.c.id > 7))).order_by(
            users.c.name, users.c.id).limit(5)


@case("keyset paging by tuple")
def _():
    return select(users.c.id).where(
        tuple_(users.c.name, users.c.id) > tuple_("m", 7)).order_by(users.c.name, users.c.id)


@case("running total")
def _():
    return select(items.c.id, func.sum(items.c.price).over(
        partition_by=items.c.user_id, order_by=items.c.id, rows=(None, 0)).label("running"))


@case("share of the total")
def _():
    return select(items.c.id, (items.c.price / func.sum(items.c.price).over()).label("share"))


@case("move rows")
def _():
    gone = delete(t).where(t.c.myid < 10).returning(t.c.myid, t.c.name).cte("gone")
    return (insert(o).from_select(
        ["otherid", "othername"], select(gone.c.myid, gone.c.name)), ON_PG)


@case("upsert and count")
def _():
    stmt = pg.insert(users).values([{"id": 1, "name": "a", "age": 1}, {"id": 2, "name": "b", "age": 1}])
    return (stmt.on_conflict_do_update(
        index_elements=[users.c.id],
        set_={"age": users.c.age + stmt.excluded.age, "name": stmt.excluded.name},
        where=users.c.active).returning(users.c.id, users.c.age), ON_PG)


@case("upsert unless unchanged")
def _():
    stmt = pg.insert(o).values(otherid=1, othername="x")
    return (stmt.on_conflict_do_update(
        index_elements=["otherid"], set_={"othername": stmt.excluded.othername},
        where=o.c.othername.is_distinct_from(stmt.excluded.othername)), ON_PG)


@case("update from totals")
def _():
    totals = select(items.c.user_id, func.sum(items.c.price).label("total")).group_by(
        items.c.user_id).subquery("totals")
    return update(users).values(balance=totals.c.total).where(users.c.id == totals.c.user_id)


@case("update from correlated count")
def _():
    return update(users).values(age=select(func.count(addresses.c.id)).where(
        addresses.c.user_id == users.c.id).scalar_subquery())


@case("update with case and returning")
def _():
    return update(users).values(score=sa.case(
        (users.c.age < 18, users.c.score * 2), (users.c.age > 65, users.c.score + 1),
        else_=users.c.score)).where(users.c.active).returning(users.c.id, users.c.score)


@case("delete duplicates")
def _():
    twin = users.alias("twin")
    return (delete(users).where(users.c.name == twin.c.name, users.c.id > twin.c.id), ON_PG)


@case("delete by subquery with limit")
def _():
    return delete(t).where(t.c.myid.in_(select(t.c.myid).order_by(t.c.myid).limit(100)))


@case("queue of jobs")
def _():
    job = select(t.c.myid).where(t.c.name == "new").order_by(t.c.myid).limit(1).with_for_update(
        skip_locked=True).scalar_subquery()
    return (update(t).values(name="taken").where(t.c.myid == job).returning(t.c.myid), ON_PG)


@case("search in several columns")
def _():
    return select(t.c.myid).where(or_(*[
        t.c.name.icontains("x", autoescape=True), t.c.description.icontains("x", autoescape=True)]))


@case("dates grouped by month")
def _():
    month = func.date_trunc("month", users.c.created).label("month")
    return (select(month, func.count(users.c.id)).group_by(month).order_by(month), ON_PG)


@case("year and month")
def _():
    return select(
        extract("year", users.c.created).label("y"), extract("month", users.c.created).label("m"),
        func.count()).group_by("y", "m").order_by(desc("y"), "m")


@case("between dates and null")
def _():
    return select(users.c.id).where(
        users.c.created.between(datetime.datetime(2020, 1, 1, 0, 0, 0),
                                datetime.datetime(2021, 1, 1, 0, 0, 0)) | users.c.born.is_(None))


@case("union of searches counted")
def _():
    found = union_all(
        select(t.c.myid.label("id"), literal("t").label("kind")),
        select(o.c.otherid, literal("o"))).subquery("found")
    return select(found.c.kind, func.count(found.c.id)).group_by(found.c.kind)


@case("intersection of tags")
def _():
    return (select(pgt.c.id).where(
        pgt.c.tags.overlap(["a", "b"]), ~pgt.c.tags.contains(["c"])).order_by(
            func.array_length(pgt.c.tags, 1).desc().nulls_last()), ON_PG)


@case("json document search")
def _():
    return (select(pgt.c.id, pgt.c.jb[("user", "name")].as_string().label("name")).where(
        pgt.c.jb.contains({"active": True}),
        pgt.c.jb["age"].as_integer() >= 18).order_by(
            pgt.c.jb["age"].as_integer().desc()), ON_PG)


@case("lateral top three")
def _():
    top = select(items.c.price).where(items.c.user_id == users.c.id).order_by(
        items.c.price.desc()).limit(3).lateral("top")
    return select(users.c.name, top.c.price).join(top, true())


@case("exists in columns and where")
def _():
    has = exists().where(addresses.c.user_id == users.c.id)
    return select(users.c.id, has.label("has_address")).where(~has | users.c.active)


@case("values joined to a table")
def _():
    v = values(column("id", Integer), column("score", Integer), name="v").data([(1, 10), (2, 20)])
    return select(users.c.name, v.c.score).join(v, users.c.id == v.c.id)


@case("two ctes and a union")
def _():
    young = select(users.c.id).where(users.c.age < 30).cte("young")
    rich = select(users.c.id).where(users.c.balance > 1000).cte("rich")
    return union(select(young.c.id), select(rich.c.id)).order_by("id")


@case("insert from select with cte and conflict")
def _():
    src = select(t.c.myid, t.c.name).where(t.c.myid > 5).cte("src")
    return (pg.insert(o).from_select(
        ["otherid", "othername"], select(src.c.myid, src.c.name)).on_conflict_do_nothing(
            index_elements=["otherid"]), ON_PG)


@case("aliased twice with a cte")
def _():
    pairs = select(addresses.c.user_id, addresses.c.email).cte("pairs")
    a, b = pairs.alias("a"), pairs.alias("b")
    return select(a.c.email, b.c.email).where(a.c.user_id == b.c.user_id, a.c.email < b.c.email)


@case("scalar subqueries in arithmetic")
def _():
    most = select(func.max(users.c.score)).scalar_subquery()
    least = select(func.min(users.c.score)).scalar_subquery()
    return select(users.c.id, (users.c.score - least) / (most - least))


@case("group by expression and having exists")
def _():
    return select(func.lower(users.c.name), func.count()).group_by(func.lower(users.c.name)).having(
        func.count() > select(func.count(addresses.c.id)).scalar_subquery())


@case("median")
def _():
    return (select(func.percentile_cont(0.5).within_group(items.c.price).label("median"),
                   items.c.user_id).group_by(items.c.user_id), ON_PG)
