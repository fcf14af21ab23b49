-- SPDX-License-Identifier: MIT
-- PostgreSQL's text form of arrays: {1,2,NULL}, {"a b",c}, {{1,2},{3,4}}.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local array_text = {}

local function quote(text)
    return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

local function write(value, process, parts)
    parts[#parts + 1] = "{"
    for i = 1, value.n or #value do
        local item = value[i]
        if i > 1 then
            parts[#parts + 1] = ","
        end
        if type(item) == "table" and getmetatable(item) == nil then
            write(item, process, parts)
        elseif item == nil or item == core.NULL then
            parts[#parts + 1] = "NULL"
        else
            item = process(item)
            parts[#parts + 1] = type(item) == "number" and tostring(item)
                or quote(tostring(item))
        end
    end
    parts[#parts + 1] = "}"
end

---The text of a sequence, nested ones included.
---@param value any[]
---@param process fun(item: any): any
---@return string
function array_text.encode(value, process)
    local parts = {}
    write(value, process, parts)
    return table.concat(parts)
end

local CONVERTERS = {
    smallint = math.tointeger, integer = math.tointeger, bigint = math.tointeger,
    float = tonumber, double = tonumber,
    numeric = function(text)
        return core.decimal(text)
    end,
    boolean = function(text)
        return text == "t" or text == "true"
    end,
}

-- An item in quotes from `at` on; returns it and where the text goes on.
local function read_quoted(text, at)
    local parts = {}
    while true do
        local stop = text:find('["\\]', at)
        if not stop then
            exc.DataError:raise("not an array: %s", repr.value(text))
        end
        parts[#parts + 1] = text:sub(at, stop - 1)
        if text:sub(stop, stop) == '"' then
            return table.concat(parts), stop + 1
        end
        parts[#parts + 1] = text:sub(stop + 1, stop + 1)
        at = stop + 2
    end
end

local function read_plain(text, at, convert)
    local item, stop = text:match("^([^,}]*)()", at)
    if item == "NULL" then
        return core.NULL, stop
    end
    return convert(item), stop
end

local function read(text, at, convert)
    local list = {}
    at = at + 1
    while text:sub(at, at) ~= "}" do
        local first = text:sub(at, at)
        local item
        if first == "{" then
            item, at = read(text, at, convert)
        elseif first == '"' then
            item, at = read_quoted(text, at + 1)
            item = convert(item)
        elseif first == "" then
            exc.DataError:raise("not an array: %s", repr.value(text))
        else
            item, at = read_plain(text, at, convert)
        end
        list[#list + 1] = item
        if text:sub(at, at) == "," then
            at = at + 1
        end
    end
    return list, at + 1
end

---The sequence of a text; NULL is corm.NULL.
---@param text string
---@param kind string kind of the items' type
---@param process fun(item: any): any
---@return any[]
function array_text.decode(text, kind, process)
    text = text:gsub("^%[[^=]*%]=", "") -- bounds that do not begin at 1
    if text:sub(1, 1) ~= "{" then
        exc.DataError:raise("not an array: %s", repr.value(text))
    end
    local convert = CONVERTERS[kind]
    return (read(text, 1, function(item)
        if convert then
            item = convert(item)
        end
        return process(item)
    end))
end

return array_text
