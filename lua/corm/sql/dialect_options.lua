-- SPDX-License-Identifier: MIT
-- Options that begin with the name of a dialect, as tables, columns, constraints and indexes
-- have them: sqlite_strict, postgresql_where. Those of databases that corm does not talk to are
-- kept and say nothing, so that declarations can be shared.

local core = require("corm.core")

local dialect_options = {}

local OTHERS = { mariadb = true, mssql = true, mysql = true, oracle = true }

---A program has brought a dialect along, which may have options.
---@param dialect string
function dialect_options.add_dialect(dialect)
    OTHERS[dialect] = true
end

-- Dialect and name of such an option; nil of any other.
local function divide(option)
    local dialect, name = option:match("^(%l[%l%d]*)_(.+)$")
    if dialect == "sqlite" or dialect == "postgresql" or OTHERS[dialect] then
        return dialect, name
    end
    return nil, nil
end

---Whether an option is for a database that corm does not talk to itself.
---@param option any
---@return boolean
function dialect_options.is_foreign(option)
    return type(option) == "string" and OTHERS[divide(option)] == true
end

---The names of options, with those for other databases besides.
---@param names string[]
---@return string[]
function dialect_options.with_foreign(names)
    names.accepts = dialect_options.is_foreign
    return names
end

local function kwargs(self)
    local found = {}
    for option, value in pairs(core.pin(self).options or {}) do
        found[option] = divide(option) and value or nil
    end
    return found
end

-- What is not there is empty: dialect_options.mysql.engine is nil.
local EMPTY = {
    __index = function()
        return {}
    end,
}

local function by_dialect(self)
    local found = setmetatable({}, EMPTY)
    for option, value in pairs(kwargs(self)) do
        local dialect, name = divide(option)
        local of = rawget(found, dialect) or {}
        of[name] = value
        found[dialect] = of
    end
    return found
end

for _, family in ipairs({ "Table", "Column", "Constraint", "ForeignKey", "Index" }) do
    local getters = core.families[family].getters
    getters.kwargs, getters.dialect_kwargs = kwargs, kwargs
    getters.dialect_options = by_dialect
end

return dialect_options
