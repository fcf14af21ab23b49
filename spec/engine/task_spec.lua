-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local core = require("corm.core")
local exc = corm.exc
local task = corm.task
local raises = helper.raises

-- Drive a task by poll(2), as any loop would.
local function drive(it)
    local nwaits = 0
    while true do
        local results = table.pack(task.resume(it))
        if results[1] == "done" then
            return nwaits, table.unpack(results, 2, results.n)
        end
        nwaits = nwaits + 1
        local waitable = results[2]
        core.poll(waitable:pollfd(), waitable:events(), waitable:timeout())
    end
end

describe("A task", function()
    it("returns what its function returns", function()
        local it_ = task.create(function(a, b)
            return a + b, nil, "x"
        end, 1, 2)
        assert.equal("new", it_:status())
        local results = table.pack(task.resume(it_))
        assert.equal(4, results.n)
        assert.same({ "done", 3, nil, "x" }, { table.unpack(results, 1, 4) })
        assert.equal("done", it_:status())
        raises(exc.InvalidRequestError, task.resume, it_)
    end)

    it("raises what its function raises", function()
        local boom = { "boom" }
        local it_ = task.create(function()
            error(boom)
        end)
        local ok, e = pcall(task.resume, it_)
        assert.is_false(ok)
        assert.equal(boom, e)
        assert.equal("failed", it_:status())
    end)

    it("never waits on SQLite", function()
        local nwaits, value = drive(task.create(function()
            local engine = corm.create_engine("sqlite://")
            return engine:connect(function(connection)
                return connection:exec_driver_sql("SELECT 5"):scalar()
            end)
        end))
        assert.equal(0, nwaits)
        assert.equal(5, value)
    end)

    helper.each_database(function(db)
        if db.name ~= "postgresql" then
            return
        end

        it("yields what it waits for", function()
            local engine = corm.create_engine(db.url)
            local nwaits, value = drive(task.create(function()
                assert.is_true(task.in_task())
                return engine:begin(function(connection)
                    connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
                    connection:exec_driver_sql("INSERT INTO t VALUES ($1)", { 7 })
                    local sum = 0
                    for row in connection:exec_driver_sql("SELECT x FROM t") do
                        sum = sum + row.x
                    end
                    return sum
                end)
            end))
            assert.is_true(nwaits > 0)
            assert.equal(7, value)
            engine:dispose()
        end)

        it("yields inside of iteration over a stream", function()
            local engine = corm.create_engine(db.url)
            local nwaits, n = drive(task.create(function()
                local connection <close> = engine:connect()
                local sum = 0
                for row in connection:stream(
                    corm.text("SELECT i, repeat('x', 20000), pg_sleep(0.005) "
                        .. "FROM generate_series(1, 20) i")) do
                    sum = sum + row.i
                end
                return sum
            end))
            assert.is_true(nwaits > 0)
            assert.equal(210, n)
            engine:dispose()
        end)

        it("rolls back before it is done when its function raises", function()
            local engine = corm.create_engine(db.url)
            local it_ = task.create(function()
                engine:begin(function(connection)
                    connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
                    error("no", 0)
                end)
            end)
            local ok, e = pcall(function()
                while task.resume(it_) == "wait" do
                    local waitable = it_.waitable
                    core.poll(waitable:pollfd(), waitable:events(), waitable:timeout())
                end
            end)
            assert.is_false(ok)
            assert.equal("no", e)
            assert.equal(1, engine.pool:checkedin())
            engine:connect(function(connection)
                assert.is_nil(connection:exec_driver_sql("SELECT to_regclass('t')"):scalar())
            end)
            engine:dispose()
        end)

        it("blocks in coroutines that are no tasks", function()
            local engine = corm.create_engine(db.url)
            local co = coroutine.wrap(function()
                return engine:connect(function(connection)
                    return connection:exec_driver_sql("SELECT 3"):scalar()
                end)
            end)
            assert.equal(3, co())
            engine:dispose()
        end)

        it("is cancelled where it waits, and the connection is fit for use", function()
            local engine = corm.create_engine(db.url, { pool_size = 1, max_overflow = 0 })
            local it_ = task.create(function()
                local connection <close> = engine:connect()
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
                local tx <close> = connection:begin_nested()
                connection:exec_driver_sql("SELECT pg_sleep(30)")
                return tx
            end)
            local deadline = core.now() + 0.3
            repeat
                local _, waitable = task.resume(it_)
                core.poll(waitable:pollfd(), waitable:events(), 0.05)
            until core.now() > deadline
            local before = core.now()
            it_:cancel()
            assert.equal("cancelled", it_:status())
            engine:connect(function(connection)
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
                assert.has_error(function()
                    connection:exec_driver_sql("SELECT * FROM t")
                end)
            end)
            assert.is_true(core.now() - before < 10)
            engine:dispose()
        end)

        it("that is abandoned gives its connection back in the end", function()
            local engine = corm.create_engine(db.url, { pool_size = 1, max_overflow = 0 })
            do
                local it_ = task.create(function()
                    local connection = engine:connect()
                    connection:exec_driver_sql("SELECT pg_sleep(30)")
                end)
                local deadline = core.now() + 0.2
                repeat
                    local _, waitable = task.resume(it_)
                    core.poll(waitable:pollfd(), waitable:events(), 0.05)
                until core.now() > deadline
            end
            collectgarbage()
            collectgarbage()
            local before = core.now()
            engine:connect(function(connection)
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            end)
            assert.is_true(core.now() - before < 10)
            engine:dispose()
        end)

        it("cannot use a connection that another one waits on", function()
            local engine = corm.create_engine(db.url)
            local connection
            local sleeper = task.create(function()
                connection = engine:connect()
                connection:exec_driver_sql("SELECT pg_sleep(0.2)")
                local value = connection:exec_driver_sql("SELECT 1"):scalar()
                connection:close()
                return value
            end)
            local deadline = core.now() + 0.1
            repeat
                local _, waitable = task.resume(sleeper)
                core.poll(waitable:pollfd(), waitable:events(), 0.02)
            until core.now() > deadline
            raises(exc.IllegalStateChangeError, connection.exec_driver_sql, connection,
                "SELECT 2")
            local _, value = drive(sleeper)
            assert.equal(1, value)
            engine:dispose()
        end)
    end)
end)
