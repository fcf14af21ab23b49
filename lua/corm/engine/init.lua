-- SPDX-License-Identifier: MIT
-- Engines, connections, transactions, results, URLs, as sqlalchemy.engine.

local core = require("corm.core")
local bridge = require("corm.sql.bridge")
local connection = require("corm.engine.connection")
local echo = require("corm.engine.echo")
local engine = require("corm.engine.engine")
local errors = require("corm.engine.errors")
local engine_plugins = require("corm.engine.plugins")
local inspector = require("corm.engine.inspector")
local mock = require("corm.engine.mock")
local reflection = require("corm.engine.reflection")
local result = require("corm.engine.result")
local transaction = require("corm.engine.transaction")
local url = require("corm.engine.url")
local wait = require("corm.engine.wait")

require("corm.engine.processors")
require("corm.engine.raw")

-- What tables and DDL objects ask for when they are given an engine.
bridge.provide("ddl", function()
    return require("corm.engine.ddl_runner")
end)
bridge.provide("execution", function()
    return require("corm.engine.execution")
end)
bridge.provide("reflection", function()
    return reflection
end)

-- These classes tell their objects from others: corm.Engine:is(x).
for name, class in pairs({
    ["corm.Connection"] = connection.Connection,
    ["corm.Engine"] = engine.Engine,
    ["corm.ExceptionContext"] = errors.ExceptionContext,
    ["corm.FrozenResult"] = result.FrozenResult,
    ["corm.Inspector"] = inspector.Inspector,
}) do
    function class:is(value)
        return core.metafield(value, "__name") == name
    end
end

return require("corm.util.public")("corm.engine", {
    Connection = connection.Connection,
    CursorResult = result.Result,
    Engine = engine.Engine,
    ExceptionContext = errors.ExceptionContext,
    FrozenResult = result.FrozenResult,
    Inspector = inspector.Inspector,
    IteratorResult = result.IteratorResult,
    MappingResult = result.MappingResult,
    NestedTransaction = transaction.classes.NestedTransaction,
    ObjectKind = reflection.ObjectKind,
    ObjectScope = reflection.ObjectScope,
    Result = result.Result,
    RootTransaction = transaction.classes.RootTransaction,
    Row = result.Row,
    RowMapping = result.RowMapping,
    ScalarResult = result.ScalarResult,
    Transaction = transaction.classes.Transaction,
    TwoPhaseTransaction = transaction.classes.TwoPhaseTransaction,
    URL = url.URL,
    create_engine = engine.create_engine,
    create_mock_engine = mock.create_mock_engine,
    create_pool_from_url = engine.create_pool_from_url,
    engine_from_config = engine.engine_from_config,
    is_connection = connection.is,
    is_engine = engine.is,
    make_url = url.make_url,
    plugins = engine_plugins,
    reflection = reflection,
    set_log_hook = echo.set_hook,
    wait = wait,
})
