-- SPDX-License-Identifier: MIT
-- Dialects: corm.dialects.sqlite, corm.dialects.postgresql. Each has dialect(), the types of
-- its own and the statements that only it knows.

local exc = require("corm.exc")

local MODULES = {
    postgresql = "corm.dialects.postgresql",
    sqlite = "corm.dialects.sqlite",
}

return setmetatable({}, {
    __name = "corm.dialects",
    __index = function(self, name)
        if not MODULES[name] then
            exc.NoSuchModuleError:raise("there is no dialect '%s'; known are: postgresql, sqlite",
                tostring(name))
        end
        local module = require(MODULES[name])
        rawset(self, name, module)
        return module
    end,
})
