-- SPDX-License-Identifier: MIT
-- CASE, casts and EXTRACT.

local corm = require("corm")
local schema = require("spec.golden.schema")

local BINARY, BLOB, BOOLEAN, BigInteger = corm.BINARY, corm.BLOB, corm.BOOLEAN, corm.BigInteger
local Boolean, CHAR, CLOB, DATE = corm.Boolean, corm.CHAR, corm.CLOB, corm.DATE
local DATETIME, DECIMAL, DOUBLE = corm.DATETIME, corm.DECIMAL, corm.DOUBLE
local DOUBLE_PRECISION, Date, DateTime = corm.DOUBLE_PRECISION, corm.Date, corm.DateTime
local Double, Enum, Float, Integer = corm.Double, corm.Enum, corm.Float, corm.Integer
local Interval, JSON, LargeBinary = corm.Interval, corm.JSON, corm.LargeBinary
local NUMERIC, NVARCHAR, Numeric = corm.NUMERIC, corm.NVARCHAR, corm.Numeric
local SmallInteger, String, TEXT, TIME = corm.SmallInteger, corm.String, corm.TEXT, corm.TIME
local TIMESTAMP, Text, Time, UUID = corm.TIMESTAMP, corm.Text, corm.Time, corm.UUID
local Unicode, UnicodeText, Uuid = corm.Unicode, corm.UnicodeText, corm.Uuid
local VARBINARY, VARCHAR, and_, cast = corm.VARBINARY, corm.VARCHAR, corm.and_, corm.cast
local exists, extract, func = corm.exists, corm.extract, corm.func
local literal_column, null, select, text = corm.literal_column, corm.null, corm.select, corm.text
local true_, try_cast, type_coerce, o = corm.true_, corm.try_cast, corm.type_coerce, schema.o
local t, users = schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["case searched"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { t.c.myid:eq(2), "b" }, { else_ = "c" })
end

case["case without else"] = function()
    return corm.case({ t.c.myid:eq(1), 5 })
end

case["case columns"] = function()
    return corm.case({ t.c.myid:eq(1), t.c.name }, { else_ = t.c.description })
end

case["case simple"] = function()
    return corm.case({ 1, "a" }, { 2, "b" }, { value = t.c.myid })
end

case["case mapping"] = function()
    return corm.case({ [1] = "a" }, { value = t.c.myid, else_ = "z" })
end

case["case strings mapping"] = function()
    return corm.case({ jack = "Jack" }, { value = t.c.name })
end

case["case null result"] = function()
    return corm.case({ t.c.myid:eq(1), null() }, { else_ = 5 })
end

case["case none result"] = function()
    return corm.case({ t.c.myid:eq(1), corm.NULL }, { else_ = 5 })
end

case["case literal_column results"] = function()
    return corm.case(
        { t.c.myid:lt(3), literal_column("'lessthan'") },
        { else_ = literal_column("'more'") }
    )
end

case["case with and"] = function()
    return corm.case({ and_(t.c.myid:eq(1), t.c.name:eq("x")), 1 }, { else_ = 0 })
end

case["case with exists"] = function()
    return select(corm.case({ exists():where(o.c.otherid:eq(t.c.myid)), 1 }, { else_ = 0 }))
end

case["case nested"] = function()
    return corm.case(
        { t.c.myid:eq(1), corm.case({ t.c.name:eq("x"), 1 }, { else_ = 2 }) },
        { else_ = 3 }
    )
end

case["case labelled"] = function()
    return select(corm.case({ t.c.myid:eq(1), "a" }, { else_ = "b" }):label("kind"))
end

case["case in sum"] = function()
    return func.sum(corm.case({ t.c.myid:eq(1), 1 }, { else_ = 0 }))
end

case["case compared"] = function()
    return corm.case({ t.c.myid:eq(1), 1 }, { else_ = 0 }):eq(1)
end

case["case plus"] = function()
    return corm.case({ t.c.myid:eq(1), 1 }, { else_ = 0 }) + 1
end

case["case concatenated"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { else_ = "b" }) + "c"
end

case["case in order"] = function()
    return select(t.c.myid):order_by(corm.case({ t.c.name:eq("x"), 1 }, { else_ = 2 }):desc())
end

case["case of text"] = function()
    return corm.case({ text("a = 1"), 5 }, { else_ = text("b") })
end

case["case cast"] = function()
    return cast(corm.case({ t.c.myid:eq(1), 1 }, { else_ = 0 }), String)
end

case["case literal binds"] = function()
    return corm.case({ t.c.myid:eq(1), "a" }, { else_ = "b" }), { literal_binds = true }
end

case["case boolean column"] = function()
    return corm.case({ users.c.active, 1 }, { else_ = 0 })
end

case["case true"] = function()
    return corm.case({ true_(), 1 }, { else_ = 0 })
end

case["case is refused plain"] = function()
    return corm.case("x")
end

case["cast to each type"] = function()
    return select(
        table.unpack({
            cast(t.c.name, Integer),
            cast(t.c.name, BigInteger),
            cast(t.c.name, SmallInteger),
            cast(t.c.name, Numeric),
            cast(t.c.name, Float),
            cast(t.c.name, Double),
            cast(t.c.name, String),
            cast(t.c.name, Text),
            cast(t.c.name, Unicode),
            cast(t.c.name, UnicodeText),
            cast(t.c.name, Boolean),
            cast(t.c.name, Date),
            cast(t.c.name, Time),
            cast(t.c.name, DateTime),
            cast(t.c.name, LargeBinary),
        })
    )
end

case["cast to upper case types"] = function()
    return select(
        table.unpack({
            cast(t.c.name, VARCHAR(10)),
            cast(t.c.name, CHAR(3)),
            cast(t.c.name, NVARCHAR(5)),
            cast(t.c.name, TEXT),
            cast(t.c.name, CLOB),
            cast(t.c.name, BLOB),
            cast(t.c.name, NUMERIC(5, 2)),
            cast(t.c.name, DECIMAL(5)),
            cast(t.c.name, BOOLEAN),
            cast(t.c.name, DATE),
            cast(t.c.name, TIME),
            cast(t.c.name, DATETIME),
            cast(t.c.name, TIMESTAMP),
            cast(t.c.name, VARBINARY(5)),
            cast(t.c.name, BINARY(5)),
            cast(t.c.name, DOUBLE_PRECISION),
            cast(t.c.name, DOUBLE),
            cast(t.c.name, UUID),
        })
    )
end

case["cast to JSON"] = function()
    return cast(t.c.name, JSON)
end

case["cast to Enum"] = function()
    return cast(t.c.name, Enum("a", "b", { name = "letters" }))
end

case["cast to Interval"] = function()
    return cast(t.c.name, Interval)
end

case["cast to Uuid"] = function()
    return cast(t.c.name, Uuid)
end

case["cast a value"] = function()
    return cast("5", Integer)
end

case["cast null"] = function()
    return cast(nil, Integer)
end

case["cast in expression"] = function()
    return cast(t.c.name, Integer) + 5
end

case["cast of expression"] = function()
    return cast(t.c.myid + 5, String)
end

case["cast labelled"] = function()
    return select(cast(t.c.name, Integer):label("n"))
end

case["cast method"] = function()
    return t.c.name:cast(Integer)
end

case["cast literal binds"] = function()
    return cast(5, String), { literal_binds = true }
end

case["cast compared"] = function()
    return cast(t.c.name, Integer):eq("5")
end

case["cast desc"] = function()
    return cast(t.c.name, Integer):desc()
end

case["cast of cast"] = function()
    return cast(cast(t.c.name, Integer), String)
end

case["cast of subquery"] = function()
    return cast(select(t.c.name):scalar_subquery(), Integer)
end

case["try_cast"] = function()
    return try_cast(t.c.name, Integer)
end

case["type_coerce"] = function()
    return type_coerce(t.c.name, Integer) + 5
end

case["type_coerce value"] = function()
    return type_coerce("a", String)
end

case["type_coerce selected"] = function()
    return select(type_coerce(t.c.name, Integer))
end

case["type_coerce labelled"] = function()
    return select(type_coerce(t.c.name, Integer):label("x"))
end

case["cast with variant"] = function()
    return cast(t.c.name, String(10):with_variant(Text(), "postgresql"))
end

case["extract"] = function()
    return select(extract("year", users.c.created))
end

case["extract fields"] = function()
    return and_(
        extract("month", users.c.born):eq(1),
        extract("day", users.c.born):eq(2),
        extract("hour", users.c.created):eq(3),
        extract("minute", users.c.created):eq(4),
        extract("second", users.c.created):eq(5),
        extract("dow", users.c.created):eq(6),
        extract("doy", users.c.created):eq(7),
        extract("epoch", users.c.created):eq(8),
        extract("week", users.c.created):eq(9)
    )
end

case["extract quarter"] = function()
    return extract("quarter", users.c.created)
end

case["extract of difference"] = function()
    return extract("day", users.c.created - users.c.created)
end

case["func extract"] = function()
    return func.extract("year", users.c.created)
end

return case
