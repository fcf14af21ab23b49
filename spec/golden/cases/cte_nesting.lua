-- SPDX-License-Identifier: MIT
-- Where WITH stands when CTEs are nested, names of what has none, and values that other values
-- of the same row refer to.

local corm = require("corm")
local schema = require("spec.golden.schema")

local Column, DateTime, Integer, String = corm.Column, corm.DateTime, corm.Integer, corm.String
local cast, from_dml_column, func, literal = corm.cast, corm.from_dml_column, corm.func,
    corm.literal
local literal_column, select = corm.literal_column, corm.select
local addresses, items, t, tree, users = schema.addresses, schema.items, schema.t, schema.tree,
    schema.users

local case = require("spec.golden.harness").cases()

local function inner(name, column, nesting)
    return select(literal(1):label(column or "x")):cte(name, { nesting = nesting ~= false })
end

case["nested in both members of a union in a CTE"] = function()
    local one, two = inner("one"), inner("two")
    local both = select(one.c.x):union(select(two.c.x)):subquery()
    return select(select(both.c.x:label("y")):cte("outer_cte"))
end

case["nested in the members of a union at the top"] = function()
    return select(inner("one").c.x):union(select(inner("two").c.x))
end

case["nested in the second member of a union in a CTE"] = function()
    local first = inner("first", "x", false)
    local second = select((first.c.x + 1):label("x")):cte("second", { nesting = true })
    local wrapper = select((first.c.x - 1):label("x")):union(select(second.c.x)):cte("wrapper")
    return select(wrapper.c.x):union(select(first.c.x))
end

case["nested in a union inside of a union"] = function()
    local xx = inner("xx")
    return select(literal(1):label("z")):union_all(
        select(xx.c.x):union_all(select(literal(4):label("w"))))
end

case["nested with the name of the one around"] = function()
    return select(select(inner("same").c.x:label("y")):cte("same"))
end

case["nested in an insert in a CTE"] = function()
    local generator = select(literal(1):label("id"), literal("n"):label("name"))
        :cte("generator", { nesting = true })
    local added = t:insert():from_select({ "myid", "name" }, select(generator))
        :returning(t.c.myid):cte("added")
    return select(added.c.myid)
end

case["two of one name at one level"] = function()
    return select(inner("same").c.x, inner("same", "y").c.y)
end

case["correlated members of a union"] = function()
    return select(users.c.id):where(users.c.id:in_(
        select(addresses.c.user_id):where(addresses.c.email:eq(users.c.name)):union(
            select(items.c.user_id):where(items.c.user_id:eq(users.c.id)))))
end

case["aliases without name of a CTE"] = function()
    local cte = select(t.c.myid, t.c.name):cte("named")
    local one, two = cte:alias(), cte:alias()
    return select(one.c.myid, two.c.name):where(one.c.myid:eq(two.c.myid))
end

case["recursive by its alias"] = function()
    local root = select(tree.c.id, tree.c.parent_id):where(tree.c.id:eq(1))
        :cte({ recursive = true })
    local alias = root:alias("walk")
    local walk = alias:union(
        select(tree.c.id, tree.c.parent_id):where(tree.c.parent_id:eq(alias.c.id)))
    return select(walk.c.id)
end

case["recursive by its alias without name"] = function()
    local root = select(tree.c.id):where(tree.c.id:eq(1)):cte("root", { recursive = true })
    local alias = root:alias()
    local walk = alias:union_all(select(tree.c.id):where(tree.c.parent_id:eq(alias.c.id)))
    return select(walk.c.id)
end

case["recursive with labels without name"] = function()
    local root = select(tree.c.id:label(nil), tree.c.data):where(tree.c.parent_id:eq(5))
        :cte({ recursive = true })
    local alias, child = root:alias(), tree:alias()
    local walk = root:union(
        select(child.c.id, child.c.data):where(child.c.parent_id:eq(alias.c[1])))
    return select(walk.c[1], func.max(walk.c.data):label("last")):group_by(walk.c[1])
end

case["label without name of a column"] = function()
    return select(t.c.name:label(nil), t.c.name)
end

case["label without name of a literal_column"] = function()
    return select(literal_column("x"):label(nil))
end

case["label without name of a function"] = function()
    return select(func.count(t.c.myid):label(nil))
end

case["label without name of a sum"] = function()
    return select((t.c.myid + 5):label(nil))
end

case["label without name of a subquery's column"] = function()
    return select(select(t.c.myid):subquery("q").c.myid:label(nil))
end

local rated = corm.Table("rated", corm.MetaData(),
    Column("id", Integer, { primary_key = true }),
    Column("name", String(20)),
    Column("said", String(50)),
    Column("made_at", DateTime, { default = func.now() }),
    Column("changed_at", DateTime, { onupdate = func.now() }))

case["from_dml_column of an SQL default"] = function()
    return rated:insert():values({ said = from_dml_column(rated.c.made_at) })
end

case["from_dml_column of an SQL default in an expression"] = function()
    return rated:insert():values({
        name = "n",
        said = cast(from_dml_column(rated.c.made_at), String) + " "
            + from_dml_column(rated.c.name),
    })
end

case["from_dml_column of an SQL onupdate"] = function()
    return rated:update():values({ said = from_dml_column(rated.c.changed_at) })
end

case["from_dml_column of an expression in an expression"] = function()
    return rated:update():values({
        name = rated.c.name + "a", said = from_dml_column(rated.c.name) + "b",
    })
end

return case
