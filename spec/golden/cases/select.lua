-- SPDX-License-Identifier: MIT
-- SELECT: its clauses, columns and limits.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, Integer, LABEL_STYLE_DEFAULT = corm.Column, corm.Integer, corm.LABEL_STYLE_DEFAULT
local LABEL_STYLE_NONE = corm.LABEL_STYLE_NONE
local LABEL_STYLE_TABLENAME_PLUS_COL = corm.LABEL_STYLE_TABLENAME_PLUS_COL
local MetaData = corm.MetaData
local String, Table, and_ = corm.String, corm.Table, corm.and_
local asc, bindparam, cast = corm.asc, corm.bindparam, corm.cast
local column, desc, distinct = corm.column, corm.desc, corm.distinct
local false_, func, literal = corm.false_, corm.func, corm.literal
local literal_column, null, nulls_first = corm.literal_column, corm.null, corm.nulls_first
local or_, select, text = corm.or_, corm.select, corm.text
local true_, type_coerce = corm.true_, corm.type_coerce
local addresses, o, stuff = schema.addresses, schema.o, schema.stuff
local t, users = schema.t, schema.users

local case = require("spec.golden.harness").cases()

-- ---- columns

case["table"] = function() return select(t) end
case["two tables"] = function() return select(t, o) end
case["columns"] = function() return select(t.c.myid, t.c.name) end
case["integer"] = function() return select(literal(1)) end
case["constant"] = function() return select(text("1")) end
case["literal column"] = function() return select(literal_column("1"), t.c.myid) end
case["text column"] = function() return select(text("a, b"), t.c.myid) end
case["null"] = function() return select(null()) end
case["true and false"] = function() return select(true_(), false_()) end
case["label"] = function() return select(t.c.myid:label("x"), (t.c.myid + 1):label("y")) end
case["same label twice"] = function() return select(t.c.myid:label("x"), t.c.name:label("x")) end
case["same column twice"] = function() return select(t.c.myid, t.c.myid) end
case["same column three times"] = function()
    return select(t.c.myid, t.c.name, t.c.myid, t.c.myid)
end
case["same expression twice"] = function() return select(t.c.myid + 1, t.c.myid + 1) end
case["expression without label"] = function() return select(t.c.myid + 1, func.lower(t.c.name)) end
case["two of a function"] = function() return select(func.max(t.c.myid), func.max(t.c.name)) end
case["cast column"] = function() return select(cast(t.c.myid, String)) end
case["cast twice"] = function() return select(cast(t.c.myid, String), cast(t.c.myid, Integer)) end
case["cast and column"] = function() return select(t.c.myid, cast(t.c.myid, String)) end
case["negated column"] = function() return select(-t.c.myid) end
case["not column"] = function() return select(~users.c.active) end
case["comparison column"] = function() return select(t.c.myid:eq(5), t.c.name:ne("x")) end
case["and column"] = function() return select(and_(t.c.myid:eq(5), t.c.name:eq("x"))) end
case["in column"] = function() return select(t.c.myid:in_({ 1, 2 })) end
case["type coerce column"] = function() return select(type_coerce(t.c.myid, String)) end
case["type coerced value"] = function() return select(type_coerce("5", Integer)) end
case["bind column"] = function() return select(bindparam("x", 5)) end
case["bind column with label"] = function() return select(bindparam("x", 5):label("y")) end
case["values"] = function() return select(literal(1), literal("x"), literal(nil)) end
case["columns of same name"] = function() return select(users.c.id, addresses.c.id) end
case["tables with same names"] = function() return select(users.c.id, users.c.name, addresses) end
case["two columns"] = function() return select(column("a"), column("b", Integer)) end
case["column in quotes"] = function()
    return select(column("a b"), column("select"), column("A"))
end
case["no columns"] = function() return select() end
case["no columns with from"] = function() return select():select_from(t) end
case["add columns"] = function() return select(t.c.myid):add_columns(t.c.name, o.c.otherid) end
case["with only columns"] = function()
    return select(t.c.myid):where(t.c.name:eq("x")):with_only_columns(t.c.name)
end
case["with only columns keeping froms"] = function()
    return select(t.c.myid, o.c.otherid):with_only_columns(
        t.c.name,
        { maintain_column_froms = true }
    )
end
case["column of a function"] = function() return select(func.count()) end
case["count star"] = function() return select(func.count("*")) end
case["count from"] = function() return select(func.count()):select_from(t) end
case["count of column"] = function() return select(func.count(t.c.myid)) end
case["distinct count"] = function() return select(func.count(t.c.myid:distinct())) end
case["distinct count outside"] = function() return select(func.count(distinct(t.c.name))) end

-- ---- label styles

case["labels by table"] = function()
    return select(t):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["labels by table of two"] = function()
    return select(users.c.id, addresses.c.id):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["labels by table of the same column"] = function()
    return select(t.c.myid, t.c.myid):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["labels by table of expressions"] = function()
    return select(t.c.myid + 1, func.foo(t.c.name), t.c.myid:label("z")):set_label_style(
        LABEL_STYLE_TABLENAME_PLUS_COL
    )
end
case["labels by table with schema"] = function()
    return select(stuff.c.id, stuff.c.value):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["labels none"] = function()
    return select(users.c.id, addresses.c.id, users.c.id):set_label_style(LABEL_STYLE_NONE)
end
case["labels none of expressions"] = function()
    return select(t.c.myid + 1, cast(t.c.name, Integer)):set_label_style(LABEL_STYLE_NONE)
end
case["labels default"] = function()
    return select(users.c.id, addresses.c.id, users.c.id):set_label_style(LABEL_STYLE_DEFAULT)
end
case["labels by table that collide"] = function()
    return select(
        Table("foo", MetaData(), Column("bar_id", Integer)).c.bar_id,
        Table("foo_bar", MetaData(), Column("id", Integer)).c.id
    )
        :set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["labels by table in a subquery"] = function()
    return select(
        select(users.c.id, addresses.c.id):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
            :subquery()
    )
end
case["labels none in a subquery"] = function()
    return select(select(users.c.id, users.c.name):set_label_style(LABEL_STYLE_NONE):subquery())
end
case["labels by table of an alias"] = function()
    return select(t:alias("z")):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end
case["labels by table of an anonymous alias"] = function()
    return select(t:alias()):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

-- ---- where

case["where"] = function() return select(t.c.myid):where(t.c.myid:eq(5)) end
case["where twice"] = function()
    return select(t.c.myid):where(t.c.myid:eq(5)):where(t.c.name:eq("x"))
end
case["where of several"] = function()
    return select(t.c.myid):where(t.c.myid:eq(5), t.c.name:eq("x"))
end
case["where or"] = function()
    return select(t.c.myid):where(or_(t.c.myid:eq(5), t.c.myid:eq(6))):where(t.c.name:eq("x"))
end
case["filter"] = function() return select(t.c.myid):filter(t.c.myid:eq(5)) end
case["filter by"] = function() return select(t.c.myid):filter_by({ name = "x" }) end
case["where text"] = function() return select(t.c.myid):where(text("myid = 5")) end
case["where text and more"] = function()
    return select(t.c.myid):where(text("a or b")):where(t.c.name:eq("x"))
end
case["where true"] = function() return select(t.c.myid):where(true_()) end
case["where false"] = function() return select(t.c.myid):where(false_()) end
case["where boolean column"] = function() return select(users.c.id):where(users.c.active) end
case["where not boolean column"] = function() return select(users.c.id):where(~users.c.active) end
case["where boolean column and"] = function()
    return select(users.c.id):where(users.c.active, users.c.age:gt(5))
end
case["where true and condition"] = function()
    return select(t.c.myid):where(true_(), t.c.myid:eq(5))
end
case["where another table"] = function() return select(t.c.myid):where(t.c.myid:eq(o.c.otherid)) end
case["where null"] = function() return select(t.c.myid):where(t.c.name:eq(nil)) end

-- ---- from

case["select from"] = function() return select(t.c.myid):select_from(o) end
case["select from the same"] = function() return select(t.c.myid):select_from(t) end
case["select from two"] = function() return select(t.c.myid):select_from(o, users) end
case["select from order"] = function() return select(o.c.otherid, t.c.myid):select_from(t) end
case["select from text"] = function() return select(text("a")):select_from(text("b")) end
case["from of where comes last"] = function()
    return select(t.c.myid):where(o.c.otherid:eq(users.c.id))
end
case["from of order by"] = function() return select(t.c.myid):order_by(o.c.otherid) end
case["from of group by"] = function() return select(t.c.myid):group_by(o.c.otherid) end
case["from of having"] = function() return select(t.c.myid):having(o.c.otherid:gt(5)) end
case["from with schema"] = function() return select(stuff):where(stuff.c.id:eq(5)) end

-- ---- order, group, having

case["order by"] = function() return select(t.c.myid):order_by(t.c.name) end
case["order by several"] = function()
    return select(t.c.myid):order_by(t.c.name:desc(), t.c.myid:asc())
end
case["order by twice"] = function()
    return select(t.c.myid):order_by(t.c.name):order_by(t.c.myid)
end
case["order by nothing"] = function() return select(t.c.myid):order_by(t.c.name):order_by(nil) end
case["order by text"] = function() return select(t.c.myid):order_by(text("name desc")) end
case["order by label"] = function() return select((t.c.myid + 1):label("x")):order_by("x") end
case["order by label descending"] = function()
    return select((t.c.myid + 1):label("x")):order_by(desc("x"))
end
case["order by label object"] = function()
    return select((t.c.myid + 1):label("x")):order_by((t.c.myid + 1):label("x"))
end
case["order by name of column"] = function() return select(t.c.myid, t.c.name):order_by("name") end
case["order by unlabelled expression"] = function()
    return select(t.c.myid + 1):order_by(t.c.myid + 1)
end
case["order by function label"] = function()
    return select(func.lower(t.c.name):label("n")):order_by(func.lower(t.c.name):label("n"))
end
case["order by nulls first"] = function()
    return select(t.c.myid):order_by(t.c.name:nulls_first())
end
case["order by desc nulls last"] = function()
    return select(t.c.myid):order_by(t.c.name:desc():nulls_last())
end
case["order by nulls last desc"] = function()
    return select(t.c.myid):order_by(t.c.name:nulls_last():desc())
end
case["order by functions of order"] = function()
    return select(t.c.myid):order_by(nulls_first(desc(t.c.name)), asc(t.c.myid))
end
case["order by comparison"] = function()
    return select(t.c.myid):order_by(t.c.name:eq("x"), desc(t.c.myid:gt(5)))
end
case["order by collate"] = function()
    return select(t.c.myid):order_by(t.c.name:collate("C"):desc())
end
case["order by case"] = function()
    return select(t.c.myid):order_by(corm.case({ a = 1 }, { value = t.c.name }))
end
case["order by boolean column"] = function()
    return select(users.c.id):order_by(users.c.active, ~users.c.active)
end
case["order by unary minus"] = function() return select(t.c.myid):order_by(-t.c.myid) end
case["group by"] = function() return select(t.c.name, func.count()):group_by(t.c.name) end
case["group by several"] = function()
    return select(func.count()):group_by(t.c.name, t.c.myid + 1)
end
case["group by twice"] = function()
    return select(func.count()):group_by(t.c.name):group_by(t.c.myid)
end
case["group by nothing"] = function() return select(t.c.name):group_by(t.c.name):group_by(nil) end
case["group by label"] = function()
    return select(func.lower(t.c.name):label("n"), func.count()):group_by("n")
end
case["group by label object"] = function()
    return select(func.lower(t.c.name):label("n")):group_by(func.lower(t.c.name):label("n"))
end
case["group by text"] = function() return select(t.c.name):group_by(text("1")) end
case["having"] = function()
    return select(t.c.name):group_by(t.c.name):having(func.count(t.c.myid):gt(5))
end
case["having twice"] = function()
    return select(t.c.name):group_by(t.c.name):having(func.count():gt(5))
        :having(func.count():lt(9))
end
case["having of several"] = function()
    return select(t.c.name):group_by(t.c.name)
        :having(func.count():gt(5), func.max(t.c.myid):lt(9))
end
case["having without group"] = function()
    return select(func.count(t.c.myid)):having(func.count():gt(5))
end
case["all clauses"] = function()
    return select(t.c.name, func.count(t.c.myid):label("n")):where(t.c.myid:gt(5))
        :group_by(t.c.name)
        :having(func.count(t.c.myid):gt(1))
        :order_by(desc("n"))
        :limit(10)
        :offset(5)
end

-- ---- distinct

case["distinct"] = function() return select(t.c.name):distinct() end
case["distinct twice"] = function() return select(t.c.name):distinct():distinct() end
case["distinct column"] = function() return select(t.c.name:distinct()) end
case["distinct function"] = function() return select(distinct(t.c.name), t.c.myid) end

-- ---- limits

case["limit"] = function() return select(t.c.myid):limit(5) end
case["offset"] = function() return select(t.c.myid):offset(5) end
case["limit and offset"] = function() return select(t.c.myid):limit(5):offset(2) end
case["limit zero"] = function() return select(t.c.myid):limit(0) end
case["offset zero"] = function() return select(t.c.myid):offset(0) end
case["limit nothing"] = function() return select(t.c.myid):limit(5):limit(nil) end
case["offset nothing"] = function() return select(t.c.myid):offset(5):offset(nil) end
case["limit expression"] = function() return select(t.c.myid):limit(literal(5) + 1) end
case["limit bind"] = function()
    return select(t.c.myid):limit(bindparam("n", 5)):offset(bindparam("m", 2))
end
case["limit literal"] = function() return select(t.c.myid):limit(literal_column("5 + 1")) end
case["limit replaced"] = function() return select(t.c.myid):limit(5):limit(7) end
case["limit as literal"] = function()
    return select(t.c.myid):limit(5):offset(2), { literal_binds = true }
end
case["offset as literal"] = function()
    return select(t.c.myid):offset(2), { literal_binds = true }
end
case["slice"] = function() return select(t.c.myid):slice(5, 15) end
case["slice from start"] = function() return select(t.c.myid):slice(0, 15) end
case["slice without end"] = function() return select(t.c.myid):slice(5, nil) end
case["fetch"] = function() return select(t.c.myid):fetch(5) end
case["fetch and offset"] = function()
    return select(t.c.myid):order_by(t.c.name):fetch(5):offset(2)
end
case["fetch with ties"] = function()
    return select(t.c.myid):order_by(t.c.name):fetch(5, { with_ties = true })
end
case["fetch percent"] = function() return select(t.c.myid):fetch(5, { percent = true }) end
case["fetch percent with ties"] = function()
    return select(t.c.myid):fetch(5, { percent = true, with_ties = true }):offset(2)
end
case["fetch expression"] = function() return select(t.c.myid):fetch(literal_column("5 + 1")) end
case["fetch replaced by limit"] = function() return select(t.c.myid):fetch(5):limit(6) end
case["limit replaced by fetch"] = function() return select(t.c.myid):limit(6):fetch(5) end
case["fetch as literal"] = function()
    return select(t.c.myid):fetch(5):offset(2), { literal_binds = true }
end

-- ---- prefixes, suffixes, hints

case["prefix"] = function() return select(t.c.myid):prefix_with("SQL_NO_CACHE") end
case["prefix of a dialect"] = function()
    return select(t.c.myid):prefix_with("A", { dialect = "sqlite" })
        :prefix_with("B", { dialect = "postgresql" })
end
case["prefix text"] = function() return select(t.c.myid):distinct():prefix_with(text("X")) end
case["suffix"] = function() return select(t.c.myid):order_by(t.c.myid):suffix_with("OPTION (x)") end
case["suffix of a dialect"] = function()
    return select(t.c.myid):limit(5):suffix_with("A", { dialect = "sqlite" })
end
return case
