-- SPDX-License-Identifier: MIT
-- Clauses of SELECT in the spellings that users choose between.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, LABEL_STYLE_NONE = corm.Integer, corm.LABEL_STYLE_NONE
local LABEL_STYLE_TABLENAME_PLUS_COL, String = corm.LABEL_STYLE_TABLENAME_PLUS_COL, corm.String
local alias, and_, asc, bindparam = corm.alias, corm.and_, corm.asc, corm.bindparam
local cast, collate, desc, distinct = corm.cast, corm.collate, corm.desc, corm.distinct
local exists, false_, func, join = corm.exists, corm.false_, corm.func, corm.join
local literal, literal_column, not_ = corm.literal, corm.literal_column, corm.not_
local null, nulls_last, nullsfirst, or_ = corm.null, corm.nulls_last, corm.nullsfirst, corm.or_
local outerjoin, select, text, true_ = corm.outerjoin, corm.select, corm.text, corm.true_
local addresses, items, o, stuff = schema.addresses, schema.items, schema.o, schema.stuff
local t, tree, users = schema.t, schema.tree, schema.users

local case = require("spec.golden.harness").cases()

case["select_from one"] = function()
    return select(func.count()):select_from(t)
end

case["select_from two"] = function()
    return select(literal_column("1")):select_from(t, o)
end

case["select_from join function"] = function()
    return select(users.c.id)
        :select_from(join(users, addresses, users.c.id:eq(addresses.c.user_id)))
end

case["select_from outerjoin function"] = function()
    return select(users.c.id):select_from(outerjoin(users, addresses))
end

case["outerjoin function full"] = function()
    return select(users)
        :select_from(
            outerjoin(users, addresses, users.c.id:eq(addresses.c.user_id), { full = true })
        )
        :with_only_columns(users.c.id)
end

case["join function isouter keyword"] = function()
    return select(users.c.id, addresses.c.id)
        :select_from(
            join(
                users,
                addresses,
                { onclause = users.c.id:eq(addresses.c.user_id), isouter = true }
            )
        )
end

case["table join method"] = function()
    return select(users.c.id):select_from(users:join(addresses))
end

case["table outerjoin method"] = function()
    return select(users.c.id):select_from(users:outerjoin(addresses))
end

case["table join chain"] = function()
    return select(users.c.id, items.c.id)
        :select_from(users:join(addresses):join(items, items.c.address_id:eq(addresses.c.id)))
end

case["table join nested right"] = function()
    return select(users.c.id)
        :select_from(
            users:outerjoin(addresses:join(items, items.c.address_id:eq(addresses.c.id)))
        )
end

case["join of alias"] = function()
    return select(t.c.myid):join(t:alias("other"), t.c.myid:eq(t:alias("other").c.myid))
end

case["join infers on"] = function()
    return select(users.c.id):join(addresses)
end

case["join on given"] = function()
    return select(users.c.id):join(addresses, users.c.name:eq(addresses.c.email))
end

case["join isouter keyword"] = function()
    return select(users.c.id):join(addresses, { isouter = true })
end

case["join full keyword"] = function()
    return select(users.c.id):join(addresses, { full = true })
end

case["outerjoin full keyword"] = function()
    return select(users.c.id):outerjoin(addresses, { full = true })
end

case["outerjoin with condition and full"] = function()
    return select(users.c.id)
        :outerjoin(addresses, addresses.c.user_id:eq(users.c.id), { full = true })
end

case["join_from"] = function()
    return select(addresses.c.email):join_from(users, addresses)
end

case["join_from onclause"] = function()
    return select(addresses.c.email):join_from(users, addresses, users.c.id:eq(addresses.c.id))
end

case["join_from isouter"] = function()
    return select(addresses.c.email):join_from(users, addresses, { isouter = true })
end

case["outerjoin_from"] = function()
    return select(addresses.c.email):outerjoin_from(users, addresses)
end

case["outerjoin_from full"] = function()
    return select(addresses.c.email):outerjoin_from(users, addresses, { full = true })
end

case["join three"] = function()
    return select(users.c.name, items.c.price)
        :join(addresses, addresses.c.user_id:eq(users.c.id))
        :join(items, items.c.address_id:eq(addresses.c.id))
end

case["join subquery"] = function()
    return select(users.c.id)
        :join(
            select(addresses.c.user_id):group_by(addresses.c.user_id):subquery("s"),
            users.c.id:eq(literal_column("s.user_id"))
        )
end

case["join without foreign key"] = function()
    return select(t.c.myid):join(o)
end

case["join ambiguous foreign keys"] = function()
    return select(users.c.id):select_from(users:join(items)):where(users.c.id:eq(1))
end

case["join select_from reversed"] = function()
    return select(items.c.id):select_from(items)
        :join(addresses, items.c.address_id:eq(addresses.c.id))
        :join(users, addresses.c.user_id:eq(users.c.id))
end

case["self join"] = function()
    return select(tree.c.id):join(tree:alias("p"), tree.c.parent_id:eq(literal_column("p.id")))
end

case["alias from function"] = function()
    return select(alias(t, { name = "x" }))
end

case["alias from function anonymous"] = function()
    return select(alias(t))
end

case["two aliases anonymous"] = function()
    return select(t:alias().c.myid, t:alias().c.name)
end

case["where several arguments"] = function()
    return select(t.c.myid):where(t.c.myid:gt(1), t.c.name:eq("x"))
end

case["where twice"] = function()
    return select(t.c.myid):where(t.c.myid:gt(1)):where(t.c.name:eq("x"))
end

case["where or inside and"] = function()
    return select(t.c.myid):where(or_(t.c.myid:eq(1), t.c.myid:eq(2)), t.c.name:ne("x"))
end

case["filter"] = function()
    return select(t.c.myid):filter(t.c.myid:eq(1))
end

case["filter_by"] = function()
    return select(t):filter_by({ name = "x" })
end

case["filter_by after join"] = function()
    return select(users.c.id):join(addresses):filter_by({ email = "x" })
end

case["filter_by unknown"] = function()
    return select(t):filter_by({ nope = 1 })
end

case["where boolean column"] = function()
    return select(users.c.id):where(users.c.active)
end

case["where not boolean column"] = function()
    return select(users.c.id):where(~users.c.active)
end

case["where not_ boolean column"] = function()
    return select(users.c.id):where(not_(users.c.active))
end

case["where true"] = function()
    return select(t.c.myid):where(true_())
end

case["where false"] = function()
    return select(t.c.myid):where(false_())
end

case["where true and other"] = function()
    return select(t.c.myid):where(true_(), t.c.myid:eq(1))
end

case["where false and other"] = function()
    return select(t.c.myid):where(and_(false_(), t.c.myid:eq(1)))
end

case["where null"] = function()
    return select(t.c.myid):where(null())
end

case["where text"] = function()
    return select(t.c.myid):where(text("myid > :low")):params({ low = 5 })
end

case["where exists"] = function()
    return select(users.c.id):where(exists():where(addresses.c.user_id:eq(users.c.id)))
end

case["where exists of columns"] = function()
    return select(users.c.id)
        :where(exists(addresses.c.id):where(addresses.c.user_id:eq(users.c.id)))
end

case["where select exists"] = function()
    return select(users.c.id)
        :where(select(addresses.c.id):where(addresses.c.user_id:eq(users.c.id)):exists())
end

case["where not exists"] = function()
    return select(users.c.id):where(~exists():where(addresses.c.user_id:eq(users.c.id)))
end

case["where not exists not_"] = function()
    return select(users.c.id)
        :where(
            not_(
                select(1):select_from(addresses):where(addresses.c.user_id:eq(users.c.id))
                    :exists()
            )
        )
end

case["exists select_from"] = function()
    return select(exists(literal_column("1")):select_from(users):where(users.c.id:eq(5)))
end

case["exists labelled"] = function()
    return select(select(users.c.id):exists():label("any"))
end

case["exists correlate"] = function()
    return select(users.c.id)
        :where(exists():where(addresses.c.user_id:eq(users.c.id)):correlate(users))
end

case["exists select method"] = function()
    return exists():where(users.c.id:eq(1)):select()
end

case["exists of star"] = function()
    return select(exists(text("*")):select_from(users))
end

case["whereclause is nil"] = function()
    return select(t.c.myid):where(t.c.name:is_(nil))
end

case["where eq none"] = function()
    return select(t.c.myid):where(t.c.name:eq(nil))
end

case["where ne none"] = function()
    return select(t.c.myid):where(t.c.name:ne(nil))
end

case["group_by two"] = function()
    return select(t.c.name, func.count()):group_by(t.c.name, t.c.description)
end

case["group_by twice"] = function()
    return select(t.c.name):group_by(t.c.name):group_by(t.c.description)
end

case["group_by string"] = function()
    return select(t.c.name, func.count(t.c.myid)):group_by("name")
end

case["group_by string label"] = function()
    return select(func.lower(t.c.name):label("low"), func.count()):group_by("low")
end

case["group_by reset"] = function()
    return select(t.c.name):group_by(t.c.name):group_by(nil)
end

case["having"] = function()
    return select(t.c.name):group_by(t.c.name):having(func.count():gt(2))
end

case["having twice"] = function()
    return select(t.c.name):group_by(t.c.name):having(func.count():gt(2))
        :having(func.max(t.c.myid):lt(5))
end

case["having several"] = function()
    return select(t.c.name):group_by(t.c.name)
        :having(func.count():gt(2), func.max(t.c.myid):lt(5))
end

case["having without group"] = function()
    return select(func.count(t.c.myid)):having(func.count():gt(1))
end

case["order_by method desc"] = function()
    return select(t.c.myid):order_by(t.c.name:desc(), t.c.myid:asc())
end

case["order_by function desc"] = function()
    return select(t.c.myid):order_by(desc(t.c.name), asc(t.c.myid))
end

case["order_by desc string"] = function()
    return select(t.c.myid, t.c.name:label("n")):order_by(desc("n"))
end

case["order_by string"] = function()
    return select(t.c.myid, t.c.name):order_by("name", "myid")
end

case["order_by string unknown"] = function()
    return select(t.c.myid):order_by("nope")
end

case["order_by label object"] = function()
    return select((t.c.myid + 1):label("x")):order_by((t.c.myid + 1):label("x"))
end

case["order_by label operated"] = function()
    return select((t.c.myid + 1):label("x")):order_by((t.c.myid + 1):label("x") + 5)
end

case["order_by nulls first method"] = function()
    return select(t.c.myid):order_by(t.c.name:nulls_first())
end

case["order_by desc nulls last"] = function()
    return select(t.c.myid):order_by(t.c.name:desc():nulls_last())
end

case["order_by nulls_last function"] = function()
    return select(t.c.myid):order_by(nulls_last(desc(t.c.name)))
end

case["order_by nullsfirst old name"] = function()
    return select(t.c.myid):order_by(nullsfirst(t.c.name))
end

case["order_by nullslast old method"] = function()
    return select(t.c.myid):order_by(t.c.name:nullslast())
end

case["order_by reset"] = function()
    return select(t.c.myid):order_by(t.c.name):order_by(nil)
end

case["order_by reset and again"] = function()
    return select(t.c.myid):order_by(t.c.name):order_by(nil):order_by(t.c.myid)
end

case["order_by function"] = function()
    return select(t.c.myid):order_by(func.lower(t.c.name))
end

case["order_by case"] = function()
    return select(t.c.myid):order_by(corm.case({ t.c.name:eq("a"), 1 }, { else_ = 2 }))
end

case["order_by collate"] = function()
    return select(t.c.myid):order_by(collate(t.c.name, "C"):desc())
end

case["order_by text"] = function()
    return select(t.c.myid):order_by(text("name DESC"))
end

case["order_by literal_column"] = function()
    return select(t.c.myid):order_by(literal_column("2"):desc())
end

case["order_by scalar subquery"] = function()
    return select(t.c.myid)
        :order_by(select(o.c.othername):where(o.c.otherid:eq(t.c.myid)):scalar_subquery())
end

case["distinct"] = function()
    return select(t.c.name):distinct()
end

case["distinct on"] = function()
    return select(t.c.name, t.c.myid):distinct(t.c.name)
end

case["distinct on two"] = function()
    return select(t.c.name):distinct(t.c.name, t.c.myid):order_by(t.c.name)
end

case["distinct on twice"] = function()
    return select(t.c.name):distinct(t.c.name):distinct(t.c.myid)
end

case["distinct on expression"] = function()
    return select(t.c.name):distinct(func.lower(t.c.name))
end

case["distinct function"] = function()
    return select(distinct(t.c.name))
end

case["distinct method of column"] = function()
    return select(t.c.name:distinct())
end

case["count distinct"] = function()
    return select(func.count(distinct(t.c.name)))
end

case["count of column distinct"] = function()
    return select(func.count(t.c.name:distinct()))
end

case["distinct with limit"] = function()
    return select(t.c.name):distinct():limit(3)
end

case["limit"] = function()
    return select(t.c.myid):limit(10)
end

case["limit offset"] = function()
    return select(t.c.myid):limit(10):offset(20)
end

case["offset alone"] = function()
    return select(t.c.myid):offset(20)
end

case["limit zero"] = function()
    return select(t.c.myid):limit(0)
end

case["limit reset"] = function()
    return select(t.c.myid):limit(5):limit(nil)
end

case["limit expression"] = function()
    return select(t.c.myid):limit(literal(2) + 3)
end

case["limit bindparam"] = function()
    return select(t.c.myid):limit(bindparam("n"))
end

case["limit and offset bindparam"] = function()
    return select(t.c.myid):limit(bindparam("n", { type_ = Integer })):offset(bindparam("m", 4))
end

case["limit literal_column"] = function()
    return select(t.c.myid):limit(literal_column("3"))
end

case["limit subquery"] = function()
    return select(t.c.myid):limit(select(func.count(o.c.otherid)):scalar_subquery())
end

case["limit literal binds"] = function()
    return select(t.c.myid):limit(10):offset(5), { literal_binds = true }
end

case["fetch"] = function()
    return select(t.c.myid):fetch(10)
end

case["fetch offset"] = function()
    return select(t.c.myid):fetch(10):offset(3)
end

case["fetch with ties"] = function()
    return select(t.c.myid):order_by(t.c.myid):fetch(10, { with_ties = true })
end

case["fetch percent"] = function()
    return select(t.c.myid):fetch(10, { percent = true })
end

case["fetch percent with ties"] = function()
    return select(t.c.myid):fetch(10, { percent = true, with_ties = true })
end

case["fetch after limit"] = function()
    return select(t.c.myid):limit(5):fetch(6)
end

case["limit after fetch"] = function()
    return select(t.c.myid):fetch(6):limit(5)
end

case["slice"] = function()
    return select(t.c.myid):slice(2, 5)
end

case["limit in subquery"] = function()
    return select(select(t.c.myid):order_by(t.c.name):limit(5):subquery().c.myid)
end

case["limit in scalar subquery"] = function()
    return select(select(t.c.myid):limit(1):scalar_subquery())
end

case["limit text"] = function()
    return select(t.c.myid):limit("x")
end

case["for update"] = function()
    return select(t.c.myid):with_for_update()
end

case["for update nowait"] = function()
    return select(t.c.myid):with_for_update({ nowait = true })
end

case["for update skip locked"] = function()
    return select(t.c.myid):with_for_update({ skip_locked = true })
end

case["for update read"] = function()
    return select(t.c.myid):with_for_update({ read = true })
end

case["for update read nowait"] = function()
    return select(t.c.myid):with_for_update({ read = true, nowait = true })
end

case["for update read skip locked"] = function()
    return select(t.c.myid):with_for_update({ read = true, skip_locked = true })
end

case["for update of table"] = function()
    return select(t.c.myid, o.c.otherid):with_for_update({ of = t })
end

case["for update of two"] = function()
    return select(t.c.myid, o.c.otherid):with_for_update({ of = { t, o } })
end

case["for update of column"] = function()
    return select(t.c.myid):with_for_update({ of = t.c.myid })
end

case["for update of alias column"] = function()
    return select(t:alias("a").c.myid)
        :with_for_update({ nowait = true, of = t:alias("a").c.myid })
end

case["for update of columns of one table"] = function()
    return select(t.c.myid):with_for_update({ read = true, of = { t.c.myid, t.c.name } })
end

case["for update key share"] = function()
    return select(t.c.myid):with_for_update({ key_share = true })
end

case["for update key share read"] = function()
    return select(t.c.myid):with_for_update({ key_share = true, read = true })
end

case["for update key share read of nowait"] = function()
    return select(t.c.myid)
        :with_for_update({ key_share = true, read = true, of = t, nowait = true })
end

case["for update with limit"] = function()
    return select(t.c.myid):limit(1):with_for_update({ skip_locked = true })
end

case["for update in subquery"] = function()
    return select(select(t.c.myid):with_for_update({ key_share = true }):subquery("x"))
end

case["for update unknown option"] = function()
    return select(t.c.myid):with_for_update({ nope = true })
end

case["for update of schema table"] = function()
    return select(stuff.c.id):with_for_update({ of = stuff })
end

case["prefix_with"] = function()
    return select(t.c.myid):prefix_with("A", "B")
end

case["prefix_with expression"] = function()
    return select(t.c.myid):prefix_with(text("/* x */"))
end

case["prefix_with dialect"] = function()
    return select(t.c.myid):prefix_with("P", { dialect = "postgresql" })
end

case["suffix_with"] = function()
    return select(t.c.myid):where(t.c.myid:eq(1)):suffix_with("S"):order_by(t.c.myid)
end

case["prefix and distinct"] = function()
    return select(t.c.myid):distinct():prefix_with("ALL")
end

case["add_columns"] = function()
    return select(t.c.myid):add_columns(t.c.name, o.c.otherid)
end

case["with_only_columns"] = function()
    return select(t.c.myid, t.c.name):with_only_columns(t.c.name)
end

case["with_only_columns keeps froms"] = function()
    return select(t.c.myid, o.c.otherid)
        :with_only_columns(t.c.name, { maintain_column_froms = true })
end

case["reselect from column of other"] = function()
    return select(t.c.myid):with_only_columns(o.c.otherid)
end

case["column method"] = function()
    return select(t.c.myid):column(t.c.name)
end

case["no columns"] = function()
    return select()
end

case["no columns select_from"] = function()
    return select():select_from(t)
end

case["select literal values"] = function()
    return select(literal(1), literal("x"), literal(1.5))
end

case["select plain number"] = function()
    return select(1)
end

case["select plain string"] = function()
    return select("x")
end

case["select star"] = function()
    return select(text("*")):select_from(t)
end

case["select literal star"] = function()
    return select(literal_column("*")):select_from(t)
end

case["select join"] = function()
    return select(users:join(addresses))
end

case["select columns collection"] = function()
    return select(t.c.myid, t.columns.name)
end

case["table select method"] = function()
    return t:select()
end

case["table select where"] = function()
    return t:select():where(t.c.myid:eq(1))
end

case["select alias columns"] = function()
    return select(t:alias("a").c.myid, t:alias("a").c.name)
end

case["select set label style"] = function()
    return select(t.c.myid, o.c.otherid):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["select label style of repeated"] = function()
    return select(users.c.id, addresses.c.id):set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
end

case["select repeated name default"] = function()
    return select(users.c.id, addresses.c.id)
end

case["select repeated name none"] = function()
    return select(users.c.id, addresses.c.id):set_label_style(LABEL_STYLE_NONE)
end

case["select repeated thrice"] = function()
    return select(users.c.id, users.c.id, addresses.c.id, users.c.id)
end

case["select expression of same name"] = function()
    return select(users.c.id + 1, users.c.id + 2, func.max(users.c.id), func.max(users.c.id))
end

case["select cast names"] = function()
    return select(cast(users.c.name, Integer), cast(users.c.age, String), users.c.name)
end

case["select bool expressions"] = function()
    return select(t.c.myid:eq(5), t.c.name:is_(nil), ~t.c.myid:gt(2))
end

case["get_final_froms join"] = function()
    return select(t.c.myid):join_from(t, o, t.c.myid:eq(o.c.otherid))
end

return case
