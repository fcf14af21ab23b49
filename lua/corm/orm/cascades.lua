-- SPDX-License-Identifier: MIT
-- The option `cascade` of a relationship: "save-update, merge" unless told otherwise.

local exc = require("corm.exc")
local hint = require("corm.util.hint")

local cascades = {}

local ALL = { "save-update", "merge", "refresh-expire", "expunge", "delete" }
local KNOWN = {
    "save-update", "merge", "refresh-expire", "expunge", "delete", "delete-orphan", "all",
    "none",
}
local DEFAULT = "save-update, merge"

---Read "all, delete-orphan" into {["save-update"] = true, …}.
---@param text? string
---@param where string "relationship 'User.addresses'", for messages
---@return table<string, true>
function cascades.read(text, where)
    local set = {}
    for word in (text or DEFAULT):gmatch("[^,]+") do
        local name = word:match("^%s*(.-)%s*$")
        if name == "all" then
            for _, each in ipairs(ALL) do
                set[each] = true
            end
        elseif name == "none" then
            set = {}
        elseif name ~= "" then
            if not cascades.is_known(name) then
                exc.ArgumentError:raise("%s: unknown cascade '%s'%s", where, name,
                    hint(name, KNOWN))
            end
            set[name] = true
        end
    end
    return set
end

---@param name string
---@return boolean
function cascades.is_known(name)
    for _, known in ipairs(KNOWN) do
        if known == name then
            return true
        end
    end
    return false
end

return cascades
