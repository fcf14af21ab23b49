-- SPDX-License-Identifier: MIT
-- Bundle: several columns or classes of a SELECT that come as one value, a row in the row.

local core = require("corm.core")
local exc = require("corm.exc")
local args = require("corm.sql.args")

local bundle = {}

---Whether a node stands for a Bundle: it is a tuple that says so by its name.
---@param node any
---@return boolean
function bundle.is(node)
    return core.kind(node) == "tuple" and core.name(node) ~= nil
end

---@class corm.orm.Bundle
---@field name string
---@field c table<string, any> its elements by name
local meta = { __name = "corm.Bundle" }

function meta:__clause_element()
    return self._node
end

function meta:__tostring()
    return ("Bundle('%s')"):format(self.name)
end

---select(Bundle("name", User.first, User.last)): rows have a row as value `name`. With
---{single_entity = true} the bundle alone is handed out bare, as an object is.
---@param name string
---@param ... any elements, then perhaps options
---@return corm.orm.Bundle
function bundle.Bundle(name, ...)
    args.check(name, "string", "Bundle", "name")
    local list, options = args.split(1, { "single_entity" }, "Bundle", ...)
    if list.n == 0 then
        exc.ArgumentError:raise("Bundle: at least one column or class expected")
    end
    local spec = { name = options.single_entity and "bundle_single" or "bundle", value = name,
        has_entity = true }
    local columns = {}
    for i = 1, list.n do
        spec[i] = core.clause(list[i], "Bundle")
        local key = bundle.is(spec[i]) and core.value(spec[i]) or core.name(spec[i])
        columns[key or i] = list[i]
    end
    return setmetatable({ name = name, c = columns, columns = columns,
        single_entity = options.single_entity or false, _node = core.node("tuple", spec) }, meta)
end

return bundle
