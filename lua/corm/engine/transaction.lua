-- SPDX-License-Identifier: MIT
-- Transactions of a Connection: the real one, savepoints inside it, and one in two phases.
-- Which moves are allowed is the core's business (csrc/engine/transaction.h); here is what is
-- sent to the database for them.
--
-- A transaction in a to-be-closed variable commits when its block ends and rolls back when it
-- ends by an error or because its task is cancelled:
--
--     local tx <close> = connection:begin()

local check = require("corm.util.check")
local colon = require("corm.util.colon")
local core = require("corm.core")
local exc = require("corm.exc")
local savepoint = require("corm.sql.savepoint")
local wait = require("corm.engine.wait")
local warnings = require("corm.warnings")
local missing = require("corm.util.missing")

local transaction = {}

---@class corm.Transaction
---@field connection corm.Connection
---@field is_active boolean
---@field is_valid boolean it can be committed
---@field nested boolean it is a savepoint
---@field _state any
---@field _is_lost boolean it is active, but can only be rolled back
local Transaction = {}

local meta = { __name = "corm.Transaction" }

function meta:__index(key)
    local method = Transaction[key]
    if key == "is_valid" then
        return self.is_active and not self._is_lost
    elseif method == nil then
        missing("Transaction", key, Transaction)
    end
    return method
end

function meta:__tostring()
    return ("%s(%s)"):format(self._kind, self._state:name())
end

-- Roll back because of e; should that fail too, its error names e as the cause.
local function rollback_after(self, e)
    local ok, failure = pcall(self.close, self)
    if not ok then
        error(exc.with_cause(failure, e), 0)
    end
end

-- Whether the transaction is still one of its connection's.
local function is_attached(self)
    local connection = self.connection
    if not self.nested then
        return connection._transaction == self
    end
    local nested = connection._nested
    while nested and nested ~= self do
        nested = nested._previous
    end
    return nested == self
end

function meta:__close(e)
    if e ~= nil or not self.is_active or wait.is_cancelling() then
        rollback_after(self, e)
        return
    end
    local ok, failure = pcall(self.commit, self)
    if not ok then
        rollback_after(self, failure)
        error(failure, 0)
    end
end

local function new(connection, kind, is_nested)
    return setmetatable({
        connection = connection,
        is_active = true,
        nested = is_nested,
        _kind = kind,
        _state = core.transaction(is_nested and "savepoint"
            or kind == "TwoPhaseTransaction" and "twophase" or "root"),
        _previous = false,
        _is_lost = false,
    }, meta)
end

function Transaction:_move(event)
    self._state:move(event)
    self.is_active = self._state:can("commit")
end

---The connection is lost, or the database has ended it. As in SQLAlchemy it is active until it
---is rolled back or commit() has said so: a block that nobody told ends with that error.
function Transaction:_forsake()
    self._state:move("deactivate")
    self._is_lost = true
end

---It can only be rolled back from now on: its commit has failed, or an outer one has ended.
function Transaction:_deactivate()
    self:_move("deactivate")
end

-- ---- the real one ----

---Begin the transaction of a connection that has none.
---@param connection corm.Connection
---@return corm.Transaction
function transaction.begin(connection)
    local self = new(connection, "RootTransaction", false)
    connection:_begin_native()
    connection._transaction = self
    return self
end

-- Savepoints of a transaction that is over are over too.
local function deactivate_nested(connection)
    local nested = connection._nested
    while nested do
        nested:_deactivate()
        nested = nested._previous
    end
    connection._nested = false
end

-- The database has ended the transaction; it can only be rolled back.
function Transaction:_lose()
    deactivate_nested(self.connection)
    self:_forsake()
end

-- A commit that failed leaves a transaction that may be committed again where the database
-- kept it, and one that can only be rolled back where it did not.
local function commit_root(self)
    local connection = self.connection
    local ok, e = pcall(connection._commit_native, connection, self)
    if not ok then
        deactivate_nested(connection)
        if not connection:_database_in_transaction() then
            self:_deactivate()
        end
        error(e, 0)
    end
    deactivate_nested(connection)
    self:_move("commit")
    connection:_transaction_ended(self)
end

local function rollback_root(self)
    local connection = self.connection
    if connection._transaction ~= self then
        self:_move("rollback")
        return
    end
    local was_prepared = self:is_prepared()
    deactivate_nested(connection)
    self:_move("rollback")
    connection:_transaction_ended(self)
    connection:_rollback_native(self, was_prepared)
end

-- ---- savepoints ----

---Begin a savepoint.
---@param connection corm.Connection
---@return corm.Transaction
function transaction.begin_nested(connection)
    local self = new(connection, "NestedTransaction", true)
    self._name = connection:_next_savepoint()
    self._previous = connection._nested
    connection:_savepoint_native("savepoint", savepoint.SavepointClause(self._name))
    connection._nested = self
    return self
end

-- Leave the savepoint, and those that were begun inside it and not ended.
local function leave(self)
    local connection = self.connection
    local nested = connection._nested
    while nested and nested ~= self do
        nested:_deactivate()
        nested = nested._previous
    end
    if nested then
        connection._nested = self._previous
    end
    connection:_note_left(self)
end

local function commit_nested(self)
    self.connection:_savepoint_native("release_savepoint",
        savepoint.ReleaseSavepointClause(self._name), nil)
    leave(self)
    self:_move("commit")
end

local function rollback_nested(self)
    local was_active = self.is_active
    leave(self)
    self:_move("rollback")
    if was_active and self.connection:_database_in_transaction() then
        self.connection:_savepoint_native("rollback_savepoint",
            savepoint.RollbackToSavepointClause(self._name), nil)
    end
end

-- ---- two phases ----

---Begin a transaction that ends in two phases.
---@param connection corm.Connection
---@param xid string
---@return corm.Transaction
function transaction.begin_twophase(connection, xid)
    check(xid, "string", "begin_twophase")
    local self = new(connection, "TwoPhaseTransaction", false)
    self.xid = xid
    connection:_begin_native(self)
    connection._transaction = self
    return self
end

---The first phase: the database promises that a commit will succeed.
function Transaction:prepare()
    if not self._state:can("prepare") then
        self:_move("prepare")
    end
    self.connection:_prepare_native(self)
    self:_move("prepare")
end

---Whether prepare() was called.
---@return boolean
function Transaction:is_prepared()
    return self._state:name() == "prepared"
end

-- ---- all of them ----

local function refuse_commit(self)
    local connection = self.connection
    if is_attached(self) then
        self.is_active = false
        connection:_refuse_inactive()
    end
    self:_move("commit")
end

---Make the changes permanent; of a savepoint: make them the enclosing transaction's.
---@error InvalidRequestError it has ended, or can only be rolled back
function Transaction:commit()
    if not self._state:can("commit") then
        refuse_commit(self)
    elseif self.nested then
        commit_nested(self)
    else
        commit_root(self)
    end
end

---Undo the changes. Nothing happens to a transaction that has ended, but a warning.
function Transaction:rollback()
    if not is_attached(self) then
        warnings.warn(self.nested and "nested transaction already deassociated from connection"
            or "transaction already deassociated from connection")
    end
    self:close()
end

---Undo the changes, unless the transaction has ended.
function Transaction:close()
    if self.nested then
        rollback_nested(self)
    else
        rollback_root(self)
    end
end

-- The block of a transaction: while it runs, the connection executes nothing after its end.
local Scope = {
    __close = function(scope)
        scope.connection:_leave_scope(scope.outer)
    end,
}

---Call fn with what is in scope, then commit; roll back if it raises. If fn ends the transaction
---itself, that has to be the last thing that it does on the connection.
---@param self corm.Transaction
---@param fn function
---@param subject any
---@return any ... what fn returned
function transaction.run(self, fn, subject)
    local connection = self.connection
    local _ <close> = setmetatable({
        connection = connection,
        outer = connection:_enter_scope(self),
    }, Scope)
    local tx <close> = self
    check(fn, "function", "begin")
    return fn(subject or tx)
end

-- A class as users see it: is(), and its methods as functions.
local function class(name)
    return setmetatable({
        is = function(_, value)
            return getmetatable(value) == meta and (name == "Transaction" or value._kind == name)
        end,
    }, {
        __name = "corm.Class",
        __index = Transaction,
        __tostring = function()
            return "corm." .. name
        end,
    })
end

transaction.classes = {
    Transaction = class("Transaction"),
    RootTransaction = class("RootTransaction"),
    NestedTransaction = class("NestedTransaction"),
    TwoPhaseTransaction = class("TwoPhaseTransaction"),
}

colon("Transaction", Transaction, { "close", "commit", "is_prepared", "prepare", "rollback" })

return transaction
