-- SPDX-License-Identifier: MIT
-- Constructors of expressions, as sqlalchemy.sql.expression: and_(), case(), cast(), text(),
-- bindparam() …; and the methods of ColumnElement that are not operators of the core.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local classes = require("corm.sql.classes")
local frame = require("corm.sql.frame")
local late = require("corm.sql.late")
local lineage = require("corm.sql.lineage")
local names = require("corm.sql.names")
local own_operator = require("corm.sql.own_operator")
local repr = require("corm.util.repr")
local sequence = require("corm.types.sequence")
local types = require("corm.types")
local select = require("corm.util.select")

local elements = {}

-- The operators as objects, which most programs never look at.
local function operators()
    return require("corm.sql.operators")
end

local family = core.families.ColumnElement
local methods, getters = family.methods, family.getters

elements.from_dml_column = late.from_dml_column
elements.and_ = core.and_
elements.or_ = core.or_
elements.not_ = core.not_

local NULL, TRUE, FALSE

---The constant NULL as SQL.
---@return corm.ColumnElement
function elements.null()
    NULL = NULL or core.node("null", {})
    return NULL
end

---@return corm.ColumnElement
function elements.true_()
    TRUE = TRUE or core.node("true", { type = types.Boolean })
    return TRUE
end

---@return corm.ColumnElement
function elements.false_()
    FALSE = FALSE or core.node("false", { type = types.Boolean })
    return FALSE
end

-- ---- values, text and names ----

local function type_option(value, caller)
    return value ~= nil and types.to_instance(value, caller) or nil
end

local LITERAL = { "type_", "literal_execute" }

---A bound value: literal(5), literal("x", String).
---@param value any
---@param ... any type_, literal_execute
---@return corm.ColumnElement
function elements.literal(value, ...)
    local options = args.named(LITERAL, "literal", ...)
    local type_ = options.type_
    if core.resolve(value) then
        return core.resolve(value)
    end
    local own_type = core.metafield(value, "__type_of")
    if type_ == nil and own_type then
        type_ = own_type(value)
    end
    if value == nil or value == core.NULL then
        value, type_ = core.NULL, type_ or types.NullType
    elseif type_ == nil and not options.literal_execute then
        return core.coerce(value)
    end
    return core.node("bind", {
        value = value, anonymous = true, literal_execute = options.literal_execute,
        type = type_option(type_, "literal") or core.type_of(core.coerce(value)),
    })
end

local TYPE = { "type_" }

---SQL as it is, with a type, where a column may stand.
---@param text string
---@param ... any type_
---@return corm.ColumnElement
function elements.literal_column(text, ...)
    local type_ = args.named(TYPE, "literal_column", ...).type_
    if type(text) ~= "string" then
        args.refuse("literal_column", "SQL as a string", text)
    end
    return core.node("literal", { name = text, type = type_option(type_, "literal_column") })
end

local COLUMN = { "type_", "is_literal" }

---A column without table, or of a table("…").
---@param name string
---@param ... any type_, is_literal (SQL as it is: a literal_column())
---@return corm.Column
function elements.column(name, ...)
    local options = args.named(COLUMN, "column", ...)
    if options.is_literal then
        return elements.literal_column(name, options.type_)
    end
    if not names.is(name) then
        args.check(name, "string", "column", "name")
    end
    return require("corm.sql.column").Column(name, options.type_)
end

local BIND_OPTIONS = {
    "callable_", "expanding", "literal_execute", "quote", "required", "type_", "unique", "value",
}

-- The cell of an expanding bind, its tuples laid flat; nothing if there is no value yet.
local function add_values(spec, values)
    if type(values) ~= "table" then
        args.refuse("bindparam", "a sequence of values, as it expands", values)
    end
    spec.values = values
    spec.width = type(values[1]) == "table" and getmetatable(values[1]) == nil and #values[1]
        or 1
    if spec.type == nil and values[1] ~= nil and spec.width == 1 then
        spec.type = core.type_of(core.coerce(values[1]))
    end
end

-- Put the value into the spec of a bind that has one.
local function add_value(spec, value)
    if spec.expanding then
        add_values(spec, value)
        return
    end
    spec.value = value == nil and core.NULL or value
    if spec.type == nil and type(value) == "table" then
        spec.type = sequence.type_of(value)
    elseif spec.type == nil and value ~= nil then
        spec.type = core.type_of(core.coerce(value))
    end
end

---A named parameter: bindparam("x"), bindparam("x", 5, {type_ = Integer}). A value that is
---left out must come with the execution.
---@param name? string
---@param ... any value, type, options
---@return corm.ColumnElement
function elements.bindparam(name, ...)
    args.check(name, "string", "bindparam", "name")
    local list, options = args.split(0, BIND_OPTIONS, "bindparam", ...)
    local has_value = list.n > 0 or options.value ~= nil
    args.check(options.callable_, "function", "bindparam", "callable_")
    local spec = {
        name = name, anonymous = options.unique or name == nil, expanding = options.expanding,
        required = not has_value, quoted = options.quote,
        literal_execute = options.literal_execute,
        type = type_option(list[2] or options.type_, "bindparam"),
    }
    if options.callable_ then
        return late.parameter(spec, options.callable_, options.required)
    end
    if options.required ~= nil then
        spec.required = options.required
    end
    if has_value then
        local value = list[1]
        if value == nil then
            value = options.value
        end
        if core.resolve(value) then
            args.refuse("bindparam", "a value", value)
        end
        add_value(spec, value)
    end
    return core.node("bind", spec)
end

---Raw SQL with :name parameters, as expression and as statement.
---@param sql string
---@param ... nil a second argument is refused
---@return corm.TextClause
function elements.text(sql, ...)
    if type(sql) ~= "string" then
        args.refuse("text", "SQL as a string", sql)
    elseif ... ~= nil then
        args.refuse("text", "values by bindparams{…}", (...))
    end
    return core.node("text", { name = sql })
end

-- ---- constructs ----

-- What the subject of a CASE is compared with: a value of its type.
local function case_value(value, subject)
    if core.resolve(value) or value == nil or value == core.NULL then
        return core.coerce(value)
    end
    return core.node("bind", { value = value, anonymous = true, type = subject })
end

-- Is the argument {[value] = result} rather than {condition, value}? A sequence of values is,
-- unless they are two.
local function is_map(argument)
    if type(argument) ~= "table" or getmetatable(argument) ~= nil or next(argument) == nil then
        return false
    end
    return argument[1] == nil or #argument ~= 2 and core.resolve(argument[1]) == nil
end

-- {condition, value} pairs, from such and from tables {[value] = result}.
local function case_pairs(list)
    local pairs_ = {}
    for i = 1, list.n do
        if is_map(list[i]) then
            for when, value in pairs(list[i]) do
                pairs_[#pairs_ + 1] = { when, value }
            end
            table.sort(pairs_, function(a, b)
                return tostring(a[1]) < tostring(b[1])
            end)
        elseif type(list[i]) ~= "table" or getmetatable(list[i]) ~= nil then
            args.refuse("case", "{condition, value} as argument " .. i, list[i])
        else
            pairs_[#pairs_ + 1] = list[i]
        end
    end
    if #pairs_ == 0 then
        exc.ArgumentError:raise("case needs at least one {condition, value}")
    end
    return pairs_
end

-- An option that is an expression; false if it was not given.
local function given(value)
    return value ~= nil and value ~= core.NULL and core.coerce(value) or false
end

---CASE: case({condition, value}, …, {else_ = x}), case({a = 1, b = 2}, {value = column}).
---@param ... any
---@return corm.ColumnElement
function elements.case(...)
    local list, options = args.split(1, { "else_", "value" }, "case", ...)
    local subject, otherwise = given(options.value), given(options.else_)
    local spec = { subject, otherwise }
    for _, pair in ipairs(case_pairs(list)) do
        spec[#spec + 1] = subject and case_value(pair[1], subject) or core.coerce(pair[1])
        spec[#spec + 1] = core.coerce(pair[2])
        if spec.type == nil and core.kind(spec[#spec]) ~= "null" then
            spec.type = spec[#spec]
        end
    end
    return core.node("case", spec)
end

-- An operand of the type: values are bound as it has them. NULL is NULL, unless the type has
-- something to say to it, as JSON has.
local function typed(expression, type_)
    local is_null = expression == nil or expression == core.NULL
    if core.resolve(expression) ~= nil and not is_null
        or is_null and not type_.should_evaluate_none then
        return core.coerce(expression)
    end
    local value = is_null and core.NULL or expression
    return core.node("bind", { value = value, anonymous = true, type = type_ })
end

---CAST(expression AS type).
---@param expression any
---@param type_ corm.types.TypeEngine
---@return corm.ColumnElement
function elements.cast(expression, type_)
    type_ = types.to_instance(type_, "cast")
    return core.node("cast", { type = type_, typed(expression, type_) })
end

---CAST that gives NULL where it fails, for databases that have it.
function elements.try_cast(expression, type_)
    type_ = types.to_instance(type_, "try_cast")
    return core.node("cast", { type = type_, variant = true, typed(expression, type_) })
end

---The expression, treated as another type on the Lua side alone.
---@param expression any
---@param type_ corm.types.TypeEngine
---@return corm.ColumnElement
function elements.type_coerce(expression, type_)
    type_ = types.to_instance(type_, "type_coerce")
    local operand = typed(expression, type_)
    if core.kind(operand) == "bind" then
        if operand ~= expression then
            return operand
        end
        operand = core.respec(operand, { type = type_ }) -- its value is sent as this type
    end
    return core.node("coerce", { type = type_, operand })
end

---(a, b, …), for comparisons of several columns at once.
---@param ... any
---@return corm.ColumnElement
function elements.tuple_(...)
    local list, options = args.split(1, { "types" }, "tuple_", ...)
    local spec = {}
    for i = 1, list.n do
        spec[i] = core.coerce(list[i])
    end
    if options.types then
        for i, type_ in ipairs(options.types) do
            if core.kind(spec[i]) == "bind" then
                spec[i] = core.respec(spec[i], { type = types.to_instance(type_, "tuple_") })
            end
        end
    end
    spec.type = elements.TUPLE
    return core.node("tuple", spec)
end

elements.TUPLE = core.type({ kind = "tuple", class = types.NullType.class })

---EXTRACT(field FROM expression).
---@param field string
---@param expression any
---@return corm.ColumnElement
function elements.extract(field, expression)
    args.check(field, "string", "extract", "field")
    return core.node("extract", { name = field, type = types.Integer, core.coerce(expression) })
end

local function as_list(value, part)
    if value == nil then
        return false
    elseif type(value) == "table" and getmetatable(value) == nil then
        return core.clause_list(part, table.unpack(value, 1, value.n or #value))
    end
    return core.clause_list(part, value)
end

local OVER_OPTIONS = { "exclude", "groups", "order_by", "partition_by", "range_", "rows" }

---expression OVER (PARTITION BY … ORDER BY … ROWS …).
---@param expression any
---@param options? table
---@return corm.ColumnElement
function elements.over(expression, options)
    options = check_options(options, OVER_OPTIONS, "over")
    expression = core.clause(expression, "over")
    local spec = {
        expression, as_list(options.partition_by, "group_by"),
        as_list(options.order_by, "order_by"), false, false,
        type = expression, value = options.exclude,
    }
    frame.add(spec, options)
    return core.node("over", spec)
end

-- Functions that pick values of what they are ordered by; a list of fractions gives a list.
local ORDERED_SETS = { mode = true, percentile_cont = true, percentile_disc = true }

local INTEGERS = { smallint = true, integer = true, bigint = true }

local function within_type(call, order)
    local first = core.kid(order, 0)
    while first and core.kind(first) == "unary" do
        first = core.kid(first, 0)
    end
    if core.kind(call) ~= "function" or not ORDERED_SETS[core.name(call):lower()] or not first
        or core.type_of(call).kind ~= "null" then
        return call
    end
    local type_, fractions = core.type_of(first), core.kid(call, 0)
    if fractions and core.type_of(fractions).kind == "array" then
        local is_between = core.name(call):lower() == "percentile_cont" and INTEGERS[type_.kind]
        return types.ARRAY(is_between and types.Double or type_)
    end
    return core.kid(call, 1) and types.ARRAY(type_) or type_
end

---An aggregate of an ordered set: f(x) WITHIN GROUP (ORDER BY …).
---@param expression any
---@param ... any what to order by
---@return corm.ColumnElement
function elements.within_group(expression, ...)
    expression = core.clause(expression, "within_group")
    local order = core.clause_list("order_by", ...)
    return core.node("within", { type = within_type(expression, order), expression, order })
end

---aggregate FILTER (WHERE …).
function elements.funcfilter(expression, ...)
    expression = core.clause(expression, "funcfilter")
    if select("#", ...) == 0 then
        return expression
    end
    local condition = select("#", ...) == 1 and core.clause((...), "filter") or core.and_(...)
    if core.kind(expression) == "filter" then
        condition = core.and_(core.kid(expression, 1), condition)
        expression = core.kid(expression, 0)
    end
    return core.node("filter", { type = expression, expression, condition })
end

---An argument of an aggregate with an order: func.array_agg(aggregate_order_by(x, y:desc())).
---@param expression any
---@param ... any
---@return corm.ColumnElement
function elements.aggregate_order_by(expression, ...)
    expression = core.clause(expression, "aggregate_order_by")
    if select("#", ...) == 0 then
        exc.ArgumentError:raise("aggregate_order_by: at least one element to order by expected")
    end
    return core.node("within", { type = expression, variant = true, expression,
        core.clause_list("order_by", ...) })
end

local UNARY_OPTIONS = { "modifier", "operator", "type_" }

---An expression with an operator before it, or with a modifier behind it:
---UnaryExpression(t.c.x, {operator = operators.custom_op("@")}).
---@param expression any
---@param options {operator?: any, modifier?: any, type_?: corm.types.TypeEngine}
---@return corm.ColumnElement
function classes.UnaryExpression.construct(expression, options)
    options = check_options(options, UNARY_OPTIONS, "UnaryExpression")
    local operator = options.operator or options.modifier
    if not operators().is(operator) or options.operator and options.modifier then
        args.refuse("UnaryExpression", "an operator or a modifier of corm.sql.operators", operator)
    end
    local type_ = type_option(options.type_, "UnaryExpression")
    if operators().custom_op:is(operator) then
        return own_operator.apply_unary(operator, expression,
            { is_modifier = options.modifier ~= nil, type_ = type_ })
    end
    local node = operator:apply_common(core.coerce(expression))
    return type_ and core.respec(node, { type = type_ }) or node
end

-- Functions that are methods of every expression.
for _, name in ipairs({
    "desc", "asc", "nulls_first", "nulls_last", "nullsfirst", "nullslast", "distinct",
}) do
    local method = methods[name]
    elements[name] = function(expression, ...)
        if type(expression) == "string" then
            expression = core.node("label", { name = expression, n = 1 })
        end
        return method(core.clause(expression, name), ...)
    end
end

for _, name in ipairs({ "all_", "any_", "bitwise_not" }) do
    local method = methods[name]
    elements[name] = function(expression)
        if core.kind(core.resolve(expression)) == "values" then
            exc.ArgumentError:raise("%s: an SQL expression expected, got values(); "
                .. "scalar_values() makes one", name)
        end
        return method(core.coerce(expression))
    end
end

local collate = methods.collate
local COLLATION = { "collation_schema" }

---A value with a collation: collate(t.c.name, "C"), collate("ä", "de_DE").
---@param expression any
---@param collation string
---@param ... string|{collation_schema?: string} the schema that the collation is in
---@return corm.ColumnElement
function elements.collate(expression, collation, ...)
    local schema = args.named(COLLATION, "collate", ...).collation_schema
    args.check(schema, "string", "collate", "collation_schema")
    local node = collate(core.coerce(expression), names.read(collation, "collate", "collation"))
    return schema and core.respec(node, { value = schema }) or node
end

function methods:collate(collation, ...)
    return elements.collate(self, collation, ...)
end

---lower <= expression <= high.
function elements.between(expression, low, high, options)
    return methods.between(core.coerce(expression), low, high, options)
end

---A label for an expression.
function elements.label(name, expression, type_)
    local node = methods.label(core.coerce(expression), name)
    return type_ and core.respec(node, { type = types.to_instance(type_, "label") }) or node
end

-- ---- methods ----

function methods:cast(type_)
    return elements.cast(self, type_)
end

local function_methods = core.families.Function.methods

-- What can follow a call: each of these only behind some of the others.
local MODIFIED = {
    over = { ["function"] = true, filter = true, within = true, custom = true, coerce = true },
    filter = { ["function"] = true, filter = true, within = true, custom = true, coerce = true },
    within_group = { ["function"] = true, filter = true, custom = true },
}

local function require_call(self, name)
    if not MODIFIED[name][core.kind(self)] then
        exc.ArgumentError:raise("%s: only a function and what modifies one have it, got %s",
            name, tostring(self))
    end
end

function methods:over(options)
    require_call(self, "over")
    return elements.over(self, options)
end

---FILTER (WHERE …) behind WITHIN GROUP (…).
function methods:filter(...)
    require_call(self, "filter")
    return elements.funcfilter(self, ...)
end

---WITHIN GROUP (ORDER BY …) behind a function or its FILTER.
function methods:within_group(...)
    require_call(self, "within_group")
    return elements.within_group(self, ...)
end

-- Whether it is in parentheses beside an operator that the core does not know by name.
local function needs_parens(node, against)
    local operator = operators().of(node)
    return operator ~= nil and operators().is_precedent(operator, against)
        or core.needs_parens(node, "custom")
end

---The expression as an operand: in parentheses where it has to be, beside `against` or anything.
---@param ... any against: the operator beside it, of corm.sql.operators
---@return corm.ColumnElement
function methods:self_group(...)
    local against = args.named({ "against" }, "self_group", ...).against
    local is_grouped
    if against ~= nil and not operators().is(against) then
        args.refuse("self_group", "one of corm.sql.operators", against)
    elseif against == nil or against.core_name then
        is_grouped = core.needs_parens(self, against and against.core_name)
    else
        is_grouped = needs_parens(self, against)
    end
    return is_grouped and core.node("grouping", { type = self, self }) or self
end

---A function as a comparison of two of its arguments, as a relationship needs one.
---@param left integer
---@param right integer
---@return corm.ColumnElement
function function_methods:as_comparison(left, right)
    if core.kind(self) ~= "function" then
        args.refuse("as_comparison", "a function as self", self)
    end
    for _, index in ipairs({ left or false, right or false }) do
        if math.type(index) ~= "integer" or index < 1 or index > core.kid_count(self) then
            exc.ArgumentError:raise("as_comparison: the function has no argument %s",
                repr.value(index))
        end
    end
    return core.respec(self, { type = types.Boolean })
end

---The aggregate with an order inside its parentheses: f(x ORDER BY …).
function function_methods:aggregate_order_by(...)
    return elements.aggregate_order_by(self, ...)
end

local match = methods.match

---Full text search: :match("cats & dogs"), and on PostgreSQL with a configuration,
---:match("cats", {postgresql_regconfig = "english"}).
---@param other any
---@param options? {postgresql_regconfig?: string}
function methods:match(other, options)
    options = check_options(options, { "postgresql_regconfig" }, "match")
    local config = args.check(options.postgresql_regconfig, "string", "match",
        "postgresql_regconfig")
    local node = match(self, other)
    return config and core.respec(node, { value = config }) or node
end

---Match a regular expression: :regexp_match("^a", "i") or {flags = "i"}.
function methods:regexp_match(pattern, flags)
    if type(flags) == "table" then
        flags = check_options(flags, { "flags" }, "regexp_match").flags
    end
    local left = core.coerce(self)
    return core.node("binary", { op = "regexp_match", type = types.Boolean,
        value = args.check(flags, "string", "regexp_match", "flags"), left,
        core.coerce(pattern, left) })
end

---Replace what matches a regular expression.
function methods:regexp_replace(pattern, replacement, flags)
    if type(flags) == "table" then
        flags = check_options(flags, { "flags" }, "regexp_replace").flags
    end
    local left = core.coerce(self)
    return core.node("binary", { op = "regexp_replace", type = left,
        value = args.check(flags, "string", "regexp_replace", "flags"), left,
        core.coerce(pattern, left), core.coerce(replacement, left) })
end

---Whether a column refers to the other by a foreign key.
---@param other corm.ColumnElement
---@return boolean
function methods:references(other)
    for foreign_key in self.foreign_keys do
        if foreign_key.column:shares_lineage(other) then
            return true
        end
    end
    return false
end

---Whether two expressions have a column in common, through aliases and subqueries.
---@param other any
---@return boolean
function methods:shares_lineage(other)
    local node = core.resolve(other)
    return node ~= nil and lineage.is_shared(self, node)
end

-- ---- attributes ----

function getters:type()
    return core.type_of(self)
end

-- What a Column has as attributes of its own, other expressions are asked for as well.
function getters:name()
    return core.name(self)
end

function getters:key()
    if core.kind(self) == "colref" then
        local own = require("corm.sql.selectable").columns(core.kid(self, 0))
        return require("corm.sql.collection").key_of(own, self) or core.name(self)
    end
    return core.name(self)
end

function getters:table()
    return core.kind(self) == "colref" and core.kid(self, 0) or nil
end

function getters:element()
    return core.kid(self, 0)
end

---The operator, one of corm.sql.operators.
function getters:operator()
    return operators().of(self)
end

function getters:value()
    return core.value(self)
end

function getters:effective_value()
    local callable = late.callable(self)
    return callable and callable() or core.value(self)
end

function getters:clauses()
    local list = {}
    for i = 0, core.kid_count(self) - 1 do
        list[i + 1] = core.kid(self, i)
    end
    return list
end

function getters:text()
    return core.name(self)
end

function getters:primary_key()
    local behind = core.kind(self) == "colref" and core.kid(self, 1)
    return behind and behind.primary_key or false
end

function getters:nullable()
    local behind = core.kind(self) == "colref" and core.kid(self, 1)
    return not behind or behind.nullable
end

function getters:foreign_keys()
    local behind = core.kind(self) == "colref" and core.kid(self, 1)
    return behind and behind.foreign_keys or require("corm.util.set")()
end

return elements
