-- SPDX-License-Identifier: MIT
-- Classes whose tables are read from the database when there is one, as
-- sqlalchemy.ext.declarative:
--
--     local Reflected = Base:extend("Reflected", {
--         corm.ext.declarative.DeferredReflection, __abstract = true,
--     })
--     local User = Reflected:extend("User", { __tablename = "user" })
--     Reflected:prepare(engine)       -- reads the tables and maps the classes

local declarative = require("corm.orm.declarative")
local exc = require("corm.exc")
local schema = require("corm.schema")

---@class corm.ext.declarative.Deferred a class that waits for its table
---@field class table
---@field table corm.Table what is known of it
---@field map fun() to be called when the rest is

-- In the order in which they were declared.
---@type corm.ext.declarative.Deferred[]
local waiting = {}

local function is_below(class, base)
    local info, of_base = declarative.info(class), declarative.info(base)
    while info and info ~= of_base do
        info = info.parent
    end
    return info ~= nil
end

-- Take those out that are classes of this base.
local function take(base)
    local taken, left = {}, {}
    for _, each in ipairs(waiting) do
        local list = is_below(each.class, base) and taken or left
        list[#list + 1] = each
    end
    waiting = left
    return taken
end

-- Columns that are written out count more than what the database says.
local function read_table(of_table, bind, options)
    schema.Table(of_table.name, of_table.metadata, {
        schema = of_table.schema,
        autoload_with = bind,
        extend_existing = true,
        autoload_replace = false,
        resolve_fks = options.resolve_fks,
    })
end

local DeferredReflection = {}

---Read the tables of all classes below this one and map the classes.
---@param bind corm.Engine|corm.Connection
---@param options? {resolve_fks?: boolean}
---@error NoSuchTableError; the classes can be prepared again then
function DeferredReflection.prepare(class, bind, options)
    if not declarative.info(class) then
        exc.ArgumentError:raise("prepare: a class expected")
    end
    local taken = take(class)
    local ok, e = pcall(function()
        for _, each in ipairs(taken) do
            read_table(each.table, bind, options or {})
        end
    end)
    if not ok then
        table.move(taken, 1, #taken, #waiting + 1, waiting)
        error(e, 0)
    end
    for _, each in ipairs(taken) do
        each.map()
    end
end

-- What declarative asks instead of mapping a class.
function DeferredReflection._defer_mapping(class, of_table, map)
    waiting[#waiting + 1] = { class = class, table = of_table, map = map }
end

return { DeferredReflection = DeferredReflection }
