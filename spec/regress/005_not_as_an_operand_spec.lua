-- SPDX-License-Identifier: MIT
-- Symptom: `(~flag):is_(NULL)` was true for a false flag: NOT t.flag IS NULL is
-- NOT (t.flag IS NULL). `flag:eq(~other)` was a syntax error in PostgreSQL, and another
-- condition in SQLite.
-- Cause: NOT of a flag was never put in parentheses, as in SQLAlchemy.
-- Fix: it is, beside whatever binds tighter.
local helper = require("spec.helper")
local corm = require("corm")

helper.each_database(function(db)
    it("NOT keeps its operand to itself", function()
        local metadata = corm.MetaData()
        local t = corm.Table("t", metadata, corm.Column("f", corm.Boolean),
            corm.Column("g", corm.Boolean))
        local engine = corm.create_engine(db.url)
        metadata:create_all(engine)
        local f, g = t.c.f, t.c.g
        engine:begin(function(conn)
            conn:execute(corm.insert(t), { { f = false, g = false } })
            local row = conn:execute(corm.select((~f):is_(corm.NULL), g:eq(~f), (~f):eq(g),
                (~f):in_({ true }), corm.and_(~f, ~g), ~~f)):one()
            assert.same({ false, false, false, true, true, false }, { row:unpack() })
        end)
        engine:dispose()
    end)
end)
