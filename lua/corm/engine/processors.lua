-- SPDX-License-Identifier: MIT
-- How types that are partly written in Lua take part in executing: see process_bind() and
-- process_result() in corm.types.

local core = require("corm.core")
local exc = require("corm.exc")

-- Dialects as processors see them: they read the name.
local dialects = setmetatable({}, {
    __index = function(self, name)
        local dialect = { name = name }
        self[name] = dialect
        return dialect
    end,
})

-- What corm itself says about a value says which parameter it was meant for.
local function name_parameter(err, parameter)
    if parameter and exc.DataError:is(err) and not err.has_parameter then
        err.message = ("parameter '%s': %s"):format(parameter, err.message)
        err.has_parameter = true
    end
    return err
end

core.set_bind_processor(function(type_, value, dialect_name, parameter)
    local ok, bound = pcall(type_.process_bind, type_, value, dialects[dialect_name])
    if not ok then
        return nil, name_parameter(bound, parameter)
    end
    return bound
end, exc.with_statement)

core.set_result_processor(function(type_, value, dialect_name)
    return type_:process_result(value, dialects[dialect_name])
end)

return {}
