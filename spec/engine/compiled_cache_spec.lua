-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String, select = corm.Column, corm.Integer, corm.String, corm.select

local function failing(fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    return e
end

helper.each_database(function(db)
    describe("The execution option compiled_cache", function()
        local engine, notes
        local metadata = corm.MetaData()
        local users = corm.Table("cached_users", metadata,
            Column("id", Integer, { primary_key = true }), Column("name", String(20)))

        before_each(function()
            engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            notes = helper.fixture()
            corm.engine.set_log_hook(function(_, _, text)
                local note = text:match("^%[(%l+ %l+) ")
                notes[#notes + 1] = note ~= "ran in" and note or nil
            end)
        end)

        after_each(function()
            corm.engine.set_log_hook(nil)
            metadata:drop_all(engine)
            engine:dispose()
            engine = nil
        end)

        local function execute_twice(of, ...)
            notes = {}
            for _ = 1, 2 do
                of:execute(select(users), ...):all()
            end
            return table.concat(notes, ", ")
        end

        it("is not needed: the engine has a cache", function()
            local connection <close> = engine:connect()
            assert.equal("generated in, cached since", execute_twice(connection))
        end)

        it("is a table of the program's own, which knows its size", function()
            local connection <close> = engine:connect()
            local cache = {}
            execute_twice(connection)
            connection:execution_options({ compiled_cache = cache })
            assert.equal("generated in, cached since", execute_twice(connection))
            assert.equal(1, #cache)
            connection:execute(users:insert(), { { name = "ed" }, { name = "wendy" } })
            assert.equal(2, #cache)
            cache:clear()
            assert.equal(0, #cache)
            assert.equal("generated in, cached since", execute_twice(connection))
        end)

        it("is shared by connections and engines that are given the same table", function()
            local cache = {}
            local other = engine:execution_options({ compiled_cache = cache })
            local first <close> = engine:connect()
            first:execution_options({ compiled_cache = cache })
            assert.equal("generated in, cached since", execute_twice(first))
            first:close()
            other:connect(function(connection)
                assert.equal("cached since, cached since", execute_twice(connection))
            end)
            assert.equal(1, #cache)
        end)

        it("says with NULL or false that statements are compiled each time", function()
            for _, none in ipairs({ corm.NULL, false }) do
                local connection <close> = engine:connect()
                connection:execution_options({ compiled_cache = none })
                assert.equal("caching disabled, caching disabled", execute_twice(connection))
            end
        end)

        it("goes for one call, of sessions too", function()
            local options = { execution_options = { compiled_cache = false } }
            local connection <close> = engine:connect()
            assert.equal("caching disabled, caching disabled",
                execute_twice(connection, nil, options))
            assert.equal("generated in, cached since", execute_twice(connection))
            connection:close()
            local session <close> = corm.Session(engine)
            assert.equal("caching disabled, caching disabled", execute_twice(session, nil, options))
        end)

        it("goes for statements with classes, and for what a flush sends", function()
            local Base = corm.declarative_base({ metadata = metadata })
            local User = Base:extend("User", { __table = users })
            local cache = {}
            local session <close> = corm.Session(engine:execution_options({
                compiled_cache = cache,
            }))
            for i = 1, 2 do
                session:add(User({ id = i, name = "ed" }))
                session:flush()
                assert.equal(i, #session:scalars(select(User)):all())
            end
            assert.equal(1, #cache)
        end)

        it("is as if it were NULL in an engine that keeps no statements", function()
            local without = corm.create_engine(db.url, { query_cache_size = 0 })
            without:connect(function(connection)
                metadata:create_all(connection)
                assert.equal("caching disabled, caching disabled", execute_twice(connection))
            end)
            without:dispose()
        end)

        it("is none of a statement's", function()
            local statement = select(users)
            local e = failing(statement.execution_options, statement, { compiled_cache = {} })
            assert.is_true(corm.exc.ArgumentError:is(e))
            assert.truthy(e.message:find("compiled_cache", 1, true))
        end)

        it("is nothing but a table that is empty at first, or NULL", function()
            local connection <close> = engine:connect()
            for _, wrong in ipairs({ 5, "x", { 1 }, corm.set({}), true }) do
                local e = failing(connection.execution_options, connection,
                    { compiled_cache = wrong })
                assert.is_true(corm.exc.ArgumentError:is(e))
            end
            local cache = {}
            connection:execution_options({ compiled_cache = cache })
            assert.is_true(corm.exc.ArgumentError:is(failing(function()
                cache.x = 1
            end)))
        end)
    end)
end)
