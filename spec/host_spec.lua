-- SPDX-License-Identifier: MIT
-- The corm program and the example of embedding, both from the build tree.
local helper = require("spec.helper")

local tree = package.searchpath("corm.core", package.cpath):match("^(.*)/lib/corm/core%.so$")

-- Run a shell command with the sources' Lua files; gives its output and exit status.
local function sh(command, ...)
    local pipe <close> = assert(io.popen(
        ("export LUA_PATH='%s'; exec 2>&1; "):format(package.path) .. command:format(...)))
    local output = pipe:read("a")
    local _, _, status = pipe:close()
    return output, status
end

local function corm(arguments)
    return sh("%s/bin/corm %s", tree, arguments)
end

describe("the corm program", function()
    it("runs a file with its arguments", function()
        local script = helper.temp_file("a.lua", "print(arg[0], #arg, ...)")
        assert.equal(script .. "\t2\tx\ty z\n", (corm(script .. " x 'y z'")))
    end)

    it("runs the standard input", function()
        assert.equal("hello\n", (sh("echo 'print((...))' | %s/bin/corm - hello", tree)))
    end)

    it("has corm at hand, without its module on the path", function()
        local script = helper.temp_file("a.lua", "print(require('corm.core').NULL)")
        assert.equal("NULL\n", (sh("LUA_CPATH= %s/bin/corm %s", tree, script)))
    end)

    it("runs code, in which corm is a global", function()
        assert.equal("2024-01-31\n", (corm("-e 'print(corm.date(2024, 1, 31))'")))
    end)

    it("fails with the error and where it came from", function()
        local script = helper.temp_file("a.lua",
            "local function f() require('corm.exc').DataError:raise('too long') end f()")
        local output, status = corm(script)
        assert.equal(1, status)
        assert.matches("^corm: " .. script:gsub("%p", "%%%0")
            .. ":1: DataError: too long\nstack traceback:", output)
    end)

    it("gives its version and its usage", function()
        assert.matches("^corm %d+%.%d+%.%d+\n$", (corm("--version")))
        assert.equal((corm("-v")), (corm("--version")))
        assert.matches("^usage: corm FILE", (corm("--help")))
    end)

    it("refuses what it does not understand", function()
        for _, arguments in ipairs({ "", "-e", "-e 1 2", "-x" }) do
            local output, status = corm(arguments)
            assert.equal(2, status)
            assert.matches("^corm: .*\nusage:", output)
        end
    end)

    it("leaves os.exit its way", function()
        local script = helper.temp_file("a.lua", "os.exit(7)")
        assert.equal(7, (select(2, corm(script))))
    end)
end)

describe("the example of embedding #slow", function()
    it("runs a model written in Lua from C", function()
        local build = helper.temp_file("build")
        local output, status = sh("cmake -S examples/embed -B %s -Dcorm_DIR=%s && cmake --build %s",
            build, tree, build)
        assert.equal(0, status, output)
        assert.equal("ann: 69.75\nbob: 35.75\nrefused: bob has only 35.75\n3 commits\n",
            (sh("%s/embed examples/embed/bank.lua", build)))
    end)
end)
