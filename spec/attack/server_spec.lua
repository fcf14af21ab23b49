-- SPDX-License-Identifier: MIT
-- A server that is hostile or broken: whatever it sends, the program gets an error of corm's,
-- soon, in bounded memory, without the password, and the pool is fit for use after that.
require("spec.helper")
local scripted_server = require("spec.helper.scripted_server")
local core = require("corm.core")
local corm = require("corm")

local exc = corm.exc
local message, send = scripted_server.message, scripted_server.send
local greeting, bound, columns = scripted_server.greeting, scripted_server.bound,
    scripted_server.columns
local row, done = scripted_server.row, scripted_server.done

-- What connecting to the script and running SELECT 1 raises, and the engine.
local function run(lines, options)
    local server <close> = scripted_server.start(lines)
    local engine = corm.create_engine(server.url, {
        isolation_level = "AUTOCOMMIT", poolclass = corm.NullPool,
    })
    local rows
    local ok, e = pcall(engine.connect, engine, function(connection)
        rows = connection:exec_driver_sql("SELECT 1", nil, { execution_options = options }):all()
    end)
    assert.equal(0, engine.pool:checkedout())
    engine:dispose()
    if ok then
        return nil, rows
    end
    assert.is_true(exc.CormError:is(e), tostring(e))
    assert.is_nil(tostring(e):find("canary-secret", 1, true))
    assert.is_nil(tostring(e):find("[%z\1-\8\11-\31\127]"))
    assert.is_true(#tostring(e) < 10000)
    return e
end

local function answer(...)
    return { greeting(), "read S", send(...), "hold" }
end

describe("A server that", function()
    it("answers as it should is understood", function()
        local e, rows = run(answer(bound(), columns("x"), row("one"), row("two"),
            done("SELECT 2")))
        assert.is_nil(e)
        assert.equal("one", rows[1].x)
        assert.equal(2, #rows)
    end)

    it("hangs up instead of greeting is an OperationalError", function()
        assert.is_true(exc.OperationalError:is(run({ "startup" })))
    end)

    it("greets with rubbish is an OperationalError", function()
        for _, bytes in ipairs({
            "HTTP/1.1 400 Bad Request\r\n\r\n", ("\0"):rep(1000), ("\255"):rep(1000),
            "E" .. ("x"):rep(40000), "R\0\0\0\3", "R\127\255\255\255",
        }) do
            assert.is_true(exc.OperationalError:is(run({ "startup", send(bytes) })), bytes)
        end
    end)

    it("wants an authentication that does not exist is an OperationalError", function()
        local e = run({ "startup", send(message("R", string.pack(">I4", 99))), "hold" })
        assert.is_true(exc.OperationalError:is(e))
    end)

    it("never greets is given up at connect_timeout", function()
        local server <close> = scripted_server.start({ "hold" })
        local engine = corm.create_engine(server.url .. "&connect_timeout=1")
        local begun_at = core.now()
        local ok, e = pcall(engine.connect, engine)
        assert.is_false(ok)
        assert.truthy(e.message:find("connect_timeout", 1, true))
        assert.is_true(core.now() - begun_at < 5)
    end)

    it("puts control bytes and escapes into its errors does not reach the terminal", function()
        local e = run(answer(message("E", "SERROR\0C42601\0M\27[31mred\7\r\n\0\0"),
            message("Z", "I")))
        assert.is_true(exc.ProgrammingError:is(e), tostring(e))
        assert.is_nil(tostring(e):find("\27", 1, true))
        assert.equal("42601", e.orig.sqlstate)
    end)

    it("sends an error of a megabyte is cut short", function()
        local begin = "SERROR\0C42601\0M"
        local e = run({ greeting(), "read S",
            send("E", string.pack(">I4", 4 + #begin + (1 << 20) + 2), begin),
            scripted_server.flood(1 << 18, "long"), send("\0\0", message("Z", "I")), "hold" })
        assert.is_true(exc.ProgrammingError:is(e))
        assert.is_true(#tostring(e) < 5000)
    end)

    it("sends a SQLSTATE that is none is an error still", function()
        for _, state in ipairs({ "", "1", "zzzzzzzzzzzz", "\27[0m!" }) do
            local e = run(answer(message("E", "SERROR\0C" .. state .. "\0Mno\0\0"),
                message("Z", "I")))
            assert.is_true(exc.DBAPIError:is(e), tostring(e))
        end
    end)

    it("splits its answer anywhere is understood (A13)", function()
        local whole = bound() .. columns("x") .. row("one") .. row("two") .. done("SELECT 2")
        for length = 1, #whole - 1 do
            local e, rows = run({ greeting(), "read S", send(whole:sub(1, length)), "drain",
                send(whole:sub(length + 1)), "hold" })
            assert.is_nil(e, length .. ": " .. tostring(e))
            assert.equal("one two", rows[1].x .. " " .. rows[2].x, length)
        end
    end)

    it("sends its answer byte by byte is understood (A13)", function()
        local lines = { greeting(), "read S" }
        for byte in (bound() .. columns("x") .. row("one") .. done("SELECT 1")):gmatch(".") do
            lines[#lines + 1] = send(byte)
            lines[#lines + 1] = "drain"
        end
        lines[#lines + 1] = "hold"
        local e, rows = run(lines)
        assert.is_nil(e)
        assert.equal("one", rows[1].x)
    end)

    it("truncates its answer anywhere is a lost connection or an error", function()
        local whole = bound() .. columns("x") .. row("one") .. done("SELECT 1")
        for length = 0, #whole - 1, 7 do
            local e = run({ greeting(), "read S", send(whole:sub(1, length)) })
            assert.is_true(exc.OperationalError:is(e), ("%d: %s"):format(length, tostring(e)))
            assert.is_true(e.connection_invalidated, tostring(length))
        end
    end)

    it("flips bits of its answer is an error or rows, and never more", function()
        local whole = bound() .. columns("x") .. row("one") .. done("SELECT 1")
        for at = 1, #whole, 3 do
            local byte = string.char(whole:byte(at) ~ 0x81)
            run({ greeting(), "read S",
                send(whole:sub(1, at - 1) .. byte .. whole:sub(at + 1)) })
        end
    end)

    it("sends more columns than it described is refused", function()
        local e = run(answer(bound(), columns("x"),
            message("D", string.pack(">I2s4s4", 2, "a", "b")), done("SELECT 1")))
        assert.is_true(exc.DBAPIError:is(e), tostring(e))
    end)

    it("sends a field whose length lies is refused", function()
        for _, length in ipairs({ 0x7fffffff, 100, -2 }) do
            local e = run(answer(bound(), columns("x"),
                message("D", string.pack(">I2i4", 1, length) .. "abc"), done("SELECT 1")))
            assert.is_true(exc.DBAPIError:is(e), tostring(e))
        end
    end)

    it("sends text that is not UTF-8 cannot make a log or an error unreadable", function()
        local e = run(answer(message("E", "SERROR\0C42601\0Mbad \xff\xfe\0\0"), message("Z", "I")))
        assert.truthy(utf8.len(tostring(e)))
    end)

    it("wants COPY data is refused, without hanging", function()
        for _, letter in ipairs({ "G", "H", "W" }) do
            local e = run({ greeting(), "read S",
                send(bound(), message(letter, "\0\0\1\0\0")),
                send(message("E", "SERROR\0C57014\0Mended\0\0"), message("Z", "I")), "hold" })
            assert.is_true(exc.DBAPIError:is(e), tostring(e))
        end
    end)

    it("floods notices and notifications costs no memory", function()
        local notice = message("N", "SNOTICE\0C00000\0Mhear this\0\0")
        local notification = message("A", string.pack(">I4", 7) .. "channel\0payload\0")
        local before = collectgarbage("count")
        local e, rows = run({ greeting(), "read S", scripted_server.flood(20000, notice),
            scripted_server.flood(20000, notification),
            send(bound(), columns("x"), row("one"), done("SELECT 1")), "hold" })
        assert.is_nil(e)
        assert.equal(1, #rows)
        collectgarbage()
        assert.is_true(collectgarbage("count") - before < 1024)
    end)

    it("sends a row of megabytes is read, if memory allows", function()
        local length = 4 << 20
        local e, rows = run({ greeting(), "read S",
            send(bound(), columns("x"), "D", string.pack(">I4I2I4", length + 10, 1, length)),
            scripted_server.flood(length // 1024, ("y"):rep(1024)), send(done("SELECT 1")),
            "hold" })
        assert.is_nil(e)
        assert.equal(4 << 20, #rows[1][1])
    end)

    it("answers without end to a stream is left behind at the time limit", function()
        local server <close> = scripted_server.start({ greeting(), "read S",
            send(bound(), columns("x")), scripted_server.flood(100000000, row("more")) })
        local engine = corm.create_engine(server.url, {
            isolation_level = "AUTOCOMMIT", poolclass = corm.NullPool,
        })
        local connection = engine:connect()
        local result = connection:exec_driver_sql("SELECT 1", nil,
            { execution_options = { stream_results = true } })
        for _ = 1, 1000 do
            assert.equal("more", result:fetchone()[1])
        end
        connection:invalidate()
        connection:close()
        assert.equal(0, engine.pool:checkedout())
        engine:dispose()
    end)

    describe("answers FETCH", function()
        local in_transaction = message("Z", "T")

        local function command(tag)
            return message("C", tag .. "\0")
        end

        local function fetched(...)
            return bound() .. columns("x") .. table.concat({ ... })
                .. command("FETCH " .. select("#", ...))
        end

        -- The rows of a stream whose second batch is this, and the error that ends it.
        local function stream(second)
            local server <close> = scripted_server.start({ greeting(),
                "read Q", send(command("BEGIN"), in_transaction),
                "read S", send(bound(), command("SET"), bound(), command("DECLARE CURSOR"),
                    fetched(row("one")), in_transaction),
                "read S", send(second, in_transaction), "hold" })
            local engine = corm.create_engine(server.url, { poolclass = corm.NullPool })
            local connection = engine:connect()
            local result = connection:exec_driver_sql("SELECT 1", nil,
                { execution_options = { stream_results = true } })
            local seen = {}
            local ok, e = pcall(function()
                for each in result do
                    seen[#seen + 1] = tostring(each.x)
                end
            end)
            connection:invalidate()
            connection:close()
            assert.equal(0, engine.pool:checkedout())
            engine:dispose()
            return table.concat(seen, " "), ok or e
        end

        it("with more rows than wanted is believed", function()
            local rows = {}
            for i = 1, 50 do
                rows[i] = row("more")
            end
            local seen, e = stream(fetched(table.unpack(rows)))
            assert.equal("one" .. (" more"):rep(50), seen)
            assert.is_true(e)
        end)

        it("many times is believed once", function()
            local seen, e = stream(fetched(row("two")) .. fetched(row("three"))
                .. fetched(row("four")))
            assert.equal("one two three", seen)
            assert.is_true(e)
        end)

        it("with other columns gives none that were not announced", function()
            local wide = message("T", string.pack(">I2", 2)
                .. ("y\0" .. string.pack(">I4I2I4i2i4I2", 0, 0, 25, -1, -1, 0)):rep(2))
            local values = message("D", string.pack(">I2s4s4", 2, "a", "b"))
            local seen, e = stream(bound() .. wide .. values .. command("FETCH 1"))
            assert.equal("one a", seen)
            assert.is_true(e)
            local none = message("T", string.pack(">I2", 0))
            seen, e = stream(bound() .. none .. message("D", string.pack(">I2", 0))
                .. command("FETCH 1"))
            assert.equal("one nil", seen)
            assert.is_true(e)
        end)

        it("with an error ends the stream", function()
            local seen, e = stream(message("E", "SERROR\0C22012\0Mdivision by zero\0\0"))
            assert.equal("one", seen)
            assert.is_true(exc.DataError:is(e), tostring(e))
        end)
    end)

    it("kills the connection between two statements is told once", function()
        local server <close> = scripted_server.start({ greeting(), "read S",
            send(bound(), columns("x"), row("one"), done("SELECT 1"),
                message("E", "SFATAL\0C57P01\0Mterminating connection\0\0")) })
        local engine = corm.create_engine(server.url, { isolation_level = "AUTOCOMMIT" })
        local connection <close> = engine:connect()
        assert.equal("one", connection:exec_driver_sql("SELECT 1"):scalar())
        local ok, e = pcall(connection.exec_driver_sql, connection, "SELECT 1")
        assert.is_false(ok)
        assert.is_true(exc.OperationalError:is(e))
        assert.is_true(e.connection_invalidated)
        connection:rollback()
        assert.equal("one", connection:exec_driver_sql("SELECT 1"):scalar())
        connection:close()
        engine:dispose()
    end)
end)
