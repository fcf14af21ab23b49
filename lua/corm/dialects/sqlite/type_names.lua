-- SPDX-License-Identifier: MIT
-- From the type that a column of SQLite was declared with to corm's: by name where it is a
-- known one, else by SQLite's rules of affinity.

local types = require("corm.types")
local warnings = require("corm.warnings")

local type_names = {}

local KNOWN = {
    BIGINT = types.BIGINT,
    BLOB = types.BLOB,
    BOOL = types.BOOLEAN,
    BOOLEAN = types.BOOLEAN,
    CHAR = types.CHAR,
    DATE = types.DATE,
    DATE_CHAR = types.DATE,
    DATETIME = types.DATETIME,
    DATETIME_CHAR = types.DATETIME,
    DECIMAL = types.DECIMAL,
    DOUBLE = types.DOUBLE,
    DOUBLE_PRECISION = types.DOUBLE_PRECISION,
    FLOAT = types.FLOAT,
    INT = types.INTEGER,
    INTEGER = types.INTEGER,
    JSON = types.JSON,
    JSONB = types.JSON,
    NCHAR = types.NCHAR,
    NUMERIC = types.NUMERIC,
    NVARCHAR = types.NVARCHAR,
    REAL = types.REAL,
    SMALLINT = types.SMALLINT,
    TEXT = types.TEXT,
    TIME = types.TIME,
    TIME_CHAR = types.TIME,
    TIMESTAMP = types.TIMESTAMP,
    VARCHAR = types.VARCHAR,
}

-- The first that is part of the name decides.
local AFFINITIES = {
    { "INT", types.INTEGER },
    { "CHAR", types.TEXT }, { "CLOB", types.TEXT }, { "TEXT", types.TEXT },
    { "BLOB", types.NullType },
    { "REAL", types.REAL }, { "FLOA", types.REAL }, { "DOUB", types.REAL },
}

local function by_affinity(name)
    if name == "" then
        return types.NullType
    end
    for _, pair in ipairs(AFFINITIES) do
        if name:find(pair[1], 1, true) then
            return pair[2]
        end
    end
    return types.NUMERIC
end

local function read_numbers(text)
    local numbers = {}
    for digits in text:gmatch("%d+") do
        numbers[#numbers + 1] = math.tointeger(tonumber(digits))
    end
    return numbers
end

-- The type with its numbers and collation; without the numbers if it takes none.
local function make(base, declared, numbers, collation)
    local options = {}
    if collation and types.String:is(base) then
        options.collation = collation
    end
    if #numbers == 0 and next(options) == nil then
        return base
    end
    local arguments = { table.unpack(numbers) }
    arguments[#arguments + 1] = next(options) and options or nil
    local ok, made = pcall(base, table.unpack(arguments))
    if ok then
        return made
    end
    warnings.warn(("could not instantiate type %s with reflected arguments (%s); using no "
        .. "arguments"):format(declared, table.concat(numbers, ", ")))
    return next(options) and base(options) or base
end

---The type of a column.
---@param declared string as the column was declared, "VARCHAR(30)"
---@param collation? string
---@return corm.types.TypeEngine
function type_names.resolve(declared, collation)
    local name, arguments = declared:upper():match("^%s*([%w_ ]*)(%b())")
    name = name or declared:upper():match("^%s*([%w_ ]*)")
    name = name:match("^(.-)%s*$"):gsub("%s+GENERATED%s+ALWAYS$", "")
    local base = KNOWN[name] or KNOWN[name:gsub(" ", "_")] or by_affinity(name)
    return make(base, declared, read_numbers(arguments or ""), collation)
end

return type_names
