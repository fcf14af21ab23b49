-- SPDX-License-Identifier: MIT
-- Build a statement 10,000 times and find it compiled in the engine's cache, its values checked
-- and filled in: everything that execute() does before it asks the database.
local core = require("corm.core")
local build = require("wide")

return function(bench)
    bench.engine:begin(function(connection)
        local native = connection:_begun_native()
        local function ready(i)
            core.execution.bind(core.prepare(connection, native, build(i), nil, false))
        end

        -- Nothing is collected meanwhile, so what was compiled anew would be counted.
        ready(0)
        local ncompiled = core.counters().compiled
        collectgarbage("stop")
        for i = 1, 100 do
            ready(i)
        end
        assert(core.counters().compiled == ncompiled, "the statement was not found compiled")
        collectgarbage("restart")

        bench.time(10000, function()
            for i = 1, 10000 do
                ready(i)
            end
        end)
    end)
end
