-- SPDX-License-Identifier: MIT
-- Engines, connections, transactions, results, URLs, as sqlalchemy.engine.

local connection = require("corm.engine.connection")
local echo = require("corm.engine.echo")
local engine = require("corm.engine.engine")
local result = require("corm.engine.result")
local url = require("corm.engine.url")
local wait = require("corm.engine.wait")

require("corm.engine.processors")
require("corm.engine.raw")

return {
    Connection = connection.Connection,
    Engine = engine.Engine,
    FrozenResult = result.FrozenResult,
    MappingResult = result.MappingResult,
    Result = result.Result,
    Row = result.Row,
    RowMapping = result.RowMapping,
    ScalarResult = result.ScalarResult,
    URL = url.URL,
    create_engine = engine.create_engine,
    engine_from_config = engine.engine_from_config,
    is_connection = connection.is,
    is_engine = engine.is,
    make_url = url.make_url,
    set_log_hook = echo.set_hook,
    wait = wait,
}
