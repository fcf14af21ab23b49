-- SPDX-License-Identifier: MIT
-- DDL statements as objects: CreateTable(users), to be printed, compiled and executed.
-- create_all() does not need them; see corm.engine.ddl_runner.

local core = require("corm.core")
local args = require("corm.sql.args")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")

local ddl = {}

---A statement of data definition.
---@class corm.DDLElement
---@field element any what it is about
local DDLElement = {}
DDLElement.__index = DDLElement
DDLElement.__name = "corm.DDLElement"

---What compile() of a DDL statement returns.
---@class corm.DDLCompiled
---@field string string
---@field params table
local Compiled = { __name = "corm.DDLCompiled" }
Compiled.__index = Compiled

function Compiled:__tostring()
    return self.string
end

local function text_of(self, dialect, schema_translate_map)
    if self._text then
        return self._text
    end
    return core["ddl_" .. self._what](self.element, dialect, {
        check_exists = self._check_exists,
        cascade = self._cascade,
        drops_comment = self._drops_comment,
        schema_translate_map = schema_translate_map,
    })
end

---The statement in a dialect.
---@param options? {dialect?: string|table, schema_translate_map?: table}
---@return corm.DDLCompiled
function DDLElement:compile(options)
    options = check_options(options, { "dialect", "schema_translate_map" }, "compile")
    local text = text_of(self, options.dialect, options.schema_translate_map)
    return setmetatable({ string = text, params = {} }, Compiled)
end

function DDLElement:__tostring()
    return text_of(self)
end

-- How Connection:execute() runs it.
function DDLElement:__execute_on_connection(connection, _, options)
    local sql = text_of(self, connection.dialect, options.schema_translate_map)
    return bridge.get("execution").execute_ddl(connection, sql, core.now())
end

local function applies(self, target, connection, details)
    local condition = self._condition
    if not condition then
        return true
    end
    local dialects = condition.dialect
    if type(dialects) == "string" then
        dialects = { dialects }
    end
    for i, name in ipairs(dialects or {}) do
        if name == connection.dialect.name then
            break
        elseif i == #dialects then
            return false
        end
    end
    return not condition.callable_
        or condition.callable_(self, target, connection, details) and true or false
end

---The statement as a listener of DDL events that runs only where the condition holds:
---event.listen(t, "after_create", DDL("…"):execute_if({dialect = "postgresql"})).
---@param condition {dialect?: string|string[], callable_?: function}
---@return corm.DDLElement
function DDLElement:execute_if(condition)
    check_options(condition, { "callable_", "dialect" }, "execute_if")
    local copy = {}
    for name, value in pairs(self) do
        copy[name] = value
    end
    copy._condition = condition
    return setmetatable(copy, DDLElement)
end

-- As a listener: %(table)s, %(schema)s and %(fullname)s in the text are the target's.
function DDLElement:__call(target, connection, details)
    if not applies(self, target, connection, details) then
        return
    end
    local run = self
    if self._text and core.kind(target) == "table" then
        local names = {
            table = target.name, schema = target.schema or "", fullname = target.fullname,
        }
        run = ddl.DDL((self._text:gsub("%%%((%w+)%)s", names)))
    end
    connection:execute(run)
end

local function is_named(value, name)
    return type(value) == "userdata" and core.metafield(value, "__name") == name
end

local CHECKS = {
    table = function(value)
        return core.kind(value) == "table"
    end,
    column = function(value)
        return core.kind(value) == "column"
    end,
    index = function(value)
        return is_named(value, "corm.Index")
    end,
    constraint = function(value)
        return is_named(value, "corm.Constraint")
    end,
    sequence = function(value)
        return is_named(value, "corm.Sequence")
    end,
    schema = function(value)
        return type(value) == "string"
    end,
}

-- Define ddl.Name(element, options).
local function define(name, what, expected, known)
    ddl[name] = function(element, options)
        if not CHECKS[expected](element) then
            args.refuse(name, "a " .. expected, element)
        end
        options = check_options(options, known, name)
        return setmetatable({
            element = element,
            _what = what,
            _check_exists = options.if_not_exists or options.if_exists or false,
            _cascade = options.cascade or false,
            _drops_comment = name:find("^Drop.*Comment$") ~= nil,
        }, DDLElement)
    end
end

define("CreateTable", "create_table", "table", { "if_not_exists" })
define("DropTable", "drop_table", "table", { "if_exists" })
define("CreateColumn", "column", "column", {})
define("CreateIndex", "create_index", "index", { "if_not_exists" })
define("DropIndex", "drop_index", "index", { "if_exists" })
define("AddConstraint", "add_constraint", "constraint", {})
define("DropConstraint", "drop_constraint", "constraint", { "cascade", "if_exists" })
define("CreateSequence", "create_sequence", "sequence", { "if_not_exists" })
define("DropSequence", "drop_sequence", "sequence", { "if_exists" })
define("CreateSchema", "create_schema", "schema", { "if_not_exists" })
define("DropSchema", "drop_schema", "schema", { "cascade", "if_exists" })
define("SetTableComment", "comment_table", "table", {})
define("SetColumnComment", "comment_column", "column", {})
define("DropTableComment", "comment_table", "table", {})
define("DropColumnComment", "comment_column", "column", {})

---A DDL statement as text.
---@param text string
---@return corm.DDLElement
function ddl.DDL(text)
    if type(text) ~= "string" then
        args.refuse("DDL", "SQL as a string", text)
    end
    return setmetatable({ _text = text }, DDLElement)
end

return ddl
