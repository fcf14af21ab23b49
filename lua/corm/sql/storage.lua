-- SPDX-License-Identifier: MIT
-- Storage parameters of PostgreSQL's tables and indexes: WITH (fillfactor = 70).

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local repr = require("corm.util.repr")

local storage = {}

---The parameters as text, by name; nil if there are none. One that is corm.NULL has no value.
---@param parameters? table<string, any>
---@param caller string
---@return string?
function storage.text(parameters, caller)
    if args.check(parameters, "table", caller, "postgresql_with") == nil then
        return nil
    end
    local list = {}
    for name, value in pairs(parameters) do
        local text = value == core.NULL and "" or tostring(value)
        if type(name) ~= "string" or not name:find("^[%w_.]+$") or not text:find("^[%w_.+-]*$") then
            exc.ArgumentError:raise("%s: postgresql_with takes words and numbers, got %s = %s",
                caller, repr.value(name), repr.value(value))
        end
        list[#list + 1] = text == "" and name or name .. " = " .. text
    end
    table.sort(list)
    return #list > 0 and table.concat(list, ", ") or nil
end

return storage
