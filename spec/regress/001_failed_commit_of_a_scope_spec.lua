-- SPDX-License-Identifier: MIT
-- Symptom: `local tx <close> = connection:begin()` whose commit failed at the end of the block
-- left the transaction open on the connection; and when the rollback failed as well, its error
-- hid the first one.
-- Cause: __close committed and had nothing to fall back on.
-- Fix: a failed commit rolls back, and the error of a rollback has the first one as cause.
local helper = require("spec.helper")
local corm = require("corm")

local function with_foreign_keys(url)
    local engine = corm.create_engine(url)
    corm.event.listen(engine, "connect", function(connection)
        if engine.dialect.name == "sqlite" then
            connection:execute("PRAGMA foreign_keys = ON")
        end
    end)
    return engine
end

local function make_tables(conn)
    conn:execute(corm.text("CREATE TABLE boss (id INTEGER PRIMARY KEY)"))
    conn:execute(corm.text("CREATE TABLE worker (boss_id INTEGER REFERENCES boss (id) "
        .. "DEFERRABLE INITIALLY DEFERRED)"))
end

helper.each_database(function(db)
    describe("the end of a scope", function()
        it("rolls back when the commit fails", function()
            local engine = with_foreign_keys(db.url)
            engine:begin(make_tables)
            engine:connect(function(conn)
                local ok, e = pcall(function()
                    local _ <close> = conn:begin()
                    conn:execute(corm.text("INSERT INTO worker VALUES (5)"))
                end)
                assert.is_false(ok)
                assert.is_true(corm.exc.IntegrityError:is(e), tostring(e))
                assert.is_false(conn:in_transaction())
                assert.equal(0, conn:scalar(corm.text("SELECT count(*) FROM worker")))
            end)
            engine:dispose()
        end)

        it("keeps the first error when the rollback fails too", function()
            local engine = corm.create_engine(db.url)
            local session = corm.Session(engine)
            local first = corm.exc.InvalidRequestError("first")
            corm.event.listen(session, "after_rollback", function()
                error(corm.exc.InvalidRequestError("second"))
            end)
            local ok, e = pcall(session.begin, session, function()
                session:execute(corm.text("SELECT 1"))
                error(first)
            end)
            assert.is_false(ok)
            assert.equal("second", e.message)
            assert.equal(first, e.cause)
            pcall(session.close, session)
            engine:dispose()
        end)
    end)
end)
