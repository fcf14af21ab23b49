-- SPDX-License-Identifier: MIT
-- Names of result columns: repeated ones, quoted ones, raw ones, inside and outside of FROM.

local corm = require("corm")
local schema = require("spec.golden.schema")

local cast, Column, column, delete = corm.cast, corm.Column, corm.column, corm.delete
local exists, extract, false_, func = corm.exists, corm.extract, corm.false_, corm.func
local insert, Integer, literal = corm.insert, corm.Integer, corm.literal
local literal_column, null, quoted_name = corm.literal_column, corm.null, corm.quoted_name
local select, String, table, text = corm.select, corm.String, corm.table, corm.text
local true_, tuple_, type_coerce, union = corm.true_, corm.tuple_, corm.type_coerce, corm.union
local update, addresses, odd, stuff = corm.update, schema.addresses, schema.odd, schema.stuff
local users = schema.users

local case = require("spec.golden.harness").cases()

local LABELS = corm.LABEL_STYLE_TABLENAME_PLUS_COL
local NONE = corm.LABEL_STYLE_NONE
local qt = corm.Table(
    "qt",
    corm.MetaData(),
    Column("a", Integer, { quote = true }),
    Column("Bee", Integer, { quote = false }),
    Column(quoted_name("cee", true), Integer),
    Column("d", Integer),
    { quote = true }
)
local uq = corm.Table(
    "Upper",
    corm.MetaData(),
    Column("Id", Integer),
    Column("x", Integer, { key = "ex" }),
    { quote = false }
)
local owner = corm.Table(
    "owner",
    corm.MetaData(),
    Column("id", Integer),
    Column("name", String),
    Column("owner_name", String),
    Column("owner_name_1", String)
)
local long = corm.Table(
    "a_table_with_a_name_that_goes_on_and_on",
    corm.MetaData(),
    Column("a_column_with_a_name_that_is_long_too", Integer),
    Column("another_column_with_a_name_that_is_long", Integer)
)
local edge = corm.Table(
    "forty_bytes_of_a_name_for_a_table_______",
    corm.MetaData(),
    Column("seventeen_bytes__", Integer),
    Column("nineteen_bytes_____", Integer),
    Column("twenty_two_bytes______", Integer),
    Column("twenty_three_bytes_____", Integer)
)

case["same column twice"] = function() return select(users.c.id, users.c.id) end
case["same column thrice"] = function() return select(users.c.id, users.c.id, users.c.id) end
case["same twice and other"] = function()
    return select(users.c.id, addresses.c.id, users.c.id, addresses.c.id)
end
case["other then same twice"] = function()
    return select(addresses.c.id, users.c.id, users.c.id, users.c.name, users.c.name)
end
case["labels same twice"] = function()
    return select(users.c.id, users.c.id):set_label_style(LABELS)
end
case["labels same thrice and other"] = function()
    return select(users.c.id, users.c.id, addresses.c.id, users.c.id):set_label_style(LABELS)
end
case["none same twice"] = function()
    return select(users.c.id, users.c.id, addresses.c.id):set_label_style(NONE)
end
case["label of a name that is taken"] = function()
    return select(users.c.id, addresses.c.id, users.c.name:label("id_1"))
end
case["label first then column"] = function()
    return select(users.c.name:label("id"), users.c.id)
end
case["label first then column twice"] = function()
    return select(users.c.name:label("id"), users.c.id, users.c.id)
end
case["column then label of same name"] = function()
    return select(users.c.id, users.c.name:label("id"), addresses.c.id)
end
case["same label twice"] = function()
    local l = users.c.id:label("x")
    return select(l, l)
end
case["two labels of one name"] = function()
    return select(users.c.id:label("x"), users.c.name:label("x"))
end
case["function twice"] = function()
    local f = func.count(users.c.id)
    return select(f, f)
end
case["two functions"] = function()
    return select(func.count(users.c.id), func.count(users.c.id), func.count(users.c.name))
end
case["cast twice"] = function()
    local f = cast(users.c.id, String)
    return select(f, f)
end
case["cast and column"] = function()
    return select(users.c.id, cast(users.c.id, String), cast(addresses.c.id, String))
end
case["cast and column of others"] = function()
    return select(cast(users.c.id, String), addresses.c.id, users.c.id)
end
case["expression twice"] = function()
    local f = users.c.id + 1
    return select(f, f)
end
case["literal column twice"] = function()
    local f = literal_column("a + b")
    return select(f, f)
end
case["literal column and column"] = function()
    return select(literal_column("id"), users.c.id, users.c.id)
end
case["literal column label"] = function()
    return select(literal_column("id"):label("id"), users.c.id)
end
case["free column twice"] = function() return select(column("q"), column("q")) end
case["free columns same object"] = function()
    local c = column("q")
    return select(c, c)
end
case["subquery same twice"] = function()
    return select(select(users.c.id, users.c.id):subquery("s"))
end
case["subquery same thrice"] = function()
    return select(select(users.c.id, users.c.id, users.c.id):subquery("s"))
end
case["subquery others"] = function()
    return select(select(users.c.id, addresses.c.id):subquery("s"))
end
case["subquery others mixed"] = function()
    return select(select(users.c.id, addresses.c.id, users.c.id, addresses.c.id):subquery("s"))
end
case["subquery labels twice"] = function()
    return select(
        select(users.c.id, users.c.id, addresses.c.id):set_label_style(LABELS):subquery("s")
    )
end
case["subquery labels twice anonymous"] = function()
    return select(
        select(users.c.id, users.c.id, addresses.c.id):set_label_style(LABELS):subquery()
    )
end
case["subquery of star join"] = function()
    return select(
        select(users.c.id, users.c.name, addresses)
            :join(addresses, addresses.c.user_id:eq(users.c.id))
            :subquery()
    )
end
case["outer labels of inner repeated"] = function()
    return select(select(users.c.id, addresses.c.id):subquery("s")):set_label_style(LABELS)
end
case["subquery column by made key"] = function()
    local s = select(users.c.id, addresses.c.id):subquery("s")
    return select(s.c.id_1)
end
case["cte repeated"] = function()
    return select(select(users.c.id, users.c.id, addresses.c.id):cte("s"))
end
case["union repeated"] = function()
    return union(select(users.c.id, users.c.id), select(addresses.c.id, addresses.c.id))
end
case["union repeated subquery"] = function()
    return select(
        union(select(users.c.id, users.c.id), select(addresses.c.id, addresses.c.id))
            :subquery("u")
    )
end
case["union others subquery"] = function()
    return select(
        union(select(users.c.id, addresses.c.id), select(addresses.c.id, users.c.id))
            :subquery("u")
    )
end
case["order by repeated"] = function()
    return select(users.c.id, users.c.id):order_by(users.c.id)
end
case["order by second of others"] = function()
    return select(users.c.id, addresses.c.id):order_by(addresses.c.id, users.c.id)
end
case["group by second of others labels"] = function()
    return select(users.c.id, addresses.c.id)
        :set_label_style(LABELS)
        :group_by(addresses.c.id)
        :order_by(addresses.c.id:desc())
end
case["returning repeated"] = function()
    return insert(users):values({ id = 1 }):returning(users.c.id, users.c.id)
end
case["returning labels"] = function()
    return update(users)
        :values({ name = "x" })
        :returning(
            users.c.id,
            users.c.id:label("id"),
            func.lower(users.c.name),
            cast(users.c.id, String)
        )
end
case["two aliases"] = function()
    local a = users:alias("a")
    local b = users:alias("b")
    return select(a.c.id, b.c.id, a.c.id, b.c.id)
end
case["two anonymous aliases"] = function()
    local a = addresses:alias()
    local b = addresses:alias()
    return select(a, b)
end
case["two anonymous aliases labels"] = function()
    local a = addresses:alias()
    local b = addresses:alias()
    return select(a, b):set_label_style(LABELS)
end
case["name that looks made up"] = function()
    local x = table("x", column("id"), column("id_1"))
    local y = table("y", column("id"), column("id_1"))
    return select(x.c.id, x.c.id_1, y.c.id, y.c.id_1)
end
case["label collides with tablename"] = function()
    local x = table("a", column("b_c"))
    local y = table("a_b", column("c"))
    return select(x.c.b_c, y.c.c):set_label_style(LABELS)
end
case["quoted columns"] = function() return select(qt) end
case["quoted columns labels"] = function() return select(qt):set_label_style(LABELS) end
case["quoted columns subquery"] = function() return select(select(qt):subquery("s")) end
case["quoted columns subquery quoted name"] = function()
    return select(select(qt):subquery(quoted_name("s", true)))
end
case["quoted columns of quoted alias"] = function()
    return select(qt:alias(quoted_name("s", true)))
end
case["unquoted alias"] = function() return select(qt:alias(quoted_name("Sel", false))) end
case["quoted cte"] = function() return select(select(qt):cte(quoted_name("s", true))) end
case["quoted labels of alias"] = function()
    return select(qt:alias("q")):set_label_style(LABELS)
end
case["quoted label"] = function()
    return select(
        users.c.id:label(quoted_name("x", true)), users.c.id:label(quoted_name("Wye", false))
    )
end
case["quoted label in subquery"] = function()
    return select(
        select(
            users.c.id:label(quoted_name("x", true)),
            users.c.id:label(quoted_name("Wye", false))
        )
            :subquery("s")
    )
end
case["quoted label order by"] = function()
    local l = users.c.id:label(quoted_name("x", true))
    return select(l):order_by(l)
end
case["quoted label order by name"] = function()
    return select(users.c.id:label(quoted_name("x", true))):order_by("x")
end
case["quoted repeated"] = function() return select(qt.c.a, qt.c.a, qt.c.Bee, qt.c.Bee) end
case["quoted others"] = function()
    return select(qt.c.a, qt:alias("z").c.a, qt:alias("y").c.Bee, qt.c.Bee)
end
case["quoted cast"] = function() return select(cast(qt.c.a, String), cast(qt.c.Bee, String)) end
case["quoted insert"] = function()
    return insert(qt):values({ a = 1, Bee = 2, cee = 3 }):returning(qt.c.a, qt.c.Bee)
end
case["quoted update"] = function()
    return update(qt):values({ a = 1, Bee = 2 }):where(qt.c.cee:eq(4))
end
case["unquoted table"] = function() return select(uq) end
case["unquoted table labels"] = function() return select(uq):set_label_style(LABELS) end
case["unquoted table subquery"] = function() return select(select(uq):subquery()) end
case["unquoted table subquery labels"] = function()
    return select(select(uq):set_label_style(LABELS):subquery())
end
case["key of table subquery"] = function()
    local s = select(uq):subquery("s")
    return select(s.c.ex)
end
case["free quoted columns"] = function()
    return select(column(quoted_name("a", true)), column(quoted_name("Bee", false)))
end
case["free quoted table"] = function()
    return select(
        table(quoted_name("a", true), column("x")),
        table(quoted_name("Bee", false), column("y"))
    )
end
case["literal column in subquery"] = function()
    return select(select(literal_column("a + b")):subquery("s"))
end
case["literal column in subquery order"] = function()
    local s = select(literal_column("a + b")):subquery("s")
    return select(s.c["a + b"]):order_by(s.c["a + b"])
end
case["literal column upper in subquery"] = function()
    return select(select(literal_column("Foo"), literal_column("select")):subquery("s"))
end
case["literal column in cte"] = function()
    return select(select(literal_column("count(*)")):cte("s"))
end
case["literal column label in subquery"] = function()
    return select(select(literal_column("count(*)"):label("N")):subquery("s"))
end
case["literal column labels in subquery"] = function()
    return select(select(literal_column("Foo")):select_from(users):subquery("s"))
        :set_label_style(LABELS)
end
case["literal column of subquery of subquery"] = function()
    return select(select(select(literal_column("Foo.bar")):subquery("s")):subquery("z"))
end
case["literal column twice in subquery"] = function()
    local l = literal_column("Foo")
    return select(select(l, l):subquery("s"))
end
case["literal column others in subquery"] = function()
    return select(select(literal_column("Foo"), literal_column("Foo")):subquery("s"))
end
case["literal quoted in subquery"] = function()
    return select(select(literal_column("'x'")):subquery())
end
case["literal in subquery"] = function()
    return select(select(literal("x"), literal(5)):subquery())
end
case["literal in union subquery"] = function()
    return select(
        union(
            select(literal_column("'x'"):label("t"), users.c.id),
            select(literal_column("'y'"), addresses.c.id)
        )
            :subquery()
    )
end
case["literal column in union subquery"] = function()
    return select(
        union(select(literal_column("'x'")), select(literal_column("'y'"))):subquery()
    )
end
case["null true false columns"] = function()
    return select(null(), true_(), false_(), null())
end
case["null true false subquery"] = function()
    return select(select(null(), true_(), false_(), null()):subquery())
end
case["binds selected twice"] = function()
    local b = literal(5)
    return select(b, b)
end
case["scalar subquery twice"] = function()
    local s = select(func.max(users.c.id)):scalar_subquery()
    return select(s, s)
end
case["exists selected"] = function()
    return select(exists():where(users.c.id:eq(1)), exists(select(addresses.c.id)))
end
case["case twice"] = function()
    local s = corm.case({ users.c.id:eq(1), "x" }, { else_ = "y" })
    return select(s, s, s)
end
case["type coerce twice"] = function()
    return select(type_coerce(users.c.id, String), type_coerce(users.c.id, String), users.c.id)
end
case["type coerce label"] = function()
    return select(type_coerce(users.c.id:label("q"), String))
end
case["collate column"] = function() return select(users.c.name:collate("C"), users.c.name) end
case["not flag twice"] = function()
    return select(~users.c.active, users.c.active, ~users.c.active)
end
case["neg twice"] = function() return select(-users.c.id, -users.c.id, users.c.id) end
case["label none"] = function()
    return select(users.c.id:label(nil), users.c.id, users.c.id:label(nil))
end
case["label none same"] = function()
    local l = users.c.id:label(nil)
    return select(l, l, users.c.id)
end
case["label none order"] = function()
    local l = (users.c.id + 1):label(nil)
    return select(l):order_by(l:desc())
end
case["label none in subquery"] = function()
    return select(select((users.c.id + 1):label(nil), users.c.id:label(nil)):subquery())
end
case["label of label"] = function() return select(users.c.id:label("a"):label("b")) end
case["label of cast of label"] = function()
    return select(
        cast(users.c.id:label("a"), String), cast(users.c.id:label("a"), String):label("b")
    )
end
case["function of label"] = function()
    local l = users.c.id:label("a")
    return select(l, func.lower(l)):where(l:eq(5)):group_by(l):having(func.count(l):gt(1))
end
case["scalar column in subquery"] = function()
    return select(
        select(select(func.max(users.c.id)):scalar_subquery(), select(users.c.id):label("one"))
            :subquery()
    )
end
case["over in subquery"] = function()
    return select(
        select(func.row_number():over({ order_by = users.c.id }), func.sum(users.c.id):over())
            :subquery()
    )
end
case["over twice"] = function()
    local f = func.row_number():over({ order_by = users.c.id })
    return select(f, f)
end
case["extract twice"] = function()
    return select(extract("year", users.c.created), extract("year", users.c.created))
end
case["text beside"] = function()
    return select(text("x"), users.c.id, text("y AS z"), users.c.id)
end
case["star beside"] = function() return select(literal_column("*"), users.c.id, users.c.id) end
case["tuple label"] = function()
    return select(users.c.id)
        :where(tuple_(users.c.id, users.c.name):in_({ { 1, "a" } }))
        :order_by(users.c.id)
end
case["key and name clash"] = function()
    local x = corm.Table(
        "kc",
        corm.MetaData(),
        Column("a", Integer, { key = "b" }),
        Column("b", Integer, { key = "a" })
    )
    return select(x)
end
case["key and name clash subquery"] = function()
    local x = corm.Table(
        "kc",
        corm.MetaData(),
        Column("a", Integer, { key = "b" }),
        Column("b", Integer, { key = "a" })
    )
    return select(select(x):subquery("s"))
end
case["key and name clash labels"] = function()
    local x = corm.Table(
        "kc",
        corm.MetaData(),
        Column("a", Integer, { key = "b" }),
        Column("b", Integer, { key = "a" })
    )
    return select(x):set_label_style(LABELS)
end
case["label of a column that another one has"] = function()
    return select(owner):set_label_style(LABELS)
end
case["label of a column that another one has in subquery"] = function()
    return select(select(owner):set_label_style(LABELS):subquery())
end
case["cast labels"] = function()
    return select(cast(users.c.id, String), cast(users.c.id, String), users.c.id)
        :set_label_style(LABELS)
end
case["functions labels"] = function()
    return select(func.count(users.c.id), users.c.id + 1, users.c.id:label("x"), literal(5))
        :set_label_style(LABELS)
end
case["function twice labels"] = function()
    return (function(f) return select(f, f) end)(func.count(users.c.id)):set_label_style(LABELS)
end
case["expression twice labels"] = function()
    return (function(f) return select(f, f, users.c.id) end)(users.c.id + 1)
        :set_label_style(LABELS)
end
case["expression and anonymous subquery labels"] = function()
    local s = select(users.c.id):subquery()
    return select(s.c.id + 1, s.c.id, func.foo(s.c.id)):set_label_style(LABELS)
end
case["anonymous alias labels in subquery"] = function()
    local a = addresses:alias()
    return select(select(a.c.id, a.c.email):set_label_style(LABELS):subquery())
end
case["two anonymous alias labels in subquery"] = function()
    local a = addresses:alias()
    local b = addresses:alias()
    return select(select(a, b.c.id):set_label_style(LABELS):subquery("s"))
end
case["schema labels in subquery"] = function()
    return select(select(stuff):set_label_style(LABELS):subquery("s"))
end
case["union of labels in subquery"] = function()
    return select(
        union(
            select(users.c.id, users.c.name):set_label_style(LABELS),
            select(addresses.c.id, addresses.c.email)
        )
            :subquery("u")
    )
end
case["odd names repeated"] = function()
    return select(
        odd.c["Total Price"],
        odd.c["Total Price"],
        odd.c["per%cent"],
        odd.c["per%cent"],
        odd.c["co:lon"],
        odd.c["co:lon"]
    )
end
case["odd names of two"] = function()
    local a = odd:alias("a")
    return select(odd.c["Total Price"], a.c["Total Price"], odd.c["9lives"], a.c["9lives"])
end
case["long labels"] = function() return select(long):set_label_style(LABELS) end
case["long labels in subquery"] = function()
    return select(select(long):set_label_style(LABELS):subquery("s"))
end
case["long repeated"] = function()
    local a = long:alias("a")
    return select(
        long.c.a_column_with_a_name_that_is_long_too, a.c.a_column_with_a_name_that_is_long_too
    )
end
case["update from returning both"] = function()
    return update(users)
        :values({ name = "x" })
        :where(users.c.id:eq(addresses.c.user_id))
        :returning(users.c.id, addresses.c.id, users.c.id)
end
case["returning functions"] = function()
    return delete(users):returning(
        func.lower(users.c.name),
        func.lower(users.c.name),
        users.c.id + 1,
        cast(users.c.id, String),
        cast(users.c.id, String)
    )
end
case["insert returning repeated in cte"] = function()
    return select(
        insert(users)
            :values({ id = 1, name = "x" })
            :returning(users.c.id, users.c.id, users.c.name)
            :cte("i")
    )
end
case["three deep anonymous"] = function()
    return select(
        select(select(func.max(users.c.id), users.c.id + 1):subquery():select():subquery())
            :subquery()
    )
end
case["three deep others"] = function()
    return select(select(select(users.c.id, addresses.c.id):subquery("a")):subquery("b"))
end
case["alias of subquery with others"] = function()
    return select(select(users.c.id, addresses.c.id, func.count()):subquery("a"):alias("z"))
end
case["label of others by number"] = function()
    local s = select(users.c.id, addresses.c.id):subquery("s")
    return select(s.c.id_1:label("second"), s.c.id:label("first")):order_by(s.c.id_1)
end
case["group by repeated label"] = function()
    local l = func.lower(users.c.name):label("n")
    return select(l, l):group_by(l):order_by(l)
end
case["type coerce twice labels"] = function()
    return select(type_coerce(users.c.id, String), users.c.id):set_label_style(LABELS)
end
case["json element repeated"] = function()
    local e = users.c.data:getitem("a")
    return select(e, e)
end
case["bind repeated in subquery"] = function()
    local b = literal(5)
    return select(select(b, b):subquery())
end
case["lateral repeated"] = function()
    local l = select(addresses.c.id, addresses.c.id)
        :where(addresses.c.user_id:eq(users.c.id))
        :lateral("l")
    return select(users.c.id, l)
end
case["labels that just fit"] = function() return select(edge):set_label_style(LABELS) end
case["long aliases"] = function()
    local a = edge:alias()
    return select(a.c.seventeen_bytes__)
end

return case
