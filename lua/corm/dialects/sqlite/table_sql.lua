-- SPDX-License-Identifier: MIT
-- What a CREATE TABLE or CREATE INDEX says and SQLite's pragmas do not tell: names of
-- constraints, conditions, generated columns, collations, AUTOINCREMENT. SQLite keeps the
-- statement as it was written, so any spelling that SQLite accepts has to be understood.

local tokens = require("corm.dialects.sqlite.tokens")

local table_sql = {}

---@class corm.dialects.sqlite.ParsedConstraint
---@field kind "primary_key"|"unique"|"check"|"foreign_key"
---@field name? string
---@field columns? string[]
---@field sqltext? string of a check
---@field referred_table? string
---@field referred_columns? string[] nil: the primary key of the other table
---@field options? table<string, any> of a foreign key

---@class corm.dialects.sqlite.ParsedColumn
---@field collation? string
---@field computed? {sqltext: string, persisted: boolean}

---@class corm.dialects.sqlite.ParsedTable
---@field columns table<string, corm.dialects.sqlite.ParsedColumn> by name in lower case
---@field constraints corm.dialects.sqlite.ParsedConstraint[] as they are written
---@field has_autoincrement boolean
---@field is_without_rowid boolean
---@field is_strict boolean

local Parser = {}
Parser.__index = Parser

-- ---- parts of constraints ----

-- (a, "b" COLLATE nocase DESC, …), and whether AUTOINCREMENT stands there.
local function read_names(reader)
    local names, inner = {}, tokens.reader(reader:group() or "")
    local is_first, has_autoincrement = true, false
    while inner:peek() do
        has_autoincrement = has_autoincrement or inner:is_word("AUTOINCREMENT")
        if is_first then
            names[#names + 1] = inner:name()
            is_first = false
        elseif inner:accept_sign(",") then
            is_first = true
        elseif not inner:group() then
            inner.at = inner.at + 1
        end
    end
    return names, has_autoincrement
end

local function skip_conflict(reader)
    if reader:accept("ON", "CONFLICT") then
        reader:name()
    end
end

local ACTIONS = {
    { "SET", "NULL" }, { "SET", "DEFAULT" }, { "CASCADE" }, { "RESTRICT" }, { "NO", "ACTION" },
}

local function read_action(reader)
    for _, words in ipairs(ACTIONS) do
        if reader:accept(table.unpack(words)) then
            return table.concat(words, " ")
        end
    end
    return nil
end

-- [NOT] DEFERRABLE [INITIALLY …]
local function read_deferrable(reader, options)
    if reader:accept("NOT", "DEFERRABLE") then
        options.deferrable = false
    elseif reader:accept("DEFERRABLE") then
        options.deferrable = true
    else
        return
    end
    if reader:accept("INITIALLY") then
        options.initially = reader:name():upper()
    end
end

local function note_action(options, name, action)
    options[name] = action ~= "NO ACTION" and action or nil
end

-- What follows REFERENCES.
local function read_reference(reader, found)
    found.referred_table = reader:name()
    found.referred_columns = reader:is_sign("(") and (read_names(reader)) or nil
    local options = {}
    while true do
        if reader:accept("ON", "DELETE") then
            note_action(options, "ondelete", read_action(reader))
        elseif reader:accept("ON", "UPDATE") then
            note_action(options, "onupdate", read_action(reader))
        elseif reader:accept("MATCH") then
            local match = reader:name():upper()
            options.match = match ~= "SIMPLE" and match or nil
        else
            break
        end
    end
    read_deferrable(reader, options)
    found.options = options
end

-- ---- columns ----

function Parser:add(kind, name, fields)
    fields.kind, fields.name = kind, name
    table.insert(self.parsed.constraints, fields)
    return fields
end

local function read_collation(reader, column)
    column.collation = reader:name()
end

local function read_computed(reader, column)
    reader:accept("ALWAYS")
    reader:accept("AS")
    column.computed = { sqltext = reader:group(), persisted = false }
    if reader:accept("STORED") then
        column.computed.persisted = true
    else
        reader:accept("VIRTUAL")
    end
end

-- DEFAULT 5, -5, 'x', CURRENT_TIMESTAMP, (…): the pragma has it.
local function skip_default(reader)
    if not reader:group() then
        local _ = reader:accept_sign("-") or reader:accept_sign("+")
        reader:name()
    end
end

-- Column constraints by their first word; the name that CONSTRAINT gave, and the column.
local COLUMN_CONSTRAINTS = {
    PRIMARY = function(self, reader, name, column)
        reader:accept("KEY")
        local _ = reader:accept("ASC") or reader:accept("DESC")
        skip_conflict(reader)
        if reader:accept("AUTOINCREMENT") then
            self.parsed.has_autoincrement = true
        end
        self:add("primary_key", name, { columns = { column.name } })
    end,
    NOT = function(_, reader)
        reader:accept("NULL")
        skip_conflict(reader)
    end,
    NULL = function(_, reader)
        skip_conflict(reader)
    end,
    UNIQUE = function(self, reader, name, column)
        skip_conflict(reader)
        self:add("unique", name, { columns = { column.name } })
    end,
    CHECK = function(self, reader, name)
        self:add("check", name, { sqltext = reader:group() })
        skip_conflict(reader)
    end,
    DEFAULT = function(_, reader)
        skip_default(reader)
    end,
    COLLATE = function(_, reader, _, column)
        read_collation(reader, column)
    end,
    REFERENCES = function(self, reader, name, column)
        read_reference(reader, self:add("foreign_key", name, { columns = { column.name } }))
    end,
    GENERATED = function(_, reader, _, column)
        read_computed(reader, column)
    end,
    AS = function(_, reader, _, column)
        reader.at = reader.at - 1
        read_computed(reader, column)
    end,
}

local function at_definition_end(reader)
    return not reader:peek() or reader:is_sign(",") or reader:is_sign(")")
end

-- The type is every word, and a group, until a constraint begins.
local function skip_type(reader)
    while not at_definition_end(reader) do
        local token = reader:peek()
        if token.upper == "CONSTRAINT" or COLUMN_CONSTRAINTS[token.upper] then
            return
        elseif not reader:group() then
            reader.at = reader.at + 1
        end
    end
end

function Parser:column(reader)
    local column = { name = reader:name() }
    if column.name == nil then
        reader.at = reader.at + 1
        return
    end
    self.parsed.columns[column.name:lower()] = column
    skip_type(reader)
    local name
    while not at_definition_end(reader) do
        if reader:accept("CONSTRAINT") then
            name = reader:name()
        else
            local read = COLUMN_CONSTRAINTS[reader:peek().upper]
            reader.at = reader.at + 1
            if read then
                read(self, reader, name, column)
                name = nil
            end
        end
    end
end

-- ---- constraints of the table ----

local TABLE_CONSTRAINTS = {
    PRIMARY = function(self, reader, name)
        reader:accept("KEY")
        local columns, has_autoincrement = read_names(reader)
        self:add("primary_key", name, { columns = columns })
        self.parsed.has_autoincrement = self.parsed.has_autoincrement or has_autoincrement
        skip_conflict(reader)
    end,
    UNIQUE = function(self, reader, name)
        self:add("unique", name, { columns = (read_names(reader)) })
        skip_conflict(reader)
    end,
    CHECK = function(self, reader, name)
        self:add("check", name, { sqltext = reader:group() })
        skip_conflict(reader)
    end,
    FOREIGN = function(self, reader, name)
        reader:accept("KEY")
        local found = self:add("foreign_key", name, { columns = (read_names(reader)) })
        reader:accept("REFERENCES")
        read_reference(reader, found)
    end,
}

local function begins_constraint(reader)
    local token = reader:peek()
    return token and (token.upper == "CONSTRAINT" or TABLE_CONSTRAINTS[token.upper] ~= nil)
end

-- Constraints may follow one another without a comma.
function Parser:table_constraints(reader)
    local name
    while not at_definition_end(reader) do
        if reader:accept("CONSTRAINT") then
            name = reader:name()
        else
            local read = TABLE_CONSTRAINTS[reader:peek().upper]
            reader.at = reader.at + 1
            if read then
                read(self, reader, name)
                name = nil
            end
        end
    end
end

-- ---- statements ----

-- CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name, up to the parenthesis.
local function skip_head(reader)
    while reader:peek() and not reader:is_sign("(") do
        reader.at = reader.at + 1
    end
    return reader:accept_sign("(")
end

-- What follows the closing parenthesis.
local function read_suffix(reader, parsed)
    while reader:peek() do
        if reader:accept("WITHOUT", "ROWID") then
            parsed.is_without_rowid = true
        elseif reader:accept("STRICT") then
            parsed.is_strict = true
        else
            reader.at = reader.at + 1
        end
    end
end

---Parse a CREATE TABLE; of anything else, such as a virtual table, nothing is found.
---@param sql? string
---@return corm.dialects.sqlite.ParsedTable
function table_sql.parse(sql)
    local parsed = {
        columns = {}, constraints = {}, has_autoincrement = false, is_without_rowid = false,
        is_strict = false,
    }
    local reader = tokens.reader(sql or "")
    if reader:is_word("VIRTUAL", 1) or reader:is_word("VIEW", 1) or not skip_head(reader) then
        return parsed
    end
    local self = setmetatable({ parsed = parsed }, Parser)
    while reader:peek() and not reader:accept_sign(")") do
        if begins_constraint(reader) then
            self:table_constraints(reader)
        else
            self:column(reader)
        end
        reader:accept_sign(",")
    end
    read_suffix(reader, parsed)
    return parsed
end

-- An element of an index without its collation and direction.
local function read_element(reader)
    local first = reader:peek().first
    local last = first - 1
    while reader:peek() and not reader:is_sign(",") do
        if reader:accept("COLLATE") then
            reader:name()
        elseif not (reader:accept("ASC") or reader:accept("DESC")) then
            if not reader:group() then
                reader.at = reader.at + 1
            end
            last = reader.list[reader.at - 1].last
        end
    end
    reader:accept_sign(",")
    return reader.sql:sub(first, last)
end

---Parse a CREATE INDEX.
---@param sql string
---@return {expressions: string[], where?: string}
function table_sql.parse_index(sql)
    local reader = tokens.reader(sql)
    local parsed = { expressions = {} }
    while reader:peek() and not reader:is_sign("(") do
        reader.at = reader.at + 1
    end
    local inner = tokens.reader(reader:group() or "")
    while inner:peek() do
        table.insert(parsed.expressions, read_element(inner))
    end
    if reader:accept("WHERE") then
        parsed.where = sql:sub(reader:peek().first):match("^(.-)%s*$")
    end
    return parsed
end

return table_sql
