-- SPDX-License-Identifier: MIT
-- Names are names: in every place where one may stand it is quoted when it has to be, and
-- means itself. A name that no database could have is refused.

local helper = require("spec.helper")
local corm = require("corm")
local strings = require("spec.attack.strings")
local Column, Integer, String, select = corm.Column, corm.Integer, corm.String, corm.select

local NAME_MAX = 63 -- bytes, in PostgreSQL

local function each_name(fn)
    for _, name in ipairs(strings.TEXTS) do
        if #name <= NAME_MAX then
            fn(name)
        end
    end
end

helper.each_database(function(db)
    describe("a name", function()
        local function with_connection(fn)
            local engine = corm.create_engine(db.url)
            engine:connect(fn)
            engine:dispose()
        end

        it("of a table, a column, a constraint and an index is created and found", function()
            with_connection(function(conn)
                each_name(function(name)
                    local t = corm.Table("t" .. name, corm.MetaData(),
                        Column("id", Integer, { primary_key = true }),
                        Column("c" .. name, String),
                        corm.UniqueConstraint("c" .. name, { name = "u" .. name }))
                    corm.Index("i" .. name, t.c["c" .. name])
                    t:create(conn)
                    conn:execute(corm.insert(t), { { id = 1, ["c" .. name] = "x" } })
                    conn:execute(corm.update(t):values({ ["c" .. name] = name }))
                    local row = conn:execute(select(t):where(t.c["c" .. name]:eq(name))):one()
                    assert.equal(name, row["c" .. name])
                    assert.same({ "t" .. name }, corm.inspect(conn):get_table_names())
                    conn:execute(corm.delete(t))
                    t:drop(conn)
                end)
            end)
        end)

        it("of a label, an alias, a CTE and a subquery is in the result", function()
            with_connection(function(conn)
                each_name(function(name)
                    if db.name == "sqlite" and name == "true" then
                        return -- SQLite itself renames such a column of a subquery
                    end
                    local one = select(corm.literal(1):label(name))
                    local sub, cte = one:subquery("s" .. name), one:cte("w" .. name)
                    local row = conn:execute(select(sub.c[name], cte.c[name]:label("l" .. name))
                        :order_by(corm.desc(name))):one()
                    assert.same({ 1, 1 }, { row:unpack() }, name)
                    assert.same({ name, "l" .. name }, conn:execute(select(sub.c[name],
                        cte.c[name]:label("l" .. name))):keys())
                end)
            end)
        end)

        it("of a parameter goes with its value", function()
            with_connection(function(conn)
                each_name(function(name)
                    local statement = select(corm.cast(corm.bindparam(name), Integer))
                    assert.equal(5, conn:scalar(statement, { [name] = 5 }), name)
                end)
            end)
        end)

        it("that no database could have is refused", function()
            for _, name in ipairs(strings.BROKEN) do
                for what, make in pairs({
                    table = function() return select(corm.table(name, corm.column("x"))) end,
                    schema = function()
                        return select(corm.Table("t", corm.MetaData(), Column("x", Integer),
                            { schema = name }))
                    end,
                    column = function() return select(corm.column(name)) end,
                    label = function() return select(corm.literal(1):label(name)) end,
                    alias = function() return select(select(corm.column("x")):subquery(name)) end,
                    ["function"] = function() return select(corm.func[name](1)) end,
                    collation = function() return select(corm.collate(corm.column("x"), name)) end,
                    operator = function() return select(corm.column("x"):op(name)(1)) end,
                    text = function() return select(corm.text(name)) end,
                    field = function() return select(corm.extract(name, corm.column("x"))) end,
                    prefix = function() return select(corm.column("x")):prefix_with(name) end,
                    literal_column = function() return select(corm.literal_column(name)) end,
                }) do
                    local ok, e = pcall(function()
                        return tostring(make():compile({ dialect = db.name }))
                    end)
                    assert.is_false(ok, ("%s %q: %s"):format(what, name, e))
                    assert.is_true(corm.exc.CormError:is(e), what .. ": " .. tostring(e))
                end
            end
        end)
    end)
end)
