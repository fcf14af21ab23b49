-- SPDX-License-Identifier: MIT
-- INSERT … ON CONFLICT, executed.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local bindparam = corm.bindparam

helper.each_database(function(db)
    describe("An upsert", function()
        local fixture = helper.fixture()
        local insert = corm.dialects[db.name].insert

        before_each(function()
            local t = corm.Table("users", corm.MetaData(),
                Column("id", Integer, { primary_key = true }),
                Column("name", String(50)),
                Column("email", String(50)),
                Column("state", String(50), { default = "new" }),
                corm.UniqueConstraint("email", { name = "uq_email" }))
            corm.Index("part", t.c.state, { unique = true,
                postgresql_where = t.c.state:eq("indexed"),
                sqlite_where = t.c.state:eq("indexed") })
            fixture.engine = corm.create_engine(db.url)
            t.metadata:create_all(fixture.engine)
            fixture.t = t
            fixture.conn = fixture.engine:connect()
        end)

        after_each(function()
            fixture.conn:close()
            fixture.engine:dispose()
        end)

        local function rows()
            local t, texts = fixture.t, {}
            for row in fixture.conn:execute(corm.select(t):order_by(t.c.id)) do
                texts[#texts + 1] = ("%d %s %s %s"):format(row.id, row.name, row.email, row.state)
            end
            return texts
        end

        local function fill()
            local one = { name = "one", email = "e1", state = "s1" }
            local two = { name = "two", email = "e2", state = "indexed" }
            fixture.conn:execute(fixture.t:insert(), one)
            fixture.conn:execute(fixture.t:insert(), two)
        end

        it("does nothing about any conflict, or one of a target", function()
            fill()
            local t, conn = fixture.t, fixture.conn
            conn:execute(insert(t):on_conflict_do_nothing(), { id = 1, email = "e9", state = "x" })
            conn:execute(insert(t):on_conflict_do_nothing({ index_elements = { t.c.email } }),
                { id = 9, email = "e2", state = "y" })
            conn:execute(insert(t):on_conflict_do_nothing({ index_elements = { t.c.state },
                index_where = t.c.state:eq("indexed") }), { id = 9, state = "indexed" })
            assert.same({ "1 one e1 s1", "2 two e2 indexed" }, rows())
            assert.is_false(pcall(conn.execute, conn,
                insert(t):on_conflict_do_nothing({ index_elements = { "id" } }),
                { id = 9, email = "e2", state = "z" }))
        end)

        it("that has made no row has no key, where the database tells the key", function()
            fill()
            local result = fixture.conn:execute(
                insert(fixture.t):on_conflict_do_nothing(), { email = "e1", state = "q" })
            assert.equal(0, result.rowcount)
            if db.name == "postgresql" then
                assert.is_nil(result.inserted_primary_key)
                assert.is_nil(result.returned_defaults)
                assert.same({}, result.inserted_primary_key_rows)
            end
            result = fixture.conn:execute(
                insert(fixture.t):on_conflict_do_nothing(), { email = "e5", state = "q" })
            assert.is_true(result.inserted_primary_key.id > 0)
        end)

        it("sets values, expressions, those of the row that was not inserted", function()
            fill()
            local t, conn = fixture.t, fixture.conn
            local stmt = insert(t)
            stmt = stmt:on_conflict_do_update({
                index_elements = { "email" },
                set_ = { name = stmt.excluded.name .. " was " .. t.c.name, [t.c.state] = "set" },
                where = t.c.id:lt(2),
            })
            conn:execute(stmt, { name = "uno", email = "e1" })
            conn:execute(stmt, { name = "due", email = "e2" })
            assert.same({ "1 uno was one e1 set", "2 two e2 indexed" }, rows())
        end)

        it("takes a constraint by name or object, and an index", function()
            fill()
            local t, conn = fixture.t, fixture.conn
            local constraints = db.name == "sqlite" and {} or { "uq_email" }
            for constraint in t.constraints do
                if constraint.name == "uq_email" and db.name == "postgresql" then
                    constraints[#constraints + 1] = constraint
                end
            end
            for i, constraint in ipairs(constraints) do
                conn:execute(insert(t):on_conflict_do_update({
                    constraint = constraint, set_ = { name = "n" .. i } }), { email = "e1" })
                assert.equal(("1 n%d e1 s1"):format(i), rows()[1])
            end
        end)

        local KINDS = {
            same = {
                values = { email = bindparam("email") }, set_ = { email = bindparam("email") },
                sets = { { email = "e1" }, { email = "e2" } },
                expected = { "1 one e1 s1", "2 two e2 indexed" },
            },
            other = {
                values = { email = bindparam("first") }, set_ = { name = bindparam("second") },
                sets = { { first = "e1", second = "uno" }, { first = "e2", second = "due" } },
                expected = { "1 uno e1 s1", "2 due e2 indexed" },
            },
            fixed = {
                values = { email = bindparam("email") }, set_ = { name = "fixed" },
                sets = { { email = "e1" }, { email = "e2" } },
                expected = { "1 fixed e1 s1", "2 fixed e2 indexed" },
            },
        }
        for kind, case in pairs(KINDS) do
            it("of many sets has parameters in SET: " .. kind, function()
                fill()
                local t = fixture.t
                local stmt = insert(t):values(case.values):on_conflict_do_update({
                    index_elements = { "email" }, set_ = case.set_ })
                fixture.conn:execute(stmt, case.sets)
                assert.same(case.expected, rows())
                local found = fixture.conn:execute(stmt:returning(t.c.id, t.c.name), case.sets)
                assert.equal(2, #found:all())
                assert.same(case.expected, rows())
            end)
        end

        it("updates a row for each of several rows of VALUES", function()
            fill()
            local stmt = insert(fixture.t):values({
                { name = "uno", email = "e1" }, { name = "tre", email = "e3" },
            })
            fixture.conn:execute(stmt:on_conflict_do_update({
                index_elements = { "email" }, set_ = { name = stmt.excluded.name } }))
            assert.equal("1 uno e1 s1", rows()[1])
            assert.equal(3, #rows())
        end)

        it("is inserted from a SELECT", function()
            fill()
            local t = fixture.t
            local other = t:alias()
            local stmt = insert(t):from_select({ "name", "email" },
                corm.select(other.c.name .. "!", other.c.email):where(corm.true_()))
            fixture.conn:execute(stmt:on_conflict_do_update({
                index_elements = { "email" }, set_ = { name = stmt.excluded.name } }))
            assert.same({ "1 one! e1 s1", "2 two! e2 indexed" }, rows())
        end)

        it("processes the values of its SET by their types", function()
            local Shout = corm.TypeDecorator:extend("Shout", {
                impl = String, cache_ok = true,
                process_bind_param = function(_, value)
                    return value and value .. "!"
                end,
            })
            local t = corm.Table("loud", corm.MetaData(),
                Column("id", Integer, { primary_key = true }), Column("data", Shout))
            t.metadata:create_all(fixture.conn)
            fixture.conn:execute(t:insert(), { id = 1, data = "a" })
            fixture.conn:execute(insert(t):on_conflict_do_update({
                index_elements = { t.c.id }, set_ = { data = "b" } }), { id = 1, data = "c" })
            assert.equal("b!", fixture.conn:scalar(corm.select(t.c.data)))
        end)

        local function two_clauses()
            local t = fixture.t
            return insert(t):on_conflict_do_update({
                index_elements = { "email" }, set_ = { email = "moved" },
            }):on_conflict_do_update({ index_elements = { t.c.id }, set_ = { name = "met" } })
        end

        it("may have several clauses on SQLite, of which the first that fits counts", function()
            fill()
            if db.name == "postgresql" then
                local ok, e = pcall(fixture.conn.execute, fixture.conn, two_clauses(), { id = 1 })
                assert.is_false(ok)
                assert.is_true(exc.CompileError:is(e), tostring(e))
                return
            end
            fixture.conn:execute(two_clauses(), {
                { id = 1, name = "a", email = "e1" }, { id = 2, name = "b", email = "e7" },
            })
            assert.same({ "1 one moved s1", "2 met e2 indexed" }, rows())
        end)
    end)
end)

describe("Clauses of ON CONFLICT", function()
    local t = corm.Table("users", corm.MetaData(), Column("id", Integer, { primary_key = true }),
        Column("name", String))

    it("are written in their order, that without target last", function()
        local stmt = corm.insert(t)
            :on_conflict_do_update({ index_elements = { t.c.id }, set_ = { name = "a" } })
            :on_conflict_do_nothing({ index_elements = { t.c.name } })
            :on_conflict_do_nothing()
        assert.equal("INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET "
            .. "name = ? ON CONFLICT (name) DO NOTHING ON CONFLICT DO NOTHING",
            tostring(stmt:compile({ dialect = "sqlite" })))
        local ok, e = pcall(stmt.on_conflict_do_nothing, stmt, { index_elements = { t.c.id } })
        assert.is_false(ok)
        assert.is_true(exc.InvalidRequestError:is(e))
        assert.matches("omits a conflict target; such a clause must be the last", e.message)
    end)
end)
