-- SPDX-License-Identifier: MIT
-- Column(name?, type?, ForeignKey(…)?, …, {options}).
--
-- A column's detail table is its Lua side: what was written, and the nodes that the core's
-- struct borrows. It is changed here only, always followed by core.column_update().

local core = require("corm.core")
require("corm.sql.lazy")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local attach_events = require("corm.sql.attach_events")
local defaults = require("corm.sql.defaults")
local dialect_options = require("corm.sql.dialect_options")
local merged = require("corm.util.merged")
local names = require("corm.sql.names")
local repr = require("corm.util.repr")
local server_defaults = require("corm.sql.server_defaults")
local Set = require("corm.util.set")
local constructor = require("corm.util.constructor")
local select = require("corm.util.select")

local column = {}

local OPTIONS = dialect_options.with_foreign({
    "autoincrement", "comment", "default", "doc", "index", "info", "insert_default",
    "insert_sentinel", "key", "name", "nullable", "onupdate", "primary_key", "quote",
    "server_default", "server_onupdate", "sqlite_on_conflict_not_null",
    "sqlite_on_conflict_primary_key", "sqlite_on_conflict_unique", "system", "type_", "unique",
})

local BOOLEANS = {
    "index", "insert_sentinel", "nullable", "primary_key", "quote", "system", "unique",
}

-- Attributes that may be nil.
local OPTIONAL = {
    "comment", "computed", "default", "doc", "identity", "index", "key", "name", "onupdate",
    "quote", "sequence", "server_default", "server_onupdate", "unique",
}

local family = core.families.Column
for _, name in ipairs(OPTIONAL) do
    family.getters[name] = function()
        return nil
    end
end

-- Columns are numbered as they are made, so that a class knows the order of its members.
local creations = 0

---The next number in the order of declarations; relationships take one as well.
---@return integer
function column.next_creation()
    creations = creations + 1
    return creations
end

local function check_options(options)
    for _, name in ipairs(BOOLEANS) do
        args.check(options[name], "boolean", "Column", name)
    end
    args.check_strings(options, {
        "comment", "doc", "key", "sqlite_on_conflict_not_null", "sqlite_on_conflict_primary_key",
        "sqlite_on_conflict_unique",
    }, "Column")
    args.check(options.info, "table", "Column", "info")
    local auto = options.autoincrement
    if auto ~= nil and type(auto) ~= "boolean" and auto ~= "auto" and auto ~= "ignore_fk" then
        exc.ArgumentError:raise(
            "Column: autoincrement must be true, false, \"auto\" or \"ignore_fk\", got %s",
            repr.value(auto))
    end
end

-- Name and type, which may be left out, in front of the other arguments.
local function read_head(list, detail)
    local at = 1
    if names.is(list[at]) then
        detail.name, detail.name_quote = names.read(list[at], "Column", "name")
        at = at + 1
    end
    if core.is_type(list[at]) then
        detail.type = list[at]
        at = at + 1
    elseif list[at] == nil and at <= list.n and at <= 2 then
        at = at + 1
    end
    return at
end

local function class_name(value)
    return type(value) == "userdata" and core.metafield(value, "__name") or nil
end

-- The expression of a default, as part of INSERT and UPDATE. One with a construct of the user's
-- own is selected before, as only the statement itself is looked at for such.
local function inline_node(default)
    if default.is_clause_element and not core.flag(default.arg, "has_custom") then
        return default.arg
    end
    return nil
end

-- The sequence that an INSERT draws from; where one is optional, the database numbers by itself.
local function drawn_from(default)
    return default.is_sequence and not core.pin(default).optional and default or nil
end

local function set_default(detail, value)
    if value == nil then
        return
    end
    local default = defaults.of_column(value, false)
    detail.default = default
    detail.default_node = inline_node(default)
    detail.sequence = drawn_from(default) or detail.sequence
    detail.has_default = default.is_scalar or default.is_callable
        or default.is_clause_element and detail.default_node == nil
    detail.scalar_default = default.is_scalar and default.arg or nil
end

local function set_onupdate(detail, value)
    if value == nil then
        return
    end
    local onupdate = defaults.of_column(value, true)
    detail.onupdate = onupdate
    detail.has_onupdate = true
    detail.onupdate_node = inline_node(onupdate)
end

-- A string is a literal of the column's type; text() and expressions go as they are.
local function default_clause_node(default)
    if type(default.arg) == "string" then
        return core.node("bind", { value = default.arg, anonymous = true,
            type = require("corm.types").String })
    end
    return default.arg
end

local function set_server_default(detail, value)
    if value ~= nil then
        local default = server_defaults.of_column(value, false)
        detail.server_default = default
        detail.server_default_node = default.has_argument and default_clause_node(default) or nil
    end
end

local function set_server_onupdate(detail, value)
    if value ~= nil then
        detail.server_onupdate = server_defaults.of_column(value, true)
        detail.has_server_onupdate = true
    end
end

-- What the database makes itself has no default besides.
local function refuse_others(detail, title, ...)
    for i = 1, select("#", ...) do
        local name = (select(i, ...))
        if detail[name] ~= nil then
            exc.ArgumentError:raise("Column: %s cannot have %s %s", title,
                name == "identity" and "an" or "a", name)
        end
    end
end

local function add_identity(detail, identity)
    refuse_others(detail, "an identity column", "computed", "server_default", "server_onupdate")
    if detail.autoincrement == false then
        exc.ArgumentError:raise("Column: an identity column cannot have autoincrement = false")
    elseif not detail.null_is_said then
        detail.nullable = false
    end
    detail.identity = identity
    detail.sequence = identity.sequence
    detail.server_default = identity
end

local function add_computed(detail, computed)
    refuse_others(detail, "a computed column", "identity", "server_default", "server_onupdate")
    detail.computed = computed
    detail.computed_node = computed.sqltext
    detail.persisted = computed.persisted
    detail.server_default = computed
    detail.server_onupdate = computed
end

local function add_default(detail, default)
    if default.for_update then
        set_onupdate(detail, default)
    else
        set_default(detail, default)
    end
end

local function add_server_default(detail, default)
    if default.is_identity then
        add_identity(detail, default)
    elseif server_defaults.is_computed(default) then
        add_computed(detail, default)
    elseif default.for_update then
        set_server_onupdate(detail, default)
    else
        set_server_default(detail, default)
    end
end

local DEFAULTS = { "default", "onupdate", "server_default", "server_onupdate" }

local function bind_default(self, default)
    local kind = default.is_sequence and "sequence" or "default"
    attach_events.before(kind, default, self)
    defaults.bind(default, self)
    attach_events.after(kind, default, self)
end

-- Every default knows its column.
local function bind_defaults(self, detail)
    for _, name in ipairs(DEFAULTS) do
        if detail[name] then
            bind_default(self, detail[name])
        end
    end
    if detail.identity and detail.default and detail.default.is_sequence then
        exc.ArgumentError:raise("Column: an identity column cannot have a Sequence")
    end
end

-- Defaults of a copied column: copies, of the other column.
local function copy_defaults(self, detail)
    for _, name in ipairs(DEFAULTS) do
        local default = detail[name]
        if default then
            local of = server_defaults.is(default) and server_defaults or defaults
            detail[name] = of.copy(default)
        end
    end
    detail.identity = detail.identity and detail.server_default
    if detail.computed then
        detail.computed = detail.server_default
        detail.server_onupdate = detail.server_default
    end
    detail.sequence = detail.default and drawn_from(detail.default) or detail.sequence
    bind_defaults(self, detail)
end

-- One argument after name and type.
local function add_argument(detail, value)
    local class = class_name(value)
    if class == "corm.ForeignKey" then
        table.insert(detail.pending_foreign_keys, value)
    elseif class == "corm.Constraint" then
        table.insert(detail.pending_constraints, value)
    elseif defaults.is_column_default(value) or defaults.is_sequence(value) then
        add_default(detail, value)
    elseif server_defaults.is(value) then
        add_server_default(detail, value)
    else
        args.refuse("Column", "a type, ForeignKey, constraint or default", value)
    end
end

local function refuse_twice(by_position, by_name, name)
    if by_position ~= nil and by_name ~= nil then
        exc.ArgumentError:raise("Column: %s is given twice, by position and as an option", name)
    end
end

-- Copy options with a meaning of their own into the detail table.
local function apply_options(detail, options)
    refuse_twice(detail.name, options.name, "name")
    refuse_twice(detail.type, options.type_, "type_")
    if detail.name == nil then
        detail.name, detail.name_quote = names.read(options.name, "Column", "name")
    end
    detail.type = detail.type or options.type_
    detail.primary_key = options.primary_key or false
    detail.nullable = options.nullable
    detail.null_is_said = options.nullable ~= nil
    if detail.nullable == nil then
        detail.nullable = not detail.primary_key
    elseif detail.nullable then
        detail.null_said = true
    end
    if options.autoincrement ~= nil and type(options.autoincrement) == "boolean" then
        detail.autoincrement = options.autoincrement
    end
    detail.ignores_foreign_keys = options.autoincrement == "ignore_fk"
    detail.autoincrement_said = options.autoincrement
    for _, name in ipairs({ "comment", "doc", "key", "quote", "system", "index", "unique" }) do
        detail[name] = options[name]
    end
    if detail.quote == nil then
        detail.quote = detail.name_quote
    end
    detail.null_conflict = options.sqlite_on_conflict_not_null
        and options.sqlite_on_conflict_not_null:upper()
    detail.info = options.info or {}
    detail.sentinel = options.insert_sentinel or false
    if options.insert_default ~= nil and options.default ~= nil then
        exc.ArgumentError:raise("Column: default and insert_default exclude each other")
    end
    set_default(detail, options.insert_default)
    set_default(detail, options.default)
    set_onupdate(detail, options.onupdate)
    set_server_default(detail, options.server_default)
    set_server_onupdate(detail, options.server_onupdate)
end

local function add_foreign_key(self, foreign_key)
    attach_events.before("key", foreign_key, self)
    core.pin(foreign_key).parent = self
    core.pin(self).foreign_keys:add(foreign_key)
    attach_events.after("key", foreign_key, self)
end

---Make a column. Name and type may be left out where the class or the foreign key says them.
---@param ... any
---@return corm.Column
function column.Column(...)
    local list, options = args.split(0, OPTIONS, "Column", ...)
    check_options(options)
    local detail = {
        pending_foreign_keys = {},
        pending_constraints = {},
        foreign_keys = Set(),
        options = options,
        _creation_order = column.next_creation(),
    }
    local at = read_head(list, detail)
    apply_options(detail, options)
    if detail.type ~= nil and not core.is_type(detail.type) then
        args.refuse("Column", "a type", detail.type)
    end
    for i = at, list.n do
        add_argument(detail, list[i])
    end
    detail.key = detail.key or detail.name
    local self = core.column(detail)
    if detail.type then
        attach_events.type(detail.type, self)
    end
    bind_defaults(self, detail)
    for _, foreign_key in ipairs(detail.pending_foreign_keys) do
        local parent = core.pin(foreign_key).parent
        if parent then
            exc.InvalidRequestError:raise("this ForeignKey already has a parent: %s",
                tostring(parent))
        end
        add_foreign_key(self, foreign_key)
    end
    for _, check in ipairs(detail.pending_constraints) do
        attach_events.both(core.pin(check).kind, check, self)
    end
    return self
end

---Whether the value is a column of a table, or one to be.
---@param value any
---@return boolean
function column.is(value)
    return core.kind(value) == "column"
end

column.Column = constructor("Column", column.Column, column.is)
attach_events.of_constructor(column.Column, "column")

---Change attributes of a column: the core is told.
---@param self corm.Column
---@param changes table
function column.set(self, changes)
    local detail = core.pin(self)
    for name, value in pairs(changes) do
        detail[name] = value
    end
    core.column_update(self)
end

---Give a column its name and key, where it has none.
---@param self corm.Column
---@param name string
function column.set_name(self, name)
    local detail = core.pin(self)
    if detail.name == nil then
        detail.name = name
        detail.key = detail.key or name
        core.column_update(self)
    elseif detail.key == nil then
        column.set(self, { key = detail.name })
    end
end

---Give a column without type the type of the column it refers to, and so on backwards.
---@param self corm.Column
---@param type_ corm.types.TypeEngine
function column.set_type(self, type_)
    local detail = core.pin(self)
    detail.type = type_
    core.column_update(self)
    for follower in pairs(detail.followers or {}) do
        if core.pin(follower).type == nil then
            column.set_type(follower, type_)
        end
    end
end

---Let follower take the type of self when that becomes known.
function column.follow(self, follower)
    local detail = core.pin(self)
    detail.followers = detail.followers or setmetatable({}, { __mode = "k" })
    detail.followers[follower] = true
    if core.pin(follower).type == nil and detail.type ~= nil then
        column.set_type(follower, detail.type)
    end
end

-- ---- methods and attributes ----

local SETTABLE = {
    autoincrement = "boolean", comment = "string", doc = "string", index = "boolean",
    info = "table", key = "string", name = "string", nullable = "boolean",
    primary_key = "boolean", system = "boolean", unique = "boolean", quote = "boolean",
}

local SETTERS = {
    default = set_default,
    onupdate = set_onupdate,
    server_default = set_server_default,
    server_onupdate = set_server_onupdate,
    type = function(detail, value)
        detail.type = require("corm.types").to_instance(value, "Column.type")
    end,
}

local CLEARED = {
    default = { "default", "default_node", "has_default", "scalar_default" },
    onupdate = { "onupdate", "onupdate_node", "has_onupdate" },
    server_default = { "server_default", "server_default_node" },
    server_onupdate = { "server_onupdate", "has_server_onupdate" },
}

-- What a table has built upon.
local FIXED = { key = true, name = true, primary_key = true }

function family.meta:__newindex(name, value)
    local detail = core.pin(self)
    if FIXED[name] and self.table then
        exc.InvalidRequestError:raise("%s of column '%s' cannot change: it belongs to table '%s'",
            name, detail.name, self.table.name)
    end
    if SETTERS[name] then
        for _, cleared in ipairs(CLEARED[name] or {}) do
            detail[cleared] = nil
        end
        SETTERS[name](detail, value)
        bind_defaults(self, detail)
    elseif SETTABLE[name] then
        detail[name] = args.check(value, SETTABLE[name], "Column", name)
    else
        exc.ArgumentError:raise("Column has no attribute %s that can be set", repr.value(name))
    end
    core.column_update(self)
end

---A copy without table, for mixins and other tables.
---@param self corm.Column
---@param changes? table
---@return corm.Column
function family.methods:copy(changes)
    args.check(changes, "table", "Column:copy", "changes")
    local old = core.pin(self)
    local detail = merged(old)
    detail.foreign_keys, detail.followers = Set(), nil
    detail.info = merged(old.info)
    detail.pending_foreign_keys, detail.pending_constraints = {}, {}
    if old.type_is_inferred then
        detail.type, detail.type_is_inferred = nil, nil
    end
    for name, value in pairs(changes or {}) do
        detail[name] = value
    end
    local copy = core.column(detail)
    attach_events.copy(self, copy)
    if detail.type then
        attach_events.type(detail.type, copy)
    end
    copy_defaults(copy, detail)
    core.column_update(copy)
    for _, foreign_key in ipairs(old.pending_foreign_keys) do
        local copied = foreign_key:copy()
        attach_events.copy(foreign_key, copied)
        table.insert(detail.pending_foreign_keys, copied)
        add_foreign_key(copy, copied)
    end
    for i, constraint in ipairs(old.pending_constraints) do
        detail.pending_constraints[i] = constraint:copy()
    end
    return copy
end

function family.getters:type()
    return core.type_of(self)
end

function family.getters:description()
    return core.name(self)
end

-- The CHECKs that the column was given.
function family.getters:constraints()
    local detail = core.pin(self)
    local own = Set(detail.pending_constraints)
    for constraint in self.table and self.table.constraints or Set() do
        if core.pin(constraint).own_column == self then
            own:add(constraint)
        end
    end
    return own
end

-- What was said of counting: true, false, "auto" or "ignore_fk".
function family.getters:autoincrement()
    local said = core.pin(self).autoincrement_said
    return said == nil and "auto" or said
end

function family.getters:system()
    return core.pin(self).system or false
end

function family.getters:is_literal()
    return false
end

local pending_tostring = family.meta.__tostring

-- table.column, or the name alone
function family.meta:__tostring()
    if core.name(self) == nil then
        return "(no name)"
    end
    return pending_tostring(self)
end

return column
