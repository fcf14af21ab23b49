-- SPDX-License-Identifier: MIT
-- What a MetaData has besides tables: sequences, enumerations, domains. Those of columns join
-- it with the table, and a type that says no schema gets that of the MetaData.

local core = require("corm.core")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local defaults = require("corm.sql.defaults")
local merged = require("corm.util.merged")

local schema_objects = {}

-- ---- joining ----

-- Sequences go by their names: one that is said anew is the same of the database.
local function is_same(known, object)
    return known == object or defaults.is_sequence(known) and defaults.is_sequence(object)
        and known.name == object.name and known.schema == object.schema
end

---A MetaData learns of a sequence or a type. A sequence takes the place of one of its name.
---@param metadata corm.MetaData
---@param object any
function schema_objects.register(metadata, object)
    local list = metadata._objects
    local at = 1
    while list[at] ~= nil and not is_same(list[at], object) do
        at = at + 1
    end
    list[at] = object
end

-- ENUM and DOMAIN, and Enum where the database has no such types.
local function has_schema(type_)
    return type_.kind == "enum" or type_.domain_name ~= nil
end

-- The type and what it is made of: variants, the items of an array, what is decorated.
local function parts_of(type_)
    local parts = { type_ }
    for _, variant in ipairs(type_.variants or {}) do
        parts[#parts + 1] = variant.type
    end
    parts[#parts + 1] = type_.kind == "array" and type_.item or nil
    parts[#parts + 1] = type_.domain_name == nil and type_.impl_instance or nil
    return parts
end

-- Detail of a type -> the MetaData that it joined. A type may live longer than that.
local joined = setmetatable({}, { __mode = "kv" })

local JOINED = {
    __index = function(detail, name)
        return name == "metadata" and joined[detail] or nil
    end,
}

-- A type whose MetaData is this one from now on.
local function join_type(type_, table_)
    local detail = core.pin(type_)
    local metadata = table_.metadata
    if detail.metadata == nil then
        joined[setmetatable(detail, JOINED)] = metadata
        if not (detail.inherit_schema or detail.schema_is_said) then
            detail.schema = metadata.schema or nil
        end
    end
    if detail.inherit_schema then
        detail.inherit_schema = false
        detail.schema = table_.schema
    end
    core.type_update(type_)
    if not detail.impl_instance or detail.domain_name then
        schema_objects.register(metadata, type_)
    end
end

local function join_types(type_, table_)
    for i, part in ipairs(parts_of(type_)) do
        if i > 1 then
            join_types(part, table_)
        elseif has_schema(part) then
            join_type(part, table_)
        end
    end
end

---A column joins its table: so do its sequence and its types the table's MetaData.
---@param column corm.Column
---@param table_ corm.Table
function schema_objects.join(column, table_)
    local detail = core.pin(column)
    for _, name in ipairs({ "default", "onupdate" }) do
        if detail[name] and detail[name].is_sequence then
            defaults.join_metadata(detail[name], table_.metadata)
        end
    end
    if detail.type then
        join_types(detail.type, table_)
    end
end

-- ---- copies ----

---The type of a column that is copied to another MetaData: one that joins that anew.
---@param type_ corm.types.TypeEngine
---@param schema? string the schema that the copied table is in
---@return corm.types.TypeEngine
function schema_objects.copy_type(type_, schema)
    if not has_schema(type_) or type_.impl_instance and not type_.domain_name then
        return type_
    end
    local detail = merged(core.pin(type_))
    detail.metadata = nil
    detail.schema = schema
    detail.schema_is_said = true
    return core.type(detail)
end

-- ---- finding ----

local function is_of_kind(object, kind)
    if kind == defaults.Sequence then
        return defaults.is_sequence(object)
    elseif not core.is_type(object) then
        return false
    end
    return core.is_type(kind) and kind:is(object) or kind.class == object.class
end

local function check_kind(kind, caller)
    local is_class = type(kind) == "table" and rawget(kind, "class") ~= nil
    if kind ~= defaults.Sequence and not core.is_type(kind) and not is_class then
        args.refuse(caller, "Sequence or a class of types", kind)
    end
end

---The sequences or types of a MetaData that are in one schema: by default in its own.
---@param metadata corm.MetaData
---@param kind any Sequence, Enum, postgresql.DOMAIN …
---@param options? {schema?: string} corm.NULL: those without schema
---@param caller string
---@return any[]
function schema_objects.find(metadata, kind, options, caller)
    check_kind(kind, caller)
    local schema = check_options(options, { "schema" }, caller).schema or metadata.schema
    local found = {}
    for _, object in ipairs(metadata._objects) do
        if is_of_kind(object, kind) and (object.schema or core.NULL) == (schema or core.NULL) then
            found[#found + 1] = object
        end
    end
    return found
end

---The name of a sequence or type, as it was given.
---@param object any
---@return string?
function schema_objects.name(object)
    return core.is_type(object) and object.domain_name or object.name
end

return schema_objects
