-- SPDX-License-Identifier: MIT
-- Quoting, labels, parameters, text and literals.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer = corm.Column, corm.Integer
local LABEL_STYLE_TABLENAME_PLUS_COL = corm.LABEL_STYLE_TABLENAME_PLUS_COL
local MetaData, String, Table, and_ = corm.MetaData, corm.String, corm.Table, corm.and_
local bindparam, cast, column, desc = corm.bindparam, corm.cast, corm.column, corm.desc
local exists, extract, func, insert = corm.exists, corm.extract, corm.func, corm.insert
local label, literal, literal_column = corm.label, corm.literal, corm.literal_column
local null, or_, quoted_name, select = corm.null, corm.or_, corm.quoted_name, corm.select
local text, true_, type_coerce, update = corm.text, corm.true_, corm.type_coerce, corm.update
local addresses, items, o, odd = schema.addresses, schema.items, schema.o, schema.odd
local stuff, t, users = schema.stuff, schema.t, schema.users

local case = require("spec.golden.harness").cases()

local kw = Table(
    "user",
    MetaData(),
    Column("order", Integer),
    Column("Group", String),
    Column("with space", Integer),
    Column("ok", Integer),
    { schema = "Select" }
)

local lower = Table(
    "lower_case",
    MetaData(),
    Column("lower", Integer),
    Column("_x", Integer),
    Column("1st", Integer),
    Column("a.b", Integer)
)

case["quoted table and columns"] = function()
    return select(kw)
end

case["quoted column alone"] = function()
    return select(kw.c.Group):where(kw.c.order:eq(1))
end

case["quoted alias"] = function()
    return select(kw:alias("Alias").c.ok)
end

case["quoted alias reserved"] = function()
    return select(kw:alias("select").c.ok)
end

case["quoted label"] = function()
    return select(kw.c.ok:label("Some Label"))
end

case["quoted label reserved"] = function()
    return select(kw.c.ok:label("from")):order_by("from")
end

case["quoted label with quote"] = function()
    return select(kw.c.ok:label("a\"b"))
end

case["quoted names of odd characters"] = function()
    return select(lower)
end

case["quoted bind name of column"] = function()
    return select(kw.c.ok):where(kw.c["with space"]:eq(5))
end

case["quoted bind of dotted column"] = function()
    return select(lower.c.lower):where(lower.c["a.b"]:eq(1))
end

case["quoted insert"] = function()
    return insert(kw):values({ order = 1, ["with space"] = 2 })
end

case["quoted update"] = function()
    return update(kw):values({ Group = "x" }):where(kw.c["with space"]:eq(1))
end

case["quoted column function"] = function()
    return select(column("Odd Name"), column("ok"))
end

case["quoted table function"] = function()
    return select(corm.table("Odd", column("a")).c.a)
end

case["quoted schema of table function"] = function()
    return select(corm.table("t", column("a"), { schema = "Odd" }).c.a)
end

case["quoted name forced"] = function()
    return select(column(quoted_name("plain", true)))
end

case["quoted name forbidden"] = function()
    return select(column(quoted_name("NotPlain", false)))
end

case["quoted collation"] = function()
    return column("x"):collate("de-DE")
end

case["quoted function name"] = function()
    return func.MyFunc(1)
end

case["quoted subquery name"] = function()
    return select(select(t.c.myid):subquery("Sub Query").c.myid)
end

case["quoted schema"] = function()
    return select(Table("t", MetaData(), Column("a", Integer), { schema = "dotted.name" }).c.a)
end

case["quoted percent"] = function()
    return select(odd.c["per%cent"]):where(odd.c["per%cent"]:eq(1))
end

case["quoted in literal_column"] = function()
    return select(literal_column("\"Odd\""))
end

case["quoted join"] = function()
    return select(kw.c.ok):join(lower, lower.c._x:eq(kw.c.order))
end

case["quoted upper case words"] = function()
    return select(column("ORDER"), column("Order"), column("order"))
end

case["quoted dollar"] = function()
    return select(column("a$b"), column("$b"))
end

case["quoted non-ASCII"] = function()
    return select(column("méil"))
end

case["labels of equal columns of three tables"] = function()
    return select(users.c.id, addresses.c.id, items.c.id)
end

case["labels tablename of alias"] = function()
    return select(t:alias("a")):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["labels tablename of expression"] = function()
    return select(t.c.myid + 1, func.max(t.c.name))
        :set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["labels tablename of label"] = function()
    return select(t.c.myid:label("x")):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["labels tablename of schema"] = function()
    return select(stuff.c.id):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["labels tablename in subquery"] = function()
    return select(
        select(users.c.id, addresses.c.id):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
            :subquery("s")
    )
end

case["labels tablename twice"] = function()
    return select(t.c.myid, t.c.myid):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["label of label"] = function()
    return select(t.c.myid:label("a"):label("b"))
end

case["label compared"] = function()
    return select(t.c.myid):where(t.c.myid:label("x"):gt(5))
end

case["label in arithmetic"] = function()
    return select(t.c.myid:label("x") + 5)
end

case["label in group_by"] = function()
    return select(func.lower(t.c.name):label("x"), func.count())
        :group_by(func.lower(t.c.name):label("x"))
end

case["label function"] = function()
    return select(label("x", t.c.myid + 1))
end

case["label desc"] = function()
    return select(t.c.myid:label("x")):order_by(t.c.myid:label("x"):desc())
end

case["label of the same name as column"] = function()
    return select(t.c.name:label("myid"), t.c.myid)
end

case["label of function of column"] = function()
    return select(func.sum(t.c.myid):label("myid"))
end

case["label none for literal"] = function()
    return select(literal("x"), literal("y"))
end

case["label of null"] = function()
    return select(null():label("n"), true_():label("t"))
end

case["label of subquery column"] = function()
    return select(select(t.c.myid:label("a")):subquery("s").c.a:label("b"))
end

case["label with cast"] = function()
    return select(cast(t.c.myid:label("x"), String))
end

case["labels of not"] = function()
    return select(~t.c.name:like("x"), t.c.myid:is_(nil))
end

case["labels of case"] = function()
    return select(corm.case({ t.c.myid:eq(1), 2 }), corm.case({ t.c.myid:eq(3), 4 }))
end

case["labels of unary minus"] = function()
    return select(-t.c.myid, -t.c.myid)
end

case["labels of collate"] = function()
    return select(t.c.name:collate("C"))
end

case["labels of type_coerce twice"] = function()
    return select(type_coerce(t.c.name, Integer), type_coerce(t.c.name, Integer))
end

case["labels of extract"] = function()
    return select(extract("year", users.c.created))
end

case["labels of bindparam"] = function()
    return select(bindparam("x", 5))
end

case["labels of distinct"] = function()
    return select(t.c.name:distinct(), func.count(t.c.name:distinct()))
end

case["bindparam twice"] = function()
    return and_(t.c.myid:eq(bindparam("x")), o.c.otherid:eq(bindparam("x")))
end

case["bindparam unique twice"] = function()
    return and_(
        t.c.myid:eq(bindparam("x", 1, { unique = true })),
        o.c.otherid:eq(bindparam("x", 2, { unique = true }))
    )
end

case["bindparam name conflicts"] = function()
    return and_(t.c.myid:eq(bindparam("myid_1", 1)), t.c.myid:eq(5))
end

case["bindparam anonymous"] = function()
    return t.c.myid:eq(bindparam(nil, 5))
end

case["bindparam null value"] = function()
    return t.c.name:eq(bindparam("x", nil))
end

case["bindparam of odd name"] = function()
    return t.c.myid:eq(bindparam("odd name", 5))
end

case["bindparam of dotted name"] = function()
    return t.c.myid:eq(bindparam("a.b", 5))
end

case["bindparam literal binds"] = function()
    return t.c.name:eq(bindparam("x", "y")), { literal_binds = true }
end

case["bindparam literal_execute postcompiled"] = function()
    return t.c.name
        :eq(bindparam("x", "y", { literal_execute = true })), { render_postcompile = true }
end

case["bindparam in limit literal_execute"] = function()
    return select(t.c.myid):limit(bindparam("x", 5, { literal_execute = true }))
end

case["params replaces"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("x", 1))):params({ x = 9 })
end

case["params of two"] = function()
    return select(t.c.myid):where(t.c.myid:eq(bindparam("x")), t.c.name:eq(bindparam("y")))
        :params({ x = 1, y = "z" })
end

case["params of subquery"] = function()
    return select(select(t.c.myid):where(t.c.myid:eq(bindparam("x"))):subquery())
        :params({ x = 3 })
end

case["parameters numbered"] = function()
    return or_(table.unpack({ t.c.myid:eq(1), t.c.myid:eq(2), t.c.myid:eq(3) }))
end

case["parameters of aliases"] = function()
    return and_(t:alias("a").c.myid:eq(1), t:alias("b").c.myid:eq(2))
end

case["parameters of functions"] = function()
    return select(func.foo(1, 2), func.bar("x"), func.foo(3))
end

case["parameters of literals"] = function()
    return select(literal(1), literal("b"), literal(1) + literal(2))
end

case["parameters of labels"] = function()
    return select(t.c.myid:label("z")):where(t.c.myid:label("z"):eq(4))
end

case["parameters of expressions"] = function()
    return ((t.c.myid + 5) * 7):eq(9)
end

case["parameters in order of clauses"] = function()
    return select(literal("c")):where(t.c.myid:eq(1)):group_by(func.foo("g"))
        :having(func.max(t.c.myid):eq(2))
        :order_by(func.bar("o"))
        :limit(3)
        :offset(4)
end

case["parameters of join"] = function()
    return select(t.c.myid + 1):join(o, and_(o.c.otherid:eq(t.c.myid), o.c.othername:eq("j")))
        :where(t.c.name:eq("w"))
end

case["parameters of subqueries"] = function()
    return select(
        select(o.c.otherid):where(o.c.othername:eq("a")):scalar_subquery(),
        select(o.c.otherid):where(o.c.othername:eq("b")):scalar_subquery()
    )
        :where(t.c.name:eq("c"))
end

case["parameters of cte and main"] = function()
    return select(
        select(o.c.otherid):where(o.c.othername:eq("a")):cte("x").c.otherid,
        literal("l")
    )
        :where(t.c.name:eq("c"))
end

case["parameter of a bool"] = function()
    return select(literal(true), literal(false))
end

case["parameter of a date"] = function()
    return select(literal(corm.date(2020, 1, 2)))
end

case["parameter of a decimal"] = function()
    return users.c.balance:gt(corm.decimal("1.50"))
end

case["parameter of a float"] = function()
    return users.c.score:gt(1.5)
end

case["text"] = function()
    return text("SELECT 1")
end

case["text with parameters"] = function()
    return text("SELECT :a, :b"):bindparams({ a = 1, b = "x" })
end

case["text with bindparam objects"] = function()
    return text("SELECT :a"):bindparams(bindparam("a", 5, Integer))
end

case["text with colons"] = function()
    return text("SELECT a::int, '\\:b', x\\:\\:y")
end

case["text with in"] = function()
    return text("a IN :ids")
        :bindparams(
            bindparam("ids", { 1, 2 }, { expanding = true })
        ), { render_postcompile = true }
end

case["text with unknown parameter"] = function()
    return text("SELECT :a"):bindparams({ b = 1 })
end

case["text literal binds"] = function()
    return text("SELECT :a, :b"):bindparams({ a = 1, b = "it's" }), { literal_binds = true }
end

case["text in select"] = function()
    return select(text("a"), text("b AS c")):select_from(text("x")):where(text("d = :e"))
        :order_by(text("f"))
        :params({ e = 1 })
end

case["text columns as subquery"] = function()
    return select(
        text("SELECT a, b FROM x"):columns(column("a", Integer), column("b")):subquery("s")
    )
end

case["text columns joined"] = function()
    return select(t.c.name)
        :join(
            text("SELECT a FROM x"):columns(column("a", Integer)):subquery("s"),
            literal_column("s.a"):eq(literal_column("mytable.myid"))
        )
end

case["text columns cte"] = function()
    return select(text("SELECT a FROM x"):columns({ a = Integer }):cte("c").c.a)
end

case["text columns of table columns"] = function()
    return select(text("SELECT myid FROM mytable"):columns(t.c.myid):subquery("s").c.myid)
end

case["text columns exists"] = function()
    return select(t.c.myid):where(exists(text("SELECT 1"):columns(column("a"))))
end

case["text and"] = function()
    return and_(text("a = 1"), t.c.myid:eq(1), text("b OR c"))
end

case["text self grouped in in"] = function()
    return t.c.myid:in_(text("(1, 2)"))
end

case["text in order by desc"] = function()
    return select(t.c.myid):order_by(desc(text("x")))
end

case["text comparison"] = function()
    return literal_column("a"):eq(text("b"))
end

case["literal_column arithmetic"] = function()
    return literal_column("a", Integer) + (literal_column("b") * 2)
end

case["literal_column with percent"] = function()
    return select(literal_column("a % b"), literal_column("'%'"))
end

case["literal_column label"] = function()
    return select(literal_column("1"):label("one"))
end

case["literal_column repeated"] = function()
    return select(literal_column("1"), literal_column("1"))
end

case["literal values"] = function()
    return select(
        literal(1),
        literal("it's"),
        literal(1.5),
        literal(true),
        null()
    ), { literal_binds = true }
end

case["literal dates"] = function()
    return select(
        literal(corm.date(2020, 1, 2)),
        literal(corm.datetime(2020, 1, 2, 3, 4, 5))
    ), { literal_binds = true }
end

case["literal time and microseconds"] = function()
    return select(
        literal(corm.time(1, 2, 3)),
        literal(corm.datetime(2020, 1, 2, 3, 4, 5, 678))
    ), { literal_binds = true }
end

case["literal decimal"] = function()
    return users.c.balance:eq(corm.decimal("12.50")), { literal_binds = true }
end

case["literal enum"] = function()
    return users.c.size:eq("small"), { literal_binds = true }
end

case["literal uuid"] = function()
    return users.c.token:eq("12345678-1234-5678-1234-567812345678"), { literal_binds = true }
end

case["literal where of date column"] = function()
    return users.c.born:gt(corm.date(2020, 1, 2)), { literal_binds = true }
end

case["literal where of datetime column"] = function()
    return users.c.created:le(corm.datetime(2020, 1, 2, 3, 4, 5)), { literal_binds = true }
end

case["literal like with percent"] = function()
    return t.c.name:like("50%"), { literal_binds = true }
end

case["literal backslash"] = function()
    return t.c.name:eq("a\\b"), { literal_binds = true }
end

case["literal in"] = function()
    return users.c.born:in_({ corm.date(2020, 1, 2) }), { literal_binds = true }
end

case["literal in limit"] = function()
    return select(t.c.myid):where(t.c.name:eq("x")):limit(5), { literal_binds = true }
end

case["literal insert"] = function()
    return insert(users)
        :values({ id = 1, name = "x", active = true, score = 1.5 }), { literal_binds = true }
end

case["literal function"] = function()
    return func.foo("a", 1, nil), { literal_binds = true }
end

case["literal case"] = function()
    return corm.case({ t.c.myid:eq(1), "x" }), { literal_binds = true }
end

case["literal cast"] = function()
    return cast("5", Integer), { literal_binds = true }
end

case["literal bool compared"] = function()
    return users.c.active:eq(true), { literal_binds = true }
end

case["literal big integer"] = function()
    return literal(9007199254740993), { literal_binds = true }
end

case["literal negative"] = function()
    return t.c.myid:eq(-5), { literal_binds = true }
end

case["literal between"] = function()
    return t.c.myid:between(1, 5), { literal_binds = true }
end

case["literal null compared"] = function()
    return t.c.name:eq(nil), { literal_binds = true }
end

case["literal interval arithmetic"] = function()
    return users.c.created - users.c.created, { literal_binds = true }
end

case["literal empty string"] = function()
    return t.c.name:eq(""), { literal_binds = true }
end

case["literal newline"] = function()
    return t.c.name:eq("a\nb"), { literal_binds = true }
end

return case
