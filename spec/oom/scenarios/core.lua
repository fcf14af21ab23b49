-- SPDX-License-Identifier: MIT
-- An engine on a database in memory: DDL, inserts, a query, a rollback, a failed statement.
local corm = require("corm")

local metadata = corm.MetaData()
local item = corm.Table("item", metadata,
    corm.Column("id", corm.Integer, { primary_key = true }),
    corm.Column("name", corm.String(30), { nullable = false }),
    corm.Column("price", corm.Numeric(10, 2)),
    corm.Column("added", corm.DateTime))

local added = corm.datetime(2024, 1, 31, 12)

local function fill(conn)
    metadata:create_all(conn)
    conn:execute(corm.insert(item), {
        { name = "a", price = corm.decimal("1.10"), added = added },
        { name = "b", price = corm.decimal("2.20"), added = added },
    })
end

local function read(conn)
    local n = 0
    local cheap = corm.select(item):where(item.c.price:gt(1)):order_by(item.c.id)
    for row in conn:execute(cheap) do
        n = n + 1
        assert(row.name == ("ab"):sub(n, n) and row.added == added)
    end
    assert(n == 2)
end

local function use(conn)
    read(conn)
    conn:execute(corm.delete(item))
    conn:rollback()
    assert(conn:scalar(corm.select(corm.func.count()):select_from(item)) == 2)
    local ok, e = pcall(conn.execute, conn, corm.insert(item), { price = 1 })
    assert(not ok)
    if not corm.exc.IntegrityError:is(e) then
        error(e, 0)
    end
end

local function run()
    local engine = corm.create_engine("sqlite://")
    local ok, e = pcall(function()
        engine:begin(fill)
        engine:connect(use)
    end)
    engine:dispose()
    if not ok then
        error(e, 0)
    end
end

return run
