-- SPDX-License-Identifier: MIT
-- Headers explain what they declare.

local source = require("spec.lint.source")

-- The name of the function whose declaration or inline definition starts on the line.
local function declared_function(line)
    if line:find("^typedef") then
        return nil
    end
    return line:match("^%a[%w_%s%*]-[%s%*]([%w_]+)%(")
end

-- An inline function of one or two statements is its own explanation.
local function is_short_inline(lines, number)
    return lines[number]:find("^static inline")
        and table.concat(lines, "\n", number + 1, math.min(number + 4, #lines)):find("\n}")
end

-- Walk a header: a declaration needs a comment directly above, which it may share with
-- declarations that follow without an empty line.
local function uncommented_functions(path, complaints)
    local is_explained = false
    local lines = source.lines(path)
    for number, line in ipairs(lines) do
        local name = declared_function(line)
        if name and not is_explained and not is_short_inline(lines, number) then
            complaints[#complaints + 1] = ("%s:%d: %s has no comment"):format(path, number, name)
        end
        if line:find("%*/%s*$") then
            is_explained = true
        elseif line == "" or line:find("^}") then
            is_explained = false
        end
    end
end

describe("headers", function()
    local headers = source.files({ "csrc" }, "%.h$")

    it("have a comment above each function", function()
        local complaints = {}
        for _, path in ipairs(headers) do
            uncommented_functions(path, complaints)
        end
        source.assert_none(complaints)
    end)

    it("say at the top what they are for", function()
        local complaints = {}
        for _, path in ipairs(headers) do
            if not source.read(path):find("^[^\n]*\n/%*") then
                complaints[#complaints + 1] = path
            end
        end
        source.assert_none(complaints)
    end)
end)
