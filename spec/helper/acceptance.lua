-- SPDX-License-Identifier: MIT
-- Whatever a spec compiles for a database must be SQL to that database's own parser. Each
-- distinct text is shown to it once, after the test that compiled it first. What tests
-- execute needs no such look: the database itself has one.
--
-- What is no SQL on purpose is compiled inside acceptance.suspended().

local parsers = require("spec_parsers")

local acceptance = {}

-- Dialect = SQL = true, of what was met before.
local met = { postgresql = {}, sqlite = {} }
local waiting = {} -- {dialect name, SQL, whether it is a statement}
local is_suspended = false

-- Kinds of nodes that are statements; others stand somewhere in one.
local STATEMENTS = {
    compound = true, delete = true, insert = true, select = true, text = true, update = true,
}

-- Where an expression may stand.
local PLACES = { "SELECT %s", "SELECT 1 ORDER BY %s", "SELECT * FROM %s" }

local function note(dialect, sql, is_statement)
    local of_dialect = met[dialect]
    if of_dialect and not of_dialect[sql] and not is_suspended then
        of_dialect[sql] = true
        waiting[#waiting + 1] = { dialect, sql, is_statement }
    end
end

local function watch_statements(core)
    local compile = core.compile
    function core.compile(statement, ...)
        local compiled = compile(statement, ...)
        note(compiled.dialect, tostring(compiled), STATEMENTS[core.kind(statement)])
        return compiled
    end
end

local function watch_ddl(core, name)
    local write = core[name]
    core[name] = function(object, dialect, options)
        local sql = write(object, dialect, options)
        note(type(dialect) == "table" and dialect.name or dialect, sql, true)
        return sql
    end
end

local watched

---Watch the core's compilers from now on.
---@param core table corm.core
function acceptance.watch(core)
    if watched == core then
        return
    end
    watched = core
    watch_statements(core)
    for name in pairs(core) do
        if name:find("^ddl_create_") or name:find("^ddl_drop_") or name:find("^ddl_comment_")
            or name == "ddl_add_constraint" then
            watch_ddl(core, name)
        end
    end
end

---Call fn; what it compiles need not be SQL to anybody.
---@param fn fun(): any
---@return any ... what fn returned
function acceptance.suspended(fn)
    local results = table.pack(pcall(function()
        is_suspended = true
        return fn()
    end))
    is_suspended = false
    if not results[1] then
        error(results[2], 0)
    end
    return table.unpack(results, 2, results.n)
end

-- The parser's complaint about a text, or nil. In place of a value that is only known when
-- the statement is executed stands NULL.
local function complaint(dialect, sql, is_statement)
    local parse = parsers[dialect]
    sql = sql:gsub("__%[POSTCOMPILE_[^%]]*%]", "NULL")
    local message = parse(sql)
    for _, place in ipairs(is_statement and {} or PLACES) do
        message = message and parse((place:gsub("%%s", (sql:gsub("%%", "%%%%"))))) and message
    end
    return message
end

---Show the parsers what was compiled since the last time.
---@return string? complaints
function acceptance.check()
    local complaints = {}
    for _, item in ipairs(waiting) do
        local dialect, sql, is_statement = table.unpack(item, 1, 3)
        local message = complaint(dialect, sql, is_statement)
        if message then
            complaints[#complaints + 1] = ("%s refuses: %s\n  in %s"):format(dialect, message, sql)
        end
    end
    waiting = {}
    return #complaints > 0 and table.concat(complaints, "\n") or nil
end

return acceptance
