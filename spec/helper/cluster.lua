-- SPDX-License-Identifier: MIT
-- A PostgreSQL server of a spec's own, for what would disturb others: it crashes, or speaks
-- TLS. It has a folder for all it is, listens where the spec says, and is gone at the end.
--
--     local server <close> = cluster.start({ "listen_addresses = ''" })
--     local engine = corm.create_engine(server.url)

local cluster = {}

local Cluster = {}
Cluster.__index = Cluster

local function run(command)
    local pipe = assert(io.popen(command .. " 2>&1"))
    local output = pipe:read("a")
    local ok = pipe:close()
    assert(ok, command .. ":\n" .. output)
    return output
end

-- The server refuses to run as root.
local is_root = run("id -u"):match("%d+") == "0"

local function run_as_owner(command)
    if is_root then
        command = ("cd / && runuser -u postgres -- %s"):format(command)
    end
    return run(command)
end

local function write(path, content)
    local file <close> = assert(io.open(path, "w"))
    file:write(content)
end

---Where the program of the server's installation is.
---@param program string
---@return string
local function installed(program)
    return run("pg_config --bindir"):match("%S+") .. "/" .. program
end

---Run SQL as psql does, away from corm.
---@param sql string
---@return string
function Cluster:psql(sql)
    return (run(("psql -XqAt -h %s -U postgres -d postgres -c \"%s\""):format(self.folder, sql))
        :gsub("%s+$", ""))
end

---Wait until it answers again, as pg_ctl does.
function Cluster:await()
    run(("until psql -XqAt -h %s -U postgres -d postgres -c 'SELECT 1'; do sleep 0.02; done")
        :format(self.folder))
end

function Cluster:__close()
    pcall(run_as_owner, ("%s -D %s/data -m immediate -w stop"):format(installed("pg_ctl"),
        self.folder))
    run("rm -rf " .. self.folder)
end

---Start one.
---@param settings string[] lines of postgresql.conf
---@param files? table<string, string> further files in its data folder, private ones
---@return table # url, folder; to be put into a to-be-closed variable
function cluster.start(settings, files)
    -- Not below a folder that the server's owner may not enter.
    local folder = run("mktemp -d /tmp/corm-cluster.XXXXXX"):match("%S+")
    if is_root then
        run("chown postgres " .. folder)
    end
    local self = setmetatable({ folder = folder }, Cluster)
    run_as_owner(("%s -D %s/data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync")
        :format(installed("initdb"), folder))
    write(folder .. "/data/postgresql.conf", table.concat(settings, "\n") .. ([[

fsync = off
autovacuum = off
unix_socket_directories = '%s'
]]):format(folder))
    for name, content in pairs(files or {}) do
        local path = folder .. "/data/" .. name
        write(path, content)
        run(("chmod 600 %s%s"):format(path, is_root and " && chown postgres " .. path or ""))
    end
    run_as_owner(("%s -D %s/data -l %s/log -w start"):format(installed("pg_ctl"), folder, folder))
    self.url = "postgresql://postgres@/postgres?host=" .. folder
    return self
end

return cluster
