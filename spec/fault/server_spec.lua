-- SPDX-License-Identifier: MIT
-- Faults of the network and of the server. The numbers are those of spec/faults.md.

local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local text = corm.text
local raises = helper.raises

-- End the server's side of connections.
local function terminate(engine, ...)
    for _, pid in ipairs({ ... }) do
        engine:connect(function(killer)
            killer:exec_driver_sql("SELECT pg_terminate_backend($1, 5000)", { pid })
        end)
    end
end

local function pid_of(connection)
    return connection:scalar(text("SELECT pg_backend_pid()"))
end

helper.each_database(function(db)
    if db.name ~= "postgresql" then
        return
    end

    local function engines()
        return corm.create_engine(db.url), corm.create_engine(db.url)
    end

    local function new_table(engine)
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
        end)
    end

    local function count(engine)
        return engine:connect(function(connection)
            return connection:scalar(text("SELECT count(*) FROM t"))
        end)
    end

    describe("A backend that ends", function()
        it("before the first statement of a lease costs that lease only (A2)", function()
            local engine, other = engines()
            local connection = engine:connect()
            local pid = pid_of(connection)
            connection:commit()
            terminate(other, pid)
            local e = raises(exc.OperationalError, connection.execute, connection,
                text("SELECT 1"))
            assert.is_true(e.connection_invalidated)
            connection:rollback()
            assert.equal(1, connection:scalar(text("SELECT 1")))
            connection:close()
            assert.equal(0, engine.pool:checkedout())
            engine:dispose()
            other:dispose()
        end)

        it("at any statement of a transaction leaves none of it behind (A3)", function()
            local engine, other = engines()
            new_table(other)
            for killed_before = 1, 4 do
                local connection = engine:connect()
                local pid = pid_of(connection)
                local ok, e = pcall(function()
                    for i = 1, 3 do
                        if i == killed_before then
                            terminate(other, pid)
                        end
                        connection:execute(text("INSERT INTO t VALUES (:x)"), { x = i })
                    end
                    terminate(other, pid)
                    connection:commit()
                end)
                assert.is_false(ok)
                assert.is_true(exc.DBAPIError:is(e), tostring(e))
                assert.is_true(connection.invalidated)
                raises(exc.PendingRollbackError, connection.execute, connection,
                    text("SELECT 1"))
                connection:close()
                assert.equal(0, count(other))
            end
            engine:dispose()
            other:dispose()
        end)

        it("takes nobody else along when all end at once (A6)", function()
            local engine, other = engines()
            local leased, pids = {}, {}
            for i = 1, 4 do
                leased[i] = engine:connect()
                pids[i] = pid_of(leased[i])
            end
            leased[4]:close()
            terminate(other, table.unpack(pids))
            for i = 1, 3 do
                raises(exc.OperationalError, leased[i].execute, leased[i], text("SELECT 1"))
                leased[i]:close()
            end
            for _ = 1, 4 do
                engine:connect(function(connection)
                    assert.equal(1, connection:scalar(text("SELECT 1")))
                end)
            end
            assert.equal(0, engine.pool:checkedout())
            engine:dispose()
            other:dispose()
        end)

        it("while it commits leaves it open whether that took effect (A4)", function()
            local engine, other = engines()
            new_table(other)
            other:begin(function(connection)
                connection:exec_driver_sql("CREATE FUNCTION die() RETURNS trigger AS $$ BEGIN "
                    .. "PERFORM pg_terminate_backend(pg_backend_pid()); "
                    .. "PERFORM pg_sleep(10); RETURN NULL; END $$ LANGUAGE plpgsql")
                connection:exec_driver_sql("CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t "
                    .. "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()")
            end)
            local connection = engine:connect()
            connection:execute(text("INSERT INTO t VALUES (1)"))
            local e = raises(exc.CommitUnknown, connection.commit, connection)
            assert.is_true(e.connection_invalidated)
            assert.is_not_true(e.is_retryable)
            assert.is_true(exc.OperationalError:is(e.cause)) -- lost, or told why before that
            raises(exc.PendingRollbackError, connection.execute, connection, text("SELECT 1"))
            connection:close()
            assert.equal(0, count(other))
            engine:dispose()
            other:dispose()
        end)

        it("does not end the program that is writing to it (A23)", function()
            local engine, other = engines()
            local connection = engine:connect()
            local pid = pid_of(connection)
            terminate(other, pid)
            raises(exc.DBAPIError, connection.execute, connection,
                corm.select(corm.func.length(corm.bindparam("x", { type_ = corm.Text }))),
                { x = ("x"):rep(8 << 20) })
            connection:close()
            engine:dispose()
            other:dispose()
        end)

        it("says that a transaction was idle for too long (A16)", function()
            local engine, other = engines()
            local connection = engine:connect()
            connection:exec_driver_sql("SET idle_in_transaction_session_timeout = '20ms'")
            other:connect(function(waiting)
                waiting:exec_driver_sql("SELECT pg_sleep(0.2)")
            end)
            local e = raises(exc.DBAPIError, connection.execute, connection, text("SELECT 1"))
            assert.is_true(e.connection_invalidated)
            assert.matches("idle", e.message)
            connection:close()
            engine:dispose()
            other:dispose()
        end)
    end)

    describe("A server", function()
        it("that is read-only says so, and the connection is good (A17)", function()
            local engine = corm.create_engine(db.url)
            new_table(engine)
            local connection = engine:connect()
            connection:exec_driver_sql("SET default_transaction_read_only = on")
            connection:commit()
            local e = raises(exc.DBAPIError, connection.execute, connection,
                text("INSERT INTO t VALUES (1)"))
            assert.equal("25006", e.orig.sqlstate)
            assert.is_not_true(e.connection_invalidated)
            connection:rollback()
            assert.equal(1, connection:scalar(text("SELECT 1")))
            connection:close()
            engine:dispose()
        end)

        it("that is not there says where it was looked for, and no password (A15)", function()
            local folder = helper.temp_file("nosocket")
            local engine = corm.create_engine("postgresql://me:canary@/x?host=" .. folder)
            local e = raises(exc.OperationalError, engine.connect, engine)
            assert.matches("nosocket", e.message)
            assert.is_nil(tostring(e):find("canary", 1, true))
            assert.equal(0, engine.pool:checkedout())
            engine:dispose()
        end)

        it("that has no such database says so (A15)", function()
            local engine = corm.create_engine((db.url:gsub("/[^/?]*%?", "/nosuchdatabase?")))
            local e = raises(exc.OperationalError, engine.connect, engine)
            assert.matches("nosuchdatabase", e.message)
            engine:dispose()
        end)

        it("that floods with notices is heard out in constant memory (A18)", function()
            local engine = corm.create_engine(db.url)
            local connection = engine:connect()
            connection:exec_driver_sql("SET client_min_messages = notice")
            collectgarbage()
            local before = collectgarbage("count")
            connection:exec_driver_sql("DO $$ BEGIN FOR i IN 1..20000 LOOP "
                .. "RAISE NOTICE 'notice % %', i, repeat('x', 200); END LOOP; END $$")
            collectgarbage()
            assert.is_true(collectgarbage("count") - before < 1000)
            assert.equal(1, connection:scalar(text("SELECT 1")))
            connection:close()
            engine:dispose()
        end)

        it("that starts COPY for text() is refused, and the connection is good (A19)", function()
            local engine = corm.create_engine(db.url)
            new_table(engine)
            local connection = engine:connect()
            for _, sql in ipairs({ "COPY t FROM STDIN", "COPY t TO STDOUT" }) do
                raises(exc.DBAPIError, connection.execute, connection, text(sql))
                connection:rollback()
                assert.equal(1, connection:scalar(text("SELECT 1")))
                connection:rollback()
            end
            connection:close()
            engine:dispose()
        end)

        it("whose limits of time are its own keeps the connection (A21)", function()
            local engine, other = engines()
            new_table(other)
            local connection = engine:connect()
            connection:exec_driver_sql("SET statement_timeout = '30ms'")
            connection:commit()
            local e = raises(exc.DBAPIError, connection.execute, connection,
                text("SELECT pg_sleep(5)"))
            assert.equal("57014", e.orig.sqlstate)
            connection:rollback()
            connection:exec_driver_sql("SET lock_timeout = '30ms'")
            connection:exec_driver_sql("SET statement_timeout = 0")
            connection:commit()
            local holder = other:connect()
            holder:exec_driver_sql("LOCK TABLE t")
            e = raises(exc.DBAPIError, connection.execute, connection, text("SELECT * FROM t"))
            assert.equal("55P03", e.orig.sqlstate)
            holder:close()
            connection:rollback()
            assert.equal(1, connection:scalar(text("SELECT 1")))
            connection:close()
            engine:dispose()
            other:dispose()
        end)

        it("that finds transactions in each other's way says that one may try again (D2)",
            function()
                local engine = corm.create_engine(db.url,
                    { isolation_level = "SERIALIZABLE" })
                new_table(engine)
                local first, second = engine:connect(), engine:connect()
                for _, connection in ipairs({ first, second }) do
                    connection:scalar(text("SELECT sum(x) FROM t"))
                end
                for _, connection in ipairs({ first, second }) do
                    connection:execute(text("INSERT INTO t VALUES (1)"))
                end
                first:commit()
                local e = raises(exc.OperationalError, second.commit, second)
                assert.equal("40001", e.orig.sqlstate)
                assert.is_true(e.is_retryable)
                second:rollback()
                first:close()
                second:close()
                assert.equal(1, count(engine))
                engine:dispose()
            end)

        it("that finds a deadlock ends one of the two, which may try again (D2)", function()
            local engine = corm.create_engine(db.url)
            engine:begin(function(connection)
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
                connection:exec_driver_sql("INSERT INTO t VALUES (1), (2)")
            end)
            local failed, nlocked = {}, 0
            local function cross(a, b)
                return function()
                    local ok, e = pcall(engine.begin, engine, function(connection)
                        connection:exec_driver_sql("SET LOCAL deadlock_timeout = '20ms'")
                        connection:execute(text("SELECT x FROM t WHERE x = :x FOR UPDATE"),
                            { x = a })
                        nlocked = nlocked + 1
                        while nlocked < 2 do
                            corm.asyncio.sleep(0.005)
                        end
                        connection:execute(text("SELECT x FROM t WHERE x = :x FOR UPDATE"),
                            { x = b })
                    end)
                    failed[#failed + 1] = not ok and e or nil
                end
            end
            corm.asyncio.run(function()
                corm.asyncio.gather(cross(1, 2), cross(2, 1))
            end)
            assert.equal(1, #failed)
            assert.equal("40P01", failed[1].orig.sqlstate)
            assert.is_true(failed[1].is_retryable)
            engine:dispose()
        end)

        it("that has no space or memory left keeps the connection (A22)", function()
            local engine = corm.create_engine(db.url)
            new_table(engine)
            for _, state in ipairs({ "53100", "53200" }) do -- disk full, out of memory
                local connection = engine:connect()
                local pid = pid_of(connection)
                connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                local e = raises(exc.OperationalError, connection.exec_driver_sql, connection,
                    ("DO $$ BEGIN RAISE 'no' USING ERRCODE = '%s'; END $$"):format(state))
                assert.equal(state, e.orig.sqlstate)
                assert.is_falsy(e.connection_invalidated)
                connection:rollback()
                assert.equal(pid, pid_of(connection))
                connection:close()
                assert.equal(0, count(engine))
            end
            engine:dispose()
        end)

        -- What a pooler between client and server does: the next transaction is another
        -- session's, without the statements that were prepared.
        local function after_each_transaction(connection, fn)
            for x = 1, 3 do
                fn(connection, x)
                connection:commit()
                connection:exec_driver_sql("DISCARD ALL")
                connection:commit()
            end
        end

        local function insert_and_count(connection, x)
            connection:execute(text("INSERT INTO t VALUES (:x)"), { x = x })
            assert.equal(x, connection:scalar(text("SELECT count(*) FROM t WHERE x > :low"),
                { low = 0 }))
        end

        it("that is another one each time is no matter without prepared statements (A20)",
            function()
                local engine = corm.create_engine(db.url, {
                    connect_args = { cached_statements = 0 },
                })
                new_table(engine)
                local connection = engine:connect()
                connection:execution_options({ isolation_level = "AUTOCOMMIT" })
                after_each_transaction(connection, function(_, x)
                    insert_and_count(connection, x)
                    assert.equal(0, connection:scalar(
                        text("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql "
                        .. "AND name <> ''")))
                end)
                connection:close()
                engine:dispose()
            end)

        it("that forgets prepared statements between transactions is told them anew (A20)",
            function()
                local engine = corm.create_engine(db.url)
                new_table(engine)
                local connection = engine:connect()
                connection:execution_options({ isolation_level = "AUTOCOMMIT" })
                after_each_transaction(connection, insert_and_count)
                connection:close()
                engine:dispose()
            end)
    end)
end)
