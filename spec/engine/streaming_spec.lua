-- SPDX-License-Identifier: MIT
-- Rows that come one by one: memory stays flat however many there are.
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

        it("may be left unread, and others go on beside it", function()
            local result = it_has.connection:execute(numbers(db, 1000), nil,
                { execution_options = { stream_results = true } })
            assert.equal(1, result:fetchone()[1])
            assert.equal(5, it_has.connection:execute(corm.text("SELECT 5")):scalar())
            assert.equal(2, result:fetchone()[1])
            assert.equal(998, #result:all())
        end)
    end)

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
