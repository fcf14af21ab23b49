-- SPDX-License-Identifier: MIT
-- The parameter of a comparison is no object before somebody asks for it; nobody can tell.
local corm = require("corm")

local visitors = corm.sql.visitors
local Column, Integer, String = corm.Column, corm.Integer, corm.String

describe("The parameter of a comparison", function()
    local t = corm.Table("t", corm.MetaData(),
        Column("id", Integer), Column("name", String(30)))

    -- A text that only the comparison holds.
    local function compare()
        local condition = t.c.name:eq(("ab"):rep(50))
        collectgarbage()
        return condition
    end

    it("is one object, however often it is asked for", function()
        local condition = compare()
        assert.equal(condition.right, condition.right)
        assert.equal(("ab"):rep(50), condition.right.value)
        assert.equal(t.c.name.type, condition.right.type)
    end)

    it("outlives the comparison", function()
        local parameter = compare().right
        collectgarbage()
        assert.equal(("ab"):rep(50), parameter.value)
        assert.equal("VARCHAR(30)", tostring(parameter.type))
    end)

    it("is shared by copies of the comparison", function()
        local condition = compare()
        assert.equal(condition.right, (~condition).right)
    end)

    it("outlives the comparison in a copy", function()
        local opposite = ~compare()
        collectgarbage()
        assert.equal("t.name != :name_1", tostring(opposite))
        assert.equal(("ab"):rep(50), opposite:compile().params.name_1)
    end)

    it("is one parameter of a statement that has it twice", function()
        local condition = compare()
        local stmt = corm.select(t.c.id):where(condition, t.c.name:ne(condition.right))
        assert.matches("name = :name_1 AND t.name != :name_1", tostring(stmt), 1, true)
    end)

    it("is met by visitors and can be replaced", function()
        local condition = compare()
        local met = {}
        for element in visitors.iterate(condition) do
            met[#met + 1] = tostring(element)
        end
        assert.same({ "t.name = :name_1", "t.name", ":name_1" }, met)

        local replaced = visitors.replacement_traverse(condition, {}, function(element)
            return element == condition.right and corm.literal("c") or nil
        end)
        assert.equal("c", replaced.right.value)
        assert.equal(("ab"):rep(50), condition.right.value)
    end)

    it("may be a number, or have a name that has to be made", function()
        local odd = corm.column("50% off", Integer)
        assert.equal(7, (t.c.id:lt(7)).right.value)
        assert.equal(2.5, (t.c.id:lt(2.5)).right.value)
        assert.matches(":50_off_1", tostring(odd:eq(1)), 1, true)
        assert.equal(1, odd:eq(1):compile().params["50_off_1"])
    end)
end)
