-- SPDX-License-Identifier: MIT
-- The statement of the compiling cases: 10 columns, 2 joins, 5 conditions.
local function build(bench, i)
    local corm = bench.corm
    local customer, parent, child =
        bench.Customer.__table, bench.Parent.__table, bench.Child.__table
    local c, p, k = customer.c, parent.c, child.c
    return corm.select(c.id, c.name, c.description, p.id:label("parent"), k.id:label("child"),
            k.parent_id, (c.id + 1):label("next"), corm.func.upper(c.name):label("upper"),
            corm.func.length(c.description):label("length"), (c.id * 2):label("double"))
        :join_from(customer, parent, parent.c.id:eq(c.id))
        :join(child, k.parent_id:eq(p.id))
        :where(c.id:gt(i), c.name:like("customer%"), p.id:lt(i + 100), k.id:ne(i),
            c.description:is_not(corm.NULL))
end

return build
