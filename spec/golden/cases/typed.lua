-- SPDX-License-Identifier: MIT
-- What types do to expressions: results of operators, coerced values, variants.

local corm = require("corm")
local schema = require("spec.golden.schema")

local BigInteger, Boolean, CHAR, Column = corm.BigInteger, corm.Boolean, corm.CHAR, corm.Column
local CreateTable, Date, DateTime = corm.schema.CreateTable, corm.Date, corm.DateTime
local Enum, Float, Integer, Interval = corm.Enum, corm.Float, corm.Integer, corm.Interval
local JSON, LargeBinary, MetaData = corm.JSON, corm.LargeBinary, corm.MetaData
local Numeric, String, Table, Text = corm.Numeric, corm.String, corm.Table, corm.Text
local Time, Uuid, bindparam, cast = corm.Time, corm.Uuid, corm.bindparam, corm.cast
local column, exists, func, literal = corm.column, corm.exists, corm.func, corm.literal
local literal_column, pg, select = corm.literal_column, corm.dialects.postgresql, corm.select
local tuple_, type_coerce, users = corm.tuple_, corm.type_coerce, schema.users

local case = require("spec.golden.harness").cases()

local wide = Table(
    "wide",
    MetaData(),
    Column("i", Integer),
    Column("b", BigInteger),
    Column("n", Numeric(10, 2)),
    Column("f", Float),
    Column("s", String(5)),
    Column("txt", Text),
    Column("d", Date),
    Column("dt", DateTime),
    Column("tm", Time),
    Column("iv", Interval),
    Column("flag", Boolean),
    Column("e", Enum("a", "b", { name = "e" })),
    Column("j", JSON),
    Column("u", Uuid),
    Column("bin", LargeBinary)
)

local json_or_b = JSON():with_variant(pg.JSONB(), "postgresql")

case["integer plus numeric"] = function()
    return (wide.c.i + wide.c.n) / 2
end

case["integer times float"] = function()
    return (wide.c.i * wide.c.f) / wide.c.i
end

case["integer divided by numeric"] = function()
    return wide.c.i / wide.c.n
end

case["numeric divided by integer"] = function()
    return wide.c.n / wide.c.i
end

case["integer divided by integer"] = function()
    return wide.c.i / wide.c.b
end

case["integer divided by expression"] = function()
    return wide.c.i / (wide.c.b + 1)
end

case["integer divided by value"] = function()
    return wide.c.i / 2
end

case["integer divided by float value"] = function()
    return wide.c.i / 2.5
end

case["value divided by integer"] = function()
    return 10 / wide.c.i
end

case["float divided by value"] = function()
    return wide.c.f / 2
end

case["floor of integers"] = function()
    return wide.c.i // wide.c.b
end

case["floor of floats"] = function()
    return wide.c.f // 2
end

case["text plus integer column"] = function()
    return wide.c.s + cast(wide.c.i, String)
end

case["text and string"] = function()
    return wide.c.s + wide.c.txt
end

case["string concat of literal_column"] = function()
    return wide.c.s + literal_column("'x'")
end

case["date minus date"] = function()
    return wide.c.d - wide.c.d
end

case["date plus value"] = function()
    return wide.c.d + 5
end

case["datetime minus datetime"] = function()
    return wide.c.dt - wide.c.dt
end

case["datetime plus interval"] = function()
    return wide.c.dt + wide.c.iv
end

case["interval plus datetime"] = function()
    return wide.c.iv + wide.c.dt
end

case["interval divided"] = function()
    return wide.c.iv / 2
end

case["time plus interval"] = function()
    return wide.c.tm + wide.c.iv
end

case["date compared with string"] = function()
    return wide.c.d:eq(literal("2020-01-01", String))
end

case["date compared with date"] = function()
    return wide.c.d:eq(corm.date(2020, 1, 1))
end

case["time compared"] = function()
    return wide.c.tm:gt(corm.time(10, 30, 0))
end

case["enum compared"] = function()
    return wide.c.e:eq("a")
end

case["enum in"] = function()
    return wide.c.e:in_({ "a", "b" })
end

case["enum like"] = function()
    return wide.c.e:like("a%")
end

case["flag and flag"] = function()
    return wide.c.flag & wide.c.flag
end

case["flag or comparison"] = function()
    return wide.c.flag | wide.c.i:eq(1)
end

case["flag compared with flag"] = function()
    return wide.c.flag:eq(wide.c.flag)
end

case["flag in case"] = function()
    return corm.case({ wide.c.flag, "y" }, { else_ = "n" })
end

case["flag in where and not"] = function()
    return select(wide.c.i):where(wide.c.flag, ~wide.c.flag)
end

case["flag is true"] = function()
    return wide.c.flag:is_(true)
end

case["flag ne true"] = function()
    return wide.c.flag:ne(true)
end

case["flag of coerced"] = function()
    return select(wide.c.i):where(type_coerce(wide.c.i, Boolean))
end

case["flag of function"] = function()
    return select(wide.c.i):where(func.is_ok(wide.c.i, { type_ = Boolean }))
end

case["flag of literal"] = function()
    return select(wide.c.i):where(literal(true))
end

case["flag in having"] = function()
    return select(wide.c.i):group_by(wide.c.i):having(func.bool_or(wide.c.flag))
end

case["flag in join"] = function()
    return select(wide.c.i):join(users, users.c.active)
end

case["flag in exists"] = function()
    return select(wide.c.i):where(exists():where(users.c.active))
end

case["flag in filter"] = function()
    return func.count():filter(wide.c.flag)
end

case["binary value"] = function()
    return wide.c.bin:eq("ab")
end

case["binary concat"] = function()
    return wide.c.bin + wide.c.bin
end

case["uuid in cast"] = function()
    return cast(wide.c.u, String)
end

case["json typed compared with null"] = function()
    return wide.c.j:is_(nil)
end

case["json variant key"] = function()
    return type_coerce(wide.c.j, json_or_b):getitem("a"):as_string()
end

case["json variant in table"] = function()
    return CreateTable(Table("x", MetaData(), Column("j", json_or_b)))
end

case["string variant cast"] = function()
    return cast(
        wide.c.i,
        String(10):with_variant(Text(), "sqlite"):with_variant(CHAR(3), "postgresql")
    )
end

case["big integer variant in table"] = function()
    return CreateTable(
        Table(
            "x",
            MetaData(),
            Column(
                "id",
                BigInteger():with_variant(Integer(), "sqlite"),
                { primary_key = true }
            )
        )
    )
end

case["literal typed date"] = function()
    return select(literal(corm.date(2020, 1, 1), Date))
end

case["literal typed string of integer"] = function()
    return literal(5, String) + "x"
end

case["literal_column typed"] = function()
    return literal_column("x", Integer) / 2
end

case["column typed"] = function()
    return column("x", Integer) / column("y", Integer)
end

case["column untyped divided"] = function()
    return column("x") / column("y")
end

case["column untyped plus string"] = function()
    return column("x") + "y"
end

case["column untyped plus number"] = function()
    return column("x") + 5
end

case["bindparam typed plus"] = function()
    return bindparam("a", 5, Integer) + bindparam("b", 6, Integer)
end

case["bindparam typed concat"] = function()
    return bindparam("a", "x", String) + bindparam("b", "y", String)
end

case["bindparam divided"] = function()
    return bindparam("a", 5) / bindparam("b", 2)
end

case["function typed divided"] = function()
    return func.foo({ type_ = Integer }) / 2
end

case["function sum divided"] = function()
    return func.sum(wide.c.i) / func.count(wide.c.i)
end

case["function max concatenated"] = function()
    return func.max(wide.c.s) + "!"
end

case["function coalesce concatenated"] = function()
    return func.coalesce(wide.c.s, "") + "!"
end

case["function length plus"] = function()
    return func.char_length(wide.c.s) + 1
end

case["function now minus"] = function()
    return func.now() - wide.c.dt
end

case["function now plus interval"] = function()
    return func.now() + corm.interval({ days = 1 })
end

case["function current_date minus"] = function()
    return func.current_date() - wide.c.d
end

case["case typed plus"] = function()
    return corm.case({ wide.c.i:eq(1), "a" }, { else_ = "b" }) + wide.c.s
end

case["scalar subquery typed plus"] = function()
    return select(wide.c.s):scalar_subquery() + "x"
end

case["label typed concatenation"] = function()
    return wide.c.s:label("x") + "y"
end

case["cast divided"] = function()
    return cast(wide.c.s, Integer) / cast(wide.c.txt, Integer)
end

case["coerced divided"] = function()
    return type_coerce(wide.c.s, Integer) / 2
end

case["modulo of expression"] = function()
    return ((wide.c.i + 1) % 2):eq(0)
end

case["string times"] = function()
    return wide.c.s * 2
end

case["collated concat"] = function()
    return wide.c.s:collate("C") + "x"
end

case["tuple typed"] = function()
    return tuple_(wide.c.i, wide.c.d)
        :in_({ { 1, corm.date(2020, 1, 1) } }), { render_postcompile = true }
end

case["between of times"] = function()
    return wide.c.tm:between(corm.time(1, 0, 0), corm.time(2, 0, 0))
end

case["in of decimals"] = function()
    return wide.c.n
        :in_({ corm.decimal("1.5"), corm.decimal("2") }), { render_postcompile = true }
end

case["numeric in literals"] = function()
    return wide.c.n:in_({ corm.decimal("1.5") }), { literal_binds = true }
end

case["float literal"] = function()
    return wide.c.f:eq(1.5), { literal_binds = true }
end

case["bound float integer"] = function()
    return wide.c.f:eq(2)
end

return case
