-- SPDX-License-Identifier: MIT
-- Types that a database has to be told of (ENUM, DOMAIN): which ones tables need, and their
-- statements.

local bridge = require("corm.sql.bridge")
local core = require("corm.core")
local exc = require("corm.exc")
local schema_map = require("corm.engine.schema_map")
local select = require("corm.util.select")

local ddl_types = {}

local function is_named(type_, dialect)
    return dialect.family == "postgresql"
        and (type_.domain_name ~= nil or core.ddl_has_type(type_, dialect))
end

---The type that the database has to be told of for columns of a type, or nil: of an array that
---of its items.
---@param type_ corm.types.TypeEngine
---@param dialect table
---@return corm.types.TypeEngine?
local function named_type(type_, dialect)
    type_ = type_:dialect_impl(dialect)
    if type_.kind == "array" and type_.domain_name == nil then
        type_ = type_.item:dialect_impl(dialect)
    end
    if type_.impl_instance and type_.domain_name == nil then
        return named_type(type_.impl_instance, dialect)
    end
    return is_named(type_, dialect) and type_ or nil
end

---The name and the schema of such a type.
---@param type_ corm.types.TypeEngine
---@return string name, string? schema
function ddl_types.name(type_)
    return type_.domain_name or type_.name, type_.schema
end

ddl_types.of = named_type

-- Add a type that is made with its tables, once.
local function add(found, type_)
    local name, schema = ddl_types.name(type_)
    local key = ("%s.%s"):format(schema or "", name or "")
    if type_.create_type ~= false and not found[key] then
        found[key] = true
        found[#found + 1] = type_
    end
end

---Whether a table is made of a SELECT: a view, a CREATE TABLE AS.
---@param table_ corm.Table
---@return boolean
function ddl_types.is_derived(table_)
    local creator = core.pin(table_).creator
    return creator ~= nil and creator.selectable ~= nil
end

---The types that columns of tables need and those that the metadata owns, each once.
---@param tables corm.Table[]
---@param metadata? corm.MetaData
---@param dialect table
---@return corm.types.TypeEngine[]
function ddl_types.needed(tables, metadata, dialect)
    local found = {}
    for _, table_ in ipairs(tables) do
        for _, column in ipairs(ddl_types.is_derived(table_) and {} or table_.c:values()) do
            local type_ = named_type(core.type_of(column), dialect)
            if type_ then
                add(found, type_)
            end
        end
    end
    for _, type_ in ipairs(metadata and metadata._types or {}) do
        if is_named(type_, dialect) then
            add(found, type_)
        end
    end
    return found
end

-- ---- statements ----

-- What the statements about a domain call it.
local function domain_name(type_, options)
    return core.ddl_name(type_.domain_name, "postgresql",
        schema_map.translate(options.schema_translate_map, type_.schema))
end

---A type of PostgreSQL's own would hide one that is called alike.
---@param type_ corm.types.TypeEngine
---@param options table of the core's texts
function ddl_types.check_name(type_, options)
    local name, schema = ddl_types.name(type_)
    local is_qualified = schema_map.translate(options.schema_translate_map, schema) ~= nil
    if name and not is_qualified and bridge.get("dialects").postgresql.has_builtin_type(name) then
        exc.CompileError:raise("%s '%s' is called like a type of PostgreSQL's own: give it the "
            .. "option schema, or another name", type_.domain_name and "DOMAIN" or "ENUM", name)
    end
end

-- CREATE DOMAIN name AS type COLLATE c DEFAULT d CONSTRAINT n NOT NULL CHECK (…)
local function create_domain(type_, options)
    local parts = { "CREATE DOMAIN", domain_name(type_, options), "AS",
        type_.data_type:compile({ dialect = "postgresql" }) }
    local function put(...)
        for i = 1, select("#", ...) do
            parts[#parts + 1] = (select(i, ...))
        end
    end
    if type_.domain_collation then
        put("COLLATE", type_.domain_collation)
    end
    if type_.default then
        put("DEFAULT", type_.default)
    end
    if type_.constraint_name then
        put("CONSTRAINT", core.ddl_name(type_.constraint_name, "postgresql"))
    end
    if type_.not_null then
        put("NOT NULL")
    end
    if type_.check then
        put(("CHECK (%s)"):format(type_.check))
    end
    return table.concat(parts, " ")
end

---@param type_ corm.types.TypeEngine
---@param dialect table
---@param options table of the core's texts
---@return string
function ddl_types.create(type_, dialect, options)
    ddl_types.check_name(type_, options)
    if type_.domain_name then
        return create_domain(type_, options)
    end
    return core.ddl_create_type(type_, dialect, options)
end

---@param type_ corm.types.TypeEngine
---@param dialect table
---@param options table of the core's texts
---@return string
function ddl_types.drop(type_, dialect, options)
    if type_.domain_name then
        return "DROP DOMAIN " .. domain_name(type_, options)
    end
    return core.ddl_drop_type(type_, dialect, options)
end

return ddl_types
