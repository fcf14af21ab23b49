-- SPDX-License-Identifier: MIT
-- The execution option schema_translate_map, where no statement of the compiler's carries it:
-- asking the database whether something is there, and reading tables.

local core = require("corm.core")
local option = require("corm.util.option_value")

local schema_map = {}

---The map that is in force.
---@param connection any Connection, or what create_mock_engine() makes
---@return table? map schemas by those that tables say; corm.NULL is no schema
function schema_map.of(connection)
    return option(connection:get_execution_options(), "schema_translate_map")
end

---The schema of the database's that stands for a table's.
---@param map? table
---@param schema? string
---@return string? schema
function schema_map.translate(map, schema)
    local translated = map and map[schema == nil and core.NULL or schema]
    if translated == core.NULL then
        return nil
    end
    return translated or schema
end

return schema_map
