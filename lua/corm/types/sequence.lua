-- SPDX-License-Identifier: MIT
-- A plain sequence as a value where nothing says its type: an array of what it holds.
--
--     func.unnest({1, 2}), literal({"a", "b"}), corm.any_({{1, 2}, {3, 4}})
--     connection:execute(text("SELECT … WHERE id = ANY(:ids)"), {ids = {1, 2}})

local core = require("corm.core")
local types = require("corm.types")

local sequence = {}

-- Numbers of several types are all of the one that stands furthest behind.
local RANK = { smallint = 1, integer = 2, bigint = 3, float = 4, double = 5, numeric = 6 }

-- The type that holds values of both; nil if there is none.
local function wider(a, b)
    if a == nil or a.kind == b.kind then
        return b
    elseif RANK[a.kind] and RANK[b.kind] then
        return RANK[a.kind] > RANK[b.kind] and a or b
    end
    return nil
end

local function is_plain(value)
    return type(value) == "table" and getmetatable(value) == nil
end

-- The type of all items so far and of these; nil if they have none in common or are nested
-- otherwise than `depth` deep.
local function item_type(items, depth, type_)
    for _, item in ipairs(items) do
        if is_plain(item) ~= (depth > 1) or type(item) == "function" then
            return nil
        elseif depth > 1 then
            type_ = item_type(item, depth - 1, type_)
        elseif core.resolve(item) ~= nil and item ~= core.NULL then
            return nil
        elseif item ~= core.NULL then
            type_ = wider(type_, core.type_of(core.coerce(item)))
        end
        if type_ == nil and item ~= core.NULL then
            return nil
        end
    end
    return type_
end

---The type that a sequence is sent as: an array of what it holds; nil if that is not one type,
---or if there is nothing in it, unless the database knows what is to be in it.
---@param value any
---@param is_sent? boolean it is a parameter of a statement, which the database has read
---@return corm.types.TypeEngine?
function sequence.type_of(value, is_sent)
    if is_sent and next(value) == nil then
        return types.ARRAY(types.Text)
    end
    local depth, first = 0, value
    while is_plain(first) do
        depth, first = depth + 1, first[1]
    end
    local type_ = depth > 0 and item_type(value, depth)
    return type_ and types.ARRAY(type_, { dimensions = depth > 1 and depth or nil }) or nil
end

core.set_sequence_type(sequence.type_of)

return sequence
