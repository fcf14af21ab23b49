-- SPDX-License-Identifier: MIT
-- An engine that runs nothing: it hands each statement of data definition to a function, so
-- that create_all() shows what it would do.
--
--     local engine = corm.create_mock_engine("postgresql://", function(sql)
--         print(tostring(sql) .. ";")
--     end)
--     metadata:create_all(engine)

local core = require("corm.core")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local missing = require("corm.util.missing")
local url = require("corm.engine.url")

-- What the function gets: tostring() and :compile() give the text.
local Statement = { __name = "corm.MockStatement" }
Statement.__index = Statement

function Statement:__tostring()
    return self.text
end

function Statement:compile()
    return self
end

---@class corm.MockConnection
---@field engine corm.MockConnection itself
local Mock = {}

local meta = { __name = "corm.MockConnection" }

function meta:__index(key)
    return Mock[key] or key == "engine" and self or missing("MockConnection", key, Mock)
end

function meta:__tostring()
    return ("MockConnection(%s)"):format(self.name)
end

---It is its own connection.
---@param fn? fun(connection: corm.MockConnection): any
---@return corm.MockConnection|any
function Mock:connect(fn)
    if fn then
        return fn(self)
    end
    return self
end

---As connect(): there is nothing to commit.
---@param fn? fun(connection: corm.MockConnection): any
---@return corm.MockConnection|any
function Mock:begin(fn)
    return self:connect(fn)
end

---Nothing is held.
function Mock.close()
end

function Mock:run_ddl(sql)
    self._executor(setmetatable({ text = sql }, Statement))
end

function Mock.get_execution_options()
    return {}
end

---Hand any statement to the function.
function Mock:execute(statement, parameters)
    if core.metafield(statement, "__name") == "corm.DDLElement" then
        return self:run_ddl(tostring(statement:compile({ dialect = self.name })))
    end
    self._executor(core.compile(statement, self.dialect), parameters)
end

local mock = {}

---Make such an engine.
---@param address string|corm.URL only its dialect counts
---@param executor fun(sql: any, parameters?: table)
---@param options? table there are none
---@return corm.MockConnection
function mock.create_mock_engine(address, executor, options)
    check_options(options, {}, "create_mock_engine")
    check(executor, "function", "create_mock_engine", "a function of (sql, parameters)")
    local name = url.make_url(address):get_backend_name()
    return setmetatable({
        is_mock = true,
        dialect = { name = name, family = name },
        name = name,
        _executor = executor,
    }, meta)
end

return mock
