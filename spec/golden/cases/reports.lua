-- SPDX-License-Identifier: MIT
-- Whole queries as applications write them: several features at once.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Integer, and_, column, delete = corm.Integer, corm.and_, corm.column, corm.delete
local desc, exists, extract, func = corm.desc, corm.exists, corm.extract, corm.func
local insert, literal, or_, pg = corm.insert, corm.literal, corm.or_, corm.dialects.postgresql
local select, true_, tuple_, union = corm.select, corm.true_, corm.tuple_, corm.union
local union_all, update, values = corm.union_all, corm.update, corm.values
local addresses, items, o, pgt, t = schema.addresses, schema.items, schema.o, schema.pgt, schema.t
local tree, users = schema.tree, schema.users

local case = require("spec.golden.harness").cases()

case["totals by user"] = function()
    local total = func.sum(items.c.price):label("total")
    return select(users.c.name, total):join(addresses, addresses.c.user_id:eq(users.c.id))
        :join(items, items.c.address_id:eq(addresses.c.id))
        :group_by(users.c.name)
        :having(total:gt(100))
        :order_by(total:desc(), users.c.name)
        :limit(10)
end

case["latest per group by window"] = function()
    local ranked = select(
        addresses.c.id,
        addresses.c.email,
        func.row_number()
            :over({ partition_by = addresses.c.user_id, order_by = addresses.c.id:desc() })
            :label("rn")
    )
        :subquery("r")
    return select(ranked.c.id, ranked.c.email):where(ranked.c.rn:eq(1))
end

case["users without addresses"] = function()
    return select(users.c.id):outerjoin(addresses, addresses.c.user_id:eq(users.c.id))
        :where(addresses.c.id:is_(nil))
end

case["users with no rows by not in"] = function()
    return select(users.c.id)
        :where(
            users.c.id
                :not_in(select(addresses.c.user_id):where(addresses.c.user_id:is_not(nil)))
        )
end

case["count subquery joined"] = function()
    local counts = select(addresses.c.user_id, func.count():label("n"))
        :group_by(addresses.c.user_id)
        :subquery()
    return select(users.c.name, func.coalesce(counts.c.n, 0))
        :outerjoin(counts, counts.c.user_id:eq(users.c.id))
        :order_by(users.c.id)
end

case["pivot by case"] = function()
    local small = func.sum(corm.case({ users.c.size:eq("small"), 1 }, { else_ = 0 }))
    local large = func.sum(corm.case({ users.c.size:eq("large"), 1 }, { else_ = 0 }))
    return select(small:label("small"), large:label("large"))
end

case["pivot by filter"] = function()
    return select(
        func.count():filter(users.c.size:eq("small")):label("small"),
        func.count():filter(users.c.size:eq("large")):label("large")
    )
        :select_from(users)
end

case["self join of a tree"] = function()
    local parent = tree:alias("parent")
    local child = tree:alias("child")
    return select(parent.c.data, func.count(child.c.id))
        :join(child, child.c.parent_id:eq(parent.c.id))
        :group_by(parent.c.data)
end

case["path of a tree"] = function()
    local path = select(tree.c.id, tree.c.data:label("path")):where(tree.c.parent_id:eq(nil))
        :cte("path", { recursive = true })
    path = path
        :union_all(
            select(tree.c.id, path.c.path + "/" + tree.c.data)
                :join(path, tree.c.parent_id:eq(path.c.id))
        )
    return select(path.c.path):order_by(path.c.path)
end

case["depth of a tree"] = function()
    local nodes = select(tree.c.id, literal(0):label("depth")):where(tree.c.id:eq(5))
        :cte("nodes", { recursive = true })
    nodes = nodes
        :union_all(
            select(tree.c.id, nodes.c.depth + 1):where(tree.c.parent_id:eq(nodes.c.id))
                :where(nodes.c.depth:lt(10))
        )
    return select(nodes.c.id, func.max(nodes.c.depth)):group_by(nodes.c.id)
end

case["paging with total"] = function()
    return select(users.c.id, func.count():over():label("total"))
        :where(users.c.name:ilike("%a%"))
        :order_by(users.c.id)
        :limit(20)
        :offset(40)
end

case["keyset paging"] = function()
    return select(users.c.id, users.c.name)
        :where(or_(users.c.name:gt("m"), and_(users.c.name:eq("m"), users.c.id:gt(7))))
        :order_by(users.c.name, users.c.id)
        :limit(5)
end

case["keyset paging by tuple"] = function()
    return select(users.c.id):where(tuple_(users.c.name, users.c.id):gt(tuple_("m", 7)))
        :order_by(users.c.name, users.c.id)
end

case["running total"] = function()
    return select(
        items.c.id,
        func.sum(items.c.price)
            :over({
                partition_by = items.c.user_id,
                order_by = items.c.id,
                rows = { corm.NULL, 0 },
            })
            :label("running")
    )
end

case["share of the total"] = function()
    return select(items.c.id, (items.c.price / func.sum(items.c.price):over()):label("share"))
end

case["move rows"] = function()
    local gone = delete(t):where(t.c.myid:lt(10)):returning(t.c.myid, t.c.name):cte("gone")
    return insert(o):from_select({ "otherid", "othername" }, select(gone.c.myid, gone.c.name))
end

case["upsert and count"] = function()
    local stmt = pg.insert(users)
        :values({ { id = 1, name = "a", age = 1 }, { id = 2, name = "b", age = 1 } })
    return stmt
        :on_conflict_do_update({
            index_elements = { users.c.id },
            set_ = { age = users.c.age + stmt.excluded.age, name = stmt.excluded.name },
            where = users.c.active,
        })
        :returning(users.c.id, users.c.age)
end

case["upsert unless unchanged"] = function()
    local stmt = pg.insert(o):values({ otherid = 1, othername = "x" })
    return stmt
        :on_conflict_do_update({
            index_elements = { "otherid" },
            set_ = { othername = stmt.excluded.othername },
            where = o.c.othername:is_distinct_from(stmt.excluded.othername),
        })
end

case["update from totals"] = function()
    local totals = select(items.c.user_id, func.sum(items.c.price):label("total"))
        :group_by(items.c.user_id)
        :subquery("totals")
    return update(users):values({ balance = totals.c.total })
        :where(users.c.id:eq(totals.c.user_id))
end

case["update from correlated count"] = function()
    return update(users)
        :values({
            age = select(func.count(addresses.c.id)):where(addresses.c.user_id:eq(users.c.id))
                :scalar_subquery(),
        })
end

case["update with case and returning"] = function()
    return update(users)
        :values({
            score = corm.case(
                { users.c.age:lt(18), users.c.score * 2 },
                { users.c.age:gt(65), users.c.score + 1 },
                { else_ = users.c.score }
            ),
        })
        :where(users.c.active)
        :returning(users.c.id, users.c.score)
end

case["delete duplicates"] = function()
    local twin = users:alias("twin")
    return delete(users):where(users.c.name:eq(twin.c.name), users.c.id:gt(twin.c.id))
end

case["delete by subquery with limit"] = function()
    return delete(t):where(t.c.myid:in_(select(t.c.myid):order_by(t.c.myid):limit(100)))
end

case["queue of jobs"] = function()
    local job = select(t.c.myid):where(t.c.name:eq("new")):order_by(t.c.myid):limit(1)
        :with_for_update({ skip_locked = true })
        :scalar_subquery()
    return update(t):values({ name = "taken" }):where(t.c.myid:eq(job)):returning(t.c.myid)
end

case["search in several columns"] = function()
    return select(t.c.myid)
        :where(
            or_(
                table.unpack({
                    t.c.name:icontains("x", { autoescape = true }),
                    t.c.description:icontains("x", { autoescape = true }),
                })
            )
        )
end

case["dates grouped by month"] = function()
    local month = func.date_trunc("month", users.c.created):label("month")
    return select(month, func.count(users.c.id)):group_by(month):order_by(month)
end

case["year and month"] = function()
    return select(
        extract("year", users.c.created):label("y"),
        extract("month", users.c.created):label("m"),
        func.count()
    )
        :group_by("y", "m")
        :order_by(desc("y"), "m")
end

case["between dates and null"] = function()
    return select(users.c.id)
        :where(
            users.c.created
                :between(corm.datetime(2020, 1, 1, 0, 0, 0), corm.datetime(2021, 1, 1, 0, 0, 0))
                | users.c.born:is_(nil)
        )
end

case["union of searches counted"] = function()
    local found = union_all(
        select(t.c.myid:label("id"), literal("t"):label("kind")),
        select(o.c.otherid, literal("o"))
    )
        :subquery("found")
    return select(found.c.kind, func.count(found.c.id)):group_by(found.c.kind)
end

case["intersection of tags"] = function()
    return select(pgt.c.id)
        :where(pgt.c.tags:overlap({ "a", "b" }), ~pgt.c.tags:contains({ "c" }))
        :order_by(func.array_length(pgt.c.tags, 1):desc():nulls_last())
end

case["json document search"] = function()
    return select(pgt.c.id, pgt.c.jb:getitem({ "user", "name" }):as_string():label("name"))
        :where(
            pgt.c.jb:contains({ active = true }),
            pgt.c.jb:getitem("age"):as_integer():ge(18)
        )
        :order_by(pgt.c.jb:getitem("age"):as_integer():desc())
end

case["lateral top three"] = function()
    local top = select(items.c.price):where(items.c.user_id:eq(users.c.id))
        :order_by(items.c.price:desc())
        :limit(3)
        :lateral("top")
    return select(users.c.name, top.c.price):join(top, true_())
end

case["exists in columns and where"] = function()
    local has = exists():where(addresses.c.user_id:eq(users.c.id))
    return select(users.c.id, has:label("has_address")):where((~has) | users.c.active)
end

case["values joined to a table"] = function()
    local v = values(column("id", Integer), column("score", Integer), { name = "v" })
        :data({ { 1, 10 }, { 2, 20 } })
    return select(users.c.name, v.c.score):join(v, users.c.id:eq(v.c.id))
end

case["two ctes and a union"] = function()
    local young = select(users.c.id):where(users.c.age:lt(30)):cte("young")
    local rich = select(users.c.id):where(users.c.balance:gt(1000)):cte("rich")
    return union(select(young.c.id), select(rich.c.id)):order_by("id")
end

case["insert from select with cte and conflict"] = function()
    local src = select(t.c.myid, t.c.name):where(t.c.myid:gt(5)):cte("src")
    return pg.insert(o):from_select({ "otherid", "othername" }, select(src.c.myid, src.c.name))
        :on_conflict_do_nothing({ index_elements = { "otherid" } })
end

case["aliased twice with a cte"] = function()
    local pairs = select(addresses.c.user_id, addresses.c.email):cte("pairs")
    local a, b = pairs:alias("a"), pairs:alias("b")
    return select(a.c.email, b.c.email)
        :where(a.c.user_id:eq(b.c.user_id), a.c.email:lt(b.c.email))
end

case["scalar subqueries in arithmetic"] = function()
    local most = select(func.max(users.c.score)):scalar_subquery()
    local least = select(func.min(users.c.score)):scalar_subquery()
    return select(users.c.id, (users.c.score - least) / (most - least))
end

case["group by expression and having exists"] = function()
    return select(func.lower(users.c.name), func.count()):group_by(func.lower(users.c.name))
        :having(func.count():gt(select(func.count(addresses.c.id)):scalar_subquery()))
end

case["median"] = function()
    return select(
        func.percentile_cont(0.5):within_group(items.c.price):label("median"),
        items.c.user_id
    )
        :group_by(items.c.user_id)
end

return case
