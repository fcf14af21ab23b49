-- SPDX-License-Identifier: MIT
-- Reading PostgreSQL's catalogs: schemas and the search path, types, what only it has.

local helper = require("spec.helper")
local postgres = require("spec.helper.postgres")
local corm = require("corm")

local core = require("corm.core")
local pg, Table = corm.dialects.postgresql, corm.Table

if not postgres.is_available() then
    pending("reflection of PostgreSQL: CORM_TEST_PG is not set")
    return
end

local function field(list, name)
    local found = {}
    for i, record in ipairs(list) do
        found[i] = record[name]
    end
    return found
end

describe("reflection of PostgreSQL #postgresql", function()
    local it_has

    before_each(function()
        it_has = helper.fixture()
        it_has.engine = corm.create_engine(postgres.url())
        it_has.connection = it_has.engine:connect()
    end)

    after_each(function()
        it_has.connection:close()
        it_has.engine:dispose()
    end)

    -- Run statements; an Inspector that sees what they did.
    local function after(...)
        for _, sql in ipairs({ ... }) do
            it_has.connection:exec_driver_sql(sql)
        end
        return corm.inspect(it_has.connection)
    end

    local function reflect(options)
        local metadata = corm.MetaData()
        metadata:reflect(it_has.connection, options)
        return metadata.tables
    end

    describe("types", function()
        -- What a column declared so is reflected as, spelled again.
        local function spell(declared)
            local inspector = after("DROP TABLE IF EXISTS t",
                ("CREATE TABLE t (a %s)"):format(declared))
            return core.ddl_type(inspector:get_columns("t")[1].type, "postgresql")
        end

        it("come back as they were declared", function()
            for _, declared in ipairs({
                "SMALLINT", "INTEGER", "BIGINT", "REAL", "DOUBLE PRECISION", "NUMERIC",
                "NUMERIC(10, 3)", "VARCHAR", "VARCHAR(5)", "CHAR(3)", "TEXT", "BOOLEAN",
                "DATE", "TIME WITHOUT TIME ZONE", "TIME(3) WITH TIME ZONE",
                "TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP(0) WITH TIME ZONE", "INTERVAL",
                "INTERVAL (3)", "BYTEA", "UUID", "JSON", "JSONB", "INET", "CIDR", "MACADDR",
                "MACADDR8", "MONEY", "OID", "REGCLASS", "BIT(1)", "BIT(5)", "BIT VARYING",
                "BIT VARYING(7)", "TSVECTOR", "TSQUERY", "INT4RANGE", "INT8RANGE", "NUMRANGE",
                "DATERANGE", "TSRANGE", "TSTZRANGE", "INT4MULTIRANGE", "TSTZMULTIRANGE",
                "INTEGER[]", "NUMERIC(10, 2)[]", "TIMESTAMP WITH TIME ZONE[]", "XML",
                "JSONPATH", 'VARCHAR(3) COLLATE "C"',
            }) do
                assert.equal(declared, spell(declared))
            end
            assert.equal("INTERVAL DAY TO SECOND (2)", spell("INTERVAL DAY TO SECOND(2)"):upper())
            assert.equal("INTERVAL YEAR TO MONTH", spell("INTERVAL YEAR TO MONTH"):upper())
            assert.equal("INTEGER[]", spell("INTEGER[][]"))
        end)

        it("that corm does not know are NullType, with a warning", function()
            local warned = {}
            local before = corm.warnings.handler(function(warning)
                warned[#warned + 1] = warning.message
            end)
            local inspector = after("CREATE TABLE t (a point)")
            local found = inspector:get_columns("t")[1].type
            corm.warnings.handler(before)
            assert.equal(corm.NullType, found)
            assert.same({ "did not recognize type 'point' of column 'a'" }, warned)
        end)

        it("may be enumerations, in arrays and other schemas", function()
            local inspector = after("CREATE SCHEMA other",
                "CREATE TYPE mood AS ENUM ('sad', 'it''s', 'ok')",
                "CREATE TYPE other.size AS ENUM ('s')", "CREATE TYPE other.void AS ENUM ()",
                "CREATE TABLE t (a mood, b mood[], c other.size)")
            local columns = inspector:get_columns("t")
            local mood = columns[1].type
            assert.is_true(pg.ENUM:is(mood))
            assert.same({ "sad", "it's", "ok" }, mood.enums)
            assert.same({ "mood", nil }, { mood.name, mood.schema })
            assert.equal("mood", columns[2].type.item_type.name)
            assert.same({ "size", "other" }, { columns[3].type.name, columns[3].type.schema })
            assert.same({
                { name = "mood", schema = "public", visible = true,
                    labels = { "sad", "it's", "ok" } },
            }, inspector:get_enums())
            assert.same({ "size", "void" },
                field(inspector:get_enums({ schema = "other" }), "name"))
            assert.same({}, inspector:get_enums("other")[2].labels)
            assert.equal(3, #inspector:get_enums("*"))
            assert.is_true(inspector:has_type("size", "other"))
            assert.is_false(inspector:has_type("size"))
        end)

        it("may be domains, also over domains", function()
            local inspector = after(
                "CREATE DOMAIN positive AS NUMERIC(5, 1) DEFAULT 3 "
                    .. "CONSTRAINT pos CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 9)",
                "CREATE DOMAIN sure AS positive NOT NULL",
                'CREATE DOMAIN word AS VARCHAR(5) COLLATE "C"',
                "CREATE TABLE t (a positive, b sure, c positive[], d positive DEFAULT 4, e word)")
            local columns = inspector:get_columns("t")
            assert.same({ "3", "3", nil, "4" }, {
                columns[1].default, columns[2].default, columns[3].default, columns[4].default,
            })
            assert.is_true(columns[1].nullable)
            assert.is_false(columns[2].nullable)
            assert.equal("positive", columns[1].type.name)
            assert.equal("NUMERIC(5, 1)",
                core.ddl_type(columns[1].type.data_type, "postgresql"))
            assert.equal("positive", columns[2].type.data_type.name)
            local domains = inspector:get_domains()
            assert.same({ "positive", "sure", "word" }, field(domains, "name"))
            assert.same({
                { name = "pos", check = "VALUE > 0::numeric" },
                { name = "small", check = "VALUE < 9::numeric" },
            }, domains[1].constraints)
            assert.same({ "numeric(5,1)", true, "3" },
                { domains[1].type, domains[1].nullable, domains[1].default })
            assert.equal("C", domains[3].collation)
            assert.is_nil(domains[3].collation_schema)
        end)

        it("may have collations of other schemas", function()
            local inspector = after(
                "CREATE SCHEMA other",
                [[CREATE COLLATION other."Own" (LOCALE = 'C')]],
                'CREATE DOMAIN word AS TEXT COLLATE other."Own"',
                'CREATE TABLE t (a word, b VARCHAR(3) COLLATE other."Own", '
                    .. 'c TEXT COLLATE other."Own", d TEXT COLLATE "C")')
            local found = inspector:get_columns("t")
            for _, type_ in ipairs({ found[2].type, found[3].type,
                inspector:get_domains()[1] }) do
                assert.same({ "Own", "other" }, { type_.collation, type_.collation_schema })
            end
            assert.equal('CREATE DOMAIN word AS TEXT COLLATE other."Own"',
                tostring(corm.dialects.postgresql.CreateDomainType(found[1].type)
                    :compile({ dialect = "postgresql" })))
            assert.same({ "C" }, { found[4].type.collation, found[4].type.collation_schema })
        end)
    end)

    describe("columns", function()
        it("have defaults, identities and expressions", function()
            local inspector = after([[CREATE TABLE t (
                id BIGSERIAL PRIMARY KEY,
                a INTEGER GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2 MINVALUE 3
                    MAXVALUE 100 CYCLE CACHE 4),
                b INTEGER GENERATED BY DEFAULT AS IDENTITY,
                c INTEGER GENERATED ALWAYS AS (1 + 2) STORED,
                d VARCHAR DEFAULT 'a:b', e TIMESTAMP DEFAULT now())]])
            local columns = inspector:get_columns("t")
            assert.equal("nextval('t_id_seq'::regclass)", columns[1].default)
            assert.same({
                always = true, start = 5, increment = 2, minvalue = 3, maxvalue = 100,
                cycle = true, cache = 4,
            }, columns[2].identity)
            assert.is_false(columns[3].identity.always)
            assert.same({ sqltext = "(1 + 2)", persisted = true }, columns[4].computed)
            assert.equal("'a:b'::character varying", columns[5].default)
            assert.same({ true, true, true, false, false, false },
                field(columns, "autoincrement"))
        end)

        it("name sequences with the schema that was asked for", function()
            local inspector = after("CREATE SCHEMA other", "CREATE TABLE other.t (id SERIAL)")
            assert.equal("nextval('other.t_id_seq'::regclass)",
                inspector:get_columns("t", "other")[1].default)
            after("SET search_path TO other, public")
            inspector:clear_cache()
            assert.equal([[nextval('"other".t_id_seq'::regclass)]],
                inspector:get_columns("t", "other")[1].default)
        end)

        it("leave out those that were dropped", function()
            local inspector = after("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, "
                .. "UNIQUE (c))", "ALTER TABLE t DROP COLUMN b", "CREATE TABLE bare ()")
            assert.same({ "a", "c" }, field(inspector:get_columns("t"), "name"))
            assert.same({ "c" }, inspector:get_unique_constraints("t")[1].column_names)
            assert.same({}, inspector:get_columns("bare"))
            assert.equal(0, #Table("bare", corm.MetaData(),
                { autoload_with = it_has.connection }).c)
        end)
    end)

    describe("schemas", function()
        before_each(function()
            after("CREATE SCHEMA other", "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE other.parent (id INTEGER PRIMARY KEY)",
                [[CREATE TABLE child (a INTEGER REFERENCES parent,
                    b INTEGER REFERENCES other.parent)]],
                [[CREATE TABLE other.child (a INTEGER REFERENCES public.parent,
                    b INTEGER REFERENCES other.parent)]])
        end)

        local function targets(inspector, schema)
            local found = {}
            for i, key in ipairs(inspector:get_foreign_keys("child", schema)) do
                found[i] = key.referred_schema or "none"
            end
            return found
        end

        it("are named for targets that the search path does not find", function()
            local inspector = corm.inspect(it_has.connection)
            assert.same({ "none", "other" }, targets(inspector))
            assert.same({ "none", "other" }, targets(inspector, "other"))
            assert.same({ "public", "other" }, targets(inspector, "public"))
            after("SET search_path TO other")
            inspector:clear_cache()
            assert.same({ "public", "none" }, targets(inspector))
            assert.equal("other", inspector.default_schema_name)
        end)

        it("keep tables of one name apart", function()
            local found = reflect()
            assert.same({ "child", "other.parent", "parent" }, (function()
                local keys = found:keys()
                table.sort(keys)
                return keys
            end)())
            assert.is_true(found.child.c.b:references(found["other.parent"].c.id))
            local others = reflect({ schema = "other", only = { "child" } })
            assert.is_true(others["other.child"].c.a:references(others.parent.c.id))
        end)

        it("are listed", function()
            local inspector = corm.inspect(it_has.connection)
            assert.same({ "information_schema", "other", "public" }, inspector:get_schema_names())
            assert.equal("public", inspector.default_schema_name)
            assert.same({ "child", "parent" }, inspector:get_table_names({ schema = "other" }))
            assert.is_false(inspector:has_table("pg_class"))
            assert.is_true(inspector:has_table("pg_class", { schema = "pg_catalog" }))
            assert.equal(inspector:get_table_oid("parent", "other"),
                it_has.connection:exec_driver_sql("SELECT 'other.parent'::regclass::oid")
                    :scalar())
        end)

        it("are all named where the search path is ignored", function()
            local inspector = after("SET search_path TO other, public")
            local option = { postgresql_ignore_search_path = true, schema = "public" }
            local keys = inspector:get_foreign_keys("child", option)
            assert.equal("public", keys[1].referred_schema)
            assert.equal("public", keys[2].referred_schema) -- other is the default one
            assert.is_nil(inspector:get_foreign_keys("child")[2].referred_schema)
            local metadata = corm.MetaData()
            Table("child", metadata, {
                autoload_with = it_has.connection, postgresql_ignore_search_path = true,
            })
            assert.is_true(metadata.tables:contains("public.parent"))
            metadata = corm.MetaData()
            metadata:reflect(it_has.connection, {
                schema = "public", postgresql_ignore_search_path = true,
            })
            assert.is_true(metadata.tables:contains("public.parent"))
        end)

        it("of a MetaData count for its tables", function()
            local metadata = corm.MetaData({ schema = "other" })
            metadata:reflect(it_has.connection)
            assert.is_true(metadata.tables:contains("other.child"))
            assert.is_true(metadata.tables:contains("parent"))
            assert.is_true(metadata.tables["other.child"].c.a
                :references(metadata.tables.parent.c.id))
        end)
    end)

    it("finds kinds of relations", function()
        local inspector = after("CREATE TABLE t (a INTEGER)", "CREATE VIEW v AS SELECT a FROM t",
            "CREATE MATERIALIZED VIEW m AS SELECT a FROM t", "CREATE TEMP TABLE tt (b INTEGER)",
            "CREATE TEMP VIEW tv AS SELECT b FROM tt", "CREATE SEQUENCE s",
            "CREATE INDEX ix_m ON m (a)",
            "CREATE TABLE p (a INTEGER) PARTITION BY RANGE (a)",
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5)",
            "CREATE TABLE heir (c INTEGER) INHERITS (t)")
        assert.same({ "heir", "p", "p1", "t" }, inspector:get_table_names())
        assert.same({ "v" }, inspector:get_view_names())
        assert.same({ "m" }, inspector:get_materialized_view_names())
        assert.same({ "tt" }, inspector:get_temp_table_names())
        assert.same({ "tv" }, inspector:get_temp_view_names())
        assert.same({ "s" }, inspector:get_sequence_names())
        assert.is_true(inspector:has_sequence("s"))
        assert.same({}, inspector:get_foreign_table_names())
        assert.same({ "ix_m" }, field(inspector:get_indexes("m"), "name"))
        assert.truthy(inspector:get_view_definition("m"):find("FROM t", 1, true))
        assert.equal("RANGE (a)", inspector:get_table_options("p").postgresql_partition_by)
        assert.same({ "t" }, inspector:get_table_options("heir").postgresql_inherits)
        assert.same({ prefixes = { "TEMPORARY" } }, inspector:get_table_options("tt"))
    end)

    it("reads foreign keys with all they can say", function()
        local inspector = after("CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (b, a))",
            [[CREATE TABLE c (x INTEGER, y INTEGER, "Z" INTEGER,
                CONSTRAINT f1 FOREIGN KEY (x, y) REFERENCES p (b, a) MATCH FULL
                    ON UPDATE RESTRICT ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                CONSTRAINT f2 FOREIGN KEY ("Z", y) REFERENCES p (b, a) ON DELETE SET NULL ("Z"),
                CONSTRAINT f3 FOREIGN KEY (x, y) REFERENCES p ON DELETE NO ACTION DEFERRABLE)]],
            "COMMENT ON CONSTRAINT f3 ON c IS 'third'",
            "ALTER TABLE c ADD CONSTRAINT f4 FOREIGN KEY (x, y) REFERENCES p NOT VALID")
        local keys = inspector:get_foreign_keys("c")
        assert.same({
            name = "f1", constrained_columns = { "x", "y" }, referred_table = "p",
            referred_columns = { "b", "a" },
            options = {
                match = "FULL", onupdate = "RESTRICT", ondelete = "CASCADE", deferrable = true,
                initially = "DEFERRED",
            },
        }, keys[1])
        assert.same({ ondelete = 'SET NULL ("Z")' }, keys[2].options)
        assert.same({ deferrable = true }, keys[3].options)
        assert.equal("third", keys[3].comment)
        assert.same({ not_valid = true }, keys[4].dialect_options)
    end)

    it("reads indexes with all they can say", function()
        local inspector = after("CREATE TABLE t (a INTEGER, b TEXT, c INTEGER UNIQUE, d INTEGER)",
            "CREATE UNIQUE INDEX i1 ON t (a DESC, b NULLS FIRST, c DESC NULLS LAST) INCLUDE (d)",
            "CREATE INDEX i2 ON t (lower(b || 'x') DESC, (a + 1), a) WHERE a > 5",
            "CREATE INDEX i3 ON t USING hash (b) WITH (fillfactor = 50)",
            "CREATE INDEX i4 ON t (b text_pattern_ops, a)")
        local by_name = {}
        for _, index in ipairs(inspector:get_indexes("t")) do
            by_name[index.name] = index
        end
        assert.same({ "a", "b", "c" }, by_name.i1.column_names)
        assert.same({ a = { "desc" }, b = { "nulls_first" }, c = { "desc", "nulls_last" } },
            by_name.i1.column_sorting)
        assert.same({ "d" }, by_name.i1.dialect_options.postgresql_include)
        assert.same({ corm.NULL, corm.NULL, "a" }, by_name.i2.column_names)
        assert.same({ "lower(b || 'x'::text)", "(a + 1)", "a" }, by_name.i2.expressions)
        assert.equal("(a > 5)", by_name.i2.dialect_options.postgresql_where)
        assert.equal("hash", by_name.i3.dialect_options.postgresql_using)
        assert.same({ fillfactor = "50" }, by_name.i3.dialect_options.postgresql_with)
        assert.same({ b = "text_pattern_ops" }, by_name.i4.dialect_options.postgresql_ops)
        assert.equal("t_c_key", by_name.t_c_key.duplicates_constraint)
        assert.equal(4, #reflect().t.indexes)
    end)

    it("makes constraints that hold for new rows only", function()
        after("CREATE TABLE t (a INTEGER)", "CREATE TABLE u (id INTEGER PRIMARY KEY)",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a <> 7) NOT VALID",
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u NOT VALID")
        local sql = tostring(corm.schema.CreateTable(reflect().t)
            :compile({ dialect = "postgresql" }))
        assert.truthy(sql:find("CHECK (a <> 7) NOT VALID", 1, true), sql)
        assert.truthy(sql:find("REFERENCES u (id) NOT VALID", 1, true), sql)
    end)

    it("leaves out an index that covers a column which is not included", function()
        after("CREATE TABLE t (a INTEGER, b INTEGER)", "CREATE INDEX i ON t (a) INCLUDE (b)")
        local t = Table("t", corm.MetaData(), {
            autoload_with = it_has.connection, include_columns = { "a" },
        })
        assert.same({ "a" }, t.c:keys())
        assert.equal(0, #t.indexes)
    end)

    it("reads checks, unique constraints and comments", function()
        local inspector = after([[CREATE TABLE t (a INTEGER, b INTEGER,
                CONSTRAINT c1 CHECK ((a > 1 AND a < 5) OR b IS NULL) NO INHERIT,
                CONSTRAINT u1 UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) DEFERRABLE,
                CONSTRAINT k PRIMARY KEY (b) INCLUDE (a))]],
            "ALTER TABLE t ADD CONSTRAINT c2 CHECK (a <> 7) NOT VALID",
            "COMMENT ON TABLE t IS 'the table'", "COMMENT ON COLUMN t.b IS 'the column'",
            "COMMENT ON CONSTRAINT c1 ON t IS 'a check'",
            "COMMENT ON CONSTRAINT u1 ON t IS 'unique'", "COMMENT ON CONSTRAINT k ON t IS 'key'",
            "CREATE TABLE plain (a INTEGER)")
        local checks = inspector:get_check_constraints("t")
        assert.same({
            name = "c1", sqltext = "a > 1 AND a < 5 OR b IS NULL", comment = "a check",
            dialect_options = { no_inherit = true },
        }, checks[1])
        assert.same({ not_valid = true }, checks[2].dialect_options)
        assert.same({
            {
                name = "u1", column_names = { "a" }, comment = "unique",
                options = { deferrable = true },
                dialect_options = {
                    postgresql_include = { "b" }, postgresql_nulls_not_distinct = true,
                },
            },
        }, inspector:get_unique_constraints("t"))
        assert.same({
            name = "k", constrained_columns = { "b" }, comment = "key",
            dialect_options = { postgresql_include = { "a" } },
        }, inspector:get_pk_constraint("t"))
        assert.same({ text = "the table" }, inspector:get_table_comment("t"))
        assert.same({}, inspector:get_table_comment("plain"))
        assert.equal("the column", inspector:get_columns("t")[2].comment)
        local t = reflect().t
        assert.same({ "the table", "the column" }, { t.comment, t.c.b.comment })
    end)

    it("asks no more questions for more tables", function()
        local statements = {}
        for i = 1, 40 do
            statements[i] = ("CREATE TABLE t%d (id SERIAL PRIMARY KEY, x TEXT UNIQUE, "
                .. "other_id INTEGER REFERENCES t%d)"):format(i, math.max(i - 1, 1))
        end
        after(table.unpack(statements))
        local sql = helper.capture_sql(it_has.engine)
        assert.equal(40, #reflect())
        assert.is_true(#sql < 15, ("%d statements"):format(#sql))
    end)

    it("names tables and columns with dots and quotes", function()
        after('CREATE TABLE "a.b" ("c.d" INTEGER PRIMARY KEY)',
            [[CREATE TABLE "e""f" ("g h" INTEGER REFERENCES "a.b", "I" TEXT)]],
            [[CREATE INDEX "j k" ON "e""f" ("I")]])
        local found = reflect()
        assert.is_true(found['e"f'].c["g h"]:references(found["a.b"].c["c.d"]))
        assert.is_true(corm.inspect(it_has.connection):has_index('e"f', "j k"))
    end)
end)
