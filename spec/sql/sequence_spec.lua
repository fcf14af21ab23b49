-- SPDX-License-Identifier: MIT
-- Plain sequences as values where no type is known.

require("spec.helper")
local corm = require("corm")

local types, literal, decimal = corm.types, corm.literal, corm.decimal

describe("a sequence as a value", function()
    local function type_of(values)
        local type_ = literal(values).type
        return type_.class._name, type_.item.class._name, type_.dimensions
    end

    it("is an array of what it holds", function()
        assert.same({ "ARRAY", "Integer" }, { type_of({ 1, 2 }) })
        assert.same({ "ARRAY", "String" }, { type_of({ "a", corm.NULL }) })
        assert.same({ "ARRAY", "Boolean" }, { type_of({ corm.NULL, true }) })
        assert.same({ "ARRAY", "Date" }, { type_of({ corm.date(2024, 1, 31) }) })
        assert.same({ "ARRAY", "Integer", 2 }, { type_of({ { 1, 2 }, { 3, 4 } }) })
    end)

    it("of numbers of several types is of the widest", function()
        assert.same({ "ARRAY", "Float" }, { type_of({ 1, 2.5 }) })
        assert.same({ "ARRAY", "Float" }, { type_of({ 2.5, 1 }) })
        assert.same({ "ARRAY", "Numeric" }, { type_of({ 1, decimal("2.5"), 3 }) })
    end)

    it("is refused if it is of no one type", function()
        for _, values in ipairs({
            {}, { 1, "a" }, { 1, { 2 } }, { { 1 }, 2 }, { corm.NULL }, { corm.column("x") },
            { a = 1 }, { print },
        }) do
            local ok, e = pcall(literal, values)
            assert.is_false(ok)
            assert.is_true(corm.exc.ArgumentError:is(e))
        end
        assert.equal("ARRAY", literal({}, types.ARRAY(types.Integer)).type.class._name)
    end)

    it("is refused beside what is no array", function()
        local ok, e = pcall(function()
            return corm.column("x", types.Integer):eq({ 1 })
        end)
        assert.is_false(ok)
        assert.equal("a value for Integer or an SQL expression expected, got table", e.message)
    end)

    it("is no value for SQLite", function()
        local engine = corm.create_engine("sqlite://")
        engine:connect(function(connection)
            local ok, e = pcall(connection.scalar, connection, corm.select(literal({ 1, 2 })))
            assert.is_false(ok)
            assert.is_true(corm.exc.DataError:is(e))
        end)
        engine:dispose()
    end)
end)
