-- SPDX-License-Identifier: MIT
-- coalesce, nullif and CASE, for each type.

local corm = require("corm")
local data = require("spec.property.data")
local func = corm.func
local NULL = corm.NULL

local function coalesce(a, b)
    if a == NULL then
        return b
    end
    return a
end

local function nullif(a, b)
    if a == b then
        return NULL
    end
    return a
end

local function case(c1, a, c2, b, otherwise)
    if c1 == true then
        return a
    elseif c2 == true then
        return b
    end
    return otherwise
end

local function define_choices(define, type_)
    define("coalesce:" .. type_, type_, { type_, type_ }, func.coalesce, coalesce, true)
    define("nullif:" .. type_, type_, { type_, type_ }, function(a, b)
        return func.nullif(a, b, { type_ = data.types[type_] })
    end, nullif, true)
    define("case:" .. type_, type_, { "bool", type_, "bool", type_, type_ },
        function(c1, a, c2, b, otherwise)
            return corm.case({ c1, a }, { c2, b }, { else_ = otherwise })
        end, case, true)
    define("case_without_else:" .. type_, type_, { "bool", type_ }, function(c, a)
        return corm.case({ c, a })
    end, function(c, a)
        return case(c, a, false, NULL, NULL)
    end, true)
end

return function(operators)
    for _, type_ in ipairs({ "int", "real", "text", "bool" }) do
        define_choices(operators.define, type_)
    end
end
