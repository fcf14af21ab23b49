-- SPDX-License-Identifier: MIT
-- PostgreSQL's types beside ranges and HSTORE. Those without an equal in Lua have texts as
-- values; what a text may be is for the database to say.

local core = require("corm.core")
local exc = require("corm.exc")
local engine = require("corm.types.engine")
local repr = require("corm.util.repr")
local types = require("corm.types")

local own = {}

-- ---- upper-case names of common types ----

local function exact(name, parent, spelling)
    local fixed = { exact = true, name = spelling or name }
    for key, value in pairs(parent.class._fixed or {}) do
        fixed[key] = fixed[key] or value
    end
    own[name] = types.define(name, parent, { _fixed = fixed })
end

exact("BYTEA", types.LargeBinary)
exact("OID", types.BigInteger)

-- ---- JSON ----

-- JSON as PostgreSQL has it may say the type of its elements as text.
local function json_options(class)
    class._options = { "astext_type", "none_as_null" }
    class._parameters = { "none_as_null", "astext_type" }
    return class
end

own.JSON = types.define("JSON", types.JSON, json_options({
    _fixed = { lua_bind = true, lua_result = true },
}))
own.JSONB = types.define("JSONB", types.JSON, json_options({
    _fixed = { exact = true, name = "JSONB", lua_bind = true, lua_result = true },
}))

-- ---- texts ----

-- `unicode` has the core refuse what is no text.
local function text_type(name, hooks)
    local class = { _kind = "user", _lua_type = "string",
        _fixed = { name = name, unicode = true } }
    for key, value in pairs(hooks or {}) do
        class[key] = value
    end
    own[name] = types.define(name, types.TypeEngine, class)
end

for _, name in ipairs({
    "CIDR", "INET", "JSONPATH", "MACADDR", "MACADDR8", "TSQUERY", "TSVECTOR", "XML",
}) do
    text_type(name)
end

-- Beside `=` PostgreSQL takes a parameter for a number of these, unless it says what it is.
local function cast_bind(self, bind)
    return core.node("cast", { type = self, literal_execute = true, bind })
end

text_type("REGCLASS", { bind_expression = cast_bind })
text_type("REGCONFIG", { bind_expression = cast_bind })

-- A text to Lua, whatever is in it: amounts in the currency of the database.
own.MONEY = types.define("MONEY", types.TypeEngine, {
    _kind = "user", _lua_type = "string", _fixed = { name = "MONEY" },
})

exact("CITEXT", types.Text)

-- BIT(3), BIT(5, {varying = true}): texts of 0 and 1.
own.BIT = types.define("BIT", types.TypeEngine, {
    _new = function(class, ...)
        local args = require("corm.sql.args")
        local list, options = args.split(0, { "length", "varying" }, "BIT", ...)
        local length, varying = list[1] or options.length, list[2] or options.varying
        if length ~= nil and (math.type(length) ~= "integer" or length < 1) then
            exc.ArgumentError:raise("BIT: length must be a positive integer, got %s",
                repr.value(length))
        end
        local name = (varying and "BIT VARYING" or "BIT")
            .. (length and ("(%d)"):format(length) or "")
        return engine.object({
            class = class, kind = "user", name = name, unicode = true, length = length,
            varying = varying or false,
        })
    end,
    _lua_type = "string",
    -- `<<` and `>>` take a number of places.
    coerce_compared_value = function(self, _, value)
        return math.type(value) == "integer" and types.Integer or self
    end,
    comparator_factory = types.TypeEngine.Comparator:extend("BitComparator", {
        __band = function(self, other)
            return self:bitwise_and(other)
        end,
        __bor = function(self, other)
            return self:bitwise_or(other)
        end,
        __bnot = function(self)
            return self:bitwise_not()
        end,
    }),
})

-- ---- times ----

own.TIMESTAMP = types.define("TIMESTAMP", types.DateTime, {
    _parameters = { "timezone", "precision" },
    _options = { "precision", "timezone" },
})
own.TIME = types.define("TIME", types.Time, {
    _parameters = { "timezone", "precision" },
    _options = { "precision", "timezone" },
})

-- INTERVAL({precision = 3}), INTERVAL({fields = "DAY TO SECOND"}).
local function settle_interval(detail)
    local name = "INTERVAL"
    if detail.fields ~= nil then
        if type(detail.fields) ~= "string" or not detail.fields:find("^%a[%a ]*$") then
            exc.ArgumentError:raise("INTERVAL: fields are words like 'DAY TO SECOND', got %s",
                repr.value(detail.fields))
        end
        name = name .. " " .. detail.fields
    end
    if detail.precision ~= nil then
        name = ("%s (%d)"):format(name, detail.precision)
    end
    detail.exact, detail.name = true, name
end

own.INTERVAL = types.define("INTERVAL", types.Interval, {
    _parameters = { "precision", "fields" },
    _options = { "fields", "precision" },
    _settle = settle_interval,
})

-- ---- arrays ----

own.ARRAY = types.ARRAY

-- ---- full text search: what its functions return ----

local functions = require("corm.sql.functions")

-- Whether the name of a configuration comes first: to_tsvector("english", text). A text that a
-- query follows is what ts_headline() searches.
local function has_configuration(list)
    local second = core.resolve(list[2])
    return list.n > 1 and type(list[1]) == "string"
        and not (second and core.type_of(second):is(own.TSQUERY))
end

for name, type_ in pairs({
    to_tsvector = own.TSVECTOR,
    to_tsquery = own.TSQUERY,
    plainto_tsquery = own.TSQUERY,
    phraseto_tsquery = own.TSQUERY,
    websearch_to_tsquery = own.TSQUERY,
    ts_headline = types.Text,
}) do
    functions.register_function(name, type_, {
        arguments = function(list)
            if has_configuration(list) then
                list[1] = core.node("bind", {
                    anonymous = true, value = list[1], type = own.REGCONFIG, name = name,
                })
            end
        end,
    })
    own[name] = functions.func[name]
end

return own
