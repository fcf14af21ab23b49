-- SPDX-License-Identifier: MIT
-- Rows that come back from an INSERT of many, in the order of its parameter sets, whatever
-- order the database returns them in.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String, Table = corm.Column, corm.Integer, corm.String, corm.Table
local IN_ORDER = { sort_by_parameter_order = true }
local raises = helper.raises

-- A key that the database makes and does not count up.
local function random_text(db)
    return corm.text(db.name == "sqlite" and "(hex(randomblob(8)))"
        or "md5(random()::text)")
end

local function table_of(kind, db)
    local metadata = corm.MetaData()
    local columns = {
        counted = { Column("id", Integer, { primary_key = true }) },
        sent = { Column("id", Integer, { primary_key = true, autoincrement = false }) },
        pair = {
            Column("a", Integer, { primary_key = true, autoincrement = false }),
            Column("b", String(10), { primary_key = true }),
        },
        computed = { Column("id", String(40), {
            primary_key = true, default = function(context)
                return "key " .. context:get_current_parameters().name
            end,
        }) },
        padded = { Column("id", corm.CHAR(8), { primary_key = true }) },
        random = { Column("id", String(40), {
            primary_key = true, server_default = random_text(db) }) },
        declared = {
            Column("id", String(40), { primary_key = true, server_default = random_text(db) }),
            corm.insert_sentinel("sentinel"),
        },
    }
    local parts = columns[kind]
    parts[#parts + 1] = Column("name", String(20))
    parts[#parts + 1] = Column("made", Integer, { server_default = "7" })
    return Table("rows", metadata, table.unpack(parts))
end

-- Parameter sets whose keys are in no order.
local function sets_of(kind, count)
    local sets = {}
    for i = 1, count do
        local key = (i * 37) % 1009
        sets[i] = {
            name = "n" .. i,
            id = kind == "sent" and key or kind == "padded" and "k" .. key or nil,
            a = kind == "pair" and key % 3 or nil,
            b = kind == "pair" and "b" .. key or nil,
        }
    end
    return sets
end

local function names_of(rows)
    local names = {}
    for i, row in ipairs(rows) do
        names[i] = row.name
    end
    return table.concat(names, " ")
end

local function expected_names(count)
    local names = {}
    for i = 1, count do
        names[i] = "n" .. i
    end
    return table.concat(names, " ")
end

local KINDS = { "counted", "sent", "pair", "computed", "padded", "random", "declared" }

helper.each_database(function(db)
    describe("Rows of many parameter sets", function()
        local fixture = helper.fixture()

        before_each(function()
            fixture.engine = corm.create_engine(db.url)
        end)

        after_each(function()
            fixture.engine:dispose()
        end)

        local function connect(kind)
            local t = table_of(kind, db)
            t.metadata:create_all(fixture.engine)
            return t, fixture.engine:connect()
        end

        for _, kind in ipairs(KINDS) do
            it("are in order if that is asked for: keys " .. kind, function()
                for _, count in ipairs({ 1, 3, 40 }) do
                    local t, conn <close> = connect(kind)
                    local result = conn:execute(t:insert():returning(t.c.name, t.c.made, IN_ORDER),
                        sets_of(kind, count))
                    assert.same({ "name", "made" }, result:keys())
                    local rows = result:all()
                    assert.equal(expected_names(count), names_of(rows))
                    assert.equal(2, #rows[1])
                    assert.equal(7, rows[1].made)
                end
            end)
        end

        it("are the keys alone if nothing else is asked for", function()
            for _, count in ipairs({ 1, 3, 63, 64, 200 }) do
                for _, is_heard in ipairs({ false, true }) do
                    local t, conn <close> = connect("counted")
                    local heard = 0
                    if is_heard then
                        corm.event.listen(conn, "before_cursor_execute", function()
                            heard = heard + 1
                        end)
                    end
                    local result = conn:execute(t:insert():returning(t.c.id, IN_ORDER),
                        sets_of("counted", count))
                    assert.same({ "id" }, result:keys())
                    local names = {}
                    for i, id in ipairs(result:scalars():all()) do
                        names[i] = conn:scalar(corm.select(t.c.name):where(t.c.id:eq(id)))
                    end
                    assert.equal(expected_names(count), table.concat(names, " "))
                    assert.equal(is_heard and count + 1 or 0, heard)
                    conn:rollback()
                    t.metadata:drop_all(fixture.engine)
                end
            end
        end)

        it("are keys as their type reads them", function()
            local Odd = corm.TypeDecorator:extend("Odd", {
                impl = Integer, cache_ok = true,
                process_result_value = function(_, value)
                    return value and "key " .. value
                end,
            })
            local t = Table("rows", corm.MetaData(),
                Column("id", Odd, { primary_key = true, autoincrement = true }),
                Column("name", String(20)))
            t.metadata:create_all(fixture.engine)
            local conn <close> = fixture.engine:connect()
            local keys = conn:scalars(t:insert():returning(t.c.id:label("k"), IN_ORDER),
                sets_of("counted", 100)):all()
            assert.equal(100, #keys)
            assert.equal("key 1", keys[1])
            assert.equal("key 100", keys[100])
        end)

        it("are those of a statement for each set where nothing tells them apart", function()
            for kind, count in pairs({ random = 3, declared = 1, counted = 1, pair = 1 }) do
                local t, conn <close> = connect(kind)
                local sql = helper.capture_sql(fixture.engine)
                conn:execute(t:insert():returning(t.c.name, IN_ORDER), sets_of(kind, 3)):all()
                assert.equal(count, #sql, kind)
                conn:rollback()
                t.metadata:drop_all(fixture.engine)
            end
        end)

        it("may have a NULL for a key that the database makes", function()
            if db.name ~= "sqlite" then
                return -- where a NULL in a primary key is an error
            end
            local t, conn <close> = connect("counted")
            local result = conn:execute(t:insert():returning(t.c.id, t.c.name, IN_ORDER), {
                { id = 10, name = "n1" }, { id = corm.NULL, name = "n2" }, { id = 5, name = "n3" },
                { id = 7, name = "n4" },
            })
            local rows = result:all()
            assert.equal("n1 n2 n3 n4", names_of(rows))
            assert.equal(11, rows[2].id)
        end)

        it("come one by one from an upsert", function()
            local t, conn <close> = connect("sent")
            local dialect = corm.dialects[db.name]
            conn:execute(t:insert(), { { id = 2, name = "old" }, { id = 1, name = "old" } })
            local stmt = dialect.insert(t)
            stmt = stmt:on_conflict_do_update({
                index_elements = { t.c.id }, set_ = { name = stmt.excluded.name },
            })
            local sql = helper.capture_sql(fixture.engine)
            local rows = conn:execute(stmt:returning(t.c.id, t.c.name, IN_ORDER), {
                { id = 1, name = "a" }, { id = 9, name = "b" }, { id = 2, name = "c" },
            }):all()
            assert.equal("a b c", names_of(rows))
            assert.equal(3, #sql)
        end)

        it("are numbered in a sentinel column only where that is of use", function()
            local t, conn <close> = connect("declared")
            conn:execute(t:insert(), sets_of("declared", 2))
            conn:execute(t:insert():values({ name = "alone" }))
            assert.equal(3, conn:scalar(corm.select(corm.func.count()):select_from(t)
                :where(t.c.sentinel:is_(corm.NULL))))
            conn:execute(t:insert():returning(t.c.id, IN_ORDER), sets_of("declared", 2)):close()
            assert.same({ 1, 2 }, conn:scalars(corm.select(t.c.sentinel)
                :where(t.c.sentinel:is_not(corm.NULL)):order_by(t.c.sentinel)):all())
            assert.equal("INSERT INTO rows (id, name, made) VALUES (:id, :name, :made)",
                tostring(t:insert()))
        end)

        describe("of a flush", function()
            local function flush(kind, count)
                local Base = corm.declarative_base()
                local t = table_of(kind, db)
                local Thing = Base:extend("Thing", { __table = t })
                t.metadata:create_all(fixture.engine)
                local session <close> = corm.Session(fixture.engine)
                local things = {}
                for i, set in ipairs(sets_of(kind, count)) do
                    things[i] = Thing(set)
                end
                session:add_all(things)
                local sql = helper.capture_sql(fixture.engine)
                session:flush()
                for i, thing in ipairs(things) do
                    local key = corm.inspect(thing).identity
                    local stored = session:connection():execute(corm.select(t.c.name)
                        :where(t.primary_key.columns:values()[1]:eq(key[1]))
                        :where(t.c.name:eq(thing.name))):scalar()
                    assert.equal("n" .. i, stored)
                    assert.equal(7, thing.made)
                end
                return sql
            end

            for _, kind in ipairs(KINDS) do
                it("are those of its objects: keys " .. kind, function()
                    flush(kind, 12)
                end)
            end
        end)
    end)
end)

-- Every INSERT with RETURNING gives its rows backwards.
local function reverse(engine)
    corm.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters)
        if sql:find("^INSERT") and sql:find(" RETURNING ") then
            sql = ("WITH made AS (%s) SELECT * FROM (SELECT *, row_number() OVER () AS place "
                .. "FROM made) AS numbered ORDER BY place DESC"):format(sql)
            local columns = sql:match("RETURNING (.-)%)"):gsub("rows%.", "")
            sql = sql:gsub("SELECT %* FROM %(", "SELECT " .. columns .. " FROM (", 1)
        end
        return sql, parameters
    end, { retval = true })
end

local database
for db in helper.databases() do
    database = db.name == "postgresql" and db or database
end

describe("Rows that PostgreSQL returns in another order #postgresql", function()
    if not database then
        pending("CORM_TEST_PG is not set")
        return
    end
    local fixture = helper.fixture()

    before_each(function()
        fixture.engine = corm.create_engine(database.url)
    end)

    after_each(function()
        fixture.engine:dispose()
    end)

    for _, kind in ipairs(KINDS) do
        it("are put in that of their sets: keys " .. kind, function()
            local t = table_of(kind, database)
            t.metadata:create_all(fixture.engine)
            local conn <close> = fixture.engine:connect()
            reverse(fixture.engine)
            local rows = conn:execute(t:insert():returning(t.c.name, IN_ORDER), sets_of(kind, 30))
                :all()
            assert.equal(expected_names(30), names_of(rows))
            assert.equal(1, #rows[1])
        end)

        it("find the objects of a flush: keys " .. kind, function()
            local Base = corm.declarative_base()
            local t = table_of(kind, database)
            local Thing = Base:extend("Thing", { __table = t })
            t.metadata:create_all(fixture.engine)
            reverse(fixture.engine)
            local session <close> = corm.Session(fixture.engine)
            local things = {}
            for i, set in ipairs(sets_of(kind, 12)) do
                things[i] = Thing(set)
            end
            session:add_all(things)
            session:flush()
            session:expire_all()
            for i, thing in ipairs(things) do
                assert.equal("n" .. i, thing.name)
            end
        end)
    end

    it("stay as they come unless order is asked for", function()
        local t = table_of("counted", database)
        t.metadata:create_all(fixture.engine)
        local conn <close> = fixture.engine:connect()
        reverse(fixture.engine)
        local rows = conn:execute(t:insert():returning(t.c.name), sets_of("counted", 3)):all()
        assert.equal("n3 n2 n1", names_of(rows))
    end)

    it("are matched behind a rule that inserts backwards", function()
        local t = table_of("sent", database)
        t.metadata:create_all(fixture.engine)
        local conn <close> = fixture.engine:connect()
        conn:exec_driver_sql("CREATE VIEW seen AS SELECT id, name FROM rows")
        conn:exec_driver_sql([[CREATE RULE backwards AS ON INSERT TO seen DO INSTEAD
            INSERT INTO rows (id, name) SELECT new.id, new.name ORDER BY new.id
            RETURNING id, name]])
        local seen = Table("seen", corm.MetaData(),
            Column("id", Integer, { primary_key = true, autoincrement = false }),
            Column("name", String(20)))
        local rows = conn:execute(seen:insert():returning(seen.c.name, IN_ORDER),
            sets_of("sent", 30)):all()
        assert.equal(expected_names(30), names_of(rows))
    end)

    it("must have the values that were sent", function()
        local t = table_of("sent", database)
        t.metadata:create_all(fixture.engine)
        local conn <close> = fixture.engine:connect()
        conn:exec_driver_sql([[CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.id := NEW.id + 5000; RETURN NEW; END']])
        conn:exec_driver_sql("CREATE TRIGGER other BEFORE INSERT ON rows FOR EACH ROW "
            .. "EXECUTE FUNCTION other()")
        local e = raises(exc.StatementError, function()
            return conn:execute(t:insert():returning(t.c.name, IN_ORDER), sets_of("sent", 3)):all()
        end)
        assert.matches("no row came back with the values", e.message)
        conn:exec_driver_sql("DROP FUNCTION other CASCADE")
    end)
end)

describe("A sentinel column", function()
    local function sentinel_table(...)
        return Table("t", corm.MetaData(), Column("id", Integer, { primary_key = true }), ...)
    end

    it("is one of a table", function()
        local e = raises(exc.ArgumentError, sentinel_table, corm.insert_sentinel("a"),
            corm.insert_sentinel("b"))
        assert.matches("insert sentinel already: column 'a'", e.message)
    end)

    it("has values that can be known", function()
        raises(exc.InvalidRequestError, sentinel_table,
            Column("s", Integer, { insert_sentinel = true }))
        raises(exc.InvalidRequestError, sentinel_table, Column("s", Integer,
            { insert_sentinel = true, nullable = false, server_default = "5" }))
        raises(exc.InvalidRequestError, sentinel_table, Column("s", Integer,
            corm.Identity({ increment = -1 }), { insert_sentinel = true }))
        sentinel_table(Column("s", Integer, { insert_sentinel = true, nullable = false }))
        sentinel_table(Column("s", Integer, corm.Identity(), { insert_sentinel = true }))
    end)

    it("may have a type and a default of its own", function()
        local n = 0
        local t = sentinel_table(corm.insert_sentinel("s", String(10), { default = function()
            n = n + 1
            return "s" .. n
        end }), Column("name", String(10)))
        local engine = corm.create_engine("sqlite://")
        t.metadata:create_all(engine)
        local conn <close> = engine:connect()
        local rows = conn:execute(t:insert():returning(t.c.name, t.c.s, IN_ORDER),
            { { name = "n1" }, { name = "n2" } }):all()
        assert.equal("(n1,s1) (n2,s2)", ("(%s,%s) (%s,%s)"):format(rows[1].name, rows[1].s,
            rows[2].name, rows[2].s))
        conn:close()
        engine:dispose()
    end)

    it("that is a member of a class is filled in by a flush", function()
        local Base = corm.declarative_base()
        local Thing = Base:extend("Thing", {
            __tablename = "thing",
            id = Column(String(40), { primary_key = true,
                server_default = corm.text("(hex(randomblob(8)))") }),
            sentinel = corm.orm.orm_insert_sentinel(),
        })
        local engine = corm.create_engine("sqlite://")
        Base.metadata:create_all(engine)
        local session <close> = corm.Session(engine)
        session:add_all({ Thing(), Thing(), Thing() })
        local sql = helper.capture_sql(engine)
        session:flush()
        assert.equal(1, #sql)
        session:close()
        engine:dispose()
    end)
end)
