-- SPDX-License-Identifier: MIT
-- Reading the schema of an SQLite database: pragmas say what columns and indexes there are,
-- the statements that SQLite keeps (table_sql.lua) say the rest. Without a schema, tables are
-- looked for as SQLite does: temporary ones before those of the main file.

local core = require("corm.core")
local reflector = require("corm.engine.reflector")
local table_sql = require("corm.dialects.sqlite.table_sql")
local type_names = require("corm.dialects.sqlite.type_names")

local TABLE, VIEW = reflector.kinds.TABLE, reflector.kinds.VIEW
local DEFAULT, TEMPORARY = reflector.scopes.DEFAULT, reflector.scopes.TEMPORARY

---@type corm.engine.Reflector
local sqlite = { kinds = TABLE | VIEW, methods = {} }

local function quote(name)
    return '"' .. name:gsub('"', '""') .. '"'
end

-- ---- which tables there are ----

---A table or view of some file.
---@class corm.dialects.sqlite.Relation
---@field name string
---@field database string "main", "temp" or the name of an attached one
---@field sql string?

local SYSTEM = {
    sqlite_master = true, sqlite_schema = true, sqlite_temp_master = true,
    sqlite_temp_schema = true,
}

-- The files to look in; those further on are hidden by those before.
local function databases(request)
    if request.schema then
        return { request.schema }
    end
    local list = {}
    if request.scope & TEMPORARY ~= 0 then
        list[1] = "temp"
    end
    if request.scope & DEFAULT ~= 0 then
        list[#list + 1] = "main"
    end
    return list
end

local function is_kind(request, type_)
    return request.kind & (type_ == "view" and VIEW or TABLE) ~= 0
end

local function wanted_names(request)
    if not request.names then
        return nil
    end
    local wanted = {}
    for _, name in ipairs(request.names) do
        wanted[name:lower()] = name
    end
    return wanted
end

local function has_database(connection, name)
    local found = connection:exec_driver_sql(
        "SELECT 1 FROM pragma_database_list WHERE name = ? COLLATE NOCASE", { name })
    return name == "main" or name == "temp" or found:first() ~= nil
end

local MASTER = "SELECT name, type, sql FROM %s.sqlite_master "
    .. "WHERE type IN ('table', 'view') ORDER BY name"

local function add_system_tables(found, request, database)
    for _, name in ipairs(request.names or {}) do
        if SYSTEM[name] and request.kind & TABLE ~= 0 then
            found[#found + 1] = { name = name, database = database }
        end
    end
end

-- The relations of a request in the order of their names. A name that was asked for goes by
-- the spelling in which it was.
local function relations(connection, request)
    local found, seen = {}, {}
    local wanted = wanted_names(request)
    for _, database in ipairs(databases(request)) do
        local rows = has_database(connection, database)
            and connection:exec_driver_sql(MASTER:format(quote(database))):all() or {}
        for _, row in ipairs(rows) do
            local lower = row[1]:lower()
            local name = row[1]
            if wanted then
                name = wanted[lower]
            elseif lower:find("^sqlite_") and not request.include_internal then
                name = nil
            end
            if name and is_kind(request, row[2]) and not seen[lower] then
                seen[lower] = true
                found[#found + 1] = { name = name, database = database, sql = row[3] }
            end
        end
    end
    add_system_tables(found, request, request.schema or "main")
    return found
end

local function relation_names(connection, request)
    local names = {}
    for i, relation in ipairs(relations(connection, request)) do
        names[i] = relation.name
    end
    table.sort(names)
    return names
end

function sqlite.schema_names(connection)
    return connection:exec_driver_sql(
        "SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq"):scalars():all()
end

function sqlite.default_schema_name()
    return "main"
end

sqlite.relation_names = relation_names

function sqlite.view_definition(connection, request)
    local relation = relations(connection, request)[1]
    return relation and relation.sql
end

-- What a CREATE TABLE says, parsed once for an Inspector.
local function parse(relation, request)
    local known = request.cache._parsed or {}
    request.cache._parsed = known
    local sql = relation.sql or ""
    known[sql] = known[sql] or table_sql.parse(sql)
    return known[sql]
end

-- A function of a request out of one of a relation.
local function for_each(read)
    return function(connection, request)
        local found = {}
        for _, relation in ipairs(relations(connection, request)) do
            found[relation.name] = read(connection, relation, request)
        end
        return found
    end
end

-- ---- columns ----

local COLUMNS = [[SELECT name, type, "notnull", dflt_value, pk, hidden
FROM pragma_table_xinfo(?, ?)]]
local HIDDEN = 1 -- of virtual tables; 2 and 3 are generated columns

local function column_rows(connection, relation)
    return connection:exec_driver_sql(COLUMNS, { relation.name, relation.database }):all()
end

local function read_column(row, own)
    local column = {
        name = row.name,
        type = type_names.resolve(row.type, own.collation),
        nullable = row.notnull == 0,
        primary_key = row.pk,
    }
    if own.computed then
        column.computed = { sqltext = own.computed.sqltext, persisted = own.computed.persisted }
    elseif row.dflt_value ~= nil then
        column.default = tostring(row.dflt_value)
    end
    return column
end

sqlite.columns = for_each(function(connection, relation, request)
    local parsed, columns = parse(relation, request), {}
    for _, row in ipairs(column_rows(connection, relation)) do
        if row.hidden ~= HIDDEN then
            local own = parsed.columns[row.name:lower()] or {}
            columns[#columns + 1] = read_column(row, own)
        end
    end
    return columns
end)

-- ---- constraints ----

-- The real spelling of names that a constraint says in any case.
local function spelled(names, rows)
    local real, list = {}, {}
    for _, row in ipairs(rows) do
        real[row.name:lower()] = row.name
    end
    for i, name in ipairs(names) do
        list[i] = real[name:lower()] or name
    end
    return list
end

local function primary_key_columns(rows)
    local members, names = {}, {}
    for _, row in ipairs(rows) do
        if row.pk > 0 then
            members[#members + 1] = row
        end
    end
    table.sort(members, function(a, b)
        return a.pk < b.pk
    end)
    for i, row in ipairs(members) do
        names[i] = row.name
    end
    return names
end

-- The parsed constraints of a kind.
local function constraints(relation, request, kind)
    local list = {}
    for _, own in ipairs(parse(relation, request).constraints) do
        if own.kind == kind then
            list[#list + 1] = own
        end
    end
    return list
end

sqlite.pk_constraint = for_each(function(connection, relation, request)
    local names = primary_key_columns(column_rows(connection, relation))
    local own = constraints(relation, request, "primary_key")[1]
    return { constrained_columns = names, name = #names > 0 and own and own.name or nil }
end)

-- A key that names no columns refers to the other table's primary key.
local function referred_columns(connection, relation, own)
    local other = { name = own.referred_table, database = relation.database }
    local rows = column_rows(connection, other)
    if own.referred_columns then
        return spelled(own.referred_columns, rows)
    end
    return primary_key_columns(rows)
end

sqlite.foreign_keys = for_each(function(connection, relation, request)
    local rows = column_rows(connection, relation)
    local keys = {}
    for i, own in ipairs(constraints(relation, request, "foreign_key")) do
        local options = {}
        for name, value in pairs(own.options) do
            options[name] = value
        end
        keys[i] = {
            name = own.name,
            constrained_columns = spelled(own.columns, rows),
            referred_schema = request.schema,
            referred_table = own.referred_table,
            referred_columns = referred_columns(connection, relation, own),
            options = options,
        }
    end
    return keys
end)

sqlite.unique_constraints = for_each(function(connection, relation, request)
    local rows = column_rows(connection, relation)
    local list = {}
    for i, own in ipairs(constraints(relation, request, "unique")) do
        list[i] = { name = own.name, column_names = spelled(own.columns, rows) }
    end
    return list
end)

-- Named ones by their names, then the others in the order in which they are written.
local function by_name(list)
    for i, record in ipairs(list) do
        record.at = i
    end
    table.sort(list, function(a, b)
        if a.name and b.name and a.name ~= b.name then
            return a.name < b.name
        elseif (a.name == nil) ~= (b.name == nil) then
            return a.name ~= nil
        end
        return a.at < b.at
    end)
    for _, record in ipairs(list) do
        record.at = nil
    end
    return list
end

sqlite.check_constraints = for_each(function(_, relation, request)
    local list = {}
    for i, own in ipairs(constraints(relation, request, "check")) do
        list[i] = { name = own.name, sqltext = own.sqltext }
    end
    return by_name(list)
end)

-- ---- indexes ----

local INDEXES = [[SELECT il.name, il."unique", m.sql
FROM pragma_index_list(?, ?) il LEFT JOIN %s.sqlite_master m
ON m.type = 'index' AND m.name = il.name]]
local INDEX_COLUMNS = [[SELECT cid, name, "desc" FROM pragma_index_xinfo(?, ?)
WHERE key = 1 ORDER BY seqno]]
local EXPRESSION = -2 -- instead of a column's number

local function read_elements(connection, relation, index, parsed)
    local rows = connection:exec_driver_sql(INDEX_COLUMNS, { index.name, relation.database })
    local has_expressions = false
    local expressions = {}
    for i, row in ipairs(rows:all()) do
        local name = row.name
        if row.cid == EXPRESSION then
            has_expressions = true
            name = nil
        end
        index.column_names[i] = name or core.NULL
        expressions[i] = name or parsed.expressions[i]
        if row.desc == 1 then
            index.column_sorting = index.column_sorting or {}
            index.column_sorting[expressions[i]] = { "desc" }
        end
    end
    index.expressions = has_expressions and expressions or nil
end

sqlite.indexes = for_each(function(connection, relation, request)
    local list = {}
    local rows = connection:exec_driver_sql(INDEXES:format(quote(relation.database)),
        { relation.name, relation.database })
    for _, row in ipairs(rows:all()) do
        -- Those without a statement belong to constraints.
        if row.sql or request.include_auto_indexes then
            local parsed = table_sql.parse_index(row.sql or "")
            local index = {
                name = row.name, unique = row.unique == 1, column_names = {},
                dialect_options = { sqlite_where = parsed.where },
            }
            read_elements(connection, relation, index, parsed)
            list[#list + 1] = index
        end
    end
    return by_name(list)
end)

-- ---- the rest ----

sqlite.table_options = for_each(function(_, relation, request)
    local parsed = parse(relation, request)
    local with_rowid
    if parsed.is_without_rowid then
        with_rowid = false
    end
    return {
        sqlite_autoincrement = parsed.has_autoincrement or nil,
        sqlite_strict = parsed.is_strict or nil,
        sqlite_with_rowid = with_rowid,
    }
end)

return sqlite
