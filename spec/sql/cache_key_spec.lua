-- SPDX-License-Identifier: MIT
-- What tells statements apart: _generate_cache_key() and to_offline_string().

require("spec.helper")
local corm = require("corm")
local tables = require("spec.sql.tables")

local t, u = tables.mytable, tables.users
local select, func, bindparam = corm.select, corm.func, corm.bindparam

-- Builders of statements; two calls of one say the same.
local BUILDERS = {
    function() return select(t.c.myid) end,
    function() return select(t.c.myid, t.c.name) end,
    function() return select(t) end,
    function() return select(t.c.myid):where(t.c.myid:eq(5)) end,
    function() return select(t.c.myid):where(t.c.myid:eq(6)) end,
    function() return select(t.c.myid):where(t.c.myid:eq("5")) end,
    function() return select(t.c.myid):where(t.c.myid:gt(5)) end,
    function() return select(t.c.myid):where(t.c.name:eq("5")) end,
    function() return select(t.c.myid):where(t.c.myid:in_({ 1, 2 })) end,
    function() return select(t.c.myid):where(t.c.myid:in_({ 1, 2, 3 })) end,
    function() return select(t.c.myid):where(t.c.myid:in_({ 2, 1 })) end,
    function() return select(t.c.myid):limit(5) end,
    function() return select(t.c.myid):limit(6) end,
    function() return select(t.c.myid):distinct() end,
    function() return select(t.c.myid):order_by(t.c.myid) end,
    function() return select(t.c.myid):order_by(t.c.myid:desc()) end,
    function() return select(t:alias("x").c.myid) end,
    function() return select(t:alias("y").c.myid) end,
    function() return select(t:alias().c.myid) end,
    function() return select(u.c.id):where(u.c.active) end,
    function() return select(u.c.id):where(u.c.score:eq(1.5)) end,
    function() return select(u.c.id):where(u.c.created:eq(corm.datetime(2024, 1, 31))) end,
    function() return select(u.c.id):where(u.c.created:eq(corm.datetime(2024, 1, 30))) end,
    function() return select(func.max(t.c.myid)) end,
    function() return select(func.min(t.c.myid)) end,
    function() return select(t.c.myid):where(t.c.myid:eq(bindparam("x"))) end,
    function() return select(t.c.myid):where(t.c.myid:eq(bindparam("y"))) end,
    function() return corm.insert(t):values({ myid = 1 }) end,
    function() return corm.insert(t):values({ myid = 2 }) end,
    function() return corm.update(t):values({ name = "x" }) end,
    function() return corm.update(t):values({ name = "x" }):where(t.c.myid:eq(1)) end,
    function() return corm.delete(t):where(t.c.myid:eq(1)) end,
    function() return select(t.c.myid):union(select(u.c.id)) end,
    function() return select(t.c.myid):union_all(select(u.c.id)) end,
    function() return select(t.c.myid):with_for_update() end,
}

local function offline(statement, cache, parameters)
    return statement:_generate_cache_key():to_offline_string(cache or {}, statement, parameters)
end

describe("the offline string", function()
    it("is the same for statements that compare, and for no others", function()
        local cache = {}
        for i, left in ipairs(BUILDERS) do
            for k, right in ipairs(BUILDERS) do
                local a, b = left(), right()
                local is_same = offline(a, cache) == offline(b, cache)
                assert.equal(a:compare(b), is_same, ("builders %d and %d"):format(i, k))
                assert.equal(i == k, is_same, ("builders %d and %d"):format(i, k))
            end
        end
    end)

    it("does not depend on what was made before it", function()
        local first = offline(select(t.c.myid):where(t.c.myid:eq(5)))
        local _ = t:alias()
        assert.equal(first, offline(select(t.c.myid):where(t.c.myid:eq(5))))
        assert.equal([[("SELECT mytable.myid \]] .. "\n" .. [[FROM mytable \]] .. "\n"
            .. [[WHERE mytable.myid = :myid_1", (5))]], first)
    end)

    it("has the values that are given in place of the statement's", function()
        local statement = select(t.c.myid):where(t.c.myid:eq(bindparam("x", 1)))
        assert.are_not.equal(offline(statement), offline(statement, {}, { x = 2 }))
        assert.equal(offline(statement), offline(statement, {}, { x = 1 }))
        local key = statement:_generate_cache_key()
        assert.equal(key:to_offline_string({}, statement, { x = 2 }),
            key:to_offline_string({}, { x = 2 }))
    end)

    it("tells statements with other options apart", function()
        local Base = corm.declarative_base()
        local Child = Base:extend("Child", {
            __tablename = "child", id = corm.Column(corm.Integer, { primary_key = true }),
            parent_id = corm.Column(corm.ForeignKey("parent.id")),
        })
        local Parent = Base:extend("Parent", {
            __tablename = "parent", id = corm.Column(corm.Integer, { primary_key = true }),
            children = corm.relationship(Child),
        })
        local plain = select(Parent)
        local eager = select(Parent):options(corm.selectinload(Parent.children))
        assert.are_not.equal(offline(plain), offline(eager))
        assert.equal(offline(eager),
            offline(select(Parent):options(corm.selectinload(Parent.children))))
    end)
end)

describe("a cache key", function()
    it("is the shape without the values", function()
        local a = select(t.c.myid):where(t.c.myid:eq(5)):_generate_cache_key()
        local b = select(t.c.myid):where(t.c.myid:eq(6)):_generate_cache_key()
        local c = select(t.c.myid):where(t.c.myid:gt(6)):_generate_cache_key()
        assert.equal(a.key, b.key)
        assert.is_true(a == b)
        assert.is_false(a == c)
        assert.equal(5, a.bindparams[1].value)
        assert.equal(6, b.bindparams[1].value)
        assert.matches("^CacheKey%(key=%x+%)$", tostring(a))
    end)

    it("does not exist for what is compiled each time", function()
        local each_time = bindparam("x", { callable_ = function() return 5 end })
        assert.is_nil(select(each_time):_generate_cache_key())
    end)
end)
