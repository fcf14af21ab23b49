-- SPDX-License-Identifier: MIT
-- Symptom: after expunge_all() or close(), session:get() gave the detached object again, with its
-- old values, if somebody still held it and nobody listened to the connection.
-- Cause: what gets objects in one call of the core kept the identity map that the session had.
-- Fix: the session makes it anew with its identity map.
local helper = require("spec.helper")
local corm = require("corm")

helper.each_database(function(db)
    for _, way in ipairs({ "expunge_all", "close" }) do
        it("get() after " .. way .. "() reads the row anew", function()
            local engine = corm.create_engine(db.shared_url)
            local Base = corm.declarative_base()
            local Thing = Base:extend("Thing", {
                __tablename = "thing",
                id = corm.Column(corm.Integer, { primary_key = true }),
                name = corm.Column(corm.String),
            })
            Base.metadata:create_all(engine)
            local session <close> = corm.Session(engine)
            session:add(Thing({ id = 5, name = "old" }))
            session:commit()
            session:expunge_all()
            local held = session:get(Thing, 5)
            session[way](session)
            session:execute(corm.update(Thing):values({ name = "new" }),
                nil, { execution_options = { synchronize_session = false } })
            local found = session:get(Thing, 5)
            assert.is_false(rawequal(held, found))
            assert.equal("new", found.name)
            assert.is_true(session:contains(found))
            assert.is_false(session:contains(held))
        end)
    end
end)
