-- SPDX-License-Identifier: MIT
-- Load 20,000 objects, change one attribute of each, save them by one flush.
return function(bench)
    local corm, Customer = bench.corm, bench.Customer
    local session <close> = corm.Session(bench.engine)
    local customers
    bench.time(20000, function()
        customers = session:scalars(corm.select(Customer)):all()
        for _, customer in ipairs(customers) do
            customer.description = customer.description .. "updated"
        end
        session:commit()
    end)
    assert(#customers == 20000)
end
