-- SPDX-License-Identifier: MIT
-- The dialect suite: what every dialect of corm must do, as tests that a dialect's author runs
-- on a database of their own. What sqlalchemy.testing.suite is.
--
--     require("corm.testing.suite").describe("mydialect://…", {      -- in a spec of busted
--         requirements = { sequences = false },
--     })
--
-- or without busted, by check(). Each test makes its tables and drops them; the database must
-- be one that holds nothing else.

local check_options = require("corm.util.options")
local fixture = require("corm.testing.fixture")
local requirements = require("corm.testing.requirements")

local suite = {}

---The topics, in the order in which they run.
suite.TOPICS = {
    "ddl", "insert", "upsert", "update_delete", "select", "joins", "expressions", "operators",
    "cte", "results", "rowcount", "types", "dates", "numbers", "json", "sequences", "dialect",
    "transactions", "unicode", "reflection",
}

---@class corm.testing.SuiteOptions
---@field requirements? table<string, boolean> what is different from the dialect's defaults
---@field engine_options? table of create_engine
---@field prepare? fun(engine: corm.Engine) called with the engine of each test before it
---@field topics? string[] only these
---@field name? string heading of the describe block

local OPTIONS = { "engine_options", "name", "prepare", "requirements", "topics" }

-- A URL may be a function that gives it, called for each test.
local function open(url, options)
    local t = fixture.new(type(url) == "function" and url() or url, options.engine_options,
        options.requirements)
    if options.prepare then
        options.prepare(t.engine)
    end
    return t
end

-- What the test needs and the database has not, or nil.
local function missing(test, flags)
    for _, name in ipairs(test.needs) do
        if not flags[name] then
            return name
        end
    end
end

local function run(test, url, options)
    local t = open(url, options)
    local ok, e = xpcall(test.run, function(e)
        return type(e) == "string" and debug.traceback(e, 2) or e
    end, t)
    local closed, closing_error = pcall(t.close, t)
    if not ok or not closed then
        error(ok and closing_error or e, 0)
    end
end

---Call fn with each topic.
---@param options corm.testing.SuiteOptions
---@param fn fun(topic: corm.testing.Topic)
local function each_topic(options, fn)
    for _, name in ipairs(options.topics or suite.TOPICS) do
        fn(require("corm.testing.suite." .. name))
    end
end

---Describe the suite to busted. Tests whose requirements are not met are left out.
---@param url string|corm.URL|fun(): string
---@param options? corm.testing.SuiteOptions
function suite.describe(url, options)
    options = check_options(options, OPTIONS, "suite.describe")
    local busted = require("busted")
    local flags = suite.flags(url, options)
    busted.describe(options.name or "the dialect suite", function()
        each_topic(options, function(topic)
            busted.describe(topic.title, function()
                for _, test in ipairs(topic.tests) do
                    if not missing(test, flags) then
                        busted.it(test.name, function()
                            run(test, url, options)
                        end)
                    end
                end
            end)
        end)
    end)
end

---@class corm.testing.SuiteReport
---@field passed integer
---@field left_out table<string, string> test = the requirement that is not met
---@field failed table<string, any> test = error

local function note(report, name, ok, e)
    if ok then
        report.passed = report.passed + 1
    else
        report.failed[name] = e
    end
end

---Run the suite without busted.
---@param url string|corm.URL|fun(): string
---@param options? corm.testing.SuiteOptions
---@return corm.testing.SuiteReport
function suite.check(url, options)
    options = check_options(options, OPTIONS, "suite.check")
    local flags = suite.flags(url, options)
    local report = { passed = 0, left_out = {}, failed = {} }
    each_topic(options, function(topic)
        for _, test in ipairs(topic.tests) do
            local name = topic.title .. ": " .. test.name
            report.left_out[name] = missing(test, flags)
            if not report.left_out[name] then
                note(report, name, pcall(run, test, url, options))
            end
        end
    end)
    return report
end

---The requirements that a dialect meets.
---@param url string|corm.URL|fun(): string
---@param options? corm.testing.SuiteOptions
---@return table<string, boolean>
function suite.flags(url, options)
    local address = require("corm").make_url(type(url) == "function" and url() or url)
    local engine = require("corm").create_engine(address)
    local flags = requirements.of(engine.dialect.family, options and options.requirements)
    engine:dispose()
    return flags
end

return suite
