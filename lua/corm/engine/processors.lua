-- SPDX-License-Identifier: MIT
-- How types that are partly written in Lua take part in executing: see process_bind() and
-- process_result() in corm.types.

local core = require("corm.core")

-- Dialects as processors see them: they read the name.
local dialects = setmetatable({}, {
    __index = function(self, name)
        local dialect = { name = name }
        self[name] = dialect
        return dialect
    end,
})

core.set_bind_processor(function(type_, value, dialect_name)
    return type_:process_bind(value, dialects[dialect_name])
end)

core.set_result_processor(function(type_, value, dialect_name)
    return type_:process_result(value, dialects[dialect_name])
end)

return {}
