-- SPDX-License-Identifier: MIT
-- Load 200 parents with their 100 children each by selectinload.
return function(bench)
    local corm, Parent = bench.corm, bench.Parent
    local session <close> = corm.Session(bench.engine)
    local stmt = corm.select(Parent):options(corm.selectinload(Parent.children))
    local total = 0
    bench.time(20000, function()
        for _, parent in ipairs(session:scalars(stmt):all()) do
            total = total + #parent.children
        end
    end)
    assert(total == 20000)
end
