-- SPDX-License-Identifier: MIT
-- What a database can do, as flags that tests ask for, so that no test asks for names. What
-- sqlalchemy.testing.requirements is; a flag here is a fact of the database or of its
-- dialect, never of a library in between.
--
-- The defaults are those of the database that a dialect talks to. A dialect of one's own
-- overrides what is different: corm.testing.suite takes them as an option.

local check_options = require("corm.util.options")

---@class corm.testing.Flag
---@field [1] string what it means
---@field [2] boolean of SQLite
---@field [3] boolean of PostgreSQL

---@type table<string, corm.testing.Flag>
local FLAGS = {
    aggregate_order_by = { "array_agg(x ORDER BY y)", false, true },
    alter = { "ALTER TABLE … ADD CONSTRAINT", false, true },
    arrays = { "columns of type ARRAY", false, true },
    autocommit = { "the isolation level AUTOCOMMIT", true, true },
    autoincrement = { "an integer primary key that is left out gets a value", true, true },
    comments = { "COMMENT ON tables and columns", false, true },
    computed_columns = { "GENERATED ALWAYS AS (…) STORED", true, true },
    conflict_constraint = { "ON CONFLICT ON CONSTRAINT name", false, true },
    ctes = { "WITH … SELECT", true, true },
    ctes_on_dml = { "INSERT, UPDATE and DELETE … RETURNING inside of WITH", false, true },
    date_casts = { "CAST(… AS DATE) and its like", false, true },
    deferrable_constraints = { "foreign keys that are looked at on commit", true, true },
    delete_using = { "DELETE … USING", false, true },
    distinct_on = { "SELECT DISTINCT ON (…)", false, true },
    empty_insert = { "a row of nothing but defaults", true, true },
    expression_defaults = { "server defaults that are expressions", true, true },
    fetch = { "FETCH FIRST n ROWS ONLY", false, true },
    fetch_ties = { "FETCH FIRST … WITH TIES", false, true },
    for_update = { "SELECT … FOR UPDATE", false, true },
    foreign_keys = { "foreign keys are enforced: in SQLite only after PRAGMA foreign_keys = ON",
        false, true },
    full_join = { "FULL OUTER JOIN", true, true },
    identity_columns = { "GENERATED … AS IDENTITY", false, true },
    independent_connections = { "a second connection sees what was committed, and only that: "
        .. "not so in a SQLite in memory", false, true },
    index_where = { "indexes of some of the rows", true, true },
    index_expressions = { "indexes of expressions", true, true },
    infinity = { "infinite floats", true, true },
    insert_from_select = { "INSERT … SELECT", true, true },
    intersect_except = { "INTERSECT and EXCEPT", true, true },
    is_distinct = { "comparisons that take NULL for a value", true, true },
    json = { "columns of type JSON and access to their elements", true, true },
    lateral = { "LATERAL", false, true },
    multi_values = { "VALUES with several rows", true, true },
    native_enum = { "a type of its own for each Enum", false, true },
    nulls_ordering = { "NULLS FIRST and NULLS LAST", true, true },
    precise_decimals = { "decimals of more than 15 digits", false, true },
    readonly_transactions = { "BEGIN READ ONLY", false, true },
    recursive_ctes = { "WITH RECURSIVE", true, true },
    regexp = { "regular expressions", false, true },
    returning = { "RETURNING of INSERT, UPDATE and DELETE", true, true },
    savepoints = { "savepoints", true, true },
    schemas = { "several schemas in a database", false, true },
    sequences = { "sequences", false, true },
    serializable = { "the isolation level SERIALIZABLE", true, true },
    standalone_values = { "VALUES as something to select from, with names of columns", false,
        true },
    string_lengths = { "texts longer than their column are refused", false, true },
    streaming = { "results that are fetched as they are read", true, true },
    strict_types = { "values of another type than their column's are refused", false, true },
    time_zones = { "dates with times that know their zone", false, true },
    tuple_in = { "(a, b) IN (…)", true, true },
    twophase = { "transactions in two phases", false, true },
    unicode_names = { "names of tables and columns beyond ASCII", true, true },
    update_from = { "UPDATE … FROM", true, true },
    upsert = { "INSERT … ON CONFLICT", true, true },
    window_functions = { "OVER (…)", true, true },
}

local COLUMN = { sqlite = 2, postgresql = 3 }

local requirements = {}

---The names of all flags, sorted.
---@return string[]
function requirements.names()
    local names = {}
    for name in pairs(FLAGS) do
        names[#names + 1] = name
    end
    table.sort(names)
    return names
end

---What a flag means.
---@param name string
---@return string
function requirements.meaning(name)
    return FLAGS[name][1]
end

---The flags of a database, with a dialect's own on top.
---@param family "sqlite"|"postgresql" what it talks to: engine.dialect.family
---@param overrides? table<string, boolean>
---@return table<string, boolean>
---@error ArgumentError a flag that there is not
function requirements.of(family, overrides)
    local names = requirements.names()
    overrides = check_options(overrides, names, "requirements")
    local flags = {}
    for _, name in ipairs(names) do
        flags[name] = FLAGS[name][COLUMN[family]]
        if overrides[name] ~= nil then
            flags[name] = overrides[name]
        end
    end
    return flags
end

return requirements
