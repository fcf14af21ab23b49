-- SPDX-License-Identifier: MIT
-- Get 10,000 objects by key that are in memory already: no statement is run.
return function(bench)
    local corm, Customer, key = bench.corm, bench.Customer, bench.key
    local session <close> = corm.Session(bench.engine)
    local held = session:scalars(corm.select(Customer):where(Customer.id:le(11000))):all()
    local statements = 0
    local function count()
        statements = statements + 1
    end
    corm.event.listen(bench.engine, "before_cursor_execute", count)
    bench.time(10000, function()
        for i = 0, 9999 do
            session:get(Customer, key(i))
        end
    end)
    corm.event.remove(bench.engine, "before_cursor_execute", count)
    assert(statements == 0 and #held == 11000)
    assert(session:get(Customer, held[1].id) == held[1])
end
