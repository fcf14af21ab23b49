-- SPDX-License-Identifier: MIT
-- CREATE TABLE: columns and keys, option by option.

local corm = require("corm")

local BIGINT, BINARY, BLOB, BOOLEAN = corm.BIGINT, corm.BINARY, corm.BLOB, corm.BOOLEAN
local BigInteger, Boolean, CHAR, CLOB = corm.BigInteger, corm.Boolean, corm.CHAR, corm.CLOB
local CheckConstraint, Column = corm.CheckConstraint, corm.Column
local CreateTable, DATE, DATETIME = corm.schema.CreateTable, corm.DATE, corm.DATETIME
local DECIMAL, DOUBLE_PRECISION, Date = corm.DECIMAL, corm.DOUBLE_PRECISION, corm.Date
local DateTime, DefaultClause, Double = corm.DateTime, corm.DefaultClause, corm.Double
local Enum, ExcludeConstraint = corm.Enum, corm.dialects.postgresql.ExcludeConstraint
local FLOAT, FetchedValue, Float = corm.FLOAT, corm.FetchedValue, corm.Float
local ForeignKey, ForeignKeyConstraint = corm.ForeignKey, corm.ForeignKeyConstraint
local INTEGER, Integer, Interval, JSON = corm.INTEGER, corm.Integer, corm.Interval, corm.JSON
local LargeBinary, MetaData, NCHAR = corm.LargeBinary, corm.MetaData, corm.NCHAR
local NUMERIC, NVARCHAR, Numeric = corm.NUMERIC, corm.NVARCHAR, corm.Numeric
local PrimaryKeyConstraint, REAL, SMALLINT = corm.PrimaryKeyConstraint, corm.REAL, corm.SMALLINT
local Sequence, SmallInteger, String = corm.Sequence, corm.SmallInteger, corm.String
local TEXT, TIME, TIMESTAMP, Table = corm.TEXT, corm.TIME, corm.TIMESTAMP, corm.Table
local Text, Time, Unicode, UnicodeText = corm.Text, corm.Time, corm.Unicode, corm.UnicodeText
local UniqueConstraint, Uuid, VARBINARY = corm.UniqueConstraint, corm.Uuid, corm.VARBINARY
local VARCHAR, cast, column, func = corm.VARCHAR, corm.cast, corm.column, corm.func
local literal, literal_column, null = corm.literal, corm.literal_column, corm.null
local pg, text, true_ = corm.dialects.postgresql, corm.text, corm.true_

local case = require("spec.golden.harness").cases()

local m = MetaData()

local a = Table(
    "a",
    m,
    Column("id", Integer, { primary_key = true }),
    Column("x", String(20)),
    Column("y", Integer),
    Column("data", JSON)
)

case["columns of all types"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", BigInteger),
            Column("c", SmallInteger),
            Column("d", String),
            Column("e", String(5)),
            Column("f", Text),
            Column("g", Unicode(5)),
            Column("h", UnicodeText),
            Column("i", Boolean),
            Column("j", Date),
            Column("k", Time),
            Column("l", DateTime),
            Column("m", Interval),
            Column("n", LargeBinary),
            Column("o", Float),
            Column("p", Double),
            Column("q", Numeric),
            Column("r", Numeric(5)),
            Column("s", Numeric(5, 2)),
            Column("t", Uuid),
            Column("u", DateTime({ timezone = true })),
            Column("v", Time({ timezone = true })),
            Column("w", Enum("a", "b", { name = "w_enum" })),
            Column("x", Float(53)),
            Column("y", Text(50))
        )
    )
end

case["columns of upper case types"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", INTEGER),
            Column("b", BIGINT),
            Column("c", SMALLINT),
            Column("d", VARCHAR(5)),
            Column("e", CHAR(5)),
            Column("f", TEXT),
            Column("g", NVARCHAR(5)),
            Column("h", NCHAR(5)),
            Column("i", BOOLEAN),
            Column("j", DATE),
            Column("k", TIME),
            Column("l", DATETIME),
            Column("m", TIMESTAMP),
            Column("n", BLOB),
            Column("o", FLOAT),
            Column("p", REAL),
            Column("q", DECIMAL(5, 2)),
            Column("r", NUMERIC),
            Column("s", CLOB),
            Column("t", VARBINARY(5)),
            Column("u", BINARY(5)),
            Column("v", DOUBLE_PRECISION),
            Column("w", CHAR),
            Column("x", VARCHAR(5, { collation = "C" }))
        )
    )
end

case["column nullable false"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { nullable = false }),
            Column("b", String, { nullable = true })
        )
    )
end

case["column unique"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer, { unique = true })))
end

case["column server_default string"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", String, { server_default = "it's" })))
end

case["column server_default text"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { server_default = text("5") }))
    )
end

case["column server_default function"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", DateTime, { server_default = func.now(), nullable = false })
        )
    )
end

case["column server_default function of value"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", DateTime, { server_default = func.foo("x", 5) }))
    )
end

case["column server_default literal_column"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { server_default = literal_column("5") }))
    )
end

case["column server_default cast"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { server_default = cast("5", Integer) }))
    )
end

case["column server_default true"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Boolean, { server_default = true_() }))
    )
end

case["column server_default false"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Boolean, { server_default = corm.false_() }))
    )
end

case["column server_default null"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { server_default = null() }))
    )
end

case["column server_default arithmetic"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { server_default = func.foo() + literal(5) })
        )
    )
end

case["column DefaultClause"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", String, DefaultClause("x"))))
end

case["column FetchedValue"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", String, FetchedValue())))
end

case["column default is not DDL"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { default = 5, onupdate = 6 }))
    )
end

case["column server_onupdate"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { server_onupdate = FetchedValue() }))
    )
end

case["column comment"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { comment = "it's" }),
            { comment = "the table" }
        )
    )
end

case["column check"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, CheckConstraint("a > 5", { name = "ck" })))
    )
end

case["column collation"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", String(20, { collation = "de_DE" }))))
end

case["column key"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { key = "b", primary_key = true }))
    )
end

case["column quote true"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer, { quote = true })))
end

case["column quote false"] = function()
    return CreateTable(Table("n", MetaData(), Column("Odd", Integer, { quote = false })))
end

case["column system"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("xmin", Integer, { system = true })
        )
    )
end

case["column without type"] = function()
    return CreateTable(Table("n", MetaData(), Column("a")))
end

case["column variant"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", JSON():with_variant(pg.JSONB(), "postgresql")))
    )
end

case["column variants two"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", String(5):with_variant(Text(), "sqlite", "postgresql"))
        )
    )
end

case["column enum not native"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Enum("x", "yy", { native_enum = false })))
    )
end

case["column enum check"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column(
                "a",
                Enum("x", "yy", { name = "e", native_enum = false, create_constraint = true })
            )
        )
    )
end

case["column enum check unnamed"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Enum("x", "it's", { native_enum = false, create_constraint = true }))
        )
    )
end

case["column boolean check"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Boolean({ create_constraint = true, name = "ck_a" }))
        )
    )
end

case["column boolean check unnamed"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Boolean({ create_constraint = true })))
    )
end

case["primary key autoincrement"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer, { primary_key = true })))
end

case["primary key big"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", BigInteger, { primary_key = true })))
end

case["primary key small"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", SmallInteger, { primary_key = true }))
    )
end

case["primary key not autoincrement"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { primary_key = true, autoincrement = false })
        )
    )
end

case["primary key composite"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { primary_key = true }),
            Column("b", Integer, { primary_key = true })
        )
    )
end

case["primary key composite autoincrement"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { primary_key = true, autoincrement = true }),
            Column("b", Integer, { primary_key = true })
        )
    )
end

case["primary key string"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", String(10), { primary_key = true })))
end

case["primary key constraint"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer),
            PrimaryKeyConstraint("b", "a", { name = "pk_n" })
        )
    )
end

case["primary key constraint of columns"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer), PrimaryKeyConstraint("a")))
end

case["primary key with foreign key"] = function()
    return CreateTable(
        Table(
            "n",
            m,
            Column("a", ForeignKey("a.id"), { primary_key = true }),
            { extend_existing = true }
        )
    )
end

case["primary key with sequence"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, Sequence("s"), { primary_key = true }))
    )
end

case["primary key with server_default"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { primary_key = true, server_default = text("5") })
        )
    )
end

case["primary key with default"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, { primary_key = true, default = 5 }))
    )
end

case["foreign key"] = function()
    return CreateTable(
        Table("f", m, Column("a_id", Integer, ForeignKey("a.id")), { extend_existing = true })
    )
end

case["foreign key of column object"] = function()
    return CreateTable(
        Table("f2", m, Column("a_id", ForeignKey(a.c.id)), { extend_existing = true })
    )
end

case["foreign key schema"] = function()
    return CreateTable(
        Table(
            "f3",
            m,
            Column("b_id", Integer, ForeignKey("sch.b.id")),
            { extend_existing = true }
        )
    )
end

case["foreign key actions"] = function()
    return CreateTable(
        Table(
            "f4",
            m,
            Column(
                "a_id",
                Integer,
                ForeignKey("a.id", { ondelete = "SET NULL", onupdate = "CASCADE" })
            ),
            { extend_existing = true }
        )
    )
end

case["foreign key deferrable"] = function()
    return CreateTable(
        Table(
            "f5",
            m,
            Column(
                "a_id",
                Integer,
                ForeignKey("a.id", { deferrable = true, initially = "DEFERRED" })
            ),
            { extend_existing = true }
        )
    )
end

case["foreign key not deferrable"] = function()
    return CreateTable(
        Table(
            "f6",
            m,
            Column("a_id", Integer, ForeignKey("a.id", { deferrable = false })),
            { extend_existing = true }
        )
    )
end

case["foreign key match"] = function()
    return CreateTable(
        Table(
            "f7",
            m,
            Column("a_id", Integer, ForeignKey("a.id", { match = "FULL" })),
            { extend_existing = true }
        )
    )
end

case["foreign key named"] = function()
    return CreateTable(
        Table(
            "f8",
            m,
            Column("a_id", Integer, ForeignKey("a.id", { name = "fk_a" })),
            { extend_existing = true }
        )
    )
end

case["foreign key use_alter"] = function()
    return CreateTable(
        Table(
            "f9",
            m,
            Column("a_id", Integer, ForeignKey("a.id", { name = "fk9", use_alter = true })),
            { extend_existing = true }
        )
    )
end

case["foreign key constraint"] = function()
    return CreateTable(
        Table(
            "f10",
            m,
            Column("p", Integer),
            Column("q", String),
            ForeignKeyConstraint(
                { "p", "q" },
                { "a.id", "a.x" },
                { name = "fk_two", ondelete = "CASCADE" }
            ),
            { extend_existing = true }
        )
    )
end

case["foreign key to itself"] = function()
    return CreateTable(
        Table(
            "f11",
            m,
            Column("id", Integer, { primary_key = true }),
            Column("up", ForeignKey("f11.id")),
            { extend_existing = true }
        )
    )
end

case["foreign key unknown table"] = function()
    return CreateTable(Table("f12", MetaData(), Column("x", Integer, ForeignKey("missing.id"))))
end

case["foreign key bad action"] = function()
    return CreateTable(
        Table(
            "f13",
            MetaData(),
            Column("id", Integer, { primary_key = true }),
            Column("x", Integer, ForeignKey("f13.id", { ondelete = "FOO; DROP" }))
        )
    )
end

case["unique constraint"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer),
            UniqueConstraint("a", "b")
        )
    )
end

case["unique constraint named deferrable"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            UniqueConstraint("a", { name = "u", deferrable = true, initially = "IMMEDIATE" })
        )
    )
end

case["unique nulls not distinct"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            UniqueConstraint("a", { name = "u", postgresql_nulls_not_distinct = true })
        )
    )
end

case["unique include"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer),
            UniqueConstraint("a", { name = "u", postgresql_include = { "b" } })
        )
    )
end

case["primary key include"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer),
            PrimaryKeyConstraint("a", { name = "pk", postgresql_include = { "b" } })
        )
    )
end

case["unique constraint unknown column"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer), UniqueConstraint("nope")))
end

case["check constraint text"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer), CheckConstraint("a > 5")))
end

case["check constraint expression"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            CheckConstraint(column("a"):gt(5), { name = "ck" })
        )
    )
end

case["check constraint of text construct"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            CheckConstraint(text("a > 5 AND a < 'x'"), { name = "ck" })
        )
    )
end

case["check constraint percent and quote"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", String),
            CheckConstraint("a LIKE '%x' AND a != 'it''s'", { name = "ck" })
        )
    )
end

case["check constraint deferrable"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            CheckConstraint(
                "a > 5",
                { name = "ck", deferrable = true, initially = "DEFERRED" }
            )
        )
    )
end

case["check constraint in function"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", String),
            CheckConstraint(func.length(column("a")):gt(5), { name = "ck" })
        )
    )
end

case["constraints in order"] = function()
    return CreateTable(
        Table(
            "n",
            m,
            Column("b", Integer, ForeignKey("a.id"), { unique = true }),
            Column("c", Integer),
            CheckConstraint("b > 1", { name = "c1" }),
            UniqueConstraint("c", { name = "u1" }),
            Column("a", Integer, { primary_key = true }),
            { extend_existing = true }
        )
    )
end

case["exclude constraint"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("room", Integer),
            Column("during", pg.TSRANGE),
            ExcludeConstraint({ "room", "=" }, { "during", "&&" }, { name = "ex" })
        )
    )
end

case["exclude constraint options"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("room", Integer),
            Column("during", pg.TSRANGE),
            ExcludeConstraint(
                { column("room"), "=" },
                {
                    name = "ex",
                    using = "btree",
                    where = "room > 5",
                    deferrable = true,
                    initially = "IMMEDIATE",
                    ops = { room = "my_ops" },
                }
            )
        )
    )
end

return case
