-- SPDX-License-Identifier: MIT
-- Trees of any depth and lists of any length: they work or they are an error that says so,
-- soon, and the connection is as good as before.

local helper = require("spec.helper")
local corm = require("corm")
local select = corm.select

local DEEP = 100000

local function table_t()
    return corm.Table("t", corm.MetaData(), corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("f", corm.Boolean), corm.Column("j", corm.JSON))
end

local function nested(start, count, step)
    for _ = 1, count do
        start = step(start)
    end
    return start
end

local function assert_refused(class, fn)
    local ok, e = pcall(fn)
    assert.is_false(ok)
    assert.is_true(class:is(e), tostring(e))
end

describe("an expression that is nested 100,000 levels deep", function()
    local t = table_t()
    local STEPS = {
        plus = function(e) return e + 1 end,
        minus = function(e) return -e end,
        concat = function(e) return e .. "x" end,
        ["function"] = function(e) return corm.func.coalesce(e, 1) end,
        case = function(e) return corm.case({ t.c.f, e }, { else_ = 1 }) end,
        cast = function(e) return corm.cast(e, corm.Integer) end,
        comparison = function(e) return e:is_(corm.NULL) end,
        logic = function(e) return corm.and_(t.c.f, corm.or_(t.c.f, e)) end,
        in_list = function(e) return corm.literal(1):in_({ e, t.c.id }) end,
    }
    for name, step in pairs(STEPS) do
        it("does not compile: " .. name, function()
            local deep = nested(t.c.f, DEEP, step)
            for _, dialect in ipairs({ "default", "sqlite", "postgresql" }) do
                assert_refused(corm.exc.CompileError, function()
                    return tostring(select(deep):compile({ dialect = dialect }))
                end)
            end
        end)
    end

    it("can be walked over", function()
        local count = 0
        for _ in corm.sql.visitors.iterate(nested(t.c.id, DEEP, STEPS.plus)) do
            count = count + 1
        end
        assert.is_true(count > DEEP)
    end)

    it("cannot be executed, and leaves the connection as it was", function()
        local engine = corm.create_engine("sqlite://")
        engine:connect(function(conn)
            assert_refused(corm.exc.CompileError, function()
                conn:execute(select(nested(corm.literal(1), DEEP, STEPS.plus)))
            end)
            assert.equal(1, conn:scalar(select(corm.literal(1))))
        end)
        engine:dispose()
    end)
end)

describe("200 subqueries in each other", function()
    local t = table_t()

    it("compile, each with its parameter", function()
        local deep = nested(select(t.c.id), 200, function(s)
            local inner = s:subquery()
            return select(inner.c.id):where(inner.c.id:gt(1))
        end)
        local compiled = deep:compile()
        local _, nsubqueries = tostring(compiled):gsub("AS anon_", "")
        assert.equal(200, nsubqueries)
        for i = 1, 200 do
            assert.equal(1, compiled.params["id_" .. i])
        end
    end)

    it("leave to the outermost what they correlate to", function()
        local outer = t:alias("outermost")
        local deep = nested(select(t.c.id):where(t.c.id:eq(outer.c.id)), 200, function(s)
            return select(t.c.id):where(t.c.id:in_(s:correlate(outer)))
        end)
        local sql = tostring(select(outer.c.id):where(outer.c.id:in_(deep:correlate(outer))))
        local _, nmentions = sql:gsub("t AS outermost", "")
        assert.equal(1, nmentions)
    end)
end)

describe("a statement of many parts does not compile", function()
    local t = table_t()

    it("when subqueries are in each other", function()
        local deep = nested(select(t.c.id), 2000, function(s)
            return select(s:subquery().c.id)
        end)
        assert_refused(corm.exc.CompileError, function() return tostring(deep) end)
    end)

    it("when unions are in each other", function()
        local deep = nested(select(t.c.id), 2000, function(s)
            return corm.union(s, select(t.c.id))
        end)
        assert_refused(corm.exc.CompileError, function() return tostring(deep) end)
    end)

    it("when aliases are of aliases", function()
        local deep = nested(t, 2000, function(a) return a:alias() end)
        assert_refused(corm.exc.CompileError, function() return tostring(select(deep)) end)
    end)
end)

helper.each_database(function(db)
    describe("a long list", function()
        local function with_connection(fn)
            local engine = corm.create_engine(db.url)
            local t = table_t()
            t.metadata:create_all(engine)
            engine:connect(function(conn)
                fn(conn, t)
                assert.equal(0, conn:scalar(select(corm.func.count()):select_from(t)))
            end)
            engine:dispose()
        end

        local function list_of(count, item)
            local list = {}
            for i = 1, count do
                list[i] = item(i)
            end
            return list
        end

        it("of IN works up to thousands, and is an error beyond what the database takes",
            function()
                with_connection(function(conn, t)
                    local long = select(t.c.id):where(t.c.id:in_(list_of(5000, function(i)
                        return i
                    end)))
                    assert.same({}, conn:execute(long):all())
                    assert_refused(corm.exc.DBAPIError, function()
                        conn:execute(select(t.c.id):where(t.c.id:in_(list_of(300000, function(i)
                            return i
                        end))))
                    end)
                    conn:rollback()
                end)
            end)

        it("of parameter sets works beyond the limit of one statement", function()
            with_connection(function(conn, t)
                conn:execute(corm.insert(t), list_of(40000, function(i)
                    return { id = i, f = true }
                end))
                assert.equal(40000, conn:scalar(select(corm.func.count()):select_from(t)))
                conn:rollback()
            end)
        end)
    end)

    describe("a JSON value", function()
        local function with_table(fn)
            local engine = corm.create_engine(db.url)
            local t = table_t()
            t.metadata:create_all(engine)
            engine:connect(function(conn)
                fn(conn, t)
                conn:rollback()
            end)
            engine:dispose()
        end

        it("that is nested 100,000 levels deep is refused on its way in", function()
            with_table(function(conn, t)
                local deep = nested({}, DEEP, function(value) return { value } end)
                assert_refused(corm.exc.DataError, function()
                    conn:execute(corm.insert(t), { { id = 1, j = deep } })
                end)
            end)
        end)

        it("that contains itself is refused on its way in", function()
            with_table(function(conn, t)
                local ring = { name = "ring" }
                ring.itself = ring
                assert_refused(corm.exc.DataError, function()
                    conn:execute(corm.insert(t), { { id = 1, j = ring } })
                end)
            end)
        end)
    end)
end)

describe("a JSON text that is nested 100,000 levels deep", function()
    it("is an error when it is read, not before", function()
        local engine = corm.create_engine("sqlite://")
        local t = table_t()
        t.metadata:create_all(engine)
        engine:connect(function(conn)
            conn:execute(corm.text("INSERT INTO t (id, j) VALUES (1, :j)"),
                { j = ("["):rep(DEEP) .. ("]"):rep(DEEP) })
            local row = conn:execute(select(t)):one()
            assert.equal(1, row.id)
            assert_refused(corm.exc.DataError, function() return row.j end)
        end)
        engine:dispose()
    end)
end)
