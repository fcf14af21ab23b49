-- SPDX-License-Identifier: MIT
-- Table("name", metadata, Column(…), …, constraints, {options}).

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local attach_events = require("corm.sql.attach_events")
local attaching = require("corm.sql.attaching")
local bridge = require("corm.sql.bridge")
local collection = require("corm.sql.collection")
local check_known = require("corm.util.options")
local column = require("corm.sql.column")
local constraint = require("corm.sql.constraint")
local conditions = require("corm.sql.ddl_condition")
local ddl = require("corm.sql.ddl")
local event = require("corm.event")
local dialect_options = require("corm.sql.dialect_options")
local index = require("corm.sql.index")
local metadata = require("corm.sql.metadata")
local names = require("corm.sql.names")
local naming = require("corm.sql.naming")
local sentinel = require("corm.sql.sentinel")
local repr = require("corm.util.repr")
local schema_objects = require("corm.sql.schema_objects")
local Set = require("corm.util.set")
local constructor = require("corm.util.constructor")
local storage = require("corm.sql.storage")
local warnings = require("corm.warnings")

local tables = {}

local OPTIONS = dialect_options.with_foreign({
    "autoload_replace", "autoload_with", "comment", "extend_existing", "implicit_returning",
    "include_columns", "info", "keep_existing", "listeners", "must_exist",
    "postgresql_ignore_search_path", "postgresql_inherits", "postgresql_on_commit",
    "postgresql_partition_by", "postgresql_tablespace", "postgresql_using", "postgresql_with",
    "postgresql_with_oids", "prefixes", "quote", "quote_schema", "resolve_fks", "schema",
    "sqlite_autoincrement", "sqlite_strict", "sqlite_with_rowid",
})

local family = core.families.Table
for _, name in ipairs({ "schema", "comment", "quote", "autoincrement_column" }) do
    family.getters[name] = function()
        return nil
    end
end

---Whether the table is a view that CreateView() makes.
function family.getters:is_view()
    local creator = core.pin(self).creator
    return creator ~= nil and creator.is_view == true
end

local dispatchers = setmetatable({}, { __mode = "k" })

---What listens to DDL events of a table; of all tables before one has its own.
family.meta.__dispatch = function(self)
    dispatchers[self] = dispatchers[self] or tables.dispatcher:derive()
    return dispatchers[self]
end

tables.dispatcher = attach_events.items:derive()

---What a table is called among those of its MetaData.
---@param name string
---@param schema? string
---@return string
function tables.key(name, schema)
    return schema and schema .. "." .. name or name
end

-- ---- what a table is made of ----

-- SQLite: what a column of the key says about its conflicts.
local function key_conflict(columns)
    for _, found in ipairs(columns:values()) do
        local said = core.pin(found).options.sqlite_on_conflict_primary_key
        if said then
            return said:upper()
        end
    end
    return nil
end

local function primary_key_columns(self)
    local detail = core.pin(self)
    local own = core.pin(detail.primary_key)
    own.columns = collection.new("primary key")
    for _, position in ipairs(core.table_primary_key(self)) do
        local found = detail.c[position]
        collection.append(own.columns, found.key, found)
    end
    own.on_conflict = own.on_conflict or key_conflict(own.columns)
    naming.name_constraint(detail.primary_key, own, self)
    core.constraint_update(detail.primary_key)
    local position = core.table_autoincrement(self)
    local numbered = position and detail.c[position] or nil
    detail.autoincrement_column = numbered
    if detail.options.sqlite_autoincrement and numbered then
        column.set(numbered, { key_inline = true })
    end
end

-- Primary key and autoincrement column follow from columns and constraints.
local function settle(self)
    core.table_settle(self)
    primary_key_columns(self)
end

-- Constraints that a column was given.
local function add_own_constraints(self, added)
    for _, own in ipairs(core.pin(added).pending_constraints) do
        if constraint.kind(own) == "check" then
            core.pin(own).own_column = added
        end
        self:append_constraint(own)
    end
end

-- Constraints and indexes that follow from a column's options, type and foreign keys.
local function add_column_extras(self, added)
    local detail = core.pin(added)
    if detail.index then
        index.attach(index.Index(nil, added.key, { unique = detail.unique }), self)
    elseif detail.unique then
        self:append_constraint(constraint.UniqueConstraint(added.key,
            { sqlite_on_conflict = detail.options.sqlite_on_conflict_unique }))
    end
    for _, foreign_key in ipairs(detail.pending_foreign_keys) do
        self:append_constraint(constraint.of_foreign_key(foreign_key))
    end
    for _, check in ipairs(constraint.type_checks(added)) do
        self:append_constraint(check)
    end
end

local function refuse_column(self, added)
    if not column.is(added) then
        args.refuse("append_column", "a Column", added)
    elseif added.table then
        exc.ArgumentError:raise("column '%s' belongs to table '%s' already", added.name,
            added.table.name)
    elseif core.name(added) == nil or core.name(added) == "" then
        exc.ArgumentError:raise("a column of table '%s' has no name", self.name)
    end
end

-- The column that one of this key and name takes the place of: that of the same key, or the
-- one that has the name.
local function replaced_by(self, added)
    local columns, own = core.pin(self).c, core.pin(added)
    local old = rawget(columns, own.key)
    for i = 1, old == nil and #columns or 0 do
        if core.name(columns[i]) == own.name then
            return columns[i]
        end
    end
    return old
end

-- The primary key with one of its columns replaced.
local function replace_in_primary_key(self, old, added)
    local own = core.pin(core.pin(self).primary_key)
    if not collection.contains_column(own.columns, old) then
        return
    elseif not core.pin(added).primary_key then
        exc.ArgumentError:raise("column '%s' is part of the primary key of table '%s'; write "
            .. "primary_key = true where it is defined anew", core.pin(old).name, self.name)
    end
    local columns = collection.new("primary key")
    for _, member in ipairs(own.columns:values()) do
        local chosen = member == old and added or member
        collection.append(columns, core.pin(chosen).key, chosen)
    end
    own.columns = columns
    core.constraint_update(core.pin(self).primary_key)
end

-- A column takes the place of another one, whose foreign keys go with it; those that refer
-- to it refer to the new one.
local function replace_column(self, old, added)
    local detail = core.pin(self)
    replace_in_primary_key(self, old, added)
    for foreign_key in core.pin(old).foreign_keys do
        local own = foreign_key.constraint
        if own and detail.constraints:contains(own) then
            detail.constraints:discard(own)
            core.table_remove_constraint(self, own)
        end
        detail.foreign_keys:discard(foreign_key)
    end
    core.table_replace(self, old, added)
    collection.replace(detail.c, old, core.pin(added).key, added)
    self.metadata:_replace_referred(old, added)
end

-- The column alone, without what it brings along.
local function append_bare_column(self, added, options)
    refuse_column(self, added)
    if core.pin(added).sentinel then
        sentinel.check(added, self)
    end
    if core.pin(added).key == nil then
        column.set(added, { key = core.name(added) })
    end
    local detail = core.pin(self)
    local key = core.pin(added).key
    local old = replaced_by(self, added)
    if old ~= nil and options and options.replace_existing then
        attach_events.before("column", added, self)
        replace_column(self, old, added)
        schema_objects.join(added, self)
        attach_events.after("column", added, self)
        return
    elseif rawget(detail.c, key) ~= nil then
        exc.DuplicateColumnError:raise("a column with the key '%s' is in table '%s' already",
            key, self.name)
    elseif old ~= nil then
        exc.DuplicateColumnError:raise("a column with the name '%s' is in table '%s' already; "
            .. "replace_existing = true puts another one in its place", core.name(added),
            self.name)
    end
    attach_events.before("column", added, self)
    core.table_append(self, added)
    collection.append(detail.c, key, added)
    schema_objects.join(added, self)
    attach_events.after("column", added, self)
end

-- A column that joins later joins the primary key as well.
local function extend_primary_key(self, added)
    local key = core.pin(self).primary_key
    local own = core.pin(key)
    if core.pin(self).is_complete and core.pin(added).primary_key
        and not collection.contains_column(own.columns, added) then
        collection.append(own.columns, core.pin(added).key, added)
        core.constraint_update(key)
    end
end

---Add a column; one that the table has already stays where it is.
---@param added corm.Column
---@param options? {replace_existing?: boolean}
function family.methods:append_column(added, options)
    if column.is(added) and added.table == self then
        return
    end
    append_bare_column(self, added, options)
    extend_primary_key(self, added)
    attaching.joined(added)
    add_own_constraints(self, added)
    add_column_extras(self, added)
    settle(self)
    if core.pin(self).is_complete then
        self.metadata:_settle_table(self)
    end
end

---Add a column at a position, counted from 1; those from there on make room, one that it
---replaces among them.
---@param added corm.Column
---@param position integer
---@param options? {replace_existing?: boolean}
function family.methods:insert_column(added, position, options)
    if math.type(position) ~= "integer" then
        args.refuse("insert_column", "an integer as position", position)
    end
    local columns = core.pin(self).c
    local count = #columns
    self:append_column(added, options)
    if #columns == count and collection.position(columns, added) < position then
        position = position - 1 -- the one that it replaced stood before
    end
    position = math.max(1, math.min(position, #columns))
    core.table_move(self, added, position)
    collection.move(columns, added, position)
    settle(self)
end

-- What creates or drops the table in place of CREATE and DROP TABLE.
local function set_ddl(self, name, statement, caller)
    if not ddl.DDLElement:is(statement) then
        args.refuse(caller, "a DDL statement", statement)
    end
    core.pin(self)[name] = statement
end

---Have another statement create the table: CreateTable(t, {if_not_exists = true}), say.
---@param statement corm.DDLElement
function family.methods:set_creator_ddl(statement)
    set_ddl(self, "creator", statement, "set_creator_ddl")
end

---Have another statement drop the table.
---@param statement corm.DDLElement
function family.methods:set_dropper_ddl(statement)
    set_ddl(self, "dropper", statement, "set_dropper_ddl")
end

-- Columns that say primary_key = true, where the constraint names others.
local function warn_of_other_columns(self, given)
    local flagged, is_other = {}, false
    for own in core.pin(self).c do
        if core.pin(own).primary_key then
            flagged[#flagged + 1] = ("'%s'"):format(own.name)
            is_other = is_other or not given:contains_column(own)
        end
    end
    if is_other or #flagged > 0 and #flagged < #given then
        local keys = {}
        for i, key in ipairs(given.column_keys) do
            keys[i] = ("'%s'"):format(key)
        end
        warnings.warn(("columns %s of table '%s' say primary_key = true, but its "
            .. "PrimaryKeyConstraint says %s, which counts"):format(
                table.concat(flagged, ", "), self.name, table.concat(keys, ", ")))
    end
end

-- A primary key constraint written out: its columns are the primary key.
local function set_primary_key(self, given)
    local detail = core.pin(self)
    core.table_remove_constraint(self, detail.primary_key)
    detail.constraints:discard(detail.primary_key)
    constraint.attach(given, self)
    detail.primary_key = given
    detail.constraints:add(given)
    if #given > 0 then
        warn_of_other_columns(self, given)
    end
    for _, own in ipairs(given.columns:values()) do
        local changes = { primary_key = true }
        if not core.pin(own).null_said then
            changes.nullable = false
        end
        column.set(own, changes)
    end
    core.pin(given).is_written = true
    settle(self)
end

---Have another table created before this one and dropped after it, as a foreign key would:
---for what views, triggers or functions need.
---@param other corm.Table
function family.methods:add_is_dependent_on(other)
    if core.kind(other) ~= "table" then
        args.refuse("add_is_dependent_on", "a table", other)
    end
    local detail = core.pin(self)
    detail.needed = detail.needed or {}
    table.insert(detail.needed, other)
    core.table_need(self, other)
end

---Add a constraint or an index.
---@param added any
function family.methods:append_constraint(added)
    if index.is(added) then
        index.attach(added, self)
        return
    elseif not constraint.is(added) then
        args.refuse("append_constraint", "a constraint or an Index", added)
    elseif core.pin(added).table == self then
        return -- its columns have brought it here
    elseif constraint.kind(added) == "primary_key" then
        set_primary_key(self, added)
        return
    end
    local detail = core.pin(self)
    constraint.attach(added, self)
    detail.constraints:add(added)
    for _, element in ipairs(added.elements or {}) do
        detail.foreign_keys:add(element)
    end
    if detail.is_complete then
        settle(self)
    end
end

local function append_item(self, item)
    if constraint.is(item) then
        self:append_constraint(item)
    elseif index.is(item) then
        index.attach(item, self)
    elseif not column.is(item) then
        args.refuse("Table", "a Column, constraint or Index", item)
    end
end

-- Columns first, then what was written as a constraint, then what columns ask for: the
-- order in which SQLAlchemy writes them.
local function append_all(self, list, first, can_replace)
    local added = {}
    for i = first, list.n do
        if column.is(list[i]) then
            append_bare_column(self, list[i], { replace_existing = can_replace })
            added[#added + 1] = list[i]
        end
    end
    for _, own in ipairs(added) do
        attaching.joined(own)
    end
    for i = first, list.n do
        append_item(self, list[i])
    end
    for _, own in ipairs(added) do
        add_own_constraints(self, own)
    end
    for _, own in ipairs(added) do
        add_column_extras(self, own)
    end
end

-- ---- making one ----

local function check_options(options)
    args.check_strings(options, { "comment" }, "Table")
    args.check(options.info, "table", "Table", "info")
    args.check(options.prefixes, "table", "Table", "prefixes")
end

local function add_word(words, format, value)
    if value then
        words[#words + 1] = format:format(value)
    end
end

-- Names of the tables that a table inherits from, quoted where they have to be.
local function inherited_names(parents)
    if parents == nil then
        return nil
    elseif type(parents) ~= "table" or getmetatable(parents) ~= nil then
        parents = { parents }
    end
    local list = {}
    for i, parent in ipairs(parents) do
        local name, quote = names.read(parent, "Table", "postgresql_inherits")
        list[i] = quote == false and name or core.ddl_name(name, "postgresql")
    end
    return table.concat(list, ", ")
end

-- What follows the closing parenthesis of CREATE TABLE, by dialect.
local function read_suffixes(options)
    local sqlite, postgresql = {}, {}
    add_word(sqlite, "WITHOUT ROWID", options.sqlite_with_rowid == false)
    add_word(sqlite, "STRICT", options.sqlite_strict)
    local tablespace = options.postgresql_tablespace
    local on_commit = options.postgresql_on_commit
    add_word(postgresql, "INHERITS (%s)", inherited_names(options.postgresql_inherits))
    add_word(postgresql, "PARTITION BY %s", options.postgresql_partition_by)
    add_word(postgresql, "USING %s", options.postgresql_using)
    add_word(postgresql, "WITH (%s)", storage.text(options.postgresql_with, "Table"))
    add_word(postgresql, "%s OIDS", options.postgresql_with_oids ~= nil
        and (options.postgresql_with_oids and "WITH" or "WITHOUT"))
    add_word(postgresql, "ON COMMIT %s", on_commit and on_commit:upper():gsub("_", " "))
    add_word(postgresql, "TABLESPACE %s",
        tablespace and core.ddl_name(tablespace, "postgresql"))
    return {
        sqlite = #sqlite > 0 and table.concat(sqlite, ",\n ") or nil,
        postgresql = #postgresql > 0 and table.concat(postgresql, "\n ") or nil,
    }
end

local function new_table(name, of, schema, options)
    local detail = {
        name = name,
        key = tables.key(name, schema),
        fullname = tables.key(name, schema),
        schema = schema,
        quote = options.quote,
        quote_schema = options.quote_schema,
        comment = options.comment,
        ddl_prefix = options.prefixes and table.concat(options.prefixes, " ") or nil,
        ddl_suffixes = read_suffixes(options),
        info = options.info or {},
        implicit_returning = options.implicit_returning ~= false,
        metadata = of,
        options = options,
        c = collection.new(("table '%s'"):format(name)),
        constraints = Set(),
        indexes = Set(),
        foreign_keys = Set(),
    }
    detail.columns = detail.c
    return core.table(detail)
end

-- The primary key of a table that has none yet: columns join it as they come.
local function add_empty_primary_key(self)
    local detail = core.pin(self)
    detail.primary_key = constraint.PrimaryKeyConstraint()
    constraint.attach(detail.primary_key, self)
    detail.constraints:add(detail.primary_key)
end

-- Read the table from the database; `except` names columns that stay as they are.
local function autoload(self, options, except)
    if options.autoload_with then
        bridge.get("reflection").reflect_table(self, options, except)
    end
end

local function names_of_columns(self)
    local list = {}
    for i, own in ipairs(self.c:values()) do
        list[i] = core.name(own)
    end
    return list
end

local function extend_existing(existing, list, options)
    autoload(existing, options,
        options.autoload_replace == false and names_of_columns(existing) or nil)
    append_all(existing, list, 3, true)
    for _, name in ipairs({ "comment", "info", "implicit_returning" }) do
        if options[name] ~= nil then
            core.pin(existing)[name] = options[name]
        end
    end
    core.table_update(existing)
    settle(existing)
    return existing
end

local function read_existing(existing, list, options)
    if options.extend_existing then
        return extend_existing(existing, list, options)
    elseif list.n > 2 and not options.keep_existing then
        exc.InvalidRequestError:raise("table '%s' is already defined for this MetaData; "
            .. "pass extend_existing = true to add columns to it", existing.key)
    end
    return existing
end

local function check_head(list)
    if not names.is(list[1]) or tostring(list[1]) == "" then
        args.refuse("Table", "a name", list[1])
    elseif not metadata.is(list[2]) then
        args.refuse("Table", "a MetaData as second argument", list[2])
    end
end

-- Name and schema as strings, and the options with how both are quoted.
local function read_names(name, of, options)
    local own, quote = names.read(name, "Table", "name")
    local is_blank = options.schema == names.BLANK_SCHEMA
    local given = not is_blank and options.schema or nil
    local schema, quote_schema = names.read(given, "Table", "schema")
    local result = {}
    for key, value in pairs(options) do
        result[key] = value
    end
    if result.quote == nil then
        result.quote = quote
    end
    if schema == nil and of.schema and not is_blank then
        schema, quote_schema = of.schema, of._quote_schema
    end
    if result.quote_schema == nil then
        result.quote_schema = quote_schema
    end
    return own, schema, result
end

-- Tell the listeners of a table, or else those of all tables, that a MetaData gets it.
local function tell_attached(self, name, of)
    local heard = dispatchers[self] or tables.dispatcher
    if heard[name] then
        heard:fire(name, self, of)
    end
end

---Begin a table without columns, which the MetaData knows already. For Table and reflection.
---@param name string
---@param of corm.MetaData
---@param schema? string
---@param options table
---@return corm.Table
function tables.begin(name, of, schema, options)
    local self = new_table(name, of, schema, options)
    for _, listener in ipairs(options.listeners or {}) do
        event.listen(self, listener[1], listener[2])
    end
    tell_attached(self, "before_parent_attach", of)
    add_empty_primary_key(self)
    of:_add_table(self)
    return self
end

---The table has its columns: foreign keys that waited for it find them.
---@param self corm.Table
function tables.complete(self)
    core.pin(self).is_complete = true
    settle(self)
    self.metadata:_settle_table(self)
    tell_attached(self, "after_parent_attach", self.metadata)
end

---What a database says of a table beyond columns and constraints: sqlite_strict and the like.
---@param self corm.Table
---@param options table<string, any>
function tables.set_options(self, options)
    local detail = core.pin(self)
    for name, value in pairs(options) do
        detail.options[name] = value
    end
    detail.ddl_suffixes = read_suffixes(detail.options)
end

local function fill(self, list, options)
    autoload(self, options)
    append_all(self, list, 3, options.autoload_with ~= nil or options.extend_existing
        or options.keep_existing)
end

---Make a table, or find the one that the MetaData has under this name.
---@param name string
---@param of corm.MetaData
---@param ... any columns, constraints, indexes, options
---@return corm.Table
function tables.Table(name, of, ...)
    local list, said = args.split(2, OPTIONS, "Table", name, of, ...)
    check_head(list)
    check_options(said)
    local schema, options
    name, schema, options = read_names(name, of, said)
    local existing = rawget(of.tables, tables.key(name, schema))
    if options.keep_existing and options.extend_existing then
        exc.ArgumentError:raise("Table: keep_existing and extend_existing exclude each other")
    elseif existing and options.extend_existing and (said.quote ~= nil
        or said.quote_schema ~= nil) then
        exc.ArgumentError:raise("Table: quote and quote_schema of table '%s' cannot be said "
            .. "anew", existing.key)
    end
    if existing then
        return read_existing(existing, list, options)
    elseif options.must_exist then
        exc.InvalidRequestError:raise("table '%s' is not defined", tables.key(name, schema))
    end
    local self = tables.begin(name, of, schema, options)
    local ok, err = pcall(fill, self, list, options)
    if not ok then
        of:remove(self)
        error(err, 0)
    end
    tables.complete(self)
    return self
end

-- ---- attributes ----

---The table is created and dropped only where the condition holds.
---@param condition {dialect?: string|string[], callable_?: function, state?: any}
---@return corm.Table
function family.methods:ddl_if(condition)
    core.pin(self)._ddl_if = conditions.check(condition, "ddl_if")
    return self
end

---The constraints of foreign keys.
function family.getters:foreign_key_constraints()
    local found = Set()
    for own in core.pin(self).constraints do
        if constraint.kind(own) == "foreign_key" then
            found:add(own)
        end
    end
    return found
end

function family.getters:exported_columns()
    return core.pin(self).c
end

function family.getters:description()
    return core.pin(self).name
end

function family.getters:dispatch()
    return core.metafield(self, "__dispatch")(self)
end

local ASSIGNABLE = { comment = "string", info = "table" }

function family.meta:__newindex(name, value)
    if not ASSIGNABLE[name] then
        exc.ArgumentError:raise("Table has no attribute %s that can be set", repr.value(name))
    end
    core.pin(self)[name] = args.check(value, ASSIGNABLE[name], "Table", name)
    core.table_update(self)
end

function family.meta:__tostring()
    return core.pin(self).fullname
end

---Create the table in a database, with the types that it needs unless they are there.
---@param bind any
---@param options? {checkfirst?: boolean} true: unless the table is there; false: look for nothing
function family.methods:create(bind, options)
    options = check_known(options, { "checkfirst" }, "Table:create")
    bridge.get("ddl").create_all(bind, self.metadata, {
        tables = { self }, of_table = true, checkfirst = options.checkfirst or false,
        check_types = options.checkfirst ~= false,
    })
end

---Drop the table from a database.
---@param bind any
---@param options? {checkfirst?: boolean}
function family.methods:drop(bind, options)
    options = check_known(options, { "checkfirst" }, "Table:drop")
    bridge.get("ddl").drop_all(bind, self.metadata,
        { tables = { self }, of_table = true, checkfirst = options.checkfirst or false })
end

---A copy of the table in another MetaData.
---@param of corm.MetaData
---@param options? {name?: string, schema?: string, referred_schema_fn?: function}
---@return corm.Table
function family.methods:to_metadata(of, options)
    return require("corm.sql.table_copy")(self, of, options)
end

---Whether the value is a table.
---@param value any
---@return boolean
function tables.is(value)
    return core.kind(value) == "table"
end

tables.Table = constructor("Table", tables.Table, tables.is)
event.set_dispatcher(tables.Table, tables.dispatcher)

return tables
