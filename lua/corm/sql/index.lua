-- SPDX-License-Identifier: MIT
-- Indexes: of columns and expressions, partial ones, and what PostgreSQL can say of them.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local attach_events = require("corm.sql.attach_events")
local attaching = require("corm.sql.attaching")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")
local collection = require("corm.sql.collection")
local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local conditions = require("corm.sql.ddl_condition")
local constructor = require("corm.util.constructor")
local dialect_options = require("corm.sql.dialect_options")
local names = require("corm.sql.names")
local naming = require("corm.sql.naming")
local repr = require("corm.util.repr")
local storage = require("corm.sql.storage")
local walk = require("corm.sql.walk")
local select = require("corm.util.select")

local index = {}

local OPTIONS = dialect_options.with_foreign({
    "info", "name", "postgresql_concurrently", "postgresql_include",
    "postgresql_nulls_not_distinct", "postgresql_ops", "postgresql_tablespace",
    "postgresql_using", "postgresql_where", "postgresql_with", "sqlite_where", "unique",
})

local family = core.families.Index
for _, name in ipairs({ "name", "table", "where", "method", "info", "include" }) do
    family.getters[name] = function()
        return nil
    end
end

-- What holds columns is none itself.
local FROMS = { alias = true, cte = true, join = true, subquery = true, table = true }

local function to_expression(value)
    if type(value) == "string" then
        return value
    end
    local node = core.resolve(value)
    if FROMS[core.kind(node)] then
        args.refuse("Index", "a column, its name or an expression", value)
    end
    return core.clause(value, "Index")
end

-- The columns in the expressions. What is no column of a table, or of one to be, waits for none.
local function columns_in(expressions)
    local columns = {}
    for _, item in ipairs(expressions) do
        if type(item) == "string" then
            columns[#columns + 1] = item
        else
            for found in walk.columns(item) do
                columns[#columns + 1] = column.is(found) and found or nil
            end
        end
    end
    return columns
end

-- The name of what is indexed: of a column, or the text of an expression.
local function element_name(element)
    while core.kind(element) == "unary" do
        element = core.kid(element, 0)
    end
    local name = core.name(element)
    return name and core.kind(element) == "text" and name:gsub("\\:", ":") or name
end

-- The key by which a table has the column, where that is not its name.
local function item_key(item)
    local _, key = pcall(function()
        return item.key
    end)
    return key or ""
end

-- Operator classes by column name or key → one for each expression.
local function read_ops(ops, expressions)
    if not ops then
        return nil
    end
    local list = {}
    for i, item in ipairs(expressions) do
        local name = element_name(item)
        list[i] = name and (ops[item_key(item)] or ops[name]) or false
    end
    return list
end

local function read_method(method)
    args.check(method, "string", "Index", "postgresql_using")
    return method and method:lower()
end

-- The conditions of a partial index by dialect.
local function read_wheres(options)
    local wheres = {}
    for dialect, option in pairs({ postgresql = "postgresql_where", sqlite = "sqlite_where" }) do
        local where = options[option]
        if type(where) == "string" then
            where = core.node("text", { name = where })
        end
        wheres[dialect] = where ~= nil and core.clause(where, "Index") or nil
    end
    return wheres
end

-- An index that joins no table yet.
local make

function make(name, ...)
    if args.is_options(name) and next(name) ~= nil and select("#", ...) == 0 then
        return make(name.name, name)
    end
    name = names.read(name, "Index", "name")
    local list, options = args.split(0, OPTIONS, "Index", ...)
    local written = {}
    for i = 1, list.n do
        written[i] = to_expression(list[i])
    end
    local self = core.index({
        name = name or options.name,
        unique = options.unique or false,
        written = written,
        options = options,
        info = options.info or {},
        wheres = read_wheres(options),
        method = read_method(options.postgresql_using),
        concurrently = options.postgresql_concurrently or false,
        nulls_distinct = options.postgresql_nulls_not_distinct == false,
        nulls_not_distinct = options.postgresql_nulls_not_distinct == true,
        tablespace = args.check(options.postgresql_tablespace, "string", "Index",
            "postgresql_tablespace"),
        storage = storage.text(options.postgresql_with, "Index"),
    })
    return self
end

---An index: Index("ix_name", t.c.a, t.c.b, {unique = true}); name nil makes one.
---@param name? string
---@param ... any columns, their names, expressions, options
---@return any
function index.Index(name, ...)
    local self = make(name, ...)
    attaching.attach({
        item = self, columns = columns_in(core.pin(self).written), is_strict = true,
        attach = index.attach,
    })
    return self
end

local function attach(self, detail, table_)
    detail.expressions = {}
    for i, item in ipairs(detail.written) do
        detail.expressions[i] = type(item) == "string"
            and constraint.column_of(table_, item, "Index") or item
    end
    detail.include = nil
    for i, item in ipairs(detail.options.postgresql_include or {}) do
        detail.include = detail.include or {}
        detail.include[i] = type(item) == "string"
            and constraint.column_of(table_, item, "Index") or item
    end
    detail.ops = read_ops(detail.options.postgresql_ops, detail.expressions)
    detail.columns = collection.new("index")
    for _, item in ipairs(detail.expressions) do
        for found in walk.columns(item) do
            collection.append(detail.columns, core.pin(found).key or core.name(found), found)
        end
    end
    detail.table = table_
    local name = naming.index_name(self, detail, table_)
    detail.is_name_made = name ~= detail.name
    detail.name = name
    core.index_update(self)
    core.table_add_index(table_, self)
    core.pin(table_).indexes:add(self)
end

---Attach an index to its table. For Table only.
---@param self any
---@param table_ corm.Table
function index.attach(self, table_)
    local detail = core.pin(self)
    if detail.table == table_ then
        return -- its columns have brought it here
    elseif detail.table then
        exc.ArgumentError:raise("index %s belongs to table '%s', it cannot join table '%s'",
            repr.value(detail.name), detail.table.name, table_.name)
    end
    attach_events.before("index", self, table_)
    attach(self, detail, table_)
    attach_events.after("index", self, table_)
end

family.getters.columns = function()
    return nil
end

---A copy without table; expressions are said of the target table's columns.
---@param options? {target_table?: corm.Table}
function family.methods:copy(options)
    local detail = core.pin(self)
    local target = check_options(options, { "target_table" }, "Index:copy").target_table
    local list = {}
    for i, item in ipairs(detail.written) do
        if type(item) ~= "string" and column.is(item) then
            list[i] = core.pin(item).key
        elseif type(item) ~= "string" and target then
            list[i] = core.replace(item, function(node)
                local is_own = core.kind(node) == "column" and node.table == detail.table
                return is_own and collection.get(target.c, node.key) or nil
            end)
        else
            list[i] = item
        end
    end
    table.insert(list, detail.options)
    return make(detail.name, table.unpack(list))
end

---The index is created only where the condition holds.
---@param condition {dialect?: string|string[], callable_?: function, state?: any}
---@return any
function family.methods:ddl_if(condition)
    core.pin(self)._ddl_if = conditions.check(condition, "ddl_if")
    return self
end

---Create the index in a database.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
function family.methods:create(bind, options)
    bridge.get("ddl").create_one(bind, "index", self, options)
end

---Drop the index from a database.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
function family.methods:drop(bind, options)
    bridge.get("ddl").drop_one(bind, "index", self, options)
end

-- A name given later, by a listener say.
function family.meta:__newindex(name, value)
    local detail = core.pin(self)
    if name == "name" then
        detail.name, detail.is_name_made = names.read(value, "Index", "name"), false
    elseif name == "info" then
        detail.info = args.check(value, "table", "Index", "info")
    else
        exc.ArgumentError:raise("an index has no attribute %s that can be set", repr.value(name))
    end
    core.index_update(self)
end

function family.meta:__tostring()
    return ("Index(%s)"):format(repr.value(core.pin(self).name))
end

index.is = function(value)
    return type(value) == "userdata" and core.metafield(value, "__name") == "corm.Index"
end

index.Index = constructor("Index", index.Index, index.is)
attach_events.of_constructor(index.Index, "index")

return index
