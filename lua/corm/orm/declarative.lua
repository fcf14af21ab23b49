-- SPDX-License-Identifier: MIT
-- Classes that map themselves: declarative_base() and Base:extend("User", {…}).
--
-- A class is a table. Its metatable keeps apart what it consists of: attributes (nodes that
-- stand in statements), members (methods and plain values, inherited) and the functions of
-- attributes that Lua computes. Instances find the same members (csrc/lua/instance_access.c).

local core = require("corm.core")
local event = require("corm.event")
local exc = require("corm.exc")
local hint = require("corm.util.hint")
local mapper = require("corm.orm.mapper")
require("corm.orm.attributes") -- what instances ask Lua to do
require("corm.orm.context") -- what the compiler asks of statements with mapped classes
local merged = require("corm.util.merged")
local registry = require("corm.orm.registry")
local relationships = require("corm.orm.relationships")
local column = require("corm.sql.column")
local Table = require("corm.sql.table").Table
local check = require("corm.util.check")
local class_events = require("corm.orm.class_events")
local dispatcher = require("corm.util.dispatcher")
local check_options = require("corm.util.options")
local repr = require("corm.util.repr")

local declarative = {}

-- What a class was told beside its members.
local SETTINGS = {
    __tablename = true, __table = true, __table_args = true, __mapper_args = true,
    __abstract = true, __allow_unmapped = true,
}

local MAPPER_ARGS = {
    "batch", "column_prefix", "confirm_deleted_rows", "eager_defaults", "exclude_properties",
    "include_properties", "primary_key", "version_id_col", "version_id_generator",
}

-- Metamethods that instances get from their class.
local METAMETHODS = {
    "__add", "__band", "__bor", "__bxor", "__call", "__close", "__concat", "__div", "__eq",
    "__idiv", "__le", "__len", "__lt", "__mod", "__mul", "__pow", "__shl", "__shr", "__sub",
    "__tostring", "__unm",
}
local is_metamethod = {}
for _, name in ipairs(METAMETHODS) do
    is_metamethod[name] = true
end

---@class corm.orm.ClassInfo what a class consists of
---@field name string
---@field parent? corm.orm.ClassInfo
---@field attributes table<string, any>
---@field members table
---@field getters table<string, function>
---@field setters table<string, function>
---@field mapper? corm.orm.Mapper
---@field constructor? function makes an instance nobody else has a part in
---@field registry corm.orm.registry
---@field validators any[] what validates() made, of bases too
---@field reconstructors any[] what reconstructor() made, of bases too

-- Class → info, for every class made here.
local infos = setmetatable({}, { __mode = "k" })

-- ---- kinds of members ----

---A member that is computed once per class.
local DeclaredAttr = { __name = "corm.declared_attr" }
DeclaredAttr.__index = DeclaredAttr

---Compute a member for each class that has this mixin or base.
---@param fn fun(class: table): any
---@return any
function declarative.declared_attr(fn)
    return setmetatable({ fn = fn, _creation_order = column.next_creation() }, DeclaredAttr)
end

---An attribute that is a column with loading options, or an SQL expression.
local ColumnProperty = { __name = "corm.column_property" }
ColumnProperty.__index = ColumnProperty

---Map a column or an SQL expression with options of its own.
---@param expression any
---@param options? {deferred?: boolean, group?: string, active_history?: boolean}
---@return any
function declarative.column_property(expression, options)
    options = check_options(options,
        { "active_history", "deferred", "doc", "expire_on_flush", "group", "info" },
        "column_property")
    return setmetatable({
        expression = expression,
        options = { deferred = options.deferred, group = options.group,
            active_history = options.active_history },
        _creation_order = column.next_creation(),
    }, ColumnProperty)
end

---A column that is loaded when it is read.
---@param expression any
---@param options? {group?: string}
---@return any
function declarative.deferred(expression, options)
    local own = { deferred = true }
    for name, value in pairs(options and check(options, "table", "deferred") or {}) do
        own[name] = value
    end
    return declarative.column_property(expression, own)
end

---A function that checks or replaces values set on attributes: validates("a", "b")(fn).
---@param ... any names, then perhaps {include_removes = true}
---@return fun(fn: function): any
function declarative.validates(...)
    local names = table.pack(...)
    local options = type(names[names.n]) == "table" and table.remove(names) or {}
    return function(fn)
        return setmetatable({ names = names, fn = fn,
            include_removes = options.include_removes }, { __name = "corm.validates" })
    end
end

---A method that is called when an object comes from the database: reconstructor(fn).
---@param fn fun(self: any)
---@return any
function declarative.reconstructor(fn)
    return setmetatable({ fn = fn }, { __name = "corm.reconstructor" })
end

-- Functions with a mark: they are methods, and something besides.
local MARKED = { ["corm.validates"] = "validators", ["corm.reconstructor"] = "reconstructors" }

local function kind_of(value)
    if column.is(value) then
        return "column"
    elseif relationships.is(value) then
        return "relationship"
    end
    local meta = type(value) == "table" and getmetatable(value)
    if meta == ColumnProperty then
        return "column_property"
    elseif meta == DeclaredAttr then
        return "declared_attr"
    elseif meta and MARKED[meta.__name] then
        return MARKED[meta.__name]
    end
    return "member"
end

local function creation_order(value)
    if column.is(value) then
        return core.pin(value)._creation_order
    end
    return value._creation_order
end

-- ---- collecting what a class declares ----

-- Mapped members of one table, by the order in which they were written.
local function in_order(found)
    table.sort(found, function(a, b)
        return creation_order(a.value) < creation_order(b.value)
    end)
    return found
end

-- A mixin's column is copied for each class, its relationship made anew.
local function for_class(value, kind)
    if kind == "column" then
        return value:copy()
    elseif kind == "relationship" then
        return relationships.relationship(value.argument, value.options)
    end
    return value
end

local function evaluated(class, key, value)
    local made = value.fn(class)
    local kind = kind_of(made)
    if kind == "declared_attr" then
        exc.ArgumentError:raise("declared_attr '%s' returned another declared_attr", key)
    end
    return made, kind
end

-- The names that a source has, __tablename first, then the other settings: a declared_attr
-- may ask for cls.__tablename.
local function names_of(source)
    local names, others = {}, {}
    for key in pairs(source) do
        if SETTINGS[key] then
            names[#names + 1] = key
        elseif type(key) == "string" then
            others[#others + 1] = key
        end
    end
    table.sort(names, function(a, b) return a > b end)
    return table.move(others, 1, #others, #names + 1, names)
end

-- Sort the members of one source (the class's own table, or a mixin) into mapped and others.
local function collect(class, info, source, is_mixin, mapped)
    local found = {}
    for _, key in ipairs(names_of(source)) do
        local value = source[key]
        if not info.declared[key] then
            local kind = kind_of(value)
            if kind == "declared_attr" then
                local order = value._creation_order
                value, kind = evaluated(class, key, value)
                if kind ~= "member" and not column.is(value) then
                    value._creation_order = order
                end
            elseif is_mixin then
                value = for_class(value, kind)
            end
            info.declared[key] = true
            if SETTINGS[key] then
                info.settings[key] = value
                rawset(class, "__tablename", info.settings.__tablename)
            elseif kind == "member" then
                info.members[key] = value
            elseif info[kind] then
                table.insert(info[kind], value)
                info.members[key] = value.fn
            else
                found[#found + 1] = { key = key, value = value, kind = kind }
            end
        end
    end
    table.move(in_order(found), 1, #found, #mapped + 1, mapped)
end

-- The class's own members first (they win), then its mixins in order, then its base's.
local function collect_all(class, info, members, base_members)
    local mapped = {}
    local own = {}
    for key, value in pairs(members) do
        if type(key) == "string" then
            own[key] = value
        end
    end
    collect(class, info, own, false, mapped)
    for _, mixin in ipairs(members) do
        if type(mixin) ~= "table" then
            exc.ArgumentError:raise("class '%s': a mixin is a table, got %s", info.name,
                repr.value(mixin))
        end
        collect(class, info, mixin, true, mapped)
    end
    collect(class, info, base_members, true, mapped)
    return mapped
end

-- ---- tables ----

local function is_plain_options(value)
    return type(value) == "table" and getmetatable(value) == nil and #value == 0
end

-- {constraint, …, {schema = …}} or {schema = …}
local function table_arguments(info)
    local given = info.settings.__table_args
    local list, options = {}, nil
    if is_plain_options(given) then
        options = given
    else
        for _, each in ipairs(given or {}) do
            if is_plain_options(each) then
                options = each
            else
                list[#list + 1] = each
            end
        end
    end
    return list, options
end

local function make_table(info, mapped)
    local arguments = {}
    for _, each in ipairs(mapped) do
        local own = each.kind == "column_property" and column.is(each.value.expression)
            and each.value.expression or each.value
        if column.is(own) then
            column.set_name(own, each.key)
            arguments[#arguments + 1] = own
        end
    end
    local list, options = table_arguments(info)
    table.move(list, 1, #list, #arguments + 1, arguments)
    arguments[#arguments + 1] = options
    return Table(info.settings.__tablename, info.registry.metadata, table.unpack(arguments))
end

-- Attributes for the mapper: what was declared, then columns of a given table beyond that.
local function properties_of(of_table, mapped)
    local list, is_named = {}, {}
    for _, each in ipairs(mapped) do
        local value, options = each.value, nil
        if each.kind == "column_property" then
            value, options = value.expression, value.options
        end
        is_named[value] = true
        list[#list + 1] = { key = each.key, value = value, options = options,
            is_relationship = each.kind == "relationship" }
    end
    for i = 1, #of_table.c do
        local own = of_table.c[i]
        if not is_named[own] then
            list[#list + 1] = { key = own.key, value = own }
        end
    end
    return list
end

local function add_validators(of_mapper, info)
    if #info.validators == 0 then
        return
    end
    of_mapper.validators = {}
    for _, validator in ipairs(info.validators) do
        for _, name in ipairs(validator.names) do
            local prop = of_mapper.props[name]
            if not prop then
                exc.InvalidRequestError:raise("class '%s': validates(\"%s\") names no attribute",
                    info.name, name)
            end
            of_mapper.validators[name] = validator
            of_mapper.core:set_flag(prop.position, "listened", true)
        end
    end
end

local function add_reconstructors(class, info)
    for _, reconstructor in ipairs(info.reconstructors) do
        event.listen(class, "load", function(object)
            reconstructor.fn(object)
        end)
    end
end

local function apply_mapper_args(of_mapper, info)
    local given = check_options(info.settings.__mapper_args, MAPPER_ARGS,
        ("class '%s', __mapper_args"):format(info.name))
    of_mapper.args = given
    if given.batch == false then
        of_mapper.core:listen("no_batch", true)
    end
    if given.eager_defaults == false then
        of_mapper.core:listen("lazy_defaults", true)
    elseif given.eager_defaults == true then
        of_mapper.core:listen("eager_updates", true)
    end
    if given.version_id_col then
        local prop = of_mapper:property_of_column(core.resolve(given.version_id_col))
            or of_mapper.props[given.version_id_col]
        if not prop then
            exc.ArgumentError:raise("class '%s': version_id_col is no mapped column", info.name)
        end
        of_mapper.core:set_special("version", prop.position)
        of_mapper.version_prop = prop
        if given.version_id_generator == false then
            of_mapper.core:listen("version_none", true)
        elseif given.version_id_generator then
            of_mapper.core:listen("version_lua", true)
        end
    end
end

local function set_metamethods(info)
    local metatable = info.mapper.core:metatable()
    for _, name in ipairs(METAMETHODS) do
        local fn = info.members[name]
        if type(fn) == "function" then
            metatable[name] = fn
        end
    end
end

-- ---- making instances ----

-- What User{…} does: the class's own constructor, or one argument per attribute. When nobody
-- has a part in that, neither a constructor of the class's own nor a listener, the class's
-- __call is the core's from the first object on, until somebody begins to listen.

local plain_metas = setmetatable({}, { __mode = "k" })

local function construct_plain(class, info, args)
    if args == nil then
        return info.mapper.core:new()
    elseif type(args) ~= "table" then
        exc.ArgumentError:raise("%s{…}: a table of attributes expected, got %s", info.name,
            repr.value(args))
    end
    local meta = getmetatable(class)
    plain_metas[meta] = true
    meta.__call = info.constructor
    return info.mapper.core:construct(args)
end

local function initialize(info, init, object, ...)
    if init then
        init(object, ...)
    elseif (...) ~= nil then
        info.mapper.core:construct((...), object)
    end
end

-- With listeners, or a constructor of the class's own.
local function construct_with(info, init, ...)
    local object = info.mapper.core:new()
    local dispatch = info.mapper.dispatch
    local args = table.pack(...)
    local kwargs = args.n == 1 and type(args[1]) == "table" and args[1] or {}
    if dispatch.init then
        dispatch:fire("init", object, args, kwargs)
    end
    if not dispatch.init_failure then
        initialize(info, init, object, ...)
        return object
    end
    local ok, e = pcall(initialize, info, init, object, ...)
    if not ok then
        dispatch:fire("init_failure", object, args, kwargs)
        error(e, 0)
    end
    return object
end

-- What a class is not that has no mapper, for messages.
local function why_unmapped(info)
    return info.was_disposed and "class '%s' was unmapped by clear_mappers() or dispose()"
        or info.members._defer_mapping
        and "class '%s' is not mapped before prepare() is called on its base"
        or "class '%s' is abstract: it has no table"
end

local function construct(class, ...)
    local info = infos[class]
    local of_mapper = info.mapper
    if not of_mapper then
        exc.InvalidRequestError:raise(why_unmapped(info), info.name)
    end
    if not of_mapper.is_configured then
        mapper.configure()
    end
    local init = info.members.__init
    local dispatch = of_mapper.dispatch
    if init or dispatch.init or dispatch.init_failure then
        return construct_with(info, init, ...)
    end
    return construct_plain(class, info, ...)
end

local function forget_plain()
    for meta in pairs(plain_metas) do
        meta.__call = construct
        plain_metas[meta] = nil
    end
end

dispatcher.on_change(forget_plain)

-- ---- mapping ----

local function map(class, info, of_table, mapped)
    info.mapper = mapper.new(class, of_table, {
        name = info.name,
        attributes = info.attributes,
        members = info.members,
        getters = info.getters,
        setters = info.setters,
        properties = properties_of(of_table, mapped),
        dispatch = info.dispatch,
        registry = info.registry,
    })
    info.mapper.setters = info.setters
    info.mapper.members = info.members
    add_validators(info.mapper, info)
    apply_mapper_args(info.mapper, info)
    info.constructor = info.mapper.core:constructor(construct)
    forget_plain() -- there are relationships to configure
    set_metamethods(info)
    add_reconstructors(class, info)
    rawset(class, "__table", of_table)
    rawset(class, "__mapper", info.mapper)
    info.registry:add(info.name, class)
    info.mapper:announce()
end

table.insert(mapper.on_dispose, function(of_mapper)
    local info = infos[of_mapper.class]
    info.mapper, info.was_disposed = nil, true
    rawset(of_mapper.class, "__mapper", nil)
    forget_plain()
end)

-- ---- classes ----

-- Base.__init(self, {…}): the default constructor, for classes that have their own.
local function default_init(object, args)
    local of_mapper = mapper.of_instance(object)
    if args ~= nil then
        of_mapper.core:construct(args, object)
    end
end

local function add_late(class, info, key, value, kind)
    local of_mapper = info.mapper
    if not of_mapper then
        info.members[key] = value
    elseif kind == "relationship" then
        of_mapper:add_relationship(key, value)
    else
        local expression = kind == "column_property" and value.expression or value
        if column.is(expression) and expression.table == nil then
            column.set_name(expression, key)
            of_mapper.local_table:append_column(expression)
        end
        of_mapper:add_late_column(key, expression,
            kind == "column_property" and value.options or nil)
    end
    return class
end

local function class_newindex(class, key, value)
    local info = infos[class]
    local kind = kind_of(value)
    if kind == "declared_attr" then
        value, kind = evaluated(class, key, value)
    end
    if info[kind] then
        exc.InvalidRequestError:raise("class '%s': '%s' is declared with the class, not later",
            info.name, key)
    elseif kind ~= "member" then
        add_late(class, info, key, value, kind)
        return
    end
    info.members[key] = value
    forget_plain()
    if info.mapper and is_metamethod[key] then
        info.mapper.core:metatable()[key] = value
    end
end

local function class_index(class, key)
    local info = infos[class]
    local found = info.attributes[key]
    if found == nil then
        found = info.members[key]
    end
    if found ~= nil or type(key) ~= "string" or key:sub(1, 2) == "__" then
        return found
    end
    local known = info.mapper and info.mapper:keys() or {}
    exc.ArgumentError:raise("class '%s' has no attribute '%s'%s", info.name, key, hint(key, known))
end

local function class_dispatch(class, name, options)
    local info = infos[class]
    if not info.mapper and not info.members._defer_mapping then
        class_events.check_propagates(name, options, ("class '%s'"):format(info.name))
    end
    return info.dispatch
end

local function new_info(name, parent, of_registry, mixins)
    return {
        name = name,
        parent = parent,
        mixins = mixins,
        dispatch = class_events.dispatcher(parent and parent.dispatch, mixins),
        registry = of_registry,
        attributes = setmetatable({}, { __index = parent and parent.attributes }),
        members = setmetatable({}, { __index = parent and parent.members }),
        getters = setmetatable({}, { __index = parent and parent.getters }),
        setters = setmetatable({}, { __index = parent and parent.setters }),
        declared = {},
        settings = {},
        validators = { table.unpack(parent and parent.validators or {}) },
        reconstructors = { table.unpack(parent and parent.reconstructors or {}) },
    }
end

local function new_class(info)
    local class = setmetatable({ __name = info.name }, {
        __name = "corm.DeclarativeMeta",
        __index = class_index,
        __newindex = class_newindex,
        __call = construct,
        __tostring = function()
            return ("class '%s'"):format(info.name)
        end,
        __clause_element = function()
            if not info.mapper then
                exc.ArgumentError:raise("class '%s' is not mapped", info.name)
            end
            return info.mapper.entity
        end,
        __dispatch = class_dispatch,
    })
    infos[class] = info
    return class
end

-- Map now, or leave it to who has taken that over: see corm.ext.declarative.
local function map_or_defer(class, info, of_table, mapped)
    local defer = info.members._defer_mapping
    if defer then
        defer(class, of_table, function()
            map(class, info, of_table, mapped)
        end)
    else
        map(class, info, of_table, mapped)
    end
end

-- ---- the face ----

-- What every class has.
local base_members = {}

---Declare a subclass; with a table of its own, or mapped to its base's.
---@param name string
---@param members? table array part: mixins; fields: columns, relationships, methods, settings
---@return table class
function base_members.extend(class, name, members)
    local parent = infos[class]
    if type(name) ~= "string" then
        exc.ArgumentError:raise("extend: name of the class expected, got %s", repr.value(name))
    end
    local info = new_info(name, parent, parent.registry, { table.unpack(members or {}) })
    local made = new_class(info)
    local mapped = collect_all(made, info, members or {}, parent.shared or {})
    if info.settings.__abstract then
        info.shared = merged(parent.shared)
        for _, each in ipairs(mapped) do
            info.shared[each.key] = each.value
        end
    else
        local of_table = info.settings.__table
            or info.settings.__tablename and make_table(info, mapped)
        if not of_table then
            exc.InvalidRequestError:raise("class '%s' has neither __tablename nor __table, and "
                .. "is not __abstract", name)
        end
        map_or_defer(made, info, of_table, mapped)
    end
    local on_subclass = parent.members.__init_subclass
    if on_subclass then
        on_subclass(made)
    end
    return made
end

---Whether the object is an instance of this class or a subclass.
---@param object any
---@return boolean
function base_members.is(class, object)
    local of_object = core.mapper_of(object)
    local info = infos[class]
    if not of_object then
        return false
    elseif not info.mapper then
        local own = infos[of_object:class()]
        while own and own ~= info do
            own = own.parent
        end
        return own == info
    end
    return of_object:isa(info.mapper.core)
end

---The base class of a registry.
---@param of_registry corm.orm.registry
---@param options? {name?: string, cls?: table}
---@return table
function declarative.base(of_registry, options)
    options = options and check(options, "table", "generate_base") or {}
    local info = new_info(options.name or "Base", nil, of_registry, {})
    local class = new_class(info)
    for key, value in pairs(base_members) do
        rawset(info.members, key, value)
    end
    info.shared = {}
    local mapped = collect_all(class, info, options.cls or {}, {})
    for _, each in ipairs(mapped) do
        info.shared[each.key] = each.value
    end
    rawset(class, "metadata", of_registry.metadata)
    rawset(class, "registry", of_registry)
    rawset(class, "__init", default_init)
    info.members.metadata = of_registry.metadata
    info.members.registry = of_registry
    return class
end

---Make a base class: its subclasses share metadata and a registry.
---@param options? {metadata?: corm.MetaData, cls?: table, name?: string, registry?: table}
---@return table
function declarative.declarative_base(options)
    options = check_options(options, { "cls", "metadata", "name", "registry" },
        "declarative_base")
    local of_registry = options.registry or registry.registry({ metadata = options.metadata })
    return declarative.base(of_registry, { name = options.name, cls = options.cls })
end

---A plain table of members for several classes.
---@param members table
---@return table
function declarative.mixin(members)
    return members
end

-- Whether the base is a class above this one, or a mixin here or above.
local function is_under(info, base)
    while info do
        if infos[base] == info then
            return true
        end
        for _, mixin in ipairs(info.mixins or {}) do
            if mixin == base then
                return true
            end
        end
        info = info.parent
    end
    return false
end

---The mapped classes under a base that is not mapped itself, or with a mixin; without those
---that inherit from another of them.
---@param base table
---@return table[] # in the order in which they were mapped
function declarative.classes_of(base)
    local found = {}
    for class, info in pairs(infos) do
        local parent = info.parent
        if info.mapper and is_under(info, base)
            and not (parent and parent.mapper and is_under(parent, base)) then
            found[#found + 1] = class
        end
    end
    table.sort(found, function(a, b) return infos[a].mapper.id < infos[b].mapper.id end)
    return found
end

---Map a plain table of methods to a table; it becomes a mapped class.
function declarative.map_imperatively(of_registry, class, of_table, options)
    options = check_options(options, { "properties", "primary_key", "version_id_col" },
        "map_imperatively")
    check(class, "table", "map_imperatively", "a plain table as class")
    if not core.resolve(of_table) then
        exc.ArgumentError:raise("map_imperatively: a table expected, got %s",
            repr.value(of_table))
    end
    local info = new_info(rawget(class, "__name") or of_table.name, nil, of_registry, {})
    local mapped = {}
    for key, value in pairs(options.properties or {}) do
        mapped[#mapped + 1] = { key = key, value = value, kind = kind_of(value) }
    end
    table.sort(mapped, function(a, b)
        return a.key < b.key
    end)
    for key, value in pairs(class) do
        info.members[key] = value
        class[key] = nil
    end
    for key, value in pairs(base_members) do
        info.members[key] = info.members[key] or value
    end
    infos[class] = info
    local meta = getmetatable(new_class(info))
    setmetatable(class, meta)
    rawset(class, "__name", info.name)
    rawset(class, "metadata", of_registry.metadata)
    rawset(class, "registry", of_registry)
    map(class, info, of_table, mapped)
    return info.mapper
end

---The info of a class made here; for the modules that add kinds of members.
---@param class any
---@return corm.orm.ClassInfo?
function declarative.info(class)
    return infos[class]
end

return declarative
