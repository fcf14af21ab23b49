-- SPDX-License-Identifier: MIT
-- Stream 1,000,000 rows by Core and read every column; then the peak of the memory over what
-- was in use before, in MiB.
local function kib(name)
    for line in io.lines("/proc/self/status") do
        local found = line:match("^" .. name .. ":%s*(%d+)")
        if found then
            return tonumber(found)
        end
    end
    error("no " .. name .. " in /proc/self/status")
end

return function(bench)
    local corm = bench.corm
    local customer, parent = bench.Customer.__table, bench.Parent.__table
    local stmt = corm.select(customer)
        :select_from(corm.join(parent, customer, parent.c.id:le(5)))
    local resident = kib("VmRSS")
    bench.engine:connect(function(connection)
        local n, sum = 0, 0
        bench.time(1000000, function()
            for row in connection:stream(stmt) do
                n = n + 1
                sum = sum + row.id + #row.name + #row.description
            end
        end)
        assert(n == 1000000 and sum > n)
    end)
    bench.report("core_stream_memory", 1, (kib("VmHWM") - resident) / 1024)
end
