-- SPDX-License-Identifier: MIT
-- A module that programs see: a name that it does not have is an error, which says the one that
-- was probably meant. Names with an underscore in front are looked for by Lua and by tools.

---@generic T: table
---@param name string of the module: "corm.types"
---@param module T
---@param elsewhere? table<string, string> further names -> the modules that they are
---@return T module
local function public(name, module, elsewhere)
    return setmetatable(module, {
        __name = name,
        __index = function(self, key)
            if elsewhere and elsewhere[key] then
                return require(elsewhere[key])
            elseif type(key) == "string" and key:sub(1, 1) ~= "_" then
                require("corm.util.missing")(name, key, self)
            end
        end,
    })
end

return public
