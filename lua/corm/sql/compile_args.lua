-- SPDX-License-Identifier: MIT
-- What compile() of statements and of DDL takes: an engine, connection or dialect in front, or
-- the option `bind`; then options, among them `compile_kwargs`, whose names are the compiler's
-- own or, where functions of corm.ext.compiler may read them, theirs.

local core = require("corm.core")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local hooks = require("corm.sql.hooks")
local merged = require("corm.util.merged")

local compile_args = {}

local OWN_KWARGS = {
    "literal_binds", "render_postcompile",
    accepts = function(name)
        return type(name) == "string" and hooks.any()
    end,
}

---The options of compile(), with what stood in front of them as `bind`.
---@param known string[]
---@param bind any an engine, a connection or a dialect; or the options
---@param options? table
---@return table
function compile_args.read(known, bind, options)
    if options == nil and core.metafield(bind, "__name") == nil then
        bind, options = nil, bind
    end
    if bind == nil then
        return check_options(options, known, "compile")
    elseif core.metafield(bind, "__name") == nil then
        args.refuse("compile", "an engine, a connection or a dialect", bind)
    end
    return merged(check_options(options, known, "compile"), { bind = bind })
end

---The dialect that the options ask for, by its name or as an object; nil for the default one.
---@param options table
---@return any
function compile_args.dialect(options)
    local bind = options.bind
    if options.dialect ~= nil or bind == nil then
        return options.dialect
    end
    return core.metafield(bind, "__name") == "corm.Dialect" and bind or bind.dialect
end

---The option compile_kwargs, and those names of it that are for functions of the user's.
---@param options table
---@return table all, table told
function compile_args.kwargs(options)
    local all, told = check_options(options.compile_kwargs, OWN_KWARGS, "compile_kwargs"), {}
    for name, value in pairs(all) do
        if name ~= "literal_binds" and name ~= "render_postcompile" then
            told[name] = value
        end
    end
    return all, told
end

return compile_args
