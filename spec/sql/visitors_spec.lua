-- SPDX-License-Identifier: MIT
-- Taking statements apart and rebuilding them: visitors, operators, attributes of nodes.

require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local tables = require("spec.sql.tables")

local t, o = tables.mytable, tables.othertable
local select = corm.select
local visitors, operators = corm.sql.visitors, corm.sql.operators

describe("visitors", function()
    local condition = corm.and_(t.c.myid:eq(5), t.c.name:in_({ "a", "b" }))

    local function visited(options)
        local seen = {}
        local function note(name)
            return function()
                seen[#seen + 1] = name
            end
        end
        visitors.traverse(condition, options, {
            binary = note("binary"), bindparam = note("bindparam"), column = note("column"),
        })
        return table.concat(seen, " ")
    end

    it("visit parents first, or children first", function()
        assert.equal("binary column bindparam binary column bindparam", visited({}))
        assert.equal("column bindparam binary column bindparam binary",
            visited({ children_first = true }))
    end)

    it("find what a condition compares", function()
        local values, columns, found = {}, {}, {}
        visitors.traverse(condition, { children_first = true }, {
            bindparam = function(bind)
                values[bind] = bind.effective_value
            end,
            column = function(column)
                columns[column] = true
            end,
            binary = function(binary)
                assert.is_true(columns[binary.left])
                found[binary.left.name] = { binary.operator, values[binary.right] }
            end,
        })
        assert.same({ operators.eq, 5 }, found.myid)
        assert.same({ operators.in_op, { "a", "b" } }, found.name)
    end)

    it("iterate over everything once", function()
        local names = {}
        for node in visitors.iterate(select(t.c.myid):where(t.c.myid:eq(5))) do
            names[#names + 1] = visitors.visit_name(node)
        end
        assert.same({ "select", "clauselist", "column", "binary", "bindparam" }, names)
    end)

    it("rebuild what they replace, and leave the rest", function()
        local statement = select(t.c.myid):where(t.c.myid:eq(5), t.c.name:eq("x"))
        local changed = visitors.replacement_traverse(statement, {}, function(node)
            return node == t.c.name and o.c.othername or nil
        end)
        assert_compile(changed, "SELECT mytable.myid FROM mytable, othertable WHERE "
            .. "mytable.myid = :myid_1 AND othertable.othername = :name_1")
        assert_compile(statement, "SELECT mytable.myid FROM mytable WHERE mytable.myid = "
            .. ":myid_1 AND mytable.name = :name_1")
        local doubled = visitors.cloned_traverse(statement, {}, {
            bindparam = function(bind)
                return corm.literal(bind.value == 5 and 10 or bind.value)
            end,
        })
        assert.same({ param_1 = 10, param_2 = "x" }, doubled:compile().params)
    end)

    it("return the statement itself when nothing changes", function()
        local statement = select(t.c.myid)
        assert.equal(statement, visitors.replacement_traverse(statement, {}, function()
            return nil
        end))
    end)
end)

describe("operators", function()
    it("are what expressions say", function()
        assert.equal(operators.eq, t.c.myid:eq(5).operator)
        assert.equal(operators.add, (t.c.myid + 5).operator)
        assert.equal(operators.like_op, t.c.name:like("x").operator)
        assert.equal(operators.and_, corm.and_(t.c.myid:eq(1), t.c.myid:eq(2)).operator)
        assert.equal(operators.desc_op, t.c.myid:desc().operator)
        assert.equal(operators.is_not, t.c.myid:is_not(nil).operator)
        assert.equal(operators.between_op, t.c.myid:between(1, 2).operator)
        assert.is_true(operators.custom_op:is(t.c.myid:op("#")(1).operator))
    end)

    it("are refused when there is none of the name", function()
        local ok, e = pcall(function()
            return operators.equals
        end)
        assert.is_false(ok)
        assert.equal("there is no operator 'equals'", e.message)
    end)
end)

describe("an expression", function()
    it("tells its parts", function()
        local binary = t.c.myid:eq(5)
        assert.equal(t.c.myid, binary.left)
        assert.equal(5, binary.right.value)
        assert.equal("BOOLEAN", tostring(binary.type))
        assert.equal("x", t.c.myid:label("x").name)
        assert.equal(t.c.myid, t.c.myid:label("x").element)
        assert.equal(2, #corm.and_(binary, t.c.name:eq("x")).clauses)
        assert.same({ 1, 2 }, t.c.myid:in_({ 1, 2 }).right.value)
        assert.equal("lower", corm.func.lower(t.c.name).name)
    end)

    it("has the type that its operator makes", function()
        local users = tables.users
        assert.equal("INTEGER", tostring((t.c.myid + 5).type))
        assert.equal("VARCHAR(40)", tostring((t.c.name .. "x").type))
        assert.equal("INTEGER", tostring(corm.func.count().type))
        assert.equal("VARCHAR(40)", tostring(corm.func.max(t.c.name).type))
        assert.equal("DATETIME", tostring(corm.func.now().type))
        assert.equal("FLOAT", tostring((users.c.score * 2).type))
        assert.equal("VARCHAR(5)", tostring(corm.cast(t.c.myid, corm.String(5)).type))
        assert.equal("INTEGER", tostring(select(t.c.myid):scalar_subquery().type))
        assert.equal("INTEGER", tostring(tables.arrays.c.tags:getitem(1).type))
    end)
end)
