# SPDX-License-Identifier: MIT
"""Clauses of SELECT in the spellings that users choose between."""
# -- FROM and joins
case["select_from one"] = lambda: select(func.count()).select_from(t)
case["select_from two"] = lambda: select(literal_column("1")).select_from(t, o)
case["select_from join function"] = lambda: select(users.c.id).select_from(
    join(users, addresses, users.c.id == addresses.c.user_id))
case["select_from outerjoin function"] = lambda: select(users.c.id).select_from(
    outerjoin(users, addresses))
case["outerjoin function full"] = lambda: select(users).select_from(
    outerjoin(users, addresses, users.c.id == addresses.c.user_id, full=True)).with_only_columns(
        users.c.id)
case["join function isouter keyword"] = lambda: select(users.c.id, addresses.c.id).select_from(
    join(users, addresses, onclause=users.c.id == addresses.c.user_id, isouter=True))
case["table join method"] = lambda: select(users.c.id).select_from(users.join(addresses))
case["table outerjoin method"] = lambda: select(users.c.id).select_from(users.outerjoin(addresses))
case["table join chain"] = lambda: select(users.c.id, items.c.id).select_from(
    users.join(addresses).join(items, items.c.address_id == addresses.c.id))
case["table join nested right"] = lambda: select(users.c.id).select_from(
    users.outerjoin(addresses.join(items, items.c.address_id == addresses.c.id)))
case["join of alias"] = lambda: select(t.c.myid).join(
    t.alias("other"), t.c.myid == t.alias("other").c.myid)
case["join infers on"] = lambda: select(users.c.id).join(addresses)
case["join on given"] = lambda: select(users.c.id).join(
    addresses, users.c.name == addresses.c.email)
case["join isouter keyword"] = lambda: select(users.c.id).join(addresses, isouter=True)
case["join full keyword"] = lambda: select(users.c.id).join(addresses, full=True)
case["outerjoin full keyword"] = lambda: select(users.c.id).outerjoin(addresses, full=True)
case["outerjoin with condition and full"] = lambda: select(users.c.id).outerjoin(
    addresses, addresses.c.user_id == users.c.id, full=True)
case["join_from"] = lambda: select(addresses.c.email).join_from(users, addresses)
case["join_from onclause"] = lambda: select(addresses.c.email).join_from(
    users, addresses, users.c.id == addresses.c.id)
case["join_from isouter"] = lambda: select(addresses.c.email).join_from(
    users, addresses, isouter=True)
case["outerjoin_from"] = lambda: select(addresses.c.email).outerjoin_from(users, addresses)
case["outerjoin_from full"] = lambda: select(addresses.c.email).outerjoin_from(
    users, addresses, full=True)
case["join three"] = lambda: select(users.c.name, items.c.price).join(
    addresses, addresses.c.user_id == users.c.id).join(
        items, items.c.address_id == addresses.c.id)
case["join subquery"] = lambda: select(users.c.id).join(
    select(addresses.c.user_id).group_by(addresses.c.user_id).subquery("s"),
    users.c.id == literal_column("s.user_id"))
case["join without foreign key"] = lambda: select(t.c.myid).join(o)
case["join ambiguous foreign keys"] = lambda: select(users.c.id).select_from(
    users.join(items)).where(users.c.id == 1)
case["join select_from reversed"] = lambda: select(items.c.id).select_from(items).join(
    addresses, items.c.address_id == addresses.c.id).join(users, addresses.c.user_id == users.c.id)
case["self join"] = lambda: select(tree.c.id).join(
    tree.alias("p"), tree.c.parent_id == literal_column("p.id"))
case["alias from function"] = lambda: select(alias(t, name="x"))
case["alias from function anonymous"] = lambda: select(alias(t))
case["two aliases anonymous"] = lambda: select(t.alias().c.myid, t.alias().c.name)


# -- WHERE, HAVING, GROUP BY, ORDER BY
case["where several arguments"] = lambda: select(t.c.myid).where(t.c.myid > 1, t.c.name == "x")
case["where twice"] = lambda: select(t.c.myid).where(t.c.myid > 1).where(t.c.name == "x")
case["where or inside and"] = lambda: select(t.c.myid).where(
    or_(t.c.myid == 1, t.c.myid == 2), t.c.name != "x")
case["filter"] = lambda: select(t.c.myid).filter(t.c.myid == 1)
case["filter_by"] = lambda: select(t).filter_by(name="x")
case["filter_by after join"] = lambda: select(users.c.id).join(addresses).filter_by(email="x")
case["filter_by unknown"] = lambda: select(t).filter_by(nope=1)
case["where boolean column"] = lambda: select(users.c.id).where(users.c.active)
case["where not boolean column"] = lambda: select(users.c.id).where(~users.c.active)
case["where not_ boolean column"] = lambda: select(users.c.id).where(not_(users.c.active))
case["where true"] = lambda: select(t.c.myid).where(true())
case["where false"] = lambda: select(t.c.myid).where(false())
case["where true and other"] = lambda: select(t.c.myid).where(true(), t.c.myid == 1)
case["where false and other"] = lambda: select(t.c.myid).where(and_(false(), t.c.myid == 1))
case["where null"] = lambda: select(t.c.myid).where(null())
case["where text"] = lambda: select(t.c.myid).where(text("myid > :low")).params(low=5)
case["where exists"] = lambda: select(users.c.id).where(
    exists().where(addresses.c.user_id == users.c.id))
case["where exists of columns"] = lambda: select(users.c.id).where(
    exists(addresses.c.id).where(addresses.c.user_id == users.c.id))
case["where select exists"] = lambda: select(users.c.id).where(
    select(addresses.c.id).where(addresses.c.user_id == users.c.id).exists())
case["where not exists"] = lambda: select(users.c.id).where(
    ~exists().where(addresses.c.user_id == users.c.id))
case["where not exists not_"] = lambda: select(users.c.id).where(
    not_(select(1).select_from(addresses).where(addresses.c.user_id == users.c.id).exists()))
case["exists select_from"] = lambda: select(
    exists(literal_column("1")).select_from(users).where(users.c.id == 5))
case["exists labelled"] = lambda: select(select(users.c.id).exists().label("any"))
case["exists correlate"] = lambda: select(users.c.id).where(
    exists().where(addresses.c.user_id == users.c.id).correlate(users))
case["exists select method"] = lambda: exists().where(users.c.id == 1).select()
case["exists of star"] = lambda: select(exists(text("*")).select_from(users))
case["whereclause is nil"] = lambda: select(t.c.myid).where(t.c.name.is_(None))
case["where eq none"] = lambda: select(t.c.myid).where(t.c.name == None)
case["where ne none"] = lambda: select(t.c.myid).where(t.c.name != None)
case["group_by two"] = lambda: select(t.c.name, func.count()).group_by(t.c.name, t.c.description)
case["group_by twice"] = lambda: select(t.c.name).group_by(t.c.name).group_by(t.c.description)
case["group_by string"] = lambda: select(t.c.name, func.count(t.c.myid)).group_by("name")
case["group_by string label"] = lambda: select(
    func.lower(t.c.name).label("low"), func.count()).group_by("low")
case["group_by reset"] = lambda: select(t.c.name).group_by(t.c.name).group_by(None)
case["having"] = lambda: select(t.c.name).group_by(t.c.name).having(func.count() > 2)
case["having twice"] = lambda: select(t.c.name).group_by(t.c.name).having(
    func.count() > 2).having(func.max(t.c.myid) < 5)
case["having several"] = lambda: select(t.c.name).group_by(t.c.name).having(
    func.count() > 2, func.max(t.c.myid) < 5)
case["having without group"] = lambda: select(func.count(t.c.myid)).having(func.count() > 1)
case["order_by method desc"] = lambda: select(t.c.myid).order_by(t.c.name.desc(), t.c.myid.asc())
case["order_by function desc"] = lambda: select(t.c.myid).order_by(desc(t.c.name), asc(t.c.myid))
case["order_by desc string"] = lambda: select(t.c.myid, t.c.name.label("n")).order_by(desc("n"))
case["order_by string"] = lambda: select(t.c.myid, t.c.name).order_by("name", "myid")
case["order_by string unknown"] = lambda: select(t.c.myid).order_by("nope")
case["order_by label object"] = lambda: select((t.c.myid + 1).label("x")).order_by(
    (t.c.myid + 1).label("x"))
case["order_by label operated"] = lambda: select((t.c.myid + 1).label("x")).order_by(
    (t.c.myid + 1).label("x") + 5)
case["order_by nulls first method"] = lambda: select(t.c.myid).order_by(t.c.name.nulls_first())
case["order_by desc nulls last"] = lambda: select(t.c.myid).order_by(t.c.name.desc().nulls_last())
case["order_by nulls_last function"] = lambda: select(t.c.myid).order_by(
    nulls_last(desc(t.c.name)))
case["order_by nullsfirst old name"] = lambda: select(t.c.myid).order_by(nullsfirst(t.c.name))
case["order_by nullslast old method"] = lambda: select(t.c.myid).order_by(t.c.name.nullslast())
case["order_by reset"] = lambda: select(t.c.myid).order_by(t.c.name).order_by(None)
case["order_by reset and again"] = lambda: select(t.c.myid).order_by(t.c.name).order_by(
    None).order_by(t.c.myid)
case["order_by function"] = lambda: select(t.c.myid).order_by(func.lower(t.c.name))
case["order_by case"] = lambda: select(t.c.myid).order_by(
    sa.case((t.c.name == "a", 1), else_=2))
case["order_by collate"] = lambda: select(t.c.myid).order_by(collate(t.c.name, "C").desc())
case["order_by text"] = lambda: select(t.c.myid).order_by(text("name DESC"))
case["order_by literal_column"] = lambda: select(t.c.myid).order_by(literal_column("2").desc())
case["order_by scalar subquery"] = lambda: select(t.c.myid).order_by(
    select(o.c.othername).where(o.c.otherid == t.c.myid).scalar_subquery())

# -- DISTINCT
case["distinct"] = lambda: select(t.c.name).distinct()
case["distinct on"] = lambda: (
    select(t.c.name, t.c.myid).distinct(t.c.name), {"dialects": ("postgresql",)})
case["distinct on two"] = lambda: (
    select(t.c.name).distinct(t.c.name, t.c.myid).order_by(t.c.name), {"dialects": ("postgresql",)})
case["distinct on twice"] = lambda: (
    select(t.c.name).distinct(t.c.name).distinct(t.c.myid), {"dialects": ("postgresql",)})
case["distinct on expression"] = lambda: (
    select(t.c.name).distinct(func.lower(t.c.name)), {"dialects": ("postgresql",)})
case["distinct function"] = lambda: select(distinct(t.c.name))
case["distinct method of column"] = lambda: select(t.c.name.distinct())
case["count distinct"] = lambda: select(func.count(distinct(t.c.name)))
case["count of column distinct"] = lambda: select(func.count(t.c.name.distinct()))
case["distinct with limit"] = lambda: select(t.c.name).distinct().limit(3)

# -- LIMIT, OFFSET, FETCH
case["limit"] = lambda: select(t.c.myid).limit(10)
case["limit offset"] = lambda: select(t.c.myid).limit(10).offset(20)
case["offset alone"] = lambda: select(t.c.myid).offset(20)
case["limit zero"] = lambda: select(t.c.myid).limit(0)
case["limit reset"] = lambda: select(t.c.myid).limit(5).limit(None)
case["limit expression"] = lambda: select(t.c.myid).limit(literal(2) + 3)
case["limit bindparam"] = lambda: select(t.c.myid).limit(bindparam("n"))
case["limit and offset bindparam"] = lambda: select(t.c.myid).limit(
    bindparam("n", type_=Integer)).offset(bindparam("m", 4))
case["limit literal_column"] = lambda: select(t.c.myid).limit(literal_column("3"))
case["limit subquery"] = lambda: select(t.c.myid).limit(
    select(func.count(o.c.otherid)).scalar_subquery())
case["limit literal binds"] = lambda: (
    select(t.c.myid).limit(10).offset(5), {"literal_binds": True})
case["fetch"] = lambda: (select(t.c.myid).fetch(10), {"dialects": ("default", "postgresql")})
case["fetch offset"] = lambda: (
    select(t.c.myid).fetch(10).offset(3), {"dialects": ("default", "postgresql")})
case["fetch with ties"] = lambda: (
    select(t.c.myid).order_by(t.c.myid).fetch(10, with_ties=True),
    {"dialects": ("default", "postgresql")})
case["fetch percent"] = lambda: (
    select(t.c.myid).fetch(10, percent=True), {"dialects": ("default", "postgresql")})
case["fetch percent with ties"] = lambda: (
    select(t.c.myid).fetch(10, percent=True, with_ties=True),
    {"dialects": ("default", "postgresql")})
case["fetch after limit"] = lambda: (
    select(t.c.myid).limit(5).fetch(6), {"dialects": ("default", "postgresql")})
case["limit after fetch"] = lambda: select(t.c.myid).fetch(6).limit(5)
case["slice"] = lambda: select(t.c.myid).slice(2, 5)
case["limit in subquery"] = lambda: select(
    select(t.c.myid).order_by(t.c.name).limit(5).subquery().c.myid)
case["limit in scalar subquery"] = lambda: select(
    select(t.c.myid).limit(1).scalar_subquery())
case["limit text"] = lambda: select(t.c.myid).limit("x")

# -- FOR UPDATE
case["for update"] = lambda: select(t.c.myid).with_for_update()
case["for update nowait"] = lambda: select(t.c.myid).with_for_update(nowait=True)
case["for update skip locked"] = lambda: select(t.c.myid).with_for_update(skip_locked=True)
case["for update read"] = lambda: select(t.c.myid).with_for_update(read=True)
case["for update read nowait"] = lambda: select(t.c.myid).with_for_update(read=True, nowait=True)
case["for update read skip locked"] = lambda: select(t.c.myid).with_for_update(
    read=True, skip_locked=True)
case["for update of table"] = lambda: select(t.c.myid, o.c.otherid).with_for_update(of=t)
case["for update of two"] = lambda: select(t.c.myid, o.c.otherid).with_for_update(of=[t, o])
case["for update of column"] = lambda: select(t.c.myid).with_for_update(of=t.c.myid)
case["for update of alias column"] = lambda: select(t.alias("a").c.myid).with_for_update(
    nowait=True, of=t.alias("a").c.myid)
case["for update of columns of one table"] = lambda: select(t.c.myid).with_for_update(
    read=True, of=[t.c.myid, t.c.name])
case["for update key share"] = lambda: select(t.c.myid).with_for_update(key_share=True)
case["for update key share read"] = lambda: select(t.c.myid).with_for_update(
    key_share=True, read=True)
case["for update key share read of nowait"] = lambda: select(t.c.myid).with_for_update(
    key_share=True, read=True, of=t, nowait=True)
case["for update with limit"] = lambda: select(t.c.myid).limit(1).with_for_update(
    skip_locked=True)
case["for update in subquery"] = lambda: select(
    select(t.c.myid).with_for_update(key_share=True).subquery("x"))
case["for update unknown option"] = lambda: select(t.c.myid).with_for_update(nope=True)
case["for update of schema table"] = lambda: select(stuff.c.id).with_for_update(of=stuff)

# -- prefixes, suffixes, hints, columns
case["prefix_with"] = lambda: select(t.c.myid).prefix_with("A", "B")
case["prefix_with expression"] = lambda: select(t.c.myid).prefix_with(text("/* x */"))
case["prefix_with dialect"] = lambda: select(t.c.myid).prefix_with("P", dialect="postgresql")
case["suffix_with"] = lambda: select(t.c.myid).where(t.c.myid == 1).suffix_with("S").order_by(
    t.c.myid)
case["prefix and distinct"] = lambda: select(t.c.myid).distinct().prefix_with("ALL")
case["add_columns"] = lambda: select(t.c.myid).add_columns(t.c.name, o.c.otherid)
case["with_only_columns"] = lambda: select(t.c.myid, t.c.name).with_only_columns(t.c.name)
case["with_only_columns keeps froms"] = lambda: select(t.c.myid, o.c.otherid).with_only_columns(
    t.c.name, maintain_column_froms=True)
case["reselect from column of other"] = lambda: select(t.c.myid).with_only_columns(o.c.otherid)
case["column method"] = lambda: select(t.c.myid).column(t.c.name)
case["no columns"] = lambda: select()
case["no columns select_from"] = lambda: select().select_from(t)
case["select literal values"] = lambda: select(literal(1), literal("x"), literal(1.5))
case["select plain number"] = lambda: select(1)
case["select plain string"] = lambda: select("x")
case["select star"] = lambda: select(text("*")).select_from(t)
case["select literal star"] = lambda: select(literal_column("*")).select_from(t)
case["select join"] = lambda: select(users.join(addresses))
case["select columns collection"] = lambda: select(t.c.myid, t.columns.name)
case["table select method"] = lambda: t.select()
case["table select where"] = lambda: t.select().where(t.c.myid == 1)
case["select alias columns"] = lambda: select(t.alias("a").c.myid, t.alias("a").c.name)
case["select set label style"] = lambda: select(t.c.myid, o.c.otherid).set_label_style(
    LABEL_STYLE_TABLENAME_PLUS_COL)
case["select label style of repeated"] = lambda: select(
    users.c.id, addresses.c.id).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
case["select repeated name default"] = lambda: select(users.c.id, addresses.c.id)
case["select repeated name none"] = lambda: select(users.c.id, addresses.c.id).set_label_style(
    LABEL_STYLE_NONE)
case["select repeated thrice"] = lambda: select(users.c.id, users.c.id, addresses.c.id, users.c.id)
case["select expression of same name"] = lambda: select(
    users.c.id + 1, users.c.id + 2, func.max(users.c.id), func.max(users.c.id))
case["select cast names"] = lambda: select(
    cast(users.c.name, Integer), cast(users.c.age, String), users.c.name)
case["select bool expressions"] = lambda: select(t.c.myid == 5, t.c.name.is_(None), ~(t.c.myid > 2))
case["get_final_froms join"] = lambda: select(t.c.myid).join_from(t, o, t.c.myid == o.c.otherid)
