-- SPDX-License-Identifier: MIT
-- inspect(): the object that knows about another one, as sqlalchemy.inspect(). A mapped
-- object has its state, a mapped class its mapper; what the metatable's `__inspect` returns
-- stands for anything else, such as an engine's Inspector.

local core = require("corm.core")
local exc = require("corm.exc")
local check_options = require("corm.util.options")
local repr = require("corm.util.repr")

local inspection = {}

---What is known about a subject.
---@param subject any a mapped object or class, an engine, a connection …
---@param options? {raiseerr?: boolean}|boolean false: nil instead of an error
---@return any
---@error NoInspectionAvailable
function inspection.inspect(subject, options)
    if type(options) ~= "boolean" then
        options = check_options(options, { "raiseerr" }, "inspect").raiseerr
    end
    if core.mapper_of(subject) then
        return require("corm.orm.state").of(subject)
    end
    local of_mapper = require("corm.orm.mapper").find(subject)
    if of_mapper then
        require("corm.orm.mapper").configure()
        return of_mapper
    end
    local inspect = core.metafield(subject, "__inspect")
    if inspect then
        return inspect(subject)
    elseif core.kind(subject) then
        return subject
    elseif options == false then
        return nil
    end
    exc.NoInspectionAvailable:raise("no inspection system is available for %s",
        repr.value(subject))
end

return require("corm.util.public")("corm.inspection", inspection)
