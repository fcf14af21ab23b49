-- SPDX-License-Identifier: MIT
-- SELECT: order, limits, distinct rows, groups, unions, subqueries, IN.

local assert = require("luassert")
local corm = require("corm")

local select, func = corm.select, corm.func

local topic = require("corm.testing.topic").new("SELECT")

topic:test("selects all columns of a table", function(t)
    local users = t:users()
    t:gives_rows({ { 1, "ann", 20, 1.5 } }, select(users):where(users.c.id:eq(1)))
end)

topic:test("selects some columns", function(t)
    local users = t:users()
    t:gives_rows({ { "ann", 1 } }, select(users.c.name, users.c.id):where(users.c.id:eq(1)))
end)

topic:test("selects without a table", function(t)
    t:gives_rows({ { 1, "x" } }, select(corm.literal(1), corm.literal("x")))
end)

topic:test("selects labels", function(t)
    local users = t:users()
    local row = t.connection:execute(select(users.c.id:label("number"))
        :where(users.c.id:eq(2))):one()
    assert.equal(2, row.number)
end)

topic:test("orders rows", function(t)
    local users = t:users()
    t:gives({ 5, 4, 3, 2, 1 }, select(users.c.id):order_by(users.c.id:desc()))
    t:gives({ 1, 2, 3, 4, 5 }, select(users.c.id):order_by(users.c.name:asc()))
end)

topic:test("orders by several columns", function(t)
    local users = t:users()
    t:gives({ 3, 2 }, select(users.c.id):where(users.c.age:eq(30))
        :order_by(users.c.age, users.c.score))
end)

topic:test("orders by labels", function(t)
    local users = t:users()
    local doubled = (users.c.id * -1):label("turned")
    t:gives({ -5, -4, -3, -2, -1 }, select(doubled):order_by(doubled))
    t:gives({ -1, -2, -3, -4, -5 }, select(doubled):order_by(doubled:desc()))
    t:gives({ -5, -4, -3, -2, -1 }, select(doubled):order_by("turned"))
end)

topic:test("orders by expressions", function(t)
    local users = t:users()
    t:gives({ 5, 4, 3, 2, 1 }, select(users.c.id):order_by(users.c.id * -1))
end)

topic:test("puts NULLs first or last", "nulls_ordering", function(t)
    local users = t:users()
    t:gives({ 4, 1, 2, 3, 5 },
        select(users.c.id):order_by(users.c.age:nulls_first(), users.c.id))
    t:gives({ 1, 2, 3, 5, 4 }, select(users.c.id):order_by(users.c.age:nulls_last(), users.c.id))
    t:gives({ 5, 2, 3, 1, 4 },
        select(users.c.id):order_by(users.c.age:desc():nulls_last(), users.c.id))
end)

-- ---- limits ----

local function ids(users)
    return select(users.c.id):order_by(users.c.id)
end

topic:test("limits rows", function(t)
    local users = t:users()
    t:gives({ 1, 2 }, ids(users):limit(2))
    t:gives({}, ids(users):limit(0))
    t:gives({ 1, 2, 3, 4, 5 }, ids(users):limit(100))
end)

topic:test("skips rows", function(t)
    local users = t:users()
    t:gives({ 4, 5 }, ids(users):offset(3))
    t:gives({ 1, 2, 3, 4, 5 }, ids(users):offset(0))
    t:gives({}, ids(users):offset(5))
end)

topic:test("limits and skips rows", function(t)
    local users = t:users()
    t:gives({ 3, 4 }, ids(users):limit(2):offset(2))
    t:gives({ 3, 4 }, ids(users):slice(2, 4))
end)

topic:test("limits by parameters", function(t)
    local users = t:users()
    local stmt = ids(users):limit(corm.bindparam("count")):offset(corm.bindparam("skipped"))
    t:gives({ 2, 3 }, stmt, { count = 2, skipped = 1 })
    t:gives({ 5 }, stmt, { count = 3, skipped = 4 })
end)

topic:test("limits by expressions", function(t)
    local users = t:users()
    t:gives({ 2, 3 }, ids(users):limit(corm.literal(1) + 1):offset(corm.literal(2) - 1))
end)

topic:test("limits the same statement to other numbers", function(t)
    local users = t:users()
    for count = 0, 5 do
        assert.equal(count, #t:scalars(ids(users):limit(count)))
    end
end)

topic:test("fetches the first rows", "fetch", function(t)
    local users = t:users()
    t:gives({ 1, 2 }, ids(users):fetch(2))
    t:gives({ 2, 3 }, ids(users):fetch(2):offset(1))
end)

topic:test("fetches ties", "fetch_ties", function(t)
    local users = t:users()
    t:gives({ 1, 2, 3 }, select(users.c.id):where(users.c.age:is_not(corm.NULL))
        :order_by(users.c.age):fetch(2, { with_ties = true }))
end)

-- ---- distinct rows and groups ----

topic:test("leaves out rows that are the same", function(t)
    local users = t:users()
    t:gives({ 20, 30, 50 }, select(users.c.age):where(users.c.age:is_not(corm.NULL))
        :distinct():order_by(users.c.age))
end)

topic:test("keeps the first row of each group", "distinct_on", function(t)
    local users = t:users()
    t:gives({ 1, 3, 5 }, select(users.c.id):distinct(users.c.age)
        :where(users.c.age:is_not(corm.NULL)):order_by(users.c.age, users.c.id:desc()))
end)

topic:test("groups rows", function(t)
    local users = t:users()
    t:gives_rows({ { 20, 1 }, { 30, 2 }, { 50, 1 } },
        select(users.c.age, func.count(users.c.id)):where(users.c.age:is_not(corm.NULL))
            :group_by(users.c.age):order_by(users.c.age))
end)

topic:test("groups rows by labels and expressions", function(t)
    local users = t:users()
    local parity = (users.c.id % 2):label("parity")
    t:gives_rows({ { 0, 2 }, { 1, 3 } }, select(parity, func.count(users.c.id))
        :group_by(parity):order_by(parity))
end)

topic:test("chooses groups", function(t)
    local users = t:users()
    t:gives({ 30 }, select(users.c.age):group_by(users.c.age)
        :having(func.count(users.c.id):gt(1)))
end)

topic:test("counts, sums and finds extremes", function(t)
    local users = t:users()
    t:gives_rows({ { 5, 4, 130, 20, 50 } }, select(func.count(users.c.id),
        func.count(users.c.age), func.sum(users.c.age), func.min(users.c.age),
        func.max(users.c.age)))
end)

topic:test("counts what is distinct", function(t)
    local users = t:users()
    assert.equal(3, t:scalar(select(func.count(users.c.age:distinct()))))
end)

topic:test("counts some of the rows", function(t)
    local users = t:users()
    assert.equal(2, t:scalar(select(func.count(users.c.id):filter(users.c.age:eq(30)))))
end)

-- ---- compounds ----

local function low_and_high(t)
    local users = t:users()
    return select(users.c.id):where(users.c.id:le(3)), select(users.c.id):where(users.c.id:ge(3))
end

topic:test("unites rows", function(t)
    local low, high = low_and_high(t)
    t:gives({ 1, 2, 3, 4, 5 }, corm.union(low, high):order_by("id"))
end)

topic:test("unites rows with repetitions", function(t)
    local low, high = low_and_high(t)
    t:gives({ 1, 2, 3, 3, 4, 5 }, corm.union_all(low, high):order_by("id"))
end)

topic:test("intersects rows and takes some away", "intersect_except", function(t)
    local low, high = low_and_high(t)
    t:gives({ 3 }, corm.intersect(low, high))
    t:gives({ 1, 2 }, corm.except_(low, high):order_by("id"))
end)

topic:test("limits a union", function(t)
    local low, high = low_and_high(t)
    t:gives({ 2, 3 }, corm.union(low, high):order_by("id"):limit(2):offset(1))
end)

topic:test("unites selects that are ordered and limited", function(t)
    local low, high = low_and_high(t)
    local function last(stmt)
        local sub = stmt:order_by(stmt.selected_columns.id:desc()):limit(1):subquery()
        return select(sub.c.id)
    end
    t:gives({ 3, 5 }, corm.union(last(low), last(high)):order_by("id"))
end)

topic:test("selects from a union", function(t)
    local low, high = low_and_high(t)
    local both = corm.union_all(low, high):subquery("both_of_them")
    t:gives({ 3 }, select(both.c.id):group_by(both.c.id):having(func.count():gt(1)))
end)

topic:test("keeps the names of the first select", function(t)
    local users = t:users()
    local row = t.connection:execute(corm.union_all(
        select(users.c.id:label("first_name")):where(users.c.id:eq(1)),
        select(users.c.age:label("second_name")):where(users.c.id:eq(99)))):one()
    assert.same({ "first_name" }, row:keys())
end)

-- ---- subqueries ----

topic:test("selects from a subquery", function(t)
    local users = t:users()
    local old = select(users.c.id, users.c.name):where(users.c.age:ge(30)):subquery("old")
    t:gives({ "bob", "cyd", "eve" }, select(old.c.name):order_by(old.c.id))
end)

topic:test("selects a subquery's value", function(t)
    local users = t:users()
    local other = users:alias("other")
    local count = select(func.count(other.c.id)):where(other.c.age:eq(users.c.age))
        :scalar_subquery()
    t:gives_rows({ { 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 0 }, { 5, 1 } },
        select(users.c.id, count:label("same_age")):order_by(users.c.id))
end)

topic:test("compares with a subquery's value", function(t)
    local users = t:users()
    local other = users:alias("other")
    t:gives({ 5 }, select(users.c.id):where(users.c.age:eq(
        select(func.max(other.c.age)):scalar_subquery())))
end)

topic:test("asks whether there are rows", function(t)
    local users = t:users()
    local other = users:alias("other")
    local has_twin = corm.exists():where(other.c.age:eq(users.c.age), other.c.id:ne(users.c.id))
    t:gives({ 2, 3 }, select(users.c.id):where(has_twin):order_by(users.c.id))
    t:gives({ 1, 4, 5 }, select(users.c.id):where(corm.not_(has_twin)):order_by(users.c.id))
end)

topic:test("selects whether there are rows", function(t)
    local users = t:users()
    assert.is_true(t:scalar(select(corm.exists():where(users.c.id:eq(1)))))
    assert.is_false(t:scalar(select(corm.exists():where(users.c.id:eq(99)))))
end)

topic:test("selects from a table twice", function(t)
    local users = t:users()
    local a, b = users:alias("a"), users:alias("b")
    t:gives_rows({ { 2, 3 } }, select(a.c.id, b.c.id)
        :where(a.c.age:eq(b.c.age), a.c.id:lt(b.c.id)))
end)

topic:test("selects from VALUES", "standalone_values", function(t)
    local list = corm.values(corm.column("n", corm.Integer), corm.column("word", corm.String),
        { name = "list" }):data({ { 1, "one" }, { 2, "two" } })
    t:gives_rows({ { 1, "one" }, { 2, "two" } },
        select(list.c.n, list.c.word):order_by(list.c.n))
end)

topic:test("selects from a subquery that sees what stands before it", "lateral", function(t)
    local users = t:users()
    local other = users:alias("other")
    local next_one = select(func.min(other.c.id):label("id")):where(other.c.id:gt(users.c.id))
        :lateral("next_one")
    t:gives_rows({ { 1, 2 }, { 2, 3 } }, select(users.c.id, next_one.c.id)
        :select_from(users):join(next_one, corm.true_())
        :where(users.c.id:lt(3)):order_by(users.c.id))
end)

topic:test("locks the rows it reads", "for_update", function(t)
    local users = t:users()
    t:gives({ 1 }, select(users.c.id):where(users.c.id:eq(1)):with_for_update())
    t:gives({ 1 }, select(users.c.id):where(users.c.id:eq(1))
        :with_for_update({ skip_locked = true, of = users }))
    t:gives({ 1 }, select(users.c.id):where(users.c.id:eq(1))
        :with_for_update({ read = true, nowait = true }))
end)

-- ---- IN ----

topic:test("compares with a list", function(t)
    local users = t:users()
    t:gives({ 1, 3 }, ids(users):where(users.c.id:in_({ 1, 3, 99 })))
    t:gives({ 2, 4, 5 }, ids(users):where(users.c.id:not_in({ 1, 3 })))
end)

topic:test("compares with lists of any length by one statement", function(t)
    local users = t:users()
    local stmt = ids(users):where(users.c.id:in_(corm.bindparam("list", { expanding = true })))
    t:gives({ 1, 2, 3 }, stmt, { list = { 1, 2, 3 } })
    t:gives({ 5 }, stmt, { list = { 5 } })
    t:gives({}, stmt, { list = {} })
end)

topic:test("compares with an empty list", function(t)
    local users = t:users()
    t:gives({}, ids(users):where(users.c.id:in_({})))
    t:gives({ 1, 2, 3, 4, 5 }, ids(users):where(users.c.id:not_in({})))
    t:gives({}, ids(users):where(users.c.name:in_({})))
    t:gives({ 1, 2, 3, 4, 5 }, ids(users):where(users.c.name:not_in({})))
end)

topic:test("compares NULL with an empty list", function(t)
    local users = t:users()
    t:gives({}, ids(users):where(users.c.age:in_({}), users.c.id:eq(4)))
    t:gives({ 4 }, ids(users):where(users.c.age:not_in({}), users.c.id:eq(4)))
end)

topic:test("compares with a long list", function(t)
    local users = t:users()
    local list = {}
    for i = 1, 2000 do
        list[i] = i + 2
    end
    t:gives({ 3, 4, 5 }, ids(users):where(users.c.id:in_(list)))
end)

topic:test("compares with texts", function(t)
    local users = t:users()
    t:gives({ 1, 5 }, ids(users):where(users.c.name:in_({ "ann", "eve", "it's" })))
end)

topic:test("compares several columns with a list", "tuple_in", function(t)
    local users = t:users()
    local pair = corm.tuple_(users.c.id, users.c.name)
    t:gives({ 1, 2 }, ids(users):where(pair:in_({ { 1, "ann" }, { 2, "bob" }, { 3, "x" } })))
    t:gives({}, ids(users):where(pair:in_({})))
    t:gives({ 1, 2, 3, 4, 5 }, ids(users):where(pair:not_in({})))
end)

topic:test("compares several columns with lists that come as parameters", "tuple_in",
    function(t)
        local users = t:users()
        local stmt = ids(users):where(corm.tuple_(users.c.id, users.c.age)
            :in_(corm.bindparam("list", { expanding = true })))
        t:gives({ 2 }, stmt, { list = { { 2, 30 }, { 3, 31 } } })
        t:gives({}, stmt, { list = {} })
    end)

topic:test("compares with what a query finds", function(t)
    local users = t:users()
    local other = users:alias("other")
    t:gives({ 2, 3 }, ids(users):where(users.c.id:in_(
        select(other.c.id):where(other.c.age:eq(30)))))
end)

-- ---- windows ----

topic:test("numbers rows", "window_functions", function(t)
    local users = t:users()
    t:gives_rows({ { 5, 1 }, { 4, 2 }, { 3, 3 } }, select(users.c.id,
        func.row_number():over({ order_by = users.c.id:desc() }))
        :order_by(users.c.id:desc()):limit(3))
end)

topic:test("computes over groups without joining them", "window_functions", function(t)
    local users = t:users()
    t:gives_rows({ { 1, 1 }, { 2, 2 }, { 3, 2 } }, select(users.c.id,
        func.count(users.c.id):over({ partition_by = users.c.age }))
        :where(users.c.id:le(3)):order_by(users.c.id))
end)

topic:test("computes over neighbours", "window_functions", function(t)
    local users = t:users()
    t:gives({ 3, 6, 9, 12, 9 }, select(func.sum(users.c.id):over({
        order_by = users.c.id, rows = { -1, 1 } })):order_by(users.c.id))
end)

topic:test("computes over all rows so far", "window_functions", function(t)
    local users = t:users()
    t:gives({ 1, 3, 6, 10, 15 }, select(func.sum(users.c.id):over({
        order_by = users.c.id, range_ = { corm.NULL, 0 } })):order_by(users.c.id))
end)

-- ---- text ----

topic:test("runs SQL that is written by hand", function(t)
    t:users()
    t:gives({ 2, 3 }, corm.text("SELECT id FROM users WHERE age = :age ORDER BY id"),
        { age = 30 })
end)

topic:test("names the columns of SQL that is written by hand", function(t)
    local users = t:users()
    local stmt = corm.text("SELECT id, name FROM users WHERE id < 3"):columns(
        users.c.id, users.c.name):subquery("hand")
    t:gives({ "bob", "ann" }, select(stmt.c.name):order_by(stmt.c.id:desc()))
end)

topic:test("writes values into the SQL when asked", function(t)
    local users = t:users()
    local stmt = ids(users):where(users.c.name:in_({ "ann", "it's", "back\\slash", "per%cent" }))
    local sql = tostring(stmt:compile({ bind = t.engine, compile_kwargs = {
        literal_binds = true,
    } }))
    assert.matches("'it''s'", sql, 1, true)
    assert.equal(1, t.connection:exec_driver_sql(sql):scalar())
end)

return topic
