-- SPDX-License-Identifier: MIT
-- Types, as sqlalchemy.types.
--
-- A type is an immutable object of the core; `corm.String` is the plain one of its class and
-- can be called to make others: String(30), DateTime({timezone = true}). Both may stand
-- wherever a type is wanted. Classes are Lua tables behind the objects (type.class), so that
-- TypeDecorator and UserDefinedType can be extended.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local decorator = require("corm.types.decorator")
local engine = require("corm.types.engine")

require("corm.types.comparator")

local types = {}

local TypeEngine = engine.TypeEngine

-- Publish a class and its plain object under a name.
local function define(name, parent, class)
    types[name] = engine.define(parent, name, class)
    return class
end

types.TypeEngine = engine.new(TypeEngine)

-- ---- numbers and text ----

define("NullType", TypeEngine, { _kind = "null" })
core.type_prototype(types.NullType)
engine.null_type = types.NullType

local Integer = define("Integer", TypeEngine, { _kind = "integer" })
local SmallInteger = define("SmallInteger", Integer, { _kind = "smallint" })
local BigInteger = define("BigInteger", Integer, { _kind = "bigint" })

local function settle_numeric(detail, class)
    local as_decimal = detail.asdecimal
    if as_decimal == nil then
        as_decimal = class._as_decimal
    end
    detail.asdecimal = as_decimal
    detail.as_float = as_decimal ~= class._as_decimal
    detail.length = detail.decimal_return_scale
end

local Numeric = define("Numeric", TypeEngine, {
    _kind = "numeric",
    _parameters = { "precision", "scale", "decimal_return_scale", "asdecimal" },
    _options = { "asdecimal", "decimal_return_scale", "precision", "scale" },
    _as_decimal = true,
    _settle = settle_numeric,
})
local Float = define("Float", Numeric, {
    _kind = "float",
    _parameters = { "precision", "asdecimal", "decimal_return_scale" },
    _options = { "asdecimal", "decimal_return_scale", "precision" },
    _as_decimal = false,
})
local Double = define("Double", Float, { _kind = "double" })

local String = define("String", TypeEngine, {
    _kind = "string",
    _parameters = { "length", "collation" },
    _options = { "collation", "collation_schema", "length" },
    _settle = function(detail, class)
        if detail.collation_schema ~= nil and detail.collation == nil then
            exc.ArgumentError:raise("%s: collation_schema needs a collation", class._name)
        end
    end,
})
local Text = define("Text", String, { _kind = "text" })
define("Unicode", String, { _fixed = { unicode = true } })
define("UnicodeText", Text, { _fixed = { unicode = true } })

local LargeBinary = define("LargeBinary", TypeEngine, {
    _kind = "binary",
    _parameters = { "length" },
    _options = { "length" },
})

local Boolean = define("Boolean", TypeEngine, {
    _kind = "boolean",
    _parameters = { "create_constraint", "name" },
    _options = { "create_constraint", "name" },
    _settle = function(detail)
        detail.constraint = detail.create_constraint
    end,
})

-- ---- dates and times ----

local Date = define("Date", TypeEngine, { _kind = "date" })
local Time = define("Time", TypeEngine, {
    _kind = "time", _parameters = { "timezone" }, _options = { "timezone" },
})
local DateTime = define("DateTime", TypeEngine, {
    _kind = "datetime", _parameters = { "timezone" }, _options = { "timezone" },
})
define("Interval", TypeEngine, {
    _kind = "interval",
    _parameters = { "native", "second_precision", "day_precision" },
    _options = { "day_precision", "native", "second_precision" },
    _settle = function(detail)
        detail.precision = detail.second_precision
        detail.emulated = detail.native == false
    end,
})

-- ---- UUID, JSON, Enum, ARRAY ----

-- Values are texts whatever as_uuid says: Lua has no type of UUIDs.
local Uuid = define("Uuid", TypeEngine, {
    _kind = "uuid",
    _parameters = { "as_uuid", "native_uuid" },
    _options = { "as_uuid", "native_uuid" },
    _settle = function(detail)
        detail.emulated = detail.native_uuid == false
    end,
})

define("JSON", TypeEngine, require("corm.types.json"))
define("Enum", String, require("corm.types.enum"))
define("ARRAY", TypeEngine, require("corm.types.array"))

-- ---- upper-case names: spelled so on every dialect ----

local function exact(name, parent, spelling)
    local fixed = { exact = true, name = spelling or name }
    for key, value in pairs(parent._fixed or {}) do
        fixed[key] = value
    end
    define(name, parent, { _fixed = fixed })
end

exact("BIGINT", BigInteger)
exact("BINARY", LargeBinary)
exact("BLOB", LargeBinary)
exact("BOOLEAN", Boolean)
exact("CHAR", String)
exact("CLOB", Text)
exact("DATE", Date)
exact("DATETIME", DateTime)
exact("DECIMAL", Numeric)
exact("DOUBLE", Double)
exact("DOUBLE_PRECISION", Double, "DOUBLE PRECISION")
exact("FLOAT", Float)
exact("INTEGER", Integer)
exact("NCHAR", String)
exact("NUMERIC", Numeric)
exact("NVARCHAR", String)
exact("REAL", Float)
exact("SMALLINT", SmallInteger)
exact("TEXT", Text)
exact("TIME", Time)
exact("TIMESTAMP", DateTime)
exact("UUID", Uuid)
exact("VARBINARY", LargeBinary)
exact("VARCHAR", String)

types.INT = types.INTEGER -- SQLite numbers keys of INTEGER only
types.NULLTYPE = types.NullType
types.BOOLEANTYPE = types.Boolean
types.STRINGTYPE = types.String
types.INTEGERTYPE = types.Integer

for _, name in ipairs({
    "SmallInteger", "Integer", "BigInteger", "Float", "Double", "Numeric", "String", "Text",
    "Boolean", "Date", "Time", "DateTime", "Interval", "LargeBinary", "Uuid", "JSON", "Enum",
    "ARRAY",
}) do
    core.type_prototype(types[name])
    engine.generic[types[name].class] = types[name]
end
for _, name in ipairs({ "Unicode", "UnicodeText" }) do
    engine.generic[types[name].class] = types[name]
end

types.TypeDecorator = decorator.TypeDecorator
types.UserDefinedType = decorator.UserDefinedType

---Define a class of types below another; for dialects.
---@param name string
---@param parent corm.types.TypeEngine
---@param members table
---@return corm.types.TypeEngine
function types.define(name, parent, members)
    return engine.define(parent.class, name, members)
end

---The type that a value given as one stands for; raises ArgumentError.
---@param value any
---@param caller string
---@return corm.types.TypeEngine
function types.to_instance(value, caller)
    if not core.is_type(value) then
        args.refuse(caller, "a type", value)
    end
    return value
end

return require("corm.util.public")("corm.types", types)
