-- SPDX-License-Identifier: MIT
-- Load 200,000 objects into a list, then read every attribute of every object.
return function(bench)
    local corm, Customer = bench.corm, bench.Customer
    local session <close> = corm.Session(bench.engine)
    local sum = 0
    bench.time(200000, function()
        local customers = session:scalars(corm.select(Customer)):all()
        for i = 1, #customers do
            local c = customers[i]
            local id, name, text = c.id, c.name, c.description
            sum = sum + id + #name + #text
        end
    end)
    assert(sum > 200000 * 200001 // 2)
end
