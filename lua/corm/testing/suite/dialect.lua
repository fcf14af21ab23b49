-- SPDX-License-Identifier: MIT
-- The dialect as such: what it says of itself, errors, the driver's own SQL.

local assert = require("luassert")
local corm = require("corm")

local exc = corm.exc

local topic = require("corm.testing.topic").new("The dialect")

topic:test("has a name, a driver and a version", function(t)
    assert.equal(t.engine.url:get_backend_name():gsub("^postgres$", "postgresql"), t.engine.name)
    assert.is_string(t.engine.driver)
    assert.equal(1, t:scalar(corm.text("SELECT 1")))
    assert.is_true(t.engine.dialect.server_version_info[1] > 0)
end)

topic:test("is known to compile()", function(t)
    local sql = tostring(corm.select(corm.literal(1)):compile({ dialect = t.engine.name }))
    assert.matches("^SELECT ", sql)
    assert.equal(t.engine.name, corm.dialects[t.engine.name].dialect().name)
end)

topic:test("runs what it compiled", function(t)
    local users = t:users()
    local compiled = corm.select(users.c.name):where(users.c.id:eq(2)):compile(t.engine)
    local values = {}
    for i, name in ipairs(compiled.positiontup) do
        values[i] = compiled.params[name]
    end
    assert.equal("bob", t.connection:exec_driver_sql(tostring(compiled), values):scalar())
end)

topic:test("answers a ping", function(t)
    local engine = corm.create_engine(t.engine.url, { pool_pre_ping = true })
    for _ = 1, 2 do
        engine:connect(function(connection)
            assert.equal(1, connection:scalar(corm.text("SELECT 1")))
        end)
    end
    engine:dispose()
end)

topic:test("raises IntegrityError for keys that are there", function(t)
    local users = t:users()
    local e = t:raises(exc.IntegrityError, t.connection.execute, t.connection,
        corm.insert(users), { id = 1, name = "x" })
    assert.matches("INSERT INTO users", e.statement)
    assert.is_string(e.orig.message or tostring(e.orig))
end)

topic:test("raises an error of the database for a table that is not there", function(t)
    local e = t:raises(exc.DBAPIError, t.connection.execute, t.connection,
        corm.text("SELECT * FROM nosuch_table"))
    assert.matches("nosuch_table", e.message)
    assert.is_true(exc.ProgrammingError:is(e) or exc.OperationalError:is(e))
end)

topic:test("raises an error of the database for SQL that is none", function(t)
    t:raises(exc.DBAPIError, t.connection.execute, t.connection, corm.text("SELEKT 1"))
end)

topic:test("keeps letters beyond ASCII in errors", function(t)
    local e = t:raises(exc.DBAPIError, t.connection.execute, t.connection,
        corm.text("SELECT 'Grüße' FROM méil"))
    assert.matches("méil", tostring(e))
end)

topic:test("goes on after an error", function(t)
    local users = t:users()
    t:raises(exc.DBAPIError, t.connection.execute, t.connection, corm.text("SELEKT 1"))
    t:gives({ 5 }, corm.select(corm.func.count(users.c.id)))
end)

topic:test("takes no name in quotes for a text", function(t)
    t:users()
    t:raises(exc.DBAPIError, t.connection.execute, t.connection,
        corm.text('SELECT "nosuch" FROM users'))
end)

topic:test("refuses a second statement", function(t)
    local users = t:users()
    t:raises(exc.DBAPIError, t.connection.execute, t.connection,
        corm.text("SELECT 1; DELETE FROM users"))
    t:gives({ 5 }, corm.select(corm.func.count(users.c.id)))
end)

topic:test("runs the driver's own SQL", function(t)
    t:users()
    local result = t.connection:exec_driver_sql("SELECT id, name FROM users WHERE id = 2")
    assert.same({ "id", "name" }, result:keys())
    assert.same({ 2, "bob" }, { result:one():unpack() })
end)

topic:test("lets its native connection be used", function(t)
    t:users()
    local raw = t.engine:raw_connection()
    assert.equal(5, raw:execute("SELECT count(*) FROM users"):scalar())
    raw:close()
end)

topic:test("prepares a statement anew when its table has changed, with a new transaction at "
    .. "the latest", function(t)
    t:users()
    local stmt = corm.text("SELECT * FROM users WHERE id = :id")
    assert.equal(4, #t.connection:execute(stmt, { id = 1 }):one())
    t.connection:commit()
    t.connection:exec_driver_sql("ALTER TABLE users ADD COLUMN more INTEGER")
    t.connection:commit()
    local ok, e = pcall(t.connection.execute, t.connection, stmt, { id = 1 })
    assert.is_true(ok or exc.DBAPIError:is(e), tostring(e))
    t.connection:rollback()
    assert.equal(5, #t.connection:execute(stmt, { id = 1 }):one())
end)

topic:test("takes as many parameters as it says", function(t)
    local users = t:users()
    local list = {}
    for i = 1, 20000 do
        list[i] = i
    end
    t:gives({ 5 }, corm.select(corm.func.count(users.c.id)):where(users.c.id:in_(list)))
end)

topic:test("takes deep expressions", function(t)
    local expression = corm.literal(0)
    for _ = 1, 15 do
        expression = corm.literal(1) - (corm.literal(1) - expression)
    end
    assert.equal(0, t:scalar(corm.select(expression)))
end)

topic:test("hides parameters in errors when told", function(t)
    local engine = corm.create_engine(t.engine.url, { hide_parameters = true })
    local ok, e = pcall(engine.begin, engine, function(connection)
        connection:execute(corm.text("SELECT :secret FROM nosuch"), { secret = "canary" })
    end)
    engine:dispose()
    assert.is_false(ok)
    assert.is_nil(tostring(e):find("canary", 1, true))
end)

return topic
