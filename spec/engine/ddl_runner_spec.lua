-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String
local ForeignKey = corm.ForeignKey

describe("create_all and drop_all", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
        end)

        after_each(function()
            if it_has.engine then
                it_has.engine:dispose()
            end
        end)

        local function has_table(name)
            return it_has.engine:connect(function(connection)
                return (pcall(connection.exec_driver_sql, connection, "SELECT 1 FROM " .. name))
            end)
        end

        -- The kinds and names of the DDL statements that were sent.
        local function ddl(sql)
            local list = {}
            for _, text in ipairs(sql) do
                local verb, kind, name = text:match("^%s*(%u+) (%u+) (%S+)")
                if verb == "CREATE" or verb == "DROP" or verb == "ALTER" then
                    list[#list + 1] = ("%s %s %s"):format(verb, kind, name)
                end
            end
            return list
        end

        local function parent_and_child()
            local metadata = corm.MetaData()
            corm.Table("child", metadata, Column("id", Integer, { primary_key = true }),
                Column("parent_id", ForeignKey("parent.id")),
                Column("name", String(20), { index = true }))
            corm.Table("parent", metadata, Column("id", Integer, { primary_key = true }))
            return metadata
        end

        it("go in the order of references, and do nothing twice", function()
            local metadata = parent_and_child()
            local sql = helper.capture_sql(it_has.engine)
            metadata:create_all(it_has.engine)
            assert.same({ "CREATE TABLE parent", "CREATE TABLE child",
                "CREATE INDEX ix_child_name" }, ddl(sql))
            local before = #ddl(sql)
            metadata:create_all(it_has.engine)
            assert.equal(before, #ddl(sql))
            metadata:drop_all(it_has.engine)
            local all = ddl(sql)
            assert.same({ "DROP TABLE child", "DROP TABLE parent" },
                { all[#all - 1], all[#all] })
            assert.is_false(has_table("parent"))
            metadata:drop_all(it_has.engine)
            assert.equal(#all, #ddl(sql))
        end)

        it("create the tables that are named only", function()
            local metadata = parent_and_child()
            metadata:create_all(it_has.engine, { tables = { metadata.tables.parent } })
            assert.is_true(has_table("parent"))
            assert.is_false(has_table("child"))
            metadata.tables.child:create(it_has.engine)
            assert.is_true(has_table("child"))
            metadata.tables.child:drop(it_has.engine)
            assert.is_false(has_table("child"))
        end)

        it("do not look first when told so", function()
            local metadata = parent_and_child()
            metadata:create_all(it_has.engine)
            assert.has_error(function()
                metadata:create_all(it_has.engine, { checkfirst = false })
            end)
        end)

        it("take a connection, in its transaction", function()
            local metadata = parent_and_child()
            local connection <close> = it_has.engine:connect()
            metadata:create_all(connection)
            assert.is_true(connection:in_transaction())
            connection:rollback()
            assert.is_false(has_table("parent"))
        end)

        it("are one transaction: all or nothing", function()
            local metadata = parent_and_child()
            corm.event.listen(metadata.tables.child, "before_create", function()
                error("not this one", 0)
            end)
            local ok, e = pcall(metadata.create_all, metadata, it_has.engine)
            assert.is_false(ok)
            assert.equal("not this one", e)
            assert.is_false(has_table("parent"))
        end)

        it("tell their listeners", function()
            local metadata = parent_and_child()
            local seen = {}
            for _, name in ipairs({ "before_create", "after_create", "before_drop",
                "after_drop" }) do
                for _, target in ipairs({ metadata, metadata.tables.parent }) do
                    corm.event.listen(target, name, function(object, connection, options)
                        assert.equal(target, object)
                        assert.is_true(corm.engine.is_connection(connection))
                        seen[#seen + 1] = name .. (options.tables and " " .. #options.tables or "")
                    end)
                end
            end
            metadata:create_all(it_has.engine)
            metadata:drop_all(it_has.engine)
            assert.same({ "before_create 2", "before_create", "after_create", "after_create 2",
                "before_drop 2", "before_drop", "after_drop", "after_drop 2" }, seen)
        end)

        -- Note in a list which of the DDL events an object has.
        local function watch(target, title, seen)
            for _, name in ipairs({ "before_create", "after_create", "before_drop",
                "after_drop" }) do
                corm.event.listen(target, name, function(object)
                    assert.equal(target, object)
                    seen[#seen + 1] = title .. " " .. name
                end)
            end
        end

        it("tell of indexes, and of one table its own listeners alone", function()
            local metadata = parent_and_child()
            local child, seen = metadata.tables.child, {}
            local index = child.indexes:pop()
            child.indexes:add(index)
            watch(metadata, "metadata", seen)
            watch(child, "child", seen)
            watch(index, "index", seen)
            metadata.tables.parent:create(it_has.engine)
            child:create(it_has.engine)
            index:drop(it_has.engine)
            child:drop(it_has.engine)
            assert.same({ "child before_create", "index before_create", "index after_create",
                "child after_create", "index before_drop", "index after_drop",
                "child before_drop", "child after_drop" }, seen)
        end)

        it("have a table that its MetaData has forgotten created by itself", function()
            local metadata = corm.MetaData()
            local lost = corm.Table("lost", metadata, Column("id", Integer))
            metadata:remove(lost)
            metadata:create_all(it_has.engine)
            assert.is_false(has_table("lost"))
            lost:create(it_has.engine)
            assert.is_true(has_table("lost"))
            lost:drop(it_has.engine)
            assert.is_false(has_table("lost"))
        end)

        it("replace names in the text of a DDL, quoted where they have to be", function()
            local metadata = corm.MetaData()
            local odd = corm.Table("odd one", metadata, Column("id", Integer))
            corm.event.listen(odd, "after_create", corm.DDL(
                "INSERT INTO %(table)s SELECT 7 %% 4 "
                    .. "WHERE '%(schema)s' = '' AND NOT EXISTS (SELECT 1 FROM %(fullname)s)"))
            metadata:create_all(it_has.engine)
            it_has.engine:connect(function(connection)
                assert.equal("50%", connection:execute(corm.DDL("SELECT '50%%'")):scalar())
                assert.equal("50%", connection:execute(
                    corm.DDL("SELECT '%(x)s%%'", { context = { x = 50 } })):scalar())
                assert.equal(3, connection:scalar(corm.select(odd.c.id)))
            end)
        end)

        it("refuse what is no engine", function()
            local metadata = parent_and_child()
            for _, bind in ipairs({ "sqlite://", 5, {} }) do
                local ok, e = pcall(metadata.create_all, metadata, bind)
                assert.is_false(ok)
                assert.is_true(corm.exc.ArgumentError:is(e))
            end
        end)

        if db.name == "postgresql" then
            it("create types, sequences and comments, each once", function()
                local metadata = corm.MetaData()
                local color = corm.Enum("red", "blue", { name = "color" })
                local numbers = corm.Sequence("numbers")
                corm.Table("a", metadata, Column("id", Integer, numbers, { primary_key = true }),
                    Column("color", color), { comment = "it's a" })
                corm.Table("b", metadata, Column("id", Integer, { primary_key = true }),
                    Column("color", color))
                local sql = helper.capture_sql(it_has.engine)
                metadata:create_all(it_has.engine)
                assert.same({ "CREATE TYPE color", "CREATE SEQUENCE numbers", "CREATE TABLE a",
                    "CREATE TABLE b" }, ddl(sql))
                it_has.engine:begin(function(connection)
                    local a = metadata.tables.a
                    local result = connection:execute(corm.insert(a), { color = "red" })
                    assert.equal(1, result.inserted_primary_key[1])
                    assert.equal("it's a", connection:exec_driver_sql(
                        "SELECT obj_description('a'::regclass)"):scalar())
                end)
                metadata:create_all(it_has.engine)
                metadata:drop_all(it_has.engine)
                local all = ddl(sql)
                assert.same({ "DROP SEQUENCE numbers", "DROP TYPE color" },
                    { all[#all - 1], all[#all] })
            end)

            it("close cycles of foreign keys by ALTER TABLE", function()
                local metadata = corm.MetaData()
                corm.Table("a", metadata, Column("id", Integer, { primary_key = true }),
                    Column("b_id", Integer, ForeignKey("b.id", { name = "fk_a_b" })))
                corm.Table("b", metadata, Column("id", Integer, { primary_key = true }),
                    Column("a_id", Integer, ForeignKey("a.id", { name = "fk_b_a" })))
                local sql = helper.capture_sql(it_has.engine)
                metadata:create_all(it_has.engine)
                assert.equal("ALTER TABLE", (ddl(sql)[3] or ""):match("^ALTER TABLE"))
                metadata:drop_all(it_has.engine)
                assert.is_false(has_table("a"))
            end)

            -- The key of `owner` has a name only if that is said.
            local function ring(name)
                local metadata = corm.MetaData()
                corm.Table("node", metadata, Column("id", Integer, { primary_key = true }),
                    Column("owner_id", Integer, ForeignKey("owner.id")))
                corm.Table("owner", metadata, Column("id", Integer, { primary_key = true }),
                    Column("node_id", Integer, ForeignKey("node.id", { name = name })))
                return metadata
            end

            it("drop a cycle of which only some keys have names", function()
                local metadata = ring("fk_owner_node")
                metadata:create_all(it_has.engine)
                local sql = helper.capture_sql(it_has.engine)
                metadata:drop_all(it_has.engine)
                assert.same({ "ALTER TABLE owner", "DROP TABLE node", "DROP TABLE owner" },
                    ddl(sql))
            end)

            it("drop nothing of a cycle without names", function()
                local metadata = ring(nil)
                metadata:create_all(it_has.engine)
                local ok, e = pcall(metadata.drop_all, metadata, it_has.engine)
                assert.is_false(ok)
                assert.is_true(corm.exc.CircularDependencyError:is(e))
                assert.equal("cannot sort tables for DROP: foreign keys without names close a "
                    .. "cycle between node, owner", e.message)
                assert.is_true(has_table("node"))
            end)

            it("look for a sequence before they create or drop it", function()
                local sequence = corm.Sequence("some_numbers")
                sequence:drop(it_has.engine)
                sequence:create(it_has.engine)
                sequence:create(it_has.engine)
                assert.equal(1, it_has.engine:connect(function(connection)
                    return connection:scalar(sequence)
                end))
                sequence:drop(it_has.engine)
                local ok, e = pcall(sequence.drop, sequence, it_has.engine, { checkfirst = false })
                assert.is_false(ok)
                assert.is_true(corm.exc.ProgrammingError:is(e))
            end)

            it("tell of sequences and types, and leave those of others to one table", function()
                local metadata, seen = corm.MetaData(), {}
                local number = corm.Sequence("own_numbers")
                local mood = corm.Enum("a", "b", { name = "own_mood" })
                local shared = corm.Sequence("shared_numbers", { metadata = metadata })
                local items = corm.Table("items", metadata,
                    Column("id", Integer, number, { primary_key = true }), Column("m", mood))
                watch(number, "number", seen)
                watch(mood, "mood", seen)
                watch(shared, "shared", seen)
                items:create(it_has.engine)
                items:drop(it_has.engine)
                assert.same({ "mood before_create", "mood after_create",
                    "number before_create", "number after_create",
                    "number before_drop", "number after_drop" }, seen)
                metadata:create_all(it_has.engine)
                items:drop(it_has.engine)
                assert.is_true(corm.inspect(it_has.engine):has_sequence("shared_numbers"))
                metadata:drop_all(it_has.engine)
                assert.truthy(table.concat(seen, " "):find("shared after_drop", 1, true))
            end)

            it("number a column by itself where its sequence is optional", function()
                local metadata = corm.MetaData()
                local items = corm.Table("items", metadata, Column("id", Integer,
                    corm.Sequence("item_numbers", { optional = true }), { primary_key = true }),
                    Column("name", String))
                metadata:create_all(it_has.engine)
                it_has.engine:begin(function(connection)
                    local result = connection:execute(corm.insert(items), { name = "x" })
                    assert.equal(1, result.inserted_primary_key[1])
                end)
            end)

            it("look into schemas", function()
                it_has.engine:begin(function(connection)
                    connection:exec_driver_sql("CREATE SCHEMA other")
                end)
                local metadata = corm.MetaData()
                corm.Table("t", metadata, Column("id", Integer, { primary_key = true }),
                    { schema = "other" })
                metadata:create_all(it_has.engine)
                metadata:create_all(it_has.engine)
                assert.is_true(has_table("other.t"))
                metadata:drop_all(it_has.engine)
                assert.is_false(has_table("other.t"))
            end)
        end
    end)
end)

describe("tables", function()
    it("are created in the order in which they were made, after those they refer to", function()
        local metadata = corm.MetaData()
        local function make(name, ...)
            corm.Table(name, metadata, corm.Column("id", corm.Integer, { primary_key = true }), ...)
        end
        make("z")
        make("b", corm.Column("c_id", corm.ForeignKey("c.id")))
        make("c")
        make("a")
        local sql = {}
        local engine = corm.create_mock_engine("sqlite://", function(statement)
            sql[#sql + 1] = tostring(statement):match("%u+ TABLE %l")
        end)
        metadata:create_all(engine, { checkfirst = false })
        metadata:drop_all(engine, { checkfirst = false })
        assert.same({
            "CREATE TABLE z", "CREATE TABLE c", "CREATE TABLE a", "CREATE TABLE b",
            "DROP TABLE b", "DROP TABLE a", "DROP TABLE c", "DROP TABLE z",
        }, sql)
    end)
end)
