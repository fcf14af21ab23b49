-- SPDX-License-Identifier: MIT
-- Integers, floats and decimals on their way to the database and back.

local assert = require("luassert")
local corm = require("corm")

local select, decimal = corm.select, corm.decimal

local topic = require("corm.testing.topic").new("Numbers")

topic:test("are integers", function(t)
    t:round_trip(corm.Integer, { 0, 1, -1, 2147483647, -2147483648 })
end)

topic:test("are small integers", function(t)
    t:round_trip(corm.SmallInteger, { 0, 32767, -32768 })
end)

topic:test("are big integers", function(t)
    t:round_trip(corm.BigInteger, { 1 << 53, (1 << 53) + 1, math.maxinteger,
        math.mininteger, -(1 << 53) - 1 })
end)

topic:test("are whole floats for integers", function(t)
    local made = t:holder(corm.Integer)
    t.connection:execute(corm.insert(made), { id = 1, data = 5.0 })
    local got = t:scalar(select(made.c.data))
    assert.equal(5, got)
    assert.equal("integer", math.type(got))
end)

topic:test("that an integer column cannot hold are refused", function(t)
    local made = t:holder(corm.Integer)
    for _, value in ipairs({ 1.5, 1e300, math.huge, 0 / 0 }) do
        t:raises(corm.exc.StatementError, t.connection.execute, t.connection, corm.insert(made),
            { id = 1, data = value })
    end
end)

topic:test("are floats", function(t)
    t:round_trip(corm.Float, { 0.0, 1.5, -2.25, 5.0, 0.5 })
end)

topic:test("are floats of double precision", function(t)
    t:round_trip(corm.Double, { 0.1, 1 / 3, 1e300, 1e-300, 15.7563, -1.7976931348623157e308 })
end)

topic:test("are integers for floats", function(t)
    local made = t:holder(corm.Double)
    t.connection:execute(corm.insert(made), { id = 1, data = 5 })
    local got = t:scalar(select(made.c.data))
    assert.equal(5.0, got)
    assert.equal("float", math.type(got))
end)

topic:test("are infinite", "infinity", function(t)
    t:round_trip(corm.Double, { math.huge, -math.huge })
end)

topic:test("that are none are refused", function(t)
    local made = t:holder(corm.Double)
    t:raises(corm.exc.StatementError, t.connection.execute, t.connection, corm.insert(made),
        { id = 1, data = 0 / 0 })
end)

topic:test("are decimals", function(t)
    t:round_trip(corm.Numeric(20, 4), { decimal("0"), decimal("54.2460"), decimal("-1.5"),
        decimal("1234567890.1234") })
end)

topic:test("are decimals with many digits", "precise_decimals", function(t)
    t:round_trip(corm.Numeric(38, 20), { decimal("0.12345678901234567890"),
        decimal("123456789012345678.12345678901234567890") })
end)

topic:test("are very small decimals", function(t)
    t:round_trip(corm.Numeric(30, 20), { decimal("0.00000000000000000001"),
        decimal("0.0000001") })
end)

topic:test("are very large decimals", "precise_decimals", function(t)
    t:round_trip(corm.Numeric(30, 2), { decimal("4000000000000000000000.00"),
        decimal("999999999999999999999999999.99") })
end)

topic:test("are floats from decimal columns", function(t)
    local made = t:holder(corm.Numeric(10, 4, { asdecimal = false }))
    t.connection:execute(corm.insert(made), { id = 1, data = 15.7563 })
    local got = t:scalar(select(made.c.data))
    assert.equal("float", math.type(got))
    assert.is_true(math.abs(got - 15.7563) < 1e-9)
end)

topic:test("are decimals from float columns", function(t)
    local made = t:holder(corm.Float({ asdecimal = true }))
    t.connection:execute(corm.insert(made), { id = 1, data = 15.5 })
    assert.equal(decimal("15.5"), t:scalar(select(made.c.data)))
end)

topic:test("are integers and floats for decimals", function(t)
    local made = t:holder(corm.Numeric(10, 4))
    t.connection:execute(corm.insert(made), { { id = 1, data = 5 }, { id = 2, data = 2.5 } })
    t:gives({ decimal("5"), decimal("2.5") }, select(made.c.data):order_by(made.c.id))
end)

topic:test("are computed exactly as decimals", function(t)
    local made = t:holder(corm.Numeric(10, 2))
    t:insert(made, { { id = 1, data = decimal("1.10") } })
    t:gives({ decimal("3.10") }, select(made.c.data + 2))
    t:gives({ decimal("1.10") }, select(corm.func.sum(made.c.data)))
end)

topic:test("are literals in the SQL", function(t)
    local made = t:holder(corm.Double)
    for i, value in ipairs({ 5.0, -5.0, 0.1, 1e20, 1e-7 }) do
        local stmt = corm.insert(made):values({ id = i, data = value })
        t.connection:exec_driver_sql(tostring(stmt:compile({ bind = t.engine,
            compile_kwargs = { literal_binds = true } })))
        assert.equal(value, t:scalar(select(made.c.data):where(made.c.id:eq(i))))
    end
end)

topic:test("are negative literals after a minus", function(t)
    local stmt = select(corm.literal(3) - corm.literal(-5))
    assert.equal(8, t.connection:exec_driver_sql(tostring(stmt:compile({ bind = t.engine,
        compile_kwargs = { literal_binds = true } }))):scalar())
end)

topic:test("keep their kind when nobody says a type", function(t)
    local got = t:scalar(select(corm.literal(5.0)))
    assert.equal("float", math.type(got))
    got = t:scalar(select(corm.literal(5)))
    assert.equal("integer", math.type(got))
    assert.equal(math.maxinteger, t:scalar(select(corm.literal(math.maxinteger,
        corm.BigInteger))))
end)

return topic
