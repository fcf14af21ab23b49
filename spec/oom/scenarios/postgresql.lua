-- SPDX-License-Identifier: MIT
-- PostgreSQL: many rows in and out, types of its own, a savepoint, a failed statement.
-- Runs if CORM_TEST_PG names a database; what it makes lives in a temporary table.
local corm = require("corm")

local metadata = corm.MetaData()
local item = corm.Table("oom_item", metadata,
    corm.Column("id", corm.Integer, { primary_key = true }),
    corm.Column("price", corm.Numeric(10, 2)),
    corm.Column("tags", corm.dialects.postgresql.ARRAY(corm.Text)),
    corm.Column("extra", corm.dialects.postgresql.JSONB),
    corm.Column("added", corm.DateTime({ timezone = true })),
    { prefixes = { "TEMPORARY" } })

local added = corm.datetime(2024, 1, 31, 12, { tz = "UTC" })

local function fill(conn)
    metadata:create_all(conn, { checkfirst = false })
    local rows = {}
    for i = 1, 5 do
        rows[i] = {
            price = corm.decimal("1.10") * i,
            tags = { "a", "b" },
            extra = { n = i },
            added = added,
        }
    end
    conn:execute(corm.insert(item), rows)
end

local function read(conn)
    local n = 0
    for row in conn:execute(corm.select(item):order_by(item.c.id)) do
        n = n + 1
        assert(row.extra.n == n and row.tags[2] == "b" and row.added == added)
    end
    assert(n == 5)
end

local function use(conn)
    fill(conn)
    read(conn)
    local savepoint = conn:begin_nested()
    local ok, e = pcall(conn.execute, conn, corm.insert(item), { id = 1 })
    assert(not ok)
    if not corm.exc.IntegrityError:is(e) then
        error(e, 0)
    end
    savepoint:rollback()
    read(conn)
    conn:rollback()
end

local function run()
    local engine = corm.create_engine(os.getenv("CORM_TEST_PG"))
    local ok, e = pcall(function()
        engine:connect(use)
    end)
    engine:dispose()
    if not ok then
        error(e, 0)
    end
end

return run
