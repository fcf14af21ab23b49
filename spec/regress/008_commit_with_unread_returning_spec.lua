-- SPDX-License-Identifier: MIT
-- SQLite commits nothing while rows of a RETURNING are left: they are read ahead.
local helper = require("spec.helper")
local corm = require("corm")

describe("A RETURNING that nobody has read to its end", function()
    helper.each_database(function(db)
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.url)
            local metadata = corm.MetaData()
            it_has.t = corm.Table("t", metadata,
                corm.Column("id", corm.Integer, { primary_key = true }),
                corm.Column("n", corm.Integer))
            metadata:create_all(it_has.engine)
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        local function insert(n)
            return corm.insert(it_has.t):values(n):returning(it_has.t.c.n)
        end

        it("does not keep a transaction from its end", function()
            for _, ending in ipairs({ "commit", "rollback" }) do
                local conn <close> = it_has.engine:connect()
                local result = conn:execute(insert({ { n = 1 }, { n = 2 }, { n = 3 } }))
                assert.equal(1, result:fetchone().n)
                conn[ending](conn)
            end
            local conn <close> = it_has.engine:connect()
            assert.equal(3, conn:scalar(corm.select(corm.func.count()):select_from(it_has.t)))
        end)

        it("does not keep a savepoint from its release", function()
            it_has.engine:begin(function(conn)
                local result
                conn:begin_nested(function()
                    result = conn:execute(insert({ { n = 1 }, { n = 2 } }))
                end)
                assert.equal(2, #result:all())
            end)
        end)
    end)
end)
