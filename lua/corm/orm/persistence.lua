-- SPDX-License-Identifier: MIT
-- Statements for batches. A statement is made once for each shape of a batch (which columns
-- of which table) and dialect, and compiled once; after that a batch of any number of rows is:
-- find the statement, let the core fill it, run it, let the core take what comes back.

local core = require("corm.core")
local exc = require("corm.exc")
local dml = require("corm.sql.dml")
local elements = require("corm.sql.elements")
local errors = require("corm.engine.errors")
local mapper = require("corm.orm.mapper")
local refresh_flush = require("corm.orm.refresh_flush")
local wait = require("corm.engine.wait")
local warnings = require("corm.warnings")

local persistence = {}

-- ---- binds ----

-- A value that comes with the execution. Columns of WHERE are called table_column, as SET may
-- have the same ones.
local function bind_of(column, prefix)
    return core.node("bind", {
        name = prefix and prefix .. "_" .. column.key or column.key,
        required = true,
        type = column,
    })
end

local function equalities(columns, prefix)
    local conditions = {}
    for i, column in ipairs(columns) do
        conditions[i] = column:eq(bind_of(column, prefix))
    end
    return elements.and_(table.unpack(conditions))
end

local function assignments(columns)
    local values = {}
    for _, column in ipairs(columns) do
        values[column] = bind_of(column)
    end
    return values
end

-- ---- what is known of a batch ----

-- The column that an attribute is in a table. A joined table has its parent's key as its own.
local function column_in(of_mapper, position, of_table)
    local column = of_mapper.by_position[position].column
    if column.table == of_table then
        return column
    end
    for own, prop in pairs(of_mapper.prop_of_column) do
        if own.table == of_table and prop.position == position then
            return own
        end
    end
    exc.UnmappedColumnError:raise("class '%s' has no attribute '%s' in table '%s'",
        of_mapper.name, of_mapper.by_position[position].key, of_table.name)
end

local function columns_of(of_mapper, positions, of_table)
    local columns = {}
    for i, position in ipairs(positions) do
        columns[i] = column_in(of_mapper, position, of_table)
    end
    return columns
end

---@class corm.orm.BatchStatement
---@field node any
---@field keys string[] names of the columns that are parameters
---@field fetch? corm.Column[] columns that come back
---@field is_insert? boolean
---@field wants_rowids boolean the only thing fetched is the generated key
---@field compiled table<any, any> by dialect
---@field columns corm.Column[]

local function insert_statement(of_table, columns, fetch)
    local node = dml.insert(of_table)
    if #columns > 0 then
        node = node:values(assignments(columns))
    end
    local only_key = #fetch == 1 and fetch[1] == of_table.autoincrement_column
    return {
        node = node,
        fetch = #fetch > 0 and fetch or nil,
        is_insert = true,
        wants_rowids = only_key,
    }
end

local function table_statement(kind, of_mapper, layout)
    local of_table = of_mapper.tables[layout.table]
    local columns = columns_of(of_mapper, layout.columns, of_table)
    local keys = columns_of(of_mapper, layout.keys, of_table)
    local fetch = columns_of(of_mapper, layout.fetch, of_table)
    local name = of_table.name
    local made
    if kind == "insert" then
        made = insert_statement(of_table, columns, fetch)
    elseif kind == "update" then
        made = {
            node = dml.update(of_table):where(equalities(keys, name)):values(assignments(columns)),
            fetch = #fetch > 0 and fetch or nil,
        }
    else
        made = { node = dml.delete(of_table):where(equalities(keys)) }
    end
    made.columns, made.table = columns, of_table
    return made
end

-- Columns of a secondary table that the relationship fills, in the table's order.
local function linked_columns(prop)
    local is_linked, columns = {}, {}
    for _, pair in ipairs(prop.synchronize_pairs) do
        is_linked[pair[2]] = true
    end
    for _, pair in ipairs(prop.secondary_synchronize_pairs) do
        is_linked[pair[2]] = true
    end
    for _, column in ipairs(prop.secondary.c:values()) do
        if is_linked[column] then
            columns[#columns + 1] = column
        end
    end
    return columns
end

local function link_statement(kind, of_mapper, layout)
    local prop = of_mapper.by_position[layout.relationship]
    local columns = linked_columns(prop)
    local made = { table = prop.secondary, columns = columns }
    if kind == "link" then
        made.node = dml.insert(prop.secondary):values(assignments(columns))
    else
        made.node = dml.delete(prop.secondary):where(equalities(columns))
    end
    return made
end

local function make_statement(kind, of_mapper, layout)
    local made
    if layout.relationship then
        made = link_statement(kind, of_mapper, layout)
    else
        made = table_statement(kind, of_mapper, layout)
    end
    made.compiled = setmetatable({}, { __mode = "k" })
    return made
end

-- The statement of a batch, from its mapper's cache.
local function statement_of(run, kind, of_mapper, shape)
    local cache = of_mapper._batch_statements
    if not cache then
        cache = {}
        of_mapper._batch_statements = cache
    end
    local found = cache[shape]
    if not found then
        found = make_statement(kind, of_mapper, run.unit:layout())
        cache[shape] = found
    end
    return found
end

-- ---- compiling ----

local function schema_map(connection)
    local options = connection._schema_options
    return options and options.schema_translate_map or nil
end

---@class corm.orm.CompiledBatch
---@field compiled corm.Compiled
---@field wants_rowids boolean SQLite tells the key of each row; other databases return it

---@return corm.orm.CompiledBatch
local function compile(statement, connection)
    -- Rows without a single value can be many in one statement only if that is said.
    local wants_rowids = statement.wants_rowids and connection._native:info().has_rowid
    local is_returning = statement.fetch ~= nil and not wants_rowids
    local options = {
        column_keys = {},
        for_executemany = #statement.columns == 0 or nil,
        keeps_order = statement.is_insert and is_returning or nil,
    }
    for i, column in ipairs(statement.columns) do
        options.column_keys[i] = column.key
    end
    options.schema_translate_map = schema_map(connection)
    local node = statement.node
    if is_returning then
        node = node:returning(table.unpack(statement.fetch))
    end
    return {
        compiled = core.compile(node, connection.dialect, options),
        wants_rowids = wants_rowids,
    }
end

-- With a schema_translate_map the text depends on the connection: compiled each time.
local function compiled_for(statement, connection)
    if schema_map(connection) then
        return compile(statement, connection)
    end
    local compiled = statement.compiled[connection.dialect]
    if not compiled then
        compiled = compile(statement, connection)
        statement.compiled[connection.dialect] = compiled
    end
    return compiled
end

-- ---- defaults ----

-- What default functions are told.
local Context = { __name = "corm.ExecutionContext" }
Context.__index = Context

---The values of the row that a default is computed for, by column key.
---@return table
function Context:get_current_parameters()
    return self.current_parameters
end

local function new_context(connection)
    return setmetatable({
        connection = connection,
        root_connection = connection,
        engine = connection.engine,
        dialect = connection.dialect,
        execution_options = connection._options or {},
    }, Context)
end

-- The value of a default or onupdate that Lua computes.
local function compute(prop, kind, context, object, of_mapper)
    if prop == of_mapper.version_prop then
        return of_mapper.args.version_id_generator(object[prop.key])
    end
    local default = prop.column[kind == "insert" and "default" or "onupdate"]
    if default.is_callable then
        context.current_column = prop.column
        context.running = default
        local value = default.call(context)
        context.running = nil
        return value
    elseif default.is_scalar then
        return default.arg
    end
    return context.connection:scalar(default.arg)
end

local function compute_missing(run, kind, of_mapper, context, missing)
    local objects = run.unit:objects()
    for i = 1, #missing, 2 do
        local row, position = missing[i], missing[i + 1]
        context.current_parameters = persistence.parameters(of_mapper, objects[row])
        local value = compute(of_mapper.by_position[position], kind, context, objects[row],
            of_mapper)
        run.unit:write(row, position, value == nil and core.NULL or value)
    end
end

local function fill_defaults(run, kind, of_mapper, connection, statement)
    local missing = run.unit:missing()
    if #missing == 0 then
        return
    end
    local context = new_context(connection)
    local ok, e = pcall(compute_missing, run, kind, of_mapper, context, missing)
    if ok then
        return
    elseif context.running then
        e = errors.translate(connection, context.running:failed(e, context.current_column),
            tostring(compiled_for(statement, connection).compiled))
    end
    error(e, 0)
end

---The columns' values of an object that is about to be written, by column key.
---@param of_mapper corm.orm.Mapper
---@param object any
---@return table
function persistence.parameters(of_mapper, object)
    local parameters = {}
    for _, prop in ipairs(of_mapper.column_props) do
        parameters[prop.column.key] = core.attribute_peek(object, prop.position)
    end
    return parameters
end

-- ---- running ----

local function confirm_deleted(of_mapper, statement, matched, nrows)
    if matched >= 0 and matched ~= nrows and of_mapper.args.confirm_deleted_rows ~= false
        and not of_mapper.version_prop then
        warnings.warn(("DELETE statement on table '%s' expected to match %d row(s); %d were "
            .. "matched. Set confirm_deleted_rows=false in __mapper_args to allow that")
            :format(statement.table.name, nrows, matched))
    end
end

-- Let the unit take what came back: the database's count of rows, or "more".
local function executed(unit, connection, result)
    local answer = unit:executed(result)
    while answer == "wait" do
        wait(connection)
        answer = unit:executed(result)
    end
    return answer
end

local function run_batch(run, connection, statement)
    local unit = run.unit
    local native = connection:_begun_native()
    local found = compiled_for(statement, connection)
    local answer
    repeat
        local result <close> = unit:prepare(connection, native, found.compiled,
            found.wants_rowids)
        connection:_run_result(result)
        answer = executed(unit, connection, result)
    until answer ~= "more"
    return answer
end

-- ---- expressions ----

-- The values of one row whose statement cannot be made in advance.
local function row_values(statement, of_mapper, layout, object)
    local values, parameters = {}, {}
    for i, position in ipairs(layout.columns) do
        local prop, column = of_mapper.by_position[position], statement.columns[i]
        local value = core.attribute_peek(object, prop.position)
        if core.is_sql_value(object, prop.position) then
            values[column] = value
        else
            values[column] = bind_of(column)
            parameters[column.key] = value == nil and core.NULL or value
        end
    end
    return values, parameters
end

local function add_keys(statement, of_mapper, layout, object, parameters)
    local of_table = statement.table
    for _, position in ipairs(layout.keys) do
        local column = column_in(of_mapper, position, of_table)
        parameters[of_table.name .. "_" .. column.key] =
            core.committed(object, position)
    end
end

-- A row with SQL expressions among its values: its own statement, executed as any other.
local function run_expressions(run, kind, connection, of_mapper, statement)
    local layout, object = run.unit:layout(), run.unit:objects()[1]
    local values, parameters = row_values(statement, of_mapper, layout, object)
    local node
    if kind == "insert" then
        node = dml.insert(statement.table):values(values)
        local fetch = columns_of(of_mapper, layout.fetch, statement.table)
        if #fetch > 0 then
            node = node:returning(table.unpack(fetch))
        end
    else
        local keys = columns_of(of_mapper, layout.keys, statement.table)
        node = dml.update(statement.table):where(equalities(keys, statement.table.name))
            :values(values)
        add_keys(statement, of_mapper, layout, object, parameters)
    end
    connection:_begun_native()
    local result <close> = connection:execute(node, parameters)
    executed(run.unit, connection, result)
end

-- ---- the step ----

---Carry out the batch at hand.
---@param run corm.orm.FlushRun
---@param kind "insert"|"update"|"delete"|"link"|"unlink"
---@param mapper_core any
---@param shape integer
---@param nrows integer
---@param has_sql boolean an attribute's value is an SQL expression
---@param needs_defaults boolean some values have to be computed here
function persistence.execute(run, kind, mapper_core, shape, nrows, has_sql, needs_defaults)
    local of_mapper = mapper.of_class(mapper_core:class())
    local connection = run:connection_for(of_mapper)
    local statement = statement_of(run, kind, of_mapper, shape)
    local refreshed = refresh_flush.of_batch(run, of_mapper, kind)
    if needs_defaults then
        fill_defaults(run, kind, of_mapper, connection, statement)
    end
    if has_sql then
        run_expressions(run, kind, connection, of_mapper, statement)
    else
        local matched = run_batch(run, connection, statement)
        if kind == "delete" then
            confirm_deleted(of_mapper, statement, matched, nrows)
        end
    end
    if refreshed then
        refresh_flush.fire(run, of_mapper, refreshed)
    end
end

return persistence
