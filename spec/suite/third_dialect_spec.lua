-- SPDX-License-Identifier: MIT
-- The suite as the author of a dialect uses it: on one that is right and on ones that are not.

require("spec.helper")
local corm = require("corm")
local suite = require("corm.testing.suite")

local registry = corm.dialects.registry

registry:register("third", { base = "sqlite", reserved = { "family" }, max_identifier_length = 60 })

local function names(list)
    local found = {}
    for name in pairs(list) do
        found[#found + 1] = name
    end
    table.sort(found)
    return found
end

describe("A third dialect", function()
    it("passes", function()
        local report = suite.check("third://")
        assert.same({}, names(report.failed))
        assert.is_true(report.passed >= 250, report.passed)
        assert.equal("sequences", report.left_out["Sequences: give keys"])
    end)

    it("is caught saying what its database does not understand", function()
        registry:register("third_wrong_word", { base = "sqlite", features = { ilike = true } })
        local report = suite.check("third_wrong_word://", { topics = { "operators" } })
        assert.same({
            "Operators: look inside whatever the case",
            "Operators: match patterns in columns whatever the case",
            "Operators: match patterns whatever the case",
        }, names(report.failed))
        assert.matches("ILIKE", tostring(report.failed[names(report.failed)[3]]))
    end)

    it("is caught not saying what its database needs", function()
        registry:register("third_no_returning", { base = "sqlite",
            features = { returning = false } })
        local report = suite.check("third_no_returning://", { topics = { "update_delete" } })
        assert.same({
            "UPDATE and DELETE: return nothing where no row was updated",
            "UPDATE and DELETE: return rows as they are after an update",
            "UPDATE and DELETE: return rows that were deleted",
        }, names(report.failed))
        local honest = suite.check("third_no_returning://", {
            topics = { "update_delete" }, requirements = { returning = false },
        })
        assert.same({}, names(honest.failed))
    end)

    it("is caught giving wrong values", function()
        local function lose_fractions(engine)
            corm.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters)
                return (sql:gsub("%+ 0%.0", "+ 0")), parameters
            end, { retval = true })
        end
        local report = suite.check("third://", { topics = { "operators" },
            prepare = lose_fractions })
        assert.same({ "Operators: divide" }, names(report.failed))
        assert.matches("2%.5", tostring(report.failed["Operators: divide"]))
    end)

    it("is caught promising what it has not", function()
        local report = suite.check("third://", { topics = { "sequences" },
            requirements = { sequences = true } })
        assert.is_true(#names(report.failed) >= 4)
    end)
end)
