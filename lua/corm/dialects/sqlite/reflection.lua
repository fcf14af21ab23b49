-- SPDX-License-Identifier: MIT
-- Reading the schema of an SQLite database: pragmas say what columns and indexes there are,
-- the statements that SQLite keeps (table_sql.lua) say the rest. Without a schema, tables are
-- looked for as SQLite does: temporary ones before those of the main file.

local core = require("corm.core")
local exc = require("corm.exc")
local reflector = require("corm.engine.reflector")
local table_sql = require("corm.dialects.sqlite.table_sql")
local type_names = require("corm.dialects.sqlite.type_names")

local TABLE, VIEW = reflector.kinds.TABLE, reflector.kinds.VIEW
local DEFAULT, TEMPORARY = reflector.scopes.DEFAULT, reflector.scopes.TEMPORARY

---@type corm.engine.Reflector
local sqlite = { kinds = TABLE | VIEW, methods = {}, options = {} }

local function quote(name)
    return '"' .. name:gsub('"', '""') .. '"'
end

-- ---- which tables there are ----

---A table or view of some file.
---@class corm.dialects.sqlite.Relation
---@field name string
---@field database string "main", "temp" or the name of an attached one
---@field sql? string
---@field kind integer

local SYSTEM = {
    sqlite_master = true, sqlite_schema = true, sqlite_temp_master = true,
    sqlite_temp_schema = true,
}

-- The files to look in; those further on are hidden by those before.
local function databases(request)
    local list = {}
    if request.scope & TEMPORARY ~= 0 and (request.schema or "temp") == "temp" then
        list[1] = "temp"
    end
    if request.scope & DEFAULT ~= 0 and request.schema ~= "temp" then
        list[#list + 1] = request.schema or "main"
    end
    return list
end

local function has_database(connection, name)
    if name == "main" or name == "temp" then
        return true
    end
    local found = connection:exec_driver_sql(
        "SELECT 1 FROM pragma_database_list WHERE name = ? COLLATE NOCASE", { name })
    return found:first() ~= nil
end

local MASTER = "SELECT name, type, sql FROM %s.sqlite_master "
    .. "WHERE type IN ('table', 'view', 'index') ORDER BY name"

---What a file has.
---@class corm.dialects.sqlite.Master
---@field relations corm.dialects.sqlite.Relation[] tables and views in the order of their names
---@field by_name table<string, corm.dialects.sqlite.Relation> by name in lower case
---@field indexes table<string, string> statements by name

local function read_master(connection, database)
    local master = { relations = {}, by_name = {}, indexes = {} }
    local rows = has_database(connection, database)
        and connection:exec_driver_sql(MASTER:format(quote(database))):all() or {}
    for _, row in ipairs(rows) do
        local name, type_, sql = row:unpack()
        if type_ == "index" then
            master.indexes[name] = sql
        else
            local relation = { name = name, database = database, sql = sql,
                kind = type_ == "view" and VIEW or TABLE }
            table.insert(master.relations, relation)
            master.by_name[name:lower()] = relation
        end
    end
    return master
end

-- The list of a file, read once for an Inspector.
local function master_of(connection, database, request)
    local known = request.cache._master or {}
    request.cache._master = known
    known[database] = known[database] or read_master(connection, database)
    return known[database]
end

-- A relation that was asked for by name goes by the spelling in which it was.
local function named_relation(connection, request, name)
    for _, database in ipairs(databases(request)) do
        local found = master_of(connection, database, request).by_name[name:lower()]
        if found and request.kind & found.kind ~= 0 then
            return { name = name, database = found.database, sql = found.sql,
                kind = found.kind }
        end
    end
    if SYSTEM[name] and request.kind & TABLE ~= 0 then
        return { name = name, database = request.schema or "main", kind = TABLE }
    end
    return nil
end

local function all_relations(connection, request)
    local found, seen = {}, {}
    for _, database in ipairs(databases(request)) do
        for _, relation in ipairs(master_of(connection, database, request).relations) do
            local lower = relation.name:lower()
            local is_internal = lower:find("^sqlite_") and not request.include_internal
            if request.kind & relation.kind ~= 0 and not is_internal and not seen[lower] then
                seen[lower] = true
                found[#found + 1] = relation
            end
        end
    end
    return found
end

-- The relations that a request means.
local function relations(connection, request)
    if not request.names then
        return all_relations(connection, request)
    end
    local found = {}
    for _, name in ipairs(request.names) do
        found[#found + 1] = named_relation(connection, request, name)
    end
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

-- The columns of a table, read once for an Inspector; nil and the error for a view of what is
-- not there.
local function column_rows(connection, relation, request)
    local known = request.cache._columns or {}
    request.cache._columns = known
    local key = relation.database .. "\0" .. relation.name:lower()
    if not known[key] then
        local ok, result = pcall(function()
            return connection:exec_driver_sql(COLUMNS,
                { relation.name, relation.database }):all()
        end)
        known[key] = { rows = ok and result or {}, failure = not ok and result or nil }
    end
    return known[key].rows, known[key].failure
end

local function unreadable(relation, failure)
    if not exc.DBAPIError:is(failure) or relation.kind ~= VIEW then
        error(failure, 0)
    end
    return exc.UnreflectableTableError(("'%s' cannot be read: %s"):format(relation.name,
        failure.message), { cause = failure })
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
    local rows, failure = column_rows(connection, relation, request)
    if failure then
        return unreadable(relation, failure)
    end
    for _, row in ipairs(rows) do
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
    local names = primary_key_columns((column_rows(connection, relation, request)))
    local own = constraints(relation, request, "primary_key")[1]
    return { constrained_columns = names, name = #names > 0 and own and own.name or nil }
end)

-- A key that names no columns refers to the other table's primary key.
local function referred_columns(connection, relation, own, request)
    local other = { name = own.referred_table, database = relation.database }
    local rows = column_rows(connection, other, request)
    if own.referred_columns then
        return spelled(own.referred_columns, rows)
    end
    return primary_key_columns(rows)
end

sqlite.foreign_keys = for_each(function(connection, relation, request)
    local rows = column_rows(connection, relation, request)
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
            referred_columns = referred_columns(connection, relation, own, request),
            options = options,
        }
    end
    return keys
end)

sqlite.unique_constraints = for_each(function(connection, relation, request)
    local rows = column_rows(connection, relation, request)
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

local INDEXES = 'SELECT name, "unique" FROM pragma_index_list(?, ?)'
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
    local statements = master_of(connection, relation.database, request).indexes
    local rows = connection:exec_driver_sql(INDEXES, { relation.name, relation.database })
    for _, row in ipairs(rows:all()) do
        -- Those without a statement belong to constraints.
        local sql = statements[row.name]
        if sql or request.include_auto_indexes then
            local parsed = table_sql.parse_index(sql or "")
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
