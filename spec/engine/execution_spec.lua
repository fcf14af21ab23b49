-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local raises = helper.raises

describe("Executing", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            local metadata = corm.MetaData()
            it_has.engine = corm.create_engine(db.shared_url)
            it_has.t = corm.Table("t", metadata,
                Column("id", Integer, { primary_key = true }),
                Column("name", String(30)),
                Column("n", Integer))
            metadata:create_all(it_has.engine)
            it_has.connection = it_has.engine:connect()
        end)

        after_each(function()
            if it_has.connection then
                it_has.connection:close()
                it_has.engine:dispose()
            end
        end)

        local function names()
            return it_has.connection:scalars(
                corm.select(it_has.t.c.name):order_by(it_has.t.c.id)):all()
        end

        describe("parameters", function()
            it("come by name, from one table or from many", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t), { name = "a", n = 1 })
                local result = connection:execute(corm.insert(t),
                    { { name = "b", n = 2 }, { name = "c", n = 3 } })
                assert.equal(2, result.rowcount)
                assert.same({ "a", "b", "c" }, names())
            end)

            it("stand for bindparams, with the statement's own values beside them", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t), { { name = "a", n = 1 }, { name = "b", n = 2 } })
                local statement = corm.select(t.c.name)
                    :where(t.c.n:eq(corm.bindparam("n")), t.c.name:ne("z"))
                assert.equal("b", connection:scalar(statement, { n = 2 }))
                assert.equal("a", connection:scalar(statement, { n = 1 }))
            end)

            it("may be NULL, by corm.NULL", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t), { name = corm.NULL, n = 1 })
                assert.is_nil(connection:scalar(corm.select(t.c.name)))
                assert.equal(1, connection:scalar(
                    corm.select(t.c.n):where(t.c.name:is_(corm.NULL))))
            end)

            it("expand lists, of any length, empty ones too", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t),
                    { { name = "a" }, { name = "b" }, { name = "c" } })
                local statement = corm.select(t.c.name)
                    :where(t.c.name:in_(corm.bindparam("names", { expanding = true })))
                    :order_by(t.c.id)
                assert.same({ "a", "c" }, connection:scalars(statement,
                    { names = { "a", "c" } }):all())
                assert.same({ "b" }, connection:scalars(statement, { names = { "b" } }):all())
                assert.same({}, connection:scalars(statement, { names = {} }):all())
                assert.same({ "b", "c" }, connection:scalars(
                    corm.select(t.c.name):where(t.c.name:in_({ "b", "c" })):order_by(t.c.id)):all())
                assert.same({}, connection:scalars(
                    corm.select(t.c.name):where(t.c.name:in_({}))):all())
            end)

            it("expand lists of tuples", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t), { { name = "a", n = 1 }, { name = "b", n = 2 } })
                assert.same({ "b" }, connection:scalars(corm.select(t.c.name):where(
                    corm.tuple_(t.c.name, t.c.n):in_({ { "b", 2 }, { "a", 2 } }))):all())
            end)

            it("that are missing are named", function()
                local connection, t = it_has.connection, it_has.t
                local statement = corm.select(t):where(t.c.n:eq(corm.bindparam("wanted")))
                local e = raises(exc.StatementError, connection.execute, connection, statement)
                assert.truthy(e.message:find("wanted", 1, true))
                e = raises(exc.StatementError, connection.execute, connection, corm.insert(t),
                    { { name = "a", n = 1 }, { name = "b" } })
                assert.truthy(e.message:find("parameter set 2", 1, true))
                assert.truthy(e.message:find("'n'", 1, true))
            end)

            it("that do not fit their type are named, before anything is sent", function()
                local connection, t = it_has.connection, it_has.t
                local e = raises(exc.DataError, connection.execute, connection, corm.insert(t),
                    { name = "a", n = "five" })
                assert.truthy(e.message:find("parameter 'n'", 1, true))
                raises(exc.DataError, connection.execute, connection, corm.insert(t),
                    { name = "a\0b", n = 1 })
                assert.same({}, names())
            end)

            it("of another kind than tables are refused", function()
                local connection, t = it_has.connection, it_has.t
                for _, parameters in ipairs({ 5, "x", { 1, 2 } }) do
                    raises(exc.ArgumentError, connection.execute, connection, corm.insert(t),
                        parameters)
                end
            end)

            it("with a key that is no column are refused", function()
                local connection, t = it_has.connection, it_has.t
                local e = raises(exc.CompileError, connection.execute, connection,
                    corm.insert(t), { nmae = "a" })
                assert.truthy(e.message:find("nmae", 1, true))
            end)

            it("of a statement that is executed again may have other keys", function()
                local connection, t = it_has.connection, it_has.t
                local statement = corm.insert(t)
                connection:execute(statement, { name = "a" })
                connection:execute(statement, { n = 5 })
                connection:execute(statement, { name = "b", n = 6 })
                assert.same({ "a", corm.NULL, "b" }, names())
            end)
        end)

        describe("the driver's own SQL", function()
            local placeholder = db.name == "postgresql" and "$1" or "?"

            it("takes parameters by position", function()
                local connection = it_has.connection
                local sql = "INSERT INTO t (name) VALUES (" .. placeholder .. ")"
                connection:exec_driver_sql(sql, { "a" })
                assert.equal(2, connection:exec_driver_sql(sql, { { "b" }, { "c" } }).rowcount)
                assert.same({ "a", "b", "c" }, names())
            end)

            it("gives rows whose names are the database's", function()
                local row = it_has.connection:exec_driver_sql("SELECT 1 AS one, 'x' AS two"):one()
                assert.equal(1, row.one)
                assert.equal("x", row.two)
                assert.same({ "one", "two" }, row:keys())
            end)

            it("follows a table that changes", function()
                local connection = it_has.connection
                connection:exec_driver_sql("INSERT INTO t (name) VALUES ('a')")
                connection:commit()
                assert.equal(3, #connection:exec_driver_sql("SELECT * FROM t"):one())
                connection:exec_driver_sql("ALTER TABLE t ADD COLUMN more INTEGER")
                connection:commit()
                local row = connection:exec_driver_sql("SELECT * FROM t"):one()
                assert.equal(4, #row)
                assert.is_nil(row.more)
            end)

            it("refuses parameters by name, and sets of different length", function()
                local connection = it_has.connection
                raises(exc.ArgumentError, connection.exec_driver_sql, connection, "SELECT 1",
                    { a = 1 })
                raises(exc.ArgumentError, connection.exec_driver_sql, connection, "SELECT 1",
                    { { 1 }, { 1, 2 } })
            end)
        end)

        describe("INSERT", function()
            it("tells the key that the database made", function()
                local connection, t = it_has.connection, it_has.t
                local first = connection:execute(corm.insert(t), { name = "a" })
                local second = connection:execute(corm.insert(t):values({ name = "b" }))
                assert.equal(1, first.inserted_primary_key[1])
                assert.equal(2, second.inserted_primary_key.id)
                assert.is_true(second.is_insert)
                assert.is_false(second.returns_rows)
            end)

            it("tells the key that was given", function()
                local connection, t = it_has.connection, it_has.t
                local result = connection:execute(corm.insert(t), { id = 7, name = "a" })
                assert.equal(7, result.inserted_primary_key[1])
            end)

            it("tells the keys of many sets, as far as they were given", function()
                local connection, t = it_has.connection, it_has.t
                local result = connection:execute(corm.insert(t),
                    { { id = 7, name = "a" }, { id = 9, name = "b" } })
                local rows = result.inserted_primary_key_rows
                assert.equal(2, #rows)
                assert.equal(7, rows[1].id)
                assert.equal(9, rows[2].id)
            end)

            it("returns columns of many sets, in the order of the sets", function()
                local connection, t = it_has.connection, it_has.t
                local sets = {}
                for i = 1, 2500 do
                    sets[i] = { name = "name " .. i, n = i }
                end
                local rows = connection:execute(
                    corm.insert(t):returning(t.c.id, t.c.name, t.c.n), sets):all()
                assert.equal(2500, #rows)
                for i, row in ipairs(rows) do
                    assert.equal(i, row.n)
                    assert.equal("name " .. i, row.name)
                end
                assert.equal(2500, connection:scalar(
                    corm.select(corm.func.count()):select_from(t)))
            end)

            it("computes defaults for each row", function()
                local connection = it_has.connection
                local seen = {}
                local calls = 0
                local d = corm.Table("d", corm.MetaData(),
                    Column("id", Integer, { primary_key = true }),
                    Column("name", String(30)),
                    Column("five", Integer, { default = 5 }),
                    Column("serial", Integer, { default = function(context)
                        calls = calls + 1
                        seen[calls] = context:get_current_parameters().name
                        return calls * 10
                    end }),
                    Column("now", Integer, { default = corm.func.abs(-3) }),
                    Column("touched", Integer, { onupdate = function()
                        return 99
                    end }))
                d.metadata:create_all(connection)
                connection:execute(corm.insert(d), { { name = "a" }, { name = "b" } })
                connection:execute(corm.insert(d), { name = "c", serial = 1, five = 6 })
                local rows = connection:execute(
                    corm.select(d.c.five, d.c.serial, d.c.now, d.c.touched):order_by(d.c.id)):all()
                assert.same({ 5, 10, 3 }, { rows[1]:unpack() })
                assert.same({ 5, 20, 3 }, { rows[2]:unpack() })
                assert.same({ 6, 1, 3 }, { rows[3]:unpack() })
                assert.same({ "a", "b" }, seen)
                connection:execute(corm.update(d):values({ name = "x" }):where(d.c.id:eq(1)))
                assert.equal(99, connection:scalar(
                    corm.select(d.c.touched):where(d.c.id:eq(1))))
            end)

            it("tells a default the values of its row", function()
                local connection = it_has.connection
                local d = corm.Table("d", corm.MetaData(),
                    Column("id", Integer, { primary_key = true }),
                    Column("kind", String(10), { default = "plain" }),
                    Column("name", String(30)),
                    Column("title", String(50), { default = function(context)
                        local row = context:get_current_parameters()
                        assert.is_nil(row.name_m0)
                        return row.kind .. " " .. row.name
                    end }),
                    Column("first", String(30), { default = function(context)
                        return context:get_current_parameters({
                            isolate_multiinsert_groups = false,
                        }).name_m0
                    end }))
                d.metadata:create_all(connection)
                connection:execute(corm.insert(d):values({
                    { id = 1, name = "a" }, { id = 2, name = "b", kind = "big" },
                    { id = 3, name = "c" },
                }))
                local rows = connection:execute(
                    corm.select(d.c.title, d.c.first):order_by(d.c.id)):all()
                assert.same({ "plain a", "a" }, { rows[1]:unpack() })
                assert.same({ "big b", "a" }, { rows[2]:unpack() })
                assert.same({ "plain c", "a" }, { rows[3]:unpack() })
            end)

            it("lets a default run statements of its own", function()
                local connection, t = it_has.connection, it_has.t
                local d = corm.Table("d", corm.MetaData(),
                    Column("id", Integer, { primary_key = true, autoincrement = false,
                        default = function(context)
                            return 100 + context.connection:scalar(
                                corm.select(corm.func.count()):select_from(t))
                        end }),
                    Column("name", String(30)))
                d.metadata:create_all(connection)
                connection:execute(corm.insert(t), { { name = "a" }, { name = "b" } })
                local result = connection:execute(corm.insert(d), { name = "x" })
                assert.equal(102, result.inserted_primary_key[1])
            end)
        end)

        if db.name == "postgresql" then -- SQLite has no INSERT in a CTE
            it("gives columns their defaults in CTEs too, wherever they stand", function()
                local connection, calls = it_has.connection, 0
                local log = corm.Table("change_log", corm.MetaData(),
                    corm.Column("id", corm.Integer, { primary_key = true }),
                    corm.Column("kind", corm.String(9), { default = function()
                        calls = calls + 1
                        return "made"
                    end, onupdate = function() return "changed" end }))
                log:create(connection)
                local made = corm.insert(log):values({ id = 1 }):returning(log.c.kind):cte("made")
                assert.same({ 3, "made" }, { connection:execute(
                    corm.select(corm.literal(3), made.c.kind)):one():unpack() })
                local session = corm.Session(connection)
                local again = corm.insert(log):values({ id = 2 }):returning(log.c.kind):cte()
                assert.equal("made", session:scalar(corm.select(again.c.kind)))
                local changed = corm.update(log):values({ id = log.c.id + 5 })
                    :where(log.c.id:eq(1)):returning(log.c.id, log.c.kind):cte("changed")
                local copied = corm.insert(log):from_select({ "id" },
                    corm.select(changed.c.id + 5), { include_defaults = false })
                    :returning(log.c.id, log.c.kind)
                assert.same({ 11 }, { connection:execute(copied):one():unpack() })
                assert.equal("changed", connection:scalar(
                    corm.select(log.c.kind):where(log.c.id:eq(6))))
                assert.equal(2, calls)
            end)
        end

        describe("UPDATE and DELETE", function()
            it("tell how many rows they matched", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t),
                    { { name = "a", n = 1 }, { name = "b", n = 1 }, { name = "c", n = 2 } })
                assert.equal(2, connection:execute(
                    corm.update(t):where(t.c.n:eq(1)):values({ name = "x" })).rowcount)
                assert.equal(1, connection:execute(corm.delete(t):where(t.c.n:eq(2))).rowcount)
                assert.equal(0, connection:execute(corm.delete(t):where(t.c.n:eq(3))).rowcount)
            end)

            it("run once for each parameter set", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t), { { name = "a" }, { name = "b" } })
                local statement = corm.update(t):where(t.c.name:eq(corm.bindparam("old")))
                    :values({ name = corm.bindparam("new") })
                local result = connection:execute(statement,
                    { { old = "a", new = "A" }, { old = "b", new = "B" } })
                assert.equal(2, result.rowcount)
                assert.same({ "A", "B" }, names())
            end)

            it("expand lists anew for each parameter set", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t),
                    { { name = "a" }, { name = "b" }, { name = "c" }, { name = "d" } })
                local statement = corm.update(t)
                    :where(t.c.name:in_(corm.bindparam("names", { expanding = true })))
                    :values({ n = corm.bindparam("new_n") })
                local result = connection:execute(statement, {
                    { names = { "a", "b" }, new_n = 1 },
                    { names = {}, new_n = 2 },
                    { names = { "d" }, new_n = 3 },
                })
                assert.equal(3, result.rowcount)
                assert.same({ 1, 1, corm.NULL, 3 }, connection:scalars(
                    corm.select(t.c.n):order_by(t.c.id)):all())
            end)

            it("that return rows count all of them, whether read or not", function()
                local connection, t = it_has.connection, it_has.t
                local sets = {}
                for i = 1, 2026 do
                    sets[i] = { name = "x" .. i }
                end
                local result = connection:execute(corm.insert(t):returning(t.c.name), sets)
                assert.equal("x1", result:fetchone().name)
                assert.equal(2026, result.rowcount)
                local rest = result:scalars():all()
                assert.same({ 2025, "x2", "x2026" }, { #rest, rest[1], rest[2025] })
                local update = corm.update(t):where(t.c.name:eq(corm.bindparam("old")))
                    :values({ n = 1 }):returning(t.c.name)
                result = connection:execute(update, { { old = "x1" }, { old = "x7" } })
                assert.equal(2, result.rowcount)
                assert.same({ "x1", "x7" }, result:scalars():all())
            end)

            it("return rows", function()
                local connection, t = it_has.connection, it_has.t
                connection:execute(corm.insert(t), { { name = "a", n = 1 }, { name = "b", n = 2 } })
                local rows = connection:execute(corm.update(t):values({ n = t.c.n + 1 })
                    :where(t.c.name:eq("b")):returning(t.c.name, t.c.n)):all()
                assert.same({ "b", 3 }, { rows[1]:unpack() })
            end)
        end)

        describe("events", function()
            it("come with SQLAlchemy's arguments, once a batch", function()
                local connection, t = it_has.connection, it_has.t
                local seen = {}
                corm.event.listen(it_has.engine, "before_cursor_execute",
                    function(conn, cursor, sql, parameters, context, executemany)
                        assert.equal(connection, conn)
                        assert.is_true(corm.Result:is(cursor))
                        assert.equal(connection, context.connection)
                        seen[#seen + 1] = { sql:match("^%u+"), #parameters, executemany }
                    end)
                connection:execute(corm.insert(t), { { name = "a" }, { name = "b" } })
                connection:execute(corm.select(t):where(t.c.name:eq("a")))
                assert.same({ { "INSERT", 2, true }, { "SELECT", 1, false } }, seen)
            end)

            it("show many sets as one execution, however they are sent", function()
                local connection, t = it_has.connection, it_has.t
                local seen = {}
                corm.event.listen(connection, "before_cursor_execute",
                    function(_, _, sql, parameters, _, executemany)
                        seen[#seen + 1] = { sql, #parameters, executemany }
                        return sql, parameters
                    end, { retval = true })
                local sets = {}
                for i = 1, 2500 do
                    sets[i] = { n = i }
                end
                assert.equal(2500, connection:execute(corm.insert(t), sets).rowcount)
                assert.equal(1, #seen)
                assert.equal(2500, seen[1][2])
                assert.is_true(seen[1][3])
                local wanted = db.name == "postgresql" and "^COPY t %(n%) FROM STDIN$"
                    or "^INSERT INTO t %(n%) VALUES %([^,]+%)$"
                assert.truthy(seen[1][1]:find(wanted))
                assert.equal(2500 * 2501 // 2, connection:scalar(
                    corm.select(corm.func.sum(t.c.n))))
            end)

            it("may replace many sets", function()
                local connection, t = it_has.connection, it_has.t
                corm.event.listen(connection, "before_cursor_execute",
                    function(_, _, sql, _, _, executemany)
                        return sql, executemany and { { "x" }, { "y" } } or {}
                    end, { retval = true })
                connection:execute(corm.insert(t), { { name = "a" }, { name = "b" } })
                assert.same({ "x", "y" }, names())
            end)

            it("may replace SQL and parameters", function()
                local connection, t = it_has.connection, it_has.t
                corm.event.listen(connection, "before_cursor_execute",
                    function(_, _, sql, parameters)
                        if parameters[1] == "a" then
                            return sql, { "replaced" }
                        end
                        return sql, parameters
                    end, { retval = true })
                connection:execute(corm.insert(t), { name = "a" })
                assert.same({ "replaced" }, names())
            end)

            it("see each statement of many rows that come back", function()
                local connection, t = it_has.connection, it_has.t
                local sql = helper.capture_sql(it_has.engine)
                local sets = {}
                for i = 1, 1500 do
                    sets[i] = { n = i }
                end
                local ids = connection:scalars(corm.insert(t):returning(t.c.n), sets):all()
                assert.equal(2, #sql)
                assert.equal(1500, #ids)
                assert.equal(1500, ids[1500])
            end)

            it("surround execute() and may replace the statement", function()
                local connection, t = it_has.connection, it_has.t
                local order = {}
                corm.event.listen(connection, "before_execute",
                    function(_, statement, multi, single)
                        order[#order + 1] = "before"
                        return statement:where(t.c.n:eq(2)), multi, single
                    end, { retval = true })
                corm.event.listen(connection, "after_execute",
                    function(_, _, _, _, _, result)
                        order[#order + 1] = "after"
                        assert.is_true(corm.Result:is(result))
                    end)
                connection:exec_driver_sql("INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2)")
                assert.same({ "b" }, connection:scalars(corm.select(t.c.name)):all())
                assert.same({ "before", "after" }, order)
            end)

            it("tell of transactions", function()
                local seen = {}
                for _, name in ipairs({ "begin", "commit", "rollback", "savepoint",
                    "release_savepoint", "rollback_savepoint" }) do
                    corm.event.listen(it_has.engine, name, function()
                        seen[#seen + 1] = name
                    end)
                end
                local connection = it_has.connection
                connection:begin()
                connection:begin_nested():commit()
                connection:begin_nested():rollback()
                connection:commit()
                connection:begin():rollback()
                assert.same({ "begin", "savepoint", "release_savepoint", "savepoint",
                    "rollback_savepoint", "commit", "begin", "rollback" }, seen)
            end)

            it("of the class go for every engine, until they are removed", function()
                local seen = 0
                local function listener()
                    seen = seen + 1
                end
                corm.event.listen(corm.Engine, "before_cursor_execute", listener)
                it_has.connection:exec_driver_sql("SELECT 1")
                corm.event.remove(corm.Engine, "before_cursor_execute", listener)
                it_has.connection:exec_driver_sql("SELECT 1")
                assert.equal(1, seen)
            end)

            it("that are misspelt are refused", function()
                assert.has_error(function()
                    corm.event.listen(it_has.engine, "before_cursor_exec", print)
                end)
            end)

            it("that raise stop the execution", function()
                local connection, t = it_has.connection, it_has.t
                corm.event.listen(connection, "before_cursor_execute", function()
                    error("not now", 0)
                end)
                local ok, e = pcall(connection.execute, connection, corm.insert(t), { n = 1 })
                assert.is_false(ok)
                assert.equal("not now", e)
            end)
        end)

        describe("options", function()
            it("are merged: engine, statement, connection, call", function()
                local engine = it_has.engine:execution_options({ a = 1, b = 1, c = 1, d = 1 })
                local connection <close> = engine:connect()
                connection:execution_options({ b = 2, c = 2, d = 2 })
                local seen
                corm.event.listen(connection, "before_cursor_execute",
                    function(_, _, _, _, context)
                        seen = context.execution_options
                    end)
                local statement = corm.select(corm.literal(1)):execution_options({ c = 3, e = 3 })
                connection:execute(statement, nil, { execution_options = { d = 4 } })
                assert.same({ 1, 2, 2, 4, 3 }, { seen.a, seen.b, seen.c, seen.d, seen.e })
            end)

            it("that are misspelt are refused", function()
                local connection = it_has.connection
                for _, method in ipairs({ "execute", "scalar", "scalars", "stream" }) do
                    raises(exc.ArgumentError, connection[method], connection,
                        corm.select(corm.literal(1)), nil, { executon_options = {} })
                end
                raises(exc.ArgumentError, connection.exec_driver_sql, connection, "SELECT 1",
                    nil, { yield_per = 5 })
            end)

            it("limit how long a statement may take", function()
                local connection = it_has.connection
                local endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                    .. "FROM n) SELECT count(*) FROM n"
                local before = os.clock()
                raises(exc.OperationalError, function()
                    connection:exec_driver_sql(endless, nil,
                        { execution_options = { timeout = 0.05 } }):all()
                end)
                assert.is_true(os.clock() - before < 5)
                connection:rollback()
                assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
            end)

            it("translate schemas", function()
                if db.name ~= "postgresql" then
                    return
                end
                local connection = it_has.connection
                local s = corm.Table("s", corm.MetaData(),
                    Column("id", Integer, { primary_key = true }), { schema = "per_shard" })
                connection:exec_driver_sql("CREATE SCHEMA asia")
                connection:execution_options({ schema_translate_map = { per_shard = "asia" } })
                s.metadata:create_all(connection)
                connection:execute(corm.insert(s), { id = 5 })
                assert.equal(5, connection:exec_driver_sql("SELECT id FROM asia.s"):scalar())
                assert.equal(5, connection:scalar(corm.select(s.c.id)))
            end)

            it("are taken back by corm.NULL", function()
                local connection, t = it_has.connection, it_has.t
                local heard = 0
                corm.event.listen(it_has.engine, "handle_error", function()
                    heard = heard + 1
                end)
                connection:execution_options({
                    schema_translate_map = { [corm.NULL] = "nosuch" },
                    skip_user_error_events = true,
                })
                local none = {
                    schema_translate_map = corm.NULL, skip_user_error_events = corm.NULL,
                }
                assert.is_nil(connection:scalar(corm.select(t.c.id), nil,
                    { execution_options = none }))
                connection:execution_options(none)
                assert.is_nil(connection:scalar(corm.select(t.c.id)))
                corm.Table("made", corm.MetaData(), Column("id", Integer)):create(connection)
                connection:execute(corm.schema.CreateTable(
                    corm.Table("made_too", corm.MetaData(), Column("id", Integer))))
                assert.is_false((pcall(connection.exec_driver_sql, connection, "SELEC")))
                assert.equal(1, heard)
            end)

            it("stream rows", function()
                local connection, t = it_has.connection, it_has.t
                local sets = {}
                for i = 1, 3000 do
                    sets[i] = { n = i }
                end
                connection:execute(corm.insert(t), sets)
                local n = 0
                local result = connection:execute(corm.select(t.c.n):order_by(t.c.n), nil,
                    { execution_options = { yield_per = 100 } })
                for list in result:partitions() do
                    assert.equal(100, #list)
                    n = n + #list
                end
                assert.equal(3000, n)
                assert.equal(3000, #connection:stream(corm.select(t)):all())
            end)
        end)

        it("processes values by types that are written in Lua", function()
            local connection = it_has.connection
            local Upper = corm.TypeDecorator:extend("Upper", {
                impl = String,
                process_bind_param = function(_, value, dialect)
                    assert.equal(db.name, dialect.name)
                    return value and value:upper()
                end,
                process_result_value = function(_, value)
                    return value and "<" .. value .. ">"
                end,
            })
            local d = corm.Table("d", corm.MetaData(),
                Column("id", Integer, { primary_key = true }), Column("word", Upper(20)))
            d.metadata:create_all(connection)
            connection:execute(corm.insert(d), { { word = "a" }, { word = "b" } })
            connection:execute(corm.insert(d):values({ word = "c" }))
            assert.same({ "<A>", "<B>", "<C>" },
                connection:scalars(corm.select(d.c.word):order_by(d.c.id)):all())
            assert.equal(2, connection:scalar(corm.select(d.c.id):where(d.c.word:eq("b"))))
            assert.same({ 1, 3 }, connection:scalars(
                corm.select(d.c.id):where(d.c.word:in_({ "a", "c" })):order_by(d.c.id)):all())
            assert.equal("<A>", connection:execute(corm.select(d)):first().word)
        end)

        it("survives a type that closes the connection", function()
            local connection = it_has.connection
            local Closing = corm.TypeDecorator:extend("Closing", {
                impl = String,
                process_bind_param = function(_, value)
                    connection:close()
                    return value
                end,
            })
            local d = corm.Table("d", corm.MetaData(), Column("a", Closing), Column("b", Closing))
            raises(exc.ResourceClosedError, connection.execute, connection, corm.insert(d),
                { a = "x", b = "y" })
            it_has.connection = it_has.engine:connect()
        end)

        it("runs a compiled statement again", function()
            local connection, t = it_has.connection, it_has.t
            connection:execute(corm.insert(t), { { name = "a", n = 1 }, { name = "b", n = 2 } })
            local statement = corm.select(t.c.name):where(t.c.n:eq(corm.bindparam("n")))
            local compiled = statement:compile({ dialect = connection.dialect })
            for n, name in ipairs({ "a", "b" }) do
                assert.equal(name, connection:_execute_compiled(compiled, { n = n }):scalar())
            end
        end)

        it("keeps results and connections apart", function()
            local connection, t = it_has.connection, it_has.t
            connection:execute(corm.insert(t), { { name = "a" }, { name = "b" }, { name = "c" } })
            local outer = connection:execute(corm.select(t.c.name):order_by(t.c.id))
            local seen = {}
            for row in outer do
                seen[#seen + 1] = row.name .. connection:scalar(
                    corm.select(t.c.id):where(t.c.name:eq(row.name)))
            end
            assert.same({ "a1", "b2", "c3" }, seen)
        end)
    end)
end)
