-- SPDX-License-Identifier: MIT
-- The SQL expression language, as sqlalchemy.sql: constructors of expressions and statements.

local core = require("corm.core")
require("corm.sql.lazy").forget()
local elements = require("corm.sql.elements")
local frame = require("corm.sql.frame")
local functions = require("corm.sql.functions")
local indexing = require("corm.sql.indexing")
local selectable = require("corm.sql.selectable")
require("corm.sql.statement")
local select_module = require("corm.sql.select")
require("corm.sql.cache_key")
require("corm.sql.reduce")
local dml = require("corm.sql.dml")
require("corm.sql.on_conflict")
local join = require("corm.sql.join")
require("corm.sql.text")
require("corm.sql.traits")

local sql = {
    ColumnCollection = require("corm.sql.collection"),
    FrameClause = frame.FrameClause,
    FrameClauseType = frame.FrameClauseType,
    SyntaxExtension = require("corm.sql.syntax_extension"),
    alias = selectable.alias,
    column = elements.column,
    cte = selectable.cte,
    delete = dml.delete,
    expression = require("corm.sql.expression"),
    func = functions.func,
    functions = functions,
    insert = dml.insert,
    join = join.join,
    lambda_stmt = require("corm.sql.lambda"),
    lateral = selectable.lateral,
    outerjoin = join.outerjoin,
    register_function = functions.register_function,
    select = core.select,
    slice = indexing.slice,
    subquery = selectable.subquery,
    tablesample = selectable.tablesample,
    table = selectable.table,
    update = dml.update,
    values = selectable.values,
    visitors = require("corm.sql.visitors"),
    union = select_module.union,
    union_all = select_module.union_all,
    intersect = select_module.intersect,
    intersect_all = select_module.intersect_all,
    except_ = select_module.except_,
    except_all = select_module.except_all,
}

for _, name in ipairs({
    "aggregate_order_by", "all_", "and_", "any_", "asc", "between", "bindparam", "bitwise_not",
    "case", "cast", "collate", "desc", "distinct", "exists", "extract", "false_", "from_dml_column",
    "funcfilter",
    "label", "literal", "literal_column", "not_", "null", "nulls_first", "nulls_last",
    "nullsfirst", "nullslast", "or_", "over", "text", "true_", "try_cast", "tuple_",
    "type_coerce", "within_group",
}) do
    sql[name] = elements[name]
end

-- The classes, for asking what something is: corm.sql.Select:is(x).
for name, class in pairs(require("corm.sql.classes")) do
    sql[name] = name:find("^%u") and class or nil
end
for _, name in ipairs({ "ClauseElement", "ColumnClause", "ColumnElement", "Executable" }) do
    sql[name] = require("corm.sql.custom")[name]
end

for _, name in ipairs({
    "LABEL_STYLE_DEFAULT", "LABEL_STYLE_DISAMBIGUATE_ONLY", "LABEL_STYLE_NONE",
    "LABEL_STYLE_TABLENAME_PLUS_COL",
}) do
    sql[name] = select_module[name]
end

-- Other modules by the names that SQLAlchemy has for them below its `sql`.
return require("corm.util.public")("corm.sql", sql, {
    ddl = "corm.schema", operators = "corm.sql.operators", schema = "corm.schema",
    sqltypes = "corm.types",
})
