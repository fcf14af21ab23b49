-- SPDX-License-Identifier: MIT
-- Get 10,000 objects by key in one transaction; none of them is in memory.
return function(bench)
    local Customer, key = bench.Customer, bench.key
    local session <close> = bench.corm.Session(bench.engine)
    bench.time(10000, function()
        for i = 0, 9999 do
            assert(session:get(Customer, key(i)))
        end
    end)
end
