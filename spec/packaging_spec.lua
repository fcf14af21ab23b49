-- SPDX-License-Identifier: MIT
-- The two ways to install, each into a folder of its own, tried from outside the sources.

local helper = require("spec.helper")

-- Run a shell command; its output is the message if it fails.
local function sh(command, ...)
    local pipe <close> = assert(io.popen(command:format(...) .. " 2>&1"))
    local output = pipe:read("a")
    assert(pipe:close(), output)
    return output
end

local PROGRAM = [[
local core, path = require("corm.core"), package.searchpath("corm.core", package.cpath)
assert(type(core) == "table")
print(path, package.searchpath("corm", package.path))
]]

-- Where a program finds corm that knows nothing but the folders share and lib of a prefix.
local function found_in(share, lib)
    local program = helper.temp_file("program.lua", PROGRAM)
    return sh("cd / && LUA_PATH='%s/?.lua;%s/?/init.lua' LUA_CPATH='%s/?.so' lua5.4 %s",
        share, share, lib, program)
end

describe("LuaRocks #slow", function()
    it("makes the rock from a checkout", function()
        local tree = helper.temp_file("tree")
        sh("CMAKE_BUILD_PARALLEL_LEVEL=2 luarocks --lua-version 5.4 make --tree %s", tree)
        local share, lib = tree .. "/share/lua/5.4", tree .. "/lib/lua/5.4"
        assert.equal(("%s/corm/core.so\t%s/corm/init.lua\n"):format(lib, share),
            found_in(share, lib))
    end)
end)

describe("cmake --install #slow", function()
    local C_PROGRAM = [[
#include <stdio.h>
#include <corm/corm.h>
int main(void)
{
    corm_host *host = corm_host_open(NULL);
    if (host == NULL) {
        return 1;
    }
    corm_host_close(host);
    puts("opened and closed");
    return 0;
}
]]

    local CMAKE_PROJECT = [[
cmake_minimum_required(VERSION 3.25)
project(program LANGUAGES C)
find_package(corm REQUIRED)
add_executable(program program.c)
target_link_libraries(program PRIVATE corm::corm)
]]

    local function install()
        local prefix = helper.temp_file("prefix")
        sh("cmake --install build --prefix %s", prefix)
        return prefix
    end

    it("lays out the Lua package", function()
        local prefix = install()
        local share, lib = prefix .. "/share/lua/5.4", prefix .. "/lib/lua/5.4"
        assert.equal(("%s/corm/core.so\t%s/corm/init.lua\n"):format(lib, share),
            found_in(share, lib))
    end)

    it("lets a C program find libcorm by pkg-config", function()
        local prefix = install()
        local source = helper.temp_file("program.c", C_PROGRAM)
        local program = helper.temp_file("program")
        local flags = sh("PKG_CONFIG_PATH=%s/lib/pkgconfig pkg-config --cflags --libs corm", prefix)
        sh("cc -Wl,-rpath,%s/lib -o %s %s %s", prefix, program, source, flags:gsub("\n", ""))
        assert.equal("opened and closed\n", sh("cd / && %s", program))
    end)

    it("lets a C program find libcorm by CMake", function()
        local prefix = install()
        local folder = helper.temp_file("program.c", C_PROGRAM):match("^(.*)/")
        helper.temp_file("CMakeLists.txt", CMAKE_PROJECT)
        sh("cmake -S %s -B %s/build -DCMAKE_PREFIX_PATH=%s", folder, folder, prefix)
        sh("cmake --build %s/build", folder)
        assert.equal("opened and closed\n", sh("cd / && %s/build/program", folder))
    end)

    it("brings the corm program, which finds its own Lua files", function()
        local script = helper.temp_file("program.lua",
            "require('corm') print((package.searchpath('corm', package.path)))")
        local prefix = install()
        assert.equal(prefix .. "/share/lua/5.4/corm/init.lua\n", sh("cd / && realpath "
            .. "$(env -u LUA_PATH -u LUA_CPATH %s/bin/corm %s)", prefix, script))
    end)
end)
