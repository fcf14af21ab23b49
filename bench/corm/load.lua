-- SPDX-License-Identifier: MIT
-- Load 200,000 objects into a list.
return function(bench)
    local corm, Customer = bench.corm, bench.Customer
    local session <close> = corm.Session(bench.engine)
    local customers
    bench.time(200000, function()
        customers = session:scalars(corm.select(Customer)):all()
    end)
    assert(#customers == 200000)
end
