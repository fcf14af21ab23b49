-- SPDX-License-Identifier: MIT
-- What messages about unknown names end with: the name that was probably meant.

local core = require("corm.core")

---"; did you mean 'name'?" if one of the names is like the key, else "".
---@param key any
---@param names string[]
---@return string
local function hint(key, names)
    local nearest = type(key) == "string" and core.nearest(key, names)
    return nearest and ("; did you mean '%s'?"):format(nearest) or ""
end

return hint
