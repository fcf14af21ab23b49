-- SPDX-License-Identifier: MIT
-- AND and OR in each other, lists of a single condition among them, and their parentheses.

local corm = require("corm")
local schema = require("spec.golden.schema")

local and_, or_, select = corm.and_, corm.or_, corm.select
local t = schema.t

local case = require("spec.golden.harness").cases()

local p, q, r = t.c.myid:eq(1), t.c.name:eq("x"), t.c.myid:gt(3)

local NESTED = {
    ["or of and"] = or_(and_(p)),
    ["and of or"] = and_(or_(p)),
    ["or of and of two"] = or_(and_(p, q)),
    ["and of or of two"] = and_(or_(p, q)),
    ["or of and beside one"] = or_(and_(p), q),
    ["or of two ands"] = or_(and_(p), and_(q)),
    ["and of or of and"] = and_(or_(and_(p))),
    ["or of two beside one"] = and_(or_(p, q), r),
    ["or of two in lists"] = and_(or_(and_(or_(p, q)))),
    ["and of two in lists"] = and_(or_(and_(p, q))),
    ["or of or"] = or_(or_(p, q), r),
    ["or of and of or"] = or_(and_(or_(p, q)), r),
    ["or of true and one"] = and_(or_(and_(corm.true_(), p))),
    ["not of or of and"] = ~or_(and_(p)),
    ["not of and of or"] = ~and_(or_(p, q)),
    ["group of and"] = or_(and_(p):self_group(), q),
}

for name, nested in pairs(NESTED) do
    case[name] = function()
        return nested
    end
    case[name .. " as a condition"] = function()
        return select(t.c.myid):where(nested)
    end
    case[name .. " beside a condition"] = function()
        return select(t.c.myid):where(nested, r)
    end
    case[name .. " denied"] = function()
        return corm.not_(nested)
    end
    case[name .. " as an operand"] = function()
        return nested:is_(nil)
    end
end

return case
