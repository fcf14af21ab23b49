-- SPDX-License-Identifier: MIT
-- Reading arguments as every constructor of corm does: a trailing plain table whose keys are
-- all strings holds the options, beyond the parameters that are required anyway.

local core = require("corm.core")
local exc = require("corm.exc")
local check_options = require("corm.util.options")
local repr = require("corm.util.repr")

local args = {}

---True for a table without metatable whose keys are all strings (an empty one too).
---@param value any
---@return boolean
function args.is_options(value)
    if type(value) ~= "table" or getmetatable(value) ~= nil then
        return false
    end
    for key in pairs(value) do
        if type(key) ~= "string" then
            return false
        end
    end
    return true
end

---Divide the arguments into a list (with its length in `n`) and the options.
---@param required integer parameters that are never options
---@param known string[] names of the options
---@param caller string for messages
---@param ... any
---@return table list, table options
function args.split(required, known, caller, ...)
    local list = table.pack(...)
    local options
    if list.n > required and args.is_options(list[list.n]) then
        options = list[list.n]
        list[list.n] = nil
        list.n = list.n - 1
    end
    return list, check_options(options, known, caller)
end

---Optional parameters, given by position or in a trailing table by name: all by name.
---@param names string[] in the order of their positions
---@param caller string
---@param ... any
---@return table<string, any>
function args.named(names, caller, ...)
    local list, options = args.split(0, names, caller, ...)
    if list.n == 0 then
        return options
    elseif list.n > #names then
        exc.ArgumentError:raise("%s: at most %d optional arguments expected, got %d", caller,
            #names, list.n)
    end
    local found = {}
    for name, value in pairs(options) do
        found[name] = value
    end
    for i = 1, list.n do
        if found[names[i]] ~= nil then
            exc.ArgumentError:raise("%s: %s is given twice", caller, names[i])
        end
        found[names[i]] = list[i]
    end
    return found
end

---Texts for prefix_with() and its like: strings and expressions, the option `dialect` says
---for which dialect alone.
---@param caller string
---@param ... any
---@return any[] nodes
function args.texts(caller, ...)
    local list, options = args.split(1, { "dialect" }, caller, ...)
    args.check(options.dialect, "string", caller, "dialect")
    local texts = {}
    for i = 1, list.n do
        local item = list[i]
        if type(item) == "string" then
            item = core.node("text", { name = item })
        end
        local node = core.clause(item, caller)
        if options.dialect and options.dialect ~= "*" then
            node = core.respec(node, { value = options.dialect })
        end
        texts[i] = node
    end
    return texts
end

---Raise ArgumentError "caller: expected X, got Y".
---@param caller string
---@param expected string
---@param value any
function args.refuse(caller, expected, value)
    local kind = core.kind(value)
    local got = kind and (kind:find("^[aeiou]") and "an " or "a ") .. kind or repr.value(value)
    exc.ArgumentError:raise("%s: %s expected, got %s", caller, expected, got)
end

core.set_refusal(args.refuse)

---Require a value of one of Lua's types (nil if it is optional) and return it.
---@param value any
---@param lua_type string
---@param caller string
---@param name string
---@return any
function args.check(value, lua_type, caller, name)
    if value ~= nil and (type(value) ~= lua_type
        and not (lua_type == "integer" and math.type(value) == "integer")) then
        exc.ArgumentError:raise("%s: %s must be a %s, got %s", caller, name, lua_type,
            repr.value(value))
    end
    return value
end

---Require the string options of this list to be strings.
---@param options table
---@param names string[]
---@param caller string
function args.check_strings(options, names, caller)
    for _, name in ipairs(names) do
        args.check(options[name], "string", caller, name)
    end
end

return args
