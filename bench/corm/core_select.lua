-- SPDX-License-Identifier: MIT
-- Select 10,000 rows by key with Core, the statement built anew each time.
return function(bench)
    local corm, key = bench.corm, bench.key
    local customer = bench.Customer.__table
    bench.engine:connect(function(connection)
        bench.time(10000, function()
            for i = 0, 9999 do
                local stmt = corm.select(customer):where(customer.c.id:eq(key(i)))
                assert(connection:execute(stmt):first())
            end
        end)
    end)
end
