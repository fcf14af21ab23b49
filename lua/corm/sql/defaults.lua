-- SPDX-License-Identifier: MIT
-- What corm gives a column when nobody else does: values and functions of Lua, expressions of
-- SQL, sequences. What the database gives is in sql/server_defaults.lua.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local attach_events = require("corm.sql.attach_events")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")
local constructor = require("corm.util.constructor")
local merged = require("corm.util.merged")
local names = require("corm.sql.names")
local repr = require("corm.util.repr")

local defaults = {}

---A default or onupdate of a column, as column.default shows it.
---@class corm.ColumnDefault
---@field arg any the value, the function or the expression
---@field is_scalar boolean
---@field is_callable boolean
---@field call? fun(context): any what a callable one gives
---@field is_clause_element boolean
---@field is_sequence boolean
---@field for_update boolean
---@field column? corm.Column whose default it is
local ColumnDefault = { __name = "corm.ColumnDefault" }
ColumnDefault.__index = ColumnDefault

function ColumnDefault:__tostring()
    return ("ColumnDefault(%s)"):format(repr.value(self.arg))
end

---What is raised for an error of its function, before it is told its statement.
---@param e any
---@param column corm.Column that was to get a value; `self` may be shared by its copies
---@return any
function ColumnDefault:failed(e, column)
    return exc.wrapped(e, ("%s of column '%s': "):format(
        self.for_update and "onupdate" or "default", tostring(column)))
end

local function is_sequence(value)
    return type(value) == "userdata" and core.metafield(value, "__name") == "corm.Sequence"
end

local function is_callable(value)
    return type(value) == "function"
        or type(value) == "table" and core.metafield(value, "__call") ~= nil
        and core.metafield(value, "__clause_element") == nil
end

-- Functions written in C, os.time or corm.datetime.now, would take the context for an option.
local function caller_of(callable)
    if type(callable) == "function" and debug.getinfo(callable, "S").what == "C" then
        return function()
            return callable()
        end
    end
    return callable
end

---@param value any
---@return boolean
function defaults.is_column_default(value)
    return getmetatable(value) == ColumnDefault
end

---Wrap what was given as default; a Sequence is one by itself.
---@param arg any
---@param for_update? boolean|{for_update?: boolean}
---@return corm.ColumnDefault|corm.Sequence
function defaults.ColumnDefault(arg, for_update)
    if getmetatable(arg) == ColumnDefault or is_sequence(arg) then
        return arg
    elseif type(for_update) == "table" then
        for_update = check_options(for_update, { "for_update" }, "ColumnDefault").for_update
    end
    local node = arg ~= nil and core.resolve(arg) or nil
    local callable = not node and is_callable(arg)
    return setmetatable({
        arg = node or arg,
        is_scalar = not node and not callable,
        is_callable = callable,
        call = callable and caller_of(arg) or nil,
        is_clause_element = node ~= nil,
        is_sequence = false,
        for_update = for_update or false,
    }, ColumnDefault)
end

defaults.ColumnDefault = constructor("ColumnDefault", defaults.ColumnDefault,
    defaults.is_column_default)

---The column's default; of a shared one, that of the column which had it last.
---@param default corm.ColumnDefault|corm.Sequence
---@param column corm.Column
function defaults.bind(default, column)
    (is_sequence(default) and core.pin(default) or default).column = column
end

---The same default for another column.
---@param default corm.ColumnDefault|corm.Sequence
---@return corm.ColumnDefault|corm.Sequence
function defaults.copy(default)
    if is_sequence(default) then
        return defaults.copy_sequence(default)
    end
    return defaults.ColumnDefault(default.arg, default.for_update)
end

---What a column was given as default; what another column has is copied.
---@param value any
---@param for_update boolean
---@return corm.ColumnDefault|corm.Sequence
function defaults.of_column(value, for_update)
    local default = defaults.ColumnDefault(value, for_update)
    return not default.is_sequence and default.column and defaults.copy(default) or default
end

---What both sequences and identity columns can be told.
defaults.NUMBERING = {
    "cache", "cycle", "increment", "info", "maxvalue", "minvalue", "nomaxvalue", "nominvalue",
    "order", "start",
}

local SEQUENCE_OPTIONS = table.move(defaults.NUMBERING, 1, #defaults.NUMBERING, 8, {
    "data_type", "for_update", "metadata", "optional", "quote", "quote_schema", "schema",
})

---Require the numbers among the options of a sequence to be such.
---@param options table
---@param caller string
function defaults.check_numbers(options, caller)
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

local sequence_family = core.families.Sequence
for _, name in ipairs(SEQUENCE_OPTIONS) do
    sequence_family.getters[name] = function()
        return nil
    end
end
sequence_family.getters.column = sequence_family.getters.metadata

-- What a default of any kind says of itself.
for name, answer in pairs({
    is_sequence = true, is_scalar = false, is_callable = false, is_clause_element = false,
}) do
    sequence_family.getters[name] = function()
        return answer
    end
end

---The sequence belongs to a MetaData: it says so, and the MetaData finds it.
---@param sequence corm.Sequence
---@param metadata corm.MetaData
function defaults.join_metadata(sequence, metadata)
    core.pin(sequence).metadata = metadata
    metadata:_register_object(sequence)
end

---The same sequence, of no column and no MetaData.
---@param sequence corm.Sequence
---@return corm.Sequence
function defaults.copy_sequence(sequence)
    local detail = merged(core.pin(sequence))
    detail.column, detail.metadata = nil, nil
    return core.sequence(detail)
end

---A number generator of the database: Sequence("user_id_seq", {start = 1, increment = 1}).
---@param name string|corm.quoted_name
---@param start? integer|table
---@param ... any
---@return any
function defaults.Sequence(name, ...)
    if not names.is(name) then
        args.refuse("Sequence", "a name", name)
    end
    local list, options = args.split(0, SEQUENCE_OPTIONS, "Sequence", ...)
    local detail = merged(options)
    detail.name = names.read(name, "Sequence", "name")
    detail.data_type = detail.data_type
        and require("corm.types").to_instance(detail.data_type, "Sequence")
    if detail.schema == names.BLANK_SCHEMA then
        detail.schema = nil
    else
        detail.schema = names.read(detail.schema, "Sequence", "schema")
            or detail.metadata and detail.metadata.schema or nil
    end
    detail.start = list[1] or detail.start
    detail.increment = list[2] or detail.increment
    detail.for_update, detail.optional = detail.for_update or false, detail.optional or false
    defaults.check_numbers(detail, "Sequence")
    local sequence = core.sequence(detail)
    if detail.metadata then
        defaults.join_metadata(sequence, detail.metadata)
    end
    return sequence
end

defaults.Sequence = constructor("Sequence", defaults.Sequence, is_sequence)
attach_events.of_constructor(defaults.Sequence, "sequence")

function sequence_family.meta:__tostring()
    local start = core.pin(self).start
    return ("Sequence('%s'%s)"):format(self.name, start and ", start=" .. start or "")
end

local sequence_methods = sequence_family.methods

-- Unlike tables and indexes, sequences are looked for unless checkfirst is false.
local function looked_for(options, caller)
    options = check_options(options, { "checkfirst" }, caller)
    return { checkfirst = options.checkfirst ~= false }
end

---Create the sequence in a database, unless it is there.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
function sequence_methods:create(bind, options)
    bridge.get("ddl").create_one(bind, "sequence", self, looked_for(options, "create"))
end

---Drop the sequence from a database, if it is there.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
function sequence_methods:drop(bind, options)
    bridge.get("ddl").drop_one(bind, "sequence", self, looked_for(options, "drop"))
end

---The sequence's next number, as an expression.
---@return corm.ColumnElement
function sequence_methods:next_value()
    if not is_sequence(self) then
        args.refuse("next_value", "a Sequence as self", self)
    end
    local detail = core.pin(self)
    return core.node("function", {
        name = "next_value", variant = true, value = detail.schema,
        type = detail.data_type or require("corm.types").Integer,
        core.node("literal", { name = detail.name }),
    })
end

defaults.is_sequence = is_sequence

return defaults
