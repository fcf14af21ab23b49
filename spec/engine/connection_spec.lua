-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local raises = helper.raises

local function users_table()
    return corm.Table("users", corm.MetaData(),
        Column("id", Integer, { primary_key = true }),
        Column("name", String(30)))
end

describe("Connection", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
            it_has.users = users_table()
            it_has.users.metadata:create_all(it_has.engine)
        end)

        after_each(function()
            if it_has.engine then
                it_has.engine:dispose()
            end
        end)

        local function count()
            return it_has.engine:connect(function(connection)
                return connection:scalar(corm.select(corm.func.count())
                    :select_from(it_has.users))
            end)
        end

        it("begins with the first statement and commits when told", function()
            local connection <close> = it_has.engine:connect()
            assert.is_false(connection:in_transaction())
            assert.is_nil(connection:get_transaction())
            connection:execute(corm.insert(it_has.users), { name = "ed" })
            assert.is_true(connection:in_transaction())
            connection:commit()
            assert.is_false(connection:in_transaction())
            assert.equal(1, count())
        end)

        it("rolls back when it is closed", function()
            local connection = it_has.engine:connect()
            connection:execute(corm.insert(it_has.users), { name = "ed" })
            connection:close()
            assert.is_true(connection.closed)
            assert.equal(0, count())
        end)

        it("rolls back when told, and goes on", function()
            local connection <close> = it_has.engine:connect()
            connection:execute(corm.insert(it_has.users), { name = "ed" })
            connection:rollback()
            connection:execute(corm.insert(it_has.users), { name = "wendy" })
            connection:commit()
            assert.equal("wendy", connection:scalar(corm.select(it_has.users.c.name)))
        end)

        it("cannot be used after close, and can be closed twice", function()
            local connection = it_has.engine:connect()
            connection:close()
            connection:close()
            raises(exc.ResourceClosedError, connection.execute, connection,
                corm.select(it_has.users))
            raises(exc.ResourceClosedError, connection.exec_driver_sql, connection, "SELECT 1")
            raises(exc.ResourceClosedError, connection.begin, connection)
            raises(exc.ResourceClosedError, connection.begin_nested, connection)
        end)

        it("refuses begin() twice, and after a statement", function()
            local connection <close> = it_has.engine:connect()
            connection:begin()
            raises(exc.InvalidRequestError, connection.begin, connection)
            connection:rollback()
            connection:exec_driver_sql("SELECT 1")
            raises(exc.InvalidRequestError, connection.begin, connection)
        end)

        it("does nothing on commit and rollback without a transaction", function()
            local connection <close> = it_has.engine:connect()
            connection:commit()
            connection:rollback()
            assert.is_false(connection:in_transaction())
        end)

        it("gives scalar and scalars", function()
            local connection <close> = it_has.engine:connect()
            local users = it_has.users
            connection:execute(corm.insert(users), { { name = "ed" }, { name = "wendy" } })
            assert.equal("ed", connection:scalar(corm.select(users.c.name):order_by(users.c.id)))
            assert.same({ "ed", "wendy" },
                connection:scalars(corm.select(users.c.name):order_by(users.c.id)):all())
            assert.is_nil(connection:scalar(corm.select(users.c.name):where(users.c.id:eq(99))))
        end)

        it("refuses a string, and other things that are no statements", function()
            local connection <close> = it_has.engine:connect()
            raises(exc.ObjectNotExecutableError, connection.execute, connection, "SELECT 1")
            raises(exc.ObjectNotExecutableError, connection.execute, connection, 5)
            raises(exc.ObjectNotExecutableError, connection.execute, connection, nil)
        end)

        it("selects a function that stands alone, and no other expression", function()
            local connection <close> = it_has.engine:connect()
            local users = it_has.users
            assert.equal(5, connection:scalar(corm.func.abs(-5)))
            for _, thing in ipairs({
                corm.literal(1) + 2, users, users.c.id, corm.and_(corm.true_()),
                corm.select(users):cte(), corm.and_(corm.true_()):compile(), users.metadata,
                corm.Integer,
            }) do
                raises(exc.ObjectNotExecutableError, connection.execute, connection, thing)
            end
        end)

        it("executes what was compiled", function()
            local connection <close> = it_has.engine:connect()
            local statement = corm.select(corm.bindparam("x", { type_ = corm.Integer }) + 1)
            assert.equal(6, connection:scalar(statement:compile(it_has.engine), { x = 5 }))
        end)

        it("takes mappings of rows as parameters, one or many", function()
            local connection <close> = it_has.engine:connect()
            local users = it_has.users
            local rows = corm.union_all(
                corm.select(corm.literal("ed"):label("name")),
                corm.select(corm.null():label("name")))
            connection:execute(corm.insert(users), connection:execute(rows):mappings():all())
            assert.same({ "ed", corm.NULL },
                connection:scalars(corm.select(users.c.name):order_by(users.c.id)):all())
            local row = connection:execute(corm.select(corm.literal(7):label("x"))):first()
            local mapping = row._mapping
            assert.equal(7, connection:scalar(
                corm.select(corm.bindparam("x", { type_ = corm.Integer })), mapping))
            raises(exc.ArgumentError, connection.execute, connection, corm.insert(users),
                { mapping, 5 })
        end)

        it("executes text with parameters by name", function()
            local connection <close> = it_has.engine:connect()
            local statement = corm.text("INSERT INTO users (name) VALUES (:name)")
            connection:execute(statement, { name = "ed" })
            assert.equal("ed", connection:scalar(corm.text("SELECT name FROM users")))
        end)

        it("leaves a savepoint that is rolled back", function()
            local connection <close> = it_has.engine:connect()
            local users = it_has.users
            connection:execute(corm.insert(users), { name = "a" })
            local savepoint = connection:begin_nested()
            connection:execute(corm.insert(users), { name = "b" })
            assert.is_true(connection:in_nested_transaction())
            savepoint:rollback()
            assert.is_false(connection:in_nested_transaction())
            connection:execute(corm.insert(users), { name = "c" })
            connection:commit()
            assert.same({ "a", "c" },
                connection:scalars(corm.select(users.c.name):order_by(users.c.id)):all())
        end)

        it("says which statement of a savepoint has failed", function()
            local connection <close> = it_has.engine:connect()
            connection:begin_nested()
            connection:exec_driver_sql("RELEASE SAVEPOINT corm_savepoint_1")
            local e = raises(exc.DBAPIError, function()
                connection:get_nested_transaction():rollback()
            end)
            assert.equal("ROLLBACK TO SAVEPOINT corm_savepoint_1", e.statement)
            assert.truthy(tostring(e):find("[SQL: ROLLBACK TO", 1, true))
        end)

        it("warns where a transaction is rolled back that has ended", function()
            local connection <close> = it_has.engine:connect()
            local said = {}
            local filter = corm.warnings.filter("always")
            local earlier = corm.warnings.handler(function(warning)
                said[#said + 1] = warning.message
            end)
            local tx = connection:begin()
            local savepoint = connection:begin_nested()
            connection:begin_nested()
            savepoint:rollback()
            savepoint:rollback()
            tx:commit()
            tx:close()
            tx:rollback()
            local ok, e = pcall(connection.begin, connection, function(root)
                root:rollback()
                error("enough", 0)
            end)
            corm.warnings.handler(earlier)
            corm.warnings.filter(filter)
            assert.same({ false, "enough" }, { ok, e })
            assert.same({
                "nested transaction already deassociated from connection",
                "transaction already deassociated from connection",
            }, said)
        end)

        it("runs a function in a savepoint, which an error undoes", function()
            local connection <close> = it_has.engine:connect()
            local users = it_has.users
            local ok = pcall(connection.begin_nested, connection, function(savepoint)
                assert.is_true(savepoint.nested)
                connection:execute(corm.insert(users), { name = "a" })
                error("no")
            end)
            assert.is_false(ok)
            connection:begin_nested(function()
                connection:execute(corm.insert(users), { name = "b" })
            end)
            connection:commit()
            assert.same({ "b" }, connection:scalars(corm.select(users.c.name)):all())
        end)

        it("nests savepoints, and ends inner ones with outer ones", function()
            local connection <close> = it_has.engine:connect()
            local users = it_has.users
            local outer = connection:begin_nested()
            connection:execute(corm.insert(users), { name = "a" })
            local inner = connection:begin_nested()
            connection:execute(corm.insert(users), { name = "b" })
            outer:rollback()
            assert.is_false(inner.is_active)
            raises(exc.InvalidRequestError, inner.commit, inner)
            inner:close()
            connection:commit()
            assert.equal(0, count())
        end)

        it("runs a transaction by function", function()
            local connection <close> = it_has.engine:connect()
            connection:begin(function(tx)
                assert.equal(tx, connection:get_transaction())
                connection:execute(corm.insert(it_has.users), { name = "a" })
            end)
            assert.equal(1, count())
            pcall(connection.begin, connection, function()
                connection:execute(corm.insert(it_has.users), { name = "b" })
                error("no")
            end)
            assert.is_false(connection:in_transaction())
            assert.equal(1, count())
        end)

        it("executes nothing in a block whose transaction the block has ended", function()
            local engine, users = it_has.engine, it_has.users
            for _, ending in ipairs({ "commit", "rollback" }) do
                raises(exc.InvalidRequestError, engine.begin, engine, function(connection)
                    connection[ending](connection)
                    connection:execute(corm.select(users))
                end)
            end
            local connection <close> = engine:connect()
            raises(exc.InvalidRequestError, connection.begin, connection, function(tx)
                tx:rollback()
                connection:begin_nested()
            end)
            raises(exc.InvalidRequestError, connection.begin_nested, connection,
                function(savepoint)
                    connection:execute(corm.select(users)):close()
                    savepoint:rollback()
                    connection:execute(corm.select(users))
                end)
            connection:rollback()
            connection:begin(function(tx)
                connection:execute(corm.insert(users), { name = "ed" })
                tx:commit()
            end)
            assert.equal(1, #connection:execute(corm.select(users)):all())
        end)

        it("commits a transaction in a to-be-closed variable", function()
            local connection <close> = it_has.engine:connect()
            do
                local tx <close> = connection:begin()
                connection:execute(corm.insert(it_has.users), { name = "a" })
                assert.is_true(tx.is_active)
            end
            assert.equal(1, count())
        end)

        it("says why a transaction that ended cannot be committed", function()
            local connection <close> = it_has.engine:connect()
            local tx = connection:begin()
            tx:rollback()
            local e = raises(exc.InvalidRequestError, tx.commit, tx)
            assert.truthy(e.message:find("rolled back", 1, true))
            tx:close()
        end)

        it("autocommits when its isolation level says so", function()
            local connection <close> = it_has.engine:connect()
            connection:execution_options({ isolation_level = "AUTOCOMMIT" })
            connection:execute(corm.insert(it_has.users), { name = "a" })
            assert.equal(1, count())
            connection:rollback()
            assert.equal(1, count())
            assert.equal("AUTOCOMMIT", connection:get_isolation_level())
        end)

        it("refuses an isolation level in a transaction, and one that does not exist", function()
            local connection <close> = it_has.engine:connect()
            raises(exc.ArgumentError, connection.execution_options, connection,
                { isolation_level = "NONE AT ALL" })
            connection:exec_driver_sql("SELECT 1")
            raises(exc.InvalidRequestError, connection.execution_options, connection,
                { isolation_level = "SERIALIZABLE" })
        end)

        it("takes the isolation level of its engine", function()
            local engine = corm.create_engine(db.shared_url, { isolation_level = "SERIALIZABLE" })
            local connection <close> = engine:connect()
            assert.equal("SERIALIZABLE", connection:get_isolation_level())
            assert.equal(db.name == "sqlite" and "SERIALIZABLE" or "READ COMMITTED",
                connection:get_default_isolation_level())
            if db.name == "postgresql" then
                assert.equal("serializable",
                    connection:exec_driver_sql("SHOW transaction_isolation"):scalar())
            end
            connection:close()
            engine:dispose()
        end)

        it("has its own isolation level, whatever native connection it gets", function()
            local sql = db.name == "sqlite" and "PRAGMA read_uncommitted"
                or "SHOW transaction_isolation"
            local levels = db.name == "sqlite" and { [0] = "SERIALIZABLE", "READ UNCOMMITTED" }
                or { serializable = "SERIALIZABLE", ["read committed"] = "READ COMMITTED" }
            local other = db.name == "sqlite" and "READ UNCOMMITTED" or "SERIALIZABLE"
            local usual = db.name == "sqlite" and "SERIALIZABLE" or "READ COMMITTED"
            local function in_force(connection)
                assert.equal(connection:get_isolation_level(),
                    levels[connection:exec_driver_sql(sql):scalar()])
                connection:rollback()
                return connection:get_isolation_level()
            end
            local engine = corm.create_engine(db.shared_url, { pool_size = 1, max_overflow = 0 })
            engine:connect(function(connection)
                connection:execution_options({ isolation_level = other })
                assert.equal(other, in_force(connection))
                connection:invalidate()
                assert.equal(other, in_force(connection))
            end)
            engine:connect(function(connection)
                assert.equal(usual, in_force(connection))
            end)
            engine:execution_options({ isolation_level = other }):connect(function(connection)
                assert.equal(other, in_force(connection))
            end)
            engine:dispose()
            engine = corm.create_engine(db.shared_url, { isolation_level = other })
            engine:connect(function(connection)
                assert.equal(other, in_force(connection))
            end)
            engine:dispose()
        end)

        it("keeps info with the native connection", function()
            local connection = it_has.engine:connect()
            connection.info.note = "x"
            connection:close()
            it_has.engine:connect(function(again)
                assert.equal("x", again.info.note)
            end)
        end)

        it("has no native connection to show that it has lost", function()
            local connection = it_has.engine:connect()
            connection:invalidate()
            assert.equal(1, connection.connection:execute("SELECT 1"):scalar())
            assert.is_false(connection.invalidated)
            connection:begin()
            connection:invalidate()
            raises(exc.PendingRollbackError, function()
                return connection.connection.info
            end)
            connection:close()
            raises(exc.ResourceClosedError, function()
                return connection.connection:cursor()
            end)
        end)

        it("gets another native connection after invalidate()", function()
            local connection <close> = it_has.engine:connect()
            connection:exec_driver_sql("SELECT 1")
            connection:invalidate()
            assert.is_true(connection.invalidated)
            raises(exc.PendingRollbackError, connection.exec_driver_sql, connection, "SELECT 1")
            connection:rollback()
            assert.equal(2, connection:exec_driver_sql("SELECT 2"):scalar())
            assert.is_false(connection.invalidated)
        end)

        it("has nothing to detach after invalidate()", function()
            local connection = it_has.engine:connect()
            connection:invalidate()
            raises(exc.InvalidRequestError, connection.detach, connection)
            connection:close()
            assert.is_false(connection.invalidated)
            raises(exc.ResourceClosedError, connection.detach, connection)
        end)

        it("keeps the native connection to itself after detach()", function()
            local connection = it_has.engine:connect()
            connection:detach()
            assert.equal(0, it_has.engine.pool:checkedout())
            assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            local native = connection.connection
            connection:close()
            assert.equal("closed", native:state())
            assert.equal(0, it_has.engine.pool:checkedin())
        end)

        it("has no other attributes", function()
            local connection <close> = it_has.engine:connect()
            raises(exc.ArgumentError, function()
                return connection.excute
            end)
            assert.truthy(tostring(connection):find("^Connection%("))
        end)

        it("answers what an event loop asks", function()
            local connection <close> = it_has.engine:connect()
            assert.equal("number", type(connection:pollfd()))
            assert.equal("string", type(connection:events()))
            assert.is_true(connection:timeout() == nil or connection:timeout() >= 0)
        end)
    end)
end)

describe("Connections of sqlite://", function()
    local function shared_engine()
        local engine = corm.create_engine("sqlite://")
        local users = users_table()
        users.metadata:create_all(engine)
        return engine, users
    end

    it("do not undo each other's work by closing after reading", function()
        local engine, users = shared_engine()
        local writer <close> = engine:connect()
        writer:execute(corm.insert(users), { name = "ed" })
        engine:connect(function(reader)
            assert.equal("ed", reader:scalar(corm.select(users.c.name)))
        end)
        writer:commit()
        writer:rollback()
        assert.equal("ed", writer:scalar(corm.select(users.c.name)))
    end)

    it("keep what one has committed while another was reading", function()
        local engine, users = shared_engine()
        local reader = engine:connect()
        reader:execute(corm.select(users)):all()
        engine:begin(function(writer)
            writer:execute(corm.insert(users), { name = "ed" })
        end)
        reader:close()
        assert.equal("ed", engine:connect(function(connection)
            return connection:scalar(corm.select(users.c.name))
        end))
    end)

    it("begin anew after another one's commit", function()
        local engine, users = shared_engine()
        local first <close> = engine:connect()
        first:execute(corm.select(users)):all()
        engine:begin(function(second)
            second:execute(corm.insert(users), { name = "ed" })
        end)
        first:execute(corm.insert(users), { name = "wendy" })
        first:rollback()
        assert.same({ "ed" }, first:scalars(corm.select(users.c.name)):all())
    end)
end)

describe("Two phases", function()
    it("are refused by SQLite", function()
        local connection <close> = corm.create_engine("sqlite://"):connect()
        raises(exc.NotSupportedError, connection.begin_twophase, connection)
    end)

    helper.each_database(function(db)
        if db.name ~= "postgresql" then
            return
        end

        it("prepare, then commit from anywhere", function()
            local engine = corm.create_engine(db.url)
            engine:begin(function(connection)
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            end)
            local connection = engine:connect()
            raises(exc.ArgumentError, connection.begin_twophase, connection, { xid = "x" })
            assert.is_false(connection:in_transaction())
            local tx = connection:begin_twophase("it's one")
            connection:exec_driver_sql("INSERT INTO t VALUES (1)")
            tx:prepare()
            assert.is_true(tx:is_prepared())
            engine:connect(function(other)
                assert.same({ "it's one" }, other:recover_twophase())
            end)
            tx:commit()
            connection:close()
            assert.equal(1, engine:connect(function(other)
                return other:exec_driver_sql("SELECT count(*) FROM t"):scalar()
            end))
            engine:dispose()
        end)

        it("are finished by who finds them", function()
            local engine = corm.create_engine(db.url)
            for _, verb in ipairs({ "rollback_prepared", "commit_prepared" }) do
                engine:connect(function(connection)
                    connection:exec_driver_sql("PREPARE TRANSACTION 'x'")
                end)
                local finder <close> = engine:connect()
                assert.same({ "x" }, finder:recover_twophase())
                raises(exc.InvalidRequestError, finder[verb], finder, "x")
                finder[verb](finder, "x", { recover = true })
                assert.same({}, finder:recover_twophase())
            end
            engine:dispose()
        end)

        it("roll back what was prepared, and what was not", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            local tx = connection:begin_twophase()
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            tx:prepare()
            tx:rollback()
            local again = connection:begin_twophase()
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            again:rollback()
            assert.same({}, connection:recover_twophase())
            raises(exc.ProgrammingError, connection.exec_driver_sql, connection,
                "SELECT * FROM t")
            connection:close()
            engine:dispose()
        end)
    end)
end)
