-- SPDX-License-Identifier: MIT
-- What specs share: databases that are empty at the start of each test, temporary files,
-- the SQL an engine sends, Lua programs run in a process of their own, and the check after
-- each test that nothing of the core is left over.
--
--     local helper = require("spec.helper")
--
--     helper.each_database(function(db)
--         it("selects", function()
--             local engine = corm.create_engine(db.url)
--             local sql = helper.capture_sql(engine)
--             ...
--             assert.same({"SELECT 1"}, sql)
--         end)
--     end)
--
-- A test makes what it needs in locals. What before_each makes goes into a helper.fixture(),
-- since an upvalue would keep it alive past the leak check.

local busted = require("busted")
local lfs = require("lfs")
local rmtree = require("pl.dir").rmtree
local acceptance = require("spec.helper.acceptance")
local leaks = require("spec.helper.leaks")
local assert = require("luassert")
local postgres = require("spec.helper.postgres")

local helper = {}

-- The temporary folder of the running test, once something asked for it.
local folder
local fixtures = {}

---A path in a folder that is removed after the test.
---@param name string
---@param content? string written to the file
---@return string path
function helper.temp_file(name, content)
    if not folder then
        local tmpname = os.tmpname()
        os.remove(tmpname)
        folder = (os.getenv("TMPDIR") or "/tmp") .. "/" .. tmpname:match("[^/]+$")
        assert(lfs.mkdir(folder))
    end
    local path = folder .. "/" .. name
    if content then
        local file <close> = assert(io.open(path, "wb"))
        assert(file:write(content))
    end
    return path
end

---A table for what before_each makes; it is emptied after each test.
---@return table
function helper.fixture()
    local fixture = {}
    fixtures[#fixtures + 1] = fixture
    return fixture
end

---Call fn, which has to raise an error of the class.
---@param class corm.exc.Class
---@param fn function
---@param ... any its arguments
---@return table e the error
function helper.raises(class, fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok, "no error was raised")
    assert.is_true(class:is(e), tostring(e))
    return e
end

---A database to test on. Both URLs lead to an empty database at the start of each test.
---@class spec.Database
---@field name "sqlite"|"postgresql"
---@field url string in SQLite, a database in memory: one for each engine
---@field shared_url string in SQLite, a file: for several engines on the same data

local sqlite = setmetatable({ name = "sqlite", url = "sqlite://" }, {
    __index = function(_, key)
        if key == "shared_url" then
            return "sqlite:///" .. helper.temp_file("shared.db")
        end
    end,
})

local postgresql = setmetatable({ name = "postgresql" }, {
    __index = function(_, key)
        if key == "url" or key == "shared_url" then
            return postgres.url()
        end
    end,
})

---Iterate over the databases: `for db in helper.databases() do`.
---@return fun(): spec.Database?
function helper.databases()
    local all = { sqlite, postgres.is_available() and postgresql or nil }
    local i = 0
    return function()
        i = i + 1
        return all[i]
    end
end

---Describe the same behaviour on each database; the blocks are tagged #sqlite and
---#postgresql. Without a PostgreSQL its block is pending.
---@param body fun(db: spec.Database) calls it(), describe(), before_each() …
function helper.each_database(body)
    for db in helper.databases() do
        busted.describe("on " .. db.name .. " #" .. db.name, function()
            body(db)
        end)
    end
    if not postgres.is_available() then
        busted.pending("on postgresql: CORM_TEST_PG is not set")
    end
end

---The statements that an engine sends from now on, one string a batch; their parameters
---stand at the same index in the field `parameters`.
---@param engine corm.Engine
---@return string[]
function helper.capture_sql(engine)
    local parameters = {}
    local statements = setmetatable({}, { __index = { parameters = parameters } })
    require("corm.event").listen(engine, "before_cursor_execute", function(_, _, sql, values)
        statements[#statements + 1] = sql
        parameters[#statements] = values
    end)
    return statements
end

local function quote(word)
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

---Run a Lua program in a process of its own, with this one's search paths.
---@param path string
---@param ... string arguments
---@return string output what it wrote to stdout and stderr
---@return integer status exit status, or 128 + signal
function helper.run(path, ...)
    local words = { os.getenv("CORM_LUA") or "lua5.4", path, ... }
    for i, word in ipairs(words) do
        words[i] = quote(word)
    end
    local command = ("LUA_PATH=%s LUA_CPATH=%s %s 2>&1"):format(
        quote(package.path), quote(package.cpath), table.concat(words, " "))
    local pipe <close> = assert(io.popen(command))
    local output = pipe:read("a")
    local _, how, status = pipe:close()
    return output, how == "signal" and 128 + status or status
end

-- These surround the hooks that specs make: before_each goes from here inwards, after_each
-- outwards.

local counted
local passed -- name of the test, unless it failed

busted.before_each(function()
    if package.loaded["corm.core"] then
        acceptance.watch(package.loaded["corm.core"])
    end
    counted = leaks.count()
    passed = nil
end)

busted.subscribe({ "test", "end" }, function(element, _, status)
    passed = status == "success" and element.name
    return nil, true
end)

busted.after_each(function()
    for _, fixture in ipairs(fixtures) do
        for key in pairs(fixture) do
            fixture[key] = nil
        end
    end
    -- A failed test may have left things open; that it failed says enough.
    local leaked = counted and passed and leaks.since(counted)
    local refused = acceptance.check()
    postgres.reset()
    if folder then
        rmtree(folder)
        folder = nil
    end
    if leaked then
        error(("left over after '%s': %s"):format(passed, leaked), 0)
    elseif refused then
        error(("not SQL, in '%s': %s"):format(passed or "a failed test", refused), 0)
    end
end)

busted.subscribe({ "suite", "end" }, function()
    postgres.drop()
    return nil, true
end)

return helper
