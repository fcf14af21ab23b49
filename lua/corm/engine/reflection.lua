-- SPDX-License-Identifier: MIT
-- From a database to tables: what Table(…, {autoload_with = …}), metadata:reflect() and
-- inspector:reflect_table() do.
--
-- Tables are read in rounds. A round asks the Inspector for everything about all its tables
-- at once, so that the number of queries does not grow with the number of tables; the tables
-- that their foreign keys refer to and the MetaData does not have are the next round. Foreign
-- keys find their columns as their tables come.

local build = require("corm.engine.reflect_table")
local core = require("corm.core")
local exc = require("corm.exc")
local inspectors = require("corm.engine.inspector")
local reflector = require("corm.engine.reflector")
local repr = require("corm.util.repr")
local schema_map = require("corm.engine.schema_map")
local tables = require("corm.sql.table")
local warnings = require("corm.warnings")

local kinds, scopes = reflector.kinds, reflector.scopes

local reflection = {
    Inspector = inspectors.Inspector,
    ObjectKind = kinds,
    ObjectScope = scopes,
}

-- ---- what is known of many tables ----

local ASPECTS = {
    "columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints",
    "check_constraints", "table_comment", "table_options",
}

-- Everything about tables of one schema: {columns = {name = …}, indexes = {name = …}, …}.
local function read_all(run, schema, names)
    local inspector, found = run.inspector, {}
    for _, aspect in ipairs(ASPECTS) do
        if inspector._reflector[aspect] then
            found[aspect] = inspector:_read(aspect, inspector:_request({
                schema = schema, names = names, options = run.options,
            }))
        else
            found[aspect] = {}
        end
    end
    return found
end

-- ---- a run over rounds ----

---@class corm.engine.ReflectRun
---@field inspector corm.Inspector
---@field metadata corm.MetaData
---@field options table of the dialect, for every table of the run
---@field resolve_fks boolean
---@field added corm.Table[] made by this run, not complete yet
---@field waiting {schema?: string, name: string, by: string}[] tables that keys refer to
local Run = {}
Run.__index = Run

local function new_run(inspector, metadata, resolve_fks, options)
    return setmetatable({
        options = options or {},
        inspector = inspector,
        metadata = metadata,
        resolve_fks = resolve_fks ~= false,
        added = {},
        waiting = {},
    }, Run)
end

local function key_of(schema, name)
    return schema and schema .. "." .. name or name
end

-- Fill a table with what was found; its foreign keys say what else is wanted.
function Run:fill(table_, found, options)
    local name = table_.name
    if found.columns[name] == nil then
        exc.NoSuchTableError:raise("there is no table '%s'", table_.fullname)
    elseif exc.UnreflectableTableError:is(found.columns[name]) then
        error(found.columns[name], 0)
    end
    build(self.inspector, table_, found, options)
    if not self.resolve_fks then
        return
    end
    for _, key in ipairs(found.foreign_keys[name] or {}) do
        table.insert(self.waiting, {
            schema = key.referred_schema, name = key.referred_table, by = table_.fullname,
        })
    end
end

-- Make a table that the MetaData does not have.
function Run:add(name, schema, found, options)
    local table_ = tables.begin(name, self.metadata, schema, {})
    table.insert(self.added, table_)
    self:fill(table_, found, options)
    return table_
end

-- What waits, by schema: {schema = {names}}; a missing schema is false.
function Run:take_waiting()
    local by_schema, order, seen = {}, {}, {}
    for _, wanted in ipairs(self.waiting) do
        local key = key_of(wanted.schema, wanted.name)
        if not seen[key] and not self.metadata:contains(key) then
            seen[key] = true
            local schema = wanted.schema or false
            if not by_schema[schema] then
                by_schema[schema] = {}
                order[#order + 1] = schema
            end
            table.insert(by_schema[schema], wanted)
        end
    end
    self.waiting = {}
    return by_schema, order
end

local function names_of(wanted)
    local names = {}
    for i, one in ipairs(wanted) do
        names[i] = one.name
    end
    return names
end

-- Read the tables that foreign keys refer to, and those that these refer to, and so on.
function Run:follow()
    while #self.waiting > 0 do
        local by_schema, order = self:take_waiting()
        for _, schema in ipairs(order) do
            local found = read_all(self, schema or nil, names_of(by_schema[schema]))
            for _, wanted in ipairs(by_schema[schema]) do
                if found.columns[wanted.name] == nil then
                    exc.NoSuchTableError:raise("table '%s' refers to table '%s', which does not "
                        .. "exist", wanted.by, key_of(wanted.schema, wanted.name))
                end
                self:add(wanted.name, schema or nil, found, {})
            end
        end
    end
end

-- Call fn with a connection, then follow foreign keys; of a run that fails no new table stays.
function Run:finish(fn)
    local ok, result = pcall(function()
        return self.inspector:_with_connection(function(connection)
            local made = fn(connection)
            self:follow()
            return made
        end)
    end)
    for _, table_ in ipairs(self.added) do
        if ok then
            tables.complete(table_)
        else
            self.metadata:remove(table_)
        end
    end
    if not ok then
        error(result, 0)
    end
    return result
end

-- ---- what others call ----

---Fill a table that is there. For Inspector:reflect_table().
---@param inspector corm.Inspector
---@param table_ corm.Table
---@param options table include_columns, exclude_columns, resolve_fks, dialect
function reflection.fill(inspector, table_, options)
    if core.kind(table_) ~= "table" then
        exc.ArgumentError:raise("reflect_table: a table expected, got %s", repr.value(table_))
    end
    local run = new_run(inspector, table_.metadata, options.resolve_fks, options.dialect)
    run:finish(function(connection)
        local schema = schema_map.translate(schema_map.of(connection), table_.schema)
        local found = read_all(run, schema, { table_.name })
        run:fill(table_, found, options)
    end)
end

---Fill a table with autoload_with. For Table.
---@param table_ corm.Table
---@param options table of Table
---@param except? string[] columns to leave alone
function reflection.reflect_table(table_, options, except)
    local inspector = reflection.to_inspector(options.autoload_with)
    reflection.fill(inspector, table_, {
        include_columns = options.include_columns,
        exclude_columns = except,
        resolve_fks = options.resolve_fks,
        dialect = inspector:_dialect_options(options),
    })
end

---An Inspector as it is, or that of an engine or connection.
---@param bind any
---@return corm.Inspector
function reflection.to_inspector(bind)
    if core.metafield(bind, "__name") == "corm.Inspector" then
        return bind
    end
    return inspectors.new(bind)
end

-- ---- MetaData:reflect() ----

-- Names of tables, and of views if they are wanted, in order.
local function available_names(inspector, schema, with_views)
    local kind = with_views and kinds.ANY or kinds.TABLE
    return inspector:_read("relation_names", inspector:_request({
        schema = schema, kind = kind, scope = scopes.DEFAULT,
    }))
end

local function check_missing(only, is_there, schema, bind)
    local missing = {}
    for _, name in ipairs(only) do
        if not is_there[name] then
            missing[#missing + 1] = name
        end
    end
    if #missing > 0 then
        exc.InvalidRequestError:raise("could not reflect: requested table(s) not available in "
            .. "%s%s: (%s)", tostring(bind), schema and (" schema '%s'"):format(schema) or "",
            table.concat(missing, ", "))
    end
end

-- The names that the option `only` chooses.
local function chosen_names(self, bind, names, options, schema)
    local only, chosen = options.only, {}
    if only == nil then
        return names
    elseif type(only) == "function" then
        for _, name in ipairs(names) do
            if only(name, self) then
                chosen[#chosen + 1] = name
            end
        end
        return chosen
    elseif type(only) ~= "table" then
        exc.ArgumentError:raise("reflect: only must be a list of names or a function, got %s",
            repr.value(only))
    end
    local is_there = {}
    for _, name in ipairs(names) do
        is_there[name] = true
    end
    check_missing(only, is_there, schema, bind)
    return only
end

local function names_of_columns(table_)
    local names = {}
    for i, own in ipairs(table_.c:values()) do
        names[i] = core.name(own)
    end
    return names
end

-- A table that the MetaData has already is left alone, or read again.
local function reflect_one(run, name, schema, found, options)
    local existing = rawget(run.metadata.tables, key_of(schema, name))
    if existing == nil then
        run:add(name, schema, found, {})
    elseif options.extend_existing then
        local except = options.autoload_replace == false and names_of_columns(existing) or nil
        run:fill(existing, found, { exclude_columns = except })
        tables.complete(existing)
    end
end

local function reflect_names(run, schema, names, options)
    local wanted = {}
    for _, name in ipairs(names) do
        local is_known = run.metadata:contains(key_of(schema, name))
        if not is_known or options.extend_existing then
            wanted[#wanted + 1] = name
        end
    end
    if #wanted == 0 then
        return
    end
    local found = read_all(run, schema, wanted)
    for _, name in ipairs(wanted) do
        local columns = found.columns[name]
        if exc.UnreflectableTableError:is(columns) then
            warnings.warn(("skipping table '%s': %s"):format(key_of(schema, name),
                columns.message))
        elseif columns then
            reflect_one(run, name, schema, found, options)
        else
            warnings.warn(("skipping table '%s': it has gone"):format(key_of(schema, name)))
        end
    end
end

---MetaData:reflect().
---@param self corm.MetaData
---@param bind any
---@param options table
function reflection.reflect_metadata(self, bind, options)
    if bind == nil then
        exc.ArgumentError:raise("reflect: an engine or a connection is needed, as in "
            .. "metadata:reflect(engine)")
    end
    local inspector = reflection.to_inspector(bind)
    local schema = options.schema or self.schema or nil
    local run = new_run(inspector, self, options.resolve_fks,
        inspector:_dialect_options(options))
    run:finish(function()
        local names = available_names(inspector, schema, options.views)
        local chosen = chosen_names(self, bind, names, options, schema)
        reflect_names(run, schema, chosen, options)
    end)
end

return reflection
