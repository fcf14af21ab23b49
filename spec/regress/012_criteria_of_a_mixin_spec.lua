-- SPDX-License-Identifier: MIT
-- with_loader_criteria() of a base or a mixin raised "attempt to call a nil value".

local corm = require("corm")
local Column, Integer = corm.Column, corm.Integer

describe("with_loader_criteria", function()
    local function where_of(class, target)
        local stmt = corm.select(class.id):options(corm.with_loader_criteria(target,
            function(each) return each.id:gt(5) end))
        return tostring(stmt):match("WHERE (.*)")
    end

    it("of a base or a mixin holds for the mapped classes that have it", function()
        local Base = corm.declarative_base()
        local Deletable = corm.mixin({ deleted = Column(corm.Boolean) })
        local Abstract = Base:extend("Abstract", { Deletable, __abstract = true })
        local function class(name, parent, mixin)
            return parent:extend(name, {
                mixin, __tablename = name:lower(), id = Column(Integer, { primary_key = true }),
            })
        end
        local A, B = class("A", Base, Deletable), class("B", Abstract)
        local Other = class("Other", Base)
        for _, target in ipairs({ Deletable, Base }) do
            assert.equal("a.id > :id_1", where_of(A, target))
            assert.equal("b.id > :id_1", where_of(B, target))
        end
        assert.is_nil(where_of(Other, Deletable))
        assert.equal("b.id > :id_1", where_of(B, Abstract))
        assert.is_nil(where_of(A, Abstract))
        local Later = class("Later", Base, Deletable)
        assert.equal("later.id > :id_1", where_of(Later, Deletable))
    end)

    it("takes nothing else", function()
        local ok, e = pcall(corm.with_loader_criteria, 5, true)
        assert.is_false(ok)
        assert.equal("with_loader_criteria: a mapped class, a base or a mixin expected, got 5",
            e.message)
    end)
end)
