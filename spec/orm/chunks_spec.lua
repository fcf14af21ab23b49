-- SPDX-License-Identifier: MIT
-- Objects by yield_per: what else is loaded with them is loaded chunk by chunk, and memory
-- stays that of a chunk.

local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

local COUNT = 1000

local function family()
    local Base = corm.declarative_base()
    local Parent = Base:extend("Parent", {
        __tablename = "parent",
        id = corm.Column(corm.Integer, { primary_key = true }),
        children = corm.relationship("Child", { order_by = "Child.id", backref = "parent" }),
    })
    local Child = Base:extend("Child", {
        __tablename = "child",
        id = corm.Column(corm.Integer, { primary_key = true }),
        parent_id = corm.Column(corm.ForeignKey("parent.id")),
    })
    return Base, Parent, Child
end

-- COUNT parents with two children each.
local function rows(Parent, Child)
    local parents, children = {}, {}
    for i = 1, COUNT do
        parents[i] = { id = i }
        children[2 * i - 1] = { id = 2 * i - 1, parent_id = i }
        children[2 * i] = { id = 2 * i, parent_id = i }
    end
    return { { Parent, parents }, { Child, children } }
end

helper.each_database(function(db)
    local fixture = helper.fixture()

    local function open()
        local Base, Parent, Child = family()
        fixture.engine = kit.engine(db, Base, rows(Parent, Child))
        fixture.session = corm.Session(fixture.engine)
        return fixture.session, Parent, kit.log(fixture.engine), Child
    end

    after_each(function()
        kit.close(fixture)
    end)

    local function select_parents(Parent, n)
        return corm.select(Parent):order_by(Parent.id):options(corm.selectinload(Parent.children))
            :execution_options({ yield_per = n })
    end

    describe("yield_per with selectinload", function()
        it("loads the collections of each chunk when it comes", function()
            local session, Parent, log = open()
            local n = 0
            for parent in session:scalars(select_parents(Parent, 250)) do
                n = n + 1
                assert.equal(n, parent.id)
                assert.equal(2, #parent.children)
                assert.equal(2 * n, parent.children[2].id)
                if n == 1 then
                    assert.equal(2, #log())
                end
            end
            assert.equal(COUNT, n)
            assert.equal(3, #log())
        end)

        it("keeps no more than a chunk", function()
            local session, Parent = open()
            local seen, n = setmetatable({}, { __mode = "k" }), 0
            for parent in session:scalars(select_parents(Parent, 100)) do
                n = n + 1
                seen[parent] = true
                if n == COUNT then
                    collectgarbage()
                    collectgarbage()
                end
            end
            local held = 0
            for _ in pairs(seen) do
                held = held + 1
            end
            assert.is_true(held <= 200, held .. " objects are held")
        end)

        it("goes with every way of fetching", function()
            local session, Parent = open()
            local sizes = {}
            for part in session:execute(select_parents(Parent, 400)):partitions() do
                sizes[#sizes + 1] = #part
            end
            assert.same({ 400, 400, 200 }, sizes)
            local result = session:scalars(select_parents(Parent, 100))
            assert.equal(1, result:fetchone().id)
            assert.equal(250, #result:fetchmany(250))
            assert.equal(COUNT - 251, #result:all())
            assert.equal(1, session:scalars(select_parents(Parent, 100)):first().id)
            helper.raises(corm.exc.MultipleResultsFound, function()
                session:scalars(select_parents(Parent, 100)):one()
            end)
            assert.equal(COUNT, #session:scalars(select_parents(Parent, 1)):unique():all())
            assert.equal(0, #session:scalars(select_parents(Parent, 10)
                :where(Parent.id:lt(0))):all())
        end)

        it("may be left in the middle", function()
            local session, Parent, log = open()
            local result = session:scalars(select_parents(Parent, 10))
            assert.equal(1, result:fetchone().id)
            result:close()
            assert.equal(2, #log())
            helper.raises(corm.exc.ResourceClosedError, function()
                result:fetchone()
            end)
            assert.equal(COUNT, session:scalar(corm.select(corm.func.count(Parent.id))))
        end)

        it("raises what the loading of a chunk raises", function()
            local session, Parent, _, Child = open()
            corm.event.listen(Child, "load", function(child)
                if child.id == 500 then
                    error({ "boom" })
                end
            end)
            local result = session:scalars(select_parents(Parent, 100))
            assert.equal(200, #result:fetchmany(200))
            local ok, e = pcall(result.all, result)
            assert.is_false(ok)
            assert.same({ "boom" }, e)
        end)

        it("tells listeners of load chunk by chunk", function()
            local session, Parent = open()
            local loaded = 0
            corm.event.listen(Parent, "load", function()
                loaded = loaded + 1
            end)
            local result = session:scalars(corm.select(Parent)
                :execution_options({ yield_per = 100 }))
            result:fetchone()
            assert.equal(100, loaded)
            result:all()
            assert.equal(COUNT, loaded)
        end)

        it("yields in a task as any other statement", function()
            local session, Parent = open()
            local n, ticks = 0, 0
            corm.asyncio.run(function()
                corm.asyncio.gather(function()
                    for parent in session:scalars(select_parents(Parent, 50)) do
                        n = n + #parent.children
                    end
                end, function()
                    for _ = 1, 5 do
                        corm.asyncio.sleep(0)
                        ticks = ticks + 1
                    end
                end)
            end)
            assert.equal(2 * COUNT, n)
            assert.equal(5, ticks)
        end)
    end)
end)
