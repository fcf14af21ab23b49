-- SPDX-License-Identifier: MIT
-- The native connection for those who want it as it is: execute(), commit(), rollback() in
-- the driver's own words, without the log, options and events of a Connection. What the
-- `connect` event passes has the same methods. It is checked out of the pool on its own, or
-- it is that of a Connection: `connection.connection`.

local core = require("corm.core")
local cursor = require("corm.engine.cursor")
local exc = require("corm.exc")
local missing = require("corm.util.missing")
local pool_record = require("corm.pool_record")

local step = core.execution

local methods = core.families.NativeConnection.methods

---A cursor, as drivers of Python have it.
---@return corm.Cursor
function methods:cursor()
    methods.in_transaction(self) -- refuses what is no native connection
    return cursor.new(self)
end

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

---A native connection checked out of a pool. It has the methods of that as well.
---@class corm.RawConnection
---@field dbapi_connection any nil after invalidate()
---@field driver_connection any the same
---@field info table lives as long as the native connection
---@field record_info? table kept when that is replaced; nil after detach()
---@field is_valid boolean
---@field is_detached boolean it is no longer the pool's
local Raw = {}

local getters = {}

function getters:dbapi_connection()
    if not self._is_invalid then
        return self._record.dbapi_connection
    end
end

getters.driver_connection = getters.dbapi_connection

function getters:is_detached()
    return self._is_detached or self._owner and self._owner._is_detached
end

function getters:is_valid()
    return self._lease:is_open() and self.dbapi_connection:state() == "idle"
end

function getters:record_info()
    if not self.is_detached then
        return self._record.record_info
    end
end

-- The native connection's own methods.
local forwarded = {}

local function forward(name)
    forwarded[name] = forwarded[name] or function(self, ...)
        if not self._lease:is_open() and not self.is_detached then
            exc.ResourceClosedError:raise("this connection was given back to the pool")
        end
        return methods[name](self.dbapi_connection, ...)
    end
    return forwarded[name]
end

local function index(self, key)
    if getters[key] then
        return getters[key](self)
    elseif Raw[key] then
        return Raw[key]
    elseif methods[key] then
        return forward(key)
    end
    missing("RawConnection", key, Raw, methods)
end

-- Of one that was checked out on its own.
local meta = { __name = "corm.RawConnection", __index = index }

function meta:__close()
    self:close()
end

function meta:__gc()
    if self._lease:is_open() then
        self._pool:abandon(self._lease, self._record)
    end
end

-- Of one that a Connection has checked out: that decides what becomes of it.
local meta_of_owned = { __name = meta.__name, __index = index }

---A cursor, as drivers of Python have it.
---@return corm.Cursor
function Raw:cursor()
    return cursor.new(self)
end

---Give it back to the pool, rolled back; one that was detached is closed. Closing twice is
---fine.
function Raw:close()
    if self._owner then
        self._owner:close()
    elseif self._lease:is_open() then
        self._pool:checkin(self._lease, self._record)
    elseif self.is_detached then
        self._pool:close_detached(self._record)
    end
end

---Give it back and have it closed; soft: go on with it, and have it replaced when it is
---checked out next.
---@param e? any
---@param options? {soft?: boolean}
function Raw:invalidate(e, options)
    local error_, is_soft = pool_record.invalidation(e, options, "RawConnection:invalidate")
    if is_soft then
        self._record:invalidate(error_, { soft = true })
        return
    elseif self._owner then
        self._owner:invalidate(error_)
    elseif self._lease:is_open() then
        self._pool:discard(self._lease, self._record, error_)
    end
    self._is_invalid = true
end

---Take it out of the pool: close() then closes it for good.
function Raw:detach()
    if self._owner then
        self._owner:detach()
    else
        self._pool:detach(self._lease, self._record)
        self._is_detached = true
    end
end

local raw = {}

---What a pool has lent, as a thing.
---@param pool corm.pool.Pool
---@param lease any
---@param record corm.pool.ConnectionRecord
---@param owner? corm.Connection who has checked it out, and looks after the lease
---@return corm.RawConnection
function raw.of_lease(pool, lease, record, owner)
    return setmetatable({
        info = record.info,
        _is_detached = false,
        _lease = lease,
        _record = record,
        _pool = pool,
        _owner = owner or false,
        _is_invalid = false,
    }, meta_of_owned)
end

-- Of a Connection that has no native connection now: whoever wants something of it gets another
-- one, or the error that says why there is none.
local meta_of_lost = { __name = meta.__name }

function meta_of_lost.__index(self, key)
    local owner = rawget(self, "_owner")
    owner:_check_open()
    return owner.connection[key]
end

---What stands for the native connection of a Connection that has lost or closed its own.
---@param owner corm.Connection
---@return corm.RawConnection
function raw.lost(owner)
    return setmetatable({ _owner = owner }, meta_of_lost)
end

---Check a native connection out.
---@param pool corm.pool.Pool
---@return corm.RawConnection
function raw.open(pool)
    local lease, record = pool:checkout()
    local self = setmetatable(raw.of_lease(pool, lease, record), meta)
    lease:keep()
    return self
end

return raw
