-- SPDX-License-Identifier: MIT
-- Build a statement 10,000 times and compile it each time.
local build = require("wide")

return function(bench)
    local dialect = bench.engine.dialect
    bench.time(10000, function()
        for i = 1, 10000 do
            assert(build(i):compile({ dialect = dialect }))
        end
    end)
end
