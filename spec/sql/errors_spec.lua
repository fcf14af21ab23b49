-- SPDX-License-Identifier: MIT
-- What is wrong is refused at once, in words that name it.

require("spec.helper")
local corm = require("corm")
local tables = require("spec.sql.tables")

local t, o, u = tables.mytable, tables.othertable, tables.users
local select, insert, update, text = corm.select, corm.insert, corm.update, corm.text

-- The statement's function is refused with this message (the end of it, from `message` on).
local function refused(message, fn, class)
    local ok, e = pcall(fn)
    assert.is_false(ok, "not refused")
    assert.is_true((class or corm.exc.ArgumentError):is(e), tostring(e))
    assert.equal(message, e.message)
end

describe("a method called with a dot", function()
    local query = corm.select(t.c.myid)
    local call = corm.func.f(1)
    for title, fn in pairs({
        subquery = function() return query.subquery() end,
        cte = function() return query.cte("c") end,
        ["cte of an INSERT"] = function() return corm.insert(t).cte() end,
        alias = function() return call.alias("f") end,
        columns = function() return corm.text("x").columns(corm.column("a")) end,
        ["table_valued of a function"] = function() return call.table_valued("x") end,
        ["table_valued of a table"] = function() return t.table_valued() end,
        as_comparison = function() return call.as_comparison(t.c.myid) end,
        inline = function() return corm.insert(t).inline(t.c.myid) end,
        next_value = function() return corm.Sequence("s").next_value(corm.Integer) end,
    }) do
        it("is an error: " .. title, function()
            local ok, e = pcall(fn)
            assert.is_false(ok, "not refused")
            assert.is_true(corm.exc.ArgumentError:is(e), tostring(e))
        end)
    end
end)

describe("a MetaData or an engine", function()
    it("wants a colon and an engine", function()
        local engine = corm.create_engine("sqlite://")
        for _, name in ipairs({ "create_all", "drop_all" }) do
            refused(("%s: a MetaData as self expected, got %s: metadata:%s() is written with a "
                .. "colon"):format(name, tostring(engine), name), function()
                t.metadata[name](engine)
            end)
            refused(name .. ": an engine or a connection expected, got NULL", function()
                t.metadata[name](t.metadata)
            end)
        end
        refused("create: an engine or a connection expected, got NULL", function()
            t:create()
        end)
        for _, name in ipairs({ "connect", "begin" }) do
            refused(("%s: an Engine as self expected, got nil: object:%s() is written with a colon")
                :format(name, name), engine[name])
        end
        engine:dispose()
    end)
end)

describe("an operator refuses", function()
    it("a missing operand", function()
        refused("eq: the other operand is missing", function()
            return t.c.myid:eq()
        end)
        refused("op: an operator as a string expected, got NULL", function()
            return t.c.myid:op()
        end)
    end)

    it("to be called with a dot", function()
        for _, name in ipairs({ "desc", "like", "in_", "label", "between", "eq" }) do
            for _, value in ipairs({ "a", 5, {}, true, false }) do
                refused(("%s: no expression as self: element:%s() is written with a colon")
                    :format(name, name), function()
                    return t.c.name[name](value or nil)
                end)
            end
        end
    end)

    it("a value that no type takes", function()
        refused("a value for Integer or an SQL expression expected, got table", function()
            return t.c.myid:eq({})
        end)
        refused("a value for String or an SQL expression expected, got function", function()
            return t.c.name:like(print)
        end)
    end)

    it("NULL where only = makes sense", function()
        refused("only eq, ne, is_, is_not, is_distinct_from and is_not_distinct_from compare "
            .. "with NULL, true or false", function()
            return t.c.myid:lt(nil)
        end)
    end)

    it("lists that are none", function()
        refused("in_: a sequence of values, a select or a bindparam expected, got integer",
            function()
                return t.c.myid:in_(5)
            end)
        refused("in_: the values must be a sequence", function()
            return t.c.myid:in_({ k = 1 })
        end)
        refused("in_: value 2 is not a sequence of 2 values", function()
            return corm.tuple_(t.c.myid, t.c.name):in_({ { 1, "a" }, { 2 } })
        end)
    end)

    it("a table where a condition stands", function()
        for caller, fn in pairs({
            where = function() return select(t):where(t) end,
            having = function() return select(t):having(t:alias()) end,
            and_ = function() return corm.and_(t.c.myid:eq(1), t) end,
            not_ = function() return corm.not_(t) end,
            join = function() return select(t):join(o, t) end,
        }) do
            local got = caller == "having" and "corm.FromClause" or "corm.Table"
            refused(("%s: a condition expected, got %s"):format(caller, got), fn)
        end
    end)

    it("an expression as the value of a parameter", function()
        refused("bindparam: a value expected, got a column", function()
            return corm.bindparam("x", t.c.myid)
        end)
    end)

    it("unknown options", function()
        refused("contains: unknown option 'autoescpe'; did you mean 'autoescape'?", function()
            return t.c.name:contains("x", { autoescpe = true })
        end)
    end)

    it("to escape what is no string", function()
        refused("autoescape: a plain string expected, got corm.Column", function()
            return t.c.name:contains(t.c.description, { autoescape = true })
        end)
    end)

    it("elements of what has none", function()
        refused("getitem: INTEGER has no elements", function()
            return t.c.myid:getitem(1)
        end)
    end)

    it("a name that it has not", function()
        refused("corm.Column has no attribute 'eqq'; did you mean 'eq'?", function()
            return t.c.myid:eqq(5)
        end)
    end)
end)

describe("select refuses", function()
    it("plain strings and conditions that are none", function()
        refused("columns: textual SQL 'a' must be declared as corm.text('a')", function()
            return select("a")
        end)
        refused("where: SQL expression expected, got integer", function()
            return select(t):where(1)
        end)
        refused("where: textual SQL 'a = 1' must be declared as corm.text('a = 1')", function()
            return select(t):where("a = 1")
        end)
    end)

    it("booleans that Lua has made of a comparison", function()
        local function lost(place, value, fn)
            refused(("%s: a condition expected, got the boolean %s: '==' and '~=' are Lua's own "
                .. "and make no SQL, write column:eq(value) or column:ne(value); a condition "
                .. "that is always %s is corm.%s_()"):format(place, value, value, value), fn)
        end
        lost("where", "false", function() return select(t):where(t.c.myid == 5) end)
        lost("where", "true", function() return corm.delete(t):where(t.c.myid ~= 5) end)
        lost("where", "false", function() return corm.update(t):where(t.c.myid == t.c.name) end)
        lost("having", "false", function() return select(t):having(t.c.myid == 5) end)
        lost("join", "false", function() return select(t):join(t:alias(), t.c.myid == 5) end)
        lost("join", "false", function() return corm.join(t, t:alias(), t.c.myid == 5) end)
        lost("and_", "false", function() return t.c.myid:eq(5) & (t.c.name == "x") end)
        lost("or_", "true", function() return corm.or_(t.c.myid ~= 5, t.c.name:eq("x")) end)
        lost("not_", "false", function() return corm.not_(t.c.myid == 5) end)
        local condition = t.c.myid:eq(5)
        assert.equal(tostring(condition), tostring(corm.and_(true, condition)))
        assert.equal(tostring(condition), tostring(corm.or_(false, condition)))
    end)

    it("what is nothing to select from", function()
        refused("select_from: a table, subquery or mapped class expected, got string", function()
            return select(t):select_from("t")
        end)
        refused("join: a table, subquery or mapped class expected, got 5", function()
            return select(t):join(5)
        end)
    end)

    it("limits that are no integers", function()
        refused("limit: an integer or an SQL expression expected, got string", function()
            return select(t):limit("5")
        end)
        refused("limit: an integer expected, got 5.5", function()
            return select(t):limit(5.5)
        end)
    end)

    it("names that filter_by cannot find", function()
        refused("filter_by: table 'mytable' has no column 'nam'; did you mean 'name'?", function()
            return select(t):filter_by({ nam = "x" })
        end, corm.exc.InvalidRequestError)
        refused("filter_by: the select has nothing to filter by", function()
            return select(corm.func.now()):filter_by({ x = 1 })
        end, corm.exc.InvalidRequestError)
    end)

    it("tell a dot in place of a colon", function()
        local engine = corm.create_engine("sqlite://")
        local colon = " was given one as self: object:method() is written with a colon"
        engine:connect(function(connection)
            refused("a method that is not of corm.Select" .. colon, function()
                connection.execute(select(t))
            end)
            refused("a method that is not of Engine" .. colon, function()
                connection.execute(engine, select(t))
            end)
        end)
        engine:dispose()
    end)

    it("methods that only other statements have", function()
        refused("corm.Select has no returning", function()
            return select(t):returning(t.c.myid)
        end)
        refused("corm.Select has no attribute 'wheer'; did you mean 'where'?", function()
            return select(t):wheer()
        end)
    end)

    it("unknown parameters", function()
        refused("params: the statement has no parameter 'y'", function()
            return select(t):where(t.c.myid:eq(corm.bindparam("x"))):params({ y = 1 })
        end)
    end)

    it("unknown label styles", function()
        refused("unknown label style 'fancy'", function()
            return select(t):set_label_style("fancy")
        end)
    end)
end)

describe("values refuse", function()
    it("columns that the table has not", function()
        refused("unconsumed column names: table 'mytable' has no column 'nam'; did you mean "
            .. "'name'?", function()
            return insert(t):values({ nam = "x" })
        end, corm.exc.CompileError)
        refused("values: othertable.otherid is no column of table 'mytable'", function()
            return update(t):values({ [o.c.otherid] = 5 })
        end, corm.exc.CompileError)
    end)

    it("more values than columns", function()
        refused("values: 4 values for the 3 columns of table 'mytable'", function()
            return insert(t):values({ 1, 2, 3, 4 })
        end)
    end)

    it("values that the column's type cannot take", function()
        refused("a value for String or an SQL expression expected, got table", function()
            return insert(t):values({ name = {} })
        end)
    end)

    it("what is no table of values", function()
        refused("values: a table of values expected, got 5", function()
            return insert(t):values(5)
        end)
        refused("update takes one table of values; pass several to execute()", function()
            return update(t):values({ { name = "x" }, { name = "y" } })
        end, corm.exc.InvalidRequestError)
    end)

    it("to sort the rows of one VALUES", function()
        local order = { sort_by_parameter_order = true }
        local message = ": RETURNING cannot be sorted by parameter order if the INSERT has "
            .. "several rows in values(): pass them to execute()"
        refused("returning" .. message, function()
            return insert(t):values({ { name = "x" } }):returning(t.c.myid, order)
        end, corm.exc.CompileError)
        refused("values" .. message, function()
            return insert(t):return_defaults(order):values({ { name = "x" } })
        end, corm.exc.CompileError)
    end)

    it("to mix orders", function()
        refused("values and ordered_values exclude each other", function()
            return update(t):ordered_values({ t.c.name, "x" }):values({ description = "y" })
        end, corm.exc.InvalidRequestError)
    end)

    it("conflicts without what they need", function()
        refused("on_conflict_do_update needs set_, the values to set", function()
            return insert(t):on_conflict_do_update({ index_elements = { "myid" } })
        end)
        refused("on_conflict_do_update needs index_elements or constraint", function()
            return insert(t):on_conflict_do_update({ set_ = { name = "x" } })
                :compile({ dialect = "postgresql" })
        end)
        refused("on_conflict_do_nothing: this insert has an ON CONFLICT clause already "
            .. "that omits a conflict target; such a clause must be the last", function()
            return insert(t):on_conflict_do_nothing():on_conflict_do_nothing()
        end, corm.exc.InvalidRequestError)
    end)

    it("what is no table", function()
        refused("insert: a table or a mapped class expected, got 5", function()
            return insert(5)
        end)
        refused("delete: a table or a mapped class expected, got a select", function()
            return corm.delete(select(t))
        end)
    end)
end)

describe("constructs refuse", function()
    it("wrong arguments", function()
        refused("text: SQL as a string expected, got 5", function()
            return text(5)
        end)
        refused("text() has no parameter :y", function()
            return text("a = :x"):bindparams({ y = 5 })
        end)
        refused("cast: a type expected, got 'Integer'", function()
            return corm.cast(t.c.myid, "Integer")
        end)
        refused("CheckConstraint: a condition expected, got NULL", function()
            return corm.CheckConstraint()
        end)
        refused("case needs at least one {condition, value}", function()
            return corm.case()
        end)
        refused("over: 'rows', 'range_' and 'groups' exclude each other", function()
            return corm.func.sum(t.c.myid):over({ rows = { 0, 0 }, range_ = { 0, 0 } })
        end)
        refused("over: 'exclude' needs 'rows', 'range_' or 'groups'", function()
            return corm.func.sum(t.c.myid):over({ order_by = t.c.myid, exclude = "TIES" })
        end)
        refused("over: exclude must be a string, got 5", function()
            return corm.func.sum(t.c.myid):over({ rows = { 0, 0 }, exclude = 5 })
        end)
        refused("func is not a function itself: write func.name(…)", function()
            return corm.func(5)
        end)
        refused("and_: textual SQL 'x' must be declared as corm.text('x')", function()
            return corm.and_("x")
        end)
    end)

    it("names that corm has not", function()
        refused("corm has no 'selct'; did you mean 'select'?", function()
            return corm.selct
        end)
        refused("there is no dialect 'oracle'; known are: postgresql, sqlite", function()
            return corm.dialects.oracle
        end, corm.exc.NoSuchModuleError)
    end)
end)

describe("compiling refuses", function()
    it("labels that are not there", function()
        local ok, e = pcall(tostring, select(t):order_by("nope"))
        assert.is_false(ok)
        assert.is_true(corm.exc.CompileError:is(e))
        assert.truthy(e.message:find("'nope'", 1, true))
    end)

    it("joins without a foreign key", function()
        local ok, e = pcall(tostring, select(t):join(o))
        assert.is_false(ok)
        assert.truthy(tostring(e):find("othertable", 1, true))
    end)

    it("unknown dialects and options", function()
        refused("unknown dialect 'oracle'; known are: default, sqlite, postgresql, "
            .. "postgres", function()
            return select(t):compile({ dialect = "oracle" })
        end, corm.exc.NoSuchModuleError)
        refused("compile: unknown option 'dialct'; did you mean 'dialect'?", function()
            return select(t):compile({ dialct = "sqlite" })
        end)
        refused("compile_kwargs: unknown option 'literal_bind'; did you mean 'literal_binds'?",
            function()
                return select(t):compile({ compile_kwargs = { literal_bind = true } })
            end)
    end)

    it("what a dialect cannot say", function()
        local ok, e = pcall(function()
            return corm.cast(u.c.name, corm.ARRAY(corm.Integer)):compile({ dialect = "sqlite" })
        end)
        assert.is_false(ok)
        assert.is_true(corm.exc.CompileError:is(e))
    end)
end)
