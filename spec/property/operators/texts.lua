-- SPDX-License-Identifier: MIT
-- Text.

local corm = require("corm")
local func = corm.func
local NULL = corm.NULL

-- Letters beyond ASCII have no case in the data, so that this is what every database does.
local function lower(s)
    return s:lower()
end

local function upper(s)
    return s:upper()
end

-- SQLite looks for nothing before it looks at what to put there.
local function replace(database, s, from, to)
    if s ~= NULL and from == "" and database == "sqlite" then
        return s
    elseif s == NULL or from == NULL or to == NULL then
        return NULL
    elseif from == "" then
        return s
    end
    from = from:gsub("%p", "%%%0")
    return (s:gsub(from, (to:gsub("%%", "%%%%"))))
end

local function substr(s, first, count)
    local length = utf8.len(s)
    local last = math.min(first + count - 1, length)
    if first > last then
        return ""
    end
    return s:sub(utf8.offset(s, first), utf8.offset(s, last + 1) - 1)
end

return function(operators)
    local define = operators.define
    define("concat", "text", { "text", "text" }, function(a, b) return a .. b end,
        function(a, b) return a .. b end)
    define("lower", "text", { "text" }, func.lower, lower)
    define("upper", "text", { "text" }, func.upper, upper)
    define("trim", "text", { "text" }, func.trim, function(s) return s:match("^ *(.-) *$") end)
    operators.add({
        name = "replace", result = "text", args = { "text", "text", "text" },
        build = func.replace, eval = replace, lax = true, is_by_database = true,
    })
    define("substr", "text", { "text", "count", "count" }, func.substr, substr)
    define("int_to_text", "text", { "int" }, function(a) return corm.cast(a, corm.String) end,
        function(a) return ("%d"):format(a) end)
end
