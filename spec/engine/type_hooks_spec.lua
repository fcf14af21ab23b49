-- SPDX-License-Identifier: MIT
-- Types of the user's own while statements run: processors of parameters, results and
-- literals, SQL around parameters and columns, operators, variants.

local helper = require("spec.helper")
local corm = require("corm")
local types, func = corm.types, corm.func
local Column, Integer, select, insert = corm.Column, corm.Integer, corm.select, corm.insert

-- A decorator that leaves a trace of each of its hooks.
local Traced = types.TypeDecorator:extend("Traced", {
    impl = types.String,
    cache_ok = true,
    process_bind_param = function(_, value, dialect)
        return value ~= nil and ("b[%s]%s"):format(dialect.name, value) or "was nil"
    end,
    process_result_value = function(_, value, dialect)
        return value and ("r[%s]%s"):format(dialect.name, value)
    end,
    process_literal_param = function(_, value)
        return "l" .. value
    end,
})

local Cents = types.UserDefinedType:extend("Cents", {
    get_col_spec = function()
        return "INTEGER"
    end,
    bind_processor = function()
        return function(value)
            return value and math.tointeger(value * 100)
        end
    end,
    result_processor = function()
        return function(value)
            return value and value / 100
        end
    end,
    literal_processor = function()
        return function(value)
            return ("%d"):format(value * 100)
        end
    end,
})

local Folded = types.TypeDecorator:extend("Folded", {
    impl = types.String,
    bind_expression = function(self, bind)
        return func.lower(bind, { type_ = self })
    end,
    column_expression = function(self, column)
        return func.upper(column, { type_ = self })
    end,
})

local function with_table(db, type_, fn)
    local engine = corm.create_engine(db.url)
    local metadata = corm.MetaData()
    local t = corm.Table("hooked", metadata, Column("id", Integer, { primary_key = true }),
        Column("v", type_))
    metadata:create_all(engine)
    engine:begin(function(conn)
        fn(conn, t, engine)
    end)
end

local function sql_of(statement, dialect)
    local text = tostring(statement:compile({
        dialect = dialect, compile_kwargs = { literal_binds = true },
    }))
    return (text:gsub("%s*\n", " "))
end

helper.each_database(function(db)
    describe("a TypeDecorator", function()
        it("processes parameters and results, and is told the dialect", function()
            with_table(db, Traced, function(conn, t)
                conn:execute(insert(t), { id = 1, v = "x" })
                assert.equal(("r[%s]b[%s]x"):format(db.name, db.name),
                    conn:scalar(select(t.c.v)))
                assert.equal(1, conn:scalar(select(t.c.id):where(t.c.v:eq("x"))))
            end)
        end)

        it("gets nil for NULL", function()
            with_table(db, Traced, function(conn, t)
                conn:execute(insert(t), { id = 1, v = corm.NULL })
                assert.equal(("r[%s]was nil"):format(db.name), conn:scalar(select(t.c.v)))
            end)
        end)

        it("processes each value of IN and of many parameter sets", function()
            with_table(db, Traced, function(conn, t)
                conn:execute(insert(t), { { id = 1, v = "x" }, { id = 2, v = "y" } })
                assert.same({ 1, 2 }, conn:execute(select(t.c.id):where(t.c.v:in_({ "x", "y" }))
                    :order_by(t.c.id)):scalars():all())
            end)
        end)

        it("processes values of attributes", function()
            local engine = corm.create_engine(db.url)
            local Base = corm.declarative_base()
            local Thing = Base:extend("Thing", {
                __tablename = "things",
                id = Column(Integer, { primary_key = true }),
                v = Column(Traced),
            })
            Base.metadata:create_all(engine)
            local session <close> = corm.Session(engine)
            session:add(Thing({ id = 1, v = "x" }))
            session:commit()
            assert.equal(("r[%s]b[%s]x"):format(db.name, db.name), session:get(Thing, 1).v)
        end)

        it("lets a processor fail, which says the statement", function()
            local Failing = types.TypeDecorator:extend("Failing", {
                impl = types.String,
                process_bind_param = function()
                    error({ mine = true })
                end,
            })
            with_table(db, Failing, function(conn, t)
                local ok, e = pcall(conn.execute, conn, insert(t), { id = 1, v = "x" })
                assert.is_false(ok)
                assert.is_true(corm.exc.StatementError:is(e))
                assert.is_true(e.orig.mine)
                assert.matches("^INSERT INTO", e.statement)
            end)
        end)

        it("sits on a type with processors of its own", function()
            local Wrapped = types.TypeDecorator:extend("Wrapped", {
                impl = types.JSON,
                process_bind_param = function(_, value)
                    return { wrapped = value }
                end,
                process_result_value = function(_, value)
                    return value.wrapped
                end,
            })
            with_table(db, Wrapped, function(conn, t)
                conn:execute(insert(t), { id = 1, v = { 1, 2 } })
                assert.same({ 1, 2 }, conn:scalar(select(t.c.v)))
            end)
        end)

        it("sits on another type on one dialect", function()
            local Keyed = types.TypeDecorator:extend("Keyed", {
                impl = types.String(36),
                load_dialect_impl = function(self, dialect)
                    return dialect.name == "postgresql" and types.Uuid or self.impl
                end,
                process_bind_param = function(_, value)
                    return value and value:lower()
                end,
            })
            local key = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
            with_table(db, Keyed, function(conn, t)
                conn:execute(insert(t), { id = 1, v = key })
                assert.equal(key:lower(), conn:scalar(select(t.c.v)))
            end)
        end)
    end)

    describe("type_coerce", function()
        it("has parameters sent as the type, cast leaves them as they are", function()
            local conn = corm.create_engine(db.url):connect()
            local traced = ("r[%s]b[%s]x"):format(db.name, db.name)
            local function parameter()
                return corm.bindparam("p", { type_ = types.String })
            end
            assert.equal(traced, conn:scalar(select(corm.type_coerce("x", Traced))))
            assert.equal(traced,
                conn:scalar(select(corm.type_coerce(corm.literal("x"), Traced))))
            assert.equal(traced,
                conn:scalar(select(corm.type_coerce(parameter(), Traced)), { p = "x" }))
            assert.equal(("r[%s]x"):format(db.name),
                conn:scalar(select(corm.cast(parameter(), Traced)), { p = "x" }))
            conn:close()
        end)
    end)

    describe("a UserDefinedType", function()
        it("makes processors for a dialect", function()
            with_table(db, Cents, function(conn, t)
                conn:execute(insert(t), { id = 1, v = 12.34 })
                assert.equal(12.34, conn:scalar(select(t.c.v)))
                assert.equal(1234, conn:scalar(select(corm.type_coerce(t.c.v, Integer))))
            end)
        end)
    end)

    describe("bind_expression and column_expression", function()
        it("are put around parameters and selected columns", function()
            with_table(db, Folded, function(conn, t)
                assert.equal("AbC", conn:execute(insert(t):returning(
                    corm.type_coerce(corm.literal("AbC"), types.String)), { id = 1, v = "AbC" })
                    :scalar())
                conn:execute(insert(t), { { id = 2, v = "DeF" }, { id = 3, v = "x" } })
                assert.same({ "ABC", "DEF", "X" },
                    conn:execute(select(t.c.v):order_by(t.c.id)):scalars():all())
                assert.equal("abc", conn:scalar(
                    select(corm.type_coerce(t.c.v, types.String)):where(t.c.id:eq(1))))
                assert.equal(1, conn:scalar(select(t.c.id):where(t.c.v:eq("ABC"))))
                assert.equal(2, #conn:execute(select(t.c.id):where(t.c.v:in_({ "ABC", "DEF" })))
                    :all())
                assert.equal(1, conn:execute(corm.update(t):values({ v = "ZZ" })
                    :where(t.c.v:eq("X"))).rowcount)
                assert.equal("zz", conn:scalar(
                    select(corm.type_coerce(t.c.v, types.String)):where(t.c.id:eq(3))))
            end)
        end)

        it("are put around each value of a list that comes with the execution", function()
            with_table(db, Folded, function(conn, t)
                conn:execute(insert(t), { { id = 1, v = "AbC" }, { id = 2, v = "DeF" } })
                for _, bind in ipairs({
                    corm.bindparam("wanted"), corm.bindparam("wanted", { expanding = true }),
                }) do
                    local stmt = select(t.c.id):where(t.c.v:in_(bind)):order_by(t.c.id)
                    assert.same({ 1, 2 }, conn:scalars(stmt, { wanted = { "ABC", "DEF" } }):all())
                    assert.same({ 2 }, conn:scalars(stmt, { wanted = { "DEF" } }):all())
                    assert.same({}, conn:scalars(stmt, { wanted = {} }):all())
                end
                assert.same({}, conn:scalars(select(t.c.id):where(t.c.v:in_({}))):all())
            end)
        end)

        it("are put around the columns of all members of a UNION", function()
            with_table(db, Folded, function(conn, t)
                conn:execute(insert(t), { { id = 1, v = "AbC" } })
                local member = select(t.c.v)
                assert.same({ "ABC", "ABC" }, conn:scalars(corm.union_all(member, member)):all())
                local inner = corm.union_all(member, member):subquery()
                assert.same({ "ABC", "ABC" }, conn:scalars(select(inner.c.v)):all())
            end)
        end)
    end)

    describe("a variant", function()
        it("has its own processors", function()
            local type_ = types.String():with_variant(Traced, db.name)
            with_table(db, type_, function(conn, t)
                conn:execute(insert(t), { id = 1, v = "x" })
                assert.equal(("r[%s]b[%s]x"):format(db.name, db.name),
                    conn:scalar(select(t.c.v)))
            end)
        end)
    end)

    it("processors of a type can be asked for", function()
        local dialect = corm.create_engine(db.url).dialect
        assert.equal(5, types.Integer:bind_processor(dialect)("5"))
        assert.equal("'it''s'", types.String:literal_processor(dialect)("it's"))
        assert.equal(corm.date(2024, 1, 31), types.Date:result_processor(dialect)("2024-01-31"))
        assert.equal("'[1,2]'", types.JSON:literal_processor(dialect)({ 1, 2 }))
        assert.equal(500, Cents:bind_processor(dialect)(5))
        assert.equal("'lx'", Traced:literal_processor(dialect)("x"))
    end)
end)

local t = corm.Table("t", corm.MetaData(), Column("id", Integer), Column("traced", Traced),
    Column("cents", Cents), Column("folded", Folded))

describe("literals of types of the user's own", function()
    it("go through the literal processor", function()
        assert.equal("SELECT t.id FROM t WHERE t.traced = 'lx' AND t.cents = 500 AND "
            .. "t.traced IN ('la', 'lb') AND t.folded = lower('X')",
            sql_of(select(t.c.id):where(t.c.traced:eq("x"), t.c.cents:eq(5),
                t.c.traced:in_({ "a", "b" }), t.c.folded:eq("X"))))
    end)

    it("fall back on the processor of parameters", function()
        local Loud = types.TypeDecorator:extend("Loud", {
            impl = types.String,
            process_bind_param = function(_, value)
                return value:upper()
            end,
        })
        assert.equal("SELECT 'X' AS anon_1", sql_of(select(corm.literal("x", Loud))))
    end)
end)

describe("column_expression", function()
    it("stands at the outermost SELECT only, under the column's name", function()
        assert.equal("SELECT upper(t.folded) AS folded, upper(t.folded) AS q FROM t",
            sql_of(select(t.c.folded, t.c.folded:label("q"))))
        assert.equal("SELECT upper(anon_1.folded) AS folded FROM (SELECT t.folded AS folded "
            .. "FROM t) AS anon_1", sql_of(select(select(t.c.folded):subquery().c.folded)))
    end)

    describe("of a decorator", function()
        local Inner = types.String:extend("Inner", {
            bind_expression = function(_, value)
                return func.inner_bind(value)
            end,
            column_expression = function(_, column)
                return func.inner_column(column)
            end,
        })
        local Outer = types.TypeDecorator:extend("Outer", {
            impl = types.String,
            load_dialect_impl = function()
                return Inner()
            end,
            bind_expression = function(self, value)
                return func.outer_bind(self.impl:bind_expression(value))
            end,
            column_expression = function(self, column)
                return func.outer_column(self.impl:column_expression(column))
            end,
        })

        local function check(type_, dialect)
            local y = corm.table("t", corm.column("y", type_)).c.y
            assert.equal("SELECT outer_column(inner_column(t.y)) AS y FROM t "
                .. "WHERE t.y = outer_bind(inner_bind('x'))",
                sql_of(select(y):where(y:eq("x")), dialect))
        end

        it("may call those of the type below", function()
            for _, dialect in ipairs({ "default", "sqlite", "postgresql" }) do
                check(Outer(), dialect)
                check(types.String():with_variant(Outer(), dialect), dialect)
            end
            assert.is_nil(types.String():bind_expression(corm.literal(1)))
            assert.is_nil(types.String():column_expression(corm.column("x")))
        end)

        it("gives way to a variant", function()
            local varied = Outer():with_variant(types.Integer(), "sqlite")
            assert.equal("INTEGER", varied:compile({ dialect = "sqlite" }))
            check(varied, "postgresql")
            assert.error_matches(function()
                varied:with_variant(types.Text(), "sqlite")
            end, "has a variant for dialect 'sqlite' already")
            assert.error_matches(function()
                types.String():with_variant(varied, "sqlite")
            end, "a type with variants cannot be a variant")
        end)
    end)
end)

describe("operators of a type", function()
    local Special = types.Integer:extend("Special", {
        comparator_factory = {
            __add = function(self, other)
                return self:op("goofy")(other)
            end,
            eq = function(self, other)
                return self:op("===", { is_comparison = true })(other)
            end,
            twice = function(self)
                return self.expr * 2
            end,
        },
        coerce_compared_value = function(self, op, value)
            if corm.sql.operators.custom_op:is(op) then
                return types.Text
            end
            return type(value) == "string" and types.String or self
        end,
    })
    local c = corm.column("c", Special)

    it("replace and extend the common ones", function()
        assert.equal("c goofy :c_1", tostring(c + 5))
        assert.equal("c === :c_1", tostring(c:eq(5)))
        assert.equal("c * :c_1", tostring(c:twice()))
        assert.equal("c > :c_1", tostring(c:gt(5)))
    end)

    it("choose the type of the other operand", function()
        assert.equal(types.String, c:lt("x").right.type)
        assert.equal(Special, c:lt(5).right.type)
        assert.equal(types.Text, c:op("#")("x").right.type)
    end)

    it("are told of all operators that they have no member for", function()
        local Comparator, seen = types.TypeEngine.Comparator, {}
        local function note(text, op, other)
            seen[#seen + 1] = ("%s %s %s"):format(text, tostring(op), tostring(other))
        end
        local Watched = types.Integer:extend("Watched", {
            comparator_factory = Comparator:extend("WatchedComparator", {
                operate = function(self, op, other)
                    note("operate", op, other)
                    return Comparator.operate(self, op, other)
                end,
                reverse_operate = function(self, op, other)
                    note("reverse", op, other)
                    return Comparator.reverse_operate(self, op, other)
                end,
                ne = function()
                    return corm.text("own")
                end,
            }),
        })
        local x = corm.column("x", Watched)
        local made = {
            x + 1, 2 - x, x:eq(3), x:desc(), -x, x:op("#")(4), x:ne(5),
            corm.sql.operators.lt(x, 6), x:operate(corm.sql.operators.mul, 7),
        }
        for i, expression in ipairs(made) do
            made[i] = tostring(expression)
        end
        assert.same({
            "x + :x_1", ":x_1 - x", "x = :x_1", "x DESC", "-x", "x # :x_1", "own", "x < :x_1",
            "x * :x_1",
        }, made)
        assert.same({
            "operate add 1", "reverse sub 2", "operate eq 3", "operate desc_op nil",
            "operate neg x", 'operate custom_op("#") 4', "operate lt 6", "operate mul 7",
        }, seen)
    end)

    it("can use the common signs on what they are given", function()
        local Doubled = types.Integer:extend("Doubled", {
            comparator_factory = {
                __add = function(self, other)
                    return (self * 2) - other
                end,
            },
        })
        assert.equal("x * :x_1 - :param_1", tostring(corm.column("x", Doubled) + 5))
    end)

    it("are inherited by a class of comparators and seen through a decorator", function()
        local Base = types.TypeEngine.Comparator:extend("Base", {
            one = function()
                return 1
            end,
        })
        local Below = Base:extend("Below", {
            two = function(self)
                return self:one() + 1
            end,
        })
        local Inner = types.Integer:extend("Inner", { comparator_factory = Below })
        local Outer = types.TypeDecorator:extend("Outer", { impl = Inner })
        local column = corm.column("x", Outer)
        assert.equal(1, column:one())
        assert.equal(2, column:two())
        assert.has_error(function()
            return corm.column("y", types.Integer):two()
        end)
    end)
end)

describe("types that are made twice from the same arguments", function()
    it("are one object, so that statements are found compiled", function()
        assert.equal(types.JSON(), types.JSON())
        assert.equal(Traced(30), Traced(30))
        assert.not_equal(Traced(30), Traced(31))
        assert.equal(types.ARRAY(types.Integer), types.ARRAY(types.Integer))
        assert.not_equal(types.ARRAY(types.Integer), types.ARRAY(types.String))
    end)

    it("are not where the class says cache_ok = false", function()
        local Own = types.TypeDecorator:extend("Own", {
            impl = types.String, cache_ok = false,
            process_bind_param = function(_, value)
                return value
            end,
        })
        assert.not_equal(Own(3), Own(3))
    end)
end)

describe("a type", function()
    it("adapts to another class with what both have", function()
        assert.equal("VARCHAR(30)", tostring(types.String(30):adapt(types.VARCHAR)))
        assert.equal("DECIMAL(5, 2)", tostring(types.Numeric(5, 2):adapt(types.DECIMAL)))
    end)

    it("says what its values are in Lua", function()
        assert.equal("integer", types.Integer:python_type())
        assert.equal("corm.decimal", types.Numeric:python_type())
        assert.equal("float", types.Numeric({ asdecimal = false }):python_type())
        assert.equal("corm.datetime", types.DateTime:python_type())
        assert.equal("table", types.JSON:python_type())
        assert.is_nil(types.NullType:python_type())
    end)
end)

helper.each_database(function(db)
    describe("a JSON attribute", function()
        local function with_class(fn)
            local engine = corm.create_engine(db.url)
            local Base = corm.declarative_base()
            local Doc = Base:extend("Doc", {
                __tablename = "docs",
                id = Column(Integer, { primary_key = true }),
                v = Column(corm.JSON),
            })
            Base.metadata:create_all(engine)
            local session <close> = corm.Session(engine)
            fn(session, Doc, function(id)
                return session:execute(corm.text("SELECT CAST(v AS TEXT) FROM docs WHERE id = :id"),
                    { id = id }):scalar()
            end)
        end

        it("is JSON's null where that was set, and NULL where nothing was", function()
            with_class(function(session, Doc, stored)
                session:add_all({ Doc({ id = 1, v = corm.NULL }), Doc({ id = 2 }),
                    Doc({ id = 3, v = { 1 } }) })
                session:commit()
                assert.equal("null", stored(1))
                assert.is_nil(stored(2))
                local doc = session:get(Doc, 3)
                doc.v = corm.null()
                session:commit()
                assert.is_nil(stored(3))
            end)
        end)

        it("is one table, however often it is read", function()
            with_class(function(session, Doc, stored)
                session:add(Doc({ id = 1, v = { a = 1 } }))
                session:commit()
                local doc = session:get(Doc, 1)
                local read = doc.v
                assert.is_true(rawequal(read, doc.v))
                doc.v = { a = 2 }
                session:commit()
                assert.equal('{"a":2}', (stored(1):gsub("%s", "")))
                assert.equal(2, doc.v.a)
            end)
        end)
    end)

    describe("a key whose type is a decorator", function()
        local Numbered = corm.TypeDecorator:extend("Numbered", {
            impl = corm.Integer,
            process_bind_param = function(_, value)
                return value and math.tointeger(value:sub(3))
            end,
            process_result_value = function(_, value)
                return value and "N_" .. value
            end,
        })

        local function numbered(options)
            options.primary_key = true
            return corm.Table("numbered", corm.MetaData(), corm.Column("id", Numbered, options),
                corm.Column("x", corm.Integer))
        end

        it("is told as its hook makes it, wherever it comes from", function()
            local engine = corm.create_engine(db.url)
            for _, options in ipairs({
                {}, { default = corm.literal("N_1", Numbered) },
                { default = corm.literal("N_1", Numbered):label("n") },
                { default = corm.select(corm.cast("N_1", Numbered)):scalar_subquery() },
                { default = corm.text("1") }, { server_default = "1" },
            }) do
                local made = numbered(options)
                made:create(engine)
                engine:begin(function(connection)
                    local result = connection:execute(made:insert():values({ x = 5 }))
                    assert.same({ "N_1" }, { result.inserted_primary_key:unpack() })
                    assert.same({ "N_1", 5 }, { connection:execute(made:select()):one():unpack() })
                end)
                made:drop(engine)
            end
            engine:dispose()
        end)

        it("is that of an object, also beside a default that is an expression", function()
            local engine = corm.create_engine(db.url)
            local Base = corm.declarative_base()
            local Item = Base:extend("Item", {
                __tablename = "items",
                id = corm.Column(Numbered, { primary_key = true }),
                other = corm.Column(Numbered, { default = corm.literal("N_3", Numbered) }),
            })
            Base.metadata:create_all(engine)
            do
                local session <close> = corm.Session(engine)
                local item = Item()
                session:add_all({ item, Item() })
                session:commit()
                assert.equal("N_1", item.id)
                assert.equal("N_3", item.other)
                assert.equal(item, session:get(Item, "N_1"))
            end
            engine:dispose()
        end)
    end)
end)
