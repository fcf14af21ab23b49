-- SPDX-License-Identifier: MIT
-- lambda_stmt(), for programs that are written with it. Statements are found compiled by the
-- fingerprint of their nodes, whoever built them, so the function is called at once: there is no
-- building to save, and its upvalues need no tracking.

local core = require("corm.core")
local check = require("corm.util.check")
local check_options = require("corm.util.options")

local families = core.families

local OPTIONS = {
    "enable_tracking", "global_track_bound_values", "lambda_cache", "track_bound_values",
    "track_closure_variables", "track_on",
}

local function call(fn, options, caller, ...)
    check(fn, "function", caller)
    check_options(options, OPTIONS, caller)
    return fn(...)
end

---What a function makes of the statement: stmt:add_criteria(function(s) return s:where(…) end),
---or stmt + fn.
---@param fn fun(statement: any): any
---@param options? table those of lambda_stmt()
---@return any
function families.Statement.methods:add_criteria(fn, options)
    return call(fn, options, "add_criteria", self)
end

---The statement, which is one already.
---@return any
function families.Statement.methods:spoil()
    return self
end

for _, name in ipairs({ "Select", "Insert", "Update", "Delete" }) do
    families[name].meta.__add = families.Statement.methods.add_criteria
end

---The statement that a function makes.
---@param fn fun(): any
---@param options? table about what SQLAlchemy tracks of the function; nothing is tracked here
---@return any
local function lambda_stmt(fn, options)
    return call(fn, options, "lambda_stmt")
end

return lambda_stmt
