-- SPDX-License-Identifier: MIT
-- What the database gives a column when nobody else does: defaults in its DDL, defaults that
-- it has from elsewhere, computed columns, identities. Each knows its `column`.

local core = require("corm.core")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local constructor = require("corm.util.constructor")
local defaults = require("corm.sql.defaults")
local merged = require("corm.util.merged")

local server_defaults = {}

---What all of them say of themselves.
---@class corm.FetchedValue
---@field column? corm.Column whose default it is
---@field for_update boolean what an UPDATE gets rather than an INSERT
---@field has_argument boolean it is said in DDL
---@field is_identity boolean
---@field is_server_default boolean
---@field reflected boolean it was read from a database
local FetchedValue = {
    is_server_default = true, has_argument = false, is_clause_element = false,
    is_identity = false, reflected = false,
}

local BASE = { __index = FetchedValue }

-- A metatable below FetchedValue, and the constructor.
local function define(name, members, make)
    members.__name = "corm." .. name
    members.__index = setmetatable(members, BASE)
    server_defaults[name] = constructor(name, function(...)
        local self = setmetatable(make(...), members)
        self.for_update = self.for_update or false
        return self
    end, function(value)
        return getmetatable(value) == members
    end)
    return members
end

-- The option for_update, which SQLAlchemy takes by position as well.
local function read_for_update(given, caller)
    if type(given) == "table" then
        return check_options(given, { "for_update" }, caller).for_update
    end
    return args.check(given, "boolean", caller, "for_update")
end

---A default that the database makes and corm fetches, without saying it in DDL.
local Fetched = define("FetchedValue", {}, function(for_update)
    return { for_update = read_for_update(for_update, "FetchedValue") }
end)

function Fetched.__tostring()
    return "FetchedValue()"
end

---A default that DDL says: Column("x", String, DefaultClause("y")) or server_default = "y".
---@class corm.DefaultClause: corm.FetchedValue
---@field arg any a text or an SQL expression
local Clause = define("DefaultClause", { has_argument = true }, function(arg, for_update)
    local value = type(arg) == "string" and arg or core.resolve(arg)
    if not value then
        args.refuse("DefaultClause", "a string or an SQL expression", arg)
    end
    return { arg = value, for_update = read_for_update(for_update, "DefaultClause") }
end)

function Clause:__tostring()
    return ("DefaultClause(%s)"):format(tostring(self.arg))
end

---A column that the database computes: Computed("price * amount", {persisted = true}).
---@class corm.Computed: corm.FetchedValue
---@field sqltext any
---@field persisted? boolean
local Computed = define("Computed", {}, function(sqltext, options)
    options = check_options(options, { "persisted" }, "Computed")
    if type(sqltext) == "string" then
        sqltext = core.node("text", { name = sqltext })
    end
    return { sqltext = core.clause(sqltext, "Computed"), persisted = options.persisted }
end)

function Computed:__tostring()
    return ("Computed(%s)"):format(tostring(self.sqltext))
end

local IDENTITY_OPTIONS = table.move(defaults.NUMBERING, 1, #defaults.NUMBERING, 3,
    { "always", "on_null" })

---A column that the database numbers: Identity({start = 1, always = true}).
---@class corm.Identity: corm.FetchedValue
---@field always boolean
---@field start? integer
---@field increment? integer
---@field minvalue? integer
---@field maxvalue? integer
---@field cycle? boolean
---@field cache? integer
---@field sequence any the numbers as the core knows them
local Identity = define("Identity", { is_identity = true }, function(...)
    local list, options = args.split(0, IDENTITY_OPTIONS, "Identity", ...)
    local self = merged(options)
    self.always = list[1] or self.always or false
    defaults.check_numbers(self, "Identity")
    self.sequence = core.sequence(self)
    return self
end)

function Identity.__tostring()
    return "Identity()"
end

---Whether a value is a default of the database, of any kind.
---@param value any
---@return boolean
function server_defaults.is(value)
    local meta = type(value) == "table" and getmetatable(value)
    return meta and getmetatable(meta) == BASE or false
end

-- All of them are fetched.
function server_defaults.FetchedValue:is(value)
    return server_defaults.is(value)
end

---@param value any
---@return boolean
function server_defaults.is_computed(value)
    return getmetatable(value) == Computed
end

---The same default for another column, or for the other kind of statement.
---@param default corm.FetchedValue
---@param for_update? boolean
---@return corm.FetchedValue
function server_defaults.copy(default, for_update)
    local copy = merged(default)
    copy.column = nil
    if for_update ~= nil then
        copy.for_update = for_update
    end
    return setmetatable(copy, getmetatable(default))
end

---What was given as server_default or server_onupdate, as an object.
---@param value any
---@param for_update boolean
---@return corm.FetchedValue
function server_defaults.of_column(value, for_update)
    if not server_defaults.is(value) then
        if type(value) ~= "string" and not core.resolve(value) then
            args.refuse("Column", "a string or an SQL expression as server_"
                .. (for_update and "onupdate" or "default"), value)
        end
        return server_defaults.DefaultClause(value, for_update)
    elseif value.is_identity or server_defaults.is_computed(value)
        or value.for_update == for_update then
        return value
    end
    return server_defaults.copy(value, for_update)
end

return server_defaults
