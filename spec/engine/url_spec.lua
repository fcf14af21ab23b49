-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local raises = helper.raises
local URL, make_url = corm.URL, corm.make_url

describe("URL", function()
    it("shows its parts", function()
        local url = make_url("postgresql+libpq://ed:p%40ss@db.example:5433/app?sslmode=require")
        assert.equal("postgresql+libpq", url.drivername)
        assert.equal("postgresql", url:get_backend_name())
        assert.equal("libpq", url:get_driver_name())
        assert.equal("ed", url.username)
        assert.equal("p@ss", url.password)
        assert.equal("db.example", url.host)
        assert.equal(5433, url.port)
        assert.equal("app", url.database)
        assert.same({ sslmode = "require" }, url.query)
    end)

    it("masks the password unless asked not to", function()
        local url = make_url("postgresql://ed:secret@db/app")
        assert.equal("postgresql://ed:***@db/app", tostring(url))
        assert.equal("postgresql://ed:***@db/app", url:render_as_string())
        assert.equal("postgresql://ed:secret@db/app",
            url:render_as_string({ hide_password = false }))
    end)

    it("is made of parts, and of another one with other parts", function()
        local url = URL.create("postgresql", {
            username = "ed", password = "a/b@c", host = "db", port = 5432, database = "app",
        })
        assert.equal("postgresql://ed:a%2Fb%40c@db:5432/app",
            url:render_as_string({ hide_password = false }))
        local other = url:set({ database = "test", drivername = "postgresql+libpq" })
        assert.equal("postgresql+libpq://ed:***@db:5432/test", tostring(other))
        assert.equal("app", url.database)
    end)

    it("adds to its query, where a key may occur several times", function()
        local url = make_url("sqlite:///a.db?x=1"):update_query_dict({ y = { "2", "3" } })
        assert.same({ x = "1", y = { "2", "3" } }, url.query)
        assert.equal("sqlite:///a.db?x=1&y=2&y=3", tostring(url))
    end)

    it("refuses a change of its query, which would be one of a copy", function()
        local url = make_url("sqlite:///a.db?x=1")
        raises(exc.ArgumentError, function()
            url.query.mode = "ro"
        end)
        raises(exc.ArgumentError, function()
            url.normalized_query.mode = { "ro" }
        end)
        assert.equal(url, make_url("sqlite:///b.db"):set({ database = "a.db", query = url.query }))
        raises(exc.ArgumentError, url.update_query_dict, url, "mode=ro")
        raises(exc.ArgumentError, URL.create, "sqlite", { query = "mode=ro" })
    end)

    it("takes queries as tables, pairs and texts, instead of what is there or behind it", function()
        local url = make_url("sqlite:///x?a=1")
        assert.equal("2", url:update_query_string("a=2").query.a)
        assert.same({ "1", "2" }, url:update_query_string("a=2", { append = true }).query.a)
        assert.same({ "1", "2", "3" },
            url:update_query_pairs({ { "a", "2" }, { "a", "3" } }, { append = true }).query.a)
        assert.same({ "1", "2" }, url:update_query_dict({ a = "2" }, { append = true }).query.a)
        assert.same({ a = "1" }, url.query)
        assert.same({ a = { "1" } }, url.normalized_query)
        assert.same({}, url:difference_update_query({ "a", "b" }).query)
    end)

    it("says where it leads by a driver's names", function()
        assert.same({ user = "ed", host = "db1", port = 5, dbname = "app" },
            make_url("postgresql://ed@db1:5/app"):translate_connect_args({
                username = "user", database = "dbname",
            }))
    end)

    it("equals one with the same parts, the password included", function()
        assert.is_true(make_url("postgresql://a:b@c/d") == make_url("postgresql://a:b@c/d"))
        assert.is_false(make_url("postgresql://a:b@c/d") == make_url("postgresql://a:x@c/d"))
    end)

    it("cannot be changed and has no other attributes", function()
        local url = make_url("sqlite://")
        assert.has_error(function()
            url.database = "x"
        end)
        assert.has_error(function()
            return url.nonsense
        end)
    end)

    it("refuses what is none without saying the password", function()
        local ok, e = pcall(make_url, "postgresql://u:hunter2@[::1/db")
        assert.is_false(ok)
        assert.is_true(corm.exc.ArgumentError:is(e))
        assert.is_nil(tostring(e):find("hunter2", 1, true))
        assert.has_error(function()
            make_url(5)
        end)
    end)
end)
