-- SPDX-License-Identifier: MIT
-- SQL of one's own, as sqlalchemy.ext.compiler: for new constructs, and in place of what corm
-- says for its own.
--
--     local expression, compiles = corm.sql.expression, corm.ext.compiler.compiles
--     local coalesce = expression.FunctionElement:extend("coalesce", {
--         name = "coalesce", inherit_cache = true,
--     })
--     compiles(coalesce)(function(element, compiler, kw)
--         return ("coalesce(%s)"):format(compiler:process(element.clauses, kw))
--     end)
--     compiles(coalesce, "oracle")(function(element, compiler, kw) … end)

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local custom = require("corm.sql.custom")
local ddl = require("corm.sql.ddl")
local hooks = require("corm.sql.hooks")
local render = require("corm.sql.render")

local compiler = {}

-- What a class is known by: a type's by the class behind it.
local function target_of(class, caller)
    if core.is_type(class) then
        return class.class, "type"
    elseif custom.is_class(class) then
        return class, "custom"
    elseif ddl.is_statement_class(class) then
        return class, "ddl"
    elseif type(class) == "table" and class.kinds then
        return class, "nodes"
    end
    return args.refuse(caller, "a class of corm.sql.expression, a type or a DDL statement", class)
end

-- Something to select from cannot be text: others take their columns from it.
local function check_nodes(class)
    for kind in pairs(class.kinds) do
        if kind == "table" or kind == "alias" or kind == "join" or kind == "subquery"
            or kind == "cte" or kind == "lateral" or kind == "values" then
            exc.ArgumentError:raise("compiles: %s is something to select from and always says "
                .. "itself", tostring(class))
        end
    end
end

local WATCH = {
    nodes = function(class)
        if not hooks.has(class) then
            render.watch(class)
        end
    end,
    type = render.watch_types,
    custom = custom.renumber,
    ddl = function() end,
}

---Have a function say the SQL of a class, on these dialects or, if none is named, on all that
---have no function of their own. Returns a function that takes it and returns it.
---@param class any
---@param ... string names of dialects
---@return fun(fn: fun(element: any, compiler: corm.sql.Compiler, kw: table): string): function
function compiler.compiles(class, ...)
    local target, kind = target_of(class, "compiles")
    if kind == "nodes" then
        check_nodes(target)
    end
    local dialects = { ... }
    for _, dialect in ipairs(dialects) do
        args.check(dialect, "string", "compiles", "dialect")
    end
    return function(fn)
        args.check(fn, "function", "compiles", "the function that says the SQL")
        WATCH[kind](target)
        for _, dialect in ipairs(#dialects > 0 and dialects or { "default" }) do
            hooks.set(target, dialect, fn)
        end
        if target == custom.ColumnClause then
            compiler.compiles(custom.plain_column, table.unpack(dialects))(fn)
        end
        return fn
    end
end

---Forget the functions of a class, on all dialects.
---@param class any
function compiler.deregister(class)
    local target, kind = target_of(class, "deregister")
    if not hooks.forget(target) then
        return
    elseif kind == "nodes" then
        render.unwatch(target)
    elseif kind == "custom" then
        custom.renumber(target)
    end
    if target == custom.ColumnClause then
        compiler.deregister(custom.plain_column)
    end
end

return compiler
