# SPDX-License-Identifier: MIT
"""Constructs as the documentation of SQLAlchemy writes them, page by page."""
from sqlalchemy.sql.ddl import CreateTable, CreateView

# -- names of columns in subqueries of expressions
case["names in a subquery of IN"] = lambda: tuple_(column("x"), column("y")).in_(
    select(users.c.id, addresses.c.id).join(addresses))
case["names in a subquery of EXISTS"] = lambda: select(t.c.myid).where(
    exists(select(users.c.id, addresses.c.id)))
case["names in a scalar subquery"] = lambda: select(
    users.c.id, addresses.c.id, users.c.id).scalar_subquery()
case["names in a subquery of SET"] = lambda: update(t).values(
    name=select(users.c.name, users.c.name).scalar_subquery())


@case("names of expressions in a subquery of IN")
def _():
    q = o.c.otherid.label("q")
    return select(t.c.myid).where(t.c.myid.in_(
        select(o.c.otherid, func.max(o.c.otherid), func.max(o.c.otherid), q, q)))


case["names said for a subquery of IN"] = lambda: select(t.c.myid).where(t.c.myid.in_(
    select(o.c.otherid, o.c.othername).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)))
case["names of a set of subqueries of IN"] = lambda: select(t.c.myid).where(
    t.c.myid.in_(union(select(o.c.otherid), select(users.c.id))))

# -- values
case["values of nothing"] = lambda: insert(t).values()
case["values of nothing and something"] = lambda: update(t).values().values(name="x").values()


# -- naming conventions
def named(kind, convention):
    return MetaData(naming_convention={kind: convention})


@case("check named by the column of its condition")
def _():
    foo = Table("foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
                Column("value", Integer))
    CheckConstraint(foo.c.value > 5)
    return CreateTable(foo)


case["check named by a column of the same name"] = lambda: CreateTable(Table(
    "foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
    Column("value", Integer), CheckConstraint(column("value") > 5)))
case["check of text has no column to be named by"] = lambda: CreateTable(Table(
    "foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
    Column("value", Integer), CheckConstraint("value > 5")))
case["checks of types named by their columns"] = lambda: CreateTable(Table(
    "foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
    Column("flag", Boolean(create_constraint=True)),
    Column("e", Enum("a", "b", create_constraint=True, native_enum=False))))


@case("foreign key named by a function of its elements")
def _():
    def fk_path(constraint, table):
        return "_".join([table.name] + [e.parent.name for e in constraint.elements]
                        + [e.target_fullname for e in constraint.elements])

    metadata = MetaData(naming_convention={"fk_path": fk_path, "fk": "fk_%(fk_path)s"})
    Table("owner", metadata, Column("id", Integer), Column("version", Integer))
    return CreateTable(Table(
        "address", metadata, Column("user_id", Integer), Column("user_version", Integer),
        ForeignKeyConstraint(["user_id", "user_version"], ["owner.id", "owner.version"])))


# -- sequences and views
case["optional sequence"] = lambda: (CreateTable(Table(
    "cartitems", MetaData(), Column("cart_id", Integer, Sequence(
        "cart_id_seq", start=1, optional=True), primary_key=True))),
    {"dialects": ("default", "postgresql")})
case["optional sequence in an insert"] = lambda: insert(Table(
    "cartitems", MetaData(), Column("cart_id", Integer, Sequence(
        "cart_id_seq", optional=True), primary_key=True), Column("x", String))).values(x="y")
case["view unless it exists"] = lambda: CreateView(
    select(t.c.myid), "v", sqlite_if_not_exists=True)
case["view with storage parameters"] = lambda: CreateView(
    select(t.c.myid), "v", postgresql_with={"security_invoker": True})


# -- functions and expressions
class AsUtc(sa.sql.functions.GenericFunction):
    type = DateTime()
    package = "clock"
    identifier = name = "as_utc"
    inherit_cache = True


class GeoBuffer(sa.sql.functions.GenericFunction):
    type = Integer()
    package = "geo"
    name = "ST_Buffer"
    identifier = "buffer"
    inherit_cache = True


case["function of a package"] = lambda: select(func.clock.as_utc())
case["function of another name"] = lambda: select(func.geo.buffer(t.c.myid, 5))
case["frame said by names"] = lambda: func.sum(t.c.myid).over(
    order_by=t.c.name, range_=FrameClause(
        start=7, end=None, start_frame_type=FrameClauseType.PRECEDING,
        end_frame_type=FrameClauseType.UNBOUNDED))
case["group of a coerced sum"] = lambda: type_coerce(
    column("someint", Integer) + 5, String).self_group() + column("somestr", String)
case["group of what is one word"] = lambda: column("someint", Integer).self_group() * 5
