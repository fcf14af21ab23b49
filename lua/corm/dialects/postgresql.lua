-- SPDX-License-Identifier: MIT
-- What is PostgreSQL's own, as sqlalchemy.dialects.postgresql.

local core = require("corm.core")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local dml = require("corm.sql.dml")
local elements = require("corm.sql.elements")
local types = require("corm.types")

local postgresql = {
    dialect = require("corm.dialects.dialect")({
        name = "postgresql",
        paramstyle = "numeric_dollar",
        delete_returning_multifrom = true,
        supports_alter = true,
        supports_comments = true,
        supports_constraint_comments = true,
        supports_default_metavalue = true,
        supports_identity_columns = true,
        supports_native_boolean = true,
        supports_native_enum = true,
        supports_native_uuid = true,
        supports_sequences = true,
        max_identifier_length = 63,
    }),
    insert = dml.insert,
    Insert = require("corm.sql.classes").Insert,
    ExcludeConstraint = require("corm.sql.exclude"),
    aggregate_order_by = elements.aggregate_order_by,
}

for _, name in ipairs({
    "BIGINT", "BOOLEAN", "CHAR", "DATE", "DOUBLE_PRECISION", "FLOAT", "INTEGER", "NUMERIC",
    "REAL", "SMALLINT", "TEXT", "UUID", "VARCHAR",
}) do
    postgresql[name] = types[name]
end

for _, module in ipairs({ "types", "ranges", "hstore", "named_types" }) do
    for name, value in pairs(require("corm.dialects.postgresql." .. module)) do
        postgresql[name] = value
    end
end

-- ---- expressions ----

-- The type of an array of such items: one dimension more of an array's.
local function array_of(item)
    if item.kind == "array" then
        return types.ARRAY(item.item, { dimensions = (item.dimensions or 1) + 1 })
    end
    return types.ARRAY(item)
end

---ARRAY[a, b, …]; arrays in it make one of more dimensions.
---@param items any[]
---@param options? {type_?: corm.types.TypeEngine}
---@return corm.ColumnElement
function postgresql.array(items, options)
    check(items, "table", "array", "a sequence")
    options = check_options(options, { "type_" }, "array")
    local wanted = options.type_ and types.to_instance(options.type_, "array")
    local spec = {}
    for i, item in ipairs(items) do
        local is_value = wanted and core.resolve(item) == nil and item ~= core.NULL
        spec[i] = is_value and core.node("bind", { anonymous = true, value = item,
            type = wanted }) or core.coerce(item)
    end
    local item_type = wanted or spec[1] and core.type_of(spec[1]) or types.NullType
    spec.type = array_of(item_type)
    return core.node("array", spec)
end

---array_agg(x): the values of a group as an array.
function postgresql.array_agg(...)
    return require("corm.sql.functions").func.array_agg(...)
end

---any_(array) and all_(array) as functions of a value: Any(5, column).
---@param value any
---@param array corm.ColumnElement
---@param ... any the option operator, of corm.sql.operators
---@return corm.ColumnElement
function postgresql.Any(value, array, ...)
    return core.coerce(array):any(value, ...)
end

---As Any, for all elements.
---@param value any
---@param array corm.ColumnElement
---@param ... any the option operator, of corm.sql.operators
---@return corm.ColumnElement
function postgresql.All(value, array, ...)
    return core.coerce(array):all(value, ...)
end

local DistinctOn = require("corm.sql.syntax_extension"):extend("DistinctOn", {
    inherit_cache = true,
    __init = function(self, columns)
        self.columns = columns
    end,
    apply_to_select = function(self, statement)
        return statement:distinct(table.unpack(self.columns, 1, self.columns.n))
    end,
})

---DISTINCT ON (…), as an extension of a statement: select(…):ext(distinct_on(t.c.a)).
---@param ... any columns
---@return any
function postgresql.distinct_on(...)
    return DistinctOn(table.pack(...))
end

---Whether PostgreSQL has a type of that name by itself. For who creates types.
---@param name string
---@return boolean
function postgresql.has_builtin_type(name)
    return require("corm.dialects.postgresql.type_names").is_builtin(name)
end

---What reads the schema of such a database: see corm/engine/reflector.lua.
---@return corm.engine.Reflector
function postgresql.reflector()
    return require("corm.dialects.postgresql.reflection")
end

return require("corm.util.public")("corm.dialects.postgresql", postgresql)
