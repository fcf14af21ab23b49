-- SPDX-License-Identifier: MIT
-- Tasks: functions that wait without blocking, driven by any event loop.
--
--     local task = corm.task.create(function() return session:get(User, 5) end)
--     repeat
--         local state, waitable = corm.task.resume(task)
--         -- "wait": resume again when waitable:pollfd() has waitable:events(), or after
--         --         waitable:timeout() seconds
--         -- "done": the function's results follow
--     until state == "done"
--
-- corm.ext.asyncio is a small loop made of these.

local exc = require("corm.exc")
local wait = require("corm.engine.wait")

---@class corm.Task
---@field waitable? corm.Waitable what it waits for
---@field _co thread
local Task = { __name = "corm.Task" }
Task.__index = Task

function Task:__tostring()
    return ("Task(%s)"):format(self:status())
end

---Where the task is: "new", "waiting", "running", "done", "failed" or "cancelled".
---@return string
function Task:status()
    return self._status
end

local task = {}

---Make a task of a function; it begins with the first resume().
---@param fn function
---@param ... any its arguments
---@return corm.Task
function task.create(fn, ...)
    -- By pcall an error unwinds inside of the coroutine, where what is closed can still wait.
    local co = coroutine.create(pcall)
    wait.adopt(co)
    return setmetatable({ _co = co, _status = "new", _arguments = table.pack(fn, ...) }, Task)
end

local function finish(self, status)
    self._status = status
    self.waitable = nil
end

local function after_end(self, ok, ...)
    if not ok then
        finish(self, "failed")
        error((...), 0)
    end
    finish(self, "done")
    return "done", ...
end

-- What coroutine.resume() says: it cannot fail, as the function runs in a pcall.
local function after_resume(self, _, ...)
    if coroutine.status(self._co) == "dead" then
        return after_end(self, ...)
    end
    self._status = "waiting"
    self.waitable = (...)
    return "wait", ...
end

---Run the task until it waits or ends.
---@param self corm.Task
---@return "wait"|"done" state
---@return any ... the waitable, or the results
---@error any what the task raised
function task.resume(self)
    local status = self._status
    if status == "new" then
        local arguments = self._arguments
        self._arguments = nil
        self._status = "running"
        return after_resume(self, coroutine.resume(self._co,
            table.unpack(arguments, 1, arguments.n)))
    elseif status ~= "waiting" then
        exc.InvalidRequestError:raise("cannot resume a task that is %s", status)
    end
    self._status = "running"
    return after_resume(self, coroutine.resume(self._co))
end

---End a task that waits; its to-be-closed variables are closed. Nothing for one that ended.
---@param self corm.Task
function task.cancel(self)
    if self._status == "running" then
        exc.InvalidRequestError:raise("a task cannot cancel itself")
    elseif self._status == "new" or self._status == "waiting" then
        finish(self, "cancelled")
        local ok, e = wait.cancel(self._co)
        if not ok then
            error(e, 0)
        end
    end
end

Task.resume = task.resume
Task.cancel = task.cancel

---Whether the running coroutine is a task.
task.in_task = wait.in_task

return require("corm.util.public")("corm.task", task)
