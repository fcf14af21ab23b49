-- SPDX-License-Identifier: MIT
-- Reading what SQLite keeps as text: every way to write a table.

local helper = require("spec.helper")
local corm = require("corm")

local types = corm.types

-- Make tables in a database of memory and call fn(inspector, engine).
local function with(statements, fn)
    local engine = corm.create_engine("sqlite://")
    engine:begin(function(connection)
        for _, sql in ipairs(statements) do
            connection:exec_driver_sql(sql)
        end
    end)
    fn(corm.inspect(engine), engine)
    engine:dispose()
end

local function field(list, name)
    local found = {}
    for i, record in ipairs(list) do
        found[i] = record[name]
    end
    return found
end

describe("reflection of SQLite #sqlite", function()
    it("finds constraints under their quoted names", function()
        with({
            [[CREATE TABLE /* a ( */ "one two" ( -- CHECK (x)
                "a b" INTEGER, [c d] INTEGER, `e``f` INTEGER, 'g''h' INTEGER, "i""j" TEXT,
                CONSTRAINT "q 1" UNIQUE ("a b"), CONSTRAINT [q 2] UNIQUE (`e``f`),
                CONSTRAINT `q 3` CHECK ("i""j" <> 'it''s (' /* ) */),
                CONSTRAINT 'q 4' FOREIGN KEY ('g''h') REFERENCES "one two" ("a b")
            )]],
        }, function(inspector)
            assert.same({ "a b", "c d", "e`f", "g'h", 'i"j' },
                field(inspector:get_columns("one two"), "name"))
            assert.same({
                { name = "q 1", column_names = { "a b" } },
                { name = "q 2", column_names = { "e`f" } },
            }, inspector:get_unique_constraints("one two"))
            assert.same({ { name = "q 3", sqltext = [["i""j" <> 'it''s (' /* ) */]] } },
                inspector:get_check_constraints("one two"))
            local key = inspector:get_foreign_keys("one two")[1]
            assert.same({ "q 4", "one two" }, { key.name, key.referred_table })
            assert.same({ "g'h" }, key.constrained_columns)
            assert.same({ "a b" }, key.referred_columns)
        end)
    end)

    it("reads constraints of columns, named or not", function()
        with({
            [[CREATE TABLE t (
                id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT,
                a INTEGER NOT NULL ON CONFLICT ABORT CONSTRAINT u UNIQUE DEFAULT (1 + 2),
                b INTEGER DEFAULT -5 CHECK (b > (1 + 2)) CONSTRAINT c CHECK (b < 9),
                c VARCHAR(20) COLLATE nocase CONSTRAINT f REFERENCES t (c) ON UPDATE SET NULL
                    ON DELETE CASCADE NOT DEFERRABLE INITIALLY IMMEDIATE,
                d BLOB DEFAULT x'00ff' UNIQUE,
                e TEXT DEFAULT CURRENT_TIMESTAMP REFERENCES t MATCH FULL
                    DEFERRABLE INITIALLY DEFERRED
            )]],
        }, function(inspector)
            assert.same({ name = "pk", constrained_columns = { "id" } },
                inspector:get_pk_constraint("t"))
            assert.is_true(inspector:get_table_options("t").sqlite_autoincrement)
            local columns = inspector:get_columns("t")
            assert.equal("1 + 2", columns[2].default)
            assert.is_false(columns[2].nullable)
            assert.equal("-5", columns[3].default)
            assert.equal("nocase", columns[4].type.collation)
            assert.equal("x'00ff'", columns[5].default)
            assert.equal("CURRENT_TIMESTAMP", columns[6].default)
            assert.same({
                { name = "u", column_names = { "a" } }, { column_names = { "d" } },
            }, inspector:get_unique_constraints("t"))
            assert.same({ { name = "c", sqltext = "b < 9" }, { sqltext = "b > (1 + 2)" } },
                inspector:get_check_constraints("t"))
            local keys = inspector:get_foreign_keys("t")
            assert.same({
                onupdate = "SET NULL", ondelete = "CASCADE", deferrable = false,
                initially = "IMMEDIATE",
            }, keys[1].options)
            assert.same({ match = "FULL", deferrable = true, initially = "DEFERRED" },
                keys[2].options)
            assert.same({ "id" }, keys[2].referred_columns)
        end)
    end)

    it("reads constraints of the table, also without commas and over several lines", function()
        with({
            "CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (b, a))",
            [[create table t (a integer, b integer, Case_ text,
                primary key (b, a desc) on conflict replace
                unique (a collate nocase asc, b) on conflict ignore
                constraint x
                    check (a > 1
                        and b > 2)
                foreign key (a, b) references p on delete set default on update no action
            )]],
        }, function(inspector)
            assert.same({ "b", "a" }, inspector:get_pk_constraint("t").constrained_columns)
            assert.same({ { column_names = { "a", "b" } } },
                inspector:get_unique_constraints("t"))
            assert.truthy(inspector:get_check_constraints("t")[1].sqltext:find("and b > 2", 1,
                true))
            local key = inspector:get_foreign_keys("t")[1]
            assert.same({ "b", "a" }, key.referred_columns)
            assert.same({ ondelete = "SET DEFAULT" }, key.options)
        end)
    end)

    it("spells columns as their table does", function()
        with({
            "CREATE TABLE t (Id INTEGER PRIMARY KEY, Name TEXT, UNIQUE (NAME), "
                .. "FOREIGN KEY (name) REFERENCES T (ID))",
        }, function(inspector)
            assert.same({ "Name" }, inspector:get_unique_constraints("t")[1].column_names)
            local key = inspector:get_foreign_keys("t")[1]
            assert.same({ "Name" }, key.constrained_columns)
            assert.same({ "Id" }, key.referred_columns)
        end)
    end)

    it("reads generated columns", function()
        with({
            [[CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * (2 + 1)),
                c TEXT AS ('x,' || a) STORED NOT NULL, d GENERATED ALWAYS AS (a) VIRTUAL)]],
        }, function(inspector)
            local columns = inspector:get_columns("t")
            assert.same({ sqltext = "a * (2 + 1)", persisted = false }, columns[2].computed)
            assert.same({ sqltext = "'x,' || a", persisted = true }, columns[3].computed)
            assert.same({ sqltext = "a", persisted = false }, columns[4].computed)
            assert.is_true(types.INTEGER:is(columns[2].type))
            assert.is_nil(columns[2].default)
        end)
    end)

    it("reads WITHOUT ROWID and STRICT", function()
        with({
            "CREATE TABLE a (id INTEGER PRIMARY KEY) WITHOUT ROWID, STRICT",
            "CREATE TABLE b (id INTEGER PRIMARY KEY)",
        }, function(inspector, engine)
            assert.same({ sqlite_strict = true, sqlite_with_rowid = false },
                inspector:get_table_options("a"))
            assert.same({}, inspector:get_table_options("b"))
            local a = corm.Table("a", corm.MetaData(), { autoload_with = engine })
            assert.truthy(corm.schema.CreateTable(a):compile({ dialect = "sqlite" }).string
                :find("WITHOUT ROWID,\n STRICT", 1, true))
        end)
    end)

    it("reads indexes: directions, expressions, conditions", function()
        with({
            "CREATE TABLE t (a INTEGER, b TEXT UNIQUE, c TEXT)",
            [[CREATE UNIQUE INDEX "i 1" ON t (a DESC, b COLLATE nocase) WHERE a > 5 AND b <> ')']],
            "CREATE INDEX i2 ON t (lower(b || ',') ASC, c, a + (1) DESC)",
        }, function(inspector)
            local indexes = inspector:get_indexes("t")
            assert.same({
                name = "i 1", unique = true, column_names = { "a", "b" },
                column_sorting = { a = { "desc" } },
                dialect_options = { sqlite_where = "a > 5 AND b <> ')'" },
            }, indexes[1])
            assert.same({ corm.NULL, "c", corm.NULL }, indexes[2].column_names)
            assert.same({ "lower(b || ',')", "c", "a + (1)" }, indexes[2].expressions)
            assert.same({ ["a + (1)"] = { "desc" } }, indexes[2].column_sorting)
            assert.equal(2, #indexes)
            assert.equal(3, #inspector:get_indexes("t", { include_auto_indexes = true }))
        end)
    end)

    describe("types", function()
        local function resolve(declared)
            local found
            with({ ("CREATE TABLE t (a %s)"):format(declared) }, function(inspector)
                found = inspector:get_columns("t")[1].type
            end)
            return found
        end

        it("go by their names, in any case and with numbers", function()
            for declared, expected in pairs({
                INTEGER = types.INTEGER, int = types.INTEGER, bigint = types.BIGINT,
                SMALLINT = types.SMALLINT, BOOL = types.BOOLEAN, boolean = types.BOOLEAN,
                DATE = types.DATE, datetime = types.DATETIME, TIME = types.TIME,
                TIMESTAMP = types.TIMESTAMP, TEXT = types.TEXT, JSON = types.JSON,
                DOUBLE = types.DOUBLE, FLOAT = types.FLOAT, REAL = types.REAL,
                ["DOUBLE PRECISION"] = types.DOUBLE_PRECISION, BLOB = types.BLOB,
                NUMERIC = types.NUMERIC, DECIMAL = types.DECIMAL, CHAR = types.CHAR,
                NVARCHAR = types.NVARCHAR, DATE_CHAR = types.DATE,
            }) do
                assert.equal(expected, resolve(declared), declared)
            end
            assert.equal(30, resolve("varchar(30)").length)
            local decimal = resolve("DECIMAL (10, 2)")
            assert.same({ 10, 2 }, { decimal.precision, decimal.scale })
        end)

        it("go by affinity otherwise", function()
            for declared, expected in pairs({
                ["UNSIGNED BIG INT"] = types.INTEGER, MEDIUMINT = types.INTEGER,
                INT8 = types.INTEGER,
                ["NATIVE CHARACTER(70)"] = types.TEXT, CLOB = types.TEXT,
                ["VARYING CHARACTER"] = types.TEXT, [""] = types.NullType,
                LONGBLOB = types.NullType, FLOATING = types.REAL, FOO = types.NUMERIC,
                POINTER = types.INTEGER,
            }) do
                assert.is_true(expected:is(resolve(declared)), declared)
            end
        end)

        it("warn about numbers that they do not take", function()
            local warned = {}
            local before = corm.warnings.handler(function(warning)
                warned[#warned + 1] = warning.message
            end)
            assert.is_true(types.INTEGER:is(resolve("INTEGER(11)")))
            corm.warnings.handler(before)
            assert.equal(1, #warned)
            assert.truthy(warned[1]:find("reflected arguments (11)", 1, true))
        end)
    end)

    it("finds temporary tables before others, and attached files by schema", function()
        with({
            "CREATE TABLE t (a INTEGER)", "CREATE TEMP TABLE t (b INTEGER)",
            "CREATE TEMP VIEW v AS SELECT 1 AS x",
            "CREATE TEMP TABLE only_temp (b INTEGER)",
        }, function(inspector, engine)
            assert.equal("b", inspector:get_columns("t")[1].name)
            assert.equal("a", inspector:get_columns("t", "main")[1].name)
            assert.same({ "only_temp", "t" }, inspector:get_temp_table_names())
            assert.same({ "v" }, inspector:get_temp_view_names())
            assert.same({ "t" }, inspector:get_table_names())
            assert.is_true(inspector:has_table("only_temp"))
            local other = helper.temp_file("other.db")
            engine:connect(function(connection)
                connection:execution_options({ isolation_level = "AUTOCOMMIT" })
                connection:exec_driver_sql(("ATTACH '%s' AS \"o t\""):format(other))
                connection:exec_driver_sql('CREATE TABLE "o t".p (id INTEGER PRIMARY KEY)')
                connection:exec_driver_sql(
                    'CREATE TABLE "o t".c (p_id INTEGER REFERENCES p (id))')
                connection:exec_driver_sql('CREATE INDEX "o t".ix ON c (p_id)')
                local of = corm.inspect(connection)
                assert.same({ "main", "o t" }, of:get_schema_names())
                assert.same({ "c", "p" }, of:get_table_names({ schema = "o t" }))
                assert.is_false(of:has_table("p"))
                local metadata = corm.MetaData()
                metadata:reflect(connection, { schema = "o t", only = { "c" } })
                local c, p = metadata.tables["o t.c"], metadata.tables["o t.p"]
                assert.is_true(c.c.p_id:references(p.c.id))
                assert.equal(1, #c.indexes)
            end)
        end)
    end)

    it("leaves out its own tables unless they are asked for", function()
        with({ "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)" }, function(inspector,
            engine)
            assert.same({ "t" }, inspector:get_table_names())
            assert.same({ "sqlite_sequence", "t" },
                inspector:get_table_names({ sqlite_include_internal = true }))
            local master = corm.Table("sqlite_master", corm.MetaData(),
                { autoload_with = engine })
            assert.same({ "type", "name", "tbl_name", "rootpage", "sql" }, master.c:keys())
        end)
    end)

    it("reads virtual tables", function()
        with({ "CREATE VIRTUAL TABLE v USING fts5 (title, body)" }, function(inspector)
            assert.same({ "title", "body" }, field(inspector:get_columns("v"), "name"))
            assert.same({}, inspector:get_check_constraints("v"))
        end)
    end)

    it("says what SQLite does not have", function()
        with({ "CREATE TABLE t (a INTEGER)" }, function(inspector)
            for _, call in ipairs({
                { "get_table_comment", "t" }, { "get_sequence_names" },
                { "get_materialized_view_names" }, { "has_sequence", "x" },
            }) do
                local ok, e = pcall(inspector[call[1]], inspector, call[2])
                assert.is_false(ok)
                assert.is_true(corm.exc.ArgumentError:is(e))
                assert.truthy(e.message:find("^sqlite has no "), e.message)
            end
        end)
    end)

    it("raises when a foreign key leads nowhere, and keeps no table", function()
        with({ "CREATE TABLE t (a INTEGER REFERENCES nowhere (id))" }, function(_, engine)
            local metadata = corm.MetaData()
            local ok, e = pcall(corm.Table, "t", metadata, { autoload_with = engine })
            assert.is_false(ok)
            assert.is_true(corm.exc.NoSuchTableError:is(e))
            assert.truthy(e.message:find("table 't' refers to table 'nowhere'", 1, true))
            assert.equal(0, #metadata.tables)
            corm.Table("t", metadata, { autoload_with = engine, resolve_fks = false })
        end)
    end)

    it("skips views that cannot be read", function()
        with({
            "CREATE TABLE t (a INTEGER)", "CREATE VIEW v AS SELECT a FROM gone",
        }, function(inspector, engine)
            local warned = {}
            local before = corm.warnings.handler(function(warning)
                warned[#warned + 1] = warning.message
            end)
            local metadata = corm.MetaData()
            metadata:reflect(engine, { views = true })
            corm.warnings.handler(before)
            assert.same({ "t" }, metadata.tables:keys())
            assert.truthy(warned[1]:find("skipping table 'v': 'v' cannot be read: ", 1, true))
            for _, fn in ipairs({
                function()
                    inspector:get_columns("v")
                end,
                function()
                    corm.Table("v", metadata, { autoload_with = engine })
                end,
            }) do
                local ok, e = pcall(fn)
                assert.is_false(ok)
                assert.is_true(corm.exc.UnreflectableTableError:is(e))
            end
        end)
    end)

    it("does not roll back what another connection has written", function()
        with({ "CREATE TABLE t (a INTEGER)" }, function(inspector, engine)
            engine:begin(function(connection)
                connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                inspector:get_columns("t")
            end)
            engine:connect(function(connection)
                assert.equal(1, connection:exec_driver_sql("SELECT count(*) FROM t"):scalar())
            end)
        end)
    end)
end)
