-- SPDX-License-Identifier: MIT
-- Arithmetic. Division is by powers of two where it is exact division, and by
-- nullif(x, 0) where it is integer division.

local corm = require("corm")
local func = corm.func
local NULL = corm.NULL

local function truncated(a, b)
    local quotient = a // b
    if quotient < 0 and quotient * b ~= a then
        quotient = quotient + 1
    end
    return quotient
end

local function unless_zero(eval)
    return function(a, b)
        return b == 0 and NULL or eval(a, b)
    end
end

local function nonzero(x)
    return func.nullif(x, 0, { type_ = corm.Integer })
end

-- Lua's operators do both: build SQL of expressions, and calculate.
local ARITHMETIC = {
    { "add", function(a, b) return a + b end },
    { "sub", function(a, b) return a - b end },
    { "mul", function(a, b) return a * b end },
}

local SIGNATURES = {
    { "int", "int", "int" }, { "real", "real", "real" }, { "real", "int", "real" },
    { "real", "real", "int" },
}

local function define_unary(define, type_)
    local function negate(a)
        return -a
    end
    define("neg:" .. type_, type_, { type_ }, negate, negate)
    define("abs:" .. type_, type_, { type_ }, func.abs, math.abs)
end

return function(operators)
    local define = operators.define
    for _, pair in ipairs(ARITHMETIC) do
        local name, calculate = pair[1], pair[2]
        for _, signature in ipairs(SIGNATURES) do
            local result, left, right = table.unpack(signature)
            define(name .. ":" .. left .. ":" .. right, result, { left, right }, calculate,
                calculate)
        end
    end
    define_unary(define, "int")
    define_unary(define, "real")
    for _, type_ in ipairs({ "int", "real" }) do
        define("div:" .. type_, "real", { type_, "power" }, function(a, b) return a / b end,
            function(a, b) return a / b end)
    end
    -- Of what is not known to be an integer, // is FLOOR(), which is no integer.
    define("floordiv", "int", { "int", "int" }, function(a, b)
        return corm.type_coerce(a, corm.Integer) // nonzero(b)
    end, unless_zero(truncated))
    define("mod", "int", { "int", "int" }, function(a, b) return a % nonzero(b) end,
        unless_zero(math.fmod))
    define("length", "int", { "text" }, func.length, utf8.len)
    define("bool_to_int", "int", { "bool" }, function(a) return corm.cast(a, corm.Integer) end,
        function(a) return a and 1 or 0 end)
    define("int_to_real", "real", { "int" }, function(a) return corm.cast(a, corm.Float) end,
        function(a) return a + 0.0 end)
    define("floor", "int", { "real" }, function(a)
        return corm.cast(func.floor(a), corm.Integer)
    end, function(a) return math.floor(a) end)
    define("int_to_text_to_int", "int", { "int" }, function(a)
        return corm.cast(corm.cast(a, corm.String), corm.Integer)
    end, function(a) return a end)
end
