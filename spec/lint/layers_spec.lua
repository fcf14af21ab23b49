-- SPDX-License-Identifier: MIT
-- The picture in csrc/README.md as a table: who may use whom, in C and in Lua.

local source = require("spec.lint.source")

-- Every layer may use itself, base and the public headers (corm/…).
local C_MAY_USE = {
    corm = {},
    base = {},
    event = {},
    pool = {},
    sql = {},
    engine = { "sql", "pool", "event" },
    dialects = { "engine", "sql" },
    orm = { "engine", "sql", "event" },
    ext = { "orm", "engine", "sql", "pool", "event" },
    lua = { "ext", "orm", "dialects", "engine", "sql", "pool", "event" },
    host = { "lua" },
}

-- System headers that only some folders may see.
local ONLY_IN = {
    ["lua.h"] = { "csrc/lua/", "csrc/host/" },
    ["lauxlib.h"] = { "csrc/lua/", "csrc/host/" },
    ["lualib.h"] = { "csrc/lua/", "csrc/host/" },
    ["sqlite3.h"] = { "csrc/dialects/sqlite/" },
    ["libpq-fe.h"] = { "csrc/dialects/postgres/" },
}

-- Every layer may use itself, corm.core and modules directly in lua/corm/ that reach no
-- layer it may not use.
local LUA_MAY_USE = {
    sql = {},
    engine = { "sql" },
    dialects = { "engine", "sql" },
    orm = { "engine", "sql" },
    ext = { "orm", "engine", "sql" },
    testing = { "ext", "orm", "dialects", "engine", "sql" },
}

local function set(...)
    local members = {}
    for _, list in ipairs({ ... }) do
        for _, name in ipairs(list) do
            members[name] = true
        end
    end
    return members
end

local function starts_with_one_of(path, prefixes)
    for _, prefix in ipairs(prefixes) do
        if path:sub(1, #prefix) == prefix then
            return true
        end
    end
    return false
end

local function folder_of(path)
    return path:match("^(.*)/")
end

-- Why the file must not include the header, or nil.
local function wrong_include(path, header)
    local layer = path:match("^csrc/include/(corm)/") or path:match("^csrc/([^/]+)/")
    local used = header:match("^([^/]+)/")
    local allowed = set({ layer, "base", "corm" }, C_MAY_USE[layer] or {})
    if layer == "corm" then
        allowed.base = nil
    end
    if not allowed[used] then
        return layer .. " must not use " .. tostring(used)
    elseif header:find("_int%.h$") and "csrc/" .. folder_of(header) ~= folder_of(path) then
        return "it is private to its folder"
    elseif used == "dialects" and layer == "dialects"
        and folder_of(path) ~= "csrc/dialects"
        and "csrc/" .. folder_of(header) ~= folder_of(path) then
        return "dialects do not know each other"
    end
end

describe("the layers of csrc", function()
    local paths = source.files({ "csrc" }, "%.[ch]$")

    it("include only what they may use", function()
        local wrong = {}
        for _, path in ipairs(paths) do
            for header in source.read(path):gmatch('#%s*include%s+"([^"]+)"') do
                local reason = wrong_include(path, header)
                if reason then
                    wrong[#wrong + 1] = ("%s: %s: %s"):format(path, header, reason)
                end
            end
        end
        source.assert_none(wrong)
    end)

    it("keep Lua and the database libraries in their places", function()
        local wrong = {}
        for _, path in ipairs(paths) do
            for header in source.read(path):gmatch("#%s*include%s+[<\"]([^>\"]+)[>\"]") do
                if ONLY_IN[header] and not starts_with_one_of(path, ONLY_IN[header]) then
                    wrong[#wrong + 1] = ("%s: %s is only for %s"):format(
                        path, header, table.concat(ONLY_IN[header], ", "))
                end
            end
        end
        source.assert_none(wrong)
    end)
end)

describe("the layers of lua/corm", function()
    local requires = {} -- of each module: the corm.* modules that it names
    for _, path in ipairs(source.files({ "lua/corm" }, "%.lua$")) do
        local module = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
        local list = {}
        for line in source.read(path):gmatch("[^\n]+") do
            local code = line:gsub("^%s*%-%-.*", "")
            for name in code:gmatch("require%s*%(?%s*[\"'](corm[%w_%.]*)[\"']") do
                list[#list + 1] = name
            end
        end
        requires[module] = list
    end

    local function layer_of(module)
        local name = module:match("^corm%.([^.]+)")
        return LUA_MAY_USE[name] and name
    end

    -- Collect the layers that a module belongs to or reaches.
    local function reach(module, layers, seen)
        if seen[module] then
            return layers
        end
        seen[module] = true
        local layer = layer_of(module)
        if layer then
            layers[layer] = true
        else
            for _, name in ipairs(requires[module] or {}) do
                reach(name, layers, seen)
            end
        end
        return layers
    end

    it("require only what they may use", function()
        local wrong = {}
        for module, names in pairs(requires) do
            local layer = layer_of(module)
            local allowed = layer and set({ layer }, LUA_MAY_USE[layer])
            for _, name in ipairs(layer and names or {}) do
                for used in pairs(reach(name, {}, {})) do
                    if not allowed[used] then
                        wrong[#wrong + 1] = ("%s: %s: %s must not use %s"):format(
                            module, name, layer, used)
                    end
                end
            end
        end
        table.sort(wrong)
        source.assert_none(wrong)
    end)
end)
