-- SPDX-License-Identifier: MIT
-- Symptom: PostgreSQL refused `-$1`, `integer_column + $1` with 1.5, `$1 IN (…)`, `count($1)`
-- and `$1 IS NULL`, or read the parameter as something else than it was.
-- Cause: it takes a parameter of no known type to be of the type of what stands beside it.
-- Fix: where that is another type than the parameter's own, or nothing is known, the
-- parameter says its type: -$1::INTEGER.
local helper = require("spec.helper")
local corm = require("corm")
local func, literal = corm.func, corm.literal

helper.each_database(function(db)
    it("a parameter is of its own type whatever stands beside it", function()
        local metadata = corm.MetaData()
        local t = corm.Table("t", metadata, corm.Column("n", corm.Integer),
            corm.Column("x", corm.Float), corm.Column("s", corm.String))
        local engine = corm.create_engine(db.url)
        metadata:create_all(engine)
        local n, x = t.c.n, t.c.x
        local cases = {
            { -literal(3), -3 },
            { n + 1.5, 3.5 },
            { 1.5 + n, 3.5 },
            { func.length(t.c.s) * 0.5, 1.5 },
            { n + (literal(-2.25) + x), 0.0 },
            { literal(1.5) + (literal(-7) + literal(0.5)), -5.0 },
            { literal(2):in_({ n, corm.NULL }), true },
            { literal(0):in_({ literal(0), n }), true },
            { literal(2.5):between(n, 3), true },
            { n:between(1.5, 2.5), true },
            { literal("x"):is_(corm.NULL), false },
            { func.count(literal("x")), 1 },
        }
        engine:begin(function(conn)
            conn:execute(corm.insert(t), { { n = 2, x = 0.25, s = "abc" } })
            for i, case in ipairs(cases) do
                local found = conn:scalar(corm.select(case[1]):select_from(t))
                assert.equal(case[2], found, "case " .. i)
            end
        end)
        engine:dispose()
    end)
end)
