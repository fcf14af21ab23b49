-- SPDX-License-Identifier: MIT
-- Make 100,000 objects and save them, a flush each 1000; their keys are fetched.
return function(bench)
    local Customer = bench.Customer
    local session <close> = bench.corm.Session(bench.engine)
    local last
    bench.time(100000, function()
        for first = 0, 99999, 1000 do
            for i = first, first + 999 do
                last = Customer{
                    name = "customer name " .. i,
                    description = "customer description " .. i,
                }
                session:add(last)
            end
            session:flush()
        end
        session:commit()
    end)
    assert(last.id == 100000)
end
