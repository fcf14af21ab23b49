-- SPDX-License-Identifier: MIT
-- corm.orm: the names of sqlalchemy.orm, each loaded with the module that has it.

local exc = require("corm.exc")
local hint = require("corm.util.hint")

local orm = {}

-- Modules that are names themselves.
local MODULES = {
    attributes = "corm.orm.attributes",
    collections = "corm.orm.collections",
    exc = "corm.exc",
}

local NAMES = {
    ["corm.orm.declarative"] = [[
        column_property declarative_base declared_attr deferred mixin reconstructor
        validates]],
    ["corm.orm.registry"] = "registry",
    ["corm.orm.mapper"] = "Mapper class_mapper clear_mappers configure_mappers object_mapper",
    ["corm.orm.relationships"] = "backref relationship",
    ["corm.orm.collections"] = [[
        attribute_keyed_dict attribute_mapped_collection column_keyed_dict
        column_mapped_collection keyfunc_mapping mapped_collection]],
    ["corm.orm.attributes"] = "NEVER_SET NO_VALUE",
    ["corm.orm.session"] = [[
        Session close_all_sessions make_transient make_transient_to_detached object_session
        was_deleted]],
    ["corm.orm.sessionmaker"] = "scoped_session sessionmaker",
    ["corm.orm.query"] = "Query",
    ["corm.sql.sentinel"] = "orm_insert_sentinel",
    ["corm.orm.util"] = "Bundle aliased join outerjoin with_parent",
    ["corm.orm.strategy_options"] = [[
        Load contains_eager defaultload defer immediateload joinedload lazyload load_only noload
        raiseload selectinload subqueryload undefer undefer_group with_loader_criteria]],
}

local module_of, known = {}, {}
for module, names in pairs(NAMES) do
    for name in names:gmatch("%S+") do
        module_of[name] = module
        known[#known + 1] = name
    end
end
for name in pairs(MODULES) do
    known[#known + 1] = name
end
table.sort(known)
orm._names = known -- corm has them too

return setmetatable(orm, {
    __name = "corm.orm",
    __index = function(_, name)
        local value
        if MODULES[name] then
            value = require(MODULES[name])
        elseif module_of[name] then
            value = require(module_of[name])[name]
        end
        if value == nil then
            exc.ArgumentError:raise("corm.orm has no '%s'%s", tostring(name), hint(name, known))
        end
        orm[name] = value
        return value
    end,
})
