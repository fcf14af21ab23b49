-- SPDX-License-Identifier: MIT
-- The classes of expressions and statements by SQLAlchemy's names, for asking what something
-- is, BinaryExpression:is(x), and for corm.ext.compiler. Those from which constructs of the
-- user's own descend have extend(); see corm.sql.custom.

local core = require("corm.core")
local exc = require("corm.exc")

local classes = {}

---A class of nodes.
---@class corm.sql.Class
---@field __name string
---@field kinds table<string, true> of the nodes that belong to it
---@field condition? fun(node: any): boolean what else has to be so
---@field construct? fun(...: any): any what a call of the class makes
local Class = {}
Class.__index = Class

---Whether a value is of this class.
---@param value any
---@return boolean
function Class:is(value)
    local node = core.resolve(value)
    return node ~= nil and self.kinds[core.kind(node)] == true
        and (self.condition == nil or self.condition(node))
end

function Class:__tostring()
    return self.__name
end

function Class:__call(...)
    if self.construct then
        return self.construct(...)
    end
    exc.ArgumentError:raise("%s is no function; constructors are corm.select(), corm.case() …",
        self.__name)
end

local function kinds_of(words)
    local kinds = {}
    for kind in words:gmatch("%S+") do
        kinds[kind] = true
    end
    return kinds
end

---Make a class of nodes.
---@param name string
---@param words string kinds, in words
---@param condition? fun(node: any): boolean
---@return corm.sql.Class
function classes.new(name, words, condition)
    return setmetatable({
        __name = name, kinds = kinds_of(words), condition = condition,
    }, Class)
end

local KINDS = {
    AliasedReturnsRows = "alias subquery cte lateral values table_function",
    BinaryExpression = "binary between",
    BindParameter = "bind",
    CTE = "cte",
    Case = "case",
    Cast = "cast",
    CompoundSelect = "compound",
    Delete = "delete",
    Exists = "exists",
    Extract = "extract",
    False_ = "false",
    FromClause = "table alias subquery cte join lateral values table_function",
    Function = "function",
    FunctionFilter = "filter",
    GenerativeSelect = "select compound",
    Grouping = "grouping",
    Insert = "insert",
    Join = "join",
    Label = "label",
    Lateral = "lateral",
    Null = "null",
    Over = "over",
    ReturnsRows = "table alias subquery cte join lateral values table_function select compound "
        .. "statement_text insert update delete",
    ScalarSelect = "scalar",
    Select = "select",
    SelectBase = "select compound statement_text",
    Selectable = "table alias subquery cte join lateral values table_function select compound "
        .. "statement_text",
    Subquery = "subquery lateral",
    TableClause = "table",
    TableValuedAlias = "table_function",
    TextClause = "text",
    TextualSelect = "statement_text",
    True_ = "true",
    Tuple = "tuple",
    TypeCoerce = "coerce",
    UnaryExpression = "unary",
    Update = "update",
    Values = "values",
    ValuesBase = "insert update",
    WithinGroup = "within",
}

for name, words in pairs(KINDS) do
    classes[name] = classes.new(name, words)
end

-- A sample of a table is an alias with a second child.
local function is_sample(node)
    return core.kid_count(node) > 1
end

-- TRY_CAST is a CAST of another kind, an ordered argument is a WITHIN GROUP of another kind.
local function is_variant(node)
    return core.flag(node, "variant")
end

local function is_quantifier(node)
    return core.op(node) == "ANY" or core.op(node) == "ALL"
end

local function is_logical(node)
    return core.op(node) == "AND" or core.op(node) == "OR"
end

classes.Alias = classes.new("Alias", "alias", function(node)
    return not is_sample(node)
end)
classes.AggregateOrderBy = classes.new("AggregateOrderBy", "within", is_variant)
classes.CollectionAggregate = classes.new("CollectionAggregate", "unary", is_quantifier)
classes.TryCast = classes.new("TryCast", "cast", is_variant)
classes.TableSample = classes.new("TableSample", "alias", is_sample)
classes.BooleanClauseList = classes.new("BooleanClauseList", "list", is_logical)
classes.ClauseList = classes.new("ClauseList", "list", function(node)
    return not is_logical(node)
end)

return classes
