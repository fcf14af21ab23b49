-- SPDX-License-Identifier: MIT
-- What tells statements apart: stmt:_generate_cache_key(), as sqlalchemy.sql.cache_key.
--
-- `key` is the shape, by which the engine finds a statement compiled; it holds for this
-- process. to_offline_string() is SQL and values as text, the same in every process: a name for
-- what a statement returns, in caches outside of the program.

local core = require("corm.core")
local exc = require("corm.exc")
local walk = require("corm.sql.walk")

local slots = core.slots

---@class corm.CacheKey
---@field key string the shape, without the values of parameters
---@field bindparams any[] the parameters, in order
---@field statement any
local CacheKey = { __name = "corm.CacheKey" }
CacheKey.__index = CacheKey

function CacheKey:__eq(other)
    return self.key == other.key
end

function CacheKey:__tostring()
    return ("CacheKey(key=%s)"):format(self.key)
end

-- ---- values as text ----

local encode

local function encode_table(value)
    local keys, texts = {}, {}
    for key in pairs(value) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        return encode(a) < encode(b)
    end)
    for i, key in ipairs(keys) do
        texts[i] = encode(key) .. "=" .. encode(value[key])
    end
    return "{" .. table.concat(texts, ",") .. "}"
end

-- A text that only equal values have.
function encode(value)
    local kind = math.type(value) or type(value)
    if value == nil or value == core.NULL then
        return "NULL"
    elseif kind == "string" or kind == "integer" or kind == "float" or kind == "boolean" then
        return ("%q"):format(value)
    elseif kind == "table" and getmetatable(value) == nil then
        return encode_table(value)
    end
    return ("%s(%q)"):format(core.metafield(value, "__name") or kind, tostring(value))
end

-- ---- options ----

-- What options() says, which is not in the SQL.
local function options_text(statement)
    local own = slots[core.kind(statement)]
    local list = own and own.options and core.kid(statement, own.options)
    local texts = {}
    for node in list and walk.nodes(list) or function() end do
        local value = core.kind(node) ~= "bind" and core.value(node) or nil
        local is_plain = type(value) == "string" or type(value) == "number"
        texts[#texts + 1] = ("%s %s %s"):format(core.kind(node), core.name(node) or "",
            is_plain and encode(value) or "")
    end
    return table.concat(texts, ";")
end

-- ---- keys ----

---SQL, options and values as one text: equal for two statements if, and only if, they say the
---same with the same values.
---@param statement_cache table SQL by keys, filled as needed
---@param statement? any the statement of the key, unless given
---@param parameters? table values by name, in place of the statement's own
---@return string
function CacheKey:to_offline_string(statement_cache, statement, parameters)
    if type(statement) == "table" and core.resolve(statement) == nil then
        statement, parameters = nil, statement
    end
    statement = statement or self.statement
    local sql = statement_cache[self.key]
    if not sql then
        sql = tostring(statement:compile()) .. options_text(statement)
        statement_cache[self.key] = sql
    end
    local values = {}
    for i, bind in ipairs(self.bindparams) do
        local value = parameters and parameters[core.name(bind)]
        if value == nil then
            value = core.value(bind)
        end
        values[i] = encode(value)
    end
    if #values == 0 and parameters then
        values[1] = encode(parameters)
    end
    return ("(%q, (%s))"):format(sql, table.concat(values, ", "))
end

-- Each parameter once, in the order of the statement.
local function parameters_of(statement)
    local list = {}
    for node in walk.nodes(statement) do
        if core.kind(node) == "bind" then
            list[#list + 1] = node
        end
    end
    return list
end

---The key by which a statement or an expression is found compiled; nil if it never is.
---@return corm.CacheKey?
local function generate(self)
    if core.flag(self, "uncacheable") then
        return nil
    end
    return setmetatable({
        key = core.fingerprint(self), bindparams = parameters_of(self), statement = self,
    }, CacheKey)
end

for _, name in ipairs({ "ColumnElement", "FromClause", "Statement", "ClauseElement" }) do
    core.families[name].methods._generate_cache_key = generate
end

function CacheKey:__newindex(name)
    exc.ArgumentError:raise("a CacheKey cannot be changed (%s)", tostring(name))
end

return CacheKey
