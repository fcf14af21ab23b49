-- SPDX-License-Identifier: MIT
-- The error for a method that was called with a dot: connection.commit().

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")

local function article(name)
    return (name:find("^[AEIO]") and "an " or "a ") .. name
end

-- What stands where the object belongs: by its kind where it has no words for itself.
local function describe(value)
    local kind = type(value)
    if value == nil or kind == "function" or kind == "table"
        and not core.metafield(value, "__tostring") then
        return kind
    end
    return repr.value(value)
end

---Have methods of a class say so.
---@param owner string what an object is called: "Connection"
---@param class table
---@param names string[] the methods
---@param meta? any what getmetatable() says of all objects; without it, only a self that is
---  missing is noticed
local function colon(owner, class, names, meta)
    for _, name in ipairs(names) do
        local method = class[name]
        class[name] = function(self, ...)
            if self == nil or meta and getmetatable(self) ~= meta then
                exc.ArgumentError:raise("%s: %s as self expected, got %s: object:%s() is written "
                    .. "with a colon", name, article(owner), describe(self), name)
            end
            return method(self, ...)
        end
    end
end

return colon
