-- SPDX-License-Identifier: MIT
-- B11: a program forks with everything open. What the parent has is the parent's.
local helper = require("spec.helper")
local corm = require("corm")
local process = require("spec_process")

local exc = corm.exc
local Column, Integer = corm.Column, corm.Integer
local text, insert, select = corm.text, corm.insert, corm.select

-- Run fn in a child of this process; fails with what the child has to say.
local function in_child(fn)
    local pid = process.fork()
    if pid == 0 then
        local ok, e = pcall(fn)
        if not ok then
            io.stderr:write("child: ", tostring(e), "\n")
        end
        process.exit(ok and 0 or 1)
    end
    assert.equal(0, process.wait(pid))
end

local function refused(fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(exc.InterfaceError:is(e), tostring(e))
    assert.equal("this connection was opened by another process", e.message)
end

helper.each_database(function(db)
    describe("In a process that was forked (B11)", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
            it_has.t = corm.Table("t", corm.MetaData(), Column("id", Integer))
            it_has.t.metadata:create_all(it_has.engine)
            it_has.engine:begin(function(connection)
                connection:execute(insert(it_has.t):values({ id = 1 }))
            end)
            -- One connection lies in the pool, another has a transaction and unread rows.
            it_has.connection = it_has.engine:connect()
            it_has.engine:connect():close()
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        local function count(connection)
            return connection:scalar(select(corm.func.count()):select_from(it_has.t))
        end

        -- The parent wrote, the child did what it wanted; the parent commits.
        local function survives(child)
            local connection, t = it_has.connection, it_has.t
            connection:execute(insert(t):values({ id = 2 }))
            it_has.result = connection:execute(select(t.c.id):order_by(t.c.id))
            in_child(child)
            assert.same({ 1, 2 }, it_has.result:scalars():all())
            connection:commit()
            it_has.engine:connect(function(other)
                assert.equal(2, count(other))
            end)
        end

        it("the pool opens connections of its own", function()
            survives(function()
                it_has.engine:connect(function(own)
                    assert.equal(1, count(own))
                end)
                it_has.engine:connect(function(again)
                    assert.equal(1, count(again))
                end)
            end)
        end)

        it("the parent's connection is refused", function()
            survives(function()
                local connection = it_has.connection
                refused(connection.execute, connection, text("SELECT 1"))
                refused(connection.commit, connection)
            end)
        end)

        it("the parent's connection is closed without the database hearing of it", function()
            survives(function()
                pcall(it_has.connection.rollback, it_has.connection)
                it_has.connection:close()
                it_has.engine:dispose()
                it_has.engine:connect(function(own)
                    assert.equal(1, count(own))
                end)
            end)
        end)

        it("the parent's connection is collected without the database hearing of it", function()
            survives(function()
                it_has.connection, it_has.result = nil, nil
                collectgarbage()
                collectgarbage()
            end)
        end)

        it("the pool may forget them at once", function()
            survives(function()
                it_has.engine:dispose({ close = false })
                assert.equal(0, it_has.engine.pool:checkedin())
                it_has.engine:connect(function(own)
                    assert.equal(1, count(own))
                end)
            end)
        end)

        it("Lua may close and take all of it along", function()
            survives(function()
                os.exit(0, true)
            end)
        end)

        it("a connection that is invalidated becomes one of the child's", function()
            survives(function()
                local connection = it_has.connection
                connection:invalidate()
                connection:rollback()
                assert.equal(1, count(connection))
            end)
        end)

        it("children and parent work side by side", function()
            for id = 2, 4 do
                in_child(function()
                    it_has.engine:begin(function(own)
                        own:execute(insert(it_has.t):values({ id = id }))
                    end)
                end)
            end
            assert.equal(4, count(it_has.connection))
        end)
    end)
end)
