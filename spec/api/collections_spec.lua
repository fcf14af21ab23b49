-- SPDX-License-Identifier: MIT
-- Collections read like Lua's own tables: lists, sets, keyed dictionaries and one's own.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey

-- Parent and Child, one to many in a collection of a class.
local function family(collection_class)
    local Base = corm.declarative_base()
    local Parent = Base:extend("Parent", {
        __tablename = "parent",
        id = Column(Integer, { primary_key = true }),
        children = corm.relationship("Child", {
            back_populates = "parent",
            cascade = "all, delete-orphan",
            collection_class = collection_class,
            order_by = "Child.id",
        }),
    })
    local Child = Base:extend("Child", {
        __tablename = "child",
        id = Column(Integer, { primary_key = true }),
        name = Column(String),
        parent_id = Column(ForeignKey("parent.id")),
        parent = corm.relationship("Parent", { back_populates = "children" }),
    })
    return Parent, Child, Base
end

local function names_of(collection)
    local names = {}
    for i, child in ipairs(collection) do
        names[i] = child.name
    end
    return table.concat(names, " ")
end

-- The names of the members as iteration gives them, sorted.
local function members(collection)
    local names = {}
    for child in collection do
        names[#names + 1] = child.name
    end
    table.sort(names)
    return table.concat(names, " ")
end

describe("a list", function()
    it("has a length, indices from 1 and ipairs", function()
        local Parent, Child = family()
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        local parent = Parent({ children = { a, b } })
        assert.equal(2, #parent.children)
        assert.equal(a, parent.children[1])
        assert.equal(b, parent.children[2])
        assert.is_nil(parent.children[3])
        assert.equal("a b", names_of(parent.children))
    end)

    it("iterates over its members", function()
        local Parent, Child = family()
        local parent = Parent({ children = { Child({ name = "a" }), Child({ name = "b" }) } })
        assert.equal("a b", members(parent.children))
    end)

    it("appends, inserts, extends, removes and pops", function()
        local Parent, Child = family()
        local parent = Parent({})
        local a, b, c, d = Child({ name = "a" }), Child({ name = "b" }), Child({ name = "c" }),
            Child({ name = "d" })
        parent.children:append(b)
        parent.children:insert(1, a)
        parent.children:extend({ c, d })
        assert.equal("a b c d", names_of(parent.children))
        parent.children:remove(b)
        assert.equal("a c d", names_of(parent.children))
        assert.equal(d, parent.children:pop())
        assert.equal(a, parent.children:pop(1))
        assert.equal("c", names_of(parent.children))
    end)

    it("works with table.insert and table.remove", function()
        local Parent, Child = family()
        local parent = Parent({})
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        table.insert(parent.children, b)
        table.insert(parent.children, 1, a)
        assert.equal("a b", names_of(parent.children))
        assert.equal(parent, a.parent)
        assert.equal(parent, b.parent)
        assert.equal(a, table.remove(parent.children, 1))
        assert.equal("b", names_of(parent.children))
        assert.is_nil(a.parent)
        assert.equal(parent, b.parent)
        assert.equal(b, table.remove(parent.children))
        assert.equal(0, #parent.children)
        assert.is_nil(b.parent)
    end)

    it("tells listeners once of what table.insert and table.remove move about", function()
        local Parent, Child = family()
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        local parent = Parent({ children = { b } })
        local seen = {}
        for _, event in ipairs({ "append", "remove" }) do
            corm.event.listen(Parent.children, event, function(_, child)
                seen[#seen + 1] = event .. " " .. child.name
            end)
        end
        table.insert(parent.children, 1, a)
        table.remove(parent.children, 1)
        assert.same({ "append a", "remove a" }, seen)
    end)

    it("appends at #c + 1 and closes the gap of a nil", function()
        local Parent, Child = family()
        local parent = Parent({})
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        parent.children[#parent.children + 1] = a
        parent.children[#parent.children + 1] = b
        parent.children[1] = nil
        assert.equal("b", names_of(parent.children))
        assert.is_nil(a.parent)
    end)

    it("replaces a member in place", function()
        local Parent, Child = family()
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        local parent = Parent({ children = { a } })
        parent.children[1] = b
        assert.equal("b", names_of(parent.children))
        assert.is_nil(a.parent)
        assert.equal(parent, b.parent)
    end)

    it("knows what it contains", function()
        local Parent, Child = family()
        local a = Child({ name = "a" })
        local parent = Parent({ children = { a } })
        assert.is_true(parent.children:contains(a))
        assert.is_false(parent.children:contains(Child({})))
    end)

    it("follows the other side and the other side follows it", function()
        local Parent, Child = family()
        local one, two = Parent({}), Parent({})
        local child = Child({ parent = one })
        assert.equal(child, one.children[1])
        two.children:append(child)
        assert.equal(two, child.parent)
        assert.equal(0, #one.children)
    end)

    it("refuses what is not an instance of its class", function()
        local Parent, Child = family()
        local parent = Parent({})
        assert.is_false(pcall(parent.children.append, parent.children, "a"))
        assert.is_false(pcall(parent.children.append, parent.children, Parent({})))
        parent.children:append(Child({}))
    end)

    it("is replaced as a whole by assignment", function()
        local Parent, Child = family()
        local a, b, c = Child({ name = "a" }), Child({ name = "b" }), Child({ name = "c" })
        local parent = Parent({ children = { a, b } })
        parent.children = { b, c }
        assert.equal("b c", names_of(parent.children))
        assert.is_nil(a.parent)
        assert.equal(parent, c.parent)
    end)
end)

describe("a set", function()
    it("adds, removes and knows what it contains", function()
        local Parent, Child = family(corm.set)
        local parent = Parent({})
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        parent.children:add(a)
        parent.children:add(a)
        parent.children:add(b)
        assert.equal(2, #parent.children)
        assert.is_true(parent.children:contains(a))
        parent.children:remove(a)
        assert.is_false(parent.children:contains(a))
        assert.is_nil(a.parent)
        assert.equal(parent, b.parent)
        assert.equal("b", members(parent.children))
    end)

    it("is assigned from a sequence or a set", function()
        local Parent, Child = family(corm.set)
        local a, b = Child({ name = "a" }), Child({ name = "b" })
        local parent = Parent({ children = corm.set({ a, b }) })
        assert.equal(2, #parent.children)
        parent.children = corm.set({ b })
        assert.equal("b", members(parent.children))
    end)
end)

describe("a keyed dictionary", function()
    it("is keyed by an attribute and keeps its order", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local parent = Parent({})
        Child({ name = "z" }).parent = parent
        for _, name in ipairs({ "b", "a", "m" }) do
            local child = Child({ name = name })
            child.parent = parent
        end
        local seen = {}
        for key, child in pairs(parent.children) do
            seen[#seen + 1] = key
            assert.equal(key, child.name)
        end
        assert.same({ "z", "b", "a", "m" }, seen)
        assert.equal(4, #parent.children)
    end)

    it("reads, sets and removes by key", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local parent = Parent({})
        local a = Child({ name = "a" })
        parent.children["a"] = a
        assert.equal(a, parent.children["a"])
        assert.equal(a, parent.children.a)
        assert.equal(parent, a.parent)
        assert.is_nil(parent.children["nosuch"])
        parent.children["a"] = nil
        assert.is_nil(a.parent)
        assert.equal(0, #parent.children)
    end)

    it("gives key and value in a for loop", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local parent = Parent({ children = { a = Child({ name = "a" }) } })
        for key, child in parent.children do
            assert.equal("a", key)
            assert.equal("a", child.name)
        end
    end)

    it("lets a key win over a method, which stays reachable", function()
        local Parent, Child = family(corm.attribute_keyed_dict("name"))
        local parent = Parent({})
        local child = Child({ name = "remove" })
        parent.children["remove"] = child
        assert.equal(child, parent.children.remove)
        corm.collections.KeyFuncDict.remove(parent.children, child)
        assert.equal(0, #parent.children)
    end)

    it("makes what is missing by __missing", function()
        local Made
        local Default = corm.collections.KeyFuncDict:extend("Default", {
            __missing = function(self, key)
                local child = Made({ name = key })
                self[key] = child
                return child
            end,
        })
        local Parent, Child = family(function()
            return Default(function(child)
                return child.name
            end)
        end)
        Made = Child
        local parent = Parent({})
        local x = parent.children["x"]
        assert.equal("x", x.name)
        assert.equal(parent, x.parent)
        assert.equal(x, parent.children["x"])
    end)
end)

describe("a list class of one's own", function()
    it("extends InstrumentedList", function()
        local Sorted = corm.collections.InstrumentedList:extend("Sorted", {
            names = function(self)
                local names = {}
                for i, child in ipairs(self) do
                    names[i] = child.name
                end
                table.sort(names)
                return names
            end,
        })
        local Parent, Child = family(Sorted)
        local parent = Parent({ children = { Child({ name = "b" }), Child({ name = "a" }) } })
        assert.same({ "a", "b" }, parent.children:names())
    end)
end)

helper.each_database(function(db)
    for name, class in pairs({
        list = false,
        set = corm.set,
        dictionary = corm.attribute_keyed_dict("name"),
    }) do
        describe("a " .. name .. " in a session", function()
            it("saves what is added and deletes what is taken out", function()
                local Parent, Child, Base = family(class or nil)
                local engine = corm.create_engine(db.url)
                Base.metadata:create_all(engine)
                local session = corm.Session(engine)
                local parent = Parent({ id = 1 })
                local a, b = Child({ name = "a", parent = parent }), Child({ name = "b" })
                b.parent = parent
                session:add(parent)
                session:commit()
                assert.equal(2, #parent.children)
                assert.equal("a b", (members(corm.set({ a, b }))))

                a.parent = nil
                session:commit()
                assert.equal(1, #parent.children)
                assert.is_nil(session:scalars(
                    corm.select(Child):where(Child.name:eq("a"))):first())

                session:expire(parent)
                assert.equal(1, #parent.children)
                session:delete(parent)
                session:commit()
                assert.equal(0, session:scalar(
                    corm.select(corm.func.count()):select_from(Child)))
                session:close()
                engine:dispose()
            end)
        end)
    end
end)
