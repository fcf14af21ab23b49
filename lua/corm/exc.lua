-- SPDX-License-Identifier: MIT
-- Errors as objects, in SQLAlchemy's tree and by its names.
--
--     local ok, e = pcall(session.commit, session)
--     if corm.exc.IntegrityError:is(e) then print(e.message, e.orig.sqlstate) end
--
-- Every failure of corm is raised with one of these; tostring(e) says all there is to say in
-- a bounded text. The core builds the same objects through the metatables registered at the
-- end. Differences from SQLAlchemy: the root is CormError (also found as SQLAlchemyError);
-- what Python itself would raise (ValueError, TypeError) is ArgumentError; `message` is the
-- message alone, where SQLAlchemy puts the driver's class name before it; there is a
-- MemoryError, and CommitUnknown for a commit whose answer was lost.

local core = require("corm.core")
local repr = require("corm.util.repr")
local select = require("corm.util.select")

---@class corm.exc.Error
---@field kind string name of the class, "IntegrityError"
---@field message string
---@field where? string "file:line" of the caller
---@field code? string short stable code, the same as SQLAlchemy's
---@field cause? any the error that led to this one
---@field statement? string SQL; of a StatementError
---@field params? table
---@field ismulti? boolean params is a list of sets
---@field hide_parameters? boolean
---@field detail? string[] what add_detail() has been given
---@field orig? corm.exc.DriverError|any
---@field sqlstate? string
---@field native_code? integer the driver's own number
---@field connection_invalidated? boolean the connection is gone; of a DBAPIError
---@field is_retryable? boolean the same transaction may succeed when it is run again

---What the driver said.
---@class corm.exc.DriverError
---@field message string
---@field sqlstate? string
---@field native_code? integer

---@class corm.exc.Class
---@field name string
---@field parent? corm.exc.Class
---@overload fun(message: string, fields?: table): corm.exc.Error
local Class = {}
Class.__index = Class
Class.__name = "corm.exc.Class"

local exc = {}

-- Instances' metatable -> class.
local class_of = setmetatable({}, { __mode = "k" })

local MESSAGE_HEAD, MESSAGE_TAIL = 1500, 500
local CAUSES_MAX = 5

function Class:__tostring()
    return "corm.exc." .. self.name
end

---Make an error object without raising it.
function Class:__call(message, fields)
    local e = {}
    for key, value in pairs(fields or {}) do
        e[key] = value
    end
    e.message = message
    e.where = e.where or core.where()
    return setmetatable(e, self._instances)
end

---Raise an error of this class; further arguments are formatted into the message.
---@param message string
---@param ... any for string.format
function Class:raise(message, ...)
    error(self(select("#", ...) > 0 and message:format(...) or message))
end

---The class of an error object, nil for any other value.
---@param e any
---@return corm.exc.Class?
local function class(e)
    return type(e) == "table" and class_of[getmetatable(e)] or nil
end

---Whether e is an error of this class or of one below it. Any value may be asked about.
---@param e any
---@return boolean
function Class:is(e)
    local found = class(e)
    while found and found ~= self do
        found = found.parent
    end
    return found ~= nil
end

local function describe_foreign(cause)
    return repr.shorten(repr.escape(tostring(cause)), MESSAGE_HEAD, MESSAGE_TAIL)
end

-- The message, the statement and the parameters, without the causes.
local function describe(e)
    local where = e.where and e.where .. ": " or ""
    local message = repr.shorten(repr.escape(tostring(e.message)), MESSAGE_HEAD, MESSAGE_TAIL)
    local lines = { where .. e.kind .. ": " .. message }
    for _, text in ipairs(e.detail or {}) do
        lines[#lines + 1] = ("(%s)"):format(describe_foreign(text))
    end
    if e.statement then
        local sql = repr.escape(tostring(e.statement), "\n\t")
        lines[#lines + 1] = "[SQL: " .. repr.shorten_statement(sql) .. "]"
    end
    if e.params and e.hide_parameters then
        lines[#lines + 1] = repr.HIDDEN
    elseif e.params and next(e.params) ~= nil then
        lines[#lines + 1] = "[parameters: " .. repr.parameters(e.params, e.ismulti) .. "]"
    end
    return table.concat(lines, "\n")
end

local function error_tostring(e)
    local lines = {}
    local depth = 0
    while class(e) and depth < CAUSES_MAX do
        lines[#lines + 1] = describe(e)
        -- The original's message is already part of the error that wraps it.
        e = e.cause ~= e.orig and e.cause or nil
        depth = depth + 1
    end
    if e ~= nil then
        lines[#lines + 1] = class(e) and "…" or describe_foreign(e)
    end
    return table.concat(lines, "\ncaused by: ")
end

---Make a class below this one, for errors of your own.
---@param name string
---@param fields? table defaults of its instances, such as `code`
---@return corm.exc.Class
function Class:extend(name, fields)
    local index = { kind = name }
    for key, value in pairs(fields or {}) do
        index[key] = value
    end
    local instances = {
        __name = "corm.exc." .. name,
        __index = setmetatable(index, { __index = self._index }),
        __tostring = error_tostring,
    }
    local child = setmetatable({
        name = name,
        parent = self._index and self or nil,
        _index = index,
        _instances = instances,
    }, Class)
    class_of[instances] = child
    return child
end

-- { name, parent, code }, parents first.
local TREE = {
    { "ArgumentError", "CormError", "a7gx" },
    { "DuplicateColumnError", "ArgumentError", "dq4c" },
    { "ObjectNotExecutableError", "ArgumentError", "x3nq" },
    { "NoSuchModuleError", "ArgumentError", "m6dk" },
    { "NoForeignKeysError", "ArgumentError", "nf8j" },
    { "AmbiguousForeignKeysError", "ArgumentError", "af2w" },
    { "ConstraintColumnNotFoundError", "ArgumentError", "kc5t" },
    { "CircularDependencyError", "CormError", "cy9p" },
    { "CompileError", "CormError", "qc3v" },
    { "UnsupportedCompilationError", "CompileError", "l7de" },
    { "IdentifierError", "CormError", "i4hz" },
    { "DisconnectionError", "CormError", "d8sp" },
    { "InvalidatePoolError", "DisconnectionError", "ip6r" },
    { "TimeoutError", "CormError", "3o7r" },
    { "MemoryError", "CormError", "me2m" },

    { "InvalidRequestError", "CormError", "r9qd" },
    { "IllegalStateChangeError", "InvalidRequestError", "isce" },
    { "NoInspectionAvailable", "InvalidRequestError", "n1vb" },
    { "PendingRollbackError", "InvalidRequestError", "8s2b" },
    { "ResourceClosedError", "InvalidRequestError", "rc7u" },
    { "NoSuchColumnError", "InvalidRequestError", "sc4n" },
    { "AmbiguousColumnError", "InvalidRequestError", "ac8m" },
    { "NoResultFound", "InvalidRequestError", "nr5e" },
    { "MultipleResultsFound", "InvalidRequestError", "mr3f" },
    { "NoReferenceError", "InvalidRequestError", "nq7a" },
    { "NoReferencedTableError", "NoReferenceError", "nt2y" },
    { "NoReferencedColumnError", "NoReferenceError", "nc9g" },
    { "NoSuchTableError", "InvalidRequestError", "st6q" },
    { "UnreflectableTableError", "InvalidRequestError", "ut4b" },
    { "UnboundExecutionError", "InvalidRequestError", "ub8c" },
    { "AwaitRequired", "InvalidRequestError", "xd1r" },

    { "StatementError", "CormError", "cd3x" },
    { "DBAPIError", "StatementError", "dbapi" },
    { "InterfaceError", "DBAPIError", "rvf5" },
    { "DatabaseError", "DBAPIError", "4xp6" },
    { "DataError", "DatabaseError", "9h9h" },
    { "OperationalError", "DatabaseError", "e3q8" },
    { "CommitUnknown", "OperationalError", "cu5k" },
    { "IntegrityError", "DatabaseError", "gkpj" },
    { "InternalError", "DatabaseError", "2j85" },
    { "ProgrammingError", "DatabaseError", "f405" },
    { "NotSupportedError", "DatabaseError", "tw8g" },

    -- for errors of one's own that a statement passes on as they are
    { "DontWrapMixin", "CormError", "nw3e" },

    -- sqlalchemy.orm.exc
    { "StaleDataError", "CormError", "sd7x" },
    { "FlushError", "CormError", "fl3e" },
    { "ObjectDereferencedError", "CormError", "od9k" },
    { "DetachedInstanceError", "CormError", "bhk3" },
    { "UnmappedError", "InvalidRequestError", "um2d" },
    { "UnmappedInstanceError", "UnmappedError", "ui6s" },
    { "UnmappedClassError", "UnmappedError", "uc3h" },
    { "UnmappedColumnError", "InvalidRequestError", "um8v" },
    { "ObjectDeletedError", "InvalidRequestError", "ob4j" },
    { "LoaderStrategyException", "InvalidRequestError", "ls5w" },

    -- warnings, when the filter makes errors of them
    { "SAWarning", "CormError", "wn1g" },
    { "SADeprecationWarning", "SAWarning", "dw3p" },
    { "LegacyAPIWarning", "SADeprecationWarning", "lw7t" },
}

---@type corm.exc.Class
exc.CormError = Class:extend("CormError", { code = "c0rm" })
for _, entry in ipairs(TREE) do
    local name, parent, code = table.unpack(entry)
    exc[name] = exc[parent]:extend(name, { code = code })
end
exc.SQLAlchemyError = exc.CormError
exc.ConcurrentModificationError = exc.StaleDataError

---Say more about a StatementError: tostring() shows it below the message.
---@param self corm.exc.Error
---@param text string
function exc.StatementError._index.add_detail(self, text)
    if type(text) ~= "string" then
        exc.ArgumentError:raise("add_detail: a string expected, got %s", repr.value(text))
    end
    self.detail = self.detail or {}
    table.insert(self.detail, text)
end

---Wrap what was raised while a statement was being made in a StatementError, whose `orig` and
---`cause` it is; errors of DontWrapMixin are left as they are.
---@param e any
---@param prefix? string of the message, "default of column 't.name': "
---@return any
function exc.wrapped(e, prefix)
    if exc.DontWrapMixin:is(e) then
        return e
    end
    local message = class(e) and ("(%s) %s"):format(e.kind, e.message) or tostring(e)
    return exc.StatementError((prefix or "") .. message, {
        orig = e,
        cause = e,
        where = class(e) and e.where,
        code = class(e) and e.code,
    })
end

---Say which statement an error belongs to: a driver's error gets the fields, anything else
---is wrapped in a StatementError.
---@param e any what was raised
---@param statement string
---@param params? table
---@param options? {ismulti?: boolean, hide_parameters?: boolean}
---@return corm.exc.Error # to be raised
function exc.with_statement(e, statement, params, options)
    options = options or {}
    if exc.StatementError:is(e) and e.statement or exc.DontWrapMixin:is(e) then
        return e
    end
    if not exc.StatementError:is(e) then
        e = exc.wrapped(e)
    end
    e.statement = statement
    e.params = params
    e.ismulti = options.ismulti
    e.hide_parameters = options.hide_parameters
    return e
end

---Say that e was raised while another error was being dealt with, which is its cause then.
---@param e any
---@param cause any
---@return any # e
function exc.with_cause(e, cause)
    if class(e) and e.cause == nil and e ~= cause then
        e.cause = cause
    end
    return e
end

local function try_result(ok, ...)
    if ok then
        return true, ...
    end
    return nil, (...)
end

---Call f; for those who prefer results to errors.
---@param f function
---@param ... any its arguments
---@return true|nil ok
---@return any # f's results, or the error
function exc.try(f, ...)
    return try_result(pcall(f, ...))
end

-- The core looks its classes up by name and sets these metatables itself.
local function register()
    local metatables = {
        orig = {
            __name = "corm.exc.DriverError",
            __tostring = function(self)
                return self.message
            end,
        },
    }
    for _, error_class in pairs(exc) do
        if getmetatable(error_class) == Class then
            metatables[error_class.name] = error_class._instances
        end
    end
    local source = debug.getinfo(1, "S").source
    core.set_error_classes(metatables, (source:gsub("exc%.lua$", "")))
end

register()

return require("corm.util.public")("corm.exc", exc)
