-- SPDX-License-Identifier: MIT
-- Dialects: corm.dialects.sqlite, corm.dialects.postgresql. Each has dialect(), the types of
-- its own and the statements that only it knows. corm.dialects.registry adds further ones.

local exc = require("corm.exc")

local MODULES = {
    postgresql = "corm.dialects.postgresql",
    registry = "corm.dialects.registry",
    sqlite = "corm.dialects.sqlite",
}

return setmetatable({}, {
    __name = "corm.dialects",
    __index = function(self, name)
        local module = MODULES[name] and require(MODULES[name])
            or require(MODULES.registry):load(name)
        if not module then
            exc.NoSuchModuleError:raise("there is no dialect '%s'; known are: %s", tostring(name),
                table.concat({ "postgresql", "sqlite",
                    table.unpack(require(MODULES.registry):names()) }, ", "))
        end
        rawset(self, name, module)
        return module
    end,
})
