-- SPDX-License-Identifier: MIT
-- Faults of SQLite and of its files. The numbers are those of spec/faults.md.

local helper = require("spec.helper")
local corm = require("corm")
local lfs = require("lfs")

local exc = corm.exc
local text = corm.text
local raises = helper.raises

local function open(path, options)
    return corm.create_engine("sqlite:///" .. path, options)
end

-- A file with a table t of n rows.
local function file_with_rows(name, n)
    local path = helper.temp_file(name)
    local engine = open(path)
    engine:begin(function(connection)
        connection:exec_driver_sql("CREATE TABLE t (x INTEGER, data TEXT)")
        local sets = {}
        for i = 1, n do
            sets[i] = { x = i, data = ("row %d "):format(i):rep(20) }
        end
        if n > 0 then
            connection:execute(text("INSERT INTO t VALUES (:x, :data)"), sets)
        end
    end)
    engine:dispose()
    return path
end

describe("SQLite", function()
    it("has nobody in a pool who keeps the log from being emptied (C7)", function()
        local path = file_with_rows("log.db", 200)
        local engine = open(path)
        local function bytes_of_log()
            return lfs.attributes(path .. "-wal", "size")
        end
        local function checkpoint()
            return engine:connect(function(connection)
                connection:execution_options({ isolation_level = "AUTOCOMMIT" })
                return connection:exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)"):one()[1]
            end)
        end
        local function write()
            engine:begin(function(connection)
                connection:exec_driver_sql("UPDATE t SET x = x + 1")
            end)
        end
        engine:connect(function(connection)
            connection:execution_options({ isolation_level = "AUTOCOMMIT" })
            connection:exec_driver_sql("PRAGMA journal_mode = WAL")
            connection:exec_driver_sql("PRAGMA busy_timeout = 0")
        end)

        local reader = engine:connect()
        local result = reader:execute(text("SELECT x FROM t"))
        result:fetchone()
        for _ = 1, 20 do
            write()
        end
        local grown = bytes_of_log()
        assert.equal(1, checkpoint()) -- the reader is in the way
        assert.equal(grown, bytes_of_log())

        reader:close() -- with rows that nobody read, and back to the pool
        assert.is_true(engine.pool:checkedin() > 0)
        assert.equal(0, checkpoint())
        assert.equal(0, bytes_of_log())
        engine:dispose()
    end)

    it("that cannot upgrade a reader of old data says so at once (C2)", function()
        local path = file_with_rows("wal.db", 1)
        local engine = open(path, { connect_args = { timeout = 30 } })
        engine:connect(function(connection)
            connection:execution_options({ isolation_level = "AUTOCOMMIT" })
            connection:exec_driver_sql("PRAGMA journal_mode = WAL")
        end)
        local reader, writer = engine:connect(), engine:connect()
        reader:scalar(text("SELECT count(*) FROM t"))
        writer:execute(text("INSERT INTO t VALUES (2, 'x')"))
        writer:commit()
        local before = os.time()
        local e = raises(exc.OperationalError, reader.execute, reader,
            text("INSERT INTO t VALUES (3, 'y')"))
        assert.is_true(os.time() - before < 20)
        assert.is_true(e.is_retryable)
        reader:rollback()
        reader:execute(text("INSERT INTO t VALUES (3, 'y')"))
        reader:commit()
        assert.equal(3, writer:scalar(text("SELECT count(*) FROM t")))
        reader:close()
        writer:close()
        engine:dispose()
    end)

    it("whose file is full undoes the transaction and goes on (C4)", function()
        local engine = open(file_with_rows("full.db", 10))
        local connection = engine:connect()
        connection:exec_driver_sql("PRAGMA max_page_count = 20")
        connection:commit()
        local big = { data = ("x"):rep(200000) }
        local insert = text("INSERT INTO t VALUES (0, :data)")
        connection:execute(text("INSERT INTO t VALUES (11, 'small')"))
        local e = raises(exc.OperationalError, connection.execute, connection, insert, big)
        assert.matches("full", e.message)
        connection:rollback()
        assert.equal(10, connection:scalar(text("SELECT count(*) FROM t")))
        connection:execute(text("INSERT INTO t VALUES (12, 'small')"))
        connection:commit()
        assert.equal("ok", connection:scalar(text("PRAGMA integrity_check")))
        connection:close()
        engine:dispose()
    end)

    it("that has rolled back by itself is not asked to commit (C4)", function()
        local engine = open(file_with_rows("rolled.db", 0))
        local connection = engine:connect()
        connection:exec_driver_sql("CREATE UNIQUE INDEX i ON t (x)")
        connection:commit()
        connection:execute(text("INSERT INTO t VALUES (1, 'a')"))
        raises(exc.IntegrityError, connection.execute, connection,
            text("INSERT OR ROLLBACK INTO t VALUES (1, 'b')"))
        raises(exc.InvalidRequestError, connection.execute, connection,
            text("INSERT INTO t VALUES (2, 'c')"))
        raises(exc.InvalidRequestError, connection.commit, connection)
        connection:rollback()
        assert.equal(0, connection:scalar(text("SELECT count(*) FROM t")))
        connection:close()
        engine:dispose()
    end)

    it("finds damaged pages and neither crashes nor answers for them (C5)", function()
        local path = file_with_rows("damaged.db", 500)
        local content
        do
            local file <close> = assert(io.open(path, "rb"))
            content = file:read("a")
        end
        local found = 0
        for page = 1, #content // 4096 - 1 do
            do
                local file <close> = assert(io.open(path, "wb"))
                local from = page * 4096
                assert(file:write(content:sub(1, from), ("\xA5"):rep(4096),
                    content:sub(from + 4097)))
            end
            local engine = open(path)
            local ok, e = pcall(engine.connect, engine, function(connection)
                return connection:scalar(text("SELECT sum(length(data)) FROM t"))
            end)
            engine:dispose()
            if not ok then
                assert.is_true(exc.DatabaseError:is(e), tostring(e))
                assert.matches("malformed", e.message)
                found = found + 1
            end
        end
        assert.is_true(found > 0)
    end)

    it("refuses a file that is no database (C5)", function()
        local engine = open(helper.temp_file("text.db", ("this is no database "):rep(100)))
        local e = raises(exc.DatabaseError, engine.connect, engine, function(connection)
            return connection:execute(text("SELECT * FROM sqlite_master")):all()
        end)
        assert.matches("not a database", e.message)
        engine:dispose()
    end)

    it("hands out what a column holds, whatever it was declared as (C13)", function()
        local engine = open(helper.temp_file("types.db"))
        local t = corm.Table("t", corm.MetaData(), corm.Column("n", corm.Integer),
            corm.Column("day", corm.Date), corm.Column("word", corm.String(10)))
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (n INTEGER, day DATE, word TEXT)")
            connection:exec_driver_sql("INSERT INTO t VALUES ('text', 'no day', x'ff00')")
            connection:exec_driver_sql("INSERT INTO t VALUES (1.5, 5, 7)")
        end)
        local connection = engine:connect()
        for _, row in ipairs(connection:execute(corm.select(t)):all()) do
            for i = 1, 3 do
                local ok, value = pcall(function()
                    return row[i]
                end)
                assert.is_true(ok or exc.CormError:is(value), tostring(value))
            end
        end
        assert.equal(2, connection:scalar(text("SELECT count(*) FROM t")))
        connection:close()
        engine:dispose()
    end)

    it("that may only read says so, and reads on (C14)", function()
        local path = file_with_rows("readonly.db", 1)
        local engine = corm.create_engine("sqlite:///file:" .. path .. "?mode=ro&uri=true")
        local connection = engine:connect()
        local e = raises(exc.OperationalError, connection.execute, connection,
            text("INSERT INTO t VALUES (2, 'x')"))
        assert.matches("readonly", e.message)
        connection:rollback()
        assert.equal(1, connection:scalar(text("SELECT count(*) FROM t")))
        connection:close()
        engine:dispose()
    end)

    it("without a folder to put the file into says where (C14)", function()
        local engine = open(helper.temp_file("nosuch") .. "/folder/file.db")
        local e = raises(exc.OperationalError, engine.connect, engine)
        assert.matches("unable to open", e.message)
        assert.equal(0, engine.pool:checkedout())
        engine:dispose()
    end)

    it("whose file was removed under it does not write elsewhere (C14)", function()
        local path = file_with_rows("removed.db", 1)
        local engine = open(path)
        local connection = engine:connect()
        assert.equal(1, connection:scalar(text("SELECT count(*) FROM t")))
        connection:commit()
        assert(os.remove(path))
        pcall(function()
            connection:execute(text("INSERT INTO t VALUES (2, 'x')"))
            connection:commit()
        end)
        connection:close()
        engine:dispose()
        assert.is_nil(io.open(path))
    end)

    it("gives up what runs for ever at its deadline (C10)", function()
        local engine = corm.create_engine("sqlite://")
        local connection = engine:connect()
        raises(exc.OperationalError, connection.execute, connection, text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            .. "SELECT count(*) FROM n"), nil, { execution_options = { timeout = 0.05 } })
        connection:rollback()
        assert.equal(1, connection:scalar(text("SELECT 1")))
        connection:close()
        engine:dispose()
    end)
end)
