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

local connection = require("corm.engine.connection")
local core = require("corm.core")
local echo = require("corm.engine.echo")
local event = require("corm.event")
local exc = require("corm.exc")
local execution = require("corm.engine.execution")
local isolation = require("corm.engine.isolation")
local options_of = require("corm.util.options")
local pool = require("corm.pool")
local transaction = require("corm.engine.transaction")
local url = require("corm.engine.url")
local missing = require("corm.util.missing")

---@class corm.Engine
---@field url corm.URL
---@field pool corm.pool.Pool
---@field dialect table
---@field name string "sqlite"
---@field driver string "sqlite3"
---@field hide_parameters boolean
---@field dispatch corm.event.Dispatcher
local Engine = { dispatch = event.dispatcher({ "connection", "dialect" }) }

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
        rawset(self, "_echo", value and true or false)
    else
        rawset(self, key, value)
    end
end

function meta.__dispatch(self, name)
    return dispatcher_for(self, self.pool.dispatch)(self, name)
end

function meta:__tostring()
    return ("Engine(%s)"):format(tostring(self.url))
end

-- ---- making one ----

local OPTIONS = {
    "connect_args", "echo", "echo_pool", "execution_options", "future", "hide_parameters",
    "isolation_level", "logging_name", "max_overflow", "pool_logging_name", "pool_pre_ping",
    "pool_recycle", "pool_reset_on_return", "pool_size", "pool_timeout", "pool_use_lifo",
    "poolclass", "query_cache_size",
}

local function check_number(options, name, minimum)
    local value = options[name]
    if value ~= nil and (type(value) ~= "number" or value < minimum) then
        exc.ArgumentError:raise("create_engine: %s must be a number not below %s, got %s", name,
            minimum, tostring(value))
    end
end

local function check_options(options)
    options = options_of(options, OPTIONS, "create_engine")
    check_number(options, "pool_size", 0)
    check_number(options, "max_overflow", -1)
    check_number(options, "pool_timeout", 0)
    check_number(options, "pool_recycle", -1)
    check_number(options, "query_cache_size", 0)
    if options.poolclass ~= nil and not pool.is_class(options.poolclass) then
        exc.ArgumentError:raise("create_engine: poolclass must be one of corm.pool, such as "
            .. "corm.pool.NullPool")
    end
    return options
end

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

local function make_pool(class, options, open)
    return pool.new(class, open, {
        echo = options.echo_pool,
        logging_name = options.pool_logging_name,
        max_overflow = options.max_overflow,
        pre_ping = options.pool_pre_ping,
        recycle = options.pool_recycle,
        reset_on_return = options.pool_reset_on_return,
        size = options.pool_size,
        timeout = options.pool_timeout,
        use_lifo = options.pool_use_lifo,
    })
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

-- What an engine and the engines made of it by execution_options() have in common.
local function make_shared(address, options)
    local full = with_connect_args(address, options.connect_args)
    local native = core.engine(full:render_as_string({ hide_password = false }),
        options.query_cache_size or 500)
    local shared = { native = native, is_disposed = false }
    local function open()
        local opened = native:connect()
        opened:open()
        return opened
    end
    shared.pool = make_pool(pool_class(address, native:family(), options), options, open)
    return shared
end

local DRIVERS = { sqlite = "sqlite3", postgresql = "libpq" }
local PARAMSTYLES = { sqlite = "qmark", postgresql = "numeric_dollar" }

-- family: the database that it talks to, "sqlite" or "postgresql". A dialect that was derived
-- of one has a name of its own.
local function make_dialect(name, family, driver)
    return {
        name = name,
        family = family,
        driver = driver or DRIVERS[family],
        paramstyle = PARAMSTYLES[family],
        default_schema_name = family == "postgresql" and "public" or nil,
        max_identifier_length = family == "postgresql" and 63 or 9999,
    }
end

local engine = {}

---Make an engine. Nothing is opened yet.
---@param address string|corm.URL
---@param options? table
---@return corm.Engine
---@error ArgumentError an unknown option or a value that cannot be
---@error NoSuchModuleError no such dialect
function engine.create_engine(address, options)
    options = check_options(options)
    address = url.make_url(address)
    local shared = make_shared(address, options)
    local name, family = shared.native:dialect_name(), shared.native:family()
    local self = setmetatable({
        url = address,
        name = name,
        driver = DRIVERS[family],
        dialect = make_dialect(name, family, address:get_driver_name()),
        hide_parameters = options.hide_parameters or false,
        dispatch = Engine.dispatch:derive(),
        _shared = shared,
        _echo = options.echo or false,
        _logging_name = options.logging_name or false,
        _execution_options = options.execution_options or false,
        _schema_options = execution.schema_options(options.execution_options),
        _isolation = false,
        _compiled_since = {},
    }, meta)
    local level = options.isolation_level
        or options.execution_options and options.execution_options.isolation_level
    if level then
        self._isolation = isolation.check(self.dialect, level)
    end
    return self
end

---Make the pool that an engine of this URL would have.
---@param address string|corm.URL
---@param options? table as of create_engine
---@return corm.pool.Pool
function engine.create_pool_from_url(address, options)
    return make_shared(url.make_url(address), check_options(options)).pool
end

---Make an engine of a table: {["sqlalchemy.url"] = …, ["sqlalchemy.echo"] = "true"}.
---@param configuration table<string, any>
---@param prefix? string "sqlalchemy." unless given
---@return corm.Engine
function engine.engine_from_config(configuration, prefix)
    prefix = prefix or "sqlalchemy."
    local options, address = {}, nil
    for key, value in pairs(configuration) do
        if key:sub(1, #prefix) == prefix then
            local name = key:sub(#prefix + 1)
            if value == "true" or value == "false" then
                value = value == "true"
            end
            if name == "url" then
                address = value
            else
                options[name] = tonumber(value) or value
            end
        end
    end
    return engine.create_engine(address, options)
end

-- ---- what connections ask ----

function Engine:_logger()
    local name = "corm.engine.Engine"
    if self._logging_name then
        name = name .. "." .. self._logging_name
    end
    return echo.logger(name, self._echo, self.hide_parameters) or false
end

function Engine:_is_slow()
    return self._echo or echo.has_hook() or execution.has_slow_options(self._execution_options)
end

-- The first connection tells what the server is.
function Engine:_note_connected(record)
    local dialect = self.dialect
    if dialect.server_version_info == nil then
        local version = record.dbapi_connection:info().server_version
        if dialect.family == "postgresql" then
            dialect.server_version_info = { version // 10000, version % 10000 }
        else
            dialect.server_version_info = {
                version // 10000, version // 100 % 100, version % 100,
            }
        end
    end
end

-- ---- connections ----

---Get a connection; with a function, call it with the connection and close that after it.
---@param fn? fun(connection: corm.Connection): any
---@return corm.Connection|any
---@error TimeoutError the pool is exhausted
---@error OperationalError the database cannot be reached
function Engine:connect(fn)
    local opened = connection.open(self)
    if not fn then
        return opened
    end
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
    local opened = connection.open(self)
    if fn then
        return begin_run(opened, fn)
    end
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
    local shared = self._shared
    if options.close ~= false then
        shared.pool:dispose()
    end
    shared.is_disposed = true
    if self.dispatch.engine_disposed then
        self.dispatch:fire("engine_disposed", self)
    end
end

---Forget the compiled statements.
function Engine:clear_compiled_cache()
    self._shared.native:clear_cache()
    self._compiled_since = {}
end

-- ---- options ----

---An engine with more execution options, on the same pool; events of this engine go for it.
---@param options table<string, any>
---@return corm.Engine
function Engine:execution_options(options)
    local other = {}
    for key, value in next, self do
        other[key] = value
    end
    other.dispatch = self.dispatch:derive()
    setmetatable(other, meta)
    if self.dispatch.set_engine_execution_options then
        self.dispatch:fire("set_engine_execution_options", other, options)
    end
    other:update_execution_options(options)
    return other
end

---Change the execution options of this engine, for connections opened from now on.
---@param options table<string, any>
function Engine:update_execution_options(options)
    self._execution_options = execution.merge_options(self._execution_options or nil, options)
    self._schema_options = execution.schema_options(self._execution_options)
    if options.isolation_level ~= nil then
        self._isolation = isolation.check(self.dialect, options.isolation_level)
    end
end

---@return table<string, any>
function Engine:get_execution_options()
    return execution.merge_options(self._execution_options or nil, nil)
end

engine.Engine = Engine

---Whether value is an Engine.
---@param value any
---@return boolean
function engine.is(value)
    return getmetatable(value) == meta
end

return engine
