-- SPDX-License-Identifier: MIT
-- Elements of JSON values.

local corm = require("corm")
local schema = require("spec.golden.schema")

local String, and_, cast, select = corm.String, corm.and_, corm.cast, corm.select
local pgt = schema.pgt

local case = require("spec.golden.harness").cases()

-- ---- JSON

case["json key"] = function() return select(pgt.c.js:getitem("a")) end
case["json index"] = function() return pgt.c.js:getitem(5) end
case["json path"] = function() return pgt.c.js:getitem({ "a", "b", 1 }) end
case["json key of key"] = function() return pgt.c.js:getitem("a"):getitem("b") end
case["json as string"] = function() return pgt.c.js:getitem("a"):as_string() end
case["json as integer"] = function() return pgt.c.js:getitem("a"):as_integer() end
case["json as float"] = function() return pgt.c.js:getitem("a"):as_float() end
case["json as boolean"] = function() return pgt.c.js:getitem("a"):as_boolean() end
case["json as numeric"] = function() return pgt.c.js:getitem("a"):as_numeric(10, 2) end
case["json as json"] = function() return pgt.c.js:getitem("a"):as_json() end
case["json path as string"] = function() return pgt.c.js:getitem({ "a", "b" }):as_string() end
case["json path as integer"] = function() return pgt.c.js:getitem({ "a", 1 }):as_integer() end
case["json key compared"] = function() return pgt.c.js:getitem("a"):as_string():eq("x") end
case["json key compared integer"] = function() return pgt.c.js:getitem("a"):as_integer():gt(5) end
case["json key is null"] = function() return pgt.c.js:getitem("a"):eq(nil) end
case["json key in select"] = function()
    return select(
        pgt.c.js:getitem("a"):as_string():label("a"),
        pgt.c.js:getitem("b"):as_integer()
    )
end
case["json key order by"] = function()
    return select(pgt.c.id):order_by(pgt.c.js:getitem("a"):as_string():desc())
end
case["json key in and"] = function()
    return and_(pgt.c.js:getitem("a"):as_boolean(), pgt.c.js:getitem("b"):as_string():eq("x"))
end
case["json compared"] = function() return pgt.c.js:eq({ a = 1 }) end
case["json key literal"] = function()
    return pgt.c.js:getitem("a"):as_string():eq("x"), { literal_binds = true }
end
case["json path literal"] = function()
    return pgt.c.js:getitem({ "a", 1 }):as_string():eq("x"), { literal_binds = true }
end
case["json key of column"] = function() return pgt.c.js:getitem(pgt.c.id) end
case["json key cast"] = function() return cast(pgt.c.js:getitem("a"), String) end
case["json key like"] = function() return pgt.c.js:getitem("a"):as_string():like("x%") end
return case
