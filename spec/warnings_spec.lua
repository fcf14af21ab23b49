-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local exc = require("corm.exc")
local warnings = require("corm.warnings")

describe("a warning", function()
    local got

    before_each(function()
        got = {}
        warnings.filter("default")
        warnings.handler(function(warning)
            got[#got + 1] = warning
        end)
    end)

    after_each(function()
        warnings.filter("default")
        warnings.handler(nil)
    end)

    it("comes once for each place and message", function()
        for i = 1, 3 do
            warnings.warn("a" .. i % 2)
        end
        warnings.warn("a1")
        assert.equal(3, #got)
        assert.equal("a1", got[1].message)
        assert.equal(exc.SAWarning, got[1].category)
        assert.matches("warnings_spec%.lua:%d+$", got[1].where)
        assert.matches("warnings_spec%.lua:%d+: SAWarning: a1$", tostring(got[1]))
    end)

    it("comes always, or never", function()
        warnings.filter("always")
        for _ = 1, 3 do
            warnings.warn("a")
        end
        assert.equal(3, #got)
        assert.equal("always", warnings.filter("ignore"))
        warnings.warn("a")
        assert.equal(3, #got)
    end)

    it("is raised", function()
        warnings.filter("error")
        local ok, e = pcall(warnings.warn, "a", exc.LegacyAPIWarning)
        assert.is_false(ok)
        assert.is_true(exc.SADeprecationWarning:is(e))
        assert.equal(0, #got)
    end)

    it("has no other filters", function()
        assert.has_error(function()
            warnings.filter("once")
        end)
    end)

    it("goes to stderr by default", function()
        local script = helper.temp_file("w.lua", [[
            local warnings = require("corm.warnings")
            for _ = 1, 2 do warnings.warn("strange\27") end]])
        local output = helper.run(script)
        assert.equal(script .. ":2: SAWarning: strange\\x1B\n", output)
    end)
end)
