-- SPDX-License-Identifier: MIT
-- What DDL can say beyond tables and keys, run on the databases themselves.

local helper = require("spec.helper")
local corm = require("corm")
local schema = corm.schema

local Column, Integer, String, Table = corm.Column, corm.Integer, corm.String, corm.Table
local postgresql = corm.dialects.postgresql

-- The statements that create_all() sends to a database of this name.
local function statements_of(metadata, url)
    local list = {}
    local engine = corm.create_mock_engine(url, function(sql)
        list[#list + 1] = tostring(sql):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
    end)
    metadata:create_all(engine, { checkfirst = false })
    return list
end

describe("DDL", function()
    helper.each_database(function(db)
        local engine

        before_each(function()
            engine = corm.create_engine(db.shared_url)
        end)

        after_each(function()
            engine:dispose()
            engine = nil
        end)

        local function failing(fn)
            local ok, err = pcall(fn)
            assert.is_false(ok)
            return err
        end

        it("creates views after the tables that they read", function()
            local metadata = corm.MetaData()
            local users = Table("users", metadata, Column("id", Integer, { primary_key = true }),
                Column("name", String(20)))
            local view = schema.CreateView(
                corm.select(users.c.id, users.c.name:label("called")):where(users.c.name:ne("x'y")),
                "a_view", { metadata = metadata })
            metadata:create_all(engine)
            engine:begin(function(connection)
                connection:execute(corm.insert(users), { { name = "ed" }, { name = "x'y" } })
                local rows = connection:execute(corm.select(view.table.c.called)):scalars():all()
                assert.same({ "ed" }, rows)
            end)
            metadata:drop_all(engine)
            engine:connect(function(connection)
                failing(function()
                    connection:execute(corm.select(view.table.c.called))
                end)
            end)
        end)

        it("makes a table of what a select returns", function()
            local metadata = corm.MetaData()
            local users = Table("users", metadata, Column("id", Integer, { primary_key = true }))
            metadata:create_all(engine)
            local copy = corm.select(users.c.id):into("copied")
            engine:begin(function(connection)
                connection:execute(corm.insert(users), { { id = 5 } })
                connection:execute(copy)
                assert.same({ 5 }, connection:execute(corm.select(copy.table.c.id)):scalars():all())
                connection:execute(schema.DropTable(copy.table))
            end)
            metadata:drop_all(engine)
        end)

        it("creates and drops an index by itself", function()
            local metadata = corm.MetaData()
            local users = Table("users", metadata, Column("id", Integer, { primary_key = true }),
                Column("name", String(20)))
            metadata:create_all(engine)
            local index = schema.Index("ix_alone", users.c.name, { unique = true })
            index:create(engine)
            index:create(engine, { checkfirst = true })
            engine:begin(function(connection)
                connection:execute(corm.insert(users), { { name = "a" } })
            end)
            local err = failing(function()
                engine:begin(function(connection)
                    connection:execute(corm.insert(users), { { name = "a" } })
                end)
            end)
            assert.is_true(corm.exc.IntegrityError:is(err))
            index:drop(engine)
            index:drop(engine, { checkfirst = true })
            metadata:drop_all(engine)
        end)

        it("tells functions of ddl_if() the statement, whoever asks", function()
            local metadata, told = corm.MetaData(), {}
            local function note(statement, target, connection)
                local text = tostring(statement):gsub("%s+", " ")
                told[#told + 1] = text
                assert.equal(statement.element, target)
                assert.equal(connection ~= nil, #told ~= 3)
                return true
            end
            local t = Table("t", metadata, Column("x", Integer))
            corm.CheckConstraint(t.c.x:gt(5), { name = "ck" }):ddl_if({ callable_ = note })
            corm.Index("ix", t.c.x):ddl_if({ callable_ = note })
            metadata:create_all(engine)
            metadata:drop_all(engine)
            assert.truthy(tostring(schema.CreateTable(t)):find("CHECK (x > 5)", 1, true))
            assert.same({
                "ALTER TABLE t ADD CONSTRAINT ck CHECK (x > 5)", "CREATE INDEX ix ON t (x)",
                "ALTER TABLE t ADD CONSTRAINT ck CHECK (x > 5)",
            }, told)
        end)

        it("leaves out what is meant for another database", function()
            local metadata = corm.MetaData()
            local t = Table("t", metadata, Column("id", Integer, { primary_key = true }),
                Column("x", Integer))
            corm.CheckConstraint(t.c.x:gt(5), { name = "elsewhere" }):ddl_if({ dialect = "oracle" })
            corm.CheckConstraint(t.c.x:gt(1), { name = "here" })
                :ddl_if({ dialect = { "sqlite", "postgresql" } })
            corm.Index("ix_elsewhere", t.c.x):ddl_if({
                callable_ = function(_, _, _, details)
                    assert.equal(7, details.state)
                    return false
                end,
                state = 7,
            })
            metadata:create_all(engine)
            engine:begin(function(connection)
                connection:execute(corm.insert(t), { { x = 3 } })
            end)
            local err = failing(function()
                engine:begin(function(connection)
                    connection:execute(corm.insert(t), { { x = 1 } })
                end)
            end)
            assert.is_true(corm.exc.IntegrityError:is(err))
            engine:begin(function(connection)
                connection:execute(schema.CreateIndex(corm.Index("ix_elsewhere", t.c.x)))
            end)
            metadata:drop_all(engine)
        end)

        it("keeps names as they are quoted", function()
            local metadata = corm.MetaData()
            local t = Table(corm.quoted_name("Odd Table", true), metadata,
                Column(corm.quoted_name("low", true), Integer, { primary_key = true }),
                Column("plain", Integer, { quote = true }))
            assert.equal('SELECT "Odd Table"."low", "Odd Table"."plain" \nFROM "Odd Table"',
                tostring(corm.select(t)))
            metadata:create_all(engine)
            engine:begin(function(connection)
                connection:execute(corm.insert(t), { { low = 1, plain = 2 } })
                local row = connection:execute(corm.select(t)):one()
                assert.equal(2, row.plain)
            end)
            metadata:drop_all(engine)
        end)

        if db.name == "postgresql" then
            it("excludes overlapping rows", function()
                local metadata = corm.MetaData()
                local t = Table("t", metadata, Column("id", Integer, { primary_key = true }),
                    Column("during", postgresql.INT4RANGE),
                    postgresql.ExcludeConstraint({ "during", "&&" }, { name = "no_overlap" }))
                metadata:create_all(engine)
                metadata:drop_all(engine)
                local copied = t:to_metadata(corm.MetaData(), { name = "t2" })
                copied:create(engine)
                local err = failing(function()
                    engine:begin(function(connection)
                        connection:exec_driver_sql(
                            "INSERT INTO t2 (during) VALUES ('[1,5)'), ('[4,6)')")
                    end)
                end)
                assert.is_true(corm.exc.IntegrityError:is(err))
                copied:drop(engine)
            end)
        end
    end)
end)

describe("DDL of one database", function()
    it("says what SQLite does on conflict", function()
        local metadata = corm.MetaData()
        local t = Table("t", metadata,
            Column("id", Integer, { primary_key = true,
                sqlite_on_conflict_primary_key = "replace" }),
            Column("x", Integer, { unique = true, sqlite_on_conflict_unique = "IGNORE" }))
        local engine = corm.create_engine("sqlite://")
        metadata:create_all(engine)
        engine:begin(function(connection)
            connection:execute(corm.insert(t), { { id = 1, x = 1 }, { id = 2, x = 1 } })
            connection:execute(corm.insert(t), { { id = 1, x = 5 } })
            local rows = connection:execute(corm.select(t.c.id, t.c.x)):all()
            assert.equal(1, #rows)
            assert.equal(5, rows[1].x)
        end)
        engine:dispose()
    end)

    it("comments on constraints where it can", function()
        local metadata = corm.MetaData()
        Table("t", metadata, Column("x", Integer),
            corm.CheckConstraint("x > 1", { name = "ck", comment = "more" }))
        local sent = statements_of(metadata, "postgresql://")
        assert.equal("COMMENT ON CONSTRAINT ck ON t IS 'more'", sent[#sent])
        assert.equal(1, #statements_of(metadata, "sqlite://"))
    end)

    it("creates sequences that belong to the MetaData alone", function()
        local metadata = corm.MetaData()
        corm.Sequence("alone", { metadata = metadata, nomaxvalue = true, cycle = false })
        assert.same({ "CREATE SEQUENCE alone NO MAXVALUE NO CYCLE" },
            statements_of(metadata, "postgresql://"))
        assert.same({}, statements_of(metadata, "sqlite://"))
    end)

    it("takes a constraint out of CREATE TABLE that is added by itself", function()
        local metadata = corm.MetaData()
        local t = Table("t", metadata, Column("x", Integer))
        local check = corm.CheckConstraint(t.c.x:gt(1), { name = "ck" })
        local added = schema.AddConstraint(check):execute_if({ dialect = "postgresql" })
        corm.event.listen(t, "after_create", added)
        assert.same({
            "CREATE TABLE t ( x INTEGER )",
            "ALTER TABLE t ADD CONSTRAINT ck CHECK (x > 1)",
        }, statements_of(metadata, "postgresql://"))
        assert.same({ "CREATE TABLE t ( x INTEGER )" }, statements_of(metadata, "sqlite://"))
    end)

    it("leaves a constraint in CREATE TABLE that is dropped by itself, or not to be taken out",
        function()
            for _, options in ipairs({ {}, { isolate_from_table = false } }) do
                local metadata = corm.MetaData()
                local t = Table("t", metadata, Column("x", Integer))
                local check = corm.CheckConstraint(t.c.x:gt(1), { name = "ck" })
                if options.isolate_from_table == false then
                    schema.AddConstraint(check, options)
                end
                assert.equal("ALTER TABLE t DROP CONSTRAINT ck",
                    tostring(schema.DropConstraint(check)))
                assert.same({ "CREATE TABLE t ( x INTEGER, CONSTRAINT ck CHECK (x > 1) )" },
                    statements_of(metadata, "postgresql://"))
            end
        end)
end)

describe("Naming conventions", function()
    local function text_of(convention, ...)
        local metadata = corm.MetaData({ naming_convention = convention })
        Table("other", metadata, Column("a", Integer), Column("b", Integer))
        return tostring(schema.CreateTable(Table("t", metadata, ...)))
    end

    it("give functions the constraint and its table", function()
        local text = text_of({
            uq = "uq_%(own)s",
            own = function(constraint, table_)
                return table_.name .. "_" .. #constraint.columns
            end,
        }, Column("a", Integer), Column("b", Integer), corm.UniqueConstraint("a", "b"))
        assert.truthy(text:find("CONSTRAINT uq_t_2 UNIQUE (a, b)", 1, true))
    end)

    it("know all columns that a foreign key refers to", function()
        local text = text_of({ fk = "%(column_0_N_name)s_%(referred_column_0_N_name)s" },
            Column("x", Integer), Column("y", Integer),
            corm.ForeignKeyConstraint({ "x", "y" }, { "other.a", "other.b" }))
        assert.truthy(text:find("CONSTRAINT x_y_a_b FOREIGN KEY(x, y)", 1, true))
    end)

    it("leave names alone that conv() marks", function()
        local text = text_of({ ck = "ck_%(table_name)s_%(constraint_name)s" }, Column("a", Integer),
            corm.CheckConstraint("a > 1", { name = corm.conv("mine") }),
            corm.CheckConstraint("a > 2", { name = "other" }))
        assert.truthy(text:find("CONSTRAINT mine CHECK", 1, true))
        assert.truthy(text:find("CONSTRAINT ck_t_other CHECK", 1, true))
    end)
end)
