-- SPDX-License-Identifier: MIT
-- How types that are partly written in Lua take part in executing: see process_bind() and
-- process_result() in corm.types.

local core = require("corm.core")
local exc = require("corm.exc")

---A dialect as processors see it.
---@class corm.engine.ProcessorDialect
---@field name string
---@field tag string the name, or what the core calls the dialect of some engines by
---@field json_serializer? fun(value: any): string
---@field json_deserializer? fun(text: string): any

---@type table<string, corm.engine.ProcessorDialect> by tag
local dialects = setmetatable({}, {
    __index = function(self, name)
        local dialect = { name = name, tag = name }
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
end)

core.set_result_processor(function(type_, value, dialect_name)
    return type_:process_result(value, dialects[dialect_name])
end)

local processors = {}

-- Serializer -> deserializer -> name of the database -> tag. What an engine has loaded may
-- live longer than it, so the functions stay.
local tags = {}

local function enter(of, key)
    of[key] = of[key] or {}
    return of[key]
end

---The tag of a dialect whose JSON is written and read by functions of the user's own, nil
---without such. Engines with the same functions share it.
---@param name string of the dialect
---@param write? fun(value: any): string
---@param read? fun(text: string): any
---@return string?
function processors.json_tag(name, write, read)
    if not (write or read) then
        return nil
    end
    local known = enter(enter(tags, write or false), read or false)
    if not known[name] then
        tags.count = (tags.count or 0) + 1
        local tag = ("%s#%d"):format(name, tags.count)
        if not core.derive_database(tag, name, {}) then
            exc.ArgumentError:raise("create_engine: too many engines with a json_serializer or "
                .. "json_deserializer of their own; let them share the functions")
        end
        dialects[tag] = {
            name = name, tag = tag, json_serializer = write, json_deserializer = read,
        }
        known[name] = tag
    end
    return known[name]
end

return processors
