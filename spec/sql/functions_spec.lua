-- SPDX-License-Identifier: MIT
-- Functions, windows and aggregates, in the default dialect.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t = tables.mytable
local u = tables.users
local func = corm.func

describe("functions", function()
    it("func", function()
        assert_compile(func.lower(t.c.name), "lower(mytable.name)", {})
    end)

    it("func value", function()
        assert_compile(func.lower("X"), "lower(:lower_1)", { lower_1 = "X" })
    end)

    it("func eq", function()
        assert_compile(func.lower(t.c.name):eq("x"),
            "lower(mytable.name) = :lower_1",
            { lower_1 = "x" })
    end)

    it("GenericFunction without corm.ext.compiler", function()
        assert.is_nil(package.loaded["corm.ext.compiler"])
        corm.sql.functions.GenericFunction:extend("alone", { inherit_cache = true })
        assert_compile(func.alone("X"), "alone(:alone_1)", { alone_1 = "X" })
    end)

    it("calls with an order have the function's name", function()
        assert_compile(corm.select(func.percentile_cont(0.5):within_group(t.c.myid)),
            "SELECT percentile_cont(:percentile_cont_2) WITHIN GROUP (ORDER BY mytable.myid) "
            .. "AS percentile_cont_1 FROM mytable",
            { percentile_cont_2 = 0.5 })
    end)

    it("count star", function()
        assert_compile(func.count(), "count(*)", {})
    end)

    it("count", function()
        assert_compile(func.count(t.c.myid), "count(mytable.myid)", {})
    end)

    it("now", function()
        assert_compile(func.now(), "now()", {})
    end)

    it("current_timestamp", function()
        assert_compile(func.current_timestamp(), "CURRENT_TIMESTAMP", {})
    end)

    it("package", function()
        assert_compile(func.pkg.sub.f(1, t.c.myid),
            "pkg.sub.f(:f_1, mytable.myid)",
            { f_1 = 1 })
    end)

    it("coalesce", function()
        assert_compile(func.coalesce(t.c.name, "none"),
            "coalesce(mytable.name, :coalesce_1)",
            { coalesce_1 = "none" })
    end)

    it("sum", function()
        assert_compile(func.sum(u.c.age):gt(5), "sum(users.age) > :sum_1", { sum_1 = 5 })
    end)

    it("max string", function()
        assert_compile(func.max(t.c.name), "max(mytable.name)", {})
    end)

    it("nested", function()
        assert_compile(func.max(func.length(t.c.name)), "max(length(mytable.name))", {})
    end)

    it("reserved word", function()
        assert_compile(func.repeat_(t.c.name, 3),
            "repeat(mytable.name, :repeat_1)",
            { repeat_1 = 3 })
    end)

    it("reserved word end", function()
        assert_compile(func["end"](), "end()", {})
    end)

    it("mixed case", function()
        assert_compile(func.MyFunc(1), "MyFunc(:MyFunc_1)", { MyFunc_1 = 1 })
    end)

    it("null argument", function()
        assert_compile(func.coalesce(nil, t.c.name), "coalesce(NULL, mytable.name)", {})
    end)

    it("boolean argument", function()
        assert_compile(func.foo(true), "foo(:foo_1)", { foo_1 = true })
    end)

    it("over", function()
        assert_compile(func.row_number():over({ order_by = t.c.name }),
            "row_number() OVER (ORDER BY mytable.name)",
            {})
    end)

    it("over partition", function()
        assert_compile(func.sum(u.c.age)
            :over(
                { partition_by = u.c.name, order_by = { u.c.id, u.c.age:desc() } }
            ),
            "sum(users.age) OVER (PARTITION BY users.name ORDER BY users.id, users.age DESC)",
            {})
    end)

    it("over rows", function()
        assert_compile(func.sum(u.c.age):over({ order_by = u.c.id, rows = { nil, 0 } }),
            "sum(users.age) OVER (ORDER BY users.id ROWS BETWEEN UNBOUNDED PRECEDING AND "
            .. "CURRENT ROW)",
            {})
    end)

    it("over rows preceding", function()
        assert_compile(func.sum(u.c.age):over({ order_by = u.c.id, rows = { -2, 3 } }),
            "sum(users.age) OVER (ORDER BY users.id ROWS BETWEEN :param_1 PRECEDING AND "
            .. ":param_2 FOLLOWING)",
            { param_1 = 2, param_2 = 3 })
    end)

    it("over range", function()
        assert_compile(func.sum(u.c.age):over({ order_by = u.c.id, range_ = { nil, nil } }),
            "sum(users.age) OVER (ORDER BY users.id RANGE BETWEEN UNBOUNDED PRECEDING AND "
            .. "UNBOUNDED FOLLOWING)",
            {})
    end)

    it("over groups", function()
        assert_compile(func.sum(u.c.age):over({ order_by = u.c.id, groups = { 0, 5 } }),
            "sum(users.age) OVER (ORDER BY users.id GROUPS BETWEEN CURRENT ROW AND :param_1 "
            .. "FOLLOWING)",
            { param_1 = 5 })
    end)

    it("over rows without some, in any case of letters", function()
        for _, exclude in ipairs({ "TIES", "ties", "Current Row" }) do
            assert_compile(func.sum(u.c.age):over({ order_by = u.c.id, rows = { nil, 0 },
                exclude = exclude }),
                "sum(users.age) OVER (ORDER BY users.id ROWS BETWEEN UNBOUNDED PRECEDING AND "
                .. "CURRENT ROW EXCLUDE " .. exclude .. ")", {})
        end
    end)

    it("over empty", function()
        assert_compile(func.rank():over(), "rank() OVER ()", {})
    end)

    it("filter", function()
        assert_compile(func.count(u.c.id):filter(u.c.age:gt(5)),
            "count(users.id) FILTER (WHERE users.age > :age_1)",
            { age_1 = 5 })
    end)

    it("filter two", function()
        assert_compile(func.count(u.c.id):filter(u.c.age:gt(5), u.c.active),
            "count(users.id) FILTER (WHERE users.age > :age_1 AND users.active)",
            { age_1 = 5 })
    end)

    it("within group", function()
        assert_compile(func.percentile_cont(0.5):within_group(u.c.age:desc()),
            "percentile_cont(:percentile_cont_1) WITHIN GROUP (ORDER BY users.age DESC)",
            { percentile_cont_1 = 0.5 })
    end)

    it("mode", function()
        assert_compile(func.mode():within_group(u.c.age),
            "mode() WITHIN GROUP (ORDER BY users.age)",
            {})
    end)

    it("extract", function()
        assert_compile(corm.extract("year", u.c.created),
            "EXTRACT(year FROM users.created)",
            {})
    end)

    it("extract eq", function()
        assert_compile(corm.extract("year", u.c.created):eq(2024),
            "EXTRACT(year FROM users.created) = :param_1",
            { param_1 = 2024 })
    end)

    it("char_length", function()
        assert_compile(func.char_length(t.c.name), "char_length(mytable.name)", {})
    end)

    it("cube", function()
        assert_compile(func.cube(t.c.myid, t.c.name), "CUBE(mytable.myid, mytable.name)", {})
    end)

    it("random", function()
        assert_compile(func.random(), "random()", {})
    end)
end)
