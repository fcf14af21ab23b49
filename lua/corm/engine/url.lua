-- SPDX-License-Identifier: MIT
-- Database URLs as immutable objects, as sqlalchemy.engine.URL. tostring() masks the
-- password; only render_as_string({hide_password = false}) shows it.

local bridge = require("corm.sql.bridge")
local check = require("corm.util.check")
local colon = require("corm.util.colon")
local core = require("corm.core")
local exc = require("corm.exc")
local options_of = require("corm.util.options")
local repr = require("corm.util.repr")
local missing = require("corm.util.missing")

---@class corm.URL
---@field drivername string "postgresql" or "postgresql+libpq"
---@field username? string
---@field host? string
---@field port? integer
---@field database? string
---@field query table<string, string|string[]>
---@field normalized_query table<string, string[]>
local URL = {}

-- URL -> its parts as the core has them. Not a field, so that nobody prints the password.
local parts_of = setmetatable({}, { __mode = "k" })

local PARTS = { "drivername", "username", "password", "host", "port", "database", "query" }

local function query_table(pairs_list)
    local query = {}
    for _, pair in ipairs(pairs_list) do
        local key, value = pair[1], pair[2]
        local before = query[key]
        if type(before) == "table" then
            before[#before + 1] = value
        elseif before then
            query[key] = { before, value }
        else
            query[key] = value
        end
    end
    return query
end

-- What `url.query` is: a copy, so whoever sets a name in it is told.
local Query = {
    __newindex = function(_, key)
        exc.ArgumentError:raise("the query of a URL cannot be changed; update_query_dict() makes "
            .. "another URL, got %s", repr.value(key))
    end,
}

local function query_list(query)
    local keys, list = {}, {}
    if type(query) ~= "table" then
        exc.ArgumentError:raise("the query of a URL is a table of texts by name, got %s",
            repr.value(query))
    end
    for key in pairs(query) do
        check(key, "string", "URL", "names as keys of the query")
        keys[#keys + 1] = key
    end
    table.sort(keys)
    for _, key in ipairs(keys) do
        local values = query[key]
        for _, value in ipairs(type(values) == "table" and values or { values }) do
            list[#list + 1] = { key, tostring(value) }
        end
    end
    return list
end

local getters = {
    drivername = function(parts)
        return parts.driver and parts.dialect .. "+" .. parts.driver or parts.dialect
    end,
    query = function(parts)
        return setmetatable(query_table(parts.query), Query)
    end,
    normalized_query = function(parts)
        local query = query_table(parts.query)
        for key, value in pairs(query) do
            query[key] = type(value) == "table" and value or { value }
        end
        return setmetatable(query, Query)
    end,
    password = function(parts)
        return parts.password
    end,
}

local meta = { __name = "corm.URL", __metatable = "corm.URL" }

function meta:__index(key)
    local method = URL[key]
    if method then
        return method
    end
    local parts = parts_of[self]
    if getters[key] then
        return getters[key](parts)
    elseif key == "username" or key == "host" or key == "port" or key == "database" then
        return parts[key]
    end
    missing("URL", key, URL, getters, parts)
end

function meta.__newindex()
    exc.ArgumentError:raise("a URL cannot be changed; set() makes another one")
end

function meta:__tostring()
    return core.format_url(parts_of[self], true)
end

function meta.__eq(a, b)
    return parts_of[a] and parts_of[b]
        and core.format_url(parts_of[a], false) == core.format_url(parts_of[b], false)
        or false
end

local function wrap(parts)
    local self = setmetatable({}, meta)
    parts_of[self] = parts
    return self
end

---Parse a URL; a URL object is returned as it is.
---@param url string|corm.URL
---@return corm.URL
---@error ArgumentError the text is no URL
local function make_url(url)
    if parts_of[url] then
        return url
    elseif type(url) ~= "string" then
        exc.ArgumentError:raise("a database URL expected, got %s", repr.value(url))
    end
    return wrap(core.parse_url(url))
end

local function check_options(options, caller)
    options = options_of(options, PARTS, caller)
    if options.port ~= nil and math.type(options.port) ~= "integer" then
        exc.ArgumentError:raise("%s: port must be an integer, got %s", caller,
            repr.value(options.port))
    end
    return options
end

local function apply(parts, options)
    local dialect, driver = parts.dialect, parts.driver
    if options.drivername then
        dialect, driver = options.drivername:match("^([^+]+)%+?(.*)$")
        driver = driver ~= "" and driver or nil
    end
    return {
        dialect = dialect,
        driver = driver,
        username = options.username or parts.username,
        password = options.password or parts.password,
        host = options.host or parts.host,
        port = options.port or parts.port,
        database = options.database or parts.database,
        query = options.query and query_list(options.query) or parts.query,
    }
end

-- What was put together must read back as the same URL.
local function checked(parts)
    return wrap(core.parse_url(core.format_url(parts, false)))
end

---Make a URL of parts: URL.create("sqlite", {database = "x.db"}).
---@param drivername string
---@param options? table username, password, host, port, database, query
---@return corm.URL
function URL.create(drivername, options)
    options = check_options(options, "URL.create")
    if type(drivername) ~= "string" or drivername == "" then
        exc.ArgumentError:raise("URL.create: a drivername expected, got %s",
            repr.value(drivername))
    end
    local dialect, driver = drivername:match("^([^+]+)%+?(.*)$")
    return checked(apply({
        dialect = dialect,
        driver = driver ~= "" and driver or nil,
        query = {},
    }, options))
end

---A copy with other parts.
---@param options table as of URL.create, and drivername
---@return corm.URL
function URL:set(options)
    return checked(apply(parts_of[self], check_options(options, "URL:set")))
end

-- The values of a key as a sequence, whatever they are.
local function as_list(value)
    return type(value) == "table" and value or { value }
end

---A copy with these values in its query, instead of those of the same key, or behind them.
---@param query table<string, string|string[]>
---@param options? {append?: boolean}
---@return corm.URL
function URL:update_query_dict(query, options)
    options = options_of(options, { "append" }, "URL:update_query_dict")
    if type(query) ~= "table" then
        check(query, "table", "update_query_dict")
    end
    local merged = query_table(parts_of[self].query)
    for key, value in pairs(query) do
        if options.append and merged[key] ~= nil then
            local both = table.move(as_list(merged[key]), 1, #as_list(merged[key]), 1, {})
            value = table.move(as_list(value), 1, #as_list(value), #both + 1, both)
        end
        merged[key] = value
    end
    return self:set({ query = merged })
end

---The same of pairs, of which several may have the same key: {{"host", "a"}, {"host", "b"}}.
---@param list string[][]
---@param options? {append?: boolean}
---@return corm.URL
function URL:update_query_pairs(list, options)
    for _, pair in ipairs(check(list, "table", "update_query_pairs", "a sequence of pairs")) do
        check(pair, "table", "update_query_pairs", "a pair of key and value")
        check(pair[1], "string", "update_query_pairs", "a name as key")
    end
    return self:update_query_dict(query_table(list), options)
end

---The same of a text: "host=a&host=b".
---@param text string
---@param options? {append?: boolean}
---@return corm.URL
function URL:update_query_string(text, options)
    check(text, "string", "update_query_string")
    return self:update_query_dict(make_url("any://?" .. text).query, options)
end

---A copy without these keys in its query.
---@param names string[]
---@return corm.URL
function URL:difference_update_query(names)
    local rest = query_table(parts_of[self].query)
    for _, name in ipairs(check(names, "table", "difference_update_query", "names")) do
        rest[name] = nil
    end
    return self:set({ query = rest })
end

---User, password, host, port and database by the names that a driver has for them, without
---those that the URL does not say.
---@param names? table<string, string> the driver's name for "username", "database" …
---@return table<string, any>
function URL:translate_connect_args(names)
    local translated = {}
    if names ~= nil then
        check(names, "table", "translate_connect_args", "names by part")
    end
    for _, part in ipairs({ "username", "password", "host", "port", "database" }) do
        translated[names and names[part] or part] = self[part]
    end
    return translated
end

---The URL as text.
---@param options? {hide_password?: boolean} true unless given
---@return string
function URL:render_as_string(options)
    options = options_of(options, { "hide_password" }, "URL:render_as_string")
    return core.format_url(parts_of[self], options.hide_password ~= false)
end

---@return string "sqlite", "postgresql"
function URL:get_backend_name()
    return parts_of[self].dialect
end

---What the dialect can do, as a dialect's module says it.
---@return corm.Dialect
---@error NoSuchModuleError there is no such dialect
function URL:get_dialect()
    return bridge.get("dialects")[self:get_backend_name()].dialect()
end

---@return string? the driver that the URL names
function URL:get_driver_name()
    return parts_of[self].driver
end

---Whether any value is a URL.
---@param value any
---@return boolean
function URL.is(_, value)
    return parts_of[value] ~= nil
end

colon("URL", URL, {
    "difference_update_query", "get_backend_name", "get_dialect", "get_driver_name",
    "render_as_string", "set", "translate_connect_args", "update_query_dict",
    "update_query_pairs", "update_query_string",
}, meta.__metatable)

return { URL = URL, make_url = make_url }
