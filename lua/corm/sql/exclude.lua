-- SPDX-License-Identifier: MIT
-- ExcludeConstraint, PostgreSQL's: no two rows may be alike in all of these comparisons.
--
--     postgresql.ExcludeConstraint({ "room", "=" }, { "during", "&&" }, { name = "no_overlap" })

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local collection = require("corm.sql.collection")
local constraint = require("corm.sql.constraint")
local constructor = require("corm.util.constructor")
local repr = require("corm.util.repr")
local walk = require("corm.sql.walk")

local OPTIONS = {
    "comment", "deferrable", "info", "initially", "name", "ops", "using", "where",
}

local function read_element(pair, ops)
    if type(pair) ~= "table" or type(pair[2]) ~= "string" then
        exc.ArgumentError:raise("ExcludeConstraint: {column, operator} expected, got %s",
            repr.value(pair))
    end
    local item = pair[1]
    local node = type(item) ~= "string" and core.clause(item, "ExcludeConstraint") or nil
    local name = node and core.name(node) or item
    return { written = node or item, op = pair[2], class = ops and ops[name] or nil }
end

-- The columns that are compared, and the names of such.
local function compared_columns(detail)
    local found = {}
    for _, one in ipairs(detail.exclusions) do
        if type(one.written) == "string" then
            found[#found + 1] = one.written
        else
            for column in walk.columns(one.written) do
                found[#found + 1] = column
            end
        end
    end
    return found
end

---@param ... any {column or expression, operator} pairs, options
---@return any
local function exclude_constraint(...)
    local list, options = args.split(1, OPTIONS, "ExcludeConstraint", ...)
    local detail = constraint.detail("exclude", options, "ExcludeConstraint")
    detail.pairs = list
    detail.exclusions = {}
    for i = 1, list.n do
        detail.exclusions[i] = read_element(list[i], options.ops)
        if type(detail.exclusions[i].written) ~= "string" then
            detail.exclusions[i].expression = detail.exclusions[i].written
        end
    end
    detail.method = args.check(options.using, "string", "ExcludeConstraint", "using") or "gist"
    local where = options.where
    if type(where) == "string" then
        where = core.node("text", { name = where })
    end
    detail.where_node = where ~= nil and core.clause(where, "ExcludeConstraint") or nil
    detail.where = detail.where_node
    for _, one in ipairs(detail.exclusions) do
        if not one.expression then
            one.expression = core.node("literal", { name = one.written })
        end
    end
    return constraint.attach_if_possible(core.constraint(detail), compared_columns(detail))
end

---Names become columns of the table that the constraint joins.
---@param detail table
---@param table_ corm.Table
function constraint.resolve_exclusions(detail, table_)
    for _, one in ipairs(detail.exclusions) do
        if type(one.written) == "string" then
            one.expression = table_.c[one.written]
        end
        for found in walk.columns(one.expression) do
            if not collection.contains_column(detail.columns, found) then
                collection.append(detail.columns, core.pin(found).key, found)
            end
        end
    end
end

---A copy of such a constraint without table.
---@param detail table
---@return any
function constraint.copy_exclude(detail)
    local list = { table.unpack(detail.pairs, 1, detail.pairs.n) }
    list[#list + 1] = detail.options
    return exclude_constraint(table.unpack(list))
end

return constructor("ExcludeConstraint", exclude_constraint, function(value)
    return constraint.is(value) and constraint.kind(value) == "exclude"
end)
