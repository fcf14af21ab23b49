-- SPDX-License-Identifier: MIT
-- How an engine opens native connections: its dialect object knows the arguments by name,
-- listeners of do_connect may change them or connect by themselves, the option `creator`
-- replaces it all, and listeners of handle_error are told of failures.

local bridge = require("corm.sql.bridge")
local core = require("corm.core")
local errors = require("corm.engine.errors")
local exc = require("corm.exc")
local merged = require("corm.util.merged")
local repr = require("corm.util.repr")
local url = require("corm.engine.url")

local connecting = {}

local DRIVERS = { sqlite = "sqlite3", postgresql = "libpq" }
local PARAMSTYLES = { sqlite = "qmark", postgresql = "numeric_dollar" }

---The dialect of an engine: what the server is, and how to connect to it.
---@class corm.engine.Dialect
---@field name string "sqlite", "postgresql", or that of a dialect derived of one
---@field family string the database that it talks to: "sqlite", "postgresql"
---@field driver string "sqlite3", "libpq"
---@field paramstyle string
---@field server_version_info? integer[] this and the next one after the first connection
---@field insertmanyvalues_max_parameters? integer
---@field max_identifier_length integer
---@field use_insertmanyvalues boolean
---@field insertmanyvalues_page_size integer
---@field dispatch corm.event.Dispatcher of its engine
local Dialect = {}

local meta = { __name = "corm.engine.Dialect" }

-- What is not known before the first connection, or never.
local OPTIONAL = { insertmanyvalues_max_parameters = true, server_version_info = true }

-- What the module of the dialect says about it; loaded when somebody asks.
local function facts_of(name)
    return bridge.get("dialects")[name].dialect()
end

function meta.__index(self, key)
    if Dialect[key] then
        return Dialect[key]
    elseif OPTIONAL[key] then
        return nil
    end
    return facts_of(self.name)[key]
end

function meta:__tostring()
    return ("<dialect %s>"):format(self.name)
end

function meta.__dispatch(self)
    return self.dispatch
end

-- Where a connection goes is in the URL by these names, and for libpq by the others.
local PARTS_OF_PARAMETERS = {
    database = "database", dbname = "database", host = "host", password = "password",
    port = "port", user = "username",
}

---Whether there is a table.
---@param connection corm.Connection
---@param name string
---@param schema? string
---@return boolean
---@error ArgumentError the connection is none
function Dialect:has_table(connection, name, schema)
    if core.metafield(connection, "__name") ~= "corm.Connection" then
        exc.ArgumentError:raise("%s:has_table: a Connection expected, got %s", tostring(self),
            repr.value(connection))
    end
    return require("corm.engine.inspector").new(connection):has_table(name, { schema = schema })
end

---Whether an error says that the connection was lost. What a listener of do_execute catches says
---it, before handle_error has had its word.
---@param e any an error of corm's
---@param _connection? any
---@param _cursor? any
---@return boolean
function Dialect.is_disconnect(_, e, _connection, _cursor)
    return type(e) == "table" and e.connection_invalidated or false
end

---The arguments for connect() that a URL stands for: by position and by name.
---@param address corm.URL
---@return any[] cargs of SQLite, the file
---@return table<string, any> cparams
function Dialect:create_connect_args(address)
    local cparams = merged(address.query)
    if self.family == "sqlite" then
        return { address.database or ":memory:" }, cparams
    end
    for parameter, part in pairs(PARTS_OF_PARAMETERS) do
        if parameter ~= "database" and address[part] ~= nil then
            cparams[parameter] = address[part]
        end
    end
    return {}, cparams
end

-- A host that is a folder (of a socket) and lists of hosts stand in the query of a URL.
local function is_part(name, value)
    return PARTS_OF_PARAMETERS[name] ~= nil
        and not (name == "host" and (type(value) == "table" or value:sub(1, 1) == "/"))
end

local function url_of(dialect, cargs, cparams)
    local parts = { query = {} }
    for name, value in pairs(cparams) do
        if is_part(name, value) then
            parts[PARTS_OF_PARAMETERS[name]] = value
        else
            parts.query[name] = type(value) == "table" and value or tostring(value)
        end
    end
    parts.port = tonumber(parts.port)
    parts.database = cargs[1] or parts.database
    return url.URL.create(dialect.name, parts)
end

-- Arguments by position, then a table of those by name.
local function split_arguments(...)
    local cargs = { ... }
    local cparams = {}
    if type(cargs[#cargs]) == "table" then
        cparams = table.remove(cargs)
    end
    if #cargs > 1 then
        exc.ArgumentError:raise("connect: one database by position expected, got also %s",
            repr.value(cargs[2]))
    end
    return cargs, cparams
end

---Open a native connection: dialect:connect("app.db", {timeout = 1}),
---dialect:connect({host = "db1", dbname = "app", user = "ed"}).
---@param ... any
---@return any native connection
function Dialect:connect(...)
    local cargs, cparams = split_arguments(...)
    local address = url_of(self, cargs, cparams):render_as_string({ hide_password = false })
    local native = (self._engine or core.engine(address, 0)):connect(address)
    native:open()
    return native
end

---Make the dialect of an engine.
---@param native any the core's engine
---@param driver? string that the URL names
---@param page_size? integer parameter sets that one INSERT takes
---@return corm.engine.Dialect
function connecting.new_dialect(native, driver, page_size)
    local family = native:family()
    return setmetatable({
        name = native:dialect_name(),
        tag = native:dialect_tag(),
        family = family,
        driver = driver or DRIVERS[family],
        insertmanyvalues_page_size = page_size,
        use_insertmanyvalues = page_size ~= 1,
        paramstyle = PARAMSTYLES[family],
        _engine = native,
    }, meta)
end

-- 3.40.1 is 34001 here, PostgreSQL's 15.4 is 150004.
local version_of = {}

function version_of.sqlite(version)
    return { version // 10000, version // 100 % 100, version % 100 }
end

function version_of.postgresql(version)
    return { version // 10000, version % 10000 }
end

---Have the first connection tell what it knows of the server; nothing is sent.
---@param dialect corm.engine.Dialect
---@param native any native connection
function connecting.note_server(dialect, native)
    local info = native:info()
    dialect.insertmanyvalues_max_parameters = info.max_params
    dialect.server_version_info = version_of[dialect.family](info.server_version)
end

---The driver that goes by itself with a dialect.
---@param family string
---@return string
function connecting.driver_of(family)
    return DRIVERS[family]
end

-- Ask the listeners of do_connect; the first one that returns a connection has made it.
local function connect_listened(engine, list, record)
    local dialect = engine.dialect
    local cargs, cparams = dialect:create_connect_args(engine._shared.address)
    for i = 1, #list do
        local native = list[i].call(dialect, record, cargs, cparams)
        if native ~= nil then
            return native
        end
    end
    return dialect:connect(table.unpack(cargs), cparams)
end

-- The usual way.
local function connect(engine, record)
    local list = engine.dispatch.do_connect
    if list then
        return connect_listened(engine, list, record)
    end
    local native = engine._shared.native:connect()
    native:open()
    return native
end

---What the pool of an engine calls to open a connection.
---@param shared table what engines on one pool have in common; its `engine` is the first
---@param creator? fun(record: corm.pool.ConnectionRecord): any
---@return fun(record: corm.pool.ConnectionRecord, connection?: corm.Connection): any
function connecting.opener(shared, creator)
    return function(record, connection)
        local ok, native
        if creator then
            ok, native = pcall(creator, record)
        else
            ok, native = pcall(connect, shared.engine, record)
        end
        if not ok then
            error(errors.of_connecting(shared.engine, native, connection), 0)
        end
        return native
    end
end

return connecting
