-- SPDX-License-Identifier: MIT
-- Symptom: session:commit() in a listener of before_commit overflowed the C stack.
-- Cause: the transaction was committed again before it had another state.
-- Fix: it knows that it is being committed, and says so.
local helper = require("spec.helper")
local corm = require("corm")

helper.each_database(function(db)
    it("a listener cannot commit what is being committed", function()
        local engine = corm.create_engine(db.url)
        local session <close> = corm.Session(engine)
        local function commit()
            session:commit()
        end
        corm.event.listen(session, "before_commit", commit)
        session:execute(corm.text("SELECT 1"))
        local ok, e = pcall(session.commit, session)
        assert.is_false(ok)
        assert.is_true(corm.exc.IllegalStateChangeError:is(e), tostring(e))
        corm.event.remove(session, "before_commit", commit)
        session:commit()
        engine:dispose()
    end)
end)
