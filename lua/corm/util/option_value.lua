-- SPDX-License-Identifier: MIT
-- The value of an execution option: corm.NULL and false take back what an engine, a statement
-- or a connection said, and are as good as nothing.

local core = require("corm.core")

---@param options? table<string, any>|false
---@param name string
---@return any # nil where there is none
local function option_value(options, name)
    local value = options and options[name]
    return value and value ~= core.NULL and value or nil
end

return option_value
