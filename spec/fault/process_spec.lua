-- SPDX-License-Identifier: MIT
-- The process that corm lives in: it is killed, leaves in the middle, has no descriptors left.
-- The numbers are those of spec/faults.md.

local helper = require("spec.helper")
local corm = require("corm")

local text = corm.text

-- Run a Lua program whose first argument is the URL.
local function run(name, program, ...)
    return helper.run(helper.temp_file(name, "local corm = require('corm')\n"
        .. "local url = ...\n" .. program), ...)
end

helper.each_database(function(db)
    local function prepared()
        local url = db.shared_url
        local engine = corm.create_engine(url)
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
        end)
        return engine, url
    end

    local function count(engine)
        return engine:connect(function(connection)
            return connection:scalar(text("SELECT count(*) FROM t"))
        end)
    end

    it("What was acknowledged before a kill is there, and nothing half (J1)", function()
        local engine, url = prepared()
        local output = run("killed.lua", [[
            local connection = corm.create_engine(url):connect()
            for i = 1, 20 do
                for _ = 1, 3 do
                    connection:execute(corm.text("INSERT INTO t VALUES (:x)"), { x = i })
                end
                connection:commit()
                io.write("done ", i, "\n")
                io.flush()
            end
            connection:execute(corm.text("INSERT INTO t VALUES (99)"))
            os.execute("kill -9 $PPID")
        ]], url)
        assert.matches("done 20\n", output)
        assert.equal(60, count(engine))
        if db.name == "sqlite" then
            assert.equal("ok", engine:connect(function(connection)
                return connection:scalar(text("PRAGMA integrity_check"))
            end))
        end
        engine:dispose()
    end)

    it("A program that leaves in a transaction leaves nothing (J2)", function()
        local engine, url = prepared()
        for _, way in ipairs({ "os.exit(3)", "os.exit(3, true)", "error('enough')" }) do
            local output, status = run("leaves.lua", [[
                local connection = corm.create_engine(url):connect()
                connection:execute(corm.text("INSERT INTO t VALUES (1)"))
                kept = { connection, connection:execute(corm.text("SELECT * FROM t")) }
                ]] .. way, url)
            assert.equal(way:find("exit") and 3 or 1, status, output)
            assert.equal(0, count(engine))
        end
        engine:dispose()
    end)

    it("A state that closes with everything open closes it (F-7)", function()
        local _, url = prepared()
        local output, status = run("open.lua", [[
            local engine = corm.create_engine(url)
            a = engine:connect()
            b = a:execute(corm.text("SELECT 1"))
            c = a:begin_nested()
            d = engine:raw_connection()
            e = setmetatable({}, { __gc = function()
                pcall(function() return a:execute(corm.text("SELECT 1")) end)
                pcall(function() return b:all() end)
                pcall(function() engine:dispose() end)
            end })
        ]], url)
        assert.equal("", output)
        assert.equal(0, status)
    end)

    it("A finalizer executes at any time but when Lua closes (F-7)", function()
        local _, url = prepared()
        local output, status = run("finalizer.lua", [[
            local engine = corm.create_engine(url)
            connection = engine:connect()
            local function finalized(when, fn)
                return setmetatable({}, { __gc = function()
                    local ok, answer = pcall(fn)
                    print(when, ok and answer or answer.message)
                end })
            end
            local function one()
                return connection:scalar(corm.text("SELECT 1"))
            end
            finalized("before", one)
            collectgarbage()
            kept = { finalized("closing", one), finalized("closing", function()
                engine:connect()
            end) }
        ]], url)
        local refusal = "closing\tLua is closing: a finalizer cannot connect or execute any more\n"
        assert.equal("before\t1\n" .. refusal:rep(2), output)
        assert.equal(0, status)
    end)

    it("Without descriptors a connection fails, and later ones do not (B14)", function()
        local _, url = prepared()
        local output, status = run("files.lua", [[
            local files = {}
            local engine = corm.create_engine(url)
            repeat
                files[#files + 1] = io.open("/dev/null")
            until #files > 2000 or not io.open("/dev/null")
            local ok, e = pcall(engine.connect, engine, function(connection)
                return connection:scalar(corm.text("SELECT 1"))
            end)
            for _, file in ipairs(files) do
                file:close()
            end
            collectgarbage()
            print(#files < 2000, ok, not ok and corm.exc.CormError:is(e),
                engine.pool:checkedout())
            print(engine:connect(function(connection)
                return connection:scalar(corm.text("SELECT 1"))
            end))
        ]], url)
        assert.equal(0, status, output)
        assert.matches("^%S+\t%S+\t%S+\t0\n1\n$", output)
    end)
end)

describe("The module", function()
    it("has one name for others, and hardened sections (G8)", function()
        local path = package.searchpath("corm.core", package.cpath)
        local function lines(command)
            local pipe <close> = assert(io.popen(command .. " " .. path .. " 2>&1"))
            return pipe:read("a")
        end
        local exported = {}
        for name in lines("nm -D --defined-only"):gmatch("%x+ [A-Z] ([%w_]+)") do
            exported[#exported + 1] = name
        end
        assert.same({ "luaopen_corm_core" }, exported)
        local headers = lines("readelf -lWd")
        assert.matches("GNU_RELRO", headers)
        assert.matches("BIND_NOW", headers)
        assert.matches("GNU_STACK%s+%S+ %S+ %S+ %S+ %S+ RW ", headers)
        assert.matches("__stack_chk_fail", lines("nm -D"))
    end)
end)
