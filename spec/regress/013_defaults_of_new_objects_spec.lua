-- SPDX-License-Identifier: MIT
-- A flush refused an SQL default with parameters of its own, inserted NULL for a default that
-- is a table, and took NULL, which stands for None, for a value where there is a default.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, NULL = corm.Column, corm.Integer, corm.NULL

helper.each_database(function(db)
    describe("a new object", function()
        local engine, Thing

        before_each(function()
            local Base = corm.declarative_base()
            Thing = Base:extend("Thing", {
                __tablename = "thing",
                id = Column(Integer, { primary_key = true }),
                scalar = Column(Integer, { default = 5 }),
                server = Column(Integer, { server_default = "7" }),
                computed = Column(Integer, { default = function() return 9 end }),
                sql = Column(Integer, {
                    default = corm.func.abs(-3), onupdate = corm.func.abs(-4),
                }),
                json = Column(corm.JSON, { default = { x = 1 } }),
                plain = Column(Integer),
            })
            engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
        end)

        after_each(function()
            Thing.metadata:drop_all(engine)
            engine:dispose()
            engine, Thing = nil, nil
        end)

        local function row_of(object)
            local session <close> = corm.Session(engine)
            session:add(object)
            session:commit()
            local row = session:execute(corm.text("SELECT scalar, server, computed, sql, "
                .. "CAST(json AS TEXT) AS json FROM thing")):one():asdict()
            row.json = row.json and row.json:gsub("%s", "")
            return row
        end

        local DEFAULTS = { scalar = 5, server = 7, computed = 9, sql = 3, json = "{\"x\":1}" }

        it("has the defaults of what was not said", function()
            assert.same(DEFAULTS, row_of(Thing({ plain = 1 })))
        end)

        it("has them where NULL was said, but in JSON, which has a null", function()
            local row = row_of(Thing({
                scalar = NULL, server = NULL, computed = NULL, sql = NULL, json = NULL,
            }))
            assert.equal("null", row.json)
            row.json = DEFAULTS.json
            assert.same(DEFAULTS, row)
        end)

        it("has NULL where null() was said", function()
            local null = corm.null()
            assert.same({}, row_of(Thing({
                scalar = null, server = null, computed = null, sql = null, json = null,
            })))
        end)

        it("is one of many of the kind", function()
            local session <close> = corm.Session(engine)
            for i = 1, 20 do
                session:add(Thing({ plain = i }))
            end
            session:commit()
            local things = session:scalars(corm.select(Thing):order_by(Thing.plain)):all()
            for i, thing in ipairs(things) do
                assert.same({ i, 5, 7, 9, 3, 1 }, { thing.plain, thing.scalar, thing.server,
                    thing.computed, thing.sql, thing.json.x })
            end
            assert.equal(20, #things)
        end)

        it("gets what onupdate makes with parameters of its own", function()
            local session <close> = corm.Session(engine)
            local thing = Thing({ plain = 1 })
            session:add(thing)
            session:commit()
            thing.plain = 2
            session:commit()
            assert.equal(4, thing.sql)
            assert.equal(2, thing.plain)
        end)
    end)
end)
