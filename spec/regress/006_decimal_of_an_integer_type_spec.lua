-- SPDX-License-Identifier: MIT
-- Symptom: DataError "cannot read '2.5000000000000000' (decimal) as type Integer" for an
-- expression that is declared an integer but is none: 1 * f(x) / 2 in PostgreSQL.
-- Cause: only floats were let through, which is what SQLite gives.
-- Fix: an integral decimal becomes the integer, another one stays as it is.
local helper = require("spec.helper")
local corm = require("corm")
local func, literal, Integer = corm.func, corm.literal, corm.Integer

helper.each_database(function(db)
    it("what is declared an integer may be none", function()
        local engine = corm.create_engine(db.url)
        engine:connect(function(conn)
            local function value(number, divisor)
                return conn:scalar(corm.select(
                    corm.type_coerce(func.abs(literal(number)) / literal(divisor), Integer)))
            end
            assert.equal(2.5, tonumber(tostring(value(5, 2))))
            assert.equal(-5, value(5, -1))
            assert.equal("integer", math.type(value(5, -1)))
            assert.equal(100, value(100, 1))
        end)
        engine:dispose()
    end)
end)
