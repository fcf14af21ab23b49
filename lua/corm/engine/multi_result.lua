-- SPDX-License-Identifier: MIT
-- What get_multi_columns() and its like return: results by table. A key is the table's as in
-- metadata.tables, "name" or "schema.name"; where SQLAlchemy writes the pair (schema, name),
-- {schema, name} finds it too. Iteration is in the order of the names.

local core = require("corm.core")

local MultiResult = { __name = "corm.MultiResult" }

local keys_of = setmetatable({}, { __mode = "k" })

local function to_key(schema, name)
    if schema == nil or schema == core.NULL then
        return name
    end
    return schema .. "." .. name
end

function MultiResult.__index(self, key)
    if type(key) == "table" and type(key[2]) == "string" then
        return rawget(self, to_key(key[1], key[2]))
    elseif key == "keys" then
        return function()
            return { table.unpack(keys_of[self]) }
        end
    end
    return nil
end

function MultiResult.__len(self)
    return #keys_of[self]
end

function MultiResult.__pairs(self)
    local i, keys = 0, keys_of[self]
    return function()
        i = i + 1
        return keys[i], keys[i] and rawget(self, keys[i])
    end
end

-- for key, value in result
function MultiResult.__call(self, _, previous)
    local keys = keys_of[self]
    if previous == nil then
        return keys[1], rawget(self, keys[1] or "")
    end
    for i, key in ipairs(keys) do
        if key == previous then
            return keys[i + 1], rawget(self, keys[i + 1] or "")
        end
    end
    return nil
end

---@param schema? string
---@param by_name table<string, any>
---@return table
local function new(schema, by_name)
    local self, keys = {}, {}
    for name, value in pairs(by_name) do
        local key = to_key(schema, name)
        keys[#keys + 1] = key
        self[key] = value
    end
    table.sort(keys)
    setmetatable(self, MultiResult)
    keys_of[self] = keys
    return self
end

return new
