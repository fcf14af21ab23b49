-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, func = corm.Column, corm.Integer, corm.func
local select, text = corm.select, corm.text
local exc = corm.exc
local raises = helper.raises

helper.each_database(function(db)
    describe("A row", function()
        local metadata = corm.MetaData()
        local t = corm.Table("row_keys", metadata,
            Column("x", Integer, { primary_key = true }), Column("y", Integer))
        local other = corm.Table("row_keys_too", metadata, Column("x", Integer))
        local Base = corm.declarative_base({ metadata = metadata })
        local Thing = Base:extend("Thing", { __table = t })
        local engine, connection

        before_each(function()
            engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            connection = engine:connect()
            connection:execute(t:insert(), { { x = 1, y = 20 }, { x = 2, y = 30 } })
        end)

        after_each(function()
            connection:close()
            metadata:drop_all(engine)
            engine:dispose()
            engine, connection = nil, nil
        end)

        local function row(statement)
            return connection:execute(statement):first()
        end

        it("tells columns of several aliases apart", function()
            local a, b = t:alias("a"), t:alias("b")
            for _ = 1, 2 do
                local pair = row(select(a.c.x, b.c.x, b.c.y):where(a.c.x:lt(b.c.x)))
                assert.same({ 1, 2, 30 }, { pair[a.c.x], pair[b.c.x], pair._mapping[b.c.y] })
            end
        end)

        it("does not guess which of two aliases without names is meant", function()
            local a, b = t:alias(), t:alias()
            local pair = row(select(a.c.x, b.c.x, b.c.y):where(a.c.x:lt(b.c.x)))
            local e = raises(exc.InvalidRequestError, function()
                return pair[a.c.x]
            end)
            assert.truthy(e.message:find("label", 1, true))
            assert.equal(30, pair[b.c.y])
        end)

        it("is read by expressions, functions and labels", function()
            local count, label = func.count(t.c.x), t.c.x:label("q")
            local sum, highest = t.c.x + t.c.y, select(func.max(t.c.y)):scalar_subquery()
            assert.equal(2, row(select(func.max(t.c.x), count))[count])
            assert.equal(2, row(select(func.max(t.c.x), count))[func.count(t.c.x)])
            assert.equal(1, row(select(t.c.y, label):order_by(t.c.x))[label])
            assert.equal(21, row(select(t.c.x, sum):order_by(t.c.x))[sum])
            assert.equal(30, row(select(t.c.x, highest))[highest])
        end)

        it("does not find a column by its mere name", function()
            for _, statement in ipairs({
                text("SELECT x, y FROM row_keys"), select(other.c.x):select_from(other),
                select(text("x, y")):select_from(t), select(t.c.y:label("x")),
                select(select(t.c.y:label("x")):subquery()),
            }) do
                connection:execute(other:insert(), { x = 7 })
                local found = row(statement)
                raises(exc.NoSuchColumnError, function()
                    return found[t.c.x]
                end)
                assert.is_false(found._mapping:contains(t.c.x))
            end
            raises(exc.NoSuchColumnError, function()
                return connection:exec_driver_sql("SELECT x FROM row_keys"):scalars(t.c.x)
            end)
        end)

        it("finds a column in text that says what its columns are", function()
            local said = text("SELECT y, x FROM row_keys ORDER BY x"):columns(t.c.y, t.c.x)
            assert.equal(1, row(said)[t.c.x])
            assert.equal(20, row(said)[t.c.y])
        end)

        it("finds what RETURNING gives", function()
            local added = connection:execute(t:insert():returning(t.c.y, t.c.x),
                { x = 9, y = 90 }):first()
            assert.same({ 9, 90 }, { added[t.c.x], added[t.c.y] })
        end)

        it("finds the one column that has a table's behind it", function()
            assert.equal(1, row(select(t:alias()):order_by(text("1")))[t.c.x])
            assert.equal(1, row(select(t.c.x:label("q")):order_by(t.c.x))[t.c.x])
        end)

        it("is read by the keys of columns as by their names", function()
            local keyed = corm.Table("row_keys", corm.MetaData(),
                Column("x", Integer, { primary_key = true, key = "a" }),
                Column("y", Integer, { key = "keys" }))
            local plus = select(keyed):set_label_style(corm.LABEL_STYLE_TABLENAME_PLUS_COL)
            for _, statement in ipairs({
                select(keyed):order_by(keyed.c.a), select(keyed:alias()):order_by(text("1")),
                select(select(keyed):order_by(keyed.c.a):subquery()),
                text("SELECT x, y FROM row_keys ORDER BY x"):columns(keyed.c.a, keyed.c.keys),
                select(keyed.c.a:distinct(), keyed.c.keys):order_by(keyed.c.a),
            }) do
                local found = row(statement)
                assert.same({ 1, 1, 20, 20 }, { found.x, found.a, found.y, found.keys })
                assert.equal(1, found._mapping.a)
                assert.same({ "x", "y" }, found._fields)
            end
            assert.equal(20, row(plus:order_by(keyed.c.a)).row_keys_keys)
            assert.same({ 1, 2 }, connection:scalars(select(keyed):order_by(keyed.c.a)):all())
            assert.same({ 20, 30 }, connection:execute(select(keyed):order_by(keyed.c.a))
                :columns("keys"):scalars("keys"):all())
        end)

        it("has a column's own name rather than another's key", function()
            local keyed = corm.Table("row_keys", corm.MetaData(),
                Column("x", Integer, { primary_key = true, key = "y" }), Column("y", Integer, {
                    key = "x",
                }))
            local found = row(select(keyed):order_by(keyed.c.y))
            assert.same({ 1, 20 }, { found.x, found.y })
            local twice = row(select(keyed, keyed:alias()):order_by(keyed.c.y)
                :set_label_style(corm.LABEL_STYLE_NONE))
            raises(exc.InvalidRequestError, function()
                return twice.x
            end)
        end)

        it("finds the column that DISTINCT or an order is said of, and text", function()
            local most = text("max(x)")
            assert.equal(1, row(select(t.c.x:distinct()):order_by(t.c.x))[t.c.x])
            local found = row(select(most, text("min(y)")):select_from(t))
            assert.same({ 2, 20 }, { found[most], found[text("min(y)")] })
        end)

        it("has the database's names of text, and those that columns() says", function()
            local said = text("SELECT x, y FROM row_keys ORDER BY x")
                :columns(corm.column("p"), corm.column("q"))
            for _ = 1, 2 do
                local found = row(said)
                assert.same({ "x", "y" }, found._fields)
                assert.same({ 1, 1, 20, 20 }, { found.x, found.p, found.y, found.q })
                assert.equal(20, found[corm.column("q")])
            end
            local few = helper.fixture()
            local earlier = corm.warnings.handler(function(warning)
                few[#few + 1] = warning.message
            end)
            local filter = corm.warnings.filter("always")
            local found = row(text("SELECT x FROM row_keys ORDER BY x")
                :columns(corm.column("p"), corm.column("q")))
            corm.warnings.filter(filter)
            corm.warnings.handler(earlier)
            assert.equal(1, found.p)
            assert.same({ "columns() names 2 columns, the SQL of its text() gives 1" }, few)
            local p = corm.column("p")
            raises(exc.InvalidRequestError, function()
                text("SELECT x, y FROM row_keys"):columns(p, p)
            end)
        end)

        it("is as a mapping known by names, not by places", function()
            local mapping = row(select(t):order_by(t.c.x))._mapping
            assert.is_true(mapping:contains("x"))
            assert.is_false(mapping:contains(1))
        end)

        it("tells a class and its alias apart", function()
            local session <close> = corm.Session(connection)
            local alias = corm.aliased(Thing)
            local pair = session:execute(
                select(Thing, alias, Thing.y, alias.y):where(Thing.x:lt(alias.x))):first()
            assert.same({ 1, 2 }, { pair[Thing].x, pair[alias].x })
            assert.same({ 20, 30 }, { pair[Thing.y], pair[alias.y] })
        end)
    end)
end)
