# SPDX-License-Identifier: MIT
# Where WITH stands when CTEs are nested, names of what has none, and values that other values
# of the same row refer to.


def inner(name, column="x", nesting=True):
    return select(literal(1).label(column)).cte(name, nesting=nesting)


@case("nested in both members of a union in a CTE")
def _():
    one, two = inner("one"), inner("two")
    both = select(one.c.x).union(select(two.c.x)).subquery()
    return select(select(both.c.x.label("y")).cte("outer_cte"))


@case("nested in the members of a union at the top")
def _():
    return select(inner("one").c.x).union(select(inner("two").c.x))


@case("nested in the second member of a union in a CTE")
def _():
    first = inner("first", nesting=False)
    second = select((first.c.x + 1).label("x")).cte("second", nesting=True)
    wrapper = select((first.c.x - 1).label("x")).union(select(second.c.x)).cte("wrapper")
    return select(wrapper.c.x).union(select(first.c.x))


@case("nested in a union inside of a union")
def _():
    xx = inner("xx")
    return select(literal(1).label("z")).union_all(
        select(xx.c.x).union_all(select(literal(4).label("w"))))


@case("nested with the name of the one around")
def _():
    return select(select(inner("same").c.x.label("y")).cte("same"))


@case("nested in an insert in a CTE")
def _():
    generator = select(literal(1).label("id"), literal("n").label("name")).cte(
        "generator", nesting=True)
    added = t.insert().from_select(
        ["myid", "name"], select(generator)).returning(t.c.myid).cte("added")
    return select(added.c.myid)


@case("two of one name at one level")
def _():
    return select(inner("same").c.x, inner("same", "y").c.y)


@case("correlated members of a union")
def _():
    return select(users.c.id).where(
        users.c.id.in_(
            select(addresses.c.user_id).where(addresses.c.email == users.c.name).union(
                select(items.c.user_id).where(items.c.user_id == users.c.id))))


@case("aliases without name of a CTE")
def _():
    cte = select(t.c.myid, t.c.name).cte("named")
    one, two = cte.alias(), cte.alias()
    return select(one.c.myid, two.c.name).where(one.c.myid == two.c.myid)


@case("recursive by its alias")
def _():
    root = select(tree.c.id, tree.c.parent_id).where(tree.c.id == 1).cte(recursive=True)
    alias = root.alias("walk")
    walk = alias.union(
        select(tree.c.id, tree.c.parent_id).where(tree.c.parent_id == alias.c.id))
    return select(walk.c.id)


@case("recursive by its alias without name")
def _():
    root = select(tree.c.id).where(tree.c.id == 1).cte("root", recursive=True)
    alias = root.alias()
    walk = alias.union_all(select(tree.c.id).where(tree.c.parent_id == alias.c.id))
    return select(walk.c.id)


@case("recursive with labels without name")
def _():
    root = (
        select(tree.c.id.label(None), tree.c.data)
        .where(tree.c.parent_id == 5).cte(recursive=True))
    alias = root.alias()
    child = tree.alias()
    walk = root.union(select(child.c.id, child.c.data).where(child.c.parent_id == alias.c[0]))
    return select(walk.c[0], func.max(walk.c.data).label("last")).group_by(walk.c[0])


case["label without name of a column"] = lambda: select(t.c.name.label(None), t.c.name)

case["label without name of a literal_column"] = lambda: select(literal_column("x").label(None))

case["label without name of a function"] = lambda: select(func.count(t.c.myid).label(None))

case["label without name of a sum"] = lambda: select((t.c.myid + 5).label(None))

case["label without name of a subquery's column"] = lambda: (
    select(select(t.c.myid).subquery("q").c.myid.label(None)))

rated = Table(
    "rated", MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20)),
    Column("said", String(50)),
    Column("made_at", DateTime, default=func.now()),
    Column("changed_at", DateTime, onupdate=func.now()))

case["from_dml_column of an SQL default"] = lambda: (
    rated.insert().values(said=from_dml_column(rated.c.made_at)))

case["from_dml_column of an SQL default in an expression"] = lambda: (
    rated.insert().values(
        name="n",
        said=cast(from_dml_column(rated.c.made_at), String) + " " + from_dml_column(rated.c.name)),
    {"dialects": ("default", "sqlite")})

case["from_dml_column of an SQL onupdate"] = lambda: (
    rated.update().values(said=from_dml_column(rated.c.changed_at)))

case["from_dml_column of an expression in an expression"] = lambda: (
    rated.update().values(
        name=rated.c.name + "a", said=from_dml_column(rated.c.name) + "b"),
    {"dialects": ("default", "sqlite")})
