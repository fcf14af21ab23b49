-- SPDX-License-Identifier: MIT
-- Operators by their text: those of the user's own, column:op("~>")(5), and those that only some
-- databases have.

local core = require("corm.core")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local types = require("corm.types")

local own_operator = {}

local methods = core.families.ColumnElement.methods

local OP_OPTIONS = { "is_comparison", "precedence", "return_type" }

-- The other operand: what is no JSON by itself is none beside JSON either.
local function custom_operand(other, left)
    local node = core.coerce(other, left)
    if type(other) ~= "table" and core.type_of(left).kind == "json"
        and core.kind(node) == "bind" and core.resolve(other) == nil then
        return core.respec(node, { type = core.type_of(core.coerce(other)), variant = false })
    end
    return node
end

local EAGER = 1 << 32

-- left op right; value: its precedence, and how it stands as an operand.
local function custom_operator(self, text, value, comparison, return_type)
    local type_ = return_type or comparison and types.Boolean or nil
    return function(other)
        local left = core.coerce(self)
        return core.node("binary", {
            op = "custom", name = text, value = value, variant = comparison,
            type = type_ or left, left, custom_operand(other, left),
        })
    end
end

local COMPARING, ELEMENT = 5, 15 -- precedences

---An operator of a database: binds as comparisons do, or as elements (`->`) if it returns a
---type; what is eager stands in parentheses as an operand.
---@param self corm.ColumnElement
---@param text string
---@param options? {eager?: boolean, return_type?: any}
---@return fun(other: any): corm.ColumnElement
function own_operator.database_operator(self, text, options)
    local return_type = options and options.return_type
    local value = return_type and ELEMENT or COMPARING
    value = value | (options and options.eager and EAGER or 0)
    return custom_operator(self, text, value, return_type == nil, return_type)
end

local function user_operator(self, text, options, is_comparison)
    args.check(text, "string", "op", "operator")
    options = check_options(options, OP_OPTIONS, "op")
    return custom_operator(self, text, (options.precedence or 0) & (EAGER - 1),
        is_comparison or options.is_comparison or false, options.return_type)
end

---An operator of the user's own: column:op("->")(5).
---@param text string
---@param options? {precedence?: integer, is_comparison?: boolean, return_type?: any}
---@return fun(other: any): corm.ColumnElement
function methods:op(text, options)
    return user_operator(self, text, options, false)
end

---A comparison of the user's own.
function methods:bool_op(text, options)
    return user_operator(self, text, options, true)
end

return own_operator
