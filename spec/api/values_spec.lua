-- SPDX-License-Identifier: MIT
-- Values on their way to the database and back.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer = corm.Column, corm.Integer
local select = corm.select

helper.each_database(function(db)
    -- value → column of a type → value, through a class and through a plain select; how many
    -- rows it finds.
    local function round_trip(type_, value)
        local Base = corm.declarative_base()
        local Thing = Base:extend("Thing", {
            __tablename = "thing",
            id = Column(Integer, { primary_key = true }),
            value = Column(type_),
        })
        local engine = corm.create_engine(db.url)
        Base.metadata:create_all(engine)
        local session = corm.Session(engine)
        local thing = Thing({ value = value })
        session:add(thing)
        session:commit()
        local attribute = thing.value
        local field = session:execute(select(Thing.value)):one().value
        -- PostgreSQL's json cannot be compared.
        local found = type_ ~= corm.JSON and session:scalar(
            select(corm.func.count(Thing.id)):where(Thing.value:eq(value)))
        session:close()
        Base.metadata:drop_all(engine)
        engine:dispose()
        return attribute, field, found
    end

    local function check(type_, value)
        local attribute, field, found = round_trip(type_, value)
        assert.equal(value, attribute)
        assert.equal(value, field)
        assert.equal(math.type(value), math.type(attribute))
        assert.equal(1, found)
    end

    describe("a value", function()
        it("that is an integer stays exact", function()
            for _, value in ipairs({ 0, -1, 2147483647 }) do
                check(corm.Integer, value)
            end
            check(corm.BigInteger, math.maxinteger)
            check(corm.BigInteger, math.mininteger)
        end)

        it("that is a float stays a float", function()
            check(corm.Float, 5.0)
            check(corm.Double, 0.1)
            check(corm.Double, 1e300)
        end)

        it("that is text comes back byte by byte", function()
            check(corm.String, "")
            check(corm.Text, "Grüße, 世界 'quoted' \"double\" \\ %s :x ?")
        end)

        it("that is a boolean comes back as one", function()
            check(corm.Boolean, true)
            check(corm.Boolean, false)
        end)

        it("that is bytes comes back with its NULs", function()
            check(corm.LargeBinary, "\0\1\255\0")
        end)

        it("that is a date, a time or both", function()
            check(corm.Date, corm.date(2024, 2, 29))
            check(corm.Time, corm.time(23, 59, 58))
            check(corm.DateTime, corm.datetime(2009, 10, 15, 12, 0, 0))
            check(corm.DateTime, corm.datetime(2009, 10, 15, 12, 0, 0, 123456))
        end)

        it("that is a decimal keeps its digits", function()
            check(corm.Numeric(10, 2), corm.decimal("1.10"))
            local attribute = round_trip(corm.Numeric(10, 2), corm.decimal("1.10"))
            assert.equal("1.10", tostring(attribute))
        end)

        it("that is an interval", function()
            check(corm.Interval, corm.interval({ days = 1, hours = 2 }))
        end)

        it("of an Enum is one of its names", function()
            check(corm.Enum("red", "green", { name = "colour" }), "green")
            assert.is_false(pcall(round_trip,
                corm.Enum("red", "green", { name = "colour" }), "blue"))
        end)

        it("that is JSON comes back as tables", function()
            local attribute = round_trip(corm.JSON, { a = { 1, 2.5, "x", true }, b = corm.NULL })
            assert.same({ 1, 2.5, "x", true }, attribute.a)
            assert.equal(corm.NULL, attribute.b)
        end)

        it("that does not fit is refused before it is sent", function()
            for type_, value in pairs({
                [corm.Integer] = "text",
                [corm.String] = "a\0b",
                [corm.Text] = "\xFF",
            }) do
                local ok, e = pcall(round_trip, type_, value)
                assert.is_false(ok)
                assert.is_true(corm.exc.StatementError:is(e), tostring(e))
            end
        end)
    end)
end)

describe("a date", function()
    it("has parts, text, order and arithmetic", function()
        local date = corm.date(2024, 1, 31)
        assert.same({ 2024, 1, 31 }, { date.year, date.month, date.day })
        assert.equal("2024-01-31", tostring(date))
        assert.is_true(date < corm.date(2024, 2, 1))
        assert.equal(corm.date(2024, 2, 1), date + corm.interval({ days = 1 }))
        assert.equal(corm.interval({ days = 1 }), corm.date(2024, 2, 1) - date)
        assert.is_false(pcall(corm.date, 2023, 2, 29))
        assert.is_false(pcall(function()
            date.year = 2025
        end))
    end)
end)

describe("a datetime", function()
    it("prints as SQL writes it, and as ISO with a T", function()
        local when = corm.datetime(2009, 10, 15, 12, 0, 0)
        assert.equal("2009-10-15 12:00:00", tostring(when))
        assert.equal("2009-10-15T12:00:00", when:isoformat())
        assert.equal("2009-10-15 12:00:00.123456",
            tostring(corm.datetime(2009, 10, 15, 12, 0, 0, 123456)))
        assert.is_true(corm.datetime.now() > when)
    end)
end)

describe("an interval", function()
    it("prints as ISO 8601 and has its seconds", function()
        local interval = corm.interval({ days = 1, hours = 2, seconds = 3 })
        assert.equal("P1DT2H3S", tostring(interval))
        assert.equal(93603, interval:total_seconds())
    end)
end)

describe("a decimal", function()
    it("is exact", function()
        assert.equal("1.10", tostring(corm.decimal("1.10")))
        assert.equal(corm.decimal("0.3"), corm.decimal("0.1") + corm.decimal("0.2"))
        assert.is_true(corm.decimal("1.1") == corm.decimal("1.10"))
        assert.is_true(corm.decimal("1.1") < corm.decimal("1.2"))
    end)
end)
