-- SPDX-License-Identifier: MIT
-- ARRAY: sequences of another type, where the database has them. They travel as PostgreSQL
-- writes them, {1,2,NULL}; the core reads and writes that, item by item as the item's type
-- has it.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local engine = require("corm.types.engine")
local repr = require("corm.util.repr")
local select = require("corm.util.select")

local ARRAY = {
    _kind = "array",
    _parameters = { "as_tuple", "dimensions", "zero_indexes" }, -- behind that of the items
    _options = { "as_tuple", "dimensions", "zero_indexes" },
    hashable = false,
}

-- ARRAY(item, {dimensions = n})
function ARRAY._new(class, ...)
    local item, options = ..., args.named(class._parameters, class._name, select(2, ...))
    if item == nil and rawget(class, "_plain") == nil then
        item = engine.null_type -- the class itself, which stands for arrays of anything
    elseif not core.is_type(item) then
        args.refuse(class._name, "a type of the items", item)
    end
    engine.check_flags(class, options)
    if item.kind == "array" then
        exc.ArgumentError:raise("%s of %s: write its dimensions instead", class._name,
            class._name)
    end
    return engine.object({
        class = class,
        kind = "array",
        item = item,
        item_type = item,
        length = options.dimensions,
        dimensions = options.dimensions,
        zero_indexes = options.zero_indexes,
        lua_bind = true, -- the core reads arrays itself, and has Lua write them
    })
end

function ARRAY:process_bind(value, dialect)
    if value == nil or value == core.NULL then
        return nil
    elseif type(value) == "string" then
        return value -- as the database writes it
    elseif type(value) ~= "table" then
        exc.DataError:raise("value %s does not fit type %s", repr.value(value),
            self.class._name)
    end
    local tag = dialect and (rawget(dialect, "tag") or dialect.name)
    if tag == "sqlite" then
        exc.DataError:raise("a sequence is no value for SQLite, which has no arrays")
    end
    return core.array_encode(self, value, tag)
end

function ARRAY:process_result(value, dialect)
    if type(value) ~= "string" then
        return value
    end
    return core.array_decode(self, value, dialect and (rawget(dialect, "tag") or dialect.name))
end

-- [1, [2, NULL]], as texts that no database reads have it
local function written_items(item, value, dialect)
    if type(value) ~= "table" then
        return value == core.NULL and "NULL" or item:process_literal(value, dialect)
    end
    local parts = {}
    for i, one in ipairs(value) do
        parts[i] = written_items(item, one, dialect)
    end
    return "[" .. table.concat(parts, ", ") .. "]"
end

-- '{1,2}'::INTEGER[]
function ARRAY:process_literal(value, dialect)
    if value == nil or value == core.NULL then
        return "NULL"
    end
    local text = self:process_bind(value, dialect)
    if dialect.name == "default" and type(value) == "table" then
        return written_items(self.item, value, dialect)
    end
    return core.type_literal(engine.null_type, text, dialect.name)
        .. "::" .. self:compile({ dialect = dialect.name })
end

return ARRAY
