-- SPDX-License-Identifier: MIT
-- What a Result says of its INSERT or UPDATE, and results of rows that are there already.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local raises = helper.raises

local function texts(list)
    local found = {}
    for i, item in ipairs(list) do
        found[i] = tostring(item)
    end
    return found
end

helper.each_database(function(db)
    describe("The outcome of", function()
        local t, conn

        before_each(function()
            t = corm.Table("t", corm.MetaData(),
                Column("id", Integer, { primary_key = true }),
                Column("name", String(30)),
                Column("n", Integer, { default = 5 }),
                Column("s", String(30), { server_default = "made" }))
            conn = corm.create_engine(db.url):connect()
            t.metadata:create_all(conn)
        end)

        after_each(function()
            conn:close()
            conn.engine:dispose()
            t, conn = nil, nil
        end)

        local two = { { name = "a" }, { name = "b" } }

        describe("an INSERT", function()
            it("of one row is its key, what was sent and what only the database knows", function()
                local result = conn:execute(corm.insert(t):values({ name = "x" }))
                assert.is_true(result.is_insert)
                assert.equal(1, result.rowcount)
                assert.equal(1, result.inserted_primary_key.id)
                assert.same({ "id" }, result.inserted_primary_key._fields)
                assert.same({ "(1,)" }, texts(result.inserted_primary_key_rows))
                assert.same({ name = "x", n = 5 }, result:last_inserted_params())
                assert.same({ "t.n" }, texts(result:prefetch_cols()))
                assert.same({ "t.s" }, texts(result:postfetch_cols()))
                assert.is_true(result:lastrow_has_defaults())
            end)

            it("that computes a value leaves that to be fetched", function()
                local result = conn:execute(corm.insert(t):values({
                    name = corm.func.upper("x"), n = 1, s = "given",
                }))
                assert.same({ "t.name" }, texts(result:postfetch_cols()))
                assert.same({}, result:prefetch_cols())
            end)

            it("that is inline() asks for no key", function()
                local statement = corm.insert(t):inline()
                local result = conn:execute(statement:values({ name = "x" }))
                assert.same({ "(NULL,)" }, texts({ result.inserted_primary_key }))
                assert.is_nil(result.returned_defaults)
                assert.same({ name = "x", n = 5 }, result:last_inserted_params())
                local known = conn:execute(statement:values({ id = 7 }))
                assert.equal(7, known.inserted_primary_key.id)
                local sql = helper.capture_sql(conn.engine)
                conn:execute(statement, { name = "y" })
                assert.same({ (db.name == "sqlite" and "INSERT INTO t (name, n) VALUES (?, ?)"
                    or "INSERT INTO t (name, n) VALUES ($1, $2)") }, sql)
            end)

            it("with many sets is asked for by row", function()
                local result = conn:execute(corm.insert(t), two)
                assert.equal(2, #result.inserted_primary_key_rows)
                assert.same({ { name = "a", n = 5 }, { name = "b", n = 5 } },
                    result:last_inserted_params())
                for _, name in ipairs({ "inserted_primary_key", "returned_defaults" }) do
                    local e = raises(exc.InvalidRequestError, function()
                        return result[name]
                    end)
                    assert.matches(name .. "_rows", e.message)
                end
            end)

            it("with several rows of VALUES, or from a SELECT, is no key", function()
                local many = conn:execute(corm.insert(t):values(two))
                assert.same({ "(NULL,)" }, texts({ many.inserted_primary_key }))
                local selected = conn:execute(corm.insert(t):from_select({ "name" },
                    corm.select(t.c.name)))
                assert.same({ "(NULL,)" }, texts({ selected.inserted_primary_key }))
            end)

            it("with returning() is in its rows", function()
                local result = conn:execute(corm.insert(t):values({ name = "x" })
                    :returning(t.c.id))
                raises(exc.InvalidRequestError, function()
                    return result.inserted_primary_key
                end)
                assert.equal(1, result:scalar_one())
                assert.equal(1, result.rowcount)
            end)

            it("with return_defaults() is a row beside the result", function()
                local result = conn:execute(corm.insert(t):values({ name = "x" })
                    :return_defaults())
                assert.equal("(1, 'made')", tostring(result.returned_defaults))
                assert.equal(1, result.inserted_primary_key.id)
                assert.same({}, result:all())
            end)

            it("with return_defaults() and many sets is a row for each", function()
                local result = conn:execute(corm.insert(t):return_defaults(t.c.s,
                    { supplemental_cols = { t.c.name } }), two)
                local expected = { "(1, 'a', 'made')", "(2, 'b', 'made')" }
                assert.same(expected, texts(result.returned_defaults_rows))
                assert.same({ "(1,)", "(2,)" }, texts(result.inserted_primary_key_rows))
                assert.same(expected, texts(result:all()))
            end)

            it("with return_defaults() asked for twice is all that was asked for", function()
                local stmt = corm.insert(t)
                    :return_defaults(t.c.s, { supplemental_cols = { t.c.n } })
                    :return_defaults(t.c.name):values({ name = "x" })
                assert.equal("(1, 5, 'made')",
                    tostring(conn:execute(stmt).returned_defaults))
                stmt = corm.insert(t):return_defaults(t.c.name):return_defaults()
                assert.equal("(2, 'made')",
                    tostring(conn:execute(stmt, { name = "y" }).returned_defaults))
            end)

            it("with return_defaults() leaves out what was sent", function()
                local stmt = corm.insert(t):return_defaults(t.c.name, t.c.n)
                local function fields(...)
                    return table.concat(conn:execute(...).returned_defaults._fields, " ")
                end
                assert.equal("id name", fields(stmt, { n = 3 }))
                assert.equal("id n", fields(stmt:values({ n = corm.func.abs(-3), name = "x" })))
                assert.equal("id name s", fields(corm.insert(t):return_defaults()))
            end)

            it("refuses return_defaults() where it returns something", function()
                raises(exc.InvalidRequestError, function()
                    return corm.insert(t):returning(t.c.id):return_defaults()
                end)
                raises(exc.InvalidRequestError, function()
                    return corm.insert(t):return_defaults():returning(t.c.id)
                end)
            end)

            it("keeps the order of the sets only for an INSERT", function()
                raises(exc.ArgumentError, function()
                    return corm.update(t):returning(t.c.id, { sort_by_parameter_order = true })
                end)
            end)
        end)

        describe("an UPDATE", function()
            before_each(function()
                conn:execute(corm.insert(t), two)
            end)

            it("is what was sent", function()
                local result = conn:execute(corm.update(t):where(t.c.id:eq(1))
                    :values({ name = "u", n = t.c.n + 1 }))
                assert.equal("u", result:last_updated_params().name)
                assert.same({ "t.n" }, texts(result:postfetch_cols()))
                assert.is_true(result:lastrow_has_defaults())
                assert.is_false(result.is_insert)
                assert.is_true(result:supports_sane_rowcount())
                assert.is_true(result:supports_sane_multi_rowcount())
                raises(exc.InvalidRequestError, result.last_inserted_params, result)
                raises(exc.InvalidRequestError, function()
                    return result.inserted_primary_key
                end)
            end)

            it("with return_defaults() is the columns that were named", function()
                local result = conn:execute(corm.update(t):where(t.c.id:eq(2))
                    :values({ n = t.c.n + 1 }):return_defaults(t.c.n))
                assert.equal("(6,)", tostring(result.returned_defaults))
                assert.equal(1, result.rowcount)
            end)

            it("with return_defaults() leaves out what was sent", function()
                local stmt = corm.update(t):where(t.c.id:eq(2))
                local result = conn:execute(stmt:values({ name = "x" }):return_defaults(t.c.name))
                assert.is_nil(result.returned_defaults)
                result = conn:execute(stmt:values({ name = "x", n = t.c.n + 1 })
                    :return_defaults())
                assert.same({ n = 6 }, result.returned_defaults:asdict())
                result = conn:execute(stmt:values({ name = "y" })
                    :return_defaults({ supplemental_cols = { t.c.name } }))
                assert.equal("('y',)", tostring(result.returned_defaults))
                assert.is_nil(conn:execute(corm.delete(t):return_defaults()).returned_defaults)
            end)

            it("counts the rows that it returns when they have been read", function()
                local result = conn:execute(corm.update(t):values({ n = 1 }):returning(t.c.id))
                assert.equal(2, #result:all())
                assert.equal(2, result.rowcount)
            end)
        end)

        it("a SELECT has nothing of that", function()
            local result = conn:execute(corm.select(t))
            assert.is_false(result:lastrow_has_defaults())
            assert.is_nil(result.returned_defaults)
            for _, name in ipairs({ "last_inserted_params", "last_updated_params",
                "postfetch_cols", "prefetch_cols" }) do
                raises(exc.InvalidRequestError, result[name], result)
            end
        end)

        it("SQL as text has the number of the row, where rows have one", function()
            local result = conn:execute(corm.text("INSERT INTO t (name) VALUES ('x')"))
            assert.equal(db.name == "sqlite" and 1 or nil, result.lastrowid)
            assert.equal(1, result.rowcount)
        end)
    end)

    describe("Results of kept rows", function()
        local t, conn

        before_each(function()
            t = corm.Table("t", corm.MetaData(),
                Column("id", Integer, { primary_key = true }),
                Column("name", String(30)))
            conn = corm.create_engine(db.url):connect()
            t.metadata:create_all(conn)
            conn:execute(corm.insert(t), { { name = "a" }, { name = "b" } })
        end)

        after_each(function()
            conn:close()
            conn.engine:dispose()
            t, conn = nil, nil
        end)

        local function all()
            return conn:execute(corm.select(t.c.id, t.c.name):order_by(t.c.id))
        end

        it("are made of sequences too", function()
            local frozen = all():freeze():with_new_rows({ { 7, "x" }, { 8, corm.NULL } })
            assert.same({ "(7, 'x')", "(8, NULL)" }, texts(frozen():all()))
            assert.equal("x", frozen():first().name)
        end)

        it("that are merged are as the first one is, and close the others", function()
            local second = all()
            local merged = all():unique():yield_per(2):merge(second)
            assert.same({ "(1, 'a')", "(2, 'b')" }, texts(merged:fetchmany()))
            assert.same({}, merged:all())
            assert.is_true(second.closed)
        end)

        it("that are merged add up what they changed", function()
            local update = corm.update(t):values({ name = "u" })
            local merged = conn:execute(update):merge(conn:execute(update))
            assert.equal(4, merged.rowcount)
            assert.is_false(merged.returns_rows)
        end)

        it("that are merged keep scalars scalars", function()
            local merged = all():scalars("name"):merge(all():scalars("name"))
            assert.same({ "a", "b", "a", "b" }, merged:all())
        end)

        it("are joined side by side", function()
            local names = conn:execute(corm.select(t.c.name):order_by(t.c.id))
            local ids = conn:execute(corm.select(t.c.id):order_by(t.c.id))
            local joined = names:splice_horizontally(ids)
            assert.same({ "name", "id" }, joined:keys())
            assert.same({ "('a', 1)", "('b', 2)" }, texts(joined:all()))
            raises(exc.ArgumentError, function()
                return all():splice_horizontally(conn:execute(corm.select(t):limit(1)))
            end)
        end)

        it("are joined one after the other", function()
            assert.same({ "(1, 'a')", "(2, 'b')", "(1, 'a')", "(2, 'b')" },
                texts(all():splice_vertically(all()):all()))
        end)

        it("keep what return_defaults() brought when they are joined", function()
            local function insert()
                return conn:execute(
                    corm.insert(t):return_defaults({ supplemental_cols = { "name" } }),
                    { { name = "x" }, { name = "y" } })
            end
            assert.same({ "(3, 'x', 5, 'x')", "(4, 'y', 6, 'y')" },
                texts(insert():splice_horizontally(insert()).returned_defaults_rows))
            local below = insert():splice_vertically(insert())
            assert.same({ "(7, 'x')", "(8, 'y')", "(9, 'x')", "(10, 'y')" },
                texts(below.returned_defaults_rows))
        end)
    end)
end)
