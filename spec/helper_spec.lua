-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local leaks = require("spec.helper.leaks")
local lfs = require("lfs")
local exc = require("corm.exc")

describe("helper", function()
    local earlier

    it("gives a temporary file", function()
        earlier = helper.temp_file("a.txt", "text")
        assert.equal("text", io.open(earlier):read("a"))
    end)

    it("has removed the temporary file of the test before", function()
        assert.is_nil(lfs.attributes(earlier))
    end)

    local fixture = helper.fixture()

    it("gives a table for what before_each makes", function()
        fixture.value = {}
        assert.is_table(fixture.value)
    end)

    it("has emptied that table after the test before", function()
        assert.is_nil(next(fixture))
    end)

    it("expects an error of a class and gives it", function()
        local function fail(message)
            exc.ArgumentError:raise("%s", message)
        end
        assert.equal("wrong", helper.raises(exc.CormError, fail, "wrong").message)
        assert.has_error(function()
            helper.raises(exc.DBAPIError, fail, "wrong")
        end)
        assert.has_error(function()
            helper.raises(exc.CormError, function() end)
        end)
    end)

    it("runs a program and gives its output and exit status", function()
        local script = helper.temp_file("a.lua", "io.stderr:write(..., '\\n') os.exit(7)")
        local output, status = helper.run(script, "it's $HOME")
        assert.equal("it's $HOME\n", output)
        assert.equal(7, status)
    end)

    it("reports a program that a signal ended", function()
        local script = helper.temp_file("a.lua", "os.execute('kill -9 $PPID')")
        assert.equal(137, select(2, helper.run(script)))
    end)
end)

describe("the leak check", function()
    local original

    before_each(function()
        original = package.loaded["corm.core"]
    end)

    after_each(function()
        package.loaded["corm.core"] = original
    end)

    -- A core with one live connection, counted by finaliser as the real one does.
    local function fake_core()
        local live = { connection = 1 }
        package.loaded["corm.core"] = {
            counters = function()
                return { connection = live.connection }
            end,
        }
        return function()
            live.connection = live.connection + 1
            return setmetatable({}, {
                __gc = function()
                    live.connection = live.connection - 1
                end,
            })
        end
    end

    it("costs nothing while the core is not loaded", function()
        package.loaded["corm.core"] = nil
        assert.is_nil(leaks.count())
    end)

    it("names the kind that has grown", function()
        local connect = fake_core()
        local before = leaks.count()
        local held = connect()
        assert.equal("connection: 2, was 1", leaks.since(before))
        assert.is_table(held)
    end)

    it("lets the collector run first", function()
        local connect = fake_core()
        local before = leaks.count()
        connect()
        assert.is_nil(leaks.since(before))
    end)
end)

helper.each_database(function(db)
    local function psql(sql)
        local pipe <close> = io.popen(("psql -XqAt '%s' -c '%s' 2>&1"):format(db.url, sql))
        return pipe:read("a")
    end

    it("has URLs of its own", function()
        assert.matches("^" .. db.name, db.url)
        assert.matches("^" .. db.name, db.shared_url)
        assert.equal(db.shared_url, db.shared_url)
    end)

    if db.name == "postgresql" then
        it("keeps what a test makes until its end", function()
            psql("CREATE SCHEMA other; CREATE TABLE other.t (); CREATE TABLE t ()")
            psql("BEGIN; CREATE TABLE p (); PREPARE TRANSACTION $$left over$$")
            assert.equal("0\n", psql("SELECT count(*) FROM t"))
            assert.equal("1\n", psql("SELECT count(*) FROM pg_prepared_xacts"))
        end)

        it("is empty at the start of a test", function()
            assert.equal("0\n", psql("SELECT count(*) FROM pg_prepared_xacts"))
            assert.equal("public\n", psql(
                "SELECT nspname FROM pg_namespace WHERE nspname !~ $$^pg_|^inf$$"))
            assert.equal("0\n", psql(
                "SELECT count(*) FROM pg_class WHERE relname IN ($$t$$, $$p$$)"))
        end)
    end
end)
