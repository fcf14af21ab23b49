-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local raises = helper.raises

describe("A pool", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
        end)

        after_each(function()
            if it_has.engine then
                it_has.engine:dispose()
            end
        end)

        local function engine(options)
            it_has.engine = corm.create_engine(db.shared_url, options)
            return it_has.engine
        end

        it("lends the same native connection again", function()
            local connection = engine():connect()
            local native = connection.connection.dbapi_connection
            connection:close()
            it_has.engine:connect(function(again)
                assert.equal(native, again.connection.dbapi_connection)
            end)
            assert.equal(1, it_has.engine.pool:checkedin())
            assert.equal(0, it_has.engine.pool:checkedout())
        end)

        it("counts", function()
            local pool = engine({ pool_size = 2, max_overflow = 1 }).pool
            local a, b, c = it_has.engine:connect(), it_has.engine:connect(),
                it_has.engine:connect()
            assert.equal(2, pool:size())
            assert.equal(3, pool:checkedout())
            assert.equal(1, pool:overflow())
            assert.equal("Pool size: 2  Connections in pool: 0 Current Overflow: 1 "
                .. "Current Checked out connections: 3", pool:status())
            a:close()
            b:close()
            c:close()
            assert.equal(2, pool:checkedin())
        end)

        it("that keeps no count is its name", function()
            local pool = engine({ poolclass = corm.NullPool }).pool
            assert.equal("NullPool", pool:status())
            assert.equal("corm.pool.NullPool", tostring(pool))
        end)

        it("says at once that it is exhausted, outside of tasks", function()
            engine({ pool_size = 1, max_overflow = 0, pool_timeout = 30 })
            local connection <close> = it_has.engine:connect()
            local before = os.time()
            local e = raises(exc.TimeoutError, it_has.engine.connect, it_has.engine)
            assert.is_true(os.time() - before < 5)
            assert.truthy(e.message:find("size 1 overflow 0", 1, true))
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
        end)

        it("takes back what was forgotten rather than to be exhausted", function()
            engine({ pool_size = 1, max_overflow = 0 })
            do
                it_has.engine:connect():exec_driver_sql("CREATE TABLE t (x INTEGER)")
            end
            local connection <close> = it_has.engine:connect()
            assert.equal(1, it_has.engine.pool:checkedout())
            assert.has_error(function()
                connection:exec_driver_sql("SELECT * FROM t")
            end)
        end)

        it("rolls back what comes back in a transaction", function()
            local raw = engine():raw_connection()
            raw:execute("BEGIN")
            raw:execute("CREATE TABLE t (x INTEGER)")
            local native = raw.dbapi_connection
            raw:close()
            assert.is_false(native:in_transaction())
            it_has.engine:connect(function(connection)
                assert.equal(native, connection.connection.dbapi_connection)
                assert.has_error(function()
                    connection:exec_driver_sql("SELECT * FROM t")
                end)
            end)
        end)

        it("closes unread results of what comes back", function()
            local connection = engine():connect()
            local result = connection:exec_driver_sql("SELECT 1 UNION ALL SELECT 2")
            result:fetchone()
            connection:close()
            raises(exc.ResourceClosedError, result.fetchone, result)
        end)

        it("tells its listeners", function()
            local seen = {}
            engine()
            for _, name in ipairs({ "first_connect", "connect", "checkout", "reset", "checkin",
                "invalidate", "close", "detach" }) do
                corm.event.listen(it_has.engine, name, function(native, record)
                    assert.is_true(native == nil or native == record.dbapi_connection)
                    seen[#seen + 1] = native and name or name .. " of none"
                end)
            end
            it_has.engine:connect():close()
            it_has.engine:connect():close()
            assert.same({ "first_connect", "connect", "checkout", "reset", "checkin", "checkout",
                "reset", "checkin" }, seen)
            seen = {}
            local connection = it_has.engine:connect()
            connection:invalidate()
            connection:close()
            assert.same({ "checkout", "invalidate", "close", "checkin of none" }, seen)
        end)

        it("lets connect listeners execute", function()
            engine()
            corm.event.listen(it_has.engine, "connect", function(native)
                native:execute("CREATE TEMP TABLE of_mine (x INTEGER)")
                native:commit()
            end)
            it_has.engine:connect(function(connection)
                assert.equal(0, connection:exec_driver_sql(
                    "SELECT count(*) FROM of_mine"):scalar())
            end)
        end)

        it("is as before when a connect listener raises", function()
            engine({ pool_size = 1, max_overflow = 0 })
            local calls = 0
            corm.event.listen(it_has.engine, "connect", function()
                calls = calls + 1
                if calls == 1 then
                    error("not yet", 0)
                end
            end)
            local ok, e = pcall(it_has.engine.connect, it_has.engine)
            assert.is_false(ok)
            assert.equal("not yet", e)
            assert.equal(0, it_has.engine.pool:checkedout())
            it_has.engine:connect():close()
        end)

        it("tells first_connect again when a listener of it has raised", function()
            engine()
            local calls = 0
            corm.event.listen(it_has.engine, "first_connect", function()
                calls = calls + 1
                if calls < 3 then
                    error("not yet", 0)
                end
            end)
            for _ = 1, 2 do
                assert.is_false(pcall(it_has.engine.connect, it_has.engine))
                assert.equal(0, it_has.engine.pool:checkedin())
            end
            local first <close> = it_has.engine:connect()
            local second <close> = it_has.engine:connect()
            assert.equal(3, calls)
            assert.is_false(first.closed or second.closed)
        end)

        it("replaces a connection that a checkout listener refuses", function()
            engine()
            local refused
            corm.event.listen(it_has.engine, "checkout", function(native, record, proxy)
                if not refused then
                    refused = native
                    record.dbapi_connection, proxy.dbapi_connection = nil, nil
                    error(exc.DisconnectionError("stale"))
                end
            end)
            local connection <close> = it_has.engine:connect()
            assert.are_not.equal(refused, connection.connection.dbapi_connection)
            assert.equal("closed", refused:state())
            assert.equal(1, it_has.engine.pool:checkedout())
        end)

        it("keeps nothing as a NullPool", function()
            engine({ poolclass = corm.NullPool })
            local connection = it_has.engine:connect()
            local native = connection.connection.dbapi_connection
            connection:close()
            assert.equal("closed", native:state())
        end)

        it("lends once at a time as an AssertionPool", function()
            engine({ poolclass = corm.AssertionPool })
            local connection = it_has.engine:connect()
            raises(exc.InvalidRequestError, it_has.engine.connect, it_has.engine)
            connection:close()
            it_has.engine:connect():close()
        end)

        it("lends one connection to all as a StaticPool", function()
            engine({ poolclass = corm.StaticPool })
            local a <close> = it_has.engine:connect()
            local b <close> = it_has.engine:connect()
            assert.equal(a.connection.dbapi_connection, b.connection.dbapi_connection)
        end)

        it("replaces connections that are too old", function()
            engine({ pool_recycle = 0 })
            local connection = it_has.engine:connect()
            local native = connection.connection.dbapi_connection
            connection:close()
            corm.asyncio.run(corm.asyncio.sleep, 0.01)
            it_has.engine:connect(function(again)
                assert.are_not.equal(native, again.connection.dbapi_connection)
            end)
            assert.equal("closed", native:state())
        end)

        it("goes on with what was invalidated softly until it is checked out again", function()
            local log = {}
            engine({ pool_size = 1 })
            for _, name in ipairs({ "soft_invalidate", "invalidate", "close" }) do
                corm.event.listen(it_has.engine, name, function(_, record, e)
                    log[#log + 1] = { name, record, e }
                end)
            end
            local raw = it_has.engine:raw_connection()
            local native = raw.dbapi_connection
            raw.record_info.kept = true
            raw:invalidate("old", { soft = true })
            assert.equal(1, raw:execute("SELECT 1"):scalar())
            raw:close()
            assert.equal("soft_invalidate", log[1][1])
            assert.equal("old", log[1][3])
            local again <close> = it_has.engine:raw_connection()
            assert.are_not.equal(native, again.dbapi_connection)
            assert.equal("closed", native:state())
            assert.is_true(again.record_info.kept)
            assert.is_nil(again.info.kept)
            assert.equal("close", log[2][1])
            again:invalidate({ soft = true })
            assert.equal("soft_invalidate", log[3][1])
            assert.is_nil(log[3][3])
            log[3][2]:invalidate({ soft = true })
            assert.equal("soft_invalidate", log[4][1])
            assert.is_false((pcall(again.invalidate, again, { sofd = true })))
            again:close()
        end)

        it("closes what is invalidated by its record", function()
            engine({ pool_size = 1 })
            local native
            corm.event.listen(it_has.engine, "checkin", function(dbapi_connection, record)
                if not native then
                    native = dbapi_connection
                    assert.is_true(record.in_use)
                    assert.equal(native, record.driver_connection)
                    record:invalidate("worn")
                end
            end)
            it_has.engine:connect():close()
            assert.equal("closed", native:state())
            it_has.engine:connect(function(connection)
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            end)
        end)

        it("tells when a detached connection is closed", function()
            local closed = {}
            engine()
            corm.event.listen(it_has.engine, "close_detached", function(native)
                closed[#closed + 1] = native:state()
            end)
            local raw = it_has.engine:raw_connection()
            raw:detach()
            assert.equal(1, raw:execute("SELECT 1"):scalar())
            assert.is_nil(raw.record_info)
            raw:close()
            raw:close()
            local connection = it_has.engine:connect()
            connection:detach()
            connection:close()
            assert.same({ "idle", "idle" }, closed)
        end)

        it("replaces all its connections when a checkout listener suspects them", function()
            engine({ pool_size = 2 })
            local first, second = it_has.engine:connect(), it_has.engine:connect()
            local natives = {
                first.connection.dbapi_connection, second.connection.dbapi_connection,
            }
            first:close()
            second:close()
            corm.event.listen(it_has.engine, "checkout", function()
                exc.InvalidatePoolError:raise("all of them")
            end, { once = true })
            local a, b = it_has.engine:connect(), it_has.engine:connect()
            assert.are_not.equal(natives[1], a.connection.dbapi_connection)
            assert.are_not.equal(natives[2], b.connection.dbapi_connection)
            assert.same({ "closed", "closed" }, { natives[1]:state(), natives[2]:state() })
            a:close()
            b:close()
        end)

        it("resets as it is told", function()
            local function left_by(reset)
                local one = corm.create_engine(db.shared_url, { pool_reset_on_return = reset })
                local raw = one:raw_connection()
                raw:execute("BEGIN")
                raw:execute("CREATE TABLE IF NOT EXISTS r (x INTEGER)")
                local native = raw.dbapi_connection
                raw:close()
                local is_begun = native:in_transaction()
                one:dispose()
                return is_begun
            end
            assert.is_true(left_by(false))
            assert.is_false(left_by("rollback"))
            engine():connect(function(connection)
                assert.is_false(pcall(connection.exec_driver_sql, connection, "SELECT * FROM r"))
            end)
            assert.is_false(left_by("commit"))
            it_has.engine:connect(function(connection)
                assert.equal(0, connection:exec_driver_sql("SELECT count(*) FROM r"):scalar())
            end)
            raises(exc.ArgumentError, corm.create_engine, db.shared_url,
                { pool_reset_on_return = "vacuum" })
        end)

        it("hands out the last one first as a LIFO", function()
            engine({ pool_size = 3, pool_use_lifo = true })
            local a, b = it_has.engine:connect(), it_has.engine:connect()
            local last = b.connection.dbapi_connection
            a:close()
            b:close()
            it_has.engine:connect(function(connection)
                assert.equal(last, connection.connection.dbapi_connection)
            end)
        end)

        it("makes tasks wait for each other, in their order", function()
            engine({ poolclass = corm.AsyncAdaptedQueuePool, pool_size = 1, max_overflow = 0 })
            local order = {}
            local function worker(i)
                return function()
                    it_has.engine:connect(function(connection)
                        connection:exec_driver_sql("SELECT 1"):close()
                        corm.asyncio.sleep(0)
                        order[#order + 1] = i
                    end)
                end
            end
            corm.asyncio.run(function()
                corm.asyncio.gather(worker(1), worker(2), worker(3), worker(4))
            end)
            assert.same({ 1, 2, 3, 4 }, order)
            assert.equal(1, it_has.engine.pool:checkedin())
        end)

        it("fails a task that has waited pool_timeout", function()
            engine({ pool_size = 1, max_overflow = 0, pool_timeout = 0.02 })
            local holder <close> = it_has.engine:connect()
            local e
            corm.asyncio.run(function()
                e = raises(exc.TimeoutError, it_has.engine.connect, it_has.engine)
            end)
            assert.equal("3o7r", e.code)
            assert.truthy(e.message:find("size 1 overflow 0", 1, true))
            holder:close()
        end)

        it("notices leases given back twice", function()
            local raw = engine():raw_connection()
            raw:close()
            raw:close()
            assert.equal(1, it_has.engine.pool:checkedin())
        end)

        if db.name == "postgresql" then
            it("pings before it lends, when asked", function()
                engine({ pool_pre_ping = true, pool_size = 2 })
                local first, second = it_has.engine:connect(), it_has.engine:connect()
                local pid = first:exec_driver_sql("SELECT pg_backend_pid()"):scalar()
                first:close()
                second:exec_driver_sql("SELECT pg_terminate_backend($1, 5000)", { pid })
                second:close()
                local a <close> = it_has.engine:connect()
                local b <close> = it_has.engine:connect()
                assert.equal(1, a:exec_driver_sql("SELECT 1"):scalar())
                assert.equal(1, b:exec_driver_sql("SELECT 1"):scalar())
            end)

            it("lets handle_error deny that a ping found the connection lost", function()
                engine({ pool_pre_ping = true, pool_size = 2 })
                local first, second = it_has.engine:connect(), it_has.engine:connect()
                local pid = first:exec_driver_sql("SELECT pg_backend_pid()"):scalar()
                first:close()
                second:exec_driver_sql("SELECT pg_terminate_backend($1, 5000)", { pid }):close()
                local context
                corm.event.listen(it_has.engine, "handle_error", function(given)
                    context = given
                    given.is_disconnect = false
                end)
                raises(exc.OperationalError, it_has.engine.connect, it_has.engine)
                assert.is_true(context.is_pre_ping)
                assert.is_nil(context.connection)
                second:close()
                it_has.engine:connect():close()
            end)

            it("fails once per connection without a ping, then goes on", function()
                engine({ pool_size = 1 })
                local first = it_has.engine:connect()
                local pid = first:exec_driver_sql("SELECT pg_backend_pid()"):scalar()
                first:close()
                local other = corm.create_engine(db.shared_url)
                other:connect(function(connection)
                    connection:exec_driver_sql("SELECT pg_terminate_backend($1, 5000)", { pid })
                end)
                other:dispose()
                local second = it_has.engine:connect()
                raises(exc.OperationalError, second.exec_driver_sql, second, "SELECT 1")
                second:close()
                it_has.engine:connect(function(third)
                    assert.equal(1, third:exec_driver_sql("SELECT 1"):scalar())
                end)
            end)
        end
    end)

    helper.each_database(function(db)
        it("that is disposed of serves who waits, and closes what comes back (B8)", function()
            local asyncio = corm.asyncio
            local engine = corm.create_engine(db.shared_url, { pool_size = 1, max_overflow = 0 })
            local order = {}
            local old = engine.pool
            asyncio.run(function()
                local lease = engine:connect()
                asyncio.gather(function()
                    local own <close> = engine:connect() -- waits
                    order[#order + 1] = own:scalar(corm.text("SELECT 'served'"))
                end, function()
                    engine:dispose()
                    order[#order + 1] = "disposed"
                    assert.equal("lives on", lease:scalar(corm.text("SELECT 'lives on'")))
                    lease:close()
                end)
            end)
            assert.same({ "disposed", "served" }, order)
            assert.equal(0, old:checkedin())
            assert.equal(0, old:checkedout())
            engine:connect():close()
            assert.is_true(engine.pool ~= old)
            engine:dispose()
        end)
    end)
end)
