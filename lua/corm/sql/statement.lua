-- SPDX-License-Identifier: MIT
-- What all statements and expressions have: compile(), params(), execution options, prefixes.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local compile_args = require("corm.sql.compile_args")
local check_execution_options = require("corm.util.execution_options")
local literals = require("corm.sql.literals")
local repr = require("corm.util.repr")
local merged = require("corm.util.merged")
local selectable = require("corm.sql.selectable")
local visitors = require("corm.sql.visitors")
local walk = require("corm.sql.walk")

local statement = {}

local slots = core.slots

-- ---- compile ----

local COMPILE_OPTIONS = {
    "bind", "column_keys", "compile_kwargs", "dialect", "for_executemany",
    "schema_translate_map",
}

-- Whether an INSERT asks for the keys that the database makes, as it does when executed. Not
-- for several rows, nor where RETURNING is said.
local function returns_keys(self, options)
    if core.kind(self) ~= "insert" or options.for_executemany then
        return false
    end
    local insert, rows = slots.insert, core.kid(self, slots.insert.rows)
    local target = core.kid(self, 0)
    while core.kind(target) == "entity" do
        target = core.kid(target, 0)
    end
    return not core.kid(self, insert.select) and not core.kid(self, insert.returning)
        and not (rows and (core.kid_count(rows) > 1 or core.flag(rows, "variant")))
        and core.pin(target).options.implicit_returning ~= false
end

-- core.compile(), with what functions of corm.ext.compiler are told by compile_kwargs.
local function compile_told(told, ...)
    if next(told) == nil then
        return core.compile(...)
    end
    local render = require("corm.sql.render")
    render.tell(told)
    local ok, result = pcall(core.compile, ...)
    render.tell(nil)
    return ok and result or error(result, 0)
end

---The statement as SQL of a dialect, with its parameters. An engine, a connection or a dialect
---may stand before the options, or in place of them.
---@param bind? any
---@param options? table dialect, compile_kwargs, column_keys, schema_translate_map
---@return corm.Compiled
local function compile(self, bind, options)
    options = compile_args.read(COMPILE_OPTIONS, bind, options)
    local kwargs, told = compile_args.kwargs(options)
    local dialect = compile_args.dialect(options)
    if kwargs.literal_binds then
        self = literals.render(self, type(dialect) == "table" and dialect.name or dialect
            or "default")
    end
    return compile_told(told, self, dialect, {
        literal_binds = kwargs.literal_binds,
        render_postcompile = kwargs.render_postcompile,
        column_keys = options.column_keys,
        for_executemany = options.for_executemany,
        returning_keys = returns_keys(self, options),
        schema_translate_map = options.schema_translate_map,
    })
end

-- ---- values of parameters ----

-- The bind with another value.
local function with_value(bind, value)
    local spec = { required = false }
    if core.flag(bind, "expanding") then
        spec.values = value
    else
        spec.value = value == nil and core.NULL or value
        if type(value) ~= "table" and core.type_of(bind):is(require("corm.types").NullType) then
            spec.type = core.type_of(core.coerce(value))
        end
    end
    return core.respec(bind, spec)
end

---Give parameters values: :params{x = 5}; text() parameters too.
---@param values table<string, any>
---@return any
local function params(self, values)
    if not args.is_options(values) then
        args.refuse("params", "a table of values by name", values)
    end
    local used = {}
    local result = core.replace(self, function(node)
        local kind = core.kind(node)
        local name = (kind == "bind" or kind == "text") and core.name(node)
        if kind == "bind" and values[name] ~= nil and not core.flag(node, "anonymous") then
            used[name] = true
            return with_value(node, values[name])
        elseif kind == "text" then
            local own = {}
            for key, value in pairs(values) do
                if (" " .. name):find("[^:]:" .. key .. "%f[^%w_]") then
                    own[key], used[key] = value, true
                end
            end
            return next(own) and node:bindparams(own) or nil
        end
        return nil
    end)
    for name in pairs(values) do
        if not used[name] then
            exc.ArgumentError:raise("params: the statement has no parameter %s", repr.value(name))
        end
    end
    return result
end

---As params(), but each parameter that gets a value also gets a name of its own, so that the
---same expression can be used several times in a statement.
---@param values table<string, any>
---@return any
local function unique_params(self, values)
    if not args.is_options(values) then
        args.refuse("unique_params", "a table of values by name", values)
    end
    return core.replace(self, function(node)
        local name = core.kind(node) == "bind" and core.name(node)
        if name and values[name] ~= nil then
            return core.respec(with_value(node, values[name]), { anonymous = true })
        end
        return nil
    end)
end

local compare

local COMMUTATIVE = {
    AND = true, OR = true, ADD = true, MUL = true, BITWISE_AND = true, BITWISE_OR = true,
    BITWISE_XOR = true, EQ = true, NE = true, IS_DISTINCT_FROM = true,
    IS_NOT_DISTINCT_FROM = true,
}

-- Whether the children are the same in some order.
local function same_children(left, right)
    local used = {}
    for i = 0, core.kid_count(left) - 1 do
        local found
        for k = 0, core.kid_count(right) - 1 do
            if not used[k] and core.kid(left, i) and core.kid(right, k)
                and compare(core.kid(left, i), core.kid(right, k)) then
                found, used[k] = k, true
                break
            end
        end
        if not found then
            return false
        end
    end
    return true
end

-- a = b is b = a, and the members of AND and OR have no order.
function compare(left, right)
    if core.compare(left, right) then
        return true
    end
    return core.kind(left) == core.kind(right) and core.op(left) == core.op(right)
        and COMMUTATIVE[core.op(left)] and core.kid_count(left) == core.kid_count(right)
        and same_children(left, right) or false
end

for _, name in ipairs({ "ColumnElement", "FromClause", "Statement", "ClauseElement" }) do
    local family = core.families[name]
    family.methods.compile = compile
    family.methods.params = params
    family.methods.unique_params = unique_params
    function family.methods:get_children()
        return walk.kids(self)
    end
    family.getters.__visit_name = visitors.visit_name
    ---Whether two trees say the same, values of parameters included.
    function family.methods:compare(other)
        return core.kind(other) ~= nil and compare(self, other)
    end
end

-- FromClause and marks have no operators, but can be printed.
for _, name in ipairs({ "FromClause", "ClauseElement" }) do
    core.families[name].meta.__tostring = function(self)
        return tostring(core.compile(self))
    end
end

-- ---- beside the SQL ----

---Put a value beside the statement, out of its SQL.
---@param self any
---@param name string
---@param value any
---@return any
function statement.with_extra(self, name, value)
    local kind = core.kind(self)
    if kind == nil or kind == "column" or kind == "table" then
        args.refuse(name, "a statement as self", self)
    end
    local old = core.pin(self)
    local extras = merged(type(old) == "table" and old or nil)
    extras[name] = value
    return core.respec(self, { pin = extras })
end

---The value beside the statement, or nil.
---@param self any
---@param name string
---@return any
function statement.extra(self, name)
    local extras = core.pin(self)
    return type(extras) == "table" and extras[name] or nil
end

local methods = core.families.Statement.methods
local getters = core.families.Statement.getters

---Options for executing this statement, added to those it has.
---@param options table
---@return any
---@error ArgumentError an option of connections and engines alone
function methods:execution_options(options)
    check_execution_options(options, "execution_options", "statements")
    return statement.with_extra(self, "execution_options",
        merged(statement.extra(self, "execution_options"), options))
end

---@return table
function methods:get_execution_options()
    return statement.extra(self, "execution_options") or {}
end

-- SQL as text is executed too.
for _, name in ipairs({ "execution_options", "get_execution_options" }) do
    core.families.TextClause.methods[name] = methods[name]
end

-- ---- prefixes, suffixes, CTEs ----

local function append_texts(self, part, ...)
    local own = slots[core.kind(self)]
    if not own or not own[part] then
        exc.ArgumentError:raise("a %s has no %s", core.kind(self), part)
    end
    return core.append(self, own[part], table.unpack(args.texts(part, ...)))
end

---Words after SELECT, INSERT, UPDATE or DELETE; {dialect = "sqlite"}: in this one alone.
function methods:prefix_with(...)
    return append_texts(self, "prefixes", ...)
end

---Words at the end of a SELECT.
function methods:suffix_with(...)
    return append_texts(self, "suffixes", ...)
end

---A hint for the whole statement, at its end; for one dialect alone if one is named.
---@param text string
---@param dialect_name? string
function methods:with_statement_hint(text, dialect_name)
    if core.kind(self) ~= "select" then
        exc.ArgumentError:raise("only a select has hints for the whole statement")
    end
    args.check(text, "string", "with_statement_hint", "text")
    local texts = args.texts("with_statement_hint", text, { dialect = dialect_name })
    return core.append(self, slots.select.options,
        core.node("option", { name = "statement_hint", texts[1] }))
end

local function hint_of(selectable_, text, dialect_name)
    local node = core.node("text", { name = args.check(text, "string", "with_hint", "text"),
        value = dialect_name ~= "*" and dialect_name or nil })
    return core.node("option", { name = "hint", selectable.check_from(selectable_, "with_hint"),
        node })
end

---A hint for something that the statement selects from: stmt:with_hint(t, "ONLY",
---"postgresql"). An INSERT, UPDATE or DELETE takes the text and the options `selectable`
---(its table, unless given) and `dialect_name`.
---@param ... any
function methods:with_hint(...)
    local own = slots[core.kind(self)]
    local hint
    if core.kind(self) == "select" then
        hint = hint_of(...)
    else
        local list, options = args.split(1, { "dialect_name", "selectable" }, "with_hint", ...)
        hint = hint_of(options.selectable or core.kid(self, 0), list[1], options.dialect_name)
    end
    return core.append(self, own.options, hint)
end

---State CTEs that the statement does not refer to; {nest_here = true}: in this statement,
---also where that is part of another one.
function methods:add_cte(...)
    local own = slots[core.kind(self)]
    if not own then
        exc.ArgumentError:raise("add_cte: a %s has no WITH", core.kind(self))
    end
    local list, options = args.split(1, { "nest_here" }, "add_cte", ...)
    for i = 1, list.n do
        if core.kind(list[i]) ~= "cte" then
            args.refuse("add_cte", "a CTE", list[i])
        elseif options.nest_here then
            list[i] = core.respec(list[i], { nested = true })
        end
    end
    return core.append(self, own.ctes, table.unpack(list, 1, list.n))
end

-- A statement with RETURNING can stand in a CTE.
for _, name in ipairs({ "Insert", "Update", "Delete" }) do
    core.families[name].methods.cte = function(self, ...)
        return selectable.cte(self, ...)
    end
end

-- What a statement is, and is not.
for _, kind in ipairs({ "select", "insert", "update", "delete" }) do
    getters["is_" .. kind] = function(self)
        local own = core.kind(self)
        return own == kind or kind == "select" and own == "compound"
    end
end

function getters:is_dml()
    local kind = core.kind(self)
    return kind == "insert" or kind == "update" or kind == "delete"
end

function getters:whereclause()
    local own = slots[core.kind(self)]
    return own and own.where and core.kid(self, own.where) or nil
end

---What the options() of a statement are.
---@param self any
---@return any[] nodes
function statement.options(self)
    return walk.kids(core.kid(self, slots[core.kind(self)].options))
end

return statement
