-- SPDX-License-Identifier: MIT
-- A topic of the dialect suite: tests under one heading.
--
--     local topic = require("corm.testing.topic").new("INSERT")
--
--     topic:test("returns what it inserted", "returning", function(t)
--         local users = t:table("users", Column("id", Integer, { primary_key = true }))
--         …
--     end)
--
-- Before the function stand the requirements, as words; without them every dialect must pass.

local requirements = require("corm.testing.requirements")

---@class corm.testing.Test
---@field topic string
---@field name string
---@field needs string[]
---@field run fun(t: corm.testing.Fixture)

---@class corm.testing.Topic
---@field title string
---@field tests corm.testing.Test[]
local Topic = { __name = "corm.testing.Topic" }
Topic.__index = Topic

function Topic:__tostring()
    return ("<topic %s, %d tests>"):format(self.title, #self.tests)
end

local is_flag = {}
for _, name in ipairs(requirements.names()) do
    is_flag[name] = true
end

---Add a test.
---@param name string
---@param needs string|fun(t: corm.testing.Fixture) requirements; may be left out
---@param run? fun(t: corm.testing.Fixture)
function Topic:test(name, needs, run)
    if not run then
        needs, run = "", needs
    end
    local list = {}
    for word in needs:gmatch("%S+") do
        assert(is_flag[word], word)
        list[#list + 1] = word
    end
    self.tests[#self.tests + 1] = { topic = self.title, name = name, needs = list, run = run }
end

local topic = {}

---@param title string
---@return corm.testing.Topic
function topic.new(title)
    return setmetatable({ title = title, tests = {} }, Topic)
end

return topic
