-- SPDX-License-Identifier: MIT
-- Loading on demand: what reading an attribute that is not there does. Columns are in
-- refresh.lua, relationships in lazy.lua, objects by key in get.lua.
--
-- Of a Session they need: core, the core's session; _connection_for(mapper), a connection in a
-- transaction; _autoflush().

local core = require("corm.core")
local get = require("corm.orm.get")
local hooks = require("corm.orm.hooks")
local lazy = require("corm.orm.lazy")
local mapper = require("corm.orm.mapper")
local refresh = require("corm.orm.refresh")

local loading = {
    get = get.one,
    get_many = get.many,
    key_values = get.key_values,
    load_relationship = lazy.load,
    refresh = refresh.object,
    refresh_expired = refresh.expired,
}

-- What reading an attribute that is not there does.
local function load(object, key)
    local of_mapper = mapper.of_instance(object)
    local prop = of_mapper.props[key]
    local session = core.session_of(object)
    local state = core.state_of(object)
    if prop.kind == "column" then
        if state ~= "pending" then
            refresh.column(session, object, of_mapper, prop)
        end
    elseif state == "pending" or state == "deleted" and not session then
        lazy.set_nothing(object, prop)
    else
        lazy.read(session, object, prop)
    end
end

hooks.add({ load = load })

return loading
