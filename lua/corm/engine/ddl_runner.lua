-- SPDX-License-Identifier: MIT
-- MetaData:create_all() and drop_all(): which tables, types and sequences are missing or
-- there, in which order their statements run, and the events around them. The texts are the
-- core's (csrc/sql/ddl.h).

local attach_events = require("corm.sql.attach_events")
local core = require("corm.core")
local check_options = require("corm.util.options")
local conditions = require("corm.sql.ddl_condition")
local ddl = require("corm.sql.ddl")
local ddl_render = require("corm.sql.ddl_render")
local exc = require("corm.exc")
local ddl_types = require("corm.engine.ddl_types")
local execution = require("corm.engine.execution")
local repr = require("corm.util.repr")
local schema_map = require("corm.engine.schema_map")
local table_sort = require("corm.sql.table_sort")
local toposort = require("corm.util.toposort")

local ddl_runner = {}

-- ---- what exists ----

local function quote(name)
    return '"' .. name:gsub('"', '""') .. '"'
end

local exists = { sqlite = {}, postgresql = {} }

local function has_columns(connection, schema, name)
    local sql = ("PRAGMA %s.table_info(%s)"):format(schema, quote(name))
    return connection:exec_driver_sql(sql):first() ~= nil
end

function exists.sqlite.table(connection, name, schema)
    if schema then
        return has_columns(connection, quote(schema), name)
    end
    return has_columns(connection, "main", name) or has_columns(connection, "temp", name)
end

function exists.sqlite.index(connection, name, schema)
    local sql = ("SELECT 1 FROM %s.sqlite_master WHERE type = 'index' AND name = ?")
        :format(schema and quote(schema) or "main")
    return connection:exec_driver_sql(sql, { name }):first() ~= nil
end

local PG_RELATION = [[
SELECT 1 FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = $1::text AND c.relkind = ANY ($2::text::"char"[]) AND ]]
local PG_TYPE = [[
SELECT 1 FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typname = $1::text AND ]]
local PG_IN_SCHEMA = "n.nspname = $%d::text"

local function pg_relation(connection, name, schema, kinds)
    local parameters = { name, kinds, schema }
    local where = schema and PG_IN_SCHEMA:format(3) or "pg_catalog.pg_table_is_visible(c.oid)"
    return connection:exec_driver_sql(PG_RELATION .. where, parameters):first() ~= nil
end

function exists.postgresql.table(connection, name, schema)
    return pg_relation(connection, name, schema, "{r,p,f,v,m}")
end

function exists.postgresql.sequence(connection, name, schema)
    return pg_relation(connection, name, schema, "{S}")
end

function exists.postgresql.index(connection, name, schema)
    return pg_relation(connection, name, schema, "{i,I}")
end

function exists.postgresql.type(connection, name, schema)
    local where = schema and PG_IN_SCHEMA:format(2) or "pg_catalog.pg_type_is_visible(t.oid)"
    return connection:exec_driver_sql(PG_TYPE .. where, { name, schema }):first() ~= nil
end

-- ---- one run ----

---@class corm.engine.DDLRun
---@field connection any Connection, or what create_mock_engine() makes
---@field dialect table
---@field checkfirst boolean
---@field check_types boolean
---@field options table of the core's texts
local Run = {}
Run.__index = Run

local function new_run(connection, options)
    local map = schema_map.of(connection)
    local checkfirst = options.checkfirst ~= false and not connection.is_mock
    return setmetatable({
        connection = connection,
        dialect = connection.dialect,
        checkfirst = checkfirst,
        check_types = checkfirst or options.check_types and not connection.is_mock,
        options = { schema_translate_map = map },
    }, Run)
end

-- Whether the condition that ddl_if() set allows here what is to be done with the object.
function Run:allows(what, object)
    local condition = core.pin(object)._ddl_if
    return not condition or conditions.holds(condition, self.dialect,
        ddl.statement_of(what, object), object, self.connection,
        { checkfirst = self.checkfirst })
end

-- Run the statement core.ddl_<what> makes of an object.
function Run:execute(what, object)
    local begun_at = core.now()
    local text = ddl_render.text(what, object, self.dialect, self.options)
    local has_listeners = not self.connection.is_mock
        and execution.hears_elements(self.connection)
    self:execute_text(ddl.own_text(what, object, self.dialect.name, text), begun_at,
        has_listeners and ddl.statement_of(what, object) or nil)
end

-- element: the statement as an object, for listeners.
function Run:execute_text(sql, begun_at, element)
    if self.connection.is_mock then
        self.connection:run_ddl(sql)
    else
        execution.execute_ddl(self.connection, sql, begun_at, element)
    end
end

function Run:schema_of(schema)
    return schema_map.translate(self.options.schema_translate_map, schema)
end

-- Whether the database has it; false without checkfirst.
function Run:has(what, name, schema)
    local probe = (exists[self.dialect.family] or {})[what]
    local is_asked = what == "type" and self.check_types or self.checkfirst
    return is_asked and probe ~= nil
        and probe(self.connection, name, self:schema_of(schema))
end

-- Tables to work on, each after those it refers to; views after all tables. The one table need
-- not be in the MetaData any more.
local function chosen_tables(metadata, options)
    if options.of_table then
        return options.tables
    end
    local is_chosen, list, views = {}, {}, {}
    for _, table_ in ipairs(options.tables or {}) do
        is_chosen[table_] = true
    end
    for _, table_ in ipairs(metadata:_in_creation_order()) do
        if not options.tables or is_chosen[table_] then
            local into = ddl_types.is_derived(table_) and views or list
            into[#into + 1] = table_
        end
    end
    return table.move(views, 1, #views, #list + 1, list)
end

local function by_name(set)
    local list = {}
    for object in set do
        list[#list + 1] = object
    end
    table.sort(list, function(a, b)
        return (a.name or "") < (b.name or "")
    end)
    return list
end

-- Those of the sequences that this database has to be told of.
function Run:needed_sequences(sequences)
    local probes = exists[self.dialect.family]
    local needed = {}
    for _, sequence in ipairs(probes and probes.sequence and sequences or {}) do
        needed[#needed + 1] = not core.pin(sequence).optional and sequence or nil
    end
    return needed
end

-- Sequences that the columns of the tables need and, unless it is about one table, those that
-- belong to the MetaData itself, each once.
function Run:sequences(tables, metadata, options)
    local sequences, seen = {}, {}
    local function add(sequence)
        local key = ("%s.%s"):format(sequence.schema or "", sequence.name)
        if not seen[key] then
            seen[key] = true
            sequences[#sequences + 1] = sequence
        end
    end
    for _, sequence in ipairs(options.of_table and {} or metadata:_own_sequences()) do
        add(sequence)
    end
    for _, table_ in ipairs(tables) do
        for _, column in ipairs(ddl_types.is_derived(table_) and {} or table_.c:values()) do
            local default = column.default
            if default and default.is_sequence then
                add(default)
            end
        end
    end
    return self:needed_sequences(sequences)
end

local function tell(heard, name, target, run, tables)
    if heard[name] then
        heard:fire(name, target, run.connection, {
            tables = tables,
            checkfirst = run.checkfirst,
        })
    end
end

local function fire(target, name, run, tables)
    tell(target.dispatch, name, target, run, tables)
end

-- Create or drop an index, a sequence or a type by fn(), told to those who hear of it.
function Run:told(verb, kind, item, fn)
    tell(attach_events.hearers(kind, item), "before_" .. verb, item, self)
    fn()
    tell(attach_events.hearers(kind, item), "after_" .. verb, item, self)
end

function Run:execute_told(verb, kind, item)
    self:told(verb, kind, item, function()
        self:execute(verb .. "_" .. kind, item)
    end)
end

-- Events of the MetaData, unless it is about one of its tables.
function Run:fire_metadata(metadata, name, tables, options)
    if not options.of_table then
        fire(metadata, name, self, tables)
    end
end

function Run:altered_keys(table_)
    local list = {}
    for _, constraint in ipairs(by_name(table_.foreign_key_constraints)) do
        if core.ddl_is_altered(constraint, self.dialect) then
            list[#list + 1] = constraint
        end
    end
    return list
end

-- ---- creating ----

function Run:comments(table_)
    if self.dialect.family ~= "postgresql" then
        return
    end
    if table_.comment then
        self:execute("comment_table", table_)
    end
    for _, column in ipairs(table_.c:values()) do
        if column.comment then
            self:execute("comment_column", column)
        end
    end
    for _, constraint in ipairs(by_name(table_.constraints)) do
        if constraint.comment then
            self:execute("comment_constraint", constraint)
        end
    end
end

-- A statement that a table has in place of CREATE or DROP TABLE.
function Run:run_own(statement)
    local begun_at = core.now()
    local compiled = statement:compile({
        dialect = self.dialect, schema_translate_map = self.options.schema_translate_map,
    })
    self:execute_text(compiled.string, begun_at, statement)
end

function Run:create_table(table_)
    local creator = core.pin(table_).creator
    fire(table_, "before_create", self)
    if creator then
        self:run_own(creator)
    else
        ddl.settle_constraints(table_, self.dialect, nil, self.connection)
        self:execute("create_table", table_)
    end
    for _, index in ipairs(by_name(table_.indexes)) do
        if self:allows("create_index", index) then
            self:execute_told("create", "index", index)
        end
    end
    self:comments(table_)
    fire(table_, "after_create", self)
end

function Run:create_type(type_)
    ddl_types.check_name(type_, self.options)
    if self:has("type", ddl_types.name(type_)) then
        return
    end
    self:told("create", "type", type_, function()
        local begun_at = core.now()
        self:execute_text(ddl_types.create(type_, self.dialect, self.options), begun_at)
    end)
end

function Run:create(metadata, options)
    local missing = {}
    for _, table_ in ipairs(chosen_tables(metadata, options)) do
        if self:allows("create_table", table_)
            and not self:has("table", table_.name, table_.schema) then
            missing[#missing + 1] = table_
        end
    end
    self:fire_metadata(metadata, "before_create", missing, options)
    for _, type_ in ipairs(ddl_types.needed(missing, metadata, self.dialect)) do
        self:create_type(type_)
    end
    for _, sequence in ipairs(self:sequences(missing, metadata, options)) do
        if not self:has("sequence", sequence.name, core.pin(sequence).schema) then
            self:execute_told("create", "sequence", sequence)
        end
    end
    for _, table_ in ipairs(missing) do
        self:create_table(table_)
    end
    for _, table_ in ipairs(missing) do
        for _, constraint in ipairs(self:altered_keys(table_)) do
            self:execute("add_constraint", constraint)
        end
    end
    self:fire_metadata(metadata, "after_create", missing, options)
end

-- ---- dropping ----

function Run:drop_table(table_)
    local dropper = core.pin(table_).dropper
    fire(table_, "before_drop", self)
    if dropper then
        self:run_own(dropper)
    else
        self:execute("drop_table", table_)
    end
    fire(table_, "after_drop", self)
end

-- The keys that ALTER TABLE can drop before their tables: those that close cycles and have names;
-- and whether others stay until their tables go, whose cycles the usual order ignores.
function Run:droppable_keys(tables)
    local keys, is_dropped, keeps_cycles = {}, {}, false
    for _, table_ in ipairs(tables) do
        for _, constraint in ipairs(self:altered_keys(table_)) do
            if constraint.name ~= nil then
                keys[#keys + 1] = constraint
                is_dropped[constraint] = true
            else
                keeps_cycles = true
            end
        end
    end
    return keys, is_dropped, keeps_cycles
end

-- Table -> the others whose keys refer to it and stay until they go.
local function referring_tables(tables, is_dropped)
    local referring = {}
    for _, table_ in ipairs(tables) do
        referring[table_] = {}
    end
    for _, table_ in ipairs(tables) do
        for constraint in table_.foreign_key_constraints do
            local of = not is_dropped[constraint] and referring[constraint.referred_table]
            if of and constraint.referred_table ~= table_ then
                of[table_] = true
            end
        end
    end
    return referring
end

-- The tables in their order, but each after those that refer to it.
local function drop_order(tables, is_dropped)
    local sorted, rest = toposort.sort(tables, referring_tables(tables, is_dropped))
    if #rest > 0 then
        exc.CircularDependencyError:raise("cannot sort tables for DROP: foreign keys without "
            .. "names close a cycle between %s", table_sort.names_of(rest))
    end
    return sorted
end

function Run:drop_type(type_)
    if self.checkfirst and not self:has("type", ddl_types.name(type_)) then
        return
    end
    self:told("drop", "type", type_, function()
        local begun_at = core.now()
        self:execute_text(ddl_types.drop(type_, self.dialect, self.options), begun_at)
    end)
end

-- Sequences of the tables and, unless some tables stay, their types.
function Run:drop_rest(tables, metadata, options)
    for _, sequence in ipairs(self:sequences(tables, metadata, options)) do
        local schema = core.pin(sequence).schema
        if not self.checkfirst or self:has("sequence", sequence.name, schema) then
            self:execute_told("drop", "sequence", sequence)
        end
    end
    if not options.tables then
        for _, type_ in ipairs(ddl_types.needed(tables, metadata, self.dialect)) do
            self:drop_type(type_)
        end
    end
end

function Run:drop(metadata, options)
    local there, sorted = {}, chosen_tables(metadata, options)
    for i = #sorted, 1, -1 do
        local table_ = sorted[i]
        if self:allows("drop_table", table_)
            and (not self.checkfirst or self:has("table", table_.name, table_.schema)) then
            there[#there + 1] = table_
        end
    end
    local keys, is_dropped, keeps_cycles = self:droppable_keys(there)
    if keeps_cycles then
        there = drop_order(there, is_dropped)
    end
    self:fire_metadata(metadata, "before_drop", there, options)
    for _, constraint in ipairs(keys) do
        self:execute("drop_constraint", constraint)
    end
    for _, table_ in ipairs(there) do
        self:drop_table(table_)
    end
    self:drop_rest(sorted, metadata, options)
    self:fire_metadata(metadata, "after_drop", there, options)
end

-- ---- what MetaData calls ----

local function on_connection(bind, caller, fn)
    local name = core.metafield(bind, "__name")
    if name == "corm.Engine" then
        return bind:begin(fn)
    elseif name == "corm.Connection" or name == "corm.MockConnection" then
        return fn(bind)
    end
    exc.ArgumentError:raise("%s: an engine or a connection expected, got %s", caller,
        repr.value(bind))
end

---Create a type, unless it is there.
---@param bind any Engine or Connection
---@param type_ corm.types.TypeEngine
---@param options? {checkfirst?: boolean}
function ddl_runner.create_type(bind, type_, options)
    on_connection(bind, "create", function(connection)
        local named = ddl_types.of(type_, connection.dialect)
        if named then
            new_run(connection, options or {}):create_type(named)
        end
    end)
end

---Drop a type, if it is there.
---@param bind any Engine or Connection
---@param type_ corm.types.TypeEngine
---@param options? {checkfirst?: boolean}
function ddl_runner.drop_type(bind, type_, options)
    on_connection(bind, "drop", function(connection)
        local named = ddl_types.of(type_, connection.dialect)
        if named then
            new_run(connection, options or {}):drop_type(named)
        end
    end)
end

---Create what is missing.
---@param bind any Engine or Connection
---@param metadata corm.MetaData
---@param options? {tables?: corm.Table[], of_table?: boolean, checkfirst?: boolean} of_table: it is
---about one table, and the MetaData is not told
function ddl_runner.create_all(bind, metadata, options)
    local caller = options and options.of_table and "create" or "create_all"
    on_connection(bind, caller, function(connection)
        new_run(connection, options or {}):create(metadata, options or {})
    end)
end

---Drop what is there.
---@param bind any Engine or Connection
---@param metadata corm.MetaData
---@param options? {tables?: corm.Table[], of_table?: boolean, checkfirst?: boolean} of_table: it is
---about one table, and the MetaData is not told
function ddl_runner.drop_all(bind, metadata, options)
    local caller = options and options.of_table and "drop" or "drop_all"
    on_connection(bind, caller, function(connection)
        new_run(connection, options or {}):drop(metadata, options or {})
    end)
end

-- An index or a sequence by itself: is it there?
function Run:has_one(what, object)
    if what == "sequence" then
        return self:has(what, object.name, core.pin(object).schema)
    end
    return self:has(what, object.name, object.table.schema)
end

local function run_one(bind, what, object, options, is_create)
    options = check_options(options, { "checkfirst" }, is_create and "create" or "drop")
    on_connection(bind, is_create and "create" or "drop", function(connection)
        local run = new_run(connection, { checkfirst = options.checkfirst or false })
        if not run.checkfirst or run:has_one(what, object) ~= is_create then
            run:execute_told(is_create and "create" or "drop", what, object)
        end
    end)
end

---Create an index or a sequence.
---@param bind any Engine or Connection
---@param what "index"|"sequence"
---@param object any
---@param options? {checkfirst?: boolean}
function ddl_runner.create_one(bind, what, object, options)
    run_one(bind, what, object, options, true)
end

---Drop an index or a sequence.
---@param bind any Engine or Connection
---@param what "index"|"sequence"
---@param object any
---@param options? {checkfirst?: boolean}
function ddl_runner.drop_one(bind, what, object, options)
    run_one(bind, what, object, options, false)
end

return ddl_runner
