-- SPDX-License-Identifier: MIT
-- Comparisons, NOT, AND, OR, IS, BETWEEN, IN, LIKE.

local corm = require("corm")
local like = require("spec.property.operators.like")
local logic = require("spec.property.operators.logic")
local NULL = corm.NULL

local COMPARISONS = {
    { "eq", function(a, b) return a == b end },
    { "ne", function(a, b) return a ~= b end },
    { "lt", function(a, b) return a < b end },
    { "le", function(a, b) return a <= b end },
    { "gt", function(a, b) return a > b end },
    { "ge", function(a, b) return a >= b end },
}

local COMPARED = { { "int", "int" }, { "int", "real" }, { "real", "real" }, { "text", "text" } }

local function method(name)
    return function(a, ...)
        return a[name](a, ...)
    end
end

local function negated(eval)
    return function(...)
        return logic.not_(eval(...))
    end
end

local function is_distinct(a, b)
    return a ~= b
end

local function define_comparisons(define, left, right)
    local suffix = ":" .. left .. ":" .. right
    for _, pair in ipairs(COMPARISONS) do
        define(pair[1] .. suffix, "bool", { left, right }, method(pair[1]), pair[2])
    end
    define("is_distinct_from" .. suffix, "bool", { left, right }, method("is_distinct_from"),
        is_distinct, true)
    define("is_not_distinct_from" .. suffix, "bool", { left, right },
        method("is_not_distinct_from"), negated(is_distinct), true)
end

local function between(a, low, high)
    return logic.and_(logic.ge(a, low), logic.le(a, high))
end

local function define_ranges(define, type_)
    local args = { type_, type_, type_ }
    define("between:" .. type_, "bool", args, method("between"), between, true)
    define("not_between:" .. type_, "bool", args, function(a, low, high)
        return corm.not_(a:between(low, high))
    end, negated(between), true)
end

local function is_in(x, ...)
    return logic.in_(x, { ... })
end

-- IN lists of a length, without and with a NULL at their end.
local function define_lists(define, type_, length)
    local args = { type_ }
    for i = 1, length do
        args[i + 1] = type_
    end
    local suffix = ":" .. type_ .. ":" .. length
    define("in" .. suffix, "bool", args, function(x, ...)
        return x:in_({ ... })
    end, is_in, true)
    define("not_in" .. suffix, "bool", args, function(x, ...)
        return x:not_in({ ... })
    end, negated(is_in), true)
    if length == 2 then
        define("in_with_null:" .. type_, "bool", args, function(x, a, b)
            return x:in_({ a, b, NULL })
        end, function(x, a, b)
            return is_in(x, a, b, NULL)
        end, true)
    end
end

local function define_nulls(define, type_)
    define("is_null:" .. type_, "bool", { type_ }, function(a) return a:is_(NULL) end,
        function(a) return a == NULL end, true)
    define("is_not_null:" .. type_, "bool", { type_ }, function(a) return a:is_not(NULL) end,
        function(a) return a ~= NULL end, true)
end

local function define_logic(define)
    define("not", "bool", { "bool" }, corm.not_, logic.not_, true)
    define("tilde", "bool", { "bool" }, function(a) return ~a end, logic.not_, true)
    define("and", "bool", { "bool", "bool" }, corm.and_, logic.and_, true)
    define("and3", "bool", { "bool", "bool", "bool" }, corm.and_, logic.and_, true)
    define("ampersand", "bool", { "bool", "bool" }, function(a, b) return a & b end,
        logic.and_, true)
    define("or", "bool", { "bool", "bool" }, corm.or_, logic.or_, true)
    define("bar", "bool", { "bool", "bool" }, function(a, b) return a | b end, logic.or_, true)
    define("eq:bool", "bool", { "bool", "bool" }, method("eq"), logic.eq)
    define("ne:bool", "bool", { "bool", "bool" }, method("ne"), is_distinct)
    define("is_true", "bool", { "bool" }, function(a) return a:is_(corm.true_()) end,
        function(a) return a == true end, true)
    define("is_not_false", "bool", { "bool" }, function(a) return a:is_not(corm.false_()) end,
        function(a) return a ~= false end, true)
end

-- An operator whose eval takes the database first.
local function define_like(operators, name, arg, build, eval)
    operators.add({
        name = name, result = "bool", args = { "text", arg }, build = build, eval = eval,
        is_by_database = true,
    })
end

local function negated_like(database, text, pattern)
    return not like.like(database, text, pattern)
end

local PIECES = {
    { "contains", function(text, piece) return text:find(piece, 1, true) ~= nil end },
    { "startswith", function(text, piece) return text:sub(1, #piece) == piece end },
    { "endswith", function(text, piece) return piece == "" or text:sub(-#piece) == piece end },
}

local function define_patterns(operators)
    define_like(operators, "like", "pattern", method("like"), like.like)
    define_like(operators, "not_like", "pattern", method("not_like"), negated_like)
    define_like(operators, "ilike", "pattern", method("ilike"), like.ilike)
    define_like(operators, "like_escape", "escaped", function(a, pattern)
        return a:like(pattern, { escape = "/" })
    end, function(database, text, pattern)
        return like.like(database, text, pattern, "/")
    end)
    for _, pair in ipairs(PIECES) do
        local name = pair[1]
        define_like(operators, name, "piece", function(a, piece)
            return a[name](a, piece, { autoescape = true })
        end, like.literally(pair[2]))
    end
end

return function(operators)
    local define = operators.define
    for _, pair in ipairs(COMPARED) do
        define_comparisons(define, pair[1], pair[2])
    end
    for _, type_ in ipairs({ "int", "real", "text" }) do
        define_ranges(define, type_)
        for length = 0, 3 do
            define_lists(define, type_, length)
        end
    end
    for _, type_ in ipairs({ "int", "real", "text", "bool" }) do
        define_nulls(define, type_)
    end
    define_logic(define)
    define_patterns(operators)
end
