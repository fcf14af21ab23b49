-- SPDX-License-Identifier: MIT
-- The 1.x ways of writing many rows without the unit of work: no cascades, no ordering between
-- classes, and the objects stay as they are.

local core = require("corm.core")
local dml = require("corm.orm.dml")
local identity = require("corm.orm.identity")
local mapper = require("corm.orm.mapper")
local session_transaction = require("corm.orm.session_transaction")
local check_options = require("corm.util.options")

local session_bulk = {}

---Methods of Session that write in bulk.
local methods = {}
session_bulk.methods = methods

-- In a transaction of the database, begun and kept open as by a flush.
local function in_transaction(self, fn, ...)
    session_transaction.check_exclusive(self, "bulk operation")
    self:_begin_if_needed()
    local transaction = session_transaction.begin(self, "SUBTRANSACTION")
    local ok, e = pcall(fn, self, ...)
    if not ok then
        transaction:rollback(e)
        error(e, 0)
    end
    transaction:commit()
end

local function insert(self, of_mapper, mappings, options)
    local first = 1
    for _, run in ipairs(dml.runs_of(of_mapper, mappings, options.render_nulls)) do
        if not options.return_defaults then
            dml.insert_mappings(self, of_mapper, run)
        else
            for i, row in ipairs(dml.insert_returning_keys(self, of_mapper, run)) do
                options.take_key(first + i - 1, row)
            end
        end
        first = first + #run
    end
end

---Insert rows for a class from tables by attribute.
---@param class any
---@param mappings table[]
---@param options? {return_defaults?: boolean, render_nulls?: boolean} return_defaults: the keys
---  are put into the tables
function methods:bulk_insert_mappings(class, mappings, options)
    options = check_options(options, { "return_defaults", "render_nulls" },
        "bulk_insert_mappings")
    local of_mapper = mapper.of_class(class)
    in_transaction(self, insert, of_mapper, mappings, {
        render_nulls = options.render_nulls,
        return_defaults = options.return_defaults,
        take_key = function(i, row)
            for at, prop in ipairs(of_mapper.key_props) do
                mappings[i][prop.key] = row[at]
            end
        end,
    })
end

local function update(self, of_mapper, mappings)
    dml.update_mappings(self, of_mapper, mappings)
end

---Update rows of a class from tables by attribute, which name the primary key.
---@param class any
---@param mappings table[]
function methods:bulk_update_mappings(class, mappings)
    in_transaction(self, update, mapper.of_class(class), mappings)
end

-- ---- objects ----

-- What an object that is to be inserted has; of one that has a row, its key and what changed.
local function mapping_of(of_mapper, object, only_changed)
    local mapping = {}
    local identity_ = core.identity(object)
    for _, prop in ipairs(of_mapper.column_props) do
        local takes = core.is_loaded(object, prop.position)
        if takes and identity_ and only_changed and prop ~= of_mapper.version_prop then
            takes = #core.history(object, prop.position) > 0
        end
        if takes then
            local value = core.attribute_peek(object, prop.position)
            mapping[prop.key] = value == nil and core.NULL or value
        end
    end
    for i, prop in ipairs(identity_ and of_mapper.key_props or {}) do
        mapping[prop.key] = identity_[i]
    end
    return mapping
end

local function save_run(self, run, options)
    local mappings = {}
    for i, object in ipairs(run.objects) do
        mappings[i] = mapping_of(run.mapper, object, options.update_changed_only ~= false)
    end
    if run.is_known then
        update(self, run.mapper, mappings)
    else
        insert(self, run.mapper, mappings, {
            return_defaults = options.return_defaults,
            take_key = function(i, row)
                for at, prop in ipairs(run.mapper.key_props) do
                    core.set_committed(run.objects[i], prop.position, row[at])
                end
            end,
        })
    end
end

-- Neighbours of one class that are all new, or all known.
local function object_runs(objects)
    local runs = {}
    for _, object in ipairs(objects) do
        local of_mapper, is_known = mapper.of_instance(object), core.identity(object) ~= nil
        local last = runs[#runs]
        if not last or last.mapper ~= of_mapper or last.is_known ~= is_known then
            last = { mapper = of_mapper, is_known = is_known, objects = {} }
            runs[#runs + 1] = last
        end
        table.insert(last.objects, object)
    end
    return runs
end

local function save(self, objects, options)
    for _, run in ipairs(object_runs(objects)) do
        save_run(self, run, options)
    end
end

---Insert objects that are new, and update those that have a row, without the unit of work.
---@param objects any[]
---@param options? {return_defaults?: boolean, update_changed_only?: boolean,
---  preserve_order?: boolean}
function methods:bulk_save_objects(objects, options)
    options = check_options(options, { "preserve_order", "return_defaults",
        "update_changed_only" }, "bulk_save_objects")
    in_transaction(self, save, identity.sequence(objects), options)
end

return session_bulk
