-- SPDX-License-Identifier: MIT
require("spec.helper")
local core = require("corm.core")
local exc = require("corm.exc")
local set = require("corm.util.set")

local function members(s)
    local list = {}
    for member in s do
        list[#list + 1] = member
    end
    return list
end

describe("corm.set", function()
    it("keeps its members once, in the order they came", function()
        local s = set({ 3, 1, 3, 2 })
        s:add(1)
        s:add("x")
        assert.same({ 3, 1, 2, "x" }, members(s))
        assert.equal(4, #s)
        assert.equal("{3, 1, 2, 'x'}", tostring(s))
        assert.equal("{}", tostring(set()))
    end)

    it("knows its members", function()
        local s = set({ 1, false, core.NULL })
        assert.is_true(s:contains(1.0))
        assert.is_true(s:contains(false))
        assert.is_true(s:contains(core.NULL))
        assert.is_false(s:contains(2))
        assert.is_false(s:contains(nil))
    end)

    it("refuses what cannot be a member", function()
        assert.has_error(function()
            set():add(nil)
        end)
        assert.has_error(function()
            set():add(0 / 0)
        end)
        assert.has_error(function()
            set().name = 1
        end)
    end)

    it("removes, discards and pops", function()
        local s = set({ 1, 2, 3 })
        s:remove(2)
        s:discard(2)
        assert.same({ 1, 3 }, members(s))
        local ok, e = pcall(s.remove, s, 2)
        assert.is_false(ok)
        assert.is_true(exc.ArgumentError:is(e))
        assert.equal("2 is not in the set", e.message)
        assert.equal(1, s:pop())
        assert.equal(3, s:pop())
        assert.has_error(function()
            s:pop()
        end)
        assert.equal(0, #s)
    end)

    it("puts a member that comes back at the end", function()
        local s = set({ 1, 2 })
        s:remove(1)
        s:add(1)
        assert.same({ 2, 1 }, members(s))
    end)

    it("stays small and right when many come and go", function()
        local s = set()
        for i = 1, 10000 do
            s:add(i)
            s:discard(i - 3)
        end
        assert.same({ 9998, 9999, 10000 }, members(s))
        assert.is_true(s._last < 50)
    end)

    it("may lose members while it is iterated over", function()
        local s = set({ 1, 2, 3, 4 })
        local seen = {}
        for member in s do
            seen[#seen + 1] = member
            s:discard(member)
            s:discard(3)
        end
        assert.same({ 1, 2, 4 }, seen)
        assert.equal(0, #s)
    end)

    it("is indexed and walked like a list", function()
        local s = set({ "a", "b", "c" })
        s:remove("a")
        assert.equal("b", s[1])
        assert.is_nil(s[3])
        local list = {}
        for i, member in ipairs(s) do
            list[i] = member
        end
        for i, member in pairs(s) do
            list[i + 2] = member
        end
        assert.same({ "b", "c", "b", "c" }, list)
        assert.same({ "b", "c" }, { table.unpack(s) })
    end)

    it("knows set algebra", function()
        local a, b = set({ 1, 2, 3 }), set({ 3, 4 })
        assert.same({ 1, 2, 3, 4 }, members(a | b))
        assert.same({ 3 }, members(a & b))
        assert.same({ 1, 2 }, members(a - b))
        assert.same({ 1, 2, 4 }, members(a ~ b))
        assert.same({ 1, 2, 3, 9 }, members(a:union({ 9 })))
        assert.same({ 1, 2, 3 }, members(a))
    end)

    it("changes in place as well", function()
        local s = set({ 1, 2, 3 })
        s:update({ 4 }, set({ 5 }))
        s:difference_update({ 1 })
        s:intersection_update({ 2, 3, 4, 9 })
        s:symmetric_difference_update({ 2, 7 })
        assert.same({ 3, 4, 7 }, members(s))
        s:difference_update(s)
        assert.equal(0, #s)
    end)

    it("compares", function()
        assert.is_true(set({ 1, 2 }) == set({ 2, 1 }))
        assert.is_false(set({ 1, 2 }) == set({ 1, 3 }))
        assert.is_true(set({ 1 }) < set({ 1, 2 }))
        assert.is_false(set({ 1, 2 }) < set({ 1, 2 }))
        assert.is_true(set({ 1, 2 }) <= set({ 1, 2 }))
        assert.is_true(set({ 1, 2 }):issuperset({ 1 }))
        assert.is_true(set({ 1 }):isdisjoint({ 2 }))
        assert.is_false(set({ 1 }):isdisjoint({ 1 }))
    end)

    it("copies and clears", function()
        local a = set({ 1 })
        local b = a:copy()
        a:clear()
        assert.equal(0, #a)
        assert.same({ 1 }, members(b))
    end)

    it("is told from other values", function()
        assert.is_true(set:is(set()))
        assert.is_false(set:is({}))
        assert.is_false(set:is("x"))
    end)
end)
