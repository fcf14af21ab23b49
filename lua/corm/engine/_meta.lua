-- SPDX-License-Identifier: MIT
---@meta
-- luacheck: ignore
-- The classes that are written in C, for the language server; never loaded.

---Rows of an executed statement. Iterate over it, or fetch by its methods. What is not
---fetched is dropped by close(), by a to-be-closed variable, or when it is collected.
---@class corm.Result
---@field closed boolean
---@field connection corm.Connection
---@field returns_rows boolean
---@field rowcount integer rows matched by INSERT, UPDATE or DELETE; -1 if not known
---@field inserted_primary_key corm.Row of a single INSERT
---@field inserted_primary_key_rows corm.Row[]
---@field returned_defaults? corm.Row
---@field returned_defaults_rows? corm.Row[]
---@field lastrowid? integer
---@field is_insert boolean
---@field context? corm.ExecutionContext
---@overload fun(): any
local Result = {}

---@return any[] # all that is left; corm.NULL for NULL
function Result:all() end

---@return any[]
function Result:fetchall() end

---@param n? integer 1, or what yield_per() said
---@return any[] # empty at the end
function Result:fetchmany(n) end

---@return any # nil at the end
function Result:fetchone() end

---@return any # the first one or nil; the rest is dropped
function Result:first() end

---@return any
---@error NoResultFound
---@error MultipleResultsFound
function Result:one() end

---@return any
---@error MultipleResultsFound
function Result:one_or_none() end

---@return any # first column of the first row
function Result:scalar() end

---@return any
---@error NoResultFound
---@error MultipleResultsFound
function Result:scalar_one() end

---@return any
---@error MultipleResultsFound
function Result:scalar_one_or_none() end

---@param column? integer|string|any position from 1, name or column; the first one
---@return corm.Result
function Result:scalars(column) end

---@return corm.Result # of RowMappings
function Result:mappings() end

---@param ... integer|string|any positions from 1, names or columns
---@return corm.Result
function Result:columns(...) end

---@param strategy? fun(value: any): any what has to differ; the value itself
---@return corm.Result self
function Result:unique(strategy) end

---@param n integer
---@return corm.Result self
function Result:yield_per(n) end

---@param n? integer
---@return fun(): any[]?
function Result:partitions(n) end

---@return string[]
function Result:keys() end

---@return corm.FrozenResult
function Result:freeze() end

---@param ... corm.Result
---@return corm.Result
function Result:merge(...) end

---Drop what was not fetched. Closing twice is fine.
function Result:close() end

---One row: read by position, name or column; `#row`, `pairs`, `==`, `<`. Values are decoded
---when they are read. A column's name wins over a method's.
---@class corm.Row
---@field _mapping corm.RowMapping
---@field _fields string[]
---@field [integer|string] any
local Row = {}

---@return any ... # nil for NULL
function Row:unpack() end

---@return table<string, any>
function Row:asdict() end

---@return string[]
function Row:keys() end

---@return corm.RowMapping
function Row:mapping() end

---A row by name; pairs() gives names and values in the order of the columns.
---@class corm.RowMapping : corm.Row

---The driver's connection, as pool events pass it.
---@class corm.NativeConnection
local NativeConnection = {}

---@param sql string
---@param parameters? any[]|any[][]
---@return corm.Result
function NativeConnection:execute(sql, parameters) end

---Commit, if the database is in a transaction.
function NativeConnection:commit() end

---A cursor, as drivers of Python have it.
---@return corm.Cursor
function NativeConnection:cursor() end

---Roll back, if the database is in a transaction.
function NativeConnection:rollback() end

---Run BEGIN, COMMIT, ROLLBACK, SAVEPOINT … as it is.
---@param sql string
function NativeConnection:control(sql) end

---@error OperationalError the database does not answer
function NativeConnection:ping() end

---Give up the operation that waits, if any.
function NativeConnection:cancel() end

---What the server has said besides results since the last call (NOTICE, WARNING …), the last
---64 KiB of it.
---@return string[]
function NativeConnection:take_notices() end

---Close it, whoever holds it.
function NativeConnection:close() end

---@return boolean # as the database itself says
function NativeConnection:in_transaction() end

---@return "opening"|"idle"|"busy"|"dead"|"closed"
function NativeConnection:state() end

---@return {name: string, driver: string, server_version: integer, max_params: integer}
function NativeConnection:info() end

---@return integer descriptor, -1 if there is none
function NativeConnection:pollfd() end

---@return string "r", "w", "rw" or ""
function NativeConnection:events() end

---@return number? seconds
function NativeConnection:timeout() end
