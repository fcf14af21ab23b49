-- SPDX-License-Identifier: MIT
-- Results and rows, as a program reads them.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local select = corm.select

helper.each_database(function(db)
    -- An engine with a table t(id, name, size) of three rows; the last size is NULL.
    local function open()
        local metadata = corm.MetaData()
        local t = corm.Table("t", metadata,
            Column("id", Integer, { primary_key = true }),
            Column("name", String),
            Column("size", Integer))
        local engine = corm.create_engine(db.url)
        metadata:create_all(engine)
        engine:begin(function(conn)
            conn:execute(corm.insert(t), {
                { name = "a", size = 10 },
                { name = "b", size = 20 },
                { name = "c", size = corm.NULL },
            })
        end)
        return engine, t, engine:connect()
    end

    local function close(engine, conn)
        conn:close()
        engine:dispose()
    end

    describe("a result", function()
        it("iterates over its rows", function()
            local engine, t, conn = open()
            local seen = {}
            for row in conn:execute(select(t):order_by(t.c.id)) do
                seen[#seen + 1] = row.id .. row.name
            end
            assert.same({ "1a", "2b", "3c" }, seen)
            close(engine, conn)
        end)

        it("has all, first, one, one_or_none and scalar", function()
            local engine, t, conn = open()
            local all = select(t):order_by(t.c.id)
            local one = all:where(t.c.id:eq(2))
            local none = all:where(t.c.id:eq(9))
            assert.equal(3, #conn:execute(all):all())
            assert.equal("a", conn:execute(all):first().name)
            assert.is_nil(conn:execute(none):first())
            assert.equal("b", conn:execute(one):one().name)
            assert.is_nil(conn:execute(none):one_or_none())
            assert.equal(1, conn:execute(all):scalar())
            assert.is_nil(conn:execute(none):scalar())
            assert.equal(2, conn:execute(one):scalar_one())
            assert.is_nil(conn:execute(none):scalar_one_or_none())
            close(engine, conn)
        end)

        it("gives nil for what is not there, not nothing", function()
            local engine, t, conn = open()
            local none = select(t):where(t.c.id:eq(9))
            for _, method in ipairs({
                "first", "one_or_none", "scalar", "scalar_one_or_none", "fetchone",
            }) do
                local result = conn:execute(none)
                assert.equal(1, table.pack(result[method](result)).n, method)
            end
            assert.equal(1, table.pack(conn:scalar(none)).n)
            close(engine, conn)
        end)

        it("raises where one row is wanted and there are none or several", function()
            local engine, t, conn = open()
            local none = conn:execute(select(t):where(t.c.id:eq(9)))
            local ok, e = pcall(none.one, none)
            assert.is_false(ok)
            assert.is_true(corm.exc.NoResultFound:is(e))
            local many = conn:execute(select(t))
            ok, e = pcall(many.one, many)
            assert.is_false(ok)
            assert.is_true(corm.exc.MultipleResultsFound:is(e))
            many = conn:execute(select(t))
            ok, e = pcall(many.one_or_none, many)
            assert.is_false(ok)
            assert.is_true(corm.exc.MultipleResultsFound:is(e))
            close(engine, conn)
        end)

        it("is fetched in parts", function()
            local engine, t, conn = open()
            local result = conn:execute(select(t.c.name):order_by(t.c.id))
            assert.equal("a", result:fetchone().name)
            assert.equal(2, #result:fetchmany(5))
            assert.is_nil(result:fetchone())
            local sizes = {}
            for part in conn:execute(select(t):order_by(t.c.id)):partitions(2) do
                sizes[#sizes + 1] = #part
            end
            assert.same({ 2, 1 }, sizes)
            close(engine, conn)
        end)

        it("gives scalars, with NULL as corm.NULL in sequences", function()
            local engine, t, conn = open()
            local names = conn:execute(select(t.c.name):order_by(t.c.id)):scalars():all()
            assert.same({ "a", "b", "c" }, names)
            local sizes = conn:execute(select(t.c.size):order_by(t.c.id)):scalars():all()
            assert.equal(3, #sizes)
            assert.equal(corm.NULL, sizes[3])
            local seen = {}
            for size in conn:execute(select(t.c.size):order_by(t.c.id)):scalars() do
                seen[#seen + 1] = size
            end
            assert.equal(corm.NULL, seen[3])
            assert.is_nil(conn:execute(select(t.c.size):where(t.c.id:eq(3))):scalar())
            assert.same({ 10, 20 },
                conn:execute(select(t):where(t.c.id:lt(3)):order_by(t.c.id)):scalars("size"):all())
            close(engine, conn)
        end)

        it("gives mappings", function()
            local engine, t, conn = open()
            local mapping = conn:execute(select(t):where(t.c.id:eq(1))):mappings():one()
            assert.equal("a", mapping.name)
            assert.equal("a", mapping["name"])
            assert.equal(10, mapping[t.c.size])
            close(engine, conn)
        end)

        it("is unique where asked", function()
            local engine, t, conn = open()
            local sql = select(corm.literal(1):label("x")):select_from(t)
            assert.equal(3, #conn:execute(sql):all())
            assert.equal(1, #conn:execute(sql):unique():all())
            close(engine, conn)
        end)

        it("chooses columns", function()
            local engine, t, conn = open()
            local row = conn:execute(select(t):order_by(t.c.id)):columns("size", "name"):first()
            assert.equal(10, row[1])
            assert.equal("a", row[2])
            close(engine, conn)
        end)

        it("knows its keys", function()
            local engine, t, conn = open()
            local result = conn:execute(select(t.c.id, t.c.name:label("called")))
            local names = {}
            for i, name in ipairs(result:keys()) do
                names[i] = name
            end
            assert.same({ "id", "called" }, names)
            result:close()
            close(engine, conn)
        end)

        it("is frozen and read again", function()
            local engine, t, conn = open()
            local frozen = conn:execute(select(t.c.name):order_by(t.c.id)):freeze()
            assert.same({ "a", "b", "c" }, frozen():scalars():all())
            assert.same({ "a", "b", "c" }, frozen():scalars():all())
            close(engine, conn)
        end)

        it("cannot be read twice, nor after close", function()
            local engine, t, conn = open()
            local result = conn:execute(select(t))
            result:close()
            local ok, e = pcall(result.all, result)
            assert.is_false(ok)
            assert.is_true(corm.exc.ResourceClosedError:is(e))
            close(engine, conn)
        end)

        it("tells of an INSERT and an UPDATE", function()
            local engine, t, conn = open()
            local inserted = conn:execute(corm.insert(t):values({ name = "d" }))
            assert.equal(4, inserted.inserted_primary_key[1])
            assert.equal(4, inserted.inserted_primary_key.id)
            local updated = conn:execute(corm.update(t):values({ size = 0 }))
            assert.equal(4, updated.rowcount)
            assert.is_false(updated.returns_rows)
            close(engine, conn)
        end)
    end)

    describe("a row", function()
        it("is read by position, by name and by column", function()
            local engine, t, conn = open()
            local row = conn:execute(select(t):where(t.c.id:eq(1))):one()
            assert.equal(1, row[1])
            assert.equal("a", row.name)
            assert.equal("a", row["name"])
            assert.equal(10, row[t.c.size])
            assert.equal(3, #row)
            close(engine, conn)
        end)

        it("unpacks, becomes a table, is compared and printed", function()
            local engine, t, conn = open()
            local row = conn:execute(select(t):where(t.c.id:eq(1))):one()
            assert.same({ 1, "a", 10 }, { row:unpack() })
            assert.same({ id = 1, name = "a", size = 10 }, row:asdict())
            assert.equal("(1, 'a', 10)", tostring(row))
            assert.is_true(row == conn:execute(select(t):where(t.c.id:eq(1))):one())
            assert.is_false(row == conn:execute(select(t):where(t.c.id:eq(2))):one())
            close(engine, conn)
        end)

        it("counts its NULLs and gives them as nil", function()
            local engine, t, conn = open()
            local row = conn:execute(select(t):where(t.c.id:eq(3))):one()
            assert.equal(3, #row)
            assert.is_nil(row.size)
            assert.is_nil(row[3])
            assert.equal(3, table.pack(row:unpack()).n)
            close(engine, conn)
        end)

        it("lets data win over methods, which stay reachable", function()
            local engine, _, conn = open()
            local row = conn:execute(corm.text("SELECT 5 AS unpack")):one()
            assert.equal(5, row.unpack)
            assert.equal(5, corm.Row.unpack(row))
            close(engine, conn)
        end)

        it("refuses a column it does not have", function()
            local engine, t, conn = open()
            local row = conn:execute(select(t):where(t.c.id:eq(1))):one()
            local ok, e = pcall(function()
                return row.nosuch
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.NoSuchColumnError:is(e))
            assert.truthy(e.message:find("nosuch", 1, true))
            close(engine, conn)
        end)

        it("cannot be changed", function()
            local engine, t, conn = open()
            local row = conn:execute(select(t):where(t.c.id:eq(1))):one()
            assert.is_false(pcall(function()
                row.name = "x"
            end))
            close(engine, conn)
        end)
    end)
end)
