-- SPDX-License-Identifier: MIT
-- Events of classes: mapped, instrumented, configured, unmapped; and who hears them.

local corm = require("corm")
local helper = require("spec.helper")

local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey

local function user_members(mixin)
    return {
        mixin,
        __tablename = "account",
        id = Column(Integer, { primary_key = true }),
        name = Column(String(30)),
    }
end

local function note(heard, target, names, options)
    for _, name in ipairs(names) do
        corm.event.listen(target, name, function(a, b)
            local class = type(b) == "table" and b or a
            heard[#heard + 1] = name .. " " .. (class.__name or tostring(class))
        end, options)
    end
end

describe("a class that is mapped", function()
    it("tells what becomes of it, in order", function()
        local Base = corm.declarative_base()
        local heard = {}
        note(heard, Base, { "instrument_class", "after_mapper_constructed",
            "before_mapper_configured", "mapper_configured" }, { propagate = true })
        note(heard, Base, { "class_instrument" })
        local User = Base:extend("User", user_members())
        assert.same({ "class_instrument User", "instrument_class User",
            "after_mapper_constructed User" }, heard)
        User()
        assert.same({ "before_mapper_configured User", "mapper_configured User" },
            { heard[4], heard[5] })
        User()
        assert.equal(5, #heard)
    end)

    it("tells each attribute, those that are added later as well", function()
        local Base = corm.declarative_base()
        local heard = {}
        corm.event.listen(Base, "attribute_instrument", function(class, key, attribute)
            assert.equal(class[key], attribute)
            heard[#heard + 1] = key
        end)
        local User = Base:extend("User", user_members())
        User.notes = corm.relationship("Note")
        Base:extend("Note", {
            __tablename = "note",
            id = Column(Integer, { primary_key = true }),
            user_id = Column(ForeignKey("account.id")),
            user = corm.relationship("User", { backref = "own_notes" }),
        })
        User.age = Column(Integer)
        corm.configure_mappers()
        assert.same({ "id", "name", "notes", "id", "user_id", "user", "age", "own_notes" }, heard)
    end)

    it("may have its attributes listened to as they come", function()
        local Base = corm.declarative_base()
        local heard = {}
        corm.event.listen(Base, "attribute_instrument", function(_, key, attribute)
            corm.event.listen(attribute, "set", function(_, value)
                heard[#heard + 1] = key .. "=" .. tostring(value)
            end)
        end)
        local User = Base:extend("User", user_members())
        User({ id = 1 }).name = "ed"
        assert.same({ "id=1", "name=ed" }, heard)
    end)

    it("may be put off by before_mapper_configured", function()
        local Base = corm.declarative_base()
        local answer = corm.event.EXT_SKIP
        local User = Base:extend("User", user_members())
        local configured = 0
        corm.event.listen(User, "before_mapper_configured", function()
            return answer
        end, { retval = true })
        corm.event.listen(User, "mapper_configured", function()
            configured = configured + 1
        end)
        corm.configure_mappers()
        assert.equal(0, configured)
        answer = nil
        corm.configure_mappers()
        assert.equal(1, configured)
    end)
end)

describe("a listener of a base", function()
    it("hears of the classes below that base alone", function()
        local one, other = corm.declarative_base(), corm.declarative_base()
        local heard = {}
        corm.event.listen(one, "init", function(object)
            heard[#heard + 1] = tostring(object)
        end, { propagate = true })
        one:extend("User", user_members())()
        other:extend("Stranger", user_members())()
        assert.same({ "User()" }, heard)
    end)

    it("hears of classes that were there before", function()
        local Base, heard = corm.declarative_base(), {}
        local User = Base:extend("User", user_members())
        corm.event.listen(Base, "init", function(object)
            heard[#heard + 1] = tostring(object)
        end, { propagate = true })
        User()
        assert.same({ "User()" }, heard)
    end)

    it("has to say that it propagates", function()
        local Base = corm.declarative_base()
        local e = helper.raises(corm.exc.ArgumentError, corm.event.listen, Base, "init", print)
        assert.matches("class 'Base' is not mapped: listen with { propagate = true }", e.message,
            1, true)
    end)
end)

describe("a listener of a mixin", function()
    it("hears of the classes that have it, before or after", function()
        local HasName = { name = Column(String(30)) }
        local Base, heard = corm.declarative_base(), {}
        local function members(name)
            return { HasName, __tablename = name, id = Column(Integer, { primary_key = true }) }
        end
        local One = Base:extend("One", members("one"))
        corm.event.listen(HasName, "mapper_configured", function(_, class)
            heard[#heard + 1] = class.__name
        end, { propagate = true })
        local Two = Base:extend("Two", members("two"))
        Base:extend("Three", { __tablename = "three",
            id = Column(Integer, { primary_key = true }) })
        One()
        Two()
        assert.same({ "One", "Two" }, heard)
        assert.is_false(corm.event.contains(HasName, "mapper_configured", print))
    end)

    it("is none for events of other things", function()
        local e = helper.raises(corm.exc.InvalidRequestError, corm.event.listen, {}, "checkout",
            print)
        assert.matches("accepts no events", e.message)
    end)
end)

describe("a registry", function()
    it("tells when its classes are configured", function()
        local registry = corm.registry()
        local Base, heard = registry:generate_base(), {}
        for _, name in ipairs({ "before_configured", "after_configured" }) do
            corm.event.listen(registry, name, function(of_registry)
                assert.equal(registry, of_registry)
                heard[#heard + 1] = name
            end)
        end
        local User = Base:extend("User", user_members())
        corm.declarative_base():extend("Other", user_members())()
        User()
        assert.same({ "before_configured", "after_configured" }, heard)
    end)

    it("can be disposed of: its classes are unmapped, the others are not", function()
        local registry = corm.registry()
        local Base, heard = registry:generate_base(), {}
        note(heard, Base, { "class_uninstrument" })
        local User = Base:extend("User", user_members())
        local Other = corm.declarative_base():extend("Other", user_members())
        local user = User({ name = "ed" })
        registry:dispose()
        assert.same({ "class_uninstrument User" }, heard)
        local e = helper.raises(corm.exc.InvalidRequestError, User)
        assert.equal("class 'User' was unmapped by clear_mappers() or dispose()", e.message)
        helper.raises(corm.exc.ArgumentError, corm.select, User)
        helper.raises(corm.exc.UnmappedClassError, corm.orm.object_mapper, user)
        assert.equal("ed", Other({ name = "ed" }).name)
    end)
end)
