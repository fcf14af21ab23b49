-- SPDX-License-Identifier: MIT
-- The error for a method without arguments that was called with a dot: connection.commit().

local exc = require("corm.exc")

---Have methods of a class say so. Those that take arguments notice what is given as self.
---@param owner string what an object is called: "Connection"
---@param class table
---@param names string[] the methods
local function colon(owner, class, names)
    for _, name in ipairs(names) do
        local method = class[name]
        class[name] = function(self, ...)
            if self == nil then
                exc.ArgumentError:raise("%s: a %s as self expected, got nil: object:%s() is "
                    .. "written with a colon", name, owner, name)
            end
            return method(self, ...)
        end
    end
end

return colon
