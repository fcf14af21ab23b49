-- SPDX-License-Identifier: MIT
-- What programs can do to the library from Lua: errors at any place, objects used after their
-- end, tables that lie. The numbers are those of spec/faults.md.

local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local text = corm.text

-- Work that touches every part of Core: DDL, many sets, a result, a savepoint.
local function work(engine)
    local t = corm.Table("t", corm.MetaData(),
        corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("name", corm.String(20)))
    engine:begin(function(connection)
        t.metadata:create_all(connection)
        connection:execute(corm.insert(t), { { name = "a" }, { name = "b" } })
        connection:begin_nested(function()
            connection:execute(corm.update(t):where(t.c.name:eq("a")):values({ name = "c" }))
        end)
        local names = {}
        for row in connection:execute(corm.select(t):order_by(t.c.id)) do
            names[#names + 1] = row.name
        end
        assert.same({ "c", "b" }, names)
        t.metadata:drop_all(connection)
    end)
end

-- Run fn and do `what` at its nth instruction, if it has so many.
local function at_instruction(n, what, fn)
    return pcall(function()
        debug.sethook(function()
            debug.sethook()
            what()
        end, "", n)
        fn()
        debug.sethook()
    end)
end

helper.each_database(function(db)
    it("An error at any instruction leaves a usable engine (F-4)", function()
        local engine = corm.create_engine(db.url)
        work(engine)
        local failures, n = 0, 40
        repeat
            local hit = false
            local ok, e = at_instruction(n, function()
                hit = true
                error("at once", 0)
            end, function()
                work(engine)
            end)
            if not ok then
                failures = failures + 1
                assert.matches("at once", tostring(e))
            end
            if engine.pool:checkedout() > 0 then
                -- What was on its way to its owner comes back with the garbage.
                collectgarbage()
                collectgarbage()
                engine:connect():close()
            end
            assert.equal(0, engine.pool:checkedout(), n)
            n = n + 97
        until not hit
        assert.is_true(failures > 20, failures)
        work(engine)
        engine:dispose()
    end)

    it("A collection at any time changes nothing (F-12)", function()
        local engine = corm.create_engine(db.url)
        debug.sethook(function()
            collectgarbage()
        end, "", 400)
        local ok, e = pcall(work, engine)
        debug.sethook()
        assert.is_true(ok, tostring(e))
        engine:dispose()
    end)

    it("What is closed says so, whatever is asked of it (F-6)", function()
        local engine = corm.create_engine(db.url)
        local connection = engine:connect()
        local result = connection:execute(text("SELECT 1"))
        local transaction = connection:get_transaction()
        connection:close()
        engine:dispose()
        local calls = {
            function() connection:execute(text("SELECT 1")) end,
            function() connection:exec_driver_sql("SELECT 1") end,
            function() connection:begin() end,
            function() connection:begin_nested() end,
            function() connection:scalar(text("SELECT 1")) end,
            function() result:fetchone() end,
            function() result:all() end,
            function() result:scalars():all() end,
            function() transaction:commit() end,
        }
        for i, call in ipairs(calls) do
            local ok, e = pcall(call)
            assert.is_false(ok, i)
            assert.is_true(exc.InvalidRequestError:is(e), tostring(e))
        end
        connection:close()
        result:close()
        transaction:rollback()
    end)

    it("An error of any kind in a listener comes out as it is (F-14)", function()
        local broken = setmetatable({}, { __tostring = function()
            error("no text")
        end })
        for _, thrown in ipairs({ "text", 5, true, { 1 }, broken, io.stdout }) do
            local engine = corm.create_engine(db.url)
            corm.event.listen(engine, "before_cursor_execute", function()
                error(thrown, 0)
            end)
            local connection = engine:connect()
            local ok, e = pcall(connection.execute, connection, text("SELECT 1"))
            assert.is_false(ok)
            assert.is_true(rawequal(e, thrown) or exc.CormError:is(e) and e.orig == thrown)
            connection:close()
            assert.equal(0, engine.pool:checkedout())
            engine:dispose()
        end
    end)

    it("Tables that lie about themselves are refused or read as they are (F-11)", function()
        local function trap()
            error("a metamethod was called", 0)
        end
        local engine = corm.create_engine(db.url)
        local connection = engine:connect()
        for _, meta in ipairs({
            { __index = trap }, { __len = trap }, { __pairs = trap },
            { __len = function() return 1 << 62 end }, { __len = function() return "x" end },
            { __index = function() return {} end }, { __name = 5 }, { __tostring = trap },
        }) do
            for _, call in ipairs({
                function(lie) connection:execute(text("SELECT :x"), lie) end,
                function(lie) connection:execute(corm.select(corm.literal(lie))) end,
                function(lie) connection:execute(lie) end,
                function(lie) corm.create_engine("sqlite://", lie):dispose() end,
                function(lie) corm.select(lie) end,
                function(lie) corm.Column("x", lie) end,
                function(lie) return corm.literal(1):in_(lie) end,
            }) do
                local ok, e = pcall(call, setmetatable({}, meta))
                assert.is_true(ok or exc.CormError:is(e) or e == "a metamethod was called"
                    or type(e) == "string", tostring(e))
                connection:rollback()
            end
        end
        assert.equal(1, connection:scalar(text("SELECT 1")))
        connection:close()
        engine:dispose()
    end)

    it("Expressions of any depth end in SQL or in an error (F-10)", function()
        local engine = corm.create_engine(db.url)
        local connection = engine:connect()
        for _, depth in ipairs({ 100, 10000, 200000 }) do
            local ok, e = pcall(function()
                local condition = corm.literal(1):eq(1)
                for _ = 1, depth do
                    condition = corm.not_(corm.and_(condition, corm.literal_column("1"):eq(1)))
                end
                return connection:scalar(corm.select(corm.literal(1)):where(condition))
            end)
            assert.is_true(ok or exc.CormError:is(e), tostring(e):sub(1, 500))
            connection:rollback()
        end
        assert.equal(1, connection:scalar(text("SELECT 1")))
        connection:close()
        engine:dispose()
    end)

    it("Finalisers may come in any order (B15)", function()
        local engine = corm.create_engine(db.url)
        local things = { engine, engine:connect(), engine:connect() }
        things[4] = things[2]:execute(text("SELECT 1"))
        things[5] = things[3]:begin()
        things[6] = things[3]:begin_nested()
        engine = nil -- luacheck: ignore
        for _, order in ipairs({ { 1, 4, 2, 6, 5, 3 }, { 3, 2, 1, 5, 6, 4 } }) do
            for _, i in ipairs(order) do
                things[i] = nil
                collectgarbage()
            end
        end
        collectgarbage()
    end)
end)
