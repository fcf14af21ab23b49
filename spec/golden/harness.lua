-- SPDX-License-Identifier: MIT
-- Runs golden cases: what corm makes of a construct, and where that is not what SQLAlchemy
-- makes of it. README.md says what is compared.

local corm = require("corm")
local core = require("corm.core")
local json = require("corm.util.json")
local lfs = require("lfs")

local harness = {}

harness.DIALECTS = { "default", "sqlite", "postgresql" }

local FOLDER = "spec/golden/"

---A table for cases by name, in which a name that is there already is an error.
---@return table<string, fun(): any, table?>
function harness.cases()
    local found = {}
    return setmetatable({}, {
        __index = found,
        __newindex = function(_, name, build)
            if found[name] then
                error(("two cases are called '%s'"):format(name), 2)
            end
            found[name] = build
        end,
        __pairs = function()
            return next, found
        end,
        __close = function(self)
            for name, module in pairs(package.loaded) do
                if module == self or name == "spec.golden.schema" then
                    package.loaded[name] = nil
                end
            end
        end,
    })
end

---The cases of a topic. They and the tables they use are there until the result is closed: a
---case may add an index to a table.
---@param topic string
---@return table<string, fun(): any, table?>
function harness.load(topic)
    return require("spec.golden.cases." .. topic)
end

---The topics that have cases on either side, sorted.
---@return string[]
function harness.topics()
    local seen, topics = {}, {}
    for name in lfs.dir(FOLDER .. "cases") do
        local topic = name:match("^([%w_]+)%.%a+$")
        if topic and not seen[topic] then
            seen[topic] = true
            topics[#topics + 1] = topic
        end
    end
    table.sort(topics)
    return topics
end

---What SQLAlchemy makes of the cases of a topic, by name and dialect.
---@param topic string
---@return table<string, table>
function harness.expected(topic)
    local file <close> = assert(io.open(FOLDER .. "expected/" .. topic .. ".json", "rb"))
    return json.decode(file:read("a")).cases
end

---The dialects that a case has an outcome in.
---@param expected table<string, table>
---@return string[]
function harness.dialects(expected)
    local list = {}
    for _, dialect in ipairs(harness.DIALECTS) do
        list[#list + 1] = expected[dialect] and dialect
    end
    return list
end

local function show_text(text)
    return "'" .. text:gsub("[^\32-\126]", function(byte)
        return ("\\x%02x"):format(byte:byte())
    end):gsub("['\\]", function(byte)
        return byte == "'" and "\\x27" or nil
    end) .. "'"
end

local show

local function show_float(value)
    local text = ("%.17g"):format(value)
    return text:find("[.en]") and text or text .. ".0"
end

local function show_table(value)
    local parts = {}
    if #value > 0 or next(value) == nil then
        for i, item in ipairs(value) do
            parts[i] = show(item)
        end
        return "[" .. table.concat(parts, ", ") .. "]"
    end
    for key, item in pairs(value) do
        parts[#parts + 1] = ("%s: %s"):format(key, show(item))
    end
    table.sort(parts)
    return "{" .. table.concat(parts, ", ") .. "}"
end

-- A parameter's value as the script regenerate writes it.
function show(value)
    local class = core.metafield(value, "__name")
    if value == nil or value == corm.NULL then
        return "NULL"
    elseif math.type(value) == "float" then
        return show_float(value)
    elseif type(value) == "string" then
        return show_text(value)
    elseif class == "corm.interval" then
        return "interval " .. show_float(value:total_seconds())
    elseif class then
        return ("%s %s"):format(class:gsub("^corm%.", ""), tostring(value))
    elseif type(value) == "table" then
        return show_table(value)
    end
    return tostring(value)
end

-- Names and values, in order where the dialect binds by position.
local function parameters(compiled)
    local names = compiled.positiontup
    if not names then
        names = {}
        for name in pairs(compiled.params) do
            names[#names + 1] = name
        end
        table.sort(names)
    end
    local list = {}
    for i, name in ipairs(names) do
        list[i] = { name, show(compiled.params[name]) }
    end
    return list
end

local function compile(build, dialect)
    local construct, options = build()
    options = options or {}
    return construct:compile({
        dialect = dialect,
        column_keys = options.column_keys,
        compile_kwargs = {
            literal_binds = options.literal_binds,
            render_postcompile = options.render_postcompile,
        },
    })
end

-- SQL and parameters, or the class of the error, as one text.
local function describe(outcome)
    if outcome.error then
        return "error " .. outcome.error
    end
    local parts = { outcome.sql }
    for i, parameter in ipairs(outcome.parameters) do
        parts[i + 1] = ("%s = %s"):format(parameter[1], parameter[2])
    end
    return table.concat(parts, "\n")
end

---What corm makes of a case in a dialect, as text.
---@param build fun(): any, table?
---@param dialect string
---@return string
function harness.actual(build, dialect)
    local ok, result = pcall(function()
        local compiled = compile(build, dialect)
        return { sql = tostring(compiled), parameters = parameters(compiled) }
    end)
    if ok then
        return describe(result)
    elseif corm.exc.CormError:is(result) then
        return "error " .. core.metafield(result, "__name"):gsub("^.*%.", "")
    end
    return "error " .. tostring(result)
end

---What SQLAlchemy makes of it, as text; or what stands in deviations.lua in its place.
---@param outcome table
---@return string
function harness.wanted(outcome)
    return describe(outcome)
end

return harness
