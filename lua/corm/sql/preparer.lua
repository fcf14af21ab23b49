-- SPDX-License-Identifier: MIT
-- Names as a dialect writes them: dialect.identifier_preparer, as SQLAlchemy has it.

local core = require("corm.core")

---@class corm.sql.IdentifierPreparer
---@field _dialect string
local Preparer = { __name = "corm.sql.IdentifierPreparer" }
Preparer.__index = Preparer

---The name, in quotes where the dialect needs them.
---@param name string
---@return string
function Preparer:quote(name)
    return core.ddl_name(name, self._dialect)
end

---The name in quotes, whether it needs them or not.
---@param name string
---@return string
function Preparer:quote_identifier(name)
    local quoted = self:quote(name)
    return quoted:find('^"') and quoted or '"' .. quoted .. '"'
end

Preparer.quote_schema = Preparer.quote
Preparer.format_schema = Preparer.quote

---@param table_ corm.Table
---@return string # with its schema
function Preparer:format_table(table_)
    return core.ddl_name(table_.name, self._dialect, table_.schema)
end

---@param column corm.Column
---@return string
function Preparer:format_column(column)
    return core.ddl_name(core.name(column), self._dialect)
end

local preparer = {}

---@param dialect string
---@return corm.sql.IdentifierPreparer
function preparer.new(dialect)
    return setmetatable({ _dialect = dialect }, Preparer)
end

return preparer
