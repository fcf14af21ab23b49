-- SPDX-License-Identifier: MIT
-- Insert 100,000 mappings by one call of Core; no keys are fetched.
return function(bench)
    local corm, customer = bench.corm, bench.Customer.__table
    bench.time(100000, function()
        local mappings = {}
        for i = 0, 99999 do
            mappings[i + 1] = {
                name = "customer name " .. i,
                description = "customer description " .. i,
            }
        end
        bench.engine:begin(function(connection)
            connection:execute(corm.insert(customer), mappings)
        end)
    end)
end
