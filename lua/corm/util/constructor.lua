-- SPDX-License-Identifier: MIT
-- Classes of which programs make objects by calling them, Column("id", Integer), and which
-- tell their objects from others, Column:is(x).

local missing = require("corm.util.missing")

---Make such a class.
---@param name string "Column"
---@param make function makes an object of what the class is called with
---@param is fun(value: any): boolean
---@return table
local function constructor(name, make, is)
    local class = {
        ---Whether a value is one of this class.
        is = function(_, value)
            return is(value)
        end,
    }
    return setmetatable(class, {
        __name = "corm.Class",
        __call = function(_, ...)
            return make(...)
        end,
        __index = function(_, key)
            missing(name, key, class)
        end,
        __tostring = function()
            return "corm." .. name
        end,
    })
end

return constructor
