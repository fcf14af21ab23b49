-- SPDX-License-Identifier: MIT
-- Save 1000 new objects, each in a session and a transaction of its own.
return function(bench)
    local Session, engine, Customer = bench.corm.Session, bench.engine, bench.Customer
    bench.time(1000, function()
        for i = 0, 999 do
            local session <close> = Session(engine)
            session:add(Customer{
                name = "customer name " .. i,
                description = "customer description " .. i,
            })
            session:commit()
        end
    end)
end
