-- SPDX-License-Identifier: MIT
-- MetaData: a set of tables that refer to each other, and its DDL.

local core = require("corm.core")
local exc = require("corm.exc")
local event = require("corm.event")
local args = require("corm.sql.args")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")
local constraint = require("corm.sql.constraint")
local constructor = require("corm.util.constructor")
local index = require("corm.sql.index")
local names = require("corm.sql.names")
local naming = require("corm.sql.naming")
local repr = require("corm.util.repr")
local schema_objects = require("corm.sql.schema_objects")
local missing = require("corm.util.missing")

-- ---- tables by name, in the order in which they were made ----

local Tables = { __name = "corm.Tables" }
local keys_of = setmetatable({}, { __mode = "k" })

local function new_tables()
    local tables = setmetatable({}, Tables)
    keys_of[tables] = {}
    return tables
end

function Tables.__index(self, key)
    if key == "keys" then
        return function()
            return { table.unpack(keys_of[self]) }
        end
    elseif key == "values" then
        return function()
            local list = {}
            for i, name in ipairs(keys_of[self]) do
                list[i] = rawget(self, name)
            end
            return list
        end
    elseif key == "contains" then
        return function(_, name)
            return rawget(self, name) ~= nil
        end
    end
    return nil
end

function Tables.__newindex(_, key)
    exc.ArgumentError:raise("tables join a MetaData by Table(%s, metadata, …)", repr.value(key))
end

function Tables.__len(self)
    return #keys_of[self]
end

-- for key, table in metadata.tables, and pairs()
function Tables.__call(self, _, previous)
    local keys = keys_of[self]
    local at = 0
    if previous ~= nil then
        repeat
            at = at + 1
        until at > #keys or keys[at] == previous
    end
    local key = keys[at + 1]
    return key, key and rawget(self, key)
end

function Tables.__pairs(self)
    local i, keys = 0, keys_of[self]
    return function()
        i = i + 1
        return keys[i], keys[i] and rawget(self, keys[i])
    end
end

local function tables_add(self, key, table_)
    table.insert(keys_of[self], key)
    rawset(self, key, table_)
end

local function tables_remove(self, key)
    for i, name in ipairs(keys_of[self]) do
        if name == key then
            table.remove(keys_of[self], i)
            rawset(self, key, nil)
            return
        end
    end
end

-- ---- MetaData ----

---@class corm.MetaData
---@field tables table<string, corm.Table>
---@field sorted_tables corm.Table[]
---@field schemas string[] those of the tables and its own
---@field schema? string
---@field naming_convention table<string, string|function>
---@field info table
local MetaData = {}

local meta = { __name = "corm.MetaData" }

local dispatcher = event.dispatcher({ "ddl" })

-- Constructors as keys of a naming convention -> what they stand for.
local PREFIXES = {
    [constraint.CheckConstraint] = "ck", [constraint.ForeignKeyConstraint] = "fk",
    [constraint.PrimaryKeyConstraint] = "pk", [constraint.UniqueConstraint] = "uq",
    [index.Index] = "ix",
}

local function read_convention(given)
    local convention = {}
    for key, value in pairs(given) do
        convention[PREFIXES[key] or key] = value
    end
    return convention
end

local OPTIONS = { "info", "naming_convention", "quote_schema", "schema" }

---Make an empty MetaData: MetaData("shop"), MetaData({ schema = "shop", … }).
---@param given? string|{schema?: string, naming_convention?: table, info?: table}
---@param options? table besides a schema
---@return corm.MetaData
local function new(given, options)
    local is_schema = names.is(given)
    options = check_options(is_schema and options or not is_schema and given or nil, OPTIONS,
        "MetaData")
    local said = is_schema and given or options.schema
    local schema, quote_schema = names.read(said, "MetaData", "schema")
    if options.quote_schema ~= nil then
        quote_schema = options.quote_schema
    end
    args.check(options.naming_convention, "table", "MetaData", "naming_convention")
    return setmetatable({
        tables = new_tables(),
        schema = schema or false,
        _quote_schema = quote_schema,
        naming_convention = read_convention(options.naming_convention or {}),
        info = options.info or {},
        _objects = {}, -- sequences and types
        _types = {}, -- types that are made and dropped with it, whoever has columns of them
        _waiting = {}, -- table key -> foreign keys that refer to a table not there yet
    }, meta)
end

-- ---- for Table and the foreign keys ----

---A table joins. For Table only.
---@param table_ corm.Table
function MetaData:_add_table(table_)
    tables_add(self.tables, table_.key, table_)
end

---A sequence or type joins. For these only.
---@param object any
function MetaData:_register_object(object)
    schema_objects.register(self, object)
end

---A type (Enum, DOMAIN) is made and dropped with the metadata.
---@param type_ corm.types.TypeEngine
function MetaData:_own_type(type_)
    table.insert(self._types, type_)
    schema_objects.register(self, type_)
end

---The sequences that are created and dropped with the metadata, whoever uses them.
---@return corm.Sequence[]
function MetaData:_own_sequences()
    local list = {}
    for _, object in ipairs(self._objects) do
        if not core.is_type(object) and object.column == nil then
            list[#list + 1] = object
        end
    end
    return list
end

---The table is complete: resolve what waited for it.
---@param table_ corm.Table
function MetaData:_settle_table(table_)
    local waiting = self._waiting[table_.key]
    self._waiting[table_.key] = nil
    for _, foreign_key in ipairs(waiting or {}) do
        self:_add_foreign_key(foreign_key)
    end
end

---Resolve a foreign key now or when its table comes.
---@param foreign_key any
function MetaData:_add_foreign_key(foreign_key)
    local key = constraint.target_table_key(foreign_key)
    if not constraint.resolve(foreign_key, key and rawget(self.tables, key)) and key then
        self._waiting[key] = self._waiting[key] or {}
        table.insert(self._waiting[key], foreign_key)
    end
end

---A column was replaced: foreign keys that refer to it look for the new one.
---@param old corm.Column
---@param added corm.Column
function MetaData:_replace_referred(old, added)
    for _, table_ in pairs(self.tables) do
        for foreign_key in table_.foreign_keys do
            if constraint.replace_referred(foreign_key, old, added) then
                self:_add_foreign_key(foreign_key)
            end
        end
    end
end

-- Every foreign key must have found its column before tables can be sorted.
local function resolve_all(self)
    for _, table_ in pairs(self.tables) do
        for foreign_key in table_.foreign_keys do
            local _ = foreign_key.column
        end
    end
end

-- ---- public methods ----

---Remove a table; those that refer to it keep doing so.
---@param table_ corm.Table
function MetaData:remove(table_)
    tables_remove(self.tables, table_.key)
end

---Remove all tables.
function MetaData:clear()
    self.tables = new_tables()
    self._waiting, self._objects, self._types = {}, {}, {}
end

---Whether a table, or the table of this name, is here.
---@param table_ corm.Table|string
---@return boolean
function MetaData:contains(table_)
    if type(table_) ~= "string" then
        if core.kind(table_) ~= "table" then
            args.refuse("MetaData:contains", "a Table or its key", table_)
        end
        table_ = table_.key
    end
    return rawget(self.tables, table_) ~= nil
end

---The sequences or types (Sequence, Enum, postgresql.DOMAIN) of one schema, by default of the
---MetaData's own.
---@param kind any
---@param options? {schema?: string} corm.NULL: those without schema
---@return any[]
function MetaData:get_schema_objects(kind, options)
    return schema_objects.find(self, kind, options, "get_schema_objects")
end

---The sequence or type of this name, or nil.
---@param kind any Sequence, Enum, postgresql.DOMAIN …
---@param name string
---@param options? {schema?: string}
---@return any
function MetaData:get_schema_object_by_name(kind, name, options)
    args.check(name, "string", "get_schema_object_by_name", "name")
    local found = schema_objects.find(self, kind, options, "get_schema_object_by_name")
    for _, object in ipairs(found) do
        if schema_objects.name(object) == name then
            return object
        end
    end
    return nil
end

local DDL_OPTIONS = { "checkfirst", "tables" }

-- Each table of the option must be one of this MetaData.
local function check_tables(self, options)
    for _, table_ in ipairs(options.tables or {}) do
        if core.kind(table_) ~= "table" then
            args.refuse("create_all", "a table", table_)
        elseif table_.metadata ~= self then
            exc.ArgumentError:raise("table '%s' belongs to another MetaData", table_.name)
        end
    end
    return options
end

-- Refuse metadata.create_all(engine).
local function require_self(self, caller)
    if core.metafield(self, "__name") ~= "corm.MetaData" then
        exc.ArgumentError:raise("%s: a MetaData as self expected, got %s: metadata:%s() is written "
            .. "with a colon", caller, tostring(self), caller)
    end
end

---Create the tables that do not exist yet, each after those it refers to.
---@param bind any an Engine or a Connection
---@param options? {checkfirst?: boolean, tables?: corm.Table[]}
function MetaData:create_all(bind, options)
    require_self(self, "create_all")
    options = check_tables(self, check_options(options, DDL_OPTIONS, "create_all"))
    bridge.get("ddl").create_all(bind, self, options)
end

---Drop the tables that exist, each before those it refers to.
---@param bind any
---@param options? {checkfirst?: boolean, tables?: corm.Table[]}
function MetaData:drop_all(bind, options)
    require_self(self, "drop_all")
    options = check_tables(self, check_options(options, DDL_OPTIONS, "drop_all"))
    bridge.get("ddl").drop_all(bind, self, options)
end

local REFLECT_OPTIONS = {
    "autoload_replace", "bind", "extend_existing", "only", "postgresql_ignore_search_path",
    "resolve_fks", "schema", "views",
}

---@class corm.ReflectOptions
---@field bind? any an Engine or a Connection
---@field schema? string
---@field views? boolean views as well
---@field only? string[]|fun(name: string, metadata: corm.MetaData): boolean which tables
---@field extend_existing? boolean read again what the MetaData has
---@field autoload_replace? boolean false: columns that are there stay as they are
---@field resolve_fks? boolean false: leave tables alone that only foreign keys name
---@field postgresql_ignore_search_path? boolean tables of all foreign keys have their schema

---Read the tables of a database: reflect(engine, {…}) or reflect({bind = engine, …}). Tables
---that foreign keys refer to come along.
---@param bind any an Engine or a Connection, or the options
---@param options? corm.ReflectOptions
function MetaData:reflect(bind, options)
    if options == nil and args.is_options(bind) then
        bind, options = bind.bind, bind
    end
    options = check_options(options, REFLECT_OPTIONS, "reflect")
    bridge.get("reflection").reflect_metadata(self, bind or options.bind, options)
end

-- All tables in the order in which they were made, their foreign keys resolved.
local function made_tables(self)
    resolve_all(self)
    local list = {}
    for _, table_ in pairs(self.tables) do
        list[#list + 1] = table_
    end
    return list
end

function MetaData:sorted()
    local list = made_tables(self)
    table.sort(list, function(a, b)
        return a.key < b.key
    end)
    return core.tables_sort(list)
end

---The tables as they are created: as they were made, but each after those it refers to.
---@return corm.Table[]
function MetaData:_in_creation_order()
    return core.tables_sort(made_tables(self))
end

-- The schemas of its tables, and its own, sorted.
local function schemas(self)
    local seen, list = {}, {}
    local function add(name)
        if name and not seen[name] then
            seen[name] = true
            list[#list + 1] = name
        end
    end
    add(self.schema)
    for _, table_ in pairs(self.tables) do
        add(table_.schema)
    end
    table.sort(list)
    return list
end

function meta.__dispatch(self)
    return self.dispatch
end

function meta:__index(name)
    if name == "sorted_tables" then
        return MetaData.sorted(self)
    elseif name == "schemas" then
        return schemas(self)
    elseif name == "dispatch" then
        self.dispatch = dispatcher:derive()
        return rawget(self, "dispatch")
    end
    local method = MetaData[name]
    if method == nil and type(name) == "string" and not name:find("^_") then
        missing("MetaData", name, MetaData)
    end
    return method
end

function meta:__tostring()
    return "MetaData()"
end

local metadata = {
    DEFAULT_NAMING_CONVENTION = naming.DEFAULT,
    dispatcher = dispatcher,
}

---Whether a value is a MetaData.
---@param value any
---@return boolean
function metadata.is(value)
    return getmetatable(value) == meta
end

metadata.MetaData = constructor("MetaData", new, metadata.is)
event.set_dispatcher(metadata.MetaData, dispatcher)

return metadata
