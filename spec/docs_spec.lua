-- SPDX-License-Identifier: MIT
-- The pages of docs/ are true: their Lua runs and prints what they say, their links lead
-- somewhere, and the page on errors has every class of corm.exc.

require("spec.helper")
local core = require("corm.core")
local corm = require("corm")
local lfs = require("lfs")
local markdown = require("spec.helper.markdown")

local PAGES = { "lua/README.md" }

local function read(path)
    local file <close> = assert(io.open(path))
    return file:read("a")
end

for _, folder in ipairs({ "docs/", "docs/errors/" }) do
    for name in lfs.dir(folder) do
        if name:find("^%w+%.md$") then
            PAGES[#PAGES + 1] = folder .. name
        end
    end
end
table.sort(PAGES)

for _, page in ipairs(PAGES) do
    describe(page, function()
        it("has Lua that prints what it says", function()
            markdown.check(page)
        end)

        it("links to what exists", function()
            local folder = page:match("^(.*/)")
            for target in read(page):gmatch("%]%(([^)#:]+)[^)]*%)") do
                local path = folder .. target
                assert.truthy(io.open(path), path)
            end
        end)
    end)
end

describe("lua/README.md", function()
    it("lists every module and no other", function()
        local listed, found = {}, {}
        local folder = ""
        for line in read("lua/README.md"):gmatch("[^\n]+") do
            folder = line:match("^%*%*`(%w+/)`, [^`]*$") or line:find("^%*%*") and "" or folder
            local name = line:match("^| `([%w_/]+%.lua)` |")
            listed[#listed + 1] = name and folder .. name
        end
        local files <close> = assert(io.popen("find lua/corm -name '*.lua'"))
        for path in files:lines() do
            local name = path:sub(#"lua/corm/" + 1)
            found[#found + 1] = not name:find("_meta", 1, true) and name or nil
        end
        table.sort(listed)
        table.sort(found)
        assert.same(found, listed)
    end)
end)

describe("docs/events.md", function()
    it("has every event with its arguments", function()
        local page = read("docs/events.md")
        for family, events in pairs(core.events) do
            for name, info in pairs(events) do
                local arguments = info.args:gsub("%*%*", "…"):gsub(" ", ", ")
                local row = ("| `%s` | %s | %s |"):format(name,
                    arguments ~= "" and "`" .. arguments .. "`" or "",
                    info.retval and "yes" or ""):gsub("  +", " ")
                assert.truthy(page:find(row, 1, true), family .. ": " .. row)
            end
        end
    end)
end)

describe("docs/errors/README.md", function()
    it("has a row for every class", function()
        local rows = {}
        for row in read("docs/errors/README.md"):gmatch("\n|([^|]*)|") do
            local class = row:match(".*`(%w+)`")
            if class then
                rows[class] = row
            end
        end
        for name, class in pairs(corm.exc) do
            local is_class = type(class) == "table" and class.name == name
            if is_class then
                assert.truthy(rows[name], name .. " has no row")
                local code = rawget(class._index, "code")
                assert.equal(code, rows[name]:match("%((%w+)%)"), name)
            end
        end
    end)

    it("has a page for every class, by its code", function()
        local class_of = {}
        for name, class in pairs(corm.exc) do
            if type(class) == "table" and class.name == name then
                local code = rawget(class._index, "code")
                assert.is_nil(class_of[code], name .. " has the code of another class")
                class_of[code] = name
                local title = read(("docs/errors/%s.md"):format(code)):match("^# ([^\n]+)")
                assert.equal(("%s (%s)"):format(name, code), title)
            end
        end
        for page in lfs.dir("docs/errors") do
            local code = page:match("^(%w+)%.md$")
            assert.truthy(code == nil or code == "README" or class_of[code], page)
        end
    end)
end)
