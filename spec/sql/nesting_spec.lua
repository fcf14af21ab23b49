-- SPDX-License-Identifier: MIT
-- CTEs inside of queries, samples, functions as tables and hints, on the databases themselves.

local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, Table = corm.Column, corm.Integer, corm.Table
local select, func = corm.select, corm.func

helper.each_database(function(db)
    local it_has

    before_each(function()
        it_has = helper.fixture()
        it_has.engine = corm.create_engine(db.shared_url)
        it_has.metadata = corm.MetaData()
        it_has.t = Table("t", it_has.metadata, Column("id", Integer, { primary_key = true }),
            Column("x", Integer))
        it_has.metadata:create_all(it_has.engine)
        it_has.engine:begin(function(connection)
            connection:execute(corm.insert(it_has.t), { { x = 1 }, { x = 2 }, { x = 3 } })
        end)
    end)

    after_each(function()
        it_has.metadata:drop_all(it_has.engine)
        it_has.engine:dispose()
    end)

    local function scalars(statement)
        return it_has.engine:connect(function(connection)
            return connection:execute(statement):scalars():all()
        end)
    end

    it("states a nested CTE where it is used, parameters in order", function()
        local t = it_has.t
        local outer = select(t.c.x):where(t.c.x:lt(3)):cte("outer_")
        local inner = select(t.c.x):where(t.c.x:gt(1)):cte("inner_", { nesting = true })
        local statement = select(outer.c.x)
            :where(outer.c.x:ne(7), outer.c.x:in_(select(inner.c.x):where(inner.c.x:ne(8))))
            :where(outer.c.x:ne(9)):order_by(outer.c.x)
        assert.same({ 2 }, scalars(statement))
    end)

    it("states a CTE in the subquery that asks for it", function()
        local t = it_has.t
        local few = select(t.c.x):where(t.c.x:gt(2)):cte("few")
        local inner = select(few.c.x):add_cte(few, { nest_here = true }):subquery("s")
        assert.truthy(tostring(select(inner.c.x)):find("FROM (WITH few AS", 1, true))
        assert.same({ 3 }, scalars(select(inner.c.x)))
    end)

    it("states a CTE in that subquery also if another CTE mentions it first", function()
        local t = it_has.t
        local few = select(t.c.x):where(t.c.x:gt(1)):cte("few")
        local fewer = select(few.c.x):where(few.c.x:lt(3)):cte("fewer")
        local inner = select(fewer.c.x):add_cte(fewer, few, { nest_here = true }):subquery("s")
        local sql = tostring(select(inner.c.x))
        assert.truthy(sql:find("FROM (WITH few AS", 1, true))
        assert.is_nil(sql:find("^WITH"))
        assert.same({ 2 }, scalars(select(inner.c.x)))
    end)

    it("names the columns of a recursive CTE apart", function()
        local t = it_has.t
        local steps = select(t.c.x, t.c.x, t.c.id, t.c.x):where(t.c.x:eq(1))
            :cte("steps", { recursive = true })
        steps = steps:union_all(select(t.c.x, t.c.x, t.c.id, t.c.x):where(t.c.x:eq(steps.c.x + 1)))
        local statement = select(steps):order_by(steps.c.x)
        assert.truthy(tostring(statement):find("steps(x, x__1, id, x__2) AS", 1, true))
        assert.same({ 1, 2, 3 }, scalars(statement))
    end)

    it("tells tables of one name in two schemas apart", function()
        local t = it_has.t
        local far = Table("t", corm.MetaData(), Column("x", Integer), { schema = "far" })
        it_has.engine:connect(function(connection)
            connection:exec_driver_sql(db.name == "sqlite" and "ATTACH ':memory:' AS far"
                or "CREATE SCHEMA far")
            far:create(connection)
            connection:execute(corm.insert(far), { { x = 2 }, { x = 5 } })
            local both = select(t.c.x, far.c.x):outerjoin_from(t, far, t.c.x:eq(far.c.x))
                :where(t.c.x:gt(1)):order_by(t.c.x)
            assert.same({ "(2, 2)", "(3, NULL)" }, {
                tostring(connection:execute(both):first()),
                tostring(connection:execute(both:offset(1)):first()),
            })
            connection:rollback()
        end)
    end)

    it("nests CTEs in CTEs", function()
        local t = it_has.t
        local a = select(t.c.x):where(t.c.x:gt(1)):cte("a", { nesting = true })
        local b = select(a.c.x):where(a.c.x:lt(3)):cte("b")
        assert.same({ 2 }, scalars(select(b.c.x):where(b.c.x:ne(5))))
    end)

    it("names a join as a whole", function()
        local t = it_has.t
        local other = t:alias("other"):select():subquery()
        local both = t:join(select(other.c.id:label("key")):subquery("k"), corm.column("key")
            :eq(t.c.id)):alias("both")
        assert.same({ 2, 3 }, scalars(select(both.c.x):where(both.c.key:gt(1)):order_by(both.c.x)))
    end)

    it("states a CTE for text that mentions it", function()
        local t = it_has.t
        local few = select(t.c.x):where(t.c.x:gt(1)):cte("few")
        local statement = corm.text("SELECT x FROM few WHERE x < :top"):bindparams({ top = 3 })
            :columns(t.c.x)
        assert.same({ 2 }, scalars(statement:add_cte(few)))
        local inner = statement:add_cte(few, { nest_here = true }):subquery("s")
        assert.same({ 2 }, scalars(select(inner.c.x):where(inner.c.x:ne(9))))
    end)

    it("puts members of a set in parentheses", function()
        local t = it_has.t
        local statement = corm.union_all(select(t.c.x):where(t.c.x:gt(2)):self_group(),
            corm.union(select(t.c.x):where(t.c.x:lt(2)), select(t.c.x):where(t.c.x:lt(1))))
        assert.same({ 1, 3 }, scalars(statement:order_by("x")))
    end)

    it("upserts by the columns of a constraint without name", function()
        local t = it_has.t
        local statement = corm.dialects[db.name].insert(t):values({ id = 1, x = 50 })
        statement = statement:on_conflict_do_update({
            constraint = t.primary_key, set_ = statement.excluded,
        })
        it_has.engine:begin(function(connection)
            connection:execute(statement)
        end)
        assert.same({ 50 }, scalars(select(t.c.x):where(t.c.id:eq(1))))
    end)

    if db.name == "postgresql" then
        it("samples tables", function()
            local sample = it_has.t:tablesample(func.bernoulli(100), { name = "s", seed = 3 })
            assert.equal(3, #scalars(select(sample.c.x)))
        end)

        it("samples tables under other names", function()
            local sample = it_has.t:tablesample(func.bernoulli(100), { seed = 3 }):alias("s")
            assert.equal(3, #scalars(select(sample.c.x)))
        end)

        it("selects all of a function without columns", function()
            assert.same({ 1, 2 }, scalars(select(func.generate_series(1, 2):alias())))
            assert.same({ 1, 2 }, scalars(select(func.generate_series(1, 2):alias("g"))))
            assert.same({ 2 }, scalars(select(corm.lateral(func.generate_series(2, 2)))))
        end)

        it("numbers the rows of a function", function()
            local series = func.generate_series(5, 6)
                :table_valued("value", { with_ordinality = "at" }):render_derived({ name = "g" })
            assert.same({ 1, 2 }, scalars(select(series.c.at):where(series.c.value:gt(4))))
            local numbers = corm.dialects.postgresql.array({ 4, 9 })
            local value = func.unnest(numbers, { type_ = Integer }):column_valued("v")
            assert.same({ 9 }, scalars(select(value):where(value:gt(5))))
        end)

        it("selects from one table ONLY", function()
            assert.equal(3, #scalars(select(it_has.t.c.x):with_hint(it_has.t, "ONLY")))
            assert.has_error(function()
                scalars(select(it_has.t.c.x):with_hint(it_has.t, "DROP"))
            end)
        end)
    end
end)
