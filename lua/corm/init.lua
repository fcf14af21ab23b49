-- SPDX-License-Identifier: MIT
-- corm: an object-relational mapper. The public names are SQLAlchemy's.
--
--     local corm = require("corm")
--     local Base = corm.declarative_base()
--
-- A name is loaded with the module that has it when it is first used; a name that does not
-- exist is an error.

local core = require("corm.core")
local exc = require("corm.exc")
local hint = require("corm.util.hint")

local corm = { _VERSION = "corm 0.1.0", NULL = core.NULL, exc = exc, try = exc.try }

-- Modules that are names themselves: corm.types is require("corm.types").
local MODULES = {
    asyncio = "corm.ext.asyncio",
    attributes = "corm.orm.attributes",
    collections = "corm.orm.collections",
    dialects = "corm.dialects",
    engine = "corm.engine",
    event = "corm.event",
    events = "corm.event",
    ext = "corm.ext",
    inspection = "corm.inspection",
    orm = "corm.orm",
    pool = "corm.pool",
    schema = "corm.schema",
    set = "corm.util.set",
    sql = "corm.sql",
    task = "corm.task",
    testing = "corm.testing",
    types = "corm.types",
    warnings = "corm.warnings",
}

-- The names of each module that corm has too, in words; those of corm.orm are asked for there.
local NAMES = {
    ["corm.core"] = "date time datetime interval decimal",
    ["corm.types"] = [[
        ARRAY BIGINT BINARY BLOB BOOLEAN BigInteger Boolean CHAR CLOB DATE DATETIME DECIMAL
        DOUBLE DOUBLE_PRECISION Date DateTime Double Enum FLOAT Float INT INTEGER Integer
        Interval JSON LargeBinary NCHAR NUMERIC NVARCHAR NullType Numeric REAL SMALLINT
        SmallInteger String TEXT TIME TIMESTAMP Text Time TypeDecorator UUID Unicode
        UnicodeText UserDefinedType Uuid VARBINARY VARCHAR]],
    ["corm.schema"] = [[
        BLANK_SCHEMA CheckConstraint Column ColumnDefault Computed CreateTable CreateTableAs
        CreateView DDL DefaultClause DropTable DropView FetchedValue ForeignKey
        ForeignKeyConstraint Identity Index MetaData PrimaryKeyConstraint RETAIN_SCHEMA Sequence
        Table UniqueConstraint conv insert_sentinel quoted_name]],
    ["corm.sql"] = [[
        FrameClause FrameClauseType LABEL_STYLE_DEFAULT LABEL_STYLE_DISAMBIGUATE_ONLY
        LABEL_STYLE_NONE LABEL_STYLE_TABLENAME_PLUS_COL aggregate_order_by alias all_ and_ any_
        asc between bindparam bitwise_not case cast collate column cte delete desc distinct
        except_ except_all exists extract false_ from_dml_column func funcfilter insert intersect
        intersect_all join label lambda_stmt lateral literal literal_column not_ null nulls_first
        nulls_last nullsfirst nullslast or_ outerjoin over register_function select slice subquery
        table tablesample text true_ try_cast tuple_ type_coerce union union_all update values
        within_group]],
    ["corm.sql.expression"] = [[
        AggregateOrderBy Alias AliasedReturnsRows BinaryExpression BindParameter BooleanClauseList
        CTE Case Cast ClauseElement ClauseList CollectionAggregate ColumnClause ColumnElement
        CompoundSelect Delete Executable Exists Extract False_ FromClause Function FunctionElement
        FunctionFilter GenerativeSelect Grouping Insert Join Label Lateral Null Over
        ReleaseSavepointClause ReturnsRows RollbackToSavepointClause SavepointClause ScalarSelect
        Select SelectBase Selectable Subquery TableClause TableSample TableValuedAlias TextClause
        TextualSelect True_ TryCast Tuple TypeCoerce UnaryExpression Update UpdateBase Values
        ValuesBase WithinGroup]],
    ["corm.engine"] = [[
        Connection CursorResult Engine ExceptionContext FrozenResult Inspector IteratorResult
        MappingResult NestedTransaction Result RootTransaction Row RowMapping ScalarResult
        Transaction TwoPhaseTransaction URL create_engine create_mock_engine
        create_pool_from_url engine_from_config make_url]],
    ["corm.pool"] = [[
        AssertionPool AsyncAdaptedQueuePool NullPool Pool QueuePool SingletonThreadPool
        StaticPool]],
    ["corm.inspection"] = "inspect",
}

-- The Inspector asks the dialects, which the engine does not know.
require("corm.sql.bridge").provide("dialects", function()
    return require("corm.dialects")
end)

local module_of = {}
for module, names in pairs(NAMES) do
    for name in names:gmatch("%S+") do
        module_of[name] = module
    end
end

local has_orm = false

-- The first name that is not known here makes corm.orm say its own.
local function add_orm_names()
    has_orm = true
    for _, name in ipairs(require("corm.orm")._names) do
        module_of[name] = module_of[name] or "corm.orm"
    end
end

---The public names, sorted.
---@return string[]
function corm.names()
    if not has_orm then
        add_orm_names()
    end
    local names = {}
    for name in pairs(module_of) do
        names[#names + 1] = name
    end
    for name in pairs(MODULES) do
        names[#names + 1] = module_of[name] == nil and name or nil
    end
    table.sort(names)
    return names
end

local function refuse(name)
    exc.ArgumentError:raise("corm has no '%s'%s", tostring(name), hint(name, corm.names()))
end

local function find(name)
    if MODULES[name] then
        return require(MODULES[name])
    elseif module_of[name] == nil and not has_orm then
        add_orm_names()
    end
    return module_of[name] and require(module_of[name])[name] or nil
end

return setmetatable(corm, {
    __name = "corm",
    __index = function(_, name)
        local value = find(name)
        if value == nil then
            refuse(name)
        end
        corm[name] = value
        return value
    end,
})
