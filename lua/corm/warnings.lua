-- SPDX-License-Identifier: MIT
-- What is questionable but not wrong. A warning goes to stderr, once for each message and
-- place in the program, unless a filter or a handler says otherwise.
--
--     corm.warnings.filter("error")                    -- a warning is raised as SAWarning
--     corm.warnings.handler(function(w) log(w.message, w.where) end)

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local warnings = {}

---@class corm.Warning
---@field message string
---@field category corm.exc.Class
---@field where? string "file:line" of the caller

local ACTIONS = { "default", "error", "ignore", "always" }

local action = "default"
local handle
local seen = {}

local Warning = { __name = "corm.Warning" }

function Warning:__tostring()
    local where = self.where and self.where .. ": " or ""
    return where .. self.category.name .. ": " .. repr.escape(self.message)
end

local function to_stderr(warning)
    io.stderr:write(tostring(warning), "\n")
end

local function is_action(name)
    for _, known in ipairs(ACTIONS) do
        if known == name then
            return true
        end
    end
    return false
end

---What happens to warnings from now on: "default" (once a place), "always", "ignore", or
---"error" (raised). Forgets which were shown.
---@param name "default"|"always"|"ignore"|"error"
---@return string # the action until now
---@error ArgumentError another name
function warnings.filter(name)
    if not is_action(name) then
        exc.ArgumentError:raise("warnings.filter: one of %s expected, got %s",
            table.concat(ACTIONS, ", "), repr.value(name))
    end
    local earlier = action
    action = name
    seen = {}
    return earlier
end

---Give warnings to a function instead of stderr; nil goes back to stderr.
---@param fn? fun(warning: corm.Warning)
---@return function? # the handler until now
function warnings.handler(fn)
    local earlier = handle
    handle = fn
    return earlier
end

-- Whether this message was shown for this place before; from now on it was.
local function was_shown(where, message)
    local key = (where or "") .. "\0" .. message
    local shown = seen[key]
    seen[key] = true
    return shown
end

---Warn. The place is that of the first caller outside corm.
---@param message string
---@param category? corm.exc.Class SAWarning unless given
function warnings.warn(message, category)
    category = category or exc.SAWarning
    if action == "ignore" then
        return
    end
    if action == "error" then
        category:raise(message)
    end
    local where = core.where()
    if action == "default" and was_shown(where, message) then
        return
    end
    local warning = { message = message, category = category, where = where }
    local give = handle or to_stderr
    give(setmetatable(warning, Warning))
end

return require("corm.util.public")("corm.warnings", warnings)
