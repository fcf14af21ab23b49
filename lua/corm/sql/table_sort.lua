-- SPDX-License-Identifier: MIT
-- schema.sort_tables() and sort_tables_and_constraints(): tables in an order in which each
-- stands after those it refers to. Foreign keys of tables on a circle are left out.

local args = require("corm.sql.args")
local core = require("corm.core")
local check_options = require("corm.util.options")
local exc = require("corm.exc")
local toposort = require("corm.util.toposort")
local warnings = require("corm.warnings")

local table_sort = {}

---@class corm.sql.SortOptions
---@field skip_fn? fun(key: corm.ForeignKey): boolean? true: as if the key were not there
---@field filter_fn? fun(key: corm.ForeignKeyConstraint): boolean? true: apart, false: never
---@field extra_dependencies? corm.Table[][] pairs {before, after}

local OPTION_TYPES = { skip_fn = "function", filter_fn = "function", extra_dependencies = "table" }

local function is_table(value)
    return core.kind(value) == "table"
end

-- Raise unless there is a sequence of tables, and options of the right types.
local function check(tables, options, known, caller)
    if type(tables) ~= "table" then
        args.refuse(caller, "a sequence of tables", tables)
    end
    for _, table_ in ipairs(tables) do
        if not is_table(table_) then
            args.refuse(caller, "tables", table_)
        end
    end
    options = check_options(options, known, caller)
    for _, name in ipairs(known) do
        args.check(options[name], OPTION_TYPES[name], caller, name)
    end
    for _, pair in ipairs(options.extra_dependencies or {}) do
        if type(pair) ~= "table" or not (is_table(pair[1]) and is_table(pair[2])) then
            args.refuse(caller, "pairs of tables in extra_dependencies", pair)
        end
    end
    return options
end

---The names of tables, in alphabetical order, for messages.
---@param tables corm.Table[]
---@return string
function table_sort.names_of(tables)
    local names = {}
    for i, table_ in ipairs(tables) do
        names[i] = table_.fullname
    end
    table.sort(names)
    return table.concat(names, ", ")
end

-- What the tables need whatever becomes of their keys: add_is_dependent_on() and the pairs
-- {before, after} of the caller.
local function fixed_needs(tables, pairs_)
    local needs = {}
    for _, table_ in ipairs(tables) do
        needs[table_] = {}
        for _, other in ipairs(core.pin(table_).needed or {}) do
            needs[table_][other] = true
        end
    end
    for _, pair in ipairs(pairs_ or {}) do
        local before, after = pair[1], pair[2]
        if needs[after] then
            needs[after][before] = true
        end
    end
    return needs
end

-- The foreign keys of tables, as a list.
local function keys_of(tables)
    local keys = {}
    for _, table_ in ipairs(tables) do
        for constraint in table_.foreign_key_constraints do
            keys[#keys + 1] = constraint
        end
    end
    return keys
end

-- The foreign keys that stand apart from the start.
local function apart(tables, filter_fn)
    local is_apart = {}
    for _, constraint in ipairs(keys_of(tables)) do
        is_apart[constraint] = constraint.use_alter == true
            or filter_fn and filter_fn(constraint) == true or nil
    end
    return is_apart
end

local function all_needs(tables, is_apart, extra)
    local needs = fixed_needs(tables, extra)
    for _, constraint in ipairs(keys_of(tables)) do
        local referred = not is_apart[constraint] and constraint.referred_table
        if referred and referred ~= constraint.table then
            needs[constraint.table][referred] = true
        end
    end
    return needs
end

local function on_circles(tables, needs)
    local found = {}
    for _, table_ in ipairs(tables) do
        if toposort.reaches(needs, table_, table_) then
            found[#found + 1] = table_
        end
    end
    return found
end

-- Set the keys of tables apart that the filter does not insist on.
local function set_apart(tables, is_apart, filter_fn)
    for _, constraint in ipairs(keys_of(tables)) do
        if not (filter_fn and filter_fn(constraint) == false) then
            is_apart[constraint] = true
        end
    end
end

-- The tables in order and the set of keys that stand apart.
local function sort(tables, filter_fn, extra, on_cycle)
    local is_apart = apart(tables, filter_fn)
    local needs = all_needs(tables, is_apart, extra)
    local sorted, rest = toposort.sort(tables, needs)
    if #rest > 0 then
        local circular = on_circles(rest, needs)
        on_cycle(circular)
        set_apart(circular, is_apart, filter_fn)
        sorted, rest = toposort.sort(tables, all_needs(tables, is_apart, extra))
    end
    if #rest > 0 then
        exc.CircularDependencyError:raise("cannot sort tables: a circle that leaving out "
            .. "foreign keys does not cut, between %s", table_sort.names_of(rest))
    end
    return sorted, is_apart
end

local function warn_of_cycle(tables)
    warnings.warn(("cannot sort tables: foreign keys close a circle between %s; they are "
        .. "left out of the order"):format(table_sort.names_of(tables)))
end

-- As a filter of constraints: those with a foreign key that the function wants skipped.
local function skipping(skip_fn)
    return skip_fn and function(constraint)
        for _, element in ipairs(constraint.elements) do
            if skip_fn(element) then
                return true
            end
        end
    end
end

---Sort tables, each after those it refers to. Foreign keys that close a circle are left out
---with a warning.
---@param tables corm.Table[]
---@param options? corm.sql.SortOptions skip_fn and extra_dependencies
---@return corm.Table[]
---@error CircularDependencyError dependencies that are not foreign keys close a circle
function table_sort.sort_tables(tables, options)
    options = check(tables, options, { "skip_fn", "extra_dependencies" }, "sort_tables")
    return (sort(tables, skipping(options.skip_fn), options.extra_dependencies, warn_of_cycle))
end

-- The foreign keys of a table that stand apart, or those that do not.
local function add_keys(list, table_, is_apart, are_apart)
    for constraint in table_.foreign_key_constraints do
        if (is_apart[constraint] == true) == are_apart then
            list[#list + 1] = constraint
        end
    end
    return list
end

---Sort tables, each after those it refers to, with the foreign keys that can be created along
---with it; the last entry has those that need ALTER TABLE after all tables are there.
---@param tables corm.Table[]
---@param options? corm.sql.SortOptions filter_fn and extra_dependencies
---@return any[][] # {{table, {constraints}}, …, {corm.NULL, {constraints}}}
---@error CircularDependencyError what has to stay closes a circle
function table_sort.sort_tables_and_constraints(tables, options)
    options = check(tables, options, { "filter_fn", "extra_dependencies" },
        "sort_tables_and_constraints")
    local sorted, is_apart = sort(tables, options.filter_fn, options.extra_dependencies,
        function() end)
    local list, rest = {}, {}
    for i, table_ in ipairs(sorted) do
        list[i] = { table_, add_keys({}, table_, is_apart, false) }
        add_keys(rest, table_, is_apart, true)
    end
    list[#list + 1] = { core.NULL, rest }
    return list
end

return table_sort
