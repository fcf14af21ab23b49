-- SPDX-License-Identifier: MIT
-- Constructs as the documentation of SQLAlchemy writes them, page by page.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Boolean, CheckConstraint, Column = corm.Boolean, corm.CheckConstraint, corm.Column
local CreateTable, CreateView = corm.sql.ddl.CreateTable, corm.sql.ddl.CreateView
local Enum, ForeignKeyConstraint = corm.Enum, corm.ForeignKeyConstraint
local Integer, MetaData, Sequence = corm.Integer, corm.MetaData, corm.Sequence
local String, Table, column, exists = corm.String, corm.Table, corm.column, corm.exists
local func, insert, select, union = corm.func, corm.insert, corm.select, corm.union
local tuple_, update = corm.tuple_, corm.update
local addresses, o, t, users = schema.addresses, schema.o, schema.t, schema.users

local case = require("spec.golden.harness").cases()

-- ---- names of columns in subqueries of expressions ----

case["names in a subquery of IN"] = function()
    return tuple_(column("x"), column("y")):in_(
        select(users.c.id, addresses.c.id):join(addresses))
end

case["names in a subquery of EXISTS"] = function()
    return select(t.c.myid):where(exists(select(users.c.id, addresses.c.id)))
end

case["names in a scalar subquery"] = function()
    return select(users.c.id, addresses.c.id, users.c.id):scalar_subquery()
end

case["names in a subquery of SET"] = function()
    return update(t):values({
        name = select(users.c.name, users.c.name):scalar_subquery(),
    })
end

case["names of expressions in a subquery of IN"] = function()
    local q = o.c.otherid:label("q")
    return select(t.c.myid):where(t.c.myid:in_(
        select(o.c.otherid, func.max(o.c.otherid), func.max(o.c.otherid), q, q)))
end

case["names said for a subquery of IN"] = function()
    return select(t.c.myid):where(t.c.myid:in_(select(o.c.otherid, o.c.othername)
        :set_label_style(corm.LABEL_STYLE_TABLENAME_PLUS_COL)))
end

case["names of a set of subqueries of IN"] = function()
    return select(t.c.myid):where(t.c.myid:in_(union(
        select(o.c.otherid), select(users.c.id))))
end

-- ---- values ----

case["values of nothing"] = function()
    return insert(t):values()
end

case["values of nothing and something"] = function()
    return update(t):values():values({ name = "x" }):values()
end

-- ---- naming conventions ----

local function named(kind, convention)
    return MetaData({ naming_convention = { [kind] = convention } })
end

case["check named by the column of its condition"] = function()
    local foo = Table("foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
        Column("value", Integer))
    CheckConstraint(foo.c.value:gt(5))
    return CreateTable(foo)
end

case["check named by a column of the same name"] = function()
    return CreateTable(Table("foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
        Column("value", Integer), CheckConstraint(column("value"):gt(5))))
end

case["check of text has no column to be named by"] = function()
    return CreateTable(Table("foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
        Column("value", Integer), CheckConstraint("value > 5")))
end

case["checks of types named by their columns"] = function()
    return CreateTable(Table("foo", named("ck", "ck_%(table_name)s_%(column_0_name)s"),
        Column("flag", Boolean({ create_constraint = true })),
        Column("e", Enum("a", "b", { create_constraint = true, native_enum = false }))))
end

case["foreign key named by a function of its elements"] = function()
    local metadata = MetaData({ naming_convention = {
        fk_path = function(constraint, table_)
            local parts = { table_.name }
            for _, element in ipairs(constraint.elements) do
                parts[#parts + 1] = element.parent.name
            end
            for _, element in ipairs(constraint.elements) do
                parts[#parts + 1] = element.target_fullname
            end
            return table.concat(parts, "_")
        end,
        fk = "fk_%(fk_path)s",
    } })
    Table("owner", metadata, Column("id", Integer), Column("version", Integer))
    return CreateTable(Table("address", metadata, Column("user_id", Integer),
        Column("user_version", Integer),
        ForeignKeyConstraint({ "user_id", "user_version" }, { "owner.id", "owner.version" })))
end

-- ---- sequences and views ----

case["optional sequence"] = function()
    return CreateTable(Table("cartitems", MetaData(), Column("cart_id", Integer,
        Sequence("cart_id_seq", { start = 1, optional = true }), { primary_key = true }))),
        { dialects = { "default", "postgresql" } }
end

case["optional sequence in an insert"] = function()
    return insert(Table("cartitems", MetaData(), Column("cart_id", Integer,
        Sequence("cart_id_seq", { optional = true }), { primary_key = true }),
        Column("x", String))):values({ x = "y" })
end

case["view unless it exists"] = function()
    return CreateView(select(t.c.myid), "v", { sqlite_if_not_exists = true })
end

case["view with storage parameters"] = function()
    return CreateView(select(t.c.myid), "v", { postgresql_with = { security_invoker = true } })
end

-- ---- functions and expressions ----

local GenericFunction = corm.sql.functions.GenericFunction

GenericFunction:extend("AsUtc", {
    type = corm.DateTime(), package = "clock", identifier = "as_utc", name = "as_utc",
    inherit_cache = true,
})
GenericFunction:extend("GeoBuffer", {
    type = Integer, package = "geo", name = "ST_Buffer", identifier = "buffer",
    inherit_cache = true,
})

case["function of a package"] = function()
    return select(func.clock.as_utc())
end

case["function of another name"] = function()
    return select(func.geo.buffer(t.c.myid, 5))
end

case["frame said by names"] = function()
    return func.sum(t.c.myid):over({ order_by = t.c.name, range_ = corm.FrameClause({
        start = 7, start_frame_type = corm.FrameClauseType.PRECEDING,
        end_frame_type = corm.FrameClauseType.UNBOUNDED,
    }) })
end

case["group of a coerced sum"] = function()
    local number, word = column("someint", Integer), column("somestr", String)
    return corm.type_coerce(number + 5, String):self_group() + word
end

case["group of what is one word"] = function()
    return column("someint", Integer):self_group() * 5
end

return case
