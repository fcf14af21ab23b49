-- SPDX-License-Identifier: MIT
-- How the rows of two mapped classes belong together: the join condition of a relationship,
-- taken from the foreign keys unless it was written, and what follows from it: which side
-- refers to which, and the columns on both sides.

local core = require("corm.core")
local exc = require("corm.exc")
local elements = require("corm.sql.elements")
local Set = require("corm.util.set")

local join_condition = {}

-- ---- from foreign keys ----

-- Pairs {referred column, referring column} of each constraint of `from` that leads to `to`.
local function constraints_between(from, to)
    local list = {}
    for constraint in from.foreign_key_constraints do
        local pairs_ = {}
        for _, foreign_key in ipairs(constraint.elements) do
            local referred = foreign_key.column
            if referred.table == to then
                pairs_[#pairs_ + 1] = { referred, foreign_key.parent }
            end
        end
        if #pairs_ > 0 then
            list[#list + 1] = pairs_
        end
    end
    return list
end

local function conjunction(pairs_)
    local parts = {}
    for i, pair in ipairs(pairs_) do
        parts[i] = pair[1]:eq(pair[2])
    end
    return #parts == 1 and parts[1] or elements.and_(table.unpack(parts))
end

local function mentions(pairs_, columns)
    if not columns then
        return true
    end
    for _, pair in ipairs(pairs_) do
        local found = false
        for _, column in ipairs(columns) do
            found = found or pair[2] == column
        end
        if not found then
            return false
        end
    end
    return true
end

-- The one condition between two tables that the foreign keys give.
local function from_foreign_keys(self, a, b, foreign_keys)
    local found = constraints_between(b, a)
    if a ~= b then
        table.move(constraints_between(a, b), 1, 99, #found + 1, found)
    end
    local usable = {}
    for _, pairs_ in ipairs(found) do
        if mentions(pairs_, foreign_keys) then
            usable[#usable + 1] = pairs_
        end
    end
    if #usable == 0 then
        exc.NoForeignKeysError:raise("%s: no foreign key links tables '%s' and '%s'; give a "
            .. "ForeignKey, or a primaryjoin", tostring(self), a.name, b.name)
    elseif #usable > 1 then
        exc.AmbiguousForeignKeysError:raise("%s: several foreign keys link tables '%s' and "
            .. "'%s'; say which by foreign_keys", tostring(self), a.name, b.name)
    end
    return conjunction(usable[1])
end

-- ---- reading a condition ----

-- The column, whether it was written as one or as an attribute of a class; else nil.
local function bare(node)
    if core.kind(node) == "attribute" then
        node = core.kid(node, 0)
    end
    return core.kind(node) == "column" and node or nil
end

-- All comparisons of two columns in a condition: {left, right}.
local function comparisons(node, list)
    if core.kind(node) == "binary" then
        local left, right = bare(core.kid(node, 0)), bare(core.kid(node, 1))
        if left and right then
            list[#list + 1] = { left, right }
        end
        return list
    end
    for i = 0, core.kid_count(node) - 1 do
        local kid = core.kid(node, i)
        if kid then
            comparisons(kid, list)
        end
    end
    return list
end

local function contains(columns, column)
    for _, each in ipairs(columns or {}) do
        if each == column then
            return true
        end
    end
    return false
end

-- {referred, referring} of a comparison, or nil if neither side refers to the other.
local function reference(comparison, foreign_keys)
    local left, right = comparison[1], comparison[2]
    if contains(foreign_keys, left) then
        return right, left
    elseif contains(foreign_keys, right) then
        return left, right
    elseif foreign_keys then
        return nil
    elseif left:references(right) then
        return right, left
    elseif right:references(left) then
        return left, right
    end
    return nil
end

-- ---- directions ----

-- In a table that refers to itself, remote_side says which column is the other object's.
local function direction_of(self, referred, referring, remote_side)
    local own, other = self.parent.local_table, self.target.local_table
    if own == other then
        return contains(remote_side, referred) and "many_to_one" or "one_to_many"
    end
    return referring.table == own and "many_to_one" or "one_to_many"
end

local function fail_no_pairs(self)
    exc.ArgumentError:raise("%s: the join condition compares no column with a foreign key to "
        .. "it; mark the referring one by foreign_keys", tostring(self))
end

local function settle_direct(self, given)
    self.primaryjoin = given.primaryjoin
        or from_foreign_keys(self, self.parent.local_table, self.target.local_table,
            given.foreign_keys)
    self.local_remote_pairs, self.synchronize_pairs = {}, {}
    self.secondary_synchronize_pairs = {}
    self.foreign_key_columns, self.local_columns = {}, {}
    for _, comparison in ipairs(comparisons(self.primaryjoin, {})) do
        local referred, referring = reference(comparison, given.foreign_keys)
        if referred then
            self.direction = direction_of(self, referred, referring, given.remote_side)
            local is_many = self.direction == "one_to_many"
            local pair = is_many and { referred, referring } or { referring, referred }
            table.insert(self.local_remote_pairs, pair)
            table.insert(self.synchronize_pairs, { referred, referring })
            table.insert(self.foreign_key_columns, referring)
            table.insert(self.local_columns, pair[1])
        end
    end
    if #self.local_remote_pairs == 0 then
        fail_no_pairs(self)
    end
end

-- {column of the class, column of the secondary table} of one of the two conditions.
local function secondary_pairs(self, condition)
    local list = {}
    for _, comparison in ipairs(comparisons(condition, {})) do
        local left, right = comparison[1], comparison[2]
        if right.table == self.secondary then
            list[#list + 1] = { left, right }
        elseif left.table == self.secondary then
            list[#list + 1] = { right, left }
        end
    end
    if #list == 0 then
        fail_no_pairs(self)
    end
    return list
end

local function settle_secondary(self, given)
    self.direction = "many_to_many"
    self.primaryjoin = given.primaryjoin
        or from_foreign_keys(self, self.parent.local_table, self.secondary, given.foreign_keys)
    self.secondaryjoin = given.secondaryjoin
        or from_foreign_keys(self, self.target.local_table, self.secondary, given.foreign_keys)
    self.synchronize_pairs = secondary_pairs(self, self.primaryjoin)
    self.secondary_synchronize_pairs = secondary_pairs(self, self.secondaryjoin)
    self.local_remote_pairs, self.local_columns, self.foreign_key_columns = {}, {}, {}
    for _, pair in ipairs(self.synchronize_pairs) do
        table.insert(self.local_remote_pairs, { pair[1], pair[2] })
        table.insert(self.local_columns, pair[1])
        table.insert(self.foreign_key_columns, pair[2])
    end
    for _, pair in ipairs(self.secondary_synchronize_pairs) do
        table.insert(self.local_remote_pairs, { pair[1], pair[2] })
        table.insert(self.foreign_key_columns, pair[2])
    end
end

---Settle the join of a relationship whose target is known: sets primaryjoin, secondaryjoin,
---direction, local_remote_pairs, synchronize_pairs, secondary_synchronize_pairs,
---local_columns and foreign_key_columns.
---@param self corm.orm.RelationshipProperty
---@param given {primaryjoin?: any, secondaryjoin?: any, foreign_keys?: any[], remote_side?: any[]}
function join_condition.settle(self, given)
    if self.secondary then
        settle_secondary(self, given)
    else
        settle_direct(self, given)
    end
    self.remote_columns = Set()
    for _, pair in ipairs(self.local_remote_pairs) do
        self.remote_columns:add(pair[2])
    end
end

return join_condition
