-- SPDX-License-Identifier: MIT
-- Faults that need a PostgreSQL server of their own. The numbers are those of spec/faults.md.
local helper = require("spec.helper")
local cluster = require("spec.helper.cluster")
local postgres = require("spec.helper.postgres")
local corm = require("corm")
local process = require("spec_process")

if not postgres.is_available() then
    pending("a server of its own: CORM_TEST_PG is not set")
    return
end

local exc = corm.exc
local text = corm.text
local raises = helper.raises

describe("A server #postgresql", function()
    it("that restarts because one backend was killed costs each lease one error (A5)", function()
        local server <close> = cluster.start({ "listen_addresses = ''" })
        local engine = corm.create_engine(server.url)
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            connection:exec_driver_sql("INSERT INTO t VALUES (1)")
        end)
        local leases = {}
        for i = 1, 3 do
            leases[i] = engine:connect()
            leases[i]:exec_driver_sql("INSERT INTO t VALUES (2)")
        end
        engine:connect():close()

        os.execute("kill -9 " .. leases[1]:scalar(text("SELECT pg_backend_pid()")))
        for _, connection in ipairs(leases) do
            local ok, e
            repeat -- the others are told as the server comes to it
                ok, e = pcall(connection.execute, connection, text("SELECT 1"))
            until not ok
            assert.is_true(exc.OperationalError:is(e), tostring(e))
            assert.is_true(e.connection_invalidated)
        end
        server:await()
        for _, connection in ipairs(leases) do
            connection:rollback()
            assert.equal(1, connection:scalar(text("SELECT count(*) FROM t")))
            connection:close()
        end
        assert.equal(0, engine.pool:checkedout())
        engine:connect(function(connection)
            assert.equal(1, connection:scalar(text("SELECT count(*) FROM t")))
        end)
        engine:dispose()
    end)
end)

-- ---- TLS ----

-- Who signs certificates, and one for a server of that name.
local function new_authority(folder)
    local function openssl(command)
        assert(os.execute(("cd %s && openssl %s 2>/dev/null"):format(folder, command)))
    end
    openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority "
        .. "-keyout authority.key -out authority.crt")
    openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr")
    openssl("x509 -req -days 2 -in server.csr -CA authority.crt -CAkey authority.key "
        .. "-CAcreateserial -out server.crt")
end

local function read(path)
    local file <close> = assert(io.open(path))
    return file:read("a")
end

describe("TLS (G6) #postgresql", function()
    local function with_server(settings, files, fn)
        local port = process.free_port()
        local lines = { "listen_addresses = '127.0.0.1'", "port = " .. port }
        table.move(settings, 1, #settings, #lines + 1, lines)
        local server <close> = cluster.start(lines, files)
        fn(function(host, options)
            return corm.create_engine(("postgresql://postgres@%s:%d/postgres?hostaddr=127.0.0.1%s")
                :format(host, port, options))
        end)
        return server
    end

    local function is_encrypted(engine)
        return engine:connect(function(connection)
            return connection:scalar(text(
                "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
        end)
    end

    it("that is required is not done without", function()
        with_server({}, nil, function(connect)
            for _, mode in ipairs({ "require", "verify-ca", "verify-full" }) do
                local engine = connect("localhost", "&sslmode=" .. mode)
                local e = raises(exc.OperationalError, engine.connect, engine)
                assert.matches("SSL", e.message)
                assert.equal(0, engine.pool:checkedout())
            end
            assert.is_false(is_encrypted(connect("localhost", "&sslmode=prefer")))
        end)
    end)

    it("trusts who is signed, and by that name only", function()
        local folder = helper.temp_file("authority") .. ".d"
        assert(os.execute("mkdir " .. folder))
        new_authority(folder)
        with_server({ "ssl = on" }, {
            ["server.crt"] = read(folder .. "/server.crt"),
            ["server.key"] = read(folder .. "/server.key"),
        }, function(connect)
            local known = "&sslrootcert=" .. folder .. "/authority.crt"
            assert.is_true(is_encrypted(connect("localhost", "&sslmode=verify-full" .. known)))
            assert.is_true(is_encrypted(connect("elsewhere", "&sslmode=verify-ca" .. known)))
            local wrong_name = connect("elsewhere", "&sslmode=verify-full" .. known)
            assert.matches("elsewhere", raises(exc.OperationalError, wrong_name.connect,
                wrong_name).message)
            local unknown = connect("localhost", "&sslmode=verify-ca&sslrootcert="
                .. folder .. "/server.crt")
            raises(exc.OperationalError, unknown.connect, unknown)
        end)
        os.execute("rm -rf " .. folder)
    end)
end)
