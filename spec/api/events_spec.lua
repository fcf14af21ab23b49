-- SPDX-License-Identifier: MIT
-- Events: names, arguments and order are SQLAlchemy's.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey
local listen = corm.event.listen

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
        user_id = Column(ForeignKey("users.id")),
        user = corm.relationship("User", { back_populates = "addresses" }),
    })
    return User, Address, Base
end

describe("an event that does not exist", function()
    it("is an error that names the nearest", function()
        local User = model()
        local ok, e = pcall(listen, User, "before_inser", print)
        assert.is_false(ok)
        assert.is_true(corm.exc.InvalidRequestError:is(e))
        assert.truthy(e.message:find("before_insert", 1, true))
    end)
end)

describe("an attribute's events", function()
    it("tell of a set, with the old value", function()
        local User = model()
        local seen = {}
        listen(User.name, "set", function(target, value, oldvalue)
            seen[#seen + 1] = { target.id, value, oldvalue }
        end)
        local user = User({ id = 5 })
        user.name = "ed"
        user.name = "edward"
        assert.same({ 5, "ed", corm.NO_VALUE }, seen[1])
        assert.same({ 5, "edward", "ed" }, seen[2])
    end)

    it("replace the value with retval", function()
        local User = model()
        listen(User.name, "set", function(_, value)
            return value:upper()
        end, { retval = true })
        assert.equal("ED", User({ name = "ed" }).name)
    end)

    it("refuse a value by an error", function()
        local User = model()
        listen(User.name, "set", function()
            error("no", 0)
        end)
        local user = User({})
        local ok, e = pcall(function()
            user.name = "ed"
        end)
        assert.is_false(ok)
        assert.equal("no", e)
        assert.is_nil(user.name)
    end)

    it("tell of append and remove, from either side", function()
        local User, Address = model()
        local seen = {}
        listen(User.addresses, "append", function(target, value)
            seen[#seen + 1] = { "append", target, value }
        end)
        listen(User.addresses, "remove", function(target, value)
            seen[#seen + 1] = { "remove", target, value }
        end)
        local user, address, other = User({}), Address({}), Address({})
        user.addresses:append(address)
        other.user = user
        user.addresses:remove(address)
        other.user = nil
        local kinds = {}
        for i, each in ipairs(seen) do
            kinds[i] = each[1]
            assert.equal(user, each[2])
        end
        assert.same({ "append", "append", "remove", "remove" }, kinds)
    end)
end)

describe("instance events", function()
    it("tell of construction, with the arguments", function()
        local User = model()
        local seen
        listen(User, "init", function(target, _, kwargs)
            seen = { target, kwargs }
        end)
        local user = User({ name = "ed" })
        assert.equal(user, seen[1])
        assert.equal("ed", seen[2].name)
    end)
end)

describe("a listener", function()
    it("is called once with once, and no more after remove", function()
        local User = model()
        local count, once = 0, 0
        local function fn()
            count = count + 1
        end
        listen(User, "init", fn)
        listen(User, "init", function()
            once = once + 1
        end, { once = true })
        User({})
        User({})
        assert.is_true(corm.event.contains(User, "init", fn))
        corm.event.remove(User, "init", fn)
        assert.is_false(corm.event.contains(User, "init", fn))
        User({})
        assert.equal(2, count)
        assert.equal(1, once)
    end)

    it("is added by listens_for", function()
        local User = model()
        local count = 0
        local fn = corm.event.listens_for(User, "init")(function()
            count = count + 1
        end)
        User({})
        assert.equal(1, count)
        assert.equal("function", type(fn))
    end)
end)

helper.each_database(function(db)
    local function open(Base)
        local engine = corm.create_engine(db.url)
        Base.metadata:create_all(engine)
        return engine
    end

    describe("a flush", function()
        it("fires in order", function()
            local User, _, Base = model()
            local engine = open(Base)
            local session = corm.Session(engine)
            local seen = {}
            local function note(name)
                return function()
                    seen[#seen + 1] = name
                end
            end
            for _, name in ipairs({
                "before_attach", "after_attach", "before_flush", "after_flush",
                "after_flush_postexec", "before_commit", "after_commit",
            }) do
                listen(session, name, note(name))
            end
            listen(User, "before_insert", note("before_insert"))
            listen(User, "after_insert", note("after_insert"))
            session:add(User({ name = "ed" }))
            session:commit()
            assert.same({
                "before_attach", "after_attach", "before_commit", "before_flush",
                "before_insert", "after_insert", "after_flush", "after_flush_postexec",
                "after_commit",
            }, seen)
            session:close()
            engine:dispose()
        end)

        it("lets before_insert and before_update change the object", function()
            local User, _, Base = model()
            local engine = open(Base)
            local session = corm.Session(engine)
            listen(User, "before_insert", function(mapper, connection, target)
                assert.equal(User, mapper.class_)
                assert.equal(1, connection:execute(corm.text("SELECT 1")):scalar())
                target.name = target.name .. "+"
            end)
            listen(User, "before_update", function(_, _, target)
                target.name = target.name .. "*"
            end)
            local user = User({ name = "ed" })
            session:add(user)
            session:commit()
            assert.equal("ed+", user.name)
            user.name = "jo"
            session:commit()
            assert.equal("jo*", user.name)
            session:close()
            engine:dispose()
        end)

        it("lets before_flush add and delete", function()
            local User, _, Base = model()
            local engine = open(Base)
            local session = corm.Session(engine)
            listen(session, "before_flush", function(target, context, instances)
                assert.equal(session, target)
                assert.truthy(context)
                assert.is_nil(instances)
                for user in target.new do
                    if user.name == "ed" then
                        target:add(User({ name = "friend of ed" }))
                    end
                end
            end)
            session:add(User({ name = "ed" }))
            session:commit()
            assert.equal(2, session:query(User):count())
            session:close()
            engine:dispose()
        end)

        it("fires before_delete and after_delete", function()
            local User, _, Base = model()
            local engine = open(Base)
            local session = corm.Session(engine)
            local user = User({ name = "ed" })
            session:add(user)
            session:commit()
            local seen = {}
            listen(User, "before_delete", function(_, _, target)
                seen[#seen + 1] = target
            end)
            session:delete(user)
            session:commit()
            assert.same({ user }, seen)
            session:close()
            engine:dispose()
        end)
    end)

    describe("a session's events", function()
        it("are listened to on the class, for all sessions", function()
            local User, _, Base = model()
            local engine = open(Base)
            local count = 0
            local function fn()
                count = count + 1
            end
            listen(corm.Session, "before_commit", fn)
            corm.Session(engine):begin(function(session)
                session:add(User({}))
            end)
            corm.event.remove(corm.Session, "before_commit", fn)
            assert.equal(1, count)
            engine:dispose()
        end)

        it("tell of what becomes of objects", function()
            local User, _, Base = model()
            local engine = open(Base)
            local session = corm.Session(engine)
            local seen = {}
            for _, name in ipairs({
                "transient_to_pending", "pending_to_persistent", "persistent_to_deleted",
                "deleted_to_detached",
            }) do
                listen(session, name, function(_, instance)
                    seen[#seen + 1] = name
                    assert.is_true(User:is(instance))
                end)
            end
            local user = User({})
            session:add(user)
            session:commit()
            session:delete(user)
            session:commit()
            assert.same({
                "transient_to_pending", "pending_to_persistent", "persistent_to_deleted",
                "deleted_to_detached",
            }, seen)
            session:close()
            engine:dispose()
        end)

        it("change a statement in do_orm_execute", function()
            local User, _, Base = model()
            local engine = open(Base)
            local session = corm.Session(engine)
            session:add_all({ User({ name = "ed" }), User({ name = "jo" }) })
            session:commit()
            listen(session, "do_orm_execute", function(state)
                if state.is_select then
                    state.statement = state.statement:where(User.name:eq("jo"))
                end
            end)
            local found = session:scalars(corm.select(User)):all()
            assert.equal(1, #found)
            assert.equal("jo", found[1].name)
            session:close()
            engine:dispose()
        end)

        it("tell of load and refresh", function()
            local User, _, Base = model()
            local engine = open(Base)
            corm.Session(engine):begin(function(session)
                session:add(User({ id = 1 }))
            end)
            local seen = {}
            listen(User, "load", function(target)
                seen[#seen + 1] = "load " .. target.id
            end)
            listen(User, "refresh", function(target)
                seen[#seen + 1] = "refresh " .. target.id
            end)
            local session = corm.Session(engine)
            local user = session:get(User, 1)
            session:refresh(user)
            assert.same({ "load 1", "refresh 1" }, seen)
            session:close()
            engine:dispose()
        end)
    end)

    describe("an engine's events", function()
        it("tell of statements, with parameters", function()
            local engine = corm.create_engine(db.url)
            local seen = {}
            listen(engine, "before_cursor_execute", function(conn, _, statement, parameters,
                _, executemany)
                assert.is_false(conn.closed)
                seen[#seen + 1] = { statement, parameters, executemany }
            end)
            engine:connect(function(conn)
                conn:execute(corm.text("SELECT 1 WHERE 1 = :one"), { one = 1 })
            end)
            assert.equal(1, #seen)
            assert.truthy(seen[1][1]:find("SELECT 1 WHERE 1 = ", 1, true))
            assert.same({ 1 }, seen[1][2])
            assert.is_false(seen[1][3])
            engine:dispose()
        end)

        it("give connect a connection that executes", function()
            local engine = corm.create_engine(db.url)
            local count = 0
            listen(engine, "connect", function(connection)
                count = count + 1
                connection:execute("SELECT 1")
            end)
            engine:connect(function(conn)
                conn:execute(corm.text("SELECT 1")):close()
            end)
            assert.equal(1, count)
            engine:dispose()
        end)

        it("tell of begin, commit and rollback", function()
            local engine = corm.create_engine(db.url)
            local seen = {}
            for _, name in ipairs({ "begin", "commit", "rollback" }) do
                listen(engine, name, function()
                    seen[#seen + 1] = name
                end)
            end
            engine:begin(function(conn)
                conn:execute(corm.text("SELECT 1")):close()
            end)
            pcall(engine.begin, engine, function()
                error("no")
            end)
            assert.same({ "begin", "commit", "begin", "rollback" }, seen)
            engine:dispose()
        end)

        it("change an error in handle_error", function()
            local engine = corm.create_engine(db.url)
            listen(engine, "handle_error", function(context)
                assert.truthy(context.original_exception)
                assert.truthy(context.statement:find("nosuch", 1, true))
            end)
            assert.is_false(pcall(engine.connect, engine, function(conn)
                conn:execute(corm.text("SELECT * FROM nosuch"))
            end))
            engine:dispose()
        end)
    end)

    describe("a table's events", function()
        it("tell of creating and dropping", function()
            local metadata = corm.MetaData()
            local t = corm.Table("t", metadata, Column("id", Integer, { primary_key = true }))
            local seen = {}
            for _, name in ipairs({
                "before_create", "after_create", "before_drop", "after_drop",
            }) do
                listen(t, name, function(target, connection)
                    assert.equal(t, target)
                    assert.truthy(connection)
                    seen[#seen + 1] = name
                end)
            end
            local engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            metadata:create_all(engine)
            metadata:drop_all(engine)
            assert.same({ "before_create", "after_create", "before_drop", "after_drop" }, seen)
            engine:dispose()
        end)
    end)
end)
