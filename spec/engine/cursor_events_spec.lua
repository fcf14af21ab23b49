-- SPDX-License-Identifier: MIT
-- The events by which a program takes execution into its own hands, and what it costs to
-- have nobody listen.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc

helper.each_database(function(db)
    describe("do_execute and its like", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
            it_has.connection = it_has.engine:connect()
            it_has.t = corm.Table("t", corm.MetaData(),
                corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }))
            it_has.t.metadata:create_all(it_has.connection)
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        local function count()
            return it_has.connection:exec_driver_sql("SELECT count(*) FROM t"):scalar()
        end

        it("get cursor, statement, parameters and context", function()
            local seen
            corm.event.listen(it_has.engine, "do_execute", function(cursor, sql, params, context)
                seen = { cursor, sql, params, context.connection }
            end)
            local result = it_has.connection:execute(corm.insert(it_has.t), { id = 7 })
            assert.equal(result, seen[1])
            assert.truthy(seen[2]:find("INSERT INTO t", 1, true))
            assert.same({ 7 }, seen[3])
            assert.equal(it_has.connection, seen[4])
        end)

        it("leave a statement out by returning true", function()
            local fn = function()
                return true
            end
            corm.event.listen(it_has.engine, "do_execute", fn)
            local result = it_has.connection:execute(corm.insert(it_has.t), { id = 1 })
            assert.is_false(result.returns_rows)
            corm.event.remove(it_has.engine, "do_execute", fn)
            assert.equal(0, count())
        end)

        it("execute it themselves, perhaps as another one", function()
            corm.event.listen(it_has.engine, "do_execute", function(cursor, sql, params)
                cursor:execute(sql:gsub("SELECT 1", "SELECT 2"), params)
                return true
            end)
            assert.equal(2, it_has.connection:exec_driver_sql("SELECT 1"):scalar())
        end)

        it("may not execute it twice, or later", function()
            local later
            corm.event.listen(it_has.engine, "do_execute", function(cursor, sql, params)
                later = cursor
                cursor:execute(sql, params)
                assert.is_false(pcall(cursor.execute, cursor, sql, params))
                return true
            end)
            it_has.connection:exec_driver_sql("SELECT 1"):close()
            local ok, e = pcall(later.execute, later, "SELECT 1")
            assert.is_false(ok)
            assert.is_true(exc.InvalidRequestError:is(e))
        end)

        it("are do_executemany for many parameter sets", function()
            local nsets
            corm.event.listen(it_has.engine, "do_executemany", function(cursor, sql, params)
                nsets = #params
                cursor:executemany(sql, params)
                return true
            end)
            it_has.connection:execute(corm.insert(it_has.t), { { id = 1 }, { id = 2 }, { id = 3 } })
            assert.equal(3, nsets)
            assert.equal(3, count())
        end)

        it("are do_execute_no_params where the option no_parameters says so", function()
            local seen = {}
            corm.event.listen(it_has.engine, "do_execute_no_params", function(_, sql, context)
                seen[#seen + 1] = sql
                assert.equal(it_has.connection, context.connection)
            end)
            it_has.connection:exec_driver_sql("SELECT 1"):close()
            it_has.connection:exec_driver_sql("SELECT 2", nil,
                { execution_options = { no_parameters = true } }):close()
            assert.same({ "SELECT 2" }, seen)
        end)

        it("see the statements of an ORM session", function()
            local Base = corm.declarative_base()
            local T = Base:extend("T", { __table = corm.Table("t", Base.metadata,
                corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false })) })
            local n = 0
            it_has.connection:commit()
            local session <close> = corm.Session(it_has.engine)
            session:add(T({ id = 1 }))
            session:flush()
            corm.event.listen(it_has.engine, "do_execute", function()
                n = n + 1
            end)
            session:expire_all()
            assert.equal(1, session:get(T, 1).id)
            assert.equal(1, #session:scalars(corm.select(T)):all())
            assert.equal(2, n)
        end)

        it("are heard as soon as somebody listens, and no more when nobody does", function()
            local n = 0
            local fn = function()
                n = n + 1
            end
            it_has.connection:execute(corm.select(it_has.t)):close()
            corm.event.listen(it_has.engine, "do_execute", fn)
            it_has.connection:execute(corm.select(it_has.t)):close()
            corm.event.remove(it_has.engine, "do_execute", fn)
            it_has.connection:execute(corm.select(it_has.t)):close()
            assert.equal(1, n)
        end)

        it("of the dialect are the engine's, not a connection's", function()
            for _, name in ipairs({ "do_execute", "handle_error", "do_connect" }) do
                local ok, e = pcall(corm.event.listen, it_has.connection, name, function() end)
                assert.is_false(ok)
                assert.is_true(corm.exc.InvalidRequestError:is(e))
            end
            local n = 0
            corm.event.listen(it_has.engine.dialect, "do_execute", function()
                n = n + 1
            end)
            it_has.connection:execute(corm.select(it_has.t)):close()
            assert.equal(1, n)
        end)
    end)

    describe("Listeners of cursors", function()
        local function heard(run)
            local engine = corm.create_engine(db.url)
            local seen = {}
            for _, name in ipairs({ "before_cursor_execute", "after_cursor_execute" }) do
                corm.event.listen(engine, name, function(_, cursor, sql, parameters, context, many)
                    assert.equal(cursor, context.cursor)
                    assert.equal("table", type(parameters))
                    seen[#seen + 1] = ("%s %s %s"):format(name:match("%l+"), sql:match("^%u+ ?%u*"),
                        many)
                end)
            end
            engine:connect(run)
            engine:dispose()
            return seen
        end

        it("are told of the statements of savepoints", function()
            assert.same({
                "before SAVEPOINT  false", "after SAVEPOINT  false",
                "before ROLLBACK TO false", "after ROLLBACK TO false",
                "before SAVEPOINT  false", "after SAVEPOINT  false",
                "before RELEASE SAVEPOINT false", "after RELEASE SAVEPOINT false",
            }, heard(function(connection)
                connection:begin_nested():rollback()
                connection:begin_nested():commit()
            end))
        end)

        it("may change statements, also those of savepoints", function()
            local engine = corm.create_engine(db.url)
            corm.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters)
                return "/* mine */ " .. sql, parameters
            end, { retval = true })
            engine:connect(function(connection)
                connection:begin_nested():rollback()
                assert.equal(1, connection:scalar(corm.select(corm.literal(1))))
            end)
            engine:dispose()
        end)

        it("of do_execute may leave the statement of a savepoint out, or send another", function()
            local engine = corm.create_engine(db.url)
            local seen, sent = {}, {}
            corm.event.listen(engine, "do_execute", function(cursor, sql, parameters)
                seen[#seen + 1] = sql
                if sql:find("^SAVEPOINT") then
                    cursor:execute("SAVEPOINT another", parameters)
                    return true
                end
                return sql:find("^RELEASE") ~= nil
            end)
            corm.event.listen(engine, "after_cursor_execute", function(_, cursor)
                sent[#sent + 1] = cursor.returns_rows
            end)
            engine:connect(function(connection)
                local savepoint = connection:begin_nested()
                connection:execute(corm.ReleaseSavepointClause("unknown"))
                connection:exec_driver_sql("ROLLBACK TO SAVEPOINT another")
                helper.raises(exc.DBAPIError, savepoint.rollback, savepoint)
                connection:rollback()
            end)
            engine:dispose()
            assert.same({
                "SAVEPOINT corm_savepoint_1", "RELEASE SAVEPOINT unknown",
                "ROLLBACK TO SAVEPOINT another", "ROLLBACK TO SAVEPOINT corm_savepoint_1",
            }, seen)
            assert.same({ false, false, false }, sent)
        end)

        it("know that the rows of one INSERT have come as several sets", function()
            local t = corm.Table("many_sets", corm.MetaData(), corm.Column("id", corm.Integer))
            local seen = heard(function(connection)
                t.metadata:create_all(connection)
                connection:execute(t:insert():returning(t.c.id), { { id = 1 }, { id = 2 } }):all()
            end)
            assert.equal("before INSERT INTO true", seen[#seen - 1])
        end)
    end)

    describe("A listener of begin", function()
        it("may begin in its own words", function()
            local engine = corm.create_engine(db.url)
            corm.event.listen(engine, "begin", function(connection)
                connection:exec_driver_sql(db.name == "sqlite" and "BEGIN IMMEDIATE"
                    or "BEGIN ISOLATION LEVEL SERIALIZABLE")
            end)
            engine:connect(function(connection)
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
                assert.is_true(connection:in_transaction())
                connection:exec_driver_sql("CREATE TABLE b (x INTEGER)")
                connection:rollback()
                local ok = pcall(connection.exec_driver_sql, connection, "SELECT * FROM b")
                assert.is_false(ok)
            end)
            engine:dispose()
        end)

        it("that raises leaves the connection fit for use", function()
            local engine = corm.create_engine(db.url)
            local fn = function()
                error("not now")
            end
            corm.event.listen(engine, "begin", fn)
            local connection <close> = engine:connect()
            assert.is_false(pcall(connection.begin, connection))
            corm.event.remove(engine, "begin", fn)
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            connection:close()
            engine:dispose()
        end)
    end)
end)
