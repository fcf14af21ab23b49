-- SPDX-License-Identifier: MIT
-- What a pool knows of one native connection, as sqlalchemy.pool.ConnectionPoolEntry: the
-- second argument of the pool's listeners.

local missing = require("corm.util.missing")
local options_of = require("corm.util.options")

---@class corm.pool.ConnectionRecord
---@field dbapi_connection any the native one; false while it is being opened and once given up
---@field driver_connection any the same
---@field info table free for listeners; lives as long as the native connection
---@field record_info table the same, but kept when the connection is replaced by another one
---@field in_use boolean it is checked out
---@field reads_uncommitted boolean the isolation level that was set on SQLite
---@field ntransactions integer transactions that Connections sharing it have begun
local Record = {}

-- Record = its last lease. Weak, so that a lease whose owner never got it is collected, which
-- gives it back.
local lease_of = setmetatable({}, { __mode = "kv" })

local getters = {}

function getters:driver_connection()
    return self.dbapi_connection
end

function getters:in_use()
    local lease = lease_of[self]
    return lease and lease:is_open() or false
end

local meta = { __name = "corm.pool.ConnectionRecord" }

function meta:__index(key)
    if getters[key] then
        return getters[key](self)
    end
    return Record[key] or missing("ConnectionRecord", key, Record)
end

function meta:__tostring()
    return ("ConnectionRecord(%s)"):format(tostring(self.dbapi_connection))
end

local record = {}

---Read the arguments of invalidate(e, {soft = true}), of which either may be left out.
---@param e any
---@param options? {soft?: boolean}
---@param caller string for messages
---@return any e
---@return boolean is_soft
function record.invalidation(e, options, caller)
    if options == nil and type(e) == "table" and getmetatable(e) == nil then
        e, options = nil, e
    end
    return e, options_of(options, { "soft" }, caller).soft or false
end

---Close the native connection, whoever has it; soft: go on with it and replace it when it is
---checked out next.
---@param e? any the error that made it unusable
---@param options? {soft?: boolean}
function Record:invalidate(e, options)
    local error_, is_soft = record.invalidation(e, options, "ConnectionRecord:invalidate")
    if is_soft then
        self.is_outdated = true
        self._pool:fire_invalidate("soft_invalidate", self, error_)
    else
        self._pool:fire_invalidate("invalidate", self, error_)
        self.dbapi_connection:close()
    end
end

---Note that the connection is lent. For the pool only.
---@param lease any
function Record:_lend(lease)
    lease_of[self] = lease
end

---Make a record whose connection is yet to be opened.
---@param pool corm.pool.Pool
---@param record_info? table of the connection that this one replaces
---@return corm.pool.ConnectionRecord
function record.new(pool, record_info)
    return setmetatable({
        dbapi_connection = false,
        info = {},
        record_info = record_info or {},
        ntransactions = 0,
        is_outdated = false,
        reads_uncommitted = false,
        _pool = pool,
    }, meta)
end

return record
