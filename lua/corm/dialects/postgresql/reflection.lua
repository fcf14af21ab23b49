-- SPDX-License-Identifier: MIT
-- Reading the schema of a PostgreSQL database: one query for each kind of thing, whatever the
-- number of tables. Without a schema, tables are those that the search path finds; a foreign
-- key names the schema of its target only if the search path does not find that.

local catalog = require("corm.dialects.postgresql.catalog")
local core = require("corm.core")
local quoted_name = require("corm.sql.names").quoted_name
local reflector = require("corm.engine.reflector")
local type_names = require("corm.dialects.postgresql.type_names")

local kinds, scopes = reflector.kinds, reflector.scopes

---@type corm.engine.Reflector
local postgresql = {
    kinds = kinds.ANY, methods = {}, options = { "postgresql_ignore_search_path" },
}

-- ---- running queries ----

-- {"a","b"}, an array of names, numbers or booleans.
local function to_array(list)
    local items = {}
    for i, item in ipairs(list) do
        items[i] = '"' .. tostring(item):gsub('[\\"]', "\\%0") .. '"'
    end
    return "{" .. table.concat(items, ",") .. "}"
end

local function query(connection, sql, parameters, types)
    local version = connection.dialect.server_version_info[1]
    return connection:exec_driver_sql(catalog.for_version(sql, version, types), parameters)
end

-- ---- names ----

local RELKINDS = {
    [kinds.TABLE] = { "r", "p", "f" },
    [kinds.VIEW] = { "v" },
    [kinds.MATERIALIZED_VIEW] = { "m" },
}

local function relkinds(request)
    local list = {}
    for kind, letters in pairs(RELKINDS) do
        if request.kind & kind ~= 0 then
            table.move(letters, 1, #letters, #list + 1, list)
        end
    end
    return request.relkinds or to_array(list)
end

local function persistences(request)
    local list = {}
    if request.scope & scopes.DEFAULT ~= 0 then
        list[1] = false
    end
    if request.scope & scopes.TEMPORARY ~= 0 then
        list[#list + 1] = true
    end
    return to_array(list)
end

-- The tables of a request, {oid, name} each. The catalogs' own are found where they are
-- asked for by name and no other table is called so.
local function relations(connection, request)
    return query(connection, catalog.RELATIONS, {
        relkinds(request), persistences(request), request.schema or core.NULL,
        request.names and to_array(request.names) or core.NULL,
    }):all()
end

local function names_of(rows)
    local names = {}
    for i, row in ipairs(rows) do
        names[i] = row.name
    end
    return names
end

function postgresql.relation_names(connection, request)
    return names_of(relations(connection, request))
end

function postgresql.default_schema_name(connection)
    return query(connection, catalog.DEFAULT_SCHEMA):scalar()
end

function postgresql.schema_names(connection)
    return query(connection, catalog.SCHEMAS):scalars():all()
end

local function names_by_relkind(connection, schema, letters)
    return postgresql.relation_names(connection, {
        schema = schema, relkinds = letters, kind = kinds.ANY, scope = scopes.ANY,
    })
end

function postgresql.sequence_names(connection, schema)
    return names_by_relkind(connection, schema, "{S}")
end

-- The oids of a request's tables as an array, and their names by oid; of all that has been
-- asked, the last is remembered, since one request follows for each aspect.
local function table_oids(connection, request)
    local key = table.concat({ request.schema or "\2",
        request.names and table.concat(request.names, "\1") or "\2", request.kind,
        request.scope }, "\0")
    local last = request.cache._oids
    if not last or last.key ~= key then
        local oids, names = {}, {}
        for i, row in ipairs(relations(connection, request)) do
            oids[i] = row.oid
            names[row.oid] = row.name
        end
        last = { key = key, oids = to_array(oids), names = names }
        request.cache._oids = last
    end
    return last.oids, last.names
end

function postgresql.view_definition(connection, request)
    local oids = table_oids(connection, request)
    return query(connection, catalog.VIEW_DEFINITION, { oids }):scalar()
end

-- ---- grouping rows ----

-- An empty list, or what make() gives, for each table.
local function for_each_table(names, make)
    local found = {}
    for _, name in pairs(names) do
        found[name] = make and make() or {}
    end
    return found
end

-- Rows of the tables of a request, one by one: fn(found, table name, row).
local function collect(sql, fn, parameter)
    return function(connection, request)
        local oids, names = table_oids(connection, request)
        local found = for_each_table(names)
        for _, row in ipairs(query(connection, sql, { oids, parameter }):all()) do
            fn(found[names[row.oid]], row, request)
        end
        return found
    end
end

-- The record at the end of the list if it has this name, else a new one made of the row.
local function current(list, name, make, ...)
    local last = list[#list]
    if last and last.name == name then
        return last
    end
    last = make(...)
    last.name = name
    list[#list + 1] = last
    return last
end

-- ---- types of the user's ----

local function make_enum(row)
    return { schema = row.schema, visible = row.is_visible, labels = {}, oid = row.oid }
end

local function read_enums(rows)
    local list = {}
    for _, row in ipairs(rows) do
        local last = list[#list]
        if not last or last.oid ~= row.oid then
            last = make_enum(row)
            last.name = row.name
            list[#list + 1] = last
        end
        last.labels[#last.labels + 1] = row.label
    end
    return list
end

local function make_domain(row)
    return {
        oid = row.oid, name = row.name, schema = row.schema, visible = row.is_visible,
        format = row.format, type = row.format, type_oid = row.type_oid,
        type_kind = row.type_kind, is_array = row.is_array, nullable = not row.is_not_null,
        default = row.default_sql, collation = row.collation_name,
        collation_schema = row.collation_name and row.collation_schema, constraints = {},
    }
end

local function read_domains(rows)
    local list = {}
    for _, row in ipairs(rows) do
        local last = list[#list]
        if not last or last.oid ~= row.oid then
            last = make_domain(row)
            list[#list + 1] = last
        end
        if row.check_name then
            table.insert(last.constraints, {
                name = row.check_name, check = row.check_sql:match("^CHECK %((.*)%)$"),
            })
        end
    end
    return list
end

-- Load enumerations and domains that rows name and are not known yet, by oid.
local function load_named(connection, rows, named)
    local wanted = { e = {}, d = {} }
    for _, row in ipairs(rows) do
        local list = wanted[row.type_kind]
        if list and not named[row.type_oid] then
            list[#list + 1] = row.type_oid
        end
    end
    local loaded = {}
    if #wanted.e > 0 then
        loaded = read_enums(query(connection, catalog.ENUMS, { to_array(wanted.e) },
            catalog.TYPES_BY_OID):all())
    end
    if #wanted.d > 0 then
        local domains = read_domains(query(connection, catalog.DOMAINS, { to_array(wanted.d) },
            catalog.TYPES_BY_OID):all())
        table.move(domains, 1, #domains, #loaded + 1, loaded)
        load_named(connection, domains, named)
    end
    for _, one in ipairs(loaded) do
        named[one.oid] = one
    end
end

-- ---- columns ----

local function read_identity(row)
    if row.identity == nil or row.identity == "" then
        return nil
    end
    return {
        always = row.identity == "a",
        start = row.seqstart, increment = row.seqincrement, minvalue = row.seqmin,
        maxvalue = row.seqmax, cycle = row.seqcycle, cache = row.seqcache,
    }
end

-- nextval('name'::regclass) with the schema that the table was asked for in, and whether the
-- column is numbered so.
local function read_default(row, schema)
    local default = row.default_sql
    local before, name, after = (default or ""):match("^(.*nextval%(')([^']+)('.*)$")
    if name and schema and not name:find(".", 1, true) then
        default = ('%s"%s".%s%s'):format(before, schema:gsub('"', '""'), name, after)
    end
    return default, name ~= nil
end

local INTEGERS = { integer = true, bigint = true, smallint = true }

local function apply_domain(column, domain)
    column.nullable = column.nullable and domain.nullable
    if column.default == nil then
        column.default = domain.default
    end
end

local function read_column(row, named, schema)
    local default, is_numbered = read_default(row, schema)
    local identity = read_identity(row)
    local column = {
        name = row.name,
        type = type_names.resolve({
            name = row.name, format = row.format, type_oid = row.type_oid,
            type_kind = row.type_kind, is_array = row.is_array, collation = row.collation_name,
            collation_schema = row.collation_name and row.collation_schema,
        }, named),
        nullable = not row.is_not_null,
        default = default,
        identity = identity,
        comment = row.comment,
    }
    column.autoincrement = is_numbered and INTEGERS[column.type.kind] or identity ~= nil
    if row.type_kind == "d" and not row.is_array and named[row.type_oid] then
        apply_domain(column, named[row.type_oid])
    end
    if row.generated and row.generated ~= "" then
        column.computed = { sqltext = default, persisted = row.generated == "s" }
        column.default = nil
    end
    return column
end

function postgresql.columns(connection, request)
    local oids, names = table_oids(connection, request)
    local rows = query(connection, catalog.COLUMNS, { oids }):all()
    local named = {}
    load_named(connection, rows, named)
    local found = for_each_table(names)
    for _, row in ipairs(rows) do
        table.insert(found[names[row.oid]], read_column(row, named, request.schema))
    end
    return found
end

-- ---- constraints ----

local function deferral(row)
    return {
        deferrable = row.condeferrable or nil,
        initially = row.condeferred and "DEFERRED" or nil,
    }
end

local function add_key_column(record, row)
    local options = record.dialect_options
    table.insert(row.is_key and record.column_names or options.postgresql_include,
        row.column_name)
end

local function make_key(row)
    local options = deferral(row)
    return {
        column_names = {}, comment = row.comment, options = next(options) and options or nil,
        dialect_options = {
            postgresql_include = {},
            postgresql_nulls_not_distinct = row.nulls_not_distinct,
        },
    }
end

postgresql.unique_constraints = collect(catalog.KEYS, function(list, row)
    add_key_column(current(list, row.constraint_name, make_key, row), row)
end, "u")

local read_primary_keys = collect(catalog.KEYS, function(list, row)
    add_key_column(current(list, row.constraint_name, make_key, row), row)
end, "p")

function postgresql.pk_constraint(connection, request)
    local found = read_primary_keys(connection, request)
    for name, list in pairs(found) do
        local key = list[1]
        found[name] = { constrained_columns = {} }
        if key then
            key.dialect_options.postgresql_nulls_not_distinct = nil
            found[name] = {
                name = key.name, constrained_columns = key.column_names, comment = key.comment,
                options = key.options, dialect_options = key.dialect_options,
            }
        end
    end
    return found
end

local ACTIONS = { c = "CASCADE", n = "SET NULL", d = "SET DEFAULT", r = "RESTRICT" }
local MATCHES = { f = "FULL", p = "PARTIAL" }

-- The schema that a foreign key names: none for a table that the search path finds, unless
-- its schema is the one that was asked for. Told to ignore the path, only the default one.
local function named_schema(row, request)
    local schema = row.referred_schema
    if request.options.postgresql_ignore_search_path then
        return not row.is_default_schema and schema or request.schema
    end
    return (not row.is_visible or schema == request.schema) and schema or nil
end

local function make_foreign_key(row, request)
    local options = deferral(row)
    options.ondelete = ACTIONS[row.confdeltype]
    options.onupdate = ACTIONS[row.confupdtype]
    options.match = MATCHES[row.confmatchtype]
    return {
        constrained_columns = {}, referred_columns = {}, referred_table = row.referred_table,
        referred_schema = named_schema(row, request), options = options, comment = row.comment,
        dialect_options = not row.convalidated and { not_valid = true } or nil,
        set_columns = {},
    }
end

local function quote(name)
    return name:find("^[%l_][%l%d_]*$") and name or '"' .. name:gsub('"', '""') .. '"'
end

-- ON DELETE SET NULL (a, b)
local function name_set_columns(found)
    for _, list in pairs(found) do
        for _, record in ipairs(list) do
            if #record.set_columns > 0 then
                record.options.ondelete = ("%s (%s)"):format(record.options.ondelete,
                    table.concat(record.set_columns, ", "))
            end
            record.set_columns = nil
        end
    end
    return found
end

local read_foreign_keys = collect(catalog.FOREIGN_KEYS, function(list, row, request)
    local record = current(list, row.constraint_name, make_foreign_key, row, request)
    table.insert(record.constrained_columns, row.column_name)
    table.insert(record.referred_columns, row.referred_column)
    if row.is_set_column then
        table.insert(record.set_columns, quote(row.column_name))
    end
end)

function postgresql.foreign_keys(connection, request)
    return name_set_columns(read_foreign_keys(connection, request))
end

postgresql.check_constraints = collect(catalog.CHECKS, function(list, row)
    local options = {
        not_valid = not row.convalidated or nil, no_inherit = row.connoinherit or nil,
    }
    list[#list + 1] = {
        name = row.name, sqltext = row.sqltext, comment = row.comment,
        dialect_options = next(options) and options or nil,
    }
end)

-- ---- indexes ----

-- {fillfactor = "50"} of "fillfactor=50"
local function read_storage(text)
    if not text then
        return nil
    end
    local storage = {}
    for name, value in text:gmatch("([^=\n]+)=([^\n]*)") do
        storage[name] = value
    end
    return storage
end

local function make_index(row)
    return {
        unique = row.is_unique, column_names = {}, elements = {}, has_expressions = false,
        duplicates_constraint = row.has_constraint and row.index_name or nil,
        dialect_options = {
            postgresql_include = {},
            postgresql_nulls_not_distinct = row.nulls_not_distinct or nil,
            postgresql_using = row.method ~= "btree" and row.method or nil,
            postgresql_where = row.predicate,
            postgresql_with = read_storage(row.storage),
        },
    }
end

local DESCENDING, NULLS_FIRST = 1, 2

-- What is not the default: ascending has its nulls last, descending first.
local function read_sorting(option)
    local has_nulls_first = option & NULLS_FIRST ~= 0
    if option & DESCENDING ~= 0 then
        return has_nulls_first and { "desc" } or { "desc", "nulls_last" }
    end
    return has_nulls_first and { "nulls_first" } or nil
end

local function add_index_element(record, row)
    local options = record.dialect_options
    if not row.is_key then
        table.insert(options.postgresql_include, row.column_name)
        return
    end
    local element = row.is_expression and row.definition or row.column_name
    table.insert(record.elements, element)
    table.insert(record.column_names, row.is_expression and core.NULL or element)
    record.has_expressions = record.has_expressions or row.is_expression
    if row.operator_class then
        options.postgresql_ops = options.postgresql_ops or {}
        options.postgresql_ops[element] = row.operator_class
    end
    local sorting = read_sorting(row.option)
    if sorting then
        record.column_sorting = record.column_sorting or {}
        record.column_sorting[element] = sorting
    end
end

local read_indexes = collect(catalog.INDEXES, function(list, row)
    add_index_element(current(list, row.index_name, make_index, row), row)
end)

function postgresql.indexes(connection, request)
    local found = read_indexes(connection, request)
    for _, list in pairs(found) do
        for _, record in ipairs(list) do
            record.expressions = record.has_expressions and record.elements or nil
            record.has_expressions, record.elements = nil, nil
        end
    end
    return found
end

-- ---- tables ----

postgresql.table_comment = collect(catalog.COMMENTS, function(record, row)
    record.text = row.description
end)

local read_options = collect(catalog.TABLE_OPTIONS, function(record, row)
    record.postgresql_partition_by = row.partition_by
    record.postgresql_tablespace = row.tablespace
    record.postgresql_using = row.method
    record.postgresql_with = read_storage(row.storage)
    record.prefixes = row.persistence == "t" and { "TEMPORARY" }
        or row.persistence == "u" and { "UNLOGGED" } or nil
end)

local read_parents = collect(catalog.PARENTS, function(list, row)
    list[#list + 1] = row.is_visible and row.name
        or quoted_name(core.ddl_name(row.name, "postgresql", row.schema), false)
end)

function postgresql.table_options(connection, request)
    local found = read_options(connection, request)
    for name, parents in pairs(read_parents(connection, request)) do
        found[name].postgresql_inherits = #parents > 0 and parents or nil
    end
    return found
end

-- ---- methods of the Inspector ----

local function schema_of(options)
    return type(options) == "string" and options or options and options.schema
end

local function named_types(self, what, options, read)
    local schema = schema_of(options)
    return self:_cached(what .. "\0" .. (schema or "\2"), function(connection)
        return read(query(connection, catalog[what], { schema or core.NULL },
            catalog.TYPES_BY_SCHEMA):all())
    end)
end

-- What users see of a type: these fields only.
local function pick(list, fields)
    local picked = {}
    for i, one in ipairs(list) do
        picked[i] = {}
        for _, field in ipairs(fields) do
            picked[i][field] = one[field]
        end
    end
    return picked
end

---The enumerations of a schema, of all with schema = "*".
---@param options? {schema?: string}
---@return {name: string, schema: string, visible: boolean, labels: string[]}[]
function postgresql.methods:get_enums(options)
    return pick(named_types(self, "ENUMS", options, read_enums),
        { "name", "schema", "visible", "labels" })
end

---The domains of a schema, of all with schema = "*".
---@param options? {schema?: string}
---@return table[] # name, schema, visible, type, nullable, default, collation,
---collation_schema, constraints
function postgresql.methods:get_domains(options)
    return pick(named_types(self, "DOMAINS", options, read_domains), {
        "name", "schema", "visible", "type", "nullable", "default", "collation",
        "collation_schema", "constraints",
    })
end

---Whether there is an enumeration or another type of this name.
---@param name string
---@param options? {schema?: string}
---@return boolean
function postgresql.methods:has_type(name, options)
    local schema = schema_of(options)
    return self:_with_connection(function(connection)
        return query(connection, catalog.HAS_TYPE, { name, schema or core.NULL }):first() ~= nil
    end)
end

---The foreign tables.
---@param options? {schema?: string}
---@return string[]
function postgresql.methods:get_foreign_table_names(options)
    local schema = schema_of(options)
    return self:_cached("foreign_tables\0" .. (schema or "\2"), function(connection)
        return names_by_relkind(connection, schema, "{f}")
    end)
end

---The oid of a table or view.
---@param name string
---@param options? {schema?: string}
---@return integer
---@error NoSuchTableError
function postgresql.methods:get_table_oid(name, options)
    local schema = schema_of(options)
    return self:_cached("oid\0" .. name .. "\0" .. (schema or "\2"), function(connection)
        local row = relations(connection, self:_request({ schema = schema, names = { name } }))[1]
        if not row then
            require("corm.exc").NoSuchTableError:raise("there is no table '%s'", name)
        end
        return row.oid
    end)
end

return postgresql
