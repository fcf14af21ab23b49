-- SPDX-License-Identifier: MIT
-- HSTORE: texts by text, its operators, and hstore() which makes one of keys and values. The
-- database needs CREATE EXTENSION hstore.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local engine = require("corm.types.engine")
local functions = require("corm.sql.functions")
local repr = require("corm.util.repr")
local types = require("corm.types")

local func = functions.func
local database_operator = require("corm.sql.own_operator").database_operator
local texts = types.ARRAY(types.Text)

local HSTORE

-- ---- operators ----

local EAGER = { eager = true }

-- Keys are a list of texts, which is an array to PostgreSQL.
local function key_list(keys)
    if core.resolve(keys) then
        return keys
    end
    return core.node("bind", { anonymous = true, value = keys, type = texts })
end

-- What delete() takes away: a key, a list of keys, or pairs.
local function deleted(what)
    if type(what) ~= "table" or core.resolve(what) then
        return what
    elseif #what == 0 and next(what) ~= nil then
        return core.node("bind", { anonymous = true, value = what, type = HSTORE })
    end
    return key_list(what)
end

local function comparison(text)
    return function(self, other)
        return database_operator(self.expr, text, EAGER)(other)
    end
end

local function of_keys(text)
    return function(self, keys)
        return database_operator(self.expr, text, EAGER)(key_list(keys))
    end
end

local function call(name, type_)
    return function(self)
        return func[name](self.expr, { type_ = type_ })
    end
end

local function concatenate(self, other)
    return self:op("||")(other)
end

local operators = types.TypeEngine.Comparator:extend("HstoreComparator", {
    has_key = function(self, key)
        local right = core.resolve(key)
            or core.node("bind", { anonymous = true, value = key, type = types.Text,
                name = core.name(self.expr) })
        return database_operator(self.expr, "?", EAGER)(right)
    end,
    has_all = of_keys("?&"),
    has_any = of_keys("?|"),
    contains = comparison("@>"),
    contained_by = comparison("<@"),
    ---The text under a key: col:getitem("name").
    getitem = function(self, key)
        local right = core.resolve(key)
            or core.node("bind", { anonymous = true, value = key, type = types.Text,
                name = core.name(self.expr) })
        return database_operator(self.expr, "->", {
            eager = true, return_type = self.type.text_type,
        })(right)
    end,
    defined = function(self, key)
        return func.defined(self.expr, key, { type_ = types.Boolean })
    end,
    delete = function(self, key)
        return func.delete(self.expr, deleted(key), { type_ = HSTORE })
    end,
    slice = function(self, keys)
        return func.slice(self.expr, key_list(keys), { type_ = HSTORE })
    end,
    keys = call("akeys", texts),
    vals = call("avals", texts),
    array = call("hstore_to_array", texts),
    matrix = call("hstore_to_matrix", types.ARRAY(types.Text, { dimensions = 2 })),
    concat = concatenate,
    __add = concatenate,
    __concat = concatenate,
})

-- ---- values ----

local function pair_text(key, value)
    if type(key) ~= "string" then
        exc.DataError:raise("HSTORE: keys are texts, got %s", repr.value(key))
    elseif value == core.NULL then
        return core.text_quote(key) .. "=>NULL"
    elseif type(value) ~= "string" then
        exc.DataError:raise("HSTORE: the value of '%s' is a text or corm.NULL, got %s", key,
            repr.value(value))
    end
    return core.text_quote(key) .. "=>" .. core.text_quote(value)
end

-- Keys in order, so that equal tables give equal texts.
local function encode(value)
    local parts = {}
    for key, item in pairs(value) do
        parts[#parts + 1] = pair_text(key, item)
    end
    table.sort(parts)
    return table.concat(parts, ", ")
end

HSTORE = types.define("HSTORE", types.TypeEngine, {
    _options = { "text_type" },
    _new = function(class, ...)
        local text_type = args.named(class._options, class._name, ...).text_type
        return engine.object({
            class = class, kind = "user", name = "HSTORE", lua_bind = true, lua_result = true,
            text_type = text_type and types.to_instance(text_type, class._name) or types.Text,
        })
    end,
    _lua_type = "table",
    comparator_factory = operators,
    process_bind = function(_, value)
        if value == nil or value == core.NULL then
            return nil
        elseif type(value) == "string" then
            return value
        elseif type(value) ~= "table" then
            exc.DataError:raise("value %s does not fit type HSTORE", repr.value(value))
        end
        return encode(value)
    end,
    process_result = function(self, value)
        return value and core.hstore_decode(self, value)
    end,
    process_literal = function(self, value, dialect)
        local text = self:process_bind(value, dialect)
        return core.type_literal(types.NullType, text, dialect.name)
            .. (text and "::HSTORE" or "")
    end,
})

-- PostgreSQL has to be told the type of such a parameter.
local function executed_cast(type_, bind)
    return core.node("cast", { type = type_, literal_execute = true, bind })
end

---hstore(key, value), hstore(keys, values), hstore(array): an HSTORE made by the database.
---@param ... any expressions, texts, or sequences of texts
---@return corm.ColumnElement
local function hstore(...)
    local list = table.pack(...)
    for i = 1, list.n do
        if type(list[i]) == "table" and core.resolve(list[i]) == nil then
            list[i] = executed_cast(texts, key_list(list[i]))
        elseif type(list[i]) == "string" then
            list[i] = executed_cast(types.Text, core.node("bind", {
                name = "hstore", anonymous = true, value = list[i], type = types.Text,
            }))
        end
    end
    list[list.n + 1] = { type_ = HSTORE }
    return func.hstore(table.unpack(list, 1, list.n + 1))
end

return { HSTORE = HSTORE, hstore = hstore }
