-- SPDX-License-Identifier: MIT
-- What a MetaData has besides tables, and what columns know of their defaults.

local helper = require("spec.helper")
local corm = require("corm")
local pg = require("corm.dialects.postgresql")

local Column, Integer, String, Table = corm.Column, corm.Integer, corm.String, corm.Table
local Enum, MetaData, Sequence = corm.Enum, corm.MetaData, corm.Sequence

local function fails(pattern, fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(corm.exc.ArgumentError:is(e), tostring(e))
    assert.truthy(e.message:find(pattern, 1, true), e.message)
end

describe("MetaData", function()
    it("finds its types and sequences by kind and schema", function()
        local m = MetaData()
        local mood = Enum("a", "b", { name = "mood" })
        local other = Enum("x", { name = "mood", schema = "s", metadata = m })
        local number = Sequence("number")
        local posint = pg.DOMAIN("posint", Integer)
        Table("t", m, Column("mood", mood), Column("n", Integer, number), Column("p", posint))
        assert.same({ mood }, m:get_schema_objects(Enum))
        assert.same({ other }, m:get_schema_objects(Enum, { schema = "s" }))
        assert.same({ number }, m:get_schema_objects(Sequence))
        assert.equal(mood, m:get_schema_object_by_name(Enum, "mood"))
        assert.equal(other, m:get_schema_object_by_name(Enum, "mood", { schema = "s" }))
        assert.equal(posint, m:get_schema_object_by_name(pg.DOMAIN, "posint"))
        assert.is_nil(m:get_schema_object_by_name(Enum, "nothing"))
        assert.same({}, MetaData():get_schema_objects(Enum))
        fails("a class of types expected", m.get_schema_objects, m, 5)
        m:clear()
        assert.same({}, m:get_schema_objects(Enum))
    end)

    it("knows a sequence that is said anew by its last saying", function()
        local m = MetaData()
        local first, second = Sequence("number"), Sequence("number", { start = 5 })
        local t = Table("t", m, Column("n", Integer, first))
        Table("t", m, Column("n", Integer, second), { extend_existing = true })
        assert.equal(second, t.c.n.default)
        assert.equal(m, second.metadata)
        assert.same({ second }, m:get_schema_objects(Sequence))
        assert.equal("Sequence('number', start=5)", tostring(second))
        local other = Sequence("number", { schema = "s", metadata = m })
        assert.same({ second }, m:get_schema_objects(Sequence))
        assert.same({ other }, m:get_schema_objects(Sequence, { schema = "s" }))
    end)

    it("tells types of its columns its schema", function()
        local m = MetaData({ schema = "q" })
        local plain, said = Enum("a", { name = "e" }), Enum("a", { name = "e", schema = "e" })
        local none = Enum("a", { name = "e", schema = corm.NULL })
        local domain = pg.DOMAIN("d", Integer)
        local t = Table("t", m, Column("plain", plain), Column("said", said),
            Column("none", none), Column("list", pg.ARRAY(Enum("b", { name = "i" }))),
            Column("d", domain), { schema = "z" })
        assert.equal("q", t.c.plain.type.schema)
        assert.equal(m, t.c.plain.type.metadata)
        assert.equal("e", t.c.said.type.schema)
        assert.is_nil(t.c.none.type.schema)
        assert.equal("q", t.c.list.type.item.schema)
        assert.equal("q", t.c.d.type.schema)
        assert.equal("q", Enum("a", { name = "m", metadata = m }).schema)
        local sql = tostring(corm.CreateTable(t):compile({ dialect = "postgresql" }))
        for _, part in ipairs({ "plain q.e", "said e.e", "none e,", "list q.i[]", "d q.d" }) do
            assert.truthy(sql:find(part, 1, true), sql)
        end
    end)

    it("lets a type take over the schema of its table", function()
        local t = Table("t", MetaData({ schema = "q" }),
            Column("e", Enum("a", { name = "e", inherit_schema = true })), { schema = "z" })
        assert.equal("z", t.c.e.type.schema)
        fails("exclude each other", Enum, "a", { name = "e", schema = "s", inherit_schema = true })
    end)
end)

describe("A default", function()
    it("knows its column", function()
        local number = Sequence("number", { start = 5, cycle = true })
        local t = Table("t", MetaData(),
            Column("id", Integer, number, { primary_key = true }),
            Column("x", Integer, {
                default = 1, onupdate = 2, server_default = "3", server_onupdate = "4",
            }),
            Column("i", Integer, corm.Identity({ start = 4 })),
            Column("c", Integer, corm.Computed("x + 1")),
            Column("u", Integer, corm.schema.DefaultClause("7", { for_update = true })))
        assert.equal(number, t.c.id.default)
        assert.equal(t.c.id, number.column)
        assert.equal(t.metadata, number.metadata)
        assert.equal(5, number.start)
        assert.is_true(number.cycle)
        assert.is_nil(number.minvalue)
        for _, name in ipairs({ "default", "onupdate", "server_default", "server_onupdate" }) do
            assert.equal(t.c.x, t.c.x[name].column)
        end
        assert.equal("3", t.c.x.server_default.arg)
        assert.is_true(t.c.x.server_onupdate.for_update)
        assert.equal(t.c.i, t.c.i.identity.column)
        assert.equal(t.c.i.identity, t.c.i.server_default)
        assert.is_true(t.c.i.server_default.is_identity)
        assert.equal(4, t.c.i.identity.start)
        assert.is_false(t.c.i.nullable)
        assert.equal(t.c.c.computed, t.c.c.server_onupdate)
        assert.equal(t.c.c, t.c.c.computed.column)
        assert.equal("7", t.c.u.server_onupdate.arg)
        assert.is_nil(t.c.u.server_default)
    end)

    it("of an identity column is the only one", function()
        local Identity = corm.Identity
        fails("server_onupdate", Column, "a", Integer, Identity(), { server_onupdate = "1" })
        fails("autoincrement = false", Column, "a", Integer, Identity(), { autoincrement = false })
        fails("Sequence", Column, "a", Integer, Identity(), Sequence("s"))
        assert.is_true(Column("a", Integer, Identity(), { nullable = true }).nullable)
    end)

    it("may be shared as the same expression of the server", function()
        local shared = corm.schema.FetchedValue()
        local a = Column("a", Integer, { server_default = shared, server_onupdate = shared })
        assert.equal(shared, a.server_default)
        assert.is_true(a.server_onupdate.for_update)
        fails("server_onupdate", Column, "a", Integer, { server_onupdate = 5 })
    end)
end)

describe("A copied table", function()
    it("has defaults of its own", function()
        local t = Table("t", MetaData(),
            Column("id", Integer, Sequence("seq", { schema = "s" })),
            Column("x", Integer, { default = 1, server_default = "3" }),
            Column("c", Integer, corm.Computed("x + 1")))
        local to = MetaData()
        local copy = t:to_metadata(to)
        assert.not_equal(t.c.x.default, copy.c.x.default)
        assert.equal(t.c.x, t.c.x.default.column)
        assert.equal(copy.c.x, copy.c.x.default.column)
        assert.equal(copy.c.x, copy.c.x.server_default.column)
        assert.equal(copy.c.id, copy.c.id.default.column)
        assert.equal("s", copy.c.id.default.schema)
        assert.equal(to, copy.c.id.default.metadata)
        assert.equal(copy.c.c.computed, copy.c.c.server_default)
        assert.equal(copy.c.c, copy.c.c.computed.column)
    end)

    it("has the checks of its types once, and types of its MetaData", function()
        local t = Table("t", MetaData(), Column("flag", corm.Boolean({ create_constraint = true })),
            Column("e", Enum("a", "b", { name = "e", create_constraint = true })))
        local to = MetaData({ schema = "s" })
        local copy = t:to_metadata(to)
        assert.equal(#t.constraints, #copy.constraints)
        assert.equal(to, copy.c.e.type.metadata)
        assert.equal("s", copy.c.e.type.schema)
        assert.is_nil(t.c.e.type.schema)
    end)

    it("goes to the schema that is said", function()
        local t = Table("t", MetaData({ schema = "a" }), Column("id", Integer))
        local function schema_in(to, options)
            return t:to_metadata(to, options).schema
        end
        assert.equal("a", schema_in(MetaData()))
        assert.equal("b", schema_in(MetaData({ schema = "b" })))
        assert.equal("c", schema_in(MetaData({ schema = "b" }), { schema = "c" }))
        assert.is_nil(schema_in(MetaData(), { schema = corm.NULL }))
    end)

    it("has the info of the table and of its parts", function()
        local check = corm.CheckConstraint("id > 0", { info = { b = 1 } })
        local t = Table("t", MetaData(), Column("id", Integer, { info = { a = 1 } }), check,
            { info = { c = 1 } })
        local copy = t:to_metadata(MetaData())
        t.c.id.info.a = 2
        assert.equal(1, copy.c.id.info.a)
        assert.equal(1, copy.info.c)
        for own in copy.constraints do
            assert.equal(own.sqltext and 1 or nil, own.info.b)
        end
    end)

    it("asks where a foreign key goes", function()
        local m = MetaData()
        Table("p", m, Column("id", Integer, { primary_key = true }), { schema = "a" })
        local t = Table("t", m, Column("p", Integer, corm.ForeignKey("a.p.id")), { schema = "a" })
        local function target(answer)
            local copy = t:to_metadata(MetaData(), { schema = "z", referred_schema_fn = function()
                return answer
            end })
            return copy.c.p.foreign_keys:pop().target_fullname
        end
        assert.equal("a.p.id", target(nil))
        assert.equal("a.p.id", target(corm.schema.RETAIN_SCHEMA))
        assert.equal("p.id", target(corm.schema.BLANK_SCHEMA))
        assert.equal("q.p.id", target("q"))
        fails("its result", target, {})
    end)
end)

describe("Options of a dialect", function()
    it("are told by those that have them", function()
        local m = corm.MetaData()
        local index = corm.Index("ix", "a", { postgresql_using = "gin", mysql_length = 10 })
        local unique = corm.UniqueConstraint("a", { sqlite_on_conflict = "IGNORE" })
        local t = Table("t", m, Column("a", Integer, { sqlite_on_conflict_not_null = "FAIL" }),
            index, unique, { sqlite_autoincrement = true, mysql_engine = "InnoDB", comment = "c" })
        assert.same({ sqlite_autoincrement = true, mysql_engine = "InnoDB" }, t.kwargs)
        assert.same(t.kwargs, t.dialect_kwargs)
        assert.equal("InnoDB", t.dialect_options.mysql.engine)
        assert.is_nil(t.dialect_options.oracle.compress)
        assert.equal("gin", index.dialect_options.postgresql.using)
        assert.equal("IGNORE", unique.dialect_options.sqlite.on_conflict)
        assert.equal("FAIL", t.c.a.dialect_options.sqlite.on_conflict_not_null)
        assert.same(t.kwargs, t:to_metadata(corm.MetaData()).kwargs)
        assert.same({}, corm.ForeignKey("t.a").kwargs)
        for _, name in ipairs({ "sqlite_engine", "postgresql_engine", "nothing_engine" }) do
            fails("unknown option", Table, name, m, { [name] = true })
        end
    end)
end)

describe("Table", function()
    local function keys(t)
        local found = {}
        for i = 1, #t.c do
            found[i] = t.c[i].key
        end
        return table.concat(found, " ")
    end

    it("takes a column at a position", function()
        local t = Table("t", MetaData(), Column("a", Integer), Column("b", Integer))
        t:insert_column(Column("first", Integer, { primary_key = true }), 1)
        t:insert_column(Column("middle", Integer), 3)
        t:insert_column(Column("last", Integer), 99)
        assert.equal("first a middle b last", keys(t))
        t:insert_column(Column("b", String), 2, { replace_existing = true })
        assert.equal("first b a middle last", keys(t))
        assert.equal(t.c.first, t.primary_key.columns[1])
        assert.equal("SELECT t.first, t.b, t.a, t.middle, t.last \nFROM t",
            tostring(corm.select(t)))
        fails("integer", t.insert_column, t, Column("x", Integer), "1")
        fails("integer", t.insert_column, t, Column("x", Integer), nil)
        t:append_column(t.c.last)
        assert.equal(5, #t.c)
    end)

    it("counts positions before a column is replaced", function()
        local orders = { "b a c d", "a b c d", "a b c d", "a c b d", "a c d b" }
        for position, order in ipairs(orders) do
            local t = Table("t", MetaData(), Column("a", Integer),
                Column("b", Integer, { key = "q" }), Column("c", Integer), Column("d", Integer))
            t:insert_column(Column("b", String), position, { replace_existing = true })
            assert.equal(order, table.concat(t.c:keys(), " "))
        end
    end)

    it("takes primary key columns later", function()
        local t = Table("t", MetaData(), Column("a", Integer, { primary_key = true }))
        t:append_column(Column("b", Integer, { primary_key = true }))
        assert.equal(2, #t.primary_key.columns)
    end)

    helper.each_database(function(db)
        it("is created and dropped by other statements", function()
            local engine = corm.create_engine(db.url)
            local t = Table("made", MetaData(), Column("id", Integer), corm.Index("ix", "id"))
            t:set_creator_ddl(corm.CreateTable(t, { if_not_exists = true }))
            t:set_dropper_ddl(corm.schema.DropTable(t, { if_exists = true }))
            fails("a DDL statement expected", t.set_creator_ddl, t, "CREATE TABLE")
            local copy = t:to_metadata(MetaData())
            local sql = helper.capture_sql(engine)
            copy:create(engine)
            copy:drop(engine)
            copy:drop(engine)
            assert.equal("CREATE TABLE IF NOT EXISTS made (\n\tid INTEGER\n)",
                sql[1]:match("^%s*(.-)%s*$"))
            assert.equal("CREATE INDEX ix ON made (id)", sql[2])
            assert.equal("DROP TABLE IF EXISTS made", sql[3]:match("^%s*(.-)%s*$"))
            assert.equal(4, #sql)
            engine:dispose()
        end)
    end)
end)
