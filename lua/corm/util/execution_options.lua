-- SPDX-License-Identifier: MIT
-- Checking execution options. Names that corm does not know are the program's own, for its
-- listeners; the values of those that it knows are checked here.

local core = require("corm.core")
local exc = require("corm.exc")
local repr = require("corm.util.repr")
local require_type = require("corm.util.check")

-- Option -> the type of its values; a number counts something and is not below 1.
local TYPES = {
    insertmanyvalues_page_size = "integer",
    max_row_buffer = "integer",
    no_parameters = "boolean",
    postgresql_deferrable = "boolean",
    postgresql_readonly = "boolean",
    preserve_rowcount = "boolean",
    schema_translate_map = "table",
    stream_results = "boolean",
    timeout = "number",
    use_copy = "boolean",
    yield_per = "integer",
}

local function is_of_type(value, expected)
    if expected == "integer" then
        return math.type(value) == "integer" and value >= 1
    end
    return type(value) == expected
end

local HAS_BEGUN = "their transaction has begun"

-- Options that only connections and engines have, and why others cannot.
local REFUSED = {
    calls = {
        isolation_level = HAS_BEGUN, postgresql_deferrable = HAS_BEGUN,
        postgresql_readonly = HAS_BEGUN,
    },
    statements = {
        compiled_cache = "they are looked up in it",
        isolation_level = HAS_BEGUN, postgresql_deferrable = HAS_BEGUN,
        postgresql_readonly = HAS_BEGUN,
    },
}

---Refuse what is no table, and values that corm's own options cannot have. corm.NULL and false
---are none.
---@param options table<string, any>
---@param caller string for the message
---@param owner? "calls"|"statements" whose options they are, if not a connection's or an engine's
---@return table<string, any> options
---@error ArgumentError
local function check(options, caller, owner)
    require_type(options, "table", caller, "a table of options")
    local refused = REFUSED[owner] or {}
    for name, value in next, options do
        if refused[name] then
            exc.ArgumentError:raise("%s: %s is an execution option of connections and engines, not "
                .. "of %s: %s", caller, name, owner, refused[name])
        end
        local expected = TYPES[name]
        if expected and value and value ~= core.NULL and not is_of_type(value, expected) then
            exc.ArgumentError:raise("%s: the execution option '%s' must be %s, got %s", caller,
                name, expected == "integer" and "an integer not below 1" or "a " .. expected,
                repr.value(value))
        end
    end
    return options
end

return check
