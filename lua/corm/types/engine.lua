-- SPDX-License-Identifier: MIT
-- What all types have, and how classes and objects of types are made.
--
-- A type is an immutable object of the core, made from a detail table. Its class is a Lua
-- table (type.class) which inherits by __index; what a class does not say is its parent's.
-- Types in which Lua has a part are the same object whenever they are made from the same
-- arguments, so that statements with JSON() or a decorator are found compiled.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local merged = require("corm.util.merged")
local repr = require("corm.util.repr")
local select = require("corm.util.select")

local engine = {}

---The plain object of each class that is no dialect's own: what as_generic() looks for.
---@type table<table, corm.types.TypeEngine>
engine.generic = {}

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
    hashable = true,
    should_evaluate_none = false,
}

engine.TypeEngine = TypeEngine

-- Fields that may be absent; asking for any other unknown one is an error.
local FIELDS = {
    "as_tuple", "as_uuid", "asdecimal", "astext_type", "bind_expression", "bind_expression_mark",
    "bind_expression_template", "cache_ok", "check", "collation", "collation_schema",
    "column_expression", "comparator_factory", "constraint_name", "create_constraint",
    "create_type", "data_type", "decimal_return_scale", "default", "dimensions", "domain",
    "domain_collation", "domain_name", "enums", "fields", "get_col_spec", "impl", "impl_instance",
    "inherit_schema", "item", "item_type", "labels", "length", "load_dialect_impl", "lua_literal",
    "metadata", "name", "name_is_final", "native", "native_enum", "native_uuid", "none_as_null",
    "not_null", "omit_aliases", "precision", "process_bind_param", "process_literal_param",
    "process_result_value", "regexp", "scale", "schema", "sort_key_function", "storage_format",
    "text_type", "timezone", "truncate_microseconds", "unchecked", "validate_strings",
    "values_callable", "variants", "varying", "zero_indexes",
}
local is_field = {}
for _, name in ipairs(FIELDS) do
    is_field[name] = true
end

setmetatable(TypeEngine, {
    __index = function(class, name)
        if is_field[name] or type(name) == "string" and name:find("^_") then
            return nil
        end
        exc.ArgumentError:raise("type %s has no attribute %s", class._name, repr.value(name))
    end,
})

---Make a class below parent; what it does not say is the parent's.
---@param parent table
---@param class table
---@return table class
function engine.derive(parent, class)
    return setmetatable(class, { __index = parent })
end

---The class above another one, or nil.
---@param class table
---@return table?
local function parent_of(class)
    local up = getmetatable(class)
    return up and type(up.__index) == "table" and up.__index or nil
end

-- Put the arguments of a call into a detail table.
local function read_arguments(class, ...)
    local caller = class._name
    local list, options = args.split(0, class._options, caller, ...)
    local detail = { class = class }
    for i = 1, list.n do
        local name = class._parameters[i]
        if not name then
            local most = #class._parameters
            exc.ArgumentError:raise("%s takes %s argument%s, got %d", caller,
                most == 0 and "no" or "at most " .. most, most == 1 and "" or "s", list.n)
        end
        detail[name] = list[i]
    end
    for name, value in pairs(options) do
        detail[name] = value
    end
    return detail
end

---The default constructor, which an __init of one's own calls: String.__init(self, 20).
function TypeEngine.__init(detail, ...)
    for name, value in pairs(read_arguments(detail.class, ...)) do
        detail[name] = value
    end
end

---Constructors that no program has written: they need no arguments.
---@type table<function, true>
engine.is_default_init = { [TypeEngine.__init] = true }

local FLAGS = {
    "as_tuple", "as_uuid", "asdecimal", "create_constraint", "native", "native_uuid",
    "none_as_null", "timezone", "zero_indexes",
}

---Require the options of a type that say yes or no to do so.
---@param class table
---@param options table
function engine.check_flags(class, options)
    for _, name in ipairs(FLAGS) do
        args.check(options[name], "boolean", class._name, name)
    end
end

---Refuse arguments of a type that takes none, beside options.
---@param class table
---@param ... any
function engine.check_none(class, ...)
    if args.split(0, class._options, class._name, ...).n > 0 then
        exc.ArgumentError:raise("%s takes no arguments, got %s", class._name,
            repr.value((...)))
    end
end

local function check_counts(class, detail)
    for _, name in ipairs({ "decimal_return_scale", "length", "precision", "scale" }) do
        local value = detail[name]
        if value ~= nil and (math.type(value) ~= "integer" or value < 0) then
            exc.ArgumentError:raise("%s: %s must be an integer that is not negative, got %s",
                class._name, name, repr.value(value))
        end
    end
    args.check_strings(detail, { "collation", "collation_schema", "name", "schema" }, class._name)
end

---The schema of a type that databases are told of: one that was given (corm.NULL: none), or
---the MetaData's. Whether it was given decides if a column's MetaData can say it later.
---@param detail table
---@param caller string
function engine.read_schema(detail, caller)
    detail.schema_is_said = detail.schema ~= nil
    if detail.schema_is_said and detail.inherit_schema then
        exc.ArgumentError:raise("%s: schema and inherit_schema exclude each other", caller)
    elseif detail.schema == core.NULL then
        detail.schema = nil
    elseif detail.schema == nil and detail.metadata and not detail.inherit_schema then
        detail.schema = detail.metadata.schema or nil
    end
end

-- ---- objects ----

-- Parts of a detail whose order or content the key below says otherwise.
local IN_KEY = { boolean = true, number = true, string = true }

-- A string that is the same for equal details; nil if they cannot be compared.
local function detail_key(detail)
    local parts = {}
    for name, value in pairs(detail) do
        if IN_KEY[type(value)] then
            parts[#parts + 1] = ("%s=%q"):format(name, value)
        elseif core.is_type(value) then
            parts[#parts + 1] = ("%s:%d"):format(name, core.type_fingerprint(value))
        elseif name ~= "class" then
            return nil
        end
    end
    table.sort(parts)
    return table.concat(parts, "\0")
end

local function overrides(class, name)
    return class[name] ~= nil and class[name] ~= TypeEngine[name]
end

-- Which parts of what happens to values and operators are the class's.
local function mark_hooks(detail, class)
    detail.lua_bind = detail.lua_bind or overrides(class, "process_bind_param")
        or overrides(class, "bind_processor")
    detail.lua_result = detail.lua_result or overrides(class, "process_result_value")
        or overrides(class, "result_processor")
    detail.lua_literal = detail.lua_literal or detail.lua_bind
        or overrides(class, "process_literal_param") or overrides(class, "literal_processor")
    detail.lua_operators = detail.lua_operators or overrides(class, "comparator_factory")
        or overrides(class, "coerce_compared_value")
end

-- The expression of a hook with a mark where the value or the column stands.
local function add_template(detail, class, name, plain)
    if not overrides(class, name) then
        return
    end
    local mark = core.node("bind", { anonymous = true, required = true, type = plain })
    local expression = class[name](plain, mark)
    if expression ~= nil and expression ~= mark then
        detail[name .. "_mark"] = mark
        detail[name .. "_template"] = core.coerce(expression)
    end
end

-- bind_expression() and column_expression() are asked once, with a type that lacks them.
local function add_templates(detail, class)
    if overrides(class, "bind_expression") or overrides(class, "column_expression") then
        local plain = core.type(detail)
        local copy = merged(detail)
        add_template(copy, class, "bind_expression", plain)
        add_template(copy, class, "column_expression", plain)
        return copy
    end
    return detail
end

---Make the object of a detail table, or find the equal one that exists.
---@param detail table complete; it must not be changed afterwards
---@return corm.types.TypeEngine
function engine.object(detail)
    local class = detail.class
    mark_hooks(detail, class)
    if not (detail.lua_bind or detail.lua_result or detail.lua_operators) then
        return core.type(add_templates(detail, class))
    end
    local key = class.cache_ok ~= false and detail_key(detail)
    local known = rawget(class, "_objects")
    if not known then
        known = {}
        class._objects = known
    end
    if not key then
        return core.type(add_templates(detail, class))
    end
    known[key] = known[key] or core.type(add_templates(detail, class))
    return known[key]
end

-- Make the object of a detail table that lacks only what the class fixes.
local function finish(detail)
    local class = detail.class
    detail.kind = class._kind
    for name, value in pairs(class._fixed or {}) do
        detail[name] = value
    end
    engine.check_flags(class, detail)
    if class._settle then
        class._settle(detail, class)
    end
    check_counts(class, detail)
    return engine.object(detail)
end

---Make a type of a class.
---@param class table
---@param ... any
---@return corm.types.TypeEngine
function engine.new(class, ...)
    if class._new then
        return class._new(class, ...)
    end
    local detail = { class = class }
    class.__init(detail, ...)
    return finish(detail)
end

-- The plain object of a class; where the constructor wants arguments one that only serves
-- to be called.
local function make_plain(class)
    local ok, plain = pcall(engine.new, class)
    if not ok and engine.is_default_init[class.__init] then
        error(plain, 0)
    end
    return ok and plain or core.type({ class = class, kind = "user" })
end

---A class below another one, by name, and its plain object.
---@param parent table a class
---@param name string
---@param members table
---@return corm.types.TypeEngine
function engine.define(parent, name, members)
    members._name = name
    engine.derive(parent, members)
    members._plain = make_plain(members)
    return members._plain
end

-- ---- members of own classes that are written after extend() ----

local function check_takes_members(self, name)
    local class = self.class
    if not rawget(class, "_is_own") or not rawequal(class._plain, self) then
        exc.ArgumentError:raise("%s: types are immutable; only the class that extend() returns "
            .. "takes members, got %s", class._name, repr.value(name))
    elseif rawget(class, "_is_taken") then
        exc.ArgumentError:raise("%s: objects or classes of it exist, which lack %s; it takes "
            .. "members only before", class._name, repr.value(name))
    end
end

-- The plain object of an own class, which may be in columns by now, becomes one that has the
-- member too.
local function add_member(class, name, value)
    local member, objects = rawget(class, name), rawget(class, "_objects")
    class[name], class._objects = value, nil
    local ok, fresh = pcall(make_plain, class)
    if not ok then
        class[name], class._objects = member, objects
        error(fresh, 0)
    end
    core.type_become(class._plain, fresh)
    for key in pairs(rawget(class, "_objects") or {}) do
        class._objects[key] = class._plain -- in the place of the fresh one, the only one there
    end
end

local meta = core.families.Type.meta

function meta:__call(...)
    rawset(self.class, "_is_taken", true)
    return engine.new(self.class, ...)
end

-- function Own:process_bind_param(value, dialect) … end, of what extend() has returned.
function meta:__newindex(name, value)
    check_takes_members(self, name)
    add_member(self.class, name, value)
end

-- Types that only some databases spell.
local NAMES = { null = "NULL", array = "ARRAY" }

function meta:__tostring()
    return NAMES[self.kind] or self:compile()
end

-- ---- methods ----

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
        class = parent_of(class)
    end
    return false
end

---A class of types below this one: hooks, operators and methods of its own.
---@param name string
---@param members corm.types.Hooks
---@return corm.types.TypeEngine
function TypeEngine:extend(name, members)
    args.check(name, "string", "extend", "name")
    rawset(self.class, "_is_taken", true)
    return engine.define(self.class, name, merged(members, { _is_own = true }))
end

local function copy_detail(self)
    return merged(core.pin(self))
end

-- The variants that a type was given, without those that a decorator has of itself and the
-- one that is to be replaced.
local function given_variants(type_, dialect)
    local variants = {}
    for _, variant in ipairs(type_.variants or {}) do
        if not variant.is_decorated or dialect and variant.dialect ~= dialect then
            variants[#variants + 1] = variant
        end
    end
    return variants
end

-- Variants of a detail with one more.
local function add_variant(detail, dialect, variant)
    for _, known in ipairs(given_variants(detail)) do
        if known.dialect == dialect then
            exc.ArgumentError:raise("%s has a variant for dialect '%s' already",
                detail.class._name, dialect)
        end
    end
    detail.variants = given_variants(detail, dialect)
    table.insert(detail.variants, { dialect = dialect, type = variant:dialect_impl(dialect) })
end

---The same type, but another one on some dialects.
---@param variant corm.types.TypeEngine
---@param ... string names of dialects
---@return corm.types.TypeEngine
function TypeEngine:with_variant(variant, ...)
    if not core.is_type(variant) then
        args.refuse("with_variant", "a type", variant)
    elseif select("#", ...) == 0 then
        exc.ArgumentError:raise("with_variant: the name of a dialect is missing")
    elseif #given_variants(variant) > 0 then
        exc.ArgumentError:raise("with_variant: a type with variants cannot be a variant")
    end
    local detail = copy_detail(self)
    for _, dialect in ipairs({ ... }) do
        args.check(dialect, "string", "with_variant", "dialect")
        add_variant(detail, dialect, variant)
    end
    return core.type(detail)
end

---The same type, whose hooks see a NULL that an object was given.
---@return corm.types.TypeEngine
function TypeEngine:evaluates_none()
    local detail = copy_detail(self)
    detail.should_evaluate_none = true
    return core.type(detail)
end

---A type of another class with what this one has and that one takes: length, precision …
---@param other corm.types.TypeEngine
---@param options? table what is to be otherwise
---@return corm.types.TypeEngine
function TypeEngine:adapt(other, options)
    if not core.is_type(other) then
        args.refuse("adapt", "a type", other)
    end
    local own, given = core.pin(self), {}
    for _, name in ipairs(other.class._options) do
        given[name] = own[name]
    end
    given = merged(given, options)
    if own.labels and other.kind == "enum" then
        return engine.new(other.class, own.labels, given)
    end
    return engine.new(other.class, given)
end

---The type of corm.types that this one of a dialect, or with an upper-case name, stands
---for: VARCHAR(50) is a String(50), postgresql.JSONB is JSON.
---@param options? {allow_nulltype?: boolean} NullType where there is none
---@return corm.types.TypeEngine
function TypeEngine:as_generic(options)
    check_options(options, { "allow_nulltype" }, "as_generic")
    local class = self.class
    while class and not engine.generic[class] do
        class = parent_of(class)
    end
    if class == self.class then
        return self
    elseif class then
        return self:adapt(engine.generic[class])
    elseif options and options.allow_nulltype then
        return engine.null_type
    end
    exc.ArgumentError:raise("as_generic: no common type is like %s", self.class._name)
end

---The type that a value beside this one in an operator is sent as.
---@param _ string name of the operator
---@param value any
---@return corm.types.TypeEngine
function TypeEngine:coerce_compared_value(_, value)
    local beside = core.node("bind", { anonymous = true, required = true, type = self })
    return core.type_of(core.coerce(value, beside))
end

---Types are immutable: a copy is the type itself.
function TypeEngine:copy()
    return self
end

local function dialect_name(dialect)
    return type(dialect) == "string" and dialect or dialect and dialect.name or "default"
end

---The type that is used on a dialect: its variant there, or itself.
---@param dialect string|table
---@return corm.types.TypeEngine
function TypeEngine:dialect_impl(dialect)
    for _, variant in ipairs(self.variants or {}) do
        if variant.dialect == dialect_name(dialect) then
            return variant.type
        end
    end
    return self
end

-- What values of each kind are in Lua.
local LUA_TYPES = {
    smallint = "integer", integer = "integer", bigint = "integer", float = "float",
    double = "float", numeric = "corm.decimal", string = "string", text = "string",
    boolean = "boolean", date = "corm.date", time = "corm.time", datetime = "corm.datetime",
    interval = "corm.interval", binary = "string", uuid = "string", json = "table",
    enum = "string", array = "table",
}

---What its values are in Lua: "integer", "float", "string", "boolean", "table" or the name of
---one of corm's classes ("corm.decimal"); nil if the type does not say.
---@return string?
function TypeEngine:python_type()
    local kind = self.kind
    if kind == "numeric" and self.asdecimal == false then
        return "float"
    elseif (kind == "float" or kind == "double") and self.asdecimal then
        return "corm.decimal"
    end
    return self.class._lua_type or LUA_TYPES[kind]
end

---Whether two values are the same to the type.
function TypeEngine:compare_values(x, y)
    return x == y
end

-- ---- values on their way ----

---The value as it is sent to the database; types that Lua has a part in override it.
---@param value any
---@return any
function TypeEngine:process_bind(value, dialect)
    if self.class.bind_processor ~= TypeEngine.bind_processor then
        local process = self:bind_processor(dialect)
        if process then
            return process(value)
        end
    end
    return value
end

---The value as it is seen in Lua, of one that the core has decoded.
---@param value any
---@return any
function TypeEngine:process_result(value, dialect)
    if self.class.result_processor ~= TypeEngine.result_processor then
        local process = self:result_processor(dialect)
        if process then
            return process(value)
        end
    end
    return value
end

---The value as text in SQL; types that Lua has a part in override it.
---@param value any
---@param dialect {name: string}
---@return string
function TypeEngine:process_literal(value, dialect)
    if self.class.literal_processor ~= TypeEngine.literal_processor then
        return self:literal_processor(dialect)(value)
    end
    return core.type_literal(self, self:process_bind(value, dialect), dialect_name(dialect))
end

---SQL around a parameter of this type; nil, unless a class says otherwise.
---@return nil
function TypeEngine:bind_expression()
end

---SQL around a column of this type where it is selected; nil, unless a class says otherwise.
---@return nil
function TypeEngine:column_expression()
end

---A function that makes of a value what is sent to the database.
---@param dialect {name: string}
---@return fun(value: any): any
function TypeEngine:bind_processor(dialect)
    local impl = self:dialect_impl(dialect)
    return function(value)
        return core.type_bind(impl, impl:process_bind(value, dialect))
    end
end

---A function that makes of what the database sent the value in Lua.
---@param dialect {name: string}
---@return fun(value: any): any
function TypeEngine:result_processor(dialect)
    local impl = self:dialect_impl(dialect)
    return function(value)
        return impl:process_result(core.type_decode(impl, value), dialect)
    end
end

---A function that makes of a value its text in SQL.
---@param dialect {name: string}
---@return fun(value: any): string
function TypeEngine:literal_processor(dialect)
    local impl = self:dialect_impl(dialect)
    return function(value)
        return impl:process_literal(value, dialect)
    end
end

return engine
