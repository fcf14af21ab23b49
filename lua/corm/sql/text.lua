-- SPDX-License-Identifier: MIT
-- text(): values and types of its parameters, and the columns that it returns.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local elements = require("corm.sql.elements")
local types = require("corm.types")
local select = require("corm.util.select")

local methods = core.families.TextClause.methods

local function check_parameter(self, name)
    if not (" " .. core.name(self)):find("[^:]:" .. name .. "%f[^%w_]") then
        exc.ArgumentError:raise("text() has no parameter :%s", name)
    end
end

---Give values and types to the parameters: text("…"):bindparams({x = 5}, bindparam("y", …)).
---@param ... any
---@return corm.TextClause
function methods:bindparams(...)
    local binds, by_name = {}, {}
    local function add(bind)
        local name = core.name(bind)
        check_parameter(self, name)
        if by_name[name] then
            binds[by_name[name]] = bind
        else
            binds[#binds + 1] = bind
            by_name[name] = #binds
        end
    end
    for i = 0, core.kid_count(self) - 1 do
        add(core.kid(self, i))
    end
    for i = 1, select("#", ...) do
        local given = (select(i, ...))
        if core.kind(given) == "bind" then
            add(given)
        elseif args.is_options(given) then
            local sorted = {}
            for name in pairs(given) do
                sorted[#sorted + 1] = name
            end
            table.sort(sorted)
            for _, name in ipairs(sorted) do
                local old = by_name[name] and binds[by_name[name]]
                add(elements.bindparam(name, given[name], old and core.type_of(old) or nil))
            end
        else
            args.refuse("bindparams", "bindparam() or a table of values by name", given)
        end
    end
    local spec = { name = core.name(self) }
    table.move(binds, 1, #binds, 1, spec)
    return core.node("text", spec)
end

-- Columns by name: one that stands there by position already takes the type.
local function add_typed_columns(spec, first, types_by_name)
    local sorted, place_of = {}, {}
    for name in pairs(types_by_name) do
        sorted[#sorted + 1] = name
    end
    table.sort(sorted)
    for i = first, #spec do
        place_of[core.name(spec[i]) or false] = i
    end
    for _, name in ipairs(sorted) do
        local type_ = types.to_instance(types_by_name[name], "columns")
        spec[place_of[name] or #spec + 1] = elements.column(name, type_)
    end
end

-- {{"id", Integer}, {"name", String}}
local function is_sequence_of_pairs(given)
    if type(given) ~= "table" or getmetatable(given) ~= nil then
        return false
    end
    for _, pair in ipairs(given) do
        if type(pair) ~= "table" or type(pair[1]) ~= "string" or pair[2] == nil then
            return false
        end
    end
    return given[1] ~= nil
end

---Say which columns the text returns: by position, or by name in a table of types or, in order,
---as pairs of both.
---@param ... any
---@return corm.TextualSelect
---@error InvalidRequestError a column comes twice, so that rows could not be asked for it
function methods:columns(...)
    if core.kind(self) ~= "text" then
        args.refuse("columns", "a text() as self", self)
    end
    local spec, by_name, seen = { self, false }, {}, {}
    local first = #spec + 1
    for i = 1, select("#", ...) do
        local given = select(i, ...)
        local column = core.resolve(given)
        if column and seen[column] then
            exc.InvalidRequestError:raise("columns: the same column twice: %s", tostring(given))
        elseif column then
            seen[column] = true
            spec[#spec + 1] = column
        elseif args.is_options(given) then
            by_name[#by_name + 1] = given
        elseif is_sequence_of_pairs(given) then
            for _, pair in ipairs(given) do
                by_name[#by_name + 1] = { [pair[1]] = pair[2] }
            end
        else
            args.refuse("columns", "columns, a table of types by name or pairs of these", given)
        end
    end
    for _, given in ipairs(by_name) do
        add_typed_columns(spec, first, given)
    end
    spec.variant = #by_name == 0
    return core.node("statement_text", spec)
end

return methods
