-- SPDX-License-Identifier: MIT
-- A folder of modules as one table: corm.ext.asyncio is require("corm.ext.asyncio").

local exc = require("corm.exc")

---Make the table; each module is loaded when its name is first used.
---@param prefix string name of the folder, "corm.ext"
---@param names? table<string, any> further names
---@return table
local function namespace(prefix, names)
    return setmetatable(names or {}, {
        __name = prefix,
        __index = function(self, name)
            local path = prefix .. "." .. tostring(name)
            if package.loaded[path] == nil and package.preload[path] == nil
                and not package.searchpath(path, package.path) then
                exc.ArgumentError:raise("%s has no '%s'", prefix, tostring(name))
            end
            local module = require(path)
            rawset(self, name, module)
            return module
        end,
    })
end

return namespace
