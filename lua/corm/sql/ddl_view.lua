-- SPDX-License-Identifier: MIT
-- Views and tables made from a SELECT:
--
--     local view = schema.CreateView(select(users.c.id), "user_ids", { metadata = metadata })
--     connection:execute(view)              -- or metadata:create_all(engine)
--     select(view.table)

local core = require("corm.core")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local ddl = require("corm.sql.ddl")
local metadata = require("corm.sql.metadata")
local column = require("corm.sql.column")
local constructor = require("corm.util.constructor")
local storage = require("corm.sql.storage")
local tables = require("corm.sql.table")

local ddl_view = {}

local QUERIES = { select = true, compound = true, statement_text = true }

local function check_query(value, caller)
    local node = core.resolve(value)
    if not QUERIES[core.kind(node) or ""] then
        args.refuse(caller, "a select", value)
    end
    return node
end

-- What a statement would create, as a table to select from.
local function table_of(query, name, options)
    local columns = {}
    for i, found in ipairs(core.query_columns(query)) do
        columns[i] = column.Column(found.key, core.type_of(query.selected_columns[i]))
    end
    columns[#columns + 1] = { schema = options.schema ~= "" and options.schema or nil }
    return tables.Table(name, options.metadata or metadata.MetaData(), table.unpack(columns))
end

local function qualified(table_, dialect, map)
    local schema = table_.schema
    local mapped = map and map[schema == nil and core.NULL or schema]
    if mapped then
        schema = mapped ~= core.NULL and mapped or nil
    end
    return core.ddl_name(table_.name, dialect, schema)
end

-- Of a dialect object, or of the name of one.
local function family_of(dialect)
    return type(dialect) == "table" and dialect.family or dialect
end

-- WITH (name = value, …), or nil where there is nothing to say.
local function with_parameters(self, dialect)
    local text = family_of(dialect) == "postgresql"
        and storage.text(self.postgresql_with or nil, "CreateView")
    return text and ("WITH (%s)"):format(text)
end

-- CREATE [OR REPLACE] [TEMPORARY] <what> [IF NOT EXISTS] name [WITH (…)] AS SELECT …
local function render_create(self, dialect, map)
    local words = { "CREATE" }
    local function add(word, is_wanted)
        words[#words + 1] = is_wanted and word or nil
    end
    add("OR REPLACE", self.or_replace)
    add("TEMPORARY", self.temporary)
    add(self.materialized and "MATERIALIZED VIEW" or self._thing, true)
    add("IF NOT EXISTS", self.if_not_exists
        or self.sqlite_if_not_exists and family_of(dialect) == "sqlite")
    add(qualified(self.table, dialect, map), true)
    local parameters = with_parameters(self, dialect)
    add(parameters, parameters)
    add("AS", true)
    add(tostring(core.compile(self.selectable, dialect, {
        literal_binds = true, schema_translate_map = map,
    })), true)
    return table.concat(words, " ")
end

local function make(thing, query, name, options, caller)
    local self = ddl.element({
        selectable = check_query(query, caller),
        temporary = options.temporary or false,
        if_not_exists = options.if_not_exists or false,
        postgresql_with = options.postgresql_with or false,
        sqlite_if_not_exists = options.sqlite_if_not_exists or false,
        or_replace = options.or_replace or false,
        materialized = options.materialized or false,
        _thing = thing,
        _render = render_create,
    })
    args.check(name, "string", caller, "name")
    self.table = table_of(self.selectable, name, options)
    self.element = self.table
    self.table:set_creator_ddl(self)
    return self
end

---CREATE VIEW name AS SELECT …; its attribute `table` is the view as a table.
---@param query any
---@param name string
---@param options? table metadata, schema, temporary, or_replace, materialized,
---postgresql_with, sqlite_if_not_exists
---@return corm.DDLElement
function ddl_view.CreateView(query, name, options)
    options = check_options(options, {
        "materialized", "metadata", "or_replace", "postgresql_with", "schema",
        "sqlite_if_not_exists", "temporary",
    }, "CreateView")
    local self = make("VIEW", query, name, options, "CreateView")
    self.is_view = true
    self.table:set_dropper_ddl(
        ddl_view.DropView(self.table, { materialized = self.materialized }))
    return self
end

---CREATE TABLE name AS SELECT …
---@param query any
---@param name string
---@param options? table metadata, schema, temporary, if_not_exists
---@return corm.DDLElement
function ddl_view.CreateTableAs(query, name, options)
    options = check_options(options, { "if_not_exists", "metadata", "schema", "temporary" },
        "CreateTableAs")
    return make("TABLE", query, name, options, "CreateTableAs")
end

-- DROP [MATERIALIZED] VIEW [IF EXISTS] name
local function render_drop(self, dialect, map)
    return ("\nDROP %sVIEW %s%s"):format(self.materialized and "MATERIALIZED " or "",
        self.if_exists and "IF EXISTS " or "", qualified(self.element, dialect, map))
end

---DROP VIEW.
---@param view corm.Table
---@param options? {if_exists?: boolean, materialized?: boolean}
---@return corm.DDLElement
function ddl_view.DropView(view, options)
    options = check_options(options, { "if_exists", "materialized" }, "DropView")
    if core.kind(view) ~= "table" then
        args.refuse("DropView", "a table", view)
    end
    return ddl.element({
        element = view,
        if_exists = options.if_exists or false,
        materialized = options.materialized or false,
        _render = render_drop,
    })
end

local function tells(render, thing)
    return function(value)
        return ddl.DDLElement:is(value) and value._render == render and value._thing == thing
    end
end

for name, is in pairs({
    CreateTableAs = tells(render_create, "TABLE"), CreateView = tells(render_create, "VIEW"),
    DropView = tells(render_drop),
}) do
    ddl_view[name] = constructor(name, ddl_view[name], is)
end

---Make a table of what this select returns: select(…):into("name").
---@param name string
---@param options? table as of CreateTableAs
---@return corm.DDLElement
function core.families.Select.methods:into(name, options)
    return ddl_view.CreateTableAs(self, name, options)
end

return ddl_view
