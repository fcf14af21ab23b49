-- SPDX-License-Identifier: MIT
require("spec.helper")
local core = require("corm.core")
local exc = require("corm.exc")

local function raised(f, ...)
    local ok, e = pcall(f, ...)
    assert.is_false(ok)
    return e
end

describe("an error class", function()
    it("knows its own errors and those of the classes below it", function()
        local e = exc.IntegrityError("duplicate key")
        assert.is_true(exc.IntegrityError:is(e))
        assert.is_true(exc.DatabaseError:is(e))
        assert.is_true(exc.DBAPIError:is(e))
        assert.is_true(exc.StatementError:is(e))
        assert.is_true(exc.CormError:is(e))
        assert.is_false(exc.OperationalError:is(e))
        assert.is_false(exc.InvalidRequestError:is(e))
    end)

    it("may be asked about any value", function()
        local hostile = setmetatable({}, {
            __index = function()
                error("no")
            end,
        })
        for _, value in ipairs({ "text", 1, true, print, {}, hostile, core.NULL }) do
            assert.is_false(exc.CormError:is(value))
        end
        assert.is_false(exc.CormError:is(nil))
    end)

    it("may be extended", function()
        local Mine = exc.InvalidRequestError:extend("Mine", { code = "m1ne" })
        local e = raised(Mine.raise, Mine, "no %s today", "tea")
        assert.is_true(Mine:is(e))
        assert.is_true(exc.InvalidRequestError:is(e))
        assert.equal("no tea today", e.message)
        assert.equal("m1ne", e.code)
        assert.equal("Mine", e.kind)
    end)

    it("is printed by its name", function()
        assert.equal("corm.exc.NoResultFound", tostring(exc.NoResultFound))
    end)

    it("has SQLAlchemy's other names too", function()
        assert.equal(exc.CormError, exc.SQLAlchemyError)
        assert.equal(exc.StaleDataError, exc.ConcurrentModificationError)
    end)

    it("has SQLAlchemy's codes", function()
        assert.equal("gkpj", exc.IntegrityError("x").code)
        assert.equal("e3q8", exc.OperationalError("x").code)
        assert.equal("bhk3", exc.DetachedInstanceError("x").code)
        assert.equal("3o7r", exc.TimeoutError("x").code)
    end)
end)

describe("an error", function()
    it("knows the caller's place", function()
        local line = debug.getinfo(1, "l").currentline + 2
        local e = raised(function()
            exc.ArgumentError:raise("bad")
        end)
        assert.matches("exc_spec%.lua:" .. line .. "$", e.where)
        assert.equal(e.where .. ": ArgumentError: bad", tostring(e))
    end)

    it("takes a message with percent signs as it is", function()
        assert.equal("100%s", raised(exc.ArgumentError.raise, exc.ArgumentError, "100%s").message)
    end)

    it("prints statement and parameters", function()
        local e = exc.with_statement(exc.IntegrityError("UNIQUE failed", { where = "f:1" }),
            "INSERT INTO t VALUES (?, ?)", { 1, "it's" })
        assert.equal("f:1: IntegrityError: UNIQUE failed\n"
            .. "[SQL: INSERT INTO t VALUES (?, ?)]\n"
            .. "[parameters: (1, 'it\\'s')]", tostring(e))
    end)

    it("prints named parameters in a fixed order and NULL as such", function()
        local e = exc.with_statement(exc.DataError("x", { where = "f:1" }), "S",
            { b = core.NULL, a = 2.5, ["c d"] = true })
        assert.matches("[parameters: {a = 2.5, b = NULL, ['c d'] = true}]", tostring(e), 1, true)
    end)

    it("takes more to say about a statement", function()
        local e = exc.IntegrityError("no", { statement = "INSERT", where = "x:1" })
        e:add_detail("while the names were imported")
        e:add_detail("line 5")
        assert.same({ "while the names were imported", "line 5" }, e.detail)
        assert.equal("x:1: IntegrityError: no\n(while the names were imported)\n(line 5)\n"
            .. "[SQL: INSERT]", tostring(e))
        assert.is_false(pcall(e.add_detail, e, 5))
        assert.is_nil(exc.ArgumentError("no").add_detail)
    end)

    it("hides parameters when asked to", function()
        local e = exc.with_statement(exc.DataError("x"), "S", { "secret" },
            { hide_parameters = true })
        assert.matches("[SQL parameters hidden due to hide_parameters=True]", tostring(e), 1, true)
        assert.not_matches("secret", tostring(e))
    end)

    it("is bounded however large its parts are", function()
        local sets = {}
        for i = 1, 1000 do
            sets[i] = { ("x"):rep(10000), i }
        end
        local e = exc.with_statement(exc.DataError(("m"):rep(1e6)), ("s"):rep(1e6), sets,
            { ismulti = true })
        local text = tostring(e)
        assert.is_true(#text < 8000)
        assert.matches("displaying 10 of 1000 total bound parameter sets", text, 1, true)
        assert.matches("... (998000 characters truncated) ...", text, 1, true)
    end)

    it("never cuts a character", function()
        local e = exc.with_statement(exc.DataError("x"), ("ä"):rep(1000) .. "z", {})
        assert.is_truthy(utf8.len(tostring(e)))
    end)

    it("escapes control bytes and what is not UTF-8", function()
        local e = exc.with_statement(exc.DataError("a\27[31m\nb\xFF"), "S\n\27", { "\0\xC2\x9B" })
        local text = tostring(e)
        assert.matches("a\\x1B[31m\\nb\\xFF", text, 1, true)
        assert.matches("[SQL: S\n\\x1B]", text, 1, true)
        assert.matches("('\\x00\\xC2\\x9B',)", text, 1, true)
    end)

    it("prints its causes, but no endless chain", function()
        local inner = exc.DataError("inner", { where = "f:2" })
        local outer = exc.FlushError("outer", { where = "f:1", cause = inner })
        assert.equal("f:1: FlushError: outer\ncaused by: f:2: DataError: inner", tostring(outer))
        inner.cause = "text"
        assert.matches("\ncaused by: text$", tostring(outer))
        inner.cause = outer
        assert.matches("\ncaused by: …$", tostring(outer))
    end)
end)

describe("with_statement", function()
    it("fills a driver's error and keeps it the same object", function()
        local e = exc.OperationalError("locked")
        assert.equal(e, exc.with_statement(e, "SELECT 1", {}))
        assert.equal("SELECT 1", e.statement)
    end)

    it("keeps the innermost statement", function()
        local e = exc.with_statement(exc.OperationalError("locked"), "inner")
        assert.equal("inner", exc.with_statement(e, "outer").statement)
    end)

    it("wraps other errors", function()
        local orig = exc.InvalidRequestError("a value is missing")
        local e = exc.with_statement(orig, "SELECT ?", {})
        assert.is_true(exc.StatementError:is(e))
        assert.is_false(exc.DBAPIError:is(e))
        assert.equal("(InvalidRequestError) a value is missing", e.message)
        assert.equal(orig, e.orig)
        assert.equal(orig, e.cause)
        assert.equal(orig.where, e.where)
        assert.not_matches("caused by", tostring(e))
    end)

    it("wraps what is no object", function()
        assert.equal("boom", exc.with_statement("boom", "S").message)
    end)
end)

describe("with_cause", function()
    it("names the error that was being dealt with, once", function()
        local first, second, third = exc.DataError("1"), exc.DataError("2"), exc.DataError("3")
        assert.equal(second, exc.with_cause(second, first))
        exc.with_cause(second, third)
        assert.equal(first, second.cause)
        exc.with_cause(first, first)
        assert.is_nil(first.cause)
        assert.equal("text", exc.with_cause("text", first))
    end)
end)

describe("try", function()
    it("gives true and the results", function()
        assert.same({ true, 1, nil, 3, n = 4 }, table.pack(exc.try(function(...)
            return ...
        end, 1, nil, 3)))
    end)

    it("gives nil and the error", function()
        local e = exc.NoResultFound("none")
        assert.same({ nil, e, n = 2 }, table.pack(exc.try(error, e)))
    end)
end)

describe("an error of the core", function()
    it("is an object of its class with the caller's place", function()
        local line = debug.getinfo(1, "l").currentline + 2
        local e = raised(function()
            return core.NULL.colour
        end)
        assert.is_true(exc.ArgumentError:is(e))
        assert.equal("corm.NULL has no attribute 'colour'", e.message)
        assert.matches("exc_spec%.lua:" .. line .. "$", e.where)
    end)

    it("needs a class for each of the core's codes", function()
        assert.error_matches(function()
            core.set_error_classes({}, "")
        end, "no class for ArgumentError")
    end)
end)
