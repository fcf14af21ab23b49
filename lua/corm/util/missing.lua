-- SPDX-License-Identifier: MIT
-- The error for a name that an object does not have, with the name that was probably meant.

local exc = require("corm.exc")
local hint = require("corm.util.hint")

-- Add the public names of a table, and of those it inherits from, to the list.
local function add_names(list, names)
    while type(names) == "table" do
        for name in pairs(names) do
            if type(name) == "string" and name:sub(1, 1) ~= "_" then
                list[#list + 1] = name
            end
        end
        local meta = getmetatable(names)
        names = meta and rawget(meta, "__index")
    end
end

---Raise ArgumentError "Engine has no attribute 'conect'; did you mean 'connect'?".
---@param owner string
---@param key any
---@param ... table their keys are the names that the owner has
local function missing(owner, key, ...)
    if type(key) == "string" and key:sub(1, 1) == "_" then -- only methods ask for these
        exc.ArgumentError:raise("a method that is not of %s was given one as self: "
            .. "object:method() is written with a colon", owner)
    end
    local list = {}
    for _, names in ipairs({ ... }) do
        add_names(list, names)
    end
    exc.ArgumentError:raise("%s has no attribute '%s'%s", owner, tostring(key), hint(key, list))
end

return missing
