-- SPDX-License-Identifier: MIT
-- The frame of a window: ROWS, RANGE or GROUPS BETWEEN a bound AND another.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local constructor = require("corm.util.constructor")
local symbol = require("corm.util.symbol")

local frame = {}

-- One end of {from, to}: nil (unbounded), 0 (current row) or a distance.
local function plain_bound(value, is_start)
    if value == nil or value == core.NULL then
        return core.node("unary", { op = is_start and "preceding" or "following", n = 1 })
    elseif value == 0 then
        return core.node("unary", { op = "current_row", n = 1 })
    elseif math.type(value) ~= "integer" then
        args.refuse("over", "integers or corm.NULL as bounds of the frame", value)
    end
    local distance = core.coerce(math.abs(value))
    return core.node("unary", { op = value < 0 and "preceding" or "following", distance })
end

---How a bound of a FrameClause() counts.
frame.FrameClauseType = {
    CURRENT = symbol("FrameClauseType.CURRENT"),
    FOLLOWING = symbol("FrameClauseType.FOLLOWING"),
    PRECEDING = symbol("FrameClauseType.PRECEDING"),
    UNBOUNDED = symbol("FrameClauseType.UNBOUNDED"),
}

local FrameClause = { __name = "corm.FrameClause" }

local function bound_text(bound)
    if core.op(bound) == "CURRENT_ROW" then
        return "CURRENT ROW"
    end
    local distance = core.kid(bound, 0)
    return (distance and tostring(distance) or "UNBOUNDED") .. " " .. core.op(bound)
end

function FrameClause:__tostring()
    return bound_text(self[1]) .. " AND " .. bound_text(self[2])
end

local OPS = {
    [frame.FrameClauseType.CURRENT] = "current_row",
    [frame.FrameClauseType.FOLLOWING] = "following",
    [frame.FrameClauseType.PRECEDING] = "preceding",
}

local FRAME_OPTIONS = { "end_", "end_frame_type", "start", "start_frame_type" }

-- A bound of a FrameClause: any expression may be the distance.
local function typed_bound(value, bound, is_start)
    if bound == frame.FrameClauseType.UNBOUNDED then
        return core.node("unary", { op = is_start and "preceding" or "following", n = 1 })
    end
    local op = OPS[bound] or args.refuse("FrameClause", "a FrameClauseType", bound)
    if op == "current_row" then
        return core.node("unary", { op = op, n = 1 })
    end
    return core.node("unary", { op = op, core.coerce(value) })
end

---The frame of a window with bounds that are expressions: FrameClause(start, stop,
---FrameClauseType.PRECEDING, FrameClauseType.FOLLOWING).
---By name: FrameClause({start = 1, end_ = 3, start_frame_type = …, end_frame_type = …}).
---@param start any
---@param stop? any
---@param start_type? any
---@param stop_type? any
function frame.FrameClause(start, stop, start_type, stop_type)
    if args.is_options(start) then
        local named = check_options(start, FRAME_OPTIONS, "FrameClause")
        start, stop = named.start, named.end_
        start_type, stop_type = named.start_frame_type, named.end_frame_type
    end
    return setmetatable({
        typed_bound(start, start_type, true), typed_bound(stop, stop_type, false),
    }, FrameClause)
end

frame.FrameClause = constructor("FrameClause", frame.FrameClause, function(value)
    return getmetatable(value) == FrameClause
end)

local FROM_SLOT, TO_SLOT = 3, 4

---The frame of an OVER in these units, or nil; over() takes it as its `rows`, `range_` or `groups`.
---@param over any
---@param units string "ROWS", "RANGE" or "GROUPS"
---@return any
function frame.of(over, units)
    if core.name(over) ~= units then
        return nil
    end
    return setmetatable({ core.kid(over, FROM_SLOT), core.kid(over, TO_SLOT) }, FrameClause)
end

---Add the frame that the options of over() say to the description of its node.
---@param spec table
---@param options table
function frame.add(spec, options)
    for units, option in pairs({ ROWS = "rows", RANGE = "range_", GROUPS = "groups" }) do
        local bounds = options[option]
        if bounds then
            if spec.name then
                exc.ArgumentError:raise("over: 'rows', 'range_' and 'groups' exclude each other")
            end
            spec.name = units
            local is_made = getmetatable(bounds) == FrameClause
            spec[FROM_SLOT + 1] = is_made and bounds[1] or plain_bound(bounds[1], true)
            spec[TO_SLOT + 1] = is_made and bounds[2] or plain_bound(bounds[2], false)
        end
    end
    args.check(options.exclude, "string", "over", "exclude")
    if options.exclude and not spec.name then
        exc.ArgumentError:raise("over: 'exclude' needs 'rows', 'range_' or 'groups'")
    end
end

return frame
