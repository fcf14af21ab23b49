-- SPDX-License-Identifier: MIT
-- spec/faults.md is true: every fault has one row, and the tests that it names are there.

require("spec.helper")

-- How many faults of each class there are.
local CLASSES = { A = 24, B = 15, C = 14, D = 23, E = 9, F = 15, G = 8, H = 6, J = 3 }

local function read(path)
    local file <close> = assert(io.open(path), path)
    return file:read("a")
end

-- The rows as {id, file, test}; file is "later" or "-" where there is no test.
local function rows()
    local list = {}
    for line in read("spec/faults.md"):gmatch("[^\n]+") do
        local id, file, test = line:match("^| (%u%-?%d+) | .- | (.-) | (.*) |$")
        list[#list + 1] = id and { id = id, file = file:match("^`(.*)`$") or file, test = test }
    end
    return list
end

describe("The table of faults", function()
    it("has each fault once, in order", function()
        local found = {}
        for _, row in ipairs(rows()) do
            local class, number = row.id:match("^(%u)%-?(%d+)$")
            found[class] = (found[class] or 0) + 1
            assert.equal(found[class], tonumber(number), row.id)
        end
        assert.same(CLASSES, found)
    end)

    it("names files that exist and tests that are in them", function()
        for _, row in ipairs(rows()) do
            if row.file ~= "later" and row.file ~= "-" then
                assert.is_truthy(read(row.file):find(row.test, 1, true),
                    row.id .. ": " .. row.file .. " has no '" .. row.test .. "'")
            end
        end
    end)

    it("gives a reason where there is no test", function()
        for _, row in ipairs(rows()) do
            assert.is_true(#row.test > 4, row.id)
        end
    end)

    it("has a row for each test that names a fault", function()
        local ids = {}
        for _, row in ipairs(rows()) do
            ids[row.id] = true
        end
        local files <close> = assert(io.popen("ls spec/fault/*_spec.lua"))
        for path in files:lines() do
            for id in read(path):gmatch("%((%u%-?%d+)%)\"") do
                assert.is_true(ids[id], path .. ": " .. id)
            end
        end
    end)
end)
