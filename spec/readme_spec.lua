-- SPDX-License-Identifier: MIT
-- The first thing a visitor reads is true: the example in README.md runs as it stands there,
-- and on the other database by its URL alone.

local helper = require("spec.helper")
local markdown = require("spec.helper.markdown")

helper.each_database(function(db)
    describe("README.md", function()
        it("has an example that prints what it says", function()
            markdown.check("README.md", { ["sqlite://\""] = db.url .. "\"" })
        end)
    end)
end)

describe("README.md", function()
    it("names only files that exist", function()
        local file <close> = assert(io.open("README.md"))
        for target in file:read("a"):gmatch("%]%(([^)#]+)%)") do
            assert.truthy(io.open(target), target)
        end
    end)
end)
