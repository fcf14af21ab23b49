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
local repr = require("corm.util.repr")

local types = {}

---What all types have; instances find it behind their own fields.
---@class corm.types.TypeEngine
---@field name? string its SQL name, of upper-case, Enum and user-defined types
---@field length? integer
---@field precision? integer
---@field scale? integer
---@field timezone? boolean
---@field class table
---@overload fun(...): corm.types.TypeEngine
local TypeEngine = {
    _name = "TypeEngine",
    _kind = "null",
    _parameters = {},
    _options = {},
}

-- Fields that may be absent; asking for any other unknown one is an error.
local FIELDS = {
    "asdecimal", "as_uuid", "cache_ok", "collation", "create_constraint", "dimensions", "enums",
    "get_col_spec", "impl", "item", "item_type", "labels", "length", "load_dialect_impl", "name",
    "native_enum", "none_as_null", "precision", "process_bind_param", "process_result_value",
    "scale", "schema", "timezone", "validate_strings", "variants",
}
local is_field = {}
for _, name in ipairs(FIELDS) do
    is_field[name] = true
end

local function missing(class)
    return function(_, name)
        if is_field[name] or type(name) == "string" and name:find("^_") then
            return nil
        end
        exc.ArgumentError:raise("type %s has no attribute %s", class._name, repr.value(name))
    end
end

setmetatable(TypeEngine, { __index = missing(TypeEngine) })

-- Make a class below parent; what it does not say is the parent's.
local function derive(parent, class)
    return setmetatable(class, { __index = parent })
end

-- Put the arguments of a call into a detail table.
local function read_arguments(class, ...)
    local caller = class._name
    local list, options = args.split(0, class._options, caller, ...)
    local detail = { class = class }
    for i = 1, list.n do
        local name = class._parameters[i]
        if not name then
            exc.ArgumentError:raise("%s takes at most %d arguments, got %d", caller,
                #class._parameters, list.n)
        end
        detail[name] = list[i]
    end
    for name, value in pairs(options) do
        detail[name] = value
    end
    return detail
end

local function check_counts(class, detail)
    for _, name in ipairs({ "length", "precision", "scale" }) do
        local value = detail[name]
        if value ~= nil and (math.type(value) ~= "integer" or value < 0) then
            exc.ArgumentError:raise("%s: %s must be an integer that is not negative, got %s",
                class._name, name, repr.value(value))
        end
    end
    args.check_strings(detail, { "collation", "name", "schema" }, class._name)
end

-- Make the object of a detail table that lacks only what the class fixes.
local function finish(detail)
    local class = detail.class
    detail.kind = class._kind
    for name, value in pairs(class._fixed or {}) do
        detail[name] = value
    end
    if class._settle then
        class._settle(detail, class)
    end
    check_counts(class, detail)
    return core.type(detail)
end

---Make a type of a class.
---@param class table
---@param ... any
---@return corm.types.TypeEngine
local function new(class, ...)
    if class._new then
        return class._new(class, ...)
    end
    return finish(read_arguments(class, ...))
end

local meta = core.families.Type.meta

function meta:__call(...)
    return new(self.class, ...)
end

function meta:__tostring()
    return self.kind == "null" and "NULL" or self:compile()
end

---The SQL of the type.
---@param options? {dialect?: string|table}
---@return string
function TypeEngine:compile(options)
    return core.ddl_type(self, options and options.dialect or nil)
end

---Whether a type is of this class or of one below it.
---@param other any
---@return boolean
function TypeEngine:is(other)
    if not core.is_type(other) then
        return false
    end
    local class = other.class
    while class do
        if class == self.class then
            return true
        end
        local up = getmetatable(class)
        class = up and type(up.__index) == "table" and up.__index or nil
    end
    return false
end

---The same type, but another one on some dialects.
---@param variant corm.types.TypeEngine
---@param ... string names of dialects
---@return corm.types.TypeEngine
function TypeEngine:with_variant(variant, ...)
    if not core.is_type(variant) then
        args.refuse("with_variant", "a type", variant)
    end
    local detail = {}
    for name, value in pairs(core.pin(self)) do
        detail[name] = value
    end
    detail.variants = { table.unpack(self.variants or {}) }
    for _, dialect in ipairs({ ... }) do
        for _, known in ipairs(detail.variants) do
            if known.dialect == dialect then
                exc.ArgumentError:raise("%s has a variant for dialect '%s' already",
                    self.class._name, dialect)
            end
        end
        table.insert(detail.variants, { dialect = dialect, type = variant })
    end
    return core.type(detail)
end

---The value as it is sent to the database; types that Lua has a part in override it.
---@param value any
---@return any
function TypeEngine:process_bind(value, _)
    return value
end

---The value as it is seen in Lua, of one that the core has decoded.
---@param value any
---@return any
function TypeEngine:process_result(value, _)
    return value
end

-- Publish a class and its plain object under a name.
local function define(name, parent, class)
    class._name = name
    derive(parent, class)
    local object = new(class)
    types[name] = object
    return class
end

types.TypeEngine = new(TypeEngine)

-- ---- numbers and text ----

define("NullType", TypeEngine, { _kind = "null" })
core.type_prototype(types.NullType)

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
end

local Numeric = define("Numeric", TypeEngine, {
    _kind = "numeric",
    _parameters = { "precision", "scale" },
    _options = { "asdecimal", "precision", "scale" },
    _as_decimal = true,
    _settle = settle_numeric,
})
local Float = define("Float", Numeric, {
    _kind = "float",
    _parameters = { "precision" },
    _options = { "asdecimal", "precision" },
    _as_decimal = false,
})
local Double = define("Double", Float, { _kind = "double" })

local String = define("String", TypeEngine, {
    _kind = "string",
    _parameters = { "length", "collation" },
    _options = { "collation", "length" },
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
    _options = { "second_precision" },
    _settle = function(detail)
        detail.precision = detail.second_precision
    end,
})

-- ---- UUID, JSON, Enum, ARRAY ----

local Uuid = define("Uuid", TypeEngine, {
    _kind = "uuid",
    _options = { "as_uuid" },
    _settle = function(detail)
        if detail.as_uuid then
            exc.ArgumentError:raise("Uuid: values are texts; there is no other kind of UUID")
        end
    end,
})

local json = require("corm.util.json")

local JSON = define("JSON", TypeEngine, {
    _kind = "json",
    _parameters = { "none_as_null" },
    _options = { "none_as_null" },
    _fixed = { lua_bind = true, lua_result = true },
})

-- A missing value is NULL; corm.NULL is JSON's null, unless none_as_null.
function JSON:process_bind(value)
    if value == nil or value == core.NULL and self.none_as_null then
        return nil
    end
    return json.encode(value)
end

function JSON:process_result(value)
    if value == nil then
        return nil
    end
    return json.decode(value)
end

-- What an Enum may be, from names or one table of them.
local function enum_labels(class, list)
    local labels = {}
    local source = list.n == 1 and type(list[1]) == "table" and list[1] or list
    for i = 1, source.n or #source do
        if type(source[i]) ~= "string" then
            exc.ArgumentError:raise("%s: value %d must be a string, got %s", class._name, i,
                repr.value(source[i]))
        end
        labels[i] = source[i]
    end
    return labels
end

local function longest(labels)
    local length = 0
    for _, label in ipairs(labels) do
        length = math.max(length, utf8.len(label) or #label)
    end
    return length
end

local ENUM_OPTIONS = {
    "create_constraint", "length", "name", "native_enum", "schema", "validate_strings",
}

-- Enum("a", "b", {name = …}) or Enum({"a", "b"}, {name = …})
local function new_enum(class, ...)
    local list, options = args.split(0, ENUM_OPTIONS, class._name, ...)
    local labels = enum_labels(class, list)
    local detail = { class = class, kind = "enum", labels = labels, enums = labels }
    for name, value in pairs(options) do
        detail[name] = value
    end
    if detail.length == nil then
        detail.length = longest(labels)
    elseif math.type(detail.length) ~= "integer" or detail.length < longest(labels) then
        exc.ArgumentError:raise("%s: length %s is shorter than the longest value", class._name,
            repr.value(detail.length))
    end
    detail.native = detail.native_enum ~= false
    detail.constraint = detail.create_constraint
    args.check_strings(detail, { "name", "schema" }, class._name)
    return core.type(detail)
end

define("Enum", String, { _kind = "enum", _new = new_enum })

-- ARRAY(item, {dimensions = n})
local function new_array(class, ...)
    local list, options = args.split(0, { "dimensions" }, class._name, ...)
    local item = list[1] or types.NullType
    if not core.is_type(item) then
        args.refuse(class._name, "a type of the items", item)
    end
    if types.ARRAY and types.ARRAY:is(item) then
        exc.ArgumentError:raise("%s of %s: write its dimensions instead", class._name,
            class._name)
    end
    return core.type({
        class = class,
        kind = "array",
        item = item,
        item_type = item,
        length = options.dimensions,
        dimensions = options.dimensions,
        lua_bind = true,
        lua_result = true,
    })
end

local ARRAY = define("ARRAY", TypeEngine, { _kind = "array", _new = new_array })

local array_text = require("corm.util.array_text")

-- Arrays travel as PostgreSQL writes them: {1,2,NULL}.
function ARRAY:process_bind(value, dialect)
    if type(value) ~= "table" then
        return value
    end
    return array_text.encode(value, function(item)
        return self.item:process_bind(item, dialect)
    end)
end

function ARRAY:process_result(value, dialect)
    if type(value) ~= "string" then
        return value
    end
    return array_text.decode(value, self.item.kind, function(item)
        return self.item:process_result(item, dialect)
    end)
end

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
exact("INT", Integer)
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
end

-- ---- types of the user's own ----

---@class corm.types.Hooks
---@field impl? corm.types.TypeEngine the type that a decorator sits on
---@field cache_ok? boolean
---@field process_bind_param? fun(self, value, dialect): any
---@field process_result_value? fun(self, value, dialect): any
---@field get_col_spec? fun(self): string of a UserDefinedType: its SQL name

-- Hooks that a class may bring, and any method of its own.
local function extend(parent, name, members)
    args.check(name, "string", "extend", "name")
    local class = { _name = name }
    for key, value in pairs(members or {}) do
        class[key] = value
    end
    derive(parent, class)
    return new(class)
end

-- The detail of a decorator is its implementation's with the class on top.
local function decorate(class, impl)
    local detail = {}
    for key, value in pairs(core.pin(impl)) do
        detail[key] = value
    end
    detail.class, detail.impl_instance = class, impl
    detail.lua_bind = detail.lua_bind or class.process_bind_param ~= nil
    detail.lua_result = detail.lua_result or class.process_result_value ~= nil
    return detail
end

-- What load_dialect_impl(self, dialect) gets: dialect.name, and the type itself.
local function dialect_stub(name)
    return {
        name = name,
        type_descriptor = function(_, type_)
            return type_
        end,
    }
end

local function dialect_variants(class, detail)
    local variants = {}
    local self = setmetatable({}, { __index = function(_, name)
        local own = detail[name]
        if own == nil then
            own = class[name]
        end
        return own
    end })
    for _, name in ipairs({ "postgresql", "sqlite" }) do
        local impl = class.load_dialect_impl(self, dialect_stub(name))
        if core.is_type(impl) and impl ~= detail.impl_instance then
            variants[#variants + 1] = { dialect = name, type = core.type(decorate(class, impl)) }
        end
    end
    return variants
end

local function new_decorator(class, ...)
    local impl = class.impl
    if not core.is_type(impl) then
        if class._name == "TypeDecorator" then
            return finish({ class = class })
        end
        exc.ArgumentError:raise("type %s needs `impl`, the type it sits on", class._name)
    end
    if class.load_dialect_impl == nil and select("#", ...) > 0 and not class.__init then
        impl = impl(...)
    end
    local detail = decorate(class, impl)
    if class.__init then
        class.__init(detail, ...)
    end
    if class.load_dialect_impl then
        detail.variants = dialect_variants(class, detail)
    end
    return core.type(detail)
end

local TypeDecorator = define("TypeDecorator", TypeEngine, { _new = new_decorator })

---A type that processes values on their way to and from another type.
---@param name string
---@param members corm.types.Hooks
---@return corm.types.TypeEngine
function TypeDecorator:extend(name, members)
    return extend(self.class, name, members)
end

function TypeDecorator:process_bind(value, dialect)
    if self.process_bind_param then
        value = self:process_bind_param(value, dialect)
    end
    return self.impl_instance:process_bind(value, dialect)
end

function TypeDecorator:process_result(value, dialect)
    value = self.impl_instance:process_result(value, dialect)
    if self.process_result_value then
        value = self:process_result_value(value, dialect)
    end
    return value
end

-- UserDefinedType:extend("POINT", {get_col_spec = function(self) return "POINT" end})
local function new_user_defined(class, ...)
    local detail = { class = class, kind = "user", name = class._name }
    if class.__init then
        class.__init(detail, ...)
    elseif select("#", ...) > 0 then
        exc.ArgumentError:raise("%s takes no arguments", class._name)
    end
    if class.get_col_spec then
        detail.name = class.get_col_spec(setmetatable({}, {
            __index = function(_, key)
                if detail[key] ~= nil then
                    return detail[key]
                end
                return class[key]
            end,
        }))
    end
    detail.lua_bind = class.process_bind_param ~= nil
    detail.lua_result = class.process_result_value ~= nil
    return core.type(detail)
end

local UserDefinedType = define("UserDefinedType", TypeEngine, { _new = new_user_defined })

---A type that only some database knows, spelled by get_col_spec().
---@param name string
---@param members corm.types.Hooks
---@return corm.types.TypeEngine
function UserDefinedType:extend(name, members)
    return extend(self.class, name, members)
end

UserDefinedType.process_bind = function(self, value, dialect)
    return self.process_bind_param and self:process_bind_param(value, dialect) or value
end

UserDefinedType.process_result = function(self, value, dialect)
    return self.process_result_value and self:process_result_value(value, dialect) or value
end

---Define a class of types below another; for dialects.
---@param name string
---@param parent corm.types.TypeEngine
---@param members table
---@return corm.types.TypeEngine
function types.define(name, parent, members)
    members._name = name
    derive(parent.class, members)
    return new(members)
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

return types
