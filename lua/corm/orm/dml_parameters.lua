-- SPDX-License-Identifier: MIT
-- Parameters of INSERT and UPDATE by attribute, said by column as Core takes them.

local core = require("corm.core")
local exc = require("corm.exc")
local hint = require("corm.util.hint")
local walk = require("corm.sql.walk")

local dml_parameters = {}

---Whether there are several parameter sets.
---@param parameters? table
---@return boolean
function dml_parameters.is_many(parameters)
    return type(parameters) == "table" and type(parameters[1]) == "table"
end

---The parameters that a statement has itself: {[name] = "required" | "optional"}.
---@param statement any
---@return table<string, string>
function dml_parameters.own_names(statement)
    local names = {}
    for node in walk.nodes(statement) do
        local kind = core.kind(node)
        if kind == "bind" and not core.flag(node, "anonymous") then
            names[core.name(node)] = core.flag(node, "required") and "required" or "optional"
        elseif kind == "text" then
            for name in (" " .. core.name(node)):gmatch("[^:]:([%a_][%w_]*)") do
                names[name] = "required"
            end
        end
    end
    return names
end

---The key of the column that an attribute or a column's key means, nil if there is none.
---@param of_mapper corm.orm.Mapper
---@param name any
---@return string?
function dml_parameters.column_key(of_mapper, name)
    local prop = of_mapper.props[name]
    if prop and prop.kind == "column" and core.kind(prop.column) == "column" then
        return prop.column.key
    end
    return of_mapper.local_table.c:contains(name) and name or nil
end

---Raise the error for a name that is neither an attribute nor a parameter of the statement.
---@param of_mapper corm.orm.Mapper
---@param name any
---@param caller string
function dml_parameters.refuse(of_mapper, name, caller)
    exc.ArgumentError:raise("%s: class '%s' has no column '%s'%s", caller, of_mapper.name,
        tostring(name), hint(name, of_mapper:keys()))
end

-- One set: {attribute = value} as {column key = value}. The statement's own parameters stay.
local function by_column(of_mapper, given, statement, own)
    local values = {}
    for name, value in pairs(given) do
        local key = own[name] ~= "required" and dml_parameters.column_key(of_mapper, name)
        if not key and not own[name] then
            dml_parameters.refuse(of_mapper, name, core.kind(statement))
        end
        values[key or name] = value
    end
    return values
end

-- Whether attributes are called as their columns are, so that nothing need be renamed.
local function has_plain_names(of_mapper)
    if of_mapper._has_plain_names == nil then
        of_mapper._has_plain_names = true
        for _, prop in ipairs(of_mapper.column_props) do
            if core.kind(prop.column) == "column" and prop.column.key ~= prop.key then
                of_mapper._has_plain_names = false
            end
        end
    end
    return of_mapper._has_plain_names
end

---One parameter set or several by attribute, by column.
---@param of_mapper corm.orm.Mapper
---@param parameters? table
---@param statement any that they are for
---@return table?
function dml_parameters.renamed(of_mapper, parameters, statement)
    if parameters == nil or has_plain_names(of_mapper) then
        return parameters
    end
    local own = dml_parameters.own_names(statement)
    if not dml_parameters.is_many(parameters) then
        return by_column(of_mapper, parameters, statement, own)
    end
    local result = {}
    for i, each in ipairs(parameters) do
        result[i] = by_column(of_mapper, each, statement, own)
    end
    return result
end

return dml_parameters
