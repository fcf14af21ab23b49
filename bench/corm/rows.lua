-- SPDX-License-Identifier: MIT
-- Load 200,000 rows by Core into a list.
return function(bench)
    local corm, customer = bench.corm, bench.Customer.__table
    local rows
    bench.engine:connect(function(connection)
        bench.time(200000, function()
            rows = connection:execute(corm.select(customer)):all()
        end)
    end)
    assert(#rows == 200000)
end
