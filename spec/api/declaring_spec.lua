-- SPDX-License-Identifier: MIT
-- Declaring classes, as a program writes them.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey

local function user_class()
    local Base = corm.declarative_base()
    return Base:extend("User", {
        __tablename = "user_account",
        id = Column(Integer, { primary_key = true }),
        name = Column(String(30), { nullable = false }),
        fullname = Column(String),
    }), Base
end

local function keys(table_)
    local names = {}
    for column in table_.c do
        names[#names + 1] = column.name
    end
    return names
end

describe("a declared class", function()
    it("keeps its columns in the order in which they are written", function()
        local Base = corm.declarative_base()
        local Letters = Base:extend("Letters", {
            __tablename = "letters",
            z = Column(Integer, { primary_key = true }),
            y = Column(String),
            b = Column(String),
            a = Column(String),
            m = Column(String),
        })
        assert.same({ "z", "y", "b", "a", "m" }, keys(Letters.__table))
    end)

    it("has a table and a mapper", function()
        local User, Base = user_class()
        assert.equal("user_account", User.__table.name)
        assert.equal(User.__table, Base.metadata.tables["user_account"])
        assert.equal(User, User.__mapper.class_)
    end)

    it("is constructed with a table of attributes", function()
        local User = user_class()
        local user = User({ name = "ed", fullname = "Ed Jones" })
        assert.equal("ed", user.name)
        assert.equal("Ed Jones", user.fullname)
        assert.is_nil(user.id)
    end)

    it("refuses what it does not map", function()
        local User = user_class()
        local ok, e = pcall(User, { nmae = "ed" })
        assert.is_false(ok)
        assert.is_true(corm.exc.ArgumentError:is(e))
        assert.truthy(e.message:find("nmae", 1, true))
        assert.truthy(e.message:find("'name'", 1, true))
    end)

    it("constructs by its own __init", function()
        local User = user_class()
        function User:__init(name)
            self.name = name
        end
        assert.equal("ed", User("ed").name)
    end)

    it("calls the default constructor from its own", function()
        local User, Base = user_class()
        function User:__init(name, attributes)
            Base.__init(self, attributes)
            self.name = name
        end
        local user = User("ed", { fullname = "Ed Jones" })
        assert.equal("ed", user.name)
        assert.equal("Ed Jones", user.fullname)
    end)

    it("has methods: whatever is not mapped", function()
        local User = user_class()
        function User:shout()
            return self.name:upper() .. "!"
        end
        assert.equal("ED!", User({ name = "ed" }):shout())
    end)

    it("knows its instances, and those of its subclasses", function()
        local User, Base = user_class()
        local Other = Base:extend("Other", {
            __tablename = "other",
            id = Column(Integer, { primary_key = true }),
        })
        assert.is_true(User:is(User({})))
        assert.is_true(Base:is(User({})))
        assert.is_false(User:is(Other({})))
        assert.is_false(User:is("ed"))
        assert.is_false(User:is(nil))
    end)

    it("prints its instances with their columns", function()
        local User = user_class()
        assert.equal("User(id=1, name='ed')", tostring(User({ id = 1, name = "ed" })))
    end)

    it("prints its instances by its own __tostring", function()
        local User = user_class()
        function User:__tostring()
            return "<" .. self.name .. ">"
        end
        assert.equal("<ed>", tostring(User({ name = "ed" })))
    end)

    it("walks the mapped attributes of an instance", function()
        local User = user_class()
        local seen = {}
        for key, value in pairs(User({ id = 1, name = "ed" })) do
            seen[key] = value
        end
        assert.equal(1, seen.id)
        assert.equal("ed", seen.name)
    end)

    it("refuses an attribute that was never set or mapped", function()
        local User = user_class()
        local user = User({ name = "ed" })
        local ok, e = pcall(function()
            return user.nosuch
        end)
        assert.is_false(ok)
        assert.truthy(tostring(e):find("nosuch", 1, true))
    end)

    it("takes ad-hoc fields", function()
        local User = user_class()
        local user = User({ name = "ed" })
        user.mood = "good"
        assert.equal("good", user.mood)
        assert.is_false(User.__table.c:contains("mood"))
    end)

    it("deletes an attribute", function()
        local User = user_class()
        local user = User({ name = "ed" })
        corm.attributes.del_attribute(user, "name")
        assert.is_nil(user.name)
    end)
end)

describe("a mixin", function()
    it("is a plain table in the array part", function()
        local Base = corm.declarative_base()
        local Timestamped = {
            created = Column(corm.DateTime),
            age = function()
                return 7
            end,
        }
        local A = Base:extend("A", {
            Timestamped,
            __tablename = "a",
            id = Column(Integer, { primary_key = true }),
        })
        local B = Base:extend("B", {
            Timestamped,
            __tablename = "b",
            id = Column(Integer, { primary_key = true }),
        })
        assert.equal("a.created", tostring(A.__table.c.created))
        assert.equal("b.created", tostring(B.__table.c.created))
        assert.equal(7, A({}):age())
    end)

    it("shows the table's name to declared_attr, and to others", function()
        local named = corm.mixin({
            __tablename = corm.declared_attr(function(class)
                return tostring(class):match("'(%w+)'"):lower()
            end),
            reference = corm.declared_attr(function(class)
                return corm.Column(class.__tablename .. "_reference", corm.Integer)
            end),
        })
        local Shop = corm.declarative_base():extend("Shop", {
            named, id = corm.Column(corm.Integer, { primary_key = true }),
        })
        assert.equal("shop", Shop.__tablename)
        assert.equal("shop_reference", Shop.__table.c[2].name)
    end)

    it("computes a member for each class with declared_attr", function()
        local Base = corm.declarative_base()
        local Named = corm.mixin({
            __tablename = corm.declared_attr(function(class)
                return class.__name:lower() .. "_table"
            end),
            id = Column(Integer, { primary_key = true }),
        })
        local Thing = Base:extend("Thing", { Named })
        assert.equal("thing_table", Thing.__table.name)
    end)

    it("gives each class a relationship of its own", function()
        local Base = corm.declarative_base()
        local Target = Base:extend("Target", {
            __tablename = "target",
            id = Column(Integer, { primary_key = true }),
        })
        local HasTarget = {
            target_id = Column(ForeignKey("target.id")),
            target = corm.declared_attr(function()
                return corm.relationship("Target")
            end),
        }
        local A = Base:extend("A", {
            HasTarget, __tablename = "a", id = Column(Integer, { primary_key = true }),
        })
        local B = Base:extend("B", {
            HasTarget, __tablename = "b", id = Column(Integer, { primary_key = true }),
        })
        local target = Target({})
        assert.equal(target, A({ target = target }).target)
        assert.equal(target, B({ target = target }).target)
    end)
end)

describe("an abstract base", function()
    it("shares columns and methods with its subclasses", function()
        local Base = corm.declarative_base()
        local Model = Base:extend("Model", {
            __abstract = true,
            id = Column(Integer, { primary_key = true }),
        })
        function Model:key()
            return "key " .. tostring(self.id)
        end
        local A = Model:extend("A", { __tablename = "a", name = Column(String) })
        assert.equal("key 5", A({ id = 5 }):key())
        assert.truthy(A.__table.c.id)
        assert.truthy(A.__table.c.name)
    end)

    it("calls __init_subclass for each", function()
        local seen = {}
        local Base = corm.declarative_base()
        function Base.__init_subclass(class)
            seen[#seen + 1] = class.__name
        end
        Base:extend("A", { __tablename = "a", id = Column(Integer, { primary_key = true }) })
        Base:extend("B", { __tablename = "b", id = Column(Integer, { primary_key = true }) })
        assert.same({ "A", "B" }, seen)
    end)
end)

describe("__table_args", function()
    it("takes constraints and options", function()
        local Base = corm.declarative_base()
        local A = Base:extend("A", {
            __tablename = "a",
            __table_args = {
                corm.UniqueConstraint("x", "y", { name = "xy" }),
                { comment = "pairs" },
            },
            id = Column(Integer, { primary_key = true }),
            x = Column(Integer),
            y = Column(Integer),
        })
        assert.equal("pairs", A.__table.comment)
        assert.truthy(tostring(corm.schema.CreateTable(A.__table))
            :find("CONSTRAINT xy UNIQUE (x, y)", 1, true))
    end)

    it("takes options alone", function()
        local Base = corm.declarative_base()
        local A = Base:extend("A", {
            __tablename = "a",
            __table_args = { schema = "other" },
            id = Column(Integer, { primary_key = true }),
        })
        assert.equal("other", A.__table.schema)
    end)
end)

helper.each_database(function(db)
    describe("a class", function()
        it("maps a table that exists as an object", function()
            local Base = corm.declarative_base()
            local User = Base:extend("User", {
                __table = corm.Table("users", Base.metadata,
                    Column("id", Integer, { primary_key = true }),
                    Column("name", String)),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            session:add(User({ name = "ed" }))
            session:commit()
            assert.equal("ed", session:scalars(corm.select(User)):one().name)
            session:close()
            engine:dispose()
        end)

        it("is mapped imperatively", function()
            local registry = corm.registry()
            local users = corm.Table("users", registry.metadata,
                Column("id", Integer, { primary_key = true }),
                Column("name", String))
            local User = { __name = "User" }
            function User:shout()
                return self.name:upper()
            end
            registry:map_imperatively(User, users, {})
            local engine = corm.create_engine(db.url)
            registry.metadata:create_all(engine)
            local session = corm.Session(engine)
            session:add(User({ name = "ed" }))
            session:commit()
            assert.equal("ED", session:scalars(corm.select(User)):one():shout())
            session:close()
            engine:dispose()
        end)

        it("names an attribute otherwise than its column", function()
            local Base = corm.declarative_base()
            local User = Base:extend("User", {
                __tablename = "users",
                id = Column("user_id", Integer, { primary_key = true }),
                name = Column("user_name", String),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            session:add(User({ name = "ed" }))
            session:commit()
            local sql = helper.capture_sql(engine)
            assert.equal("ed", session:scalars(
                corm.select(User):where(User.name:eq("ed"))):one().name)
            assert.truthy(sql[1]:find("users.user_name", 1, true))
            session:close()
            engine:dispose()
        end)

        it("gains a column and a method later", function()
            local User, Base = user_class()
            User.nickname = Column(String)
            function User:call_me()
                return self.nickname or self.name
            end
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            session:add_all({ User({ name = "ed", nickname = "eddie" }), User({ name = "jo" }) })
            session:commit()
            local users = session:scalars(corm.select(User):order_by(User.nickname:desc())):all()
            local names = {}
            for _, user in ipairs(users) do
                names[user:call_me()] = true
            end
            assert.same({ eddie = true, jo = true }, names)
            session:close()
            engine:dispose()
        end)

        it("fills defaults: values, functions, SQL", function()
            local Base = corm.declarative_base()
            local count = 0
            local Row = Base:extend("Row", {
                __tablename = "row_",
                id = Column(Integer, { primary_key = true }),
                kind = Column(String, { default = "plain" }),
                number = Column(Integer, {
                    default = function()
                        count = count + 1
                        return count * 10
                    end,
                }),
                twice = Column(Integer, { default = corm.text("2 * 21") }),
                flag = Column(Integer, { server_default = "7" }),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local first, second = Row({}), Row({ kind = "other" })
            session:add_all({ first, second })
            session:commit()
            assert.same({ "plain", 10, 42, 7 },
                { first.kind, first.number, first.twice, first.flag })
            assert.same({ "other", 20, 42, 7 },
                { second.kind, second.number, second.twice, second.flag })
            session:close()
            engine:dispose()
        end)

        it("takes NULL for None, which leaves the default its say, and null() for NULL", function()
            local Base = corm.declarative_base()
            local Row = Base:extend("Row", {
                __tablename = "row_",
                id = Column(Integer, { primary_key = true }),
                kind = Column(String, { default = "plain" }),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local none, null = Row({ kind = corm.NULL }), Row({ kind = corm.null() })
            session:add_all({ none, null })
            session:commit()
            assert.equal("plain", none.kind)
            assert.is_nil(null.kind)
            session:close()
            engine:dispose()
        end)

        it("validates what is set", function()
            local Base = corm.declarative_base()
            local User = Base:extend("User", {
                __tablename = "users",
                id = Column(Integer, { primary_key = true }),
                email = Column(String),
                check = corm.validates("email")(function(_, key, value)
                    if not value:find("@") then
                        corm.exc.ArgumentError:raise("%s '%s' has no @", key, value)
                    end
                    return value:lower()
                end),
            })
            assert.equal("ed@example.org", User({ email = "Ed@Example.org" }).email)
            assert.is_false(pcall(User, { email = "ed" }))
        end)

        it("validates by what an abstract base says", function()
            local Base = corm.declarative_base()
            local Named = Base:extend("Named", {
                __abstract = true,
                name = Column(String),
                trim = corm.validates("name")(function(_, _, value)
                    return value:match("^%s*(.-)%s*$")
                end),
            })
            local User = Named:extend("User", {
                __tablename = "users",
                id = Column(Integer, { primary_key = true }),
            })
            assert.equal("ed", User({ name = " ed " }).name)
        end)

        it("calls its reconstructor when an object is loaded", function()
            local Base = corm.declarative_base()
            local User = Base:extend("User", {
                __tablename = "users",
                id = Column(Integer, { primary_key = true }),
                wake = corm.reconstructor(function(self)
                    self.awake = true
                end),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            corm.Session(engine):begin(function(session)
                session:add(User({ id = 1 }))
            end)
            local session = corm.Session(engine)
            assert.is_true(session:get(User, 1).awake)
            session:close()
            engine:dispose()
        end)
    end)
end)
