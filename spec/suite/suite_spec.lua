-- SPDX-License-Identifier: MIT
-- The dialect suite on corm's own databases.

local helper = require("spec.helper")
local corm = require("corm")
local requirements = require("corm.testing.requirements")
local suite = require("corm.testing.suite")

-- SQLite looks at foreign keys only where it was told to.
local function prepare(engine)
    if engine.dialect.family == "sqlite" then
        corm.event.listen(engine, "connect", function(native)
            native:execute("PRAGMA foreign_keys = ON")
        end)
    end
end

helper.each_database(function(db)
    suite.describe(db.url, { prepare = prepare, requirements = { foreign_keys = true } })

    -- A file has what a database in memory has not.
    suite.describe(function()
        return db.shared_url
    end, {
        name = "the dialect suite with several connections",
        topics = { "transactions" },
        requirements = { independent_connections = true },
    })
end)

describe("the suite", function()
    it("has a topic for each module in its folder", function()
        local files <close> = assert(io.popen("ls lua/corm/testing/suite"))
        local found = {}
        for name in files:lines() do
            found[#found + 1] = name ~= "init.lua" and name:match("^(.*)%.lua$") or nil
        end
        local topics = { table.unpack(suite.TOPICS) }
        table.sort(topics)
        assert.same(found, topics)
    end)

    it("asks for every requirement that there is, and names no test twice", function()
        local asked, names = {}, {}
        for _, name in ipairs(suite.TOPICS) do
            local topic = require("corm.testing.suite." .. name)
            for _, test in ipairs(topic.tests) do
                assert.is_nil(names[topic.title .. test.name], test.name)
                names[topic.title .. test.name] = true
                for _, need in ipairs(test.needs) do
                    asked[need] = true
                end
            end
        end
        for _, name in ipairs(requirements.names()) do
            assert.is_true(asked[name], name)
            assert.is_string(requirements.meaning(name))
        end
    end)

    it("refuses requirements and options that there are not", function()
        assert.has_error(function()
            suite.check("sqlite://", { requirements = { flying = true } })
        end)
        assert.has_error(function()
            suite.check("sqlite://", { topic = { "ddl" } })
        end)
    end)
end)
