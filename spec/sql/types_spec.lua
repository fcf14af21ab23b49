-- SPDX-License-Identifier: MIT
-- Types: how they are written by dialect, what they accept, types of the user's own.

require("spec.helper")
local corm = require("corm")
local pg = corm.dialects.postgresql
local types = corm.types

local DIALECTS = { "default", "sqlite", "postgresql" }

-- {type, default text, other texts by dialect}
local ROWS = {
    { types.Integer, "INTEGER" },
    { types.INT, "INTEGER" },
    { types.SmallInteger, "SMALLINT" },
    { types.BigInteger, "BIGINT" },
    { types.String, "VARCHAR" },
    { types.String(30), "VARCHAR(30)" },
    { types.Text, "TEXT" },
    { types.Unicode(10), "VARCHAR(10)" },
    { types.UnicodeText, "TEXT" },
    { types.Float, "FLOAT" },
    { types.Float(53), "FLOAT", postgresql = "FLOAT(53)" },
    { types.Double, "DOUBLE", postgresql = "DOUBLE PRECISION" },
    { types.Numeric, "NUMERIC" },
    { types.Numeric(10, 2), "NUMERIC(10, 2)" },
    { types.Boolean, "BOOLEAN" },
    { types.Date, "DATE" },
    { types.Time, "TIME", postgresql = "TIME WITHOUT TIME ZONE" },
    { types.DateTime, "DATETIME", postgresql = "TIMESTAMP WITHOUT TIME ZONE" },
    { types.DateTime({ timezone = true }), "DATETIME", postgresql = "TIMESTAMP WITH TIME ZONE" },
    { types.Interval, "DATETIME", postgresql = "INTERVAL" },
    { types.LargeBinary, "BLOB", postgresql = "BYTEA" },
    { types.Uuid, "CHAR(32)", postgresql = "UUID" },
    { types.JSON, "JSON" },
    { types.Enum("a", "bcd", { name = "e" }), "VARCHAR(3)", postgresql = "e" },
    { types.VARCHAR(5), "VARCHAR(5)" },
    { types.TIMESTAMP, "TIMESTAMP", postgresql = "TIMESTAMP WITHOUT TIME ZONE" },
    { types.DECIMAL(5, 1), "DECIMAL(5, 1)" },
    { types.REAL, "REAL" },
    { types.CHAR(3), "CHAR(3)" },
    { types.BLOB, "BLOB" },
    { types.ARRAY(types.Integer), postgresql = "INTEGER[]" },
    { types.ARRAY(types.String(3), { dimensions = 2 }), postgresql = "VARCHAR(3)[][]" },
    { pg.JSONB, postgresql = "JSONB" },
    { pg.INET, postgresql = "INET" },
    { pg.TSVECTOR, postgresql = "TSVECTOR" },
    { pg.BYTEA, postgresql = "BYTEA" },
    { pg.TIMESTAMP({ timezone = true, precision = 3 }),
        postgresql = "TIMESTAMP(3) WITH TIME ZONE" },
    { pg.UUID, postgresql = "UUID" },
}

local function message_of(fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(corm.exc.ArgumentError:is(e))
    return e.message
end

describe("a type", function()
    for _, row in ipairs(ROWS) do
        local type_ = row[1]
        it("is written: " .. (row[2] or row.postgresql), function()
            for _, dialect in ipairs(DIALECTS) do
                local expected = row[dialect] or row[2]
                if expected then
                    assert.equal(expected, type_:compile({ dialect = dialect }))
                end
            end
        end)
    end

    it("is used with and without a call", function()
        assert.equal("VARCHAR", tostring(types.String))
        assert.equal("VARCHAR", tostring(types.String()))
        assert.equal("VARCHAR(30)", tostring(types.String(30)))
        assert.equal("VARCHAR(30)", tostring(types.String({ length = 30 })))
    end)

    it("tells its attributes", function()
        assert.equal(30, types.String(30).length)
        assert.is_nil(types.String.length)
        assert.equal(10, types.Numeric(10, 2).precision)
        assert.equal(2, types.Numeric(10, 2).scale)
        assert.is_true(types.Numeric.asdecimal)
        assert.is_false(types.Float.asdecimal)
        assert.is_true(types.DateTime({ timezone = true }).timezone)
        assert.same({ "a", "b" }, types.Enum("a", "b").enums)
        assert.equal(types.Integer, types.ARRAY(types.Integer).item_type)
    end)

    it("knows what is of its class or below", function()
        assert.is_true(types.String:is(types.String(5)))
        assert.is_true(types.String:is(types.Text))
        assert.is_true(types.String:is(types.VARCHAR(5)))
        assert.is_true(types.Integer:is(types.BigInteger))
        assert.is_true(types.TypeEngine:is(types.JSON))
        assert.is_false(types.Text:is(types.String))
        assert.is_false(types.Integer:is("Integer"))
    end)

    it("refuses wrong arguments by name", function()
        assert.equal("String: length must be an integer that is not negative, got 'x'",
            message_of(types.String, "x"))
        assert.equal("String: length must be an integer that is not negative, got -1",
            message_of(types.String, -1))
        assert.equal("String: unknown option 'lenght'; did you mean 'length'?",
            message_of(types.String, { lenght = 3 }))
        assert.equal("Integer takes no arguments, got 1", message_of(types.Integer, 5))
        assert.equal("Enum: value 2 must be a string, got 5", message_of(types.Enum, "a", 5))
        assert.equal("Enum: length 1 is shorter than the longest value",
            message_of(types.Enum, "aa", { length = 1 }))
        assert.equal("ARRAY: a type of the items expected, got 5", message_of(types.ARRAY, 5))
        assert.equal("ARRAY: a type of the items expected, got NULL", message_of(function()
            return types.ARRAY()
        end))
        assert.equal("INT4RANGE takes no arguments, got 1",
            message_of(corm.dialects.postgresql.INT4RANGE, 1, 5))
        assert.equal("HSTORE: a type expected, got 5",
            message_of(corm.dialects.postgresql.HSTORE, 5))
        assert.equal("Boolean: create_constraint must be a boolean, got 5",
            message_of(types.Boolean, 5))
        assert.equal("DateTime: timezone must be a boolean, got 'UTC'",
            message_of(types.DateTime, { timezone = "UTC" }))
        assert.equal("Integer: unknown option 'nullable'; known are: none",
            message_of(types.Integer, { nullable = true }))
        assert.equal("type TypeEngine has no attribute 'lenght'", message_of(function()
            return types.String.lenght
        end))
    end)

    it("takes its options by position, too", function()
        local on_postgresql = { dialect = "postgresql" }
        assert.equal("INTEGER[][]", types.ARRAY(types.Integer, true, 2):compile(on_postgresql))
        assert.equal("TIMESTAMP WITH TIME ZONE", types.DateTime(true):compile(on_postgresql))
        assert.is_false(types.Numeric(10, 2, 3, false).asdecimal)
        assert.is_true(types.Float(5, true).asdecimal)
        local hstore = corm.dialects.postgresql.HSTORE(types.String(5))
        assert.equal("VARCHAR(5)", tostring(corm.column("h", hstore):getitem("k").type))
        assert.equal("TEXT", tostring(corm.column("h", corm.dialects.postgresql.HSTORE)
            :getitem("k").type))
    end)

    it("has variants for dialects", function()
        local type_ = types.String(50):with_variant(types.Text, "postgresql")
        assert.equal("VARCHAR(50)", type_:compile({ dialect = "sqlite" }))
        assert.equal("TEXT", type_:compile({ dialect = "postgresql" }))
        assert.equal("String has a variant for dialect 'postgresql' already",
            message_of(type_.with_variant, type_, types.Text, "postgresql"))
    end)
end)

describe("a TypeDecorator", function()
    local Upper = types.TypeDecorator:extend("Upper", {
        impl = types.String,
        cache_ok = true,
        process_bind_param = function(_, value)
            return value and value:upper()
        end,
        process_result_value = function(_, value)
            return value and value:lower()
        end,
    })

    it("is extended, not called with what it is to be", function()
        local ok, e = pcall(types.TypeDecorator, "Upper", { impl = types.String })
        assert.is_false(ok)
        assert.equal("type TypeDecorator needs `impl`, the type it sits on", e.message)
    end)

    it("is written as what it sits on", function()
        assert.equal("VARCHAR", tostring(Upper))
        assert.equal("VARCHAR(30)", tostring(Upper(30)))
        assert.equal(30, Upper(30).length)
    end)

    it("processes values on their way", function()
        assert.equal("X", Upper:process_bind("x"))
        assert.equal("x", Upper:process_result("X"))
    end)

    it("keeps its methods", function()
        local Point = types.TypeDecorator:extend("Point", {
            impl = types.String,
            describe = function(self)
                return "a point of " .. tostring(self.length)
            end,
        })
        assert.equal("a point of 5", Point(5):describe())
        assert.is_true(types.TypeDecorator:is(Point(5)))
        assert.is_true(Point:is(Point(5)))
    end)

    it("sits on another decorator", function()
        local Twice = types.TypeDecorator:extend("Twice", {
            impl = Upper,
            process_bind_param = function(_, value)
                return value .. value
            end,
        })
        assert.equal("ABAB", Twice:process_bind("ab"))
    end)

    it("sits on another type on some dialects", function()
        local Guid = types.TypeDecorator:extend("Guid", {
            impl = types.CHAR(32),
            load_dialect_impl = function(self, dialect)
                if dialect.name == "postgresql" then
                    return dialect:type_descriptor(types.Uuid)
                end
                return self.impl
            end,
        })
        assert.equal("CHAR(32)", Guid:compile({ dialect = "sqlite" }))
        assert.equal("UUID", Guid:compile({ dialect = "postgresql" }))
    end)

    it("needs impl", function()
        assert.equal("type Bad needs `impl`, the type it sits on",
            message_of(types.TypeDecorator.extend, types.TypeDecorator, "Bad", {}))
    end)
end)

describe("a UserDefinedType", function()
    it("is written by get_col_spec", function()
        local Point = types.UserDefinedType:extend("Point", {
            get_col_spec = function()
                return "POINT"
            end,
        })
        assert.equal("POINT", tostring(Point))
    end)

    it("keeps what its __init sets", function()
        local Money = types.UserDefinedType:extend("Money", {
            __init = function(self, precision)
                self.precision = precision
            end,
            get_col_spec = function(self)
                return ("MONEY(%d)"):format(self.precision or 2)
            end,
        })
        assert.equal("MONEY(4)", tostring(Money(4)))
        assert.equal(4, Money(4).precision)
    end)
end)

describe("JSON", function()
    it("encodes and decodes", function()
        assert.equal('{"a":[1,2.5,true,null]}',
            types.JSON:process_bind({ a = { 1, 2.5, true, corm.NULL } }))
        assert.equal('"x"', types.JSON:process_bind("x"))
        assert.equal("null", types.JSON:process_bind(corm.NULL))
        assert.is_nil(types.JSON:process_bind(nil))
        assert.is_nil(types.JSON({ none_as_null = true }):process_bind(corm.NULL))
        assert.equal(2, types.JSON:process_result('{"a":[1,2]}').a[2])
        assert.equal(corm.NULL, types.JSON:process_result("[null]")[1])
        assert.is_nil(types.JSON:process_result("null"))
    end)

    it("gives equal values equal texts", function()
        local one, other = { z = 1, a = 2, m = 3 }, { m = 3, a = 2, z = 1 }
        assert.equal('{"a":2,"m":3,"z":1}', types.JSON:process_bind(one))
        assert.equal('{"a":2,"m":3,"z":1}', types.JSON:process_bind(other))
    end)

    it("refuses what is not JSON", function()
        assert.has_error(function()
            types.JSON:process_bind({ print })
        end)
        assert.has_error(function()
            types.JSON:process_result("{")
        end)
    end)
end)

describe("ARRAY", function()
    local numbers, words = types.ARRAY(types.Integer), types.ARRAY(types.String)

    it("travels as text", function()
        assert.equal("{1,2,NULL}", numbers:process_bind({ 1, 2, corm.NULL }))
        assert.equal([[{"a","b \"c\"","\\"}]], words:process_bind({ "a", 'b "c"', "\\" }))
        assert.equal("{{1,2},{3,4}}", numbers:process_bind({ { 1, 2 }, { 3, 4 } }))
        assert.equal("{}", numbers:process_bind({}))
    end)

    it("is read from text", function()
        assert.same({ 1, 2, corm.NULL }, numbers:process_result("{1,2,NULL}"))
        assert.same({ "a", 'b "c"', "NULL" },
            words:process_result([[{a,"b \"c\"","NULL"}]]))
        assert.same({ { 1, 2 }, { 3, 4 } }, numbers:process_result("{{1,2},{3,4}}"))
        assert.same({}, numbers:process_result("{}"))
        assert.same({ 5 }, numbers:process_result("[2:2]={5}"))
    end)
end)

describe("a type beside others", function()
    it("has its like among the common types", function()
        local cases = {
            { types.VARCHAR(5), types.String, "VARCHAR(5)" },
            { types.DECIMAL(5, 2), types.Numeric, "NUMERIC(5, 2)" },
            { pg.JSONB, types.JSON, "JSON" },
            { pg.TIMESTAMP({ timezone = true, precision = 3 }), types.DateTime, "DATETIME" },
            { pg.ENUM("a", "bb", { name = "e" }), types.Enum, "VARCHAR(2)" },
            { pg.BYTEA, types.LargeBinary, "BLOB" },
        }
        for _, case in ipairs(cases) do
            local generic = case[1]:as_generic()
            assert.equal(case[2].class, generic.class)
            assert.equal(case[3], tostring(generic))
        end
        assert.equal(types.Text, types.Text:as_generic())
        assert.equal(types.NullType, pg.INET:as_generic({ allow_nulltype = true }))
        local _, e = pcall(pg.INET.as_generic, pg.INET)
        assert.equal("as_generic: no common type is like INET", e.message)
    end)

    it("says what a value beside it is sent as", function()
        assert.equal(types.String.class, types.Integer:coerce_compared_value("eq", "x").class)
        assert.equal("VARCHAR(5)", tostring(types.String(5):coerce_compared_value("eq", "x")))
        local Wrapped = types.TypeDecorator:extend("Wrapped", {
            impl = types.JSON,
            coerce_compared_value = function(self, operator, value)
                return self.impl_instance:coerce_compared_value(operator, value)
            end,
        })
        local column = corm.column("j", Wrapped)
        assert.equal(types.JSON.class, column:eq({ 1 }).right.type.class)
    end)

    it("says whether NULL means something to it, and whether values are hashable", function()
        assert.is_false(types.String.should_evaluate_none)
        assert.is_true(types.String(5):evaluates_none().should_evaluate_none)
        assert.is_true(types.JSON.should_evaluate_none)
        assert.is_false(types.JSON({ none_as_null = true }).should_evaluate_none)
        assert.is_true(types.String.hashable)
        assert.is_false(types.JSON.hashable or types.ARRAY(types.Integer).hashable)
    end)

    it("is an Enum of any length, with a CHECK only where it is used", function()
        local endless = types.Enum("a", { length = corm.NULL, native_enum = false })
        assert.equal("VARCHAR", tostring(endless))
        local checked = types.Enum("a", {
            native_enum = false, create_constraint = true, name = "c",
        })
        local function ddl(type_)
            local t = corm.Table("t", corm.MetaData(), corm.Column("x", type_))
            return tostring(corm.schema.CreateTable(t):compile({ dialect = "sqlite" }))
        end
        assert.truthy(ddl(types.String:with_variant(checked, "sqlite")):find("CHECK", 1, true))
        assert.is_nil(ddl(checked:with_variant(types.String, "sqlite")):find("CHECK", 1, true))
    end)

    it("of the user's own may want arguments", function()
        local Bits = types.UserDefinedType:extend("Bits", {
            __init = function(self, n)
                self.n = n
            end,
            get_col_spec = function(self)
                return ("BITS(%d)"):format(self.n)
            end,
        })
        assert.equal("BITS(8)", tostring(Bits(8)))
    end)

    it("of the user's own call the constructor below theirs", function()
        local Safe = types.TypeDecorator:extend("Safe", {
            impl = types.Numeric,
            __init = function(self, ...)
                types.TypeDecorator.__init(self, ...)
                self.digits = self.impl.scale
            end,
        })
        assert.equal("NUMERIC(10, 2)", tostring(Safe(10, 2)))
        assert.equal(2, Safe(10, 2).digits)
        local Code = types.String:extend("Code", {
            __init = function(self)
                types.String.__init(self, 8)
            end,
        })
        assert.equal("VARCHAR(8)", tostring(Code()))
        local Short = types.TypeDecorator:extend("Short", { impl = types.String })
        assert.equal(20, Short(20).impl.length)
    end)

    it("has collations with a schema", function()
        assert.equal("VARCHAR(5) COLLATE s.x",
            tostring(types.String(5, { collation = "x", collation_schema = "s" })))
        assert.equal('VARCHAR(5) COLLATE "X"', tostring(types.String(5, "X")))
        local list = types.ARRAY(types.String(5, { collation = "x", collation_schema = "s" }))
        assert.equal("VARCHAR(5)[] COLLATE s.x", list:compile({ dialect = "postgresql" }))
        assert.equal("CAST(a AS VARCHAR(5)[]) COLLATE s.x", tostring(corm.cast(
            corm.column("a"), list):compile({ dialect = "postgresql" })))
        local _, e = pcall(types.String, { collation_schema = "s" })
        assert.equal("String: collation_schema needs a collation", e.message)
    end)
end)
