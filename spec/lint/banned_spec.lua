-- SPDX-License-Identifier: MIT
-- Calls and marks that do not occur, each with the reason.

local source = require("spec.lint.source")

-- name = { where it may be called, why nowhere else }
local HEAP = { "csrc/base/alloc.c", "memory goes through base/alloc.h, where faults are injected" }
local UNBOUNDED = { nil, "it cannot know the size of its target" }
local BARE = { nil, "it raises a string; lua/kit.h has its like, which raises an ArgumentError" }
local BANNED_CALLS = {
    malloc = HEAP,
    calloc = HEAP,
    realloc = HEAP,
    free = HEAP,
    strdup = HEAP,
    strndup = HEAP,
    luaL_argcheck = BARE,
    luaL_argerror = BARE,
    luaL_checkany = BARE,
    luaL_checkinteger = BARE,
    luaL_checklstring = BARE,
    luaL_checknumber = BARE,
    luaL_checkoption = BARE,
    luaL_checkstring = BARE,
    luaL_checktype = BARE,
    luaL_error = { "csrc/lua/kit_error.c", "lcorm_fail() raises an error object" },
    luaL_optinteger = BARE,
    luaL_optlstring = BARE,
    luaL_optnumber = BARE,
    luaL_optstring = BARE,
    luaL_ref = { "csrc/lua/kit.c", "a registry reference to a cycle is never collected" },
    sprintf = UNBOUNDED,
    vsprintf = UNBOUNDED,
    strcpy = UNBOUNDED,
    strcat = UNBOUNDED,
    gets = UNBOUNDED,
    alloca = { nil, "it cannot fail, only crash" },
}

-- Collect what calls the name; a member of that name (`ops->free(…)`) is not meant.
local function find_calls(path, name, complaints)
    local number = 0
    local pattern = "%f[%w_.>]" .. name .. "%s*%("
    for line in source.code_of_c(source.read(path)):gmatch("([^\n]*)\n") do
        number = number + 1
        if line:find(pattern) then
            complaints[#complaints + 1] = ("%s:%d: %s: %s"):format(
                path, number, name, BANNED_CALLS[name][2])
        end
    end
end

local everything = source.files(
    { "csrc", "lua", "spec", "examples", "bench", "tools", "cmake", "docs" },
    "%.[ch]$", "%.lua$", "%.sh$", "%.cmake$", "%.md$", "CMakeLists%.txt$")

-- Complain of every line of these files that matches.
local function find_lines(paths, pattern, message, except)
    local complaints = {}
    for _, path in ipairs(paths) do
        for number, line in ipairs(source.read(path):find(pattern) and source.lines(path) or {}) do
            if line:find(pattern) and not (except and path:find(except)) then
                complaints[#complaints + 1] = ("%s:%d: %s"):format(path, number, message)
            end
        end
    end
    source.assert_none(complaints)
end

describe("banned", function()
    it("calls are not made", function()
        local complaints = {}
        for _, path in ipairs(source.files({ "csrc" }, "%.[ch]$")) do
            for name, rule in pairs(BANNED_CALLS) do
                if path ~= rule[1] then
                    find_calls(path, name, complaints)
                end
            end
        end
        table.sort(complaints)
        source.assert_none(complaints)
    end)

    it("notes to oneself are not left behind", function()
        for _, mark in ipairs({ "TO" .. "DO", "FIX" .. "ME" }) do
            find_lines(everything, "%f[%w_]" .. mark .. "%f[^%w_]", mark)
        end
    end)

    it("marks of a merge are not left behind", function()
        find_lines(everything, "%f[^\n\0]" .. ("<"):rep(7), "merge mark")
        find_lines(everything, "%f[^\n\0]" .. (">"):rep(7), "merge mark")
    end)

    it("Lua's select() is not the global one, which may be corm.select", function()
        local complaints = {}
        for _, path in ipairs(source.files({ "lua" }, "%.lua$")) do
            local own = ""
            for _, line in ipairs(source.lines(path)) do
                if line:find("^local [^=]*%f[%w_]select%f[^%w_]") then
                    own = line
                elseif line:find("%f[%w_.:\"]select%(") and not line:find("^%s*%-%-")
                    and own == "" then
                    complaints[#complaints + 1] = path
                    break
                end
            end
        end
        source.assert_none(complaints)
    end)

    it("tabs do not occur", function()
        find_lines(everything, "\t", "tab")
    end)

    it("blanks do not end lines", function()
        find_lines(everything, "[ \r]+%f[\n\0]", "trailing blank", "%.md$")
    end)
end)

describe("every source file", function()
    it("names its licence first", function()
        local complaints = {}
        local paths = source.files(
            { "csrc", "lua", "spec", "examples", "bench", "tools", "cmake" },
            "%.[ch]$", "%.lua$", "%.sh$", "%.cmake$", "CMakeLists%.txt$")
        for _, path in ipairs(paths) do
            local first = source.read(path):gsub("^#[^\n]*bash[^\n]*\n", ""):match("^[^\n]*")
            if not first:find("SPDX-License-Identifier: MIT", 1, true) then
                complaints[#complaints + 1] = path
            end
        end
        source.assert_none(complaints)
    end)

    it("ends with a newline", function()
        local complaints = {}
        for _, path in ipairs(everything) do
            if not source.read(path):find("[^\n]\n$") then
                complaints[#complaints + 1] = path
            end
        end
        source.assert_none(complaints)
    end)
end)
