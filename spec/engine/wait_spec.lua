-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local core = require("corm.core")
local wait = corm.engine.wait

describe("Waiting", function()
    it("takes no descriptor at all, and none that is closed", function()
        assert.is_nil(core.poll(-1, "", 0.001))
        assert.same({}, core.poll_many({}, 0.001))
        assert.equal("rw", core.poll(999, "r", 1))
        assert.same({ false, "rw" }, core.poll_many({ { -1, "r" }, { 999, "w" } }, 1))
    end)

    it("returns when the time is over", function()
        local before = core.now()
        wait({
            pollfd = function()
                return -1
            end,
            events = function()
                return ""
            end,
            timeout = function()
                return 0.02
            end,
        })
        local waited = core.now() - before
        assert.is_true(waited >= 0.015 and waited < 2)
    end)

    it("refuses to wait for ever for what only others could bring about", function()
        local ok, e = pcall(wait, {
            pollfd = function()
                return -1
            end,
            events = function()
                return ""
            end,
            timeout = function() end,
        })
        assert.is_false(ok)
        assert.is_true(corm.exc.InvalidRequestError:is(e))
    end)

    it("waits for the lock that another connection holds, then gives up", function()
        local path = helper.temp_file("locked.db")
        local engine = corm.create_engine("sqlite:///" .. path,
            { connect_args = { timeout = 0.1 } })
        local first <close> = engine:connect()
        first:exec_driver_sql("CREATE TABLE t (x INTEGER)")
        first:commit()
        first:exec_driver_sql("INSERT INTO t VALUES (1)")
        local second <close> = engine:connect()
        local before = core.now()
        local ok, e = pcall(second.exec_driver_sql, second, "INSERT INTO t VALUES (2)")
        assert.is_false(ok)
        assert.is_true(corm.exc.OperationalError:is(e))
        assert.is_true(e.is_retryable)
        assert.is_true(core.now() - before >= 0.08)
        second:rollback()
        first:commit()
        second:exec_driver_sql("INSERT INTO t VALUES (2)")
        second:commit()
    end)

    it("lets other tasks go on while one waits for a lock", function()
        local path = helper.temp_file("locked.db")
        local engine = corm.create_engine("sqlite:///" .. path,
            { connect_args = { timeout = 5 } })
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
        end)
        local order = {}
        corm.asyncio.run(function()
            corm.asyncio.gather(function()
                engine:begin(function(connection)
                    connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                    corm.asyncio.sleep(0.05)
                    order[#order + 1] = "first"
                end)
            end, function()
                corm.asyncio.sleep(0.01)
                engine:begin(function(connection)
                    connection:exec_driver_sql("INSERT INTO t VALUES (2)")
                    order[#order + 1] = "second"
                end)
            end)
        end)
        assert.same({ "first", "second" }, order)
    end)
end)
