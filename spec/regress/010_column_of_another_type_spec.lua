-- SPDX-License-Identifier: MIT
-- PostgreSQL keeps the types that it inferred for a prepared statement's parameters. When a
-- table was made anew with a column of another type, its INSERT failed for ever on the
-- connections that had it prepared. Now it fails once in a transaction that is open, and is
-- prepared anew.
local helper = require("spec.helper")
local corm = require("corm")

helper.each_database(function(db)
    it("an INSERT learns that a column has another type", function()
        local it_has = helper.fixture()
        it_has.engine = corm.create_engine(db.url)
        local t = corm.Table("changing", corm.MetaData(),
            corm.Column("x", corm.Integer, { primary_key = true }), corm.Column("y", corm.String))
        local uuid = "12345678-1234-1234-1234-123456789012"

        local function insert(n, value)
            local sets = {}
            for i = 1, n do
                sets[i] = { x = i, y = value }
            end
            return pcall(it_has.engine.begin, it_has.engine, function(conn)
                conn:execute(corm.delete(t))
                conn:execute(corm.insert(t):returning(t.c.x), sets):all()
            end)
        end

        for _, case in ipairs({ { "text", "a" }, { "uuid", uuid }, { "text", "b" } }) do
            it_has.engine:begin(function(conn)
                conn:exec_driver_sql("DROP TABLE IF EXISTS changing")
                conn:exec_driver_sql(
                    ("CREATE TABLE changing (x integer PRIMARY KEY, y %s)"):format(case[1]))
            end)
            for _, n in ipairs({ 1, 20 }) do
                if not insert(n, case[2]) then
                    assert(insert(n, case[2]))
                end
            end
        end
        it_has.engine:dispose()
    end)
end)
