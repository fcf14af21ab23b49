-- SPDX-License-Identifier: MIT
-- Each scenario with memory running out at many places; see csrc/host/oom_runner.c.
-- CORM_OOM_RUNS is the number of places tried for each scenario and way of failing, spread
-- over all allocations; 0 tries every one.
require("spec.helper")
local lfs = require("lfs")

local FOLDER = "spec/oom/scenarios"
local WAYS = { "lua", "lua-forever", "core", "core-forever", "load" }

local runs = os.getenv("CORM_OOM_RUNS") or "60"
local tree = package.searchpath("corm.core", package.cpath):match("^(.*)/lib/corm/core%.so$")

local function sweep(way, scenario)
    local command = "LUA_PATH='%s' %s/bin/oom_runner %s %s/%s %s 2>&1"
    local pipe <close> = assert(io.popen(command:format(package.path, tree, way,
        FOLDER, scenario, runs)))
    local output = pipe:read("a")
    assert(pipe:close(), output)
    assert.matches("^%d+ of %d+ allocations failed, [1-9]%d* errors\n$", output)
end

-- Scenarios that need a database of their own.
local NEEDS = { ["postgresql.lua"] = "CORM_TEST_PG" }

describe("when memory is short", function()
    local scenarios = {}
    for name in lfs.dir(FOLDER) do
        scenarios[#scenarios + 1] = name:match("^[%w_]+%.lua$")
    end
    table.sort(scenarios)
    assert(#scenarios > 0)

    for _, scenario in ipairs(scenarios) do
        for _, way in ipairs(WAYS) do
            local title = ("%s survives, %s"):format(scenario:match("^[%w_]+"), way)
            local variable = NEEDS[scenario]
            if variable and not os.getenv(variable) then
                pending(title .. ": " .. variable .. " is not set")
            else
                it(title, function()
                    sweep(way, scenario)
                end)
            end
        end
    end
end)
