-- SPDX-License-Identifier: MIT
-- Every method of the engine's C classes with every wrong self: an error, never a crash.
require("spec.helper")
local corm = require("corm")

local core = require("corm.core")

local CLASSES = { "Result", "ScalarResult", "MappingResult", "ColumnsResult", "Row", "RowMapping",
    "NativeConnection" }

-- Methods that are functions of Lua and read their self later, or not at all.
local LENIENT = {
    partitions = true, supports_sane_multi_rowcount = true, supports_sane_rowcount = true,
    tuples = true,
}

local function each_method(fn)
    assert(corm.engine)
    for _, class in ipairs(CLASSES) do
        for name, method in pairs(core.families[class].methods) do
            if type(method) == "function" then
                fn(class, name, method)
            end
        end
    end
end

describe("Methods", function()
    it("refuse a self of another kind", function()
        local engine = corm.create_engine("sqlite://")
        local light = debug.upvalueid(function()
            return engine
        end, 1)
        for _, wrong in ipairs({ 5, "x", {}, io.stdout, print, light, core.NULL }) do
            each_method(function(class, name, method)
                local ok = pcall(method, wrong)
                assert.is_true(LENIENT[name] or not ok, class .. ":" .. name)
            end)
        end
    end)

    it("of engines, connections and URLs say that they are called with a colon", function()
        local engine = corm.create_engine("sqlite://")
        local connection <close> = engine:connect()
        for method, wrong in pairs({
            [engine.begin] = print, [engine.connect] = {}, [engine.execution_options] = { x = 1 },
            [engine.dispose] = { close = false }, [engine.raw_connection] = false,
            [connection.exec_driver_sql] = "SELECT 1", [connection.begin] = print,
            [connection.execution_options] = { yield_per = 5 }, [connection.commit] = false,
            [connection.scalars] = corm.text("SELECT 1"),
            [engine.url.set] = { database = "x" }, [engine.url.update_query_string] = "x=1",
        }) do
            local ok, e = pcall(method, wrong or nil)
            assert.is_false(ok)
            assert.is_true(corm.exc.ArgumentError:is(e), tostring(e))
            assert.truthy(e.message:find("with a colon", 1, true), e.message)
        end
    end)

    it("do not take one class for another", function()
        local connection <close> = corm.create_engine("sqlite://"):connect()
        local result = connection:exec_driver_sql("SELECT 1 AS x")
        local row = connection:exec_driver_sql("SELECT 1 AS x"):first()
        for _, name in ipairs({ "all", "first", "scalars", "close" }) do
            assert.has_error(function()
                corm.Result[name](row)
            end)
        end
        for _, name in ipairs({ "unpack", "asdict", "keys" }) do
            assert.has_error(function()
                corm.Row[name](result)
            end)
        end
        assert.has_error(function()
            connection.connection.ping(result)
        end)
    end)

    it("of a closed native connection say that it is closed", function()
        local engine = corm.create_engine("sqlite://")
        local raw <close> = engine:raw_connection()
        local native = raw.dbapi_connection
        native:close()
        native:close()
        assert.equal("closed", native:state())
        for _, name in ipairs({ "open", "ping", "pollfd", "events", "timeout", "info", "cancel",
            "drop_results", "in_transaction", "is_in_step", "set_begun", "is_foreign" }) do
            local ok, e = pcall(native[name], native)
            assert.is_false(ok, name)
            assert.is_true(corm.exc.ResourceClosedError:is(e), name)
        end
        assert.has_error(function()
            native:execute("SELECT 1")
        end)
        raw:close()
        assert.equal(1, engine:connect(function(connection)
            return connection:exec_driver_sql("SELECT 1"):scalar()
        end))
    end)

    it("says what is wrong with connection.commit() and its like", function()
        local engine = corm.create_engine("sqlite://")
        local connection <close> = engine:connect()
        for name, object in pairs({
            begin = connection, begin_nested = connection, close = connection,
            commit = connection, rollback = connection,
            get_table_names = corm.inspect(engine), prepare = connection:begin(),
        }) do
            local ok, e = pcall(object[name])
            assert.is_false(ok, name)
            assert.is_true(corm.exc.ArgumentError:is(e), tostring(e))
            assert.truthy(e.message:find(":" .. name .. "() is written with a colon", 1, true))
        end
        connection:rollback()
    end)

    it("cannot be given other metatables", function()
        local connection <close> = corm.create_engine("sqlite://"):connect()
        local result = connection:exec_driver_sql("SELECT 1")
        assert.equal("corm.Result", getmetatable(result))
        assert.equal("corm.Row", getmetatable(result:first()))
        assert.equal("corm.NativeConnection", getmetatable(connection.connection.dbapi_connection))
    end)
end)
