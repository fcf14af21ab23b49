-- SPDX-License-Identifier: MIT
-- Range: values between two bounds, either of which may be missing; what columns of
-- PostgreSQL's range types hold.
--
--     local r = Range(1, 5)                     -- [1,5)
--     r:contains(4), r:overlaps(Range(4, 9)), r + Range(5, 7)
--
-- Two ranges are equal if they have the same members: of integers and dates, whose members
-- can be counted, [1,4] is [1,5).

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local repr = require("corm.util.repr")

local OPTIONS = { "bounds", "empty" }
local BOUNDS = { ["[]"] = true, ["[)"] = true, ["(]"] = true, ["()"] = true }

---@class corm.postgresql.Range
---@field lower any nil: no lower bound
---@field upper any nil: no upper bound
---@field bounds "[]"|"[)"|"(]"|"()"
---@field empty boolean nothing is in it
local Range = {}

-- ---- edges ----

-- What follows a value immediately, for values that can be counted; nil for others.
local function step_of(value)
    if math.type(value) == "integer" then
        return 1
    elseif core.metafield(value, "__name") == "corm.date" then
        return core.interval({ days = 1 })
    end
    return nil
end

-- Where a range begins or ends: before (-1), at (0) or after (1) a value. The bracket and the
-- value as they were written are kept for results.
local function lower_edge(self)
    local is_in = self.bounds:sub(1, 1) == "["
    local edge = { value = self.lower, written = self.lower, bracket = self.bounds:sub(1, 1) }
    edge.infinite = self.lower == nil and -1 or 0
    edge.side = is_in and 0 or 1
    local step = not is_in and step_of(self.lower)
    if step then
        edge.value, edge.side = self.lower + step, 0
    end
    return edge
end

local function upper_edge(self)
    local is_in = self.bounds:sub(2, 2) == "]"
    local edge = { value = self.upper, written = self.upper, bracket = self.bounds:sub(2, 2) }
    edge.infinite = self.upper == nil and 1 or 0
    edge.side = is_in and 0 or -1
    local step = is_in and step_of(self.upper)
    if step then
        edge.value, edge.side = self.upper + step, -1
    end
    return edge
end

-- Negative, zero or positive as the edge a lies before, at or behind the edge b.
local function compare(a, b)
    if a.infinite ~= 0 or b.infinite ~= 0 then
        return a.infinite - b.infinite
    elseif a.value == b.value then
        return a.side - b.side
    end
    local can_compare, is_less = pcall(function() return a.value < b.value end)
    if not can_compare then
        exc.ArgumentError:raise("Range: %s and %s cannot be compared", repr.value(a.value),
            repr.value(b.value))
    end
    return is_less and -1 or 1
end

-- Whether nothing is in it, said so or not.
local function is_void(self)
    return self.empty or compare(lower_edge(self), upper_edge(self)) > 0
end

local EMPTY

local function from_edges(lower, upper)
    return Range.new(lower.written, upper.written, { bounds = lower.bracket .. upper.bracket })
end

-- ---- making ----

local meta = { __name = "corm.postgresql.Range" }

-- The fields are a table of its own, so that setting one of them is an error.
local function of_fields(fields)
    return setmetatable({ _fields = fields }, meta)
end

---A range: Range(1, 5), Range(1, 5, {bounds = "[]"}), Range({empty = true}).
---@param lower any
---@param upper any
---@param options? {bounds?: string, empty?: boolean}
---@return corm.postgresql.Range
function Range.new(lower, upper, options)
    options = check_options(options, OPTIONS, "Range")
    local bounds = options.bounds or "[)"
    if not BOUNDS[bounds] then
        exc.ArgumentError:raise("Range: bounds must be [], [), (] or (), got %s",
            repr.value(bounds))
    end
    if lower == core.NULL then
        lower = nil
    end
    if upper == core.NULL then
        upper = nil
    end
    return of_fields({
        lower = lower, upper = upper, bounds = bounds, empty = options.empty or false,
    })
end

---The range of fields as the core reads them: lower, upper, bounds, empty. The table is its own
---from then on.
Range.of_fields = of_fields

---What tells literal() the type of a range; for the module with these types.
---@param fn fun(range: corm.postgresql.Range): corm.types.TypeEngine
function Range.set_type_of(fn)
    meta.__type_of = fn
end

---Whether a value is a range.
---@param value any
---@return boolean
function Range.is(value)
    return getmetatable(value) == meta
end

local function check_range(other, caller)
    if not Range.is(other) then
        exc.ArgumentError:raise("%s: a Range expected, got %s", caller, repr.value(other))
    end
end

-- ---- attributes ----

local getters = {
    isempty = function(self)
        return self.empty
    end,
    is_empty = function(self)
        return self.empty
    end,
    lower_inc = function(self)
        return self.bounds:sub(1, 1) == "["
    end,
    upper_inc = function(self)
        return self.bounds:sub(2, 2) == "]"
    end,
    lower_inf = function(self)
        return not self.empty and self.lower == nil
    end,
    upper_inf = function(self)
        return not self.empty and self.upper == nil
    end,
}

local FIELDS = { bounds = true, empty = true, lower = true, upper = true }
local methods = {}

function meta.__index(self, name)
    if FIELDS[name] then
        return rawget(self, "_fields")[name]
    elseif methods[name] then
        return methods[name]
    elseif getters[name] then
        return getters[name](self)
    elseif not tostring(name):find("^__") then
        exc.ArgumentError:raise("a Range has no attribute %s", repr.value(name))
    end
    return nil
end

function meta.__newindex(self, name)
    exc.ArgumentError:raise("a Range cannot be changed, got %s for %s", repr.value(name),
        tostring(self))
end

-- ---- comparing ----

---Whether a value, or all of another range, is in the range.
---@param other any
---@return boolean
function methods:contains(other)
    if other == nil then
        exc.ArgumentError:raise("contains: a value or a Range expected, got nil")
    elseif not Range.is(other) then
        other = Range.new(other, other, { bounds = "[]" })
    end
    if is_void(other) then
        return true
    end
    return not is_void(self) and compare(lower_edge(self), lower_edge(other)) <= 0
        and compare(upper_edge(self), upper_edge(other)) >= 0
end

---Whether all of the range is in the other one.
function methods:contained_by(other)
    check_range(other, "contained_by")
    return other:contains(self)
end

---Whether something is in both.
function methods:overlaps(other)
    check_range(other, "overlaps")
    return not is_void(self) and not is_void(other)
        and compare(lower_edge(self), upper_edge(other)) <= 0
        and compare(lower_edge(other), upper_edge(self)) <= 0
end

---Whether the range ends before the other one begins.
function methods:strictly_left_of(other)
    check_range(other, "strictly_left_of")
    return not is_void(self) and not is_void(other)
        and compare(upper_edge(self), lower_edge(other)) < 0
end

---Whether the range begins behind the end of the other one.
function methods:strictly_right_of(other)
    check_range(other, "strictly_right_of")
    return other:strictly_left_of(self)
end

---Whether the range ends no later than the other one.
function methods:not_extend_right_of(other)
    check_range(other, "not_extend_right_of")
    return not is_void(self) and not is_void(other)
        and compare(upper_edge(self), upper_edge(other)) <= 0
end

---Whether the range begins no earlier than the other one.
function methods:not_extend_left_of(other)
    check_range(other, "not_extend_left_of")
    return not is_void(self) and not is_void(other)
        and compare(lower_edge(self), lower_edge(other)) >= 0
end

-- Whether nothing is between the upper edge of one and the lower edge of another range.
local function touches(upper, lower)
    return upper.infinite == 0 and lower.infinite == 0 and upper.value == lower.value
        and lower.side - upper.side == 1
end

---Whether one range begins where the other one ends.
function methods:adjacent_to(other)
    check_range(other, "adjacent_to")
    return not is_void(self) and not is_void(other)
        and (touches(upper_edge(self), lower_edge(other))
            or touches(upper_edge(other), lower_edge(self)))
end

-- ---- combining ----

local function outer(a, b, sign)
    return compare(a, b) * sign > 0 and a or b
end

---What is in either; the two overlap or are adjacent.
---@param other corm.postgresql.Range
---@return corm.postgresql.Range
function methods:union(other)
    check_range(other, "union")
    if is_void(self) then
        return other
    elseif is_void(other) then
        return self
    elseif not self:overlaps(other) and not self:adjacent_to(other) then
        exc.ArgumentError:raise("union of %s and %s: there is something in between",
            tostring(self), tostring(other))
    end
    return from_edges(outer(lower_edge(self), lower_edge(other), -1),
        outer(upper_edge(self), upper_edge(other), 1))
end

---What is in both.
---@param other corm.postgresql.Range
---@return corm.postgresql.Range
function methods:intersection(other)
    check_range(other, "intersection")
    if not self:overlaps(other) then
        return EMPTY
    end
    return from_edges(outer(lower_edge(self), lower_edge(other), 1),
        outer(upper_edge(self), upper_edge(other), -1))
end

local OPPOSITE = { ["["] = ")", ["("] = "]", ["]"] = "(", [")"] = "[" }

-- The edge on the other side of the same place.
local function opposite(edge)
    return { written = edge.written, bracket = OPPOSITE[edge.bracket] }
end

---What is in the range and not in the other one.
---@param other corm.postgresql.Range
---@return corm.postgresql.Range
function methods:difference(other)
    check_range(other, "difference")
    if not self:overlaps(other) then
        return self
    end
    local begins = compare(lower_edge(self), lower_edge(other)) < 0
    local ends = compare(upper_edge(self), upper_edge(other)) > 0
    if begins and ends then
        exc.ArgumentError:raise("difference of %s and %s: two ranges are left", tostring(self),
            tostring(other))
    elseif begins then
        return from_edges(lower_edge(self), opposite(lower_edge(other)))
    elseif ends then
        return from_edges(opposite(upper_edge(other)), upper_edge(self))
    end
    return EMPTY
end

meta.__add, meta.__sub, meta.__mul = methods.union, methods.difference, methods.intersection
meta.__shl, meta.__shr = methods.strictly_left_of, methods.strictly_right_of

function meta.__eq(a, b)
    local is_a, is_b = is_void(a), is_void(b)
    if is_a or is_b then
        return is_a and is_b
    end
    return compare(lower_edge(a), lower_edge(b)) == 0
        and compare(upper_edge(a), upper_edge(b)) == 0
end

function meta:__tostring()
    if self.empty then
        return "empty"
    end
    return ("%s%s,%s%s"):format(self.bounds:sub(1, 1),
        self.lower == nil and "" or tostring(self.lower),
        self.upper == nil and "" or tostring(self.upper), self.bounds:sub(2, 2))
end

EMPTY = Range.new(nil, nil, { empty = true })

return setmetatable(Range, {
    __name = "corm.postgresql.Range",
    __call = function(_, ...)
        local bounds, options = args.split(0, OPTIONS, "Range", ...)
        if bounds.n > 2 then
            exc.ArgumentError:raise("Range: two bounds and options expected, got %s as well",
                repr.value(bounds[3]))
        end
        return Range.new(bounds[1], bounds[2], options)
    end,
})
