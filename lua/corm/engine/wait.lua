-- SPDX-License-Identifier: MIT
-- The one place where corm waits. A waitable answers pollfd() (-1: none), events() ("r", "w",
-- "rw", "") and timeout() (seconds, nil: none); one that something else than a descriptor
-- wakes also answers is_ready(). In the coroutine of a task the waitable is yielded to
-- whoever drives the task, anywhere else the wait blocks in poll(2).

local core = require("corm.core")
local exc = require("corm.exc")

---@class corm.Waitable
---@field pollfd fun(self): integer
---@field events fun(self): string
---@field timeout fun(self): number?
---@field is_ready? fun(self): boolean

-- Coroutines that are tasks.
local tasks = setmetatable({}, { __mode = "k" })

local wait = {}

---Have the coroutine be a task from now on.
---@param co thread
function wait.adopt(co)
    tasks[co] = true
end

-- While a task is cancelled, what it closes cannot yield any more.
local is_cancelling = false

---Whether the running coroutine is a task, so that waiting lets others go on.
---@return boolean
function wait.in_task()
    return not is_cancelling and tasks[coroutine.running()] == true
end

---Whether to-be-closed variables are closed because their task is cancelled.
---@return boolean
function wait.is_cancelling()
    return is_cancelling
end

---Close the coroutine of a task that is cancelled.
---@param co thread
---@return boolean ok
---@return any e what a to-be-closed variable raised
function wait.cancel(co)
    local before = is_cancelling
    is_cancelling = true
    local ok, e = coroutine.close(co)
    is_cancelling = before
    return ok, e
end

local function block(waitable)
    local fd, timeout = waitable:pollfd(), waitable:timeout()
    if fd < 0 and timeout == nil then
        exc.InvalidRequestError:raise("waiting for something that only another task can bring "
            .. "about, outside of a task")
    end
    core.poll(fd, waitable:events(), timeout)
end

-- A task that is cancelled while it waits gives up what it has asked the database for.
local Pending = {}

function Pending:__close()
    if not self.is_resumed and type(self.waitable) == "userdata" then
        self.waitable:cancel()
    end
end

local function yield(waitable)
    local pending <close> = setmetatable({ waitable = waitable }, Pending)
    coroutine.yield(waitable)
    pending.is_resumed = true
end

---Wait until the waitable may be worth another look; spurious returns are fine.
---@param waitable corm.Waitable
function wait.wait(waitable)
    if wait.in_task() then
        yield(waitable)
    else
        block(waitable)
    end
end

core.set_wait(wait.wait)

return setmetatable(wait, {
    __call = function(_, waitable)
        wait.wait(waitable)
    end,
})
