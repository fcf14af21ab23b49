-- SPDX-License-Identifier: MIT
-- Arguments that look like words of SQL are one of the words they may be, never SQL; a table
-- is no scalar, nil is not NULL by accident, and an empty list selects nothing.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String, select = corm.Column, corm.Integer, corm.String, corm.select

local INJECTIONS = {
    "id); DROP TABLE canary; --", "id; DELETE FROM canary", "1 OR 1=1", "id DESC, (SELECT 1)",
    "'", "\"", "--", "/*", "x y z", "",
}

local function assert_refused(what, fn)
    local ok, e = pcall(fn)
    assert.is_false(ok, what .. ": " .. tostring(e))
    assert.is_true(corm.exc.CormError:is(e), what .. ": " .. tostring(e))
end

-- SQL in which the text does not stand, but in quotes as one name or value.
local function assert_harmless(what, text, sql)
    local outside = sql:gsub("\"([^\"]*)\"", ""):gsub("'[^']*'", "")
    assert.is_nil(outside:find(text, 1, true), what .. ": " .. sql)
end

local t = corm.Table("t", corm.MetaData(), Column("id", Integer, { primary_key = true }),
    Column("s", String), Column("j", corm.JSON))

describe("a word from outside", function()
    -- Each makes SQL of the text, or refuses it.
    local PLACES = {
        order_by = function(x) return select(t.c.id):order_by(x) end,
        order_by_desc = function(x) return select(t.c.id):order_by(corm.desc(x)) end,
        group_by = function(x) return select(t.c.id):group_by(x) end,
        columns = function(x) return select(x) end,
        collation = function(x) return select(t.c.s:collate(x)) end,
        extract = function(x) return select(corm.extract(x, t.c.id)) end,
        cast = function(x) return select(corm.cast(t.c.s, String(10, { collation = x }))) end,
        lock = function(x) return select(t.c.id):with_for_update({ of = x }) end,
        limit = function(x) return select(t.c.id):limit(x) end,
        offset = function(x) return select(t.c.id):offset(x) end,
        json_key = function(x) return select(t.c.j:getitem(x):as_string()) end,
        json_path = function(x) return select(t.c.j:getitem({ "a", x }):as_string()) end,
        like_escape = function(x) return select(t.c.s:like("a", { escape = x })) end,
        delimiter = function(x) return select(corm.func.aggregate_strings(t.c.s, x)) end,
        regexp_flags = function(x) return select(t.c.s:regexp_match("a", x)) end,
        frame = function(x)
            return select(corm.func.sum(t.c.id):over({ order_by = t.c.id, rows = { x, 1 } }))
        end,
        filter_by = function(x) return select(t):filter_by({ [x] = 1 }) end,
        values = function(x) return corm.insert(t):values({ [x] = 1 }) end,
        set = function(x) return corm.update(t):values({ [x] = 1 }) end,
        returning = function(x) return corm.insert(t):returning(x) end,
        ["function"] = function(x) return select(corm.func[x](t.c.id)) end,
    }
    for place, make in pairs(PLACES) do
        it("stays in its place: " .. place, function()
            for _, text in ipairs(INJECTIONS) do
                for _, dialect in ipairs({ "sqlite", "postgresql" }) do
                    local ok, sql = pcall(function()
                        return tostring(make(text):compile({
                            dialect = dialect, compile_kwargs = { literal_binds = true },
                        }))
                    end)
                    if not ok then
                        assert.is_true(corm.exc.CormError:is(sql), place .. ": " .. tostring(sql))
                    elseif #text > 2 then
                        assert_harmless(place, text, sql)
                    end
                end
            end
        end)
    end
end)

describe("an operator of one's own", function()
    it("is words and signs, without a way out of the expression", function()
        for _, text in ipairs({
            "= 1) OR (1", "=1 --", "/*", "*/", ";", "'", "\"", "$$", "\\", "",
        }) do
            assert_refused(text, function()
                return tostring(select(t.c.id:op(text)(1)))
            end)
        end
        for _, text in ipairs({ "->>", "@>", "~~*", "OPERATOR(pg_catalog.+)" }) do
            assert.truthy(tostring(select(t.c.id:op(text)(t.c.s))
                :compile({ dialect = "postgresql" })):find("t.id " .. text .. " t.s", 1, true))
        end
    end)
end)

helper.each_database(function(db)
    describe("an argument", function()
        local function with_session(fn)
            local Base = corm.declarative_base()
            local User = Base:extend("User", {
                __tablename = "users",
                id = Column(Integer, { primary_key = true }),
                name = Column(String),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            session:add_all({ User({ id = 1, name = "ed" }), User({ id = 2 }) })
            session:commit()
            fn(session, User)
            session:close()
            Base.metadata:drop_all(engine)
            engine:dispose()
        end

        it("that is a table is no scalar", function()
            with_session(function(session, User)
                for _, value in ipairs({ { ["$ne"] = 1 }, { "id", ">", 0 }, { { 1 } } }) do
                    assert_refused("get", function() session:get(User, value) end)
                    for what, condition in pairs({
                        eq = function() return User.id:eq(value) end,
                        like = function() return User.name:like(value) end,
                        between = function() return User.id:between(value, value) end,
                    }) do
                        assert_refused(what, function()
                            session:scalars(select(User):where(condition())):all()
                        end)
                    end
                    assert_refused("filter_by", function()
                        session:query(User):filter_by({ id = value }):all()
                    end)
                    session:rollback()
                end
            end)
        end)

        it("that is nothing selects what has nothing, and an empty list selects nothing", function()
            with_session(function(session, User)
                local function ids(condition)
                    return session:scalars(select(User.id):where(condition):order_by(User.id)):all()
                end
                assert.same({ 2 }, ids(User.name:eq(nil)))
                assert.same({ 2 }, ids(User.name:eq(corm.NULL)))
                assert.same({}, ids(User.id:in_({})))
                assert.same({ 1, 2 }, ids(User.id:not_in({})))
                assert.same({}, ids(User.name:not_in({ corm.NULL })))
                assert.same({}, ids(corm.not_(User.id:not_in({}))))
            end)
        end)

        it("that no attribute has is refused in bulk", function()
            with_session(function(session, User)
                for _, key in ipairs({ "is_admin", "__tablename", "metadata", "ID", "id " }) do
                    assert_refused(key, function() return User({ [key] = 1 }) end)
                    assert_refused(key, function()
                        session:execute(corm.insert(User):values({ [key] = 1 }))
                    end)
                    assert_refused(key, function()
                        session:execute(corm.update(User):values({ [key] = 1 }))
                    end)
                    session:rollback()
                end
            end)
        end)

        it("with a second statement in it is an error, and none of it happens", function()
            with_session(function(session)
                assert_refused("two statements", function()
                    session:execute(corm.text("DELETE FROM users; DELETE FROM users"))
                end)
                session:rollback()
                assert.equal(2, session:scalar(corm.text("SELECT count(*) FROM users")))
            end)
        end)

        it("missing from a text is an error", function()
            with_session(function(session)
                assert_refused("parameter", function()
                    session:execute(corm.text("SELECT CAST(:x AS INTEGER)"))
                end)
                assert_refused("placeholder of the database's own", function()
                    session:execute(corm.text(db.name == "sqlite" and "SELECT ?"
                        or "SELECT CAST($1 AS INTEGER)"))
                end)
                session:rollback()
            end)
        end)
    end)
end)
