-- SPDX-License-Identifier: MIT
-- Joins as things to select from: join(), outerjoin(), and the condition that they have.

local core = require("corm.core")
local args = require("corm.sql.args")
local elements = require("corm.sql.elements")
local selectable = require("corm.sql.selectable")

local joins = {}

local methods = core.families.FromClause.methods

local JOIN_OPTIONS = { "onclause", "isouter", "full" }
local OUTERJOIN_OPTIONS = { "onclause", "full" }

---The optional arguments of a join: onclause, isouter, full.
---@param caller string
---@param ... any
---@return {onclause: any, isouter?: boolean, full?: boolean}
function joins.join_options(caller, ...)
    return args.named(JOIN_OPTIONS, caller, ...)
end

---Those of an outer join: onclause, full.
---@param caller string
---@param ... any
---@return {onclause: any, isouter: boolean, full?: boolean}
function joins.outerjoin_options(caller, ...)
    local options = args.named(OUTERJOIN_OPTIONS, caller, ...)
    return { onclause = options.onclause, isouter = true, full = options.full }
end

---Which join the options say.
---@param options table
---@return string # name of the operator
function joins.join_op(options)
    return options.full and "full_join" or options.isouter and "left_join" or "join"
end

local function join(left, right, options, caller)
    local on = options.onclause
    return core.node("join", {
        op = joins.join_op(options), selectable.check_from(left, caller),
        selectable.check_from(right, caller),
        on ~= nil and core.clause(on, caller) or false,
    })
end

---left JOIN right ON condition; without a condition by their foreign keys.
---@param left any
---@param right any
---@param ... any onclause, isouter, full
---@return corm.FromClause
function joins.join(left, right, ...)
    return join(left, right, joins.join_options("join", ...), "join")
end

---left LEFT OUTER JOIN right.
---@param left any
---@param right any
---@param ... any onclause, full
---@return corm.FromClause
function joins.outerjoin(left, right, ...)
    return join(left, right, joins.outerjoin_options("outerjoin", ...), "outerjoin")
end

function methods:join(right, ...)
    return joins.join(self, right, ...)
end

function methods:outerjoin(right, ...)
    return joins.outerjoin(self, right, ...)
end

---As part of other statements: a join in parentheses, anything else as it is.
---@return corm.FromClause
function methods:self_group()
    local is_open = core.kind(self) == "join" and not core.flag(self, "variant")
    return is_open and core.respec(self, { variant = true }) or self
end

---What a join is by: the condition it was given, or the one that foreign keys say.
---@param node any
---@return corm.ColumnElement
---@error NoForeignKeysError, AmbiguousForeignKeysError there is no condition, or are several
function joins.onclause(node)
    local given = core.kid(node, 2)
    if given then
        return given
    end
    local links, is_last = core.join_links(node)
    local left = selectable.unmarked(core.kid(node, 0))
    local left_columns = selectable.columns(is_last and core.kid(left, 1) or left)
    local right_columns = selectable.columns(core.kid(node, 1))
    local conditions = {}
    for i, link in ipairs(links) do
        local a, b, refers_right = left_columns[link[1]], right_columns[link[2]], link[3]
        conditions[i] = refers_right and b:eq(a) or a:eq(b)
    end
    return #conditions == 1 and conditions[1] or elements.and_(table.unpack(conditions))
end

return joins
