-- SPDX-License-Identifier: MIT
-- Values as messages, logs and error texts show them: strings quoted, control bytes escaped,
-- everything bounded. Where SQLAlchemy prints Python's repr(), corm prints this.

local repr = {}

local ELISION = " ... (%d characters truncated) ... "

local STATEMENT_ELISION = " ... %d characters truncated ... "

-- What stands for a secret.
repr.HIDDEN = "[SQL parameters hidden due to hide_parameters=True]"

-- Keys that read well without brackets.
local IDENTIFIER = "^[%a_][%w_]*$"

local NAMED_ESCAPES = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape_byte(byte)
    return NAMED_ESCAPES[byte] or ("\\x%02X"):format(byte:byte())
end

local function escape_bytes(bytes)
    return (bytes:gsub(".", escape_byte))
end

---Text that is safe to show on a terminal or in a log: control characters and bytes that
---are not UTF-8 become `\n`, `\xHH` and so on.
---@param text string
---@param keep? string characters that stay as they are, such as "\n"
---@return string
function repr.escape(text, keep)
    text = text:gsub("[%c\127]", function(byte)
        return not (keep and keep:find(byte, 1, true)) and escape_byte(byte) or nil
    end)
    if not utf8.len(text) then
        return (text:gsub("[\128-\255]", escape_byte))
    end
    return (text:gsub("\xC2[\x80-\x9F]", escape_bytes))
end

-- The position at or before `at` where a character begins.
local function character_start(text, at)
    while at > 1 and text:find("^[\x80-\xBF]", at) do
        at = at - 1
    end
    return at
end

---The text, or its head and tail when it is longer than head + tail bytes.
---@param text string
---@param head integer bytes
---@param tail integer bytes
---@param elision? string what stands for the rest, with a %d for its length
---@return string
function repr.shorten(text, head, tail, elision)
    if #text <= head + tail then
        return text
    end
    local head_end = character_start(text, head + 1) - 1
    local tail_start = character_start(text, #text - tail + 1)
    local left_out = tail_start - head_end - 1
    return text:sub(1, head_end) .. (elision or ELISION):format(left_out) .. text:sub(tail_start)
end

local STATEMENT_HEAD, STATEMENT_TAIL, STATEMENT_MAX = 250, 100, 500

---A long statement's head and tail.
---@param sql string
---@return string
function repr.shorten_statement(sql)
    if #sql <= STATEMENT_MAX then
        return sql
    end
    return repr.shorten(sql, STATEMENT_HEAD, STATEMENT_TAIL, STATEMENT_ELISION)
end

local function quoted(text)
    return "'" .. repr.escape(text):gsub("'", "\\'") .. "'"
end

-- A string of megabytes in quotes, of which only what is shown is looked at.
local function shorten_quoted(text, head, tail)
    local head_end = character_start(text, head) - 1
    local tail_start = character_start(text, #text - tail + 2)
    return quoted(text:sub(1, head_end)):sub(1, -2) .. ELISION:format(tail_start - head_end - 1)
        .. quoted(text:sub(tail_start)):sub(2)
end

local function float_text(value)
    if value ~= value then
        return "nan"
    end
    return tostring(value)
end

---One value: `'ed'`, `5`, `NULL`, `true`; tables and objects by their tostring.
---@param value any
---@param max? integer bytes of the result; 300 unless given
---@return string
function repr.value(value, max)
    max = max or 300
    local text
    if type(value) == "string" and #value > 4 * max then
        return shorten_quoted(value, max - max // 2, max // 2)
    elseif type(value) == "string" then
        text = quoted(value)
    elseif value == nil then
        text = "NULL"
    elseif math.type(value) == "float" then
        text = float_text(value)
    else
        text = repr.escape(tostring(value))
    end
    return repr.shorten(text, max - max // 2, max // 2)
end

local function key_text(key)
    if type(key) == "string" and key:find(IDENTIFIER) then
        return key
    end
    return "[" .. repr.value(key, 60) .. "]"
end

-- The keys in an order that does not change from run to run.
local function sorted_keys(map)
    local keys = {}
    for key in pairs(map) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        return tostring(a) < tostring(b)
    end)
    return keys
end

-- The texts of items from first to last, with commas between.
local function join(first, last, text_of)
    local parts = {}
    for i = first, last do
        parts[#parts + 1] = text_of(i)
    end
    return table.concat(parts, ", ")
end

-- The texts of so many items; if they are more than head and tail, a note stands for the others.
local function bounded(count, head, tail, note, text_of)
    if count <= head + tail then
        return join(1, count, text_of)
    end
    return join(1, head, text_of) .. note .. join(count - tail + 1, count, text_of)
end

local VALUES_EACH_SIDE = 50

---One parameter set: `('ed', 5)` by position, `{id = 5, name = 'ed'}` by name.
---@param set table
---@return string
function repr.parameter_set(set)
    local keys = #set == 0 and sorted_keys(set) or nil
    local count = keys and #keys or #set
    local note = (" ... %d parameters truncated ... "):format(count - 2 * VALUES_EACH_SIDE)
    local text = bounded(count, VALUES_EACH_SIDE, VALUES_EACH_SIDE, note, function(i)
        local key = keys and keys[i] or i
        local value = repr.value(set[key])
        return keys and key_text(key) .. " = " .. value or value
    end)
    if keys then
        return "{" .. text .. "}"
    end
    return "(" .. text .. (count == 1 and ",)" or ")")
end

local SETS_AHEAD, SETS_BEHIND = 8, 2

---The parameters of a statement: one set, or with is_many a list of sets.
---@param params table
---@param is_many? boolean
---@return string
function repr.parameters(params, is_many)
    if not is_many then
        return repr.parameter_set(params)
    end
    local note = ("  ... displaying %d of %d total bound parameter sets ...  "):format(
        SETS_AHEAD + SETS_BEHIND, #params)
    return "[" .. bounded(#params, SETS_AHEAD, SETS_BEHIND, note, function(i)
        return repr.parameter_set(params[i])
    end) .. "]"
end

return repr
