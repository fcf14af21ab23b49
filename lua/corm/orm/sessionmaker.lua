-- SPDX-License-Identifier: MIT
-- sessionmaker: a factory of sessions with the same options. scoped_session: one session for
-- each task (or the whole program outside of tasks), made when it is first used.

local check = require("corm.util.check")
local check_options = require("corm.util.options")
local core = require("corm.core")
local exc = require("corm.exc")
local merged = require("corm.util.merged")
local session = require("corm.orm.session")
local repr = require("corm.util.repr")
local warnings = require("corm.warnings")

local sessionmaker = {}

---@class corm.sessionmaker
---@field class_ table the class of the sessions; one of its own, so that it can be listened to
---@field kw table the options of the sessions
local Maker = {}

local maker_meta = { __name = "corm.sessionmaker", __index = Maker }

local function is_options(value)
    return type(value) == "table" and getmetatable(value) == nil
end

local function copy(options)
    return merged(options and check(options, "table", "sessionmaker"))
end

local function new_maker(_, bind, options)
    if options == nil and is_options(bind) then
        bind, options = nil, bind
    end
    local kw = copy(options)
    kw.bind = bind or kw.bind
    local class = kw.class_ or session.Session
    kw.class_ = nil
    return setmetatable({ class_ = class:extend(class.name, {}), kw = kw }, maker_meta)
end

-- Options of one session over those of the factory.
local function with_options(self, options)
    local kw = merged(self.kw, options)
    if self.kw.info then
        kw.info = merged(self.kw.info, options and options.info)
    end
    return kw
end

---Make a session; options as of Session, over those of the factory.
function maker_meta:__call(bind, options)
    if options == nil and is_options(bind) then
        bind, options = nil, bind
    end
    local kw = with_options(self, options)
    kw.bind = bind or kw.bind
    return self.class_(nil, kw)
end

---Change the options of sessions made from now on.
---@param options table
function Maker:configure(options)
    check(options, "table", "configure", "a table of options")
    self.kw = merged(self.kw, options)
end

local function scope_done(made, ok, ...)
    made:close()
    if not ok then
        error((...), 0)
    end
    return ...
end

---Call fn(session) in a session and a transaction of its own: committed after it, rolled back
---if it raises; the session is closed.
---@param fn fun(session: corm.Session): any
---@return any ...
function Maker:begin(fn)
    if type(fn) ~= "function" then
        exc.ArgumentError:raise("sessionmaker:begin: a function expected, got %s",
            repr.value(fn))
    end
    local made = self()
    return scope_done(made, pcall(made.begin, made, fn))
end

maker_meta.object_session = session.object_session

function maker_meta:__dispatch()
    return self.class_.dispatch
end

function maker_meta:__tostring()
    return ("sessionmaker(class_=%s)"):format(tostring(self.class_))
end

sessionmaker.sessionmaker = setmetatable({}, {
    __name = "corm.sessionmaker",
    __call = new_maker,
    __dispatch = function()
        return session.Session.dispatch
    end,
})

-- ---- scoped_session ----

---@class corm.scoped_session
---@field session_factory any
---@field registry table
local Scoped = {}

local scoped_meta = { __name = "corm.scoped_session" }

-- What tells the scopes apart: the task that runs, unless the program says otherwise.
local function current_scope(self)
    if self._scopefunc then
        return self._scopefunc()
    end
    return (coroutine.running())
end

local function current(self)
    return self._sessions[current_scope(self)]
end

---The session of this scope, made if there is none. With options: it must not be there yet.
function scoped_meta:__call(options)
    local found = current(self)
    if found and options ~= nil then
        exc.InvalidRequestError:raise("this scope already has a session; no new options can be "
            .. "given")
    end
    if not found then
        found = self.session_factory(options)
        self._sessions[current_scope(self)] = found
    end
    return found
end

---Close this scope's session and forget it.
function Scoped:remove()
    local found = current(self)
    if found then
        found:close()
        self._sessions[current_scope(self)] = nil
    end
end

---Change the options of the factory.
---@param options table
function Scoped:configure(options)
    if current(self) then
        warnings.warn("at least one scoped session is already present; configure() can not "
            .. "affect sessions that have already been created")
    end
    self.session_factory:configure(options)
end

---Have this session be the scope's.
---@param own corm.Session
function Scoped:set(own)
    self._sessions[current_scope(self)] = own
end

---Whether this scope has a session.
---@return boolean
function Scoped:has()
    return current(self) ~= nil
end

-- Everything else is the session's: methods are called on it.
function scoped_meta:__index(key)
    local own = Scoped[key]
    if own ~= nil then
        return own
    end
    local value = self()[key]
    if type(value) ~= "function" then
        return value
    end
    return function(scoped, ...)
        if scoped ~= self then
            return value(scoped, ...)
        end
        return value(self(), ...)
    end
end

function scoped_meta:__newindex(key, value)
    self()[key] = value
end

function scoped_meta:__dispatch(name)
    local dispatch = core.metafield(self.session_factory, "__dispatch")
    return dispatch and dispatch(self.session_factory, name) or session.Session.dispatch
end

function scoped_meta:__tostring()
    return "scoped_session"
end

---One session for each scope. scopefunc: what tells scopes apart; the running coroutine unless
---given.
---@param session_factory any a sessionmaker
---@param options? {scopefunc?: fun(): any}
---@return corm.scoped_session
local function new_scoped(_, session_factory, options)
    check(session_factory, "function", "scoped_session", "a sessionmaker")
    options = check_options(options, { "scopefunc" }, "scoped_session")
    local self = {
        session_factory = session_factory,
        _scopefunc = options.scopefunc or false,
        _sessions = setmetatable({}, { __mode = "k" }),
    }
    return setmetatable(self, scoped_meta)
end

sessionmaker.scoped_session = setmetatable({}, {
    __name = "corm.scoped_session",
    __call = new_scoped,
})

sessionmaker.create_session = function(bind, options)
    return session.Session(bind, merged({ autoflush = false, expire_on_commit = false },
        copy(options)))
end

return sessionmaker
