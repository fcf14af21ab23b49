-- SPDX-License-Identifier: MIT
-- The words of an SQL statement as SQLite reads it: names in any of its four quotes, texts,
-- numbers, signs. White space and comments are left out, but every token knows where it
-- stands, so that the text between two of them can be had as it was written.

local select = require("corm.util.select")

local tokens = {}

---@class corm.dialects.sqlite.Token
---@field kind "word"|"name"|"text"|"number"|"sign" a name is quoted by ", ` or [
---@field value string a quoted one without its quotes
---@field upper? string of a word: the same in upper case
---@field first integer position in the statement
---@field last integer

local CLOSING = { ['"'] = '"', ["`"] = "`", ["'"] = "'", ["["] = "]" }

-- The position of the quote that ends what begins at `first`; two in a row are one inside.
local function find_end(sql, first, quote)
    local at = first + 1
    while true do
        local found = sql:find(quote, at, true)
        if not found then
            return #sql
        elseif quote == "]" or sql:sub(found + 1, found + 1) ~= quote then
            return found
        end
        at = found + 2
    end
end

local function read_quoted(sql, first, opening)
    local quote = CLOSING[opening]
    local last = find_end(sql, first, quote)
    local value = sql:sub(first + 1, last - 1)
    if quote ~= "]" then
        value = value:gsub(quote .. quote, quote)
    end
    return { kind = quote == "'" and "text" or "name", value = value, first = first, last = last }
end

-- The position after white space and comments.
local function skip(sql, at)
    while true do
        local start = at
        at = sql:match("^%s*()", at)
        if sql:sub(at, at + 1) == "--" then
            at = (sql:find("\n", at, true) or #sql) + 1
        elseif sql:sub(at, at + 1) == "/*" then
            local _, last = sql:find("*/", at + 2, true)
            at = (last or #sql) + 1
        end
        if at == start then
            return at
        end
    end
end

local WORD = "^[%a_\x80-\xff][%w_$\x80-\xff]*"
local NUMBER = "^%d[%w_.]*"

local function read_token(sql, at)
    local sign = sql:sub(at, at)
    if CLOSING[sign] then
        return read_quoted(sql, at, sign)
    end
    local word = sql:match(WORD, at)
    if word then
        return { kind = "word", value = word, upper = word:upper(), first = at,
            last = at + #word - 1 }
    end
    local number = sql:match(NUMBER, at)
    if number then
        return { kind = "number", value = number, first = at, last = at + #number - 1 }
    end
    return { kind = "sign", value = sign, first = at, last = at }
end

---Divide a statement into tokens.
---@param sql string
---@return corm.dialects.sqlite.Token[]
function tokens.read(sql)
    local list = {}
    local at = skip(sql, 1)
    while at <= #sql do
        local token = read_token(sql, at)
        list[#list + 1] = token
        at = skip(sql, token.last + 1)
    end
    return list
end

-- ---- a place in the list, for parsers ----

---@class corm.dialects.sqlite.Reader
---@field sql string
---@field list corm.dialects.sqlite.Token[]
---@field at integer index of the next token
local Reader = {}
Reader.__index = Reader

---Read a statement from its beginning.
---@param sql string
---@return corm.dialects.sqlite.Reader
function tokens.reader(sql)
    return setmetatable({ sql = sql, list = tokens.read(sql), at = 1 }, Reader)
end

---The next token, or one further on, without going there.
---@param ahead? integer
---@return corm.dialects.sqlite.Token?
function Reader:peek(ahead)
    return self.list[self.at + (ahead or 0)]
end

---The next token is this keyword.
---@param word string in upper case
---@param ahead? integer
---@return boolean
function Reader:is_word(word, ahead)
    local token = self:peek(ahead)
    return token ~= nil and token.upper == word
end

---The next token is this sign.
---@param sign string
---@return boolean
function Reader:is_sign(sign)
    local token = self:peek()
    return token ~= nil and token.kind == "sign" and token.value == sign
end

---Go past these keywords if they all come next.
---@param ... string
---@return boolean
function Reader:accept(...)
    local n = select("#", ...)
    for i = 1, n do
        if not self:is_word((select(i, ...)), i - 1) then
            return false
        end
    end
    self.at = self.at + n
    return true
end

---Go past a sign if it comes next.
---@param sign string
---@return boolean
function Reader:accept_sign(sign)
    if self:is_sign(sign) then
        self.at = self.at + 1
        return true
    end
    return false
end

---The next token as a name, however it is quoted.
---@return string?
function Reader:name()
    local token = self:peek()
    if token and token.kind ~= "sign" then
        self.at = self.at + 1
        return token.value
    end
    return nil
end

---Go past a group in parentheses and return what stands in it.
---@return string? # nil if no group comes next
function Reader:group()
    if not self:is_sign("(") then
        return nil
    end
    local first = self:peek().last + 1
    local depth = 0
    repeat
        local token = self:peek()
        if not token then
            return self.sql:sub(first)
        elseif token.kind == "sign" then
            depth = depth + (token.value == "(" and 1 or token.value == ")" and -1 or 0)
        end
        self.at = self.at + 1
    until depth == 0
    return (self.sql:sub(first, self.list[self.at - 1].first - 1):match("^%s*(.-)%s*$"))
end

return tokens
