-- SPDX-License-Identifier: MIT
-- Names beyond ASCII.

local assert = require("luassert")
local corm = require("corm")

local topic = require("corm.testing.topic").new("Names beyond ASCII")

local function tables(t)
    local parent = corm.Table("méil", t.metadata,
        corm.Column("méil", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("測試", corm.Integer))
    local child = corm.Table("Unitéble2", t.metadata,
        corm.Column("méil", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("測試", corm.Integer, corm.ForeignKey("méil.méil")))
    t.metadata:drop_all(t.engine)
    t:create_all()
    return parent, child
end

topic:test("are those of tables and columns", "unicode_names", function(t)
    local parent, child = tables(t)
    t.connection:execute(corm.insert(parent), { ["méil"] = 1, ["測試"] = 5 })
    t.connection:execute(corm.insert(child), { ["méil"] = 2, ["測試"] = 1 })
    t:gives_rows({ { 1, 5 } }, corm.select(parent))
    t:gives_rows({ { 2, 1 } }, corm.select(child))
end)

topic:test("are read from rows", "unicode_names", function(t)
    local parent = tables(t)
    t.connection:execute(corm.insert(parent), { ["méil"] = 1, ["測試"] = 5 })
    local row = t.connection:execute(corm.select(parent)):one()
    assert.equal(5, row["測試"])
    assert.equal(1, row[parent.c["méil"]])
    assert.same({ "méil", "測試" }, row:keys())
end)

topic:test("are those of labels and aliases", "unicode_names", function(t)
    local parent = tables(t)
    t.connection:execute(corm.insert(parent), { ["méil"] = 1, ["測試"] = 5 })
    local other = parent:alias("ünder")
    local row = t.connection:execute(corm.select(other.c["測試"]:label("größe"))):one()
    assert.equal(5, row["größe"])
end)

topic:test("are those of parameters", "unicode_names", function(t)
    t:gives({ "x" }, corm.select(corm.bindparam("größe", { type_ = corm.String })),
        { ["größe"] = "x" })
end)

topic:test("are joined", "unicode_names", function(t)
    local parent, child = tables(t)
    t.connection:execute(corm.insert(parent), { ["méil"] = 1, ["測試"] = 5 })
    t.connection:execute(corm.insert(child), { ["méil"] = 2, ["測試"] = 1 })
    t:gives_rows({ { 5, 2 } }, corm.select(parent.c["測試"], child.c["méil"])
        :join_from(child, parent))
end)

topic:test("are those of indexes and constraints", "unicode_names", function(t)
    local made = t:table("made", corm.Column("größe", corm.Integer, { index = true }),
        corm.UniqueConstraint("größe", { name = "eindeutige_größe" }))
    t:insert(made, { { ["größe"] = 1 } })
    t:raises(corm.exc.IntegrityError, t.connection.execute, t.connection, corm.insert(made),
        { ["größe"] = 1 })
end)

topic:test("are changed and deleted by", "unicode_names", function(t)
    local parent = tables(t)
    t.connection:execute(corm.insert(parent), { ["méil"] = 1, ["測試"] = 5 })
    t.connection:execute(corm.update(parent):where(parent.c["測試"]:eq(5))
        :values({ ["測試"] = 6 }))
    t:gives({ 6 }, corm.select(parent.c["測試"]))
    t.connection:execute(corm.delete(parent):where(parent.c["測試"]:eq(6)))
    t:gives({}, corm.select(parent.c["測試"]))
end)

return topic
