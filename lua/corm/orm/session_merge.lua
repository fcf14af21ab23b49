-- SPDX-License-Identifier: MIT
-- session:merge(): the state of an object from elsewhere, put onto the session's own object
-- for the same row, along the merge cascades.

local core = require("corm.core")
local exc = require("corm.exc")
local identity = require("corm.orm.identity")
local mapper = require("corm.orm.mapper")
local check_options = require("corm.util.options")
local warnings = require("corm.warnings")

local session_merge = {}

---Methods of Session that are about merging.
local methods = {}
session_merge.methods = methods

---One merge while it runs.
---@class corm.orm.Merge
---@field session corm.Session
---@field load boolean
---@field options? any[] loader options
---@field done table<any, any> object from elsewhere → the session's own
---@field entered table<any, table> object → relationships it was reached by
---@field by_key table<any, any> new objects by class and key
local Merge = {}
Merge.__index = Merge

-- ---- the session's own object ----

local function has_key(values, n)
    for i = 1, n do
        if values[i] == nil then
            return false
        end
    end
    return true
end

-- The values of an object's primary key, complete or not.
local function key_of(object, of_mapper)
    local values = core.identity(object)
    if values then
        return values
    end
    values = {}
    for i, prop in ipairs(of_mapper.key_props) do
        values[i] = core.attribute_peek(object, prop.position)
    end
    return values
end

local function key_name(of_mapper, values)
    local parts = { tostring(of_mapper.base.id) }
    for i, value in ipairs(values) do
        parts[i + 1] = ("%s:%s"):format(math.type(value) or type(value), tostring(value))
    end
    return table.concat(parts, "\0")
end

local function check_without_load(object)
    if not core.identity(object) then
        exc.InvalidRequestError:raise("merge() with load=false does not support objects that are "
            .. "transient; flush them before merging")
    elseif core.is_marked(object) then
        exc.InvalidRequestError:raise("merge() with load=false does not support objects that are "
            .. "marked as changed; flush them before merging")
    end
end

-- A persistent object for a key, made without asking the database.
local function new_persistent(self, of_mapper, values)
    local merged = of_mapper.core:new()
    for i, prop in ipairs(of_mapper.key_props) do
        core.set_committed(merged, prop.position, values[i])
    end
    core.make_detached(merged)
    self.session:add(merged)
    return merged
end

-- The session's own object, and whether it was made now.
function Merge:find_own(object, of_mapper)
    local values = key_of(object, of_mapper)
    local is_known = has_key(values, #of_mapper.key_props)
    local name = is_known and key_name(of_mapper, values)
    local found = is_known and (self.session.core:get(of_mapper.core, table.unpack(values))
        or self.by_key[name])
    if not found then
        if not self.load then
            check_without_load(object)
            found = new_persistent(self, of_mapper, values)
        elseif is_known then
            found = self.session:get(of_mapper.class, values, self.options
                and { options = self.options })
        end
    end
    local is_new = not found
    if is_new then
        found = of_mapper.core:new()
        self.session:add(found)
    end
    if name then
        self.by_key[name] = found
    end
    return found
end

-- ---- attributes ----

local function merge_column(self, prop, object, merged)
    if core.is_loaded(object, prop.position) then
        local value = core.attribute_peek(object, prop.position)
        if self.load then
            merged[prop.key] = value
        else
            core.set_committed(merged, prop.position, value)
        end
    elseif core.identity(merged) and not core.is_loaded(merged, prop.position) then
        self.session.core:expire(merged, { prop.position })
    end
end

function Merge:related(prop, object)
    self.entered[object] = self.entered[object] or {}
    self.entered[object][prop] = true
    return self:one(object)
end

local function merge_members(self, prop, object, merged)
    if self.load then
        local _ = merged[prop.key] -- what is there is in the identity map then
    end
    local members = {}
    for i, member in ipairs(object[prop.key]:members()) do
        members[i] = self:related(prop, member)
    end
    if self.load then
        merged[prop.key] = members
    else
        core.load_members(merged, prop.position, members)
    end
end

local function merge_scalar(self, prop, object, merged)
    local current = core.attribute_peek(object, prop.position)
    local own = current ~= nil and self:related(prop, current) or nil
    if self.load then
        merged[prop.key] = own
    else
        core.set_committed(merged, prop.position, own)
    end
end

-- The other side has been here already.
local function came_from(self, prop, object)
    local entered = self.entered[object]
    for _, reverse in ipairs(entered and prop.reverse or {}) do
        if entered[reverse] then
            return true
        end
    end
    return false
end

local function merge_relationship(self, prop, object, merged)
    if prop.viewonly or not prop.cascade.merge or not core.is_loaded(object, prop.position)
        or self.load and came_from(self, prop, object) then
        return
    elseif prop.uselist then
        merge_members(self, prop, object, merged)
    else
        merge_scalar(self, prop, object, merged)
    end
end

local function check_version(of_mapper, object, merged)
    local prop = of_mapper.version_prop
    if not prop then
        return
    end
    local version = core.attribute_peek(object, prop.position)
    if version ~= nil and core.is_loaded(merged, prop.position)
        and version ~= core.attribute_peek(merged, prop.position) then
        exc.StaleDataError:raise("version %s of the merged object %s does not match version %s "
            .. "of the one in the session; leave it unset to update the most recent one",
            tostring(version), tostring(object), tostring(merged[prop.key]))
    end
end

local function copy_attributes(self, of_mapper, object, merged)
    check_version(of_mapper, object, merged)
    for _, prop in ipairs(of_mapper.by_position) do
        if prop.kind == "relationship" then
            merge_relationship(self, prop, object, merged)
        elseif core.kind(prop.column) == "column" then
            merge_column(self, prop, object, merged)
        end
    end
end

-- ---- one object ----

---The session's own object for one from elsewhere.
---@param object any
---@return any
function Merge:one(object)
    if self.done[object] then
        return self.done[object]
    end
    local of_mapper = mapper.of_instance(object)
    if core.session_of(object) == self.session and core.state_of(object) == "pending" then
        warnings.warn(("instance %s is already pending in this session yet is being merged again")
            :format(tostring(object)))
    end
    local merged = self:find_own(object, of_mapper)
    self.done[object] = merged
    if merged ~= object then
        copy_attributes(self, of_mapper, object, merged)
    end
    return merged
end

local function run(session, objects, options)
    options = check_options(options, { "load", "options" }, "merge")
    local merge = setmetatable({
        session = session,
        load = options.load ~= false,
        options = options.options,
        done = {},
        entered = {},
        by_key = {},
    }, Merge)
    if merge.load then
        session:_autoflush()
    end
    return session:no_autoflush(function()
        local merged = {}
        for i, object in ipairs(objects) do
            merged[i] = merge:one(object)
        end
        return merged
    end)
end

---Put the state of an object onto the session's own one for the same row, which is loaded or
---made; return that. load = false takes the state as it is, without asking the database.
---@param object any
---@param options? {load?: boolean, options?: any[]}
---@return any
function methods:merge(object, options)
    return run(self, { object }, options)[1]
end

---As merge(), for several objects.
---@param objects any[]
---@param options? {load?: boolean, options?: any[]}
---@return any[]
function methods:merge_all(objects, options)
    return run(self, identity.sequence(objects), options)
end

return session_merge
