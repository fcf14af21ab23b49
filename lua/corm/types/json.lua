-- SPDX-License-Identifier: MIT
-- JSON: any value that JSON has. SQL's NULL is nil, JSON's null is JSON.NULL, and corm.NULL
-- unless the type says none_as_null. An engine may have functions that write and read it.

local core = require("corm.core")
local json_text = require("corm.util.json")
local symbol = require("corm.util.symbol")

local JSON = {
    _kind = "json",
    _parameters = { "none_as_null" },
    _options = { "none_as_null" },
    _fixed = { lua_bind = true, lua_result = true },
    hashable = false,
    _settle = function(detail)
        detail.should_evaluate_none = not detail.none_as_null
    end,
    NULL = symbol("JSON_NULL"),
}

-- A missing value and null() are NULL; corm.NULL is JSON's null, unless none_as_null.
function JSON:process_bind(value, dialect)
    if value == JSON.NULL then
        return "null"
    elseif value == nil or value == core.NULL and self.none_as_null
        or type(value) == "userdata" and core.kind(value) == "null" then
        return nil
    end
    local write = dialect and rawget(dialect, "json_serializer") or json_text.encode
    return write(value)
end

function JSON:process_result(value, dialect)
    if value == nil then
        return nil
    end
    local read = dialect and rawget(dialect, "json_deserializer") or json_text.decode
    return read(value)
end

return JSON
