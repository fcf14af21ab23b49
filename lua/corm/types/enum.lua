-- SPDX-License-Identifier: MIT
-- Enum: one of a list of texts, a type of its own where the database has such.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local bridge = require("corm.sql.bridge")
local check_options = require("corm.util.options")
local engine = require("corm.types.engine")
local names = require("corm.sql.names")
local repr = require("corm.util.repr")

local OPTIONS = {
    "create_constraint", "create_type", "inherit_schema", "length", "metadata", "name",
    "native_enum", "schema", "validate_strings", "values_callable",
}

-- What an Enum may be, from names or one table of them.
local function read_labels(class, list, options)
    local labels = {}
    local source = list.n == 1 and type(list[1]) == "table" and list[1] or list
    if options.values_callable then
        source = options.values_callable(source)
        args.check(source, "table", class._name, "the result of values_callable")
    end
    for i = 1, source.n or #source do
        if type(source[i]) ~= "string" then
            exc.ArgumentError:raise("%s: value %d must be a string, got %s", class._name, i,
                repr.value(source[i]))
        end
        labels[i] = source[i]
    end
    return labels
end

local function longest(labels)
    local length = 0
    for _, label in ipairs(labels) do
        length = math.max(length, utf8.len(label) or #label)
    end
    return length
end

-- Enum("a", "b", {name = …}) or Enum({"a", "b"}, {name = …})
local function new_enum(class, ...)
    local list, options = args.split(0, class._options, class._name, ...)
    local labels = read_labels(class, list, options)
    local detail = { class = class, kind = "enum", labels = labels, enums = labels }
    for name, value in pairs(options) do
        detail[name] = value
    end
    if detail.length == nil then
        detail.length = longest(labels)
    elseif detail.length == core.NULL then
        detail.length = nil
    elseif math.type(detail.length) ~= "integer" or detail.length < longest(labels) then
        exc.ArgumentError:raise("%s: length %s is shorter than the longest value", class._name,
            repr.value(detail.length))
    end
    detail.native_enum = detail.native_enum ~= false
    detail.validate_strings = detail.validate_strings ~= false
    detail.create_constraint = detail.create_constraint == true
    detail.native = detail.native_enum
    detail.constraint = detail.create_constraint
    detail.unchecked = not detail.validate_strings
    engine.read_schema(detail, class._name)
    local name, _, is_final = names.read(detail.name, class._name, "name")
    detail.name, detail.name_is_final = name, is_final or nil
    args.check_strings(detail, { "schema" }, class._name)
    local type_ = engine.object(detail)
    if detail.metadata then
        detail.metadata:_own_type(type_)
    end
    return type_
end

-- ---- making and dropping ----

---CREATE TYPE by itself, unless it is there; nothing where the database has no such types.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
local function create(self, bind, options)
    bridge.get("ddl").create_type(bind, self,
        check_options(options, { "checkfirst" }, self.class._name .. ":create"))
end

---DROP TYPE, if it is there.
---@param bind any Engine or Connection
---@param options? {checkfirst?: boolean}
local function drop(self, bind, options)
    bridge.get("ddl").drop_type(bind, self,
        check_options(options, { "checkfirst" }, self.class._name .. ":drop"))
end

return { _kind = "enum", _new = new_enum, _options = OPTIONS, create = create, drop = drop }
