-- SPDX-License-Identifier: MIT
-- A program, or whoever feeds it, that uses up things: connections, prepared statements,
-- open results, nesting. Each has a bound, ends in an error of corm's, and all is fit for
-- use afterwards.
local helper = require("spec.helper")
local core = require("corm.core")
local corm = require("corm")

local exc = corm.exc
local raises = helper.raises

helper.each_database(function(db)
    describe("Using up", function()
        it("connections ends in a TimeoutError, and the pool goes on", function()
            local engine = corm.create_engine(db.shared_url,
                { pool_size = 2, max_overflow = 1 })
            local held = {}
            for i = 1, 3 do
                held[i] = engine:connect()
            end
            for _ = 1, 100 do
                raises(exc.TimeoutError, engine.connect, engine)
            end
            assert.equal(3, engine.pool:checkedout())
            for _, connection in ipairs(held) do
                connection:close()
            end
            engine:connect():close()
            assert.equal(2, engine.pool:checkedin())
            engine:dispose()
        end)

        it("connections by forgetting them is made good by the collector", function()
            local engine = corm.create_engine(db.shared_url,
                { pool_size = 2, max_overflow = 0 })
            for _ = 1, 50 do
                engine:connect():exec_driver_sql("SELECT 1")
            end
            collectgarbage()
            collectgarbage()
            engine:connect():close()
            assert.is_true(engine.pool:checkedout() <= 2)
            engine:dispose()
        end)

        it("prepared statements stays within the cache", function()
            local url = corm.make_url(db.url):update_query_dict({ cached_statements = "10" })
            local engine = corm.create_engine(url)
            local connection <close> = engine:connect()
            local before = core.counters().statements
            local placeholder = db.name == "sqlite" and "?" or "$1::int"
            for i = 1, 200 do
                assert.equal(i + 1, connection:exec_driver_sql(
                    ("SELECT %s + 1 AS x%d"):format(placeholder, i), { i }):scalar())
            end
            assert.is_true(core.counters().statements - before <= 10)
            if db.name == "postgresql" then
                connection:rollback()
                connection:exec_driver_sql("SELECT $1::int AS last", { 1 }):close()
                connection:rollback()
                connection:exec_driver_sql("SELECT $1::int AS really_last", { 1 }):close()
                assert.is_true(connection:exec_driver_sql(
                    "SELECT count(*) FROM pg_prepared_statements"):scalar() <= 14)
            end
            connection:close()
            engine:dispose()
        end)

        it("compiled statements stays within query_cache_size", function()
            local engine = corm.create_engine(db.url, { query_cache_size = 10 })
            engine:connect(function(connection)
                for i = 1, 200 do
                    connection:execute(corm.select(corm.literal_column("1"):label("x" .. i)))
                        :close()
                end
            end)
            engine:dispose()
        end)

        it("results by leaving a thousand of them open is made good at checkin", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            local results = {}
            for i = 1, 1000 do
                results[i] = connection:exec_driver_sql("SELECT 1 UNION SELECT 2",
                    nil, { execution_options = { stream_results = i % 2 == 0 } })
                results[i]:fetchone()
            end
            connection:close()
            for _, result in ipairs(results) do
                raises(exc.ResourceClosedError, function()
                    result:fetchone()
                    return result:all()
                end)
            end
            engine:connect(function(again)
                assert.equal(1, again:exec_driver_sql("SELECT 1"):scalar())
            end)
            engine:dispose()
        end)

        it("parameters beyond the database's limit is an error or is split", function()
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                local list = {}
                for i = 1, 300000 do
                    list[i] = i
                end
                local t = corm.Table("t", corm.MetaData(), corm.Column("x", corm.Integer))
                t.metadata:create_all(connection)
                connection:commit()
                raises(exc.DBAPIError, connection.execute, connection,
                    corm.select(t):where(t.c.x:in_(list)))
                connection:rollback()
                local sets = {}
                for i = 1, 70000 do
                    sets[i] = { x = i }
                end
                connection:execute(corm.insert(t), sets)
                assert.equal(70000, connection:scalar(corm.select(corm.func.count(t.c.x))))
            end)
            engine:dispose()
        end)

        it("savepoints by nesting a thousand of them unwinds", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            for _ = 1, 1000 do
                connection:begin_nested()
            end
            connection:rollback()
            assert.is_false(connection:in_nested_transaction())
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            connection:close()
            engine:dispose()
        end)

        it("the stack by SQL that nests too deep is an error of the database", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            raises(exc.DBAPIError, connection.exec_driver_sql, connection,
                "SELECT " .. ("("):rep(100000) .. "1" .. (")"):rep(100000))
            connection:rollback()
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            connection:close()
            engine:dispose()
        end)
    end)
end)
