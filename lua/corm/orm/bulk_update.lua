-- SPDX-License-Identifier: MIT
-- UPDATE by primary key: each mapping names its row by the key and has values of its own.
-- Neighbours that name the same attributes are one statement with many parameter sets. The
-- statement may come with conditions, and with values for what the mappings do not name.

local core = require("corm.core")
local dml_parameters = require("corm.orm.dml_parameters")
local exc = require("corm.exc")

local bulk_update = {}

local slots = core.slots

-- Parameters of the condition, told from the new values of the same columns.
local KEY_PREFIX = "corm_key_"

---@class corm.orm.BulkUpdate
---@field mapper corm.orm.Mapper
---@field statement any what all rows have in common
---@field own table<string, string> parameters of the statement, see own_names()
---@field is_key table<string, true> keys of the columns that choose a row
---@field checks_count boolean each mapping has to find its row
local BulkUpdate = {}
BulkUpdate.__index = BulkUpdate

local function new(of_mapper, statement)
    local is_key = {}
    for _, prop in ipairs(of_mapper.key_props) do
        is_key[prop.column.key] = true
    end
    return setmetatable({
        mapper = of_mapper,
        statement = statement,
        own = dml_parameters.own_names(statement),
        is_key = is_key,
        checks_count = not core.kid(statement, slots.update.where),
    }, BulkUpdate)
end

-- ---- one mapping ----

-- Put a value where the statement looks for it; names gets the column that it is new for.
function BulkUpdate:take(name, value, parameters, names)
    local key = dml_parameters.column_key(self.mapper, name)
    if self.own[name] == "required" or not key and self.own[name] then
        parameters[name] = value
        key = self.is_key[key] and key
    elseif not key then
        dml_parameters.refuse(self.mapper, name, "update")
    end
    if self.is_key[key] then
        parameters[KEY_PREFIX .. key] = value
    elseif key then
        parameters[key] = value
        names[#names + 1] = key
    end
end

-- A row that has a version is changed only if it still has that one, and gets the next.
function BulkUpdate:take_version(parameters, names)
    local prop = self.mapper.version_prop
    local key = prop and prop.column.key
    local version = key and parameters[key]
    local generator = self.mapper.args.version_id_generator
    if version == nil or generator == false then
        return
    end
    parameters[KEY_PREFIX .. key] = version
    parameters[key] = generator and generator(version) or version + 1
    names.has_version = true
end

function BulkUpdate:check_key(parameters)
    for _, prop in ipairs(self.mapper.key_props) do
        local value = parameters[KEY_PREFIX .. prop.column.key]
        if value == nil or value == core.NULL then
            exc.InvalidRequestError:raise("update by primary key: no value for '%s' of class '%s'",
                prop.key, self.mapper.name)
        end
    end
end

-- The parameters for a mapping, and the keys of the columns that they are new values of.
function BulkUpdate:read(mapping)
    local parameters, names = {}, {}
    for name, value in pairs(mapping) do
        self:take(name, value, parameters, names)
    end
    self:check_key(parameters)
    self:take_version(parameters, names)
    table.sort(names)
    return parameters, names
end

-- ---- one statement ----

local function bind(name, column)
    return core.node("bind", { name = name, required = true, type = column })
end

function BulkUpdate:statement_for(names)
    local statement, values = self.statement, {}
    local keys = table.move(self.mapper.key_props, 1, #self.mapper.key_props, 1, {})
    if names.has_version then
        keys[#keys + 1] = self.mapper.version_prop
    end
    for _, prop in ipairs(keys) do
        statement = statement:where(prop.column:eq(
            bind(KEY_PREFIX .. prop.column.key, prop.column)))
    end
    for _, name in ipairs(names) do
        local column = self.mapper.local_table.c[name]
        values[column] = bind(name, column)
    end
    return #names > 0 and statement:values(values) or statement
end

function BulkUpdate:check_matched(result, count)
    if self.checks_count and result.rowcount >= 0 and result.rowcount ~= count then
        exc.StaleDataError:raise("UPDATE statement on table '%s' expected to update %d row(s); "
            .. "%d were matched", self.mapper.local_table.name, count, result.rowcount)
    end
end

-- ---- all of them ----

-- Mappings in batches: neighbours that are of one statement.
function BulkUpdate:batches(mappings)
    local sets_values = core.kid(self.statement, slots.update.set) ~= nil
    local batches, last = {}, nil
    for _, mapping in ipairs(mappings) do
        local parameters, names = self:read(mapping)
        local shape = table.concat(names, ",")
        if #names > 0 or sets_values then
            if not last or last.shape ~= shape then
                last = { shape = shape, names = names, sets = {} }
                batches[#batches + 1] = last
            end
            table.insert(last.sets, parameters)
        end
    end
    return batches
end

-- What has no place in an UPDATE whose rows are chosen by their keys.
local function check(statement)
    local set = core.kid(statement, slots.update.set)
    if core.kid(statement, slots.update.returning) then
        exc.InvalidRequestError:raise("an update by primary key returns no rows: leave "
            .. "returning() out")
    elseif set and core.flag(set, "variant") then
        exc.InvalidRequestError:raise("an update by primary key does not support "
            .. "ordered_values(): use values()")
    end
end

---Update rows by their primary keys, each with values of its own.
---@param connection corm.Connection
---@param of_mapper corm.orm.Mapper
---@param mappings table[] by attribute; parameters of the statement may be among them
---@param statement? any an UPDATE of the class, with what all rows have in common
---@return corm.Result? # its rowcount is of all batches; nil if there was nothing to send
---@error InvalidRequestError a mapping has no key
---@error StaleDataError a row is not there
function bulk_update.run(connection, of_mapper, mappings, statement)
    statement = statement or require("corm.sql.dml").update(of_mapper.local_table)
    check(statement)
    local run, result, rowcount = new(of_mapper, statement), nil, 0
    local batches = run:batches(mappings)
    for _, batch in ipairs(batches) do
        result = connection:execute(run:statement_for(batch.names), batch.sets)
        run:check_matched(result, #batch.sets)
        rowcount = rowcount + result.rowcount
    end
    return #batches > 1 and core.list_result(false, {}, false, rowcount) or result
end

return bulk_update
