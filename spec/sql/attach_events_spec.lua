-- SPDX-License-Identifier: MIT
-- before_parent_attach and after_parent_attach of all that is declared.

local corm = require("corm")

local Column, Integer, String, Table = corm.Column, corm.Integer, corm.String, corm.Table
local event, schema = corm.event, corm.schema

-- What fn hears: "what->parent before" of the targets, by name.
local function heard(targets, fn)
    local list, listeners = {}, {}
    for name, target in pairs(targets) do
        for _, which in ipairs({ "before", "after" }) do
            local function hear(item, parent)
                local title = name == "item" and tostring(item):match("^[^:]+") or name
                list[#list + 1] = ("%s %s->%s"):format(which, title, tostring(parent))
            end
            event.listen(target, which .. "_parent_attach", hear)
            listeners[#listeners + 1] = { target, which .. "_parent_attach", hear }
        end
    end
    local ok, e = pcall(fn)
    for _, listener in ipairs(listeners) do
        event.remove(table.unpack(listener))
    end
    assert(ok, e)
    return list
end

describe("before_parent_attach and after_parent_attach", function()
    it("tell of all items, in the order in which they are attached", function()
        local list = heard({ item = schema.SchemaItem }, function()
            local m = corm.MetaData()
            Table("t1", m, Column("id", Integer, corm.Sequence("foo_id"), { primary_key = true }),
                Column("bar", String, corm.ForeignKey("t2.id")))
            Table("t2", m, Column("id", Integer, { primary_key = true }))
        end)
        assert.same({
            "before Sequence('foo_id')->id", "after Sequence('foo_id')->id",
            "before ForeignKey('t2.id')->bar", "after ForeignKey('t2.id')->bar",
            "before t1->MetaData()",
            "before PrimaryKeyConstraint()->t1", "after PrimaryKeyConstraint()->t1",
            "before id->t1", "after t1.id->t1", "before bar->t1", "after t1.bar->t1",
            "before ForeignKeyConstraint('bar')->t1", "after ForeignKeyConstraint('bar')->t1",
            "after t1->MetaData()",
            "before t2->MetaData()",
            "before PrimaryKeyConstraint()->t2", "after PrimaryKeyConstraint()->t2",
            "before id->t2", "after t2.id->t2",
            "after t2->MetaData()",
        }, list)
    end)

    it("tell of each kind of constraint", function()
        local list = heard({
            ck = corm.CheckConstraint, fk = corm.ForeignKeyConstraint, ix = corm.Index,
            pk = corm.PrimaryKeyConstraint, uq = corm.UniqueConstraint,
        }, function()
            local m = corm.MetaData()
            Table("t1", m, Column("id", Integer, { primary_key = true }),
                Column("bar", String, corm.ForeignKey("t2.id"), { index = true }),
                Column("bat", Integer, { unique = true }))
            Table("t2", m, Column("id", Integer, { primary_key = true }), Column("bar", Integer),
                corm.CheckConstraint("bar > 5"), corm.UniqueConstraint("bar"),
                corm.Index(nil, "bar"))
        end)
        local before = {}
        for i = 1, #list, 2 do
            before[#before + 1] = list[i]:match("^before (.*)$")
            assert.equal("after " .. before[#before], list[i + 1])
        end
        assert.same({ "pk->t1", "ix->t1", "fk->t1", "uq->t1", "pk->t2", "ck->t2", "uq->t2",
            "ix->t2" }, before)
    end)

    it("tell of all constraints", function()
        local list = heard({ any = schema.Constraint }, function()
            Table("t", corm.MetaData(), Column("a", Integer, { unique = true, index = false }))
        end)
        assert.same({ "before any->t", "after any->t", "before any->t", "after any->t" }, list)
        assert.is_true(schema.Constraint:is(corm.UniqueConstraint("a")))
        assert.is_false(schema.Constraint:is(5))
    end)

    it("tell of a single item, its copies included", function()
        local check = corm.CheckConstraint("a > 0")
        local key, number = corm.ForeignKey("p.id"), corm.Sequence("s")
        local a
        local list = heard({ check = check, key = key, number = number }, function()
            a = Column("a", Integer, number, key, check)
        end)
        assert.equal(6, #list)
        list = heard({ column = a }, function()
            local t = Table("t", corm.MetaData(), a)
            t:to_metadata(corm.MetaData())
        end)
        assert.same({ "before column->t", "after column->t", "before column->t",
            "after column->t" }, list)
    end)

    it("tell of types", function()
        local mood = corm.Enum("a", "b", { name = "mood" })
        local list = heard({ mood = mood }, function()
            local _ = Column("x", mood)
            _ = Column("y", corm.Enum("c", { name = "other" }))
        end)
        assert.same({ "before mood->x", "after mood->x" }, list)
        list = heard({ enum = corm.Enum }, function()
            local _ = Column("x", mood)
            _ = Column("y", Integer)
        end)
        assert.same({ "before enum->x", "after enum->x" }, list)
    end)

    it("let a listener name a constraint and an index", function()
        local function name_it(item, parent)
            item.name = "made_" .. parent.name
        end
        local unique, index = corm.UniqueConstraint("a"), corm.Index("old", "a")
        event.listen(unique, "after_parent_attach", name_it)
        event.listen(index, "after_parent_attach", name_it)
        local t = Table("t", corm.MetaData(), Column("a", Integer), unique, index)
        assert.truthy(tostring(corm.CreateTable(t)):find("CONSTRAINT made_t UNIQUE", 1, true))
        assert.truthy(tostring(schema.CreateIndex(index)):find("CREATE INDEX made_t", 1, true))
        index.info, unique.info = { a = 1 }, { b = 2 }
        assert.equal(1, index.info.a)
        assert.equal(2, unique.info.b)
        for _, item in ipairs({ unique, index }) do
            local ok, e = pcall(function()
                item.nothing = 1
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.ArgumentError:is(e))
        end
    end)
end)
