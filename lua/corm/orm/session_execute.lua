-- SPDX-License-Identifier: MIT
-- What a session executes: which engine serves a class, statements with mapped classes in
-- them, objects by key.

local check = require("corm.util.check")
local core = require("corm.core")
local context = require("corm.orm.context")
local exc = require("corm.exc")
local identity = require("corm.orm.identity")
local loading = require("corm.orm.loading")
local mapper = require("corm.orm.mapper")
local orm_execute_state = require("corm.orm.orm_execute_state")
local session_transaction = require("corm.orm.session_transaction")
local repr = require("corm.util.repr")
local sql_statement = require("corm.sql.statement")
local merged = require("corm.util.merged")

local session_execute = {}

---Methods of Session that are about executing.
local methods = {}
session_execute.methods = methods

-- ---- binds ----

---Whether a value is an Engine or a Connection.
---@param value any
---@return boolean
function session_execute.is_bind(value)
    local name = core.metafield(value, "__name")
    return name == "corm.Engine" or name == "corm.Connection"
end

-- A key of `binds`: a mapped class, a mapper, a table, or a base class.
local function add_bind(self, key, bind)
    if not session_execute.is_bind(bind) then
        exc.ArgumentError:raise("binds: an Engine or a Connection expected, got %s",
            repr.value(bind))
    end
    local of_mapper = mapper.find(key)
    if of_mapper then
        self._binds[of_mapper] = bind
    elseif core.kind(key) == "entity" then
        self._binds[mapper.by_id(core.id(key))] = bind
    elseif type(key) ~= "table" and not core.kind(key) then
        exc.ArgumentError:raise("binds: a class or a table expected, got %s", repr.value(key))
    else
        self._binds[key] = bind
    end
    self._bind_of = {}
end

---Take the option `binds` of a session.
---@param self corm.Session
---@param binds table<any, corm.Engine|corm.Connection>
function session_execute.set_binds(self, binds)
    self._binds = {}
    for key, bind in pairs(binds) do
        add_bind(self, key, bind)
    end
end

---Let a mapped class (or base class) be served by an engine.
---@param class any
---@param bind corm.Engine|corm.Connection
function methods:bind_mapper(class, bind)
    self._binds = self._binds or {}
    add_bind(self, class, bind)
end

---Let a table be served by an engine.
---@param of_table corm.Table
---@param bind corm.Engine|corm.Connection
function methods:bind_table(of_table, bind)
    self._binds = self._binds or {}
    add_bind(self, of_table, bind)
end

-- The bind of a class, of a class above it, or of its table; the session's own otherwise.
local function find_mapper_bind(self, of_mapper)
    local binds = self._binds
    local each = of_mapper
    while each do
        if binds[each] or binds[each.class] then
            return binds[each] or binds[each.class]
        end
        each = each.inherits
    end
    local class = of_mapper.class
    while class do
        if binds[class] then
            return binds[class]
        end
        class = core.metafield(class, "__base_class")
    end
    for _, of_table in ipairs(of_mapper.tables) do
        if binds[of_table] then
            return binds[of_table]
        end
    end
    return self.bind
end

local function fail_unbound(what)
    exc.UnboundExecutionError:raise("could not locate a bind configured on %s or on this session",
        what)
end

local function bind_for_mapper(self, of_mapper)
    local bind = self.bind
    if self._binds then
        bind = self._bind_of[of_mapper]
        if bind == nil then
            bind = find_mapper_bind(self, of_mapper)
            self._bind_of[of_mapper] = bind
        end
    end
    return bind or fail_unbound("class '" .. of_mapper.name .. "',")
end

-- The bind of the first table of a statement that has one of its own.
local function find_clause_bind(self, clause)
    local by_id = {}
    for key, bind in pairs(self._binds or {}) do
        if core.kind(key) == "table" then
            by_id[core.id(key)] = bind
        end
    end
    for _, id in ipairs(next(by_id) ~= nil and core.table_ids(clause) or {}) do
        if by_id[id] then
            return by_id[id]
        end
    end
end

local BIND_OPTIONS = { mapper = true, clause = true, bind = true }

---The Engine or Connection that serves a class or a statement.
---@param of? any a mapped class, or {mapper =, clause =, bind =}
---@param clause? any
---@return corm.Engine|corm.Connection
---@error UnboundExecutionError there is none
function methods:get_bind(of, clause)
    local arguments = of
    if type(of) ~= "table" or getmetatable(of) ~= nil then
        arguments = { mapper = of, clause = clause }
    end
    for name in pairs(arguments) do
        if not BIND_OPTIONS[name] then
            exc.ArgumentError:raise("get_bind: unknown argument %s", repr.value(name))
        end
    end
    if arguments.bind then
        return arguments.bind
    end
    if arguments.mapper ~= nil then
        local of_mapper = mapper.find(arguments.mapper) or mapper.of_class(arguments.mapper)
        return bind_for_mapper(self, of_mapper)
    end
    return arguments.clause and find_clause_bind(self, arguments.clause) or self.bind
        or fail_unbound("the statement,")
end

-- ---- connections ----

-- The connection for the rows of a class: what flushes and loads ask for, so it is short.
function methods:_connection_for(of_mapper)
    local transaction = self._transaction or self:_begin_if_needed()
    local bind = self._binds and bind_for_mapper(self, of_mapper) or self.bind
    local found = transaction._links and transaction._links[bind]
    if found and transaction._state == "ACTIVE" and not self._moving then
        return found.connection
    end
    return transaction:_connection_for(bind or fail_unbound("this statement"),
        self.execution_options)
end

---The connection that this session's transaction uses, for a class or bind.
---@param bind_arguments? any a mapped class, or {mapper =, clause =, bind =}
---@param execution_options? table if the connection is made now
---@return corm.Connection
function methods:connection(bind_arguments, execution_options)
    session_transaction.check_exclusive(self, "connection")
    local bind = self:get_bind(bind_arguments)
    return self:_begin_if_needed():_connection_for(bind,
        execution_options or self.execution_options)
end

-- ---- statements ----

-- Options may come in a table of their own, as in SQLAlchemy, or as they are.
local function read_options(options)
    if options == nil then
        return nil, nil
    end
    check(options, "table", "execute", "a table of options")
    local execution_options, bind_arguments = options.execution_options, options.bind_arguments
    if execution_options == nil and bind_arguments == nil then
        return options, nil
    end
    for name, value in pairs(options) do
        if name ~= "execution_options" and name ~= "bind_arguments" then
            execution_options = execution_options or {}
            execution_options[name] = value
        end
    end
    return execution_options, bind_arguments
end

-- The class that a statement is about: the first one in it.
local function statement_mapper(statement)
    return mapper.by_id(core.entity_ids(statement)[1])
end

local function connection_of(self, statement, has_entity, bind_arguments)
    if bind_arguments then
        bind_arguments.clause = bind_arguments.clause or statement
        return self:_begin_if_needed():_connection_for(self:get_bind(bind_arguments),
            self.execution_options)
    elseif has_entity then
        return self:_connection_for(self._binds and statement_mapper(statement))
    end
    return self:_begin_if_needed():_connection_for(self:get_bind(nil, statement),
        self.execution_options)
end

local DML = { insert = true, update = true, delete = true }

-- Execute without asking listeners again.
local function execute(self, statement, parameters, options, bind_arguments)
    local has_entity = core.has_entity(statement)
    local own_options = has_entity and sql_statement.extra(statement, "execution_options")
    if own_options then
        options = merged(own_options, options)
    end
    if has_entity and (not options or options.autoflush ~= false) then
        self:_autoflush()
    end
    local connection = connection_of(self, statement, has_entity, bind_arguments)
    if has_entity and DML[core.kind(statement)] then
        return require("corm.orm.dml").execute(self, connection, statement, parameters, options)
    end
    if not has_entity then
        return connection:execute(statement, parameters,
            options and { execution_options = options })
    end
    local result, built = context.execute(connection, statement, parameters, options)
    return context.load(self, built, result, options)
end

session_execute.execute = execute

---Execute a statement; classes in it give objects. parameters: one table by name, or a
---sequence of such tables.
---@param statement any
---@param parameters? table
---@param options? table execution options, also as {execution_options =, bind_arguments =}
---@return corm.Result
function methods:execute(statement, parameters, options)
    session_transaction.check_exclusive(self, "execute")
    local execution_options, bind_arguments = read_options(options)
    if self.dispatch.do_orm_execute then
        return orm_execute_state.run(self, statement, parameters, execution_options,
            bind_arguments)
    end
    return execute(self, core.resolve(statement) or statement, parameters, execution_options,
        bind_arguments)
end

---Execute, and return the first element of each row: objects of the first class selected.
---@param statement any
---@param parameters? table
---@param options? table
---@return corm.ScalarResult
function methods:scalars(statement, parameters, options)
    return self:execute(statement, parameters, options):scalars()
end

---Execute, and return the first element of the first row; nil if there is none.
---@param statement any
---@param parameters? table
---@param options? table
---@return any
function methods:scalar(statement, parameters, options)
    return self:execute(statement, parameters, options):scalar()
end

---A Query of classes and columns, the 1.x way.
---@param ... any
---@return corm.orm.Query
function methods:query(...)
    local query = require("corm.orm.query")
    return query.new(table.pack(...), self, self.query_cls)
end

-- ---- by key ----

-- The object with a key, its row locked until the transaction ends.
local function select_locked(self, of_mapper, values, lock, options)
    local statement = core.select(of_mapper.entity)
    for i, prop in ipairs(of_mapper.key_props) do
        statement = statement:where(prop.column:eq(values[i]))
    end
    statement = statement:with_for_update(lock ~= true and lock or nil)
    if options then
        statement = statement:options(table.unpack(options))
    end
    return execute(self, statement, nil, { populate_existing = true }):unique():scalars():first()
end

---Load an object anew with its row locked.
---@param self corm.Session
---@param object any
---@param lock any true, or what with_for_update() takes
function session_execute.lock(self, object, lock)
    if not select_locked(self, mapper.of_instance(object), core.identity(object), lock) then
        exc.InvalidRequestError:raise("could not refresh instance %s", tostring(object))
    end
end

---Load what an object lacks, or some of its attributes.
---@param object any
---@param names? string[]
function session_execute.load(object, names)
    local of_mapper = mapper.of_instance(object)
    local has_columns = names == nil
    for _, name in ipairs(names or {}) do
        has_columns = has_columns or of_mapper.props[name].kind == "column"
    end
    if has_columns then
        loading.refresh_expired(object)
    end
    for _, name in ipairs(names or {}) do
        local _ = object[name]
    end
end

---The object with a primary key: from the session if it is there, else from the database.
---@param class any
---@param key any a scalar, a sequence, or a table by attribute name
---@param options? {options?: any[], populate_existing?: boolean, with_for_update?: any}
---@return any? # nil if there is no such row
function methods:get(class, key, options)
    if self._moving then
        session_transaction.check_exclusive(self, "get")
    end
    if options ~= nil and check(options, "table", "Session:get").with_for_update then
        local of_mapper = mapper.of_class(class)
        self:_autoflush()
        return select_locked(self, of_mapper, loading.key_values(of_mapper, key),
            options.with_for_update, options.options)
    end
    return loading.get(self, class, key, options)
end

---As get(), but an object that does not exist is an error.
---@param class any
---@param key any
---@param options? table
---@return any
---@error NoResultFound
function methods:get_one(class, key, options)
    local object = self:get(class, key, options)
    if object == nil then
        exc.NoResultFound:raise("no row was found for %s with primary key %s",
            mapper.of_class(class).name, repr.value(key))
    end
    return object
end

-- Keys in one IN (…).
local CHUNK = 500

-- Load objects by key, many with one statement, unless the session has them.
local function load_many(self, of_mapper, keys, options)
    if #of_mapper.key_props ~= 1 then
        return {}
    end
    local missing, held = {}, {}
    for _, key in ipairs(keys) do
        local value = loading.key_values(of_mapper, key)[1]
        local found = self.core:get(of_mapper.core, value)
        table.insert(found and held or missing, found or value)
    end
    local statement = core.select(of_mapper.entity)
    if options and options.options then
        statement = statement:options(table.unpack(options.options))
    end
    for first = 1, #missing, CHUNK do
        local chunk = table.move(missing, first, math.min(first + CHUNK - 1, #missing), 1, {})
        local loaded = self:execute(statement:where(of_mapper.key_props[1].column:in_(chunk)),
            nil, { populate_existing = options and options.populate_existing }):unique()
            :scalars():all()
        table.move(loaded, 1, #loaded, #held + 1, held)
    end
    return held -- the identity map does not hold what it has
end

---The objects with these primary keys, in their order: those that are not in the session by
---few statements. A key without a row gives corm.NULL.
---@param class any
---@param keys any[]
---@param options? table as of get()
---@return any[]
function methods:get_many(class, keys, options)
    local of_mapper = mapper.of_class(class)
    local objects = {}
    keys = identity.sequence(keys)
    local held = load_many(self, of_mapper, keys, options)
    for i, key in ipairs(keys) do
        local values = loading.key_values(of_mapper, key)
        local object = self.core:get(of_mapper.core, table.unpack(values))
        if object == nil and #of_mapper.key_props ~= 1 then
            object = self:get(class, key, options)
        end
        objects[i] = object == nil and core.NULL or object
    end
    held[1] = nil -- until here nothing was collected
    return objects
end

return session_execute
