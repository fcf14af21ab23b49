-- SPDX-License-Identifier: MIT
-- Declaring tables does not need the whole expression language: the first attribute that is
-- asked for and not found loads it, and is then looked for once more.

local core = require("corm.core")

local ROOTS = { "ColumnElement", "FromClause", "Statement", "ClauseElement" }

local function forget()
    for _, name in ipairs(ROOTS) do
        getmetatable(core.families[name].getters).__index = nil
    end
end

local function load_and_retry(_, name)
    if type(name) ~= "string" or name:find("^__") then
        return nil
    end
    forget()
    require("corm.sql")
    return function(object)
        return object[name]
    end
end

if not package.loaded["corm.sql"] then
    for _, name in ipairs(ROOTS) do
        getmetatable(core.families[name].getters).__index = load_and_retry
    end
end

return { forget = forget }
