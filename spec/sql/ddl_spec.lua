-- SPDX-License-Identifier: MIT
-- CREATE and DROP of tables, constraints, indexes and sequences, by dialect.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local C, S = corm.Column, corm.schema
local Integer, String, func, text = corm.Integer, corm.String, corm.func, corm.text

local DIALECTS = { "default", "sqlite", "postgresql" }

-- Texts by dialect; without a default only those named, false for none.
local function check(statement, expected)
    for _, dialect in ipairs(DIALECTS) do
        local sql = expected[dialect]
        if sql == nil then
            sql = expected.default
        end
        if sql then
            assert_compile(statement, sql, {}, dialect)
        end
    end
end

-- A table called t in a MetaData that has a table to refer to; `meta` are its options.
local function T(...)
    local list = table.pack(...)
    local options, meta = list[list.n], nil
    if type(options) == "table" and getmetatable(options) == nil then
        meta, options.meta = options.meta, nil
    end
    local metadata = corm.MetaData(meta)
    corm.Table("parent", metadata, C("id", Integer, { primary_key = true }), C("code", String(5)))
    return corm.Table("t", metadata, table.unpack(list, 1, list.n))
end

local function CT(...)
    return S.CreateTable(T(...))
end

local function IX(of)
    return S.CreateIndex(of.indexes[1])
end

describe("DDL", function()
    it("is that of an engine's dialect, too", function()
        local t = corm.Table("t", corm.MetaData(),
            corm.Column("id", corm.BigInteger, { primary_key = true }))
        local engine = corm.create_engine("sqlite://")
        local created = corm.schema.CreateTable(t)
        local of_sqlite = tostring(created:compile({ dialect = "sqlite" }))
        assert.equal(of_sqlite, tostring(created:compile(engine)))
        assert.equal(of_sqlite, tostring(created:compile({ bind = engine })))
        engine:dispose()
    end)

    it("primary key", function()
        check(CT(C("id", Integer, { primary_key = true })), {
            default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
            postgresql = "CREATE TABLE t (id SERIAL NOT NULL, PRIMARY KEY (id))",
        })
    end)

    it("primary key bigint", function()
        check(CT(C("id", corm.BigInteger, { primary_key = true })), {
            default = "CREATE TABLE t (id BIGINT NOT NULL, PRIMARY KEY (id))",
            postgresql = "CREATE TABLE t (id BIGSERIAL NOT NULL, PRIMARY KEY (id))",
        })
    end)

    it("primary key of another type on PostgreSQL", function()
        local decorated = corm.TypeDecorator:extend("LargeKey", {
            impl = Integer,
            cache_ok = true,
            load_dialect_impl = function(_, dialect)
                return dialect.name == "postgresql" and corm.BigInteger() or Integer()
            end,
        })
        for _, type_ in ipairs({
            Integer():with_variant(corm.BigInteger, "postgresql"), decorated,
        }) do
            check(CT(C("id", type_, { primary_key = true })), {
                default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
                postgresql = "CREATE TABLE t (id BIGSERIAL NOT NULL, PRIMARY KEY (id))",
            })
        end
    end)

    it("primary key string", function()
        check(CT(C("id", String(5), { primary_key = true })), {
            default = "CREATE TABLE t (id VARCHAR(5) NOT NULL, PRIMARY KEY (id))",
        })
    end)

    it("a numbered column comes first in a primary key, unless its order is written", function()
        local function of(...)
            return CT(C("a", Integer, { primary_key = true }),
                C("b", Integer, { primary_key = true, autoincrement = true }), ...)
        end
        local columns = "CREATE TABLE t (a INTEGER NOT NULL, b SERIAL NOT NULL, "
        check(of(), { postgresql = columns .. "PRIMARY KEY (b, a))" })
        check(of(corm.PrimaryKeyConstraint("a", "b")),
            { postgresql = columns .. "PRIMARY KEY (a, b))" })
    end)

    it("composite primary key", function()
        check(CT(
            C("a", Integer, { primary_key = true }),
            C("b", Integer, { primary_key = true })
        ), {
            default = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, "
                .. "PRIMARY KEY (a, b))",
        })
    end)

    it("no autoincrement", function()
        check(CT(C("id", Integer, { primary_key = true, autoincrement = false })), {
            default = "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))",
        })
    end)

    it("primary key constraint", function()
        check(CT(
            C("a", Integer),
            C("b", Integer),
            corm.PrimaryKeyConstraint("b", "a", { name = "pk_t" })
        ), {
            default = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, "
                .. "CONSTRAINT pk_t PRIMARY "
                .. "KEY (b, a))",
        })
    end)

    it("not null", function()
        check(CT(
            C("a", Integer, { nullable = false }),
            C("b", Integer, { nullable = true })
        ), {
            default = "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER)",
        })
    end)

    it("unique", function()
        check(CT(C("a", Integer, { unique = true })), {
            default = "CREATE TABLE t (a INTEGER, UNIQUE (a))",
        })
    end)

    it("unique constraint", function()
        check(CT(
            C("a", Integer),
            C("b", Integer),
            corm.UniqueConstraint("a", "b", { name = "uq_ab" })
        ), {
            default = "CREATE TABLE t (a INTEGER, b INTEGER, CONSTRAINT uq_ab UNIQUE (a, b))",
        })
    end)

    it("check", function()
        check(CT(C("a", Integer), corm.CheckConstraint("a > 5", { name = "ck_a" })), {
            default = "CREATE TABLE t (a INTEGER, CONSTRAINT ck_a CHECK (a > 5))",
        })
    end)

    it("foreign key", function()
        check(CT(
            C("id", Integer, { primary_key = true }),
            C("p", corm.ForeignKey("parent.id"))
        ), {
            default = "CREATE TABLE t (id INTEGER NOT NULL, p INTEGER, PRIMARY KEY "
                .. "(id), FOREIGN KEY(p) "
                .. "REFERENCES parent (id))",
            postgresql = "CREATE TABLE t (id SERIAL NOT NULL, p INTEGER, PRIMARY KEY "
                .. "(id), FOREIGN KEY(p) "
                .. "REFERENCES parent (id))",
        })
    end)

    it("foreign key string column", function()
        check(CT(C("p", corm.ForeignKey("parent.code"))), {
            default = "CREATE TABLE t (p VARCHAR(5), FOREIGN KEY(p) REFERENCES parent (code))",
        })
    end)

    it("foreign key actions", function()
        check(CT(
            C(
                "p",
                Integer,
                corm.ForeignKey(
                    "parent.id",
                    { ondelete = "CASCADE", onupdate = "SET NULL", name = "fk_p" }
                )
            )
        ), {
            default = "CREATE TABLE t (p INTEGER, CONSTRAINT fk_p FOREIGN KEY(p) "
                .. "REFERENCES parent (id) "
                .. "ON DELETE CASCADE ON UPDATE SET NULL)",
        })
    end)

    it("foreign key deferrable", function()
        check(CT(
            C(
                "p",
                Integer,
                corm.ForeignKey(
                    "parent.id",
                    { deferrable = true, initially = "DEFERRED" }
                )
            )
        ), {
            default = "CREATE TABLE t (p INTEGER, FOREIGN KEY(p) REFERENCES parent "
                .. "(id) DEFERRABLE "
                .. "INITIALLY DEFERRED)",
        })
    end)

    it("composite foreign key", function()
        check(CT(
            C("a", Integer),
            C("b", String),
            corm.ForeignKeyConstraint(
                { "a", "b" },
                { "parent.id", "parent.code" },
                { name = "fk_ab" }
            )
        ), {
            default = "CREATE TABLE t (a INTEGER, b VARCHAR, CONSTRAINT fk_ab FOREIGN KEY(a, b) "
                .. "REFERENCES parent (id, code))",
        })
    end)

    it("server default text", function()
        check(CT(
            C("a", Integer, { server_default = text("5") }),
            C("b", String, { server_default = "x" }),
            C("c", corm.DateTime, { server_default = func.now() })
        ), {
            default = "CREATE TABLE t (a INTEGER DEFAULT 5, b VARCHAR DEFAULT 'x', c "
                .. "DATETIME DEFAULT "
                .. "now())",
            sqlite = "CREATE TABLE t (a INTEGER DEFAULT 5, b VARCHAR DEFAULT 'x', c "
                .. "DATETIME DEFAULT "
                .. "CURRENT_TIMESTAMP)",
            postgresql = "CREATE TABLE t (a INTEGER DEFAULT 5, b VARCHAR DEFAULT "
                .. "'x', c TIMESTAMP WITHOUT "
                .. "TIME ZONE DEFAULT now())",
        })
    end)

    it("server default quote", function()
        check(CT(C("b", String, { server_default = "it's" })), {
            default = "CREATE TABLE t (b VARCHAR DEFAULT 'it''s')",
        })
    end)

    it("reserved names", function()
        check(CT(C("select", Integer), C("Mixed", Integer), C("with space", Integer)), {
            default = "CREATE TABLE t (\"select\" INTEGER, \"Mixed\" INTEGER, \"with "
                .. "space\" INTEGER)",
        })
    end)

    it("schema", function()
        check(CT(C("a", Integer), { schema = "s" }), {
            default = "CREATE TABLE s.t (a INTEGER)",
        })
    end)

    it("prefixes", function()
        check(CT(C("a", Integer), { prefixes = { "TEMPORARY" } }), {
            default = "CREATE TEMPORARY TABLE t (a INTEGER)",
        })
    end)

    it("computed", function()
        check(CT(C("a", Integer), C("b", Integer, corm.Computed("a + 1"))), {
            default = "CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1))",
            postgresql = "CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS "
                .. "(a + 1) STORED)",
        })
    end)

    it("computed persisted", function()
        check(CT(
            C("a", Integer),
            C("b", Integer, corm.Computed("a + 1", { persisted = true }))
        ), {
            default = "CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
        })
    end)

    it("boolean check", function()
        check(CT(C("a", corm.Boolean({ create_constraint = true, name = "ck_a" }))), {
            default = "CREATE TABLE t (a BOOLEAN)",
            sqlite = "CREATE TABLE t (a BOOLEAN, CONSTRAINT ck_a CHECK (a IN (0, 1)))",
        })
    end)

    it("enum check", function()
        check(CT(
            C(
                "a",
                corm.Enum(
                    "x",
                    "y",
                    { name = "ck_a", native_enum = false, create_constraint = true }
                )
            )
        ), {
            default = "CREATE TABLE t (a VARCHAR(1), CONSTRAINT ck_a CHECK (a IN ('x', 'y')))",
        })
    end)

    it("enum not native", function()
        check(CT(C("a", corm.Enum("x", "yy", { native_enum = false }))), {
            default = "CREATE TABLE t (a VARCHAR(2))",
        })
    end)

    it("collation", function()
        check(CT(C("a", String(5, { collation = "C" }))), {
            default = "CREATE TABLE t (a VARCHAR(5) COLLATE \"C\")",
        })
    end)

    it("naming convention", function()
        check(CT(C(
            "a",
            Integer,
            { unique = true }), C("p",
            corm.ForeignKey("parent.id")), corm.CheckConstraint("a > 1",
            { name = "pos" }), C("id",
            Integer,
            {
                primary_key = true }),
                    { meta = { naming_convention = { uq = "uq_%(table_name)s_%(column_0_name)s",
                        fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                            ck = "ck_%(table_name)s_%(constraint_name)s",
                                pk = "pk_%(table_name)s" } }
            }), {
            default = "CREATE TABLE t (a INTEGER, p INTEGER, id INTEGER NOT NULL, "
                .. "CONSTRAINT pk_t "
                .. "PRIMARY KEY (id), CONSTRAINT ck_t_pos CHECK (a > 1), CONSTRAINT "
                .. "uq_t_a UNIQUE "
                .. "(a), CONSTRAINT fk_t_p_parent FOREIGN KEY(p) REFERENCES parent (id))",
            postgresql = "CREATE TABLE t (a INTEGER, p INTEGER, id SERIAL NOT NULL, "
                .. "CONSTRAINT pk_t PRIMARY "
                .. "KEY (id), CONSTRAINT ck_t_pos CHECK (a > 1), CONSTRAINT uq_t_a UNIQUE (a), "
                .. "CONSTRAINT fk_t_p_parent FOREIGN KEY(p) REFERENCES parent (id))",
        })
    end)

    it("variant", function()
        check(CT(C("a", String(5):with_variant(corm.Text, "postgresql"))), {
            default = "CREATE TABLE t (a VARCHAR(5))",
            postgresql = "CREATE TABLE t (a TEXT)",
        })
    end)

    it("if not exists", function()
        check(S.CreateTable(T(C("a", Integer)), { if_not_exists = true }), {
            default = "CREATE TABLE IF NOT EXISTS t (a INTEGER)",
        })
    end)

    it("drop table", function()
        check(S.DropTable(T(C("a", Integer))), {
            default = "DROP TABLE t",
        })
    end)

    it("drop table if exists", function()
        check(S.DropTable(T(C("a", Integer)), { if_exists = true }), {
            default = "DROP TABLE IF EXISTS t",
        })
    end)

    it("create index", function()
        check(IX(T(C("a", Integer, { index = true }))), {
            default = "CREATE INDEX ix_t_a ON t (a)",
        })
    end)

    it("create unique index", function()
        check(IX(T(C("a", Integer, { index = true, unique = true }))), {
            default = "CREATE UNIQUE INDEX ix_t_a ON t (a)",
        })
    end)

    it("index of two", function()
        check(IX(T(C("a", Integer), C("b", Integer), corm.Index("ix", "a", "b"))), {
            default = "CREATE INDEX ix ON t (a, b)",
        })
    end)

    it("index of expression", function()
        local t = T(C("a", String))
        check(S.CreateIndex(corm.Index("ix", func.lower(t.c.a))), {
            default = "CREATE INDEX ix ON t (lower(a))",
        })
    end)

    it("index desc", function()
        local t = T(C("a", String))
        check(S.CreateIndex(corm.Index("ix", t.c.a:desc())), {
            default = "CREATE INDEX ix ON t (a DESC)",
        })
    end)

    it("drop index", function()
        local t = T(C("a", String))
        check(S.DropIndex(corm.Index("ix", t.c.a)), {
            default = "DROP INDEX ix",
        })
    end)

    it("add constraint", function()
        local t = T(C("a", String))
        check(S.AddConstraint(corm.UniqueConstraint(t.c.a, { name = "uq" })), {
            default = "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a)",
            sqlite = false,
        })
    end)

    it("drop constraint", function()
        local t = T(C("a", String))
        check(S.DropConstraint(corm.UniqueConstraint(t.c.a, { name = "uq" })), {
            default = "ALTER TABLE t DROP CONSTRAINT uq",
            sqlite = false,
        })
    end)
end)

describe("DDL of PostgreSQL", function()
    it("partial index", function()
        check(IX(
            T(
                C("a", Integer),
                corm.Index("ix", "a", { postgresql_where = text("a > 5") })
            )
        ), {
            postgresql = "CREATE INDEX ix ON t (a) WHERE a > 5",
        })
    end)

    it("index using", function()
        check(IX(T(C("a", Integer), corm.Index("ix", "a", { postgresql_using = "hash" }))), {
            postgresql = "CREATE INDEX ix ON t USING hash (a)",
        })
    end)

    it("index include", function()
        check(IX(
            T(
                C("a", Integer),
                C("b", Integer),
                corm.Index("ix", "a", { postgresql_include = { "b" } })
            )
        ), {
            postgresql = "CREATE INDEX ix ON t (a) INCLUDE (b)",
        })
    end)

    it("index ops", function()
        check(IX(
            T(
                C("a", String),
                corm.Index("ix", "a", { postgresql_ops = { a = "text_pattern_ops" } })
            )
        ), {
            postgresql = "CREATE INDEX ix ON t (a text_pattern_ops)",
        })
    end)

    it("index concurrently", function()
        check(IX(
            T(
                C("a", String),
                corm.Index("ix", "a", { postgresql_concurrently = true })
            )
        ), {
            postgresql = "CREATE INDEX CONCURRENTLY ix ON t (a)",
        })
    end)

    it("identity", function()
        check(CT(C("a", Integer, corm.Identity(), { primary_key = true })), {
            postgresql = "CREATE TABLE t (a INTEGER GENERATED BY DEFAULT AS "
                .. "IDENTITY, PRIMARY KEY (a))",
        })
    end)

    it("identity options", function()
        check(CT(
            C(
                "a",
                Integer,
                corm.Identity({ always = true, start = 5, increment = 2 }),
                { primary_key = true }
            )
        ), {
            postgresql = "CREATE TABLE t (a INTEGER GENERATED ALWAYS AS IDENTITY "
                .. "(INCREMENT BY 2 START WITH "
                .. "5), PRIMARY KEY (a))",
        })
    end)

    it("create sequence", function()
        check(S.CreateSequence(corm.Sequence("s", { start = 5, increment = 2 })), {
            postgresql = "CREATE SEQUENCE s INCREMENT BY 2 START WITH 5",
        })
    end)

    it("drop sequence", function()
        check(S.DropSequence(corm.Sequence("s")), {
            postgresql = "DROP SEQUENCE s",
        })
    end)

    it("create schema", function()
        check(S.CreateSchema("s", { if_not_exists = true }), {
            postgresql = "CREATE SCHEMA IF NOT EXISTS s",
        })
    end)

    it("drop schema", function()
        check(S.DropSchema("s", { cascade = true, if_exists = true }), {
            postgresql = "DROP SCHEMA IF EXISTS s CASCADE",
        })
    end)

    it("table comment", function()
        check(S.SetTableComment(T(C("a", Integer), { comment = "it's" })), {
            postgresql = "COMMENT ON TABLE t IS 'it''s'",
        })
    end)

    it("column comment", function()
        check(S.SetColumnComment(T(C("a", Integer, { comment = "x" })).c.a), {
            postgresql = "COMMENT ON COLUMN t.a IS 'x'",
        })
    end)

    it("partition by", function()
        check(CT(C("a", Integer), { postgresql_partition_by = "LIST (a)" }), {
            postgresql = "CREATE TABLE t (a INTEGER) PARTITION BY LIST (a)",
        })
    end)

    it("inherits", function()
        check(CT(C("a", Integer), { postgresql_inherits = "parent" }), {
            postgresql = "CREATE TABLE t (a INTEGER) INHERITS (parent)",
        })
    end)

    it("tablespace", function()
        check(CT(C("a", Integer), { postgresql_tablespace = "ts" }), {
            postgresql = "CREATE TABLE t (a INTEGER) TABLESPACE ts",
        })
    end)

    it("on commit", function()
        check(CT(C("a", Integer), { postgresql_on_commit = "DROP" }), {
            postgresql = "CREATE TABLE t (a INTEGER) ON COMMIT DROP",
        })
    end)
end)

describe("DDL of SQLite", function()
    it("without rowid", function()
        check(CT(C("a", Integer, { primary_key = true }), { sqlite_with_rowid = false }), {
            sqlite = "CREATE TABLE t (a INTEGER NOT NULL, PRIMARY KEY (a)) WITHOUT ROWID",
        })
    end)

    it("strict", function()
        check(CT(C("a", Integer, { primary_key = true }), { sqlite_strict = true }), {
            sqlite = "CREATE TABLE t (a INTEGER NOT NULL, PRIMARY KEY (a)) STRICT",
        })
    end)

    it("strict without rowid", function()
        check(CT(
            C("a", Integer, { primary_key = true }),
            { sqlite_strict = true, sqlite_with_rowid = false }
        ), {
            sqlite = "CREATE TABLE t (a INTEGER NOT NULL, PRIMARY KEY (a)) WITHOUT ROWID, STRICT",
        })
    end)

    it("autoincrement", function()
        check(CT(C("a", Integer, { primary_key = true }), { sqlite_autoincrement = true }), {
            sqlite = "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT)",
        })
    end)

    it("partial index", function()
        check(IX(
            T(
                C("a", Integer),
                corm.Index("ix", "a", { sqlite_where = text("a > 5") })
            )
        ), {
            sqlite = "CREATE INDEX ix ON t (a) WHERE a > 5",
        })
    end)

    it("rowid suffix elsewhere", function()
        check(CT(C("a", Integer, { primary_key = true }), { sqlite_with_rowid = false }), {
            postgresql = "CREATE TABLE t (a SERIAL NOT NULL, PRIMARY KEY (a))",
        })
    end)

    it("partial index elsewhere", function()
        check(IX(
            T(
                C("a", Integer),
                corm.Index("ix", "a", { sqlite_where = text("a > 5") })
            )
        ), {
            postgresql = "CREATE INDEX ix ON t (a)",
        })
    end)
end)

describe("DDL as text", function()
    local function fake_connection(dialect)
        local ran = {}
        return ran, {
            dialect = { name = dialect },
            execute = function(_, statement)
                ran[#ran + 1] = tostring(statement)
            end,
        }
    end

    it("listens to events, with the names of the table in it", function()
        local ran, connection = fake_connection("sqlite")
        S.DDL("ALTER TABLE %(fullname)s ADD x INT")(T(C("a", Integer), { schema = "s" }),
            connection, {})
        assert.same({ "ALTER TABLE s.t ADD x INT" }, ran)
    end)

    it("is about a table by against()", function()
        local said = S.DDL("%(schema)s-%(table)s-%(fullname)s-%(bonus)s", {
            context = { bonus = "b" },
        })
        local t = T(C("a", Integer), { schema = "s s" })
        local about = said:against(t)
        assert.equal(t, about.target)
        assert.equal('"s s"-t-"s s".t-b', tostring(about))
        assert.is_nil(said.target)
    end)

    it("says a text about something else", function()
        local of = T(C("a", Integer), { schema = "s" })
        local said = S.DDL("ALTER TABLE %(fullname)s %(what)s", { context = { what = "OFF" } })
        assert.equal("ALTER TABLE s.t OFF", tostring(said:against(of)))
        assert.equal(of, said:against(of).target)
        assert.is_nil(said.target)
        assert.equal("ALTER TABLE %(fullname)s %(what)s", said.statement)
        assert.equal("OFF", said.context.what)
        assert.error_matches(function()
            return said:against("t")
        end, "against: a table or another part of a schema expected, got 't'")
    end)

    it("knows its options, and refuses what it has not", function()
        local of = T(C("a", Integer))
        assert.is_true(S.CreateTable(of, { if_not_exists = true }).if_not_exists)
        assert.is_false(S.DropTable(of).if_exists)
        assert.is_true(S.DropSchema("s", { cascade = true }).cascade)
        assert.is_false(S.CreateTable(of).is_select)
        assert.error_matches(function()
            return S.CreateTable(of):execute_iff({})
        end, "CreateTable has no attribute 'execute_iff'; did you mean 'execute_if'?")
        assert.error_matches(function()
            return S.DDL("x").statment
        end, "DDL has no attribute 'statment'; did you mean 'statement'?")
    end)

    it("runs only where its condition holds", function()
        local only = S.DDL("SELECT 1"):execute_if({ dialect = { "postgresql", "default" } })
        local ran, connection = fake_connection("sqlite")
        only(T(C("a", Integer)), connection, {})
        assert.same({}, ran)
        ran, connection = fake_connection("postgresql")
        only(T(C("a", Integer)), connection, {})
        assert.same({ "SELECT 1" }, ran)
        local never = S.DDL("SELECT 1"):execute_if({ callable_ = function()
            return false
        end })
        never(T(C("a", Integer)), connection, {})
        assert.same({ "SELECT 1" }, ran)
    end)

    it("is refused when it is no text", function()
        local ok, e = pcall(S.DDL, 5)
        assert.is_false(ok)
        assert.equal("DDL: SQL as a string expected, got 5", e.message)
    end)
end)
