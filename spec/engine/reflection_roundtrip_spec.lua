-- SPDX-License-Identifier: MIT
-- A schema that uses everything is created, reflected, created anew from what was reflected,
-- and reflected again: both databases say the same of themselves.

local helper = require("spec.helper")
local corm = require("corm")
local core = require("corm.core")

local Column, ForeignKey, Table = corm.Column, corm.ForeignKey, corm.Table
local Integer, String, Numeric = corm.Integer, corm.String, corm.Numeric

-- What both databases have.
local function declare_common(metadata)
    Table("parent", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("code", String(10), { nullable = false, unique = true }),
        Column("price", Numeric(10, 2), { server_default = corm.text("1.5") }),
        Column("name", String(20), { server_default = "it's: here" }),
        Column("double", Numeric(10, 2), corm.Computed("price * 2", { persisted = true })),
        Column("at", corm.DateTime, { server_default = corm.text("CURRENT_TIMESTAMP") }),
        Column("select", corm.Boolean), Column("Mixed Case", corm.Date),
        corm.CheckConstraint("price > 0 AND name <> '\\:x'", { name = "ck_price" }),
        corm.UniqueConstraint("name", "at", { name = "uq_name_at" }))
    Table("child", metadata,
        Column("a", Integer, { primary_key = true, autoincrement = false }),
        Column("b", corm.BigInteger, { primary_key = true, autoincrement = false }),
        Column("parent_id", Integer, ForeignKey("parent.id", {
            name = "fk_parent", ondelete = "SET NULL", onupdate = "CASCADE",
            deferrable = true, initially = "DEFERRED",
        })),
        Column("code", String(10), { index = true }), Column("data", corm.LargeBinary))
    Table("grandchild", metadata,
        Column("id", corm.SmallInteger, { primary_key = true }),
        Column("a", Integer), Column("b", corm.BigInteger), Column("self_id", corm.SmallInteger,
            ForeignKey("grandchild.id", { name = "fk_self" })),
        corm.ForeignKeyConstraint({ "a", "b" }, { "child.a", "child.b" }, {
            name = "fk_child", ondelete = "CASCADE",
        }))
    local child = metadata.tables.child
    corm.Index("ix_expr", corm.func.lower(child.c.code), child.c.a:desc())
    corm.Index("ix_part", child.c.b, {
        unique = true, sqlite_where = child.c.a:gt(5), postgresql_where = child.c.a:gt(5),
    })
end

local function declare_sqlite(metadata)
    Table("counted", metadata, Column("id", Integer, { primary_key = true }),
        Column("word", String(5, { collation = "NOCASE" })), { sqlite_autoincrement = true })
    Table("strict", metadata, Column("id", corm.INT, { primary_key = true }),
        Column("x", corm.TEXT), { sqlite_strict = true, sqlite_with_rowid = false })
end

local function declare_postgresql(metadata)
    local pg = corm.dialects.postgresql
    Table("special", metadata,
        Column("id", corm.BigInteger, corm.Identity({ always = true, start = 7, increment = 3 }),
            { primary_key = true, comment = "numbered" }),
        Column("mood", pg.ENUM("sad", "it's ok", { name = "mood" })),
        Column("moods", pg.ARRAY(pg.ENUM("sad", "it's ok", { name = "mood" }))),
        Column("size", pg.DOMAIN("size", Integer, {
            check = "VALUE > 0", default = "1", constraint_name = "ck_size",
        })),
        Column("at", pg.TIMESTAMP({ timezone = true, precision = 3 })),
        Column("time", pg.TIME({ timezone = false, precision = 0 })),
        Column("during", pg.INTERVAL({ fields = "DAY TO SECOND", precision = 2 })),
        Column("tags", pg.ARRAY(corm.TEXT)), Column("doc", pg.JSONB), Column("key", corm.UUID),
        Column("bits", pg.BIT({ length = 5, varying = true })), Column("range", pg.INT4RANGE),
        Column("search", pg.TSVECTOR), Column("x", corm.DOUBLE_PRECISION),
        Column("word", String(5, { collation = "C" })),
        corm.UniqueConstraint("x", {
            name = "uq_x", postgresql_nulls_not_distinct = true,
            postgresql_include = { "word" }, comment = "one x",
        }),
        corm.CheckConstraint("x > 1", { name = "ck_x", comment = "large" }),
        { comment = "what's special" })
    local special = metadata.tables.special
    corm.Index("ix_doc", special.c.doc, { postgresql_using = "gin" })
    corm.Index("ix_word", special.c.word:desc():nulls_last(), special.c.x, {
        postgresql_ops = { word = "varchar_pattern_ops" },
        postgresql_with = { fillfactor = 50 }, postgresql_include = { "time" },
    })
end

local declare = { sqlite = declare_sqlite, postgresql = declare_postgresql }

local ASPECTS = {
    "columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints",
    "check_constraints", "table_options",
}

-- A copy with types as they are spelled.
local function plain(value, dialect)
    if core.is_type(value) then
        return core.ddl_type(value, dialect)
    elseif type(value) ~= "table" then
        return value
    end
    local copy = {}
    for key, item in pairs(value) do
        copy[key] = plain(item, dialect)
    end
    return copy
end

-- Everything the Inspector says of a database.
local function describe_database(engine)
    local inspector = corm.inspect(engine)
    local found = { tables = inspector:get_table_names() }
    for _, aspect in ipairs(ASPECTS) do
        found[aspect] = {}
        for name, value in pairs(inspector["get_multi_" .. aspect](inspector)) do
            found[aspect][name] = plain(value, engine.dialect.name)
        end
    end
    if engine.dialect.name == "postgresql" then
        found.comments = plain(inspector:get_multi_table_comment())
        found.enums, found.domains = inspector:get_enums(), inspector:get_domains()
    end
    return found
end

local function statements(metadata, dialect)
    local list = {}
    for _, of in ipairs(metadata.sorted_tables) do
        list[#list + 1] = tostring(corm.schema.CreateTable(of):compile({ dialect = dialect }))
        local indexes = {}
        for index in of.indexes do
            indexes[#indexes + 1] = tostring(
                corm.schema.CreateIndex(index):compile({ dialect = dialect }))
        end
        table.sort(indexes)
        table.move(indexes, 1, #indexes, #list + 1, list)
    end
    return list
end

describe("a schema created, reflected and created anew", function()
    helper.each_database(function(db)
        it("is the same", function()
            local metadata = corm.MetaData()
            declare_common(metadata)
            declare[db.name](metadata)
            local engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            local first = describe_database(engine)
            local reflected = corm.MetaData()
            reflected:reflect(engine)
            metadata:drop_all(engine)
            assert.same({}, corm.inspect(engine):get_table_names())

            reflected:create_all(engine)
            assert.same(first, describe_database(engine))
            local again = corm.MetaData()
            again:reflect(engine)
            assert.same(statements(reflected, db.name), statements(again, db.name))
            again:drop_all(engine)
            engine:dispose()
        end)

        it("is the same in a copy of the MetaData", function()
            local metadata = corm.MetaData()
            declare_common(metadata)
            local engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            local reflected, copies = corm.MetaData(), corm.MetaData()
            reflected:reflect(engine)
            for _, of in ipairs(reflected.sorted_tables) do
                of:to_metadata(copies)
            end
            assert.same(statements(reflected, db.name), statements(copies, db.name))
            engine:dispose()
        end)

        it("goes into another schema with its references", function()
            local metadata = corm.MetaData()
            declare_common(metadata)
            local engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            local reflected, copies = corm.MetaData(), corm.MetaData()
            Table("child", reflected, { autoload_with = engine })
            metadata:drop_all(engine)
            engine:dispose()
            for _, of in ipairs(reflected.sorted_tables) do
                of:to_metadata(copies, { schema = "other" })
            end
            local child, parent = copies.tables["other.child"], copies.tables["other.parent"]
            assert.is_true(child.c.parent_id:references(parent.c.id))
            assert.equal(5, #child.c)
        end)

        it("numbers rows of reflected tables", function()
            local metadata = corm.MetaData()
            declare_common(metadata)
            local engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            local parent = Table("parent", corm.MetaData(), { autoload_with = engine })
            engine:begin(function(connection)
                local result = connection:execute(corm.insert(parent):values({ code = "a" }))
                assert.same({ 1 }, { result.inserted_primary_key:unpack() })
                local row = connection:execute(corm.select(parent)):one()
                assert.equal("it's: here", row.name)
                assert.equal("3.00", tostring(row.double))
            end)
            engine:dispose()
        end)
    end)
end)
