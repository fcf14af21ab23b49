-- SPDX-License-Identifier: MIT
-- How constraints, indexes and columns come to their tables, and what is refused.

require("spec.helper")
local corm = require("corm")

local CheckConstraint, Column, Index = corm.CheckConstraint, corm.Column, corm.Index
local ForeignKey, ForeignKeyConstraint = corm.ForeignKey, corm.ForeignKeyConstraint
local Integer, MetaData, String, Table = corm.Integer, corm.MetaData, corm.String, corm.Table
local PrimaryKeyConstraint, UniqueConstraint = corm.PrimaryKeyConstraint, corm.UniqueConstraint

local function message_of(class, fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(class:is(e), tostring(e))
    return e.message
end

local function loose()
    return Column("a", Integer), Column("b", Integer), Column("c", Integer)
end

describe("A constraint of columns without table", function()
    it("joins the table that they join", function()
        local a, b = loose()
        local unique, check = UniqueConstraint(a, b), CheckConstraint(a:gt(b))
        local t = Table("t", MetaData(), a, b)
        assert.is_true(t.constraints:contains(unique))
        assert.is_true(t.constraints:contains(check))
        assert.equal(t, unique.table)
    end)

    it("waits for the last of them", function()
        local a, b, c = loose()
        local unique = UniqueConstraint(a, b, c)
        local t = Table("t", MetaData(), a, b)
        assert.is_nil(unique.table)
        t:append_column(c)
        assert.is_true(t.constraints:contains(unique))
    end)

    it("may be named in the table as well", function()
        local a, b = loose()
        local unique, key, ix = UniqueConstraint(a, b), PrimaryKeyConstraint(a), Index("i", b)
        local t = Table("t", MetaData(), a, b, unique, key, ix)
        assert.equal(2, #t.constraints)
        assert.equal(1, #t.indexes)
        assert.equal(key, t.primary_key)
    end)

    it("is refused by a second table", function()
        local a, b, c = loose()
        UniqueConstraint(a, b, c)
        Table("t", MetaData(), a, b)
        local other = Table("other", MetaData())
        assert.equal("column 'other.c' is not part of table 't'",
            message_of(corm.exc.ArgumentError, other.append_column, other, c))
    end)

    it("stays alone if it is a condition on two tables", function()
        local a, b = loose()
        local check = CheckConstraint(a:gt(b))
        Table("t", MetaData(), a)
        Table("other", MetaData(), b)
        assert.is_nil(check.table)
    end)

    it("finds columns of the same names when it is appended", function()
        local key = PrimaryKeyConstraint(Column("a", Integer))
        local t = Table("t", MetaData(), Column("number", Integer))
        assert.equal("can't create PrimaryKeyConstraint on table 't': no column named 'a' is "
            .. "present",
            message_of(corm.exc.ConstraintColumnNotFoundError, t.append_constraint, t, key))
        t:append_column(Column("a", Integer))
        t:append_constraint(key)
        assert.equal(t.c.a, t.primary_key.columns[1])
    end)

    it("does not wait for columns that it knows by name", function()
        local a, b = loose()
        local unique = UniqueConstraint(a, "b")
        local t = Table("t", MetaData(), a)
        t:append_column(b)
        assert.is_nil(unique.table)
        assert.equal(t, UniqueConstraint(a, "b").table)
    end)
end)

describe("An index", function()
    it("of columns without table waits for them", function()
        local a, b = loose()
        local ix = Index("i", a, b)
        local t = Table("t", MetaData(), a, b)
        assert.is_true(t.indexes:contains(ix))
    end)

    it("can be appended like a constraint", function()
        local t = Table("t", MetaData(), Column("a", Integer))
        local ix = Index("i", "a")
        t:append_constraint(ix)
        assert.equal(t, ix.table)
    end)

    it("is of one table", function()
        local metadata = MetaData()
        local t = Table("t", metadata, Column("x", Integer))
        local other = Table("other", metadata, Column("y", Integer))
        assert.equal("column 'other.y' is not part of table 't'",
            message_of(corm.exc.ArgumentError, Index, "i", t.c.x, other.c.y))
        assert.equal("index 'i' belongs to table 't', it cannot join table 'third'",
            message_of(corm.exc.ArgumentError, Table, "third", metadata, Index("i", t.c.x)))
    end)

    it("may be nothing but a name, to drop it", function()
        assert.equal("\nDROP INDEX ix", tostring(corm.schema.DropIndex(Index({ name = "ix" }))))
    end)
end)

describe("The option table", function()
    it("says where a condition belongs", function()
        local t = Table("t", MetaData(), Column("a", Integer))
        local check = CheckConstraint("a > 5", { table = t, name = "positive" })
        assert.is_true(t.constraints:contains(check))
    end)

    it("says where a foreign key belongs", function()
        local metadata = MetaData()
        local t = Table("t", metadata, Column("a", Integer))
        Table("other", metadata, Column("id", Integer, { primary_key = true }))
        ForeignKeyConstraint({ "a" }, { "other.id" }, { table = t })
        assert.equal(1, #t.c.a.foreign_keys)
    end)

    it("takes a table", function()
        assert.equal("table: a Table expected, got 'x'", message_of(corm.exc.ArgumentError,
            CheckConstraint, "a > 5", { table = "x" }))
    end)
end)

describe("A foreign key", function()
    it("has each column once", function()
        assert.equal("ForeignKeyConstraint: column 'a' cannot refer to two columns",
            message_of(corm.exc.ArgumentError, ForeignKeyConstraint, { "a", "a" },
                { "t.x", "t.y" }))
    end)

    it("refers to one table", function()
        assert.equal("a ForeignKeyConstraint of table 't' refers to several tables: 'x' and 'y'",
            message_of(corm.exc.ArgumentError, Table, "t", MetaData(), Column("a", Integer),
                Column("b", Integer), ForeignKeyConstraint({ "a", "b" }, { "x.id", "y.id" })))
    end)

    it("that has no column or no table yet cannot be followed", function()
        local own = ForeignKey("other.id")
        local function column_of(foreign_key)
            return foreign_key.column
        end
        assert.equal("foreign key 'other.id': it has no column yet",
            message_of(corm.exc.InvalidRequestError, column_of, own))
        Column("x", own)
        assert.equal("foreign key 'other.id': its column 'x' has no table yet",
            message_of(corm.exc.InvalidRequestError, column_of, own))
    end)

    it("to a column without table has that column", function()
        local target = Column("id", Integer)
        assert.equal(target, ForeignKey(target).column)
    end)

    it("is named after the names of the columns it refers to", function()
        local metadata = MetaData({
            naming_convention = { fk = "fk_%(table_name)s_%(referred_column_0_N_name)s" },
        })
        Table("user", metadata, Column("Id", Integer, { key = "id" }))
        local t = Table("t", metadata, Column("a", Integer))
        local own = ForeignKeyConstraint({ "a" }, { "user.id" })
        t:append_constraint(own)
        assert.equal("fk_t_Id", own.name)
    end)
end)

describe("A naming convention with the name of the constraint", function()
    it("wants one", function()
        local t = Table("t", MetaData({
            naming_convention = { ck = "ck_%(table_name)s_%(constraint_name)s" },
        }), Column("a", Integer))
        assert.equal("ck_t_small", CheckConstraint(t.c.a:lt(5), { name = "small" }).name)
        assert.equal("naming convention needs %(constraint_name)s: the constraint of table 't' "
            .. "must have a name",
            message_of(corm.exc.InvalidRequestError, CheckConstraint, t.c.a:lt(5)))
    end)
end)

describe("A column", function()
    it("has a name of its own in its table", function()
        assert.equal("a column with the name 'b' is in table 't' already; replace_existing = true "
            .. "puts another one in its place",
            message_of(corm.exc.DuplicateColumnError, Table, "t", MetaData(),
                Column("b", String), Column("b", String, { key = "b2" })))
        assert.equal("a column of table 't' has no name", message_of(corm.exc.ArgumentError,
            Table, "t", MetaData(), Column("", Integer)))
    end)

    it("of the same name and another key is replaced where that is asked for", function()
        local t = Table("t", MetaData(), Column("a", Integer), Column("b", Integer))
        t:append_column(Column("b", String, { key = "b2" }), { replace_existing = true })
        assert.same({ "a", "b2" }, t.c:keys())
    end)

    it("takes a ColumnDefault as an argument, which knows the column", function()
        local given = corm.ColumnDefault(5)
        local later = corm.ColumnDefault(7, { for_update = true })
        local a = Column("a", Integer, given, later)
        assert.equal(given, a.default)
        assert.equal(later, a.onupdate)
        assert.equal(a, given.column)
        local b = Column("b", Integer, { default = given })
        assert.equal(b, b.default.column)
        assert.equal(a, given.column)
    end)

    it("has one default", function()
        assert.equal("Column: default and insert_default exclude each other",
            message_of(corm.exc.ArgumentError, Column, "a", Integer,
                { default = 1, insert_default = 2 }))
    end)
end)

describe("A table that is there already", function()
    it("is either kept or extended", function()
        assert.equal("Table: keep_existing and extend_existing exclude each other",
            message_of(corm.exc.ArgumentError, Table, "t", MetaData(),
                { keep_existing = true, extend_existing = true }))
    end)

    it("keeps the quotes of its name", function()
        local metadata = MetaData()
        Table("t", metadata, Column("a", Integer))
        assert.equal("Table: quote and quote_schema of table 't' cannot be said anew",
            message_of(corm.exc.ArgumentError, Table, "t", metadata,
                { quote = true, extend_existing = true }))
    end)
end)

describe("Tables", function()
    local function keys(tables)
        local list = {}
        for i, t in ipairs(tables) do
            list[i] = t.key
        end
        return list
    end

    it("can be made dependent on others", function()
        local metadata, t = MetaData(), {}
        for name in ("abcde"):gmatch(".") do
            t[name] = Table(name, metadata, Column("x", Integer))
        end
        t.e:add_is_dependent_on(t.c)
        t.a:add_is_dependent_on(t.b)
        t.b:add_is_dependent_on(t.d)
        t.e:add_is_dependent_on(t.b)
        t.c:add_is_dependent_on(t.a)
        assert.same({ "d", "b", "a", "c", "e" }, keys(metadata.sorted_tables))
    end)

    it("tell the schemas of their MetaData", function()
        local metadata = MetaData({ schema = "w" })
        Table("t", metadata, { schema = "y" })
        Table("t2", metadata, { schema = "x" })
        assert.same({ "w", "x", "y" }, metadata.schemas)
        assert.same({}, MetaData().schemas)
    end)
end)
