-- SPDX-License-Identifier: MIT
-- The event refresh_flush: which attributes of its objects a flush has filled by itself, from
-- defaults and from what the database returned.

local refresh_flush = {}

-- Positions of the attributes that are worth telling: not keys of new rows, nor foreign keys.
local function told_positions(of_mapper, kind, layout)
    local is_told = {}
    for _, prop in ipairs(of_mapper.column_props) do
        local made = prop.column[kind == "insert" and "default" or "onupdate"]
        is_told[prop.position] = made ~= nil or prop == of_mapper.version_prop
    end
    for _, position in ipairs(layout.fetch) do
        local prop = of_mapper.by_position[position]
        is_told[position] = kind ~= "insert" or not prop.column.primary_key
    end
    return is_told
end

-- Positions that this flush has filled so far, by object.
local function filled(run)
    run.filled = run.filled or {}
    local written = run.unit:written()
    for i = 1, #written, 2 do
        local object, position = written[i], written[i + 1]
        run.filled[object] = run.filled[object] or {}
        run.filled[object][position] = true
    end
    return run.filled
end

local function names_of(of_mapper, positions, is_told)
    local names = {}
    for _, prop in ipairs(of_mapper.by_position) do
        if is_told[prop.position] and positions[prop.position] then
            names[#names + 1] = prop.key
        end
    end
    return names
end

---@class corm.orm.RefreshFlush what is to be told of a batch
---@field objects any[]
---@field is_told table<integer, boolean> by position

---What there is to tell of the batch that is about to run; nil if nobody listens.
---@param run corm.orm.FlushRun
---@param of_mapper corm.orm.Mapper
---@param kind "insert"|"update"|"delete"|"link"|"unlink"
---@return corm.orm.RefreshFlush?
function refresh_flush.of_batch(run, of_mapper, kind)
    if not of_mapper.dispatch.refresh_flush or (kind ~= "insert" and kind ~= "update") then
        return nil
    end
    return {
        objects = run.unit:objects(),
        is_told = told_positions(of_mapper, kind, run.unit:layout()),
    }
end

---Tell the listeners, once the batch has run.
---@param run corm.orm.FlushRun
---@param of_mapper corm.orm.Mapper
---@param batch corm.orm.RefreshFlush
function refresh_flush.fire(run, of_mapper, batch)
    local by_object = filled(run)
    for _, object in ipairs(batch.objects) do
        local names = names_of(of_mapper, by_object[object] or {}, batch.is_told)
        by_object[object] = nil
        if #names > 0 then
            of_mapper.dispatch:fire("refresh_flush", object, run.context, names)
        end
    end
end

return refresh_flush
