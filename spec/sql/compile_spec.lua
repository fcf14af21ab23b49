-- SPDX-License-Identifier: MIT
-- Compiled statements, tostring(), comparison, parameters, and what lies beside the SQL.

require("spec.helper")
local corm = require("corm")
local core = require("corm.core")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t, o, u = tables.mytable, tables.othertable, tables.users
local select, insert, update, bindparam = corm.select, corm.insert, corm.update, corm.bindparam

describe("tostring", function()
    it("lays a statement out as SQLAlchemy does", function()
        assert.equal("SELECT mytable.myid \nFROM mytable \nWHERE mytable.name = :name_1 "
            .. "ORDER BY mytable.myid\n LIMIT :param_1",
            tostring(select(t.c.myid):where(t.c.name:eq("x")):order_by(t.c.myid):limit(5)))
        assert.equal("SELECT users.id \nFROM users JOIN addresses ON users.id = "
            .. "addresses.user_id", tostring(select(u.c.id):join(tables.addresses)))
    end)

    it("works on every construct", function()
        assert.equal("mytable.myid", tostring(t.c.myid))
        assert.equal("mytable", tostring(t))
        assert.equal("mytable.myid DESC", tostring(t.c.myid:desc()))
        assert.equal("a = :x", tostring(corm.text("a = :x")))
        assert.equal("count(*)", tostring(corm.func.count()))
        assert.equal("func.count", tostring(corm.func.count))
        assert.equal("MetaData()", tostring(t.metadata))
        assert.equal("ColumnDefault(5)",
            tostring(corm.Column("a", corm.Integer, { default = 5 }).default))
    end)
end)

describe("a Compiled", function()
    local statement = select(t.c.myid):where(t.c.name:eq("x"), t.c.myid:gt(5))

    it("has text, parameters and their order", function()
        local compiled = statement:compile({ dialect = "sqlite" })
        assert.equal("SELECT mytable.myid \nFROM mytable \nWHERE mytable.name = ? AND "
            .. "mytable.myid > ?", tostring(compiled))
        assert.equal(tostring(compiled), compiled.string)
        assert.same({ name_1 = "x", myid_1 = 5 }, compiled.params)
        assert.same({ "name_1", "myid_1" }, compiled.positiontup)
        assert.equal("sqlite", compiled.dialect)
        assert.same({ "myid" }, compiled.columns)
        assert.equal(statement, compiled.statement)
    end)

    it("completes its parameters", function()
        local waiting = statement:where(t.c.myid:lt(corm.bindparam("high"))):compile()
        assert.same({ name_1 = "x", myid_1 = 5, high = 9 },
            waiting:construct_params({ high = 9 }))
        assert.same({ name_1 = "y", myid_1 = 5, high = 9 },
            waiting:construct_params({ high = 9, name_1 = "y" }))
        assert.same({ name_1 = "x", myid_1 = 5 }, statement:compile():construct_params())
        local ok, e = pcall(waiting.construct_params, waiting)
        assert.is_false(ok)
        assert.is_true(corm.exc.InvalidRequestError:is(e))
        assert.matches("'high'", e.message)
    end)

    it("says what kind of statement it is", function()
        local inserted = corm.insert(t):compile()
        assert.same({ true, false, false }, {
            inserted.isinsert, inserted.isupdate, inserted.isdelete,
        })
        assert.is_true(corm.update(t):values({ name = "x" }):compile().isupdate)
        assert.is_true(corm.delete(t):compile().isdelete)
        assert.is_false(statement:compile().isinsert)
    end)

    it("has no order where names are bound", function()
        assert.is_nil(statement:compile().positiontup)
    end)

    it("takes a dialect by name and as an object", function()
        local by_name = statement:compile({ dialect = "postgresql" })
        local object = corm.dialects.postgresql.dialect()
        assert.equal(tostring(by_name), tostring(statement:compile({ dialect = object })))
        assert.equal("postgresql", object.name)
    end)

    it("takes an engine for its dialect", function()
        local engine = { dialect = corm.dialects.sqlite.dialect() }
        assert_compile(statement, tostring(statement:compile({ bind = engine }))
            :gsub("\n", ""), nil, "sqlite")
        local compiled = statement:compile(corm.dialects.postgresql.dialect())
        assert.equal("postgresql", compiled.dialect)
    end)

    it("takes options behind an engine, too", function()
        local engine = { dialect = corm.dialects.postgresql.dialect() }
        local some = select(t.c.myid):where(t.c.myid:in_({ 1, 2 }))
        local function text(...)
            return (tostring(some:compile(...)):gsub("%s+", " "):match("IN .*"))
        end
        local literals = { compile_kwargs = { literal_binds = true } }
        local rendered = { compile_kwargs = { render_postcompile = true } }
        assert.equal("IN (1, 2)", text(engine.dialect, literals))
        assert.equal("IN ($1, $2)", text(corm.dialects.postgresql.dialect(), rendered))
        assert.equal("IN (:myid_1_1, :myid_1_2)", text(nil, rendered))
        assert.error_matches(function()
            return some:compile(engine.dialect, { literal_binds = true })
        end, "compile: unknown option 'literal_binds'")
        assert.error_matches(function()
            return some:compile(5, literals)
        end, "compile: an engine, a connection or a dialect expected, got 5")
        assert.error_matches(function()
            return some:compile({ compile_kwargs = { literal_bind = true } })
        end, "compile_kwargs: unknown option 'literal_bind'; did you mean 'literal_binds'?")
    end)

    it("holds NULL for NULL, and nothing for what must still come", function()
        local params = insert(t):values({ name = corm.NULL, myid = bindparam("id") })
            :compile().params
        assert.equal(corm.NULL, params.name)
        assert.is_nil(params.id)
    end)

    it("holds lists as they are, or written out", function()
        local some = select(t.c.myid):where(t.c.myid:in_({ 1, 2 }))
        assert.same({ myid_1 = { 1, 2 } }, some:compile().params)
        assert_compile(some, "SELECT mytable.myid FROM mytable WHERE mytable.myid IN "
            .. "($1, $2)", { myid_1_1 = 1, myid_1_2 = 2 },
            { dialect = "postgresql", render_postcompile = true,
                positional = { "myid_1_1", "myid_1_2" } })
    end)

    it("may have the values in its text", function()
        assert_compile(statement, "SELECT mytable.myid FROM mytable WHERE mytable.name = 'x' "
            .. "AND mytable.myid > 5", {}, { literal_binds = true })
    end)

    it("of an INSERT takes the columns that come", function()
        assert_compile(insert(t), "INSERT INTO mytable (name) VALUES (:name)", nil,
            { column_keys = { "name" } })
        assert_compile(update(t), "UPDATE mytable SET name=:name", nil,
            { column_keys = { "name" } })
    end)

    it("renames schemas", function()
        local schema_table = corm.Table("s", corm.MetaData(), corm.Column("a", corm.Integer),
            { schema = "one" })
        assert_compile(select(schema_table), "SELECT two.s.a FROM two.s", {},
            { schema_translate_map = { one = "two" } })
        assert_compile(select(schema_table), "SELECT s.a FROM s", {},
            { schema_translate_map = { one = corm.NULL } })
        assert_compile(select(t.c.myid), "SELECT x.mytable.myid FROM x.mytable", {},
            { schema_translate_map = { [corm.NULL] = "x" } })
    end)
end)

describe("params", function()
    it("gives values to parameters by name", function()
        local wanted = select(t.c.myid):where(t.c.myid:eq(bindparam("x")))
        local given = wanted:params({ x = 7 })
        assert.same({ x = 7 }, given:compile().params)
        assert.same({}, wanted:compile().params)
    end)

    it("reaches into text and subqueries", function()
        local inner = select(o.c.otherid):where(o.c.othername:eq(bindparam("n")))
        local wanted = select(t.c.myid):where(t.c.myid:in_(inner), corm.text("a = :b"))
        assert.same({ n = "x", b = 5 }, wanted:params({ n = "x", b = 5 }):compile().params)
    end)
end)

describe("statements", function()
    it("are values: methods leave them as they are", function()
        local one = select(t.c.myid)
        local two = one:where(t.c.myid:eq(5))
        local three = two:where(t.c.name:eq("x"))
        assert_compile(one, "SELECT mytable.myid FROM mytable")
        assert_compile(two, "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1")
        assert_compile(three, "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1 "
            .. "AND mytable.name = :name_1")
    end)

    it("compare by what they say", function()
        local function build(value)
            return select(t.c.myid):where(t.c.name:eq(value))
        end
        assert.is_true(build("x"):compare(build("x")))
        assert.is_false(build("x"):compare(build("y")))
        assert.is_false(build("x"):compare(select(t.c.myid)))
        assert.is_true((t.c.myid + 5):compare(t.c.myid + 5))
    end)

    it("tell their parts", function()
        local statement = select(t.c.myid, o.c.otherid:label("x")):where(t.c.myid:eq(5))
        assert.same({ "myid", "x" }, statement.selected_columns:keys())
        assert.equal("mytable.myid = :myid_1", tostring(statement.whereclause))
        assert.same({ t, o }, statement:get_final_froms())
        assert.equal(t, insert(t).table)
    end)

    it("tell what they are", function()
        assert.is_true(select(t).is_select)
        assert.is_true(corm.union(select(t), select(o)).is_select)
        assert.is_false(insert(t).is_select)
        assert.is_true(insert(t).is_insert)
        assert.is_true(update(t).is_dml)
        assert.is_false(select(t).is_dml)
    end)

    it("carry options of execution beside their SQL", function()
        local statement = select(t.c.myid):execution_options({ a = 1 })
        local more = statement:execution_options({ b = 2 }):where(t.c.myid:eq(5))
        assert.same({ a = 1 }, statement:get_execution_options())
        assert.same({ a = 1, b = 2 }, more:get_execution_options())
        assert.same({}, select(t.c.myid):get_execution_options())
        assert_compile(more, "SELECT mytable.myid FROM mytable WHERE mytable.myid = :myid_1")
    end)

    it("keep what they stand on alive", function()
        local statement
        do
            local metadata = corm.MetaData()
            local gone = corm.Table("gone", metadata, corm.Column("a", corm.String))
            statement = select(gone:alias("x").c.a):where(gone.c.a:eq("va" .. "lue"))
        end
        collectgarbage()
        collectgarbage()
        assert_compile(statement, "SELECT x.a FROM gone AS x, gone WHERE gone.a = :a_1",
            { a_1 = "value" })
    end)

    it("may be large", function()
        local conditions = {}
        for i = 1, 1000 do
            conditions[i] = t.c.myid:eq(i)
        end
        local compiled = select(t.c.myid):where(corm.or_(table.unpack(conditions))):compile()
        assert.equal(1000, compiled.params.myid_1000)
        local rows = {}
        for i = 1, 500 do
            rows[i] = { myid = i, name = "n" .. i }
        end
        assert.equal("n500", insert(t):values(rows):compile().params.name_m499)
    end)
end)

describe("the compile cache", function()
    it("is a box of its own", function()
        local cache = core.compile_cache(10)
        assert.equal("corm.CompileCache", core.metafield(cache, "__name"))
        cache:close()
        assert.is_false(pcall(core.compile_cache, 0))
    end)
end)

describe("columns of what is selected from", function()
    it("keep their identity", function()
        local alias = t:alias("x")
        assert.equal(alias.c.myid, alias.c.myid)
        assert.not_equal(alias.c.myid, t.c.myid)
        assert.equal(t.c.myid, t.c:corresponding_column(t.c.myid))
        assert.equal(alias.c.myid, alias:corresponding_column(t.c.myid))
        assert.is_nil(alias:corresponding_column(o.c.otherid))
        local subquery = select(t.c.myid):subquery("s")
        assert.equal(subquery.c.myid, subquery:corresponding_column(t.c.myid))
        assert.is_true(alias:is_derived_from(t))
        assert.is_false(alias:is_derived_from(o))
        assert.is_true(alias.c.myid:shares_lineage(t.c.myid))
    end)

    it("are called alike however deep they come from", function()
        local wide = select(t.c.myid, t.c.myid, corm.func.count(), t.c.name:label("n"))
        local deep, steps = wide:subquery(), wide:subquery()
        local _ = steps.c.n
        for _ = 1, 30 do
            deep, steps = select(deep):subquery(), select(steps):subquery()
            assert.truthy(steps.c.n)
        end
        assert.same({ "myid", "myid_1", "count", "n" }, deep.c:keys())
        assert.same(deep.c:keys(), steps.c:keys())
        assert.equal(select(deep):compile().string, select(steps):compile().string)
    end)

    it("tell type, table and key", function()
        local alias = t:alias("x")
        assert.equal("INTEGER", tostring(alias.c.myid.type))
        assert.equal(alias, alias.c.myid.table)
        assert.is_true(alias.c.myid.primary_key)
        assert.same({ "myid" }, alias.primary_key:keys())
        assert.equal("label", select(t.c.myid:label("label")):subquery().c.label.name)
    end)

    it("keep their keys through aliases and subqueries", function()
        local kept = corm.Table("kept", corm.MetaData(),
            corm.Column("id", corm.Integer, { key = "k" }), { schema = "s.z" })
        local alias = kept:alias("a")
        local named = corm.LABEL_STYLE_TABLENAME_PLUS_COL
        local subquery = select(alias):subquery("sub")
        assert.same({ "k" }, subquery.c:keys())
        assert.equal("k", alias.c.k.key)
        assert.equal("id", subquery.c.k.name)
        assert.same({ "s_z_kept_k" }, select(kept):set_label_style(named):subquery().c:keys())
        assert.same({ "sub_k" }, select(subquery):set_label_style(named):subquery().c:keys())
        local whole = select(kept):set_label_style(named):subquery("w")
        assert.same({ "s_z_kept_k" }, select(whole):subquery().c:keys())
        local join = kept:join(alias, kept.c.k:eq(alias.c.k))
        assert.same({ "s_z_kept_k", "a_k" }, join.c:keys())
        assert_compile(select(subquery.c.k),
            "SELECT sub.id FROM (SELECT a.id AS id FROM \"s.z\".kept AS a) AS sub", {})
    end)

    it("are told apart in FROM, whatever the label style", function()
        local plain = select(t.c.myid, t.c.myid, o.c.otherid:label("x"), u.c.id, tables.addresses
            .c.id):set_label_style(corm.LABEL_STYLE_NONE)
        local inner = "SELECT mytable.myid AS myid, mytable.myid AS myid__1, "
            .. "othertable.otherid AS x, users.id AS id, addresses.id AS id_1 "
            .. "FROM mytable, othertable, users, addresses"
        assert_compile(select(plain:subquery("s").c.id_1),
            "SELECT s.id_1 FROM (" .. inner .. ") AS s", {})
        assert_compile(select(plain:cte("s").c.id_1),
            "WITH s AS (" .. inner .. ") SELECT s.id_1 FROM s", {})
    end)

    it("need a name", function()
        local nameless = corm.Column(corm.Integer)
        for _, made in ipairs({ function() return select(nameless):subquery().c end,
            function() return select(nameless).selected_columns end,
            function() return select(select(nameless):cte()):compile() end }) do
            local ok, e = pcall(made)
            assert.is_false(ok)
            assert.is_true(corm.exc.InvalidRequestError:is(e))
            assert.equal("a column that has no name yet cannot be a column of a query", e.message)
        end
    end)

    it("of a join have no name twice", function()
        local owner = corm.Table("owner", corm.MetaData(), corm.Column("name", corm.String),
            corm.Column("owner_name", corm.String))
        assert.same({ "owner_name_1", "owner_owner_name", "mytable_myid", "mytable_name",
            "mytable_description" }, owner:join(t, corm.true_()).c:keys())
    end)

    it("are the key of a join as far as it has no equal ones", function()
        local metadata = corm.MetaData()
        local a = corm.Table("a", metadata, corm.Column("id", corm.Integer,
            { primary_key = true }), corm.Column("x", corm.Integer))
        local b = corm.Table("b", metadata, corm.Column("id", corm.ForeignKey("a.id"),
            { primary_key = true }), corm.Column("x", corm.Integer, { primary_key = true }))
        assert.same({ "a_id", "b_x" }, a:join(b).primary_key:keys())
        assert.same({ "b_x", "a_id" }, b:join(a).primary_key:keys())
        local alias = a:alias("z")
        assert.same({ "a_id" }, a:join(alias, a.c.id:eq(alias.c.id)).primary_key:keys())
        assert.same({ "a_id", "z_id" }, a:join(alias, a.c.x:eq(alias.c.id)).primary_key:keys())
    end)

    it("of a join are those of both sides", function()
        local join = u:join(tables.addresses)
        assert.equal(u.c.id, join.c.users_id)
        assert.equal(tables.addresses.c.id, join.c.addresses_id)
        assert.equal(u, join.left)
        assert.equal(tables.addresses, join.right)
    end)
end)
