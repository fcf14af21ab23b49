-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local raises = helper.raises

describe("An error of the database", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
            it_has.t = corm.Table("t", corm.MetaData(),
                Column("id", Integer, { primary_key = true }),
                Column("name", String(30), { unique = true, nullable = false }))
            it_has.t.metadata:create_all(it_has.engine)
            it_has.connection = it_has.engine:connect()
        end)

        after_each(function()
            if it_has.connection then
                it_has.connection:close()
                it_has.engine:dispose()
            end
        end)

        it("says statement, parameters and what the driver said", function()
            local connection, t = it_has.connection, it_has.t
            connection:execute(corm.insert(t), { name = "a" })
            local e = raises(exc.IntegrityError, connection.execute, connection, corm.insert(t),
                { name = "a" })
            assert.truthy(e.statement:find("INSERT INTO t", 1, true))
            assert.same({ "a" }, e.params)
            assert.equal("string", type(e.orig.message))
            assert.is_true(exc.DBAPIError:is(e))
            local text = tostring(e)
            assert.truthy(text:find("INSERT INTO t", 1, true))
            assert.truthy(text:find("'a'", 1, true))
            if db.name == "postgresql" then
                assert.equal("23505", e.orig.sqlstate)
            end
        end)

        it("is no lost connection unless it says so", function()
            local connection = it_has.connection
            local e = raises(exc.DBAPIError, connection.exec_driver_sql, connection, "SELEC 1")
            assert.is_false(it_has.engine.dialect:is_disconnect(e, connection, nil))
        end)

        it("hides the parameters when the engine does", function()
            local engine = corm.create_engine(db.shared_url, { hide_parameters = true })
            local connection <close> = engine:connect()
            local e = raises(exc.IntegrityError, connection.execute, connection,
                corm.insert(it_has.t), { { name = "secret" }, { name = "secret" } })
            assert.is_nil(tostring(e):find("('secret')", 1, true))
            assert.truthy(tostring(e):find("hide_parameters", 1, true))
            connection:close()
            engine:dispose()
        end)

        it("has a class by its kind", function()
            local connection = it_has.connection
            for sql, class in pairs({
                ["SELECT * FROM no_such_table"] =
                    db.name == "postgresql" and exc.ProgrammingError or exc.OperationalError,
                ["SELEC 1"] =
                    db.name == "postgresql" and exc.ProgrammingError or exc.OperationalError,
                ["INSERT INTO t (name) VALUES (NULL)"] = exc.IntegrityError,
            }) do
                local e = raises(class, connection.exec_driver_sql, connection, sql)
                assert.equal(sql, e.statement)
                connection:rollback()
            end
        end)

        it("leaves the connection usable after a rollback", function()
            local connection = it_has.connection
            connection:execute(corm.insert(it_has.t), { name = "a" })
            pcall(connection.exec_driver_sql, connection, "SELEC 1")
            connection:rollback()
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
        end)

        it("can be replaced by listeners of handle_error", function()
            local seen
            corm.event.listen(it_has.engine, "handle_error", function(context)
                seen = context
                return "replaced"
            end)
            local ok, e = pcall(it_has.connection.exec_driver_sql, it_has.connection, "SELEC 1")
            assert.is_false(ok)
            assert.equal("replaced", e)
            assert.equal("SELEC 1", seen.statement)
            assert.equal(it_has.connection, seen.connection)
            assert.is_true(exc.DBAPIError:is(seen.sqlalchemy_exception))
            assert.is_false(seen.is_disconnect)
        end)

        it("makes listeners' word about a disconnect count", function()
            corm.event.listen(it_has.engine, "handle_error", function(context)
                context.is_disconnect = true
            end)
            pcall(it_has.connection.exec_driver_sql, it_has.connection, "SELEC 1")
            assert.is_true(it_has.connection.invalidated)
            it_has.connection:rollback()
            assert.equal(1, it_has.connection:exec_driver_sql("SELECT 1"):scalar())
        end)

        if db.name == "postgresql" then
            it("of a commit raises, and the transaction can be rolled back", function()
                local connection = it_has.connection
                connection:exec_driver_sql("CREATE TABLE d (x INTEGER UNIQUE "
                    .. "DEFERRABLE INITIALLY DEFERRED)")
                connection:commit()
                local tx = connection:begin()
                connection:exec_driver_sql("INSERT INTO d VALUES (1), (1)")
                raises(exc.IntegrityError, tx.commit, tx)
                assert.is_false(tx.is_active)
                raises(exc.PendingRollbackError, connection.exec_driver_sql, connection,
                    "SELECT 1")
                raises(exc.PendingRollbackError, connection.execute, connection,
                    corm.text("INSERT INTO d VALUES (1)"))
                raises(exc.PendingRollbackError, tx.commit, tx)
                tx:rollback()
                assert.equal(0, connection:exec_driver_sql("SELECT count(*) FROM d"):scalar())
            end)

            it("of the first of two phases leaves nothing but a rollback", function()
                local connection = it_has.connection
                local tx = connection:begin_twophase()
                connection:exec_driver_sql("CREATE TEMP TABLE nobody_elses (x INTEGER)")
                raises(exc.NotSupportedError, tx.prepare, tx)
                raises(exc.PendingRollbackError, connection.execute, connection,
                    corm.text("INSERT INTO t VALUES (1, 'a')"))
                tx:rollback()
                assert.equal(0, connection:exec_driver_sql("SELECT count(*) FROM t"):scalar())
            end)

            it("that ended the connection ends a block that goes on with another one", function()
                local engine = it_has.engine
                local function lose(connection)
                    local pid = connection:exec_driver_sql("SELECT pg_backend_pid()"):scalar()
                    it_has.connection:exec_driver_sql("SELECT pg_terminate_backend($1, 5000)",
                        { pid })
                    raises(exc.OperationalError, connection.exec_driver_sql, connection,
                        "SELECT 1")
                    assert.is_true(connection:in_transaction())
                    assert.is_false(connection:get_transaction().is_valid)
                end
                raises(exc.PendingRollbackError, engine.begin, engine, lose)
                raises(exc.PendingRollbackError, engine.begin, engine, function(connection)
                    connection:begin_nested(function()
                        lose(connection)
                    end)
                end)
                raises(exc.PendingRollbackError, function()
                    local connection <close> = engine:begin()
                    lose(connection)
                end)
                engine:begin(function(connection)
                    lose(connection)
                    connection:rollback()
                end)
            end)

            it("that ended the connection invalidates it and the pool", function()
                local connection, engine = it_has.connection, it_has.engine
                local idle = engine:connect()
                idle:exec_driver_sql("SELECT 1")
                local idle_native = idle.connection.dbapi_connection
                idle:close()
                local pid = connection:exec_driver_sql("SELECT pg_backend_pid()"):scalar()
                engine:connect(function(killer)
                    killer:exec_driver_sql("SELECT pg_terminate_backend($1, 5000)", { pid })
                end)
                local e = raises(exc.OperationalError, connection.exec_driver_sql, connection,
                    "SELECT 1")
                assert.is_true(e.connection_invalidated)
                assert.is_true(engine.dialect:is_disconnect(e, connection, nil))
                assert.is_true(connection.invalidated)
                raises(exc.PendingRollbackError, connection.exec_driver_sql, connection,
                    "SELECT 1")
                connection:rollback()
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
                engine:connect():close()
                assert.equal("closed", idle_native:state())
            end)
        end
    end)

    it("that ended the transaction of SQLite ends a block that goes on with another one", function()
        local engine = corm.create_engine("sqlite://")
        local function fill(connection)
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER PRIMARY KEY)")
            connection:exec_driver_sql("INSERT INTO t VALUES (1)")
            raises(exc.IntegrityError, connection.exec_driver_sql, connection,
                "INSERT OR ROLLBACK INTO t VALUES (1)")
        end
        local e = raises(exc.PendingRollbackError, engine.begin, engine, fill)
        assert.truthy(e.message:find("the database has ended the transaction", 1, true))
        local connection <close> = engine:connect()
        local tx = connection:begin()
        fill(connection)
        assert.is_true(tx.is_active)
        assert.is_false(tx.is_valid)
        raises(exc.PendingRollbackError, tx.commit, tx)
        assert.is_false(tx.is_active)
        tx:rollback()
        engine:dispose()
    end)
end)
