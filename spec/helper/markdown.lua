-- SPDX-License-Identifier: MIT
-- Runs the Lua in a page of the documentation. All blocks fenced as exactly ```lua are one
-- program, in order; what a block prints must be what its comments `--> text` say, with any
-- amount of white space between the words.

local markdown = {}

---@class spec.markdown.Block
---@field line integer of its fence
---@field expected string what its comments promise, words separated by one space
---@field printed? string what it printed; nil if the program did not get to its end

local function squeeze(text)
    return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- The program, with each line where it stands on the page, and the blocks. A block's closing
-- fence becomes a call that tells which block ends there.
local function extract(page)
    local lines, blocks, block = {}, {}, nil
    for line in io.lines(page) do
        local code = ""
        if line == "```" and block then
            block.expected = squeeze(table.concat(block, " "))
            code = ("__block(%d)"):format(#blocks)
            block = nil
        elseif line == "```lua" then
            block = { line = #lines + 1 }
            blocks[#blocks + 1] = block
        elseif block then
            code = line
            block[#block + 1] = line:match("%-%->%s?(.*)$")
        end
        lines[#lines + 1] = code
    end
    return table.concat(lines, "\n"), blocks
end

---Run a page. Errors have the page's name and line.
---@param page string path
---@param replacements? table<string, string> plain text to replace in the program
---@return spec.markdown.Block[]
function markdown.run(page, replacements)
    local program, blocks = extract(page)
    for from, to in pairs(replacements or {}) do
        program = program:gsub(from:gsub("%p", "%%%0"), (to:gsub("%%", "%%%%")))
    end
    local printed = {}
    local globals = setmetatable({
        print = function(...)
            for i = 1, select("#", ...) do
                printed[#printed + 1] = tostring((select(i, ...)))
            end
        end,
        __block = function(number)
            blocks[number].printed = squeeze(table.concat(printed, " "))
            printed = {}
        end,
    }, { __index = _G })
    assert(load(program, "@" .. page, "t", globals))()
    return blocks
end

---Assert that every block of a page prints what it promises.
---@param page string path
---@param replacements? table<string, string>
function markdown.check(page, replacements)
    for _, block in ipairs(markdown.run(page, replacements)) do
        if block.printed ~= block.expected then
            error(("%s:%d: the block promises\n  %s\nand prints\n  %s"):format(page, block.line,
                block.expected, tostring(block.printed)), 2)
        end
    end
end

return markdown
