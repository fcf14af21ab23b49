-- SPDX-License-Identifier: MIT
-- What listeners of do_orm_execute are told: the statement that a session is about to
-- execute, which they may change, or replace by a result of their own.

local core = require("corm.core")
local mapper = require("corm.orm.mapper")
local merged = require("corm.util.merged")

local orm_execute_state = {}

---@class corm.ORMExecuteState
---@field session corm.Session
---@field statement any may be replaced
---@field parameters? table
---@field execution_options table
---@field bind_arguments table
---@field is_select boolean
---@field is_insert boolean
---@field is_update boolean
---@field is_delete boolean
---@field is_orm_statement boolean a mapped class is in it
---@field is_executemany boolean
---@field is_column_load boolean attributes of an object are loaded
---@field is_relationship_load boolean a relationship is loaded
---@field all_mappers corm.orm.Mapper[]
---@field bind_mapper? corm.orm.Mapper
local State = { __name = "corm.ORMExecuteState" }

local KINDS = {
    is_select = { select = true, compound = true },
    is_insert = { insert = true },
    is_update = { update = true },
    is_delete = { delete = true },
}

local function mappers_of(statement)
    local list = {}
    for i, id in ipairs(core.entity_ids(statement)) do
        list[i] = mapper.by_id(id)
    end
    return list
end

local getters = {
    all_mappers = function(self)
        return mappers_of(self.statement)
    end,
    bind_mapper = function(self)
        return mappers_of(self.statement)[1]
    end,
    is_orm_statement = function(self)
        return mappers_of(self.statement)[1] ~= nil
    end,
    is_executemany = function(self)
        return type(self.parameters) == "table" and type(self.parameters[1]) == "table"
    end,
}

function State:__index(key)
    local kinds = KINDS[key]
    if kinds then
        return kinds[core.kind(self.statement)] or false
    elseif getters[key] then
        return getters[key](self)
    end
    return State[key]
end

function State:__tostring()
    return "ORMExecuteState"
end

-- The next listener, or the execution itself behind the last one.
local function next_result(self)
    local list = self.session.dispatch.do_orm_execute or {}
    while self._place < #list do
        self._place = self._place + 1
        local result = list[self._place].call(self)
        if result ~= nil then
            return result
        end
    end
    return require("corm.orm.session_execute").execute(self.session,
        core.resolve(self.statement) or self.statement, self.parameters,
        next(self.execution_options) ~= nil and self.execution_options or nil,
        next(self.bind_arguments) ~= nil and self.bind_arguments or nil)
end

---Execute the statement now, the listeners behind this one included; for a listener that
---does something with the result, and returns it.
---@param statement? any another statement
---@param parameters? table further parameters
---@param options? {execution_options?: table, bind_arguments?: table}
---@return corm.Result
function State:invoke_statement(statement, parameters, options)
    options = options or {}
    local inner = orm_execute_state.new(self.session, statement or self.statement,
        parameters and merged(self.parameters, parameters) or self.parameters,
        merged(self.execution_options, options.execution_options),
        merged(self.bind_arguments, options.bind_arguments))
    inner.is_column_load, inner.is_relationship_load =
        self.is_column_load, self.is_relationship_load
    inner._place = self._place
    return next_result(inner)
end

---Execution options beside those that are there.
---@param options table
function State:update_execution_options(options)
    self.execution_options = merged(self.execution_options, options)
end

---The objects of an option class that the statement carries.
---@return any[]
function State:user_defined_options()
    return core.user_options and core.user_options(self.statement) or {}
end

---Make the state of an execution.
---@param session corm.Session
---@param statement any
---@param parameters? table
---@param execution_options? table
---@param bind_arguments? table
---@return corm.ORMExecuteState
function orm_execute_state.new(session, statement, parameters, execution_options, bind_arguments)
    return setmetatable({
        session = session,
        statement = core.resolve(statement) or statement,
        parameters = parameters,
        execution_options = execution_options or {},
        bind_arguments = bind_arguments or {},
        is_column_load = false,
        is_relationship_load = false,
        _place = 0,
    }, State)
end

---Ask the listeners, then execute.
---@param session corm.Session
---@param statement any
---@param parameters? table
---@param execution_options? table
---@param bind_arguments? table
---@return corm.Result
function orm_execute_state.run(session, statement, parameters, execution_options, bind_arguments)
    return next_result(orm_execute_state.new(session, statement, parameters, execution_options,
        bind_arguments))
end

return orm_execute_state
