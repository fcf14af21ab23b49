-- SPDX-License-Identifier: MIT
-- MetaData, tables, columns, keys and constraints as objects.

require("spec.helper")
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey
local MetaData, Table = corm.MetaData, corm.Table

local function message_of(class, fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(class:is(e), tostring(e))
    return e.message
end

local function names(columns)
    local list = {}
    for column in columns do
        list[#list + 1] = column.name
    end
    return list
end

local function members(set)
    local list = {}
    for member in set do
        list[#list + 1] = tostring(member)
    end
    return list
end

local function two_tables()
    local metadata = MetaData()
    local parent = Table("parent", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("code", String(5)))
    local child = Table("child", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("parent_id", ForeignKey("parent.id")))
    return metadata, parent, child
end

describe("Table", function()
    it("has its columns by name, by position and in order", function()
        local t = Table("t", MetaData(), Column("z", Integer), Column("a b", String),
            Column("m", Integer))
        assert.equal("z", t.c.z.name)
        assert.equal("a b", t.c["a b"].name)
        assert.equal(t.c.z, t.columns[1])
        assert.equal(3, #t.c)
        assert.same({ "z", "a b", "m" }, names(t.c))
        assert.same({ "z", "a b", "m" }, t.c:keys())
        local seen = {}
        for key, column in pairs(t.c) do
            seen[#seen + 1] = key .. "=" .. column.name
        end
        assert.same({ "z=z", "a b=a b", "m=m" }, seen)
    end)

    it("gives the same object for a column each time", function()
        local t = Table("t", MetaData(), Column("a", Integer))
        assert.equal(t.c.a, t.c.a)
        assert.equal("found", ({ [t.c.a] = "found" })[t.c.a])
    end)

    it("lets a column's name win over a method's", function()
        local t = Table("t", MetaData(), Column("keys", Integer), Column("values", Integer))
        assert.equal("keys", t.c.keys.name)
        assert.same({ "keys", "values" }, corm.sql.ColumnCollection.keys(t.c))
    end)

    it("names the column that it has not", function()
        local t = Table("user", MetaData(), Column("name", String))
        assert.equal("table 'user' has no column 'nmae'; did you mean 'name'?",
            message_of(corm.exc.ArgumentError, function()
                return t.c.nmae
            end))
        assert.is_nil(t.c:get("nmae"))
        assert.is_false(t.c:contains("nmae"))
        assert.is_true(t.c:contains("name"))
        assert.is_true(t.c:contains_column(t.c.name))
    end)

    it("tells its names", function()
        local t = Table("t", MetaData(), Column("a", Integer), { schema = "s", comment = "c" })
        assert.equal("t", t.name)
        assert.equal("s", t.schema)
        assert.equal("s.t", t.fullname)
        assert.equal("s.t", t.key)
        assert.equal("c", t.comment)
        assert.equal("s.t", tostring(t))
        assert.same({}, t.info)
    end)

    it("takes the schema of its MetaData", function()
        local metadata = MetaData({ schema = "s" })
        local t = Table("t", metadata, Column("a", Integer))
        assert.equal("s.t", t.fullname)
        assert.equal(t, metadata.tables["s.t"])
    end)

    it("is found again by name, and made only once", function()
        local metadata = MetaData()
        local t = Table("t", metadata, Column("a", Integer))
        assert.equal(t, Table("t", metadata))
        assert.equal("table 't' is already defined for this MetaData; pass extend_existing = "
            .. "true to add columns to it",
            message_of(corm.exc.InvalidRequestError, Table, "t", metadata, Column("b", Integer)))
        assert.equal(t, Table("t", metadata, Column("b", Integer), { extend_existing = true }))
        assert.same({ "a", "b" }, names(t.c))
        assert.equal("table 'u' is not defined",
            message_of(corm.exc.InvalidRequestError, Table, "u", metadata, { must_exist = true }))
    end)

    it("finds its primary key", function()
        local t = Table("t", MetaData(), Column("a", Integer),
            Column("b", Integer, { primary_key = true }),
            Column("c", Integer, { primary_key = true }))
        assert.same({ "b", "c" }, t.primary_key.columns:keys())
        assert.same({ "b", "c" }, names(t.primary_key))
        assert.is_false(t.c.b.nullable)
        assert.is_true(t.c.a.nullable)
        assert.is_nil(t.autoincrement_column)
    end)

    it("takes a primary key written as a constraint, in its order", function()
        local t = Table("t", MetaData(), Column("a", Integer), Column("b", Integer),
            corm.PrimaryKeyConstraint("b", "a", { name = "pk" }))
        assert.same({ "b", "a" }, t.primary_key.columns:keys())
        assert.equal("pk", t.primary_key.name)
        assert.is_true(t.c.a.primary_key)
        assert.is_false(t.c.a.nullable)
    end)

    it("warns where columns and constraint tell different primary keys", function()
        local heard = {}
        local filter = corm.warnings.filter("always")
        local handler = corm.warnings.handler(function(warning)
            heard[#heard + 1] = warning.message
        end)
        local function primary_key(...)
            return table.concat(Table("t", MetaData(),
                Column("a", Integer, { primary_key = true }),
                Column("b", Integer, { primary_key = true }),
                Column("c", Integer), ...).primary_key.columns:keys(), " ")
        end
        assert.equal("b", primary_key(corm.PrimaryKeyConstraint("b")))
        assert.equal("b c", primary_key(corm.PrimaryKeyConstraint("b", "c")))
        assert.equal("b a", primary_key(corm.PrimaryKeyConstraint("b", "a")))
        assert.equal("a b", primary_key(corm.PrimaryKeyConstraint({ name = "pk" })))
        corm.warnings.handler(handler)
        corm.warnings.filter(filter)
        assert.same({
            "columns 'a', 'b' of table 't' say primary_key = true, but its "
                .. "PrimaryKeyConstraint says 'b', which counts",
            "columns 'a', 'b' of table 't' say primary_key = true, but its "
                .. "PrimaryKeyConstraint says 'b', 'c', which counts",
        }, heard)
    end)

    it("knows which column the database numbers", function()
        local t = Table("t", MetaData(), Column("id", Integer, { primary_key = true }))
        assert.equal(t.c.id, t.autoincrement_column)
        local u = Table("u", MetaData(),
            Column("id", Integer, { primary_key = true, autoincrement = false }))
        assert.is_nil(u.autoincrement_column)
    end)

    it("numbers identity columns, and keys of other tables where it is told to", function()
        local function numbered(...)
            return Table("t", MetaData(), Column("a", Integer, ...)).autoincrement_column
        end
        local key = corm.ForeignKey
        assert.is_nil(numbered(key("o.id"), { primary_key = true }))
        assert.is_truthy(numbered(key("o.id"),
            { primary_key = true, autoincrement = "ignore_fk" }))
        assert.is_nil(numbered(key("o.id"),
            { primary_key = true, autoincrement = "ignore_fk", default = 1 }))
        assert.is_truthy(numbered(corm.Identity(), { primary_key = true }))
        assert.is_nil(numbered(corm.Identity()))
    end)

    it("may be written with columns that replace each other", function()
        for _, option in ipairs({ "extend_existing", "keep_existing" }) do
            local t = Table("t", MetaData(), Column("a", Integer), Column("b", Integer),
                Column("b", corm.String, { key = "c" }), { [option] = true })
            assert.same({ "a", "c" }, t.c:keys())
        end
    end)

    it("gains columns and constraints later", function()
        local t = Table("t", MetaData(), Column("a", Integer))
        t:append_column(Column("b", Integer, { unique = true }))
        t:append_constraint(corm.CheckConstraint("a > 5"))
        assert.same({ "a", "b" }, names(t.c))
        assert.same({ "PrimaryKeyConstraint()", "UniqueConstraint('b')", "CheckConstraint()" },
            members(t.constraints))
    end)

    it("refuses what is no part of a table", function()
        local metadata = MetaData()
        assert.equal("Table: a Column, constraint or Index expected, got 5",
            message_of(corm.exc.ArgumentError, Table, "t", metadata, 5))
        assert.is_false(metadata:contains("t"))
        assert.equal("Table: a MetaData as second argument expected, got 'x'",
            message_of(corm.exc.ArgumentError, Table, "t", "x"))
        assert.equal("Table: a name expected, got NULL",
            message_of(corm.exc.ArgumentError, Table, corm.NULL, metadata))
        assert.equal("Table: unknown option 'shcema'; did you mean 'schema'?",
            message_of(corm.exc.ArgumentError, Table, "t", metadata, { shcema = "x" }))
        assert.equal("a column with the key 'a' is in table 't' already",
            message_of(corm.exc.DuplicateColumnError, Table, "t", metadata,
                Column("a", Integer), Column("a", Integer)))
        assert.equal("a column of table 't' has no name",
            message_of(corm.exc.ArgumentError, Table, "t", metadata, Column(Integer)))
    end)

    it("refuses a column of another table", function()
        local metadata = MetaData()
        local t = Table("t", metadata, Column("a", Integer))
        assert.equal("column 'a' belongs to table 't' already",
            message_of(corm.exc.ArgumentError, Table, "u", metadata, t.c.a))
    end)

    it("takes foreign keys along when a table is copied", function()
        local metadata = corm.MetaData()
        local tree = corm.Table("tree", metadata,
            Column("id", Integer, { primary_key = true }),
            Column("parent", Integer, ForeignKey("tree.id")),
            Column("root", Integer),
            corm.ForeignKeyConstraint({ "root" }, { "tree.id" }))
        local leaf = corm.Table("leaf", metadata, Column("tree", ForeignKey("tree.id")))
        local function targets(copy)
            local found = {}
            for key in copy.foreign_keys do
                found[#found + 1] = key.target_fullname
            end
            return found
        end
        assert.same({ "wood.id", "wood.id" },
            targets(tree:to_metadata(corm.MetaData(), { name = "wood" })))
        assert.same({ "s.wood.id", "s.wood.id" },
            targets(tree:to_metadata(corm.MetaData({ schema = "s" }), { name = "wood" })))
        assert.same({ "z.tree.id" },
            targets(leaf:to_metadata(corm.MetaData(), { schema = "z" })))
        assert.same({ "k.tree.id" }, targets(leaf:to_metadata(corm.MetaData(), {
            schema = "z",
            referred_schema_fn = function(from, to_schema, constraint, referred_schema)
                assert.equal(leaf, from)
                assert.equal("z", to_schema)
                assert.truthy(constraint.elements)
                assert.is_nil(referred_schema)
                return "k"
            end,
        })))
    end)

    it("is copied to another MetaData with all it has", function()
        local _, _, child = two_tables()
        child:append_constraint(corm.UniqueConstraint("parent_id", { name = "uq" }))
        corm.Index("ix", child.c.parent_id)
        local metadata = MetaData()
        local copy = child:to_metadata(metadata, { name = "copied" })
        assert.equal(copy, metadata.tables["copied"])
        assert.same({ "id", "parent_id" }, names(copy.c))
        assert.not_equal(child.c.id, copy.c.id)
        assert.equal("INTEGER", tostring(copy.c.parent_id.type))
        assert.same({ "PrimaryKeyConstraint('id')", "ForeignKeyConstraint('parent_id')",
            "UniqueConstraint('parent_id')" }, members(copy.constraints))
        assert.same({ "Index('ix')" }, members(copy.indexes))
    end)
end)

describe("Column", function()
    it("tells what it was given", function()
        local c = Column("a", String(5), {
            nullable = false, default = "x", server_default = "y", comment = "c", doc = "d",
            info = { k = 1 }, key = "kk", unique = true, index = true,
        })
        assert.equal("a", c.name)
        assert.equal("kk", c.key)
        assert.equal("VARCHAR(5)", tostring(c.type))
        assert.is_false(c.nullable)
        assert.is_false(c.primary_key)
        assert.equal("x", c.default.arg)
        assert.is_true(c.default.is_scalar)
        assert.equal("y", c.server_default.arg)
        assert.equal(c, c.server_default.column)
        assert.equal("c", c.comment)
        assert.equal("d", c.doc)
        assert.equal(1, c.info.k)
        assert.is_true(c.unique)
        assert.is_true(c.index)
        assert.is_nil(c.onupdate)
        assert.is_nil(c.table)
    end)

    it("tells the kinds of defaults apart", function()
        local function zero()
            return 0
        end
        assert.is_true(Column("a", Integer, { default = zero }).default.is_callable)
        assert.is_true(Column("a", Integer, { default = corm.func.f() }).default
            .is_clause_element)
        assert.is_true(Column("a", Integer, corm.Sequence("s")).default.is_sequence)
        assert.is_true(Column("a", Integer, { default = false }).default.is_scalar)
        assert.equal(zero, Column("a", Integer, { onupdate = zero }).onupdate.arg)
    end)

    it("is found by its key, and rendered by its name", function()
        local t = Table("t", MetaData(), Column("sql_name", Integer, { key = "lua_name" }))
        assert.equal("sql_name", t.c.lua_name.name)
        assert.equal("t.sql_name", tostring(t.c.lua_name))
    end)

    it("has the CHECKs that it was given, a copy its own", function()
        local check = corm.CheckConstraint("x > 5")
        local x = Column("x", Integer, check)
        assert.is_true(x.constraints:contains(check))
        local t = Table("t", MetaData(), x, corm.CheckConstraint("x > 6"))
        assert.equal(1, #t.c.x.constraints)
        local copied = t:to_metadata(MetaData())
        assert.equal(1, #copied.c.x.constraints)
        for own in copied.c.x.constraints do
            assert.is_true(copied.constraints:contains(own))
        end
    end)

    it("may be without name and type", function()
        local c = Column(Integer)
        assert.is_nil(c.name)
        assert.equal("INTEGER", tostring(c.type))
        assert.equal("NULL", tostring(Column("a").type))
        assert.equal("(no name)", tostring(c))
    end)

    it("is copied with its foreign keys, but not its table", function()
        local _, _, child = two_tables()
        local copy = child.c.parent_id:copy()
        assert.is_nil(copy.table)
        assert.equal("parent_id", copy.name)
        assert.same({ "ForeignKey('parent.id')" }, members(copy.foreign_keys))
    end)

    it("can be changed where that makes sense", function()
        local c = Column("a", Integer, { unique = true, default = 5 })
        c.unique = false
        c.nullable = false
        c.default = nil
        c.type = String(3)
        c.info = { x = 1 }
        assert.is_false(c.unique)
        assert.is_nil(c.default)
        assert.equal("VARCHAR(3)", tostring(c.type))
        assert.equal("Column: nullable must be a boolean, got 5",
            message_of(corm.exc.ArgumentError, function()
                c.nullable = 5
            end))
        assert.equal("Column has no attribute 'nulable' that can be set",
            message_of(corm.exc.ArgumentError, function()
                c.nulable = true
            end))
    end)

    it("keeps what its table has built upon", function()
        local t = Table("t", MetaData(), Column("a", Integer))
        assert.equal("key of column 'a' cannot change: it belongs to table 't'",
            message_of(corm.exc.InvalidRequestError, function()
                t.c.a.key = "b"
            end))
        t.c.a.comment = "later"
        assert.equal("later", t.c.a.comment)
    end)

    it("refuses wrong arguments", function()
        local E = corm.exc.ArgumentError
        assert.equal("Column: unknown option 'nulable'; did you mean 'nullable'?",
            message_of(E, Column, "a", Integer, { nulable = true }))
        assert.equal("Column: primary_key must be a boolean, got 'yes'",
            message_of(E, Column, "a", Integer, { primary_key = "yes" }))
        assert.equal("Column: a type, ForeignKey, constraint or default expected, got 5",
            message_of(E, Column, "a", 5))
        assert.equal("Column: a string or an SQL expression as server_default expected, got 5",
            message_of(E, Column, "a", Integer, { server_default = 5 }))
        assert.equal("Column: autoincrement must be true, false, \"auto\" or \"ignore_fk\", "
            .. "got 1", message_of(E, Column, "a", Integer, { autoincrement = 1 }))
    end)
end)

describe("ForeignKey", function()
    it("gives its column the type of the other", function()
        local _, parent, child = two_tables()
        assert.equal("INTEGER", tostring(child.c.parent_id.type))
        local foreign_key = child.foreign_keys[1]
        assert.equal(parent.c.id, foreign_key.column)
        assert.equal(child.c.parent_id, foreign_key.parent)
        assert.is_true(child.c.parent_id:references(parent.c.id))
        assert.is_false(child.c.id:references(parent.c.id))
        assert.equal("parent.id", foreign_key.target_fullname)
    end)

    it("waits for a table that comes later", function()
        local metadata = MetaData()
        local child = Table("child", metadata, Column("p", ForeignKey("parent.id")))
        assert.equal("NULL", tostring(child.c.p.type))
        Table("parent", metadata, Column("id", corm.BigInteger, { primary_key = true }))
        assert.equal("BIGINT", tostring(child.c.p.type))
    end)

    it("takes types through a chain of keys", function()
        local metadata = MetaData()
        local c = Table("c", metadata, Column("id", ForeignKey("b.id"), { primary_key = true }))
        Table("b", metadata, Column("id", ForeignKey("a.id"), { primary_key = true }))
        Table("a", metadata, Column("id", String(7), { primary_key = true }))
        assert.equal("VARCHAR(7)", tostring(c.c.id.type))
    end)

    it("takes a column as well as a name", function()
        local metadata = MetaData()
        local parent = Table("parent", metadata, Column("id", Integer, { primary_key = true }))
        local child = Table("child", metadata, Column("p", ForeignKey(parent.c.id)))
        assert.equal(parent.c.id, child.foreign_keys[1].column)
    end)

    it("is known to the columns of a subquery and an alias", function()
        local m = MetaData()
        local a = Table("a", m, Column("id", Integer), Column("n", Integer))
        local b = Table("b", m, Column("a_id", Integer, corm.ForeignKey("a.id")))
        local sub = corm.select(corm.select(b):alias()):subquery()
        assert.is_true(sub.c.a_id:references(a.c.id))
        assert.is_false(sub.c.a_id:references(a.c.n))
        assert.is_true(b:alias().c.a_id:references(a:alias().c.id))
        assert.is_false((a.c.id + 1):references(a.c.id))
    end)

    it("refers to its own table", function()
        local t = Table("tree", MetaData(), Column("id", Integer, { primary_key = true }),
            Column("parent_id", ForeignKey("tree.id")))
        assert.equal(t.c.id, t.foreign_keys[1].column)
    end)

    it("says what is missing", function()
        local metadata = MetaData()
        local child = Table("child", metadata, Column("p", ForeignKey("parent.id")))
        assert.equal("foreign key of column 'child.p' refers to table 'parent', which does not "
            .. "exist", message_of(corm.exc.NoReferencedTableError, function()
                return child.foreign_keys[1].column
            end))
        Table("parent", metadata, Column("code", Integer))
        assert.equal("foreign key 'parent.id' of column 'child.p': table 'parent' has no column "
            .. "'id'", message_of(corm.exc.NoReferencedColumnError, function()
                return metadata.sorted_tables
            end))
    end)

    it("checks what to do on delete", function()
        assert.equal("ForeignKey: ondelete must be CASCADE, SET NULL, SET DEFAULT, RESTRICT or "
            .. "NO ACTION, got 'EXPLODE'",
            message_of(corm.exc.CompileError, ForeignKey, "a.b", { ondelete = "EXPLODE" }))
        assert.equal("CASCADE", ForeignKey("a.b", { ondelete = "cascade" }).ondelete)
    end)

    it("may be of several columns", function()
        local metadata = MetaData()
        Table("p", metadata, Column("a", Integer, { primary_key = true }),
            Column("b", Integer, { primary_key = true }))
        local t = Table("t", metadata, Column("x", Integer), Column("y", Integer),
            corm.ForeignKeyConstraint({ "x", "y" }, { "p.a", "p.b" }, { name = "fk" }))
        assert.equal(2, #t.foreign_keys)
        local constraint = t.foreign_key_constraints[1]
        assert.equal("fk", constraint.name)
        assert.same({ "x", "y" }, constraint.column_keys)
        assert.equal(metadata.tables.p, constraint.referred_table)
        assert.equal("ForeignKeyConstraint: 1 columns cannot refer to 2 columns",
            message_of(corm.exc.ArgumentError, corm.ForeignKeyConstraint, { "x" },
                { "p.a", "p.b" }))
    end)
end)

describe("A constraint", function()
    it("has a collection of columns once it has a table", function()
        local key = corm.ForeignKeyConstraint({ "a", "b" }, { "o.x", "o.y" })
        assert.equal(0, #key)
        assert.same({ "a", "b" }, key.column_keys)
        Table("t", MetaData(), Column("a", Integer), Column("b", Integer), key)
        assert.equal(2, #key)
        assert.is_true(key:contains("b"))
        assert.is_false(key:contains("c"))
    end)
end)

describe("MetaData", function()
    it("takes its schema as first argument", function()
        assert.equal("shop", MetaData("shop").schema)
        assert.equal("shop", MetaData("shop", { info = { a = 1 } }).schema)
        assert.equal(1, MetaData("shop", { info = { a = 1 } }).info.a)
        assert.is_false(pcall(MetaData, 42))
    end)

    it("has its tables by name, in the order in which they were made", function()
        local metadata, parent, child = two_tables()
        assert.equal(parent, metadata.tables.parent)
        assert.equal(child, metadata.tables["child"])
        assert.is_nil(metadata.tables.nosuch)
        local seen = {}
        for name, table_ in pairs(metadata.tables) do
            seen[#seen + 1] = name .. "=" .. table_.name
        end
        assert.same({ "parent=parent", "child=child" }, seen)
        assert.equal(2, #metadata.tables)
    end)

    it("sorts tables by their foreign keys", function()
        local metadata = MetaData()
        local c = Table("a_last", metadata, Column("id", Integer, { primary_key = true }),
            Column("p", ForeignKey("m_middle.id")))
        local b = Table("m_middle", metadata, Column("id", Integer, { primary_key = true }),
            Column("p", ForeignKey("z_first.id")))
        local a = Table("z_first", metadata, Column("id", Integer, { primary_key = true }))
        assert.same({ a.name, b.name, c.name }, {
            metadata.sorted_tables[1].name, metadata.sorted_tables[2].name,
            metadata.sorted_tables[3].name,
        })
    end)

    it("forgets tables", function()
        local metadata, parent = two_tables()
        metadata:remove(parent)
        assert.is_false(metadata:contains("parent"))
        metadata:clear()
        assert.equal(0, #metadata.tables)
    end)

    it("refuses unknown options and attributes", function()
        assert.equal("MetaData: unknown option 'schem'; did you mean 'schema'?",
            message_of(corm.exc.ArgumentError, MetaData, { schem = "x" }))
        assert.equal("MetaData has no attribute 'tabels'",
            message_of(corm.exc.ArgumentError, function()
                return MetaData().tabels
            end))
    end)

    it("needs an engine to create tables", function()
        local metadata = two_tables()
        assert.is_false(pcall(metadata.create_all, metadata, "nothing"))
    end)
end)

describe("Index", function()
    it("is named after its table and first column", function()
        local t = Table("t", MetaData(), Column("a", Integer, { index = true }))
        assert.equal("ix_t_a", t.indexes[1].name)
        assert.is_false(t.indexes[1].unique)
        assert.same({ "a" }, t.indexes[1].columns:keys())
        assert.equal(t, t.indexes[1].table)
    end)

    it("joins its table by its columns", function()
        local t = Table("t", MetaData(), Column("a", Integer), Column("b", Integer))
        corm.Index("ix", t.c.a, t.c.b, { unique = true })
        assert.equal("ix", t.indexes[1].name)
        assert.is_true(t.indexes[1].unique)
    end)

    it("is of columns, not of a table", function()
        local t = Table("t", MetaData(), Column("x", Integer))
        assert.is_false(pcall(corm.Index, "ix", t))
        assert.is_false(pcall(corm.Index, "ix", t:alias()))
        assert.equal(0, #t.indexes)
    end)

    it("of an expression needs a name", function()
        local t = Table("t", MetaData(), Column("a", String))
        local index = corm.Index("ix", corm.func.lower(t.c.a))
        assert.equal(t, index.table)
        assert.same({ "a" }, index.columns:keys())
    end)
end)

describe("a naming convention", function()
    local function build(convention, ...)
        local metadata = MetaData({ naming_convention = convention })
        Table("parent", metadata, Column("id", Integer, { primary_key = true }))
        return Table("t", metadata, ...)
    end

    it("names what has no name", function()
        local t = build({
            ix = "ix_%(column_0_label)s", uq = "uq_%(table_name)s_%(column_0_N_name)s",
            fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            pk = "pk_%(table_name)s",
        }, Column("id", Integer, { primary_key = true }), Column("a", Integer, { index = true }),
            Column("b", ForeignKey("parent.id")), corm.UniqueConstraint("a", "b"))
        assert.equal("pk_t", t.primary_key.name)
        assert.equal("ix_t_a", t.indexes[1].name)
        assert.equal("fk_t_b_parent", t.foreign_key_constraints[1].name)
        local found
        for constraint in t.constraints do
            found = found or constraint.name == "uq_t_a_b"
        end
        assert.is_true(found)
    end)

    it("leaves the name of a type's CHECK alone if it is final", function()
        local convention = { ck = "ck_%(table_name)s_%(constraint_name)s" }
        local function created(name)
            local t = Table("t", MetaData({ naming_convention = convention }),
                Column("x", corm.Enum("a", { name = name, create_constraint = true })))
            return tostring(corm.schema.CreateTable(t):compile({ dialect = "sqlite" }))
        end
        assert.matches("CONSTRAINT ck_t_kind CHECK", created("kind"))
        assert.matches("CONSTRAINT kind CHECK", created(corm.conv("kind")))
    end)

    it("may be computed", function()
        local t = build({
            uq = "uq_%(tag)s",
            tag = function(_, table_)
                return table_.name:upper()
            end,
        }, Column("a", Integer, { unique = true }))
        assert.same("uq_T", t.constraints[2].name)
    end)

    it("refuses what it does not know", function()
        assert.equal("naming convention: unknown token '%(nosuch)s'",
            message_of(corm.exc.ArgumentError, build, { uq = "%(nosuch)s" },
                Column("a", Integer, { unique = true })))
    end)
end)

describe("Sequence, Identity and Computed", function()
    it("may have quoted names", function()
        local quoted = corm.quoted_name
        assert.equal('CREATE SEQUENCE "S"."N"', tostring(corm.schema.CreateSequence(
            corm.Sequence(quoted("N", true), { schema = quoted("S", true) }))))
        assert.equal('CREATE SCHEMA "S"',
            tostring(corm.schema.CreateSchema(quoted("S", true))))
        assert.is_false(pcall(corm.Sequence, 5))
    end)

    it("check their numbers", function()
        assert.equal("Sequence: start must be an integer, got 'x'",
            message_of(corm.exc.ArgumentError, corm.Sequence, "s", { start = "x" }))
        assert.equal("Identity: increment must not be 0",
            message_of(corm.exc.ArgumentError, corm.Identity, { increment = 0 }))
        assert.equal(5, corm.Sequence("s", 5).start)
    end)
end)

describe("BLANK_SCHEMA", function()
    it("leaves a table or sequence without the schema that its MetaData has", function()
        local metadata = corm.MetaData({ schema = "s" })
        local function made(options)
            return corm.Table("t", metadata, corm.Column("id", corm.Integer), options)
        end
        assert.is_nil(made({ schema = corm.BLANK_SCHEMA }).schema)
        assert.equal("s", made({}).schema)
        local sequence = corm.Sequence("q", { metadata = metadata, schema = corm.BLANK_SCHEMA })
        assert.equal("CREATE SEQUENCE q", tostring(corm.schema.CreateSequence(sequence)))
        assert.truthy(metadata.tables.t and metadata.tables["s.t"])
    end)
end)
