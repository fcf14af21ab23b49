-- SPDX-License-Identifier: MIT
-- corm.sql.operators: operators as objects and as functions.

require("spec.helper")
local corm = require("corm")
local tables = require("spec.sql.tables")

local operators = corm.sql.operators
local t = tables.mytable

local function is_sql(expected, expression)
    assert.equal(expected, tostring(expression))
end

local function is_refused(message, ...)
    local ok, e = pcall(...)
    assert.is_false(ok)
    assert.equal(message, e.message)
end

describe("an operator", function()
    it("is applied to expressions", function()
        is_sql("mytable.myid + :myid_1", operators.add(t.c.myid, 5))
        is_sql("mytable.myid = :myid_1", operators.eq(t.c.myid, 5))
        is_sql("mytable.name LIKE :name_1", operators.like_op(t.c.name, "a%"))
        is_sql("mytable.name LIKE :name_1 ESCAPE '/'",
            operators.like_op(t.c.name, "a%", { escape = "/" }))
        is_sql("mytable.name NOT LIKE '%' || :name_1 || '%'",
            operators.not_contains_op(t.c.name, "a"))
        is_sql("mytable.myid BETWEEN :myid_1 AND :myid_2", operators.between_op(t.c.myid, 1, 2))
        is_sql("mytable.myid DESC", operators.desc_op(t.c.myid))
        is_sql("-mytable.myid", operators.neg(t.c.myid))
        is_sql("pow(mytable.myid, :pow_1)", operators.pow_(t.c.myid, 2))
        is_sql("mytable.name # :name_1", operators.op(t.c.name, "#", "x"))
    end)

    it("is applied to values, and to an expression on its right", function()
        assert.equal(3, operators.add(1, 2))
        assert.is_true(operators.lt(1, 2))
        assert.is_false(operators.eq("a", "b"))
        is_sql("mytable.myid > :myid_1", operators.lt(5, t.c.myid))
        is_sql(":name_1 || mytable.name", operators.concat_op("a", t.c.name))
        is_refused("operators.like_op: an SQL expression expected, got 'a'", operators.like_op,
            "a", "b")
        is_refused("operators.is_true cannot be called", operators.is_true, t.c.myid)
    end)

    it("is what operate() and reverse_operate() take", function()
        is_sql("mytable.myid - :myid_1", t.c.myid:operate(operators.sub, 5))
        is_sql(":myid_1 - mytable.myid", t.c.myid:reverse_operate(operators.sub, 5))
        is_sql(":myid_1 = mytable.myid", t.c.myid:reverse_operate(operators.eq, 5))
        is_sql("lower(mytable.name)", t.c.name:operate(function(left)
            return corm.func.lower(left)
        end))
        is_refused("operate: one of corm.sql.operators expected, got 'eq'", t.c.myid.operate,
            t.c.myid, "eq", 5)
    end)

    it("says how it binds and what it is", function()
        assert.is_true(operators.is_comparison(operators.like_op))
        assert.is_false(operators.is_comparison(operators.add))
        assert.is_true(operators.is_commutative(operators.add))
        assert.is_false(operators.is_commutative(operators.sub))
        assert.is_true(operators.is_associative(operators.concat_op))
        assert.is_true(operators.is_ordering_modifier(operators.nulls_last_op))
        assert.is_true(operators.is_boolean(operators.in_op))
        assert.is_true(operators.is_natural_self_precedent(operators.and_))
        assert.is_true(operators.is_precedent(operators.or_, operators.and_))
        assert.is_false(operators.is_precedent(operators.and_, operators.or_))
        assert.is_false(operators.is_precedent(operators.and_, operators.and_))
        assert.is_true(operators.is_precedent(operators.sub, operators.sub))
        assert.equal(operators.gt, operators.mirror(operators.lt))
        assert.equal(operators.eq, operators.mirror(operators.eq))
    end)

    it("puts an operand in parentheses where it has to", function()
        local sum = t.c.myid + 5
        is_sql("(mytable.myid + :myid_1)", sum:self_group({ against = operators.mul }))
        is_sql("mytable.myid + :myid_1", sum:self_group({ against = operators.eq }))
        is_sql("(mytable.myid + :myid_1)",
            sum:self_group({ against = operators.custom_op("#", { precedence = 9 }) }))
    end)
end)

describe("custom_op", function()
    it("is applied as op() is, and is what the expression says", function()
        local arrow = operators.custom_op("~>", { precedence = 8, is_comparison = true })
        local expression = arrow(t.c.myid, 5)
        is_sql("mytable.myid ~> :myid_1", expression)
        assert.equal(arrow, expression.operator)
        assert.equal(arrow, t.c.myid:op("~>", { precedence = 8, is_comparison = true })(1).operator)
        assert.not_equal(arrow, t.c.myid:op("~>", { precedence = 7 })(1).operator)
        assert.equal("Boolean", expression.type.class._name)
        assert.equal(8, expression.operator.precedence)
        assert.is_true(operators.custom_op:is(expression.operator))
        assert.is_false(operators.custom_op:is(operators.add))
        is_sql("(mytable.myid + :myid_1) ~> :param_1", (t.c.myid + 1):operate(arrow, 2))
    end)

    it("needs no parentheses within itself if it says so", function()
        local function nested(options)
            local op = operators.custom_op("~", options)
            return op(op(t.c.myid, 1), 2)
        end
        is_sql("(mytable.myid ~ :myid_1) ~ :param_1", nested())
        is_sql("mytable.myid ~ :myid_1 ~ :param_1", nested({ natural_self_precedent = true }))
        is_sql("(mytable.myid ~ :myid_1) ~ :param_1",
            nested({ natural_self_precedent = true, eager_grouping = true }))
    end)

    it("has an implementation for values", function()
        local larger = t.c.myid:op("$", {
            python_impl = function(a, b)
                return a > b
            end,
        })(t.c.description).operator
        assert.is_false(larger(3, 5))
        assert.is_true(larger(5, 3))
        is_refused("custom operator '$' can't be used with plain values unless it has the option "
            .. "'python_impl'", operators.custom_op("$"), 3, 5)
    end)

    it("stands before or behind one operand", function()
        local UnaryExpression = corm.sql.UnaryExpression
        local op = operators.custom_op("@@", { precedence = 15 })
        is_sql("@@ mytable.myid", UnaryExpression(t.c.myid, { operator = op }))
        local behind = UnaryExpression(t.c.myid, { modifier = op, type_ = corm.Numeric })
        is_sql("mytable.myid @@", behind)
        assert.equal("Numeric", behind.type.class._name)
        assert.equal(op, behind.operator)
        is_sql("mytable.myid DESC", UnaryExpression(t.c.myid, { modifier = operators.desc_op }))
        is_refused("UnaryExpression: an operator or a modifier of corm.sql.operators expected, "
            .. "got NULL", UnaryExpression, t.c.myid, {})
    end)
end)

describe("^", function()
    it("is pow()", function()
        is_sql("pow(mytable.myid, :pow_1)", t.c.myid ^ 2)
        is_sql("pow(:pow_1, mytable.myid)", 2 ^ t.c.myid)
        assert.equal(t.c.myid.type, (t.c.myid ^ 2).type)
    end)
end)
