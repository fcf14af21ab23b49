-- SPDX-License-Identifier: MIT
-- Build a statement 10,000 times and find it compiled in the engine's cache, its values filled
-- in: everything that execute() does before it asks the database.
local core = require("corm.core")
local build = require("wide")

return function(bench)
    bench.engine:begin(function(connection)
        local native = connection:_begun_native()
        core.prepare(connection, native, build(0), nil, false)
        bench.time(10000, function()
            for i = 1, 10000 do
                local _, is_found = core.prepare(connection, native, build(i), nil, false)
                assert(is_found)
            end
        end)
    end)
end
