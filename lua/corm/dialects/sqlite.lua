-- SPDX-License-Identifier: MIT
-- What is SQLite's own, as sqlalchemy.dialects.sqlite.

local dml = require("corm.sql.dml")
local functions = require("corm.sql.functions")
local types = require("corm.types")

local sqlite = {
    dialect = require("corm.dialects.dialect")({
        name = "sqlite",
        paramstyle = "qmark",
        delete_returning_multifrom = false,
        supports_alter = false,
        supports_comments = false,
        supports_constraint_comments = false,
        supports_default_metavalue = false,
        supports_identity_columns = false,
        supports_native_boolean = false,
        supports_native_enum = false,
        supports_native_uuid = false,
        supports_sequences = false,
        max_identifier_length = 9999,
    }),
    insert = dml.insert,
    Insert = require("corm.sql.classes").Insert,
}

for _, name in ipairs({
    "BIGINT", "BLOB", "BOOLEAN", "CHAR", "DECIMAL", "FLOAT", "INTEGER", "JSON", "NUMERIC", "REAL",
    "SMALLINT", "TEXT", "TIMESTAMP", "VARCHAR",
}) do
    sqlite[name] = types[name]
end
for name, type_ in pairs(require("corm.dialects.sqlite.dates")) do
    sqlite[name] = type_
end

-- JSON in SQLite's binary form, which SQLite 3.45 brought; read and written as text.
sqlite.JSONB = types.define("JSONB", types.JSON, {
    _fixed = { exact = true, name = "JSONB", lua_bind = true, lua_result = true },
    bind_expression = function(self, bind)
        return functions.func.jsonb(bind, { type_ = self })
    end,
    column_expression = function(self, column)
        return functions.func.json(column, { type_ = self })
    end,
})

---What reads the schema of such a database: see corm/engine/reflector.lua.
---@return corm.engine.Reflector
function sqlite.reflector()
    return require("corm.dialects.sqlite.reflection")
end

return require("corm.util.public")("corm.dialects.sqlite", sqlite)
