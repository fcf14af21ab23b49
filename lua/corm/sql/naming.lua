-- SPDX-License-Identifier: MIT
-- Names of constraints and indexes by the naming convention of their MetaData:
--
--     MetaData({naming_convention = {uq = "uq_%(table_name)s_%(column_0_name)s"}})

local core = require("corm.core")
local exc = require("corm.exc")
local collection = require("corm.sql.collection")

local naming = {}

local PREFIXES = { primary_key = "pk", foreign_key = "fk", unique = "uq", check = "ck" }

---What a MetaData without a convention has.
naming.DEFAULT = { ix = "ix_%(column_0_label)s" }

local function label_of(column, table_)
    local parts = { table_.name, core.name(column) }
    if table_.schema then
        table.insert(parts, 1, (table_.schema:gsub("%.", "_")))
    end
    return table.concat(parts, "_")
end

-- What stands for column number i, by the last part of the token.
local COLUMN_TOKENS = {
    name = function(column)
        return core.name(column)
    end,
    key = function(column)
        return core.pin(column).key
    end,
    label = label_of,
}

-- number is the column's, from 0; separator joins all columns, nil means just that one.
local function column_token(detail, table_, number, separator, what)
    local of = COLUMN_TOKENS[what]
    local columns = detail.columns
    if separator then
        local names = {}
        for i = 1, #columns do
            names[i] = of(columns[i], table_)
        end
        return table.concat(names, separator)
    end
    local column = columns[tonumber(number) + 1]
    if not column and detail.kind == "check" then
        return "" -- a condition in text speaks of no columns
    elseif not column then
        exc.ArgumentError:raise("naming convention: there is no column %s in the constraint of "
            .. "table '%s'", number, table_.name)
    end
    return of(column, table_)
end

-- The name of the column that an element of a table's foreign key refers to: as it was written,
-- unless that is known as the key of another name.
local function referred_column(element, of)
    local own = core.pin(element)
    local target = own.target_column
    if not target and own.column_key and not own.link_to_name then
        local table_ = rawget(of.metadata.tables, own.table_key)
        target = table_ and collection.get(table_.c, own.column_key)
    end
    return target and target.name or own.column_key or core.name(own.parent)
end

-- referred_table_name, referred_column_0_name, referred_column_0_N_name …
local function referred(detail, token, table_)
    local elements = detail.elements
    if not elements then
        return nil
    elseif token == "referred_table_name" then
        local own = core.pin(elements[1])
        return own.target_column and own.target_column.table.name
            or (own.table_key:gsub("^.*%.", ""))
    end
    local number, all = token:match("^referred_column_(%d+)(_?N?)_name$")
    if not number then
        return nil
    elseif all == "" then
        local element = elements[tonumber(number) + 1]
        if not element then
            exc.ArgumentError:raise("naming convention: there is no column %s in the foreign "
                .. "key of table '%s'", number, table_.name)
        end
        return referred_column(element, table_)
    end
    local parts = {}
    for i, element in ipairs(elements) do
        parts[i] = referred_column(element, table_)
    end
    return table.concat(parts, all == "_N" and "_" or "")
end

local function token_value(token, detail, table_)
    if token == "table_name" then
        return table_.name
    elseif token == "constraint_name" then
        if not detail.name then
            exc.InvalidRequestError:raise("naming convention needs %%(constraint_name)s: the "
                .. "constraint of table '%s' must have a name", table_.name)
        end
        return detail.name
    elseif token:find("^referred_") then
        return referred(detail, token, table_)
    end
    local number, all, what = token:match("^column_(%d+)(_?N?)_(%l+)$")
    if number and COLUMN_TOKENS[what] then
        local separator = all == "_N" and "_" or all == "N" and "" or nil
        return column_token(detail, table_, number, separator, what)
    end
    return nil
end

local function fill(convention, self, detail, table_)
    return (convention:gsub("%%%(([%w_]+)%)s", function(token)
        local own = table_.metadata.naming_convention[token]
        local value
        if type(own) == "function" then
            value = own(self, table_)
        else
            value = token_value(token, detail, table_)
        end
        if not value then
            exc.ArgumentError:raise("naming convention: unknown token '%%(%s)s'", token)
        end
        return value
    end))
end

-- The name of a constraint that joins a table; nil if it stays without one.
local function constraint_name(self, detail, table_)
    local convention = table_.metadata.naming_convention[PREFIXES[detail.kind]]
    local is_empty = detail.kind == "primary_key" and #detail.columns == 0
    if not convention or detail.name_is_final or is_empty then
        return detail.name
    end
    local wants_name = convention:find("%(constraint_name)", 1, true) ~= nil
    if detail.name and not wants_name or wants_name and detail.check_type and not detail.name then
        return detail.name
    end
    return fill(convention, self, detail, table_)
end

---Give a constraint of a table the name that it was given or that the convention makes.
---@param self any the constraint
---@param detail table
---@param table_ corm.Table
function naming.name_constraint(self, detail, table_)
    if not detail.is_name_made then
        detail.given_name = detail.name
    end
    detail.name = detail.given_name
    detail.name = constraint_name(self, detail, table_)
    detail.is_name_made = detail.name ~= detail.given_name
end

---The name of an index that joins a table.
---@param self any the index
---@param detail table
---@param table_ corm.Table
---@return string
function naming.index_name(self, detail, table_)
    if detail.name then
        return detail.name
    end
    if #detail.columns == 0 then
        exc.ArgumentError:raise("an index of expressions on table '%s' needs a name", table_.name)
    end
    return fill(table_.metadata.naming_convention.ix or naming.DEFAULT.ix, self, detail, table_)
end

return naming
