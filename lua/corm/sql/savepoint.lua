-- SPDX-License-Identifier: MIT
-- The statements of savepoints as objects, which is how listeners of before_execute get them;
-- executed, they are sent as they are:
--
--     if corm.SavepointClause:is(clauseelement) then print(clauseelement.ident) end

local bridge = require("corm.sql.bridge")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local core = require("corm.core")

---A statement about a savepoint.
---@class corm.SavepointElement
---@field ident string name of the savepoint
local Savepoint = {}

local meta = { __name = "corm.SavepointElement", __index = Savepoint }

---The SQL.
---@param dialect string
---@return string
function Savepoint:_text(dialect)
    return self._class._verb .. core.ddl_name(self.ident, dialect)
end

function meta:__tostring()
    return self:_text("default")
end

-- What compile() returns.
local compiled_meta = {
    __name = "corm.SavepointCompiled",
    __tostring = function(compiled)
        return compiled.string
    end,
}

---The statement in a dialect, which says what names have to be quoted.
---@param options? {dialect?: string|table, compile_kwargs?: table}
---@return {string: string, params: table}
function Savepoint:compile(options)
    options = check_options(options, { "compile_kwargs", "dialect" }, "compile")
    local dialect = options.dialect or "default"
    local name = type(dialect) == "table" and dialect.name or dialect
    return setmetatable({ string = self:_text(name), params = {} }, compiled_meta)
end

-- How Connection:execute() runs it.
function meta:__execute_on_connection(connection, _, options)
    local execution = bridge.get("execution")
    execution.autobegin(connection)
    return execution.execute_savepoint(connection, self, options)
end

---@class corm.SavepointClass
local Class = { __name = "corm.Class" }
Class.__index = Class

---@param ident string
---@return corm.SavepointElement
function Class:__call(ident)
    check(ident, "string", self._name, "the name of a savepoint")
    return setmetatable({ ident = ident, _class = self }, meta)
end

function Class:__tostring()
    return "corm." .. self._name
end

---Whether a value is a statement of this class.
---@param value any
---@return boolean
function Class:is(value)
    return getmetatable(value) == meta and value._class == self
end

local function define(name, verb)
    return setmetatable({ _name = name, _verb = verb }, Class)
end

return {
    SavepointClause = define("SavepointClause", "SAVEPOINT "),
    RollbackToSavepointClause = define("RollbackToSavepointClause", "ROLLBACK TO SAVEPOINT "),
    ReleaseSavepointClause = define("ReleaseSavepointClause", "RELEASE SAVEPOINT "),
}
