-- SPDX-License-Identifier: MIT
-- Lists, sets and keyed dicts of related objects, in memory.

local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey

-- A Parent whose children are collected as `collection_class` says.
local function family(collection_class)
    local Base = corm.declarative_base()
    local Parent = Base:extend("Parent", {
        __tablename = "parent",
        id = Column(Integer, { primary_key = true }),
        children = corm.relationship("Child", { collection_class = collection_class,
            backref = "parent" }),
    })
    local Child = Base:extend("Child", {
        __tablename = "child",
        id = Column(Integer, { primary_key = true }),
        parent_id = Column(ForeignKey("parent.id")),
        name = Column(String(50)),
    })
    return Parent, Child
end

local function names(collection)
    local list = {}
    for member in collection do
        list[#list + 1] = member.name
    end
    return table.concat(list, " ")
end

describe("a list", function()
    it("is indexed from 1 and keeps its order", function()
        local Parent, Child = family()
        local parent = Parent()
        for name in ("a b c"):gmatch("%S") do
            parent.children:append(Child({ name = name }))
        end
        assert.equal(3, #parent.children)
        assert.equal("b", parent.children[2].name)
        assert.is_nil(parent.children[4])
        assert.equal("a b c", names(parent.children))
    end)

    it("takes and loses members by position", function()
        local Parent, Child = family()
        local parent = Parent()
        parent.children[1] = Child({ name = "a" })
        parent.children[#parent.children + 1] = Child({ name = "c" })
        parent.children:insert(2, Child({ name = "b" }))
        assert.equal("a b c", names(parent.children))
        local b = parent.children[2]
        parent.children[2] = nil
        assert.equal("a c", names(parent.children))
        assert.is_nil(b.parent)
        assert.equal("c", parent.children:pop().name)
        assert.equal("a", names(parent.children))
    end)

    it("works with ipairs, pairs, table.insert and extend", function()
        local Parent, Child = family()
        local parent = Parent()
        table.insert(parent.children, Child({ name = "a" }))
        parent.children:extend({ Child({ name = "b" }), Child({ name = "c" }) })
        local seen = {}
        for i, child in ipairs(parent.children) do
            seen[i] = child.name
        end
        assert.same({ "a", "b", "c" }, seen)
        for i, child in pairs(parent.children) do
            assert.equal(seen[i], child.name)
        end
    end)

    it("may be iterated inside an iteration over itself", function()
        local Parent, Child = family()
        local parent = Parent({ children = { Child({ name = "a" }), Child({ name = "b" }) } })
        local pairs_seen = {}
        for one in parent.children do
            for two in parent.children do
                pairs_seen[#pairs_seen + 1] = one.name .. two.name
            end
        end
        assert.same({ "aa", "ab", "ba", "bb" }, pairs_seen)
    end)

    it("says what it contains", function()
        local Parent, Child = family()
        local child = Child()
        local parent = Parent({ children = { child } })
        assert.is_true(parent.children:contains(child))
        assert.is_false(parent.children:contains(Child()))
    end)

    it("is replaced as a whole: who left forgets, who joined learns", function()
        local Parent, Child = family()
        local a, b, c = Child({ name = "a" }), Child({ name = "b" }), Child({ name = "c" })
        local parent = Parent({ children = { a, b } })
        parent.children = { b, c }
        assert.equal("b c", names(parent.children))
        assert.is_nil(a.parent)
        assert.equal(parent, c.parent)
    end)

    it("outlives the collector with its members", function()
        local Parent, Child = family()
        local parent = Parent()
        for i = 1, 200 do
            parent.children:append(Child({ name = tostring(i) }))
        end
        for _ = 1, 100 do
            parent.children[1] = nil
        end
        collectgarbage()
        assert.equal(100, #parent.children)
        assert.equal("101", parent.children[1].name)
    end)
end)

describe("a set", function()
    it("holds each object once", function()
        local Parent, Child = family(corm.set)
        local parent, child = Parent(), Child({ name = "a" })
        parent.children:add(child)
        parent.children:add(child)
        assert.equal(1, #parent.children)
        assert.is_true(parent.children:contains(child))
        parent.children:discard(child)
        parent.children:discard(child)
        assert.equal(0, #parent.children)
        assert.has_error(function()
            parent.children:remove(child)
        end)
    end)
end)

describe("a keyed dict", function()
    it("finds members by their key, in order of insertion", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local parent = Parent()
        Child({ name = "b", parent = parent })
        parent.children["a"] = Child({ name = "a" })
        assert.equal("a", parent.children.a.name)
        local keys = {}
        for key in pairs(parent.children) do
            keys[#keys + 1] = key
        end
        assert.same({ "b", "a" }, keys)
        assert.same({ "b", "a" }, parent.children:keys())
    end)

    it("drops a member by assigning nil to its key", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local child = Child({ name = "a" })
        local parent = Parent({ children = { child } })
        parent.children["a"] = nil
        assert.equal(0, #parent.children)
        assert.is_nil(child.parent)
        parent.children["a"] = nil
    end)

    it("lets a new member take the place of the one with its key", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local old, new = Child({ name = "a" }), Child({ name = "a" })
        local parent = Parent({ children = { old } })
        parent.children["a"] = new
        assert.equal(1, #parent.children)
        assert.equal(new, parent.children["a"])
        assert.is_nil(old.parent)
    end)

    it("gives data precedence over methods, which are functions of the class too", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local odd = Child({ name = "remove" })
        local parent = Parent({ children = { odd } })
        assert.equal(odd, parent.children.remove)
        corm.collections.KeyFuncDict.remove(parent.children, odd)
        assert.equal(0, #parent.children)
    end)

    it("of a class with __missing makes what is not there", function()
        local made
        local Defaults = corm.collections.KeyFuncDict:extend("Defaults", {
            __missing = function(self, key)
                self[key] = made(key)
                return self[key]
            end,
        })
        local Parent, Child = family(Defaults("name"))
        made = function(key)
            return Child({ name = key })
        end
        local parent = Parent()
        assert.equal("x", parent.children["x"].name)
        assert.equal(parent.children["x"], parent.children["x"])
        assert.equal(1, #parent.children)
    end)
end)
