-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local core = require("corm.core")
local asyncio = corm.asyncio
local exc = corm.exc
local raises = helper.raises

describe("asyncio", function()
    it("runs a function and returns its results", function()
        assert.same({ 1, 2 }, { asyncio.run(function(a)
            assert.is_true(asyncio.is_running())
            return a, 2
        end, 1) })
        assert.is_false(asyncio.is_running())
    end)

    it("raises what the function raises", function()
        local boom = { "boom" }
        local ok, e = pcall(asyncio.run, function()
            error(boom)
        end)
        assert.is_false(ok)
        assert.equal(boom, e)
        assert.is_false(asyncio.is_running())
    end)

    it("does not run inside of itself, nor gather outside", function()
        asyncio.run(function()
            raises(exc.InvalidRequestError, asyncio.run, print)
        end)
        raises(exc.InvalidRequestError, asyncio.gather, print)
        raises(exc.InvalidRequestError, asyncio.create_task, print)
    end)

    it("gathers results in order, whoever is first", function()
        local order = {}
        local function sleeper(seconds, name)
            return function()
                asyncio.sleep(seconds)
                order[#order + 1] = name
                return name
            end
        end
        local before = core.now()
        assert.same({ "a", "b", "c" }, { asyncio.run(function()
            return asyncio.gather(sleeper(0.06, "a"), sleeper(0.02, "b"), sleeper(0.04, "c"))
        end) })
        assert.same({ "b", "c", "a" }, order)
        assert.is_true(core.now() - before < 0.12)
    end)

    it("raises the first error of gather and cancels the rest", function()
        local was_closed, went_on = false, false
        local ok, e = pcall(asyncio.run, function()
            asyncio.gather(function()
                asyncio.sleep(0.01)
                error("no", 0)
            end, function()
                local closing <close> = setmetatable({}, { __close = function()
                    was_closed = true
                end })
                asyncio.sleep(5)
                went_on = closing ~= nil
            end)
        end)
        assert.is_false(ok)
        assert.equal("no", e)
        assert.is_true(was_closed)
        assert.is_false(went_on)
    end)

    it("runs tasks beside each other and hands out their results", function()
        assert.equal(3, asyncio.run(function()
            local seen = {}
            local one = asyncio.create_task(function(value)
                seen[#seen + 1] = value
                asyncio.sleep()
                seen[#seen + 1] = value + 1
                return value
            end, 1)
            assert.is_false(one:done())
            seen[#seen + 1] = 0
            assert.equal(1, one:result())
            assert.is_true(one:done())
            assert.same({ 0, 1, 2 }, seen)
            return #seen
        end))
    end)

    it("raises the error of a task that nobody waits for", function()
        local ok, e = pcall(asyncio.run, function()
            asyncio.create_task(function()
                error("lost", 0)
            end)
            asyncio.sleep(1)
        end)
        assert.is_false(ok)
        assert.equal("lost", e)
    end)

    it("cancels tasks, and those that are left at the end", function()
        local closed = 0
        local function waiter()
            local _ <close> = setmetatable({}, { __close = function()
                closed = closed + 1
            end })
            asyncio.sleep(10)
        end
        asyncio.run(function()
            local one = asyncio.create_task(waiter)
            asyncio.create_task(waiter)
            asyncio.sleep(0.01)
            one:cancel()
            assert.is_true(one:cancelled())
            assert.equal(1, closed)
            raises(exc.InvalidRequestError, one.result, one)
        end)
        assert.equal(2, closed)
    end)

    it("gives up after a time", function()
        asyncio.run(function()
            raises(exc.TimeoutError, asyncio.wait_for, function()
                asyncio.sleep(10)
            end, 0.02)
            assert.equal(5, asyncio.wait_for(function()
                asyncio.sleep(0.01)
                return 5
            end, 5))
        end)
    end)

    it("notices that all tasks wait for each other", function()
        raises(exc.InvalidRequestError, asyncio.run, function()
            local other
            local one = asyncio.create_task(function()
                return other:result()
            end)
            other = asyncio.create_task(function()
                return one:result()
            end)
            return one:result()
        end)
    end)

    it("has the names of sqlalchemy.ext.asyncio", function()
        assert.equal(corm.create_engine, asyncio.create_async_engine)
        assert.equal(corm.Connection, asyncio.AsyncConnection)
        assert.has_error(function()
            return asyncio.nonsense
        end)
    end)

    helper.each_database(function(db)
        it("shares a pool, first come, first served", function()
            local engine = corm.create_engine(db.shared_url, { pool_size = 1, max_overflow = 1 })
            local order, most = {}, 0
            local function work(name)
                return function()
                    local connection <close> = engine:connect()
                    order[#order + 1] = name
                    most = math.max(most, engine.pool:checkedout())
                    connection:exec_driver_sql("SELECT 1")
                    asyncio.sleep(0.01)
                    return name
                end
            end
            assert.same({ 1, 2, 3, 4, 5 }, { asyncio.run(function()
                return asyncio.gather(work(1), work(2), work(3), work(4), work(5))
            end) })
            assert.equal(2, most)
            assert.equal(3, order[3])
            assert.equal(5, #order)
            engine:dispose()
        end)

        it("lets a checkout wait no longer than the pool says", function()
            local engine = corm.create_engine(db.shared_url,
                { pool_size = 1, max_overflow = 0, pool_timeout = 0.05 })
            asyncio.run(function()
                local connection <close> = engine:connect()
                local before = core.now()
                raises(exc.TimeoutError, engine.connect, engine)
                local waited = core.now() - before
                assert.is_true(waited >= 0.04 and waited < 2)
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            end)
            engine:dispose()
        end)

        it("takes a connection away from no waiter that was cancelled", function()
            local engine = corm.create_engine(db.shared_url, { pool_size = 1, max_overflow = 0 })
            asyncio.run(function()
                local connection = engine:connect()
                local waiter = asyncio.create_task(function()
                    engine:connect()
                end)
                local patient = asyncio.create_task(function()
                    local own <close> = engine:connect()
                    return own:exec_driver_sql("SELECT 4"):scalar()
                end)
                asyncio.sleep(0.01)
                connection:close()
                waiter:cancel()
                assert.equal(4, patient:result())
            end)
            assert.equal(0, engine.pool:checkedout())
            engine:dispose()
        end)

        if db.name == "postgresql" then
            it("runs queries at the same time", function()
                local engine = asyncio.create_async_engine(db.url)
                local before = core.now()
                local function query(n)
                    return function()
                        local connection <close> = engine:connect()
                        return connection:exec_driver_sql(
                            "SELECT $1::integer FROM pg_sleep(0.2)", { n }):scalar()
                    end
                end
                assert.same({ 1, 2, 3, 4 }, { asyncio.run(function()
                    return asyncio.gather(query(1), query(2), query(3), query(4))
                end) })
                assert.is_true(core.now() - before < 0.75)
                engine:dispose()
            end)

            it("commits and rolls back in tasks", function()
                local engine = corm.create_engine(db.url)
                asyncio.run(function()
                    engine:begin(function(connection)
                        connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
                    end)
                    local first = asyncio.create_task(function()
                        engine:begin(function(connection)
                            connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                        end)
                    end)
                    pcall(asyncio.gather, function()
                        engine:begin(function(connection)
                            connection:exec_driver_sql("INSERT INTO t VALUES (2)")
                            first:result()
                            error("no")
                        end)
                    end)
                    assert.same({ 1 }, engine:connect(function(connection)
                        return connection:exec_driver_sql("SELECT x FROM t"):scalars():all()
                    end))
                end)
                engine:dispose()
            end)
        end
    end)
end)
