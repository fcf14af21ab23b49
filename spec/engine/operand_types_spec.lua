-- SPDX-License-Identifier: MIT
-- Which type a value is sent as: parameters without a type take that of the other side, NULL
-- is shown to types that have something to say to it.

local helper = require("spec.helper")
local corm = require("corm")
local types = corm.types
local Column, Integer, bindparam, select = corm.Column, corm.Integer, corm.bindparam, corm.select

local Tenfold = types.TypeDecorator:extend("Tenfold", {
    impl = Integer,
    cache_ok = true,
    process_bind_param = function(_, value)
        return value and value * 10
    end,
    process_result_value = function(_, value)
        return value and value // 10
    end,
})

local Filled = types.TypeDecorator:extend("Filled", {
    impl = types.String,
    cache_ok = true,
    process_bind_param = function(_, value)
        return value or "none"
    end,
})

helper.each_database(function(db)
    local own = helper.fixture()

    before_each(function()
        own.engine = corm.create_engine(db.url)
        own.metadata = corm.MetaData()
    end)

    after_each(function()
        own.engine:dispose()
    end)

    -- Make a table of these columns and call fn(conn, table) in a transaction.
    local function with_table(columns, fn)
        local t = corm.Table("operands", own.metadata,
            Column("id", Integer, { primary_key = true }), table.unpack(columns))
        own.metadata:create_all(own.engine)
        own.engine:begin(function(conn)
            fn(conn, t)
        end)
    end

    local function ids(conn, t, condition, parameters)
        return conn:scalars(select(t.c.id):where(condition):order_by(t.c.id), parameters):all()
    end

    describe("a bindparam without a type", function()
        it("is sent as the other side of an operator", function()
            with_table({ Column("x", Tenfold) }, function(conn, t)
                conn:execute(t:insert(), { { id = 1, x = 1 }, { id = 2, x = 2 } })
                local p, q = bindparam("p"), bindparam("q")
                assert.same({ 2 }, ids(conn, t, t.c.x:eq(p), { p = 2 }))
                assert.same({ 2 }, ids(conn, t, t.c.x:between(p, q), { p = 2, q = 3 }))
                assert.same({ 1 }, ids(conn, t, t.c.x:in_(p), { p = { 1, 7 } }))
                assert.same({ 1 }, ids(conn, t, (t.c.x + p):eq(q), { p = 4, q = 5 }))
                assert.same({}, ids(conn, t, t.c.x:eq(bindparam("p", 2))))
            end)
        end)

        it("is sent as the column that it is assigned to", function()
            with_table({ Column("x", Tenfold) }, function(conn, t)
                conn:execute(t:insert():values({ id = 1, x = bindparam("p") }), { p = 3 })
                assert.equal(3, conn:scalar(select(t.c.x)))
                conn:execute(t:update():values({ x = bindparam("p") }), { p = 4 })
                assert.equal(4, conn:scalar(select(t.c.x)))
            end)
        end)
    end)

    it("values of IN are of the column's type, or of one that takes them all", function()
        with_table({ Column("n", types.Numeric), Column("s", types.String) }, function(conn, t)
            conn:execute(t:insert(), { { id = 1, n = 1, s = "1" }, { id = 2, n = 2.5, s = "x" } })
            assert.same({ 1 }, ids(conn, t, t.c.id:in_({ 1, 1.5 })))
            assert.same({ 1 }, ids(conn, t, t.c.id:in_({ 1.5, 1 })))
            assert.same({ 2 }, ids(conn, t, t.c.id:not_in({ 1.0 })))
            assert.same({ 1, 2 }, ids(conn, t, t.c.n:in_({ 1, 2.5 })))
            assert.same({ 2 }, ids(conn, t, t.c.n:in_({ corm.decimal("2.5"), 7 })))
            assert.same({ 1, 2 }, ids(conn, t, corm.func.length(t.c.s):in_({ 1, 2.5 })))
        end)
    end)

    it("values compared with a tuple are sent as its members", function()
        with_table({ Column("x", Tenfold), Column("u", types.Uuid) }, function(conn, t)
            local u = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            conn:execute(t:insert(), { { id = 1, x = 1, u = u }, { id = 2, x = 2, u = u } })
            local pair = corm.tuple_(t.c.x, t.c.u)
            assert.equal(1, conn:scalar(select(t.c.id):where(pair:in_({ { 1, u }, { 3, u } }))))
            assert.equal(1, conn:scalar(select(t.c.id):where(pair:eq({ 1, u }))))
            assert.is_nil(conn:scalar(select(t.c.id):where(pair:in_({}))))
        end)
    end)

    it("a hook sees the NULL of a parameter, of values() and of an attribute", function()
        local Base = corm.declarative_base()
        local Thing = Base:extend("Thing", {
            __tablename = "thing",
            id = Column(Integer, { primary_key = true }),
            v = Column(Filled),
        })
        local t = Thing.__table
        Base.metadata:create_all(own.engine)
        own.engine:begin(function(conn)
            conn:execute(t:insert(), { id = 1, v = corm.NULL })
            conn:execute(t:insert():values({ id = 2, v = corm.NULL }))
            conn:execute(t:insert():values({ id = 3, v = corm.null() }))
            local session <close> = corm.Session(conn)
            session:add_all({ Thing({ id = 4 }), Thing({ id = 5, v = corm.NULL }) })
            session:flush()
            local found = conn:scalars(select(t.c.v):order_by(t.c.id)):all()
            assert.same({ "none", "none", corm.NULL, "none", "none" }, found)
        end)
    end)

    describe("JSON's null", function()
        it("is bound where a type of it is given, SQL's elsewhere", function()
            local Strict = types.JSON({ none_as_null = true })
            local columns = { Column("j", types.JSON), Column("k", Strict) }
            with_table(columns, function(conn, t)
                for id, null in ipairs({ corm.NULL, types.JSON.NULL, corm.null() }) do
                    conn:execute(t:insert():values({ id = id, j = null, k = null }))
                end
                local texts = select(corm.cast(t.c.j, types.Text), corm.cast(t.c.k, types.Text))
                local rows = conn:execute(texts:order_by(t.c.id)):all()
                assert.same({ "null", nil }, { rows[1]:unpack() })
                assert.same({ "null", "null" }, { rows[2]:unpack() })
                assert.same({ nil, nil }, { rows[3]:unpack() })
            end)
        end)

        it("can be asked for with type_coerce", function()
            with_table({ Column("j", types.JSON) }, function(conn, t)
                conn:execute(t:insert(), { id = 1, j = corm.NULL })
                local text = corm.cast(t.c.j, types.Text)
                local found = conn:scalar(select(t.c.id):where(
                    text:eq(corm.type_coerce(types.JSON.NULL, types.JSON))))
                assert.equal(1, found)
            end)
        end)
    end)

    it("cast, try_cast and type_coerce of nil are NULL", function()
        own.engine:begin(function(conn)
            for _, type_ in ipairs({ Integer, Tenfold, types.String(5) }) do
                assert.is_nil(conn:scalar(select(corm.cast(nil, type_))))
                assert.is_nil(conn:scalar(select(corm.type_coerce(nil, type_))))
            end
        end)
    end)

    it("what says no moment is none beside one, for an operator of one's own", function()
        with_table({ Column("made", types.DateTime) }, function(conn, t)
            conn:execute(t:insert(), { id = 1, made = corm.datetime(2024, 5, 1, 12, 30) })
            local said = conn:scalar(select(corm.type_coerce(t.c.made:op("||")(" sharp"),
                types.String)))
            assert.truthy(said:find("^2024%-05%-01 12:30:00.* sharp$"), said)
            assert.equal(1, conn:scalar(select(t.c.id):where(
                t.c.made:bool_op("<=")("2024-05-01 12:30:00"))))
            if db.name == "postgresql" then
                assert.equal("2024-05-01 12:30:00+00:00", tostring(conn:scalar(select(
                    t.c.made:op("AT TIME ZONE")("UTC"):op("AT TIME ZONE")("UTC")
                        :op("AT TIME ZONE")("UTC")))))
            end
        end)
    end)

    if db.name == "postgresql" then
        it("an element is none of what it may be in, for an operator of one's own", function()
            local pg = corm.dialects.postgresql
            with_table({
                Column("nums", pg.ARRAY(Integer)), Column("span", pg.INT4RANGE),
                Column("days", pg.DATERANGE), Column("ip", pg.INET), Column("pay", pg.MONEY),
            }, function(conn, t)
                conn:execute(t:insert(), {
                    id = 1, nums = { 1, 2 }, span = pg.Range(1, 5), ip = "10.0.0.1", pay = "2.50",
                    days = pg.Range(corm.date(2024, 1, 1), corm.date(2025, 1, 1)),
                })
                local found = conn:execute(select(t.c.nums:op("||")(3), t.c.ip:op("+")(1),
                    t.c.pay:op("*")(2):eq("5.00"))):one()
                assert.same({ 1, 2, 3 }, found[1])
                assert.equal("10.0.0.2", found[2])
                assert.is_true(found[3])
                assert.equal(1, conn:scalar(select(t.c.id):where(
                    t.c.span:bool_op("@>")(3), ~t.c.span:bool_op("@>")(5),
                    t.c.days:bool_op("@>")(corm.date(2024, 5, 1)),
                    t.c.span:bool_op("&&")(pg.Range(4, 9)),
                    t.c.nums:bool_op("@>")({ 2 }))))
            end)
        end)
    end

    it("a pattern for an Enum, or what is put behind one, need not be a member", function()
        local E = types.Enum("one", "two", { native_enum = false })
        with_table({ Column("e", E) }, function(conn, t)
            conn:execute(t:insert(), { { id = 1, e = "one" }, { id = 2, e = "two" } })
            assert.equal("two", conn:scalar(select(t.c.e):where(t.c.e:like("%wo"))))
            assert.equal("two", conn:scalar(select(t.c.e):where(t.c.e:startswith("t"))))
            assert.equal("two", conn:scalar(
                select(t.c.e):where(t.c.e:like(bindparam("p"))), { p = "t%" }))
            assert.equal("one!", conn:scalar(select(t.c.e:concat("!")):where(t.c.id:eq(1))))
        end)
    end)
end)
