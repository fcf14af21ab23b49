-- SPDX-License-Identifier: MIT
-- What expressions, FROM clauses and statements say of themselves.

require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String
local func, select, text = corm.func, corm.select, corm.text

local t = corm.Table("t", corm.MetaData(),
    Column("id", Integer, { primary_key = true }),
    Column("x", Integer),
    Column("s", String(10)))

-- The texts of several things, nil included.
local function texts(...)
    local list = table.pack(...)
    for i = 1, list.n do
        list[i] = tostring(list[i])
    end
    return table.concat(list, " | ")
end

-- The message of the ArgumentError that it raises.
local function refusal(fn)
    local ok, e = pcall(fn)
    assert.is_false(ok)
    assert.is_true(corm.exc.ArgumentError:is(e), tostring(e))
    return e.message
end

describe("An expression tells of", function()
    it("a window", function()
        local over = func.count(t.c.x):over({
            partition_by = t.c.x, order_by = { t.c.s, t.c.id }, rows = { corm.NULL, 0 },
        })
        assert.equal("t.x | t.s, t.id | UNBOUNDED PRECEDING AND CURRENT ROW | nil | nil",
            texts(over.partition_by, over.order_by, over.rows, over.range_, over.groups))
        assert.equal("sum(t.x) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
            tostring(func.sum(t.c.x):over({ rows = over.rows })))
    end)

    it("CASE, CAST and EXTRACT", function()
        local case = corm.case({ t.c.x:eq(1), 2 }, { else_ = t.c.id })
        assert.equal("t.x = :x_1 | t.id | nil",
            texts(case.whens[1][1], case.else_, case.value))
        assert.equal("t.x", tostring(corm.case({ [1] = t.c.s }, { value = t.c.x }).value))
        assert.equal("t.x", tostring(corm.cast(t.c.x, String).clause))
        assert.equal("year | t.x",
            texts(corm.extract("year", t.c.x).field, corm.extract("year", t.c.x).expr))
    end)

    it("a parameter", function()
        local bind = corm.bindparam("q")
        assert.equal("true | false | false | false | nil", texts(bind.required, bind.expanding,
            bind.unique, bind.literal_execute, bind.callable))
        assert.is_true(corm.literal(5).unique)
        assert.is_true(corm.bindparam("q", { expanding = true }).expanding)
        assert.equal("function", type(corm.bindparam("q", { callable_ = os.time }).callable))
        assert.equal("false | true", texts(
            corm.bindparam("q", { callable_ = os.time }).required,
            corm.bindparam("q", { callable_ = os.time, required = true }).required))
        assert.equal("SELECT t.id \nFROM t \nWHERE t.x = 5", tostring(
            select(t.c.id):where(t.c.x:eq(corm.literal(5):render_literal_execute()))
                :compile({ compile_kwargs = { render_postcompile = true } })))
    end)

    it("aggregates and comparisons", function()
        local filtered = func.count(t.c.x):filter(t.c.x:gt(1))
        assert.equal("t.x > :x_1 | count(t.x)", texts(filtered.criterion, filtered.func))
        local within = func.percentile_cont(0.5):within_group(t.c.x, t.c.s:desc())
        assert.equal("percentile_cont(:percentile_cont_1) | t.x, t.s DESC",
            texts(within.element, within.order_by))
        assert.equal("t.x != :x_1", tostring(t.c.x:eq(1).negate))
    end)

    it("a function and a column", function()
        assert.same({ "a", "b" }, func.a.b.c(1).packagenames)
        assert.same({}, func.c(1).packagenames)
        assert.equal("auto | false | false",
            texts(t.c.id.autoincrement, t.c.id.system, t.c.id.is_literal))
        assert.equal("ignore_fk",
            Column("n", Integer, { autoincrement = "ignore_fk" }).autoincrement)
        assert.equal(t.c.id, t.primary_key.c[1])
    end)

    it("what it stands for", function()
        local column = select(t.c.x:label("y")):subquery().c.y
        assert.is_true(column.base_columns:contains(t.c.x))
        assert.equal(1, #column.base_columns)
        assert.is_true(column.proxy_set:contains(column))
        assert.is_true(column.proxy_set:contains(t.c.x))
        assert.equal(1, #t.c.x.proxy_set)
    end)

    it("no attribute of another kind", function()
        assert.equal("a column has no attribute 'whens'",
            refusal(function() return t.c.x.whens end))
        assert.equal("a binary has no attribute 'required'",
            refusal(function() return t.c.x:eq(1).required end))
    end)
end)

describe("What is selected from tells of", function()
    it("joins, CTEs, samples and functions", function()
        local join = corm.outerjoin(t, t:alias("b"), t.c.id:eq(1))
        assert.equal("true | false", texts(join.isouter, join.full))
        assert.equal("true | true", texts(
            corm.join(t, t:alias("b"), t.c.id:eq(1), { full = true }).isouter,
            corm.join(t, t:alias("b"), t.c.id:eq(1), { full = true }).full))
        local cte = select(t):cte("a", { recursive = true })
        assert.equal("true | false", texts(cte.recursive, cte.nesting))
        local sample = corm.tablesample(t, func.bernoulli(1), { seed = func.random() })
        assert.equal("bernoulli(:bernoulli_1) | random()", texts(sample.sampling, sample.seed))
        assert.is_true(func.f("x"):table_valued("v", { joins_implicitly = true }).joins_implicitly)
    end)

    it("what it is derived from", function()
        local other = t:alias("other")
        local sub = select(t):subquery()
        assert.is_true(sub:is_derived_from(t))
        assert.is_true(t:is_derived_from(t))
        assert.is_true(other:is_derived_from(t))
        assert.is_false(t:is_derived_from(other))
        assert.is_true(corm.join(sub, other, corm.true_()):is_derived_from(other))
        assert.is_true(corm.union(select(t.c.x), select(other.c.x)):is_derived_from(other))
    end)
end)

describe("A statement tells", function()
    it("what it is", function()
        local function kinds(x)
            return texts(x.is_select, x.is_insert, x.is_update, x.is_delete, x.is_dml, x.is_text,
                x.is_selectable, x.supports_execution)
        end
        assert.equal("true | false | false | false | false | false | true | true", kinds(select(t)))
        assert.equal("false | true | false | false | true | false | false | true",
            kinds(corm.insert(t)))
        assert.equal("false | false | true | false | true | false | false | true",
            kinds(corm.update(t)))
        assert.equal("false | false | false | true | true | false | false | true",
            kinds(corm.delete(t)))
        assert.equal("false | false | false | false | false | true | false | true",
            kinds(text("x")))
        assert.equal("false | false | true", texts(t.is_dml, t.c.x.is_selectable, t.is_selectable))
    end)

    it("what it returns", function()
        local query = select(t.c.x, t.c.s:label("l"), func.count(t.c.x))
        local names = {}
        for i, column in ipairs(query.column_descriptions) do
            names[i] = texts(column.name, column.type)
        end
        assert.same({ "x | INTEGER", "l | VARCHAR(10)", "count | INTEGER" }, names)
        local insert = corm.insert(t):returning(t.c.id)
        assert.equal(t.c.id, insert.returning_column_descriptions[1].expr)
        assert.equal(t.c.id, insert.exported_columns.id)
        assert.same({ name = "t", table = t }, insert.entity_description)
        assert.is_nil(insert.select)
        assert.equal(query, corm.insert(t):from_select({ "x", "s", "id" }, query).select)
    end)

    it("how its columns are labelled", function()
        assert.equal(corm.LABEL_STYLE_DISAMBIGUATE_ONLY, select(t):get_label_style())
        assert.equal(corm.LABEL_STYLE_NONE,
            select(t):set_label_style(corm.LABEL_STYLE_NONE):get_label_style())
    end)

    it("how its text returns columns", function()
        local query = text("select a"):columns(corm.column("a"))
        assert.equal("a | select a | true",
            texts(query.column_args[1], query.element, query.positional))
    end)

    it("what it was compiled to", function()
        local compiled = select(t):compile({ dialect = "sqlite" })
        assert.equal("true | true | false | true", texts(compiled.positional, compiled.is_sql,
            compiled.is_ddl, compiled.can_execute))
        assert.is_false(select(t):compile().positional)
    end)
end)

describe("lambda_stmt()", function()
    it("is the statement that its functions make", function()
        local wanted = 5
        local stmt = corm.lambda_stmt(function() return select(t.c.id) end)
        stmt = stmt + function(s) return s:where(t.c.x:eq(wanted)) end
        stmt = stmt:add_criteria(function(s) return s:order_by(t.c.id) end, { track_on = {} })
        assert.equal("SELECT t.id \nFROM t \nWHERE t.x = :x_1 ORDER BY t.id",
            tostring(stmt:spoil()))
        assert.equal(5, stmt:compile().params.x_1)
        assert.matches("^lambda_stmt", refusal(function() corm.lambda_stmt(5) end))
        assert.matches("^add_criteria", refusal(function() return stmt + 5 end))
    end)
end)
