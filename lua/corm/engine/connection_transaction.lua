-- SPDX-License-Identifier: MIT
-- Methods of Connection that concern its transaction: those that programs call, and those by
-- which corm.engine.transaction begins and ends it on the database.

local errors = require("corm.engine.errors")
local exc = require("corm.exc")
local execution = require("corm.engine.execution")
local isolation = require("corm.engine.isolation")
local transaction = require("corm.engine.transaction")

---@class corm.Connection
local methods = {}

-- ---- what transaction.lua asks for ----

function methods:_note(text)
    if self._log then
        self._log:write(text)
    end
end

function methods:_database_in_transaction()
    return not self.invalidated and self._native:state() ~= "closed"
        and self._native:in_transaction()
end

-- After an error: SQLite ends a transaction by itself when its file is full, or when a
-- statement says OR ROLLBACK. What comes next must not begin another one unnoticed.
function methods:_note_lost_transaction()
    local tx = self._transaction
    if tx and tx.is_active and not tx._is_lost and not self.invalidated
        and self._native:state() ~= "closed" and not self._native:is_in_step() then
        tx:_lose()
    end
end

local function fail_control(self, e, sql, said)
    error(errors.translate(self, errors.of_control(e, sql), said and sql, said and {}), 0)
end

-- Run a statement of transaction control; what fails is raised as any statement's error is.
-- said: the error names the statement.
function methods:_control(sql, said)
    local ok, e = pcall(self._native.control, self._native, sql)
    if not ok then
        fail_control(self, e, sql, said)
    end
end

-- Run a statement after which the database is in no transaction that is this Connection's. If it
-- fails, whoever comes next has to see whether there is one still.
-- is_begun: somebody who shares the native connection is in one.
function methods:_control_end(sql, is_begun, said)
    local native = self._native
    native:set_begun(is_begun)
    local ok, e = pcall(native.control, native, sql)
    if not ok then
        native:set_begun(native:state() ~= "closed")
        fail_control(self, e, sql, said)
    end
end

function methods:_is_autocommit()
    return self._isolation == "AUTOCOMMIT"
end

-- Send BEGIN, unless somebody who shares the native connection has done so.
function methods:_send_begin()
    local native = self._native
    if not self:_is_autocommit() and not native:in_transaction() then
        self:_control(isolation.begin(self))
        native:set_begun(true)
    end
end

-- What listeners execute meanwhile begins no transaction by itself.
local function tell_begin(self, name, ...)
    if self.dispatch[name] then
        self._is_beginning = true
        local ok, e = pcall(self.dispatch.fire, self.dispatch, name, self, ...)
        self._is_beginning = false
        if not ok then
            error(e, 0)
        end
    end
end

function methods:_begin_native(twophase)
    self:_check_open()
    if self:_is_autocommit() then
        self:_note("BEGIN (implicit; DBAPI should not BEGIN due to autocommit mode)")
    else
        self:_note(twophase and "BEGIN TWOPHASE (implicit)" or "BEGIN (implicit)")
    end
    if twophase then
        tell_begin(self, "begin_twophase", twophase.xid)
    else
        tell_begin(self, "begin")
    end
    self:_send_begin()
    self._has_written = false
    self._record.ntransactions = self._record.ntransactions + 1
end

-- A statement that begins anew what a sharer's COMMIT has ended.
function methods:_rejoin()
    if self._transaction and not self._native:is_in_step() then
        self:_send_begin()
    end
end

function methods:_commit_native(root)
    local xid = rawget(root, "xid")
    if xid then
        return self:_finish_twophase(root, "commit_twophase", root:is_prepared())
    end
    if self.dispatch.commit then
        self.dispatch:fire("commit", self)
    end
    self:_note(self:_is_autocommit()
        and "COMMIT using DBAPI connection.commit(), has no effect due to autocommit mode"
        or "COMMIT")
    if not self:_is_autocommit() and self._native:in_transaction() then
        -- Who shares the native connection has to begin anew.
        self:_control_end("COMMIT", self._record.ntransactions > 1)
    end
end

-- A native connection that is shared is rolled back by who changed something, or by the last.
local function must_roll_back(self)
    return self._has_written or self._record.ntransactions <= 0
end

function methods:_rollback_native(root, was_prepared)
    if rawget(root, "xid") then
        return self.invalidated or self:_finish_twophase(root, "rollback_twophase", was_prepared)
    elseif self.dispatch.rollback then
        self.dispatch:fire("rollback", self)
    end
    if self.invalidated then
        return
    end
    self:_note(self:_is_autocommit() and "ROLLBACK will be skipped by skip_autocommit_rollback"
        or "ROLLBACK")
    local native = self._native
    if must_roll_back(self) and self:_database_in_transaction() then
        native:set_begun(self._record.ntransactions > 0)
        self:_control("ROLLBACK")
    end
end

-- The transaction is over, however it ended.
function methods:_transaction_ended(root)
    if self._transaction == root then
        self._transaction = false
        self._record.ntransactions = self._record.ntransactions - 1
        if self._record.ntransactions <= 0 and self._native:state() ~= "closed" then
            self._native:set_begun(false)
        end
    end
end

---A block of this transaction begins.
---@param tx corm.Transaction
---@return corm.Transaction|false # whose block is around it
function methods:_enter_scope(tx)
    local outer = self._scope
    self._scope = tx
    return outer
end

---A block ends.
---@param outer corm.Transaction|false
function methods:_leave_scope(outer)
    self._scope = outer
    if not self.closed then
        execution.settle_options(self)
    end
end

---A savepoint is over. If its block is still running, what it executes is looked at.
---@param tx corm.Transaction
function methods:_note_left(tx)
    self._is_slow = self._is_slow or self._scope == tx
end

---Raise if the transaction has ended whose block is running.
function methods:_check_scope()
    if self._scope and not self._scope.is_active then
        exc.InvalidRequestError:raise("the transaction of this block has ended: leave the block "
            .. "before anything else is executed on its connection")
    end
end

function methods:_next_savepoint()
    self:_check_open()
    self:_check_scope()
    if not self._transaction then
        transaction.begin(self)
    end
    self._nsavepoints = self._nsavepoints + 1
    return "corm_savepoint_" .. self._nsavepoints
end

-- ...: further arguments of the event
function methods:_savepoint_native(name, statement, ...)
    if self.dispatch[name] then
        self.dispatch:fire(name, self, statement.ident, ...)
    end
    if self._log or self:_hears() then
        execution.execute_savepoint(self, statement, self._options)
    else
        self:_control(statement:_text(self.dialect.name), true)
    end
end

-- ---- what users call ----

---Begin a transaction; with a function, call it with the Transaction and commit after it, or
---roll back if it raises.
---@param fn? fun(tx: corm.Transaction): any
---@return corm.Transaction|any
---@error InvalidRequestError a transaction is under way already
function methods:begin(fn)
    self:_check_open()
    self:_check_scope()
    if self._transaction then
        exc.InvalidRequestError:raise("this connection has already begun a transaction, by "
            .. "begin() or by its first statement; call commit() or rollback() first")
    end
    local tx = transaction.begin(self)
    if fn then
        return transaction.run(tx, fn)
    end
    return tx
end

---Begin a savepoint, and a transaction around it if there is none.
---@param fn? fun(tx: corm.Transaction): any
---@return corm.Transaction|any
function methods:begin_nested(fn)
    local tx = transaction.begin_nested(self)
    if fn then
        return transaction.run(tx, fn)
    end
    return tx
end

---Commit the transaction under way, if there is one.
function methods:commit()
    if self._transaction then
        self._transaction:commit()
    end
end

---Roll back the transaction under way, if there is one.
function methods:rollback()
    if self._transaction then
        self._transaction:rollback()
    end
end

---@return boolean
function methods:in_transaction()
    return self._transaction and self._transaction.is_active
end

---@return boolean
function methods:in_nested_transaction()
    return self._nested and self._nested.is_active
end

---@return corm.Transaction? # the real one
function methods:get_transaction()
    return self._transaction or nil
end

---@return corm.Transaction? # the innermost savepoint
function methods:get_nested_transaction()
    return self._nested or nil
end

return { methods = methods }
