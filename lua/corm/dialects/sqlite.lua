-- SPDX-License-Identifier: MIT
-- What is SQLite's own, as sqlalchemy.dialects.sqlite.

local dml = require("corm.sql.dml")
local types = require("corm.types")

local sqlite = {
    dialect = require("corm.dialects.dialect")({
        name = "sqlite",
        paramstyle = "qmark",
        supports_alter = false,
        supports_comments = false,
        supports_native_boolean = false,
        supports_native_enum = false,
        supports_sequences = false,
        max_identifier_length = 9999,
    }),
    insert = dml.insert,
}

for _, name in ipairs({
    "BIGINT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "FLOAT", "INTEGER",
    "JSON", "NUMERIC", "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR",
}) do
    sqlite[name] = types[name]
end

---What reads the schema of such a database: see corm/engine/reflector.lua.
---@return corm.engine.Reflector
function sqlite.reflector()
    return require("corm.dialects.sqlite.reflection")
end

return sqlite
