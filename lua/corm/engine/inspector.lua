-- SPDX-License-Identifier: MIT
-- Inspector: what is in a database, as sqlalchemy.engine.reflection.Inspector.
--
--     local inspector = corm.inspect(engine)
--     for _, name in ipairs(inspector:get_table_names()) do
--         for _, column in ipairs(inspector:get_columns(name)) do
--             print(name, column.name, column.type)
--         end
--     end
--
-- It knows no database: the dialect's reflector (corm/engine/reflector.lua) reads the
-- catalogs. What was read once is remembered until clear_cache(). An Inspector of an engine
-- takes a connection for each call that has to read; one of a connection reads in whatever
-- transaction that is in.

local bridge = require("corm.sql.bridge")
local check = require("corm.util.check")
local colon = require("corm.util.colon")
local connections = require("corm.engine.connection")
local engines = require("corm.engine.engine")
local exc = require("corm.exc")
local missing = require("corm.util.missing")
local multi_result = require("corm.engine.multi_result")
local options_of = require("corm.util.options")
local reflector = require("corm.engine.reflector")
local repr = require("corm.util.repr")

local kinds, scopes = reflector.kinds, reflector.scopes

---@class corm.Inspector
---@field bind corm.Engine|corm.Connection
---@field engine corm.Engine
---@field dialect table
---@field default_schema_name? string
---@field info_cache table
local Inspector = {}

local meta = { __name = "corm.Inspector" }

local inspector = { Inspector = Inspector }

---The Inspector of an engine or a connection.
---@param bind corm.Engine|corm.Connection
---@return corm.Inspector
---@error ArgumentError neither of them
function inspector.new(bind)
    if not engines.is(bind) and not connections.is(bind) then
        exc.ArgumentError:raise("an engine or a connection expected, got %s", repr.value(bind))
    end
    return setmetatable({
        bind = bind,
        engine = engines.is(bind) and bind or bind.engine,
        dialect = bind.dialect,
        info_cache = {},
        _reflector = bridge.get("dialects")[bind.dialect.name].reflector(),
        -- The connection while an operation is under way, by task.
        _borrowed = setmetatable({}, { __mode = "k" }),
    }, meta)
end

function meta:__index(name)
    if name == "default_schema_name" then
        return self:_default_schema_name()
    end
    local method = Inspector[name]
    if method == nil then
        method = rawget(self, "_reflector").methods[name]
    end
    if method == nil then
        missing("Inspector", name, Inspector)
    end
    return method
end

function meta:__tostring()
    return ("Inspector(%s)"):format(tostring(self.bind))
end

-- ---- running queries ----

-- Call fn with a connection; what runs inside shares it. Reading is no change that a
-- connection would have to roll back for.
function Inspector:_with_connection(fn)
    local borrowed = self._borrowed[coroutine.running()]
    if borrowed then
        return fn(borrowed)
    elseif engines.is(self.bind) then
        local opened <close> = self.bind:connect()
        return self:_lend(opened, fn)
    end
    return self:_lend(self.bind, fn)
end

function Inspector:_lend(connection, fn)
    local had_written, task = connection._has_written, coroutine.running()
    self._borrowed[task] = connection
    local ok, result = pcall(fn, connection)
    self._borrowed[task] = nil
    connection._has_written = had_written
    if not ok then
        error(result, 0)
    end
    return result
end

-- The dialect's function, which has to be there.
function Inspector:_function(name, thing)
    local fn = self._reflector[name]
    if not fn then
        exc.ArgumentError:raise("%s has no %s", self.dialect.name, thing)
    end
    return fn
end

-- What fn(connection) returns, remembered under the key.
function Inspector:_cached(key, fn)
    local known = self.info_cache[key]
    if known == nil then
        known = self:_with_connection(fn)
        self.info_cache[key] = known
    end
    return known
end

---Forget what was read; the next call reads the database again.
function Inspector:clear_cache()
    for key in pairs(self.info_cache) do
        self.info_cache[key] = nil
    end
end

-- ---- options ----

local NAME_OPTIONS = { "schema", "include_internal", "sqlite_include_internal" }
local TABLE_OPTIONS = { "schema", "include_auto_indexes" }
local MULTI_OPTIONS = { "schema", "filter_names", "kind", "scope" }

-- The options, and those of the dialect.
local function with_dialect_options(self, known)
    return table.move(self._reflector.options, 1, #self._reflector.options, #known + 1,
        { table.unpack(known) })
end

---Of the options those that are the dialect's.
---@param options table
---@return table
function Inspector:_dialect_options(options)
    local own = {}
    for _, name in ipairs(self._reflector.options) do
        own[name] = options[name]
    end
    return own
end

-- Options, or the schema alone as SQLAlchemy takes it by position.
local function read_options(options, known, caller)
    if type(options) == "string" then
        return { schema = options }
    end
    return options_of(options, known, caller)
end

local function check_name(name, caller)
    if type(name) ~= "string" then
        exc.ArgumentError:raise("%s: a name expected, got %s", caller, repr.value(name))
    end
end

-- The key of a request in the cache.
local function request_key(what, request)
    local names = request.names and table.concat(request.names, "\1") or "\2"
    local parts = { what, request.schema or "\2", names, request.kind, request.scope,
        tostring(request.include_internal), tostring(request.include_auto_indexes) }
    for name, value in pairs(request.options) do
        parts[#parts + 1] = name .. "=" .. tostring(value)
    end
    return table.concat(parts, "\0")
end

function Inspector:_request(fields)
    fields.kind = fields.kind or kinds.ANY
    fields.scope = fields.scope or scopes.ANY
    fields.options = fields.options or {}
    fields.cache = self.info_cache
    return fields
end

-- ---- schemas and names ----

function Inspector:_default_schema_name()
    return self:_cached("default_schema_name", self._reflector.default_schema_name)
end

---The schemas of the database.
---@return string[]
function Inspector:get_schema_names()
    return self:_cached("schema_names", self._reflector.schema_names)
end

---@param schema string
---@return boolean
function Inspector:has_schema(schema)
    check_name(schema, "has_schema")
    for _, name in ipairs(self:get_schema_names()) do
        if name == schema then
            return true
        end
    end
    return false
end

function Inspector:_names(options, caller, kind, scope)
    options = read_options(options, NAME_OPTIONS, caller)
    if kind & self._reflector.kinds == 0 then
        exc.ArgumentError:raise("%s has no materialized views", self.dialect.name)
    end
    local request = self:_request({
        schema = options.schema, kind = kind, scope = scope,
        include_internal = options.include_internal or options.sqlite_include_internal,
    })
    return self:_cached(request_key("names", request), function(connection)
        return self._reflector.relation_names(connection, request)
    end)
end

---The tables, temporary ones and views left out.
---@param options? {schema?: string}
---@return string[]
function Inspector:get_table_names(options)
    return self:_names(options, "get_table_names", kinds.TABLE, scopes.DEFAULT)
end

---@return string[]
function Inspector:get_temp_table_names(options)
    return self:_names(options, "get_temp_table_names", kinds.TABLE, scopes.TEMPORARY)
end

---@param options? {schema?: string}
---@return string[]
function Inspector:get_view_names(options)
    return self:_names(options, "get_view_names", kinds.VIEW, scopes.DEFAULT)
end

---@return string[]
function Inspector:get_temp_view_names(options)
    return self:_names(options, "get_temp_view_names", kinds.VIEW, scopes.TEMPORARY)
end

---@param options? {schema?: string}
---@return string[]
---@error ArgumentError the database has none
function Inspector:get_materialized_view_names(options)
    return self:_names(options, "get_materialized_view_names", kinds.MATERIALIZED_VIEW,
        scopes.DEFAULT)
end

---@param options? {schema?: string}
---@return string[]
---@error ArgumentError the database has none
function Inspector:get_sequence_names(options)
    local schema = read_options(options, { "schema" }, "get_sequence_names").schema
    local read = self:_function("sequence_names", "sequences")
    return self:_cached("sequences\0" .. (schema or "\2"), function(connection)
        return read(connection, schema)
    end)
end

---@param name string
---@param options? {schema?: string}
---@return boolean
---@error ArgumentError the database has none
function Inspector:has_sequence(name, options)
    check_name(name, "has_sequence")
    for _, known in ipairs(self:get_sequence_names(options)) do
        if known == name then
            return true
        end
    end
    return false
end

---Whether there is a table or view of this name, also a temporary one.
---@param name string
---@param options? {schema?: string}
---@return boolean
function Inspector:has_table(name, options)
    check_name(name, "has_table")
    options = read_options(options, { "schema" }, "has_table")
    local request = self:_request({ schema = options.schema, names = { name } })
    local names = self:_cached(request_key("names", request), function(connection)
        return self._reflector.relation_names(connection, request)
    end)
    return #names > 0
end

---Which of the names are tables or views.
---@param names string[]
---@param options? {schema?: string}
---@return table<string, boolean>
function Inspector:has_multi_table(names, options)
    options = read_options(options, { "schema" }, "has_multi_table")
    for _, name in ipairs(check(names, "table", "has_multi_table", "a sequence of names")) do
        check_name(name, "has_multi_table")
    end
    local request = self:_request({ schema = options.schema, names = names })
    local found = {}
    for _, name in ipairs(names) do
        found[name] = false
    end
    local there = self:_cached(request_key("names", request), function(connection)
        return self._reflector.relation_names(connection, request)
    end)
    for _, name in ipairs(there) do
        found[name] = true
    end
    return found
end

---Whether a table has an index of this name; false also when there is no such table.
---@param table_name string
---@param index_name string
---@param options? {schema?: string}
---@return boolean
function Inspector:has_index(table_name, index_name, options)
    check_name(index_name, "has_index")
    options = read_options(options, TABLE_OPTIONS, "has_index")
    if not self:has_table(table_name, options) then
        return false
    end
    for _, index in ipairs(self:get_indexes(table_name, options)) do
        if index.name == index_name then
            return true
        end
    end
    return false
end

---The SELECT of a view, or the statement that made it, as the database keeps it.
---@param name string
---@param options? {schema?: string}
---@return string
---@error NoSuchTableError
function Inspector:get_view_definition(name, options)
    check_name(name, "get_view_definition")
    options = read_options(options, { "schema" }, "get_view_definition")
    local request = self:_request({ schema = options.schema, names = { name },
        kind = kinds.ANY_VIEW })
    return self:_cached(request_key("view_definition", request), function(connection)
        local definition = self._reflector.view_definition(connection, request)
        if definition == nil then
            exc.NoSuchTableError:raise("there is no view %s", repr.value(name))
        end
        return definition
    end)
end

-- ---- what tables have ----

---What the dialect finds for a request, by table name.
---@param aspect string
---@param request corm.engine.ReflectRequest
---@return table
function Inspector:_read(aspect, request)
    local read = self:_function(aspect, (aspect:gsub("_", " ")))
    return self:_cached(request_key(aspect, request), function(connection)
        return read(connection, request)
    end)
end

local function full_name(name, schema)
    return schema and schema .. "." .. name or name
end

-- What was found of a table, unless that it cannot be read.
local function check_readable(found)
    if exc.UnreflectableTableError:is(found) then
        error(found, 0)
    end
    return found
end

local function readable_ones(by_name)
    local list = {}
    for name, found in pairs(by_name) do
        list[name] = not exc.UnreflectableTableError:is(found) and found or nil
    end
    return list
end

-- Define get_<name>(table_name, options) and get_multi_<name>(options).
local function define(name, aspect)
    Inspector["get_" .. name] = function(self, table_name, options)
        check_name(table_name, "get_" .. name)
        options = read_options(options, with_dialect_options(self, TABLE_OPTIONS),
            "get_" .. name)
        local found = self:_read(aspect, self:_request({
            schema = options.schema, names = { table_name },
            include_auto_indexes = options.include_auto_indexes,
            options = self:_dialect_options(options),
        }))
        if found[table_name] == nil then
            exc.NoSuchTableError:raise("there is no table '%s'",
                full_name(table_name, options.schema))
        end
        return check_readable(found[table_name])
    end
    Inspector["get_multi_" .. name] = function(self, options)
        options = read_options(options, with_dialect_options(self, MULTI_OPTIONS),
            "get_multi_" .. name)
        return multi_result(options.schema, readable_ones(self:_read(aspect, self:_request({
            schema = options.schema,
            names = options.filter_names,
            kind = options.kind or kinds.TABLE,
            scope = options.scope or scopes.DEFAULT,
            options = self:_dialect_options(options),
        }))))
    end
end

define("columns", "columns")
define("pk_constraint", "pk_constraint")
define("foreign_keys", "foreign_keys")
define("indexes", "indexes")
define("unique_constraints", "unique_constraints")
define("check_constraints", "check_constraints")
define("table_comment", "table_comment")
define("table_options", "table_options")

-- ---- tables ----

---Fill a table with what the database says of it.
---@param table_ corm.Table
---@param include_columns? string[]
---@param options? {exclude_columns?: string[], resolve_fks?: boolean}
function Inspector:reflect_table(table_, include_columns, options)
    options = options_of(options, with_dialect_options(self, { "exclude_columns", "resolve_fks" }),
        "reflect_table")
    require("corm.engine.reflection").fill(self, table_, {
        include_columns = include_columns,
        exclude_columns = options.exclude_columns,
        resolve_fks = options.resolve_fks,
        dialect = self:_dialect_options(options),
    })
end

---The tables, each after those it refers to, with the names of its foreign keys; at the end
---a pair without table for the foreign keys that close a cycle.
---@param options? {schema?: string}
---@return any[][] # {{table_name, {fk_name, …}}, …, {corm.NULL, {{table_name, fk_name}, …}}}
function Inspector:get_sorted_table_and_fkc_names(options)
    return require("corm.engine.table_order").with_keys(self, options)
end

---Sort {schema, name} pairs so that each stands after those it refers to.
---@param options? {consider_schemas?: (string|any)[]}
---@return any[][]
function Inspector:sort_tables_on_foreign_key_dependency(options)
    return require("corm.engine.table_order").over_schemas(self, options)
end

colon("Inspector", Inspector, {
    "clear_cache", "get_materialized_view_names", "get_schema_names", "get_sequence_names",
    "get_sorted_table_and_fkc_names", "get_table_names", "get_temp_table_names",
    "get_temp_view_names", "get_view_names",
})

return inspector
