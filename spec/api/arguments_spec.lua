-- SPDX-License-Identifier: MIT
-- How arguments are read: options, parameters, nil, sequences, names.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey
local select = corm.select

local function users()
    local metadata = corm.MetaData()
    return corm.Table("users", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("name", String),
        Column("with space", Integer)), metadata
end

local function sql_of(node)
    return (tostring(node):gsub("%s*\n", " "))
end

describe("a trailing table", function()
    it("is the parameter where one is required, options beyond", function()
        local t = users()
        assert.equal("INSERT INTO users DEFAULT VALUES",
            sql_of(corm.insert(t):values({}):compile({ dialect = "sqlite" })))
        assert.equal("users.id IN (__[POSTCOMPILE_id_1])", sql_of(t.c.id:in_({})))
        assert.is_false(pcall(Column, "id", Integer, { nosuch = true }))
    end)
end)

describe("a sequence", function()
    it("is a row by position; a sequence of them several", function()
        local t = users()
        assert.same({ id = 5, name = "x", with_space = 1 },
            corm.insert(t):values({ 5, "x", 1 }):compile().params)
        assert.equal(
            "INSERT INTO users (id, name) VALUES (:id_m0, :name_m0), (:id_m1, :name_m1)",
            sql_of(corm.insert(t):values({ { 5, "x" }, { 6, "y" } })))
    end)

    it("is a tuple in tuple_():in_()", function()
        local t = users()
        local compiled = select(t.c.id)
            :where(corm.tuple_(t.c.id, t.c.name):in_({ { 1, "a" }, { 2, "b" } }))
            :compile({ dialect = "sqlite", compile_kwargs = { literal_binds = true } })
        assert.equal("SELECT users.id FROM users WHERE (users.id, users.name) "
            .. "IN (VALUES (1, 'a'), (2, 'b'))", sql_of(compiled))
    end)

    it("of pairs keeps its order", function()
        local t = users()
        assert.equal("UPDATE users SET name=:name, id=:id",
            sql_of(corm.update(t):ordered_values({ t.c.name, "x" }, { t.c.id, 5 })))
    end)
end)

describe("nil", function()
    it("that is given is NULL", function()
        local t = users()
        assert.equal("users.name IS NULL", sql_of(t.c.name:eq(nil)))
        assert.equal("users.name IS NULL", sql_of(t.c.name:eq(corm.NULL)))
    end)

    it("that is missing is missing", function()
        local t = users()
        assert.is_false(pcall(t.c.name.eq, t.c.name))
    end)
end)

describe("a column", function()
    it("is the same object at each access, and a key of tables", function()
        local t = users()
        assert.equal(t.c.name, t.c.name)
        assert.equal("UPDATE users SET name=:name",
            sql_of(corm.update(t):values({ [t.c.name] = "x" })))
    end)

    it("of any name is reached with brackets", function()
        local t = users()
        assert.equal("users.\"with space\"", tostring(t.c["with space"]))
    end)
end)

describe("compile", function()
    it("takes a dialect by name or as an object", function()
        local t = users()
        local statement = select(t.c.id):where(t.c.id:eq(5))
        for _, name in ipairs({ "sqlite", "postgresql" }) do
            assert.equal(tostring(statement:compile({ dialect = name })),
                tostring(statement:compile({ dialect = corm.dialects[name].dialect() })))
        end
        assert.is_false(pcall(statement.compile, statement, { dialect = "nosuch" }))
    end)
end)

describe("try", function()
    it("returns true and the results, or nil and the error", function()
        assert.same({ true, 1, 2 }, { corm.try(function()
            return 1, 2
        end) })
        local ok, e = corm.try(corm.create_engine, "mydb://")
        assert.is_nil(ok)
        assert.is_true(corm.exc.NoSuchModuleError:is(e))
    end)
end)

helper.each_database(function(db)
    local function model()
        local Base = corm.declarative_base()
        local User = Base:extend("User", {
            __tablename = "users",
            id = Column(Integer, { primary_key = true }),
            name = Column(String),
            addresses = corm.relationship("Address", { back_populates = "user" }),
        })
        local Address = Base:extend("Address", {
            __tablename = "addresses",
            id = Column(Integer, { primary_key = true }),
            email = Column(String),
            user_id = Column(ForeignKey("users.id")),
            user = corm.relationship("User", { back_populates = "addresses" }),
        })
        local engine = corm.create_engine(db.url)
        Base.metadata:create_all(engine)
        return engine, User, Address
    end

    describe("a session", function()
        it("is made of an engine, or of options", function()
            local engine, User = model()
            for _, session in ipairs({
                corm.Session(engine), corm.Session({ bind = engine }),
                corm.sessionmaker({ bind = engine })(), corm.sessionmaker()({ bind = engine }),
            }) do
                assert.is_nil(session:get(User, 1))
                session:close()
            end
            assert.is_false(pcall(corm.Session, engine, { nosuch = true }))
            engine:dispose()
        end)

        it("takes parameters as the second argument of execute, scalars and scalar", function()
            local engine, User = model()
            local session = corm.Session(engine)
            session:execute(corm.insert(User), { { name = "ed" }, { name = "jo" } })
            local by_name = select(User.name):where(User.name:eq(corm.bindparam("who")))
            assert.equal("jo", session:execute(by_name, { who = "jo" }):scalar())
            assert.same({ "ed" }, session:scalars(by_name, { who = "ed" }):all())
            assert.equal("ed", session:scalar(by_name, { who = "ed" }))
            session:close()
            engine:dispose()
        end)

        it("writes by statement, with objects in step", function()
            local engine, User = model()
            local session = corm.Session(engine)
            session:add_all({ User({ name = "ed" }), User({ name = "jo" }) })
            session:flush()
            local ed = session:get(User, 1)
            local updated = session:execute(
                corm.update(User):where(User.id:eq(1)):values({ name = "edward" }))
            assert.equal(1, updated.rowcount)
            assert.equal("edward", ed.name)
            session:execute(corm.delete(User):where(User.name:eq("jo")))
            assert.is_nil(session:get(User, 2))
            local row = session:execute(
                corm.insert(User):values({ name = "new" }):returning(User)):one()
            assert.equal("new", row[1].name)
            session:close()
            engine:dispose()
        end)

        it("gives rows of objects and values", function()
            local engine, User, Address = model()
            local session = corm.Session(engine)
            session:add(User({ name = "ed", addresses = { Address({ email = "a" }) } }))
            session:commit()
            local row = session:execute(
                select(User, Address.email):join(User.addresses)):one()
            assert.equal("ed", row.User.name)
            assert.equal("a", row.email)
            assert.equal(row[1], row.User)
            local user, email = row:unpack()
            assert.equal(row.User, user)
            assert.equal("a", email)
            session:close()
            engine:dispose()
        end)
    end)

    describe("Query", function()
        it("filters, orders, limits, counts, updates and deletes", function()
            local engine, User, Address = model()
            local session = corm.Session(engine)
            for _, name in ipairs({ "a", "b", "c", "d" }) do
                session:add(User({ name = name, addresses = { Address({ email = name }) } }))
            end
            session:commit()
            local query = session:query(User):order_by(User.name)
            assert.equal(4, #query:all())
            assert.equal("b", query:offset(1):limit(1):one().name)
            assert.equal("a", query:first().name)
            assert.equal("c", session:query(User):join(User.addresses)
                :filter(Address.email:eq("c")):one().name)
            assert.equal("d", session:query(User.name):filter_by({ id = 4 }):scalar())
            assert.equal(2, session:query(User):filter(User.name:in_({ "a", "b" }))
                :update({ name = "x" }, { synchronize_session = "fetch" }))
            assert.equal(2, session:query(User):filter_by({ name = "x" }):count())
            assert.equal(4, session:query(Address):delete())
            session:close()
            engine:dispose()
        end)
    end)

    describe("the history of an attribute", function()
        it("has lists that are never nil", function()
            local engine, User, Address = model()
            local session = corm.Session(engine)
            local user = User({ name = "ed" })
            session:add(user)
            session:commit()
            assert.equal("ed", user.name)
            user.name = "edward"
            local history = corm.attributes.get_history(user, "name")
            assert.same({ "edward" }, history.added)
            assert.same({ "ed" }, history.deleted)
            assert.same({}, history.unchanged)
            session:expire(user, { "addresses" })
            local unloaded = corm.attributes.PASSIVE_NO_INITIALIZE
            local sql = helper.capture_sql(engine)
            history = corm.attributes.get_history(user, "addresses", unloaded)
            assert.same({}, history.added)
            assert.equal(0, #sql)
            local address = Address({})
            user.addresses:append(address)
            assert.same({ address }, corm.attributes.get_history(user, "addresses").added)
            session:close()
            engine:dispose()
        end)
    end)
end)

describe("sqlite://", function()
    it("is one database for all connections of an engine", function()
        local engine = corm.create_engine("sqlite://")
        engine:begin(function(conn)
            conn:execute(corm.text("CREATE TABLE t (x INTEGER)"))
            conn:execute(corm.text("INSERT INTO t VALUES (5)"))
        end)
        local first <close> = engine:connect()
        local second <close> = engine:connect()
        assert.equal(5, first:execute(corm.text("SELECT x FROM t")):scalar())
        assert.equal(5, second:execute(corm.text("SELECT x FROM t")):scalar())
        first:close()
        second:close()
        engine:dispose()
    end)
end)
