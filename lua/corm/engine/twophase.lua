-- SPDX-License-Identifier: MIT
-- Transactions that end in two phases, and those that were left prepared: methods of Connection.

local check = require("corm.util.check")
local core = require("corm.core")
local exc = require("corm.exc")
local isolation = require("corm.engine.isolation")
local options_of = require("corm.util.options")
local transaction = require("corm.engine.transaction")

local twophase = {}

---@class corm.Connection
local methods = {}
twophase.methods = methods

local function quote_xid(xid)
    return "'" .. xid:gsub("'", "''") .. "'"
end

function methods:_prepare_native(tx)
    if self.dispatch.prepare_twophase then
        self.dispatch:fire("prepare_twophase", self, tx.xid)
    end
    local sql = "PREPARE TRANSACTION " .. quote_xid(tx.xid)
    self:_note(sql)
    self:_control_end(sql, false, true)
end

function methods:_finish_twophase(tx, name, is_prepared)
    if self.dispatch[name] then
        self.dispatch:fire(name, self, tx.xid, is_prepared)
    end
    local verb = name == "commit_twophase" and "COMMIT" or "ROLLBACK"
    local sql = is_prepared and verb .. " PREPARED " .. quote_xid(tx.xid) or verb
    self:_note(sql)
    if is_prepared or self:_database_in_transaction() then
        self:_control_end(sql, false, is_prepared)
    end
end

local nxids = 0

---Begin a transaction that ends in two phases: tx:prepare(), then tx:commit().
---@param xid? string
---@return corm.Transaction
function methods:begin_twophase(xid)
    self:_check_open()
    self:_check_scope()
    if not isolation.has_twophase(self) then
        exc.NotSupportedError:raise("%s has no two-phase transactions", self.dialect.name)
    elseif self._transaction then
        exc.InvalidRequestError:raise("cannot begin a two-phase transaction: another one is "
            .. "under way")
    end
    nxids = nxids + 1
    return transaction.begin_twophase(self,
        xid or ("corm_%x_%x"):format(math.floor(core.wall_time() * 1e6), nxids))
end

---The transactions that were prepared and neither committed nor rolled back.
---@return string[] xids
function methods:recover_twophase()
    return self:scalars(isolation.prepared_transactions(self)):all()
end

-- recover: as after recover_twophase(), whose SELECT has begun a transaction.
local function finish_prepared(self, verb, xid, options)
    local caller = verb:lower() .. "_prepared"
    options = options_of(options, { "recover" }, caller)
    check(xid, "string", caller)
    if self:in_transaction() and options.recover then
        self:rollback()
    elseif self:in_transaction() then
        exc.InvalidRequestError:raise("%s: a prepared transaction is ended outside of another "
            .. "one; say {recover = true} to roll that back", caller)
    end
    self:_check_open()
    self:_control(verb .. " PREPARED " .. quote_xid(xid), true)
end

---@param xid string
---@param options? {recover?: boolean}
function methods:commit_prepared(xid, options)
    finish_prepared(self, "COMMIT", xid, options)
end

---@param xid string
---@param options? {recover?: boolean}
function methods:rollback_prepared(xid, options)
    finish_prepared(self, "ROLLBACK", xid, options)
end

return twophase
