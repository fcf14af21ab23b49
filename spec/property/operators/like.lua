-- SPDX-License-Identifier: MIT
-- LIKE in Lua. SQLite's makes no difference between upper and lower case, and has no
-- escape character unless one is named; PostgreSQL's does, and has the backslash.

local like = {}

local function characters(text)
    local list = {}
    for _, code in utf8.codes(text) do
        list[#list + 1] = utf8.char(code)
    end
    return list
end

-- The pattern as a list: true stands for %, false for _, a string for itself.
local function compiled(pattern, escape)
    local list, items, i = characters(pattern), {}, 1
    while i <= #list do
        if list[i] == escape then
            i = i + 1
            items[#items + 1] = list[i]
        elseif list[i] == "%" then
            items[#items + 1] = true
        elseif list[i] == "_" then
            items[#items + 1] = false
        else
            items[#items + 1] = list[i]
        end
        i = i + 1
    end
    return items
end

local function matches(text, items, at, item)
    local wanted = items[item]
    if wanted == nil then
        return at > #text
    elseif wanted == true then
        return matches(text, items, at, item + 1)
            or at <= #text and matches(text, items, at + 1, item)
    end
    return at <= #text and (wanted == false or text[at] == wanted)
        and matches(text, items, at + 1, item + 1)
end

---@param database string
---@param text string
---@param pattern string
---@param escape? string
---@return boolean
function like.like(database, text, pattern, escape)
    if database == "sqlite" then
        return like.ilike(database, text, pattern, escape)
    end
    return matches(characters(text), compiled(pattern, escape or "\\"), 1, 1)
end

---LIKE for which upper and lower case are the same.
function like.ilike(database, text, pattern, escape)
    escape = escape or database == "postgresql" and "\\" or nil
    return matches(characters(text:lower()), compiled(pattern:lower(), escape), 1, 1)
end

---A condition about a literal piece of the text: find(text, piece).
function like.literally(find)
    return function(database, text, piece)
        if database == "sqlite" then
            text, piece = text:lower(), piece:lower()
        end
        return find(text, piece)
    end
end

return like
