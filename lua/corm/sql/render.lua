-- SPDX-License-Identifier: MIT
-- SQL that functions written in Lua say: what corm.ext.compiler calls them with, and what
-- becomes of their answer.
--
-- The compiler itself is the core's and never calls Lua. So these functions run before it: the
-- SQL that they return has marks where compiler:process(x) stood, and becomes a node made of
-- text and of the x themselves. Their parameters, labels and tables are the core's business
-- as everywhere, and the statement is found compiled by its shape.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local custom = require("corm.sql.custom")
local hooks = require("corm.sql.hooks")
local late = require("corm.sql.late")
local merged = require("corm.util.merged")
local names = require("corm.sql.names")
local preparer = require("corm.sql.preparer")

local render = {}

---@class corm.sql.Compiler
---@field dialect table name, and type_compiler
---@field preparer table quote(name), format_table(t), format_column(c)
---@field statement any what is compiled
local Compiler = {}

local MARK = "\1%d\2"

-- ---- classes with functions, by the nodes that they are of ----

-- Kind of node -> list of classes that have functions.
local by_kind = {}

---Have the functions of a class of corm's own nodes asked.
---@param class corm.sql.Class
function render.watch(class)
    for kind in pairs(class.kinds) do
        by_kind[kind] = by_kind[kind] or {}
        table.insert(by_kind[kind], class)
    end
    render.settle()
end

---Have them asked no more.
---@param class corm.sql.Class
function render.unwatch(class)
    for kind in pairs(class.kinds) do
        for i = #(by_kind[kind] or {}), 1, -1 do
            if by_kind[kind][i] == class then
                table.remove(by_kind[kind], i)
            end
        end
        if by_kind[kind] and #by_kind[kind] == 0 then
            by_kind[kind] = nil
        end
    end
    render.settle()
end

local has_types = false

---Have the functions of types asked.
function render.watch_types()
    has_types = true
    render.settle()
end

-- CAST(x AS type) where a function says the type
local function cast_hook(node, dialect)
    local spelled = render.type(core.type_of(node), dialect)
    return spelled ~= core.ddl_type(core.type_of(node), dialect) and function(_, self, kw)
        return ("CAST(%s AS %s)"):format(self:process(core.kid(node, 0), kw), spelled)
    end or nil
end

-- The function for a node of corm's own, if somebody has one.
local function built_in_hook(node, dialect)
    for _, class in ipairs(by_kind[core.kind(node)] or {}) do
        local fn = class:is(node) and hooks.find(class, dialect)
        if fn then
            return fn
        end
    end
    return has_types and core.kind(node) == "cast" and cast_hook(node, dialect) or nil
end

-- The function for a construct of the user's own: its class's, or that of one further up.
local function custom_hook(node, dialect)
    for class in custom.ancestors(custom.class_of(node)) do
        local fn = hooks.find(class, dialect)
        if fn then
            return fn
        end
    end
    return nil
end

-- ---- from text to nodes ----

local function literal(text)
    return core.node("literal", { name = text })
end

-- The pieces of a text: nodes where its marks are, texts in between.
local function pieces_of(self, text)
    local spec, at = {}, 1
    for before, mark, after in text:gmatch("()\1(%d+)\2()") do
        if before > at then
            spec[#spec + 1] = literal(text:sub(at, before - 1))
        end
        spec[#spec + 1] = self.marked[tonumber(mark)]
        at = after
    end
    if at <= #text then
        spec[#spec + 1] = literal(text:sub(at))
    end
    return spec
end

local STATEMENTS = { select = true, compound = true, insert = true, update = true, delete = true }

-- What stands for `node`, whose SQL is `text`.
local function splice(self, node, text)
    if type(text) ~= "string" then
        exc.CompileError:raise("compiles: SQL as a string expected, got %s", type(text))
    end
    local kind = core.kind(node)
    local whole = text:match("^\1(%d+)\2$")
    whole = whole and self.marked[tonumber(whole)]
    if whole and self.defaults[whole] then
        return whole
    end
    local spec = pieces_of(self, text)
    spec.n = #spec
    spec.op = core.op(node)
    spec.type = core.type_of(node)
    spec.name = kind ~= "bind" and core.name(node) or nil
    spec.anonymous = core.flag(node, "anonymous") or kind == "function"
    spec.literal_execute = STATEMENTS[kind] or false
    if kind == "label" then
        spec.name, spec.anonymous = nil, nil -- which are the label's
        return core.with_kid(node, 0, core.node("splice", spec))
    end
    local made = core.node("splice", spec)
    -- CAST(a AS …) is called a.
    local inner = kind == "cast" and core.name(core.kid(node, 0))
    return inner and made:label(inner) or made
end

-- ---- rendering nodes ----

local function refuse(self, node)
    local class = custom.class_of(node)
    exc.UnsupportedCompilationError:raise(
        "compiler for dialect '%s' can't render an element of type %s", self.dialect.name,
        tostring(class))
end

-- Names of functions keep their case without quotes, unless they say that they have some.
local function function_name(self, given)
    local name, quote = names.read(given, "function", "name")
    if quote == nil then
        quote = not name:find("^[%a_][%w_$]*$")
    end
    return quote and self.preparer:quote_identifier(name) or name
end

-- name(clauses), as a GenericFunction is without a function of its own
local function plain_function(self, node, kw)
    if not custom.GenericFunction:is(node) then
        refuse(self, node)
    end
    return ("%s(%s)"):format(function_name(self, node.name), self:process(node.clauses, kw))
end

local function render_custom(self, node, kw)
    local fn = custom_hook(node, self.dialect.name) or function()
        return plain_function(self, node, kw)
    end
    return splice(self, node, fn(node, self, kw))
end

local rendered, render_tree

-- The node with what is inside of it rendered, but not itself.
local function with_rendered_kids(self, node)
    return core.replace(node, function(inner)
        if inner ~= node then
            return rendered(self, inner, merged(self.told))
        end
        return nil
    end)
end

-- What stands for a node, or nil to look inside.
function rendered(self, node, kw)
    if self.made[node] then
        return self.made[node]
    end
    local kind = core.kind(node)
    if kind == "custom" or kind == "custom_statement" then
        self.made[node] = render_custom(self, node, kw)
    elseif late.callable(node) then
        self.made[node] = late.evaluated(node)
    elseif late.is_dml_column(node) then
        exc.CompileError:raise("from_dml_column() may only be used in the values of an INSERT or "
            .. "UPDATE")
    else
        local settled = late.settled(node, self.dialect.name)
        local fn = built_in_hook(node, self.dialect.name)
        if settled ~= node then
            self.made[node] = render_tree(self, settled, kw)
        else
            self.made[node] = fn and splice(self, node, fn(node, self, kw)) or nil
        end
    end
    return self.made[node]
end

function render_tree(self, node, kw)
    return core.replace(node, function(inner)
        return rendered(self, inner, kw)
    end)
end

local function mark(self, node)
    self.marked[#self.marked + 1] = node
    return MARK:format(#self.marked)
end

-- ---- process ----

-- The columns in an expression by their names alone.
local function without_tables(self, node)
    return core.replace(node, function(inner)
        if core.kind(inner) == "column" then
            return core.node("literal", {
                name = self.preparer:quote(core.name(inner)), type = inner,
            })
        end
        return nil
    end)
end

local function process_list(self, list, kw)
    local texts = {}
    for i, element in ipairs(list) do
        texts[i] = self:process(element, kw)
    end
    return table.concat(texts, ", ")
end

-- Names in FROM have their aliases: asfrom.
local function as_from(node)
    return core.node("splice", { variant = true, node })
end

---SQL of an element, of a sequence of them with commas, of a type or of a DDL statement.
---kw: literal_binds (values as text), include_table = false, asfrom; also whatever functions
---tell each other.
---@param element any
---@param kw? table
---@return string
function Compiler:process(element, kw)
    kw = kw or {}
    if core.is_type(element) then
        return render.type(element, self.dialect.name, self)
    elseif core.metafield(element, "__name") == "corm.DDLElement" then
        return tostring(element:compile({ dialect = self.dialect.name }))
    elseif type(element) == "table" and getmetatable(element) == nil then
        return process_list(self, element, kw)
    end
    local node = core.resolve(element) or args.refuse("process", "an expression", element)
    node = render_tree(self, node, kw)
    if kw.include_table == false then
        node = without_tables(self, node)
    end
    if kw.literal_binds then
        return tostring(core.compile(node, self.dialect.name, { literal_binds = true }))
    end
    return mark(self, kw.asfrom and as_from(node) or node)
end

---A value as text in SQL.
---@param value any
---@param type_? corm.types.TypeEngine
---@return string
function Compiler:render_literal_value(value, type_)
    local literals = require("corm.sql.elements").literal(value, type_)
    return self:process(literals, { literal_binds = true })
end

-- compiler:visit_insert(element): the SQL that it would have without functions of the user's.
local function visit(self, element, kw)
    if core.is_type(element) then
        return core.ddl_type(element, self.dialect.name)
    elseif core.metafield(element, "__name") == "corm.DDLElement" then
        return element:_default_text(self.dialect.name)
    end
    local node = core.resolve(element) or args.refuse("visit", "an expression", element)
    if core.kind(node) == "custom" then
        return plain_function(self, node, kw)
    end
    local default = with_rendered_kids(self, node)
    self.defaults[default] = true
    return mark(self, default)
end

function Compiler:__index(name)
    if Compiler[name] then
        return Compiler[name]
    elseif type(name) == "string" and name:find("^visit_") then
        return visit
    end
    return nil
end

-- ---- making compilers ----

-- What functions are told by compile_kwargs of the compile() that is running.
local told

---Set what the functions are told.
---@param kwargs? table
function render.tell(kwargs)
    told = kwargs
end

---What functions of the user's own get.
---@param statement any
---@param dialect string
---@return corm.sql.Compiler
function render.compiler(statement, dialect)
    local self = setmetatable({
        statement = statement,
        preparer = preparer.new(dialect),
        marked = {}, -- nodes by the numbers of their marks
        defaults = {}, -- nodes that are said in the compiler's own words
        made = {}, -- node -> what stands for it
        told = told or {},
    }, Compiler)
    self.dialect = {
        name = dialect,
        identifier_preparer = self.preparer,
        type_compiler = {
            process = function(_, type_)
                return self:process(type_)
            end,
        },
    }
    self.sql_compiler = {
        process = function(_, element, kw)
            return self:process(element, {
                literal_binds = true, include_table = kw and kw.include_table,
            })
        end,
    }
    return self
end

---The statement without constructs of the user's own.
---@param node any
---@param dialect string
---@return any
function render.statement(node, dialect)
    local self = render.compiler(node, dialect)
    return render_tree(self, node, merged(self.told))
end

---The SQL of a type, as functions of the user's own say it.
---@param type_ corm.types.TypeEngine
---@param dialect string
---@param compiler? corm.sql.Compiler
---@return string
function render.type(type_, dialect, compiler)
    local class = type_.class
    while class do
        local fn = hooks.find(class, dialect)
        if fn then
            return fn(type_, compiler or render.compiler(nil, dialect), {})
        end
        class = getmetatable(class) and getmetatable(class).__index
    end
    return core.ddl_type(type_, dialect)
end

---Tell the core whether every statement has to be looked at.
function render.settle()
    core.set_renderer(render.statement, has_types or next(by_kind) ~= nil)
end

render.settle()

return render
