-- SPDX-License-Identifier: MIT
-- A cursor of a native connection, as drivers of Python have it: raw_connection():cursor().

local exc = require("corm.exc")
local missing = require("corm.util.missing")

---@class corm.Cursor
---@field rowcount integer -1 if it is not known
---@field lastrowid? integer
---@field description? any[][] {{name}, …} of the rows, nil without any
local Cursor = {}

local meta = { __name = "corm.Cursor" }

local getters = {}

function getters.rowcount(self)
    return self._result and self._result.rowcount or -1
end

function getters.lastrowid(self)
    return self._result and self._result.lastrowid or nil
end

function getters.description(self)
    if not (self._result and self._result.returns_rows) then
        return nil
    end
    local columns = {}
    for i, name in ipairs(self._result:keys()) do
        columns[i] = { name }
    end
    return columns
end

function meta:__index(key)
    if getters[key] then
        return getters[key](self)
    end
    return Cursor[key] or missing("Cursor", key, Cursor)
end

function meta:__close()
    self:close()
end

-- for row in cursor do
function meta:__call()
    return self:fetchone()
end

-- The rows of what was executed last.
local function rows(self)
    if not self._result then
        exc.ProgrammingError:raise("the cursor has not executed anything")
    end
    return self._result
end

---Run SQL in the driver's own words; with a sequence of sequences, once for each.
---@param sql string
---@param parameters? any[]|any[][]
---@return corm.Cursor self
function Cursor:execute(sql, parameters)
    self:close()
    self._result = self._raw:execute(sql, parameters)
    return self
end

Cursor.executemany = Cursor.execute

---@return corm.Row? # nil at the end
function Cursor:fetchone()
    return rows(self):fetchone()
end

---@param n? integer 1 unless given
---@return corm.Row[]
function Cursor:fetchmany(n)
    return rows(self):fetchmany(n)
end

---@return corm.Row[]
function Cursor:fetchall()
    return rows(self):fetchall()
end

---Drop the rows that were not fetched.
function Cursor:close()
    if self._result then
        self._result:close()
        self._result = false
    end
end

local cursor = {}

---@param raw corm.RawConnection
---@return corm.Cursor
function cursor.new(raw)
    return setmetatable({ _raw = raw, _result = false }, meta)
end

return cursor
