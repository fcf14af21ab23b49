-- SPDX-License-Identifier: MIT
-- Dialects that programs bring along, as sqlalchemy.dialects.registry:
--
--     local registry = require("corm.dialects.registry")
--     registry:register("cockroachdb", {
--         base = "postgresql",
--         features = { sequence = false },
--         reserved = { "family" },
--     })
--     local engine = corm.create_engine("cockroachdb://root@localhost/bank")
--
-- Such a dialect speaks to its database as its base does and differs in what it says. One
-- that speaks another protocol is written in C; docs/dialects.md says how.

local core = require("corm.core")
local exc = require("corm.exc")
local check_options = require("corm.util.options")
local dialect = require("corm.dialects.dialect")
local dialect_options = require("corm.sql.dialect_options")

---What a dialect is made of.
---@class corm.dialects.Description
---@field base string dialect that it derives from
---@field features? table<string, boolean> what the database can do, where the base says otherwise
---@field max_identifier_length? integer bytes
---@field reserved? string[] words to quote, lower case, besides the base's
---@field names? table<string, any> what corm.dialects.NAME has besides dialect()

local registry = {}

-- name = module of the dialect, as corm.dialects has it
local modules = {}

local FIELDS = { "base", "features", "max_identifier_length", "names", "reserved" }

-- The description, which may be in a module of its own.
local function read(name, description)
    if type(description) == "string" then
        description = require(description)
    end
    description = check_options(description, FIELDS, "dialect " .. name)
    if type(description.base) ~= "string" then
        exc.ArgumentError:raise("dialect %s: base must name the dialect it derives from", name)
    end
    return description
end

-- feature = what a dialect object calls that
local FACTS = {
    alter = { "supports_alter" },
    boolean = { "supports_native_boolean" },
    comment = { "supports_comments", "supports_constraint_comments" },
    default_values = { "supports_default_values" },
    is_distinct = { "supports_is_distinct_from" },
    multi_values = { "supports_multivalues_insert" },
    native_enum = { "supports_native_enum" },
    returning = {
        "delete_executemany_returning", "delete_returning", "delete_returning_multifrom",
        "insert_executemany_returning", "insert_executemany_returning_sort_by_parameter_order",
        "insert_returning", "update_executemany_returning", "update_returning",
        "update_returning_multifrom",
    },
    sequence = { "supports_sequences" },
}

-- What the base's module has, unless the description says otherwise.
local function make_module(name, description)
    local base = require("corm.dialects")[description.base]
    local facts = base.dialect()
    facts.name = name
    facts.max_identifier_length = description.max_identifier_length
        or facts.max_identifier_length
    for feature, names in pairs(FACTS) do
        local said = description.features and description.features[feature]
        for _, fact in ipairs(said ~= nil and names or {}) do
            facts[fact] = said
        end
    end
    local module = { dialect = dialect(facts) }
    for key, value in pairs(description.names or {}) do
        module[key] = value
    end
    return setmetatable(module, { __index = base })
end

---Make a dialect known, for URLs, for compile({dialect = name}) and as corm.dialects.NAME. A
---name stays known as long as the Lua state.
---@param name string letters, digits and "_"
---@param description string|corm.dialects.Description or the module that returns it
---@error ArgumentError the name is taken, or the description says what cannot be
---@error NoSuchModuleError there is no such base
function registry:register(name, description) -- luacheck: no unused args
    if type(name) ~= "string" or not name:find("^%a[%w_]*$") then
        exc.ArgumentError:raise("register: the name of a dialect expected, got %s",
            tostring(name))
    end
    description = read(name, description)
    local module = make_module(name, description)
    core.derive_database(name, description.base, {
        features = description.features,
        max_identifier_length = description.max_identifier_length,
        reserved = description.reserved,
    })
    modules[name] = module
    dialect_options.add_dialect(name)
end

---The module of a dialect that was registered, or nil.
---@param name string
---@return table?
function registry:load(name) -- luacheck: no unused args
    return modules[name]
end

---The names that were registered, sorted.
---@return string[]
function registry:names() -- luacheck: no unused args
    local names = {}
    for name in pairs(modules) do
        names[#names + 1] = name
    end
    table.sort(names)
    return names
end

return registry
