-- SPDX-License-Identifier: MIT
-- insert_sentinel(): a column whose only purpose is to tell the rows of one INSERT apart when
-- they come back, for tables whose keys cannot do that: those that the database makes and does
-- not count up.

local args = require("corm.sql.args")
local column = require("corm.sql.column")
local core = require("corm.core")
local exc = require("corm.exc")

local sentinel = {}

local OPTIONS = { "default", "name", "omit_from_statements", "type_" }

---A column for telling rows apart: of integers, which are filled in where they are of use,
---unless it has a type and a default of its own.
---
---    corm.Table("t", metadata,
---        corm.Column("id", corm.Uuid, {
---            primary_key = true, server_default = corm.func.gen_random_uuid(),
---        }),
---        corm.insert_sentinel("sentinel"))
---@param ... any name?, type?, {default?: any, omit_from_statements?: boolean}
---@return corm.Column
function sentinel.insert_sentinel(...)
    local list, options = args.split(0, OPTIONS, "insert_sentinel", ...)
    local is_named = list.n > 0 and not core.is_type(list[1])
    local name = is_named and list[1] or options.name
    local made = column.Column({
        name = name,
        type_ = list[is_named and 2 or 1] or options.type_ or require("corm.types").Integer,
        default = options.default,
        insert_sentinel = true,
    })
    column.set(made, {
        row_number = options.default == nil,
        omitted = options.omit_from_statements ~= false,
    })
    return made
end

---The same by SQLAlchemy's name for members of classes, which have no names of their own.
sentinel.orm_insert_sentinel = sentinel.insert_sentinel

-- What the database makes of a column has to grow from row to row, or nobody knows its order.
local function refuse_default(self, detail)
    local sequence = core.pin(self).sequence
    local increment = sequence and core.pin(sequence).increment
    if increment and increment < 0 then
        exc.InvalidRequestError:raise("column '%s' cannot be an insert sentinel: it is counted "
            .. "down", tostring(self))
    elseif detail.server_default ~= nil and not detail.identity then
        exc.InvalidRequestError:raise("column '%s' cannot be an insert sentinel: its values are "
            .. "the database's and need not grow", tostring(self))
    end
end

---Check a sentinel that joins a table.
---@param self corm.Column
---@param table_ corm.Table
function sentinel.check(self, table_)
    local detail = core.pin(self)
    for _, other in ipairs(table_.c:values()) do
        if other ~= self and core.pin(other).sentinel then
            exc.ArgumentError:raise("table '%s' has an insert sentinel already: column '%s'",
                table_.name, other.name)
        end
    end
    refuse_default(self, detail)
    if detail.nullable and detail.default == nil and not detail.identity
        and not detail.row_number then
        exc.InvalidRequestError:raise("column '%s' cannot be an insert sentinel: it may be NULL "
            .. "and has no default", tostring(self))
    end
end

return sentinel
