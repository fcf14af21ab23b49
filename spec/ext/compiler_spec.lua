-- SPDX-License-Identifier: MIT
-- SQL of one's own: corm.ext.compiler and the classes of corm.sql.expression.

local helper = require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local exc, schema = corm.exc, corm.schema
local expression, functions = corm.sql.expression, corm.sql.functions
local compiles, deregister = corm.ext.compiler.compiles, corm.ext.compiler.deregister
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local select, insert = corm.select, corm.insert

local t = tables.mytable
local raises = helper.raises

-- A function coalesce that counts in `calls` how often its SQL is asked for.
local function counting(options)
    local calls = { n = 0 }
    local class = expression.FunctionElement:extend("coalesce", {
        name = "coalesce", type = Integer, inherit_cache = options.inherit_cache,
    })
    compiles(class)(function(element, compiler, kw)
        calls.n = calls.n + 1
        return ("coalesce(%s)"):format(compiler:process(element.clauses, kw))
    end)
    return class, calls
end

describe("constructs of one's own", function()
    it("say their SQL for a dialect, and for all others", function()
        local greatest = expression.FunctionElement:extend("greatest", {
            name = "greatest", type = Integer, inherit_cache = true,
        })
        compiles(greatest)(function(element, compiler, kw)
            return ("greatest(%s)"):format(compiler:process(element.clauses, kw))
        end)
        local returned = compiles(greatest, "sqlite", "other")(function(element, compiler, kw)
            return ("max(%s)"):format(compiler:process(element.clauses, kw))
        end)
        assert.equal("function", type(returned))
        local statement = select(greatest(t.c.myid, 5)):where(greatest(t.c.myid, 3):gt(2))
        assert_compile(statement,
            "SELECT greatest(mytable.myid, :greatest_2) AS greatest_1 FROM mytable "
            .. "WHERE greatest(mytable.myid, :greatest_3) > :param_1",
            { greatest_2 = 5, greatest_3 = 3, param_1 = 2 })
        assert_compile(statement,
            "SELECT max(mytable.myid, ?) AS greatest_1 FROM mytable "
            .. "WHERE max(mytable.myid, ?) > ?", nil, "sqlite")
    end)

    it("are expressions with operators, labels and windows", function()
        local class = counting({ inherit_cache = true })
        assert_compile(select((class(1) + class(2)):label("z")),
            "SELECT coalesce(:coalesce_1) + coalesce(:coalesce_2) AS z", nil)
        assert_compile(class(t.c.myid):over({ order_by = t.c.myid }),
            "coalesce(mytable.myid) OVER (ORDER BY mytable.myid)")
        assert.is_true(class:is(class(1)))
        assert.is_true(expression.FunctionElement:is(class(1)))
        assert.is_true(expression.ColumnElement:is(class(1)))
        assert.is_false(expression.Executable:is(class(1)))
        assert.is_false(class:is(t.c.myid))
    end)

    it("keep what __init puts into fields", function()
        local Between = expression.ColumnElement:extend("Between", {
            type = corm.Boolean, inherit_cache = true,
            __init = function(self, column, bounds, word)
                self.column, self.bounds, self.word = column, bounds, word
            end,
        })
        compiles(Between)(function(element, compiler, kw)
            return ("%s %s %s"):format(compiler:process(element.column, kw), element.word,
                compiler:process(element.bounds, kw))
        end)
        local element = Between(t.c.myid, { corm.literal(1), t.c.name }, "AMONG")
        assert.equal("AMONG", element.word)
        assert.equal(t.c.myid, element.column)
        assert_compile(select(t.c.name):where(element),
            "SELECT mytable.name FROM mytable WHERE mytable.myid AMONG :param_1, mytable.name",
            { param_1 = 1 })
        raises(exc.ArgumentError, function()
            element.word = "ELSEWHERE"
        end)
    end)

    it("inherit functions from the class above, unless they have their own", function()
        local Base = expression.ColumnElement:extend("Base", { type = Integer })
        local Sub = Base:extend("Sub")
        compiles(Base)(function()
            return "base"
        end)
        assert_compile(Sub(), "base")
        compiles(Sub, "sqlite")(function()
            return "sub"
        end)
        assert_compile(Sub(), "base")
        assert_compile(Sub(), "sub", nil, "sqlite")
    end)

    it("are names where they descend from ColumnClause", function()
        local Bracketed = expression.ColumnClause:extend("Bracketed", { inherit_cache = true })
        compiles(Bracketed)(function(element)
            return ("[%s]"):format(element.name)
        end)
        assert_compile(select(Bracketed("x"), Bracketed("y")), "SELECT [x], [y]")
    end)

    it("are called by func if they are a GenericFunction", function()
        functions.GenericFunction:extend("as_utc", { type = corm.DateTime, inherit_cache = true })
        assert_compile(select(corm.func.as_utc(t.c.name)),
            "SELECT as_utc(mytable.name) AS as_utc_1 FROM mytable")
        assert.equal("DATETIME", tostring(corm.func.as_utc(t.c.name).type))
    end)

    it("are called by the name or the identifier of their own", function()
        local Named = functions.GenericFunction:extend("Named", {
            name = "other_name", type = corm.Integer, inherit_cache = true,
        })
        assert.is_true(Named:is(corm.func.other_name(1)))
        assert.is_false(Named:is(corm.func.Named(1)))
        local Quoted = functions.GenericFunction:extend("Quoted", {
            name = corm.quoted_name("low", true), identifier = "quoted_low", inherit_cache = true,
        })
        assert_compile(select(corm.func.quoted_low(t.c.name)),
            'SELECT "low"(mytable.name) AS low_1 FROM mytable')
        local Below = Quoted:extend("Below", { inherit_cache = true })
        assert.is_true(Below:is(corm.func.Below()))
        assert.is_false(Below:is(corm.func.quoted_low()))
    end)

    it("without a function are an UnsupportedCompilationError", function()
        local Silent = expression.ColumnElement:extend("Silent")
        local e = raises(exc.UnsupportedCompilationError, tostring, select(Silent()))
        assert.matches("Silent", e.message)
        compiles(Silent, "sqlite")(function()
            return "x"
        end)
        raises(exc.UnsupportedCompilationError, tostring, Silent())
        assert_compile(Silent(), "x", nil, "sqlite")
        deregister(Silent)
        raises(exc.UnsupportedCompilationError, Silent().compile, Silent(),
            { dialect = "sqlite" })
        raises(exc.UnsupportedCompilationError, tostring, schema.DDLElement:extend("Nothing")())
    end)

    it("refuse what is no class, no text and no function", function()
        raises(exc.ArgumentError, compiles, 5)
        raises(exc.ArgumentError, compiles, expression.Subquery)
        raises(exc.ArgumentError, compiles(expression.Insert), "INSERT")
        raises(exc.ArgumentError, expression.Insert)
        local Bad = expression.ColumnElement:extend("Bad", { type = Integer })
        raises(exc.ArgumentError, Bad, 5)
        compiles(Bad)(function()
            return nil
        end)
        raises(exc.CompileError, tostring, Bad())
    end)

    it("write values and names as text where that is asked for", function()
        local Said = expression.ColumnElement:extend("Said", {
            __init = function(self, condition)
                self.condition = condition
            end,
        })
        compiles(Said)(function(element, compiler)
            return ("%s, %s, %s, %s"):format(
                compiler:process(element.condition, { literal_binds = true }),
                compiler:process(element.condition, { literal_binds = true,
                    include_table = false }),
                compiler:render_literal_value("it's", String()),
                compiler.preparer:quote("select"))
        end)
        assert_compile(Said(t.c.name:eq("x")),
            [[mytable.name = 'x', name = 'x', 'it''s', "select"]], {})
    end)
end)

describe("what corm has itself", function()
    it("an INSERT says something else", function()
        compiles(expression.Insert)(function(element, compiler, kw)
            return compiler:visit_insert(element:prefix_with("OR FAIL"), kw)
        end)
        assert_compile(insert(t):values({ myid = 5 }),
            "INSERT OR FAIL INTO mytable (myid) VALUES (:myid)", { myid = 5 })
        deregister(expression.Insert)
        assert_compile(insert(t):values({ myid = 5 }),
            "INSERT INTO mytable (myid) VALUES (:myid)", { myid = 5 })
    end)

    it("a SELECT has text behind it, wherever it stands", function()
        compiles(expression.Select)(function(element, compiler, kw)
            return compiler:visit_select(element, kw) .. " OPTION (x)"
        end)
        local inner = select(t.c.myid)
        local in_from = inner:subquery()
        assert_compile(select(t.c.name):where(t.c.myid:in_(inner)),
            "SELECT mytable.name FROM mytable WHERE mytable.myid IN "
            .. "(SELECT mytable.myid FROM mytable OPTION (x)) OPTION (x)")
        assert_compile(select(in_from),
            "SELECT anon_1.myid FROM (SELECT mytable.myid AS myid FROM mytable OPTION (x)) "
            .. "AS anon_1 OPTION (x)")
        deregister(expression.Select)
    end)

    it("an operator says itself on one dialect", function()
        compiles(expression.BinaryExpression, "sqlite")(function(element, compiler, kw)
            return "+" .. compiler:visit_binary(element, kw)
        end)
        local statement = select(t.c.name):where(((t.c.myid + 5) * 3):gt(7))
        assert_compile(statement, "SELECT mytable.name FROM mytable WHERE "
            .. "++(+mytable.myid + ?) * ? > ?", nil, "sqlite")
        assert_compile(statement, "SELECT mytable.name FROM mytable WHERE "
            .. "(mytable.myid + $1) * $2 > $3", nil, "postgresql")
        deregister(expression.BinaryExpression)
    end)

    it("plain columns and parameters say themselves", function()
        compiles(expression.ColumnClause)(function(element, compiler, kw)
            return "{" .. compiler:visit_column(element, kw) .. "}"
        end)
        compiles(expression.BindParameter)(function(element, compiler, kw)
            return "b" .. compiler:visit_bindparam(element, kw)
        end)
        assert_compile(select(corm.column("x"), t.c.name):where(corm.column("y"):eq(5)),
            "SELECT {x}, mytable.name FROM mytable WHERE {y} = b:y_1", { y_1 = 5 })
        deregister(expression.ColumnClause)
        deregister(expression.BindParameter)
        assert_compile(corm.column("y"):eq(5), "y = :y_1")
    end)

    it("is told by compile_kwargs what a caller wants", function()
        compiles(expression.BindParameter)(function(element, compiler, kw)
            if kw.shows_values then
                return ("<%s>"):format(element.value)
            end
            return compiler:visit_bindparam(element, kw)
        end)
        compiles(expression.Select)(function(element, compiler, kw)
            return compiler:visit_select(element, kw) .. (kw.hint or "")
        end)
        compiles(corm.schema.DropTable)(function(element, compiler, kw)
            return compiler:visit_drop_table(element, kw) .. (kw.hint or "")
        end)
        local statement = select(t.c.name):where(t.c.myid:eq(5))
        local asked = { compile_kwargs = { shows_values = true, hint = " HINT" } }
        local texts = {
            tostring(statement:compile(asked)), tostring(statement),
            tostring(corm.schema.DropTable(t):compile(asked)),
        }
        deregister(expression.BindParameter)
        deregister(expression.Select)
        deregister(corm.schema.DropTable)
        assert.matches("WHERE mytable.myid = <5> HINT$", texts[1])
        assert.matches("WHERE mytable.myid = :myid_1$", texts[2])
        assert.matches("DROP TABLE mytable HINT$", texts[3])
    end)

    it("a label keeps its name, a set operation has text behind it", function()
        compiles(expression.Label)(function(element, compiler, kw)
            return "+" .. compiler:visit_label(element, kw)
        end)
        compiles(expression.CompoundSelect)(function(element, compiler, kw)
            return compiler:visit_compound_select(element, kw) .. " LIMIT 1"
        end)
        assert_compile(select(t.c.myid:label("q")):union(select(t.c.myid)),
            "SELECT +mytable.myid AS q FROM mytable UNION SELECT mytable.myid FROM mytable LIMIT 1")
        deregister(expression.Label)
        deregister(expression.CompoundSelect)
    end)

    it("a type is spelled otherwise in CREATE TABLE and CAST", function()
        compiles(corm.types.VARCHAR, "postgresql")(function(type_, compiler, kw)
            return type_.length == 0 and "TEXT" or compiler:visit_VARCHAR(type_, kw)
        end)
        local x = corm.Table("x", corm.MetaData(), Column("a", corm.types.VARCHAR(20)),
            Column("b", corm.types.VARCHAR(0)))
        assert.matches("a VARCHAR%(20%).*b TEXT",
            tostring(schema.CreateTable(x):compile({ dialect = "postgresql" })))
        assert_compile(select(corm.cast(x.c.a, corm.types.VARCHAR(0))),
            "SELECT CAST(x.a AS TEXT) AS a FROM x", nil, "postgresql")
        assert.matches("b VARCHAR%(0%)", tostring(schema.CreateTable(x)))
        deregister(corm.types.VARCHAR)
    end)

    it("a column says itself in CREATE TABLE", function()
        compiles(schema.CreateColumn, "postgresql")(function(element, compiler, kw)
            local text = compiler:visit_create_column(element, kw)
            return (text:gsub("SERIAL", "INT GENERATED BY DEFAULT AS IDENTITY"))
        end)
        assert.matches("\n\tmyid INT GENERATED BY DEFAULT AS IDENTITY NOT NULL, \n\tname VARCHAR",
            tostring(schema.CreateTable(t):compile({ dialect = "postgresql" })))
        deregister(schema.CreateColumn)
        assert.matches("SERIAL", tostring(schema.CreateTable(t):compile(
            { dialect = "postgresql" })))
    end)

    it("a DDL statement says something else", function()
        compiles(schema.DropTable)(function(element, compiler, kw)
            return compiler:visit_drop_table(element, kw) .. " CASCADE"
        end)
        assert.equal("\nDROP TABLE mytable CASCADE", tostring(schema.DropTable(t)))
        deregister(schema.DropTable)
        assert.equal("\nDROP TABLE mytable", tostring(schema.DropTable(t)))
    end)
end)

helper.each_database(function(db)
    local f = helper.fixture()

    before_each(function()
        f.engine = corm.create_engine(db.url)
        f.metadata = corm.MetaData()
        f.t = corm.Table("t", f.metadata, Column("id", Integer, { primary_key = true }),
            Column("name", String(20)))
        f.metadata:create_all(f.engine)
        f.connection = f.engine:connect()
        f.connection:execute(insert(f.t), { { id = 1, name = "a" }, { id = 2, name = "b" } })
    end)

    after_each(function()
        f.connection:close()
        f.engine:dispose()
    end)

    local function ids(class, id)
        local rows = f.connection:execute(select(class(f.t.c.id, 0)):where(f.t.c.id:eq(id))):all()
        return rows[1][1]
    end

    it("compiles constructs of one shape once, if their class says so", function()
        local class, calls = counting({ inherit_cache = true })
        assert.same({ 1, 2 }, { ids(class, 1), ids(class, 2) })
        assert.equal(1, calls.n)
        compiles(class)(function()
            calls.n = calls.n + 1
            return "7"
        end)
        assert.equal(7, ids(class, 1))
        assert.equal(2, calls.n)
    end)

    it("compiles others each time, and warns of those that do not say", function()
        local class, calls = counting({ inherit_cache = false })
        assert.same({ 1, 2 }, { ids(class, 1), ids(class, 2) })
        assert.equal(2, calls.n)
        local undecided = counting({})
        local heard = {}
        local earlier = corm.warnings.filter("always")
        corm.warnings.handler(function(warning)
            heard[#heard + 1] = warning.message
        end)
        ids(undecided, 1)
        corm.warnings.handler(nil)
        corm.warnings.filter(earlier)
        assert.matches("inherit_cache", heard[1])
    end)

    it("tells constructs with other fields apart", function()
        local Number = expression.ColumnElement:extend("Number", {
            type = Integer, inherit_cache = true,
            __init = function(self, n)
                self.n = n
            end,
        })
        compiles(Number)(function(element)
            return tostring(element.n)
        end)
        local found = {}
        for i = 1, 3 do
            found[i] = f.connection:scalar(select(Number(i)))
        end
        assert.same({ 1, 2, 3 }, found)
    end)

    it("executes statements of one's own, with their parameters and rows", function()
        local Copy = expression.UpdateBase:extend("Copy", {
            inherit_cache = true,
            __init = function(self, into, query)
                self.into, self.query = into, query
            end,
        })
        compiles(Copy)(function(element, compiler, kw)
            return ("INSERT INTO %s %s"):format(
                compiler:process(element.into, { asfrom = true }),
                compiler:process(element.query, kw))
        end)
        local moved = select(f.t.c.id + 10, f.t.c.name)
        assert.equal(1, f.connection:execute(Copy(f.t, moved:where(f.t.c.id:eq(1)))).rowcount)
        assert.equal(1, f.connection:execute(Copy(f.t, moved:where(f.t.c.id:eq(2)))).rowcount)
        assert.same({ 1, 2, 11, 12 },
            f.connection:scalars(select(f.t.c.id):order_by(f.t.c.id)):all())

        local Shown = expression.ClauseElement:extend("Shown", {
            expression.Executable, inherit_cache = false,
            __init = function(self, query)
                self.query = query
            end,
        })
        compiles(Shown)(function(element, compiler, kw)
            return "WITH x AS (" .. compiler:process(element.query, kw) .. ") SELECT * FROM x"
        end)
        local row = f.connection:execute(Shown(select(f.t.c.name):where(f.t.c.id:eq(2)))):one()
        assert.equal("b", row.name)
    end)

    it("executes DDL statements of one's own", function()
        local CreateView = schema.DDLElement:extend("CreateView", {
            __init = function(self, name, query)
                self.name, self.query = name, query
            end,
        })
        compiles(CreateView)(function(element, compiler)
            return ("CREATE VIEW %s AS %s"):format(element.name,
                compiler.sql_compiler:process(element.query))
        end)
        local view = CreateView("v", select(f.t.c.name):where(f.t.c.id:gt(1)))
        assert.is_true(CreateView:is(view))
        assert.is_true(schema.DDLElement:is(view))
        f.connection:execute(view)
        assert.equal("b", f.connection:scalar(corm.text("SELECT name FROM v")))
        f.connection:rollback()
    end)

    it("creates tables whose columns say themselves", function()
        compiles(schema.CreateColumn)(function(element, compiler, kw)
            return compiler:visit_create_column(element, kw) .. " DEFAULT 'x'"
        end)
        local other = corm.Table("other", corm.MetaData(), Column("a", String(5)),
            Column("b", String(5)))
        other:create(f.connection)
        deregister(schema.CreateColumn)
        f.connection:execute(insert(other):values({ a = "y" }))
        assert.equal("x", f.connection:scalar(select(other.c.b)))
        f.connection:rollback()
    end)

    it("has what stands for corm's own executed", function()
        compiles(expression.Select)(function(element, compiler, kw)
            return compiler:visit_select(element, kw) .. " LIMIT 1"
        end)
        local rows = f.connection:execute(select(f.t.c.id, f.t.c.name):order_by(f.t.c.id)):all()
        deregister(expression.Select)
        assert.equal(1, #rows)
        assert.equal("a", rows[1].name)
        assert.equal(2, #f.connection:execute(select(f.t.c.id):order_by(f.t.c.id)):all())
    end)

    it("stands in defaults, conditions and indexes of tables", function()
        local twice = expression.FunctionElement:extend("twice", {
            name = "twice", type = Integer, inherit_cache = true,
        })
        compiles(twice)(function(element, compiler, kw)
            return ("(2 * %s)"):format(compiler:process(element.clauses, kw))
        end)
        local metadata = corm.MetaData()
        local other = corm.Table("other", metadata,
            Column("id", Integer, { primary_key = true }),
            Column("a", Integer, { server_default = twice(corm.literal(4)) }),
            Column("b", Integer, {
                default = twice(corm.literal(5)), onupdate = twice(corm.literal(6)),
            }),
            corm.CheckConstraint(twice(corm.column("a")):lt(100)))
        corm.Index("ix_other", twice(other.c.a))
        metadata:create_all(f.connection)
        metadata:create_all(f.connection)
        assert.matches("DEFAULT %(2 %* 4%)", tostring(schema.CreateTable(other)))
        f.connection:execute(insert(other):values({ id = 1 }))
        f.connection:execute(insert(other), { { id = 2 }, { id = 3 } })
        f.connection:execute(corm.update(other):where(other.c.id:eq(3)):values({ a = 7 }))
        local rows = {}
        for row in f.connection:execute(select(other):order_by(other.c.id)) do
            rows[row.id] = { row.a, row.b }
        end
        assert.same({ { 8, 10 }, { 8, 10 }, { 7, 12 } }, rows)
        f.connection:commit()
        local Other = corm.declarative_base():extend("Other", { __table = other })
        local session <close> = corm.Session(f.engine)
        session:add(Other({ id = 4 }))
        session:flush()
        assert.equal(10, session:scalar(select(Other.b):where(Other.id:eq(4))))
        session:rollback()
        local ok = pcall(f.connection.execute, f.connection,
            insert(other):values({ id = 5, a = 50 }))
        assert.is_false(ok)
    end)

    it("stands in statements about mapped classes", function()
        local class, calls = counting({ inherit_cache = true })
        local Base = corm.declarative_base()
        local T = Base:extend("T", { __table = f.t })
        f.connection:commit()
        local session <close> = corm.Session(f.engine)
        local function find(id)
            return session:scalars(select(T):where(class(T.id, 0):eq(id))):one().name
        end
        assert.same({ "a", "b" }, { find(1), find(2) })
        assert.equal(1, calls.n)
        assert.equal(1, session:execute(corm.update(T):where(class(T.id, 0):eq(2))
            :values({ name = class(T.id, 1) })).rowcount)
        assert.equal(2, session:execute(select(class(T.id, 1)):where(T.id:eq(2))):scalar())
        session:rollback()
    end)
end)
