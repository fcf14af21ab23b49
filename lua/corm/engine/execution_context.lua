-- SPDX-License-Identifier: MIT
-- What listeners and default functions are told of an execution.

local core = require("corm.core")
local check_options = require("corm.util.options")
local missing = require("corm.util.missing")

local step = core.execution

---@class corm.ExecutionContext
---@field connection corm.Connection
---@field root_connection corm.Connection
---@field engine corm.Engine
---@field dialect table
---@field execution_options table
---@field invoked_statement? any
---@field compiled? corm.Compiled
---@field cursor? corm.Result
---@field statement? string
---@field parameters? table as they are sent
---@field executemany boolean there are many parameter sets
---@field isinsert boolean
---@field isupdate boolean
---@field isdelete boolean
---@field is_crud boolean any of these
---@field isddl boolean it is a statement of data definition
---@field is_text boolean it is text(), or SQL in the driver's own words
---@field current_column? corm.Column whose default is computed
---@field current_parameters? table of the set that a default is computed for
---@field current_row? integer which of the rows of the set, if it has several
local Context = {}

local meta = { __name = "corm.ExecutionContext" }

-- What may not be known yet, or never.
local OPTIONAL = {
    compiled = true, current_column = true, current_parameters = true, current_row = true,
    cursor = true,
    invoked_statement = true, parameters = true, statement = true,
}

local function kind_of(self)
    return self.cursor and step.kind(self.cursor) or "other"
end

local getters = {}

function getters.isinsert(self)
    return kind_of(self) == "insert"
end

function getters.isupdate(self)
    return kind_of(self) == "update"
end

function getters.isdelete(self)
    return kind_of(self) == "delete"
end

function getters.is_crud(self)
    local kind = kind_of(self)
    return kind == "insert" or kind == "update" or kind == "delete"
end

function getters.is_text(self)
    local kind = self.invoked_statement and core.kind(self.invoked_statement)
    return not self.isddl and (kind == nil or kind == "text" or kind == "statement_text")
end

function getters.executemany(self)
    return self.cursor ~= nil and step.set_count(self.cursor) > 1
end

function getters.isddl() -- of others it is a field
    return false
end

function meta:__index(key)
    if getters[key] then
        return getters[key](self)
    end
    return Context[key] or not OPTIONAL[key] and missing("ExecutionContext", key, Context) or nil
end

-- The values of one of several rows: "a_m0", "b_m0" … are those of the first, as is what a
-- default gave it, "c".
local function values_of_row(parameters, row)
    local values = {}
    for name, value in pairs(parameters) do
        local key, number = name:match("^(.*)_m(%d+)$")
        if (tonumber(number) or 0) == row - 1 then
            values[key or name] = value
        end
    end
    return values
end

---The values of the row that a default is computed for, by column key.
---@param options? {isolate_multiinsert_groups?: boolean} false: of all rows of values({…}, {…})
---@return table
function Context:get_current_parameters(options)
    options = check_options(options, { "isolate_multiinsert_groups" }, "get_current_parameters")
    local parameters = self.current_parameters or {}
    if self.current_row and options.isolate_multiinsert_groups ~= false then
        return values_of_row(parameters, self.current_row)
    end
    return parameters
end

local execution_context = {}

---@param connection corm.Connection
---@param options? table execution options
---@param statement? any
---@param result? corm.Result
---@return corm.ExecutionContext
function execution_context.new(connection, options, statement, result)
    return setmetatable({
        connection = connection,
        root_connection = connection,
        engine = connection.engine,
        dialect = connection.dialect,
        execution_options = options or {},
        invoked_statement = statement,
        cursor = result,
    }, meta)
end

return execution_context
