-- SPDX-License-Identifier: MIT
-- Things to select from: aliases, subqueries, CTEs, VALUES, LATERAL; and their columns.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local collection = require("corm.sql.collection")
local names = require("corm.sql.names")
local walk = require("corm.sql.walk")

local selectable = {}

local family = core.families.FromClause
local methods, getters = family.methods, family.getters
local slots = core.slots

-- ---- columns ----

-- Selectable -> its collection, as long as somebody holds the selectable.
local columns_of = setmetatable({}, { __mode = "k" })

---The node without the marks of the mapper.
---@param node any
---@return any
function selectable.unmarked(node)
    while core.kind(node) == "entity" or core.kind(node) == "attribute" do
        node = core.kid(node, 0)
    end
    return node
end

local FROM_KINDS = {
    table = true, alias = true, subquery = true, cte = true, join = true, lateral = true,
    values = true, table_function = true,
}

---Whether the value is something to select from.
---@param value any
---@return boolean
function selectable.is_from(value)
    return FROM_KINDS[core.kind(value) or ""] or false
end

local function columns(from)
    from = selectable.unmarked(from)
    if core.kind(from) == "table" then
        return from.c
    end
    return columns_of[from] or getters.c(from)
end

selectable.columns = columns

-- The list of what a query returns: COLUMNS, RETURNING, or the columns of a text.
local function query_elements(query)
    local kind = core.kind(query)
    while kind == "compound" do
        query = core.kid(query, slots.compound.count)
        kind = core.kind(query)
    end
    if kind == "statement_text" then
        return walk.kids(query, slots.statement_text.count)
    elseif kind == "values" then
        return walk.kids(core.kid(query, 0))
    end
    local slot = kind == "select" and slots.select.columns or slots[kind].returning
    return walk.kids(core.kid(query, slot))
end

---What a query returns, one by one: tables and entities stand for their columns.
---@param query any
---@return any[]
function selectable.query_expressions(query)
    local found = {}
    for _, element in ipairs(query_elements(query)) do
        local plain = selectable.unmarked(element)
        if selectable.is_from(plain) then
            local own = columns(plain)
            for i = 1, #own do
                found[#found + 1] = own[i]
            end
        else
            found[#found + 1] = element
        end
    end
    return found
end

-- The column of `from` that is another one behind it; named: what the core says of it.
local function add_ref(into, from, key, named, behind)
    collection.append(into, key, core.node("colref", {
        name = named.name, anonymous = named.anonymous, quoted = named.quoted,
        unquoted = named.unquoted, variant = named.qualified, value = named.repeated,
        type = behind, from, behind,
    }))
end

local HAS_KEY = { column = true, colref = true }

-- Under what a column of a query is found: an attribute by its name in the class, with the
-- number that the column's key has if it is not the first of it.
local function key_of(expression, behind, key)
    local own = core.kind(expression) == "attribute" and HAS_KEY[core.kind(behind)] and behind.key
    if own and key:sub(1, #own) == own then
        return core.name(expression) .. key:sub(#own + 1)
    end
    return key
end

local function fill_from_query(into, from)
    local query = core.kid(from, 0)
    local expressions = selectable.query_expressions(query)
    local named = core.name_columns(query, expressions)
    local at = 0
    for _, expression in ipairs(expressions) do
        local behind = selectable.unmarked(expression)
        if core.kind(behind) ~= "text" then
            at = at + 1
            local column = named[at]
            add_ref(into, from, key_of(expression, behind, column.key), column, behind)
        end
    end
end

local function fill_from_alias(into, from)
    local inner = columns(core.kid(from, 0))
    local keys = collection.keys(inner)
    local is_join = core.kind(selectable.unmarked(core.kid(from, 0))) == "join"
    for i = 1, #inner do
        local behind = inner[i]
        add_ref(into, from, is_join and behind.key or keys[i], {
            name = core.name(behind),
            anonymous = core.flag(behind, "anonymous"),
            quoted = core.flag(behind, "quoted"),
            unquoted = core.flag(behind, "unquoted"),
            qualified = core.kind(behind) == "colref" and core.flag(behind, "variant"),
        }, behind)
    end
end

local function fill_from_list(into, from, list)
    for _, column in ipairs(walk.kids(list)) do
        add_ref(into, from, core.name(column), { name = core.name(column) }, column)
    end
end

-- A name that the collection does not have: the name itself, or name_1, name_2, …
local function free_name(name, own)
    local free, number = name, 0
    while rawget(own, free) ~= nil do
        number = number + 1
        free = ("%s_%d"):format(name, number)
    end
    return free
end

-- [schema_]table_key, which no column of the table is called itself.
local function join_key(column, key)
    local from = column.table
    local name = from and core.name(from)
    if not name then
        return key
    end
    local schema = core.kind(from) == "table" and from.schema
    local prefix = schema and schema:gsub("%.", "_") .. "_" or ""
    return free_name(prefix .. name .. "_" .. key, columns(from))
end

-- The columns of both sides themselves, under table_key.
local function fill_from_join(into, from)
    for side = 0, 1 do
        local inner = selectable.unmarked(core.kid(from, side))
        local own, is_join = columns(inner), core.kind(inner) == "join"
        local keys = collection.keys(own)
        for i = 1, #own do
            collection.append(into, is_join and keys[i] or join_key(own[i], keys[i]), own[i])
        end
    end
end

local FILLERS = {
    subquery = fill_from_query,
    cte = fill_from_query,
    lateral = fill_from_query,
    alias = fill_from_alias,
    join = fill_from_join,
    values = function(into, from)
        fill_from_list(into, from, core.kid(from, 0))
    end,
    table_function = function(into, from)
        fill_from_list(into, from, core.kid(from, 1))
        if #into == 0 then
            add_ref(into, from, core.name(from) or core.name(core.kid(from, 0)), {
                name = core.name(from) or "anon", anonymous = core.flag(from, "anonymous"),
            }, from)
        end
    end,
}

local TITLES = { subquery = "subquery", cte = "CTE", alias = "alias", join = "join" }

---The columns, by name and in order.
function getters:c()
    if not columns_of[self] then
        local kind = core.kind(self)
        local name = core.name(self)
        local title = TITLES[kind] or kind
        local own = collection.new(name and ("%s '%s'"):format(title, name) or title)
        FILLERS[kind](own, self)
        columns_of[self] = own
    end
    return columns_of[self]
end

getters.columns = getters.c
getters.exported_columns = getters.c

function getters:name()
    return core.name(self)
end

getters.description = getters.name

function getters:element()
    return core.kid(self, 0)
end

getters.original = getters.element

---The primary key of what is behind, seen through this; that of a join without columns that
---are equal by its condition.
function getters:primary_key()
    local found, list = collection.new("primary key"), {}
    local own = columns(self)
    for column in own do
        list[#list + 1] = column.primary_key and column or nil
    end
    if core.kind(self) == "join" then
        list = require("corm.sql.reduce").columns(list, self.onclause)
    end
    for _, column in ipairs(list) do
        collection.append(found, collection.key_of(own, column), column)
    end
    return found
end

function getters:foreign_keys()
    local found = require("corm.util.set")()
    local own = columns(self)
    for i = 1, #own do
        found:update(own[i].foreign_keys)
    end
    return found
end

function methods:corresponding_column(column, options)
    return collection.corresponding_column(columns(self), core.resolve(column), options)
end

---Whether this is, or was derived from, the other.
function methods:is_derived_from(other)
    local from = self
    while from do
        if from == other then
            return true
        end
        local kind = core.kind(from)
        if kind == "join" then
            return methods.is_derived_from(core.kid(from, 0), other)
                or methods.is_derived_from(core.kid(from, 1), other)
        end
        from = FROM_KINDS[kind] and kind ~= "table" and core.kid(from, 0) or nil
    end
    return false
end

-- ---- aliases and subqueries ----

local function check_from(value, caller)
    local node = core.resolve(value)
    if core.kind(node) == "select" or core.kind(node) == "compound" then
        return selectable.subquery(node)
    end
    if not selectable.is_from(node) and core.kind(node) ~= "entity" then
        args.refuse(caller, "a table, subquery or mapped class", value)
    end
    return node
end

local NAME = { "name" }
local ALIAS = { "name", "flat" }

---Another name for something to select from; without a name corm makes one.
---@param from any
---@param ... any name, flat (which changes nothing, as in SQLAlchemy)
---@return corm.FromClause
function selectable.alias(from, ...)
    local name = args.named(ALIAS, "alias", ...).name
    local spec = names.title({}, name, "alias")
    local node = core.resolve(from)
    if core.kind(node) == "select" or core.kind(node) == "compound" then
        return selectable.subquery(node, name)
    end
    node = check_from(from, "alias")
    if core.kind(node) == "table_function" or core.kind(node) == "values" then
        spec.name = spec.name or ""
        return core.respec(node, spec)
    end
    if not name and core.kind(node) ~= "subquery" and core.kind(node) ~= "cte" then
        spec.name = core.name(node) -- a hint
    end
    spec[1] = node
    return core.node("alias", spec)
end

---(SELECT …) AS name.
function selectable.subquery(query, ...)
    local name = args.named(NAME, "subquery", ...).name
    return core.node("subquery", names.title({ query }, name, "subquery"))
end

local QUERIES = { select = true, compound = true, statement_text = true }

-- LATERAL table AS name
local function lateral_alias(node, spec)
    spec.name = spec.name or core.name(selectable.unmarked(node)) -- a hint
    spec.variant, spec[1] = true, node
    return core.node("alias", spec)
end

---LATERAL (SELECT …) AS name, or LATERAL table AS name.
function selectable.lateral(query, ...)
    local name = args.named(NAME, "lateral", ...).name
    local node = core.resolve(query)
    local kind = core.kind(node)
    if kind == "function" then
        return node:alias(name):lateral(name)
    elseif kind == "table_function" or kind == "values" then
        return methods.lateral(node, name)
    elseif kind == "lateral" then
        return selectable.alias(node, name)
    end
    local spec = names.title({}, name, "lateral")
    if kind == "subquery" then
        node = core.kid(node, 0)
    elseif selectable.is_from(node) or kind == "entity" then
        return lateral_alias(node, spec)
    elseif not QUERIES[kind] then
        args.refuse("lateral", "something to select from", query)
    end
    spec[1] = node
    return core.node("lateral", spec)
end

local CTE = { "name", "recursive", "nesting" }

---WITH name AS (SELECT …).
function selectable.cte(query, ...)
    local options = args.named(CTE, "cte", ...)
    return core.node("cte", names.title({
        variant = options.recursive or false, nested = options.nesting or false,
        query, false, false, false,
    }, options.name, "cte"))
end

-- Texts in front of and behind a CTE's query, one dialect's or all dialects'.
local function add_texts(self, slot, caller, ...)
    if core.kind(self) ~= "cte" then
        exc.ArgumentError:raise("a %s has no attribute '%s'", core.kind(self), caller)
    end
    local spec = walk.kids(core.kid(self, slot))
    spec.op = "comma"
    for _, text in ipairs(args.texts(caller, ...)) do
        spec[#spec + 1] = text
    end
    return core.with_kid(self, slot, core.node("list", spec))
end

---Words in front of a CTE's parentheses: MATERIALIZED.
function methods:prefix_with(...)
    return add_texts(self, 2, "prefix_with", ...)
end

---Words behind a CTE's parentheses: SEARCH …
function methods:suffix_with(...)
    return add_texts(self, 3, "suffix_with", ...)
end

---A random sample of a table: t:tablesample(func.bernoulli(5), {name = "s", seed = 7}). What
---is no function is a percentage for system().
---@param from any
---@param sampling any
---@param options? {name?: string, seed?: any}
---@return corm.FromClause
function selectable.tablesample(from, sampling, options)
    options = check_options(options, { "name", "seed" }, "tablesample")
    local node = core.resolve(from)
    local kind = core.kind(selectable.unmarked(node))
    if kind ~= "table" and kind ~= "alias" then
        args.refuse("tablesample", "a table or an alias of one", from)
    end
    local method = core.resolve(sampling)
    if core.kind(method) ~= "function" then
        local types = require("corm.types")
        method = core.function_("system", nil, types.NullType, sampling)
    end
    return core.node("alias", {
        name = options.name or core.name(selectable.unmarked(node)),
        anonymous = options.name == nil, id = true, node, method,
        options.seed ~= nil and core.coerce(options.seed) or false,
    })
end

function methods:tablesample(sampling, options)
    return selectable.tablesample(self, sampling, options)
end

---The whole row as a value, for functions that take one: func.row_to_json(t:table_valued()).
---@return corm.ColumnElement
function methods:table_valued()
    if not selectable.is_from(core.resolve(self)) then
        args.refuse("table_valued", "a table or another thing to select from", self)
    end
    return core.node("coerce", { type = require("corm.types").NullType, self })
end

-- The CTE that an alias of one is when it goes on, and the selects with that in place of the
-- alias.
local function unaliased(alias, ...)
    local cte = core.respec(core.kid(alias, 0), {
        name = core.name(alias) or "", anonymous = core.flag(alias, "anonymous"), id = true,
    })
    local queries = { ... }
    for i, query in ipairs(queries) do
        queries[i] = core.replace(core.resolve(query), function(node)
            return node == alias and cte or nil
        end)
    end
    return cte, table.unpack(queries)
end

local SELECTS = { select = true, compound = true }

-- A recursive CTE goes on with another select; it stays the same CTE.
local function extend_cte(self, op, ...)
    if core.kind(self) == "alias" and core.kind(core.kid(self, 0)) == "cte" then
        local function extend(cte, ...)
            return extend_cte(cte, op, ...)
        end
        return extend(unaliased(self, ...))
    elseif core.kind(self) ~= "cte" then
        exc.ArgumentError:raise("only a CTE has %s", op)
    elseif not SELECTS[core.kind(core.kid(self, 0))] then
        exc.ArgumentError:raise("%s: a CTE of a select can go on with another one, not a CTE of a "
            .. "%s", op, core.kind(core.kid(self, 0)))
    end
    local spec = { op = op, core.kid(self, 0), ... }
    local compound = require("corm.sql.select").compound(op, table.unpack(spec))
    return core.node("cte", {
        name = core.name(self), anonymous = core.flag(self, "anonymous"), id = core.id(self),
        quoted = core.flag(self, "quoted"), unquoted = core.flag(self, "unquoted"),
        variant = core.flag(self, "variant"), nested = core.flag(self, "nested"), compound, self,
        core.kid(self, 2), core.kid(self, 3),
    })
end

function methods:union(...)
    return extend_cte(self, "union", ...)
end

function methods:union_all(...)
    return extend_cte(self, "union_all", ...)
end

function methods:alias(...)
    if core.kind(self) == "values" then
        local name = args.named(ALIAS, "alias", ...).name
        return core.respec(self, names.title({}, name, "alias"))
    end
    return selectable.alias(self, ...)
end

local FUNCTION_LATERAL = 8

function methods:lateral(...)
    local name = args.named(NAME, "lateral", ...).name
    if core.kind(self) == "table_function" then
        return core.respec(self, {
            name = name, anonymous = name == nil, id = true, pin = core.pin(self),
            value = (core.value(self) or 0) | FUNCTION_LATERAL,
        })
    elseif core.kind(self) == "values" then
        local spec = { variant = true }
        if name then
            spec.name, spec.anonymous = name, false
        end
        return core.respec(self, spec)
    end
    return selectable.lateral(self, ...)
end

---SELECT … FROM this.
function methods:select(...)
    return core.select(self):where(...)
end

-- ---- VALUES and plain tables ----

---VALUES as something to select from: values(column("a", Integer), …):data{{1}, {2}}.
---@param ... any columns, options
---@return corm.FromClause
function selectable.values(...)
    local list, options = args.split(1, { "literal_binds", "name" }, "values", ...)
    local columns_spec = { op = "comma" }
    for i = 1, list.n do
        if core.kind(list[i]) ~= "column" then
            args.refuse("values", "column()s", list[i])
        end
        columns_spec[i] = list[i]
    end
    return core.node("values", {
        name = options.name, anonymous = options.name == nil, id = true,
        literal_execute = options.literal_binds or false, core.node("list", columns_spec),
    })
end

local function require_values(self, method)
    if core.kind(self) ~= "values" then
        exc.ArgumentError:raise("a %s has no attribute '%s'", core.kind(self), method)
    end
end

---Rows for a values(): sequences in the order of its columns.
---@param rows any[][]
function methods:data(rows)
    require_values(self, "data")
    local listed = core.kid(self, 0)
    local spec = walk.kids(self)
    spec.name, spec.anonymous, spec.id = core.name(self), core.flag(self, "anonymous"), true
    spec.literal_execute = core.flag(self, "literal_execute")
    for _, row in ipairs(check(rows, "table", "data", "a sequence of rows")) do
        local cells = {}
        check(row, "table", "data", "a sequence of values")
        if #row > core.kid_count(listed) then
            exc.ArgumentError:raise("values: a row has %d values for %d columns", #row,
                core.kid_count(listed))
        end
        for i = 1, core.kid_count(listed) do
            local column = core.kid(listed, i - 1)
            if row[i] == nil then
                exc.ArgumentError:raise("values: a row has no value for column '%s'",
                    core.name(column))
            end
            cells[i] = core.resolve(row[i]) or core.node("bind", {
                value = row[i], anonymous = true, type = column,
            })
        end
        spec[#spec + 1] = core.node("tuple", cells)
    end
    return core.node("values", spec)
end

---(VALUES (…)) as a value.
---@return corm.ScalarSelect
function methods:scalar_values()
    require_values(self, "scalar_values")
    return core.node("scalar", { type = core.kid(core.kid(self, 0), 0), self })
end

---WITH name(a, b) AS (VALUES (…), (…)).
---@param name? string
---@return corm.FromClause
function methods:cte(...)
    require_values(self, "cte")
    if core.flag(self, "variant") then
        exc.CompileError:raise("cte: LATERAL VALUES cannot be a CTE")
    end
    local cte = selectable.cte(self, ...)
    local hint = args.named(CTE, "cte", ...).name == nil and core.name(self)
    return hint and core.respec(cte, { name = hint }) or cte
end

---A table without MetaData, for its name and columns alone: table("t", column("a")).
---@param name string
---@param ... any
---@return corm.Table
function selectable.table(name, ...)
    local list, options = args.split(1, { "schema" }, "table", name, ...)
    local of = require("corm.sql.metadata").MetaData({ schema = options.schema })
    return require("corm.sql.table").Table(name, of, table.unpack(list, 2, list.n))
end

selectable.check_from = check_from

return selectable
