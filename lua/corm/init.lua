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

-- The names of each module that corm has too, in words.
local NAMES = {
    ["corm.core"] = "date time datetime interval decimal",
    ["corm.types"] = [[
        ARRAY BIGINT BINARY BLOB BOOLEAN BigInteger Boolean CHAR CLOB DATE DATETIME DECIMAL
        DOUBLE DOUBLE_PRECISION Date DateTime Double Enum FLOAT Float INT INTEGER Integer
        Interval JSON LargeBinary NCHAR NUMERIC NVARCHAR NullType Numeric REAL SMALLINT
        SmallInteger String TEXT TIME TIMESTAMP Text Time TypeDecorator UUID Unicode
        UnicodeText UserDefinedType Uuid VARBINARY VARCHAR]],
    ["corm.schema"] = [[
        CheckConstraint Column ColumnDefault Computed Constraint DDL FetchedValue ForeignKey
        ForeignKeyConstraint Identity Index MetaData PrimaryKeyConstraint Sequence Table
        UniqueConstraint]],
    ["corm.sql"] = [[
        aggregate_order_by alias all_ and_ any_ asc between bindparam bitwise_not case cast
        collate column cte delete desc distinct except_ except_all exists extract false_ func
        funcfilter insert intersect intersect_all join label lateral literal literal_column
        not_ null nulls_first nulls_last nullsfirst nullslast or_ outerjoin over
        register_function select slice subquery table text true_ try_cast tuple_ type_coerce
        union union_all update values within_group]],
    ["corm.engine"] = [[
        Connection CursorResult Engine ExceptionContext FrozenResult IteratorResult
        MappingResult NestedTransaction Result RootTransaction Row RowMapping ScalarResult
        Transaction TwoPhaseTransaction URL create_engine create_mock_engine
        create_pool_from_url engine_from_config make_url]],
    ["corm.pool"] = [[
        AssertionPool AsyncAdaptedQueuePool NullPool Pool QueuePool SingletonThreadPool
        StaticPool]],
    ["corm.orm"] = [[
        AttributeEvents AttributeState Bundle CascadeOptions ColumnProperty CompositeProperty
        DeclarativeBase DynamicMapped EXT_CONTINUE EXT_SKIP EXT_STOP
        InspectionAttr InstanceEvents InstanceState InstrumentedAttribute Load LoaderCallableStatus
        MANYTOMANY MANYTOONE Mapper MapperEvents MapperProperty NEVER_SET NO_VALUE ONETOMANY
        ORMExecuteState PASSIVE_NO_RESULT PassiveFlag PropComparator Query QueryContext
        QueryableAttribute RelationshipDirection RelationshipProperty Session SessionEvents
        SessionTransaction SessionTransactionOrigin StrategizedProperty Synonym SynonymProperty
        UOWTransaction UserDefinedOption WriteOnlyCollection add_mapped_attribute aliased
        as_declarative attribute_keyed_dict attribute_mapped_collection backref
        class_mapper clear_mappers close_all_sessions column_keyed_dict
        column_mapped_collection column_property composite configure_mappers contains_alias
        contains_eager create_session declarative_base declarative_mixin declared_attr
        defaultload defer deferred dynamic_loader eagerload foreign has_inherited_table
        identity_key immediateload joinedload keyfunc_mapping lazyload load_only
        make_transient make_transient_to_detached mapped_as_dataclass mapped_collection
        mapped_column mapper mapperlib merge_frozen_result merge_result mixin noload
        object_mapper object_session orm_insert_sentinel outerjoin_ polymorphic_union
        query_expression raiseload reconstructor registry relation relationship remote
        scoped_session selectin_polymorphic selectinload sessionmaker subqueryload
        synonym synonym_for undefer undefer_group validates was_deleted with_expression
        with_loader_criteria with_parent with_polymorphic object_session]],
    ["corm.inspection"] = "inspect",
}

local module_of = {}
local known = {}
for module, names in pairs(NAMES) do
    for name in names:gmatch("%S+") do
        module_of[name] = module
    end
end
for name in pairs(module_of) do
    known[#known + 1] = name
end
for name in pairs(MODULES) do
    known[#known + 1] = name
end
table.sort(known)

---Load everything that has a short name of its own; for tools.
---@return string[] # the names
function corm.names()
    return { table.unpack(known) }
end

local function refuse(name)
    local nearest = type(name) == "string" and core.nearest(name, known)
    exc.ArgumentError:raise("corm has no '%s'%s", tostring(name),
        nearest and ("; did you mean '%s'?"):format(nearest) or "")
end

return setmetatable(corm, {
    __name = "corm",
    __index = function(_, name)
        local value
        if MODULES[name] then
            value = require(MODULES[name])
        elseif module_of[name] then
            value = require(module_of[name])[name]
        end
        if value == nil then
            refuse(name)
        end
        corm[name] = value
        return value
    end,
})
