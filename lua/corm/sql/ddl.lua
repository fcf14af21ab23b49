-- SPDX-License-Identifier: MIT
-- DDL statements as objects: CreateTable(users), to be printed, compiled and executed.
-- create_all() does not need them; see corm.engine.ddl_runner.

local core = require("corm.core")
local args = require("corm.sql.args")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")
local conditions = require("corm.sql.ddl_condition")

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

-- Constraints of a table that only some databases get, or a statement of their own.
local function settle_constraints(table_, dialect, statement, connection)
    for foreign_key in table_.foreign_keys do
        local _ = foreign_key.column -- raises if it refers to what does not exist
    end
    for constraint in core.pin(table_).constraints do
        local detail = core.pin(constraint)
        local is_left_out = detail.is_isolated
            or not conditions.holds(detail._ddl_if, dialect, statement, constraint, connection)
        if is_left_out ~= (detail.left_out or false) then
            detail.left_out = is_left_out
            core.constraint_update(constraint)
        end
    end
end

---Make CREATE TABLE say the constraints that the dialect gets.
ddl.settle_constraints = settle_constraints

-- The dialect object that a dialect option of compile() means.
local function named_dialect(dialect)
    if type(dialect) == "table" and dialect.name then
        return dialect
    end
    return { name = dialect or "default" }
end

local function text_of(self, dialect, schema_translate_map, connection)
    if self._text then
        return self._text
    elseif self._render then
        return self:_render(dialect, schema_translate_map)
    end
    if self._what == "create_table" then
        settle_constraints(self.element, named_dialect(dialect), self, connection)
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
    options = check_options(options, { "compile_kwargs", "dialect", "schema_translate_map" },
        "compile")
    local text = text_of(self, options.dialect, options.schema_translate_map)
    return setmetatable({ string = text, params = {} }, Compiled)
end

function DDLElement:__tostring()
    return text_of(self)
end

-- How Connection:execute() runs it.
function DDLElement:__execute_on_connection(connection, _, options)
    local begun_at = core.now()
    local sql = text_of(self, connection.dialect, options.schema_translate_map, connection)
    return bridge.get("execution").execute_ddl(connection, sql, begun_at)
end

---The statement as a listener of DDL events that runs only where the condition holds:
---event.listen(t, "after_create", DDL("…"):execute_if({dialect = "postgresql"})).
---@param condition {dialect?: string|string[], callable_?: function, state?: any}
---@return corm.DDLElement
function DDLElement:execute_if(condition)
    local copy = {}
    for name, value in pairs(self) do
        copy[name] = value
    end
    copy._condition = conditions.check(condition, "execute_if")
    return setmetatable(copy, DDLElement)
end

-- The text of a DDL() with %(table)s, %(schema)s, %(fullname)s and names of its context.
local function expand(self, target)
    local names = {}
    for name, value in pairs(self._context or {}) do
        names[name] = tostring(value)
    end
    if core.kind(target) == "table" then
        names.table = names.table or target.name
        names.schema = names.schema or target.schema or ""
        names.fullname = names.fullname or target.fullname
    end
    return (self._text:gsub("%%%((%w+)%)s", names):gsub("%%%%", "%%"))
end

-- As a listener.
function DDLElement:__call(target, connection, details)
    if not conditions.holds(self._condition, connection.dialect, self, target, connection,
        details) then
        return
    end
    connection:execute(self._text and ddl.DDL(expand(self, target)) or self)
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

---A DDL statement that writes its own text.
---@param fields table _render(self, dialect, schema_translate_map) -> string, and others
---@return corm.DDLElement
function ddl.element(fields)
    return setmetatable(fields, DDLElement)
end

define("CreateTable", "create_table", "table", { "if_not_exists" })
define("DropTable", "drop_table", "table", { "if_exists" })
define("CreateColumn", "column", "column", {})
define("CreateIndex", "create_index", "index", { "if_not_exists" })
define("DropIndex", "drop_index", "index", { "if_exists" })
define("AddConstraint", "add_constraint", "constraint", { "isolate_from_table" })
define("DropConstraint", "drop_constraint", "constraint",
    { "cascade", "if_exists", "isolate_from_table" })
define("CreateSequence", "create_sequence", "sequence", { "if_not_exists" })
define("DropSequence", "drop_sequence", "sequence", { "if_exists" })
define("CreateSchema", "create_schema", "schema", { "if_not_exists" })
define("DropSchema", "drop_schema", "schema", { "cascade", "if_exists" })
define("SetTableComment", "comment_table", "table", {})
define("SetColumnComment", "comment_column", "column", {})
define("SetConstraintComment", "comment_constraint", "constraint", {})
define("DropTableComment", "comment_table", "table", {})
define("DropColumnComment", "comment_column", "column", {})
define("DropConstraintComment", "comment_constraint", "constraint", {})

-- What ALTER TABLE adds or drops is no part of CREATE TABLE.
for _, name in ipairs({ "AddConstraint", "DropConstraint" }) do
    local make = ddl[name]
    ddl[name] = function(constraint, options)
        local statement = make(constraint, options)
        if not options or options.isolate_from_table ~= false then
            core.pin(constraint).is_isolated = true
        end
        return statement
    end
end

---A DDL statement as text. As a listener of an event it replaces %(table)s, %(schema)s,
---%(fullname)s and the names of its context; %% is a percent sign.
---@param text string
---@param options? {context?: table<string, any>}
---@return corm.DDLElement
function ddl.DDL(text, options)
    if type(text) ~= "string" then
        args.refuse("DDL", "SQL as a string", text)
    end
    options = check_options(options, { "context" }, "DDL")
    return setmetatable({ _text = text, _context = options.context }, DDLElement)
end

return ddl
