-- SPDX-License-Identifier: MIT
-- Events of Query: its listeners may put another query in its place before it is compiled, and
-- the session's hear of rows that update() and delete() changed without loading them.

local event = require("corm.event")

local query_events = {}

---Listeners of all queries; a subclass of Query has a dispatcher below.
query_events.dispatch = event.dispatcher({ "query" })

-- What the listeners make of a query; one that returns nothing leaves it.
local function replaced(dispatch, name, query, ...)
    local list = dispatch[name]
    for i = 1, list and #list or 0 do
        local other = list[i].call(query, ...)
        if list[i].retval and other ~= nil then
            query = other
        end
    end
    return query
end

---The query that is compiled in place of this one.
---@param query corm.orm.Query
---@return corm.orm.Query
function query_events.before_compile(query)
    return replaced(query.dispatch, "before_compile", query)
end

---What listeners are told of an update() or delete().
---@class corm.orm.BulkContext
---@field query corm.orm.Query
---@field session corm.Session
---@field mapper corm.orm.Mapper
---@field values? table of update(): what is set; listeners of before_compile_update may change it
---@field result? corm.Result once it was executed; `rowcount` of it is how many rows changed
local Context = { __name = "corm.orm.BulkContext" }
Context.__index = Context

function Context:__tostring()
    return ("%s of %s"):format(self.values and "update" or "delete", self.mapper.name)
end

---An update of these values, or a delete, that is about to be compiled.
---@param query corm.orm.Query
---@param of_mapper corm.orm.Mapper
---@param values? table
---@return corm.orm.BulkContext
function query_events.before_bulk(query, of_mapper, values)
    local context = setmetatable({ query = query, session = query.session, mapper = of_mapper,
        values = values }, Context)
    local name = values and "before_compile_update" or "before_compile_delete"
    context.query = replaced(query.dispatch, name, query, context)
    return context
end

---Tell the session's listeners of the result.
---@param context corm.orm.BulkContext
---@param result corm.Result
function query_events.after_bulk(context, result)
    context.result = result
    local name = context.values and "after_bulk_update" or "after_bulk_delete"
    context.session.dispatch:fire(name, context)
end

return query_events
