-- SPDX-License-Identifier: MIT
-- Values at and beyond the limits of databases. The numbers are those of spec/faults.md.

local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local text = corm.text
local raises = helper.raises

helper.each_database(function(db)
    local function with_connection(fn)
        local engine = corm.create_engine(db.url)
        engine:connect(fn)
        engine:dispose()
    end

    describe("Parameters", function()
        it("as many as the database takes are sent, and one more is refused (E5)", function()
            local limit = db.name == "postgresql" and 65535 or 250000
            with_connection(function(connection)
                local list = {}
                for i = 1, limit do
                    list[i] = i
                end
                local stmt = corm.select(corm.func.count()):select_from(
                    corm.select(corm.literal_column("1"):label("x")):subquery())
                    :where(corm.literal_column("1"):in_(corm.bindparam("list",
                        { expanding = true })))
                assert.equal(1, connection:scalar(stmt, { list = list }))
                list[limit + 1] = 0
                local e = raises(exc.DBAPIError, connection.execute, connection, stmt,
                    { list = list })
                assert.is_true(#tostring(e) < 100000)
                connection:rollback()
                assert.equal(1, connection:scalar(text("SELECT 1")))
            end)
        end)

        it("are sent where libpq lets the server describe no more of them (E5)", function()
            with_connection(function(connection)
                for _, n in ipairs({ 7498, 7499 }) do
                    local list = {}
                    for i = 1, n do
                        list[i] = i
                    end
                    local stmt = corm.select(corm.func.count()):select_from(
                        corm.select(corm.literal_column("1"):label("x")):subquery())
                        :where(corm.literal_column(tostring(n)):in_(list))
                    for _ = 1, 2 do
                        assert.equal(1, connection:scalar(stmt))
                    end
                end
            end)
        end)

        it("of a statement that is built again leave nothing on the server (E4)", function()
            with_connection(function(connection)
                local t = corm.table("t", corm.column("x", corm.Integer))
                connection:exec_driver_sql("CREATE TEMPORARY TABLE t (x INTEGER)")
                for n = 1, 700 do
                    local list = {}
                    for i = 1, n % 37 + 1 do
                        list[i] = i * n
                    end
                    connection:execute(corm.select(t.c.x:label("l" .. n))
                        :where(t.c.x:in_(list))):all()
                end
                if db.name == "postgresql" then
                    connection:commit()
                    local kept = connection:scalar(text("SELECT count(*) FROM "
                        .. "pg_prepared_statements"))
                    assert.is_true(kept <= 251, kept)
                end
            end)
        end)

        it("that are too large for the columns of a result are refused (E5)", function()
            with_connection(function(connection)
                local limit = db.name == "postgresql" and 1664 or 2000
                local columns = {}
                for i = 1, limit do
                    columns[i] = i .. " AS c" .. i
                end
                local sql = "SELECT " .. table.concat(columns, ", ")
                assert.equal(limit, #connection:exec_driver_sql(sql):one())
                raises(exc.DBAPIError, connection.exec_driver_sql, connection,
                    sql .. ", 0 AS c0")
                connection:rollback()
            end)
        end)
    end)

    describe("Numbers", function()
        it("at the ends of 64 bits are exact, and none is beyond (E6)", function()
            with_connection(function(connection)
                for _, value in ipairs({ math.maxinteger, math.mininteger, (1 << 53) + 1 }) do
                    assert.equal(value, connection:scalar(corm.select(
                        corm.cast(value, corm.BigInteger))))
                end
                for _, value in ipairs({ 2.0 ^ 63, 1e400, -1e300, 0 / 0 }) do
                    raises(exc.StatementError, connection.execute, connection,
                        corm.select(corm.cast(value, corm.BigInteger)))
                    connection:rollback()
                end
            end)
        end)

        it("that are negative zero stay floats (E6)", function()
            with_connection(function(connection)
                local value = connection:scalar(corm.select(corm.cast(-0.0, corm.Double)))
                assert.equal("float", math.type(value))
                assert.equal(0.0, value)
            end)
        end)
    end)

    describe("Documents of JSON", function()
        it("that are deep are read, or refused as data, and never crash (E7)", function()
            with_connection(function(connection)
                for _, depth in ipairs({ 10, 100, 5000 }) do
                    local document = ("["):rep(depth) .. ("]"):rep(depth)
                    local ok, e = pcall(function()
                        local row = connection:execute(corm.select(corm.type_coerce(
                            corm.literal_column("'" .. document .. "'"), corm.JSON)
                            :label("data"))):one()
                        return row.data
                    end)
                    assert.is_true(ok or exc.CormError:is(e), tostring(e))
                    assert.is_true(ok or depth > 100)
                    connection:rollback()
                end
            end)
        end)
    end)

    describe("Columns", function()
        it("of one name are told apart by position only (E9)", function()
            with_connection(function(connection)
                local row = connection:exec_driver_sql("SELECT 1 AS x, 2 AS x"):one()
                assert.same({ 1, 2 }, { row[1], row[2] })
                raises(exc.InvalidRequestError, function()
                    return row.x
                end)
            end)
        end)
    end)

    if db.name == "postgresql" then
        describe("PostgreSQL's values that Lua has not", function()
            local function read(connection, expression)
                local ok, value = pcall(function()
                    return connection:exec_driver_sql("SELECT " .. expression .. " AS v")
                        :one().v
                end)
                connection:rollback()
                return ok, value
            end

            it("are dates before Christ, without end, and at 24:00 (E7)", function()
                with_connection(function(connection)
                    for _, expression in ipairs({
                        "'infinity'::timestamp", "'-infinity'::date", "'0044-03-15 BC'::date",
                        "'294276-12-31'::timestamp", "'24:00'::time", "'infinity'::timestamptz",
                    }) do
                        local ok, value = read(connection, expression)
                        local is_refused = not ok and exc.DataError:is(value)
                        assert.is_true(is_refused or type(value) == "string"
                            or ok and tostring(value):find("24:00") ~= nil,
                            expression .. ": " .. tostring(value))
                    end
                    assert.equal(1, connection:scalar(text("SELECT 1")))
                end)
            end)

            it("are decimals that are no number (E7)", function()
                with_connection(function(connection)
                    for _, expression in ipairs({ "'NaN'::numeric", "'Infinity'::numeric" }) do
                        local ok, value = read(connection, expression)
                        assert.is_true(not ok and exc.DataError:is(value)
                            or tostring(value) == expression:match("'(%a+)'"),
                            expression .. ": " .. tostring(value))
                    end
                    local ok, value = read(connection, "repeat('9', 1000)::numeric")
                    assert.is_true(ok)
                    assert.equal(("9"):rep(1000), tostring(value))
                end)
            end)
        end)
    end
end)
