-- SPDX-License-Identifier: MIT
-- Clauses that SQL has and corm has not, as sqlalchemy.sql.SyntaxExtension:
--
--     local Qualify = corm.sql.SyntaxExtension:extend("Qualify", {
--         inherit_cache = true,
--         __init = function(self, condition) self.condition = condition end,
--         apply_to_select = function(self, statement)
--             return statement:apply_syntax_extension_point(function(existing)
--                 existing[#existing + 1] = self
--                 return existing
--             end, "post_criteria")
--         end,
--     })
--     compiles(Qualify)(function(element, compiler, kw) … end)
--     select(…):ext(Qualify(condition))

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")
local custom = require("corm.sql.custom")
local walk = require("corm.sql.walk")

local POINTS = {
    select = { "post_select", "pre_columns", "post_criteria", "post_body" },
    insert = { "post_values" },
    update = { "post_criteria" },
    delete = { "post_criteria" },
}

local SyntaxExtension = custom.ClauseElement:extend("SyntaxExtension")

-- apply_to_select(self, statement) and its like are the subclasses'.
for kind in pairs(POINTS) do
    SyntaxExtension["apply_to_" .. kind] = function(self)
        exc.ArgumentError:raise("extension %s cannot be applied to %s",
            tostring(custom.class_of(self)), kind)
    end
end

---The list without constructs of the same class, and with this one at the end: for
---apply_syntax_extension_point() where there can be only one.
---@param existing any[]
---@return any[]
function SyntaxExtension:append_replacing_same_type(existing)
    local list = {}
    for _, element in ipairs(existing) do
        list[#list + 1] = custom.class_of(element) ~= custom.class_of(self) and element or nil
    end
    list[#list + 1] = self
    return list
end

local function points_of(statement)
    local kind = core.kind(statement)
    return POINTS[kind] or exc.ArgumentError:raise("a %s cannot be extended", kind), kind
end

local function check_point(statement, point)
    local points, kind = points_of(statement)
    for _, known in ipairs(points) do
        if known == point then
            return kind
        end
    end
    exc.ArgumentError:raise("unknown position '%s' for a %s; known are %s", tostring(point), kind,
        table.concat(points, ", "))
end

-- The options of a statement that are of this place, and those that are not.
local function divide(list, point)
    local here, others = {}, {}
    for _, option in ipairs(walk.kids(list)) do
        if core.name(option) == point and core.kid_count(option) == 1 then
            here[#here + 1] = core.kid(option, 0)
        else
            others[#others + 1] = option
        end
    end
    return here, others
end

local methods = core.families.Statement.methods

---The statement with what the extension adds.
---@param extension any
---@return any
function methods:ext(extension)
    local _, kind = points_of(self)
    if not SyntaxExtension:is(extension) then
        args.refuse("ext", "a SyntaxExtension", extension)
    end
    local result = extension["apply_to_" .. kind](extension, self)
    return core.kind(result) == kind and result
        or args.refuse("ext", "the statement that apply_to_" .. kind .. "() returns", result)
end

---Change what stands at a place of the statement; for extensions.
---@param apply fun(existing: any[]): any[]
---@param point "post_select"|"pre_columns"|"post_criteria"|"post_body"|"post_values"
---@return any
function methods:apply_syntax_extension_point(apply, point)
    local slot = core.slots[check_point(self, point)].options
    local here, spec = divide(core.kid(self, slot), point)
    spec.op = "comma"
    for _, element in ipairs(apply(here)) do
        spec[#spec + 1] = core.node("option", { name = point, core.resolve(element) })
    end
    return core.with_kid(self, slot, core.node("list", spec))
end

return SyntaxExtension
