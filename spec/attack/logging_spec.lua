-- SPDX-License-Identifier: MIT
-- What is written to logs and errors: no password, no parameter that is to be hidden, no
-- control byte that a terminal would obey, nothing of unbounded length.
local helper = require("spec.helper")
local corm = require("corm")

local SECRET = "canary-secret"
local NASTY = "\27[2J\27]0;owned\7\r\n2026-01-01 INFO forged line\8\127\u{9b}31m"

-- Control bytes but for those that the layout of SQL needs.
local function has_control_bytes(text)
    return text:find("[%z\1-\8\11-\31\127]") ~= nil or text:find("\xc2[\x80-\x9f]") ~= nil
end

helper.each_database(function(db)
    describe("The log", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.lines = {}
            corm.engine.set_log_hook(function(_, _, text)
                table.insert(it_has.lines, text)
            end)
        end)

        after_each(function()
            corm.engine.set_log_hook(nil)
        end)

        local function run(options, value)
            local engine = corm.create_engine(db.url, options)
            local ok, e
            engine:connect(function(connection)
                connection:scalar(corm.select(corm.literal(value)))
                ok, e = pcall(connection.execute, connection,
                    corm.text("SELECT nosuch, :x"), { x = value })
            end)
            engine:dispose()
            assert.is_false(ok)
            return table.concat(it_has.lines, "\n"), tostring(e)
        end

        it("escapes control bytes of parameters and statements", function()
            local log, e = run(nil, NASTY)
            assert.is_false(has_control_bytes(log))
            assert.is_false(has_control_bytes(e))
            assert.is_nil(log:find("\n2026-01-01", 1, true))
            assert.is_nil(e:find("\n2026-01-01", 1, true))
            assert.truthy(log:find("\\x1B[2J", 1, true))
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                pcall(connection.exec_driver_sql, connection, "SELECT '\27[31m', '\7' AS x")
            end)
            engine:dispose()
            assert.is_false(has_control_bytes(table.concat(it_has.lines, "\n")))
        end)

        it("hides parameters where it is told to, of every statement and error", function()
            local log, e = run({ hide_parameters = true }, SECRET)
            assert.is_nil(log:find(SECRET, 1, true))
            assert.is_nil(e:find(SECRET, 1, true))
            assert.truthy(log:find("parameters hidden", 1, true))
            assert.truthy(e:find("parameters hidden", 1, true))
        end)

        it("shortens huge parameters, lists of them and huge statements", function()
            local log, e = run(nil, ("y"):rep(1 << 20))
            assert.is_true(#log < 20000, tostring(#log))
            assert.is_true(#e < 5000, tostring(#e))
            it_has.lines = {}
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                local sets = {}
                for i = 1, 5000 do
                    sets[i] = { x = i }
                end
                local t = corm.Table("t", corm.MetaData(), corm.Column("x", corm.Integer))
                t.metadata:create_all(connection)
                connection:execute(corm.insert(t), sets)
                local list = {}
                for i = 1, 5000 do
                    list[i] = i
                end
                local ok, failure = pcall(connection.execute, connection,
                    corm.select(corm.literal_column("nosuch")):where(t.c.x:in_(list)))
                assert.is_false(ok)
                assert.is_true(#tostring(failure) < 5000)
            end)
            engine:dispose()
            for _, line in ipairs(it_has.lines) do
                assert.is_true(#line < 60000, line:sub(1, 100))
            end
        end)

        it("takes a hook that raises for a failure of the statement, no more", function()
            local engine = corm.create_engine(db.url)
            corm.engine.set_log_hook(function()
                error("the disk is full")
            end)
            local ok = pcall(engine.connect, engine, function(connection)
                connection:exec_driver_sql("SELECT 1")
            end)
            assert.is_false(ok)
            corm.engine.set_log_hook(nil)
            engine:connect(function(connection)
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            end)
            engine:dispose()
        end)
    end)
end)

describe("A password", function()
    it("is in no output of a program that fails with it", function()
        local path = helper.temp_file("fails.lua", ([[
            local corm = require("corm")
            local engine = corm.create_engine(
                "postgresql://ed:%s@/app?host=/nonexistent&connect_timeout=1",
                { echo = "debug", echo_pool = "debug" })
            print(engine, engine.url, engine.pool, engine.dialect)
            for key, value in pairs(engine) do
                print(key, value)
            end
            print(pcall(engine.connect, engine))
            local ok, trace = xpcall(engine.connect, debug.traceback, engine)
            print(trace)
            engine:connect()
        ]]):format(SECRET))
        local output, status = helper.run(path)
        assert.equal(1, status)
        assert.is_nil(output:find(SECRET, 1, true), output)
        assert.truthy(output:find("OperationalError", 1, true), output)
    end)
end)
