-- SPDX-License-Identifier: MIT
-- func.aggregate_strings(), whose separator is text when the statement runs.

local helper = require("spec.helper")
local corm = require("corm")

local func, select = corm.func, corm.select

helper.each_database(function(db)
    describe("aggregate_strings", function()
        local t = corm.Table("t", corm.MetaData(), corm.Column("x", corm.String(10)))
        local own = helper.fixture()

        before_each(function()
            own.engine = corm.create_engine(db.url)
            t.metadata:create_all(own.engine)
            own.connection = own.engine:connect()
            own.connection:execute(corm.insert(t), { { x = "a" }, { x = "c" }, { x = "b" } })
        end)

        after_each(function()
            own.connection:close()
            t.metadata:drop_all(own.engine)
            own.engine:dispose()
        end)

        it("puts any text between", function()
            for _, separator in ipairs({ ",", "", "'", "; ü", "%s", "?", ":x", "\\" }) do
                local call = func.aggregate_strings(t.c.x, separator)
                assert.equal(table.concat({ "a", "c", "b" }, separator),
                    own.connection:scalar(select(call)))
                if db.name == "postgresql" then -- SQLite takes an order from 3.44 on
                    local ordered = call:aggregate_order_by(t.c.x:desc())
                    assert.equal(table.concat({ "c", "b", "a" }, separator),
                        own.connection:scalar(select(ordered)))
                end
            end
        end)

        it("has the separator in the statement", function()
            local sent
            corm.event.listen(own.engine, "before_cursor_execute", function(_, _, statement)
                sent = statement
            end)
            own.connection:scalar(select(func.aggregate_strings(t.c.x, "-")):where(t.c.x:ne("b")))
            assert.matches("(t.x, '-') AS aggregate_strings_1", sent, 1, true)
        end)
    end)
end)
