-- SPDX-License-Identifier: MIT
-- Reflection: what an Inspector says of a database, and tables that are read from it.

local assert = require("luassert")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String

local topic = require("corm.testing.topic").new("Reflection")

local function key()
    return Column("id", Integer, { primary_key = true })
end

-- An Inspector that sees the tables that were declared.
local function inspect(t)
    t.metadata:drop_all(t.engine)
    t:create_all()
    return corm.inspect(t.engine)
end

local function by_name(list)
    local found = {}
    for _, item in ipairs(list) do
        found[item.name] = item
    end
    return found
end

topic:test("lists tables", function(t)
    corm.Table("one", t.metadata, key())
    corm.Table("two", t.metadata, key())
    local names = inspect(t):get_table_names()
    table.sort(names)
    assert.same({ "one", "two" }, names)
end)

topic:test("knows whether there is a table", function(t)
    corm.Table("one", t.metadata, key())
    local inspector = inspect(t)
    assert.is_true(inspector:has_table("one"))
    assert.is_false(inspector:has_table("nosuch"))
    assert.is_false(inspector:has_table("one", { schema = "nosuch" }))
end)

topic:test("knows whether there is an index", function(t)
    corm.Table("one", t.metadata, key(), Column("data", Integer),
        corm.Index("ix_one_data", "data"))
    local inspector = inspect(t)
    assert.is_true(inspector:has_index("one", "ix_one_data"))
    assert.is_false(inspector:has_index("one", "ix_nosuch"))
    assert.is_false(inspector:has_index("nosuch", "ix_one_data"))
end)

topic:test("lists views and says what they are", function(t)
    corm.Table("one", t.metadata, key())
    local inspector = inspect(t)
    t.connection:exec_driver_sql("CREATE VIEW one_view AS SELECT id FROM one WHERE id > 5")
    t.connection:commit()
    inspector:clear_cache()
    assert.same({ "one_view" }, inspector:get_view_names())
    assert.matches("id > 5", inspector:get_view_definition("one_view"))
    assert.equal("id", inspector:get_columns("one_view")[1].name)
    t.connection:exec_driver_sql("DROP VIEW one_view")
    t.connection:commit()
end)

topic:test("names its schemas", function(t)
    local inspector = inspect(t)
    assert.is_true(inspector:has_schema(inspector.default_schema_name))
    assert.is_false(inspector:has_schema("nosuch"))
end)

topic:test("describes columns in their order", function(t)
    corm.Table("one", t.metadata, key(), Column("word", String(20), { nullable = false }),
        Column("number", Integer), Column("price", corm.Numeric(10, 2)),
        Column("day", corm.Date), Column("note", corm.Text))
    local columns = inspect(t):get_columns("one")
    local names = {}
    for i, column in ipairs(columns) do
        names[i] = column.name
    end
    assert.same({ "id", "word", "number", "price", "day", "note" }, names)
    local of = by_name(columns)
    assert.is_false(of.word.nullable)
    assert.is_true(of.number.nullable)
    assert.is_true(String:is(of.word.type))
    assert.equal(20, of.word.type.length)
    assert.is_true(Integer:is(of.number.type))
    assert.is_true(corm.Numeric:is(of.price.type))
    assert.same({ 10, 2 }, { of.price.type.precision, of.price.type.scale })
    assert.is_true(corm.Date:is(of.day.type))
    assert.is_true(corm.String:is(of.note.type))
end)

topic:test("describes defaults of the server", function(t)
    corm.Table("one", t.metadata, key(),
        Column("word", String(20), { server_default = "it's" }),
        Column("number", Integer, { server_default = "5" }), Column("none", Integer))
    local of = by_name(inspect(t):get_columns("one"))
    assert.matches("it''s", of.word.default)
    assert.matches("5", of.number.default)
    assert.is_nil(of.none.default)
end)

topic:test("describes primary keys", function(t)
    corm.Table("one", t.metadata,
        Column("b", Integer, { primary_key = true, autoincrement = false }),
        Column("a", Integer, { primary_key = true, autoincrement = false }))
    assert.same({ "b", "a" }, inspect(t):get_pk_constraint("one").constrained_columns)
end)

topic:test("describes foreign keys", function(t)
    corm.Table("parent", t.metadata, key())
    corm.Table("child", t.metadata, key(), Column("parent_id", Integer,
        corm.ForeignKey("parent.id", { name = "fk_child", ondelete = "CASCADE" })))
    local keys = inspect(t):get_foreign_keys("child")
    assert.equal(1, #keys)
    assert.equal("fk_child", keys[1].name)
    assert.equal("parent", keys[1].referred_table)
    assert.same({ "parent_id" }, keys[1].constrained_columns)
    assert.same({ "id" }, keys[1].referred_columns)
    assert.equal("CASCADE", keys[1].options.ondelete)
end)

topic:test("describes foreign keys of several columns", function(t)
    corm.Table("parent", t.metadata,
        Column("a", Integer, { primary_key = true, autoincrement = false }),
        Column("b", Integer, { primary_key = true, autoincrement = false }))
    corm.Table("child", t.metadata, key(), Column("x", Integer), Column("y", Integer),
        corm.ForeignKeyConstraint({ "y", "x" }, { "parent.a", "parent.b" }))
    local found = inspect(t):get_foreign_keys("child")[1]
    assert.same({ "y", "x" }, found.constrained_columns)
    assert.same({ "a", "b" }, found.referred_columns)
end)

topic:test("describes indexes", function(t)
    corm.Table("one", t.metadata, key(), Column("a", Integer), Column("b", Integer),
        corm.Index("ix_plain", "a"), corm.Index("ix_unique", "b", "a", { unique = true }))
    local of = by_name(inspect(t):get_indexes("one"))
    assert.same({ "a" }, of.ix_plain.column_names)
    assert.is_false(of.ix_plain.unique)
    assert.same({ "b", "a" }, of.ix_unique.column_names)
    assert.is_true(of.ix_unique.unique)
end)

topic:test("describes indexes of expressions", "index_expressions", function(t)
    local one = corm.Table("one", t.metadata, key(), Column("word", String(20)))
    corm.Index("ix_lower", corm.func.lower(one.c.word))
    local of = by_name(inspect(t):get_indexes("one"))
    assert.matches("lower", of.ix_lower.expressions[1])
end)

topic:test("describes unique constraints and conditions", function(t)
    corm.Table("one", t.metadata, key(), Column("a", Integer), Column("b", Integer),
        corm.UniqueConstraint("a", "b", { name = "uq_one" }),
        corm.CheckConstraint("a > 5", { name = "ck_one" }))
    local inspector = inspect(t)
    assert.same({ "a", "b" },
        by_name(inspector:get_unique_constraints("one")).uq_one.column_names)
    assert.matches("a > 5", by_name(inspector:get_check_constraints("one")).ck_one.sqltext)
end)

topic:test("describes comments", "comments", function(t)
    corm.Table("one", t.metadata, key(), Column("a", Integer, { comment = "it's a" }),
        { comment = "the one" })
    local inspector = inspect(t)
    assert.equal("the one", inspector:get_table_comment("one").text)
    assert.equal("it's a", by_name(inspector:get_columns("one")).a.comment)
end)

topic:test("describes sequences", "sequences", function(t)
    corm.Table("one", t.metadata, Column("id", Integer, corm.Sequence("one_seq"),
        { primary_key = true }))
    local inspector = inspect(t)
    assert.is_true(inspector:has_sequence("one_seq"))
    assert.is_false(inspector:has_sequence("nosuch_seq"))
end)

topic:test("describes columns that are computed", "computed_columns", function(t)
    corm.Table("one", t.metadata, key(), Column("a", Integer),
        Column("twice", Integer, corm.Computed("a * 2", { persisted = true })))
    local of = by_name(inspect(t):get_columns("one"))
    assert.matches("a %* 2", of.twice.computed.sqltext)
    assert.is_nil(of.a.computed)
end)

topic:test("describes identities", "identity_columns", function(t)
    corm.Table("one", t.metadata, Column("id", Integer, corm.Identity({ start = 7 }),
        { primary_key = true }))
    local of = by_name(inspect(t):get_columns("one"))
    assert.equal(7, of.id.identity.start)
end)

topic:test("says which table there is not", function(t)
    local inspector = inspect(t)
    for _, method in ipairs({ "get_columns", "get_pk_constraint", "get_foreign_keys",
        "get_indexes", "get_unique_constraints", "get_check_constraints" }) do
        local ok, e = pcall(inspector[method], inspector, "nosuch")
        assert.is_false(ok)
        assert.is_true(corm.exc.NoSuchTableError:is(e), method)
    end
end)

topic:test("takes difficult names", function(t)
    for i, name in ipairs({ "per%cent", "quo'te", 'dou"ble', "two words", "Upper", "select",
        "brack[ets]", "größe" }) do
        corm.Table(name, t.metadata, key(), Column(name .. i, Integer, { index = true }))
    end
    local inspector = inspect(t)
    for name, table_ in pairs(t.metadata.tables) do
        assert.is_true(inspector:has_table(name), name)
        local columns = inspector:get_columns(name)
        assert.is_truthy(table_.c[columns[2].name])
        assert.equal(1, #inspector:get_indexes(name))
    end
end)

topic:test("reads a table that can be used", function(t)
    local users = t:users()
    local read = corm.Table("users", corm.MetaData(), { autoload_with = t.engine })
    assert.same(users.c:keys(), read.c:keys())
    assert.is_true(read.c.id.primary_key)
    t:gives({ "bob" }, corm.select(read.c.name):where(read.c.id:eq(2)))
end)

topic:test("reads what a table refers to", function(t)
    corm.Table("parent", t.metadata, key(), Column("data", Integer))
    corm.Table("child", t.metadata, key(), Column("parent_id", corm.ForeignKey("parent.id")))
    inspect(t)
    local metadata = corm.MetaData()
    local child = corm.Table("child", metadata, { autoload_with = t.engine })
    assert.is_truthy(metadata.tables.parent)
    local sql = tostring(corm.select(child):join(metadata.tables.parent))
    assert.matches("parent.id = child.parent_id", sql, 1, true)
end)

topic:test("reads all tables, which can be made again", function(t)
    corm.Table("parent", t.metadata, key(), Column("data", String(20), { index = true }))
    corm.Table("child", t.metadata, key(), Column("parent_id", corm.ForeignKey("parent.id")))
    inspect(t)
    local metadata = corm.MetaData()
    metadata:reflect(t.engine)
    metadata:drop_all(t.engine)
    assert.same({}, corm.inspect(t.engine):get_table_names())
    metadata:create_all(t.engine)
    local inspector = corm.inspect(t.engine)
    assert.equal(1, #inspector:get_foreign_keys("child"))
    assert.equal(1, #inspector:get_indexes("parent"))
end)

topic:test("reads tables of another schema", "schemas", function(t)
    t.connection:execute(corm.schema.DropSchema("other", { if_exists = true, cascade = true }))
    t.connection:execute(corm.schema.CreateSchema("other"))
    t.connection:commit()
    corm.Table("one", t.metadata, key(), { schema = "other" })
    local inspector = inspect(t)
    assert.same({ "one" }, inspector:get_table_names({ schema = "other" }))
    assert.same({}, inspector:get_table_names())
    assert.equal("id", inspector:get_columns("one", { schema = "other" })[1].name)
    t.metadata:drop_all(t.engine)
    t.connection:execute(corm.schema.DropSchema("other"))
    t.connection:commit()
end)

return topic
