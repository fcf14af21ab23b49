-- SPDX-License-Identifier: MIT
-- func: any SQL function by its name.
--
--     func.count(User.id), func.now(), func.pkg.name(x), func["end"](), func.repeat_(…)

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local check_options = require("corm.util.options")
local custom = require("corm.sql.custom")
local repr = require("corm.util.repr")
local types = require("corm.types")

local functions = {}

-- Functions of the user's own by name: a table with `type` and perhaps `name`.
local registered = {}

-- What makes a function otherwise than by its name and arguments: classes, by name.
local classes = {}

local Generator = { __name = "corm.func" }

-- The function's name and its package: {"pkg", "name"}.
local path_of = setmetatable({}, { __mode = "k" })

local function new_generator(path)
    local self = setmetatable({}, Generator)
    path_of[self] = path
    return self
end

function Generator:__index(name)
    if type(name) ~= "string" then
        exc.ArgumentError:raise("a function's name is a string, got %s", repr.value(name))
    elseif name:find("^__") then
        return nil
    end
    local path = { table.unpack(path_of[self]) }
    path[#path + 1] = (name:gsub("(.)_$", "%1"))
    local generator = new_generator(path)
    rawset(self, name, generator)
    return generator
end

local STAR

-- x ORDER BY y among the arguments belongs to the whole call: take it out.
local function take_order(list)
    local order
    for i = 1, list.n do
        if core.kind(list[i]) == "within" and core.kind(core.kid(list[i], 0)) ~= "function" then
            list[i], order = core.kid(list[i], 0), core.kid(list[i], 1)
        end
    end
    return order
end

local function call(path, type_, list)
    local name = path[#path]
    local package = #path > 1 and table.concat(path, ".", 1, #path - 1) or nil
    if list.n == 0 and not package and name:lower() == "count" then
        STAR = STAR or core.node("star", {})
        return core.function_(name, nil, type_, STAR)
    end
    local order = take_order(list)
    if name == "array_agg" and not type_ and list.n == 1 then
        type_ = types.ARRAY(core.type_of(core.coerce(list[1])))
    end
    local node = core.function_(name, package, type_, table.unpack(list, 1, list.n))
    return order and core.node("within", { type = node, variant = true, node, order }) or node
end

-- What looks like a function and has a syntax of its own.
local CONSTRUCTS = { cast = "cast", extract = "extract" }

function Generator:__call(...)
    local path = path_of[self]
    if #path == 0 then
        exc.ArgumentError:raise("func is not a function itself: write func.name(…)")
    end
    local construct = #path == 1 and CONSTRUCTS[path[1]]
    if construct then
        return require("corm.sql.elements")[construct](...)
    end
    local list, options = args.split(0, { "type_" }, "func." .. path[#path], ...)
    local class = classes[table.concat(path, "."):lower()]
    if class then
        return class(table.unpack(list, 1, list.n))
    end
    local type_ = options.type_ and types.to_instance(options.type_, "func") or nil
    local own = #path == 1 and registered[path[1]:lower()]
    if own then
        if own.arguments then
            own.arguments(list)
        end
        type_ = type_ or own.type or own.type_of(list)
    end
    return call(path, type_, list)
end

function Generator:__tostring()
    return "func." .. table.concat(path_of[self], ".")
end

functions.func = new_generator({})

---Declare the type of a function that corm does not know. The option `arguments` may change
---the list of arguments (its length in n) in place.
---@param name string
---@param type_ corm.types.TypeEngine
---@param options? {arguments?: fun(list: table)}
function functions.register_function(name, type_, options)
    args.check(name, "string", "register_function", "name")
    options = check_options(options, { "arguments" }, "register_function")
    registered[name:lower()] = {
        type = types.to_instance(type_, "register_function"), arguments = options.arguments,
    }
end

---Have func.name(…) make a GenericFunction of this class.
---@param class corm.sql.CustomClass
---@param name string with its package before it, "geo.buffer"
function functions.register_class(class, name)
    classes[name:lower()] = class
end

functions.FunctionElement = custom.FunctionElement
functions.GenericFunction = custom.GenericFunction

-- func.next_value(sequence)
classes.next_value = function(sequence)
    if core.metafield(sequence, "__name") ~= "corm.Sequence" then
        args.refuse("func.next_value", "a Sequence", sequence)
    end
    return sequence:next_value()
end

-- An array of what the argument is.
registered.array_agg = {
    type_of = function(list)
        local argument = list[1]
        if core.kind(argument) == "within" then
            argument = core.kid(argument, 0)
        end
        local item = argument ~= nil and core.type_of(core.coerce(argument)) or types.NullType
        if item.kind == "array" then
            return types.ARRAY(item.item, { dimensions = (item.dimensions or 1) + 1 })
        end
        return types.ARRAY(item)
    end,
}

-- ---- functions as rows ----

local family = core.families.Function

-- Columns of a table-valued function: names, or columns with types.
local function listed_columns(list)
    local spec = { op = "comma" }
    for i = 1, list.n do
        local item = list[i]
        if type(item) == "string" then
            item = require("corm.sql.elements").column(item)
        end
        spec[i] = item
    end
    return core.node("list", spec)
end

local ORDINALITY, TYPES, IMPLICIT = 1, 2, 4

---Whether a table-valued function needs no condition to be joined by.
---@param node any
---@return boolean
function functions.joins_implicitly(node)
    return core.value(node) & IMPLICIT ~= 0
end

---The function as something to select from: func.json_each(x):table_valued("key", "value").
---@param ... any columns; options name, with_ordinality (name of that column), joins_implicitly
---@return corm.FromClause
function family.methods:table_valued(...)
    local list, options = args.split(0, { "joins_implicitly", "name", "with_ordinality" },
        "table_valued", ...)
    if options.with_ordinality then
        list.n = list.n + 1
        list[list.n] = require("corm.sql.elements").column(options.with_ordinality, types.Integer)
    end
    return core.node("table_function", {
        type = self, name = options.name, anonymous = options.name == nil, id = true,
        value = (options.with_ordinality and ORDINALITY or 0)
            | (options.joins_implicitly and IMPLICIT or 0), self,
        listed_columns(list),
    })
end

---The value of a function that is selected from, by the function's alias.
core.families.FromClause.getters.column = function(self)
    if core.kind(self) ~= "table_function" then
        exc.ArgumentError:raise("a %s has no attribute 'column'", core.kind(self))
    end
    local name = not core.flag(self, "anonymous") and core.name(self) or nil
    return core.node("coerce", { type = core.kid(self, 0), name = name, self })
end

---The function's value, under an alias: func.unnest(x):column_valued("x").
---@param ... any name, joins_implicitly
---@return corm.ColumnElement
function family.methods:column_valued(...)
    return self:alias(...).column
end

---A part of the row that the function returns, as a value: (f(x)).name.
---@param name string
---@param ... any type_
---@return corm.ColumnElement
function family.methods:scalar_table_valued(name, ...)
    args.check(name, "string", "scalar_table_valued", "name")
    local type_ = args.named({ "type_" }, "scalar_table_valued", ...).type_
    local elements = require("corm.sql.elements")
    return core.node("splice", {
        name = name, type = type_ and types.to_instance(type_, "scalar_table_valued") or nil,
        elements.literal_column("("), self, elements.literal_column(")."),
        elements.column(name),
    })
end

---LATERAL function() AS name.
---@param name? string
---@return corm.FromClause
function family.methods:lateral(name)
    return self:alias():lateral(name)
end

---A table-valued function that states its columns: … AS name(a, b).
---@param options? {name?: string, with_types?: boolean}
---@return corm.FromClause
core.families.FromClause.methods.render_derived = function(self, options)
    options = check_options(options, { "name", "with_types" }, "render_derived")
    if math.type(core.value(self)) ~= "integer" then
        args.refuse("render_derived", "a table-valued function", self)
    end
    local spec = { variant = true, pin = core.pin(self),
        value = core.value(self) | (options.with_types and TYPES or 0) }
    if options.name then
        spec.name, spec.anonymous = options.name, false
    end
    return core.respec(self, spec)
end

---SELECT function().
function family.methods:select()
    return core.select(self)
end

local ALIAS = { "name", "joins_implicitly" }

---The function under an alias.
---@param ... any name, joins_implicitly
---@return corm.FromClause
function family.methods:alias(...)
    local options = args.named(ALIAS, "alias", ...)
    local name = options.name
    return core.node("table_function", {
        type = self, name = name, anonymous = name == nil, id = true,
        value = options.joins_implicitly and IMPLICIT or 0, self, false,
    })
end

return functions
