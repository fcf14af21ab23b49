-- SPDX-License-Identifier: MIT
-- Where a column comes from: the columns and expressions that it stands for, through
-- subqueries, aliases, labels and all members of a set operation.

local core = require("corm.core")

local lineage = {}

local slots = core.slots

-- The expressions that the members of a query return at a place, from 1.
local function members_at(query, place, into)
    if core.kind(query) == "compound" then
        for i = slots.compound.count, core.kid_count(query) - 1 do
            members_at(core.kid(query, i), place, into)
        end
    elseif core.kind(query) == "select" or core.kind(query) == "statement_text" then
        into[#into + 1] = require("corm.sql.selectable").query_expressions(query)[place]
    end
    return into
end

-- The place of a column in what it is selected from.
local function place_of(from, column)
    local columns = require("corm.sql.selectable").columns(from)
    for i = 1, #columns do
        if columns[i] == column then
            return i
        end
    end
    return nil
end

-- What a column of a subquery, CTE or alias stands for; those of a set have several.
local function behind(column)
    local from = core.kid(column, 0)
    local query = core.kind(from) ~= "alias" and core.kid_count(from) > 0 and core.kid(from, 0)
    if core.kind(query) == "compound" then
        local place = place_of(from, column)
        return place and members_at(query, place, {}) or { core.kid(column, 1) }
    end
    return { core.kid(column, 1) }
end

local function parents_of(node)
    local kind = core.kind(node)
    if kind == "colref" and core.kid_count(node) > 1 then
        return behind(node)
    elseif kind == "label" or kind == "attribute" or kind == "grouping" then
        return { core.kid(node, 0) }
    end
    return {}
end

---Everything that a column stands for, itself included, with the steps it takes to get there;
---later members of a set are further away.
---@param column any
---@return table<any, integer>
function lineage.of(column)
    local distances, queue = { [column] = 0 }, { column }
    local at = 1
    while queue[at] do
        local node = queue[at]
        for i, parent in ipairs(parents_of(node)) do
            if parent and not distances[parent] then
                distances[parent] = distances[node] + i
                queue[#queue + 1] = parent
            end
        end
        at = at + 1
    end
    return distances
end

---What a column stands for in the end: tables' columns, and expressions made of anything.
---@param column any
---@return any[]
function lineage.ends(column)
    local found = {}
    for node in pairs(lineage.of(column)) do
        if not parents_of(node)[1] then
            found[#found + 1] = node
        end
    end
    return found
end

---Whether two columns stand for a common one.
---@param a any
---@param b any
---@return boolean
function lineage.is_shared(a, b)
    local own = lineage.of(a)
    for node in pairs(lineage.of(b)) do
        if own[node] then
            return true
        end
    end
    return false
end

-- How many columns two lineages share, and how far the nearest of them is.
local function overlap(wanted, own)
    local count, nearest = 0, math.huge
    for node, distance in pairs(own) do
        if wanted[node] then
            count = count + 1
            nearest = math.min(nearest, distance)
        end
    end
    return count, nearest
end

---The candidate that shares most with a column, of several the one that is nearest to it.
---@param candidates any[]
---@param column any
---@return any? # nil if none shares anything
function lineage.nearest(candidates, column)
    local wanted = lineage.of(column)
    local best, best_count, best_distance
    for _, candidate in ipairs(candidates) do
        local count, distance = overlap(wanted, lineage.of(candidate))
        if count > 0 and (not best or count > best_count
            or count == best_count and distance < best_distance) then
            best, best_count, best_distance = candidate, count, distance
        end
    end
    return best
end

return lineage
