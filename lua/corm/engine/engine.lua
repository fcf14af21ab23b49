-- SPDX-License-Identifier: MIT
-- Engines: a URL, a pool of connections, a dialect and a cache of compiled statements.
--
--     local engine = corm.create_engine("sqlite:///app.db", { echo = true })
--     engine:begin(function(connection)
--         connection:execute(corm.insert(users), { { name = "ed" }, { name = "wendy" } })
--     end)
--
-- Nothing is opened before the first statement. `sqlite://` is one database in memory that
-- all connections of an engine share; see corm.engine.connection for what that means for
-- transactions.

local check = require("corm.util.check")
local colon = require("corm.util.colon")
local check_execution_options = require("corm.util.execution_options")
local connecting = require("corm.engine.connecting")
local connection = require("corm.engine.connection")
local core = require("corm.core")
local echo = require("corm.engine.echo")
local engine_options = require("corm.engine.engine_options")
local errors = require("corm.engine.errors")
local event = require("corm.event")
local execution = require("corm.engine.execution")
local isolation = require("corm.engine.isolation")
local options_of = require("corm.util.options")
local plugins = require("corm.engine.plugins")
local pool = require("corm.pool")
local processors = require("corm.engine.processors")
local transaction = require("corm.engine.transaction")
local url = require("corm.engine.url")
local missing = require("corm.util.missing")
local warnings = require("corm.warnings")
local merged = require("corm.util.merged")

---@class corm.Engine
---@field url corm.URL
---@field engine corm.Engine itself, as a Connection has it
---@field pool corm.pool.Pool
---@field dialect table
---@field name string "sqlite"
---@field driver string "sqlite3"
---@field hide_parameters boolean
---@field logging_name string|false
---@field dispatch corm.event.Dispatcher
local Engine = { dispatch = event.dispatcher({ "connection", "dialect" }) }

-- A statement is questionable; the linter looks for cartesian products.
core.on_warning(function(of, message, is_of_linter)
    if of.engine._lints_from or not is_of_linter then
        warnings.warn(message)
    end
end)

-- Events of the pool may be listened to on the engine.
local function dispatcher_for(owner, pool_dispatch)
    return function(_, name)
        return pool_dispatch:info(name) and pool_dispatch or owner.dispatch
    end
end

setmetatable(Engine, {
    __dispatch = dispatcher_for(Engine, pool.Pool.dispatch),
    __index = function(_, key)
        missing("Engine", key, Engine)
    end,
})

local meta = { __name = "corm.Engine" }

-- The pool; a new one if the last was disposed of.
local function current_pool(shared)
    if shared.is_disposed then
        shared.pool = shared.pool:recreate()
        shared.is_disposed = false
    end
    return shared.pool
end

function meta.__index(self, key)
    if key == "echo" then
        return self._echo
    elseif key == "pool" then
        return current_pool(self._shared)
    end
    return Engine[key]
end

function meta.__newindex(self, key, value)
    if key == "echo" then
        rawset(self, "_echo", value == "debug" and value or value and true or false)
    else
        rawset(self, key, value)
    end
end

-- Connections are opened for all engines on a pool alike.
function meta.__dispatch(self, name)
    local owner = name == "do_connect" and self._shared.engine or self
    return dispatcher_for(owner, self.pool.dispatch)(self, name)
end

-- corm.inspect(engine)
function meta:__inspect()
    return require("corm.engine.inspector").new(self)
end

function meta:__tostring()
    return ("Engine(%s)"):format(tostring(self.url))
end

-- ---- making one ----

-- A database in memory lives as long as its one connection.
local function is_in_memory(address, family)
    if family ~= "sqlite" then
        return false
    end
    local database = address.database
    return database == nil or database == "" or database:find(":memory:", 1, true) ~= nil
        or address.query.mode == "memory"
end

local function pool_class(address, family, options)
    return options.poolclass
        or (is_in_memory(address, family) and pool.SingletonThreadPool or pool.QueuePool)
end

local function with_connect_args(address, arguments)
    if arguments == nil then
        return address
    end
    local query = {}
    for key, value in pairs(arguments) do
        query[tostring(key)] = tostring(value)
    end
    return address:update_query_dict(query)
end

-- The engine's pool: the one that was given, or one of its own.
local function make_pool(shared, options, loaded)
    if options.pool then
        return options.pool
    end
    local creator = options.creator and pool.checked_creator(options.creator)
    local class = pool_class(shared.address, shared.native:family(), options)
    engine_options.check_for_pool(options, class)
    local own = engine_options.of_pool(options)
    plugins.tell(loaded, "handle_pool_kwargs", class, own)
    return pool.new(class, connecting.opener(shared, creator), own)
end

-- What an engine and the engines made of it by execution_options() have in common.
local function make_shared(address, options, loaded)
    local full = with_connect_args(address, options.connect_args)
    local native = core.engine(full:render_as_string({ hide_password = false }),
        options.query_cache_size or 500,
        processors.json_tag(address:get_backend_name(), options.json_serializer,
            options.json_deserializer))
    local page_size = engine_options.page_size(options)
    if page_size then
        native:set_page_size(page_size)
    end
    local shared = { native = native, address = full, is_disposed = false }
    shared.pool = make_pool(shared, options, loaded)
    return shared
end

local engine = {}

local function listen_to_pool(of_pool, listeners)
    for _, listener in ipairs(listeners or {}) do
        event.listen(of_pool, listener[2], listener[1])
    end
end

local function new_engine(address, options, loaded)
    local shared = make_shared(address, options, loaded)
    local dialect = connecting.new_dialect(shared.native, address:get_driver_name(),
        engine_options.page_size(options))
    local self = setmetatable({
        url = address,
        name = dialect.name,
        driver = connecting.driver_of(dialect.family),
        dialect = dialect,
        hide_parameters = options.hide_parameters or false,
        dispatch = Engine.dispatch:derive(),
        _shared = shared,
        _echo = options.echo or false,
        _lints_from = options.enable_from_linting ~= false,
        _echo_call_site = options.echo_call_site or false,
        logging_name = options.logging_name or false,
        _execution_options = options.execution_options or false,
        _schema_options = execution.schema_options(options.execution_options),
        _isolation = false,
        _has_cache = options.query_cache_size ~= 0,
    }, meta)
    self.engine = self
    shared.engine = self
    dialect.dispatch = self.dispatch
    shared.pool:judge_pings_by(function(e)
        return errors.of_ping(self, e)
    end)
    listen_to_pool(shared.pool, options.pool_events)
    return self
end

---Make an engine. Nothing is opened yet.
---@param address string|corm.URL
---@param options? table
---@return corm.Engine
---@error ArgumentError an unknown option or a value that cannot be
---@error NoSuchModuleError no such dialect
function engine.create_engine(address, options)
    address = url.make_url(address)
    local own = merged(options and check(options, "table", "create_engine", "a table of options"))
    local loaded
    loaded, address = plugins.load(address, own)
    plugins.tell(loaded, "handle_dialect_kwargs", address:get_backend_name(), own)
    own = engine_options.check(own)
    local self = new_engine(address, own, loaded)
    local level = own.isolation_level
        or own.execution_options and own.execution_options.isolation_level
    if level then
        self._isolation = isolation.check(self.dialect, level)
    end
    plugins.tell(loaded, "engine_created", self)
    return self
end

---Make the pool that an engine of this URL would have.
---@param address string|corm.URL
---@param options? table as of create_engine, also without `pool_`
---@return corm.pool.Pool
function engine.create_pool_from_url(address, options)
    return engine.create_engine(address, engine_options.from_pool(options)).pool
end

---Make an engine of a table: {["sqlalchemy.url"] = …, ["sqlalchemy.echo"] = "true"}. Values
---may be texts, as a configuration file has them.
---@param configuration table<string, any>
---@param prefix? string|table "sqlalchemy." unless given; or the options, with this among them
---@param options? table further ones, which count more
---@return corm.Engine
function engine.engine_from_config(configuration, prefix, options)
    if type(prefix) == "table" then
        prefix, options = prefix.prefix, prefix
    end
    local address, own = engine_options.from_config(configuration, prefix or "sqlalchemy.")
    own = merged(own, options)
    own.prefix = nil
    return engine.create_engine(address, own)
end

-- ---- what connections ask ----

function Engine:_logger()
    local name = "corm.engine.Engine"
    if self.logging_name then
        name = name .. "." .. self.logging_name
    end
    return echo.logger(name, self._echo, {
        hide_parameters = self.hide_parameters,
        has_call_site = self._echo_call_site,
    }) or false
end

function Engine:_is_slow()
    return self._echo or echo.has_hook() or execution.has_slow_options(self._execution_options)
end

-- The first connection tells what the server is.
function Engine:_note_connected(record)
    if self.dialect.server_version_info == nil then
        connecting.note_server(self.dialect, record.dbapi_connection)
    end
end

-- ---- connections ----

---Get a connection; with a function, call it with the connection and close that after it.
---@param fn? fun(connection: corm.Connection): any
---@return corm.Connection|any
---@error TimeoutError the pool is exhausted
---@error OperationalError the database cannot be reached
function Engine:connect(fn)
    if fn == nil then
        return connection.open(self)
    end
    check(fn, "function", "Engine:connect")
    local opened = connection.open(self)
    local closing <close> = opened
    return fn(closing)
end

local function begin_run(opened, fn)
    local closing <close> = opened
    return transaction.run(closing:begin(), fn, closing)
end

---@class corm.engine.Begun : corm.Connection what engine:begin() without a function returns

---Call fn with a connection in a transaction; commit when it returns, roll back when it
---raises. Without a function: the connection, with its transaction begun, to be put into a
---to-be-closed variable, which commits.
---@param fn? fun(connection: corm.Connection): any
---@return any ... what fn returned
function Engine:begin(fn)
    if fn ~= nil then
        check(fn, "function", "Engine:begin")
        return begin_run(connection.open(self), fn)
    end
    local opened = connection.open(self)
    opened._commits_on_close = true
    opened:begin()
    return opened
end

---The native connection itself, checked out of the pool: execute(), commit(), rollback(),
---close(), which gives it back.
---@return corm.RawConnection
function Engine:raw_connection()
    return require("corm.engine.raw").open(self.pool)
end

---Close what the pool holds; the engine stays usable and opens anew.
---@param options? {close?: boolean} false: leave the connections to whoever has them
function Engine:dispose(options)
    options = options_of(options, { "close" }, "Engine:dispose")
    if options.close ~= nil then
        check(options.close, "boolean", "Engine:dispose", "true or false as close")
    end
    local shared = self._shared
    if options.close ~= false then
        shared.pool:retire()
    end
    shared.is_disposed = true
    if self.dispatch.engine_disposed then
        self.dispatch:fire("engine_disposed", self)
    end
end

---Forget the compiled statements.
function Engine:clear_compiled_cache()
    self._shared.native:clear_cache()
end

-- ---- options ----

---An engine with more execution options, on the same pool; events of this engine go for it.
---@param options table<string, any>
---@return corm.Engine
function Engine:execution_options(options)
    check_execution_options(options, "execution_options")
    local other = {}
    for key, value in next, self do
        other[key] = value
    end
    other.dispatch = self.dispatch:derive_ahead()
    other.engine = other
    setmetatable(other, meta)
    options = merged(options, nil)
    if self.dispatch.set_engine_execution_options then
        self.dispatch:fire("set_engine_execution_options", other, options)
    end
    other:update_execution_options(options)
    return other
end

---Change the execution options of this engine, for connections opened from now on.
---@param options table<string, any>
function Engine:update_execution_options(options)
    check_execution_options(options, "execution_options")
    self._execution_options = merged(self._execution_options or nil, options)
    self._schema_options = execution.schema_options(self._execution_options)
    if options.isolation_level ~= nil then
        self._isolation = isolation.check(self.dialect, options.isolation_level)
    end
end

---@return table<string, any>
function Engine:get_execution_options()
    return merged(self._execution_options or nil, nil)
end

colon("Engine", Engine, {
    "begin", "clear_compiled_cache", "connect", "dispose", "execution_options",
    "get_execution_options", "raw_connection", "update_execution_options",
}, meta)
engine.Engine = Engine

---Whether value is an Engine.
---@param value any
---@return boolean
function engine.is(value)
    return getmetatable(value) == meta
end

return engine
