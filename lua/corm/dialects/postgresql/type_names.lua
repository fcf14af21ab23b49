-- SPDX-License-Identifier: MIT
-- From a type as PostgreSQL spells it, "character varying(30)[]", to corm's. Enumerations and
-- domains are known by the oids of the types that were read before.

local postgresql = require("corm.dialects.postgresql")
local literal_column = require("corm.sql.elements").literal_column
local types = require("corm.types")
local warnings = require("corm.warnings")

local type_names = {}

-- ---- by name ----

-- The type without arguments.
local PLAIN = {
    bigint = types.BIGINT, boolean = types.BOOLEAN, bytea = postgresql.BYTEA,
    date = types.DATE, ["double precision"] = types.DOUBLE_PRECISION, integer = types.INTEGER,
    json = postgresql.JSON, jsonb = postgresql.JSONB, real = types.REAL, smallint = types.SMALLINT,
    text = types.TEXT, uuid = types.UUID, ['"char"'] = types.String, name = types.String,
}

-- Types of PostgreSQL's own that are called as in SQL.
for _, name in ipairs({
    "cidr", "citext", "daterange", "datemultirange", "hstore", "inet", "int4multirange",
    "int4range", "int8multirange", "int8range", "jsonpath", "macaddr", "macaddr8", "money",
    "nummultirange", "numrange", "oid", "regclass", "regconfig", "tsmultirange", "tsquery",
    "tsrange", "tstzmultirange", "tstzrange", "tsvector", "xml",
}) do
    PLAIN[name] = postgresql[name:upper()]
end

local function timed(type_, with_timezone)
    return function(numbers)
        return type_({ timezone = with_timezone, precision = numbers[1] })
    end
end

-- The options of a type of texts.
local function text_options(length, of)
    return {
        length = length, collation = of.collation, collation_schema = of.collation_schema,
    }
end

-- Types with arguments: functions of the numbers in parentheses and what the catalogs say.
local MAKERS = {
    ["character varying"] = function(numbers, of)
        return types.VARCHAR(text_options(numbers[1], of))
    end,
    character = function(numbers, of)
        return types.CHAR(text_options(numbers[1], of))
    end,
    numeric = function(numbers)
        return types.NUMERIC({ precision = numbers[1], scale = numbers[2] })
    end,
    ["time without time zone"] = timed(postgresql.TIME, false),
    ["time with time zone"] = timed(postgresql.TIME, true),
    ["timestamp without time zone"] = timed(postgresql.TIMESTAMP, false),
    ["timestamp with time zone"] = timed(postgresql.TIMESTAMP, true),
    bit = function(numbers)
        return postgresql.BIT(table.unpack(numbers))
    end,
    ["bit varying"] = function(numbers)
        return postgresql.BIT({ length = numbers[1], varying = true })
    end,
}

---What a spelling consists of.
---@param format string
---@return string name, integer[] numbers
local function parse(format)
    local bare = format:gsub("%[%]", "")
    local numbers = {}
    local name, inside, rest = bare:match("^(.-)%((-?[%d, -]+)%)(.*)$")
    for number in (inside or ""):gmatch("-?%d+") do
        numbers[#numbers + 1] = math.tointeger(tonumber(number))
    end
    return (name or bare) .. (rest or ""), numbers
end

local function interval(name, numbers)
    return postgresql.INTERVAL({
        fields = name:match("^interval (.+)$"), precision = numbers[1],
    })
end

-- Numbers that corm's type does not take, such as a negative scale, are left out.
local function make(name, numbers, of)
    local ok, made = pcall(MAKERS[name], numbers, of)
    if ok then
        return made
    end
    warnings.warn(("could not instantiate type %s with reflected arguments (%s); using no "
        .. "arguments"):format(name, table.concat(numbers, ", ")))
    return MAKERS[name]({}, of)
end

local function by_name(name, numbers, of)
    if MAKERS[name] then
        return make(name, numbers, of)
    elseif name == "interval" or name:find("^interval ") then
        return interval(name, numbers)
    end
    local plain = PLAIN[name]
    if plain and of.collation and types.String:is(plain) then
        return plain(text_options(nil, of))
    end
    return plain
end

-- ---- enumerations and domains ----

local function make_enum(known)
    return postgresql.ENUM(known.labels, {
        name = known.name,
        schema = not known.visible and known.schema or nil,
    })
end

local function make_domain(known, named)
    local base = type_names.resolve({ -- the collation is the domain's
        format = known.format, type_oid = known.type_oid, type_kind = known.type_kind,
        is_array = known.is_array, name = known.name,
    }, named)
    local check = known.constraints[1]
    return postgresql.DOMAIN(known.name, base, {
        schema = not known.visible and known.schema or nil,
        default = known.default and literal_column(known.default),
        not_null = not known.nullable or nil,
        collation = known.collation, collation_schema = known.collation_schema,
        create_type = #known.constraints < 2, -- a DOMAIN says one condition
        constraint_name = check and check.name, check = check and check.check,
    })
end

---A type as the catalogs have it.
---@class corm.postgresql.CatalogType
---@field format string as format_type() spells it
---@field type_oid integer of an array, that of its items
---@field type_kind string "e" enumeration, "d" domain, …; of an array, that of its items
---@field is_array boolean
---@field collation? string if it is not that of the type
---@field collation_schema? string if it is not found without
---@field name? string of the column, for messages

---The type of a column or of a domain's values.
---@param of corm.postgresql.CatalogType
---@param named table<integer, table> enumerations and domains by oid
---@return corm.types.TypeEngine
function type_names.resolve(of, named)
    local known = named[of.type_oid]
    local made
    if known and of.type_kind == "e" then
        made = make_enum(known)
    elseif known then
        made = make_domain(known, named)
    else
        local name, numbers = parse(of.format)
        made = by_name(name, numbers, of)
        if made == nil then
            warnings.warn(("did not recognize type '%s' of column '%s'"):format(name,
                of.name or "?"))
            return types.NullType
        end
    end
    if of.is_array then
        made = postgresql.ARRAY(made)
    end
    return made
end

---Whether PostgreSQL has a type of that name by itself.
---@param name string
---@return boolean
function type_names.is_builtin(name)
    return PLAIN[name] ~= nil or MAKERS[name] ~= nil
end

return type_names
