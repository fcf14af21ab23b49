-- SPDX-License-Identifier: MIT
-- Elements of JSON values and arrays, and the operators only these have.
--
--     doc.c.data:getitem("name"):as_string():eq("ed")
--     doc.c.data:getitem({"a", 1}), arr.c.tags:getitem(corm.slice(1, 3)), arr.c.tags:any(5)

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local repr = require("corm.util.repr")
local types = require("corm.types")

local database_operator = require("corm.sql.own_operator").database_operator

local indexing = {}

local family = core.families.ColumnElement
local methods, getters = family.methods, family.getters

-- ---- slices ----

local Slice = { __name = "corm.slice" }
Slice.__index = Slice

function Slice:__tostring()
    return ("slice(%s, %s)"):format(tostring(self.start), tostring(self.stop))
end

---A range of an array's elements, for getitem(): both ends are the database's own.
---@param start? integer
---@param stop? integer
---@return table
function indexing.slice(start, stop)
    return setmetatable({ start = start, stop = stop }, Slice)
end

-- ---- getitem ----

local function refuse_key(self, key)
    exc.ArgumentError:raise("%s has no element %s", tostring(core.type_of(self)),
        repr.value(key))
end

-- A key is a parameter named after the column.
local function key_bind(self, key)
    local is_integer = math.type(key) == "integer"
    return core.node("bind", {
        name = self and core.name(self), anonymous = true, value = key,
        type = is_integer and types.Integer or types.String,
    })
end

local function path_bind(self, path)
    for _, step in ipairs(path) do
        if type(step) ~= "string" and math.type(step) ~= "integer" then
            refuse_key(self, step)
        end
    end
    return core.node("bind", {
        name = core.name(self), anonymous = true, values = path, type = types.String,
    })
end

local function json_getitem(self, key)
    local is_path = type(key) == "table" and getmetatable(key) == nil
    local right
    if is_path then
        right = path_bind(self, key)
    elseif type(key) == "string" or math.type(key) == "integer" then
        right = key_bind(self, key)
    else
        right = core.resolve(key) or refuse_key(self, key)
    end
    return core.node("binary", {
        op = is_path and "json_path" or "json_getitem", type = self, self, right,
    })
end

-- An end of a slice, counted from `first`; named after a column, but not after a function.
local function bound(self, value, first)
    if value == nil then
        return false
    elseif math.type(value) ~= "integer" then
        local node = core.resolve(value) or refuse_key(self, value)
        return first > 0 and node + first or node
    end
    local is_function = core.kind(self) == "function"
    return key_bind(not is_function and self or nil, value + first)
end

-- The item's type, or the array itself while dimensions are left.
local function item_type(self)
    local type_ = core.type_of(self)
    if (type_.dimensions or 1) > 1 then
        return types.ARRAY(type_.item, {
            dimensions = type_.dimensions - 1, zero_indexes = type_.zero_indexes,
        })
    end
    return type_.item
end

-- Where a type counts from zero, the database counts from one.
local function array_getitem(self, key)
    local first = core.type_of(self).zero_indexes and 1 or 0
    if getmetatable(key) == Slice then
        return core.node("binary", {
            op = "getitem", type = self, self, core.node("slice", {
                bound(self, key.start, first), bound(self, key.stop, first),
            }),
        })
    end
    local right = math.type(key) == "integer" and key_bind(self, key + first)
        or core.resolve(key) or refuse_key(self, key)
    if math.type(key) ~= "integer" and first > 0 then
        right = right + first
    end
    return core.node("binary", { op = "getitem", type = item_type(self), self, right })
end

---The element of a JSON value or an array: by key, index, path or slice.
---@param key any
---@return corm.ColumnElement
function methods:getitem(key)
    local node = core.coerce(self)
    local type_ = core.type_of(node)
    if types.JSON:is(type_) or type_.kind == "json" then
        return json_getitem(node, key)
    elseif type_.kind == "array" then
        return array_getitem(node, key)
    end
    exc.ArgumentError:raise("getitem: %s has no elements", tostring(type_))
end

-- ---- elements of JSON as plain values ----

local function typed(self, type_, caller)
    local op = core.op(self)
    if core.kind(self) ~= "binary" or (op ~= "JSON_GETITEM" and op ~= "JSON_PATH") then
        exc.InvalidRequestError:raise("%s: only an element of a JSON value has this", caller)
    end
    return core.respec(self, { type = type_ })
end

for name, type_ in pairs({
    as_boolean = types.Boolean, as_float = types.Float, as_integer = types.Integer,
    as_string = types.String,
}) do
    ---The element as a value of that type.
    methods[name] = function(self)
        return typed(self, type_, name)
    end
end

---The element as a decimal.
function methods:as_numeric(precision, scale, options)
    return typed(self, types.Numeric(precision, scale, options or {}), "as_numeric")
end

---The element as JSON, which it is anyway.
function methods:as_json()
    local type_ = core.type_of(self)
    return typed(self, type_.kind == "json" and type_ or types.JSON, "as_json")
end

---The element as text; PostgreSQL's name for as_string().
function getters:astext()
    return typed(self, types.Text, "astext")
end

-- ---- operators ----

local IS = {
    array = function(type_)
        return type_.kind == "array"
    end,
    jsonb = core.is_jsonb,
}

local function require_kinds(self, caller, ...)
    local type_ = core.type_of(self)
    for _, allowed in ipairs({ ... }) do
        if IS[allowed](type_) then
            return
        end
    end
    exc.ArgumentError:raise("%s: %s has no such operator%s", caller, tostring(type_),
        type_.kind == "json" and "; PostgreSQL's JSONB has" or "")
end

local function operator(name, op, ...)
    local kinds = { ... }
    methods[name] = function(self, other)
        local node = core.coerce(self)
        require_kinds(node, name, table.unpack(kinds))
        return core.node("binary", { op = op, type = types.Boolean, node,
            core.coerce(other, node) })
    end
end

operator("contained_by", "array_contained_by", "array", "jsonb")
operator("overlap", "array_overlap", "array")

-- Keys are texts, lists of them an array of texts.
local function key_operator(name, op, is_list)
    methods[name] = function(self, keys)
        local node = core.coerce(self)
        require_kinds(node, name, "jsonb")
        local right = core.resolve(keys) or core.node("bind", {
            anonymous = true, name = core.name(node),
            value = is_list and args.check(keys, "table", name, "keys") or keys,
            type = is_list and types.ARRAY(types.Text) or types.String,
        })
        return core.node("binary", { op = op, type = types.Boolean, node, right })
    end
end

key_operator("has_key", "has_key", false)
key_operator("has_any", "has_any", true)
key_operator("has_all", "has_all", true)

-- A path as a parameter whose type PostgreSQL has to be told; of keys, each is a parameter.
local function typed_path(node, path, path_type)
    local given = core.resolve(path)
    if given then
        return core.kind(given) == "array" and core.node("cast", { type = path_type, given })
            or given
    end
    if type(path) == "table" then
        local keys = { type = path_type }
        for i, key in ipairs(path) do
            keys[i] = core.coerce(key)
        end
        return core.node("cast", { type = path_type, core.node("array", keys) })
    end
    return core.node("cast", {
        type = path_type, literal_execute = true, core.node("bind", {
            anonymous = true, name = core.name(node), value = path, type = path_type,
        }),
    })
end

-- A path of the language of JSON paths, or a list of keys.
local function path_operator(name, op, path_type, type_of)
    methods[name] = function(self, path)
        local node = core.coerce(self)
        require_kinds(node, name, "jsonb")
        local right = typed_path(node, path, path_type)
        return database_operator(node, op,
            { eager = true, return_type = type_of and type_of(node) })(right)
    end
end

local json_path = types.UserDefinedType:extend("JSONPATH", {})

---Whether a JSON path finds something: data:path_exists("$.a[*] ? (@ > 2)").
path_operator("path_exists", "@?", json_path)
---What a JSON path with a condition says: data:path_match("$.a > 2").
path_operator("path_match", "@@", json_path)
---The value without the element at a path of keys: data:delete_path({"a", "b"}).
path_operator("delete_path", "#-", types.ARRAY(types.Text), function(node)
    return core.type_of(node)
end)

local OPERATOR = { "operator" }

-- value = ANY (array), with another operator of corm.sql.operators
local function quantified(quantifier)
    return function(self, value, ...)
        local node = core.coerce(self)
        require_kinds(node, quantifier, "array")
        local own = args.named(OPERATOR, quantifier, ...).operator
        local left = core.resolve(value) or core.node("bind", {
            name = core.name(node), anonymous = true, value = value,
            type = core.type_of(node).item,
        })
        return methods.operate(left, own or methods.eq, methods[quantifier](node))
    end
end

---value = ANY (array): tags:any(5), tags:any(5, {operator = operators.lt}).
methods.any = quantified("any_")
---value = ALL (array).
methods.all = quantified("all_")

return indexing
