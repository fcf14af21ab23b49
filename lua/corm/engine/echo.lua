-- SPDX-License-Identifier: MIT
-- The log of what engines and pools do: for people who read along (echo = true), in
-- SQLAlchemy's look, and for programs (a hook). Passwords never get here; parameters do
-- unless the engine hides them, shortened.
--
--     2026-11-22 12:00:00,123 INFO corm.engine.Engine BEGIN (implicit)
--     2026-11-22 12:00:00,123 INFO corm.engine.Engine SELECT a.id FROM a WHERE a.id = ?
--     2026-11-22 12:00:00,124 INFO corm.engine.Engine [generated in 0.00012s] (5)
--     2026-11-22 12:00:00,124 INFO corm.engine.Engine [ran in 0.00031s]

local core = require("corm.core")
local repr = require("corm.util.repr")

local echo = {}

-- fn(level, logger, text), or nil
local hook

local DIM, BOLD, BLUE, RESET = "\27[2m", "\27[1m", "\27[34m", "\27[0m"

---Send every line to fn(level, logger, text) as well, whether an engine echoes or not;
---nil switches that off. level is "INFO" or "DEBUG", logger "corm.engine.Engine" or the like.
---@param fn? fun(level: string, logger: string, text: string)
function echo.set_hook(fn)
    hook = fn
end

---@return boolean
function echo.has_hook()
    return hook ~= nil
end

local is_terminal

local function coloured(text)
    if text:find("^%[") then
        return DIM .. text .. RESET
    elseif text:find("^%u+$") or text:find("^BEGIN") or text:find("SAVEPOINT") then
        return BLUE .. text .. RESET
    end
    return BOLD .. text .. RESET
end

local function print_line(level, logger, text)
    if is_terminal == nil then
        is_terminal = core.is_terminal()
    end
    local seconds = core.wall_time()
    local time = os.date("%Y-%m-%d %H:%M:%S", math.floor(seconds))
    local line = ("%s,%03d %s %s "):format(time, math.floor(seconds * 1000) % 1000, level,
        logger)
    if is_terminal then
        line = DIM .. line .. RESET .. coloured(text)
    else
        line = line .. text
    end
    io.stdout:write(line, "\n")
end

---@class corm.engine.Logger
---@field name string
---@field is_echoing boolean|"debug"
---@field hide_parameters boolean
---@field has_call_site boolean say where in the program statements come from
---@field token? any what each line begins with, in brackets
local Logger = { __name = "corm.engine.Logger" }
Logger.__index = Logger

---Make a logger, or nil if nobody would read what it says.
---@param name string
---@param is_echoing boolean|"debug" write to the standard output; "debug": more of it
---@param options? {hide_parameters?: boolean, has_call_site?: boolean}
---@return corm.engine.Logger?
function echo.logger(name, is_echoing, options)
    if not is_echoing and not hook then
        return nil
    end
    return setmetatable({
        name = name,
        is_echoing = is_echoing,
        hide_parameters = options and options.hide_parameters or false,
        has_call_site = options and options.has_call_site or false,
    }, Logger)
end

---Write a line. The hook gets every line; what is echoed depends on the level.
---@param text string
---@param level? "INFO"|"DEBUG"
---@param name? string another logger's
function Logger:write(text, level, name)
    level, name = level or "INFO", name or self.name
    if self.token ~= nil then
        text = ("[%s] %s"):format(tostring(self.token), text)
    end
    if hook then
        hook(level, name, text)
    end
    if self.is_echoing == "debug" or self.is_echoing and level ~= "DEBUG" then
        print_line(level, name, text)
    end
end

---Whether rows are written.
---@return boolean
function Logger:has_rows()
    return self.is_echoing == "debug"
end

---Write a statement and its parameters.
---@param sql string
---@param note string where the SQL comes from: "generated in 0.00012s", "raw sql"
---@param parameters table
---@param is_many boolean
function Logger:statement(sql, note, parameters, is_many)
    if self.has_call_site then
        self:write(("[called from %s]"):format(core.where() or "?"))
    end
    sql = repr.escape(sql, "\n\t")
    if note:find("insertmanyvalues", 1, true) then
        sql = repr.shorten_statement(sql)
    end
    self:write(sql)
    local shown
    if self.hide_parameters then
        shown = repr.HIDDEN
    elseif next(parameters) == nil then
        shown = "()"
    else
        shown = repr.parameters(parameters, is_many)
    end
    self:write(("[%s] %s"):format(note, shown))
end

---Write the names of the columns and the rows that a statement brought.
---@param names string[]
---@param rows any[] sequences of values
function Logger:rows(names, rows)
    self:write("Col " .. repr.parameter_set(names), "DEBUG")
    for _, row in ipairs(rows) do
        self:write("Row " .. repr.parameter_set(row), "DEBUG")
    end
end

---Write what the server has said besides.
---@param dialect string
---@param notices string[]
function Logger:notices(dialect, notices)
    for _, text in ipairs(notices) do
        self:write(repr.escape(text, "\n\t"), "INFO", "corm.dialects." .. dialect)
    end
end

---Write what came of a statement.
---@param seconds number
---@param rowcount integer -1: not known
function Logger:outcome(seconds, rowcount)
    if rowcount < 0 then
        self:write(("[ran in %.5fs]"):format(seconds))
    else
        self:write(("[ran in %.5fs, %d row%s]"):format(seconds, rowcount,
            rowcount == 1 and "" or "s"))
    end
end

return echo
