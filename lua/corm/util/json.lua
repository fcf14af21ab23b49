-- SPDX-License-Identifier: MIT
-- JSON texts, by dkjson (Debian: lua-dkjson). corm.NULL is JSON's null, decimals are numbers,
-- keys are written in order, so that equal values give equal texts.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local json = {}

local dkjson

local function load_library()
    if not dkjson then
        local ok, found = pcall(require, "dkjson")
        if not ok then
            exc.CompileError:raise("JSON values need the Lua library dkjson, which is not "
                .. "installed")
        end
        dkjson = found
    end
    return dkjson
end

-- All keys of objects in a value, sorted, which dkjson then follows.
local function sorted_keys(value)
    local keys, seen, stack, visited = {}, {}, { value }, {}
    while #stack > 0 do
        local current = table.remove(stack)
        if type(current) == "table" and not visited[current] then
            visited[current] = true
            for key, item in pairs(current) do
                if type(key) == "string" and not seen[key] then
                    seen[key] = true
                    keys[#keys + 1] = key
                end
                stack[#stack + 1] = item
            end
        end
    end
    table.sort(keys)
    return keys, seen.n
end

-- dkjson takes {n = 5} for a list of that length.
local LONE_N = {
    __tojson = function(self)
        return '{"n":' .. dkjson.encode(self.n) .. "}"
    end,
}

-- A copy in which what has no field but a number n is marked as an object. Cycles stay
-- cycles, which dkjson refuses.
local function with_lone_n_marked(value, copies)
    if type(value) ~= "table" or getmetatable(value) ~= nil then
        return value
    elseif not copies[value] then
        local copy = {}
        copies[value] = copy
        for key, item in pairs(value) do
            copy[key] = with_lone_n_marked(item, copies)
        end
        if type(value.n) == "number" and next(value) == "n" and next(value, "n") == nil then
            setmetatable(copy, LONE_N)
        end
    end
    return copies[value]
end

-- What dkjson cannot write by itself.
local function write_special(_, value)
    if value == core.NULL then
        return "null"
    elseif core.metafield(value, "__name") == "corm.decimal" then
        return tostring(value)
    end
    return nil, "a value that JSON has not: " .. repr.value(value)
end

---The text of a value: tables, strings, numbers, booleans, corm.NULL.
---@param value any
---@return string
function json.encode(value)
    local library = load_library()
    local keys, has_n = sorted_keys(value)
    if has_n then
        value = with_lone_n_marked(value, {})
    end
    local ok, text, message = pcall(library.encode, value, {
        keyorder = keys,
        exception = write_special,
    })
    if not ok or not text then
        exc.DataError:raise("not JSON: %s", tostring(ok and message or text))
    end
    return text
end

---The value of a text; null inside it is corm.NULL, null alone nil.
---@param text string
---@return any
function json.decode(text)
    local ok, value, _, message = pcall(load_library().decode, text, 1, core.NULL)
    if not ok or message then
        exc.DataError:raise("not JSON: %s", tostring(ok and message or value))
    end
    if value == core.NULL then
        return nil
    end
    return value
end

return json
