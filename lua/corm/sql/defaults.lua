-- SPDX-License-Identifier: MIT
-- Where a column's value comes from when nobody gives one: defaults of Lua and of SQL,
-- sequences, identities, computed columns.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")
local names = require("corm.sql.names")
local repr = require("corm.util.repr")

local defaults = {}

---A default or onupdate of a column, as column.default shows it.
---@class corm.ColumnDefault
---@field arg any the value, the function or the expression
---@field is_scalar boolean
---@field is_callable boolean
---@field is_clause_element boolean
---@field is_sequence boolean
---@field for_update boolean
---@field column? corm.Column whose default it is
local ColumnDefault = { __name = "corm.ColumnDefault" }
ColumnDefault.__index = ColumnDefault

function ColumnDefault:__tostring()
    return ("ColumnDefault(%s)"):format(repr.value(self.arg))
end

local function is_sequence(value)
    return type(value) == "userdata" and core.metafield(value, "__name") == "corm.Sequence"
end

local function is_callable(value)
    return type(value) == "function"
        or type(value) == "table" and core.metafield(value, "__call") ~= nil
        and core.metafield(value, "__clause_element") == nil
end

---@param value any
---@return boolean
function defaults.is_column_default(value)
    return getmetatable(value) == ColumnDefault
end

---Wrap what was given as default.
---@param arg any
---@param for_update? boolean|{for_update?: boolean}
---@return corm.ColumnDefault
function defaults.ColumnDefault(arg, for_update)
    if getmetatable(arg) == ColumnDefault then
        return arg
    elseif type(for_update) == "table" then
        for_update = check_options(for_update, { "for_update" }, "ColumnDefault").for_update
    end
    local node = arg ~= nil and core.resolve(arg) or nil
    local sequence = is_sequence(arg)
    local callable = not node and not sequence and is_callable(arg)
    return setmetatable({
        arg = node or arg,
        is_scalar = not node and not sequence and not callable,
        is_callable = callable,
        is_clause_element = node ~= nil,
        is_sequence = sequence,
        for_update = for_update or false,
    }, ColumnDefault)
end

---What a column was given as default, as an object of its own.
---@param value any
---@param for_update boolean
---@return corm.ColumnDefault
function defaults.of_column(value, for_update)
    local default = defaults.ColumnDefault(value, for_update)
    return default.column and defaults.ColumnDefault(default.arg, default.for_update) or default
end

---A default that the database makes and corm fetches, without saying it in DDL.
---@class corm.FetchedValue
local FetchedValue = { __name = "corm.FetchedValue" }
FetchedValue.__index = FetchedValue

function FetchedValue:__tostring()
    return "FetchedValue()"
end

function defaults.FetchedValue()
    return setmetatable({}, FetchedValue)
end

function defaults.is_fetched_value(value)
    return getmetatable(value) == FetchedValue
end

---A column's server_default as an argument of its own: Column(String, DefaultClause("x")).
---@class corm.DefaultClause
---@field arg any a text or an SQL expression
local DefaultClause = { __name = "corm.DefaultClause" }
DefaultClause.__index = DefaultClause

function DefaultClause:__tostring()
    return ("DefaultClause(%s)"):format(repr.value(self.arg))
end

---@param arg any
---@return corm.DefaultClause
function defaults.DefaultClause(arg)
    return setmetatable({ arg = arg }, DefaultClause)
end

---@param value any
---@return boolean
function defaults.is_default_clause(value)
    return getmetatable(value) == DefaultClause
end

local SEQUENCE_OPTIONS = {
    "cache", "cycle", "increment", "info", "maxvalue", "minvalue", "nomaxvalue", "nominvalue",
    "order", "start",
}
local function with(known, more)
    return table.move(more, 1, #more, #known + 1, { table.unpack(known) })
end

local SEQUENCE_ONLY = with(SEQUENCE_OPTIONS, {
    "data_type", "for_update", "metadata", "optional", "quote", "quote_schema", "schema",
})
local IDENTITY_ONLY = with(SEQUENCE_OPTIONS, { "always", "on_null" })

local function check_numbers(options, caller)
    for _, name in ipairs({ "cache", "increment", "maxvalue", "minvalue", "start" }) do
        local value = options[name]
        if value ~= nil and math.type(value) ~= "integer" then
            exc.ArgumentError:raise("%s: %s must be an integer, got %s", caller, name,
                repr.value(value))
        end
    end
    if options.increment == 0 then
        exc.ArgumentError:raise("%s: increment must not be 0", caller)
    end
end

local function copy(options)
    local detail = {}
    for key, value in pairs(options) do
        detail[key] = value
    end
    return detail
end

---A number generator of the database: Sequence("user_id_seq", {start = 1, increment = 1}).
---@param name string
---@param start? integer|table
---@param ... any
---@return any
function defaults.Sequence(name, ...)
    args.check(name, "string", "Sequence", "name")
    local list, options = args.split(0, SEQUENCE_ONLY, "Sequence", ...)
    local detail = copy(options)
    detail.name = name
    detail.data_type = detail.data_type
        and require("corm.types").to_instance(detail.data_type, "Sequence")
    if detail.schema == names.BLANK_SCHEMA then
        detail.schema = nil
    else
        detail.schema = detail.schema or detail.metadata and detail.metadata.schema or nil
    end
    detail.start = list[1] or detail.start
    detail.increment = list[2] or detail.increment
    check_numbers(detail, "Sequence")
    local sequence = core.sequence(detail)
    if detail.metadata then
        detail.metadata:_add_sequence(sequence)
    end
    return sequence
end

local sequence_methods = core.families.Sequence.methods

---Create the sequence in a database.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
function sequence_methods:create(bind, options)
    bridge.get("ddl").create_one(bind, "sequence", self, options)
end

---Drop the sequence from a database.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
function sequence_methods:drop(bind, options)
    bridge.get("ddl").drop_one(bind, "sequence", self, options)
end

---The sequence's next number, as an expression.
---@return corm.ColumnElement
function sequence_methods:next_value()
    local detail = core.pin(self)
    return core.node("function", {
        name = "next_value", variant = true, value = detail.schema,
        type = detail.data_type or require("corm.types").Integer,
        core.node("literal", { name = detail.name }),
    })
end

---A column that the database numbers: Identity({start = 1, always = true}).
---@class corm.Identity
local Identity = { __name = "corm.Identity" }
Identity.__index = Identity

---@param options? table
function defaults.Identity(...)
    local list, options = args.split(0, IDENTITY_ONLY, "Identity", ...)
    local detail = copy(options)
    detail.always = list[1] or detail.always
    check_numbers(detail, "Identity")
    return setmetatable({ options = detail, sequence = core.sequence(detail) }, Identity)
end

function defaults.is_identity(value)
    return getmetatable(value) == Identity
end

---A column that the database computes: Computed("price * amount", {persisted = true}).
---@class corm.Computed
---@field sqltext any
---@field persisted? boolean
local Computed = { __name = "corm.Computed" }
Computed.__index = Computed

---@param sqltext any text or an expression
---@param options? {persisted?: boolean}
function defaults.Computed(sqltext, options)
    options = check_options(options, { "persisted" }, "Computed")
    if type(sqltext) == "string" then
        sqltext = core.node("text", { name = sqltext })
    end
    return setmetatable({
        sqltext = core.clause(sqltext, "Computed"),
        persisted = options.persisted,
    }, Computed)
end

function defaults.is_computed(value)
    return getmetatable(value) == Computed
end

defaults.is_sequence = is_sequence

return defaults
