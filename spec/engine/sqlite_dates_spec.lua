-- SPDX-License-Identifier: MIT
-- SQLite's dates and times as texts of another form, and JSON in its binary form.

require("spec.helper")
local corm = require("corm")
local sqlite = corm.dialects.sqlite

-- {type, value, the text in the database, what comes back if it is not the same, column}
local CASES = {
    { sqlite.DATETIME({
        storage_format = "%(year)04d%(month)02d%(day)02d%(hour)02d%(minute)02d"
            .. "%(second)02d%(microsecond)06d",
    }), corm.datetime(2008, 6, 27, 12, 0, 0, 125), "20080627120000000125", nil, "DATETIME_CHAR" },
    { sqlite.DATETIME({
        storage_format = "%(year)04d-%(month)02d-%(day)02dT%(hour)02d.%(minute)02d",
    }), corm.datetime(2008, 6, 27, 12, 5, 9), "2008-06-27T12.05", corm.datetime(2008, 6, 27, 12, 5),
        "DATETIME" },
    { sqlite.DATETIME({ truncate_microseconds = true }), corm.datetime(2008, 6, 27, 12, 0, 0, 125),
        "2008-06-27 12:00:00", corm.datetime(2008, 6, 27, 12, 0, 0), "DATETIME" },
    { sqlite.DATE({ storage_format = "%(month)02d/%(day)02d/%(year)04d" }), corm.date(2008, 6, 27),
        "06/27/2008", nil, "DATE" },
    { sqlite.DATE({
        storage_format = "%(day)d.%(month)d.%(year)d", regexp = "^(%d+)%.(%d+)%.(%d+)$",
    }), corm.date(2008, 6, 7), "7.6.2008", nil, "DATE" },
    { sqlite.DATE({ storage_format = "%(year)04d%(month)02d%(day)02d" }), corm.date(1, 1, 1),
        "00010101", nil, "DATE_CHAR" },
    { sqlite.TIME({ truncate_microseconds = true }), corm.time(1, 2, 3, 4), "01:02:03",
        corm.time(1, 2, 3), "TIME" },
    { sqlite.DATE, corm.date(2008, 6, 27), "2008-06-27", nil, "DATE" },
    { sqlite.TIME, corm.time(1, 2, 3, 4), "01:02:03.000004", nil, "TIME" },
    { sqlite.DATETIME, corm.datetime(2008, 6, 27, 12, 0, 0, 125), "2008-06-27 12:00:00.000125", nil,
        "DATETIME" },
}

describe("SQLite keeps", function()
    for _, case in ipairs(CASES) do
        local type_, value, text, back, name = table.unpack(case, 1, 5)
        back = back or value
        it(("%s as '%s' in a %s"):format(value, text, name), function()
            local engine = corm.create_engine("sqlite://")
            local metadata = corm.MetaData()
            local t = corm.Table("t", metadata, corm.Column("d", type_))
            metadata:create_all(engine)
            engine:begin(function(conn)
                conn:execute(t:insert(), { { d = value }, { d = corm.NULL } })
                assert.equal(text, conn:exec_driver_sql("SELECT d FROM t"):scalar())
                assert.same({ back, corm.NULL }, conn:scalars(corm.select(t.c.d)):all())
                assert.equal(back, conn:scalar(corm.select(t.c.d):where(t.c.d:eq(value))))
                local literal = t:select():where(t.c.d:eq(value)):compile({
                    dialect = "sqlite", compile_kwargs = { literal_binds = true },
                })
                assert.equal(back, conn:exec_driver_sql(tostring(literal)):scalar() and back)
                assert.equal(name, tostring(type_))
            end)
        end)
    end

    it("nothing in a form that has what the type has not", function()
        local _, e = pcall(sqlite.DATE, { storage_format = "%(hour)02d" })
        assert.equal("DATE: a storage_format has no 'hour', but year, month, day", e.message)
        _, e = pcall(sqlite.TIME, { truncate_microseconds = true, storage_format = "%(hour)02d" })
        assert.equal("TIME: truncate_microseconds excludes storage_format and regexp", e.message)
    end)

    it("JSON in binary form by two functions", function()
        local t = corm.table("t", corm.column("j", sqlite.JSONB))
        assert.equal("INSERT INTO t (j) VALUES (jsonb(?))",
            tostring(t:insert():compile({ dialect = "sqlite" })))
        assert.equal("SELECT json(t.j) AS j \nFROM t",
            tostring(t:select():compile({ dialect = "sqlite" })))
    end)
end)
