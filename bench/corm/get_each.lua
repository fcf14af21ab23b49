-- SPDX-License-Identifier: MIT
-- Get 10,000 objects by key, each in a session and a transaction of its own.
return function(bench)
    local Session, engine = bench.corm.Session, bench.engine
    local Customer, key = bench.Customer, bench.key
    bench.time(10000, function()
        for i = 0, 9999 do
            local session <close> = Session(engine)
            assert(session:get(Customer, key(i)))
        end
    end)
end
