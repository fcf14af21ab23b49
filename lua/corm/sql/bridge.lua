-- SPDX-License-Identifier: MIT
-- What schema objects need of the layers above, which know this one and not the reverse:
-- the engine provides create_all() and reflection when it is loaded.

local exc = require("corm.exc")

local bridge = {}

local loaders = {}

---Say who does a thing.
---@param name string "ddl", "dialects", "execution", "reflection"
---@param load fun(): table returns the module
function bridge.provide(name, load)
    loaders[name] = load
end

---The module that does a thing.
---@param name string
---@return table
function bridge.get(name)
    if not loaders[name] then
        exc.UnboundExecutionError:raise("no engine to run this on: pass an Engine or Connection")
    end
    return loaders[name]()
end

return bridge
