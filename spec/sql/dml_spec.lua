-- SPDX-License-Identifier: MIT
-- INSERT, UPDATE and DELETE, in the default dialect.

local helper = require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local o = tables.othertable
local select, insert, update, delete = corm.select, corm.insert, corm.update, corm.delete
local func, exists, bindparam = corm.func, corm.exists, corm.bindparam

describe("insert", function()
    it("insert", function()
        assert_compile(t:insert(),
            "INSERT INTO mytable (myid, name, description) VALUES (:myid, :name, :description)",
            {})
    end)

    it("insert function", function()
        assert_compile(insert(t),
            "INSERT INTO mytable (myid, name, description) VALUES (:myid, :name, :description)",
            {})
    end)

    it("values", function()
        assert_compile(insert(t):values{ name = "x", myid = 3 },
            "INSERT INTO mytable (myid, name) VALUES (:myid, :name)",
            { myid = 3, name = "x" })
    end)

    it("values dict", function()
        assert_compile(insert(t):values{ name = "x" },
            "INSERT INTO mytable (name) VALUES (:name)",
            { name = "x" })
    end)

    it("values by column", function()
        assert_compile(insert(t):values{ [t.c.name] = "x" },
            "INSERT INTO mytable (name) VALUES (:name)",
            { name = "x" })
    end)

    it("values positional", function()
        assert_compile(insert(t):values{ 5, "x", "y" },
            "INSERT INTO mytable (myid, name, description) VALUES (:myid, :name, :description)",
            { myid = 5, name = "x", description = "y" })
    end)

    it("values twice", function()
        assert_compile(insert(t):values{ name = "x" }:values{ description = "y" },
            "INSERT INTO mytable (name, description) VALUES (:name, :description)",
            { name = "x", description = "y" })
    end)

    it("values overridden", function()
        assert_compile(insert(t):values{ name = "x" }:values{ name = "y" },
            "INSERT INTO mytable (name) VALUES (:name)",
            { name = "y" })
    end)

    it("values expression", function()
        assert_compile(insert(t)
            :values{
                name = func.lower("X"),
                myid = select(func.max(o.c.otherid)):scalar_subquery()
            },
            "INSERT INTO mytable (myid, name) VALUES ((SELECT max(othertable.otherid) AS max_1 "
            .. "FROM othertable), lower(:lower_1))",
            { lower_1 = "X" })
    end)

    it("values null", function()
        assert_compile(insert(t):values{ name = corm.NULL },
            "INSERT INTO mytable (name) VALUES (:name)",
            { name = corm.NULL })
    end)

    it("values bindparam", function()
        assert_compile(insert(t):values{ name = bindparam("n") },
            "INSERT INTO mytable (name) VALUES (:n)",
            {})
    end)

    it("several rows", function()
        assert_compile(insert(t)
            :values{ { myid = 1, name = "a" }, { myid = 2, name = "b" } },
            "INSERT INTO mytable (myid, name) VALUES (:myid_m0, :name_m0), (:myid_m1, :name_m1)",
            { myid_m0 = 1, name_m0 = "a", myid_m1 = 2, name_m1 = "b" })
    end)

    it("several positional rows", function()
        assert_compile(insert(t):values{ { 1, "a", "x" }, { 2, "b", "y" } },
            "INSERT INTO mytable (myid, name, description) VALUES (:myid_m0, :name_m0, "
            .. ":description_m0), (:myid_m1, :name_m1, :description_m1)",
            { myid_m0 = 1, name_m0 = "a", description_m0 = "x", myid_m1 = 2, name_m1 = "b",
                description_m1 = "y" })
    end)

    it("returning", function()
        assert_compile(insert(t):values{ name = "x" }:returning(t.c.myid, t.c.name),
            "INSERT INTO mytable (name) VALUES (:name) RETURNING mytable.myid, mytable.name",
            { name = "x" })
    end)

    it("returning table", function()
        assert_compile(insert(t):values{ name = "x" }:returning(t),
            "INSERT INTO mytable (name) VALUES (:name) RETURNING mytable.myid, mytable.name, "
            .. "mytable.description",
            { name = "x" })
    end)

    it("returning label", function()
        assert_compile(insert(t):values{ name = "x" }:returning((t.c.myid + 1):label("n")),
            "INSERT INTO mytable (name) VALUES (:name) RETURNING mytable.myid + :myid_1 AS n",
            { name = "x", myid_1 = 1 })
    end)

    it("from_select", function()
        assert_compile(insert(t)
            :from_select(
                { "myid", "name" },
                select(o.c.otherid, o.c.othername)
            ),
            "INSERT INTO mytable (myid, name) SELECT othertable.otherid, othertable.othername "
            .. "FROM othertable",
            {})
    end)

    it("from_select columns", function()
        assert_compile(insert(t)
            :from_select(
                { t.c.myid },
                select(o.c.otherid):where(o.c.othername:eq("x"))
            ),
            "INSERT INTO mytable (myid) SELECT othertable.otherid FROM othertable WHERE "
            .. "othertable.othername = :othername_1",
            { othername_1 = "x" })
    end)

    it("from_select of all columns", function()
        assert_compile(insert(o):from_select(o.c, select(t.c.myid, t.c.name)),
            "INSERT INTO othertable (otherid, othername) SELECT mytable.myid, mytable.name "
            .. "FROM mytable", {})
    end)

    it("prefix", function()
        assert_compile(insert(t):prefix_with("IGNORE"):values{ name = "x" },
            "INSERT IGNORE INTO mytable (name) VALUES (:name)",
            { name = "x" })
    end)

    it("literal", function()
        assert_compile(insert(t):values{ name = "it's", myid = 5 },
            "INSERT INTO mytable (myid, name) VALUES (5, 'it''s')",
            {}, { literal_binds = true })
    end)
end)

describe("update", function()
    it("update where", function()
        assert_compile(update(t):where(t.c.myid:eq(5)):values{ name = "x" },
            "UPDATE mytable SET name=:name WHERE mytable.myid = :myid_1",
            { name = "x", myid_1 = 5 })
    end)

    it("update all", function()
        assert_compile(t:update():values{ name = "x" },
            "UPDATE mytable SET name=:name",
            { name = "x" })
    end)

    it("update no values", function()
        assert_compile(update(t),
            "UPDATE mytable SET myid=:myid, name=:name, description=:description",
            {})
    end)

    it("expression", function()
        assert_compile(update(t):values{ name = t.c.name .. "x" },
            "UPDATE mytable SET name=(mytable.name || :name_1)",
            { name_1 = "x" })
    end)

    it("several values in table order", function()
        assert_compile(update(t):values{ description = "y", name = "x" },
            "UPDATE mytable SET name=:name, description=:description",
            { name = "x", description = "y" })
    end)

    it("ordered", function()
        assert_compile(update(t):ordered_values({ t.c.description, "y" }, { t.c.name, "x" }),
            "UPDATE mytable SET description=:description, name=:name",
            { description = "y", name = "x" })
    end)

    describe("of several columns at once", function()
        local pair = corm.tuple_(t.c.name, t.c.description)

        it("sets them to as many values or expressions", function()
            assert_compile(update(t):values({ [pair] = { "x", t.c.name }, myid = 3 }),
                "UPDATE mytable SET (name, description)=(:name_1, mytable.name), myid=:myid",
                { name_1 = "x", myid = 3 })
            assert_compile(update(t):values({ [pair] = corm.tuple_("x", "y") }),
                "UPDATE mytable SET (name, description)=(:param_1, :param_2)",
                { param_1 = "x", param_2 = "y" })
        end)

        it("sets them to the row of a select", function()
            assert_compile(update(t):values({ [pair] = select(o.c.othername, o.c.othername) }),
                "UPDATE mytable SET (name, description)=(SELECT othertable.othername, "
                .. "othertable.othername FROM othertable)", {})
        end)

        it("stands where it was written in ordered_values()", function()
            assert_compile(update(t):ordered_values({ "myid", 3 }, { pair, { "x", "y" } }),
                "UPDATE mytable SET myid=:myid, (name, description)=(:name_1, :description_1)",
                { myid = 3, name_1 = "x", description_1 = "y" })
        end)

        it("is refused with another number of values, in another table or an INSERT", function()
            local function raises(class, message, fn)
                assert.matches(message, helper.raises(class, fn).message)
            end
            raises(corm.exc.ArgumentError, "a sequence of 2 values", function()
                update(t):values({ [pair] = { "x" } })
            end)
            raises(corm.exc.CompileError, "othername is no column of table 'mytable'", function()
                update(t):values({ [corm.tuple_(t.c.name, o.c.othername)] = { "x", "y" } })
            end)
            raises(corm.exc.CompileError, "set by UPDATE alone", function()
                insert(t):values({ [pair] = { "x", "y" } }):compile()
            end)
        end)
    end)

    it("value and where same column", function()
        assert_compile(update(t):where(t.c.name:eq("a")):values{ name = "b" },
            "UPDATE mytable SET name=:name WHERE mytable.name = :name_1",
            { name = "b", name_1 = "a" })
    end)

    it("two wheres", function()
        assert_compile(update(t):where(t.c.name:eq("a")):where(t.c.myid:gt(5))
            :values{ name = "b" },
            "UPDATE mytable SET name=:name WHERE mytable.name = :name_1 AND mytable.myid > "
            .. ":myid_1",
            { name = "b", name_1 = "a", myid_1 = 5 })
    end)

    it("filter_by", function()
        assert_compile(update(t):filter_by{ name = "a" }:values{ name = "b" },
            "UPDATE mytable SET name=:name WHERE mytable.name = :name_1",
            { name = "b", name_1 = "a" })
    end)

    it("subquery value", function()
        assert_compile(update(t)
            :values{
                name = select(o.c.othername)
                    :where(o.c.otherid:eq(t.c.myid)):scalar_subquery()
            },
            "UPDATE mytable SET name=(SELECT othertable.othername FROM othertable WHERE "
            .. "othertable.otherid = mytable.myid)",
            {})
    end)

    it("update from", function()
        assert_compile(update(t):where(t.c.myid:eq(o.c.otherid))
            :values{ name = o.c.othername },
            "UPDATE mytable SET name=othertable.othername FROM othertable WHERE mytable.myid = "
            .. "othertable.otherid",
            {})
    end)

    it("exists", function()
        assert_compile(update(t):where(exists():where(o.c.otherid:eq(t.c.myid)))
            :values{ name = "x" },
            "UPDATE mytable SET name=:name WHERE EXISTS (SELECT * FROM othertable WHERE "
            .. "othertable.otherid = mytable.myid)",
            { name = "x" })
    end)

    it("returning", function()
        assert_compile(update(t):values{ name = "x" }:returning(t.c.myid),
            "UPDATE mytable SET name=:name RETURNING mytable.myid",
            { name = "x" })
    end)

    it("null", function()
        assert_compile(update(t):values{ name = corm.NULL },
            "UPDATE mytable SET name=:name",
            { name = corm.NULL })
    end)

    it("bindparam", function()
        assert_compile(update(t):where(t.c.myid:eq(bindparam("b_id")))
            :values{ name = bindparam("b_name") },
            "UPDATE mytable SET name=:b_name WHERE mytable.myid = :b_id",
            {})
    end)

    it("values by column", function()
        assert_compile(update(t):values{ [t.c.name] = "x" },
            "UPDATE mytable SET name=:name",
            { name = "x" })
    end)

    it("cte", function()
        local c = select(o.c.otherid):cte("c")
        assert_compile(update(t):where(t.c.myid:eq(c.c.otherid)):values{ name = "x" },
            "WITH c AS (SELECT othertable.otherid AS otherid FROM othertable) UPDATE mytable "
            .. "SET name=:name FROM c WHERE mytable.myid = c.otherid",
            { name = "x" })
    end)
end)

describe("delete", function()
    it("all", function()
        assert_compile(delete(t), "DELETE FROM mytable", {})
    end)

    it("where", function()
        assert_compile(delete(t):where(t.c.myid:eq(5)),
            "DELETE FROM mytable WHERE mytable.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("method", function()
        assert_compile(t:delete():where(t.c.myid:eq(5), t.c.name:eq("x")),
            "DELETE FROM mytable WHERE mytable.myid = :myid_1 AND mytable.name = :name_1",
            { myid_1 = 5, name_1 = "x" })
    end)

    it("returning", function()
        assert_compile(delete(t):where(t.c.myid:eq(5)):returning(t.c.name),
            "DELETE FROM mytable WHERE mytable.myid = :myid_1 RETURNING mytable.name",
            { myid_1 = 5 })
    end)

    it("in subquery", function()
        assert_compile(delete(t):where(t.c.myid:in_(select(o.c.otherid))),
            "DELETE FROM mytable WHERE mytable.myid IN (SELECT othertable.otherid FROM "
            .. "othertable)",
            {})
    end)

    it("using", function()
        assert_compile(delete(t):where(t.c.myid:eq(o.c.otherid)),
            "DELETE FROM mytable , othertable WHERE mytable.myid = othertable.otherid",
            {})
    end)

    it("alias", function()
        local x = t:alias("x")
        assert_compile(delete(x):where(x.c.myid:eq(5)),
            "DELETE FROM mytable AS x WHERE x.myid = :myid_1",
            { myid_1 = 5 })
    end)

    it("exists", function()
        assert_compile(delete(t):where(~exists():where(o.c.otherid:eq(t.c.myid))),
            "DELETE FROM mytable WHERE NOT (EXISTS (SELECT * FROM othertable WHERE "
            .. "othertable.otherid = mytable.myid))",
            {})
    end)
end)
