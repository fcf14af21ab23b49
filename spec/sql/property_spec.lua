-- SPDX-License-Identifier: MIT
-- Random expressions: compiled, executed, and compared with what Lua calculates. A failure
-- prints the seed of its tree; CORM_PROPERTY_SEED=that and CORM_PROPERTY_TREES=1 make the
-- same tree again.

local helper = require("spec.helper")
local corm = require("corm")
local build = require("spec.property.build")
local data = require("spec.property.data")
local expressions = require("spec.property.expressions")
local generate = require("spec.property.generate")
local shrink = require("spec.property.shrink")

local SEED = math.tointeger(tonumber(os.getenv("CORM_PROPERTY_SEED"))) or 1
local TREES = math.tointeger(tonumber(os.getenv("CORM_PROPERTY_TREES"))) or 10000
local BATCH = 40
local REPORTED = 5 -- failures that are shrunk and printed

local function report(checker, tree)
    local small = shrink(tree, function(smaller)
        return checker:problem(smaller)
    end)
    return ("seed %d: %s\n  %s\n  %s"):format(tree.seed, checker:problem(small) or "passes alone",
        build.show(small), checker:sql(small))
end

-- Check the trees that were gathered for a scope and empty their list.
local function flush(checker, batch, failed)
    local problems = #batch.trees == 0 and {} or checker:check(batch.trees, batch.expected)
    for i in pairs(problems) do
        failed[#failed + 1] = batch.trees[i]
    end
    batch.trees, batch.expected = {}, {}
end

-- Check as many trees as are asked for; how many had to be left out, and those that failed.
local function check_all(checker)
    local batches = { row = { trees = {}, expected = {} }, group = { trees = {}, expected = {} } }
    local checked, skipped, failed = 0, 0, {}
    for seed = SEED, SEED + TREES - 1 do
        local tree = generate.tree(seed)
        local expected = checker:expected(tree)
        if expected then
            checked = checked + 1
            tree.seed = seed
            local batch = batches[tree.scope]
            table.insert(batch.trees, tree)
            table.insert(batch.expected, expected)
            if #batch.trees == BATCH then
                flush(checker, batch, failed)
            end
        else
            skipped = skipped + 1
        end
    end
    flush(checker, batches.row, failed)
    flush(checker, batches.group, failed)
    return failed, checked, skipped
end

helper.each_database(function(db)
    it("random expressions are worth what Lua calculates", function()
        local tables, metadata = data.schema()
        local engine = corm.create_engine(db.url)
        data.create(engine, tables, metadata)
        local messages, checked, skipped
        engine:connect(function(connection)
            local checker = expressions.new(connection, db.name, tables)
            local failed
            failed, checked, skipped = check_all(checker)
            messages = { ("%d of %d trees fail"):format(#failed, checked) }
            for i = 1, math.min(#failed, REPORTED) do
                messages[i + 1] = report(checker, failed[i])
            end
        end)
        engine:dispose()
        assert.truthy(#messages == 1, table.concat(messages, "\n"))
        assert.is_true(checked > skipped, "most trees should be in range")
    end)
end)
