-- SPDX-License-Identifier: MIT
-- assert_compile(statement, sql, params, options): the main tool of specs about SQL.
--
--     assert_compile(select(t).where(t.c.id:eq(5)),
--         "SELECT t.id FROM t WHERE t.id = :id_1", { id_1 = 5 })
--     assert_compile(stmt, "…", nil, "postgresql")
--     assert_compile(stmt, "…", nil, { dialect = "sqlite", literal_binds = true })
--
-- As SQLAlchemy's: newlines and tabs count for nothing, blanks do.

local core = require("corm.core")
local check_options = require("corm.util.options")

local OPTIONS = {
    "column_keys", "dialect", "literal_binds", "positional", "render_postcompile",
    "schema_translate_map",
}

-- A value as text: equal texts, equal values.
local function show(value)
    if type(value) == "string" then
        return ("%q"):format(value)
    elseif type(value) ~= "table" then
        return tostring(value)
    end
    local keys = {}
    for key in pairs(value) do
        keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
        return tostring(a) < tostring(b)
    end)
    local parts = {}
    for i, key in ipairs(keys) do
        parts[i] = ("%s = %s"):format(tostring(key), show(value[key]))
    end
    return "{" .. table.concat(parts, ", ") .. "}"
end

local function fail(what, expected, got, sql)
    error(("%s\n  expected %s\n  got      %s%s"):format(what, expected, got,
        sql and "\n  in       " .. sql or ""), 3)
end

local function read_options(options)
    if type(options) == "string" or core.metafield(options, "__name") then
        return { dialect = options }
    end
    return check_options(options, OPTIONS, "assert_compile")
end

---Check the SQL of a statement, and the parameters unless they are left out.
---@param statement any
---@param sql string
---@param params? table<string, any> values by name; corm.NULL for NULL
---@param options? string|table dialect, or {dialect, literal_binds, positional, …}
---@return corm.Compiled
local function assert_compile(statement, sql, params, options)
    options = read_options(options)
    local has_kwargs = options.literal_binds or options.render_postcompile
    local compiled = statement:compile({
        dialect = options.dialect,
        column_keys = options.column_keys,
        schema_translate_map = options.schema_translate_map,
        compile_kwargs = has_kwargs and {
            literal_binds = options.literal_binds,
            render_postcompile = options.render_postcompile,
        } or nil,
    })
    local text = tostring(compiled):gsub("[\n\t]", "")
    if text ~= sql then
        fail("other SQL", sql, text)
    end
    if params and show(params) ~= show(compiled.params) then
        fail("other parameters", show(params), show(compiled.params), text)
    end
    local positional = options.positional
    if positional and show(positional) ~= show(compiled.positiontup) then
        fail("other order of parameters", show(positional), show(compiled.positiontup), text)
    end
    return compiled
end

return assert_compile
