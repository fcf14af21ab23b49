-- SPDX-License-Identifier: MIT
-- Select 10,000 rows by key with Core, one statement with a parameter, every column read.
return function(bench)
    local corm, key = bench.corm, bench.key
    local customer = bench.Customer.__table
    local stmt = corm.select(customer):where(customer.c.id:eq(corm.bindparam("key")))
    bench.engine:begin(function(connection)
        local sum = 0
        bench.time(10000, function()
            for i = 0, 9999 do
                local row = connection:execute(stmt, { key = key(i) }):one()
                sum = sum + row.id + #row.name + #row.description
            end
        end)
        assert(sum > 0)
    end)
end
