-- SPDX-License-Identifier: MIT
-- CREATE and DROP: tables, constraints, indexes, schemas, comments.

local assert = require("luassert")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String
local IntegrityError, DBAPIError = corm.exc.IntegrityError, corm.exc.DBAPIError
local schema = corm.schema

local topic = require("corm.testing.topic").new("DDL")

local function key()
    return Column("id", Integer, { primary_key = true, autoincrement = false })
end

-- Is there a table of that name for the connection to select from?
local function exists(t, name)
    local ok = pcall(t.connection.execute, t.connection, corm.text("SELECT 1 FROM " .. name))
    t.connection:rollback()
    return ok
end

local function insert(t, table_, values)
    t.connection:execute(corm.insert(table_), values)
    t.connection:commit()
end

topic:test("creates a table and drops it", function(t)
    local made = corm.Table("made", t.metadata, key(), Column("data", String(20)))
    made:create(t.engine)
    insert(t, made, { id = 1, data = "x" })
    t:gives_rows({ { 1, "x" } }, corm.select(made))
    t.connection:commit()
    made:drop(t.engine)
    assert.is_false(exists(t, "made"))
end)

topic:test("creates all tables of a metadata and drops them", function(t)
    corm.Table("one", t.metadata, key())
    corm.Table("two", t.metadata, key(), Column("one_id", corm.ForeignKey("one.id")))
    t:create_all()
    assert.is_true(exists(t, "one"))
    assert.is_true(exists(t, "two"))
    t.metadata:drop_all(t.engine)
    assert.is_false(exists(t, "one"))
    assert.is_false(exists(t, "two"))
end)

topic:test("creates what is missing, and only that", function(t)
    local one = t:table("one", key())
    insert(t, one, { id = 1 })
    corm.Table("two", t.metadata, key())
    t:create_all()
    t:gives({ 1 }, corm.select(one))
    assert.is_true(exists(t, "two"))
end)

topic:test("refuses to create a table that is there", function(t)
    local one = t:table("one", key())
    t:raises(DBAPIError, t.connection.execute, t.connection, schema.CreateTable(one))
end)

topic:test("refuses to drop a table that is not there", function(t)
    local one = corm.Table("one", t.metadata, key())
    t:raises(DBAPIError, t.connection.execute, t.connection, schema.DropTable(one))
end)

topic:test("creates a table unless it is there", function(t)
    local one = t:table("one", key())
    t.connection:execute(schema.CreateTable(one, { if_not_exists = true }))
    t.connection:commit()
    assert.is_true(exists(t, "one"))
end)

topic:test("drops a table if it is there", function(t)
    local one = t:table("one", key())
    for _ = 1, 2 do
        t.connection:execute(schema.DropTable(one, { if_exists = true }))
        t.connection:commit()
    end
    assert.is_false(exists(t, "one"))
end)

topic:test("takes names with underscores, blanks, capitals and quotes", function(t)
    for _, name in ipairs({ "_one_", "two words", "Three", 'fo"ur', "select" }) do
        local made = t:table(name, key(), Column(name .. " col", Integer))
        insert(t, made, { id = 1, [name .. " col"] = 5 })
        t:gives_rows({ { 1, 5 } }, corm.select(made))
        t.connection:commit()
    end
end)

topic:test("tells names in capitals from others", function(t)
    local made = t:table("cased", key(), Column("Data", Integer), Column("data2", Integer))
    insert(t, made, { id = 1, Data = 2, data2 = 3 })
    t:gives_rows({ { 2, 3 } }, corm.select(made.c.Data, made.c.data2))
end)

topic:test("refuses NULL in a column that is not nullable", function(t)
    local made = t:table("made", key(), Column("data", Integer, { nullable = false }))
    t:raises(IntegrityError, insert, t, made, { id = 1, data = corm.NULL })
end)

topic:test("allows NULL elsewhere", function(t)
    local made = t:table("made", key(), Column("data", Integer))
    insert(t, made, { id = 1, data = corm.NULL })
    t:gives({ corm.NULL }, corm.select(made.c.data))
end)

topic:test("makes a primary key unique", function(t)
    local made = t:table("made", key())
    insert(t, made, { id = 1 })
    t:raises(IntegrityError, insert, t, made, { id = 1 })
end)

topic:test("makes a primary key of several columns", function(t)
    local made = t:table("made",
        Column("a", Integer, { primary_key = true, autoincrement = false }),
        Column("b", String(5), { primary_key = true }))
    insert(t, made, { { a = 1, b = "x" }, { a = 1, b = "y" }, { a = 2, b = "x" } })
    t:raises(IntegrityError, insert, t, made, { a = 1, b = "x" })
end)

topic:test("makes a column unique", function(t)
    local made = t:table("made", key(), Column("data", Integer, { unique = true }))
    insert(t, made, { id = 1, data = 5 })
    t:raises(IntegrityError, insert, t, made, { id = 2, data = 5 })
end)

topic:test("lets several rows be NULL in a unique column", function(t)
    local made = t:table("made", key(), Column("data", Integer, { unique = true }))
    insert(t, made, { { id = 1, data = corm.NULL }, { id = 2, data = corm.NULL } })
    t:gives({ 1, 2 }, corm.select(made.c.id):order_by(made.c.id))
end)

topic:test("makes several columns unique together", function(t)
    local made = t:table("made", key(), Column("a", Integer), Column("b", Integer),
        corm.UniqueConstraint("a", "b", { name = "uq_made_a_b" }))
    insert(t, made, { { id = 1, a = 1, b = 1 }, { id = 2, a = 1, b = 2 } })
    t:raises(IntegrityError, insert, t, made, { id = 3, a = 1, b = 2 })
end)

topic:test("checks conditions", function(t)
    local made = t:table("made", key(), Column("data", Integer),
        corm.CheckConstraint("data > 5", { name = "ck_made_data" }))
    insert(t, made, { id = 1, data = 6 })
    t:raises(IntegrityError, insert, t, made, { id = 2, data = 5 })
end)

topic:test("checks conditions that are expressions", function(t)
    local data = Column("data", Integer)
    local made = t:table("made", key(), data, corm.CheckConstraint(data:gt(5)))
    insert(t, made, { id = 1, data = 6 })
    t:raises(IntegrityError, insert, t, made, { id = 2, data = 5 })
end)

local function parent_and_child(t, options)
    local parent = corm.Table("parent", t.metadata, key())
    local child = corm.Table("child", t.metadata, key(),
        Column("parent_id", Integer, corm.ForeignKey("parent.id", options)))
    t.metadata:drop_all(t.engine)
    t:create_all()
    return parent, child
end

topic:test("refuses children without parents", "foreign_keys", function(t)
    local parent, child = parent_and_child(t)
    insert(t, parent, { id = 1 })
    insert(t, child, { { id = 1, parent_id = 1 }, { id = 2, parent_id = corm.NULL } })
    t:raises(IntegrityError, insert, t, child, { id = 3, parent_id = 2 })
end)

topic:test("refuses to delete parents of children", "foreign_keys", function(t)
    local parent, child = parent_and_child(t)
    insert(t, parent, { id = 1 })
    insert(t, child, { id = 1, parent_id = 1 })
    t:raises(IntegrityError, t.connection.execute, t.connection, corm.delete(parent))
end)

topic:test("deletes children with their parents", "foreign_keys", function(t)
    local parent, child = parent_and_child(t, { ondelete = "CASCADE" })
    insert(t, parent, { id = 1 })
    insert(t, child, { id = 1, parent_id = 1 })
    t.connection:execute(corm.delete(parent))
    t:gives({}, corm.select(child))
end)

topic:test("forgets parents that are deleted", "foreign_keys", function(t)
    local parent, child = parent_and_child(t, { ondelete = "SET NULL" })
    insert(t, parent, { id = 1 })
    insert(t, child, { id = 1, parent_id = 1 })
    t.connection:execute(corm.delete(parent))
    t:gives({ corm.NULL }, corm.select(child.c.parent_id))
end)

topic:test("follows parents whose keys change", "foreign_keys", function(t)
    local parent, child = parent_and_child(t, { onupdate = "CASCADE" })
    insert(t, parent, { id = 1 })
    insert(t, child, { id = 1, parent_id = 1 })
    t.connection:execute(corm.update(parent):values({ id = 7 }))
    t:gives({ 7 }, corm.select(child.c.parent_id))
end)

topic:test("looks at deferred foreign keys on commit", "foreign_keys deferrable_constraints",
    function(t)
        local parent, child = parent_and_child(t, { deferrable = true, initially = "DEFERRED" })
        t.connection:execute(corm.insert(child), { id = 1, parent_id = 1 })
        t.connection:execute(corm.insert(parent), { id = 1 })
        t.connection:commit()
        t.connection:execute(corm.insert(child), { id = 2, parent_id = 2 })
        t:raises(IntegrityError, t.connection.commit, t.connection)
        t:gives({ 1 }, corm.select(child.c.id))
    end)

topic:test("lets a table refer to itself", "foreign_keys", function(t)
    local tree = t:table("tree", key(), Column("parent_id", Integer, corm.ForeignKey("tree.id")))
    insert(t, tree, { { id = 1, parent_id = corm.NULL }, { id = 2, parent_id = 1 } })
    t:raises(IntegrityError, insert, t, tree, { id = 3, parent_id = 9 })
end)

topic:test("refers by several columns", "foreign_keys", function(t)
    corm.Table("parent", t.metadata,
        Column("a", Integer, { primary_key = true, autoincrement = false }),
        Column("b", Integer, { primary_key = true, autoincrement = false }))
    local child = corm.Table("child", t.metadata, key(), Column("a", Integer),
        Column("b", Integer),
        corm.ForeignKeyConstraint({ "a", "b" }, { "parent.a", "parent.b" }))
    t.metadata:drop_all(t.engine)
    t:create_all()
    insert(t, t.metadata.tables.parent, { a = 1, b = 2 })
    insert(t, child, { id = 1, a = 1, b = 2 })
    t:raises(IntegrityError, insert, t, child, { id = 2, a = 2, b = 1 })
end)

topic:test("creates and drops tables that refer to each other", "alter", function(t)
    local a = corm.Table("a", t.metadata, key(),
        Column("b_id", Integer, corm.ForeignKey("b.id", { name = "fk_a_b", use_alter = true })))
    corm.Table("b", t.metadata, key(), Column("a_id", Integer, corm.ForeignKey("a.id")))
    t.metadata:drop_all(t.engine)
    t:create_all()
    t:raises(IntegrityError, insert, t, a, { id = 1, b_id = 1 })
    t.metadata:drop_all(t.engine)
    assert.is_false(exists(t, "a"))
end)

topic:test("adds a constraint and drops it", "alter", function(t)
    local made = t:table("made", key(), Column("data", Integer))
    local check = corm.CheckConstraint("data > 5", { name = "ck_later" })
    made:append_constraint(check)
    t.connection:execute(schema.AddConstraint(check))
    t.connection:commit()
    t:raises(IntegrityError, insert, t, made, { id = 1, data = 1 })
    t.connection:execute(schema.DropConstraint(check))
    t.connection:commit()
    insert(t, made, { id = 1, data = 1 })
end)

topic:test("creates an index and drops it", function(t)
    local made = t:table("made", key(), Column("data", Integer))
    local index = corm.Index("ix_made_data", made.c.data)
    index:create(t.engine)
    t:raises(DBAPIError, t.connection.execute, t.connection, schema.CreateIndex(index))
    index:drop(t.engine)
    t:raises(DBAPIError, t.connection.execute, t.connection, schema.DropIndex(index))
end)

topic:test("creates an index unless it is there, and drops it if it is", function(t)
    local made = t:table("made", key(), Column("data", Integer))
    local index = corm.Index("ix_made_data", made.c.data)
    for _ = 1, 2 do
        t.connection:execute(schema.CreateIndex(index, { if_not_exists = true }))
    end
    for _ = 1, 2 do
        t.connection:execute(schema.DropIndex(index, { if_exists = true }))
    end
    t.connection:commit()
end)

topic:test("creates indexes with their table", function(t)
    local made = t:table("made", key(), Column("data", Integer, { index = true }))
    t:raises(DBAPIError, t.connection.execute, t.connection,
        schema.CreateIndex(corm.Index("ix_made_data", made.c.data)))
end)

topic:test("makes unique indexes", function(t)
    local made = t:table("made", key(), Column("a", Integer), Column("b", Integer),
        corm.Index("ix_made_a_b", "a", "b", { unique = true }))
    insert(t, made, { { id = 1, a = 1, b = 1 }, { id = 2, a = 1, b = 2 } })
    t:raises(IntegrityError, insert, t, made, { id = 3, a = 1, b = 1 })
end)

topic:test("makes indexes of expressions", "index_expressions", function(t)
    local made = t:table("made", key(), Column("data", String(20)))
    corm.Index("ix_made_lower", corm.func.lower(made.c.data), { unique = true }):create(t.engine)
    insert(t, made, { id = 1, data = "a" })
    t:raises(IntegrityError, insert, t, made, { id = 2, data = "A" })
end)

topic:test("makes indexes in descending order", function(t)
    local made = t:table("made", key(), Column("data", Integer))
    corm.Index("ix_made_down", made.c.data:desc()):create(t.engine)
    insert(t, made, { { id = 1, data = 1 }, { id = 2, data = 2 } })
    t:gives({ 2, 1 }, corm.select(made.c.id):order_by(made.c.data:desc()))
end)

topic:test("makes indexes of some of the rows", "index_where", function(t)
    local made = t:table("made", key(), Column("data", Integer))
    local where = made.c.data:gt(5)
    corm.Index("ix_made_some", made.c.data, {
        unique = true, postgresql_where = where, sqlite_where = where,
    }):create(t.engine)
    insert(t, made, { { id = 1, data = 1 }, { id = 2, data = 1 }, { id = 3, data = 6 } })
    t:raises(IntegrityError, insert, t, made, { id = 4, data = 6 })
end)

topic:test("gives columns defaults of the server", function(t)
    local made = t:table("made", key(),
        Column("number", Integer, { server_default = "5" }),
        Column("word", String(20), { server_default = "it's" }))
    insert(t, made, { id = 1 })
    t:gives_rows({ { 1, 5, "it's" } }, corm.select(made))
end)

topic:test("gives columns defaults that are expressions", "expression_defaults", function(t)
    local made = t:table("made", key(),
        Column("number", Integer, { server_default = corm.text("(2 + 3)") }),
        Column("day", corm.Date, { server_default = corm.func.current_date() }))
    insert(t, made, { id = 1 })
    local row = t.connection:execute(corm.select(made)):one()
    assert.equal(5, row.number)
    assert.is_true(row.day > corm.date(2020, 1, 1))
end)

topic:test("computes columns", "computed_columns", function(t)
    local made = t:table("made", key(), Column("side", Integer),
        Column("area", Integer, corm.Computed("side * side", { persisted = true })))
    insert(t, made, { id = 1, side = 3 })
    t:gives({ 9 }, corm.select(made.c.area))
    t.connection:execute(corm.update(made):values({ side = 4 }))
    t:gives({ 16 }, corm.select(made.c.area))
end)

topic:test("writes comments", "comments", function(t)
    local made = t:table("made", key(), Column("data", Integer, { comment = "it's data" }),
        { comment = "a 'table'" })
    made.comment = "another one"
    t.connection:execute(schema.SetTableComment(made))
    t.connection:execute(schema.DropTableComment(made))
    t.connection:commit()
end)

topic:test("puts tables into schemas", "schemas", function(t)
    t.connection:execute(schema.DropSchema("other", { if_exists = true, cascade = true }))
    t.connection:execute(schema.CreateSchema("other"))
    t.connection:commit()
    local here = t:table("made", key())
    local there = t:table("made", key(), { schema = "other" })
    insert(t, here, { id = 1 })
    insert(t, there, { id = 2 })
    t:gives({ 1 }, corm.select(here))
    t:gives({ 2 }, corm.select(there))
    t.connection:commit()
    t.metadata:drop_all(t.engine)
    t.connection:execute(schema.DropSchema("other"))
    t.connection:commit()
end)

topic:test("puts other schemas in the place of a table's", "schemas", function(t)
    t.connection:execute(schema.DropSchema("other", { if_exists = true, cascade = true }))
    t.connection:execute(schema.CreateSchema("other"))
    t.connection:commit()
    local made = t:table("made", key(), { schema = "other" })
    insert(t, made, { id = 2 })
    local translated = corm.Table("made", corm.MetaData(), key(), { schema = "nosuch" })
    t.connection:execution_options({ schema_translate_map = { nosuch = "other" } })
    t:gives({ 2 }, corm.select(translated))
    t.connection:commit()
    t.connection:execution_options({ schema_translate_map = {} })
    t.metadata:drop_all(t.engine)
    t.connection:execute(schema.DropSchema("other"))
    t.connection:commit()
end)

topic:test("runs DDL that is written by hand", function(t)
    t:table("made", key())
    t.connection:execute(corm.DDL("ALTER TABLE made ADD COLUMN more INTEGER"))
    t.connection:commit()
    t:gives({}, corm.text("SELECT more FROM made"))
end)

topic:test("undoes DDL that is rolled back", function(t)
    t.connection:execute(schema.CreateTable(corm.Table("made", t.metadata, key())))
    t.connection:rollback()
    assert.is_false(exists(t, "made"))
end)

topic:test("makes names of constraints by convention, however long", function(t)
    local name = ("a_long_name"):rep(9)
    local metadata = corm.MetaData({ naming_convention = {
        ck = "ck_%(table_name)s_%(constraint_name)s",
        uq = "uq_%(table_name)s_%(column_0_N_name)s",
        ix = "ix_%(table_name)s_%(column_0_N_name)s",
        pk = "pk_%(table_name)s",
    } })
    t.metadata = metadata
    local made = t:table("made", key(),
        Column(name:sub(1, 40), Integer, { unique = true }),
        Column(name:sub(2, 45), Integer, { index = true }),
        Column(name:sub(3, 50), Integer),
        corm.UniqueConstraint(name:sub(2, 45), name:sub(3, 50)))
    insert(t, made, { id = 1, [name:sub(1, 40)] = 5 })
    t:raises(IntegrityError, insert, t, made, { id = 2, [name:sub(1, 40)] = 5 })
end)

return topic
