-- SPDX-License-Identifier: MIT
-- corm's SQL and parameters are SQLAlchemy's, construct by construct. README.md says how
-- the data came about and how to add some. A topic is one test, for what surrounds a test
-- takes longer than a hundred cases.

require("spec.helper")
local acceptance = require("spec.helper.acceptance")
local harness = require("spec.golden.harness")
local deviations = require("spec.golden.deviations")

local function names_of(...)
    local seen, names = {}, {}
    for _, cases in ipairs({ ... }) do
        for name in pairs(cases) do
            if not seen[name] then
                seen[name] = true
                names[#names + 1] = name
            end
        end
    end
    table.sort(names)
    return names
end

-- What is wrong with a case, dialect by dialect; nothing if it is as it should be.
local function complaints(build, expected, deviating)
    local list = {}
    for _, dialect in ipairs(harness.DIALECTS) do
        local is_meant = expected[dialect] ~= nil
        local theirs = is_meant and harness.wanted(expected[dialect])
        local wanted = deviating and deviating[dialect] or theirs
        local actual = is_meant and harness.actual(build, dialect)
        if actual ~= wanted then
            list[#list + 1] = ("%s\nexpected %s\ngot      %s"):format(dialect, wanted, actual)
        elseif wanted == theirs and deviating and deviating[dialect] then
            list[#list + 1] = dialect .. " deviates no more: see deviations.lua"
        end
    end
    return list
end

-- What is wrong with the case of this name.
local function check(name, case, expected, deviating)
    if not case then
        return { "the case is missing in the Lua file" }
    elseif not expected then
        return { "the case is missing in the Python file, or its outcome was not generated" }
    end
    -- Some of what SQLAlchemy says to a database is not for that database.
    return acceptance.suspended(function()
        return complaints(case, expected, deviating[name])
    end)
end

describe("golden", function()
    for _, topic in ipairs(harness.topics()) do
        it(topic, function()
            local cases <close> = harness.load(topic)
            local expected = harness.expected(topic)
            local deviating = deviations[topic] or {}
            local wrong = {}
            for _, name in ipairs(names_of(cases, expected, deviating)) do
                for _, found in ipairs(check(name, cases[name], expected[name], deviating)) do
                    wrong[#wrong + 1] = ("%s: %s"):format(name, found)
                end
            end
            assert(#wrong == 0, table.concat(wrong, "\n\n"))
        end)
    end
end)

describe("golden deviations", function()
    it("belong to topics and have reasons", function()
        local topics = {}
        for _, topic in ipairs(harness.topics()) do
            topics[topic] = true
        end
        for topic, cases in pairs(deviations) do
            assert(topics[topic], topic .. " is no topic")
            for name, deviation in pairs(cases) do
                assert(deviation.reason, name .. " deviates without a reason")
            end
        end
    end)
end)
