-- SPDX-License-Identifier: MIT
-- Reads the project's sources for the lint specs. Run from the project's root.

local dir = require("pl.dir")
local lfs = require("lfs")

local source = {}

local texts = {}

---The text of a file.
---@param path string
---@return string
function source.read(path)
    if not texts[path] then
        local file <close> = assert(io.open(path, "rb"))
        texts[path] = file:read("a")
    end
    return texts[path]
end

---The lines of a file.
---@param path string
---@return string[]
function source.lines(path)
    local lines = {}
    for line in source.read(path):gmatch("([^\n]*)\n") do
        lines[#lines + 1] = line
    end
    return lines
end

---The files below the folders whose names match one of the patterns, in order.
---@param folders string[] those that do not exist are passed over
---@param ... string Lua patterns
---@return string[] paths
function source.files(folders, ...)
    local patterns = { ... }
    local paths = {}
    for _, folder in ipairs(folders) do
        for _, path in ipairs(lfs.attributes(folder) and dir.getallfiles(folder) or {}) do
            for _, pattern in ipairs(patterns) do
                if path:find(pattern) then
                    paths[#paths + 1] = path
                    break
                end
            end
        end
    end
    table.sort(paths)
    return paths
end

local function blank(text)
    return (text:gsub("[^\n]", " "))
end

---C text with comments and the insides of strings blanked; lines keep their numbers.
---@param text string
---@return string
function source.code_of_c(text)
    text = text:gsub("/%*.-%*/", blank):gsub("//[^\n]*", blank)
    return (text:gsub('\\[^\n]', "  "):gsub('"[^"\n]*"', blank))
end

---Fail with the complaints, one a line, unless there are none.
---@param complaints string[]
function source.assert_none(complaints)
    if #complaints > 0 then
        error("\n" .. table.concat(complaints, "\n"), 0)
    end
end

return source
