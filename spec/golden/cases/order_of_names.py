# SPDX-License-Identifier: MIT
"""In what order parameters and labels get their names; conditions that stand as values."""


def has_x():
    return t.c.name.contains("x")


case["frame before what it orders by"] = lambda: select(
    func.sum(t.c.myid).over(order_by=func.nullif(t.c.myid, 0), rows=(-1, 0)))
case["frame before partition and order"] = lambda: select(func.max(users.c.age).over(
    partition_by=func.coalesce(users.c.age, 3), order_by=func.length(literal("b")),
    range_=(-5, 10)))
case["returning before the select of an insert"] = lambda: insert(o).from_select(
    ["otherid"], select(t.c.myid + 5)).returning(o.c.otherid + 7)
case["returning before on conflict"] = lambda: (pg.insert(o).values(otherid=1)
    .on_conflict_do_update(index_elements=["otherid"], set_={"othername": "a"})
    .returning(o.c.othername + "b"), {"dialects": ("postgresql",)})


@case("name of a subquery before those inside")
def _():
    inner = select(func.count(o.c.otherid).label("c")).having(
        o.c.othername == select(literal(10)).scalar_subquery()).subquery()
    return select(t.c.myid).join(inner, t.c.myid == inner.c.c)


conditions = {
    "contains": has_x,
    "icontains": lambda: t.c.name.icontains("x"),
    "startswith": lambda: t.c.name.startswith("x"),
    "iendswith": lambda: t.c.name.iendswith("x"),
    "like": lambda: t.c.name.like("x"),
    "custom operator": lambda: t.c.name.op("->", precedence=-5)("x"),
}
for name, condition in conditions.items():
    case["label of " + name] = lambda c=condition: select(c().label("a"))
    case["no label of " + name] = lambda c=condition: select(c())
    case["order by label of " + name] = lambda c=condition: select(t.c.myid).order_by(
        c().label("a"))
    case["group by label of " + name] = lambda c=condition: select(t.c.myid).group_by(
        c().label("a"))
    case["function of label of " + name] = lambda c=condition: select(
        func.foo(c().label("a")))

conditions = {
    "and_ of one": lambda: and_(has_x()),
    "or_ of one": lambda: or_(has_x()),
    "and_ with true": lambda: and_(true(), has_x()),
    "or_ with false": lambda: or_(false(), has_x()),
    "not of and_ of one": lambda: not_(and_(has_x())),
    "not": lambda: not_(has_x()),
    "and_ of comparison": lambda: and_(t.c.myid == 5),
    "not of and_ of comparison": lambda: not_(and_(t.c.myid == 5)),
}
for name, condition in conditions.items():
    case["value " + name] = lambda c=condition: select(c())
    case["condition " + name] = lambda c=condition: select(t.c.myid).where(c())

case["cast of cast repeated"] = lambda: select(
    users.c.id, cast(cast(users.c.id, String), Integer),
    cast(cast(users.c.id, String), Numeric))
case["cast of type_coerce repeated"] = lambda: select(
    users.c.id, cast(type_coerce(users.c.id, String), Integer))
case["integer in fractions"] = lambda: (t.c.myid.in_([1.5]), {"literal_binds": True})
case["text in integers"] = lambda: (t.c.name.in_([1, 2]), {"literal_binds": True})
case["integer in texts"] = lambda: (t.c.myid.in_(["1"]), {"literal_binds": True})
case["floor division of what has no type"] = lambda: (
    func.length(addresses.c.email) // addresses.c.id)
case["floor division of integers"] = lambda: addresses.c.id // func.min(addresses.c.id)


@case("left side by a subquery in the condition")
def _():
    other = users.alias()
    return (select(o.c.othername)
        .join(other, other.c.balance.not_in(select(o.c.otherid).where(o.c.otherid.in_([42]))))
        .where(other.c.age <= t.c.myid))
