-- SPDX-License-Identifier: MIT
-- What databases say differently about beginning transactions: isolation levels, read-only
-- ones, two phases.

local exc = require("corm.exc")
local repr = require("corm.util.repr")

local isolation = {}

local LEVELS = {
    sqlite = { "AUTOCOMMIT", "READ UNCOMMITTED", "SERIALIZABLE" },
    postgresql = {
        "AUTOCOMMIT", "READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ", "SERIALIZABLE",
    },
}

---The level in the spelling of SQL: "read_committed" is "READ COMMITTED".
---@param dialect table
---@param level any
---@return string
---@error ArgumentError the database has no such level
function isolation.check(dialect, level)
    local known = LEVELS[dialect.family] or { "AUTOCOMMIT" }
    local wanted = type(level) == "string" and level:upper():gsub("_", " ") or nil
    for _, name in ipairs(known) do
        if name == wanted then
            return name
        end
    end
    exc.ArgumentError:raise("invalid value %s for isolation_level; known for %s are %s",
        repr.value(level), dialect.name, table.concat(known, ", "))
end

-- What BEGIN says of an option that is true or false; nothing of one that corm.NULL takes back.
local function add_mode(words, option, yes, no)
    if type(option) == "boolean" then
        words[#words + 1] = option and yes or no
    end
end

local function begin_postgresql(connection)
    local words = { "BEGIN" }
    local level = connection._isolation
    if level then
        words[#words + 1] = "ISOLATION LEVEL " .. level
    end
    local options = connection._options or {}
    add_mode(words, options.postgresql_readonly, "READ ONLY", "READ WRITE")
    add_mode(words, options.postgresql_deferrable, "DEFERRABLE", "NOT DEFERRABLE")
    return table.concat(words, " ")
end

-- SQLite keeps the level with the native connection, which others have had before.
local function settle_sqlite(connection)
    local record, level = connection._record, connection._isolation
    local wanted = level == "READ UNCOMMITTED"
    if record.reads_uncommitted ~= wanted and level ~= "AUTOCOMMIT" then
        connection:_control("PRAGMA read_uncommitted = " .. (wanted and "1" or "0"))
        record.reads_uncommitted = wanted
    end
end

---The statement that begins a transaction of the connection, whose level is settled by now.
---@param connection corm.Connection
---@return string
function isolation.begin(connection)
    if connection.dialect.family == "postgresql" then
        return begin_postgresql(connection)
    elseif connection.dialect.family == "sqlite" then
        settle_sqlite(connection)
    end
    return "BEGIN"
end

---Set the level of the connection's transactions from the next one on.
---@param connection corm.Connection
---@param level string
---@error InvalidRequestError a transaction is under way
function isolation.set(connection, level)
    level = isolation.check(connection.dialect, level)
    if connection._transaction then
        exc.InvalidRequestError:raise("isolation_level may not be altered while a transaction is "
            .. "under way; call commit() or rollback() first")
    end
    connection._isolation = level
    if connection.dialect.family == "sqlite" then
        settle_sqlite(connection)
    end
end

---The level that the database has when nobody says another.
---@param connection corm.Connection
---@return string
function isolation.default(connection)
    if connection.dialect.family == "postgresql" then
        local level = connection._native:execute("SHOW default_transaction_isolation"):scalar()
        return level:upper()
    end
    return "SERIALIZABLE"
end

---The level in force.
---@param connection corm.Connection
---@return string
function isolation.get(connection)
    return connection._isolation or isolation.default(connection)
end

---@param connection corm.Connection
---@return boolean
function isolation.has_twophase(connection)
    return connection.dialect.family == "postgresql"
end

---The query for the xids of prepared transactions.
---@param connection corm.Connection
---@return any statement
function isolation.prepared_transactions(connection)
    if not isolation.has_twophase(connection) then
        exc.NotSupportedError:raise("%s has no two-phase transactions", connection.dialect.name)
    end
    return require("corm.sql.elements").text(
        "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")
end

return isolation
