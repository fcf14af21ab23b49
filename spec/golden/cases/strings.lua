-- SPDX-License-Identifier: MIT
-- LIKE and its like, arithmetic, own operators.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Boolean, String, and_, between = corm.Boolean, corm.String, corm.and_, corm.between
local bitwise_not, cast, collate, func = corm.bitwise_not, corm.cast, corm.collate, corm.func
local literal, literal_column, not_ = corm.literal, corm.literal_column, corm.not_
local select, text, o, t, users = corm.select, corm.text, schema.o, schema.t, schema.users

local case = require("spec.golden.harness").cases()

case["like"] = function()
    return t.c.name:like("a%")
end

case["not_like"] = function()
    return t.c.name:not_like("a%")
end

case["notlike old name"] = function()
    return t.c.name:notlike("a%", { escape = "!" })
end

case["ilike"] = function()
    return t.c.name:ilike("a%")
end

case["not_ilike"] = function()
    return t.c.name:not_ilike("a%")
end

case["notilike old name"] = function()
    return t.c.name:notilike("a%")
end

case["ilike escape"] = function()
    return t.c.name:ilike("a%", { escape = "#" })
end

case["like column"] = function()
    return t.c.name:like(t.c.description)
end

case["like concatenated"] = function()
    return t.c.name:like("%" + t.c.description + "%")
end

case["like of expression"] = function()
    return (t.c.name + "x"):like("a%")
end

case["like in and"] = function()
    return and_(t.c.name:like("a"), ~t.c.name:like("b"))
end

case["startswith"] = function()
    return t.c.name:startswith("a")
end

case["startswith autoescape"] = function()
    return t.c.name:startswith("a%_/", { autoescape = true })
end

case["startswith column"] = function()
    return t.c.name:startswith(t.c.description)
end

case["startswith column escape"] = function()
    return t.c.name:startswith(t.c.description, { escape = "x" })
end

case["not startswith"] = function()
    return ~t.c.name:startswith("a")
end

case["endswith"] = function()
    return t.c.name:endswith("a")
end

case["endswith literal_column"] = function()
    return t.c.name:endswith(literal_column("y"))
end

case["endswith autoescape escape"] = function()
    return t.c.name:endswith("a#b", { autoescape = true, escape = "#" })
end

case["contains"] = function()
    return t.c.name:contains("a")
end

case["contains text"] = function()
    return t.c.name:contains(text("b"))
end

case["contains autoescape"] = function()
    return t.c.name:contains("10%", { autoescape = true })
end

case["icontains"] = function()
    return t.c.name:icontains("A")
end

case["istartswith"] = function()
    return t.c.name:istartswith("A", { autoescape = true })
end

case["iendswith"] = function()
    return t.c.name:iendswith("A", { escape = "/" })
end

case["not icontains"] = function()
    return ~t.c.name:icontains("A")
end

case["icontains column"] = function()
    return t.c.name:icontains(t.c.description)
end

case["match"] = function()
    return t.c.name:match("x")
end

case["not match"] = function()
    return ~t.c.name:match("x")
end

case["match regconfig"] = function()
    return t.c.name:match("x", { postgresql_regconfig = "english" })
end

case["regexp_match"] = function()
    return t.c.name:regexp_match("^a")
end

case["not regexp_match"] = function()
    return ~t.c.name:regexp_match("^a")
end

case["regexp_match column"] = function()
    return t.c.name:regexp_match(t.c.description)
end

case["regexp_match in and"] = function()
    return and_(t.c.name:regexp_match("a"), t.c.myid:eq(1))
end

case["regexp_match ignoring case"] = function()
    return t.c.name:regexp_match("a", { flags = "i" })
end

case["not regexp_match ignoring case"] = function()
    return ~t.c.name:regexp_match("a", { flags = "i" })
end

case["regexp_match other flags"] = function()
    return t.c.name:regexp_match("a", { flags = "ix" })
end

case["not regexp_match other flags"] = function()
    return ~t.c.name:regexp_match("a", { flags = "x" })
end

case["regexp_replace"] = function()
    return t.c.name:regexp_replace("a", "b")
end

case["regexp_replace column"] = function()
    return t.c.name:regexp_replace("a", t.c.description)
end

case["regexp_replace with flags"] = function()
    return t.c.name:regexp_replace("a", "b", { flags = "ig" })
end

case["regexp_match sqlite flags"] = function()
    return t.c.name:regexp_match("a", { flags = "i" })
end

case["between"] = function()
    return t.c.myid:between(1, 5)
end

case["between columns"] = function()
    return t.c.myid:between(o.c.otherid, o.c.otherid + 5)
end

case["between function"] = function()
    return between(t.c.myid, 1, 5)
end

case["between in and"] = function()
    return and_(t.c.myid:between(1, 2), t.c.name:eq("x"))
end

case["between of sum"] = function()
    return (t.c.myid + 1):between(1, 5)
end

case["not between symmetric"] = function()
    return ~t.c.myid:between(1, 5, { symmetric = true })
end

case["between of dates"] = function()
    return users.c.born:between(corm.date(2020, 1, 1), corm.date(2020, 12, 31))
end

case["sum of products"] = function()
    return (t.c.myid * 2) + (t.c.myid * 3)
end

case["product of sums"] = function()
    return (t.c.myid + 2) * (t.c.myid + 3)
end

case["left association"] = function()
    return t.c.myid - 2 - 3
end

case["right association"] = function()
    return t.c.myid - (t.c.myid - 3)
end

case["division of integers"] = function()
    return t.c.myid / 3
end

case["division of numerics"] = function()
    return users.c.balance / 3
end

case["division of floats"] = function()
    return users.c.score / users.c.age
end

case["floor division of integers"] = function()
    return t.c.myid // 3
end

case["floor division of numerics"] = function()
    return users.c.balance // 3
end

case["modulo"] = function()
    return t.c.myid % 3
end

case["modulo of modulo"] = function()
    return t.c.myid % (t.c.myid % 3)
end

case["reflected"] = function()
    return and_(
        (5 + t.c.myid):eq(1),
        (5 - t.c.myid):eq(1),
        (5 * t.c.myid):eq(1),
        (5 / t.c.myid):eq(1),
        (5 % t.c.myid):eq(1)
    )
end

case["reflected floor division"] = function()
    return 5 // t.c.myid
end

case["division chain"] = function()
    return t.c.myid / 2 / 3
end

case["division by division"] = function()
    return t.c.myid / (t.c.myid / 3)
end

case["concat operator"] = function()
    return t.c.name + "x" + t.c.description
end

case["concat method"] = function()
    return t.c.name:concat("x")
end

case["concat reflected"] = function()
    return "x" + t.c.name
end

case["concat with cast"] = function()
    return t.c.name + cast(t.c.myid, String)
end

case["concat of literal and integer"] = function()
    return t.c.name + literal(5, String)
end

case["concat function"] = function()
    return func.concat(t.c.name, "x", t.c.description)
end

case["date minus date"] = function()
    return users.c.created - users.c.created
end

case["date plus interval"] = function()
    return users.c.created + corm.interval({ days = 1 })
end

case["date minus interval compared"] = function()
    return (users.c.created - corm.interval({ hours = 1 }))
        :gt(corm.datetime(2020, 1, 1, 0, 0, 0))
end

case["interval times"] = function()
    return users.c.idle * 2
end

case["numeric times integer"] = function()
    return users.c.balance * users.c.age
end

case["bitwise and"] = function()
    return t.c.myid:bitwise_and(5)
end

case["bitwise or"] = function()
    return t.c.myid:bitwise_or(5)
end

case["bitwise not"] = function()
    return t.c.myid:bitwise_not()
end

case["bitwise shifts"] = function()
    return t.c.myid:bitwise_lshift(1) + t.c.myid:bitwise_rshift(2)
end

case["bitwise nested"] = function()
    return t.c.myid:bitwise_and(5):bitwise_or(t.c.myid:bitwise_and(6))
end

case["bitwise compared"] = function()
    return t.c.myid:bitwise_and(5):eq(1)
end

case["bitwise_not function"] = function()
    return bitwise_not(t.c.myid)
end

case["shift operators"] = function()
    return (t.c.myid << 2):eq(t.c.myid >> 1)
end

case["op"] = function()
    return t.c.myid:op("&&")(5)
end

case["op in and"] = function()
    return and_(t.c.myid:op("&&")(5), t.c.name:eq("x"))
end

case["op compared"] = function()
    return t.c.myid:op("&")(5):eq(1)
end

case["op chained"] = function()
    return t.c.name:op("->")("a"):op("->>")("b")
end

case["op chained on the right"] = function()
    return t.c.myid:op("-")(t.c.myid:op("+")(1))
end

case["op with sum"] = function()
    return t.c.myid:op("^")(2) + 1
end

case["op inside sum"] = function()
    return (t.c.myid + 1):op("^")(2)
end

case["op precedence high"] = function()
    return t.c.myid:op("^", { precedence = 10 })(2) * 3
end

case["op keyword"] = function()
    return t.c.name:op("SOUNDS LIKE")("x")
end

case["op is_comparison negated"] = function()
    return not_(t.c.myid:op("~~", { is_comparison = true })("x"))
end

case["op with percent"] = function()
    return t.c.name:op("%")("x")
end

case["op with null"] = function()
    return t.c.name:op("<=>")(nil)
end

case["custom_op type"] = function()
    return t.c.myid:op("#", { return_type = Boolean })(3) & t.c.myid:eq(1)
end

case["collate"] = function()
    return t.c.name:collate("nocase"):eq("x")
end

case["collate function"] = function()
    return collate(t.c.name, "de_DE"):gt("x")
end

case["collate like"] = function()
    return t.c.name:collate("de_DE"):like("x%")
end

case["collate of concatenation"] = function()
    return (t.c.name + "x"):collate("C")
end

case["collate labelled"] = function()
    return select(t.c.name:collate("C"):label("n")):order_by("n")
end

case["desc collate"] = function()
    return t.c.name:collate("C"):desc()
end

return case
