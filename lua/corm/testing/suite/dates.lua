-- SPDX-License-Identifier: MIT
-- Dates, times and intervals on their way to the database and back.

local assert = require("luassert")
local corm = require("corm")

local select = corm.select
local date, time, datetime, interval = corm.date, corm.time, corm.datetime, corm.interval

local topic = require("corm.testing.topic").new("Dates")

topic:test("are dates", function(t)
    t:round_trip(corm.Date, { date(2024, 2, 29), date(1999, 12, 31), date(2012, 10, 15) })
end)

topic:test("are dates long ago and far ahead", function(t)
    t:round_trip(corm.Date, { date(1, 1, 1), date(1727, 4, 1), date(9999, 12, 31) })
end)

topic:test("are times", function(t)
    t:round_trip(corm.Time, { time(0, 0, 0), time(12, 57, 18), time(23, 59, 59) })
end)

topic:test("are times with microseconds", function(t)
    t:round_trip(corm.Time, { time(12, 57, 18, 396), time(12, 57, 18, 999999) })
end)

topic:test("are dates with times", function(t)
    t:round_trip(corm.DateTime, { datetime(2012, 10, 15, 12, 57, 18),
        datetime(2024, 2, 29, 0, 0, 0) })
end)

topic:test("are dates with times and microseconds", function(t)
    t:round_trip(corm.DateTime, { datetime(2012, 10, 15, 12, 57, 18, 396),
        datetime(2012, 10, 15, 12, 57, 18, 999999) })
end)

topic:test("are dates with times long ago", function(t)
    t:round_trip(corm.DateTime, { datetime(1850, 11, 10, 11, 52, 35),
        datetime(1, 1, 1, 0, 0, 0), datetime(9999, 12, 31, 23, 59, 59) })
end)

topic:test("are timestamps", function(t)
    t:round_trip(corm.TIMESTAMP, { datetime(2012, 10, 15, 12, 57, 18, 396) })
end)

topic:test("know their zone", "time_zones", function(t)
    local made = t:holder(corm.DateTime({ timezone = true }))
    t.connection:execute(corm.text("INSERT INTO holder VALUES "
        .. "(1, '2012-10-15 12:57:18+02:00')"))
    local got = t:scalar(select(made.c.data))
    assert.equal(10 * 60 + 57, got.hour * 60 + got.minute - got.tzoffset)
end)

topic:test("are intervals", function(t)
    t:round_trip(corm.Interval, { interval({ days = 5, hours = 3 }), interval({ seconds = 1 }),
        interval({ days = 1, seconds = -10 }) })
end)

topic:test("are written into the SQL", function(t)
    t:round_trip_literal(corm.Date, { date(2012, 10, 15) })
end)

topic:test("are written into the SQL as times", function(t)
    t:round_trip_literal(corm.Time, { time(12, 57, 18) })
end)

topic:test("are written into the SQL as dates with times", function(t)
    t:round_trip_literal(corm.DateTime, { datetime(2012, 10, 15, 12, 57, 18, 396) })
end)

topic:test("are compared and ordered", function(t)
    local made = t:holder(corm.DateTime)
    t:insert(made, {
        { id = 1, data = datetime(2024, 1, 2, 0, 0, 0) },
        { id = 2, data = datetime(2023, 12, 31, 23, 59, 59, 999999) },
        { id = 3, data = datetime(2024, 1, 1, 0, 0, 0) },
    })
    t:gives({ 2, 3, 1 }, select(made.c.id):order_by(made.c.data))
    t:gives({ 2 }, select(made.c.id):where(made.c.data:lt(datetime(2024, 1, 1, 0, 0, 0))))
    t:gives({ 3, 1 }, select(made.c.id):where(made.c.data:between(
        datetime(2024, 1, 1, 0, 0, 0), datetime(2024, 1, 2, 0, 0, 0))):order_by(made.c.data))
end)

topic:test("are greatest and least", function(t)
    local made = t:holder(corm.Date)
    t:insert(made, { { id = 1, data = date(2024, 1, 2) }, { id = 2, data = date(2023, 1, 2) } })
    t:gives_rows({ { date(2023, 1, 2), date(2024, 1, 2) } },
        select(corm.func.min(made.c.data), corm.func.max(made.c.data)))
end)

topic:test("come back from many parameter sets", function(t)
    local made = t:holder(corm.Date)
    local sets, expected = {}, {}
    for i = 1, 100 do
        expected[i] = date(2024, 1, 1) + interval({ days = i })
        sets[i] = { id = i, data = expected[i] }
    end
    t.connection:execute(corm.insert(made), sets)
    t:gives(expected, select(made.c.data):order_by(made.c.id))
end)

topic:test("are defaults of columns", function(t)
    local made = t:table("made",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("day", corm.Date, { default = date(2020, 1, 1) }),
        corm.Column("at", corm.DateTime, { server_default = corm.func.now() }))
    t.connection:execute(corm.insert(made), { id = 1 })
    local row = t.connection:execute(select(made)):one()
    assert.equal(date(2020, 1, 1), row.day)
    assert.is_true(row.at.year >= 2024)
end)

return topic
