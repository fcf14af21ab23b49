-- SPDX-License-Identifier: MIT
-- One option, `timeout`, limits how long a statement may take on either database; cancel()
-- ends one from outside.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local raises = helper.raises

local ENDLESS = {
    sqlite = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        .. "SELECT count(*) AS n FROM c",
    postgresql = "SELECT pg_sleep(60) AS n",
}

helper.each_database(function(db)
    describe("timeout", function()
        local it_has
        local endless = ENDLESS[db.name]

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        local function is_timeout(e)
            assert.is_true(exc.OperationalError:is(e), tostring(e))
            assert.equal("the statement took longer than its time limit", e.message)
            assert.is_falsy(e.connection_invalidated)
        end

        it("is an option of a call", function()
            local connection <close> = it_has.engine:connect()
            is_timeout(raises(exc.OperationalError, connection.execute, connection,
                corm.text(endless), nil, { execution_options = { timeout = 0.05 } }))
            connection:rollback()
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
        end)

        it("is an option of a statement", function()
            local connection <close> = it_has.engine:connect()
            is_timeout(raises(exc.OperationalError, connection.execute, connection,
                corm.text(endless):columns(corm.column("n"))
                    :execution_options({ timeout = 0.05 })))
        end)

        it("is an option of SQL as text, beside its parameters", function()
            local connection <close> = it_has.engine:connect()
            local statement = corm.text(endless .. " WHERE :n = 5"):bindparams({ n = 5 })
                :execution_options({ timeout = 0.05 })
            assert.same({ timeout = 0.05 }, statement:get_execution_options())
            is_timeout(raises(exc.OperationalError, connection.execute, connection, statement))
        end)

        it("is an option of a connection, also for SQL in the driver's words", function()
            local connection <close> = it_has.engine:connect()
            connection:execution_options({ timeout = 0.05 })
            is_timeout(raises(exc.OperationalError, connection.exec_driver_sql, connection,
                endless))
        end)

        it("is an option of an engine, also for its sessions", function()
            local engine = corm.create_engine(db.url,
                { execution_options = { timeout = 0.05 } })
            local session <close> = corm.Session(engine)
            is_timeout(raises(exc.OperationalError, session.execute, session, corm.text(endless)))
            session:rollback()
            assert.equal(1, session:scalar(corm.text("SELECT 1")))
            session:close()
            engine:dispose()
        end)

        it("does not hurt what is quick enough", function()
            local connection <close> = it_has.engine:connect()
            connection:execution_options({ timeout = 60 })
            for i = 1, 3 do
                assert.equal(i, connection:exec_driver_sql("SELECT " .. i):scalar())
            end
        end)

        it("counts the fetching of a stream", function()
            local connection <close> = it_has.engine:connect()
            local slow = db.name == "sqlite" and endless:gsub("count%(%*%) AS n", "x")
                or "SELECT x, pg_sleep(CASE WHEN x > 2 THEN 60 ELSE 0 END) FROM "
                    .. "generate_series(1, 9) AS g(x)"
            local result = connection:exec_driver_sql(slow, nil,
                { execution_options = { timeout = 0.1, stream_results = true } })
            assert.equal(1, result:fetchone()[1])
            is_timeout(raises(exc.OperationalError, result.all, result))
        end)
    end)
end)

describe("cancel", function()
    it("does nothing on a connection at rest", function()
        local engine = corm.create_engine("sqlite://")
        local connection <close> = engine:connect()
        connection:cancel()
        assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
        connection:cancel()
        assert.equal(2, connection:exec_driver_sql("SELECT 2"):scalar())
        connection:close()
        connection:cancel()
        engine:dispose()
    end)

    it("ends a stream at its next row", function()
        local engine = corm.create_engine("sqlite://")
        local connection <close> = engine:connect()
        local result = connection:exec_driver_sql(
            (ENDLESS.sqlite:gsub("count%(%*%) AS n", "x")))
        result:fetchone()
        connection:cancel()
        local e = raises(exc.OperationalError, result.fetchone, result)
        assert.equal("interrupted", e.message)
        assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
        connection:close()
        engine:dispose()
    end)

    helper.each_database(function(db)
        it("ends what another task waits for", function()
            local engine = corm.create_engine(db.shared_url, { poolclass = corm.NullPool })
            local holder <close> = engine:connect()
            holder:exec_driver_sql("CREATE TABLE l (x INTEGER)")
            holder:commit()
            holder:exec_driver_sql("INSERT INTO l VALUES (1)")
            if db.name == "postgresql" then
                holder:exec_driver_sql("LOCK TABLE l")
            end
            local waiter <close> = engine:connect()
            local e
            corm.asyncio.run(function()
                corm.asyncio.gather(function()
                    local ok
                    ok, e = pcall(waiter.exec_driver_sql, waiter, "INSERT INTO l VALUES (2)")
                    assert.is_false(ok)
                    waiter:rollback()
                end, function()
                    corm.asyncio.sleep(0.02)
                    waiter:cancel()
                end)
            end)
            assert.is_true(exc.OperationalError:is(e), tostring(e))
            assert.equal("INSERT INTO l VALUES (2)", e.statement)
            assert.is_falsy(waiter.invalidated)
            holder:rollback()
            assert.equal(0, waiter:exec_driver_sql("SELECT count(*) FROM l"):scalar())
            waiter:close()
            holder:close()
            engine:dispose()
        end)
    end)
end)
