-- SPDX-License-Identifier: MIT
-- Symptom: a server that sends its answer byte by byte crashed the program.
-- Cause: each wait of a blocking call nested one more C frame, until the stack was full.
-- Fix: lcorm_wait() calls continuations in a loop.
require("spec.helper")
local scripted_server = require("spec.helper.scripted_server")
local corm = require("corm")

describe("An answer that comes in many small pieces", function()
    it("is read", function()
        local length = 1 << 18
        local server <close> = scripted_server.start({
            scripted_server.greeting(), "read S",
            scripted_server.send(scripted_server.bound(), scripted_server.columns("x"), "D",
                string.pack(">I4I2I4", length + 10, 1, length)),
            scripted_server.flood(length // 2, "ab"),
            scripted_server.send(scripted_server.done("SELECT 1")), "hold",
        })
        local engine = corm.create_engine(server.url, {
            isolation_level = "AUTOCOMMIT", poolclass = corm.NullPool,
        })
        engine:connect(function(connection)
            assert.equal(("ab"):rep(length // 2),
                connection:exec_driver_sql("SELECT 1"):scalar())
        end)
        engine:dispose()
    end)
end)
