-- SPDX-License-Identifier: MIT
-- One Session for blocking and event-loop use: the same code (a flush with a listener that
-- runs SQL and yields, a lazy load, a commit) runs outside of tasks, and in tasks that a
-- small loop drives by pollfd(), events() and timeout().

local corm = require("corm")
local core = require("corm.core")
local helper = require("spec.helper")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey
local relationship, select = corm.relationship, corm.select

local function family()
    local Base = corm.declarative_base()
    local Parent = Base:extend("Parent", {
        __tablename = "stepper_parent",
        id = Column(Integer, { primary_key = true }),
        name = Column(String(50)),
        children = relationship("Child", { back_populates = "parent" }),
    })
    local Child = Base:extend("Child", {
        __tablename = "stepper_child",
        id = Column(Integer, { primary_key = true }),
        parent_id = Column(ForeignKey("stepper_parent.id")),
        name = Column(String(50)),
        parent = relationship("Parent", { back_populates = "children" }),
    })
    return Base, Parent, Child
end

-- What a waitable looks like to a loop that knows nothing of corm.
local function poll_until_ready(waitables)
    local descriptors, timeout = {}, 10
    for i, waitable in ipairs(waitables) do
        descriptors[i] = { waitable:pollfd(), waitable:events() }
        timeout = math.min(timeout, waitable:timeout() or timeout)
    end
    core.poll_many(descriptors, timeout)
end

-- Run functions as tasks to their ends; returns their results and how often one of them
-- went on while another one waited.
local function run_tasks(functions)
    local tasks, results, overlaps = {}, {}, 0
    for i, fn in ipairs(functions) do
        tasks[i] = corm.task.create(fn)
    end
    local left = #tasks
    while left > 0 do
        local waitables = {}
        for i, task in ipairs(tasks) do
            if not results[i] then
                local state, value = task:resume()
                if state == "done" then
                    results[i], left = { value }, left - 1
                else
                    waitables[#waitables + 1] = value
                end
            end
        end
        if #waitables > 1 then
            overlaps = overlaps + 1
        end
        if #waitables > 0 then
            poll_until_ready(waitables)
        end
    end
    return results, overlaps
end

-- The code in question: save a family, read it back lazily; returns the children's names.
local function work(engine, Parent, Child, name, pause)
    local session <close> = corm.Session(engine)
    local flushes = 0
    corm.event.listen(session, "before_flush", function(flushing)
        flushes = flushes + 1
        pause(flushing)
    end)
    local parent = Parent({ name = name })
    for i = 1, 3 do
        Child({ name = name .. i, parent = parent })
    end
    session:add(parent)
    session:commit()
    local loaded = session:scalars(select(Parent):where(Parent.name:eq(name))):one()
    local names = {}
    for child in loaded.children do
        names[#names + 1] = child.name
    end
    table.sort(names)
    session:commit()
    assert.is_true(flushes > 0)
    return table.concat(names, " ")
end

helper.each_database(function(db)
    describe("a session", function()
        it("works outside of tasks, its listener running SQL", function()
            local Base, Parent, Child = family()
            local engine = corm.create_engine(db.shared_url)
            Base.metadata:create_all(engine)
            assert.equal("a1 a2 a3", work(engine, Parent, Child, "a", function(session)
                session:connection():exec_driver_sql("SELECT 1")
            end))
            engine:dispose()
        end)

        it("works in tasks by the same code, its listener yielding", function()
            local Base, Parent, Child = family()
            local engine = corm.create_engine(db.shared_url)
            Base.metadata:create_all(engine)
            local function pause(session)
                session:connection():exec_driver_sql("SELECT 1")
                if corm.task.in_task() then
                    coroutine.yield({ pollfd = function() return -1 end,
                        events = function() return "" end, timeout = function() return 0 end })
                end
            end
            local results = run_tasks({ function()
                return work(engine, Parent, Child, "a", pause)
            end })
            assert.equal("a1 a2 a3", results[1][1])
            engine:dispose()
        end)
    end)
end)

describe("two tasks on PostgreSQL", function()
    for db in helper.databases() do
        if db.name == "postgresql" then
            it("really overlap", function()
                local engine = corm.create_engine(db.url)
                local function sleep()
                    local session <close> = corm.Session(engine)
                    return session:scalar(corm.text("SELECT 1 FROM pg_sleep(0.3)"))
                end
                local started = os.time()
                local results, overlaps = run_tasks({ sleep, sleep, sleep, sleep })
                assert.is_true(overlaps > 0)
                assert.equal(4, #results)
                assert.is_true(os.time() - started <= 1)
                engine:dispose()
            end)

            it("keep their sessions apart", function()
                local Base, Parent, Child = family()
                local engine = corm.create_engine(db.url)
                Base.metadata:create_all(engine)
                local function nothing()
                end
                local results, overlaps = run_tasks({
                    function()
                        return work(engine, Parent, Child, "a", nothing)
                    end,
                    function()
                        return work(engine, Parent, Child, "b", nothing)
                    end,
                })
                assert.equal("a1 a2 a3", results[1][1])
                assert.equal("b1 b2 b3", results[2][1])
                assert.is_true(overlaps > 0)
                engine:dispose()
            end)

            it("pass an error to whoever drives the task, and the session goes on", function()
                local engine = corm.create_engine(db.url)
                local session <close> = corm.Session(engine)
                local ok, err = pcall(run_tasks, { function()
                    session:execute(corm.text("SELECT nothing"))
                end })
                assert.is_false(ok)
                assert.is_true(corm.exc.ProgrammingError:is(err))
                session:rollback()
                assert.equal(1, session:scalar(corm.text("SELECT 1")))
                session:close()
                engine:dispose()
            end)
        end
    end
end)
