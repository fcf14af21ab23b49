-- SPDX-License-Identifier: MIT
-- Rows that come while they are read: memory stays flat however many there are.
local helper = require("spec.helper")
local corm = require("corm")

local NROWS = 1000000

-- Resident memory of this process in kilobytes.
local function resident_kb()
    for line in io.lines("/proc/self/status") do
        local kb = line:match("^VmRSS:%s+(%d+)")
        if kb then
            return tonumber(kb)
        end
    end
end

local function numbers(db, n)
    if db.name == "postgresql" then
        return corm.text(("SELECT x, 'row ' || x AS name FROM generate_series(1, %d) AS g(x)")
            :format(n))
    end
    return corm.text(([[WITH RECURSIVE g(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM g LIMIT %d)
        SELECT x, 'row ' || x AS name FROM g]]):format(n))
end

helper.each_database(function(db)
    describe("A stream", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
            it_has.connection = it_has.engine:connect()
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        local function walk(options)
            local n, sum, highest = 0, 0, 0
            collectgarbage()
            local before = resident_kb()
            local result <close> = it_has.connection:execute(numbers(db, NROWS), nil,
                { execution_options = options })
            for row in result do
                n = n + 1
                sum = sum + row[1]
                if n % 100000 == 0 then
                    highest = math.max(highest, resident_kb() - before)
                end
            end
            assert.equal(NROWS, n)
            assert.equal(NROWS * (NROWS + 1) // 2, sum)
            return highest
        end

        it("of a million rows keeps memory flat, by stream_results #slow", function()
            assert.is_true(walk({ stream_results = true, max_row_buffer = 100 }) < 32 * 1024)
        end)

        it("of a million rows keeps memory flat, by yield_per #slow", function()
            assert.is_true(walk({ yield_per = 1000 }) < 32 * 1024)
        end)

        it("comes in partitions of yield_per", function()
            local sizes = {}
            local result = it_has.connection:execute(numbers(db, 25), nil,
                { execution_options = { yield_per = 10 } })
            for part in result:partitions() do
                sizes[#sizes + 1] = #part
            end
            assert.same({ 10, 10, 5 }, sizes)
        end)

        it("is of an engine, a connection, a statement or a call", function()
            local engine = it_has.engine:execution_options({ yield_per = 3 })
            engine:connect(function(connection)
                assert.equal(3, #connection:execute(numbers(db, 10)):partitions()())
            end)
            it_has.connection:execution_options({ yield_per = 4 })
            assert.equal(4, #it_has.connection:execute(numbers(db, 10)):partitions()())
            local statement = corm.select(corm.literal_column("1"))
                :execution_options({ yield_per = 5 })
            assert.equal(1, #it_has.connection:execute(statement):partitions()())
        end)

        it("is also of SQL as it is", function()
            local result = it_has.connection:exec_driver_sql("SELECT 1 UNION ALL SELECT 2", nil,
                { execution_options = { yield_per = 1 } })
            assert.equal(1, #result:partitions()())
        end)

        it("is none where corm.NULL takes the option back", function()
            it_has.connection:execution_options({ yield_per = 2, timeout = 60 })
            local result = it_has.connection:execute(numbers(db, 5), nil, { execution_options = {
                yield_per = corm.NULL, stream_results = corm.NULL, timeout = corm.NULL,
                insertmanyvalues_page_size = corm.NULL, max_row_buffer = corm.NULL,
            } })
            assert.equal(1, #result:partitions()())
            assert.equal(4, #result:all())
        end)

        it("has all rows, whatever max_row_buffer says", function()
            for _, n in ipairs({ 1, 2, 1000 }) do
                local result = it_has.connection:execute(numbers(db, 500), nil,
                    { execution_options = { stream_results = true, max_row_buffer = n } })
                assert.equal(500, #result:all())
            end
        end)

        it("goes on while others write, also in savepoints that fail", function()
            local connection = it_has.connection
            connection:exec_driver_sql("CREATE TEMPORARY TABLE seen (x INTEGER PRIMARY KEY)")
            local n = 0
            for row in connection:execute(numbers(db, 2000), nil,
                { execution_options = { yield_per = 100 } }) do
                n = n + 1
                assert.equal(n, row[1])
                if n % 100 == 0 then
                    local savepoint = connection:begin_nested()
                    connection:execute(corm.text("INSERT INTO seen VALUES (:x)"), { x = n })
                    assert.error(function()
                        connection:execute(corm.text("INSERT INTO seen VALUES (:x)"), { x = n })
                    end)
                    savepoint:rollback()
                    connection:execute(corm.text("INSERT INTO seen VALUES (:x)"), { x = n })
                end
            end
            assert.equal(2000, n)
            assert.equal(20, connection:scalar(corm.text("SELECT count(*) FROM seen")))
        end)

        it("may be left unread, and others go on beside it", function()
            local result = it_has.connection:execute(numbers(db, 1000), nil,
                { execution_options = { stream_results = true } })
            assert.equal(1, result:fetchone()[1])
            assert.equal(5, it_has.connection:execute(corm.text("SELECT 5")):scalar())
            assert.equal(2, result:fetchone()[1])
            assert.equal(998, #result:all())
        end)
    end)

    if db.name == "postgresql" then
        describe("A stream's transaction", function()
            local it_has
            local PORTALS = "SELECT count(*) FROM pg_cursors WHERE name LIKE 'corm%'"

            before_each(function()
                it_has = helper.fixture()
                it_has.engine = corm.create_engine(db.url)
                it_has.connection = it_has.engine:connect()
                it_has.result = it_has.connection:execute(numbers(db, 100000), nil,
                    { execution_options = { stream_results = true } })
                assert.equal(1, it_has.result:fetchone()[1])
            end)

            after_each(function()
                it_has.connection:close()
                it_has.engine:dispose()
            end)

            it("keeps the rows that are left on the server", function()
                assert.equal(1, it_has.connection:exec_driver_sql(PORTALS):scalar())
                it_has.result:close()
                assert.equal(0, it_has.connection:exec_driver_sql(PORTALS):scalar())
            end)

            it("may be committed before all are read", function()
                it_has.connection:commit()
                assert.equal(99999, #it_has.result:all())
            end)

            it("takes them along when it is rolled back", function()
                it_has.connection:rollback()
                local e = helper.raises(corm.exc.ProgrammingError, it_has.result.all,
                    it_has.result)
                assert.equal("the transaction ended before the stream's rows did", e.message)
                assert.equal(5, it_has.connection:exec_driver_sql("SELECT 5"):scalar())
            end)

            it("is lost with its connection", function()
                local pid = it_has.connection:exec_driver_sql("SELECT pg_backend_pid()"):scalar()
                it_has.engine:connect(function(other)
                    other:exec_driver_sql(("SELECT pg_terminate_backend(%d)"):format(pid))
                end)
                local e = helper.raises(corm.exc.OperationalError, it_has.result.all,
                    it_has.result)
                assert.is_true(e.connection_invalidated)
                it_has.connection:rollback()
                assert.equal(5, it_has.connection:exec_driver_sql("SELECT 5"):scalar())
            end)

            it("gives no more rows when it has failed", function()
                assert.error(function() it_has.connection:exec_driver_sql("SELECT 1 / 0") end)
                local e = helper.raises(corm.exc.InternalError, it_has.result.all,
                    it_has.result)
                assert.equal("the transaction has failed and gives no more rows", e.message)
            end)
        end)
    end

    describe("A result that is left unread", function()
        it("does not keep a table from being dropped", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            connection:exec_driver_sql("CREATE TABLE u (x INTEGER, y TEXT)")
            connection:exec_driver_sql("INSERT INTO u VALUES (1, 'a'), (2, 'b'), (3, NULL)")
            connection:commit()
            local untouched = connection:exec_driver_sql("SELECT x, y FROM u ORDER BY x")
            local begun = connection:exec_driver_sql("SELECT y FROM u ORDER BY x")
            assert.equal("a", begun:fetchone()[1])
            connection:exec_driver_sql("DROP TABLE u")
            assert.same({ "b", corm.NULL }, begun:scalars():all())
            local rows = untouched:all()
            assert.same({ 1, "a" }, { rows[1]:unpack() })
            assert.equal(3, #rows)
            assert.is_nil(rows[3].y)
            connection:close()
            engine:dispose()
        end)

        it("does not have its statement prepared anew each time", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            local kept = connection:exec_driver_sql("SELECT 1 AS x UNION SELECT 2 ORDER BY x")
            for _ = 1, 3 do
                assert.equal(1, connection:exec_driver_sql(
                    "SELECT 1 AS x UNION SELECT 2 ORDER BY x"):scalar())
            end
            assert.same({ 1, 2 }, kept:scalars():all())
            connection:close()
            engine:dispose()
        end)
    end)
end)
