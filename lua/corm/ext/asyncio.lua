-- SPDX-License-Identifier: MIT
-- A small event loop over poll(2), and tasks on it. Whatever has to wait inside a task lets
-- the others go on: there is nothing to await, and Engine, Session and results are the same
-- ones as elsewhere; the names with "async" are there for who looks for them.
--
--     asyncio.run(function()
--         local names = asyncio.gather(
--             function() return Session():scalar(select(A.name):where(A.id:eq(1))) end,
--             function() return Session():scalar(select(A.name):where(A.id:eq(2))) end)
--     end)
--
-- Programs with a loop of their own drive corm.task by pollfd(), events() and timeout()
-- instead. Difference from Python's asyncio: gather() takes functions and returns their
-- results one by one; a task that nobody waits for raises its error out of run().

local core = require("corm.core")
local exc = require("corm.exc")
local task = require("corm.task")
local wait = require("corm.engine.wait")

local asyncio = {}

---@class corm.asyncio.Loop
---@field ready corm.asyncio.Task[] to be resumed next, in order
---@field waiting table<corm.asyncio.Task, boolean>
---@field collected_at number when the collector was last asked for forgotten connections
local current

-- ---- tasks ----

---A function that runs beside others.
---@class corm.asyncio.Task
---@field _task corm.Task
---@field _results? table
---@field _error? any
---@field _has_failed boolean
---@field _is_done boolean
---@field _is_awaited boolean somebody will see its error
local Task = { __name = "corm.asyncio.Task" }
Task.__index = Task

function Task:__tostring()
    return ("asyncio.Task(%s)"):format(self._task:status())
end

---Whether it has ended, by an error or a cancellation too.
---@return boolean
function Task:done()
    return self._is_done
end

---@return boolean
function Task:cancelled()
    return self._task:status() == "cancelled"
end

---End it where it waits.
function Task:cancel()
    if not self._is_done then
        self._is_done = true
        current.waiting[self] = nil
        self._task:cancel()
    end
end

-- What somebody who waits for a task waits for.
local Join = {}
Join.__index = Join

function Join.pollfd()
    return -1
end

function Join.events()
    return ""
end

function Join.timeout()
    return nil
end

function Join:is_ready()
    return self.task._is_done
end

---Wait for its end and return its results, or raise what it raised.
---@return any ...
function Task:result()
    self._is_awaited = true
    local join = setmetatable({ task = self }, Join)
    while not self._is_done do
        wait.wait(join)
    end
    if self._has_failed then
        error(self._error, 0)
    elseif not self._results then
        exc.InvalidRequestError:raise("the task was cancelled")
    end
    return table.unpack(self._results, 1, self._results.n)
end

-- ---- the loop ----

-- waitable.name(…) where a task yielded something else than a waitable: it gives way.
local function ask(waitable, name, fallback)
    local method = waitable ~= nil and waitable[name]
    if not method then
        return fallback
    end
    return method(waitable)
end

local function step(self)
    local results = table.pack(pcall(task.resume, self._task))
    if not results[1] then
        self._is_done, self._has_failed, self._error = true, true, results[2]
    elseif results[2] == "done" then
        self._is_done = true
        self._results = table.pack(table.unpack(results, 3, results.n))
    else
        local timeout = ask(results[3], "timeout", 0)
        self._deadline = timeout and core.now() + timeout
        current.waiting[self] = true
    end
end

local function is_due(self, now)
    local waitable = self._task.waitable
    if self._deadline and self._deadline <= now then
        return true
    end
    return type(waitable) == "table" and waitable.is_ready ~= nil and waitable:is_ready()
end

-- Move the tasks that can go on from waiting to ready.
local function wake(loop, now)
    local due = {}
    for waiting in pairs(loop.waiting) do
        if is_due(waiting, now) then
            due[#due + 1] = waiting
        end
    end
    table.sort(due, function(a, b)
        return a._number < b._number
    end)
    for _, waiting in ipairs(due) do
        loop.waiting[waiting] = nil
        loop.ready[#loop.ready + 1] = waiting
    end
    return #due > 0
end

-- Descriptors that are waited for, whose they are, and how long to wait at most.
local function interests(loop, now)
    local fds, owners, timeout = {}, {}, nil
    for waiting in pairs(loop.waiting) do
        local waitable = waiting._task.waitable
        local fd = ask(waitable, "pollfd", -1)
        if fd >= 0 then
            fds[#fds + 1] = { fd, waitable:events() }
            owners[#fds] = waiting
        end
        if waiting._deadline then
            local left = math.max(0, waiting._deadline - now)
            timeout = timeout and math.min(timeout, left) or left
        end
    end
    return fds, owners, timeout
end

-- No descriptor is waited for. Connections that were forgotten come back by collecting.
local function collect(loop, now)
    if now - loop.collected_at > 1 then
        loop.collected_at = now
        collectgarbage()
    end
end

local function poll(loop)
    local now = core.now()
    local fds, owners, timeout = interests(loop, now)
    if #fds == 0 then
        collect(loop, now)
        if wake(loop, now) then
            return
        elseif timeout == nil then
            exc.InvalidRequestError:raise("all tasks wait for each other")
        end
    end
    local fired = core.poll_many(fds, timeout)
    for i, owner in ipairs(owners) do
        if fired[i] then
            loop.waiting[owner] = nil
            loop.ready[#loop.ready + 1] = owner
        end
    end
end

local function run_ready(loop)
    local ready = loop.ready
    loop.ready = {}
    for _, due in ipairs(ready) do
        if not due._is_done then
            step(due)
            if due._has_failed and not due._is_awaited then
                error(due._error, 0)
            end
        end
    end
end

local function run_until(loop, main)
    while not main._is_done do
        run_ready(loop)
        if #loop.ready == 0 and not main._is_done and not wake(loop, core.now()) then
            poll(loop)
        end
    end
end

local numbers = 0

local function spawn(fn, ...)
    numbers = numbers + 1
    local self = setmetatable({
        _task = task.create(fn, ...),
        _number = numbers,
        _is_done = false,
        _has_failed = false,
        _is_awaited = false,
    }, Task)
    current.ready[#current.ready + 1] = self
    return self
end

local Closing = {}

-- Whatever ends the loop, no task stays behind.
function Closing.__close(self)
    current = self.loop
    for waiting in pairs(self.loop.waiting) do
        if not waiting._is_done then
            pcall(waiting.cancel, waiting)
        end
    end
    current = nil
end

---Run a function as a task, with all tasks that it makes, until it ends.
---@param fn function
---@param ... any its arguments
---@return any ... its results
---@error InvalidRequestError a loop runs already
function asyncio.run(fn, ...)
    if current then
        exc.InvalidRequestError:raise("asyncio.run() inside of asyncio.run()")
    end
    local loop = { ready = {}, waiting = {}, collected_at = -math.huge }
    current = loop
    local _ <close> = setmetatable({ loop = loop }, Closing)
    local main = spawn(fn, ...)
    main._is_awaited = true
    run_until(loop, main)
    if main._has_failed then
        error(main._error, 0)
    end
    return table.unpack(main._results, 1, main._results.n)
end

local function check_running(what)
    if not current then
        exc.InvalidRequestError:raise("asyncio.%s() outside of asyncio.run()", what)
    end
end

---Run a function beside the others.
---@param fn function
---@param ... any its arguments
---@return corm.asyncio.Task
function asyncio.create_task(fn, ...)
    check_running("create_task")
    return spawn(fn, ...)
end

---Run functions beside each other and wait for all; returns the first result of each, in
---their order. Raises the first error, after the others were cancelled.
---@param ... function|corm.asyncio.Task
---@return any ...
function asyncio.gather(...)
    check_running("gather")
    local members = table.pack(...)
    for i = 1, members.n do
        local member = members[i]
        if getmetatable(member) ~= Task then
            member = spawn(member)
        end
        member._is_awaited = true
        members[i] = member
    end
    local results = {}
    for i = 1, members.n do
        local ok, value = pcall(members[i].result, members[i])
        if not ok then
            for j = 1, members.n do
                members[j]:cancel()
            end
            error(value, 0)
        end
        results[i] = value
    end
    return table.unpack(results, 1, members.n)
end

-- What sleep() waits for.
local Sleep = {}
Sleep.__index = Sleep

function Sleep.pollfd()
    return -1
end

function Sleep.events()
    return ""
end

function Sleep:timeout()
    return math.max(0, self.until_ - core.now())
end

---Let others go on for so many seconds.
---@param seconds? number 0 unless given
function asyncio.sleep(seconds)
    local sleep = setmetatable({ until_ = core.now() + (seconds or 0) }, Sleep)
    repeat
        wait.wait(sleep)
    until core.now() >= sleep.until_
end

---Wait for fn in a task of its own, at most so many seconds; then it is cancelled.
---@param fn function
---@param seconds number
---@return any ... what fn returned
---@error TimeoutError
function asyncio.wait_for(fn, seconds)
    check_running("wait_for")
    local member = getmetatable(fn) == Task and fn or spawn(fn)
    member._is_awaited = true
    local join = setmetatable({ task = member, until_ = core.now() + seconds }, {
        __index = { pollfd = Join.pollfd, events = Join.events, is_ready = Join.is_ready,
            timeout = Sleep.timeout },
    })
    while not member._is_done do
        if core.now() >= join.until_ then
            member:cancel()
            exc.TimeoutError:raise("not done after %g seconds", seconds)
        end
        wait.wait(join)
    end
    return member:result()
end

---Whether a loop runs.
---@return boolean
function asyncio.is_running()
    return current ~= nil
end

-- The same things by their names in sqlalchemy.ext.asyncio.
local ALIASES = {
    AsyncConnection = { "corm.engine", "Connection" },
    AsyncEngine = { "corm.engine", "Engine" },
    AsyncSession = { "corm.orm", "Session" },
    AsyncResult = { "corm.engine", "Result" },
    AsyncScalarResult = { "corm.engine", "ScalarResult" },
    AsyncMappingResult = { "corm.engine", "MappingResult" },
    async_engine_from_config = { "corm.engine", "engine_from_config" },
    async_scoped_session = { "corm.orm", "scoped_session" },
    async_sessionmaker = { "corm.orm", "sessionmaker" },
    create_async_engine = { "corm.engine", "create_engine" },
}

return setmetatable(asyncio, {
    __index = function(self, name)
        local alias = ALIASES[name]
        if not alias then
            exc.ArgumentError:raise("corm.ext.asyncio has no '%s'", tostring(name))
        end
        local value = require(alias[1])[alias[2]]
        rawset(self, name, value)
        return value
    end,
})
