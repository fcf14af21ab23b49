-- SPDX-License-Identifier: MIT
-- CREATE TABLE: options of tables.

local corm = require("corm")

local BigInteger, CheckConstraint, Column = corm.BigInteger, corm.CheckConstraint, corm.Column
local Computed, CreateTable = corm.Computed, corm.schema.CreateTable
local DropTable, ForeignKey, Identity = corm.schema.DropTable, corm.ForeignKey, corm.Identity
local Integer, JSON, MetaData, String = corm.Integer, corm.JSON, corm.MetaData, corm.String
local Table, UniqueConstraint, pg = corm.Table, corm.UniqueConstraint, corm.dialects.postgresql
local sqlite, text = corm.dialects.sqlite, corm.text

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

local b = Table(
    "b",
    m,
    Column("id", Integer, { primary_key = true }),
    Column("x", String),
    Column("during", pg.TSRANGE),
    Column("room", Integer),
    { schema = "sch" }
)

case["table without columns"] = function()
    return CreateTable(Table("n", MetaData()))
end

case["table if not exists"] = function()
    return CreateTable(a, { if_not_exists = true })
end

case["table in schema"] = function()
    return CreateTable(Table("n", MetaData(), Column("a", Integer), { schema = "sch" }))
end

case["table in schema of metadata"] = function()
    return CreateTable(Table("n", MetaData({ schema = "Odd Schema" }), Column("a", Integer)))
end

case["table prefixes"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { prefixes = { "TEMPORARY" } })
    )
end

case["table quoted"] = function()
    return CreateTable(Table("select", MetaData(), Column("from", Integer)))
end

case["table mixed case"] = function()
    return CreateTable(Table("TheTable", MetaData(), Column("TheColumn", Integer)))
end

case["table quote false"] = function()
    return CreateTable(Table("TheTable", MetaData(), Column("a", Integer), { quote = false }))
end

case["table drop"] = function()
    return DropTable(a)
end

case["table drop if exists"] = function()
    return DropTable(b, { if_exists = true })
end

case["table foreign keys left out"] = function()
    return CreateTable(
        Table("g", m, Column("x", ForeignKey("a.id")), { extend_existing = true }),
        { include_foreign_key_constraints = {} }
    )
end

case["table identity"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, Identity(), { primary_key = true }))
    )
end

case["table identity options"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column(
                "a",
                Integer,
                Identity({
                    always = true,
                    start = 10,
                    increment = 5,
                    minvalue = 1,
                    maxvalue = 100,
                    cycle = true,
                    cache = 3,
                })
            )
        )
    )
end

case["table identity on_null"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, Identity({ nomaxvalue = true, nominvalue = true }))
        )
    )
end

case["table identity on sqlite"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, Identity({ start = 5 }), { primary_key = true })
        )
    )
end

case["table identity nullable"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer, Identity(), { nullable = true }))
    )
end

case["table identity big"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", BigInteger, Identity({ always = false }), { primary_key = true })
        )
    )
end

case["table computed"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), Column("b", Integer, Computed("a * 2")))
    )
end

case["table computed stored"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer, Computed("a * 2", { persisted = true }))
        )
    )
end

case["table computed virtual"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer, Computed("a * 2", { persisted = false }))
        )
    )
end

case["table computed text"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer, Computed(text("a + 1")))
        )
    )
end

case["table computed and default"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer, Computed("a"), { server_default = "5" })
        )
    )
end

case["table sqlite autoincrement"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { primary_key = true }),
            { sqlite_autoincrement = true }
        )
    )
end

case["table sqlite without rowid strict"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer, { primary_key = true }),
            { sqlite_with_rowid = false, sqlite_strict = true }
        )
    )
end

case["table sqlite conflict clauses"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column(
                "a",
                Integer,
                { primary_key = true, sqlite_on_conflict_primary_key = "REPLACE" }
            ),
            Column("b", Integer, { nullable = false, sqlite_on_conflict_not_null = "FAIL" }),
            Column("c", Integer, { unique = true, sqlite_on_conflict_unique = "IGNORE" })
        )
    )
end

case["table sqlite constraint conflict"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            Column("b", Integer),
            UniqueConstraint("a", "b", { sqlite_on_conflict = "IGNORE" }),
            CheckConstraint("a > 1", { sqlite_on_conflict = "ROLLBACK" })
        )
    )
end

case["table pg inherits"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { postgresql_inherits = "parent" })
    )
end

case["table pg inherits two"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { postgresql_inherits = { "p1", "p2" } })
    )
end

case["table pg partition"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { postgresql_partition_by = "RANGE (a)" })
    )
end

case["table pg with oids"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { postgresql_with_oids = true })
    )
end

case["table pg on commit"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            { prefixes = { "TEMPORARY" }, postgresql_on_commit = "PRESERVE ROWS" }
        )
    )
end

case["table pg tablespace"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { postgresql_tablespace = "Fast Disk" })
    )
end

case["table pg using"] = function()
    return CreateTable(
        Table("n", MetaData(), Column("a", Integer), { postgresql_using = "heap" })
    )
end

case["table pg several options"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", Integer),
            {
                postgresql_on_commit = "DROP",
                postgresql_tablespace = "ts",
                postgresql_inherits = "p",
            }
        )
    )
end

case["table pg types"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", pg.JSONB),
            Column("b", pg.ARRAY(Integer)),
            Column("c", pg.ARRAY(String(5), { dimensions = 2 })),
            Column("d", pg.HSTORE),
            Column("e", pg.INET),
            Column("f", pg.CIDR),
            Column("g", pg.MACADDR),
            Column("h", pg.MACADDR8),
            Column("i", pg.MONEY),
            Column("j", pg.BYTEA),
            Column("k", pg.BIT(5)),
            Column("l", pg.BIT({ varying = true })),
            Column("m", pg.TSVECTOR),
            Column("n", pg.TSQUERY),
            Column("o", pg.OID),
            Column("p", pg.REGCLASS),
            Column("q", pg.INTERVAL),
            Column("r", pg.TIMESTAMP({ precision = 3 })),
            Column("s", pg.UUID),
            Column("t", pg.INT4RANGE),
            Column("u", pg.INT8RANGE),
            Column("v", pg.NUMRANGE),
            Column("w", pg.DATERANGE),
            Column("x", pg.TSRANGE),
            Column("y", pg.TSTZRANGE),
            Column("z", pg.INT4MULTIRANGE),
            Column("aa", pg.CITEXT),
            Column("bb", pg.DOUBLE_PRECISION),
            Column("cc", pg.REAL),
            Column("dd", pg.TIME({ timezone = true })),
            Column("ee", pg.REGCONFIG)
        )
    )
end

case["table sqlite types"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData(),
            Column("a", sqlite.JSON),
            Column("b", sqlite.DATETIME),
            Column("c", sqlite.DATE),
            Column("d", sqlite.TIME),
            Column("e", sqlite.REAL)
        )
    )
end

case["naming convention"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData({
                naming_convention = {
                    pk = "pk_%(table_name)s",
                    uq = "uq_%(table_name)s_%(column_0_name)s",
                    ck = "ck_%(table_name)s_%(constraint_name)s",
                    fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                },
            }),
            Column("id", Integer, { primary_key = true }),
            Column("u", Integer, { unique = true }),
            Column("up", ForeignKey("n.id")),
            CheckConstraint("u > 5", { name = "positive" })
        )
    )
end

case["naming convention all columns"] = function()
    return CreateTable(
        Table(
            "n",
            MetaData({
                naming_convention = {
                    uq = "uq_%(table_name)s_%(column_0_N_name)s",
                    ix = "ix_%(column_0_label)s",
                },
            }),
            Column("a", Integer),
            Column("b", Integer),
            UniqueConstraint("a", "b")
        )
    )
end

return case
