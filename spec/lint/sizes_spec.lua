-- SPDX-License-Identifier: MIT
-- A file or function over the limit holds more than one idea. (clang-tidy counts
-- parameters, nesting and complexity.)

local source = require("spec.lint.source")

local FILE_LINES = 800
local FUNCTION_LINES = 80

local function describe_size(path, line, count, limit)
    return ("%s:%d: %d lines, at most %d"):format(path, line, count, limit)
end

-- A C function's braces stand at the start of a line, and nobody else's do.
local function long_c_functions(path, complaints)
    local opened
    for number, line in ipairs(source.lines(path)) do
        if line == "{" then
            opened = number
        elseif line:find("^}") and opened then
            if number - opened + 1 > FUNCTION_LINES then
                complaints[#complaints + 1] =
                    describe_size(path, opened, number - opened + 1, FUNCTION_LINES)
            end
            opened = nil
        end
    end
end

-- A Lua function ends where an `end` stands as far in as the line that opened it.
local function long_lua_functions(path, complaints)
    local opened = {}
    for number, line in ipairs(source.lines(path)) do
        local indent, word = line:match("^(%s*)(%a*)")
        if word == "end" and opened[indent] then
            local count = number - opened[indent] + 1
            if count > FUNCTION_LINES then
                complaints[#complaints + 1] =
                    describe_size(path, opened[indent], count, FUNCTION_LINES)
            end
            opened[indent] = nil
        elseif line:find("function[%s%w_.:]*%([^()]*%)%s*$") then
            opened[indent] = number
        end
    end
end

describe("sizes", function()
    it("of files are at most " .. FILE_LINES .. " lines", function()
        local complaints = {}
        local folders = { "csrc", "lua", "spec", "examples", "bench", "tools" }
        for _, path in ipairs(source.files(folders, "%.[ch]$", "%.lua$", "%.sh$")) do
            local count = #source.lines(path)
            if count > FILE_LINES then
                complaints[#complaints + 1] = describe_size(path, 1, count, FILE_LINES)
            end
        end
        source.assert_none(complaints)
    end)

    it("of functions are at most " .. FUNCTION_LINES .. " lines", function()
        local complaints = {}
        for _, path in ipairs(source.files({ "csrc" }, "%.[ch]$")) do
            long_c_functions(path, complaints)
        end
        for _, path in ipairs(source.files({ "lua" }, "%.lua$")) do
            long_lua_functions(path, complaints)
        end
        source.assert_none(complaints)
    end)
end)
