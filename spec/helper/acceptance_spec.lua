-- SPDX-License-Identifier: MIT
-- The look that the databases' parsers take at what specs compile.

require("spec.helper")
local acceptance = require("spec.helper.acceptance")
local corm = require("corm")
local parsers = require("spec_parsers")

-- Complaints about a text that stands in a SELECT's list.
local function complaints_about(text, dialect)
    corm.select(corm.literal_column(text)):compile({ dialect = dialect })
    return acceptance.check()
end

describe("the parsers", function()
    it("accept what is SQL, whatever exists", function()
        for _, sql in ipairs({
            "SELECT a.x FROM nowhere AS a WHERE a.x = $1",
            "INSERT INTO nowhere (x) VALUES ($1) RETURNING x",
            "CREATE TABLE t (x INTEGER PRIMARY KEY)",
            "UPDATE s.nowhere SET x = nosuch(1)",
        }) do
            assert.is_nil(parsers.postgresql(sql))
            assert.is_nil(parsers.sqlite((sql:gsub("%$1", "?"))))
        end
    end)

    it("say what is wrong", function()
        for _, parse in pairs(parsers) do
            assert.matches("syntax error", parse("SELECT FROM WHERE"))
            assert.matches("statement", parse("SELECT 1; SELECT 2"))
        end
        assert.matches("character 13", parsers.postgresql("SELECT (1 + )"))
    end)
end)

describe("what a test compiles", function()
    it("is refused with the parser's words and the statement", function()
        for _, dialect in ipairs({ "postgresql", "sqlite" }) do
            local said = complaints_about("1 +", dialect)
            assert.matches("^" .. dialect .. " refuses: .*in.*", said)
            assert.matches("in SELECT 1 %+", said)
        end
    end)

    it("is looked at once", function()
        assert.truthy(complaints_about("2 +", "sqlite"))
        assert.is_nil(complaints_about("2 +", "sqlite"))
    end)

    it("may be an expression, an order or a source of rows", function()
        local t = corm.table("t", corm.column("x"))
        t.c.x:eq(5):compile({ dialect = "postgresql" })
        t.c.x:desc():compile({ dialect = "sqlite" })
        t:join(t:alias("u"), corm.true_()):compile({ dialect = "sqlite" })
        assert.is_nil(acceptance.check())
        corm.literal_column("x FROM"):compile({ dialect = "sqlite" })
        assert.matches("syntax", acceptance.check())
    end)

    it("may be DDL", function()
        local t = corm.Table("t", corm.MetaData(),
            corm.Column("x", corm.Integer, { server_default = corm.text("1 +") }))
        corm.schema.CreateTable(t):compile({ dialect = "postgresql" })
        assert.matches("CREATE TABLE", acceptance.check())
    end)

    it("is not looked at where it is wrong on purpose", function()
        acceptance.suspended(function()
            assert.is_nil(complaints_about("3 +", "sqlite"))
        end)
        assert.matches("4 %+", complaints_about("4 +", "sqlite"))
    end)
end)
