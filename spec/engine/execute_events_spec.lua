-- SPDX-License-Identifier: MIT
-- before_execute, after_execute and handle_error; and in which order listeners are called.
local helper = require("spec.helper")
local corm = require("corm")

local event = corm.event
local exc = corm.exc
local select = corm.select
local raises = helper.raises

local function select_count(...)
    return _G.select("#", ...)
end

helper.each_database(function(db)
    describe("Listeners", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
            it_has.connection = it_has.engine:connect()
            it_has.seen = {}
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        local function note(text)
            return function()
                it_has.seen[#it_has.seen + 1] = text
            end
        end

        it("of all engines come first, those of a connection before its engine's", function()
            local of_all = note("all")
            event.listen(it_has.engine, "before_execute", note("engine"))
            event.listen(it_has.connection, "before_execute", note("connection"))
            event.listen(corm.Engine, "before_execute", of_all)
            it_has.connection:execute(select(1))
            event.remove(corm.Engine, "before_execute", of_all)
            assert.same({ "connection", "all", "engine" }, it_has.seen)
        end)

        it("of an engine with options come before those of the one it was made of", function()
            event.listen(it_has.engine, "before_execute", note("first"))
            local other = it_has.engine:execution_options({ x = 1 })
            event.listen(other, "before_execute", note("other"))
            event.listen(it_has.engine, "before_execute", note("second"))
            other:connect(function(conn)
                conn:execute(select(1))
            end)
            assert.same({ "other", "first", "second" }, it_has.seen)
            assert.equal(other, other.engine)
        end)

        it("of before_execute may return many sets of parameters or one, not both", function()
            event.listen(it_has.engine, "before_execute", function(_, statement)
                return statement, { { x = 1 }, { x = 2 } }, { x = 3 }
            end, { retval = true })
            raises(exc.InvalidRequestError, it_has.connection.execute, it_has.connection, select(1))
        end)

        it("see statements of data definition as objects", function()
            local t = corm.Table("heard", corm.MetaData(), corm.Column("x", corm.Integer),
                corm.Index("ix_heard", "x"))
            event.listen(it_has.connection, "before_execute", function(_, element)
                it_has.seen[#it_has.seen + 1] = tostring(element):match("%u+ %u+")
            end)
            event.listen(it_has.connection, "after_execute", function(_, element, _, _, _, result)
                assert.is_false(result.returns_rows)
                it_has.seen[#it_has.seen + 1] = element.element.name
            end)
            t.metadata:create_all(it_has.connection, { checkfirst = false })
            it_has.connection:execute(corm.schema.DropTable(t))
            assert.same({ "CREATE TABLE", "heard", "CREATE INDEX", "ix_heard", "DROP TABLE",
                "heard" }, it_has.seen)
        end)

        it("see savepoints as objects, in the order of all events", function()
            local seen = it_has.seen
            for _, name in ipairs({
                "begin", "savepoint", "rollback_savepoint", "release_savepoint",
            }) do
                event.listen(it_has.connection, name, function(...)
                    seen[#seen + 1] = ("%s of %d"):format(name, select_count(...))
                end)
            end
            for _, name in ipairs({ "before_execute", "after_execute" }) do
                event.listen(it_has.connection, name, function(_, element)
                    seen[#seen + 1] = ("%s %s"):format(name, element)
                end)
            end
            event.listen(it_has.engine, "do_execute", function(_, sql)
                seen[#seen + 1] = sql
            end)
            it_has.connection:begin_nested():rollback()
            it_has.connection:begin_nested():commit()
            assert.same({
                "begin of 1", "savepoint of 2",
                "before_execute SAVEPOINT corm_savepoint_1", "SAVEPOINT corm_savepoint_1",
                "after_execute SAVEPOINT corm_savepoint_1",
                "rollback_savepoint of 3",
                "before_execute ROLLBACK TO SAVEPOINT corm_savepoint_1",
                "ROLLBACK TO SAVEPOINT corm_savepoint_1",
                "after_execute ROLLBACK TO SAVEPOINT corm_savepoint_1",
                "savepoint of 2",
                "before_execute SAVEPOINT corm_savepoint_2", "SAVEPOINT corm_savepoint_2",
                "after_execute SAVEPOINT corm_savepoint_2",
                "release_savepoint of 3",
                "before_execute RELEASE SAVEPOINT corm_savepoint_2",
                "RELEASE SAVEPOINT corm_savepoint_2",
                "after_execute RELEASE SAVEPOINT corm_savepoint_2",
            }, seen)
        end)

        it("may put another statement in the place of a savepoint's", function()
            event.listen(it_has.connection, "before_execute", function(_, element, multi, single)
                if corm.SavepointClause:is(element) then
                    return corm.text("SAVEPOINT mine"), multi, single
                end
                return element, multi, single
            end, { retval = true })
            it_has.connection:begin_nested()
            it_has.connection:execute(corm.RollbackToSavepointClause("mine"))
            it_has.connection:execute(corm.ReleaseSavepointClause("mine"))
        end)

        it("get savepoints that say their SQL", function()
            local clause = corm.SavepointClause("my place")
            assert.equal("my place", clause.ident)
            assert.equal('SAVEPOINT "my place"', tostring(clause))
            assert.equal('SAVEPOINT "my place"', tostring(clause:compile({ dialect = db.name })))
            assert.is_false(corm.ReleaseSavepointClause:is(clause))
            raises(exc.ArgumentError, corm.SavepointClause, 5)
            it_has.connection:execute(clause)
            it_has.connection:execute(corm.ReleaseSavepointClause("my place"))
            raises(exc.DBAPIError, it_has.connection.execute, it_has.connection,
                corm.ReleaseSavepointClause("my place"))
        end)

        it("cannot listen to what never happens", function()
            local e = raises(exc.InvalidRequestError, event.listen, it_has.engine,
                "do_setinputsizes", function() end)
            assert.truthy(e.message:find("do_setinputsizes", 1, true))
        end)

        it("may put another statement in the place of a CREATE TABLE", function()
            local t = corm.Table("heard", corm.MetaData(), corm.Column("x", corm.Integer))
            event.listen(it_has.connection, "before_execute", function(_, element, multi, single)
                if corm.schema.CreateTable:is(element) then
                    return corm.text("CREATE TABLE heard (y INTEGER)"), multi, single
                end
                return element, multi, single
            end, { retval = true })
            t:create(it_has.connection, { checkfirst = false })
            assert.equal("y", corm.inspect(it_has.connection):get_columns("heard")[1].name)
        end)

        it("of handle_error are passed over by an execution option", function()
            event.listen(it_has.engine, "handle_error", function()
                error(exc.InvalidRequestError("from the listener"))
            end)
            raises(exc.DBAPIError, it_has.connection.exec_driver_sql, it_has.connection,
                "SELECT nosuch", nil,
                { execution_options = { skip_user_error_events = true } })
            it_has.connection:rollback()
            raises(exc.InvalidRequestError, it_has.connection.exec_driver_sql, it_has.connection,
                "SELECT nosuch")
        end)

        it("of handle_error are told what listeners of cursors raise", function()
            local connection, seen = it_has.connection, {}
            event.listen(it_has.engine, "handle_error", function(context)
                seen[#seen + 1] = context
            end)
            for _, name in ipairs({ "before_cursor_execute", "after_cursor_execute" }) do
                local raised = exc.OperationalError("enough")
                local function listener()
                    error(raised, 0)
                end
                event.listen(connection, name, listener)
                local e = raises(exc.OperationalError, connection.exec_driver_sql, connection,
                    "SELECT 1")
                assert.equal("SELECT 1", e.statement)
                assert.equal(e, seen[#seen].sqlalchemy_exception)
                raised = "no object"
                local ok, text = pcall(connection.exec_driver_sql, connection, "SELECT 2")
                assert.same({ false, "no object" }, { ok, text })
                assert.same({ "SELECT 2", "no object" },
                    { seen[#seen].statement, seen[#seen].original_exception })
                assert.is_nil(seen[#seen].sqlalchemy_exception)
                event.remove(connection, name, listener)
            end
            assert.equal(4, #seen)
            event.listen(connection, "before_cursor_execute", function(_, _, sql)
                if sql == "SELECT 3" then
                    connection:exec_driver_sql("SELECT nosuch")
                end
            end)
            local e = raises(exc.DBAPIError, connection.exec_driver_sql, connection, "SELECT 3")
            assert.equal("SELECT nosuch", e.statement)
            assert.equal(5, #seen)
        end)

        it("of handle_error get a context without other names", function()
            event.listen(it_has.engine, "handle_error", function(context)
                raises(exc.ArgumentError, function()
                    return context.statment
                end)
                it_has.seen = { context.is_pre_ping, context.chained_exception }
            end)
            raises(exc.DBAPIError, it_has.connection.exec_driver_sql, it_has.connection,
                "SELECT nosuch")
            assert.same({ false }, it_has.seen)
        end)
    end)

    if db.name == "postgresql" then
        it("A statement with too few values leaves the connection as it is", function()
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                local e = raises(exc.OperationalError, connection.exec_driver_sql, connection,
                    "SELECT $1::int")
                assert.equal("08P01", e.sqlstate)
                assert.falsy(e.connection_invalidated)
                assert.is_false(connection.invalidated)
                connection:rollback()
                assert.equal(1, connection:scalar(select(1)))
            end)
            engine:dispose()
        end)

        it("A sequence is executed as its next number", function()
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                local sequence = corm.Sequence("numbers", { start = 7 })
                connection:execute(corm.schema.CreateSequence(sequence))
                assert.equal(7, connection:scalar(sequence))
                assert.equal(8, connection:execute(sequence):scalar())
            end)
            engine:dispose()
        end)
    end

    it("Listeners are told of tables that a MetaData gets, before and after columns", function()
        local seen = {}
        local function note(name)
            return function(target, parent)
                seen[#seen + 1] = ("%s %s %d %s"):format(name, target.name, #target.c,
                    parent.tables[target.name] ~= nil)
            end
        end
        local before, after = note("before"), note("after")
        event.listen(corm.Table, "before_parent_attach", before)
        event.listen(corm.Table, "after_parent_attach", after)
        corm.Table("attached", corm.MetaData(), corm.Column("x", corm.Integer))
        event.remove(corm.Table, "before_parent_attach", before)
        event.remove(corm.Table, "after_parent_attach", after)
        assert.same({ "before attached 0 false", "after attached 1 true" }, seen)
    end)

    describe("The dialect of an engine", function()
        it("says what the database can do", function()
            local engine = corm.create_engine(db.url)
            local dialect = engine.dialect
            assert.is_true(dialect.insert_returning)
            assert.equal(db.name == "postgresql", dialect.supports_sequences)
            assert.equal('"order"', dialect.identifier_preparer:quote("order"))
            raises(exc.ArgumentError, function()
                return dialect.suports_sequences
            end)
            engine:connect(function(connection)
                assert.is_false(dialect:has_table(connection, "nosuch"))
                connection:exec_driver_sql("CREATE TABLE there (x INTEGER)")
                assert.is_true(dialect:has_table(connection, "there"))
            end)
            raises(exc.ArgumentError, dialect.has_table, dialect, engine, "there")
            engine:dispose()
        end)
    end)
end)
