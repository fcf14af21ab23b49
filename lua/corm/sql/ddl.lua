-- SPDX-License-Identifier: MIT
-- DDL statements as objects: CreateTable(users), to be printed, compiled and executed.
-- create_all() does not need them; see corm.engine.ddl_runner.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local bridge = require("corm.sql.bridge")
local compile_args = require("corm.sql.compile_args")
local check_options = require("corm.util.options")
local conditions = require("corm.sql.ddl_condition")
local ddl_render = require("corm.sql.ddl_render")
local hooks = require("corm.sql.hooks")
local merged = require("corm.util.merged")
local missing = require("corm.util.missing")
local names = require("corm.sql.names")
local option = require("corm.util.option_value")

local ddl = {}

---A statement of data definition.
---@class corm.DDLElement
---@field element any what it is about
---@field target? any what against() has said
---@field statement? string the text of a DDL()
---@field context? table of a DDL()
---@field if_not_exists boolean
---@field if_exists boolean
---@field cascade boolean
local DDLElement = {}
DDLElement.__name = "corm.DDLElement"

-- What listeners ask of any statement.
local FACTS = {
    is_select = false, is_insert = false, is_update = false, is_delete = false, is_dml = false,
    is_text = false, is_selectable = false, is_clause_element = true,
}

-- Public name -> the field; it may be nil.
local FIELDS = {
    statement = "_format", context = "_context", cascade = "_cascade",
    if_not_exists = "_check_exists", if_exists = "_check_exists",
    include_foreign_key_constraints = "_foreign_keys",
    element = "element", table = "table", target = "target", is_view = "is_view",
    selectable = "selectable",
}

function DDLElement.__index(self, name)
    local own = DDLElement[name]
    if own == nil then
        own = FACTS[name]
    end
    if own ~= nil or type(name) == "string" and name:find("^_") then
        return own
    elseif FIELDS[name] then
        return rawget(self, FIELDS[name])
    end
    local class = rawget(self, "_class")
    return missing(class and class._name or rawget(self, "_format") and "DDL" or "a DDL statement",
        name, DDLElement, FACTS, FIELDS)
end

---What compile() of a DDL statement returns.
---@class corm.DDLCompiled
---@field string string
---@field params table
local Compiled = { __name = "corm.DDLCompiled" }
Compiled.__index = Compiled

function Compiled:__tostring()
    return self.string
end

-- Whether the statement names the foreign keys it says, and this is none of them.
local function is_foreign_key_left_out(constraint, statement)
    local said = statement and statement._foreign_keys
    if not said or core.pin(constraint).kind ~= "foreign_key" then
        return false
    end
    for _, one in ipairs(said) do
        if one == constraint then
            return false
        end
    end
    return true
end

-- Whether the condition that ddl_if() set allows the constraint here. The function of the user's
-- is told of the constraint alone: the statement about the table would ask again, if printed.
local function allows(constraint, condition, dialect, connection)
    local statement = condition and setmetatable({
        element = constraint, _class = ddl.AddConstraint, _what = "add_constraint",
    }, DDLElement)
    return conditions.holds(condition, dialect, statement, constraint, connection)
end

-- Constraints of a table that only some databases get, or a statement of their own.
local function settle_constraints(table_, dialect, statement, connection)
    for foreign_key in table_.foreign_keys do
        local _ = foreign_key.column -- raises if it refers to what does not exist
    end
    for constraint in core.pin(table_).constraints do
        local detail = core.pin(constraint)
        local is_left_out = detail.is_isolated or is_foreign_key_left_out(constraint, statement)
            or not allows(constraint, detail._ddl_if, dialect, connection)
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

-- The text of a DDL() with names of its context and, as a listener, %(table)s, %(schema)s and
-- %(fullname)s of what it heard of.
local function expand(self, dialect)
    local values, target = {}, self.target
    for name, value in pairs(self._context or {}) do
        values[name] = tostring(value)
    end
    if core.kind(target) == "table" then
        local schema = target.schema
        dialect = named_dialect(dialect).name
        values.table = values.table or core.ddl_name(target.name, dialect)
        values.schema = values.schema or schema and core.ddl_name(schema, dialect) or ""
        values.fullname = values.fullname or core.ddl_name(target.name, dialect, schema)
    end
    return (self._format:gsub("%%%((%w+)%)s", values):gsub("%%%%", "%%"))
end

-- The text that corm has for a statement.
local function default_text(self, dialect, schema_translate_map, connection)
    if self._text then
        return self._text
    elseif self._format then
        return expand(self, dialect)
    elseif self._render then
        return self:_render(dialect, schema_translate_map)
    end
    if self._what == "create_table" then
        settle_constraints(self.element, named_dialect(dialect), self, connection)
    elseif not self._what then
        exc.UnsupportedCompilationError:raise("compiler for dialect '%s' can't render an element "
            .. "of type %s", named_dialect(dialect).name, tostring(getmetatable(self).__class))
    end
    local text = ddl_render.text(self._what, self.element, dialect, {
        check_exists = self._check_exists,
        cascade = self._cascade,
        drops_comment = self._drops_comment,
        schema_translate_map = schema_translate_map,
    })
    if self._what == "create_table" or self._what == "column" then
        text = ddl.with_own_columns(text, self.element, named_dialect(dialect).name)
    end
    return text
end

-- Who says the SQL of a statement in corm's place, if anybody does.
local function find_hook(self, dialect)
    local class = self._class or getmetatable(self).__class
    while class do
        local fn = hooks.find(class, dialect)
        if fn then
            return fn
        end
        class = type(class) == "table" and class.__parent or nil
    end
    return nil
end

-- What the statement says.
local function text_of(self, dialect, schema_translate_map, connection, kwargs)
    local name = named_dialect(dialect).name
    local fn = find_hook(self, name)
    if fn then
        return fn(self, require("corm.sql.render").compiler(self, name), merged(kwargs or {}))
    end
    return default_text(self, dialect, schema_translate_map, connection)
end

-- text with `new` in place of the first `old`
local function replaced(text, old, new)
    local first, last = text:find(old, 1, true)
    return first and text:sub(1, first - 1) .. new .. text:sub(last + 1) or text
end

-- A column in CREATE TABLE as functions for its type and for CreateColumn say it.
local function own_column(column, plain, dialect)
    local text = plain
    if hooks.has(column.type.class) then
        text = replaced(text, " " .. core.ddl_type(column.type, dialect),
            " " .. require("corm.sql.render").type(column.type, dialect))
    end
    local fn = hooks.find(ddl.CreateColumn, dialect)
    if not fn then
        return text
    end
    local statement = ddl.CreateColumn(column)
    statement._text = text
    return fn(statement, require("corm.sql.render").compiler(statement, dialect), {})
end

---A CREATE TABLE or the text of a column in which functions of the user's say their columns.
---@param text string
---@param element any table or column
---@param dialect string
---@return string
function ddl.with_own_columns(text, element, dialect)
    local columns = core.kind(element) == "column" and { element } or element.c:values()
    for _, column in ipairs(columns) do
        if hooks.has(column.type.class) or hooks.has(ddl.CreateColumn) then
            local plain = core.ddl_column(column, dialect)
            text = replaced(text, plain, own_column(column, plain, dialect))
        end
    end
    return text
end

-- The statement without functions of the user's: compiler:visit_create_table(element).
function DDLElement:_default_text(dialect)
    return default_text(self, dialect)
end

-- The same statement about a copy of its table.
function DDLElement:_about(table_)
    local copy = merged(self)
    copy.element = table_
    copy.table = self.table and table_
    return setmetatable(copy, getmetatable(self))
end

---The statement in a dialect. An engine, a connection or a dialect may stand before the
---options, or in place of them.
---@param bind? any
---@param options? {dialect?: string|table, bind?: any, schema_translate_map?: table}
---@return corm.DDLCompiled
function DDLElement:compile(bind, options)
    options = compile_args.read({
        "bind", "compile_kwargs", "dialect", "schema_translate_map",
    }, bind, options)
    local kwargs = compile_args.kwargs(options)
    local text = text_of(self, compile_args.dialect(options), options.schema_translate_map, nil,
        kwargs)
    return setmetatable({ string = text, params = {} }, Compiled)
end

function DDLElement:__tostring()
    return text_of(self)
end

-- How Connection:execute() runs it.
function DDLElement:__execute_on_connection(connection, _, options)
    local begun_at = core.now()
    local sql = text_of(self, connection.dialect, option(options, "schema_translate_map"),
        connection)
    return bridge.get("execution").execute_ddl(connection, sql, begun_at, self, options)
end

---The statement as a listener of DDL events that runs only where the condition holds:
---event.listen(t, "after_create", DDL("…"):execute_if({dialect = "postgresql"})).
---@param condition {dialect?: string|string[], callable_?: function, state?: any}
---@return corm.DDLElement
function DDLElement:execute_if(condition)
    local copy = merged(self)
    copy._condition = conditions.check(condition, "execute_if")
    return setmetatable(copy, getmetatable(self))
end

---The statement about a table: a DDL() says its names in place of %(table)s and the like.
---@param target any table, or MetaData
---@return corm.DDLElement
function DDLElement:against(target)
    if core.metafield(target, "__name") == nil then
        args.refuse("against", "a table or another part of a schema", target)
    end
    return setmetatable(merged(self, { target = target }), getmetatable(self))
end

-- As a listener.
function DDLElement:__call(target, connection, details)
    if conditions.holds(self._condition, connection.dialect, self, target, connection,
        details) then
        connection:execute(self._format and self:against(target) or self)
    end
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
    schema = names.is,
}

-- What a statement does -> the name of its constructor.
local names_of = {}

-- A class of corm's own: called, it makes a statement.
local Constructor = { __name = "corm.DDLClass" }
Constructor.__index = Constructor

function Constructor:__call(element, options)
    return self._make(element, options)
end

function Constructor:__tostring()
    return self._name
end

---Whether a value is a statement of this class.
---@param value any
---@return boolean
function Constructor:is(value)
    return core.metafield(value, "__name") == "corm.DDLElement"
        and rawget(value, "_class") == self
end

-- Define ddl.Name(element, options).
local function define(name, what, expected, known)
    names_of[what] = names_of[what] or name
    local class = setmetatable({ _name = name }, Constructor)
    ddl[name] = class
    function class._make(element, options)
        if not CHECKS[expected](element) then
            args.refuse(name, (expected == "index" and "an " or "a ") .. expected, element)
        elseif expected == "schema" then
            element = names.read(element, name, "name")
        end
        options = check_options(options, known, name)
        return setmetatable({
            element = element,
            _class = class,
            _what = what,
            _check_exists = options.if_not_exists or options.if_exists or false,
            _cascade = options.cascade or false,
            _foreign_keys = options.include_foreign_key_constraints,
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

define("CreateTable", "create_table", "table",
    { "if_not_exists", "include_foreign_key_constraints" })
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

---The statement that create_all() or drop_all() sends, as an object.
---@param what string "create_table"
---@param element any table, index, constraint …
---@return corm.DDLElement
function ddl.statement_of(what, element)
    return ddl[names_of[what]](element)
end

---The text of a statement that create_all() or drop_all() sends, as functions of the user's
---say it.
---@param what string "create_table"
---@param element any
---@param dialect string
---@param text string corm's own
---@return string
function ddl.own_text(what, element, dialect, text)
    if what == "create_table" then
        text = ddl.with_own_columns(text, element, dialect)
    end
    local constructor = ddl[names_of[what]]
    local fn = hooks.find(constructor, dialect)
    if not fn then
        return text
    end
    local statement = setmetatable({ element = element, _class = constructor, _text = text },
        DDLElement)
    return fn(statement, require("corm.sql.render").compiler(statement, dialect), {})
end

-- ---- statements of the user's own ----

-- Class of DDL statements -> its name.
local own_classes = setmetatable({}, { __mode = "k" })

---Whether a value is a class of DDL statements.
---@param value any
---@return boolean
function ddl.is_statement_class(value)
    return getmetatable(value) == Constructor or own_classes[value] ~= nil
end

-- Statement = Class(…)
local function new_statement(class, ...)
    local statement = setmetatable({}, class.__instances)
    if statement.__init then
        statement:__init(...)
    end
    return statement
end

local function class_name(class)
    return own_classes[class]
end

-- A class of DDL statements, whose SQL corm.ext.compiler is told.
local function new_class(name, parent, members)
    local class = { __parent = parent, __instances = {} }
    own_classes[class] = name
    for key, value in pairs(members) do
        class[key] = value
    end
    for key, value in pairs(DDLElement) do
        class.__instances[key] = value
    end
    class.__instances.__index = class
    class.__instances.__class = class
    return setmetatable(class, {
        __name = name, __index = parent or DDLElement, __call = new_statement,
        __tostring = class_name,
    })
end

---The class of all DDL statements; extend() makes further ones:
---
---    local CreateView = schema.DDLElement:extend("CreateView", {
---        __init = function(self, name, query) self.name, self.query = name, query end,
---    })
ddl.DDLElement = new_class("DDLElement", nil, {})
ddl.ExecutableDDLElement = ddl.DDLElement

---A class of DDL statements below this one.
---@param name string
---@param members? table
---@return table
function ddl.DDLElement:extend(name, members)
    args.check(name, "string", "extend", "name")
    return new_class(name, self, members or {})
end

---Whether a value is a DDL statement of this class or of one below it.
---@param value any
---@return boolean
function ddl.DDLElement:is(value)
    local class = core.metafield(value, "__class")
    while class and class ~= self do
        class = class.__parent
    end
    return class == self
        or self == ddl.DDLElement and core.metafield(value, "__name") == "corm.DDLElement"
end

-- What ALTER TABLE adds is no part of CREATE TABLE; what it drops may be.
for name, isolates in pairs({ AddConstraint = true, DropConstraint = false }) do
    local make = ddl[name]._make
    ddl[name]._make = function(constraint, options)
        local statement = make(constraint, options)
        local said = options and options.isolate_from_table
        if said or said == nil and isolates then
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
    return setmetatable({ _format = text, _context = options.context }, DDLElement)
end

return ddl
