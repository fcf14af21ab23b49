-- SPDX-License-Identifier: MIT
-- The FROM linter: a statement whose tables no condition connects is warned of, once compiled.

local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, Table = corm.Column, corm.Integer, corm.Table
local select = corm.select

describe("The FROM linter", function()
    local it_has

    before_each(function()
        it_has = helper.fixture()
        it_has.warned = {}
        corm.warnings.filter("always")
        corm.warnings.handler(function(warning)
            table.insert(it_has.warned, warning.message)
        end)
        local metadata = corm.MetaData()
        for _, name in ipairs({ "a", "b", "c" }) do
            it_has[name] = Table(name, metadata, Column("id", Integer, { primary_key = true }),
                Column("x", Integer))
        end
        it_has.engine = corm.create_engine("sqlite://")
        metadata:create_all(it_has.engine)
    end)

    after_each(function()
        corm.warnings.handler(nil)
        corm.warnings.filter("default")
        it_has.engine:dispose()
    end)

    -- The warnings of running a statement.
    local function warned(statement, engine)
        it_has.warned = {}
        ;(engine or it_has.engine):connect(function(connection)
            connection:execute(statement):all()
        end)
        return it_has.warned
    end

    it("names what nothing connects, once for each compiled statement", function()
        local a, b = it_has.a, it_has.b
        local statement = select(a.c.id, b.c.id):where(a.c.x:eq(1))
        assert.same({
            'SELECT statement has a cartesian product between FROM element(s) "b" and FROM '
            .. 'element "a". Apply join condition(s) between each element to resolve.',
        }, warned(statement))
        assert.same({}, warned(statement))
    end)

    it("is content with joins and comparisons", function()
        local a, b, c = it_has.a, it_has.b, it_has.c
        assert.same({}, warned(select(a, b):where(a.c.x:eq(b.c.x))))
        assert.same({}, warned(select(a, b, c):where(a.c.x:eq(b.c.x), c.c.x:gt(b.c.x + 1))))
        assert.same({}, warned(select(a):join(b, corm.true_())))
        assert.same({}, warned(select(a, b):where(corm.or_(a.c.x:eq(b.c.x), a.c.x:eq(1)))))
        assert.same({}, warned(select(a, b):where(a.c.x:between(b.c.id, b.c.x))))
        assert.same({}, warned(select(a):where(a.c.x:in_(select(b.c.x)))))
        assert.same({}, warned(select(a):where(corm.exists():where(b.c.x:eq(a.c.x)))))
    end)

    it("looks into subqueries", function()
        local a, b, c = it_has.a, it_has.b, it_has.c
        local inner = select(b.c.x):where(c.c.x:eq(1)):subquery()
        assert.equal(1, #warned(select(a.c.id):join(inner, inner.c.x:eq(a.c.x))))
        assert.equal(1, #warned(select(a.c.id):where(a.c.x:in_(select(b.c.x):where(c.c.x:eq(1))))))
    end)

    it("sees two groups of joined tables", function()
        local a, b, c = it_has.a, it_has.b, it_has.c
        local messages = warned(select(a, c):join_from(a, b, a.c.x:eq(b.c.x)))
        assert.equal(1, #messages)
        assert.truthy(messages[1]:find('element(s) "c"', 1, true))
    end)

    it("can be switched off for an engine", function()
        local engine = corm.create_engine("sqlite://", { enable_from_linting = false })
        it_has.a.metadata:create_all(engine)
        assert.same({}, warned(select(it_has.a, it_has.b), engine))
        engine:dispose()
    end)
end)

helper.each_database(function(db)
    it("looks at what UPDATE and DELETE are of", function()
        local warned = {}
        corm.warnings.filter("always")
        corm.warnings.handler(function(warning)
            warned[#warned + 1] = warning.message
        end)
        local engine = corm.create_engine(db.url)
        local metadata = corm.MetaData()
        local a = corm.Table("a", metadata, corm.Column("x", corm.Integer))
        local b = corm.Table("b", metadata, corm.Column("x", corm.Integer))
        local changes = { UPDATE = corm.update(a):values({ x = 5 }) }
        changes.DELETE = db.name == "postgresql" and corm.delete(a) or nil
        engine:connect(function(connection)
            metadata:create_all(connection)
            for verb, change in pairs(changes) do
                connection:execute(change:where(a.c.x:eq(1)))
                connection:execute(change:where(a.c.x:eq(b.c.x)))
                assert.same({}, warned)
                connection:execute(change:where(b.c.x:eq(1)))
                assert.truthy(table.remove(warned):find(verb .. " statement has a cartesian "
                    .. 'product between FROM element(s) "b" and FROM element "a"', 1, true))
            end
            connection:rollback()
        end)
        engine:dispose()
        corm.warnings.handler(nil)
        corm.warnings.filter("default")
    end)
end)
