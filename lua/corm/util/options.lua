-- SPDX-License-Identifier: MIT
-- Checking a trailing table of options: an unknown one is an error that names the nearest.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local require_type = require("corm.util.check")

---Check that options (a plain table or nil) has only known keys.
---@param options? table
---@param known string[] its field `accepts`: a function that knows of further ones
---@param caller string for the message: "event.listen"
---@return table # the options, an empty table for nil
local function check(options, known, caller)
    if options == nil then
        return {}
    end
    require_type(options, "table", caller, "a table of options")
    local is_known = {}
    for _, name in ipairs(known) do
        is_known[name] = true
    end
    for name in pairs(options) do
        if not is_known[name] and not (known.accepts and known.accepts(name)) then
            local nearest = type(name) == "string" and core.nearest(name, known)
            exc.ArgumentError:raise("%s: unknown option %s; %s", caller, repr.value(name),
                nearest and ("did you mean '%s'?"):format(nearest)
                or #known == 0 and "known are: none"
                or "known are: " .. table.concat(known, ", "))
        end
    end
    return options
end

return check
