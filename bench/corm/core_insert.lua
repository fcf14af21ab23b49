-- SPDX-License-Identifier: MIT
-- Insert 100,000 mappings, made beforehand, by one call of Core; no keys are fetched.
return function(bench)
    local corm, customer = bench.corm, bench.Customer.__table
    local mappings = bench.mappings(100000)
    bench.time(100000, function()
        bench.engine:begin(function(connection)
            connection:execute(corm.insert(customer), mappings)
        end)
    end)
end
