-- SPDX-License-Identifier: MIT
-- The bytes that 200,000 loaded objects take beyond the bytes of their values: by Lua's
-- count, and by the resident memory of the process.
local N = 200000

local function lua_bytes()
    collectgarbage()
    collectgarbage()
    return collectgarbage("count") * 1024
end

local function resident_bytes()
    for line in io.lines("/proc/self/status") do
        local kib = line:match("^VmRSS:%s*(%d+)")
        if kib then
            return kib * 1024
        end
    end
    error("no VmRSS in /proc/self/status")
end

local function value_bytes()
    local sum = 8 * N
    for i = 0, N - 1 do
        sum = sum + #("customer name " .. i) + #("customer description " .. i)
    end
    return sum
end

return function(bench)
    local corm, Customer = bench.corm, bench.Customer
    local values = value_bytes()
    local session <close> = corm.Session(bench.engine)
    assert(session:scalars(corm.select(Customer):limit(1)):one())
    local before, resident_before = lua_bytes(), resident_bytes()
    local customers = session:scalars(corm.select(Customer)):all()
    local after, resident_after = lua_bytes(), resident_bytes()
    assert(#customers == N)
    bench.report("memory", N, after - before - values)
    bench.report("memory_resident", N, resident_after - resident_before - values)
end
