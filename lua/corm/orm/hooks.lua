-- SPDX-License-Identifier: MIT
-- What the core asks Lua to do for it: load an attribute, set one that somebody listens to,
-- assign a whole collection. Each module adds the hooks it implements; the core reads the
-- table once, when all are there.

local core = require("corm.core")

---@class corm.orm.Hooks
---@field load? fun(object: any, key: string) fill an attribute that is not there
---@field set? fun(object: any, key: string, value: any) set an attribute that is listened to
---@field replace? fun(object: any, key: string, value: any) assign a whole collection
---@field construct? fun(object: any, args: table) keyword arguments beyond plain columns
---@field key? fun(spec: table, object: any): any the key of a keyed dict's member
---@field append? fun(collection: any, object: any, position: integer) listened to
---@field remove? fun(collection: any, object: any) listened to
---@field init? fun(object: any, key: string, collection?: any): any the first look at an attribute
local hooks = {}

---Add hooks and tell the core.
---@param added corm.orm.Hooks
function hooks.add(added)
    for name, fn in pairs(added) do
        if name ~= "add" then
            hooks[name] = fn
        end
    end
    core.set_orm_hooks(hooks)
end

return hooks
