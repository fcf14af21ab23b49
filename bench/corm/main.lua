-- SPDX-License-Identifier: MIT
-- lua5.4 main.lua URL CASE REPEAT: run CASE.lua of this folder REPEAT times.
--
-- A case is a function of the table below. What it does inside bench.time is measured,
-- what it does before and after is not.
local url, case_name, repeats = ...
local now = require("bench_clock")
local models = require("models")

local bench = {
    corm = models.corm,
    engine = models.corm.create_engine(url),
    Customer = models.Customer,
    Parent = models.Parent,
}

--- Print a result: the case's name, the number of items, the seconds or bytes.
function bench.report(name, n, value)
    print(("%s %d %.7f"):format(name, n, value))
end

--- Time one run of the case, started with no garbage around.
function bench.time(n, run)
    collectgarbage()
    collectgarbage()
    local start = now()
    run()
    bench.report(case_name, n, now() - start)
end

--- The i-th key, counted from 0, of a fixed walk over 1..11000 that meets no key twice.
function bench.key(i)
    return i * 7919 % 11000 + 1
end

--- The mappings of n customers.
function bench.mappings(n)
    local mappings = {}
    for i = 0, n - 1 do
        mappings[i + 1] = {
            name = "customer name " .. i,
            description = "customer description " .. i,
        }
    end
    return mappings
end

local case = require(case_name)
bench.engine:connect(function() end)
for _ = 1, tonumber(repeats) do
    case(bench)
end
