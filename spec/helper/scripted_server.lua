-- SPDX-License-Identifier: MIT
-- A PostgreSQL server that says what the spec wants, for what no real one would say:
--
--     local server <close> = scripted_server.start({
--         scripted_server.greeting(), "read S", scripted_server.send(...), "hold",
--     })
--     local engine = corm.create_engine(server.url)
--
-- The script's lines are those of spec/c/scripted_server.c.

local helper = require("spec.helper")

local scripted_server = {}

local Server = {}
Server.__index = Server

function Server:__close()
    os.execute("kill " .. self._pid)
    self._pipe:close()
end

local function program()
    local folder = package.cpath:match("([^;]-)/lib/%?%.so")
    return assert(folder, "the search path does not say where it was built")
        .. "/spec/scripted_server"
end

---A message of the protocol.
---@param type_ string one letter
---@param payload? string
---@return string
function scripted_server.message(type_, payload)
    payload = payload or ""
    return type_ .. string.pack(">I4", #payload + 4) .. payload
end

local message = scripted_server.message

---The line that sends these bytes.
---@param ... string
---@return string
function scripted_server.send(...)
    local bytes = table.concat({ ... })
    return "send " .. bytes:gsub(".", function(byte)
        return ("%02x"):format(byte:byte())
    end)
end

---The line that sends these bytes many times.
---@param ntimes integer
---@param bytes string
---@return string
function scripted_server.flood(ntimes, bytes)
    return scripted_server.send(bytes):gsub("^send", "flood " .. ntimes)
end

---@return string # what begins a session, to be sent
function scripted_server.hello()
    local function status(name, value)
        return message("S", name .. "\0" .. value .. "\0")
    end
    return message("R", string.pack(">I4", 0)) .. status("server_version", "15.0")
        .. status("client_encoding", "UTF8") .. status("DateStyle", "ISO, MDY")
        .. status("standard_conforming_strings", "on")
        .. message("K", string.pack(">I4I4", 1, 2)) .. message("Z", "I")
end

---Lines for a session that is begun.
---@return string
function scripted_server.greeting()
    return "startup\n" .. scripted_server.send(scripted_server.hello())
end

---Description of rows of one text column.
---@param name string
---@return string
function scripted_server.columns(name)
    return message("T", string.pack(">I2", 1) .. name .. "\0"
        .. string.pack(">I4I2I4i2i4I2", 0, 0, 25, -1, -1, 0))
end

---A row of one text.
---@param text string
---@return string
function scripted_server.row(text)
    return message("D", string.pack(">I2s4", 1, text))
end

---Answers to Parse and Bind.
---@return string
function scripted_server.bound()
    return message("1") .. message("2")
end

---The end of a statement.
---@param tag string
---@return string
function scripted_server.done(tag)
    return message("C", tag .. "\0") .. message("Z", "I")
end

---Start it.
---@param lines string[]
---@return table # url; to be put into a to-be-closed variable
function scripted_server.start(lines)
    local script = helper.temp_file("script", table.concat(lines, "\n") .. "\n")
    local folder = script:match("^(.*)/")
    local pipe = assert(io.popen(("exec %s %s/.s.PGSQL.5432 %s"):format(program(), folder, script)))
    local pid = assert(pipe:read("n"), "the scripted server did not start")
    return setmetatable({
        url = "postgresql://ed:canary-secret@/app?host=" .. folder,
        _pid = pid,
        _pipe = pipe,
    }, Server)
end

return scripted_server
