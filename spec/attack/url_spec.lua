-- SPDX-License-Identifier: MIT
-- URLs and connection settings from outside: parsed exactly or refused, in linear time; the
-- password is in no message, and nothing turns into a setting that was meant as data.
local helper = require("spec.helper")
local core = require("corm.core")
local corm = require("corm")

local exc = corm.exc
local SECRET = "canary-secret"

-- What making an engine and connecting raises, if anything does.
local function failure(url)
    local ok, e = pcall(function()
        local engine = corm.create_engine(url, { poolclass = corm.NullPool })
        engine:connect():close()
    end)
    if not ok then
        assert.is_true(exc.CormError:is(e), tostring(e))
        assert.is_nil(tostring(e):find(SECRET, 1, true), tostring(e))
        assert.is_nil(tostring(e):find("[%z\1-\8\11-\31\127]"))
        assert.is_true(#tostring(e) < 10000)
    end
    return e
end

describe("A database URL", function()
    it("that is wrong is refused without its password", function()
        for _, url in ipairs({
            "postgresql://ed:" .. SECRET .. "@[::1/db",
            "postgresql://ed:" .. SECRET .. "%zz@host/db",
            "postgresql://ed:" .. SECRET .. "%00@host/db",
            "postgresql://ed:" .. SECRET .. "@host:99999999/db",
            "postgresql://ed:" .. SECRET .. "@host:port/db",
            "postgresql://ed:" .. SECRET .. "@host/db?nosuch=1",
            "postgresql://ed:" .. SECRET .. "\0@host/db",
            "://ed:" .. SECRET .. "@host/db",
            "nosuch://ed:" .. SECRET .. "@host/db",
            "sqlite://ed:" .. SECRET .. "@host/db",
        }) do
            assert.truthy(failure(url), url)
        end
    end)

    it("of ten megabytes is parsed or refused at once", function()
        local long = ("x"):rep(10 << 20)
        local begun_at = core.now()
        for _, url in ipairs({
            "postgresql://" .. long .. "@h/d", "postgresql://u:" .. long .. "@h/d",
            "postgresql://h/" .. long, "sqlite:///?" .. long .. "=1",
            "postgresql://h/d?" .. ("a=b&"):rep(100000), ("@"):rep(1 << 20),
            "postgresql://" .. (":@"):rep(1 << 19) .. "h/d",
        }) do
            pcall(corm.make_url, url)
        end
        assert.is_true(core.now() - begun_at < 5)
    end)

    it("reads back as it was written, whatever is in its parts", function()
        for _, text in ipairs({ "a@b", "a:b", "a/b", "a?b", "a#b", "a%b", "a b", "ä€", "[x]",
            "'; DROP TABLE x; --", "=", "&", "\\", "\"" }) do
            local url = corm.URL.create("postgresql", { username = text, password = text,
                host = "h", database = text, query = { application_name = text } })
            local again = corm.make_url(url:render_as_string({ hide_password = false }))
            assert.equal(url, again)
            assert.equal(text, again.username)
            assert.equal(text, again.password)
            assert.equal(text, again.database)
            assert.equal(text, again.query.application_name)
        end
    end)

    it("shows no password by any usual way", function()
        local engine = corm.create_engine("postgresql://ed:" .. SECRET .. "@h/d")
        local shown = { tostring(engine), tostring(engine.url), tostring(engine.dialect),
            tostring(engine.pool), engine.pool:status(), engine.url:render_as_string() }
        for key, value in pairs(engine) do
            shown[#shown + 1] = tostring(key) .. "=" .. tostring(value)
        end
        for key, value in pairs(engine.dialect) do
            shown[#shown + 1] = tostring(key) .. "=" .. tostring(value)
        end
        for _, text in ipairs(shown) do
            assert.is_nil(text:find(SECRET, 1, true), text)
        end
    end)

    it("names a file of SQLite, never a setting or a URI", function()
        local name = helper.temp_file("plain.db")
        local folder = name:match("^(.*)/")
        for _, database in ipairs({ "x.db?mode=ro", "file:y.db?mode=memory", "a=b" }) do
            local url = corm.URL.create("sqlite", { database = folder .. "/" .. database })
            local engine = corm.create_engine(url, { poolclass = corm.NullPool })
            engine:begin(function(connection)
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            end)
            local file <close> = assert(io.open(folder .. "/" .. database), database)
            assert.equal("SQLite format 3", file:read(15))
        end
    end)

    if os.getenv("CORM_TEST_PG") then
        it("names a database of PostgreSQL, never settings", function()
            local server = corm.make_url(os.getenv("CORM_TEST_PG"))
            for _, database in ipairs({ "host=evil.example", "postgresql://evil.example/x",
                "dbname=postgres user=evil" }) do
                local e = failure(server:set({ database = database }))
                assert.truthy(e.message:find("does not exist", 1, true), e.message)
                assert.truthy(e.message:find(database, 1, true), e.message)
            end
        end)

        it("does not take settings from the environment", function()
            local path = helper.temp_file("environment.lua", ([[
                local corm = require("corm")
                local engine = corm.create_engine(%q)
                engine:connect(function(connection)
                    print(connection:exec_driver_sql("SELECT 1"):scalar())
                end)
            ]]):format(os.getenv("CORM_TEST_PG")))
            local runner = helper.temp_file("runner.sh",
                "PGHOST=evil.example PGPORT=1 PGSERVICE=evil PGPASSWORD=evil PGOPTIONS=-evil "
                .. "exec " .. (os.getenv("CORM_LUA") or "lua5.4") .. " " .. path .. "\n")
            local pipe <close> = io.popen(("LUA_PATH='%s' LUA_CPATH='%s' sh %s 2>&1"):format(
                package.path, package.cpath, runner))
            assert.equal("1\n", pipe:read("a"))
        end)
    end
end)
