-- SPDX-License-Identifier: MIT
-- Constructs that are seldom needed, executed: VALUES as a value and as a CTE, LATERAL
-- functions, parameters that functions give, values of other columns, sequences.

local helper = require("spec.helper")
local corm = require("corm")

local exc, func = corm.exc, corm.func
local Column, Integer, String, Table = corm.Column, corm.Integer, corm.String, corm.Table
local select, insert, update, bindparam = corm.select, corm.insert, corm.update, corm.bindparam
local from_dml_column = corm.from_dml_column
local raises = helper.raises

local function numbers()
    return corm.values(corm.column("a", Integer), corm.column("b", String), { name = "v" })
        :data({ { 1, "x" }, { 2, "y" } })
end

describe("errors of declarations", function()
    it("name the constraint and the column that is missing", function()
        for title, constraint in pairs({
            ForeignKeyConstraint = corm.ForeignKeyConstraint({ "zz" }, { "t.id" }),
            UniqueConstraint = corm.UniqueConstraint("zz"),
            PrimaryKeyConstraint = corm.PrimaryKeyConstraint("zz"),
            Index = corm.Index("ix", "zz"),
        }) do
            local e = raises(exc.ConstraintColumnNotFoundError, Table, "q", corm.MetaData(),
                Column("a", Integer), constraint)
            assert.equal(("can't create %s on table 'q': no column named 'zz' is present")
                :format(title), e.message)
        end
    end)
end)

describe("an ordered set", function()
    it("gives values of what it is ordered by", function()
        local name, id = corm.column("name", String(20)), corm.column("id", Integer)
        local fractions = corm.literal({ 0.2, 0.8 }, corm.ARRAY(corm.Float))
        assert.equal("VARCHAR(20)", tostring(func.mode():within_group(name:desc()).type))
        assert.equal("INTEGER", tostring(func.percentile_disc(0.5):within_group(id, name).type))
        local list = func.percentile_cont(fractions):within_group(id).type
        assert.equal("DOUBLE PRECISION[]", list:compile({ dialect = "postgresql" }))
        assert.equal("INTEGER", tostring(func.rank(5):within_group(name).type))
    end)
end)

helper.each_database(function(db)
    local f = helper.fixture()

    before_each(function()
        f.engine = corm.create_engine(db.url)
        f.metadata = corm.MetaData()
        f.t = Table("t", f.metadata, Column("id", Integer, { primary_key = true }),
            Column("name", String(20)), Column("other", String(20)))
        f.metadata:create_all(f.engine)
        f.connection = f.engine:connect()
        f.connection:execute(insert(f.t), {
            { id = 1, name = "x", other = "X" }, { id = 2, name = "y", other = "Y" },
            { id = 3, name = "z", other = "Z" },
        })
    end)

    after_each(function()
        f.connection:close()
        f.engine:dispose()
    end)

    local function names(statement)
        return f.connection:scalars(statement):all()
    end

    it("selects plain numbers", function()
        assert.equal(1, f.connection:scalar(select(1)))
        assert.equal(3, #names(select(1.5, f.t.c.id)))
    end)

    it("looks values up in VALUES", function()
        local one = corm.values(corm.column("a", Integer), { name = "v" }):data({ { 1 }, { 3 } })
        assert.same({ "x", "z" },
            names(select(f.t.c.name):where(f.t.c.id:in_(one)):order_by(f.t.c.id)))
        assert.same({ "y" }, names(select(f.t.c.name):where(f.t.c.id:not_in(one:scalar_values()))))
    end)

    it("has VALUES as a value and as a CTE", function()
        local one = corm.values(corm.column("a", Integer), { name = "v" }):data({ { 7 } })
        assert.equal(7, f.connection:scalar(select(one:scalar_values())))
        local cte = numbers():cte("c")
        assert.same({ "x", "y" }, names(select(f.t.c.name)
            :join(cte, cte.c.a:eq(f.t.c.id)):where(cte.c.b:eq(f.t.c.name)):order_by(f.t.c.id)))
        assert.same({ "a", "b" }, cte.c:keys())
    end)

    it("asks functions for values of parameters, each time", function()
        local calls = 0
        local statement = select(f.t.c.name):where(f.t.c.id:eq(bindparam("x", {
            type_ = Integer,
            callable_ = function()
                calls = calls + 1
                return calls
            end,
        })))
        assert.same({ "x", "y" },
            { f.connection:scalar(statement), f.connection:scalar(statement) })
        assert.equal(3, statement:compile().params.x)
        local ids = bindparam("ids", { expanding = true, type_ = Integer, callable_ = function()
            return { 1, 3 }
        end })
        assert.same({ "x", "z" },
            names(select(f.t.c.name):where(f.t.c.id:in_(ids)):order_by(f.t.c.id)))
        assert.same({ 1, 3 }, ids.effective_value)
    end)

    it("asks them in statements about mapped classes too", function()
        f.connection:commit()
        local T = corm.declarative_base():extend("T", { __table = f.t })
        local calls = 0
        local statement = select(T):where(T.id:eq(bindparam("x", { callable_ = function()
            calls = calls + 1
            return calls
        end })))
        local session <close> = corm.Session(f.engine)
        assert.equal("x", session:scalars(statement):one().name)
        assert.equal("y", session:scalars(statement):one().name)
    end)

    it("sets columns to what others are set to", function()
        local t = f.t
        f.connection:execute(update(t):where(t.c.id:eq(1)):values({
            name = "new", other = from_dml_column(t.c.name) .. "!",
        }))
        f.connection:execute(update(t):where(t.c.id:eq(2)):values({
            other = from_dml_column(t.c.name) .. "?",
        }))
        f.connection:execute(insert(t):values({
            id = 9, name = "n", other = from_dml_column(t.c.name),
        }))
        assert.same({ "new!", "y?", "Z", "n" }, names(select(t.c.other):order_by(t.c.id)))
        raises(exc.CompileError, f.connection.execute, f.connection,
            insert(t):values({ id = 10, other = from_dml_column(t.c.name) }))
        raises(exc.CompileError, tostring, select(from_dml_column(t.c.name)))
    end)

    it("refuses values of columns that are not the table's", function()
        local other = Table("other", f.metadata, Column("a", Integer))
        raises(exc.CompileError, function()
            f.connection:execute(insert(f.t):values({ nosuch = 5 }))
        end)
        raises(exc.CompileError, function()
            f.connection:execute(update(f.t):values({ [other.c.a] = 5 }))
        end)
    end)

    it("reduces columns that a condition makes equal", function()
        local other = Table("other", f.metadata,
            Column("id", corm.ForeignKey("t.id"), { primary_key = true }), Column("a", String))
        f.metadata:create_all(f.connection)
        f.connection:execute(insert(other):values({ id = 2, a = "A" }))
        local reduced = select(f.t.c.id, f.t.c.name, other):where(f.t.c.id:eq(other.c.id))
            :reduce_columns()
        assert.same({ "id", "name", "a" }, reduced.selected_columns:keys())
        assert.same({ id = 2, name = "y", a = "A" }, f.connection:execute(reduced):one():asdict())
        f.connection:rollback()
    end)

    it("compares what has no type with a list of tuples", function()
        local pair = corm.literal_column("(1, 2)")
        local function count(condition, parameters)
            return #f.connection:execute(select(corm.text("1")):where(condition), parameters):all()
        end
        local given = corm.bindparam("k", { expanding = true })
        local text = corm.text("(1, 2) IN :k"):bindparams(given)
        assert.equal(1, count(pair:in_({ { 1, 2 }, { 3, 4 } })))
        assert.equal(0, count(pair:in_({ { 2, 1 }, { 3, 4 } })))
        assert.equal(1, count(pair:in_(given), { k = { { 3, 4 }, { 1, 2 } } }))
        assert.equal(1, count(text, { k = { { 3, 4 }, { 1, 2 } } }))
        for _, condition in ipairs({ text, corm.tuple_(1, 2):in_(given) }) do
            local ok, e = pcall(count, condition, { k = { { 1, 2 }, { 3 } } })
            assert.is_false(ok)
            assert.equal("parameter 'k': tuples of 2 values expected", e.message)
        end
        f.connection:rollback()
    end)

    it("reduces columns of a table and of a subquery of it", function()
        local t = f.t
        local s = select(t.c.id, t.c.name):subquery("s")
        local function reduced(statement)
            return tostring(statement:where(t.c.id:eq(s.c.id)):reduce_columns())
        end
        assert.truthy(reduced(select(t.c.id, s)):find("SELECT t.id, s.name \n", 1, true))
        assert.truthy(reduced(select(s, t.c.id)):find("SELECT s.id, s.name \n", 1, true))
    end)
end)

helper.each_database(function(db)
    if db.name ~= "postgresql" then
        return
    end

    it("joins LATERAL functions and reads parts of rows", function()
        local engine = corm.create_engine(db.url)
        local connection <close> = engine:connect()
        local numbers_ = corm.values(corm.column("n", Integer), { name = "v" })
            :data({ { 1 }, { 3 } })
        local series = func.generate_series(1, numbers_.c.n):table_valued("x")
            :render_derived():lateral("s")
        assert.same({ 1, 1, 2, 3 }, connection:scalars(select(series.c.x)
            :select_from(numbers_:join(series, corm.true_()))
            :order_by(numbers_.c.n, series.c.x)):all())
        local document = corm.cast(corm.literal_column([['{"k": 5}']]), corm.JSON)
        assert.equal("k", connection:scalar(
            select(func.json_each(document):scalar_table_valued("key", { type_ = String }))))
    end)

    it("counts with sequences, whatever their names", function()
        local engine = corm.create_engine(db.url)
        local connection <close> = engine:connect()
        local sequence = corm.Sequence("My 'Own' Seq")
        sequence:create(connection)
        assert.equal(1, connection:scalar(func.next_value(sequence)))
        local row = connection:execute(select(sequence:next_value())):one()
        assert.equal(2, row.next_value_1)
        connection:rollback()
    end)
end)
