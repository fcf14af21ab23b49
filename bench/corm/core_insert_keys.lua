-- SPDX-License-Identifier: MIT
-- Insert 100,000 mappings, made beforehand, by one call of Core that returns their keys in order.
return function(bench)
    local corm, customer = bench.corm, bench.Customer.__table
    local mappings = bench.mappings(100000)
    local keys
    bench.time(100000, function()
        bench.engine:begin(function(connection)
            local stmt = corm.insert(customer):returning(customer.c.id,
                { sort_by_parameter_order = true })
            keys = connection:execute(stmt, mappings):scalars():all()
        end)
    end)
    for i = 2, #keys do
        assert(keys[i] > keys[i - 1])
    end
    assert(#keys == 100000)
end
