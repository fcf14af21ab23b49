-- SPDX-License-Identifier: MIT
-- Constraints, foreign keys and indexes.
--
-- Column names in a constraint are looked up when it joins its table. A foreign key may name
-- a table that does not exist yet: MetaData remembers it and resolves it when the table
-- comes (sql/metadata.lua).

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local attach_events = require("corm.sql.attach_events")
local attaching = require("corm.sql.attaching")
local collection = require("corm.sql.collection")
local conditions = require("corm.sql.ddl_condition")
local column = require("corm.sql.column")
local constructor = require("corm.util.constructor")
local dialect_options = require("corm.sql.dialect_options")
local hint = require("corm.util.hint")
local name_reader = require("corm.sql.names")
local naming = require("corm.sql.naming")
local repr = require("corm.util.repr")
local walk = require("corm.sql.walk")

local constraint = {}

local FOREIGN_KEY_OPTIONS = dialect_options.with_foreign({
    "comment", "deferrable", "info", "initially", "link_to_name", "match", "name", "ondelete",
    "onupdate", "postgresql_not_valid", "use_alter",
})
-- Those of one kind alone are here as well: elsewhere they say nothing, as in SQLAlchemy.
local CONSTRAINT_OPTIONS = dialect_options.with_foreign({
    "comment", "deferrable", "info", "initially", "name", "postgresql_include",
    "postgresql_not_valid", "postgresql_nulls_not_distinct", "sqlite_on_conflict",
})
local function with_table(names)
    local list = table.move(names, 1, #names, 1, {})
    list[#list + 1] = "table"
    return dialect_options.with_foreign(list)
end

local CHECK_OPTIONS = with_table(CONSTRAINT_OPTIONS)
local FOREIGN_KEY_CONSTRAINT_OPTIONS = with_table(FOREIGN_KEY_OPTIONS)

local MATCHES = { FULL = true, PARTIAL = true, SIMPLE = true }

local ACTIONS = {
    ["CASCADE"] = true, ["SET NULL"] = true, ["SET DEFAULT"] = true, ["RESTRICT"] = true,
    ["NO ACTION"] = true,
}

local family = core.families.Constraint
local fk_family = core.families.ForeignKey

local function getters_of_nil(of, names)
    for _, name in ipairs(names) do
        of.getters[name] = function()
            return nil
        end
    end
end

getters_of_nil(family, {
    "name", "table", "deferrable", "initially", "ondelete", "onupdate", "use_alter", "sqltext",
    "elements", "info", "match", "comment", "include",
})
getters_of_nil(fk_family, {
    "name", "parent", "constraint", "deferrable", "initially", "ondelete", "onupdate",
    "use_alter", "target", "info", "match",
})

-- "CASCADE", in any case and with PostgreSQL's column list after SET.
local function check_action(action, name, caller)
    if action == nil then
        return nil
    end
    args.check(action, "string", caller, name)
    local word, columns = action:match("^(%a+ *%a*)(.*)$")
    word = (word or action):upper()
    local has_columns = word:find("^SET") and columns and columns:find("^ *%([%w_, \"]+%)$")
    if not ACTIONS[word:match("^(.-) *$")] or columns ~= "" and not has_columns then
        exc.CompileError:raise("%s: %s must be CASCADE, SET NULL, SET DEFAULT, RESTRICT or "
            .. "NO ACTION, got %s", caller, name, repr.value(action))
    end
    return word .. columns
end

local function check_match(match, caller)
    if match == nil then
        return nil
    end
    args.check(match, "string", caller, "match")
    if not MATCHES[match:upper()] then
        exc.ArgumentError:raise("%s: match must be FULL, PARTIAL or SIMPLE, got %s", caller,
            repr.value(match))
    end
    return match:upper()
end

---What options of all constraints mean in a detail table.
---@param kind string
---@param options table
---@param caller string
---@return table
function constraint.detail(kind, options, caller)
    args.check_strings(options, { "comment", "initially", "sqlite_on_conflict" }, caller)
    local initially = options.initially and options.initially:upper()
    if initially and initially ~= "DEFERRED" and initially ~= "IMMEDIATE" then
        exc.ArgumentError:raise("%s: initially must be DEFERRED or IMMEDIATE, got %s", caller,
            repr.value(options.initially))
    end
    local name, _, is_final = name_reader.read(options.name, caller, "name")
    return {
        kind = kind,
        name = name,
        name_is_final = is_final,
        deferrable = options.deferrable,
        initially = options.initially,
        not_valid = options.postgresql_not_valid,
        nulls_not_distinct = options.postgresql_nulls_not_distinct,
        on_conflict = options.sqlite_on_conflict and options.sqlite_on_conflict:upper(),
        comment = options.comment,
        info = options.info or {},
        options = options,
    }
end

local common_detail = constraint.detail

-- ---- columns of a constraint ----

local function to_column(value, caller)
    if type(value) == "string" then
        return value
    end
    local node = core.resolve(value)
    while core.kind(node) == "attribute" do
        node = core.kid(node, 0)
    end
    if not column.is(node) then
        args.refuse(caller, "a column or its name", value)
    end
    return node
end

local function to_columns(list, caller)
    local columns = {}
    for i = 1, list.n or #list do
        columns[i] = to_column(list[i], caller)
    end
    return columns
end

local CLASS_NAMES = {
    foreign_key = "ForeignKeyConstraint", primary_key = "PrimaryKeyConstraint",
    unique = "UniqueConstraint",
}

---The column of a table that a constraint or an index names.
---@param table_ corm.Table
---@param name string
---@param title string what wants it
---@return corm.Column
function constraint.column_of(table_, name, title)
    local found = collection.get(table_.c, name)
    if not found then
        exc.ConstraintColumnNotFoundError:raise(
            "can't create %s on table '%s': no column named '%s' is present%s", title,
            table_.name, name, hint(name, collection.keys(table_.c)))
    end
    return found
end

---The column of a table that a constraint or an index was given: by name, itself, or one that
---has no table and is called like it.
---@param table_ corm.Table
---@param item string|corm.Column
---@param title string what wants it
---@return corm.Column
function constraint.own_column(table_, item, title)
    if type(item) == "string" or not item.table then
        return constraint.column_of(table_, type(item) == "string" and item or item.key, title)
    elseif item.table ~= table_ then
        attaching.refuse(item, table_)
    end
    return item
end

-- Names become columns of the table; the result is a collection.
local function resolve_columns(written, table_, kind)
    local columns = collection.new("constraint")
    for _, item in ipairs(written) do
        local found = constraint.own_column(table_, item, CLASS_NAMES[kind] or "a constraint")
        collection.append(columns, core.pin(found).key, found)
    end
    return columns
end

local function append_to(self, table_)
    table_:append_constraint(self)
end

local function attach_if_possible(self, written)
    attaching.attach({
        item = self, columns = written, is_strict = constraint.kind(self) ~= "check",
        attach = append_to,
    })
    return self
end

---Attach a constraint to the table that these columns have or will join.
---@param self any
---@param written any[] columns and names
---@return any self
constraint.attach_if_possible = attach_if_possible

local function new_of_columns(kind, caller)
    return function(...)
        local list, options = args.split(0, CONSTRAINT_OPTIONS, caller, ...)
        local detail = common_detail(kind, options, caller)
        detail.written = to_columns(list, caller)
        return attach_if_possible(core.constraint(detail), detail.written)
    end
end

constraint.PrimaryKeyConstraint = new_of_columns("primary_key", "PrimaryKeyConstraint")
constraint.UniqueConstraint = new_of_columns("unique", "UniqueConstraint")

-- Columns of the table that a condition speaks of, by themselves or by name.
local function mentioned_columns(condition, table_)
    local columns = collection.new("constraint")
    for node in walk.nodes(condition) do
        local kind = core.kind(node)
        local named = (kind == "column" or kind == "colref") and core.name(node)
        local found = kind == "column" and node.table == table_ and node
            or named and collection.get(table_.c, named)
        if found and not collection.contains_column(columns, found) then
            collection.append(columns, core.pin(found).key, found)
        end
    end
    return columns
end

-- The columns in a condition; none of them may be another table's.
local function checked_columns(condition)
    local columns = {}
    for column_ in walk.columns(condition) do
        columns[#columns + 1] = column_
    end
    return columns
end

-- The option `table` of CheckConstraint and ForeignKeyConstraint: where the constraint goes.
local function attach_to_given(self, options, written)
    if options.table == nil then
        return attach_if_possible(self, written)
    elseif core.kind(options.table) ~= "table" then
        args.refuse("table", "a Table", options.table)
    end
    options.table:append_constraint(self)
    return self
end

---A condition that every row fulfils.
---@param sqltext any text or an expression
---@param options? table
---@return any
function constraint.CheckConstraint(sqltext, options)
    require("corm.util.options")(options, CHECK_OPTIONS, "CheckConstraint")
    local detail = common_detail("check", options or {}, "CheckConstraint")
    if type(sqltext) == "string" then
        sqltext = core.node("text", { name = sqltext })
    elseif sqltext == nil then
        args.refuse("CheckConstraint", "a condition", sqltext)
    end
    detail.check = core.clause(sqltext, "CheckConstraint")
    detail.sqltext = detail.check
    return attach_to_given(core.constraint(detail), options or {},
        checked_columns(detail.check))
end

local function type_check(of, type_)
    local name = core.pin(type_).name_is_final and name_reader.conv(type_.name) or type_.name
    local detail = common_detail("check", { name = name }, "CheckConstraint")
    detail.written = { of }
    detail.check_type = type_
    return core.constraint(detail)
end

---The CHECKs that keep the values of an Enum or Boolean column where there is no such type;
---one for the type and each of its variants that asks for it.
---@param of corm.Column
---@return any[]
function constraint.type_checks(of)
    local checks, type_ = {}, of.type
    if type_ == nil then
        return checks
    end
    if type_.create_constraint then
        checks[1] = type_check(of, type_)
    end
    for _, variant in ipairs(type_.variants or {}) do
        if variant.type.create_constraint then
            checks[#checks + 1] = type_check(of, variant.type)
        end
    end
    return checks
end

-- ---- foreign keys ----

-- "table.column", "schema.table.column" or "table".
local function split_target(target)
    local path, last = target:match("^(.*)%.([^.]+)$")
    if not path then
        return target, nil
    end
    return path, last
end

local Reference = { __name = "corm.Reference" }

---A column of a table that need not exist yet, for ForeignKey and ForeignKeyConstraint. Unlike
---"table.column" it may have dots in its names, and means exactly this schema, whichever the
---MetaData has.
---@param schema? string
---@param table_name string
---@param column_name string
---@return any
function constraint.reference(schema, table_name, column_name)
    return setmetatable({
        schema = schema,
        table_name = table_name,
        table_key = schema and schema .. "." .. table_name or table_name,
        column = column_name,
    }, Reference)
end

---A reference of one column to another: ForeignKey("tree.id", {ondelete = "CASCADE"}).
---@param target any "table.column" or a column
---@param options? table
---@return any
function constraint.ForeignKey(target, options)
    require("corm.util.options")(options, FOREIGN_KEY_OPTIONS, "ForeignKey")
    options = options or {}
    local detail = common_detail("foreign_key", options, "ForeignKey")
    detail.ondelete = check_action(options.ondelete, "ondelete", "ForeignKey")
    detail.onupdate = check_action(options.onupdate, "onupdate", "ForeignKey")
    detail.match = check_match(options.match, "ForeignKey")
    detail.use_alter = options.use_alter
    detail.link_to_name = options.link_to_name
    if getmetatable(target) == Reference then
        detail.reference = target
        detail.target = target.table_key .. "." .. target.column
        detail.table_key, detail.column_key = target.table_key, target.column
    elseif type(target) == "string" then
        detail.target = target
        detail.table_key, detail.column_key = split_target(target)
    else
        detail.target_column = to_column(target, "ForeignKey")
    end
    return core.foreign_key(detail)
end

---The key of the table that a foreign key refers to, as in metadata.tables.
---@param self any
---@return string?
function constraint.target_table_key(self)
    local detail = core.pin(self)
    if detail.target_column then
        local table_ = detail.target_column.table
        return table_ and table_.key or nil
    end
    local schema = not detail.reference and detail.schema
    if schema and not detail.table_key:find(".", 1, true) then
        return schema .. "." .. detail.table_key
    end
    return detail.table_key
end

-- The two columns are known to each other.
local function join_columns(self, referred)
    local detail = core.pin(self)
    detail.referred = referred
    core.foreign_key_resolve(self, referred)
    if detail.parent then
        if core.pin(detail.parent).type == nil then
            core.pin(detail.parent).type_is_inferred = true
        end
        column.follow(referred, detail.parent)
    end
end

-- Columns go by their keys; with link_to_name by their names in SQL.
local function referred_in(self, table_)
    local detail = core.pin(self)
    local key = detail.column_key or core.pin(detail.parent).name
    if not detail.link_to_name then
        return collection.get(table_.c, key)
    end
    for candidate in table_.c do
        if core.name(candidate) == key then
            return candidate
        end
    end
    return nil
end

---A column was replaced by another one of its table: a foreign key that refers to it has to
---be resolved anew. True if this one has.
---@param self any
---@param old corm.Column
---@param added corm.Column
---@return boolean
function constraint.replace_referred(self, old, added)
    local detail = core.pin(self)
    if detail.referred ~= old then
        return false
    end
    detail.referred = nil
    detail.target_column = detail.target_column and added
    return true
end

---Connect a foreign key with the column it refers to, if that exists.
---@param self any
---@param table_? corm.Table the table it refers to
---@return boolean
function constraint.resolve(self, table_)
    local detail = core.pin(self)
    if detail.referred then
        return true
    end
    local referred = detail.target_column or table_ and referred_in(self, table_)
    if not referred or not referred.table then
        return false
    end
    join_columns(self, referred)
    return true
end

local function raise_unresolved(self)
    local detail = core.pin(self)
    local parent = detail.parent
    if not (parent and parent.table) then
        exc.InvalidRequestError:raise("foreign key '%s': %s", detail.target,
            parent and ("its column '%s' has no table yet"):format(parent.name)
            or "it has no column yet")
    end
    local where = ("%s.%s"):format(parent.table.name, parent.name)
    local table_ = parent.table.metadata.tables[constraint.target_table_key(self)]
    if table_ then
        exc.NoReferencedColumnError:raise(
            "foreign key '%s' of column '%s': table '%s' has no column '%s'", detail.target,
            where, table_.name, detail.column_key or parent.name)
    end
    exc.NoReferencedTableError:raise(
        "foreign key of column '%s' refers to table '%s', which does not exist", where,
        detail.table_key or "?")
end

function fk_family.getters:column()
    local detail = core.pin(self)
    local table_ = detail.parent and detail.parent.table
    if detail.target_column and not detail.target_column.table then
        return detail.target_column
    elseif not detail.referred and table_ then
        constraint.resolve(self, table_.metadata.tables[constraint.target_table_key(self)])
    end
    return detail.referred or raise_unresolved(self)
end

function family.getters:referred_table()
    local elements = core.pin(self).elements
    return elements and elements[1].column.table or nil
end

function fk_family.getters:target_fullname()
    local detail = core.pin(self)
    if detail.target then
        return detail.target
    end
    return detail.target_column.table.fullname .. "." .. detail.target_column.key
end

fk_family.getters._colspec = fk_family.getters.target_fullname

---The column of the table that this foreign key refers to, or nil.
---@param self any
---@param table_ corm.Table
---@return corm.Column?
function fk_family.methods:get_referent(table_)
    if not core.kind(table_) then
        args.refuse("get_referent", "a table", table_)
    end
    return collection.corresponding_column(table_.c, self.column)
end

---Whether the foreign key refers to a column of the table.
function fk_family.methods:references(table_)
    return self.column.table == table_
end

function fk_family.methods:copy()
    local detail = core.pin(self)
    return constraint.ForeignKey(detail.reference or detail.target or detail.target_column,
        detail.options)
end

function fk_family.meta:__tostring()
    return ("ForeignKey('%s')"):format(self.target_fullname)
end

-- The ForeignKeys of a ForeignKeyConstraint, one for each pair of columns.
local function make_elements(referring, referred, options, caller)
    if #referring == 0 or #referring ~= #referred then
        exc.ArgumentError:raise("%s: %d columns cannot refer to %d columns", caller, #referring,
            #referred)
    end
    local elements = {}
    for i in ipairs(referring) do
        elements[i] = constraint.ForeignKey(referred[i], options)
    end
    return elements
end

local function refuse_repeated(columns, caller)
    local seen = {}
    for _, column_ in ipairs(columns) do
        if seen[column_] then
            exc.ArgumentError:raise("%s: column '%s' cannot refer to two columns", caller,
                type(column_) == "string" and column_ or column_.name)
        end
        seen[column_] = true
    end
end

local function without_table(options)
    local own = {}
    for name, value in pairs(options) do
        own[name] = value
    end
    own.table = nil
    return own
end

---A reference of several columns: ForeignKeyConstraint({"a", "b"}, {"t.a", "t.b"}, {…}).
---@param columns any[]
---@param refcolumns any[]
---@param options? table
---@return any
function constraint.ForeignKeyConstraint(columns, refcolumns, options)
    local caller = "ForeignKeyConstraint"
    require("corm.util.options")(options, FOREIGN_KEY_CONSTRAINT_OPTIONS, caller)
    args.check(columns, "table", caller, "columns")
    args.check(refcolumns, "table", caller, "refcolumns")
    if not columns or not refcolumns then
        exc.ArgumentError:raise("%s needs columns and the columns they refer to", caller)
    end
    options = options or {}
    local detail = common_detail("foreign_key", options, caller)
    detail.ondelete = check_action(options.ondelete, "ondelete", caller)
    detail.onupdate = check_action(options.onupdate, "onupdate", caller)
    detail.match = check_match(options.match, caller)
    detail.use_alter = options.use_alter
    detail.written = to_columns(columns, caller)
    refuse_repeated(detail.written, caller)
    detail.elements = make_elements(columns, refcolumns, without_table(options), caller)
    return attach_to_given(core.constraint(detail), options, detail.written)
end

---The constraint of a single ForeignKey of a column.
---@param foreign_key any
---@return any
function constraint.of_foreign_key(foreign_key)
    local own = core.pin(foreign_key)
    local detail = common_detail("foreign_key", own.options, "ForeignKey")
    detail.ondelete, detail.onupdate = own.ondelete, own.onupdate
    detail.match = own.match
    detail.use_alter = own.use_alter
    detail.written = { own.parent }
    detail.elements = { foreign_key }
    return core.constraint(detail)
end

-- All columns of a foreign key are one other table's.
local function refuse_several_tables(detail, table_)
    local first
    for _, foreign_key in ipairs(detail.elements) do
        local key = constraint.target_table_key(foreign_key)
        if first and key and key ~= first then
            exc.ArgumentError:raise("a ForeignKeyConstraint of table '%s' refers to several "
                .. "tables: '%s' and '%s'", table_.name, first, key)
        end
        first = first or key
    end
end

-- Naming conventions may ask for the columns of the elements.
local function set_parents(self, detail)
    for i, foreign_key in ipairs(detail.elements or {}) do
        local own, parent = core.pin(foreign_key), detail.columns[i]
        own.constraint = self
        if own.parent ~= parent then
            attach_events.before("key", foreign_key, parent)
            own.parent = parent
            attach_events.after("key", foreign_key, parent)
        end
    end
end

local function attach_elements(detail, table_)
    refuse_several_tables(detail, table_)
    for i, foreign_key in ipairs(detail.elements) do
        local parent = detail.columns[i]
        core.pin(foreign_key).schema = table_.metadata.schema
        core.column_add_foreign_key(parent, foreign_key)
        core.pin(parent).foreign_keys:add(foreign_key)
        table_.metadata:_add_foreign_key(foreign_key)
    end
end

local function attach(self, detail, table_)
    detail.columns = detail.check and mentioned_columns(detail.check, table_)
        or resolve_columns(detail.written or {}, table_,
            detail.elements and "foreign_key" or detail.kind)
    if detail.options and detail.options.postgresql_include then
        detail.include = resolve_columns(to_columns(detail.options.postgresql_include,
            "postgresql_include"), table_):values()
    end
    if detail.exclusions then
        constraint.resolve_exclusions(detail, table_)
    end
    detail.table = table_
    set_parents(self, detail)
    naming.name_constraint(self, detail, table_)
    core.constraint_update(self)
    core.table_add_constraint(table_, self)
    if detail.elements then
        core.pin(self).kind = "foreign_key"
        attach_elements(detail, table_)
    end
end

---Attach a constraint to its table. For Table only.
---@param self any
---@param table_ corm.Table
function constraint.attach(self, table_)
    local detail = core.pin(self)
    if detail.table then
        exc.InvalidRequestError:raise("constraint %s belongs to table '%s' already",
            repr.value(detail.name), detail.table.name)
    elseif detail.own_column then
        attach(self, detail, table_) -- its parent is the column
        return
    end
    attach_events.before(detail.kind, self, table_)
    attach(self, detail, table_)
    attach_events.after(detail.kind, self, table_)
end

-- A name given later, by a listener say; no convention changes it any more.
function family.meta:__newindex(name, value)
    local detail = core.pin(self)
    if name == "name" then
        detail.name = name_reader.read(value, "Constraint", "name")
        detail.given_name, detail.name_is_final, detail.is_name_made = detail.name, true, false
    elseif name == "info" then
        detail.info = args.check(value, "table", "Constraint", "info")
    else
        exc.ArgumentError:raise("a constraint has no attribute %s that can be set",
            repr.value(name))
    end
    core.constraint_update(self)
end

-- ---- attributes of constraints ----

function family.getters:column_keys()
    local keys = {}
    local detail = core.pin(self)
    for _, item in ipairs(detail.columns or detail.written or {}) do
        keys[#keys + 1] = type(item) == "string" and item or core.pin(item).key
    end
    return keys
end

-- A constraint without table has names or columns yet, but no collection of them.
function family.getters:columns()
    return core.pin(self).columns or collection.new("constraint")
end

function family.getters:c()
    return self.columns
end

---Whether a column of the constraint has this key.
---@param key string
---@return boolean
function family.methods:contains(key)
    return collection.contains(self.columns, key)
end

function family.methods:contains_column(of)
    return collection.contains_column(self.columns, of)
end

---A copy without table; a condition is said of the target table's columns, if one is given.
---@param options? {target_table?: corm.Table, referred_schema_fn?: function}
function family.methods:copy(options)
    return require("corm.sql.constraint_copy")(self, options)
end

---The constraint is in CREATE TABLE only where the condition holds.
---@param condition {dialect?: string|string[], callable_?: function, state?: any}
---@return any
function family.methods:ddl_if(condition)
    core.pin(self)._ddl_if = conditions.check(condition, "ddl_if")
    return self
end

local TITLES = {
    primary_key = "PrimaryKeyConstraint", unique = "UniqueConstraint",
    check = "CheckConstraint", foreign_key = "ForeignKeyConstraint",
    exclude = "ExcludeConstraint",
}

function family.meta:__tostring()
    local detail = core.pin(self)
    local names = {}
    for i, key in ipairs(self.column_keys) do
        names[i] = ("'%s'"):format(key)
    end
    return ("%s(%s)"):format(TITLES[detail.kind], table.concat(names, ", "))
end

-- for column in constraint
function family.meta:__call(state, previous)
    return self.columns(state, previous)
end

function family.meta:__len()
    return #self.columns
end

---The kind of a constraint: "primary_key", "foreign_key", "unique", "check".
---@param self any
---@return string
function constraint.kind(self)
    return core.pin(self).kind
end

constraint.is = function(value)
    return type(value) == "userdata" and core.metafield(value, "__name") == "corm.Constraint"
end

local function is_foreign_key(value)
    return type(value) == "userdata" and core.metafield(value, "__name") == "corm.ForeignKey"
end

-- Class -> its kind of constraint.
for name, kind in pairs({
    CheckConstraint = "check", ForeignKey = "key", ForeignKeyConstraint = "foreign_key",
    PrimaryKeyConstraint = "primary_key", UniqueConstraint = "unique",
}) do
    local class = constructor(name, constraint[name], kind == "key" and is_foreign_key
        or function(value)
            return constraint.is(value) and constraint.kind(value) == kind
        end)
    constraint[name] = class
    attach_events.of_constructor(class, kind)
end

return constraint
