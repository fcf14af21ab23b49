-- SPDX-License-Identifier: MIT
-- The native connection for those who want it as it is: execute(), commit(), rollback() in
-- the driver's own words, without the log, options and events of a Connection. What the
-- `connect` event passes has the same methods.

local core = require("corm.core")
local cursor = require("corm.engine.cursor")
local exc = require("corm.exc")
local missing = require("corm.util.missing")
local options_of = require("corm.util.options")

local step = core.execution

local methods = core.families.NativeConnection.methods

---Run SQL in the driver's own words.
---@param sql string
---@param parameters? any[]|any[][]
---@return corm.Result
function methods:execute(sql, parameters)
    local result = core.prepare_text(nil, self, sql, parameters)
    step.bind(result)
    step.run(result)
    return result
end

---Commit, if the database is in a transaction.
function methods:commit()
    if self:in_transaction() then
        self:control("COMMIT")
    end
end

---Roll back, if the database is in a transaction.
function methods:rollback()
    if self:in_transaction() then
        self:control("ROLLBACK")
    end
end

---A native connection checked out of a pool.
---@class corm.RawConnection
---@field dbapi_connection any
---@field driver_connection any the same
---@field info table lives as long as the native connection
---@field record_info? table kept when that is replaced; nil after detach()
---@field is_valid boolean
---@field is_detached boolean
local Raw = {}

local meta = { __name = "corm.RawConnection" }

local getters = {}

function getters:is_valid()
    return self._lease:is_open() and self.dbapi_connection:state() == "idle"
end

function getters:driver_connection()
    return self.dbapi_connection
end

function getters:record_info()
    if not self.is_detached then
        return self._record.record_info
    end
end

function meta:__index(key)
    if getters[key] then
        return getters[key](self)
    end
    return Raw[key] or missing("RawConnection", key, Raw)
end

function meta:__close()
    self:close()
end

function meta:__gc()
    if self._lease:is_open() then
        self._pool:abandon(self._lease, self._record)
    end
end

for _, name in ipairs({ "commit", "execute", "rollback" }) do
    Raw[name] = function(self, ...)
        if not self._lease:is_open() and not self.is_detached then
            exc.ResourceClosedError:raise("this connection was given back to the pool")
        end
        return self.dbapi_connection[name](self.dbapi_connection, ...)
    end
end

---A cursor, as drivers of Python have it.
---@return corm.Cursor
function Raw:cursor()
    return cursor.new(self)
end

---Give it back to the pool, rolled back; one that was detached is closed. Closing twice is
---fine.
function Raw:close()
    if self._lease:is_open() then
        self._pool:checkin(self._lease, self._record)
    elseif self.is_detached then
        self._pool:close_detached(self.dbapi_connection)
    end
end

---Give it back and have it closed; soft: go on with it, and have it replaced when it is
---checked out next.
---@param e? any
---@param options? {soft?: boolean}
function Raw:invalidate(e, options)
    options = options_of(options, { "soft" }, "RawConnection:invalidate")
    if options.soft then
        self._record:invalidate(e, options)
    elseif self._lease:is_open() then
        self._pool:discard(self._lease, self._record, e)
    end
end

---Take it out of the pool: close() then closes it for good.
function Raw:detach()
    self._pool:detach(self._lease, self._record)
    self.is_detached = true
end

local raw = {}

---Check a native connection out.
---@param pool corm.pool.Pool
---@return corm.RawConnection
function raw.open(pool)
    local lease, record = pool:checkout()
    local self = setmetatable({
        dbapi_connection = record.dbapi_connection,
        info = record.info,
        is_detached = false,
        _lease = lease,
        _record = record,
        _pool = pool,
    }, meta)
    lease:keep()
    return self
end

return raw
