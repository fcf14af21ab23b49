-- SPDX-License-Identifier: MIT
-- Attributes of mapped objects, and the two sides of a relationship kept in step in memory.

local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey
local relationship = corm.relationship

local function error_of(fn, ...)
    local ok, err = pcall(fn, ...)
    assert.is_false(ok)
    return err
end

-- Parent and Child, one-to-many both ways; options go to Parent.children.
local function family(options)
    local Base = corm.declarative_base()
    options = options or {}
    options.back_populates = "parent"
    local Parent = Base:extend("Parent", {
        __tablename = "parent",
        id = Column(Integer, { primary_key = true }),
        name = Column(String(50)),
        children = relationship("Child", options),
    })
    local Child = Base:extend("Child", {
        __tablename = "child",
        id = Column(Integer, { primary_key = true }),
        parent_id = Column(ForeignKey("parent.id")),
        name = Column(String(50)),
        parent = relationship("Parent", { back_populates = "children" }),
    })
    return Parent, Child
end

describe("an attribute", function()
    it("is nil until it is set, and then what was set", function()
        local Parent = family()
        local parent = Parent()
        assert.is_nil(parent.name)
        parent.name = "ed"
        assert.equal("ed", parent.name)
        parent.name = nil
        assert.is_nil(parent.name)
    end)

    it("keeps a long string alive by itself", function()
        local Parent = family()
        local parents = {}
        for i = 1, 100 do
            parents[i] = Parent({ name = ("x"):rep(100) .. i })
        end
        collectgarbage()
        for i = 1, 100 do
            assert.equal(("x"):rep(100) .. i, parents[i].name)
        end
    end)

    it("that is not mapped is an error to read, with a suggestion", function()
        local Parent = family()
        local err = error_of(function()
            return Parent().nmae
        end)
        assert.is_true(corm.exc.ArgumentError:is(err))
        assert.equal("class 'Parent' has no attribute 'nmae' (did you mean 'name'?)", err.message)
    end)

    it("that is not mapped becomes a field of that object when written", function()
        local Parent = family()
        local one, other = Parent(), Parent()
        one.note = { 1 }
        assert.same({ 1 }, one.note)
        assert.has_error(function()
            return other.note
        end)
    end)

    it("is found by an address-independent name too", function()
        local Base = corm.declarative_base()
        local long = ("column_with_a_long_name_"):rep(3)
        local Long = Base:extend("Long", {
            __tablename = "long",
            id = Column(Integer, { primary_key = true }),
            [long] = Column(Integer),
        })
        local object = Long()
        object[long] = 7
        assert.equal(7, object["column_with_a_long_name_" .. ("column_with_a_long_name_"):rep(2)])
    end)
end)

describe("a constructor", function()
    it("takes attributes by name", function()
        local Parent, Child = family()
        local parent = Parent({ id = 3, name = "p", children = { Child({ name = "c" }) } })
        assert.equal(3, parent.id)
        assert.equal(parent, parent.children[1].parent)
    end)

    it("refuses a name that is no attribute", function()
        local Parent = family()
        local err = error_of(Parent, { nmae = 1 })
        assert.equal("'nmae' is an invalid keyword argument for class 'Parent'; "
            .. "did you mean 'name'?", err.message)
    end)

    it("may be the class's own, and call the default one", function()
        local Base = corm.declarative_base()
        local User = Base:extend("User", {
            __tablename = "user",
            id = Column(Integer, { primary_key = true }),
            name = Column(String),
        })
        function User:__init(name)
            Base.__init(self, { name = name:upper() })
        end
        assert.equal("ED", User("ed").name)
    end)
end)

describe("a printed object", function()
    it("shows its class and what is loaded of its columns", function()
        local Parent = family()
        assert.equal("Parent(id=1, name='ed')", tostring(Parent({ id = 1, name = "ed" })))
        assert.equal("Parent()", tostring(Parent()))
    end)

    it("is shown by the class's __tostring, even one given later", function()
        local Parent = family()
        local parent = Parent({ name = "ed" })
        function Parent:__tostring()
            return "<" .. self.name .. ">"
        end
        assert.equal("<ed>", tostring(parent))
    end)
end)

describe("a relationship", function()
    it("sets the other side when the many side is set", function()
        local Parent, Child = family()
        local parent, child = Parent(), Child()
        child.parent = parent
        assert.equal(child, parent.children[1])
        child.parent = nil
        assert.equal(0, #parent.children)
    end)

    it("sets the other side when a member is appended or removed", function()
        local Parent, Child = family()
        local parent, child = Parent(), Child()
        parent.children:append(child)
        assert.equal(parent, child.parent)
        parent.children:remove(child)
        assert.is_nil(child.parent)
    end)

    it("moves a member that finds a new parent", function()
        local Parent, Child = family()
        local one, two, child = Parent(), Parent(), Child()
        one.children:append(child)
        two.children:append(child)
        assert.equal(0, #one.children)
        assert.equal(two, child.parent)
        child.parent = one
        assert.equal(0, #two.children)
        assert.equal(1, #one.children)
    end)

    it("refuses objects of another class", function()
        local Parent, Child = family()
        local err = error_of(function()
            Child().parent = Child()
        end)
        assert.equal("attribute 'parent' of class 'Child' expects a 'Parent' object, got Child",
            err.message)
        err = error_of(function()
            Parent().children:append("x")
        end)
        assert.equal("collection 'children' of class 'Parent' holds 'Child' objects, got string",
            err.message)
    end)

    it("survives the collector in a ring of 1,000 objects", function()
        local Base = corm.declarative_base()
        local Node = Base:extend("Node", {
            __tablename = "node",
            id = Column(Integer, { primary_key = true }),
            next_id = Column(ForeignKey("node.id")),
            next = relationship("Node", { remote_side = "id" }),
        })
        local first = Node({ id = 0 })
        local last = first
        for i = 1, 1000 do
            last.next = Node({ id = i })
            last = last.next
        end
        last.next = first
        collectgarbage()
        local n, node = 0, first
        repeat
            node, n = node.next, n + 1
        until node == first
        assert.equal(1001, n)
    end)

    it("names the class that cannot be found", function()
        local Base = corm.declarative_base()
        local Lonely = Base:extend("Lonely", {
            __tablename = "lonely",
            id = Column(Integer, { primary_key = true }),
            friends = relationship("Lonley"),
        })
        local err = error_of(Lonely)
        require("corm.orm.mapper").clear_mappers()
        assert.equal("Lonely.friends: no mapped class 'Lonley'; did you mean 'Lonely'?",
            err.message)
    end)
end)

describe("listeners of an attribute", function()
    it("may replace the value that is set", function()
        local Parent = family()
        corm.event.listen(Parent.name, "set", function(_, value)
            return value:upper()
        end, { retval = true })
        assert.equal("ED", Parent({ name = "ed" }).name)
    end)

    it("hear of the old value, or that there was none", function()
        local Parent = family()
        local heard = {}
        corm.event.listen(Parent.name, "set", function(_, _, old)
            heard[#heard + 1] = tostring(old)
        end)
        local parent = Parent({ name = "a" })
        parent.name = "b"
        assert.same({ "NO_VALUE", "a" }, heard)
    end)

    it("hear of both sides of a relationship", function()
        local Parent, Child = family()
        local heard = {}
        corm.event.listen(Parent.children, "append", function()
            heard[#heard + 1] = "append"
        end)
        corm.event.listen(Child.parent, "set", function()
            heard[#heard + 1] = "set"
        end)
        local parent, child = Parent(), Child()
        parent.children:append(child)
        assert.same({ "append", "set" }, heard)
        assert.equal(parent, child.parent)
        assert.equal(1, #parent.children)
    end)
end)
