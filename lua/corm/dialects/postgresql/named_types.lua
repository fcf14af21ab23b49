-- SPDX-License-Identifier: MIT
-- Types that the database is told of before a column can have them: ENUM and DOMAIN. They
-- are made with the first table that needs them and dropped with the metadata, or by hand:
--
--     local mood = pg.ENUM("sad", "happy", {name = "mood", create_type = false})
--     mood:create(engine, {checkfirst = true})

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local engine = require("corm.types.engine")
local merged = require("corm.util.merged")
local repr = require("corm.util.repr")
local types = require("corm.types")
local select = require("corm.util.select")

local named_types = {}

-- ---- ENUM ----

local function new_enum(class, ...)
    local _, options = args.split(0, class._options, class._name, ...)
    if options.name == nil then
        exc.ArgumentError:raise("%s needs the option name: what the type is called",
            class._name)
    elseif options.native_enum == false then
        exc.ArgumentError:raise("%s is native; use Enum for what is not", class._name)
    end
    return types.Enum.class._new(class, ...)
end

---ENUM("a", "b", {name = "mood"}): a type of the database.
named_types.ENUM = types.define("ENUM", types.Enum, {
    _new = function(class, ...)
        return select("#", ...) == 0 and types.Enum.class._new(class) or new_enum(class, ...)
    end,
})

-- ---- DOMAIN ----

local DOMAIN_OPTIONS = {
    "check", "collation", "collation_schema", "constraint_name", "create_type", "default",
    "inherit_schema", "metadata", "not_null", "schema",
}

-- The collation of a domain as it is written.
local function read_collation(options, caller)
    args.check_strings(options, { "collation", "collation_schema" }, caller)
    if options.collation_schema and not options.collation then
        exc.ArgumentError:raise("%s: collation_schema needs a collation too", caller)
    end
    return options.collation
        and core.ddl_name(options.collation, "postgresql", options.collation_schema)
end

-- An SQL expression, or its text.
local function expression_text(value, caller)
    if value == nil or type(value) == "string" then
        return value
    elseif type(value) == "number" or type(value) == "boolean" then
        return tostring(value)
    end
    local node = core.resolve(value)
    if not node then
        args.refuse(caller, "SQL as text or as an expression", value)
    end
    return tostring(node:compile({
        dialect = "postgresql", compile_kwargs = { literal_binds = true },
    }))
end

-- DOMAIN("posint", Integer, {check = "VALUE > 0"}): another type with conditions.
local function new_domain(class, ...)
    local list, options = args.split(2, DOMAIN_OPTIONS, class._name, ...)
    local name, base = list[1], list[2]
    args.check(name, "string", class._name, "name")
    if not core.is_type(base) then
        args.refuse(class._name, "a type", base)
    end
    local detail = merged(core.pin(base), options)
    detail.check = expression_text(options.check, "DOMAIN: check")
    local default = options.default
    if type(default) == "string" then
        default = require("corm.sql.elements").literal(default)
    end
    detail.default = expression_text(default, "DOMAIN: default")
    detail.class, detail.data_type, detail.impl_instance = class, base, base
    detail.domain_name, detail.exact = name, true
    detail.metadata, detail.schema = options.metadata, options.schema
    detail.inherit_schema = options.inherit_schema
    engine.read_schema(detail, class._name)
    detail.name, detail.domain = core.ddl_name(name, "postgresql"), true
    detail.length, detail.precision, detail.scale = nil, nil, nil
    detail.collation, detail.collation_schema = nil, nil
    detail.domain_collation = read_collation(options, class._name)
    args.check_strings(detail, { "constraint_name", "schema" }, class._name)
    local type_ = engine.object(detail)
    if options.metadata then
        options.metadata:_own_type(type_)
    end
    return type_
end

local DOMAIN = {
    _name = "DOMAIN",
    _new = new_domain,
    create = types.Enum.class.create,
    drop = types.Enum.class.drop,
    process_bind = function(self, value, dialect)
        return self.data_type:process_bind(value, dialect)
    end,
    process_result = function(self, value, dialect)
        return self.data_type:process_result(value, dialect)
    end,
    process_literal = function(self, value, dialect)
        return self.data_type:process_literal(value, dialect)
    end,
}
engine.derive(engine.TypeEngine, DOMAIN)

-- DOMAIN:is(type)
local function is_domain_type(_, value)
    return core.is_type(value) and value.domain_name ~= nil
end

---DOMAIN(name, data_type, {check, default, not_null, collation, constraint_name, schema}).
named_types.DOMAIN = setmetatable({ class = DOMAIN }, {
    __name = "corm.postgresql.DOMAIN",
    __call = function(_, ...)
        return new_domain(DOMAIN, ...)
    end,
    __index = function(_, name)
        if name == "is" then
            return is_domain_type
        end
        exc.ArgumentError:raise("DOMAIN has no attribute %s; call it with a name and a type",
            repr.value(name))
    end,
})

-- ---- statements ----

-- named_types.Name(type): CREATE or DROP of a type of this kind, as a statement.
local function define_statement(name, make, title, has_kind)
    named_types[name] = function(type_)
        if not core.is_type(type_) or not has_kind(type_) then
            args.refuse(name, title, type_)
        end
        return require("corm.sql.ddl").element({
            element = type_,
            _render = function(_, _, schema_translate_map)
                return require("corm.engine.ddl_types")[make](type_, "postgresql", {
                    schema_translate_map = schema_translate_map,
                })
            end,
        })
    end
end

local function is_enum(type_)
    return type_.kind == "enum" and type_.name ~= nil
end

local function is_domain(type_)
    return type_.domain_name ~= nil
end

define_statement("CreateEnumType", "create", "an ENUM", is_enum)
define_statement("DropEnumType", "drop", "an ENUM", is_enum)
define_statement("CreateDomainType", "create", "a DOMAIN", is_domain)
define_statement("DropDomainType", "drop", "a DOMAIN", is_domain)

return named_types
