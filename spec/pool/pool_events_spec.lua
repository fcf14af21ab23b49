-- SPDX-License-Identifier: MIT
-- What pools tell their listeners, and what goes from one connection to the next.
local helper = require("spec.helper")
local corm = require("corm")

local event = corm.event

helper.each_database(function(db)
    describe("A pool", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url, {
                poolclass = corm.QueuePool, pool_size = 1, max_overflow = 0,
            })
            it_has.pool = it_has.engine.pool
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        it("has the listeners of all pools, of its kind and of its own, in this order", function()
            local seen = {}
            local function note(text)
                return function()
                    seen[#seen + 1] = text
                end
            end
            local of_all, of_kind, of_others = note("all"), note("kind"), note("others")
            event.listen(it_has.pool, "connect", note("own"))
            event.listen(corm.QueuePool, "connect", of_kind)
            event.listen(corm.NullPool, "connect", of_others)
            event.listen(corm.pool.Pool, "connect", of_all)
            it_has.pool:connect():close()
            event.remove(corm.QueuePool, "connect", of_kind)
            event.remove(corm.NullPool, "connect", of_others)
            event.remove(corm.pool.Pool, "connect", of_all)
            assert.same({ "all", "kind", "own" }, seen)
        end)

        it("tells what becomes of a connection that is given up in a transaction", function()
            local engine = corm.create_engine(db.shared_url)
            local seen = {}
            for _, name in ipairs({ "begin", "rollback", "invalidate", "close", "checkin" }) do
                corm.event.listen(engine, name, function(native, record)
                    seen[#seen + 1] = name
                    if name == "checkin" then
                        assert.is_nil(native)
                        assert.is_false(record.dbapi_connection)
                    end
                end)
            end
            local connection = engine:connect()
            local tx = connection:begin()
            connection:invalidate()
            assert.same({ "begin", "invalidate", "close", "checkin" }, seen)
            tx:rollback()
            assert.equal("rollback", seen[5])
            connection:close()
            assert.equal(5, #seen)
            engine:dispose()
        end)

        it("knows its class", function()
            assert.is_true(corm.QueuePool:is(it_has.pool))
            assert.is_true(corm.AsyncAdaptedQueuePool:is(it_has.pool:recreate()))
            assert.is_false(corm.NullPool:is(it_has.pool))
            assert.is_false(corm.QueuePool:is({}))
        end)

        it("tells the listeners of reset what has happened to the transaction", function()
            local states = {}
            event.listen(it_has.engine, "reset", function(_, _, state)
                states[#states + 1] = ("%s %s"):format(state.transaction_was_reset,
                    state.terminate_only)
            end)
            local engine = it_has.engine
            engine:connect():close()
            for _, ending in ipairs({ "close", "rollback", "detach" }) do
                local connection = engine:connect()
                connection:exec_driver_sql("SELECT 1")
                connection[ending](connection)
                connection:close()
            end
            assert.same({ "false false", "true false", "false false", "true true" }, states)
        end)

        it("gives the listeners of checkout what it lends", function()
            local seen
            event.listen(it_has.pool, "checkout", function(native, record, proxy)
                assert.equal(native, proxy.dbapi_connection)
                assert.equal(record.info, proxy.info)
                seen = proxy:execute("SELECT 1"):scalar()
            end)
            it_has.engine:connect():close()
            assert.equal(1, seen)
        end)

        it("keeps record_info from a connection to the one that replaces it", function()
            local raw = it_has.pool:connect()
            raw.info.a, raw.record_info.a = "info", "kept"
            raw:invalidate()
            assert.is_nil(raw.dbapi_connection)
            raw = it_has.pool:connect()
            assert.is_nil(raw.info.a)
            assert.equal("kept", raw.record_info.a)
            raw:detach()
            assert.is_nil(raw.record_info)
            local other = it_has.pool:connect()
            assert.equal("kept", other.record_info.a)
            other:close()
            raw:close()
        end)

        it("has no overflow where nothing limits it", function()
            local pool = corm.QueuePool(it_has.pool._creator, { pool_size = 0 })
            local first, second = pool:connect(), pool:connect()
            assert.equal(0, pool:overflow())
            first:close()
            second:close()
            assert.equal(2, pool:checkedin())
            pool:dispose()
        end)

        it("takes NULL for no reset and for no end of waiting", function()
            local pool = corm.QueuePool(it_has.pool._creator, {
                reset_on_return = corm.NULL, timeout = corm.NULL,
            })
            assert.is_nil(pool:timeout())
            pool:dispose()
        end)
    end)

    describe("connection.connection", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        it("is what the pool has lent", function()
            local connection = it_has.engine:connect()
            local raw = connection.connection
            assert.equal(connection.info, raw.info)
            assert.is_true(raw.is_valid)
            assert.is_false(raw:in_transaction())
            local n = 0
            for row in raw:cursor():execute("SELECT 7") do
                n = n + row[1]
            end
            assert.equal(7, n)
            raw:close()
            assert.is_true(connection.closed)
        end)

        it("invalidates and detaches the Connection it is of", function()
            local connection = it_has.engine:connect()
            connection.connection:invalidate()
            assert.is_true(connection.invalidated)
            assert.equal(1, connection:scalar(corm.select(1)))
            connection.connection:detach()
            assert.is_true(connection.connection.is_detached)
            connection:close()
            assert.equal(0, it_has.engine.pool:checkedout())
        end)
    end)
end)
