-- SPDX-License-Identifier: MIT
-- Plugins of create_engine(), as sqlalchemy.engine.CreateEnginePlugin: objects that see URL
-- and options before the engine is made, and the engine after it. They are named in the
-- option `plugins` or in the URL's query: "sqlite:///app.db?plugin=audit".
--
--     corm.engine.plugins.register("audit", Audit)

local check = require("corm.util.check")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local plugins = {}

-- name -> class
local registered = {}

---A plugin's class is a function or callable table: class(url, options) makes the plugin and
---takes its own options out of the table. Each of these methods may be missing:
---@class corm.engine.CreateEnginePlugin
---@field update_url? fun(self, url: corm.URL): corm.URL?
---@field handle_dialect_kwargs? fun(self, dialect_name: string, options: table)
---@field handle_pool_kwargs? fun(self, pool_class: any, options: table)
---@field engine_created? fun(self, engine: corm.Engine)

---Give a plugin's class a name.
---@param name string
---@param class fun(url: corm.URL, options: table): corm.engine.CreateEnginePlugin
function plugins.register(name, class)
    registered[name] = class
end

-- The class by its name, which else is that of a module.
local function class_of(plugin)
    if type(plugin) ~= "string" then
        return plugin
    end
    if registered[plugin] then
        return registered[plugin]
    end
    local ok, module = pcall(require, plugin)
    if not ok then
        exc.NoSuchModuleError:raise("there is no plugin %s: %s", repr.value(plugin),
            tostring(module))
    end
    return module
end

local function named_in_url(address)
    local names = address.query.plugin
    return type(names) == "table" and names or { names }
end

-- The URL without what named its plugins.
local function without_names(address)
    local query = address.query
    query.plugin = nil
    return address:set({ query = query })
end

---Make the plugins that URL and options name.
---@param address corm.URL
---@param options table of create_engine; `plugins` and what plugins take is removed
---@return corm.engine.CreateEnginePlugin[]
---@return corm.URL address as the plugins want it
function plugins.load(address, options)
    local loaded = {}
    local wanted = check(options.plugins or {}, "table", "create_engine", "a sequence as plugins")
    options.plugins = nil
    for _, list in ipairs({ named_in_url(address), wanted }) do
        for _, plugin in ipairs(list) do
            loaded[#loaded + 1] = class_of(plugin)(address, options)
        end
    end
    if address.query.plugin ~= nil then
        address = without_names(address)
    end
    for _, plugin in ipairs(loaded) do
        address = plugin.update_url and plugin:update_url(address) or address
    end
    return loaded, address
end

---Call a method of each plugin that has it.
---@param loaded corm.engine.CreateEnginePlugin[]
---@param method string
---@param ... any
function plugins.tell(loaded, method, ...)
    for _, plugin in ipairs(loaded) do
        if plugin[method] then
            plugin[method](plugin, ...)
        end
    end
end

return plugins
