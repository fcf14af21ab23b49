-- SPDX-License-Identifier: MIT
-- What listeners are told of an execution, and cursors of native connections.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local text = corm.text
local raises = helper.raises

helper.each_database(function(db)
    describe("The context of an execution", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
            it_has.connection = it_has.engine:connect()
            it_has.t = corm.Table("t", corm.MetaData(), corm.Column("id", corm.Integer))
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        -- The contexts of what is executed from now on.
        local function contexts()
            local seen = {}
            corm.event.listen(it_has.engine, "before_cursor_execute",
                function(_, _, _, _, context)
                    seen[#seen + 1] = context
                end)
            return seen
        end

        it("says what kind of statement it is", function()
            local connection, t = it_has.connection, it_has.t
            local seen = contexts()
            t.metadata:create_all(connection, { checkfirst = false })
            connection:execute(corm.insert(t), { { id = 1 }, { id = 2 } })
            connection:execute(corm.update(t):values({ id = 3 }))
            connection:execute(corm.delete(t))
            connection:execute(corm.select(t))
            connection:execute(text("SELECT 1"))
            local flags = { "isddl", "isinsert", "isupdate", "isdelete" }
            for i, context in ipairs(seen) do
                for k, name in ipairs(flags) do
                    assert.equal(i == k, context[name], name .. " of " .. context.statement)
                end
                assert.equal(i > 1 and i < 5, context.is_crud)
                assert.equal(i == 6, context.is_text)
                assert.equal(i == 2, context.executemany)
            end
            assert.equal(6, #seen)
            raises(exc.ArgumentError, function()
                return seen[1].isinset
            end)
        end)

        it("is not told to default functions that are written in C", function()
            local t = corm.Table("t", corm.MetaData(), corm.Column("id", corm.Integer),
                corm.Column("at", corm.DateTime, { default = corm.datetime.now }),
                corm.Column("clock", corm.BigInteger, { default = os.time }))
            t.metadata:create_all(it_has.connection)
            it_has.connection:execute(corm.insert(t), { id = 1 })
            local row = it_has.connection:execute(corm.select(t.c.at, t.c.clock)):one()
            assert.is_true(row.at <= corm.datetime.now())
            assert.is_true(row.clock <= os.time())
        end)

        it("has what is sent", function()
            local seen = contexts()
            it_has.connection:execute(text("SELECT :a AS a"), { a = 5 })
            assert.same({ 5 }, seen[1].parameters)
            assert.equal(it_has.connection, seen[1].root_connection)
        end)

        it("is told to listeners of handle_error, whatever way the statement took", function()
            local connection = it_has.connection
            local failed
            corm.event.listen(it_has.engine, "handle_error", function(context)
                failed = context.execution_context
            end)
            raises(exc.DBAPIError, connection.execute, connection, text("SELECT wrong"))
            assert.equal("SELECT wrong", failed.statement)
            connection:rollback()
            contexts()
            raises(exc.DBAPIError, connection.execute, connection,
                corm.select(it_has.t):where(it_has.t.c.id:eq(7)))
            assert.truthy(failed.compiled)
            assert.same({ 7 }, failed.parameters)
            assert.is_false(failed.isinsert)
        end)
    end)

    describe("A statement", function()
        it("cannot choose the isolation level of a transaction that has begun", function()
            local statement = text("SELECT 1")
            raises(exc.ArgumentError, statement.execution_options, statement,
                { isolation_level = "AUTOCOMMIT" })
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            for _, options in ipairs({
                { isolation_level = "AUTOCOMMIT" }, { postgresql_readonly = true },
            }) do
                local e = raises(exc.ArgumentError, connection.execute, connection, statement, nil,
                    { execution_options = options })
                assert.truthy(e.message:find(next(options), 1, true))
            end
            connection:close()
            engine:dispose()
        end)
    end)

    describe("A cursor", function()
        it("gives the connection that was just opened a cursor", function()
            local engine = corm.create_engine(db.url)
            local found
            corm.event.listen(engine, "connect", function(dbapi_connection)
                local cursor = dbapi_connection:cursor()
                cursor:execute("SELECT 41 + 1")
                found = cursor:fetchone()[1]
                cursor:close()
            end)
            assert.equal(1, engine:connect(function(connection)
                return connection:scalar(text("SELECT 1"))
            end))
            assert.equal(42, found)
            engine:dispose()
        end)

        it("executes and fetches as one of Python's drivers", function()
            local engine = corm.create_engine(db.url)
            local raw = engine:raw_connection()
            local cursor = raw:cursor()
            raises(exc.ProgrammingError, cursor.fetchone, cursor)
            cursor:execute("CREATE TABLE t (id INTEGER)")
            assert.is_nil(cursor.description)
            local place = db.name == "sqlite" and "?" or "$1"
            cursor:executemany("INSERT INTO t VALUES (" .. place .. ")", { { 1 }, { 2 }, { 3 } })
            assert.equal(3, cursor.rowcount)
            cursor:execute("SELECT id AS n FROM t ORDER BY id")
            assert.same({ { "n" } }, cursor.description)
            assert.equal(1, cursor:fetchone().n)
            assert.equal(1, #cursor:fetchmany())
            assert.equal(1, #cursor:fetchall())
            assert.is_nil(cursor:fetchone())
            cursor:close()
            raw:close()
            engine:dispose()
        end)
    end)
end)
