-- SPDX-License-Identifier: MIT
-- Range: what is in it, how two lie to each other, what they make together. The database is
-- asked the same questions in spec/engine/postgresql_types_spec.lua.

require("spec.helper")
local corm = require("corm")
local Range = corm.dialects.postgresql.Range

local function r(text)
    if text == "empty" then
        return Range(nil, nil, { empty = true })
    end
    local open, lower, upper, close = text:match("^([%[%(])(-?%d*),(-?%d*)([%]%)])$")
    return Range(math.tointeger(tonumber(lower)), math.tointeger(tonumber(upper)),
        { bounds = open .. close })
end

-- The same of decimals, which have no next one.
local function d(text)
    local range = r(text)
    if range.empty then
        return range
    end
    return Range(range.lower and corm.decimal(range.lower),
        range.upper and corm.decimal(range.upper), { bounds = range.bounds })
end

describe("a Range", function()
    it("may leave bounds out before its options", function()
        assert.equal("empty", tostring(Range({ empty = true })))
        assert.equal("(,)", tostring(Range({ bounds = "()" })))
        assert.equal("[5,]", tostring(Range(5, { bounds = "[]" })))
        assert.equal("[,)", tostring(Range()))
        assert.error_matches(function()
            return Range({ lower = 1 })
        end, "Range: unknown option 'lower'")
        assert.error_matches(function()
            return Range(1, 5, "[]")
        end, "Range: two bounds and options expected, got '%[%]' as well")
    end)

    it("tells its parts", function()
        local range = Range(1, 5)
        assert.equal(1, range.lower)
        assert.equal(5, range.upper)
        assert.equal("[)", range.bounds)
        assert.is_true(range.lower_inc)
        assert.is_false(range.upper_inc)
        assert.is_false(range.lower_inf)
        assert.is_true(Range(nil, 5).lower_inf)
        assert.is_true(Range(1, nil).upper_inf)
        assert.is_true(r("empty").isempty)
        assert.is_false(r("empty").lower_inf)
    end)

    it("cannot be changed", function()
        local range = r("[1,5)")
        for _, name in ipairs({ "lower", "bounds", "note" }) do
            assert.error_matches(function()
                range[name] = 2
            end, "cannot be changed")
        end
        assert.equal(1, range.lower)
    end)

    it("prints as PostgreSQL writes it", function()
        for _, text in ipairs({ "[1,5)", "(1,5]", "(,5)", "[1,)", "(,)", "empty" }) do
            assert.equal(text, tostring(r(text)))
        end
    end)

    it("refuses what it does not know", function()
        assert.has_error(function()
            return Range(1, 2, { bounds = "[[" })
        end)
        assert.has_error(function()
            return Range(1, 2).lowr
        end)
        assert.has_error(function()
            return Range(1, 2):overlaps(5)
        end)
    end)

    it("is equal to what has the same members", function()
        assert.equal(r("[1,5)"), r("[1,4]"))
        assert.equal(r("(0,5)"), r("[1,4]"))
        assert.not_equal(d("[1,5)"), d("[1,4]"))
        assert.equal(r("empty"), r("[3,3)"))
        assert.not_equal(r("[1,5)"), r("[1,)"))
        assert.equal(Range(corm.date(2024, 1, 1), corm.date(2024, 2, 1)),
            Range(corm.date(2024, 1, 1), corm.date(2024, 1, 31), { bounds = "[]" }))
    end)
end)

-- {method, range, other, for integers, for decimals}
local RELATIONS = {
    { "contains", "[1,5)", "[2,4)", true, true },
    { "contains", "[1,5)", "[1,5]", false, false },
    { "contains", "(1,5)", "[2,4]", true, true },
    { "contains", "[2,4]", "(1,5)", true, false },
    { "contains", "(,)", "[2,4]", true, true },
    { "contains", "[2,4]", "empty", true, true },
    { "contains", "empty", "[2,4]", false, false },
    { "contained_by", "[2,4]", "[1,)", true, true },
    { "overlaps", "[1,5)", "[5,9)", false, false },
    { "overlaps", "[1,5]", "[5,9)", true, true },
    { "overlaps", "(,5)", "(4,)", false, true },
    { "overlaps", "empty", "(,)", false, false },
    { "strictly_left_of", "[1,5)", "[5,9)", true, true },
    { "strictly_left_of", "[1,5]", "[5,9)", false, false },
    { "strictly_left_of", "[1,)", "[5,9)", false, false },
    { "strictly_right_of", "[5,9)", "[1,5)", true, true },
    { "not_extend_right_of", "[1,5)", "[3,5]", true, true },
    { "not_extend_right_of", "[1,5]", "[3,5)", false, false },
    { "not_extend_left_of", "[3,9)", "[3,5)", true, true },
    { "not_extend_left_of", "[3,9)", "(3,5)", false, false },
    { "adjacent_to", "[1,5)", "[5,9)", true, true },
    { "adjacent_to", "[1,4]", "[5,9)", true, false },
    { "adjacent_to", "[1,5)", "(5,9)", false, false },
    { "adjacent_to", "[5,9)", "[1,5)", true, true },
}

-- {method, range, other, result}; no result: there is none
local RESULTS = {
    { "union", "[1,5)", "[3,9)", "[1,9)" },
    { "union", "[1,5)", "[5,9]", "[1,9]" },
    { "union", "empty", "[5,9]", "[5,9]" },
    { "union", "(,5)", "[3,)", "(,)" },
    { "union", "[1,5)", "[6,9)" },
    { "intersection", "[1,5)", "[3,9)", "[3,5)" },
    { "intersection", "[1,5)", "[5,9)", "empty" },
    { "intersection", "(,5]", "(3,)", "(3,5]" },
    { "difference", "[1,5)", "[3,9)", "[1,3)" },
    { "difference", "[1,5)", "[0,3]", "(3,5)" },
    { "difference", "[1,5)", "[0,9)", "empty" },
    { "difference", "[1,5)", "[6,9)", "[1,5)" },
    { "difference", "[1,9)", "[3,5)" },
}

describe("two Ranges", function()
    for _, case in ipairs(RELATIONS) do
        local name, a, b, of_integers, of_decimals = table.unpack(case)
        it(("%s %s %s"):format(a, name, b), function()
            assert.equal(of_integers, r(a)[name](r(a), r(b)))
            assert.equal(of_decimals, d(a)[name](d(a), d(b)))
        end)
    end

    for _, case in ipairs(RESULTS) do
        local name, a, b, result = table.unpack(case)
        it(("%s %s %s"):format(a, name, b), function()
            if result then
                assert.equal(result, tostring(d(a)[name](d(a), d(b))))
            else
                assert.has_error(function()
                    return d(a)[name](d(a), d(b))
                end)
            end
        end)
    end

    it("have operators", function()
        assert.equal(r("[1,9)"), r("[1,5)") + r("[3,9)"))
        assert.equal(r("[1,3)"), r("[1,5)") - r("[3,9)"))
        assert.equal(r("[3,5)"), r("[1,5)") * r("[3,9)"))
        assert.is_true(r("[1,5)") << r("[5,9)"))
        assert.is_true(r("[5,9)") >> r("[1,5)"))
    end)

    it("contain single values", function()
        assert.is_true(r("[1,5)"):contains(1))
        assert.is_false(r("[1,5)"):contains(5))
        assert.is_false(r("(1,5)"):contains(1))
        assert.is_true(r("(,5)"):contains(-1000))
    end)
end)
