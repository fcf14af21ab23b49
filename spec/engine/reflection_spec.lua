-- SPDX-License-Identifier: MIT
-- Inspector, Table with autoload_with and MetaData:reflect(), as far as both databases agree.

local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String
local ForeignKey, Table = corm.ForeignKey, corm.Table

local function fails(class, pattern, fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(class:is(e), tostring(e))
    assert.truthy(e.message:find(pattern, 1, true), e.message)
end

local function names(list)
    local found = {}
    for i, record in ipairs(list) do
        found[i] = record.name
    end
    return found
end

-- users <- addresses, and a node that refers to itself
local function declare(metadata)
    Table("users", metadata,
        Column("user_id", Integer, { primary_key = true }),
        Column("name", String(20), { nullable = false }),
        Column("nick", String(10), { server_default = "nobody" }),
        Column("age", Integer),
        corm.UniqueConstraint("name", "nick", { name = "uq_name" }),
        corm.CheckConstraint("age > 0", { name = "ck_age" }))
    Table("addresses", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("user_id", Integer, ForeignKey("users.user_id", {
            name = "fk_user", ondelete = "CASCADE", deferrable = true, initially = "DEFERRED",
        })),
        Column("email", String(50)),
        corm.Index("ix_email", "email", "user_id", { unique = true }))
    Table("node", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("parent_id", Integer, ForeignKey("node.id", { name = "fk_node" })))
    return metadata
end

describe("reflection", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
            declare(corm.MetaData()):create_all(it_has.engine)
            it_has.engine:begin(function(connection)
                connection:exec_driver_sql("CREATE VIEW grown AS SELECT user_id, name "
                    .. "FROM users WHERE age > 17")
            end)
            it_has.inspector = corm.inspect(it_has.engine)
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        describe("Inspector", function()
            it("lists tables and views", function()
                local inspector = it_has.inspector
                assert.same({ "addresses", "node", "users" }, inspector:get_table_names())
                assert.same({ "grown" }, inspector:get_view_names())
                assert.truthy(inspector:get_view_definition("grown"):find("age > 17", 1, true))
                assert.same({}, inspector:get_temp_table_names())
            end)

            it("says what there is", function()
                local inspector = it_has.inspector
                assert.is_true(inspector:has_table("users"))
                assert.is_true(inspector:has_table("grown"))
                assert.is_false(inspector:has_table("user"))
                assert.is_false(inspector:has_table("users", { schema = "nowhere" }))
                assert.is_true(inspector:has_index("addresses", "ix_email"))
                assert.is_false(inspector:has_index("addresses", "ix_mail"))
                assert.is_false(inspector:has_index("nothing", "ix_mail"))
                assert.is_true(inspector:has_schema(inspector.default_schema_name))
                assert.is_false(inspector:has_schema("nowhere"))
                assert.same({ users = true, user = false },
                    inspector:has_multi_table({ "users", "user" }))
            end)

            it("describes columns", function()
                local columns = it_has.inspector:get_columns("users")
                assert.same({ "user_id", "name", "nick", "age" }, names(columns))
                assert.is_false(columns[2].nullable)
                assert.is_true(columns[4].nullable)
                assert.is_true(corm.String:is(columns[2].type))
                assert.equal(20, columns[2].type.length)
                assert.is_true(corm.Integer:is(columns[4].type))
                assert.truthy(columns[3].default:find("'nobody'", 1, true))
                assert.is_nil(columns[2].default)
            end)

            it("describes keys", function()
                local inspector = it_has.inspector
                assert.same({ "user_id" },
                    inspector:get_pk_constraint("users").constrained_columns)
                local keys = inspector:get_foreign_keys("addresses")
                assert.same({
                    {
                        name = "fk_user",
                        constrained_columns = { "user_id" },
                        referred_table = "users",
                        referred_columns = { "user_id" },
                        options = {
                            ondelete = "CASCADE", deferrable = true, initially = "DEFERRED",
                        },
                    },
                }, keys)
                assert.same({}, inspector:get_foreign_keys("users"))
                assert.same({ constrained_columns = {} }, inspector:get_pk_constraint("grown"))
            end)

            it("describes indexes and constraints", function()
                local inspector = it_has.inspector
                local index = inspector:get_indexes("addresses")[1]
                assert.equal("ix_email", index.name)
                assert.is_true(index.unique)
                assert.same({ "email", "user_id" }, index.column_names)
                local unique = inspector:get_unique_constraints("users")[1]
                assert.equal("uq_name", unique.name)
                assert.same({ "name", "nick" }, unique.column_names)
                assert.same({ { name = "ck_age", sqltext = "age > 0" } },
                    inspector:get_check_constraints("users"))
            end)

            it("raises NoSuchTableError for what is not there", function()
                for _, name in ipairs({
                    "columns", "pk_constraint", "foreign_keys", "indexes",
                    "unique_constraints", "check_constraints", "table_options",
                }) do
                    local method = it_has.inspector["get_" .. name]
                    fails(corm.exc.NoSuchTableError, "there is no table 'nothing'", method,
                        it_has.inspector, "nothing")
                end
                fails(corm.exc.NoSuchTableError, "there is no view", function()
                    it_has.inspector:get_view_definition("users")
                end)
            end)

            it("answers for many tables at once", function()
                local inspector = it_has.inspector
                local multi = inspector:get_multi_columns()
                assert.same({ "addresses", "node", "users" }, multi.keys())
                assert.equal(3, #multi)
                assert.same({ "id", "parent_id" }, names(multi.node))
                assert.equal(multi.node, multi[{ corm.NULL, "node" }])
                local chosen = inspector:get_multi_pk_constraint({
                    filter_names = { "users", "nothing" },
                })
                assert.same({ "users" }, chosen.keys())
                local reflection = require("corm.engine.reflection")
                assert.same({ "grown" }, inspector:get_multi_columns({
                    kind = reflection.ObjectKind.VIEW,
                }).keys())
                assert.equal(4, #inspector:get_multi_indexes({
                    kind = reflection.ObjectKind.ANY, scope = reflection.ObjectScope.ANY,
                }))
            end)

            it("sorts tables by their references, cycles at the end", function()
                local inspector = it_has.inspector
                assert.same({
                    { "node", { "fk_node" } }, { "users", {} },
                    { "addresses", { "fk_user" } }, { corm.NULL, {} },
                }, inspector:get_sorted_table_and_fkc_names())
                local ring = corm.MetaData()
                Table("a", ring, Column("id", Integer, { primary_key = true }),
                    Column("b_id", Integer, ForeignKey("b.id", { name = "fk_ab" })))
                Table("b", ring, Column("id", Integer, { primary_key = true }),
                    Column("a_id", Integer, ForeignKey("a.id", { name = "fk_ba" })))
                ring:create_all(it_has.engine)
                inspector:clear_cache()
                local sorted = inspector:sort_tables_on_foreign_key_dependency()
                assert.equal(6, #sorted)
                local left_out = sorted[6][2]
                table.sort(left_out, function(x, y)
                    return x[2] < y[2]
                end)
                assert.same({
                    { { corm.NULL, "a" }, "fk_ab" }, { { corm.NULL, "b" }, "fk_ba" },
                }, left_out)
            end)

            it("remembers until the cache is cleared", function()
                local inspector = it_has.inspector
                local first = inspector:get_columns("users")
                assert.equal(first, inspector:get_columns("users"))
                it_has.engine:begin(function(connection)
                    connection:exec_driver_sql("ALTER TABLE users ADD COLUMN late INTEGER")
                end)
                assert.equal(4, #inspector:get_columns("users"))
                inspector:clear_cache()
                assert.equal(5, #inspector:get_columns("users"))
            end)

            it("reads in the transaction of its connection", function()
                it_has.engine:connect(function(connection)
                    connection:exec_driver_sql("CREATE TABLE passing (id INTEGER)")
                    local inspector = corm.inspect(connection)
                    assert.is_true(inspector:has_table("passing"))
                    assert.is_true(connection:in_transaction())
                    connection:rollback()
                    inspector:clear_cache()
                    assert.is_false(inspector:has_table("passing"))
                end)
            end)

            it("works in tasks, which may share one", function()
                local inspector, asyncio = it_has.inspector, corm.asyncio
                asyncio.run(function()
                    local columns, keys, tables = asyncio.gather(function()
                        return inspector:get_columns("users")
                    end, function()
                        return inspector:get_foreign_keys("addresses")
                    end, function()
                        local metadata = corm.MetaData()
                        metadata:reflect(it_has.engine)
                        return metadata.tables
                    end)
                    assert.equal(4, #columns)
                    assert.equal(1, #keys)
                    assert.equal(3, #tables)
                end)
            end)

            it("prints itself and refuses what it does not know", function()
                assert.equal(("Inspector(%s)"):format(tostring(it_has.engine)),
                    tostring(it_has.inspector))
                fails(corm.exc.ArgumentError, "did you mean 'get_columns'?", function()
                    return it_has.inspector.get_column
                end)
                fails(corm.exc.ArgumentError, "unknown option 'shema'", function()
                    it_has.inspector:get_columns("users", { shema = "x" })
                end)
            end)
        end)

        describe("Table with autoload_with", function()
            it("has what the database has", function()
                local metadata = corm.MetaData()
                local users = Table("users", metadata, { autoload_with = it_has.engine })
                assert.same({ "user_id", "name", "nick", "age" }, users.c:keys())
                assert.is_true(users.c.user_id.primary_key)
                assert.is_false(users.c.name.nullable)
                it_has.engine:begin(function(connection)
                    connection:execute(corm.insert(users):values({ name = "ed", age = 3 }))
                    local row = connection:execute(corm.select(users)):one()
                    assert.same({ 1, "ed", "nobody", 3 }, { row:unpack() })
                end)
            end)

            it("brings the tables that it refers to", function()
                local metadata = corm.MetaData()
                local addresses = Table("addresses", metadata,
                    { autoload_with = it_has.engine })
                assert.is_true(metadata.tables:contains("users"))
                assert.is_true(addresses.c.user_id:references(metadata.tables.users.c.user_id))
                assert.equal("addresses JOIN users ON users.user_id = addresses.user_id",
                    tostring(addresses:join(metadata.tables.users)))
                local node = Table("node", metadata, { autoload_with = it_has.engine })
                assert.is_true(node.c.parent_id:references(node.c.id))
            end)

            it("leaves them with resolve_fks = false", function()
                local metadata = corm.MetaData()
                Table("addresses", metadata, {
                    autoload_with = it_has.engine, resolve_fks = false,
                })
                assert.is_false(metadata.tables:contains("users"))
            end)

            it("has the columns that are included only", function()
                local addresses = Table("addresses", corm.MetaData(), {
                    autoload_with = it_has.engine, include_columns = { "id", "email" },
                })
                assert.same({ "id", "email" }, addresses.c:keys())
                assert.equal(0, #addresses.foreign_keys)
                assert.equal(0, #addresses.indexes)
            end)

            it("keeps columns that are written out, in their place", function()
                local metadata = corm.MetaData()
                local users = Table("users", metadata,
                    Column("name", corm.Text, { key = "title" }),
                    Column("extra", Integer),
                    { autoload_with = it_has.engine })
                assert.same({ "user_id", "title", "nick", "age", "extra" }, users.c:keys())
                assert.is_true(corm.Text:is(users.c.title.type))
                local addresses = Table("addresses", metadata,
                    Column("user_id", Integer), { autoload_with = it_has.engine })
                assert.equal(0, #addresses.foreign_keys)
            end)

            it("takes foreign keys that are written out", function()
                local metadata = corm.MetaData()
                Table("users", metadata, { autoload_with = it_has.engine })
                local node = Table("node", metadata,
                    Column("parent_id", Integer, ForeignKey("users.user_id")),
                    { autoload_with = it_has.engine })
                assert.is_true(node.c.parent_id:references(metadata.tables.users.c.user_id))
                assert.is_false(node.c.parent_id:references(node.c.id))
            end)

            it("refuses a key column that is no key any more", function()
                fails(corm.exc.ArgumentError, "is part of the primary key", function()
                    Table("users", corm.MetaData(), Column("user_id", Integer),
                        { autoload_with = it_has.engine })
                end)
            end)

            it("extends a table that is there", function()
                local metadata = corm.MetaData()
                local users = Table("users", metadata,
                    Column("user_id", Integer, { primary_key = true }),
                    Column("name", corm.Text), Column("mine", Integer))
                Table("users", metadata, {
                    autoload_with = it_has.engine, extend_existing = true,
                    autoload_replace = false,
                })
                assert.same({ "user_id", "name", "mine", "nick", "age" }, users.c:keys())
                assert.is_true(corm.Text:is(users.c.name.type))
                Table("users", metadata, {
                    autoload_with = it_has.engine, extend_existing = true,
                })
                assert.is_false(corm.Text:is(users.c.name.type))
                assert.same({ "user_id", "name", "mine", "nick", "age" }, users.c:keys())
            end)

            it("adds to the primary key of a table that is there", function()
                local metadata = corm.MetaData()
                local users = Table("users", metadata,
                    Column("mine", Integer, { primary_key = true }))
                Table("users", metadata, {
                    autoload_with = it_has.engine, extend_existing = true,
                })
                assert.same({ "mine", "user_id" }, users.primary_key.columns:keys())
                assert.is_true(users.c.user_id.primary_key)
            end)

            it("points foreign keys at a column that took the place of theirs", function()
                local metadata = corm.MetaData()
                metadata:reflect(it_has.engine)
                local users, addresses = metadata.tables.users, metadata.tables.addresses
                Table("users", metadata, Column("user_id", corm.BigInteger,
                    { primary_key = true }), { extend_existing = true })
                assert.is_true(corm.BigInteger:is(users.c.user_id.type))
                assert.is_true(addresses.c.user_id:references(users.c.user_id))
                assert.equal(users.c.user_id, users.primary_key.columns[1])
            end)

            it("raises for a table that is not there, and leaves nothing behind", function()
                local metadata = corm.MetaData()
                fails(corm.exc.NoSuchTableError, "there is no table 'nothing'", function()
                    Table("nothing", metadata, { autoload_with = it_has.engine })
                end)
                assert.equal(0, #metadata.tables)
            end)

            it("is read where schema_translate_map says it is", function()
                local schema = db.name == "postgresql" and "public" or "main"
                local connection <close> = it_has.engine:connect()
                connection:execution_options({ schema_translate_map = { tenant = schema } })
                local node = Table("node", corm.MetaData(),
                    { schema = "tenant", autoload_with = connection, resolve_fks = false })
                assert.equal("tenant", node.schema)
                assert.same({ "id", "parent_id" }, node.c:keys())
                assert.is_nil(connection:execute(corm.select(node)):first())
            end)

            it("serves a mapped class", function()
                local Base = corm.declarative_base()
                local Address = Base:extend("Address", {
                    __tablename = "addresses",
                    __table_args = { autoload_with = it_has.engine },
                    user = corm.relationship("User"),
                })
                Base:extend("User", {
                    __tablename = "users",
                    __table_args = { autoload_with = it_has.engine, extend_existing = true },
                    name = Column("name", String(20), { nullable = false }),
                })
                local session <close> = corm.Session(it_has.engine)
                session:execute(corm.insert(Base.metadata.tables.users):values({ name = "ed" }))
                session:execute(corm.insert(Address.__table):values({ user_id = 1 }))
                assert.equal("ed", session:scalars(corm.select(Address)):one().user.name)
            end)

            it("works with a view", function()
                local metadata = corm.MetaData()
                local grown = Table("grown", metadata,
                    Column("user_id", Integer, { primary_key = true }),
                    { autoload_with = it_has.engine })
                assert.same({ "user_id", "name" }, grown.c:keys())
                assert.is_true(grown.c.user_id.primary_key)
            end)
        end)

        describe("MetaData:reflect()", function()
            it("reads all tables, views if asked", function()
                local metadata = corm.MetaData()
                metadata:reflect(it_has.engine)
                assert.equal(3, #metadata.tables)
                metadata:reflect({ bind = it_has.engine, views = true })
                assert.is_true(metadata.tables:contains("grown"))
            end)

            it("reads those that are named, and what they refer to", function()
                local metadata = corm.MetaData()
                metadata:reflect(it_has.engine, { only = { "addresses" } })
                assert.equal(2, #metadata.tables)
                metadata = corm.MetaData()
                metadata:reflect(it_has.engine, {
                    only = { "addresses" }, resolve_fks = false,
                })
                assert.equal(1, #metadata.tables)
                metadata = corm.MetaData()
                metadata:reflect(it_has.engine, { only = function(name, of)
                    assert.equal(metadata, of)
                    return name == "node"
                end })
                assert.equal(1, #metadata.tables)
            end)

            it("says which names are not there", function()
                fails(corm.exc.InvalidRequestError, "not available", function()
                    corm.MetaData():reflect(it_has.engine, { only = { "users", "nothing" } })
                end)
            end)

            it("leaves tables alone that are there, unless told otherwise", function()
                local metadata = corm.MetaData()
                local users = Table("users", metadata,
                    Column("user_id", Integer, { primary_key = true }))
                metadata:reflect(it_has.engine)
                assert.same({ "user_id" }, users.c:keys())
                metadata:reflect(it_has.engine, { extend_existing = true })
                assert.same({ "user_id", "name", "nick", "age" }, users.c:keys())
                metadata:reflect(it_has.engine, { extend_existing = true })
                assert.equal(3, #users.constraints)
                assert.equal(1, #metadata.tables.addresses.indexes)
                assert.equal(1, #metadata.tables.addresses.foreign_keys)
            end)
        end)

        describe("column_reflect", function()
            it("may change a column before it is made", function()
                local metadata = corm.MetaData()
                local seen = {}
                corm.event.listen(metadata, "column_reflect", function(inspector, of, info)
                    assert.equal("corm.Inspector", require("corm.core").metafield(inspector,
                        "__name"))
                    seen[#seen + 1] = of.name .. "." .. info.name
                    info.key = "a_" .. info.name
                    if info.name == "email" then
                        info.type = corm.Text
                    end
                end)
                metadata:reflect(it_has.engine, { only = { "addresses" } })
                local addresses = metadata.tables.addresses
                assert.same({ "a_id", "a_user_id", "a_email" }, addresses.c:keys())
                assert.is_true(corm.Text:is(addresses.c.a_email.type))
                assert.is_true(addresses.c.a_user_id:references(
                    metadata.tables.users.c.a_user_id))
                assert.equal("addresses.id", seen[1])
                assert.equal(7, #seen)
            end)

            it("is heard by whoever listens to all tables or MetaDatas", function()
                local heard = { table = 0, metadata = 0 }
                local function of_table()
                    heard.table = heard.table + 1
                end
                local function of_metadata()
                    heard.metadata = heard.metadata + 1
                end
                corm.event.listen(Table, "column_reflect", of_table)
                corm.event.listen(corm.MetaData, "column_reflect", of_metadata)
                Table("node", corm.MetaData(), { autoload_with = it_has.engine })
                corm.event.remove(Table, "column_reflect", of_table)
                corm.event.remove(corm.MetaData, "column_reflect", of_metadata)
                Table("node", corm.MetaData(), { autoload_with = it_has.engine })
                assert.same({ table = 2, metadata = 2 }, heard)
            end)

            it("is heard by one table", function()
                local users = Table("users", corm.MetaData(), {
                    autoload_with = it_has.engine,
                    listeners = { { "column_reflect", function(_, _, info)
                        info.info = { of = info.name }
                    end } },
                })
                assert.same({ of = "age" }, users.c.age.info)
            end)
        end)
    end)
end)
