-- SPDX-License-Identifier: MIT
-- Quoting: reserved words, odd characters, schemas, names of parameters and labels.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer = corm.Column, corm.Integer
local LABEL_STYLE_TABLENAME_PLUS_COL = corm.LABEL_STYLE_TABLENAME_PLUS_COL
local MetaData, Table, bindparam = corm.MetaData, corm.Table, corm.bindparam
local column, func, literal_column = corm.column, corm.func, corm.literal_column
local select, table = corm.select, corm.table
local odd, stuff, t = schema.odd, schema.stuff, schema.t

local case = require("spec.golden.harness").cases()

case["reserved table"] = function() return select(odd.c.id) end
case["all odd columns"] = function() return select(odd) end
case["odd columns in where"] = function()
    return select(odd.c.id):where(
        odd.c["Total Price"]:gt(5), odd.c["select"]:eq("x"), odd.c.MixedCase:eq("y")
    )
end
case["percent"] = function() return select(odd.c["per%cent"]):where(odd.c["per%cent"]:eq(5)) end
case["colon"] = function() return select(odd.c["co:lon"]):where(odd.c["co:lon"]:eq(5)) end
case["quote in name"] = function() return select(odd.c["quo\"te"]):where(odd.c["quo\"te"]:eq(5)) end
case["digit first"] = function() return select(odd.c["9lives"]):order_by(odd.c["9lives"]) end
case["dollar"] = function() return select(odd.c["$dollar"], odd.c._under) end
case["odd labels"] = function()
    return select(
        odd.c.id:label("a b"), odd.c.id:label("select"), odd.c.id:label("UPPER"),
        odd.c.id:label("per%cent"), odd.c.id:label("co:lon")
    )
end
case["odd label in order by"] = function()
    return select((odd.c.id + 1):label("a b")):order_by("a b")
end
case["odd labels by table"] = function()
    return select(odd):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["odd columns in subquery"] = function() return select(select(odd):subquery("s")) end
case["odd alias"] = function() return select(odd:alias("Odd One").c["Total Price"]) end
case["odd anonymous alias"] = function() return select(odd:alias().c.user) end
case["odd group by"] = function()
    return select(func.count()):group_by(odd.c["Total Price"], odd.c.user)
end
case["schema"] = function() return select(stuff.c.id, stuff.c.value) end
case["schema in where"] = function() return select(t.c.myid):where(t.c.myid:eq(stuff.c.id)) end
case["schema labels"] = function()
    return select(stuff.c.id):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL):order_by(stuff.c.id)
end
case["schema quoted"] = function()
    return select(Table("T x", MetaData(), Column("id", Integer), { schema = "My Schema" }).c.id)
end
case["schema with dot"] = function()
    return select(Table("t", MetaData(), Column("id", Integer), { schema = "a.b" }).c.id)
end
case["schema reserved"] = function()
    return select(Table("t", MetaData(), Column("id", Integer), { schema = "select" }).c.id)
end
case["schema of metadata"] = function()
    return select(Table("t", MetaData({ schema = "m" }), Column("id", Integer)).c.id)
end
case["table construct with schema"] = function()
    return select(table("t", column("a"), { schema = "s" }).c.a)
end
case["table construct quoted"] = function()
    return select(table("T", column("A b"), column("order")))
end
case["uppercase table"] = function()
    return select(Table("UPPER", MetaData(), Column("ID", Integer)))
end
case["keyed column"] = function()
    return select(
        Table("k", MetaData(), Column("real_name", Integer, { key = "nick" })).c.nick:eq(5)
    )
end
case["keyed column in subquery"] = function()
    return select(
        select(Table("k", MetaData(), Column("real_name", Integer, { key = "nick" }))):subquery()
            .c
            .nick
    )
end
case["quoted column"] = function()
    return select(Table("k", MetaData(), Column("plain", Integer, { quote = true })).c.plain)
end
case["unquoted column"] = function()
    return select(Table("k", MetaData(), Column("Mixed", Integer, { quote = false })).c.Mixed)
end
case["quoted table"] = function()
    return select(Table("plain", MetaData(), Column("a", Integer), { quote = true }).c.a)
end
case["column named as table"] = function()
    return select(Table("a", MetaData(), Column("a", Integer)).c.a)
end
case["bind named as column"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("name", "x")), t.c.name:ne("y"))
end
case["bind with odd name"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("a b", "x")))
end
case["bind with percent"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("a%b(c)", "x")))
end
case["bind with colon"] = function()
    return select(t.c.myid):where(t.c.name:eq(bindparam("a:b", "x")))
end
case["reserved words of sqlite and postgresql"] = function()
    return select(table(
        "x", column("limit"), column("offset"), column("user"), column("group"), column("index"),
        column("transaction"), column("true"), column("window"), column("array"),
        column("analyse")
    ))
end
case["words that look reserved"] = function()
    return select(table(
        "x", column("value"), column("key"), column("name"), column("type"), column("date"),
        column("timestamp"), column("level"), column("row"), column("rows"), column("over")
    ))
end
case["more words"] = function()
    return select(table(
        "x", column("end"), column("begin"), column("exists"), column("if"), column("in"),
        column("is"), column("not"), column("null"), column("on"), column("or"),
        column("references"), column("table")
    ))
end
case["still more words"] = function()
    return select(table(
        "x", column("all"), column("any"), column("as"), column("case"), column("cast"),
        column("check"), column("collate"), column("column"), column("default"),
        column("distinct"), column("do"), column("for")
    ))
end
case["and more words"] = function()
    return select(table(
        "x", column("lateral"), column("left"), column("natural"), column("only"),
        column("placing"), column("primary"), column("session_user"), column("some"),
        column("symmetric"), column("to"), column("variadic"), column("verbose")
    ))
end
case["words of sqlite"] = function()
    return select(table(
        "x", column("abort"), column("action"), column("autoincrement"), column("conflict"),
        column("database"), column("glob"), column("isnull"), column("pragma"), column("query"),
        column("raise"), column("temp"), column("virtual")
    ))
end
case["literal column untouched"] = function()
    return select(literal_column("Odd Name.x"), literal_column("a:b"), literal_column("5 % 3"))
end
case["text label"] = function() return select(literal_column("1"):label("Odd Name")) end
case["unicode names"] = function()
    return select(table("täble", column("ünïcode"), column("名前")))
end
case["unicode value"] = function()
    return select(t.c.myid):where(t.c.name:eq("ünï'名")), { literal_binds = true }
end
case["bind of unicode column"] = function() return select(table("t", column("ü")).c["ü"]:eq(5)) end
case["collation quoted"] = function() return t.c.name:collate("de-DE.utf8") end
case["long label"] = function() return select(t.c.myid:label(("l" .. ("o"):rep(70)) .. "ng")) end
case["long labels by table"] = function()
    return select(Table(("t"):rep(40), MetaData(), Column(("c"):rep(40), Integer))):set_label_style(
        LABEL_STYLE_TABLENAME_PLUS_COL
    )
end
case["long anonymous alias"] = function()
    return select(Table(("t"):rep(62), MetaData(), Column("c", Integer)):alias())
end
case["long bind"] = function() return select(column(("c"):rep(70), Integer):eq(5)) end
case["function with odd name"] = function() return select(func.Odd(5)) end
case["cte with odd column"] = function()
    return select(select(odd.c["Total Price"]):cte("x y").c["Total Price"])
end
case["join of odd tables"] = function() return select(odd.c.id):join(t, t.c.myid:eq(odd.c.user)) end
case["update of odd"] = function()
    return odd:update():values({ ["Total Price"] = 5 }):where(odd.c["per%cent"]:eq(6))
end
return case
