-- SPDX-License-Identifier: MIT
-- One PostgreSQL database for this process, emptied after each test that used it. It is
-- looked after by one psql that runs beside the specs, so that a fault of the code under
-- test cannot hide in the cleaning up.

local postgres = {}

local server_url = os.getenv("CORM_TEST_PG")

-- psql reads what is written to `input`; its answers come back through a FIFO.
local input, output
local url
local is_used = false

-- Sessions first: one that was left open would hold its locks.
local EMPTY = [[
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid();
SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts
 WHERE database = current_database() \gexec
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \gexec
CREATE SCHEMA public;
]]

local function run(sql)
    input:write(sql, "\\qecho done\n")
    input:flush()
    repeat
        local line = output:read("l") or error("psql ended; see its message above", 0)
    until line == "done"
end

local function start()
    local fifo = os.tmpname()
    local name = "corm_" .. fifo:match("[^/]+$"):lower()
    os.remove(fifo)
    assert(os.execute("mkfifo " .. fifo))
    input = io.popen(("PGOPTIONS='-c client_min_messages=warning' "
        .. "psql -XqAt -v ON_ERROR_STOP=1 -d '%s' -o %s"):format(server_url, fifo), "w")
    output = assert(io.open(fifo))
    os.remove(fifo)
    run(("CREATE DATABASE %s;\n\\connect %s\n"):format(name, name))
    url = server_url:gsub("^(%w+://[^/]*/)[^?]*", "%1" .. name)
end

---Is there a server to test with? CORM_TEST_PG is its URL; ./dev test sets it.
---@return boolean
function postgres.is_available()
    return server_url ~= nil
end

---The URL of this process's database, which is empty at the start of each test.
---@return string
function postgres.url()
    if not url then
        start()
    end
    is_used = true
    return url
end

---Empty the database if the test used it.
function postgres.reset()
    if is_used then
        is_used = false
        run(EMPTY)
    end
end

---Drop the database.
function postgres.drop()
    if url then
        local name = url:match("^%w+://[^/]*/([^?]*)")
        run(("\\connect '%s'\nDROP DATABASE %s WITH (FORCE);\n"):format(server_url, name))
        input:close()
        output:close()
        url = nil
    end
end

return postgres
