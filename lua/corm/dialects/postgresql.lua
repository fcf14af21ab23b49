-- SPDX-License-Identifier: MIT
-- What is PostgreSQL's own, as sqlalchemy.dialects.postgresql.

local core = require("corm.core")
local args = require("corm.sql.args")
local dml = require("corm.sql.dml")
local elements = require("corm.sql.elements")
local types = require("corm.types")

local postgresql = {
    dialect = require("corm.dialects.dialect")({
        name = "postgresql",
        paramstyle = "numeric_dollar",
        supports_native_boolean = true,
        max_identifier_length = 63,
    }),
    insert = dml.insert,
    ExcludeConstraint = require("corm.sql.exclude"),
    aggregate_order_by = elements.aggregate_order_by,
}

for _, name in ipairs({
    "ARRAY", "BIGINT", "BOOLEAN", "CHAR", "DATE", "DOUBLE_PRECISION", "FLOAT", "INTEGER", "JSON",
    "NUMERIC", "REAL", "SMALLINT", "TEXT", "UUID", "VARCHAR",
}) do
    postgresql[name] = types[name]
end

-- ---- types ----

local function exact(name, parent, spelling)
    local fixed = { exact = true, name = spelling or name }
    for key, value in pairs(parent.class._fixed or {}) do
        fixed[key] = fixed[key] or value
    end
    postgresql[name] = types.define(name, parent, { _fixed = fixed })
end

exact("BYTEA", types.LargeBinary)
exact("JSONB", types.JSON)

-- Types without an equal in Lua: their values are texts.
for _, name in ipairs({
    "BIT", "CIDR", "CITEXT", "DATERANGE", "HSTORE", "INET", "INT4RANGE", "INT8RANGE", "MACADDR",
    "MACADDR8", "MONEY", "NUMRANGE", "OID", "REGCLASS", "TSQUERY", "TSRANGE", "TSTZRANGE",
    "TSVECTOR",
}) do
    postgresql[name] = types.UserDefinedType:extend(name, {
        get_col_spec = function()
            return name
        end,
    })
end

-- TIMESTAMP and TIME with a precision of their own; INTERVAL.
postgresql.TIMESTAMP = types.define("TIMESTAMP", types.DateTime, {
    _options = { "precision", "timezone" },
})
postgresql.TIME = types.define("TIME", types.Time, { _options = { "precision", "timezone" } })
postgresql.INTERVAL = types.define("INTERVAL", types.Interval, {
    _options = { "fields", "precision" },
    _settle = false,
})

---ENUM("a", "b", {name = "mood"}): a type of the database, created with its first table.
postgresql.ENUM = types.Enum

-- ---- expressions ----

---ARRAY[a, b, …].
---@param items any[]
---@param options? {type_?: corm.types.TypeEngine}
---@return corm.ColumnElement
function postgresql.array(items, options)
    args.check(items, "table", "array", "items")
    local spec = {}
    for i, item in ipairs(items) do
        spec[i] = core.coerce(item)
    end
    local item_type = options and options.type_ or spec[1] and core.type_of(spec[1])
        or types.NullType
    spec.type = types.ARRAY(types.to_instance(item_type, "array"))
    return core.node("array", spec)
end

---any_(array) and all_(array) as functions of a value: Any(5, column).
function postgresql.Any(value, array)
    return core.coerce(array):any(value)
end

function postgresql.All(value, array)
    return core.coerce(array):all(value)
end

return postgresql
