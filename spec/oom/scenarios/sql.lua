-- SPDX-License-Identifier: MIT
-- Tables declared, statements of every kind built, compiled and printed; no database.
local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local select, func = corm.select, corm.func

local twice = corm.sql.expression.FunctionElement:extend("twice", {
    name = "twice", type = Integer, inherit_cache = true,
})
corm.ext.compiler.compiles(twice)(function(element, compiler, kw)
    return ("(2 * %s)"):format(compiler:process(element.clauses, kw))
end)

local function declare()
    local metadata = corm.MetaData()
    local users = corm.Table("users", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("name", String(30), { unique = true, default = "x" }),
        Column("mood", corm.Enum("sad", "ok", { name = "mood" })),
        Column("data", corm.JSON))
    local notes = corm.Table("notes", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("user_id", corm.ForeignKey("users.id", { ondelete = "CASCADE" })),
        Column("size", Integer, { index = true }),
        corm.CheckConstraint("size > 5", { name = "ck" }))
    return metadata, users, notes
end

local function print_all(statement)
    for _, dialect in ipairs({ "default", "sqlite", "postgresql" }) do
        local compiled = statement:compile({ dialect = dialect })
        assert(#tostring(compiled) > 0 and compiled.params)
    end
end

local function run()
    local metadata, users, notes = declare()
    for _, table_ in ipairs(metadata.sorted_tables) do
        assert(#tostring(corm.schema.CreateTable(table_)) > 0)
    end
    local alias = users:alias()
    local counts = select(notes.c.user_id, func.count():label("n")):group_by(notes.c.user_id)
        :subquery()
    local statement = select(alias.c.name, counts.c.n)
        :join(counts, counts.c.user_id:eq(alias.c.id))
        :where(alias.c.id:in_({ 1, 2, 3 }), alias.c.name:contains("x", { autoescape = true }),
            ~corm.exists():where(notes.c.user_id:eq(alias.c.id)))
        :order_by(corm.desc("n")):limit(5)
    print_all(statement)
    print_all(corm.union(select(users.c.id), select(notes.c.id)))
    print_all(corm.insert(users):values({ { id = 1, name = "a" }, { id = 2, name = "b" } }))
    print_all(corm.update(users):values({ name = users.c.name .. "!" })
        :where(users.c.data:getitem({ "a", 1 }):as_integer():gt(5)))
    print_all(corm.delete(notes):where(notes.c.size:between(1, 5)))
    local rows = corm.values(corm.column("a", Integer), { name = "v" }):data({ { 1 }, { 2 } })
    local cte = rows:cte("c")
    print_all(select(users.c.name, twice(users.c.id + 1)):join(cte, cte.c.a:eq(users.c.id))
        :where(users.c.id:in_(rows)))
    local next_id = select(corm.Sequence("a 'b'"):next_value())
    assert(#tostring(next_id:compile({ dialect = "postgresql" })) > 0)
    print_all(select(users):params({}):where(corm.text("a = :b"):bindparams({ b = 5 })))
end

return run
